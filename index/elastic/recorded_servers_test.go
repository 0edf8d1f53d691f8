//go:build servers

package elastic_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"dateline/config"
	"dateline/internal/servers"
)

// versionOf is the node's version.
func (n *node) versionOf(t *testing.T) string {
	t.Helper()
	status, b := n.ask(t, "", http.MethodGet, "/_nodes?filter_path=nodes.*.version", "")
	var r struct {
		Nodes map[string]struct{ Version string }
	}
	if err := json.Unmarshal(b, &r); err != nil || status != http.StatusOK {
		t.Fatalf("version: %d %s", status, b)
	}
	for _, x := range r.Nodes {
		return x.Version
	}
	t.Fatal("no node")
	return ""
}

// TestRecorded asks the shared node for every answer on record that a node
// without limits and users can give.
func TestRecorded(t *testing.T) {
	c := settings()
	if _, err := closed(t, c).Setup(context.Background()); err != nil {
		t.Fatal(err)
	}
	n := &node{url: servers.ElasticsearchURL(), client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}, index: c.Prefix + "-articles-2025.05"}
	defer n.clean(t)
	got := make(map[string]answer)
	for _, x := range exchanges {
		if x.node == "" {
			got[x.name] = n.exchange(t, x, true)
		}
	}
	compareRecorded(t, n.versionOf(t), got)
}

// clean deletes the indices of the test by their names: a node refuses to
// delete by pattern. One that is left without a shard would keep the shared
// node red, and the packages after this one from starting.
func (n *node) clean(t *testing.T) {
	t.Helper()
	_, b := n.ask(t, "", http.MethodGet, "/_cat/indices/"+n.index+"*?h=index&expand_wildcards=all", "")
	names := strings.Fields(string(b))
	if len(names) == 0 {
		t.Fatalf("no index to delete: %s", b)
	}
	if status, b := n.ask(t, "", http.MethodDelete, "/"+strings.Join(names, ","), ""); status != http.StatusOK {
		t.Errorf("delete %q: %d %s", names, status, b)
	}
}

// recordGuarded does the same on a node that has both. key is that of a
// worker with this prefix.
func recordGuarded(t *testing.T, es *servers.Elasticsearch, c config.Elasticsearch, key string) {
	n := &node{url: es.URL(), client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: es.TLSConfig()}},
		index: c.Prefix + "-articles-2025.05"}
	n.login = func(r *http.Request, as string) {
		switch as {
		case "stranger":
			r.SetBasicAuth(c.Username, "wrong")
		case "key":
			r.Header.Set("Authorization", "ApiKey "+key)
		default:
			r.SetBasicAuth(c.Username, string(c.Password))
		}
	}
	// An index without documents of other tests.
	n.index += "-recorded"
	for _, name := range []string{n.index, "others"} {
		if status, b := n.ask(t, "", http.MethodPut, "/"+name, ""); status != http.StatusOK {
			t.Fatalf("create %s: %d %s", name, status, b)
		}
	}
	got := make(map[string]answer)
	for _, x := range exchanges {
		if x.node != "" {
			got[x.name] = n.exchange(t, x, true)
		}
	}
	compareRecorded(t, n.versionOf(t), got)
}

// TestInspect asks a real node for what dateline check looks at: its version
// and limit, aliases that indices have taken, blocked indices.
func TestInspect(t *testing.T) {
	ctx := context.Background()
	c := settings()
	s := closed(t, c)
	if _, err := s.Setup(ctx); err != nil {
		t.Fatal(err)
	}
	n := &node{url: servers.ElasticsearchURL(), client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}, index: c.Prefix + "-articles-2025.05"}
	nodes, err := s.Nodes(ctx)
	if err != nil || len(nodes) != 1 || nodes[0].Version != n.versionOf(t) || nodes[0].Major() < 8 || nodes[0].MaxBytes != 100<<20 {
		t.Errorf("nodes %+v, %v", nodes, err)
	}
	if missing, secured, err := s.MissingPrivileges(ctx); err != nil || secured || len(missing) > 0 {
		t.Errorf("without security: %v, %v, %v", missing, secured, err)
	}
	if taken, err := s.AliasesTaken(ctx); err != nil || len(taken) > 0 {
		t.Errorf("aliases taken before there is any index: %v, %v", taken, err)
	}
	n.ask(t, "", http.MethodPut, "/"+n.index, "")
	if blocked, err := s.Blocked(ctx); err != nil || len(blocked) > 0 {
		t.Errorf("blocked %v, %v", blocked, err)
	}
	n.ask(t, "", http.MethodPut, "/"+n.index+"/_settings", `{"index.blocks.write":true}`)
	if blocked, err := s.Blocked(ctx); err != nil || len(blocked) != 1 || blocked[0] != n.index+" (write)" {
		t.Errorf("blocked %v, %v", blocked, err)
	}
	n.ask(t, "", http.MethodDelete, "/"+n.index, "")
	n.ask(t, "", http.MethodPut, "/"+c.Prefix+"-stories", "")
	if taken, err := s.AliasesTaken(ctx); err != nil || len(taken) != 1 || taken[0] != c.Prefix+"-stories" {
		t.Errorf("an index has the name of an alias: %v, %v", taken, err)
	}
	n.ask(t, "", http.MethodDelete, "/"+c.Prefix+"-stories", "")
}
