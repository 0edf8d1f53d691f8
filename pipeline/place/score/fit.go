package score

import "dateline/pipeline/place"

// Fit improves weights by coordinate search: one weight at a time is raised and
// lowered, and the best is kept, for the given number of rounds. What is
// maximised is the share of annotated names that get a point within RightKm,
// with the annotated spans given; the margin stays as it is, since answering
// always would win.
func Fit(docs []Doc, w place.Weights, rounds int) place.Weights {
	best := accuracy(docs, &w)
	for range rounds {
		for _, at := range parameters(&w) {
			old := *at
			for _, v := range []float64{old * .5, old * .75, old * 1.33, old * 2, old - .5, old + .5} {
				*at = v
				if a := accuracy(docs, &w); a > best {
					best, old = a, v
				}
			}
			*at = old
		}
	}
	return w
}

func accuracy(docs []Doc, w *place.Weights) float64 {
	r := NewRunner(nil, w)
	var s Scores
	for i := range docs {
		s.Add(Compare(r.g, docs[i].Gold, r.Given(&docs[i])))
	}
	return s.AccuracyAll()
}

// parameters are the weights that Fit moves.
func parameters(w *place.Weights) []*float64 {
	p := []*float64{&w.Population, &w.Rank, &w.Country, &w.Admin1, &w.Qualifier, &w.Near, &w.NearKm, &w.Dateline, &w.Shadow}
	for i := range w.Feature {
		p = append(p, &w.Feature[i])
	}
	return p
}
