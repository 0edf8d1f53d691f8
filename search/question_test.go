package search

import (
	"encoding/base64"
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"dateline/index"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func zone(tb testing.TB, name string) *time.Location {
	tb.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		tb.Fatal(err)
	}
	return z
}

// rules is 1 June 2025, a Sunday, at noon UTC.
var rules = Rules{Now: now}

// cursor is what an answer in an order gives for a place in it.
func cursor(order, after string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(order + "\x00" + after))
}

func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want index.Query
	}{
		"nothing":            {"", index.Query{}},
		"empty fields":       {"q=&actor=&from=+&limit=", index.Query{}},
		"words":              {`q=ferry+"harbour+master"+-strike`, index.Query{Words: `ferry "harbour master" -strike`}},
		"control characters": {"q=ferry%00boat%0a", index.Query{Words: "ferry boat"}},
		"actors":             {"actor=Marta+Olsson&actor=++p:ruben-pena&actor=Marta+Olsson", index.Query{Actors: []string{"Marta Olsson", "p:ruben-pena"}}},
		"places":             {"place=US&place=Saint++Paul", index.Query{Places: []string{"US", "Saint Paul"}}},
		"a day":              {"on=2025-03-10", index.Query{From: day("2025-03-10"), To: day("2025-03-11")}},
		"a month":            {"on=2025-02", index.Query{From: day("2025-02-01"), To: day("2025-03-01")}},
		"a year":             {"on=1939", index.Query{From: day("1939-01-01"), To: day("1940-01-01")}},
		"to is included":     {"from=2025-03-01&to=2025-03", index.Query{From: day("2025-03-01"), To: day("2025-04-01")}},
		"instants":           {"from=2025-03-01T10:00:00%2B02:00&to=2025-03-01t09:30:00z", index.Query{From: day("2025-03-01").Add(8 * time.Hour), To: day("2025-03-01").Add(9*time.Hour + 30*time.Minute)}},
		"published":          {"published_from=2025-03&published_to=2025-03-02", index.Query{PubFrom: day("2025-03-01"), PubTo: day("2025-03-03")}},
		"lists":              {"source=a&source=b&outlet=North+Wire&author=Ann+Lee", index.Query{Sources: []string{"a", "b"}, Outlets: []string{"North Wire"}, Authors: []string{"Ann Lee"}}},
		"a comma in a name":  {"outlet=News,+Inc", index.Query{Outlets: []string{"News, Inc"}}},
		"story":              {"story=00000000000000000000000000000001&copies=true", index.Query{Story: strings.Repeat("0", 31) + "1", Copies: true}},
		"events":             {"target=event&modality=planned,denied", index.Query{Target: index.Events, Modality: []string{"planned", "denied"}}},
		"modality is events": {"modality=planned", index.Query{Target: index.Events, Modality: []string{"planned"}}},
		"page":               {"limit=5&offset=10&sort=-event_date", index.Query{Limit: 5, Offset: 10, Sort: "-event_date"}},
		"facets":             {"facet=person,outlet&facet=person&facet_size=3", index.Query{Facets: []string{"person", "outlet"}, FacetSize: 3}},
		"ids":                {"id=00000000000000000000000000000001,00000000000000000000000000000002-07", index.Query{IDs: []string{strings.Repeat("0", 31) + "1", strings.Repeat("0", 31) + "2-07"}}},
		"in the words": {`q=ferry+who:"Marta+Olsson"+where:US+on:2025-03+by:“Ann+Lee”+-strike+outlet:Wire`,
			index.Query{Words: "ferry -strike", Actors: []string{"Marta Olsson"}, Places: []string{"US"}, From: day("2025-03-01"), To: day("2025-04-01"), Authors: []string{"Ann Lee"}, Outlets: []string{"Wire"}}},
		"roles":                {"role=gov&role=Military&role=p:x|GOV", index.Query{Roles: []string{"GOV", "MIL", "p:x|GOV"}}},
		"a box":                {"box=22.5,57.4,28.3,59.8", index.Query{Box: &index.Box{West: 22.5, South: 57.4, East: 28.3, North: 59.8}}},
		"over the date line":   {"box=170,-20,-170,0", index.Query{Box: &index.Box{West: 170, South: -20, East: -170}}},
		"a cursor":             {"after=" + cursor("-published", "1 a"), index.Query{After: "1 a"}},
		"a cursor of words":    {"q=ferry&after=" + cursor("-", "1 a"), index.Query{Words: "ferry", After: "1 a"}},
		"beside fields":        {"q=place:Duluth&place=US", index.Query{Places: []string{"US", "Duluth"}}},
		"no parameter":         {`q="place:US"+title:bridge+to:+10:30+-who:x`, index.Query{Words: `"place:US" title:bridge to: 10:30 -who:x`}},
		"a quote that is open": {`q=ferry+who:"Marta`, index.Query{Words: "ferry", Actors: []string{"Marta"}}},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := url.ParseQuery(c.in)
			if err != nil {
				t.Fatal(err)
			}
			got, err := rules.Parse(v)
			if err != nil {
				t.Fatal(err)
			}
			c.want.Now = now
			if c.want.Limit == 0 {
				c.want.Limit = DefaultPageSize
			}
			if c.want.FacetSize == 0 {
				c.want.FacetSize = index.DefaultFacetSize
			}
			if !reflect.DeepEqual(*got, c.want) {
				t.Errorf("\ngot  %+v\nwant %+v", *got, c.want)
			}
			again, err := rules.Parse(rules.Values(got))
			if err != nil || !reflect.DeepEqual(again, got) {
				t.Errorf("round trip by %s: %v\ngot  %+v\nwant %+v", rules.Values(got).Encode(), err, again, got)
			}
		})
	}
}

