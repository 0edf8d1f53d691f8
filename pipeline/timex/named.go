package timex

import (
	"strings"

	"dateline/pipeline/text"
)

// NamedVersion is the version of the table of named days.
const NamedVersion = "1"

// namedKind says how a named day is found in a year.
type namedKind uint8

const (
	fixedDay  namedKind = iota // a: month, b: day
	nthDay                     // a: month, b: which (5 is the last), c: weekday, d: days after it
	easterDay                  // a: days after Easter Sunday
	moonFeast                  // moved by the moon, or set by decision: a: which, see moonDay
	absDay                     // happened once: y, a: month, b: day
	voteDay                    //  US election day: Tuesday after the first Monday of November
)

// namedDay is one name of a day, lower case, words divided by single spaces.
type namedDay struct {
	name       string
	kind       namedKind
	a, b, c, d int16
	y          int16
	days       int16 // length, 0 means 1
	approx     bool  // may be a day off: sighting of the moon
}

// first is the name's first token, which an apostrophe ends too.
func (n *namedDay) first() string {
	if i := strings.IndexAny(n.name, " '"); i >= 0 {
		return n.name[:i]
	}
	return n.name
}

// namedDays is the hand-written table. Longer names come before their
// beginnings.
var namedDays = [...]namedDay{
	{name: "all saints day", kind: fixedDay, a: 11, b: 1},
	{name: "all saints' day", kind: fixedDay, a: 11, b: 1},
	{name: "anzac day", kind: fixedDay, a: 4, b: 25},
	{name: "april fools' day", kind: fixedDay, a: 4, b: 1},
	{name: "april fools day", kind: fixedDay, a: 4, b: 1},
	{name: "armistice day", kind: fixedDay, a: 11, b: 11},
	{name: "ascension day", kind: easterDay, a: 39},
	{name: "ash wednesday", kind: easterDay, a: -46},
	{name: "australia day", kind: fixedDay, a: 1, b: 26},
	{name: "bastille day", kind: fixedDay, a: 7, b: 14},
	{name: "black friday", kind: nthDay, a: 11, b: 4, c: 4, d: 1},
	{name: "boxing day", kind: fixedDay, a: 12, b: 26},
	{name: "canada day", kind: fixedDay, a: 7, b: 1},
	{name: "christmas day", kind: fixedDay, a: 12, b: 25},
	{name: "christmas eve", kind: fixedDay, a: 12, b: 24},
	{name: "christmas", kind: fixedDay, a: 12, b: 25},
	{name: "cinco de mayo", kind: fixedDay, a: 5, b: 5},
	{name: "columbus day", kind: nthDay, a: 10, b: 2, c: 1},
	{name: "cyber monday", kind: nthDay, a: 11, b: 4, c: 4, d: 4},
	{name: "d-day", kind: absDay, y: 1944, a: 6, b: 6},
	{name: "diwali", kind: moonFeast, a: diwali, approx: true},
	{name: "earth day", kind: fixedDay, a: 4, b: 22},
	{name: "easter sunday", kind: easterDay},
	{name: "easter monday", kind: easterDay, a: 1},
	{name: "easter weekend", kind: easterDay, a: -2, days: 4},
	{name: "easter week", kind: easterDay, a: -7, days: 7},
	{name: "easter", kind: easterDay},
	{name: "eid al-fitr", kind: moonFeast, a: eidFitr, approx: true},
	{name: "eid al-adha", kind: moonFeast, a: eidAdha, approx: true},
	{name: "election day", kind: voteDay},
	{name: "father's day", kind: nthDay, a: 6, b: 3, c: 7},
	{name: "flag day", kind: fixedDay, a: 6, b: 14},
	{name: "good friday", kind: easterDay, a: -2},
	{name: "groundhog day", kind: fixedDay, a: 2, b: 2},
	{name: "guy fawkes night", kind: fixedDay, a: 11, b: 5},
	{name: "halloween", kind: fixedDay, a: 10, b: 31},
	{name: "hanukkah", kind: moonFeast, a: hanukkah, days: 8},
	{name: "holy thursday", kind: easterDay, a: -3},
	{name: "holy week", kind: easterDay, a: -7, days: 7},
	{name: "inauguration day", kind: fixedDay, a: 1, b: 20},
	{name: "independence day", kind: fixedDay, a: 7, b: 4},
	{name: "international women's day", kind: fixedDay, a: 3, b: 8},
	{name: "juneteenth", kind: fixedDay, a: 6, b: 19},
	{name: "kristallnacht", kind: absDay, y: 1938, a: 11, b: 9},
	{name: "labor day", kind: nthDay, a: 9, b: 1, c: 1},
	{name: "labour day", kind: fixedDay, a: 5, b: 1},
	{name: "martin luther king day", kind: nthDay, a: 1, b: 3, c: 1},
	{name: "martin luther king jr. day", kind: nthDay, a: 1, b: 3, c: 1},
	{name: "maundy thursday", kind: easterDay, a: -3},
	{name: "may day", kind: fixedDay, a: 5, b: 1},
	{name: "memorial day", kind: nthDay, a: 5, b: 5, c: 1},
	{name: "mother's day", kind: nthDay, a: 5, b: 2, c: 7},
	{name: "new year's day", kind: fixedDay, a: 1, b: 1},
	{name: "new year's eve", kind: fixedDay, a: 12, b: 31},
	{name: "new year's", kind: fixedDay, a: 1, b: 1},
	{name: "nowruz", kind: fixedDay, a: 3, b: 21, approx: true},
	{name: "orthodox easter", kind: moonFeast, a: easternEaster},
	{name: "palm sunday", kind: easterDay, a: -7},
	{name: "passover", kind: moonFeast, a: passover, days: 8},
	{name: "pearl harbor day", kind: fixedDay, a: 12, b: 7},
	{name: "pentecost", kind: easterDay, a: 49},
	{name: "pi day", kind: fixedDay, a: 3, b: 14},
	{name: "presidents' day", kind: nthDay, a: 2, b: 3, c: 1},
	{name: "presidents day", kind: nthDay, a: 2, b: 3, c: 1},
	{name: "ramadan", kind: moonFeast, a: ramadan, days: 30, approx: true},
	{name: "remembrance day", kind: fixedDay, a: 11, b: 11},
	{name: "rosh hashanah", kind: moonFeast, a: newYearJewish, days: 2},
	{name: "russia day", kind: fixedDay, a: 6, b: 12},
	{name: "september 11 attacks", kind: absDay, y: 2001, a: 9, b: 11},
	{name: "sept. 11 attacks", kind: absDay, y: 2001, a: 9, b: 11},
	{name: "shrove tuesday", kind: easterDay, a: -47},
	{name: "st. patrick's day", kind: fixedDay, a: 3, b: 17},
	{name: "super tuesday", kind: moonFeast, a: superTuesday},
	{name: "thanksgiving day", kind: nthDay, a: 11, b: 4, c: 4},
	{name: "thanksgiving weekend", kind: nthDay, a: 11, b: 4, c: 4, days: 4},
	{name: "thanksgiving", kind: nthDay, a: 11, b: 4, c: 4},
	{name: "v-e day", kind: absDay, y: 1945, a: 5, b: 8},
	{name: "v-j day", kind: absDay, y: 1945, a: 8, b: 15},
	{name: "valentine's day", kind: fixedDay, a: 2, b: 14},
	{name: "veterans day", kind: fixedDay, a: 11, b: 11},
	{name: "victory day", kind: fixedDay, a: 5, b: 9},
	{name: "whit monday", kind: easterDay, a: 50},
	{name: "chinese new year", kind: moonFeast, a: lunarYear},
	{name: "lunar new year", kind: moonFeast, a: lunarYear},
	{name: "brexit day", kind: absDay, y: 2020, a: 1, b: 31},
	{name: "kwanzaa", kind: fixedDay, a: 12, b: 26, days: 7},
	{name: "oct. 7 attacks", kind: absDay, y: 2023, a: 10, b: 7},
	{name: "oct. 7 attack", kind: absDay, y: 2023, a: 10, b: 7},
	{name: "oct. 7 massacre", kind: absDay, y: 2023, a: 10, b: 7},
	{name: "october 7 attacks", kind: absDay, y: 2023, a: 10, b: 7},
	{name: "october 7 attack", kind: absDay, y: 2023, a: 10, b: 7},
	{name: "october 7 massacre", kind: absDay, y: 2023, a: 10, b: 7},
	{name: "jan. 6 attack", kind: absDay, y: 2021, a: 1, b: 6},
	{name: "jan. 6 riot", kind: absDay, y: 2021, a: 1, b: 6},
	{name: "jan. 6 insurrection", kind: absDay, y: 2021, a: 1, b: 6},
	{name: "january 6 attack", kind: absDay, y: 2021, a: 1, b: 6},
	{name: "january 6 riot", kind: absDay, y: 2021, a: 1, b: 6},
	{name: "january 6 insurrection", kind: absDay, y: 2021, a: 1, b: 6},
	{name: "july 7 bombings", kind: absDay, y: 2005, a: 7, b: 7},
	{name: "july 7 attacks", kind: absDay, y: 2005, a: 7, b: 7},
	{name: "sept. 11 terrorist attacks", kind: absDay, y: 2001, a: 9, b: 11},
	{name: "september 11 terrorist attacks", kind: absDay, y: 2001, a: 9, b: 11},
	{name: "eid", kind: moonFeast, a: eidFitr, approx: true},
	{name: "st patrick's day", kind: fixedDay, a: 3, b: 17},
	{name: "yom kippur", kind: moonFeast, a: yomKippur},
}

