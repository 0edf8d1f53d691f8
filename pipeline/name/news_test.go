package name

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"dateline/pipeline/text"
)

// newsArticles are the first n texts of the development news; the test is
// skipped where they are not.
func newsArticles(t testing.TB, n int) []string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", "news", "articles.jsonl.zst")
	f, err := os.Open(path)
	if err != nil {
		t.Skipf("needs the development news: %v", err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var out []string
	s := bufio.NewScanner(z)
	s.Buffer(nil, 16<<20)
	for s.Scan() && len(out) < n {
		var a struct{ Text string }
		if err := json.Unmarshal(s.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		out = append(out, a.Text)
	}
	if len(out) < n {
		t.Fatalf("%d articles, want %d: %v", len(out), n, s.Err())
	}
	return out
}

// BenchmarkNews reads real articles from raw text to names, one after the
// other: as they are, in capitals, cut into tokens before, and those of some
// 7 kB. tokens/cpu-s and cpu-ms/article are processor time. steps/token is how
// many steps of calibrate a token costs by the pace of the same run: it compares
// machines, and a busy one with an idle one.
func BenchmarkNews(b *testing.B) {
	texts := newsArticles(b, 400)
	upper := make([]string, len(texts))
	var middling []string
	for i, s := range texts {
		upper[i] = strings.ToUpper(s)
		if 6500 <= len(s) && len(s) < 7500 {
			middling = append(middling, s)
		}
	}
	for _, c := range []struct {
		name  string
		texts []string
	}{{"as written", texts}, {"in capitals", upper}, {"articles of 7 kB", middling}} {
		b.Run(c.name, func(b *testing.B) {
			var v text.Vocabulary
			benchArticles(b, c.texts, func(a *text.Tokens, s string) {
				v.Renew()
				a.Vocabulary = &v
				a.Reset(s)
			})
		})
	}
	b.Run("without tokeniser", func(b *testing.B) {
		cut := make([]text.Tokens, len(texts))
		var v text.Vocabulary
		for i, s := range texts {
			cut[i].Vocabulary = &v
			cut[i].Reset(s)
		}
		k := 0
		benchArticles(b, texts, func(a *text.Tokens, _ string) { *a = cut[k%len(cut)]; k++ })
	})
}

func benchArticles(b *testing.B, texts []string, cut func(*text.Tokens, string)) {
	s := new(Scratch)
	var a text.Tokens
	var dst []text.Mention
	size, tokens := 0, 0
	for _, t := range texts {
		size += len(t)
	}
	b.SetBytes(int64(size / len(texts)))
	b.ReportAllocs()
	pace := calibrate()
	i := 0
	start := processTime()
	for b.Loop() {
		cut(&a, texts[i%len(texts)])
		dst = tagger.Tag(dst[:0], text.Body, &a, s)
		tokens += len(a.Tok)
		i++
	}
	used := (processTime() - start).Seconds()
	pace = (pace + calibrate()) / 2
	b.ReportMetric(float64(tokens)/used, "tokens/cpu-s")
	b.ReportMetric(1000*used/float64(i), "cpu-ms/article")
	b.ReportMetric(pace*used/float64(tokens), "steps/token")
}

// calibrate is the pace of a fixed loop of whole numbers, in steps a second of
// processor time. A step is one round of a multiplicative hash, each waiting for
// the one before: a multiplication and an exclusive or.
func calibrate() float64 {
	const steps = 1 << 25
	start := processTime()
	h := uint64(14695981039346656037)
	for i := range uint64(steps) {
		h = (h ^ i) * 1099511628211
	}
	used := (processTime() - start).Seconds()
	if h == 0 {
		panic("it cannot be: the loop's answer is fixed") // h is used, so the loop stays
	}
	return steps / used
}

// processTime is the processor time of this process so far: it does not depend
// on what else the machine does.
func processTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it cannot fail for RUSAGE_SELF
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
