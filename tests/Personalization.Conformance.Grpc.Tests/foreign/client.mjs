// Calls our server by a foreign client: node client.mjs HOST:PORT. Prints one JSON object per case.
import assert from 'node:assert/strict';
import grpc from '@grpc/grpc-js';
import { collect, failure, runCases, unaryOf } from './cases.mjs';
import { conformance } from './conformance.mjs';
import { fromDescriptors, health, reflection, statusDetails } from './contracts.mjs';

const address = process.argv[2];
const insecure = grpc.credentials.createInsecure();
const client = new conformance.Echo(address, insecure);

const unary = (method, request, metadata, options, of = client) => unaryOf(of, method, request, metadata, options);

const cases = {
  async unary() {
    const { reply } = await unary('Unary', { text: 'héllo', number: -5, payload: Buffer.from([0, 255]) });
    assert.equal(reply.text, 'héllo');
    assert.equal(reply.number, -5);
    assert.deepEqual([...reply.payload], [0, 255]);
  },

  async 'server stream'() {
    const messages = await collect(client.ServerStream({ text: 'x', number: 300 }));
    assert.deepEqual(messages.map((message) => message.number), [...Array(300).keys()]);
  },

  async 'client stream'() {
    const reply = await new Promise((resolve, reject) => {
      const call = client.ClientStream((error, message) => (error ? reject(error) : resolve(message)));
      for (let i = 1; i <= 100; i++) call.write({ number: i });
      call.end();
    });
    assert.equal(reply.number, 5050);
  },

  async duplex() {
    const call = client.Duplex();
    const answers = [];
    await new Promise((resolve, reject) => {
      call.on('data', (message) => {
        answers.push(message.number);
        if (message.number < 20) call.write({ number: message.number + 1 });
        else call.end();
      });
      call.on('end', resolve);
      call.on('error', reject);
      call.write({ number: 1 });
    });
    assert.deepEqual(answers, [...Array(20).keys()].map((i) => i + 1));
  },

  async 'flow control'() {
    const call = client.ServerStream({ text: 'large', number: 60 });
    let bytes = 0;
    for await (const message of call) {
      bytes += message.payload.length;
      await new Promise((resolve) => { setImmediate(resolve); });
    }
    assert.equal(bytes, 60 * 100_000);
  },

  async deadline() {
    const error = await failure(unary('Unary', { text: 'wait' }, undefined, { deadline: Date.now() + 300 }));
    assert.equal(error.code, grpc.status.DEADLINE_EXCEEDED);
    await unary('Unary', { text: 'cancelled?' });
  },

  async 'deadline told to the handler'() {
    const { reply } = await unary('Unary', { text: 'deadline?' }, undefined, { deadline: Date.now() + 60_000 });
    assert.ok(reply.number > 30 && reply.number <= 61, `${reply.number} s`);
  },

  async cancel() {
    const error = await failure(new Promise((resolve, reject) => {
      const call = client.Unary({ text: 'wait' }, (problem) => (problem ? reject(problem) : resolve()));
      unary('Unary', { text: 'waiting?' }).then(() => call.cancel(), reject);
    }));
    assert.equal(error.code, grpc.status.CANCELLED);
    await unary('Unary', { text: 'cancelled?' });
  },

  async 'cancel of a stream'() {
    const call = client.ServerStream({ text: 'wait', number: 1 });
    const error = await failure(new Promise((resolve, reject) => {
      call.on('data', () => call.cancel());
      call.on('end', resolve);
      call.on('error', reject);
    }));
    assert.equal(error.code, grpc.status.CANCELLED);
    await unary('Unary', { text: 'cancelled?' });
  },

  async 'binary metadata'() {
    const metadata = new grpc.Metadata();
    metadata.set('x-bytes-bin', Buffer.from([0, 1, 2, 253, 254, 255]));
    metadata.set('x-odd-bin', Buffer.from([7]));
    metadata.set('x-text', 'some text');
    const { headers, trailers } = await unary('Unary', { text: 'mirror' }, metadata);
    for (const mirrored of [headers, trailers]) {
      assert.deepEqual([...mirrored.get('x-bytes-bin')[0]], [0, 1, 2, 253, 254, 255]);
      assert.deepEqual([...mirrored.get('x-odd-bin')[0]], [7]);
      assert.deepEqual(mirrored.get('x-text'), ['some text']);
    }
  },

  async 'status details'() {
    const error = await failure(unary('Unary', { text: 'fail' }));
    assert.equal(error.code, grpc.status.INVALID_ARGUMENT);
    assert.equal(error.details, 'Zürich: 100% wrong');
    const { code, details } = statusDetails.decode(error.metadata.get('grpc-status-details-bin')[0]);
    assert.equal(code, grpc.status.INVALID_ARGUMENT);
    assert.deepEqual(details.map((detail) => detail.type), ['google.rpc.BadRequest', 'google.rpc.ErrorInfo', 'google.rpc.RetryInfo']);
    assert.equal(details[0].fieldViolations[0].field, 'page_size');
    assert.equal(details[1].metadata.stage, 'ingestion');
    assert.equal(details[2].retryDelay.seconds, 2);
  },

  async 'error after messages'() {
    const call = client.ServerStream({ text: 'fail', number: 3 });
    let count = 0;
    call.on('data', () => { count++; });
    const error = await failure(new Promise((resolve, reject) => { call.on('end', resolve); call.on('error', reject); }));
    assert.equal(error.code, grpc.status.DATA_LOSS);
    assert.equal(count, 3);
  },

  async 'exception without a word'() {
    const error = await failure(unary('Unary', { text: 'throw' }));
    assert.equal(error.code, grpc.status.UNKNOWN);
    assert.ok(!error.details.includes('swordfish'));
  },

  async gzip() {
    const compressing = new conformance.Echo(address, insecure, {
      'grpc.default_compression_algorithm': 2, 'grpc.default_compression_level': 2,
    });
    const text = 'x'.repeat(100_000);
    const { reply } = await unary('Unary', { text, number: -77 }, undefined, {}, compressing);
    compressing.close();
    assert.equal(reply.text, `gzip:${text.length}`);
  },

  async 'gzip of responses'() {
    const { reply } = await unary('Unary', { text: 'compress', number: 100_000 });
    assert.equal(reply.text.length, 100_000);
  },

  async 'message size limits'() {
    const request = await failure(unary('Unary', { payload: Buffer.alloc(4 * 1024 * 1024 + 1) }));
    assert.equal(request.code, grpc.status.RESOURCE_EXHAUSTED);
    const response = await failure(unary('Unary', { text: 'grow', number: 4 * 1024 * 1024 + 1 }));
    assert.equal(response.code, grpc.status.RESOURCE_EXHAUSTED);
    const { reply } = await unary('Unary', { text: 'grow', number: 3_000_000 });
    assert.equal(reply.payload.length, 3_000_000);
  },

  async unimplemented() {
    assert.equal((await failure(unary('Missing', {}))).code, grpc.status.UNIMPLEMENTED);
    const other = new conformance.Other(address, insecure);
    assert.equal((await failure(unary('Unary', {}, undefined, {}, other))).code, grpc.status.UNIMPLEMENTED);
    other.close();
  },

  async 'many at a time'() {
    const replies = await Promise.all([...Array(300).keys()].map((number) => unary('Unary', { number })));
    assert.deepEqual(replies.map(({ reply }) => reply.number), [...Array(300).keys()]);
  },

  async health() {
    const of = new health.Health(address, insecure);
    assert.equal((await unary('Check', { service: '' }, undefined, {}, of)).reply.status, 'SERVING');
    assert.equal((await unary('Check', { service: 'down' }, undefined, {}, of)).reply.status, 'NOT_SERVING');
    assert.equal((await failure(unary('Check', { service: 'who' }, undefined, {}, of))).code, grpc.status.NOT_FOUND);
    const watch = of.Watch({ service: '' });
    watch.on('error', () => {});
    const first = await new Promise((resolve) => { watch.on('data', resolve); });
    assert.equal(first.status, 'SERVING');
    watch.cancel();
    of.close();
  },

  async reflection() {
    for (const version of ['v1', 'v1alpha']) {
      const of = new (reflection(version).ServerReflection)(address, insecure);
      const call = of.ServerReflectionInfo();
      const answers = collect(call);
      call.write({ list_services: '' });
      call.write({ file_containing_symbol: 'conformance.v1.Echo' });
      call.write({ file_by_filename: 'nothing.proto' });
      call.end();
      const [services, file, nothing] = await answers;
      assert.ok(services.list_services_response.service.some(({ name }) => name === 'conformance.v1.Echo'));
      assert.equal(nothing.error_response.error_code, grpc.status.NOT_FOUND);
      const { Echo } = fromDescriptors(file.file_descriptor_response.file_descriptor_proto).conformance.v1;
      const reflected = new Echo(address, insecure);
      assert.equal((await unary('Unary', { text: 'reflected' }, undefined, {}, reflected)).reply.text, 'reflected');
      reflected.close();
      of.close();
    }
  },
};

await runCases(cases);
client.close();
process.exit(0);
