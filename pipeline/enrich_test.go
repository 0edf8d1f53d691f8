package pipeline_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"dateline/internal/articles"
	"dateline/pipeline"
	"dateline/pipeline/dedup"
	"dateline/pipeline/text"
	"dateline/pipeline/wire"
)

// TestEnrichAll takes articles together, in every number from one to all: each
// document is the one that its article has by itself. Among them are tombstones,
// other languages, empty articles and some that are too long for company.
func TestEnrichAll(t *testing.T) {
	p := newPipeline(t)
	var s pipeline.Scratch
	var all []pipeline.Judged
	for i, a := range articles.All() {
		w, err := p.Read(a.Envelope(), &s)
		if err != nil {
			t.Fatal(err)
		}
		j := pipeline.Judged{Article: w}
		if i%3 == 0 {
			j.Verdict = &dedup.Verdict{Verdict: dedup.Original, Offset: int64(i)}
		}
		all = append(all, j)
		if i%10 == 5 {
			long := *w
			long.Body = strings.Repeat(w.Body+"\n\n", 40_000/(len(w.Body)+2)+1)
			all = append(all, pipeline.Judged{Article: &long}, pipeline.Judged{Article: &wire.Article{SourceID: "e", ItemID: "1", Status: wire.Usable}})
		}
	}
	want := make([]*pipeline.Document, len(all))
	for i, j := range all {
		want[i] = p.Enrich(j.Article, j.Verdict, new(pipeline.Scratch))
		if j.Verdict != nil && (want[i].Dedup == j.Verdict || *want[i].Dedup != *j.Verdict) {
			t.Fatalf("verdict %v of %v", want[i].Dedup, j.Verdict)
		}
	}
	for n := 1; n <= len(all); n++ {
		var docs []*pipeline.Document
		for from := 0; from < len(all); from += n {
			docs = p.EnrichAll(docs, all[from:min(from+n, len(all))], &s)
		}
		if len(docs) != len(want) {
			t.Fatalf("%d at a time: %d documents of %d articles", n, len(docs), len(want))
		}
		for i, d := range docs {
			if !reflect.DeepEqual(d, want[i]) {
				t.Fatalf("%d at a time: %s of %s differs from what it is alone", n, d.Source.ItemID, d.Source.ID)
			}
		}
		if n > 20 {
			n += 12
		}
	}
}

// TestEnrichManyWords reads articles with more words than a vocabulary holds, in one
// group and over many: what the stages keep of words is that of the right ones.
func TestEnrichManyWords(t *testing.T) {
	p := newPipeline(t)
	var s, fresh pipeline.Scratch
	said := articles.All()[0]
	word := 0
	for range 2 * text.Numbers / (pipeline.Together * 1000) {
		var group []pipeline.Judged
		for range pipeline.Together {
			a, err := p.Read(said.Envelope(), &s)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			for range 1000 {
				fmt.Fprintf(&b, "W%x ", word)
				if word++; word%100 == 0 {
					fmt.Fprintf(&b, "said Mayor W%x W%x of Oslo on May %d. ", word/3, word/2, 1+word/100%30)
				}
			}
			a.Body += "\n\n" + b.String()
			group = append(group, pipeline.Judged{Article: a})
		}
		docs := p.EnrichAll(nil, group, &s)
		for i, d := range docs[:4] {
			fresh.Reset()
			if want := p.Enrich(group[i].Article, nil, &fresh); !reflect.DeepEqual(d, want) {
				t.Fatalf("after %d words article %d differs from what it is by itself", word, i)
			}
		}
	}
}
