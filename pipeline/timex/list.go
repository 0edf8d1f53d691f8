package timex

import "dateline/pipeline/text"

// dayNumber is the day of the month that a lexeme can be, 0 if none.
func dayNumber(k *lexeme) uint8 {
	switch k.class {
	case cD12, cD31, cOrd:
		if k.val <= 31 {
			return uint8(k.val)
		}
	}
	return 0
}

// guardList wants the days of a list to exist and to rise.
func (p *parser) guardList(e *expr, l []lexeme) bool {
	y := 2000
	if e.has(flagYear) {
		y = int(e.year)
	}
	if e.month == 0 || y < 1 || y > 9998 {
		return false
	}
	before := uint8(0)
	for i := range l {
		if l[i].class == cTens {
			return false
		}
		if d := dayNumber(&l[i]); d != 0 {
			if d <= before || int(d) > monthLen(y, int(e.month)) {
				return false
			}
			before = d
		}
	}
	return !p.countedBy(p.word(l, 1)) && !p.nextIs(l, "of", "percent", "%", "a.m.", "p.m.", "am", "pm")
}

// expand makes an expression of each day of a list; month and year are theirs
// in common.
func (p *parser) expand(e expr, l []lexeme, sent uint32) {
	start := -1
	for i := range l {
		if start < 0 && (l[i].class == cMon || dayNumber(&l[i]) != 0) {
			start = i
		}
		d := dayNumber(&l[i])
		if d == 0 {
			continue
		}
		end := i
		more := false
		for j := i + 1; j < len(l); j++ {
			more = more || dayNumber(&l[j]) != 0
		}
		if !more {
			end = len(l) - 1
		}
		g := e
		g.op, g.day, g.day2, g.shift, g.nth = doDate, d, 0, 0, 0
		g.off = l[start].off
		g.n = uint16(l[end].end - l[start].off)
		if more {
			g.flags |= flagJoin
		}
		p.out = append(p.out, found{expr: g, first: l[start].tok, last: l[end].last, sent: sent, caps: p.caps})
		start = -1
	}
}

// join makes one value of a range, May 3-5 or from Monday to Thursday, and of
// a list whose days touch, April 4 and 5. The first value grows, the second is
// kept for what hangs on it but not printed.
func (s *Scratch) join() {
	for i := 0; i+1 < len(s.exprs); i++ {
		a, b := &s.vals[i], &s.vals[i+1]
		f, g := &s.exprs[i], &s.exprs[i+1]
		if !a.has || !b.has || a.field != b.field || f.sent != g.sent || a.typ > typeTime || b.typ > typeTime || a.merged {
			continue
		}
		if a.gran != b.gran || a.gran < Day || a.iv.Start >= b.iv.Start {
			continue
		}
		w, ok := between(s.toks[a.field], f, g)
		if !ok {
			continue
		}
		e, _ := lookup(w)
		switch {
		case hyphenLen(w) > 0, e != nil && (e.class == cTo || e.class == cThru || e.class == cUntil):
		case e != nil && e.class == cAnd && (f.has(flagBetween) || a.gran == Day && b.iv.Start == a.iv.End && f.has(flagJoin)):
		default:
			continue
		}
		if b.iv.End-a.iv.Start > 36600 {
			continue
		}
		a.iv.End, a.iv.EndMin = b.iv.End, b.iv.EndMin
		a.base2 = b.base
		a.prec = ranged
		a.flags |= b.flags & (vApproxEnd | vConflict)
		a.conf = min(a.conf, b.conf)
		f.n = uint16(min(g.off+uint32(g.n)-f.off, 1<<16-1))
		b.merged = true
	}
}

// between is the one token or hyphen that stands between two expressions.
func between(t *text.Tokens, f, g *found) (string, bool) {
	end := int(f.off) + int(f.n)
	if end >= int(g.off) {
		return "", false
	}
	if f.last == g.first {
		return t.Text[end:g.off], true
	}
	if g.first == f.last+2 {
		return t.At(int(f.last) + 1), true
	}
	return "", false
}
