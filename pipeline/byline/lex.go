package byline

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// kind is the type of a token of a byline.
type kind uint8

const (
	word    kind = iota // letters, with inner dots, hyphens and apostrophes
	number              // starts with a digit or +
	comma               // , 、 ，
	semi                // ;
	bar                 // | · •
	slash               // /
	dash                // – — or - between spaces
	amp                 // & +
	opening             // ( [
	closing             // ) ]
	colon               // :
	stop                // . of a sentence, ! ?
	mail                // an e-mail address
	handle              // @name
	newline             // end of a byline line
	org                 // words found in the table of agencies and outlets
	sign                // anything else
)

// tok is bytes [start,end) of the source.
type tok struct {
	start, end int
	kind       kind
	space      bool   // white space stands before it
	low        string // lower case, compatibility forms folded; words only
	org        *Org   // of kind org
}

// lex cuts s into tokens. Every rule looks at a few bytes: linear.
func lex(s string) []tok {
	toks := make([]tok, 0, len(s)/5+4)
	low := lower(s)
	space := false
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		t := tok{start: i, end: i + n, space: space}
		space = false
		switch {
		case r == '\n':
			t.kind = newline
		case unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff':
			space = true
			i += n
			continue
		case r == '@' && i+1 < len(s) && isWordRune(rune(s[i+1])):
			t.kind = handle
			t.end = i + 1 + wordEnd(s[i+1:])
		case unicode.IsDigit(r) || r == '+' && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9':
			t.kind = number
			t.end = i + n + numberEnd(s[i+n:])
		case isWordRune(r):
			t.kind = word
			t.end = i + wordEnd(s[i:])
			if end := mailEnd(s, t.end); end > 0 {
				t.kind, t.end = mail, end
			} else if cut := gluedDate(s[t.start:t.end]); cut > 0 {
				t.end = t.start + cut
			}
		default:
			t.kind = signKind(s, i, r, n)
		}
		if t.kind == word {
			t.low = low[t.start:t.end]
			if !ascii(t.low) {
				t.low = fold(s[t.start:t.end])
			}
		}
		toks = append(toks, t)
		i = t.end
	}
	return toks
}

// lower is s with ASCII capitals in small letters: the same bytes at the same
// places, made once for all words.
func lower(s string) string {
	i := 0
	for i < len(s) && (s[i] < 'A' || s[i] > 'Z') {
		i++
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:i])
	for ; i < len(s); i++ {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		b.WriteByte(c)
	}
	return b.String()
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// signKind is the kind of a sign at s[i:].
func signKind(s string, i int, r rune, n int) kind {
	switch r {
	case ',', '、', '，':
		return comma
	case ';', '；':
		return semi
	case '|', '·', '•', '⦁', '∙', '‧', '｜', '●', '▪', '~', '»', '›':
		return bar
	case '/', '／', '\\':
		return slash
	case '–', '—', '―':
		return dash
	case '-', '_', '*':
		return dash
	case '&', '+', '＆':
		return amp
	case '(', '[', '（', '［', '{', '【':
		return opening
	case ')', ']', '）', '］', '}', '】':
		return closing
	case ':', '：', '=':
		return colon
	case '.', '!', '?', '。':
		return stop
	}
	return sign
}

// fold is the form that tables hold: compatibility forms replaced (full-width
// letters), lower case, straight apostrophes.
func fold(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			s = norm.NFKC.String(s)
			s = strings.ReplaceAll(s, "’", "'")
			break
		}
	}
	return strings.ToLower(s)
}

// appendFold appends fold(s) to dst. ASCII and the quotation marks and dashes of
// print, which stand in most lines, need no normalisation.
func appendFold(dst []byte, s string) []byte {
	n := len(dst)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'A' && c <= 'Z':
			c |= 0x20
		case c >= utf8.RuneSelf:
			if i+3 > len(s) {
				return append(dst[:n], fold(s)...)
			}
			switch s[i : i+3] {
			case "’":
				c = '\''
			case "‘", "“", "”", "–", "—":
				dst = append(dst, s[i:i+2]...)
				c = s[i+2]
			default:
				return append(dst[:n], fold(s)...)
			}
			i += 2
		}
		dst = append(dst, c)
	}
	return dst
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r)
}

