package pipeline

import (
	"slices"
	"strings"
	"testing"

	"dateline/pipeline/actor"
	"dateline/pipeline/wire"
)

// One long article must not keep its memory in every goroutine that ever reads
// one; that of a usual one is used again.
func TestScratchFits(t *testing.T) {
	p, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	sentence := "Marta Olsson told the council in Tallinn on Tuesday that the ferry had left. "
	read := func(s *Scratch, bytes int) *Document {
		body := strings.Repeat(sentence, bytes/len(sentence))
		return p.Enrich(&wire.Article{SourceID: "a", ItemID: "b", Status: wire.Usable, Language: "en", Title: "Ferry leaves", Body: body}, nil, s)
	}
	var s Scratch
	read(&s, 100_000)
	first := &s.sheets[0].body.Tok[:1][0]
	if read(&s, 2000); &s.sheets[0].body.Tok[:1][0] != first {
		t.Error("the memory of an article of 100 kB is not used again")
	}
	read(&s, 4*keepText)
	first = &s.sheets[0].body.Tok[:1][0]
	if read(&s, 2*keepText); &s.sheets[0].body.Tok[:1][0] != first {
		t.Error("the memory of a long article is not used again for another one")
	}
	long := read(&s, 4*keepText)
	short := read(&s, 2000)
	if n := cap(s.sheets[0].body.Tok); n > 5000 {
		t.Errorf("an article of 2 kB behind a long one has room for %d tokens", n)
	}
	for _, d := range []*Document{long, short} {
		if i := slices.IndexFunc(d.Actors, func(a actor.Actor) bool { return a.Name == "Marta Olsson" }); i < 0 || d.WordCount*6 < len(d.Body)*9/10 {
			t.Errorf("%d bytes: %d words, %d actors", len(d.Body), d.WordCount, len(d.Actors))
		}
	}
}
