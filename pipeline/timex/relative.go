package timex

import "dateline/pipeline/text"

// partOfDay is "this morning", "tonight", "last night".
func (r *resolver) partOfDay(f *found, v *value) {
	d := r.dct
	if f.deic == deicLast {
		d--
	}
	r.set(v, days(d, d+1), Day)
	r.addPart(v, f.part)
	v.mod = f.mod
}

// overnight is 18:00 to 06:00: ending on the morning of publication, or around
// the weekdays that are named.
func (r *resolver) overnight(f *found, v *value) {
	d := r.dct - 1
	if f.dow != 0 {
		d = lastWeekday(r.dct, int(f.dow))
		if f.dow2 != 0 {
			d = lastWeekday(r.dct, int(f.dow2)) - 1
		}
		v.method = byWeekday
		if f.dow2 != 0 && weekdayOf(d) != int(f.dow) {
			d = lastWeekday(r.dct, int(f.dow))
			v.flags |= vConflict
		}
	}
	r.set(v, clockSpan(d, 18*60, 30*60), Daypart)
	v.base, v.part, v.typ, v.prec = d, 4, typeTime, approximate
	v.flags |= vApproxStart | vApproxEnd
}

// nthOf is a day, week, weekend, weekday or month, counted within a month or
// year. Weeks count from the first day, and the last is the last seven days.
func (r *resolver) nthOf(f *found, v *value) {
	v.method, v.conf, v.gran = byExplicit, 90, Day
	var in Interval
	switch {
	case f.month != 0 && f.has(flagYear):
		in = monthOf(int(f.year), int(f.month))
	case f.has(flagYear):
		in = yearOf(int(f.year))
	case !r.ok:
		v.prec, v.conf = unknown, 0
		return
	case f.month != 0:
		g, w := *f, *v
		g.op, g.dow, g.deic, g.unit = doMonth, 0, deicNone, NoUnit
		r.month(&g, &w)
		in = w.iv
	default:
		in = truncate(shift(truncate(r.dct, f.unit, r.a.Southern).Start, f.deic.step(), f.unit), f.unit, r.a.Southern)
	}
	if !f.has(flagYear) {
		v.method, v.anchor, v.conf = byRelative, r.dct, 80
	}
	iv, g := r.nth(f, in)
	if iv.Empty() || !in.Contains(iv) && g != Weekend && g != Week {
		v.prec, v.conf = unknown, 0
		return
	}
	r.unitOf(v, &found{}, iv, g)
	if g == Day {
		v.prec = exact
	}
}

// nth counts within an interval of whole days.
func (r *resolver) nth(f *found, in Interval) (Interval, Unit) {
	n, inner := int32(f.nth), Unit(f.day2)
	last := f.nth == lastOf
	switch {
	case f.dow != 0:
		d := nextWeekday(in.Start, int(f.dow)) + 7*(n-1)
		if last {
			d = lastWeekday(in.End-1, int(f.dow))
		}
		return days(d, d+1), Day
	case inner == Day && last:
		return days(in.End-1, in.End), Day
	case inner == Day:
		return days(in.Start+n-1, in.Start+n), Day
	case inner == Weekend && last:
		d := lastWeekday(in.End-1, 6)
		return days(d, d+2), Weekend
	case inner == Weekend:
		d := nextWeekday(in.Start, 6) + 7*(n-1)
		return days(d, d+2), Weekend
	case inner == Week && in.End-in.Start > 31 && !last: // of a year, by ISO 8601
		y, _, _ := dateOf(in.Start)
		d := monday(dayOf(y, 1, 4)) + 7*(n-1)
		return days(d, d+7), Week
	case inner == Week && last:
		return days(in.End-7, in.End), Week
	case inner == Week:
		return days(in.Start+7*(n-1), in.Start+7*n), Week
	case last:
		return monthOfDay(in.End - 1), Month
	}
	return monthOfDay(addMonths(in.Start, int(n)-1)), Month
}

