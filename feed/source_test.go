package feed

import (
	"path/filepath"
	"strings"
	"testing"

	"dateline/pipeline/wire"
)

// TestWireIdentity reads one item of each wire format: the key is made of the
// id that the format has, equal over versions and for the kill of an item, and
// version and transmission number stand in the envelope.
func TestWireIdentity(t *testing.T) {
	items := filepath.Join("..", "pipeline", "wire", "testdata", "items")
	for _, c := range []struct {
		file, item, transmission string
		version                  int64
	}{
		{"iptc7901.story.txt", "hlw/shipping/ferries/2025-03-06", "hlw0042", 0},
		{"iptc7901.kill.txt", "hlw/shipping/ferries/2025-03-06", "hlw0043", 0},
		{"iptc7901.take-2.txt", "hlw/shipping/ferries/2025-03-06/=2", "hlw0052", 0},
		{"iptc7901.hold-by-number.txt", "hlw/achtung/2025-03-06/hlw0049", "hlw0049", 0},
		{"anpa1312.writethru.txt", "a/bc-eu--poland-ferry/2025-03-06", "a0123", 0},
		{"anpa1312.kill.txt", "a/bc-eu--poland-ferry/2025-03-06", "a0124", 0},
		{"newsml-g2.kill.xml", "tag:example.org:2", "", 3},
		{"ninjs-1.text.json", "urn:harbour:1", "", 3},
		{"newsml-1.2.news.xml", "", "", 0},
		{"nitf.story.xml", "", "", 0},
		{"digitalwires.correction.json", "", "", 0},
		{"ap-media.text.json", "", "", 0},
		{"rss.item.xml", "", "", 0},
	} {
		got, refusals := readAll(Source{ID: "desk"}, filepath.Join(items, c.file))
		if len(got) != 1 || len(refusals) > 0 {
			t.Errorf("%s: %d items, refusals %v", c.file, len(got), refusals)
			continue
		}
		e, err := wire.DecodeEnvelope(got[0].Record.Value)
		if err != nil {
			t.Fatal(err)
		}
		a, err := wire.Parse(e, wire.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if c.item == "" {
			c.item, c.version = wire.ItemID(a.OwnID), int64(a.Version)
			if c.item == "" {
				t.Errorf("%s has no id of its own", c.file)
			}
			c.transmission = a.TransmissionID
		}
		if string(got[0].Record.Key) != "desk/"+c.item || e.Version != c.version || e.TransmissionID != c.transmission {
			t.Errorf("%s: key %s, version %d, transmission %q; want desk/%s, %d, %q", c.file, got[0].Record.Key, e.Version, e.TransmissionID, c.item, c.version, c.transmission)
		}
		if again, _ := wire.Parse(e, wire.Options{}); !strings.EqualFold(again.Status, a.Status) || again.Revision != a.Revision {
			t.Errorf("%s: revision %d read again as %d", c.file, a.Revision, again.Revision)
		}
	}
}
