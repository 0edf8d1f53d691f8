//go:build unix

package servers

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// shell is a process that runs a shell script in dir. Scripts write the file
// "up" when they are ready.
func shell(dir, script string) *process {
	return &process{
		name: "shell", dir: dir, logPath: filepath.Join(dir, "log"),
		command: func() *exec.Cmd {
			cmd := exec.Command("/bin/sh", "-c", script)
			cmd.Dir = dir
			return cmd
		},
	}
}

func (p *process) up(ctx context.Context) error {
	_, err := os.Stat(filepath.Join(p.dir, "up"))
	return err
}

func within(t *testing.T, limit time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	t.Cleanup(cancel)
	return ctx
}

// A server with a helper of its own, as Elasticsearch has one, and a good
// order to end in. The helper reports both up: a signal that reaches it
// before it has become a program of its own would be lost.
const orderly = `echo begin; trap 'echo end; exit 0' TERM; sh -c ': > up; exec sleep 100' & wait`

// A server whose helper ends later than it does.
const straggling = `trap 'exit 0' TERM; sh -c 'trap "sleep 0.3; exit" TERM; : > up; while :; do sleep 0.02; done' & wait`

// deaf ignores the polite signal.
const deaf = `trap '' TERM; : > up; while :; do sleep 0.05; done`

func TestProcessStopsInOrderAndStartsAgain(t *testing.T) {
	p := shell(t.TempDir(), orderly)
	for range 2 {
		if err := p.ready(within(t, 10*time.Second), p.up); err != nil {
			t.Fatal(err)
		}
		group := p.current().group
		if err := p.Stop(); err != nil {
			t.Fatal(err)
		}
		if p.Alive() || groupAlive(group) {
			t.Fatal("processes left after Stop")
		}
		os.Remove(filepath.Join(p.dir, "up"))
	}
	if err := p.Stop(); err != nil {
		t.Errorf("second Stop: %v", err)
	}
	if log := strings.Fields(p.logTail(10)); strings.Join(log, " ") != "begin end begin end" {
		t.Errorf("log %q: want two orderly lives", log)
	}
}

func TestProcessStopsWhilePaused(t *testing.T) {
	p := shell(t.TempDir(), orderly)
	if err := p.ready(within(t, 10*time.Second), p.up); err != nil {
		t.Fatal(err)
	}
	if err := p.Pause(); err != nil {
		t.Fatal(err)
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(p.logTail(1), "end") {
		t.Errorf("log %q: the paused process did not end in good order", p.logTail(10))
	}
}

func TestProcessStopWaitsForTheWholeGroup(t *testing.T) {
	p := shell(t.TempDir(), straggling)
	if err := p.ready(within(t, 10*time.Second), p.up); err != nil {
		t.Fatal(err)
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if groupAlive(p.current().group) {
		t.Error("Stop returned before the last process of the group had ended")
	}
}

func TestProcessPauseAndResume(t *testing.T) {
	dir := t.TempDir()
	p := shell(dir, `: > up; while :; do echo x >> beat; sleep 0.01; done`)
	if err := p.ready(within(t, 10*time.Second), p.up); err != nil {
		t.Fatal(err)
	}
	defer p.Kill()
	beats := func() int {
		data, _ := os.ReadFile(filepath.Join(dir, "beat"))
		return len(data)
	}
	waitFor(t, "beats", func() bool { return beats() > 0 })
	if err := p.Pause(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond) // the signal is delivered, not awaited
	paused := beats()
	time.Sleep(200 * time.Millisecond)
	if n := beats(); n != paused {
		t.Errorf("%d beats while paused", n-paused)
	}
	if err := p.Resume(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "beats after Resume", func() bool { return beats() > paused })
}

func TestProcessKillEndsTheWholeGroup(t *testing.T) {
	p := shell(t.TempDir(), `sh -c "$0" & `+deaf)
	if err := p.ready(within(t, 10*time.Second), p.up); err != nil {
		t.Fatal(err)
	}
	group := p.current().group
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	if p.Alive() || groupAlive(group) {
		t.Error("processes left after Kill")
	}
	if err := p.Pause(); err == nil {
		t.Error("Pause of a dead process: want an error")
	}
}

func TestProcessThatEndsWhileStarting(t *testing.T) {
	p := shell(t.TempDir(), `echo no disk left; exit 3`)
	ctx := within(t, 10*time.Second)
	err := p.ready(ctx, p.up)
	if ctx.Err() != nil {
		t.Error("the end was noticed at the deadline only")
	}
	if err == nil || !strings.Contains(err.Error(), "ended while starting") || !strings.Contains(err.Error(), "no disk left") {
		t.Errorf("error %v: want what happened and the log", err)
	}
}

func TestProcessThatNeverAnswers(t *testing.T) {
	p := shell(t.TempDir(), `echo deaf; sleep 100 & wait`)
	err := p.ready(within(t, 400*time.Millisecond), func(context.Context) error { return errors.New("refused") })
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "refused") || !strings.Contains(err.Error(), "deaf") {
		t.Errorf("error %v: want the deadline, the probe's last error and the log", err)
	}
	if p.Alive() || groupAlive(p.current().group) {
		t.Error("processes left after a failed start")
	}
}

func TestProcessCannotStartTwice(t *testing.T) {
	p := shell(t.TempDir(), orderly)
	if err := p.ready(within(t, 10*time.Second), p.up); err != nil {
		t.Fatal(err)
	}
	defer p.Kill()
	if err := p.start(); err == nil {
		t.Error("second start: want an error")
	}
	p2 := shell(t.TempDir(), "")
	p2.command = func() *exec.Cmd { return exec.Command("/nonexistent/server") }
	if err := p2.start(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("start of nothing: error %v, want file does not exist", err)
	}
}

func TestProcessWhosePortIsTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	p := shell(t.TempDir(), orderly)
	p.port = l.Addr().(*net.TCPAddr).Port
	if err := p.start(); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("error %v, want %v", err, syscall.EADDRINUSE)
	}
}