// namedTable finds the names of days in a text. It is read only.
type namedTable struct {
	first [26]uint32 // bit n: a first word of n bytes starts with the letter
	index [26][]uint8
}

var named = newNamedTable()

func newNamedTable() *namedTable {
	t := &namedTable{}
	for i, n := range namedDays {
		c := n.name[0] - 'a'
		t.first[c] |= 1 << min(len(n.first()), 31)
		t.index[c] = append(t.index[c], uint8(i))
	}
	return t
}

// begins reports whether a token of letter c is the first of a name.
func (n *namedTable) begins(c byte, s string) bool {
	if n.first[c-'a']&(1<<min(len(s), 31)) == 0 {
		return false
	}
	for _, k := range n.index[c-'a'] {
		if fold(s, namedDays[k].first()) {
			return true
		}
	}
	return false
}

// inDigits is the named day that is written in digits: 9/11 for everybody, 7/7
// and 26/11 only before what happened.
func (n *namedTable) inDigits(t *text.Tokens, end int, s string) (uint8, bool) {
	rest := t.Text[end:min(len(t.Text), end+12)]
	struck := matchName(rest+" ", 0, " attacks") > 0 || matchName(rest+" ", 0, " bombings") > 0 || matchName(rest+" ", 0, " attack") > 0
	for i, d := range digitDays {
		if d.name == s && (i == 0 || struck) {
			return uint8(len(namedDays) + i), true
		}
	}
	return 0, false
}

