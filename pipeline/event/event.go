package event

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// MaxEvents bounds the events of one article; the least certain go first.
const MaxEvents = 64

// MaxNames bounds the actors, and the places, of one event.
const MaxNames = 16

// Actor is one place where the text names an actor.
type Actor struct {
	ID    string
	Field text.Field
	Span  text.Span
}

// Place is one place where the text names a place.
type Place struct {
	ID    string
	Field text.Field
	Span  text.Span
	Kind  string // event, dateline, mention, metonym
}

// Input is what the earlier stages found. Mentions may be in any order; those
// without an id are ignored.
type Input struct {
	Title, Body *text.Tokens
	Actors      []Actor
	Places      []Place
	Dates       []timex.Date // as Resolve gave them; events point into it
	Zones       []text.Span  // of the body: byline, dateline, credits and tails, where nothing happens
	Anchor      timex.Anchor // as given to Resolve
	Scratch     *Scratch     // memory to reuse, one goroutine at a time; may be nil
}

// tokens are those of a field; nil if the article has none.
func (in *Input) tokens(fd text.Field) *text.Tokens {
	if fd == text.Title {
		return in.Title
	}
	return in.Body
}

// Scratch is the memory of Find and MainDate. The zero value is ready; nothing
// in their answers points into it. Clauses that one of them has cut of an
// article are there for the other.
type Scratch struct {
	actors                []Actor
	places                []Place
	cutter                cutter
	finder                finder
	reader                reader
	found                 []Event
	rank                  []uint64
	order                 []uint64 // of mentions, see inOrder
	headline              []uint64 // the title's words, their first eight letters
	candidates            []Candidate
	front, behind, agent  []string
	subject, before, here []string
	marks                 []mark
	days                  text.Arena // around those of publication
}

// Find ties actors, places and dates together. An event needs at least one
// actor or place. The most certain events come first; their ids number them in
// the order of the text.
func Find(in Input) []Event {
	f := newFinder(in)
	for _, fd := range [2]text.Field{text.Title, text.Body} {
		if t := in.tokens(fd); t != nil {
			for i := range t.Sent {
				f.sentence(fd, t, i)
			}
		}
	}
	es := f.ranked()
	clear(f.events) // they hold on to the article's text
	f.found = f.events
	*f = finder{}
	return es
}

// numbers are the ids of an article's events.
var numbers = func() (t [MaxEvents]string) {
	for i := range t {
		t[i] = "e" + strconv.Itoa(i)
	}
	return t
}()

func number(i int) string {
	if i < len(numbers) {
		return numbers[i]
	}
	return ""
}

// keep copies ids into memory that the answer owns.
func (f *finder) keep(ids []string) []string {
	if len(ids) == 0 {
		return nil
	}
	if len(f.names)+len(ids) > cap(f.names) {
		f.names = make([]string, 0, max(64, len(ids)))
	}
	n := len(f.names)
	f.names = append(f.names, ids...)
	return f.names[n:len(f.names):len(f.names)]
}

// finder collects the events of one article.
type finder struct {
	*Scratch
	in      Input
	a, p, d int // the next mentions that no sentence has taken
	events  []Event
	names   []string     // what the events' ids are cut from
	dates   []timex.Date // of events alone, see own
	day     int          // of publication
	known   bool
	para    *timex.Date // last date of the paragraph
	paraAt  uint32
	chain   *timex.Date    // para as the date of what hangs on it
	tense   [2]*timex.Date // on or before publication, on or after it
	around  string         // the days around that of publication, see date
}

func newFinder(in Input) *finder {
	s := in.Scratch
	if s == nil {
		s = &Scratch{}
	}
	f := &s.finder
	*f = finder{Scratch: s, in: in, events: s.found[:0]}
	s.cutter.start(&in)
	s.actors, s.order = inOrder(s.actors[:0], in.Actors, s.order, func(a *Actor) (text.Field, text.Span) { return a.Field, a.Span })
	s.places, s.order = inOrder(s.places[:0], in.Places, s.order, func(p *Place) (text.Field, text.Span) { return p.Field, p.Span })
	f.day, f.known, _ = in.Anchor.Civil()
	return f
}