// Every error names its parameter and, where it can, says what to write.
func TestParseErrors(t *testing.T) {
	long := strings.Repeat("x", MaxValue+1)
	for name, c := range map[string]struct{ in, want, hint string }{
		"no date":           {"from=2025-13", `from: "2025-13" is no date`, "write 2025"},
		"no day":            {"to=2025-02-30", `to: "2025-02-30" is no date`, "write 2025"},
		"three digits":      {"on=202", `on: "202" is no date`, "write 2025"},
		"in the words":      {"q=from:Berlin", `from: "Berlin" is no date`, "write 2025"},
		"two fields":        {"on=2025&from=2024", "on: cannot stand beside from or to", "give on alone"},
		"an instant":        {"on=2025-03-01T10:00:00Z", "on: an instant has no length", ""},
		"far":               {"from=99999y", `from: "99999y" is too long ago`, ""},
		"backwards":         {"from=2025-03&to=2025-02", "to: ends before the question's beginning", "swap"},
		"published":         {"published_from=today&published_to=yesterday", "published_to: ends before", "swap"},
		"unknown":           {"colour=red", "colour: no such parameter", "/api/openapi.json"},
		"misspelt":          {"actr=x", "actr: no such parameter", "did you mean actor?"},
		"another word":      {"Who=x", "Who: no such parameter", "did you mean actor?"},
		"twice":             {"sort=published&sort=-published", "sort: given as", "give it once"},
		"words twice":       {"q=a&q=b", "q: given 2 times", "give it once"},
		"long":              {"actor=" + long, "actor: 201 bytes", ""},
		"long words":        {"q=" + strings.Repeat("word ", 201), "q: 1005 bytes", ""},
		"many words":        {"q=" + strings.Repeat("a+", MaxClause+1), "q: 33 words", ""},
		"many":              {"place=a&place=b&place=c&place=d&place=e&place=f&place=g&place=h&place=i&place=j&place=k", "place: 11 values", ""},
		"no text":           {"q=%ff%fe", "q: bytes that are no text", ""},
		"no text in a name": {"outlet=%c3%28", "outlet:", ""},
		"a line break":      {"actor=a%0ab", "actor:", ""},
		"target":            {"target=people", `target: "people"`, "article or event"},
		"modality":          {"target=event&modality=sure", `modality: "sure" is no modality`, "asserted"},
		"modality, article": {"target=article&modality=planned", "modality: only events have one", "target=event"},
		"sort":              {"sort=title", `sort: "title" is no order`, "relevance"},
		"limit":             {"limit=many", `limit: "many" is no number`, "0 to 200"},
		"limit, large":      {"limit=201", "limit: 201 is not between 0 and 200", ""},
		"limit, negative":   {"limit=-1", "limit: -1 is not between", ""},
		"deep":              {"offset=9990&limit=20", "offset: results beyond 10000", "narrower"},
		"facet":             {"facet=body", `facet: "body" cannot be counted`, "person"},
		"facet of events":   {"facet=modality", `facet: "modality" cannot`, ""},
		"facet size":        {"facet_size=0", "facet_size: 0 values", ""},
		"copies":            {"copies=maybe", `copies: "maybe"`, "true or false"},
		"story":             {"story=abc", `story: "abc" is no story`, "32 hex"},
		"role":              {"role=king", `role: "king" is no role`, "GOV"},
		"box":               {"box=1,2,3", `box: "1,2,3" is no box`, "west,south"},
		"box, reversed":     {"box=1,50,3,40", `box: "1,50,3,40" is no box`, "west,south"},
		"box off the earth": {"box=1,50,300,60", `box: "1,50,300,60" is no box`, "west,south"},
		"box of no number":  {"box=NaN,1,2,3", `box: "NaN,1,2,3" is no box`, "west,south"},
		"cursor":            {"after=xyz", "after: no cursor of this API", "next"},
		"another order":     {"sort=published&after=" + cursor("-published", "1 a"), "after: the cursor belongs to another order", "next"},
		"cursor and offset": {"offset=5&after=" + cursor("-published", "1 a"), "offset: cannot stand beside after", "leave it out"},
		"id":                {"id=abc", `id: "abc" is no id`, "32 hex"},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := url.ParseQuery(c.in)
			if err != nil {
				t.Fatal(err)
			}
			q, err := rules.Parse(v)
			var wrong ParamErrors
			if !errors.As(err, &wrong) || q == nil {
				t.Fatalf("error %v, query %v", err, q)
			}
			if !strings.HasPrefix(wrong.Error(), c.want) {
				t.Errorf("error %q, want %q", wrong, c.want)
			}
			if !strings.Contains(wrong.Hint(), c.hint) {
				t.Errorf("hint %q, want %q", wrong.Hint(), c.hint)
			}
			if len(wrong.Error()) > 400 {
				t.Errorf("error of %d bytes", len(wrong.Error()))
			}
		})
	}
	v, _ := url.ParseQuery("from=x&to=y&sort=z&colour=red")
	if _, err := rules.Parse(v); len(err.(ParamErrors)) != 4 {
		t.Errorf("not all problems at once: %v", err)
	}
}

