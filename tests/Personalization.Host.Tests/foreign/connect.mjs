// How scripts that shop with the running engine reach it, and what they put on its shelves.
import grpc from '@grpc/grpc-js';
import { unaryOf } from './cases.mjs';
import { load } from './contracts.mjs';

export const insecure = grpc.credentials.createInsecure();
export const serviceOf = (stage) => `${stage[0].toUpperCase()}${stage.slice(1)}Service`;

// A client for each stage, and a way to call one.
export const connect = (address, ...stages) => {
  const { v1 } = load(...stages.map((stage) => `personalization/v1/${stage}.proto`)).personalization;
  const engine = Object.fromEntries(stages.map((stage) => [stage, new v1[serviceOf(stage)](address, insecure)]));
  const call = async (stage, method, request) => (await unaryOf(engine[stage], method, request, undefined, { deadline: Date.now() + 60_000 })).reply;
  return { engine, call };
};

export const serums = (count) => [...Array(count).keys()].map((i) => ({
  product_id: `serum-${i}`, title: `Serum ${i}`, brand: `Brand ${i % 3}`, category_path: ['care', 'serum'], in_stock: true,
  price: { currency_code: 'EUR', units: String(10 + i) },
}));
