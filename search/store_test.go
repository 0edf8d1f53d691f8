package search

import (
	"context"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"dateline/index"
	"dateline/index/embedded"
	"dateline/internal/articles"
	"dateline/pipeline"
	"dateline/pipeline/dedup"
	"dateline/pipeline/gazetteer"
)

// now is the clock of the tests: after the bundle's last article, before the
// embargo of its sealed letters ends if they have one.
var now = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

// areas are the names of all areas and regions, which articles stand inside.
var areas = sync.OnceValue(func() map[string]string {
	g := gazetteer.Default()
	names := map[string]string{}
	for r := range gazetteer.Ref(g.Places()) {
		switch g.Feature(r) {
		case gazetteer.PPL, gazetteer.PPLA, gazetteer.PPLA2, gazetteer.PPLC, gazetteer.PPLX:
		default:
			names[g.ID(r)] = g.Name(r)
		}
	}
	return names
})

// documentOptions are as in the worker: sixteen events, names of all areas.
func documentOptions() index.Options {
	return index.Options{Slots: index.MaxSlots, PlaceName: func(id string) string { return areas()[id] }}
}

// fill reads records as a worker does and puts what they say into the store.
func fill(tb testing.TB, s index.Store, records iter.Seq[articles.Article]) {
	tb.Helper()
	p, err := pipeline.New(pipeline.Options{Version: "test"})
	if err != nil {
		tb.Fatal(err)
	}
	fold, scratch := new(dedup.State), new(pipeline.Scratch)
	opt := documentOptions()
	var batch []*pipeline.Document
	offset := int64(0)
	for a := range records {
		art, err := p.Read(a.Envelope(), scratch)
		if err != nil {
			if a.Want.Outcome != articles.Dead {
				tb.Fatalf("%s: %v", a.Name, err)
			}
			continue
		}
		v := fold.Apply(offset, p.Fingerprint(art))
		offset++
		if v.Verdict == dedup.Stale || v.Verdict == dedup.Redelivery {
			continue
		}
		if batch = append(batch, p.Enrich(art, &v, scratch)); len(batch) == 200 {
			write(tb, s, opt, batch)
			batch = batch[:0]
		}
	}
	write(tb, s, opt, batch)
}

// write stores documents and then their events, as the outcome says.
func write(tb testing.TB, s index.Store, opt index.Options, docs []*pipeline.Document) {
	tb.Helper()
	var actions []index.Action
	for _, d := range docs {
		a, err := index.ArticleAction(d, opt)
		if err != nil {
			tb.Fatalf("%s: %v", d.ID, err)
		}
		actions = append(actions, a)
	}
	outcomes := bulk(tb, s, actions)
	actions = actions[:0]
	for i, d := range docs {
		slots, err := index.EventSlots(d, opt, outcomes[i].Result, 1<<62)
		if err != nil {
			tb.Fatalf("%s: %v", d.ID, err)
		}
		actions = append(actions, slots...)
	}
	bulk(tb, s, actions)
}

func bulk(tb testing.TB, s index.Store, actions []index.Action) []index.Outcome {
	tb.Helper()
	if len(actions) == 0 {
		return nil
	}
	r := s.Bulk(context.Background(), actions)
	if r.Err != nil {
		tb.Fatal(r.Err)
	}
	for i, o := range r.Outcomes {
		if !o.Result.Stored() {
			tb.Fatalf("%s: %+v", actions[i].ID, o)
		}
	}
	return r.Outcomes
}

// open makes an embedded store that ends with the test.
func open(tb testing.TB) index.Store {
	tb.Helper()
	s, err := embedded.Open(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

// bundle is one store with the bundled articles for all tests that only read.
// TestMain closes it.
var bundle struct {
	once  sync.Once
	dir   string
	store index.Store
}

func bundled(tb testing.TB) index.Store {
	tb.Helper()
	bundle.once.Do(func() {
		s, err := embedded.Open(bundle.dir + "/bundle")
		if err != nil {
			tb.Fatal(err)
		}
		fill(tb, s, slices.Values(articles.All()))
		bundle.store = s
	})
	if bundle.store == nil {
		tb.Fatal("the bundled articles could not be stored; see the first test that failed")
	}
	return bundle.store
}
