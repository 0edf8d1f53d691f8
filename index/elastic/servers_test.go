//go:build servers

package elastic_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"dateline/config"
	"dateline/index"
	"dateline/index/elastic"
	"dateline/index/elastic/estest"
	"dateline/index/indextest"
	"dateline/internal/servers"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(servers.With(m, servers.Need{Elasticsearch: true}))
}

// settings are those of the shared node, with a prefix of the test's own.
func settings() config.Elasticsearch {
	return config.Elasticsearch{
		Addresses: []string{servers.ElasticsearchURL()}, Prefix: servers.Unique("news"), Period: "month",
		Timeout: 30 * time.Second, Compression: "auto", Shards: 1, RefreshInterval: 5 * time.Second,
	}
}

func open(t *testing.T, c config.Elasticsearch, o elastic.Options) *elastic.Store {
	t.Helper()
	if o.Product == "" {
		o.Product = "test"
	}
	s, err := elastic.New(c, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// closed is a store that the test closes.
func closed(t *testing.T, c config.Elasticsearch) *elastic.Store {
	t.Helper()
	s := open(t, c, elastic.Options{})
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// ready opens stores on a node and sets them up; form is what setup must find
// there.
func ready(c config.Elasticsearch, form index.Form) indextest.Open {
	return func(t *testing.T) (index.Store, index.Options) {
		c := c
		c.Prefix = servers.Unique("news")
		s := open(t, c, elastic.Options{})
		report, err := s.Setup(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(report) == 0 || !strings.HasPrefix(report[0], "template form: "+string(form)) {
			t.Fatalf("setup found another form than %s: %q", form, report)
		}
		return s, index.Options{Prefix: c.Prefix}
	}
}

func TestStoreFull(t *testing.T) {
	indextest.Run(t, ready(settings(), index.Full))
	indextest.Language(t, ready(settings(), index.Full))
}

// The distribution for integration tests, as it is, has neither stemmer nor
// asciifolding.
func TestStorePlain(t *testing.T) {
	node, err := servers.StartElasticsearch(t.Context(), servers.ElasticsearchOptions{HeapMB: 512, Progress: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := node.Stop(); err != nil {
			t.Error(err)
		}
	}()
	c := settings()
	c.Addresses = []string{node.URL()}
	indextest.Run(t, ready(c, index.Plain))
}

// get asks the shared node for JSON, beside the store.
func get(t *testing.T, method, path, body string, into any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, servers.ElasticsearchURL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode/100 != 2 {
		t.Fatalf("%s %s: %d %v %s", method, path, res.StatusCode, err, b)
	}
	if into != nil {
		if err := json.Unmarshal(b, into); err != nil {
			t.Fatal(err)
		}
	}
}

func writes(steps []elastic.Step) (n int) {
	for _, s := range steps {
		if s.Body != nil {
			n++
		}
	}
	return n
}

func plan(t *testing.T, s *elastic.Store) []elastic.Step {
	t.Helper()
	steps, err := s.Plan(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

func TestSetup(t *testing.T) {
	ctx := context.Background()
	c := settings()
	s := closed(t, c)
	if err := s.Verify(ctx); err == nil || !strings.Contains(err.Error(), "dateline setup") {
		t.Errorf("verify before setup: %v", err)
	}
	if n := writes(plan(t, s)); n != 3 {
		t.Errorf("the first setup writes %d objects, want 3 templates", n)
	}
	if n := writes(plan(t, s)); n != 3 {
		t.Error("planning wrote something")
	}
	if _, err := s.Setup(ctx); err != nil {
		t.Fatal(err)
	}
	if steps := plan(t, s); writes(steps) != 0 {
		t.Errorf("the second setup writes: %v", steps)
	}
	if err := s.Verify(ctx); err != nil {
		t.Error(err)
	}
	// With indices there, a second setup still has nothing to do.
	as := []index.Action{
		{Kind: index.Article, Index: c.Prefix + "-articles-2025.05", ID: "a", Version: 1, Source: []byte(`{"doc_id":"a","status":"usable"}`)},
		{Kind: index.Event, Index: c.Prefix + "-events-2025.05", ID: "a-00", Version: 1, Source: []byte(`{"doc_id":"a-00","status":"usable"}`)},
	}
	if r := s.Bulk(ctx, as); r.Request != index.OK {
		t.Fatalf("%+v", r)
	}
	if steps := plan(t, s); writes(steps) != 0 {
		t.Errorf("setup with indices writes: %v", steps)
	}
	// A changed alias is put right.
	get(t, http.MethodPost, "/_aliases", fmt.Sprintf(`{"actions":[{"remove":{"index":"%s-articles-2025.05","alias":"%s-stories"}}]}`, c.Prefix, c.Prefix), nil)
	if steps := plan(t, s); writes(steps) != 1 {
		t.Errorf("setup after an alias was removed: %v", steps)
	}
	if _, err := s.Setup(ctx); err != nil {
		t.Fatal(err)
	}
	if steps := plan(t, s); writes(steps) != 0 {
		t.Errorf("the alias was not put right: %v", steps)
	}
	// Another refresh interval changes the settings' template alone.
	c.RefreshInterval = 30 * time.Second
	if n := writes(plan(t, closed(t, c))); n != 1 {
		t.Errorf("a changed refresh interval writes %d objects, want 1", n)
	}
	c.Period = "year"
	if _, err := closed(t, c).Setup(ctx); !errors.Is(err, elastic.ErrPeriod) {
		t.Errorf("setup with another period: %v", err)
	}
	if err := closed(t, c).Verify(ctx); !errors.Is(err, elastic.ErrPeriod) {
		t.Errorf("verify with another period: %v", err)
	}
}

func TestSetupRefusesDowngrade(t *testing.T) {
	ctx := context.Background()
	c := settings()
	s := closed(t, c)
	body := fmt.Sprintf(`{"index_patterns":["%s-articles-*"],"priority":500,"_meta":{"product":"dateline","version":"v9","schema":%d,"period":"month"}}`, c.Prefix, index.Schema+1)
	get(t, http.MethodPut, "/_index_template/"+c.Prefix+"-articles", body, nil)
	if _, err := s.Setup(ctx); !errors.Is(err, elastic.ErrNewer) || !strings.Contains(err.Error(), "v9") {
		t.Errorf("setup over a newer release: %v", err)
	}
	if err := s.Verify(ctx); !errors.Is(err, elastic.ErrNewer) {
		t.Errorf("verify with a newer release: %v", err)
	}
	body = fmt.Sprintf(`{"index_patterns":["%s-articles-*"],"priority":500}`, c.Prefix)
	get(t, http.MethodPut, "/_index_template/"+c.Prefix+"-articles", body, nil)
	if _, err := s.Setup(ctx); err == nil || !strings.Contains(err.Error(), "prefix") {
		t.Errorf("setup over someone else's template: %v", err)
	}
}

// Without templates no index is made and nothing is written.
func TestNoTemplate(t *testing.T) {
	c := settings()
	s := closed(t, c)
	a := index.Action{Index: c.Prefix + "-articles-2025.05", ID: "a", Version: 1, Source: []byte(`{"doc_id":"a"}`)}
	r := s.Bulk(context.Background(), []index.Action{a})
	if r.Request != index.Refused || r.Err == nil || !strings.Contains(r.Err.Error(), "dateline setup") {
		t.Errorf("response %+v", r)
	}
	var got map[string]any
	get(t, http.MethodGet, "/"+c.Prefix+"-*", "", &got)
	if len(got) != 0 {
		t.Errorf("an index was made: %v", got)
	}
}

func refused(err error) bool {
	var e *elastic.StatusError
	return errors.As(err, &e) && e.Refused()
}

// A closed index takes nothing, says nothing, and is there all the same.
func TestClosedIndex(t *testing.T) {
	ctx := context.Background()
	c := settings()
	s := closed(t, c)
	if _, err := s.Setup(ctx); err != nil {
		t.Fatal(err)
	}
	a := index.Action{Kind: index.Event, Index: c.Prefix + "-events-2025.05", ID: "a-00", Version: 1, Source: []byte(`{"doc_id":"a-00"}`)}
	if r := s.Bulk(ctx, []index.Action{a}); r.Request != index.OK || r.Outcomes[0].Result != index.Created {
		t.Fatalf("%+v", r)
	}
	turn := func(how string) {
		t.Helper()
		var got struct{ Acknowledged bool }
		if get(t, http.MethodPost, "/"+a.Index+"/_"+how, "", &got); !got.Acknowledged {
			t.Fatalf("%s was not acknowledged", how)
		}
	}
	turn("close")
	a.Version = 2
	if r := s.Bulk(ctx, []index.Action{a}); r.Request != index.OK || r.Outcomes[0].Result != index.Held || r.Outcomes[0].Reason != "index_closed" {
		t.Errorf("write: %+v", r)
	}
	if _, err := s.Versions(ctx, a.Index, []string{a.ID}); !refused(err) {
		t.Errorf("versions: %v", err)
	}
	if has, err := s.HasEvents(ctx); !has || err != nil {
		t.Errorf("events: %v, %v", has, err)
	}
	turn("open")
	if r := s.Bulk(ctx, []index.Action{a}); r.Request != index.OK || r.Outcomes[0].Result != index.Updated {
		t.Errorf("write after it was opened: %+v", r)
	}
}

// The aliases hide tombstones, copies and embargoes by the cluster's clock.
func TestAliases(t *testing.T) {
	ctx := context.Background()
	c := settings()
	s := closed(t, c)
	if _, err := s.Setup(ctx); err != nil {
		t.Fatal(err)
	}
	past, soon := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339), time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	var as []index.Action
	for id, fields := range map[string]string{
		"usable":       `"status":"usable"`,
		"copy":         `"status":"usable","dedup":{"hidden":true}`,
		"shown":        `"status":"usable","dedup":{"hidden":false}`,
		"withheld":     `"status":"withheld"`,
		"withdrawn":    `"status":"withdrawn"`,
		"unused":       `"status":"unused"`,
		"embargo over": `"status":"embargoed","embargo":"` + past + `"`,
		"embargo runs": `"status":"embargoed","embargo":"` + soon + `"`,
		"embargo open": `"status":"embargoed"`,
	} {
		for k, name := range []string{index.Article: "articles", index.Event: "events"} {
			as = append(as, index.Action{Kind: index.Kind(k), Index: c.Prefix + "-" + name + "-2025.05", ID: id, Version: 1,
				Source: []byte(`{"doc_id":"` + id + `",` + fields + `}`)})
		}
	}
	if r := s.Bulk(ctx, as); r.Request != index.OK {
		t.Fatalf("%+v", r)
	}
	if err := s.Refresh(ctx); err != nil {
		t.Fatal(err)
	}
	for alias, want := range map[string][]string{
		"articles": {"copy", "embargo over", "shown", "usable"},
		"stories":  {"embargo over", "shown", "usable"},
		"events":   {"copy", "embargo over", "shown", "usable"},
	} {
		var found struct {
			Hits struct {
				Hits []struct {
					ID string `json:"_id"`
				} `json:"hits"`
			} `json:"hits"`
		}
		get(t, http.MethodGet, "/"+c.Prefix+"-"+alias+"/_search?size=50", "", &found)
		var got []string
		for _, h := range found.Hits.Hits {
			got = append(got, h.ID)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", alias, got, want)
		}
	}
}

// Two workers that start on the first day of a month.
func TestCreateRace(t *testing.T) {
	c := settings()
	if _, err := closed(t, c).Setup(context.Background()); err != nil {
		t.Fatal(err)
	}
	results := make(chan index.Response)
	for i := range 4 {
		s := closed(t, c)
		go func() {
			id := fmt.Sprint("doc", i)
			results <- s.Bulk(context.Background(), []index.Action{{Index: c.Prefix + "-articles-2025.06", ID: id, Version: 1, Source: []byte(`{"doc_id":"` + id + `"}`)}})
		}()
	}
	for range 4 {
		if r := <-results; r.Request != index.OK || r.Outcomes[0].Result != index.Created {
			t.Errorf("%+v", r)
		}
	}
}

// The stand-in answers as the real server does, outcome by outcome.
func TestStandInIsFaithful(t *testing.T) {
	ctx := context.Background()
	c := settings()
	real := closed(t, c)
	if _, err := real.Setup(ctx); err != nil {
		t.Fatal(err)
	}
	fc := c
	fc.Addresses = []string{estest.New(t).URL}
	fake := closed(t, fc)
	articles, events := c.Prefix+"-articles-2025.05", c.Prefix+"-events-2025.05"
	good := []byte(`{"doc_id":"x","status":"usable"}`)
	for name, as := range map[string][]index.Action{
		"create, stale, update, equal": {
			{Index: articles, ID: "1", Version: 5, Source: good}, {Index: articles, ID: "1", Version: 4, Source: good},
			{Index: articles, ID: "1", Version: 6, Source: good}, {Index: articles, ID: "1", Version: 6, Source: good},
		},
		"same id in two indices": {{Index: articles, ID: "2", Version: 1, Source: good}, {Kind: index.Event, Index: events, ID: "2", Version: 1, Source: good}},
		"unknown field":          {{Index: articles, ID: "3", Version: 1, Source: []byte(`{"x":1}`)}, {Index: articles, ID: "4", Version: 1, Source: good}},
		"field of the other kind": {
			{Index: articles, ID: "5", Version: 1, Source: []byte(`{"sentence":"a"}`)},
			{Kind: index.Event, Index: events, ID: "5", Version: 1, Source: []byte(`{"sentence":"a"}`)},
		},
		"bad values": {
			{Index: articles, ID: "6", Version: 1, Source: []byte(`{"published":"soon"}`)},
			{Index: articles, ID: "7", Version: 1, Source: []byte(`{"word_count":3000000000}`)},
			{Index: articles, ID: "8", Version: 1, Source: []byte(`{"place":{"point":{"lat":91,"lon":0}}}`)},
			{Index: articles, ID: "9", Version: 1, Source: []byte(`{"title":{"a":1}}`)},
			{Index: articles, ID: "10", Version: 1, Source: []byte(`{"source":"x"}`)},
			{Index: articles, ID: "11", Version: 1, Source: []byte(`{"dedup":{"containment":1e9}}`)},
		},
		"not JSON":       {{Index: articles, ID: "12", Version: 1, Source: []byte(`{"doc_id":`)}, {Index: articles, ID: "13", Version: 1, Source: good}},
		"highest":        {{Index: articles, ID: "14", Version: 1<<53 - 1, Source: good}, {Index: articles, ID: "14", Version: 1<<53 - 2, Source: good}},
		"id of 512":      {{Index: articles, ID: strings.Repeat("i", 512), Version: 1, Source: good}},
		"id of 513":      {{Index: articles, ID: strings.Repeat("i", 513), Version: 1, Source: good}, {Index: articles, ID: "15", Version: 1, Source: good}},
		"nulls, arrays":  {{Index: articles, ID: "16", Version: 1, Source: []byte(`{"title":null,"subjects":[null,["a"]],"actor":[{"id":"a"},{"id":["b"]}]}`)}},
		"stored, any":    {{Index: articles, ID: "17", Version: 1, Source: []byte(`{"reason":{"a":[1,"x"]},"byline":7,"actors":[[{}]]}`)}},
		"second request": {{Index: articles, ID: "1", Version: 7, Source: good}, {Index: articles, ID: "17", Version: 1, Source: good}},
	} {
		t.Run(name, func(t *testing.T) {
			want, got := real.Bulk(ctx, as), fake.Bulk(ctx, as)
			if name == "second request" { // map order: make sure that there was a first
				want, got = real.Bulk(ctx, as), fake.Bulk(ctx, as)
			}
			if got.Request != want.Request || got.Status != want.Status {
				t.Errorf("stand-in %v %d, real %v %d (%v)", got.Request, got.Status, want.Request, want.Status, want.Err)
			}
			for i := range want.Outcomes {
				g, w := got.Outcomes[i], want.Outcomes[i]
				if g.Result != w.Result || g.Status != w.Status || g.Reason != w.Reason {
					t.Errorf("action %d: stand-in %+v, real %+v", i, g, w)
				}
			}
		})
	}
	ids := []string{"1", "3", "nothing"}
	want, err1 := real.Versions(ctx, articles, ids)
	got, err2 := fake.Versions(ctx, articles, ids)
	if err1 != nil || err2 != nil || !slices.Equal(got, want) {
		t.Errorf("versions: stand-in %v %v, real %v %v", got, err2, want, err1)
	}
}

// Users, keys and certificates.
func TestSecurity(t *testing.T) {
	node, err := servers.StartElasticsearch(t.Context(), servers.ElasticsearchOptions{
		HeapMB: 512, Analysis: true, Password: "correct-horse", TLS: true, Settings: guarded, Progress: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := node.Stop(); err != nil {
			t.Error(err)
		}
	}()
	ctx := context.Background()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, node.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	admin := settings()
	admin.Addresses, admin.CAFile = []string{node.URL()}, ca
	admin.Username, admin.Password = "elastic", "correct-horse"
	if _, err := closed(t, admin).Setup(ctx); err != nil {
		t.Fatal(err)
	}
	key := apiKey(t, node, admin.Prefix)
	write := func(t *testing.T, c config.Elasticsearch, name, id string) index.Response {
		return closed(t, c).Bulk(ctx, []index.Action{{Index: name, ID: id, Version: 1, Source: []byte(`{"doc_id":"` + id + `"}`)}})
	}
	name := admin.Prefix + "-articles-2025.05"
	worker := admin
	worker.Username, worker.Password, worker.APIKey = "", "", config.Secret(key)
	t.Run("API key", func(t *testing.T) {
		if r := write(t, worker, name, "a"); r.Request != index.OK || r.Outcomes[0].Result != index.Created {
			t.Errorf("%+v", r)
		}
		s := closed(t, worker)
		if missing, secured, err := s.MissingPrivileges(ctx); err != nil || !secured || len(missing) > 0 {
			t.Errorf("privileges of the documented key: missing %v, %v, %v", missing, secured, err)
		}
		if err := s.Verify(ctx); err != nil {
			t.Errorf("verify without the right to read templates: %v", err)
		}
		if v, err := s.Versions(ctx, name, []string{"a"}); err != nil || v[0] != 1 {
			t.Errorf("versions: %v, %v", v, err)
		}
		if _, err := s.Search(ctx, &index.Query{Now: time.Now(), Limit: 1}); err != nil {
			t.Errorf("search: %v", err)
		}
		if has, err := s.HasEvents(ctx); has || err != nil {
			t.Errorf("events: %v, %v", has, err)
		}
		write(t, worker, admin.Prefix+"-events-2025.05", "a-00")
		if has, err := s.HasEvents(ctx); !has || err != nil {
			t.Errorf("events after one was written: %v, %v", has, err)
		}
	})
	t.Run("recorded", func(t *testing.T) { recordGuarded(t, node, admin, key) })
	t.Run("versions of others", func(t *testing.T) {
		if v, err := closed(t, worker).Versions(ctx, "others", []string{"a"}); !refused(err) {
			t.Errorf("%v, %v", v, err)
		}
	})
	t.Run("another prefix is forbidden", func(t *testing.T) {
		if r := write(t, worker, "other-articles-2025.05", "a"); r.Request != index.Refused || r.Status != http.StatusForbidden {
			t.Errorf("%+v", r)
		}
	})
	t.Run("wrong password", func(t *testing.T) {
		c := admin
		c.Password = "wrong-horse"
		if r := write(t, c, name, "b"); r.Request != index.Refused || r.Status != http.StatusUnauthorized {
			t.Errorf("%+v", r)
		}
	})
	t.Run("unknown authority", func(t *testing.T) {
		c := admin
		c.CAFile = ""
		if r := write(t, c, name, "b"); r.Request != index.Failed || r.Err == nil || !strings.Contains(r.Err.Error(), "certificate") {
			t.Errorf("%+v", r)
		}
	})
	t.Run("fingerprint", func(t *testing.T) {
		c := admin
		c.CAFile, c.CertificateFingerprint = "", fingerprint(t, node.CertificatePEM())
		if r := write(t, c, name, "c"); r.Request != index.OK {
			t.Errorf("%+v", r)
		}
		c.CertificateFingerprint = strings.Repeat("00", 32)
		if r := write(t, c, name, "d"); r.Request != index.Failed || r.Err == nil || !strings.Contains(r.Err.Error(), "fingerprint") {
			t.Errorf("another certificate: %+v", r)
		}
	})
}

// apiKey makes the key that the documentation tells an operator to make for a
// worker.
func apiKey(t *testing.T, node *servers.Elasticsearch, prefix string) string {
	t.Helper()
	body := fmt.Sprintf(`{"name":"worker","role_descriptors":{"worker":{"cluster":["monitor"],
		"indices":[{"names":["%s-*"],"privileges":["read","index","create_index"]}]}}}`, prefix)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, node.URL()+"/_security/api_key", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.SetBasicAuth("elastic", "correct-horse")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: node.TLSConfig()}}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var key struct{ Encoded string }
	if err := json.NewDecoder(res.Body).Decode(&key); err != nil || key.Encoded == "" {
		t.Fatalf("API key: %d, %v", res.StatusCode, err)
	}
	return key.Encoded
}

// fingerprint is what an operator reads off the node: SHA-256 of the
// certificate, here with colons.
func fingerprint(t *testing.T, text []byte) string {
	t.Helper()
	block, _ := pem.Decode(text)
	if block == nil {
		t.Fatal("no certificate")
	}
	sum := sha256.Sum256(block.Bytes)
	return strings.ToUpper(strings.TrimSuffix(strings.ReplaceAll(fmt.Sprintf("% x", sum), " ", ":"), ":"))
}
