package indextest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"dateline/index"
)

func at(day string) time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return t
}

func questions(t *testing.T, open Open) {
	s := start(t, open)
	for _, d := range corpus() {
		if r := s.index(t, d); r != index.Created {
			t.Fatalf("%s: %v", d.ID, r)
		}
	}
	s.refresh(t)
	t.Run("articles", func(t *testing.T) { articles(t, s) })
	t.Run("events", func(t *testing.T) { events(t, s) })
	t.Run("embargo", func(t *testing.T) { embargo(t, s) })
	t.Run("facets", func(t *testing.T) { facets(t, s) })
	t.Run("highlights", func(t *testing.T) { highlights(t, s) })
	t.Run("order", func(t *testing.T) { order(t, s) })
	t.Run("paging", func(t *testing.T) { paging(t, s) })
	t.Run("refused", func(t *testing.T) { refused(t, s) })
	t.Run("days", func(t *testing.T) { days(t, s) })
	t.Run("cursors", func(t *testing.T) { cursors(t, s) }) // last: it adds an article
}

// articles asks for articles; each want is a set.
func articles(t *testing.T, s store) {
	for name, c := range map[string]struct {
		q    index.Query
		want []int
	}{
		"everything":             {index.Query{}, []int{bridge, apart, abroad, baltic, war, far}},
		"with copies":            {index.Query{Copies: true}, []int{bridge, apart, abroad, baltic, copied, war, far}},
		"word":                   {index.Query{Words: "ferries"}, []int{bridge}},
		"word in any case":       {index.Query{Words: "FERRIES"}, []int{bridge}},
		"word of the title":      {index.Query{Words: "governor"}, []int{apart}},
		"all words":              {index.Query{Words: "harbour bridge"}, []int{bridge}},
		"words of both fields":   {index.Query{Words: "governor spoke"}, []int{apart}},
		"no such word":           {index.Query{Words: "harbour zeppelin"}, nil},
		"phrase":                 {index.Query{Words: `"harbour bridge"`}, []int{bridge}},
		"phrase out of order":    {index.Query{Words: `"bridge harbour"`}, nil},
		"phrase over a stop":     {index.Query{Words: `"opened the harbour"`}, []int{bridge}},
		"word in pieces":         {index.Query{Words: "multi-day"}, []int{bridge}},
		"excluded":               {index.Query{Words: "harbour -bridge"}, []int{apart, war}},
		"excluded phrase":        {index.Query{Words: `harbour -"harbour board"`}, []int{bridge, war}},
		"only excluded":          {index.Query{Words: "-harbour"}, []int{abroad, baltic, far}},
		"stop words":             {index.Query{Words: "the"}, []int{bridge, apart, abroad, baltic, war, far}},
		"signs alone":            {index.Query{Words: `"" -- ??? *`}, []int{bridge, apart, abroad, baltic, war, far}},
		"operators are words":    {index.Query{Words: "harbour AND title:bridge"}, nil},
		"actor id":               {index.Query{Actors: []string{"p:marta-olsson"}}, []int{bridge, apart}},
		"actor name":             {index.Query{Actors: []string{"Marta Olsson"}}, []int{bridge, apart}},
		"actor surname, lower":   {index.Query{Actors: []string{"olsson"}}, []int{bridge, apart}},
		"another spelling":       {index.Query{Actors: []string{"Martha Ohlson"}, Known: map[string][]string{"Martha Ohlson": {"p:marta-olsson"}}}, []int{bridge, apart}},
		"two actors":             {index.Query{Actors: []string{"olsson", "Duluth Harbour Board"}}, []int{apart}},
		"no such actor":          {index.Query{Actors: []string{"Olsson Marta"}}, nil},
		"place id":               {index.Query{Places: []string{"gn:588409"}}, []int{baltic, war, far}},
		"place name":             {index.Query{Places: []string{"tallinn"}}, []int{baltic, war, far}},
		"country finds towns":    {index.Query{Places: []string{"US"}}, []int{bridge, apart}},
		"country by name":        {index.Query{Places: []string{"United States"}}, []int{bridge, apart}},
		"province":               {index.Query{Places: []string{"US.MN"}}, []int{bridge, apart}},
		"province by name":       {index.Query{Places: []string{"minnesota"}}, []int{bridge, apart}},
		"region":                 {index.Query{Places: []string{"r:europe"}}, []int{baltic, war, far}},
		"two places":             {index.Query{Places: []string{"Duluth", "Saint Paul"}}, []int{apart}},
		"no such place":          {index.Query{Places: []string{"??"}}, nil},
		"day":                    {index.Query{From: at("2025-05-18"), To: at("2025-05-19")}, []int{bridge}},
		"from":                   {index.Query{From: at("2025-05-19")}, []int{apart, far}},
		"to is exclusive":        {index.Query{From: at("2025-05-01"), To: at("2025-05-18")}, []int{abroad}},
		"1939":                   {index.Query{From: at("1939-09-01"), To: at("1939-09-02")}, []int{war}},
		"before 1940":            {index.Query{To: at("1940-01-01")}, []int{war}},
		"2099":                   {index.Query{From: at("2099-12-31")}, []int{far}},
		"published":              {index.Query{PubFrom: time.Date(2025, 5, 20, 8, baltic, 0, 0, time.UTC), PubTo: time.Date(2025, 5, 20, 8, war+1, 0, 0, time.UTC)}, []int{baltic, war}},
		"source":                 {index.Query{Sources: []string{"sur", "other"}}, []int{abroad}},
		"outlet in any case":     {index.Query{Outlets: []string{"el sur"}}, []int{abroad}},
		"author in any case":     {index.Query{Authors: []string{"ANN LEE"}}, []int{bridge, apart, baltic, war, far}},
		"story with its copies":  {index.Query{Story: id(bridge), Copies: true}, []int{bridge, copied}},
		"story":                  {index.Query{Story: id(bridge)}, []int{bridge}},
		"ids":                    {index.Query{IDs: []string{id(war), id(far), id(killed)}}, []int{war, far}},
		"role":                   {index.Query{Roles: []string{"GOV"}}, []int{bridge, apart, abroad}},
		"role of an actor":       {index.Query{Roles: []string{"p:ruben-pena|GOV|current"}}, []int{abroad}},
		"two roles":              {index.Query{Roles: []string{"GOV", "MIL"}}, nil},
		"box":                    {index.Query{Box: &index.Box{West: -95, South: 44, East: -90, North: 47}}, []int{bridge, apart}},
		"smaller box":            {index.Query{Box: &index.Box{West: -95, South: 44, East: -92.5, North: 47}}, []int{apart}},
		"box over the date line": {index.Query{Box: &index.Box{West: 20, South: 10, East: -98, North: 60}}, []int{abroad, baltic, war, far}},
		"who, where and when":    {index.Query{Actors: []string{"olsson"}, Places: []string{"Duluth"}, From: at("2025-05-18"), To: at("2025-05-19"), Words: "bridge"}, []int{bridge}},
		"hidden are not counted": {index.Query{Words: "whales"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			a, got := s.ask(t, c.q)
			sort.Strings(got)
			var want []string
			for _, n := range c.want {
				want = append(want, id(n))
			}
			sort.Strings(want)
			if !slices.Equal(got, want) {
				t.Errorf("found %v, want %v", got, want)
			}
			if a.Total != int64(len(want)) {
				t.Errorf("total %d, want %d", a.Total, len(want))
			}
		})
	}
}

