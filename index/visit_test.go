package index_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/index"
)

func values(k index.Kind, source string) ([]string, error) {
	var got []string
	err := index.Visit(k, []byte(source), func(path string, t index.Type, raw []byte) error {
		got = append(got, path+" "+string(raw))
		return nil
	})
	return got, err
}

func TestVisit(t *testing.T) {
	for name, c := range map[string]struct {
		source string
		want   []string
	}{
		"empty":        {`{}`, nil},
		"spaces":       {" { \"doc_id\" : \"a\" ,\n\"revision\" : 7 } ", []string{`doc_id "a"`, `revision 7`}},
		"array":        {`{"person":["a","b",null,["c"]]}`, []string{`person "a"`, `person "b"`, `person "c"`}},
		"object":       {`{"source":{"id":"s","item_id":"i"}}`, []string{`source.id "s"`, `source.item_id "i"`}},
		"objects":      {`{"actor":[{"id":"a"},{"id":"b"}]}`, []string{`actor.id "a"`, `actor.id "b"`}},
		"null":         {`{"title":null,"source":null}`, nil},
		"stored":       {`{"actors":[{"x":[1,{"]":"}\"]"}]}],"reason":7,"id":"i","story":"s"}`, []string{`story "s"`}},
		"range":        {`{"event_date":{"range":{"gte":"2025-05-18","lt":"2025-05-19"}}}`, []string{`event_date.range {"gte":"2025-05-18","lt":"2025-05-19"}`}},
		"points":       {`{"place":{"point":[{"lat":1,"lon":-2.5}]}}`, []string{`place.point {"lat":1,"lon":-2.5}`}},
		"escaped name": {`{"\u0074itle":"a"}`, []string{`title "a"`}},
		"escapes":      {`{"title":"\"}]\\","slug":"a"}`, []string{`title "\"}]\\"`, `slug "a"`}},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := values(index.Article, c.source); err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%q, %v; want %q", got, err, c.want)
			}
		})
	}
	stop := errors.New("stop")
	if err := index.Visit(index.Article, []byte(`{"doc_id":"a"}`), func(string, index.Type, []byte) error { return stop }); err != stop {
		t.Errorf("the visitor's error: %v", err)
	}
}

func TestVisitRefuses(t *testing.T) {
	for _, source := range []string{
		``, `null`, `[]`, `"a"`, `{`, `{"doc_id":"a"}x`, `{"nose":1}`, `{"sentence":"of an event"}`, `{"source":{"nose":1}}`,
		`{"source":"s"}`, `{"title":7}`, `{"title":{"a":1}}`, `{"revision":1.5}`, `{"revision":"1"}`, `{"version":3000000000}`,
		`{"dedup":{"hidden":1}}`, `{"dedup":{"containment":70000}}`, `{"published":"soon"}`, `{"published":20250518}`,
		`{"place":{"point":[1,2]}}`, `{"place":{"point":{"lat":91,"lon":0}}}`, `{"place":{"point":{"lat":1}}}`,
		`{"event_date":{"range":{"gte":"2025-05-18"}}}`, `{"event_date":{"range":{"gte":"2025-05-18","lt":"2025-05-18"}}}`,
	} {
		_, err := values(index.Article, source)
		if !errors.Is(err, index.ErrMapping) {
			t.Errorf("%s: %v", source, err)
		}
	}
	_, err := values(index.Article, `{"`+strings.Repeat("x", 5000)+`":"secret"}`)
	if err == nil || len(err.Error()) > 200 || strings.Contains(err.Error(), "secret") {
		t.Errorf("error %v", err)
	}
}

// FuzzVisit: any bytes are refused or visited, without a panic, with every
// value the JSON that it should be.
func FuzzVisit(f *testing.F) {
	f.Add(`{"actor":[{"id":["a"]}],"place":{"point":{"lat":1,"lon":2}},"actors":[[{}]]}`)
	f.Add(`{"\ud800":1}`)
	f.Add(`{"title":"\\\"","event_date":{"range":{"gte":"1939-09-01","lt":"9999-12-31"}}}`)
	f.Fuzz(func(t *testing.T, source string) {
		n := 0
		err := index.Visit(index.Article, []byte(source), func(path string, typ index.Type, raw []byte) error {
			n += len(raw)
			if !json.Valid(raw) {
				t.Errorf("%s: %q is not JSON", path, raw)
			}
			if want, ok := index.Lookup(index.Article, path); !ok || want != typ {
				t.Errorf("%s is a %s", path, typ)
			}
			return nil
		})
		if n > len(source) {
			t.Errorf("visited %d bytes of %d", n, len(source))
		}
		if err == nil && !json.Valid([]byte(source)) {
			t.Error("accepted what is not JSON")
		}
	})
}

