package timex

import "dateline/pipeline/text"

// method is how a date was resolved.
type method uint8

const (
	byNothing method = iota
	byExplicit
	byNamed
	byWeekday
	byRelative
	byChain
	byDateline
	byTense
	byPublication
)

var methodNames = [...]string{"", "explicit", "named", "weekday", "relative", "chain", "dateline", "tense", "publication"}

// basis is the coarser word of the document.
func (m method) basis() string {
	switch m {
	case byExplicit, byNamed:
		return "explicit"
	case byWeekday, byRelative:
		return "relative"
	case byChain, byDateline, byTense:
		return "inferred"
	case byPublication:
		return "publication"
	}
	return ""
}

type precision uint8

const (
	unknown precision = iota
	exact
	ranged
	onOrBefore
	onOrAfter
	approximate
)

var precisionNames = [...]string{"unknown", "exact", "range", "on_or_before", "on_or_after", "approximate"}

// Bits of value.flags, in the order of flagNames.
const (
	vApproxStart uint16 = 1 << iota
	vApproxEnd
	vOpenStart
	vOpenEnd
	vRolling
	vRecurring
	vVague
	vFiscal
	vConflict
	vQuoted
	vPresentRef
)

var flagNames = [...]string{"approxStart", "approxEnd", "openStart", "openEnd", "rolling", "recurring", "vague", "fiscal", "conflict", "quoted", "presentRef"}

type timexType uint8

const (
	typeDate timexType = iota
	typeTime
	typeDuration
	typeSet
)

var typeNames = [...]string{"DATE", "TIME", "DURATION", "SET"}

// reference is a value that is no calendar date.
type reference uint8

const (
	refNone reference = iota
	refPast
	refPresent
	refFuture
)

// value is an expression with its interval.
type value struct {
	iv     Interval
	base   int32 // first day of the unit as written: what TIMEX3 prints
	base2  int32 // last day of a joined list or range, 0 if none
	anchor int32
	flags  uint16
	conf   uint8 // hundredths
	gran   Unit
	clock  int16 // minute of the day as written, for TIMEX3
	prec   precision
	method method
	typ    timexType
	ref    reference
	has    bool // iv holds an interval
	year   bool // anchored on a year alone: a decade or era value
	part   uint8
	mod    mod
	tense  tense
	role   uint8
	field  text.Field
	merged bool // a part of an earlier value
}

// Scratch is the memory of Resolve, reused from article to article by one
// goroutine. The zero value is ready.
type Scratch struct {
	p     parser
	vals  []value
	exprs []found
	field []text.Field
	toks  [2]*text.Tokens
	quote [2]quotes
	arena []byte
	parts []int32
	r     resolver
}

// resolver is the state of one article.
type resolver struct {
	a      Anchor
	dct    int32 // civil day of publication in its zone
	dctMin int   // minute of that day
	ok     bool  // there is a document date
	cap    uint8 // highest confidence of what hangs on it
	clash  bool  // the dateline and the publication disagree by more than three days
	method method
	s      *Scratch
	field  text.Field // of the expression at hand
	at     int        // its index
	focus  int32      // first day of the quarter in focus, 0 if none
	hasQ   bool
	recent [Century + 1]mark // last day of the text at most this coarse
	last   int32             // last resolved day of the text, for chains
	lastG  Unit
	hasL   bool
	lastY  int // last year given, for narratives
}

// mark is a resolved day that later expressions may hang on.
type mark struct {
	day  int32
	para uint64
	ok   bool
}

// para numbers the paragraph of an expression over both fields.
func (r *resolver) para(f *found) uint64 {
	return uint64(r.field)<<32 | uint64(r.s.toks[r.field].Sent[f.sent].Para)
}

// datelineReach is how many days a dateline's date may differ from the feed's
// stamp and still win: stamps are of the transmission, datelines of the writing.
const datelineReach = 3