// digitDays are named by their numerals; the first needs no word behind it.
var digitDays = [...]namedDay{
	{name: "9/11", kind: absDay, y: 2001, a: 9, b: 11},
	{name: "7/7", kind: absDay, y: 2005, a: 7, b: 7},
	{name: "26/11", kind: absDay, y: 2008, a: 11, b: 26},
}

// namedAt is the named day of a lexeme's value.
func namedAt(i uint8) *namedDay {
	if int(i) >= len(namedDays) {
		return &digitDays[int(i)-len(namedDays)]
	}
	return &namedDays[i]
}

// match reports the longest name that starts at token i: its last token, its
// number and the byte where it ends.
func (n *namedTable) match(t *text.Tokens, i, last uint32, caps bool) (uint32, int, int, bool) {
	off := int(t.Tok[i].Start)
	if !caps && t.Text[off]-'A' > 25 {
		return 0, 0, 0, false
	}
	best, bestEnd := -1, 0
	for _, k := range n.index[t.Text[off]|0x20-'a'] {
		if end := matchName(t.Text, off, namedDays[k].name); end > bestEnd {
			best, bestEnd = int(k), end
		}
	}
	if best < 0 {
		return 0, 0, 0, false
	}
	j := i
	for j+1 < last && int(t.Tok[j+1].Start) < bestEnd {
		j++
	}
	if int(t.Tok[j].End) != bestEnd {
		return 0, 0, 0, false
	}
	return j, best, bestEnd, true
}

