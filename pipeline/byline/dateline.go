package byline

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dateline/pipeline/text"
)

// Bounds of a dateline: the longest of 33,000 news articles has 96 bytes. It
// stands in one of the first lines; captions and credits may come before it.
const (
	maxDateline      = 160
	maxDatelineLines = 4
	maxPlaceWords    = 5
)

// readDateline finds the dateline that opens the body, or reads the structured
// one.
func readDateline(body, given string, published time.Time) *Dateline {
	at := 0
	for n := 0; n < maxDatelineLines && at < len(body); {
		end := strings.IndexByte(body[at:], '\n')
		if end < 0 {
			end = len(body) - at
		}
		line := body[at : at+end]
		if trimmed := strings.TrimSpace(line); trimmed != "" {
			n++
			start := at + strings.Index(line, trimmed)
			if d := datelineAt(body, start, at+end, published); d != nil {
				return d
			}
		}
		at += end + 1
	}
	given = strings.TrimSpace(strings.ToValidUTF8(given, "\uFFFD"))
	if given == "" || len(given) > maxDateline {
		return nil
	}
	d := datelineAt(given+" — x", 0, len(given)+len(" — x"), published)
	if d == nil {
		place, _, _ := strings.Cut(given, "(")
		d = &Dateline{Places: []string{strings.TrimRight(place, " -–—,")}}
	}
	d.Raw, d.Span, d.PlaceSpans = given, text.Span{}, nil // it stands outside the body
	return d
}

// datelineReader walks over the tokens at the start of a line.
type datelineReader struct {
	*reader
	i      int
	base   int
	places []text.Span
	agency []string
	region bool // a state or country follows a place
	dated  bool
	month  int
	day    int
	year   int
}

// datelineAt reads a dateline at body[start:end]; nil if there is none.
func datelineAt(body string, start, end int, published time.Time) *Dateline {
	src := body[start:end]
	if len(src) > maxDateline {
		cut := maxDateline
		for cut > 0 && !utf8.RuneStart(src[cut]) {
			cut--
		}
		src = src[:cut]
	}
	if first, _ := utf8.DecodeRuneInString(src); first != '(' && !upper(src) {
		return nil
	}
	if !strings.Contains(src, "(") && !strings.Contains(src, " -") && !strings.Contains(src, "--") && !strings.Contains(src, ".-") && !strings.Contains(src, "_") &&
		!strings.Contains(src, "–") && !strings.Contains(src, "—") && !strings.Contains(src, "―") {
		return nil
	}
	r := &datelineReader{reader: &reader{src: src, toks: lex(src)}, base: start}
	if !r.read() {
		return nil
	}
	d := &Dateline{Places: []string{}}
	stop := r.i
	for r.i < len(r.toks) && (r.toks[r.i].kind == dash || r.stopsDash(r.i)) {
		r.i++
	}
	if r.i > stop {
		stop = r.i
	}
	d.Span = text.Span{Start: start, End: start + r.toks[stop-1].end}
	d.Raw = d.Span.Of(body)
	if r.i < len(r.toks) {
		d.Span.End = start + r.toks[r.i].start
	} else if len(src) == end-start {
		d.Span.End = end
	}
	d.Places = slices.Grow(d.Places, len(r.places))
	for _, s := range r.places {
		d.Places = append(d.Places, s.Of(body))
	}
	d.PlaceSpans = r.places
	d.Agency = strings.Join(r.agency, "/")
	r.date(d, published)
	return d
}

// stopsDash reports a stop that belongs to the dash: ".-".
func (r *datelineReader) stopsDash(i int) bool {
	return i+1 < len(r.toks) && r.toks[i].kind == stop && r.toks[i+1].kind == dash
}

// read walks over places, date and agency, and decides whether that is a
// dateline.
func (r *datelineReader) read() bool {
	capitals := r.readPlaces()
	r.readDate()
	bracketed, known := r.readAgency()
	r.readDate()
	if !known && !bracketed {
		known = r.bareAgency()
	}
	dashed := r.i < len(r.toks) && (r.toks[r.i].kind == dash || r.stopsDash(r.i))
	spaced := dashed && (r.toks[r.i].space || r.toks[r.i].kind == stop || r.src[r.toks[r.i].start:r.toks[r.i].end] != "-")
	switch {
	case len(r.places) == 0:
		return bracketed && known && spaced // (Bloomberg) --
	case bracketed && known:
		return true
	case !spaced:
		return false
	case known:
		return capitals || r.region || r.dated
	case bracketed || capitals:
		first := r.places[0]
		name := r.src[first.Start-r.base : first.End-r.base]
		return capitals && len(name) >= 3 && !labels[fold(name)]
	}
	return r.region
}

