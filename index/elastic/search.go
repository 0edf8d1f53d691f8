package elastic

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"dateline/index"
)

type obj = map[string]any

// totalLimit is how many matches are counted exactly.
const totalLimit = 100000

// Search answers a query. It reads the indices, not the aliases: those hide
// embargoes by the cluster's clock, a query by its own Now.
func (s *Store) Search(ctx context.Context, q *index.Query) (*index.Answer, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	body := searchBody(q)
	if q.After != "" {
		after, err := parseAfter(q.After)
		if err != nil {
			return nil, err
		}
		body["search_after"] = after
	}
	a, err := s.find(ctx, q.Kind(), body)
	if err != nil {
		return nil, err
	}
	if err := s.label(ctx, q.Kind(), a); err != nil {
		return nil, err
	}
	return a, nil
}

// searchBody writes a query in Elasticsearch's language.
func searchBody(q *index.Query) obj {
	k := q.Kind()
	var must []any
	filter := filters(q)
	not := []any{}
	for _, c := range index.ParseWords(q.Words) {
		if c.Not {
			not = append(not, words(k, c))
		} else {
			must = append(must, words(k, c))
		}
	}
	filter = append(filter, index.Visible(q.Now.UTC().Format(time.RFC3339Nano), !q.Copies))
	body := obj{
		"from": q.Offset, "size": q.Limit, "track_total_hits": totalLimit,
		"query": obj{"bool": obj{"must": must, "filter": filter, "must_not": not}},
		"sort":  order(q),
	}
	if must == nil {
		delete(body["query"].(obj)["bool"].(obj), "must")
	}
	if aggs := facets(q); len(aggs) > 0 {
		body["aggs"] = aggs
	}
	if q.Highlight && q.Limit > 0 {
		body["highlight"] = highlight(k)
	}
	return body
}

// words asks for one clause. A word of one token is a phrase of one; one that
// is cut in pieces, or a phrase, must stand as it is. A clause of stop words
// alone asks nothing, and excludes nothing.
func words(k index.Kind, c index.Clause) obj {
	var fields []string
	for _, f := range index.TextFields(k) {
		fields = append(fields, fmt.Sprintf("%s^%g", f.Field, f.Weight))
	}
	empty := "all"
	if c.Not {
		empty = "none"
	}
	return obj{"multi_match": obj{"query": c.Text, "type": "phrase", "fields": fields, "zero_terms_query": empty}}
}

// filters are the parts of a query that a document meets or not.
func filters(q *index.Query) []any {
	var fs []any
	for _, a := range q.Actors {
		if index.IsActorID(a) {
			fs = append(fs, term("actor.path", a))
		} else {
			fs = append(fs, named(a, q.Known[a]))
		}
	}
	for _, p := range q.Places {
		switch id, sure := index.PlaceID(p); {
		case id && sure:
			fs = append(fs, term("place.path", p))
		case id:
			fs = append(fs, obj{"bool": obj{"should": []any{term("place.path", p), phrase("place.text", p)}}})
		default:
			fs = append(fs, phrase("place.text", p))
		}
	}
	for _, r := range q.Roles {
		fs = append(fs, term(index.RoleField(r), r))
	}
	if b := q.Box; b != nil {
		fs = append(fs, obj{"geo_bounding_box": obj{"place.point": obj{"top": b.North, "left": b.West, "bottom": b.South, "right": b.East}}})
	}
	fs = append(fs, between("event_date.range", q.From, q.To)...)
	fs = append(fs, between("published", q.PubFrom, q.PubTo)...)
	for _, t := range []struct {
		field  string
		values []string
	}{
		{"source.id", q.Sources}, {"outlet.folded", q.Outlets}, {"authors.folded", q.Authors},
		{"modality", q.Modality}, {"doc_id", q.IDs}, {"story", q.Stories},
	} {
		if len(t.values) > 0 {
			fs = append(fs, obj{"terms": obj{t.field: t.values}})
		}
	}
	if q.Story != "" {
		fs = append(fs, term("story", q.Story))
	}
	return fs
}

