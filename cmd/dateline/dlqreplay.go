package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/segmentio/kafka-go"
	"github.com/spf13/cobra"

	"dateline/feed"
	"dateline/worker/deadletter"
)

func newDLQReplay() *cobra.Command {
	var f letterFlags
	var o letterReplay
	cmd := &cobra.Command{
		Use:   "replay --filter FIELD=VALUE…",
		Short: "Send dead letters' originals to the backfill topic",
		Long: `Send the originals of dead letters to the backfill topic, byte for byte, where a
worker started with --backfill reads them: mend the cause first. A letter is sent
once. A second run sends what has died in the meantime, and nothing else; --again
sends everything that the filter matches. Sending twice is harmless in any case,
because the store keeps the newest version of each article and calls the other
stale. A record that dies again keeps its origin and counts its attempts.`,
		Example: `  dateline dlq replay --filter reason=mapping --dry-run
  dateline dlq replay --filter reason=mapping
  dateline dlq replay --all --filter 'attempt<3' && dateline worker --backfill`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if len(f.filters) == 0 && !o.all {
				return usageError{errors.New("choose letters with --filter, or all open ones with --all")}
			}
			l, err := f.open(cmd.Context())
			if err != nil {
				return err
			}
			defer l.close()
			r, err := o.run(cmd.Context(), l, cmd.ErrOrStderr())
			if r != nil {
				err = errors.Join(err, r.write(cmd.OutOrStdout(), f.json))
			}
			return err
		},
	}
	f.add(cmd)
	fl := cmd.Flags()
	fl.BoolVar(&o.all, "all", false, "without a filter: every open letter")
	fl.BoolVar(&o.again, "again", false, "also letters that were replayed before")
	fl.BoolVar(&o.dryRun, "dry-run", false, "say how many would be sent and send nothing")
	fl.IntVar(&o.limit, "limit", 0, "at most `N` letters, the oldest first; 0: no limit")
	return cmd
}

// letterReplay is one run of dlq replay.
type letterReplay struct {
	all, again, dryRun bool
	limit              int
}

// letterReplayResult is what it did.
type letterReplayResult struct {
	DryRun  bool   `json:"dry_run"`
	Topic   string `json:"topic"`
	Matched int    `json:"matched"`
	Before  int    `json:"replayed_before"` // matched, and left alone
	Sent    int64  `json:"sent"`
	Refused int64  `json:"refused"`
}

func (r *letterReplayResult) write(w io.Writer, asJSON bool) error {
	if asJSON {
		return writeJSON(w, r)
	}
	verb := "sent"
	if r.DryRun {
		verb = "would be sent"
	}
	_, err := fmt.Fprintf(w, "%s of %d %s to %s; %d were replayed before; %d refused\n", plural(int(r.Sent), "letter"), r.Matched, verb, r.Topic, r.Before, r.Refused)
	return err
}

// place is where a letter stands in the dead-letter topic.
type place struct {
	partition int
	offset    int64
}

// run reads the topic twice: once to find out which letters are meant, for
// which it need not hold any record, and once to send those.
func (o *letterReplay) run(ctx context.Context, l *letters, w io.Writer) (*letterReplayResult, error) {
	book, err := l.book(ctx, w)
	if err != nil {
		return nil, err
	}
	res := &letterReplayResult{DryRun: o.dryRun, Topic: l.cfg.Kafka.BackfillTopic}
	chosen := make(map[place]bool)
	for _, e := range book.Entries(l.filter.Match) {
		res.Matched++
		switch {
		case !e.Open() && !o.again:
			res.Before++
		case o.limit == 0 || len(chosen) < o.limit:
			chosen[place{e.In, e.At}] = true
		}
	}
	if o.dryRun || len(chosen) == 0 {
		res.Sent = int64(len(chosen))
		return res, nil
	}
	err = o.send(ctx, l, chosen, w, res)
	return res, err
}

// send produces the chosen letters' originals, and after each batch the
// receipts for it. A crash between the two sends a batch again next time.
func (o *letterReplay) send(ctx context.Context, l *letters, chosen map[place]bool, w io.Writer, res *letterReplayResult) error {
	out, err := newResender(l.cfg.Kafka, res.Topic, w)
	if err != nil {
		return err
	}
	defer out.close()
	receipts, err := feed.NewProducer(l.cfg.Kafka, feed.ProducerOptions{Topic: l.cfg.Kafka.DLQTopic})
	if err != nil {
		return err
	}
	defer receipts.Close()
	var batch []kafka.Message // receipts of the batch on its way
	out.done = func(ctx context.Context, sent []int) error {
		var records []feed.Record
		for _, i := range sent {
			records = append(records, feed.Record{Key: batch[i].Key, Headers: batch[i].Headers})
		}
		batch = batch[:0]
		if err := receipts.Produce(ctx, records); err != nil {
			return fmt.Errorf("%d letters were sent, but not noted as replayed: %w", len(records), err)
		}
		return nil
	}
	err = l.each(ctx, w, func(m kafka.Message) error {
		if !chosen[place{m.Partition, m.Offset}] {
			return nil
		}
		letter, ok := deadletter.Parse(&m)
		if !ok {
			return fmt.Errorf("letter at %s/%d/%d is not the one that was read before: was the topic made anew?", m.Topic, m.Partition, m.Offset)
		}
		batch = append(batch, letter.Receipt(res.Topic))
		return out.add(ctx, letter.Replay())
	})
	err = errors.Join(err, out.flush(ctx))
	res.Sent, res.Refused = out.Sent, out.Refused
	if err == nil && res.Refused > 0 {
		return errReported
	}
	return err
}
