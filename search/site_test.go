package search

import (
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dateline/index"
)

// get asks the handler. Headers are pairs of name and value.
func get(tb testing.TB, h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	tb.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// answer is a JSON answer of the API.
func answer[T any](tb testing.TB, h http.Handler, path string, status int) T {
	tb.Helper()
	w := get(tb, h, path)
	if w.Code != status || w.Header().Get("Content-Type") != jsonType {
		tb.Fatalf("%s: %d %s: %s", path, w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	var v T
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		tb.Fatalf("%s: %v", path, err)
	}
	return v
}

type failure struct {
	Error      string   `json:"error"`
	Hint       string   `json:"hint"`
	Parameters []string `json:"parameters"`
}

// Every answer forbids what the page does not need, errors included.
func TestHeaders(t *testing.T) {
	h := Handler(fixtures(t), Options{Now: clock})
	for _, path := range []string{"/", "/article/" + fixtureID, "/article/none", "/nothing", "/static/style.css", "/api/articles", "/api/articles?from=x", "/?from=x", "/" + strings.Repeat("x", maxURL)} {
		w := get(t, h, path)
		csp := w.Header().Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: no %s in %q", path, want, csp)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") || strings.Contains(csp, "*") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Referrer-Policy") == "" || w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: headers %v", path, w.Header())
		}
		if c := w.Header().Get("Cache-Control"); strings.Contains(c, "public") && !strings.HasPrefix(path, "/static/") {
			t.Errorf("%s: may be cached by anybody: %s", path, c)
		}
	}
}

// The pages hold nothing that the policy would forbid, and name no other host
// but the article's own address, which a person may follow.
func TestPagesKeepThePolicy(t *testing.T) {
	h := Handler(fixtures(t), Options{Now: clock})
	for _, path := range []string{"/", "/?q=harbour&target=event", "/article/" + fixtureID, "/?from=x", "/none"} {
		body := get(t, h, path).Body.String()
		for _, bad := range []string{"<style", " style=", " onclick", " onload", "javascript:", "src=\"http", "url(http", "//fonts", "@import"} {
			if strings.Contains(strings.ToLower(body), bad) {
				t.Errorf("%s holds %q", path, bad)
			}
		}
		rest := strings.ReplaceAll(body, `href="https://north.example/1"`, "")
		if i := strings.Index(rest, "://"); i >= 0 {
			t.Errorf("%s names another host: %s", path, rest[max(0, i-40):min(len(rest), i+40)])
		}
	}
	for name, f := range files {
		for _, bad := range []string{"@import", "url(", "fetch(", "innerHTML", "eval("} {
			if strings.Contains(string(f.data), bad) {
				t.Errorf("%s holds %q", name, bad)
			}
		}
	}
}

func TestMethods(t *testing.T) {
	h := Handler(fixtures(t), Options{Now: clock})
	for _, m := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PATCH"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(m, "/api/articles", nil))
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d", m, w.Code)
		}
	}
	for _, path := range []string{"/", "/api/articles", "/static/page.js", "/article/" + fixtureID, "/none", "/api/none"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodHead, path, nil))
		if want := get(t, h, path).Code; w.Code != want || w.Body.Len() != 0 {
			t.Errorf("HEAD %s: %d with %d bytes, GET has %d", path, w.Code, w.Body.Len(), want)
		}
	}
}