func TestParseDate(t *testing.T) {
	for in, want := range map[string]string{
		"2025-05-18":                     "2025-05-18T00:00:00Z",
		"1939-09-01":                     "1939-09-01T00:00:00Z",
		"2025-05-18T18:00":               "2025-05-18T18:00:00Z",
		"2025-05-18T18:00:59":            "2025-05-18T18:00:59Z",
		"2025-05-18T18:00:59Z":           "2025-05-18T18:00:59Z",
		"2025-05-18T18:00:59.123456789Z": "2025-05-18T18:00:59.123Z",
		"2025-05-18T23:00:00-05:00":      "2025-05-19T04:00:00Z",
		"0001-01-01":                     "0001-01-01T00:00:00Z",
		"9999-12-31":                     "9999-12-31T00:00:00Z",
		"0000-01-01":                     "", "10000-01-01": "", "2025-13-01": "", "2025-02-29": "", "2025-05": "", "": "", "9999-12-31T23:59:59-05:00": "",
	} {
		ms, ok := index.ParseDate(in)
		got := ""
		if ok {
			got = time.UnixMilli(ms).UTC().Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// Templates are the same bytes each time; what setup compares changes with
// what it writes, and not with the program's version.
func TestTemplates(t *testing.T) {
	base := index.Shape{Form: index.Full, Product: "v1"}
	first := base.Templates()
	if len(first) != 3 {
		t.Fatalf("%d templates", len(first))
	}
	for i, again := range base.Templates() {
		if string(again.Body) != string(first[i].Body) || !json.Valid(again.Body) {
			t.Errorf("%s: two bodies", again.Name)
		}
		if !strings.Contains(string(again.Body), `"hash":"`+again.Hash+`"`) {
			t.Errorf("%s: no hash in _meta", again.Name)
		}
	}
	changed := func(change func(*index.Shape)) (n int) {
		s := base
		change(&s)
		for i, t := range s.Templates() {
			if t.Hash != first[i].Hash {
				n++
			}
		}
		return n
	}
	for name, c := range map[string]struct {
		change func(*index.Shape)
		want   int
	}{
		"product":  {func(s *index.Shape) { s.Product = "v2" }, 0},
		"refresh":  {func(s *index.Shape) { s.Refresh = time.Minute }, 1},
		"shards":   {func(s *index.Shape) { s.Shards = 5 }, 1},
		"replicas": {func(s *index.Shape) { s.Replicas = 1 }, 1},
		"form":     {func(s *index.Shape) { s.Form = index.Plain }, 3},
		"period":   {func(s *index.Shape) { s.Period = index.Yearly }, 2},
		"prefix":   {func(s *index.Shape) { s.Prefix = "x" }, 2},
	} {
		if n := changed(c.change); n != c.want {
			t.Errorf("%s: %d of 3 hashes change, want %d", name, n, c.want)
		}
	}
	if s := string(index.Shape{Form: index.Plain}.Templates()[0].Body); strings.Contains(s, "stemmer") || strings.Contains(s, "asciifolding") {
		t.Error("the plain form asks for what only the full one may")
	}
}

func ExampleIndexName() {
	seen := time.Date(2025, 5, 31, 23, 30, 0, 0, time.FixedZone("CDT", -5*3600))
	fmt.Println(index.IndexName(index.Article, &seen, index.Options{}))
	fmt.Println(index.IndexName(index.Event, nil, index.Options{}))
	// Output:
	// dateline-articles-2025.06
	// dateline-events-undated
}

func ExampleParseWords() {
	for _, c := range index.ParseWords(`bridge -"harbour board"`) {
		fmt.Printf("%q not=%v\n", c.Text, c.Not)
	}
	// Output:
	// "bridge" not=false
	// "harbour board" not=true
}

func ExampleEventSlots() {
	d := news()
	for _, r := range []index.Result{index.Created, index.Updated, index.Stale} {
		actions, err := index.EventSlots(d, index.Options{Slots: index.MaxSlots}, r, 1<<50)
		fmt.Println(len(actions), err)
	}
	// Output:
	// 2 <nil>
	// 16 <nil>
	// 0 <nil>
}
