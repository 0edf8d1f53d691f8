package poll

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Report is what a look at a feed shows. Nothing is sent and nothing noted.
type Report struct {
	URL      string    `json:"url"`
	Status   int       `json:"status,omitempty"`
	Format   string    `json:"format,omitempty"`
	Title    string    `json:"title,omitempty"`
	Items    int       `json:"items"`
	Newest   time.Time `json:"newest,omitzero"`
	MovedTo  string    `json:"moved_to,omitempty"`
	Warnings []string  `json:"warnings"`
	Error    string    `json:"error,omitempty"`
}

// Checker looks at feeds, as politely as a Poller asks them. Close it.
type Checker struct{ fetch *fetcher }

// NewChecker prepares a checker.
func NewChecker(agent string, l Limits) *Checker { return &Checker{newFetcher(l, agent)} }

// Close drops the connections.
func (c *Checker) Close() { c.fetch.close() }

// Check looks at one feed. The error is ctx's; what is wrong with the feed
// stands in the report.
func (c *Checker) Check(ctx context.Context, f Feed) (Report, error) {
	r, now := Report{URL: f.URL, Warnings: []string{}}, time.Now()
	err := c.fetch.allowed(ctx, f.URL, now)
	var fail *Failure
	if errors.As(err, &fail) && fail.Robots && f.NoRobots {
		r.warn("robots.txt forbids it: you say the publisher has agreed")
		err = nil
	}
	var a *answer
	if err == nil {
		a, err = c.fetch.get(ctx, f.URL, nil, now)
	}
	if ctx.Err() != nil {
		return r, context.Cause(ctx)
	}
	if errors.As(err, &fail) {
		r.Status, r.Error = fail.Status, fail.Error()
		return r, nil
	}
	if err != nil {
		return r, err
	}
	r.Status, r.MovedTo = a.status, a.moved
	r.read(&f, a, now)
	return r, nil
}

func (r *Report) warn(format string, args ...any) {
	r.Warnings = append(r.Warnings, fmt.Sprintf(format, args...))
}

// read judges the answer.
func (r *Report) read(f *Feed, a *answer, now time.Time) {
	if a.status != http.StatusOK {
		r.Error = fmt.Sprintf("server answers %d to a request without conditions", a.status)
		return
	}
	d, err := split(a.body)
	if err != nil {
		r.Error = err.Error()
		return
	}
	list, refused := entries(d, envelope(f, d, a, now))
	r.Format, r.Items = d.format, len(list)
	if len(refused) > 0 {
		r.warn("%d of %d items cannot be read: %v", len(refused), len(d.items), refused[0])
	}
	if r.Items == 0 && len(refused) > 0 {
		r.Error = "no item can be read"
	}
	if d.broken {
		r.warn("document is cut off")
	}
	if a.header.Get("ETag") == "" && a.header.Get("Last-Modified") == "" {
		r.warn("server gives neither ETag nor Last-Modified: each request carries the whole feed")
	}
	if r.MovedTo != "" {
		r.warn("moved to %s: change the list", r.MovedTo)
	}
	bare := 0
	for _, n := range list {
		if n.published.After(r.Newest) {
			r.Newest = n.published
		}
		if n.guid == "" && n.url == "" {
			bare++
		}
		r.Title = first(r.Title, n.article.Outlet)
	}
	if bare > 0 {
		r.warn("%d items have neither id nor link: a change makes them new items", bare)
	}
	if r.Items > 0 && r.Newest.IsZero() {
		r.warn("items have no dates: the time of arrival stands for publication")
	}
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// Standing is what is known of a feed from its state file.
type Standing struct {
	URL      string    `json:"url"`
	Source   string    `json:"source"`
	Title    string    `json:"title,omitempty"`
	State    string    `json:"state"` // new, ok, failing, silent or dormant
	Sent     int64     `json:"sent"`
	Last     time.Time `json:"last,omitzero"` // new or changed item
	Next     time.Time `json:"next,omitzero"`
	Interval float64   `json:"interval_seconds"`
	Failures float64   `json:"failures"`
	Error    string    `json:"error,omitempty"`
	MovedTo  string    `json:"moved_to,omitempty"`
	ByURL    bool      `json:"by_url,omitempty"`
}

// Standings reads the state of the feeds of a list. It may run beside a Poller.
func Standings(dir string, list List, now time.Time) ([]Standing, error) {
	out := make([]Standing, 0, len(list))
	for _, f := range list {
		s, err := peek(dir, f.URL)
		if err != nil {
			return nil, err
		}
		n := Standing{URL: f.URL, Source: f.Source.ID, Title: f.Title, State: "ok", Sent: s.Sent, Last: s.Last, Next: s.Next,
			Interval: s.Interval.Seconds(), Failures: s.Failures, Error: s.LastError, MovedTo: s.MovedTo, ByURL: s.ByURL}
		switch {
		case s.Asked.IsZero():
			n.State = "new"
		case s.Dormant:
			n.State = "dormant"
		case s.Failures > 0:
			n.State = "failing"
		case s.silent(now):
			n.State = "silent"
		}
		out = append(out, n)
	}
	return out, nil
}
