package index

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"dateline/pipeline"
	"dateline/pipeline/actor"
	"dateline/pipeline/event"
	"dateline/pipeline/place"
	"dateline/pipeline/wire"
)

// Unused is the status of an event slot that its article does not fill, or no
// longer: a tombstone, like withdrawn and withheld.
const Unused = "unused"

// ErrText says that a title or body is not UTF-8. JSON cannot hold it as it
// is, and mending it would move every span behind the mended byte. Decoding
// the article has to mend it, before spans exist.
var ErrText = errors.New("text is not UTF-8")

const msPerDay = 24 * 60 * 60 * 1000

func floorMod(a, m int64) int64 { return ((a % m) + m) % m }

// keptDay is the date of one day since 1970.
type keptDay struct {
	n    int64
	text string
}

// day is the date of an instant. A month of dates is kept: the events of an
// article share theirs, and so do the articles of a day.
func (e *encoder) day(ms int64) string {
	n := (ms - floorMod(ms, msPerDay)) / msPerDay
	d := &e.days[uint64(n)%uint64(len(e.days))]
	if d.text == "" || d.n != n {
		d.n, d.text = n, time.UnixMilli(ms).UTC().Format(time.DateOnly)
	}
	return d.text
}

// encoders are reused; each holds a buffer as large as its largest document, and
// its last one's strings until the pool lets go of it.
var encoders = sync.Pool{New: func() any { return new(encoder) }}

// start readies an encoder for the next documents.
func (e *encoder) start() {
	e.b, e.list, e.dirty, e.err, e.common = e.b[:0], e.list[:0], false, nil, [2]int{}
}

// fillSlots writes the event slots of an article from first up to last: their
// ids and what f writes. They share one piece of memory, but for slot 00: it goes
// out when the others are stored, and would keep them until it is stored itself.
func fillSlots(d *pipeline.Document, o Options, first, last int, f func(e *encoder, slot int, id string)) ([]Action, error) {
	e := encoders.Get().(*encoder)
	defer encoders.Put(e)
	e.start()
	t, err := e.target(Event, d, o)
	if err != nil || first >= last {
		return nil, err
	}
	actions := make([]Action, 0, last-first)
	var ends [MaxSlots]int
	for slot := first; slot < last; slot++ {
		a := t
		var id [eventIDSize]byte
		a.ID = e.slots.String(appendEventID(id[:0], d.ID, slot))
		e.b = append(e.b, '{')
		f(e, slot, a.ID)
		e.b = append(e.b, '}')
		if e.err != nil {
			return nil, fmt.Errorf("event slot %d: %w", slot, e.err)
		}
		ends[slot] = len(e.b)
		actions = append(actions, a)
	}
	alone, from := 0, 0
	if first == 0 {
		alone, from = 1, ends[0]
		actions[0].Source = slices.Clone(e.b[:from])
	}
	rest, at := slices.Clone(e.b[from:]), 0
	for i := range actions[alone:] {
		to := ends[first+alone+i] - from
		actions[alone+i].Source = rest[at:to:to]
		at = to
	}
	return actions, nil
}

// ArticleAction is the write of an article's document: everything that
// pipeline.Document holds but the raw name mentions, with flat copies of who,
// where and when beside it. A withheld or withdrawn article becomes a
// tombstone: status, times and reason under the same id, no text and no names.
// Errors are ErrIdentity and ErrText; both make the article a dead letter.
func ArticleAction(d *pipeline.Document, o Options) (Action, error) {
	e := encoders.Get().(*encoder)
	defer encoders.Put(e)
	e.start()
	a, err := e.target(Article, d, o)
	if err != nil {
		return Action{}, err
	}
	e.b = append(e.b, '{')
	if tombstone(d.Status) {
		e.tombstone(d, d.ID, d.Status)
	} else {
		e.article(d, o)
	}
	e.b = append(e.b, '}')
	if e.err != nil {
		return a, e.err
	}
	a.Source = slices.Clone(e.b)
	return a, nil
}

func tombstone(status string) bool { return status == wire.Withheld || status == wire.Withdrawn }

// EventActions are the writes of an article's events, in slots 00 upward: the
// o.Slots most confident ones that tell something (see Telling), in the order of
// the text. A tombstone has none.
func EventActions(d *pipeline.Document, o Options) ([]Action, error) {
	if tombstone(d.Status) {
		return nil, nil
	}
	events := slotted(d.Events, o.slots())
	return fillSlots(d, o, 0, len(events), func(e *encoder, slot int, id string) { e.event(d, events[slot], id, o) })
}

