package search

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"dateline/index"
)

// unasked is a store that nothing may ask.
type unasked struct {
	index.Store
	t *testing.T
}

func (s unasked) Search(context.Context, *index.Query) (*index.Answer, error) {
	s.t.Error("the index was asked")
	return nil, index.ErrQuery
}

// What cannot be a question is refused on every address that takes one, says
// why, tells nothing of the inside, and costs the index nothing.
func TestBadInput(t *testing.T) {
	long := strings.Repeat("harbour ", 1250) // 10 kB
	for name, c := range map[string]struct {
		query  string
		status int
	}{
		"10 kB of words":      {"q=" + url.QueryEscape(long), 414},
		"5 kB of words":       {"q=" + url.QueryEscape(long[:5000]), 400},
		"10 kB, percent":      {"q=" + strings.Repeat("%20", 3400), 414},
		"eleven names":        {"actor=" + strings.Join(strings.Split("abcdefghijk", ""), "&actor="), 400},
		"a long name":         {"outlet=" + url.QueryEscape(long[:300]), 400},
		"broken date":         {"from=2025-02-31", 400},
		"date of nonsense":    {"to=the+day+after+never", 400},
		"date of the future":  {"on=99999-01-01", 400},
		"dates reversed":      {"from=2025-03&to=2024", 400},
		"date of digits":      {"from=" + strings.Repeat("9", 190), 400},
		"script":              {"sort=%3Cscript%3Ealert(1)%3C/script%3E", 400},
		"unknown field":       {"colour=red", 400},
		"unknown markup":      {"%3Cimg+src=x+onerror=alert(1)%3E=1", 400},
		"deep":                {"offset=10001", 400},
		"deeper":              {"offset=99999999999999999999", 400},
		"deep and wide":       {"offset=9999&limit=200", 400},
		"negative":            {"offset=-1", 400},
		"no number":           {"limit=1e9", 400},
		"cursor of nonsense":  {"after=%2e%2e%2f%2e%2e%2fetc", 400},
		"cursor of zeros":     {"after=AAAA", 400},
		"no text":             {"q=%ff%fe%fd", 400},
		"broken percent":      {"q=%zz", 400},
		"semicolon":           {"q=a;b", 400},
		"NUL in a name":       {"place=a%00b", 400},
		"box of nonsense":     {"box=1,2,3,4,5", 400},
		"box of infinity":     {"box=-Inf,-90,Inf,90", 400},
		"facet of text":       {"facet=body", 400},
		"facet of an inner":   {"facet=_source", 400},
		"id of a path":        {"id=../../etc/passwd", 400},
		"story of a wildcard": {"story=*", 400},
		"regular expression":  {"modality=.*", 400},
		"query of the store":  {`sort=%7B%22script%22:1%7D`, 400},
	} {
		t.Run(name, func(t *testing.T) {
			h := Handler(unasked{t: t}, Options{Now: clock})
			for _, path := range []string{"/", "/feed", "/api/articles", "/api/events", "/api/facets", "/api/timeline", "/api/map", "/api/export.csv", "/api/export.jsonl"} {
				w := get(t, h, path+"?"+c.query)
				if w.Code != c.status {
					t.Errorf("%s: %d, want %d: %.300s", path, w.Code, c.status, w.Body)
				}
				body := w.Body.String()
				for _, leak := range []string{"<script>alert", "<img src=x", "goroutine", ".go:", "panic", "dateline/", "/root", "json:", "strconv"} {
					if strings.Contains(body, leak) {
						t.Errorf("%s tells %q: %.300s", path, leak, body)
					}
				}
				if len(body) > 16<<10 || len(body) < 20 {
					t.Errorf("%s: %d bytes", path, len(body))
				}
			}
		})
	}
}

// Addresses of one thing refuse what is none.
func TestBadPaths(t *testing.T) {
	h := Handler(unasked{t: t}, Options{Now: clock})
	for _, id := range []string{"x", strings.Repeat("0", 31), strings.Repeat("0", 33), strings.Repeat("G", 32), "%2e%2e%2f%2e%2e", "%00", strings.Repeat("a", 4000), "%3Cscript%3E"} {
		for _, path := range []string{"/article/", "/story/", "/api/articles/", "/api/stories/"} {
			if w := get(t, h, path+id); w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "<script>") && !strings.Contains(w.Body.String(), `<script src`) {
				t.Errorf("%s%.40s: %d", path, id, w.Code)
			}
		}
	}
	for _, path := range []string{"/static/../openapi.json", "/static/%2e%2e/openapi.json", "/static/page.html", "/api/", "/api/none", "/.git/config", "/article/"} {
		if w := get(t, h, path); w.Code != http.StatusNotFound && w.Code != http.StatusMovedPermanently && w.Code != http.StatusTemporaryRedirect {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// A cursor that is well-formed but of no place in the index is refused by the
// store, as a question is.
func TestBadCursor(t *testing.T) {
	h := Handler(fixtures(t), Options{Now: clock})
	for _, after := range []string{"x", "1", "[1]", "NaN", " ", "1e999 a", "{}"} {
		if w := get(t, h, "/api/articles?after="+cursor("-published", after)); w.Code != http.StatusBadRequest {
			t.Errorf("%q: %d %s", after, w.Code, w.Body)
		}
	}
}

// Everything that a question may hold at once is answered: the bounds are the
// limit of its cost.
func TestLargestQuestion(t *testing.T) {
	v := url.Values{pWords: {strings.TrimSpace(strings.Repeat("harbour ", MaxClause))}, pFrom: {"0001-01-01"}, pTo: {"9999"}, pHighlight: {"true"}, pBox: {"-180,-90,180,90"}, pLimit: {"200"}}
	for i := range MaxValues {
		for _, p := range []string{pActor, pPlace, pOutlet, pAuthor} {
			v.Add(p, fmt.Sprintf("Name %d", i))
		}
	}
	w := httptest.NewRecorder()
	Handler(fixtures(t), Options{Now: clock}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/articles?"+v.Encode(), nil))
	if w.Code != 200 {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}
