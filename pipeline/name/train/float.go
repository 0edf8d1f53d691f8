package main

import (
	"dateline/pipeline/name/internal/model"
	"dateline/pipeline/name/score"
	"dateline/pipeline/text"
)

// tagger tags with the weights as they were trained, in floating point and with
// every feature in its place: what rounding and packing them costs is the
// difference to the model's own tagger without a document pass.
func (s *network) tagger() score.Tagger {
	var p model.Path
	var trans model.Transitions
	for a := range trans {
		for b := range trans[a] {
			trans[a][b] = whole(s.trans[a][b])
		}
	}
	var scores []model.Scores
	var allow []model.Set
	return func(a *text.Tokens) (out []score.Name) {
		s.reader.Read(&s.scan, a, 0)
		for _, g := range s.scan.Segments {
			s.forward(g.First, g.Last)
			scores, allow = scores[:0], allow[:0]
			for i := g.First; i < g.Last; i++ {
				var x model.Scores
				for t := range x {
					x[t] = whole(s.score[i-g.First][t])
				}
				scores, allow = append(scores, x), append(allow, s.scan.Allowed(i))
			}
			path, _ := p.Decode(scores, allow, &trans)
			for i := 0; i < len(path); {
				j := i + 1
				for path[i] != model.O && j < len(path) && path[j] == path[i]+1 {
					j++
				}
				if path[i] != model.O {
					out = append(out, score.Name{Span: spanOf(a, g.First+i, g.First+j), Kind: kindOf[(path[i]-1)/2]})
				}
				i = j
			}
		}
		return out
	}
}
