package index_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"weak"

	"dateline/index"
	"dateline/pipeline"
	"dateline/pipeline/actor"
	"dateline/pipeline/dedup"
	"dateline/pipeline/event"
	"dateline/pipeline/place"
	"dateline/pipeline/text"
	"dateline/pipeline/timex"
	"dateline/pipeline/wire"
)

var all = index.Options{Slots: index.MaxSlots, PlaceName: func(id string) string { return "name of " + id }}

func visit(t *testing.T, a index.Action) map[string]int {
	t.Helper()
	seen := map[string]int{}
	err := index.Visit(a.Kind, a.Source, func(path string, _ index.Type, _ []byte) error {
		seen[path]++
		return nil
	})
	if err != nil {
		t.Fatalf("the mapping refuses the document: %v\n%s", err, a.Source)
	}
	return seen
}

// The mapping has every field that a document can produce, and no other.
func TestMappingAndEncoderAgree(t *testing.T) {
	d := full()
	art, err := index.ArticleAction(d, all)
	if err != nil {
		t.Fatal(err)
	}
	events, err := index.EventActions(d, all)
	if err != nil || len(events) != 2 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	killed := *d
	killed.Status = wire.Withdrawn
	tomb, err := index.ArticleAction(&killed, all)
	if err != nil {
		t.Fatal(err)
	}
	slots, err := index.EventSlots(&killed, all, index.Updated, 0)
	if err != nil {
		t.Fatal(err)
	}
	// Fields that only an article's main date has, not that of an event.
	only := map[string]bool{"event_date.source": true, "event_date.lag_days": true}
	for k, as := range [][]index.Action{index.Article: {art, tomb}, index.Event: append(events, slots...)} {
		kind := index.Kind(k)
		seen := map[string]bool{}
		for _, a := range as {
			for path := range visit(t, a) {
				seen[path] = true
			}
			for path := range stored(t, a) {
				seen[path] = true
			}
		}
		var walk func(prefix string, props []index.Property)
		walk = func(prefix string, props []index.Property) {
			for _, p := range props {
				path := prefix + p.Name
				if p.Type == index.Object {
					walk(path+".", p.Sub)
				} else if !seen[path] && !(kind == index.Event && only[path]) {
					t.Errorf("kind %d: no document has the field %s", kind, path)
				}
			}
		}
		walk("", index.Mapping(kind))
	}
}

// stored finds the members of a document that Visit does not report.
func stored(t *testing.T, a index.Action) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	var walk func(prefix string, v any)
	walk = func(prefix string, v any) {
		if m, ok := v.(map[string]any); ok {
			for k, v := range m {
				if typ, ok := index.Lookup(a.Kind, prefix+k); ok && typ == index.Stored {
					found[prefix+k] = true
				} else {
					walk(prefix+k+".", v)
				}
			}
		}
	}
	var v any
	if err := json.Unmarshal(a.Source, &v); err != nil {
		t.Fatal(err)
	}
	walk("", v)
	return found
}

// What was in the document is in its JSON: decoded, it is the document again,
// but for the raw name mentions and what explanations keep, which are not
// indexed.
func TestArticleRoundTrip(t *testing.T) {
	d := full()
	a, err := index.ArticleAction(d, all)
	if err != nil {
		t.Fatal(err)
	}
	var back pipeline.Document
	if err := json.Unmarshal(a.Source, &back); err != nil {
		t.Fatal(err)
	}
	want := *d
	want.Names, want.Unsure = nil, nil
	want.Places = slices.Clone(want.Places)
	for i := range want.Places {
		want.Places[i].Rivals = nil
	}
	for i, diff := range differences("", reflect.ValueOf(want), reflect.ValueOf(back)) {
		if i < 10 {
			t.Error(diff)
		}
	}
}

