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

// pool runs the stages on records, a fixed number at a time.
type pool struct {
	stages  Stages
	desk    *desk // nil: no verdicts
	opt     index.Options
	in      chan *Record
	batch   *batcher
	dead    *deadLetters
	limits  *thresholds
	metrics *metrics
	log     *zap.Logger

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
		var judged <-chan *pending
		if p.desk != nil {
			judged = p.desk.out
		}
		for {
			in := p.in
			if p.desk != nil && p.desk.full() {
				in = nil
			}
			ok := true // false: another lane has taken this one's place
			select {
			case r := <-in:
				ok = p.one(ctx, l, r, func(s *pipeline.Scratch) result { return p.read(r, s) })
			case d := <-judged:
				p.desk.take()
				ok = p.one(ctx, l, d.rec, func(s *pipeline.Scratch) result { return p.finish(d, s) })
			case <-ctx.Done():
				return
			}
			if !ok {
				return
			}
		}
	})
	return l
}

// result is what the stages make of a record: one of a letter, with a reason; a
// fate, if nothing is to be written; an article that needs a verdict; a unit.
type result struct {
	why     letter
	settled bool
	fate    Fate
	pending *pending
	unit    *unit
}

// one takes a record through some of its stages. It returns false if the
// watchdog has given up on it in the meantime.
func (p *pool) one(ctx context.Context, l *lane, r *Record, f func(*pipeline.Scratch) result) bool {
	if r.abandoned() {
		return true
	}
	t := &task{rec: r, started: time.Now()}
	l.task.Store(t)
	r.part.End()                  // the wait for a verdict, if there was one
	part := r.span.Part("stages") // not the record's: the watchdog may have given the record away by its end
	res := p.guarded(l, r, f)
	part.End()
	l.task.Store(nil)
	if !t.claimed.CompareAndSwap(false, true) {
		return false
	}
	p.metrics.stages(time.Since(t.started))
	switch {
	case res.why.reason == wire.NotArticle:
		r.settle(Filtered)
	case res.why.reason != "":
		p.dead.put(r, res.why)
	case res.settled:
		r.settle(res.fate)
	case res.pending != nil:
		r.next("verdict")
		p.desk.submit(res.pending)
	default:
		r.span.Say("dateline.doc_id", res.unit.ID)
		r.next("index")
		select {
		case p.batch.in <- res.unit:
		case <-ctx.Done(): // the record is abandoned with its generation
		}
	}
	return true
}

// guarded runs stages; a panic in them costs the record.
func (p *pool) guarded(l *lane, r *Record, f func(*pipeline.Scratch) result) (res result) {
	defer func() {
		if e := recover(); e != nil {
			stage := l.scratch.Stage()
			p.log.Error("stage panicked; its record becomes a dead letter", zap.String("stage", stage),
				zap.String("topic", r.Topic), zap.Int("partition", r.Partition), zap.Int64("offset", r.Offset), zap.ByteString("stack", debug.Stack()))
			res = result{why: letter{reason: "panic_" + stage, stage: stage, detail: clip(fmt.Sprint(e))}}
			l.scratch.Reset() // what the stage left behind is not to be trusted
		}
	}()
	return f(&l.scratch)
}

// read parses a record. Without verdicts it goes through the other stages at
// once.
func (p *pool) read(r *Record, s *pipeline.Scratch) result {
	a, err := p.stages.Read(r.Value, s)
	if err != nil {
		return result{why: readLetter(err)}
	}
	if p.desk == nil {
		return p.enrich(r, a, nil, nil, s)
	}
	d := &pending{rec: r, article: a, print: p.desk.print(a)}
	r.judged = &dedup.Record{Key: d.print.Key, Revision: d.print.Revision}
	return result{pending: d}
}

// finish goes on with an article that has its verdict.
func (p *pool) finish(d *pending, s *pipeline.Scratch) result {
	if f, ok := d.settled(); ok {
		return result{settled: true, fate: f}
	}
	v := d.apply()
	return p.enrich(d.rec, d.article, &v, d, s)
}

// enrich runs the stages and encodes the article.
func (p *pool) enrich(r *Record, a *wire.Article, v *dedup.Verdict, d *pending, s *pipeline.Scratch) result {
	doc := p.stages.Enrich(a, v, s)
	var strike *pipeline.Document
	if d != nil {
		strike = d.strike(doc)
	}
	u, err := units(r, doc, strike, p.opt)
	if err != nil {
		return result{why: letter{reason: "encode", stage: "index", detail: err.Error()}}
	}
	return result{unit: u}
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
