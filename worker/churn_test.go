package worker

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"dateline/index"
	"dateline/pipeline/dedup"
	"dateline/pipeline/wire"
	"dateline/worker/arbiter"
)

// mortal is a worker's way to the store until the worker dies: from then on
// nothing of it is acknowledged, though every other bulk is still written.
type mortal struct {
	*memory
	dead  atomic.Bool
	bulks atomic.Int64
}

func (m *mortal) Bulk(ctx context.Context, actions []index.Action) index.Response {
	if m.dead.Load() {
		if m.bulks.Add(1)%2 == 0 {
			m.memory.Bulk(ctx, actions)
		}
		r, _ := respond(index.Failed, 503, len(actions))
		return r
	}
	return m.memory.Bulk(ctx, actions)
}

// Workers join and leave while copies of the same stories lie on all
// partitions, and one dies between log and store: each story has one root, all
// copies point at it, every document has the verdict of a straight fold of the
// log, and all workers' folds agree.
func TestVerdictsUnderChurn(t *testing.T) {
	const stories, copies = 40, 12
	b := newBench(t, 4)
	b.cfg.Worker.Dedup.Dir = ""
	store, log, stages := &memory{}, arbiter.NewMemory(time.Now), newPlain(t)
	join := func(s index.Store) *running {
		return b.run(Options{Stages: stages, Store: s, Fingerprint: stages.Fingerprint, Fingerprints: log})
	}
	produce := func(from, to int) {
		var sent [][]byte
		for c := from; c < to; c++ {
			for s := range stories {
				sent = append(sent, told(t, fmt.Sprint("story ", s), fmt.Sprint("outlet-", c), 1, story(s), nil))
			}
		}
		b.produce(sent...)
	}
	produce(0, 4)
	first := join(store)
	until(t, "the first has begun", func() bool { return len(store.articles()) > 0 })
	last := b.cfg
	c := *b.cfg
	c.Kafka.DrainTimeout = time.Millisecond
	b.cfg = &c
	way := &mortal{memory: store}
	victim := join(way)
	b.cfg = last
	until(t, "the second has partitions", func() bool { _, rings := victim.group.state(); return len(rings) > 0 })
	way.dead.Store(true)
	produce(4, 8)
	until(t, "verdicts are lost", func() bool { return way.bulks.Load() > 1 })
	victim.stop()
	second := join(store)
	first.stop()
	produce(8, copies)
	third := join(store)
	until(t, "all is stored", func() bool { return len(store.articles()) == stories*copies })
	until(t, "all is committed", func() bool { return b.committed() == stories*copies })
	_, next, _ := log.Bounds(t.Context())
	state, verdicts := folded(t, log)
	for _, w := range []*running{second, third} {
		until(t, "a worker has folded all", func() bool { return w.desk.arbiter.Status().Next == next })
		if got, want := w.desk.arbiter.Status().Digest, fmt.Sprintf("%016x", state.Digest()); got != want {
			t.Errorf("digest %s, of a straight fold %s", got, want)
		}
	}
	again := 0
	for _, v := range verdicts {
		if v.Verdict == dedup.Redelivery {
			again++
		}
	}
	if again == 0 {
		t.Error("nothing was delivered twice")
	}
	for s := range stories {
		root := ""
		var of []string
		for c := range copies {
			source, item := fmt.Sprint("outlet-", c), fmt.Sprint("story ", s)
			a, _ := store.doc(source, item)
			var d struct{ Dedup dedup.Verdict }
			if err := json.Unmarshal(a.Source, &d); err != nil {
				t.Fatal(err)
			}
			v := d.Dedup
			if want := verdicts[v.Offset]; v.Verdict != want.Verdict || v.DuplicateOf != want.DuplicateOf || v.Hidden != want.Hidden {
				t.Errorf("%s of %s: %+v, the log says %+v", item, source, v, want)
			}
			if v.Verdict == dedup.Original {
				root += wire.ID(source, item)
			} else {
				of = append(of, v.DuplicateOf)
			}
		}
		if len(root) != 32 || len(of) != copies-1 {
			t.Errorf("story %d: roots %q, %d copies", s, root, len(of))
		}
		for _, id := range of {
			if id != root {
				t.Errorf("story %d: a copy of %s, the root is %s", s, id, root)
			}
		}
	}
}

// folded is the fold of a whole log in one go.
func folded(t *testing.T, l arbiter.Log) (*dedup.State, []dedup.Verdict) {
	t.Helper()
	var s dedup.State
	var out []dedup.Verdict
	first, next, _ := l.Bounds(t.Context())
	if err := l.Read(t.Context(), first, next, func(o int64, b []byte) error {
		v, err := s.Fold(o, b)
		out = append(out, v)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return &s, out
}
