package search

import (
	"context"
	"sync"
	"testing"
	"time"

	"dateline/index"
	"dateline/index/embedded"
	"dateline/pipeline"
	"dateline/search/searchtest"
)

// now is the clock of the tests: after the bundle's last article.
var now = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

// open makes an embedded store that ends with the test.
func open(tb testing.TB) index.Store {
	tb.Helper()
	s, err := embedded.Open(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func write(tb testing.TB, s index.Store, docs ...*pipeline.Document) {
	tb.Helper()
	if err := searchtest.Write(context.Background(), s, docs...); err != nil {
		tb.Fatal(err)
	}
}

// bundle is one store with the bundled articles for all tests that only read.
// TestMain makes its folder, closes it and removes it.
var bundle struct {
	once  sync.Once
	dir   string
	store index.Store
}

func bundled(tb testing.TB) index.Store {
	tb.Helper()
	bundle.once.Do(func() {
		s, err := embedded.Open(bundle.dir + "/bundle")
		if err != nil {
			tb.Fatal(err)
		}
		bundle.store = s
		if err := searchtest.Bundle(context.Background(), s); err != nil {
			tb.Fatal(err)
		}
	})
	if bundle.store == nil {
		tb.Fatal("the bundled articles could not be stored; see the first test that failed")
	}
	return bundle.store
}
