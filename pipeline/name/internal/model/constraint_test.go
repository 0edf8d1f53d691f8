package model_test

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"testing"

	"dateline/pipeline/name/internal/model"
	"dateline/pipeline/name/score"
	"dateline/pipeline/text"
)

var every = flag.Int("every", 4, "measure the cost of the constraint on each n-th article of the large set")

// TestConstraintCost measures what it costs that names are looked for only
// where capitals allow one: the same model decodes whole sentences and may give
// every token every tag, those that segments forbid at a price of so many nats.
// At no price it may gain more than maxCost. Free of charge it loses, because
// the model was never taught what stands outside the segments; so this is the
// cost of decoding with the constraint. The names that no path spells, counted
// too, bound what a model taught without it could gain.
func TestConstraintCost(t *testing.T) {
	const maxCost = 0.1  // F1
	const forbidden = 40 // nats: a price that no score pays
	sets, err := score.Load("../../../../../shared/data", false)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("needs the development data: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	blob, err := os.ReadFile("../../names.bin")
	if err != nil {
		t.Fatal(err)
	}
	m, err := model.Load(string(blob))
	if err != nil {
		t.Fatal(err)
	}
	tg := model.NewTagger(m)
	for _, set := range sets {
		if set.Name == score.Own {
			continue // its names were marked by a model with the constraint
		}
		if set.Name == score.WorldwideTrain {
			set.Docs = sample(set.Docs, *every)
		}
		lost, all := outOfReach(tg, set.Docs)
		t.Logf("%s: no path spells %d of %d names (%.1f %%)", set.Name, lost, all, 100*float64(lost)/float64(all))
		hard := score.Run(set.Docs, scored(tg.Tag)).Micro()
		t.Logf("%s: segments %v", set.Name, hard)
		for _, nats := range []int32{0, 2, 4, 6, 7, 8, forbidden} {
			soft := score.Run(set.Docs, scored(tg.TagSoft(nats*model.Unit))).Micro()
			cost := soft.F1() - hard.F1()
			t.Logf("%s: forbidden tags at %d nats %v, the constraint costs %.2f", set.Name, nats, soft, cost)
			if cost > maxCost {
				t.Errorf("%s: the constraint costs %.2f F1, more than %.1f", set.Name, cost, maxCost)
			}
			if nats == forbidden && soft != hard {
				t.Errorf("%s: whole sentences score %v under the constraint, segments %v", set.Name, soft, hard)
			}
		}
	}
}

var kindOf = [model.Classes]text.Kind{model.PER: text.PER, model.ORG: text.ORG, model.LOC: text.LOC, model.NORP: text.NORP, model.EVENT: text.EVENT, model.MISC: text.MISC}

// scored is a way to tag as the scorer wants it.
func scored(tag func([]model.Span, *text.Tokens, *model.Scratch, model.Pass) []model.Span) score.Tagger {
	var s model.Scratch
	var spans []model.Span
	var out []score.Name
	return func(a *text.Tokens) []score.Name {
		spans, out = tag(spans[:0], a, &s, model.PassAll), out[:0]
		for _, x := range spans {
			out = append(out, score.Name{Span: text.Span{Start: int(a.Tok[x.First].Start), End: int(a.Tok[x.Last-1].End)}, Kind: kindOf[x.Class]})
		}
		return out
	}
}

// outOfReach counts the names of PER, ORG and LOC that no path through the
// segments spells, a leading "the" and a trailing possessive taken off.
func outOfReach(tg *model.Tagger, docs []score.Doc) (lost, all int) {
	var s model.Scan
	for i := range docs {
		d := &docs[i]
		tg.Reader.Read(&s, d.Tok, 0)
		for _, n := range d.Names {
			c := model.LOC
			switch n.Kind {
			case text.PER:
				c = model.PER
			case text.ORG:
				c = model.ORG
			case text.GPE, text.LOC, text.FAC:
			default:
				continue
			}
			all++
			first, last := score.Covered(d.Tok, d.Strip(n.Span))
			if !s.Reachable(first, last, c) {
				lost++
			}
		}
	}
	return lost, all
}

// sample is each n-th document.
func sample(docs []score.Doc, n int) (out []score.Doc) {
	for i := 0; i < len(docs); i += n {
		out = append(out, docs[i])
	}
	return out
}
