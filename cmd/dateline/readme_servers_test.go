//go:build servers

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"dateline/internal/servers"
)

// readmeCommands are the lines of README.md's blocks that run the program, in
// their order, without comments.
func readmeCommands(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var commands []string
	for i, block := range strings.Split(string(b), "```") {
		if i%2 == 0 {
			continue // between two blocks
		}
		for line := range strings.Lines(block) {
			line, _, _ = strings.Cut(strings.TrimSpace(line), " #")
			if rest, ok := strings.CutPrefix(line, "bin/dateline "); ok {
				commands = append(commands, strings.TrimSpace(rest))
			}
		}
	}
	return commands
}

// TestReadme does what the README says, word for word, in its order; only the
// addresses of the servers and the names on them are changed in the file that
// its first command writes.
func TestReadme(t *testing.T) {
	commands := readmeCommands(t)
	file := filepath.Join(t.TempDir(), "dateline.yaml")
	var seen []string
	var page string
	for _, command := range commands {
		name, _, _ := strings.Cut(command, " ")
		seen = append(seen, name)
		line, to, redirect := strings.Cut(strings.ReplaceAll(command, "dateline.yaml", file), " > ")
		cmd := program(strings.Fields(line)...)
		cmd.Dir = "../.."
		switch {
		case name == "worker" || name == "serve":
			page = background(t, cmd)
			continue
		case name == "search":
			eventually(t, cmd, "Press for Cable Patrols")
			continue
		}
		out, err := cmd.Output()
		if err != nil {
			var said []byte
			if e, ok := err.(*exec.ExitError); ok {
				said = e.Stderr
			}
			t.Fatalf("%s: %v\n%s%s", command, err, out, said)
		}
		if len(out) == 0 && name != "feed" {
			t.Errorf("%s prints nothing", command)
		}
		if redirect {
			own(t, strings.TrimSpace(to), string(out))
		}
	}
	want := "enrich config setup check worker feed search serve"
	if got := strings.Join(seen, " "); got != want {
		t.Errorf("the README runs %s, this test knows %s", got, want)
	}
	if page == "" {
		t.Error("serve did not say where its page is")
	}
}

// own writes the example of a configuration with the test's servers in it.
func own(t *testing.T, path, example string) {
	t.Helper()
	id := servers.Unique("readme")
	for from, to := range map[string]string{
		"brokers: [127.0.0.1:9092]": "brokers: [" + servers.KafkaAddr() + "]", "addresses: [http://127.0.0.1:9200]": "addresses: [" + servers.ElasticsearchURL() + "]",
		"topic: news.raw\n": "topic: " + id + ".raw\n", "dlq_topic: news.dlq": "dlq_topic: " + id + ".dlq", "fingerprint_topic: news.fingerprints": "fingerprint_topic: " + id + ".fingerprints",
		"backfill_topic: news.raw.backfill": "backfill_topic: " + id + ".backfill", "  group: dateline\n": "  group: " + id + "\n", "prefix: dateline\n": "prefix: " + id + "\n",
		"dir: dateline-checkpoints": "dir: " + t.TempDir(),
		"listen: 127.0.0.1:9600":    "listen: 127.0.0.1:0", "listen: 127.0.0.1:9601": "listen: 127.0.0.1:0", "listen: 127.0.0.1:8600": "listen: 127.0.0.1:0",
	} {
		if strings.Count(example, from) != 1 {
			t.Fatalf("%q stands %d times in the example", from, strings.Count(example, from))
		}
		example = strings.Replace(example, from, to, 1)
	}
	if err := os.WriteFile(path, []byte(example), 0o600); err != nil {
		t.Fatal(err)
	}
}

// background runs a command to the end of the test, where SIGTERM must end it
// with success. It answers the first address that its log names.
func background(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	log, err := os.CreateTemp(t.TempDir(), "log")
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read := func() string {
		b, _ := os.ReadFile(log.Name())
		return string(b)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: %v\n%s", cmd.Args, err, read())
		}
		log.Close()
	})
	address := regexp.MustCompile(`127\.0\.0\.1:\d+`)
	for range 600 {
		if a := address.FindString(read()); a != "" {
			return a
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%v says no address\n%s", cmd.Args, read())
	return ""
}

// eventually runs a command again and again until it prints what it should.
func eventually(t *testing.T, cmd *exec.Cmd, want string) {
	t.Helper()
	var out []byte
	for range 120 {
		again := exec.Command(cmd.Path, cmd.Args[1:]...)
		again.Env, again.Dir = cmd.Env, cmd.Dir
		out, _ = again.CombinedOutput()
		if strings.Contains(string(out), want) {
			return
		}
		time.Sleep(500 * time.Millisecond)
	}
	t.Fatalf("%v: no %q in\n%s", cmd.Args, want, out)
}
