package name

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/pipeline/text"
)

// bits say what a word usually is; a word may have several.
type bits uint32

const (
	isFunction bits = 1 << iota
	isCalendar
	isTitle
	isSpeech
	isOrgHead
	isOrgTail
	isOrgAlone
	isFacHead
	isLandHead
	isLandFirst
	isEventHead
	isShip
	isParticle
	isPlacePrep
	isPlaceNoun
	isGiven
	isNorp
	isPlace    // whole string: a country, town or state
	isRegion   // whole string: region or water
	isFacility // whole string: seat of government or other building
)

// maxPhrase is the longest phrase of the lexicon in tokens ("Democratic
// Republic of the Congo").
const maxPhrase = 5

// maxKey bounds a looked-up word or phrase in bytes; longer ones are unknown.
const maxKey = 64

// lexicon maps a lower-case word or phrase to its bits. It is filled by
// newLexicon and read-only after that.
type lexicon struct {
	word    map[string]bits
	phrase  map[string]bits // keys with a space
	starter map[string]bool // first words of phrases
}

func newLexicon() *lexicon {
	l := &lexicon{
		word:    make(map[string]bits, 4096),
		phrase:  make(map[string]bits, 512),
		starter: make(map[string]bool, 512),
	}
	for _, list := range []struct {
		words string
		bit   bits
	}{
		{functionWords, isFunction}, {calendarWords, isCalendar}, {titleWords, isTitle},
		{speechVerbs, isSpeech}, {orgHeads, isOrgHead}, {orgTails, isOrgTail | isOrgHead},
		{orgAlone, isOrgAlone}, {facilityHeads, isFacHead}, {landHeads, isLandHead},
		{landFirst, isLandFirst}, {eventHeads, isEventHead}, {shipWords, isShip},
		{particles, isParticle}, {placePrepositions, isPlacePrep}, {givenNames, isGiven},
		{placeNouns, isPlaceNoun},
	} {
		for w := range strings.FieldsSeq(list.words) {
			l.word[w] |= list.bit
		}
	}
	for line := range strings.SplitSeq(strings.TrimSpace(countryLines), "\n") {
		names, demonyms, _ := strings.Cut(line, "|")
		l.addAll(names, isPlace)
		l.addAll(demonyms, isNorp)
	}
	l.addAll(otherGroups, isNorp)
	l.addAll(cityNames, isPlace)
	l.addAll(regionNames, isRegion)
	l.addAll(facilityNames, isFacility)
	return l
}

func (l *lexicon) addAll(list string, b bits) {
	for s := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ';' || r == '\n' }) {
		s = strings.ToLower(strings.TrimSpace(s))
		first, _, many := strings.Cut(s, " ")
		switch {
		case s == "":
		case many:
			l.phrase[s] |= b
			l.starter[first] = true
		default:
			l.word[s] |= b
		}
	}
}

// lower writes the lower-case form of s into buf, curly apostrophes made
// straight, and returns it; nil if it does not fit.
func lower(buf *[maxKey]byte, s string) []byte {
	if len(s) > maxKey {
		return nil
	}
	n := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			if n == maxKey {
				return nil
			}
			buf[n] = c
			n++
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if r == '’' || r == '‘' {
			r = '\''
		}
		r = unicode.ToLower(r)
		if n+utf8.RuneLen(r) > maxKey {
			return nil
		}
		n += utf8.EncodeRune(buf[n:], r)
	}
	return buf[:n]
}

// longest is the longest phrase of the lexicon that starts at token i and ends
// before end: its bits and its length in tokens, 0 if there is none of two
// tokens or more.
func (l *lexicon) longest(a *text.Tokens, i, end int) (bits, int) {
	var buf [maxKey]byte
	if !l.starter[string(lower(&buf, a.At(i)))] {
		return 0, 0
	}
	for n := min(maxPhrase, end-i); n >= 2; n-- {
		s := a.Slice(i, i+n)
		if strings.ContainsAny(s, "\n\t") {
			continue
		}
		if b := l.phrase[string(lower(&buf, s))]; b != 0 {
			return b, n
		}
	}
	return 0, 0
}
