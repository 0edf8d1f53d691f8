package worker

import (
	"context"
	"math"
	"sync"
	"time"

	"dateline/index"
)

// The limiter's constants. Growth and decrease follow the additive-increase,
// multiplicative-decrease scheme of Vector's adaptive request concurrency.
const (
	limitDecrease   = 0.9
	limitAlpha      = 0.4 // weight of the newest round trip in its average
	limitDeviations = 2.5 // a round trip this far above the average is push-back
	outageAfter     = 3   // failed requests in a row from which on one probes
	probeMin        = 100 * time.Millisecond
	probeMax        = 2 * time.Second // a longer pause could not return within seconds of the store
)

// limiter decides how many bulks are on the way: it starts at one, adds one
// while the store keeps up, and backs off when it pushes back. When requests
// fail as a whole it slows down to a probe every second or two.
type limiter struct {
	max int

	mu        sync.Mutex
	limit     float64
	inflight  int
	mean, dev float64 // of round trips, in seconds; weighted averages
	failures  int     // whole requests failed in a row
	before    float64 // limit when the outage began
	notBefore time.Time
	decreased time.Time
	wake      chan struct{} // closed and renewed at each change
}

func newLimiter(max int) *limiter {
	return &limiter{max: max, limit: 1, wake: make(chan struct{})}
}

// acquire waits for a slot.
func (l *limiter) acquire(ctx context.Context) error {
	for {
		l.mu.Lock()
		allowed := l.slots()
		if l.failures >= outageAfter {
			allowed = 1
		}
		pause := time.Until(l.notBefore)
		if l.inflight < allowed && pause <= 0 {
			l.inflight++
			l.mu.Unlock()
			return nil
		}
		wake := l.wake
		l.mu.Unlock()
		if pause <= 0 {
			pause = time.Hour // a change wakes us
		}
		t := time.NewTimer(pause)
		select {
		case <-wake:
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		}
		t.Stop()
	}
}

// answer is what the limiter learns from one request.
type answer struct {
	failed   bool // nothing of it is known to be stored
	pushback bool
	full     bool // at least half a bulk: only then its time says something
	took     time.Duration
}

// release gives the slot back and learns from the answer.
func (l *limiter) release(a answer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	limited := l.inflight >= l.slots()
	l.inflight--
	defer l.changed()
	now := time.Now()
	if a.failed {
		if l.failures == 0 {
			l.before = l.limit
		}
		l.failures++
		l.decrease(now)
		l.notBefore = now.Add(jitter(min(probeMax, probeMin<<min(l.failures-1, 10))))
		return
	}
	probed := l.failures >= outageAfter
	l.failures, l.notBefore = 0, time.Time{}
	if probed {
		// The store is back, and cold: half of what it took before.
		l.limit = max(1, l.before/2)
		return
	}
	rtt := a.took.Seconds()
	slow := a.full && l.mean > 0 && rtt >= l.mean+limitDeviations*l.dev && l.dev > 0
	switch {
	case a.pushback || slow:
		l.decrease(now)
	case limited && a.full && (l.mean == 0 || rtt <= l.mean):
		l.limit = min(float64(l.max), math.Floor(l.limit)+1)
	}
	if a.full {
		l.learn(rtt)
	}
}

func (l *limiter) learn(rtt float64) {
	if l.mean == 0 {
		l.mean = rtt
		return
	}
	d := rtt - l.mean
	l.mean += limitAlpha * d
	l.dev = math.Sqrt((1 - limitAlpha) * (l.dev*l.dev + limitAlpha*d*d))
}

// decrease lowers the limit, at most once a round trip: answers to requests
// that were sent under the old limit say nothing about the new one.
func (l *limiter) decrease(now time.Time) {
	if now.Sub(l.decreased).Seconds() < l.mean {
		return
	}
	l.decreased = now
	l.limit = max(1, l.limit*limitDecrease)
}

func (l *limiter) changed() {
	close(l.wake)
	l.wake = make(chan struct{})
}

// outage reports whether the store does not answer.
func (l *limiter) outage() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failures >= outageAfter
}

// state is the present limit and the requests on the way.
func (l *limiter) state() (limit, inflight int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.slots(), l.inflight
}

// slots is the limit in whole requests, rounded: cut down, a first push-back
// at two would halve the concurrency.
func (l *limiter) slots() int { return int(math.Round(l.limit)) }

// learned turns a store's response into the limiter's terms.
func learned(r index.Response, full bool) answer {
	a := answer{pushback: r.Pushback, full: full, took: r.Took}
	switch r.Request {
	case index.Failed, index.Refused:
		a.failed = true
	case index.OK:
		if r.Pushback {
			a.failed = true
			for _, o := range r.Outcomes {
				if o.Result != index.Unknown {
					a.failed = false
					break
				}
			}
		}
	}
	return a
}
