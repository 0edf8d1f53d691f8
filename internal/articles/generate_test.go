package articles

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"iter"
	"strings"
	"testing"
	"time"

	"dateline/pipeline/wire"
)

// TestGenerateOutcomes checks every label against what wire says and against
// a naive store that keeps the highest version.
func TestGenerateOutcomes(t *testing.T) {
	type state struct {
		version int64
		status  string
		value   string
		first   time.Time
	}
	store := make(map[string]state)
	reasons, outcomes := make(map[string]int), make(map[Outcome]int)
	m := Mix{Seed: 7, Records: 6000, Updates: 8, Stale: 4, Duplicates: 3, Withheld: 1, Withdrawn: 1, Malformed: 3}
	for a := range m.Articles() {
		outcomes[a.Want.Outcome]++
		e, err := wire.DecodeEnvelope(a.Envelope())
		var art *wire.Article
		if err == nil {
			art, err = wire.Parse(e, wire.Options{})
		}
		if err != nil {
			var we *wire.Error
			if !errors.As(err, &we) || a.Want != (Want{Outcome: Dead, Reason: we.Reason}) {
				t.Fatalf("record %s: wire says %v, label %+v", a.Name, err, a.Want)
			}
			reasons[we.Reason]++
			continue
		}
		if art.SourceID != a.SourceID || art.ItemID != a.ItemID || int64(art.Version) != a.Version || len(art.Warnings) > 0 {
			t.Fatalf("record %s: %s/%s version %d warnings %q", a.Name, art.SourceID, art.ItemID, art.Version, art.Warnings)
		}
		was, ok := store[Key(a)]
		want := Want{Outcome: Indexed, Version: a.Version, Status: art.Status}
		switch {
		case ok && was.value == string(a.Envelope()):
			want = Want{Outcome: Duplicate, Version: a.Version}
		case ok && (was.status == wire.Withdrawn || a.Version <= was.version):
			want = Want{Outcome: Stale, Version: a.Version}
		case art.Status != wire.Usable:
			want.Outcome = Tombstone
		}
		if a.Want != want {
			t.Fatalf("record %s: label %+v, the store says %+v", a.Name, a.Want, want)
		}
		if ok && !was.first.Equal(e.FirstSeen) {
			t.Fatalf("record %s: first_seen moved from %s to %s", a.Name, was.first, e.FirstSeen)
		}
		if want.Outcome == Indexed || want.Outcome == Tombstone {
			store[Key(a)] = state{a.Version, art.Status, string(a.Envelope()), e.FirstSeen}
		}
	}
	for o, percent := range map[Outcome]int{Indexed: 88, Stale: 4, Duplicate: 3, Tombstone: 2, Dead: 3} {
		if n := outcomes[o]; n < percent*60*8/10 || n > percent*60*12/10 {
			t.Errorf("%d records %s, want about %d", n, o, percent*60)
		}
	}
	for _, reason := range []string{wire.Decode, wire.Malformed, wire.UnsupportedFormat, wire.NoText} {
		if reasons[reason] == 0 {
			t.Errorf("no dead letter for %s", reason)
		}
	}
	x := Expect(m.Articles())
	if len(x.Items) != len(store) || x.Records != m.Records {
		t.Fatalf("oracle has %d items of %d records, the store %d of %d", len(x.Items), x.Records, len(store), m.Records)
	}
	for key, s := range x.Items {
		if s.Version != store[key].version || s.Status != store[key].status {
			t.Fatalf("%s: oracle has version %d %s, the store %d %s", key, s.Version, s.Status, store[key].version, store[key].status)
		}
	}
	for reason, n := range x.Dead {
		if reasons[reason] != n {
			t.Errorf("oracle has %d dead of %s, wire %d", n, reason, reasons[reason])
		}
	}
}

// TestGenerateStays pins the records: a change here changes every benchmark
// and every failure's seed, so let it be deliberate.
func TestGenerateStays(t *testing.T) {
	sum := func(m Mix) string {
		h := sha256.New()
		for a := range m.Articles() {
			h.Write([]byte(Key(a)))
			h.Write(a.Envelope())
		}
		return hex.EncodeToString(h.Sum(nil)[:8])
	}
	const want = "1ebff55f5f3c1553"
	if got := sum(DefaultMix(1, 3000)); got != want {
		t.Errorf("records of seed 1 hash to %s, were %s", got, want)
	}
	if sum(DefaultMix(2, 300)) == sum(DefaultMix(3, 300)) {
		t.Error("two seeds give the same records")
	}
	long, stop := iter.Pull(Generate(1, 500))
	defer stop()
	for short := range Generate(1, 100) {
		a, _ := long()
		if !bytes.Equal(a.Envelope(), short.Envelope()) {
			t.Fatalf("record %s depends on how many are asked for", short.Name)
		}
	}
}

