package worker

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"go.uber.org/zap"
)

// yieldEvery is how often a backfill worker looks at the live group's lag.
const yieldEvery = 5 * time.Second

// yield makes a backfill worker step back while live work waits: it stops
// asking its brokers for more, and finishes what it has. A nil yield never
// steps back.
type yield struct {
	lag func(context.Context) (int64, error) // of the live group
	log *zap.Logger

	mu   sync.Mutex
	max  int64         // lag that is still no reason to wait; 0: none ever is
	live int64         // lag last read, -1 before the first time
	why  string        // empty: not paused
	open chan struct{} // closed while not paused
}

func newYield(lag func(context.Context) (int64, error), max int64, log *zap.Logger) *yield {
	return &yield{lag: lag, max: max, log: log, live: -1, why: "the live group's lag is not known yet", open: make(chan struct{})}
}

// run reads the lag until ctx ends. A lag that cannot be read pauses too:
// nothing tells then whether live work waits.
func (y *yield) run(ctx context.Context) {
	for {
		y.look(ctx)
		if !sleep(ctx, yieldEvery) {
			return
		}
	}
}

func (y *yield) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	n, err := y.lag(ctx)
	y.mu.Lock()
	defer y.mu.Unlock()
	if errors.Is(err, context.Canceled) {
		return
	}
	was := y.why
	switch {
	case y.max == 0:
		y.live, y.why = n, ""
	case err != nil:
		y.why = "the live group's lag cannot be read: " + clip(err.Error())
	case n > y.max:
		y.live, y.why = n, "the live group lags by "+strconv.FormatInt(n, 10)+" records"
	default:
		y.live, y.why = n, ""
	}
	switch {
	case was == "" && y.why != "":
		y.open = make(chan struct{})
		y.log.Info("backfill pauses", zap.String("because", y.why))
	case was != "" && y.why == "":
		close(y.open)
		y.log.Info("backfill goes on", zap.Int64("live_lag", n))
	}
}

// setMax changes the lag that is no reason to wait, from the next look on.
func (y *yield) setMax(max int64) {
	if y == nil {
		return
	}
	y.mu.Lock()
	y.max = max
	y.mu.Unlock()
}

// wait returns when the worker need not step back.
func (y *yield) wait(ctx context.Context) error {
	if y == nil {
		return nil
	}
	y.mu.Lock()
	open := y.open
	y.mu.Unlock()
	select {
	case <-open:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// BackfillStatus says whether a backfill worker steps back, and why.
type BackfillStatus struct {
	Paused  bool   `json:"paused"`
	Reason  string `json:"reason,omitempty"`
	LiveLag int64  `json:"live_lag"` // of the live group, -1 before it was read
}

// status is nil for a live worker.
func (y *yield) status() *BackfillStatus {
	if y == nil {
		return nil
	}
	y.mu.Lock()
	defer y.mu.Unlock()
	return &BackfillStatus{Paused: y.why != "", Reason: y.why, LiveLag: y.live}
}
