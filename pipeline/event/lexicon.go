package event

import (
	_ "embed"
	"slices"
	"strings"

	"dateline/pipeline/text"
)

//go:embed lexicon.txt
var lexiconText string

// form is how a word of the lexicon is inflected.
type form uint8

const (
	baseForm form = iota
	sForm         // third person
	pastForm
	partForm // past participle, where it differs from the past
	ingForm
)

// sense is what a word can be: a verb form, a noun, or both.
type sense struct {
	verb, noun bool
	form       form
	part       bool // the past is the participle too
	typ, ntyp  uint8
	light      bool // takes its type from its noun
	gram       gram
	particles  []particle
}

// gram is the set of grammatical classes of a word.
type gram uint64

const (
	gBe gram = 1 << iota
	gAux
	gPastaux
	gBare
	gWill
	gWould
	gModal
	gNot
	gNone
	gTo
	gPlanned
	gThat
	gRelative
	gWhile
	gIf
	gAfter
	gAnd
	gBy
	gArticle
	gDet
	gPronoun
	gDeny
	gPunct  // a sign
	gNumber // digits
	gQuote  // a quotation mark
	gStop   // ; : - or a bracket
	gComma
	gUpper // starts with a capital
	gPoss  // possessive mark
	gPast  // unknown to the lexicon, ends in -ed
	gPrep
	gActs    // a noun that acts for the name before it: NATO officials
	gTime    // an adverb of time
	gTells   // a verb of saying whose object is who hears it
	gAdds    // a verb of saying only before what is said
	gThere   // there
	gInside  // between brackets
	gFinite  // a finite verb
	gLower   // in small letters, longer than an article or preposition
	gBracket // opens what is between brackets, or closes it
)

var gramNames = map[string]gram{"BE": gBe, "AUX": gAux, "PASTAUX": gPastaux, "BARE": gBare, "WILL": gWill, "WOULD": gWould, "MODAL": gModal,
	"NOT": gNot, "NONE": gNone, "TO": gTo, "PLANNED": gPlanned, "THAT": gThat, "RELATIVE": gRelative, "WHILE": gWhile, "IF": gIf, "AFTER": gAfter,
	"AND": gAnd, "BY": gBy, "ARTICLE": gArticle, "DET": gDet, "PRONOUN": gPronoun, "DENY": gDeny,
	"PREP": gPrep, "ACTS": gActs, "TIME": gTime, "TELLS": gTells, "ADDS": gAdds, "THERE": gThere}

// anyAux are the auxiliaries of all kinds.
const anyAux = gBe | gAux | gWill | gWould | gModal

// particle is a second word that makes another verb: call for.
type particle struct {
	word string
	typ  uint8
}

// statement is the type of verbs of saying.
var statement = uint8(slices.Index(typeNames, "STATEMENT"))

// lexicon is the parsed table, typeNames the types of events; the empty name
// is for events of no known type. Both are read only.
var lexicon, typeNames = readLexicon(lexiconText)

