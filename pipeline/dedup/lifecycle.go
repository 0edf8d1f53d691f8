package dedup

import "encoding/binary"

// article decides in the order: redelivery, kill, stale, new version, content.
func (s *State) article(offset int64, r *Record) decision {
	var d decision
	switch k, killed := s.kills[r.Key]; {
	case r.Status&Withdrawn != 0:
		if killed && k.payload == payload(r) {
			d = decision{call: callRedelivery, first: callKill, offset: k.offset, story: k.story}
			s.strikeAgain(r.Key, &d)
			return d
		}
		return s.withdraw(offset, r)
	case s.named(r) && killed:
		// Perhaps this version was what the kill met first, and its tombstone
		// was never written.
		return decision{call: callRedelivery, first: callKill, offset: k.offset, story: k.story}
	case killed:
		return decision{call: callStale, offset: offset, story: k.story}
	case s.named(r):
		return s.withdraw(offset, r)
	}
	p := s.find(r.Key)
	switch {
	case p.ok() && p.row().revision == r.Revision && p.row().payload == payload(r):
		d = s.again(p)
		s.strikeAgain(r.Key, &d)
	case p.ok() && r.Revision <= p.row().revision:
		if r.Revision == p.row().revision {
			s.counts.Ties++
		}
		s.refer(p, r)
		h, ok := s.holds[r.Key]
		if !ok || h.revision < p.row().revision {
			return decision{call: callStale, offset: offset, story: s.story(p)}
		}
		// Only this old version may have told that the hold means this item:
		// the newest one is written as withheld now.
		s.mark(p, func(x *row) { x.flags |= isWithheld })
		d = s.again(p)
	case p.ok():
		d = s.version(offset, r, p)
	case r.Status&Withheld != 0 && r.Target != 0:
		d = s.withhold(offset, r)
	default:
		d = s.content(offset, r)
	}
	if h, ok := s.holds[r.Key]; ok && h.revision >= r.Revision {
		d.held, d.heldAt = true, h.revision
	}
	return d
}

func payload(r *Record) uint32 { return binary.LittleEndian.Uint32(r.Payload[:]) }

// again is the verdict of a row's newest version, for a record that came again.
// Somebody tries to write it, so it is no dead letter any more.
func (s *State) again(p at) decision {
	x := p.row()
	s.mark(p, func(x *row) { x.flags &^= isVoid })
	d := decision{
		call: callRedelivery, first: x.call, relation: x.relation, percent: x.percent, hidden: x.flags&isHidden != 0,
		withdrawn: x.flags&isHeadless != 0, offset: x.offset, story: s.story(p), derived: p.g.derived[p.i],
	}
	if x.flags&isCopy != 0 {
		d.copyOf = d.story
	}
	if x.call == callRedelivery { // a repeat of another item
		d.first, d.repeat = callNone, true
	}
	return d
}

// mark changes the state of an item: in its newest row and, if the item is its
// story's first, in the row of the root, which is what copies look at.
func (s *State) mark(p at, f func(*row)) {
	f(p.row())
	if root := s.at(p.row().root); root.ok() && root != p && root.row().key == p.row().key {
		f(root.row())
	}
}

// status notes whether an item's newest version may be seen.
func (s *State) status(p at, r *Record) {
	flags := uint16(0)
	if h, ok := s.holds[r.Key]; r.Status&Withheld != 0 || ok && h.revision >= r.Revision {
		flags = isWithheld
	}
	if r.Status&Embargoed != 0 || r.Embargo > s.clock {
		flags |= isEmbargoed
	}
	s.mark(p, func(x *row) { x.flags = x.flags&^(isWithheld|isEmbargoed|isVoid) | flags })
	root := s.at(p.row().root)
	if flags&isEmbargoed == 0 || !root.ok() || root.row().key != r.Key {
		return
	}
	if root.g.embargos == nil {
		root.g.embargos = make(map[uint32]int64)
	}
	root.g.embargos[root.i] = r.Embargo
}

// public reports whether people can see the root, or could until it was
// withdrawn: only then copies may hide behind it.
func (s *State) public(root at) bool {
	x := root.row()
	return x.flags&(isVoid|isWithheld) == 0 && (x.flags&isEmbargoed == 0 || root.g.embargos[root.i] <= s.clock && root.g.embargos[root.i] > 0)
}

// withdraw remembers a kill, of the item itself and of the one it names.
func (s *State) withdraw(offset int64, r *Record) decision {
	d := decision{call: callKill, offset: offset, story: r.Key}
	if p := s.find(r.Key); p.ok() {
		d.story = s.story(p)
		s.mark(p, func(x *row) { x.flags |= isWithdrawn })
	}
	expiry := s.day + keepKillDays
	s.kills[r.Key] = kill{expiry: expiry, offset: offset, payload: payload(r), story: d.story}
	if r.Target == 0 || r.Status&Withdrawn == 0 {
		return d
	}
	t, keys := s.target(r)
	for _, k := range keys {
		s.refKills[k] = expiry
	}
	if !t.ok() {
		return d
	}
	x := t.row()
	s.mark(t, func(x *row) { x.flags |= isWithdrawn })
	s.kills[x.key] = kill{expiry: expiry, offset: offset, story: s.story(t)}
	s.strikes[r.Key] = strike{expiry: expiry, key: x.key, month: x.month}
	s.strikeAgain(r.Key, &d)
	return d
}

