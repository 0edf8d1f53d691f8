package event

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// words makes every capitalised word an actor and every fifth word a place.
func words(f text.Field, t *text.Tokens) (as []Actor, ps []Place) {
	for i, k := range t.Tok {
		if k.Flags&text.Upper != 0 {
			as = append(as, Actor{t.At(i), f, k.Span()})
		}
		if i%5 == 0 {
			ps = append(ps, Place{t.At(i), f, k.Span(), "mention"})
		}
	}
	return as, ps
}

func FuzzFind(f *testing.F) {
	f.Add("Kyiv hit\nRussia attacked Kyiv on Sunday, Ukraine said. “It may come again,” said Bo.", int64(1741620600), 4)
	f.Add("\nwould not be held; denied. did", int64(0), 0)
	f.Fuzz(func(t *testing.T, s string, published int64, zone int) {
		title, body, _ := strings.Cut(s, "\n")
		var b, h text.Tokens
		b.Reset(body)
		h.Reset(title)
		in := Input{Title: &h, Body: &b, Anchor: timex.Anchor{Published: time.Unix(published, 0)}}
		in.Dates = timex.Resolve(nil, &h, &b, in.Anchor, &timex.Scratch{})
		ta, tp := words(text.Title, &h)
		ba, bp := words(text.Body, &b)
		in.Actors, in.Places = append(ba, ta...), append(bp, tp...)
		if zone > 0 && zone < len(body) {
			in.Zones = []text.Span{{Start: 0, End: zone}}
		}
		es := Find(in)
		check(t, in, es)
		in.Scratch = &Scratch{}
		Find(in)
		if !reflect.DeepEqual(es, Find(in)) {
			t.Fatal("twice, differently")
		}
		d := MainDate(in)
		if d.Source == "" || d.Day == "" && d.Source != Absent || d.Confidence > 1 {
			t.Fatalf("event date %+v", d)
		}
	})
}

// BenchmarkArticle is the whole stage on the acceptance article, 3 kB: events
// and the main date, the clauses cut once for both.
func BenchmarkArticle(b *testing.B) {
	in := cable(b)
	in.Scratch = &Scratch{}
	b.SetBytes(int64(len(in.Body.Text)))
	b.ReportAllocs()
	for b.Loop() {
		in.Scratch.cutter.texts = [2]string{} // as if another article had come between
		if len(Find(in)) == 0 || MainDate(in).Day == "" {
			b.Fatal("nothing found")
		}
	}
}
