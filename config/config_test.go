package config

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite golden files and generated pages")

// testEnv is the environment of every test: no test reads the real one.
func testEnv(name string) (string, bool) {
	v, ok := map[string]string{
		"DATELINE_SECRET":    "s3cr3t-value",
		"DATELINE_DOLLAR":    "a${DATELINE_SECRET}b",
		"DATELINE_EMPTY":     "",
		"DATELINE_LINE_FEED": "s3cr3t-value\n",
	}[name]
	return v, ok
}

// golden compares got with the file, or rewrites the file under -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; write it with -update and review the difference", err)
	}
	if got != string(want) {
		t.Errorf("%s differs (rewrite with -update and review):\n--- got\n%s\n--- want\n%s", file, got, want)
	}
}

// pairs lists the .yaml files of a folder of testdata, each with its .golden,
// and fails where one of the two is alone.
func pairs(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures in testdata/%s (%v)", dir, err)
	}
	goldens, _ := filepath.Glob(filepath.Join("testdata", dir, "*.golden"))
	for _, g := range goldens {
		if !slices.Contains(files, strings.TrimSuffix(g, ".golden")+".yaml") {
			t.Errorf("%s belongs to no fixture", g)
		}
	}
	return files
}

// TestBroken holds every diagnosis to its exact words and place.
func TestBroken(t *testing.T) {
	files := pairs(t, "broken")
	if len(files) < 30 {
		t.Errorf("%d broken configurations, want 30 at least", len(files))
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c, err := Parse(name+".yaml", data, testEnv)
			var problems Problems
			if c != nil || !errors.As(err, &problems) {
				t.Fatalf("Parse = %v, %v, want Problems alone", c, err)
			}
			for _, p := range problems {
				if p.Line == 0 || p.Column == 0 || p.Hint == "" {
					t.Errorf("no place or no hint: %#v", p)
				}
			}
			if strings.Contains(err.Error(), "s3cr3t") || strings.Contains(err.Error(), "letmein") {
				t.Errorf("a secret is shown: %v", err)
			}
			golden(t, strings.TrimSuffix(file, ".yaml")+".golden", err.Error()+"\n")
		})
	}
}

// TestGood holds what good files mean, and that Print says the same again.
func TestGood(t *testing.T) {
	for _, file := range pairs(t, "good") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c, err := Parse(file, data, testEnv)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Validate(); err != nil {
				t.Errorf("Validate after Parse: %v", err)
			}
			var out bytes.Buffer
			if err := Print(&out, c); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(out.String(), "s3cr3t") {
				t.Error("Print shows a secret")
			}
			golden(t, strings.TrimSuffix(file, ".yaml")+".golden", out.String())
			again, err := Parse("printed", out.Bytes(), nil)
			if err != nil {
				t.Fatalf("what Print wrote does not parse: %v", err)
			}
			maskSecrets(c)
			if !reflect.DeepEqual(again, c) {
				t.Errorf("what Print wrote parses to\n%+v, want\n%+v", again, c)
			}
		})
	}
}

// maskSecrets does to c what printing and parsing does to it.
func maskSecrets(c *Config) {
	for _, s := range []*Secret{&c.Kafka.SASL.Password, &c.Elasticsearch.APIKey, &c.Elasticsearch.Password, &c.Serve.Token} {
		*s = Secret(s.String())
	}
	// Print writes an absent list as an empty one.
	if c.Feed.Captures == nil {
		c.Feed.Captures = []Capture{}
	}
	if c.Feed.Folders == nil {
		c.Feed.Folders = []Folder{}
	}
	if c.Sources == nil {
		c.Sources = []Source{}
	}
}

