package dedup

import "slices"

// scan is what the index says of a record's samples. Its slices are used again
// for the next record.
type scan struct {
	hits []uint64 // sample of a story: root<<32 | sample<<hitBits | flags
	full []bool   // by sample: the newest segment has postings enough

	probes []probe // by segment and sample
	read   uint64  // of what was touched, so that it is read

	live, figures, coarse, coarseFigures int // samples that count: all, with figures, and in the subset that thinning keeps
}

// A hit is a posting of one of the record's samples. Its flags:
const (
	hitCounted = 1 << iota // the sample is no boilerplate of the record's outlet
	hitOwn                 // the posting is of the root's own row
	hitForeign             // the posting is of another outlet
	hitBits    = iota
)

func hitSample(h uint64) int { return int(h >> hitBits & (maxSamples - 1)) }

// look collects the postings of the record's samples.
func (s *State) look(r *Record) {
	c := &s.scan
	c.hits, c.full = c.hits[:0], append(c.full[:0], make([]bool, len(r.Samples))...)
	c.live, c.figures, c.coarse, c.coarseFigures = 0, 0, 0, 0
	outlet := uint32(r.Outlet)
	s.aim(r.Samples)
	for i, smp := range r.Samples {
		h := smp >> 1
		isCoarse := coarse(h)
		first, n, own := len(c.hits), 0, 0
		for k := len(s.segments) - 1; k >= 0; k-- {
			g := s.segments[k]
			s.found = g.postings(h).findAt(h, c.probes[k*len(r.Samples)+i], s.found[:0])
			for _, f := range s.found {
				p := g.row(f)
				n++
				key := uint64(p.root)<<32 | uint64(i)<<hitBits
				if p.outlet == outlet {
					own++
				} else {
					key |= hitForeign
				}
				if p.root == g.base+f {
					key |= hitOwn
				}
				c.hits = append(c.hits, key)
			}
			// Postings that are about to expire must not keep new ones out, or
			// a common phrase would look rare every time they do.
			if g.day == s.day && n > int(s.params.Common) {
				c.full[i] = true
			}
		}
		switch {
		case n > int(s.params.Common):
			c.hits = c.hits[:first]
			continue
		case own >= int(s.params.OutletCommon):
			continue // the outlet's boilerplate: not counted, but still known
		}
		for k := first; k < len(c.hits); k++ {
			c.hits[k] |= hitCounted
		}
		c.live++
		fig := int(smp & 1)
		c.figures += fig
		if isCoarse {
			c.coarse++
			c.coarseFigures += fig
		}
	}
	slices.Sort(c.hits)
}

// aim finds the places of all samples in all segments, and touches them.
func (s *State) aim(samples []uint64) {
	c := &s.scan
	c.probes = c.probes[:0]
	for _, g := range s.segments {
		for _, smp := range samples {
			c.probes = append(c.probes, g.postings(smp>>1).probe(smp>>1))
		}
	}
	i, read := 0, uint64(0)
	for _, g := range s.segments {
		for _, smp := range samples {
			read += g.postings(smp>>1).touch(smp>>1, c.probes[i])
			i++
		}
	}
	c.read = read
}

// side are the samples of one text that agree with another's.
type side struct{ hits, figures int }

// tally is what one story shares with the record.
type tally struct {
	root             at
	from, to         int  // its part of scan.hits
	query, own       side // samples of the record found in the story, and in the root's own row
	foreign          int  // of query, those that another outlet has
	live, liveFig    int  // of the record, in the same subset
	rootLive, rootFg int
	old              bool
}

// stories calls f for each story that shares samples with the record, by
// ascending sequence of the root.
func (s *State) stories(r *Record, f func(t *tally)) {
	hits := s.scan.hits
	for i := 0; i < len(hits); {
		j := i
		for j < len(hits) && hits[j]>>32 == hits[i]>>32 {
			j++
		}
		if j-i >= int(s.params.MinHits) {
			if t, ok := s.tally(r, i, j); ok {
				f(&t)
			}
		}
		i = j
	}
}

// tally counts the hits from i to j, which are of one story. It is false for a
// story whose root is forgotten.
func (s *State) tally(r *Record, i, j int) (t tally, ok bool) {
	c := &s.scan
	if i == j {
		return t, false
	}
	t.root, t.from, t.to = s.at(uint32(c.hits[i]>>32)), i, j
	if !t.root.ok() {
		return t, false
	}
	root := t.root.row()
	t.old = s.day-t.root.g.day >= int64(s.params.Full)
	t.live, t.liveFig, t.rootLive, t.rootFg = c.live, c.figures, int(root.live), int(root.liveFigures)
	if t.old {
		t.live, t.liveFig, t.rootLive, t.rootFg = c.coarse, c.coarseFigures, int(root.coarse), int(root.coarseFigures)
	}
	for i < j {
		sample, flags := hitSample(c.hits[i]), uint64(0)
		for i < j && hitSample(c.hits[i]) == sample {
			flags |= c.hits[i]
			i++
		}
		v := r.Samples[sample]
		if flags&hitCounted == 0 || t.old && !coarse(v>>1) {
			continue
		}
		fig := int(v & 1)
		t.query.hits++
		t.query.figures += fig
		if flags&hitForeign != 0 {
			t.foreign++
		}
		if flags&hitOwn != 0 {
			t.own.hits++
			t.own.figures += fig
		}
	}
	return t, true
}

