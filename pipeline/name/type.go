package name

import (
	"dateline/pipeline/text"
)

// cut takes a run apart at titles, known phrases and group names and adds a
// candidate for each piece.
func (r *reader) cut(i, j int) {
	if r.headline {
		r.known(i, j)
		return
	}
	i = r.dropOpening(i, j)
	if i >= j {
		return
	}
	if k, n := r.lastTitle(i, j); n > 0 && !r.institution(i, j) {
		r.piece(i, k-n, 0)
		r.piece(k, j, isTitle)
		return
	}
	r.piece(i, j, r.titleBefore(i))
}

// dropOpening skips words at the front of a run that only open a sentence.
func (r *reader) dropOpening(i, j int) int {
	for i+1 < j {
		w := &r.s.words[i]
		e := &r.s.table.slots[w.slot]
		if w.start && w.bits == 0 && e.middle == 0 && r.s.words[i+1].bits&(isPlace|isNorp) != 0 {
			return i + 1 // "Visit Riga"
		}
		if !w.start || w.bits&(isGiven|isNorp|isPlace|isTitle) != 0 || e.lower == 0 || e.middle > 0 {
			break
		}
		i++
	}
	return i
}

// lastTitle is the end of the last stretch of title words inside [i,j) and its
// length. A title at the very end counts as well ("NATO Secretary General").
func (r *reader) lastTitle(i, j int) (end, n int) {
	for k := j - 1; k >= i; k-- {
		if !r.title(k) {
			continue
		}
		end = k + 1
		for k >= i && r.title(k) {
			k--
		}
		return end, end - 1 - k
	}
	return 0, 0
}

func (r *reader) title(k int) bool {
	w := &r.s.words[k]
	return w.bits&isTitle != 0 && w.cap
}

// institution reports whether the run is one name in spite of a title word in
// it: "Estonian Foreign Ministry", "Prime Minister's" aside, "King Abdullah
// University", "General Motors".
func (r *reader) institution(i, j int) bool {
	last := r.s.words[j-1].bits
	if last&(isOrgHead|isFacHead|isEventHead) != 0 && last&isTitle == 0 && j-i > 1 {
		return true
	}
	w := &r.s.words[i]
	return w.bits&isOrgHead != 0 && w.bits&isTitle == 0 && i+1 < j && r.a.At(i+1) == "of"
}

// titleBefore is isTitle if a lower-case title stands before token i:
// "spokeswoman Irina Volkova".
func (r *reader) titleBefore(i int) bits {
	if i > r.first && r.s.words[i-1].bits&isTitle != 0 && r.s.words[i-1].bits&isFunction == 0 {
		return isTitle
	}
	return 0
}

// piece adds a candidate for tokens [i,j), split where a known phrase or a
// group's name starts it or a function word stands inside.
func (r *reader) piece(i, j int, before bits) {
	for i < j && r.loose(i) {
		i++
	}
	for j > i && r.loose(j-1) {
		j--
	}
	if i >= j {
		return
	}
	if b, n := r.t.lex.longest(r.a, i, j); n > 0 && (n == j-i || !r.institution(i, j)) {
		r.add(i, i+n, kindOf(b), 92)
		if i+n < j {
			r.piece(i+n, j, before)
		}
		return
	}
	w := &r.s.words[i]
	if j-i > 1 && w.bits&isNorp != 0 && !r.institution(i, j) && r.hasHead(i+1, j) == 0 {
		r.add(i, i+1, text.NORP, 90)
		r.piece(i+1, j, before)
		return
	}
	kind, score := r.typeOf(i, j, before)
	r.add(i, j, kind, score)
}

// loose reports whether a token may not stand at the edge of a name.
func (r *reader) loose(i int) bool {
	w := &r.s.words[i]
	return !r.a.Tok[i].Has(text.Word) || !w.cap && w.bits&isParticle == 0 ||
		w.bits&isFunction != 0 && w.bits&(isGiven|isNorp|isPlace|isOrgAlone|isCalendar) == 0 && !r.a.Tok[i].Has(text.AllCaps)
}

func (r *reader) add(i, j int, kind text.Kind, score uint8) {
	r.s.cand = append(r.s.cand, candidate{first: i, last: j, kind: kind, score: score})
}

// known adds what the word lists know of a headline's run, and nothing else.
func (r *reader) known(i, j int) {
	for i < j {
		if b, n := r.t.lex.longest(r.a, i, j); n > 0 {
			r.add(i, i+n, kindOf(b), 85)
			i += n
			continue
		}
		w := &r.s.words[i]
		switch {
		case w.bits&(isPlace|isRegion|isFacility|isNorp|isOrgAlone) != 0 && w.bits&isFunction == 0:
			r.add(i, i+1, kindOf(w.bits), 75)
		case w.bits&isGiven != 0 && i+1 < j && r.s.words[i+1].bits == 0 && w.bits&isFunction == 0:
			r.add(i, i+2, text.PER, 60)
			i++
		case r.a.Tok[i].Has(text.AllCaps) && w.bits == 0 && !r.capitals:
			r.add(i, i+1, text.ORG, 50)
		}
		i++
	}
}

// kindOf is the type that the lists give a whole phrase.
func kindOf(b bits) text.Kind {
	switch {
	case b&isPlace != 0:
		return text.GPE
	case b&isFacility != 0:
		return text.FAC
	case b&isRegion != 0:
		return text.LOC
	case b&isNorp != 0:
		return text.NORP
	}
	return text.ORG
}

// hasHead is the bits of head words in [i,j).
func (r *reader) hasHead(i, j int) bits {
	var b bits
	for ; i < j; i++ {
		b |= r.s.words[i].bits
	}
	return b & (isOrgHead | isFacHead | isLandHead | isEventHead)
}