// Publication days are the asker's, event days are days of the text.
func TestParseZone(t *testing.T) {
	r := Rules{Now: time.Date(2025, 6, 1, 22, 30, 0, 0, time.UTC), Zone: zone(t, "Asia/Tokyo")} // 2 June there
	q, err := r.Parse(url.Values{"on": {"today"}, "published_from": {"today"}, "published_to": {"today"}})
	if err != nil {
		t.Fatal(err)
	}
	if !q.From.Equal(day("2025-06-02")) || !q.To.Equal(day("2025-06-03")) {
		t.Errorf("today is %s to %s", q.From, q.To)
	}
	if want := time.Date(2025, 6, 1, 15, 0, 0, 0, time.UTC); !q.PubFrom.Equal(want) || !q.PubTo.Equal(want.AddDate(0, 0, 1)) {
		t.Errorf("published today is %s to %s", q.PubFrom, q.PubTo)
	}
	v := r.Values(q)
	if v.Get("from") != "2025-06-02" || v.Get("to") != "2025-06-02" || v.Get("published_from") != "2025-06-02" || v.Get("published_to") != "2025-06-02" {
		t.Errorf("written as %s", v.Encode())
	}
	later := r
	later.Now = r.Now.AddDate(0, 0, 40)
	again, err := later.Parse(v)
	if err != nil || !again.From.Equal(q.From) || !again.PubTo.Equal(q.PubTo) {
		t.Errorf("a shared address means something else later: %+v, %v", again, err)
	}
}

