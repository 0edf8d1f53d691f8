package worker

import (
	"context"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/segmentio/kafka-go"
	"go.uber.org/zap"

	"dateline/worker/deadletter"
)

// letter says why a record is dead. Its fields become the dead letter's
// headers; the record itself goes out byte for byte.
type letter struct {
	reason string // mapping, too_large, decode, stage_wire, panic_place, …
	stage  string
	kind   string // finer type of the error: malformed, no_text, …
	status int    // HTTP status, 0 if none
	detail string // at most 256 bytes; may quote the server, never logged
	docID  string
}

// DetailMax is how much of an error is kept in a dead letter, in bytes.
const DetailMax = 256

// Bounds of the dead-letter producer.
const (
	deadBatch   = 100
	deadBytes   = 1 << 20
	deadLinger  = 10 * time.Millisecond
	deadTimeout = 10 * time.Second
	deadWaitMin = 100 * time.Millisecond
	deadWaitMax = 2 * time.Second
)

// deadLetters writes records to the dead-letter topic and settles them when
// all replicas have acknowledged. It never gives up: a topic that cannot be
// written is a hold, not a loss.
type deadLetters struct {
	client *kafka.Client
	topic  string
	worker string
	epoch  int
	// replayed says that the records come from the backfill topic, where
	// headers tell of their origin. Elsewhere such headers are the producer's
	// own and mean nothing.
	replayed bool
	holds    *holds
	metrics  *metrics
	log      *zap.Logger
	// void, if set, takes back what others were told of the records before
	// they become letters.
	void func(context.Context, []deadRecord) error
	// in blocks when letters cannot be written, which stops the stages. It is
	// never closed.
	in chan deadRecord
}

type deadRecord struct {
	rec *Record
	why letter
}

func newDeadLetters(c *kafka.Client, topic, worker string, epoch int, h *holds, m *metrics, log *zap.Logger) *deadLetters {
	return &deadLetters{client: c, topic: topic, worker: worker, epoch: epoch, holds: h, metrics: m, log: log, in: make(chan deadRecord, deadBatch)}
}

// put hands a record over; from now on the record is the producer's to settle.
// It blocks while the producer is full, until the record's generation ends.
func (d *deadLetters) put(r *Record, why letter) {
	for {
		select {
		case d.in <- deadRecord{r, why}:
			return
		case <-time.After(fullPause):
			if r.abandoned() {
				return
			}
		}
	}
}

// run writes letters until ctx ends.
func (d *deadLetters) run(ctx context.Context) {
	for {
		var batch []deadRecord
		select {
		case r := <-d.in:
			batch = d.gather(ctx, append(batch, r))
		case <-ctx.Done():
			return
		}
		d.write(ctx, batch)
	}
}

// gather takes what comes within a moment, up to a batch.
func (d *deadLetters) gather(ctx context.Context, batch []deadRecord) []deadRecord {
	bytes := batch[0].rec.bytes
	t := time.NewTimer(deadLinger)
	defer t.Stop()
	for len(batch) < deadBatch && bytes < deadBytes {
		select {
		case r := <-d.in:
			batch = append(batch, r)
			bytes += r.rec.bytes
		case <-t.C:
			return batch
		case <-ctx.Done():
			return batch
		}
	}
	return batch
}

// write produces a batch, retrying until it is acknowledged or nobody waits
// for it any more. A batch that the broker finds too large goes record by
// record.
func (d *deadLetters) write(ctx context.Context, batch []deadRecord) {
	wait := deadWaitMin
	for {
		live := batch[:0]
		for _, r := range batch {
			if !r.rec.abandoned() {
				live = append(live, r)
			}
		}
		if batch = live; len(batch) == 0 {
			// Nobody waits for these any more: they are their next owner's to
			// bury, and to hold for.
			d.holds.clear(holdDLQ, "")
			return
		}
		var err error
		if d.void != nil {
			err = d.void(ctx, batch)
		}
		if err == nil {
			err = d.produce(ctx, batch)
		}
		switch {
		case err == nil:
			if d.holds.clear(holdDLQ, "") {
				d.log.Info("dead letters are written again")
			}
			for _, r := range batch {
				d.metrics.deadLetter(r.why.reason)
				r.rec.settle(Dead)
			}
			return
		case errors.Is(err, kafka.MessageSizeTooLarge) && len(batch) > 1:
			half := len(batch) / 2
			d.write(ctx, batch[:half])
			batch = batch[half:]
			continue
		}
		if d.holds.set(Hold{Cause: holdDLQ, Record: place(batch[0].rec).String(), Detail: "topic " + d.topic + ": " + clip(err.Error())}) {
			d.log.Error("dead letters cannot be written; nothing moves until they can", zap.String("topic", d.topic), zap.Error(err))
		}
		if !sleep(ctx, jitter(wait)) {
			return
		}
		wait = min(2*wait, deadWaitMax)
	}
}

func (d *deadLetters) produce(ctx context.Context, batch []deadRecord) error {
	ctx, cancel := context.WithTimeout(ctx, deadTimeout)
	defer cancel()
	records := make([]kafka.Record, len(batch))
	for i, r := range batch {
		records[i] = kafka.Record{Key: kafka.NewBytes(r.rec.Key), Value: kafka.NewBytes(r.rec.Value), Headers: d.headers(r)}
	}
	// One partition is enough and keeps the order in which records died; the
	// topic's other partitions, if any, are left to those who key by source.
	resp, err := d.client.Produce(ctx, &kafka.ProduceRequest{
		Topic: d.topic, Partition: 0, RequiredAcks: kafka.RequireAll, Records: kafka.NewRecordReader(records...),
	})
	if err != nil {
		return err
	}
	return resp.Error
}

// headers are the original's, then where it came from and why it died. A
// record that a replay sent is known by its first origin.
func (d *deadLetters) headers(r deadRecord) []kafka.Header {
	l := deadletter.Letter{Origin: place(r.rec),
		Reason: r.why.reason, Stage: r.why.stage, Status: r.why.status, Kind: r.why.kind, Detail: clip(r.why.detail), DocID: r.why.docID,
		Time: r.rec.Time, Worker: d.worker, Epoch: d.epoch}
	original := r.rec.Headers
	if d.replayed {
		l.Origin, l.Attempt, original = deadletter.Returned(&r.rec.Message)
	}
	h := l.AddHeaders(append(make([]kafka.Header, 0, len(original)+14), original...))
	// The original's own traceparent stands among its headers.
	if parent := r.rec.span.Parent(); parent != "" && !hasHeader(original, "traceparent") {
		h = append(h, kafka.Header{Key: "traceparent", Value: []byte(parent)})
	}
	return h
}

func hasHeader(h []kafka.Header, key string) bool {
	return slices.ContainsFunc(h, func(x kafka.Header) bool { return x.Key == key })
}

// clip cuts s to DetailMax bytes on a rune boundary.
func clip(s string) string {
	if len(s) <= DetailMax {
		return s
	}
	n := DetailMax
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
