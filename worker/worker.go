package worker

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/segmentio/kafka-go"
	"go.uber.org/zap"

	"dateline/config"
	"dateline/index"
	"dateline/internal/broker"
	"dateline/internal/tracing"
	"dateline/pipeline/dedup"
	"dateline/pipeline/wire"
	"dateline/worker/arbiter"
)

// Options are the parts that a worker is made of.
type Options struct {
	Config *config.Config
	Stages Stages
	// Fingerprint, if set, has the worker take verdicts on repeats from the
	// fingerprint log before it runs the stages.
	Fingerprint func(*wire.Article) dedup.Record
	// Fingerprints is the log; nil is the topic that the configuration names.
	Fingerprints arbiter.Log

	Store   index.Store
	Index   index.Options
	Version string          // of the program, for /statusz
	Tracer  *tracing.Tracer // nil: no record is traced
	Log     *zap.Logger
	// Backfill makes the worker read the backfill topic as a member of the
	// backfill group, one bulk at a time, and step back while the live group
	// lags by more than worker.backfill_lag.
	Backfill bool
	// Listener serves health and metrics; nil listens where the
	// configuration says.
	Listener net.Listener
	// OnProgress, if set, hears what became of the records so far, again and
	// again while the worker runs. It must not block.
	OnProgress func(Counts)
}

// Worker consumes one topic as a member of a consumer group and writes what
// the stages make of it into a store.
type Worker struct {
	cfg      *config.Config
	name     string
	version  string
	started  time.Time
	log      *zap.Logger
	store    index.Store
	client   *broker.Client
	kafka    *kafka.Client
	listener net.Listener

	ledger  Ledger
	budget  *Budget
	holds   holds
	parks   parks
	limit   *limiter
	batch   *batcher
	dead    *deadLetters
	desk    *desk // nil: no verdicts
	pool    *pool
	group   *group
	sender  *sender
	limits  thresholds
	reload  atomic.Pointer[ReloadStatus]
	metrics *metrics
	health  health
	hear    func(Counts)
	lanes   int // articles in the stages at once
}

// requestTimeout bounds produce and metadata requests.
const requestTimeout = 15 * time.Second

// New puts a worker together. It connects to nothing yet, but it listens, so a
// port that is taken is found at once.
func New(o Options) (*Worker, error) {
	c := o.Config
	if o.Backfill {
		c = forBackfill(c)
	}
	client, err := broker.New(c.Kafka)
	if err != nil {
		return nil, err
	}
	l := o.Listener
	if l == nil {
		if l, err = net.Listen("tcp", c.Worker.Listen); err != nil {
			return nil, fmt.Errorf("worker.listen: %w", err)
		}
	}
	lanes := c.Worker.Concurrency
	if lanes == 0 {
		lanes = runtime.GOMAXPROCS(0)
	}
	w := &Worker{cfg: c, lanes: lanes, name: name(), version: o.Version, started: time.Now(), store: o.Store, client: client, kafka: client.Kafka(requestTimeout), listener: l,
		budget: NewBudget(int64(c.Worker.Memory)), limit: newLimiter(c.Worker.Bulk.MaxInFlight), metrics: newMetrics(), hear: o.OnProgress}
	w.log = o.Log.Named("worker").With(zap.String("worker", w.name))
	w.limits.now.Store(&c.Worker)
	w.health = health{w: w, errs: make(map[string]string)}
	w.batch = newBatcher(c.Worker.Bulk, w.limit, lanes)
	w.dead = newDeadLetters(w.kafka, c.Kafka.DLQTopic, w.name, c.Worker.Epoch, &w.holds, w.metrics, w.log.Named("dlq"))
	w.sender = &sender{store: o.Store, opt: o.Index, limit: w.limit, batch: w.batch, dead: w.dead, holds: &w.holds, parks: &w.parks,
		metrics: w.metrics, log: w.log.Named("bulk"), docs: c.Worker.Bulk.Docs}
	w.batch.send = w.sender.send
	if o.Fingerprint != nil {
		l := o.Fingerprints
		if l == nil {
			l = fingerprintLog(client, c.Kafka)
		}
		log := w.log.Named("verdicts")
		w.desk = newDesk(newArbiter(c, l, o.Backfill, log), o.Fingerprint, lanes, w.metrics, log)
		w.desk.published = o.Backfill
		w.dead.void = w.desk.void
	}
	w.pool = &pool{stages: o.Stages, desk: w.desk, opt: o.Index, in: make(chan *Record, takeRecords*lanes), batch: w.batch, dead: w.dead,
		limits: &w.limits, metrics: w.metrics, log: w.log.Named("stages")}
	w.group = &group{client: client, cfg: c.Kafka, limits: c.Worker, log: w.log.Named("group"), ledger: &w.ledger, budget: w.budget,
		holds: &w.holds, tracer: o.Tracer, records: w.pool.in, flush: w.batch.flush,
		outage: func() bool { return w.limit.outage() || w.holds.any() }, dealer: dealer{GroupBalancer: kafka.RangeGroupBalancer{}}}
	if o.Backfill {
		w.dead.replayed = true
		live := o.Config.Kafka
		w.group.yield = newYield(func(ctx context.Context) (int64, error) { return client.Lag(ctx, live.Group, live.Topic) },
			int64(c.Worker.BackfillLag), w.log.Named("backfill"))
	}
	w.Reload(c.Worker)
	w.metrics.registry.MustRegister(w)
	return w, nil
}

