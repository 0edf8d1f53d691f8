//go:build unix

package main

import (
	"os"
	"testing"

	"dateline/internal/servers"
)

func TestExecute(t *testing.T) {
	pair := &servers.Pair{KafkaAddr: "127.0.0.1:1", ElasticsearchURL: "http://127.0.0.1:2"}
	for _, c := range []struct {
		name   string
		script string
		want   int
	}{
		{"passes", "exit 0", 0},
		{"fails", "exit 7", 7},
		{"killed", "kill -9 $$", 137},
		{"is told the addresses", `[ "$DATELINE_KAFKA $DATELINE_ELASTICSEARCH" = "127.0.0.1:1 http://127.0.0.1:2" ]`, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, err := execute([]string{"/bin/sh", "-c", c.script}, pair)
			if status != c.want || err != nil {
				t.Errorf("got %d, %v, want %d", status, err, c.want)
			}
		})
	}
	if status, err := execute([]string{"/nonexistent"}, pair); status == 0 || err == nil {
		t.Errorf("missing command: %d, %v, want an error", status, err)
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"run"}, {"run", "--"}, {"run", "true"}, {"lock", "kafka"}, {"down"}} {
		if status, err := run(args); status != 2 || err != nil {
			t.Errorf("%q: %d, %v, want 2, wrong usage", args, status, err)
		}
	}
}

func TestKeepLogs(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := (logs{}).keep(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(logFolder); !os.IsNotExist(err) {
		t.Errorf("no logs, yet there is a folder: %v", err)
	}
	if err := (logs{"kafka.log": []byte("text")}).keep(); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(logFolder + "/kafka.log"); string(text) != "text" {
		t.Errorf("kept %q, %v", text, err)
	}
}
