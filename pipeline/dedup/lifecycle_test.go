package dedup

import (
	"fmt"
	"strings"
	"testing"
)

// prose is a text of n words that no other seed shares.
func prose(seed string, n int) string {
	w := make([]string, n)
	for i := range w {
		w[i] = fmt.Sprintf("%s%d", seed, i*7919%n)
	}
	return strings.Join(w, " ")
}

// doc is an article of a test: item@outlet, and what the options say.
type doc struct {
	item, outlet, body string
	rev                int64
	status             string
	signals            []string
	at                 int64 // minutes
	ref, target        string
	take               int
	storyKey           string
	embargo            int64 // minutes
	title              string
}

// fold gives the verdicts of a sequence in words.
func (d doc) record() Record {
	in := Input{Key: [16]byte([]byte((d.item + strings.Repeat("-", 16))[:16])), SourceID: d.outlet, Revision: max(1, d.rev), Status: d.status, Signals: d.signals,
		Title: d.title, Body: d.body, Ref: d.ref, Target: d.target, Take: d.take, StoryKey: d.storyKey}
	copy(in.Payload[:], fmt.Sprintf("%d%s%s", d.rev, d.status, d.body))
	r := Fingerprint(in)
	r.At = 1000*dayMillis + d.at*60_000
	if d.embargo != 0 {
		r.Status, r.Embargo = r.Status|Embargoed, 1000*dayMillis+d.embargo*60_000
	}
	return r
}

func say(v Verdict) string {
	s := v.Verdict
	if v.First != "" {
		s += "/" + v.First
	}
	if v.DuplicateOf != "" {
		s += " of " + strings.Trim(unhex(v.DuplicateOf), "-")
	}
	if v.DerivedFrom != "" {
		s += " from " + strings.Trim(unhex(v.DerivedFrom), "-")
	}
	for _, f := range []struct {
		on   bool
		word string
	}{{v.Hidden, "hidden"}, {v.HeadWithdrawn, "headless"}, {v.Held, "held"}, {v.Repeat, "repeat"}} {
		if f.on {
			s += " " + f.word
		}
	}
	if v.Strike.ID != "" {
		s += " strikes " + strings.Trim(unhex(v.Strike.ID), "-") + " " + v.Strike.Status
	}
	return s
}

func unhex(s string) string {
	var b []byte
	fmt.Sscanf(s, "%x", &b)
	return string(b)
}

