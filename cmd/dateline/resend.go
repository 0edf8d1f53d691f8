package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/segmentio/kafka-go"

	"dateline/config"
	"dateline/feed"
)

// Bounds of what a resender gathers before it sends.
const (
	resendRecords = 500
	resendBytes   = 4 << 20
)

// resender sends records to a topic in batches. done hears of each batch after
// its acknowledgement, in order, without those that the broker refused.
type resender struct {
	p     *feed.Producer
	done  func(ctx context.Context, sent []int) error // indices of this batch
	batch []feed.Record
	bytes int

	Sent    int64 `json:"sent"`
	Refused int64 `json:"refused"` // by the broker: too large for the topic
	say     io.Writer
}

func newResender(c config.Kafka, topic string, say io.Writer) (*resender, error) {
	var last time.Time
	p, err := feed.NewProducer(c, feed.ProducerOptions{Topic: topic, OnRetry: func(err error, _ time.Duration) {
		if time.Since(last) > waitNoteEvery {
			last = time.Now()
			fmt.Fprintf(say, "waiting for Kafka: %v\n", err)
		}
	}})
	if err != nil {
		return nil, err
	}
	return &resender{p: p, say: say}, nil
}

func (r *resender) close() { r.p.Close() }

// add takes a record and sends the batch when it is full.
func (r *resender) add(ctx context.Context, m kafka.Message) error {
	r.batch = append(r.batch, feed.Record{Key: m.Key, Value: m.Value, Headers: m.Headers})
	r.bytes += len(m.Key) + len(m.Value)
	if len(r.batch) < resendRecords && r.bytes < resendBytes {
		return nil
	}
	return r.flush(ctx)
}

// flush sends what is gathered.
func (r *resender) flush(ctx context.Context) error {
	if len(r.batch) == 0 {
		return nil
	}
	err := r.p.Produce(ctx, r.batch)
	var partial *feed.PartialError
	if err != nil && !errors.As(err, &partial) {
		return fmt.Errorf("send to %s: %w", r.p.Topic(), err)
	}
	var sent []int
	for i := range r.batch {
		if partial != nil && partial.Failed[i] != nil {
			r.Refused++
			fmt.Fprintf(r.say, "not sent to %s: record with key %q: %v\n", r.p.Topic(), r.batch[i].Key, partial.Failed[i])
			continue
		}
		sent = append(sent, i)
	}
	r.Sent += int64(len(sent))
	r.batch, r.bytes = r.batch[:0], 0
	if r.done == nil {
		return nil
	}
	return r.done(ctx, sent)
}
