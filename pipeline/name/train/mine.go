package main

import (
	"cmp"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dateline/pipeline/name/internal/model"
	"dateline/pipeline/name/score"
	"dateline/pipeline/text"
)

// What is mined from news that a model has read: names that several articles
// have, and the habit of each capitalised word, which is what the model makes
// of it over all articles.
const (
	minedDocs   = 3     // articles that a name or word must stand in
	minedPeople = 5     // articles that a person's full name must stand in
	minedShare  = 0.2   // share of its articles in which a name must be of a class
	minedMost   = 80000 // names kept, and words kept: those of most articles
	habits      = 200   // kinds of words
	habitDims   = 2 + 4*int(model.Classes)
)

// habit counts what a word is: outside, then for each class alone, first,
// inside and last in a name. The last column is for what the counts do not say.
type habit struct {
	n    [habitDims]float32
	docs int32
	last int32 // the last of them
}

// minedName counts the articles that have a name, by class.
type minedName struct {
	n    [model.Classes]int32
	last [model.Classes]int32
}

// mined is what the news say. Strings are in lower case.
type mined struct {
	names map[string]*minedName
	words map[string]*habit
	docs  int32
	at    []uint8
}

func newMined() *mined {
	return &mined{names: map[string]*minedName{}, words: map[string]*habit{}}
}

// unknown marks the tokens of names that the model is not sure of.
const unknown = 255

// add counts the names and words of a document.
func (m *mined) add(d *doc) {
	m.docs++
	m.at = append(m.at[:0], make([]uint8, len(d.tok.Tok))...) // column of habit.n
	for _, s := range d.spans {
		if s.sure {
			m.name(d, s)
		}
		for i := s.first; i < s.last; i++ {
			m.at[i] = s.column(i)
		}
	}
	for i := range d.tok.Tok {
		t, c := &d.tok.Tok[i], m.at[i]
		if c == unknown || t.Flags&text.Upper == 0 || c == 0 && t.Flags&(text.SentStart|text.AllCaps) != 0 {
			continue
		}
		w := strings.ToLower(fold(d.tok.At(i)))
		h := m.words[w]
		if h == nil {
			h = &habit{}
			m.words[strings.Clone(w)] = h
		}
		h.n[c]++
		if h.last != m.docs {
			h.last = m.docs
			h.docs++
		}
	}
}

// column is where token i of a name counts.
func (s span) column(i int) uint8 {
	c := uint8(1 + 4*int(s.class))
	switch {
	case !s.sure:
		return unknown
	case s.last-s.first == 1:
		return c
	case i == s.first:
		return c + 1
	case i == s.last-1:
		return c + 3
	}
	return c + 2
}

// name counts a name, one space between its tokens.
func (m *mined) name(d *doc, s span) {
	if s.last-s.first > model.MaxListed {
		return
	}
	var b strings.Builder
	for i := s.first; i < s.last; i++ {
		if i > s.first {
			b.WriteByte(' ')
		}
		b.WriteString(strings.ToLower(d.tok.At(i)))
	}
	k := strings.ReplaceAll(b.String(), "’", "'")
	e := m.names[k]
	if e == nil {
		e = &minedName{}
		m.names[k] = e
	}
	if e.last[s.class] != m.docs {
		e.last[s.class] = m.docs
		e.n[s.class]++
	}
}

// vector is a habit as a point on the unit sphere: roots of shares, two
// occurrences added that say nothing.
func (h *habit) vector(out []float32) {
	sum := float32(2)
	for _, x := range h.n {
		sum += x
	}
	for j, x := range h.n {
		out[j] = float32(math.Sqrt(float64(x / sum)))
	}
	out[habitDims-1] = float32(math.Sqrt(float64(2 / sum)))
}

// ranked are the words of enough articles, those of most first.
func (m *mined) ranked() []string {
	var ws []string
	for w, h := range m.words {
		if h.docs >= minedDocs {
			ws = append(ws, w)
		}
	}
	slices.SortFunc(ws, func(a, b string) int {
		return cmp.Or(cmp.Compare(m.words[b].docs, m.words[a].docs), cmp.Compare(a, b))
	})
	return ws[:min(len(ws), minedMost)]
}

