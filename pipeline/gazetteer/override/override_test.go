package override_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/gazetteer/override"
	"dateline/pipeline/text"
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
	if id, ok := s.Actor("bibi", &override.Context{}); !ok || id != "per:il:benjamin-netanyahu" {
		t.Errorf("alias %q %v", id, ok)
	}
	if id := s.Canonical("p:jane-q-doe", &override.Context{}); id != "p:jane-roe" {
		t.Errorf("merged id %q", id)
	}
	for day, want := range map[string]bool{"2024-01-01": true, "2024-01-31": true, "2024-02-01": false, "2023-12-31": false, "": false} {
		if got := s.Blocked("reading", "place", &override.Context{Day: day}); got != want {
			t.Errorf("blocked on %q: %v", day, got)
		}
	}
	g := gazetteer.Default()
	for source, want := range map[string]string{"sj-r": "gn:4250542", "other": "gn:4951788"} {
		if r, ok := s.Place("springfield", &override.Context{Source: source}); !ok || g.ID(r) != want {
			t.Errorf("place for %s: %v", source, r)
		}
	}
	same, _ := parse(`{"op":"alias","surface":"Bibi","id":"cty:il"` + who)
	if s.Version() == same.Version() || len(s.Version()) != 18 {
		t.Errorf("versions %q %q", s.Version(), same.Version())
	}
	var none *override.Set
	if none.Version() != "" || none.Blocked("x", "actor", &override.Context{}) || none.Canonical("x", nil) != "x" {
		t.Error("the nil set holds something")
	}
}

func TestOperations(t *testing.T) {
	s, err := parse(
		`{"op":"alias","surface":"the Board","id":"org:cable-board"`+who,
		`{"op":"add","id":"org:cable-board","name":"Cable Board","type":"organization","country":"EE","parent":"cty:ee","aliases":["KN"]`+who,
		`{"op":"add","id":"pl:camp-nord","name":"Camp Nord","type":"place","country":"EE","lat":59.1,"lon":25.2,"feature":"FAC"`+who,
		`{"op":"split","id":"p:john-smith","into":"p:john-smith-leeds","when":{"country":"GB"}`+who,
		`{"op":"split","id":"p:john-smith","into":"p:john-smith-tartu","when":{"with_actor":"org:nato","from":"2025-01-01"}`+who,
		`{"op":"merge","id":"p:jon-smith","into":"p:john-smith"`+who,
		`{"op":"kind","surface":"Geneva","kind":"metonym","when":{"source":"trade"}`+who,
		`{"op":"role","id":"p:john-smith","text":"mayor","code":"GOV","country":"GB","from":"2024-05-03","to":"2025-05-03"`+who,
	)
	if err != nil {
		t.Fatal(err)
	}
	none := &override.Context{}
	if id, ok := s.Actor("the board", none); !ok || id != "org:cable-board" {
		t.Errorf("alias of an added actor %q", id)
	}
	if id, ok := s.Actor("kn", none); !ok || id != "org:cable-board" {
		t.Errorf("alias in add %q", id)
	}
	if r := s.Record("org:cable-board"); r == nil || r.Name != "Cable Board" || r.Parent != "cty:ee" {
		t.Errorf("record %+v", r)
	}
	if ref, ok := s.Place("camp nord", none); !ok || ref < override.FirstAdded || s.Added(ref).ID != "pl:camp-nord" || s.Added(ref).Lat != 59.1 {
		t.Errorf("added place %v", ref)
	}
	for _, c := range []struct {
		c    override.Context
		id   string
		want string
	}{
		{override.Context{}, "p:john-smith", "p:john-smith"},
		{override.Context{Countries: []string{"US", "GB"}}, "p:john-smith", "p:john-smith-leeds"},
		{override.Context{Countries: []string{"GB"}}, "p:jon-smith", "p:john-smith-leeds"},
		{override.Context{Actors: []string{"org:nato"}}, "p:john-smith", "p:john-smith"},
		{override.Context{Actors: []string{"org:nato"}, Day: "2025-01-01"}, "p:john-smith", "p:john-smith-tartu"},
	} {
		if got := s.Canonical(c.id, &c.c); got != c.want {
			t.Errorf("%s in %+v is %s, want %s", c.id, c.c, got, c.want)
		}
	}
	if s.Kind("geneva", none) != "" || s.Kind("geneva", &override.Context{Source: "trade"}) != "metonym" {
		t.Error("kind")
	}
	for day, want := range map[string]int{"2024-05-02": 0, "2024-05-03": 1, "2025-05-02": 1, "2025-05-03": 0, "": 0} {
		if got := s.Roles(nil, "p:john-smith", day); len(got) != want {
			t.Errorf("roles on %q: %+v", day, got)
		}
	}
	if !s.Conditional() {
		t.Error("a set with conditions asks for none")
	}
}

func TestScan(t *testing.T) {
	s, err := parse(
		`{"op":"alias","surface":"Bibi","id":"cty:il"`+who,
		`{"op":"alias","surface":"Cable Board of Tallinn-Nord","id":"o:cable-board"`+who,
		`{"op":"alias","surface":"Cable Board","id":"o:cable"`+who,
	)
	if err != nil {
		t.Fatal(err)
	}
	var a text.Tokens
	a.Reset("Bibi's aide met the CABLE BOARD of Tallinn Nord. The Cable\nBoard left; bibi stayed with Cable. Board.")
	var got []string
	for _, h := range s.Scan(nil, &a) {
		got = append(got, h.Span.Of(a.Text))
	}
	if want := "Bibi|CABLE BOARD of Tallinn Nord|Cable\nBoard"; strings.Join(got, "|") != want {
		t.Errorf("surfaces %q, want %q", strings.Join(got, "|"), want)
	}
}