func TestToken(t *testing.T) {
	h := Handler(fixtures(t), Options{Now: clock, Token: "correct horse"})
	basic := func(user, password string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
	}
	closed := []string{"/", "/?q=harbour", "/article/" + fixtureID, "/api/articles", "/api/events", "/api/facets", "/api/articles/" + fixtureID,
		"/actor/p:marta-olsson", "/story/" + fixtureID, "/feed", "/api/timeline", "/api/map", "/api/export.csv", "/api/export.jsonl", "/api/actors/p:marta-olsson", "/api/stories/" + fixtureID}
	for _, path := range closed {
		for name, c := range map[string]struct {
			given string
			want  int
		}{
			"none": {"", 401}, "right": {"Bearer correct horse", 200}, "lower": {"bearer correct horse", 200}, "password": {basic("any", "correct horse"), 200},
			"wrong": {"Bearer correct hors", 401}, "longer": {"Bearer correct horse2", 401}, "empty": {"Bearer ", 401}, "bare": {"correct horse", 401},
			"user": {basic("correct horse", ""), 401}, "broken": {"Basic !!!", 401}, "other": {"Digest correct horse", 401},
		} {
			w := get(t, h, path, "Authorization", c.given)
			if w.Code != c.want {
				t.Errorf("%s, %s: %d, want %d", path, name, w.Code, c.want)
			}
			if w.Code == 401 {
				if strings.Contains(w.Body.String(), "Olsson") || w.Header().Get("WWW-Authenticate") == "" {
					t.Errorf("%s, %s: %s", path, name, w.Body)
				}
				if asks := strings.Contains(strings.Join(w.Header()["Www-Authenticate"], ","), "Basic"); asks == strings.HasPrefix(path, "/api/") {
					t.Errorf("%s: a browser is asked for a password: %v", path, asks)
				}
			}
		}
	}
	for _, path := range []string{"/static/style.css", "/api/health", "/api/openapi.json"} {
		if w := get(t, h, path); w.Code != 200 {
			t.Errorf("%s needs a token: %d", path, w.Code)
		}
	}
	// Every route is in one of the two lists, so that a new one is thought of.
	if n := len(newSite(nil, Options{}).routes()); n != 18 {
		t.Errorf("%d routes: decide which need the token, and test them here", n)
	}
}

func TestETag(t *testing.T) {
	h := Handler(fixtures(t), Options{Now: clock})
	for _, path := range []string{"/api/articles?q=harbour&facet=person", "/api/articles/" + fixtureID, "/api/timeline", "/api/map", "/api/actors/p:marta-olsson", "/api/stories/" + fixtureID, "/feed?q=harbour", "/api/openapi.json", "/static/style.css"} {
		first := get(t, h, path)
		tag := first.Header().Get("ETag")
		if first.Code != 200 || tag == "" || get(t, h, path).Header().Get("ETag") != tag {
			t.Fatalf("%s: %d, tag %q", path, first.Code, tag)
		}
		for given, want := range map[string]int{tag: 304, `"x", ` + tag: 304, "*": 304, strings.TrimPrefix(tag, "W/"): 304, `W/"x"`: 200, "": 200} {
			if w := get(t, h, path, "If-None-Match", given); w.Code != want || want == 304 && w.Body.Len() != 0 {
				t.Errorf("%s, If-None-Match %s: %d with %d bytes, want %d", path, given, w.Code, w.Body.Len(), want)
			}
		}
	}
	store := open(t)
	h = Handler(store, Options{Now: clock})
	before := get(t, h, "/api/articles").Header().Get("ETag")
	write(t, store, hiddenDocs()...)
	if get(t, h, "/api/articles").Header().Get("ETag") != before {
		t.Error("hidden articles change the answer")
	}
	write(t, store, fixtureDoc())
	if get(t, h, "/api/articles").Header().Get("ETag") == before {
		t.Error("a new article has the old tag")
	}
}

func TestGzip(t *testing.T) {
	h := Handler(fixtures(t), Options{Now: clock})
	for _, path := range []string{"/", "/api/articles", "/static/style.css"} {
		w := get(t, h, path, "Accept-Encoding", "gzip")
		if w.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(w.Header().Get("Vary"), "Accept-Encoding") {
			t.Errorf("%s: headers %v", path, w.Header())
			continue
		}
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(z)
		if err != nil || string(got) != get(t, h, path).Body.String() {
			t.Errorf("%s: unpacked differs: %v", path, err)
		}
	}
}

