package search

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"dateline/index"
)

const jsonType = "application/json; charset=utf-8"

// result is the answer of /api/articles, /api/events and /api/facets. It holds
// nothing that changes while the index does not, so that its ETag is worth
// something; how long the store took stands in the header Server-Timing.
type result struct {
	Query             string                    `json:"query"` // the question, as parameters that mean the same to everybody
	Total             int64                     `json:"total"`
	TotalIsLowerBound bool                      `json:"total_is_lower_bound"`
	Hits              []hit                     `json:"hits"`
	Facets            map[string][]index.Bucket `json:"facets,omitempty"`
	Next              string                    `json:"next,omitempty"` // address of the next page; there is no end to how deep they go
}

// hit is one document found.
type hit struct {
	ID         string                `json:"id"`
	Score      float64               `json:"score"`
	Copies     int64                 `json:"copies,omitempty"` // hidden copies of its story
	Highlights map[string][]fragment `json:"highlights,omitempty"`
	Document   json.RawMessage       `json:"document"`
}

// fragment is a piece of a text with what matched in it: pairs of byte offsets
// into Text, as all spans of a document are.
type fragment struct {
	Text  string   `json:"text"`
	Marks [][2]int `json:"marks"`
}

// unmark takes the marks of a store out of a fragment.
func unmark(s string) fragment {
	f := fragment{Marks: [][2]int{}}
	var b strings.Builder
	open := -1
	for {
		i := strings.IndexAny(s, index.MarkOpen+index.MarkClose)
		if i < 0 {
			b.WriteString(s)
			f.Text = b.String()
			return f
		}
		b.WriteString(s[:i])
		if s[i:i+1] == index.MarkOpen {
			open = b.Len()
		} else if open >= 0 {
			f.Marks = append(f.Marks, [2]int{open, b.Len()})
			open = -1
		}
		s = s[i+1:]
	}
}

func (s *site) apiArticles(w http.ResponseWriter, r *http.Request) error {
	return s.find(w, r, "article", nil)
}

func (s *site) apiEvents(w http.ResponseWriter, r *http.Request) error {
	return s.find(w, r, "event", nil)
}

// apiFacets counts without reading a document: those facets that are named, or
// those of the page.
func (s *site) apiFacets(w http.ResponseWriter, r *http.Request) error {
	return s.find(w, r, "", func(q *index.Query) {
		q.Limit, q.Offset, q.After, q.Highlight = 0, 0, "", false
		if len(q.Facets) == 0 {
			q.Facets = pageFacets(q.Target)
		}
	})
}

// counted answers a question with what is counted of it: change says what.
func (s *site) counted(w http.ResponseWriter, r *http.Request, change func(*index.Query), write func(*index.Query, *index.Answer) any) error {
	v, err := parameters(r)
	if err != nil {
		return err
	}
	rules := s.rules()
	q, err := rules.Parse(v)
	if err != nil {
		return err
	}
	q.Limit, q.Offset, q.After, q.Highlight, q.Facets = 0, 0, "", false, nil
	change(q)
	a, err := s.ask(r.Context(), q)
	if err != nil {
		return err
	}
	timing(w, a)
	return sendJSON(w, r, write(q, a))
}

// apiTimeline counts the days of the events.
func (s *site) apiTimeline(w http.ResponseWriter, r *http.Request) error {
	return s.counted(w, r, func(q *index.Query) { q.Days = true }, func(_ *index.Query, a *index.Answer) any {
		if a.Days == nil {
			a.Days = []index.Bucket{}
		}
		return struct {
			Total             int64          `json:"total"`
			TotalIsLowerBound bool           `json:"total_is_lower_bound"`
			Days              []index.Bucket `json:"days"`
		}{a.Total, a.TotalIsLowerBound, a.Days}
	})
}

// apiMap counts the towns and facilities, with where they lie.
func (s *site) apiMap(w http.ResponseWriter, r *http.Request) error {
	return s.counted(w, r, func(q *index.Query) { q.Facets, q.FacetSize = []string{placeIDs}, mapPlaces }, func(q *index.Query, a *index.Answer) any {
		return struct {
			Total             int64  `json:"total"`
			TotalIsLowerBound bool   `json:"total_is_lower_bound"`
			Places            []spot `json:"places"`
		}{a.Total, a.TotalIsLowerBound, spotsOf(a.Facets[placeIDs], q.Box)}
	})
}

