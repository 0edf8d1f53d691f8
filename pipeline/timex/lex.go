package timex

import (
	"strings"

	"dateline/pipeline/text"
)

// class is what a lexeme can be in a pattern of rules.txt.
type class uint8

// entry is a word of words.txt, its lower-case letters packed into 16 bytes.
type entry struct {
	lo, hi uint64
	val    int16
	class  class
	flags  uint8
}

// Flags of words and lexemes.
const (
	capital  uint8 = 1 << iota // counts only with a capital, outside text in capitals
	abbrev                     // counts only beside a dot or digit
	upper                      // the lexeme starts with a capital letter
	dotted                     // the lexeme ends with a dot
	inner                      // the lexeme is a part of a hyphenated token
	paren                      // unused by words: set on parts after a bracket
	suffixed                   // the number has an ordinal or clock suffix
)

// lexeme is a trigger word, number or sign. Words that no rule knows are not
// emitted; next tells whether a lexeme touches the one before.
type lexeme struct {
	off, end uint32
	tok      uint32 // index of its token
	last     uint32 // index of its last token, for names and broken numbers
	val      int32
	class    class
	flags    uint8
	aux      int16 // second value: minutes, or the year of a numeric date
}

// lexer cuts sentences into lexemes.
type lexer struct {
	t     *text.Tokens
	lex   []lexeme
	caps  bool // the sentence is mostly in capitals: case tells nothing
	named *namedTable

	memory text.ByNumber[*entry]
	known  []*entry // of the text under way
}

// What the lexer keeps of a word that has a number is its entry, or one of these:
// it emits nothing, or it is to be read where it stands.
var silent, open entry

// sentence emits the lexemes of a sentence.
func (x *lexer) sentence(s text.Sentence) {
	x.lex = x.lex[:0]
	x.caps = x.inCapitals(s)
	t := x.t
	for i := s.First; i < s.Last; i++ {
		k := &t.Tok[i]
		e := x.known[k.Number]
		if e == nil {
			if e = x.meaning(k); k.Number != 0 {
				x.known[k.Number] = e
			}
		}
		switch e {
		case &silent:
		case &open:
			i = x.token(i, s.Last)
		default:
			x.emitWord(e, i, int(k.Start), int(k.End), false, 0)
		}
	}
}

// token reads token i where it stands, and says which one it has read last.
func (x *lexer) token(i, last uint32) uint32 {
	k := &x.t.Tok[i]
	switch {
	case k.Flags&text.Possessive != 0:
		x.emit(i, int(k.Start), int(k.End), cPoss, 0, 0)
	case x.numeral(k):
		return x.number(i, last)
	case k.Flags&text.Word != 0:
		return x.word(i, last)
	default:
		x.sign(i)
	}
	return i
}

// numeral reports whether a token starts with a digit, or an apostrophe and a digit.
func (x *lexer) numeral(k *text.Token) bool {
	c := x.t.Text[k.Start]
	return k.Flags&text.Digit != 0 && (isDigit(c) || c == '\'' || c >= 0x80)
}

// meaning is what a token means wherever it stands.
func (x *lexer) meaning(k *text.Token) *entry {
	s := x.t.Text[k.Start:k.End]
	c := s[0] | 0x20
	switch {
	case k.Flags&text.Possessive != 0 || x.numeral(k):
		return &open
	case k.Flags&text.Word == 0:
		if signClass(s) == cNone {
			return &silent
		}
		return &open
	case c-'a' > 25:
		return &silent
	case x.named.begins(c, s) || mayPart(k, s):
		return &open
	}
	switch e, dot := whole(s); {
	case e == nil:
		return &silent
	case dot:
		return &open
	default:
		return e
	}
}

// inCapitals reports whether most words of the sentence are in capitals, as in
// old wire copy and headlines.
func (x *lexer) inCapitals(s text.Sentence) bool {
	upper, lower := 0, 0 // counted without branches: nobody foresees which word has a capital
	toks := x.t.Tok[s.First:s.Last]
	for i := range toks {
		f := toks[i].Flags
		word, small := f&text.Word/text.Word, f&text.Lower/text.Lower
		lower += int(word & small)
		upper += int(word & (f & text.AllCaps / text.AllCaps) &^ small)
	}
	return upper > lower
}

func (x *lexer) emit(tok uint32, off, end int, c class, val int32, flags uint8) *lexeme {
	x.lex = append(x.lex, lexeme{off: uint32(off), end: uint32(end), tok: tok, last: tok, val: val, class: c, flags: flags})
	return &x.lex[len(x.lex)-1]
}

// word looks a token up, whole, then by its hyphenated parts.
func (x *lexer) word(i, last uint32) uint32 {
	k := &x.t.Tok[i]
	s := x.t.Text[k.Start:k.End]
	c := s[0] | 0x20
	if c-'a' > 25 {
		return i
	}
	if x.named.begins(c, s) {
		if j, id, end, ok := x.named.match(x.t, i, last, x.caps); ok {
			h := x.emit(i, int(k.Start), end, cHol, int32(id), 0)
			h.last = j
			return j
		}
	}
	if e, dot := whole(s); e != nil {
		x.emitWord(e, i, int(k.Start), int(k.End), dot, 0)
		return i
	}
	if mayPart(k, s) {
		x.parts(i, int(k.Start), int(k.End))
	}
	return i
}

// whole is lookup of a token.
func whole(s string) (e *entry, dot bool) {
	if len(s) > 18 {
		return nil, false
	}
	return lookup(s)
}

