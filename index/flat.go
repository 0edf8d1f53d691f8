package index

import (
	"slices"
	"strings"
	"time"

	"dateline/pipeline"
	"dateline/pipeline/actor"
	"dateline/pipeline/place"
	"dateline/pipeline/timex"
)

// actors writes the flat copies of who: ids, names, countries, roles, and the
// words by which a name finds them.
func (e *encoder) actors(as []*actor.Actor) {
	if len(as) == 0 {
		return
	}
	for _, a := range as {
		if a.Type == "person" {
			e.add(a.Name)
		}
	}
	e.flush("person")
	for _, a := range as {
		if a.Type == "organization" || a.Type == "government" {
			e.add(a.Name)
		}
	}
	e.flush("organization")

	e.begin("actor")
	e.each(as, "id", func(a *actor.Actor) { e.add(a.ID) })
	e.each(as, "name", func(a *actor.Actor) { e.add(a.Name) })
	e.each(as, "type", func(a *actor.Actor) { e.add(a.Type) })
	e.each(as, "country", func(a *actor.Actor) { e.add(a.Country) })
	e.each(as, "path", func(a *actor.Actor) {
		for _, id := range a.Path {
			e.add(id)
		}
		e.add(a.Parent)
		e.add(a.ID)
	})
	e.roles(as)
	e.each(as, "role_code", func(a *actor.Actor) {
		for _, r := range a.Roles {
			e.add(r.Code)
		}
	})
	e.each(as, "role_text", func(a *actor.Actor) {
		for _, r := range a.Roles {
			e.add(r.Text)
		}
	})
	e.each(as, "text", func(a *actor.Actor) {
		e.add(a.Name)
		for _, s := range a.Aliases {
			e.add(s)
		}
		for i := range a.Mentions {
			e.add(a.Mentions[i].Text)
		}
	})
	e.labels(as)
	e.end()
}

// roles writes "id|code" and "id|code|status" of each role, each once.
func (e *encoder) roles(as []*actor.Actor) {
	first := true
	for i, a := range as {
		for k := range a.Roles {
			r := &a.Roles[k]
			if r.Code == "" || a.ID == "" {
				continue
			}
			code, status := heldBefore(as[:i+1], k)
			if !code {
				e.element(&first, "role", a.ID, r.Code, "")
			}
			if r.Status != "" && !status {
				e.element(&first, "role", a.ID, r.Code, r.Status)
			}
		}
	}
	if !first {
		e.b = append(e.b, ']')
	}
}

// heldBefore reports whether role k of the last actor stood before with its
// code, and with its code and status.
func heldBefore(as []*actor.Actor, k int) (code, status bool) {
	a := as[len(as)-1]
	r := &a.Roles[k]
	for i, b := range as {
		if b.ID != a.ID {
			continue
		}
		for j := range b.Roles {
			if i == len(as)-1 && j == k {
				break
			}
			if q := &b.Roles[j]; q.Code == r.Code {
				code = true
				status = status || q.Status == r.Status
			}
		}
	}
	return code, status
}

// labels writes "id|name" of each actor that has both.
func (e *encoder) labels(as []*actor.Actor) {
	first := true
	for i, a := range as {
		again := slices.ContainsFunc(as[:i], func(b *actor.Actor) bool { return b.ID == a.ID })
		if a.ID != "" && a.Name != "" && !again {
			e.label(&first, a.ID, a.Name)
		}
	}
	if !first {
		e.b = append(e.b, ']')
	}
}

// placeLabels writes "id|name" of each place and of all that holds it.
func (e *encoder) placeLabels(d *pipeline.Document, ps []*place.Place, o Options) {
	for _, p := range ps {
		e.addPath(p)
	}
	first := true
	for _, id := range e.list {
		if name := placeName(d, o, id); name != "" {
			e.label(&first, id, name)
		}
	}
	if !first {
		e.b = append(e.b, ']')
	}
	e.list = e.list[:0]
}

// label writes one element of the label array, which the first one opens.
func (e *encoder) label(first *bool, id, name string) { e.element(first, "label", id, name, "") }

