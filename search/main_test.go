package search

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"dateline/index"
)

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "dateline-search-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	bundle.dir = dir
	code := m.Run()
	for _, s := range []index.Store{bundle.store, big.store} {
		if s == nil {
			continue
		}
		if err := s.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	if code == 0 {
		if err := goleak.Find(goleak.IgnoreAnyFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}
