package embedded_test

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"dateline/index"
	"dateline/index/embedded"
	"dateline/index/indextest"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(writerEnv); dir != "" {
		fmt.Fprintln(os.Stderr, write(dir))
		os.Exit(1)
	}
	// bleve keeps its analysis workers for the life of the process.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker"))
}

func open(t testing.TB, dir string) *embedded.Store {
	t.Helper()
	s, err := embedded.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStore(t *testing.T) {
	fresh := func(t *testing.T) (index.Store, index.Options) { return open(t, t.TempDir()), index.Options{} }
	indextest.Run(t, fresh)
	indextest.Language(t, fresh)
}