func newResolver(a Anchor, s *Scratch) resolver {
	r := resolver{a: a, cap: 100, s: s, method: byRelative}
	var dl int32
	hasDL := false
	if a.Dateline != "" {
		dl, hasDL = parseDay(a.Dateline)
	}
	if !a.Published.IsZero() {
		t := a.Published.UTC()
		if a.Zone != nil {
			t = a.Published.In(a.Zone)
		}
		if t.Year() >= 1 && t.Year() <= 9999 {
			r.dct = dayOf(t.Year(), int(t.Month()), t.Day())
			r.dctMin = t.Hour()*60 + t.Minute()
			r.ok = r.dct > minDay+40000 && r.dct < maxDay-40000
		}
		if a.Received {
			r.cap = 50
		}
	}
	switch {
	case hasDL && !r.ok:
		r.dct, r.ok = dl, dl > minDay+40000 && dl < maxDay-40000
	case hasDL && abs(int(dl-r.dct)) <= datelineReach:
		r.dct = dl
	case hasDL:
		r.clash = true
		r.cap = 50
	}
	return r
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// pass1 resolves what stands alone or hangs on the document date. It reports
// false for what pass 2 has to do.
func (r *resolver) pass1(f *found, v *value) bool {
	switch f.op {
	case doDate, doNumdate:
		return r.date(f, v)
	case doYear, doFiscal, doWordyear:
		r.year(f, v)
	case doEra:
		r.era(f, v)
	case doDecade:
		y := int(f.year)
		r.unitOf(v, f, years(y, 10), Decade)
		v.method = byExplicit
	case doCentury:
		y := (int(f.nth)-1)*100 + 1
		r.unitOf(v, f, days(dayOf(y, 1, 1), dayOf(y+100, 1, 1)), Century)
		v.base = dayOf(y+4, 1, 1)
		v.method = byExplicit
	case doRef:
		r.reference(f, v)
	case doNamed:
		r.named(f, v)
	case doNthof:
		r.nthOf(f, v)
	case doAnaphor, doDayth, doOffset, doFocusquarter, doYearago, doPartof:
		return false
	default:
		if !r.ok {
			r.bare(f, v)
			return true
		}
		return r.relative(f, v)
	}
	return true
}

// relative resolves what needs the document date.
func (r *resolver) relative(f *found, v *value) bool {
	v.method, v.anchor, v.conf = byRelative, r.dct, 90
	switch f.op {
	case doToday:
		d := r.dct + int32(f.shift)
		if f.unit == Day { // the day after tomorrow
			d++
			if f.has(flagEarlier) {
				d -= 2
			}
		}
		r.day(v, f, d)
		v.conf = 95
	case doPart:
		r.partOfDay(f, v)
	case doOvernight:
		r.overnight(f, v)
	case doWeekday:
		return r.weekday(f, v)
	case doDayofmonth:
		r.dayOfMonth(f, v)
	case doWeekdayweek:
		r.weekdayOfWeek(f, v)
	case doMonth:
		r.month(f, v)
	case doClock:
		return r.clock(f, v)
	case doUnit:
		return r.calendarUnit(f, v)
	case doWeekend:
		r.weekend(f, v)
	case doAgo:
		r.ago(f, v)
	case doAgoday:
		r.agoDay(f, v)
	case doQuarter:
		r.quarter(f, v)
	case doHalf:
		r.half(f, v)
	case doSeason:
		r.season(f, v)
	case doDuration:
		r.duration(f, v)
	case doWholeunit:
		return r.whole(f, v)
	}
	return true
}

// bare is what is left of a relative date without any anchor: its type, no
// interval.
func (r *resolver) bare(f *found, v *value) {
	v.prec, v.conf, v.gran = unknown, 0, f.unit
	switch f.op {
	case doDuration:
		r.duration(f, v)
	case doWholeunit:
		v.typ = typeSet
	case doClock:
		v.typ, v.gran = typeTime, Minute
	case doQuarter, doHalf, doSeason:
		if f.has(flagYear) {
			r.relative(f, v)
		}
	}
	if v.gran == NoUnit {
		v.gran = Day
	}
}

// set stores an interval as an exact date.
func (r *resolver) set(v *value, iv Interval, g Unit) {
	v.iv, v.base, v.gran, v.has = iv, iv.Start, g, true
	v.prec = exact
	if g > Day {
		v.prec = ranged
	}
}

func (r *resolver) day(v *value, f *found, d int32) {
	r.set(v, days(d, d+1), Day)
	v.mod = f.mod
	if f.part != 0 {
		r.addPart(v, f.part)
	}
	if f.has(flagClock) && f.min >= 0 {
		r.addClock(v, f)
	}
	if f.mod == modStart || f.mod == modEnd {
		v.flags |= vApproxStart | vApproxEnd
	}
}

// dayparts are the hours of the day's parts: conventions, marked approximate.
var dayparts = [...][2]int16{{}, {6 * 60, 12 * 60}, {12 * 60, 18 * 60}, {18 * 60, 24 * 60}, {18 * 60, 30 * 60},
	{5 * 60, 7 * 60}, {18 * 60, 20 * 60}, {11 * 60, 13 * 60}, {6 * 60, 18 * 60}}

func (r *resolver) addPart(v *value, part uint8) {
	d, h := v.iv.Start, dayparts[part]
	v.iv = clockSpan(d, int(h[0]), int(h[1]))
	v.gran, v.part, v.typ = Daypart, part, typeTime
	v.flags |= vApproxStart | vApproxEnd
}

// clockSpan is from one minute to another, counted from the start of a day.
func clockSpan(day int32, from, to int) Interval {
	return Interval{day + int32(floorDiv(from, 1440)), day + int32(floorDiv(to, 1440)), int16(floorMod(from, 1440)), int16(floorMod(to, 1440))}
}

func (r *resolver) addClock(v *value, f *found) {
	v.clock = f.min
	v.iv = clockSpan(v.iv.Start, int(f.min), int(f.min)+1)
	v.gran, v.typ, v.part = Minute, typeTime, 0
}

// unitOf stores a unit of the calendar and narrows it by the modifier.
func (r *resolver) unitOf(v *value, f *found, iv Interval, g Unit) {
	r.set(v, iv, g)
	v.mod = f.mod
	v.conf = max(v.conf, 90)
	switch f.mod {
	case modStart, modMid, modEnd:
		v.iv = thirds(iv, f.mod)
		v.prec = approximate
		if f.mod != modStart {
			v.flags |= vApproxStart
		}
		if f.mod != modEnd {
			v.flags |= vApproxEnd
		}
	}
}

// date resolves a calendar date. Without a year it needs an anchor.
func (r *resolver) date(f *found, v *value) bool {
	v.method, v.conf = byExplicit, 97
	y, m, d := int(f.year), int(f.month), int(f.day)
	if f.op == doNumdate {
		var ok bool
		if m, d, ok = r.order(m, d); !ok {
			v.prec, v.gran = unknown, Day
			v.flags |= vConflict
			return true
		}
		if f.day > 12 || f.month > 12 || f.day == f.month {
			v.conf = 95
		} else {
			v.conf = 75
		}
	}
	if !f.has(flagYear) && f.deic != deicNone { // June last year, Nov. 8 that year
		if !r.ok {
			v.prec, v.gran = unknown, Month
			return f.deic != deicThat && f.deic != deicSame
		}
		if f.deic == deicThat || f.deic == deicSame {
			return false
		}
		y, _, _ = dateOf(r.dct)
		switch f.deic {
		case deicLast:
			y--
		case deicNext:
			y++
		}
		v.method, v.anchor = byRelative, r.dct
		if d == 0 {
			r.unitOf(v, f, monthOf(y, m), Month)
		} else if validDate(y, m, d) {
			r.day(v, f, dayOf(y, m, d))
		} else {
			v.prec, v.gran = unknown, Day
			v.flags |= vConflict
		}
		return true
	}
	if f.has(flagYear) {
		if y < 1 || y > 9998 || d != 0 && !validDate(y, m, d) {
			v.prec, v.gran = unknown, Day
			v.flags |= vConflict
			return true
		}
		if d == 0 {
			r.unitOf(v, f, monthOf(y, m), Month)
			return true
		}
		r.day(v, f, dayOf(y, m, d))
		if f.dow != 0 && weekdayOf(v.base) != int(f.dow) {
			v.flags |= vConflict
			v.conf = 50
		}
		return true
	}
	return r.monthDay(f, v, m, d)
}

// order sorts the two numbers of a numeric date into month and day.
func (r *resolver) order(a, b int) (m, d int, ok bool) {
	switch {
	case a >= 1 && a <= 12 && b > 12 && b <= 31:
		return a, b, true
	case a > 12 && a <= 31 && b >= 1 && b <= 12:
		return b, a, true
	case a < 1 || b < 1 || a > 12 || b > 12:
		return 0, 0, false
	case r.a.DateOrder == "dmy":
		return b, a, true
	}
	return a, b, true
}

// farMonthDay is the distance in days from which the governing verb's tense
// beats the nearest year.
const farMonthDay = 150

// monthDay finds the year of "March 18": the nearest, unless the weekday or the
// governing verb says otherwise.
func (r *resolver) monthDay(f *found, v *value, m, d int) bool {
	if !r.ok {
		v.prec, v.gran, v.conf = unknown, Day, 0
		return true
	}
	v.method, v.anchor, v.conf = byRelative, r.dct, 92
	y0, _, _ := dateOf(r.dct)
	best, found := int32(0), false
	for y := y0 - 4; y <= y0+4; y++ {
		if y < 1 || !validDate(y, m, d) {
			continue
		}
		c := dayOf(y, m, d)
		if f.dow != 0 && weekdayOf(c) != int(f.dow) || f.dow == 0 && abs(y-y0) > 1 && !(m == 2 && d == 29) {
			continue
		}
		if !found || abs(int(c-r.dct)) < abs(int(best-r.dct)) {
			best, found = c, true
		}
	}
	if !found {
		v.prec, v.gran, v.conf = unknown, Day, 0
		v.flags |= vConflict
		return true
	}
	if dist := int(best - r.dct); f.dow == 0 && f.part == 0 {
		t := r.tense(f)
		v.tense = t
		switch {
		case dist > 0 && r.endedBefore(f):
			best = dayOf(y0, m, min(d, monthLen(y0, m)))
			if best > r.dct {
				best = dayOf(y0-1, m, min(d, monthLen(y0-1, m)))
			}
		case dist >= farMonthDay && (t == past || t == reporting):
			best = dayOf(y0-1, m, min(d, monthLen(y0-1, m)))
			if y, _, _ := dateOf(best); y != y0-1 || best > r.dct {
				best = dayOf(y0, m, min(d, monthLen(y0, m)))
			}
		case dist <= -farMonthDay && t == future:
			best = addMonths(best, 12)
		}
		if abs(dist) > 120 {
			v.conf = 80
		}
	}
	r.day(v, f, best)
	return true
}

func (r *resolver) year(f *found, v *value) {
	v.method, v.conf = byExplicit, 95
	y := int(f.year)
	if f.op == doWordyear && f.month != 0 {
		r.unitOf(v, f, monthOf(y, int(f.month)), Month)
		return
	}
	r.unitOf(v, f, yearOf(y), Year)
	if f.op == doFiscal {
		v.flags |= vFiscal
		v.conf = 60
	}
	if f.has(flagSince) && r.ok && v.iv.Start <= r.dct {
		r.since(v)
	}
}

// since stretches an interval to the document date.
func (r *resolver) since(v *value) {
	v.iv.End, v.iv.EndMin = r.dct+1, -1
	v.flags |= vOpenEnd
	v.prec = ranged
}

func (r *resolver) era(f *found, v *value) {
	v.gran, v.method, v.conf = Year, byExplicit, 80
	v.year = true
	if f.nth == 1 || f.year == 0 { // before our era: no interval, only a value
		v.prec = unknown
		return
	}
	r.unitOf(v, f, yearOf(int(f.year)), Year)
	v.year = false
}

func (r *resolver) reference(f *found, v *value) {
	v.method, v.conf, v.prec, v.gran = byRelative, 30, unknown, Day
	v.ref = refPresent
	switch ruleWord(r.s.toks[v.field], f) {
	case cRefpast, cRecent, cPast:
		v.ref = refPast
	case cFuture:
		v.ref = refFuture
	default:
		v.flags |= vPresentRef
	}
	v.flags |= vVague
}

// ruleWord is the class of an expression's last word.
func ruleWord(t *text.Tokens, f *found) class {
	if e, _ := lookup(t.At(int(f.last))); e != nil {
		return e.class
	}
	return cNone
}

func (r *resolver) named(f *found, v *value) {
	n := namedAt(f.named)
	v.method, v.conf = byNamed, 85
	v.gran = Day
	var best Interval
	ok := false
	switch {
	case n.kind == absDay:
		best, ok = n.interval(0)
	case f.has(flagYear):
		best, ok = n.interval(int(f.year))
	case !r.ok:
	default:
		v.anchor = r.dct
		y0, _, _ := dateOf(r.dct)
		for y := y0 - 1; y <= y0+1; y++ {
			c, fits := n.interval(y)
			if !fits {
				continue
			}
			switch {
			case f.deic.back() && f.unit != Year && c.Start >= r.dct, f.deic.ahead() && f.unit != Year && c.Start <= r.dct:
				continue
			case f.unit == Year && f.deic != deicNone && y != y0+f.deic.step(), f.deic == deicThis && y != y0:
				continue
			}
			if !ok || abs(int(c.Start-r.dct)) < abs(int(best.Start-r.dct)) {
				best, ok = c, true
			}
		}
	}
	if !ok {
		v.prec, v.conf = unknown, 20
		return
	}
	r.set(v, best, Day)
	if n.days > 1 {
		v.prec = ranged
	}
	if n.approx {
		v.flags |= vApproxStart | vApproxEnd
		v.prec = approximate
	}
	if f.part != 0 {
		r.addPart(v, f.part)
	}
}

// step is -1 for last, +1 for next, else 0.
func (d deictic) step() int {
	switch {
	case d.back():
		return -1
	case d.ahead():
		return 1
	}
	return 0
}

// Day is the civil day that relative dates hang on, as 2006-01-02: the day of
// the dateline if it is at most three days from publication, else the day of
// publication in its zone. It is empty if neither is known. conflict reports a
// dateline further off, which is then ignored.
func (a Anchor) Day() (day string, conflict bool) {
	d, ok, conflict := a.Civil()
	if !ok {
		return "", conflict
	}
	return FormatDay(d), conflict
}

// Civil is Day as a count of days since 1970-01-01; ok is false if neither is
// known.
func (a Anchor) Civil() (day int, ok, conflict bool) {
	r := newResolver(a, nil)
	return int(r.dct), r.ok, r.clash
}
