package embedded

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	bleveindex "github.com/blevesearch/bleve_index_api"

	"dateline/index"
)

// Fields of our own beside those of the mapping.
const (
	fieldKind    = "_kind"    // article or event
	fieldVersion = "_version" // external version, 14 hex digits
	fieldSource  = "_source"  // the document as it was sent
	fieldShown   = "_shown"   // who may see it, see shown; none: nobody
)

// Values of fieldShown, after the kind's name. One term instead of five
// conditions: every question has them, and each cost a pass over all documents.
const (
	shownCopy    = "/copy"    // to who asks for copies
	shownEmbargo = "/embargo" // once its embargo has ended
)

// visibility gathers what decides who may see a document.
type visibility struct {
	status  string
	embargo bool
	hidden  bool
}

// see takes note of a field that decides.
func (v *visibility) see(path string, raw []byte) {
	switch path {
	case "status":
		b, _ := unquote(raw)
		v.status = string(b)
	case "embargo":
		v.embargo = true
	case "dedup.hidden":
		v.hidden = string(raw) == "true"
	}
}

// shown are the terms of a document, one or none; that of an embargoed copy has
// both endings. An embargo without an end never ends.
func (v *visibility) shown(k index.Kind) string {
	s := kindName(k)
	switch v.status {
	case "withdrawn", "withheld", index.Unused:
		return ""
	case "embargoed":
		if !v.embargo {
			return ""
		}
	}
	if v.embargo {
		s += shownEmbargo
	}
	if v.hidden {
		s += shownCopy
	}
	return s
}

const (
	valueOptions = bleveindex.IndexField | bleveindex.DocValues | bleveindex.SkipFreqNorm // counted and sorted
	termOptions  = bleveindex.IndexField | bleveindex.SkipFreqNorm                        // looked up
	textOptions  = bleveindex.IndexField | bleveindex.IncludeTermVectors                  // phrases need positions
)

// keywordLimit is how long a value may be to be found, in characters, as in
// the mapping's ignore_above.
const keywordLimit = 1024

// dates that queries sort or filter by; the others stay in the source alone.
var dates = map[string]bool{"published": true, "received": true, "embargo": true, "event_date.day": true}

func kindName(k index.Kind) string {
	if k == index.Event {
		return "event"
	}
	return "article"
}

// convert turns an action into a bleve document, field by field as the mapping
// says. Error: index.ErrMapping.
func convert(key string, a *index.Action) (*document.Document, error) {
	doc := document.NewDocument(key)
	n := map[string]uint64{} // values so far of each field with positions
	var see visibility
	err := index.Visit(a.Kind, a.Source, func(path string, t index.Type, raw []byte) error {
		see.see(path, raw)
		switch t {
		case index.Keyword, index.Label, index.Folded:
			v, err := unquote(raw)
			if err != nil {
				return err
			}
			if len(v) > keywordLimit && utf8.RuneCount(v) > keywordLimit {
				return nil
			}
			add(doc, path, v, valueOptions, exact)
			if t == index.Folded {
				add(doc, path+".folded", []byte(fold(string(v))), termOptions, exact)
			}
		case index.Text, index.Names:
			v, err := unquote(raw)
			if err != nil {
				return err
			}
			analyzer := prose
			if t == index.Names {
				analyzer = names
			}
			// A copy: the analysis changes case in place, and v may lie in Source.
			doc.AddField(document.NewTextFieldCustom(path, []uint64{n[path]}, bytes.Clone(v), textOptions, analyzer))
			n[path]++
		case index.Date:
			if dates[path] {
				v, _ := unquote(raw)
				ms, _ := index.ParseDate(string(v))
				number(doc, path, ms)
			}
		case index.DateRange:
			gte, lt, _ := index.ParseRange(raw)
			number(doc, path+".gte", gte)
			number(doc, path+".lt", lt)
		case index.Boolean:
			add(doc, path, raw, termOptions, exact)
		case index.Point:
			var at struct{ Lat, Lon float64 }
			if err := json.Unmarshal(raw, &at); err != nil {
				return fmt.Errorf("%w: %w", index.ErrMapping, err) // not reached: Visit has read it
			}
			doc.AddField(document.NewGeoPointFieldWithIndexingOptions(path, []uint64{n[path]}, at.Lon, at.Lat, valueOptions))
			n[path]++
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	add(doc, fieldKind, []byte(kindName(a.Kind)), termOptions, exact)
	if s := see.shown(a.Kind); s != "" {
		add(doc, fieldShown, []byte(s), termOptions, exact)
	}
	add(doc, fieldVersion, fmt.Appendf(nil, "%014x", a.Version), valueOptions, exact)
	doc.AddField(document.NewTextFieldCustom(fieldSource, nil, a.Source, bleveindex.StoreField, nil))
	return doc, nil
}

func add(doc *document.Document, name string, value []byte, o bleveindex.FieldIndexingOptions, a analysis.Analyzer) {
	doc.AddField(document.NewTextFieldCustom(name, nil, value, o, a))
}

// number indexes milliseconds. They are exact as float64 for any year a date
// can have.
func number(doc *document.Document, name string, ms int64) {
	doc.AddField(document.NewNumericFieldWithIndexingOptions(name, nil, float64(ms), valueOptions))
}

// unquote reads a JSON string; one without escapes is not copied.
func unquote(raw []byte) ([]byte, error) {
	plain := raw[1 : len(raw)-1]
	for _, c := range plain {
		if c == '\\' {
			var s string
			if err := json.Unmarshal(raw, &s); err != nil {
				return nil, fmt.Errorf("%w: %w", index.ErrMapping, err)
			}
			return []byte(s), nil
		}
	}
	return plain, nil
}
