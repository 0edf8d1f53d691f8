package indextest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/index"
	"dateline/pipeline"
	"dateline/pipeline/wire"
)

// Open gives a test a store of its own that holds nothing, set up and ready,
// with the options under which its documents are named. The store is closed by
// the suite.
type Open func(t *testing.T) (index.Store, index.Options)

// Run checks that a store does what index.Store promises.
func Run(t *testing.T, open Open) {
	t.Run("writes", func(t *testing.T) { writes(t, open) })
	t.Run("questions", func(t *testing.T) { questions(t, open) })
}

// Language checks the English analysis of stores that have it, see
// index.Full: stems, accents, possessives.
func Language(t *testing.T, open Open) {
	t.Run("language", func(t *testing.T) { language(t, open) })
}

// store is one under test.
type store struct {
	index.Store
	o index.Options
}

func start(t *testing.T, open Open) store {
	t.Helper()
	s, o := open(t)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return store{s, withNames(o)}
}

func article(t *testing.T, d *pipeline.Document, o index.Options) index.Action {
	t.Helper()
	a, err := index.ArticleAction(d, o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// put sends actions and wants one result for each.
func (s store) put(t *testing.T, actions []index.Action, want ...index.Result) {
	t.Helper()
	r := s.Bulk(context.Background(), actions)
	if r.Request != index.OK || r.Err != nil {
		t.Fatalf("bulk: request %v, status %d, %v", r.Request, r.Status, r.Err)
	}
	if len(r.Outcomes) != len(actions) {
		t.Fatalf("%d outcomes of %d actions", len(r.Outcomes), len(actions))
	}
	for i, o := range r.Outcomes {
		if w := want[min(i, len(want)-1)]; o.Result != w {
			t.Errorf("action %d (%s): result %v (status %d, %s, %s), want %v", i, actions[i].ID, o.Result, o.Status, o.Reason, o.Detail, w)
		}
	}
}

// index writes an article and then its events, as a worker does.
func (s store) index(t *testing.T, d *pipeline.Document) index.Result {
	t.Helper()
	ctx := context.Background()
	a := article(t, d, s.o)
	r := s.Bulk(ctx, []index.Action{a})
	if r.Request != index.OK {
		t.Fatalf("article: %+v", r)
	}
	res := r.Outcomes[0].Result
	stored := int64(-1)
	if res == index.Stale {
		vs, err := s.Versions(ctx, a.Index, []string{a.ID})
		if err != nil {
			t.Fatal(err)
		}
		stored = vs[0]
	}
	events, err := index.EventSlots(d, s.o, res, stored)
	if err != nil {
		t.Fatal(err)
	}
	if r := s.Bulk(ctx, events); r.Request != index.OK {
		t.Fatalf("events: %+v", r)
	} else {
		for i, o := range r.Outcomes {
			if !o.Result.Stored() {
				t.Fatalf("event %d: %+v", i, o)
			}
		}
	}
	return res
}

// ask searches and returns the ids found, in order.
func (s store) ask(t *testing.T, q index.Query) (*index.Answer, []string) {
	t.Helper()
	if q.Now.IsZero() {
		q.Now = now
	}
	if q.Limit == 0 {
		q.Limit = 100
	}
	a, err := s.Search(context.Background(), &q)
	if err != nil {
		t.Fatalf("search %+v: %v", q, err)
	}
	var ids []string
	for _, h := range a.Hits {
		ids = append(ids, h.ID)
	}
	return a, ids
}

func (s store) refresh(t *testing.T) {
	t.Helper()
	if err := s.Refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func writes(t *testing.T, open Open) {
	s := start(t, open)
	ctx := context.Background()
	if err := s.Health(ctx); err != nil {
		t.Fatalf("health: %v", err)
	}
	t.Run("setup again", func(t *testing.T) {
		if _, err := s.Setup(ctx); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("empty", func(t *testing.T) {
		if r := s.Bulk(ctx, nil); r.Request != index.OK || len(r.Outcomes) != 0 {
			t.Errorf("no actions: %+v", r)
		}
		if a, _ := s.ask(t, index.Query{}); a.Total != 0 {
			t.Errorf("an empty store found %d", a.Total)
		}
		vs, err := s.Versions(ctx, s.o.ArticlesAlias()+"-2031.01", []string{id(1)})
		if err != nil || !slices.Equal(vs, []int64{-1}) {
			t.Errorf("versions in an index that is not there: %v, %v", vs, err)
		}
		if has, err := s.HasEvents(ctx); has || err != nil {
			t.Errorf("events in an empty store: %v, %v", has, err)
		}
	})
	t.Run("versions", func(t *testing.T) { versions(t, s) })
	t.Run("one bulk", func(t *testing.T) { oneBulk(t, s) })
	t.Run("tombstones", func(t *testing.T) { tombstones(t, s) })
	t.Run("slots", func(t *testing.T) { slots(t, s) })
	t.Run("malformed", func(t *testing.T) { malformed(t, s) })
	t.Run("odd input", func(t *testing.T) { oddInput(t, s) })
	t.Run("months", func(t *testing.T) { months(t, s) })
	t.Run("writers", func(t *testing.T) { writers(t, s) })
	t.Run("cancelled", func(t *testing.T) {
		gone, cancel := context.WithCancel(ctx)
		cancel()
		a := article(t, doc(990, "a", "b"), s.o)
		if r := s.Bulk(gone, []index.Action{a}); r.Request != index.Failed || r.Err == nil || len(r.Outcomes) != 1 || r.Outcomes[0].Result != index.Unknown {
			t.Errorf("bulk with an ended context: %+v", r)
		}
	})
}

// versions: a higher one replaces, an equal or lower one is stale, and what is
// stored is read in real time, without a refresh.
func versions(t *testing.T, s store) {
	d := doc(100, "first", "one")
	d.Revision = 5
	five := article(t, d, s.o)
	s.put(t, []index.Action{five}, index.Created)
	s.put(t, []index.Action{five}, index.Stale)
	d.Revision, d.Title = 4, "late"
	s.put(t, []index.Action{article(t, d, s.o)}, index.Stale)
	d.Revision, d.Title = 6, "second"
	six := article(t, d, s.o)
	s.put(t, []index.Action{six}, index.Updated)
	vs, err := s.Versions(context.Background(), six.Index, []string{six.ID, id(101), six.ID})
	if want := []int64{six.Version, -1, six.Version}; err != nil || !slices.Equal(vs, want) {
		t.Errorf("versions %v, %v; want %v", vs, err, want)
	}
	s.refresh(t)
	a, _ := s.ask(t, index.Query{IDs: []string{d.ID}})
	if a.Total != 1 || !strings.Contains(string(a.Hits[0].Source), `"title":"second"`) {
		t.Errorf("after update: %d hits: %v", a.Total, a.Hits)
	}
	got, err := s.Get(context.Background(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	var back pipeline.Document
	if err := json.Unmarshal(got, &back); err != nil || back.Title != "second" || back.ID != d.ID {
		t.Errorf("get: %v, %q", err, back.Title)
	}
	if got, err := s.Get(context.Background(), id(999)); got != nil || err != nil {
		t.Errorf("get of nothing: %s, %v", got, err)
	}
	o := s.o
	o.Epoch = 1
	s.put(t, []index.Action{article(t, d, o)}, index.Updated) // a newer enrichment of the same revision
}

// oneBulk: versions of one id inside one bulk, in any order.
func oneBulk(t *testing.T, s store) {
	var as []index.Action
	for _, rev := range []int64{2, 1, 3, 3} {
		d := doc(110, fmt.Sprint("revision ", rev), "text")
		d.Revision = rev
		as = append(as, article(t, d, s.o))
	}
	s.put(t, as, index.Created, index.Stale, index.Updated, index.Stale)
	s.refresh(t)
	if a, _ := s.ask(t, index.Query{IDs: []string{id(110)}}); a.Total != 1 || !strings.Contains(string(a.Hits[0].Source), "revision 3") {
		t.Errorf("after the bulk: %d hits", a.Total)
	}
}

// tombstones hide; withheld can come back, withdrawn cannot.
func tombstones(t *testing.T, s store) {
	visible := func() int64 {
		s.refresh(t)
		a, _ := s.ask(t, index.Query{IDs: []string{id(120)}})
		e, _ := s.ask(t, index.Query{Target: index.Events, Words: "lighthouse"})
		return a.Total*10 + e.Total
	}
	d := happened(doc(120, "Lighthouse", "The lighthouse opened."), "The lighthouse opened.", "2025-05-01", duluth, olsson)
	for _, step := range []struct {
		revision int64
		status   string
		result   index.Result
		visible  int64
	}{
		{1, wire.Usable, index.Created, 11},
		{2, wire.Withheld, index.Updated, 0},
		{1, wire.Usable, index.Stale, 0},
		{3, wire.Usable, index.Updated, 11},
		{4, wire.Withdrawn, index.Updated, 0},
		{5, wire.Usable, index.Stale, 0},
		{6, wire.Withdrawn, index.Stale, 0},
	} {
		d.Revision, d.Status = step.revision, step.status
		if r := s.index(t, d); r != step.result {
			t.Errorf("revision %d %s: %v, want %v", step.revision, step.status, r, step.result)
		}
		if n := visible(); n != step.visible {
			t.Errorf("after revision %d %s: %02d visible (articles, events), want %02d", step.revision, step.status, n, step.visible)
		}
	}
	if got, err := s.Get(context.Background(), d.ID); got != nil || err != nil {
		t.Errorf("get of a withdrawn article: %s, %v", got, err)
	}
}

// slots: whatever the order of versions and crashes, the events are those of
// the newest version.
func slots(t *testing.T, s store) {
	version := func(rev int64, sentences ...string) *pipeline.Document {
		d := doc(130, "Slots", "text")
		d.Revision = rev
		for _, x := range sentences {
			happened(d, x, "2025-05-02", duluth, olsson)
		}
		return d
	}
	found := func() string {
		s.refresh(t)
		a, _ := s.ask(t, index.Query{Target: index.Events, Words: "slotword", Sort: "published"})
		var out []string
		for _, h := range a.Hits {
			var e struct{ Sentence string }
			if err := json.Unmarshal(h.Source, &e); err != nil {
				t.Fatal(err)
			}
			out = append(out, strings.TrimPrefix(e.Sentence, "slotword "))
		}
		sort.Strings(out)
		return strings.Join(out, " ")
	}
	v1, v2, v3 := version(1, "slotword a", "slotword b", "slotword c"), version(2, "slotword d"), version(3, "slotword e", "slotword f")
	name, seal := index.Seal(v1, s.o)
	sealed := func(want int64) {
		t.Helper()
		if want >= 0 {
			v, err := index.Version(wire.Usable, want, s.o.Epoch)
			if err != nil {
				t.Fatal(err)
			}
			want = v
		}
		if got, err := s.Versions(context.Background(), name, []string{seal}); err != nil || got[0] != want {
			t.Errorf("the seal is of version %v, %v; want %d", got, err, want)
		}
	}
	sealed(-1)
	s.index(t, v1)
	if got := found(); got != "a b c" {
		t.Errorf("version 1: %q", got)
	}
	sealed(1)
	if has, err := s.HasEvents(context.Background()); !has || err != nil {
		t.Errorf("no events found after some were written: %v, %v", has, err)
	}
	s.index(t, v2)
	if got := found(); got != "d" {
		t.Errorf("version 2: %q", got)
	}
	s.index(t, v1) // late
	if got := found(); got != "d" {
		t.Errorf("after a late version 1: %q", got)
	}
	s.put(t, []index.Action{article(t, v3, s.o)}, index.Updated) // and a crash before its events
	if got := found(); got != "d" {
		t.Errorf("after a crash: %q", got)
	}
	sealed(2)
	if r := s.index(t, v3); r != index.Stale { // redelivery
		t.Errorf("redelivery: %v", r)
	}
	if got := found(); got != "e f" {
		t.Errorf("after redelivery: %q", got)
	}
	sealed(3)
}

// malformed documents are dead, alone: their neighbours in the bulk are
// stored.
func malformed(t *testing.T, s store) {
	good := article(t, doc(140, "good", "text"), s.o)
	for name, source := range map[string]string{
		"unknown field": `{"doc_id":"x","surprise":1}`,
		"bad date":      `{"doc_id":"x","published":"yesterday"}`,
		"bad number":    `{"doc_id":"x","revision":"many"}`,
		"bad boolean":   `{"doc_id":"x","dedup":{"hidden":"perhaps"}}`,
		"bad point":     `{"doc_id":"x","place":{"point":[{"lat":95.0,"lon":1}]}}`,
		"bad range":     `{"doc_id":"x","event_date":{"range":{"gte":"2025-05-02T00:00:00.000Z","lt":"2025-05-01T00:00:00.000Z"}}}`,
		"object":        `{"doc_id":{"a":"x"}}`,
		"not JSON":      `{"doc_id":`,
		"not an object": `["doc_id"]`,
	} {
		t.Run(name, func(t *testing.T) {
			bad := good
			bad.ID, bad.Source = id(141), []byte(source)
			good.ID = fmt.Sprintf("%032x", 1400+len(name))
			r := s.Bulk(context.Background(), []index.Action{good, bad})
			switch {
			case r.Request == index.OK && r.Outcomes[1].Result == index.Dead && r.Outcomes[0].Result.Stored():
				if r.Outcomes[1].Reason == "" || r.Outcomes[1].Detail == "" || len(r.Outcomes[1].Detail) > 256 {
					t.Errorf("outcome without reason or detail: %+v", r.Outcomes[1])
				}
			case r.Request == index.Bad: // the worker bisects
				if r := s.Bulk(context.Background(), []index.Action{bad}); r.Request != index.Bad {
					t.Errorf("alone: %+v", r)
				}
			default:
				t.Errorf("response %+v", r)
			}
		})
	}
}

// oddInput: whatever a text holds, it is stored, comes back byte for byte and
// is found by a word beside the oddity.
func oddInput(t *testing.T, s store) {
	for i, body := range []string{
		"zebra0 " + strings.Repeat("x", 10000),
		"zebra1 " + strings.Repeat("é", 40000),
		"zebra2 bell \a null \x00 escape \x1b delete \x7f",
		"zebra3 line separator \u2028 paragraph \u2029 done",
		"zebra4 🏳️‍🌈 👩‍👩‍👧‍👦 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
		`zebra5 "quotes" \ backslash \u0041 </script>`,
		"zebra6 \ufffe\uffff\U0010ffff \u202e right to left",
		"zebra7 \r\n\ttabs and lines\r\n",
		"zebra8 \ufeffbyte order mark",
	} {
		d := doc(150+i, fmt.Sprint("Odd ", i), body)
		d.Slug = strings.Repeat("slug", 10000)
		d.Subjects = []string{"", "\x00", strings.Repeat("ü", 5000)}
		d.Actors = append(d.Actors, who("p:"+strings.Repeat("long", 3000), strings.Repeat("Long Name ", 1000), "person", ""))
		d.Source.ItemID = "tag:\x01\n\"}{\u2028" + strings.Repeat("i", 3000)
		if r := s.index(t, d); r != index.Created {
			t.Errorf("%d: %v", i, r)
		}
		s.refresh(t)
		a, _ := s.ask(t, index.Query{Words: fmt.Sprint("zebra", i), Highlight: true})
		if a.Total != 1 {
			t.Errorf("%d: found %d", i, a.Total)
			continue
		}
		var back pipeline.Document
		if err := json.Unmarshal(a.Hits[0].Source, &back); err != nil {
			t.Errorf("%d: %v", i, err)
		} else if back.Body != body || back.Slug != d.Slug || back.Source.ItemID != d.Source.ItemID {
			t.Errorf("%d: came back changed", i)
		}
	}
}

// months: documents of several months in one bulk, and one without a date.
func months(t *testing.T, s store) {
	var as []index.Action
	seen := map[string]bool{}
	for i, month := range []time.Month{1, 2, 1} {
		d := doc(170+i, "month", "monthword")
		at := time.Date(2024, month, 1, 0, 0, 0, 0, time.UTC)
		d.FirstSeen = &at
		as = append(as, article(t, d, s.o))
	}
	d := doc(173, "month", "monthword")
	d.FirstSeen = nil
	as = append(as, article(t, d, s.o))
	for _, a := range as {
		seen[a.Index] = true
	}
	if len(seen) != 3 {
		t.Fatalf("indices %v", seen)
	}
	s.put(t, as, index.Created)
	s.refresh(t)
	if a, _ := s.ask(t, index.Query{Words: "monthword"}); a.Total != 4 {
		t.Errorf("found %d of 4", a.Total)
	}
}

// writers race with versions of the same ids; the highest one wins.
func writers(t *testing.T, s store) {
	const workers, ids, revisions = 4, 5, 12
	var wg sync.WaitGroup
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for r := range revisions {
				var as []index.Action
				for n := range ids {
					d := doc(180+n, "race", "text")
					d.Revision = int64((r*7+w*5+n)%revisions) + 1
					a, err := index.ArticleAction(d, s.o)
					if err != nil {
						t.Error(err)
						return
					}
					as = append(as, a)
				}
				res := s.Bulk(context.Background(), as)
				if res.Request != index.OK {
					t.Errorf("writer %d: %+v", w, res)
					return
				}
				for i, o := range res.Outcomes {
					if !o.Result.Stored() {
						t.Errorf("writer %d, action %d: %+v", w, i, o)
					}
				}
			}
		}()
	}
	wg.Wait()
	var names []string
	for n := range ids {
		names = append(names, id(180+n))
	}
	vs, err := s.Versions(context.Background(), article(t, doc(180, "a", "b"), s.o).Index, names)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range vs {
		if v != revisions*1024 {
			t.Errorf("document %d ended with version %d, want %d", i, v, revisions*1024)
		}
	}
	s.refresh(t)
	if a, _ := s.ask(t, index.Query{IDs: names}); a.Total != ids {
		t.Errorf("%d documents of %d", a.Total, ids)
	}
}
