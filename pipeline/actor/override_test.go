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
			"org:elering|Elering: Cable Board/override, Elering/full"},
		{"body blocked", `{"op":"block","surface":"Cable Board","as":"both"`, "The [ORG Cable Board] met.", ""},
		{"other source", `{"op":"block","surface":"Cable Board","as":"both","when":{"source":"b"}`, "The [ORG Cable Board] met.", "o:cable-board|Cable Board: Cable Board/full"},
		{"missed by the tagger", `{"op":"alias","surface":"Bibi","id":"per:il:benjamin-netanyahu"`, "So Bibi left. [PER Netanyahu] spoke.",
			"per:il:benjamin-netanyahu|Benjamin Netanyahu: Bibi/override, Netanyahu/single"},
		{"added", `{"op":"add","id":"org:cable-board","name":"Cable Board","type":"organization","aliases":["KN"]`, "The [ORG Cable Board] met; KN left.",
			"org:cable-board|Cable Board: Cable Board/override, KN/override"},
		{"added person", `{"op":"add","id":"per:ee:jane-doe","name":"Jane Doe","type":"person","aliases":["La Doe"]`, "[PER Jane Doe] met. La Doe left.",
			"per:ee:jane-doe|Jane Doe: Jane Doe/full, La Doe/override"},
		{"split", `{"op":"split","id":"p:jane-roe","into":"p:jane-roe-oslo","when":{"country":"NO"}`, "[PER Jane Roe] left Norway.", "p:jane-roe-oslo|Jane Roe: Jane Roe/full"},
		{"no split", `{"op":"split","id":"p:jane-roe","into":"p:jane-roe-oslo","when":{"country":"SE"}`, "[PER Jane Roe] left Norway.", "p:jane-roe|Jane Roe: Jane Roe/full"},
		{"with", `{"op":"alias","surface":"the Board","id":"o:cable-board","when":{"with_actor":"org:nato"}`, "The Board met [ORG NATO].",
			"o:cable-board|o:cable-board: The Board/override; org:nato|NATO: NATO/acronym"},
		{"merge of states", `{"op":"merge","id":"gen:ee:mil","into":"cty:ee"`, "Estonian soldiers met Estonian officials.", "cty:ee|Estonia: Estonian soldiers/demonym, Estonian officials/override"},
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

// An office that an operation gives stands first and replaces the gazetteer's.
func TestRoleOverride(t *testing.T) {
	g := gazetteer.Default()
	set, err := override.Parse("f", strings.NewReader(`{"op":"role","id":"per:de:angela-merkel","text":"guest","code":"CVL","from":"2021-12-08","by":"a","reason":"b","at":"c"}`), g)
	if err != nil {
		t.Fatal(err)
	}
	l := actor.New(g)
	body, ms := line("Chancellor [PER Angela Merkel] spoke.")
	in := actor.Input{Body: &text.Tokens{}, Mentions: ms, Overrides: set}
	in.Body.Reset(body)
	r := l.Link(&in)
	for day, want := range map[string]string{"2021-12-07": "Chancellor/document chancellor/gazetteer", "2021-12-08": "guest/override Chancellor/document"} {
		l.Finish(r.Actors, set, func(int) actor.When { return actor.When{Day: day, Basis: "event"} })
		var got []string
		for _, r := range r.Actors[0].Roles {
			got = append(got, r.Text+"/"+r.Basis)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("on %s: %v, want %s", day, got, want)
		}
	}
}
