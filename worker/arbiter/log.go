package arbiter

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Log is one order of records, the same for all who read it.
type Log interface {
	// Append adds records in their order and returns the offset of the first,
	// when all of them are durable, and the log's own time of it, zero if it
	// keeps none. After an error the records may be there, some or all of them.
	Append(ctx context.Context, records [][]byte) (base int64, at time.Time, err error)
	// Read calls fn for each record from an offset up to, not including, until;
	// with a negative until it waits for more until ctx ends. The bytes are
	// fn's only while it runs. Read ends with fn's error, with ErrRange, or with
	// a transient one.
	Read(ctx context.Context, from, until int64, fn func(offset int64, record []byte) error) error
	// Bounds are the offset of the first record that is still there and the
	// one that the next record gets.
	Bounds(ctx context.Context) (first, next int64, err error)
	// Check refuses a log that is not fit for its purpose, with ErrUnfit.
	Check(ctx context.Context) error
}

// ErrRange says that the log has no such offset: retention has removed it, or
// the log was made anew. What was folded up to it is worth nothing then.
var ErrRange = errors.New("fingerprint log has no such offset")

// ErrUnfit says that the log must be set up in another way.
var ErrUnfit = errors.New("fingerprint log is not fit")

// Memory is a log in memory, for tests and for input that is read once. Any
// number of goroutines may use it.
type Memory struct {
	mu      sync.Mutex
	first   int64
	records [][]byte
	more    chan struct{} // closed and renewed by each append
	stamp   func() time.Time
}

// NewMemory is an empty log. stamp is its clock; nil for none.
func NewMemory(stamp func() time.Time) *Memory {
	return &Memory{more: make(chan struct{}), stamp: stamp}
}

// Append copies the records.
func (m *Memory) Append(ctx context.Context, records [][]byte) (int64, time.Time, error) {
	if err := ctx.Err(); err != nil {
		return 0, time.Time{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	base := m.first + int64(len(m.records))
	for _, r := range records {
		m.records = append(m.records, append([]byte(nil), r...))
	}
	close(m.more)
	m.more = make(chan struct{})
	if m.stamp == nil {
		return base, time.Time{}, nil
	}
	return base, m.stamp(), nil
}

// Read never fails but with ErrRange, fn's error or ctx's.
func (m *Memory) Read(ctx context.Context, from, until int64, fn func(int64, []byte) error) error {
	for until < 0 || from < until {
		m.mu.Lock()
		first, next, more := m.first, m.first+int64(len(m.records)), m.more
		var r []byte
		if from >= first && from < next {
			r = m.records[from-first]
		}
		m.mu.Unlock()
		switch {
		case from < first || from > next:
			return fmt.Errorf("%w: %d, it has %d to %d", ErrRange, from, first, next)
		case from < next:
			if err := fn(from, r); err != nil {
				return err
			}
			from++
			continue
		}
		select {
		case <-more:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// Bounds of the log.
func (m *Memory) Bounds(context.Context) (first, next int64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.first, m.first + int64(len(m.records)), nil
}

// Check finds nothing wrong.
func (m *Memory) Check(context.Context) error { return nil }

// Trim removes the records before an offset, as retention does.
func (m *Memory) Trim(first int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.records = m.records[first-m.first:]
	m.first = first
}