// events: actor, place and date must stand in one event. The article "apart"
// has all three, in two events: it must not be found.
func events(t *testing.T, s store) {
	for name, c := range map[string]struct {
		q    index.Query
		want []string
	}{
		"all three in one": {index.Query{Actors: []string{"p:marta-olsson"}, Places: []string{"gn:5024719"}, From: at("2025-05-18"), To: at("2025-05-19")},
			[]string{index.EventID(id(bridge), 0)}},
		"by name and country": {index.Query{Actors: []string{"Olsson"}, Places: []string{"United States"}, From: at("2025-05-18"), To: at("2025-05-19")},
			[]string{index.EventID(id(bridge), 0)}},
		"with copies": {index.Query{Actors: []string{"Olsson"}, Places: []string{"Duluth"}, Copies: true},
			[]string{index.EventID(id(bridge), 0), index.EventID(id(copied), 0)}},
		"actor and place":    {index.Query{Actors: []string{"Olsson"}, Places: []string{"Duluth"}}, []string{index.EventID(id(bridge), 0)}},
		"actor elsewhere":    {index.Query{Actors: []string{"Olsson"}, Places: []string{"Saint Paul"}}, []string{index.EventID(id(apart), 0)}},
		"second event":       {index.Query{Actors: []string{"Harbour Board"}}, []string{index.EventID(id(apart), 1)}},
		"different events":   {index.Query{Actors: []string{"Harbour Board"}, Places: []string{"Saint Paul"}}, nil},
		"words of sentence":  {index.Query{Words: "harbour bridge"}, []string{index.EventID(id(bridge), 0)}},
		"modality":           {index.Query{Actors: []string{"Peña"}, Modality: []string{"asserted", "planned"}}, []string{index.EventID(id(abroad), 0)}},
		"other modality":     {index.Query{Actors: []string{"Peña"}, Modality: []string{"denied"}}, nil},
		"tombstones, 1939":   {index.Query{To: at("1940-01-01")}, []string{index.EventID(id(war), 0)}},
		"withheld, embargo":  {index.Query{Words: "whales"}, nil},
		"one article, story": {index.Query{Story: id(apart)}, []string{index.EventID(id(apart), 0), index.EventID(id(apart), 1)}},
	} {
		t.Run(name, func(t *testing.T) {
			c.q.Target = index.Events
			a, got := s.ask(t, c.q)
			sort.Strings(got)
			if !slices.Equal(got, c.want) || a.Total != int64(len(c.want)) {
				t.Errorf("found %v (total %d), want %v", got, a.Total, c.want)
			}
			for _, h := range a.Hits {
				var e struct{ Article, Sentence, Title, URL string }
				if err := json.Unmarshal(h.Source, &e); err != nil || e.Article == "" || e.Sentence == "" || e.Title == "" || e.URL == "" {
					t.Errorf("event document %s: %v", h.Source, err)
				}
			}
		})
	}
}

