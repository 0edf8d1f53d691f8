package dedup

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// busyLog is a log in which everything happens: copies, versions, kills, holds,
// dead letters, new parameters, days that pass.
func busyLog(n int) []Record {
	rng := rand.New(rand.NewSource(3))
	news := newNews(4)
	var log []Record
	at := 1000 * dayMillis
	for i := range n {
		at += rng.Int63n(int64(40 * 60_000))
		in := news.input(60 + rng.Intn(120))
		in.SourceID = fmt.Sprintf("source-%d", rng.Intn(5))
		in.Revision = int64(1 + rng.Intn(4))
		in.Key = [16]byte{byte(rng.Intn(200)), byte(i / 400)}
		in.Ref, in.Target = fmt.Sprint(rng.Intn(300)), ""
		if i%3 == 0 {
			in.StoryKey, in.Take = fmt.Sprint(rng.Intn(40)), rng.Intn(3)
		}
		switch rng.Intn(40) {
		case 0:
			in.Status, in.Body = "withheld", ""
			in.Target = fmt.Sprint(rng.Intn(300))
		case 1:
			in.Status, in.Body = "withdrawn", ""
		case 2:
			in.Status, in.Body, in.Target = "withdrawn", "", fmt.Sprint(rng.Intn(300))
		case 3:
			in.Signals = []string{"correction", "repeat"}
		}
		if w := strings.Fields(in.Body); rng.Intn(5) == 0 {
			in.Body = strings.Join(w[:len(w)*2/5], " ") + " " + news.words(60)
		}
		r := Fingerprint(in)
		if rng.Intn(15) == 0 {
			r.Status, r.Embargo = r.Status|Embargoed, at+dayMillis/4
		}
		if i > 0 && rng.Intn(8) == 0 {
			r = log[rng.Intn(len(log))]
		}
		switch {
		case i == 0:
			p := DefaultParams()
			r = Record{Kind: KindEpoch, Key: [16]byte{1}, Params: &p}
		case i%97 == 0:
			r = Record{Kind: KindVoid, Key: log[i-1].Key, Revision: log[i-1].Revision}
		case i == n/2:
			p := DefaultParams()
			p.MaxRows, p.Window, p.Full = 500, 5, 2
			r = Record{Kind: KindEpoch, Key: [16]byte{2}, Revision: int64(i), Params: &p}
		case i == n*2/3:
			r = Record{Kind: KindSwitch, Topic: "next"}
		}
		r.At = at
		log = append(log, r)
	}
	return log
}

// A checkpoint at any offset, and what comes after it: the straight fold.
func TestCheckpoint(t *testing.T) {
	log := busyLog(1500)
	var whole State
	seen := map[string]int{}
	for i, r := range log {
		v := whole.Apply(int64(i), r)
		seen[v.Verdict]++
		if v.Held {
			seen["held"]++
		}
		if v.Strike.ID != "" {
			seen["strike"]++
		}
	}
	for _, k := range []string{Original, Copy, Derived, Update, Corrected, Stale, Redelivery, Kill, "held", "strike"} {
		if seen[k] == 0 {
			t.Errorf("the log has no %s: %v", k, seen)
		}
	}
	if d := whole.day - 1000; d < 15 || len(whole.segments) < 3 {
		t.Errorf("%d days, %d segments", d, len(whole.segments))
	}
	rapid.Check(t, func(t *rapid.T) {
		s := new(State)
		next := 0
		for range rapid.IntRange(1, 4).Draw(t, "checkpoints") {
			stop := rapid.IntRange(next, len(log)).Draw(t, "at")
			for ; next < stop; next++ {
				s.Apply(int64(next), log[next])
			}
			var b, again bytes.Buffer
			n, err := s.WriteTo(&b)
			if err != nil || n != int64(b.Len()) {
				t.Fatal(n, b.Len(), err)
			}
			if s, err = ReadState(bytes.NewReader(b.Bytes()), int64(b.Len())); err != nil {
				t.Fatal(err)
			}
			s.WriteTo(&again)
			if !bytes.Equal(b.Bytes(), again.Bytes()) {
				t.Fatal("read and written again, it differs")
			}
		}
		for ; next < len(log); next++ {
			s.Apply(int64(next), log[next])
		}
		if s.Digest() != whole.Digest() || s.Counts() != whole.Counts() || s.Len() != whole.Len() || s.Switched() != "next" {
			t.Fatal("the fold behind a checkpoint differs from the straight one")
		}
	})
}

func TestCheckpointDamaged(t *testing.T) {
	var s State
	for i, r := range busyLog(400) {
		s.Apply(int64(i), r)
	}
	var b bytes.Buffer
	if _, err := s.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	refuse := func(what string, b []byte) {
		t.Helper()
		if _, err := ReadState(bytes.NewReader(b), int64(len(b))); !errors.Is(err, ErrCheckpoint) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for n := 0; n < len(whole); n += max(1, len(whole)/200) {
		refuse(fmt.Sprintf("cut at %d", n), whole[:n])
		bad := bytes.Clone(whole)
		bad[n] ^= 0x40
		refuse(fmt.Sprintf("flipped at %d", n), bad)
	}
	refuse("longer", append(bytes.Clone(whole), 0))
	w := &shortWriter{left: len(whole) / 2}
	if _, err := s.WriteTo(w); err == nil {
		t.Error("a full disk goes unnoticed")
	}
}

type shortWriter struct{ left int }

func (w *shortWriter) Write(b []byte) (int, error) {
	if w.left -= len(b); w.left < 0 {
		return 0, errors.New("disk full")
	}
	return len(b), nil
}

func FuzzReadState(f *testing.F) {
	var s State
	for i, r := range busyLog(50) {
		s.Apply(int64(i), r)
	}
	var b bytes.Buffer
	s.WriteTo(&b)
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := ReadState(bytes.NewReader(b), int64(len(b))); err == nil {
			var again bytes.Buffer
			if s.WriteTo(&again); !bytes.Equal(again.Bytes(), b) {
				t.Fatal("another state was written than read")
			}
		}
	})
}