// Telling reports whether an event answers a question that its article does not:
// it says what happened, not only that somebody spoke; or it has a date of its
// own; or an actor and a place. "X said" alone, and an untyped verb with nothing
// but a name, say no more than that the article names it. They stay in the
// article's events array and get no document of their own: 26 % fewer documents
// of real news, whose slots then hold more of the rest (docs/design/dates.md).
func Telling(e *event.Event) bool {
	switch {
	case len(e.Actors) > 0 && len(e.Places) > 0:
		return true
	case e.Date != nil && e.Date.Method != "tense" && e.Date.Method != "chain":
		return true
	case e.Type == "STATEMENT":
		return len(e.Places) > 0 || len(e.Target) > 0
	}
	return e.Type != ""
}

// slotted picks the n most confident telling events and keeps them in text
// order.
func slotted(events []event.Event, n int) []*event.Event {
	all := make([]*event.Event, 0, len(events))
	for i := range events {
		if Telling(&events[i]) {
			all = append(all, &events[i])
		}
	}
	if len(all) <= n {
		return all
	}
	best := slices.Clone(all)
	slices.SortStableFunc(best, func(a, b *event.Event) int { return cmp.Compare(b.Confidence, a.Confidence) })
	best = best[:n]
	return slices.DeleteFunc(all, func(e *event.Event) bool { return !slices.Contains(best, e) })
}

// eventTombstones fill the slots from first to MaxSlots-1.
func eventTombstones(d *pipeline.Document, o Options, first int) ([]Action, error) {
	status := Unused
	if tombstone(d.Status) {
		status = d.Status
	}
	return fillSlots(d, o, first, MaxSlots, func(e *encoder, _ int, id string) {
		e.tombstone(d, id, status)
		e.text("article", d.ID)
	})
}

// EventSlots are the event writes that follow an article's outcome. They go
// out after the article's ack, and with the same version, so that no crash and
// no order of workers leaves an event of an older version behind:
//
//   - Created: the article's events; no older version can have filled a slot.
//   - Updated: all 16 slots, those that are not filled as tombstones. Another
//     worker may have written an older version's article and be about to write
//     its events: only what stands in a slot refuses those.
//   - Stale with this very version stored, unless it is sealed: all 16 slots.
//     Whoever stored it may have crashed before its events were written, and
//     nobody knows whether it was created or updated then.
//   - Stale with a newer version stored: none; that version writes its own.
//
// Slot 00 comes first in the slice and goes out last, when all others are
// acknowledged: it is the seal, see [Seal].
//
// Stored is the version that Store.Versions answers after a Stale outcome; it
// is not looked at for the others. Any other result sends nothing.
func EventSlots(d *pipeline.Document, o Options, r Result, stored int64) ([]Action, error) {
	own, err := Version(d.Status, d.Revision, o.Epoch)
	if err != nil {
		return nil, err
	}
	if r != Created && r != Updated && (r != Stale || stored > own) {
		return nil, nil
	}
	actions, err := EventActions(d, o)
	if err != nil || r == Created {
		return actions, err
	}
	rest, err := eventTombstones(d, o, len(actions))
	return append(actions, rest...), err
}

// Seal is where an article's first event slot stands. It is written after all
// others, so a seal at the article's version or above says that no event write
// of this version is missing. An article without events has none, unless it
// replaced another version.
func Seal(d *pipeline.Document, o Options) (name, id string) {
	return IndexName(Event, d.FirstSeen, o), EventID(d.ID, 0)
}

// tombstone writes what stays of a document that is hidden.
func (e *encoder) tombstone(d *pipeline.Document, id, status string) {
	e.identity(d, id, status)
	e.str("reason", d.Reason)
	e.begin("source")
	e.text("id", d.Source.ID)
	e.text("item_id", d.Source.ItemID)
	e.str("name", d.Source.Name)
	e.text("format", d.Source.Format)
	e.end()
}

// identity writes what every document has, tombstones included.
func (e *encoder) identity(d *pipeline.Document, id, status string) {
	e.ids(id)
	e.origin(d, status)
}

func (e *encoder) ids(id string) {
	e.text("id", id)
	e.text("doc_id", id)
}

