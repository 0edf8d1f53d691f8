package worker

import (
	"context"
	"net/http"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"dateline/config"
	"dateline/index"
	"dateline/internal/broker"
	"dateline/pipeline"
	"dateline/pipeline/dedup"
	"dateline/pipeline/wire"
	"dateline/worker/arbiter"
)

// fingerprintLog is the log of a worker, unless a test brings its own.
func fingerprintLog(c *broker.Client, k config.Kafka) arbiter.Log {
	return arbiter.NewTopic(c, k.FingerprintTopic, k.MaxWait)
}

// params are those of a log that the configuration begins.
func params(d config.Dedup) dedup.Params {
	p := dedup.DefaultParams()
	p.Window, p.Full, p.MaxRows = int32(d.WindowDays), int32(d.FullDays), int32(d.MaxItems)
	return p
}

// Rebase has every worker fold the fingerprint topic anew from an offset, with
// the parameters of the configuration; see arbiter.Rebase.
func Rebase(ctx context.Context, c *config.Config, b *broker.Client, from int64) (at, start int64, err error) {
	return arbiter.Rebase(ctx, fingerprintLog(b, c.Kafka), params(c.Worker.Dedup), from)
}

// newArbiter folds the log that the configuration names. In a backfill the
// articles' own times move its clock.
func newArbiter(c *config.Config, l arbiter.Log, backfill bool, log *zap.Logger) *arbiter.Arbiter {
	p, d := params(c.Worker.Dedup), c.Worker.Dedup
	if backfill {
		p.Free = 1
	}
	return arbiter.New(arbiter.Options{Log: l, Params: p, Dir: d.Dir, Name: c.Kafka.FingerprintTopic, Every: d.CheckpointInterval, Logger: log})
}

// Bounds of the desk.
const (
	deskBatch = 500  // fingerprints appended at once
	deskLimit = 2000 // articles that wait for a verdict; beyond, no lane reads another
)

// desk gathers articles that need a verdict, asks for many at once, and gives
// them back to the lanes. Lanes never wait for a verdict: while a batch is on
// its way to the log and back they read and enrich others.
type desk struct {
	arbiter     *arbiter.Arbiter
	fingerprint func(*wire.Article) dedup.Record
	published   bool // stamp records with their publication, not with this machine's time

	in      chan *pending // at most deskLimit and what the lanes have; never closed
	out     chan *pending // has room for all that wait, so that the desk never blocks
	waiting atomic.Int64
	metrics *metrics
	log     *zap.Logger
}

// pending is a record on its way through the stages. It gets an article when it
// is parsed, and a verdict if there are any.
type pending struct {
	rec     *Record
	article *wire.Article
	print   dedup.Record
	verdict dedup.Verdict
	stored  dedup.Verdict // the verdict as the document has it
	since   time.Time
}

func newDesk(a *arbiter.Arbiter, fingerprint func(*wire.Article) dedup.Record, lanes int, m *metrics, log *zap.Logger) *desk {
	room := deskLimit + takeRecords*lanes
	return &desk{arbiter: a, fingerprint: fingerprint, in: make(chan *pending, room), out: make(chan *pending, room), metrics: m, log: log}
}

// print is the fingerprint of an article.
func (d *desk) print(a *wire.Article) dedup.Record {
	r := d.fingerprint(a)
	if d.published {
		r.At = max(1, r.Published)
	}
	return r
}

// start catches up with the log. It waits for a broker that does not answer;
// what waiting does not mend is an error.
func (d *desk) start(ctx context.Context) error {
	for wait := retryMin; ; wait = min(2*wait, retryMax) {
		err := d.arbiter.Start(ctx)
		if err == nil || ctx.Err() != nil || arbiter.Fatal(err) {
			return err
		}
		d.log.Warn("fingerprint log is not there yet", zap.Error(err))
		if !sleep(ctx, jitter(wait)) {
			return ctx.Err()
		}
	}
}

// full says that no more articles should be read for now.
func (d *desk) full() bool { return d.waiting.Load() >= deskLimit }

// submit never blocks: at most deskLimit and what the lanes have are waiting.
func (d *desk) submit(p *pending) {
	d.waiting.Add(1)
	p.since = time.Now()
	d.in <- p
}

// run asks for verdicts until ctx ends, or until the arbiter has stopped; then
// the worker stops too.
func (d *desk) run(ctx context.Context) {
	for {
		var batch []*pending
		select {
		case p := <-d.in:
			batch = append(batch, p)
		case <-ctx.Done():
			return
		}
	gather:
		for len(batch) < deskBatch {
			select {
			case p := <-d.in:
				batch = append(batch, p)
			default:
				break gather
			}
		}
		if d.decide(ctx, batch) != nil {
			return
		}
	}
}

