package actor_test

import (
	"strings"
	"testing"

	"dateline/pipeline/actor"
	"dateline/pipeline/gazetteer"
	"dateline/pipeline/gazetteer/override"
	"dateline/pipeline/text"
)

func TestOverrides(t *testing.T) {
	g := gazetteer.Default()
	for _, c := range []struct{ name, ops, in, want string }{
		{"alias", `{"op":"alias","surface":"Bibi","id":"per:il:benjamin-netanyahu"`, "[PER Bibi] spoke. [PER Netanyahu] left.",
			"per:il:benjamin-netanyahu|Benjamin Netanyahu: Bibi/single, Netanyahu/alias"},
		{"merge", `{"op":"merge","id":"p:jane-roe","into":"p:jane-doe"`, "[PER Jane Roe] spoke. [PER Jane Doe] left.",
			"p:jane-doe|Jane Roe: Jane Roe/full, Jane Doe/alias"},
		{"block", `{"op":"block","surface":"Jane Roe","as":"actor"`, "[PER Jane Roe] spoke. [PER Roe] left. [ORG NATO] stayed.", "org:nato|NATO: NATO/acronym"},
		{"body alias", `{"op":"alias","surface":"Cable Board","id":"org:elering"`, "The [ORG Cable Board] and [ORG Elering] met.",
			"org:elering|Elering: Cable Board/full, Elering/override"},
		{"body blocked", `{"op":"block","surface":"Cable Board","as":"both"`, "The [ORG Cable Board] met.", ""},
		{"other source", `{"op":"block","surface":"Cable Board","as":"both","when":{"source":"b"}`, "The [ORG Cable Board] met.", "o:cable-board|Cable Board: Cable Board/full"},
	} {
		t.Run(c.name, func(t *testing.T) {
			set, err := override.Parse("f", strings.NewReader(c.ops+`,"by":"a","reason":"b","at":"c"}`), g)
			if err != nil {
				t.Fatal(err)
			}
			body, ms := line(c.in)
			in := actor.Input{Body: &text.Tokens{}, Mentions: ms, Overrides: set, Context: override.Context{Source: "a"}}
			in.Body.Reset(body)
			if got := show(actor.New(g).Link(&in)); got != c.want {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}

// Two spellings of one person in one article are one actor.
func TestUnite(t *testing.T) {
	if got, want := show(link("[PER Volodymyr Zelenskiy] spoke. [PER Vladimir Zelensky] left.")),
		"per:ua:volodymyr-zelensky|Volodymyr Zelensky: Volodymyr Zelenskiy/full, Vladimir Zelensky/alias"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
