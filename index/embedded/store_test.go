package embedded_test

import (
	"testing"

	"dateline/index"
	"dateline/index/embedded"
	"dateline/index/indextest"
)

func open(t *testing.T, dir string) *embedded.Store {
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
