package event

import (
	"slices"

	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// Sources of an article's event date, in EventDate.Source.
const (
	Scored      = "scored"      // the best candidate of the text
	Lead        = "lead"        // today or a weekday of the first sentences
	FromDate    = "dateline"    // the date of the dateline: on or before
	Publication = "publication" // the day of publication: on or before
	Absent      = "absent"      // nothing is known
)

// MainDate is when the article's main event happened. It is one of the
// article's dates where one is good enough, else the dateline's day or the day
// of publication as an upper bound, and never silently: Source and Method say
// which.
func MainDate(in Input) timex.EventDate {
	day, conflict := in.Anchor.Day()
	dct, known := timex.ParseDay(day)
	best, score := -1, 0.0
	for i := range in.Dates {
		if s, ok := mainScore(in, i, dct, known); ok && (best < 0 || s > score) {
			best, score = i, s
		}
	}
	if best >= 0 && score >= threshold {
		return chosen(in.Dates[best], Scored, dct, known, score)
	}
	if best >= 0 {
		d := in.Dates[best]
		if m := d.Method; (m == "weekday" || m == "relative") && sentenceOf(in, &d) < 3 && !coarse(d.Granularity) {
			return chosen(d, Lead, dct, known, 0.6)
		}
	}
	return fallback(in, dct, known, conflict)
}

// threshold is the score below which no date of the text is taken.
const threshold = 0.35

// mainScore rates a date as the article's: where it stands, how close it is to
// publication, how fine it is.
func mainScore(in Input, i, dct int, known bool) (float64, bool) {
	d := &in.Dates[i]
	if !datable(d) || d.Field == text.Body && zonedIn(in.Zones, d.Span) {
		return 0, false
	}
	start, ok := timex.ParseDay(d.Start)
	if !ok {
		return 0, false
	}
	s := 0.0
	switch n := sentenceOf(in, d); {
	case d.Field == text.Title:
		s += 0.3
	case n == 0:
		s += 0.4
	case n < 3:
		s += 0.25
	case n < 8:
		s += 0.1
	}
	if coarse(d.Granularity) {
		s -= 0.3
	} else {
		s += 0.15
	}
	if known {
		switch lag := dct - start; {
		case lag < 0:
			s -= 0.2
		case lag <= 1:
			s += 0.2
		case lag <= 7:
			s += 0.15
		case lag <= 31:
			s += 0.05
		case lag > 366:
			s -= 0.2
		}
	}
	switch d.Role {
	case "background":
		s -= 0.3
	case "reported":
		s -= 0.1
	}
	if slices.Contains(d.Flags, "quoted") || slices.Contains(d.Flags, "openEnd") {
		s -= 0.2
	}
	return s, true
}

// sentenceOf is the index of the sentence a date stands in, counted from the
// first sentence that is not a byline or credit.
func sentenceOf(in Input, d *timex.Date) int {
	t := in.Body
	if d.Field == text.Title {
		t = in.Title
	}
	if t == nil {
		return 0
	}
	n := 0
	for _, s := range t.Sent {
		if int(s.End) > d.Span.Start {
			break
		}
		if d.Field == text.Body && zonedIn(in.Zones, text.Span{Start: int(s.Start), End: int(s.End)}) {
			continue
		}
		n++
	}
	return n
}

func zonedIn(zones []text.Span, s text.Span) bool {
	for _, z := range zones {
		if z.Overlaps(s) {
			return true
		}
	}
	return false
}

// chosen is a date of the text as the article's.
func chosen(d timex.Date, source string, dct int, known bool, score float64) timex.EventDate {
	d.Role = "main"
	d.Confidence *= float32(min(max(score, 0.1), 0.95))
	e := timex.EventDate{Date: d, Source: source, Day: d.Start}
	if len(e.Day) > 10 {
		e.Day = e.Day[:10]
	}
	if start, ok := timex.ParseDay(d.Start); ok && known {
		e.LagDays = dct - start
	}
	return e
}

// boundDays is how far an upper bound reaches back: D-6 to D holds 85 % of the
// exact incident dates of the MUC development stories.
const boundDays = 7

// fallback is an upper bound: the dateline's day or the day of publication.
func fallback(in Input, dct int, known, conflict bool) timex.EventDate {
	e := timex.EventDate{Source: Absent}
	e.Precision, e.Type, e.Role = "unknown", "DATE", "main"
	if !known {
		return e
	}
	e.Source, e.Method, e.Basis, e.Confidence = Publication, "publication", "publication", 0.4
	if in.Anchor.Dateline != "" && !conflict {
		e.Source, e.Method, e.Basis, e.Confidence = FromDate, "dateline", "inferred", 0.5
	}
	if in.Anchor.Received || conflict {
		e.Confidence /= 2
	}
	e.Start, e.End = timex.FormatDay(dct-boundDays+1), timex.FormatDay(dct+1)
	e.Day = timex.FormatDay(dct)
	e.Timex = e.Day
	e.Granularity, e.Precision = "day", "on_or_before"
	e.Flags = []string{"openStart"}
	return e
}
