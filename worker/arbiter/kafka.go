package arbiter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"

	"dateline/internal/broker"
)

// Topic is a log that is a Kafka topic of one partition.
type Topic struct {
	Name    string
	client  *broker.Client
	kafka   *kafka.Client
	maxWait time.Duration
}

const (
	requestTimeout = 15 * time.Second
	fetchBytes     = 10 << 20
	// readTimeout bounds one answer of the broker beyond its own wait.
	readTimeout = 10 * time.Second
)

// NewTopic is the log in a topic. maxWait is how long a broker may hold a fetch
// open while there is nothing new.
func NewTopic(c *broker.Client, name string, maxWait time.Duration) *Topic {
	return &Topic{Name: name, client: c, kafka: c.Kafka(requestTimeout), maxWait: maxWait}
}

// Append produces with all replicas acknowledging.
func (t *Topic) Append(ctx context.Context, records [][]byte) (int64, time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	rs := make([]kafka.Record, len(records))
	for i, r := range records {
		rs[i].Value = kafka.NewBytes(r)
	}
	resp, err := t.kafka.Produce(ctx, &kafka.ProduceRequest{Topic: t.Name, Partition: 0, RequiredAcks: kafka.RequireAll, Records: kafka.NewRecordReader(rs...)})
	if err == nil {
		err = resp.Error
	}
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("append to %s: %w", t.Name, err)
	}
	return resp.BaseOffset, resp.LogAppendTime, nil
}

// Read reads on a connection of its own.
func (t *Topic) Read(ctx context.Context, from, until int64, fn func(int64, []byte) error) error {
	conn, done, err := t.open(ctx)
	if err != nil {
		return err
	}
	defer done()
	if _, err := conn.Seek(from, kafka.SeekAbsolute|kafka.SeekDontCheck); err != nil {
		return fmt.Errorf("seek to %d of %s: %w", from, t.Name, err)
	}
	for until < 0 || from < until {
		next, err := t.fetch(conn, from, until, fn)
		from = next
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, kafka.OffsetOutOfRange):
			first, last, berr := t.Bounds(ctx)
			if berr != nil {
				return berr
			}
			return fmt.Errorf("%w: %d, %s has %d to %d", ErrRange, from, t.Name, first, last)
		case err != nil && !errors.Is(err, kafka.RequestTimedOut):
			return err
		}
	}
	return nil
}

// open connects to the partition's leader. A closed connection is the only way
// to interrupt a read.
func (t *Topic) open(ctx context.Context) (*kafka.Conn, func(), error) {
	dial, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	conn, err := t.client.Leader(dial, t.Name, 0)
	if err != nil {
		return nil, nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	return conn, func() {
		if stop() {
			conn.Close()
		}
	}, nil
}

// fetch asks for one batch and returns the next offset, also on error.
func (t *Topic) fetch(conn *kafka.Conn, from, until int64, fn func(int64, []byte) error) (int64, error) {
	conn.SetReadDeadline(time.Now().Add(t.maxWait + readTimeout))
	batch := conn.ReadBatchWith(kafka.ReadBatchConfig{MinBytes: 1, MaxBytes: fetchBytes, MaxWait: t.maxWait})
	defer batch.Close()
	for until < 0 || from < until {
		m, err := batch.ReadMessage()
		switch {
		case errors.Is(err, io.EOF):
			return from, nil
		case err != nil:
			return from, err
		case m.Offset < from:
			continue
		}
		if err := fn(m.Offset, m.Value); err != nil {
			return from, &foldError{err}
		}
		from = m.Offset + 1
	}
	return from, nil
}

// foldError tells fn's errors from the broker's.
type foldError struct{ error }

func (e *foldError) Unwrap() error { return e.error }

// Bounds asks the leader.
func (t *Topic) Bounds(ctx context.Context) (first, next int64, err error) {
	conn, done, err := t.open(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer done()
	conn.SetDeadline(time.Now().Add(readTimeout))
	if first, next, err = conn.ReadOffsets(); err != nil {
		return 0, 0, fmt.Errorf("offsets of %s: %w", t.Name, err)
	}
	return first, next, nil
}

// Check refuses a topic of several partitions, which has no one order, and one
// that is compacted, which loses records.
func (t *Topic) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	m, err := t.kafka.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{t.Name}})
	if err != nil {
		return fmt.Errorf("topic %s: %w", t.Name, err)
	}
	for _, x := range m.Topics {
		switch {
		case x.Name != t.Name:
		case errors.Is(x.Error, kafka.UnknownTopicOrPartition):
			return fmt.Errorf("%w: topic %s does not exist; dateline setup creates it", ErrUnfit, t.Name)
		case x.Error != nil:
			return fmt.Errorf("topic %s: %w", t.Name, x.Error)
		case len(x.Partitions) != 1:
			return fmt.Errorf("%w: topic %s has %d partitions, want exactly 1, or there is no one order of verdicts", ErrUnfit, t.Name, len(x.Partitions))
		}
	}
	c, err := t.kafka.DescribeConfigs(ctx, &kafka.DescribeConfigsRequest{Resources: []kafka.DescribeConfigRequestResource{{
		ResourceType: kafka.ResourceTypeTopic, ResourceName: t.Name, ConfigNames: []string{"cleanup.policy"}}}})
	if err != nil {
		return fmt.Errorf("settings of topic %s: %w", t.Name, err)
	}
	for _, r := range c.Resources {
		if r.Error != nil {
			continue // not allowed to look
		}
		for _, e := range r.ConfigEntries {
			if e.ConfigName == "cleanup.policy" && strings.Contains(e.ConfigValue, "compact") {
				return fmt.Errorf("%w: topic %s has cleanup.policy %s, want delete: compaction makes gaps in the log", ErrUnfit, t.Name, e.ConfigValue)
			}
		}
	}
	return nil
}
