package worker

import (
	"context"
	"fmt"
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
	docs    int // documents of a full bulk
	bytes   int // bytes of a full bulk
}

// Waits before an item that was refused alone is sent again, and before one
// that configuration refuses is tried again.
const (
	retryMin = 100 * time.Millisecond
	retryMax = 2 * time.Second
)

// send sends one bulk in the slot that was taken for it, and gives it back.
func (s *sender) send(ctx context.Context, units []*unit, bytes int) {
	live := units[:0]
	for _, u := range units {
		if !u.job.rec.abandoned() {
			live = append(live, u)
		}
	}
	a := answer{}
	if len(live) > 0 {
		a = s.request(ctx, live, bytes)
	}
	s.limit.release(a)
}

// request sends units and handles the answer. A request refused as too large
// or as bad is cut in two until the culprit stands alone, in the same slot.
func (s *sender) request(ctx context.Context, units []*unit, bytes int) answer {
	actions := make([]index.Action, len(units))
	for i, u := range units {
		actions[i] = u.Action
	}
	r := s.store.Bulk(ctx, actions)
	s.metrics.bulk(r, len(units))
	full := 2*len(units) >= s.docs || 2*bytes >= s.bytes
	switch r.Request {
	case index.OK:
		s.outcomes(ctx, units, r.Outcomes)
	case index.TooLarge, index.Bad:
		if len(units) == 1 {
			s.alone(ctx, units[0], r)
			break
		}
		half := len(units) / 2
		first := s.request(ctx, units[:half], bytes/2)
		second := s.request(ctx, units[half:], bytes/2)
		return answer{failed: first.failed && second.failed, pushback: first.pushback || second.pushback, took: r.Took}
	case index.Refused:
		s.hold(units[0], fmt.Sprintf("status %d", r.Status))
		s.retry(units, retryMax)
	default:
		// Nothing is known: all of it is sent again, which is harmless. The
		// limiter spaces the attempts, so the units themselves need not wait.
		s.log.Debug("bulk failed and is sent again", zap.Int("units", len(units)), zap.Int("status", r.Status), zap.Error(r.Err))
		s.retry(units, 0)
	}
	return learned(r, full)
}

// alone handles a single write that the store refused as a whole request.
func (s *sender) alone(ctx context.Context, u *unit, r index.Response) {
	o := index.Outcome{Result: index.Dead, Status: r.Status, Reason: "bad_request"}
	if r.Request == index.TooLarge {
		o.Reason = "too_large"
	}
	if r.Err != nil {
		o.Detail = r.Err.Error()
	}
	s.deadUnit(ctx, u, o)
}

// outcomes acts on each item of an answered bulk.
func (s *sender) outcomes(ctx context.Context, units []*unit, out []index.Outcome) {
	var stale, again []*unit
	held := false
	for i, u := range units {
		o := out[i]
		switch {
		case o.Result == index.Stale && u.Kind == index.Article:
			stale = append(stale, u)
		case o.Result.Stored():
			s.stored(u, o.Result, 0)
		case o.Result == index.Dead:
			s.deadUnit(ctx, u, o)
		case o.Result == index.Held:
			held = true
			s.hold(u, fmt.Sprintf("status %d %s", o.Status, o.Reason))
			u.tries++
			u.due = time.Now().Add(retryMax)
			again = append(again, u)
		default:
			s.metrics.retried(o.Status)
			u.due = time.Now().Add(jitter(min(retryMax, retryMin<<min(u.tries, 10))))
			u.tries++
			again = append(again, u)
		}
	}
	if !held && len(again) < len(units) && s.holds.clear(holdRefused) {
		s.log.Info("the store takes writes again")
	}
	s.batch.again(again...)
	if len(stale) > 0 {
		s.stale(ctx, stale)
	}
}

// stored goes on after an article's ack, or counts an event's.
func (s *sender) stored(u *unit, r index.Result, version int64) {
	j := u.job
	if u.Kind == index.Event {
		s.eventDone(j)
		return
	}
	j.fate = Indexed
	if r == index.Stale {
		j.fate = Stale
	}
	s.metrics.articleStored(j.rec)
	actions, err := index.EventSlots(j.doc, s.opt, r, version)
	if err != nil {
		// The article encoded under the same rules, so its events must too.
		s.dead.put(j.rec, letter{reason: "encode", stage: "index", detail: err.Error()})
		return
	}
	j.doc = nil
	if len(actions) == 0 {
		j.rec.settle(j.fate)
		return
	}
	j.left = len(actions)
	events := make([]*unit, len(actions))
	for i, a := range actions {
		events[i] = &unit{Action: a, job: j}
	}
	s.batch.again(events...)
}

func (s *sender) eventDone(j *job) {
	j.mu.Lock()
	j.left--
	last := j.left == 0
	j.mu.Unlock()
	if last {
		j.rec.settle(j.fate)
	}
}

// stale finds out which version the store holds of articles it refused as old.
// With our own version stored, a crash may have come between article and
// events, so the events are written again.
func (s *sender) stale(ctx context.Context, units []*unit) {
	byIndex := make(map[string][]*unit)
	for _, u := range units {
		byIndex[u.Index] = append(byIndex[u.Index], u)
	}
	for name, us := range byIndex {
		ids := make([]string, len(us))
		for i, u := range us {
			ids[i] = u.ID
		}
		versions, err := s.store.Versions(ctx, name, ids)
		if err != nil {
			s.log.Debug("stored versions were not read; the articles are sent again", zap.Error(err))
			s.retry(us, retryMin)
			continue
		}
		for i, u := range us {
			s.stored(u, index.Stale, versions[i])
		}
	}
}

// deadUnit sends the unit's record to the dead-letter topic. The other writes
// of the record, if any, are let go: it settles when its letter is
// acknowledged, and once only.
func (s *sender) deadUnit(ctx context.Context, u *unit, o index.Outcome) {
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
		stage = "index_event"
	}
	s.dead.put(j.rec, letter{reason: o.Reason, stage: stage, status: o.Status, detail: o.Detail, docID: u.ID, attempt: u.tries + 1})
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

// hold stops the worker for a fault of configuration: nothing is lost, nothing
// is dead-lettered, and the same write probes until somebody has mended it.
func (s *sender) hold(u *unit, detail string) {
	r := u.job.rec
	d := fmt.Sprintf("index %s, %s; first record %s/%d/%d", u.Index, detail, r.Topic, r.Partition, r.Offset)
	if s.holds.set(holdRefused, d) {
		s.log.Error("the store refuses writes; check credentials, roles and templates with dateline check", zap.String("hold", d))
	}
}