// inOrder appends the mentions of from to dst in the order of the text, those of
// one place in theirs. Places are sorted as numbers in keys; texts of a quarter of
// a GB or more, which do not fit, are compared.
func inOrder[T any](dst, from []T, keys []uint64, at func(*T) (text.Field, text.Span)) ([]T, []uint64) {
	const startBits, lengthBits, indexBits = 28, 15, 20
	keys = keys[:0]
	for i := range from {
		f, s := at(&from[i])
		n := s.End - s.Start
		if s.Start < 0 || s.Start >= 1<<startBits || n < 0 || n >= 1<<lengthBits || i >= 1<<indexBits {
			dst = append(dst, from...)
			slices.SortStableFunc(dst, func(x, y T) int {
				f, s := at(&x)
				g, t := at(&y)
				return order(f, s, g, t)
			})
			return dst, keys
		}
		k := uint64(s.Start)<<(lengthBits+indexBits) | uint64(n)<<indexBits | uint64(i)
		if f != text.Title {
			k |= 1 << 63
		}
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		dst = append(dst, from[k&(1<<indexBits-1)])
	}
	return dst, keys
}

// order is the order of the text, the title before the body.
func order(f text.Field, s text.Span, g text.Field, t text.Span) int {
	return cmp.Or(-cmp.Compare(f, g), cmp.Compare(s.Start, t.Start), cmp.Compare(s.End, t.End))
}

// rank sorts the most certain first, then in the order of the text. Floats of
// one sign sort as their bits do.
func rank(confidence float32, i int) uint64 {
	return uint64(^math.Float32bits(max(confidence, 0)))<<32 | uint64(i)
}

// ranked numbers the events in the order of the text and answers the most
// certain first.
func (f *finder) ranked() []Event {
	best := f.rank[:0]
	for i := range f.events {
		best = append(best, rank(f.events[i].Confidence, i))
	}
	slices.Sort(best)
	f.rank = best
	if len(best) == 0 {
		return nil
	}
	best = best[:min(len(best), MaxEvents)]
	es := make([]Event, len(best))
	for n, r := range best {
		es[n] = f.events[uint32(r)]
	}
	// Numbers follow the order of the text: what is left of a rank without its
	// certainty.
	for n, r := range best {
		best[n] = r<<32 | uint64(n)
	}
	slices.Sort(best)
	for n, r := range best {
		es[uint32(r)].ID = number(n)
	}
	return es
}

// sentence makes the events of a sentence: one for each clause with a trigger
// and at least one actor or place.
func (f *finder) sentence(fd text.Field, t *text.Tokens, n int) {
	s := t.Sent[n]
	span := text.Span{Start: int(s.Start), End: int(s.End)}
	as, ps, ds := f.take(fd, span)
	if len(as) == 0 && len(ps) == 0 {
		f.follow(ds, s)
		return
	}
	x := &f.cutter
	x.sentence(fd, t, n)
	f.mark(as)
	f.subject = f.subject[:0]
	for i := range x.clauses {
		c := &x.clauses[i]
		if c.trigger < 0 {
			continue
		}
		cs := x.span(c)
		e := Event{Field: fd, Span: span, Sentence: span.Of(t.Text), Trigger: x.at(c.trigger).Of(t.Text), At: x.at(c.trigger), Type: typeNames[c.typ], Modality: c.modality()}
		f.who(&e, c, as, cs)
		f.here = f.here[:0]
		for _, m := range ps {
			if cs.Contains(m.Span) && m.Kind != "metonym" {
				f.here = add(f.here, m.ID)
			}
		}
		e.Places = f.keep(f.here)
		if len(e.Actors) == 0 && len(e.Places) == 0 {
			continue
		}
		e.Date = f.when(c, i, s, ds)
		e.Confidence = confidence(&e, fd, len(f.events))
		f.events = append(f.events, e)
	}
	f.follow(ds, s)
}

