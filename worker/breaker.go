package worker

import (
	"fmt"
	"sync"
)

// The breaker's window and patience (engine.md section 7, judgement).
const (
	breakerWindow = 500 // verdicts of the store that are looked at
	breakerBulks  = 3   // bulks in a row refused as bad, with nothing of them stored
)

// breaker tells poison from a broken configuration. Single records die; when
// most of what is sent would die, the fault is in a mapping, a template or a
// proxy, and a dead-letter topic full of good articles helps nobody. Then it
// opens: what would have died is held and sent again every two seconds. It
// closes when one of the held documents is stored, which says that somebody
// has mended the cause.
type breaker struct {
	mu      sync.Mutex
	percent int                 // opens above this share of dead documents; 0: never
	window  [breakerWindow]bool // true: dead; circular
	n, at   int
	dead    int
	refused int // bulks in a row refused as bad
	open    string
}

// reset forgets what was seen, with mu held.
func (b *breaker) reset() {
	b.n, b.at, b.dead, b.refused, b.open = 0, 0, 0, 0, ""
	b.window = [breakerWindow]bool{}
}

// count takes one verdict of the store on a document into the window.
func (b *breaker) count(dead bool) {
	if b.n == breakerWindow {
		if b.window[b.at] {
			b.dead--
		}
	} else {
		b.n++
	}
	b.window[b.at] = dead
	if dead {
		b.dead++
	}
	b.at = (b.at + 1) % breakerWindow
}

// setPercent changes the share above which it opens.
func (b *breaker) setPercent(percent int) {
	b.mu.Lock()
	b.percent = percent
	b.mu.Unlock()
}

// stored notes documents that the store has taken.
func (b *breaker) stored(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for range n {
		b.count(false)
	}
	if n > 0 && b.open == "" {
		b.refused = 0
	}
}

// died notes a document that the store will never take. While it returns a
// reason the document must be held instead of being given up.
func (b *breaker) died() (why string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.percent == 0 || b.open != "" {
		return b.open
	}
	b.count(true)
	if b.n == breakerWindow && b.dead*100 > b.percent*breakerWindow {
		b.open = fmt.Sprintf("%d of the last %d documents were refused", b.dead, breakerWindow)
	}
	return b.open
}

// bad notes a bulk that was refused as bad and none of whose documents was
// stored alone either. While it returns a reason they must be held.
func (b *breaker) bad() (why string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.percent == 0 || b.open != "" {
		return b.open
	}
	if b.refused++; b.refused >= breakerBulks {
		b.open = fmt.Sprintf("%d bulks in a row were refused as bad requests, to the last document", b.refused)
	}
	return b.open
}

// opened is why the breaker is open; empty if it is not.
func (b *breaker) opened() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.open
}

// mended closes the breaker: a document that it held was stored.
func (b *breaker) mended() (was bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	was = b.open != ""
	b.reset()
	return was
}
