package place_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"dateline/pipeline/gazetteer"
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
	if in.Title != nil {
		in.Mentions = mark(in.Mentions, text.Title, in.Title.Text)
	}
	in.Mentions = mark(in.Mentions, text.Body, in.Body.Text)
}

// names are the names of the acceptance article with their kinds, as the name
// stage should find them; all of their occurrences are marked.
var names = []struct {
	kind text.Kind
	text string
}{
	{text.PER, "Liina Saar"}, {text.PER, "Antti Korpi"}, {text.PER, "Pieter van Houten"}, {text.PER, "van Houten"}, {text.PER, "Ebba Lindqvist"},
	{text.PER, "Irina Volkova"}, {text.PER, "Kadri Mets"}, {text.PER, "Rein Kask"}, {text.PER, "Wojciech Malinowski"}, {text.PER, "Anna Reuter"},
	{text.PER, "Eva Sepp"}, {text.PER, "Marcus Holm"}, {text.PER, "O'Rourke"}, {text.PER, "Tomas Nilsen-Berg"}, {text.PER, "Saar"}, {text.PER, "Korpi"},
	{text.PER, "Lindqvist"}, {text.PER, "Volkova"}, {text.PER, "Mets"}, {text.PER, "Marten"}, {text.ORG, "Foreign Ministry"}, {text.ORG, "Border Guard"},
	{text.ORG, "NATO"}, {text.ORG, "Kremlin"}, {text.ORG, "White House"}, {text.ORG, "Elering"}, {text.FAC, "Northern Dawn"}, {text.MISC, "Estlink 2"},
	{text.LOC, "Gulf of Finland"}, {text.NORP, "Estonian"}, {text.GPE, "Estonia"}, {text.GPE, "Finland"}, {text.GPE, "Tallinn"}, {text.GPE, "Helsinki"}, {text.GPE, "Brussels"}, {text.GPE, "Sweden"},
	{text.GPE, "Russia"}, {text.GPE, "Kunda"}, {text.GPE, "Latvia"}, {text.GPE, "Lithuania"}, {text.GPE, "Washington"}, {text.GPE, "Ukraine"},
	{text.GPE, "Riga"}, {text.GPE, "Turku"}, {text.LOC, "Hiiumaa"}, {text.GPE, "Paldiski"},
	{text.NORP, "Finnish"}, {text.NORP, "Swedish"}, {text.NORP, "Polish"}, {text.NORP, "German"}, {text.NORP, "Nordic"},
}

// mark finds the names in a field; longer ones win.
func mark(ms []text.Mention, field text.Field, s string) []text.Mention {
	first := len(ms)
	for _, n := range names {
		for at := 0; ; {
			i := strings.Index(s[at:], n.text)
			if i < 0 {
				break
			}
			span := text.Span{Start: at + i, End: at + i + len(n.text)}
			at = span.End
			if !slices.ContainsFunc(ms[first:], func(m text.Mention) bool { return m.Span.Overlaps(span) }) {
				ms = append(ms, text.Mention{Field: field, Span: span, Text: n.text, Kind: n.kind, Confidence: 1})
			}
		}
	}
	slices.SortFunc(ms[first:], func(a, b text.Mention) int { return a.Span.Start - b.Span.Start })
	return ms
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
