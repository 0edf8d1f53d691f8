package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/segmentio/kafka-go"
	"go.uber.org/zap"

	"dateline/config"
	"dateline/internal/broker"
	"dateline/internal/tracing"
	"dateline/worker/deadletter"
)

// fetcher reads one assigned partition on its own connection for as long as
// its generation lives. It never returns on an error: the first function of a
// generation that returns would end the generation for every partition.
type fetcher struct {
	client *broker.Client
	cfg    config.Kafka
	limits config.Worker
	log    *zap.Logger
	ledger *Ledger
	budget *Budget
	ring   *Ring
	holds  *holds
	yield  *yield          // nil in a live worker
	tracer *tracing.Tracer // nil without tracing
	// out takes the records, one partition's in order. It is bounded and
	// blocks; nobody closes it.
	out chan<- *Record
}

const (
	fetchBackoffMin = 100 * time.Millisecond
	fetchBackoffMax = 2 * time.Second
	// fullPause is how long a fetch waits inside a batch when the budget
	// fills: then it gives the connection up and reads the rest later.
	fullPause = time.Second
	// ringPoll is how often a full ring is looked at again. Settling is
	// counted in batches, so a signal per record would buy nothing.
	ringPoll = 5 * time.Millisecond
	// readTimeout bounds one answer of the broker beyond its own wait.
	readTimeout = 10 * time.Second
	// roomBytes is what must be free before a broker is asked, in bytes.
	roomBytes = 256 << 10
)

// errFull says that the budget filled in the middle of a batch; the rest is
// read again later.
var errFull = errors.New("memory budget is full")

// run reads until ctx ends.
func (f *fetcher) run(ctx context.Context, start int64) {
	offset := start
	backoff := fetchBackoffMin
	for ctx.Err() == nil {
		next, err := f.session(ctx, offset)
		if next > offset {
			backoff = fetchBackoffMin
		}
		offset = next
		switch {
		case ctx.Err() != nil:
			return
		case err == nil, errors.Is(err, errFull):
			backoff = fetchBackoffMin
			continue
		}
		f.log.Warn("partition is read again", zap.Int64("offset", offset), zap.Duration("in", backoff), zap.Error(err))
		sleep(ctx, jitter(backoff))
		backoff = min(2*backoff, fetchBackoffMax)
	}
}

// session connects to the partition's leader and reads from offset until
// something breaks. It returns the next offset to read.
func (f *fetcher) session(ctx context.Context, offset int64) (int64, error) {
	dial, cancel := context.WithTimeout(ctx, readTimeout)
	conn, err := f.client.Leader(dial, f.ring.Topic, f.ring.Partition)
	cancel()
	if err != nil {
		return offset, err
	}
	ctx, interrupt := context.WithCancel(ctx)
	defer interrupt()
	f.ring.connected(interrupt)
	defer f.ring.connected(nil)
	// A closed connection is the only way to interrupt a read.
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer func() {
		if stop() {
			conn.Close()
		}
	}()
	if offset, err = f.seek(conn, offset); err != nil {
		return offset, err
	}
	for ctx.Err() == nil {
		if err := f.room(ctx); err != nil {
			return offset, err
		}
		next, err := f.fetch(ctx, conn, offset)
		offset = next
		switch {
		case err == nil:
		case errors.Is(err, kafka.RequestTimedOut):
		case errors.Is(err, kafka.OffsetOutOfRange):
			if offset, err = f.seek(conn, offset); err != nil {
				return offset, err
			}
		default:
			return offset, err
		}
	}
	return offset, ctx.Err()
}