// find answers a question as JSON. target, if not empty, is what the address
// asks for.
func (s *site) find(w http.ResponseWriter, r *http.Request, target string, change func(*index.Query)) error {
	v, err := parameters(r)
	if err != nil {
		return err
	}
	if target != "" {
		if given := v.Get(pTarget); given != "" && strings.TrimSuffix(given, "s") != target {
			return ParamErrors{{pTarget, clip(given) + " contradicts the address", "ask /api/articles or /api/events"}}
		}
		v.Set(pTarget, target)
	}
	rules := s.rules()
	q, err := rules.Parse(v)
	if err != nil {
		return err
	}
	if change != nil {
		change(q)
	}
	ask := *q
	if q.After != "" {
		ask.Limit++ // whether there is a next page
	}
	a, err := s.ask(r.Context(), &ask)
	if err != nil {
		return err
	}
	last := int64(q.Offset+len(a.Hits)) >= a.Total
	if q.After != "" {
		last = len(a.Hits) <= q.Limit
	}
	a.Hits = a.Hits[:min(q.Limit, len(a.Hits))]
	out := result{Query: rules.Values(q).Encode(), Total: a.Total, TotalIsLowerBound: a.TotalIsLowerBound, Hits: []hit{}, Facets: a.Facets}
	copies, err := HiddenCopies(r.Context(), s.ask, q, a)
	if err != nil {
		return err
	}
	for _, h := range a.Hits {
		out.Hits = append(out.Hits, hit{ID: h.ID, Score: h.Score, Copies: copies[h.ID], Highlights: fragments(h.Highlights), Document: h.Source})
	}
	if n := len(a.Hits); n > 0 && !last {
		more := *q
		more.Offset, more.After = 0, a.Hits[n-1].After
		out.Next = r.URL.Path + "?" + rules.Values(&more).Encode()
	}
	timing(w, a)
	return sendJSON(w, r, out)
}

// timing says how long the index took.
func timing(w http.ResponseWriter, a *index.Answer) {
	w.Header().Set("Server-Timing", fmt.Sprintf("index;dur=%s", strconv.FormatFloat(float64(a.Took)/float64(time.Millisecond), 'f', 1, 64)))
}

func fragments(in map[string][]string) map[string][]fragment {
	if len(in) == 0 {
		return nil
	}
	out := make(map[string][]fragment, len(in))
	for field, fs := range in {
		for _, f := range fs {
			out[field] = append(out[field], unmark(f))
		}
	}
	return out
}

// parameters reads an address's parameters; unlike URL.Query it does not
// swallow what is broken.
func parameters(r *http.Request) (url.Values, error) {
	v, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, &httpError{http.StatusBadRequest, "the address has a broken parameter", "write % as %25, & as %26 and ; as %3B", nil}
	}
	return v, nil
}

func (s *site) apiArticle(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	h, err := s.one(r.Context(), id)
	if err != nil {
		return err
	}
	if h == nil {
		return noArticle
	}
	send(w, r, jsonType, tagOf(h.Source), h.Source)
	return nil
}

// noArticle says the same of an article that is not there and of one that is
// hidden.
var noArticle = &httpError{http.StatusNotFound, "there is no article with this id", "an id has 32 hex digits; withdrawn, withheld and embargoed articles are not shown", nil}

func (s *site) apiHealth(w http.ResponseWriter, r *http.Request) error {
	state := struct {
		Status  string `json:"status"`
		Version string `json:"version"`
	}{"ok", s.o.Version}
	if err := s.store.Health(r.Context()); err != nil {
		return &httpError{http.StatusServiceUnavailable, "the index does not answer", "see the log of dateline serve, or run dateline check", nil}
	}
	return sendJSON(w, r, state)
}

func (s *site) apiDescription(w http.ResponseWriter, r *http.Request) error {
	send(w, r, jsonType, openAPITag, openAPI)
	return nil
}

func sendJSON(w http.ResponseWriter, r *http.Request, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // addresses stay readable; no browser takes the answer for a page
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	send(w, r, jsonType, tagOf(b.Bytes()), b.Bytes())
	return nil
}
