'use strict';
// Counts come since the start; rates are differences between samples, so a reload or a missed second distorts nothing.
const byId = id => document.getElementById(id);
const history = new Map();
let last = null;

const tiles = [
  { key: 'eventsAccepted', label: 'events acknowledged / s', rate: true },
  { key: 'eventsApplied', label: 'events folded in / s', rate: true },
  { key: 'eventsBehind', label: 'events behind', alarm: v => v > 10000 },
  { key: 'recommendations', label: 'recommendations / s', rate: true },
  { key: 'interventions', label: 'interventions decided / s', rate: true },
  { key: 'eventsRejected', label: 'events rejected', alarm: v => v > 0 },
  { key: 'eventsQuarantined', label: 'events quarantined' },
  { key: 'payloadsWithoutConsent', label: 'dropped without consent' },
  { key: 'outcomesJoined', label: 'outcomes joined / s', rate: true },
  { key: 'outcomesUnjoined', label: 'outcomes not joined', alarm: v => v > 0 },
  { key: 'catalogProducts', label: 'products' },
];

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
// What a meter is called here: personalization.recommend.latency is recommend latency; a call is its service and method.
const named = meter => meter
  .replace(/^personalization\.api\.duration \/(?:\w+\.)*/, '')
  .replace(/^personalization\./, '').replace(/Service\//, ' / ').replace(/,OK$/, '').replace(/[.,]/g, ' ');
const milliseconds = text => {
  const [h, m, s] = text.split(':');
  return ((+h * 60 + +m) * 60 + +s) * 1000;
};

function row(cells) {
  const tr = document.createElement('tr');
  for (const cell of cells) {
    const td = document.createElement('td');
    td.textContent = cell;
    tr.append(td);
  }
  return tr;
}

function fill(id, rows, columns) {
  const body = byId(id);
  if (rows.length === 0) {
    const tr = row(['none yet']);
    tr.firstChild.className = 'none';
    tr.firstChild.colSpan = columns;
    rows = [tr];
  }
  body.replaceChildren(...rows);
}

function sparkline(canvas, values) {
  const width = canvas.width = canvas.clientWidth * devicePixelRatio;
  const height = canvas.height = canvas.clientHeight * devicePixelRatio;
  const draw = canvas.getContext('2d');
  const top = Math.max(...values, 1e-9);
  draw.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue('--accent');
  draw.lineWidth = 1.5 * devicePixelRatio;
  draw.beginPath();
  values.forEach((v, i) => {
    const x = values.length < 2 ? 0 : i / (values.length - 1) * width;
    const y = height - 2 - v / top * (height - 4);
    i === 0 ? draw.moveTo(x, y) : draw.lineTo(x, y);
  });
  draw.stroke();
}

function showTiles(sample) {
  const seconds = last ? (new Date(sample.at) - new Date(last.at)) / 1000 : 0;
  for (const tile of tiles) {
    let value = sample.status[tile.key];
    if (tile.rate) {
      value = seconds > 0 ? Math.max(0, (value - last.status[tile.key]) / seconds) : 0;
    }
    let node = byId('tile-' + tile.key);
    if (!node) {
      node = document.createElement('div');
      node.id = 'tile-' + tile.key;
      node.append(document.createElement('b'), document.createElement('span'), document.createElement('canvas'));
      byId('tiles').append(node);
    }
    node.className = tile.alarm && tile.alarm(value) ? 'tile alarm' : 'tile';
    node.querySelector('b').textContent = number.format(value);
    node.querySelector('span').textContent = tile.label;
    const values = history.get(tile.key) ?? [];
    values.push(value);
    if (values.length > 120) values.shift();
    history.set(tile.key, values);
    sparkline(node.querySelector('canvas'), values);
  }
}

function show(sample) {
  const s = sample.status;
  byId('identity').textContent =
    `version ${s.version.replace(/(\+\w{8})\w*$/, '$1')} · packages ${s.packageMode} · roles ${s.roles.join(', ')} · ${s.logPartitions} partitions · ` +
    `${s.durability} · policy ${s.policyVersion}, ${s.policyMode}${s.shadow && `, with ${s.shadow}`} · catalogue ${s.catalogVersion}`;
  showTiles(sample);
  fill('latencies', Object.entries(sample.latencies).sort().map(([name, l]) =>
    row([named(name), number.format(l.count), l.p50.toFixed(2), l.p99.toFixed(2)])), 4);
  fill('queues', Object.entries(sample.queues).sort().map(([name, n]) => row([name, number.format(n)])), 2);
  fill('models', s.models.map(m => row([`${m.name}@${m.version}`, m.device, number.format(m.scored),
    milliseconds(m.queueP99).toFixed(2), milliseconds(m.computeP99).toFixed(2)])), 5);
  fill('decisions', sample.decisions.map(d => row([new Date(d.at).toLocaleTimeString(), d.kind, d.user,
    d.valence.toFixed(2), d.what, d.propensity.toFixed(4), d.policy, d.degraded])), 8);
  last = sample;
}

function link(state, text) {
  byId('link').dataset.state = state;
  byId('link').textContent = text;
}

const source = new EventSource('status/live');
source.onmessage = event => { link('live', 'live'); show(JSON.parse(event.data)); };
source.onerror = () => link('lost', 'connection lost: the figures below are old');
