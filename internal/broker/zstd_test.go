package broker

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"github.com/segmentio/kafka-go/compress"
)

// batch is what a producer with kafka-go's defaults makes of text: a frame that
// allows for a window of 8 MiB.
func batch(t *testing.T, text []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := compress.Codecs[compress.Zstd].NewWriter(&out)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// prose is text that compresses, other text for each seed.
func prose(seed uint64, n int) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, 0, n+8)
	for len(b) < n {
		b = append(b, "harbour "[:1+r.IntN(8)]...)
	}
	return b[:n]
}

func read(packed []byte) ([]byte, error) {
	r := compress.Codecs[compress.Zstd].NewReader(bytes.NewReader(packed))
	defer r.Close()
	return io.ReadAll(r)
}

func TestZstdReads(t *testing.T) {
	for name, text := range map[string][]byte{"nothing": nil, "a byte": {'x'}, "a batch": prose(1, 1<<20), "a large record": prose(2, 6<<20)} {
		got, err := read(batch(t, text))
		if err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: %d bytes of %d, %v", name, len(got), len(text), err)
		}
	}
	two := append(batch(t, []byte("one, ")), batch(t, []byte("two"))...)
	if got, err := read(two); err != nil || string(got) != "one, two" {
		t.Errorf("two frames: %q, %v", got, err)
	}
}

// What is broken is an error and never less text, and a reader does not give
// what another has read.
func TestZstdRefuses(t *testing.T) {
	packed := batch(t, prose(3, 1<<20))
	for name, b := range map[string][]byte{
		"cut short": packed[:len(packed)/2], "without its checksum": packed[:len(packed)-1], "no frame": []byte("harbour"),
		"changed": append(append(bytes.Clone(packed[:len(packed)/2]), packed[len(packed)/2]^1), packed[len(packed)/2+1:]...),
	} {
		if _, err := read(b); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	broken := errors.New("connection is lost")
	r := compress.Codecs[compress.Zstd].NewReader(io.MultiReader(bytes.NewReader(packed[:1000]), errReader{broken}))
	for range 2 {
		if _, err := io.ReadAll(r); !errors.Is(err, broken) {
			t.Errorf("a source that fails: %v", err)
		}
	}
	r.Close()
	if n, err := r.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("after Close: %d bytes, %v", n, err)
	}
}

type errReader struct{ error }

func (r errReader) Read([]byte) (int, error) { return 0, r.error }

// Readers share memory one after the other, never at the same time.
func TestZstdReadersTogether(t *testing.T) {
	var all sync.WaitGroup
	for n := range 8 {
		text := prose(uint64(n), 200<<10+n)
		packed := batch(t, text)
		all.Go(func() {
			for range 10 {
				if got, err := read(packed); err != nil || !bytes.Equal(got, text) {
					t.Errorf("reader %d: %d bytes of %d, %v", n, len(got), len(text), err)
				}
			}
		})
	}
	all.Wait()
}

// A batch takes memory for what it holds, not for the window that its frame
// allows for.
func TestZstdWindow(t *testing.T) {
	const size = 1 << 20
	packed := batch(t, prose(4, size))
	var before, after runtime.MemStats
	runtime.GC() // twice: nothing is left in a pool
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := compress.Codecs[compress.Zstd].NewReader(bytes.NewReader(packed))
	n, err := io.Copy(io.Discard, r)
	runtime.ReadMemStats(&after)
	r.Close()
	if err != nil || n != size {
		t.Fatalf("%d bytes, %v", n, err)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 6<<20 {
		t.Errorf("a batch of %d bytes took %d", size, took)
	}
}
