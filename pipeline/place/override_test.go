package place_test

import (
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
