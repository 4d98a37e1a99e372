// otlp.mjs HTTP_PORT GRPC_PORT: receives OTLP over HTTP/protobuf and gRPC, with OpenTelemetry's own protobuf definitions and the official gRPC server. GET /received has all of it as JSON.
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import grpc from '@grpc/grpc-js';
import root from '@opentelemetry/otlp-transformer/build/src/generated/root.js';

const { trace, metrics } = root.opentelemetry.proto.collector;
const signals = {
  traces: { path: '/v1/traces', request: trace.v1.ExportTraceServiceRequest, response: trace.v1.ExportTraceServiceResponse, method: '/opentelemetry.proto.collector.trace.v1.TraceService/Export' },
  metrics: { path: '/v1/metrics', request: metrics.v1.ExportMetricsServiceRequest, response: metrics.v1.ExportMetricsServiceResponse, method: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export' },
};
const received = [];

function keep(signal, protocol, headers, message) {
  received.push({ signal, protocol, headers, body: signals[signal].request.toObject(message, { longs: String, enums: String }) });
}

createServer(async (request, response) => {
  if (request.url === '/received') return response.end(JSON.stringify(received, (name, value) => value?.type === 'Buffer' ? Buffer.from(value.data).toString('hex') : value));
  const signal = Object.keys(signals).find((name) => signals[name].path === request.url);
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  if (!signal || request.method !== 'POST' || request.headers['content-type'] !== 'application/x-protobuf') {
    response.statusCode = 404;
    return response.end();
  }
  const bytes = Buffer.concat(chunks);
  keep(signal, 'http', request.headers, signals[signal].request.decode(request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes));
  response.setHeader('content-type', 'application/x-protobuf');
  response.end(Buffer.from(signals[signal].response.encode({}).finish()));
}).listen(Number(process.argv[2]), '127.0.0.1');

const server = new grpc.Server();
for (const [signal, { method, request, response }] of Object.entries(signals)) {
  server.addService({
    Export: {
      path: method, requestStream: false, responseStream: false,
      requestDeserialize: (bytes) => request.decode(bytes), requestSerialize: (message) => Buffer.from(request.encode(message).finish()),
      responseSerialize: (message) => Buffer.from(response.encode(message).finish()), responseDeserialize: (bytes) => response.decode(bytes),
    },
  }, {
    Export: (call, done) => {
      keep(signal, 'grpc', call.metadata.getMap(), call.request);
      done(null, {});
    },
  });
}
server.bindAsync(`127.0.0.1:${process.argv[3]}`, grpc.ServerCredentials.createInsecure(), (failure) => {
  if (failure) throw failure;
});