// embargo: an article appears when its time has come, by the query's clock.
func embargo(t *testing.T, s store) {
	end := time.Date(2025, 6, 1, 18, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		now  time.Time
		want int64
	}{{end.Add(-time.Millisecond), 0}, {end, 1}, {end.Add(time.Hour), 1}} {
		for _, target := range []index.Target{index.Articles, index.Events} {
			if a, ids := s.ask(t, index.Query{Target: target, Words: "whales", Now: c.now}); a.Total != c.want {
				t.Errorf("target %d at %s: %d visible (%v), want %d", target, c.now, a.Total, ids, c.want)
			}
		}
	}
	// Get has the clock of the day; the embargo of 2025 has ended by then.
	if got, err := s.Get(context.Background(), id(sealed)); got != nil || err != nil {
		t.Errorf("get of an article under an embargo without an end: %s, %v", got, err)
	}
}

func facets(t *testing.T, s store) {
	a, _ := s.ask(t, index.Query{Facets: []string{"place.path", "place.country", "actor.id", "person", "organization", "outlet", "authors", "source.id", "event_date.month", "published_month"}})
	for facet, want := range map[string]string{
		"place.path":       "EE Estonia 3, EE.01 Harju 3, US United States 2, US.MN Minnesota 2, gn:5024719 Duluth 2, gn:588409 Tallinn 3, r:europe Europe 3",
		"place.country":    "EE Estonia 3, MX Mexico 1, US United States 2",
		"actor.id":         "org:duluth-harbour-board Duluth Harbour Board 1, p:marta-olsson Marta Olsson 2, p:ruben-pena Rubén Peña 1",
		"person":           "Marta Olsson 2, Rubén Peña 1",
		"organization":     "Duluth Harbour Board 1",
		"outlet":           "El Sur 1, North Wire 5",
		"authors":          "Ann Lee 5, José Núñez 1",
		"source.id":        "north 5, sur 1",
		"published_month":  "2025-05 6",
		"event_date.month": "1939-09 1, 2025-04 1, 2025-05 3, 2099-12 1",
	} {
		t.Run(facet, func(t *testing.T) {
			got := values(a.Facets[facet])
			if facet == "place.path" { // ten of eleven values fit: those with one article compete for the last places
				got = strings.Join(slices.DeleteFunc(strings.Split(got, ", "), func(v string) bool { return strings.HasSuffix(v, " 1") }), ", ")
			}
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			for i := 1; i < len(a.Facets[facet]); i++ {
				if a.Facets[facet][i].Count > a.Facets[facet][i-1].Count {
					t.Errorf("not ordered by count: %v", a.Facets[facet])
				}
			}
		})
	}
	t.Run("of a question", func(t *testing.T) {
		a, ids := s.ask(t, index.Query{Actors: []string{"Olsson"}, Facets: []string{"place.country"}, FacetSize: 1})
		if got := values(a.Facets["place.country"]); got != "US United States 2" || len(ids) != 2 {
			t.Errorf("%s, %v", got, ids)
		}
	})
	t.Run("of events", func(t *testing.T) {
		a, _ := s.ask(t, index.Query{Target: index.Events, Facets: []string{"actor.id", "modality"}})
		if got := values(a.Facets["actor.id"]); got != "org:duluth-harbour-board Duluth Harbour Board 1, p:marta-olsson Marta Olsson 2, p:ruben-pena Rubén Peña 1" {
			t.Error(got)
		}
		if got := values(a.Facets["modality"]); got != "asserted 7" {
			t.Error(got)
		}
	})
	t.Run("of nothing", func(t *testing.T) {
		a, _ := s.ask(t, index.Query{Words: "zeppelin", Facets: []string{"person"}})
		if b, ok := a.Facets["person"]; !ok || len(b) != 0 {
			t.Errorf("%v", a.Facets)
		}
	})
	t.Run("without hits", func(t *testing.T) {
		a, err := s.Search(context.Background(), &index.Query{Now: now, Facets: []string{"person"}})
		if err != nil || len(a.Hits) != 0 || a.Total != 6 || values(a.Facets["person"]) != "Marta Olsson 2, Rubén Peña 1" {
			t.Errorf("%+v, %v", a, err)
		}
	})
}

