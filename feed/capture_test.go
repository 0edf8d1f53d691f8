package feed

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"
)

// message is one of IPTC 7901.
func message(n int, text string) string {
	return fmt.Sprintf("\x16\x16\x01hlw%04d 3 eco 120\r\n\x02Ferry %d/\r\nFerry %d leaves =\r\nBy Ann Lee =\r\n\r\n%s\r\n\x03\r\n061005 GMT Mar 25\r\n\x04", n, n, n, text)
}

// following runs a capture until the test ends or stop is called.
func following(t *testing.T, p *Producer, f CaptureFile) (c *Capture, stop func()) {
	t.Helper()
	f.Poll = 10 * time.Millisecond
	f.Source.ID = "wire"
	c = NewCapture(f, p, zaptest.NewLogger(t, zaptest.Level(zap.DPanicLevel)))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			cancel()
			if err := <-done; err != nil {
				t.Errorf("capture: %v", err)
			}
		}
	}
	t.Cleanup(stop)
	return c, stop
}

func appendTo(t *testing.T, path, s string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(s); err != nil {
		t.Fatal(err)
	}
}

// TestCapture follows a line through halves of messages, noise, rotation in the
// middle of a message, restarts and a cut to nothing: each message once.
func TestCapture(t *testing.T) {
	c := newCluster(t, 1)
	p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	dir := t.TempDir()
	path := filepath.Join(dir, "line.cap")
	f := CaptureFile{Path: path, Dir: filepath.Join(dir, "state")}
	stored := func() []string { return keysOf(storedRecords(t, 1, c.ListenAddrs()...)) }
	want := []string{}
	first := 0 // messages before w started
	w, stop := following(t, p, f)
	expect := func(what string, n ...int) {
		t.Helper()
		for _, n := range n {
			want = append(want, fmt.Sprintf("wire/hlw/ferry %d/2025-03-06", n))
		}
		slices.Sort(want)
		await(t, what, func() bool { return len(stored()) >= len(want) })
		if got := stored(); !slices.Equal(got, want) {
			t.Fatalf("%s: stored %q, want %q", what, got, want)
		}
		await(t, "checkpoint", func() bool { return int(w.sent.Load()) == len(want)-first })
	}
	one := message(1, "Text.")
	appendTo(t, path, "noise\r\n\x16\x16"+one[:40])
	time.Sleep(50 * time.Millisecond)
	expect("half a message")
	appendTo(t, path, one[40:]+strings.Repeat("\x16", 100)+message(2, "Text."))
	expect("two messages", 1, 2)

	three := message(3, strings.Repeat("A longer text. ", 30))
	appendTo(t, path, three[:100])
	time.Sleep(50 * time.Millisecond)
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	appendTo(t, path+".1", three[100:200]) // the receiver had it open still
	appendTo(t, path, three[200:]+message(4, "Text."))
	expect("a message that a rotation cuts", 3, 4)
	stop()

	// While nobody looks: one more half, two rotations.
	five := message(5, strings.Repeat("A longer text. ", 30))
	appendTo(t, path, five[:100])
	first = len(want)
	_, stop = following(t, p, f)
	time.Sleep(50 * time.Millisecond)
	stop() // its checkpoint is before the half
	appendTo(t, path, five[100:150])
	os.Rename(path, path+".2")
	appendTo(t, path, five[150:]+message(6, "Text."))
	os.Rename(path, path+".3")
	appendTo(t, path, message(7, "Text."))
	now := time.Now()
	for i, n := range []string{".1", ".2", ".3"} {
		os.Chtimes(path+n, now, now.Add(time.Duration(i-10)*time.Minute))
	}
	w, stop = following(t, p, f)
	expect("after two rotations", 5, 6, 7)
	os.Truncate(path, 0)
	time.Sleep(50 * time.Millisecond)
	appendTo(t, path, message(8, "Text."))
	expect("after a cut", 8)
	stop()
	first = len(want)
	w, _ = following(t, p, f)
	time.Sleep(50 * time.Millisecond)
	expect("after another start")
}

// TestCaptureBad keeps what is refused or has no end, and what has ended
// without EOT is taken when the line is idle.
func TestCaptureBad(t *testing.T) {
	c := newCluster(t, 1)
	p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	dir := t.TempDir()
	path := filepath.Join(dir, "line.cap")
	appendTo(t, path, "\x01\x04"+message(1, "Text.")+"\x01hlw0002 3 eco\r\n\x02Ferry 2/\r\nNever ends")
	w, _ := following(t, p, CaptureFile{Path: path, Dir: dir, GiveUp: 300 * time.Millisecond, Idle: 100 * time.Millisecond})
	await(t, "refusals", func() bool { return w.refused.Load() == 2 })
	appendTo(t, path, strings.TrimSuffix(message(3, "Text."), "\x04"))
	await(t, "idle message", func() bool { return w.sent.Load() == 2 })
	reasons, err := filepath.Glob(filepath.Join(w.file.Dir, badDir, "*"+reasonSuffix))
	if err != nil || len(reasons) != 2 {
		t.Fatalf("reasons %q, %v", reasons, err)
	}
	all := ""
	for _, r := range reasons {
		text, _ := os.ReadFile(r)
		message, _ := os.ReadFile(strings.TrimSuffix(r, reasonSuffix))
		all += string(text) + string(message)
	}
	for _, want := range []string{Unfinished, "Never ends", "\x01\x04"} {
		if !strings.Contains(all, want) {
			t.Errorf("bad/ lacks %q: %q", want, all)
		}
	}
}

