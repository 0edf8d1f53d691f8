package index

import (
	"fmt"
	"slices"
	"strings"
)

// about says what each field of the mapping holds: docs/fields.md is written
// from it, and a test fails when a field is missing here or gone there.
var about = map[string]string{
	"acting":                  "ids of the actors that act in the event, where the sentence says so",
	"actor.country":           "countries of the actors, ISO 3166-1",
	"actor.id":                "ids of the actors",
	"actor.label":             "id and name of each actor, to name the values of a facet",
	"actor.name":              "names of the actors, in their main form",
	"actor.path":              "ids of the actors and of what they belong to: a ministry and its state",
	"actor.role":              "roles as printed: Kremlin spokesman",
	"actor.role_code":         "codes of roles: GOV, MIL, LEG, BUS and so on",
	"actor.role_text":         "roles, to be searched by word",
	"actor.text":              "every spelling of the actors, to be searched by word",
	"actor.type":              "person, organization, government, group",
	"actors":                  "the actors with roles and mentions, as in the document",
	"agency":                  "news agencies named in byline, dateline or credits",
	"article":                 "id of the article that the event stands in",
	"authors":                 "who wrote the article, from the byline",
	"body":                    "the text, byte for byte as it was sent",
	"byline":                  "the byline as read, as in the document",
	"cited":                   "ids of outlets and agencies that the text quotes; no actors of the story",
	"confidence":              "how sure the event is, 0 to 1",
	"correction_note":         "what a correction says of itself",
	"credits":                 "photo credits, as in the document",
	"dateline.agency":         "agencies in the dateline",
	"dateline.date":           "the date in the dateline",
	"dateline.places":         "ids of the places in the dateline",
	"dateline.raw":            "the dateline as printed",
	"dateline.span":           "where it stands",
	"dates":                   "every time expression, as in the document",
	"dedup.containment":       "share of the text found in the story's root, two decimals",
	"dedup.derived_from":      "another story that this text takes parts of",
	"dedup.duplicate_of":      "id of the document that this one is a copy of",
	"dedup.epoch":             "the fingerprint log that the verdict was taken from",
	"dedup.first":             "id of the first document with this text",
	"dedup.head_withdrawn":    "true for a copy whose original was withdrawn",
	"dedup.hidden":            "true for copies that are hidden unless asked for",
	"dedup.offset":            "place in the fingerprint log where the verdict was taken",
	"dedup.relation":          "same, cut or expands: how a copy compares with its original",
	"dedup.story":             "id of the story, that is of its first document",
	"dedup.verdict":           "original, copy, derived, update, correction, kill",
	"description":             "abstract or summary, as sent",
	"doc_id":                  "the document's id, as a value that can be counted",
	"embargo":                 "when the article may be shown",
	"event_date.anchor":       "what a relative date was counted from",
	"event_date.basis":        "explicit, relative, inferred or publication",
	"event_date.confidence":   "how sure the date is, 0 to 1",
	"event_date.day":          "the day, for timelines; a range stands at its first day",
	"event_date.end":          "end of the interval, not included",
	"event_date.field":        "where the words of the date stand: title or body",
	"event_date.flags":        "what else is to be known of the date",
	"event_date.granularity":  "minute, hour, daypart, day, weekend, week, month, quarter, season, year and so on",
	"event_date.instant":      "a clock time in UTC, where its zone is known",
	"event_date.lag_days":     "days from the event to the publication",
	"event_date.method":       "how the date was resolved",
	"event_date.mod":          "modifier of the TIMEX value: START, MID, END, APPROX",
	"event_date.month":        "the month, for dates that are no coarser",
	"event_date.open_end":     "the end is a convention: it lasts, or may be later",
	"event_date.open_start":   "the start is a convention: it may be earlier",
	"event_date.precision":    "exact, range, on_or_before, on_or_after, approximate, unknown",
	"event_date.range":        "the interval as one value, for questions of overlap",
	"event_date.role":         "main, event, background, future, reported",
	"event_date.rule":         "the rule that read the date",
	"event_date.source":       "where the date was taken from: the text, the dateline, the publication",
	"event_date.span":         "where the words of the date stand",
	"event_date.start":        "start of the interval, included",
	"event_date.text":         "the words of the date",
	"event_date.timex":        "the value in TIMEX3 notation",
	"event_date.type":         "DATE, TIME, DURATION or SET",
	"events":                  "the events, as in the document",
	"field":                   "where the sentence stands: title or body",
	"first_seen":              "when the first version arrived; the index's month comes from it",
	"focus.admin1":            "first-order division that the article is about",
	"focus.country":           "country that the article is about",
	"focus.place":             "place that the article is about",
	"focus.point":             "coordinates of the place that the article is about, of towns and facilities",
	"id":                      "the document's id",
	"language":                "language, BCP 47; und: none that the stages serve",
	"language_basis":          "where the language is from: source or text",
	"mentioned_dates":         "every stretch of time that the text names",
	"mentioned_days":          "every day that the text names",
	"modality":                "asserted, planned, denied, hypothetical or reported",
	"organization":            "names of the actors that are organisations or governments",
	"outlet":                  "who published the article",
	"person":                  "names of the actors that are people",
	"pipeline.data.dates":     "version of the date rules",
	"pipeline.data.gazetteer": "version of the gazetteer",
	"pipeline.data.names":     "version of the name model",
	"pipeline.data.overrides": "version of the analysts' corrections",
	"pipeline.skipped":        "stages that do not serve the article's language",
	"pipeline.version":        "release that wrote the document",
	"place.claims":            "countries that claim a place, beside the one it is counted to",
	"place.country":           "countries of the places",
	"place.dateline_path":     "places of the dateline with all that they lie in",
	"place.event_path":        "places where something happened, with all that they lie in",
	"place.event_point":       "points of places where something happened",
	"place.id":                "ids of the places",
	"place.label":             "id and name of each place, to name the values of a facet",
	"place.metonym_path":      "places that stand for who governs there, with all that they lie in",
	"place.name":              "names of the places",
	"place.path":              "the places with all that they lie in: a search for a country finds its towns",
	"place.point":             "points of all places",
	"place.text":              "every spelling of the places, to be searched by word",
	"places":                  "the places with mentions, as in the document",
	"published":               "when the article was published",
	"published_basis":         "who says so: source, feed or received",
	"published_month":         "the month of it",
	"reason":                  "why a tombstone is one",
	"received":                "when Dateline got it",
	"revision":                "what orders versions: the source's number, or the time of the version in milliseconds",
	"sentence":                "the sentence of the event",
	"signals":                 "what the source said beside the text: correction, writethru, repeat, take and so on",
	"slug":                    "the wire's keyword line",
	"source.feed_url":         "the feed that the article came from",
	"source.format":           "the format it was read as",
	"source.id":               "the source, as configured",
	"source.item_id":          "the source's own id of the item",
	"source.name":             "the source's name, as configured",
	"source.url":              "address of the article",
	"span":                    "where the sentence stands",
	"status":                  "usable, withheld, withdrawn, embargoed; unused for an empty event slot",
	"story":                   "id of the story; its unique count counts stories",
	"subjects":                "subject codes, as sent",
	"target":                  "ids of the actors that are acted on",
	"title":                   "the headline",
	"trigger":                 "the word that tells the event",
	"type":                    "class of the event: PROTEST, ASSAULT, DISASTER, STATEMENT and so on",
	"updated":                 "when this version was published",
	"urgency":                 "1 (flash) to 8, as sent",
	"url":                     "address of the article",
	"version":                 "the source's version number",
	"word_count":              "words of the body",
}

