package search

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dateline/index"
	"dateline/pipeline"
	"dateline/pipeline/actor"
	"dateline/pipeline/dedup"
	"dateline/pipeline/event"
	"dateline/pipeline/place"
	"dateline/pipeline/text"
	"dateline/pipeline/timex"
	"dateline/pipeline/wire"
)

// The fixture is a few documents whose readings are known to the byte, so that
// tests of the page do not depend on how well the stages read.
const fixtureBody = "DULUTH, Minn. (NW) — Mayor Marta Olsson of Duluth opened the harbour bridge on Sunday.\n\n" +
	"Olsson said <b>\"the ice & the fog\"</b> had been worse. <script>alert('x')</script> Rubén Peña, a café owner,\u2028agreed."

var (
	fixtureID = fmt.Sprintf("%032x", 1)
	hostileID = fmt.Sprintf("%032x", 2)
	later     = time.Date(2025, 6, 1, 18, 0, 0, 0, time.UTC)
)

// spanOf is where the nth (from 0) occurrence of a form stands.
func spanOf(s, form string, n int) text.Span {
	at := 0
	for {
		i := strings.Index(s[at:], form)
		if i < 0 {
			panic("fixture: no " + form)
		}
		if n--; n < 0 {
			return text.Span{Start: at + i, End: at + i + len(form)}
		}
		at += i + len(form)
	}
}

func fixtureDoc() *pipeline.Document {
	b := fixtureBody
	published := time.Date(2025, 5, 19, 8, 0, 0, 0, time.UTC)
	mention := func(form string, n int, rule string) actor.Mention {
		return actor.Mention{Span: spanOf(b, form, n), Text: form, Rule: rule}
	}
	sunday := timex.Date{Text: "Sunday", Span: spanOf(b, "Sunday", 0), Start: "2025-05-18", End: "2025-05-19", Granularity: "day", Precision: "exact",
		Basis: "relative", Timex: "2025-05-18", Type: "DATE", Role: "main", Anchor: "2025-05-19", Rule: "weekday.past", Confidence: .9}
	sentence := b[:strings.Index(b, "\n")]
	return &pipeline.Document{
		ID: fixtureID, Source: pipeline.Source{ID: "north", ItemID: "1", Name: "North Wire", URL: "https://north.example/1", Format: "article"},
		Status: wire.Usable, Revision: 1, Version: 1, Published: &published, FirstSeen: &published, Received: &published,
		Language: "en", Title: "Mayor opens <the> new harbour bridge", Body: b, WordCount: 34, Authors: []string{"Ann Lee"}, Outlet: "North & Wire",
		Dateline: &pipeline.Dateline{Raw: "DULUTH, Minn. (NW) — ", Places: []string{"gn:5024719"}, Agency: "NW", Span: text.Span{Start: 0, End: strings.Index(b, "Mayor")}},
		Actors: []actor.Actor{
			{ID: "p:marta-olsson", Name: "Marta Olsson", Type: "person", Country: "US", Path: []string{"p:marta-olsson"}, Confidence: .9, Provisional: true,
				Roles:    []actor.Role{{Text: "Mayor", Code: "GOV", Status: "current", Basis: "document", Span: spanOf(b, "Mayor", 0)}},
				Mentions: []actor.Mention{mention("Marta Olsson", 0, "full"), mention("Olsson", 1, "surname")}},
			{Name: "Rubén Peña", Type: "person", Confidence: .4, Mentions: []actor.Mention{mention("Rubén Peña", 0, "full")}},
		},
		Places: []place.Place{{ID: "gn:5024719", Name: "Duluth", Country: "US", Feature: "PPLA2", Lat: 46.78327, Lon: -92.10658, Path: []string{"US", "US.MN", "gn:5024719"},
			Kinds: []string{"dateline", "event"}, Confidence: .95,
			Mentions: []place.Mention{{Span: spanOf(b, "DULUTH", 0), Text: "DULUTH", Kind: "dateline", Form: "official"}, {Span: spanOf(b, "Duluth", 0), Text: "Duluth", Kind: "event", Form: "official", Rule: "dateline"}}}},
		Dates: []timex.Date{sunday},
		Main:  &timex.EventDate{Date: sunday, Source: "scored", Day: "2025-05-18"},
		Events: []event.Event{{ID: "e0", Sentence: sentence, Span: text.Span{Start: 0, End: len(sentence)}, Actors: []string{"p:marta-olsson"}, Places: []string{"gn:5024719"},
			Date: &sunday, Trigger: "opened", Type: "STATEMENT", Modality: "asserted", Confidence: .8}},
		Dedup:    &dedup.Verdict{Verdict: "original", Story: fixtureID},
		Pipeline: pipeline.Provenance{Version: "test"},
	}
}

// evil is what an article may hold that must never become markup.
const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>'` + "\u2028\u2029\x02\x03\x1b[31m</title></a>"

