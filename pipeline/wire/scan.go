package wire

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"

	"dateline/pipeline/text"
)

// scanner reads JSON whose strings are long and whose shape is flat: the
// envelope and the native article. encoding/json takes several times as long
// on a long string. Whatever it does not expect (a key it does not know, a key
// twice, null, a number with a fraction, half a surrogate pair) makes it give
// up, and encoding/json decides; what it does read, it reads alike, which a
// fuzz test demands. The input must be valid UTF-8.
// What it returns shares the input's memory.
type scanner struct {
	b string
	i int
}

func (s *scanner) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\t', '\n', '\r':
			s.i++
		default:
			return
		}
	}
}

// sign consumes c, with white space before it.
func (s *scanner) sign(c byte) bool {
	s.space()
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

// end reports whether nothing but white space is left.
func (s *scanner) end() bool {
	s.space()
	return s.i == len(s.b)
}

// quoted gives what stands between the quotes, and whether it holds escapes.
func (s *scanner) quoted() (raw string, escaped, ok bool) {
	if !s.sign('"') {
		return "", false, false
	}
	start := s.i
	for s.i < len(s.b) {
		s.i += plainRun(s.b[s.i:])
		if s.i == len(s.b) {
			break
		}
		switch c := s.b[s.i]; {
		case c == '"':
			raw = s.b[start:s.i]
			s.i++
			return raw, escaped, true
		case c == '\\':
			escaped = true
			s.i += 2
		case c < 0x20:
			return "", false, false
		default:
			s.i++
		}
	}
	return "", false, false
}

// plainRun is the length of a prefix without quotes, backslashes and control
// bytes. It looks at eight bytes at a time.
func plainRun(b string) int {
	const ones = 0x0101010101010101
	i := 0
	for ; i+8 <= len(b); i += 8 {
		v := text.Load8(b[i : i+8])
		quote, slash := v^(ones*'"'), v^(ones*'\\')
		low := (v - ones*0x20) &^ v // a byte below 0x20
		if (low|(quote-ones)&^quote|(slash-ones)&^slash)&(ones*0x80) != 0 {
			break
		}
	}
	for i < len(b) && b[i] >= 0x20 && b[i] != '"' && b[i] != '\\' {
		i++
	}
	return i
}

// bytes reads a string value as new bytes.
func (s *scanner) bytes() ([]byte, bool) {
	raw, escaped, ok := s.quoted()
	if !ok {
		return nil, false
	}
	if !escaped {
		return []byte(raw), true
	}
	return unescape(make([]byte, 0, len(raw)), raw)
}

// text reads a string value.
func (s *scanner) text() (string, bool) {
	raw, escaped, ok := s.quoted()
	if !ok || !escaped {
		return raw, ok
	}
	var small [256]byte
	if len(raw) <= len(small) {
		out, ok := unescape(small[:0], raw)
		return string(out), ok
	}
	out, ok := unescape(make([]byte, 0, len(raw)), raw)
	return unchanged(out), ok
}

// unchanged is b as a string, without a copy: nobody changes b from now on.
func unchanged(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// null consumes null, which stands for an absent value.
func (s *scanner) null() bool {
	s.space()
	if strings.HasPrefix(s.b[s.i:], "null") {
		s.i += len("null")
		return true
	}
	return false
}

// texts reads an array of strings; [] gives nil.
func (s *scanner) texts() ([]string, bool) {
	if !s.sign('[') {
		return nil, false
	}
	if s.sign(']') {
		return nil, true
	}
	var out []string
	for {
		t, ok := s.text()
		if !ok {
			return nil, false
		}
		out = append(out, t)
		if s.sign(']') {
			return out, true
		}
		if !s.sign(',') {
			return nil, false
		}
	}
}

// integer reads a number without fraction or exponent.
func (s *scanner) integer() (int64, bool) {
	s.space()
	start := s.i
	if s.i < len(s.b) && s.b[s.i] == '-' {
		s.i++
	}
	digits := s.i
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		s.i++
	}
	if s.i == digits || (s.b[digits] == '0' && s.i > digits+1) {
		return 0, false
	}
	if s.i < len(s.b) && (s.b[s.i] == '.' || s.b[s.i] == 'e' || s.b[s.i] == 'E') {
		return 0, false
	}
	v, err := strconv.ParseInt(s.b[start:s.i], 10, 64)
	return v, err == nil
}

// object reads {"key": value, …}; value is called after each colon.
func (s *scanner) object(value func(key string) bool) bool {
	if !s.sign('{') {
		return false
	}
	if s.sign('}') {
		return true
	}
	for {
		key, escaped, ok := s.quoted()
		if !ok || escaped || !s.sign(':') || !value(key) {
			return false
		}
		if s.sign('}') {
			return true
		}
		if !s.sign(',') {
			return false
		}
	}
}

// unescape appends raw with its escapes resolved.
func unescape(dst []byte, raw string) ([]byte, bool) {
	for i := 0; i < len(raw); {
		j := strings.IndexByte(raw[i:], '\\')
		if j < 0 {
			return append(dst, raw[i:]...), true
		}
		j += i
		dst = append(dst, raw[i:j]...)
		if j+1 >= len(raw) {
			return nil, false
		}
		i = j + 2
		switch raw[j+1] {
		case '"', '\\', '/':
			dst = append(dst, raw[j+1])
		case 'n':
			dst = append(dst, '\n')
		case 't':
			dst = append(dst, '\t')
		case 'r':
			dst = append(dst, '\r')
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'u':
			r, n, ok := escapedRune(raw[j:])
			if !ok {
				return nil, false
			}
			dst = utf8.AppendRune(dst, r)
			i = j + n
		default:
			return nil, false
		}
	}
	return dst, true
}

// escapedRune reads \uXXXX or a pair of them, and says how many bytes that is.
// Half a pair is not ours to repair.
func escapedRune(b string) (rune, int, bool) {
	hi, ok := hex4(b)
	if !ok {
		return 0, 0, false
	}
	if !utf16.IsSurrogate(hi) {
		return hi, 6, true
	}
	if len(b) < 12 {
		return 0, 0, false
	}
	lo, ok := hex4(b[6:])
	r := utf16.DecodeRune(hi, lo)
	return r, 12, ok && r != utf8.RuneError
}

func hex4(b string) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	v, err := strconv.ParseUint(b[2:6], 16, 32)
	return rune(v), err == nil
}

