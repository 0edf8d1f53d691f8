package name

import "dateline/pipeline/text"

// evidence is what the article as a whole says about one lower-cased word.
type evidence struct {
	key    uint64
	epoch  uint32
	lower  uint16    // times written in lower case
	middle uint16    // times capitalised where no sentence starts
	kind   text.Kind // of a longer, surer name that ends or starts with it
	score  uint8     // in hundredths; 0: no such name
}

// table is a hash table of evidence with open addressing. A new epoch empties
// it without touching the slots.
type table struct {
	slots []evidence
	epoch uint32
}

// reset empties the table and makes room for n words.
func (t *table) reset(n int) {
	size := 64
	for size < 2*n {
		size *= 2
	}
	t.epoch++
	if len(t.slots) < size || t.epoch == 0 {
		t.slots = make([]evidence, size)
		t.epoch = 1
	}
}

// at is the index of a key's slot, made if need be. There are never more keys
// than reset was told of, so a free slot always exists.
func (t *table) at(key uint64) uint32 {
	mask := uint32(len(t.slots) - 1)
	for i := uint32(key) & mask; ; i = (i + 1) & mask {
		e := &t.slots[i]
		if e.epoch != t.epoch {
			*e = evidence{key: key, epoch: t.epoch}
			return i
		}
		if e.key == key {
			return i
		}
	}
}

// hash is FNV-1a, mixed so that the low bits are good.
func hash[T string | []byte](b T) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(b) {
		h = (h ^ uint64(b[i])) * 1099511628211
	}
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15
	return h ^ h>>29
}

// word is what is known of one token.
type word struct {
	bits  bits
	slot  uint32 // of the table, which does not move within an article
	cap   bool   // written as a name is
	start bool   // a capital here means nothing: first word of a sentence or quotation
}

// read fills s.words and the table from the tokens.
func (s *Scratch) read(l *lexicon, a *text.Tokens) {
	s.table.reset(len(a.Tok) + 1)
	s.words = s.words[:0]
	s.wrapped = wrapped(a)
	start := false
	for i := range a.Tok {
		tok := &a.Tok[i]
		start = start || tok.Has(text.SentStart)
		var w word
		switch {
		case tok.Has(text.Possessive):
		case tok.Has(text.Word):
			surface := a.At(i)
			low := lower(&s.buf, surface)
			w.bits = l.word[string(low)]
			w.cap = startsName(tok, surface)
			w.start = start
			if low != nil {
				w.slot = s.table.at(hash(low))
			} else {
				w.slot = s.table.at(hash(surface))
			}
			s.table.slots[w.slot].count(w)
			start = false
		case tok.Has(text.Punct):
			start = start || opensQuote(a, i)
		default:
			start = false
		}
		s.words = append(s.words, w)
	}
}

// wrapped reports whether the text has hard line breaks inside its paragraphs:
// most of its lines are 40 to 110 bytes long, as agencies set them. Only then
// may a name go on after a line break.
func wrapped(a *text.Tokens) bool {
	lines, typical, from := 0, 0, uint32(0)
	for i := 1; i < len(a.Tok); i++ {
		if !a.Tok[i].Has(text.Newline) {
			continue
		}
		lines++
		if n := a.Tok[i-1].End - from; n >= 40 && n <= 110 {
			typical++
		}
		from = a.Tok[i].Start
	}
	return lines > 2 && typical*2 > lines
}

// count adds one occurrence.
func (e *evidence) count(w word) {
	const enough = 1000
	switch {
	case !w.cap:
		e.lower = min(e.lower+1, enough)
	case !w.start:
		e.middle = min(e.middle+1, enough)
	}
}

// opensQuote reports whether token i is a quotation mark in front of a word, a
// colon, or a bullet.
func opensQuote(a *text.Tokens, i int) bool {
	switch a.At(i) {
	case "“", "‘", ":", "•", "—", "–", "-", "«":
		return true
	case "\"", "'", "''", "``":
		return i+1 < len(a.Tok) && a.Tok[i].Has(text.Space) && !a.Tok[i+1].Has(text.Space)
	}
	return false
}

// startsName reports whether a word is written as a name is: with a capital
// first letter, a capital after an apostrophe or hyphen (d'Aubrac, al-Assad),
// or a capital second letter (iPhone).
func startsName(tok *text.Token, s string) bool {
	if tok.Has(text.Upper) {
		return true
	}
	if tok.Has(text.Digit) {
		return false
	}
	if len(s) > 2 && 'A' <= s[1] && s[1] <= 'Z' {
		return true
	}
	for i := 1; i+1 < len(s) && i < 5; i++ {
		if (s[i] == '\'' || s[i] == '-') && 'A' <= s[i+1] && s[i+1] <= 'Z' {
			return true
		}
	}
	return len(s) > 4 && s[1:4] == "’" && 'A' <= s[4] && s[4] <= 'Z'
}
