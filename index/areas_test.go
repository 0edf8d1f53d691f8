package index_test

import (
	"testing"

	"dateline/index"
	"dateline/pipeline/gazetteer"
)

func TestAreaNames(t *testing.T) {
	name := index.AreaNames(gazetteer.Default())
	for id, want := range map[string]string{
		"US": "United States", "US.MN": "Minnesota", "EE": "Estonia", "r:europe": "Europe", "gn:588409": "", "": "", "nowhere": "",
	} {
		if got := name(id); got != want {
			t.Errorf("%q: %q, want %q", id, got, want)
		}
	}
}

func BenchmarkAreaNames(b *testing.B) {
	g := gazetteer.Default()
	b.ReportAllocs()
	for b.Loop() {
		if index.AreaNames(g)("UA") == "" {
			b.Fatal("no name")
		}
	}
}
