package articles

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"dateline/pipeline/wire"
)

func TestBundleEnvelopes(t *testing.T) {
	var last time.Time
	type id struct {
		key     string
		version int64
		at      time.Time
	}
	seen := make(map[id]string)
	firstSeen := make(map[string]time.Time)
	for _, a := range All() {
		t.Run(a.Name, func(t *testing.T) {
			var fields map[string]any
			if err := json.Unmarshal(a.Envelope(), &fields); err != nil {
				t.Fatalf("value is not JSON: %v", err)
			}
			if fields["schema"] != "dateline.raw.v1" {
				t.Errorf("schema %v", fields["schema"])
			}
			e, err := wire.DecodeEnvelope(a.Envelope())
			if err != nil {
				t.Fatal(err)
			}
			if e.SourceID != a.SourceID || e.ItemID != a.ItemID || e.Version != a.Version {
				t.Errorf("envelope is of %s/%s version %d, article of %s version %d", e.SourceID, e.ItemID, e.Version, Key(a), a.Version)
			}
			art, err := wire.Parse(e, wire.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(art.Warnings) > 0 {
				t.Errorf("warnings: %q", art.Warnings)
			}
			if a.Want.Outcome == Indexed || a.Want.Outcome == Tombstone {
				if art.Status != a.Want.Status {
					t.Errorf("status %q, want %q", art.Status, a.Want.Status)
				}
			}
			if art.Status == wire.Usable && (art.Title == "" || art.TimeZone == "" || art.Outlet == "" || art.PublishedBasis == "received") {
				t.Errorf("title %q, zone %q, outlet %q, published basis %q: one is missing", art.Title, art.TimeZone, art.Outlet, art.PublishedBasis)
			}
			if day := e.FirstSeen.Format(time.DateOnly); day < "2025-02-01" || day > "2025-05-31" {
				t.Errorf("first seen on %s, outside the spring of 2025", day)
			}
			if a.Want.Outcome == Duplicate {
				return
			}
			if e.ReceivedAt.Before(last) {
				t.Errorf("received at %s, before the one before it", e.ReceivedAt)
			}
			last = e.ReceivedAt
			if e.ReceivedAt.Before(e.VersionTime) || e.VersionTime.Before(e.FirstSeen) {
				t.Errorf("times run backwards: first seen %s, version %s, received %s", e.FirstSeen, e.VersionTime, e.ReceivedAt)
			}
			k := id{Key(a), a.Version, e.VersionTime}
			if other, ok := seen[k]; ok {
				t.Errorf("same item and version as %s", other)
			}
			seen[k] = a.Name
			if f, ok := firstSeen[Key(a)]; ok && !f.Equal(e.FirstSeen) {
				t.Errorf("first_seen %s, other versions have %s", e.FirstSeen, f)
			}
			firstSeen[Key(a)] = e.FirstSeen
		})
	}
}

// TestBundleOutcomes recomputes from versions and statuses what the files say
// must become of them.
func TestBundleOutcomes(t *testing.T) {
	stored := make(map[string]Article)
	for _, a := range All() {
		before, ok := stored[Key(a)]
		want := Indexed
		switch {
		case ok && string(before.Envelope()) == string(a.Envelope()):
			want = Duplicate
		case ok && (a.Version <= before.Version || before.Want.Status == wire.Withdrawn):
			want = Stale
		case a.env.Hints.Status != "":
			want = Tombstone
		}
		if a.Want.Outcome != want {
			t.Errorf("%s: outcome %q, its versions say %q", a.Name, a.Want.Outcome, want)
		}
		if want == Indexed || want == Tombstone {
			stored[Key(a)] = a
		}
	}
	x := Expect(slices.Values(All()))
	if x.Records != len(All()) || len(x.Items) != len(stored) || len(x.Dead) != 0 {
		t.Errorf("oracle has %d records, %d items, %d reasons of death; want %d, %d, 0", x.Records, len(x.Items), len(x.Dead), len(All()), len(stored))
	}
	for key, s := range x.Items {
		if s.Version != stored[key].Version {
			t.Errorf("oracle stores version %d of %s, want %d", s.Version, key, stored[key].Version)
		}
	}
	if hidden := len(x.Items) - x.Visible(); hidden != 3 {
		t.Errorf("%d items hidden, want the held, the killed and the embargoed one", hidden)
	}
}

func TestAllIsTheCallers(t *testing.T) {
	a := All()
	a[0].Name = "changed"
	if All()[0].Name == "changed" {
		t.Error("a change of the slice changed the bundle")
	}
}

func TestQuestions(t *testing.T) {
	byKey := make(map[string][]Article)
	for _, a := range All() {
		byKey[Key(a)] = append(byKey[Key(a)], a)
	}
	x := Expect(slices.Values(All()))
	for _, q := range Questions() {
		if len(q.Answers) == 0 || !q.To.After(q.From) {
			t.Errorf("%s: no answers or no days", q.Text)
		}
		for _, key := range q.Answers {
			if x.Items[key].Status != wire.Usable {
				t.Errorf("%s: answer %s is not a visible article", q.Text, key)
				continue
			}
			text := textOf(t, byKey[key][len(byKey[key])-1])
			family := q.Actor[strings.LastIndexByte(q.Actor, ' ')+1:]
			if !strings.Contains(text, q.Actor) && !strings.Contains(text, family) {
				t.Errorf("%s: %s does not name %s", q.Text, key, q.Actor)
			}
			if !strings.Contains(strings.ToLower(text), strings.ToLower(q.Place)) {
				t.Errorf("%s: %s does not name %s", q.Text, key, q.Place)
			}
		}
	}
}

// textOf is title, byline, credits and body as wire reads them.
func textOf(t *testing.T, a Article) string {
	t.Helper()
	e, err := wire.DecodeEnvelope(a.Envelope())
	if err != nil {
		t.Fatal(err)
	}
	e.Hints.Status = "" // also the text of holds and kills
	art, err := wire.Parse(e, wire.Options{})
	if err != nil {
		t.Fatalf("%s: %v", a.Name, err)
	}
	if !utf8.ValidString(art.Body) {
		t.Fatalf("%s: body is not UTF-8", a.Name)
	}
	parts := append([]string{art.Title}, art.Byline...)
	parts = append(parts, art.Authors...)
	parts = append(parts, art.Credits...)
	return strings.Join(append(parts, art.Body), "\n")
}

func TestLoadRefuses(t *testing.T) {
	const ok = "---\nsource_id: a\nitem_id: b\nversion: 1\nversion_time: 2025-02-01T00:00:00Z\nfirst_seen: 2025-02-01T00:00:00Z\nreceived_at: 2025-02-01T00:00:00Z\nformat: text\n---\nText\n"
	if _, err := load(fstest.MapFS{"data/1.txt": {Data: []byte(ok)}}); err != nil {
		t.Fatalf("the good file is refused: %v", err)
	}
	for name, c := range map[string]struct{ old, new, err string }{
		"no header":      {"---\n", "", "enclosed"},
		"open header":    {"\n---\nText", "\nText", "enclosed"},
		"unknown field":  {"format:", "formt: x\nformat:", "unknown field"},
		"no time":        {"version_time: 2025-02-01T00:00:00Z\n", "", "version_time"},
		"unknown format": {"format: text", "format: rtf", `"rtf"`},
		"title of text":  {"format: text", "format: text\ntitle: T", "format text"},
		"bad source":     {"source_id: a", "source_id: A B", "source_id"},
		"bad want":       {"format: text", "format: text\nwant: gone", `"gone"`},
		"no target":      {"source_id: a", "redelivers: 9", `"9"`},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(ok, c.old) {
				t.Fatal("the case changes nothing")
			}
			_, err := load(fstest.MapFS{"data/1.txt": {Data: []byte(strings.Replace(ok, c.old, c.new, 1))}})
			if err == nil || !strings.Contains(err.Error(), c.err) || !strings.Contains(err.Error(), "bundled article 1") {
				t.Errorf("error %v, want one that names article 1 and %s", err, c.err)
			}
		})
	}
}

func Example() {
	a := All()[13]
	fmt.Println(a.Name, Key(a), a.Version, a.Want.Outcome)
	fmt.Println(string(a.Envelope()[:120]))
	// Output:
	// 014-cable-v1 meridian-wire/mpa-20250308-estlink 1 indexed
	// {"schema":"dateline.raw.v1","source_id":"meridian-wire","item_id":"mpa-20250308-estlink","version":1,"version_time":"202
}

func ExampleExpect() {
	x := Expect(slices.Values(All()))
	fmt.Println(x.Records, "records,", len(x.Items), "items,", x.Visible(), "visible")
	for _, o := range slices.Sorted(maps.Keys(x.Count)) {
		fmt.Println(o, x.Count[o])
	}
	// Output:
	// 84 records, 71 items, 68 visible
	// duplicate 1
	// indexed 80
	// stale 1
	// tombstone 2
}
