package place_test

import (
	"slices"
	"strings"
	"testing"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/gazetteer/override"
	"dateline/pipeline/place"
	"dateline/pipeline/text"
)

func TestOverrides(t *testing.T) {
	g := gazetteer.Default()
	const by = `,"by":"a","reason":"b","at":"c"}` + "\n"
	set, err := override.Parse("f", strings.NewReader(`{"op":"place","surface":"Springfield","id":"gn:4250542"`+by+`{"op":"block","surface":"Paris","as":"place"`+by), g)
	if err != nil {
		t.Fatal(err)
	}
	in := place.Input{Body: &text.Tokens{}, Overrides: set}
	in.Body.Reset("He lives in Springfield. She went to Paris and Oslo.")
	if got := show(place.New(g).Link(&in)); !strings.HasPrefix(got, "Springfield=gn:4250542/") || strings.Contains(got, "Paris") || !strings.Contains(got, "Oslo=gn:3143244") {
		t.Errorf("places %s", got)
	}
}

func TestAddedPlace(t *testing.T) {
	g := gazetteer.Default()
	const by = `,"by":"a","reason":"b","at":"c"}` + "\n"
	set, err := override.Parse("f", strings.NewReader(
		`{"op":"add","id":"pl:camp-nord","name":"Camp Nord","type":"place","country":"EE","admin1":"EE.08","lat":59.1,"lon":25.2,"feature":"FAC"`+by+
			`{"op":"kind","surface":"Geneva","kind":"metonym"`+by+
			`{"op":"place","surface":"Old Springs","id":"gn:4250542"`+by), g)
	if err != nil {
		t.Fatal(err)
	}
	in := place.Input{Body: &text.Tokens{}, Overrides: set}
	in.Body.Reset("Soldiers were killed in Camp Nord and in Old Springs. Geneva was silent; Camp Nord's gates were shut.")
	r := place.New(g).Link(&in)
	by2 := map[string]place.Place{}
	for _, p := range r.Places {
		by2[p.ID] = p
	}
	camp := by2["pl:camp-nord"]
	if camp.Name != "Camp Nord" || camp.Lat != 59.1 || len(camp.Mentions) != 2 || camp.TimeZone != "Europe/Tallinn" || !slices.Contains(camp.Path, "EE") || !slices.Contains(camp.Path, "EE.08") || camp.Path[len(camp.Path)-1] != "pl:camp-nord" {
		t.Errorf("camp %+v", camp)
	}
	if !slices.Contains(camp.Kinds, "event") || camp.Mentions[0].Rule != "override" {
		t.Errorf("kinds %v, mentions %+v", camp.Kinds, camp.Mentions)
	}
	if by2["gn:4250542"].Name == "" {
		t.Errorf("a surface that is no name of the gazetteer: %+v", r.Places)
	}
	geneva := false
	for _, p := range r.Places {
		geneva = geneva || p.Name == "Geneva" && slices.Equal(p.Kinds, []string{"metonym"})
	}
	if !geneva {
		t.Errorf("the kind of Geneva: %+v", r.Places)
	}
}
