package override

import (
	"fmt"
	"os"
	"sync/atomic"

	"dateline/pipeline/gazetteer"
)

// Load reads a file of operations.
func Load(path string, g *gazetteer.Gazetteer) (*Set, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("overrides: %w", err)
	}
	defer f.Close()
	return Parse(path, f, g)
}

// Live is the set in force, which any goroutine may read while another one
// replaces it. An article is read with one set from its first stage to its last.
type Live struct{ set atomic.Pointer[Set] }

// Set is the set in force; nil, which holds nothing, before the first Use.
func (l *Live) Set() *Set {
	if l == nil {
		return nil
	}
	return l.set.Load()
}

// Use puts a set in force.
func (l *Live) Use(s *Set) { l.set.Store(s) }

// Reload reads a file and puts it in force. If it is refused the old set stays.
func (l *Live) Reload(path string, g *gazetteer.Gazetteer) error {
	s, err := Load(path, g)
	if err != nil {
		return err
	}
	l.Use(s)
	return nil
}
