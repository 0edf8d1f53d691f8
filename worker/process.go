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
	"dateline/internal/tracing"
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
	// EnrichAll runs the stages on articles, and appends a document for each.
	EnrichAll(dst []*pipeline.Document, articles []pipeline.Judged, s *pipeline.Scratch) []*pipeline.Document
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

// task is what a lane has in the stages. Whoever sets claimed first owns what
// becomes of its records: the stages that finished, or the watchdog that lost
// patience.
type task struct {
	docs    []*pending
	started time.Time
	claimed atomic.Bool
}

// lane is one goroutine's place in the pool.
type lane struct {
	scratch pipeline.Scratch
	task    atomic.Pointer[task]
	// alone was taken already, and goes through the stages one by one: of those
	// that failed together it tells which did. It belongs to who owns the task.
	alone []*pending
}

// Bounds of what a lane takes at once, if so much lies ready. It does not wait
// for more.
const (
	takeRecords = pipeline.Together
	takeBytes   = 256 << 10
)

// watchEvery is how often the stages' running time is looked at.
const watchEvery = 250 * time.Millisecond

// run keeps n lanes going until ctx ends. A lane whose stage hangs is given up
// and replaced: its record becomes a dead letter, its goroutine ends when the
// stage returns.
func (p *pool) run(ctx context.Context, n int) {
	lanes := make([]*lane, n)
	for i := range lanes {
		lanes[i] = p.start(ctx, nil)
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
			lanes[i] = p.start(ctx, p.giveUp(l, t, timeout))
		}
	}
}

// giveUp decides what becomes of a task that does not return: a single record is
// a dead letter, of several each is tried alone. It returns what is still to do.
func (p *pool) giveUp(l *lane, t *task, timeout time.Duration) []*pending {
	// Reading the stage's name races with the stage by design: it is a hint for
	// the operator, taken from an atomic.
	stage := l.scratch.Stage()
	if len(t.docs) > 1 {
		p.log.Warn("stage does not return; its records are tried one by one", zap.String("stage", stage), zap.Int("records", len(t.docs)))
		return t.docs
	}
	r := t.docs[0].rec
	p.log.Error("stage does not return; its record becomes a dead letter",
		zap.String("stage", stage), zap.String("topic", r.Topic), zap.Int("partition", r.Partition), zap.Int64("offset", r.Offset))
	p.dead.put(r, letter{reason: "timeout_" + stage, stage: stage, detail: "no answer within " + timeout.String()})
	return l.alone
}

// start begins a lane, with what another one has left to do.
func (p *pool) start(ctx context.Context, alone []*pending) *lane {
	l := &lane{alone: alone}
	p.running.Go(func() {
		for {
			docs := p.take(ctx, l)
			if len(docs) == 0 || !p.work(ctx, l, docs) {
				return
			}
		}
	})
	return l
}

// take waits for a record or a verdict, and takes what else lies ready. It
// returns nothing when ctx ends.
func (p *pool) take(ctx context.Context, l *lane) (docs []*pending) {
	for len(l.alone) > 0 {
		d := l.alone[0]
		l.alone = l.alone[1:]
		if !d.rec.abandoned() {
			return []*pending{d}
		}
	}
	for bytes := 0; len(docs) < takeRecords && bytes < takeBytes; {
		d := p.next(ctx, len(docs) == 0)
		if d == nil {
			break
		}
		if p.open(d) {
			docs, bytes = append(docs, d), bytes+len(d.rec.Value)
		}
	}
	return docs
}

// next is a record or a verdict. It is nil if none lies ready and it should not
// wait, and when ctx ends. Verdicts come first: an article that has one leaves the
// worker, another one read only joins those that wait. With a backlog, lanes that
// took either as it came would read until the desk is full.
func (p *pool) next(ctx context.Context, wait bool) *pending {
	in, judged := p.in, (chan *pending)(nil)
	if p.desk != nil {
		judged = p.desk.out
		if p.desk.full() {
			in = nil
		}
	}
	select {
	case d := <-judged:
		return d
	default:
	}
	if !wait {
		select {
		case r := <-in:
			return &pending{rec: r}
		default:
			return nil
		}
	}
	select {
	case r := <-in:
		return &pending{rec: r}
	case d := <-judged:
		return d
	case <-ctx.Done():
		return nil
	}
}

