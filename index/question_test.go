package index_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"dateline/index"
)

func TestParseWords(t *testing.T) {
	for in, want := range map[string][]index.Clause{
		"":                          nil,
		"  \t\n ":                   nil,
		"harbour bridge":            {{Text: "harbour"}, {Text: "bridge"}},
		`"harbour bridge" new`:      {{Text: "harbour bridge"}, {Text: "new"}},
		`“harbour bridge”`:          {{Text: "harbour bridge"}},
		"-bridge":                   {{Text: "bridge", Not: true}},
		`-"harbour bridge" ferry`:   {{Text: "harbour bridge", Not: true}, {Text: "ferry"}},
		"multi-day":                 {{Text: "multi-day"}},
		"- bridge":                  {{Text: "bridge"}},
		"--bridge":                  {{Text: "-bridge", Not: true}},
		`"never closed`:             {{Text: "never closed"}},
		`"" "?" !!! -`:              nil,
		`bridge"harbour"ferry`:      {{Text: "bridge"}, {Text: "harbour"}, {Text: "ferry"}},
		"café 東京 1939":              {{Text: "café"}, {Text: "東京"}, {Text: "1939"}},
		"a\x00b":                    {{Text: "a"}, {Text: "b"}},
		`body:"x" AND (y OR z) w*~`: {{Text: "body:"}, {Text: "x"}, {Text: "AND"}, {Text: "(y"}, {Text: "OR"}, {Text: "z)"}, {Text: "w*~"}},
	} {
		if got := index.ParseWords(in); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, want %+v", in, got, want)
		}
	}
}

// FuzzParseWords: nothing is an error, no clause is empty, and what a clause
// says stood in the input.
func FuzzParseWords(f *testing.F) {
	f.Add(`a -"b c" “d”`)
	f.Add("\xff\"\u2028-")
	f.Fuzz(func(t *testing.T, s string) {
		cs := index.ParseWords(s)
		if len(cs) > len(s) {
			t.Errorf("%d clauses of %d bytes", len(cs), len(s))
		}
		for _, c := range cs {
			if strings.TrimSpace(c.Text) == "" || strings.Contains(c.Text, `"`) {
				t.Errorf("clause %q", c.Text)
			}
			for _, w := range strings.Fields(c.Text) {
				if utf8.ValidString(s) && !strings.Contains(s, w) {
					t.Errorf("%q is not in the input", w)
				}
			}
		}
		if again := index.ParseWords(s); !reflect.DeepEqual(cs, again) {
			t.Error("two answers")
		}
	})
}

func TestIDs(t *testing.T) {
	for s, want := range map[string]bool{
		"cty:ru": true, "per:ru:dmitry-peskov": true, "p:jane-doe": true, "gen:ru:mil": true,
		"Jane Doe": false, "": false, ":": false, "a:": false, "Re: Jane": false, "Label:x": false, "x: y": false,
	} {
		if got := index.IsActorID(s); got != want {
			t.Errorf("actor id %q: %v", s, got)
		}
	}
	for s, want := range map[string][2]bool{
		"gn:703448": {true, true}, "r:europe": {true, true}, "a2:US.MA.025": {true, true}, "UA.12": {true, true}, "UA": {true, false}, "UK": {true, false},
		"Ua": {}, "U": {}, "": {}, "USA": {}, "Kyiv": {}, "gn:": {}, "r:north sea": {}, "UA.": {}, "UA.x": {}, "New York": {}, "DC.area": {},
	} {
		if id, sure := index.PlaceID(s); [2]bool{id, id && sure} != want {
			t.Errorf("place id %q: %v, %v", s, id, sure)
		}
	}
}

func TestQueryCheck(t *testing.T) {
	now := time.Now()
	for name, q := range map[string]index.Query{
		"empty":  {Now: now},
		"last":   {Now: now, Offset: index.Window - 10, Limit: 10},
		"facets": {Now: now, Facets: []string{"actor.id", "outlet", "event_date.month"}},
		"events": {Now: now, Target: index.Events, Facets: []string{"modality"}},
	} {
		if err := q.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, q := range map[string]index.Query{
		"no clock":     {},
		"too deep":     {Now: now, Offset: index.Window, Limit: 1},
		"negative":     {Now: now, Limit: -1},
		"text facet":   {Now: now, Facets: []string{"body"}},
		"label facet":  {Now: now, Facets: []string{"place.label"}},
		"event facet":  {Now: now, Facets: []string{"modality"}},
		"unknown sort": {Now: now, Sort: "-title"},
	} {
		if err := q.Check(); !errors.Is(err, index.ErrQuery) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Every facet of ids is named by a label field that both kinds have.
func TestLabels(t *testing.T) {
	for _, k := range []index.Kind{index.Article, index.Event} {
		for _, f := range []string{"actor.id", "actor.path", "place.id", "place.path", "place.country", "place.event_path"} {
			if !index.Facet(k, f) {
				t.Errorf("%s cannot be counted", f)
			}
			if typ, ok := index.Lookup(k, index.LabelField(f)); !ok || typ != index.Label {
				t.Errorf("%s is labelled by %q, a %s", f, index.LabelField(f), typ)
			}
		}
	}
	if index.LabelField("person") != "" {
		t.Error("names need no names")
	}
}
