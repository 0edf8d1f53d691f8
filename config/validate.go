package config

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Validate checks every bound and every rule between settings, for a
// configuration changed after Parse, by flags for example. Its error is a
// Problems without places: Parse and Load have checked already, with places.
func (c *Config) Validate() error {
	k := newChecker()
	k.check(c)
	return k.problems.asError("")
}

// checker collects what is wrong with a Config.
type checker struct {
	problems Problems
	// bad has the paths with a problem. A rule that depends on one of them
	// says nothing, since its premise is unknown.
	bad map[string]bool
	pos map[string]position // of each value the file has, by path
}

func newChecker() *checker {
	return &checker{bad: make(map[string]bool), pos: make(map[string]position)}
}

func (k *checker) check(c *Config) {
	k.values(root, reflect.ValueOf(c).Elem(), "")
	k.kafka(&c.Kafka)
	k.elasticsearch(c)
	k.worker(c)
	k.serve(&c.Serve)
	k.sources(c)
}

// report records a problem of one key, at its value or, where the file lacks
// it, at the entry it is missing from.
func (k *checker) report(path, complaint, hint string) {
	at, ok := k.pos[path]
	for above := path; !ok && above != ""; {
		above = above[:max(0, strings.LastIndexAny(above, ".["))]
		at, ok = k.pos[above]
	}
	k.bad[path] = true
	k.problems = append(k.problems, Problem{Line: at.line, Column: at.column, Key: path, Text: path + ": " + complaint, Hint: hint})
}

// rule records that settings contradict each other, at the first of keys that
// the file has. The complaint must read well after any of them.
func (k *checker) rule(holds bool, complaint, hint string, keys ...string) {
	if holds || slices.ContainsFunc(keys, func(key string) bool { return k.bad[key] }) {
		return
	}
	path := keys[0]
	for _, key := range keys {
		if _, ok := k.pos[key]; ok {
			path = key
			break
		}
	}
	k.report(path, complaint, hint)
	delete(k.bad, path) // one rule must not silence the next
}

// values checks each value below n on its own.
func (k *checker) values(n *node, v reflect.Value, path string) {
	for _, c := range n.children {
		at, f := join(path, c.name), v.Field(c.index)
		if k.bad[at] {
			continue
		}
		switch c.kind {
		case kindGroup:
			k.values(c, f, at)
		case kindGroups:
			for i := range f.Len() {
				if entry := at + "[" + strconv.Itoa(i) + "]"; !k.bad[entry] {
					k.values(c, f.Index(i), entry)
				}
			}
		case kindTexts:
			k.texts(c, f, at)
		default:
			k.value(c, f, at)
		}
	}
}

func (k *checker) texts(n *node, v reflect.Value, path string) {
	if v.Len() == 0 && n.required {
		k.report(path, "the list is empty", "name at least one, for example ["+strings.ReplaceAll(n.def, ", ", ",")+"]")
	}
	one := &node{spec: n.spec, kind: kindText}
	one.required = true
	seen := make(map[string]bool)
	for i := range v.Len() {
		at, text := path+"["+strconv.Itoa(i)+"]", v.Index(i).String()
		switch {
		case k.bad[at]:
		case seen[text]:
			k.report(at, quote(text)+" is listed twice", "remove one")
		default:
			k.value(one, v.Index(i), at)
		}
		seen[text] = true
		k.bad[path] = k.bad[path] || k.bad[at]
	}
}

func (k *checker) value(n *node, v reflect.Value, path string) {
	switch {
	case n.bounded():
		if i := v.Int(); i < n.lo || i > n.hi {
			k.report(path, n.show(v)+" is out of bounds", "write "+n.bounds())
		}
	case n.kind == kindText || n.kind == kindSecret:
		k.text(n, v.String(), path)
	}
}

func (k *checker) text(n *node, text, path string) {
	if !utf8.ValidString(text) {
		k.report(path, "is not UTF-8 text", "write it in UTF-8")
		return
	}
	if i := strings.IndexFunc(text, isControl); i >= 0 {
		what, hint := "a control character", "remove it"
		if text[i] == '\n' || text[i] == '\r' {
			what, hint = "a line break", "remove it; a variable filled from a file often ends in one, and so does a YAML block, unless it starts with |-"
		}
		k.report(path, fmt.Sprintf("byte %d is %s", i+1, what), hint)
		return
	}
	switch {
	case text == "" && n.required:
		k.report(path, "must not be empty", "write for example "+n.sample())
	case text == "":
		if n.enum != nil && n.def != "" {
			k.report(path, "must not be empty", "write "+alternatives(n.enum))
		}
	case n.enum != nil && !slices.Contains(n.enum, text):
		hint := "write " + alternatives(n.enum)
		if i := nearestText(n.enum, text); i >= 0 {
			hint = "did you mean " + quote(n.enum[i]) + "? " + hint
		}
		k.report(path, quote(text)+" is not known", hint)
	case n.form != nil:
		if complaint, hint := n.form.check(text); complaint != "" {
			k.report(path, complaint, hint)
		}
	}
}

