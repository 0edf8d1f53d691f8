package wire

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestBroken breaks every item in testdata as lines, disks and servers do: cut
// off anywhere, control bytes inside, labelled with another encoding, sent as
// another one, named as another format. Each is read or refused with a reason,
// its bytes as they were.
func TestBroken(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "items", "*.*.*"))
	if err != nil {
		t.Fatal(err)
	}
	reasons := []string{Malformed, Charset, Depth, UnsupportedFormat, NoText, NotArticle}
	read, refused := 0, 0
	check := func(name, format, label string, data []byte) {
		e := envelopeOf(format, string(data))
		e.Charset = label
		a, err := Parse(e, Options{})
		if !bytes.Equal(e.Data, data) {
			t.Fatalf("%s: payload changed", name)
		}
		if err != nil {
			if refused++; !slices.Contains(reasons, reasonOf(err)) {
				t.Fatalf("%s: reason %q", name, reasonOf(err))
			}
			return
		}
		read++
		checkArticle(t, e, a)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".golden.json") {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name, format := filepath.Base(file), Sniff(data)
		step := max(1, len(data)/50)
		for n := 0; n < len(data); n += step {
			check(name+" cut", format, "", data[:n])
			noisy := slices.Insert(bytes.Clone(data), n, []byte("\x00\x07\x1b\x7f")[n%4], 0x0b)
			check(name+" with control bytes", format, "", noisy)
		}
		for _, label := range []string{"iso-8859-1", "windows-1251", "shift_jis", "utf-16le", "us-ascii", "no-such", "utf-8"} {
			check(name+" labelled "+label, format, label, data)
			check(name+" in Latin-1", format, label, bytes.ReplaceAll(data, []byte("a"), []byte("\xe4")))
			check(name+" in half of UTF-8", format, label, bytes.ReplaceAll(data, []byte("e"), []byte("\xc3")))
		}
		for _, other := range Formats() {
			check(name+" as "+other, other, "", data)
		}
	}
	t.Logf("%d read, %d refused", read, refused)
	if read < 100 || refused < 100 {
		t.Errorf("%d read, %d refused: too few of one", read, refused)
	}
}
