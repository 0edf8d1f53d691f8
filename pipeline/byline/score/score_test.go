package score

import (
	"path/filepath"
	"testing"

	"dateline/pipeline/byline"
)

// data is where development sets lie, if at all.
var data = filepath.Join("..", "..", "..", "..", "shared", "data", "byline")

func TestPagesDev(t *testing.T) {
	pages, err := Load[Page](filepath.Join(data, "naeb-dev.jsonl.zst"))
	if err != nil {
		t.Skipf("development data absent: %v", err)
	}
	var r Report
	for i := range pages {
		p := &pages[i]
		a, b, err := ReadPage(p)
		if err != nil {
			t.Logf("%s: %v", p.URL, err)
		}
		exact, loose := r.Add(p.Authors, &b)
		if !exact && a != nil {
			t.Logf("loose=%v %s\n  gold %q\n  got  %q %q %q\n  lines %q authors %q", loose, p.URL, p.Authors, Persons(&b), b.Agency, b.Outlet, a.Byline, a.Authors)
		}
	}
	var base Report
	for i := range pages {
		b, err := Readability(&pages[i])
		if err != nil {
			t.Logf("readability: %v", err)
		}
		base.Add(pages[i].Authors, &b)
	}
	t.Logf("dateline: %v", r)
	t.Logf("readability and naive split: %v", base)
	if r.Exact <= base.Exact {
		t.Error("no better than the baseline")
	}
	if r.Exact < 165 || r.EmptyRight < 18 {
		t.Errorf("%v; want 165 exact and 18 empty right", r)
	}
}

func TestStringsDev(t *testing.T) {
	rows, err := Load[String](filepath.Join(data, "strings-dev.jsonl"))
	if err != nil {
		t.Skipf("development data absent: %v", err)
	}
	var r, base Report
	for i := range rows {
		ours, naive := ReadString(&rows[i]), Naive(rows[i].Raw)
		r.Add(rows[i].Persons, &ours)
		base.Add(rows[i].Persons, &naive)
	}
	t.Logf("dateline: %v", r)
	t.Logf("naive split: %v", base)
	if r.Exact < 22 || r.Exact <= base.Exact {
		t.Errorf("exact %d, want 22 and more than the baseline's %d", r.Exact, base.Exact)
	}
}

func TestReport(t *testing.T) {
	var r Report
	ap := byline.Read(byline.Input{Lines: []string{"By The Associated Press"}}).Byline
	two := byline.Read(byline.Input{Lines: []string{"By BO EK and ANN LEE"}}).Byline
	r.Add([]string{"The Associated Press"}, &ap)
	r.Add([]string{"Ann  Lee", "Bo Ek"}, &two)
	r.Add(nil, &ap)
	r.Add(nil, &two)
	if want := (Report{Rows: 4, Exact: 2, Loose: 3, Empty: 2, EmptyRight: 1}); r != want {
		t.Errorf("got %+v, want %+v", r, want)
	}
}
