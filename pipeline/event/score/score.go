package score

import (
	"fmt"
	"io"
	"slices"
	"time"

	"dateline/pipeline"
	"dateline/pipeline/event"
	"dateline/pipeline/text"
	timexscore "dateline/pipeline/timex/score"
	"dateline/pipeline/wire"
)

// Count is right answers of all.
type Count struct{ Right, All int }

// Percent is the share of right ones.
func (c Count) Percent() float64 {
	if c.All == 0 {
		return 0
	}
	return 100 * float64(c.Right) / float64(c.All)
}

func (c *Count) add(right bool) {
	c.All++
	if right {
		c.Right++
	}
}

// Sum adds another count.
func (c *Count) Sum(o Count) { c.Right += o.Right; c.All += o.All }

// Scores are the figures of some articles. Precision is over what the program
// says in the labelled sentences: a typed event whose trigger is labelled as no
// event, or not at all, is wrong; a source or target is looked at where the
// trigger is labelled. Recall is over the labels.
type Scores struct {
	Type, Source, Target                Count // precision
	TypeFound, SourceFound, TargetFound Count // recall
	Labelled, Typed                     int
}

// Sum adds the scores of other articles.
func (s *Scores) Sum(o *Scores) {
	s.Type.Sum(o.Type)
	s.Source.Sum(o.Source)
	s.Target.Sum(o.Target)
	s.TypeFound.Sum(o.TypeFound)
	s.SourceFound.Sum(o.SourceFound)
	s.TargetFound.Sum(o.TargetFound)
	s.Labelled += o.Labelled
	s.Typed += o.Typed
}

// ArticleScores are an article's scores and, for those who write rules, what is
// wrong in it.
type ArticleScores struct {
	Article *Article
	Scores
	Wrong []string
}

// HeldOut reports an article whose errors nobody reads.
func HeldOut(id string) bool { return hash(id)/newsEvery%3 == 0 }

// Run enriches the labelled articles of the development data in dir and
// compares their events with the labels.
func Run(dir string) ([]ArticleScores, error) {
	labels, err := Labels()
	if err != nil {
		return nil, err
	}
	by := map[string][]Label{}
	for _, l := range labels {
		by[l.Article] = append(by[l.Article], l)
	}
	as, err := read(dir, func(_, id string) bool { return by[id] != nil })
	if err != nil {
		return nil, err
	}
	if len(as) != len(by) {
		return nil, fmt.Errorf("%d of %d labelled articles are in the data", len(as), len(by))
	}
	p, err := pipeline.New(pipeline.Options{})
	if err != nil {
		return nil, err
	}
	var s pipeline.Scratch
	out := make([]ArticleScores, len(as))
	for i := range as {
		d := p.Enrich(as[i].wire(), nil, &s)
		out[i] = compare(&as[i], d, by[as[i].ID])
	}
	return out, nil
}

func (a *Article) wire() *wire.Article {
	w := &wire.Article{SourceID: a.Set, ItemID: a.ID, Format: "article", Status: wire.Usable, Title: a.Title, Body: a.Text, Language: "en"}
	if t, err := time.Parse(time.DateOnly, a.Published); err == nil {
		w.Published, w.PublishedBasis = t.Add(12*time.Hour), "source"
	}
	return w
}

// compare scores one article.
func compare(a *Article, d *pipeline.Document, labels []Label) ArticleScores {
	r := ArticleScores{Article: a}
	mentions := map[string][]text.Span{}
	for i := range d.Actors {
		for _, m := range d.Actors[i].Mentions {
			if m.Field == text.Body {
				mentions[d.Actors[i].ID] = append(mentions[d.Actors[i].ID], m.Span)
			}
		}
	}
	named := func(id string, spans []text.Span) bool {
		return slices.ContainsFunc(mentions[id], func(m text.Span) bool {
			return slices.ContainsFunc(spans, func(s text.Span) bool { return m.Overlaps(s) })
		})
	}
	found := map[*Label]*event.Event{}
	for i := range d.Events {
		e := &d.Events[i]
		if e.Field != text.Body || !slices.ContainsFunc(labels, func(l Label) bool { return l.Sentence.Contains(e.At) }) {
			continue
		}
		k := slices.IndexFunc(labels, func(l Label) bool { return slices.Contains(l.Trigger, e.At) })
		if k < 0 {
			if e.Type != "" {
				r.Type.add(false)
				r.wrong("spurious", a, e, nil)
			}
			continue
		}
		l := &labels[k]
		found[l] = e
		if e.Type != "" {
			ok := slices.Contains(l.Types, e.Type)
			r.Type.add(ok)
			if !ok {
				r.wrong("type", a, e, l)
			}
		}
		for _, id := range e.Source {
			ok := named(id, l.Source)
			r.Source.add(ok)
			if !ok {
				r.wrong("source "+id, a, e, l)
			}
		}
		for _, id := range e.Target {
			ok := named(id, l.Target)
			r.Target.add(ok)
			if !ok {
				r.wrong("target "+id, a, e, l)
			}
		}
	}
	for i := range labels {
		r.recall(&labels[i], found[&labels[i]], named)
		r.missed(a, &labels[i], found[&labels[i]])
	}
	return r
}

