package text

import (
	"math"
	"unicode"
	"unicode/utf8"
)

// MaxText is the longest text that is tokenised, in bytes; what follows is
// left without tokens. It keeps offsets inside 32 bits.
const MaxText = math.MaxInt32

// class sorts the ASCII bytes; everything above is decided by its rune.
type class uint8

const (
	cOther class = iota // punctuation and control bytes
	cSpace
	cLower
	cUpper
	cDigit
	cHigh // first or later byte of a multi-byte rune
)

var classes = func() (t [256]class) {
	for i := range t {
		switch b := byte(i); {
		case b >= 0x80:
			t[i] = cHigh
		case b >= 'a' && b <= 'z':
			t[i] = cLower
		case b >= 'A' && b <= 'Z':
			t[i] = cUpper
		case b >= '0' && b <= '9':
			t[i] = cDigit
		case b == ' ' || b >= '\t' && b <= '\r':
			t[i] = cSpace
		}
	}
	return t
}()

// Reset cuts s into tokens and sentences. The result depends on s alone.
func (t *Tokens) Reset(s string) {
	t.Text, t.Tok, t.Sent = s, t.Tok[:0], t.Sent[:0]
	if len(s) > MaxText {
		s = s[:MaxText]
	}
	x := scanner{s: s, tok: t.Tok}
	x.run()
	t.Tok = x.tok
	if t.Vocabulary != nil {
		t.Vocabulary.number(t)
	}
	t.sentences()
}

// scanner walks the text once; every step consumes at least one byte and looks
// ahead at most a few runes, so the walk is linear.
type scanner struct {
	s   string
	i   int
	tok []Token
}

func (x *scanner) run() {
	var gap Flags
	for x.i < len(x.s) {
		c := classes[x.s[x.i]]
		if c == cSpace {
			gap |= Space
			if x.s[x.i] == '\n' || x.s[x.i] == '\r' {
				gap |= Newline
			}
			x.i++
			continue
		}
		r, n := rune(x.s[x.i]), 1
		if c == cHigh {
			r, n = utf8.DecodeRuneInString(x.s[x.i:])
			if unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' {
				gap |= Space
				if r == '\u2028' || r == '\u2029' || r == '\u0085' {
					gap |= Newline
				}
				x.i += n
				continue
			}
		}
		start := x.i
		var f Flags
		switch {
		case (c == cLower || c == cUpper) && x.plain():
			f = Word | Lower | Plain
			if c == cUpper {
				if f |= Upper; x.i == start+1 {
					f &^= Lower
				}
			}
		case c == cLower || c == cUpper || c == cHigh && (unicode.IsLetter(r) || unicode.IsMark(r)):
			f = x.word()
		case c == cDigit || c == cHigh && unicode.IsDigit(r):
			f = x.number()
		case r == '\'' || r == '’':
			f = x.apostrophe(n)
		default:
			f = x.punct(r, n)
		}
		x.tok = append(x.tok, Token{Start: uint32(start), End: uint32(x.i), Flags: f | gap})
		gap = 0
	}
}

// endsPlain are the bytes that end a word whatever stands before and after
// them: neither a letter or digit nor a sign that may join words or belong to
// an abbreviation or address.
var endsPlain = func() (t [256]bool) {
	for b, c := range classes {
		switch b {
		case '.', '-', '\'', '&', ':', '@':
		default:
			t[b] = c == cSpace || c == cOther
		}
	}
	return t
}()

// plain reads the usual word, one ASCII letter and any lower-case ones up to a
// byte that surely ends it. What is less plain is left to word, which gives the
// same for a plain word.
func (x *scanner) plain() bool {
	i, n := x.i+1, 8
	for n == 8 && i+8 <= len(x.s) {
		n = LowerRun(Load8(x.s[i : i+8]))
		i += n
	}
	for n == 8 && i < len(x.s) && classes[x.s[i]] == cLower {
		i++
	}
	if i < len(x.s) && !endsPlain[x.s[i]] {
		return false
	}
	x.i = i
	return true
}

// letter reads what stands at i: the kind of word character, its case flags
// and its size; 0 if it is none.
func (x *scanner) letter(i int) (size int, f Flags) {
	if i >= len(x.s) {
		return 0, 0
	}
	switch classes[x.s[i]] {
	case cLower:
		return 1, Lower
	case cUpper:
		return 1, Upper
	case cDigit:
		return 1, Digit
	case cHigh:
		r, n := utf8.DecodeRuneInString(x.s[i:])
		switch {
		case unicode.IsUpper(r) || unicode.IsTitle(r):
			return n, Upper | NonASCII
		case unicode.IsLower(r):
			return n, Lower | NonASCII
		case unicode.IsLetter(r), unicode.IsMark(r):
			return n, NonASCII | Word
		case unicode.IsDigit(r):
			return n, Digit | NonASCII
		}
	}
	return 0, 0
}

