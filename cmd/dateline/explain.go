package main

import (
	"fmt"
	"io"
	"strings"

	"dateline/pipeline"
	"dateline/pipeline/actor"
	placestage "dateline/pipeline/place"
	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// explain prints what was read from one article, span by span, for a person.
func explain(w io.Writer, d *pipeline.Document) error {
	p := &printer{w: w}
	p.line("%s", orNone(d.Title))
	p.line("  id %s · source %s/%s · version %d · %s", d.ID, d.Source.ID, d.Source.ItemID, d.Version, d.Status)
	if d.Published != nil {
		p.line("  published %s (%s)", d.Published.Format("2006-01-02 15:04Z"), d.PublishedBasis)
	}
	p.byline(d)
	p.head("Actors", len(d.Actors))
	for _, a := range d.Actors {
		p.line("  %s  %s %s%s · %s", a.Name, a.Type, orNone(a.ID), in(a.Country), whyActor(&a))
		for _, r := range a.Roles {
			p.line("    %s", roleLine(&r))
		}
		for _, m := range a.Mentions {
			p.line("    %q%s %s", m.Text, at(m.Field, m.Span), m.Rule)
		}
	}
	p.head("Places", len(d.Places))
	for _, x := range d.Places {
		p.line("  %s  %s%s %s [%s]", x.Name, orNone(x.ID), in(x.Country), x.Feature, strings.Join(x.Kinds, " "))
		p.place(&x)
	}
	if len(d.Unsure) > 0 {
		p.head("Names of places that stayed open", len(d.Unsure))
		for _, x := range d.Unsure {
			p.line("  %s  %s", x.Name, whyOpen(x.Reason))
			p.place(&x)
		}
	}
	if len(d.Cited) > 0 {
		p.line("Cited")
		p.line("  %s", list(d.Cited))
	}
	p.head("Dates", len(d.Dates))
	for i := range d.Dates {
		p.line("  %s", dateLine(&d.Dates[i]))
	}
	if m := d.Main; m != nil {
		p.line("Event date")
		p.line("  %s · from %s · confidence %.2f · lag %d days", interval(&m.Date), orNone(m.Source), m.Confidence, m.LagDays)
	}
	p.head("Events", len(d.Events))
	for _, e := range d.Events {
		p.line("  %s%s", e.Sentence, at(e.Field, e.Span))
		when := "date unknown"
		if e.Date != nil {
			when = interval(e.Date)
		}
		p.line("    who %s · where %s · when %s · %s %s", list(e.Actors), list(e.Places), when, e.Modality, e.Type)
	}
	if v := d.Dedup; v != nil {
		p.line("Dedup")
		p.line("  %s · story %s", v.Verdict, v.Story)
	}
	p.line("")
	return p.err
}

type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, strings.TrimRight(fmt.Sprintf(format, args...), " "))
	}
}

func (p *printer) head(what string, n int) { p.line("%s (%d)", what, n) }

func (p *printer) byline(d *pipeline.Document) {
	b := d.Byline
	if b == nil {
		return
	}
	p.line("Byline")
	for _, a := range b.Authors {
		p.line("  author %s%s", a.Name, at(text.Body, a.Span)[len(" body"):])
	}
	for _, c := range b.Contributors {
		p.line("  contributor %s%s", c.Name, in(c.Location))
	}
	if d.Outlet != "" {
		p.line("  outlet %s", d.Outlet)
	}
	if len(d.Agency) > 0 {
		p.line("  agency %s", strings.Join(d.Agency, ", "))
	}
	for _, c := range d.Credits {
		p.line("  %s credit %s %s", c.Kind, c.Person, strings.Join(c.Agency, "/"))
	}
	if l := d.Dateline; l != nil {
		p.line("  dateline %q %s%s", l.Raw, strings.Join(l.Places, " "), at(text.Body, l.Span))
	}
}

// place prints why a place was chosen: its mentions, and the readings of the name.
func (p *printer) place(x *placestage.Place) {
	switch x.Resolved {
	case "adm1":
		p.line("    the readings of the name agree on the province only")
	case "country":
		p.line("    the readings of the name agree on the country only")
	}
	for _, m := range x.Mentions {
		p.line("    %q%s %s %s %s", m.Text, at(m.Field, m.Span), m.Kind, m.Form, m.Rule)
	}
	if len(x.Rivals) < 2 && x.Resolved == "" {
		return
	}
	for _, r := range x.Rivals {
		p.line("    %6.2f  %s %s%s %s (%.2f by the name alone)", r.Score, r.Name, r.ID, in(r.Country), r.Feature, r.Alone)
	}
}

// whyActor says how an actor came by its id.
func whyActor(a *actor.Actor) string {
	switch a.Basis {
	case "gazetteer":
		return "a name of the gazetteer"
	case "spelling":
		return "another spelling of a name of the gazetteer"
	case "state":
		return "a state, or its people in office or in arms"
	case "name":
		return "provisional, made from the name"
	case "override":
		return "by a correction"
	}
	return "one word, no id"
}

func whyOpen(reason string) string {
	switch reason {
	case "low_margin":
		return "several places are as likely"
	case "no_candidate":
		return "no place of that name is known"
	}
	return reason
}

func roleLine(r *actor.Role) string {
	s := fmt.Sprintf("role %q %s%s", r.Text, r.Code, in(r.Country))
	if r.Organization != "" {
		s += " at " + r.Organization
	}
	if r.Status != "" {
		s += ", " + r.Status
	}
	if r.AsOf != "" {
		s += " as of " + r.AsOf + " (" + r.AsOfBasis + ")"
	}
	s += " · " + r.Basis
	if r.Basis == "document" {
		s += at(r.Field, r.Span)
	}
	return s
}

func dateLine(d *timex.Date) string {
	s := fmt.Sprintf("%q%s = %s · %s %s · %s", d.Text, at(d.Field, d.Span), interval(d), d.Granularity, d.Precision, d.Basis)
	if d.Rule != "" {
		s += " · rule " + d.Rule
	}
	return s
}

func interval(d *timex.Date) string {
	if d.Start == "" {
		return "unknown"
	}
	return "[" + d.Start + ", " + d.End + ")"
}

func at(f text.Field, s text.Span) string { return fmt.Sprintf(" %s[%d:%d]", f, s.Start, s.End) }

func in(place string) string {
	if place == "" {
		return ""
	}
	return " in " + place
}

func orNone(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}

func list(s []string) string {
	if len(s) == 0 {
		return "-"
	}
	return strings.Join(s, ", ")
}
