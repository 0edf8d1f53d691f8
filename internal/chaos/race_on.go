//go:build race

package chaos

// Race says whether this program was built with the race detector; the workers
// are then too.
const Race = true
