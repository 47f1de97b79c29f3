// How foreign scripts come by the contracts that they speak.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import protobuf from 'protobufjs';

const protos = path.join(path.dirname(fileURLToPath(import.meta.url)), 'protos');
const options = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true, includeDirs: [protos] };

// The packages of some files below protos.
export const load = (...files) => grpc.loadPackageDefinition(protoLoader.loadSync(files, options));

const rpc = protobuf.loadSync(['status.proto', 'error_details.proto'].map((file) => path.join(protos, 'google/rpc', file)));
const typeOf = (any) => rpc.lookupType(any.type_url.split('/')[1]);

// What a list of google.protobuf.Any holds, each with the name of its type.
export const unpack = (details) => details.map((any) => {
  const type = typeOf(any);
  return { type: type.fullName.slice(1), ...type.toObject(type.decode(any.value), { longs: Number }) };
});

// The parts of google.rpc.Status behind grpc-status-details-bin.
export const statusDetails = {
  decode(bytes) {
    const status = rpc.lookupType('google.rpc.Status').decode(bytes);
    return { code: status.code, message: status.message, details: unpack(status.details) };
  },
  encode(code, message, details) {
    const any = details.map(([name, value]) => ({
      type_url: `type.googleapis.com/${name}`,
      value: rpc.lookupType(name).encode(rpc.lookupType(name).fromObject(value)).finish(),
    }));
    return Buffer.from(rpc.lookupType('google.rpc.Status').encode({ code, message, details: any }).finish());
  },
};

const inline = (text) => grpc.loadPackageDefinition(protoLoader.fromJSON(protobuf.parse(text, { keepCase: true }).root.toJSON({ keepComments: false }), options));

export const health = inline(`
  syntax = "proto3"; package grpc.health.v1;
  message HealthCheckRequest { string service = 1; }
  message HealthCheckResponse {
    enum ServingStatus { UNKNOWN = 0; SERVING = 1; NOT_SERVING = 2; SERVICE_UNKNOWN = 3; }
    ServingStatus status = 1;
  }
  service Health {
    rpc Check(HealthCheckRequest) returns (HealthCheckResponse);
    rpc Watch(HealthCheckRequest) returns (stream HealthCheckResponse);
  }`).grpc.health.v1;

export const reflection = (version) => inline(`
  syntax = "proto3"; package grpc.reflection.${version};
  message ServerReflectionRequest {
    string host = 1;
    oneof message_request {
      string file_by_filename = 3; string file_containing_symbol = 4; string all_extension_numbers_of_type = 6; string list_services = 7;
    }
  }
  message ServerReflectionResponse {
    oneof message_response {
      FileDescriptorResponse file_descriptor_response = 4; ListServiceResponse list_services_response = 6; ErrorResponse error_response = 7;
    }
  }
  message FileDescriptorResponse { repeated bytes file_descriptor_proto = 1; }
  message ListServiceResponse { repeated ServiceResponse service = 1; }
  message ServiceResponse { string name = 1; }
  message ErrorResponse { int32 error_code = 1; string error_message = 2; }
  service ServerReflection { rpc ServerReflectionInfo(stream ServerReflectionRequest) returns (stream ServerReflectionResponse); }
  `).grpc.reflection[version];

// Turns descriptors that a server gave by reflection into clients.
export const fromDescriptors = (files) => {
  const lengths = (bytes) => {
    const prefix = [];
    for (let rest = bytes.length; ; rest >>>= 7) {
      if (rest < 0x80) return [...prefix, rest];
      prefix.push((rest & 0x7f) | 0x80);
    }
  };
  // A FileDescriptorSet is its files as field 1 one after another.
  const set = Buffer.concat(files.flatMap((file) => [Buffer.from([0x0a, ...lengths(file)]), file]));
  return grpc.loadPackageDefinition(protoLoader.loadFileDescriptorSetFromBuffer(set, options));
};
