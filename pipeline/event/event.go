package event

import (
	"cmp"
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
	Dates       []timex.Date // as Resolve gave them
	Zones       []text.Span  // of the body: byline, dateline, credits and tails, where nothing happens
	Anchor      timex.Anchor // as given to Resolve
}

// Find ties actors, places and dates together. An event needs at least one
// actor or place. The most certain events come first; their ids number them in
// the order of the text.
func Find(in Input) []Event {
	f := newFinder(in)
	for _, fd := range [2]text.Field{text.Title, text.Body} {
		if t := f.tokens(fd); t != nil {
			for i := range t.Sent {
				f.sentence(fd, t, t.Sent[i])
			}
		}
	}
	return f.ranked()
}

// finder collects the events of one article.
type finder struct {
	in     Input
	actors []Actor // sorted by field and place
	places []Place
	a, p   int // the next mentions that no sentence has taken
	d      int
	events []Event
}

func newFinder(in Input) *finder {
	f := &finder{in: in, actors: slices.Clone(in.Actors), places: slices.Clone(in.Places)}
	slices.SortStableFunc(f.actors, func(x, y Actor) int { return order(x.Field, x.Span, y.Field, y.Span) })
	slices.SortStableFunc(f.places, func(x, y Place) int { return order(x.Field, x.Span, y.Field, y.Span) })
	return f
}

// order is the order of the text, the title before the body.
func order(f text.Field, s text.Span, g text.Field, t text.Span) int {
	return cmp.Or(-cmp.Compare(f, g), cmp.Compare(s.Start, t.Start), cmp.Compare(s.End, t.End))
}

func (f *finder) tokens(fd text.Field) *text.Tokens {
	if fd == text.Title {
		return f.in.Title
	}
	return f.in.Body
}

// ranked numbers the events and puts the most certain first.
func (f *finder) ranked() []Event {
	for i := range f.events {
		f.events[i].ID = "e" + strconv.Itoa(i)
	}
	if len(f.events) > MaxEvents {
		best := slices.Clone(f.events)
		slices.SortStableFunc(best, func(x, y Event) int { return cmp.Compare(y.Confidence, x.Confidence) })
		best = best[:MaxEvents]
		slices.SortStableFunc(best, func(x, y Event) int { return order(x.Field, x.Span, y.Field, y.Span) })
		for i := range best {
			best[i].ID = "e" + strconv.Itoa(i)
		}
		f.events = best
	}
	slices.SortStableFunc(f.events, func(x, y Event) int { return cmp.Compare(y.Confidence, x.Confidence) })
	return f.events
}

// sentence makes the event of a sentence, if there is one.
func (f *finder) sentence(fd text.Field, t *text.Tokens, s text.Sentence) {
	span := text.Span{Start: int(s.Start), End: int(s.End)}
	e := Event{Field: fd, Span: span, Modality: Asserted}
	for ; f.a < len(f.actors) && before(f.actors[f.a].Field, f.actors[f.a].Span, fd, span); f.a++ {
	}
	for ; f.a < len(f.actors) && within(f.actors[f.a].Field, f.actors[f.a].Span, fd, span); f.a++ {
		if m := f.actors[f.a]; !f.zoned(fd, m.Span) {
			e.Actors = add(e.Actors, m.ID)
		}
	}
	for ; f.p < len(f.places) && before(f.places[f.p].Field, f.places[f.p].Span, fd, span); f.p++ {
	}
	for ; f.p < len(f.places) && within(f.places[f.p].Field, f.places[f.p].Span, fd, span); f.p++ {
		if m := f.places[f.p]; !f.zoned(fd, m.Span) && m.Kind != "metonym" {
			e.Places = add(e.Places, m.ID)
		}
	}
	var dates []*timex.Date
	for ; f.d < len(f.in.Dates) && before(f.in.Dates[f.d].Field, f.in.Dates[f.d].Span, fd, span); f.d++ {
	}
	for ; f.d < len(f.in.Dates) && within(f.in.Dates[f.d].Field, f.in.Dates[f.d].Span, fd, span); f.d++ {
		if d := &f.in.Dates[f.d]; datable(d) && !f.zoned(fd, d.Span) {
			dates = append(dates, d)
		}
	}
	if len(e.Actors) == 0 && len(e.Places) == 0 {
		return
	}
	v, ok := trigger(t, s)
	if !ok {
		return
	}
	e.Sentence = span.Of(t.Text)
	e.Trigger = v.text
	e.Modality = modality(t, s, v)
	e.Date = nearest(dates, v.span)
	e.Confidence = confidence(&e, fd, len(f.events))
	f.events = append(f.events, e)
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

// nearest is the date that stands closest to the trigger; the finer one if two
// stand equally close, the earlier in the text after that.
func nearest(dates []*timex.Date, at text.Span) *timex.Date {
	var best *timex.Date
	dist := 0
	for _, d := range dates {
		n := distance(d.Span, at)
		if coarse(d.Granularity) {
			n += 400 // a day anywhere in the sentence says more than a year next to the verb
		}
		if best == nil || n < dist {
			best, dist = d, n
		}
	}
	if best == nil {
		return nil
	}
	c := *best
	return &c
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
