//go:build servers && unix

package servers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// node is an HTTP client of Elasticsearch.
type node struct {
	t      *testing.T
	url    string
	auth   string // value of the Authorization header
	client *http.Client
}

func nodeAt(t *testing.T, url string) *node {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &node{t: t, url: url, client: &http.Client{Transport: transport, Timeout: 30 * time.Second}}
}

func (n *node) send(method, path, body string) (status int, answer map[string]any, err error) {
	req, err := http.NewRequestWithContext(context.Background(), method, n.url+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if n.auth != "" {
		req.Header.Set("Authorization", n.auth)
	}
	res, err := n.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && len(bytes.TrimSpace(text)) > 0 {
		err = json.Unmarshal(text, &answer)
	}
	return res.StatusCode, answer, err
}

// must sends a request that has to succeed.
func (n *node) must(method, path, body string) map[string]any {
	n.t.Helper()
	status, answer, err := n.send(method, path, body)
	if err != nil || status/100 != 2 {
		n.t.Fatalf("%s %s: %d %v, %v", method, path, status, answer, err)
	}
	return answer
}

func (n *node) count(index, query string) float64 {
	n.t.Helper()
	return n.must("POST", "/"+index+"/_count", query)["count"].(float64)
}

func TestSharedElasticsearchAnalysesEnglish(t *testing.T) {
	n := nodeAt(t, ElasticsearchURL())
	index := Unique("analysis")
	n.must("PUT", "/"+index, `{"settings":{"number_of_shards":1,"number_of_replicas":0,"analysis":{"analyzer":{
		"folded":{"tokenizer":"standard","filter":["lowercase","asciifolding","unique"]}}}},
		"mappings":{"properties":{"body":{"type":"text","analyzer":"english"},"place":{"type":"text","analyzer":"folded"}}}}`)
	defer n.must("DELETE", "/"+index, "")
	n.must("PUT", "/"+index+"/_doc/1?refresh=true", `{"body":"Soldiers were wounded in the shelling.","place":"Chișinău"}`)
	for query, want := range map[string]float64{
		`{"query":{"match":{"body":"wounding soldier"}}}`: 1, // stemmed on both sides
		`{"query":{"match":{"body":"in the"}}}`:           0, // stop words
		`{"query":{"match":{"place":"chisinau"}}}`:        1, // folded
		`{"query":{"match":{"place":"Kyiv"}}}`:            0,
	} {
		if got := n.count(index, query); got != want {
			t.Errorf("%s: %v hits, want %v", query, got, want)
		}
	}
}

// One node for all that needs a start of its own: ten seconds each add up.
func TestElasticsearchWithSecurityKeepsWhatItAcknowledged(t *testing.T) {
	e, err := StartElasticsearch(within(t, 3*time.Minute), ElasticsearchOptions{
		Dir: t.TempDir(), Analysis: true, Password: "s3cret-elastic", TLS: true, HeapMB: 512,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer mustStop(t, e.process)
	n := nodeAt(t, e.URL())
	n.client.Transport.(*http.Transport).TLSClientConfig = e.TLSConfig()

	if status, _, err := n.send("GET", "/_cluster/health", ""); err != nil || status != http.StatusUnauthorized {
		t.Errorf("without a password: %d, %v", status, err)
	}
	if _, _, err := nodeAt(t, e.URL()).send("GET", "/_cluster/health", ""); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("without its certificate: error %v", err)
	}
	n.auth = basic("elastic", "s3cret-elastic")
	key := n.must("POST", "/_security/api_key", `{"name":"writer","role_descriptors":{"writer":{"cluster":["monitor"],
		"indices":[{"names":["allowed-*"],"privileges":["index","create_index","read"]}]}}}`)
	writer := *n
	writer.auth = "ApiKey " + key["encoded"].(string)
	writer.must("PUT", "/allowed-1/_doc/1?refresh=true", `{"title":"kept"}`)
	if status, _, err := writer.send("PUT", "/other/_doc/1", `{"title":"refused"}`); err != nil || status != http.StatusForbidden {
		t.Errorf("index that the key does not cover: %d, %v, want 403", status, err)
	}
	mustMeasure(t, e.process)

	if err := e.Pause(); err != nil {
		t.Fatal(err)
	}
	n.client.Timeout = time.Second
	if _, _, err := n.send("GET", "/_cluster/health", ""); err == nil {
		t.Error("a paused node answered")
	}
	n.client.Timeout = 30 * time.Second
	if err := e.Resume(); err != nil {
		t.Fatal(err)
	}
	n.must("GET", "/_cluster/health", "")
	if err := e.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := e.Restart(within(t, 2*time.Minute)); err != nil {
		t.Fatal(err)
	}
	if got := writer.count("allowed-1", ""); got != 1 {
		t.Errorf("%v documents after kill and restart, want the one acknowledged", got)
	}
}

func basic(user, password string) string {
	req := http.Request{Header: http.Header{}}
	req.SetBasicAuth(user, password)
	return req.Header.Get("Authorization")
}

func TestElasticsearchThatCannotStart(t *testing.T) {
	for _, c := range []struct {
		name    string
		options ElasticsearchOptions
		want    string
	}{
		{"unknown setting", ElasticsearchOptions{Settings: map[string]string{"no.such.setting": "1"}}, "unknown setting [no.such.setting]"},
		{"TLS without security", ElasticsearchOptions{TLS: true}, "Password"},
		{"security without analysis", ElasticsearchOptions{Password: "x"}, "Analysis"},
		{"unknown version", ElasticsearchOptions{Version: "0.90"}, "unknown release"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := StartElasticsearch(within(t, 3*time.Minute), c.options)
			if err == nil {
				mustStop(t, e.process)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that tells %q", err, c.want)
			}
		})
	}
}

// Elasticsearch is two processes, a launcher and the node, and only the
// launcher is our child.
func TestElasticsearchDiesWithItsParent(t *testing.T) {
	dir, group := killedParent(t, "elasticsearch")
	defer os.RemoveAll(dir)
	waitFor(t, "end of launcher and node", func() bool { return !groupAlive(group) })
}

func init() {
	children["elasticsearch"] = func() error {
		e, err := StartElasticsearch(context.Background(), ElasticsearchOptions{HeapMB: 256})
		if err != nil {
			return err
		}
		if err := e.Pause(); err != nil { // the worst case: it cannot even notice
			return err
		}
		fmt.Println(e.Dir(), e.current().group)
		return nil
	}
}

func TestAddressesThatDoNotAnswer(t *testing.T) {
	port, err := FreePort()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(EnvKafka, loopback(port))
	t.Setenv(EnvElasticsearch, "http://"+loopback(port))
	p, err := Acquire(within(t, 500*time.Millisecond), Need{Kafka: true, Elasticsearch: true})
	if err == nil || !strings.Contains(err.Error(), EnvKafka+"="+loopback(port)) || !strings.Contains(err.Error(), EnvElasticsearch) {
		t.Errorf("got %v, %v, want an error for each", p, err)
	}
}
