package main

import (
	"strconv"
	"strings"

	"dateline/pipeline/gazetteer"
)

// actorPrior puts an actor's reading of a name behind a country's and before a
// town's.
const actorPrior = 12

// actors makes the overlay's bodies and their metonyms.
func (b *build) actors() {
	for _, r := range b.overlay["bodies.txt"] {
		if _, twice := b.actorID[r.f[0]]; twice {
			b.fail(r, "actor %s stands twice", r.f[0])
		}
		list := names(r.f[1])
		if len(list) != 1 {
			b.fail(r, "name %q: want one", r.f[1])
			continue
		}
		i := len(b.out.Actors)
		b.actorID[r.f[0]] = i
		typ, sub, _ := strings.Cut(r.f[2], "/")
		b.out.Actors = append(b.out.Actors, gazetteer.SourceActor{Actor: gazetteer.Actor{
			ID: r.f[0], Name: list[0].text, Type: typ, Subtype: sub, Country: r.f[3], Parent: r.f[4], Code: r.f[5], Seat: gazetteer.None,
		}})
		for j, n := range append(list, names(r.f[6])...) {
			form, rank := gazetteer.Official, uint8(rankName)
			if j > 0 {
				form, rank = gazetteer.Short, rankOverlay
			}
			b.addMarked(b.actorRef(i), n, form, rank, actorPrior)
		}
	}
	for _, r := range b.overlay["bodies.txt"] {
		_, known := b.actorID[r.f[4]]
		if cc, ok := strings.CutPrefix(r.f[4], "cty:"); ok {
			_, known = b.cc[strings.ToUpper(cc)]
		}
		if r.f[4] != "" && !known {
			b.fail(r, "parent %q is unknown", r.f[4])
		}
	}
	for _, r := range b.overlay["metonyms.txt"] {
		seat, p := b.target(r, r.f[2])
		if p == nil {
			continue
		}
		i, ok := b.actorID[r.f[1]]
		if cc, isState := strings.CutPrefix(r.f[1], "cty:"); isState {
			if c, known := b.cc[strings.ToUpper(cc)]; known {
				for _, n := range names(r.f[0]) {
					b.addMarked(b.countryRef(c), n, gazetteer.Metonym, rankName, 30)
				}
				continue
			}
		}
		if !ok {
			b.fail(r, "actor %q is unknown", r.f[1])
			continue
		}
		b.out.Actors[i].Seat = seat
		for _, n := range names(r.f[0]) {
			b.addMarked(b.actorRef(i), n, gazetteer.Metonym, rankName, 30)
		}
	}
}

// leaders makes the overlay's people of public life. Rows of one id join; each
// is an office with its term.
func (b *build) leaders() {
	for _, r := range b.overlay["leaders.txt"] {
		i, ok := b.actorID[r.f[0]]
		if !ok {
			list := names(r.f[1])
			if len(list) == 0 {
				b.fail(r, "name of %s is missing", r.f[0])
				continue
			}
			i = len(b.out.Actors)
			b.actorID[r.f[0]] = i
			b.out.Actors = append(b.out.Actors, gazetteer.SourceActor{Actor: gazetteer.Actor{
				ID: r.f[0], Name: list[0].text, Type: "person", Country: r.f[2], Code: r.f[4], Seat: gazetteer.None,
			}})
			for j, n := range list {
				form, rank := gazetteer.Official, uint8(rankName)
				if j > 0 {
					form, rank = gazetteer.Short, rankOverlay
				}
				b.addMarked(b.actorRef(i), n, form, rank, actorPrior)
				b.add(b.actorRef(i), gazetteer.Skeleton(gazetteer.Fold(n.text)), gazetteer.Exonym, rankSkeleton, actorPrior)
			}
		}
		a := &b.out.Actors[i]
		a.Roles = append(a.Roles, gazetteer.Role{Text: r.f[3], Code: r.f[4], Country: r.f[2], From: b.day(r, r.f[5]), To: b.day(r, r.f[6])})
	}
}

// day reads 2014-06-07, 2014-06 or 2014 as 20140607; a missing part is 01.
func (b *build) day(r row, s string) uint32 {
	if s == "" {
		return 0
	}
	w := strings.Split(s, "-")
	for len(w) < 3 {
		w = append(w, "01")
	}
	n, err := strconv.ParseUint(strings.Join(w, ""), 10, 32)
	if err != nil || n < 19000101 || n > 21001231 {
		b.fail(r, "day %q: want 2014-06-07", s)
	}
	return uint32(n)
}
