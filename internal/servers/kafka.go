//go:build unix

package servers

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
)

// KafkaOptions says how to run a broker. The zero value is a good one.
type KafkaOptions struct {
	Version   string // "" is the one of Chosen
	Dir       string // configuration, data and log; "" is a new folder that Stop removes
	Port      int    // 0 is a free one
	Advertise string // host:port that the broker tells clients, "" is its own; a Proxy's address

	// User and Password make clients log in over SASL (PLAIN, SCRAM-SHA-256
	// or SCRAM-SHA-512); both empty: no login. Neither may hold a quotation
	// mark, a backslash, a comma or a bracket.
	User, Password string
	TLS            bool // a certificate made for this broker; see TLSConfig

	// Listeners are further ones, beside that of Addr; see ListenerAddr.
	Listeners []KafkaListener
	// ACLs forbids everything that no access control list allows, except to
	// User. The user of a client certificate is its name. Wants User.
	ACLs bool

	HeapMB   int               // largest heap, 0 is 768
	Bench    bool              // the compiler and heap of production: slower to start, faster when warm
	Settings map[string]string // further lines of server.properties, which win over the others

	Progress io.Writer // what takes time (downloads) is told here; nil for silence
}

// KafkaListener is a port of its own with a security of its own. A protocol
// with SSL in its name wants KafkaOptions.TLS.
type KafkaListener struct {
	Name      string            // upper case; not CLIENT or CONTROLLER
	Protocol  string            // PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL
	Advertise string            // host:port that the broker tells clients, "" is its own
	Settings  map[string]string // after listener.name.NAME.
}

// Kafka is a running single-node broker, its own controller.
type Kafka struct {
	*process
	options KafkaOptions
	cert    *certificate   // nil without TLS
	ports   map[string]int // of further listeners, by name
}

// StartKafka fetches Kafka if need be and starts it. It returns once the
// broker tells clients of itself, within 3 minutes or ctx, whichever is shorter.
// Topics are not created by using them; create them with 1 replica.
func StartKafka(ctx context.Context, o KafkaOptions) (*Kafka, error) {
	release, err := orChosen("kafka", o.Version)
	if err != nil {
		return nil, err
	}
	java, err := findJava(release.Java)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", release.Name(), err)
	}
	libs, err := Fetch(ctx, release, o.Progress)
	if err != nil {
		return nil, err
	}
	dir, ours, err := serverDir(o.Dir, "kafka")
	if err != nil {
		return nil, err
	}
	if o.HeapMB == 0 {
		o.HeapMB = 768
	}
	k := &Kafka{options: o, process: &process{
		name: release.Name(), dir: dir, remove: ours, logPath: filepath.Join(dir, "kafka.log"),
	}}
	k.command = func() *exec.Cmd { return k.javaCommand(java, libs, "kafka.Kafka", k.path("server.properties")) }
	err = k.prepare(ctx, java, libs)
	if err == nil {
		err = k.start(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, k.discard())
	}
	return k, nil
}

// prepare writes the configuration and formats the data folder, unless an
// earlier broker has done that in the same Dir.
func (k *Kafka) prepare(ctx context.Context, java, libs string) error {
	controller, err := FreePort()
	if err != nil {
		return err
	}
	if k.options.Port == 0 {
		if k.options.Port, err = FreePort(); err != nil {
			return err
		}
	}
	k.port = k.options.Port
	k.ports = make(map[string]int)
	for _, l := range k.options.Listeners {
		if k.ports[l.Name], err = FreePort(); err != nil {
			return err
		}
	}
	if k.options.TLS {
		if k.cert, err = newCertificate(); err != nil {
			return err
		}
		if err := k.cert.write(k.dir); err != nil {
			return err
		}
	}
	err = errors.Join(
		os.WriteFile(k.path("server.properties"), k.properties(controller), 0o600),
		os.WriteFile(k.path("log4j2.properties"), []byte(kafkaLogging), 0o644),
		os.WriteFile(k.path("log4j.properties"), []byte(kafka3Logging), 0o644),
	)
	if err != nil {
		return err
	}
	if _, err := os.Stat(k.path("data/meta.properties")); err == nil {
		return nil
	}
	// The cluster's id is a UUID in URL-safe base 64; it may be the same for
	// every cluster, since they never meet.
	args := []string{"format", "-t", "ZGF0ZWxpbmUtdGVzdC0xMA", "-c", k.path("server.properties")}
	if k.options.User != "" {
		for _, mechanism := range []string{"SCRAM-SHA-256", "SCRAM-SHA-512"} {
			args = append(args, "--add-scram", fmt.Sprintf("%s=[name=%s,password=%s]", mechanism, k.options.User, k.options.Password))
		}
	}
	cmd := k.javaCommand(java, libs, "kafka.tools.StorageTool", args...)
	out, err := combinedOutput(ctx, cmd)
	if err != nil {
		return fmt.Errorf("%s: format data folder: %w\n%s", k.name, err, lastLines(out, 15))
	}
	return nil
}

