package docdiff

import (
	"reflect"
	"testing"
)

func compare(t *testing.T, old, new []string, ignore ...string) Report {
	t.Helper()
	c := New(ignore...)
	for _, l := range old {
		if err := c.Old([]byte(l)); err != nil {
			t.Fatal(err)
		}
	}
	for _, l := range new {
		if err := c.New([]byte(l)); err != nil {
			t.Fatal(err)
		}
	}
	return c.Report()
}

func TestReport(t *testing.T) {
	old := []string{
		`{"id":"a","title":"One","actors":[{"id":"p:x","mentions":[{"span":[0,3]}]},{"id":"p:y"}],"pipeline":{"version":"v1"}}`,
		`{"id":"b","title":"Two","status":"usable"}`,
		`{"id":"c","title":"Three"}`,
	}
	new := []string{
		`{"id":"b","title":"Two","status":"usable","pipeline":{"version":"v2"}}`,
		`{"id":"a","title":"One","actors":[{"id":"p:y"},{"id":"per:x","mentions":[{"span":[0,5]}]}],"places":[{"id":"gn:1"}],"pipeline":{"version":"v2"}}`,
		`{"id":"d"}`, `{"id":"d"}`,
	}
	want := Report{Same: 1, Differ: 1, OnlyOld: 1, OnlyNew: 1, Repeated: 1, Fields: []Field{
		{Path: "actors[].id", Changed: 1, Example: Example{"a", "p:x", "per:x"}},
		{Path: "actors[].mentions[].span", Changed: 1, Example: Example{"a", "0-3", "0-5"}},
		{Path: "places[].id", Added: 1, Example: Example{"a", "", "gn:1"}},
	}}
	if got := compare(t, old, new, "pipeline"); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant\n%+v", got, want)
	}
	back := compare(t, new, old, "pipeline")
	if back.Fields[2].Removed != 1 || back.OnlyOld != 1 || back.OnlyNew != 1 {
		t.Errorf("the other way round: %+v", back)
	}
}

// The order of entries is no difference, the number of them is.
func TestOrderDoesNotCount(t *testing.T) {
	a := []string{`{"id":"a","dates":[{"text":"Monday"},{"text":"Tuesday"}],"empty":[],"none":null}`}
	b := []string{`{"id":"a","dates":[{"text":"Tuesday"},{"text":"Monday"}],"blank":""}`}
	if r := compare(t, a, b); r.Same != 1 || len(r.Fields) != 0 {
		t.Errorf("%+v", r)
	}
	b = []string{`{"id":"a","dates":[{"text":"Tuesday"},{"text":"Monday"},{"text":"Monday"}]}`}
	if r := compare(t, a, b); r.Differ != 1 || r.Fields[0].Example.New != "Monday" {
		t.Errorf("%+v", r)
	}
}

func TestRefused(t *testing.T) {
	for _, line := range []string{`{"title":"no id"}`, `[]`, `{"id":3}`, ``, `{"id":"a"`} {
		if err := New().Old([]byte(line)); err == nil {
			t.Errorf("%q was taken", line)
		}
	}
}