// open reports whether there is something to do for what was taken. An article
// with a verdict gets the status that the verdict says it has.
func (p *pool) open(d *pending) bool {
	if d.article != nil {
		p.desk.take()
	}
	switch {
	case d.rec.abandoned():
		return false
	case d.article == nil:
		return true
	}
	if f, ok := d.settled(); ok {
		d.rec.settle(f)
		return false
	}
	d.apply()
	return true
}

// result is what the stages make of a record: one of a letter, with a reason; an
// article that needs a verdict; a unit.
type result struct {
	why     letter
	pending *pending
	unit    *unit
}

// work takes what a lane has through some of the stages. It returns false if the
// watchdog has given up on it in the meantime.
func (p *pool) work(ctx context.Context, l *lane, docs []*pending) bool {
	t := &task{docs: docs, started: time.Now()}
	l.task.Store(t)
	parts := make([]*tracing.Span, len(docs)) // not the records': the watchdog may have given those away by their end
	for i, d := range docs {
		d.rec.part.End() // the wait for a verdict, if there was one
		parts[i] = d.rec.span.Part("stages")
	}
	results := p.guarded(l, docs)
	for _, s := range parts {
		s.End()
	}
	l.task.Store(nil)
	if !t.claimed.CompareAndSwap(false, true) {
		return false
	}
	if results == nil {
		l.alone = docs
		return true
	}
	took := time.Since(t.started) / time.Duration(len(docs))
	for i, d := range docs {
		p.metrics.stages(took)
		p.deliver(ctx, d.rec, results[i])
	}
	return true
}

// deliver hands a record on.
func (p *pool) deliver(ctx context.Context, r *Record, res result) {
	switch {
	case res.why.reason == wire.NotArticle:
		r.settle(Filtered)
	case res.why.reason != "":
		p.dead.put(r, res.why)
	case res.pending != nil:
		r.judged = &dedup.Record{Key: res.pending.print.Key, Revision: res.pending.print.Revision}
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
}

// guarded runs stages. A panic in them costs the record, if there is one alone;
// else there are no results.
func (p *pool) guarded(l *lane, docs []*pending) (results []result) {
	defer func() {
		e := recover()
		if e == nil {
			return
		}
		stage := l.scratch.Stage()
		l.scratch.Reset() // what the stage left behind is not to be trusted
		if len(docs) > 1 {
			p.log.Warn("stage panicked; its records are tried one by one", zap.String("stage", stage), zap.Int("records", len(docs)))
			return
		}
		r := docs[0].rec
		p.log.Error("stage panicked; its record becomes a dead letter", zap.String("stage", stage),
			zap.String("topic", r.Topic), zap.Int("partition", r.Partition), zap.Int64("offset", r.Offset), zap.ByteString("stack", debug.Stack()))
		results = []result{{why: letter{reason: "panic_" + stage, stage: stage, detail: clip(fmt.Sprint(e))}}}
	}()
	return p.stage(docs, &l.scratch)
}

// stage parses records, and takes through the other stages what has a verdict or
// needs none. It changes none of them: what fails is tried again.
func (p *pool) stage(docs []*pending, s *pipeline.Scratch) []result {
	results := make([]result, len(docs))
	parsed := make([]*pending, 0, len(docs))
	at := make([]int, 0, len(docs)) // where its result goes
	for i, d := range docs {
		if d.article == nil {
			a, err := p.stages.Read(d.rec.Value, s)
			if err != nil {
				results[i].why = readLetter(err)
				continue
			}
			d = &pending{rec: d.rec, article: a}
			if p.desk != nil {
				d.print = p.desk.print(a)
				results[i].pending = d
				continue
			}
		}
		parsed, at = append(parsed, d), append(at, i)
	}
	for i, r := range p.enrich(parsed, s) {
		results[at[i]] = r
	}
	return results
}

// enrich runs the stages and encodes the articles.
func (p *pool) enrich(parsed []*pending, s *pipeline.Scratch) []result {
	articles := make([]pipeline.Judged, len(parsed))
	for i, d := range parsed {
		articles[i].Article = d.article
		if p.desk != nil {
			articles[i].Verdict = &d.stored
		}
	}
	results := make([]result, len(parsed))
	for i, doc := range p.stages.EnrichAll(make([]*pipeline.Document, 0, len(parsed)), articles, s) {
		u, err := units(parsed[i].rec, doc, parsed[i].strike(doc), p.opt)
		if err != nil {
			results[i].why = letter{reason: "encode", stage: "index", detail: err.Error()}
			continue
		}
		results[i].unit = u
	}
	return results
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