// readLexicon parses the table and inflects its verbs. A malformed line is a
// programming error: it panics, and the test that loads the package fails.
func readLexicon(src string) (map[string]*sense, []string) {
	m := make(map[string]*sense, 4096)
	types := []string{""}
	typeID := func(name string) uint8 {
		if name == "-" || name == "~" {
			return 0
		}
		i := slices.Index(types, name)
		if i < 0 {
			i = len(types)
			types = append(types, name)
		}
		return uint8(i)
	}
	at := func(w string) *sense {
		s := m[w]
		if s == nil {
			s = &sense{}
			m[w] = s
		}
		return s
	}
	for _, line := range strings.Split(src, "\n") {
		head, list, ok := strings.Cut(line, ": ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		kind, name, _ := strings.Cut(head, " ")
		if kind == "word" {
			g, ok := gramNames[name]
			if !ok {
				panic("event: lexicon.txt: word class " + name)
			}
			for _, w := range strings.Fields(list) {
				at(w).gram |= g
			}
			continue
		}
		typ := typeID(name)
		for _, w := range strings.Fields(list) {
			if kind == "noun" {
				s := at(w)
				s.noun, s.ntyp = true, typ
				continue
			}
			w, part, _ := strings.Cut(w, "_")
			forms, irregular := inflect(w)
			for f, text := range forms {
				s := at(text)
				if part != "" {
					s.particles = append(s.particles, particle{part, typ})
					if !s.verb {
						s.verb, s.form = true, form(f)
					}
				} else {
					s.typ = typ
					s.light = s.light || name == "~"
					if !s.verb || f != int(partForm) {
						s.verb, s.form = true, form(f)
					}
				}
				if f == int(pastForm) && forms[pastForm] == forms[partForm] || !irregular && f == int(pastForm) {
					s.part = true
				}
				if f == int(partForm) && forms[pastForm] != text {
					s.form = partForm
				}
			}
		}
	}
	return m, types
}

// disaster is the type of disasters: an earthquake that strikes is no assault.
var disaster = uint8(slices.Index(typeNames, "DISASTER"))

// inflect gives the five forms of a lemma: regular, or with the past and the
// participle behind strokes.
func inflect(w string) (forms [5]string, irregular bool) {
	f := strings.Split(w, "/")
	stem := f[0]
	double := strings.HasSuffix(stem, "+")
	stem = strings.TrimSuffix(stem, "+")
	last := stem[len(stem)-1]
	before := byte('a')
	if len(stem) > 1 {
		before = stem[len(stem)-2]
	}
	vowel := strings.IndexByte("aeiou", before) >= 0
	hard := stem
	if double {
		hard = stem + string(last)
	}
	forms[baseForm], forms[sForm], forms[pastForm], forms[ingForm] = stem, stem+"s", hard+"ed", hard+"ing"
	switch {
	case last == 'e' && before == 'i': // die, dying
		forms[pastForm], forms[ingForm] = stem+"d", stem[:len(stem)-2]+"ying"
	case last == 'e':
		forms[pastForm], forms[ingForm] = stem+"d", stem[:len(stem)-1]+"ing"
		if before == 'e' {
			forms[ingForm] = stem + "ing"
		}
	case last == 'y' && !vowel:
		forms[sForm], forms[pastForm] = stem[:len(stem)-1]+"ies", stem[:len(stem)-1]+"ied"
	case last == 's' || last == 'x' || last == 'z' || strings.HasSuffix(stem, "ch") || strings.HasSuffix(stem, "sh"):
		forms[sForm] = stem + "es"
	case last == 'o':
		forms[sForm] = stem + "es"
	}
	forms[partForm] = forms[pastForm]
	if len(f) == 3 {
		forms[pastForm], forms[partForm] = f[1], f[2]
		return forms, true
	}
	return forms, false
}

// slot is a word of the table that lookup reads, packed into 16 bytes.
type slot struct {
	lo, hi uint64
	sense  *sense
}

const (
	tableBits = 13
	longest   = 16 // bytes of a word
)

// table holds the lexicon, open to the next slot; firsts tells by a word's first
// two bytes which lengths there are. Most words of a text are refused by them.
var table, firsts = buildTable(lexicon)

func buildTable(words map[string]*sense) (*[1 << tableBits]slot, *[1 << 10]uint32) {
	t, f := new([1 << tableBits]slot), new([1 << 10]uint32)
	if len(words) > len(t)/2 {
		panic("event: lexicon.txt: more words than the table is made for")
	}
	for w, s := range words {
		if len(w) > longest {
			panic("event: lexicon.txt: " + w + " is too long")
		}
		lo, hi := text.Pack(w)
		i := place(lo, hi)
		for t[i].sense != nil {
			i = (i + 1) & (1<<tableBits - 1)
		}
		t[i] = slot{lo, hi, s}
		f[pair(w)] |= 1 << len(w)
	}
	return t, f
}

// pair is the place of a word's first two bytes in firsts: their five low bits,
// which letters have in common with their capitals.
func pair(w string) int {
	i := int(w[0]&31) << 5
	if len(w) > 1 {
		i |= int(w[1] & 31)
	}
	return i
}

// place is the first slot of a packed word; the multipliers are arbitrary odd
// numbers.
func place(lo, hi uint64) uint64 {
	h := (lo ^ hi*0xff51afd7ed558ccd) * 0x9e3779b97f4a7c15
	return h >> (64 - tableBits)
}

// lookup finds a word without regard to case; nil if the lexicon has it not.
func lookup(w string) *sense {
	if len(w) > longest || len(w) == 0 || firsts[pair(w)]&(1<<len(w)) == 0 {
		return nil
	}
	lo, hi := text.Pack(w)
	for i := place(lo, hi); table[i].sense != nil; i = (i + 1) & (1<<tableBits - 1) {
		if table[i].lo == lo && table[i].hi == hi {
			return table[i].sense
		}
	}
	return nil
}
