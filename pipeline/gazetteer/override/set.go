package override

import (
	"slices"

	"dateline/pipeline/gazetteer"
)

// Context is what an operation's "when" is compared with.
type Context struct {
	Source    string   // source id of the article
	Day       string   // day of publication, 2006-01-02; empty if unknown
	Countries []string // ISO codes of the countries that the article names
	Actors    []string // ids of its actors, as they are without corrections
}

// Set is the content of a file. It is immutable; the nil Set holds nothing.
type Set struct {
	version     string
	rules       map[string][]rule // by folded surface
	merge       map[string]string
	split       map[string][]rule
	roles       map[string][]rule
	records     map[string]*Record // what add made, by id
	places      []*Record
	starts      map[string]int // first word of each surface → most words of one that starts with it
	conditional bool
}

type rule struct {
	operation
	line  int
	place gazetteer.Ref
}

// Record is an actor or a place that an operation adds.
type Record struct {
	ID, Name, Type, Subtype, Country, Parent string

	Ref      gazetteer.Ref // of a place; at least FirstAdded
	Lat, Lon float64
	Feature  gazetteer.Feature
	Admin1   string
}

// FirstAdded is the number of the first place that the gazetteer does not hold.
const FirstAdded gazetteer.Ref = 1 << 31

// Role is an office that an operation gives an actor for the days [From,To);
// empty bounds are open.
type Role struct{ Text, Code, Organization, Country, From, To string }

// Version names the content, for a document's provenance; empty for none.
func (s *Set) Version() string {
	if s == nil {
		return ""
	}
	return s.version
}

// Conditional reports whether some operation asks for the countries or the
// actors of the article.
func (s *Set) Conditional() bool { return s != nil && s.conditional }

// find is the operation of a kind among l that holds for the article: one with
// a "when" before one without.
func find(l []rule, c *Context, fits func(*rule) bool) *rule {
	var general *rule
	for i := range l {
		r := &l[i]
		switch {
		case !fits(r):
		case r.When == nil:
			general = r
		case r.When.holds(c):
			return r
		}
	}
	return general
}

func (w *when) holds(c *Context) bool {
	return (w.Source == "" || w.Source == c.Source) &&
		(w.Country == "" || slices.Contains(c.Countries, w.Country)) &&
		(w.With == "" || slices.Contains(c.Actors, w.With)) &&
		(w.From == "" || c.Day != "" && w.From <= c.Day) && (w.To == "" || c.Day != "" && c.Day < w.To)
}

func isOp(op string) func(*rule) bool { return func(r *rule) bool { return r.Op == op } }

var isAlias, isPlace, isKind, isSplit = isOp("alias"), isOp("place"), isOp("kind"), isOp("split")

// Actor is the actor id that a folded surface stands for, if an operation says so.
func (s *Set) Actor(fold string, c *Context) (id string, ok bool) {
	if s == nil {
		return "", false
	}
	if r := find(s.rules[fold], c, isAlias); r != nil {
		return s.Canonical(r.ID, c), true
	}
	return "", false
}

// Place is the place that a folded surface stands for, if an operation says so;
// see Added for the numbers from FirstAdded on.
func (s *Set) Place(fold string, c *Context) (gazetteer.Ref, bool) {
	if s == nil {
		return gazetteer.None, false
	}
	if r := find(s.rules[fold], c, isPlace); r != nil {
		return r.place, true
	}
	return gazetteer.None, false
}

// Kind is the kind of the mentions of a folded surface, or "".
func (s *Set) Kind(fold string, c *Context) string {
	if s == nil {
		return ""
	}
	if r := find(s.rules[fold], c, isKind); r != nil {
		return r.Kind
	}
	return ""
}

// Blocked reports whether a folded surface is no "actor" or no "place".
func (s *Set) Blocked(fold, as string, c *Context) bool {
	if s == nil {
		return false
	}
	return find(s.rules[fold], c, func(r *rule) bool { return r.Op == "block" && (r.As == as || r.As == "both") }) != nil
}

// Canonical is the id that an id stands for in the article: the end of its
// merges, then its split.
func (s *Set) Canonical(id string, c *Context) string {
	if s == nil {
		return id
	}
	for range len(s.merge) { // no circles, see Parse
		next, ok := s.merge[id]
		if !ok {
			break
		}
		id = next
	}
	if r := find(s.split[id], c, isSplit); r != nil {
		return r.Into
	}
	return id
}

// Record is the actor or the place that an operation added, or nil.
func (s *Set) Record(id string) *Record {
	if s == nil {
		return nil
	}
	return s.records[id]
}

// Added is the added place of a number from FirstAdded on.
func (s *Set) Added(r gazetteer.Ref) *Record { return s.places[r-FirstAdded] }

// Roles appends the offices that operations give an actor on a day.
func (s *Set) Roles(dst []Role, id, day string) []Role {
	if s == nil || day == "" {
		return dst
	}
	for i := range s.roles[id] {
		r := &s.roles[id][i]
		if r.From <= day && (r.To == "" || day < r.To) {
			dst = append(dst, Role{Text: r.Text, Code: r.Code, Organization: r.Organization, Country: r.Country, From: r.From, To: r.To})
		}
	}
	return dst
}