// strikeAgain puts the struck document into the decision.
func (s *State) strikeAgain(key [16]byte, d *decision) {
	if k, ok := s.strikes[key]; ok {
		d.strike, d.strikeMonth, d.strikeHold, d.strikeAt = k.key, k.month, k.hold, k.revision
	}
}

// withhold remembers a hold that names another item. Its own time is the
// revision it holds: a later one releases.
func (s *State) withhold(offset int64, r *Record) decision {
	d := decision{call: callOriginal, offset: offset, story: r.Key}
	if t := s.hold(r); t.ok() {
		d.call, d.story = callUpdate, s.story(t)
		s.strikeAgain(r.Key, &d)
	}
	x := s.fresh(offset, r)
	x.call = d.call
	s.status(s.put(x, r, at{}, d.story), r)
	return d
}

// hold holds the item that the record names; none if no version of it came yet
// that the hold covers.
func (s *State) hold(r *Record) at {
	h := hold{expiry: s.day + keepKillDays, revision: r.Revision}
	t, keys := s.target(r)
	for _, k := range keys {
		s.refHolds[k] = s.refHolds[k].or(h)
	}
	if !t.ok() {
		return at{}
	}
	x := t.row()
	s.holds[x.key] = s.holds[x.key].or(h)
	if newest := s.find(x.key); newest.ok() {
		t = newest
	}
	if x = t.row(); x.revision >= r.Revision {
		return at{}
	}
	s.mark(t, func(x *row) { x.flags |= isWithheld })
	s.strikes[r.Key] = strike{expiry: h.expiry, key: x.key, month: x.month, hold: true, revision: r.Revision}
	return t
}

// fresh is a row of a record, without a verdict.
func (s *State) fresh(offset int64, r *Record) row {
	return row{
		key: r.Key, offset: offset, revision: r.Revision, payload: payload(r), title: uint32(r.Title), outlet: uint32(r.Outlet),
		source: uint32(r.Source), at: uint32(s.clock / 1000), month: r.Month,
	}
}

// version takes in a higher revision of a known item: same story, same role,
// and its new grams are the story's too. Only a copy that has become another
// text goes its own way.
func (s *State) version(offset int64, r *Record, p at) decision {
	x := *p.row()
	old, story := s.at(x.root), s.story(p)
	before := p.g.derived[p.i]
	fresh := s.fresh(offset, r)
	x.offset, x.revision, x.payload, x.title, x.outlet = offset, r.Revision, fresh.payload, fresh.title, fresh.outlet
	if x.call = callUpdate; r.Signals&Correction != 0 {
		x.call = callCorrected
	}
	s.look(r)
	own := s.own(r, x.root)
	leaves := x.flags&isCopy != 0 && old.ok() && len(r.Samples) > 0 && !own.containment().atLeast(s.params.Match)
	if leaves {
		before, story, old = story, r.Key, at{}
		x.flags = x.flags&^(isCopy|isHidden) | isDerived
		x.relation, x.percent = relNone, 0
	}
	if g := s.tip(); p.g == g && !leaves {
		*p.row() = x
		s.refer(p, r)
	} else {
		x.at = fresh.at
		p = s.put(x, r, old, story)
	}
	if before != ([16]byte{}) {
		p.g.note(&p.g.derived, p.i, before)
	}
	s.status(p, r)
	s.text(p, r)
	root := s.at(p.row().root)
	if root.ok() && root.row().key == r.Key && len(r.Samples) > 0 && (root == p || root.row().live == 0) {
		s.measure(root.row())
		root.row().longest = max(root.row().longest, s.length(r))
	}
	if root == old {
		s.post(p, r, &own)
	} else {
		s.post(p, r, nil)
	}
	d := s.again(p)
	d.call, d.first = x.call, callNone
	if r.Status&Withheld != 0 && r.Target != 0 && s.hold(r).ok() {
		s.strikeAgain(r.Key, &d)
	}
	return d
}

// own is what the record shares with the story of a root, however little.
func (s *State) own(r *Record, root uint32) tally {
	hits := s.scan.hits
	i := 0
	for i < len(hits) && uint32(hits[i]>>32) != root {
		i++
	}
	j := i
	for j < len(hits) && uint32(hits[j]>>32) == root {
		j++
	}
	if t, ok := s.tally(r, i, j); ok {
		return t
	}
	return tally{from: i, to: j}
}
