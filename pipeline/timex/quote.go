package timex

import (
	"slices"

	"dateline/pipeline/text"
)

// quotes finds the quoted stretches of a text.
type quotes struct{ spans []text.Span }

// holds reports whether a byte stands inside a quotation.
func (q *quotes) holds(at int) bool {
	i, _ := slices.BinarySearchFunc(q.spans, at, func(s text.Span, at int) int {
		if s.End <= at {
			return -1
		}
		return 1
	})
	return i < len(q.spans) && q.spans[i].Start <= at
}

// scan marks the paragraphs' quotations; an open quotation ends with its
// paragraph.
func (q *quotes) scan(t *text.Tokens) {
	q.spans = q.spans[:0]
	open := -1
	for i := range t.Tok {
		k := t.Tok[i]
		if k.Flags&text.ParaStart != 0 && open >= 0 {
			q.spans = append(q.spans, text.Span{Start: open, End: int(k.Start)})
			open = -1
		}
		if k.Flags&text.Punct == 0 {
			continue
		}
		switch t.Text[k.Start:k.End] {
		case "\"":
			if open >= 0 {
				q.spans = append(q.spans, text.Span{Start: open, End: int(k.End)})
				open = -1
			} else {
				open = int(k.Start)
			}
		case "“", "``":
			if open < 0 {
				open = int(k.Start)
			}
		case "”", "''":
			if open >= 0 {
				q.spans = append(q.spans, text.Span{Start: open, End: int(k.End)})
				open = -1
			}
		}
	}
	if open >= 0 {
		q.spans = append(q.spans, text.Span{Start: open, End: len(t.Text)})
	}
}
