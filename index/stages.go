package index

import (
	"dateline/pipeline/actor"
	"dateline/pipeline/byline"
	"dateline/pipeline/event"
	"dateline/pipeline/place"
	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// The structured arrays are written by hand: encoding/json takes longer for
// them than all stages may take together, and refuses a document for one
// number that is not finite. The names and the order are those of the types'
// JSON tags; TestArticleRoundTrip fails when a type has a field that is
// missing here.

// objects writes an array of objects.
func objects[T any](e *encoder, name string, xs []T, f func(*encoder, *T)) {
	e.key(name)
	e.b = append(e.b, '[')
	for i := range xs {
		if i > 0 {
			e.b = append(e.b, ',')
		}
		e.b = append(e.b, '{')
		f(e, &xs[i])
		e.b = append(e.b, '}')
	}
	e.b = append(e.b, ']')
}

// some writes an array of objects unless it is empty.
func some[T any](e *encoder, name string, xs []T, f func(*encoder, *T)) {
	if len(xs) > 0 {
		objects(e, name, xs, f)
	}
}

// strings writes an array of strings, empty or not.
func (e *encoder) strings(name string, v []string) {
	if len(v) > 0 {
		e.strs(name, v)
		return
	}
	e.key(name)
	e.b = append(e.b, '[', ']')
}

func (e *encoder) where(f text.Field, s text.Span) {
	e.text("field", f.String())
	e.span("span", s)
}

func (e *encoder) flag(name string, v bool) {
	if v {
		e.bool(name, true)
	}
}

func writeByline(e *encoder, b *byline.Byline) {
	e.strings("raw", b.Raw)
	e.str("source", b.Source)
	objects(e, "authors", b.Authors, writePerson)
	some(e, "contributors", b.Contributors, writeContributor)
	some(e, "editors", b.Editors, writeContributor)
	e.str("outlet", b.Outlet)
	e.strs("agency", b.Agency)
	e.str("special_to", b.SpecialTo)
	e.str("sign_off", b.SignOff)
	if b.Others != 0 {
		e.int("others", int64(b.Others))
	}
}

func writePerson(e *encoder, p *byline.Person) {
	e.text("name", p.Name)
	e.text("raw", p.Raw)
	e.span("span", p.Span)
	e.str("given", p.Given)
	e.str("family", p.Family)
	e.str("suffix", p.Suffix)
	e.text("kind", p.Kind)
	e.strs("roles", p.Roles)
	e.str("affiliation", p.Affiliation)
	e.str("outlet", p.Outlet)
	e.str("job_title", p.JobTitle)
	e.str("location", p.Location)
	e.str("email", p.Email)
	e.str("handle", p.Handle)
	e.confidence(p.Confidence)
}

func writeContributor(e *encoder, c *byline.Contributor) {
	e.text("name", c.Name)
	e.strings("roles", c.Roles)
	e.str("location", c.Location)
	e.span("span", c.Span)
}

func writeCredit(e *encoder, c *byline.Credit) {
	e.text("kind", c.Kind)
	e.str("person", c.Person)
	e.strs("agency", c.Agency)
	e.text("raw", c.Raw)
	e.span("span", c.Span)
	e.flag("in_body", c.InBody)
}

func writeActor(e *encoder, a *actor.Actor) {
	e.text("id", a.ID)
	e.text("name", a.Name)
	e.text("type", a.Type)
	e.str("subtype", a.Subtype)
	e.str("country", a.Country)
	e.str("parent", a.Parent)
	e.strs("path", a.Path)
	e.strs("aliases", a.Aliases)
	some(e, "roles", a.Roles, writeRole)
	objects(e, "mentions", a.Mentions, writeActorMention)
	e.confidence(a.Confidence)
	e.bool("provisional", a.Provisional)
	e.str("basis", a.Basis)
}

func writeRole(e *encoder, r *actor.Role) {
	e.text("text", r.Text)
	e.str("organization", r.Organization)
	e.str("country", r.Country)
	e.str("code", r.Code)
	e.str("status", r.Status)
	e.text("basis", r.Basis)
	e.str("as_of", r.AsOf)
	e.str("as_of_basis", r.AsOfBasis)
	e.where(r.Field, r.Span)
}

func writeActorMention(e *encoder, m *actor.Mention) {
	e.where(m.Field, m.Span)
	e.text("text", m.Text)
	e.str("rule", m.Rule)
}

func writePlace(e *encoder, p *place.Place) {
	e.text("id", p.ID)
	e.text("name", p.Name)
	e.str("country", p.Country)
	e.str("admin1", p.Admin1)
	e.str("admin2", p.Admin2)
	e.float("lat", p.Lat, 64)
	e.float("lon", p.Lon, 64)
	e.text("feature", p.Feature)
	if p.Population != 0 {
		e.int("population", p.Population)
	}
	e.strs("claims", p.Claims)
	e.strings("path", p.Path)
	e.strings("kinds", p.Kinds)
	objects(e, "mentions", p.Mentions, writePlaceMention)
	e.confidence(p.Confidence)
	e.str("resolved", p.Resolved)
	e.str("reason", p.Reason)
}

func writePlaceMention(e *encoder, m *place.Mention) {
	e.where(m.Field, m.Span)
	e.text("text", m.Text)
	e.text("kind", m.Kind)
	e.text("form", m.Form)
	e.str("rule", m.Rule)
}

func writeDate(e *encoder, t *timex.Date) {
	e.text("text", t.Text)
	e.where(t.Field, t.Span)
	e.str("start", t.Start)
	e.str("end", t.End)
	e.str("instant", t.Instant)
	e.text("granularity", t.Granularity)
	e.text("precision", t.Precision)
	e.text("basis", t.Basis)
	e.str("method", t.Method)
	e.str("timex", t.Timex)
	e.str("mod", t.Mod)
	e.text("type", t.Type)
	e.text("role", t.Role)
	e.str("anchor", t.Anchor)
	e.str("rule", t.Rule)
	e.strs("flags", t.Flags)
	e.confidence(t.Confidence)
}

func writeEvent(e *encoder, v *event.Event) {
	e.text("id", v.ID)
	e.text("sentence", v.Sentence)
	e.where(v.Field, v.Span)
	e.strings("actors", v.Actors)
	e.strings("places", v.Places)
	if v.Date != nil {
		e.begin("date")
		writeDate(e, v.Date)
		e.end()
	}
	e.str("trigger", v.Trigger)
	e.str("type", v.Type)
	e.strs("source", v.Source)
	e.strs("target", v.Target)
	e.text("modality", v.Modality)
	e.confidence(v.Confidence)
}