func TestLifecycle(t *testing.T) {
	long, other, extra := prose("a", 300), prose("b", 300), prose("x", 400)
	half := strings.Join(strings.Fields(long)[:150], " ")
	const hour, day = 60, 24 * 60
	a := doc{item: "a", outlet: "wire", body: long}
	b := doc{item: "b", outlet: "post", body: long, at: 1}
	c := doc{item: "c", outlet: "sun", body: half, at: 2}
	killA := doc{item: "a", outlet: "wire", status: "withdrawn", at: 3}
	with := func(d doc, f func(*doc)) doc { f(&d); return d }
	rev := func(d doc, n int64) doc { d.rev = n; return d }
	at := func(d doc, m int64) doc { d.at = m; return d }
	for _, x := range []struct {
		name string
		log  []doc
		want []string
	}{
		{"copy and cut", []doc{a, b, c}, []string{"original", "copy of a hidden", "copy of a hidden"}},
		{"own text", []doc{a, {item: "d", outlet: "sun", body: other}}, []string{"original", "original"}},
		{"redelivery of a copy", []doc{a, b, b}, []string{"original", "copy of a hidden", "redelivery/copy of a hidden"}},
		{"longer copy stays visible", []doc{{item: "c", outlet: "sun", body: half}, a}, []string{"original", "copy of c"}},
		{"writethru under a new id", []doc{a, {item: "a2", outlet: "wire", body: long + " " + extra}}, []string{"original", "copy of a"}},
		{"update of a copy keeps its place", []doc{a, b, with(rev(b, 2), func(d *doc) { d.body = long + " end of the text" })}, []string{"original", "copy of a hidden", "update of a hidden"}},
		{"a copy becomes another text", []doc{a, b, with(rev(b, 2), func(d *doc) { d.body = other })}, []string{"original", "copy of a hidden", "update from a"}},
		{"and is copied", []doc{a, b, with(rev(b, 2), func(d *doc) { d.body = other }), {item: "e", outlet: "moon", body: other}},
			[]string{"original", "copy of a hidden", "update from a", "copy of b hidden"}},
		{"copy of the second version", []doc{a, with(rev(a, 2), func(d *doc) { d.body = long + " " + other }), {item: "e", outlet: "moon", body: other}},
			[]string{"original", "update", "copy of a hidden"}},
		{"old and partial", []doc{a, at(with(c, func(d *doc) { d.body = half + " " + extra }), 4*day)}, []string{"original", "derived from a"}},
		{"old and whole", []doc{a, at(b, 4*day)}, []string{"original", "copy of a hidden"}},
		{"forgotten", []doc{a, at(b, 7*day)}, []string{"original", "original"}},
		{"copy of a killed root", []doc{a, killA, at(b, 4)}, []string{"original", "kill", "copy of a hidden headless"}},
		{"and its redelivery", []doc{a, killA, at(b, 4), at(b, 5)}, []string{"original", "kill", "copy of a hidden headless", "redelivery/copy of a hidden headless"}},
		{"substitute of the same source", []doc{a, killA, {item: "s", outlet: "wire", body: long + " amended", at: 5}}, []string{"original", "kill", "original"}},
		{"kill first, by reference", []doc{{item: "k", outlet: "wire", status: "withdrawn", target: "t1"}, with(a, func(d *doc) { d.ref = "t1" }), rev(a, 2)},
			[]string{"kill", "kill", "stale"}},
		{"kill by reference", []doc{with(a, func(d *doc) { d.ref = "t1" }), {item: "k", outlet: "wire", status: "withdrawn", target: "t1"}, rev(a, 2)},
			[]string{"original", "kill strikes a withdrawn", "stale"}},
		{"kill by reference again", []doc{with(a, func(d *doc) { d.ref = "t1" }), {item: "k", outlet: "wire", status: "withdrawn", target: "t1"}, {item: "k", outlet: "wire", status: "withdrawn", target: "t1"}},
			[]string{"original", "kill strikes a withdrawn", "redelivery/kill strikes a withdrawn"}},
		{"another source's reference", []doc{with(a, func(d *doc) { d.ref = "t1" }), {item: "k", outlet: "post", status: "withdrawn", target: "t1"}, rev(a, 2)},
			[]string{"original", "kill", "update"}},
		{"hold by reference, release", []doc{with(a, func(d *doc) { d.ref = "t1" }), {item: "h", outlet: "wire", rev: 5, status: "withheld", target: "t1"}, a, rev(a, 4), rev(a, 6)},
			[]string{"original", "update strikes a withheld", "redelivery/original held", "update held", "update"}},
		{"hold first", []doc{{item: "h", outlet: "wire", rev: 5, status: "withheld", target: "t1"}, with(a, func(d *doc) { d.ref = "t1" }), b, rev(a, 6), {item: "e", outlet: "moon", body: half}},
			[]string{"original", "original held", "copy of a", "update", "copy of a hidden"}},
		{"late hold", []doc{with(rev(a, 7), func(d *doc) { d.ref = "t1" }), {item: "h", outlet: "wire", rev: 5, status: "withheld", target: "t1"}, rev(a, 8)},
			[]string{"original", "original", "update"}},
		{"hold of a number of yesterday", []doc{with(a, func(d *doc) { d.ref = "t1" }), at(rev(a, 7), day), at(doc{item: "h", outlet: "wire", rev: 5, status: "withheld", target: "t1"}, day), at(rev(a, 6), day)},
			[]string{"original", "update", "original", "stale"}},
		{"hold and release", []doc{a, with(rev(a, 2), func(d *doc) { d.status, d.body = "withheld", "" }), b, rev(a, 3), with(c, func(d *doc) { d.item = "e" })},
			[]string{"original", "update", "copy of a", "update", "copy of a hidden"}},
		{"withheld at first", []doc{{item: "a", outlet: "wire", status: "withheld"}, with(rev(a, 2), func(d *doc) {}), c}, []string{"original", "update", "copy of a hidden"}},
		{"embargo and a free copy", []doc{with(a, func(d *doc) { d.embargo = 2 * hour }), b, at(c, 3*hour)}, []string{"original", "copy of a", "copy of a hidden"}},
		{"take", []doc{{item: "t1", outlet: "wire", body: long, storyKey: "s"}, {item: "t2", outlet: "wire", body: other, storyKey: "s", take: 2}, {item: "e", outlet: "moon", body: other}},
			[]string{"original", "original", "copy of t1 hidden"}},
		{"take like its first", []doc{{item: "t1", outlet: "wire", body: long, storyKey: "s"}, {item: "t2", outlet: "wire", body: long, storyKey: "s", take: 2}}, []string{"original", "original"}},
		{"repeat", []doc{a, {item: "r", outlet: "wire", body: long, signals: []string{"repeat"}}, {item: "r", outlet: "wire", body: long, signals: []string{"repeat"}}},
			[]string{"original", "redelivery of a hidden repeat", "redelivery of a hidden repeat"}},
		{"repeat of another source", []doc{a, with(b, func(d *doc) { d.signals = []string{"repeat"} })}, []string{"original", "copy of a hidden"}},
		{"alert", []doc{{item: "s1", outlet: "wire", body: "Ferry sinks off Tallinn", title: "Ferry"}, {item: "s2", outlet: "post", body: "Ferry sinks off Tallinn!", title: "FERRY"},
			{item: "s3", outlet: "sun", body: "Ferry sinks off Tallinn", title: "Other"}, {item: "s4", outlet: "sun", body: "Ferry sinks off Tallinn", title: "Ferry", at: 25 * hour}},
			[]string{"original", "copy of s1 hidden", "original", "original"}},
		{"title alone", []doc{{item: "s1", outlet: "wire", title: "Ferry sinks"}, {item: "s2", outlet: "post", title: "Ferry sinks"}, {item: "s3", outlet: "post", title: "Ferry floats"}},
			[]string{"original", "copy of s1 hidden", "original"}},
		{"error page", []doc{a, {item: "p1", outlet: "wire", body: long, title: "Another story"}, {item: "p2", outlet: "post", body: long, title: "Another story"}},
			[]string{"original", "original", "copy of a hidden"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			p := DefaultParams()
			p.Free = 1
			s := NewState(p)
			for i, d := range x.log {
				v := s.Apply(int64(i), d.record())
				if got := say(v); i >= len(x.want) || got != x.want[i] {
					t.Errorf("record %d: %s, want %s", i, got, x.want[i])
				}
			}
		})
	}
}

