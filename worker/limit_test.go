package worker

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

var good = answer{full: true, took: 50 * time.Millisecond}

// cycle sends n bulks with every slot taken, all answered alike.
func cycle(t *testing.T, l *limiter, n int, a answer) {
	t.Helper()
	for range n {
		limit, _ := l.state()
		for range limit {
			if err := l.acquire(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(a.took)
		for range limit {
			l.release(a)
		}
	}
}

func TestLimiterGrowsAndBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(8)
		if n, _ := l.state(); n != 1 {
			t.Fatalf("starts with %d slots, want 1", n)
		}
		cycle(t, l, 20, good)
		if n, _ := l.state(); n != 8 {
			t.Fatalf("%d slots after steady answers, want the maximum", n)
		}
		pushed := good
		pushed.pushback = true
		cycle(t, l, 1, pushed)
		if n, _ := l.state(); n != 7 {
			t.Errorf("%d slots after one push-back answered eight times, want 7: one decrease a round trip", n)
		}
		cycle(t, l, 30, pushed)
		if n, _ := l.state(); n != 1 {
			t.Errorf("%d slots under constant push-back, want 1", n)
		}
	})
}

// TestLimiterOutage checks the pace of probes: at most two a second once the
// outage is seen, and half the old limit after the first success.
func TestLimiterOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(8)
		cycle(t, l, 20, good)
		ctx := context.Background()
		begin := time.Now()
		var probes int
		for time.Since(begin) < time.Minute {
			if err := l.acquire(ctx); err != nil {
				t.Fatal(err)
			}
			if time.Since(begin) > 5*time.Second {
				probes++
			}
			l.release(answer{failed: true})
		}
		if !l.outage() {
			t.Error("a minute of failures is no outage")
		}
		if probes < 25 || probes > 58 {
			t.Errorf("%d probes in 55 s, want one every second or two", probes)
		}
		l.acquire(ctx)
		second, cancel := context.WithTimeout(ctx, 10*time.Second)
		if l.acquire(second) == nil {
			t.Error("two probes at once")
		}
		cancel()
		l.release(good)
		if n, _ := l.state(); l.outage() || n < 3 || n > 4 {
			t.Errorf("%d slots after the outage, want half of the old limit", n)
		}
	})
}

func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(100)
		ctx := context.Background()
		b.Take(ctx, 60)
		short, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		if b.Take(short, 50) == nil {
			t.Fatal("took more than there is")
		}
		done := make(chan error)
		go func() { done <- b.Take(ctx, 50) }()
		synctest.Wait()
		b.Give(60)
		if err := <-done; err != nil || b.Used() != 50 {
			t.Fatalf("%v, %d used, want 50", err, b.Used())
		}
		b.Give(50)
		if err := b.Take(ctx, 500); err != nil || b.Used() != 500 {
			t.Fatalf("a record larger than the budget must pass alone: %v, %d used", err, b.Used())
		}
	})
}
