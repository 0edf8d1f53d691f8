package feed

import (
	"slices"
	"sync"
	"time"
)

// A source is silent when nothing has come for silentTimes its usual gap, and
// for silentLongest the longest gap it has had of late, so that a night or a
// weekend is no alarm once one has been seen. Fewer than minBeats arrivals say
// nothing.
const (
	silentTimes   = 4
	silentLongest = 1.5
	minBeats      = 5
	keptBeats     = 256
)

// Rhythm is how a source's items come in time.
type Rhythm struct {
	Usual  time.Duration // the median gap between items; 0: too few are known
	Quiet  time.Duration // since the last item
	Silent bool          // something is likely wrong
}

// RhythmOf judges arrivals, oldest first.
func RhythmOf(at []time.Time, now time.Time) Rhythm {
	if len(at) == 0 {
		return Rhythm{}
	}
	r := Rhythm{Quiet: max(0, now.Sub(at[len(at)-1]))}
	if len(at) < minBeats {
		return r
	}
	at = at[max(0, len(at)-keptBeats):]
	gaps := make([]time.Duration, 0, len(at)-1)
	for i := 1; i < len(at); i++ {
		gaps = append(gaps, at[i].Sub(at[i-1]))
	}
	slices.Sort(gaps)
	r.Usual = max(gaps[len(gaps)/2], time.Second)
	longest := time.Duration(silentLongest * float64(gaps[len(gaps)-1]))
	r.Silent = r.Quiet > max(silentTimes*r.Usual, longest)
	return r
}

// Pulse remembers when a source's items came. It is safe for concurrent use.
type Pulse struct {
	mu sync.Mutex
	at []time.Time
}

// Beat notes an arrival.
func (p *Pulse) Beat(t time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.at) == keptBeats {
		p.at = slices.Delete(p.at, 0, 1)
	}
	p.at = append(p.at, t)
}

// Rhythm judges what was noted.
func (p *Pulse) Rhythm(now time.Time) Rhythm {
	p.mu.Lock()
	defer p.mu.Unlock()
	return RhythmOf(p.at, now)
}

// Last is the latest arrival, zero if there was none.
func (p *Pulse) Last() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.at) == 0 {
		return time.Time{}
	}
	return p.at[len(p.at)-1]
}

// SourceRhythm is the rhythm of one way that a source's items come in.
type SourceRhythm struct {
	Source string // id
	Way    string // folder, capture, poll or push
	Where  string // the folder, file or URL
	Last   time.Time
	Rhythm
}