func FuzzNextMessage(f *testing.F) {
	f.Add([]byte(message(1, "x")+message(2, "y")), false)
	f.Add([]byte("\x16\x16\x16\x01a\x03"), true)
	f.Add([]byte("\x01\x01\x16\x01\x04\x04"), false)
	f.Fuzz(func(t *testing.T, b []byte, idle bool) {
		for used := 0; used < len(b); {
			skip, m := nextMessage(b[used:], idle)
			if skip < 0 || used+skip+len(m) > len(b) {
				t.Fatalf("skips %d and takes %d of %d", skip, len(m), len(b)-used)
			}
			if m == nil {
				return
			}
			if len(m) == 0 || strings.Count(string(m), "\x01") > 1 {
				t.Fatalf("message %q", m)
			}
			used += skip + len(m)
		}
	})
}

func TestKnown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "known.jsonl")
	open := func() *Known {
		k, err := OpenKnown(path, arrival)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { k.Close() })
		return k
	}
	k := open()
	for _, c := range []struct {
		what, sent string
		follows    bool
		first      time.Time
		item       string
		seen       time.Time
	}{
		{"first story", "hlw0042", false, arrival, "hlw/ferry", arrival},
		{"sent again", "hlw0042", false, arrival.Add(time.Hour), "hlw/ferry", arrival},
		{"its lead", "hlw0043", true, arrival.Add(time.Hour), "hlw/ferry", arrival},
		{"another story of the slug", "hlw0050", false, arrival.Add(2 * time.Hour), "hlw/ferry/hlw0050", arrival.Add(2 * time.Hour)},
		{"a lead, of the latest", "hlw0051", true, arrival.Add(3 * time.Hour), "hlw/ferry/hlw0050", arrival.Add(2 * time.Hour)},
		{"the first again", "hlw0043", true, arrival.Add(3 * time.Hour), "hlw/ferry", arrival},
		{"after a crash that cut the file", "hlw0050", false, arrival.Add(3 * time.Hour), "hlw/ferry/hlw0050", arrival.Add(2 * time.Hour)},
	} {
		if strings.Contains(c.what, "crash") {
			k.Close()
			appendTo(t, path, `{"story":"desk/hlw/ferry","it`)
			k = open()
		}
		item, seen, err := k.item("desk", "hlw/ferry", c.sent, c.follows, c.first, arrival)
		if err != nil || item != c.item || !seen.Equal(c.seen) {
			t.Errorf("%s: %s, %v, %v; want %s, %v", c.what, item, seen, err, c.item, c.seen)
		}
	}
	// Through a source: two stories of a slug, and a lead of the second.
	s := Source{ID: "desk", Known: k}
	var keys []string
	for _, m := range []string{message(1, "One."), strings.Replace(message(1, "Two."), "hlw0001", "hlw0009", 1), strings.Replace(strings.Replace(message(1, "Two more."), "hlw0001", "hlw0010", 1), "/\r\n", "/\r\n2ND LEAD\r\n", 1)} {
		it, refusal := s.item([]byte(m), place{at: arrival})
		if refusal != nil {
			t.Fatal(refusal)
		}
		keys = append(keys, string(it.Record.Key))
	}
	if want := []string{"desk/hlw/ferry 1/2025-03-06", "desk/hlw/ferry 1/2025-03-06/hlw0009", "desk/hlw/ferry 1/2025-03-06/hlw0009"}; !slices.Equal(keys, want) {
		t.Errorf("keys %q, want %q", keys, want)
	}
	late, err := OpenKnown(path, arrival.Add(30*24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	defer late.Close()
	if item, _, _ := late.item("desk", "hlw/ferry", "hlw0099", false, arrival, arrival); item != "hlw/ferry" {
		t.Errorf("a month later the slug is still taken: %s", item)
	}
}

func TestRhythm(t *testing.T) {
	beat := func(gaps ...time.Duration) (at []time.Time) {
		now := arrival
		at = append(at, now)
		for _, g := range gaps {
			now = now.Add(g)
			at = append(at, now)
		}
		return at
	}
	for _, c := range []struct {
		what   string
		at     []time.Time
		quiet  time.Duration
		silent bool
	}{
		{"nothing ever", nil, time.Hour, false},
		{"too little is known", beat(time.Minute), 1000 * time.Hour, false},
		{"as usual", beat(time.Hour, time.Hour, time.Hour, time.Hour), 3 * time.Hour, false},
		{"four times the usual gap", beat(time.Hour, time.Hour, time.Hour, time.Hour), 5 * time.Hour, true},
		{"a night like the one before", beat(time.Hour, time.Hour, 9*time.Hour, time.Hour, time.Hour), 9 * time.Hour, false},
		{"longer than that", beat(time.Hour, time.Hour, 9*time.Hour, time.Hour, time.Hour), 14 * time.Hour, true},
	} {
		now := arrival
		if n := len(c.at); n > 0 {
			now = c.at[n-1].Add(c.quiet)
		}
		if r := RhythmOf(c.at, now); r.Silent != c.silent {
			t.Errorf("%s: %+v", c.what, r)
		}
	}
}
