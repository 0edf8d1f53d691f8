package index_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"dateline/index"
	"dateline/pipeline"
	"dateline/pipeline/actor"
	"dateline/pipeline/event"
	"dateline/pipeline/place"
	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// long is an article of about 7 kB with what a news story of that length has:
// a dozen actors, eight places, ten dates, six events.
func long() *pipeline.Document {
	d := news()
	d.Body = strings.Repeat("Mayor Marta Olsson said on Sunday that the bridge — “the town’s pride” — would carry 1,800 cars a day.\n\n", 66)
	d.Actors, d.Places, d.Dates, d.Events = nil, nil, nil, nil
	for i := range 12 {
		a := actor.Actor{ID: fmt.Sprintf("p:person-%d-family", i), Name: fmt.Sprintf("Person %d Family", i), Type: []string{"person", "organization"}[i%2], Country: "US",
			Path: []string{fmt.Sprintf("p:person-%d-family", i)}, Confidence: 0.87}
		if i%3 == 0 {
			a.Roles = []actor.Role{{Text: "deputy mayor", Organization: "City of Duluth", Country: "US", Code: "GOV", Status: "current", Basis: "document", Span: text.Span{Start: 100, End: 112}}}
		}
		for j := range 3 {
			a.Mentions = append(a.Mentions, actor.Mention{Span: text.Span{Start: 100 * j, End: 100*j + 12}, Text: fmt.Sprintf("Person %d", i), Rule: "surname"})
		}
		d.Actors = append(d.Actors, a)
	}
	for i := range 8 {
		p := place.Place{ID: fmt.Sprintf("gn:50247%02d", i), Name: fmt.Sprintf("Town %d", i), Country: "US", Admin1: "US.MN", Admin2: "a2:US.MN.137", Lat: 46.78327, Lon: -92.10658, Feature: "PPL", Population: 86697,
			Path: []string{"r:north-america", "US", "US.MN", "a2:US.MN.137", fmt.Sprintf("gn:50247%02d", i)}, Kinds: []string{"event", "mention"}, Confidence: 0.91}
		for j := range 2 {
			p.Mentions = append(p.Mentions, place.Mention{Span: text.Span{Start: 200 * j, End: 200*j + 6}, Text: fmt.Sprintf("Town %d", i), Kind: "event", Form: "official"})
		}
		d.Places = append(d.Places, p)
	}
	for i := range 10 {
		d.Dates = append(d.Dates, timex.Date{Text: "Sunday", Span: text.Span{Start: 300 * i, End: 300*i + 6}, Start: fmt.Sprintf("2025-05-%02d", i+1), End: fmt.Sprintf("2025-05-%02d", i+2),
			Granularity: "day", Precision: "exact", Basis: "relative", Method: "weekday", Timex: fmt.Sprintf("2025-05-%02d", i+1), Type: "DATE", Role: "event", Anchor: "2025-05-19", Rule: "weekday.bare", Confidence: 0.9})
	}
	for i := range 6 {
		d.Events = append(d.Events, event.Event{ID: fmt.Sprint("e", i), Sentence: "Mayor Marta Olsson said on Sunday that the bridge would carry 1,800 cars a day.", Span: text.Span{Start: 300 * i, End: 300*i + 100},
			Actors: []string{d.Actors[i].ID, d.Actors[i+1].ID}, Places: []string{d.Places[i].ID}, Date: &d.Dates[i], Trigger: "said", Modality: "reported", Confidence: 0.8})
	}
	return d
}

func BenchmarkArticle(b *testing.B) {
	d := long()
	o := index.Options{Slots: 16, PlaceName: func(string) string { return "Minnesota" }}
	a, err := index.ArticleAction(d, o)
	if err != nil || !json.Valid(a.Source) {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(a.Source)))
	b.ReportMetric(float64(len(a.Source)), "B/doc")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := index.ArticleAction(d, o); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEvents(b *testing.B) {
	d := long()
	o := index.Options{Slots: 16, PlaceName: func(string) string { return "Minnesota" }}
	as, err := index.EventActions(d, o)
	if err != nil || len(as) != 6 {
		b.Fatal(len(as), err)
	}
	n := 0
	for _, a := range as {
		n += len(a.Source)
	}
	b.SetBytes(int64(n))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := index.EventActions(d, o); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMarshal is the plain way, for comparison: encoding/json of the
// document without flat copies.
func BenchmarkMarshal(b *testing.B) {
	d := long()
	out, err := json.Marshal(d)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(out)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := json.Marshal(d); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVisit(b *testing.B) {
	a, err := index.ArticleAction(long(), all)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(a.Source)))
	b.ReportAllocs()
	for b.Loop() {
		if err := index.Visit(a.Kind, a.Source, func(string, index.Type, []byte) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
