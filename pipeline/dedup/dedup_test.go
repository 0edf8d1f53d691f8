package dedup

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func rec(item string, revision int64, payload string) Record {
	return Fingerprint(Input{Key: [16]byte([]byte((item + strings.Repeat("-", 16))[:16])), SourceID: "s", Revision: revision,
		Payload: [16]byte([]byte((payload + strings.Repeat(".", 16))[:16])), Body: item + " " + payload})
}

func with(r Record, f func(*Record)) Record {
	f(&r)
	return r
}

func TestVerdicts(t *testing.T) {
	a1, a2, a3 := rec("a", 1, "one"), rec("a", 2, "two"), rec("a", 3, "three")
	killA := with(rec("a", 0, "kill"), func(r *Record) { r.Status = Withdrawn })
	held := with(rec("a", 4, "held"), func(r *Record) { r.Status = Withheld })
	fixed := with(rec("a", 5, "fixed"), func(r *Record) { r.Signals = Correction })
	for _, c := range []struct {
		name string
		log  []Record
		want string
	}{
		{"versions in order", []Record{a1, a2, a3}, "original update update"},
		{"late version", []Record{a1, a3, a2}, "original update stale"},
		{"second version first", []Record{a2, a1}, "original stale"},
		{"redelivery", []Record{a1, a1, a2, a2, a1}, "original redelivery/original update redelivery/update stale"},
		{"equal revision, other bytes", []Record{a1, with(a2, func(r *Record) { r.Revision = 1 })}, "original stale"},
		{"correction", []Record{a1, fixed}, "original correction"},
		{"hold and release", []Record{a1, held, with(a3, func(r *Record) { r.Revision = 9 })}, "original update update"},
		{"kill", []Record{a1, killA, a2, a3}, "original kill stale stale"},
		{"kill before the item", []Record{killA, a1, a3}, "kill stale stale"},
		{"kill twice", []Record{a1, killA, killA}, "original kill redelivery/kill"},
		{"another kill", []Record{a1, killA, with(killA, func(r *Record) { r.Payload[0]++ })}, "original kill kill"},
		{"two items", []Record{a1, rec("b", 1, "one")}, "original original"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s State
			var got []string
			for i, r := range c.log {
				v := s.Apply(int64(i), r)
				g := v.Verdict
				if v.First != "" {
					g += "/" + v.First
				}
				if v.Story == "" {
					t.Error("no story")
				}
				if v.Stored().Verdict == Redelivery {
					t.Error("a redelivery would be stored")
				}
				got = append(got, g)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, " "), c.want)
			}
		})
	}
}

// free is the fold of a log whose clock follows every record.
func free() *State {
	p := DefaultParams()
	p.Free = 1
	return NewState(p)
}

func TestClock(t *testing.T) {
	const day = dayMillis
	at := func(r Record, ms int64) Record { r.At = ms; return r }
	t.Run("forgets after seven days", func(t *testing.T) {
		s := free()
		s.Apply(0, at(rec("a", 1, "x"), 100*day))
		s.Apply(1, at(rec("b", 1, "x"), 106*day))
		if v := s.Apply(2, at(rec("a", 1, "x"), 106*day)); v.Verdict != Redelivery {
			t.Errorf("after six days: %s", v.Verdict)
		}
		s.Apply(3, at(rec("c", 1, "x"), 107*day))
		if v := s.Apply(4, at(rec("a", 1, "x"), 107*day)); v.Verdict != Original {
			t.Errorf("after seven days: %s", v.Verdict)
		}
	})
	t.Run("a new version renews", func(t *testing.T) {
		s := free()
		s.Apply(0, at(rec("a", 1, "x"), 100*day))
		s.Apply(1, at(rec("a", 2, "y"), 105*day))
		if v := s.Apply(2, at(rec("a", 3, "z"), 110*day)); v.Verdict != Update {
			t.Errorf("five days after the second version: %s", v.Verdict)
		}
	})
	t.Run("kill lasts ninety", func(t *testing.T) {
		s := free()
		s.Apply(0, at(with(rec("a", 1, "x"), func(r *Record) { r.Status = Withdrawn }), 100*day))
		if v := s.Apply(1, at(rec("a", 9, "y"), 189*day)); v.Verdict != Stale {
			t.Errorf("on day 89: %s", v.Verdict)
		}
		if v := s.Apply(2, at(rec("a", 9, "y"), 190*day)); v.Verdict != Original {
			t.Errorf("on day 90: %s", v.Verdict)
		}
		if s.Len() != 1 {
			t.Errorf("remembers %d items", s.Len())
		}
	})
	t.Run("one stamp a year ahead", func(t *testing.T) {
		var s State
		s.Apply(0, at(rec("a", 1, "x"), 100*day))
		s.Apply(1, at(rec("b", 1, "x"), 465*day))
		if v := s.Apply(2, at(rec("a", 1, "x"), 100*day)); v.Verdict != Redelivery {
			t.Errorf("got %s: the window is lost", v.Verdict)
		}
	})
	t.Run("never back", func(t *testing.T) {
		var s State
		s.Apply(0, at(rec("a", 1, "x"), 100*day))
		s.Apply(1, at(rec("b", 1, "x"), -5))
		if s.clock != 100*day {
			t.Errorf("clock %d", s.clock)
		}
	})
}

