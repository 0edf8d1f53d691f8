package timex

// appendTimex writes the TIMEX3 value of a resolved expression.
func appendTimex(b []byte, f *found, v *value) []byte {
	switch v.ref {
	case refPast:
		if f.op == doAgo && f.unit >= Day {
			return appendDuration(b, f)
		}
		if f.op == doOffset {
			return appendDuration(b, f)
		}
		return append(b, "PAST_REF"...)
	case refPresent:
		return append(b, "PRESENT_REF"...)
	case refFuture:
		if f.op == doOffset {
			return appendDuration(b, f)
		}
		return append(b, "FUTURE_REF"...)
	}
	switch v.typ {
	case typeDuration:
		return appendDuration(b, f)
	case typeSet:
		return appendSet(b, f)
	}
	if f.op == doDuration {
		return appendDuration(b, f)
	}
	if f.op == doEra && !v.has {
		b = append(b, "BC"...)
		return appendInt(b, int(f.year), 4)
	}
	if !v.has {
		return appendUnresolved(b, f)
	}
	b = appendDate(b, v)
	if v.base2 != 0 {
		w := *v
		w.base = v.base2
		b = appendDate(append(b, '/'), &w)
	}
	return b
}

func appendDate(b []byte, v *value) []byte {
	y, m, d := dateOf(v.base)
	switch v.gran {
	case Week, Weekend:
		wy, w := isoWeek(v.base)
		b = appendInt(b, wy, 4)
		b = append(b, '-', 'W')
		b = appendInt(b, w, 2)
		if v.gran == Weekend {
			b = append(b, "-WE"...)
		}
		return b
	case Month:
		return appendInt(append(appendInt(b, y, 4), '-'), m, 2)
	case Quarter:
		return append(append(appendInt(b, y, 4), "-Q"...), byte('1'+(m-1)/3))
	case Half:
		return append(append(appendInt(b, y, 4), "-H"...), byte('1'+(m-1)/6))
	case Season:
		return append(append(appendInt(b, y, 4), '-'), seasonCode(v)...)
	case Year:
		return appendInt(b, y, 4)
	case Decade:
		return appendInt(b, y/10, 3)
	case Century:
		return appendInt(b, y/100, 2)
	}
	b = appendDay(b, v.base)
	_ = d
	if v.gran == Daypart {
		b = append(b, 'T')
		return append(b, partCodes[v.part]...)
	}
	if v.gran <= Hour {
		b = append(b, 'T')
		b = appendInt(b, int(v.clock)/60, 2)
		b = append(b, ':')
		b = appendInt(b, int(v.clock)%60, 2)
	}
	return b
}

var partCodes = [...]string{"", "MO", "AF", "EV", "NI", "MO", "EV", "MI", "DT"}

func seasonCode(v *value) string {
	return [...]string{"", "SP", "SU", "FA", "WI"}[v.part]
}

// appendUnresolved writes what is known of a date without an anchor.
func appendUnresolved(b []byte, f *found) []byte {
	switch {
	case f.op == doDayofmonth, f.op == doDayth:
		return appendInt(append(b, "XXXX-XX-"...), int(f.day), 2)
	case f.dow != 0:
		return appendInt(append(b, "XXXX-WXX-"...), int(f.dow), 1)
	case f.month != 0 && f.day != 0:
		return appendInt(append(appendInt(append(b, "XXXX-"...), int(f.month), 2), '-'), int(f.day), 2)
	case f.month != 0:
		return appendInt(append(b, "XXXX-"...), int(f.month), 2)
	case f.op == doClock && f.min >= 0:
		b = append(b, "XXXX-XX-XXT"...)
		return appendInt(append(appendInt(b, int(f.min)/60, 2), ':'), int(f.min)%60, 2)
	case f.op == doSeason:
		return append(append(b, "XXXX-"...), [...]string{"", "SP", "SU", "FA", "WI"}[f.nth&3+f.nth>>2*4]...)
	case f.unit == Week:
		return append(b, "XXXX-WXX"...)
	case f.unit == Month:
		return append(b, "XXXX-XX"...)
	case f.unit == Year:
		return append(b, "XXXX"...)
	case f.unit == Quarter || f.op == doQuarter:
		b = append(b, "XXXX-Q"...)
		if f.nth >= 1 && f.nth <= 4 {
			return append(b, '0'+f.nth)
		}
		return append(b, 'X')
	}
	return append(b, "XXXX-XX-XX"...)
}

// durationCodes are the designators of ISO 8601 durations; those of the day's
// parts follow a T.
var durationCodes = [...]string{"D", "S", "M", "H", "D", "D", "WE", "W", "M", "Q", "M", "SE", "Y", "DE", "CE"}

func appendDuration(b []byte, f *found) []byte {
	b = append(b, 'P')
	if f.unit <= Hour && f.unit != NoUnit {
		b = append(b, 'T')
	}
	n := int(f.shift)
	switch {
	case f.has(flagVague) || n == 0 && f.has(flagPlural):
		b = append(b, 'X')
	case f.has(flagHalf) && f.unit == Minute:
		b = appendInt(b, max(n, 0), 1)
		return append(b, "M30S"...)
	case f.has(flagHalf) && f.unit == Hour && n > 0:
		b = appendInt(b, n, 1)
		return append(b, "H30M"...)
	case f.has(flagHalf) && f.unit == Year:
		b = appendInt(b, max(n, 0), 1)
		return append(b, "Y6M"...)
	case f.has(flagHalf) && n == 0 && f.unit == Hour:
		return append(b, "30M"...)
	case f.has(flagHalf):
		b = appendInt(b, n, 1)
		b = append(b, ".5"...)
	default:
		b = appendInt(b, max(n, 1), 1)
	}
	return append(b, durationCodes[f.unit]...)
}

func appendSet(b []byte, f *found) []byte {
	if f.dow != 0 {
		b = appendInt(append(b, "XXXX-WXX-"...), int(f.dow), 1)
		if f.part != 0 {
			b = append(append(b, 'T'), partCodes[f.part]...)
		}
		return b
	}
	if f.month != 0 {
		return appendInt(append(b, "XXXX-"...), int(f.month), 2)
	}
	if f.unit == NoUnit {
		return append(b, "P1D"...)
	}
	return appendDuration(b, f)
}

func appendDay(b []byte, day int32) []byte {
	y, m, d := dateOf(day)
	b = append(appendInt(b, y, 4), '-')
	b = append(appendInt(b, m, 2), '-')
	return appendInt(b, d, 2)
}

// appendInt writes n with at least w digits.
func appendInt(b []byte, n, w int) []byte {
	var t [10]byte
	i := len(t)
	for n > 0 || w > 0 {
		i--
		t[i] = byte('0' + n%10)
		n /= 10
		w--
	}
	return append(b, t[i:]...)
}