func isControl(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }

// alternatives is "a, b or c".
func alternatives(of []string) string {
	if len(of) == 1 {
		return of[0]
	}
	return strings.Join(of[:len(of)-1], ", ") + " or " + of[len(of)-1]
}

func (k *checker) kafka(c *Kafka) {
	// No heartbeat is sent while a worker drains, so a member that takes
	// longer is thrown out and its last commit refused.
	drain := c.DrainTimeout + c.CommitTimeout
	sum := "drain_timeout + commit_timeout (" + formatDuration(drain) + ") is not below "
	k.rule(drain < c.SessionTimeout, sum+"session_timeout ("+formatDuration(c.SessionTimeout)+")",
		"the group would expel a draining worker before its last commit: shorten drain_timeout or raise session_timeout",
		"kafka.drain_timeout", "kafka.commit_timeout", "kafka.session_timeout")
	k.rule(drain < c.RebalanceTimeout, sum+"rebalance_timeout ("+formatDuration(c.RebalanceTimeout)+")",
		"the group would go on without a draining worker before its last commit: shorten drain_timeout or raise rebalance_timeout",
		"kafka.drain_timeout", "kafka.commit_timeout", "kafka.rebalance_timeout")
	k.rule(c.HeartbeatInterval*3 <= c.SessionTimeout,
		"three times heartbeat_interval ("+formatDuration(3*c.HeartbeatInterval)+") is above session_timeout ("+formatDuration(c.SessionTimeout)+")",
		"a lost heartbeat or two must not expel a worker: shorten heartbeat_interval to "+formatDuration(c.SessionTimeout/3),
		"kafka.heartbeat_interval", "kafka.session_timeout")

	topics := []struct{ key, name string }{
		{"topic", c.Topic}, {"backfill_topic", c.BackfillTopic},
		{"dlq_topic", c.DLQTopic}, {"fingerprint_topic", c.FingerprintTopic},
	}
	for i, t := range topics {
		for _, earlier := range topics[:i] {
			if t.name != earlier.name {
				continue
			}
			k.rule(false, earlier.key+" and "+t.key+" are both "+quote(t.name), "each holds another kind of record: write another name",
				"kafka."+t.key, "kafka."+earlier.key)
			break
		}
	}
	k.rule(c.Group != c.BackfillGroup, "group and backfill_group are both "+quote(c.Group),
		"live and backfill workers would take each other's partitions: write another name", "kafka.backfill_group", "kafka.group")

	const on = "set kafka.tls.enabled to true or remove it"
	k.rule(c.TLS.Enabled || c.TLS.CAFile == "", "set, but kafka.tls.enabled is false", on, "kafka.tls.ca_file", "kafka.tls.enabled")
	k.rule(c.TLS.Enabled || c.TLS.CertFile == "", "set, but kafka.tls.enabled is false", on, "kafka.tls.cert_file", "kafka.tls.enabled")
	k.rule(c.TLS.CertFile == "" || c.TLS.KeyFile != "", "set without kafka.tls.key_file", "a client certificate needs both", "kafka.tls.cert_file", "kafka.tls.key_file")
	k.rule(c.TLS.KeyFile == "" || c.TLS.CertFile != "", "set without kafka.tls.cert_file", "a client certificate needs both", "kafka.tls.key_file", "kafka.tls.cert_file")

	none := c.SASL.Mechanism == "none"
	k.rule(!none || c.SASL.Username == "", "set, but kafka.sasl.mechanism is none", "choose plain, scram-sha-256 or scram-sha-512, as the brokers do", "kafka.sasl.username", "kafka.sasl.mechanism")
	k.rule(!none || c.SASL.Password == "", "set, but kafka.sasl.mechanism is none", "choose plain, scram-sha-256 or scram-sha-512, as the brokers do", "kafka.sasl.password", "kafka.sasl.mechanism")
	k.rule(none || c.SASL.Username != "", c.SASL.Mechanism+" needs kafka.sasl.username", "add it", "kafka.sasl.mechanism", "kafka.sasl.username")
	k.rule(none || c.SASL.Password != "", c.SASL.Mechanism+" needs kafka.sasl.password", "add it, for example "+root.find("kafka.sasl.password").example, "kafka.sasl.mechanism", "kafka.sasl.password")
}

