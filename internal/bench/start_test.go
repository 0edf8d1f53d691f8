package bench

import (
	"context"
	"runtime"
	"strings"
	"testing"
)

func TestStart(t *testing.T) {
	rounds := 0
	rows, err := Start(context.Background(), "/bin/sh", 3, []StartCase{
		{Name: "idle", Args: []string{"-c", "sleep 0.05"}},
		{Name: "reader", Args: []string{"-c", "read line; [ \"$line\" = article ] && sleep 0.05"}, Input: []byte("article\n")},
	}, func(string) { rounds++ })
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0].Name != "idle" || rows[1].Name != "reader" || rounds != 3 {
		t.Fatalf("%d rounds, rows %+v", rounds, rows)
	}
	for _, r := range rows {
		if r.Runs != 3 || r.LeastMS < 50 || r.MedianMS < r.LeastMS || runtime.GOOS == "linux" && (r.RSSMB <= 0 || r.RSSMB > 64) {
			t.Errorf("%+v", r)
		}
	}
	_, err = Start(context.Background(), "/bin/sh", 1, []StartCase{{Name: "broken", Args: []string{"-c", "echo no data >&2; exit 3"}}}, func(string) {})
	if err == nil || !strings.Contains(err.Error(), "broken: exit status 3: no data") {
		t.Errorf("error %v", err)
	}
}