// seek places the connection. An offset that retention has removed is a gap:
// it is counted and said, then skipped or held as configured. A negative
// offset is the log's start.
func (f *fetcher) seek(conn *kafka.Conn, offset int64) (int64, error) {
	conn.SetDeadline(time.Now().Add(readTimeout))
	defer conn.SetDeadline(time.Time{})
	first, last, err := conn.ReadOffsets()
	if err != nil {
		return offset, fmt.Errorf("offsets of the log: %w", err)
	}
	f.ring.SetHighWater(last)
	switch {
	case offset < 0:
		offset = first
	case offset < first:
		f.log.Error("records were removed by retention before they were read",
			zap.Int64("from", offset), zap.Int64("to", first), zap.String("on_gap", f.cfg.OnGap))
		if f.cfg.OnGap == "hold" {
			f.holds.set(Hold{Cause: holdGap, Record: deadletter.Origin{Topic: f.ring.Topic, Partition: f.ring.Partition, Offset: offset}.String(),
				Detail: fmt.Sprintf("offsets %d to %d of %s/%d are gone", offset, first-1, f.ring.Topic, f.ring.Partition)})
			return offset, fmt.Errorf("offsets %d to %d were removed by retention and on_gap is hold", offset, first-1)
		}
		f.ledger.gap(first - offset)
		f.ring.Skip(first)
		offset = first
	case offset > last:
		// The topic was made anew under the same name: its offsets say
		// nothing about ours, so read it all. The index makes that harmless.
		f.log.Error("committed offset lies beyond the log's end; the topic was recreated, reading from its start",
			zap.Int64("offset", offset), zap.Int64("log_end", last))
		offset = first
	}
	if _, err := conn.Seek(offset, kafka.SeekAbsolute|kafka.SeekDontCheck); err != nil {
		return offset, fmt.Errorf("seek to %d: %w", offset, err)
	}
	return offset, nil
}

// room waits until the ring may take more. Nothing is asked of the broker
// before, so a full worker leaves its records in Kafka.
func (f *fetcher) room(ctx context.Context) error {
	if err := f.yield.wait(ctx); err != nil {
		return err
	}
	for {
		s := f.ring.State()
		if s.InFlight < int64(f.limits.RingRecords) && s.Bytes < int64(f.limits.RingBytes) {
			// Wait for a little of the budget too, or a worker in an outage
			// would dial and give up every second.
			if err := f.budget.Take(ctx, roomBytes); err != nil {
				return err
			}
			f.budget.Give(roomBytes)
			return nil
		}
		if !sleep(ctx, ringPoll) {
			return ctx.Err()
		}
	}
}

// fetch asks for one batch and hands its records on. It returns the next
// offset, also on error.
func (f *fetcher) fetch(ctx context.Context, conn *kafka.Conn, offset int64) (int64, error) {
	wait := f.cfg.MaxWait
	conn.SetReadDeadline(time.Now().Add(wait + readTimeout))
	batch := conn.ReadBatchWith(kafka.ReadBatchConfig{MinBytes: 1, MaxBytes: int(f.cfg.FetchBytes), MaxWait: wait})
	defer batch.Close()
	f.ring.SetHighWater(batch.HighWaterMark())
	for {
		// A batch is read as fast as the stages take it, which may be slowly:
		// the broker has so long for each record, not for all of them.
		conn.SetReadDeadline(time.Now().Add(wait + readTimeout))
		m, err := batch.ReadMessage()
		switch {
		case errors.Is(err, io.EOF):
			// The batch knows where it ended, past offsets that hold no
			// record; the last record does not.
			if next := batch.Offset(); next > offset {
				f.ring.Skip(next)
				offset = next
			}
			return offset, nil
		case err != nil:
			return offset, err
		}
		if m.Offset < offset {
			continue // a compressed batch starts before the offset asked for
		}
		r := &Record{Message: m, ring: f.ring, budget: f.budget, fetched: time.Now()}
		if err := f.deliver(ctx, r); err != nil {
			return offset, err
		}
		offset = m.Offset + 1
	}
}

// deliver charges, tracks and passes on one record.
func (f *fetcher) deliver(ctx context.Context, r *Record) error {
	r.bytes = size(&r.Message)
	full, cancel := context.WithTimeout(ctx, fullPause)
	err := f.budget.Take(full, r.bytes)
	cancel()
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return errFull
	}
	seq, ok := f.ring.Track(r.Offset, r.bytes)
	if !ok {
		f.budget.Give(r.bytes)
		return context.Canceled
	}
	r.seq = seq
	r.span = f.tracer.Record(&r.Message, f.cfg.Group, r.fetched)
	select {
	case f.out <- r:
		return nil
	case <-ctx.Done():
		f.budget.Give(f.ring.Abandon(seq))
		return ctx.Err()
	}
}

// sleep waits for d; false if ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// jitter spreads d over [d/2, d], so that workers do not knock together.
func jitter(d time.Duration) time.Duration {
	if d < 2 {
		return d
	}
	return d/2 + rand.N(d/2)
}
