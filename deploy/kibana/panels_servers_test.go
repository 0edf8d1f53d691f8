//go:build servers

package kibana_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"dateline/config"
	"dateline/deploy/kibana"
	"dateline/index"
	"dateline/index/elastic"
	"dateline/internal/articles"
	"dateline/internal/servers"
	"dateline/pipeline"
	"dateline/pipeline/dedup"
)

func TestMain(m *testing.M) { servers.Main(m, servers.Need{Elasticsearch: true}) }

// document is what one action stored, as a tree.
type document = map[string]any

// TestPanelsOnBundledArticles runs every panel's query on the bundled articles
// in a real cluster and compares the buckets with those counted here from the
// documents.
func TestPanelsOnBundledArticles(t *testing.T) {
	prefix := servers.Unique("news")
	visible := fill(t, prefix)
	queries, err := kibana.Queries(pack(t), prefix)
	if err != nil {
		t.Fatal(err)
	}
	if len(queries) < 27 {
		t.Fatalf("only %d queries", len(queries))
	}
	for _, q := range queries {
		t.Run(q.Object.Key(), func(t *testing.T) {
			var answer struct {
				Hits struct {
					Total struct{ Value int }
					Hits  []struct {
						Source document `json:"_source"`
					}
				}
				Aggregations map[string]any
			}
			ask(t, http.MethodPost, "/"+q.Index+"/_search", q.Body, &answer)
			docs := visible[strings.TrimPrefix(q.Index, prefix)]
			switch q.Object.Type {
			case "search":
				if want := kept(docs, q.Filters); answer.Hits.Total.Value != want {
					t.Errorf("%d documents, want %d", answer.Hits.Total.Value, want)
				}
			case "map":
				if got, want := gridTotal(answer.Aggregations), withField(docs, q.Grid); got < want || want == 0 {
					t.Errorf("%d points in cells for %d documents with a point", got, want)
				}
			default:
				if answer.Hits.Total.Value != len(docs) {
					t.Fatalf("%d documents, want %d", answer.Hits.Total.Value, len(docs))
				}
				got, want := cells(answer.Aggregations, q.Columns, answer.Hits.Total.Value), count(docs, q.Columns)
				if len(want) == 0 || !slices.Equal(got, want) {
					t.Errorf("buckets\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			}
		})
	}
}

// fill stores the last version of every bundled article and its events, and
// answers the documents that each alias shows.
func fill(t *testing.T, prefix string) map[string][]document {
	t.Helper()
	o := index.Options{Prefix: prefix, Slots: 16}
	store, err := elastic.New(config.Elasticsearch{Addresses: []string{servers.ElasticsearchURL()}, Prefix: prefix, Period: "month",
		Timeout: 30 * time.Second, Compression: "auto", Shards: 1, RefreshInterval: 5 * time.Second}, elastic.Options{Document: o, Product: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		var names []struct{ Index string }
		ask(t, http.MethodGet, "/_cat/indices/"+prefix+"-*?h=index&format=json", nil, &names)
		for _, n := range names { // a node refuses to delete by pattern
			ask(t, http.MethodDelete, "/"+n.Index, nil, &struct{}{})
		}
		store.Close()
	})
	if _, err := store.Setup(t.Context()); err != nil {
		t.Fatal(err)
	}
	var bulk []index.Action
	for _, actions := range last(t, o) {
		bulk = append(bulk, actions...)
	}
	res := store.Bulk(t.Context(), bulk)
	for i, out := range res.Outcomes {
		if out.Status != http.StatusCreated {
			t.Fatalf("%s: %+v", bulk[i].ID, out)
		}
	}
	if err := store.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	visible := map[string][]document{}
	for _, a := range bulk {
		var d document
		if err := json.Unmarshal(a.Source, &d); err != nil {
			t.Fatal(err)
		}
		if a.Kind == index.Article {
			visible["-articles-*"] = append(visible["-articles-*"], d)
		}
		if !shown(d) {
			continue
		}
		if a.Kind == index.Event {
			visible["-events"] = append(visible["-events"], d)
			continue
		}
		visible["-articles"] = append(visible["-articles"], d)
		if !slices.Equal(values(d, "dedup.hidden"), []string{"true"}) {
			visible["-stories"] = append(visible["-stories"], d)
		}
	}
	return visible
}

// last are the actions of the newest version of each article of the bundle.
func last(t *testing.T, o index.Options) map[string][]index.Action {
	t.Helper()
	p, err := pipeline.New(pipeline.Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	var scratch pipeline.Scratch
	var fold dedup.State
	newest := map[string][]index.Action{}
	for i, a := range articles.All() {
		art, err := p.Read(a.Envelope(), &scratch)
		if err != nil {
			t.Fatalf("%s: %v", a.Name, err)
		}
		verdict := fold.Apply(int64(i), p.Fingerprint(art))
		d := p.Enrich(art, &verdict, &scratch)
		action, err := index.ArticleAction(d, o)
		if err != nil {
			t.Fatalf("%s: %v", a.Name, err)
		}
		if have := newest[action.ID]; have != nil && have[0].Version >= action.Version {
			continue
		}
		events, err := index.EventActions(d, o)
		if err != nil {
			t.Fatalf("%s: %v", a.Name, err)
		}
		newest[action.ID] = append([]index.Action{action}, events...)
	}
	return newest
}

// shown is the filter of the aliases, said again in Go.
func shown(d document) bool {
	status, _ := d["status"].(string)
	embargo, has := d["embargo"].(string)
	switch {
	case status == "withdrawn" || status == "withheld" || status == index.Unused:
		return false
	case has:
		at, err := time.Parse(time.RFC3339, embargo)
		return err == nil && !at.After(time.Now())
	}
	return status != "embargoed"
}

// values are the terms of a field, by its full name.
func values(v any, path string) (out []string) {
	switch v := v.(type) {
	case map[string]any:
		if x, ok := v[path]; ok {
			return values(x, "")
		}
		head, rest, ok := strings.Cut(path, ".")
		if ok {
			return values(v[head], rest)
		}
	case []any:
		for _, x := range v {
			out = append(out, values(x, path)...)
		}
		slices.Sort(out)
		return slices.Compact(out)
	case string:
		return []string{v}
	case bool:
		return []string{strconv.FormatBool(v)}
	case float64:
		return []string{strconv.FormatFloat(v, 'f', -1, 64)}
	}
	return out
}

// kept counts the documents that pass a saved search's filters.
func kept(docs []document, filters []kibana.Filter) (n int) {
	for _, d := range docs {
		if !slices.ContainsFunc(filters, func(f kibana.Filter) bool {
			return !slices.ContainsFunc(values(d, f.Field), func(v string) bool { return slices.Contains(f.Values, v) })
		}) {
			n++
		}
	}
	return n
}

func withField(docs []document, field string) (n int) {
	for _, d := range docs {
		parent, leaf, _ := strings.Cut(field, ".")
		if m, ok := d[parent].(map[string]any); ok && m[leaf] != nil {
			n++
		}
	}
	return n
}

func gridTotal(aggs map[string]any) (n int) {
	for _, b := range buckets(aggs["grid"]) {
		n += int(b["doc_count"].(float64))
	}
	return n
}

func buckets(agg any) (out []map[string]any) {
	m, _ := agg.(map[string]any)
	l, _ := m["buckets"].([]any)
	for _, b := range l {
		out = append(out, b.(map[string]any))
	}
	return out
}

// count is what a chart should show: a line for each innermost bucket, its
// keys and then its metrics. Terms stand in the order of the chart's measure,
// ties by key; all lines are sorted, since what is compared is the content.
func count(docs []document, columns []kibana.Column) []string {
	var lines []string
	var split func(docs []document, columns []kibana.Column, keys []string)
	split = func(docs []document, columns []kibana.Column, keys []string) {
		if len(columns) > 0 && columns[0].Bucket {
			groups := group(docs, columns[0])
			for _, k := range top(groups, columns) {
				split(groups[k], columns[1:], append(slices.Clone(keys), k))
			}
			return
		}
		line := strings.Join(keys, " | ")
		for _, c := range columns {
			line += " | " + c.Op + "=" + measure(docs, c)
		}
		lines = append(lines, line)
	}
	split(docs, columns, nil)
	slices.Sort(lines)
	return lines
}

func group(docs []document, c kibana.Column) map[string][]document {
	groups := map[string][]document{}
	for _, d := range docs {
		for _, v := range values(d, c.Field) {
			if c.Op == "date_histogram" {
				v = v[:len("2025-01-02")]
			}
			groups[v] = append(groups[v], d)
		}
	}
	return groups
}

// top are the keys that a terms column keeps: the first by its order.
func top(groups map[string][]document, columns []kibana.Column) []string {
	keys := slices.Sorted(maps.Keys(groups))
	c := columns[0]
	if c.Op != "terms" {
		return keys
	}
	by := kibana.Column{Op: "count"}
	for _, m := range columns {
		if !m.Bucket {
			by = m
			break
		}
	}
	slices.SortStableFunc(keys, func(a, b string) int {
		x, y := measure(groups[a], by), measure(groups[b], by)
		if by.Op == "max" { // the silent sources: the longest silence first
			return cmp.Compare(x, y)
		}
		n, _ := strconv.Atoi(x)
		m, _ := strconv.Atoi(y)
		return cmp.Compare(m, n)
	})
	return keys[:min(c.Size, len(keys))]
}

func measure(docs []document, c kibana.Column) string {
	switch c.Op {
	case "count":
		return strconv.Itoa(len(docs))
	case "unique_count":
		seen := map[string]bool{}
		for _, d := range docs {
			for _, v := range values(d, c.Field) {
				seen[v] = true
			}
		}
		return strconv.Itoa(len(seen))
	case "max":
		var latest string
		for _, d := range docs {
			for _, v := range values(d, c.Field) {
				latest = max(latest, v)
			}
		}
		return latest
	}
	return "?" // a percentile is an estimate: only its buckets are compared
}

// cells are the innermost buckets of an answer, in the form of count.
func cells(aggs map[string]any, columns []kibana.Column, total int) []string {
	var lines []string
	var walk func(node map[string]any, columns []kibana.Column, n int, keys []string)
	walk = func(node map[string]any, columns []kibana.Column, n int, keys []string) {
		if len(columns) > 0 && columns[0].Bucket {
			for _, agg := range node {
				for _, b := range buckets(agg) {
					key := fmt.Sprint(b["key"])
					if s, ok := b["key_as_string"].(string); ok && columns[0].Op == "date_histogram" {
						key = s[:len("2025-01-02")]
					}
					walk(b, columns[1:], int(b["doc_count"].(float64)), append(slices.Clone(keys), key))
				}
			}
			return
		}
		line := strings.Join(keys, " | ")
		for _, c := range columns {
			line += " | " + c.Op + "=" + reported(node, c, n)
		}
		lines = append(lines, line)
	}
	walk(aggs, columns, total, nil)
	slices.Sort(lines)
	return lines
}

// reported is one metric of a bucket. A layer has at most one metric of an
// operation, so the operation finds it.
func reported(node map[string]any, c kibana.Column, n int) string {
	if c.Op == "count" {
		return strconv.Itoa(n)
	}
	for _, agg := range node {
		m, ok := agg.(map[string]any)
		if !ok || m["buckets"] != nil {
			continue
		}
		value, ok := m["value"].(float64)
		switch {
		case c.Op == "median":
			return "?"
		case !ok:
		case c.Op == "max":
			return time.UnixMilli(int64(value)).UTC().Format(time.RFC3339)
		default:
			return strconv.Itoa(int(value))
		}
	}
	return "missing"
}

func ask(t *testing.T, method, path string, body []byte, into any) {
	t.Helper()
	// Not of the test's context, which has ended when the test cleans up.
	req, err := http.NewRequest(method, servers.ElasticsearchURL()+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s: %s", path, res.Status, b)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}
