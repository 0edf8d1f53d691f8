package elastic_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"

	"dateline/index/elastic/estest"
)

// recordedFile holds what real servers answered to the exchanges below: server
// version to name of the exchange to answer. The tests with the tag servers
// ask a running server again and compare; with DATELINE_RECORD=1 they write.
const recordedFile = "estest/testdata/recorded.json"

// answer is what counts of a server's answer to a bulk: all that the worker
// decides by, and the names that the server gave to its errors.
type answer struct {
	Status int        `json:"status"`
	Type   string     `json:"type,omitempty"` // of the error of the whole request
	Items  []answered `json:"items,omitempty"`
}

type answered struct {
	ID     string `json:"id"`
	Status int    `json:"status"`
	Result string `json:"result,omitempty"`
	Type   string `json:"type,omitempty"`
}

// exchange is one bulk and the stand-in's way to answer it alike.
type exchange struct {
	name    string
	prepare []string // "METHOD /path body", before the bulk; real servers only
	query   string   // beside the client's own parameters
	body    string   // INDEX stands for an index of articles that is there
	// node says that it takes a node with limits and users: guarded settings.
	node string
	// fake makes the stand-in behave; nil: it answers by itself.
	fake func(*estest.Server)
}

func write(id string, version int, source string) string {
	return fmt.Sprintf(`{"index":{"_index":"INDEX","_id":%q,"version":%d,"version_type":"external"}}`+"\n%s\n", id, version, source)
}

const good = `{"doc_id":"x","status":"usable"}`

// guarded are the settings of the node that refuses: see exchange.node.
var guarded = map[string]string{
	"http.max_content_length":        "300kb",
	"indexing_pressure.memory.limit": "150kb",
	"action.auto_create_index":       "false",
}

var exchanges = []exchange{
	{name: "created", body: write("a", 5, good) + write("b", 5, good)},
	{name: "stale, equal, updated", body: write("a", 4, good) + write("a", 5, good) + write("a", 6, good)},
	{name: "unknown field", body: write("c", 1, `{"x":1}`) + write("d", 1, good)},
	{name: "bad value", body: write("e", 1, `{"published":"soon"}`) + write("f", 1, `{"title":{"a":1}}`)},
	{name: "not JSON", body: write("g", 1, `{"doc_id":`) + write("h", 1, good)},
	{name: "id too long", body: write(strings.Repeat("i", 513), 1, good)},
	{name: "broken action line", body: "{\"index\":{\"_index\n{}\n"},
	{name: "no newline at the end", body: strings.TrimSuffix(write("j", 1, good), "\n")},
	{name: "index blocked for writes", prepare: []string{`PUT /INDEX-blocked/_settings {"index.blocks.write":true}`},
		body: strings.ReplaceAll(write("a", 1, good), "INDEX", "INDEX-blocked"),
		fake: always(estest.Items(func(int, string) int { return http.StatusForbidden }))},
	{name: "index read-only, as after a full disk", prepare: []string{`PUT /INDEX-full/_settings {"index.blocks.read_only_allow_delete":true}`},
		body: strings.ReplaceAll(write("a", 1, good), "INDEX", "INDEX-full"),
		fake: always(estest.Items(func(int, string) int { return http.StatusTooManyRequests }))},
	{name: "index closed", prepare: []string{`POST /INDEX-closed/_close `},
		body: strings.ReplaceAll(write("a", 1, good), "INDEX", "INDEX-closed"),
		fake: always(estest.Closed("-closed"))},
	{name: "shard not assigned", query: "&timeout=100ms",
		prepare: []string{`PUT /INDEX-adrift?wait_for_active_shards=0 {"settings":{"index.routing.allocation.require.box":"none"}}`},
		body:    strings.ReplaceAll(write("a", 1, good), "INDEX", "INDEX-adrift"),
		fake:    always(estest.Items(func(int, string) int { return http.StatusServiceUnavailable }))},
	{name: "index missing", node: "guarded", body: strings.ReplaceAll(write("a", 1, good), "INDEX", "INDEX-absent")},
	{name: "body too large", node: "guarded", body: write("a", 1, `{"body":"`+strings.Repeat("x", 400<<10)+`"}`),
		fake: always(estest.Status(http.StatusRequestEntityTooLarge))},
	{name: "too much in memory", node: "guarded", body: write("a", 1, `{"body":"`+strings.Repeat("x", 200<<10)+`"}`),
		fake: always(estest.Status(http.StatusTooManyRequests))},
	{name: "wrong password", node: "stranger", body: write("a", 1, good), fake: always(estest.Status(http.StatusUnauthorized))},
	{name: "index of others", node: "key", body: write("a", 1, good) + strings.ReplaceAll(write("a", 1, good), "INDEX", "others"),
		fake: always(estest.Items(func(i int, _ string) int { return []int{0, http.StatusForbidden}[i] }))},
}

func always(b estest.Behaviour) func(*estest.Server) {
	return func(s *estest.Server) { s.Always(b) }
}

