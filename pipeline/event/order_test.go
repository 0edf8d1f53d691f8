package event

import (
	"math/rand/v2"
	"slices"
	"testing"

	"dateline/pipeline/text"
)

// Sorted as numbers or compared, mentions come out in one order.
func TestInOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	at := func(a *Actor) (text.Field, text.Span) { return a.Field, a.Span }
	var keys []uint64
	for range 500 {
		in := make([]Actor, r.IntN(40))
		for i := range in {
			s := r.IntN(30)
			in[i] = Actor{ID: string(rune('a' + i)), Field: []text.Field{text.Title, text.Body}[r.IntN(2)], Span: text.Span{Start: s, End: s + r.IntN(4)}}
			if r.IntN(200) == 0 {
				in[i].Span.End += 1 << 16
			}
			if r.IntN(200) == 0 {
				in[i].Span.Start, in[i].Span.End = 1<<29, 1<<29+2
			}
		}
		want := slices.Clone(in)
		slices.SortStableFunc(want, func(x, y Actor) int { return order(x.Field, x.Span, y.Field, y.Span) })
		var got []Actor
		if got, keys = inOrder(nil, in, keys, at); !slices.Equal(got, want) {
			t.Fatalf("%v\n got %v\nwant %v", in, got, want)
		}
	}
}
