package score

import (
	"fmt"
	"io"
	"strings"
)

// WriteErrors lists what goes wrong on a set, for the person who writes rules:
// expressions that are missed, spurious, or differ in value, span or type, each
// with its rule and surroundings. Documents that are held out are not shown.
func WriteErrors(w io.Writer, set string, docs []Doc) error {
	tag := &Tagger{Narrative: Narrative(set)}
	for i := range docs {
		if HeldOut(docs[i].ID) {
			continue
		}
		if err := tag.writeErrors(w, &docs[i]); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tagger) writeErrors(w io.Writer, d *Doc) error {
	sys := t.Answer(d)
	used := make([]bool, len(sys))
	for gi, j := range Pair(d.Gold, sys) {
		g := d.Gold[gi]
		if j < 0 {
			if _, err := fmt.Fprintf(w, "MISS %s %s %s | %s\n", g.Type, g.Value, d.DCT, around(d, g)); err != nil {
				return err
			}
			continue
		}
		used[j] = true
		y := sys[j]
		what := ""
		switch {
		case y.Value != g.Value && Same(y.Value, g.Value):
			what = "QUIRK"
		case y.Value != g.Value:
			what = "VALUE"
		case y.Start != g.Start || y.End != g.End:
			what = "SPAN"
		case y.Type != g.Type:
			what = "TYPE"
		default:
			continue
		}
		if _, err := fmt.Fprintf(w, "%s %s: %s %s not %s %s dct %s {%s} | %s\n", what, t.dates[j].Rule, y.Type, y.Value, g.Type, g.Value, d.DCT, d.Text[y.Start:y.End], around(d, g)); err != nil {
			return err
		}
	}
	for j, y := range sys {
		if used[j] {
			continue
		}
		if _, err := fmt.Fprintf(w, "SPURIOUS %s: %s %s | %s\n", t.dates[j].Rule, y.Type, y.Value, around(d, y)); err != nil {
			return err
		}
	}
	return nil
}

// around is an expression with the words about it, on one line.
func around(d *Doc, t Timex) string {
	s := d.Text[max(0, t.Start-60):t.Start] + "[[" + d.Text[t.Start:t.End] + "]]" + d.Text[t.End:min(len(d.Text), t.End+40)]
	return strings.ToValidUTF8(strings.Join(strings.Fields(s), " "), "")
}