// take advances over the mentions of a sentence.
func (f *finder) take(fd text.Field, span text.Span) (as []Actor, ps []Place, ds []timex.Date) {
	for f.a < len(f.actors) && before(f.actors[f.a].Field, f.actors[f.a].Span, fd, span) {
		f.a++
	}
	from := f.a
	for f.a < len(f.actors) && within(f.actors[f.a].Field, f.actors[f.a].Span, fd, span) {
		f.a++
	}
	as = f.actors[from:f.a]
	for f.p < len(f.places) && before(f.places[f.p].Field, f.places[f.p].Span, fd, span) {
		f.p++
	}
	from = f.p
	for f.p < len(f.places) && within(f.places[f.p].Field, f.places[f.p].Span, fd, span) {
		f.p++
	}
	ps = f.places[from:f.p]
	for f.d < len(f.in.Dates) && before(f.in.Dates[f.d].Field, f.in.Dates[f.d].Span, fd, span) {
		f.d++
	}
	from = f.d
	for f.d < len(f.in.Dates) && within(f.in.Dates[f.d].Field, f.in.Dates[f.d].Span, fd, span) {
		f.d++
	}
	return as, ps, f.in.Dates[from:f.d]
}

// when attaches a date: the nearest in the clause, else one of the sentence
// that no subordinator separates, else the paragraph's last, else what the
// tense says of the day of publication.
func (f *finder) when(c *clause, i int, s text.Sentence, ds []timex.Date) *timex.Date {
	x := &f.cutter
	at := x.at(c.trigger)
	if d := f.nearest(ds, x.span(c), at); d != nil {
		return d
	}
	for _, j := range [2]int{i - 1, i + 1} {
		if j < 0 || j >= len(x.clauses) {
			continue
		}
		n := &x.clauses[j]
		barrier := n.opened != 0 || j > i && n.said || c.opened != 0 || c.said != n.said || n.say != c.say
		if !barrier && n.trigger >= 0 {
			if d := f.nearest(ds, x.span(n), at); d != nil {
				own := f.own(d)
				own.Confidence *= 0.8
				return own
			}
		}
	}
	if f.para != nil && f.paraAt == s.Para && c.past && !c.planned {
		if f.chain == nil {
			f.chain = f.own(f.para)
			f.chain.Method, f.chain.Basis = "chain", "inferred"
			f.chain.Confidence = min(f.chain.Confidence, 0.5)
		}
		return f.chain
	}
	return f.byTense(c)
}

var openStart, openEnd = []string{"openStart"}, []string{"openEnd"}

// byTense bounds an event without a date by the day of publication.
func (f *finder) byTense(c *clause) *timex.Date {
	if !f.known || c.modality() == Hypothetical || !c.past && !c.planned {
		return nil
	}
	k := 0
	if c.planned {
		k = 1
	}
	if f.tense[k] != nil {
		return f.tense[k]
	}
	dct := f.date(0)
	d := timex.Date{Granularity: "day", Basis: "inferred", Method: "tense", Type: "DATE", Role: "event", Confidence: 0.2, Anchor: dct, Timex: dct}
	if c.planned {
		d.Precision, d.Role = "on_or_after", "future"
		d.Flags = openEnd
		d.Start, d.End = dct, f.date(boundDays)
	} else {
		d.Precision = "on_or_before"
		d.Flags = openStart
		d.Start, d.End = f.date(1-boundDays), f.date(1)
	}
	f.tense[k] = f.own(&d)
	return f.tense[k]
}

