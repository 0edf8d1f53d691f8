package timex

// build turns the lexemes of a match into an expression. It reports false if a
// guard refuses them; then a shorter match is tried.
func (p *parser) build(rule int, l []lexeme, at int) (expr, bool) {
	e := expr{off: l[0].off, n: uint16(min(l[len(l)-1].end-l[0].off, 1<<16-1)), rule: uint16(rule), op: ruleActions[rule], min: -1}
	if e.op == doNthof {
		p.nthOf(&e, l)
	} else {
		p.fold(&e, l)
	}
	e.afternoon()
	p.before(&e, at)
	if !p.guard(&e, l, at) {
		return e, false
	}
	return e, true
}

// fold reads the values of the lexemes. A number is what its neighbours make
// it: a day beside a month, an hour before a.m., else a count.
func (p *parser) fold(e *expr, l []lexeme) {
	month := false
	for i := range l {
		month = month || l[i].class == cMon
	}
	if l[0].class == cThe {
		e.flags |= flagThe
	}
	for i := range l {
		k := &l[i]
		switch k.class {
		case cMon:
			e.month = uint8(k.val)
		case cDow, cDows:
			if e.dow == 0 {
				e.dow = uint8(k.val)
			} else {
				e.dow2 = uint8(k.val)
			}
			if k.class == cDows {
				e.flags |= flagSet
			}
		case cD12, cD31, cN99, cNum, cNum4, cY4:
			p.number(e, l, i, month)
		case cIso, cIsotime:
			y, m, d := dateOf(k.val)
			e.year, e.month, e.day = int16(y), uint8(m), uint8(d)
			e.flags |= flagYear
			if k.class == cIsotime {
				e.min = k.aux
				e.flags |= flagClock
			}
		case cNdate:
			e.year, e.month, e.day = k.aux, uint8(min(k.val/100, 99)), uint8(k.val%100)
			e.flags |= flagYear
		case cClock, cClockap:
			e.min = int16(k.val)
			e.flags |= flagClock
		case cNoon:
			e.min = int16(k.val * 60)
			e.flags |= flagClock
		case cAmpm:
			if e.min >= 0 && e.min < 13*60 {
				e.min = e.min%720 + int16(k.val*60)
			}
		case cTz:
			e.tz = int16(k.val)
			if k.end-k.off == 2 { // ET is winter's or summer's
				e.tz = tzHere
			}
			e.flags |= flagZone
		case cPart:
			e.part = uint8(k.val)
		case cTonight:
			e.part, e.deic = 4, deicThis
		case cOrd:
			p.ordinal(e, l, i, month)
		case cNw, cA:
			if e.op == doWordyear {
				if e.year == 0 && k.val >= 15 && k.val <= 20 {
					e.year = int16(k.val * 100)
				} else {
					e.year += int16(k.val)
				}
				break
			}
			if !month && (e.shift == 0 || k.class == cNw) && !(k.class == cA && i > 0 && (l[i-1].class == cAnd)) {
				e.shift += int16(k.val)
			}
		case cTens:
			if e.op == doWordyear {
				e.year += int16(k.val)
				break
			}
			e.shift += int16(k.val)
		case cHund:
			if e.op == doWordyear {
				e.year *= 1000
				if k.val != 1000 {
					e.year = 0
				}
				break
			}
			e.shift = int16(min(max(int32(e.shift), 1)*k.val, 9999))
		case cMult:
			e.shift = int16(max(int32(e.shift), 1) * k.val)
		case cMults, cFew:
			e.shift = 0
			e.flags |= flagVague
		case cFrac:
			e.flags |= flagHalf
		case cHalf:
			if e.op == doHalf {
				e.unit = Half
			} else {
				e.flags |= flagHalf
			}
		case cUnit, cUnits, cQtr, cQtrs, cWknd:
			e.unit = Unit(k.val)
			if k.val == 15 { // a fortnight is two weeks
				e.unit = Week
				e.shift = max(e.shift, 1) * 2
			}
			if k.class == cUnits || k.class == cQtrs {
				e.flags |= flagPlural
			}
		case cQnum:
			e.nth, e.unit = uint8(k.val), Quarter
		case cSeason:
			e.nth = uint8(k.val)
			e.unit = Season
		case cDecade, cDecw:
			e.year = int16(k.val)
		case cEra:
			e.nth = uint8(k.val)
		case cHol:
			e.named = uint8(k.val)
		case cToday:
			if e.op != doAgoday {
				e.shift = int16(k.val)
			}
		case cDaily:
			e.unit = Unit(k.val)
			e.flags |= flagSet
		case cEvery:
			e.flags |= flagSet
		case cMore:
			if i == 0 || !counts(l[i-1].class) { // two more weeks are two
				e.word(k)
			}
		default:
			e.word(k)
		}
	}
}

// lastOf is the nth of "the last week of July".
const lastOf = 255

