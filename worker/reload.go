package worker

import (
	"sync/atomic"
	"time"

	"dateline/config"
)

// thresholds are the settings that a running worker may take anew. Whoever
// needs one asks for it each time.
type thresholds struct{ now atomic.Pointer[config.Worker] }

func (t *thresholds) get() *config.Worker { return t.now.Load() }

// Reload puts new thresholds in force: stage_timeout, stall_after,
// breaker_percent, server_error_after, backfill_lag and token. All other
// settings stay what they were at the start. Nothing in flight is touched, and
// the consumer group does not notice.
func (w *Worker) Reload(c config.Worker) {
	now := *w.limits.get()
	now.StageTimeout, now.StallAfter, now.BreakerPercent = c.StageTimeout, c.StallAfter, c.BreakerPercent
	now.ServerErrorAfter, now.BackfillLag, now.Token = c.ServerErrorAfter, c.BackfillLag, c.Token
	w.limits.now.Store(&now)
	w.sender.breaker.setPercent(now.BreakerPercent)
	w.sender.brokenAfter.Store(int64(now.ServerErrorAfter))
	w.group.yield.setMax(int64(now.BackfillLag))
}

// NoteReload makes /statusz and the metrics say how the last reload went; a
// nil error says that it was taken.
func (w *Worker) NoteReload(err error) {
	s := &ReloadStatus{At: time.Now(), OK: err == nil}
	result := "taken"
	if err != nil {
		s.Error, result = err.Error(), "refused"
	}
	w.reload.Store(s)
	w.metrics.reloads.WithLabelValues(result).Inc()
}

// ReloadStatus is how the last reload of settings went. The old ones stay in
// force when new ones are refused.
type ReloadStatus struct {
	At    time.Time `json:"at"`
	OK    bool      `json:"ok"`
	Error string    `json:"error,omitempty"`
}
