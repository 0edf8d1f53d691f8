package poll

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"time"

	"github.com/temoto/robotstxt"
)

// Rules of RFC 9309: the file is kept for a day at most, its first 500 KiB
// count, five redirects are followed, an answer 4xx allows everything and one
// 5xx, or none, forbids everything.
const (
	robotsFor       = 24 * time.Hour
	robotsAgain     = time.Hour // after no answer
	robotsBytes     = 500 << 10
	robotsRedirects = 5
)

// robots remembers the rules of each host.
type robots struct {
	get func(ctx context.Context, u *url.URL) (status int, body []byte, err error)

	mu sync.Mutex
	m  map[string]rules
}

type rules struct {
	data  *robotstxt.RobotsData
	until time.Time
}

// allowed reports whether the agent may read u. The error is ctx's.
func (r *robots) allowed(ctx context.Context, u *url.URL, agent string, now time.Time) (bool, error) {
	at := url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	r.mu.Lock()
	known, ok := r.m[at.String()]
	r.mu.Unlock()
	if !ok || now.After(known.until) {
		status, body, err := r.get(ctx, &at)
		if ctx.Err() != nil {
			return false, context.Cause(ctx)
		}
		known.until = now.Add(robotsFor)
		if err != nil {
			status, known.until = 503, now.Add(robotsAgain)
			var f *Failure
			if errors.As(err, &f) && f.Status != 0 {
				status = f.Status
			}
		}
		if status >= 500 {
			known.until = now.Add(robotsAgain)
		}
		if known.data, err = robotstxt.FromStatusAndBytes(status, body); err != nil {
			known.data, _ = robotstxt.FromStatusAndBytes(404, nil) // what cannot be read forbids nothing
		}
		r.mu.Lock()
		r.m[at.String()] = known
		r.mu.Unlock()
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return known.data.TestAgent(path, agent), nil
}
