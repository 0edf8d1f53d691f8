package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dateline/config"
)

func TestKibanaLintAndExport(t *testing.T) {
	var out bytes.Buffer
	run := func(args ...string) error {
		out.Reset()
		cmd := newKibanaCommand()
		cmd.SetOut(&out)
		cmd.SetErr(io.Discard)
		cmd.SetArgs(args)
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		return cmd.Execute()
	}
	if err := run("lint"); err != nil || !strings.Contains(out.String(), "0 findings by 9 rules") {
		t.Fatalf("%v: %s", err, &out)
	}
	if err := run("export", "--prefix", "desk"); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "export.ndjson")
	broken := strings.ReplaceAll(strings.ReplaceAll(out.String(), "desk-", "dateline-"), `"sourceField":"actor.name"`, `"sourceField":"actor.nickname"`)
	if err := os.WriteFile(file, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run("lint", file, "--json"); err != errReported {
		t.Fatalf("a broken export gives %v", err)
	}
	var found struct {
		Defects []struct{ Rule, File, Text string }
	}
	if err := json.Unmarshal(out.Bytes(), &found); err != nil {
		t.Fatal(err)
	}
	if len(found.Defects) == 0 || found.Defects[0].Rule != "fields" || !strings.HasPrefix(found.Defects[0].File, file+":") {
		t.Errorf("defects %+v", found.Defects)
	}
	if err := run("lint", "nothere.ndjson"); err == nil || !strings.Contains(err.Error(), "nothere.ndjson") {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestSetupKibana(t *testing.T) {
	var got []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization"))
		if r.URL.Path == "/api/status" {
			io.WriteString(w, `{"version":{"number":"8.19.16"}}`)
			return
		}
		f, _, err := r.FormFile("file")
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		b, _ := io.ReadAll(f)
		lines := strings.Count(string(b), "\n") - 1 // the counts
		json.NewEncoder(w).Encode(map[string]any{"success": true, "successCount": lines})
	}))
	defer s.Close()
	c := config.Default()
	c.Elasticsearch.Username, c.Elasticsearch.Password = "elastic", "hush"
	if step, err := setupKibana(context.Background(), c, s.URL, "", true); err != nil || len(got) != 0 || step.Objects != 34 {
		t.Fatalf("a dry run: %+v, %v, asked %q", step, err, got)
	}
	step, err := setupKibana(context.Background(), c, s.URL, "desk", false)
	if err != nil || step.Objects != 34 || step.Version != "8.19.16" {
		t.Fatalf("%+v, %v", step, err)
	}
	const auth = " Basic ZWxhc3RpYzpodXNo"
	if want := []string{"GET /api/status" + auth, "POST /s/desk/api/saved_objects/_import" + auth}; strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("asked %q, want %q", got, want)
	}
	for _, bad := range []string{"kibana:5601", "ftp://kibana", "::"} {
		if _, err := setupKibana(context.Background(), c, bad, "", false); !isUsage(err) {
			t.Errorf("--kibana %s: %v", bad, err)
		}
	}
}
