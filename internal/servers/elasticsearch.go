//go:build unix

package servers

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// ElasticsearchOptions says how to run a node. The zero value is a good one.
type ElasticsearchOptions struct {
	Version string // "" is the one of Chosen

	// Dir holds a copy of the program, configuration, data and log; "" is a
	// new folder that Stop removes. Root's nodes run as the user nobody, who
	// must be able to reach it; where a folder of root's own below the
	// temporary folder is closed (as those of testing.T.TempDir are), it is
	// opened for passing through.
	Dir  string
	Port int // 0 is a free one

	Analysis bool   // install the analysis components that the distribution lacks
	Password string // of the user elastic; "" is a node without security. Wants Analysis
	TLS      bool   // HTTPS with a certificate made for this node; wants Password. See TLSConfig

	HeapMB   int               // heap, 0 is 1024
	Bench    bool              // the compiler and collector of production: slower to start, faster when warm
	Settings map[string]string // further lines of elasticsearch.yml, which win over the others; an unknown one stops the node

	Progress io.Writer // what takes time (downloads) is told here; nil for silence
}

// Elasticsearch is a running single-node cluster.
type Elasticsearch struct {
	*process
	options ElasticsearchOptions
	release Release
	java    string
	cert    *certificate // nil without TLS
	owner   *account     // whom the node runs as, nil is the current user
}

// StartElasticsearch fetches Elasticsearch if need be and starts it. It
// returns once the cluster's health is yellow or green, within 5 minutes or
// ctx, whichever is shorter.
func StartElasticsearch(ctx context.Context, o ElasticsearchOptions) (*Elasticsearch, error) {
	switch {
	case o.TLS && o.Password == "":
		return nil, errors.New("elasticsearch: TLS wants a Password: without security there is no TLS")
	case o.Password != "" && !o.Analysis:
		return nil, errors.New("elasticsearch: a Password wants Analysis: the index of users and keys needs its tokenizer")
	}
	release, err := orChosen("elasticsearch", o.Version)
	if err != nil {
		return nil, err
	}
	e := &Elasticsearch{options: o, release: release}
	if e.java, err = findJava(release.Java); err != nil {
		return nil, fmt.Errorf("%s: %w", release.Name(), err)
	}
	cached, err := Fetch(ctx, release, o.Progress)
	if err != nil {
		return nil, err
	}
	if e.owner, err = unprivileged(); err != nil {
		return nil, err
	}
	dir, ours, err := serverDir(o.Dir, "elasticsearch")
	if err != nil {
		return nil, err
	}
	e.process = &process{
		name: release.Name(), dir: dir, remove: ours, logPath: filepath.Join(dir, "elasticsearch.log"),
		command: func() *exec.Cmd { return e.tool("elasticsearch") },
	}
	err = e.prepare(ctx, filepath.Join(cached, "home"))
	if err == nil {
		err = e.start(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, e.discard())
	}
	return e, nil
}

// prepare builds the program folder and writes the configuration. Data of an
// earlier node in the same Dir stays.
func (e *Elasticsearch) prepare(ctx context.Context, cached string) error {
	if err := os.RemoveAll(e.path("home")); err != nil {
		return err
	}
	if err := linkTree(cached, e.path("home")); err != nil {
		return err
	}
	if e.options.Analysis {
		if err := installPlugin(ctx, e.java, e.release, e.path("home")); err != nil {
			return err
		}
	}
	for _, name := range []string{"config", "data", "logs", "tmp"} {
		if err := os.MkdirAll(e.path(name), 0o755); err != nil {
			return err
		}
	}
	if err := e.configure(); err != nil {
		return err
	}
	if e.owner != nil {
		for _, name := range []string{"config", "data", "logs", "tmp"} {
			if err := e.owner.take(e.path(name)); err != nil {
				return err
			}
		}
		if err := e.owner.reach(e.path("home")); err != nil {
			return err
		}
	}
	if e.options.Password == "" {
		return nil
	}
	return e.setPassword(ctx)
}

func (e *Elasticsearch) configure() error {
	transport, err := FreePort()
	if err != nil {
		return err
	}
	if e.options.Port == 0 {
		if e.options.Port, err = FreePort(); err != nil {
			return err
		}
	}
	e.port = e.options.Port
	if e.options.TLS {
		if e.cert, err = newCertificate(); err != nil {
			return err
		}
		if err := e.cert.write(e.path("config")); err != nil {
			return err
		}
	}
	return errors.Join(
		os.WriteFile(e.path("config/elasticsearch.yml"), e.settings(transport), 0o644),
		os.WriteFile(e.path("config/jvm.options"), e.jvm(), 0o644),
		os.WriteFile(e.path("config/log4j2.properties"), []byte(elasticsearchLogging), 0o644),
	)
}

