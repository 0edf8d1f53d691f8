package timex

import "dateline/pipeline/text"

// parser finds the expressions of a text, sentence by sentence.
type parser struct {
	lexer
	out    []found
	reject bool // the guard refuses every shorter match too
}

// found is an expression with its tokens.
type found struct {
	expr
	first, last uint32 // tokens, last inclusive
	sent        uint32
	caps        bool
}

// maxAccepts bounds the shorter matches that are tried when a guard refuses.
const maxAccepts = 8

// maxWindow bounds the lexemes of an expression.
const maxWindow = 16

// run appends the expressions of a text.
func (p *parser) run(t *text.Tokens) {
	p.t, p.known = t, p.memory.Of(t)
	for i := range t.Sent {
		p.sentence(t.Sent[i])
		p.match(uint32(i))
	}
}

// match runs the automaton from every lexeme: the longest match that its
// builder takes wins, then the earlier rule.
func (p *parser) match(sent uint32) {
	var ends [maxAccepts]uint16
	var states [maxAccepts]uint16
	for i := 0; i < len(p.lex); {
		n := 0
		state := uint16(1)
		for j := i; j < len(p.lex) && j < i+maxWindow; j++ {
			if j > i && !touches(&p.lex[j-1], &p.lex[j]) {
				break
			}
			state = next(state, p.lex[j].class)
			if state == 0 {
				break
			}
			if dfaAccept[state] != dfaAccept[state+1] {
				if n == maxAccepts {
					copy(ends[:], ends[1:])
					copy(states[:], states[1:])
					n--
				}
				ends[n], states[n] = uint16(j+1-i), state
				n++
			}
		}
		step := 1
		p.reject = false
	tries:
		for n--; n >= 0; n-- {
			l := p.lex[i : i+int(ends[n])]
			for _, r := range dfaRules[dfaAccept[states[n]]:dfaAccept[states[n]+1]] {
				if e, ok := p.build(int(r), l, i); ok {
					if e.op == doList {
						p.expand(e, l, sent)
					} else {
						p.out = append(p.out, found{expr: e, first: l[0].tok, last: l[len(l)-1].last, sent: sent, caps: p.caps})
						p.shortYear(i + len(l))
					}
					step = len(l)
					break tries
				}
				if p.reject {
					step = len(l)
					break tries
				}
			}
		}
		i += step
	}
}

// shortYear adds the end of 1995-96, whose first year was found before lexeme i.
func (p *parser) shortYear(i int) {
	f := &p.out[len(p.out)-1]
	if f.op != doYear || i+1 >= len(p.lex) || p.lex[i].class != cHyph || p.lex[i].tok != p.lex[i-1].tok || p.lex[i+1].tok != p.lex[i].tok {
		return
	}
	l := &p.lex[i+1]
	if l.aux != 2 || l.class != cD12 && l.class != cD31 && l.class != cN99 || l.val <= int32(f.year%100) {
		return
	}
	e := expr{off: l.off, n: uint16(l.end - l.off), rule: f.rule, op: doYear, min: -1, year: f.year - f.year%100 + int16(l.val), flags: flagYear}
	p.out = append(p.out, found{expr: e, first: l.tok, last: l.last, sent: f.sent, caps: p.caps})
}

// next is the state that follows on a class, 0 if no rule goes on.
func next(state uint16, c class) uint16 {
	e := dfaComb[int(dfaBase[state])+int(dfaColumn[c])]
	if e>>16 != uint32(state) {
		return 0
	}
	return uint16(e)
}

// touches reports whether nothing stands between two lexemes.
func touches(a, b *lexeme) bool {
	return b.tok == a.last+1 || b.tok == a.tok && b.off == a.end
}
