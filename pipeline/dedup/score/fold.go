package score

import (
	"encoding/binary"
	"strconv"
	"time"

	"dateline/pipeline/dedup"
)

// Folder runs the design on streams.
type Folder struct {
	Params  dedup.Params
	scratch dedup.Scratch
}

// NewFolder folds with the given parameters; the clock follows each document.
func NewFolder(p dedup.Params) *Folder {
	p.Free = 1
	return &Folder{Params: p}
}

// Records are the fingerprints of a stream.
func (f *Folder) Records(docs []Doc) []dedup.Record {
	out := make([]dedup.Record, len(docs))
	for i := range docs {
		d := &docs[i]
		in := dedup.Input{SourceID: "outlet-" + strconv.Itoa(d.Outlet), Revision: 1, Body: d.Text, Published: time.Unix(d.Time, 0)}
		binary.BigEndian.PutUint64(in.Key[:], uint64(i))
		binary.BigEndian.PutUint64(in.Payload[:], uint64(i))
		out[i] = f.scratch.Fingerprint(in)
		out[i].At = out[i].Published
	}
	return out
}

// Fold gives each document the one that leads its story.
func (f *Folder) Fold(records []dedup.Record) (root []int, verdicts []dedup.Verdict) {
	s := dedup.NewState(f.Params)
	root, verdicts = make([]int, len(records)), make([]dedup.Verdict, len(records))
	place := make(map[string]int, len(records))
	for i, r := range records {
		v := s.Apply(int64(i), r)
		verdicts[i], root[i] = v, i
		if v.Verdict == dedup.Copy {
			root[i] = place[v.DuplicateOf]
		}
		if _, ok := place[v.Story]; !ok {
			place[v.Story] = i
		}
	}
	return root, verdicts
}
