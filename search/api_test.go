package search

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"dateline/index"
	"dateline/internal/articles"
	"dateline/pipeline"
	"dateline/pipeline/wire"
)

// found is what the tests read of a result.
type found struct {
	Query  string
	Total  int64
	Hits   []hit
	Facets map[string][]index.Bucket
	Next   string
}

func (f found) ids() []string {
	var ids []string
	for _, h := range f.Hits {
		ids = append(ids, h.ID)
	}
	return ids
}

func (f found) facet(name, value string) int64 {
	for _, b := range f.Facets[name] {
		if b.Value == value || b.Label == value {
			return b.Count
		}
	}
	return 0
}

func TestAPI(t *testing.T) {
	h := Handler(fixtures(t), Options{Now: clock})
	for path, want := range map[string]int64{
		"/api/articles":          2,
		"/api/articles?q=bridge": 1,
		"/api/articles?q=" + url.QueryEscape(`"harbour bridge" -zeppelin`):             1,
		"/api/articles?actor=p:marta-olsson":                                           1,
		"/api/articles?actor=Marta+Olsson&place=US&on=2025-05":                         1,
		"/api/articles?actor=olsson&to=2025-05-17":                                     0,
		"/api/articles?place=Minnesota":                                                1,
		"/api/articles?outlet=north+%26+wire":                                          1,
		"/api/articles?author=ANN+LEE&source=north":                                    1,
		"/api/articles?published_from=2025-05-19&published_to=2025-05-19&source=north": 1,
		"/api/articles?published_to=2025-05-18":                                        0,
		"/api/articles?id=" + fixtureID:                                                1,
		"/api/articles?story=" + fixtureID:                                             1,
		"/api/events?actor=Olsson&place=Duluth&on=2025-05-18":                          1,
		"/api/events?actor=Olsson&place=Duluth&on=2025-05-19":                          0,
		"/api/events?modality=asserted":                                                1,
		"/api/events?q=" + url.QueryEscape("bridge who:Olsson where:US on:2025-05"):    1,
		"/api/articles?q=zeppelin":                                                     0,
		"/api/events?q=zeppelin":                                                       0,
	} {
		got := answer[found](t, h, path, http.StatusOK)
		if got.Total != want || len(got.Hits) != int(want) {
			t.Errorf("%s: %d of %d, want %d", path, len(got.Hits), got.Total, want)
		}
	}
}

// Withheld, withdrawn and embargoed articles are in no answer, by any way.
func TestHidden(t *testing.T) {
	store := fixtures(t)
	h := Handler(store, Options{Now: clock})
	for _, path := range []string{"/", "/?q=zeppelin", "/?q=zeppelin&copies=true&target=event", "/api/articles?copies=true&limit=100", "/api/events?copies=true&limit=100",
		"/api/facets?facet=status&facet_size=100", "/?id=" + hiddenDocs()[0].ID, "/api/facets"} {
		if w := get(t, h, path); w.Code != 200 || strings.Contains(w.Body.String(), "Secret") || strings.Contains(w.Body.String(), wire.Withdrawn+`"`) || strings.Contains(w.Body.String(), wire.Withheld+`"`) {
			t.Errorf("%s: %d shows what is hidden: %s", path, w.Code, w.Body)
		}
	}
	for _, d := range hiddenDocs() {
		for _, path := range []string{"/api/articles/" + d.ID, "/article/" + d.ID} {
			if w := get(t, h, path); w.Code != 404 || strings.Contains(w.Body.String(), "Secret") {
				t.Errorf("%s: %d", path, w.Code)
			}
		}
	}
	// The same index a moment before and at the end of the one embargo that ends.
	for at, want := range map[int64]int64{-1: 0, 0: 1} {
		h := Handler(store, Options{Now: func() time.Time { return later.Add(time.Duration(at)) }})
		if got := answer[found](t, h, "/api/articles?q=zeppelin", 200); got.Total != want {
			t.Errorf("%d ns after the embargo: %d, want %d", at, got.Total, want)
		}
		if w := get(t, h, "/article/"+hiddenDocs()[3].ID); (w.Code == 200) != (want == 1) {
			t.Errorf("%d ns after the embargo the page is %d", at, w.Code)
		}
	}
}

