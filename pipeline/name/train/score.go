package main

import (
	"fmt"
	"strings"

	"dateline/pipeline/name/internal/model"
	"dateline/pipeline/text"
)

// tally counts names: found, in gold, and both.
type tally struct{ found, gold, both int }

func (t tally) f1() float64 {
	if t.found+t.gold == 0 {
		return 0
	}
	return 200 * float64(t.both) / float64(t.found+t.gold)
}

func (t tally) precision() float64 { return 100 * float64(t.both) / float64(max(t.found, 1)) }

func (t tally) recall() float64 { return 100 * float64(t.both) / float64(max(t.gold, 1)) }

func (t tally) String() string {
	return fmt.Sprintf("%.2f (P %.1f R %.1f)", t.f1(), t.precision(), t.recall())
}

// score is one tally a class.
type score [model.Classes]tally

// micro is the F1 over PER, ORG and LOC.
func (s *score) micro() tally {
	var t tally
	for _, c := range []model.Class{model.PER, model.ORG, model.LOC} {
		t.found += s[c].found
		t.gold += s[c].gold
		t.both += s[c].both
	}
	return t
}

func (s *score) String() string {
	return fmt.Sprintf("F1 %v  PER %v  ORG %v  LOC %v  NORP %v", s.micro(), s[model.PER], s[model.ORG], s[model.LOC], s[model.NORP])
}

// strip takes a leading "the" and a trailing possessive off a name.
func strip(a *text.Tokens, s span) span {
	for s.first < s.last-1 && strings.EqualFold(a.At(s.first), "the") {
		s.first++
	}
	for s.first < s.last-1 {
		switch a.At(s.last - 1) {
		case "'s", "’s", "'", "’", "s":
			s.last--
			continue
		}
		break
	}
	s.sure = true
	return s
}

// add compares the names found in a document with its gold.
func (s *score) add(d *doc, found []span) {
	gold := map[span]bool{}
	for _, g := range d.spans {
		g = strip(d.tok, g)
		gold[g] = true
		s[g.class].gold++
	}
	for _, f := range found {
		f = strip(d.tok, f)
		s[f.class].found++
		if gold[f] {
			s[f.class].both++
		}
	}
}
