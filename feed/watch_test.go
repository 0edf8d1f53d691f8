package feed

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"dateline/pipeline/wire"
)

// childFolder and childBroker make the test binary watch the folder until the
// first batch is acknowledged, and die there.
const (
	childFolder = "DATELINE_TEST_WATCH_FOLDER"
	childBroker = "DATELINE_TEST_WATCH_BROKER"
	childSlow   = "DATELINE_TEST_WATCH_SLOW" // set: the parent kills it
)

// watchAndDie is what a killed process does: everything up to the ack, no move.
func watchAndDie() {
	p, err := NewProducer(kafkaConfig(os.Getenv(childBroker)), ProducerOptions{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	w := NewWatcher(Folder{Path: os.Getenv(childFolder), Source: Source{ID: "desk"}, Poll: 20 * time.Millisecond}, p, zap.NewNop())
	if os.Getenv(childSlow) == "" {
		w.afterProduce = func() { syscall.Kill(os.Getpid(), syscall.SIGKILL) }
	}
	err = w.Run(context.Background())
	fmt.Fprintln(os.Stderr, "not killed:", err)
	os.Exit(1)
}

// watching runs a watcher until the test ends or stop is called.
func watching(t *testing.T, p *Producer, f Folder) (w *Watcher, stop func()) {
	t.Helper()
	if f.Poll == 0 {
		f.Poll = 10 * time.Millisecond
	}
	if f.Source.ID == "" {
		f.Source.ID = "desk"
	}
	w = NewWatcher(f, p, zaptest.NewLogger(t, zaptest.Level(zap.ErrorLevel)))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Errorf("watcher: %v", err)
		}
	}
	t.Cleanup(stop)
	return w, stop
}

// await waits until f holds; a minute is for a machine that does other things.
func await(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !f(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("no %s", what)
		}
	}
}

func exists(parts ...string) bool {
	_, err := os.Lstat(filepath.Join(parts...))
	return err == nil
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var n []string
	for _, e := range entries {
		n = append(n, e.Name())
	}
	return n
}

func TestWatch(t *testing.T) {
	c := newCluster(t, 1)
	p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	dir := t.TempDir()
	article := func(n int) []byte { return fmt.Appendf(nil, `{"title":"T%d","body":"B","item_id":"%d"}`, n, n) }
	older := func(name string, d time.Duration) {
		at := arrival.Add(-d)
		if err := os.Chtimes(filepath.Join(dir, name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	write(t, dir, "z.json", article(1))
	older("z.json", time.Hour) // the oldest goes first, whatever its name
	write(t, dir, "b.json", article(3))
	write(t, dir, "a.json", article(2)) // of one time, by name
	write(t, dir, "c.jsonl.gz", zipped(append(append(article(4), '\n'), append(article(5), '\n')...)))
	older("c.jsonl.gz", -time.Hour)
	for _, name := range []string{".hidden.json", "x.json.tmp", "x.json.part", "x.json.filepart"} {
		write(t, dir, name, article(99))
	}
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "sub"), "s.json", article(98))
	w, stop := watching(t, p, Folder{Path: dir})
	await(t, "move of the last file", func() bool { return exists(dir, "done", "c.jsonl.gz") })

	write(t, dir, "a.json", article(6)) // a name that has been there
	await(t, "second file of one name", func() bool { return exists(dir, "done", "a.json.1") })
	stop()

	var order []string
	for _, m := range storedRecords(t, 1, c.ListenAddrs()...) {
		order = append(order, strings.TrimPrefix(string(m.Key), "desk/"))
	}
	if want := []string{"1", "2", "3", "4", "5", "6"}; !slices.Equal(order, want) {
		t.Errorf("stored in order %v, want %v", order, want)
	}
	if got, want := names(t, dir), []string{lockName, ".hidden.json", "bad", "done", "sub", "x.json.filepart", "x.json.part", "x.json.tmp"}; !slices.Equal(got, want) {
		t.Errorf("folder holds %q, want %q", got, want)
	}
	if got, want := names(t, filepath.Join(dir, "done")), []string{"a.json", "a.json.1", "b.json", "c.jsonl.gz", "z.json"}; !slices.Equal(got, want) {
		t.Errorf("done holds %q, want %q", got, want)
	}
	if w.sent.Load() != 6 || w.moved.Load() != 5 || w.refused.Load() != 0 || w.OldestFileAge(time.Now()) != 0 {
		t.Errorf("sent %d, moved %d, refused %d, oldest %v", w.sent.Load(), w.moved.Load(), w.refused.Load(), w.OldestFileAge(time.Now()))
	}
}

func TestWatchBadFiles(t *testing.T) {
	c := newCluster(t, 1)
	p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	dir := t.TempDir()
	write(t, dir, "broken.json", []byte(`{"title": nonsense}`))
	write(t, dir, "mixed.jsonl", []byte(ferry2+"\nnonsense\n"+ferry+"\n{\"title\":\"\"}\n"))
	write(t, dir, "large.txt", []byte(strings.Repeat("Ferry. ", 1000)))
	watching(t, p, Folder{Path: dir, Source: Source{ID: "desk", MaxBytes: 4000}})
	for file, want := range map[string]string{
		"broken.json": "broken.json: malformed: ",
		"mixed.jsonl": "mixed.jsonl:2: malformed: line is not a JSON object\nmixed.jsonl:4: no_text: item has neither title nor body\nthe other 2 articles of this file are sent",
		"large.txt":   "large.txt: too_large: ",
	} {
		await(t, file+" in bad/", func() bool { return exists(dir, "bad", file) })
		reason, err := os.ReadFile(filepath.Join(dir, "bad", file+".reason"))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(reason), want) || strings.Contains(string(reason), dir) {
			t.Errorf("reason of %s is %q, want %q", file, reason, want)
		}
	}
	if got := keysOf(storedRecords(t, 1, c.ListenAddrs()...)); !slices.Equal(got, []string{"desk/f-2", "desk/https://desk.example/a"}) {
		t.Errorf("stored %q", got)
	}
	// A second bad file of that name keeps the first one's reason.
	write(t, dir, "broken.json", []byte(`{"title": rubbish, "x": 1}`))
	await(t, "second bad file", func() bool { return exists(dir, "bad", "broken.json.1") && exists(dir, "bad", "broken.json.1.reason") })
}

