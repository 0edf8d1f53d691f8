package index

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
)

// ErrMapping says that a document does not fit the mapping. The error names
// the field, never its value.
var ErrMapping = errors.New("mapping")

// Visit reads a document against the mapping of kind k and calls fn with each
// indexed value: a JSON scalar, or an object for date_range and geo_point.
// Arrays are flattened, nulls and stored fields skipped. Raw points into
// source. A field that the mapping does not know, or a value that does not fit
// its type, is ErrMapping: the same strictness as Elasticsearch's with
// "dynamic": "strict", so that the embedded store refuses what a cluster
// would. An error of fn ends the visit and is returned.
func Visit(k Kind, source []byte, fn func(path string, t Type, raw []byte) error) error {
	if !json.Valid(source) {
		return fmt.Errorf("%w: not JSON", ErrMapping)
	}
	s := scanner{b: source, fn: fn}
	s.space()
	if s.peek() != '{' {
		return fmt.Errorf("%w: not a JSON object", ErrMapping)
	}
	return s.object(trees[k])
}

// node is a field of a mapping, made for looking up by name.
type node struct {
	path string
	typ  Type
	sub  map[string]*node
}

var trees = [2]*node{tree("", Property{Type: Object, Sub: articleMapping}), tree("", Property{Type: Object, Sub: eventMapping})}

func tree(path string, p Property) *node {
	n := &node{path: path, typ: p.Type}
	if p.Type == Object {
		n.sub = make(map[string]*node, len(p.Sub))
	}
	for _, c := range p.Sub {
		sub := c.Name
		if path != "" {
			sub = path + "." + c.Name
		}
		n.sub[c.Name] = tree(sub, c)
	}
	return n
}

// scanner walks JSON that is known to be valid, so every step finds what the
// grammar promises and nothing is checked twice.
type scanner struct {
	b  []byte
	i  int
	fn func(string, Type, []byte) error
}

func (s *scanner) peek() byte {
	if s.i < len(s.b) {
		return s.b[s.i]
	}
	return 0
}

func (s *scanner) space() {
	for s.i < len(s.b) && (s.b[s.i] == ' ' || s.b[s.i] == '\t' || s.b[s.i] == '\n' || s.b[s.i] == '\r') {
		s.i++
	}
}

// more steps over a comma to the next element, or over the closing sign.
func (s *scanner) more(end byte) bool {
	s.space()
	if s.peek() == ',' {
		s.i++
		s.space()
	}
	if s.peek() == end {
		s.i++
		return false
	}
	return true
}