func TestWhen(t *testing.T) {
	for in, want := range map[string]string{
		"2025": "2025-01-01/2026-01-01", "2025-3": "2025-03-01/2025-04-01", "2025-03-1": "2025-03-01/2025-03-02",
		"10 March 2025": "2025-03-10/2025-03-11", "March 10, 2025": "2025-03-10/2025-03-11", "Mar 10 2025": "2025-03-10/2025-03-11",
		"march 2025": "2025-03-01/2025-04-01", "today": "2025-06-01/2025-06-02", "Yesterday": "2025-05-31/2025-06-01", "tomorrow": "2025-06-02/2025-06-03",
		"this week": "2025-05-26/2025-06-02", "last  week": "2025-05-19/2025-05-26", "last_month": "2025-05-01/2025-06-01", "this month": "2025-06-01/2025-07-01",
		"last year": "2024-01-01/2025-01-01", "this year": "2025-01-01/2026-01-01",
		"7d": "2025-05-25/2025-05-26", "-7d": "2025-05-25/2025-05-26", "2w": "2025-05-18/2025-05-19", "1m": "2025-05-01/2025-05-02", "1 y": "2024-06-01/2024-06-02", "0d": "2025-06-01/2025-06-02",
		"9999": "9999-01-01/10000-01-01", "0001-01-01": "0001-01-01/0001-01-02",
	} {
		got, err := parseWhen(in, now, time.UTC, time.UTC)
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if s := got.from.Format(time.DateOnly) + "/" + got.to.Format(time.DateOnly); s != want {
			t.Errorf("%s: %s, want %s", in, s, want)
		}
	}
	if got, err := parseWhen("36h", now, time.UTC, time.UTC); err != nil || !got.from.Equal(now.Add(-36*time.Hour)) {
		t.Errorf("36h: %v, %v", got, err)
	}
	if at, _ := parseWhen("last week", day("2025-06-02"), time.UTC, time.UTC); !at.from.Equal(day("2025-05-26")) {
		t.Errorf("on a Monday last week begins on %s", at.from)
	}
	for _, in := range []string{"0000", "0000-01-01", "2025-00", "20250301", "03/04/2025", "soon", "7", "d", "7x", "1e9d", "2025-03-01T25:00:00Z", "9999-12-31T23:59:59-10:00", "١٢٣٤"} {
		if at, err := parseWhen(in, now, time.UTC, time.UTC); err == nil {
			t.Errorf("%s is read as %v", in, at)
		}
	}
}

// In a zone whose clocks skip midnight a day still begins and ends.
func TestWhenWithoutMidnight(t *testing.T) {
	z := zone(t, "America/Santiago") // 2024-09-08 began at 01:00
	r := Rules{Now: now, Zone: z}
	for _, in := range []url.Values{{"published_from": {"2024-09-08"}, "published_to": {"2024-09-08"}}, {"published_from": {"2024-09-07"}, "published_to": {"2024-09-07"}}} {
		q, err := r.Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		again, err := r.Parse(r.Values(q))
		if err != nil || !again.PubFrom.Equal(q.PubFrom) || !again.PubTo.Equal(q.PubTo) {
			t.Errorf("%v: %s to %s, then %s to %s: %v", in, q.PubFrom, q.PubTo, again.PubFrom, again.PubTo, err)
		}
	}
}

// FuzzParse: whatever the parameters, the answer is a query that every store
// can be asked and that survives being shared, or errors that name parameters.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "q=ferry&actor=Olsson&place=US&from=2025-03&to=2025-04", `q=who:"A B"+where:X+"open`, "on=7d&published_from=36h",
		"target=event&modality=planned,denied&facet=modality", "q=%ff&from=%00", "limit=9999999999999999999999", "id=0,1", "q=“a”b:«c»+to:+from:\"2025",
		"published_to=2024-09-08&published_from=2024-09-07", "to=9999&from=0001", "from=0001-01-01T00:00:00%2B14:00",
	} {
		f.Add(s, "America/Santiago")
		f.Add(s, "UTC")
	}
	f.Fuzz(func(t *testing.T, raw, tz string) {
		v, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		r := Rules{Now: now, Zone: time.UTC}
		if z, err := time.LoadLocation(tz); err == nil && tz != "Local" {
			r.Zone = z
		}
		q, err := r.Parse(v)
		if err != nil {
			var wrong ParamErrors
			if !errors.As(err, &wrong) || len(wrong) == 0 || wrong[0].Param == "" || wrong[0].Problem == "" {
				t.Fatalf("error without a parameter: %v", err)
			}
			link(r)(q) // the page shows even a broken question
			return
		}
		if err := q.Check(); err != nil {
			t.Fatalf("no store answers %+v: %v", q, err)
		}
		shared := r.Values(q)
		again, err := r.Parse(shared)
		if err != nil {
			t.Fatalf("%q is shared as %q: %v", raw, shared.Encode(), err)
		}
		if len(again.Facets) == 0 && len(q.Facets) == 0 {
			again.Facets = q.Facets
		}
		for _, at := range []struct{ a, b *time.Time }{{&again.From, &q.From}, {&again.To, &q.To}, {&again.PubFrom, &q.PubFrom}, {&again.PubTo, &q.PubTo}} {
			if !at.a.Equal(*at.b) {
				t.Fatalf("%q: %s became %s", raw, at.b, at.a)
			}
			*at.a = *at.b // the same instant in another zone
		}
		if !reflect.DeepEqual(again, q) {
			t.Fatalf("%q became\n%+v, want\n%+v", raw, again, q)
		}
	})
}
