package actor

import (
	"dateline/pipeline/gazetteer"
	"dateline/pipeline/gazetteer/override"
)

// When is the day as of which the roles are read.
type When struct {
	Day   string // 2006-01-02; empty if nothing is known
	Basis string // event, main, publication
}

// Finish reads the roles as of a day. Roles that the document states keep their
// words and get the day. Actors whose offices the gazetteer knows get the one
// they held on that day, or, outside every term, the latest one before it as
// former. Offices that an operation of o gives come first, and instead of the
// gazetteer's. at gives the day of an actor; nil, or an empty day, leaves the
// roles undated.
//
// It changes the actors in place and may be called again with other days.
func (l *Linker) Finish(actors []Actor, o *override.Set, at func(i int) When) {
	var known [16]gazetteer.Role
	var given [8]override.Role
	for i := range actors {
		a := &actors[i]
		w := When{}
		if at != nil {
			w = at(i)
		}
		kept := a.Roles[:0]
		for _, r := range a.Roles {
			if r.Basis == "document" {
				r.AsOf, r.AsOfBasis = w.Day, ""
				if w.Day != "" {
					r.AsOfBasis = w.Basis
				}
				kept = append(kept, r)
			}
		}
		a.Roles = kept
		if rs := o.Roles(given[:0], a.ID, w.Day); len(rs) > 0 {
			stated := make([]Role, 0, len(rs)+len(kept))
			for _, r := range rs {
				stated = append(stated, Role{Text: r.Text, Organization: r.Organization, Country: r.Country, Code: r.Code, Status: "current", Basis: "override", AsOf: w.Day, AsOfBasis: w.Basis})
			}
			a.Roles = append(stated, kept...)
			continue
		}
		if a.record == 0 || a.Type != "person" {
			continue
		}
		day, ok := dayNumber(w.Day)
		if !ok {
			continue
		}
		if r, ok := roleOn(l.g.Roles(known[:0], l.g.Actor(gazetteer.Ref(a.record-1))), day); ok {
			r.AsOf, r.AsOfBasis = w.Day, w.Basis
			a.Roles = append(a.Roles, r)
		}
	}
}

// roleOn is the office held on a day: the one whose half-open term holds it,
// the latest begun if several; else the last one that ended before it, as
// former.
func roleOn(roles []gazetteer.Role, day uint32) (Role, bool) {
	best, status := -1, ""
	for i, r := range roles {
		switch {
		case r.From != 0 && r.From > day:
		case r.To == 0 || r.To > day:
			if status != "current" || roles[best].From <= r.From {
				best, status = i, "current"
			}
		case status != "current" && (best < 0 || roles[best].To <= r.To):
			best, status = i, "former"
		}
	}
	if best < 0 {
		return Role{}, false
	}
	r := roles[best]
	return Role{Text: r.Text, Country: r.Country, Code: r.Code, Status: status, Basis: "gazetteer"}, true
}

// dayNumber reads 2014-06-07 as 20140607.
func dayNumber(day string) (n uint32, ok bool) {
	if len(day) != len("2006-01-02") || day[4] != '-' || day[7] != '-' {
		return 0, false
	}
	for i, c := range []byte(day) {
		if i == 4 || i == 7 {
			continue
		}
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint32(c-'0')
	}
	return n, true
}
