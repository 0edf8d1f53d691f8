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

// drop is docs without those that share a stretch.
func (g grams) drop(docs []*doc) (kept []*doc) {
	for _, d := range docs {
		shared := false
		g.each(d, func(h uint64) bool { shared = g[h]; return !shared })
		if !shared {
			kept = append(kept, d)
		}
	}
	return kept
}
