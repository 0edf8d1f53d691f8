package worker

import (
	"context"
	"sync"
	"time"

	"dateline/config"
	"dateline/index"
	"dateline/pipeline"
)

// job is one record on its way into the store: first its article, then, when
// that is acknowledged, its events, the seal last. It settles when all its
// writes have.
type job struct {
	rec  *Record
	doc  *pipeline.Document
	then *unit // of the same record, to be written after this job; nil: the record settles

	// Owned by whichever sender holds one of its units; events of one job may
	// be in several bulks, hence the lock.
	mu   sync.Mutex
	left int   // event writes without an ack
	seal *unit // the event write that goes out after those; nil: none
	fate Fate  // of the article
}

// unit is one write of a job.
type unit struct {
	index.Action
	job   *job
	tries int
	due   time.Time // not sent before

	silent int       // requests without an answer that it was part of, in a row
	held   bool      // by the breaker
	broken time.Time // since when the store answers it, alone, with a 5xx
	passed int64     // writes that its index had taken by then
}

// length is what the unit adds to the body of a bulk, in bytes.
func (u *unit) length() int { return len(u.Source) + actionOverhead }

// actionOverhead is what an action adds to the body of a bulk beside its
// document: the meta line with index, id and version (estimate, in bytes).
const actionOverhead = 160

// batcher gathers units into bulks, whatever partition they come from, and
// hands each full one to a slot. One goroutine owns the bulk being filled.
type batcher struct {
	cfg   config.Bulk
	limit *limiter
	size  bulkSize
	// in takes first writes from the stages. It blocks when bulks cannot be
	// sent, which fills the stages, the rings and then stops the fetchers.
	in chan *unit
	// send runs in its own goroutine with the slot that the batcher took.
	send func(ctx context.Context, units []*unit, bytes int)

	mu      sync.Mutex
	pending []*unit       // retries and follow-ups; guarded by mu, bounded by the rings
	notify  chan struct{} // capacity 1: pending or flush has changed
	flushed bool          // send what there is at once; guarded by mu

	senders sync.WaitGroup
}

func newBatcher(cfg config.Bulk, l *limiter, concurrency int) *batcher {
	return &batcher{cfg: cfg, limit: l, size: bulkSize{most: int(cfg.Bytes)}, in: make(chan *unit, 2*concurrency), notify: make(chan struct{}, 1)}
}

// again queues retries and follow-ups. It never blocks: senders call it.
func (b *batcher) again(units ...*unit) {
	if len(units) == 0 {
		return
	}
	b.mu.Lock()
	b.pending = append(b.pending, units...)
	b.mu.Unlock()
	b.poke()
}

// flush sends what is there without waiting for more.
func (b *batcher) flush() {
	b.mu.Lock()
	b.flushed = true
	b.mu.Unlock()
	b.poke()
}

func (b *batcher) poke() {
	select {
	case b.notify <- struct{}{}:
	default:
	}
}

// fill is the bulk being filled.
type fill struct {
	units []*unit
	bytes int
	since time.Time
}

func (f *fill) add(u *unit) {
	if len(f.units) == 0 {
		f.since = time.Now()
	}
	f.units = append(f.units, u)
	f.bytes += u.length()
}

// full reports whether a bulk may take no more.
func (b *batcher) full(f *fill) bool {
	return len(f.units) >= b.cfg.Docs || f.bytes >= b.size.bytes()
}

// run gathers until ctx ends and waits for its senders.
func (b *batcher) run(ctx context.Context) {
	defer b.senders.Wait()
	var f fill
	for ctx.Err() == nil {
		flush, wait := b.due(&f)
		if len(f.units) > 0 {
			left := b.cfg.Linger - time.Since(f.since)
			if flush || left <= 0 || b.full(&f) {
				if b.dispatch(ctx, &f) != nil {
					return
				}
				continue
			}
			wait = min(wait, left)
		}
		t := time.NewTimer(wait)
		select {
		case u := <-b.in:
			f.add(u)
			b.drainInto(&f)
		case <-b.notify:
		case <-t.C:
		case <-ctx.Done():
		}
		t.Stop()
	}
}

// drainInto takes what is ready without another turn of the loop.
func (b *batcher) drainInto(f *fill) {
	for !b.full(f) {
		select {
		case u := <-b.in:
			f.add(u)
		default:
			return
		}
	}
}

// idleWait is how long the batcher sleeps when nothing is due: every change
// wakes it.
const idleWait = time.Hour

// due moves the pending units whose time has come into the bulk, ahead of what
// the stages bring, and drops those of ended generations. It returns whether a
// flush was asked for and how long the next pending unit has to wait.
func (b *batcher) due(f *fill) (flush bool, wait time.Duration) {
	wait = idleWait
	now := time.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	flush, b.flushed = b.flushed, false
	kept := b.pending[:0]
	for _, u := range b.pending {
		switch {
		case u.job.rec.abandoned():
		case b.full(f):
			kept = append(kept, u)
			wait = 0
		case u.due.After(now):
			kept = append(kept, u)
			wait = min(wait, u.due.Sub(now))
		default:
			f.add(u)
		}
	}
	clear(b.pending[len(kept):])
	b.pending = kept
	return flush, wait
}

// dispatch waits for a slot and sends the bulk from its own goroutine.
func (b *batcher) dispatch(ctx context.Context, f *fill) error {
	if err := b.limit.acquire(ctx); err != nil {
		return err
	}
	units, bytes := f.units, f.bytes
	*f = fill{}
	b.senders.Go(func() { b.send(ctx, units, bytes) })
	return nil
}

// waiting is how many writes wait for a retry or follow an article.
func (b *batcher) waiting() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.pending)
}