// values prints buckets in the order of their values.
func values(bs []index.Bucket) string {
	var out []string
	for _, b := range bs {
		v := b.Value
		if b.Label != "" {
			v += " " + b.Label
		}
		out = append(out, fmt.Sprint(v, " ", b.Count))
	}
	sort.Strings(out)
	return strings.Join(out, ", ")
}

func highlights(t *testing.T, s store) {
	const o, c = index.MarkOpen, index.MarkClose
	a, _ := s.ask(t, index.Query{Words: "bridge", Highlight: true})
	if len(a.Hits) != 1 {
		t.Fatalf("%d hits", len(a.Hits))
	}
	h := a.Hits[0].Highlights
	if want := []string{"Mayor opens the new harbour " + o + "bridge" + c}; !slices.Equal(h["title"], want) {
		t.Errorf("title %q, want %q", h["title"], want)
	}
	if n := len(h["body"]); n < 1 || n > 3 {
		t.Errorf("%d fragments of the body", n)
	}
	var d struct{ Body string }
	if err := json.Unmarshal(a.Hits[0].Source, &d); err != nil {
		t.Fatal(err)
	}
	for _, f := range h["body"] {
		if !strings.Contains(f, o+"bridge"+c) || len(f) > 400 {
			t.Errorf("fragment %q", f)
		}
		if plain := strings.NewReplacer(o, "", c, "").Replace(f); !strings.Contains(d.Body, plain) {
			t.Errorf("fragment is not from the text: %q", plain)
		}
	}
	if a, _ := s.ask(t, index.Query{Words: "bridge"}); len(a.Hits) == 1 && len(a.Hits[0].Highlights) > 0 {
		t.Error("highlights that nobody asked for")
	}
	a, _ = s.ask(t, index.Query{Target: index.Events, Words: "vote", Highlight: true})
	if len(a.Hits) != 1 || !slices.Equal(a.Hits[0].Highlights["sentence"], []string{"Rubén Peña won the " + o + "vote" + c + ", a café owner said."}) {
		t.Errorf("event: %+v", a.Hits)
	}
}

