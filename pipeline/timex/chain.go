package timex

// pass2 resolves what hangs on another date of the text: the last one resolved
// in the paragraph that is fine enough, else the text's last, else publication.
func (r *resolver) pass2(f *found, v *value) {
	anchor, ok := r.anchorFor(f)
	if !ok {
		r.bare(f, v)
		return
	}
	v.method, v.anchor, v.conf = byChain, anchor, 75
	if !r.hasL {
		v.method, v.conf = byRelative, 60
	}
	switch f.op {
	case doAnaphor:
		r.anaphor(f, v, anchor)
	case doOffset:
		r.offset(f, v, anchor)
	case doDayth:
		y, m, _ := dateOf(anchor)
		if y < 1 || !validDate(y, m, int(f.day)) {
			v.prec, v.gran, v.conf = unknown, Day, 0
			return
		}
		r.day(v, f, dayOf(y, m, int(f.day)))
	case doFocusquarter:
		r.focusQuarter(f, v)
	case doYearago:
		r.yearAgo(f, v)
	case doPartof:
		r.partOf(f, v)
	case doWeekday:
		d := nextWeekday(anchor, int(f.dow))
		if f.deic == deicFoll {
			d = nextWeekday(anchor+1, int(f.dow))
		} else if f.deic == deicPrev {
			d = lastWeekday(anchor-1, int(f.dow))
		} else if r.lastG >= Week || lastWeekday(anchor, int(f.dow)) == anchor {
			d = lastWeekday(anchor+6, int(f.dow))
		}
		r.day(v, f, d)
	case doDate, doMonth, doClock:
		r.narrativeDate(f, v, anchor)
	default:
		r.bare(f, v)
	}
}

// anchorFor is the day that a chained expression hangs on.
func (r *resolver) anchorFor(f *found) (int32, bool) {
	need := Year
	switch {
	case f.op == doOffset || f.part != 0 || f.unit == Day || f.dow != 0 || f.op == doPartof:
		need = Day
	case f.unit != NoUnit && f.op == doAnaphor:
		need = f.unit
	case f.op == doDate || f.op == doMonth || f.op == doClock:
		if !r.hasL {
			return r.dct, r.ok
		}
		return r.last, true
	case f.op == doDayth:
		need = Month
	}
	if f.op == doOffset && f.unit > Day {
		need = f.unit
	}
	if a := &r.recent[need]; a.ok && (a.para == r.para(f) || !r.ok || r.hasL) {
		return a.day, true
	}
	return r.dct, r.ok
}

// asideYears is how far back a bare year in a narrative is an aside that does
// not move the story: "since 1614", "the 1940 treaty".
const asideYears = 5

// note makes a resolved value the anchor of what follows.
func (r *resolver) note(v *value, p uint64) {
	if !v.has || v.typ == typeSet || v.ref != refNone || v.flags&(vVague|vRolling) != 0 || v.typ == typeDuration {
		return
	}
	y, _, _ := dateOf(v.base)
	if r.a.Narrative && r.lastY != 0 && r.aside(v, y) {
		return
	}
	r.last, r.lastG, r.hasL = v.base, v.gran, true
	for u := max(v.gran, Day); int(u) < len(r.recent); u++ {
		r.recent[u] = mark{day: v.base, para: p, ok: true}
	}
	r.lastY = y
}

// aside reports whether a date of a narrative is not where its story goes on: a
// period, a year far back, or a leap ahead that the next full date does not
// follow, such as the year of a book.
func (r *resolver) aside(v *value, y int) bool {
	if v.gran >= Year && (y < r.lastY-asideYears || v.gran > Year) {
		return true
	}
	if y <= r.lastY+asideYears {
		return false
	}
	for j := r.at + 1; j < len(r.s.exprs) && r.s.field[j] == r.field; j++ {
		if g := &r.s.exprs[j]; g.has(flagYear) && g.op != doDecade {
			return abs(int(g.year)-y) > asideYears
		}
	}
	return true
}

func (r *resolver) anaphor(f *found, v *value, anchor int32) {
	u := f.unit
	step := f.deic.step()
	if f.deic == deicNext {
		step = 1
	}
	switch {
	case f.has(flagEarlier) && f.mod == modNone && f.deic == deicNone: // the day before
		step = -1
	case f.has(flagLater) && f.mod == modNone && f.deic == deicNone:
		step = 1
	}
	if f.month != 0 {
		y, m, _ := dateOf(anchor)
		mm := int(f.month)
		if step > 0 && mm <= m {
			y++
		} else if step < 0 && mm >= m {
			y--
		}
		r.unitOf(v, f, monthOf(y, mm), Month)
		return
	}
	if f.part != 0 {
		d := anchor
		switch {
		case step < 0:
			d--
		case step > 0:
			d++
		}
		// "the previous night" beside a night that began the evening before
		// its date counts from that evening: the anchor already is it.
		r.set(v, days(d, d+1), Day)
		r.addPart(v, f.part)
		return
	}
	if f.dow != 0 {
		d := lastWeekday(anchor+3, int(f.dow))
		if step > 0 {
			d = nextWeekday(anchor+1, int(f.dow))
		} else if step < 0 {
			d = lastWeekday(anchor-1, int(f.dow))
		}
		r.day(v, f, d)
		return
	}
	if u == NoUnit || u < Day {
		v.prec, v.gran, v.conf = unknown, max(u, Minute), 0
		return
	}
	if !fits(anchor, step, u) {
		v.prec, v.gran, v.conf = unknown, u, 0
		return
	}
	if u == Day {
		r.day(v, f, anchor+int32(step))
		return
	}
	e := *f
	rel := f.has(flagEarlier) || f.has(flagLater)
	r.unitOf(v, &e, truncate(shift(truncate(anchor, u, r.a.Southern).Start, step, u), u, r.a.Southern), u)
	if rel && step == 0 {
		if f.has(flagLater) && r.lastG < u {
			v.iv.Start = min(anchor+1, v.iv.End-1)
		} else if r.lastG < u {
			v.iv.End = max(anchor, v.iv.Start+1)
		}
		v.prec = approximate
	}
}

