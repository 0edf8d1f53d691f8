package gazetteer

// knownBits is the size of known: 4,096 keys in 64 kB.
const knownBits = 12

// known remembers what became of the keys looked up last, each in one place. News
// repeats its names, and the tables are larger than the caches: an answer from
// them waits for memory up to five times. Keys are told apart by their hash of 64
// bits.
type known struct {
	of    *Gazetteer
	slots []answer
}

// answer is what find and extends say of a key.
type answer struct {
	hash    uint64
	at      uint32
	ambig   Ambig
	n       uint8 // readings; 0 for no name
	extends bool
	full    bool
}

// belong forgets the answers of another gazetteer.
func (k *known) belong(g *Gazetteer) {
	if k.of == g {
		return
	}
	k.of, k.slots = g, make([]answer, 1<<knownBits)
}

// ask is find and extends; k may be nil.
func (g *Gazetteer) ask(k *known, key []byte, h uint64) (m Match, hit, extends bool) {
	if k == nil {
		m, hit = g.find(key, h)
		return m, hit, g.extends(h)
	}
	x := &k.slots[mix(h)>>(64-knownBits)]
	if x.hash != h || !x.full {
		m, _ = g.find(key, h)
		*x = answer{hash: h, at: m.at, ambig: m.Ambig, n: m.n, extends: g.extends(h), full: true}
	}
	return Match{Ambig: x.ambig, n: x.n, at: x.at}, x.n > 0, x.extends
}
