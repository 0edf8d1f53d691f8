package arbiter

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap/zaptest"
	"pgregory.net/rapid"

	"dateline/pipeline/dedup"
)

// item is an article of a test: its text is that of its story.
func item(n, story int, revision int64) dedup.Record {
	w := make([]string, 120)
	for i := range w {
		w[i] = fmt.Sprintf("s%dw%d", story, i*37%120)
	}
	in := dedup.Input{SourceID: fmt.Sprint("source-", n%7), Revision: revision, Body: strings.Join(w, " ")}
	copy(in.Key[:], fmt.Sprintf("%016d", n))
	copy(in.Payload[:], fmt.Sprintf("%08d%08d", n, revision))
	return dedup.Fingerprint(in)
}

type running struct {
	*Arbiter
	stop func() error
}

func start(t testing.TB, o Options) *running {
	t.Helper()
	if o.Params == (dedup.Params{}) {
		o.Params = dedup.DefaultParams()
	}
	if testing.Verbose() {
		o.Logger = zaptest.NewLogger(t)
	}
	a := New(o)
	if err := a.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	return run(t, a)
}

func run(t testing.TB, a *Arbiter) *running {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	r := &running{a, sync.OnceValue(func() error { cancel(); return <-done })}
	t.Cleanup(func() { r.stop() })
	return r
}

