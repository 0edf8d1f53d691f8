package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"dateline/index/embedded"
	"dateline/search"
	"dateline/search/client"
	"dateline/search/searchtest"
)

// serve is a server over the bundled articles, with a token.
func serve() (address string, stop func(), err error) {
	dir, err := os.MkdirTemp("", "dateline-client-")
	if err != nil {
		return "", nil, err
	}
	store, err := embedded.Open(dir)
	if err != nil {
		return "", nil, err
	}
	if err := searchtest.Bundle(context.Background(), store); err != nil {
		return "", nil, err
	}
	clock := func() time.Time { return time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC) }
	srv := httptest.NewServer(search.Handler(store, search.Options{Now: clock, Token: "secret", Version: "v1"}))
	return srv.URL, func() {
		srv.Close()
		_ = store.Close()
		_ = os.RemoveAll(dir)
	}, nil
}

var address string

func TestMain(m *testing.M) {
	var stop func()
	var err error
	if address, stop, err = serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	stop()
	os.Exit(code)
}

// Where was Harold Brandt in April, by event?
func Example() {
	c, err := client.New(address, client.Options{Token: "secret"})
	if err != nil {
		fmt.Println(err)
		return
	}
	question := client.Question{Actors: []string{"Harold Brandt"}, Places: []string{"Addis Ababa"}, On: "2025-04-03", Sort: "event_date"}
	for hit, err := range c.Events(context.Background(), question) {
		if err != nil {
			fmt.Println(err)
			return
		}
		var event struct {
			Outlet string
			Date   struct{ Start string } `json:"event_date"`
			Place  struct{ Name []string }
		}
		if err := json.Unmarshal(hit.Document, &event); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(event.Date.Start, event.Outlet)
	}
	// Output: 2025-04-03 Meridian Press Agency
}

// first is the first hit of an answer.
func first(hits iter.Seq2[client.Hit, error]) (client.Hit, error) {
	next, stop := iter.Pull2(hits)
	defer stop()
	h, err, _ := next()
	return h, err
}

func open(t *testing.T, token string) *client.Client {
	t.Helper()
	c, err := client.New(address+"/", client.Options{Token: token})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Small pages give the same as one large one, and stop when the caller stops.
func TestPages(t *testing.T) {
	c := open(t, "secret")
	count := func(q client.Question) (ids []string) {
		for h, err := range c.Articles(t.Context(), q) {
			if err != nil {
				t.Fatal(err)
			}
			if len(h.Document) == 0 {
				t.Errorf("%s has no document", h.ID)
			}
			ids = append(ids, h.ID)
		}
		return ids
	}
	n, err := c.Count(t.Context(), client.Question{Facets: []string{"outlet"}, FacetSize: 3}, false)
	if err != nil || n.Total == 0 || len(n.Facets["outlet"]) != 3 {
		t.Fatalf("%+v, %v", n, err)
	}
	small, large := count(client.Question{PageSize: 9}), count(client.Question{PageSize: 200})
	if strings.Join(small, " ") != strings.Join(large, " ") || int64(len(small)) != n.Total {
		t.Errorf("%d by small pages, %d by large ones, %d in total", len(small), len(large), n.Total)
	}
	seen := 0
	for range c.Articles(t.Context(), client.Question{PageSize: 2}) {
		if seen++; seen == 3 {
			break
		}
	}
	if seen != 3 {
		t.Errorf("%d seen", seen)
	}
}

func TestCalls(t *testing.T) {
	c, ctx := open(t, "secret"), t.Context()
	if err := c.Health(ctx); err != nil {
		t.Error(err)
	}
	n, err := c.Timeline(ctx, client.Question{Places: []string{"EE"}, Roles: []string{"GOV"}, Modality: []string{"asserted"}, Box: "20,50,40,70"}, true)
	if err != nil || n.Total == 0 || len(n.Days) == 0 {
		t.Errorf("%+v, %v", n, err)
	}
	h, err := first(c.Articles(ctx, client.Question{PageSize: 1}))
	if err != nil {
		t.Fatal(err)
	}
	if d, err := c.Article(ctx, h.ID); err != nil || !strings.Contains(string(d), h.ID) {
		t.Errorf("%.80s, %v", d, err)
	}
	if s, err := c.Story(ctx, h.ID); err != nil || !strings.Contains(string(s), h.ID) {
		t.Errorf("%.80s, %v", s, err)
	}
	if d, err := c.Actor(ctx, "Harold Brandt"); err != nil || !strings.Contains(string(d), `"name":"Harold Brandt"`) {
		t.Errorf("%.80s, %v", d, err)
	}
}

func TestErrors(t *testing.T) {
	ctx := t.Context()
	var e *client.Error
	_, err := open(t, "secret").Count(ctx, client.Question{From: "soon"}, false)
	if !errors.As(err, &e) || e.Status != 400 || len(e.Parameters) != 1 || e.Parameters[0] != "from" || !strings.Contains(err.Error(), `"soon" is no date`) {
		t.Errorf("%#v", err)
	}
	if _, err := first(open(t, "wrong").Events(ctx, client.Question{})); !errors.As(err, &e) || e.Status != 401 {
		t.Errorf("%#v", err)
	}
	if _, err := open(t, "secret").Article(ctx, strings.Repeat("0", 32)); !errors.As(err, &e) || e.Status != 404 {
		t.Errorf("%#v", err)
	}
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	c, _ := client.New(other.URL, client.Options{})
	if err := c.Health(ctx); !errors.As(err, &e) || e.Status != 404 || !strings.Contains(err.Error(), "not as dateline serve does") {
		t.Errorf("%v", err)
	}
	for _, bad := range []string{"", "127.0.0.1:8600", "ftp://x", "http://", "http://[::1"} {
		if _, err := client.New(bad, client.Options{}); err == nil {
			t.Errorf("%q is taken for an address", bad)
		}
	}
}
