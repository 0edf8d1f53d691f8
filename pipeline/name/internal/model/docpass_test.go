package model

import (
	"testing"

	"dateline/pipeline/text"
)

func TestDiseasesAreNoNames(t *testing.T) {
	tg := loadTagger(t)
	var a text.Tokens
	a.Reset("Cholera broke out in Quelimane, the ministry said. Measles followed. Polio is gone.")
	var s Scratch
	for _, x := range tg.Tag(nil, &a, &s, PassAll) {
		if name := a.Slice(x.First, x.Last); name != "Quelimane" {
			t.Errorf("%s is %v", name, x.Class)
		}
	}
}

func TestStorms(t *testing.T) {
	tg := loadTagger(t)
	for _, c := range []struct {
		in   string
		want map[string]Class // of every name written so
		not  []string         // no name of its own
	}{
		{"Cyclone Olinda was northeast of Angoche. Since Freddy, as Cyclone Freddy was known here, people build. Olinda is the third storm. Joe Freddy agreed.",
			map[string]Class{"Cyclone Olinda": EVENT, "Olinda": EVENT, "Cyclone Freddy": EVENT, "Joe Freddy": PER, "Angoche": LOC}, nil},
		{"Forecasters said Tropical Storm Ida would weaken. Ida was far from Cuba, they said.",
			map[string]Class{"Tropical Storm Ida": EVENT, "Ida": EVENT, "Cuba": LOC}, []string{"Tropical"}},
		{"Hurricane Florence made landfall. Shelters opened in Florence, South Carolina, and in Charlotte.",
			map[string]Class{"Hurricane Florence": EVENT, "Florence": LOC, "Charlotte": LOC}, nil},
		{"Officials said Ida Sepp, a nurse, was hurt when Hurricane Ida hit. Ida, 31, is in hospital.",
			map[string]Class{"Hurricane Ida": EVENT, "Ida Sepp": PER, "Ida": PER}, nil},
		{"Storm The river rose, said Storm Larsen of Oslo.", map[string]Class{"Oslo": LOC}, nil},
	} {
		var a text.Tokens
		a.Reset(c.in)
		var s Scratch
		seen := map[string]bool{}
		for _, x := range tg.Tag(nil, &a, &s, PassAll) {
			name := a.Slice(x.First, x.Last)
			seen[name] = true
			if want, ok := c.want[name]; ok && x.Class != want {
				t.Errorf("%q: %s is %v, want %v", c.in, name, x.Class, want)
			}
		}
		for name := range c.want {
			if !seen[name] {
				t.Errorf("%q: %s is no name", c.in, name)
			}
		}
		for _, name := range c.not {
			if seen[name] {
				t.Errorf("%q: %s is a name", c.in, name)
			}
		}
	}
}
