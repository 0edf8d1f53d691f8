package timex

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dateline/pipeline/text"
)

// plainly is the lexer's sentence without what it keeps of words: each token is read
// where it stands.
func (x *lexer) plainly(s text.Sentence) {
	x.lex, x.caps = x.lex[:0], x.inCapitals(s)
	for i := s.First; i < s.Last; i++ {
		i = x.token(i, s.Last)
	}
}

// What is kept of a word is what it means wherever it stands: in capitals, beside a
// digit, as the first of a named day, with dots, too long to have a number.
func TestMeaningIsPlain(t *testing.T) {
	parts := strings.Split("Monday May may Mar Mar. march the The last week two-day mid-March year-ago '90s 10:30 p.m. a.m. , - – ( ) ' ’ \" . ; New Year's Eve "+
		"eve Easter EASTER easterly Father ’s day Day D-Day 9/11 attacks Eid al-Fitr 3rd 1,800 tanker Tanker TANKER counterrevolutionary é Café NOVEMBER wednesday's sat", " ")
	for _, n := range namedDays {
		parts = append(parts, strings.Fields(n.name)...)
		w := n.first()
		parts = append(parts, strings.ToUpper(w[:1])+w[1:], strings.ToUpper(w))
	}
	for _, w := range words[1:] {
		s := strings.TrimRight(string(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, w.lo), w.hi)), "\x00")
		parts = append(parts, s, strings.ToUpper(s))
	}
	var v text.Vocabulary
	kept, fresh := lexer{named: named}, lexer{named: named}
	r := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		var b strings.Builder
		upper := r.IntN(5) == 0
		for range 1 + r.IntN(12) {
			w := parts[r.IntN(len(parts))]
			if upper {
				w = strings.ToUpper(w)
			}
			b.WriteString(w)
			if r.IntN(6) > 0 {
				b.WriteByte(' ')
			}
		}
		a := text.Tokens{Vocabulary: &v}
		v.Renew()
		a.Reset(b.String())
		kept.t, fresh.t, kept.known = &a, &a, kept.memory.Of(&a)
		for _, s := range a.Sent {
			kept.sentence(s)
			fresh.plainly(s)
			if !slices.Equal(kept.lex, fresh.lex) {
				t.Fatalf("%q: %+v, plainly %+v", b.String(), kept.lex, fresh.lex)
			}
		}
	}
}
