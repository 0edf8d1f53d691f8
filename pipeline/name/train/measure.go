package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"dateline/pipeline/name/internal/model"
	"dateline/pipeline/name/score"
	"dateline/pipeline/text"
)

// result is the score of the model on a set under some rules of the document
// pass.
type result struct {
	set   *score.Set
	rules string
	score *score.Score
}

// rulesets are the rows of the report: each rule of the document pass alone,
// and together.
var rulesets = []struct {
	name  string
	rules model.Pass
}{
	{"no rules", 0}, {"surnames", model.PassSurname}, {"votes", model.PassVotes}, {"repeats", model.PassRepeats}, {"lists", model.PassLists}, {"acronyms", model.PassAcronyms}, {"storms", model.PassStorms}, {"all rules", model.PassAll},
}

// measure scores the model on the sets; each rule of the document pass by
// itself only on the one that they were chosen on.
func (r *runner) measure(t *model.Tagger) ([]result, error) {
	sets, err := score.Load(r.data, r.test)
	if err != nil {
		return nil, err
	}
	var out []result
	for i := range sets {
		for _, rules := range rulesets {
			if sets[i].Name == score.WorldwideTrain || rules.rules == model.PassAll {
				out = append(out, result{&sets[i], rules.name, score.Run(sets[i].Docs, tagger(t, rules.rules))})
			}
		}
	}
	return out, nil
}

// tagger is the model with some rules of the document pass.
func tagger(t *model.Tagger, rules model.Pass) score.Tagger {
	var s model.Scratch
	var spans []model.Span
	var out []score.Name
	return func(a *text.Tokens) []score.Name {
		spans, out = t.Tag(spans[:0], a, &s, rules), out[:0]
		for _, x := range spans {
			out = append(out, score.Name{Span: spanOf(a, x.First, x.Last), Kind: kindOf[x.Class]})
		}
		return out
	}
}

// agreement is how well the names found agree with a document's labels; names
// that the labels doubt count as missed by both sides of a comparison.
func agreement(docs []*doc, t score.Tagger) score.Tally {
	var s score.Score
	for _, d := range docs {
		s.Add(d.annotated(), t(d.tok))
	}
	return s.Micro()
}

// annotated is the document as one to score on.
func (d *doc) annotated() *score.Doc {
	g := &score.Doc{ID: d.name, Tok: d.tok, Cut: true}
	for _, x := range d.spans {
		g.Names = append(g.Names, score.Name{Span: spanOf(d.tok, x.first, x.last), Kind: kindOf[x.class]})
	}
	return g
}

// spanOf is the bytes of tokens [first,last).
func spanOf(a *text.Tokens, first, last int) text.Span {
	return text.Span{Start: int(a.Tok[first].Start), End: int(a.Tok[last-1].End)}
}

var kindOf = [model.Classes]text.Kind{model.PER: text.PER, model.ORG: text.ORG, model.LOC: text.LOC, model.NORP: text.NORP, model.EVENT: text.EVENT, model.MISC: text.MISC}

// calibrate is the share of right names by class and margin among those found
// in held-out articles, made to rise with the margin and drawn towards the
// class's mean where there are few.
func calibrate(t *model.Tagger, docs []*doc) (out [model.Classes][model.Bins]uint16) {
	var right, all [model.Classes][model.Bins]float64
	var s model.Scratch
	for _, d := range docs {
		gold := map[span]bool{}
		for _, g := range d.spans {
			gold[span{g.first, g.last, g.class, true}] = g.sure
		}
		for _, x := range t.Tag(nil, d.tok, &s, model.PassAll) {
			sure, ok := gold[span{x.First, x.Last, x.Class, true}]
			if ok && !sure {
				continue // the teacher doubts it: no evidence
			}
			b := model.Bin(x.Margin)
			all[x.Class][b]++
			if ok {
				right[x.Class][b]++
			}
		}
	}
	for c := range out {
		n, k := 0.0, 0.0
		for b := range all[c] {
			n, k = n+all[c][b], k+right[c][b]
		}
		mean := (k + 1) / (n + 2)
		var v, w []float64 // pools of bins, values rising
		var size []int
		for b := range all[c] {
			v = append(v, (right[c][b]+4*mean)/(all[c][b]+4))
			w = append(w, all[c][b]+4)
			size = append(size, 1)
			for i := len(v) - 1; i > 0 && v[i-1] > v[i]; i-- {
				v[i-1] = (v[i-1]*w[i-1] + v[i]*w[i]) / (w[i-1] + w[i])
				w[i-1] += w[i]
				size[i-1] += size[i]
				v, w, size = v[:i], w[:i], size[:i]
			}
		}
		b := 0
		for i := range v {
			for range size[i] {
				out[c][b] = uint16(v[i] * 65535)
				b++
			}
		}
	}
	return out
}