// forBackfill is the configuration of a backfill worker.
func forBackfill(c *config.Config) *config.Config {
	b := *c
	b.Kafka.Topic, b.Kafka.Group = c.Kafka.BackfillTopic, c.Kafka.BackfillGroup
	b.Kafka.FingerprintTopic = BackfillFingerprints(c.Kafka)
	b.Worker.Bulk.MaxInFlight = 1
	return &b
}

// BackfillFingerprints is the log of the backfill's fingerprints. It has its own,
// because a replayed month would push live articles out of the window.
func BackfillFingerprints(k config.Kafka) string { return k.FingerprintTopic + ".backfill" }

// name tells workers apart in logs and dead letters.
func name() string {
	host, err := os.Hostname()
	if err != nil {
		host = "worker"
	}
	return host + "-" + rand.Text()[:6]
}

// Addr is where health and metrics are served.
func (w *Worker) Addr() string { return w.listener.Addr().String() }

// Counts is what became of the records so far.
func (w *Worker) Counts() Counts { return w.ledger.Counts() }

// Run works until ctx ends, then stops gracefully: it stops asking, drains
// what is in flight within the drain timeout, commits, and leaves the group.
// What is not acknowledged by then is read again by the next owner. Run
// returns only when all of the worker's goroutines have ended.
func (w *Worker) Run(ctx context.Context) error {
	// The group ends first, with everything behind it still running to drain
	// it; only then the rest is stopped.
	inner, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var all sync.WaitGroup
	all.Go(func() { w.serve(inner, w.listener) })
	all.Go(func() { w.health.run(inner) })
	all.Go(func() { w.dead.run(inner) })
	all.Go(func() { w.batch.run(inner) })
	all.Go(func() { w.pool.run(inner, w.lanes) })
	if w.group.yield != nil {
		all.Go(func() { w.group.yield.run(inner) })
	}
	if w.hear != nil {
		all.Go(func() { w.report(inner) })
	}
	w.log.Info("worker starts", zap.String("topic", w.cfg.Kafka.Topic), zap.String("group", w.cfg.Kafka.Group), zap.String("http", w.Addr()))
	err := w.consume(ctx, inner, &all)
	stop()
	all.Wait()
	w.client.Close()
	c := w.ledger.Counts()
	w.log.Info("worker ends", zap.Int64("consumed", c.Consumed), zap.Int64("indexed", c.Settled[Indexed]), zap.Int64("stale", c.Settled[Stale]),
		zap.Int64("dead", c.Settled[Dead]), zap.Int64("filtered", c.Settled[Filtered]), zap.Int64("abandoned", c.Abandoned))
	return err
}

// consume takes part in the group until ctx ends, or until there will be no more
// verdicts: then nothing can be enriched, and only another start may help.
func (w *Worker) consume(ctx, inner context.Context, all *sync.WaitGroup) error {
	if w.desk == nil {
		return w.group.run(ctx)
	}
	// The group is joined only when the fold has caught up: before, nothing
	// could be decided, and its partitions would stand still.
	if err := w.desk.start(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("verdicts: %w", err)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	all.Go(func() { w.desk.run(inner) })
	all.Go(func() {
		if err := w.desk.arbiter.Run(inner); err != nil {
			w.log.Error("verdicts have stopped, and so does the worker", zap.Error(err))
			cancel(fmt.Errorf("verdicts: %w", err))
		}
	})
	err := w.group.run(ctx)
	if cause := context.Cause(ctx); err == nil && !errors.Is(cause, context.Canceled) && cause != nil {
		err = cause
	}
	return err
}

// reportEvery is how often progress is told.
const reportEvery = 100 * time.Millisecond

func (w *Worker) report(ctx context.Context) {
	for sleep(ctx, reportEvery) {
		w.hear(w.ledger.Counts())
	}
}