func TestAPIErrors(t *testing.T) {
	h := Handler(fixtures(t), Options{Now: clock})
	for path, c := range map[string]struct {
		status int
		param  string
	}{
		"/api/articles?from=2025-13":                           {400, "from"},
		"/api/articles?colour=red":                             {400, "colour"},
		"/api/events?target=article":                           {400, "target"},
		"/api/articles?target=event":                           {400, "target"},
		"/api/articles?modality=planned":                       {400, "modality"},
		"/api/articles?limit=201":                              {400, "limit"},
		"/api/articles?offset=9999":                            {400, "offset"},
		"/api/articles?facet=" + strings.Repeat("person,", 40): {400, "facet"},
		"/api/articles?facet=body":                             {400, "facet"},
		"/api/articles?q=" + strings.Repeat("x", 2000):         {400, "q"},
		"/api/articles?q=%ff":                                  {400, "q"},
		"/api/articles?q=%zz":                                  {400, ""},
		"/api/articles?a;b":                                    {400, ""},
		"/api/articles?q=" + strings.Repeat("x", 10<<10):       {414, ""},
		"/api/articles/" + strings.Repeat("f", 32):             {404, ""},
		"/api/articles/%2e%2e%2fetc":                           {404, ""},
		"/api/none":                                            {404, ""},
	} {
		f := answer[failure](t, h, path, c.status)
		if f.Error == "" || c.param != "" && (!slices.Contains(f.Parameters, c.param) || !strings.Contains(f.Error, c.param+": ")) {
			t.Errorf("%s: %+v", path, f)
		}
		if len(f.Error)+len(f.Hint) > 600 {
			t.Errorf("%s: error of %d bytes", path, len(f.Error))
		}
	}
}

func TestAPIHighlights(t *testing.T) {
	h := Handler(fixtures(t), Options{Now: clock})
	if got := answer[found](t, h, "/api/articles?q=bridge", 200); got.Hits[0].Highlights != nil {
		t.Errorf("highlights that nobody asked for")
	}
	got := answer[found](t, h, "/api/articles?q=bridge&highlight=true", 200)
	fs := got.Hits[0].Highlights["body"]
	if len(fs) == 0 {
		t.Fatal("no fragment")
	}
	for _, f := range fs {
		if strings.ContainsAny(f.Text, "\x02\x03") || !strings.Contains(fixtureBody, f.Text) || len(f.Marks) == 0 {
			t.Errorf("fragment %+v", f)
		}
		for _, m := range f.Marks {
			if f.Text[m[0]:m[1]] != "bridge" {
				t.Errorf("mark %v is %q", m, f.Text[m[0]:m[1]])
			}
		}
	}
}

// Pages follow one another by next, without a gap or a repeat.
func TestAPIPaging(t *testing.T) {
	h := Handler(bundled(t), Options{Now: clock, PageSize: 7})
	all := answer[found](t, h, "/api/articles?sort=published&limit=200", 200)
	var ids []string
	for path, n := "/api/articles?sort=published", 0; path != ""; n++ {
		if n > 100 {
			t.Fatal("pages without an end")
		}
		page := answer[found](t, h, path, 200)
		if page.Total != all.Total || len(page.Hits) > 7 {
			t.Errorf("%s: %d of %d", path, len(page.Hits), page.Total)
		}
		ids = append(ids, page.ids()...)
		path = page.Next
	}
	if !slices.Equal(ids, all.ids()) || int64(len(ids)) != all.Total || all.Next != "" {
		t.Errorf("%d documents by pages, %d at once, total %d", len(ids), len(all.Hits), all.Total)
	}
	if got := answer[found](t, h, "/api/articles?limit=0", 200); got.Total != all.Total || len(got.Hits) != 0 || got.Next != "" {
		t.Errorf("limit 0: %d hits, next %q", len(got.Hits), got.Next)
	}
}

// The query in an answer is the question again, whatever the clock says.
func TestAPIQueryIsShareable(t *testing.T) {
	store := bundled(t)
	h := Handler(store, Options{Now: clock})
	first := answer[found](t, h, "/api/articles?"+url.Values{"q": {"cable place:Estonia"}, "from": {"3m"}, "facet": {"person"}}.Encode(), 200)
	if strings.Contains(first.Query, "3m") || first.Total == 0 {
		t.Fatalf("%d articles by %q", first.Total, first.Query)
	}
	h = Handler(store, Options{Now: func() time.Time { return now.AddDate(1, 0, 0) }})
	if again := answer[found](t, h, "/api/articles?"+first.Query, 200); !slices.Equal(again.ids(), first.ids()) || again.Query != first.Query {
		t.Errorf("%q finds %d articles a year later, %d at first", again.Query, again.Total, first.Total)
	}
}