func monthOfDay(d int32) Interval {
	y, m, _ := dateOf(d)
	return monthOf(y, m)
}

// lastWeekday is the latest such day not after d, d included.
func lastWeekday(d int32, dow int) int32 { return d - int32((weekdayOf(d)-dow+7)%7) }

// nextWeekday is the earliest such day not before d, d included.
func nextWeekday(d int32, dow int) int32 { return d + int32((dow-weekdayOf(d)+7)%7) }

// weekday is the latest such day up to publication, the same day included,
// unless its deictic or its governing verb points ahead.
func (r *resolver) weekday(f *found, v *value) bool {
	if f.deic == deicThat || f.deic == deicSame || (f.deic == deicFoll || f.deic == deicPrev) && r.hasL {
		return false
	}
	v.method, v.conf = byWeekday, 92
	if f.has(flagSet) {
		v.typ, v.gran, v.prec = typeSet, Day, unknown
		v.flags |= vRecurring
		return true
	}
	dow := int(f.dow)
	d := lastWeekday(r.dct, dow)
	t := none
	switch f.deic {
	case deicLast, deicPrev:
		d = lastWeekday(r.dct-1, dow)
		v.conf = 70
	case deicPast:
		d = lastWeekday(r.dct-1, dow)
		v.conf = 80
	case deicNext, deicFoll:
		d = nextWeekday(r.dct+1, dow)
		v.conf = 70
	case deicComing:
		d = nextWeekday(r.dct+1, dow)
	case deicThis:
		d = nextWeekday(r.dct, dow)
		if r.tense(f) == past {
			d = lastWeekday(r.dct, dow)
		}
		v.conf = 75
	default:
		if t = r.tense(f); t == future || r.asSoon(f) || f.has(flagUntil) || f.has(flagBy) && t != past {
			d = nextWeekday(r.dct, dow)
			v.conf = 85
			t = future
		}
	}
	v.tense = t
	r.day(v, f, d)
	return true
}

// dayOfMonth is "Wednesday (31)": the nearest such day that falls on the
// weekday, at most a month away. Without one the text and the date disagree.
func (r *resolver) dayOfMonth(f *found, v *value) {
	v.method = byWeekday
	for n := int32(0); n <= 31; n++ {
		for _, d := range [2]int32{r.dct - n, r.dct + n} {
			if _, _, dom := dateOf(d); dom == int(f.day) && weekdayOf(d) == int(f.dow) {
				r.day(v, f, d)
				return
			}
		}
	}
	v.prec, v.gran, v.conf = unknown, Day, 0
	v.flags |= vConflict
}

// weekdayOfWeek is "Tuesday of last week", "a week ago Monday", "Monday week".
func (r *resolver) weekdayOfWeek(f *found, v *value) {
	v.method = byWeekday
	var d int32
	switch {
	case f.deic != deicNone:
		d = monday(r.dct) + int32(7*f.deic.step()+int(f.dow)-1)
	case f.has(flagEarlier):
		d = lastWeekday(r.dct, int(f.dow)) - 7
	default:
		d = nextWeekday(r.dct+1, int(f.dow)) + 7
		v.conf = 60
	}
	r.day(v, f, d)
}

// month is a month without a year: the nearest, unless the verb points
// elsewhere.
func (r *resolver) month(f *found, v *value) {
	y0, m0, _ := dateOf(r.dct)
	m := int(f.month)
	d := floorMod(m-m0, 12) // months ahead
	if d > 6 || d == 6 && r.tense(f) != future {
		d -= 12
	}
	v.conf = 85
	t := r.tense(f)
	switch {
	case f.deic.back():
		if d >= 0 {
			d -= 12
		}
	case f.deic.ahead():
		if d <= 0 {
			d += 12
		}
	case f.deic == deicThis:
		d = m - m0
	case (t == past) && d > 0:
		d -= 12
	case t == future && d < 0:
		d += 12
	}
	v.tense = t
	y, mm := y0, m0+d
	y, mm = y+floorDiv(mm-1, 12), floorMod(mm-1, 12)+1
	r.unitOf(v, f, monthOf(y, mm), Month)
	v.conf = 85
	if f.has(flagSince) && v.iv.Start <= r.dct {
		r.since(v)
	}
}

