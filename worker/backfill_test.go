package worker

import (
	"context"
	"errors"
	"testing"

	"github.com/segmentio/kafka-go"
	"go.uber.org/zap"

	"dateline/index"
	"dateline/worker/deadletter"
)

// send writes records to a topic's first partition.
func (b *bench) send(topic string, records ...kafka.Message) {
	b.t.Helper()
	var out []kafka.Record
	for _, m := range records {
		out = append(out, kafka.Record{Key: kafka.NewBytes(m.Key), Value: kafka.NewBytes(m.Value), Headers: m.Headers})
	}
	r, err := b.prod.Produce(context.Background(), &kafka.ProduceRequest{Topic: topic, RequiredAcks: kafka.RequireAll, Records: kafka.NewRecordReader(out...)})
	if err == nil {
		err = r.Error
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// A letter's original dies again in the backfill worker, which knows it by its
// first origin and counts; then the cause is gone and it is indexed.
func TestBackfillKeepsOriginAndCounts(t *testing.T) {
	b, s := newBench(t, 1), &memory{}
	dead := true
	s.fault = func(actions []index.Action) (index.Response, bool) {
		r := index.Response{Request: index.OK, Status: 200, Outcomes: make([]index.Outcome, len(actions))}
		for i := range r.Outcomes {
			r.Outcomes[i] = index.Outcome{Result: index.Dead, Status: 400, Reason: "mapping"}
		}
		return r, dead
	}
	live := b.start(s, newPlain(t))
	value := envelope("a", 1)
	b.send("news.raw", kafka.Message{Key: []byte("k"), Value: value, Headers: []kafka.Header{
		{Key: "h", Value: []byte("1")},
		// A live worker believes no header about an origin.
		{Key: "dateline-origin", Value: []byte("elsewhere/0/7")}, {Key: "dateline-attempt", Value: []byte("9")}}})
	until(t, "the first letter", func() bool { return len(b.letters()) == 1 })
	until(t, "its commit", func() bool { return b.committed() == 1 })
	first, ok := deadletter.Parse(&b.letters()[0])
	if !ok || first.Origin != (deadletter.Origin{Topic: "news.raw"}) || first.Attempt != 1 || len(first.Headers) != 3 {
		t.Fatalf("first letter %+v", first)
	}
	live.stop()

	back := b.backfill(s, newPlain(t))
	b.send("news.raw.backfill", first.Replay())
	until(t, "the second letter", func() bool { return len(b.letters()) == 2 })
	second, ok := deadletter.Parse(&b.letters()[1])
	if !ok || second.Origin != first.Origin || second.Attempt != 2 || string(second.Value) != string(value) || len(second.Headers) != 3 {
		t.Fatalf("second letter %+v", second)
	}
	s.mu.Lock()
	dead = false
	s.mu.Unlock()
	b.send("news.raw.backfill", second.Replay(), second.Replay())
	until(t, "all settled", func() bool { return back.Counts().Settled[Indexed]+back.Counts().Settled[Stale] == 2 })
	if c := back.Counts(); !c.Balanced() || c.Settled[Indexed] != 1 || len(s.articles()) != 1 {
		t.Errorf("counts %+v, %d articles; want one indexed, one stale", c, len(s.articles()))
	}
	if c := b.committed(); c != 1 {
		t.Errorf("the live group's offset is %d after the backfill, want 1", c)
	}
}

// While live records wait, the backfill worker asks for nothing.
func TestBackfillYieldsToLiveWork(t *testing.T) {
	b, s := newBench(t, 1), &memory{}
	b.cfg.Worker.BackfillLag = 10
	b.produce(envelopes(20)...) // and no live worker
	b.send("news.raw.backfill", kafka.Message{Value: envelope("old", 1)})
	back := b.backfill(s, newPlain(t))
	until(t, "the pause", func() bool { st := back.Status().Backfill; return st.Paused && st.LiveLag == 20 })
	until(t, "the group", func() bool { joined, rings := back.group.state(); return joined && len(rings) == 1 })
	back.health.watch()
	if c := back.Counts(); c.Consumed != 0 {
		t.Fatalf("%d records were read behind 20 live ones", c.Consumed)
	}
	live := b.start(s, newPlain(t))
	until(t, "live commits", func() bool { return b.committed() == 20 })
	live.stop()
	back.group.yield.look(context.Background()) // does not wait its five seconds
	until(t, "the backfill", func() bool { return back.Counts().Settled[Indexed] == 1 })
	if st := back.Status().Backfill; st.Paused || st.LiveLag != 0 {
		t.Errorf("status %+v after the live group caught up", st)
	}
}

func TestYieldPausesWhenItCannotLook(t *testing.T) {
	lag, err := int64(0), error(nil)
	y := newYield(func(context.Context) (int64, error) { return lag, err }, 5, zap.NewNop())
	paused := func() bool { return y.status().Paused }
	if !paused() {
		t.Error("not paused before the first look")
	}
	for _, step := range []struct {
		lag    int64
		err    error
		paused bool
	}{{5, nil, false}, {6, nil, true}, {6, nil, true}, {0, nil, false}, {0, errors.New("no coordinator"), true}, {0, nil, false}} {
		lag, err = step.lag, step.err
		y.look(context.Background())
		if paused() != step.paused {
			t.Errorf("lag %d, error %v: paused %v", step.lag, step.err, paused())
		}
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	lag = 6
	y.look(context.Background())
	if y.wait(ended) == nil {
		t.Error("a paused worker was let through")
	}
}
