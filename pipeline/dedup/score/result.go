package score

// Result compares predicted clusters with the stories of a stream. A document
// is a duplicate if its story was seen before.
type Result struct {
	Docs           int
	TP, FP, FN     int
	ARI            float64
	Missed, Copies map[string]int // by kind: duplicates that were missed, and all
}

// P is the share of the documents called duplicates that are of the story they
// were given.
func (r *Result) P() float64 { return ratio(r.TP, r.TP+r.FP) }

// R is the share of the duplicates that were given their story.
func (r *Result) R() float64 { return ratio(r.TP, r.TP+r.FN) }

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// Judge counts. root[i] is the document that leads the cluster of document i,
// itself if it was called no duplicate.
func Judge(docs []Doc, root []int) *Result {
	r := &Result{Docs: len(docs), Missed: make(map[string]int), Copies: make(map[string]int)}
	seen := make(map[int]bool)
	for i := range docs {
		d := &docs[i]
		dup, said := seen[d.Story], root[i] != i
		seen[d.Story] = true
		right := said && docs[root[i]].Story == d.Story
		if dup {
			r.Copies[d.Kind]++
		}
		switch {
		case dup && right:
			r.TP++
		case dup:
			r.FN++
			r.Missed[d.Kind]++
			if said {
				r.FP++
			}
		case said:
			r.FP++
		}
	}
	r.ARI = ari(docs, root)
	return r
}

// ari is the adjusted Rand index (Hubert and Arabie 1985) of stories and
// clusters.
func ari(docs []Doc, root []int) float64 {
	type cell struct{ story, cluster int }
	both := make(map[cell]int)
	stories, clusters := make(map[int]int), make(map[int]int)
	for i := range docs {
		both[cell{docs[i].Story, root[i]}]++
		stories[docs[i].Story]++
		clusters[root[i]]++
	}
	pairs := func(n int) float64 { return float64(n) * float64(n-1) / 2 }
	var index, a, b float64
	for _, n := range both {
		index += pairs(n)
	}
	for _, n := range stories {
		a += pairs(n)
	}
	for _, n := range clusters {
		b += pairs(n)
	}
	expected := a * b / pairs(len(docs))
	if a+b == 2*expected {
		return 1
	}
	return (index - expected) / ((a+b)/2 - expected)
}
