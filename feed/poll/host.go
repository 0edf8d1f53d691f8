package poll

import (
	"context"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/publicsuffix"
)

// hosts paces requests by registered domain: at most slots at a time, and
// delay between their starts.
type hosts struct {
	slots int
	delay time.Duration

	mu sync.Mutex
	m  map[string]*host
}

type host struct {
	busy chan struct{} // holds a token per request on its way
	next time.Time     // the earliest start of the next one; under hosts.mu
}

func newHosts(slots int, delay time.Duration) *hosts {
	return &hosts{slots: slots, delay: delay, m: make(map[string]*host)}
}

// domain is the registered domain of a URL's host, or its address.
func domain(u *url.URL) string {
	name := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if net.ParseIP(name) != nil {
		return name
	}
	if d, err := publicsuffix.EffectiveTLDPlusOne(name); err == nil {
		return d
	}
	return name
}

// acquire waits for leave to ask the domain; release gives it back.
func (h *hosts) acquire(ctx context.Context, domain string) (release func(), err error) {
	h.mu.Lock()
	o := h.m[domain]
	if o == nil {
		o = &host{busy: make(chan struct{}, h.slots)}
		h.m[domain] = o
	}
	h.mu.Unlock()
	select {
	case o.busy <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	h.mu.Lock()
	now := time.Now()
	start := now
	if o.next.After(now) {
		start = o.next
	}
	o.next = start.Add(h.delay)
	h.mu.Unlock()
	wait := time.NewTimer(start.Sub(now))
	defer wait.Stop()
	select {
	case <-wait.C:
		return func() { <-o.busy }, nil
	case <-ctx.Done():
		<-o.busy
		return nil, context.Cause(ctx)
	}
}