// element writes "a|b" or "a|b|c" as an element of an array, which the first one
// opens.
func (e *encoder) element(first *bool, array, a, b, c string) {
	if *first {
		e.key(array)
		e.b = append(e.b, '[')
		*first = false
	} else {
		e.b = append(e.b, ',')
	}
	e.b = append(e.b, '"')
	e.escape(a)
	e.b = append(e.b, '|')
	e.escape(b)
	if c != "" {
		e.b = append(e.b, '|')
		e.escape(c)
	}
	e.b = append(e.b, '"')
}

// each writes one flat field: what f adds for each actor.
func (e *encoder) each(as []*actor.Actor, field string, f func(*actor.Actor)) {
	for _, a := range as {
		f(a)
	}
	e.flush(field)
}

// places writes the flat copies of where. A place that the text names only for
// a government ("the Kremlin said") is no place of the story: it has
// metonym_path alone. All other ids stand in path, with everything that holds
// the place, so that a search for a country finds its towns.
func (e *encoder) places(d *pipeline.Document, ps []*place.Place, o Options) {
	if len(ps) == 0 {
		return
	}
	e.told = e.told[:0]
	for _, p := range ps {
		if len(p.Kinds) != 1 || p.Kinds[0] != "metonym" {
			e.told = append(e.told, p)
		}
	}
	where := e.told
	e.begin("place")
	e.eachPlace(where, "id", func(p *place.Place) { e.add(p.ID) })
	e.eachPlace(where, "name", func(p *place.Place) { e.add(p.Name) })
	e.eachPlace(where, "country", func(p *place.Place) { e.add(p.Country) })
	e.eachPlace(where, "path", e.addPath)
	e.eachPlace(where, "claims", func(p *place.Place) {
		for _, cc := range p.Claims {
			e.add(cc)
		}
	})
	for _, kind := range [...]string{"event", "dateline", "metonym"} {
		e.eachPlace(ps, kind+"_path", func(p *place.Place) {
			if slices.Contains(p.Kinds, kind) {
				e.addPath(p)
			}
		})
	}
	e.eachPlace(where, "text", func(p *place.Place) {
		e.add(p.Name)
		for i := range p.Mentions {
			switch m := &p.Mentions[i]; m.Form {
			case "adjective", "demonym", "metonym", "embedded":
			default:
				e.add(m.Text)
			}
		}
		for _, id := range p.Path {
			e.add(placeName(d, o, id))
		}
	})
	e.placeLabels(d, ps, o)
	e.points("point", where, "")
	e.points("event_point", where, "event")
	e.end()
}

func (e *encoder) eachPlace(ps []*place.Place, field string, f func(*place.Place)) {
	for _, p := range ps {
		f(p)
	}
	e.flush(field)
}

// addPath puts a place and all that holds it on the list.
func (e *encoder) addPath(p *place.Place) {
	for _, id := range p.Path {
		e.add(id)
	}
	e.add(p.ID)
}

// placeName is the name of a place id: the document's own, or the gazetteer's.
func placeName(d *pipeline.Document, o Options, id string) string {
	for i := range d.Places {
		if d.Places[i].ID == id {
			return d.Places[i].Name
		}
	}
	if o.PlaceName == nil {
		return ""
	}
	return o.PlaceName(id)
}

// points writes the coordinates of towns and facilities. A country's point is
// where a map prints its label, not where anything happened, so it is left
// out.
func (e *encoder) points(field string, ps []*place.Place, kind string) {
	open := false
	for _, p := range ps {
		if !strings.HasPrefix(p.Feature, "PPL") && p.Feature != "FAC" || kind != "" && !slices.Contains(p.Kinds, kind) {
			continue
		}
		if !(p.Lat >= -90 && p.Lat <= 90 && p.Lon >= -180 && p.Lon <= 180) { // NaN too
			continue
		}
		if open {
			e.b = append(e.b, ',')
		} else {
			e.key(field)
			e.b = append(e.b, '[')
			open = true
		}
		e.b = append(e.b, '{')
		e.float("lat", p.Lat, 64)
		e.float("lon", p.Lon, 64)
		e.end()
	}
	if open {
		e.b = append(e.b, ']')
	}
}

