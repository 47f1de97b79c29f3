// What scripts that call a server share: ways to call, and a run of cases that prints one JSON object for each.
import grpc from '@grpc/grpc-js';

// One unary call: its headers, reply and trailers.
export const unaryOf = (client, method, request, metadata = new grpc.Metadata(), options = {}) =>
  new Promise((resolve, reject) => {
    const seen = {};
    const call = client[method](request, metadata, options, (error, reply) => (error ? reject(error) : (seen.reply = reply)));
    call.on('metadata', (headers) => { seen.headers = headers; });
    // The last thing that a call says, after its reply.
    call.on('status', (status) => resolve({ ...seen, trailers: status.metadata }));
  });

export const failure = async (promise) => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('the call should have failed');
};

// All messages of a stream.
export const collect = (call) =>
  new Promise((resolve, reject) => {
    const messages = [];
    call.on('data', (message) => messages.push(message));
    call.on('end', () => resolve(messages));
    call.on('error', reject);
  });

export const runCases = async (cases) => {
  for (const [name, run] of Object.entries(cases)) {
    let outcome = { case: name, ok: true };
    let timer;
    try {
      await Promise.race([run(), new Promise((_, reject) => { timer = setTimeout(() => reject(new Error('it took too long')), 90_000); })]);
    } catch (error) {
      outcome = { case: name, ok: false, detail: `${error.stack ?? error}` };
    }
    clearTimeout(timer);
    console.log(JSON.stringify(outcome));
  }
};
