package model

import (
	"cmp"
	"slices"

	"dateline/pipeline/text"
)

// Storms have the names of people and towns: "Cyclone Olinda", and later
// "Olinda" alone. What follows the word for a storm is one, and so is the same
// word by itself further on in the article, unless somebody of that name or a
// phrase of place stands against it.

// isStormKind reports a word that stands before a storm word and belongs to the
// name.
func isStormKind(s string) bool {
	switch s {
	case "Tropical", "Subtropical", "Post-Tropical", "Super", "Winter":
		return true
	}
	return false
}

// storms makes the names of storms events.
func (s *Scratch) storms(spans []Span, from int) []Span {
	s.storm = s.stormRanges(s.storm[:0])
	ranges := s.storm
	if len(ranges) == 0 {
		return spans
	}
	n, r := from, 0
	for _, x := range spans[from:] {
		for r < len(ranges) && ranges[r].Last <= x.First {
			r++
		}
		if r < len(ranges) && ranges[r].First < x.Last {
			if x.First >= ranges[r].First && x.Last <= ranges[r].Last {
				continue // the range takes its place
			}
			ranges[r].Class = Classes // "Hurricane Katrina Relief Fund"
		}
		if x.Last-x.First == 1 && s.isStorm(x, ranges) {
			x.Class, x.Margin = EVENT, max(x.Margin, sure)
		}
		spans[n] = x
		n++
	}
	spans = spans[:n]
	for _, x := range ranges {
		if x.Class == EVENT {
			spans = append(spans, x)
		}
	}
	slices.SortFunc(spans[from:], func(a, b Span) int { return cmp.Compare(a.First, b.First) })
	return spans
}

// stormRanges appends the full names of storms in the sentences where a capital
// means something: behind "Depression" only with its kind, behind "Storm" so or
// inside a sentence.
func (s *Scratch) stormRanges(out []Span) []Span {
	for _, seg := range s.Scan.Segments {
		for i := seg.First; i < seg.Last; i++ {
			if first, ok := s.stormAt(i); ok {
				out = append(out, Span{first, i + 2, EVENT, sure})
			}
		}
	}
	return out
}

// stormAt reports whether a storm's kind and name stand at tokens i and i+1, and
// where the kind starts.
func (s *Scratch) stormAt(i int) (first int, ok bool) {
	sc := &s.Scan
	w := &sc.words[i]
	if !w.cap || !text.OpensStorm(sc.a.At(i)) {
		return 0, false
	}
	sent := &sc.sentAt[sc.a.Tok[i].Sent]
	if sent.caps != 0 || i+1 >= sent.last || sc.a.Tok[i+1].Has(text.Newline) {
		return 0, false
	}
	next := &sc.words[i+1]
	const other = IsFunction | IsCalendar | IsTitle | IsOrgHead | IsFacHead | IsLandHead | IsPlaceNoun
	if !next.cap || next.kinds&hasLower == 0 || next.bits&other != 0 {
		return 0, false
	}
	first = i
	for first > sent.first && isStormKind(sc.a.At(first-1)) {
		first--
	}
	switch sc.a.At(i) {
	case "Depression":
		return first, first < i
	case "Storm":
		return first, first < i || !w.start
	}
	return first, true
}

// isStorm reports whether a name of one word is that of a storm.
func (s *Scratch) isStorm(x Span, storms []Span) bool {
	sc := &s.Scan
	low := sc.words[x.First].low
	if !slices.ContainsFunc(storms, func(r Span) bool { return sc.words[r.Last-1].low == low }) {
		return false
	}
	switch x.Class {
	case PER:
		// The article has a person of that name.
		e := &sc.table.slots[sc.words[x.First].slot]
		return e.long < 2 || s.inStorm(int(e.at), storms)
	case LOC:
		p := x.First - 1
		return x.Margin < unsure || p < 0 || sc.words[p].bits&IsPlacePrep == 0
	}
	return x.Class != ORG || x.Margin < sure
}

// inStorm reports whether token i is part of a storm's full name.
func (s *Scratch) inStorm(i int, storms []Span) bool {
	return slices.ContainsFunc(storms, func(r Span) bool { return r.First <= i && i < r.Last })
}