// ratio is a/b with b 0 counting as 1; all comparisons are of whole numbers,
// so that every machine agrees.
type ratio struct{ a, b int }

func (x ratio) less(y ratio) bool { return x.a*max(1, y.b) < y.a*max(1, x.b) }
func (x ratio) atLeast(thousandths int32) bool {
	return 1000*x.a >= int(thousandths)*max(1, x.b)
}
func (x ratio) percent() uint8 { return uint8(min(100, 100*x.a/max(1, x.b))) }

// cover are the record's and the root's shared parts.
func (t *tally) cover() (query, root ratio) {
	return ratio{t.query.hits, t.live}, ratio{t.own.hits, t.rootLive}
}

// containment is the larger of both.
func (t *tally) containment() ratio {
	q, r := t.cover()
	if q.less(r) {
		return r
	}
	return q
}

func (t *tally) relation() relation {
	q, r := t.cover()
	switch {
	case q.atLeast(900) && r.atLeast(900):
		return relSame
	case q.less(r):
		return relExpands
	}
	return relCut
}

// best is the story with the highest containment, at a tie the one whose root
// came first; false if none is a candidate.
func (s *State) best(r *Record) (best tally, ok bool) {
	s.stories(r, func(t *tally) {
		root := t.root.row()
		c := t.containment()
		if !s.candidate(r, t) || s.substitutes(r, root) {
			return
		}
		switch b := best.containment(); {
		case !ok || b.less(c):
		case c.less(b) || root.offset >= best.root.row().offset:
			return
		}
		best, ok = *t, true
	})
	return best, ok
}

// candidate reports that the story shares enough: of what other outlets printed
// a quarter, or of all more than half. What only the record's own outlet has
// printed may be its boilerplate, also where a copy brought it into the story.
func (s *State) candidate(r *Record, t *tally) bool {
	least := int(s.params.MinHits)
	if t.old {
		least = int(s.params.MinHitsOld)
	}
	f := ratio{t.foreign, t.live}
	if root := (ratio{t.own.hits, t.rootLive}); t.root.row().outlet != uint32(r.Outlet) && f.less(root) {
		f = root
	}
	return t.foreign >= least && f.atLeast(s.params.Match) || t.query.hits >= least && t.containment().atLeast(s.params.MatchOutlet)
}

// substitutes reports an article of the source that withdrew the root: it
// stands in for it and is no copy of it.
func (s *State) substitutes(r *Record, root *row) bool {
	return root.flags&isWithdrawn != 0 && root.source == uint32(r.Source)
}

// suspicious reports that fewer figures agree than words around them: in a true
// copy figures survive like words, in a template they do not.
func (g *Guard) suspicious(live, liveFigures int, h side) bool {
	words := live - liveFigures
	if words <= 0 {
		return false
	}
	expect := liveFigures * (h.hits - h.figures) // times words
	return 1000*expect >= int(g.Expect)*words && 1000*h.figures*words < int(g.Keep)*expect
}

// guarded reports a template filled anew: both sides are suspicious and the
// root is not of the same hours.
func (s *State) guarded(t *tally) bool {
	age := s.clock/1000 - int64(t.root.row().at)
	for i := range s.params.Guard {
		g := &s.params.Guard[i]
		if age >= int64(g.Age) && g.suspicious(t.live, t.liveFig, t.query) && g.suspicious(t.rootLive, t.rootFg, t.own) {
			return true
		}
	}
	return false
}

// length is how many words of the record are its own and not boilerplate.
func (s *State) length(r *Record) uint32 {
	if len(r.Samples) == 0 {
		return r.Tokens
	}
	return uint32(uint64(r.Tokens) * uint64(s.scan.live) / uint64(len(r.Samples)))
}

// post adds the record's samples under row p, one posting a story: those that
// the story has already, and common phrases, are left out. t is the part of the
// scan that belongs to the story, if it has one.
func (s *State) post(p at, r *Record, t *tally) {
	c := &s.scan
	k, to := 0, 0
	if t != nil {
		k, to = t.from, t.to
	}
	for i, smp := range r.Samples {
		for k < to && hitSample(c.hits[k]) < i {
			k++
		}
		if c.full[i] || k < to && hitSample(c.hits[k]) == i {
			continue
		}
		if h := smp >> 1; coarse(h) {
			p.g.coarse.add(h, p.i)
		} else {
			p.g.fine.add(h, p.i)
		}
	}
}

// measure notes in a root's row what the scan says of its own text.
func (s *State) measure(p *row) {
	c := &s.scan
	p.live, p.liveFigures, p.coarse, p.coarseFigures = uint16(c.live), uint16(c.figures), uint16(c.coarse), uint16(c.coarseFigures)
}