// mayPart reports whether a word may have parts with hyphens between them.
func mayPart(k *text.Token, s string) bool {
	return k.Flags&text.Plain == 0 && len(s) > 3 && len(s) < 64 && (k.Flags&text.NonASCII != 0 || strings.IndexByte(s, '-') > 0)
}

// emitWord applies the case and dot flags of a word.
func (x *lexer) emitWord(e *entry, i uint32, off, end int, dot bool, fl uint8) bool {
	up := x.t.Text[off]-'A' <= 25
	if e.flags&capital != 0 && !up {
		return false
	}
	if e.flags&abbrev != 0 && !dot && fl&inner == 0 && !x.besideDigit(off, end) {
		return false
	}
	if up {
		fl |= upper
	}
	if dot {
		fl |= dotted
	}
	x.emit(i, off, end, e.class, int32(e.val), fl|e.flags&(capital|abbrev))
	return true
}

// besideDigit reports whether a number stands one space before or after, or a
// dot follows.
func (x *lexer) besideDigit(off, end int) bool {
	s := x.t.Text
	if end < len(s) && s[end] == '.' {
		return true
	}
	if end+1 < len(s) && isSpace(s[end]) && isDigit(s[end+1]) || end < len(s) && isDigit(s[end]) {
		return true
	}
	return off > 1 && isSpace(s[off-1]) && isDigit(s[off-2]) || off > 0 && isDigit(s[off-1])
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
func isDigit(c byte) bool { return c-'0' <= 9 }

// lookup finds a word without regard to case; dot reports that it is written
// with abbreviation dots. Words beyond ASCII are not in the table.
func lookup(s string) (e *entry, dot bool) {
	if len(s) <= 16 {
		if lo, hi := text.Pack(s); !hasDot(lo) && !hasDot(hi) {
			return find(lo, hi, len(s)), false
		}
	}
	return lookupDotted(s)
}

// hasDot reports whether one of eight bytes is a dot.
func hasDot(x uint64) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	x ^= ones * '.'
	return (x-ones)&^x&tops != 0
}

// lookupDotted is lookup byte by byte, dots left out.
func lookupDotted(s string) (e *entry, dot bool) {
	var lo, hi uint64
	n := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c-'A' <= 25 {
			c |= 0x20
		}
		if c == '.' {
			dot = true
			continue
		}
		switch {
		case n < 8:
			lo |= uint64(c) << (8 * n)
		case n < 16:
			hi |= uint64(c) << (8 * (n - 8))
		default:
			return nil, false
		}
		n++
	}
	if e = find(lo, hi, n); e == nil {
		return nil, false
	}
	return e, dot
}

// find is the entry of a packed word of n bytes.
func find(lo, hi uint64, n int) *entry {
	if n == 0 || byte(lo)-'a' > 25 || wordLens[int(byte(lo)-'a')<<5|int(lo>>8&31)]&(1<<n) == 0 {
		return nil
	}
	h := (lo ^ hi*0xff51afd7ed558ccd) * 0x9e3779b97f4a7c15
	h ^= h >> 29
	d := uint64(hashDisp[h%hashBuckets])
	w := hashSlots[(h>>8+d*(h>>32|1))&(1<<hashBits-1)]
	if w == 0 || words[w].lo != lo || words[w].hi != hi {
		return nil
	}
	return &words[w]
}

// parts emits a hyphenated token piece by piece if a piece of it is known:
// "mid-March", "year-ago", "July-September".
func (x *lexer) parts(i uint32, off, end int) {
	s := x.t.Text
	mark := len(x.lex)
	known, pieces := 0, 0
	for at := off; at < end; {
		j := at
		for j < end && hyphenLen(s[j:end]) == 0 {
			j++
		}
		if j == end && pieces == 0 {
			return // no hyphen at all
		}
		if pieces++; pieces > 8 {
			break
		}
		if j > at {
			if isDigit(s[at]) {
				x.digits(i, at, j, inner)
				known++
			} else if e, dot := lookup(s[at:j]); e != nil && x.emitWord(e, i, at, j, dot, inner) {
				known++
			} else {
				x.emit(i, at, j, cNone, 0, inner)
			}
		}
		if h := hyphenLen(s[j:end]); h > 0 {
			x.emit(i, j, j+h, cHyph, 0, inner)
			j += h
		}
		at = j
	}
	if known == 0 {
		x.lex = x.lex[:mark]
	}
}

// hyphenLen is the length of the hyphen or dash that s starts with, 0 if none.
func hyphenLen(s string) int {
	if s == "" {
		return 0
	}
	if s[0] == '-' {
		return 1
	}
	if len(s) >= 3 && s[0] == 0xe2 && s[1] == 0x80 && s[2] >= 0x90 && s[2] <= 0x95 {
		return 3
	}
	return 0
}

// sign emits the punctuation that stands inside dates.
func (x *lexer) sign(i uint32) {
	k := x.t.Tok[i]
	if c := signClass(x.t.Text[k.Start:k.End]); c != cNone {
		x.emit(i, int(k.Start), int(k.End), c, 0, 0)
	}
}

// signClass is the class of a sign, cNone for most.
func signClass(s string) class {
	switch s {
	case ",":
		return cComma
	case "'", "’", "‘":
		return cApos
	case "(":
		return cLpar
	case ")":
		return cRpar
	}
	if h := hyphenLen(s); h > 0 && (h == len(s) || s == "--") {
		return cHyph
	}
	return cNone
}
