package gazetteer

import (
	"math/bits"
	"strings"
	"unicode/utf8"

	"dateline/pipeline/text"
)

// MaxTokens is the longest name in tokens that Match looks for. Longer official
// names ("Democratic People's Republic of Korea" has six) are cut by the
// builder.
const MaxTokens = 8

// maxKey bounds a key in bytes; the builder drops longer names.
const maxKey = 96

// Match is a name of the gazetteer in a text: bytes [Start,End), which lie in
// tokens [First,Last). They cover whole tokens unless Part is set: then the name
// is a part of a hyphenated word, the "U.S." of "U.S.-led".
// The readings are read with Alias.
type Match struct {
	Start, End  uint32
	First, Last uint32
	Ambig       Ambig
	Caps        Caps
	Part        bool
	n           uint8
	at          uint32 // of the first alias in secKeys; or direct and the ref
}

// Span is the bytes of the match in the text.
func (m Match) Span() text.Span { return text.Span{Start: int(m.Start), End: int(m.End)} }

// Caps is how the text writes a match.
type Caps uint8

// The ways of writing. In a shouted sentence capitals mean nothing.
const (
	Title   Caps = iota // each word starts with a capital, or the first does
	AllCaps             // letters are all capitals: US, NATO
	Shout               // all capitals in a sentence of capitals
)

// Aliases is the number of readings of a match, at most 255, the best first.
func (m Match) Aliases() int { return int(m.n) }

// Alias is reading i of a match. It does not apply the case rule; see Allows.
func (g *Gazetteer) Alias(m Match, i int) Alias {
	if m.at&direct != 0 {
		return Alias{Ref: Ref(m.at &^ direct)}
	}
	return unpackAlias(u32(g.sec[secKeys][int(m.at)+i*4:]))
}

// Allows reports whether a reading's case rule holds where the match stands.
// In a shouted sentence a rule for capitals holds only if the name is printed
// with dots or longer than two letters: the US of "TELL US MORE" is no country.
func (m Match) Allows(a Alias, surface string) bool {
	if !a.Upper {
		return true
	}
	switch m.Caps {
	case AllCaps:
		return true
	case Shout:
		if len(surface) > 3 {
			return true
		}
		for i := range len(surface) {
			if surface[i] == '.' {
				return true
			}
		}
	}
	return false
}

func packAlias(a Alias) uint32 {
	v := uint32(a.Ref) | uint32(a.Form)<<20 | uint32(min(a.Rank, 31))<<27
	if a.Upper {
		v |= 1 << 24
	}
	if a.Comma {
		v |= 1 << 25
	}
	if a.Weak {
		v |= 1 << 26
	}
	return v
}

func unpackAlias(v uint32) Alias {
	return Alias{Ref: Ref(v & (1<<20 - 1)), Form: Form(v >> 20 & 15), Upper: v>>24&1 != 0, Comma: v>>25&1 != 0, Weak: v>>26&1 != 0, Rank: uint8(v >> 27)}
}

// Match appends the names of the gazetteer that the text holds to dst, in text
// order, without overlaps: from each start the longest name wins, and the
// search goes on behind it. A name starts with a capital (or an Arabic article,
// "al-Bab") and does not cross a sentence, a line break or a comma. A possessive
// is never part of it unless the name has it ("Queen's Park"). The parts of a
// hyphenated word are tried when the whole word is no name.
//
// It allocates nothing but the growth of dst.
func (g *Gazetteer) Match(dst []Match, a *text.Tokens) []Match { return g.match(dst, a, nil) }

func (g *Gazetteer) match(dst []Match, a *text.Tokens, k *known) []Match {
	for i := 0; i < len(a.Tok); i++ {
		t := &a.Tok[i]
		if t.Flags&(text.Upper|text.Punct|text.Number) != text.Upper && (t.Flags&text.Plain != 0 || !startsArticle(a, i)) {
			continue
		}
		for at := t.Start; at < t.End; {
			m, ok := g.longest(a, i, at, i+MaxTokens, k)
			if !ok {
				at = nextPart(a.Text, at, t.End)
				continue
			}
			dst = append(dst, m)
			if i = int(m.Last) - 1; i != int(m.First) {
				t = &a.Tok[i]
			}
			at = nextPart(a.Text, m.End, t.End)
		}
	}
	return dst
}

// nextPart is the start of the next part of a hyphenated word that ends at end
// and starts with a capital, or end.
func nextPart(s string, at, end uint32) uint32 {
	for ; at+1 < end; at++ {
		if s[at] == '-' && s[at+1] >= 'A' && s[at+1] <= 'Z' {
			return at + 1
		}
	}
	return end
}