func (s *scanner) object(n *node) error {
	s.i++ // {
	for s.more('}') {
		key := s.key()
		sub := n.sub[key]
		if sub == nil {
			name := key
			if len(name) > 64 {
				name = name[:64]
			}
			return fmt.Errorf("%w: field %q is not in it", ErrMapping, join(n.path, name))
		}
		if err := s.value(sub); err != nil {
			return err
		}
	}
	return nil
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// key reads an object's key and its colon.
func (s *scanner) key() string {
	raw := s.skip()
	s.space()
	s.i++ // :
	s.space()
	plain := raw[1 : len(raw)-1]
	for _, c := range plain {
		if c == '\\' || c < ' ' || c >= 0x80 {
			var k string
			_ = json.Unmarshal(raw, &k) // valid: see Visit
			return k
		}
	}
	return string(plain)
}

func (s *scanner) value(n *node) error {
	if n.typ == Stored {
		s.skip()
		return nil
	}
	switch s.peek() {
	case '[':
		s.i++
		for s.more(']') {
			if err := s.value(n); err != nil {
				return err
			}
		}
		return nil
	case '{':
		if n.typ == Object {
			return s.object(n)
		}
	case 'n':
		s.skip()
		return nil
	}
	raw := s.skip()
	if !n.typ.fits(raw) {
		return fmt.Errorf("%w: field %q is not a %s", ErrMapping, n.path, n.typ)
	}
	return s.fn(n.path, n.typ, raw)
}

// skip steps over one value and returns its bytes.
func (s *scanner) skip() []byte {
	start, depth := s.i, 0
	for s.i < len(s.b) {
		switch c := s.b[s.i]; c {
		case '"':
			s.str()
		case '{', '[':
			depth++
			s.i++
		case '}', ']', ',':
			if depth == 0 {
				return s.b[start:s.i]
			}
			if c != ',' {
				depth--
			}
			s.i++
		case ' ', '\t', '\n', '\r':
			if depth == 0 {
				return s.b[start:s.i]
			}
			s.i++
		default:
			s.i++
			continue
		}
		if depth == 0 && s.i > start {
			if c := s.b[s.i-1]; c == '"' || c == '}' || c == ']' {
				return s.b[start:s.i]
			}
		}
	}
	return s.b[start:s.i]
}

// str steps over a string.
func (s *scanner) str() {
	for s.i++; s.i < len(s.b); s.i++ {
		switch s.b[s.i] {
		case '\\':
			s.i++
		case '"':
			s.i++
			return
		}
	}
}

// fits reports whether a valid JSON value can be indexed as t.
func (t Type) fits(raw []byte) bool {
	isString := raw[0] == '"'
	switch t {
	case Keyword, Folded, Label, Text, Names:
		return isString
	case Boolean:
		return string(raw) == "true" || string(raw) == "false"
	case Integer:
		_, err := strconv.ParseInt(string(raw), 10, 32)
		return err == nil
	case Long:
		_, err := strconv.ParseInt(string(raw), 10, 64)
		return err == nil
	case Float:
		f, err := strconv.ParseFloat(string(raw), 64)
		return err == nil && math.Abs(f) <= 65504 // the largest half_float
	case Date:
		_, ok := ParseDate(unquote(raw))
		return isString && ok
	case DateRange:
		_, _, ok := ParseRange(raw)
		return ok
	case Point:
		var p struct{ Lat, Lon *float64 }
		if raw[0] != '{' || json.Unmarshal(raw, &p) != nil || p.Lat == nil || p.Lon == nil {
			return false
		}
		return math.Abs(*p.Lat) <= 90 && math.Abs(*p.Lon) <= 180
	}
	return false
}

// unquote is the text of a JSON string that needs no unescaping; any other
// value gives nothing.
func unquote(raw []byte) string {
	if len(raw) < 2 || raw[0] != '"' {
		return ""
	}
	return string(raw[1 : len(raw)-1])
}

// dateShapes are the forms that dates have in documents, shortest first.
var dateShapes = [...]string{time.DateOnly, "2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339Nano}

// ParseDate reads a date as documents hold it, 2025-05-18, 2025-05-18T18:00 or
// RFC 3339, and returns milliseconds since 1970. A date without a zone is a
// civil one and stands at its UTC time. Years run from 0001 to 9999.
func ParseDate(s string) (ms int64, ok bool) {
	if s == "" {
		return 0, false // most events have no day: no error is made for it
	}
	for _, shape := range dateShapes[:3] {
		if len(shape) == len(s) {
			return parseCivil(shape, s)
		}
	}
	t, err := time.Parse(dateShapes[3], s)
	if err != nil || t.Year() < 1 || t.Year() > 9999 || t.UTC().Year() < 1 || t.UTC().Year() > 9999 {
		return 0, false
	}
	return t.UnixMilli(), true
}

// parseCivil reads a date of the shape's length, all of whose numbers have a
// fixed place.
func parseCivil(shape, s string) (ms int64, ok bool) {
	var v [6]int // year, month, day, hour, minute, second
	n := 0
	for i := 0; i < len(shape); i++ {
		if c := shape[i]; c < '0' || c > '9' {
			if s[i] != c {
				return 0, false
			}
			n++
			continue
		}
		d := int(s[i]) - '0'
		if d < 0 || d > 9 {
			return 0, false
		}
		v[n] = 10*v[n] + d
	}
	year, month, day, hour, minute, second := v[0], v[1], v[2], v[3], v[4], v[5]
	if year < 1 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	return t.UnixMilli(), t.Day() == day // the thirtieth of February is in March
}

// ParseRange reads a date_range, {"gte":…,"lt":…}, in milliseconds since 1970.
// Both bounds must be there: Elasticsearch reads a missing one as everything.
func ParseRange(raw []byte) (gte, lt int64, ok bool) {
	var r struct {
		GTE string `json:"gte"`
		LT  string `json:"lt"`
	}
	if len(raw) == 0 || raw[0] != '{' || json.Unmarshal(raw, &r) != nil {
		return 0, 0, false
	}
	gte, ok1 := ParseDate(r.GTE)
	lt, ok2 := ParseDate(r.LT)
	return gte, lt, ok1 && ok2 && gte < lt
}
