package kibana

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dateline/index"
)

// Rule is one of the things that Lint looks at.
type Rule string

// The rules. What does not parse at all is refused by Read and ReadNDJSON.
const (
	Shape      Rule = "shape"      // the attributes of the type are there
	IDs        Rule = "ids"        // one object an id, dateline-…, and its file is called after it
	References Rule = "references" // what is referred to is in the pack, in the type named
	Names      Rule = "names"      // attributes and references use the same names
	Fields     Rule = "fields"     // every field is in the mapping
	Aggregates Rule = "aggregates" // and of a type that can be used so
	Versions   Rule = "versions"   // migration versions that 8.19 knows
	Order      Rule = "order"      // objects come after those they refer to
	Counts     Rule = "counts"     // panels, columns and objects: none missing, none left over, none on top of another
)

// Rules are all rules, in the order in which Lint reports them.
var Rules = []Rule{Shape, IDs, References, Names, Fields, Aggregates, Versions, Order, Counts}

// Defect is one finding.
type Defect struct {
	Rule   Rule   `json:"rule"`
	Object string `json:"object"`
	File   string `json:"file"`
	Text   string `json:"text"`
}

func (d Defect) String() string {
	return fmt.Sprintf("%s: %s: %s (%s)", d.File, d.Object, d.Text, d.Rule)
}

// Lint looks for defects in a pack; a good one has none.
func Lint(objects []Object) []Defect {
	l := linter{objects: objects, byKey: map[string]*Object{}}
	for i := range objects {
		l.byKey[objects[i].Key()] = &objects[i]
	}
	for i := range objects {
		o := &objects[i]
		l.shape(o)
		l.ids(i)
		l.references(o)
		l.names(o)
		l.fields(o)
		l.versions(o)
		l.order(i)
		l.counts(o)
	}
	slices.SortStableFunc(l.defects, func(a, b Defect) int { return slices.Index(Rules, a.Rule) - slices.Index(Rules, b.Rule) })
	return l.defects
}

type linter struct {
	objects []Object
	byKey   map[string]*Object
	defects []Defect
}

func (l *linter) say(o *Object, r Rule, format string, args ...any) {
	l.defects = append(l.defects, Defect{r, o.Key(), o.File, fmt.Sprintf(format, args...)})
}

// needed are the attributes without which Kibana cannot open an object.
var needed = map[string][]string{
	"index-pattern": {"title", "name"},
	"search":        {"title", "columns", "sort", "kibanaSavedObjectMeta"},
	"lens":          {"title", "visualizationType", "state"},
	"map":           {"title", "layerListJSON", "mapStateJSON"},
	"dashboard":     {"title", "panelsJSON", "optionsJSON", "timeRestore"},
}

func (l *linter) shape(o *Object) {
	want, ok := needed[o.Type]
	if !ok {
		l.say(o, Shape, "type %q: want one of %s", o.Type, strings.Join(kinds, ", "))
	}
	for _, a := range want {
		if _, ok := o.Attributes[a]; !ok {
			l.say(o, Shape, "attribute %s is missing", a)
		}
	}
	if o.Type == "lens" && len(o.layers()) == 0 {
		l.say(o, Shape, "no layer in state.datasourceStates.formBased.layers")
	}
}

func (l *linter) ids(i int) {
	o := &l.objects[i]
	for j := range i {
		if l.objects[j].Key() == o.Key() {
			l.say(o, IDs, "the id is taken by %s", l.objects[j].File)
		}
	}
	name, ok := strings.CutPrefix(o.ID, Prefix+"-")
	if !ok {
		l.say(o, IDs, "ids of the pack begin with %s-", Prefix)
	}
	if strings.HasSuffix(o.File, ".json") && !strings.HasSuffix(o.File, "/"+o.Type+"-"+name+".json") {
		l.say(o, IDs, "the file should be called %s-%s.json", o.Type, name)
	}
}

func (l *linter) references(o *Object) {
	for _, r := range o.References {
		if l.byKey[r.Type+" "+r.ID] == nil {
			l.say(o, References, "%s %s is not in the pack", r.Type, r.ID)
		}
	}
}

// used are the names of references that the attributes use.
func (o *Object) used() map[string]bool {
	used := map[string]bool{}
	add := func(s string) { used[s] = true }
	switch o.Type {
	case "dashboard":
		for _, p := range list(o.Attributes, "panelsJSON") {
			m, _ := p.(map[string]any)
			add(str(m, "panelIndex") + ":" + str(m, "panelRefName"))
		}
	case "lens":
		for _, id := range sorted(o.layers()) {
			add("indexpattern-datasource-layer-" + id)
		}
	}
	names(o.Attributes, "indexRefName", add)
	names(o.Attributes, "indexPatternRefName", add)
	return used
}

