package worker

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"go.uber.org/zap"

	"dateline/index"
)

// When a bulk that gets no answer is suspected rather than the server, and a
// single write that is left of it is reported as a hold.
const (
	silentSplit = 3
	silentHold  = 6
	// splitMisses is how many parts of a bulk may go unanswered before one is
	// answered. It suffices to reach any one of a thousand documents.
	splitMisses = 12
)

// refusedUnit is a write that was refused alone, by a whole request's status.
type refusedUnit struct {
	u *unit
	r index.Response
}

// split is one bulk that is sent part by part, in the slot it has.
type split struct {
	stored  int           // writes that were answered item by item
	refused []refusedUnit // 400 or 413 for the write alone
	passed  int           // bytes of the largest part that was answered
	misses  int           // parts without an answer
}

// request sends units and handles the answer. What is refused as too large or
// as bad, and what stays without an answer though the server has one for
// others, is cut in two until the culprit stands alone, in the same slot.
func (s *sender) request(ctx context.Context, units []*unit) answer {
	var x split
	r, a := s.part(ctx, units, &x)
	if len(x.refused) > 0 {
		s.verdict(units, r, &x)
	}
	bytes := length(units)
	switch {
	case r.Request == index.TooLarge && x.passed > 0:
		s.batch.size.shrink(x.passed)
	case r.Request == index.OK:
		s.batch.size.grow(bytes)
	}
	return a
}

// part sends one part of a bulk.
func (s *sender) part(ctx context.Context, units []*unit, x *split) (index.Response, answer) {
	actions := make([]index.Action, len(units))
	for i, u := range units {
		actions[i] = u.Action
	}
	r := s.store.Bulk(ctx, actions)
	s.metrics.bulk(r, len(units))
	bytes := length(units)
	full := 2*len(units) >= s.docs || 2*bytes >= s.batch.size.bytes()
	switch r.Request {
	case index.OK:
		x.stored += len(units)
		x.passed = max(x.passed, bytes)
		s.outcomes(ctx, units, r.Outcomes)
	case index.TooLarge, index.Bad:
		return r, s.refused(ctx, units, r, x)
	case index.Refused:
		s.hold(holdRefused, "", units[0], fmt.Sprintf("index %s: status %d", units[0].Index, r.Status))
		s.retry(units, retryMax)
	default:
		return r, s.unanswered(ctx, units, r, learned(r, full), x)
	}
	return r, learned(r, full)
}

// halves sends both halves of a bulk. It has failed if both have.
func (s *sender) halves(ctx context.Context, units []*unit, x *split) answer {
	half := len(units) / 2
	_, first := s.part(ctx, units[:half], x)
	_, second := s.part(ctx, units[half:], x)
	return answer{failed: first.failed && second.failed, pushback: first.pushback || second.pushback, took: first.took + second.took}
}

// refused handles 400 and 413 for a request. While the breaker is open because
// of such answers, one fresh write is tried alone instead of all: cutting a
// thousand apart every two seconds would be an attack.
func (s *sender) refused(ctx context.Context, units []*unit, r index.Response, x *split) answer {
	if len(units) == 1 {
		x.refused = append(x.refused, refusedUnit{units[0], r})
		return answer{took: r.Took}
	}
	why := s.breaker.opened()
	if r.Request == index.TooLarge || why == "" {
		return s.halves(ctx, units, x)
	}
	before := x.stored
	last := len(units) - 1
	_, a := s.part(ctx, units[last:], x)
	if x.stored == before {
		for _, u := range units[:last] {
			s.keep(u, why)
		}
		s.batch.again(units[:last]...)
		return a
	}
	s.mended()
	return s.halves(ctx, units[:last], x)
}

// verdict gives up what was refused alone, or holds it: when nothing of three
// bulks in a row was taken, the fault is not in the documents.
func (s *sender) verdict(units []*unit, r index.Response, x *split) {
	why := ""
	if r.Request == index.Bad && x.stored == 0 && len(x.refused) == len(units) {
		why = s.breaker.bad()
	}
	var again []*unit
	for _, d := range x.refused {
		o := index.Outcome{Result: index.Dead, Status: d.r.Status, Reason: "bad_request"}
		if d.r.Request == index.TooLarge {
			o.Reason = "too_large"
		}
		if d.r.Err != nil {
			o.Detail = d.r.Err.Error()
		}
		if why == "" && d.r.Request == index.Bad {
			why = s.breaker.died()
		}
		if why != "" && d.r.Request == index.Bad {
			s.keep(d.u, why)
			again = append(again, d.u)
			continue
		}
		s.deadUnit(d.u, o)
	}
	s.batch.again(again...)
}

// unanswered handles a request of which nothing is known. All of it is sent
// again, which is harmless; the limiter spaces the attempts. A bulk that fails
// so three times while the server is well is cut in two: a proxy may say "too
// large" with a reset, and one document must not stop the others.
func (s *sender) unanswered(ctx context.Context, units []*unit, r index.Response, a answer, x *split) answer {
	s.log.Debug("bulk failed and is sent again", zap.Int("units", len(units)), zap.Int("status", r.Status), zap.Error(r.Err))
	silent := 0
	for _, u := range units {
		u.silent++
		silent = max(silent, u.silent)
	}
	x.misses++
	busy := r.Status == http.StatusTooManyRequests || r.Status == http.StatusServiceUnavailable
	suspect := silent >= silentSplit && !busy && (x.stored > 0 || x.misses < splitMisses) &&
		ctx.Err() == nil && s.store.Health(ctx) == nil
	switch {
	case suspect && len(units) > 1:
		return s.halves(ctx, units, x)
	case suspect && silent >= silentHold:
		s.hold(holdNoAnswer, units[0].Index, units[0], fmt.Sprintf("%d requests with this write got no answer, others do (status %d)", silent, r.Status))
		s.retry(units, retryMax)
	case suspect:
		s.retry(units, retryMax)
	default:
		s.retry(units, 0)
	}
	return a
}

func length(units []*unit) (n int) {
	for _, u := range units {
		n += u.length()
	}
	return n
}

// bulkSize is how large bulks may be: as configured, or what a server or a
// proxy let pass when it refused more as too large. It grows again, slowly, in
// case that the refusal was about one document.
type bulkSize struct {
	most int // configured, in bytes

	mu  sync.Mutex
	now int // 0: most
}

// Growth of a bulk's size after each one that was nearly full, and the least
// size: below it a single article is what is too large.
const (
	sizeGrowth = 20 // one part in
	sizeLeast  = 16 << 10
)

func (z *bulkSize) bytes() int {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.now == 0 {
		return z.most
	}
	return z.now
}

// shrink remembers the size that passed.
func (z *bulkSize) shrink(passed int) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.now = min(z.most, max(passed, sizeLeast))
}

// grow notes that a bulk of n bytes passed.
func (z *bulkSize) grow(n int) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.now == 0 || 10*n < 9*z.now {
		return
	}
	if z.now += z.now / sizeGrowth; z.now >= z.most {
		z.now = 0
	}
}