// scanRecord reads an envelope the fast way. False means nothing: let
// encoding/json decide.
func scanRecord(b string, r *record) bool {
	s := scanner{b: b}
	var seen uint32
	ok := s.object(func(key string) bool {
		var bit uint32
		var dst *string
		switch key {
		case "schema":
			bit, dst = 0, &r.Schema
		case "source_id":
			bit, dst = 1, &r.SourceID
		case "item_id":
			bit, dst = 2, &r.ItemID
		case "transmission_id":
			bit, dst = 3, &r.TransmissionID
		case "version_time":
			bit, dst = 4, &r.VersionTime
		case "first_seen":
			bit, dst = 5, &r.FirstSeen
		case "received_at":
			bit, dst = 6, &r.ReceivedAt
		case "format":
			bit, dst = 7, &r.Format
		case "content_type":
			bit, dst = 8, &r.ContentType
		case "charset":
			bit, dst = 9, &r.Charset
		case "url":
			bit, dst = 10, &r.URL
		case "feed_url":
			bit, dst = 11, &r.FeedURL
		case "file":
			bit, dst = 12, &r.File
		case "version":
			bit = 13
		case "http":
			bit = 14
		case "hints":
			bit = 15
		case "payload":
			bit = 16
		case "payload_b64":
			bit = 17
		default:
			return false
		}
		if seen&(1<<bit) != 0 {
			return false
		}
		seen |= 1 << bit
		return s.field(r, bit, dst)
	})
	return ok && s.end()
}

// field reads the value of one of the envelope's keys.
func (s *scanner) field(r *record, bit uint32, dst *string) (ok bool) {
	switch {
	case dst != nil:
		*dst, ok = s.text()
	case bit == 13:
		r.Version, ok = s.integer()
	case bit == 14:
		r.HTTP = new(HTTP)
		ok = s.http(r.HTTP)
	case bit == 15:
		r.Hints = new(Hints)
		ok = s.hints(r.Hints)
	case bit == 16:
		r.data, ok = s.bytes()
	default:
		var t string
		t, ok = s.text()
		r.PayloadB64 = &t
	}
	return ok
}

func (s *scanner) http(h *HTTP) bool {
	return s.object(func(key string) (ok bool) {
		switch key {
		case "etag":
			if h.ETag == "" {
				h.ETag, ok = s.text()
			}
		case "last_modified":
			if h.LastModified == "" {
				h.LastModified, ok = s.text()
			}
		case "status":
			var n int64
			if h.Status == 0 {
				n, ok = s.integer()
				h.Status = int(n)
			}
		}
		return ok
	})
}

func (s *scanner) hints(h *Hints) bool {
	return s.object(func(key string) (ok bool) {
		var dst *string
		switch key {
		case "status":
			dst = &h.Status
		case "embargo":
			dst = &h.Embargo
		case "language":
			dst = &h.Language
		case "tz":
			dst = &h.TZ
		case "outlet":
			dst = &h.Outlet
		case "published":
			dst = &h.Published
		case "updated":
			dst = &h.Updated
		case "signal":
			if h.Signal != nil {
				return false
			}
			h.Signal, ok = s.texts()
			return ok
		default:
			return false
		}
		if *dst != "" {
			return false
		}
		*dst, ok = s.text()
		return ok
	})
}