func TestGenerateText(t *testing.T) {
	var sum, n, least, most int
	least = 1 << 30
	formats, bylines := make(map[string]int), make(map[string]bool)
	for a := range (Mix{Seed: 3, Records: 4000}).Articles() {
		art, err := wire.Parse(a.env, wire.Options{})
		if err != nil {
			t.Fatal(err)
		}
		size := len(art.Body)
		sum, n, least, most = sum+size, n+1, min(least, size), max(most, size)
		formats[art.Format]++
		for _, b := range art.Byline {
			bylines[b] = true
		}
		f := a.Fact
		lead, _, _ := strings.Cut(art.Body, "\n")
		if !strings.Contains(lead, f.Actor) || !strings.Contains(lead, f.Other) || !strings.Contains(lead, f.Place) || !strings.Contains(lead, f.Day.Weekday().String()) {
			t.Fatalf("record %s: fact %+v is not in its lead %q", a.Name, f, lead)
		}
		loc, err := time.LoadLocation(art.TimeZone)
		if err != nil {
			t.Fatal(err)
		}
		y, m, d := art.Published.In(loc).Date()
		if ago := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Sub(f.Day); ago < 0 || ago > 5*24*time.Hour {
			t.Fatalf("record %s: its %s was %s before publication", a.Name, f.Day.Weekday(), ago)
		}
	}
	if mean := sum / n; mean < 3500 || mean > 3800 || least < 400 || most > maxBody {
		t.Errorf("bodies of %d to %d bytes, %d in the mean; want 400 to %d, 3600", least, most, mean, maxBody)
	}
	if formats["text"]*100 < n*10 || formats["article"]*100 < n*80 {
		t.Errorf("formats %v", formats)
	}
	if len(bylines) < n/2 {
		t.Errorf("%d bylines in %d articles", len(bylines), n)
	}
}

// TestGeneratedAreNoCopies keeps the texts apart: what two articles share of
// their runs of five words is far below what dedup takes for a copy (1/4).
func TestGeneratedAreNoCopies(t *testing.T) {
	owners := make(map[string][]int) // run of words -> articles
	var sizes []int
	for a := range (Mix{Seed: 11, Records: 700}).Articles() {
		art, err := wire.Parse(a.env, wire.Options{})
		if err != nil {
			t.Fatal(err)
		}
		words := strings.Fields(art.Body)
		set := make(map[string]bool)
		for i := range max(0, len(words)-4) {
			set[strings.Join(words[i:i+5], " ")] = true
		}
		for g := range set {
			owners[g] = append(owners[g], len(sizes))
		}
		sizes = append(sizes, len(set))
	}
	shared := make(map[[2]int]int)
	for _, who := range owners {
		if len(who) > 8 { // dedup skips such phrases
			continue
		}
		for i, a := range who {
			for _, b := range who[:i] {
				shared[[2]int{a, b}]++
			}
		}
	}
	for pair, n := range shared {
		if small := min(sizes[pair[0]], sizes[pair[1]]); n*100 > small*12 {
			t.Errorf("articles %v share %d of %d runs of words", pair, n, small)
		}
	}
}

func TestMalformedKinds(t *testing.T) {
	seen := make(map[string]bool)
	for _, k := range MalformedKinds() {
		if seen[k] {
			t.Errorf("kind %q stands twice", k)
		}
		seen[k] = true
	}
	values := make(map[string]bool)
	for a := range (Mix{Seed: 1, Records: len(seen), Malformed: 100}).Articles() {
		if a.Want.Outcome != Dead {
			t.Errorf("record %s is %s, want all dead", a.Name, a.Want.Outcome)
		}
		values[string(a.Envelope())] = true
	}
	if len(values) != len(seen) {
		t.Errorf("%d values of %d kinds", len(values), len(seen))
	}
}

func BenchmarkGenerate(b *testing.B) {
	b.ReportAllocs()
	n, bytes := 0, 0
	next, stop := iter.Pull(Generate(1, 1<<30))
	defer stop()
	for b.Loop() {
		a, _ := next()
		bytes += len(a.Envelope())
		n++
	}
	b.SetBytes(int64(bytes / n))
}