// calendarUnit is last week, this month, next year, earlier this month, the
// end of the month.
func (r *resolver) calendarUnit(f *found, v *value) bool {
	step := f.deic.step()
	if f.unit == Day {
		r.day(v, f, r.dct)
		return true
	}
	u := f.unit
	iv := truncate(shift(truncate(r.dct, u, r.a.Southern).Start, step, u), u, r.a.Southern)
	if f.deic == deicPast || f.deic == deicComing { // the past week rolls
		r.rolling(v, f, 1)
		return true
	}
	e := *f
	relMod := f.has(flagEarlier) || f.has(flagLater)
	if relMod {
		e.mod = modNone
	}
	r.unitOf(v, &e, iv, u)
	if relMod && step == 0 {
		if f.has(flagEarlier) {
			v.mod = modStart
			v.iv.End = max(r.dct, v.iv.Start+1)
			v.flags |= vApproxEnd
		} else {
			v.mod = modEnd
			v.iv.Start = min(r.dct+1, v.iv.End-1)
			v.flags |= vApproxStart
		}
		v.prec = approximate
	}
	if f.has(flagSince) && v.iv.Start <= r.dct {
		r.since(v)
	}
	if u == Week && (f.deic == deicLast || f.deic == deicNext) {
		v.conf = 85
	}
	return true
}

// weekend is Saturday and Sunday: the latest that has begun, unless a deictic
// or the verb points ahead.
func (r *resolver) weekend(f *found, v *value) {
	if f.dow != 0 && f.dow2 != 0 {
		a := lastWeekday(r.dct, int(f.dow))
		b := nextWeekday(a+1, int(f.dow2))
		r.set(v, days(a, b+1), Day)
		v.prec, v.method = ranged, byWeekday
		return
	}
	sat := lastWeekday(r.dct, 6)
	cur := sat + 2 // end of the latest
	inside := r.dct < cur
	switch {
	case f.deic == deicLast || f.deic == deicPrev || f.deic == deicPast:
		if inside {
			sat -= 7
		}
	case f.deic == deicNext || f.deic == deicComing || f.deic == deicFoll:
		sat += 7
	case f.deic == deicThis:
		if !inside && r.tense(f) != past {
			sat += 7
		}
	case r.tense(f) == future || r.ahead(f):
		if !inside {
			sat += 7
		}
	}
	r.unitOf(v, f, days(sat, sat+2), Weekend)
}

// ago is a number of units before publication, as coarse as its unit: a year
// ago is a year.
func (r *resolver) ago(f *found, v *value) {
	n := max(int(f.shift), 0)
	if n == 0 && !f.has(flagHalf) { // years ago
		v.typ, v.prec, v.gran, v.ref = typeDate, unknown, f.unit, refPast
		v.flags |= vVague
		if f.has(flagVague) && f.unit >= Day {
			r.rollingUnits(v, 5, f.unit)
			v.prec, v.ref = approximate, refPast
		}
		v.conf = 40
		if f.unit == Year && !f.has(flagPlural) && !f.has(flagVague) { // year-ago
			n = 1
			v.flags, v.ref = 0, refNone
		} else {
			return
		}
	}
	if r.hasQ && f.unit == Year && n == 1 && f.mod == modNone && r.earnings(f) {
		r.unitOf(v, &found{}, quarterAt(addMonths(r.focus, -12)), Quarter)
		v.anchor, v.method, v.conf = r.focus, byChain, 70
		return
	}
	r.agoUnit(f, v, n, r.dct, r.dctMin, -1)
}

