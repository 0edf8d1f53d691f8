package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDiff(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	old := file("old", `{"id":"a","focus":{"country":"EE"}}`+"\n\n"+`{"id":"b"}`+"\n")
	new := file("new", `{"id":"a","focus":{"country":"FI"},"pipeline":{"version":"v2"}}`+"\n"+`{"id":"b"}`+"\n")
	run := func(args ...string) (string, error) {
		var out bytes.Buffer
		cmd := newDiffCommand()
		cmd.SetOut(&out)
		cmd.SetArgs(args)
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		err := cmd.Execute()
		return out.String(), err
	}
	out, err := run(old, new)
	if err != nil || !strings.Contains(out, "1 documents differ, 1 are the same") || !strings.Contains(out, `focus.country`) || !strings.Contains(out, `"EE" → "FI"`) || strings.Contains(out, "pipeline") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := run("--fail", old, new); err != errReported {
		t.Errorf("--fail: %v", err)
	}
	if _, err := run("--fail", old, old); err != nil {
		t.Errorf("the same file twice: %v", err)
	}
	if out, err := run("--ignore", "focus,pipeline", old, new); err != nil || !strings.Contains(out, "0 documents differ") {
		t.Errorf("%v\n%s", err, out)
	}
	broken := file("broken", `{"id":"a"}`+"\nnonsense\n")
	if _, err := run(old, broken); err == nil || !strings.Contains(err.Error(), "broken:2:") {
		t.Errorf("a broken line: %v", err)
	}
}
