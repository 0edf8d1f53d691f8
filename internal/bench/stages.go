package bench

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"slices"
	"time"

	"dateline/index"
	"dateline/pipeline"
	"dateline/pipeline/dedup"
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
	GC       float64 `json:"gc_percent"` // of the processor time
}

// Stages measures the pipeline on one core: wire alone, then with one more
// stage each time, then with the encoding of the documents, and at last with
// dedup, which is no part of Enrich: the fingerprint and its fold. A row's cost
// less that of the row before is what its stage adds.
//
// Each row reads the articles so many rounds. Of more than one the least time of
// each group of articles counts, which other work on the machine disturbs least; as
// that leaves the collector out, its mean is added.
func Stages(values [][]byte, rounds int) ([]StageRow, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // else the collector moves the reader from core to core
	var rows []StageRow
	all := slices.DeleteFunc(pipeline.Stages(), func(s string) bool { return s == pipeline.Dedup })
	for n := range len(all) + 3 {
		r := reading{encode: n > len(all), fold: n > len(all)+1}
		name := pipeline.Wire
		switch {
		case r.fold:
			name = pipeline.Dedup
		case r.encode:
			name = "encoding"
		case n > 0:
			name = all[n-1]
		}
		var err error
		if r.p, err = pipeline.New(pipeline.Options{Stages: all[:min(n, len(all))]}); err != nil {
			return nil, err
		}
		row, err := r.measure(values, rounds)
		if err != nil {
			return nil, err
		}
		row.Name = name
		rows = append(rows, row)
	}
	return rows, nil
}

// reading is what is done with an article.
type reading struct {
	p      *pipeline.Pipeline
	s      pipeline.Scratch
	encode bool // the documents are encoded
	fold   bool // the articles are fingerprinted and folded

	articles []pipeline.Judged
	docs     []*pipeline.Document
	least    []time.Duration // processor time of each group of articles
}

// readingDay is the day of the first record of a fold, and readingStep the time
// between two: 3 million a day.
const (
	readingDay  = 1000 * 24 * 3600 * 1000
	readingStep = 29 // ms
)

// run reads articles, as many at once as a lane of the worker takes, and gives
// their bytes. A fold begins with the first.
func (r *reading) run(values [][]byte) (bytes int, err error) {
	fold := new(dedup.State)
	done, group := 0, 0
	for part := range slices.Chunk(values, pipeline.Together) {
		start := selfCPU()
		articles := r.articles[:0]
		for i, v := range part {
			a, err := r.p.Read(v, &r.s)
			if err != nil {
				return 0, fmt.Errorf("article %d: %w", done+i, err)
			}
			articles = append(articles, pipeline.Judged{Article: a})
			bytes += len(v)
		}
		if r.fold {
			for i := range articles {
				record := r.p.Fingerprint(articles[i].Article)
				record.At = readingDay + int64(done+i)*readingStep
				v := fold.Apply(int64(done+i), record)
				articles[i].Verdict = &v
			}
		}
		r.docs = r.p.EnrichAll(r.docs[:0], articles, &r.s)
		if r.encode {
			if err := encode(r.docs); err != nil {
				return 0, fmt.Errorf("articles from %d: %w", done, err)
			}
		}
		r.articles = articles
		done += len(part)
		r.took(group, selfCPU()-start)
		group++
	}
	return bytes, nil
}

// took notes the time of a group.
func (r *reading) took(group int, cpu time.Duration) {
	if group == len(r.least) {
		r.least = append(r.least, cpu)
	}
	r.least[group] = min(r.least[group], cpu)
}

// encode makes the bulk actions of documents.
func encode(docs []*pipeline.Document) error {
	opt := index.Options{Slots: index.MaxSlots}
	for _, d := range docs {
		if _, err := index.ArticleAction(d, opt); err != nil {
			return err
		}
		if _, err := index.EventActions(d, opt); err != nil {
			return err
		}
	}
	return nil
}

// measure takes the cost of an article.
func (r *reading) measure(values [][]byte, rounds int) (StageRow, error) {
	if _, err := r.run(values[:min(len(values), 200)]); err != nil { // warm-up
		return StageRow{}, err
	}
	r.least = r.least[:0]
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, gc, start := selfCPU(), gcCPU(), time.Now()
	var bytes int
	for range rounds {
		var err error
		if bytes, err = r.run(values); err != nil {
			return StageRow{}, err
		}
	}
	took, collected := selfCPU()-cpu, (gcCPU()-gc)/float64(rounds)
	if took == 0 {
		took = time.Since(start)
	}
	runtime.ReadMemStats(&after)
	if rounds > 1 {
		took = time.Duration(collected * float64(time.Second))
		for _, group := range r.least {
			took += group
		}
	}
	n := float64(len(values))
	docs := n * float64(rounds) // what memory was allocated for
	return StageRow{Docs: len(values), DocsPerS: n / took.Seconds(), MBPerS: float64(bytes) / 1e6 / took.Seconds(), MSPerDoc: took.Seconds() * 1e3 / n,
		Allocs: float64(after.Mallocs-before.Mallocs) / docs, KB: float64(after.TotalAlloc-before.TotalAlloc) / 1e3 / docs,
		GC: 100 * collected / took.Seconds()}, nil
}

// gcCPU is the processor time of the collector in seconds, as of its last cycle,
// without that of processors which had nothing else to do.
func gcCPU() float64 {
	s := []metrics.Sample{{Name: "/cpu/classes/gc/total:cpu-seconds"}, {Name: "/cpu/classes/gc/mark/idle:cpu-seconds"}}
	metrics.Read(s)
	if s[0].Value.Kind() != metrics.KindFloat64 || s[1].Value.Kind() != metrics.KindFloat64 {
		return 0
	}
	return s[0].Value.Float64() - s[1].Value.Float64()
}
