// Opens the status page in a browser while somebody shops: node status-page.mjs HTTP_URL GRPC_HOST:PORT BROWSER. Prints one JSON object per case.
import assert from 'node:assert/strict';
import puppeteer from 'puppeteer-core';
import { runCases } from './cases.mjs';
import { connect, serums } from './connect.mjs';

const [url, address, executablePath] = process.argv.slice(2);
const { call } = connect(address, 'catalog', 'ingestion', 'recommendation');

const browser = await puppeteer.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
const complaints = [];
const page = await browser.newPage();
page.on('pageerror', (error) => complaints.push(`${error}`));
page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
const text = (selector) => page.$eval(selector, (node) => node.textContent);
const until = (predicate, ...values) => page.waitForFunction(predicate, { timeout: 60_000 }, ...values);

const cases = {
  async 'figures come by themselves'() {
    await page.setViewport({ width: 1280, height: 900 });
    await page.goto(url);
    await until(() => document.getElementById('link').dataset.state === 'live');
    assert.match(await text('#identity'), /version \d.* packages (Real|Polyfill) .*partitions/);
    assert.equal(await text('#decisions'), 'none yet');
  },

  async 'what happens is shown without a reload'() {
    await call('catalog', 'UpsertProducts', { products: serums(20) });
    const shop = async (n) => {
      const shopper = { user_id: 'nadia' };
      await call('ingestion', 'IngestEvents', { events: [{ event_id: `view-${n}`, shopper, product_id: 'serum-1', behaviour: { action: 'BEHAVIOUR_ACTION_VIEW' } }] });
      await call('recommendation', 'Recommend', { shopper, page_size: 5, placement: 'home' });
    };
    let shopping = true;
    const visit = (async () => {
      for (let n = 0; shopping; n++) {
        await shop(n);
      }
    })();
    try {
      await until(() => document.querySelector('#tile-catalogProducts b').textContent === '20');
      await until(() => ['eventsAccepted', 'eventsApplied', 'recommendations'].every((key) => parseFloat(document.querySelector(`#tile-${key} b`).textContent) > 0));
      await until(() => [...document.querySelectorAll('#decisions tr')].some((row) => row.cells[1]?.textContent === 'recommend' && /serum-\d/.test(row.cells[4].textContent)));
      await until(() => [...document.querySelectorAll('#latencies tr')].some((row) => row.cells[0].textContent === 'recommend latency' && parseFloat(row.cells[3].textContent) > 0));
    } finally {
      shopping = false;
      await visit;
    }

    // Shoppers are named by a pseudonym, here as in the logs.
    assert.doesNotMatch(await text('#decisions'), /nadia/);
  },

  async 'it fits a desktop and a phone'() {
    for (const [width, height] of [[1280, 900], [390, 844]]) {
      await page.setViewport({ width, height });
      await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${wide} pixels wide in a window of ${width}`);
    }
  },

  async 'nothing goes wrong in it'() {
    assert.deepEqual(complaints, []);
  },

  async 'it says when its figures are old'() {
    const cut = await browser.newPage();
    await cut.setRequestInterception(true);
    cut.on('request', (request) => (request.url().endsWith('status/live') ? request.abort() : request.continue()));
    await cut.goto(url);
    await cut.waitForFunction(() => document.getElementById('link').dataset.state === 'lost', { timeout: 60_000 });
    assert.match(await cut.$eval('#link', (node) => node.textContent), /old/);
  },
};

await runCases(cases);
await browser.close();
