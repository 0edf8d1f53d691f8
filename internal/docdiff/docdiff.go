// Package docdiff compares two sets of documents field by field: what a new
// release, a new gazetteer or an overrides file changes, before an archive is
// enriched again.
//
// Documents are paired by their id. A field is named by its path, with [] for
// the entries of a list (actors[].id); its value is the sorted list of all
// values at that path, so the order of entries does not count.
//
//	c := docdiff.New()
//	c.Old(line) …; c.New(line) …
//	c.Report().Fields[0] = {Path: "actors[].id", Changed: 12, Added: 3, …}
package docdiff

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Field is one path with a difference.
type Field struct {
	Path    string  `json:"path"`
	Changed int     `json:"changed"` // documents that have the field on both sides, with other values
	Added   int     `json:"added"`   // documents that have it on the new side alone
	Removed int     `json:"removed"`
	Example Example `json:"example"`
}

// Example is the first document with a difference in a field: values that only
// one side has, cut to a line.
type Example struct {
	ID  string `json:"id"`
	Old string `json:"old"`
	New string `json:"new"`
}

// Report is the outcome, fields with most differences first.
type Report struct {
	Same     int     `json:"same"`
	Differ   int     `json:"differ"`
	OnlyOld  int     `json:"only_old"`
	OnlyNew  int     `json:"only_new"`
	Repeated int     `json:"repeated"` // ids given twice on a side: the last one counts
	Fields   []Field `json:"fields"`
}

// Comparison collects documents. The old side is held in memory; the new side
// is compared as it comes.
type Comparison struct {
	ignore []string
	old    map[string]map[string][]string
	seen   map[string]bool
	fields map[string]*Field
	report Report
}

// New makes a comparison that leaves out fields at and below the given paths.
func New(ignore ...string) *Comparison {
	return &Comparison{ignore: ignore, old: map[string]map[string][]string{}, seen: map[string]bool{}, fields: map[string]*Field{}}
}

// Old adds a document of the old side, one JSON object with an id.
func (c *Comparison) Old(line []byte) error {
	id, values, err := c.read(line)
	if err != nil {
		return err
	}
	if c.old[id] != nil {
		c.report.Repeated++
	}
	c.old[id] = values
	return nil
}

// New compares a document of the new side. All of Old comes before.
func (c *Comparison) New(line []byte) error {
	id, values, err := c.read(line)
	if err != nil {
		return err
	}
	if c.seen[id] {
		c.report.Repeated++
		return nil
	}
	c.seen[id] = true
	old, ok := c.old[id]
	if !ok {
		c.report.OnlyNew++
		return nil
	}
	if c.compare(id, old, values) {
		c.report.Differ++
	} else {
		c.report.Same++
	}
	return nil
}

// Report is what was found.
func (c *Comparison) Report() Report {
	r := c.report
	for id := range c.old {
		if !c.seen[id] {
			r.OnlyOld++
		}
	}
	r.Fields = []Field{}
	for _, f := range c.fields {
		r.Fields = append(r.Fields, *f)
	}
	slices.SortFunc(r.Fields, func(a, b Field) int {
		return cmp.Or(cmp.Compare(b.Changed+b.Added+b.Removed, a.Changed+a.Added+a.Removed), strings.Compare(a.Path, b.Path))
	})
	return r
}

func (c *Comparison) read(line []byte) (id string, values map[string][]string, err error) {
	var doc map[string]any
	if err := json.Unmarshal(line, &doc); err != nil {
		return "", nil, err
	}
	id, _ = doc["id"].(string)
	if id == "" {
		return "", nil, fmt.Errorf("a document without an id: want the output of dateline enrich")
	}
	values = map[string][]string{}
	c.flatten("", doc, values)
	for _, v := range values {
		slices.Sort(v)
	}
	return id, values, nil
}

// flatten lists the leaves of a document under their paths. Empty lists,
// objects, texts and null are no value.
func (c *Comparison) flatten(path string, v any, out map[string][]string) {
	if slices.ContainsFunc(c.ignore, func(p string) bool {
		return path == p || strings.HasPrefix(path, p+".") || strings.HasPrefix(path, p+"[")
	}) {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			c.flatten(join(path, k), x, out)
		}
	case []any:
		if isSpan(v) {
			out[path] = append(out[path], fmt.Sprintf("%v-%v", v[0], v[1]))
			return
		}
		for _, x := range v {
			c.flatten(path+"[]", x, out)
		}
	case nil:
	case string:
		if v != "" {
			out[path] = append(out[path], v)
		}
	default:
		out[path] = append(out[path], fmt.Sprint(v))
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// isSpan tells a span, [start,end), from a list.
func isSpan(v []any) bool {
	if len(v) != 2 {
		return false
	}
	_, a := v[0].(float64)
	_, b := v[1].(float64)
	return a && b
}

// compare counts the fields that differ and reports whether any does.
func (c *Comparison) compare(id string, old, new map[string][]string) (differs bool) {
	for path, a := range old {
		b, ok := new[path]
		if ok && slices.Equal(a, b) {
			continue
		}
		differs = true
		f := c.field(path, id, a, b)
		if ok {
			f.Changed++
		} else {
			f.Removed++
		}
	}
	for path, b := range new {
		if _, ok := old[path]; !ok {
			differs = true
			c.field(path, id, nil, b).Added++
		}
	}
	return differs
}

func (c *Comparison) field(path, id string, old, new []string) *Field {
	f := c.fields[path]
	if f == nil {
		f = &Field{Path: path, Example: Example{ID: id, Old: without(old, new), New: without(new, old)}}
		c.fields[path] = f
	}
	return f
}

// exampleLength is how much of an example is shown, in characters.
const exampleLength = 60

// without lists what a has and b has not, entry by entry.
func without(a, b []string) string {
	left := slices.Clone(b)
	var more []string
	for _, v := range a {
		if i := slices.Index(left, v); i >= 0 {
			left = slices.Delete(left, i, i+1)
			continue
		}
		more = append(more, v)
	}
	s := []rune(strings.Join(strings.Fields(strings.Join(more, ", ")), " "))
	if len(s) > exampleLength {
		return string(s[:exampleLength-1]) + "…"
	}
	return string(s)
}