// earnings reports whether the expression's sentence compares sums of money:
// there a year ago is the same quarter of the year before.
func (r *resolver) earnings(f *found) bool {
	t := r.s.toks[r.field]
	s := t.Sent[f.sent]
	for i := max(int(s.First), int(f.first)-60); i < min(int(s.Last), int(f.last)+60); i++ {
		switch t.At(i) {
		case "$", "#", "£", "%", "cents", "share", "profit", "revenue", "Revenue", "earnings", "yen", "pence", "C$":
			return true
		}
	}
	return false
}

// agoUnit moves n units from an anchor and truncates to the unit.
func (r *resolver) agoUnit(f *found, v *value, n int, anchor int32, minute, sign int) {
	u := f.unit
	v.anchor = anchor
	switch {
	case u <= Hour:
		m := map3(u, 0, 1, 60)
		at := minute + sign*n*m
		if f.has(flagHalf) {
			at += sign * m / 2
		}
		r.set(v, clockSpan(anchor, at, at+max(m, 1)), u)
		v.clock = v.iv.StartMin
		v.base = v.iv.Start
		v.typ, v.prec = typeTime, approximate
		v.flags |= vApproxStart | vApproxEnd
		return
	case !fits(anchor, sign*n, u):
		v.prec, v.gran, v.conf = unknown, u, 0
		return
	case u == Day || u == Daypart:
		r.day(v, f, anchor+int32(sign*n))
		v.mod = modNone
	default:
		d := shift(anchor, sign*n, u)
		if f.has(flagHalf) {
			d = shiftHalf(d, sign, u)
			if u == Year {
				u = Month
			}
		}
		g := *f
		g.mod = modNone
		r.unitOf(v, &g, truncate(d, u, r.a.Southern), u)
		v.prec = approximate
	}
	if f.mod != modNone {
		v.mod = f.mod
		v.prec = approximate
		v.flags |= vApproxStart | vApproxEnd
	}
	v.conf = 85
}

func map3(u Unit, a, b, c int) int {
	switch u {
	case Second:
		return a
	case Minute:
		return b
	}
	return c
}

// shiftHalf moves a day by half a unit.
func shiftHalf(d int32, sign int, u Unit) int32 {
	switch u {
	case Year:
		return addMonths(d, 6*sign)
	case Decade:
		return addMonths(d, 60*sign)
	case Century:
		return addMonths(d, 600*sign)
	}
	return d + int32(sign)*int32(unitDays(u)/2)
}

// agoDay is "30 years ago today", "a week from today": a day.
func (r *resolver) agoDay(f *found, v *value) {
	n, sign := int(max(f.shift, 1)), -1
	if !f.has(flagEarlier) {
		sign = 1
	}
	if f.dow != 0 {
		d := shift(lastWeekday(r.dct, int(f.dow)), sign*n, f.unit)
		r.day(v, f, d)
		v.method = byWeekday
		return
	}
	if f.unit <= Hour || !fits(r.dct, n, f.unit) {
		v.prec, v.gran = unknown, f.unit
		return
	}
	r.day(v, f, shift(r.dct, sign*n, f.unit))
}

// rolling is a stretch of units that ends or begins on the document date.
func (r *resolver) rolling(v *value, f *found, n int) {
	v.typ = typeDuration
	v.gran = f.unit
	back := !f.deic.ahead()
	if f.unit < Day || !fits(r.dct, n, f.unit) {
		v.prec = unknown
		return
	}
	iv := days(r.dct, r.dct+1)
	if back {
		iv.Start = shift(r.dct, -n, f.unit)
	} else {
		iv.End = shift(r.dct, n, f.unit) + 1
	}
	v.iv, v.base, v.has, v.prec = iv, iv.Start, true, approximate
	v.flags |= vRolling
	v.conf = 75
}

