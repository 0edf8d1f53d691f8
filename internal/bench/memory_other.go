//go:build !linux

package bench

// residentMB is not read on this system; the column stays empty.
func residentMB() float64 { return 0 }
