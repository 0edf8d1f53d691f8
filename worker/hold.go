package worker

import (
	"sort"
	"sync"
	"time"
)

// Causes of a hold. A hold keeps offsets and heartbeats: nothing is lost and
// what it concerns does not move until its cause is gone or an operator parks
// the record.
const (
	holdRefused  = "refused"     // the store answers 401 or 403, or an index is missing or closed
	holdDLQ      = "dead_letter" // the dead-letter topic cannot be written
	holdGap      = "gap"         // retention removed records and on_gap is hold
	holdBreaker  = "breaker"     // too much would die: the fault is not in the records
	holdUnread   = "unread"      // versions cannot be read: 401, 403 or a closed index
	holdNoAnswer = "no_answer"   // one write, alone, gets no answer while others do
)

// Hold is a cause that stops the worker, or the part of it that writes into
// one index.
type Hold struct {
	Cause  string    `json:"cause"`
	Index  string    `json:"index,omitempty"`  // empty: all of them
	Record string    `json:"record,omitempty"` // topic/partition/offset of the first one held
	Detail string    `json:"detail"`
	Since  time.Time `json:"since"`
}

// String says all of it but the time.
func (h Hold) String() string {
	s := h.Cause
	if h.Index != "" {
		s += ", index " + h.Index
	}
	s += ": " + h.Detail
	if h.Record != "" {
		s += "; first record " + h.Record
	}
	return s
}

// holdKey tells holds apart.
type holdKey struct{ cause, index string }

// holds are the causes that stop the worker now, each as it was first seen.
type holds struct {
	mu  sync.Mutex
	now map[holdKey]Hold
}

// set begins a hold. It returns false if there is one of this cause and index.
func (h *holds) set(x Hold) (fresh bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	k := holdKey{x.Cause, x.Index}
	if _, ok := h.now[k]; ok {
		return false
	}
	if h.now == nil {
		h.now = make(map[holdKey]Hold)
	}
	x.Since = time.Now()
	h.now[k] = x
	return true
}

func (h *holds) clear(cause, index string) (was bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	k := holdKey{cause, index}
	_, was = h.now[k]
	delete(h.now, k)
	return was
}

// release ends the holds of the store's side: the records that they were about
// have gone to another owner, who will see for itself.
func (h *holds) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for k := range h.now {
		if k.cause == holdRefused || k.cause == holdBreaker || k.cause == holdUnread || k.cause == holdNoAnswer {
			delete(h.now, k)
		}
	}
}

func (h *holds) any() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.now) > 0
}

func (h *holds) list() []Hold {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]Hold, 0, len(h.now))
	for _, x := range h.now {
		out = append(out, x)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Cause != out[j].Cause {
			return out[i].Cause < out[j].Cause
		}
		return out[i].Index < out[j].Index
	})
	return out
}