func order(t *testing.T, s store) {
	for sortBy, want := range map[string][]int{
		"":            {far, war, baltic, abroad, apart, bridge},
		"published":   {bridge, apart, abroad, baltic, war, far},
		"-published":  {far, war, baltic, abroad, apart, bridge},
		"-received":   {far, war, baltic, abroad, apart, bridge},
		"event_date":  {war, baltic, abroad, bridge, apart, far},
		"-event_date": {far, apart, bridge, abroad, baltic, war},
	} {
		_, got := s.ask(t, index.Query{Sort: sortBy})
		for i, n := range want {
			if i >= len(got) || got[i] != id(n) {
				t.Errorf("sort %q: %v, want %v", sortBy, got, want)
				break
			}
		}
	}
	// A word in the headline outweighs one in a longer text.
	a, got := s.ask(t, index.Query{Words: "harbour"})
	if len(got) != 3 || got[0] != id(bridge) || a.Hits[0].Score <= a.Hits[2].Score {
		t.Errorf("relevance: %v, %v", got, a.Hits)
	}
}

func paging(t *testing.T, s store) {
	var all []string
	for page := range 4 {
		a, ids := s.ask(t, index.Query{Offset: page * 2, Limit: 2})
		if a.Total != 6 {
			t.Errorf("page %d: total %d", page, a.Total)
		}
		all = append(all, ids...)
	}
	if _, want := s.ask(t, index.Query{}); !slices.Equal(all, want) {
		t.Errorf("pages %v, want %v", all, want)
	}
}

// days: the timeline has every day once, whatever the century.
func days(t *testing.T, s store) {
	for name, c := range map[string]struct {
		q    index.Query
		want string
	}{
		"articles": {index.Query{}, "1939-09-01 1, 2025-04-02 1, 2025-05-11 1, 2025-05-18 1, 2025-05-20 1, 2099-12-31 1"},
		"events":   {index.Query{Target: index.Events}, "1939-09-01 1, 2025-04-02 1, 2025-05-11 1, 2025-05-18 2, 2025-05-20 1, 2099-12-31 1"},
		"some":     {index.Query{Actors: []string{"olsson"}, Facets: []string{"outlet"}}, "2025-05-18 1, 2025-05-20 1"},
	} {
		t.Run(name, func(t *testing.T) {
			c.q.Days = true
			a, _ := s.ask(t, c.q)
			var got []string
			for _, b := range a.Days {
				got = append(got, fmt.Sprint(b.Value, " ", b.Count))
			}
			if strings.Join(got, ", ") != c.want || len(a.Facets) != len(c.q.Facets) {
				t.Errorf("got %v with %d facets, want %s", got, len(a.Facets), c.want)
			}
		})
	}
}

