package name

import (
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"testing"

	"dateline/pipeline/name/internal/model"
)

// TestModelFile ties the four files together: the model is whole, it is the
// one that the card describes, and it was trained by the manifest that is
// committed.
func TestModelFile(t *testing.T) {
	if err := model.Check(blob); err != nil {
		t.Fatal(err)
	}
	if len(blob) > 16<<20 {
		t.Errorf("%d bytes, want at most 16 MiB", len(blob))
	}
	m, err := model.Load(blob)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := os.ReadFile("train/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	if sha256.Sum256(manifest) != m.Manifest {
		t.Error("names.bin was trained by another train/manifest.json")
	}
	card, err := os.ReadFile("MODEL_CARD.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{fmt.Sprintf("%d bytes", len(blob)), fmt.Sprintf("`%x`", m.Sum), fmt.Sprintf("`%x`", m.Manifest)} {
		if !strings.Contains(string(card), want) {
			t.Errorf("MODEL_CARD.md does not name %s", want)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	flipped := blob[:8] + "\xff" + blob[9:]
	for name, b := range map[string]string{
		"empty": "", "other file": strings.Repeat("x", 4096), "cut in the header": blob[:100],
		"cut in the rows": blob[:len(blob)/2], "other features": flipped,
		"rows outside the table": blob[:28] + "\x01\x00\x00\x00" + blob[32:],
	} {
		if _, err := Load(b); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
	if err := model.Check(blob[:len(blob)-1] + "x"); err == nil {
		t.Error("a changed byte passes the check sum")
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(blob); err != nil {
			b.Fatal(err)
		}
	}
}