// TestWatchRefusedByBroker keeps apart what is wrong with a record, which
// goes to bad/, and what is wrong with the topic, for which files wait.
func TestWatchRefusedByBroker(t *testing.T) {
	c := newCluster(t, 1)
	refuseProduce(c, 1, kerr.MessageTooLarge.Code)
	p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	dir := t.TempDir()
	write(t, dir, "a.json", []byte(ferry))
	_, stop := watching(t, p, Folder{Path: dir})
	await(t, "bad file", func() bool { return exists(dir, "bad", "a.json") })
	stop()
	if reason, _ := os.ReadFile(filepath.Join(dir, "bad", "a.json.reason")); !strings.HasPrefix(string(reason), "a.json: broker: ") {
		t.Errorf("reason %q", reason)
	}

	asked := refuseProduce(c, 2, kerr.TopicAuthorizationFailed.Code)
	write(t, dir, "b.json", []byte(ferry2))
	w, _ := watching(t, p, Folder{Path: dir})
	await(t, "failing folder", func() bool { return w.failing.Load() })
	await(t, "file after the permission came", func() bool { return exists(dir, "done", "b.json") })
	if asked.Load() != 3 {
		t.Errorf("%d requests, want two refused and one", asked.Load())
	}
}

func TestWatchWaitsForTheEnd(t *testing.T) {
	c := newCluster(t, 1)
	p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	dir := t.TempDir()
	write(t, dir, "slow.json", []byte(ferry[:50]))
	write(t, dir, "never.xml", []byte(`<?xml version="1.0"?><nitf><body>`))
	write(t, dir, "mark.json", []byte(ferry2))
	w, _ := watching(t, p, Folder{Path: dir, GiveUp: time.Second})
	await(t, "complete file", func() bool { return exists(dir, "done", "mark.json") })
	if !exists(dir, "slow.json") || !exists(dir, "never.xml") {
		t.Error("an incomplete file was moved")
	}
	if w.OldestFileAge(arrival.Add(time.Hour)) != time.Hour {
		t.Errorf("oldest file is %v old, want an hour", w.OldestFileAge(arrival.Add(time.Hour)))
	}
	write(t, dir, "slow.json", []byte(ferry))
	await(t, "file that got its end", func() bool { return exists(dir, "done", "slow.json") })
	await(t, "file that never gets one", func() bool { return exists(dir, "bad", "never.xml") })
	if reason, _ := os.ReadFile(filepath.Join(dir, "bad", "never.xml.reason")); !strings.HasPrefix(string(reason), "never.xml: unfinished: ") {
		t.Errorf("reason %q", reason)
	}
}

