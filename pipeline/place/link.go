package place

import (
	"dateline/pipeline/gazetteer"
	"dateline/pipeline/gazetteer/override"
	"dateline/pipeline/text"
)

// Limits of a result. What is cut is counted in Result.Cut.
const (
	MaxPlaces   = 100
	MaxMentions = 20 // of one place

	maxSpots = 4000 // a longer text is read as far as this goes
)

// Input is what the stage reads of one article. The zero value of every field
// is allowed.
type Input struct {
	Title, Body *text.Tokens
	Mentions    []text.Mention // of the name stage, both fields, in text order within each
	Hits        *gazetteer.Hits
	// Zones are the parts of the body that are byline, dateline, credit or tail,
	// sorted. Names there are no places of the story, but for Dateline's.
	Zones []text.Span
	// Dateline are the places of the dateline.
	Dateline []Dateline
	// Overrides are the analysts' corrections; Context says for which article,
	// with its actors.
	Overrides *override.Set
	Context   override.Context
	// Explain notes the rival readings of each place and the most of them that
	// were weighed.
	Explain bool
	// All lifts the limits on places and mentions, for scoring.
	All bool
	// OutletCountry is the ISO code of the outlet's home, if known. It helps a
	// little where the text says nothing.
	OutletCountry string
}

// Dateline is one place phrase of a dateline, as printed: "DULUTH, Minn.". The
// span points into the body; it is empty if the dateline came apart from it.
type Dateline struct {
	Text string
	Span text.Span
}

// Result is what the stage finds.
type Result struct {
	Places []Place // in order of their first mention, title before body
	// Unresolved are names that are places, but which one is not known: no id,
	// the reason and the mentions. At most MaxPlaces.
	Unresolved []Place
	Focus      Focus
	// Dateline holds the place ids of Input.Dateline, one each, empty where no
	// place was found.
	Dateline []string
	// TimeZone is the IANA zone of the first dateline place, else empty.
	TimeZone string
	// Cut is the number of places and mentions beyond the limits.
	Cut int
}

// Linker finds places. It keeps memory from article to article: one goroutine
// at a time. The answer to an input does not depend on what came before.
type Linker struct {
	g *gazetteer.Gazetteer
	w *Weights

	hits   gazetteer.Hits
	spots  []spot
	groups []group
	cands  []candidate
	byKey  map[uint32]int32 // key of a name → group
	tok    text.Tokens      // of a dateline apart from the body
	found  []override.Hit
	counts map[gazetteer.Ref]int // mentions of a place
	placed map[gazetteer.Ref]int // its index in the result
	reads  map[uint32]reading    // by name and way of writing, see read
	tells  []int8                // of the body's sentences: 0 not looked at, 1 something happens, -1 nothing
	ids    text.Arena
	sub    *Linker // for datelines apart from the body
}

// New makes a Linker over a gazetteer with the fitted weights.
func New(g *gazetteer.Gazetteer) *Linker { return NewWeighted(g, &Fitted) }

// NewWeighted makes a Linker with other weights, for fitting them.
func NewWeighted(g *gazetteer.Gazetteer, w *Weights) *Linker {
	return &Linker{g: g, w: w, byKey: map[uint32]int32{}, counts: map[gazetteer.Ref]int{}, placed: map[gazetteer.Ref]int{}, reads: map[uint32]reading{}}
}

// Link finds the places of one article with a new Linker over the built-in
// gazetteer.
func Link(in Input) Result { return New(gazetteer.Default()).Link(&in) }

// Link finds the places of one article.
func (l *Linker) Link(in *Input) Result {
	h := in.Hits
	if h == nil {
		h = &l.hits
		h.Find(l.g, in.Title, in.Body)
	}
	l.spots, l.groups, l.cands, l.tells = l.spots[:0], l.groups[:0], l.cands[:0], l.tells[:0]
	l.collect(in, text.Title, in.Title, h.Title)
	l.collect(in, text.Body, in.Body, h.Body)
	l.chain(in)
	l.group(in)
	l.resolve(in)
	l.kinds(in)
	return l.result(in)
}

// tokens are the tokens of a field; never nil.
func (in *Input) tokens(f text.Field) *text.Tokens {
	t := in.Body
	if f == text.Title {
		t = in.Title
	}
	if t == nil {
		return &noTokens
	}
	return t
}

var noTokens text.Tokens // never written to
