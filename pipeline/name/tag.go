package name

import "dateline/pipeline/text"

// Tagger finds names. It is immutable: one serves all goroutines.
type Tagger struct {
	lex    *lexicon
	places Places
}

// Places says whether a surface form, in its own spelling and case, is the
// name of a known place, and of which kind (GPE, LOC or FAC). It must be pure
// and must not keep the string.
type Places func(surface string) (text.Kind, bool)

// Option changes a Tagger while it is made.
type Option func(*Tagger)

// WithPlaces lets the tagger ask a gazetteer about names that its own word
// lists do not know.
func WithPlaces(p Places) Option { return func(t *Tagger) { t.places = p } }

// New makes a tagger with the built-in word lists.
func New(opts ...Option) *Tagger {
	t := &Tagger{lex: newLexicon()}
	for _, o := range opts {
		o(t)
	}
	return t
}

// Scratch is the memory of one goroutine's calls of Tag, kept from article to
// article. The zero value is ready.
type Scratch struct {
	words []word
	cand  []candidate
	table table
	buf   [maxKey]byte

	wrapped bool // the article has line breaks inside its paragraphs
}

// candidate is a name being decided: tokens [first,last).
type candidate struct {
	first, last int
	kind        text.Kind
	score       uint8 // in hundredths; under accept it is not a name
}

// accept is the score from which a candidate is a name.
const accept = 30

// Tag appends the names of a to dst, in text order and without overlap, and
// returns it. field is copied into every mention; s may not be used by two
// calls at once. Time is linear in the number of tokens.
func (t *Tagger) Tag(dst []text.Mention, field text.Field, a *text.Tokens, s *Scratch) []text.Mention {
	if s == nil {
		s = new(Scratch)
	}
	s.read(t.lex, a)
	s.cand = s.cand[:0]
	r := reader{t: t, a: a, s: s}
	for i := range a.Sent {
		r.sentence(int(a.Sent[i].First), int(a.Sent[i].Last))
	}
	r.spread()
	for _, c := range s.cand {
		if c.score < accept {
			continue
		}
		sp := text.Span{Start: int(a.Tok[c.first].Start), End: int(a.Tok[c.last-1].End)}
		dst = append(dst, text.Mention{
			Field: field, Span: sp, Text: sp.Of(a.Text), Kind: c.kind,
			Confidence: float32(c.score) / 100,
		})
	}
	return dst
}
