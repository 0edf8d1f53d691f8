//go:build unix

package servers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// stopGrace is how long a server may take to end in good order. Elasticsearch
// took 0.7 s and Kafka 1.1 s with little data; a loaded machine takes longer.
const stopGrace = 30 * time.Second

// process is a server: the leader of its own process group, which can be
// started again after it has ended. Its methods may be called from several
// goroutines.
type process struct {
	name    string           // for messages
	dir     string           // everything the server writes
	logPath string           // its standard output and error, appended
	command func() *exec.Cmd // a fresh command for each start, without output
	port    int              // what it will listen on, 0 for nothing
	remove  bool             // dir is ours: Stop removes it

	mu      sync.Mutex
	running *running // nil before the first start
}

// running is one life of a process. ended is closed by the keeper once the
// leader is gone.
type running struct {
	group int // process group, and process id of the leader
	ended chan struct{}
	state *os.ProcessState // of the leader; to be read once ended is closed
}

func (r *running) alive() bool {
	select {
	case <-r.ended:
		return false
	default:
		return true
	}
}

// start runs the command. The goroutine that starts a child also waits for
// it and keeps its thread in between, because Linux sends the parent death
// signal when the thread that started the child ends, not the process.
func (p *process) start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running != nil && p.running.alive() {
		return fmt.Errorf("%s: already running", p.name)
	}
	// Another server there would answer the probe in place of ours.
	if err := portFree(p.port); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	log, err := os.OpenFile(p.logPath, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := p.command()
	cmd.Stdout, cmd.Stderr = log, log
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	dieWithParent(cmd.SysProcAttr)

	started, run := make(chan error), &running{ended: make(chan struct{})}
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		_ = cmd.Wait() // the state says it all
		run.state = cmd.ProcessState
		close(run.ended)
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	run.group = cmd.Process.Pid
	p.running = run
	return nil
}

// ready starts the server and waits until probe succeeds. If the server ends
// before that or ctx does, nothing is left running and the error carries the
// last lines of the log.
func (p *process) ready(ctx context.Context, probe func(context.Context) error) error {
	if err := p.start(); err != nil {
		return err
	}
	run := p.current()
	var last error
	for {
		attempt, cancel := context.WithTimeout(ctx, 2*time.Second)
		err := probe(attempt)
		cancel()
		if err == nil {
			return nil
		}
		if ctx.Err() == nil {
			last = err
		}
		select {
		case <-run.ended:
			err = errors.New("it ended while starting")
		case <-ctx.Done():
			err = fmt.Errorf("it does not answer: %w (last: %v)", ctx.Err(), last)
		case <-time.After(100 * time.Millisecond):
			continue
		}
		err = errors.Join(err, p.end(run, stopGrace, syscall.SIGKILL))
		return fmt.Errorf("%s: %w; last lines of its log:\n%s", p.name, err, p.logTail(25))
	}
}

func (p *process) current() *running {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.running
}

// Stop ends the server in good order, and with force if it takes longer than
// 30 s, which is an error. Stopping a stopped server does nothing.
func (p *process) Stop() error {
	return errors.Join(p.stop(p.current()), p.discard())
}

// stop is Stop, except that the data stays. The signal goes to the whole
// group: Elasticsearch's launcher ends before the node does.
func (p *process) stop(run *running) error {
	if run == nil || p.end(run, stopGrace, syscall.SIGTERM, syscall.SIGCONT) == nil { // a paused process acts on no signal
		return nil
	}
	return errors.Join(
		fmt.Errorf("%s: did not stop within %v and was killed; last lines of its log:\n%s", p.name, stopGrace, p.logTail(25)),
		p.end(run, stopGrace, syscall.SIGKILL))
}

// Kill ends the server at once (SIGKILL), as a crash would. The data stays.
func (p *process) Kill() error {
	run := p.current()
	if run == nil {
		return nil
	}
	return p.end(run, stopGrace, syscall.SIGKILL)
}

