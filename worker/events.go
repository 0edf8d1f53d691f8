package worker

import (
	"context"
	"errors"

	"go.uber.org/zap"

	"dateline/index"
)

// stored goes on after an article's ack, or counts an event's.
func (s *sender) stored(u *unit, r index.Result, version int64) {
	j := u.job
	if u.Kind == index.Event {
		s.eventDone(j)
		return
	}
	actions, err := index.EventSlots(j.doc, s.opt, r, version)
	if err != nil {
		// The article encoded under the same rules, so its events must too.
		s.dead.put(j.rec, letter{reason: "encode", stage: "index", detail: err.Error()})
		return
	}
	s.acknowledged(j, r)
	if len(actions) == 0 {
		s.done(j)
		return
	}
	j.seal = &unit{Action: actions[0], job: j}
	if len(actions) == 1 {
		s.sealed(j)
		return
	}
	j.left = len(actions) - 1
	events := make([]*unit, len(actions)-1)
	for i, a := range actions[1:] {
		events[i] = &unit{Action: a, job: j}
	}
	s.batch.again(events...)
}

// acknowledged notes what became of a job's article.
func (s *sender) acknowledged(j *job, r index.Result) {
	j.doc, j.fate = nil, Indexed
	if r == index.Stale {
		j.fate = Stale
	}
	s.metrics.articleStored(j.rec)
}

// sealed sends the job's last event write, after all others have their ack.
func (s *sender) sealed(j *job) {
	seal := j.seal
	j.seal, j.left = nil, 1
	s.batch.again(seal)
}

// eventDone counts an event's ack. An event that died has taken the job off
// this count for good: then there is no seal, and when its letter is replayed
// all events are written again.
func (s *sender) eventDone(j *job) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.left--; j.left != 0 {
		return
	}
	if j.seal != nil {
		s.sealed(j)
		return
	}
	s.done(j)
}

// done ends a job all of whose writes are stored.
func (s *sender) done(j *job) {
	if j.then != nil {
		s.batch.again(j.then)
		return
	}
	j.rec.settle(j.fate)
}

// eventless reports whether no event can stand in the store: none is asked for,
// and none was found. Then nothing is written in place of one. It is found out
// when it first matters, and holds for the worker's life: all workers of a
// cluster have the same options.
func (s *sender) eventless(ctx context.Context) (bool, error) {
	switch {
	case s.opt.Slots > 0:
		return false, nil
	case s.noEvents.Load():
		return true, nil
	}
	found, err := s.store.HasEvents(ctx)
	if err != nil {
		return false, err
	}
	s.holds.clear(holdUnread, "")
	if found {
		return false, nil
	}
	s.noEvents.Store(true)
	return true, nil
}

// updated goes on with articles that replaced an older version, in a worker
// that writes no events: it takes those of the older version out, if any.
func (s *sender) updated(ctx context.Context, units []*unit) {
	none, err := s.eventless(ctx)
	if err != nil {
		s.unread("", units, err)
		return
	}
	for _, u := range units {
		if none {
			s.acknowledged(u.job, index.Updated)
			s.done(u.job)
		} else {
			s.stored(u, index.Updated, 0)
		}
	}
}

// stale finds out which version the store holds of articles it refused as old.
func (s *sender) stale(ctx context.Context, units []*unit) {
	s.lookUp(ctx, units, func(u *unit) (string, string) { return u.Index, u.ID }, func(us []*unit, versions []int64) {
		var same []*unit
		for i, u := range us {
			if versions[i] == u.Version {
				same = append(same, u)
			} else {
				s.stored(u, index.Stale, versions[i])
			}
		}
		s.redelivered(ctx, same)
	})
}

// redelivered goes on with articles that stand in the store at their own
// version: this record or its twin was here before. If it got as far as the
// seal, or if there are no events at all, nothing is left to be done. If not, a
// crash may have come between the article and the last of its events.
func (s *sender) redelivered(ctx context.Context, units []*unit) {
	none, err := s.eventless(ctx)
	switch {
	case err != nil:
		s.unread("", units, err)
	case none:
		for _, u := range units {
			s.acknowledged(u.job, index.Stale)
			s.done(u.job)
		}
	default:
		seal := func(u *unit) (string, string) { return index.Seal(u.job.doc, s.opt) }
		s.lookUp(ctx, units, seal, func(us []*unit, versions []int64) {
			for i, u := range us {
				if versions[i] >= u.Version {
					s.acknowledged(u.job, index.Stale)
					s.done(u.job)
				} else {
					s.stored(u, index.Stale, u.Version)
				}
			}
		})
	}
}

// lookUp reads the stored versions of documents that units are about, index by
// index. What cannot be read is tried again.
func (s *sender) lookUp(ctx context.Context, units []*unit, where func(*unit) (name, id string), f func([]*unit, []int64)) {
	byIndex, ids := make(map[string][]*unit), make(map[string][]string)
	for _, u := range units {
		name, id := where(u)
		byIndex[name], ids[name] = append(byIndex[name], u), append(ids[name], id)
	}
	for name, us := range byIndex {
		versions, err := s.store.Versions(ctx, name, ids[name])
		if err != nil {
			s.unread(name, us, err)
			continue
		}
		if s.holds.clear(holdUnread, name) {
			s.log.Info("versions are read again", zap.String("index", name))
		}
		f(us, versions)
	}
}

// unread sends articles again after the store was asked about them in vain.
// What will stay so until somebody mends it is a hold.
func (s *sender) unread(name string, units []*unit, err error) {
	var r interface{ Refused() bool }
	if errors.As(err, &r) && r.Refused() {
		s.hold(holdUnread, name, units[0], err.Error())
		s.retry(units, retryMax)
		return
	}
	s.log.Debug("the store was not read; the articles are sent again", zap.Error(err))
	s.retry(units, retryMin)
}
