package model

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"dateline/pipeline/text"
)

func loadTagger(t testing.TB) *Tagger {
	t.Helper()
	b, err := os.ReadFile("../../names.bin")
	if err != nil {
		t.Fatal(err)
	}
	m, err := Load(string(b))
	if err != nil {
		t.Fatal(err)
	}
	return NewTagger(m)
}

func article(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("../../testdata/cable.txt")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// whole tags every sentence in one piece with the plain decoder and with
// scores that keep no sums.
func whole(tg *Tagger, a *text.Tokens) (out []Span) {
	var s Scratch
	tg.Reader.Read(&s.Scan, a, 0)
	for _, sent := range a.Sent {
		var scores []Scores
		var allow []Set
		for i := int(sent.First); i < int(sent.Last); i++ {
			scores = append(scores, tg.Model.Score(s.Scan.Features(i, nil)))
			allow = append(allow, s.Scan.Allowed(i))
		}
		tags, _ := plain(scores, allow, &tg.Model.trans)
		out = collectSpans(out, int(sent.First), tags, make([]int32, len(tags)))
	}
	return out
}

// exact compares the fast path with whole. Segments of the longest kind are
// cut, so a text with one is left out.
func exact(t *testing.T, tg *Tagger, in string) {
	t.Helper()
	var a text.Tokens
	a.Reset(in)
	var s Scratch
	got := tg.Tag(nil, &a, &s, 0)
	if s.Scan.Uncased() {
		return // read by the lists alone
	}
	for _, g := range s.Scan.Segments {
		if g.Last-g.First >= maxSegment {
			return
		}
	}
	want := whole(tg, &a)
	for i := range got {
		got[i].Margin = 0
	}
	if !slices.Equal(got, want) {
		t.Fatalf("segments give %v,\nwhole sentences %v", got, want)
	}
}

func TestSegmentsAreExact(t *testing.T) {
	tg := loadTagger(t)
	s := article(t)
	exact(t, tg, s)
	exact(t, tg, strings.ToUpper(s))
	exact(t, tg, strings.ToLower(s))
}

func TestSegmentsAreExactOnNews(t *testing.T) {
	const path = "../../../../../shared/data/news/articles.jsonl.zst"
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
	tg := loadTagger(t)
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 16<<20)
	// The beginnings of many articles rather than the whole of few: the path
	// starts anew at every sentence.
	const articles, bytes = 2000, 1000
	n := 0
	for n < articles && lines.Scan() {
		var a struct{ Text string }
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		exact(t, tg, a.Text[:min(len(a.Text), bytes)])
		n++
	}
	if n < articles {
		t.Fatalf("%d articles: %v", n, lines.Err())
	}
}

func FuzzSegmentsAreExact(f *testing.F) {
	tg := loadTagger(f)
	f.Add("Prime Minister Liina Saar met al-Assad's envoy of the Bank of England & Co. in St. Louis.")
	f.Add("VAN DE VAN DE VAN of of of and The The (NATO) 1st F-16")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) < 10000 {
			exact(t, tg, s)
		}
	})
}

// Sums that are kept change no score, also when a slot is taken by another
// word in between.
func TestKeptSumsChangeNothing(t *testing.T) {
	tg := loadTagger(t)
	var a text.Tokens
	var s Scratch
	for round, in := range []string{article(t), strings.ToUpper(article(t)), article(t)} {
		a.Reset(in)
		tg.Reader.Read(&s.Scan, &a, 0)
		s.keep(tg.Model)
		for _, g := range s.Scan.Segments {
			scores := tg.scores(g, &s)
			for i := g.First; i < g.Last; i++ {
				feat := s.Scan.Features(i, nil)
				if len(feat) > MaxFeatures {
					t.Fatalf("%d features of %q, MaxFeatures is %d", len(feat), a.At(i), MaxFeatures)
				}
				if got, want := scores[i-g.First], tg.Model.Score(feat); got != want {
					t.Fatalf("round %d: score of %q is %v, without kept sums %v", round, a.At(i), got, want)
				}
			}
		}
	}
}

// TestScoreIsPlainSum computes the network without lanes and packed weights.
func TestScoreIsPlainSum(t *testing.T) {
	tg := loadTagger(t)
	m := tg.Model
	var a text.Tokens
	a.Reset(article(t))
	var s Scan
	tg.Reader.Read(&s, &a, 0)
	for _, g := range s.Segments {
		for i := g.First; i < g.Last; i++ {
			feat := s.Features(i, nil)
			want := m.outBias
			for j := range Hidden {
				h := int32(m.bias[j])
				for _, k := range feat {
					if at, ok := m.find(k); ok {
						h += int32(m.rows[int(at)+j]) - rowBias
					}
				}
				h = min(max(h, 0), maxActivation)
				for t := range want {
					w := int32(uint32(m.out[j][t/2]>>(t&1*32))) - outBase
					want[t] += h * w
				}
			}
			if got := m.Score(feat); got != want {
				t.Fatalf("score of %q is %v, plainly %v", a.At(i), got, want)
			}
		}
	}
}

// TestGoldenVectors fixes the features and scores of the first words of an
// article: a change of either shows, and needs a new model.
func TestGoldenVectors(t *testing.T) {
	const words = 200
	tg := loadTagger(t)
	var a text.Tokens
	a.Reset(article(t))
	s := Scan{all: true}
	tg.Reader.Read(&s, &a, 0)
	var got strings.Builder
	for i := range words {
		sum := uint64(0)
		feat := s.Features(i, nil)
		for _, k := range feat {
			sum ^= k
		}
		fmt.Fprintf(&got, "%s %d %016x %v\n", a.At(i), len(feat), sum, tg.Model.Score(feat))
	}
	const path = "testdata/vectors.golden"
	if *update {
		if err := os.WriteFile(path, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("features or scores differ from %s (-update rewrites it)", path)
	}
}

var update = flag.Bool("update", false, "rewrite the golden files")
