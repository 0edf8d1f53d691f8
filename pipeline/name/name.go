package name

import (
	_ "embed" // names.bin
	"strings"

	"dateline/pipeline/name/internal/model"
	"dateline/pipeline/text"
)

// blob is the trained model; see MODEL_CARD.md.
//
//go:embed names.bin
var blob string

// Tagger finds names. It is immutable: one serves all goroutines.
type Tagger struct {
	t      *model.Tagger
	places Places
}

// Places says whether a surface form, in its own spelling and case, is the
// name of a known place, and of which kind: GPE, LOC or FAC. It decides the
// kind of a name that the model took for a place; it never adds a name. It
// must be pure and must not keep the string.
type Places func(surface string) (text.Kind, bool)

// Option changes a Tagger while it is made.
type Option func(*Tagger)

// WithPlaces lets a gazetteer tell countries and towns from waters and
// buildings.
func WithPlaces(p Places) Option { return func(t *Tagger) { t.places = p } }

// New makes a tagger with the built-in model. It takes some 3 ms and 7 MB: the
// rows of the model are copied to where a line of the cache starts, the rest is
// read where it lies.
func New(opts ...Option) *Tagger {
	t, err := Load(blob, opts...)
	if err != nil {
		panic("name: the built-in model does not fit the program: " + err.Error())
	}
	return t
}

// Load makes a tagger of a model file, as package train writes it. The string
// is kept.
func Load(file string, opts ...Option) (*Tagger, error) {
	m, err := model.Load(file)
	if err != nil {
		return nil, err
	}
	t := &Tagger{t: model.NewTagger(m)}
	for _, o := range opts {
		o(t)
	}
	return t, nil
}

// Version names the model: the first twelve hex digits of its SHA-256.
func (t *Tagger) Version() string { return t.t.Model.Version() }

// Scratch is the memory of one goroutine's calls of Tag, kept from article to
// article. The zero value is ready.
type Scratch struct {
	model model.Scratch
	spans []model.Span
}

// Uncased reports whether the text that Tag saw last is written without
// capitals (fewer than one word in a hundred, of 200 or more): its names are
// those of the word lists alone.
func (s *Scratch) Uncased() bool { return s.model.Scan.Uncased() }

// Tag appends the names of a to dst, in the order of the text and without
// overlap, and returns it. field is copied into every mention. s may be nil;
// it may not be used by two calls at once. Time is linear in the number of
// tokens, and apart from the growth of dst and s nothing is allocated.
func (t *Tagger) Tag(dst []text.Mention, field text.Field, a *text.Tokens, s *Scratch) []text.Mention {
	if s == nil {
		s = new(Scratch)
	}
	s.spans = t.t.Tag(s.spans[:0], a, &s.model, model.PassAll)
	for _, x := range s.spans {
		sp, ok := surface(a, x)
		if !ok {
			continue
		}
		m := text.Mention{Field: field, Span: sp, Text: sp.Of(a.Text), Confidence: t.t.Model.Confidence(x.Class, x.Margin)}
		m.Kind = t.kind(m.Text, x, &s.model)
		dst = append(dst, m)
	}
	return dst
}

// surface is the bytes of a name: without a leading "the", without signs and
// possessives at its ends, without the "-based" of "Paris-based". ok is false
// if nothing is left.
func surface(a *text.Tokens, x model.Span) (sp text.Span, ok bool) {
	first, last := x.First, x.Last
	for first < last && (strings.EqualFold(a.At(first), "the") || bare(&a.Tok[first])) {
		first++
	}
	for last > first && (bare(&a.Tok[last-1]) || a.Tok[last-1].Has(text.Possessive)) {
		last--
	}
	if first == last {
		return text.Span{}, false
	}
	sp = text.Span{Start: int(a.Tok[first].Start), End: int(a.Tok[last-1].End)}
	sp.End = int(a.Tok[last-1].Start) + beforeSuffix(a.At(last-1))
	return sp, true
}

// bare reports whether a token holds no letter or digit.
func bare(t *text.Token) bool { return t.Flags&(text.Word|text.Number|text.Digit) == 0 }

// beforeSuffix is the length of a word before its last hyphen if small letters
// follow it: 5 of "Paris-based".
func beforeSuffix(w string) int {
	i := strings.LastIndexByte(w, '-')
	if i < 2 || i+2 >= len(w) {
		return len(w)
	}
	for _, c := range []byte(w[i+1:]) {
		if c < 'a' || c > 'z' {
			return len(w)
		}
	}
	if !model.Suffix(w[i+1:]) {
		return len(w)
	}
	return i
}

// kind is the type of a mention. A place is a GPE unless the lists or the
// gazetteer say better.
func (t *Tagger) kind(surface string, x model.Span, s *model.Scratch) text.Kind {
	switch x.Class {
	case model.PER:
		return text.PER
	case model.ORG:
		return text.ORG
	case model.NORP:
		return text.NORP
	case model.EVENT:
		return text.EVENT
	case model.MISC:
		return text.MISC
	}
	switch s.Scan.PlaceKind(x) {
	case model.PlaceLand:
		return text.LOC
	case model.PlaceFacility:
		return text.FAC
	case model.PlaceState:
		return text.GPE
	}
	if t.places != nil {
		if k, ok := t.places(surface); ok {
			return k
		}
	}
	return text.GPE
}