// stuck is a store that answers when its context ends, or never finds a
// question easy.
type stuck struct {
	index.Store
	asked chan struct{}
}

func (s stuck) Search(ctx context.Context, _ *index.Query) (*index.Answer, error) {
	s.asked <- struct{}{}
	<-ctx.Done()
	return nil, ctx.Err()
}

func (s stuck) Health(context.Context) error { return errors.New("10.0.0.7: connection refused") }

// Slow questions end, many at once wait their turn or are refused, and what
// failed inside stays inside.
func TestLimits(t *testing.T) {
	s := stuck{asked: make(chan struct{}, 10)}
	// A page asks two questions side by side: with one turn, its own counts might
	// be what its results wait for.
	h := Handler(s, Options{Now: clock, Timeout: 50 * time.Millisecond, Concurrent: 2})
	if f := answer[failure](t, h, "/api/articles", http.StatusGatewayTimeout); f.Error == "" || f.Hint == "" {
		t.Errorf("%+v", f)
	}
	<-s.asked
	if w := get(t, h, "/"); w.Code != http.StatusGatewayTimeout || !strings.Contains(w.Body.String(), "did not answer in time") {
		t.Errorf("page: %d", w.Code)
	}
	<-s.asked
	if f := answer[failure](t, h, "/api/health", http.StatusServiceUnavailable); strings.Contains(f.Error+f.Hint, "10.0.0.7") {
		t.Errorf("health tells of the inside: %+v", f)
	}

	s = stuck{asked: make(chan struct{}, 10)}
	h = Handler(s, Options{Now: clock, Timeout: 200 * time.Millisecond, Concurrent: 1})
	first := make(chan int, 1)
	go func() { first <- get(t, h, "/api/articles").Code }()
	<-s.asked // the only turn is taken
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	site := newSite(s, Options{Now: clock, Concurrent: 1})
	site.turns <- struct{}{}
	if _, err := site.ask(ctx, &index.Query{}); !errors.Is(err, errBusy) {
		t.Errorf("a question without a turn: %v", err)
	}
	if c := <-first; c != http.StatusGatewayTimeout {
		t.Errorf("first: %d", c)
	}
	if e := explain(errBusy); e.status != http.StatusServiceUnavailable {
		t.Errorf("busy is %d", e.status)
	}
	if e := explain(errors.New("dial tcp 10.0.0.7:9200: secret")); e.status != http.StatusBadGateway || strings.Contains(e.text+e.hint, "10.0.0.7") {
		t.Errorf("inner error: %+v", e)
	}
}

// uncounted is a store that finds but cannot count in time.
type uncounted struct{ index.Store }

func (s uncounted) Search(ctx context.Context, q *index.Query) (*index.Answer, error) {
	if len(q.Facets) > 0 {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return s.Store.Search(ctx, q)
}

// A page whose filters take too long has its results all the same.
func TestUncounted(t *testing.T) {
	h := Handler(uncounted{fixtures(t)}, Options{Now: clock, Timeout: time.Second})
	w := get(t, h, "/?q=bridge")
	d := page(t, w.Body)
	if w.Code != 200 || len(d.all("li", "hit")) != 1 || len(d.all("section", "facet")) != 0 {
		t.Fatalf("%d, %d results", w.Code, len(d.all("li", "hit")))
	}
	if s := flat(d.all("aside", "facets")[0].text()); !strings.Contains(s, "too large to count") {
		t.Errorf("filters say %q", s)
	}
}

func TestServerHasTimeouts(t *testing.T) {
	s := NewServer(fixtures(t), Options{Now: clock, Timeout: time.Second})
	if s.ReadHeaderTimeout <= 0 || s.ReadTimeout <= 0 || s.WriteTimeout <= time.Second || s.IdleTimeout <= 0 || s.MaxHeaderBytes <= 0 {
		t.Errorf("%+v", s)
	}
}
