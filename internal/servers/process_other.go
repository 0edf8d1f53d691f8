//go:build unix && !linux

package servers

import (
	"errors"
	"syscall"
)

// dieWithParent does nothing: only Linux can tell a child that its parent is
// gone. A killed test leaves its servers running there.
func dieWithParent(*syscall.SysProcAttr) {}

// groupAlive says whether the group has a process.
func groupAlive(group int) bool { return !errors.Is(syscall.Kill(-group, 0), syscall.ESRCH) }

func groupUsage(int) (usage, error) {
	return usage{}, errors.New("processor time and memory of servers are measured on Linux only")
}
