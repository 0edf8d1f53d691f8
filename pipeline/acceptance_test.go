package pipeline_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"dateline/pipeline"
	"dateline/pipeline/text"
	"dateline/pipeline/wire"
)

// cable enriches the acceptance article as dateline enrich does.
func cable(t testing.TB) *pipeline.Document {
	t.Helper()
	data, err := os.ReadFile("testdata/cable.txt")
	if err != nil {
		t.Fatal(err)
	}
	p, err := pipeline.New(pipeline.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var s pipeline.Scratch
	a, err := p.Parse(&wire.Envelope{SourceID: "local", ItemID: "cable", Format: "text", Data: data,
		Hints: wire.Hints{Published: "2025-03-10T15:30:00Z", TZ: "Europe/Tallinn"}}, &s)
	if err != nil {
		t.Fatal(err)
	}
	return p.Enrich(a, nil, &s)
}

// wantDate is a date that must be found. Nth counts the mentions of the same
// words in title and body, from 1.
type wantDate struct {
	Text, Start, End, Granularity, Role string
	Nth                                 int
	Days                                []string
}

// expected is testdata/cable.expected.json.
type expected struct {
	First struct {
		Title   string
		Authors []string
		Outlet  string
		Credits []struct {
			Kind, Person string
			Agency       []string
		}
		PeopleInclude         []string `json:"people_include"`
		PeopleExclude         []string `json:"people_exclude"`
		PlaceCountriesInclude []string `json:"place_countries_include"`
		PlacesInclude         []string `json:"places_include"`
		Dates                 []wantDate
	}
	Full struct {
		Contributors []struct{ Name, Location string }
		OneActorEach map[string][]string `json:"one_actor_each"`
		Roles        []struct{ Actor, Text, Organization, Country, Code string }
		Orgs         []string `json:"organizations_include"`
		Metonyms     []string
		Places       []struct{ Name, Country string }
		NotPlaces    []string `json:"not_places"`
		Focus        string   `json:"focus_country"`
		Dates        []wantDate
		NotDates     []string                           `json:"not_dates"`
		EventDate    struct{ Start, End, Basis string } `json:"event_date"`
		Events       []struct {
			Actors, Places []string
			Date, Modality string
		} `json:"events_include"`
	}
}

func load(t *testing.T) (x expected) {
	t.Helper()
	data, err := os.ReadFile("testdata/cable.expected.json")
	if err == nil {
		err = json.Unmarshal(data, &x)
	}
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestAcceptance holds the document to everything that the first version
// promises.
func TestAcceptance(t *testing.T) {
	d, want := cable(t), load(t).First
	if d.Title != want.Title || d.Outlet != want.Outlet || !slices.Equal(d.Authors, want.Authors) {
		t.Errorf("title %q, outlet %q, authors %q", d.Title, d.Outlet, d.Authors)
	}
	if len(d.Credits) != len(want.Credits) {
		t.Fatalf("%d credits, want %d", len(d.Credits), len(want.Credits))
	}
	for i, c := range want.Credits {
		if g := d.Credits[i]; g.Kind != c.Kind || g.Person != c.Person || !slices.Equal(g.Agency, c.Agency) {
			t.Errorf("credit %+v, want %+v", g, c)
		}
	}
	people := map[string]bool{}
	for _, a := range d.Actors {
		if a.Type == "person" {
			people[a.Name] = true
		}
	}
	for _, n := range want.PeopleInclude {
		if !people[n] {
			t.Errorf("%s is not among the people", n)
		}
	}
	for _, n := range want.PeopleExclude {
		if people[n] {
			t.Errorf("%s made the article and is no actor of it", n)
		}
	}
	for _, cc := range want.PlaceCountriesInclude {
		if !slices.ContainsFunc(d.Places, func(p pl) bool { return p.Country == cc }) {
			t.Errorf("no place in %s", cc)
		}
	}
	for _, n := range want.PlacesInclude {
		if !slices.ContainsFunc(d.Places, func(p pl) bool { return p.Name == n }) {
			t.Errorf("place %s is missing", n)
		}
	}
	for _, w := range want.Dates {
		if err := findDate(d, w); err != nil {
			t.Error(err)
		}
	}
}

// findDate looks for a date at the nth place where the body says the words.
func findDate(d *pipeline.Document, w wantDate) error {
	at := -1
	for range max(1, w.Nth) {
		i := strings.Index(d.Body[at+1:], w.Text)
		if i < 0 {
			return fmt.Errorf("the body does not say %q %d times", w.Text, w.Nth)
		}
		at += 1 + i
	}
	words := text.Span{Start: at, End: at + len(w.Text)}
	for _, g := range d.Dates {
		if g.Field != text.Body || !g.Span.Contains(words) {
			continue
		}
		switch {
		case w.Start != "" && g.Start != w.Start, w.End != "" && g.End != w.End:
			return fmt.Errorf("%q is [%s, %s), want [%s, %s)", w.Text, g.Start, g.End, w.Start, w.End)
		case w.Granularity != "" && g.Granularity != w.Granularity:
			return fmt.Errorf("%q has granularity %s, want %s", w.Text, g.Granularity, w.Granularity)
		case w.Role != "" && g.Role != w.Role:
			return fmt.Errorf("%q has role %s, want %s", w.Text, g.Role, w.Role)
		case len(w.Days) > 0 && g.Start != w.Days[0]:
			return fmt.Errorf("%q starts %s, want the days %v", w.Text, g.Start, w.Days)
		}
		return nil
	}
	return fmt.Errorf("date %q (mention %d) was not found", w.Text, max(1, w.Nth))
}
