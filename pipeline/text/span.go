package text

import (
	"encoding/json"
	"fmt"
)

// Field names the part of an article that a span points into.
type Field uint8

// The fields that carry spans.
const (
	Body Field = iota
	Title
)

// String is the field's name in documents: "body" or "title".
func (f Field) String() string {
	if f == Title {
		return "title"
	}
	return "body"
}

// MarshalText writes the field's name.
func (f Field) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads the field's name.
func (f *Field) UnmarshalText(b []byte) error {
	switch string(b) {
	case "body":
		*f = Body
	case "title":
		*f = Title
	default:
		return fmt.Errorf("field %q: want body or title", b)
	}
	return nil
}

// Span is a half-open range of bytes, [Start,End), in the text of a field. In
// JSON it is a pair: [12,20].
type Span struct {
	Start, End int
}

// Of is the surface form of the span in its text. The span must lie inside it.
func (s Span) Of(text string) string { return text[s.Start:s.End] }

// Len is the length in bytes.
func (s Span) Len() int { return s.End - s.Start }

// Empty reports whether the span covers nothing.
func (s Span) Empty() bool { return s.End <= s.Start }

// Contains reports whether o lies inside s.
func (s Span) Contains(o Span) bool { return s.Start <= o.Start && o.End <= s.End }

// Overlaps reports whether the two spans share a byte.
func (s Span) Overlaps(o Span) bool { return s.Start < o.End && o.Start < s.End }

// MarshalJSON writes [start,end].
func (s Span) MarshalJSON() ([]byte, error) {
	b := make([]byte, 0, 16)
	b = fmt.Appendf(b, "[%d,%d]", s.Start, s.End)
	return b, nil
}

// UnmarshalJSON reads [start,end].
func (s *Span) UnmarshalJSON(b []byte) error {
	var p [2]int
	if err := json.Unmarshal(b, &p); err != nil {
		return fmt.Errorf("span: %w", err)
	}
	s.Start, s.End = p[0], p[1]
	return nil
}
