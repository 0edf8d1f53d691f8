package index

import (
	"encoding/json"
	"slices"
)

// Schema is the version of the mapping. It rises with every change of it;
// setup refuses to put an older one over a newer one.
const Schema = 3

// Type is how a field is indexed.
type Type string

// The types of fields. Stored fields are kept and returned but not searched:
// what a question needs of them stands in flat fields beside them, because
// Kibana cannot aggregate nested ones and because they are dear: nested actors,
// places and dates of 6,000 news articles took the server 1.8 to 2.1 ms a
// document instead of 1.1, and 71 MB instead of 56.
const (
	Keyword   Type = "keyword"    // exact value, can be counted and sorted
	Folded    Type = "folded"     // keyword that also answers in any case, and without accents where the cluster can
	Label     Type = "label"      // keyword "id|name", read only to name the values of a facet
	Text      Type = "text"       // prose, stemmed where the cluster can
	Names     Type = "names"      // names as words, never stemmed
	Date      Type = "date"       // 2025-05-18, 2025-05-18T18:00 or RFC 3339; without a zone it is UTC
	DateRange Type = "date_range" // {"gte","lt"}, both there, in milliseconds
	Point     Type = "geo_point"  // {"lat","lon"}
	Boolean   Type = "boolean"
	Integer   Type = "integer"
	Long      Type = "long"
	Float     Type = "half_float"
	Object    Type = "object" // named fields
	Stored    Type = "stored" // any JSON, kept but not indexed
)

// keywordLimit is the longest value of a keyword that is indexed, in
// characters; longer ones are kept in the document alone. Lucene refuses a
// term of more than 32,766 bytes and with it the whole document.
const keywordLimit = 1024

// Property is one field of the mapping. Fields of an Object stand in Sub.
type Property struct {
	Name string
	Type Type
	Sub  []Property
}

func object(name string, sub ...Property) Property {
	return Property{Name: name, Type: Object, Sub: sub}
}

func fields(t Type, names ...string) []Property {
	p := make([]Property, len(names))
	for i, n := range names {
		p[i] = Property{Name: n, Type: t}
	}
	return p
}

// flat are the fields that articles and events share: who, where and when. An
// event holds its own values there, an article those of the whole text.
var flat = slices.Concat(
	fields(Stored, "id"),
	fields(Keyword, "doc_id", "status", "person", "organization", "story"),
	fields(Long, "revision"),
	fields(Integer, "version"),
	fields(Date, "embargo", "published", "updated", "received", "first_seen"),
	fields(Keyword, "published_month", "language", "language_basis"),
	fields(Text, "title"),
	fields(Folded, "outlet", "authors"),
	[]Property{
		object("source", fields(Keyword, "id", "item_id", "name", "url", "feed_url", "format")...),
		object("dedup", slices.Concat(
			fields(Keyword, "verdict", "duplicate_of", "derived_from", "story", "relation", "first", "epoch"),
			fields(Float, "containment"), fields(Boolean, "hidden", "head_withdrawn"), fields(Long, "offset"))...),
		object("actor", slices.Concat(
			fields(Keyword, "id", "name", "type", "country", "path", "role", "role_code"),
			fields(Names, "role_text", "text"), fields(Label, "label"))...),
		object("place", slices.Concat(
			fields(Keyword, "id", "name", "country", "path", "event_path", "dateline_path", "metonym_path", "claims"),
			fields(Names, "text"), fields(Label, "label"), fields(Point, "point", "event_point"))...),
		object("event_date", slices.Concat(
			fields(Date, "day", "start", "end", "instant"), fields(DateRange, "range"),
			fields(Boolean, "open_start", "open_end"),
			fields(Keyword, "month", "granularity", "precision", "basis", "method", "timex", "mod", "type",
				"role", "anchor", "rule", "flags", "source", "field"),
			fields(Stored, "text", "span"), fields(Float, "confidence"), fields(Integer, "lag_days"))...),
		object("pipeline", append(fields(Keyword, "version", "skipped"),
			object("data", fields(Keyword, "gazetteer", "names", "dates", "overrides")...))...),
	},
)

