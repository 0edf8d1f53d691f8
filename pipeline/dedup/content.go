package dedup

import "github.com/zeebo/xxh3"

// found is the story that a text belongs to.
type found struct {
	root     at
	percent  uint8
	relation relation
	tally    *tally // nil for equal bodies
}

// content judges an item that is new by its text.
func (s *State) content(offset int64, r *Record) decision {
	x := s.fresh(offset, r)
	x.call = callOriginal
	d := decision{call: callOriginal, offset: offset, story: r.Key}
	if r.Status&Withheld != 0 {
		s.status(s.put(x, r, at{}, r.Key), r)
		return d
	}
	if take := s.take(r); take.ok() {
		return s.joinTake(offset, r, take)
	}
	equal, stub := s.equal(r)
	if equal.ok() {
		return s.copyOf(offset, r, &found{root: equal, percent: 100, relation: relSame})
	}
	if r.Tokens < uint32(s.params.Short) || len(r.Samples) == 0 {
		p := s.put(x, r, at{}, r.Key)
		p.row().longest = r.Tokens
		s.text(p, r)
		s.status(p, r)
		return d
	}
	s.look(r)
	if best, ok := s.best(r); ok && !stub {
		old := s.day-best.root.g.day > int64(s.params.Fresh)
		guarded := s.guarded(&best)
		if guarded {
			s.counts.Guarded++
		}
		if c := best.containment(); !guarded && (!old || c.atLeast(s.params.Certain)) {
			return s.copyOf(offset, r, &found{root: best.root, percent: c.percent(), relation: best.relation(), tally: &best})
		}
		x.call, x.flags = callDerived, isDerived
		d.call, d.derived = callDerived, s.story(best.root)
	}
	p := s.put(x, r, at{}, r.Key)
	if d.call == callDerived {
		p.g.note(&p.g.derived, p.i, d.derived)
	}
	s.measure(p.row())
	p.row().longest = s.length(r)
	s.post(p, r, nil)
	s.text(p, r)
	s.status(p, r)
	return d
}

// copyOf makes the record a copy of a story.
func (s *State) copyOf(offset int64, r *Record, f *found) decision {
	root := f.root.row()
	story := s.story(f.root)
	x := s.fresh(offset, r)
	x.call, x.flags, x.relation, x.percent = callCopy, isCopy, f.relation, f.percent
	same := root.source == x.source && (f.tally == nil || f.tally.containment().atLeast(s.params.Certain))
	if r.Signals&Repeat != 0 && same {
		s.counts.Repeats++
		x.call, x.flags = callRedelivery, isCopy|isHidden
		s.put(x, r, f.root, story)
		return decision{call: callRedelivery, repeat: true, offset: offset, story: story, copyOf: story, relation: f.relation, percent: f.percent, hidden: true}
	}
	d := decision{call: callCopy, offset: offset, story: story, copyOf: story, relation: f.relation, percent: f.percent}
	longer := false
	if f.tally != nil {
		if _, c := f.tally.cover(); c.atLeast(500) {
			longer = 1000*int64(s.length(r)) >= int64(s.params.Expand)*int64(root.longest)
		}
	}
	d.withdrawn = root.flags&isWithdrawn != 0
	d.hidden = d.withdrawn || s.public(f.root) && !longer
	if longer {
		root.longest = s.length(r)
	}
	if d.hidden {
		x.flags |= isHidden
	}
	if d.withdrawn {
		x.flags |= isHeadless
	}
	p := s.put(x, r, f.root, story)
	if f.tally != nil && f.tally.containment().atLeast(s.params.Post) {
		s.post(p, r, f.tally)
	}
	s.text(p, r)
	s.status(p, r)
	return d
}

// take is a row of the story that a later take belongs to; none for other
// records and when no other take has come yet.
func (s *State) take(r *Record) at {
	if r.Story == 0 || r.Take < 2 {
		return at{}
	}
	source := uint32(r.Source)
	return s.newest(func(g *segment) *table { return &g.takes }, short39(r.Story), func(x *row) bool { return x.source == source && x.key != r.Key })
}

// joinTake makes the record the next part of a long story: its own text, never
// a copy of an earlier take.
func (s *State) joinTake(offset int64, r *Record, take at) decision {
	x := s.fresh(offset, r)
	x.call = callOriginal
	story, root := s.story(take), s.at(take.row().root)
	s.look(r)
	p := s.put(x, r, root, story)
	own := s.own(r, p.row().root)
	s.post(p, r, &own)
	s.text(p, r)
	s.status(p, r)
	return decision{call: callOriginal, offset: offset, story: story}
}

// emptyTitle is the hash of a title without words.
var emptyTitle = xxh3.HashString("")

// textKey is what equal texts share: the words of the body, and for short ones,
// where the body alone says little, those of the title too. 0 is for no text.
func (s *State) textKey(r *Record) uint64 {
	h := hash16(r.Body)
	if r.Tokens < uint32(s.params.Short) {
		if r.Tokens == 0 && r.Title == emptyTitle {
			return 0
		}
		h = finalise(h ^ finalise(r.Title))
	}
	if uint32(h) == 0 {
		h |= 1
	}
	return h
}

// equal is the root of the oldest story that holds the record's very text. A
// stub is an equal text at the same outlet under another title: a paywall or
// error page, which is no copy of anything.
func (s *State) equal(r *Record) (root at, stub bool) {
	key := s.textKey(r)
	if key == 0 {
		return at{}, false
	}
	short := r.Tokens < uint32(s.params.Short)
	for _, g := range s.segments {
		s.found = g.bodies.find(short39(key), s.found[:0])
		for _, f := range s.found {
			x := g.row(f)
			if x.body != uint32(key) || short && s.clock/1000-int64(x.at) > int64(s.params.ShortWindow) {
				continue
			}
			if !short && x.outlet == uint32(r.Outlet) && x.title != uint32(r.Title) {
				s.counts.Stubs++
				return at{}, true
			}
			t := s.at(x.root)
			if t.ok() && !s.substitutes(r, t.row()) && (!root.ok() || t.row().offset < root.row().offset) {
				root = t
			}
		}
	}
	return root, false
}

// text enters a row under its text, unless enough rows or its own outlet have
// the text already. It is the last step of a record, as it changes s.found.
func (s *State) text(p at, r *Record) {
	key := s.textKey(r)
	x := p.row()
	if key == 0 || uint32(key) == x.body {
		return
	}
	x.body = uint32(key)
	n := 0
	for _, g := range s.segments {
		s.found = g.bodies.find(short39(key), s.found[:0])
		for _, f := range s.found {
			y := g.row(f)
			if y != x && y.body == uint32(key) {
				n++
				if y.outlet == x.outlet && y.title == x.title && y.root == x.root {
					return
				}
			}
		}
	}
	if n <= int(s.params.Common) {
		p.g.bodies.add(short39(key), p.i)
	}
}