// Whatever comes in whatever order: a killed item never comes back, the stored
// revision never falls, and two folds of one log agree.
func TestFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a, b State
		killed := map[byte]bool{}
		highest := map[byte]int64{}
		for i := range rapid.IntRange(1, 60).Draw(t, "n") {
			name := rapid.ByteRange('a', 'c').Draw(t, "item")
			r := rec(string(name), rapid.Int64Range(0, 5).Draw(t, "rev"), rapid.StringMatching(`[xy]`).Draw(t, "payload"))
			if rapid.IntRange(0, 9).Draw(t, "kill") == 0 {
				r.Status = Withdrawn
			}
			v := a.Apply(int64(i), r)
			if w := b.Apply(int64(i), r); v != w {
				t.Fatalf("two folds: %+v, %+v", v, w)
			}
			switch v.Stored().Verdict {
			case Kill:
				killed[name] = true
			case Original, Update, Corrected:
				if killed[name] {
					t.Fatalf("offset %d: killed item came back as %s", i, v.Verdict)
				}
				if v.Verdict != Redelivery && r.Revision <= highest[name] && highest[name] > 0 {
					t.Fatalf("offset %d: revision fell to %d", i, r.Revision)
				}
				highest[name] = max(highest[name], r.Revision)
			}
		}
		if a.Digest() != b.Digest() {
			t.Fatal("digests differ")
		}
	})
}

func TestFingerprint(t *testing.T) {
	base := Input{SourceID: "s", Title: "A “Title”", Body: "The port’s ferry—it left. Ｎext: 2,500 cafés."}
	same := Input{SourceID: "s", Title: "a \"title\"", Body: "THE PORTS FERRY - IT LEFT! Next 2 500 Cafe\u0301s"}
	if a, b := Fingerprint(base), Fingerprint(same); a.Body != b.Body || a.Title != b.Title || a.Tokens != 9 {
		t.Errorf("not equal: %+v\n%+v", a, b)
	}
	other := base
	other.Body = "The port’s ferry—it left. Next: 2,501 cafés."
	if Fingerprint(base).Body == Fingerprint(other).Body {
		t.Error("other words, same hash")
	}
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"https://www.example.co.uk/x", "http://m.example.co.uk/y?z", true},
		{"https://a.example.org", "https://b.example.com", false},
		{"https://EXAMPLE.org./", "https://example.org", true},
		{"http://192.0.2.1/a", "http://192.0.2.1/b", true},
	} {
		x, y := Input{SourceID: "s", URL: c.a}, Input{SourceID: "s", URL: c.b}
		if (Fingerprint(x).Outlet == Fingerprint(y).Outlet) != c.same {
			t.Errorf("%s and %s: same outlet is not %v", c.a, c.b, c.same)
		}
	}
	if r := Fingerprint(Input{SourceID: "s", URL: "://"}); r.Outlet != r.Source {
		t.Error("no URL: outlet is not the source")
	}
	r := Fingerprint(Input{Status: "withdrawn", Signals: []string{"correction", "repeat"}, Published: time.UnixMilli(5), StoryKey: "k", Take: 2, Ref: "T1"})
	if r.Status != Withdrawn || r.Signals != Correction|Repeat || r.Published != 5 || r.Take != 2 || r.Story == 0 || r.Ref == 0 {
		t.Errorf("got %+v", r)
	}
}

func TestRecordRoundTrip(t *testing.T) {
	p := DefaultParams()
	p.MinHits = 4
	for _, r := range []Record{
		{Kind: KindArticle, Status: 2, Signals: 3, At: -4, Published: 5, Key: [16]byte{6}, Revision: 1<<43 - 2, Payload: [16]byte{7}, Body: [16]byte{8},
			Title: 9, Source: 10, Outlet: 11, Ref: 12, Target: 17, Story: 13, Take: 14, Month: 18, Embargo: 15, Tokens: 16, Samples: []uint64{0, 2, 1<<40 - 1}},
		{Kind: KindEpoch, At: 1, Key: [16]byte{1, 2}, Revision: 3, Params: &p},
		{Kind: KindRebase, At: 1, Revision: 3, Params: &p},
		{Kind: KindSwitch, At: 1, Topic: "news.fingerprints.2"},
		{Kind: KindVoid, Key: [16]byte{1, 2}, Revision: 3},
		{Kind: KindDigest, Key: [16]byte{1, 2}, Revision: 3, Title: 4},
	} {
		b, err := r.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.Kind == KindArticle && len(b) != headerSize+3*sampleSize {
			t.Errorf("%d bytes", len(b))
		}
		got, err := DecodeRecord(b)
		if err != nil || !reflect.DeepEqual(got, r) {
			t.Errorf("%v: got %+v", err, got)
		}
		for _, bad := range [][]byte{nil, b[:controlSize-1], append(b[:len(b):len(b)], bytes.Repeat([]byte{0}, maxTopic)...), append([]byte{9}, b[1:]...), append([]byte{b[0], 99}, b[2:]...)} {
			if _, err := DecodeRecord(bad); !errors.Is(err, ErrRecord) {
				t.Errorf("kind %d, %d bytes: %v", r.Kind, len(bad), err)
			}
		}
	}
	for _, r := range []Record{{Samples: make([]uint64, maxSamples+1)}, {Kind: KindEpoch}, {Kind: kinds}, {Kind: KindSwitch, Topic: strings.Repeat("t", maxTopic+1)}} {
		if _, err := r.AppendBinary(nil); err == nil {
			t.Errorf("kind %d is encoded", r.Kind)
		}
	}
	r := Record{Samples: []uint64{4, 2}}
	b, _ := r.AppendBinary(nil)
	if _, err := DecodeRecord(b); !errors.Is(err, ErrRecord) {
		t.Errorf("samples out of order: %v", err)
	}
}

