package embedded

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"

	"dateline/index"
)

// Search answers a query.
func (s *Store) Search(ctx context.Context, q *index.Query) (*index.Answer, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	clauses := index.ParseWords(q.Words)
	req := bleve.NewSearchRequestOptions(nil, q.Limit, q.Offset, false)
	req.Fields = []string{fieldSource}
	req.Query, req.Score = build(q, clauses)
	req.Sort = order(q)
	size := q.FacetSize
	if size <= 0 {
		size = index.DefaultFacetSize
	}
	for _, f := range q.Facets {
		req.AddFacet(f, bleve.NewFacetRequest(f, size))
	}
	res, err := s.idx.SearchInContext(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return s.answer(q, clauses, res)
}

// build writes a query in bleve's language. Words make the score; the other
// conditions filter, since the fields they look into have no frequencies to
// score by. Without words nothing is scored.
func build(q *index.Query, clauses []index.Clause) (query.Query, string) {
	filter, not := conditions(q)
	var must []query.Query
	for _, c := range clauses {
		w := words(q.Kind(), c)
		switch {
		case w == nil: // stop words alone
		case c.Not:
			not = append(not, w)
		default:
			must = append(must, w)
		}
	}
	if must == nil {
		return query.NewBooleanQuery(filter, nil, not), "none"
	}
	b := query.NewBooleanQuery(must, nil, not)
	b.AddFilter(query.NewConjunctionQuery(filter))
	return b, ""
}

func (s *Store) answer(q *index.Query, clauses []index.Clause, res *bleve.SearchResult) (*index.Answer, error) {
	a := &index.Answer{Total: int64(res.Total), Took: res.Took}
	for _, h := range res.Hits {
		_, id, _ := strings.Cut(h.ID, "/")
		source, _ := h.Fields[fieldSource].(string)
		hit := index.Hit{ID: id, Score: h.Score, Source: json.RawMessage(source)}
		if q.Highlight {
			hit.Highlights = highlight(q.Kind(), clauses, hit.Source)
		}
		a.Hits = append(a.Hits, hit)
	}
	if len(q.Facets) == 0 {
		return a, nil
	}
	a.Facets = make(map[string][]index.Bucket, len(q.Facets))
	for _, f := range q.Facets {
		buckets := []index.Bucket{}
		if fr := res.Facets[f]; fr != nil && fr.Terms != nil {
			for _, t := range fr.Terms.Terms() {
				buckets = append(buckets, index.Bucket{Value: t.Term, Count: int64(t.Count)})
			}
		}
		if err := s.label(index.LabelField(f), buckets); err != nil {
			return nil, err
		}
		a.Facets[f] = buckets
	}
	return a, nil
}

// label names ids from the terms of a label field, "id|name": of several names
// the most frequent, of equals the first in the alphabet.
func (s *Store) label(field string, buckets []index.Bucket) error {
	if field == "" {
		return nil
	}
	for i := range buckets {
		prefix := buckets[i].Value + "|"
		dict, err := s.idx.FieldDictPrefix(field, []byte(prefix))
		if err != nil {
			return fmt.Errorf("labels of %s: %w", field, err)
		}
		best := uint64(0)
		for {
			e, err := dict.Next()
			if err != nil {
				return fmt.Errorf("labels of %s: %w", field, err)
			}
			if e == nil {
				break
			}
			if e.Count > best {
				best, buckets[i].Label = e.Count, e.Term[len(prefix):]
			}
		}
		if err := dict.Close(); err != nil {
			return fmt.Errorf("labels of %s: %w", field, err)
		}
	}
	return nil
}

// conditions are what a document must and must not be, beside its words.
func conditions(q *index.Query) (must, not []query.Query) {
	must = []query.Query{term(fieldKind, kindName(q.Kind()))}
	for _, a := range q.Actors {
		if index.IsActorID(a) {
			must = append(must, term("actor.path", a))
		} else {
			must = append(must, nameQuery("actor.text", a))
		}
	}
	for _, p := range q.Places {
		switch id, sure := index.PlaceID(p); {
		case id && sure:
			must = append(must, term("place.path", p))
		case id:
			must = append(must, query.NewDisjunctionQuery([]query.Query{term("place.path", p), nameQuery("place.text", p)}))
		default:
			must = append(must, nameQuery("place.text", p))
		}
	}
	// Two half-open intervals meet if each begins before the other ends.
	if !q.From.IsZero() {
		must = append(must, above("event_date.range.lt", q.From, false))
	}
	if !q.To.IsZero() {
		must = append(must, below("event_date.range.gte", q.To))
	}
	if !q.PubFrom.IsZero() {
		must = append(must, above("published", q.PubFrom, true))
	}
	if !q.PubTo.IsZero() {
		must = append(must, below("published", q.PubTo))
	}
	for _, t := range []struct {
		field  string
		values []string
		norm   func(string) string
	}{
		{"source.id", q.Sources, nil}, {"outlet.folded", q.Outlets, fold}, {"authors.folded", q.Authors, fold},
		{"modality", q.Modality, nil}, {"doc_id", q.IDs, nil},
	} {
		if len(t.values) > 0 {
			must = append(must, anyOf(t.field, t.values, t.norm))
		}
	}
	if q.Story != "" {
		must = append(must, term("story", q.Story))
	}
	not = append(not, anyOf("status", []string{"withdrawn", "withheld", index.Unused}, nil), above("embargo", q.Now, false))
	if !q.Copies {
		not = append(not, term("dedup.hidden", "true"))
	}
	// An embargo without an end never ends.
	first := -1e18
	ends := query.NewNumericRangeQuery(&first, nil)
	ends.SetField("embargo")
	not = append(not, query.NewBooleanQuery([]query.Query{term("status", "embargoed")}, nil, []query.Query{ends}))
	return must, not
}

func term(field, value string) query.Query {
	t := query.NewTermQuery(value)
	t.SetField(field)
	return t
}

func anyOf(field string, values []string, norm func(string) string) query.Query {
	var or []query.Query
	for _, v := range values {
		if norm != nil {
			v = norm(v)
		}
		or = append(or, term(field, v))
	}
	return query.NewDisjunctionQuery(or)
}

func above(field string, t time.Time, inclusive bool) query.Query {
	min := float64(t.UnixMilli())
	r := query.NewNumericRangeInclusiveQuery(&min, nil, &inclusive, nil)
	r.SetField(field)
	return r
}

func below(field string, t time.Time) query.Query {
	max := float64(t.UnixMilli())
	r := query.NewNumericRangeQuery(nil, &max)
	r.SetField(field)
	return r
}

// nameQuery finds a name as a phrase; one without a word finds nothing.
func nameQuery(field, name string) query.Query {
	p := phrase(names, field, name, 1)
	if p == nil {
		return query.NewMatchNoneQuery()
	}
	return p
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

func order(q *index.Query) search.SortOrder {
	field, down, _ := q.Order()
	tie := &search.SortField{Field: "doc_id", Type: search.SortFieldAsString}
	if field == "" {
		return search.SortOrder{&search.SortScore{Desc: true}, tie}
	}
	return search.SortOrder{&search.SortField{Field: field, Desc: down, Type: search.SortFieldAsNumber, Missing: search.SortFieldMissingLast}, tie}
}