func TestWatchSettles(t *testing.T) {
	dir := t.TempDir()
	w := NewWatcher(Folder{Path: dir, Settle: 3 * time.Second}, nil, zap.NewNop())
	ready := func(at time.Duration) (n []string) {
		t.Helper()
		files, err := w.list(arrival.Add(at))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			n = append(n, f.name)
		}
		return n
	}
	write(t, dir, "a.txt", []byte("Half of"))
	for _, step := range []struct {
		at   time.Duration
		do   func()
		want []string
	}{
		{0, nil, nil},
		{2 * time.Second, nil, nil},
		{2500 * time.Millisecond, func() { write(t, dir, "a.txt", []byte("Half of a text")) }, nil}, // grew
		{4 * time.Second, nil, nil},
		{5 * time.Second, func() { os.Chtimes(filepath.Join(dir, "a.txt"), arrival, arrival.Add(time.Second)) }, nil}, // touched
		{7900 * time.Millisecond, nil, nil},
		{8 * time.Second, nil, []string{"a.txt"}},
		{9 * time.Second, func() { os.Remove(filepath.Join(dir, "a.txt")) }, nil},
	} {
		if step.do != nil {
			step.do()
		}
		if got := ready(step.at); !slices.Equal(got, step.want) {
			t.Errorf("after %v ready are %q, want %q", step.at, got, step.want)
		}
	}
}

// TestWatchKilled kills the process between the acknowledgement and the
// rename. The next one sends the same bytes again and moves the files.
func TestWatchKilled(t *testing.T) {
	c := newCluster(t, 1)
	dir := t.TempDir()
	write(t, dir, "a.json", []byte(ferry))
	write(t, dir, "b.txt", []byte(plain))
	for range 2 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childFolder+"="+dir, childBroker+"="+c.ListenAddrs()[0])
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("child ended with %v: %s", err, out)
		}
		if !exists(dir, "a.json") || !exists(dir, "b.txt") {
			t.Fatal("files moved before the child died")
		}
	}
	p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	_, stop := watching(t, p, Folder{Path: dir}) // the lock of the dead is gone
	await(t, "move", func() bool { return exists(dir, "done", "a.json") && exists(dir, "done", "b.txt") })
	stop()
	values := make(map[string]int)
	for _, m := range storedRecords(t, 1, c.ListenAddrs()...) {
		values[string(m.Key)+string(m.Value)]++
	}
	if len(values) != 2 {
		t.Errorf("%d different records, want 2", len(values))
	}
	for _, n := range values {
		if n != 3 {
			t.Errorf("a record is stored %d times, want 3, byte for byte the same", n)
		}
	}
}

// TestWatchKilledAnywhere kills the process at moments of no choice while files
// come in: every article is on the topic in the end, whole, and every file is
// in done/.
func TestWatchKilledAnywhere(t *testing.T) {
	c := newCluster(t, 3)
	dir := t.TempDir()
	const files = 120
	written := make(chan struct{})
	go func() {
		defer close(written)
		for i := range files {
			name := filepath.Join(dir, fmt.Sprintf("%03d.json", i))
			body := fmt.Sprintf(`{"title":"Ferry %d","body":"%s","item_id":"f-%d"}`, i, strings.Repeat("It sailed. ", 200), i)
			os.WriteFile(name+".part", []byte(body), 0o644)
			os.Rename(name+".part", name)
			time.Sleep(5 * time.Millisecond)
		}
	}()
	r := rand.New(rand.NewPCG(7, 11))
	for kills := 0; kills < 8; kills++ {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childFolder+"="+dir, childBroker+"="+c.ListenAddrs()[0], childSlow+"=1")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(20+r.IntN(150)) * time.Millisecond)
		cmd.Process.Kill()
		cmd.Wait()
	}
	<-written
	p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	_, stop := watching(t, p, Folder{Path: dir})
	await(t, "last file", func() bool { left, _ := filepath.Glob(filepath.Join(dir, "*.json")); return len(left) == 0 })
	stop()
	stored := make(map[string]string)
	again := 0
	for _, m := range storedRecords(t, 3, c.ListenAddrs()...) {
		e, err := wire.DecodeEnvelope(m.Value)
		if err != nil {
			t.Fatal(err)
		}
		if data, ok := stored[e.ItemID]; ok {
			if again++; data != string(e.Data) {
				t.Errorf("%s sent again with other bytes", e.ItemID)
			}
		}
		stored[e.ItemID] = string(e.Data)
	}
	done, _ := filepath.Glob(filepath.Join(dir, "done", "*.json"))
	bad, _ := filepath.Glob(filepath.Join(dir, "bad", "*"))
	if len(stored) != files || len(done) != files || len(bad) != 0 {
		t.Errorf("%d articles stored, %d files done, %d bad; want %d, %d, 0", len(stored), len(done), len(bad), files, files)
	}
	t.Logf("%d records sent again", again)
}

