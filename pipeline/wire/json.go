package wire

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of structured payloads. Real items nest a dozen deep and hold some
// thousand values; without the second bound 4 MiB of brackets would take a
// hundred times that in memory.
const (
	maxDepth  = 128
	maxValues = 300_000
)

// value is a JSON value. Strings without escapes share the payload's memory.
type value struct {
	kind byte // one of s n t f z a o: string, number, true, false, null, array, object
	text string
	keys []string // of an object, beside list
	list []value
}

// parseJSON reads a whole payload. Errors are Malformed or Depth.
func parseJSON(text string) (*value, error) {
	p := jsonParser{scanner: scanner{b: text}}
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if !p.end() {
		return nil, refuse(Malformed, "JSON: data after the value at byte %d", p.i)
	}
	return &v, nil
}

type jsonParser struct {
	scanner
	values int
}

func (p *jsonParser) bad() error { return refuse(Malformed, "JSON syntax error at byte %d", p.i) }

func (p *jsonParser) value(depth int) (v value, err error) {
	if p.values++; p.values > maxValues {
		return v, refuse(Malformed, "JSON holds more than %d values", maxValues)
	}
	if depth > maxDepth {
		return v, refuse(Depth, "JSON nested deeper than %d", maxDepth)
	}
	p.space()
	if p.i >= len(p.b) {
		return v, p.bad()
	}
	switch c := p.b[p.i]; {
	case c == '"':
		v.kind = 's'
		if v.text, err = p.str(); err != nil {
			return v, err
		}
	case c == '{':
		return p.members(depth)
	case c == '[':
		return p.elements(depth)
	case c == 't' && strings.HasPrefix(p.b[p.i:], "true"):
		v.kind, p.i = 't', p.i+4
	case c == 'f' && strings.HasPrefix(p.b[p.i:], "false"):
		v.kind, p.i = 'f', p.i+5
	case c == 'n' && p.null():
		v.kind = 'z'
	default:
		v.kind = 'n'
		if v.text = p.number(); v.text == "" {
			return v, p.bad()
		}
	}
	return v, nil
}

// str reads a string; half a surrogate pair becomes the replacement character,
// as encoding/json has it.
func (p *jsonParser) str() (string, error) {
	raw, escaped, ok := p.quoted()
	if !ok {
		return "", p.bad()
	}
	if !escaped {
		return raw, nil
	}
	out, ok := unescapeLoose(make([]byte, 0, len(raw)), raw)
	if !ok {
		return "", p.bad()
	}
	return string(out), nil
}

// unescapeLoose is unescape with halves of surrogate pairs replaced.
func unescapeLoose(dst []byte, raw string) ([]byte, bool) {
	if out, ok := unescape(dst, raw); ok {
		return out, true
	}
	dst = dst[:0]
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			dst = append(dst, raw[i])
			i++
			continue
		}
		n := 2
		if i+1 < len(raw) && raw[i+1] == 'u' {
			n = 6
			if _, long, ok := escapedRune(raw[i:]); ok {
				n = long
			} else if _, ok := hex4(raw[i:]); ok {
				dst = utf8.AppendRune(dst, utf8.RuneError)
				i += 6
				continue
			}
		}
		if i+n > len(raw) {
			return nil, false
		}
		out, ok := unescape(dst, raw[i:i+n])
		if !ok {
			return nil, false
		}
		dst = out
		i += n
	}
	return dst, true
}

// number is the literal of a JSON number, empty for none.
func (p *jsonParser) number() string {
	start := p.i
	digits := func() bool {
		from := p.i
		for p.i < len(p.b) && p.b[p.i] >= '0' && p.b[p.i] <= '9' {
			p.i++
		}
		return p.i > from
	}
	if p.i < len(p.b) && p.b[p.i] == '-' {
		p.i++
	}
	if p.i < len(p.b) && p.b[p.i] == '0' {
		p.i++
	} else if !digits() {
		return ""
	}
	if p.i < len(p.b) && p.b[p.i] == '.' {
		if p.i++; !digits() {
			return ""
		}
	}
	if p.i < len(p.b) && (p.b[p.i] == 'e' || p.b[p.i] == 'E') {
		p.i++
		if p.i < len(p.b) && (p.b[p.i] == '+' || p.b[p.i] == '-') {
			p.i++
		}
		if !digits() {
			return ""
		}
	}
	return p.b[start:p.i]
}

func (p *jsonParser) members(depth int) (v value, err error) {
	v.kind = 'o'
	p.i++
	if p.sign('}') {
		return v, nil
	}
	for {
		p.space()
		if p.i >= len(p.b) || p.b[p.i] != '"' {
			return v, p.bad()
		}
		key, err := p.str()
		if err != nil {
			return v, err
		}
		if !p.sign(':') {
			return v, p.bad()
		}
		member, err := p.value(depth + 1)
		if err != nil {
			return v, err
		}
		v.keys, v.list = append(v.keys, key), append(v.list, member)
		if p.sign('}') {
			return v, nil
		}
		if !p.sign(',') {
			return v, p.bad()
		}
	}
}

func (p *jsonParser) elements(depth int) (v value, err error) {
	v.kind = 'a'
	p.i++
	if p.sign(']') {
		return v, nil
	}
	for {
		element, err := p.value(depth + 1)
		if err != nil {
			return v, err
		}
		v.list = append(v.list, element)
		if p.sign(']') {
			return v, nil
		}
		if !p.sign(',') {
			return v, p.bad()
		}
	}
}

// none is what looking for an absent key gives.
var none = &value{kind: 'z'}

// get is the member of that name in any case, as versions of one format differ
// in it; the last one of several, a null value if there is none.
func (v *value) get(name string) *value {
	for i := len(v.keys) - 1; i >= 0; i-- {
		if k := v.keys[i]; len(k) == len(name) && strings.EqualFold(k, name) {
			return &v.list[i]
		}
	}
	return none
}

// path is get in get.
func (v *value) path(names ...string) *value {
	for _, n := range names {
		v = v.get(n)
	}
	return v
}

// str is the trimmed string, or the digits of a number, else empty.
func (v *value) str() string {
	if v.kind == 's' || v.kind == 'n' {
		return strings.TrimSpace(v.text)
	}
	return ""
}

// integer is the whole number or the digits of a string, else 0.
func (v *value) integer() int64 {
	n, err := strconv.ParseInt(v.str(), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// each gives the elements of an array; anything but an array and null is the
// one element of itself.
func (v *value) each() []value {
	switch v.kind {
	case 'a':
		return v.list
	case 'z':
		return nil
	}
	return []value{*v}
}

// names gives the strings of an array of strings or of objects with a name.
func (v *value) names(field string) (out []string) {
	for _, e := range v.each() {
		s := e.str()
		if e.kind == 'o' {
			s = e.get(field).str()
		}
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// object decodes and parses a payload that must be a JSON object.
func (in *input) object() (*value, error) {
	text, warning, err := decodeText(in.data, in.e.Charset, in.e.ContentType)
	if err != nil {
		return nil, err
	}
	if warning != "" {
		in.warn(warning)
	}
	v, err := parseJSON(text)
	if err != nil {
		return nil, err
	}
	if v.kind == 'a' {
		return nil, refuse(NotArticle, "payload is a list of items: send each by itself")
	}
	if v.kind != 'o' {
		return nil, refuse(Malformed, "payload is no JSON object")
	}
	return v, nil
}
