package embedded_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"dateline/index"
)

// articles of 7 kB with different words, n of them.
func articles(from, n int) (as []index.Action, bytes int) {
	words := strings.Fields("mayor opened bridge harbour Duluth council vote ferry winter budget police court strike market storm school hospital river island minister")
	for i := from; i < from+n; i++ {
		var b strings.Builder
		for w := 0; b.Len() < 7000; w++ {
			fmt.Fprintf(&b, "%s%d ", words[(w*7+i)%len(words)], (w*i)%97)
		}
		id := fmt.Sprintf("%032x", i)
		src := fmt.Sprintf(`{"doc_id":"%s","status":"usable","published":"2025-05-19T14:03:00Z","title":"Article %d","body":"%s","actor":{"id":["p:a%d"],"path":["p:a%[4]d"],"text":["Person %[4]d"]},"place":{"path":["US","US.MN"]}}`, id, i, b.String(), i%50)
		as = append(as, index.Action{Index: "dateline-articles-2025.05", ID: id, Version: 1, Source: []byte(src)})
		bytes += len(src)
	}
	return as, bytes
}

func openB(b *testing.B) index.Store {
	s := open(b, b.TempDir())
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	return s
}

func BenchmarkBulk(b *testing.B) {
	for _, n := range []int{1, 100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := openB(b)
			from := 0
			var bytes int
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				var as []index.Action
				as, bytes = articles(from, n)
				from += n
				b.StartTimer()
				if r := s.Bulk(context.Background(), as); r.Request != index.OK || r.Outcomes[n-1].Result != index.Created {
					b.Fatal(r.Err)
				}
			}
			b.SetBytes(int64(bytes))
			b.ReportMetric(float64(from)/b.Elapsed().Seconds(), "docs/s")
		})
	}
}

func BenchmarkSearch(b *testing.B) {
	s := openB(b)
	for from := 0; from < 5000; from += 1000 {
		as, _ := articles(from, 1000)
		if r := s.Bulk(context.Background(), as); r.Request != index.OK {
			b.Fatal(r.Err)
		}
	}
	for name, q := range map[string]index.Query{
		"words":  {Words: "bridge12 harbour30", Limit: 10, Highlight: true},
		"actor":  {Actors: []string{"p:a7"}, Places: []string{"US"}, Limit: 10},
		"facets": {Places: []string{"US"}, Limit: 10, Facets: []string{"actor.id", "place.path"}},
	} {
		b.Run(name, func(b *testing.B) {
			q.Now = time.Now()
			for b.Loop() {
				if a, err := s.Search(context.Background(), &q); err != nil || a.Total == 0 {
					b.Fatal(a, err)
				}
			}
		})
	}
}
