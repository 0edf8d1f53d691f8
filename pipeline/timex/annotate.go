package timex

import "dateline/pipeline/text"

// Annotation is one expression as a TIMEX3 tag would have it: for evaluation.
type Annotation struct {
	Span             text.Span
	Type, Value, Mod string
	Rule             string
	Form             Form
}

// Form sorts the expressions that are scored on their own.
type Form uint8

// The forms.
const (
	Other     Form = iota
	Weekday        // Friday, late Friday, Friday night
	MonthDay       // March 18, without a year
	BareMonth      // February, without a year
)

// Annotate finds the expressions of one text and writes them as TIMEX3: every
// item of a list and both ends of a range on their own, extents without
// prepositions. It appends to dst.
func Annotate(dst []Annotation, t *text.Tokens, a Anchor, s *Scratch) []Annotation {
	s.find(nil, t)
	s.resolve(a)
	for i := range s.exprs {
		f, v := &s.exprs[i], &s.vals[i]
		sp := f.extent()
		s.arena = appendTimex(s.arena[:0], f, v)
		dst = append(dst, Annotation{Span: sp, Type: typeNames[v.typ], Value: string(s.arena), Mod: modNames[v.mod], Rule: ruleNames[f.rule], Form: form(f)})
	}
	return dst
}

// extent is the span of the expression's own words.
func (f *found) extent() text.Span {
	return text.Span{Start: int(f.off), End: int(f.off) + int(f.n)}
}

func form(f *found) Form {
	switch {
	case f.op == doWeekday && !f.has(flagSet):
		return Weekday
	case f.op == doDate && f.day != 0 && f.dow == 0 && !f.has(flagYear):
		return MonthDay
	case f.op == doMonth && f.deic == deicNone:
		return BareMonth
	}
	return Other
}
