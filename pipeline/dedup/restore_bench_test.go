package dedup

import (
	"bufio"
	"encoding/binary"
	"flag"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

var restoreRows = flag.Int("rows", 100_000, "articles of BenchmarkRestore: 500 words each, spread over seven days")

// BenchmarkRestore reads a checkpoint of articles that fill the window, 82
// samples each, 35 % of them copies.
func BenchmarkRestore(b *testing.B) {
	rng := rand.New(rand.NewSource(5))
	s := new(State)
	past := make([][]uint64, 500)
	for i := range *restoreRows {
		samples := past[rng.Intn(len(past))]
		if rng.Intn(100) >= 35 || samples == nil {
			samples = make([]uint64, 82)
			for k := range samples {
				samples[k] = uint64(rng.Int63()) >> (63 - hashBits) >> (k & 1) << 1 // half of them from the tail
			}
			slices.Sort(samples)
			past[i%len(past)] = samples
		}
		r := Record{At: 1000*dayMillis + int64(i)*7*dayMillis/int64(*restoreRows), Revision: 1, Tokens: 500, Samples: samples, Source: rng.Uint64() % 300, Title: rng.Uint64()}
		r.Outlet = r.Source
		for _, h := range []*[16]byte{&r.Key, &r.Payload, &r.Body} {
			binary.LittleEndian.PutUint64(h[:], rng.Uint64())
		}
		s.Apply(int64(i), r)
	}
	path := filepath.Join(b.TempDir(), "checkpoint")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	n, err := s.WriteTo(w)
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(n)
	b.ResetTimer()
	defer report(b)()
	for b.Loop() {
		f.Seek(0, 0)
		again, err := ReadState(bufio.NewReaderSize(f, 1<<20), n)
		if err != nil || again.Len() != s.Len() || again.Digest() != s.Digest() {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(s.Bytes())/float64(s.Len()), "B/row")
}