func (r *resolver) rollingUnits(v *value, n int, u Unit) {
	if !fits(r.dct, n, u) {
		return
	}
	v.iv, v.has = days(shift(r.dct, -n, u), r.dct+1), true
	v.base = v.iv.Start
	v.flags |= vRolling
}

// duration is a length; with last, past, next or recent it has a place too.
func (r *resolver) duration(f *found, v *value) {
	v.typ, v.gran, v.prec, v.method = typeDuration, f.unit, unknown, byNothing
	v.mod = f.mod
	v.conf = 50
	if f.has(flagSet) {
		v.typ = typeSet
	}
	if !r.ok {
		return
	}
	switch f.deic {
	case deicLast, deicPast, deicNext, deicComing:
		v.method = byRelative
		switch {
		case f.shift > 0 && !f.has(flagOrdinal):
			r.rolling(v, f, int(f.shift))
		case f.has(flagPlural) && f.unit >= Day:
			r.rolling(v, f, recentUnits(f.unit))
			v.flags |= vVague
		}
	case deicRecent:
		v.method = byRelative
		r.rolling(v, f, recentUnits(f.unit))
		v.flags |= vVague
		v.conf = 50
		v.typ = typeDate
	}
}

// recentUnits is how far "recent" reaches: a week of days, five of others.
func recentUnits(u Unit) int {
	if u == Day {
		return 7
	}
	return 5
}

// quarter is an ordinal quarter of a year that is given, pointed at, or the
// latest.
func (r *resolver) quarter(f *found, v *value) {
	v.gran = Quarter
	q := int(f.nth)
	y0, m0, _ := dateOf(r.dct)
	y := y0
	switch {
	case f.has(flagYear):
		y = int(f.year)
		v.method, v.conf = byExplicit, 95
		if q == 0 {
			q = 4
		}
	case f.unit == Year || f.deic != deicNone && f.deic != deicLatest:
		y += f.deic.step()
		if f.unit == Quarter && f.deic.back() { // last third quarter
			y = y0
			if q >= (m0-1)/3+1 {
				y--
			}
		}
	case !r.ok:
		v.prec, v.conf = unknown, 0
		return
	default:
		if q == 0 {
			q = 4
		}
		q0 := (m0-1)/3 + 1
		d := floorMod(q-q0, 4) // quarters ahead
		if t := r.tense(f); d > 1 || d == 1 && t != future {
			d -= 4
		} else if d == 0 && false {
			d -= 4
		}
		n := y0*4 + q0 - 1 + d
		y, q = n/4, n%4+1
		v.conf = 75
	}
	if q < 1 || q > 4 {
		v.prec = unknown
		return
	}
	r.unitOf(v, f, quarterOf(y, q), Quarter)
	if f.deic != deicNone || !f.has(flagYear) || y >= y0-1 {
		r.focusOn(v.base)
	}
}

func (r *resolver) half(f *found, v *value) {
	h := int(f.nth)
	y, m0, _ := dateOf(r.dct)
	switch {
	case f.has(flagYear):
		y = int(f.year)
		v.method, v.conf = byExplicit, 95
	case f.deic != deicNone:
		y += f.deic.step()
	case !r.ok:
		v.prec, v.gran, v.conf = unknown, Half, 0
		return
	case h == 2 && m0 <= 6:
		y--
		v.conf = 60
	}
	r.unitOf(v, f, halfOf(y, h), Half)
}

