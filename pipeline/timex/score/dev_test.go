package score

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestErrors lists what goes wrong on a set, for the person who writes rules:
//
//	TIMEX_ERRORS=timebank go test -run Errors ./pipeline/timex/score -v
//
// Held-out documents are not shown.
func TestErrors(t *testing.T) {
	set := os.Getenv("TIMEX_ERRORS")
	if set == "" {
		t.Skip("TIMEX_ERRORS names no set")
	}
	needData(t)
	docs, err := LoadTimeML(data, set)
	if err != nil {
		t.Fatal(err)
	}
	tag := &Tagger{Narrative: Narrative(set)}
	for i := range docs {
		d := &docs[i]
		if HeldOut(d.ID) {
			continue
		}
		sys := tag.Answer(d)
		rules := tag.dates
		used := make([]bool, len(sys))
		around := func(x Timex) string {
			s := d.Text[max(0, x.Start-60):x.Start] + "[[" + d.Text[x.Start:x.End] + "]]" + d.Text[x.End:min(len(d.Text), x.End+40)]
			return strings.Join(strings.Fields(s), " ")
		}
		for gi, j := range Pair(d.Gold, sys) {
			g := d.Gold[gi]
			if j < 0 {
				fmt.Printf("MISS %s %s %s | %s\n", g.Type, g.Value, d.DCT, around(g))
				continue
			}
			used[j] = true
			y := sys[j]
			what := ""
			if y.Value != g.Value {
				what = "VALUE"
				if Same(y.Value, g.Value) {
					what = "QUIRK"
				}
			} else if y.Start != g.Start || y.End != g.End {
				what = "SPAN"
			} else if y.Type != g.Type {
				what = "TYPE"
			}
			if what != "" {
				fmt.Printf("%s %s: %s %s not %s %s dct %s {%s} | %s\n", what, rules[j].Rule, y.Type, y.Value, g.Type, g.Value, d.DCT, d.Text[y.Start:y.End], around(g))
			}
		}
		for j, y := range sys {
			if !used[j] {
				fmt.Printf("SPURIOUS %s: %s %s | %s\n", rules[j].Rule, y.Type, y.Value, around(y))
			}
		}
	}
}

func TestScores(t *testing.T) {
	needData(t)
	for _, set := range []string{"timebank", "aquaint", "wikiwars"} {
		docs, err := LoadTimeML(data, set)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"all", "seen", "held"} {
			var ds []Doc
			for _, d := range docs {
				if part == "all" || HeldOut(d.ID) == (part == "held") {
					ds = append(ds, d)
				}
			}
			s, _ := Set(set, ds)
			t.Logf("%-9s %-4s strict %.1f relaxed %.1f (P %.1f R %.1f) type %.1f value %.1f interval %.1f calendar %.1f", set, part,
				s.Strict.F1(), s.Relaxed.F1(), s.Relaxed.P(), s.Relaxed.R(), s.Type.F1(), s.Value.F1(), s.Interval.F1(), s.Calendar.F1())
		}
	}
}
