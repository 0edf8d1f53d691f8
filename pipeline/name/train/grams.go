package main

import (
	"dateline/pipeline/name/internal/model"
)

// grams is the stretches of thirteen words of the sets to score on.
type grams map[uint64]bool

const gramSize = 13

// each calls fn with the hash of every stretch of a document until fn returns
// false.
func (g grams) each(d *doc, fn func(uint64) bool) {
	var ring [gramSize]uint64
	for i := range d.tok.Tok {
		ring[i%gramSize] = model.Hash(d.tok.At(i))
		if i < gramSize-1 {
			continue
		}
		h := uint64(0)
		for k := range gramSize {
			h = h*0x9e3779b97f4a7c15 + ring[(i+1+k)%gramSize]
		}
		if !fn(h) {
			return
		}
	}
}

func (g grams) add(d *doc) {
	g.each(d, func(h uint64) bool { g[h] = true; return true })
}

// drop is docs without those that share so many stretches.
func (g grams) drop(docs []*doc, many int) (kept []*doc) {
	for _, d := range docs {
		n := 0
		g.each(d, func(h uint64) bool {
			if g[h] {
				n++
			}
			return n < many
		})
		if n < many {
			kept = append(kept, d)
		}
	}
	return kept
}

// boilerplate is the number of stretches from which on a news article shares
// more with one of the project's own gold than its site's standing phrases
// (newsletters, copyright, credits of pictures).
const boilerplate = 40