func (l *linter) names(o *Object) {
	used := o.used()
	declared := map[string]bool{}
	for _, r := range o.References {
		declared[r.Name] = true
		if !used[r.Name] {
			l.say(o, Names, "reference %q is not used", r.Name)
		}
	}
	for _, n := range sorted(used) {
		if !declared[n] {
			l.say(o, Names, "%q is used, and no reference has that name", n)
		}
	}
}

// view is the data view an object reads, nil if there is none.
func (l *linter) view(o *Object) *Object {
	if o.Type == "index-pattern" {
		return o
	}
	for _, r := range o.References {
		if r.Type == "index-pattern" {
			return l.byKey[r.Type+" "+r.ID]
		}
	}
	return nil
}

func (l *linter) fields(o *Object) {
	view := l.view(o)
	if view == nil {
		return // a dashboard, or a finding of references
	}
	k, err := kind(str(view.Attributes, "title"))
	if err != nil {
		if view == o {
			l.say(o, Fields, "%v", err)
		}
		return
	}
	for _, u := range o.uses() {
		t, ok := index.Lookup(k, u.field)
		switch {
		case !ok:
			l.say(o, Fields, "%s is not a field of %s", u.field, str(view.Attributes, "title"))
		case !u.fits(t):
			l.say(o, Aggregates, "%s is %s, which cannot be used for %s", u.field, t, u.op)
		}
	}
}

// newest is the newest release of Kibana whose objects we write.
var newest = [3]int{8, 19, 0}

func (l *linter) versions(o *Object) {
	for _, v := range []struct{ name, text string }{{"coreMigrationVersion", o.CoreVer}, {"typeMigrationVersion", o.TypeVer}} {
		got, ok := version(v.text)
		if !ok {
			l.say(o, Versions, "%s %q: want three numbers", v.name, v.text)
		} else if slices.Compare(got[:], newest[:]) > 0 {
			l.say(o, Versions, "%s %s is newer than Kibana 8.19", v.name, v.text)
		}
	}
}

func version(s string) (v [3]int, ok bool) {
	parts := strings.Split(s, ".")
	if len(parts) != len(v) {
		return v, false
	}
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 {
			return v, false
		}
		v[i] = n
	}
	return v, true
}

func (l *linter) order(i int) {
	o := &l.objects[i]
	for _, r := range o.References {
		for j := i + 1; j < len(l.objects); j++ {
			if l.objects[j].Key() == r.Type+" "+r.ID {
				l.say(o, Order, "%s %s comes after it", r.Type, r.ID)
			}
		}
	}
}

// gridWidth is the number of columns of a dashboard.
const gridWidth = 48

func (l *linter) counts(o *Object) {
	switch o.Type {
	case "dashboard":
		l.panels(o)
	case "lens":
		for _, id := range sorted(o.layers()) {
			layer := at(o.layers(), id)
			columns, order := at(layer, "columns"), list(layer, "columnOrder")
			if len(columns) == 0 || len(columns) != len(order) {
				l.say(o, Counts, "layer %s has %d columns and %d in its order", id, len(columns), len(order))
			}
		}
	}
	if o.Type == "lens" || o.Type == "map" {
		for i := range l.objects {
			if slices.ContainsFunc(l.objects[i].References, func(r Reference) bool { return r.Type == o.Type && r.ID == o.ID }) {
				return
			}
		}
		l.say(o, Counts, "it is on no dashboard")
	}
}

// rect is the place of a panel on its dashboard.
type rect struct{ x, y, w, h int }

func (a rect) overlaps(b rect) bool {
	return a.x < b.x+b.w && b.x < a.x+a.w && a.y < b.y+b.h && b.y < a.y+a.h
}

func (l *linter) panels(o *Object) {
	panels := list(o.Attributes, "panelsJSON")
	if len(panels) == 0 || len(panels) != len(o.References) {
		l.say(o, Counts, "%d panels and %d references", len(panels), len(o.References))
	}
	var placed []rect
	seen := map[string]bool{}
	for _, p := range panels {
		m, _ := p.(map[string]any)
		id, grid := str(m, "panelIndex"), at(m, "gridData")
		if seen[id] || str(grid, "i") != id {
			l.say(o, Counts, "panel %s: gridData.i is %q, and every panel has a number of its own", id, str(grid, "i"))
		}
		seen[id] = true
		r := rect{number(grid, "x"), number(grid, "y"), number(grid, "w"), number(grid, "h")}
		if r.w < 1 || r.h < 1 || r.x < 0 || r.y < 0 || r.x+r.w > gridWidth {
			l.say(o, Counts, "panel %s does not fit the %d columns of a dashboard", id, gridWidth)
		}
		if slices.ContainsFunc(placed, r.overlaps) {
			l.say(o, Counts, "panel %s lies on another", id)
		}
		placed = append(placed, r)
	}
}
