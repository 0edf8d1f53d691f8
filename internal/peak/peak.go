// Package peak reads the highest memory that a process has had, as Linux tells.
package peak

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// MB is the highest resident memory of a running process so far, in MB; 0 if it
// has ended, and on systems that do not say. What a system says of an ended child
// would not do: that counts the parent's memory, which the child has until it
// starts its program.
func MB(pid int) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	return highWater(string(status))
}

// highWater is the high-water mark in what Linux says of a process.
func highWater(status string) float64 {
	for line := range strings.Lines(status) {
		if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(v), " kB"), 64)
			return kib * 1024 / 1e6
		}
	}
	return 0
}
