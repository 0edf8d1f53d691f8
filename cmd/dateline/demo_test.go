package main

import (
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestDemo(t *testing.T) {
	out, errs, code := runProgram(t, "", "demo", "--exit")
	if code != 0 {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	if n := strings.Count(out, "\n  → "); n < sampleQuestions {
		t.Errorf("%d answers to %d questions:\n%s", n, sampleQuestions, out)
	}
}

// TestDemoTwice runs the demo twice in one folder: the second finds the data
// of the first and sends everything again, which changes nothing.
func TestDemoTwice(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "trial")
	first, errs, code := runProgram(t, "", "demo", "--exit", "--dir", dir)
	if code != 0 {
		t.Fatalf("exit %d: %s%s", code, first, errs)
	}
	second, errs, code := runProgram(t, "", "demo", "--exit", "--dir", dir)
	if code != 0 {
		t.Fatalf("second run: exit %d: %s%s", code, second, errs)
	}
	answers := func(s string) string { return s[strings.Index(s, "\n"):] } // without the time it took
	if answers(first) != answers(second) {
		t.Errorf("the second run answers differently:\n%s\n%s", first, second)
	}
}

// TestDemoPage starts the demo, opens its page and ends it with a signal.
func TestDemoPage(t *testing.T) {
	cmd := program("demo", "--listen", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	url := make(chan string, 1)
	go func() {
		var seen strings.Builder
		buf := make([]byte, 4096)
		address := regexp.MustCompile(`http://[0-9.:]+/`)
		for {
			n, err := out.Read(buf)
			seen.Write(buf[:n])
			if u := address.FindString(seen.String()); u != "" || err != nil {
				url <- u
				io.Copy(io.Discard, out)
				return
			}
		}
	}()
	select {
	case u := <-url:
		if u == "" {
			t.Fatal("the demo ended without an address")
		}
		r, err := http.Get(u + "?q=cable&target=article")
		if err != nil {
			t.Fatal(err)
		}
		page, _ := io.ReadAll(r.Body)
		r.Body.Close()
		if r.StatusCode != http.StatusOK || !strings.Contains(string(page), "Liina Saar") {
			t.Errorf("page: %s, %d bytes", r.Status, len(page))
		}
	case <-time.After(time.Minute):
		t.Fatal("no address within a minute")
	}
	cmd.Process.Signal(syscall.SIGINT)
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		if e, ok := err.(*exec.ExitError); ok {
			t.Errorf("after an interrupt: %v", e)
		}
	case <-time.After(20 * time.Second):
		t.Error("the demo does not end")
	}
}
