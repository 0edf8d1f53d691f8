package dedup

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// stored is what a store has of one item.
type stored struct {
	status   string // usable, withheld, withdrawn
	revision int64
	embargo  int64
}

const topRevision = 1<<43 - 1 // of a withdrawal: above all others

// store keeps the highest version of each item, as Elasticsearch does with
// external versions.
type store map[[16]byte]stored

func (s store) put(key [16]byte, d stored) {
	if old, ok := s[key]; !ok || d.revision > old.revision {
		s[key] = d
	}
}

// write does what the worker does with a verdict.
func (s store) write(r Record, v Verdict) {
	v = v.Stored()
	if v.Verdict == Stale || v.Repeat {
		return
	}
	d := stored{"usable", r.Revision, r.Embargo}
	switch {
	case v.Verdict == Kill:
		d = stored{status: "withdrawn", revision: topRevision}
	case v.Held:
		d = stored{status: "withheld", revision: v.HeldRevision}
	case r.Status&Withheld != 0:
		d = stored{status: "withheld", revision: r.Revision}
	}
	if x := v.Strike; x.ID != "" {
		t := stored{status: x.Status, revision: x.Revision}
		if x.Status == "withdrawn" {
			t.revision = topRevision
		}
		s.put([16]byte([]byte(unhex(x.ID))), t)
	}
	s.put(r.Key, d)
}

// oracle says what may be seen after a set of deliveries, from the rules and
// without a fold: of each item the highest version, unless it is withdrawn or
// held by a hold of this or a later time.
type oracle struct {
	newest map[[16]byte]Record
	refs   map[[16]byte]map[string]bool
	kills  map[[16]byte]bool
	byRef  map[string]bool
	holds  map[string]int64
}

func newOracle() *oracle {
	return &oracle{map[[16]byte]Record{}, map[[16]byte]map[string]bool{}, map[[16]byte]bool{}, map[string]bool{}, map[string]int64{}}
}

func (o *oracle) take(d doc, r Record) {
	switch {
	case r.Status&Withdrawn != 0:
		o.kills[r.Key] = true
		if d.target != "" {
			o.byRef[d.target] = true
		}
		return
	case r.Status&Withheld != 0 && d.target != "":
		o.holds[d.target] = max(o.holds[d.target], r.Revision)
	}
	if o.refs[r.Key] == nil {
		o.refs[r.Key] = map[string]bool{}
	}
	if d.ref != "" { // by number and slug, and by number alone
		number, _, _ := strings.Cut(d.ref, "\x00")
		o.refs[r.Key][d.ref], o.refs[r.Key][number] = true, true
	}
	if old, ok := o.newest[r.Key]; !ok || r.Revision > old.Revision {
		o.newest[r.Key] = r
	}
}

// shown are the items that may be seen, hidden copies among them, with their
// revision and the end of their embargo.
func (o *oracle) shown() map[[16]byte]stored {
	m := map[[16]byte]stored{}
	for key, r := range o.newest {
		gone := o.kills[key] || r.Status&Withheld != 0
		for ref := range o.refs[key] {
			gone = gone || o.byRef[ref] || o.holds[ref] >= r.Revision
		}
		if !gone {
			m[key] = stored{"usable", r.Revision, r.Embargo}
		}
	}
	return m
}

func (s store) shown() map[[16]byte]stored {
	m := map[[16]byte]stored{}
	for key, d := range s {
		if d.status == "usable" {
			m[key] = d
		}
	}
	return m
}

