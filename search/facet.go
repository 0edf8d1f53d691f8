package search

import (
	"slices"
	"strings"

	"dateline/index"
)

// facetValues is how many values of a facet a page asks for; of those it shows
// facetShown at once.
const (
	facetValues = 24
	facetShown  = 7
)

// facet is one list of counts that filters by a click.
type facet struct {
	field string
	title string
	// values is the part of a query that a click changes.
	values func(*index.Query) *[]string
	only   func(index.Bucket) bool // nil: all
	events bool                    // of events alone
}

var pageFacetList = []facet{
	{field: "person", title: "People", values: actors},
	{field: "organization", title: "Organisations", values: actors},
	{field: "actor.role_code", title: "Roles", values: func(q *index.Query) *[]string { return &q.Roles }},
	{field: "place.country", title: "Countries", values: places},
	{field: "place.path", title: "Places", values: places, only: insideCountry},
	{field: "modality", title: "Modality", values: func(q *index.Query) *[]string { return &q.Modality }, events: true},
	{field: "outlet", title: "Outlets", values: func(q *index.Query) *[]string { return &q.Outlets }},
	{field: "authors", title: "Authors", values: func(q *index.Query) *[]string { return &q.Authors }},
}

func actors(q *index.Query) *[]string { return &q.Actors }
func places(q *index.Query) *[]string { return &q.Places }

// insideCountry leaves out countries, which have their own list, and what is
// larger.
func insideCountry(b index.Bucket) bool {
	return len(b.Value) > 2 && !strings.HasPrefix(b.Value, "r:")
}

// pageFacets are the fields that the page counts.
func pageFacets(t index.Target) []string {
	var fields []string
	for _, f := range pageFacetList {
		if !f.events || t == index.Events {
			fields = append(fields, f.field)
		}
	}
	return fields
}

// facetView is a facet as the page shows it.
type facetView struct {
	Title string
	First []facetValue // shown at once
	More  []facetValue // shown on demand
}

type facetValue struct {
	Label string
	Kind  string // where the label alone could be several things
	Count int64
	Share int64 // of the largest, in hundredths
	Link  string
	On    bool // a click takes the filter away
}

// facetsOf are the lists of a page. link writes the address of a question.
func facetsOf(q *index.Query, a *index.Answer, link func(*index.Query) string) []facetView {
	var views []facetView
	for _, f := range pageFacetList {
		buckets := slices.Clone(a.Facets[f.field])
		if f.only != nil {
			buckets = slices.DeleteFunc(buckets, func(b index.Bucket) bool { return !f.only(b) })
		}
		if len(buckets) == 0 {
			continue
		}
		largest := int64(1)
		for _, b := range buckets {
			largest = max(largest, b.Count)
		}
		v := facetView{Title: f.title}
		for _, b := range buckets {
			changed, on := f.click(q, b)
			v.First = append(v.First, facetValue{Label: labelOf(f, b), Count: b.Count, Share: 100 * b.Count / largest, Link: link(changed), On: on})
		}
		tellApart(buckets, v.First)
		if len(v.First) > facetShown+1 {
			v.First, v.More = v.First[:facetShown], v.First[facetShown:]
		}
		views = append(views, v)
	}
	return views
}

func labelOf(f facet, b index.Bucket) string {
	switch {
	case f.field == "actor.role_code":
		return roleName(b.Value)
	case b.Label != "":
		return b.Label
	}
	return b.Value
}

// tellApart adds to equal labels what kind of place each is: a town is often
// named as the district around it.
func tellApart(buckets []index.Bucket, values []facetValue) {
	count := map[string]int{}
	for _, v := range values {
		count[v.Label]++
	}
	for i, b := range buckets {
		if count[values[i].Label] < 2 || b.Label == "" {
			continue
		}
		switch {
		case strings.HasPrefix(b.Value, "a2:"):
			values[i].Kind = "district"
		case strings.HasPrefix(b.Value, "gn:"):
			values[i].Kind = "town"
		case strings.Contains(b.Value, "."):
			values[i].Kind = "province"
		}
	}
}

// click is the question after a click on a value, on the first page.
func (f facet) click(q *index.Query, b index.Bucket) (changed *index.Query, on bool) {
	c := *q
	c.Offset, c.After = 0, ""
	vs := f.values(&c)
	if i := slices.Index(*vs, b.Value); i >= 0 {
		*vs = slices.Delete(slices.Clone(*vs), i, i+1)
		return &c, true
	}
	*vs = append(slices.Clone(*vs), b.Value)
	return &c, false
}
