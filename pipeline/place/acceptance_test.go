package place_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/name"
	"dateline/pipeline/place"
	"dateline/pipeline/text"
)

const shared = "../../../shared/data/"

// cable is the acceptance article: title, byline, credit, body and tail.
func cable(t testing.TB) place.Input {
	b, err := os.ReadFile(shared + "acceptance/cable.txt")
	if err != nil {
		t.Skipf("the acceptance article is not there: %v", err)
	}
	title, rest, _ := strings.Cut(string(b), "\n")
	_, body, _ := strings.Cut(rest, "\n") // behind the byline; the caption is text
	credit, tail := strings.Index(body, "(photo:"), strings.Index(body, "O'Rourke reported")
	in := place.Input{Title: &text.Tokens{}, Body: &text.Tokens{}, Zones: []text.Span{{Start: credit, End: strings.Index(body, "\n")}, {Start: tail, End: len(body)}}}
	in.Title.Reset(title)
	in.Body.Reset(body)
	tag(&in)
	return in
}

func tag(in *place.Input) {
	tagger := name.New()
	var s name.Scratch
	if in.Title != nil {
		in.Mentions = tagger.Tag(in.Mentions, text.Title, in.Title, &s)
	}
	in.Mentions = tagger.Tag(in.Mentions, text.Body, in.Body, &s)
}

func TestCable(t *testing.T) {
	in := cable(t)
	r := place.New(gazetteer.Default()).Link(&in)
	var want struct {
		First struct {
			Countries []string `json:"place_countries_include"`
			Places    []string `json:"places_include"`
		}
		Full struct {
			Metonyms []string
			Places   []struct{ Name, Country string }
			Not      []string `json:"not_places"`
			Focus    string   `json:"focus_country"`
		}
	}
	b, err := os.ReadFile(shared + "acceptance/cable.expected.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	countries, names, surfaces := map[string]bool{}, map[string]string{}, map[string]string{}
	for _, p := range r.Places {
		countries[p.Country] = true
		names[p.Name] = p.Country
		for _, m := range p.Mentions {
			surfaces[m.Text] = m.Kind
		}
		if testing.Verbose() {
			fmt.Println(p.ID, p.Name, p.Country, p.Kinds, p.Confidence, p.Mentions)
		}
	}
	for _, c := range want.First.Countries {
		if !countries[c] {
			t.Errorf("no place in %s", c)
		}
	}
	for _, n := range want.First.Places {
		if _, ok := names[n]; !ok {
			t.Errorf("place %s is missing", n)
		}
	}
	for _, p := range want.Full.Places {
		if c, ok := names[p.Name]; !ok || c != p.Country {
			t.Errorf("place %s is in %q, want %q", p.Name, c, p.Country)
		}
	}
	for _, m := range want.Full.Metonyms {
		if surfaces[m] != place.KindMetonym {
			t.Errorf("%s is %q, want a metonym", m, surfaces[m])
		}
	}
	for _, n := range want.Full.Not {
		if _, ok := surfaces[n]; ok {
			t.Errorf("%s is no place", n)
		}
	}
	if r.Focus.Country != want.Full.Focus {
		t.Errorf("focus %+v, want %s", r.Focus, want.Full.Focus)
	}
}
