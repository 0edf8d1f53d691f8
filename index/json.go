package index

import (
	"math"
	"math/bits"
	"strconv"
	"time"
	"unicode/utf8"

	"dateline/pipeline/actor"
	"dateline/pipeline/place"
	"dateline/pipeline/text"
)

// encoder appends one JSON object to a buffer that is reused from document to
// document. Members with an empty value are left out, as omitempty does.
type encoder struct {
	b     []byte
	list  []string // scratch for arrays of distinct strings
	dirty bool     // a string was not valid UTF-8 and had to be mended
	err   error    // the first value that could not be encoded

	// Memory of the documents' parts.
	common [2]int // in b: what the events of an article share
	acting []*actor.Actor
	placed []*place.Place
	told   []*place.Place // placed but for metonyms
	days   [32]keptDay
	names  [2]string  // of the indices written to last, by kind
	slots  text.Arena // ids of event slots
}

// key opens a member: a comma if one stood before, the name, a colon. Names
// are ours and need no escaping.
func (e *encoder) key(name string) {
	if c := e.b[len(e.b)-1]; c != '{' && c != '[' {
		e.b = append(e.b, ',')
	}
	e.b = append(e.b, '"')
	e.b = append(e.b, name...)
	e.b = append(e.b, '"', ':')
}

func (e *encoder) begin(name string) { e.key(name); e.b = append(e.b, '{') }
func (e *encoder) end()              { e.b = append(e.b, '}') }

// str writes a string unless it is empty.
func (e *encoder) str(name, v string) {
	if v != "" {
		e.text(name, v)
	}
}

// text writes a string, empty or not.
func (e *encoder) text(name, v string) {
	e.key(name)
	e.quote(v)
}

// strs writes an array of strings unless it is empty.
func (e *encoder) strs(name string, v []string) {
	if len(v) == 0 {
		return
	}
	e.key(name)
	e.b = append(e.b, '[')
	for i, s := range v {
		if i > 0 {
			e.b = append(e.b, ',')
		}
		e.quote(s)
	}
	e.b = append(e.b, ']')
}

func (e *encoder) int(name string, v int64) {
	e.key(name)
	e.b = strconv.AppendInt(e.b, v, 10)
}

func (e *encoder) bool(name string, v bool) {
	e.key(name)
	e.b = strconv.AppendBool(e.b, v)
}

// float writes a number that JSON has: what is not finite becomes 0.
func (e *encoder) float(name string, v float64, bits int) {
	e.key(name)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		v = 0
	}
	e.b = strconv.AppendFloat(e.b, v, 'g', -1, bits)
}

// confidence writes a confidence to three decimals: the index holds no more of it.
func (e *encoder) confidence(v float32) {
	if !(v >= 0 && v <= 1) {
		e.float("confidence", float64(v), 32)
		return
	}
	e.key("confidence")
	e.b = append(e.b, thousandths[int(v*1000+0.5)]...)
}

// thousandths are the numbers from 0 to 1 in steps of a thousandth.
var thousandths = func() (t [1001]string) {
	for n := range t {
		t[n] = strconv.FormatFloat(float64(n)/1000, 'g', -1, 64)
	}
	return t
}()

// time writes an instant in UTC unless it is nil or outside the years that
// JSON dates have.
func (e *encoder) time(name string, t *time.Time) {
	if t == nil {
		return
	}
	u := t.UTC()
	if u.Year() < 1 || u.Year() > 9999 {
		return
	}
	e.key(name)
	e.b = append(e.b, '"')
	e.b = u.AppendFormat(e.b, time.RFC3339Nano)
	e.b = append(e.b, '"')
}

