package event

import (
	"math"
	"math/bits"
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
	dct, known, conflict := in.Anchor.Civil()
	cs := Candidates(in)
	best, p := Choose(cs, &weights)
	if best < 0 {
		return fallback(in, dct, known, conflict)
	}
	c := cs[best]
	if c.Index < 0 {
		// The day of publication scored best: a weekday or "today" of the lead
		// that names the same day says it better.
		for i := range in.Dates {
			d := &in.Dates[i]
			if s, ok := timex.ParseDay(d.Start); ok && s == c.Day && fine(d) && datable(d) && !bodyZone(in, d) {
				return chosen(*d, Lead, dct, known, calibrated(p))
			}
		}
		e := fallback(in, dct, known, conflict)
		e.Confidence = min(e.Confidence, calibrated(p))
		return e
	}
	return chosen(in.Dates[c.Index], Scored, dct, known, calibrated(p))
}

// Features of a candidate for the main date. All are 0 or 1 but the logarithm
// of the number of mentions.
const (
	fFallback     = iota // the day of publication itself, not a date of the text
	fFallbackHas         // the same, while the text has a fine date within a week
	fTitle               // stands in the title
	fFirst               // first sentence
	fLead                // second or third
	fEarly               // fourth to sixth
	fFirstMention        // the first date of the body
	fMentions            // log2 of its mentions
	fLag0                // the day of publication
	fLag1                // the day before
	fLag3                // two or three days before
	fLag7                // four to seven
	fLag31               // up to a month
	fLagYear             // up to a year
	fOld                 // more
	fFuture              // after publication
	fCoarse              // a week, month or more
	fDaypart             // morning, night, a clock time
	fSaying              // its clause says that something was said
	fEventful            // its clause names violence, protest, disaster, crime …
	fUnsure              // planned, denied or hypothetical
	fQuoted              // inside quotation marks
	fWeekday             // resolved from a weekday
	fExplicit            // a full date
	fChain               // hangs on another date
	fOpen                // since a date
	fNames               // its clause has an actor or place
	fEventSent           // its sentence names such a thing in another clause
	fFirstEvent          // the first date whose sentence does
	fToday               // today, tonight, this morning
	fPast                // the clause's verb is past and asserted
	fLateSent            // beyond the fifteenth sentence
	fNoTime              // the sentence has no verb of the lexicon
	fHeadline            // the sentence repeats two words of the title
	NumFeatures
)

// Weights of the features.
type Weights [NumFeatures]float64

// Candidate is a day that may be the article's.
type Candidate struct {
	Index    int // of the date in Input.Dates that names it best, -1 for the day of publication
	Day      int // days since 1970-01-01
	Features Weights
}

// Candidates are the distinct days and stretches that the text names, and the
// day of publication. They stand in in.Scratch, if there is one.
func Candidates(in Input) []Candidate {
	dct, known, _ := in.Anchor.Civil()
	x := newReader(in)
	cs := x.candidates[:0]
	near, first, event := false, true, true
	for i := range in.Dates {
		d := &in.Dates[i]
		start, ok := timex.ParseDay(d.Start)
		if !ok || !datable(d) || bodyZone(in, d) {
			continue
		}
		f := x.features(i, d, start, dct, known)
		if d.Field == text.Body && first {
			f[fFirstMention], first = 1, false
		}
		if event && f[fEventful]+f[fEventSent] > 0 {
			f[fFirstEvent], event = 1, false
		}
		near = near || known && fine(d) && dct-start <= 7 && dct >= start
		k := slices.IndexFunc(cs, func(c Candidate) bool {
			return c.Day == start && fine(&in.Dates[c.Index]) == fine(d)
		})
		if k < 0 {
			cs = append(cs, Candidate{i, start, f})
			k = len(cs) - 1
		} else {
			cs[k].merge(f)
		}
		cs[k].Features[fMentions]++
	}
	for i := range cs {
		cs[i].Features[fMentions] = math.Log2(cs[i].Features[fMentions])
	}
	if known {
		c := Candidate{Index: -1, Day: dct}
		c.Features[fFallback] = 1
		if near {
			c.Features[fFallbackHas] = 1
		}
		cs = append(cs, c)
	}
	x.candidates = cs
	*x = reader{}
	return cs
}

