package kibana

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Query is the search that Kibana sends for an object, without the time
// picker's range.
type Query struct {
	Object  *Object
	View    *Object         // the data view that it reads
	Index   string          // the view's index or alias
	Body    json.RawMessage // of _search
	Columns []Column        // of a chart: buckets from the outside in, then metrics
	Grid    string          // of a map: the field
	Filters []Filter        // of a saved search: all of them hold
}

// Filter keeps documents that have one of the values in a field.
type Filter struct {
	Field  string
	Values []string
}

// Column is one column of a chart.
type Column struct {
	Op, Field string
	Size      int
	Bucket    bool
}

// Queries are the searches of all charts, maps and saved searches of a pack,
// with the indices of a prefix.
func Queries(objects []Object, prefix string) ([]Query, error) {
	l := linter{byKey: map[string]*Object{}}
	for i := range objects {
		l.byKey[objects[i].Key()] = &objects[i]
	}
	var all []Query
	for i := range objects {
		o := &objects[i]
		if o.Type == "index-pattern" || o.Type == "dashboard" {
			continue
		}
		q := Query{Object: o, View: l.view(o)}
		if q.View == nil {
			return nil, fmt.Errorf("%s: no data view", o.Key())
		}
		q.Index = withPrefix(str(q.View.Attributes, "title"), prefix)
		body, err := q.body()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.Key(), err)
		}
		if q.Body, err = json.Marshal(body); err != nil {
			return nil, fmt.Errorf("%s: %w", o.Key(), err)
		}
		all = append(all, q)
	}
	return all, nil
}

func (q *Query) body() (map[string]any, error) {
	body := map[string]any{"size": 0, "track_total_hits": true}
	var filters []any
	for _, f := range q.Object.filters() {
		filters = append(filters, f["query"])
		kept := Filter{Field: str(at(f, "meta"), "key")}
		for _, v := range list(at(f, "meta"), "params") {
			s, _ := v.(string)
			kept.Values = append(kept.Values, s)
		}
		q.Filters = append(q.Filters, kept)
	}
	if len(filters) > 0 {
		body["query"] = map[string]any{"bool": map[string]any{"filter": filters}}
	}
	switch q.Object.Type {
	case "search":
		body["size"] = 100
		var sort []any
		for _, s := range list(q.Object.Attributes, "sort") {
			pair, _ := s.([]any)
			sort = append(sort, map[string]any{pair[0].(string): map[string]any{"order": pair[1], "unmapped_type": "boolean"}})
		}
		body["sort"] = sort
		return body, nil
	case "map":
		q.Grid = q.Object.uses()[0].field
		body["aggs"] = map[string]any{"grid": map[string]any{"geotile_grid": map[string]any{"field": q.Grid, "precision": 5, "size": 10000}}}
		return body, nil
	case "lens":
		return body, q.chart(body)
	}
	return nil, fmt.Errorf("type %s has no query", q.Object.Type)
}

// chart writes the aggregations of a Lens layer: bucket columns nest in their
// order, metrics stand in the innermost, and beside a terms bucket that is
// ordered by them.
func (q *Query) chart(body map[string]any) error {
	layers := q.Object.layers()
	if len(layers) != 1 {
		return fmt.Errorf("%d layers: want 1", len(layers))
	}
	layer := at(layers, sorted(layers)[0])
	columns := at(layer, "columns")
	metrics := map[string]any{}
	var buckets []string
	for _, c := range list(layer, "columnOrder") {
		id, _ := c.(string)
		column := at(columns, id)
		op := str(column, "operationType")
		bucketed, _ := column["isBucketed"].(bool)
		q.Columns = append(q.Columns, Column{op, str(column, "sourceField"), number(at(column, "params"), "size"), bucketed})
		if bucketed {
			buckets = append(buckets, id)
		} else if a := metric(op, str(column, "sourceField")); a != nil {
			metrics[id] = a
		} else if op != "count" {
			return fmt.Errorf("column %s: operation %s has no aggregation here", id, op)
		}
	}
	aggs := metrics
	for _, id := range slices.Backward(buckets) {
		column := at(columns, id)
		a, err := bucket(column, metrics)
		if err != nil {
			return fmt.Errorf("column %s: %w", id, err)
		}
		inner := map[string]any{}
		for k, v := range metrics {
			inner[k] = v
		}
		for k, v := range aggs {
			inner[k] = v
		}
		if len(inner) > 0 {
			a["aggs"] = inner
		}
		aggs = map[string]any{id: a}
	}
	if len(aggs) > 0 {
		body["aggs"] = aggs
	}
	return nil
}

// metric is the aggregation of a metric column; nil for a count, which every
// bucket has.
func metric(op, field string) map[string]any {
	switch op {
	case "unique_count":
		return map[string]any{"cardinality": map[string]any{"field": field}}
	case "max", "min", "average", "sum":
		if op == "average" {
			op = "avg"
		}
		return map[string]any{op: map[string]any{"field": field}}
	case "median":
		return map[string]any{"percentiles": map[string]any{"field": field, "percents": []int{50}}}
	}
	return nil
}

func bucket(column, metrics map[string]any) (map[string]any, error) {
	field, params := str(column, "sourceField"), at(column, "params")
	switch op := str(column, "operationType"); op {
	case "date_histogram":
		return map[string]any{"date_histogram": map[string]any{"field": field, "calendar_interval": "1d", "min_doc_count": 1}}, nil
	case "terms":
		by := str(at(params, "orderBy"), "columnId")
		key := "_count"
		if metrics[by] != nil {
			key = by
		}
		return map[string]any{"terms": map[string]any{"field": field, "size": number(params, "size"),
			"order": map[string]any{key: str(params, "orderDirection")}, "shard_size": 1000}}, nil
	default:
		return nil, fmt.Errorf("operation %s has no bucket here", op)
	}
}
