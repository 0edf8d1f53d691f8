package model

import "strings"

// PlaceKind is what kind of place a name of class LOC is.
type PlaceKind uint8

// The kinds of places that the word lists can tell.
const (
	PlaceUnknown  PlaceKind = iota
	PlaceState              // country, state, town
	PlaceLand               // region, continent, water, mountains
	PlaceFacility           // building, street, airport, seat of government
)

// PlaceKind tells the kind of a place by the lists: the name as a whole, then
// the head inside it ("Gulf of", "Airport").
func (s *Scan) PlaceKind(x Span) PlaceKind {
	key := s.words[x.First].low
	for i := x.First + 1; i < x.Last; i++ {
		key = pair(key, s.words[i].low)
	}
	switch b := s.r.lex.of(key); {
	case b&IsPlace != 0:
		return PlaceState
	case b&IsFacility != 0:
		return PlaceFacility
	case b&IsRegion != 0:
		return PlaceLand
	}
	if x.Last-x.First > 1 {
		first, last := s.words[x.First].bits, s.words[x.Last-1].bits
		switch {
		case last&IsFacHead != 0 && last&IsLandHead == 0:
			return PlaceFacility
		case first&IsLandFirst != 0, last&IsLandHead != 0 && last&IsFacHead == 0:
			return PlaceLand
		case first&IsLandHead != 0 && strings.EqualFold(s.a.At(x.First+1), "of"):
			return PlaceLand
		}
	}
	switch b := s.r.lists.of(key); {
	case b&(ListBig|ListTown|ListDistrict) != 0:
		return PlaceState
	case b&ListLand != 0:
		return PlaceLand
	}
	return PlaceUnknown
}

// suffixes are the small words that follow a name and a hyphen without being
// part of it.
var suffixes = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`based born led backed controlled held occupied run owned made funded
		style era wide area bound headquartered educated trained affiliated linked aligned allied
		inspired related friendly supported sponsored dominated majority speaking native listed area
		administered ruled annexed brokered mediated mandated sanctioned launched built`) {
		m[w] = true
	}
	return m
}()

// Suffix reports whether a small word after a hyphen is no part of the name
// before it: the "based" of "Paris-based".
func Suffix(w string) bool { return suffixes[w] }

// Version is the first twelve hex digits of the model's SHA-256.
func (m *Model) Version() string {
	const hex = "0123456789abcdef"
	var b [12]byte
	for i := range b {
		b[i] = hex[m.Sum[i/2]>>(4*(1-i%2))&15]
	}
	return string(b[:])
}