func FuzzRecord(f *testing.F) {
	r := rec("a", 1, "x")
	b, _ := r.AppendBinary(nil)
	f.Add(b)
	f.Add(b[:100])
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := DecodeRecord(b)
		if err != nil {
			return
		}
		again, err := r.AppendBinary(nil)
		if err != nil || string(again) != string(b) {
			t.Fatalf("round trip: %v", err)
		}
		var s, u State
		for i := range 3 {
			if s.Apply(int64(i), r) != u.Apply(int64(i), r) {
				t.Fatal("two folds differ")
			}
		}
	})
}

func normalise(s string) ([]byte, int) {
	var w normaliser
	w.run(s)
	return w.words, w.n
}

func FuzzNormalise(f *testing.F) {
	f.Add("The port’s ferry—it left. Ｎext: cafés 'n' x")
	f.Add("internationalisation Ab{`z@[ longwordswithoutend{abcdefgh12345678")
	f.Fuzz(func(t *testing.T, s string) {
		a, n := normalise(s)
		again, m := normalise(string(a))
		if string(again) != string(a) || m != n {
			t.Fatalf("normalised twice: %q, %q", a, again)
		}
		if strings.Count(string(a), " ") != n {
			t.Fatalf("%d words in %q", n, a)
		}
		if want := plain(s); string(a) != want {
			t.Fatalf("%q: normalised %q, plainly %q", s, a, want)
		}
	})
}

// plain is normalise rune by rune.
func plain(s string) string {
	var out []byte
	word := false
	for _, r := range norm.NFKC.String(s) {
		switch {
		case r == '\'' || r == '’':
		case unicode.IsLetter(r) || unicode.IsMark(r):
			out, word = utf8.AppendRune(out, unicode.ToLower(r)), true
		case unicode.IsDigit(r):
			out, word = utf8.AppendRune(out, r), true
		case word:
			out, word = append(out, ' '), false
		}
	}
	if word {
		out = append(out, ' ')
	}
	return string(out)
}

func ExampleState_Apply() {
	var s State
	first := Fingerprint(Input{Key: [16]byte{1}, SourceID: "harbour-desk", Revision: 1, Payload: [16]byte{1}, Body: "The ferry left."})
	later := Fingerprint(Input{Key: [16]byte{1}, SourceID: "harbour-desk", Revision: 2, Payload: [16]byte{2}, Body: "The ferry left at noon."})
	for i, r := range []Record{first, first, later, first} {
		v := s.Apply(int64(i), r)
		fmt.Println(v.Verdict, v.Story[:4])
	}
	// Output:
	// original 0100
	// redelivery 0100
	// update 0100
	// stale 0100
}

// A usual rune is its own normal form and composes with nothing before it.
func TestUsualIsNormal(t *testing.T) {
	n := 0
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if !usual(r) {
			continue
		}
		n++
		if f := norm.NFKC.String(string(r)); f != string(r) {
			if strings.Trim(f, " .") != "" {
				t.Errorf("%U parts no words", r)
			}
			continue
		}
		if p := norm.NFKC.PropertiesString(string(r)); !p.BoundaryBefore() || !norm.NFKC.IsNormalString("a"+string(r)) {
			t.Errorf("%U is not normal everywhere", r)
		}
	}
	if n < 70 {
		t.Errorf("%d runes are usual", n)
	}
}

func TestSamplesAreSorted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sample := rapid.Uint64Range(0, 1<<(hashBits+1)-1)
		s := sampler{samples: rapid.SliceOfN(rapid.OneOf(sample, rapid.Uint64Range(1<<30, 1<<30+9), rapid.Just(uint64(1)<<(hashBits+1)-1)), 1, 500).Draw(t, "samples")}
		want := slices.Clone(s.samples)
		slices.Sort(want)
		if got := s.take(); !slices.Equal(got, slices.Compact(want)) {
			t.Fatalf("%v, want %v", got, slices.Compact(want))
		}
	})
}
