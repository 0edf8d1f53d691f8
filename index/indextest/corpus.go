package indextest

import (
	"fmt"
	"strings"
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

// now is the instant at which the suite asks, unless a test says another.
var now = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

// gazetteer names the ids of the corpus. All places are real, all people
// invented.
var gazetteer = map[string]string{
	"US": "United States", "US.MN": "Minnesota", "gn:5024719": "Duluth", "gn:5045360": "Saint Paul",
	"EE": "Estonia", "EE.01": "Harju", "gn:588409": "Tallinn", "r:europe": "Europe", "MX": "Mexico", "gn:3530597": "Mexico City",
}

var (
	duluth     = where("gn:5024719", "PPLA2", 46.78327, -92.10658, "US", "US.MN", "gn:5024719")
	saintPaul  = where("gn:5045360", "PPLA", 44.94441, -93.09327, "US", "US.MN", "gn:5045360")
	tallinn    = where("gn:588409", "PPLC", 59.43696, 24.75353, "r:europe", "EE", "EE.01", "gn:588409")
	mexicoCity = where("gn:3530597", "PPLC", 19.42847, -99.12766, "MX", "gn:3530597")

	olsson  = who("p:marta-olsson", "Marta Olsson", "person", "US", "Olsson", "Mayor Olsson")
	pena    = who("p:ruben-pena", "Rubén Peña", "person", "MX", "Peña")
	harbour = who("org:duluth-harbour-board", "Duluth Harbour Board", "organization", "US", "Harbour Board")
)

func who(id, name, kind, country string, aliases ...string) actor.Actor {
	a := actor.Actor{
		ID: id, Name: name, Type: kind, Country: country, Aliases: aliases, Path: []string{id}, Confidence: 0.9,
		Mentions: []actor.Mention{{Span: text.Span{Start: 0, End: 4}, Text: name}},
	}
	if kind == "person" {
		a.Roles = []actor.Role{{Text: "mayor of " + gazetteer["gn:5024719"], Code: "GOV", Status: "current", Basis: "document"}}
	}
	return a
}

func where(id, feature string, lat, lon float64, path ...string) place.Place {
	name := gazetteer[id]
	country := path[0]
	if strings.Contains(country, ":") {
		country = path[1]
	}
	return place.Place{
		ID: id, Name: name, Country: country, Feature: feature, Lat: lat, Lon: lon, Path: path, Kinds: []string{"event"}, Confidence: 0.9,
		Mentions: []place.Mention{{Span: text.Span{Start: 0, End: 4}, Text: name, Kind: "event", Form: "official"}},
	}
}

// on is a date of one day.
func on(day string) *timex.Date {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return &timex.Date{
		Text: day, Start: day, End: t.AddDate(0, 0, 1).Format(time.DateOnly), Granularity: "day", Precision: "exact",
		Basis: "explicit", Timex: day, Type: "DATE", Role: "main", Confidence: 0.9,
	}
}

// doc is a usable article with number n.
func doc(n int, title, body string) *pipeline.Document {
	seen := time.Date(2025, 5, 20, 8, n, 0, 0, time.UTC)
	return &pipeline.Document{
		ID:     fmt.Sprintf("%032x", n),
		Source: pipeline.Source{ID: "north", ItemID: fmt.Sprint("item-", n), Name: "North Wire", URL: fmt.Sprint("https://north.example/", n), Format: "article"},
		Status: wire.Usable, Revision: 1, Version: 1, Published: &seen, FirstSeen: &seen, Received: &seen, PublishedBasis: "source",
		Language: "en", Title: title, Body: body, WordCount: len(strings.Fields(body)),
		Authors: []string{"Ann Lee"}, Outlet: "North Wire",
		Pipeline: pipeline.Provenance{Version: "test"},
	}
}

// happened adds an event, with its actors, place and day, to the article.
func happened(d *pipeline.Document, sentence, day string, p place.Place, as ...actor.Actor) *pipeline.Document {
	ev := event.Event{
		ID: fmt.Sprint("e", len(d.Events)), Sentence: sentence, Modality: "asserted", Trigger: "opened", Confidence: 0.8,
		Places: []string{p.ID}, Date: on(day),
	}
	if !hasPlace(d, p.ID) {
		d.Places = append(d.Places, p)
	}
	for _, a := range as {
		ev.Actors = append(ev.Actors, a.ID)
		if !hasActor(d, a.ID) {
			d.Actors = append(d.Actors, a)
		}
	}
	d.Events = append(d.Events, ev)
	d.Dates = append(d.Dates, *ev.Date)
	if d.Main == nil {
		d.Main = &timex.EventDate{Date: *ev.Date, Day: day, Source: "scored"}
	}
	return d
}

func hasPlace(d *pipeline.Document, id string) bool {
	for i := range d.Places {
		if d.Places[i].ID == id {
			return true
		}
	}
	return false
}

func hasActor(d *pipeline.Document, id string) bool {
	for i := range d.Actors {
		if d.Actors[i].ID == id {
			return true
		}
	}
	return false
}

// The numbers of the corpus's articles.
const (
	bridge = iota + 1 // Olsson in Duluth on 18 May
	apart             // Olsson in Saint Paul, the Harbour Board in Duluth, on other days
	abroad            // Peña in Mexico City
	baltic            // Tallinn alone
	copied            // hidden copy of bridge
	later             // under an embargo until 1 June 18:00
	held              // withheld
	killed            // withdrawn
	war               // 1939
	far               // 2099
	sealed            // under an embargo without an end
	corpusSize
)

// corpus is what the questions are asked of.
func corpus() []*pipeline.Document {
	ds := make([]*pipeline.Document, corpusSize)
	ds[bridge] = happened(doc(bridge, "Mayor opens the new harbour bridge",
		"DULUTH, Minn. — Mayor Marta Olsson opened the harbour bridge on Sunday.\n\nThe towns' ferries had been running for ninety years. "+
			strings.Repeat("The bridge carries two lanes of traffic and a cycle path. ", 20)+"Engineers praised its multi-day load test."),
		"Mayor Marta Olsson opened the harbour bridge on Sunday.", "2025-05-18", duluth, olsson)
	d := doc(apart, "Governor meets mayors", "SAINT PAUL, Minn. — Marta Olsson spoke in Saint Paul. The Duluth Harbour Board met in Duluth.")
	happened(d, "Marta Olsson spoke in Saint Paul.", "2025-05-20", saintPaul, olsson)
	ds[apart] = happened(d, "The Duluth Harbour Board met in Duluth.", "2025-05-18", duluth, harbour)
	ds[abroad] = happened(doc(abroad, "Peña wins the vote", "MEXICO CITY — Rubén Peña won the vote, a café owner said."),
		"Rubén Peña won the vote, a café owner said.", "2025-05-11", mexicoCity, pena)
	ds[abroad].Authors, ds[abroad].Outlet, ds[abroad].Source.ID = []string{"José Núñez"}, "El Sur", "sur"
	ds[baltic] = happened(doc(baltic, "Ice leaves the Gulf of Finland early", "TALLINN — The ice was gone by April."),
		"The ice was gone by April.", "2025-04-02", tallinn)
	ds[copied] = happened(doc(copied, "Mayor opens the new harbour bridge (copy)", ds[bridge].Body),
		"Mayor Marta Olsson opened the harbour bridge on Sunday.", "2025-05-18", duluth, olsson)
	ds[copied].Dedup = &dedup.Verdict{Verdict: "copy", DuplicateOf: ds[bridge].ID, Story: ds[bridge].ID, Relation: "same", Containment: 1, Hidden: true}
	end := time.Date(2025, 6, 1, 18, 0, 0, 0, time.UTC)
	ds[later] = happened(doc(later, "Embargoed study of whales", "Olsson will present the whales study."), "Olsson will present the whales study.", "2025-06-01", duluth, olsson)
	ds[later].Status, ds[later].Embargo = wire.Embargoed, &end
	ds[held] = happened(doc(held, "Held whales", "Whales, held."), "Whales, held.", "2025-05-18", duluth, olsson)
	ds[held].Status = wire.Withheld
	ds[killed] = happened(doc(killed, "Killed whales", "Whales, killed."), "Whales, killed.", "2025-05-18", duluth, olsson)
	ds[killed].Status, ds[killed].Reason = wire.Withdrawn, "wrong in all parts"
	ds[war] = happened(doc(war, "Archive: the first of September", "The harbour closed."), "The harbour closed.", "1939-09-01", tallinn)
	ds[far] = happened(doc(far, "The comet returns", "The comet comes back."), "The comet comes back.", "2099-12-31", tallinn)
	ds[sealed] = happened(doc(sealed, "Sealed whales", "Whales, sealed."), "Whales, sealed.", "2025-05-18", duluth, olsson)
	ds[sealed].Status = wire.Embargoed
	return ds[1:]
}

func id(n int) string { return fmt.Sprintf("%032x", n) }

// withNames gives options a gazetteer.
func withNames(o index.Options) index.Options {
	o.PlaceName = func(id string) string { return gazetteer[id] }
	if o.Slots == 0 {
		o.Slots = index.MaxSlots
	}
	return o
}
