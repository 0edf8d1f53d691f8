package worker

import (
	"sort"
	"sync"
)

// Causes of a hold. A hold keeps offsets and heartbeats: nothing is lost and
// nothing moves until its cause is gone.
const (
	holdRefused = "refused"     // the store answers 401, 403 or a missing index
	holdDLQ     = "dead_letter" // the dead-letter topic cannot be written
	holdGap     = "gap"         // retention removed records and on_gap is hold
)

// holds are the causes that stop the worker now, each with its first detail.
type holds struct {
	mu  sync.Mutex
	now map[string]string
}

func (h *holds) set(cause, detail string) (fresh bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.now == nil {
		h.now = make(map[string]string)
	}
	if _, ok := h.now[cause]; ok {
		return false
	}
	h.now[cause] = detail
	return true
}

func (h *holds) clear(cause string) (was bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, was = h.now[cause]
	delete(h.now, cause)
	return was
}

// Hold is a cause that stops the worker.
type Hold struct {
	Cause  string `json:"cause"`
	Detail string `json:"detail"`
}

func (h *holds) list() []Hold {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]Hold, 0, len(h.now))
	for c, d := range h.now {
		out = append(out, Hold{c, d})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Cause < out[j].Cause })
	return out
}