func (k *Kafka) path(name string) string { return filepath.Join(k.dir, name) }

// javaCommand runs a class of Kafka's jars.
func (k *Kafka) javaCommand(java, libs, class string, args ...string) *exec.Cmd {
	jvm := append(jvmOptions(k.options.Bench),
		fmt.Sprintf("-Xmx%dm", k.options.HeapMB),
		"-Dlog4j2.configurationFile=file:"+k.path("log4j2.properties"),
		"-Dlog4j.configuration=file:"+k.path("log4j.properties"),
		"-Dkafka.logs.dir="+k.dir,
		"-cp", filepath.Join(libs, "*"), class)
	cmd := exec.Command(filepath.Join(java, "bin/java"), append(jvm, args...)...)
	cmd.Dir = k.dir
	cmd.Env = cleanEnvironment()
	return cmd
}

// kafkaLogging sends warnings and worse to standard output; kafka3Logging is
// the same for Log4j 1.
const kafkaLogging = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}] %p %c{1}: %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
`
const kafka3Logging = `log4j.rootLogger=WARN, console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=[%d{ISO8601}] %p %c{1}: %m%n
`

// properties is the broker's configuration. Thread counts and buffers are for
// machines of two cores; what is 1 would wait for further nodes.
func (k *Kafka) properties(controller int) []byte {
	o := k.options
	s := map[string]string{
		"process.roles":                                    "broker,controller",
		"node.id":                                          "1",
		"controller.quorum.voters":                         "1@" + loopback(controller),
		"controller.listener.names":                        "CONTROLLER",
		"listeners":                                        fmt.Sprintf("CLIENT://%s,CONTROLLER://%s", loopback(o.Port), loopback(controller)),
		"advertised.listeners":                             "CLIENT://" + cmp.Or(o.Advertise, loopback(o.Port)),
		"inter.broker.listener.name":                       "CLIENT",
		"listener.security.protocol.map":                   "CONTROLLER:PLAINTEXT,CLIENT:" + k.protocol(),
		"log.dirs":                                         k.path("data"),
		"auto.create.topics.enable":                        "false",
		"num.network.threads":                              "2",
		"num.io.threads":                                   "4",
		"log.cleaner.dedupe.buffer.size":                   "16777216",
		"group.initial.rebalance.delay.ms":                 "0",
		"offsets.topic.num.partitions":                     "4",
		"offsets.topic.replication.factor":                 "1",
		"transaction.state.log.num.partitions":             "1",
		"transaction.state.log.replication.factor":         "1",
		"transaction.state.log.min.isr":                    "1",
		"share.coordinator.state.topic.num.partitions":     "1",
		"share.coordinator.state.topic.replication.factor": "1",
		"share.coordinator.state.topic.min.isr":            "1",
	}
	// After a Kill the controller lets the broker in again only when its
	// former life has timed out: 9 s by default.
	s["broker.heartbeat.interval.ms"], s["broker.session.timeout.ms"] = "500", "4000"
	if o.TLS {
		s["ssl.keystore.type"], s["ssl.keystore.location"] = "PEM", k.path("both.pem")
		s["ssl.truststore.type"], s["ssl.truststore.location"] = "PEM", k.path("cert.pem")
	}
	if o.User != "" {
		s["sasl.enabled.mechanisms"] = "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512"
		s["sasl.mechanism.inter.broker.protocol"] = "PLAIN"
		s["listener.name.client.plain.sasl.jaas.config"] = fmt.Sprintf(
			"org.apache.kafka.common.security.plain.PlainLoginModule required username=%q password=%q user_%s=%q;",
			o.User, o.Password, o.User, o.Password)
		for _, mechanism := range []string{"256", "512"} {
			s["listener.name.client.scram-sha-"+mechanism+".sasl.jaas.config"] =
				"org.apache.kafka.common.security.scram.ScramLoginModule required;"
		}
	}
	for _, l := range o.Listeners {
		own := loopback(k.ports[l.Name])
		s["listeners"] += "," + l.Name + "://" + own
		s["advertised.listeners"] += "," + l.Name + "://" + cmp.Or(l.Advertise, own)
		s["listener.security.protocol.map"] += "," + l.Name + ":" + l.Protocol
		for key, value := range l.Settings {
			s["listener.name."+strings.ToLower(l.Name)+"."+key] = value
		}
	}
	if o.ACLs {
		s["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
		// The controller's listener knows nobody by name.
		s["super.users"] = "User:" + o.User + ";User:ANONYMOUS"
		s["ssl.principal.mapping.rules"] = "RULE:^CN=([^,]*).*$/$1/,DEFAULT"
	}
	for key, value := range o.Settings {
		s[key] = value
	}
	return []byte(sortedLines(s, "="))
}

func (k *Kafka) protocol() string {
	switch {
	case k.options.User != "" && k.options.TLS:
		return "SASL_SSL"
	case k.options.User != "":
		return "SASL_PLAINTEXT"
	case k.options.TLS:
		return "SSL"
	default:
		return "PLAINTEXT"
	}
}

// Addr is the broker's own host:port, not the advertised one.
func (k *Kafka) Addr() string { return loopback(k.options.Port) }

// TLSConfig trusts the broker's certificate; nil without TLS.
func (k *Kafka) TLSConfig() *tls.Config {
	if k.cert == nil {
		return nil
	}
	return k.cert.clientConfig()
}

// ListenerAddr is the host:port of a further listener.
func (k *Kafka) ListenerAddr(name string) string { return loopback(k.ports[name]) }

// ClientCertificate makes a certificate that a listener with
// ssl.client.auth=required lets in, as the user name, with its key.
func (k *Kafka) ClientCertificate(name string) (certPEM, keyPEM []byte, err error) {
	return k.cert.client(name)
}

// CertificatePEM is the broker's certificate, which is its own authority;
// nil without TLS.
func (k *Kafka) CertificatePEM() []byte {
	if k.cert == nil {
		return nil
	}
	return k.cert.certPEM
}

// Restart stops the broker, if it runs, and starts it with the same data and
// port.
func (k *Kafka) Restart(ctx context.Context) error {
	if err := k.stop(k.current()); err != nil {
		return err
	}
	return k.start(ctx)
}

// start waits until the broker names itself in its metadata: it does so only
// once its controller has let it in, so topics can be created from then on.
func (k *Kafka) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	return k.ready(ctx, func(ctx context.Context) error { return probeKafka(ctx, k.Addr(), k.login(), k.TLSConfig()) })
}

func (k *Kafka) login() sasl.Mechanism {
	if k.options.User == "" {
		return nil
	}
	return plain.Mechanism{Username: k.options.User, Password: k.options.Password}
}

// probeKafka asks the broker at addr, and no other that it may name, for the
// brokers of its cluster.
func probeKafka(ctx context.Context, addr string, login sasl.Mechanism, config *tls.Config) error {
	dialer := &kafka.Dialer{SASLMechanism: login, TLS: config}
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	brokers, err := conn.Brokers()
	if err != nil {
		return err
	}
	if len(brokers) == 0 {
		return errors.New("the broker is not in its cluster yet")
	}
	return nil
}

func sortedLines(settings map[string]string, separator string) string {
	lines := make([]string, 0, len(settings))
	for key, value := range settings {
		lines = append(lines, key+separator+value+"\n")
	}
	sort.Strings(lines)
	return strings.Join(lines, "")
}
