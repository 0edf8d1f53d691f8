package model

import (
	"strings"
)

// Bits say what a word usually is; a word may have several.
type Bits uint32

// What the word lists say.
const (
	IsFunction Bits = 1 << iota
	IsCalendar
	IsTitle
	IsSpeech
	IsOrgHead
	IsOrgTail
	IsOrgAlone
	IsFacHead
	IsLandHead
	IsLandFirst
	IsEventHead
	IsShip
	IsParticle
	IsPlacePrep
	IsPlaceNoun
	IsGiven
	IsNorp
	IsPlace    // whole string: a country, town or state
	IsRegion   // whole string: region or water
	IsFacility // whole string: seat of government or other building
	IsNoName   // written like a name, but none
	starts     // first word of a phrase of the lists

	// IsGeneric is a body or place only with another word, or by an earlier
	// mention. It is for the document pass, not for features.
	IsGeneric
	IsDisease // for the document pass, too

	featureBits = IsGeneric - 1
)

// maxPhrase is the longest phrase of the lists in tokens ("Democratic Republic
// of the Congo").
const maxPhrase = 5

// lexicon maps the hash of a lower-case word, or the joined hashes of a
// phrase, to bits. Read-only after it is made.
type lexicon struct {
	slots []lexSlot
}

type lexSlot struct {
	key  uint64
	bits Bits
}

const lexSize = 1 << 13 // about 3,000 entries

func newLexicon() *lexicon {
	l := &lexicon{slots: make([]lexSlot, lexSize)}
	for _, list := range []struct {
		words string
		bit   Bits
	}{
		{functionWords, IsFunction}, {calendarWords, IsCalendar}, {titleWords, IsTitle},
		{speechVerbs, IsSpeech}, {orgHeads, IsOrgHead}, {orgTails, IsOrgTail | IsOrgHead},
		{orgAlone, IsOrgAlone}, {facilityHeads, IsFacHead}, {landHeads, IsLandHead},
		{landFirst, IsLandFirst}, {eventHeads, IsEventHead}, {shipWords, IsShip},
		{particles, IsParticle}, {placePrepositions, IsPlacePrep}, {placeNouns, IsPlaceNoun},
		{givenNames, IsGiven}, {noNames, IsNoName}, {genericHeads, IsGeneric}, {diseases, IsDisease},
	} {
		for w := range strings.FieldsSeq(list.words) {
			l.add(w, list.bit)
		}
	}
	for line := range strings.SplitSeq(strings.TrimSpace(countryLines), "\n") {
		names, demonyms, _ := strings.Cut(line, "|")
		l.addAll(names, IsPlace)
		l.addAll(demonyms, IsNorp)
	}
	l.addAll(otherGroups, IsNorp)
	l.addAll(cityNames, IsPlace)
	l.addAll(regionNames, IsRegion)
	l.addAll(facilityNames, IsFacility)
	return l
}

func (l *lexicon) addAll(list string, b Bits) {
	for s := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ';' || r == '\n' }) {
		if s = strings.TrimSpace(s); s != "" {
			l.add(s, b)
		}
	}
}

// add enters a word or a phrase of words with one space between.
func (l *lexicon) add(s string, b Bits) {
	words := strings.Fields(s)
	key := lowHash(words[0])
	if len(words) > 1 {
		if b&featureBits != 0 {
			*l.slot(key) |= starts
		}
		for _, w := range words[1:] {
			key = pair(key, lowHash(w))
		}
	}
	*l.slot(key) |= b
}

func lowHash(s string) uint64 {
	_, l, _ := hashWord(s)
	return l
}

func (l *lexicon) slot(key uint64) *Bits {
	for i := key % lexSize; ; i = (i + 1) % lexSize {
		if s := &l.slots[i]; s.key == key || s.bits == 0 && s.key == 0 {
			s.key = key
			return &s.bits
		}
	}
}

func (l *lexicon) of(key uint64) Bits {
	for i := key % lexSize; ; i = (i + 1) % lexSize {
		switch s := &l.slots[i]; s.key {
		case key:
			return s.bits
		case 0:
			return 0
		}
	}
}
