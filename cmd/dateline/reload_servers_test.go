//go:build servers

package main

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"dateline/internal/servers"
	"dateline/worker"
)

// TestReload changes the file under a working worker again and again, once
// into one that is wrong: nothing is lost, the group does not notice, and what
// is in force is said.
func TestReload(t *testing.T) {
	x := newE2E(t)
	port, err := servers.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	x.cfg.Worker.Listen = fmt.Sprintf("127.0.0.1:%d", port)
	x.write()
	w := x.worker("reloaded")
	status := func() *worker.Status {
		t.Helper()
		var looks []look
		x.dateline(&looks, "top", "--json")
		return looks[0].Status
	}
	x.until("a worker that answers", func() bool {
		_, _, code := runProgram(t, "", "top", "--once", "--config", x.file)
		return code == exitDone
	})
	const rounds, each = 8, 40
	for i := range rounds {
		x.notesFrom(i*each, each)
		x.cfg.Log.Level = []string{"debug", "info"}[i%2]
		x.cfg.Worker.StallAfter = time.Duration(30+i) * time.Second
		x.write()
		before := time.Now()
		w.cmd.Process.Signal(syscall.SIGHUP)
		x.until("a reload", func() bool { s := status(); return s != nil && s.Reload != nil && s.Reload.At.After(before) })
		if s := status(); !s.Reload.OK || s.Reload.Error != "" {
			t.Fatalf("reload %d: %+v", i, s.Reload)
		}
	}

	x.corrects(w, rounds*each)

	good, err := os.ReadFile(x.file)
	if err != nil {
		t.Fatal(err)
	}
	// The new level is good, the threshold is not: neither is taken.
	bad := strings.Replace(strings.Replace(string(good), "level: info", "level: debug", 1), "stall_after: 37s", "stall_after: 1s", 1)
	if err := os.WriteFile(x.file, []byte(bad), 0o600); err != nil {
		t.Fatal(err)
	}
	w.cmd.Process.Signal(syscall.SIGHUP)
	var s *worker.Status
	x.until("a refusal", func() bool {
		looks := (&top{workers: []*remote{{address: x.cfg.Worker.Listen, client: x.http()}}}).look(t.Context())
		s = looks[0].Status
		return s != nil && s.Reload != nil && !s.Reload.OK
	})
	if !strings.Contains(s.Reload.Error, "worker.stall_after") || !strings.Contains(s.Reload.Error, x.file+":") {
		t.Errorf("refused with %q", s.Reload.Error)
	}
	if err := os.WriteFile(x.file, good, 0o600); err != nil {
		t.Fatal(err)
	}
	x.notesFrom(rounds*each+2, each)
	x.until("all committed", func() bool { return x.committed() == (rounds+1)*each+2 })
	if got := x.articles(); !maps.Equal(got, x.want) {
		t.Errorf("%d articles, want %d", len(got), len(x.want))
	}
	w.stop()
	log := w.log.String()
	for want, n := range map[string]int{"generation starts": 1, `"msg":"settings are reloaded"`: rounds + 1, `"msg":"new settings are refused, the old ones stay"`: 1} {
		if got := strings.Count(log, want); got != n {
			t.Errorf("%q stands %d times in the log, want %d", want, got, n)
		}
	}
	// Level info is in force after the refusal: nothing of debug stands behind it.
	if _, after, _ := strings.Cut(log, "the old ones stay"); strings.Contains(after, `"level":"debug"`) {
		t.Error("a refused file changed the log level")
	}
}

// corrects adds a correction to the file and has the worker read it: an article
// before it and one after it differ.
func (x *e2e) corrects(w *child, first int) {
	x.t.Helper()
	names := func(i int) string {
		x.until("the article", func() bool {
			x.articles()
			raw, err := x.store.Get(x.t.Context(), noteID(i))
			return err == nil && raw != nil
		})
		return x.dateline(nil, "explain", noteID(i), "--stored")
	}
	x.notesFrom(first, 1)
	before := names(first)
	x.cfg.Worker.Overrides = written(x.t, "corrections.jsonl",
		[]byte(`{"op":"block","surface":"Tallinn","as":"place","by":"kl","reason":"a test","at":"2025-03-01"}`+"\n"))
	x.write()
	sent := time.Now()
	w.cmd.Process.Signal(syscall.SIGHUP)
	x.until("the correction", func() bool {
		var looks []look
		x.dateline(&looks, "top", "--json")
		r := looks[0].Status.Reload
		return r != nil && r.OK && r.At.After(sent)
	})
	x.notesFrom(first+1, 1)
	after := names(first + 1)
	if !strings.Contains(before, `"name": "Tallinn"`) || strings.Contains(after, `"name": "Tallinn"`) || !strings.Contains(after, `"overrides"`) {
		x.t.Errorf("the correction is not in force:\n%s\n%s", before, after)
	}
}

// http is a client without connections left over.
func (x *e2e) http() *http.Client {
	return &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
}
