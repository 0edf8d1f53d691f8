package timex

import "dateline/pipeline/text"

// number emits what starts at a token that begins with a digit, and returns
// the last token it used: numeric dates may be cut at their signs.
func (x *lexer) number(i, last uint32) uint32 {
	t := x.t
	off, end := int(t.Tok[i].Start), int(t.Tok[i].End)
	s := t.Text
	j := i
	// Join 9 / 11 / 2001 and 12 : 30 where the tokens touch.
	for j+2 < last && t.Tok[j+1].Start == t.Tok[j].End && t.Tok[j+2].Start == t.Tok[j+1].End &&
		t.Tok[j+1].End-t.Tok[j+1].Start == 1 && isDigit(s[t.Tok[j+2].Start]) && j < i+4 {
		if c := s[t.Tok[j+1].Start]; c != '/' && c != ':' && c != '.' {
			break
		}
		j += 2
		end = int(t.Tok[j].End)
	}
	if off < end && !isDigit(s[off]) { // '90s and ’98
		q := 1
		if s[off] >= 0x80 {
			q = min(3, end-off)
		}
		if off+q < end && isDigit(s[off+q]) {
			x.emit(i, off, off+q, cApos, 0, 0)
			off += q
		} else if t.Tok[i].Flags&text.Word != 0 {
			x.parts(i, off, end)
			return i
		} else {
			return i
		}
	}
	mark := len(x.lex)
	x.digits(i, off, end, 0)
	for k := mark; k < len(x.lex); k++ {
		x.lex[k].last = j
	}
	return j
}

// digits reads one number with its suffix out of text[off:end] and then the
// hyphenated rest: 30-day, 1990-91, 20th, 1990s, 10:30am, 2025-03-10T08:00Z.
func (x *lexer) digits(tok uint32, off, end int, fl uint8) {
	s := x.t.Text[off:end]
	n, i := 0, 0
	for i < len(s) && isDigit(s[i]) && i < 9 {
		n = n*10 + int(s[i]-'0')
		i++
	}
	rest := s[i:]
	switch {
	case rest == "":
		c := classOfNumber(n, i)
		l := x.emit(tok, off, end, c, int32(n), fl)
		l.aux = int16(i)
	case isDigit(rest[0]): // too long for anything
		x.emit(tok, off, end, cNone, 0, fl)
	case fl&inner == 0 && x.numericDate(tok, off, end, fl):
	case rest[0] == ':' || rest[0] == '.' && len(rest) >= 3 && isDigit(rest[1]) && isDigit(rest[2]):
		x.clock(tok, off, end, n, i, rest, fl)
	case rest[0] == '/' && len(rest) <= 3 && len(rest) > 1 && n == 1 && isDigit(rest[1]) && rest[1] > '1':
		x.emit(tok, off, end, cFrac, int32(rest[1]-'0'), fl)
	case rest[0] == ',':
		x.grouped(tok, off, end, fl)
	case hyphenLen(rest) > 0:
		h := hyphenLen(rest)
		c := classOfNumber(n, i)
		l := x.emit(tok, off, off+i, c, int32(n), fl|inner)
		l.aux = int16(i)
		x.emit(tok, off+i, off+i+h, cHyph, 0, inner)
		if r := rest[h:]; r != "" && isDigit(r[0]) {
			x.digits(tok, off+i+h, end, fl|inner)
		} else if r != "" {
			x.rest(tok, off+i+h, end)
		}
	case rest[0] == '/' && fl&inner == 0:
		if id, ok := x.named.inDigits(x.t, end, s); ok {
			x.emit(tok, off, end, cHol, int32(id), fl)
			break
		}
		fallthrough
	default:
		x.suffix(tok, off, end, n, i, rest, fl)
	}
}

// rest emits the pieces behind a number and its hyphen.
func (x *lexer) rest(tok uint32, off, end int) {
	s := x.t.Text
	for at, pieces := off, 0; at < end && pieces < 8; pieces++ {
		j := at
		for j < end && hyphenLen(s[j:end]) == 0 {
			j++
		}
		if j > at {
			if e, dot := lookup(s[at:j]); e == nil || !x.emitWord(e, tok, at, j, dot, inner) {
				x.emit(tok, at, j, cNone, 0, inner)
			}
		}
		if h := hyphenLen(s[j:end]); h > 0 {
			x.emit(tok, j, j+h, cHyph, 0, inner)
			j += h
		}
		at = j
	}
}

// classOfNumber sorts plain digits by what they can be.
func classOfNumber(n, digits int) class {
	switch {
	case digits <= 2 && n >= 1 && n <= 12:
		return cD12
	case digits <= 2 && n >= 1 && n <= 31:
		return cD31
	case digits <= 2:
		return cN99
	case digits == 4 && n >= 1500 && n <= 2100:
		return cY4
	case digits == 4:
		return cNum4
	}
	return cNum
}

// suffix reads letters that touch the digits: 20th, 1990s, 10am.
func (x *lexer) suffix(tok uint32, off, end, n, digits int, rest string, fl uint8) {
	c, val := cNone, int32(n)
	switch lowerASCII2(rest) {
	case "st", "nd", "rd", "th":
		if len(rest) == 2 && n >= 1 && n <= 31 {
			c = cOrd
		} else if len(rest) == 2 && n <= 99 {
			c = cOrd
		}
	case "s":
		if digits == 4 && n%10 == 0 && n >= 1500 && n <= 2100 || digits == 2 && n%10 == 0 {
			c = cDecade
		}
	case "am", "a.", "pm", "p.":
		if m, ok := meridiem(rest); ok && n >= 1 && n <= 12 && digits <= 2 {
			c, val = cClockap, int32(n%12*60+m)
		}
	}
	if c == cNone && (rest == "'s" || rest == "’s") && digits == 4 && n%10 == 0 {
		c = cDecade
	}
	x.emit(tok, off, end, c, val, fl|suffixed)
}