func isApostrophe(r rune) bool {
	return r == '\'' || r == '’' || r == '‘' || r == 'ʼ' || r == '`' || r == '´'
}

// wordEnd is the length of the word at the start of s. Hyphens, apostrophes
// and dots belong to it between letters; a dot at the end does after an
// initial, an abbreviation with inner dots, or one of the abbreviations that
// stand in names and places.
func wordEnd(s string) int {
	i, letters, dots := 0, 0, 0
	for i < len(s) {
		if c := s[i] | 0x20; c >= 'a' && c <= 'z' && s[i] < utf8.RuneSelf {
			letters++
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case isWordRune(r):
			letters++
		case unicode.IsDigit(r):
		case (r == '-' || r == '.' || r == '_' || isApostrophe(r)) && i > 0 && i+n < len(s):
			next, _ := utf8.DecodeRuneInString(s[i+n:])
			if !isWordRune(next) {
				return endDot(s, i, letters, dots)
			}
			if r == '.' {
				dots++
			}
		default:
			return endDot(s, i, letters, dots)
		}
		i += n
	}
	return i
}

// endDot is i, or one more if the dot there belongs to the word.
func endDot(s string, i, letters, dots int) int {
	if i >= len(s) || s[i] != '.' {
		return i
	}
	if letters == 1 || dots > 0 && letters <= 6 || isAbbreviation(s[:i]) {
		return i + 1
	}
	return i
}

func isAbbreviation(w string) bool {
	var buf [32]byte
	return abbreviations[string(appendFold(buf[:0], w))]
}

// numberEnd is the length of what continues a number: digits, letters and the
// signs of dates and times.
func numberEnd(s string) int {
	i := 0
	for i < len(s) {
		c := s[i]
		inner := (c == ':' || c == '.' || c == ',' || c == '-' || c == '/') && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9'
		if !inner && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			break
		}
		i++
	}
	return i
}

// mailEnd is the end of the address whose local part may end at end, or 0.
func mailEnd(s string, end int) int {
	i := end
	for i < len(s) && (s[i] == '.' || s[i] == '_' || s[i] == '-' || s[i] == '+' || s[i] >= '0' && s[i] <= '9' || s[i] >= 'a' && s[i] <= 'z') {
		i++
	}
	if i >= len(s) || s[i] != '@' || i-end > 64 {
		return 0
	}
	start := i + 1
	dotted := false
	for i = start; i < len(s); i++ {
		c := s[i]
		if c == '.' && i+1 < len(s) && isASCIIAlnum(s[i+1]) {
			dotted = true
		} else if !isASCIIAlnum(c) && c != '-' {
			break
		}
	}
	if !dotted || i == start {
		return 0
	}
	return i
}

func isASCIIAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// gluedDate is where a word must be cut because page text glued a month to a
// name ("WhitlockMar"), or 0: a lower-case letter, then a month's name.
func gluedDate(w string) int {
	for i := 2; i+3 <= len(w); i++ {
		if w[i] < 'A' || w[i] > 'Z' || w[i-1] < 'a' || w[i-1] > 'z' {
			continue
		}
		rest := strings.ToLower(strings.TrimRight(w[i:], "."))
		if months[rest] > 0 || glued[rest] || jobs[rest] > 0 || jobModifiers[rest] && len(rest) > 3 {
			return i
		}
		for j := i + 3; j+3 <= len(w); j++ { // the next word is glued too: ReporterThu
			if w[j] >= 'A' && w[j] <= 'Z' && jobs[strings.ToLower(w[i:j])] > 0 {
				return i
			}
		}
	}
	return 0
}

// upper reports whether the token starts with a capital or a letter of a
// script without case.
func upper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) || unicode.IsTitle(r) || unicode.IsLetter(r) && !unicode.IsLower(r)
}

// allCaps reports whether s has two letters or more and all are capitals.
func allCaps(s string) bool {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			if !unicode.IsUpper(r) {
				return false
			}
			n++
		}
	}
	return n >= 2
}

// hasCapital reports whether a letter of s is a capital: d'Aubrac, al-Amin.
func hasCapital(s string) bool {
	for _, r := range s {
		if unicode.IsUpper(r) {
			return true
		}
	}
	return false
}

// cjk reports whether s is written in Han, Hangul or Kana.
func cjk(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana)
}
