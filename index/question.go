package index

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Marks stand around what matched in a highlight. They are control characters
// that no article holds, so that the page can escape the text before it turns
// them into markup.
const (
	MarkOpen  = "\x02"
	MarkClose = "\x03"
)

// Window is how deep pages go: Offset+Limit may not pass it. Deeper pages cost
// the store as much as all before them; a narrower question is the way.
const Window = 10000

// DefaultFacetSize is how many values a facet has if a query does not say.
const DefaultFacetSize = 10

// ErrQuery says that a query cannot be asked. The text says why, for the
// person who asked.
var ErrQuery = errors.New("query")

// Clause is one part of a query's words: a word, or a phrase in quotes. All
// clauses must match, those with Not must not.
type Clause struct {
	Text string
	Not  bool
}

// ParseWords cuts a query's words into clauses. Quotes, straight or curly, make
// a phrase; a minus before a word or phrase excludes it; a quote that is not
// closed reaches to the end. A word that the store's analysis cuts in pieces
// (multi-day) is a phrase too. Nothing else has a meaning, so no input is an
// error.
func ParseWords(s string) []Clause {
	var cs []Clause
	rest := strings.Map(func(r rune) rune {
		switch {
		case r == '“' || r == '”' || r == '„' || r == '«' || r == '»':
			return '"'
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		}
		return r
	}, s)
	for {
		rest = strings.TrimLeft(rest, " ")
		if rest == "" {
			return cs
		}
		var c Clause
		if len(rest) > 1 && rest[0] == '-' && rest[1] != ' ' {
			c.Not = true
			rest = rest[1:]
		}
		if rest[0] == '"' {
			text, after, _ := strings.Cut(rest[1:], `"`)
			c.Text, rest = strings.TrimSpace(text), after
		} else {
			end := strings.IndexAny(rest, ` "`)
			if end < 0 {
				end = len(rest)
			}
			c.Text, rest = rest[:end], rest[end:]
		}
		if strings.IndexFunc(c.Text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) >= 0 {
			cs = append(cs, c)
		}
	}
}

// IsActorID tells an actor's id (cty:ru, per:ru:dmitry-peskov, p:jane-doe) from
// a name.
func IsActorID(s string) bool {
	kind, rest, ok := strings.Cut(s, ":")
	return ok && kind != "" && rest != "" && !strings.ContainsAny(s, " \t") && kind == strings.ToLower(kind)
}

// PlaceID tells a place's id from a name. sure is false for two capitals,
// which may be a country's code (UA) or an abbreviation that people use as a
// name (UK): then both are asked for.
func PlaceID(s string) (id, sure bool) {
	for _, p := range [...]string{"gn:", "r:", "a2:"} {
		if strings.HasPrefix(s, p) && len(s) > len(p) && !strings.Contains(s, " ") {
			return true, true
		}
	}
	if len(s) < 2 || s[0] < 'A' || s[0] > 'Z' || s[1] < 'A' || s[1] > 'Z' {
		return false, false
	}
	if len(s) == 2 {
		return true, false
	}
	rest, ok := strings.CutPrefix(s[2:], ".")
	return ok && rest != "" && strings.Trim(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == "", true
}

// Check returns an ErrQuery for a query that no store can answer.
func (q *Query) Check() error {
	switch {
	case q.Now.IsZero():
		return fmt.Errorf("%w: Now is not set: embargoes cannot be told from free articles", ErrQuery)
	case q.Offset < 0 || q.Limit < 0:
		return fmt.Errorf("%w: offset %d, limit %d: want no negative number", ErrQuery, q.Offset, q.Limit)
	case q.Offset+q.Limit > Window:
		return fmt.Errorf("%w: results beyond %d: ask a narrower question", ErrQuery, Window)
	case q.After != "" && q.Offset > 0:
		return fmt.Errorf("%w: after and offset: want one of them", ErrQuery)
	case q.Box != nil && !q.Box.valid():
		return fmt.Errorf("%w: box: want west, south, east, north in degrees, south below north", ErrQuery)
	}
	k := q.Kind()
	for _, f := range q.Facets {
		if !Facet(k, f) {
			return fmt.Errorf("%w: facet %q: cannot be counted", ErrQuery, f)
		}
	}
	if _, _, ok := q.Order(); !ok {
		return fmt.Errorf("%w: sort %q: want relevance, published, event_date or received, with - for newest first", ErrQuery, q.Sort)
	}
	return nil
}

func (b *Box) valid() bool {
	return b.West >= -180 && b.West <= 180 && b.East >= -180 && b.East <= 180 && b.South >= -90 && b.North <= 90 && b.South < b.North
}

// RoleField is the field that a value of Query.Roles is looked for in.
func RoleField(role string) string {
	if strings.Contains(role, "|") {
		return "actor.role"
	}
	return "actor.role_code"
}

// Kind is the kind of document that answers the query.
func (q *Query) Kind() Kind {
	if q.Target == Events {
		return Event
	}
	return Article
}

// Order is the field that hits are sorted by, empty for relevance, and whether
// the highest comes first. Ties are broken by doc_id, documents without the
// field come last.
func (q *Query) Order() (field string, down, ok bool) {
	sort := q.Sort
	if sort == "" {
		sort = "-published"
		if len(ParseWords(q.Words)) > 0 {
			sort = "relevance"
		}
	}
	name, down := strings.CutPrefix(sort, "-")
	switch name {
	case "relevance":
		return "", true, true
	case "published", "received":
		return name, down, true
	case "event_date":
		return "event_date.day", down, true
	}
	return "", false, false
}

// TextFields are the fields that a query's words are looked for in, with their
// weights. Headlines say what an article is about.
func TextFields(k Kind) []Weighted {
	if k == Event {
		return []Weighted{{"sentence", 2}, {"title", 1}}
	}
	return []Weighted{{"title", 3}, {"body", 1}, {"description", 1}}
}

// Weighted is a field and its weight in relevance.
type Weighted struct {
	Field  string
	Weight float64
}

// Fragments says how a highlighted field is cut: into the best Count pieces of
// about Size characters, or not at all if Count is 0.
func Fragments(field string) (count, size int) {
	if field == "title" || field == "sentence" {
		return 0, 0
	}
	return 3, 160
}
