package worker

import (
	"testing"

	"pgregory.net/rapid"
)

// naive is the ring as one would write it without care for speed.
type naive struct {
	offsets []int64
	settled []bool
	next    int64
}

func (n *naive) committable() int64 {
	next := n.next
	for i, s := range n.settled {
		if !s {
			break
		}
		next = n.offsets[i] + 1
	}
	return next
}

// TestRingAgainstModel delivers records with gaps between offsets, settles
// them in any order, takes records back, and checks after each step that the
// ring commits what a plain list would, that the law of conservation holds and
// that nothing unsettled is ever passed.
func TestRingAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := &Ledger{}
		start := rapid.Int64Range(-1, 5).Draw(t, "committed")
		r := NewRing(l, "news.raw", 0, start)
		m := naive{next: start}
		offset := max(start, 0)
		var open []uint64
		for range rapid.IntRange(1, 300).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0, 1, 2, 3, 4:
				offset += rapid.Int64Range(0, 3).Draw(t, "gap")
				seq, ok := r.Track(offset, 10)
				if !ok {
					t.Fatal("an open ring refused a record")
				}
				m.offsets, m.settled = append(m.offsets, offset), append(m.settled, false)
				open = append(open, seq)
				offset++
			case 5:
				if n := len(open); n > 0 && open[n-1] == uint64(len(m.offsets)-1) {
					if r.Abandon(open[n-1]) != 10 {
						t.Fatal("abandoned record gave other bytes back")
					}
					open = open[:n-1]
					m.offsets, m.settled = m.offsets[:len(m.offsets)-1], m.settled[:len(m.settled)-1]
					offset = max(start, 0)
					if k := len(m.offsets); k > 0 {
						offset = m.offsets[k-1] + 1
					}
				}
			default:
				if len(open) == 0 {
					continue
				}
				i := rapid.IntRange(0, len(open)-1).Draw(t, "which")
				if _, ok := r.Done(open[i], Fate(i%int(fates))); !ok {
					t.Fatal("an open ring called an ack late")
				}
				m.settled[open[i]] = true
				open = append(open[:i], open[i+1:]...)
			}
			got, fresh := r.Committable()
			if want := m.committable(); got != want || fresh != (want > start) {
				t.Fatalf("committable %d (new %v), want %d", got, fresh, want)
			}
			c := l.Counts()
			if !c.Balanced() || c.InFlight != int64(len(open)) || c.InFlightBytes != 10*int64(len(open)) {
				t.Fatalf("%d in flight, counts %+v", len(open), c)
			}
		}
		n, bytes := r.Fence()
		if n != len(open) || bytes != 10*int64(n) {
			t.Fatalf("fence abandoned %d records of %d bytes, want %d", n, bytes, len(open))
		}
		for _, seq := range open {
			if _, ok := r.Done(seq, Indexed); ok {
				t.Fatal("a fenced ring took an ack")
			}
		}
		if c := l.Counts(); !c.Balanced() || c.InFlight != 0 || c.Late != int64(len(open)) {
			t.Fatalf("after the fence: %+v", c)
		}
		if got, _ := r.Committable(); got != m.committable() {
			t.Fatalf("late acks moved the commit to %d", got)
		}
	})
}

func TestRingSkip(t *testing.T) {
	l := &Ledger{}
	r := NewRing(l, "t", 0, 10)
	seq, _ := r.Track(12, 1)
	r.Skip(20)
	if o, ok := r.Committable(); ok {
		t.Errorf("commit to %d while offset 12 is unsettled", o)
	}
	r.Done(seq, Indexed)
	if o, _ := r.Committable(); o != 13 {
		t.Errorf("commit to %d, want 13", o)
	}
	r.Skip(25)
	if o, _ := r.Committable(); o != 25 {
		t.Errorf("commit to %d after an empty tail, want 25", o)
	}
}

func TestRingSettledTwice(t *testing.T) {
	r := NewRing(&Ledger{}, "t", 0, 0)
	seq, _ := r.Track(0, 1)
	r.Track(1, 1)
	r.Done(seq, Indexed)
	defer func() {
		if recover() == nil {
			t.Error("the second ack of one record went unnoticed")
		}
	}()
	r.Done(seq, Indexed)
}

func BenchmarkRing(b *testing.B) {
	r := NewRing(&Ledger{}, "t", 0, 0)
	b.ReportAllocs()
	var o int64
	for b.Loop() {
		seq, _ := r.Track(o, 7000)
		r.Done(seq, Indexed)
		o++
	}
}