// cursors: page after page, each behind the last hit of the one before, is the
// whole answer in its order, documents without the sort field and ties
// included.
func cursors(t *testing.T, s store) {
	s.index(t, doc(corpusSize+1, "Nothing happened in the harbour", "No day is named, and no bridge."))
	s.refresh(t)
	for _, base := range []index.Query{{}, {Words: "harbour"}, {Target: index.Events}, {Actors: []string{"nobody"}}} {
		for _, sort := range []string{"", "relevance", "published", "-published", "event_date", "-event_date", "received", "-received"} {
			q := base
			q.Sort = sort
			_, want := s.ask(t, q)
			var got []string
			for q.Limit = 2; ; {
				a, ids := s.ask(t, q)
				if a.Total != int64(len(want)) {
					t.Errorf("%+v: total %d, want %d", q, a.Total, len(want))
				}
				if len(ids) == 0 || len(got) > len(want) {
					break
				}
				got = append(got, ids...)
				q.After = a.Hits[len(a.Hits)-1].After
			}
			if !slices.Equal(got, want) {
				t.Errorf("%+v: pages %v, want %v", base, got, want)
			}
		}
	}
	for _, after := range []string{"x", "[1]", `[1,"a","b"]`, `["a","b"]`, "x y", strings.Repeat("9", 400) + " a"} {
		if _, err := s.Search(context.Background(), &index.Query{Now: now, Limit: 2, After: after}); !errors.Is(err, index.ErrQuery) {
			t.Errorf("after %.20q: %v", after, err)
		}
	}
}

// language: words match in their other forms, and names without their accents.
func language(t *testing.T, open Open) {
	s := start(t, open)
	for _, d := range corpus() {
		s.index(t, d)
	}
	s.refresh(t)
	for name, c := range map[string]struct {
		q    index.Query
		want int
	}{
		"singular of ferries":  {index.Query{Words: "ferry"}, bridge},
		"plural of vote":       {index.Query{Words: "votes"}, abroad},
		"possessive":           {index.Query{Words: "town's"}, bridge},
		"accents":              {index.Query{Words: "pena cafe"}, abroad},
		"actor":                {index.Query{Actors: []string{"Ruben Pena"}}, abroad},
		"actor's":              {index.Query{Actors: []string{"ruben pena's"}}, abroad},
		"author":               {index.Query{Authors: []string{"jose nunez"}}, abroad},
		"phrase of other form": {index.Query{Words: `"two lane of traffic"`}, bridge},
	} {
		t.Run(name, func(t *testing.T) {
			if _, got := s.ask(t, c.q); !slices.Equal(got, []string{id(c.want)}) {
				t.Errorf("found %v, want %s", got, id(c.want))
			}
		})
	}
	t.Run("names are not stemmed", func(t *testing.T) {
		if _, got := s.ask(t, index.Query{Actors: []string{"Olssons"}}); got != nil {
			t.Errorf("found %v", got)
		}
	})
	t.Run("marks", func(t *testing.T) {
		a, _ := s.ask(t, index.Query{Words: "ferry", Highlight: true})
		if len(a.Hits) != 1 || !strings.Contains(strings.Join(a.Hits[0].Highlights["body"], ""), index.MarkOpen+"ferries"+index.MarkClose) {
			t.Errorf("%v", a.Hits)
		}
	})
}

// refused questions say why, and are the asker's fault.
func refused(t *testing.T, s store) {
	for name, q := range map[string]index.Query{
		"no clock":      {Limit: 1},
		"too deep":      {Now: now, Offset: index.Window, Limit: 1},
		"negative":      {Now: now, Offset: -1},
		"facet of text": {Now: now, Facets: []string{"body"}},
		"no such facet": {Now: now, Facets: []string{"nose"}},
		"event facet":   {Now: now, Facets: []string{"modality"}},
		"no such order": {Now: now, Sort: "title"},
	} {
		if _, err := s.Search(context.Background(), &q); !errors.Is(err, index.ErrQuery) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
