package embedded

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"dateline/index"
)

// count fills in what a query wants counted over its whole answer.
func (v *view) count(q *index.Query, set docs, a *index.Answer) error {
	if len(q.Facets) > 0 {
		a.Facets = make(map[string][]index.Bucket, len(q.Facets))
	}
	size := q.FacetSize
	if size <= 0 {
		size = index.DefaultFacetSize
	}
	for _, field := range q.Facets {
		if err := v.ctx.Err(); err != nil {
			return err
		}
		buckets, err := v.facet(field, size, set)
		if err != nil {
			return fmt.Errorf("facet %s: %w", field, err)
		}
		if err := v.label(index.LabelField(field), buckets); err != nil {
			return err
		}
		a.Facets[field] = buckets
	}
	if q.Days {
		var err error
		a.Days, err = v.days(set)
		return err
	}
	return nil
}

// facet counts the values of a field, the most frequent first, of equals the
// first in the alphabet.
func (v *view) facet(field string, size int, set docs) ([]index.Bucket, error) {
	total := map[string]int64{}
	for i, b := range set {
		if b.IsEmpty() {
			continue
		}
		k, err := v.keywords(i, field)
		if err != nil {
			return nil, err
		}
		counts := make([]int64, len(k.terms))
		for it := b.Iterator(); it.HasNext(); {
			n := it.Next()
			for _, ord := range k.ords[k.start[n]:k.start[n+1]] {
				counts[ord]++
			}
		}
		for ord, n := range counts {
			if n > 0 {
				total[k.terms[ord]] += n
			}
		}
	}
	buckets := make([]index.Bucket, 0, len(total))
	for value, n := range total {
		buckets = append(buckets, index.Bucket{Value: value, Count: n})
	}
	slices.SortFunc(buckets, func(a, b index.Bucket) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return slices.Clone(buckets[:min(size, len(buckets))]), nil
}

// days counts the documents of each day of the timeline, in its order.
func (v *view) days(set docs) ([]index.Bucket, error) {
	total := map[int64]int64{}
	for i, b := range set {
		if b.IsEmpty() {
			continue
		}
		c, err := v.numbers(i, "event_date.day")
		if err != nil {
			return nil, err
		}
		for it := b.Iterator(); it.HasNext(); {
			if ms := c.values[it.Next()]; ms != absent {
				total[ms]++
			}
		}
	}
	days := make([]index.Bucket, 0, len(total))
	for ms, n := range total {
		days = append(days, index.Bucket{Value: time.UnixMilli(ms).UTC().Format(time.DateOnly), Count: n})
	}
	slices.SortFunc(days, func(a, b index.Bucket) int { return cmp.Compare(a.Value, b.Value) })
	return days, nil
}

// label names ids from the terms of a label field, "id|name": of several names
// the most frequent, of equals the first in the alphabet.
func (v *view) label(field string, buckets []index.Bucket) error {
	if field == "" {
		return nil
	}
	for b := range buckets {
		prefix := buckets[b].Value + "|"
		total := map[string]uint64{}
		for i := range v.segs {
			voc, err := v.vocabulary(i, field)
			if err != nil {
				return fmt.Errorf("labels of %s: %w", field, err)
			}
			for n := sort.SearchStrings(voc.terms, prefix); n < len(voc.terms) && strings.HasPrefix(voc.terms[n], prefix); n++ {
				total[voc.terms[n][len(prefix):]] += uint64(voc.docs[n])
			}
		}
		best := uint64(0)
		for name, n := range total {
			if n > best || n == best && name < buckets[b].Label {
				best, buckets[b].Label = n, name
			}
		}
	}
	return nil
}