func TestVoid(t *testing.T) {
	a := doc{item: "a", outlet: "wire", body: prose("a", 300)}
	b, c := a, a
	b.item, b.outlet, c.item, c.outlet = "b", "post", "c", "sun"
	var s State
	s.Apply(0, a.record())
	s.Apply(1, Record{Kind: KindVoid, Key: a.record().Key, Revision: 1})
	if got := say(s.Apply(2, b.record())); got != "copy of a" {
		t.Errorf("behind a dead letter: %s", got)
	}
	s.Apply(3, a.record()) // sent again from the dead letters
	if got := say(s.Apply(4, c.record())); got != "copy of a hidden" {
		t.Errorf("behind a letter that came back: %s", got)
	}
}

func TestUnspacedScripts(t *testing.T) {
	han := func(from rune, n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteRune('一' + (from+rune(i)*7919)%20000)
			if i%17 == 16 {
				b.WriteString("。")
			}
		}
		return b.String()
	}
	a, b := doc{item: "a", outlet: "wire", body: han(1, 900)}, doc{item: "b", outlet: "post", body: han(1, 500) + "，完"}
	c := doc{item: "c", outlet: "sun", body: han(5000, 900)}
	var s State
	got := []string{say(s.Apply(0, a.record())), say(s.Apply(1, b.record())), say(s.Apply(2, c.record()))}
	if strings.Join(got, ", ") != "original, copy of a hidden, original" {
		t.Errorf("got %q", got)
	}
	if n := a.record().Tokens; n != 450 {
		t.Errorf("900 characters are %d words", n)
	}
}
