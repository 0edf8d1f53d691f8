package text

import "strings"

// Arena makes strings of bytes, many to one allocation: an article has dozens
// of ids and folded names of a few bytes. A string keeps the block that it lies
// in alive, so an arena is for strings that go together, those of a document.
// The zero value is ready for use; it must not be copied.
type Arena struct{ b strings.Builder }

// A block holds a few articles' strings; what would take more than an eighth of
// it is given memory of its own, so that no block ends half empty.
const (
	arenaBlock = 4 << 10
	arenaLarge = arenaBlock / 8
)

// String is b as a string that nobody changes.
func (a *Arena) String(b []byte) string {
	if a.b.Cap()-a.b.Len() < len(b) {
		if len(b) > arenaLarge {
			return string(b)
		}
		a.b.Reset()
		a.b.Grow(arenaBlock)
	}
	n := a.b.Len()
	a.b.Write(b)
	return a.b.String()[n:]
}
