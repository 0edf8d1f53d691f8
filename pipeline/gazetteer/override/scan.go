package override

import (
	"strings"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/text"
)

// Hit is a surface form of an operation in a text: tokens [First,Last).
type Hit struct {
	First, Last int
	Span        text.Span
	Fold        string
}

// Scan appends the surface forms of the set that the text holds, in text order,
// the longest from each start, without overlaps. They start with a capital or a
// digit and do not cross a sentence.
func (s *Set) Scan(dst []Hit, a *text.Tokens) []Hit {
	if s == nil || a == nil || len(s.starts) == 0 {
		return dst
	}
	var buf [128]byte
	for i := 0; i < len(a.Tok); i++ {
		if a.Tok[i].Flags&(text.Upper|text.Number) == 0 {
			continue
		}
		most, ok := s.starts[string(firstWord(gazetteer.AppendFold(buf[:0], a.At(i), false)))]
		if !ok {
			continue
		}
		for j := min(i+most, len(a.Tok)); j > i; j-- {
			if a.Tok[j-1].Sent != a.Tok[i].Sent || a.Tok[j-1].Has(text.Punct) || a.Tok[j-1].Has(text.Possessive) {
				continue
			}
			key := gazetteer.AppendFold(buf[:0], a.Slice(i, j), false)
			if _, ok := s.rules[string(key)]; !ok {
				continue
			}
			dst = append(dst, Hit{First: i, Last: j, Span: text.Span{Start: int(a.Tok[i].Start), End: int(a.Tok[j-1].End)}, Fold: string(key)})
			i = j - 1
			break
		}
	}
	return dst
}

func firstWord(key []byte) []byte {
	for i, c := range key {
		if c == ' ' {
			return key[:i]
		}
	}
	return key
}

// start notes the first word of a folded surface.
func (s *Set) start(fold string) {
	first, _, _ := strings.Cut(fold, " ")
	// A word may be several tokens: hyphens, dots and apostrophes fold away.
	s.starts[first] = max(s.starts[first], 2*(strings.Count(fold, " ")+1))
}
