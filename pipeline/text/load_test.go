package text_test

import (
	"encoding/binary"
	"testing"
	"unicode"

	"dateline/pipeline/text"
)

func TestLoad(t *testing.T) {
	const s = "\x01\x80\xffvwxyz, and more"
	if got, want := text.Load8(s), binary.LittleEndian.Uint64([]byte(s)); got != want {
		t.Errorf("Load8 = %#x, want %#x", got, want)
	}
	if got, want := text.Load4(s[3:]), binary.LittleEndian.Uint32([]byte(s[3:])); got != uint64(want) {
		t.Errorf("Load4 = %#x, want %#x", got, want)
	}
}

// FuzzPack compares the packing by wide loads with the plain loop.
func FuzzPack(f *testing.F) {
	for _, w := range []string{"", "A", "No", "saY", "Said", "Denied", "@[`{Zz", "announced", "Announcement", "announcementsxxx", "antidisestablishment", "Gabčíkovo", "\x80\xc1\xda\xff"} {
		f.Add(w)
	}
	f.Fuzz(func(t *testing.T, w string) {
		var want [2]uint64
		for i := range min(len(w), 16) {
			c := w[i]
			if c < 0x80 {
				c = byte(unicode.ToLower(rune(c)))
			}
			want[i/8] |= uint64(c) << (i % 8 * 8)
		}
		if lo, hi := text.Pack(w); [2]uint64{lo, hi} != want {
			t.Fatalf("%q: %x %x, want %x", w, lo, hi, want)
		}
	})
}

func TestLowerRun(t *testing.T) {
	for i := range 256 {
		for at := range 8 {
			b := []byte("azmnazqb")
			b[at] = byte(i)
			want := 8
			if c := byte(i); c < 'a' || c > 'z' {
				want = at
			}
			if n := text.LowerRun(text.Load8(string(b))); n != want {
				t.Errorf("%q: %d, want %d", b, n, want)
			}
		}
	}
}