// listWords adds the habit of each word to l: the nearest of the kinds that
// k-means finds, words weighing the root of their articles.
func (m *mined) listWords(l *model.Lists) int {
	ws := m.ranked()
	x := newMatrix(len(ws), habitDims)
	weight := make([]float64, len(ws))
	for i, w := range ws {
		m.words[w].vector(x.row(i))
		weight[i] = math.Sqrt(float64(m.words[w].docs))
	}
	_, centre := kmeans(x, weight, min(habits, len(ws)), 12)
	for i, w := range ws {
		l.Add([]string{w}, model.Habit(1+int(nearest(x.row(i), centre))))
	}
	return len(ws)
}

// classes are those that a good share of a name's articles have it as, and the
// number of its articles.
func (e *minedName) classes() (bits model.Listed, docs int32) {
	for _, n := range e.n {
		docs += n
	}
	for c, n := range e.n {
		if float64(n) >= minedShare*float64(docs) && n >= 2 {
			bits |= model.Mined(model.Class(c))
		}
	}
	return bits, docs
}

// listNames adds the names of enough articles to l.
func (m *mined) listNames(l *model.Lists) int {
	type entry struct {
		key  string
		docs int32
		bits model.Listed
	}
	var es []entry
	for k, e := range m.names {
		bits, docs := e.classes()
		least := int32(minedDocs)
		if bits == model.Mined(model.PER) {
			least = minedPeople
		}
		if bits != 0 && docs >= least {
			es = append(es, entry{k, docs, bits})
		}
	}
	slices.SortFunc(es, func(a, b entry) int { return cmp.Or(cmp.Compare(b.docs, a.docs), cmp.Compare(a.key, b.key)) })
	es = es[:min(len(es), minedMost)]
	for _, e := range es {
		l.Add(strings.Fields(e.key), e.bits)
	}
	return len(es)
}

// mine writes the large lists: the place names of the gazetteer, and what a
// model finds in the news that no set trains or scores on.
func (r *runner) mine() error {
	blob, err := os.ReadFile(filepath.Join(r.dir, "names.bin"))
	if err != nil {
		return err
	}
	first, err := model.Load(string(blob))
	if err != nil {
		return err
	}
	skip, err := r.labelled()
	if err != nil {
		return err
	}
	t := model.NewTagger(first)
	m, d := newMined(), doc{tok: new(text.Tokens)}
	var sc model.Scratch
	var found []model.Span
	err = score.EachArticle(filepath.Join(r.data, "news", "articles.jsonl.zst"), func(a *score.Article) bool {
		if skip[a.ID] {
			return true
		}
		d.tok.Reset(a.Text)
		found, d.spans = t.Tag(found[:0], d.tok, &sc, model.PassAll), d.spans[:0]
		for _, x := range found {
			d.spans = append(d.spans, span{x.First, x.Last, x.Class, x.Margin >= model.Unit})
		}
		m.add(&d)
		return true
	})
	if err != nil {
		return err
	}
	lists := placeNames()
	words, names := m.listWords(lists), m.listNames(lists)
	r.say("%d articles: %d of %d names and %d of %d words listed", m.docs, names, len(m.names), words, len(m.words))
	return os.WriteFile(filepath.Join(r.dir, r.m.Lists.File), lists.Encode(), 0o644)
}

// labelled are the ids of the articles that a set trains or scores on.
func (r *runner) labelled() (map[string]bool, error) {
	ids, err := score.GoldIDs()
	if err != nil {
		return nil, err
	}
	skip := map[string]bool{}
	for _, id := range ids {
		skip[id] = true
	}
	for i := range r.m.Sets {
		if x := &r.m.Sets[i]; x.Labels != "" {
			labels, err := r.src.check(x.Labels, x.LabelsSHA256)
			if err != nil {
				return nil, err
			}
			if err := eachLine(labels, func(o *offsets) bool { skip[o.ID] = true; return true }); err != nil {
				return nil, err
			}
		}
	}
	return skip, nil
}