// matchName compares a name with the text from off on, without regard to case,
// letting any white space stand for a space and ’ for '. It gives the byte
// behind the name, 0 if it differs.
func matchName(s string, off int, name string) int {
	for i := 0; i < len(name); i++ {
		if off >= len(s) {
			return 0
		}
		c := s[off]
		switch {
		case name[i] == ' ':
			if !isSpace(c) {
				return 0
			}
			for off < len(s) && isSpace(s[off]) {
				off++
			}
			continue
		case name[i] == '\'' && c == 0xe2 && off+2 < len(s) && s[off+1] == 0x80 && s[off+2] == 0x99:
			off += 3
			continue
		}
		if c-'A' <= 25 {
			c |= 0x20
		}
		if c != name[i] {
			return 0
		}
		off++
	}
	if off < len(s) && (s[off]|0x20-'a' <= 25 || isDigit(s[off])) {
		return 0
	}
	return off
}

// interval is the named day in a year; false where the table does not know it.
func (n *namedDay) interval(year int) (Interval, bool) {
	if n.kind == absDay {
		year = int(n.y)
	}
	if year < 1583 || year > 9990 {
		return Interval{}, false
	}
	var d int32
	switch n.kind {
	case fixedDay, absDay:
		d = dayOf(year, int(n.a), int(n.b))
	case nthDay:
		d = nthWeekday(year, int(n.a), int(n.b), int(n.c)) + int32(n.d)
	case easterDay:
		d = easter(year) + int32(n.a)
	case voteDay:
		d = nthWeekday(year, 11, 1, 1) + 1
	case moonFeast:
		var ok bool
		if d, ok = moonDay(year, int(n.a)); !ok {
			return Interval{}, false
		}
	}
	return days(d, d+int32(max(n.days, 1))), true
}

// nthWeekday is the nth weekday of a month; 5 stands for the last.
func nthWeekday(y, m, n, dow int) int32 {
	first := dayOf(y, m, 1)
	d := first + int32((dow-weekdayOf(first)+7)%7)
	if n == 5 {
		for d+7 < first+int32(monthLen(y, m)) {
			d += 7
		}
		return d
	}
	return d + int32(7*(n-1))
}

// easter is Easter Sunday of the Gregorian calendar, by the Meeus, Jones and
// Butcher algorithm.
func easter(y int) int32 {
	a, b, c := y%19, y/100, y%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	n := (h + l - 7*m + 90) / 25
	p := (h + l - 7*m + 33*n + 19) % 32
	return dayOf(y, n, p)
}

// The feasts of moonDay.
const (
	ramadan = iota
	eidFitr
	eidAdha
	easternEaster
	newYearJewish
	yomKippur
	hanukkah
	passover
	superTuesday
	lunarYear
	diwali
)

