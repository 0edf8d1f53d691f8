package elastic

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"dateline/config"
	"dateline/index"
)

// written is a bulk's body, put together plainly.
func written(t *testing.T, actions []index.Action) string {
	t.Helper()
	var b strings.Builder
	for _, a := range actions {
		line, err := json.Marshal(map[string]any{"index": struct {
			Index   string `json:"_index"`
			ID      string `json:"_id"`
			Version int64  `json:"version"`
			Type    string `json:"version_type"`
		}{a.Index, a.ID, a.Version, "external"}})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s\n%s\n", line, a.Source)
	}
	return b.String()
}

func someActions(n int) []index.Action {
	as := make([]index.Action, n)
	for i := range as {
		as[i] = index.Action{Index: "dateline-articles-2025.05", ID: fmt.Sprintf("%d \"\n", i), Version: int64(i), Source: []byte(`{"body":"` + strings.Repeat("harbour ", 50*i) + `"}`)}
	}
	return as
}

func TestBody(t *testing.T) {
	for _, n := range []int{0, 1, 2, 40} {
		as := someActions(n)
		b := newBody(as)
		want := written(t, as)
		if n == 0 {
			want = "\n" // Bulk sends none
		}
		if b.size != int64(len(want)) {
			t.Errorf("%d actions: size %d, want %d", n, b.size, len(want))
		}
		for range 2 { // each reader begins at the start
			if err := iotest.TestReader(b.reader(), []byte(want)); err != nil {
				t.Errorf("%d actions: %v", n, err)
			}
		}
		for i := range as { // a copy would double what a bulk holds
			if p := b.parts[2*i+1]; &p[0] != &as[i].Source[0] {
				t.Errorf("%d actions: document %d was copied", n, i)
			}
		}
	}
}

// The server learns how long the body is, and what it gets can be sent anew.
func TestBulkRequest(t *testing.T) {
	type sent struct {
		body   string
		length int64
	}
	got := make(chan sent, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got <- sent{string(body), r.ContentLength}
	}))
	defer server.Close()
	as := someActions(40)
	for _, compression := range []string{"off", "on"} {
		s, err := New(config.Elasticsearch{Addresses: []string{server.URL}, Timeout: config.Duration(time.Second), Compression: compression}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.bulkRequest(context.Background(), newBody(as))
		if err != nil {
			t.Fatal(err)
		}
		again, err := r.GetBody()
		if err != nil {
			t.Fatal(err)
		}
		kept, err := io.ReadAll(again)
		if err != nil {
			t.Fatal(err)
		}
		r.URL.Scheme, r.URL.Host = "http", strings.TrimPrefix(server.URL, "http://")
		answer, err := s.pool.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := answer.Body.Close(); err != nil {
			t.Error(err)
		}
		first := <-got
		if first.body != string(kept) || first.length != int64(len(kept)) {
			t.Errorf("compression %s: sent %d bytes, announced %d, would send %d anew", compression, len(first.body), first.length, len(kept))
		}
		if compression == "off" && first.body != written(t, as) {
			t.Errorf("compression off: body %q", first.body)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
