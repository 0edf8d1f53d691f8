package model

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"dateline/pipeline/text"
)

// pairOf is the shipped model with the kernel and without it.
func pairOf(t *testing.T) (fast, plain *Tagger) {
	t.Helper()
	needKernel(t)
	fast, plain = loadTagger(t), loadTagger(t)
	plain.Model.kernel, plain.Model.paths = nil, nil
	return fast, plain
}

func needKernel(t *testing.T) {
	t.Helper()
	if !hasKernel() {
		t.Skip("this machine has no kernel: the plain loops are all there is")
	}
}

// TestKernelIsPlain compares each part of the kernel with its plain loop, on
// random and on extreme input.
func TestKernelIsPlain(t *testing.T) {
	fast, plain := pairOf(t)
	r := rand.New(rand.NewPCG(1, 2))
	rows := make([]byte, 300*Hidden)
	for i := range rows {
		rows[i] = []byte{0, 255, 128, byte(r.Uint32())}[r.IntN(4)]
	}
	for range 2000 {
		a, b := *fast.Model, *plain.Model
		a.rows, b.rows = rows, rows
		extreme(r, &a)
		b.bias, b.out, b.outBias = a.bias, a.out, a.outBias
		a.kernel = new(outputKernel)
		a.kernel.arrange(&a)

		at := make([]uint32, r.IntN(129))
		for i := range at {
			at[i] = uint32(r.IntN(300)) * Hidden
		}
		var x, y lanes
		a.addRows(&x, at)
		b.addRows(&y, at)
		a.addRows(&x, at)
		b.addRows(&y, at)
		if x != y {
			t.Fatalf("%d rows: sums %x, plainly %x", len(at), x, y)
		}
		if got, want := a.output(&x, int32(2*len(at))), b.output(&y, int32(2*len(at))); got != want {
			t.Fatalf("%d rows: output %v, plainly %v", len(at), got, want)
		}
		var first, last lanes
		b.addRows(&first, at[:min(len(at), 25)])
		b.addRows(&last, at[len(at)/2:min(len(at), len(at)/2+25)])
		parts := [window]*lanes{&first, &last, new(lanes), &last, &first}
		x, y = lanes{}, lanes{}
		a.addLanes(&x, &parts)
		b.addLanes(&y, &parts)
		if x != y {
			t.Fatalf("window: sums %x, plainly %x", x, y)
		}
	}
}

// extreme gives a model weights at and near their bounds.
func extreme(r *rand.Rand, m *Model) {
	pick := func() int16 {
		return []int16{math.MinInt16, math.MaxInt16, 0, int16(r.Uint32())}[r.IntN(4)]
	}
	for j := range m.bias {
		m.bias[j] = []int16{pick(), int16(r.IntN(512) - 256)}[r.IntN(2)]
		m.out[j] = [outWords]uint64{}
		for tag := range Tags {
			m.out[j][tag/2] |= uint64(int32(pick())+outBase) << (tag & 1 * 32)
		}
	}
	for tag := range m.outBias {
		m.outBias[tag] = int32(r.IntN(4*maxScore) - 2*maxScore)
	}
}

// TestKernelFinds looks up keys that the model has, keys it has not and keys
// with an empty slot's fingerprint.
func TestKernelFinds(t *testing.T) {
	fast, plain := pairOf(t)
	r := rand.New(rand.NewPCG(3, 4))
	hits := 0
	for range 20000 {
		feat := make([]uint64, r.IntN(MaxFeatures+1))
		for i := range feat {
			switch feat[i] = r.Uint64(); r.IntN(3) {
			case 0:
				feat[i] &^= 0xffff
			case 1:
				feat[i] = key(tFine, uint64(r.IntN(2000)))
			}
		}
		var a, b found
		x, y := a.locate(fast.Model, feat), b.locate(plain.Model, feat)
		hits += len(y)
		if !reflect.DeepEqual(x, y) || !reflect.DeepEqual(a.at[:len(feat)], b.at[:len(feat)]) {
			t.Fatalf("rows of %x: %v at %v, plainly %v at %v", feat, x, a.at[:len(feat)], y, b.at[:len(feat)])
		}
	}
	if hits == 0 {
		t.Fatal("no key was found: nothing was compared")
	}
}

// TestKernelTags tags an article as written and in capitals.
func TestKernelTags(t *testing.T) {
	fast, plain := pairOf(t)
	var a text.Tokens
	var s, p Scratch
	for _, in := range []string{article(t), strings.ToUpper(article(t))} {
		a.Reset(in)
		got, want := fast.Tag(nil, &a, &s, PassAll), plain.Tag(nil, &a, &p, PassAll)
		if len(want) == 0 || !reflect.DeepEqual(got, want) {
			t.Fatalf("names %v, plainly %v", got, want)
		}
	}
}

// TestPathKernelIsPlain compares paths and margins of small scores, which tie, and of
// scores at their bounds in segments of the greatest length.
func TestPathKernelIsPlain(t *testing.T) {
	needKernel(t)
	r := rand.New(rand.NewPCG(7, 8))
	for round := range 3000 {
		n := 1 + r.IntN(12)
		if round%10 == 0 {
			n = maxSegment + 1
		}
		scores, allow, trans := randomLattice(r, n)
		if round%3 == 0 {
			for i := range scores {
				for b := range scores[i] {
					scores[i][b] = []int32{-maxScore, maxScore, 0}[r.IntN(3)]
				}
			}
			for a := range trans {
				for b := range trans[a] {
					trans[a][b] = []int32{-maxScore, maxScore, 0}[r.IntN(3)]
				}
			}
		}
		if round%4 == 1 {
			allow[r.IntN(n)] = Set(1 + 2*r.IntN(1<<(Tags-1))) // no role's
		}
		if round%9 == 0 { // the worst path there is
			for i := range scores {
				scores[i], allow[i] = Scores{}, onlyO
				scores[i][O] = -maxScore
			}
			trans[O][O] = -maxScore
		}
		fast := Path{kernel: newPathKernel(trans)}
		var slow Path
		tags, margins := fast.Margins(scores, allow, trans)
		wantTags, wantMargins := slow.Margins(scores, allow, trans)
		if !reflect.DeepEqual(tags, wantTags) || !reflect.DeepEqual(margins, wantMargins) {
			t.Fatalf("round %d: path %v with margins %v, plainly %v with %v", round, tags, margins, wantTags, wantMargins)
		}
		for i := range n {
			if !reflect.DeepEqual(fast.fwd[i][:Tags], slow.fwd[i][:Tags]) {
				t.Fatalf("round %d: token %d scores %v, plainly %v", round, i, fast.fwd[i], slow.fwd[i])
			}
		}
	}
}
