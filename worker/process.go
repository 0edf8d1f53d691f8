package worker

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"dateline/index"
	"dateline/pipeline"
	"dateline/pipeline/dedup"
	"dateline/pipeline/wire"
)

// Stages is what the worker runs on each record: pipeline.Pipeline, or less in
// tests. Both methods are pure and safe for many goroutines, each with its own
// scratch; a panic in them costs the record, not the worker.
type Stages interface {
	// Read decodes a record's value. The error is a *wire.Error: its reason
	// makes the record a dead letter, or drops it.
	Read(value []byte, s *pipeline.Scratch) (*wire.Article, error)
	// Enrich runs the stages. The verdict may be nil.
	Enrich(a *wire.Article, v *dedup.Verdict, s *pipeline.Scratch) *pipeline.Document
}

// Verdicts says of articles what they are to those before them. An error is
// transient: the articles are asked again.
type Verdicts interface {
	Decide(ctx context.Context, a *wire.Article) (*dedup.Verdict, error)
}

// pool runs the stages on records, a fixed number at a time.
type pool struct {
	stages   Stages
	verdicts Verdicts
	opt      index.Options
	in       chan *Record
	batch    *batcher
	dead     *deadLetters
	limits   *thresholds
	metrics  *metrics
	log      *zap.Logger

	running sync.WaitGroup
}

// task is a record in the stages. Whoever sets claimed first owns what becomes
// of the record: the stages that finished, or the watchdog that lost patience.
type task struct {
	rec     *Record
	started time.Time
	claimed atomic.Bool
}

// lane is one goroutine's place in the pool.
type lane struct {
	scratch pipeline.Scratch
	task    atomic.Pointer[task]
}

// watchEvery is how often the stages' running time is looked at.
const watchEvery = 250 * time.Millisecond

// run keeps n lanes going until ctx ends. A lane whose stage hangs is given up
// and replaced: its record becomes a dead letter, its goroutine ends when the
// stage returns.
func (p *pool) run(ctx context.Context, n int) {
	lanes := make([]*lane, n)
	for i := range lanes {
		lanes[i] = p.start(ctx)
	}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			p.running.Wait()
			return
		case <-tick.C:
		}
		timeout := p.limits.get().StageTimeout
		for i, l := range lanes {
			t := l.task.Load()
			if t == nil || time.Since(t.started) < timeout || !t.claimed.CompareAndSwap(false, true) {
				continue
			}
			// Reading the stage's name races with the stage by design: it is
			// a hint for the operator, taken from an atomic.
			stage := l.scratch.Stage()
			p.log.Error("stage does not return; its record becomes a dead letter",
				zap.String("stage", stage), zap.String("topic", t.rec.Topic), zap.Int("partition", t.rec.Partition), zap.Int64("offset", t.rec.Offset))
			p.dead.put(t.rec, letter{reason: "timeout_" + stage, stage: stage, detail: "no answer within " + timeout.String()})
			lanes[i] = p.start(ctx)
		}
	}
}

func (p *pool) start(ctx context.Context) *lane {
	l := new(lane)
	p.running.Go(func() {
		for {
			select {
			case r := <-p.in:
				if !p.one(ctx, l, r) {
					return // another lane has taken this one's place
				}
			case <-ctx.Done():
				return
			}
		}
	})
	return l
}

// one takes a record through the stages. It returns false if the watchdog has
// given up on it in the meantime.
func (p *pool) one(ctx context.Context, l *lane, r *Record) bool {
	if r.abandoned() {
		return true
	}
	t := &task{rec: r, started: time.Now()}
	l.task.Store(t)
	u, why, err := p.process(ctx, l, r)
	l.task.Store(nil)
	if !t.claimed.CompareAndSwap(false, true) {
		return false
	}
	p.metrics.stages(time.Since(t.started))
	switch {
	case err != nil: // ctx has ended: the record is abandoned with its generation
	case why.reason == wire.NotArticle:
		r.settle(Filtered)
	case why.reason != "":
		p.dead.put(r, why)
	default:
		select {
		case p.batch.in <- u:
		case <-ctx.Done():
		}
	}
	return true
}

// process runs the stages and encodes the article. The letter's reason is
// empty if the unit is good.
func (p *pool) process(ctx context.Context, l *lane, r *Record) (u *unit, why letter, err error) {
	s := &l.scratch
	defer func() {
		if e := recover(); e != nil {
			stage := s.Stage()
			p.log.Error("stage panicked; its record becomes a dead letter", zap.String("stage", stage),
				zap.String("topic", r.Topic), zap.Int("partition", r.Partition), zap.Int64("offset", r.Offset), zap.ByteString("stack", debug.Stack()))
			u, err = nil, nil
			why = letter{reason: "panic_" + stage, stage: stage, detail: clip(fmt.Sprint(e))}
			l.scratch.Reset() // what the stage left behind is not to be trusted
		}
	}()
	a, rerr := p.stages.Read(r.Value, s)
	if rerr != nil {
		return nil, readLetter(rerr), nil
	}
	var v *dedup.Verdict
	if p.verdicts != nil {
		for {
			if v, err = p.verdicts.Decide(ctx, a); err == nil {
				break
			}
			if !sleep(ctx, jitter(retryMin)) {
				return nil, letter{}, ctx.Err()
			}
		}
	}
	doc := p.stages.Enrich(a, v, s)
	act, eerr := index.ArticleAction(doc, p.opt)
	if eerr != nil {
		return nil, letter{reason: "encode", stage: "index", detail: eerr.Error()}, nil
	}
	return &unit{Action: act, job: &job{rec: r, doc: doc}}, letter{}, nil
}

// readLetter turns the wire stage's refusal into a letter. An envelope that
// cannot be read is "decode"; everything else names the stage, and its kind of
// error beside it.
func readLetter(err error) letter {
	var w *wire.Error
	if !errors.As(err, &w) {
		return letter{reason: "stage_wire", stage: "wire", detail: clip(err.Error())}
	}
	l := letter{reason: "stage_wire", stage: "wire", kind: w.Reason}
	switch w.Reason {
	case wire.Decode, wire.TooLarge, wire.NotArticle:
		l.reason = w.Reason
	}
	if w.Err != nil {
		l.detail = clip(w.Err.Error())
	}
	return l
}