func TestWatchHasOneOwner(t *testing.T) {
	c := newCluster(t, 1)
	p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	dir := t.TempDir()
	write(t, dir, "a.json", []byte(ferry))
	_, stop := watching(t, p, Folder{Path: dir})
	await(t, "first file", func() bool { return exists(dir, "done", "a.json") })
	err := NewWatcher(Folder{Path: dir}, p, zap.NewNop()).Run(t.Context())
	if !errors.Is(err, ErrOwned) || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) || !strings.Contains(err.Error(), dir) {
		t.Errorf("second owner: %v", err)
	}
	stop()
	write(t, dir, "b.json", []byte(ferry))
	watching(t, p, Folder{Path: dir})
	await(t, "file of the next owner", func() bool { return exists(dir, "done", "b.json") })
	if err := NewWatcher(Folder{Path: filepath.Join(dir, "absent")}, p, zap.NewNop()).Run(t.Context()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent folder: %v", err)
	}
}

// TestWatchCannotMove must not send a file again at every pass.
func TestWatchCannotMove(t *testing.T) {
	c := newCluster(t, 1)
	p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	dir := t.TempDir()
	w, stop := watching(t, p, Folder{Path: dir})
	await(t, "folders", func() bool { return exists(dir, "done") && exists(dir, lockName) })
	done := filepath.Join(dir, "done")
	if err := os.Remove(done); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "done", nil) // a file where the folder was
	os.Rename(done, filepath.Join(dir, ".was"))
	os.Symlink(filepath.Join(dir, ".was"), done)
	write(t, dir, "a.json", []byte(ferry))
	await(t, "record", func() bool { return w.sent.Load() == 1 })
	passes := 0
	await(t, "ten more passes", func() bool { passes++; return passes > 30 })
	if w.sent.Load() != 1 || w.moved.Load() != 0 || !exists(dir, "a.json") {
		t.Errorf("sent %d, moved %d", w.sent.Load(), w.moved.Load())
	}
	os.Remove(done)
	if err := os.Mkdir(done, 0o755); err != nil {
		t.Fatal(err)
	}
	await(t, "move", func() bool { return exists(dir, "done", "a.json") })
	stop()
	if n := len(storedRecords(t, 1, c.ListenAddrs()...)); n != 1 {
		t.Errorf("%d records stored, want 1", n)
	}
}

// TestWatchKeepsNewer leaves a file alone that was replaced while the one
// before it was being sent.
func TestWatchKeepsNewer(t *testing.T) {
	c := newCluster(t, 1)
	p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	dir := t.TempDir()
	write(t, dir, "a.json", []byte(ferry))
	w := NewWatcher(Folder{Path: dir, Source: Source{ID: "desk"}, Poll: 10 * time.Millisecond}, p, zap.NewNop())
	once := false
	w.afterProduce = func() {
		if !once {
			once = true
			write(t, dir, "a.json", []byte(ferry2))
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	await(t, "move", func() bool { return exists(dir, "done", "a.json") })
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if moved, _ := os.ReadFile(filepath.Join(dir, "done", "a.json")); string(moved) != ferry2 {
		t.Errorf("moved %q", moved)
	}
	if got := keysOf(storedRecords(t, 1, c.ListenAddrs()...)); !slices.Equal(got, []string{"desk/f-2", "desk/https://desk.example/a"}) {
		t.Errorf("stored %q", got)
	}
}

func TestWatchWithoutKafka(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.json", []byte(ferry))
	p := newProducer(t, ProducerOptions{}, "127.0.0.1:1")
	w, stop := watching(t, p, Folder{Path: dir})
	await(t, "first pass", func() bool { return w.OldestFileAge(time.Now()) > 0 })
	h := Handler(p, w)
	code := func(path string) (int, string) {
		r := httptest.NewRecorder()
		h.ServeHTTP(r, httptest.NewRequest(http.MethodGet, path, nil))
		return r.Code, r.Body.String()
	}
	if n, _ := code("/livez"); n != 200 {
		t.Errorf("livez %d", n)
	}
	if n, body := code("/readyz"); n != 503 || !strings.Contains(body, topic) {
		t.Errorf("readyz %d %s", n, body)
	}
	if n, body := code("/metrics"); n != 200 || !strings.Contains(body, `dateline_feed_records_total{source="desk",way="folder",where="`+dir+`"} 0`) || strings.Contains(body, `oldest_file_age_seconds{source="desk",way="folder",where="`+dir+`"} 0`) {
		t.Errorf("metrics %d %s", n, body)
	}
	stop() // ends although the broker never answers
	if !exists(dir, "a.json") {
		t.Error("file moved without a broker")
	}
	c := newCluster(t, 1)
	p = newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	w, _ = watching(t, p, Folder{Path: dir})
	h = Handler(p, w)
	await(t, "move", func() bool { return exists(dir, "done", "a.json") })
	if n, body := code("/readyz"); n != 200 {
		t.Errorf("readyz %d %s", n, body)
	}
	if _, body := code("/metrics"); !strings.Contains(body, `dateline_feed_records_total{source="desk",way="folder",where="`+dir+`"} 1`) {
		t.Errorf("metrics %s", body)
	}
}
