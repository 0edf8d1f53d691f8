package pipeline

import (
	"dateline/pipeline/byline"
	"dateline/pipeline/dedup"
	"dateline/pipeline/gazetteer/override"
	"dateline/pipeline/text"
	"dateline/pipeline/timex"
	"dateline/pipeline/wire"
)

// Judged is an article and what dedup says of it, nil if it was not asked.
type Judged struct {
	Article *wire.Article
	Verdict *dedup.Verdict
}

// Together is how many articles pass a stage before the next stage begins. Each
// stage drives the tables of the one before out of the processor's cache: sixteen
// articles take a tenth less time together than one after the other, and more of
// them no less (docs/design/speed.md).
const Together = 16

// alone is the text, in bytes, from which an article is taken by itself: it has
// the tables in the cache for long enough, and its memory stays for one article
// instead of sixteen.
const alone = 16 << 10

// Enrich runs the stages on an article. The verdict may be nil; it is copied.
func (p *Pipeline) Enrich(a *wire.Article, v *dedup.Verdict, s *Scratch) *Document {
	var d [1]*Document
	return p.EnrichAll(d[:0], []Judged{{Article: a, Verdict: v}}, s)[0]
}

// EnrichAll runs the stages on articles, and appends their documents to dst in
// the same order. They are those that Enrich makes, in less time.
func (p *Pipeline) EnrichAll(dst []*Document, articles []Judged, s *Scratch) []*Document {
	for len(articles) > 0 {
		n := group(articles)
		dst = p.enrich(dst, articles[:n], s)
		articles = articles[n:]
	}
	return dst
}

// group is how many of the articles are taken together.
func group(articles []Judged) int {
	n := min(len(articles), Together)
	for i, j := range articles[:n] {
		if size(j.Article) >= alone {
			return max(i, 1)
		}
	}
	return n
}

// size is the text that the stages read, in bytes.
func size(a *wire.Article) int { return len(a.Title) + len(a.Body) }

// enrich takes a group through the stages.
func (p *Pipeline) enrich(dst []*Document, articles []Judged, s *Scratch) []*Document {
	s.fit(size(articles[0].Article)) // the others are short, or it would be alone
	s.words.Renew()
	rs := s.readings[:len(articles)]
	for i, j := range articles {
		src := p.opt.Sources[j.Article.SourceID]
		w := p.document(j.Article, src, s)
		if j.Verdict != nil {
			w.dedup = *j.Verdict
			w.Dedup = &w.dedup
		}
		rs[i] = reading{p: p, a: j.Article, d: &w.Document, w: w, s: s, sheet: &s.sheets[i],
			src: src, set: p.opt.Overrides.Set()}
		dst = append(dst, &w.Document)
	}
	for _, pass := range [...]func(*reading){(*reading).open, (*reading).names, (*reading).whoAndWhere, (*reading).when} {
		for i := range rs {
			if !rs[i].done {
				pass(&rs[i])
			}
		}
	}
	clear(rs) // the articles belong to others
	return dst
}

// reading is one article on its way through the stages.
type reading struct {
	p   *Pipeline
	a   *wire.Article
	d   *Document
	w   *whole // where d lies
	s   *Scratch
	src SourceOptions
	set *override.Set
	ctx override.Context
	*sheet
	looked bool // the hits in the scratch are this article's
	done   bool

	zones    []text.Span // of the body: byline, dateline, credits, tails
	dateline *byline.Dateline
	zone     string // IANA id of the dateline's place
	anchor   timex.Anchor
}

// open reads what an article has in any language. Of a text in a language that
// the stages do not serve it reads all that can be read.
func (r *reading) open() {
	if r.a.Status == wire.Withheld || r.a.Status == wire.Withdrawn {
		r.done = true // a tombstone has no text to read
		return
	}
	r.d.Pipeline.Data.Overrides = r.set.Version()
	served := r.language()
	r.tokens()
	r.byline()
	if !served {
		r.foreign()
		r.done = true
	}
}

func (r *reading) whoAndWhere() {
	r.who()
	r.where()
}

func (r *reading) when() {
	r.dates()
	r.events()
	r.roles()
}
