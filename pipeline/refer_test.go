package pipeline_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dateline/pipeline"
	"dateline/pipeline/dedup"
	"dateline/pipeline/wire"
)

// Kills and holds that wires send as messages of their own reach the story that
// they name by number, with its slug or without, whichever of the two is folded
// first.
func TestNoticesByNumber(t *testing.T) {
	p, err := pipeline.New(pipeline.Options{Stages: []string{}})
	if err != nil {
		t.Fatal(err)
	}
	item := func(name string, change ...string) string {
		b, err := os.ReadFile(filepath.Join("wire", "testdata", "items", "iptc7901."+name+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		return strings.NewReplacer(change...).Replace(string(b))
	}
	record := func(id, transmission, text string) dedup.Record {
		e := wire.Envelope{SourceID: "hlw", ItemID: id, Format: "iptc7901", Data: []byte(text), TransmissionID: transmission,
			ReceivedAt: time.Date(2025, 3, 6, 16, 0, 0, 0, time.UTC)}
		a, err := wire.Parse(&e, wire.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return p.Fingerprint(a)
	}
	story := item("story")
	for _, c := range []struct {
		name, transmission, notice string
		reaches                    bool
	}{
		{"kill with the slug", "", item("kill-by-number"), true},
		{"kill of another slug", "", item("kill-by-number", "Shipping/Ferries", "Shipping/Trains"), false},
		{"kill under an advisory's slug", "", item("kill-by-number", "Shipping/Ferries", "Achtung"), true},
		{"hold under an advisory's slug", "", item("hold-by-number", "0044", "0042"), true},
		{"number from the envelope", "HLW 0042", item("kill-by-number"), true},
		{"next day", "", item("kill-by-number", "Shipping/Ferries", "Achtung", "061405", "071405"), true},
		{"the number comes again a week later", "", item("kill-by-number", "Shipping/Ferries", "Achtung", "061405", "131405"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, n := record("story", c.transmission, story), record("notice", "", c.notice)
			var before, after dedup.State
			after.Apply(0, s)
			v := after.Apply(1, n)
			if got := v.Strike.ID == wire.ID("hlw", "story"); got != c.reaches {
				t.Errorf("notice behind the story: %+v", v)
			}
			before.Apply(0, n)
			v = before.Apply(1, s)
			if got := v.Verdict == dedup.Kill || v.Held; got != c.reaches {
				t.Errorf("notice before the story: %+v", v)
			}
		})
	}
}
