package worker

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"dateline/index"
)

// sender sends bulks and acts on each outcome: follow an article with its
// events, retry, dead-letter, hold. Every unit of a bulk leaves it in exactly
// one of these ways.
type sender struct {
	store   index.Store
	opt     index.Options
	limit   *limiter
	batch   *batcher
	dead    *deadLetters
	holds   *holds
	metrics *metrics
	log     *zap.Logger
	parks   *parks
	breaker breaker
	docs    int // documents of a full bulk
	// brokenAfter is how long a write may be answered with 5xx while others
	// pass; 0: for ever.
	brokenAfter atomic.Int64 // ns
	// noEvents says that the store holds no events and no worker writes any.
	noEvents atomic.Bool

	mu     sync.Mutex
	passed map[string]int64 // writes taken, by index; guarded by mu
}

// Waits before an item that was refused alone is sent again, and before one
// that configuration refuses is tried again.
const (
	retryMin = 100 * time.Millisecond
	retryMax = 2 * time.Second
)

// send sends one bulk in the slot that was taken for it, and gives it back.
func (s *sender) send(ctx context.Context, units []*unit, _ int) {
	live := units[:0]
	for _, u := range units {
		switch {
		case u.job.rec.abandoned():
		case s.parks.obey(u.job.rec):
			s.deadUnit(u, index.Outcome{Reason: "operator", Detail: "parked by an operator"})
		default:
			live = append(live, u)
		}
	}
	a := answer{}
	if len(live) > 0 {
		a = s.request(ctx, live)
	}
	s.limit.release(a)
}

// outcomes acts on each item of an answered bulk.
func (s *sender) outcomes(ctx context.Context, units []*unit, out []index.Outcome) {
	var stale, updated, again []*unit
	passed := make(map[string]int64) // index to writes that it took
	for i, u := range units {
		o := out[i]
		u.silent = 0
		if o.Result.Stored() {
			passed[u.Index]++
			u.broken = time.Time{}
			s.unhold(u, o.Result)
		}
		switch {
		case o.Result == index.Stale && u.Kind == index.Article:
			stale = append(stale, u)
		case o.Result == index.Updated && u.Kind == index.Article && s.opt.Slots == 0:
			updated = append(updated, u)
		case o.Result.Stored():
			s.stored(u, o.Result, 0)
		case o.Result == index.Dead:
			if why := s.breaker.died(); why != "" {
				s.keep(u, why)
				again = append(again, u)
			} else {
				s.deadUnit(u, o)
			}
		case o.Result == index.Held:
			s.hold(holdRefused, u.Index, u, fmt.Sprintf("status %d %s", o.Status, o.Reason))
			u.tries++
			u.due = time.Now().Add(retryMax)
			again = append(again, u)
		case s.hopeless(u, o):
			s.deadUnit(u, index.Outcome{Reason: "server_error", Status: o.Status, Detail: o.Detail})
		default:
			s.metrics.retried(o.Status)
			u.due = time.Now().Add(jitter(min(retryMax, retryMin<<min(u.tries, 10))))
			u.tries++
			again = append(again, u)
		}
	}
	s.took(passed)
	s.batch.again(again...)
	if len(updated) > 0 {
		s.updated(ctx, updated)
	}
	if len(stale) > 0 {
		s.stale(ctx, stale)
	}
}

// took counts what indices have taken and ends the holds that this disproves.
func (s *sender) took(passed map[string]int64) {
	total := 0
	for name, n := range passed {
		total += int(n)
		if s.holds.clear(holdRefused, name) {
			s.log.Info("the store takes writes again", zap.String("index", name))
		}
	}
	if total > 0 && s.holds.clear(holdRefused, "") {
		s.log.Info("the store takes writes again")
	}
	s.breaker.stored(total)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.passed == nil {
		s.passed = make(map[string]int64)
	}
	for name, n := range passed {
		s.passed[name] += n
	}
}

// hopelessOthers is how many writes an index must take while it answers
// another with 5xx, before that one is given up.
const hopelessOthers = 1000

// hopeless reports whether the store has answered this write alone with 5xx
// for so long, and meanwhile taken so many others, that the fault must be in
// the document.
func (s *sender) hopeless(u *unit, o index.Outcome) bool {
	after := time.Duration(s.brokenAfter.Load())
	if after == 0 || o.Status < 500 {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.broken.IsZero() {
		u.broken, u.passed = time.Now(), s.passed[u.Index]
		return false
	}
	return time.Since(u.broken) >= after && s.passed[u.Index]-u.passed >= hopelessOthers
}

// keep holds a write that would have died, because the breaker is open.
func (s *sender) keep(u *unit, why string) {
	s.hold(holdBreaker, "", u, why)
	u.held = true
	u.tries++
	u.due = time.Now().Add(retryMax)
}

// unhold ends the holds that the store's taking this very write disproves.
func (s *sender) unhold(u *unit, r index.Result) {
	if u.held && r != index.Stale {
		s.mended()
	}
	u.held = false
	if s.holds.clear(holdNoAnswer, u.Index) {
		s.log.Info("the store answers again", zap.String("index", u.Index))
	}
}

// mended closes the breaker, if it is open.
func (s *sender) mended() {
	if s.breaker.mended() {
		s.holds.clear(holdBreaker, "")
		s.log.Info("a held document was stored; what the store refuses dies again by itself")
	}
}

// deadUnit sends the unit's record to the dead-letter topic. The other writes
// of the record, if any, are let go: it settles when its letter is
// acknowledged, and once only.
func (s *sender) deadUnit(u *unit, o index.Outcome) {
	j := u.job
	j.mu.Lock()
	first := j.left >= 0
	j.left = -1 << 30 // no count of events can settle it any more
	j.mu.Unlock()
	if !first {
		return
	}
	stage := "index"
	if u.Kind == index.Event {
		stage = stageIndexEvent
	}
	s.dead.put(j.rec, letter{reason: o.Reason, stage: stage, status: o.Status, detail: o.Detail, docID: u.ID})
}

// retry queues units again after a wait.
func (s *sender) retry(units []*unit, wait time.Duration) {
	due := time.Time{}
	if wait > 0 {
		due = time.Now().Add(wait)
	}
	for _, u := range units {
		u.tries++
		u.due = due
	}
	s.batch.again(units...)
}

// hold stops what writes into an index (all of it, if name is empty): nothing
// is lost, nothing is dead-lettered, and the same write probes until somebody
// has mended the cause or parked the record.
func (s *sender) hold(cause, name string, u *unit, detail string) {
	r := u.job.rec
	h := Hold{Cause: cause, Index: name, Record: place(r).String(), Detail: detail}
	if s.holds.set(h) {
		s.log.Error("the worker holds; dateline check finds the cause, dateline dlq park moves one record aside",
			zap.String("cause", cause), zap.String("index", u.Index), zap.String("record", h.Record), zap.String("detail", detail))
	}
}
