package worker

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

// New thresholds are in force at once: a stage that hangs is given up after the
// new time, and the group does not notice.
func TestReloadTakesThresholds(t *testing.T) {
	b, s := newBench(t, 1), &memory{}
	b.cfg.Worker.StageTimeout = time.Hour
	release := make(chan struct{})
	w := b.start(s, faulty{newPlain(t), release, new(atomic.Int64)})
	b.produce(envelope("hang", 1))
	until(t, "a record in the stages", func() bool { return w.Counts().InFlight == 1 })
	limits := b.cfg.Worker
	limits.StageTimeout, limits.StallAfter, limits.BreakerPercent, limits.ServerErrorAfter = 100*time.Millisecond, 7*time.Second, 0, time.Minute
	limits.Concurrency = 77 // not a threshold
	w.Reload(limits)
	until(t, "the letter", func() bool { return len(b.letters()) == 1 })
	if r := header(b.letters()[0], "reason"); r != "timeout_wire" {
		t.Errorf("reason %s", r)
	}
	close(release)
	if now := w.limits.get(); now.StallAfter != 7*time.Second || now.Concurrency == 77 || w.sender.breaker.percent != 0 || w.sender.brokenAfter.Load() != int64(time.Minute) {
		t.Errorf("in force: %+v", now)
	}
	w.NoteReload(errors.New("line 3"))
	if r := w.Status().Reload; r == nil || r.OK || r.Error != "line 3" {
		t.Errorf("status %+v", r)
	}
	w.NoteReload(nil)
	if r := w.Status().Reload; !r.OK || r.Error != "" {
		t.Errorf("status %+v", r)
	}
}
