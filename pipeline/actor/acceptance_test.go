package actor_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"dateline/pipeline/actor"
	"dateline/pipeline/gazetteer"
	"dateline/pipeline/text"
)

const shared = "../../../shared/data/"

// cable is the acceptance article with its authors and photographer.
func cable(t testing.TB) actor.Input {
	b, err := os.ReadFile(shared + "acceptance/cable.txt")
	if err != nil {
		t.Skipf("the acceptance article is not there: %v", err)
	}
	title, rest, _ := strings.Cut(string(b), "\n")
	_, body, _ := strings.Cut(rest, "\n") // behind the byline; the caption is text
	credit, tail := strings.Index(body, "(photo:"), strings.Index(body, "O'Rourke reported")
	in := actor.Input{
		Title: &text.Tokens{}, Body: &text.Tokens{}, Zones: []text.Span{{Start: credit, End: strings.Index(body, "\n")}, {Start: tail, End: len(body)}},
		Authors: []string{"Mari Tamm", "Jukka Laine", "Claire d'Aubrac", "Peter O'Rourke", "Tomas Nilsen-Berg", "Eva Sepp", "Marcus Holm"},
	}
	in.Title.Reset(title)
	in.Body.Reset(body)
	tag(&in)
	return in
}

func tag(in *actor.Input) {
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
	r := actor.New(gazetteer.Default()).Link(&in)
	var want struct {
		First struct {
			Include []string `json:"people_include"`
			Exclude []string `json:"people_exclude"`
		}
		Full struct {
			One           map[string][]string `json:"one_actor_each"`
			Roles         []struct{ Actor, Text, Organization, Country, Code string }
			Organizations []string `json:"organizations_include"`
			Metonyms      []string
		}
	}
	b, err := os.ReadFile(shared + "acceptance/cable.expected.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	by := map[string]actor.Actor{}
	for _, a := range r.Actors {
		if testing.Verbose() {
			fmt.Printf("%s %q %s %s %v %+v %v\n", a.ID, a.Name, a.Type, a.Country, a.Aliases, a.Roles, a.Mentions)
		}
		if _, twice := by[a.Name]; twice {
			t.Errorf("%s is two actors", a.Name)
		}
		by[a.Name] = a
	}
	for _, n := range want.First.Include {
		if by[n].Type != "person" {
			t.Errorf("person %s is missing", n)
		}
	}
	for _, n := range want.First.Exclude {
		if _, ok := by[n]; ok {
			t.Errorf("%s is no actor", n)
		}
	}
	for n, aliases := range want.Full.One {
		for _, alias := range aliases {
			if !slices.Contains(by[n].Aliases, alias) {
				t.Errorf("%s lacks the mention %s: %v", n, alias, by[n].Aliases)
			}
		}
	}
	for _, o := range want.Full.Organizations {
		if a, ok := by[o]; !ok || a.Type == "person" {
			t.Errorf("organisation %s is missing", o)
		}
	}
	for _, w := range want.Full.Roles {
		if !slices.ContainsFunc(by[w.Actor].Roles, func(r actor.Role) bool {
			return r.Text == w.Text && (w.Organization == "" || r.Organization == w.Organization) && (w.Country == "" || r.Country == w.Country) && (w.Code == "" || r.Code == w.Code)
		}) {
			t.Errorf("role %+v: have %+v", w, by[w.Actor].Roles)
		}
	}
}
