package tracing

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// exporter sends spans in OTLP's JSON form: ids in hexadecimal, enumerations as
// numbers, 64-bit numbers as text (OTLP specification, JSON Protobuf Encoding).
type exporter struct {
	url    string
	token  string
	client *http.Client
	failed func(error)
}

// ExportSpans sends one batch. Spans that cannot be sent are lost: no record
// waits for a collector.
func (e *exporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	if err := e.send(ctx, spans); err != nil && e.failed != nil {
		e.failed(fmt.Errorf("%d spans are lost: %w", len(spans), err))
	}
	return nil // said above; the SDK would only print it
}

// Shutdown drops idle connections.
func (e *exporter) Shutdown(context.Context) error {
	e.client.CloseIdleConnections()
	return nil
}

func (e *exporter) send(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	if len(spans) == 0 {
		return nil
	}
	body, err := json.Marshal(encode(spans))
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if e.token != "" {
		req.Header.Set("Authorization", "Bearer "+e.token)
	}
	res, err := e.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // so that the connection is used again
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("the collector answers %s", res.Status)
	}
	return nil
}

// The parts of an export request that are used.
type (
	exportRequest struct {
		ResourceSpans []resourceSpans `json:"resourceSpans"`
	}
	resourceSpans struct {
		Resource   resourceJSON `json:"resource"`
		ScopeSpans []scopeSpans `json:"scopeSpans"`
	}
	resourceJSON struct {
		Attributes []keyValue `json:"attributes"`
	}
	scopeSpans struct {
		Scope scopeJSON  `json:"scope"`
		Spans []spanJSON `json:"spans"`
	}
	scopeJSON struct {
		Name string `json:"name"`
	}
	spanJSON struct {
		TraceID    string     `json:"traceId"`
		SpanID     string     `json:"spanId"`
		TraceState string     `json:"traceState,omitempty"`
		Parent     string     `json:"parentSpanId,omitempty"`
		Flags      int        `json:"flags"`
		Name       string     `json:"name"`
		Kind       int        `json:"kind"` // 1 internal to 5 consumer, as in the SDK
		Start      string     `json:"startTimeUnixNano"`
		End        string     `json:"endTimeUnixNano"`
		Attributes []keyValue `json:"attributes,omitempty"`
	}
	keyValue struct {
		Key   string            `json:"key"`
		Value map[string]string `json:"value"`
	}
)

// encode puts spans of one process into a request: they share a resource.
func encode(spans []sdktrace.ReadOnlySpan) exportRequest {
	out := scopeSpans{Scope: scopeJSON{spans[0].InstrumentationScope().Name}}
	for _, s := range spans {
		c := s.SpanContext()
		j := spanJSON{TraceID: c.TraceID().String(), SpanID: c.SpanID().String(), TraceState: c.TraceState().String(), Flags: int(c.TraceFlags()),
			Name: s.Name(), Kind: int(s.SpanKind()), Start: nanos(s.StartTime()), End: nanos(s.EndTime()), Attributes: attributes(s.Attributes())}
		if p := s.Parent(); p.SpanID().IsValid() {
			j.Parent = p.SpanID().String()
		}
		out.Spans = append(out.Spans, j)
	}
	return exportRequest{[]resourceSpans{{Resource: resourceJSON{attributes(spans[0].Resource().Attributes())}, ScopeSpans: []scopeSpans{out}}}}
}

func nanos(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }

// attributes are texts and whole numbers; the package makes no others.
func attributes(list []attribute.KeyValue) []keyValue {
	out := make([]keyValue, 0, len(list))
	for _, a := range list {
		kind := "stringValue"
		if a.Value.Type() == attribute.INT64 {
			kind = "intValue"
		}
		out = append(out, keyValue{string(a.Key), map[string]string{kind: a.Value.Emit()}})
	}
	return out
}