// moonDay is the first day of a feast that follows another calendar, or that
// was set by decision; false in years that are not known.
func moonDay(year, feast int) (int32, bool) {
	switch feast {
	case ramadan:
		return islamic(year, 9, 1)
	case eidFitr:
		return islamic(year, 10, 1)
	case eidAdha:
		return islamic(year, 12, 10)
	case easternEaster:
		return orthodoxEaster(year), true
	case newYearJewish:
		return hebrewYear(year + 3761), true
	case yomKippur:
		return hebrewYear(year+3761) + 9, true
	case passover:
		return hebrewYear(year+3761) - 163, true
	case hanukkah:
		// The month before is long in years of 355 and 385 days.
		d := hebrewYear(year + 3761)
		if (hebrewYear(year+3762)-d)%10 == 5 {
			return d + 84, true
		}
		return d + 83, true
	}
	if year < decidedFrom || year >= decidedFrom+len(decided) {
		return 0, false
	}
	v := decided[year-decidedFrom][feast-superTuesday]
	if v == 0 {
		return 0, false
	}
	return dayOf(year, int(v/100), int(v%100)), true
}

const decidedFrom = 2000

// decided holds month and day of Super Tuesday, Lunar New Year and Diwali from
// the year 2000 on; 0 where there is none or the table is silent.
var decided = [...][3]int16{
	{307, 205, 1026}, {0, 124, 1114}, {0, 212, 1104}, {0, 201, 1025}, {302, 122, 1112}, {0, 209, 1101}, {0, 129, 1021}, {0, 218, 1109},
	{205, 207, 1028}, {0, 126, 1017}, {0, 214, 1105}, {0, 203, 1026}, {306, 123, 1113}, {0, 210, 1103}, {0, 131, 1023}, {0, 219, 1111},
	{301, 208, 1030}, {0, 128, 1019}, {0, 216, 1107}, {0, 205, 1027}, {303, 125, 1114}, {0, 212, 1104}, {0, 201, 1024}, {0, 122, 1112},
	{305, 210, 1031}, {0, 129, 1020}, {0, 217, 1108}, {0, 206, 1029}, {0, 126, 1017}, {0, 213, 1105}, {0, 203, 1026},
}

// hebrewYear is the first day of a year of the Hebrew calendar: the mean new
// moon of the year, moved by the calendar's four postponements (the arithmetic
// of Reingold and Dershowitz, Calendrical Calculations).
func hebrewYear(y int) int32 {
	a, b, c := hebrewMoon(y-1), hebrewMoon(y), hebrewMoon(y+1)
	switch {
	case c-b == 356:
		b += 2
	case b-a == 382:
		b++
	}
	const epoch = -1373427 - 719163 // of the calendar, in days since 1970-01-01
	return int32(b + epoch)
}

func hebrewMoon(y int) int {
	months := floorDiv(235*y-234, 19)
	parts := 12084 + 13753*months
	day := 29*months + floorDiv(parts, 25920)
	if floorMod(3*(day+1), 7) < 3 {
		day++
	}
	return day
}

// islamic is a day of the tabular Islamic calendar that falls into a Gregorian
// year, the first if two do. Sightings of the moon move it by a day.
func islamic(year, month, day int) (int32, bool) {
	start := dayOf(year, 1, 1)
	h := int(float64(year-622) * 33 / 32)
	for ; ; h++ {
		d := int32((11*h+3)/30+354*h+30*month-(month-1)/2+day-385) + julianDayOffset
		if d >= start {
			return d, d < dayOf(year+1, 1, 1)
		}
	}
}

// julianDayOffset takes the count of the tabular calendar (Julian day
// 1948440 - 385 …) to days since 1970-01-01.
const julianDayOffset = 1948440 - 2440588

// orthodoxEaster is Easter by the Julian calendar (Meeus), as a Gregorian day.
func orthodoxEaster(y int) int32 {
	d := (19*(y%19) + 15) % 30
	e := (2*(y%4) + 4*(y%7) - d + 34) % 7
	m := (d + e + 114) / 31
	k := (d+e+114)%31 + 1
	return dayOf(y, m, k) + int32(y/100-y/400-2)
}