// merge adds another mention of the same day: where it stands comes from the
// first, what speaks for it from all.
func (c *Candidate) merge(f Weights) {
	for _, k := range [...]int{fTitle, fDaypart, fEventful, fNames, fEventSent, fFirstEvent, fPast, fToday, fHeadline} {
		c.Features[k] = max(c.Features[k], f[k])
	}
	for _, k := range [...]int{fSaying, fUnsure, fQuoted, fChain, fOpen} {
		c.Features[k] = min(c.Features[k], f[k])
	}
}

// Choose is the best candidate under the weights and the share of the softmax
// that it has; -1 if there is none.
func Choose(cs []Candidate, w *Weights) (int, float64) {
	best, top, sum := -1, 0.0, 0.0
	for i := range cs {
		if s := cs[i].Score(w); best < 0 || s > top {
			best, top = i, s
		}
	}
	for i := range cs {
		sum += math.Exp(cs[i].Score(w) - top)
	}
	if best < 0 {
		return -1, 0
	}
	return best, 1 / sum
}

// Score is the weighted sum of the features.
func (c *Candidate) Score(w *Weights) float64 {
	s := 0.0
	for i, f := range c.Features {
		s += f * w[i]
	}
	return s
}

// reader gives each date its sentence and clause.
type reader struct {
	*Scratch
	in   Input
	sent [2]int // the sentence that dates have come to, per field
	n    [2]int // how many sentences of the story stand before it

	echoes    bool // the body's sentence at echoAt repeats the title
	echoAt    int
	headlined bool // headline holds the title's words
}

func newReader(in Input) *reader {
	s := in.Scratch
	if s == nil {
		s = &Scratch{}
	}
	s.cutter.start(&in)
	r := &s.reader
	*r = reader{Scratch: s, in: in, echoAt: -1}
	return r
}

// clause is the clause that a date stands in and the number of its sentence.
func (r *reader) clause(d *timex.Date) (*clause, int) {
	t, fd := r.in.tokens(d.Field), d.Field
	if t == nil {
		return nil, 0
	}
	i := r.sent[fd]
	for i < len(t.Sent) && int(t.Sent[i].End) <= d.Span.Start {
		if s := t.Sent[i]; fd == text.Title || !zonedIn(r.in.Zones, text.Span{Start: int(s.Start), End: int(s.End)}) {
			r.n[fd]++
		}
		i++
	}
	r.sent[fd] = i
	if i == len(t.Sent) {
		return nil, r.n[fd]
	}
	x := &r.cutter
	x.sentence(fd, t, i)
	for k := range x.clauses {
		c := &x.clauses[k]
		if c.trigger >= 0 && x.span(c).Overlaps(d.Span) {
			return c, r.n[fd]
		}
	}
	return nil, r.n[fd]
}

// eventful are the types of events that news opens with.
var eventful = func() (t [64]bool) {
	for i, n := range typeNames {
		switch n {
		case "ASSAULT", "DISASTER", "ACCIDENT", "PROTEST", "COERCE", "CRIME", "ELECTION", "APPOINT", "RETREAT", "MOBILIZE", "SANCTION":
			t[i] = true
		}
	}
	return t
}()

func (r *reader) features(i int, d *timex.Date, start, dct int, known bool) (f Weights) {
	c, n := r.clause(d)
	on := func(k int, b bool) {
		if b {
			f[k] = 1
		}
	}
	on(fTitle, d.Field == text.Title)
	if d.Field == text.Body {
		on(fFirst, n == 0)
		on(fLead, n == 1 || n == 2)
		on(fEarly, n >= 3 && n < 6)
		on(fLateSent, n >= 15)
	}
	if known {
		lag := dct - start
		on(fLag0, lag == 0)
		on(fLag1, lag == 1)
		on(fLag3, lag == 2 || lag == 3)
		on(fLag7, lag >= 4 && lag <= 7)
		on(fLag31, lag > 7 && lag <= 31)
		on(fLagYear, lag > 31 && lag <= 366)
		on(fOld, lag > 366)
		on(fFuture, lag < 0)
	}
	on(fCoarse, !fine(d))
	on(fDaypart, d.Granularity == "daypart" || d.Granularity == "minute")
	on(fQuoted, slices.Contains(d.Flags, "quoted"))
	on(fToday, d.Rule == "today" || d.Rule == "tonight")
	on(fNoTime, c == nil)
	on(fHeadline, d.Field == text.Body && r.echo())
	on(fWeekday, d.Method == "weekday")
	on(fExplicit, d.Method == "explicit" || d.Method == "named")
	on(fChain, d.Method == "chain")
	on(fOpen, slices.Contains(d.Flags, "openEnd"))
	if c != nil {
		on(fSaying, c.say)
		on(fEventful, eventful[c.typ])
		on(fEventSent, !eventful[c.typ] && r.eventful())
		on(fPast, c.past && c.modality() == Asserted && !c.say)
		m := c.modality()
		on(fUnsure, m == Planned || m == Hypothetical || m == Denied)
		on(fNames, r.named(d.Field, r.cutter.span(c)))
	}
	return f
}

