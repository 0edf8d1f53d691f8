package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
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
	empty := filepath.Join(t.TempDir(), "dateline.yaml")
	os.WriteFile(empty, []byte("feed:\n  feeds_file: "+filepath.Join(dir, "absent.opml")+"\n"), 0o644)
	for want, args := range map[string][]string{
		"no input":          {},
		`--format "word"`:   {file, "--format", "word"},
		`--source "A Desk"`: {file, "--source", "A Desk"},
		`--timezone "Mars"`: {file, "--timezone", "Mars"},
		"is a file":         {file, "--watch", "--source", "desk"},
		"no source":         {dir, "--watch"},
		"nothing to do":     {"--watch", "--config", empty},
		"standard input":    {"-", "--watch", "--source", "desk"},
		"unknown flag":      {file, "--sauce", "x"},
		"name the URL":      {"add"},
		"http or https URL": {"add", "ftp://a.example/", "--config", empty},
		"name the OPML":     {"import"},
		"lists no feeds":    {"check", "--config", empty},
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

// feedSite serves one feed of two items.
func feedSite(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/rss" {
			http.NotFound(w, r)
			return
		}
		io.WriteString(w, `<rss><channel><title>Harbour Ledger</title><item><guid>hl-1</guid><title>Ferry leaves</title></item><item><guid>hl-2</guid><title>Ferry returns</title></item></channel></rss>`)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// TestFeedList adds, imports, lists and checks feeds.
func TestFeedList(t *testing.T) {
	site, dir := feedSite(t), t.TempDir()
	settings := filepath.Join(dir, "dateline.yaml")
	os.WriteFile(settings, fmt.Appendf(nil, "feed:\n  state_dir: %q\n  feeds_file: %q\n  allow_private: true\n", filepath.Join(dir, "state"), filepath.Join(dir, "feeds.opml")), 0o600)
	opml := filepath.Join(dir, "mine.opml")
	os.WriteFile(opml, []byte(`<opml version="2.0"><body><outline text="x"><outline text="Gazette" xmlUrl="`+site+`/gone"/><outline xmlUrl="`+site+`/rss"/></outline></body></opml>`), 0o600)
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"list"}, exitDone, "lists no feeds"},
		{[]string{"add", site + "/rss", "--source", "ledger", "--title", "Harbour Ledger"}, exitDone, "added 1 of 1 feeds"},
		{[]string{"add", site + "/rss"}, exitDone, "added 0 of 1 feeds"},
		{[]string{"import", opml, "--source", "gazette"}, exitDone, "added 1 of 2 feeds"},
		{[]string{"list"}, exitDone, "new    ledger"},
		{[]string{"list", "--json"}, exitDone, `"source": "gazette"`},
		{[]string{"check", site + "/rss"}, exitDone, "rss, 2 items"},
		{[]string{"check", site + "/rss"}, exitDone, "neither ETag nor Last-Modified"},
		{[]string{"check"}, exitFailed, "server answers 404"},
		{[]string{"check", "--json"}, exitFailed, `"status": 404`},
	} {
		out, errs, code := runProgram(t, "", append(append([]string{"feed"}, c.args...), "--config", settings)...)
		if code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("feed %q: code %d, %s%s; want %d, %q", c.args, code, out, errs, c.code, c.want)
		}
	}
}

// TestFeedWatch runs every way in at once: a folder, a capture, push, and a feed
// that is added while it runs.
func TestFeedWatch(t *testing.T) {
	broker := feedBroker(t, "news.raw")
	dir := t.TempDir()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	site, state := feedSite(t), t.TempDir()
	settings, capture := filepath.Join(state, "dateline.yaml"), filepath.Join(state, "line.cap")
	text := fmt.Sprintf(`kafka:
  brokers: [%s]
feed:
  listen: %s
  token: s3cret
  state_dir: %q
  feeds_file: %q
  allow_private: true
  poll: 100ms
  settle_time: 100ms
  folders:
    - {path: %q, source: desk}
  captures:
    - {path: %q, source: desk}
sources:
  - {id: desk, name: Desk, timezone: Europe/Oslo}
`, broker, address, filepath.Join(state, "feed"), filepath.Join(state, "feeds.opml"), dir, capture)
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
	os.WriteFile(capture, []byte("\x01hlw0042 3 eco 120\r\n\x02Ferry/\r\nFerry leaves =\r\nBy Ann Lee =\r\n\r\nText.\r\n\x03\r\n061005 GMT Mar 25\r\n\x04"), 0o644)
	push, _ := http.NewRequest("POST", "http://"+address+"/articles?source=desk", strings.NewReader(`{"title":"Pushed","body":"Text."}`))
	push.Header.Set("Authorization", "Bearer s3cret")
	if res, err := http.DefaultClient.Do(push); err != nil || res.StatusCode != http.StatusAccepted {
		t.Fatalf("push: %v, %v", res, err)
	} else {
		res.Body.Close()
	}
	if _, errs, code := runProgram(t, "", "feed", "add", site+"/rss", "--source", "ledger", "--config", settings); code != exitDone {
		t.Fatal(errs)
	}
	for feedRecords(t, broker, "news.raw") < 5 { // file, push, message, two items
		if time.Now().After(deadline) {
			t.Fatalf("%d records: %s", feedRecords(t, broker, "news.raw"), errs.String())
		}
		time.Sleep(50 * time.Millisecond)
	}
	for out := ""; !strings.Contains(out, "ok     ledger  2"); { // the state is written after the acknowledgement
		if out, _, _ = runProgram(t, "", "feed", "list", "--config", settings); time.Now().After(deadline) {
			t.Fatalf("list: %s", out)
		}
	}
	for path, want := range map[string]string{"/livez": "ok", "/readyz": "ok", "/metrics": `dateline_feed_records_total{source="ledger",way="poll",where="` + site + `/rss"} 2`} {
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
	if n := feedRecords(t, broker, "news.raw"); n != 5 {
		t.Errorf("%d records stored, want 5", n)
	}
}
