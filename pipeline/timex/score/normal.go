package score

import (
	"regexp"
	"strconv"
	"strings"
)

// Same reports whether two TIMEX3 values mean the same stretch of time.
func Same(a, b string) bool { return a == b || Normal(a) == Normal(b) }

// Normal rewrites a TIMEX3 value so that equal stretches of time become equal
// strings: P10Y and P1DE, P7D and P1W, PT24H and P1D, 199 and 199X, 19 and
// 19XX, a year with unknown month and day and the year, weeks without their
// zero, seconds and zones of clock times.
func Normal(v string) string {
	if strings.HasPrefix(v, "P") && len(v) > 1 && !strings.Contains(v, "_REF") {
		return normalDuration(v)
	}
	for _, s := range []string{"-XX", "-XX"} {
		v = strings.TrimSuffix(v, s)
	}
	if i := strings.Index(v, "-W"); i == 4 {
		rest := v[6:]
		n := 0
		for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
			n++
		}
		if n == 1 {
			v = v[:6] + "0" + rest
		}
	}
	if i := strings.IndexByte(v, 'T'); i > 0 {
		clock := strings.TrimSuffix(v[i+1:], "Z")
		if len(clock) == 8 && clock[2] == ':' && clock[5] == ':' {
			clock = clock[:5]
		}
		if j := strings.IndexByte(clock, '+'); j > 0 {
			clock = clock[:j]
		}
		if len(clock) == 2 && clock[0] >= '0' && clock[0] <= '9' {
			clock += ":00"
		}
		v = v[:i+1] + clock
	}
	switch len(v) {
	case 4:
		if v[3] == 'X' && digits(v[:3]) {
			return v[:3]
		}
		if v[2:] == "XX" && digits(v[:2]) {
			return v[:2]
		}
	}
	return v
}

// normalDuration brings lengths to the smallest unit that is a whole number of
// them: months, days or minutes.
func normalDuration(v string) string {
	body := v[1:]
	clock := strings.HasPrefix(body, "T")
	body = strings.TrimPrefix(body, "T")
	i := 0
	for i < len(body) && (body[i] >= '0' && body[i] <= '9' || body[i] == '.') {
		i++
	}
	n, err := strconv.ParseFloat(body[:i], 64)
	if err != nil {
		return v
	}
	unit := body[i:]
	if clock {
		switch unit {
		case "H":
			if n >= 24 && n == float64(int(n/24)*24) {
				return "P" + number(n/24) + "D"
			}
			return "PT" + number(n*60) + "M"
		case "M":
			return "PT" + number(n) + "M"
		}
		return v
	}
	switch unit {
	case "CE":
		return "P" + number(n*1200) + "M"
	case "DE", "E":
		return "P" + number(n*120) + "M"
	case "Y":
		return "P" + number(n*12) + "M"
	case "Q":
		return "P" + number(n*3) + "M"
	case "M":
		return "P" + number(n) + "M"
	case "W":
		return "P" + number(n*7) + "D"
	case "D":
		return "P" + number(n) + "D"
	}
	return v
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// calendarForm is a stretch of the calendar: a year, decade, century, month,
// day, week, weekend, quarter, part of a day or clock time. References,
// durations, seasons and values with unknown parts are not.
var calendarForm = regexp.MustCompile(`^(\d{2,4}|\d{4}-(\d\d(-\d\d(T(MO|AF|EV|NI|MI|DT|NO|\d\d(:\d\d)?))?)?|W\d\d(-WE)?|Q\d))$`)

// calendar reports whether an expression's value is a stretch of the calendar.
func calendar(t Timex) bool { return calendarForm.MatchString(Normal(t.Value)) }