// TestDefault holds the defaults that other packages and pages rely on.
func TestDefault(t *testing.T) {
	c := Default()
	if err := c.Validate(); err != nil {
		t.Fatalf("the defaults are not valid: %v", err)
	}
	for _, data := range []string{"", "\uFEFF# a byte order mark\r\nlog:\r\n  level: info\r\n", "# nothing but a comment\n", "---\n", "kafka:\nsources:\nworker:\n  bulk:\n"} {
		parsed, err := Parse("empty", []byte(data), nil)
		if err != nil || !reflect.DeepEqual(parsed, c) {
			t.Errorf("Parse(%q) = %+v, %v, want the defaults", data, parsed, err)
		}
	}
	if Default().Kafka.Brokers[0] = "changed"; Default().Kafka.Brokers[0] != "127.0.0.1:9092" {
		t.Error("two calls of Default share a list")
	}
	want := map[string][2]any{
		"kafka.drain_timeout":          {c.Kafka.DrainTimeout, 10 * time.Second},
		"kafka.commit_timeout":         {c.Kafka.CommitTimeout, 5 * time.Second},
		"kafka.session_timeout":        {c.Kafka.SessionTimeout, 30 * time.Second},
		"kafka.fetch_bytes":            {c.Kafka.FetchBytes, Bytes(4 << 20)},
		"kafka.retention":              {c.Kafka.Retention, 168 * time.Hour},
		"worker.memory":                {c.Worker.Memory, Bytes(96 << 20)},
		"worker.bulk.bytes":            {c.Worker.Bulk.Bytes, Bytes(2 << 20)},
		"worker.stages":                {len(c.Worker.Stages), 7},
		"elasticsearch.period":         {c.Elasticsearch.Period, "month"},
		"feed.max_bytes":               {c.Feed.MaxBytes, Bytes(4 << 20)},
		"serve.max_page_size":          {c.Serve.MaxPageSize, 200},
		"kafka.sasl.mechanism":         {c.Kafka.SASL.Mechanism, "none"},
		"elasticsearch.api_key is set": {c.Elasticsearch.APIKey != "", false},
	}
	for key, v := range want {
		if v[0] != v[1] {
			t.Errorf("%s is %v, want %v", key, v[0], v[1])
		}
	}
}

func TestSecretFromEnvironment(t *testing.T) {
	for yaml, want := range map[string]Secret{
		`serve: {token: plain}`:                  "plain",
		`serve: {token: "${DATELINE_SECRET}"}`:   "s3cr3t-value",
		"serve:\n  token: a-${DATELINE_SECRET}!": "a-s3cr3t-value!",
		// What a variable holds is not looked at again.
		"serve:\n  token: ${DATELINE_DOLLAR}": "a${DATELINE_SECRET}b",
		"serve:\n  token: a$b{c}":             "a$b{c}",
	} {
		c, err := Parse("t", []byte(yaml), testEnv)
		if err != nil {
			t.Errorf("%q: %v", yaml, err)
		} else if c.Serve.Token != want {
			t.Errorf("%q gives another secret than %q", yaml, string(want))
		}
	}
	if _, err := Parse("t", []byte("serve:\n  token: ${DATELINE_SECRET}"), nil); err == nil {
		t.Error("without an environment a variable must be missing")
	}
}

// TestValidate checks a configuration that flags have changed: all problems,
// no places.
func TestValidate(t *testing.T) {
	c := Default()
	c.Log.Level = "loud"
	c.Worker.Epoch = 2000
	c.Kafka.DrainTimeout = time.Minute
	c.Sources = []Source{{ID: "desk", Revision: "counter", Timezone: "Nowhere"}}
	var problems Problems
	if err := c.Validate(); !errors.As(err, &problems) {
		t.Fatalf("Validate = %v, want Problems", err)
	}
	var keys []string
	for _, p := range problems {
		keys = append(keys, p.Key)
		if p.Line != 0 || p.File != "" {
			t.Errorf("a place without a file: %v", p)
		}
	}
	// The drain rule speaks twice: of the session and of the rebalance.
	want := []string{"log.level", "worker.epoch", "sources[0].timezone", "kafka.drain_timeout", "kafka.drain_timeout"}
	if !slices.Equal(keys, want) {
		t.Errorf("problems of %v, want %v", keys, want)
	}
	if got, want := problems[1].Error(), "worker.epoch: 2000 is out of bounds; write 0 to 1023"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	var first Problem
	if !errors.As(error(problems), &first) || first.Key != "log.level" {
		t.Errorf("errors.As finds the problem of %q first", first.Key)
	}
	c = Default()
	c.Embedded.Dir = "\xff"
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("bytes that are no text: %v", err)
	}
	if (&Config{}).Validate() == nil {
		t.Error("the zero Config is valid")
	}
}

