// The contract by which the implementations are held against each other.
import { load } from './contracts.mjs';

export const conformance = load('conformance.proto').conformance.v1;
