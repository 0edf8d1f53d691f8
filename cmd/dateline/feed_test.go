package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"

	"dateline/internal/articles"
)

// feedBroker starts an in-process broker with a topic of one partition.
func feedBroker(t *testing.T, topic string) string {
	t.Helper()
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, topic))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c.ListenAddrs()[0]
}

// records counts what is on partition 0 of the topic.
func feedRecords(t *testing.T, broker, topic string) int64 {
	t.Helper()
	conn, err := kafka.DialLeader(t.Context(), "tcp", broker, topic, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	last, err := conn.ReadLastOffset()
	if err != nil {
		t.Fatal(err)
	}
	return last
}

func TestFeedFiles(t *testing.T) {
	broker := feedBroker(t, "news.test")
	dir := t.TempDir()
	var lines bytes.Buffer
	for _, a := range articles.All() {
		lines.Write(a.Envelope())
		lines.WriteByte('\n')
	}
	n := len(articles.All())
	good := filepath.Join(dir, "good.jsonl")
	if err := os.WriteFile(good, lines.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	to := []string{"--brokers", broker, "--topic", "news.test"}

	out, errs, code := runProgram(t, "", append([]string{"feed", good}, to...)...)
	if code != exitDone || errs != "" || !strings.HasPrefix(out, fmt.Sprintf("sent %d articles (", n)) || !strings.Contains(out, " of 1 files to news.test in ") || !strings.HasSuffix(out, "; refused 0\n") {
		t.Errorf("code %d, said %q, complained %q", code, out, errs)
	}
	if got := feedRecords(t, broker, "news.test"); got != int64(n) {
		t.Errorf("%d records stored, want %d", got, n)
	}

	out, errs, code = runProgram(t, "{\"title\":\"T\",\"body\":\"B\",\"published\":\"?\"}\nrubbish\n", append([]string{"feed", "-", "--source", "desk", "--json", filepath.Join(dir, "absent.txt")}, to...)...)
	var result feedResult
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatalf("summary %q: %v", out, err)
	}
	if code != exitFailed || result.Sent != 1 || result.Refused != 2 || result.Warnings != 1 || result.Topic != "news.test" || len(result.Refusals) != 2 {
		t.Errorf("code %d, summary %+v", code, result)
	}
	if r := result.Refusals[0]; r.File != "stdin" || r.Line != 2 || r.Reason != "malformed" || r.Error == "" {
		t.Errorf("first refusal %+v", r)
	}
	if !strings.Contains(errs, "stdin:2: malformed: ") || !strings.Contains(errs, "absent.txt: unreadable: ") || !strings.Contains(errs, "stdin:1: sent, but published is not a date") {
		t.Errorf("complained %q", errs)
	}
}

func TestFeedUsage(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.txt")
	os.WriteFile(file, []byte("Title\nBy Ann Lee\nBody."), 0o644)
	for want, args := range map[string][]string{
		"no input":          {},
		`--format "word"`:   {file, "--format", "word"},
		`--source "A Desk"`: {file, "--source", "A Desk"},
		`--timezone "Mars"`: {file, "--timezone", "Mars"},
		"is a file":         {file, "--watch", "--source", "desk"},
		"no source":         {dir, "--watch"},
		"no folder":         {"--watch"},
		"standard input":    {"-", "--watch", "--source", "desk"},
		"unknown flag":      {file, "--sauce", "x"},
	} {
		_, errs, code := runProgram(t, "", append([]string{"feed"}, args...)...)
		if code != exitUsage || !strings.Contains(errs, want) {
			t.Errorf("feed %q: code %d, complained %q, want %q", args, code, errs, want)
		}
	}
}

func TestFeedNoTopic(t *testing.T) {
	broker := feedBroker(t, "other")
	_, errs, code := runProgram(t, "Title\nBy Ann Lee\nBody.", "feed", "-", "--source", "desk", "--brokers", broker, "--topic", "absent")
	if code != exitFailed || !strings.Contains(errs, "topic absent: topic does not exist: create it with dateline setup") {
		t.Errorf("code %d, complained %q", code, errs)
	}
}

func TestFeedWatch(t *testing.T) {
	broker := feedBroker(t, "news.raw")
	dir := t.TempDir()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	settings := filepath.Join(t.TempDir(), "dateline.yaml")
	text := fmt.Sprintf("kafka:\n  brokers: [%s]\nfeed:\n  listen: %s\n  poll: 100ms\n  settle_time: 100ms\n  folders:\n    - {path: %q, source: desk}\nsources:\n  - {id: desk, name: Desk, timezone: Europe/Oslo}\n", broker, address, dir)
	if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := program("feed", "--watch", "--config", settings)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	defer func() {
		if !ended {
			cmd.Process.Kill()
			cmd.Wait()
		}
	}()
	os.WriteFile(filepath.Join(dir, "a.txt"), []byte("Title\nBy Ann Lee\nBody."), 0o644)
	deadline := time.Now().Add(time.Minute)
	for {
		if _, err := os.Stat(filepath.Join(dir, "done", "a.txt")); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("file not moved: %s", errs.String())
		}
		time.Sleep(10 * time.Millisecond)
	}
	for path, want := range map[string]string{"/livez": "ok", "/readyz": "ok", "/metrics": "dateline_feed_records_total"} {
		res, err := http.Get("http://" + address + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("%s: %d %.200s", path, res.StatusCode, body)
		}
	}
	cmd.Process.Signal(syscall.SIGTERM)
	err = cmd.Wait()
	ended = true
	if err != nil {
		t.Errorf("ended with %v: %s", err, errs.String())
	}
	if n := feedRecords(t, broker, "news.raw"); n != 1 {
		t.Errorf("%d records stored, want 1", n)
	}
}
