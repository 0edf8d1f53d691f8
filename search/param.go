package search

import (
	"fmt"
	"slices"
	"strings"
)

// ParamError says what is wrong with one parameter of a question.
type ParamError struct {
	Param   string // as it stands in an address: from, place, …
	Problem string // what is wrong, for the person who asked
	Hint    string // what to write instead; may be empty
}

// Error is the problem after the parameter's name.
func (e ParamError) Error() string { return e.Param + ": " + e.Problem }

// ParamErrors are all problems of a question, in the order of its parameters.
type ParamErrors []ParamError

// Error is all problems in one line.
func (es ParamErrors) Error() string {
	texts := make([]string, len(es))
	for i, e := range es {
		texts[i] = e.Error()
	}
	return strings.Join(texts, "; ")
}

// Hint is all that could be written instead, each thing once.
func (es ParamErrors) Hint() string {
	var hints []string
	for _, e := range es {
		if e.Hint != "" && !slices.Contains(hints, e.Hint) {
			hints = append(hints, e.Hint)
		}
	}
	return strings.Join(hints, "; ")
}

// The parameters of a question, in the order of their description.
const (
	pWords         = "q"
	pActor         = "actor"
	pPlace         = "place"
	pOn            = "on"
	pFrom          = "from"
	pTo            = "to"
	pPublishedFrom = "published_from"
	pPublishedTo   = "published_to"
	pSource        = "source"
	pOutlet        = "outlet"
	pAuthor        = "author"
	pStory         = "story"
	pModality      = "modality"
	pRole          = "role"
	pBox           = "box"
	pID            = "id"
	pCopies        = "copies"
	pTarget        = "target"
	pSort          = "sort"
	pLimit         = "limit"
	pOffset        = "offset"
	pAfter         = "after"
	pFacet         = "facet"
	pFacetSize     = "facet_size"
	pHighlight     = "highlight"
)

// params are all parameters; true: may be given more than once.
var params = map[string]bool{
	pWords: false, pActor: true, pPlace: true, pOn: false, pFrom: false, pTo: false,
	pPublishedFrom: false, pPublishedTo: false, pSource: true, pOutlet: true, pAuthor: true,
	pStory: false, pModality: true, pRole: true, pBox: false, pID: true, pCopies: false, pTarget: false, pSort: false,
	pLimit: false, pOffset: false, pAfter: false, pFacet: true, pFacetSize: false, pHighlight: false,
}

// What one question may hold. A longer one costs the store more than an answer
// is worth; nobody types one.
const (
	MaxWords  = 1000 // bytes of q
	MaxClause = 32   // words and phrases of q
	MaxValue  = 200  // bytes of any other value
	MaxValues = 10   // values of one parameter
	MaxIDs    = 200  // values of id
	MaxFacets = 16   // facets
)

// maxFacetSize is how many values of a facet one question may ask for.
const maxFacetSize = 100

// clip shortens a value for a message, and makes it printable.
func clip(s string) string {
	const most = 60
	s = strings.ToValidUTF8(s, "\ufffd")
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// suggest is a known parameter within one edit of the name, or a common other
// word for it.
func suggest(name string) string {
	if also, ok := otherNames[strings.ToLower(name)]; ok {
		return also
	}
	best := ""
	for known := range params {
		if near(name, known) && (best == "" || known < best) {
			best = known
		}
	}
	return best
}

var otherNames = map[string]string{
	"query": pWords, "search": pWords, "words": pWords, "text": pWords, "who": pActor, "person": pActor, "people": pActor,
	"organization": pActor, "organisation": pActor, "where": pPlace, "country": pPlace, "city": pPlace, "location": pPlace,
	"when": pOn, "date": pOn, "day": pOn, "since": pFrom, "after": pFrom, "start": pFrom, "until": pTo, "before": pTo, "end": pTo,
	"size": pLimit, "count": pLimit, "per_page": pLimit, "page": pOffset, "order": pSort, "sort_by": pSort, "facets": pFacet,
	"byline": pAuthor, "cursor": pAfter, "search_after": pAfter, "bbox": pBox, "bounds": pBox, "office": pRole, "type": pTarget, "paper": pOutlet, "feed": pSource,
}

// near reports whether one letter added, left out or changed makes b of a.
func near(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || len(a) < 2 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i == len(a) || a[i+1:] == b[i+1:]
	}
	return a[i:] == b[i+1:]
}