func TestLive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "overrides.ndjson")
	write := func(lines string) {
		if err := os.WriteFile(path, []byte(lines), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var l override.Live
	g := gazetteer.Default()
	if l.Set() != nil || (*override.Live)(nil).Set() != nil {
		t.Error("a set before the first")
	}
	if err := l.Reload(path, g); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	write(`{"op":"alias","surface":"Bibi","id":"cty:il"` + who + "\n")
	if err := l.Reload(path, g); err != nil {
		t.Fatal(err)
	}
	first := l.Set()
	write(`{"op":"alias","surface":"Bibi","id":"cty:il"` + who + "\n" + `{"op":"ali`)
	if err := l.Reload(path, g); err == nil || !strings.Contains(err.Error(), path+":2:") {
		t.Errorf("half a line: %v", err)
	}
	if l.Set() != first {
		t.Error("a refused file has replaced the one in force")
	}
	write("")
	if err := l.Reload(path, g); err != nil || l.Set() == first {
		t.Errorf("an empty file is not in force: %v", err)
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
		{"add twice", "contradicts line 1", []string{`{"op":"add","id":"org:x","name":"X","type":"group"` + who, `{"op":"add","id":"org:x","name":"X","type":"organization"` + who}},
		{"add of a known id", "in the gazetteer already", []string{`{"op":"add","id":"org:nato","name":"N","type":"organization"` + who}},
		{"add with another's id", "want per:", []string{`{"op":"add","id":"org:x","name":"X","type":"person"` + who}},
		{"add of a place nowhere", "lat and lon", []string{`{"op":"add","id":"pl:x","name":"X","type":"place","feature":"PPL"` + who}},
		{"add with an alias of another", "contradicts line 2", []string{ok, `{"op":"add","id":"org:x","name":"Bibi","type":"organization"` + who}},
		{"split everywhere", "in which articles", []string{`{"op":"split","id":"p:a-b","into":"p:a-c"` + who}},
		{"split twice", "contradicts line 1", []string{`{"op":"split","id":"p:a-b","into":"p:a-c","when":{"source":"s"}` + who, `{"op":"split","id":"p:a-b","into":"p:a-d","when":{"source":"s"}` + who}},
		{"split and merge", "contradicts line 2", []string{`{"op":"split","id":"p:a-b","into":"p:a-c","when":{"source":"s"}` + who, `{"op":"merge","id":"p:a-b","into":"p:a-d"` + who}},
		{"merge when", "when is not allowed", []string{`{"op":"merge","id":"p:a-b","into":"p:a-c","when":{"source":"s"}` + who}},
		{"empty when", "when is empty", []string{`{"op":"block","surface":"X","as":"both","when":{}` + who}},
		{"country", `country "XX" is unknown`, []string{`{"op":"block","surface":"X","as":"both","when":{"country":"XX"}` + who}},
		{"with nobody", "with_actor is unknown", []string{`{"op":"block","surface":"X","as":"both","when":{"with_actor":"per:x"}` + who}},
		{"day", "want 2025-03-01", []string{`{"op":"block","surface":"X","as":"both","when":{"from":"2025-3-1"}` + who}},
		{"no days", "are none", []string{`{"op":"block","surface":"X","as":"both","when":{"from":"2025-03-02","to":"2025-03-02"}` + who}},
		{"kind", "want event, dateline", []string{`{"op":"kind","surface":"X","kind":"actor"` + who}},
		{"kind and block", "contradicts line 1", []string{`{"op":"kind","surface":"X","kind":"event"` + who, `{"op":"block","surface":"x","as":"place"` + who}},
		{"role code", "want one of GOV", []string{`{"op":"role","id":"p:a-b","text":"mayor","code":"BOSS"` + who}},
		{"role text", "text is missing", []string{`{"op":"role","id":"p:a-b"` + who}},
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

// A circle is told once for each id in it, and not for those that lead into it.
func TestCircle(t *testing.T) {
	merge := func(id, into string) string {
		return fmt.Sprintf(`{"op":"merge","id":"p:%s","into":"p:%s"`, id, into) + who
	}
	_, err := parse(merge("a-a", "b-b"), merge("b-b", "c-c"), merge("c-c", "d-d"), merge("d-d", "b-b"), merge("e-e", "a-a"), merge("f-f", "g-g"))
	if err == nil || strings.Count(err.Error(), "leads back") != 3 {
		t.Errorf("error %v, want the lines 2 to 4", err)
	}
	for _, id := range []string{"b-b", "c-c", "d-d"} {
		if err != nil && !strings.Contains(err.Error(), "merge of p:"+id+" leads back") {
			t.Errorf("error %v does not name %s", err, id)
		}
	}
	chain := []string{}
	for i := range 500 {
		chain = append(chain, merge(fmt.Sprint("x-", i), fmt.Sprint("x-", i+1)))
	}
	if _, err := parse(chain...); err != nil {
		t.Errorf("a chain is no circle: %v", err)
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
		s.Canonical("p:a-b", &override.Context{})
		s.Blocked("bibi", "actor", &override.Context{})
	})
}