// differences names the fields in which two values differ.
func differences(path string, a, b reflect.Value) []string {
	switch a.Kind() {
	case reflect.Struct:
		if t, ok := a.Interface().(time.Time); ok {
			if !t.Equal(b.Interface().(time.Time)) {
				return []string{fmt.Sprintf("%s: %v, want %v", path, b, a)}
			}
			return nil
		}
		var out []string
		for i := range a.NumField() {
			if f := a.Type().Field(i); f.IsExported() && f.Tag.Get("json") != "-" {
				out = append(out, differences(path+"."+f.Name, a.Field(i), b.Field(i))...)
			}
		}
		return out
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			if a.IsNil() != b.IsNil() {
				return []string{path + ": nil or not"}
			}
			return nil
		}
		return differences(path, a.Elem(), b.Elem())
	case reflect.Slice:
		if a.Len() != b.Len() {
			return []string{fmt.Sprintf("%s: %d elements, want %d", path, b.Len(), a.Len())}
		}
		var out []string
		for i := range a.Len() {
			out = append(out, differences(fmt.Sprintf("%s[%d]", path, i), a.Index(i), b.Index(i))...)
		}
		return out
	}
	if !reflect.DeepEqual(a.Interface(), b.Interface()) {
		return []string{fmt.Sprintf("%s: %v, want %v", path, b, a)}
	}
	return nil
}