func (k *checker) elasticsearch(c *Config) {
	e := &c.Elasticsearch
	login := e.Username != "" || e.Password != ""
	k.rule(e.APIKey == "" || !login, "set beside username or password", "keep the API key, or username and password",
		"elasticsearch.api_key", "elasticsearch.username", "elasticsearch.password")
	k.rule(e.Username == "" || e.Password != "" || e.APIKey != "", "set without elasticsearch.password", "add it, for example "+root.find("elasticsearch.password").example,
		"elasticsearch.username", "elasticsearch.password")
	k.rule(e.Password == "" || e.Username != "" || e.APIKey != "", "set without elasticsearch.username", "add it", "elasticsearch.password", "elasticsearch.username")
	k.rule(e.CAFile == "" || e.CertificateFingerprint == "", "set beside elasticsearch.certificate_fingerprint", "keep one of them",
		"elasticsearch.ca_file", "elasticsearch.certificate_fingerprint")

	for i, address := range e.Addresses {
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "http" {
			continue
		}
		at := "elasticsearch.addresses[" + strconv.Itoa(i) + "]"
		hint := "write https://" + u.Host + ", or remove it"
		k.rule(e.CAFile == "", "set, but "+quote(address)+" is not https", hint, "elasticsearch.ca_file", at)
		k.rule(e.CertificateFingerprint == "", "set, but "+quote(address)+" is not https", hint, "elasticsearch.certificate_fingerprint", at)
	}
}

// needs is what a stage reads from others. A stage whose input is missing
// would find nothing and say nothing.
var needs = map[string][]string{
	"actor": {"name"},
	"place": {"name"},
	"event": {"actor", "place", "timex"},
}

func (k *checker) worker(c *Config) {
	w := &c.Worker
	k.rule(w.Bulk.Bytes <= w.RingBytes, "bulk.bytes ("+w.Bulk.Bytes.String()+") is above ring_bytes ("+w.RingBytes.String()+")",
		"a bulk could never fill: lower bulk.bytes or raise ring_bytes", "worker.bulk.bytes", "worker.ring_bytes")
	k.rule(w.RingBytes <= w.Memory, "ring_bytes ("+w.RingBytes.String()+") is above memory ("+w.Memory.String()+")",
		"one partition could never use it: lower ring_bytes or raise memory", "worker.ring_bytes", "worker.memory")
	k.rule(c.Kafka.FetchBytes <= w.Memory, "kafka.fetch_bytes ("+c.Kafka.FetchBytes.String()+") is above worker.memory ("+w.Memory.String()+")",
		"one fetch would not fit: lower fetch_bytes or raise memory", "kafka.fetch_bytes", "worker.memory")
	for i, stage := range w.Stages {
		for _, need := range needs[stage] {
			k.rule(slices.Contains(w.Stages, need), stage+" needs the stage "+need, "add "+need+" or remove "+stage,
				"worker.stages["+strconv.Itoa(i)+"]", "worker.stages")
		}
	}
}

func (k *checker) serve(s *Serve) {
	k.rule(s.PageSize <= s.MaxPageSize, fmt.Sprintf("page_size (%d) is above max_page_size (%d)", s.PageSize, s.MaxPageSize),
		"lower page_size or raise max_page_size", "serve.page_size", "serve.max_page_size")
}

func (k *checker) sources(c *Config) {
	first := make(map[string]int)
	var ids []string
	for i, s := range c.Sources {
		if s.ID == "" {
			continue
		}
		if at, twice := first[s.ID]; twice {
			k.rule(false, fmt.Sprintf("%s is already sources[%d]", quote(s.ID), at), "each source needs its own id", fmt.Sprintf("sources[%d].id", i))
			continue
		}
		first[s.ID] = i
		ids = append(ids, s.ID)
	}
	// Records of other producers may come from sources that are not listed;
	// for our own folder a name outside the list is a slip, and would store
	// the same articles under new ids.
	listed := func(source, key string) {
		if _, ok := first[source]; ok || len(ids) == 0 || source == "" {
			return
		}
		hint := "add it to sources"
		if i := nearestText(ids, source); i >= 0 {
			hint = "did you mean " + quote(ids[i]) + "?"
		}
		k.rule(false, quote(source)+" is not among sources", hint, key, "sources")
	}
	for i, f := range c.Feed.Folders {
		listed(f.Source, fmt.Sprintf("feed.folders[%d].source", i))
	}
	for i, f := range c.Feed.Captures {
		listed(f.Source, fmt.Sprintf("feed.captures[%d].source", i))
	}
	seen := make(map[string]int)
	for i, f := range c.Feed.Folders {
		at, twice := seen[f.Path]
		k.rule(!twice || f.Path == "", fmt.Sprintf("%s is already feed.folders[%d]", quote(f.Path), at), "a folder has one owner: remove one entry", fmt.Sprintf("feed.folders[%d].path", i))
		if !twice {
			seen[f.Path] = i
		}
	}
	files := make(map[string]int)
	for i, f := range c.Feed.Captures {
		at, twice := files[f.Path]
		k.rule(!twice || f.Path == "", fmt.Sprintf("%s is already feed.captures[%d]", quote(f.Path), at), "a capture is followed once: remove one entry", fmt.Sprintf("feed.captures[%d].path", i))
		if !twice {
			files[f.Path] = i
		}
	}
}
