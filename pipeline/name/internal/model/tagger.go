package model

import "dateline/pipeline/text"

// Span is a name: tokens [First,Last) of an article.
type Span struct {
	First, Last int
	Class       Class
	Margin      int32 // in units: by how much its path beats the best that differs inside it
}

// Tagger is a model with what reading a text for it takes. Immutable.
type Tagger struct {
	Model  *Model
	Reader *Reader
}

// NewTagger makes a tagger of a model.
func NewTagger(m *Model) *Tagger { return &Tagger{m, NewReader(m)} }

// Scratch is the memory of one goroutine. The zero value is ready.
type Scratch struct {
	Scan    Scan
	feat    []uint64
	steps   [2]step
	scores  []Scores
	allow   []Set
	path    Path
	names   names
	kept    kept
	context context
	storm   []Span
}

// Tag appends the names of an article to dst, in the order of the text and
// without overlap. rules are the rules of the document pass to run.
func (t *Tagger) Tag(dst []Span, a *text.Tokens, s *Scratch, rules Pass) []Span {
	t.Reader.Read(&s.Scan, a, 0)
	s.keep(t.Model)
	s.path.kernel = t.Model.paths
	from := len(dst)
	if s.Scan.Uncased() {
		return s.Scan.uncased(dst)
	}
	for _, seg := range s.Scan.Segments {
		dst = t.segment(dst, seg, s)
	}
	if rules != 0 {
		dst = t.pass(dst, from, s, rules)
	}
	return dst
}

func (t *Tagger) segment(dst []Span, seg Segment, s *Scratch) []Span {
	s.allow = s.allow[:0]
	for i := seg.First; i < seg.Last; i++ {
		s.allow = append(s.allow, s.Scan.Allowed(i))
	}
	tags, margins := s.path.Margins(t.scores(seg, s), s.allow, &t.Model.trans)
	return collectSpans(dst, seg.First, tags, margins)
}

// scores are those of the tokens of a segment, valid until the next call.
func (t *Tagger) scores(seg Segment, s *Scratch) []Scores {
	s.scores = s.scores[:0]
	this, next := &s.steps[0], &s.steps[1]
	t.ask(seg.First, s, this)
	for i := seg.First; i < seg.Last; i++ {
		if i+1 < seg.Last {
			t.ask(i+1, s, next)
		}
		s.scores = append(s.scores, t.score(s, this))
		this, next = next, this
	}
	return s.scores
}

// collectSpans appends the names that a path spells.
func collectSpans(dst []Span, first int, tags []Tag, margins []int32) []Span {
	for i := 0; i < len(tags); {
		tag := tags[i]
		if tag == O {
			i++
			continue
		}
		j, m := i+1, margins[i]
		for j < len(tags) && tags[j] == tag+1 {
			m = min(m, margins[j])
			j++
		}
		dst = append(dst, Span{first + i, first + j, Class((tag - 1) / 2), m})
		i = j
	}
	return dst
}
