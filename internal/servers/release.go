package servers

import (
	"bufio"
	"embed"
	"fmt"
	"os"
	"strings"
)

// Release is one version of a server: what Maven has to fetch for it and what
// it needs to run. Its files and their checksums stand in
// locks/SERVER-VERSION.sha256, in the format of sha256sum; `testservers lock
// SERVER VERSION` prints that file for a new entry of the table below.
type Release struct {
	Server  string // "kafka" or "elasticsearch"
	Version string
	Java    int // lowest Java feature release that runs it

	// artifacts are Maven coordinates, group:artifact:version for a jar
	// that is fetched with its runtime dependencies, or
	// group:artifact:version:zip for an archive fetched alone.
	artifacts []string
}

// The default versions, see Chosen.
const (
	KafkaVersion         = "4.1.1"
	ElasticsearchVersion = "8.19.16"
)

var releases = []Release{
	{
		Server: "kafka", Version: "4.1.1", Java: 17,
		artifacts: []string{
			"org.apache.kafka:kafka_2.13:4.1.1",
			"org.apache.kafka:kafka-tools:4.1.1", // kafka.tools.StorageTool's dependencies
			// Kafka logs through slf4j 1.7 and names no backend of its own.
			"org.apache.logging.log4j:log4j-slf4j-impl:2.25.3",
			"org.apache.logging.log4j:log4j-core:2.25.3",
		},
	},
	{
		Server: "kafka", Version: "3.9.1", Java: 17,
		artifacts: []string{
			"org.apache.kafka:kafka_2.13:3.9.1",
			"org.apache.kafka:kafka-tools:3.9.1", // it brings its own Log4j 1
		},
	},
	{
		Server: "elasticsearch", Version: "8.19.16", Java: 17,
		artifacts: []string{
			"org.elasticsearch.distribution.integ-test-zip:elasticsearch:8.19.16:zip",
		},
	},
	{
		Server: "elasticsearch", Version: "9.5.3", Java: 21,
		artifacts: []string{
			"org.elasticsearch.distribution.integ-test-zip:elasticsearch:9.5.3:zip",
		},
	},
}

// FindRelease returns the table's entry for a server and a version.
func FindRelease(server, version string) (Release, error) {
	var known []string
	for _, r := range releases {
		if r.Server != server {
			continue
		}
		if r.Version == version {
			return r, nil
		}
		known = append(known, r.Version)
	}
	return Release{}, fmt.Errorf("%s %s: unknown release (known: %s); a new one needs an entry in the table of internal/servers/release.go and a lock file", server, version, strings.Join(known, ", "))
}

// Chosen returns the release that tests of a server use: that of
// DATELINE_KAFKA_VERSION or DATELINE_ELASTICSEARCH_VERSION if set, else the
// default.
func Chosen(server string) (Release, error) {
	version := map[string]string{"kafka": KafkaVersion, "elasticsearch": ElasticsearchVersion}[server]
	if v := os.Getenv("DATELINE_" + strings.ToUpper(server) + "_VERSION"); v != "" {
		version = v
	}
	return FindRelease(server, version)
}

// orChosen is the release of a version, the chosen one for "".
func orChosen(server, version string) (Release, error) {
	if version == "" {
		return Chosen(server)
	}
	return FindRelease(server, version)
}

// Name is the release's name in the cache, SERVER-VERSION.
func (r Release) Name() string { return r.Server + "-" + r.Version }

// archive is the coordinate of the release's zip, empty where it is made of
// jars.
func (r Release) archive() string {
	for _, a := range r.artifacts {
		if strings.HasSuffix(a, ":zip") {
			return a
		}
	}
	return ""
}

//go:embed locks
var lockFiles embed.FS

// sums maps a file name to its SHA-256 in lower-case hexadecimal.
type sums map[string]string

func (r Release) lock() (sums, error) {
	name := "locks/" + r.Name() + ".sha256"
	data, err := lockFiles.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("checksums of %s: %w", r.Name(), err)
	}
	s, err := parseSums(string(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// parseSums reads the output of sha256sum: 64 hexadecimal digits, two spaces,
// a bare file name.
func parseSums(text string) (sums, error) {
	s := sums{}
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		switch {
		case !ok || len(sum) != 64 || strings.Trim(sum, "0123456789abcdef") != "":
			return nil, fmt.Errorf("line %d: want 64 hexadecimal digits, two spaces and a file name", n)
		case name == "" || strings.ContainsAny(name, `/\`):
			return nil, fmt.Errorf("line %d: file name %q: want a bare name", n, name)
		case s[name] != "":
			return nil, fmt.Errorf("line %d: file name %q stands there twice", n, name)
		}
		s[name] = sum
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(s) == 0 {
		return nil, fmt.Errorf("no checksums")
	}
	return s, nil
}