// hostile is a document of which every string is evil.
func hostile() *pipeline.Document {
	d := fixtureDoc()
	d.ID, d.Title, d.Outlet, d.Authors = hostileID, "Hostile "+evil, evil, []string{evil}
	d.Body = "Hostile words. " + evil + " said Evil on Sunday."
	d.Source = pipeline.Source{ID: "bad", ItemID: evil, Name: evil, URL: "javascript://bad.example/%0aalert(1)", Format: "article"}
	d.CorrectionNote, d.Slug, d.Language = evil, evil, evil
	d.Dateline = nil
	for i := range d.Actors {
		d.Actors[i].ID, d.Actors[i].Path, d.Actors[i].Name, d.Actors[i].Roles = "", nil, evil, []actor.Role{{Text: evil, Code: evil, Basis: "gazetteer"}}
		d.Actors[i].Mentions = []actor.Mention{{Span: spanOf(d.Body, evil, 0), Text: evil, Rule: evil},
			{Span: text.Span{Start: -4, End: 3}}, {Span: text.Span{Start: 5, End: 1 << 40}}, {Span: text.Span{Start: strings.Index(d.Body, "\u2028") + 1, End: len(d.Body)}}}
	}
	d.Places[0].Name, d.Places[0].ID, d.Places[0].Path = evil, "gn:"+evil, []string{evil}
	d.Places[0].Mentions = []place.Mention{{Span: spanOf(d.Body, "Evil", 0), Text: "Evil", Kind: evil, Form: evil, Rule: evil}}
	d.Dates[0].Span, d.Dates[0].Rule, d.Dates[0].Anchor = spanOf(d.Body, "Sunday", 0), evil, evil
	d.Main.Date = d.Dates[0]
	d.Events = []event.Event{{Sentence: d.Body, Span: text.Span{Start: 0, End: len(d.Body)}, Trigger: evil, Type: evil, Modality: evil, Date: &d.Dates[0], Actors: []string{evil}, Places: []string{"gn:" + evil}}}
	d.Dedup = &dedup.Verdict{Verdict: "update", Story: evil}
	return d
}

// hiddenDocs may never be seen: withheld, withdrawn, under an embargo; and one
// whose embargo ends at 18:00.
func hiddenDocs() []*pipeline.Document {
	var ds []*pipeline.Document
	for i, status := range []string{wire.Withheld, wire.Withdrawn, wire.Embargoed, wire.Embargoed} {
		d := fixtureDoc()
		d.ID, d.Status, d.Title = fmt.Sprintf("%032x", 10+i), status, "Secret zeppelin"
		d.Dedup = nil
		if i == 3 {
			d.Embargo = &later
		}
		ds = append(ds, d)
	}
	return ds
}

// fixtures is a store with all of them.
func fixtures(tb testing.TB) index.Store {
	tb.Helper()
	s := open(tb)
	write(tb, s, append([]*pipeline.Document{fixtureDoc(), hostile()}, hiddenDocs()...)...)
	return s
}

// storyDocs are one story as it went from outlet to outlet: a first article, a
// copy of it, one with additions, a shortened one and a correction.
func storyDocs() []*pipeline.Document {
	first := fmt.Sprintf("%032x", 100)
	at := func(hours, minutes int) *time.Time {
		t := time.Date(2025, 5, 19, 8+hours, minutes, 0, 0, time.UTC)
		return &t
	}
	var ds []*pipeline.Document
	for i, c := range []struct {
		outlet, title string
		at            *time.Time
		verdict       dedup.Verdict
	}{
		{"North Wire", "Mayor opens new harbour bridge", at(0, 0), dedup.Verdict{Verdict: "original"}},
		{"The Harbour Ledger", "Mayor opens new harbour bridge", at(0, 42), dedup.Verdict{Verdict: "copy", Relation: "same", Containment: 1, Hidden: true}},
		{"Lakeside Tribune", "Bridge opens after nine years, and residents queue", at(3, 5), dedup.Verdict{Verdict: "copy", Relation: "expands", Containment: .86}},
		{"Minnesota Evening", "Harbour bridge open", at(9, 30), dedup.Verdict{Verdict: "copy", Relation: "cut", Containment: .97, Hidden: true}},
		{"The Harbour Ledger", "Bridge opening: a correction", at(26, 10), dedup.Verdict{Verdict: "copy", Relation: "expands", Containment: .81}},
	} {
		d := fixtureDoc()
		d.ID, d.Title, d.Outlet, d.Published, d.FirstSeen, d.Received = fmt.Sprintf("%032x", 100+i), c.title, c.outlet, c.at, c.at, c.at
		v := c.verdict
		v.Story = first
		if i > 0 {
			v.DuplicateOf = first
		}
		d.Dedup = &v
		ds = append(ds, d)
	}
	ds[4].CorrectionNote, ds[4].Version, ds[4].Updated = "The bridge is 212 metres long, not 221.", 2, at(27, 0)
	return ds
}
