package name

import (
	"strings"

	"dateline/pipeline/text"
)

// reader walks one article.
type reader struct {
	t *Tagger
	a *text.Tokens
	s *Scratch

	first, last int  // the sentence's tokens
	capitals    bool // the sentence has no lower-case letter
	headline    bool // every word of the sentence is capitalised: capitals say nothing
}

// sentence collects the candidates of tokens [first,last).
func (r *reader) sentence(first, last int) {
	r.first, r.last = first, last
	r.capitals = true
	for i := first; i < last && r.capitals; i++ {
		r.capitals = !r.a.Tok[i].Has(text.Lower)
	}
	r.headline = r.isHeadline()
	for i := first; i < last; {
		n := r.runFrom(i)
		if n == 0 {
			i++
			continue
		}
		r.cut(i, i+n)
		i += n
	}
}

// isHeadline reports whether so many of the sentence's words are capitalised
// that it is in title case or in capitals: all of at least three, function
// words and the first word aside; one may be missing of eight or more. A line of
// names ("Jane Roe, John Doe and Max Muster") is capitalised as well; a
// headline has a capitalised function word or is longer.
func (r *reader) isHeadline() bool {
	caps, words, function := 0, 0, 0
	for i := r.first; i < r.last; i++ {
		w := r.s.words[i]
		if !r.a.Tok[i].Has(text.Word) || w.start {
			continue
		}
		if w.bits&(isFunction|isParticle) != 0 && w.bits&isGiven == 0 {
			if w.cap && w.bits&(isCalendar|isTitle) == 0 {
				function++
			}
			continue
		}
		words++
		if w.cap {
			caps++
		}
	}
	if caps < words && (words < 8 || caps < words-1 || function == 0) {
		return false
	}
	return words >= 3 && function > 0 || words > 6
}

// runFrom is the number of tokens of the run of name words that starts at i:
// capitalised words, with particles before and between them, and with "of",
// "for", "and", "&" after the head of an institution.
func (r *reader) runFrom(i int) int {
	j := i
	if !r.nameWord(i) {
		// A particle may open a name ("van Houten"), unless it follows a number
		// or opens the sentence in lower case.
		if r.s.words[i].bits&isParticle == 0 || r.s.words[i].cap || r.a.Tok[i].Has(text.Abbrev) {
			return 0
		}
		if r.a.At(i) == "den" || r.a.At(i) == "di" && i == r.first {
			return 0
		}
		for j < r.last && r.s.words[j].bits&isParticle != 0 && j-i < 3 {
			j++
		}
		if !r.nameWord(j) || r.s.words[j].start {
			return 0
		}
	}
	head := bits(0)
	for j < r.last {
		if r.nameWord(j) && (j == i || r.close(j)) {
			head |= r.s.words[j].bits
			j++
			continue
		}
		n := r.connector(j, head)
		if n == 0 {
			break
		}
		j += n
	}
	return j - i
}

// nameWord reports whether token i may stand in a name by itself.
func (r *reader) nameWord(i int) bool {
	if i >= r.last {
		return false
	}
	w := &r.s.words[i]
	if !w.cap {
		return false
	}
	switch {
	case w.bits&isCalendar != 0:
		return r.calendarName(i)
	case w.bits&isFunction == 0, w.bits&isGiven != 0 && (!w.start || r.givenAtStart(i)):
		return true
	}
	// "US", "IT": a function word in capitals, in text that is not.
	return r.a.Tok[i].Has(text.AllCaps) && !r.headline && r.a.Tok[i].End-r.a.Tok[i].Start > 1
}

// givenAtStart reports whether a function word that is a given name too opens
// a person's name at the start of a sentence: "Will Roe said", not "Will
// Estonia pay".
func (r *reader) givenAtStart(i int) bool {
	if i+1 >= r.last || !r.s.words[i+1].cap {
		return false
	}
	return r.s.words[i+1].bits&(isFunction|isPlace|isNorp|isTitle|isOrgAlone|isCalendar|isGiven) == 0 &&
		!r.a.Tok[i+1].Has(text.AllCaps)
}

// calendarName reports whether a month or weekday is a person's name here:
// "Theresa May", "June Roe said", "April Roe".
func (r *reader) calendarName(i int) bool {
	switch r.a.At(i) {
	case "May", "June", "April", "August", "Sun", "Jan":
	default:
		return false
	}
	if i > r.first && r.s.words[i-1].cap && r.close(i) {
		return r.s.words[i-1].bits&(isGiven|isTitle) != 0 && r.s.words[i-1].bits&isFunction == 0
	}
	return false
}

// close reports whether token i stands on one line with its neighbour, or in a
// text with wrapped lines.
func (r *reader) close(i int) bool {
	return !r.a.Tok[i].Has(text.Newline) || r.s.wrapped
}

// connector is the number of lower-case tokens at j that join the capitalised
// word before to the one after; 0 if there is no such join. head is what the
// run has shown so far.
func (r *reader) connector(j int, head bits) int {
	if !r.close(j) {
		return 0
	}
	w := &r.s.words[j]
	switch {
	case w.bits&isParticle != 0 && !w.cap:
		for n := 1; n <= 3; n++ {
			if r.nameWord(j + n) {
				return n
			}
			if j+n >= r.last || r.s.words[j+n].bits&isParticle == 0 && r.a.At(j+n) != "la" && r.a.At(j+n) != "los" {
				return 0
			}
		}
		return 0
	case r.a.At(j) == "&":
		if r.nameWord(j + 1) {
			return 1
		}
		return 0
	}
	if head&(isOrgHead|isFacHead|isLandHead|isEventHead|isLandFirst) == 0 || w.cap {
		return 0
	}
	switch r.a.At(j) {
	case "of", "for":
		if r.nameWord(j + 1) {
			return 1
		}
		if j+1 < r.last && strings.EqualFold(r.a.At(j+1), "the") && r.nameWord(j+2) {
			return 2
		}
	case "and":
		// "Ministry of Trade and Industry": only inside what "of" opened, so
		// that "the University and John" stays two.
		if head&isOrgHead != 0 && j >= 2 && r.ofBefore(j) && r.nameWord(j+1) &&
			r.s.words[j+1].bits&(isGiven|isPlace|isNorp) == 0 {
			return 1
		}
	}
	return 0
}

// ofBefore reports whether "of" or "for" stands at most three tokens before j.
func (r *reader) ofBefore(j int) bool {
	for k := j - 1; k >= r.first && k >= j-3; k-- {
		if s := r.a.At(k); s == "of" || s == "for" {
			return true
		}
	}
	return false
}
