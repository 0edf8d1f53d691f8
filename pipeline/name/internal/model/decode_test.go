package model

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// plain is Viterbi written straight from the definition, over a whole stretch
// of tokens: every tag after every tag, what the scheme forbids left out, ties
// to the lowest tag.
func plain(scores []Scores, allow []Set, t *Transitions) ([]Tag, int64) {
	const no = int64(-1) << 50
	n := len(scores)
	best := make([][Tags]int64, n)
	back := make([][Tags]int, n)
	for i := range n {
		for b := range Tags {
			best[i][b] = no
			if allow[i]&(1<<b) == 0 {
				continue
			}
			for a := range Tags {
				v := no
				switch {
				case !follows(Tag(a), Tag(b)):
				case i == 0 && a == int(O):
					v = int64(t[a][b])
				case i > 0 && best[i-1][a] > no:
					v = best[i-1][a] + int64(t[a][b])
				}
				if v > no && v+int64(scores[i][b]) > best[i][b] {
					best[i][b], back[i][b] = v+int64(scores[i][b]), a
				}
			}
		}
	}
	end, at := no, 0
	for a := range Tags {
		if best[n-1][a] > no && best[n-1][a]+int64(t[a][O]) > end {
			end, at = best[n-1][a]+int64(t[a][O]), a
		}
	}
	tags := make([]Tag, n)
	for i := n - 1; i >= 0; i-- {
		tags[i] = Tag(at)
		at = back[i][at]
	}
	return tags, end
}

func randomLattice(r *rand.Rand, n int) ([]Scores, []Set, *Transitions) {
	scores, allow := make([]Scores, n), make([]Set, n)
	var t Transitions
	for a := range t {
		for b := range t[a] {
			t[a][b] = r.Int32N(9) - 4
		}
	}
	for i := range n {
		for b := range scores[i] {
			scores[i][b] = r.Int32N(21) - 10 // small, so that ties are common
		}
		allow[i] = allowed[[]role{trigger, trigger, connector, outside}[r.IntN(4)]]
	}
	return scores, allow, &t
}

func TestDecodeIsPlainViterbi(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var p Path
	for range 3000 {
		scores, allow, trans := randomLattice(r, 1+r.IntN(12))
		want, score := plain(scores, allow, trans)
		got, s := p.Decode(scores, allow, trans)
		if !slices.Equal(got, want) || int64(s) != score {
			t.Fatalf("path %v (%d), plain Viterbi %v (%d)", got, s, want, score)
		}
	}
}

// A margin is what the best path that gives the token another tag falls short
// by.
func TestMarginsAreRedecodings(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	var p Path
	for range 500 {
		scores, allow, trans := randomLattice(r, 1+r.IntN(8))
		tags, margins := p.Margins(scores, allow, trans)
		if margins == nil {
			for _, tag := range tags {
				if tag != O {
					t.Fatalf("no margins for %v", tags)
				}
			}
			continue
		}
		tags, margins = slices.Clone(tags), slices.Clone(margins)
		_, best := plain(scores, allow, trans)
		for i := range tags {
			other := slices.Clone(allow)
			other[i] &^= 1 << tags[i]
			want := int32(MaxMargin)
			if _, second := plain(scores, other, trans); second > int64(-1)<<50 {
				want = int32(best - second)
			}
			if margins[i] != want {
				t.Fatalf("margin of token %d in %v is %d, want %d", i, tags, margins[i], want)
			}
		}
	}
}
