package model

import "dateline/pipeline/text"

// lexeme is what a word says by itself, wherever it stands.
type lexeme struct {
	hash  uint64 // as written
	low   uint64 // lower case
	bits  Bits   // of the word alone
	list  Listed // large lists that a capitalised word alone is in
	fine  uint16 // its clusters, counted from 1; 0 for none
	mid   uint16
	small uint16 // middle cluster of a capitalised word's lower-case form
	kinds uint8
	habit uint8 // what labelled news makes of a capitalised word
	cap   bool  // has a capital that a name could have
}

// The vocabulary remembers words of up to maxRemembered bytes; vocabularySize of
// them take 1 MB. Of the words of 1,500 articles 85 % were in half as many.
const (
	vocabularyBits = 14
	vocabularySize = 1 << vocabularyBits
	maxRemembered  = 16
)

// vocabulary holds the lexemes of the words met last: news repeats its words, and
// the tables that they are read from are larger than the caches. Each word has one
// place. The zero value is ready.
type vocabulary struct {
	of    *Reader
	slots []remembered
	other lexeme // of a word too long for it
}

// remembered is a lexeme with its word. It fills a line of the cache.
type remembered struct {
	lo, hi uint64
	size   uint8 // in bytes, possessives apart; 0 for an empty slot
	lexeme
}

// belong empties the vocabulary if it is not this reader's.
func (v *vocabulary) belong(r *Reader) {
	if v.of == r {
		return
	}
	v.of, v.slots = r, make([]remembered, vocabularySize)
}

// read is the lexeme of token i, valid until the next call.
func (v *vocabulary) read(a *text.Tokens, i int) *lexeme {
	w, possessive := a.At(i), a.Tok[i].Has(text.Possessive)
	size := uint8(len(w))
	if len(w) > maxRemembered {
		v.of.lexeme(&v.other, w, possessive)
		return &v.other
	}
	if possessive {
		size |= 0x80
	}
	lo, hi := a.Load(i)
	e := &v.slots[(lo^hi*fnvPrime)*golden>>(64-vocabularyBits)]
	if e.lo != lo || e.hi != hi || e.size != size {
		e.lo, e.hi, e.size = lo, hi, size
		v.of.lexeme(&e.lexeme, w, possessive)
	}
	return &e.lexeme
}

// lexeme reads what the tables say of a word.
func (r *Reader) lexeme(x *lexeme, w string, possessive bool) {
	*x = lexeme{}
	x.hash, x.low, x.kinds = hashWord(w)
	if !possessive {
		x.bits = r.lex.of(x.low) & featureBits
		x.cap = x.kinds&hasUpper != 0 || x.kinds&hasDigit != 0 && x.kinds&hasLower != 0 && !ordinal(w)
	}
	x.fine, x.mid = r.clusters.of(x.hash)
	if x.fine == 0 && x.kinds&hasUpper != 0 && x.kinds&hasLower == 0 {
		x.fine, x.mid = r.clusters.of(titleHash(w))
	}
	if x.cap {
		_, x.small = r.clusters.of(x.low)
		x.list = r.lists.of(x.low)
		x.habit = uint8(x.list >> habitShift)
	}
}
