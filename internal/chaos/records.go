//go:build unix

package chaos

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"

	"dateline/index"
	"dateline/internal/articles"
	"dateline/pipeline"
	"dateline/pipeline/wire"
)

// want is what must become of one record.
type want struct {
	id      string // of the document
	index   string
	version int64
	title   string // of the document at this version; empty if it has none
	events  int    // documents of this version's events
	reason  string // of its dead letter; then all else is empty
}

// record is one record to produce.
type record struct {
	key, value []byte
	want       want
}

// numberHeader carries a record's number from the producer to the oracle.
const numberHeader = "chaos-number"

func number(h []kafka.Header) (int, bool) {
	for _, x := range h {
		if x.Key == numberHeader {
			n, err := strconv.Atoi(string(x.Value))
			return n, err == nil
		}
	}
	return 0, false
}

// Mix is what the records of a scenario are like, in per cent of all.
type Mix struct {
	Poison    float64 // broken envelopes and payloads, each kind in turn
	Updates   float64 // a higher version of an item
	Older     float64 // a lower version than the last of an item: out of order
	Repeats   float64 // the last record of an item again
	Withdrawn float64 // a kill of an item; half of them come before the item does
	Skew      bool    // record timestamps a year late or 50 minutes early
	Large     bool    // now and then an article of half a megabyte
	Real      bool    // articles of real length instead, with a mix of their own
}

// plainMix is what most scenarios use.
var plainMix = Mix{Poison: 1, Updates: 2, Older: 2, Repeats: 2, Withdrawn: 0.5}

// item is what the generator remembers of an article.
type item struct {
	number  int
	version int64 // the last one produced
	last    record
}

// generator makes records. The same seed makes the same ones.
type generator struct {
	mix    Mix
	seed   int64
	r      *rand.Rand
	opt    index.Options
	items  []item
	next   int
	poison int
}

// recent is how many of the latest items may get another record.
const recent = 2000

