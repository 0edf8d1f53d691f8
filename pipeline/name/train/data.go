package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"dateline/pipeline/name/internal/model"
	"dateline/pipeline/name/score"
	"dateline/pipeline/text"
)

// doc is a text with the tags that each token may have.
type doc struct {
	tok    *text.Tokens
	gold   []model.Set
	spans  []span
	corpus string
	name   string
	// chunk marks a text that is no real document, so that what the rest of it
	// says of a word misleads.
	chunk bool
}

// span is tokens [first,last) of one name.
type span struct {
	first, last int
	class       model.Class
	sure        bool
}

const (
	anyTag = model.Set(1<<model.Tags - 1)
	justO  = model.Set(1 << model.O)
)

// tagsOf is the tags of a class.
func tagsOf(c model.Class) model.Set { return 1<<model.B(c) | 1<<model.I(c) }

// label fills gold from spans; open holds the tags that O may stand for.
func (d *doc) label(open model.Set) {
	d.gold = make([]model.Set, len(d.tok.Tok))
	for i := range d.gold {
		d.gold[i] = justO | open
	}
	for _, s := range d.spans {
		for i := s.first; i < s.last; i++ {
			switch {
			case !s.sure:
				d.gold[i] = anyTag
			case i == s.first:
				d.gold[i] = 1 << model.B(s.class)
			default:
				d.gold[i] = 1 << model.I(s.class)
			}
		}
	}
}

// fromGold makes a training document of an annotated one.
func fromGold(g *score.Doc) *doc {
	d := &doc{tok: g.Tok, name: g.ID}
	for _, n := range g.Names {
		first, last := score.Covered(g.Tok, n.Span)
		d.spans = append(d.spans, span{first, last, classOf(n.Kind), true})
	}
	return d
}

// classOf is the model's class of a kind of names.
func classOf(k text.Kind) model.Class {
	switch k {
	case text.PER:
		return model.PER
	case text.ORG:
		return model.ORG
	case text.NORP:
		return model.NORP
	case text.EVENT:
		return model.EVENT
	case text.MISC:
		return model.MISC
	}
	return model.LOC
}

// offsets is a line of the teacher's labels for news.
type offsets struct {
	ID    string            `json:"id"`
	Spans [][4]jsonSpanPart `json:"e"`
}

// jsonSpanPart is a number or a label.
type jsonSpanPart struct {
	n float64
	s string
}

func (p *jsonSpanPart) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		p.s = string(b[1 : len(b)-1])
		return nil
	}
	_, err := fmt.Sscan(string(b), &p.n)
	return err
}

// readNews joins labels with the articles by id. A name under minProb is
// masked, as is one whose borders are not tokens' borders.
func readNews(articles, labels string, minProb float64) ([]*doc, error) {
	byID := map[string]*offsets{}
	err := eachLine(labels, func(o *offsets) bool {
		byID[o.ID] = o
		return true
	})
	if err != nil {
		return nil, err
	}
	var docs []*doc
	err = eachLine(articles, func(a *article) bool {
		o := byID[a.ID]
		if o == nil {
			return true
		}
		delete(byID, a.ID)
		docs = append(docs, newsDoc(a.Text, o, minProb))
		return len(byID) > 0
	})
	return docs, err
}

func newsDoc(s string, o *offsets, minProb float64) *doc {
	d := &doc{tok: &text.Tokens{}, name: o.ID}
	d.tok.Reset(s)
	at := byteOffsets(s)
	k := 0
	for _, e := range o.Spans {
		if int(e[1].n) >= len(at) {
			continue
		}
		start, end := at[int(e[0].n)], at[int(e[1].n)]
		c, ok := model.ParseClass(e[2].s)
		if !ok {
			continue
		}
		for k < len(d.tok.Tok) && d.tok.Tok[k].End <= start {
			k++
		}
		j := k
		for j < len(d.tok.Tok) && d.tok.Tok[j].Start < end {
			j++
		}
		if j == k {
			continue
		}
		sure := e[3].n >= minProb && d.tok.Tok[k].Start == start && endsAt(d.tok, j-1, end)
		if n := len(d.spans); n > 0 && d.spans[n-1].last > k {
			d.spans[n-1].last = max(d.spans[n-1].last, j)
			d.spans[n-1].sure = false
			continue
		}
		d.spans = append(d.spans, span{k, j, c, sure})
	}
	return d
}

// endsAt reports whether a name that ends at byte end ends with token i, or
// with its part before "-based" and the like.
func endsAt(a *text.Tokens, i int, end uint32) bool {
	t := a.Tok[i]
	if t.End == end {
		return true
	}
	rest := a.Text[end:t.End]
	return len(rest) > 2 && rest[0] == '-' && 'a' <= rest[1] && rest[1] <= 'z' && !strings.Contains(rest[1:], "-")
}

// byteOffsets is the byte of each code point, and the length.
func byteOffsets(s string) []uint32 {
	at := make([]uint32, 0, len(s)+1)
	for i := range s {
		at = append(at, uint32(i))
	}
	return append(at, uint32(len(s)))
}

// Shares, in thousandths, of the training sentences that are rewritten as
// headlines: in capitals, or with a capital on every word of four letters or
// more.
const (
	shareCapitals = 40
	shareTitle    = 30
)

// headlines rewrites some sentences of a document in place. Only ASCII letters
// change, so that no offset does.
func (d *doc) headlines(rng *rand.Rand) {
	b := []byte(d.tok.Text)
	for _, s := range d.tok.Sent {
		n := rng.IntN(1000)
		if n >= shareCapitals+shareTitle {
			continue
		}
		for i := s.First; i < s.Last; i++ {
			t := &d.tok.Tok[i]
			w := b[t.Start:t.End]
			if n >= shareCapitals {
				if len(w) < 4 && i > s.First {
					continue
				}
				w = w[:1]
			}
			for k, c := range w {
				if 'a' <= c && c <= 'z' && !t.Has(text.Possessive) {
					w[k] = c - 'a' + 'A'
				}
			}
		}
	}
	d.tok.Text = string(b)
}
