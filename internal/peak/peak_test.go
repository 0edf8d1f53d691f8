package peak

import "testing"

func TestHighWater(t *testing.T) {
	if mb := highWater("Name:\tx\nVmPeak:\t 9 kB\nVmHWM:\t  250000 kB\nVmRSS:\t 1 kB\n"); mb != 256 {
		t.Errorf("%v MB", mb)
	}
	if mb := highWater("Name:\tx\n"); mb != 0 {
		t.Errorf("%v MB of nothing", mb)
	}
}