// The same document gives the same bytes, also when others are encoded at the
// same time, and what was returned stays what it was.
func TestEncodeIsRepeatable(t *testing.T) {
	d := full()
	first, err := index.ArticleAction(d, all)
	if err != nil {
		t.Fatal(err)
	}
	keep := bytes.Clone(first.Source)
	done := make(chan error)
	for w := range 4 {
		go func() {
			other := full()
			other.Title = strings.Repeat("other ", w*100)
			for range 50 {
				a, err := index.ArticleAction(d, all)
				if err != nil || !bytes.Equal(a.Source, keep) {
					done <- fmt.Errorf("another document: %v", err)
					return
				}
				if _, err := index.ArticleAction(other, all); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if !bytes.Equal(first.Source, keep) {
		t.Error("a returned document was written over")
	}
}

// decode reads a document into maps.
func decode(t *testing.T, a index.Action) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(a.Source, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// at finds a value by path, as JSON.
func at(m map[string]any, path string) string {
	var v any = m
	for _, k := range strings.Split(path, ".") {
		o, ok := v.(map[string]any)
		if !ok {
			return ""
		}
		v, ok = o[k]
		if !ok {
			return ""
		}
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// news is a small article with two actors, a town, a metonym and two events.
func news() *pipeline.Document {
	published := time.Date(2025, 5, 31, 23, 30, 0, 0, time.FixedZone("", -5*3600))
	day := timex.Date{Text: "Sunday", Start: "2025-05-18", End: "2025-05-19", Granularity: "day", Precision: "exact", Basis: "relative", Type: "DATE"}
	by := timex.Date{Text: "by Friday", Start: "2025-05-10", End: "2025-05-17", Granularity: "day", Precision: "on_or_before", Basis: "relative", Type: "DATE"}
	return &pipeline.Document{
		ID: strings.Repeat("0a", 16), Status: wire.Usable, Revision: 2, Version: 2, Title: "Mayor opens bridge",
		Body:      "Mayor Marta Olsson opened the bridge in Duluth on Sunday.",
		Source:    pipeline.Source{ID: "north", ItemID: "1", Format: "article", URL: "https://north.example/1"},
		Published: &published, FirstSeen: &published, Outlet: "North Wire", Authors: []string{"Ann Lee"},
		Actors: []actor.Actor{
			{ID: "p:marta-olsson", Name: "Marta Olsson", Type: "person", Country: "US", Aliases: []string{"Olsson"},
				Roles:    []actor.Role{{Text: "Mayor", Code: "GOV", Status: "current"}, {Text: "skier"}},
				Mentions: []actor.Mention{{Text: "Marta Olsson"}, {Text: "the Mayor"}}},
			{ID: "org:kremlin", Name: "Kremlin", Type: "government", Country: "RU", Parent: "cty:ru", Path: []string{"cty:ru", "org:kremlin"}},
			{ID: "gen:ru:mil", Name: "Russian soldiers", Type: "group", Path: []string{"cty:ru", "gen:ru:mil"}},
			{Name: "Nameless Co", Type: "organization"},
		},
		Places: []place.Place{
			{ID: "gn:5024719", Name: "Duluth", Country: "US", Admin1: "US.MN", Lat: 46.78, Lon: -92.1, Feature: "PPLA2",
				Path: []string{"US", "US.MN", "gn:5024719"}, Kinds: []string{"dateline", "event"},
				Mentions: []place.Mention{{Text: "DULUTH", Form: "official"}, {Text: "Duluthian", Form: "demonym"}}},
			{ID: "RU", Name: "Russia", Country: "RU", Lat: 60, Lon: 100, Feature: "PCLI", Path: []string{"RU"}, Kinds: []string{"mention"}},
			{ID: "gn:524901", Name: "Moscow", Country: "RU", Lat: 55.75, Lon: 37.61, Feature: "PPLC", Path: []string{"RU", "gn:524901"}, Kinds: []string{"metonym"}},
			{Name: "Nowhere", Feature: "PPL", Lat: math.NaN(), Kinds: []string{"mention"}},
		},
		Dates: []timex.Date{day, by, {Start: "2024", Granularity: "year"}, {Start: "2025-05-01", End: "2025-05-04", Granularity: "day"}},
		Main:  &timex.EventDate{Date: day, Day: "2025-05-18", LagDays: 13},
		Events: []event.Event{
			{ID: "e0", Sentence: "Mayor Marta Olsson opened the bridge.", Actors: []string{"p:marta-olsson", "p:unknown", "Nameless Co"}, Places: []string{"gn:5024719"}, Date: &day, Modality: "asserted", Confidence: 0.9},
			{ID: "e1", Sentence: "The Kremlin said so by Friday.", Actors: []string{"org:kremlin"}, Places: []string{"gn:524901"}, Date: &by, Modality: "reported", Confidence: 0.3},
		},
	}
}

func TestFlatFields(t *testing.T) {
	o := index.Options{Slots: 16, PlaceName: func(id string) string {
		return map[string]string{"US": "United States", "US.MN": "Minnesota", "RU": "not this one"}[id]
	}}
	a, err := index.ArticleAction(news(), o)
	if err != nil {
		t.Fatal(err)
	}
	if a.Index != "dateline-articles-2025.06" || a.ID != news().ID || a.Version != 2048 || a.Kind != index.Article {
		t.Errorf("action %+v", a)
	}
	m := decode(t, a)
	for path, want := range map[string]string{
		"doc_id":              `"` + news().ID + `"`,
		"story":               `"` + news().ID + `"`,
		"published":           `"2025-06-01T04:30:00Z"`,
		"published_month":     `"2025-06"`,
		"person":              `["Marta Olsson"]`,
		"organization":        `["Kremlin","Nameless Co"]`,
		"actor.id":            `["p:marta-olsson","org:kremlin","gen:ru:mil"]`,
		"actor.name":          `["Marta Olsson","Kremlin","Russian soldiers","Nameless Co"]`,
		"actor.path":          `["p:marta-olsson","cty:ru","org:kremlin","gen:ru:mil"]`,
		"actor.country":       `["US","RU"]`,
		"actor.role":          `["p:marta-olsson|GOV","p:marta-olsson|GOV|current"]`,
		"actor.role_code":     `["GOV"]`,
		"actor.role_text":     `["Mayor","skier"]`,
		"actor.text":          `["Marta Olsson","Olsson","the Mayor","Kremlin","Russian soldiers","Nameless Co"]`,
		"actor.label":         `["p:marta-olsson|Marta Olsson","org:kremlin|Kremlin","gen:ru:mil|Russian soldiers"]`,
		"place.id":            `["gn:5024719","RU"]`,
		"place.name":          `["Duluth","Russia","Nowhere"]`,
		"place.country":       `["US","RU"]`,
		"place.path":          `["US","US.MN","gn:5024719","RU"]`,
		"place.event_path":    `["US","US.MN","gn:5024719"]`,
		"place.dateline_path": `["US","US.MN","gn:5024719"]`,
		"place.metonym_path":  `["RU","gn:524901"]`,
		"place.text":          `["Duluth","DULUTH","United States","Minnesota","Russia","Nowhere"]`,
		"place.label":         `["US|United States","US.MN|Minnesota","gn:5024719|Duluth","RU|Russia","gn:524901|Moscow"]`,
		"place.point":         `[{"lat":46.78,"lon":-92.1}]`,
		"place.event_point":   `[{"lat":46.78,"lon":-92.1}]`,
		"mentioned_days":      `["2025-05-18","2025-05-10","2025-05-11","2025-05-12","2025-05-13","2025-05-14","2025-05-15","2025-05-16","2025-05-01","2025-05-02","2025-05-03"]`,
		"mentioned_dates":     `[{"gte":"2025-05-18T00:00:00.000Z","lt":"2025-05-19T00:00:00.000Z"},{"gte":"2025-05-10T00:00:00.000Z","lt":"2025-05-17T00:00:00.000Z"},{"gte":"2025-05-01T00:00:00.000Z","lt":"2025-05-04T00:00:00.000Z"}]`,
		"event_date.day":      `"2025-05-18"`,
		"event_date.month":    `"2025-05"`,
		"event_date.range":    `{"gte":"2025-05-18T00:00:00.000Z","lt":"2025-05-19T00:00:00.000Z"}`,
		"event_date.lag_days": `13`,
		"names":               ``,
	} {
		if got := at(m, path); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", path, got, want)
		}
	}
}

func TestEventDocuments(t *testing.T) {
	d := news()
	as, err := index.EventActions(d, all)
	if err != nil || len(as) != 2 {
		t.Fatalf("%d actions, %v", len(as), err)
	}
	if a := as[1]; a.Kind != index.Event || a.Index != "dateline-events-2025.06" || a.ID != d.ID+"-01" || a.Version != 2048 {
		t.Errorf("action %+v", a)
	}
	for path, want := range map[string]string{
		"doc_id": `"` + d.ID + `-00"`, "article": `"` + d.ID + `"`, "story": `"` + d.ID + `"`, "title": `"Mayor opens bridge"`,
		"url": `"https://north.example/1"`, "sentence": `"Mayor Marta Olsson opened the bridge."`, "modality": `"asserted"`,
		"actor.id": `["p:marta-olsson","p:unknown"]`, "actor.name": `["Marta Olsson","Nameless Co"]`, "place.id": `["gn:5024719"]`,
		"event_date.day": `"2025-05-18"`, "event_date.lag_days": ``, "body": ``, "actors": ``,
	} {
		if got := at(decode(t, as[0]), path); got != want {
			t.Errorf("event 0 %s: %s, want %s", path, got, want)
		}
	}
	for path, want := range map[string]string{
		"actor.id": `["org:kremlin"]`, "person": ``, "place.id": ``, "place.metonym_path": `["RU","gn:524901"]`,
		"event_date.day": `"2025-05-16"`, // by Friday: the last day of the interval
	} {
		if got := at(decode(t, as[1]), path); got != want {
			t.Errorf("event 1 %s: %s, want %s", path, got, want)
		}
	}
}

// What tells nothing that its article does not gets no document.
func TestTelling(t *testing.T) {
	who, where, tense, own := []string{"p:a"}, []string{"gn:1"}, &timex.Date{Start: "2025-05-18", Method: "tense"}, &timex.Date{Start: "2025-05-18", Method: "weekday"}
	for name, c := range map[string]struct {
		e    event.Event
		want bool
	}{
		"actor and place":     {event.Event{Actors: who, Places: where}, true},
		"a day of its own":    {event.Event{Actors: who, Date: own}, true},
		"said on a day":       {event.Event{Actors: who, Type: "STATEMENT", Date: own}, true},
		"said to somebody":    {event.Event{Actors: who, Type: "STATEMENT", Target: who}, true},
		"what happened":       {event.Event{Places: where, Type: "DISASTER", Date: tense}, true},
		"said":                {event.Event{Actors: who, Type: "STATEMENT", Date: tense}, false},
		"an untyped verb":     {event.Event{Actors: who, Date: tense}, false},
		"untyped, no date":    {event.Event{Places: where}, false},
		"a date by its chain": {event.Event{Actors: who, Date: &timex.Date{Method: "chain"}}, false},
	} {
		if got := index.Telling(&c.e); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
		d := news()
		d.Events = []event.Event{c.e}
		as, err := index.EventActions(d, all)
		if err != nil || (len(as) == 1) != c.want {
			t.Errorf("%s: %d documents, %v", name, len(as), err)
		}
	}
}

func TestSlotsAreTheMostConfident(t *testing.T) {
	d := news()
	d.Events = nil
	for i := range 40 {
		d.Events = append(d.Events, event.Event{Sentence: fmt.Sprint("event ", i), Type: "ASSAULT", Confidence: float32((i * 7) % 40)})
	}
	o := all
	o.Slots = 3
	as, err := index.EventActions(d, o)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range as {
		got = append(got, at(decode(t, a), "sentence"))
	}
	if want := []string{`"event 17"`, `"event 28"`, `"event 39"`}; len(got) != 3 || !slices.IsSorted(got) {
		t.Errorf("%v, want three in text order like %v", got, want)
	} else {
		for _, g := range got {
			var n int
			if _, err := fmt.Sscanf(g, `"event %d"`, &n); err != nil || (n*7)%40 < 37 {
				t.Errorf("%s is not among the three most confident", g)
			}
		}
	}
	o.Slots = 0
	if as, err := index.EventActions(d, o); len(as) != 0 || err != nil {
		t.Errorf("no slots: %d actions, %v", len(as), err)
	}
}

// The seal goes out when all other slots are stored, and does not keep them in
// memory until it is stored itself.
func TestSealIsAlone(t *testing.T) {
	for _, r := range []index.Result{index.Created, index.Updated} {
		as, err := index.EventSlots(news(), all, r, 0)
		if err != nil || len(as) < 2 {
			t.Fatalf("%d slots, %v", len(as), err)
		}
		seal := as[0].Source
		var others []weak.Pointer[byte]
		for _, a := range as[1:] {
			others = append(others, weak.Make(&a.Source[0]))
		}
		as = nil
		runtime.GC()
		for i, o := range others {
			if o.Value() != nil {
				t.Errorf("result %v: the seal keeps slot %d", r, i+1)
			}
		}
		runtime.KeepAlive(seal)
	}
}

func TestEventSlots(t *testing.T) {
	own, err := index.Version(wire.Usable, news().Revision, 0)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		status string
		result index.Result
		stored int64
		used   int
		tombs  int
	}{
		"created":                {wire.Usable, index.Created, 0, 2, 0},
		"updated":                {wire.Usable, index.Updated, 0, 2, 14},
		"redelivered":            {wire.Usable, index.Stale, own, 2, 14},
		"late":                   {wire.Usable, index.Stale, own + 1, 0, 0},
		"vanished meanwhile":     {wire.Usable, index.Stale, -1, 2, 14},
		"not known":              {wire.Usable, index.Unknown, 0, 0, 0},
		"dead":                   {wire.Usable, index.Dead, 0, 0, 0},
		"held":                   {wire.Usable, index.Held, 0, 0, 0},
		"withdrawn at once":      {wire.Withdrawn, index.Created, 0, 0, 0},
		"withdrawn":              {wire.Withdrawn, index.Updated, 0, 0, 16},
		"withheld":               {wire.Withheld, index.Updated, 0, 0, 16},
		"withdrawn, redelivered": {wire.Withdrawn, index.Stale, index.MaxRevision * 1024, 0, 16},
	} {
		t.Run(name, func(t *testing.T) {
			d := news()
			d.Status = c.status
			as, err := index.EventSlots(d, all, c.result, c.stored)
			if err != nil {
				t.Fatal(err)
			}
			used, tombs, ids := 0, 0, map[string]bool{}
			for _, a := range as {
				visit(t, a)
				ids[a.ID] = true
				switch m := decode(t, a); at(m, "status") {
				case `"usable"`:
					used++
				case `"unused"`, `"withdrawn"`, `"withheld"`:
					tombs++
					for _, leak := range []string{"title", "sentence", "actor", "place", "person"} {
						if at(m, leak) != "" {
							t.Errorf("a tombstone with %s", leak)
						}
					}
				}
				if v, _ := index.Version(d.Status, d.Revision, 0); a.Version != v {
					t.Errorf("version %d, the article's is %d", a.Version, v)
				}
			}
			if used != c.used || tombs != c.tombs || len(ids) != len(as) {
				t.Errorf("%d events and %d tombstones in %d slots, want %d and %d", used, tombs, len(ids), c.used, c.tombs)
			}
		})
	}
}

// A tombstone says that there was an article, not what it said.
func TestTombstone(t *testing.T) {
	for _, status := range []string{wire.Withheld, wire.Withdrawn} {
		d := full()
		d.Status = status
		a, err := index.ArticleAction(d, all)
		if err != nil {
			t.Fatal(err)
		}
		visit(t, a)
		var got []string
		for k := range decode(t, a) {
			got = append(got, k)
		}
		slices.Sort(got)
		want := []string{"doc_id", "first_seen", "id", "pipeline", "published", "reason", "received", "revision", "source", "status", "updated", "version"}
		if !slices.Equal(got, want) {
			t.Errorf("%s: fields %v, want %v", status, got, want)
		}
		if at(decode(t, a), "source.url") != "" {
			t.Error("an address often holds the headline")
		}
	}
}

func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*pipeline.Document)
		want   error
	}{
		"no id":          {func(d *pipeline.Document) { d.ID = "" }, index.ErrIdentity},
		"short id":       {func(d *pipeline.Document) { d.ID = "abc" }, index.ErrIdentity},
		"id in capitals": {func(d *pipeline.Document) { d.ID = strings.Repeat("A", 32) }, index.ErrIdentity},
		"revision":       {func(d *pipeline.Document) { d.Revision = -1 }, index.ErrIdentity},
		"body":           {func(d *pipeline.Document) { d.Body = "a\xffb" }, index.ErrText},
		"title":          {func(d *pipeline.Document) { d.Title = "caf\xc3" }, index.ErrText},
		"surrogate":      {func(d *pipeline.Document) { d.Body = "a\xed\xa0\x80b" }, index.ErrText},
	} {
		t.Run(name, func(t *testing.T) {
			d := news()
			c.change(d)
			_, err := index.ArticleAction(d, all)
			if !errors.Is(err, c.want) {
				t.Errorf("article: %v", err)
			}
			if c.want == index.ErrText && !strings.Contains(err.Error(), "at byte") {
				t.Errorf("no place in %v", err)
			}
			if _, err := index.EventActions(d, all); c.want == index.ErrIdentity && !errors.Is(err, c.want) {
				t.Errorf("events: %v", err)
			}
		})
	}
	d := news()
	d.Slug = "caf\xc3" // no span points into it
	if a, err := index.ArticleAction(d, all); err != nil || at(decode(t, a), "slug") != `"caf`+"\ufffd"+`"` {
		t.Errorf("slug: %v", err)
	}
	d.Body = "a \ufffd that was there before"
	if _, err := index.ArticleAction(d, all); err != nil {
		t.Errorf("a replacement character of the text's own: %v", err)
	}
}

// Nothing that a stage gets wrong makes a document that the mapping refuses.
func TestOddValuesFitTheMapping(t *testing.T) {
	inf, long := float32(math.Inf(1)), time.Date(12025, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, change := range map[string]func(*pipeline.Document){
		"dates": func(d *pipeline.Document) {
			d.Main.Start, d.Main.End, d.Main.Day = "yesterday", "0000-00-00", "2025-13-01"
		},
		"year 9999": func(d *pipeline.Document) {
			d.Main.Start, d.Main.End, d.Main.Day = "9999-12-31", "10000-01-01", "9999-12-31"
		},
		"backwards":  func(d *pipeline.Document) { d.Main.Start, d.Main.End = "2025-05-18", "2025-05-17" },
		"empty":      func(d *pipeline.Document) { d.Main.Start, d.Main.End = "2025-05-18", "2025-05-18" },
		"half":       func(d *pipeline.Document) { d.Main.End = "" },
		"day is not": func(d *pipeline.Document) { d.Main.Day = "2025-05-18T10:00" },
		"dateline":   func(d *pipeline.Document) { d.Dateline = &pipeline.Dateline{Raw: "DULUTH", Date: "Nov 22"} },
		"far times":  func(d *pipeline.Document) { d.Published, d.Updated, d.Embargo = &long, &long, &long },
		"points":     func(d *pipeline.Document) { d.Places[0].Lat, d.Places[0].Lon = 91, 181 },
		"confidence": func(d *pipeline.Document) { d.Main.Confidence, d.Events[0].Confidence = inf, inf },
		"containment": func(d *pipeline.Document) {
			d.Dedup = &dedup.Verdict{Containment: math.NaN(), Story: d.ID}
		},
		"numbers": func(d *pipeline.Document) {
			d.WordCount, d.Version, d.Urgency, d.Main.LagDays = 1<<40, -1<<40, 1<<40, -1<<40
		},
		"ancient": func(d *pipeline.Document) {
			d.Main.Start, d.Main.End, d.Main.Day = "0001-01-01", "0001-01-02", "0001-01-01"
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := news()
			change(d)
			a, err := index.ArticleAction(d, all)
			if err != nil {
				t.Fatal(err)
			}
			seen := visit(t, a)
			if seen["actor.id"] == 0 || seen["body"] != 1 {
				t.Error("a fault in one field cost others")
			}
			events, err := index.EventActions(d, all)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				visit(t, e)
			}
		})
	}
}

