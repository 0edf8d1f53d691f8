//go:build unix

package servers

import (
	"fmt"
	"os/exec"
	"syscall"
	"time"
)

// Program is a child process that is no server of this package but is kept
// like one: in a process group of its own, with its output in a file, killed
// with the process that started it. Kill, Pause, Resume, Alive, CPU and RSS
// work as on a server.
type Program struct{ *process }

// StartProgram starts a command, which is asked for at each start, and appends
// what it prints to a file.
func StartProgram(name, log string, command func() *exec.Cmd) (*Program, error) {
	p := &Program{&process{name: name, logPath: log, command: command}}
	if err := p.start(); err != nil {
		return nil, err
	}
	return p, nil
}

// Again starts a program that has ended once more.
func (p *Program) Again() error { return p.start() }

// Ended is closed when the program's present life is over.
func (p *Program) Ended() <-chan struct{} { return p.current().ended }

// Terminate asks the program to end (SIGTERM) and waits until it does, at most
// limit; then it is killed, which is an error, as is another exit status than
// 0. It returns how long it took.
func (p *Program) Terminate(limit time.Duration) (time.Duration, error) {
	run, begin := p.current(), time.Now()
	if err := syscall.Kill(-run.group, syscall.SIGTERM); err != nil {
		return 0, fmt.Errorf("%s: %w", p.name, err)
	}
	select {
	case <-run.ended:
	case <-time.After(limit):
		_ = p.Kill()
		return time.Since(begin), fmt.Errorf("%s: did not end within %v; last lines of its log:\n%s", p.name, limit, p.logTail(15))
	}
	took := time.Since(begin)
	if code := run.state.ExitCode(); code != 0 {
		return took, fmt.Errorf("%s: ended with %v; last lines of its log:\n%s", p.name, run.state, p.logTail(15))
	}
	return took, nil
}

// LogTail is the last n lines of what the program has printed.
func (p *Program) LogTail(n int) string { return p.logTail(n) }
