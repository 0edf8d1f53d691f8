package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"dateline/index"
	"dateline/index/embedded"
)

// writerEnv makes the test binary a process that writes until it is killed.
const writerEnv = "DATELINE_TEST_EMBEDDED_WRITER"

func action(n int, version int64) index.Action {
	id := fmt.Sprintf("%032x", n)
	return index.Action{Index: "dateline-articles-2025.05", ID: id, Version: version,
		Source: []byte(`{"doc_id":"` + id + `","status":"usable","title":"number ` + strconv.Itoa(n) + `"}`)}
}

// write stores batches of ten in dir, and tells each number it was
// acknowledged for.
func write(dir string) error {
	s, err := embedded.Open(dir)
	if err != nil {
		return err
	}
	vs, err := s.Versions(context.Background(), "dateline-articles-2025.05", []string{action(0, 0).ID})
	if err != nil {
		return err
	}
	for round := vs[0] + 1; ; round++ {
		var as []index.Action
		for n := range 10 {
			as = append(as, action(n, max(round, 1)))
		}
		r := s.Bulk(context.Background(), as)
		if r.Request != index.OK {
			return r.Err
		}
		fmt.Println(max(round, 1))
	}
}

// TestKill kills a writer again and again; what it had told is there.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	for round := range 5 {
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), writerEnv+"="+dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		told := int64(0)
		lines := bufio.NewScanner(out)
		for n := 0; n < 5+round*3 && lines.Scan(); n++ {
			if told, err = strconv.ParseInt(lines.Text(), 10, 64); err != nil {
				t.Fatal(err)
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what was told before the kill came
			if v, err := strconv.ParseInt(lines.Text(), 10, 64); err == nil {
				told = v
			}
		}
		_ = cmd.Wait() // it was killed
		s := open(t, dir)
		var ids []string
		for n := range 10 {
			ids = append(ids, action(n, 0).ID)
		}
		vs, err := s.Versions(context.Background(), "dateline-articles-2025.05", ids)
		if err != nil {
			t.Fatal(err)
		}
		for n, v := range vs {
			if v < told || told == 0 {
				t.Errorf("round %d: document %d has version %d, %d was acknowledged", round, n, v, told)
			}
			if v != vs[0] {
				t.Errorf("round %d: half a batch: %v", round, vs)
				break
			}
		}
		a, err := s.Search(context.Background(), &index.Query{Words: "number", Limit: 20, Now: time.Now()})
		if err != nil || a.Total != 10 {
			t.Errorf("round %d: found %+v, %v", round, a, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLocked(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer s.Close()
	if _, err := embedded.Open(dir); !errors.Is(err, embedded.ErrLocked) || !strings.Contains(err.Error(), dir) {
		t.Errorf("second open: %v", err)
	}
}

func TestReopen(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if r := s.Bulk(context.Background(), []index.Action{action(1, 7)}); r.Request != index.OK || r.Outcomes[0].Result != index.Created {
		t.Fatalf("%+v", r)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if r := s.Bulk(context.Background(), []index.Action{action(1, 7), action(1, 8), action(2, 1)}); r.Request != index.OK ||
		r.Outcomes[0].Result != index.Stale || r.Outcomes[1].Result != index.Updated || r.Outcomes[2].Result != index.Created {
		t.Errorf("%+v", r)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestNewerSchema(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if err := embedded.SetSchema(s, index.Schema+1); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := embedded.Open(dir); !errors.Is(err, embedded.ErrNewer) {
		t.Errorf("open: %v", err)
	}
}

// The folder of a store that was killed while it was made is made anew.
func TestHalfMade(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(dir+"/index/store", 0o755); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir)
	if err := s.Health(context.Background()); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
