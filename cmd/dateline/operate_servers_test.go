//go:build servers

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"dateline/internal/servers"
	"dateline/pipeline/wire"
)

// TestOperate is a bad day: an index refuses writes, a record holds its
// worker, and the operator finds it, parks it, and brings it back later.
func TestOperate(t *testing.T) {
	x := newE2E(t)
	port, err := servers.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	listen := fmt.Sprintf("127.0.0.1:%d", port)
	x.cfg.Worker.Listen, x.cfg.Worker.Token = listen, "s3cret-token"
	x.write()
	t.Setenv("OPERATE_TOKEN", "s3cret-token")
	yaml, err := os.ReadFile(x.file)
	if err != nil {
		t.Fatal(err)
	}
	yaml = bytes.Replace(yaml, []byte(`token: "***"`), []byte(`token: ${OPERATE_TOKEN}`), 1)
	if err := os.WriteFile(x.file, yaml, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, _, code := runProgram(t, "", "top", "--once", "--config", x.file); code != exitFailed || !strings.Contains(out, "silent") {
		t.Errorf("top without a worker: exit %d\n%s", code, out)
	}

	x.notes(20)
	w := x.worker("operated")
	x.until("all committed", func() bool { return x.committed() == 21 })
	x.explainsOne()
	x.tails()

	// The index is read-only: 403, which is a fault of configuration.
	index := x.cfg.Elasticsearch.Prefix + "-articles-2025.05"
	x.es(http.MethodPut, "/"+index+"/_block/write", "", &struct{}{})
	x.notes(1) // the first note again and the junk: a write that is refused
	var looks []look
	x.until("the hold", func() bool {
		x.dateline(&looks, "top", "--json")
		return len(looks) == 1 && looks[0].Status != nil && len(looks[0].Status.Holds) == 1
	})
	hold := looks[0].Status.Holds[0]
	if s := looks[0].Status; s.Ready || hold.Cause != "refused" || hold.Index != index || hold.Record == "" || s.Group != x.cfg.Kafka.Group || len(s.Partitions) != e2ePartitions {
		t.Fatalf("status %+v", s)
	}
	if out := x.dateline(nil, "top", "--once"); !strings.Contains(out, hold.Record) || !strings.Contains(out, "NO") || !strings.Contains(out, x.cfg.Kafka.Topic+"/0") {
		t.Errorf("top:\n%s", out)
	}
	t.Setenv("OPERATE_TOKEN", "guess")
	if _, errs, code := runProgram(t, "", "dlq", "park", hold.Record, "--config", x.file); code != exitFailed || !strings.Contains(errs, "worker.token") {
		t.Errorf("park with a wrong token: exit %d, %s", code, errs)
	}
	t.Setenv("OPERATE_TOKEN", "s3cret-token")
	var parked parkResult
	x.dateline(&parked, "dlq", "park", hold.Record, "--json")
	if parked.Worker != listen || parked.Record != hold.Record {
		t.Errorf("parked %+v", parked)
	}
	var list dlqList
	x.until("the letter", func() bool {
		x.dateline(&list, "dlq", "ls", "--filter", "reason=operator", "--json")
		return len(list) == 1
	})
	x.until("the end of the hold", func() bool { return x.committed() == 23 })
	if _, errs, code := runProgram(t, "", "dlq", "park", hold.Record, "--config", x.file); code != exitFailed || !strings.Contains(errs, "not in flight") {
		t.Errorf("park once more: exit %d, %s", code, errs)
	}
	w.stop()
}

// explainsOne asks how a stored article was read.
func (x *e2e) explainsOne() {
	x.t.Helper()
	x.articles() // refreshes
	id := wire.ID("ferry-desk", "note-0")
	if out := x.dateline(nil, "explain", id); !strings.Contains(out, "Tallinn") || !strings.Contains(out, "reads the same actors") {
		x.t.Errorf("explain:\n%s", out)
	}
	if _, errs, code := runProgram(x.t, "", "explain", strings.Repeat("0", 32), "--config", x.file); code != exitFailed || !strings.Contains(errs, "no visible article") {
		x.t.Errorf("explain of what is not there: exit %d, %s", code, errs)
	}
}

// tails reads what has come in, and the dead letter of what could not be read.
func (x *e2e) tails() {
	x.t.Helper()
	out := x.dateline(nil, "tail", "--from-time", "1h", "--source", "harbour-desk", "--count", "10", "--json")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for _, line := range lines {
		var l tailLine
		if err := json.Unmarshal([]byte(line), &l); err != nil || l.Source != "harbour-desk" || l.When != "2025-05-19" || len(l.Where) != 1 {
			x.t.Errorf("tail: %s %v", line, err)
		}
	}
	if len(lines) != 10 {
		x.t.Errorf("tail shows %d articles of the source, want 10", len(lines))
	}
	if out := x.dateline(nil, "tail", "--topic", "dlq", "--from-time", "1h", "--count", "1"); !strings.Contains(out, "DEAD decode") {
		x.t.Errorf("tail of dead letters: %s", out)
	}
}
