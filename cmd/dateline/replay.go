package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/spf13/cobra"

	"dateline/config"
	"dateline/index"
	"dateline/internal/broker"
	"dateline/pipeline"
	"dateline/pipeline/wire"
	"dateline/worker/deadletter"
)

func newReplayCommand() *cobra.Command {
	var path string
	var o replay
	cmd := &cobra.Command{
		Use:   "replay --from-time TIME",
		Short: "Send raw articles again, to be read with better rules or data",
		Long: `Send records of the raw topic to the backfill topic, where a worker started with
--backfill reads them without slowing live work. Use it after a release that
reads better: raise worker.epoch by one, replay, and the new result of the same
article replaces the old.

--stage-version N sends only what the store does not hold at epoch N yet, or at
a newer revision, so a run that was interrupted goes on where it stopped, and a
second run after the backfill sends nothing.

Only what the raw topic still keeps can be sent (kafka.retention).`,
		Example: `  dateline replay --from-time 7d --dry-run
  dateline replay --from-time 2026-03-01 --to-time 2026-03-08 --source wire-desk
  dateline replay --from-time 7d --stage-version 3
  dateline worker --backfill --config dateline.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(path)
			if err != nil {
				return err
			}
			if err := o.parse(cmd, time.Now()); err != nil {
				return usageError{err}
			}
			res, err := o.run(cmd.Context(), c, cmd.ErrOrStderr())
			if res != nil {
				err = errors.Join(err, res.write(cmd.OutOrStdout(), o.json))
			}
			return err
		},
	}
	configFlag(cmd, &path)
	f := cmd.Flags()
	f.StringVar(&o.from, "from-time", "", "records stamped at or after this `TIME`: a day, a time, or 36h or 7d ago")
	f.StringVar(&o.to, "to-time", "", "records stamped before this `TIME`; default: all there are now")
	f.StringSliceVar(&o.sources, "source", nil, "only articles of the source `ID`; again for another one")
	f.IntVar(&o.epoch, "stage-version", -1, "only articles that the store does not hold at enrichment epoch `N` yet")
	f.BoolVar(&o.dryRun, "dry-run", false, "say how many would be sent and send nothing")
	f.BoolVar(&o.json, "json", false, "write the summary as JSON")
	return cmd
}

// replay is one run.
type replay struct {
	from, to     string
	sources      []string
	epoch        int // -1: whatever the store holds
	dryRun, json bool

	since, until time.Time
	// prefix, ring and so on of the documents, at the epoch asked for.
	shape index.Options
	store index.Store
	read  *pipeline.Pipeline
	s     pipeline.Scratch
}

// replayResult is what became of the records in the range.
type replayResult struct {
	DryRun     bool   `json:"dry_run"`
	From       string `json:"from_topic"`
	Topic      string `json:"topic"`
	Records    int64  `json:"records"`
	Sent       int64  `json:"sent"`
	Refused    int64  `json:"refused"`
	Others     int64  `json:"other_sources"`
	Current    int64  `json:"current"`    // the store holds the version, or a better one
	Unreadable int64  `json:"unreadable"` // dead letters already; dateline dlq replays those
}

func (r *replayResult) write(w io.Writer, asJSON bool) error {
	if asJSON {
		return writeJSON(w, r)
	}
	verb := "sent"
	if r.DryRun {
		verb = "would be sent"
	}
	_, err := fmt.Fprintf(w, "%s of %d %s from %s to %s; %d of other sources, %d current in the store, %d unreadable, %d refused\n",
		plural(int(r.Sent), "record"), r.Records, verb, r.From, r.Topic, r.Others, r.Current, r.Unreadable, r.Refused)
	return err
}

func (o *replay) parse(cmd *cobra.Command, now time.Time) (err error) {
	if o.from == "" {
		return errors.New("from when? name it with --from-time, for example 7d or 2026-03-01")
	}
	if o.since, err = parseMoment(o.from, now); err != nil {
		return fmt.Errorf("--from-time: %w", err)
	}
	if o.to != "" {
		if o.until, err = parseMoment(o.to, now); err != nil {
			return fmt.Errorf("--to-time: %w", err)
		}
		if !o.until.After(o.since) {
			return errors.New("--to-time is not after --from-time")
		}
	}
	if cmd.Flags().Changed("stage-version") && (o.epoch < 0 || o.epoch > index.MaxEpoch) {
		return fmt.Errorf("--stage-version %d: want 0 to %d, the worker.epoch of the new release", o.epoch, index.MaxEpoch)
	}
	return nil
}

func (o *replay) run(ctx context.Context, c *config.Config, say io.Writer) (*replayResult, error) {
	if o.epoch > c.Worker.Epoch {
		return nil, fmt.Errorf("--stage-version %d is above worker.epoch (%d): raise worker.epoch first, or the backfill writes nothing new", o.epoch, c.Worker.Epoch)
	}
	if err := o.open(c); err != nil {
		return nil, err
	}
	if o.store != nil {
		defer o.store.Close()
	}
	client, err := broker.New(c.Kafka)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	ranges, err := client.Ranges(ctx, c.Kafka.Topic, o.since)
	if err != nil {
		return nil, err
	}
	out, err := newResender(c.Kafka, c.Kafka.BackfillTopic, say)
	if err != nil {
		return nil, err
	}
	defer out.close()
	res := &replayResult{DryRun: o.dryRun, From: c.Kafka.Topic, Topic: c.Kafka.BackfillTopic}
	var batch []candidate
	flush := func() error {
		err := o.forward(ctx, batch, out, res)
		batch = batch[:0]
		return err
	}
	err = readRanges(ctx, say, client, c.Kafka.Topic, ranges, func(m kafka.Message) error {
		if !o.until.IsZero() && !m.Time.Before(o.until) {
			return nil
		}
		res.Records++
		if a, ok := o.choose(m, res); ok {
			batch = append(batch, a)
		}
		if len(batch) == resendRecords {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	if err == nil {
		err = out.flush(ctx)
	}
	if !o.dryRun {
		res.Sent, res.Refused = out.Sent, out.Refused
	}
	if err == nil && res.Refused > 0 {
		err = errReported
	}
	return res, err
}

// open prepares what finding out a record's identity takes: no stage, and the
// store only if it is to be asked.
func (o *replay) open(c *config.Config) (err error) {
	bare := *c
	bare.Worker.Stages = []string{}
	if o.read, err = newPipeline(&bare, pipeline.Options{}); err != nil {
		return err
	}
	if o.epoch < 0 {
		return nil
	}
	o.shape = documentOptions(c)
	o.shape.Epoch = o.epoch
	o.store, err = openStore(c)
	return err
}

// candidate is a record that the range and the sources allow.
type candidate struct {
	m   kafka.Message
	act index.Action // without --stage-version only zero
}

// choose looks at the record itself.
func (o *replay) choose(m kafka.Message, res *replayResult) (candidate, bool) {
	if len(o.sources) > 0 {
		e, err := wire.DecodeEnvelope(m.Value)
		switch {
		case err != nil:
			res.Unreadable++
			return candidate{}, false
		case !slices.Contains(o.sources, e.SourceID):
			res.Others++
			return candidate{}, false
		}
	}
	if o.store == nil {
		return candidate{m: m}, true
	}
	a, err := o.read.Read(m.Value, &o.s)
	if err != nil {
		res.Unreadable++
		return candidate{}, false
	}
	act, err := index.ArticleAction(o.read.Enrich(a, nil, &o.s), o.shape)
	if err != nil {
		res.Unreadable++
		return candidate{}, false
	}
	act.Source = nil
	return candidate{m, act}, true
}

// forward sends those candidates that the store has nothing as good of.
func (o *replay) forward(ctx context.Context, batch []candidate, out *resender, res *replayResult) error {
	have, err := o.stored(ctx, batch)
	if err != nil {
		return fmt.Errorf("ask which articles are current: %w", err)
	}
	for i, a := range batch {
		switch {
		case have != nil && have[i] >= a.act.Version:
			res.Current++
		case o.dryRun:
			res.Sent++
		default:
			from := deadletter.Origin{Topic: a.m.Topic, Partition: a.m.Partition, Offset: a.m.Offset}
			a.m.Headers = deadletter.Returning(a.m.Headers, from, 1)
			if err := out.add(ctx, a.m); err != nil {
				return err
			}
		}
	}
	return nil
}

// stored reads the stored version of each candidate; nil if nobody asked.
func (o *replay) stored(ctx context.Context, batch []candidate) ([]int64, error) {
	if o.store == nil || len(batch) == 0 {
		return nil, nil
	}
	byIndex := make(map[string][]int)
	for i, a := range batch {
		byIndex[a.act.Index] = append(byIndex[a.act.Index], i)
	}
	have := make([]int64, len(batch))
	for name, at := range byIndex {
		ids := make([]string, len(at))
		for k, i := range at {
			ids[k] = batch[i].act.ID
		}
		versions, err := o.store.Versions(ctx, name, ids)
		if err != nil {
			return nil, err
		}
		for k, i := range at {
			have[i] = versions[k]
		}
	}
	return have, nil
}
