package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"dateline/config"
	"dateline/index"
	"dateline/index/elastic"
	"dateline/internal/tracing"
	"dateline/pipeline"
	"dateline/pipeline/dedup"
	"dateline/pipeline/wire"
	"dateline/worker"
)

// drainSlack is how long a stopping worker may take beyond its drain timeout
// before the program ends anyway.
const drainSlack = time.Second

func newWorkerCommand() *cobra.Command {
	var path string
	var o workerFlags
	cmd := &cobra.Command{
		Use:   "worker",
		Short: "Read raw articles from Kafka and index what they say",
		Long: `Run one worker: a member of a Kafka consumer group that reads raw articles,
runs the stages and writes documents. Start more workers to go faster; they
share the topic's partitions. SIGTERM stops it gracefully. SIGHUP reads the
configuration again and takes log level, thresholds, token and corrections
without leaving the group; a file with an error changes nothing.

With --backfill it reads the backfill topic instead, where "dateline replay" and
"dateline dlq replay" send old records: in a group of its own, one bulk at a
time, and not at all while the live workers lag (worker.backfill_lag).`,
		Example: `  dateline worker --config dateline.yaml
  dateline worker --brokers kafka:9092 --elasticsearch http://es:9200
  dateline worker --backfill --listen 127.0.0.1:9602 --config dateline.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(path)
			if err != nil {
				return err
			}
			over := func(c *config.Config) { o.over(cmd.Flags().Changed, c) }
			over(c)
			if err := c.Validate(); err != nil {
				return err
			}
			return runWorker(cmd.Context(), c, workerRun{backfill: o.backfill, path: path, over: over})
		},
	}
	configFlag(cmd, &path)
	f := cmd.Flags()
	f.StringSliceVar(&o.brokers, "brokers", nil, "Kafka `HOST:PORT`, overrides kafka.brokers")
	f.StringSliceVar(&o.addresses, "elasticsearch", nil, "Elasticsearch `URL`, overrides elasticsearch.addresses")
	f.StringVar(&o.topic, "topic", "", "input `TOPIC`, overrides kafka.topic")
	f.StringVar(&o.group, "group", "", "consumer `GROUP`, overrides kafka.group")
	f.StringVar(&o.listen, "listen", "", "health and metrics `HOST:PORT`, overrides worker.listen")
	f.StringVar(&o.store, "store", "", "elasticsearch or embedded, overrides store")
	f.BoolVar(&o.backfill, "backfill", false, "read the backfill topic, behind live work")
	return cmd
}

// workerFlags are the flags of dateline worker that override the configuration.
type workerFlags struct {
	brokers, addresses          []string
	topic, group, listen, store string
	backfill                    bool
}

// over lays the flags that were given over a configuration.
func (o *workerFlags) over(given func(string) bool, c *config.Config) {
	if given("brokers") {
		c.Kafka.Brokers = o.brokers
	}
	if given("elasticsearch") {
		c.Elasticsearch.Addresses = o.addresses
	}
	if given("topic") {
		c.Kafka.Topic = o.topic
	}
	if given("group") {
		c.Kafka.Group = o.group
	}
	if given("listen") {
		c.Worker.Listen = o.listen
	}
	if given("store") {
		c.Store = o.store
	}
}

// workerRun is how a worker runs beside its configuration.
type workerRun struct {
	backfill bool
	path     string               // of the configuration, to read again on SIGHUP
	over     func(*config.Config) // lays the flags over it
}

func runWorker(ctx context.Context, c *config.Config, run workerRun) error {
	hup, deaf := hangups() // from the first moment on
	defer deaf()
	log, level, err := newLogger(c.Log)
	if err != nil {
		return err
	}
	defer log.Sync()
	stages, corrections, err := newLivePipeline(c, pipeline.Options{})
	if err != nil {
		return err
	}
	store, err := openStore(c)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := verifyStore(ctx, store, log); err != nil {
		return err
	}
	opt := documentOptions(c)
	tracer := tracing.New(c.Tracing, programVersion(), func(err error) { log.Warn("traces", zap.Error(err)) })
	defer closeTracer(tracer)
	w, err := worker.New(worker.Options{Config: c, Stages: stages, Fingerprint: fingerprint(c, stages), Store: store, Index: opt,
		Version: programVersion(), Tracer: tracer, Log: log, Backfill: run.backfill})
	if err != nil {
		return err
	}
	if run.over == nil {
		run.over = func(*config.Config) {}
	}
	r := &reloader{path: run.path, over: run.over, now: c, level: level, corrections: corrections, log: log.Named("reload"), worker: w}
	reloads, stop := context.WithCancel(ctx)
	defer stop()
	go r.run(reloads, hup)
	return waitFor(ctx, c.Kafka.DrainTimeout+c.Kafka.CommitTimeout+drainSlack, log, w.Run)
}

// fingerprint is what a worker takes verdicts with; nil if the stage is off.
func fingerprint(c *config.Config, p *pipeline.Pipeline) func(*wire.Article) dedup.Record {
	if !slices.Contains(c.Worker.Stages, pipeline.Dedup) {
		return nil
	}
	return p.Fingerprint
}

// closeTracer sends the last spans, if the collector takes them soon.
func closeTracer(t *tracing.Tracer) {
	ctx, cancel := context.WithTimeout(context.Background(), drainSlack)
	defer cancel()
	_ = t.Close(ctx) // spans may be lost
}

// waitFor runs f and gives it a grace period to end after ctx has.
func waitFor(ctx context.Context, grace time.Duration, log *zap.Logger, f func(context.Context) error) error {
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return err
	case <-time.After(grace):
		log.Error("stop took too long; what was not acknowledged will be read again", zap.Duration("grace", grace))
		return fmt.Errorf("worker did not stop within %s", grace)
	}
}

// verifyStore refuses a store that was set up by a newer release or with
// another index period: writing there would scatter documents. A store that
// does not answer is no reason to stop; the worker waits for it.
func verifyStore(ctx context.Context, store index.Store, log *zap.Logger) error {
	es, ok := store.(*elastic.Store)
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	err := es.Verify(ctx)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, elastic.ErrNewer), errors.Is(err, elastic.ErrPeriod):
		return err
	}
	log.Warn("store was not verified; the worker waits until it takes writes", zap.Error(err))
	return nil
}
