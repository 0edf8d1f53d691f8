package arbiter

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.uber.org/zap"

	"dateline/pipeline/dedup"
)

// ErrNoStart says that the log begins too late: its first records are gone, and
// there is neither a checkpoint nor a record to start again from.
var ErrNoStart = errors.New("fingerprint log cannot be folded from its middle")

// ErrSwitched says that another log goes on where this one ends.
var ErrSwitched = errors.New("fingerprint log has ended")

// Options shape an Arbiter.
type Options struct {
	Log    Log
	Params dedup.Params // of a log that is still empty
	Dir    string       // of checkpoints; empty: none are kept
	Name   string       // of the log, in the names of checkpoints
	Every  time.Duration
	Logger *zap.Logger
	Now    func() time.Time // nil: time.Now
}

// Arbiter folds a log and decides. Start it, then Run it; Decide and Void may
// be called by any number of goroutines while it runs.
type Arbiter struct {
	o     Options
	log   *zap.Logger
	state *dedup.State // the fold's goroutine's alone: Start's, then Run's
	saved time.Time
	own   sync.Mutex // held by the one who appends
	skew  time.Duration
	due   *dedup.Record // digest to append with the next batch; guarded by own

	mu       sync.Mutex
	next     int64           // folded up to here
	digest   uint64          // of the verdicts up to here
	from     int64           // offset of kept[0]
	keeping  bool            // an append is on its way: keep what is folded
	kept     []dedup.Verdict // of offsets from, from+1, …
	want     int64           // close ready when folded up to here; 0: nobody waits
	ready    chan struct{}
	err      error // why it stopped
	failed   chan struct{}
	appendIs error // last append's
	mark     mark
	seen     Status
}

// mark is the fold's digest at the last multiple of dedup.DigestEvery.
type mark struct {
	epoch  [16]byte
	offset int64
	digest uint64
	ok     bool
}

// Status is what an arbiter shows of itself.
type Status struct {
	Next    int64            `json:"next"` // offset of the next record to fold
	Epoch   string           `json:"epoch"`
	Digest  string           `json:"digest"`
	Clock   time.Time        `json:"clock"`
	Items   int              `json:"items"`
	Bytes   int              `json:"bytes"`
	Append  string           `json:"append_error,omitempty"`
	Stopped string           `json:"stopped,omitempty"`
	Seen    map[string]int64 `json:"verdicts"` // of all workers' records since the start
	Counts  dedup.Counts     `json:"counts"`
	Saved   time.Time        `json:"checkpoint"` // when the last checkpoint was written; zero for none
}

// New is an arbiter that has folded nothing.
func New(o Options) *Arbiter {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	return &Arbiter{o: o, log: o.Logger, failed: make(chan struct{}), seen: Status{Seen: make(map[string]int64)}}
}

// step folds one record.
func (a *Arbiter) step(ctx context.Context, offset int64, record []byte) error {
	if r, ok := rebase(record); ok {
		s, err := a.rebuild(ctx, r, offset)
		if err != nil {
			return err
		}
		a.state = s
	}
	v, err := a.state.Fold(offset, record)
	if err != nil {
		return err
	}
	if t := a.state.Switched(); t != "" {
		return fmt.Errorf("%w: %s goes on where it ends; set kafka.fingerprint_topic to it", ErrSwitched, t)
	}
	a.mu.Lock()
	a.next, a.digest = offset+1, a.state.Digest()
	if offset%dedup.DigestEvery == 0 {
		a.mark.offset, a.mark.digest, a.mark.ok = a.state.LastDigest()
		a.mark.epoch = a.state.EpochID()
	}
	if v.Verdict != "" {
		a.seen.Seen[v.Verdict]++
	}
	if a.keeping {
		if len(a.kept) == 0 {
			a.from = offset
		}
		a.kept = append(a.kept, v)
	}
	if a.want > 0 && a.next >= a.want {
		close(a.ready)
		a.want = 0
	}
	a.mu.Unlock()
	if offset%1024 == 0 {
		a.look()
	}
	return nil
}

// look copies the state's numbers, and saves it when that is due.
func (a *Arbiter) look() {
	now := a.o.Now()
	a.mu.Lock()
	a.seen.Epoch, a.seen.Clock, a.seen.Items, a.seen.Bytes = a.state.Epoch(), a.state.Clock(), a.state.Len(), a.state.Bytes()
	a.seen.Counts = a.state.Counts()
	a.mu.Unlock()
	if a.o.Every > 0 && now.Sub(a.saved) >= a.o.Every {
		a.save()
	}
}

// Status is a copy of the arbiter's numbers.
func (a *Arbiter) Status() Status {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.seen
	s.Next, s.Digest = a.next, fmt.Sprintf("%016x", a.digest)
	s.Seen = make(map[string]int64, len(a.seen.Seen))
	for k, n := range a.seen.Seen {
		s.Seen[k] = n
	}
	if a.err != nil {
		s.Stopped = a.err.Error()
	}
	if a.appendIs != nil {
		s.Append = a.appendIs.Error()
	}
	return s
}

// Waits before a log that does not answer is asked again.
const (
	waitMin = 20 * time.Millisecond
	waitMax = 2 * time.Second
)

