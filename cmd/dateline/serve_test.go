package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"dateline/index"
	"dateline/index/embedded"
	"dateline/search"
)

// waiting is a store whose questions wait until they may go on.
type waiting struct {
	index.Store
	asked, goOn chan struct{}
}

func (s waiting) Search(ctx context.Context, q *index.Query) (*index.Answer, error) {
	close(s.asked)
	<-s.goOn
	return s.Store.Search(ctx, q)
}

// A server that is told to stop answers what it was asked, then ends.
func TestServeStopsGracefully(t *testing.T) {
	store, err := embedded.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	slow := waiting{store, make(chan struct{}), make(chan struct{})}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- servePage(ctx, l, slow, search.Options{Version: "v1"}) }()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 20 * time.Second}

	r, err := client.Get("http://" + l.Addr().String() + "/api/health")
	if err != nil {
		t.Fatal(err)
	}
	var health struct{ Status, Version string }
	if err := json.NewDecoder(r.Body).Decode(&health); err != nil || health.Status != "ok" || health.Version != "v1" {
		t.Errorf("health %+v, %v", health, err)
	}
	r.Body.Close()

	answer := make(chan string, 1)
	go func() {
		r, err := client.Get("http://" + l.Addr().String() + "/api/articles")
		if err != nil {
			answer <- err.Error()
			return
		}
		defer r.Body.Close()
		b, _ := io.ReadAll(r.Body)
		answer <- r.Status + string(b)
	}()
	<-slow.asked
	stop()
	select {
	case err := <-ended:
		t.Fatalf("ended with a question open: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(slow.goOn)
	if got := <-answer; !strings.HasPrefix(got, "200 OK{") {
		t.Errorf("the open question got %s", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := client.Get("http://" + l.Addr().String() + "/"); err == nil {
		t.Error("it still answers")
	}
}

func TestServeUsage(t *testing.T) {
	if _, err := runCommand(newServeCommand(), "--dir", t.TempDir(), "--timezone", "Mars/Base"); err == nil || !isUsage(err) {
		t.Errorf("a zone that is none: %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := runCommand(newServeCommand(), "--dir", t.TempDir(), "--listen", l.Addr().String()); err == nil || !strings.Contains(err.Error(), "serve.listen") {
		t.Errorf("an address in use: %v", err)
	}
}

// A page over an embedded index is asked for once before anybody comes, with the
// token that it wants.
func TestServeVisitsItself(t *testing.T) {
	store, err := embedded.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	page := search.NewServer(store, search.Options{Token: "let me in"})
	type visitor struct{ path, status string }
	seen := make(chan visitor, 1)
	inner := page.Handler
	page.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &statusOf{ResponseWriter: w, status: http.StatusOK}
		inner.ServeHTTP(rec, r)
		seen <- visitor{r.URL.Path, http.StatusText(rec.status)}
	})
	go page.Serve(l)
	defer page.Close()
	visit(context.Background(), l.Addr(), "let me in")
	if got := <-seen; got != (visitor{"/", "OK"}) {
		t.Errorf("visited %+v", got)
	}
	visit(context.Background(), l.Addr(), "")
	if got := <-seen; got != (visitor{"/", "Unauthorized"}) {
		t.Errorf("without a token visited %+v", got)
	}
}

// statusOf keeps the status of an answer.
type statusOf struct {
	http.ResponseWriter
	status int
}

func (s *statusOf) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}
