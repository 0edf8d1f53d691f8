package wire

import (
	"sync"
	"time"
)

// Years a date may have. News archives start in the nineteenth century; the
// undated index takes what lies outside 1990 to 2099.
const (
	minYear = 1800
	maxYear = 2099
)

// parseWhen reads a date and time as wires write them: RFC 3339, a space or t
// for the T, no colon in the offset or none in the time, seconds missing, the
// date alone (midnight). Without an offset the time is read in loc. zoned
// reports whether there was one.
func parseWhen(s string, loc *time.Location) (t time.Time, zoned, ok bool) {
	c := clock{s: s}
	year, ok := c.digits(4)
	if !ok {
		return t, false, false
	}
	dashed := c.skip('-')
	month, ok1 := c.digits(2)
	if dashed && !c.skip('-') {
		return t, false, false
	}
	day, ok2 := c.digits(2)
	if !ok1 || !ok2 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return t, false, false
	}
	if c.done() {
		return time.Date(year, time.Month(month), day, 0, 0, 0, 0, loc), false, true
	}
	if !c.skip('T') && !c.skip('t') && !c.skip(' ') {
		return t, false, false
	}
	hour, min, sec, nsec, ok := c.time()
	if !ok {
		return t, false, false
	}
	zone := loc
	if !c.done() {
		offset, ok := c.zone()
		if !ok || !c.done() {
			return t, false, false
		}
		zoned = true
		if zone = time.UTC; offset != 0 {
			zone = time.FixedZone("", offset)
		}
	}
	return time.Date(year, time.Month(month), day, hour, min, sec, nsec, zone), zoned, true
}

// clock walks over a time's text.
type clock struct {
	s string
	i int
}

func (c *clock) done() bool { return c.i == len(c.s) }

func (c *clock) skip(b byte) bool {
	if c.i < len(c.s) && c.s[c.i] == b {
		c.i++
		return true
	}
	return false
}

func (c *clock) digits(n int) (v int, ok bool) {
	if c.i+n > len(c.s) {
		return 0, false
	}
	for _, b := range []byte(c.s[c.i : c.i+n]) {
		if b < '0' || b > '9' {
			return 0, false
		}
		v = v*10 + int(b-'0')
	}
	c.i += n
	return v, true
}

// time reads hh:mm[:ss[.fraction]] or hhmm[ss]. A leap second is the second
// before it.
func (c *clock) time() (hour, min, sec, nsec int, ok bool) {
	hour, ok1 := c.digits(2)
	colon := c.skip(':')
	min, ok2 := c.digits(2)
	if !ok1 || !ok2 || hour > 23 || min > 59 {
		return 0, 0, 0, 0, false
	}
	if colon && c.skip(':') || !colon && c.i < len(c.s) && c.s[c.i] >= '0' && c.s[c.i] <= '9' {
		if sec, ok = c.digits(2); !ok || sec > 60 {
			return 0, 0, 0, 0, false
		}
		sec = min60(sec)
		if c.skip('.') || c.skip(',') {
			scale := int(1e9)
			start := c.i
			for c.i < len(c.s) && c.s[c.i] >= '0' && c.s[c.i] <= '9' {
				if scale /= 10; scale > 0 {
					nsec += int(c.s[c.i]-'0') * scale
				}
				c.i++
			}
			if c.i == start {
				return 0, 0, 0, 0, false
			}
		}
	}
	return hour, min, sec, nsec, true
}

func min60(sec int) int {
	if sec == 60 {
		return 59
	}
	return sec
}

// zone reads Z, +hh:mm, +hhmm or +hh, with a space before it, as seconds east.
func (c *clock) zone() (offset int, ok bool) {
	c.skip(' ')
	if c.skip('Z') || c.skip('z') {
		return 0, true
	}
	sign := 1
	if c.skip('-') {
		sign = -1
	} else if !c.skip('+') {
		return 0, false
	}
	h, ok := c.digits(2)
	if !ok || h > 15 {
		return 0, false
	}
	m := 0
	if c.skip(':') || !c.done() {
		if m, ok = c.digits(2); !ok || m > 59 {
			return 0, false
		}
	}
	return sign * (h*3600 + m*60), true
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// when reads one date of the item. An unreadable one or one out of bounds is
// absent, with a warning that names the field.
func (in *input) when(field, s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, zoned, ok := parseWhen(s, in.zone())
	if !ok {
		in.warn(field + " is not a date")
		return time.Time{}
	}
	if y := t.UTC().Year(); y < minYear || y > maxYear {
		in.warn(field + " is outside the years 1800 to 2099")
		return time.Time{}
	}
	if _, offset := t.Zone(); zoned && offset%3600 == 0 && offset != 0 && in.offset == "" {
		in.offset = etcZone(offset / 3600)
	}
	return t.UTC()
}

// etcZone is the IANA id of a whole number of hours east of Greenwich. The
// database counts west: Etc/GMT-2 is two hours east.
func etcZone(hours int) string {
	const digits = "0123456789"
	sign := "-"
	if hours < 0 {
		sign, hours = "+", -hours
	}
	if hours > 12 && sign == "+" || hours > 14 {
		return ""
	}
	if hours >= 10 {
		return "Etc/GMT" + sign + "1" + digits[hours-10:hours-9]
	}
	return "Etc/GMT" + sign + digits[hours:hours+1]
}

// zone is where the item's zoneless dates are read: the zone that the article,
// the envelope or the source names, in this order.
func (in *input) zone() *time.Location {
	if in.loc != nil {
		return in.loc
	}
	in.loc = time.UTC
	for _, id := range []string{in.a.TimeZone, in.e.Hints.TZ, in.opt.TimeZone} {
		if id == "" {
			continue
		}
		if loc := location(id); loc != nil {
			in.loc, in.zoneID = loc, id
			break
		}
		in.warn("time zone is unknown")
	}
	return in.loc
}

// locations remembers loaded zones, as time.LoadLocation reads a file each
// time. It only ever holds zones that exist, some 600, and no answer depends
// on it.
var locations sync.Map

// location is the zone of an IANA id, nil if there is none.
func location(id string) *time.Location {
	if loc, ok := locations.Load(id); ok {
		return loc.(*time.Location)
	}
	loc, err := time.LoadLocation(id)
	if err != nil || id == "Local" || len(id) > 64 {
		return nil
	}
	locations.Store(id, loc)
	return loc
}