// word reads a token that starts with a letter.
func (x *scanner) word() Flags {
	start := x.i
	first := true
	var f Flags = Word
	letters, uppers := 0, 0
	for {
		n, c := x.letter(x.i)
		if n == 0 {
			if !x.joined() {
				break
			}
			x.i += x.joinSize()
			continue
		}
		if first && c&Upper != 0 {
			f |= Upper
		}
		first = false
		if c&(Upper|Lower|Word) != 0 {
			letters++
		}
		if c&Upper != 0 {
			uppers++
		}
		f |= c & (Lower | Digit | NonASCII)
		x.i += n
	}
	if letters >= 2 && uppers == letters {
		f |= AllCaps
	}
	if x.url(start) {
		return Word | f&NonASCII
	}
	if x.i < len(x.s) && x.s[x.i] == '.' {
		f |= x.abbreviation(start, letters, f)
	}
	return f
}

// joinSize is the size of the joining sign at i.
func (x *scanner) joinSize() int {
	if x.s[x.i] < utf8.RuneSelf {
		return 1
	}
	_, n := utf8.DecodeRuneInString(x.s[x.i:])
	return n
}

// joined reports whether the sign at i holds two parts of one word together:
// an apostrophe between letters (O'Rourke, d'Aubrac, don't) that does not
// start a possessive, a hyphen between letters or digits (Nilsen-Berg,
// 30-day), an ampersand between capitals (AT&T).
func (x *scanner) joined() bool {
	if x.i == 0 || x.i >= len(x.s) {
		return false
	}
	switch c := x.s[x.i]; {
	case c == '-':
		n, _ := x.letter(x.i + 1)
		return n > 0
	case c == '&':
		return x.i+1 < len(x.s) && classes[x.s[x.i-1]] == cUpper && classes[x.s[x.i+1]] == cUpper
	case c == '\'':
		return x.joinsLetters(1)
	case c == 0xe2: // ’ U+2019, ‐ U+2010, ‑ U+2011
		r, n := utf8.DecodeRuneInString(x.s[x.i:])
		switch r {
		case '’':
			return x.joinsLetters(n)
		case '‐', '‑':
			m, _ := x.letter(x.i + n)
			return m > 0
		}
	}
	return false
}

// joinsLetters decides for an apostrophe of n bytes at i. "'s" at the end of a
// word is a possessive (or "is"), which is a token of its own.
func (x *scanner) joinsLetters(n int) bool {
	m, c := x.letter(x.i + n)
	if m == 0 || c&Digit != 0 {
		return false
	}
	if b := x.s[x.i+n]; b == 's' || b == 'S' {
		if k, _ := x.letter(x.i + n + 1); k == 0 && !x.apostropheAt(x.i+n+1) {
			return false
		}
	}
	return true
}

func (x *scanner) apostropheAt(i int) bool {
	return i < len(x.s) && x.s[i] == '\''
}

// apostrophe reads a token that starts with an apostrophe of n bytes: the
// possessive 's, the bare apostrophe after a plural, a short year ('90s), or a
// quotation mark.
func (x *scanner) apostrophe(n int) Flags {
	after := x.i > 0 && !x.spaceBefore()
	x.i += n
	if m, c := x.letter(x.i); after && m == 1 && c&Digit == 0 && (x.s[x.i] == 's' || x.s[x.i] == 'S') {
		if k, _ := x.letter(x.i + 1); k == 0 {
			x.i++
			return Word | Possessive | Lower
		}
	}
	if !after && x.i+1 < len(x.s) && classes[x.s[x.i]] == cDigit && classes[x.s[x.i+1]] == cDigit {
		f := x.number()
		return f | Punct
	}
	if k := len(x.tok); after && k > 0 && x.tok[k-1].End == uint32(x.i-n) && x.tok[k-1].Flags&Word != 0 {
		if b := x.s[x.i-n-1]; b == 's' || b == 'S' || b == 'z' || b == 'x' {
			return Punct | Possessive
		}
	}
	return Punct
}

// spaceBefore reports whether white space stands right before i.
func (x *scanner) spaceBefore() bool {
	c := x.s[x.i-1]
	if c < utf8.RuneSelf {
		return classes[c] == cSpace
	}
	r, _ := utf8.DecodeLastRuneInString(x.s[:x.i])
	return unicode.IsSpace(r)
}