// Run folds the log until ctx ends, which is no error, or until something is
// wrong that waiting does not mend.
func (a *Arbiter) Run(ctx context.Context) error {
	wait := waitMin
	for ctx.Err() == nil {
		before := a.state.Next()
		err := a.o.Log.Read(ctx, before, -1, func(offset int64, r []byte) error { return a.step(ctx, offset, r) })
		switch {
		case ctx.Err() != nil:
		case Fatal(err):
			a.mu.Lock()
			a.err = err
			close(a.failed)
			a.mu.Unlock()
			return err
		default:
			if a.state.Next() > before {
				wait = waitMin
			}
			a.log.Warn("fingerprint log is read again", zap.Int64("offset", a.state.Next()), zap.Error(err))
			sleep(ctx, wait)
			wait = min(2*wait, waitMax)
		}
	}
	a.look()
	a.save()
	return nil
}

// Fatal reports an error that waiting does not mend: of the fold, of a log that
// is not fit, or not the one that was folded.
func Fatal(err error) bool {
	for _, e := range []error{dedup.ErrGap, dedup.ErrDiverged, ErrRange, ErrSwitched, ErrNoStart, ErrUnfit} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// Decide appends records, all of kind article, and returns their verdicts. It
// waits for as long as the log does not answer; the error is ctx's, or why the
// arbiter has stopped. One append is on its way at a time, so callers bring
// many records at once.
func (a *Arbiter) Decide(ctx context.Context, records []dedup.Record) ([]dedup.Verdict, error) {
	if len(records) == 0 {
		return nil, nil
	}
	a.own.Lock()
	defer a.own.Unlock()
	wait := waitMin
	for {
		v, err := a.decide(ctx, records)
		a.mu.Lock()
		a.appendIs = err
		a.mu.Unlock()
		if err == nil {
			return v, nil
		}
		a.mu.Lock()
		stopped := a.err
		a.mu.Unlock()
		switch {
		case stopped != nil:
			return nil, stopped
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case Fatal(err):
			return nil, err
		}
		// What became of the records is not known: they are appended again,
		// and are redeliveries if they were there.
		a.log.Warn("fingerprints are appended again", zap.Int("records", len(records)), zap.Error(err))
		sleep(ctx, wait)
		wait = min(2*wait, waitMax)
	}
}

// decide makes one attempt.
func (a *Arbiter) decide(ctx context.Context, records []dedup.Record) ([]dedup.Verdict, error) {
	batch := make([]dedup.Record, 0, len(records)+1)
	if a.due != nil {
		batch = append(batch, *a.due)
	}
	lead := len(batch)
	batch = append(batch, records...)
	a.mu.Lock()
	a.keeping, a.kept = true, a.kept[:0]
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		a.keeping, a.want = false, 0
		a.mu.Unlock()
	}()
	base, err := a.append(ctx, batch)
	if err != nil {
		return nil, err
	}
	a.due = nil
	end := base + int64(len(batch))
	a.mu.Lock()
	ready := make(chan struct{})
	if a.next >= end {
		close(ready)
	} else {
		a.want, a.ready = end, ready
	}
	a.mu.Unlock()
	select {
	case <-ready:
	case <-a.failed:
		return nil, errors.New("fold has stopped")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	at := int(base-a.from) + lead
	if at < 0 || at+len(records) > len(a.kept) {
		return nil, fmt.Errorf("verdicts of %d to %d were not kept", base, end-1)
	}
	out := make([]dedup.Verdict, len(records))
	copy(out, a.kept[at:])
	if every := int64(dedup.DigestEvery); a.mark.ok && (end-1)/every != (base-1)/every {
		// Whoever wrote the record at a multiple says what its fold made of it.
		r := a.mark.record()
		a.due = &r
	}
	return out, nil
}

// record is the digest that other folds compare. Before there is one, it is of
// no offset, and nobody compares it.
func (m mark) record() dedup.Record {
	if !m.ok {
		m.offset = -1
	}
	return dedup.Record{Kind: dedup.KindDigest, Key: m.epoch, Revision: m.offset, Title: m.digest}
}

// append stamps and writes records.
func (a *Arbiter) append(ctx context.Context, records []dedup.Record) (int64, error) {
	at := a.o.Now().Add(a.skew).UnixMilli()
	bytes := make([][]byte, len(records))
	for i := range records {
		r := records[i]
		if r.At == 0 {
			r.At = at
		}
		var err error
		if bytes[i], err = r.AppendBinary(nil); err != nil {
			return 0, fmt.Errorf("%w: %w", ErrUnfit, err)
		}
	}
	base, stamp, err := a.o.Log.Append(ctx, bytes)
	if err == nil && !stamp.IsZero() {
		// The log's clock counts, not this machine's.
		a.skew = stamp.Sub(a.o.Now())
	}
	return base, err
}

// Void says that versions became dead letters, so that no copy hides behind
// them.
func (a *Arbiter) Void(ctx context.Context, records []dedup.Record) error {
	a.own.Lock()
	defer a.own.Unlock()
	_, err := a.append(ctx, records)
	return err
}

func newUUID() (u [16]byte) {
	rand.Read(u[:])
	return u
}