func (d *desk) decide(ctx context.Context, batch []*pending) error {
	live := batch[:0]
	var records []dedup.Record
	for _, p := range batch {
		if p.rec.abandoned() {
			d.waiting.Add(-1)
			continue
		}
		live = append(live, p)
		records = append(records, p.print)
	}
	if len(live) == 0 {
		return nil
	}
	verdicts, err := d.arbiter.Decide(ctx, records)
	if err != nil {
		if ctx.Err() == nil {
			d.log.Error("no more verdicts", zap.Error(err))
		}
		return err
	}
	for i, p := range live {
		p.verdict = verdicts[i]
		d.metrics.verdict(p.verdict.Verdict, time.Since(p.since))
		d.out <- p
	}
	return nil
}

// take is called by a lane that has received from out.
func (d *desk) take() { d.waiting.Add(-1) }

// void tells the log which versions become dead letters before anything was
// stored of them, so that no copy hides behind them.
func (d *desk) void(ctx context.Context, batch []deadRecord) error {
	var records []dedup.Record
	for _, r := range batch {
		if p := r.rec.judged; p != nil && r.why.stage != stageIndexEvent {
			records = append(records, dedup.Record{Kind: dedup.KindVoid, Key: p.Key, Revision: p.Revision})
		}
	}
	if len(records) == 0 {
		return nil
	}
	return d.arbiter.Void(ctx, records)
}

// stageIndexEvent names the writes of events, whose article is stored already.
const stageIndexEvent = "index_event"

// settled is what a verdict makes of a record without a document: stale records
// are dropped, and so are items that their source marked as repeats.
func (p *pending) settled() (Fate, bool) {
	switch v := &p.verdict; {
	case v.Verdict == dedup.Stale:
		return Stale, true
	case v.Repeat:
		return Filtered, true
	}
	return 0, false
}

// apply gives the article the status that the verdict says it has.
func (p *pending) apply() {
	v := p.verdict.Stored()
	p.stored = v
	switch {
	case v.Verdict == dedup.Kill:
		p.article.Blank(wire.Withdrawn)
	case v.Held:
		p.article.Blank(wire.Withheld)
		p.article.Revision = v.HeldRevision
	}
}

// strike is the tombstone of the other document that a kill or hold is about;
// nil if there is none.
func (p *pending) strike(d *pipeline.Document) *pipeline.Document {
	s := p.verdict.Strike
	if s.ID == "" {
		return nil
	}
	t := &pipeline.Document{ID: s.ID, Status: s.Status, Revision: s.Revision, Reason: d.Reason, Received: d.Received,
		Source: pipeline.Source{ID: d.Source.ID, Name: d.Source.Name, Format: d.Source.Format}, Pipeline: d.Pipeline}
	if first := s.FirstSeen(); !first.IsZero() {
		t.FirstSeen = &first
	}
	return t
}

// units encodes the article's document and, before it, the one it strikes.
func units(rec *Record, d, strike *pipeline.Document, opt index.Options) (*unit, error) {
	a, err := index.ArticleAction(d, opt)
	if err != nil {
		return nil, err
	}
	u := &unit{Action: a, job: &job{rec: rec, doc: d}}
	if strike == nil {
		return u, nil
	}
	if a, err = index.ArticleAction(strike, opt); err != nil {
		return nil, err
	}
	return &unit{Action: a, job: &job{rec: rec, doc: strike, then: u}}, nil
}

// checkpoint sends the newest checkpoint of the fingerprint log, under the name
// that another worker looks for in its own folder.
func (w *Worker) checkpoint(rw http.ResponseWriter, r *http.Request) {
	path := ""
	if w.desk != nil {
		path = w.desk.arbiter.Checkpoint()
	}
	if path == "" {
		http.Error(rw, "there is no checkpoint: the stage dedup is off, worker.dedup.dir is empty, or none was written yet", http.StatusNotFound)
		return
	}
	// A checkpoint takes longer than an answer usually may.
	http.NewResponseController(rw).SetWriteDeadline(time.Time{})
	rw.Header().Set("Content-Type", "application/octet-stream")
	rw.Header().Set("Content-Disposition", "attachment; filename="+strconv.Quote(filepath.Base(path)))
	http.ServeFile(rw, r, path)
}
