//go:build servers

package elastic_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"dateline/config"
	"dateline/index"
	"dateline/index/elastic"
	"dateline/index/indextest"
)

var prefixes atomic.Int64

// settings are those of a server for tests, with a prefix of the test's own.
func settings(t *testing.T) config.Elasticsearch {
	t.Helper()
	addr := os.Getenv("DATELINE_ELASTICSEARCH")
	if addr == "" {
		t.Fatal("DATELINE_ELASTICSEARCH is not set: it holds the address of a server for tests")
	}
	return config.Elasticsearch{
		Addresses: []string{addr}, Prefix: fmt.Sprintf("t%d-%d", time.Now().UnixNano(), prefixes.Add(1)),
		Period: "month", Timeout: 30 * time.Second, Compression: "auto", Shards: 1, RefreshInterval: 5 * time.Second,
	}
}

func open(t *testing.T, c config.Elasticsearch) *elastic.Store {
	t.Helper()
	s, err := elastic.New(c, elastic.Options{Product: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStore(t *testing.T) {
	indextest.Run(t, func(t *testing.T) (index.Store, index.Options) {
		c := settings(t)
		s := open(t, c)
		report, err := s.Setup(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		t.Log(report)
		return s, index.Options{Prefix: c.Prefix}
	})
}
