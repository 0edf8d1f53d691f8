package index

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"
)

// Form is how much language analysis a cluster's templates use.
type Form string

// The forms. Full stems English words and folds accents, which every normal
// Elasticsearch can; Plain lower-cases alone and runs on a distribution
// without the analysis-common module.
const (
	Full  Form = "full"
	Plain Form = "plain"
)

// Shape is what setup writes into a cluster: the parts that Options do not
// hold because no document depends on them.
type Shape struct {
	Options
	Form     Form
	Shards   int           // primaries per index; 0 is 1
	Replicas int           // copies of each; 0 is none
	Refresh  time.Duration // how soon a document is searchable; 0 is 5 s
	Product  string        // version of the program, for people to read
}

// Names of a prefix's aliases and templates.
func (o Options) ArticlesAlias() string { return o.prefix() + "-articles" }

// StoriesAlias is ArticlesAlias without copies: the default for people.
func (o Options) StoriesAlias() string { return o.prefix() + "-stories" }

// EventsAlias reads the events of visible articles.
func (o Options) EventsAlias() string { return o.prefix() + "-events" }

// Pattern matches all indices of a kind.
func (o Options) Pattern(k Kind) string {
	if k == Event {
		return o.prefix() + "-events-*"
	}
	return o.prefix() + "-articles-*"
}

// Template is one object that setup writes: the path of its API and its body.
type Template struct {
	Path string
	Name string
	Body []byte
	Hash string // of the intent; stands in the body's _meta
}

// priority puts the templates above Elasticsearch's own (100 to 200) for
// patterns that begin alike.
const priority = 500

// Templates are the component template with the settings and the composable
// templates of articles and events. Their _meta carries what later setups and
// workers compare: product, schema, period, form and a hash of the whole.
func (s Shape) Templates() []Template {
	settings := s.prefix() + "-settings"
	ts := []Template{s.template("/_component_template/", settings, obj{
		"template": obj{"settings": obj{"index": s.settings()}},
	})}
	for k, name := range []string{Article: s.prefix() + "-articles", Event: s.prefix() + "-events"} {
		k := Kind(k)
		ts = append(ts, s.template("/_index_template/", name, obj{
			"index_patterns": []string{s.Pattern(k)},
			"priority":       priority,
			"composed_of":    []string{settings},
			"template":       obj{"mappings": s.mappings(k), "aliases": s.Aliases(k)},
		}))
	}
	return ts
}

func (s Shape) mappings(k Kind) obj {
	return obj{
		"dynamic":    "strict",
		"properties": properties(Mapping(k)),
		"_meta":      obj{"product": "dateline", "schema": Schema, "period": s.period(), "form": s.Form},
	}
}

// Mappings is the mapping of a kind, as it is put into an index that exists.
func (s Shape) Mappings(k Kind) []byte { return mustJSON(s.mappings(k)) }

func (o Options) period() Period {
	if o.Period == "" {
		return Monthly
	}
	return o.Period
}

func (s Shape) template(path, name string, body obj) Template {
	meta := obj{"product": "dateline", "version": s.Product, "schema": Schema, "period": s.period(), "form": s.Form}
	sum := sha256.Sum256(mustJSON(body)) // the product's version is not part of the intent
	hash := hex.EncodeToString(sum[:8])
	meta["hash"] = hash
	body["_meta"] = meta
	return Template{Path: path + name, Name: name, Body: mustJSON(body), Hash: hash}
}

// settings are those of every index. best_compression is Zstandard on 8.19: on
// 6,000 news articles of 6.4 kB it took 36 MB instead of 56 and no more of the
// server's CPU (0.9 to 1.1 ms a document, against 1.1 with the default).
func (s Shape) settings() obj {
	refresh := s.Refresh
	if refresh == 0 {
		refresh = 5 * time.Second
	}
	return obj{
		"number_of_shards":   max(s.Shards, 1),
		"number_of_replicas": max(s.Replicas, 0),
		"codec":              "best_compression",
		"refresh_interval":   strconv.FormatInt(refresh.Milliseconds(), 10) + "ms",
		"analysis":           analysis(s.Form),
	}
}

// analysis names the analyzers that the mapping uses, the same names in both
// forms, so that mapping and queries need not know the form.
func analysis(f Form) obj {
	if f != Full {
		return obj{
			"filter": obj{"dateline_stop": obj{"type": "stop", "stopwords": "_english_"}},
			"analyzer": obj{
				"dateline_text":  obj{"type": "custom", "tokenizer": "standard", "filter": []string{"lowercase", "dateline_stop"}},
				"dateline_names": obj{"type": "custom", "tokenizer": "standard", "filter": []string{"lowercase"}},
			},
			"normalizer": obj{"dateline_folded": obj{"type": "custom", "filter": []string{"lowercase"}}},
		}
	}
	return obj{
		"filter": obj{
			"dateline_possessive": obj{"type": "stemmer", "language": "possessive_english"},
			"dateline_stop":       obj{"type": "stop", "stopwords": "_english_"},
			"dateline_stem":       obj{"type": "stemmer", "language": "english"},
		},
		"analyzer": obj{
			"dateline_text": obj{"type": "custom", "tokenizer": "standard", "filter": []string{
				"dateline_possessive", "lowercase", "asciifolding", "dateline_stop", "dateline_stem"}},
			"dateline_names": obj{"type": "custom", "tokenizer": "standard", "filter": []string{
				"dateline_possessive", "lowercase", "asciifolding"}},
		},
		"normalizer": obj{"dateline_folded": obj{"type": "custom", "filter": []string{"lowercase", "asciifolding"}}},
	}
}

// Probe is the body of the _analyze request that a cluster can answer only if
// it has what the full form needs.
func Probe() []byte {
	return mustJSON(obj{
		"tokenizer": "standard",
		"filter": []any{
			obj{"type": "stemmer", "language": "possessive_english"}, "lowercase", "asciifolding",
			obj{"type": "stop", "stopwords": "_english_"}, obj{"type": "stemmer", "language": "english"},
		},
		"text": "Peña's towns",
	})
}

// Guard is the body of the request that creates an index. It repeats one field
// of the template, whose analyzer only the template defines: without the
// template the cluster refuses the request, instead of making an index that
// guesses its mapping from the first document.
func Guard() []byte {
	return mustJSON(obj{"mappings": obj{"properties": obj{"title": obj{"type": "text", "analyzer": "dateline_text"}}}})
}

// Aliases are the filtered aliases of a kind, as they stand in its template.
func (o Options) Aliases(k Kind) map[string]any {
	if k == Event {
		return obj{o.EventsAlias(): obj{"filter": Visible("now", false)}}
	}
	return obj{
		o.ArticlesAlias(): obj{"filter": Visible("now", false)},
		o.StoriesAlias():  obj{"filter": Visible("now", true)},
	}
}

// Visible is the filter for what people may see at a time, RFC 3339 or "now":
// no tombstone, no embargo still running or without an end and, for stories,
// no hidden copy.
func Visible(now string, stories bool) map[string]any {
	not := []any{
		obj{"terms": obj{"status": []string{"withdrawn", "withheld", Unused}}},
		obj{"range": obj{"embargo": obj{"gt": now}}},
		obj{"bool": obj{
			"filter":   obj{"term": obj{"status": "embargoed"}},
			"must_not": obj{"exists": obj{"field": "embargo"}},
		}},
	}
	if stories {
		not = append(not, obj{"term": obj{"dedup.hidden": true}})
	}
	return obj{"bool": obj{"must_not": not}}
}
