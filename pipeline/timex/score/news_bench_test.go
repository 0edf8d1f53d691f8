package score

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// newsOf reads n development articles of lengths in bytes.
func newsOf(tb testing.TB, n, least, most int) []*text.Tokens {
	tb.Helper()
	f, err := os.Open("../../../../shared/data/news/articles.jsonl.zst")
	if err != nil {
		tb.Skipf("needs the development data: %v", err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	defer z.Close()
	var all []*text.Tokens
	var words text.Vocabulary
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() && len(all) < n {
		var d struct{ Text string }
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			tb.Fatal(err)
		}
		if len(d.Text) >= least && len(d.Text) <= most {
			t := &text.Tokens{Vocabulary: &words}
			t.Reset(d.Text)
			all = append(all, t)
		}
	}
	if len(all) < n {
		tb.Fatalf("only %d articles: %v", len(all), lines.Err())
	}
	return all
}

// BenchmarkNews resolves real articles of about 10 kB, each several times, and
// reports the median and the 99th percentile of one article beside MB/s. The
// best of an article's times counts, so that the figure is the article's and
// not the scheduler's.
func BenchmarkNews(b *testing.B) {
	const articles, times = 900, 7
	all := newsOf(b, articles, 9_500, 10_500)
	anchor := Anchor("20160810", false)
	var s timex.Scratch
	var ds []timex.Date
	best := make([]time.Duration, len(all))
	size := 0
	for b.Loop() {
		size = 0
		for i, t := range all {
			best[i] = time.Hour
			for range times {
				begin := time.Now()
				ds = timex.Resolve(ds[:0], nil, t, anchor, &s)
				best[i] = min(best[i], time.Since(begin))
			}
			size += times * len(t.Text)
		}
	}
	b.SetBytes(int64(size))
	slices.Sort(best)
	b.ReportMetric(float64(best[len(best)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(best[len(best)*99/100].Microseconds()), "p99-µs")
}
