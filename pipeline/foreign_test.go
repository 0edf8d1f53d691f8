package pipeline_test

import (
	"slices"
	"testing"

	"dateline/pipeline"
	"dateline/pipeline/wire"
)

// TestForeign: an article in another language has what holds in any, is marked,
// and no rule for English has touched it.
func TestForeign(t *testing.T) {
	body := "HAMBURG (dpa) - Kanzlerin Maria Schmidt hat die Fähre am Donnerstag besichtigt, wie das Amt in Berlin am 12. Mai mitteilte. Sie will bis 2025-06-01 entscheiden.\n" +
		"Auch in Essen und Nice hieß es, das Unternehmen March habe im May gewonnen. Der Minister reist nach Tokyo und in die Ukraine.\n"
	p, err := pipeline.New(pipeline.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var s pipeline.Scratch
	for _, declared := range []string{"", "en", "de"} {
		a, err := p.Parse(&wire.Envelope{SourceID: "desk", ItemID: "1", Format: "text", Data: []byte("Kanzlerin besichtigt Fähre\nVon Mara Lindqvist, dpa\n" + body),
			Hints: wire.Hints{Published: "2025-05-12T15:30:00Z", Language: declared}}, &s)
		if err != nil {
			t.Fatal(err)
		}
		d := p.Enrich(a, nil, &s)
		var places []string
		for _, pl := range d.Places {
			places = append(places, pl.Name)
		}
		slices.Sort(places)
		if want := []string{"Berlin", "Hamburg", "Tokyo", "Ukraine"}; !slices.Equal(places, want) {
			t.Errorf("said to be %q: places %q, want %q", declared, places, want)
		}
		if len(d.Actors)+len(d.Events)+len(d.Names) > 0 || d.Main != nil {
			t.Errorf("said to be %q: actors %v, events %v, date %v", declared, d.Actors, d.Events, d.Main)
		}
		if len(d.Dates) != 1 || d.Dates[0].Start != "2025-06-01" {
			t.Errorf("said to be %q: dates %+v", declared, d.Dates)
		}
		if d.Language != "de" || !slices.Equal(d.Pipeline.Skipped, []string{"name", "actor", "timex", "event"}) {
			t.Errorf("said to be %q: language %s by %s, skipped %q", declared, d.Language, d.LanguageBasis, d.Pipeline.Skipped)
		}
		if !slices.Equal(d.Authors, []string{"Mara Lindqvist"}) || d.Dateline == nil || len(d.Dateline.Places) != 1 || d.Dateline.Agency != "dpa" {
			t.Errorf("said to be %q: authors %q, dateline %+v", declared, d.Authors, d.Dateline)
		}
	}
	// The scratch that read it reads English as if nothing had been.
	a, err := p.Parse(&wire.Envelope{SourceID: "desk", ItemID: "2", Format: "text", Data: []byte("Ferry leaves\nBy Ann Lee\nGDYNIA, Poland (AP) — Harbour master Bo Ek said on Thursday that the ferry had left Gdynia, and that nobody was hurt.")}, &s)
	if err != nil {
		t.Fatal(err)
	}
	if d := p.Enrich(a, nil, &s); len(d.Actors) == 0 || len(d.Dates) == 0 || d.Language != "en" || d.Pipeline.Skipped != nil {
		t.Errorf("English after it: %d actors, %d dates, %q", len(d.Actors), len(d.Dates), d.Language)
	}
	for stage, want := range map[string][]string{pipeline.Name: {"en"}, pipeline.Byline: nil, pipeline.Place: nil} {
		if got := pipeline.Languages(stage); !slices.Equal(got, want) {
			t.Errorf("%s serves %q, want %q", stage, got, want)
		}
	}
}
