package score

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// base reads the development stories once; tests of the simulator need them.
var base = sync.OnceValues(func() ([]Record, error) {
	f, err := os.Open(filepath.Join("..", "..", "..", "..", "shared", "data", "dedup", "reuters21578.jsonl.zst"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	return ReadBase(z)
})

func stories(t testing.TB) []Record {
	b, err := base()
	if os.IsNotExist(err) {
		t.Skipf("development data is not there: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The digests stand in the design: two programs written from the recipe alone
// made these streams.
func TestStreamDigests(t *testing.T) {
	b := stories(t)
	for _, c := range []struct {
		boilerplate bool
		docs        int
		digest      string
	}{{false, 13354, "39436e25d51e"}, {true, 13385, "e0e2f858c60b"}} {
		s := NewSimulator(b, c.boilerplate)
		if len(s.stories) != 6602 || len(s.donors) != 943 {
			t.Errorf("%d stories, %d donors", len(s.stories), len(s.donors))
		}
		docs := s.Stream(11)
		if d := Digest(docs); len(docs) != c.docs || !strings.HasPrefix(d, c.digest) {
			t.Errorf("boilerplate %v: %d documents, digest %s", c.boilerplate, len(docs), d)
		}
	}
}
