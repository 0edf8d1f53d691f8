package event

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// input builds the input of an article whose actors and places are the given
// names, wherever they stand.
func input(tb testing.TB, title, body string, a timex.Anchor, actors, places map[string]string) Input {
	tb.Helper()
	var b, h text.Tokens
	b.Reset(body)
	h.Reset(title)
	in := Input{Title: &h, Body: &b, Anchor: a, Dates: timex.Resolve(nil, &h, &b, a, &timex.Scratch{})}
	for name, id := range actors {
		mentions(title, body, name, func(f text.Field, s text.Span) { in.Actors = append(in.Actors, Actor{id, f, s}) })
	}
	for name, id := range places {
		mentions(title, body, name, func(f text.Field, s text.Span) { in.Places = append(in.Places, Place{id, f, s, "mention"}) })
	}
	return in
}

func mentions(title, body, name string, yield func(text.Field, text.Span)) {
	for f, s := range map[text.Field]string{text.Title: title, text.Body: body} {
		for at := 0; ; {
			i := strings.Index(s[at:], name)
			if i < 0 {
				break
			}
			yield(f, text.Span{Start: at + i, End: at + i + len(name)})
			at += i + len(name)
		}
	}
}

func anchor(tb testing.TB, s string) timex.Anchor {
	tb.Helper()
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		tb.Fatal(err)
	}
	return timex.Anchor{Published: t}
}

// cable is the acceptance article with its actors and places.
func cable(tb testing.TB) Input {
	tb.Helper()
	b, err := os.ReadFile("../timex/testdata/cable.txt")
	if err != nil {
		tb.Fatal(err)
	}
	title, body, _ := strings.Cut(string(b), "\n")
	in := input(tb, title, body, anchor(tb, "2025-03-10T15:30:00Z"),
		map[string]string{"Saar": "p:saar", "Korpi": "p:korpi", "van Houten": "p:vanhouten", "Lindqvist": "p:lindqvist", "Volkova": "p:volkova"},
		map[string]string{"Brussels": "gn:brussels", "Turku": "gn:turku", "Tallinn": "gn:tallinn", "Riga": "gn:riga", "Kunda": "gn:kunda"})
	in.Zones = []text.Span{{Start: 0, End: strings.Index(body, "Nordic leaders")}, {Start: strings.Index(body, "O'Rourke reported from"), End: len(body)}}
	return in
}

func TestCable(t *testing.T) {
	in := cable(t)
	es := Find(in)
	has := func(what string, ok func(Event) bool) {
		t.Helper()
		if !slices.ContainsFunc(es, ok) {
			t.Errorf("no event: %s", what)
		}
	}
	has("Lindqvist speaks in Brussels", func(e Event) bool {
		return slices.Contains(e.Actors, "p:lindqvist") && slices.Contains(e.Places, "gn:brussels")
	})
	has("a summit is planned in Turku on April 4", func(e Event) bool {
		return e.Date != nil && e.Date.Start == "2025-04-04" && slices.Contains(e.Places, "gn:turku") && e.Modality == Planned
	})
	check(t, in, es)
	d := MainDate(in)
	if d.Start != "2025-03-09" || d.End != "2025-03-10" || d.Basis != "relative" || d.LagDays != 1 || d.Role != "main" {
		t.Errorf("event date %+v, want 2025-03-09, relative, a day before publication", d)
	}
	if t.Failed() {
		for _, e := range es {
			t.Logf("%s %v %v %q %s %v %s", e.ID, e.Actors, e.Places, e.Trigger, e.Modality, e.Date, e.Sentence)
		}
	}
}

// check holds what is true of every answer.
func check(tb testing.TB, in Input, es []Event) {
	tb.Helper()
	seen := map[string]bool{}
	last := float32(2)
	for _, e := range es {
		t := in.Body.Text
		if e.Field == text.Title {
			t = in.Title.Text
		}
		if e.Span.Of(t) != e.Sentence {
			tb.Errorf("%s: sentence %q is not its span", e.ID, e.Sentence)
		}
		if seen[e.ID] || e.Confidence > last || e.Confidence < 0 || e.Confidence > 1 {
			tb.Errorf("%s: twice, out of order or of confidence %v", e.ID, e.Confidence)
		}
		if len(e.Actors)+len(e.Places) == 0 || e.Trigger == "" || !strings.Contains(e.Sentence, e.Trigger) {
			tb.Errorf("%s: nobody and nowhere, or trigger %q not in it", e.ID, e.Trigger)
		}
		seen[e.ID], last = true, e.Confidence
	}
	if len(es) > MaxEvents {
		tb.Errorf("%d events, at most %d", len(es), MaxEvents)
	}
}

func TestMainDateFallback(t *testing.T) {
	tests := []struct {
		name, body         string
		a                  timex.Anchor
		source, day, start string
	}{
		{"nothing", "Nobody came.", timex.Anchor{}, Absent, "", ""},
		{"publication", "Nobody came.", anchor(t, "2025-03-10T15:30:00Z"), Publication, "2025-03-10", "2025-03-04"},
		{"dateline", "Nobody came.", timex.Anchor{Published: anchor(t, "2025-03-10T15:30:00Z").Published, Dateline: "2025-03-09"}, FromDate, "2025-03-09", "2025-03-03"},
		{"dateline too far", "Nobody came.", timex.Anchor{Published: anchor(t, "2025-03-10T15:30:00Z").Published, Dateline: "2025-01-09"}, Publication, "2025-03-10", "2025-03-04"},
		{"text", "Rebels attacked the town on Friday.", anchor(t, "2025-03-10T15:30:00Z"), Scored, "2025-03-07", "2025-03-07"},
		{"no anchor", "Rebels attacked the town on March 7, 2024.", timex.Anchor{}, Scored, "2024-03-07", "2024-03-07"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := MainDate(input(t, "", tt.body, tt.a, nil, nil))
			if d.Source != tt.source || d.Day != tt.day || d.Start != tt.start {
				t.Errorf("got %s %s from %s, want %s %s from %s", d.Source, d.Day, d.Start, tt.source, tt.day, tt.start)
			}
			if d.Source == Publication && (d.Basis != "publication" || d.Confidence > 0.5 || !slices.Contains(d.Flags, "openStart")) {
				t.Errorf("a publication day is not marked as one: %+v", d)
			}
		})
	}
}
