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

// BenchmarkNews reads real articles from raw text to names: one after the
// other, as they are and in capitals.
func BenchmarkNews(b *testing.B) {
	texts := newsArticles(b, 400)
	upper := make([]string, len(texts))
	for i, s := range texts {
		upper[i] = strings.ToUpper(s)
	}
	for _, c := range []struct {
		name  string
		texts []string
	}{{"as written", texts}, {"in capitals", upper}} {
		b.Run(c.name, func(b *testing.B) {
			benchArticles(b, c.texts, func(a *text.Tokens, s string) { a.Reset(s) })
		})
	}
	b.Run("without tokeniser", func(b *testing.B) {
		cut := make([]text.Tokens, len(texts))
		for i, s := range texts {
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
	i := 0
	start := processTime()
	for b.Loop() {
		cut(&a, texts[i%len(texts)])
		dst = tagger.Tag(dst[:0], text.Body, &a, s)
		tokens += len(a.Tok)
		i++
	}
	b.ReportMetric(float64(tokens)/(processTime()-start).Seconds(), "tokens/cpu-s")
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
