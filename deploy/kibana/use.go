package kibana

import (
	"fmt"
	"slices"
	"strings"

	"dateline/index"
)

// use is one field that an object reads, and how.
type use struct {
	field string
	op    string // terms, date_histogram, count, unique_count, max, …; "show" for a column, "filter", "grid" for a map
}

// sorted answers the keys of a map in a fixed order.
func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// layers are the layers of a Lens chart by id.
func (o *Object) layers() map[string]any {
	return at(o.Attributes, "state", "datasourceStates", "formBased", "layers")
}

// uses lists the fields of an object.
func (o *Object) uses() []use {
	var all []use
	switch o.Type {
	case "lens":
		for _, id := range sorted(o.layers()) {
			columns := at(o.layers(), id, "columns")
			for _, c := range sorted(columns) {
				column := at(columns, c)
				if f := str(column, "sourceField"); f != "___records___" {
					all = append(all, use{f, str(column, "operationType")})
				}
			}
		}
	case "search":
		for _, c := range list(o.Attributes, "columns") {
			f, _ := c.(string)
			all = append(all, use{f, "show"})
		}
		for _, s := range list(o.Attributes, "sort") {
			if pair, ok := s.([]any); ok && len(pair) == 2 {
				f, _ := pair[0].(string)
				all = append(all, use{f, "sort"})
			}
		}
	case "map":
		for _, l := range list(o.Attributes, "layerListJSON") {
			m, _ := l.(map[string]any)
			if source := at(m, "sourceDescriptor"); str(source, "type") == "ES_GEO_GRID" {
				all = append(all, use{str(source, "geoField"), "grid"})
			}
		}
	case "index-pattern":
		if f := str(o.Attributes, "timeFieldName"); f != "" {
			all = append(all, use{f, "time"})
		}
	}
	for _, f := range o.filters() {
		all = append(all, use{str(at(f, "meta"), "key"), "filter"})
	}
	return all
}

// filters are the filters of a saved search or dashboard.
func (o *Object) filters() []map[string]any {
	var all []map[string]any
	for _, f := range list(at(o.Attributes, "kibanaSavedObjectMeta", "searchSourceJSON"), "filter") {
		if m, ok := f.(map[string]any); ok {
			all = append(all, m)
		}
	}
	return all
}

// fits reports whether a field of a type can be used like that.
func (u use) fits(t index.Type) bool {
	numeric := t == index.Integer || t == index.Long || t == index.Float
	exact := t == index.Keyword || t == index.Folded
	switch u.op {
	case "terms":
		return exact || numeric || t == index.Boolean
	case "filter":
		return exact || numeric || t == index.Boolean || t == index.Date
	case "date_histogram", "time":
		return t == index.Date
	case "unique_count":
		return exact || numeric || t == index.Date
	case "max", "min":
		return numeric || t == index.Date
	case "median", "average", "sum", "percentile":
		return numeric
	case "sort":
		return exact || numeric || t == index.Date
	case "grid":
		return t == index.Point
	case "show":
		return t != index.Stored
	}
	return false
}

// kind is the kind of document behind the title of a data view.
func kind(title string) (index.Kind, error) {
	switch rest := strings.TrimPrefix(title, Prefix+"-"); strings.TrimSuffix(rest, "-*") {
	case "events":
		return index.Event, nil
	case "articles", "stories":
		return index.Article, nil
	}
	return 0, fmt.Errorf("data view %q: no index or alias of Dateline", title)
}