// kindNames are the indices of each kind of document, for people.
var kindNames = [2]string{Article: "articles", Event: "events"}

// use says what a type of field can be asked for.
var use = map[Type]string{
	Keyword: "filter, count", Folded: "filter in any case, count", Label: "count", Text: "search by word", Names: "search by word",
	Date: "range, sort, timeline", DateRange: "overlap", Point: "map, box", Boolean: "filter", Integer: "range, sort", Long: "range, sort",
	Float: "range, sort", Stored: "shown, not searched",
}

// FieldReference is docs/fields.md: every field of the mapping with its type,
// where it stands, what it can be asked for and what it holds.
func FieldReference() string {
	var b strings.Builder
	b.WriteString(`# Fields of the index

Written from the mapping by the tests of package index; do not edit. "Both"
fields hold those of the whole text on an article and those of one event on an
event. How documents are read as a whole stands in [document.md](document.md).

| field | type | in | can be asked for | holds |
|---|---|---|---|---|
`)
	for _, p := range fieldPaths() {
		t, in := Type(""), ""
		for k := range paths {
			if kt, ok := paths[k][p]; ok {
				t, in = kt, in+kindNames[k]
			}
		}
		if in == kindNames[Article]+kindNames[Event] {
			in = "both"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", p, t, in, use[t], about[p])
	}
	return b.String()
}

// fieldPaths are all fields of all kinds, sorted.
func fieldPaths() []string {
	var all []string
	for k := range paths {
		for p := range paths[k] {
			all = append(all, p)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
