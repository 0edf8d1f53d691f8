package timex

import "dateline/pipeline/text"

// guard refuses what only looks like a time expression: section by section the
// ages, scores, names and verbs that share their words with dates. at is the
// index of l[0] among the sentence's lexemes.
func (p *parser) guard(e *expr, l []lexeme, at int) bool {
	if e.month != 0 && !p.guardMonth(e, l, at) {
		return false
	}
	if e.dow != 0 && !p.guardDow(l, at) {
		return false
	}
	if k := &l[len(l)-1]; k.flags&inner != 0 && e.op != doDuration && e.op != doYear && at+len(l)+1 < len(p.lex) {
		// Part of a longer compound: quarter-final, Tuesday-born.
		if p.lex[at+len(l)].tok == k.tok && p.lex[at+len(l)+1].tok == k.tok && !continues(p.lex[at+len(l)+1].class) {
			return false
		}
	}
	switch e.op {
	case doDate:
		return p.guardDate(e, l, at)
	case doList:
		return p.guardList(e, l)
	case doNumdate:
		_, _, ok := (&resolver{}).order(int(e.month), int(e.day))
		return ok
	case doWeekend:
		return e.dow != 0 || l[0].flags&upper == 0 || p.caps || len(l) > 1 || !p.nextUpper(l)
	case doNamed:
		return !p.nextIs(l, "island", "islands", "rising", "egg", "eggs", "tree", "trees", "carol", "parade", "massacre", "card", "cards")
	case doYear:
		return p.guardYear(e, l, at)
	case doDecade:
		return p.guardDecade(e, l)
	case doSeason:
		return p.guardSeason(e, l, at)
	case doQuarter:
		return e.nth >= 1 && e.nth <= 4 || e.nth == 0
	case doHalf:
		if e.nth == 0 && e.has(flagYear) { // the last half of 1989
			e.nth = 2
		}
		return e.nth >= 1 && e.nth <= 2 && (e.has(flagYear) || e.deic != deicNone || e.unit == Half && p.nextIs(l, "of"))
	case doCentury:
		return e.unit == Century && e.nth >= 1 && e.nth <= 21
	case doNthof:
		return p.guardNth(e)
	case doToday:
		if e.unit != NoUnit && e.unit != Day {
			return false
		}
		return !p.prevIs(l, "usa") && !p.nextCapital(l, "show", "show's")
	case doClock:
		return e.min >= 0 && e.min <= 24*60 || e.min == -1 && e.dow != 0
	case doAgo, doAgoday, doOffset, doDuration:
		return p.guardCount(e, l, at)
	case doYearago:
		return e.unit == Year || e.unit == Quarter || e.has(flagYear)
	case doUnit:
		return p.guardUnit(e, l) && !(len(l) == 2 && p.prevIs(l, "\"", "“", "``") && l[0].flags&l[1].flags&upper != 0)
	case doAnaphor:
		return e.unit != NoUnit || e.part != 0 || e.dow != 0 || e.month != 0
	case doWholeunit:
		return p.guardWhole(e, l)
	case doWeekdayweek:
		return e.unit == Week
	case doEra:
		return e.year > 0
	case doDayth:
		w := p.word(l, 1)
		return e.day <= 31 && l[len(l)-1].flags&suffixed != 0 && p.prevIs(l, "on", "by", "until", "since", "from", "to") &&
			(w == "" || w == "." || w == "," || oneOf(w, "and", "at", "that", "when", "but", "after", "he", "she", "they", "to"))
	case doDayofmonth:
		return l[len(l)-1].class != cOrd || l[len(l)-1].flags&suffixed != 0
	case doWordyear:
		e.flags |= flagYear
		return e.year >= 1500 && e.year <= 2100 && !p.countedBy(p.word(l, 1)) && !p.nextIs(l, "somethings", "something")
	case doRef:
		return p.guardRef(e, l)
	case doPart:
		return e.deic == deicThis || e.deic == deicLast
	}
	return true
}

// guardNth wants an nth that can be: no fortieth Monday, no week of a day.
func (p *parser) guardNth(e *expr) bool {
	inner, outer := Unit(e.day2), e.unit
	if e.dow != 0 {
		inner = Week
	}
	if e.month != 0 {
		outer = Month
	} else if e.has(flagYear) {
		outer = Year
	}
	if inner < Day || inner >= outer || outer != Month && outer != Year || inner == Month && outer != Year {
		return false
	}
	most := map3(inner, 0, 0, 5)
	switch {
	case inner == Day && outer == Month:
		most = 31
	case inner == Month:
		most = 12
	case inner > Month:
		return false
	}
	return e.nth == lastOf || e.nth >= 1 && int(e.nth) <= most
}