func TestAPIFacets(t *testing.T) {
	h := Handler(bundled(t), Options{Now: clock})
	got := answer[found](t, h, "/api/facets?facet=outlet,place.country&facet=authors&facet_size=100&place=EE", 200)
	if len(got.Hits) != 0 || len(got.Facets) != 3 || got.Total == 0 {
		t.Fatalf("%d hits, %d facets of %d articles", len(got.Hits), len(got.Facets), got.Total)
	}
	if n := got.facet("place.country", "EE"); n != got.Total {
		t.Errorf("%d of %d articles about Estonia are counted there", n, got.Total)
	}
	// A count is what the filter finds.
	for _, b := range got.Facets["outlet"] {
		of := answer[found](t, h, "/api/articles?"+url.Values{"outlet": {b.Value}, "place": {"EE"}, "limit": {"0"}}.Encode(), 200)
		if of.Total != b.Count {
			t.Errorf("outlet %s: counted %d, found %d", b.Value, b.Count, of.Total)
		}
	}
	if got := answer[found](t, h, "/api/facets?target=event", 200); got.facet("modality", "asserted") == 0 {
		t.Errorf("facets of events: %v", got.Facets["modality"])
	}
}

// The bundle's questions get over HTTP what the store answers, who, where and
// when in one event.
func TestAPIAnswersQuestions(t *testing.T) {
	store := bundled(t)
	h := Handler(store, Options{Now: clock})
	answered := 0
	for _, q := range articles.Questions() {
		a, err := store.Search(context.Background(), &index.Query{Target: index.Events, Actors: []string{q.Actor}, Places: []string{q.Country}, From: q.From, To: q.To, Limit: 100, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		v := url.Values{"actor": {q.Actor}, "place": {q.Country}, "from": {q.From.Format(time.DateOnly)}, "to": {q.To.AddDate(0, 0, -1).Format(time.DateOnly)}, "limit": {"100"}}
		got := answer[found](t, h, "/api/events?"+v.Encode(), 200).ids()
		var want []string
		for _, hit := range a.Hits {
			want = append(want, hit.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, the store says %v", q.Text, got, want)
		}
		if len(got) > 0 {
			answered++
		}
	}
	if answered == 0 {
		t.Error("no question has an answer")
	}
}

// What the API hands out is the document: its spans are its text.
func TestAPIDocument(t *testing.T) {
	h := Handler(fixtures(t), Options{Now: clock})
	d := answer[pipeline.Document](t, h, "/api/articles/"+fixtureID, 200)
	if d.ID != fixtureID || d.Body != fixtureBody || len(d.Actors) != 2 {
		t.Fatalf("%+v", d)
	}
	for _, a := range d.Actors {
		for _, m := range a.Mentions {
			if m.Span.Of(d.Body) != m.Text {
				t.Errorf("%q is %q", m.Text, m.Span.Of(d.Body))
			}
		}
	}
}

// The description and the handlers say the same: addresses, parameters, and the
// shape of what is answered.
func TestOpenAPI(t *testing.T) {
	var spec struct {
		Paths map[string]map[string]struct {
			Parameters []struct {
				Ref  string `json:"$ref"`
				Name string
				In   string
			}
			Responses map[string]json.RawMessage
		}
		Components struct {
			Parameters map[string]struct {
				Name   string
				In     string
				Schema struct {
					Type     string
					MaxItems int `json:"maxItems"`
					Maximum  int
					Enum     []string
					Items    struct{ Enum []string }
				}
			}
			Schemas map[string]schema
		}
	}
	h := Handler(fixtures(t), Options{Now: clock, Version: "v1"})
	if err := json.Unmarshal(get(t, h, "/api/openapi.json").Body.Bytes(), &spec); err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, r := range newSite(nil, Options{}).routes() {
		if strings.HasPrefix(r.pattern, "/api/") {
			want = append(want, r.pattern)
		}
	}
	for p, methods := range spec.Paths {
		got = append(got, p)
		if len(methods) != 1 || methods["get"].Responses == nil {
			t.Errorf("%s has methods %v", p, methods)
		}
		for _, ref := range methods["get"].Parameters {
			name, ok := strings.CutPrefix(ref.Ref, "#/components/parameters/")
			if _, known := params[name]; ok != known {
				t.Errorf("%s: parameter %q", p, ref.Ref)
			}
		}
		if n := len(methods["get"].Parameters); n > 1 && n != len(params) {
			t.Errorf("%s describes %d parameters, the handler reads %d", p, n, len(params))
		}
	}
	sort.Strings(want)
	sort.Strings(got)
	if !slices.Equal(got, want) {
		t.Errorf("described %v, served %v", got, want)
	}
	for name, p := range spec.Components.Parameters {
		many, ok := params[name]
		if !ok || p.Name != name || p.In != "query" || many != (p.Schema.Type == "array") {
			t.Errorf("parameter %s: %+v", name, p)
		}
	}
	of := spec.Components.Parameters
	if !slices.Equal(of[pModality].Schema.Items.Enum, Modalities()) || !slices.Equal(of[pSort].Schema.Enum, Orders()) {
		t.Errorf("choices %v, %v", of[pModality].Schema.Items.Enum, of[pSort].Schema.Enum)
	}
	for name, n := range map[string]int{pActor: MaxValues, pPlace: MaxValues, pID: MaxIDs, pFacet: MaxFacets} {
		if of[name].Schema.MaxItems != n {
			t.Errorf("%s: at most %d described, %d read", name, of[name].Schema.MaxItems, n)
		}
	}
	if of[pFacetSize].Schema.Maximum != maxFacetSize || of[pOffset].Schema.Maximum != index.Window {
		t.Errorf("bounds %d, %d", of[pFacetSize].Schema.Maximum, of[pOffset].Schema.Maximum)
	}
	for path, name := range map[string]string{
		"/api/articles?q=harbour&highlight=true&facet=actor.id&limit=1": "Result", "/api/articles?limit=1": "Result", "/api/events": "Result", "/api/facets": "Result",
		"/api/timeline": "Timeline", "/api/map?place=US": "Map", "/api/actors/p:marta-olsson": "Actor", "/api/stories/" + fixtureID: "Story",
		"/api/articles/" + fixtureID: "Document", "/api/health": "Health", "/api/articles?from=x": "Error", "/api/none": "Error",
	} {
		var v any
		if err := json.Unmarshal(get(t, h, path).Body.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		s := spec.Components.Schemas[name]
		for _, e := range s.check(v, name, spec.Components.Schemas) {
			t.Errorf("%s: %s", path, e)
		}
	}
}

// schema is the part of JSON Schema that the description uses.
type schema struct {
	Ref        string `json:"$ref"`
	Type       string
	Const      any
	Properties map[string]schema
	Required   []string
	Additional json.RawMessage `json:"additionalProperties"`
	Items      *schema
}

// check lists how a value differs from the schema.
func (s schema) check(v any, at string, all map[string]schema) (errs []string) {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		s, ok = all[name]
		if !ok {
			return []string{at + ": no schema " + name}
		}
	}
	if s.Const != nil && s.Const != v {
		return []string{at + ": another constant"}
	}
	kind := map[bool]string{}
	switch v := v.(type) {
	case string:
		kind[s.Type == "string" || s.Const != nil] = "string"
	case float64:
		kind[s.Type == "number" || s.Type == "integer" && v == float64(int64(v))] = "number"
	case bool:
		kind[s.Type == "boolean"] = "boolean"
	case []any:
		kind[s.Type == "array"] = "array"
		for _, x := range v {
			if s.Items != nil {
				errs = append(errs, s.Items.check(x, at+"[]", all)...)
			}
		}
	case map[string]any:
		kind[s.Type == "object"] = "object"
		for _, r := range s.Required {
			if _, ok := v[r]; !ok {
				errs = append(errs, at+"."+r+" is missing")
			}
		}
		for name, x := range v {
			p, ok := s.Properties[name]
			var rest schema
			switch {
			case ok:
				errs = append(errs, p.check(x, at+"."+name, all)...)
			case string(s.Additional) == "false":
				errs = append(errs, at+"."+name+" is not described")
			case json.Unmarshal(s.Additional, &rest) == nil && string(s.Additional) != "true":
				errs = append(errs, rest.check(x, at+"."+name, all)...)
			}
		}
	default:
		return []string{at + ": null"}
	}
	if kind[true] == "" {
		errs = append(errs, at+": a "+kind[false]+", want "+s.Type)
	}
	return errs
}
