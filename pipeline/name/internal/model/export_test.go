package model

import "dateline/pipeline/text"

// TagSoft is Tag with every tag allowed for every token of a sentence, at a
// price: penalty is taken off the score of a tag that the token's role forbids.
// With no penalty the segments play no part, with an endless one it is Tag.
func (t *Tagger) TagSoft(penalty int32) func([]Span, *text.Tokens, *Scratch, Pass) []Span {
	return func(dst []Span, a *text.Tokens, s *Scratch, rules Pass) []Span {
		s.Scan.all = true
		t.Reader.Read(&s.Scan, a, 0)
		s.keep(t.Model)
		from := len(dst)
		for _, sent := range s.Scan.sentAt {
			s.allow = s.allow[:0]
			scores := t.scores(Segment{sent.first, sent.last}, s)
			for i := sent.first; i < sent.last; i++ {
				x := &scores[i-sent.first]
				for tag := range x {
					if s.Scan.Allowed(i)&(1<<tag) == 0 {
						x[tag] -= penalty
					}
				}
				s.allow = append(s.allow, anyTag)
			}
			tags, margins := s.path.Margins(s.scores, s.allow, &t.Model.trans)
			dst = collectSpans(dst, sent.first, tags, margins)
		}
		if rules != 0 {
			dst = t.pass(dst, from, s, rules)
		}
		return dst
	}
}

// Reachable reports whether the article last read has a path that spells the
// name [first,last).
func (s *Scan) Reachable(first, last int, c Class) bool {
	for _, g := range s.Segments {
		if g.First <= first && last <= g.Last {
			ok := s.Allowed(first)&(1<<B(c)) != 0
			for i := first + 1; i < last; i++ {
				ok = ok && s.Allowed(i)&(1<<I(c)) != 0
			}
			return ok
		}
	}
	return false
}