// continues reports whether a class behind a hyphen opens the second half of a
// range rather than a compound.
func continues(c class) bool {
	switch c {
	case cMon, cDow, cY4, cD12, cD31, cN99, cPart:
		return true
	}
	return false
}

// word is the token at distance d from the match's edges: before the first for
// d < 0, behind the last for d > 0. It stays in the sentence.
func (p *parser) word(l []lexeme, d int) string {
	i := int(l[0].tok) + d
	if d > 0 {
		i = int(l[len(l)-1].last) + d
	}
	if i < 0 || i >= len(p.t.Tok) || p.t.Tok[i].Sent != p.t.Tok[l[0].tok].Sent {
		return ""
	}
	return p.t.At(i)
}

func fold(s, lower string) bool {
	if len(s) != len(lower) {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c-'A' <= 25 {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

func oneOf(s string, list ...string) bool {
	for _, w := range list {
		if fold(s, w) {
			return true
		}
	}
	return false
}

func (p *parser) prevIs(l []lexeme, list ...string) bool { return oneOf(p.word(l, -1), list...) }
func (p *parser) nextIs(l []lexeme, list ...string) bool { return oneOf(p.word(l, 1), list...) }

func (p *parser) nextCapital(l []lexeme, list ...string) bool {
	w := p.word(l, 1)
	return w != "" && w[0]-'A' <= 25 && oneOf(w, list...)
}

func (p *parser) nextUpper(l []lexeme) bool {
	w := p.word(l, 1)
	return w != "" && w[0]-'A' <= 25
}

// prep reports whether a word that takes a date stands before.
func (p *parser) prep(l []lexeme) bool {
	return p.prevIs(l, "in", "since", "until", "till", "by", "last", "next", "early", "late", "of", "this", "from", "through",
		"to", "before", "after", "during", "between", "mid", "for", "throughout", "around", "about", "between")
}

func (p *parser) guardMonth(e *expr, l []lexeme, at int) bool {
	if e.day > 31 || e.day2 > 31 {
		return false
	}
	if e.op != doMonth {
		if l[0].class == cMon && len(l) > 1 && e.month == 5 && l[1].class == cThe {
			return false // "May the 4th be with you" is a wish
		}
		return true
	}
	if len(l) > 1 { // a modifier or deictic is proof enough, "this may be so" apart
		k := &l[len(l)-1]
		return !p.caps || e.month != 5 && e.month != 3 || k.flags&dotted != 0 || e.mod != modNone || l[0].class == cLast
	}
	if l[0].flags&inner != 0 && !p.prep(l) && !p.hyphenRange(at) {
		return false
	}
	if p.prevIs(l, "mr", "mrs", "ms", "mr.", "mrs.", "ms.", "miss", "theresa", "dr.", "gen.", "sen.", "rep.", "lady", "lord", "sir") {
		return false
	}
	prep := p.prep(l) || p.monthList(at)
	switch e.month {
	case 5:
		return prep
	case 3:
		if p.caps || p.nextIs(l, "for", "on", "against", "madness") || p.prevIs(l, "the", "a", "long", "women's", "protest", "million") {
			return prep && !p.nextIs(l, "on", "against", "madness")
		}
	case 4, 6, 8:
		// A given name stands before a capital, without a preposition.
		if w := p.word(l, 1); !p.caps && !prep && w != "" && w[0]-'A' <= 25 {
			return false
		}
	}
	if p.caps && !prep && (e.month == 8 || e.month == 4 || e.month == 6) {
		return false
	}
	return true
}

// monthList reports whether another month is joined by a comma, "and" or a
// hyphen: March, April and May.
func (p *parser) monthList(at int) bool {
	for _, d := range [2]int{-1, 1} {
		j := at + d
		if j < 0 || j+d < 0 || j >= len(p.lex) || j+d >= len(p.lex) {
			continue
		}
		c := p.lex[j].class
		if (c == cComma || c == cAnd || c == cHyph || c == cTo || c == cThru) && p.lex[j+d].class == cMon &&
			touches(&p.lex[min(j, j+d)], &p.lex[max(j, j+d)]) && touches(&p.lex[min(at, j)], &p.lex[max(at, j)]) {
			return true
		}
	}
	return false
}

func (p *parser) hyphenRange(at int) bool { return p.monthList(at) }

func (p *parser) guardDow(l []lexeme, at int) bool {
	k := &l[len(l)-1]
	if k.class != cDow && k.class != cDows {
		return true
	}
	if p.nextIs(l, "times", "telegraph", "mirror", "mail", "express", "herald", "prayer", "prayers", "school", "schools",
		"mass", "best", "service", "services", "tribune", "post", "globe", "magazine") {
		w := p.word(l, 1)
		if w[0]-'A' <= 25 && !p.caps || fold(w, "prayers") || fold(w, "prayer") || fold(w, "school") {
			return false
		}
	}
	if p.nextIs(l, "night") && oneOf(p.word(l, 2), "live", "football") {
		return false
	}
	if k.flags&inner != 0 && at+len(l) < len(p.lex) && p.lex[at+len(l)].class == cNone && p.lex[at+len(l)].tok == k.tok {
		return false
	}
	return !p.prevIs(l, "bloody", "good", "black", "ash", "palm", "super", "cyber", "joe", "shrove", "giving", "fat")
}

// guardDate refuses days that do not exist and counts that follow a month's
// name by chance.
func (p *parser) guardDate(e *expr, l []lexeme, at int) bool {
	if e.has(flagYear) && (e.year < 1 || e.year > 2999) && l[0].class != cIso && l[0].class != cIsotime {
		return false
	}
	if e.month == 0 || e.month > 12 || e.day > 31 {
		return false
	}
	if e.deic != deicNone && e.unit != Year && e.unit != NoUnit {
		return false
	}
	if e.day == 0 {
		return e.has(flagYear) || e.unit == Year || e.deic != deicNone
	}
	y := 2000
	if e.has(flagYear) {
		y = int(e.year)
	}
	if int(e.day) > monthLen(y, int(e.month)) {
		p.reject = true // Nov. 31 goes as a whole, not as "Nov."
		return false
	}
	if l[len(l)-1].class == cMon || l[0].class != cMon {
		// "the first May protest", "3 may have": an ordinal or number before a
		// month needs a capital, which the word table has asked for.
		if e.month == 5 && p.caps && l[0].class != cD12 && l[0].class != cD31 {
			return false
		}
		return !p.nextIs(l, "%", "percent")
	}
	return !p.nextIs(l, "%", "percent", "million", "billion", "people", "troops", "soldiers")
}

// guardYear wants a reason to read four digits as a year.
func (p *parser) guardYear(e *expr, l []lexeme, at int) bool {
	k := &l[len(l)-1]
	if len(l) > 1 {
		return (e.unit == Year || e.unit == NoUnit || e.mod != modNone) && !p.countedBy(p.word(l, 1))
	}
	if k.flags&inner != 0 {
		return p.yearInside(k, at)
	}
	next, prev := p.word(l, 1), p.word(l, -1)
	if p.countedBy(next) {
		return false
	}
	switch prev {
	case "$", "£", "€", "¥", "#", "@", "/":
		return false
	}
	if next == "/" || next == "%" || next == "°" {
		return false
	}
	if next == ":" { // a heading, not a part of a number
		return prev == ""
	}
	if oneOf(prev, "no.", "no", "number", "boeing", "airbus", "route", "flight", "highway", "road", "room", "model", "article", "resolution",
		"law", "decree", "code", "about", "nearly", "than", "least", "some", "almost", "roughly", "only", "just", "page", "channel", "us",
		"rs", "rs.", "points", "over", "all", "every", "unit", "district", "brigade", "regiment", "figure", "section", "sec.", "chapter") {
		return false
	}
	if hyphenLen(prev) > 0 {
		w := p.word(l, -2)
		return w != "" && (!isDigit(w[0]) || len(w) == 4)
	}
	if oneOf(prev, "in", "since", "until", "till", "by", "from", "during", "after", "before", "through", "to", "mid", "between", "late",
		"early", "its", "his", "her", "their", "the", "a", "year", "throughout", "into", "and", "or", "(", ")", ",", "-", "--", "–", "for", "of", "back", "around",
		"circa", "c.", "ca.", "on", "fall", "autumn", "spring", "summer", "winter", "our", "this", "whose", "s", "'s", "’s", "at", "election", "compared", "over",
		"against", "with", "as", "under", "was", "is", "february", "may") {
		return true
	}
	// "1988 sales", "the disputed 2009 election": a capital or a noun follows,
	// nothing numeric stands before.
	if prev == "" {
		return next == "" || !isDigit(next[0]) && !oneOf(next, ":", "-")
	}
	if n := len(next); n > 4 && next[n-1] == 's' && next[n-2] != 's' && next[0]-'A' > 25 {
		return false // deliver 2000 pieces
	}
	t := p.t.Tok[l[0].tok-1]
	return t.Flags&text.Word != 0 && !t.Has(text.Upper) && !t.Has(text.Digit)
}

// yearInside reads the year of a hyphenated token: post-1959, 1990-91,
// 1914-1918, but not part numbers.
func (p *parser) yearInside(k *lexeme, at int) bool {
	if at > 0 && p.lex[at-1].tok == k.tok {
		if p.lex[at-1].class != cHyph || at < 2 {
			return false
		}
		c := p.lex[at-2].class
		if at+1 < len(p.lex) && p.lex[at+1].tok == k.tok {
			return false
		}
		if c == cY4 { // the end of 1914-1918, and nothing longer
			return at < 3 || p.lex[at-3].tok != k.tok
		}
		return c == cPost || c == cPre || c == cMid || c == cMon || c == cSeason
	}
	if at+2 < len(p.lex) && p.lex[at+2].tok == k.tok {
		n := &p.lex[at+2]
		switch n.class {
		case cY4:
			return n.val > k.val && !(at+3 < len(p.lex) && p.lex[at+3].tok == k.tok)
		case cD12, cD31, cN99:
			d := n.val - k.val%100
			return n.aux == 2 && (d > 0 && d <= 12 || d == -99) && !(at+3 < len(p.lex) && p.lex[at+3].tok == k.tok)
		case cNone, cUnit:
			return true
		}
		return false
	}
	return true
}

// countedBy reports whether the word after a number is something counted.
func (p *parser) countedBy(w string) bool {
	return oneOf(w, "people", "men", "women", "children", "troops", "soldiers", "miles", "meters", "metres", "feet", "kilometers", "kilometres",
		"tons", "tonnes", "percent", "dollars", "pounds", "euros", "yen", "million", "billion", "trillion", "barrels", "points", "pages", "seats",
		"workers", "jobs", "houses", "homes", "acres", "hectares", "passengers", "votes", "students", "families", "delegates", "employees",
		"members", "persons", "guests", "guerrillas", "refugees", "prisoners", "police", "officers", "times", "words", "yards", "km", "kg", "mph", "hours", "days", "years",
		"weeks", "months", "minutes", "shares", "cases", "deaths", "calories", "copies", "demonstrators", "protesters", "fighters",
		"rebels", "civilians", "residents", "hostages", "peasants", "liters", "litres", "gmt", "hrs", "est", "edt", "utc", "et", "degrees")
}

func (p *parser) guardDecade(e *expr, l []lexeme) bool {
	k := &l[len(l)-1]
	if k.class == cDecw && l[0].class != cThe {
		return false
	}
	if p.prevIs(l, "his", "her", "their", "my", "your", "our") || l[0].class != cThe && e.year < 100 && p.prevIs(l, "in", "mid") && !p.apos(k) {
		return false
	}
	if e.year < 100 { // 90s, '90s
		if e.year < 20 {
			return false
		}
		e.year += 1900
		if !p.apos(k) && l[0].class != cThe {
			return false
		}
	}
	return !p.nextIs(l, "f", "c", "degrees", "percent")
}

// apos reports whether an apostrophe touches the lexeme: '90s.
func (p *parser) apos(k *lexeme) bool {
	return k.off > 0 && (p.t.Text[k.off-1] == '\'' || p.t.Text[k.off-1] >= 0x80)
}

func (p *parser) guardSeason(e *expr, l []lexeme, at int) bool {
	if l[len(l)-1].class == cY4 {
		return !p.countedBy(p.word(l, 1))
	}
	if len(l) == 1 && (e.nth == 1 || e.nth == 3) && e.has(0) {
		if oneOf(p.t.Text[l[0].off:l[0].end], "autumn") {
			return true
		}
		return p.prevIs(l, "in", "since", "until", "by", "during", "for") && !p.nextIs(l, "in", "to", "by", "of", "into", "from", "on")
	}
	if len(l) == 1 {
		return p.prevIs(l, "in", "since", "until", "by", "during", "for", "of", "each", "every", "mid", "all", "one", "until", "before", "after")
	}
	if e.nth == 3 && l[0].class == cThe && len(l) == 2 && oneOf(p.t.Text[l[1].off:l[1].end], "fall") {
		return p.prevIs(l, "in", "since", "until", "by", "during", "for", "through", "of") && !p.nextIs(l, "of", "in", "from")
	}
	if e.nth == 1 && l[0].class == cThe && len(l) == 2 {
		return !p.nextIs(l, "of") || p.prevIs(l, "in")
	}
	return true
}

// guardCount refuses ages, sentences ("years of age") and counts that are part
// of something longer.
func (p *parser) guardCount(e *expr, l []lexeme, at int) bool {
	if e.unit == NoUnit {
		return false
	}
	for j := at + len(l); j < len(p.lex) && j < at+len(l)+2; j++ {
		if !touches(&p.lex[j-1], &p.lex[j]) {
			break
		}
		if p.lex[j].class == cOld || p.lex[j].class == cYearold {
			p.reject = true
			return false
		}
		if p.lex[j].class != cHyph {
			break
		}
	}
	if p.nextIs(l, "of") && oneOf(p.word(l, 2), "age") || p.nextIs(l, "older", "younger", "her", "his") && e.unit == Year && !p.nextIs(l, "her", "his") {
		return false
	}
	if p.prevIs(l, "aged") {
		return false
	}
	// A number glued to something before it is a part of that: 2-1-year, $5.
	if l[0].flags&inner != 0 && at > 0 && p.lex[at-1].tok == l[0].tok {
		return false
	}
	if w := p.word(l, -1); w == "$" || w == "£" || w == "€" || w == "." {
		return false
	}
	if e.op == doOffset && l[len(l)-1].class != cEarlier && l[len(l)-1].class != cLater && l[len(l)-1].class != cThen {
		// "two days after the vote" hangs on the vote, which has no date here.
		if w := p.word(l, 1); w != "" && (isDigit(w[0]) || w[0]|0x20-'a' <= 25 || w[0] >= 0x80) {
			return false
		}
	}
	if e.unit == Quarter && p.nextIs(l, "of") {
		return false
	}
	if e.op == doDuration && len(l) == 2 && l[0].class == cA && p.counted(l) {
		return false
	}
	if e.op == doDuration && len(l) == 1 { // weeks, years
		return !p.prevIs(l, "these", "those", "the", "two", "per", "business", "man", "light", "working")
	}
	return true
}

// counted reports whether "a year" is a rate: $2 million a year, four flights
// a week.
func (p *parser) counted(l []lexeme) bool {
	w := p.word(l, -1)
	if w == "" {
		return false
	}
	if isDigit(w[0]) || oneOf(w, "million", "billion", "thousand", "cents", "share", "percent", "%", "once", "twice", "times", "people", "barrel", "apiece", "each", "hours", "days") {
		return true
	}
	n := len(w)
	return n > 3 && w[n-1] == 's' && w[n-2] != 's' && !oneOf(w, "lasts", "takes", "needs", "spends", "this", "perhaps", "plus", "versus", "was", "has", "gets", "serves")
}

func (p *parser) guardUnit(e *expr, l []lexeme) bool {
	if e.unit == NoUnit && l[len(l)-1].class == cYearend {
		e.unit = Year
	}
	if e.unit == Day || e.unit == Hour || e.unit == Minute {
		return e.deic == deicThis && e.mod == modNone || l[0].class == cLater && e.unit == Day
	}
	if w := p.word(l, 1); fold(w, "old") {
		return false
	}
	return true
}

func (p *parser) guardWhole(e *expr, l []lexeme) bool {
	if l[0].class != cThe {
		if e.has(flagSet) && l[0].class == cDaily {
			return !p.nextIs(l, "news", "mail", "telegraph", "mirror", "express", "star") || p.word(l, 1)[0]-'A' > 25
		}
		return true
	}
	if e.unit < Day {
		return false
	}
	return !p.nextIs(l, "of", "when", "that", "before", "after", "the", "in")
}

func (p *parser) guardRef(e *expr, l []lexeme) bool {
	k := &l[0]
	switch {
	case l[len(l)-1].class == cFuture:
		return !p.nextIs(l, "of", "contract", "contracts") && (len(l) == 2 || p.prevIs(l, "in", "near", "near-term"))
	case l[len(l)-1].class == cPast && len(l) == 2:
		return p.prevIs(l, "in", "from", "of", "to") && !p.nextUnit(l)
	case k.class == cRecent:
		return !p.nextUnit(l)
	}
	return true
}

func (p *parser) nextUnit(l []lexeme) bool {
	w := p.word(l, 1)
	if e, _ := lookup(w); e != nil {
		return e.class == cUnit || e.class == cUnits || e.class == cQtr || e.class == cQtrs || e.class == cWknd
	}
	return w != "" && isDigit(w[0])
}
