//go:build unix

package worker

import (
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"

	"dateline/index/elastic/estest"
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

// BenchmarkReturn measures how fast the worker is again after the store was
// away for twelve seconds: records committed a second before, and in the ten
// seconds after. The store takes 50 ms for a bulk of 50.
func BenchmarkReturn(b *testing.B) {
	const n = 240_000
	var before, after float64
	rounds := 0.0
	for b.Loop() {
		x := newBench(b, 4)
		x.cfg.Worker.Bulk.Docs = 50
		server, store := standIn(b)
		server.Always(estest.Slow(50 * time.Millisecond))
		for batch := range slices.Chunk(envelopes(n), 20_000) { // more are too large for one request
			x.produce(batch...)
		}
		w := x.start(store, newPlain(b))
		until(b, "a start", func() bool { return x.committed() > 2000 })
		pace := func(d time.Duration) float64 {
			from, begin := x.committed(), time.Now()
			time.Sleep(d)
			return float64(x.committed()-from) / time.Since(begin).Seconds()
		}
		before += pace(5 * time.Second)
		server.SetDown(true)
		time.Sleep(12 * time.Second)
		server.SetDown(false)
		after += pace(10 * time.Second)
		if x.committed() == n {
			b.Fatal("too few records: the worker was through before the ten seconds were")
		}
		rounds++
		w.stop()
	}
	b.ReportMetric(before/rounds, "before/s")
	b.ReportMetric(after/rounds, "after/s")
	b.ReportMetric(100*after/before, "%")
	b.ReportMetric(0, "ns/op")
}

// cpu is the processor time that this process has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
