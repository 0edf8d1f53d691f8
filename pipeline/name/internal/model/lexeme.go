package model

import (
	"strings"

	"dateline/pipeline/text"
)

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
	joins joint // in or before a name, as a small word or a sign
	known bool  // of a word that has a number
}

// lexeme is that of token i, valid until the next call; known are those of the words
// that have a number.
func (s *Scan) lexeme(known []lexeme, i int) *lexeme {
	k := &s.a.Tok[i]
	x := &known[k.Number]
	if !x.known {
		s.r.lexeme(x, s.a.At(i), k.Has(text.Possessive))
		x.known = k.Number != 0
	}
	return x
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
	x.joins = joints[w]
}

// joint is what a small word or a sign does between the words of names.
type joint uint8

const (
	connects joint = 1 << iota // may stand between two words of a name
	binds                      // holds the words of one run together
	opens                      // a capital behind it means nothing
)

// joints are the words and signs that do something.
var joints = func() map[string]joint {
	m := make(map[string]joint)
	for j, words := range map[joint]string{
		connects: `of the for and & in on at to - – , . ( ) 's ’s ' ’ de la del di da do dos das du des le les der den
			van von al el bin ibn y e et a " “ ” / und with by from`,
		binds: "of the for & - – de la del di da do dos das du des der den van von al el bin ibn y",
		opens: "“ ‘ \" `` : • — – -- -",
	} {
		for w := range strings.FieldsSeq(words) {
			m[w] |= j
		}
	}
	return m
}()
