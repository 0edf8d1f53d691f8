package worker

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/segmentio/kafka-go"

	"dateline/config"
	"dateline/internal/tracing"
)

// span is what the test reads of an exported one.
type span struct {
	TraceID, SpanID, ParentSpanID, Name string
	Attributes                          []struct {
		Key   string
		Value map[string]string
	}
}

func (s *span) attribute(key string) string {
	for _, a := range s.Attributes {
		if a.Key == key {
			return a.Value["stringValue"] + a.Value["intValue"]
		}
	}
	return ""
}

// The trace of whoever sent a record goes on in the worker, and its header
// into the dead letter; a record without one gets a trace of its own.
func TestTraceGoesOn(t *testing.T) {
	var mu sync.Mutex
	var spans []span
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var req struct {
			ResourceSpans []struct{ ScopeSpans []struct{ Spans []span } }
		}
		if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		spans = append(spans, req.ResourceSpans[0].ScopeSpans[0].Spans...)
	}))
	defer collector.Close()
	tracer := tracing.New(config.Tracing{Endpoint: collector.URL, OneIn: 1}, "v1", func(err error) { t.Error(err) })
	b, s := newBench(t, 1), &memory{}
	w := b.run(Options{Stages: newPlain(t), Store: s, Tracer: tracer})
	const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	from := []kafka.Header{{Key: "traceparent", Value: []byte(parent)}}
	b.send("news.raw", kafka.Message{Value: envelope("a", 1), Headers: from}, kafka.Message{Value: []byte("junk"), Headers: from}, kafka.Message{Value: []byte("junk")})
	until(t, "all settled", func() bool { return b.committed() == 3 })
	w.stop()
	if err := tracer.Close(context.Background()); err != nil {
		t.Fatal(err)
	}

	byOffset := make(map[string]*span)
	parts := make(map[string][]string)
	for i := range spans {
		if s := &spans[i]; s.Name == "news.raw process" {
			byOffset[s.attribute("messaging.kafka.offset")] = s
		} else {
			parts[s.ParentSpanID] = append(parts[s.ParentSpanID], s.Name)
		}
	}
	a, junk, own := byOffset["0"], byOffset["1"], byOffset["2"]
	if a == nil || junk == nil || own == nil || len(spans) != 3+2+1+1 {
		t.Fatalf("spans %+v", spans)
	}
	if a.TraceID != parent[3:35] || a.ParentSpanID != parent[36:52] || a.attribute("dateline.outcome") != "indexed" || a.attribute("dateline.doc_id") == "" ||
		!slices.Equal(parts[a.SpanID], []string{"stages", "index"}) {
		t.Errorf("span of the article %+v with %v", a, parts[a.SpanID])
	}
	if junk.TraceID != a.TraceID || junk.attribute("dateline.outcome") != "dead" || own.TraceID == a.TraceID || own.ParentSpanID != "" {
		t.Errorf("spans of the junk %+v, %+v", junk, own)
	}
	var letters []string
	for _, m := range b.letters() {
		for _, h := range m.Headers {
			if h.Key == "traceparent" {
				letters = append(letters, string(h.Value))
			}
		}
	}
	slices.Sort(letters) // several lanes: the order of the two is open
	want := []string{parent, "00-" + own.TraceID + "-" + own.SpanID + "-01"}
	slices.Sort(want)
	if !slices.Equal(letters, want) {
		t.Errorf("dead letters carry %q, want %q", letters, want)
	}
}