var articleMapping = slices.Concat(flat,
	fields(Keyword, "signals", "published_basis", "slug", "subjects", "agency", "cited"),
	fields(Date, "mentioned_days"),
	fields(DateRange, "mentioned_dates"),
	fields(Text, "body", "description"),
	fields(Integer, "urgency", "word_count"),
	fields(Stored, "correction_note", "reason", "byline", "credits", "actors", "places", "dates", "events"),
	[]Property{
		object("dateline", slices.Concat(
			fields(Stored, "raw", "span"), fields(Keyword, "places", "agency"), fields(Date, "date"))...),
		object("focus", append(fields(Keyword, "country", "admin1", "place"), fields(Point, "point")...)...),
	},
)

var eventMapping = slices.Concat(flat,
	fields(Keyword, "article", "url", "trigger", "type", "modality", "acting", "target", "field"),
	fields(Text, "sentence"),
	fields(Stored, "span", "reason"),
	fields(Float, "confidence"),
)

// Mapping is the fields that documents of kind k may have. Anything else is
// refused by every store: the mapping is strict. The result must not be
// changed.
func Mapping(k Kind) []Property {
	if k == Event {
		return eventMapping
	}
	return articleMapping
}

// Lookup finds the type of a field by its full name, as in "actor.id".
func Lookup(k Kind, path string) (Type, bool) {
	t, ok := paths[k][path]
	return t, ok
}

// paths are the leaves of each mapping by full name.
var paths = [2]map[string]Type{leaves(articleMapping), leaves(eventMapping)}

func leaves(props []Property) map[string]Type {
	m := map[string]Type{}
	var walk func(prefix string, props []Property)
	walk = func(prefix string, props []Property) {
		for _, p := range props {
			if p.Type == Object {
				walk(prefix+p.Name+".", p.Sub)
				continue
			}
			m[prefix+p.Name] = p.Type
		}
	}
	walk("", props)
	return m
}

// labels are the facets whose values are ids, with the field that names them.
var labels = map[string]string{
	"actor.id":   "actor.label",
	"actor.path": "actor.label",
	"place.id":   "place.label", "place.path": "place.label", "place.country": "place.label",
	"place.event_path": "place.label", "place.dateline_path": "place.label",
	"focus.country": "place.label", "focus.place": "place.label", "focus.admin1": "place.label",
}

// LabelField is the Label field that names the values of a facet, "id|name",
// or nothing if its values speak for themselves.
func LabelField(facet string) string { return labels[facet] }

// Facet reports whether documents of kind k can be counted by the field.
func Facet(k Kind, field string) bool {
	t, ok := Lookup(k, field)
	return ok && (t == Keyword || t == Folded)
}

// properties renders a mapping for Elasticsearch. Analyzers and the normalizer
// are those of the template's settings.
func properties(props []Property) map[string]any {
	out := make(map[string]any, len(props))
	for _, p := range props {
		out[p.Name] = property(p)
	}
	return out
}

type obj = map[string]any

func property(p Property) obj {
	switch p.Type {
	case Object:
		return obj{"properties": properties(p.Sub)}
	case Stored:
		return obj{"type": "object", "enabled": false}
	case Keyword, Label:
		return obj{"type": "keyword", "ignore_above": keywordLimit}
	case Folded:
		return obj{"type": "keyword", "ignore_above": keywordLimit, "fields": obj{
			"folded": obj{"type": "keyword", "ignore_above": keywordLimit, "normalizer": "dateline_folded"}}}
	case Text:
		return obj{"type": "text", "analyzer": "dateline_text"}
	case Names:
		return obj{"type": "text", "analyzer": "dateline_names", "norms": false}
	}
	return obj{"type": string(p.Type)}
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("index: template: " + err.Error()) // maps of strings and numbers always marshal
	}
	return b
}
