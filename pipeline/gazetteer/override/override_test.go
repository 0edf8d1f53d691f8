package override_test

import (
	"strings"
	"testing"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/gazetteer/override"
)

const who = `,"by":"kl","reason":"test","at":"2025-03-01"}`

func parse(lines ...string) (*override.Set, error) {
	return override.Parse("overrides.ndjson", strings.NewReader(strings.Join(lines, "\n")), gazetteer.Default())
}

func TestSet(t *testing.T) {
	s, err := parse(
		`{"op":"alias","surface":"Bibi","id":"per:il:benjamin-netanyahu"`+who,
		``,
		`{"op":"merge","id":"p:jane-q-doe","into":"p:jane-doe"`+who,
		`{"op":"merge","id":"p:jane-doe","into":"p:jane-roe"`+who,
		`{"op":"block","surface":"Reading","as":"both","when":{"from":"2024-01-01","to":"2024-02-01"}`+who,
		`{"op":"place","surface":"Springfield","id":"gn:4250542","when":{"source":"sj-r"}`+who,
		`{"op":"place","surface":"Springfield","id":"gn:4951788"`+who,
	)
	if err != nil {
		t.Fatal(err)
	}
	if id, ok := s.Actor("bibi", override.Context{}); !ok || id != "per:il:benjamin-netanyahu" {
		t.Errorf("alias %q %v", id, ok)
	}
	if id := s.Canonical("p:jane-q-doe"); id != "p:jane-roe" {
		t.Errorf("merged id %q", id)
	}
	for day, want := range map[string]bool{"2024-01-01": true, "2024-01-31": true, "2024-02-01": false, "2023-12-31": false, "": false} {
		if got := s.Blocked("reading", "place", override.Context{Day: day}); got != want {
			t.Errorf("blocked on %q: %v", day, got)
		}
	}
	g := gazetteer.Default()
	for source, want := range map[string]string{"sj-r": "gn:4250542", "other": "gn:4951788"} {
		if r, ok := s.Place("springfield", override.Context{Source: source}); !ok || g.ID(r) != want {
			t.Errorf("place for %s: %v", source, r)
		}
	}
	same, _ := parse(`{"op":"alias","surface":"Bibi","id":"cty:il"` + who)
	if s.Version() == same.Version() || len(s.Version()) != 18 {
		t.Errorf("versions %q %q", s.Version(), same.Version())
	}
	var none *override.Set
	if none.Version() != "" || none.Blocked("x", "actor", override.Context{}) || none.Canonical("x") != "x" {
		t.Error("the nil set holds something")
	}
}

func TestRefuses(t *testing.T) {
	ok := `{"op":"alias","surface":"Bibi","id":"cty:il"` + who
	for _, c := range []struct {
		name, want string
		lines      []string
	}{
		{"half a line", "overrides.ndjson:2:", []string{ok, ok[:40]}},
		{"unknown field", "overrides.ndjson:1:", []string{`{"op":"alias","surfaces":"Bibi"` + who}},
		{"unknown operation", `operation "rename" is unknown`, []string{`{"op":"rename"` + who}},
		{"unknown actor", `actor id "per:xx:nobody" is unknown`, []string{`{"op":"alias","surface":"Bibi","id":"per:xx:nobody"` + who}},
		{"unknown place", `id "gn:1" is unknown`, []string{`{"op":"place","surface":"Paris","id":"gn:1"` + who}},
		{"no reason", "by, reason and at are required", []string{`{"op":"alias","surface":"Bibi","id":"cty:il","by":"kl"}`}},
		{"no surface", "surface is missing", []string{`{"op":"block","as":"place"` + who}},
		{"as", "want actor, place or both", []string{`{"op":"block","surface":"X","as":"city"` + who}},
		{"circle", "leads back", []string{`{"op":"merge","id":"p:a-b","into":"p:c-d"` + who, `{"op":"merge","id":"p:c-d","into":"p:a-b"` + who}},
		{"self", "leads back", []string{`{"op":"merge","id":"p:a-b","into":"p:a-b"` + who}},
		{"two merges", "contradicts line 1", []string{`{"op":"merge","id":"p:a-b","into":"p:c-d"` + who, `{"op":"merge","id":"p:a-b","into":"p:e-f"` + who}},
		{"two aliases", "contradicts line 1", []string{ok, `{"op":"alias","surface":"bibi","id":"cty:ps"` + who}},
		{"alias and block", "contradicts line 1", []string{ok, `{"op":"block","surface":"Bibi","as":"both"` + who}},
		{"two objects", "more than one object", []string{ok + ok}},
		{"too long", "overrides.ndjson:1:", []string{`{"op":"` + strings.Repeat("x", 70<<10) + `"` + who}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := parse(c.lines...)
			if err == nil || s != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("set %v, error %v, want %q", s, err, c.want)
			}
		})
	}
	if _, err := parse(`{"op":"x"`+who, ok, `{"op":"y"`+who); err == nil || !strings.Contains(err.Error(), ":1:") || !strings.Contains(err.Error(), ":3:") {
		t.Errorf("not all errors at once: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"op":"alias","surface":"Bibi","id":"cty:il"` + who)
	f.Add(`{"op":"merge","id":"p:a-b","into":"p:c-d"` + who + "\n{")
	g := gazetteer.Default()
	f.Fuzz(func(t *testing.T, data string) {
		s, err := override.Parse("f", strings.NewReader(data), g)
		if (s == nil) == (err == nil) {
			t.Fatalf("set %v, error %v", s, err)
		}
		s.Canonical("p:a-b")
		s.Blocked("bibi", "actor", override.Context{})
	})
}