func lowerASCII2(s string) string {
	switch {
	case len(s) == 1 && s[0]|0x20 == 's':
		return "s"
	case len(s) < 2:
		return ""
	}
	for _, w := range [...]string{"st", "nd", "rd", "th", "am", "pm", "a.", "p."} {
		if s[0]|0x20 == w[0] && (s[1] == w[1] || s[1]|0x20 == w[1]) {
			return w
		}
	}
	return ""
}

// meridiem reads am, pm, a.m. and p.m.; minutes to add.
func meridiem(s string) (int, bool) {
	n := 0
	var w [2]byte
	for i := 0; i < len(s); i++ {
		if s[i] == '.' {
			continue
		}
		if n == 2 {
			return 0, false
		}
		w[n] = s[i] | 0x20
		n++
	}
	if n != 2 || w[1] != 'm' {
		return 0, false
	}
	switch w[0] {
	case 'a':
		return 0, true
	case 'p':
		return 12 * 60, true
	}
	return 0, false
}

// clock reads 10:30, 10.30 and 10:30:15 with an optional am or pm.
func (x *lexer) clock(tok uint32, off, end, hour, digits int, rest string, fl uint8) {
	if digits <= 2 && hour <= 24 && len(rest) >= 3 && isDigit(rest[1]) && isDigit(rest[2]) {
		minute := int(rest[1]-'0')*10 + int(rest[2]-'0')
		tail := rest[3:]
		if len(tail) >= 3 && tail[0] == ':' && isDigit(tail[1]) && isDigit(tail[2]) {
			tail = tail[3:]
		}
		if minute < 60 && (hour < 24 || minute == 0) {
			if tail == "" && rest[0] == ':' {
				x.emit(tok, off, end, cClock, int32(hour*60+minute), fl)
				return
			}
			if tail == "" && rest[0] == '.' { // 10.30 is a clock only beside am, pm or a zone
				x.emit(tok, off, end, cClock, int32(hour*60+minute), fl|dotted)
				return
			}
			if m, ok := meridiem(tail); ok && hour >= 1 && hour <= 12 {
				x.emit(tok, off, end, cClockap, int32(hour%12*60+minute+m), fl|suffixed)
				return
			}
		}
	}
	x.emit(tok, off, end, cNone, 0, fl)
}

// grouped reads 1,800. Only a number of four digits can be a clock time; no
// year is written so.
func (x *lexer) grouped(tok uint32, off, end int, fl uint8) {
	n, groups, run := 0, 0, 0
	for _, c := range []byte(x.t.Text[off:end]) {
		switch {
		case isDigit(c) && n < 1e8:
			n = n*10 + int(c-'0')
			run++
		case c == ',':
			groups++
			run = 0
		default:
			x.emit(tok, off, end, cNone, 0, fl)
			return
		}
	}
	if run != 3 {
		x.emit(tok, off, end, cNone, 0, fl)
		return
	}
	x.emit(tok, off, end, cNum, int32(n), fl|suffixed)
}

// numericDate reads dates in digits: ISO, and three numbers with a stroke,
// hyphen or dot between them. What order they are in is for the builder.
func (x *lexer) numericDate(tok uint32, off, end int, fl uint8) bool {
	s := x.t.Text[off:end]
	var v, w [3]int
	i, sep := 0, byte(0)
	for f := range 3 {
		st := i
		for i < len(s) && isDigit(s[i]) && i-st < 5 {
			v[f] = v[f]*10 + int(s[i]-'0')
			i++
		}
		if w[f] = i - st; w[f] == 0 || w[f] > 4 {
			return false
		}
		if f == 2 {
			break
		}
		if i >= len(s) || s[i] != '-' && s[i] != '/' && s[i] != '.' || f == 1 && s[i] != sep {
			return false
		}
		sep = s[i]
		i++
	}
	rest := s[i:]
	iso := w[0] == 4 && w[1] == 2 && w[2] == 2 && sep != '.'
	if iso && len(rest) >= 6 && rest[0]|0x20 == 't' && isDigit(rest[1]) && isDigit(rest[2]) && rest[3] == ':' && isDigit(rest[4]) && isDigit(rest[5]) {
		h, m := int(rest[1]-'0')*10+int(rest[2]-'0'), int(rest[4]-'0')*10+int(rest[5]-'0')
		if !validDate(v[0], v[1], v[2]) || h > 23 || m > 59 {
			return false
		}
		l := x.emit(tok, off, end, cIsotime, dayOf(v[0], v[1], v[2]), fl)
		l.aux = int16(h*60 + m)
		return true
	}
	if rest != "" {
		return false
	}
	switch {
	case iso:
		if !validDate(v[0], v[1], v[2]) {
			x.emit(tok, off, end, cNone, 0, fl)
			return true
		}
		x.emit(tok, off, end, cIso, dayOf(v[0], v[1], v[2]), fl)
	case w[0] <= 2 && w[1] <= 2 && (w[2] == 4 || w[2] == 2 && sep == '/'):
		l := x.emit(tok, off, end, cNdate, int32(v[0]*100+v[1]), fl)
		l.aux = int16(v[2])
		if w[2] == 2 {
			l.aux += 1900
			if v[2] < 50 {
				l.aux += 100
			}
		}
	default:
		return false
	}
	return true
}