// settings is elasticsearch.yml.
func (e *Elasticsearch) settings(transport int) []byte {
	s := map[string]string{
		"cluster.name":   "dateline-test",
		"node.name":      "test",
		"path.data":      strconv.Quote(e.path("data")),
		"path.logs":      strconv.Quote(e.path("logs")),
		"discovery.type": "single-node",
		"network.host":   "127.0.0.1",
		"http.port":      strconv.Itoa(e.options.Port),
		"transport.port": strconv.Itoa(transport),
		// A developer's full disk would make every index read-only.
		"cluster.routing.allocation.disk.threshold_enabled": "false",
		"xpack.security.enabled":                            strconv.FormatBool(e.options.Password != ""),
	}
	if e.options.Password != "" {
		s["xpack.security.autoconfiguration.enabled"] = "false"
	}
	if e.options.TLS {
		s["xpack.security.http.ssl.enabled"] = "true"
		s["xpack.security.http.ssl.certificate"] = "cert.pem"
		s["xpack.security.http.ssl.key"] = "key.pem"
	}
	for key, value := range e.options.Settings {
		s[key] = value
	}
	return []byte(sortedLines(s, ": "))
}

// jvm is jvm.options: what the node cannot do without, the heap, and our own
// options. The distribution's file logs every collection to files of 64 MB,
// which is left out.
func (e *Elasticsearch) jvm() []byte {
	heap := e.options.HeapMB
	if heap == 0 {
		heap = 1024
	}
	lines := []string{
		"-Djava.io.tmpdir=${ES_TMPDIR}",
		"-XX:+ExitOnOutOfMemoryError",
		"20-:--add-modules=jdk.incubator.vector",
		fmt.Sprintf("-Xms%dm", heap),
		fmt.Sprintf("-Xmx%dm", heap),
	}
	lines = append(lines, jvmOptions(e.options.Bench)...)
	if !e.options.Bench {
		lines = append(lines, "-XX:-AlwaysPreTouch") // the whole heap would be touched at the start
	}
	return []byte(strings.Join(lines, "\n") + "\n")
}

const elasticsearchLogging = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
`

// tool is a command of the node's bin folder, run as the node's user.
func (e *Elasticsearch) tool(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(e.path("home/bin/"+name), args...)
	cmd.Dir = e.path("tmp")
	cmd.Env = append(cleanEnvironment(),
		"ES_JAVA_HOME="+e.java,
		"ES_PATH_CONF="+e.path("config"),
		"ES_TMPDIR="+e.path("tmp"),
	)
	if e.owner != nil {
		cmd.SysProcAttr = e.owner.attributes()
		cmd.Env = append(cmd.Env, "HOME="+e.path("tmp"))
	}
	return cmd
}

// setPassword puts the password of the user elastic into a new keystore.
func (e *Elasticsearch) setPassword(ctx context.Context) error {
	cmd := e.tool("elasticsearch-keystore", "add", "-x", "-f", "bootstrap.password")
	cmd.Stdin = strings.NewReader(e.options.Password + "\n")
	out, err := combinedOutput(ctx, cmd)
	if err != nil {
		return fmt.Errorf("%s: set password: %w\n%s", e.name, err, lastLines(out, 15))
	}
	return nil
}

func (e *Elasticsearch) path(name string) string { return filepath.Join(e.dir, name) }

// URL is the node's address, without a path.
func (e *Elasticsearch) URL() string {
	scheme := "http://"
	if e.options.TLS {
		scheme = "https://"
	}
	return scheme + e.Addr()
}

// Addr is the host:port of the node's HTTP, for a Proxy in front of it.
func (e *Elasticsearch) Addr() string { return loopback(e.options.Port) }

// TLSConfig trusts the node's certificate; nil without TLS.
func (e *Elasticsearch) TLSConfig() *tls.Config {
	if e.cert == nil {
		return nil
	}
	return e.cert.clientConfig()
}

// CertificatePEM is the node's certificate, which is its own authority; nil
// without TLS.
func (e *Elasticsearch) CertificatePEM() []byte {
	if e.cert == nil {
		return nil
	}
	return e.cert.certPEM
}

// Restart stops the node, if it runs, and starts it with the same data and
// port.
func (e *Elasticsearch) Restart(ctx context.Context) error {
	if err := e.stop(e.current()); err != nil {
		return err
	}
	return e.start(ctx)
}

func (e *Elasticsearch) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	// A transport of its own: nothing of a former life of the node is kept.
	transport := &http.Transport{TLSClientConfig: e.TLSConfig()}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	return e.ready(ctx, func(ctx context.Context) error {
		return probeElasticsearch(ctx, client, e.URL(), e.options.Password)
	})
}

// probeElasticsearch asks for the cluster's health. GET / will not do: this
// distribution answers it with 405.
func probeElasticsearch(ctx context.Context, client *http.Client, url, password string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/_cluster/health?wait_for_status=yellow&timeout=1s", nil)
	if err != nil {
		return err
	}
	if password != "" {
		req.SetBasicAuth("elastic", password)
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20)); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("cluster health: %s", res.Status)
	}
	return nil
}