// named finds an actor by a name, or by the ids that it stands for.
func named(name string, ids []string) obj {
	if len(ids) == 0 {
		return phrase("actor.text", name)
	}
	return obj{"bool": obj{"should": []any{phrase("actor.text", name), obj{"terms": obj{"actor.path": ids}}}}}
}

func term(field, value string) obj { return obj{"term": obj{field: obj{"value": value}}} }

func phrase(field, text string) obj { return obj{"match_phrase": obj{field: obj{"query": text}}} }

// between asks for a day or an interval that has an instant in [from,to).
func between(field string, from, to time.Time) []any {
	bounds := obj{}
	if !from.IsZero() {
		bounds["gte"] = millis(from)
	}
	if !to.IsZero() {
		bounds["lt"] = millis(to)
	}
	if len(bounds) == 0 {
		return nil
	}
	return []any{obj{"range": obj{field: bounds}}}
}

// millis writes a bound in full: day-only bounds round differently from
// release to release.
func millis(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func order(q *index.Query) []any {
	field, down, _ := q.Order()
	tie := obj{"doc_id": obj{"order": "asc", "unmapped_type": "keyword"}}
	if field == "" {
		return []any{"_score", tie}
	}
	dir := "asc"
	if down {
		dir = "desc"
	}
	return []any{obj{field: obj{"order": dir, "missing": "_last", "unmapped_type": "date"}}, tie}
}

func facets(q *index.Query) obj {
	size := q.FacetSize
	if size <= 0 {
		size = index.DefaultFacetSize
	}
	aggs := obj{}
	for _, f := range q.Facets {
		aggs[f] = obj{"terms": obj{"field": f, "size": size, "order": []any{obj{"_count": "desc"}, obj{"_key": "asc"}}}}
	}
	if q.Days {
		aggs[daysAgg] = obj{"date_histogram": obj{"field": "event_date.day", "calendar_interval": "day", "min_doc_count": 1, "format": "yyyy-MM-dd"}}
	}
	return aggs
}

// daysAgg is the name of the timeline among the aggregations; no field has it.
const daysAgg = "days of the timeline"

// parseAfter reads Query.After: the sort values of a hit, a number or nothing
// and the id.
func parseAfter(s string) (json.RawMessage, error) {
	var number *float64
	var id string
	values := []any{&number, &id}
	if err := json.Unmarshal([]byte(s), &values); err != nil || len(values) != 2 || id == "" {
		return nil, fmt.Errorf("%w: after: no place in an order of this index", index.ErrQuery)
	}
	return json.RawMessage(s), nil
}

func highlight(k index.Kind) obj {
	fields := obj{}
	for _, f := range index.TextFields(k) {
		count, size := index.Fragments(f.Field)
		fields[f.Field] = obj{"number_of_fragments": count, "fragment_size": size}
	}
	return obj{
		"pre_tags": []string{index.MarkOpen}, "post_tags": []string{index.MarkClose},
		"order": "score", "require_field_match": true, "fields": fields,
		"max_analyzed_offset": 1000000, // as long as a very long article; beyond it nothing is marked
	}
}

// getBody asks for one visible article.
func getBody(id string) obj {
	return obj{"size": 1, "query": obj{"bool": obj{"filter": []any{
		term("doc_id", id), index.Visible(time.Now().UTC().Format(time.RFC3339Nano), false)}}}}
}

// found is what is read of a search answer.
type found struct {
	Took     int64 `json:"took"`
	TimedOut bool  `json:"timed_out"`
	Hits     struct {
		Total struct {
			Value    int64  `json:"value"`
			Relation string `json:"relation"`
		} `json:"total"`
		Hits []struct {
			ID        string              `json:"_id"`
			Score     *float64            `json:"_score"`
			Source    json.RawMessage     `json:"_source"`
			Highlight map[string][]string `json:"highlight"`
			Sort      json.RawMessage     `json:"sort"`
		} `json:"hits"`
	} `json:"hits"`
	Aggs map[string]struct {
		Buckets []struct {
			Key   any    `json:"key"`           // a string; of dates a number
			Text  string `json:"key_as_string"` // of dates alone
			Count int64  `json:"doc_count"`
		} `json:"buckets"`
	} `json:"aggregations"`
	Shards struct {
		Failed int `json:"failed"`
	} `json:"_shards"`
}

// find asks the indices of a kind. An answer in which a shard is missing is an
// error: a silent half of the truth is worse than none.
func (s *Store) find(ctx context.Context, k index.Kind, body obj) (*index.Answer, error) {
	if err := s.greet(ctx); err != nil {
		return nil, err
	}
	b, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	path := "/" + s.shape.Pattern(k) + "/_search?allow_no_indices=true&ignore_unavailable=true&allow_partial_search_results=false"
	status, answer, err := s.do(ctx, http.MethodPost, path, b)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, failure("search", status, answer)
	}
	var f found
	if err := json.Unmarshal(answer, &f); err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	if f.TimedOut || f.Shards.Failed > 0 {
		return nil, fmt.Errorf("search: %d shards did not answer", f.Shards.Failed)
	}
	return read(&f), nil
}