// labels stand in capitals before a dash and are no places.
var labels = buildPhrases(`file;file photo;filed;photo by;breaking;breaking news;update;updated;watch;live;opinion;analysis;exclusive;video;photos;photo;editor's note;note;correction;clarification;
	advertisement;read more;more;review;column;commentary;editorial;sponsored;spoiler alert;warning;question;answer;q;a;q&a;summary;background;the facts;the claim;
	what happened;why it matters;the bottom line;bottom line;our rating;who;what;when;where;how;why;listen;poll;quiz;factbox;fact check;timeline;related;trending;news;explainer`)

// readPlaces reads "TEL AVIV/BEIRUT" and "DULUTH, Minn."; it reports whether
// the first place is in capitals.
func (r *datelineReader) readPlaces() (capitals bool) {
	for len(r.places) < 4 {
		first := r.i
		caps := true
		for r.i < len(r.toks) && r.i-first < maxPlaceWords && r.placeWord(r.i, first) {
			s := r.surface(r.i)
			caps = caps && (allCaps(s) || !hasCapital(s) || strings.HasSuffix(s, ".") || utf8.RuneCountInString(s) == 1)
			r.i++
		}
		if r.i == first {
			return capitals
		}
		if len(r.places) == 0 {
			capitals = caps && utf8.RuneCountInString(r.surface(first)) > 1
		}
		last := r.i
		last = r.readRegions(last)
		r.places = append(r.places, text.Span{Start: r.base + r.toks[first].start, End: r.base + r.toks[last-1].end})
		if r.i+1 < len(r.toks) && (r.toks[r.i].kind == slash || r.toks[r.i].low == "and" || r.toks[r.i].kind == amp || r.toks[r.i].low == "und") && r.placeWord(r.i+1, r.i+1) {
			r.i++
			continue
		}
		return capitals
	}
	return capitals
}

// placeWord reports whether token i can be a word of a place.
func (r *datelineReader) placeWord(i, first int) bool {
	t := r.toks[i]
	if t.kind != word {
		return false
	}
	if m := months[strings.TrimSuffix(t.low, ".")]; m > 0 && i > first {
		return false
	}
	s := r.surface(i)
	if strings.ContainsAny(s, "0123456789") {
		return false // COVID-19
	}
	return upper(s) || i > first && (particles[t.low] || t.low == "am" || t.low == "an" || t.low == "on" || t.low == "upon" || t.low == "sur" || t.low == "i" || t.low == "of" || t.low == "in")
}

// readRegions reads ", Minn." and ", Japan" after a place.
func (r *datelineReader) readRegions(last int) int {
	for range 2 {
		if r.i+1 >= len(r.toks) || r.toks[r.i].kind != comma || r.toks[r.i+1].kind != word {
			return last
		}
		k := r.i + 1
		if months[strings.TrimSuffix(r.toks[k].low, ".")] > 0 && k+1 < len(r.toks) && r.toks[k+1].kind == number {
			return last
		}
		n := 0
		for x := min(len(r.toks), k+4); x > k; x-- {
			if r.words2(k, x) && r.phraseIs(k, x, regions) {
				n = x - k
				break
			}
		}
		if n == 0 { // a region no list knows: words with capitals up to a sign that goes on
			for k+n < len(r.toks) && n < 3 && r.placeWord(k+n, k) {
				n++
			}
			if n == 0 || k+n >= len(r.toks) || !r.goesOn(k+n) {
				return last
			}
		} else {
			r.region = true
		}
		r.i = k + n
		last = r.i
	}
	return last
}

func (r *datelineReader) words2(i, j int) bool {
	for k := i; k < j; k++ {
		if r.toks[k].kind != word {
			return false
		}
	}
	return true
}

// goesOn reports whether a dateline can go on at token i.
func (r *datelineReader) goesOn(i int) bool {
	switch r.toks[i].kind {
	case comma, opening, dash, slash:
		return true
	case stop:
		return r.stopsDash(i)
	}
	return false
}

