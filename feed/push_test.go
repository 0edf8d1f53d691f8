package feed

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

func TestPush(t *testing.T) {
	c := newCluster(t, 1)
	p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	push := NewPush(p, "s3cret", func(id string) (Source, bool) { return Source{ID: id, MaxBytes: 5000}, id == "desk" })
	server := httptest.NewServer(Handler(p, push))
	defer server.Close()
	for _, step := range []struct {
		what, method, query, token, kind string
		body                             []byte
		gz                               bool
		code                             int
		stored                           int
		says                             string
	}{
		{"an article", "POST", "?source=desk", "s3cret", "application/json", []byte(ferry), false, 202, 1, "desk/https://desk.example/a"},
		{"plain text", "POST", "?source=desk", "s3cret", "text/plain", []byte(plain), false, 202, 1, "desk/"},
		{"a wire's message", "POST", "?source=desk&format=iptc7901", "s3cret", "", []byte(message(7, "Text.")), false, 202, 1, "desk/hlw/ferry 7/"},
		{"an envelope, of its own source", "POST", "", "s3cret", "application/json", []byte(envelope), false, 202, 1, "other/e-1"},
		{"lines", "POST", "?source=desk", "s3cret", "application/x-ndjson", []byte(ferry + "\n" + `{"title":5}` + "\n" + ferry2), false, 202, 2, `"line":2`},
		{"gzip", "POST", "?source=desk", "s3cret", "application/json", zipped([]byte(ferry2)), true, 202, 1, "desk/f-2"},
		{"no token", "POST", "?source=desk", "", "", []byte(ferry), false, 401, 0, "feed.token"},
		{"another token", "POST", "?source=desk", "s3cre", "", []byte(ferry), false, 401, 0, "feed.token"},
		{"unknown source", "POST", "?source=dek", "s3cret", "", []byte(ferry), false, 404, 0, `source \"dek\"`},
		{"no source", "POST", "", "s3cret", "", []byte(ferry), false, 400, 0, "no_source"},
		{"broken", "POST", "?source=desk", "s3cret", "", []byte(`{"title":"a"`), false, 400, 0, "unfinished"},
		{"empty", "POST", "?source=desk", "s3cret", "", nil, false, 400, 0, "unfinished"},
		{"unknown format", "POST", "?source=desk&format=ninjas", "s3cret", "", []byte(ferry), false, 400, 0, "ninjas"},
		{"not an article", "POST", "?source=desk", "s3cret", "", []byte(`{"a":1}`), false, 415, 0, "unsupported_format"},
		{"too large", "POST", "?source=desk", "s3cret", "text/plain", bytes.Repeat([]byte("Long. "), 2000), false, 413, 0, "too_large"},
		{"a bomb", "POST", "?source=desk", "s3cret", "text/plain", bomb(64), true, 413, 0, "more than"},
		{"cut gzip", "POST", "?source=desk", "s3cret", "text/plain", zipped([]byte(ferry2))[:20], true, 400, 0, "unfinished"},
		{"read", "GET", "?source=desk", "s3cret", "", nil, false, 405, 0, "POST"},
	} {
		before := len(storedRecords(t, 1, c.ListenAddrs()...))
		r, _ := http.NewRequest(step.method, server.URL+"/articles"+step.query, bytes.NewReader(step.body))
		r.Header.Set("Content-Type", step.kind)
		if step.token != "" {
			r.Header.Set("Authorization", "Bearer "+step.token)
		}
		if step.gz {
			r.Header.Set("Content-Encoding", "gzip")
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		stored := len(storedRecords(t, 1, c.ListenAddrs()...)) - before
		if res.StatusCode != step.code || stored != step.stored || !strings.Contains(string(body), step.says) {
			t.Errorf("%s: %d, %d stored, %s; want %d, %d, %s", step.what, res.StatusCode, stored, body, step.code, step.stored, step.says)
		}
		var a pushAnswer
		if err := json.Unmarshal(body, &a); err != nil || a.Stored != step.stored {
			t.Errorf("%s: answer %s, %v", step.what, body, err)
		}
	}
	http.DefaultClient.CloseIdleConnections()
	var metrics bytes.Buffer
	res := httptest.NewRecorder()
	Handler(p, push).ServeHTTP(res, httptest.NewRequest("GET", "/metrics", nil))
	metrics.ReadFrom(res.Body)
	for _, want := range []string{`dateline_feed_records_total{source="desk",way="push",where=""} 6`, `dateline_feed_records_total{source="other",way="push",where=""} 1`,
		`dateline_feed_refused_total{source="desk",way="push",where=""} 6`, `dateline_feed_silent{source="desk",way="push",where=""} 0`} {
		if !strings.Contains(metrics.String(), want) {
			t.Errorf("metrics lack %s", want)
		}
	}
	off := httptest.NewRecorder()
	NewPush(p, "", nil).ServeHTTP(off, httptest.NewRequest("POST", "/articles", nil))
	if off.Code != http.StatusForbidden {
		t.Errorf("without a token: %d", off.Code)
	}
}

// TestPushWithoutKafka never says that it has what it has not.
func TestPushWithoutKafka(t *testing.T) {
	p := newProducer(t, ProducerOptions{}, "127.0.0.1:1")
	push := NewPush(p, "s3cret", func(id string) (Source, bool) { return Source{ID: id}, true })
	ctx, cancel := context.WithCancel(t.Context())
	r := httptest.NewRequest("POST", "/articles?source=desk", strings.NewReader(ferry)).WithContext(ctx)
	r.Header.Set("Authorization", "Bearer s3cret")
	w := httptest.NewRecorder()
	cancel()
	push.ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for range pushAtOnce {
		push.slots <- struct{}{}
	}
	w = httptest.NewRecorder()
	push.ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || !slices.Contains(w.Header()["Retry-After"], "5") {
		t.Errorf("too many at once: %d", w.Code)
	}
}
