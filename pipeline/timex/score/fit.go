package score

import (
	"hash/fnv"
	"math"

	"dateline/pipeline/event"
	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// Folds is the number of parts of the cross-validation, by story.
const Folds = 5

// fold of a story: by the hash of its id, so that it never changes.
func fold(id string) int {
	h := fnv.New32a()
	h.Write([]byte("fold:" + id))
	return int(h.Sum32() % Folds)
}

// example is a story's candidates and which of them are right.
type example struct {
	cs    []event.Candidate
	right []bool
	fold  int
}

func examples(stories []Story) []example {
	var out []example
	var b text.Tokens
	var sc timex.Scratch
	for i := range stories {
		gold, ok := stories[i].Main()
		if !ok {
			continue
		}
		e := example{cs: event.Candidates(stories[i].Input(&b, &sc)), fold: fold(stories[i].ID)}
		for _, c := range e.cs {
			e.right = append(e.right, c.Day == gold && c.Features[coarse] == 0)
		}
		out = append(out, e)
	}
	return out
}

// coarse is the feature of dates coarser than a day, which are never exact.
const coarse = 16

// Fit finds the weights that give the right candidates most of the softmax, by
// gradient ascent with a quadratic penalty on the distance from event.Prior. It is deterministic.
func Fit(es []example, without int, penalty float64) event.Weights {
	w := event.Prior
	for step := range 800 {
		var g event.Weights
		n := 0
		for i := range es {
			if es[i].fold != without && es[i].gradient(&w, &g) {
				n++
			}
		}
		if n == 0 {
			return w
		}
		rate := 1.0 / (1 + float64(step)/200)
		for k := range w {
			w[k] += rate * (g[k]/float64(n) - penalty*(w[k]-event.Prior[k]))
		}
	}
	return w
}

// gradient adds the gradient of the log share of the right candidates; false
// if none is right.
func (e *example) gradient(w, g *event.Weights) bool {
	p := make([]float64, len(e.cs))
	top, sum, good := math.Inf(-1), 0.0, 0.0
	for i := range e.cs {
		p[i] = e.cs[i].Score(w)
		top = max(top, p[i])
	}
	for i := range p {
		p[i] = math.Exp(p[i] - top)
		sum += p[i]
		if e.right[i] {
			good += p[i]
		}
	}
	if good == 0 {
		return false
	}
	for i := range p {
		d := -p[i] / sum
		if e.right[i] {
			d += p[i] / good
		}
		for k, f := range e.cs[i].Features {
			g[k] += d * f
		}
	}
	return true
}

// CrossValidated fits on four fifths of the stories and asks for the main date
// of the last fifth, five times over. It also counts the stories in which some
// candidate is right.
func CrossValidated(stories []Story, penalty float64) (right, possible, all int, bins [10]Bin) {
	es := examples(stories)
	for f := range Folds {
		w := Fit(es, f, penalty)
		for i := range es {
			e := &es[i]
			if e.fold != f {
				continue
			}
			all++
			best, p := event.Choose(e.cs, &w)
			b := &bins[min(int(p*10), 9)]
			b.N++
			b.Sum += p
			if best >= 0 && e.right[best] {
				right++
				b.Right++
			}
			for _, r := range e.right {
				if r {
					possible++
					break
				}
			}
		}
	}
	return right, possible, all, bins
}