// startsArticle reports whether token i is a lower-case Arabic article joined
// to a name: al-Bab, el-Sisi.
func startsArticle(a *text.Tokens, i int) bool {
	t := a.Tok[i]
	if t.End-t.Start < 5 || t.Flags&text.Lower == 0 {
		return false
	}
	s := a.Text[t.Start:t.End]
	return s[2] == '-' && (s[0] == 'a' || s[0] == 'e') && s[3] >= 'A' && s[3] <= 'Z'
}

// Inner is the longest shorter name that starts where m does: the "U.S." of
// "U.S. State Department".
func (g *Gazetteer) Inner(a *text.Tokens, m Match) (Match, bool) {
	if m.Last-m.First < 2 || int(m.Last) > len(a.Tok) {
		return Match{}, false
	}
	return g.longest(a, int(m.First), m.Start, int(m.Last)-1, nil)
}

// longest finds the longest name that starts at byte at of token i and ends
// before token end.
func (g *Gazetteer) longest(a *text.Tokens, i int, at uint32, end int, k *known) (best Match, ok bool) {
	var buf [maxKey]byte
	key := buf[:0]
	h := uint64(fnvBasis)
	for j := i; j < len(a.Tok) && j < end; j++ {
		t := &a.Tok[j]
		if j > i && t.Flags&(text.Newline|text.SentStart) != 0 {
			break
		}
		start := t.Start
		if j == i {
			start = at
		}
		s := a.Text[start:t.End]
		if t.Flags&text.Punct != 0 && t.Flags&text.Possessive == 0 && s != "&" || len(key)+2*len(s)+2 > maxKey {
			break
		}
		sep, n := j > i && t.Flags&text.Space != 0, len(key)
		if cut := hyphen(t, s); cut > 0 {
			var ph uint64
			key, ph = foldHash(key, h, s[:cut], sep)
			if m, hit, _ := g.ask(k, key, ph); hit {
				best, ok = m, true
				best.First, best.Last, best.Start, best.End, best.Part = uint32(i), uint32(j+1), at, start+uint32(cut), true
			}
			key = key[:n]
		}
		if key, h = foldHash(key, h, s, sep); len(key) == 0 {
			break
		}
		m, hit, extends := g.ask(k, key, h)
		if hit && (j == i || t.Flags&text.Lower == 0 || t.Flags&text.Upper != 0 || g.usual(m)) {
			best, ok = m, true
			best.First, best.Last, best.Start, best.End, best.Part = uint32(i), uint32(j+1), at, t.End, at != a.Tok[i].Start
		}
		if !extends {
			break
		}
	}
	if ok {
		best.Caps = caps(a, best)
	}
	return best, ok
}

// hyphen is where a word has its first hyphen, -1 if it has none.
func hyphen(t *text.Token, s string) int {
	if t.Flags&(text.Word|text.Plain) != text.Word {
		return -1
	}
	return strings.IndexByte(s, '-')
}

// usual reports whether the first reading is a name as its record usually has
// it. Only such a name may end in a word in lower case: "Arab world", but not
// the "Idlib province" that stands for "Idlib Province".
func (g *Gazetteer) usual(m Match) bool { return g.Alias(m, 0).Rank <= 1 }

// foldHash is AppendFold and the hash of what it appends in one pass over
// ASCII words, which nearly all are.
func foldHash(key []byte, h uint64, s string, sep bool) ([]byte, uint64) {
	n, h0 := len(key), h
	if sep && n > 0 {
		key, h = append(key, ' '), (h^' ')*fnvPrime
	}
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf || c == '&' || asciiFold[c] == ' ' {
			key = AppendFold(key[:n], s, sep)
			return key, fnv(h0, key[n:])
		}
		if f := asciiFold[c]; f != 0 {
			key, h = append(key, f), (h^uint64(f))*fnvPrime
		}
	}
	if len(key) == n+1 && key[n] == ' ' { // nothing but dots and quotes
		return key[:n], h0
	}
	return key, h
}

// Find looks a name up. The match has no tokens.
func (g *Gazetteer) Find(name string) (Match, bool) {
	var buf [maxKey]byte
	key := AppendFold(buf[:0], name, false)
	return g.find(key, fnv(fnvBasis, key))
}

// Lookup is Find with the answers that h remembers.
func (h *Hits) Lookup(g *Gazetteer, name string) (Match, bool) {
	h.known.belong(g)
	var buf [maxKey]byte
	key := AppendFold(buf[:0], name, false)
	m, ok, _ := g.ask(&h.known, key, fnv(fnvBasis, key))
	return m, ok
}

// FindSkeleton looks up the skeleton of a folded name of a person.
func (g *Gazetteer) FindSkeleton(fold string) (Match, bool) {
	var buf [maxKey]byte
	key := AppendSkeleton(buf[:0], fold)
	if len(key) == 0 {
		return Match{}, false
	}
	return g.find(key, fnv(fnvBasis, key))
}

