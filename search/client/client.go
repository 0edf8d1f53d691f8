// Package client asks a running dateline serve over its API.
//
//	c, err := client.New("http://127.0.0.1:8600", client.Options{})
//	for hit, err := range c.Events(ctx, client.Question{Actors: []string{"Harold Brandt"}, Places: []string{"Ethiopia"}, On: "2025-04"}) {
//		…
//	}
//
// Questions are those of the page and of dateline search; see docs/searching.md.
// Articles and Events fetch page after page, as far as the caller goes. What the
// server refuses is an *Error. Nothing is retried and nothing cached: answers
// carry an ETag for who wants to.
package client

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Options of a client. The zero value asks without a token.
type Options struct {
	Token string       // serve.token of the server, if it has one
	HTTP  *http.Client // nil: a client with a timeout of DefaultTimeout
}

// DefaultTimeout bounds one request where Options name no client: the server
// gives a question ten seconds and its answer twenty.
const DefaultTimeout = 40 * time.Second

// maxAnswer bounds an answer in memory: 200 documents of the longest articles.
const maxAnswer = 512 << 20

// Client asks one server. It is safe for use by many goroutines.
type Client struct {
	base  *url.URL
	token string
	http  *http.Client
}

// New returns a client of the server at an address like http://127.0.0.1:8600.
func New(address string, o Options) (*Client, error) {
	u, err := url.Parse(strings.TrimRight(address, "/"))
	if err != nil {
		return nil, fmt.Errorf("address: %w", err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("address %q: want http://HOST:PORT or https://HOST", address)
	}
	c := &Client{base: u, token: o.Token, http: o.HTTP}
	if c.http == nil {
		c.http = &http.Client{Timeout: DefaultTimeout}
	}
	return c, nil
}

// Question is who, where and when. Empty fields ask nothing, all others must
// hold. Dates are written as people write them: 2025, 2025-03, 2025-03-01,
// yesterday, 7d.
type Question struct {
	Words         string   // quotes make a phrase, a minus leaves a word out
	Actors        []string // ids or names; all of them
	Places        []string // ids or names, and everything inside; all of them
	On, From, To  string   // when it happened; On stands alone
	PublishedFrom string
	PublishedTo   string
	Sources       []string // any of them, as Outlets, Authors and Modality
	Outlets       []string
	Authors       []string
	Roles         []string // codes like GOV; all of them
	Modality      []string // of events: asserted, planned, denied, hypothetical, reported
	Box           string   // west,south,east,north in degrees
	Story         string
	Copies        bool     // with articles that repeat another one
	Sort          string   // relevance, published, event_date, received; a minus puts the latest first
	Facets        []string // fields to count, for Count
	FacetSize     int      // values of a facet; 0: ten
	PageSize      int      // documents a request; 0: as the server has it
}

func (q Question) values() url.Values {
	v := url.Values{}
	for name, s := range map[string]string{
		"q": q.Words, "on": q.On, "from": q.From, "to": q.To, "published_from": q.PublishedFrom, "published_to": q.PublishedTo,
		"box": q.Box, "story": q.Story, "sort": q.Sort,
	} {
		if s != "" {
			v.Set(name, s)
		}
	}
	for name, list := range map[string][]string{
		"actor": q.Actors, "place": q.Places, "source": q.Sources, "outlet": q.Outlets, "author": q.Authors,
		"role": q.Roles, "modality": q.Modality, "facet": q.Facets,
	} {
		if len(list) > 0 {
			v[name] = list
		}
	}
	for name, n := range map[string]int{"limit": q.PageSize, "facet_size": q.FacetSize} {
		if n > 0 {
			v.Set(name, strconv.Itoa(n))
		}
	}
	if q.Copies {
		v.Set("copies", "true")
	}
	return v
}

// Hit is one document found. Document is as the index holds it: docs/document.md
// describes its fields.
type Hit struct {
	ID       string          `json:"id"`
	Score    float64         `json:"score"`
	Document json.RawMessage `json:"document"`
}

// Count is how often a value stands in an answer. Label names a value that is
// an id.
type Count struct {
	Value string `json:"value"`
	Label string `json:"label"`
	Count int64  `json:"count"`
}

// Counts are an answer without its documents.
type Counts struct {
	Total             int64              `json:"total"`
	TotalIsLowerBound bool               `json:"total_is_lower_bound"`
	Facets            map[string][]Count `json:"facets"`
	Days              []Count            `json:"days"` // of Timeline: 2025-05-18
}

// Error is what the server answers to a question that it does not answer.
type Error struct {
	Status     int      // HTTP status
	Problem    string   `json:"error"`
	Hint       string   `json:"hint"`
	Parameters []string `json:"parameters"` // those at fault
}

// Error is problem and hint in a line.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Problem
	}
	return e.Problem + " (" + e.Hint + ")"
}