// nthOf reads "the first Monday of May": nth, then dow or the unit in day2, then
// the month, year or unit that holds it.
func (p *parser) nthOf(e *expr, l []lexeme) {
	inner := true
	for i := range l {
		k := &l[i]
		switch k.class {
		case cOf, cIn:
			inner = false
		case cOrd:
			e.nth = uint8(min(k.val, 99))
		case cDow:
			e.dow = uint8(k.val)
		case cMon:
			e.month = uint8(k.val)
		case cY4:
			e.year = int16(k.val)
			e.flags |= flagYear
		case cUnit, cWknd:
			if inner {
				e.day2 = uint8(min(k.val, int32(Century)))
			} else {
				e.unit = Unit(min(k.val, int32(Century)))
			}
		default:
			if inner && (k.class == cLast || k.class == cFinal) {
				e.nth = lastOf
			} else {
				e.word(k)
			}
		}
	}
}

// afternoon moves a clock time by the part of the day that it stands with: 3 in
// the afternoon.
func (e *expr) afternoon() {
	if e.op != doClock || e.min < 60 || e.min >= 12*60 {
		return
	}
	if e.part == 2 || e.part == 3 || e.part == 4 && e.min >= 6*60 {
		e.min += 12 * 60
	}
}

// counts reports a class that can be a number.
func counts(c class) bool {
	switch c {
	case cD12, cD31, cN99, cNum, cNum4, cNw, cTens, cHund, cMult:
		return true
	}
	return false
}

// word reads the function words.
func (e *expr) word(k *lexeme) {
	switch k.class {
	case cLast:
		e.deic = deicLast
	case cPast:
		e.deic = deicPast
	case cThis:
		e.deic = deicThis
	case cNext:
		e.deic = deicNext
	case cComing:
		e.deic = deicComing
	case cPrev:
		e.deic = deicPrev
	case cFoll:
		e.deic = deicFoll
	case cThat:
		e.deic = deicThat
	case cSame:
		e.deic = deicSame
	case cCurr:
		e.deic = deicCurr
	case cLatest:
		e.deic = deicLatest
	case cRecent:
		e.deic = deicRecent
	case cThese:
		e.deic = deicThese
	case cAgo, cEarlier, cBefore:
		e.flags |= flagEarlier
	case cLater, cAfter, cThen:
		e.flags |= flagLater
	case cEarly, cBegin:
		e.mod = modStart
	case cMid, cMiddle:
		e.mod = modMid
	case cLate, cEnd, cYearend:
		e.mod = modEnd
	case cAbout:
		e.mod = modApprox
	case cMore, cOver:
		e.mod = modMore
	case cLess:
		e.mod = modLess
	case cLeast:
		e.mod = modEqualMore
	case cMost, cUp:
		e.mod = modEqualLess
	}
}

func (p *parser) number(e *expr, l []lexeme, i int, month bool) {
	k := &l[i]
	next := cNone
	if i+1 < len(l) {
		next = l[i+1].class
	}
	prev := cNone
	if i > 0 {
		prev = l[i-1].class
	}
	v := int16(min(k.val, 9999))
	switch {
	case next == cAmpm || next == cOclock:
		e.min = v * 60
		e.flags |= flagClock
	case e.op == doClock && !month && (k.class == cNum || k.class == cNum4 || k.class == cY4):
		e.min = v/100*60 + v%100
		if v/100 > 24 || v%100 > 59 || v > 2400 {
			e.min = -2
		}
		e.flags |= flagClock
	case e.op == doClock && !month:
		e.min = v * 60
		e.flags |= flagClock
	case prev == cApos || month && e.day != 0 && k.class == cN99:
		e.year = 1900 + v
		if v < 50 {
			e.year += 100
		}
		e.flags |= flagYear
	case k.class == cY4 || k.class == cNum4 && (month || e.op == doEra):
		e.year = v
		e.flags |= flagYear
	case e.op == doEra:
		e.year = v
	case (month || e.op == doDayofmonth) && e.day == 0 && v <= 31:
		e.day = uint8(v)
	case month && v <= 31:
		e.day2 = uint8(v)
	default:
		e.shift = v
	}
}

func (p *parser) ordinal(e *expr, l []lexeme, i int, month bool) {
	v := l[i].val
	if i > 1 && l[i-1].class == cHyph && l[i-2].class == cTens {
		v += l[i-2].val
		e.shift = 0
	}
	if month {
		e.day = uint8(min(v, 99))
		return
	}
	e.nth = uint8(min(v, 99))
	if e.op == doDayofmonth || e.op == doDayth {
		e.day = e.nth
	}
	e.flags |= flagOrdinal
}

// before reads the preposition in front of the expression.
func (p *parser) before(e *expr, at int) {
	if at == 0 {
		return
	}
	b, f := &p.lex[at-1], &p.lex[at]
	if b.last+1 != f.tok && b.tok != f.tok {
		return
	}
	switch b.class {
	case cSince:
		e.flags |= flagSince
	case cUntil, cThru:
		e.flags |= flagUntil
	case cBy:
		e.flags |= flagBy
	case cBetween:
		e.flags |= flagBetween
	}
}
