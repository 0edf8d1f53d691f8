// Package tracing makes OpenTelemetry spans of records and sends them to a
// collector over OTLP/HTTP. It is off unless an endpoint is configured.
//
// A record that carries a W3C traceparent header continues that trace, if its
// sampled flag says so. Of the others one in so many begins a trace of its own.
//
// The exporter writes OTLP's JSON form, which every collector takes on the same
// port as protobuf: OpenTelemetry's own exporters link gRPC and all of OTLP's
// generated code, which is much program for a feature that is off by default.
package tracing
