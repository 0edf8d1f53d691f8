package worker

import (
	"context"
	"sync"
)

// Budget bounds the raw bytes that the process holds. Fetchers take from it
// before they ask a broker for more; records give back when they settle or are
// abandoned.
type Budget struct {
	mu   sync.Mutex
	used int64
	max  int64
	free chan struct{} // closed and renewed when bytes come back
}

// NewBudget allows max bytes.
func NewBudget(max int64) *Budget { return &Budget{max: max, free: make(chan struct{})} }

// Take waits until n bytes are free and takes them. A request larger than the
// whole budget passes when nothing else is held, so that one huge record
// cannot wait for ever.
func (b *Budget) Take(ctx context.Context, n int64) error {
	for {
		b.mu.Lock()
		if b.used+n <= b.max || b.used == 0 {
			b.used += n
			b.mu.Unlock()
			return nil
		}
		free := b.free
		b.mu.Unlock()
		select {
		case <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Give returns n bytes.
func (b *Budget) Give(n int64) {
	if n == 0 {
		return
	}
	b.mu.Lock()
	b.used -= n
	if b.used < 0 {
		b.mu.Unlock()
		panic("budget: more given back than taken")
	}
	close(b.free)
	b.free = make(chan struct{})
	b.mu.Unlock()
}

// Used is what is held now, in bytes.
func (b *Budget) Used() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.used
}