func (r *resolver) season(f *found, v *value) {
	v.gran = Season
	y0, _, _ := dateOf(r.dct)
	n := int(f.nth)
	if f.has(flagYear) {
		v.method, v.conf = byExplicit, 95
		r.unitOf(v, f, seasonOf(int(f.year), n, r.a.Southern), Season)
		return
	}
	best, ok := Interval{}, false
	t := r.tense(f)
	for y := y0 - 2; y <= y0+2; y++ {
		c := seasonOf(y, n, r.a.Southern)
		in := c.Start <= r.dct && r.dct < c.End
		switch {
		case f.deic.back() && (c.End > r.dct), f.deic.ahead() && c.Start <= r.dct:
			continue
		case f.deic == deicThis && !in && c.Start < dayOf(y0, 1, 1), f.deic == deicThis && c.Start >= dayOf(y0+1, 1, 1):
			continue
		case f.deic == deicNone && t == past && c.Start > r.dct, f.deic == deicNone && t == future && c.End <= r.dct:
			continue
		case f.deic == deicNone && f.has(flagUntil) && c.Start < r.dct:
			continue
		}
		if !ok || middle(c, r.dct) < middle(best, r.dct) {
			best, ok = c, true
		}
	}
	if !ok {
		v.prec = unknown
		return
	}
	v.tense = t
	r.unitOf(v, f, best, Season)
	v.conf = 70
}

// middle is how far the middle of an interval lies from a day.
func middle(v Interval, d int32) int { return abs(int((v.Start+v.End)/2 - d)) }

// clock is a time of day, on the weekday or date it names, else on the day of
// publication.
func (r *resolver) clock(f *found, v *value) bool {
	if f.month != 0 {
		if !r.date(f, v) {
			return false
		}
	} else if f.dow != 0 {
		if !r.weekday(f, v) {
			return false
		}
	} else {
		d, beside := r.beside(f)
		if !beside {
			d = r.dct + int32(f.shift)
		}
		r.day(v, f, d)
		v.conf = 60
		if beside {
			v.conf, v.method = 80, byChain
		}
	}
	if f.min >= 0 && v.has && v.gran != Minute {
		v.iv = days(v.base, v.base+1)
		r.addClock(v, f)
	}
	v.typ = typeTime
	return true
}

// beside is the day that stands next to a clock time: "midnight on Saturday",
// "10:35 a.m. (0735 GMT) Friday".
func (r *resolver) beside(f *found) (int32, bool) {
	const near = 4 // tokens
	s := r.s
	for _, j := range [3]int{r.at + 1, r.at + 2, r.at - 1} {
		if j < 0 || j >= len(s.exprs) || s.field[j] != r.field {
			continue
		}
		g, w := &s.exprs[j], &s.vals[j]
		if g.sent != f.sent || !w.has || w.gran != Day || w.typ == typeDuration {
			continue
		}
		if j > r.at && int(g.first)-int(f.last) <= near+3*(j-r.at-1) || j < r.at && int(f.first)-int(g.last) <= near-1 {
			return w.base, true
		}
	}
	return 0, false
}

// whole is "the week", "every day", "daily", "on Mondays".
func (r *resolver) whole(f *found, v *value) bool {
	if f.has(flagSet) {
		v.typ, v.gran, v.prec = typeSet, f.unit, unknown
		v.flags |= vRecurring
		v.conf = 50
		return true
	}
	if r.next(f, "ended", "ending") || f.op == doWholeunit && r.s.fiscal(f, r.field) {
		v.typ, v.prec, v.gran, v.conf = typeDuration, unknown, f.unit, 50
		return true
	}
	// "the year", "the week": usually the one of publication; never exact.
	if f.unit == Day || f.unit < Day {
		v.typ, v.prec, v.gran = typeDuration, unknown, f.unit
		v.conf = 20
		return true
	}
	r.unitOf(v, f, truncate(r.dct, f.unit, r.a.Southern), f.unit)
	v.prec, v.conf = approximate, 50
	return true
}

// fiscal reports whether the expression names a fiscal year.
func (s *Scratch) fiscal(f *found, fd text.Field) bool {
	t := s.toks[fd]
	for i := f.first; i <= f.last; i++ {
		if oneOf(t.At(int(i)), "fiscal", "financial") {
			return true
		}
	}
	return false
}
