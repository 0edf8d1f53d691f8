package dedup

import (
	"strings"

	"github.com/zeebo/xxh3"
)

// Kills and holds that are messages of their own name the item they mean by its
// transmission number and, where they repeat it, its slug. A number alone comes
// again: wires count anew every day or so. It means an item of the day on which
// the notice was published, or of the day before.

// slugBits is the half of a reference that the slug has; zero without one.
const slugBits = 1<<32 - 1

// reference is the Ref of an item or the Target of a notice: 0 for none, else
// the hash of source and transmission id above that of the slug. name is the
// transmission id and, behind a zero byte, the slug.
func reference(source, name string) uint64 {
	number, slug, _ := strings.Cut(name, "\x00")
	if number == "" {
		return 0
	}
	ref := within(source, number) &^ slugBits
	if slug != "" {
		ref |= xxh3.HashString(slug)&slugBits | 1<<31 // no slug looks like a day
	}
	return ref
}

// dated is the key of a transmission number alone, on a day.
func dated(ref uint64, day int64) uint64 {
	return finalise(ref&^slugBits | uint64(day)&(slugBits>>1))
}

// refs are the keys by which notices may name the record's item; 0 for none.
func (r *Record) refs() (keys [2]uint64) {
	if r.Ref == 0 {
		return keys
	}
	keys[0] = dated(r.Ref, r.Published/dayMillis)
	if r.Ref&slugBits != 0 {
		keys[1] = finalise(r.Ref)
	}
	return keys
}

// targets are the keys of the item that a notice names, the likeliest first.
func (r *Record) targets() []uint64 {
	if r.Target&slugBits != 0 {
		return []uint64{finalise(r.Target)}
	}
	day := r.Published / dayMillis
	return []uint64{dated(r.Target, day), dated(r.Target, day-1)}
}

// refer makes the row known under the record's references, if it still takes
// entries: a row of an older day has those of the versions of that day.
func (s *State) refer(p at, r *Record) {
	if p.g.day != s.day {
		return
	}
	for _, k := range r.refs() {
		if k == 0 {
			continue
		}
		known := false
		s.found = p.g.refs.find(short39(k), s.found[:0])
		for _, f := range s.found {
			known = known || f == p.i
		}
		if !known {
			p.g.refs.add(short39(k), p.i)
		}
	}
}

// target is the row that a kill or hold names, and the keys under which it is
// to be remembered: that of the row, or all if it did not come yet.
func (s *State) target(r *Record) (at, []uint64) {
	source, keys := uint32(r.Source), r.targets()
	for i, k := range keys {
		t := s.newest(func(g *segment) *table { return &g.refs }, short39(k), func(x *row) bool { return x.source == source && x.key != r.Key })
		if t.ok() {
			return t, keys[i : i+1]
		}
	}
	return at{}, keys
}

// named reports that a kill names the record's item. Holds that do are the
// item's from here on.
func (s *State) named(r *Record) (killed bool) {
	for _, k := range r.refs() {
		if k == 0 {
			continue
		}
		killed = killed || s.refKills[k] > s.day
		if h, ok := s.refHolds[k]; ok {
			s.holds[r.Key] = s.holds[r.Key].or(h)
		}
	}
	return killed
}

// or is the hold that covers more revisions.
func (h hold) or(o hold) hold {
	if o.revision < h.revision {
		o.revision = h.revision
	}
	o.expiry = max(o.expiry, h.expiry)
	return o
}
