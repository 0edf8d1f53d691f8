package broker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/segmentio/kafka-go"
)

// Range is a part of one partition: the offsets in [From, To).
type Range struct {
	Partition int
	From, To  int64
}

// Len is how many offsets the range spans; a log with gaps holds fewer
// records.
func (r Range) Len() int64 { return max(0, r.To-r.From) }

// Ranges are the partitions of a topic as they are now, each from its log's
// start, or from the first record stamped at since or later, to its log's end.
func (c *Client) Ranges(ctx context.Context, topic string, since time.Time) ([]Range, error) {
	k := c.Kafka(timeout)
	m, err := k.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{topic}})
	if err != nil {
		return nil, fmt.Errorf("topic %s: %w", topic, err)
	}
	var ask []kafka.OffsetRequest
	for _, t := range m.Topics {
		if t.Name != topic {
			continue
		}
		if t.Error != nil {
			return nil, fmt.Errorf("topic %s: %w", topic, t.Error)
		}
		for _, p := range t.Partitions {
			ask = append(ask, kafka.FirstOffsetOf(p.ID), kafka.LastOffsetOf(p.ID))
			if !since.IsZero() {
				ask = append(ask, kafka.TimeOffsetOf(p.ID, since))
			}
		}
	}
	if len(ask) == 0 {
		return nil, fmt.Errorf("topic %s: no broker names it", topic)
	}
	res, err := k.ListOffsets(ctx, &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{topic: ask}})
	if err != nil {
		return nil, fmt.Errorf("offsets of %s: %w", topic, err)
	}
	var out []Range
	for _, p := range res.Topics[topic] {
		if p.Error != nil {
			return nil, fmt.Errorf("offsets of %s/%d: %w", topic, p.Partition, p.Error)
		}
		r := Range{Partition: p.Partition, From: p.FirstOffset, To: p.LastOffset}
		if !since.IsZero() {
			r.From = p.LastOffset // nothing that young
			for at := range p.Offsets {
				r.From = at
			}
			if r.From < 0 {
				r.From = p.LastOffset
			}
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b Range) int { return a.Partition - b.Partition })
	return out, nil
}

// Bounds of Read.
const (
	readBytes = 8 << 20
	readWait  = 500 * time.Millisecond
	readTries = 5 // connections that bring nothing, in a row
)

// Read hands every record of the range to f, in order. It connects again when
// a connection breaks, and gives up after some that brought nothing. An error
// of f ends it.
func (c *Client) Read(ctx context.Context, topic string, r Range, f func(kafka.Message) error) error {
	next := r.From
	for tries := 0; next < r.To; {
		at, ferr, err := c.readOn(ctx, topic, r.Partition, next, r.To, f)
		switch {
		case ferr != nil:
			return ferr
		case ctx.Err() != nil:
			return ctx.Err()
		case at > next:
			tries = 0
		case err != nil:
			if tries++; tries == readTries {
				return fmt.Errorf("read %s/%d at offset %d: %w", topic, r.Partition, next, err)
			}
			select {
			case <-time.After(time.Duration(tries) * 200 * time.Millisecond):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		next = at
	}
	return nil
}

// readOn reads on one connection until it breaks or the range ends.
func (c *Client) readOn(ctx context.Context, topic string, partition int, next, end int64, f func(kafka.Message) error) (at int64, ferr, err error) {
	conn, err := c.Leader(ctx, topic, partition)
	if err != nil {
		return next, nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer func() {
		if stop() {
			conn.Close()
		}
	}()
	if _, err := conn.Seek(next, kafka.SeekAbsolute|kafka.SeekDontCheck); err != nil {
		return next, nil, err
	}
	for next < end {
		conn.SetDeadline(time.Now().Add(timeout))
		b := conn.ReadBatchWith(kafka.ReadBatchConfig{MinBytes: 1, MaxBytes: readBytes, MaxWait: readWait})
		var m kafka.Message
		for err == nil && next < end {
			if m, err = b.ReadMessage(); err == nil && m.Offset >= next {
				if m.Offset >= end {
					break
				}
				if ferr = f(m); ferr != nil {
					b.Close()
					return next, ferr, nil
				}
				next = m.Offset + 1
			}
		}
		// The batch knows where it ended, past offsets that hold no record.
		if errors.Is(err, io.EOF) {
			next, err = max(next, b.Offset()), nil
		}
		b.Close()
		if err != nil && !errors.Is(err, kafka.RequestTimedOut) {
			return next, nil, err
		}
		err = nil
	}
	return next, nil, nil
}

// Committed are the group's committed offsets in the topic, by partition; -1
// where there is none.
func (c *Client) Committed(ctx context.Context, group, topic string, partitions []int) (map[int]int64, error) {
	r, err := c.Kafka(timeout).OffsetFetch(ctx, &kafka.OffsetFetchRequest{GroupID: group, Topics: map[string][]int{topic: partitions}})
	if err == nil {
		err = r.Error
	}
	// A broker may say so of a group that nobody has been in yet.
	if errors.Is(err, kafka.GroupIdNotFound) {
		return map[int]int64{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("offsets of group %s: %w", group, err)
	}
	out := make(map[int]int64, len(partitions))
	for _, p := range r.Topics[topic] {
		if p.Error != nil {
			return nil, fmt.Errorf("offset of group %s in %s/%d: %w", group, topic, p.Partition, p.Error)
		}
		out[p.Partition] = p.CommittedOffset
	}
	return out, nil
}

// Lag is how many offsets a group has still to settle in a topic, all
// partitions together. Where the group has committed nothing, that is the
// whole log.
func (c *Client) Lag(ctx context.Context, group, topic string) (int64, error) {
	ranges, err := c.Ranges(ctx, topic, time.Time{})
	if err != nil {
		return 0, err
	}
	parts := make([]int, len(ranges))
	for i, r := range ranges {
		parts[i] = r.Partition
	}
	done, err := c.Committed(ctx, group, topic, parts)
	if err != nil {
		return 0, err
	}
	var lag int64
	for _, r := range ranges {
		if o, ok := done[r.Partition]; ok && o > r.From {
			r.From = o
		}
		lag += r.Len()
	}
	return lag, nil
}
