package servers

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// dieWithParent has the kernel kill the child when the thread that started it
// ends.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }

// groupAlive says whether the group has a process that still runs. Dead ones
// that nobody has waited for do not count: they hold neither files nor ports,
// and where process 1 does not collect orphans they stay for ever.
func groupAlive(group int) bool {
	alive := false
	eachOfGroup(group, func(s stat) { alive = alive || !s.dead() })
	return alive
}

// dead says whether the last thread of the process has ended. The state is
// that of its first thread: a killed JVM is a zombie by that while others of
// its threads still hold its ports.
func (s stat) dead() bool { return (s.state == 'Z' || s.state == 'X') && s.threads <= 1 }

func groupUsage(group int) (usage, error) {
	var u usage
	eachOfGroup(group, func(s stat) {
		u.cpu += s.cpu
		u.rss += s.rss
	})
	if u.cpu == 0 && u.rss == 0 {
		return u, fmt.Errorf("process group %d: no processes", group)
	}
	return u, nil
}

// stat is what /proc/PID/stat tells of a process.
type stat struct {
	state   byte
	group   int
	threads int
	cpu     time.Duration // user and system, with that of children waited for
	rss     int64         // bytes
}

func eachOfGroup(group int, visit func(stat)) {
	files, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is well formed
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			continue // it has ended meanwhile
		}
		if s, err := parseStat(string(data)); err == nil && s.group == group {
			visit(s)
		}
	}
}

// clockTick is the unit of times in /proc: USER_HZ, 100 a second on every
// architecture that Go and Java both run on.
const clockTick = time.Second / 100

// parseStat reads /proc/PID/stat as proc(5) describes it. The second field,
// the name in parentheses, may hold blanks and parentheses itself, so the
// fields are counted from the last closing one; the first after it is
// number 3, the state.
func parseStat(text string) (stat, error) {
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	const first = 3
	if len(fields) <= 24-first || len(fields[0]) != 1 {
		return stat{}, errors.New("process status: too few fields")
	}
	var bad error
	number := func(field int) int64 {
		n, err := strconv.ParseInt(fields[field-first], 10, 64)
		bad = errors.Join(bad, err)
		return n
	}
	s := stat{
		state:   fields[0][0],
		group:   int(number(5)),
		threads: int(number(20)),
		cpu:     time.Duration(number(14)+number(15)+number(16)+number(17)) * clockTick,
		rss:     number(24) * int64(os.Getpagesize()),
	}
	return s, bad
}