// readDate reads ", April 12", ", 21 Nov. 2024", "12. April".
func (r *datelineReader) readDate() {
	if r.dated {
		return
	}
	k := r.i
	if k < len(r.toks) && r.toks[k].kind == comma {
		k++
	}
	if k+1 >= len(r.toks) {
		return
	}
	a, b := r.toks[k], r.toks[k+1]
	if b.kind == stop && a.kind == number && k+2 < len(r.toks) { // 12. April
		k++
		b = r.toks[k+1]
	}
	if b.low == "de" && k+2 < len(r.toks) { // 12 de abril
		k++
		b = r.toks[k+1]
	}
	month, day := 0, 0
	switch {
	case a.kind == word && b.kind == number:
		month, day = months[strings.TrimSuffix(a.low, ".")], dayOf(r.src[b.start:b.end])
	case a.kind == number && b.kind == word:
		month, day = months[strings.TrimSuffix(b.low, ".")], dayOf(r.src[a.start:a.end])
	}
	if month == 0 || day == 0 {
		return
	}
	r.month, r.day, r.dated = month, day, true
	r.i = k + 2
	if r.i < len(r.toks) && r.toks[r.i].kind == stop && !r.stopsDash(r.i) {
		r.i++ // Nov. of an abbreviation no list knows
	}
	k = r.i
	if k+1 < len(r.toks) && (r.toks[k].kind == comma || r.toks[k].low == "de") {
		k++
	}
	if k < len(r.toks) && r.toks[k].kind == number {
		if y := yearOf(r.src[r.toks[k].start:r.toks[k].end]); y > 0 {
			r.year = y
			r.i = k + 1
		}
	}
	if r.i < len(r.toks) && r.toks[r.i].kind == comma {
		r.i++
	}
}

// dayOf reads 1 to 31 with or without an ordinal's letters.
func dayOf(s string) int {
	d, n := 0, 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' && n < 3 {
		d = d*10 + int(s[n]-'0')
		n++
	}
	switch strings.ToLower(s[n:]) {
	case "", "st", "nd", "rd", "th", "er":
	default:
		return 0
	}
	if d < 1 || d > 31 || n > 2 {
		return 0
	}
	return d
}

// yearOf reads a year from 1800 to 2099.
func yearOf(s string) int {
	if len(s) != 4 {
		return 0
	}
	y := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0
		}
		y = y*10 + int(c-'0')
	}
	if y < 1800 || y > 2099 {
		return 0
	}
	return y
}

// readAgency reads "(Reuters)", "(dpa/lni)", "(ats afp)".
func (r *datelineReader) readAgency() (bracketed, known bool) {
	if r.i >= len(r.toks) || r.toks[r.i].kind != opening {
		return false, false
	}
	k := r.i + 1
	for k < len(r.toks) && r.toks[k].kind != closing && k-r.i < 8 {
		switch r.toks[k].kind {
		case word, slash, dash, comma, amp, stop, number:
		default:
			return false, false
		}
		k++
	}
	if k >= len(r.toks) || r.toks[k].kind != closing || k == r.i+1 {
		return false, false
	}
	inner := tagOrgs(r.src, slices.Clone(r.toks[r.i+1:k]), true)
	for _, t := range inner {
		if t.kind == org && !slices.Contains(r.agency, t.org.Code) {
			r.agency = append(r.agency, t.org.Code)
		}
	}
	r.i = k + 1
	return true, len(r.agency) > 0
}

// bareAgency reads an agency without brackets: "Feb. 3 Kyodo -".
func (r *datelineReader) bareAgency() bool {
	k := r.i
	if k < len(r.toks) && r.toks[k].kind == comma {
		k++
	}
	if k >= len(r.toks) || r.toks[k].kind != word {
		return false
	}
	o, n := orgAt(r.src, r.toks[k:], false)
	if n == 0 || !o.Agency || k+n >= len(r.toks) || r.toks[k+n].kind != dash && !r.stopsDash(k+n) {
		return false
	}
	r.agency = append(r.agency, o.Code)
	r.i = k + n
	return true
}

// date fills the date; a missing year is the one nearest to publication, at
// most three days ahead of it.
func (r *datelineReader) date(d *Dateline, published time.Time) {
	if !r.dated {
		return
	}
	year := r.year
	if year == 0 {
		if published.IsZero() {
			return
		}
		d.YearInferred = true
		best := time.Duration(1<<63 - 1)
		for y := published.Year() - 1; y <= published.Year()+1; y++ {
			gap := time.Date(y, time.Month(r.month), r.day, 0, 0, 0, 0, time.UTC).Sub(published)
			if gap > 3*24*time.Hour {
				continue
			}
			if gap.Abs() < best {
				best, year = gap.Abs(), y
			}
		}
	}
	t := time.Date(year, time.Month(r.month), r.day, 0, 0, 0, 0, time.UTC)
	if t.Day() != r.day {
		d.YearInferred = false
		return
	}
	d.Date = t.Format(time.DateOnly)
	d.DatePrecision = "day"
}