// number reads a token that starts with a digit: digits with inner . , : - /
// between digits, and letters that follow without a gap (20th, 30-day, 5G).
func (x *scanner) number() Flags {
	f := Number | Digit
	for x.i < len(x.s) {
		n, c := x.letter(x.i)
		if n > 0 {
			f |= c & (Lower | NonASCII)
			if c&(Upper|Lower|Word) != 0 {
				f |= Word
			}
			x.i += n
			continue
		}
		switch x.s[x.i] {
		case '.', ',', ':', '/':
			if f&Word != 0 || x.i+1 >= len(x.s) || classes[x.s[x.i+1]] != cDigit || classes[x.s[x.i-1]] != cDigit {
				return f.numeric()
			}
			x.i++
		case '-':
			if m, _ := x.letter(x.i + 1); m == 0 {
				return f.numeric()
			}
			x.i++
		default:
			if !(x.s[x.i] == 0xe2 && x.joined()) {
				return f.numeric()
			}
			x.i += x.joinSize()
		}
	}
	return f.numeric()
}

// numeric keeps Number for tokens without letters alone.
func (f Flags) numeric() Flags {
	if f&Word != 0 {
		f &^= Number
	}
	return f
}

// punct reads a sign, or a run of the same one: "...", "--", "***".
func (x *scanner) punct(r rune, n int) Flags {
	start := x.i
	f := Punct
	if r >= utf8.RuneSelf {
		f |= NonASCII
	}
	x.i += n
	if r == '"' || r == '(' || r == ')' || r == '[' || r == ']' || r == utf8.RuneError {
		return f
	}
	for x.i+n <= len(x.s) && x.s[x.i:x.i+n] == x.s[start:start+n] {
		x.i += n
	}
	return f
}

// url widens a token that starts a web or mail address up to the next space,
// so that nothing in it is taken for a name.
func (x *scanner) url(start int) bool {
	if x.i >= len(x.s) {
		return false
	}
	w := x.s[start:x.i]
	rest := x.s[x.i:]
	switch {
	case len(rest) > 3 && rest[:3] == "://":
	case rest[0] == '.' && len(rest) > 1 && (w == "www" || w == "WWW"):
	case rest[0] == '@' && len(rest) > 1 && classes[rest[1]] >= cLower && classes[rest[1]] <= cDigit:
	default:
		return false
	}
	for x.i < len(x.s) && classes[x.s[x.i]] != cSpace && x.s[x.i] != '"' && x.s[x.i] != '<' && x.s[x.i] != '>' && x.s[x.i] < utf8.RuneSelf {
		x.i++
	}
	for x.i > start+1 {
		switch x.s[x.i-1] {
		case '.', ',', ';', ':', '!', '?', ')', ']', '\'':
			x.i--
			continue
		}
		break
	}
	return true
}

// abbreviation decides whether the dot at i belongs to the word that started
// at start, and takes it in if so. It also joins "U.S.", "a.m." and "D.C.".
func (x *scanner) abbreviation(start, letters int, f Flags) Flags {
	w := x.s[start:x.i]
	if letters == 1 && x.i-start == runeSize(w) {
		// A single letter: an initial if upper case, or the start of U.S., a.m.
		var add Flags
		for x.i+1 < len(x.s) && x.s[x.i] == '.' {
			n, c := x.letter(x.i + 1)
			if n == 0 || c&Digit != 0 || x.i+1+n >= len(x.s) || x.s[x.i+1+n] != '.' {
				break
			}
			x.i += 1 + n
			add |= Abbrev | c&(Lower|NonASCII)
			if c&Upper != 0 && f&Upper != 0 {
				add |= AllCaps
			}
		}
		if add != 0 || f&Upper != 0 && w != "I" {
			x.i++
			add |= Abbrev
		}
		if add&Lower != 0 {
			add &^= AllCaps
		}
		return add
	}
	if x.isAbbreviation(w) {
		x.i++
		return Abbrev
	}
	return 0
}

// isAbbreviation reports whether the dot at i is part of the word w.
func (x *scanner) isAbbreviation(w string) bool {
	if len(w) > longestAbbrev {
		return false
	}
	k := abbreviations[w]
	return k != 0 && (k != beforeNumber || x.numberFollows(x.i+1))
}

// numberFollows reports whether a digit stands at i, at most two spaces on.
func (x *scanner) numberFollows(i int) bool {
	for n := 0; n < 2 && i < len(x.s) && x.s[i] == ' '; n++ {
		i++
	}
	return i < len(x.s) && classes[x.s[i]] == cDigit
}

func runeSize(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}
