package search

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"dateline/index"
	"dateline/index/embedded"
	"dateline/internal/articles"
	"dateline/search/searchtest"
)

var (
	benchArticles = flag.Int("articles", 20000, "articles in the store of the benchmarks")
	benchStore    = flag.String("store", "", "folder of that store, filled if it is not there and kept; empty: a temporary one")
)

// big is a store with generated articles, filled once for all benchmarks.
// TestMain removes its folder with the bundle's.
var big struct {
	once  sync.Once
	store index.Store
}

func bigStore(b *testing.B) index.Store {
	b.Helper()
	big.once.Do(func() {
		dir := *benchStore
		if dir == "" {
			dir = bundle.dir + "/big"
		}
		_, err := os.Stat(dir + "/filled")
		filled := err == nil
		s, err := embedded.Open(dir)
		if err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		big.store = s
		if filled {
			return
		}
		if err := searchtest.Fill(context.Background(), s, articles.Generate(1, *benchArticles)); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(dir+"/filled", nil, 0o644); err != nil {
			b.Fatal(err)
		}
		fmt.Printf("%d articles read and stored in %.0f s\n", *benchArticles, time.Since(start).Seconds())
	})
	if big.store == nil {
		b.Fatal("the store could not be filled")
	}
	return big.store
}

// BenchmarkSearch asks the handler the questions of a session in turn: what a
// page needs from request to last byte. It reports the median and the 99th
// percentile of the latency, and of the processor time, which does not depend on
// what else the machine does.
//
//	go test -run '^$' -bench Search -benchtime 200x ./search
func BenchmarkSearch(b *testing.B) {
	for _, c := range []struct {
		name  string
		paths []string
	}{
		{"page/start", []string{"/"}},
		{"page/words", []string{"/?q=lighthouse", "/?q=%22undersea+cables%22", "/?q=harbor+pilots+-ferry", "/?q=minister&place=DE"}},
		{"page/filters", []string{"/?place=NO&from=2025-02&to=2025-02", "/?place=US&sort=-event_date", "/?place=Hamburg", "/?place=KE&q=police"}},
		{"page/events", []string{"/?target=event&place=PL&from=2025-02-03&to=2025-02-09", "/?target=event&q=census", "/?target=event&place=Hamburg"}},
		{"page/actor", []string{"/actor/cty:it", "/actor/org:icrc"}},
		{"api/timeline", []string{"/api/timeline?place=US", "/api/map?target=event&place=US"}},
		{"page/all-events", []string{"/?target=event"}},
		{"page/deep", []string{"/?offset=5000", "/?offset=9900&q=said"}},
		{"api/articles", []string{"/api/articles?q=lighthouse", "/api/articles?place=NO&from=2025-02&to=2025-02"}},
		{"api/events", []string{"/api/events?place=PL&from=2025-02-03&to=2025-02-09"}},
		{"api/facets", []string{"/api/facets?q=lighthouse"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			h := Handler(bigStore(b), Options{Now: clock})
			took, cpu := make([]time.Duration, 0, b.N), make([]time.Duration, 0, b.N)
			var bytes int64
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				r := httptest.NewRequest(http.MethodGet, c.paths[i%len(c.paths)], nil)
				w := httptest.NewRecorder()
				start, used := time.Now(), processorTime()
				h.ServeHTTP(w, r)
				took, cpu = append(took, time.Since(start)), append(cpu, processorTime()-used)
				if w.Code != http.StatusOK || w.Body.Len() < 200 {
					b.Fatalf("%s: %d with %d bytes", r.URL, w.Code, w.Body.Len())
				}
				bytes += int64(w.Body.Len())
			}
			b.StopTimer()
			b.SetBytes(bytes / int64(b.N))
			for _, m := range []struct {
				unit string
				all  []time.Duration
			}{{"ms", took}, {"cpu-ms", cpu}} {
				slices.Sort(m.all)
				b.ReportMetric(float64(m.all[len(m.all)/2])/1e6, "p50-"+m.unit)
				b.ReportMetric(float64(m.all[len(m.all)*99/100])/1e6, "p99-"+m.unit)
			}
		})
	}
}

// processorTime is what the process has used, in user and system mode.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkParse reads a question with all kinds of parameters.
func BenchmarkParse(b *testing.B) {
	q, err := rules.Parse(map[string][]string{"q": {`ferry "harbour master" -strike place:Estonia`}, "actor": {"Marta Olsson", "p:x"}, "from": {"2025-03"}, "to": {"7d"}, "facet": {"person,outlet"}})
	if err != nil {
		b.Fatal(err)
	}
	v := rules.Values(q)
	b.SetBytes(int64(len(v.Encode())))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := rules.Parse(v); err != nil {
			b.Fatal(err)
		}
	}
}
