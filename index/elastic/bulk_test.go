package elastic_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/config"
	"dateline/index"
	"dateline/index/elastic"
	"dateline/index/elastic/estest"
)

func action(n int, version int64) index.Action {
	id := fmt.Sprintf("%032x", n)
	return index.Action{Index: "dateline-articles-2025.05", ID: id, Version: version, Source: []byte(`{"doc_id":"` + id + `"}`)}
}

func actions(n int) []index.Action {
	as := make([]index.Action, n)
	for i := range as {
		as[i] = action(i, 1)
	}
	return as
}

func newStore(t *testing.T, url string, change ...func(*config.Elasticsearch)) *elastic.Store {
	t.Helper()
	c := config.Elasticsearch{Addresses: []string{url}, Timeout: 10 * time.Second}
	for _, f := range change {
		f(&c)
	}
	s, err := elastic.New(c, elastic.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Whatever goes wrong with a request, sending it again until it is OK leaves
// every document there once, and no outcome is ever claimed that is not so.
func TestBulkFailures(t *testing.T) {
	for name, c := range map[string]struct {
		b    estest.Behaviour
		want index.Request
		then index.Result // of the second try
	}{
		"reset":       {estest.Reset(), index.Failed, index.Created},
		"lost ack":    {estest.LostAck(), index.Failed, index.Stale},
		"truncated":   {estest.Truncated(100), index.Failed, index.Stale},
		"short":       {estest.Short(2), index.Failed, index.Stale},
		"swapped":     {estest.Swapped(), index.Failed, index.Stale},
		"no status":   {estest.NoStatus(), index.Failed, index.Stale},
		"text":        {estest.Text("<html>OK</html>"), index.Failed, index.Stale},
		"busy":        {estest.Status(429), index.Failed, index.Created},
		"unavailable": {estest.Status(503), index.Failed, index.Created},
		"too large":   {estest.Status(413), index.TooLarge, index.Created},
		"bad":         {estest.Status(400), index.Bad, index.Created},
		"forbidden":   {estest.Status(403), index.Refused, index.Created},
	} {
		t.Run(name, func(t *testing.T) {
			server := estest.New(t)
			s := newStore(t, server.URL)
			server.Next(c.b)
			as := actions(4)
			r := s.Bulk(context.Background(), as)
			if r.Request != c.want || r.Err == nil || len(r.Outcomes) != 4 || r.Took <= 0 {
				t.Errorf("response %+v, want request %v", r, c.want)
			}
			for _, o := range r.Outcomes {
				if o != (index.Outcome{}) {
					t.Errorf("an outcome of a request that failed: %+v", o)
				}
			}
			r = s.Bulk(context.Background(), as)
			if r.Request != index.OK || r.Err != nil {
				t.Fatalf("second try: %+v", r)
			}
			for i, o := range r.Outcomes {
				if o.Result != c.then {
					t.Errorf("second try, %d: %+v, want %v", i, o, c.then)
				}
			}
			if n := server.Len(index.Article); n != 4 {
				t.Errorf("%d documents of 4", n)
			}
			if n := len(server.Bulks()); n != 2 {
				t.Errorf("%d requests for two calls: the store must not retry", n)
			}
		})
	}
}

func TestBulkItems(t *testing.T) {
	server := estest.New(t)
	s := newStore(t, server.URL)
	server.Next(estest.Items(func(i int, _ string) int { return []int{0, 429, 400, 403, 500}[i] }))
	r := s.Bulk(context.Background(), actions(5))
	if r.Request != index.OK || r.Pushback {
		t.Fatalf("response %+v", r)
	}
	for i, want := range []index.Result{index.Created, index.Unknown, index.Dead, index.Held, index.Unknown} {
		if r.Outcomes[i].Result != want {
			t.Errorf("item %d: %+v, want %v", i, r.Outcomes[i], want)
		}
	}
}

// An index that is deleted under a running worker is created again, once; if
// the writes still find none, they are held with the reason.
func TestBulkIndexGone(t *testing.T) {
	server := estest.New(t)
	s := newStore(t, server.URL)
	ctx := context.Background()
	bulk := func(want index.Result, reason string) {
		t.Helper()
		r := s.Bulk(ctx, actions(1))
		if r.Request != index.OK || r.Outcomes[0].Result != want || r.Outcomes[0].Reason != reason {
			t.Errorf("response %+v, want %v %q", r, want, reason)
		}
	}
	bulk(index.Created, "")
	server.DeleteIndex("dateline-articles-2025.05")
	bulk(index.Unknown, "") // 404: to be sent again
	bulk(index.Created, "")
	gone := estest.Items(func(int, string) int { return http.StatusNotFound })
	server.Next(gone, gone, gone, gone)
	bulk(index.Unknown, "")
	bulk(index.Held, "index_missing")
	bulk(index.Held, "index_missing")
	bulk(index.Held, "index_missing")
	bulk(index.Stale, "")
	server.DeleteIndex("dateline-articles-2025.05") // a new accident is a new chance
	bulk(index.Unknown, "")
	bulk(index.Created, "")
}

func TestBulkDown(t *testing.T) {
	server := estest.New(t)
	server.SetDown(true)
	s := newStore(t, server.URL)
	ctx := context.Background()
	if err := s.Health(ctx); err == nil {
		t.Error("health of a server that is down")
	}
	if r := s.Bulk(ctx, actions(2)); r.Request != index.Failed || r.Err == nil || len(r.Outcomes) != 2 {
		t.Errorf("response %+v", r)
	}
	if _, err := s.Versions(ctx, "dateline-articles-2025.05", []string{"a"}); err == nil {
		t.Error("versions of a server that is down")
	}
	server.SetDown(false)
	if r := s.Bulk(ctx, actions(2)); r.Request != index.OK {
		t.Errorf("after the outage: %+v", r)
	}
	server.SetDown(true)
	if r := s.Bulk(ctx, actions(2)); r.Request != index.Failed {
		t.Errorf("second outage: %+v", r)
	}
}

func TestBulkTimeout(t *testing.T) {
	server := estest.New(t)
	s := newStore(t, server.URL, func(c *config.Elasticsearch) { c.Timeout = 50 * time.Millisecond })
	ctx := context.Background()
	if r := s.Bulk(ctx, actions(1)); r.Request != index.OK {
		t.Fatalf("warm up: %+v", r)
	}
	server.Next(estest.Slow(time.Minute))
	if r := s.Bulk(ctx, actions(1)); r.Request != index.Failed || r.Err == nil {
		t.Errorf("response %+v", r)
	}
}

// The same bulk with and without compression.
func TestBulkGzip(t *testing.T) {
	for _, mode := range []string{"on", "off", "auto"} {
		server := estest.New(t)
		s := newStore(t, server.URL, func(c *config.Elasticsearch) { c.Compression = mode })
		as := actions(50)
		r := s.Bulk(context.Background(), as)
		if r.Request != index.OK || r.Bytes == 0 || server.Len(index.Article) != 50 {
			t.Errorf("%s: %+v", mode, r.Request)
		}
		if got := server.Bulks()[0].Bytes; got != r.Bytes {
			t.Errorf("%s: %d bytes sent, %d reported", mode, got, r.Bytes)
		}
		server.MaxBytes(r.Bytes / 2)
		want := index.TooLarge // auto is off on loopback
		if mode == "on" {
			want = index.OK
		}
		if r := s.Bulk(context.Background(), as); r.Request != want {
			t.Errorf("%s with half the bytes allowed: %v, want %v", mode, r.Request, want)
		}
	}
}

// Ids of any bytes come through the meta line.
func TestBulkOddIDs(t *testing.T) {
	server := estest.New(t)
	s := newStore(t, server.URL)
	var as []index.Action
	for _, id := range []string{"\n", `"}`, "\x00\x1f", "\u2028", "é", strings.Repeat("x", 512)} {
		as = append(as, index.Action{Index: "dateline-articles-undated", ID: id, Version: 1, Source: []byte(`{}`)})
	}
	r := s.Bulk(context.Background(), as)
	if r.Request != index.OK {
		t.Fatalf("response %+v", r)
	}
	for i, o := range r.Outcomes {
		if o.Result != index.Created {
			t.Errorf("id %q: %+v", as[i].ID, o)
		}
	}
}

// Many goroutines, one store: each gets its own answer.
func TestBulkConcurrent(t *testing.T) {
	server := estest.New(t)
	s := newStore(t, server.URL)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 20 {
				a := action(w*1000+i, 1)
				a.Index = fmt.Sprintf("dateline-articles-2025.%02d", w%3+1)
				if r := s.Bulk(context.Background(), []index.Action{a}); r.Request != index.OK || r.Outcomes[0].Result != index.Created {
					t.Errorf("writer %d: %+v", w, r)
				}
			}
		})
	}
	wg.Wait()
	if n := server.Len(index.Article); n != 160 {
		t.Errorf("%d documents of 160", n)
	}
}

// What cannot be a cluster is refused before any document is sent to it.
func TestNotElasticsearch(t *testing.T) {
	posts := 0
	web := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			posts++
		}
		_, _ = w.Write([]byte(`{"status":"green"}`)) // without X-Elastic-Product
	})
	server := newHTTP(t, web)
	s := newStore(t, server)
	if r := s.Bulk(context.Background(), actions(1)); r.Request != index.Failed || posts != 0 {
		t.Errorf("response %+v after %d writes", r, posts)
	}
}

func TestNew(t *testing.T) {
	for name, c := range map[string]config.Elasticsearch{
		"no address": {},
		"no scheme":  {Addresses: []string{"localhost:9200"}},
		"ftp":        {Addresses: []string{"ftp://localhost"}},
		"no CA file": {Addresses: []string{"https://localhost:9200"}, CAFile: "no-such-file.pem"},
	} {
		if s, err := elastic.New(c, elastic.Options{}); err == nil {
			t.Errorf("%s: made a store", name)
			_ = s.Close()
		}
	}
}
