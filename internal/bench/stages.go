package bench

import (
	"fmt"
	"runtime"
	"time"

	"dateline/index"
	"dateline/pipeline"
)

// StageRow is the cost of the pipeline up to one stage.
type StageRow struct {
	Name     string  `json:"name"`
	Docs     int     `json:"docs"`
	DocsPerS float64 `json:"docs_per_s"`
	MBPerS   float64 `json:"mb_per_s"` // of raw article bytes
	MSPerDoc float64 `json:"ms_per_doc"`
	Allocs   float64 `json:"allocs_per_doc"`
	KB       float64 `json:"kb_per_doc"`
}

// Stages measures the pipeline on one core: wire alone, then with one more
// stage each time, then with the encoding of the documents. A row's cost less
// that of the row before is what its stage adds.
func Stages(values [][]byte) ([]StageRow, error) {
	var rows []StageRow
	all := pipeline.Stages()
	for n := range len(all) + 2 {
		name, stages := pipeline.Wire, all[:min(n, len(all))]
		switch {
		case n > len(all):
			name = "encoding"
		case n > 0:
			name = all[n-1]
		}
		if name == pipeline.Dedup {
			continue // not part of Enrich
		}
		row, err := stage(values, stages, name == "encoding")
		if err != nil {
			return nil, err
		}
		row.Name = name
		rows = append(rows, row)
	}
	return rows, nil
}

func stage(values [][]byte, stages []string, encode bool) (StageRow, error) {
	p, err := pipeline.New(pipeline.Options{Stages: stages})
	if err != nil {
		return StageRow{}, err
	}
	var s pipeline.Scratch
	opt := index.Options{Slots: index.MaxSlots}
	bytes := 0
	run := func(values [][]byte) error {
		for i, v := range values {
			a, err := p.Read(v, &s)
			if err != nil {
				return fmt.Errorf("article %d: %w", i, err)
			}
			d := p.Enrich(a, nil, &s)
			if encode {
				if _, err := index.ArticleAction(d, opt); err != nil {
					return fmt.Errorf("article %d: %w", i, err)
				}
				if _, err := index.EventActions(d, opt); err != nil {
					return fmt.Errorf("article %d: %w", i, err)
				}
			}
			bytes += len(v)
		}
		return nil
	}
	if err := run(values[:min(len(values), 200)]); err != nil { // warm-up
		return StageRow{}, err
	}
	bytes = 0
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, start := selfCPU(), time.Now()
	if err := run(values); err != nil {
		return StageRow{}, err
	}
	took := selfCPU() - cpu
	if took == 0 {
		took = time.Since(start)
	}
	runtime.ReadMemStats(&after)
	n := float64(len(values))
	return StageRow{Docs: len(values), DocsPerS: n / took.Seconds(), MBPerS: float64(bytes) / 1e6 / took.Seconds(), MSPerDoc: took.Seconds() * 1e3 / n,
		Allocs: float64(after.Mallocs-before.Mallocs) / n, KB: float64(after.TotalAlloc-before.TotalAlloc) / 1e3 / n}, nil
}