// typeOf decides the type of tokens [i,j) and how sure it is.
func (r *reader) typeOf(i, j int, before bits) (text.Kind, uint8) {
	w, last := &r.s.words[i], &r.s.words[j-1]
	one := j-i == 1
	if one {
		if k, score := r.typeOne(i, before); score > 0 {
			return k, score
		}
	}
	if r.t.places != nil && before == 0 {
		if k, ok := r.t.places(r.a.Slice(i, j)); ok && w.bits&isGiven == 0 {
			// The gazetteer has a village for most surnames: one word of it
			// gives way to a person of that name in the same article.
			if one {
				return k, 65
			}
			return k, 85
		}
	}
	heads := r.hasHead(i, j)
	switch {
	case one:
		return r.guessOne(i)
	case last.bits&isOrgTail != 0:
		return text.ORG, 95
	case w.bits&isOrgHead != 0 && r.a.At(i+1) == "of", last.bits&isOrgHead != 0 && last.bits&isFacHead == 0:
		return text.ORG, 88
	case before&isTitle != 0 && heads&(isOrgHead|isFacHead) == 0:
		return text.PER, 95
	case w.bits&isLandFirst != 0, last.bits&isLandHead != 0:
		return text.LOC, 85
	case last.bits&isFacHead != 0:
		return text.FAC, 80
	case last.bits&isEventHead != 0:
		return text.EVENT, 75
	case w.bits&isGiven != 0 && heads&isOrgHead == 0:
		return text.PER, 90
	case heads&isOrgHead != 0:
		return text.ORG, 75
	case i > r.first && r.s.words[i-1].bits&isShip != 0:
		return text.MISC, 70
	case r.speech(i, j), r.age(j):
		return text.PER, 85
	case r.placeNoun(i, j):
		return text.GPE, 60
	case j-i <= 4:
		return r.guessMany(i, j)
	}
	return text.ORG, 35
}

// typeOne decides a single word that the lists know.
func (r *reader) typeOne(i int, before bits) (text.Kind, uint8) {
	w := &r.s.words[i]
	switch {
	case before&isTitle != 0 && w.bits&(isNorp|isPlace|isOrgHead) == 0:
		return text.PER, 90
	case w.bits&(isPlace|isRegion|isFacility|isNorp) != 0:
		return kindOf(w.bits), 92
	case w.bits&isOrgAlone != 0:
		return text.ORG, 85
	case r.a.Tok[i].Has(text.AllCaps) && !r.headline && w.bits&(isFunction|isTitle) == 0:
		return text.ORG, 70
	case w.bits&(isOrgHead|isFacHead|isLandHead|isEventHead) != 0:
		// "the Ministry", "the Senate": a head alone names nothing.
		if r.s.words[i].start {
			return text.ORG, 10
		}
		return text.ORG, 35
	}
	return 0, 0
}

// guessOne decides a single unknown word by its neighbours.
func (r *reader) guessOne(i int) (text.Kind, uint8) {
	w := &r.s.words[i]
	e := &r.s.table.slots[w.slot]
	doubtful := w.start && (e.middle == 0 || e.lower > 0)
	if e.lower > 2*e.middle {
		doubtful = true
	}
	possessive := i+1 < r.last && r.a.Tok[i+1].Has(text.Possessive)
	switch {
	case r.speech(i, i+1) && e.lower == 0:
		return text.PER, 60
	case w.bits&isGiven != 0 && e.lower == 0:
		return text.PER, 55
	case doubtful && !possessive:
		return text.MISC, 10
	case i > r.first && r.s.words[i-1].bits&isShip != 0:
		return text.MISC, 60
	case i > r.first && r.s.words[i-1].bits&isPlacePrep != 0, r.placeNoun(i, i+1):
		return text.GPE, 55
	case possessive:
		return text.PER, 40
	}
	return text.ORG, 35
}

// guessMany decides two to four unknown words: people are the commonest.
func (r *reader) guessMany(i, j int) (text.Kind, uint8) {
	if i > r.first && r.s.words[i-1].bits&isPlacePrep != 0 && r.a.At(i-1) != "from" && r.a.At(i-1) != "to" {
		return text.GPE, 45
	}
	for k := i; k < j; k++ {
		e := &r.s.table.slots[r.s.words[k].slot]
		if e.lower > 0 && r.s.words[k].cap {
			return text.ORG, 40
		}
	}
	return text.PER, 50
}

// speech reports whether a verb of speech stands beside tokens [i,j).
func (r *reader) speech(i, j int) bool {
	if j < r.last && r.s.words[j].bits&isSpeech != 0 {
		return true
	}
	return i > r.first && r.s.words[i-1].bits&isSpeech != 0 && j < r.last && r.a.Tok[j].Has(text.Punct)
}

// placeNoun reports whether "town of" stands before or "province" after.
func (r *reader) placeNoun(i, j int) bool {
	if j < r.last && r.s.words[j].bits&isPlaceNoun != 0 && !r.s.words[j].cap {
		return true
	}
	return i >= r.first+2 && r.a.At(i-1) == "of" && r.s.words[i-2].bits&(isPlaceNoun|isLandHead) != 0
}

// age reports whether an age in commas follows: ", 27,".
func (r *reader) age(j int) bool {
	return j+2 < r.last && r.a.At(j) == "," && r.a.Tok[j+1].Has(text.Number) &&
		r.a.Tok[j+1].End-r.a.Tok[j+1].Start == 2 && r.a.Tok[j+2].Has(text.Punct)
}
