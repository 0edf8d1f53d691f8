package worker

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/index"
	"dateline/pipeline"
	"dateline/pipeline/event"
	"dateline/pipeline/wire"
)

// eventful are stages that give version v of an article counts[v] events.
type eventful struct {
	plain
	counts map[int64]int
}

func (e eventful) EnrichAll(dst []*pipeline.Document, articles []pipeline.Judged, s *pipeline.Scratch) []*pipeline.Document {
	from := len(dst)
	dst = e.plain.EnrichAll(dst, articles, s)
	for _, d := range dst[from:] {
		for i := range e.counts[d.Revision] {
			d.Events = append(d.Events, event.Event{Type: "ASSAULT", Sentence: fmt.Sprintf("v%d-%d", d.Revision, i)})
		}
	}
	return dst
}

// counted are the stages of most tests here: the second version has fewer
// events than the first, the third none, and the fourth one.
func counted(t *testing.T) eventful {
	return eventful{newPlain(t), map[int64]int{1: 5, 2: 3, 3: 0, 4: 1}}
}

// visible are the sentences of an article's events, by slot.
func (s *memory) visible(item string) (out []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for slot := range index.MaxSlots {
		var e struct{ Status, Sentence string }
		a, ok := s.docs[index.EventID(wire.ID("demo", item), slot)]
		if ok && json.Unmarshal(a.Source, &e) == nil && e.Status == wire.Usable {
			out = append(out, fmt.Sprintf("%d:%s", slot, e.Sentence))
		}
	}
	return out
}

// full are the events that a version of an article must have in the end.
func full(version, events int) (out []string) {
	for i := range events {
		out = append(out, fmt.Sprintf("%d:v%d-%d", i, version, i))
	}
	return out
}

// eventWrites are the slots written or tried so far, in order, and forgets them.
func (s *memory) eventWrites() (slots []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.sent {
		if a.Kind == index.Event {
			slots = append(slots, a.ID[strings.LastIndexByte(a.ID, '-')+1:])
		}
	}
	s.sent = nil
	return slots
}

func TestSealGoesLast(t *testing.T) {
	b, s := newBench(t, 1), &memory{}
	refused := 0
	s.item = func(a index.Action) (index.Outcome, bool) {
		if strings.HasSuffix(a.ID, "-03") && refused < 3 {
			refused++
			return index.Outcome{Status: 429}, true
		}
		return index.Outcome{}, false
	}
	b.produce(envelope("a", 1))
	b.start(s, counted(t))
	until(t, "settled", func() bool { return b.committed() == 1 })
	if got, want := s.visible("a"), full(1, 5); !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	writes := s.eventWrites()
	if n := len(writes); n != 5+3 || writes[n-1] != "00" || writes[n-2] != "03" {
		t.Errorf("written in the order %v; want 00 once, after all others are stored", writes)
	}
}

// What was finished before is not written again, whatever its events.
func TestRedeliveryWritesNoEvents(t *testing.T) {
	for version, events := range map[int]int{1: 5, 2: 3, 4: 1} {
		b, s := newBench(t, 1), &memory{}
		b.produce(envelope("a", version))
		w := b.start(s, counted(t))
		until(t, "first delivery", func() bool { return b.committed() == 1 })
		if n := len(s.eventWrites()); n != events {
			t.Errorf("version %d: %d event writes at first, want %d", version, n, events)
		}
		b.produce(envelope("a", version))
		until(t, "second delivery", func() bool { return b.committed() == 2 })
		if writes := s.eventWrites(); len(writes) > 0 {
			t.Errorf("version %d: delivered again, it writes %v", version, writes)
		}
		if c := w.Counts(); c.Settled[Stale] != 1 {
			t.Errorf("counts %+v", c)
		}
		w.stop()
	}
}

// Without events there is no seal, so the first redelivery clears the slots;
// it leaves a seal, and the second one writes nothing.
func TestRedeliveryWithoutEvents(t *testing.T) {
	b, s := newBench(t, 1), &memory{}
	b.start(s, counted(t))
	for i, want := range []int{0, index.MaxSlots, 0} {
		b.produce(envelope("a", 3))
		until(t, "settled", func() bool { return b.committed() == int64(i+1) })
		if n := len(s.eventWrites()); n != want {
			t.Errorf("delivery %d: %d event writes, want %d", i+1, n, want)
		}
	}
}

// TestInterruptedAnywhere ends a worker after each number of writes, in which
// an article with five events becomes one of three, and lets another go on.
func TestInterruptedAnywhere(t *testing.T) {
	for _, last := range []int{1, 2, 3} {
		for stored := 0; ; stored++ {
			b, s := newBench(t, 1), &memory{}
			b.cfg.Worker.Bulk.Docs = 3 // so that events are in several bulks
			for v := range last {
				b.produce(envelope("a", v+1))
			}
			left, cut := stored, false
			s.item = func(index.Action) (index.Outcome, bool) {
				if left--; left < 0 {
					cut = true
					return index.Outcome{Status: 503}, true
				}
				return index.Outcome{}, false
			}
			b.cfg.Kafka.DrainTimeout = time.Millisecond
			w := b.start(s, counted(t))
			until(t, "cut off or done", func() (ok bool) {
				s.change(func() { ok = cut })
				return ok || b.committed() == int64(last)
			})
			w.stop()
			s.change(func() { s.item = nil })
			w = b.start(s, counted(t))
			until(t, "settled", func() bool { return b.committed() == int64(last) })
			w.stop()
			want := full(last, counted(t).counts[int64(last)])
			if got := s.visible("a"); !slices.Equal(got, want) {
				t.Errorf("version %d, interrupted after %d writes: events %v, want %v", last, stored, got, want)
			}
			if !cut {
				break // nothing was left to be cut off
			}
		}
	}
}