// node is a server to talk to: the stand-in or a real one.
type node struct {
	url    string
	client *http.Client
	login  func(*http.Request, string) // as exchange.node wants it
	index  string
}

func (n *node) ask(t *testing.T, as, method, path, body string) (int, []byte) {
	t.Helper()
	for try := 1; ; try++ {
		status, b, err := n.tryAsk(t, as, method, path, body)
		// A node that turns a request away may close the connection before it has
		// read the body, and the answer is lost.
		if (errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)) && try < 20 {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		return status, b
	}
}

func (n *node) tryAsk(t *testing.T, as, method, path, body string) (int, []byte, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, n.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if n.login != nil {
		n.login(req, as)
	}
	res, err := n.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, b, err
}

// exchange sends the bulk and reads what counts of the answer.
func (n *node) exchange(t *testing.T, x exchange, prepare bool) answer {
	t.Helper()
	here := strings.NewReplacer("INDEX", n.index)
	if prepare {
		for _, p := range x.prepare {
			part := strings.SplitN(here.Replace(p), " ", 3)
			if name, _, ok := strings.Cut(strings.TrimPrefix(part[1], "/"), "/"); ok { // of an index that must be there
				n.ask(t, "", http.MethodPut, "/"+name, "")
			}
			if status, b := n.ask(t, "", part[0], part[1], part[2]); status != http.StatusOK {
				t.Fatalf("%s: %d %s", p, status, b)
			}
		}
	}
	status, b := n.ask(t, x.node, http.MethodPost,
		"/_bulk?filter_path=items.*._id,items.*.status,items.*.result,items.*.error.type,error.type&include_source_on_error=false"+x.query, here.Replace(x.body))
	var raw struct {
		Error struct{ Type string }
		Items []struct {
			Index struct {
				ID     string `json:"_id"`
				Status int
				Result string
				Error  struct{ Type string }
			}
		}
	}
	if err := json.Unmarshal(b, &raw); err != nil && status != http.StatusRequestEntityTooLarge {
		t.Fatalf("%s: %d %s: %v", x.name, status, b, err)
	}
	a := answer{Status: status, Type: raw.Error.Type}
	for _, i := range raw.Items {
		a.Items = append(a.Items, answered{i.Index.ID, i.Index.Status, i.Index.Result, i.Index.Error.Type})
	}
	return a
}

func readRecorded(t *testing.T) map[string]map[string]answer {
	t.Helper()
	b, err := os.ReadFile(recordedFile)
	if err != nil {
		t.Fatal(err)
	}
	m := make(map[string]map[string]answer)
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// compareRecorded compares answers of a running server with those on record,
// or records them.
func compareRecorded(t *testing.T, version string, got map[string]answer) {
	t.Helper()
	all := readRecorded(t)
	if os.Getenv("DATELINE_RECORD") != "" {
		if all[version] == nil {
			all[version] = make(map[string]answer)
		}
		maps.Copy(all[version], got)
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetIndent("", "  ")
		if err := enc.Encode(all); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(recordedFile, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if all[version] == nil {
		t.Fatalf("nothing is on record for %s: run this test with DATELINE_RECORD=1 and review the difference", version)
	}
	for name, a := range got {
		if want := all[version][name]; !reflect.DeepEqual(a, want) {
			t.Errorf("%s: %s answers %+v, on record is %+v", name, version, a, want)
		}
	}
}

// TestStandInAnswersAsRecorded ties every behaviour of the stand-in to what a
// real server was seen to answer, in each version: the same status, items,
// ids, statuses and results. Names of errors are the server's own affair, but
// for the one by which the worker knows a closed index.
func TestStandInAnswersAsRecorded(t *testing.T) {
	all := readRecorded(t)
	if versions := slices.Sorted(maps.Keys(all)); len(versions) < 2 {
		t.Errorf("on record are %v, want 8.19 and 9.x", versions)
	}
	for version, recorded := range all {
		n := &node{client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}, index: "news-articles-2025.05"}
		server := estest.New(t)
		n.url = server.URL
		n.ask(t, "", http.MethodPut, "/"+n.index, "")
		for _, x := range exchanges {
			if x.node != "" { // another node, without those documents
				server.DeleteIndex(n.index)
				n.ask(t, "", http.MethodPut, "/"+n.index, "")
			}
			want, ok := recorded[x.name]
			if !ok {
				t.Errorf("%s: no answer to %q on record", version, x.name)
				continue
			}
			server.Always(estest.Healthy())
			if x.fake != nil {
				x.fake(server)
			}
			got := n.exchange(t, x, false)
			if plain(got) != plain(want) {
				t.Errorf("%s, %s: stand-in %s, real %s", version, x.name, plain(got), plain(want))
			}
		}
	}
}

// plain is an answer without the names of errors by which nothing is decided.
func plain(a answer) string {
	s := fmt.Sprint(a.Status)
	for _, i := range a.Items {
		s += fmt.Sprintf(" %s:%d:%s", i.ID, i.Status, i.Result)
		if i.Type == "index_closed_exception" {
			s += i.Type
		}
	}
	return s
}