// find looks up a folded key with its FNV hash.
func (g *Gazetteer) find(key []byte, h uint64) (m Match, ok bool) {
	h = mix(h)
	at, _ := bits.Mul64(h, g.slots)
	single, listed := singleSlot(h, 0), listedSlot(h, 0)
	slots := g.sec[secSlots]
	for range g.slots { // ends at the first empty slot; the table is never full
		switch s := u32(slots[at*4:]); {
		case s == 0:
			return m, false
		case s>>refBits == single>>refBits:
			if ref := s & (1<<refBits - 1); foldsTo(g.Name(Ref(ref)), key) {
				m.n, m.at = 1, direct|ref
				return m, true
			}
		case s>>offsetBits == listed>>offsetBits:
			if hit, ok := g.entry(s&(1<<offsetBits-1), key); ok {
				return hit, true
			}
		}
		if at++; at == g.slots {
			at = 0
		}
	}
	return m, false
}

// singleSlot and listedSlot are the slots of a key with hash h, see secSlots.
// Its place in the table is taken from the high half of the hash.
func singleSlot(h uint64, ref uint32) uint32 {
	return direct | uint32(h)&(1<<(31-refBits)-1)<<refBits | ref
}

func listedSlot(h uint64, offset uint32) uint32 {
	return uint32(h)&(1<<(31-offsetBits)-1)<<offsetBits | offset
}

// entry reads the entry of secKeys at off, if it is that of the key.
func (g *Gazetteer) entry(off uint32, key []byte) (m Match, ok bool) {
	e := g.sec[secKeys][off:]
	n := uint32(e[0])
	if n > 0 && e[1:n+1] != string(key) {
		return m, false
	}
	m.Ambig, m.n, m.at = Ambig(e[n+1]&15), e[n+1]>>4, off+n+2
	if m.n == manyAliases {
		m.n = e[n+2]
		m.at++
	}
	return m, n > 0 || foldsTo(g.Name(g.Alias(m, 0).Ref), key)
}

// manyAliases in the place of a number says that it follows.
const manyAliases = 15

// foldsTo reports whether key is the key form of name. Most names are letters
// and single spaces, whose form has them at the same places.
func foldsTo(name string, key []byte) bool {
	if len(name) == len(key) {
		i := 0
		for i < len(name) && name[i] < utf8.RuneSelf && asciiFold[name[i]] == key[i] {
			i++
		}
		if i == len(name) {
			return true
		}
	}
	var buf [maxKey]byte
	return string(AppendFold(buf[:0], name, false)) == string(key)
}

// extends reports whether a longer key may start with the words hashed so far.
func (g *Gazetteer) extends(h uint64) bool {
	h = mix(h)
	p := g.sec[secPrefix]
	a, b := h&g.prefixMask, h>>32&g.prefixMask
	return p[a>>3]>>(a&7)&1 != 0 && p[b>>3]>>(b&7)&1 != 0
}

// caps says how the match is written and whether its sentence shouts: two
// thirds of at least four words in capitals.
func caps(a *text.Tokens, m Match) Caps {
	for _, c := range []byte(a.Text[m.Start:m.End]) {
		if 'a' <= c && c <= 'z' || c >= 0x80 {
			return Title
		}
	}
	s := a.Tok[m.First].Sent
	if int(s) >= len(a.Sent) {
		return AllCaps
	}
	words, upper := 0, 0
	first, last := a.Sent[s].First, a.Sent[s].Last
	// 24 tokens tell; a longer look would make a long sentence quadratic.
	for i := max(first, m.First-min(m.First, 12)); i < min(last, m.First+12); i++ {
		if t := &a.Tok[i]; t.Flags&text.Word != 0 && t.End-t.Start > 1 {
			words++
			if t.Flags&text.Lower == 0 {
				upper++
			}
		}
	}
	if words >= 4 && upper*3 >= words*2 {
		return Shout
	}
	return AllCaps
}

// Hits are the matches in an article's title and body. The stages that read
// places and actors share them, so that the search runs once.
type Hits struct {
	Title, Body []Match

	known known
}

// Find fills h from the title and the body, either of which may be nil. It
// reuses the memory of h.
func (h *Hits) Find(g *Gazetteer, title, body *text.Tokens) {
	h.Title, h.Body = h.Title[:0], h.Body[:0]
	h.known.belong(g)
	if title != nil {
		h.Title = g.match(h.Title, title, &h.known)
	}
	if body != nil {
		h.Body = g.match(h.Body, body, &h.known)
	}
}

// Key numbers the name of a match: equal for equal names, within one version
// of the data.
func (m Match) Key() uint32 { return m.at }
