package gazetteer

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dateline/pipeline/text"
)

// What was looked up before changes nothing: texts of names in any order, of one
// gazetteer and then of another, have the matches that a first search finds.
func TestKnownIsPlain(t *testing.T) {
	data, err := Encode(source())
	if err != nil {
		t.Fatal(err)
	}
	small, err := Open(string(data))
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	names := strings.Split("New York;York;New;Republic of Korea;Republic;Korea;U.S.;U.S. State Department;Paris;Tex;Paris, Texas;al-Bab;UN;United Nations;Jane Okoro;of;said;Idlib;Idlib Province;Berlin-based;The Hague;Ann;X;XA", ";")
	for i := range 9000 { // more than are remembered
		names = append(names, "X"+string(rune('a'+i%26))+string(rune('a'+i/26%26))+string(rune('a'+i/676)))
	}
	var h Hits
	var title, body text.Tokens
	found := map[*Gazetteer]int{}
	for i := range 400 {
		g := Default()
		if i%4 == 3 {
			g = small
		}
		var b strings.Builder
		for range 60 {
			b.WriteString(names[min(r.IntN(len(names)), r.IntN(len(names)), r.IntN(len(names)), r.IntN(len(names)))])
			b.WriteString([]string{" ", " ", ". ", ", ", "\n"}[r.IntN(5)])
		}
		body.Reset(b.String())
		title.Reset(names[r.IntN(24)])
		h.Find(g, &title, &body)
		if want := g.Match(nil, &body); !slices.Equal(h.Body, want) {
			t.Fatalf("%q\n%v\nat first: %v", b.String(), h.Body, want)
		}
		if want := g.Match(nil, &title); !slices.Equal(h.Title, want) {
			t.Fatalf("%q\n%v\nat first: %v", title.Text, h.Title, want)
		}
		name := names[min(r.IntN(len(names)), r.IntN(len(names)))]
		m, ok := h.Lookup(g, name)
		if want, there := g.Find(name); m != want || ok != there {
			t.Fatalf("%q: %v, %v; at first: %v, %v", name, m, ok, want, there)
		}
		found[g] += len(h.Body)
	}
	if len(found) != 2 || found[small] == 0 || found[Default()] == 0 {
		t.Fatalf("found by gazetteer: %v", found)
	}
}