// Words of a title that a sentence may repeat.
const (
	titleWords = 16
	titleWord  = 4 // bytes, at least: shorter ones are grammar
)

// echo reports whether the sentence of the body that dates have come to repeats
// two different words of the title: then it tells what the title tells.
func (r *reader) echo() bool {
	i := r.sent[text.Body]
	if r.in.Title == nil || i == r.echoAt || i >= len(r.in.Body.Sent) {
		return r.echoes && i == r.echoAt
	}
	if !r.headlined {
		r.headlined, r.headline = true, r.headline[:0]
		for _, k := range r.in.Title.Tok {
			if k.Flags&text.Word != 0 && k.End-k.Start >= titleWord && len(r.headline) < titleWords {
				lo, _ := text.Pack(r.in.Title.Text[k.Start:k.End])
				if !slices.Contains(r.headline, lo) {
					r.headline = append(r.headline, lo)
				}
			}
		}
	}
	seen, s := 0, r.in.Body.Sent[i]
	for _, k := range r.in.Body.Tok[s.First:s.Last] {
		if k.Flags&text.Word == 0 || k.End-k.Start < titleWord {
			continue
		}
		lo, _ := text.Pack(r.in.Body.Text[k.Start:k.End])
		for n, w := range r.headline {
			if w == lo {
				seen |= 1 << n
			}
		}
	}
	r.echoAt, r.echoes = i, bits.OnesCount(uint(seen)) >= 2
	return r.echoes
}

// eventful reports whether a clause of the sentence at hand names an event that
// news opens with.
func (r *reader) eventful() bool {
	for i := range r.cutter.clauses {
		if c := &r.cutter.clauses[i]; c.trigger >= 0 && eventful[c.typ] {
			return true
		}
	}
	for i := range r.cutter.w {
		if s := r.cutter.w[i].sense; s.noun && eventful[s.ntyp] || s.verb && eventful[s.typ] {
			return true
		}
	}
	return false
}

// named reports whether an actor or place stands in a clause.
func (r *reader) named(fd text.Field, s text.Span) bool {
	return slices.ContainsFunc(r.in.Actors, func(a Actor) bool { return a.Field == fd && s.Contains(a.Span) }) ||
		slices.ContainsFunc(r.in.Places, func(p Place) bool { return p.Field == fd && s.Contains(p.Span) })
}

// fine reports whether a date is a day or less.
func fine(d *timex.Date) bool {
	return d.Granularity == "day" || d.Granularity == "daypart" || d.Granularity == "minute" || d.Granularity == "hour"
}

func bodyZone(in Input, d *timex.Date) bool {
	return d.Field == text.Body && zonedIn(in.Zones, d.Span)
}

func zonedIn(zones []text.Span, s text.Span) bool {
	for _, z := range zones {
		if z.Overlaps(s) {
			return true
		}
	}
	return false
}

// sure is the confidence from which on a date is not doubtful for its own sake:
// its anchor is known and its words name one day.
const sure = 0.75

// chosen is a date of the text as the article's.
func chosen(d timex.Date, source string, dct int, known bool, conf float32) timex.EventDate {
	d.Role = "main"
	if d.Confidence >= sure {
		d.Confidence = conf // the calibration knows what such dates are worth
	} else {
		d.Confidence = min(d.Confidence, conf)
	}
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
	e.Precision, e.Type, e.Role, e.Granularity = "unknown", "DATE", "main", "day"
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
	e.Precision = "on_or_before"
	e.Flags = []string{"openStart"}
	return e
}