func TestProcessUsage(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("measured on Linux only")
	}
	p := shell(t.TempDir(), `i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; : > up; sleep 100 & wait`)
	if err := p.ready(within(t, 30*time.Second), p.up); err != nil {
		t.Fatal(err)
	}
	defer p.Kill()
	cpu, err := p.CPU()
	if err != nil || cpu < 10*time.Millisecond || cpu > time.Minute {
		t.Errorf("CPU %v, %v: want what the loop took", cpu, err)
	}
	rss, err := p.RSS()
	if err != nil || rss < 200<<10 || rss > 100<<20 {
		t.Errorf("RSS %d, %v: want that of a shell and a sleep", rss, err)
	}
}

// startSleeper is the life of the parent in TestProcessDiesWithItsParent: it
// starts a server and prints its process group.
func startSleeper() error {
	dir, err := os.MkdirTemp("", "dateline-test-")
	if err != nil {
		return err
	}
	p := shell(dir, deaf)
	if err := p.ready(context.Background(), p.up); err != nil {
		return err
	}
	if os.Getenv("DATELINE_TEST_PAUSE") != "" {
		if err := p.Pause(); err != nil {
			return err
		}
	}
	fmt.Println(dir, p.current().group)
	return nil
}

func TestProcessDiesWithItsParent(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells a child of its parent's death")
	}
	for _, pause := range []string{"", "paused"} {
		t.Run("child "+pause, func(t *testing.T) {
			dir, group := killedParent(t, "sleeper", "DATELINE_TEST_PAUSE="+pause)
			defer os.RemoveAll(dir)
			waitFor(t, "end of the child", func() bool { return !groupAlive(group) })
		})
	}
}

// killedParent runs this binary as one of children, reads the server's folder
// and process group from it and kills it.
func killedParent(t *testing.T, child string, env ...string) (dir string, group int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), childVariable+"="+child), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err == nil {
		var ok bool
		var number string
		if dir, number, ok = strings.Cut(strings.TrimSpace(line), " "); ok {
			group, err = strconv.Atoi(number)
		}
	}
	if err != nil || !groupAlive(group) {
		t.Errorf("child said %q (%v): want a folder and a running process group", line, err)
	}
	if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	return dir, group
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: waited 10 s", what)
		}
	}
}

func TestLastLines(t *testing.T) {
	long := strings.Repeat("é", 300)
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "    "},
		{"fewer", "a\n", "    a"},
		{"more", "a\nb\nc\n\n", "    b\n    c"},
		{"long line cut on a rune", "x" + long, "    x" + long[:398] + " …"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := lastLines([]byte(c.text), 2); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