// FuzzEncode: any text comes back byte for byte, or is refused; the JSON is
// one line that the mapping accepts; spans still point at what they did.
func FuzzEncode(f *testing.F) {
	f.Add("Title", "Body \u2028 \x00 \x1b </script>", 0, 4, "1939-09-01", "Ågren")
	f.Add("\xff", "a\xed\xa0\x80", 1, 2, "10000-01-01", "\u0085\ufeff")
	f.Add("\"\\\n", "\ufffd", 0, 3, "2025-05-18T18:00", "|")
	f.Fuzz(func(t *testing.T, title, body string, start, end int, date, name string) {
		if start < 0 || end > len(body) || start > end {
			start, end = 0, len(body)
		}
		d := news()
		d.Title, d.Body = title, body
		d.Main.Start, d.Main.End, d.Main.Day = date, date+"T10:00", date
		d.Actors[0].Name, d.Actors[0].ID = name, name
		d.Actors[0].Mentions = []actor.Mention{{Span: text.Span{Start: start, End: end}, Text: body[start:end]}}
		d.Places[0].Name, d.Places[0].Path = name, []string{name, date}
		a, err := index.ArticleAction(d, all)
		if err != nil {
			if !errors.Is(err, index.ErrText) {
				t.Fatal(err)
			}
			return
		}
		if bytes.ContainsAny(a.Source, "\n\r\x00\u2028\u2029") {
			t.Error("more than one line")
		}
		if err := index.Visit(a.Kind, a.Source, func(string, index.Type, []byte) error { return nil }); err != nil {
			t.Fatal(err)
		}
		var back pipeline.Document
		if err := json.Unmarshal(a.Source, &back); err != nil {
			t.Fatal(err)
		}
		if back.Title != title || back.Body != body {
			t.Error("the text came back changed")
		}
		if m := back.Actors[0].Mentions[0]; back.Body[m.Span.Start:m.Span.End] != body[start:end] {
			t.Error("a span points elsewhere")
		}
		again, err := index.ArticleAction(d, all)
		if err != nil || !bytes.Equal(again.Source, a.Source) {
			t.Error("two documents of one")
		}
		events, err := index.EventActions(d, all)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if err := index.Visit(e.Kind, e.Source, func(string, index.Type, []byte) error { return nil }); err != nil {
				t.Fatal(err)
			}
		}
	})
}