// cachedClusters reads clusters from a file in dir named after the data they
// are made from, or makes and keeps them. An empty dir keeps nothing.
func cachedClusters(dir, sum string, build func() (*clusters, error)) (*clusters, error) {
	if dir == "" {
		return build()
	}
	path := filepath.Join(dir, "clusters-"+sum[:16]+".tsv")
	if b, err := os.ReadFile(path); err == nil {
		return parseClusters(path, b)
	}
	c, err := build()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for i, w := range c.word {
		fmt.Fprintf(&b, "%s\t%d\t%d\n", w, c.fine[i], c.mid[c.fine[i]])
	}
	return c, os.WriteFile(path, b.Bytes(), 0o644)
}

func parseClusters(path string, b []byte) (*clusters, error) {
	c := &clusters{mid: make([]int32, clusterFine)}
	n := 0
	for line := range bytes.Lines(b) {
		n++
		var w string
		var f, m int32
		if _, err := fmt.Sscanf(string(line), "%s\t%d\t%d\n", &w, &f, &m); err != nil || f < 0 || f >= clusterFine {
			return nil, fmt.Errorf("%s:%d: not a cluster line", path, n)
		}
		c.word, c.fine = append(c.word, w), append(c.fine, f)
		c.mid[f] = m
	}
	return c, nil
}

// card is MODEL_CARD.md.
func (r *runner) card(m *model.Model, size int, results []result) []byte {
	var b bytes.Buffer
	p := func(format string, a ...any) { fmt.Fprintf(&b, format, a...) }
	p("# Model card: names.bin\n\nWritten by `go run ./pipeline/name/train`; do not edit.\n\n")
	p("- file: %d bytes, SHA-256 `%x`\n- manifest: SHA-256 `%x`\n", size, m.Sum, m.Manifest)
	p("- task: names in English news: PER, ORG, LOC (split into GPE, LOC and FAC by rule), NORP, EVENT, MISC; see SCHEME.md\n")
	p("- method: features of each capitalised word and its surroundings, one hidden layer of %d, a first-order conditional random field, then a pass over the article\n\n", model.Hidden)
	p("## Data\n\n| set | use | licence | what |\n|---|---|---|---|\n")
	for i := range r.m.Sets {
		x := &r.m.Sets[i]
		p("| %s | %s | %s | %s |\n", x.Name, x.Use, x.Licence, x.About)
	}
	p("| lists | features | %s | %s |\n", r.m.Lists.Licence, r.m.Lists.About)
	p("| places | features | %s | %s |\n", r.m.Places.Licence, r.m.Places.About)
	p("\nThe labels called our own teacher's come from a BERT-base-cased encoder (weights Apache-2.0) tuned on Re-DocRED, CrossNER, UNER, GUM (bio, court, voyage), re3d (without BBC) and wikigold. The model file is under the licence of the repository with the attributions above. Texts of Re-DocRED, UNER and parts of GUM are CC BY-SA: `-without by-sa` trains without the first two, but the teacher that made the other labels was tuned on all three.\n")
	p("\n## Scores\n\nSpan F1 on gold tokens, micro over PER, ORG and LOC (GPE and facilities count as LOC); a leading \"the\" and a trailing possessive are stripped on both sides.\n\n")
	p("| set | document pass | F1 | P | R | PER | ORG | LOC | NORP | EVENT | MISC |\n|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, x := range results {
		t := x.score.Micro()
		p("| %s | %s | %.2f | %.1f | %.1f | %.1f | %.1f | %.1f |", x.set.Name, x.rules, t.F1(), t.Precision(), t.Recall(),
			x.score.Of[text.PER].F1(), x.score.Of[text.ORG].F1(), x.score.Of[text.LOC].F1())
		for _, k := range []text.Kind{text.NORP, text.EVENT, text.MISC} {
			if x.score.Of[k].Gold == 0 {
				p(" |")
				continue
			}
			p(" %.1f |", x.score.Of[k].F1())
		}
		p("\n")
	}
	p("\n## Weak spots\n\n- organisations, above all those without a telling word in their name, and names of works and events\n- names and places far from the news of the United States of 2012 to 2020, from which the word clusters come\n- text without capitals or in capitals only\n- English only\n- confidence is calibrated on %d articles labelled by the teacher, not by people: it says how likely the teacher agrees\n", r.m.HeldOut)
	return slices.Clip(b.Bytes())
}
