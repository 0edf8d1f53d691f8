package worker

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"dateline/index"
	"dateline/pipeline"
	"dateline/pipeline/dedup"
	"dateline/pipeline/wire"
	"dateline/worker/arbiter"
)

// told is an article of a test as a wire sends it.
func told(t *testing.T, item, source string, version int, body string, change func(*wire.Envelope)) []byte {
	t.Helper()
	payload, _ := json.Marshal(map[string]string{"title": "Ferry " + item, "body": body, "published": "2025-05-19T14:03:00Z"})
	e := wire.Envelope{SourceID: source, ItemID: item, Version: int64(version), Format: "article", Data: payload,
		FirstSeen: time.Date(2025, 5, 19, 14, 0, 0, 0, time.UTC), ReceivedAt: time.Date(2025, 5, 19, 14, 5, 0, 0, time.UTC)}
	if change != nil {
		change(&e)
	}
	b, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func story(n int) string {
	w := make([]string, 150)
	for i := range w {
		w[i] = fmt.Sprintf("s%dw%d", n, i*31%150)
	}
	return strings.Join(w, " ")
}

// referring are stages that read a kill's or hold's target from its title.
type referring struct{ plain }

func (r referring) Read(v []byte, s *pipeline.Scratch) (*wire.Article, error) {
	a, err := r.plain.Read(v, s)
	if err == nil {
		a.Ref = "ref " + a.ItemID
		if i, ok := strings.CutPrefix(a.ItemID, "notice of "); ok {
			a.Target = "ref " + i
		}
	}
	return a, err
}

func (s *memory) doc(source, item string) (a index.Action, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok = s.docs[wire.ID(source, item)]
	return a, ok
}

// Two workers on one log: copies of the same seconds have one root, kills and
// holds by reference put tombstones over what they name, a replay writes
// nothing.
func TestVerdicts(t *testing.T) {
	b := newBench(t, 4)
	b.cfg.Worker.Dedup.Dir = t.TempDir()
	store, log := &memory{}, arbiter.NewMemory(time.Now)
	stages := referring{newPlain(t)}
	o := Options{Stages: stages, Store: store, Fingerprint: stages.Fingerprint, Fingerprints: log}
	workers := []*running{b.run(o), b.run(o)}
	var sent [][]byte
	for i := range 40 {
		sent = append(sent, told(t, fmt.Sprint("copy ", i), fmt.Sprint("outlet-", i), 1, story(1), nil))
	}
	killed := func(e *wire.Envelope) { e.Hints.Status = "canceled" }
	sent = append(sent, told(t, "struck", "wire", 1, story(2), nil), told(t, "held", "wire", 1, story(3), nil))
	b.produce(sent...)
	until(t, "articles are indexed", func() bool { return len(store.articles()) == 42 })
	notices := [][]byte{told(t, "notice of struck", "wire", 1, "", killed), told(t, "notice of held", "wire", 5, "", func(e *wire.Envelope) { e.Hints.Status = "withheld" }),
		told(t, "notice of late", "wire", 1, "", killed)}
	b.produce(notices...)
	until(t, "tombstones are there", func() bool {
		s, _ := store.doc("wire", "struck")
		h, _ := store.doc("wire", "held")
		return bytes.Contains(s.Source, []byte(`"status":"withdrawn"`)) && bytes.Contains(h.Source, []byte(`"status":"withheld"`))
	})
	late := told(t, "late", "wire", 1, story(4), nil)
	b.produce(late, told(t, "struck", "wire", 9, story(2), nil), told(t, "held", "wire", 3, story(3), nil))
	until(t, "the late one is a tombstone too", func() bool {
		a, ok := store.doc("wire", "late")
		return ok && bytes.Contains(a.Source, []byte(`"status":"withdrawn"`)) && !bytes.Contains(a.Source, []byte("s4w1"))
	})
	b.produce(told(t, "held", "wire", 6, story(3), nil))
	until(t, "the hold is released", func() bool {
		a, _ := store.doc("wire", "held")
		return bytes.Contains(a.Source, []byte(`"status":"usable"`))
	})
	roots, hidden := 0, 0
	for i := range 40 {
		a, _ := store.doc(fmt.Sprint("outlet-", i), fmt.Sprint("copy ", i))
		if bytes.Contains(a.Source, []byte(`"verdict":"original"`)) {
			roots++
		}
		if bytes.Contains(a.Source, []byte(`"hidden":true`)) {
			hidden++
		}
	}
	if roots != 1 || hidden != 39 {
		t.Errorf("%d roots, %d hidden copies of 40", roots, hidden)
	}
	until(t, "all is settled", func() bool { return workers[0].Counts().InFlight == 0 && workers[1].Counts().InFlight == 0 })
	before := store.articles()
	b.produce(append(append(sent, notices...), late)...)
	until(t, "the replay is settled", func() bool {
		a, c := workers[0].Counts(), workers[1].Counts()
		// More than were sent if the second worker joined amid the first articles:
		// what the first gave up then is read again.
		return a.Consumed+c.Consumed >= int64(2*(len(sent)+len(notices)+1)+3) && a.InFlight+c.InFlight == 0
	})
	if after := store.articles(); !maps.Equal(before, after) {
		t.Errorf("the replay changed documents: %v, before %v", after, before)
	}
}

// While verdicts lie ready, a lane reads no other record: that article would only
// wait, in memory, behind those that have one.
func TestVerdictsComeFirst(t *testing.T) {
	const n = 64
	p := &pool{desk: newDesk(nil, nil, 1, nil, zap.NewNop()), in: make(chan *Record, n)}
	judged := make(map[*pending]bool, n)
	for range n {
		d := &pending{article: new(wire.Article)}
		judged[d] = true
		p.desk.out <- d
		p.in <- new(Record)
	}
	for i := range n {
		if d := p.next(t.Context(), i%2 == 0); !judged[d] {
			t.Fatalf("a record was read while %d verdicts lay ready", n-i)
		}
	}
	for i := range n {
		if d := p.next(t.Context(), i%2 == 0); d == nil || d.article != nil {
			t.Fatalf("record %d was not read: %+v", i, d)
		}
	}
}

// An article that cannot be indexed is taken back in the log before it settles:
// the next copy stays visible.
func TestVerdictOfDeadLetter(t *testing.T) {
	b := newBench(t, 1)
	b.cfg.Worker.Dedup.Dir = ""
	b.cfg.Worker.BreakerPercent = 0
	store := &memory{item: func(a index.Action) (index.Outcome, bool) {
		return index.Outcome{Result: index.Dead, Status: 400, Reason: "mapping"}, a.ID == wire.ID("outlet-0", "first")
	}}
	stages := newPlain(t)
	w := b.run(Options{Stages: stages, Store: store, Fingerprint: stages.Fingerprint, Fingerprints: arbiter.NewMemory(nil)})
	b.produce(told(t, "first", "outlet-0", 1, story(1), nil))
	until(t, "it is a dead letter", func() bool { return w.Counts().Settled[Dead] == 1 })
	b.produce(told(t, "second", "outlet-1", 1, story(1), nil), told(t, "third", "outlet-2", 1, story(9), nil))
	until(t, "the copy is stored", func() bool { return len(store.articles()) == 2 })
	a, _ := store.doc("outlet-1", "second")
	if !bytes.Contains(a.Source, []byte(`"verdict":"copy"`)) || !bytes.Contains(a.Source, []byte(`"hidden":false`)) {
		t.Errorf("a copy of a dead letter: %s", a.Source)
	}
}

// A log that two folds read differently stops the worker with a reason.
func TestVerdictsStop(t *testing.T) {
	b := newBench(t, 1)
	b.cfg.Worker.Dedup.Dir = ""
	log := arbiter.NewMemory(nil)
	stages := newPlain(t)
	l := Options{Stages: stages, Store: &memory{}, Fingerprint: stages.Fingerprint, Fingerprints: log}
	r, err := (&dedup.Record{Kind: dedup.KindSwitch, Topic: "other"}).AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	log.Append(t.Context(), [][]byte{r})
	l.Config, l.Log = b.cfg, nop
	l.Listener = listener(t)
	w, err := New(l)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "other") {
		t.Errorf("got %v", err)
	}
}

var nop = zap.NewNop()

func listener(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}
