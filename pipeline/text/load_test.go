package text_test

import (
	"encoding/binary"
	"testing"

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
