package score

import (
	"time"

	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// Tagger annotates documents with package timex.
type Tagger struct {
	Narrative bool
	scratch   timex.Scratch
	tokens    text.Tokens
	dates     []timex.Annotation
}

// Annotate finds the expressions of a document.
func (t *Tagger) Annotate(d *Doc) []timex.Annotation {
	t.tokens.Reset(d.Text)
	t.dates = timex.Annotate(t.dates[:0], &t.tokens, Anchor(d.DCT, t.Narrative), &t.scratch)
	return t.dates
}

// Answer is Annotate in the form of the gold annotations.
func (t *Tagger) Answer(d *Doc) []Timex {
	var out []Timex
	for _, a := range t.Annotate(d) {
		out = append(out, Timex{a.Span.Start, a.Span.End, a.Type, a.Value, a.Mod})
	}
	return out
}

// Anchor reads a document creation time: a day, or a day and a minute.
func Anchor(dct string, narrative bool) timex.Anchor {
	a := timex.Anchor{Narrative: narrative}
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if p, err := time.Parse(layout, dct); err == nil {
			if layout == "2006-01-02" {
				p = p.Add(12 * time.Hour)
			}
			a.Published = p
		}
	}
	return a
}

// Narrative reports whether a set is told in its own time: its dates hang on
// each other and not on the day of writing.
func Narrative(set string) bool { return set == "wikiwars" }

// Set scores every document of a set; the second result holds each document's
// own scores, for resampling.
func Set(set string, docs []Doc) (Scores, []Scores) {
	t := &Tagger{Narrative: Narrative(set)}
	var all Scores
	each := make([]Scores, len(docs))
	for i := range docs {
		g := docs[i].Gold
		y := t.Answer(&docs[i])
		if Narrative(set) {
			g, y = untyped(g), untyped(y)
		}
		each[i] = Compare(g, y)
		all.add(each[i])
	}
	return all, each
}

// untyped makes every expression a DATE, as the converted TIMEX2 sets have it.
func untyped(ts []Timex) []Timex {
	out := make([]Timex, len(ts))
	for i, t := range ts {
		t.Type = "DATE"
		out[i] = t
	}
	return out
}