// origin writes what is the same in all documents of an article.
func (e *encoder) origin(d *pipeline.Document, status string) {
	e.text("status", status)
	e.int("revision", d.Revision)
	e.int("version", clamp(d.Version))
	e.time("published", d.Published)
	e.time("updated", d.Updated)
	e.time("received", d.Received)
	e.time("first_seen", d.FirstSeen)
	e.begin("pipeline")
	e.text("version", d.Pipeline.Version)
	e.begin("data")
	e.text("gazetteer", d.Pipeline.Data.Gazetteer)
	e.text("names", d.Pipeline.Data.Names)
	e.text("dates", d.Pipeline.Data.Dates)
	e.str("overrides", d.Pipeline.Data.Overrides)
	e.end()
	e.strs("skipped", d.Pipeline.Skipped)
	e.end()
}

// shared writes what an article and its events have in common. Events are
// written one after the other: the second and later copy it from the first.
func (e *encoder) shared(d *pipeline.Document, id string) {
	e.ids(id)
	if from, to := e.common[0], e.common[1]; to > 0 {
		e.b = append(e.b, e.b[from:to]...)
		return
	}
	from := len(e.b)
	e.sharedOnce(d)
	e.common = [2]int{from, len(e.b)}
}

func (e *encoder) sharedOnce(d *pipeline.Document) {
	e.origin(d, d.Status)
	e.time("embargo", d.Embargo)
	if d.Published != nil {
		if u := d.Published.UTC(); u.Year() >= 1 && u.Year() <= 9999 {
			e.key("published_month")
			e.b = append(u.AppendFormat(append(e.b, '"'), "2006-01"), '"')
		}
	}
	e.str("language", d.Language)
	e.str("language_basis", d.LanguageBasis)
	e.str("title", d.Title)
	e.str("outlet", d.Outlet)
	e.strs("authors", d.Authors)
	e.begin("source")
	e.text("id", d.Source.ID)
	e.text("item_id", d.Source.ItemID)
	e.str("name", d.Source.Name)
	e.str("url", d.Source.URL)
	e.str("feed_url", d.Source.FeedURL)
	e.text("format", d.Source.Format)
	e.end()
	e.dedup(d)
}

// dedup writes the verdict, and the story that each document has: its own if
// nobody said otherwise.
func (e *encoder) dedup(d *pipeline.Document) {
	story := d.ID
	if v := d.Dedup; v != nil {
		e.begin("dedup")
		e.str("verdict", v.Verdict)
		e.str("duplicate_of", v.DuplicateOf)
		e.str("derived_from", v.DerivedFrom)
		e.text("story", v.Story)
		e.str("relation", v.Relation)
		e.float("containment", v.Containment, 64)
		e.bool("hidden", v.Hidden)
		if v.HeadWithdrawn {
			e.bool("head_withdrawn", true)
		}
		e.str("first", v.First)
		if v.Epoch != "" {
			e.str("epoch", v.Epoch)
			e.int("offset", v.Offset)
		}
		e.end()
		if v.Story != "" {
			story = v.Story
		}
	}
	e.text("story", story)
}

// article writes a readable article.
func (e *encoder) article(d *pipeline.Document, o Options) {
	e.shared(d, d.ID)
	e.str("body", d.Body)
	if e.dirty && e.err == nil {
		e.err = e.checkText(d)
	}
	e.strs("signals", d.Signals)
	e.str("correction_note", d.CorrectionNote)
	e.str("reason", d.Reason)
	e.str("published_basis", d.PublishedBasis)
	e.str("description", d.Description)
	e.str("slug", d.Slug)
	if d.Urgency != 0 {
		e.int("urgency", clamp(d.Urgency))
	}
	e.strs("subjects", d.Subjects)
	e.int("word_count", clamp(d.WordCount))
	e.strs("agency", d.Agency)
	e.structured(d)

	e.acting, e.placed = e.acting[:0], e.placed[:0]
	for i := range d.Actors {
		e.acting = append(e.acting, &d.Actors[i])
	}
	for i := range d.Places {
		e.placed = append(e.placed, &d.Places[i])
	}
	e.actors(e.acting)
	e.places(d, e.placed, o)
	e.mentionedDays(d.Dates)
	e.mentionedDates(d.Dates)
	if t := d.Main; t != nil {
		e.begin("event_date")
		e.interval(&t.Date, t.Day)
		e.str("source", t.Source)
		e.int("lag_days", clamp(t.LagDays))
		e.end()
	}
}

