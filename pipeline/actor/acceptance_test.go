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
	"dateline/pipeline/name"
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
	tagger := name.New()
	var s name.Scratch
	if in.Title != nil {
		in.Mentions = tagger.Tag(in.Mentions, text.Title, in.Title, &s)
	}
	in.Mentions = tagger.Tag(in.Mentions, text.Body, in.Body, &s)
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