// millis writes an instant, milliseconds since 1970, always with three
// decimals: the one form of date that Elasticsearch never rounds.
func (e *encoder) millis(name string, ms int64) {
	e.key(name)
	u := time.UnixMilli(ms).UTC()
	y, mo, d := u.Date()
	if y < 0 || y > 9999 {
		e.b = u.AppendFormat(append(e.b, '"'), "2006-01-02T15:04:05.000Z\"")
		return
	}
	h, m, s := u.Clock()
	t := int(floorMod(ms, 1000))
	e.b = append(e.b, '"', digit(y/1000), digit(y/100), digit(y/10), digit(y), '-', digit(int(mo)/10), digit(int(mo)), '-', digit(d/10), digit(d),
		'T', digit(h/10), digit(h), ':', digit(m/10), digit(m), ':', digit(s/10), digit(s), '.', digit(t/100), digit(t/10), digit(t), 'Z', '"')
}

// digit is the last one of a number.
func digit(n int) byte { return '0' + byte(n%10) }

// span writes a pair of byte offsets.
func (e *encoder) span(name string, s text.Span) {
	e.key(name)
	e.b = strconv.AppendInt(append(e.b, '['), int64(s.Start), 10)
	e.b = strconv.AppendInt(append(e.b, ','), int64(s.End), 10)
	e.b = append(e.b, ']')
}

// plain marks the bytes that a JSON string holds as they are. 0xe2 opens
// U+2028 and U+2029, which some readers take for line ends.
var plain = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\'
	}
	return t
}()

// plainOf counts the bytes that a JSON string holds as they are at the start of
// eight, the first the lowest. The top bit of a byte of each term tells of one
// kind that it does not; above the first of them the terms may err.
func plainOf(x uint64) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	quote, slash := x^('"'*ones), x^('\\'*ones)
	return bits.TrailingZeros64((x|(x-' '*ones)|(quote-ones)&^quote|(slash-ones)&^slash)&tops) / 8
}

const hexDigits = "0123456789abcdef"

// quote appends s as a JSON string.
func (e *encoder) quote(s string) {
	e.b = append(e.b, '"')
	e.escape(s)
	e.b = append(e.b, '"')
}

// plainRun counts the bytes that a JSON string holds as they are at the start of s.
// Most strings are ids and names, short and plain to their end: the last bytes are
// read once more rather than one by one.
func plainRun(s string) int {
	n := len(s)
	switch {
	case n >= 8:
		for i := 0; i+8 < n; i += 8 {
			if k := plainOf(text.Load8(s[i : i+8])); k < 8 {
				return i + k
			}
		}
		return n - 8 + plainOf(text.Load8(s[n-8:]))
	case n >= 4:
		k := plainOf(text.Load4(s) | text.Load4(s[n-4:])<<32)
		if k >= 4 { // of the last four bytes
			k += n - 8
		}
		return k
	}
	for i := range n {
		if !plain[s[i]] {
			return i
		}
	}
	return n
}

// escape appends s as it stands inside a JSON string. What is not UTF-8
// becomes U+FFFD.
func (e *encoder) escape(s string) {
	b := e.b
	from := 0
	for i := plainRun(s); i < len(s); i += plainRun(s[i:]) {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			switch {
			case r == utf8.RuneError && n == 1:
				b = append(append(b, s[from:i]...), "\ufffd"...)
				e.dirty = true
				from = i + 1
			case r == '\u2028' || r == '\u2029':
				b = append(append(b, s[from:i]...), '\\', 'u', '2', '0', '2', hexDigits[r&0xf])
				from = i + n
			}
			i += n
			continue
		}
		b = append(b, s[from:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
		}
		i++
		from = i
	}
	e.b = append(b, s[from:]...)
}

// add puts a string on the scratch list unless it is empty or there already.
// The lists are short, so that looking through them beats a map.
func (e *encoder) add(s string) {
	if s == "" {
		return
	}
	for _, have := range e.list {
		if have == s {
			return
		}
	}
	e.list = append(e.list, s)
}

// flush writes the scratch list as an array and empties it.
func (e *encoder) flush(name string) {
	e.strs(name, e.list)
	e.list = e.list[:0]
}
