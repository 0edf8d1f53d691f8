package dedup

import (
	"encoding/binary"
	"math/rand"
	"strings"
	"syscall"
	"testing"
	"time"
)

// cpu is the processor time that the process has used: other programs on the
// machine do not change it.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// report adds processor time to a benchmark; call it before the loop and defer
// what it returns.
func report(b *testing.B) func() {
	start := cpu()
	return func() { b.ReportMetric(float64(cpu()-start)/float64(b.N), "cpu-ns/op") }
}

// news makes articles of random words, a third of them cut from earlier ones,
// each under its own outlet's few words of boilerplate.
type news struct {
	rng   *rand.Rand
	zipf  *rand.Zipf
	vocab []string
	past  []string
	n     int
}

func newNews(seed int64) *news {
	n := &news{rng: rand.New(rand.NewSource(seed))}
	n.zipf = rand.NewZipf(n.rng, 1.1, 8, 40000)
	for range 40001 {
		w := make([]byte, 2+n.rng.Intn(9))
		for i := range w {
			w[i] = byte('a' + n.rng.Intn(26))
		}
		n.vocab = append(n.vocab, string(w))
	}
	return n
}

func (n *news) words(k int) string {
	w := make([]string, k)
	for i := range w {
		w[i] = n.vocab[n.zipf.Uint64()]
	}
	return strings.Join(w, " ")
}

func (n *news) input(words int) Input {
	var body string
	if n.rng.Intn(100) < 35 && len(n.past) > 0 {
		body = n.past[n.rng.Intn(len(n.past))]
	} else if body = n.words(words); len(n.past) < 200 {
		n.past = append(n.past, body)
	} else {
		n.past[n.n%200] = body
	}
	n.n++
	in := Input{SourceID: "source-" + n.vocab[n.rng.Intn(300)], Revision: 1, Title: n.words(8), Body: body}
	binary.LittleEndian.PutUint64(in.Key[:], uint64(n.n)*0x9e3779b97f4a7c15)
	binary.LittleEndian.PutUint64(in.Payload[:], uint64(n.n))
	return in
}

func (n *news) records(count, words int) []Record {
	var s Scratch
	out := make([]Record, count)
	for i := range out {
		out[i] = s.Fingerprint(n.input(words))
	}
	return out
}

func BenchmarkFingerprint(b *testing.B) {
	n := newNews(1)
	plain := n.words(1150)
	for _, c := range []struct{ name, body string }{
		{"ascii", plain}, {"curly", strings.ReplaceAll(plain, "a ", "a’s “")},
	} {
		b.Run(c.name, func(b *testing.B) {
			in := Input{SourceID: "s", Title: "Ferry leaves without tugs", Body: c.body, URL: "https://www.example.org/a"}
			b.SetBytes(int64(len(in.Body)))
			b.ReportAllocs()
			var s Scratch
			defer report(b)()
			for b.Loop() {
				if r := s.Fingerprint(in); r.Tokens < 1000 || len(r.Samples) < 100 {
					b.Fatal("result is wrong")
				}
			}
		})
	}
}

// BenchmarkFold folds articles of 500 words, a third of them copies, at 3 M a
// day. Bytes are of all rows at the end of the run, in three segments or more.
func BenchmarkFold(b *testing.B) {
	for _, c := range []struct {
		name  string
		words int
	}{{"500 words", 500}, {"1150 words", 1150}} {
		b.Run(c.name, func(b *testing.B) {
			records := newNews(2).records(100_000, c.words)
			s := new(State)
			b.ReportAllocs()
			b.ResetTimer()
			done := report(b)
			for i := 0; b.Loop(); i++ {
				r := records[i%len(records)]
				if i >= len(records) { // the same texts would be copies
					round := uint64(i/len(records)) << 1
					fresh := make([]uint64, len(r.Samples))
					for k, x := range r.Samples {
						fresh[k] = x ^ round
					}
					r.Samples = fresh
					binary.LittleEndian.PutUint64(r.Key[8:], round)
					binary.LittleEndian.PutUint64(r.Body[:], hash16(r.Body)^round)
				}
				r.At = 1000*dayMillis + int64(i)*29
				s.Apply(int64(i), r)
			}
			done()
			b.ReportMetric(float64(s.Bytes())/float64(s.Len()), "B/row")
		})
	}
}

// BenchmarkArticle is fingerprint and fold of one article of 7,000 bytes after
// another, a third of them copies, each in its own words.
func BenchmarkArticle(b *testing.B) {
	n := newNews(3)
	inputs := make([]Input, 20_000)
	for i := range inputs {
		inputs[i] = n.input(1150)
		inputs[i].Body = inputs[i].Body[:min(7000, len(inputs[i].Body))]
	}
	var s Scratch
	state := new(State)
	b.SetBytes(7000)
	b.ReportAllocs()
	b.ResetTimer()
	defer report(b)()
	for i := range b.N {
		r := s.Fingerprint(inputs[i%len(inputs)])
		r.At = 1000*dayMillis + int64(i)*29
		state.Apply(int64(i), r)
	}
}
