// Shops with the running engine as a foreign client: node engine.mjs HOST:PORT. Prints one JSON object per case.
import assert from 'node:assert/strict';
import grpc from '@grpc/grpc-js';
import { collect, failure, runCases, unaryOf } from './cases.mjs';
import { connect, insecure, serums, serviceOf } from './connect.mjs';
import { fromDescriptors, health, reflection, statusDetails, unpack } from './contracts.mjs';

const stages = ['catalog', 'ingestion', 'intervention', 'operations', 'profile', 'recommendation', 'reward'];
const address = process.argv[2];
const { engine, call } = connect(address, ...stages);

const detail = (details, type) => details.find((each) => each.type === `google.rpc.${type}`);
const shopper = { user_id: 'nadia', session_id: 'visit-1' };
const review = (id, text, about = 'serum-1') =>
  ({ event_id: id, shopper, product_id: about, channel: 'CHANNEL_REVIEW', text_feedback: { title: 'My view', text } });
const started = Math.floor(Date.now() / 1000) - 60;
const offsets = (token) => new Map(token.split(',').map((pair) => pair.split(':').map(Number)));

// What one case learns and a later one needs.
const visit = {};

const cases = {
  async catalogue() {
    const products = serums(30);
    const { results } = await call('catalog', 'UpsertProducts', { products });
    assert.deepEqual(results.map(({ error }) => error?.code ?? 0), products.map(() => 0));
    // The engine's own pace: a slate is made of what has reached its snapshot.
    for (;;) {
      const { items } = await call('recommendation', 'Recommend', { shopper: { user_id: 'waiting' }, page_size: 5 });
      if (items.length === 5) break;
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
  },

  async 'a batch of a good, a repeated and a bad event'() {
    const good = review('nadia-1', 'I love this serum, it is wonderful and my skin has never felt better.');
    const bad = { ...review('nadia-2', 'x'), text_feedback: { text: '' } };
    const { results, consistency_token: token } = await call('ingestion', 'IngestEvents', { events: [good, good, bad] });
    assert.deepEqual(results.map(({ index }) => index), [0, 1, 2]);
    assert.deepEqual(results.map(({ event_id }) => event_id), ['nadia-1', 'nadia-1', 'nadia-2']);
    assert.deepEqual(
      results.map(({ status }) => status), ['EVENT_STATUS_ACCEPTED', 'EVENT_STATUS_DUPLICATE', 'EVENT_STATUS_REJECTED']);
    assert.equal(results[2].reason, 'INVALID_FIELD');
    assert.equal(results[2].error.code, grpc.status.INVALID_ARGUMENT);
    assert.match(detail(unpack(results[2].error.details), 'BadRequest').fieldViolations[0].field, /text_feedback\.text$/);
    assert.equal(offsets(token).size, 1);
    visit.token = token;
  },

  async 'a stream with acknowledgements'() {
    const stream = engine.ingestion.StreamEvents({ deadline: Date.now() + 60_000 });
    const [answers, acks] = [[], []];
    await new Promise((resolve, reject) => {
      const send = (sequence) => stream.write({
        sequence,
        events: [0, 1].map((n) => ({
          event_id: `view-${sequence}-${n}`, shopper, product_id: `serum-${sequence + n}`, touchpoint: 'TOUCHPOINT_PRODUCT',
          occurred_at: { seconds: started + (2 * sequence) + n },
          behaviour: { action: 'BEHAVIOUR_ACTION_VIEW', dwell_ms: 4000 },
        })),
      });
      stream.on('data', (answer) => {
        answers.push(answer);
        if (answer.ack_sequence !== '0') acks.push(answer);
        if (acks.length === 3) stream.end();
        else send(acks.length + 1);
      });
      stream.on('end', resolve);
      stream.on('error', reject);
    });
    assert.equal(answers[0].ack_sequence, '0');
    assert.ok(answers.every(({ credits }) => credits >= 2), 'credits are granted from the first answer on');
    assert.deepEqual(acks.map(({ ack_sequence }) => ack_sequence), ['1', '2', '3']);
    assert.deepEqual(acks.flatMap(({ results }) => results.map(({ status }) => status)), Array(6).fill('EVENT_STATUS_ACCEPTED'));
    const [[partition, before]] = offsets(visit.token);
    const after = acks.map(({ consistency_token }) => offsets(consistency_token).get(partition));
    assert.ok(before < after[0] && after[0] < after[1] && after[1] < after[2], `${before} ${after}`);
    visit.token = acks[2].consistency_token;
  },

  async 'reading its own writes'() {
    const { profile } = await call('profile', 'GetProfile', { shopper, min_consistency_token: visit.token });
    assert.equal(profile.known, true);
    assert.equal(profile.event_count, '7');
    assert.deepEqual(profile.recently_viewed, ['serum-4', 'serum-3', 'serum-2', 'serum-1']);
    assert.ok(profile.mood.valence.mean > 0.05, `the praise is felt: ${profile.mood.valence.mean}`);
    const [[partition, offset]] = offsets(visit.token);
    assert.equal(profile.as_of.partition, partition);
    assert.ok(Number(profile.as_of.offset) >= offset);
  },

  async 'a slate with its propensities'() {
    const request = { shopper, placement: 'home', page_size: 6, min_consistency_token: visit.token, explain: true, excluded_product_ids: ['serum-9'] };
    const slate = await call('recommendation', 'Recommend', request);
    assert.equal(slate.items.length, 6);
    assert.deepEqual(slate.items.map(({ rank }) => rank), [1, 2, 3, 4, 5, 6]);
    assert.equal(new Set(slate.items.map(({ product_id }) => product_id)).size, 6);
    assert.ok(!slate.items.some(({ product_id }) => product_id === 'serum-9'));
    for (const { product_id: id, propensity, reasons } of slate.items) {
      assert.ok(propensity > 0 && propensity <= 1, `${id}: ${propensity}`);
      assert.ok(reasons.length > 0 && reasons.every(({ signal }) => signal.length > 0), `${id} says why`);
    }
    const product = slate.items.reduce((all, { propensity }) => all * propensity, 1);
    assert.ok(Math.abs(slate.slate_propensity / product - 1) < 1e-6, `${slate.slate_propensity} ${product}`);
    const [[partition, offset]] = offsets(visit.token);
    assert.equal(slate.profile_as_of.partition, partition);
    assert.ok(Number(slate.profile_as_of.offset) >= offset);
    visit.slate = slate;
  },

  async 'what became of a slate'() {
    const [shown] = visit.slate.items;
    const outcome = (id, kind, more = {}) => ({ outcome_id: id, kind, decision_id: visit.slate.decision_id, shopper, product_id: shown.product_id, position: 1, ...more });
    const outcomes = [
      outcome('o-1', 'OUTCOME_KIND_IMPRESSION'),
      outcome('o-2', 'OUTCOME_KIND_CLICK'),
      outcome('o-2', 'OUTCOME_KIND_CLICK'),
      outcome('o-3', 'OUTCOME_KIND_CLICK', { decision_id: 'nobody-decided-this' }),
      outcome('o-4', 'OUTCOME_KIND_PURCHASE', { attribution_token: visit.slate.attribution_token, revenue: { currency_code: 'EUR', units: '12' } }),
      outcome('o-5', 'OUTCOME_KIND_UNSPECIFIED'),
    ];
    const { results } = await call('reward', 'ReportOutcomes', { outcomes });
    assert.deepEqual(results.map(({ status }) => status.replace('OUTCOME_STATUS_', '')),
      ['ACCEPTED', 'ACCEPTED', 'DUPLICATE', 'UNKNOWN_DECISION', 'ACCEPTED', 'REJECTED']);
    assert.match(detail(unpack(results[5].error.details), 'BadRequest').fieldViolations[0].field, /kind$/);
  },

  async 'a decision at the checkout'() {
    const request = {
      shopper, touchpoint: 'TOUCHPOINT_CHECKOUT', explain: true, min_consistency_token: visit.token,
      cart: [{ product_id: 'serum-3', quantity: 2, unit_price: { currency_code: 'EUR', units: '13' } }],
    };
    const decision = await call('intervention', 'Decide', request);
    assert.match(decision.action, /^INTERVENTION_ACTION_(NOTHING|HELP|SURVEY|PERK|DISCOUNT|HUMAN)$/);
    assert.ok(decision.propensity > 0 && decision.propensity <= 1, `${decision.propensity}`);
    assert.equal(decision.assessments.length, 6);
    assert.ok(decision.assessments.some(({ action, eligible }) => eligible && action === decision.action));
    const outcome = { outcome_id: 'end-1', decision_id: decision.decision_id, shopper, shown: true, converted: false };
    assert.equal((await call('intervention', 'ReportOutcome', outcome)).status, 'ACCEPTED');
    assert.equal((await call('intervention', 'ReportOutcome', outcome)).status, 'DUPLICATE');
  },

  async 'errors that name their fields'() {
    const error = await failure(call('recommendation', 'Recommend', { shopper: {}, placement: 'x'.repeat(65), diversity: 1.5 }));
    assert.equal(error.code, grpc.status.INVALID_ARGUMENT);
    const { code, details } = statusDetails.decode(error.metadata.get('grpc-status-details-bin')[0]);
    assert.equal(code, grpc.status.INVALID_ARGUMENT);
    const violations = detail(details, 'BadRequest').fieldViolations;
    assert.deepEqual(violations.map(({ field }) => field.split('.')[0]).sort(), ['diversity', 'placement', 'shopper']);
    assert.ok(violations.every(({ description }) => description.length > 0));
    assert.equal(detail(details, 'ErrorInfo').reason, 'INVALID_FIELD');
    const empty = await failure(call('ingestion', 'IngestEvents', { events: [] }));
    assert.equal(empty.code, grpc.status.INVALID_ARGUMENT);
  },

  async health() {
    const of = new health.Health(address, insecure);
    for (const service of ['', ...stages.map((stage) => `personalization.v1.${serviceOf(stage)}`)]) {
      assert.equal((await unaryOf(of, 'Check', { service })).reply.status, 'SERVING', service);
    }
    assert.equal((await failure(unaryOf(of, 'Check', { service: 'who' }))).code, grpc.status.NOT_FOUND);
    of.close();
  },

  async reflection() {
    const of = new (reflection('v1').ServerReflection)(address, insecure);
    const stream = of.ServerReflectionInfo();
    const answers = collect(stream);
    stream.write({ list_services: '' });
    stream.write({ file_containing_symbol: 'personalization.v1.OperationsService' });
    stream.end();
    const [services, file] = await answers;
    const names = services.list_services_response.service.map(({ name }) => name);
    for (const stage of stages) {
      assert.ok(names.includes(`personalization.v1.${serviceOf(stage)}`), `${names}`);
    }
    const { OperationsService } = fromDescriptors(file.file_descriptor_response.file_descriptor_proto).personalization.v1;
    const reflected = new OperationsService(address, insecure);
    const { reply } = await unaryOf(reflected, 'GetServerStatus', {});
    assert.equal(reply.package_mode, process.argv[3]);
    // The review and the six views: each counted once.
    assert.equal(reply.events_accepted, '7');
    reflected.close();
    of.close();
  },

  async 'a session of frames'() {
    const tryer = { user_id: 'tara', session_id: 'mirror' };
    const session = () => engine.ingestion.StreamArSession({ deadline: Date.now() + 60_000 });
    const start = (id) => ({ start: { shopper: tryer, product_id: 'serum-5', ar_session_id: id } });
    const smile = (from) => ({
      frames: {
        frames: [...Array(10).keys()].map((n) => ({
          offset_ms: from + (100 * n), blendshapes: { mouthSmileLeft: 0.9, mouthSmileRight: 0.9, cheekSquintLeft: 0.6, cheekSquintRight: 0.6 },
        })),
      },
    });

    // Nobody looks at a face that may not be looked at.
    const unasked = session();
    const refused = collect(unasked);
    unasked.write(start('mirror-0'));
    unasked.write(smile(0));
    unasked.end();
    const [no] = await refused;
    assert.deepEqual([no.result.status, no.result.reason, no.sentiment], ['EVENT_STATUS_REJECTED', 'NO_CONSENT', null]);

    const { consents } = await call('profile', 'SetConsent', { shopper: tryer, changes: [{ modality: 'MODALITY_FACE', granted: true }] });
    assert.ok(consents.some(({ modality, granted, explicit }) => modality === 'MODALITY_FACE' && granted && explicit));
    const stream = session();
    const answers = collect(stream);
    stream.write(start('mirror-1'));
    for (const from of [0, 1000, 2000]) stream.write(smile(from));
    stream.end();
    const windows = await answers;
    assert.ok(windows.length >= 2, `${windows.length} windows`);
    assert.equal(windows.at(-1).up_to_offset_ms, 2900);
    assert.ok(windows.every(({ result }) => result.status === 'EVENT_STATUS_ACCEPTED'), JSON.stringify(windows.map(({ result }) => result)));
    const felt = windows.filter(({ sentiment }) => sentiment !== null);
    assert.ok(felt.length > 0 && felt.every(({ sentiment }) => sentiment.valence > 0.1), JSON.stringify(windows));
    const { profile } = await call('profile', 'GetProfile', { shopper: tryer, min_consistency_token: windows.at(-1).consistency_token });
    assert.equal(profile.event_count, String(windows.length));
    assert.ok(profile.mood.valence.mean > 0, `${profile.mood.valence.mean}`);
  },

  async 'watching a profile'() {
    const watcher = { user_id: 'wanda' };
    const stream = engine.profile.WatchProfile({ shopper: watcher, min_interval: { nanos: 50_000_000 } }, { deadline: Date.now() + 60_000 });
    const seen = [];
    const over = new Promise((resolve, reject) => {
      stream.on('data', async ({ profile }) => {
        seen.push(profile);
        if (seen.length === 1) await call('ingestion', 'IngestEvents', { events: [{ ...review('wanda-1', 'Awful. It burns and it smells, I hate it.'), shopper: watcher }] });
        else if (profile.event_count === '1') stream.cancel();
      });
      stream.on('error', (error) => (error.code === grpc.status.CANCELLED ? resolve() : reject(error)));
    });
    await over;
    assert.deepEqual([seen[0].known, seen[0].event_count], [false, '0']);
    assert.ok(seen.at(-1).mood.valence.mean < 0, `${seen.at(-1).mood.valence.mean}`);
  },

  async 'watching a slate'() {
    const watcher = { user_id: 'willa' };
    const request = { request: { shopper: watcher, page_size: 4, placement: 'home' }, min_interval: { nanos: 50_000_000 } };
    const stream = engine.recommendation.WatchRecommendations(request, { deadline: Date.now() + 60_000 });
    const seen = [];
    await new Promise((resolve, reject) => {
      stream.on('data', async (message) => {
        seen.push(message);
        if (seen.length === 1) {
          await call('ingestion', 'IngestEvents', { events: [{ ...review('willa-1', 'I love it!', 'serum-2'), shopper: watcher }] });
        } else if (message.trigger === 'PROFILE_CHANGED') stream.cancel();
      });
      stream.on('error', (error) => (error.code === grpc.status.CANCELLED ? resolve() : reject(error)));
    });
    assert.equal(seen[0].trigger, 'INITIAL');
    assert.ok(seen.every(({ slate }) => slate.items.length === 4), 'whole slates');
    assert.equal(new Set(seen.map(({ slate }) => slate.decision_id)).size, seen.length);
    assert.ok(seen.at(-1).slate.profile_as_of.offset > 0, 'the change is in it');
  },

  async 'several slates at once'() {
    const request = (user, more = {}) => ({ shopper: { user_id: user }, page_size: 3, ...more });
    const requests = [request('bea'), request('ben', { diversity: 9 }), request('bo', { request_id: 'bo-1' }), request('bo', { request_id: 'bo-1' })];
    const { results } = await call('recommendation', 'BatchRecommend', { requests });
    assert.deepEqual(results.map(({ index }) => index), [0, 1, 2, 3]);
    assert.deepEqual(results.map(({ outcome }) => outcome), ['response', 'error', 'response', 'response']);
    assert.deepEqual([results[1].error.code, results[1].error.field.split('.').at(-1)], [grpc.status.INVALID_ARGUMENT, 'diversity']);
    assert.deepEqual(results.filter(({ response }) => response).map(({ response }) => response.items.length), [3, 3, 3]);
    assert.equal(results[2].response.decision_id, results[3].response.decision_id);
    assert.deepEqual([results[2].response.replayed, results[3].response.replayed].sort(), [false, true]);
  },

  async "the shop's own candidates in order"() {
    const candidates = ['serum-7', 'serum-8', 'nobody-sells-this', 'serum-9'];
    const { slate, unknown_product_ids: unknown } = await call('recommendation', 'RankItems', { shopper, placement: 'search', product_ids: candidates });
    assert.deepEqual(unknown, ['nobody-sells-this']);
    assert.deepEqual(slate.items.map(({ product_id }) => product_id).sort(), ['serum-7', 'serum-8', 'serum-9']);
    assert.ok(slate.items.every(({ source, propensity }) => source === 'REQUESTED' && propensity > 0 && propensity <= 1));
    const error = await failure(call('recommendation', 'RankItems', { shopper, product_ids: ['serum-7', 'serum-7'] }));
    assert.equal(error.code, grpc.status.INVALID_ARGUMENT);
  },

  async 'the catalogue, page by page'() {
    const [pages, ids] = [[], []];
    let token = '';
    do {
      const page = await call('catalog', 'ListProducts', { page_size: 12, page_token: token, category_path: ['care'] });
      pages.push(page.products.length);
      ids.push(...page.products.map(({ product_id }) => product_id));
      token = page.next_page_token;
    } while (token !== '');
    assert.deepEqual(pages, [12, 12, 6]);
    assert.equal(new Set(ids).size, 30);
    const { next_page_token: other } = await call('catalog', 'ListProducts', { page_size: 2, brand: 'Brand 1' });
    const error = await failure(call('catalog', 'ListProducts', { page_size: 2, page_token: other }));
    assert.equal(error.code, grpc.status.INVALID_ARGUMENT);
    const { details } = statusDetails.decode(error.metadata.get('grpc-status-details-bin')[0]);
    assert.equal(detail(details, 'BadRequest').fieldViolations[0].field, 'page_token');
  },

  async 'the rejected, page by page, and once more'() {
    const bad = [1, 2, 3].map((n) => ({ ...review(`rita-${n}`, 'Nice.'), shopper: { user_id: 'rita' }, context: { ['']: { text: 'x' } } }));
    const { results } = await call('ingestion', 'IngestEvents', { events: bad });
    assert.deepEqual(results.map(({ reason }) => reason), Array(3).fill('INVALID_FIELD'));
    const listed = [];
    let token = '';
    do {
      const page = await call('ingestion', 'ListRejected', { status: 'EVENT_STATUS_REJECTED', reason: 'INVALID_FIELD', page_size: 2, page_token: token });
      assert.ok(page.events.length <= 2);
      listed.push(...page.events);
      token = page.next_page_token;
    } while (token !== '');
    const ritas = listed.filter(({ event }) => event?.event_id.startsWith('rita-'));
    assert.deepEqual(ritas.map(({ event }) => event.event_id), ['rita-3', 'rita-2', 'rita-1']);
    const items = [
      { rejected_id: ritas[0].rejected_id },
      { rejected_id: ritas[1].rejected_id, event: { ...ritas[1].event, context: {} } },
      { rejected_id: '999999' },
    ];
    const replayed = await call('ingestion', 'ReplayRejected', { items });
    assert.deepEqual(replayed.results.map(({ status, reason }) => [status.replace('EVENT_STATUS_', ''), reason]),
      [['REJECTED', 'INVALID_FIELD'], ['ACCEPTED', ''], ['REJECTED', 'NOT_FOUND']]);
    const { profile } = await call('profile', 'GetProfile', { shopper: { user_id: 'rita' }, min_consistency_token: replayed.consistency_token });
    assert.equal(profile.event_count, '1');
    const { events } = await call('ingestion', 'ListRejected', { reason: 'INVALID_FIELD' });
    assert.deepEqual(events.filter(({ event }) => event?.event_id.startsWith('rita-')).map(({ event }) => event.event_id), ['rita-3', 'rita-1']);
  },

  async 'a visitor who signs in'() {
    const visitor = { anonymous_id: 'cookie-7' };
    await call('ingestion', 'IngestEvents', { events: [{ ...review('mia-1', 'Lovely, I am so happy with it.', 'serum-6'), shopper: visitor }] });
    const merged = await call('profile', 'MergeIdentity', { anonymous_id: 'cookie-7', user_id: 'mia' });
    assert.equal(merged.already_merged, false);
    const read = (who) => call('profile', 'GetProfile', { shopper: who, min_consistency_token: merged.consistency_token });
    // The merge is in the visitor's partition; the user has it a moment later.
    let { profile } = await read({ user_id: 'mia' });
    while (profile.event_count !== '1') {
      await new Promise((resolve) => { setTimeout(resolve, 20); });
      ({ profile } = await read({ user_id: 'mia' }));
    }
    assert.deepEqual(profile.recently_viewed, (await read(visitor)).profile.recently_viewed);
    assert.equal((await call('profile', 'MergeIdentity', { anonymous_id: 'cookie-7', user_id: 'mia' })).already_merged, true);
    const error = await failure(call('profile', 'MergeIdentity', { anonymous_id: 'cookie-7', user_id: 'somebody-else' }));
    assert.equal(error.code, grpc.status.FAILED_PRECONDITION);
  },

  async 'a shopper who leaves'() {
    const receipt = await call('profile', 'DeleteUser', { shopper });
    assert.ok(receipt.receipt_id.length > 0 && receipt.erased.length > 0 && receipt.kept.length > 0);
    const { profile } = await call('profile', 'GetProfile', { shopper });
    assert.deepEqual([profile.known, profile.event_count, profile.recently_viewed], [false, '0', []]);
    // What the shopper does later is a new shopper's.
    const { results, consistency_token: token } = await call('ingestion', 'IngestEvents', { events: [review('nadia-again', 'Back again.')] });
    assert.equal(results[0].status, 'EVENT_STATUS_ACCEPTED');
    assert.equal((await call('profile', 'GetProfile', { shopper, min_consistency_token: token })).profile.event_count, '1');
  },
};

await runCases(cases);
Object.values(engine).forEach((client) => client.close());
process.exit(0);