// TestEdges: settings that just keep a rule are good; one step further is in
// testdata/broken.
func TestEdges(t *testing.T) {
	for name, data := range map[string]string{
		"heartbeat a third":  "kafka: {heartbeat_interval: 10s}",
		"drain just below":   "kafka: {session_timeout: 15001ms, rebalance_timeout: 15001ms}",
		"bulk as ring":       "worker: {bulk: {bytes: 32MiB}}",
		"ring as memory":     "worker: {ring_bytes: 96MiB}",
		"fetch as memory":    "kafka: {fetch_bytes: 16MiB}\nworker: {memory: 16MiB, ring_bytes: 16MiB}",
		"page as most":       "serve: {page_size: 200}",
		"bounds, low":        "worker: {epoch: 0, event_slots: 0, concurrency: 0}\nfeed: {settle_time: 0s}",
		"bounds, high":       "worker: {epoch: 1023, event_slots: 16, concurrency: 1024, bulk: {docs: 100000}}",
		"stages, no event":   "worker: {stages: [name, place]}",
		"unlisted source":    "feed: {folders: [{path: in, source: anything}]}",
		"key alone":          "elasticsearch: {api_key: k}",
		"name and password":  "elasticsearch: {username: u, password: p}",
		"sasl, no tls":       "kafka: {sasl: {mechanism: plain, username: u, password: p}}",
		"fingerprint, https": "elasticsearch: {addresses: [https://a], certificate_fingerprint: " + strings.Repeat("0a", 32) + "}",
	} {
		if _, err := Parse(name, []byte(data), nil); err != nil {
			t.Error(err)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "dateline.yaml")
	if err := os.WriteFile(file, []byte("log:\n  level: debug\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err := Load(file, nil); err != nil || c.Log.Level != "debug" {
		t.Errorf("Load = %+v, %v", c, err)
	}
	if c, err := Load("", nil); err != nil || !reflect.DeepEqual(c, Default()) {
		t.Errorf("Load of no file = %+v, %v, want the defaults", c, err)
	}
	_, err := Load(filepath.Join(dir, "absent.yaml"), nil)
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "dateline config example") {
		t.Errorf("Load of an absent file: %v", err)
	}
	if _, err := Load(dir, nil); err == nil {
		t.Error("Load of a folder succeeds")
	}
	if err := os.WriteFile(file, bytes.Repeat([]byte("# padding\n"), 1<<20/10+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(file, nil); err == nil || !strings.Contains(err.Error(), "larger than 1MiB") {
		t.Errorf("Load of a large file: %v", err)
	}
}

// TestExcess: what no configuration needs is refused before the YAML parser
// sees it, and what a large one needs is not.
func TestExcess(t *testing.T) {
	var keys, sources strings.Builder
	for range 1001 {
		keys.WriteString("a: 1\n")
	}
	sources.WriteString("sources:\n")
	for i := range 3000 {
		fmt.Fprintf(&sources, "  - id: desk-%d\n    name: Desk %d\n", i, i)
	}
	for name, tt := range map[string]struct{ data, want string }{
		"keys":     {keys.String(), "t:1001:2: more than 1000 keys; check the path: this is no configuration"},
		"brackets": {strings.Repeat("[", 1<<19), "t:1:33: brackets or dashes are nested too deep; check for one that is never closed"},
		"dashes":   {strings.Repeat("- ", 1<<19), "t:1:65: brackets or dashes are nested too deep; check for one that is never closed"},
		"sources":  {sources.String(), ""},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Parse("t", []byte(tt.data), nil)
			if tt.want == "" {
				if err != nil || len(c.Sources) != 3000 {
					t.Errorf("refused: %v", err)
				}
			} else if err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// TestSpecsMatchConfig: a table and a struct that disagree do not start.
func TestSpecsMatchConfig(t *testing.T) {
	type one struct {
		A string `yaml:"a"`
		N int    `yaml:"n"`
	}
	a, n := spec{key: "a", doc: "A."}, spec{key: "n", doc: "N.", min: "1", max: "9"}
	for name, table := range map[string][]spec{
		"missing":      {a},
		"undescribed":  {a, {key: "n"}},
		"twice":        {a, n, n},
		"unused":       {a, n, {key: "b", doc: "B."}},
		"bad bound":    {a, {key: "n", doc: "N.", min: "one", max: "9"}},
		"agree (good)": {a, n},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if panicked := recover() != nil; panicked != !strings.HasSuffix(name, "(good)") {
					t.Errorf("panicked: %v", panicked)
				}
			}()
			buildTree(reflect.TypeFor[one](), table)
		})
	}
}

// TestSpecs checks what the table promises of itself: bounded kinds have
// bounds, keys without a default an example, and examples are valid.
func TestSpecs(t *testing.T) {
	var visit func(n *node)
	visit = func(n *node) {
		for _, c := range n.children {
			visit(c)
			if c.kind == kindGroup || c.kind == kindGroups {
				continue
			}
			if c.bounded() && (c.min == "" || c.max == "" || c.lo >= c.hi || c.def == "") {
				t.Errorf("%s: no bounds or no default", c.key)
			}
			if c.def == "" && c.example == "" {
				t.Errorf("%s: neither a default nor an example", c.key)
			}
			if !strings.HasSuffix(c.doc, ".") || c.cost != "" && !strings.HasSuffix(c.cost, ".") {
				t.Errorf("%s: doc or cost is not a sentence", c.key)
			}
			if c.example == "" {
				continue
			}
			k, v := newChecker(), reflect.New(c.typ).Elem()
			complaint, _ := c.set(v, c.example)
			if k.value(c, v, c.key); complaint != "" || len(k.problems) > 0 {
				t.Errorf("%s: example: %s %v", c.key, complaint, k.problems)
			}
		}
	}
	visit(root)
}