// Articles are the articles that answer a question, one after the other, however
// many; an error ends them.
func (c *Client) Articles(ctx context.Context, q Question) iter.Seq2[Hit, error] {
	return c.hits(ctx, "/api/articles", q)
}

// Events are events that answer a question: actor, place and date stand
// together in each.
func (c *Client) Events(ctx context.Context, q Question) iter.Seq2[Hit, error] {
	return c.hits(ctx, "/api/events", q)
}

func (c *Client) hits(ctx context.Context, path string, q Question) iter.Seq2[Hit, error] {
	return func(yield func(Hit, error) bool) {
		next := path + "?" + q.values().Encode()
		for next != "" {
			var page struct {
				Hits []Hit  `json:"hits"`
				Next string `json:"next"`
			}
			if err := c.get(ctx, next, &page); err != nil {
				yield(Hit{}, err)
				return
			}
			for _, h := range page.Hits {
				if !yield(h, nil) {
					return
				}
			}
			next = page.Next
		}
	}
}

// Count counts what answers a question: in total, and by its Facets or, if it
// names none, those of the page. events counts events instead of articles.
func (c *Client) Count(ctx context.Context, q Question, events bool) (*Counts, error) {
	return c.counts(ctx, "/api/facets", q, events)
}

// Timeline counts what answers a question by the day of the event.
func (c *Client) Timeline(ctx context.Context, q Question, events bool) (*Counts, error) {
	return c.counts(ctx, "/api/timeline", q, events)
}

func (c *Client) counts(ctx context.Context, path string, q Question, events bool) (*Counts, error) {
	v := q.values()
	if events {
		v.Set("target", "event")
	}
	n := new(Counts)
	return n, c.get(ctx, path+"?"+v.Encode(), n)
}

// Article is one document by its id; an *Error with status 404 if there is none
// to see.
func (c *Client) Article(ctx context.Context, id string) (json.RawMessage, error) {
	var d json.RawMessage
	return d, c.get(ctx, "/api/articles/"+url.PathEscape(id), &d)
}

// Actor is what the index knows of an actor, by id or full name: the object that
// /api/openapi.json calls Actor.
func (c *Client) Actor(ctx context.Context, id string) (json.RawMessage, error) {
	var d json.RawMessage
	return d, c.get(ctx, "/api/actors/"+url.PathEscape(id), &d)
}

// Story is a story's articles, copies too, by the id of any of them: the object
// that /api/openapi.json calls Story.
func (c *Client) Story(ctx context.Context, id string) (json.RawMessage, error) {
	var d json.RawMessage
	return d, c.get(ctx, "/api/stories/"+url.PathEscape(id), &d)
}

// Health returns nil if the server can ask its index.
func (c *Client) Health(ctx context.Context) error {
	return c.get(ctx, "/api/health", new(json.RawMessage))
}

// get asks an address of the server, its path beginning with a slash.
func (c *Client) get(ctx context.Context, address string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base.String()+address, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }() // it has been read
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return fmt.Errorf("answer of %s: %w", c.base.Host, err)
	case len(b) > maxAnswer:
		return fmt.Errorf("answer of %s: more than %d bytes: ask for smaller pages", c.base.Host, maxAnswer)
	case resp.StatusCode != http.StatusOK:
		e := &Error{Status: resp.StatusCode}
		if json.Unmarshal(b, e) != nil || e.Problem == "" {
			e.Problem = fmt.Sprintf("%s answered %s, not as dateline serve does", c.base.Host, resp.Status)
		}
		return e
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("answer of %s: %w", c.base.Host, err)
	}
	return nil
}