// checkText names the field that is not UTF-8.
func (e *encoder) checkText(d *pipeline.Document) error {
	for _, f := range [...]struct{ name, text string }{{"title", d.Title}, {"body", d.Body}} {
		if i := invalid(f.text); i >= 0 {
			return fmt.Errorf("%s at byte %d: %w", f.name, i, ErrText)
		}
	}
	return nil // another field was mended: no span points into it
}

// invalid is the first byte of s that is not UTF-8, or -1.
func invalid(s string) int {
	for i, r := range s {
		if r == '\ufffd' && !strings.HasPrefix(s[i:], "\ufffd") {
			return i
		}
	}
	return -1
}

// structured writes the arrays that are kept for readers but not indexed.
func (e *encoder) structured(d *pipeline.Document) {
	if d.Byline != nil {
		e.begin("byline")
		writeByline(e, d.Byline)
		e.end()
	}
	if dl := d.Dateline; dl != nil {
		e.begin("dateline")
		e.text("raw", dl.Raw)
		e.strs("places", dl.Places)
		if _, ok := ParseDate(dl.Date); ok {
			e.text("date", dl.Date)
		}
		e.str("agency", dl.Agency)
		e.span("span", dl.Span)
		e.end()
	}
	some(e, "credits", d.Credits, writeCredit)
	some(e, "actors", d.Actors, writeActor)
	some(e, "places", d.Places, writePlace)
	e.strs("cited", d.Cited)
	if f := d.Focus; f != nil {
		e.begin("focus")
		e.str("country", f.Country)
		e.str("admin1", f.Admin1)
		e.str("place", f.Place)
		if p := f.Point; p != nil {
			e.begin("point")
			e.float("lat", p.Lat, 64)
			e.float("lon", p.Lon, 64)
			e.end()
		}
		e.end()
	}
	some(e, "dates", d.Dates, writeDate)
	some(e, "events", d.Events, writeEvent)
}

// clamp keeps a number within an integer field of the mapping.
func clamp(n int) int64 { return int64(min(max(n, math.MinInt32), math.MaxInt32)) }

// event writes one event: its own actors, places and date under the names that
// articles use for all of theirs, and what a reader needs of its article.
func (e *encoder) event(d *pipeline.Document, ev *event.Event, id string, o Options) {
	e.shared(d, id)
	e.text("article", d.ID)
	e.str("url", d.Source.URL)
	e.text("sentence", ev.Sentence)
	e.text("field", ev.Field.String())
	e.span("span", ev.Span)
	e.str("trigger", ev.Trigger)
	e.str("type", ev.Type)
	e.str("modality", ev.Modality)
	e.strs("acting", ev.Source)
	e.strs("target", ev.Target)
	e.confidence(ev.Confidence)
	e.acting = actorsOf(e.acting[:0], d, ev)
	e.actors(e.acting)
	e.placed = placesOf(e.placed[:0], d, ev)
	e.places(d, e.placed, o)
	if ev.Date != nil {
		e.begin("event_date")
		e.interval(ev.Date, e.dayOf(ev.Date))
		e.end()
	}
	if e.dirty && e.err == nil {
		e.err = e.checkText(d)
	}
}

// actorsOf appends the actors of an event. One that the document does not describe
// is known by its id, or by its name, alone.
func actorsOf(as []*actor.Actor, d *pipeline.Document, ev *event.Event) []*actor.Actor {
next:
	for _, id := range ev.Actors {
		for i := range d.Actors {
			if a := &d.Actors[i]; a.ID == id || a.ID == "" && a.Name == id {
				as = append(as, a)
				continue next
			}
		}
		if strings.Contains(id, ":") {
			as = append(as, &actor.Actor{ID: id})
		} else {
			as = append(as, &actor.Actor{Name: id})
		}
	}
	return as
}

// placesOf appends the places of an event.
func placesOf(ps []*place.Place, d *pipeline.Document, ev *event.Event) []*place.Place {
next:
	for _, id := range ev.Places {
		for i := range d.Places {
			if p := &d.Places[i]; p.ID == id || p.ID == "" && p.Name == id {
				ps = append(ps, p)
				continue next
			}
		}
		ps = append(ps, &place.Place{ID: id})
	}
	return ps
}
