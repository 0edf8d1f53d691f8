package score

import (
	"fmt"
	"math"
	"strings"

	"dateline/pipeline/text"
)

// Name is one name of a text, annotated or found.
type Name struct {
	Span text.Span // bytes
	Kind text.Kind
	// Confidence is the tagger's, 0 to 1; 0 for annotated names and for a tagger
	// that gives none.
	Confidence float32
}

// Doc is an annotated text.
type Doc struct {
	ID    string
	Tok   *text.Tokens
	Names []Name // in the order of the text, none over another
	// Cut says that the tokens are the set's, not the tokeniser's.
	Cut bool
}

// Tagger finds the names of a text. The answer may be reused by the next call.
type Tagger func(*text.Tokens) []Name

// Tally counts names: found, in gold, and both.
type Tally struct{ Found, Gold, Both int }

// F1 is the harmonic mean of Precision and Recall, in percent.
func (t Tally) F1() float64 {
	if t.Found+t.Gold == 0 {
		return 0
	}
	return 200 * float64(t.Both) / float64(t.Found+t.Gold)
}

// Precision is the share of the names found that are in gold, in percent.
func (t Tally) Precision() float64 { return 100 * float64(t.Both) / float64(max(t.Found, 1)) }

// Recall is the share of the names of gold that were found, in percent.
func (t Tally) Recall() float64 { return 100 * float64(t.Both) / float64(max(t.Gold, 1)) }

// String writes F1, precision and recall.
func (t Tally) String() string {
	return fmt.Sprintf("%.2f (P %.1f R %.1f)", t.F1(), t.Precision(), t.Recall())
}

// kinds is the number of kinds of names.
const kinds = int(text.MISC) + 1

// Score is one Tally a kind, places under text.LOC.
type Score struct {
	Of [kinds]Tally
	// Places are the names of places found with the right borders, Right those
	// of them whose kind (GPE, LOC or FAC) is that of gold.
	Places, Right int

	bins [10]bin // of confidence
}

// bin counts names found with a confidence of one tenth.
type bin struct {
	n, right int
	sum      float64 // of confidences
}

// CalibrationError is by how much confidence differs from the share of right
// names, in percent: the mean over tenths of confidence, each with the weight of
// its names (expected calibration error; Guo et al. 2017).
func (s *Score) CalibrationError() float64 {
	n, off := 0, 0.0
	for _, b := range s.bins {
		n += b.n
		off += math.Abs(b.sum - float64(b.right))
	}
	return 100 * off / float64(max(n, 1))
}

// confident reports whether the names found had confidences.
func (s *Score) confident() bool {
	sum := 0.0
	for _, b := range s.bins {
		sum += b.sum
	}
	return sum > 0
}

// Micro is the tally over PER, ORG and LOC.
func (s *Score) Micro() Tally {
	var t Tally
	for _, k := range []text.Kind{text.PER, text.ORG, text.LOC} {
		t.Found += s.Of[k].Found
		t.Gold += s.Of[k].Gold
		t.Both += s.Of[k].Both
	}
	return t
}

// place is the kind under which places are counted.
func place(k text.Kind) text.Kind {
	if k == text.GPE || k == text.FAC {
		return text.LOC
	}
	return k
}

// Add compares the names found in a document with its gold.
func (s *Score) Add(d *Doc, found []Name) {
	gold := make(map[text.Span]text.Kind, len(d.Names))
	for _, g := range d.Names {
		gold[d.Strip(g.Span)] = g.Kind
		s.Of[place(g.Kind)].Gold++
	}
	for _, f := range found {
		s.Of[place(f.Kind)].Found++
		k, ok := gold[d.Strip(f.Span)]
		b := &s.bins[min(int(f.Confidence*10), 9)]
		b.n++
		b.sum += float64(f.Confidence)
		if ok && place(k) == place(f.Kind) {
			b.right++
		}
		if !ok || place(k) != place(f.Kind) {
			continue
		}
		s.Of[place(f.Kind)].Both++
		if place(k) == text.LOC {
			s.Places++
			if k == f.Kind {
				s.Right++
			}
		}
	}
}

// Strip widens a span to whole tokens if the set has tokens of its own, and
// takes off a leading "the" and a trailing possessive.
func (d *Doc) Strip(s text.Span) text.Span {
	if d.Cut {
		s = d.widen(s)
	}
	for {
		w := s.Of(d.Tok.Text)
		if len(w) > 4 && strings.EqualFold(w[:3], "the") && w[3] == ' ' {
			s.Start += 4
			continue
		}
		n := len(w)
		for _, p := range []string{"'s", "’s", "'", "’", " s", " "} {
			if n = len(strings.TrimSuffix(w, p)); n < len(w) {
				break
			}
		}
		if n == len(w) || n == 0 {
			return s
		}
		s.End = s.Start + n
	}
}

// widen is the span of the tokens that s touches.
func (d *Doc) widen(s text.Span) text.Span {
	i, j := Covered(d.Tok, s)
	if i == j {
		return s
	}
	return text.Span{Start: int(d.Tok.Tok[i].Start), End: int(d.Tok.Tok[j-1].End)}
}

// Covered is the tokens [i,j) that a span touches.
func Covered(a *text.Tokens, s text.Span) (i, j int) {
	lo, hi := 0, len(a.Tok)
	for lo < hi {
		if m := (lo + hi) / 2; int(a.Tok[m].End) <= s.Start {
			lo = m + 1
		} else {
			hi = m
		}
	}
	for j = lo; j < len(a.Tok) && int(a.Tok[j].Start) < s.End; {
		j++
	}
	return lo, j
}

// Run scores a tagger on documents.
func Run(docs []Doc, t Tagger) *Score {
	s := new(Score)
	for i := range docs {
		s.Add(&docs[i], t(docs[i].Tok))
	}
	return s
}
