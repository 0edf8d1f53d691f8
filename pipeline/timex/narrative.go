package timex

// hangs reports whether an expression needs an anchor in a text that is told
// in its own time.
func hangs(f *found) bool {
	switch f.op {
	case doDate:
		return !f.has(flagYear)
	case doMonth, doUnit, doWeekday, doClock, doWeekend, doOvernight, doAgo, doWeekdayweek, doDayofmonth:
		return true
	case doSeason, doQuarter, doHalf, doNamed:
		return !f.has(flagYear)
	case doWholeunit:
		return !f.has(flagSet) && f.unit > Day
	}
	return false
}

// narrate resolves an expression of a narrative against the text's last date.
func (r *resolver) narrate(f *found, v *value) {
	field, now := r.field, *r
	anchor := r.last
	now.dct, now.ok, now.a.Narrative, now.cap, now.field = anchor, true, false, 80, field
	v.method, v.anchor = byChain, anchor
	switch {
	case f.month != 0 && f.op != doNamed:
		r.narrativeDate(f, v, anchor)
		return
	case f.op == doSeason:
		y, m, _ := dateOf(anchor)
		y += f.deic.step()
		if f.nth == 4 && m <= 2 && r.lastG <= Month && f.deic == deicNone {
			y--
		}
		now.unitOf(v, f, seasonOf(y, int(f.nth), r.a.Southern), Season)
	case f.op == doNamed:
		now.named(f, v)
	default:
		now.relative(f, v)
	}
	v.method, v.conf = byChain, min(v.conf, 70)
}

// lendYears gives a date without a year the year of the full date that it is
// joined to: 17 August to 2 September 1914, spring and summer of 1943.
func (s *Scratch) lendYears() {
	for i := len(s.exprs) - 2; i >= 0; i-- {
		f, g := &s.exprs[i], &s.exprs[i+1]
		if f.has(flagYear) || !g.has(flagYear) || f.sent != g.sent || s.field[i] != s.field[i+1] || f.dow != 0 || f.deic != deicNone {
			continue
		}
		if f.op != doDate && f.op != doMonth && f.op != doSeason || g.op != doDate && g.op != doSeason && g.op != doMonth {
			continue
		}
		w, ok := between(s.toks[s.field[i]], f, g)
		if !ok {
			continue
		}
		e, _ := lookup(w)
		to := hyphenLen(w) > 0 || e != nil && (e.class == cTo || e.class == cThru || e.class == cUntil)
		if !to && !(e != nil && e.class == cAnd) && w != "," {
			continue
		}
		y := g.year
		if to && f.month > g.month && g.month != 0 {
			y--
		}
		if f.op == doDate && f.day != 0 && !validDate(int(y), int(f.month), int(f.day)) {
			continue
		}
		f.year = y
		f.flags |= flagYear
		if f.op == doMonth {
			f.op = doDate
		}
	}
}
