//go:build unix

package worker

import (
	"fmt"
	"syscall"
	"testing"
	"time"
)

// BenchmarkPoison measures what poison costs the good records: processor time
// of the whole process, broker and store in memory included, for each good
// record, at 0, 1 and 10 % poison. Compare the three.
func BenchmarkPoison(b *testing.B) {
	for _, percent := range []int{0, 1, 10} {
		b.Run(fmt.Sprintf("%d%%", percent), func(b *testing.B) {
			const n = 20_000
			var used time.Duration
			good := 0
			for b.Loop() {
				x, s := newBench(b, 4), &memory{}
				var values [][]byte
				for i := range n {
					if i%100 < percent {
						values = append(values, []byte("poison"))
						continue
					}
					values = append(values, envelope(fmt.Sprint("item-", i), 1))
					good++
				}
				x.produce(values...)
				begin := cpu(b)
				w := x.start(s, newPlain(b))
				until(b, "all committed", func() bool { time.Sleep(20 * time.Millisecond); return x.committed() == n })
				used += cpu(b) - begin
				w.stop()
			}
			b.ReportMetric(float64(used.Microseconds())/float64(good), "cpu-µs/good")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// cpu is the processor time that this process has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
