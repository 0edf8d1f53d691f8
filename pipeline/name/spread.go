package name

import "dateline/pipeline/text"

// spread lets the article's sure names decide its unsure ones: the last word
// of a person's full name is that person wherever it stands alone, and a
// string takes the type of its surest mention. Evidence is collected first and
// applied afterwards, so that the order of mentions does not matter.
func (r *reader) spread() {
	for k := range r.s.cand {
		c := &r.s.cand[k]
		if c.score < 60 {
			continue
		}
		switch {
		case c.kind == text.PER && c.last-c.first > 1:
			r.vote(c.last-1, c)
			r.vote(c.first, c)
		case c.last-c.first == 1:
			r.vote(c.first, c)
		}
	}
	for k := range r.s.cand {
		c := &r.s.cand[k]
		if c.score >= 70 {
			continue
		}
		e := &r.s.table.slots[r.s.words[c.last-1].slot]
		one := c.last-c.first == 1
		if e.score <= c.score || !one && (e.kind != text.PER || !r.particleFirst(c)) {
			continue
		}
		if one && r.s.words[c.first].start && e.lower > 0 {
			continue
		}
		c.kind, c.score = e.kind, e.score-5
	}
}

func (r *reader) vote(i int, c *candidate) {
	e := &r.s.table.slots[r.s.words[i].slot]
	if c.score > e.score {
		e.kind, e.score = c.kind, c.score
	}
}

// particleFirst reports whether a name is a particle and a surname only.
func (r *reader) particleFirst(c *candidate) bool {
	for i := c.first; i < c.last-1; i++ {
		if r.s.words[i].bits&isParticle == 0 {
			return false
		}
	}
	return true
}