// interval writes what all event dates have: the timeline's day and month, the
// interval and the evidence. Bounds that do not parse are left out, so that a
// fault in dating cannot cost the article. Both bounds are always there, in
// full: Elasticsearch reads an absent one as "any time".
func (e *encoder) interval(t *timex.Date, day string) {
	start, okStart := ParseDate(t.Start)
	end, okEnd := ParseDate(t.End)
	if okStart {
		e.text("start", t.Start)
	}
	if okEnd {
		e.text("end", t.End)
	}
	if okStart && okEnd && start < end {
		e.begin("range")
		e.millis("gte", start)
		e.millis("lt", end)
		e.end()
	}
	if _, ok := ParseDate(day); ok && len(day) == len("2006-01-02") {
		e.text("day", day)
		if monthly(t.Granularity) {
			e.text("month", day[:7])
		}
	}
	if _, ok := ParseDate(t.Instant); ok {
		e.text("instant", t.Instant)
	}
	e.flag("open_start", slices.Contains(t.Flags, "openStart"))
	e.flag("open_end", slices.Contains(t.Flags, "openEnd"))
	e.str("text", t.Text)
	e.str("field", t.Field.String())
	e.span("span", t.Span)
	e.str("granularity", t.Granularity)
	e.str("precision", t.Precision)
	e.str("basis", t.Basis)
	e.str("method", t.Method)
	e.str("timex", t.Timex)
	e.str("mod", t.Mod)
	e.str("type", t.Type)
	e.str("role", t.Role)
	e.str("anchor", t.Anchor)
	e.str("rule", t.Rule)
	e.strs("flags", t.Flags)
	e.confidence(t.Confidence)
}

// daily reports a granularity of a day or finer, monthly one of a month or
// finer. Coarser dates would pile up on the first of January.
func daily(granularity string) bool {
	switch granularity {
	case "minute", "hour", "daypart", "day":
		return true
	}
	return false
}

func monthly(granularity string) bool {
	switch granularity {
	case "weekend", "week", "month":
		return true
	}
	return daily(granularity)
}

// dayOf is the timeline day of an event's date: where the interval starts, or
// its last day if the event is known only to have happened by then.
func (e *encoder) dayOf(t *timex.Date) string {
	start, ok := ParseDate(t.Start)
	if !ok {
		return ""
	}
	if t.Precision == "on_or_before" {
		if end, ok := ParseDate(t.End); ok && end > start {
			return e.day(end - 1)
		}
	}
	if len(t.Start) < len("2006-01-02T15:04:05Z") { // without a zone: its own day
		return t.Start[:len(time.DateOnly)]
	}
	return e.day(start)
}

// mentionedDates writes the stretches that the text names, each once: what an
// article may be about, where mentionedDays is what it says to the day.
func (e *encoder) mentionedDates(dates []timex.Date) {
	const most = 64
	n := 0
	for i := range dates {
		t := &dates[i]
		same := func(o timex.Date) bool { return o.Start == t.Start && o.End == t.End }
		if n == most || slices.Contains(t.Flags, "presentRef") || slices.ContainsFunc(dates[:i], same) {
			continue
		}
		start, ok1 := ParseDate(t.Start)
		end, ok2 := ParseDate(t.End)
		if !ok1 || !ok2 || start >= end {
			continue
		}
		if n++; n == 1 {
			e.key("mentioned_dates")
			e.b = append(e.b, '[')
		} else {
			e.b = append(e.b, ',')
		}
		e.b = append(e.b, '{')
		e.millis("gte", start)
		e.millis("lt", end)
		e.b = append(e.b, '}')
	}
	if n > 0 {
		e.b = append(e.b, ']')
	}
}

// mentionedDays writes the days that the text names, in its order; of a longer
// stretch of days the first ten.
func (e *encoder) mentionedDays(dates []timex.Date) {
	const longest = 10
	for i := range dates {
		t := &dates[i]
		if !daily(t.Granularity) || slices.Contains(t.Flags, "presentRef") {
			continue
		}
		start, ok1 := ParseDate(t.Start)
		end, ok2 := ParseDate(t.End)
		if !ok1 {
			continue
		}
		e.add(t.Start[:len(time.DateOnly)])
		for n := 1; ok2 && n < longest; n++ {
			next := start - floorMod(start, msPerDay) + int64(n)*msPerDay
			if next >= end {
				break
			}
			e.add(e.day(next))
		}
	}
	e.flush("mentioned_days")
}
