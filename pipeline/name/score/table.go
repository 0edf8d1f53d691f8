package score

import (
	"fmt"
	"io"
	"strings"

	"dateline/pipeline/name"
	"dateline/pipeline/text"
)

// Dateline is the tagger of this program.
func Dateline(t *name.Tagger) Tagger {
	var s name.Scratch
	var ms []text.Mention
	var out []Name
	return func(a *text.Tokens) []Name {
		ms, out = t.Tag(ms[:0], text.Body, a, &s), out[:0]
		for i := range ms {
			out = append(out, Name{ms[i].Span, ms[i].Kind, ms[i].Confidence})
		}
		return out
	}
}

// WriteHeader writes the head of the table of rows.
func WriteHeader(w io.Writer) error {
	_, err := fmt.Fprint(w, "| set | system | F1 | P | R | PER | ORG | LOC | NORP | EVENT | MISC | kinds of places | calibration error |\n"+
		"|---|---|---|---|---|---|---|---|---|---|---|---|---|\n")
	return err
}

// WriteRow writes the row of a system on a set. A kind that the set does not
// annotate is left empty.
func WriteRow(w io.Writer, set *Set, system string, s *Score) error {
	m := s.Micro()
	if _, err := fmt.Fprintf(w, "| %s | %s | %.2f | %.1f | %.1f |", set.Name, system, m.F1(), m.Precision(), m.Recall()); err != nil {
		return err
	}
	for _, k := range []text.Kind{text.PER, text.ORG, text.LOC, text.NORP, text.EVENT, text.MISC} {
		cell := fmt.Sprintf(" %.1f |", s.Of[k].F1())
		if s.Of[k].Gold == 0 {
			cell = " |"
		}
		if _, err := fmt.Fprint(w, cell); err != nil {
			return err
		}
	}
	cell := " | |\n"
	if set.Name == Own {
		cell = fmt.Sprintf(" %.1f | |\n", 100*float64(s.Right)/float64(max(s.Places, 1)))
		if s.confident() {
			cell = fmt.Sprintf("%s %.1f |\n", strings.TrimSuffix(cell, " |\n"), s.CalibrationError())
		}
	}
	_, err := fmt.Fprint(w, cell)
	return err
}

// Write writes the scores of a system on sets.
func Write(w io.Writer, sets []Set, system string, t Tagger) error {
	for i := range sets {
		if err := WriteRow(w, &sets[i], system, Run(sets[i].Docs, t)); err != nil {
			return err
		}
	}
	return nil
}