// offset is "three days earlier": from the anchor, as coarse as the unit.
func (r *resolver) offset(f *found, v *value, anchor int32) {
	sign := 1
	if f.has(flagEarlier) {
		sign = -1
	}
	n := int(f.shift)
	if n == 0 && !f.has(flagHalf) {
		v.prec, v.gran, v.conf, v.ref = unknown, f.unit, 30, refFuture
		if sign < 0 {
			v.ref = refPast
		}
		v.flags |= vVague
		return
	}
	if r.hasQ && f.unit == Year && n == 1 && sign < 0 && r.earnings(f) { // a year earlier, in earnings
		q := r.focus
		r.unitOf(v, &found{}, quarterAt(addMonths(q, -12)), Quarter)
		v.anchor, v.method, v.conf = q, byChain, 70
		return
	}
	r.agoUnit(f, v, n, anchor, 0, sign)
	v.conf = 70
}

func quarterAt(d int32) Interval { return truncate(d, Quarter, false) }

// focusOn makes a quarter the one that "the quarter" and "a year earlier" mean:
// a recent one, reported and not planned.
func (r *resolver) focusOn(q int32) {
	if q <= r.dct && q > r.dct-400 {
		r.focus, r.hasQ = q, true
	}
}

// lastQuarter is the latest quarter that was over on the document date.
func (r *resolver) lastQuarter() int32 {
	return addMonths(quarterAt(r.dct).Start, -3)
}

// focusQuarter is "the quarter", "the latest period": the quarter in focus,
// else the last that was over.
func (r *resolver) focusQuarter(f *found, v *value) {
	v.gran = Quarter
	if !r.hasQ && !r.ok {
		v.prec = unknown
		return
	}
	q := r.focus
	if !r.hasQ {
		q = r.lastQuarter()
		v.conf = 50
	}
	r.unitOf(v, f, quarterAt(addMonths(q, 3*f.deic.step())), Quarter)
	if v.has && f.deic != deicPrev {
		r.focusOn(v.base)
	}
	if !r.hasQ {
		v.prec = approximate
	}
}

// yearAgo is "the year-ago period", "the 1988 quarter".
func (r *resolver) yearAgo(f *found, v *value) {
	v.gran = Quarter
	if !r.hasQ && !r.ok {
		v.prec = unknown
		return
	}
	q, conf := r.focus, uint8(75)
	if !r.hasQ {
		q, conf = r.lastQuarter(), 50
	}
	if f.has(flagYear) {
		_, m, _ := dateOf(q)
		if f.year < 1 || f.year > 9990 {
			v.prec = unknown
			return
		}
		q = dayOf(int(f.year), m, 1)
	} else {
		q = addMonths(q, -12)
	}
	r.unitOf(v, &found{}, quarterAt(q), Quarter)
	v.conf = conf
}

// partOf is "the morning of March 18".
func (r *resolver) partOf(f *found, v *value) {
	g := *f
	g.part = 0
	switch {
	case f.month != 0:
		g.op = doDate
		if !r.date(&g, v) {
			r.narrativeDate(&g, v, r.last)
		}
	case f.dow != 0 && r.ok:
		g.op = doWeekday
		v.anchor = r.dct
		r.weekday(&g, v)
	case r.ok:
		r.day(v, &g, r.dct+int32(f.shift))
	}
	if v.has && f.part != 0 {
		v.iv = days(v.base, v.base+1)
		r.addPart(v, f.part)
	}
}

// narrativeDate gives a day or month without a year the year of the text's
// last date, or the next where the text has moved past December.
func (r *resolver) narrativeDate(f *found, v *value, anchor int32) {
	if f.month == 0 {
		v.prec, v.gran, v.conf = unknown, Day, 0
		return
	}
	y, m0, _ := dateOf(anchor)
	m := int(f.month)
	if r.lastG <= Month && m+8 <= m0 && f.deic == deicNone { // December, then February
		y++
	}
	v.method, v.anchor, v.conf = byChain, anchor, 75
	if f.day == 0 {
		r.unitOf(v, f, monthOf(y, m), Month)
		return
	}
	if y < 1 || !validDate(y, m, int(f.day)) {
		v.prec, v.gran, v.conf = unknown, Day, 0
		v.flags |= vConflict
		return
	}
	r.day(v, f, dayOf(y, m, int(f.day)))
	if f.op == doClock && f.min >= 0 {
		r.addClock(v, f)
	}
}