// end signals the whole group and waits until no process of it is left: data
// folder and ports are free then.
func (p *process) end(run *running, limit time.Duration, signals ...syscall.Signal) error {
	for _, s := range signals {
		_ = syscall.Kill(-run.group, s) // ESRCH: gone already
	}
	deadline := time.Now().Add(limit)
	for groupAlive(run.group) || run.alive() {
		if time.Now().After(deadline) {
			return fmt.Errorf("%s: processes of group %d are still there %v after signal %v", p.name, run.group, limit, signals[0])
		}
		time.Sleep(10 * time.Millisecond)
	}
	return nil
}

// Pause stops the server's processes where they are (SIGSTOP): connections
// stay open and nothing answers. Resume lets them go on.
func (p *process) Pause() error { return p.signalGroup(syscall.SIGSTOP) }

// Resume ends a Pause.
func (p *process) Resume() error { return p.signalGroup(syscall.SIGCONT) }

func (p *process) signalGroup(sig syscall.Signal) error {
	run := p.current()
	if run == nil || !run.alive() {
		return fmt.Errorf("%s: not running", p.name)
	}
	if err := syscall.Kill(-run.group, sig); err != nil {
		return fmt.Errorf("%s: %v: %w", p.name, sig, err)
	}
	return nil
}

// Alive says whether the server's process is there; a paused one is.
func (p *process) Alive() bool {
	run := p.current()
	return run != nil && run.alive()
}

// Name is what runs, with its version: kafka-4.1.1.
func (p *process) Name() string { return p.name }

// Dir is the folder that holds the server's configuration, data and log.
func (p *process) Dir() string { return p.dir }

// LogFile is the path of what the server printed, over all its starts.
func (p *process) LogFile() string { return p.logPath }

// CPU is the processor time, user and system, that the server has used since
// it was last started, helper processes included. An error where the system
// cannot tell or the server does not run.
func (p *process) CPU() (time.Duration, error) {
	u, err := p.usage()
	return u.cpu, err
}

// RSS is the server's resident memory in bytes, helper processes included
// (Elasticsearch has a launcher of some 60 MB beside it).
func (p *process) RSS() (int64, error) {
	u, err := p.usage()
	return u.rss, err
}

// usage is what the processes of a group use together.
type usage struct {
	cpu time.Duration
	rss int64 // bytes
}

func (p *process) usage() (usage, error) {
	run := p.current()
	if run == nil || !run.alive() {
		return usage{}, fmt.Errorf("%s: not running", p.name)
	}
	return groupUsage(run.group)
}

// discard removes what a failed start has left of a folder of ours.
func (p *process) discard() error {
	if !p.remove {
		return nil
	}
	return os.RemoveAll(p.dir)
}

func (p *process) logTail(n int) string {
	data, err := os.ReadFile(p.logPath)
	if err != nil {
		return err.Error()
	}
	return lastLines(data, n)
}

// lastLines returns the last n lines of text, each cut at 400 bytes: Java
// prints arguments and class paths in one line.
func lastLines(text []byte, n int) string {
	lines := strings.Split(string(bytes.TrimRight(text, "\n")), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	for i, l := range lines {
		if len(l) > 400 {
			l = strings.ToValidUTF8(l[:400], "") + " …"
		}
		lines[i] = "    " + l
	}
	return strings.Join(lines, "\n")
}

// serverDir returns the folder a server works in: the given one, made if
// need be, or a new one, which the server removes when it is stopped.
func serverDir(dir, server string) (path string, ours bool, err error) {
	if dir == "" {
		dir, err := os.MkdirTemp("", "dateline-"+server+"-")
		if err != nil {
			return "", false, err
		}
		return dir, true, os.Chmod(dir, 0o755)
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return "", false, err
	}
	return dir, false, os.MkdirAll(dir, 0o755)
}