// own is a copy of a date that an event may change.
func (f *finder) own(d *timex.Date) *timex.Date {
	if len(f.dates) == cap(f.dates) {
		f.dates = make([]timex.Date, 0, 4)
	}
	f.dates = append(f.dates, *d)
	return &f.dates[len(f.dates)-1]
}

// date is the day of publication moved by k days, boundDays at most, cut from
// one string of them all. Outside the calendar it is empty.
func (f *finder) date(k int) string {
	const size = len("2006-01-02")
	if f.around == "" {
		var buf [size * (2*boundDays + 1)]byte
		b := buf[:0]
		for d := -boundDays; d <= boundDays; d++ {
			b = timex.AppendDay(b, f.day+d)
		}
		if len(b) < len(buf) {
			return timex.FormatDay(f.day + k)
		}
		f.around = f.Scratch.days.String(b)
	}
	return f.around[(k+boundDays)*size:][:size]
}

// follow keeps the sentence's last date as the anchor of its paragraph.
func (f *finder) follow(ds []timex.Date, s text.Sentence) {
	for i := range ds {
		if datable(&ds[i]) && !coarse(ds[i].Granularity) && !f.zoned(ds[i].Field, ds[i].Span) {
			f.para, f.paraAt, f.chain = &ds[i], s.Para, nil
			return // the first: it opens the sentence or dates its main clause
		}
	}
}

func before(f text.Field, s text.Span, g text.Field, sent text.Span) bool {
	return f > g || f == g && s.Start < sent.Start
}

func within(f text.Field, s text.Span, g text.Field, sent text.Span) bool {
	return f == g && s.Start < sent.End
}

func (f *finder) zoned(fd text.Field, s text.Span) bool {
	if fd == text.Title {
		return false
	}
	i, _ := slices.BinarySearchFunc(f.in.Zones, s.Start, func(z text.Span, at int) int { return cmp.Compare(z.End, at+1) })
	return i < len(f.in.Zones) && f.in.Zones[i].Overlaps(s)
}

// add keeps ids in the order of the text, each once.
func add(ids []string, id string) []string {
	if id == "" || len(ids) == MaxNames || slices.Contains(ids, id) {
		return ids
	}
	return append(ids, id)
}

// datable reports whether a date can say when an event was.
func datable(d *timex.Date) bool {
	if d.Start == "" || d.Type == "SET" || d.Type == "DURATION" || slices.Contains(d.Flags, "presentRef") {
		return false
	}
	return true
}

// nearest is the date inside a span that stands closest to the trigger; a day
// anywhere in it says more than a year next to the verb.
func (f *finder) nearest(ds []timex.Date, in, at text.Span) *timex.Date {
	var best *timex.Date
	dist := 0
	for i := range ds {
		d := &ds[i]
		if !in.Overlaps(d.Span) || !datable(d) || f.zoned(d.Field, d.Span) {
			continue
		}
		n := distance(d.Span, at)
		if coarse(d.Granularity) {
			n += 400
		}
		if best == nil || n < dist {
			best, dist = d, n
		}
	}
	return best
}

func coarse(g string) bool {
	switch g {
	case "month", "quarter", "season", "year", "decade", "century":
		return true
	}
	return false
}

func distance(a, b text.Span) int {
	switch {
	case a.End <= b.Start:
		return b.Start - a.End
	case b.End <= a.Start:
		return a.Start - b.End
	}
	return 0
}

// confidence is a prior, not a fitted probability: it grows with what the
// event has and falls along the text.
func confidence(e *Event, fd text.Field, n int) float32 {
	c := float32(0.25)
	if len(e.Actors) > 0 {
		c += 0.2
	}
	if len(e.Places) > 0 {
		c += 0.15
	}
	if e.Date != nil {
		c += 0.2 * e.Date.Confidence
	}
	if fd == text.Title || n < 3 {
		c += 0.1
	}
	if e.Modality != Asserted {
		c -= 0.05
	}
	return c
}
