package tracing

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/segmentio/kafka-go"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"dateline/config"
)

// Bounds of the exporter. A queue that is full drops spans: tracing must never
// slow the work that it looks at.
const (
	queueSpans    = 4096
	batchSpans    = 512
	batchEvery    = 2 * time.Second
	exportTimeout = 10 * time.Second
)

// Tracer makes spans. A nil Tracer makes none.
type Tracer struct {
	tracer   trace.Tracer
	provider *sdktrace.TracerProvider
	carrier  propagation.TraceContext
}

// New prepares tracing as configured; nil if it is off. It connects to nothing
// yet. failed hears of exports that failed; it may be nil.
func New(c config.Tracing, version string, failed func(error)) *Tracer {
	if c.Endpoint == "" {
		return nil
	}
	out := &exporter{url: c.Endpoint, token: string(c.Token), failed: failed, client: &http.Client{Timeout: exportTimeout,
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConns: 1, IdleConnTimeout: time.Minute}}}
	p := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(out, sdktrace.WithMaxQueueSize(queueSpans), sdktrace.WithMaxExportBatchSize(batchSpans),
			sdktrace.WithBatchTimeout(batchEvery), sdktrace.WithExportTimeout(exportTimeout)),
		sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(1/float64(c.OneIn)))),
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", "dateline-worker"), attribute.String("service.version", version))))
	return &Tracer{tracer: p.Tracer("dateline"), provider: p}
}

// Close sends what is queued, within ctx.
func (t *Tracer) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}

// headers lets the propagator read a record's headers.
type headers []kafka.Header

func (h headers) Get(key string) string {
	for _, x := range h {
		if x.Key == key {
			return string(x.Value)
		}
	}
	return ""
}

func (headers) Set(string, string) {}

func (h headers) Keys() []string {
	keys := make([]string, len(h))
	for i, x := range h {
		keys[i] = x.Key
	}
	return keys
}

// Span is the span of one record or of a part of its way. A nil Span, of a
// record that is not traced, takes all calls and does nothing.
type Span struct {
	t    *Tracer
	span trace.Span
}

// Record begins the span of a record that was fetched at the given time, as a
// child of the span that its traceparent header names, if it has one. It is nil
// if the record is not traced.
func (t *Tracer) Record(m *kafka.Message, group string, fetched time.Time) *Span {
	if t == nil {
		return nil
	}
	ctx := t.carrier.Extract(context.Background(), headers(m.Headers))
	_, s := t.tracer.Start(ctx, m.Topic+" process", trace.WithSpanKind(trace.SpanKindConsumer), trace.WithTimestamp(fetched))
	if !s.IsRecording() {
		return nil
	}
	s.SetAttributes(
		attribute.String("messaging.system", "kafka"), attribute.String("messaging.operation.type", "process"),
		attribute.String("messaging.destination.name", m.Topic), attribute.String("messaging.destination.partition.id", fmt.Sprint(m.Partition)),
		attribute.Int64("messaging.kafka.offset", m.Offset), attribute.String("messaging.consumer.group.name", group),
		attribute.Int("messaging.message.body.size", len(m.Value)))
	return &Span{t, s}
}

// Part begins a span inside s.
func (s *Span) Part(name string) *Span {
	if s == nil {
		return nil
	}
	_, p := s.t.tracer.Start(trace.ContextWithSpan(context.Background(), s.span), name)
	return &Span{s.t, p}
}

// Say notes what became known, as text.
func (s *Span) Say(key, value string) {
	if s != nil && value != "" {
		s.span.SetAttributes(attribute.String(key, value))
	}
}

// End ends the span. A span that ends twice keeps its first end.
func (s *Span) End() {
	if s != nil {
		s.span.End()
	}
}

// Parent is the traceparent header for what follows from s; empty if the record
// is not traced.
func (s *Span) Parent() string {
	if s == nil {
		return ""
	}
	c := propagation.MapCarrier{}
	s.t.carrier.Inject(trace.ContextWithSpan(context.Background(), s.span), c)
	return c["traceparent"]
}