// TestLateEventsOfAnOlderVersion: a worker that stood still between an article
// and its events finds every slot taken.
func TestLateEventsOfAnOlderVersion(t *testing.T) {
	b, s := newBench(t, 1), &memory{}
	stages := counted(t)
	var scratch pipeline.Scratch
	read, err := stages.Read(envelope("a", 1), &scratch)
	if err != nil {
		t.Fatal(err)
	}
	d := stages.EnrichAll(nil, []pipeline.Judged{{Article: read}}, &scratch)[0]
	opt := index.Options{Slots: index.MaxSlots}
	article, err := index.ArticleAction(d, opt)
	if err != nil {
		t.Fatal(err)
	}
	late, err := index.EventSlots(d, opt, index.Created, 0)
	if err != nil || len(late) != 5 {
		t.Fatalf("%d events, %v", len(late), err)
	}
	s.put(article)
	b.produce(envelope("a", 2))
	b.start(s, stages)
	until(t, "version 2", func() bool { return b.committed() == 1 })
	for _, a := range late {
		if o := s.put(a); o.Result != index.Stale {
			t.Errorf("%s of version 1 after version 2: %v", a.ID, o.Result)
		}
	}
	if got, want := s.visible("a"), full(2, 3); !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
}

// TestDeadEventIsMadeUpFor: an event that the store refuses makes a letter of
// its record and leaves no seal, so the replayed record writes it.
func TestDeadEventIsMadeUpFor(t *testing.T) {
	for _, slot := range []string{"-00", "-02"} {
		b, s := newBench(t, 1), &memory{}
		s.item = func(a index.Action) (index.Outcome, bool) {
			return index.Outcome{Result: index.Dead, Status: 400, Reason: "mapping"}, strings.HasSuffix(a.ID, slot)
		}
		b.produce(envelope("a", 1))
		w := b.start(s, counted(t))
		until(t, "dead", func() bool { return b.committed() == 1 })
		if l := b.letters(); len(l) != 1 || header(l[0], "stage") != stageIndexEvent {
			t.Fatalf("slot %s: letters %v", slot, l)
		}
		s.change(func() { s.item = nil })
		b.produce(envelope("a", 1))
		until(t, "replayed", func() bool { return b.committed() == 2 })
		if got, want := s.visible("a"), full(1, 5); !slices.Equal(got, want) {
			t.Errorf("slot %s: events %v, want %v", slot, got, want)
		}
		w.stop()
	}
}

func TestNoEventsAtAll(t *testing.T) {
	b, s := newBench(t, 1), &memory{}
	b.cfg.Worker.EventSlots = 0
	b.produce(envelope("a", 1), envelope("a", 2), envelope("a", 2), envelope("a", 1), envelope("b", 3))
	w := b.start(s, counted(t))
	until(t, "settled", func() bool { return b.committed() == 5 })
	if writes := s.eventWrites(); len(writes) > 0 {
		t.Errorf("no events are wanted, none was there, and %v are written", writes)
	}
	if c := w.Counts(); c.Settled[Indexed]+c.Settled[Stale] != 5 || len(s.articles()) != 2 {
		t.Errorf("counts %+v, articles %v", c, s.articles())
	}
}

// Events that were written before the setting was changed go with their version.
func TestNoMoreEvents(t *testing.T) {
	b, s := newBench(t, 1), &memory{}
	b.produce(envelope("a", 1))
	w := b.start(s, counted(t))
	until(t, "version 1", func() bool { return b.committed() == 1 })
	w.stop()
	if got := s.visible("a"); len(got) != 5 {
		t.Fatalf("events %v", got)
	}
	b.cfg.Worker.EventSlots = 0
	b.produce(envelope("a", 2), envelope("a", 2))
	b.start(s, counted(t))
	until(t, "version 2", func() bool { return b.committed() == 3 })
	if got := s.visible("a"); len(got) > 0 {
		t.Errorf("events of version 1 remain: %v", got)
	}
}

// TestStoreThatCannotBeRead: nothing is settled on a guess.
func TestStoreThatCannotBeRead(t *testing.T) {
	for _, slots := range []int{0, index.MaxSlots} {
		b, s := newBench(t, 1), &memory{}
		b.cfg.Worker.EventSlots = slots
		b.produce(envelope("a", 1), envelope("a", 2), envelope("a", 2))
		s.blind = errors.New("no answer")
		w := b.start(s, counted(t))
		until(t, "the article is stored", func() bool { return s.articles()[wire.ID("demo", "a")] == 2<<10 })
		time.Sleep(200 * time.Millisecond)
		if c := w.Counts(); c.Settled[Stale] > 0 {
			t.Errorf("slots %d: settled without a look at what is stored: %+v", slots, c)
		}
		s.change(func() { s.blind = nil })
		until(t, "settled", func() bool { return b.committed() == 3 })
		want := full(2, min(3, slots))
		if got := s.visible("a"); !slices.Equal(got, want) {
			t.Errorf("slots %d: events %v, want %v", slots, got, want)
		}
		w.stop()
	}
}