// recall counts a label that the program found, or not. Of several names of a
// source one is enough.
func (r *ArticleScores) recall(l *Label, e *event.Event, named func(string, []text.Span) bool) {
	if len(l.Trigger) == 0 {
		return
	}
	r.Labelled++
	if l.Typed() {
		r.Typed++
		r.TypeFound.add(e != nil && slices.Contains(l.Types, e.Type))
	}
	if len(l.Source) > 0 {
		r.SourceFound.add(e != nil && slices.ContainsFunc(e.Source, func(id string) bool { return named(id, l.Source) }))
	}
	if len(l.Target) > 0 {
		r.TargetFound.add(e != nil && slices.ContainsFunc(e.Target, func(id string) bool { return named(id, l.Target) }))
	}
}

// missed notes a typed event that no event of the program is.
func (r *ArticleScores) missed(a *Article, l *Label, e *event.Event) {
	if l.Typed() && (e == nil || e.Type == "") && !HeldOut(a.ID) {
		r.Wrong = append(r.Wrong, fmt.Sprintf("missed: %s %v found %v | %s", l.Trigger[0].Of(a.Text), l.Types, e != nil, l.Sentence.Of(a.Text)))
	}
}

func (r *ArticleScores) wrong(what string, a *Article, e *event.Event, l *Label) {
	if HeldOut(a.ID) {
		return
	}
	want := "nothing"
	if l != nil {
		want = fmt.Sprint(l.Types)
		for i, list := range [2][]text.Span{l.Source, l.Target} {
			want += [2]string{" by", " on"}[i]
			for _, s := range list {
				want += " " + s.Of(a.Text)
			}
		}
	}
	r.Wrong = append(r.Wrong, fmt.Sprintf("%s: %s %s %v > %v, want %s | %s", what, e.Trigger, e.Type, e.Source, e.Target, want, e.Sentence))
}

// WriteMarkdown writes the table as the scoreboard has it.
func WriteMarkdown(w io.Writer, as []ArticleScores) error {
	var all, held Scores
	for i := range as {
		all.Sum(&as[i].Scores)
		if HeldOut(as[i].Article.ID) {
			held.Sum(&as[i].Scores)
		}
	}
	fmt.Fprintf(w, "%d events in %d articles, %d of them of a class, labelled by hand. Precision is over what the\nprogram says there; recall is over the labels, whether or not the text names anybody.\n\n", all.Labelled, len(as), all.Typed)
	fmt.Fprintf(w, "| what | precision | n | 95 %% | held out | recall |\n|---|---|---|---|---|---|\n")
	for _, m := range []struct {
		name     string
		of, full func(*Scores) Count
	}{
		{"type", func(s *Scores) Count { return s.Type }, func(s *Scores) Count { return s.TypeFound }},
		{"source", func(s *Scores) Count { return s.Source }, func(s *Scores) Count { return s.SourceFound }},
		{"target", func(s *Scores) Count { return s.Target }, func(s *Scores) Count { return s.TargetFound }},
	} {
		low, high := timexscore.Bootstrap(len(as), func(pick []int) float64 {
			var c Count
			for _, i := range pick {
				c.Sum(m.of(&as[i].Scores))
			}
			return c.Percent()
		})
		c := m.of(&all)
		if _, err := fmt.Fprintf(w, "| %s | %.1f | %d | %.1f–%.1f | %.1f | %.1f |\n", m.name, c.Percent(), c.All, low, high, m.of(&held).Percent(), m.full(&all).Percent()); err != nil {
			return err
		}
	}
	return nil
}
