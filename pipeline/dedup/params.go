package dedup

import (
	"encoding/binary"
	"fmt"
)

// Params are the numbers of the match rule. They stand in the log, in EPOCH
// records, so that all workers use the same; a worker's own matter only when it
// is the first to write to an empty log.
type Params struct {
	Window       int32 // segments of 24 h that a posting and a story live
	Full         int32 // of them, segments that keep all postings; older ones keep a 16th of all grams
	MaxRows      int32 // rows kept; beyond, the oldest segment goes early
	MinHits      int32 // samples that must agree
	MinHitsOld   int32 // the same, of the subset that thinning keeps: a short root has few left there
	Match        int32 // containment that makes a candidate, in thousandths
	MatchOutlet  int32 // the same, within one outlet
	Certain      int32 // containment that makes a copy of an old story too
	Fresh        int32 // segments that a story is not old
	Post         int32 // containment from which a copy posts its samples
	Common       int32 // postings beyond which a sample is a common phrase
	OutletCommon int32 // postings of one outlet from which a sample is its boilerplate
	Expand       int32 // by how much a copy must be longer to stay visible, in thousandths
	Short        int32 // words below which only equal texts are copies
	ShortWindow  int32 // and for how long, in seconds
	Free         int32 // 1: the clock follows each record at once, for a backfill in order of publication
	Guard        [2]Guard
}

// Guard is the template guard for roots of at least an age: yesterday's text
// with today's figures. A side is suspicious if Expect figures or more should
// have survived, as the words around them did, and less than Keep of them have.
type Guard struct {
	Age    int32 // seconds
	Expect int32 // grams with figures, in thousandths
	Keep   int32 // thousandths
}

// DefaultParams are the parameters of a new log. Where each comes from:
// docs/design/dedup.md.
func DefaultParams() Params {
	return Params{
		Window: 7, Full: 3, MaxRows: 30_000_000,
		MinHits: 3, MinHitsOld: 6, Match: 250, MatchOutlet: 600, Certain: 600, Fresh: 2, Post: 500, Common: 8, OutletCommon: 2,
		Expand: 1500, Short: 24, ShortWindow: 24 * 3600,
		Guard: [2]Guard{{Age: 6 * 3600, Expect: 6000, Keep: 300}, {Age: 22 * 3600, Expect: 2000, Keep: 700}},
	}
}

// param is one number of Params with its bounds, in the order of the encoding.
type param struct {
	name     string
	v        *int32
	min, max int32
}

func (p *Params) all() []param {
	const thousand, day, year = 1000, 24 * 3600, 365 * 24 * 3600
	l := []param{
		{"window", &p.Window, 1, 60}, {"full", &p.Full, 1, 60}, {"max rows", &p.MaxRows, 1, 1<<rowBits - 2},
		{"min hits", &p.MinHits, 1, maxSamples}, {"min hits old", &p.MinHitsOld, 1, maxSamples},
		{"match", &p.Match, 1, thousand}, {"match outlet", &p.MatchOutlet, 1, thousand},
		{"certain", &p.Certain, 1, thousand}, {"fresh", &p.Fresh, 0, 60}, {"post", &p.Post, 0, thousand},
		{"common", &p.Common, 1, 1000}, {"outlet common", &p.OutletCommon, 1, 1000}, {"expand", &p.Expand, thousand, 1000 * thousand},
		{"short", &p.Short, 0, 1 << 20}, {"short window", &p.ShortWindow, 0, 60 * day}, {"free", &p.Free, 0, 1},
	}
	for i := range p.Guard {
		g := &p.Guard[i]
		l = append(l, param{"guard age", &g.Age, 0, year}, param{"guard expect", &g.Expect, 0, maxSamples * thousand}, param{"guard keep", &g.Keep, 0, thousand})
	}
	return l
}

// Check refuses a number out of its bounds.
func (p *Params) Check() error {
	for _, q := range p.all() {
		if *q.v < q.min || *q.v > q.max {
			return fmt.Errorf("dedup parameter %s: %d, want %d to %d", q.name, *q.v, q.min, q.max)
		}
	}
	return nil
}

func (p *Params) append(b []byte) []byte {
	for _, q := range p.all() {
		b = binary.LittleEndian.AppendUint32(b, uint32(*q.v))
	}
	return b
}

func decodeParams(b []byte) (*Params, error) {
	var p Params
	all := p.all()
	if len(b) != 4*len(all) {
		return nil, fmt.Errorf("%w: %d bytes of parameters, want %d", ErrRecord, len(b), 4*len(all))
	}
	for i, q := range all {
		*q.v = int32(binary.LittleEndian.Uint32(b[4*i:]))
	}
	if err := p.Check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRecord, err)
	}
	return &p, nil
}
