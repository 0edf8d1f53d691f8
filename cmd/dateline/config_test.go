package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dateline/config"
)

// runConfig runs "dateline config ARGS…" in this process.
func runConfig(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := newConfigCommand()
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(args)
	err := cmd.Execute()
	return out.String(), err
}

func writeConfig(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "dateline.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestConfigCheck(t *testing.T) {
	file := writeConfig(t, "serve:\n  page_size: 50\n")
	if out, err := runConfig(t, "check", "--config", file); err != nil || out != file+" is valid\n" {
		t.Errorf("check of a good file: %q, %v", out, err)
	}
	file = writeConfig(t, "log:\n  level: loud\nkafka:\n  brokerz: []\n")
	out, err := runConfig(t, "check", "--config", file)
	if !errors.Is(err, errReported) || strings.Count(out, "\n") != 2 || !strings.HasPrefix(out, file+":2:10: ") {
		t.Errorf("check of a bad file: %q, %v", out, err)
	}
	t.Setenv("DATELINE_CONFIG", "")
	if _, err := runConfig(t, "check"); err == nil || !isUsage(err) {
		t.Errorf("check of no file: %v", err)
	}
	if _, err := runConfig(t, "check", "--config", file+".absent"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("check of an absent file: %v", err)
	}
	if _, err := runConfig(t, "check", file); err == nil {
		t.Error("an argument is taken for a file")
	}
}

func TestConfigPrint(t *testing.T) {
	file := writeConfig(t, "serve:\n  token: ${DATELINE_TEST_TOKEN}\n")
	if _, err := runConfig(t, "print", "--config", file); err == nil || !strings.Contains(err.Error(), "DATELINE_TEST_TOKEN") {
		t.Errorf("print without the variable: %v", err)
	}
	if _, err := runConfig(t, "print", "--config", file, "--ignore-env"); err != nil {
		t.Errorf("print --ignore-env: %v", err)
	}
	t.Setenv("DATELINE_TEST_TOKEN", "open-sesame")
	out, err := runConfig(t, "print", "--config", file)
	if err != nil || !strings.Contains(out, "  token: \"***\"\n") || strings.Contains(out, "sesame") {
		t.Errorf("print: %v\n%s", err, out)
	}
	out, err = runConfig(t, "print", "--config", file, "--json")
	var got struct {
		Serve struct {
			Token    string `json:"token"`
			PageSize int    `json:"page_size"`
		} `json:"serve"`
	}
	if err != nil || json.Unmarshal([]byte(out), &got) != nil || got.Serve.Token != "***" || got.Serve.PageSize != 20 {
		t.Errorf("print --json: %v\n%s", err, out)
	}
}

func TestConfigPages(t *testing.T) {
	for use, want := range map[string]string{"reference": config.Reference(), "example": config.Example()} {
		if out, err := runConfig(t, use); err != nil || out != want {
			t.Errorf("%s: %d bytes, %v, want %d", use, len(out), err, len(want))
		}
	}
	if _, err := runConfig(t, "exemple"); err == nil || !isUsage(err) {
		t.Errorf("an unknown subcommand: %v", err)
	}
	// The example is what check accepts.
	if _, err := runConfig(t, "check", "--config", writeConfig(t, config.Example())); err != nil {
		t.Errorf("check of the example: %v", err)
	}
}
