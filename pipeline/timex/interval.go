package timex

// Unit is a unit of the calendar, which is also the granularity of a date.
type Unit uint8

// The units, finest first, so that they compare.
const (
	NoUnit Unit = iota
	Second
	Minute
	Hour
	Daypart
	Day
	Weekend
	Week
	Month
	Quarter
	Half
	Season
	Year
	Decade
	Century
)

var unitNames = [...]string{"", "minute", "minute", "hour", "daypart", "day", "weekend", "week",
	"month", "quarter", "quarter", "season", "year", "decade", "century"}

// String is the granularity's name in documents. Seconds are written as
// minutes and half years as quarters, which the document has no words for.
func (u Unit) String() string { return unitNames[u] }

// Interval is a half-open stretch of civil time: days since 1970-01-01 with an
// optional minute of the day. A minute of -1 means the day's beginning, without
// claiming a clock time.
type Interval struct {
	Start, End       int32 // days, End exclusive unless EndMin is set
	StartMin, EndMin int16 // minute of the day, -1 for none
}

func days(start, end int32) Interval { return Interval{start, end, -1, -1} }

// Empty reports whether the interval holds nothing.
func (v Interval) Empty() bool { return v.startMinute() >= v.endMinute() }

func (v Interval) startMinute() int64 { return int64(v.Start)*1440 + int64(max(v.StartMin, 0)) }
func (v Interval) endMinute() int64   { return int64(v.End)*1440 + int64(max(v.EndMin, 0)) }

// bounded reports whether the interval lies inside the years 1 to 9999.
func (v Interval) bounded() bool { return v.Start >= minDay && v.End <= maxDay }

// Contains reports whether o lies inside v.
func (v Interval) Contains(o Interval) bool {
	return v.startMinute() <= o.startMinute() && o.endMinute() <= v.endMinute()
}

// Intersect is the stretch that both hold; it is Empty if there is none.
func (v Interval) Intersect(o Interval) Interval {
	r := v
	if o.startMinute() > v.startMinute() {
		r.Start, r.StartMin = o.Start, o.StartMin
	}
	if o.endMinute() < v.endMinute() {
		r.End, r.EndMin = o.End, o.EndMin
	}
	return r
}

// Hull is the smallest interval that holds both.
func (v Interval) Hull(o Interval) Interval {
	r := v
	if o.startMinute() < v.startMinute() {
		r.Start, r.StartMin = o.Start, o.StartMin
	}
	if o.endMinute() > v.endMinute() {
		r.End, r.EndMin = o.End, o.EndMin
	}
	return r
}

// truncate is the unit that holds the day. southern turns the seasons.
func truncate(day int32, u Unit, southern bool) Interval {
	y, m, _ := dateOf(day)
	switch u {
	case Week:
		return days(monday(day), monday(day)+7)
	case Weekend:
		return days(monday(day)+5, monday(day)+7)
	case Month:
		return monthOf(y, m)
	case Quarter:
		return quarterOf(y, (m-1)/3+1)
	case Half:
		return halfOf(y, (m-1)/6+1)
	case Season:
		q := m % 12 / 3 // 0 is December to February
		if q == 0 && m < 3 {
			y--
		}
		if southern {
			q = (q + 2) % 4
		}
		return seasonOf(y, (q+3)%4+1, southern)
	case Year:
		return yearOf(y)
	case Decade:
		return years(y-y%10, 10)
	case Century:
		return years(y-(y-1)%100, 100)
	}
	return days(day, day+1)
}

func monthOf(y, m int) Interval {
	s := dayOf(y, m, 1)
	return days(s, s+int32(monthLen(y, m)))
}

func quarterOf(y, q int) Interval {
	return days(dayOf(y, q*3-2, 1), monthOf(y, q*3).End)
}

func halfOf(y, h int) Interval {
	return days(dayOf(y, h*6-5, 1), monthOf(y, h*6).End)
}

func yearOf(y int) Interval { return years(y, 1) }

func years(y, n int) Interval { return days(dayOf(y, 1, 1), dayOf(y+n, 1, 1)) }

// seasonOf is a season by meteorologists' months: 1 spring, 2 summer, 3 autumn,
// 4 winter. A northern winter and a southern summer start in December of y.
func seasonOf(y, s int, southern bool) Interval {
	m := s * 3 // March, June, September, December
	if southern {
		m = (s*3+5)%12 + 1 // September, December, March, June
	}
	start := dayOf(y, m, 1)
	return days(start, addMonths(start, 3))
}

// shift moves a day by n units of the calendar.
func shift(day int32, n int, u Unit) int32 {
	switch u {
	case Week, Weekend:
		return day + int32(n)*7
	case Month:
		return addMonths(day, n)
	case Quarter, Season:
		return addMonths(day, 3*n)
	case Half:
		return addMonths(day, 6*n)
	case Year:
		return addMonths(day, 12*n)
	case Decade:
		return addMonths(day, 120*n)
	case Century:
		return addMonths(day, 1200*n)
	}
	return day + int32(n)
}

// fits reports whether shifting stays inside the calendar.
func fits(day int32, n int, u Unit) bool {
	span := int64(n) * unitDays(u)
	t := int64(day) + span
	return t > int64(minDay)+1000 && t < int64(maxDay)-1000
}

func unitDays(u Unit) int64 {
	switch u {
	case Week, Weekend:
		return 7
	case Month:
		return 31
	case Quarter, Season:
		return 92
	case Half:
		return 184
	case Year:
		return 366
	case Decade:
		return 3653
	case Century:
		return 36525
	}
	return 1
}

// thirds narrows an interval of whole days to its beginning, middle or end:
// the outer thirds of the days, rounded down, so that April gives its first
// and last ten days.
func thirds(v Interval, m mod) Interval {
	n := v.End - v.Start
	third := max(n/3, 1)
	switch m {
	case modStart:
		v.End = v.Start + third
	case modMid:
		v.Start, v.End = v.Start+third, v.End-third
		if v.Start >= v.End {
			v.Start, v.End = v.Start-1, v.Start
		}
	case modEnd:
		v.Start = v.End - third
	}
	return v
}