// generate makes n records for documents of a prefix.
func generate(mix Mix, seed int64, n int, opt index.Options) ([]record, error) {
	if mix.Real {
		return realRecords(seed, n, opt)
	}
	g := &generator{mix: mix, seed: seed, r: rand.New(rand.NewPCG(uint64(seed), 11)), opt: opt}
	out := make([]record, 0, n)
	for len(out) < n {
		r, err := g.record()
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func (g *generator) record() (record, error) {
	p := 100 * g.r.Float64()
	take := func(share float64) bool {
		p -= share
		return p < 0
	}
	switch {
	case take(g.mix.Poison):
		return g.bad(), nil
	case len(g.items) == 0:
		return g.fresh()
	case take(g.mix.Updates):
		i := g.pick()
		g.items[i].version += 1 + g.r.Int64N(3)
		return g.again(i, g.items[i].version, wire.Usable)
	case take(g.mix.Older):
		i := g.pick()
		return g.again(i, 1+g.r.Int64N(g.items[i].version), wire.Usable)
	case take(g.mix.Repeats):
		return g.items[g.pick()].last, nil
	case take(g.mix.Withdrawn):
		if g.r.IntN(2) == 0 {
			i := g.pick()
			return g.again(i, g.items[i].version+1, wire.Withdrawn)
		}
		// The kill is there before its target: the item follows as an update
		// of something that looks older.
		i := g.add()
		return g.again(i, g.items[i].version, wire.Withdrawn)
	}
	return g.fresh()
}

// add makes a new item, at version 5, so that there are older ones.
func (g *generator) add() int {
	x := item{number: g.next, version: 5}
	g.next++
	if len(g.items) < recent {
		g.items = append(g.items, x)
		return len(g.items) - 1
	}
	i := g.pick()
	g.items[i] = x
	return i
}

func (g *generator) pick() int { return g.r.IntN(len(g.items)) }

func (g *generator) fresh() (record, error) {
	i := g.add()
	return g.again(i, g.items[i].version, wire.Usable)
}

// firstMonth is when the first items were first seen; every item adds some
// minutes, so that a run writes into several months.
var firstMonth = time.Date(2025, 1, 20, 6, 0, 0, 0, time.UTC)

// again makes a record of an item.
func (g *generator) again(i int, version int64, status string) (record, error) {
	x := &g.items[i]
	id := fmt.Sprintf("item-%d", x.number)
	seen := firstMonth.Add(time.Duration(x.number%20_000) * 7 * time.Minute)
	title := fmt.Sprintf("Report %x", uint64(g.seed)<<40^uint64(x.number)<<12^uint64(version))
	body := "By Ann Lee\n\nThe ferry left Tallinn on Monday with " + strconv.Itoa(x.number) + " passengers on board."
	if g.mix.Large && g.r.IntN(200) == 0 {
		body = string(longBody)
	}
	payload, err := json.Marshal(map[string]string{"title": title, "body": body, "published": seen.Format(time.RFC3339)})
	if err != nil {
		return record{}, err
	}
	e := wire.Envelope{SourceID: "chaos", ItemID: id, Version: version, Format: "article", Data: payload, FirstSeen: seen, ReceivedAt: seen.Add(time.Minute)}
	if status == wire.Withdrawn {
		e.Hints.Status = "canceled"
		title = ""
	}
	value, err := e.Encode()
	if err != nil {
		return record{}, err
	}
	v, err := index.Version(status, version, 0)
	if err != nil {
		return record{}, err
	}
	x.last = record{key: []byte("chaos/" + id), value: value,
		want: want{id: wire.ID("chaos", id), index: index.IndexName(index.Article, &seen, g.opt), version: v, title: title}}
	return x.last, nil
}

// longBody is half a megabyte of text.
var longBody = func() []byte {
	const line = "The ferry left Tallinn on Monday and nobody on board had seen the harbour master. "
	b := make([]byte, 0, 512<<10)
	for len(b) < 512<<10-len(line) {
		b = append(b, line...)
	}
	return b
}()

// poisons are records that can never become documents, and why.
var poisons = []struct{ value, reason string }{
	{"not json", wire.Decode},
	{`{"schema":"dateline.raw.v9"}`, wire.Decode},
	{"\x00\xff\xfe", wire.Decode},
	{`{"schema":"dateline.raw.v1","source_id":"chaos","item_id":"x","format":"morse","payload":"-- --"}`, "stage_wire"},
	{`{"schema":"dateline.raw.v1","source_id":"chaos","item_id":"x","format":"article","payload":"{}"}`, "stage_wire"},
}

// predictEvents says how many event documents the records must have, by running
// the workers' stages on them.
func predictEvents(rs []record, stages *pipeline.Pipeline, opt index.Options) error {
	var s pipeline.Scratch
	for i := range rs {
		r := &rs[i]
		if r.want.reason != "" {
			continue
		}
		a, err := stages.Read(r.value, &s)
		if err != nil {
			return fmt.Errorf("record %d: %w", i, err)
		}
		actions, err := index.EventActions(stages.Enrich(a, nil, &s), opt)
		if err != nil {
			return fmt.Errorf("record %d: %w", i, err)
		}
		r.want.events = len(actions)
	}
	return nil
}

func (g *generator) bad() record {
	p := poisons[g.poison%len(poisons)]
	g.poison++
	return record{key: []byte("poison"), value: []byte(p.value), want: want{reason: p.reason}}
}

// realRecords are the bundled and generated articles of the project, with what
// the stages without any enrichment say of their identity.
func realRecords(seed int64, n int, opt index.Options) ([]record, error) {
	stages, err := pipeline.New(pipeline.Options{Stages: []string{}})
	if err != nil {
		return nil, err
	}
	var s pipeline.Scratch
	var out []record
	for a := range articles.DefaultMix(seed, n).Articles() {
		r := record{key: []byte(articles.Key(a)), value: a.Envelope()}
		read, err := stages.Read(r.value, &s)
		switch {
		case err != nil:
			r.want.reason = "stage_wire"
			if w, ok := err.(*wire.Error); ok && (w.Reason == wire.Decode || w.Reason == wire.TooLarge) {
				r.want.reason = w.Reason
			}
		default:
			d := stages.Enrich(read, nil, &s)
			act, err := index.ArticleAction(d, opt)
			if err != nil {
				return nil, err
			}
			r.want = want{id: act.ID, index: act.Index, version: act.Version}
			if d.Status != wire.Withdrawn && d.Status != wire.Withheld {
				r.want.title = d.Title
			}
		}
		out = append(out, r)
	}
	return out, nil
}
