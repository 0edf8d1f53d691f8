package bench

import (
	"bytes"
	"os"
	"strconv"
)

// residentMB is this process's resident memory in MB.
func residentMB() float64 {
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	f := bytes.Fields(data)
	if len(f) < 2 {
		return 0
	}
	pages, _ := strconv.ParseFloat(string(f[1]), 64)
	return pages * float64(os.Getpagesize()) / 1e6
}

// highestMB is the highest resident memory of a running process so far, in MB; 0
// if it has ended. What the system says of an ended child would not do: that
// counts the parent's memory, which the child has until it starts its program.
func highestMB(pid int) float64 {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(data, []byte("VmHWM:"))
	f := bytes.Fields(rest)
	if len(f) == 0 {
		return 0
	}
	kB, _ := strconv.ParseFloat(string(f[0]), 64)
	return kB * 1024 / 1e6
}