// straight folds the whole log in one go.
func straight(t testing.TB, l Log) (*dedup.State, []dedup.Verdict) {
	t.Helper()
	var s dedup.State
	var out []dedup.Verdict
	first, next, _ := l.Bounds(context.Background())
	err := l.Read(context.Background(), first, next, func(o int64, b []byte) error {
		v, err := s.Fold(o, b)
		out = append(out, v)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return &s, out
}

// lossy is a log whose appends fail now and then, before or after they were
// done, and whose answers come late.
type lossy struct {
	Log
	mu  sync.Mutex
	rng *rand.Rand
}

var errLost = errors.New("answer lost")

func (l *lossy) Append(ctx context.Context, r [][]byte) (int64, time.Time, error) {
	l.mu.Lock()
	n, late := l.rng.Intn(24), time.Duration(l.rng.Intn(1000))*time.Microsecond
	l.mu.Unlock()
	if n == 0 {
		return 0, time.Time{}, errLost
	}
	base, at, err := l.Log.Append(ctx, r)
	time.Sleep(late)
	if n < 3 {
		return 0, time.Time{}, errLost
	}
	return base, at, err
}

// What workers write: a document is replaced by a higher version alone, and a
// verdict by none.
type index struct {
	mu   sync.Mutex
	docs map[string]written
}

type written struct {
	revision int64
	verdict  dedup.Verdict
}

func (x *index) put(t testing.TB, r dedup.Record, v dedup.Verdict) (fresh bool) {
	if v.Verdict == dedup.Stale {
		return false
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	v = v.Stored()
	old, ok := x.docs[string(r.Key[:])]
	switch {
	case ok && old.revision == r.Revision && old.verdict != v:
		t.Errorf("document %s revision %d: %+v, before %+v", r.Key, r.Revision, v, old.verdict)
	case ok && old.revision >= r.Revision:
		return false
	}
	x.docs[string(r.Key[:])] = written{r.Revision, v}
	return true
}

// Any number of workers, each article to one to three of them, workers that are
// killed at any step and come back, appends that are lost or done twice: all
// write the same verdicts, their folds agree, and a replay writes nothing new.
func TestWorkersAgree(t *testing.T) {
	for _, n := range []int{1, 2, 4, 8} {
		t.Run(fmt.Sprint(n, " workers"), func(t *testing.T) {
			mem := NewMemory(time.Now)
			x := &index{docs: map[string]written{}}
			rng := rand.New(rand.NewSource(int64(n)))
			var input []dedup.Record
			for i := range 200 {
				input = append(input, item(i%140, i%28, int64(1+i/140)))
			}
			queues := make([][]dedup.Record, n)
			for _, r := range input {
				for range 1 + rng.Intn(3) {
					k := rng.Intn(n)
					queues[k] = append(queues[k], r)
				}
			}
			dir := t.TempDir()
			var all sync.WaitGroup
			for k, q := range queues {
				seed := rng.Int63()
				all.Go(func() { workThrough(t, mem, dir, k, q, x, rand.New(rand.NewSource(seed))) })
			}
			all.Wait()
			whole, _ := straight(t, mem)
			a, b := start(t, Options{Log: mem, Dir: dir, Name: "w0"}), start(t, Options{Log: mem})
			// Replay from zero.
			for i := 0; i < len(input); i += 50 {
				vs, err := a.Decide(context.Background(), input[i:i+50])
				if err != nil {
					t.Fatal(err)
				}
				for k, v := range vs {
					if x.put(t, input[i+k], v) {
						t.Errorf("replay wrote %v", v)
					}
				}
			}
			b.Decide(context.Background(), input[:1])
			a.Decide(context.Background(), input[:1])
			if err := errors.Join(a.stop(), b.stop()); err != nil {
				t.Fatal(err)
			}
			// Both may have stopped before the other's last record.
			last, _ := straight(t, mem)
			for _, s := range []*dedup.State{a.state, b.state} {
				if s.Next() == last.Next() && s.Digest() != last.Digest() {
					t.Error("folds differ")
				}
			}
			if whole.Len() != 140 || len(x.docs) != 140 {
				t.Errorf("%d items, %d documents", whole.Len(), len(x.docs))
			}
			roots := map[string]int{}
			for _, w := range x.docs {
				if w.verdict.DuplicateOf == "" {
					roots[w.verdict.Story]++
				}
			}
			if len(roots) != 28 {
				t.Errorf("%d roots of 28 stories", len(roots))
			}
		})
	}
}

// workThrough is a worker that is killed now and then: before it appends, while
// it waits, before it writes, before it commits.
func workThrough(t *testing.T, mem Log, dir string, k int, q []dedup.Record, x *index, rng *rand.Rand) {
	for at := 0; at < len(q); {
		a := New(Options{Log: &lossy{Log: mem, rng: rand.New(rand.NewSource(rng.Int63()))}, Params: dedup.DefaultParams(), Dir: dir, Name: fmt.Sprint("w", k), Every: 100 * time.Millisecond})
		ctx, kill := context.WithCancel(context.Background())
		for err := a.Start(ctx); err != nil; err = a.Start(ctx) {
			if !errors.Is(err, errLost) {
				t.Error(err)
				kill()
				return
			}
		}
		var fold sync.WaitGroup
		fold.Go(func() { a.Run(ctx) })
		for range 1 + rng.Intn(3) {
			batch := q[at:min(len(q), at+1+rng.Intn(40))]
			step := rng.Intn(6)
			if step == 0 {
				after := time.Duration(rng.Intn(3000)) * time.Microsecond
				fold.Go(func() { time.Sleep(after); kill() })
			}
			vs, err := a.Decide(ctx, batch)
			if err != nil || step == 1 {
				break
			}
			for i, v := range vs {
				if step == 2 && i > len(vs)/2 {
					break
				}
				x.put(t, batch[i], v)
			}
			if step == 2 || step == 3 {
				break // killed before the commit
			}
			at += len(batch)
		}
		kill()
		fold.Wait()
	}
}

// 50 copies at once, on eight workers: one root, the lowest offset.
func TestOneRoot(t *testing.T) {
	mem := NewMemory(time.Now)
	var all sync.WaitGroup
	for k := range 8 {
		a := start(t, Options{Log: mem})
		all.Go(func() {
			for i := k; i < 50; i += 8 {
				if _, err := a.Decide(context.Background(), []dedup.Record{item(i, 1, 1)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	_, vs := straight(t, mem)
	roots := 0
	for i, v := range vs {
		if v.Verdict == dedup.Original {
			roots++
		} else if v.Verdict != "" && roots == 0 {
			t.Errorf("offset %d: %s before the root", i, v.Verdict)
		}
	}
	if roots != 1 {
		t.Errorf("%d roots", roots)
	}
}

func decide(t *testing.T, a *running, rs ...dedup.Record) []dedup.Verdict {
	t.Helper()
	v, err := a.Decide(context.Background(), rs)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVoid(t *testing.T) {
	a := start(t, Options{Log: NewMemory(nil)})
	root := item(1, 1, 1)
	decide(t, a, root)
	if err := a.Void(context.Background(), []dedup.Record{{Kind: dedup.KindVoid, Key: root.Key, Revision: 1}}); err != nil {
		t.Fatal(err)
	}
	if v := decide(t, a, item(2, 1, 1))[0]; v.Verdict != dedup.Copy || v.Hidden {
		t.Errorf("a copy of a dead letter: %+v", v)
	}
}

// A worker whose clock is a year ahead stamps with the log's time.
func TestClock(t *testing.T) {
	now := time.Now()
	mem := NewMemory(func() time.Time { return now })
	for _, skew := range []time.Duration{0, 365 * 24 * time.Hour, -365 * 24 * time.Hour} {
		a := start(t, Options{Log: mem, Now: func() time.Time { return time.Now().Add(skew) }})
		decide(t, a, item(1, 1, 1))
		a.stop()
		if d := a.state.Clock().Sub(now); d < -time.Minute || d > 2*time.Hour {
			t.Errorf("clock is off by %s with a worker off by %s", d, skew)
		}
	}
}

func TestCheckpoints(t *testing.T) {
	mem, dir := NewMemory(nil), t.TempDir()
	for round := range 5 {
		a := start(t, Options{Log: mem, Dir: dir, Name: "log"})
		for i := range 20 {
			decide(t, a, item(round*20+i, i, 1))
		}
		a.stop()
		if whole, _ := straight(t, mem); a.state.Digest() != whole.Digest() {
			t.Fatal("fold from a checkpoint differs")
		}
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(files) != keptFiles {
		t.Errorf("%d files: %v", len(files), files)
	}
	whole, _ := straight(t, mem)
	newest := New(Options{Log: mem, Dir: dir, Name: "log"}).Checkpoint()
	good, err := os.ReadFile(newest)
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(){
		"cut short":       func() { os.WriteFile(newest, good[:len(good)/2], 0o644) },
		"empty":           func() { os.WriteFile(newest, nil, 0o644) },
		"a bit flipped":   func() { b := append([]byte(nil), good...); b[len(b)/3] ^= 1; os.WriteFile(newest, b, 0o644) },
		"another program": func() { os.WriteFile(newest, []byte(strings.Repeat("not a checkpoint ", 100)), 0o644) },
	} {
		spoil()
		a := New(Options{Log: mem, Dir: dir, Name: "log", Params: dedup.DefaultParams()})
		if err := a.Start(context.Background()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if a.state.Next() != whole.Next() || a.state.Digest() != whole.Digest() {
			t.Errorf("%s: another state", name)
		}
		whole, _ = straight(t, mem)
	}
	os.WriteFile(newest, good, 0o644)

	t.Run("of a log that was made anew", func(t *testing.T) {
		other := NewMemory(nil)
		b := start(t, Options{Log: other})
		for i := range 500 {
			decide(t, b, item(i, i, 1))
		}
		b.stop()
		a := New(Options{Log: other, Dir: dir, Name: "log", Params: dedup.DefaultParams()})
		if err := a.Start(context.Background()); err != nil {
			t.Fatal(err)
		}
		if s, _ := straight(t, other); a.state.Len() != 500 || s.Len() != 500 {
			t.Errorf("%d items of another log's checkpoint", a.state.Len())
		}
	})
	t.Run("log begins behind its middle", func(t *testing.T) {
		a := start(t, Options{Log: mem, Dir: dir, Name: "log"})
		decide(t, a, item(900, 900, 1))
		a.stop()
		_, next, _ := mem.Bounds(context.Background())
		mem.Trim(next - 1)
		if err := New(Options{Log: mem, Dir: dir, Name: "log", Params: dedup.DefaultParams()}).Start(context.Background()); err != nil {
			t.Errorf("a checkpoint that reaches the trimmed log: %v", err)
		}
		_, next, _ = mem.Bounds(context.Background())
		mem.Trim(next)
		if err := New(Options{Log: mem, Dir: dir, Name: "log", Params: dedup.DefaultParams()}).Start(context.Background()); !errors.Is(err, ErrNoStart) {
			t.Errorf("nothing to start from: %v", err)
		}
	})
}

// gappy is a log that lacks one offset.
type gappy struct {
	*Memory
	gap int64
}

func (g *gappy) Read(ctx context.Context, from, until int64, fn func(int64, []byte) error) error {
	return g.Memory.Read(ctx, from, until, func(o int64, b []byte) error {
		if o == g.gap {
			return nil
		}
		return fn(o, b)
	})
}

// A log that begins with bytes of somebody else, and has more in its middle,
// stops nobody: not those that read it from there, and not those that come back
// with a checkpoint and have no digest of their own.
func TestStrayRecords(t *testing.T) {
	log := NewMemory(nil)
	ctx := context.Background()
	stray := func() {
		if _, _, err := log.Append(ctx, [][]byte{{7}}); err != nil {
			t.Fatal(err)
		}
	}
	stray()
	dir := t.TempDir()
	for k := range 3 {
		a := start(t, Options{Log: log, Dir: dir, Name: "news.fingerprints", Every: time.Nanosecond})
		v, err := a.Decide(ctx, []dedup.Record{item(2*k, 1, 1), item(2*k+1, 2+k, 1)})
		if err != nil {
			t.Fatalf("worker %d: %v", k, err)
		}
		if want := (k > 0); (v[0].DuplicateOf != "") != want || v[1].DuplicateOf != "" {
			t.Errorf("worker %d: verdicts %+v", k, v)
		}
		stray()
		if _, err := a.Decide(ctx, []dedup.Record{item(100+k, 1, 1)}); err != nil {
			t.Fatalf("worker %d behind a stray record: %v", k, err)
		}
		if err := a.stop(); err != nil {
			t.Fatalf("worker %d: %v", k, err)
		}
	}
	if s, _ := straight(t, log); s.Epoch() == "" || s.Counts().Skipped != 4 {
		t.Errorf("epoch %q, %d records skipped, want 4", s.Epoch(), s.Counts().Skipped)
	}
}

func TestStops(t *testing.T) {
	t.Run("gap", func(t *testing.T) {
		mem := NewMemory(nil)
		a := start(t, Options{Log: &gappy{mem, 3}})
		var err error
		for i := 0; err == nil && i < 20; i++ {
			_, err = a.Decide(context.Background(), []dedup.Record{item(2*i, i, 1), item(2*i+1, i, 1)})
		}
		if !errors.Is(err, dedup.ErrGap) {
			t.Errorf("got %v", err)
		}
		if err := a.stop(); !errors.Is(err, dedup.ErrGap) {
			t.Errorf("Run: %v", err)
		}
	})
	t.Run("switch", func(t *testing.T) {
		mem := NewMemory(nil)
		a := start(t, Options{Log: mem})
		decide(t, a, item(1, 1, 1))
		b, _ := (&dedup.Record{Kind: dedup.KindSwitch, Topic: "other"}).AppendBinary(nil)
		mem.Append(context.Background(), [][]byte{b})
		if _, err := a.Decide(context.Background(), []dedup.Record{item(2, 2, 1)}); !errors.Is(err, ErrSwitched) || !strings.Contains(err.Error(), "other") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("digest", func(t *testing.T) {
		mem := NewMemory(nil)
		a := start(t, Options{Log: mem})
		decide(t, a, item(1, 1, 1))
		b, _ := (&dedup.Record{Kind: dedup.KindDigest, Key: a.state.EpochID(), Revision: 0, Title: 7}).AppendBinary(nil)
		mem.Append(context.Background(), [][]byte{b})
		if _, err := a.Decide(context.Background(), []dedup.Record{item(2, 2, 1)}); !errors.Is(err, dedup.ErrDiverged) {
			t.Errorf("got %v", err)
		}
	})
}

// A running worker and one that starts later come to the same state at a REBASE
// record, though the second cannot read what lay before.
func TestRebase(t *testing.T) {
	mem := NewMemory(nil)
	a := start(t, Options{Log: mem})
	for i := range 60 {
		decide(t, a, item(i, i%10, 1))
	}
	_, from, _ := mem.Bounds(context.Background())
	for i := range 60 {
		decide(t, a, item(100+i, i%10, 1))
	}
	if _, _, err := Rebase(context.Background(), mem, dedup.DefaultParams(), from); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Rebase(context.Background(), mem, dedup.DefaultParams(), 1<<40); !errors.Is(err, ErrRange) {
		t.Errorf("from beyond the end: %v", err)
	}
	decide(t, a, item(300, 3, 1))
	mem.Trim(from)
	late := start(t, Options{Log: mem})
	v, w := decide(t, a, item(301, 3, 1)), decide(t, late, item(302, 3, 1))
	if v[0].Story != w[0].Story || v[0].Verdict != dedup.Copy {
		t.Errorf("%+v, %+v", v, w)
	}
	decide(t, a, item(303, 4, 1))
	late.stop()
	a.stop()
	if a.state.Next() == late.state.Next() && a.state.Digest() != late.state.Digest() {
		t.Error("digests differ")
	}
}

// One sequence gives the same verdicts in every form: folded directly, and
// through an arbiter in batches of any size, whatever is appended again.
func TestForms(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(rt, "n")
		var in []dedup.Record
		for range n {
			in = append(in, item(rapid.IntRange(0, 20).Draw(rt, "item"), rapid.IntRange(0, 5).Draw(rt, "story"), rapid.Int64Range(1, 3).Draw(rt, "rev")))
		}
		mem := NewMemory(nil)
		a := start(t, Options{Log: mem})
		defer a.stop()
		var got []dedup.Verdict
		for i := 0; i < n; {
			k := rapid.IntRange(1, n-i).Draw(rt, "batch")
			vs, err := a.Decide(context.Background(), in[i:i+k])
			if err != nil {
				rt.Fatal(err)
			}
			got = append(got, vs...)
			i += k
		}
		_, all := straight(t, mem)
		var want []dedup.Verdict
		for _, v := range all {
			if v.Verdict != "" {
				want = append(want, v)
			}
		}
		if !reflect.DeepEqual(got, want) {
			rt.Fatalf("got %v\nwant %v", got, want)
		}
	})
}