func read(f *found) *index.Answer {
	a := &index.Answer{
		Total: f.Hits.Total.Value, TotalIsLowerBound: f.Hits.Total.Relation == "gte",
		Took: time.Duration(f.Took) * time.Millisecond,
	}
	for _, h := range f.Hits.Hits {
		hit := index.Hit{ID: h.ID, Source: h.Source, Highlights: h.Highlight, After: string(h.Sort)}
		if h.Score != nil {
			hit.Score = *h.Score
		}
		a.Hits = append(a.Hits, hit)
	}
	if f.Aggs != nil {
		a.Facets = make(map[string][]index.Bucket, len(f.Aggs))
	}
	for name, agg := range f.Aggs {
		buckets := make([]index.Bucket, 0, len(agg.Buckets))
		for _, b := range agg.Buckets {
			value, ok := b.Key.(string)
			if !ok {
				value = b.Text
			}
			buckets = append(buckets, index.Bucket{Value: value, Count: b.Count})
		}
		if name == daysAgg {
			a.Days = buckets
			continue
		}
		a.Facets[name] = buckets
	}
	return a
}

// label names the facet values that are ids, with one more request: the label
// fields hold "id|name", and the most frequent name of an id is taken. Counting
// by id first keeps the counts right where articles name one actor in two
// ways.
func (s *Store) label(ctx context.Context, k index.Kind, a *index.Answer) error {
	ids := map[string][]string{} // by label field
	for facet, buckets := range a.Facets {
		if f := index.LabelField(facet); f != "" {
			for _, b := range buckets {
				ids[f] = append(ids[f], b.Value)
			}
		}
	}
	aggs := obj{}
	for field, values := range ids {
		for i, v := range values {
			aggs[fmt.Sprintf("%s|%d", field, i)] = obj{"terms": obj{"field": field, "size": 1, "include": regexpQuote(v) + `\|.*`}}
		}
	}
	if len(aggs) == 0 {
		return nil
	}
	names, err := s.find(ctx, k, obj{"size": 0, "track_total_hits": false, "aggs": aggs})
	if err != nil {
		return err
	}
	byField := map[string]map[string]string{}
	for agg, buckets := range names.Facets {
		field, _, _ := strings.Cut(agg, "|")
		for _, b := range buckets {
			id, name, _ := strings.Cut(b.Value, "|")
			if byField[field] == nil {
				byField[field] = map[string]string{}
			}
			byField[field][id] = name
		}
	}
	for facet, buckets := range a.Facets {
		for i := range buckets {
			buckets[i].Label = byField[index.LabelField(facet)][buckets[i].Value]
		}
	}
	return nil
}

// lucene are the characters beyond Go's own that mean something in Lucene's
// regular expressions.
var lucene = regexp.MustCompile(`[#@&<>~"]`)

func regexpQuote(s string) string {
	return lucene.ReplaceAllString(regexp.QuoteMeta(s), `\$0`)
}