// lives are all that can happen to two items, of which one is the other's copy,
// to a take of a story, and to the notices that name them. Revisions of the
// items and of the holds are times of one clock.
func lives() []doc {
	long, other := prose("a", 120), prose("b", 120)
	more := long + " " + prose("c", 20)
	a := func(rev int64, body string, f func(*doc)) doc {
		d := doc{item: "a", outlet: "wire", rev: rev, body: body, ref: "hlw0042\x00Ferries", title: "Ferry"}
		f(&d)
		return d
	}
	b := doc{item: "b", outlet: "post", rev: 10, body: long, title: "Ferry", ref: "x7"}
	return []doc{
		a(10, long, func(*doc) {}),
		a(20, more, func(d *doc) { d.ref = "hlw0043\x00Ferries" }), // a writethru has a number of its own
		a(30, more, func(d *doc) { d.signals, d.ref = []string{"correction"}, "" }),
		a(40, "", func(d *doc) { d.status = "withheld" }),
		a(50, more, func(*doc) {}), // its release
		a(60, more, func(d *doc) { d.embargo = 90 }),
		{item: "a", outlet: "wire", status: "withdrawn", rev: 55},
		{item: "k", outlet: "wire", status: "withdrawn", rev: 35, target: "hlw0042\x00Ferries"},
		{item: "k2", outlet: "wire", status: "withdrawn", rev: 36, target: "hlw0043"},
		{item: "h", outlet: "wire", status: "withheld", rev: 25, target: "hlw0042\x00Ferries"},
		{item: "h", outlet: "wire", status: "withheld", rev: 45, target: "hlw0042\x00Ferries"},
		{item: "h4", outlet: "wire", status: "withheld", rev: 38, target: "hlw0042\x00Ferries"},
		{item: "h2", outlet: "wire", status: "withheld", rev: 35, target: "hlw0043"},
		{item: "h3", outlet: "post", status: "withheld", rev: 15, target: "x7"},
		b,
		change(b, func(d *doc) { d.rev, d.ref = 20, "x8" }),
		change(b, func(d *doc) { d.rev, d.embargo = 30, 95 }),
		{item: "b", outlet: "post", status: "withdrawn", rev: 1},
		{item: "k3", outlet: "wire", status: "withdrawn", rev: 40, target: "x7"}, // another source's x7
		{item: "t1", outlet: "wire", rev: 10, body: other, storyKey: "s", ref: "hlw0050"},
		{item: "t2", outlet: "wire", rev: 11, body: other + " " + long, storyKey: "s", take: 2, ref: "hlw0051"},
		{item: "k4", outlet: "wire", status: "withdrawn", rev: 12, target: "hlw0051"},
	}
}

func change(d doc, f func(*doc)) doc { f(&d); return d }

// ofSource is a delivery as the oracle reads it: references are a source's own.
func ofSource(d doc) doc {
	for _, p := range []*string{&d.ref, &d.target} {
		if *p != "" {
			*p = d.outlet + " " + *p
		}
	}
	return d
}

// Deliveries in any order and any number of times: after each, nothing is shown
// that a kill, a hold or an embargo known by then forbids, and what is shown is
// the newest of what came. So the same deliveries end alike in every order.
func TestOrders(t *testing.T) {
	all := lives()
	var alive []doc // a kill ends all that holds could get wrong
	for _, d := range all {
		if d.status != "withdrawn" {
			alive = append(alive, d)
		}
	}
	for range 10 {
		rapid.Check(t, orders(all))
		rapid.Check(t, orders(alive))
	}
}

func orders(all []doc) func(*rapid.T) {
	return func(t *rapid.T) {
		var log []int
		for range rapid.IntRange(1, 12).Draw(t, "n") {
			d := rapid.IntRange(0, len(all)-1).Draw(t, "delivery")
			for range rapid.IntRange(1, 2).Draw(t, "times") {
				log = append(log, d)
			}
		}
		log = rapid.Permutation(log).Draw(t, "order")
		// A delivery whose write a crash loses comes again: what is written is
		// the second verdict.
		lost := rapid.SliceOfN(rapid.Bool(), len(log), len(log)).Draw(t, "lost")
		s, o, x := NewState(DefaultParams()), newOracle(), store{}
		offset := int64(0)
		var told []string
		for i, n := range log {
			d := all[n]
			d.at = int64(i)
			r := d.record()
			told = append(told, fmt.Sprintf("%s rev %d %s ref %q target %q", d.item, d.rev, d.status, d.ref, d.target))
			v := s.Apply(offset, r)
			offset++
			if lost[i] {
				v = s.Apply(offset, r)
				offset++
			}
			x.write(r, v)
			o.take(ofSource(d), r)
			if got, want := x.shown(), o.shown(); !maps.Equal(got, want) {
				t.Fatalf("after %s\nshown %s\nwant  %s", strings.Join(told, "\n      "), items(got), items(want))
			}
		}
	}
}

func items(m map[[16]byte]stored) string {
	var l []string
	for k, d := range m {
		l = append(l, fmt.Sprintf("%s %v", strings.Trim(string(k[:]), "-"), d))
	}
	return strings.Join(l, ", ")
}
