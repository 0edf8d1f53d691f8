package timex

// Civil days are counted from 1970-01-01 in the proleptic Gregorian calendar.
// The arithmetic is the package's own because time.AddDate normalises
// (January 31 plus a month becomes March 3) and because civil days have no
// zone: nothing here can depend on the machine.

// minDay and maxDay bound what is resolved: 0001-01-01 and 9999-12-31. An
// interval that leaves them is dropped, so every printed date has four digits
// for its year.
const (
	minDay int32 = -719162
	maxDay int32 = 2932896
)

// dayOf is the civil day of a date of the years 1 to 9999. Month and day must
// be in range.
func dayOf(y, m, d int) int32 {
	if m <= 2 {
		y--
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	yoe := y - era*400
	mp := (m + 9) % 12
	doy := (153*mp+2)/5 + d - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return int32(era*146097 + doe - 719468)
}

// dateOf is the inverse of dayOf.
func dateOf(day int32) (y, m, d int) {
	z := int(day) + 719468
	era := z / 146097
	if z < 0 {
		era = (z - 146096) / 146097
	}
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = doy - (153*mp+2)/5 + 1
	m = mp + 3
	if m > 12 {
		m -= 12
	}
	y = yoe + era*400
	if m <= 2 {
		y++
	}
	return y, m, d
}

// weekdayOf is 1 for Monday to 7 for Sunday, as in ISO 8601.
func weekdayOf(day int32) int {
	w := (int(day) + 3) % 7
	if w < 0 {
		w += 7
	}
	return w + 1
}

func leap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

// monthLen is the number of days of a month.
func monthLen(y, m int) int {
	switch m {
	case 2:
		if leap(y) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// validDate reports whether the day exists.
func validDate(y, m, d int) bool {
	return y >= 1 && y <= 9999 && m >= 1 && m <= 12 && d >= 1 && d <= monthLen(y, m)
}

// monday is the first day of the ISO week that holds day.
func monday(day int32) int32 { return day - int32(weekdayOf(day)-1) }

// isoWeek is the ISO year and week of a day: the week belongs to the year of
// its Thursday.
func isoWeek(day int32) (year, week int) {
	y, _, _ := dateOf(monday(day) + 3)
	return y, int(monday(day)-monday(dayOf(y, 1, 4)))/7 + 1
}

// addMonths moves a date by n months and keeps the day of the month where it
// exists, else takes the month's last day.
func addMonths(day int32, n int) int32 {
	y, m, d := dateOf(day)
	t := y*12 + m - 1 + n
	y, m = floorDiv(t, 12), floorMod(t, 12)+1
	return dayOf(y, m, min(d, monthLen(y, m)))
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func floorMod(a, b int) int { return a - floorDiv(a, b)*b }

// parseDay reads 2006-01-02.
func parseDay(s string) (int32, bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	y, ok1 := atoi(s[:4])
	m, ok2 := atoi(s[5:7])
	d, ok3 := atoi(s[8:])
	if !ok1 || !ok2 || !ok3 || !validDate(y, m, d) {
		return 0, false
	}
	return dayOf(y, m, d), true
}

// atoi reads up to nine decimal digits and nothing else.
func atoi(s string) (int, bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	n := 0
	for i := 0; i < len(s); i++ {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int(c)
	}
	return n, true
}

// ParseDay reads 2006-01-02 as a count of days since 1970-01-01. A clock time
// behind it is ignored.
func ParseDay(s string) (int, bool) {
	if len(s) > 10 && s[10] == 'T' {
		s = s[:10]
	}
	d, ok := parseDay(s)
	return int(d), ok
}

// FormatDay writes a count of days since 1970-01-01 as 2006-01-02; empty
// outside the years 1 to 9999.
func FormatDay(day int) string {
	var b [len("2006-01-02")]byte
	return string(AppendDay(b[:0], day))
}

// AppendDay appends what FormatDay writes to dst.
func AppendDay(dst []byte, day int) []byte {
	if day < int(minDay) || day > int(maxDay) {
		return dst
	}
	return appendDay(dst, int32(day))
}
