package deadletter

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"
)

// Entry is what the dead-letter topic says of one origin.
type Entry struct {
	Letter           // the last one; a crash may have written it twice
	Deaths int       `json:"deaths"`                // letters with different attempts
	SentTo string    `json:"replayed_to,omitempty"` // topic of the replay of this letter, empty if there was none
	SentAt time.Time `json:"replayed,omitzero"`
}

// Open reports whether the letter still waits for someone: it was not
// replayed, or has died again since.
func (e *Entry) Open() bool { return e.SentTo == "" }

// State is open or replayed.
func (e *Entry) State() string {
	if e.Open() {
		return "open"
	}
	return "replayed"
}

// Book holds one entry for each origin. The zero value is empty.
type Book struct {
	entries map[Origin]*Entry
	sent    map[Origin]map[int]sent
	// Strange counts records that are neither letters nor receipts.
	Strange int
	// KeepValues makes the book hold the records too; without it they are
	// dropped, so that a topic larger than memory can be listed.
	KeepValues bool
}

type sent struct {
	to string
	at time.Time
}

// Add takes in the next record of the topic. Letters and receipts may come in
// any order.
func (b *Book) Add(m *kafka.Message) {
	if b.entries == nil {
		b.entries, b.sent = make(map[Origin]*Entry), make(map[Origin]map[int]sent)
	}
	if from, attempt, to, ok := receipt(m); ok {
		if b.sent[from] == nil {
			b.sent[from] = make(map[int]sent)
		}
		b.sent[from][attempt] = sent{to, m.Time.UTC()}
		return
	}
	l, ok := Parse(m)
	if !ok {
		b.Strange++
		return
	}
	if !b.KeepValues {
		l.Key, l.Value, l.Headers = nil, nil, nil
	}
	e := b.entries[l.Origin]
	switch {
	case e == nil:
		b.entries[l.Origin] = &Entry{Letter: *l, Deaths: 1}
	case l.Attempt > e.Attempt:
		e.Letter, e.Deaths = *l, e.Deaths+1
	case l.Attempt == e.Attempt && l.At > e.At:
		e.Letter = *l // the same death, written twice
	case l.Attempt < e.Attempt:
		e.Deaths++
	}
}

// Entries are all entries that keep accepts, in the order of their letters. A
// nil keep accepts all.
func (b *Book) Entries(keep func(*Entry) bool) []*Entry {
	var out []*Entry
	for e := range maps.Values(b.entries) {
		s := b.sent[e.Origin][e.Attempt]
		e.SentTo, e.SentAt = s.to, s.at
		if keep == nil || keep(e) {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b *Entry) int { return cmp.Compare(a.At, b.At) })
	return out
}

// Find is the entry of an origin, or nil.
func (b *Book) Find(o Origin) *Entry {
	for _, e := range b.Entries(func(e *Entry) bool { return e.Origin == o }) {
		return e
	}
	return nil
}

// About is the origin that a record of the dead-letter topic is about, letter
// or receipt; the zero Origin if it is neither.
func About(m *kafka.Message) Origin {
	if from, _, _, ok := receipt(m); ok {
		return from
	}
	if l, ok := Parse(m); ok {
		return l.Origin
	}
	return Origin{}
}

// Count is how many letters have one value of a field.
type Count struct {
	Value   string `json:"value"`
	Letters int    `json:"letters"`
	Open    int    `json:"open"`
}

// CountBy counts entries by a field of Fields, the most frequent value first.
func CountBy(entries []*Entry, field string) ([]Count, error) {
	value, ok := fields[field]
	if !ok {
		return nil, fmt.Errorf("no field %q: there are %s", field, strings.Join(Fields(), ", "))
	}
	at := make(map[string]int)
	counts := []Count{}
	for _, e := range entries {
		v := value(e)
		i, ok := at[v]
		if !ok {
			i = len(counts)
			at[v] = i
			counts = append(counts, Count{Value: v})
		}
		counts[i].Letters++
		if e.Open() {
			counts[i].Open++
		}
	}
	slices.SortStableFunc(counts, func(a, b Count) int { return cmp.Compare(b.Letters, a.Letters) })
	return counts, nil
}
