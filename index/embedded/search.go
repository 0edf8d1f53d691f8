package embedded

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/search/query"

	"dateline/index"
)

// Search answers a query.
func (s *Store) Search(ctx context.Context, q *index.Query) (*index.Answer, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	begin := time.Now()
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	defer v.close()
	clauses := index.ParseWords(q.Words)
	where, wanted := conditions(q, clauses)
	field, down, _ := q.Order()
	if wanted != nil && field != "" { // no score is asked for
		where, wanted = append(where, matching{wanted}), nil
	}
	set, err := v.meet(where)
	if err != nil {
		return nil, err
	}
	t, err := newTop(v, q, field, down)
	if err != nil {
		return nil, err
	}
	if wanted != nil {
		set, err = t.byScore(set, wanted)
	} else {
		err = t.byNumber(set, field)
	}
	if err != nil {
		return nil, err
	}
	a := &index.Answer{Total: set.count()}
	if a.Hits, err = t.hits(q, clauses); err != nil {
		return nil, err
	}
	if err := v.count(q, set, a); err != nil {
		return nil, err
	}
	a.Took = time.Since(begin)
	return a, nil
}

// conditions are what a document must meet: those that only filter, and the
// words, which make the score too; nil if there are none.
func conditions(q *index.Query, clauses []index.Clause) (every, query.Query) {
	where := append(every{visible(q)}, filters(q)...)
	var wanted []query.Query
	for _, c := range clauses {
		w := words(q.Kind(), c)
		switch {
		case w == nil: // stop words alone
		case c.Not:
			where = append(where, except{matching{w}})
		default:
			wanted = append(wanted, w)
		}
	}
	if wanted == nil {
		return where, nil
	}
	return where, query.NewConjunctionQuery(wanted)
}

// visible are the documents of a kind that may be seen at the question's time.
func visible(q *index.Query) condition {
	kind := kindName(q.Kind())
	open, held := []string{kind}, []string{kind + shownEmbargo}
	if q.Copies {
		open, held = append(open, kind+shownCopy), append(held, kind+shownEmbargo+shownCopy)
	}
	return either{
		terms{fieldShown, open},
		every{terms{fieldShown, held}, within{"embargo", math.MinInt64, q.Now.UnixMilli()}},
	}
}

func filters(q *index.Query) (must every) {
	for _, a := range q.Actors {
		if index.IsActorID(a) {
			must = append(must, term("actor.path", a))
		} else {
			if found := name("actor.text", a); len(q.Known[a]) == 0 {
				must = append(must, found)
			} else {
				must = append(must, either{found, terms{"actor.path", q.Known[a]}})
			}
		}
	}
	for _, p := range q.Places {
		switch id, sure := index.PlaceID(p); {
		case id && sure:
			must = append(must, term("place.path", p))
		case id:
			must = append(must, either{term("place.path", p), name("place.text", p)})
		default:
			must = append(must, name("place.text", p))
		}
	}
	for _, r := range q.Roles {
		must = append(must, term(index.RoleField(r), r))
	}
	if b := q.Box; b != nil {
		must = append(must, box{"place.point", b.West, b.South, b.East, b.North})
	}
	// Two half-open intervals meet if each begins before the other ends.
	if !q.From.IsZero() {
		must = append(must, within{"event_date.range.lt", q.From.UnixMilli() + 1, math.MaxInt64})
	}
	if !q.To.IsZero() {
		must = append(must, within{"event_date.range.gte", math.MinInt64, q.To.UnixMilli() - 1})
	}
	if !q.PubFrom.IsZero() {
		must = append(must, within{"published", q.PubFrom.UnixMilli(), math.MaxInt64})
	}
	if !q.PubTo.IsZero() {
		must = append(must, within{"published", math.MinInt64, q.PubTo.UnixMilli() - 1})
	}
	for _, t := range []struct {
		field  string
		values []string
		norm   func(string) string
	}{
		{"source.id", q.Sources, nil}, {"outlet.folded", q.Outlets, fold}, {"authors.folded", q.Authors, fold},
		{"modality", q.Modality, nil}, {"doc_id", q.IDs, nil}, {"story", q.Stories, nil},
	} {
		if len(t.values) > 0 {
			must = append(must, anyOf(t.field, t.values, t.norm))
		}
	}
	if q.Story != "" {
		must = append(must, term("story", q.Story))
	}
	return must
}

func anyOf(field string, values []string, norm func(string) string) condition {
	t := terms{field: field}
	for _, v := range values {
		if norm != nil {
			v = norm(v)
		}
		t.values = append(t.values, v)
	}
	return t
}

// name finds a name as a phrase; one without a word finds nothing.
func name(field, s string) condition {
	p := phrase(names, field, s, 1)
	if p == nil {
		return none{}
	}
	return matching{p}
}

// words finds one clause in any of the text fields; nil if it has stop words
// alone.
func words(k index.Kind, c index.Clause) query.Query {
	var or []query.Query
	for _, f := range index.TextFields(k) {
		p := phrase(prose, f.Field, c.Text, f.Weight)
		if p == nil {
			return nil
		}
		or = append(or, p)
	}
	return query.NewDisjunctionQuery(or)
}

// phrase finds the tokens of a text in their order, with gaps where stop words
// were. Nil if there are none.
func phrase(an analysis.Analyzer, field, text string, boost float64) query.Query {
	tokens := an.Analyze([]byte(text))
	if len(tokens) == 0 {
		return nil
	}
	if len(tokens) == 1 {
		t := query.NewTermQuery(string(tokens[0].Term))
		t.SetField(field)
		t.SetBoost(boost)
		return t
	}
	first, last := tokens[0].Position, tokens[len(tokens)-1].Position
	terms := make([][]string, last-first+1)
	for _, t := range tokens {
		terms[t.Position-first] = append(terms[t.Position-first], string(t.Term))
	}
	p := query.NewMultiPhraseQuery(terms, field)
	p.SetBoost(boost)
	return p
}

// hits reads the documents of the page.
func (t *top) hits(q *index.Query, clauses []index.Clause) ([]index.Hit, error) {
	var hits []index.Hit
	for _, p := range t.page() {
		h := index.Hit{ID: p.id, After: p.cursor()}
		if t.field == "" {
			h.Score = p.key
		}
		err := t.view.segs[p.seg].VisitDocument(uint64(p.doc), func(field string, _ byte, value []byte, _ []uint64) bool {
			if field != fieldSource {
				return true
			}
			h.Source = json.RawMessage(strings.Clone(string(value)))
			return false
		})
		if err != nil {
			return nil, fmt.Errorf("document %s: %w", p.id, err)
		}
		if q.Highlight {
			h.Highlights = highlight(q.Kind(), clauses, h.Source)
		}
		hits = append(hits, h)
	}
	return hits, nil
}
