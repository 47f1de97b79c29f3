// Serves our client by a foreign server: prints its port, and ends when its standard input does.
import grpc from '@grpc/grpc-js';
import { conformance } from './conformance.mjs';
import { statusDetails } from './contracts.mjs';

let cancelled;
const cancelledOnce = new Promise((resolve) => { cancelled = resolve; });

const mirror = (metadata) => {
  const mirrored = new grpc.Metadata();
  for (const key of ['x-text', 'x-bytes-bin', 'x-odd-bin']) {
    metadata.get(key).forEach((value) => mirrored.add(key, value));
  }
  return mirrored;
};

const fail = () => {
  const metadata = new grpc.Metadata();
  metadata.set('grpc-status-details-bin', statusDetails.encode(3, 'wrong', [
    ['google.rpc.BadRequest', { fieldViolations: [{ field: 'page_size', description: 'must be 1 to 100' }] }],
    ['google.rpc.RetryInfo', { retryDelay: { seconds: 2 } }],
  ]));
  return { code: grpc.status.INVALID_ARGUMENT, details: 'Zürich: 100% wrong', metadata };
};

const unaryCases = {
  wait: (call) => { call.on('cancelled', cancelled); },
  'cancelled?': (call, answer) => { cancelledOnce.then(() => answer(null, {})); },
  fail: (call, answer) => answer(fail()),
  mirror: (call, answer) => {
    call.sendMetadata(mirror(call.metadata));
    answer(null, {}, mirror(call.metadata));
  },
  grow: (call, answer) => answer(null, { payload: Buffer.alloc(call.request.number) }),
  compress: (call, answer) => answer(null, { text: 'x'.repeat(call.request.number) }),
  'deadline?': (call, answer) => answer(null, { number: Math.round((call.getDeadline() - Date.now()) / 1000) }),
};

const service = {
  Unary(call, answer) {
    const run = unaryCases[call.request.text];
    if (run) run(call, answer);
    else answer(null, call.request);
  },
  ServerStream(call) {
    for (let i = 0; i < call.request.number; i++) call.write({ text: call.request.text, number: i });
    if (call.request.text === 'fail') call.emit('error', { code: grpc.status.DATA_LOSS, details: 'gone' });
    else if (call.request.text !== 'wait') call.end();
    else call.on('cancelled', cancelled);
  },
  ClientStream(call, answer) {
    let number = 0;
    call.on('data', (message) => { number += message.number; });
    call.on('end', () => answer(null, { number }));
  },
  Duplex(call) {
    call.on('data', (message) => call.write(message));
    call.on('end', () => call.end());
  },
};

const compression = process.argv[2] === 'gzip' ? { 'grpc.default_compression_algorithm': 2, 'grpc.default_compression_level': 2 } : {};
const server = new grpc.Server(compression);
server.addService(conformance.Echo.service, service);
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
