package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

// module is a small module whose packages end in every way that packages end.
var module = map[string]string{
	"go.mod": "module example\n\ngo 1.26\n",
	"good/good_test.go": `package good
import "testing"
func TestGood(t *testing.T) { t.Log("quiet"); t.Run("part", func(t *testing.T) {}) }
func TestSkipped(t *testing.T) { t.Skip("no data set") }
`,
	"bad/bad_test.go": `package bad
import "testing"
func TestGood(t *testing.T) { t.Log("quiet") }
func TestBad(t *testing.T) { t.Run("part", func(t *testing.T) { t.Error("seen 1, want 2") }) }
`,
	"panics/panics_test.go": `package panics
import "testing"
func TestPanics(t *testing.T) { var m map[string]int; m["x"] = 1 }
`,
	"exits/exits_test.go": `package exits
import ("fmt"; "os"; "testing")
func TestMain(m *testing.M) { fmt.Println("server did not start"); os.Exit(1) }
func TestNever(t *testing.T) {}
`,
	"broken/broken_test.go": "package broken\nvar x int = \"text\"\n",
	"empty/empty.go":        "package empty\n",
}

// goTest runs `go test -json` on packages of the module.
func goTest(t *testing.T, packages ...string) io.Reader {
	t.Helper()
	dir := t.TempDir()
	for name, text := range module {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", append([]string{"test", "-json"}, packages...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return bytes.NewReader(out)
}

func TestReport(t *testing.T) {
	for _, c := range []struct {
		name     string
		packages []string
		good     bool
		want     []string
		unwanted []string
	}{
		{
			"all is well", []string{"./good", "./empty"}, true,
			[]string{"ok  \texample/good", "skipped: example/good TestSkipped: good_test.go:4: no data set", "2 passed, 0 failed, 1 skipped", "1 packages"},
			[]string{"quiet", "RUN", "failed:"},
		},
		{
			"failed test", []string{"./bad", "./good"}, false,
			[]string{"seen 1, want 2", "--- FAIL: TestBad/part", "FAIL\texample/bad", "ok  \texample/good", "failed: example/bad\n", "3 passed, 2 failed, 1 skipped"},
			[]string{"quiet"},
		},
		{
			"panic", []string{"./panics"}, false,
			[]string{"assignment to entry in nil map", "panics_test.go:3", "failed: example/panics", "0 passed, 1 failed"}, nil,
		},
		{
			"servers missing", []string{"./exits", "./good"}, false,
			[]string{"server did not start", "FAIL\texample/exits", "failed: example/exits", "2 passed, 0 failed"}, nil,
		},
		{
			"does not build", []string{"./broken", "./good"}, false,
			[]string{"broken_test.go:2", "failed: example/broken", "2 passed, 0 failed"}, nil,
		},
		{
			"no tests", []string{"./empty"}, false,
			[]string{"no test files", "no test ran"}, nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			r := newReport(&out)
			if err := r.read(goTest(t, c.packages...)); err != nil {
				t.Fatal(err)
			}
			if good := r.summary(); good != c.good {
				t.Errorf("summary says %v, want %v", good, c.good)
			}
			for _, want := range c.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("output lacks %q", want)
				}
			}
			for _, unwanted := range c.unwanted {
				if strings.Contains(out.String(), unwanted) {
					t.Errorf("output has %q", unwanted)
				}
			}
			if t.Failed() {
				t.Log(out.String())
			}
		})
	}
}

func TestReportOfInputThatBreaksOff(t *testing.T) {
	const begun = `{"Action":"start","Package":"example/slow"}
{"Action":"run","Package":"example/slow","Test":"TestA"}
{"Action":"pass","Package":"example/slow","Test":"TestA","Elapsed":0.1}
`
	var out strings.Builder
	r := newReport(&out)
	if err := r.read(strings.NewReader(begun + "go: no more disk")); err != nil {
		t.Fatal(err)
	}
	if r.summary() || !strings.Contains(out.String(), "failed: example/slow (did not end)") || !strings.Contains(out.String(), "go: no more disk") {
		t.Errorf("a package that did not end counts as good:\n%s", out.String())
	}
	broken := errors.New("pipe")
	if err := newReport(io.Discard).read(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("read: %v, want %v", err, broken)
	}
}
