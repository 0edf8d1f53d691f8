package tracing

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"dateline/config"
)

// collector keeps what it is sent.
type collector struct {
	mu     sync.Mutex
	bodies []string
	auth   string
	status int
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bodies, c.auth = append(c.bodies, string(b)), r.Header.Get("Authorization")
	if c.status != 0 {
		w.WriteHeader(c.status)
	}
}

func traced(parent string) *kafka.Message {
	m := &kafka.Message{Topic: "news.raw", Partition: 3, Offset: 1200, Value: []byte("v")}
	if parent != "" {
		m.Headers = []kafka.Header{{Key: "traceparent", Value: []byte(parent)}}
	}
	return m
}

const (
	traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
	sampled = "00-" + traceID + "-00f067aa0ba902b7-01"
	ignored = "00-" + traceID + "-00f067aa0ba902b7-00"
)

func TestSpansReachTheCollector(t *testing.T) {
	c := &collector{}
	s := httptest.NewServer(c)
	defer s.Close()
	tr := New(config.Tracing{Endpoint: s.URL + "/v1/traces", Token: "t0ken", OneIn: 1_000_000}, "v1", func(err error) { t.Error(err) })
	if r := tr.Record(traced(ignored), "dateline", time.Now()); r != nil {
		t.Error("a record whose trace is not sampled is traced")
	}
	r := tr.Record(traced(sampled), "dateline", time.Unix(1_700_000_000, 5))
	if parts := strings.Split(r.Parent(), "-"); len(parts) != 4 || parts[1] != traceID || parts[2] == "00f067aa0ba902b7" || parts[3] != "01" {
		t.Errorf("what follows has the parent %q", r.Parent())
	}
	p := r.Part("stages")
	p.End()
	r.Say("dateline.outcome", "indexed")
	r.End()
	if err := tr.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(c.bodies) != 1 || c.auth != "Bearer t0ken" {
		t.Fatalf("%d requests, authorization %q", len(c.bodies), c.auth)
	}
	var got exportRequest
	if err := json.Unmarshal([]byte(c.bodies[0]), &got); err != nil {
		t.Fatal(err)
	}
	spans := got.ResourceSpans[0].ScopeSpans[0].Spans
	if len(spans) != 2 || spans[0].Name != "stages" || spans[0].Parent != spans[1].SpanID || spans[1].Parent != "00f067aa0ba902b7" ||
		spans[0].TraceID != traceID || spans[1].Kind != 5 || spans[1].Start != "1700000000000000005" {
		t.Errorf("spans %+v", spans)
	}
	for _, want := range []string{`{"key":"dateline.outcome","value":{"stringValue":"indexed"}}`, `{"key":"messaging.kafka.offset","value":{"intValue":"1200"}}`,
		`{"key":"service.name","value":{"stringValue":"dateline-worker"}}`, `"traceId":"` + traceID + `"`} {
		if !strings.Contains(c.bodies[0], want) {
			t.Errorf("no %s in %s", want, c.bodies[0])
		}
	}
}

func TestOneInSoManyIsTraced(t *testing.T) {
	tr := New(config.Tracing{Endpoint: "http://127.0.0.1:1/", OneIn: 4}, "", nil)
	n := 0
	for range 4000 {
		if tr.Record(traced(""), "g", time.Now()) != nil {
			n++
		}
	}
	if n < 800 || n > 1200 {
		t.Errorf("%d of 4000 records are traced, want about 1000", n)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = tr.Close(ctx) // nobody listens
}

func TestFailuresAreToldAndHarmless(t *testing.T) {
	c := &collector{status: http.StatusServiceUnavailable}
	s := httptest.NewServer(c)
	defer s.Close()
	var told string
	tr := New(config.Tracing{Endpoint: s.URL, Token: "t0ken", OneIn: 1}, "", func(err error) { told = err.Error() })
	tr.Record(traced(""), "g", time.Now()).End()
	if err := tr.Close(context.Background()); err != nil || !strings.Contains(told, "1 spans are lost") || !strings.Contains(told, "503") || strings.Contains(told, "t0ken") {
		t.Errorf("%v; told %q", err, told)
	}
}

func TestOffIsNothing(t *testing.T) {
	tr := New(config.Tracing{}, "", nil)
	r := tr.Record(traced(sampled), "g", time.Now())
	r.Say("a", "b")
	r.Part("stages").End()
	r.End()
	if tr != nil || r.Parent() != "" || tr.Close(context.Background()) != nil {
		t.Error("tracing without an endpoint does something")
	}
}
