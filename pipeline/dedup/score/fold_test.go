package score

import (
	"dateline/pipeline/dedup"
	"fmt"
	"testing"
)

func TestTry(t *testing.T) {
	b := stories(t)
	s := NewSimulator(b, true)
	f := NewFolder(dedup.DefaultParams())
	type st struct {
		docs []Doc
		recs []dedup.Record
	}
	var all []st
	for seed := int64(11); seed <= 15; seed++ {
		d := s.Stream(seed)
		all = append(all, st{d, f.Records(d)})
	}
	td := s.Templates(all[0].docs)
	fmt.Println(len(td))
	tr := f.Records(td)
	run := func(name string, p dedup.Params) {
		f := NewFolder(p)
		var P, R, A, lo, hi float64
		lo = 1
		for _, x := range all {
			root, _ := f.Fold(x.recs)
			r := Judge(x.docs, root)
			P += r.P() / 5
			R += r.R() / 5
			A += r.ARI / 5
			lo, hi = min(lo, r.ARI), max(hi, r.ARI)
		}
		root, _ := f.Fold(tr)
		merged := 0
		by := map[string]int{}
		for i := range td {
			if td[i].Kind == Template && root[i] != i {
				merged++
				by[fmt.Sprint(td[root[i]].Kind == Template)]++
			}
		}
		fmt.Printf("%-30s P %.4f R %.4f ARI %.4f (%.3f-%.3f) templates %d %.1f%% %v\n", name, P, R, A, lo, hi, merged, float64(merged)/12, by)
	}
	off := dedup.Guard{Age: 365 * 86400, Expect: 4000, Keep: 0}
	p := dedup.DefaultParams()
	p.Guard = [2]dedup.Guard{off, off}
	run("off", p)
	for _, g := range [][2]dedup.Guard{
		{{6 * 3600, 5000, 400}, {22 * 3600, 3000, 700}},
		{{6 * 3600, 6000, 300}, {22 * 3600, 3000, 700}},
		{{6 * 3600, 6000, 300}, {22 * 3600, 2000, 700}},
		{{6 * 3600, 6000, 300}, {20 * 3600, 2000, 700}},
		{{6 * 3600, 5000, 400}, {20 * 3600, 2500, 700}},
	} {
		p.Guard = g
		run(fmt.Sprint(g), p)
	}
}
