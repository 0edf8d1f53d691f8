package gazetteer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"index/suffixarray"
	"math"
	"math/bits"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"
)

// Source is the content of a data file, as its builder hands it to Encode.
// Numbers in it are indices into the slices.
type Source struct {
	Regions   []SourcePlace // in no order that matters
	Countries []SourcePlace
	Admin1s   []SourcePlace // at most 4,094
	Admin2s   []SourcePlace // at most 65,534
	Cities    []SourcePlace
	Zones     []string
	Actors    []SourceActor
	Names     []SourceName
}

// SourcePlace is one place.
type SourcePlace struct {
	ID         string // unused for cities
	GeoNames   uint32
	Name       string
	Lat, Lon   float64
	Population uint32
	Country    string
	Feature    Feature
	Admin1     int // index into Admin1s, -1 none
	Admin2     int // index into Admin2s, -1 none
	Zone       int // index into Zones, -1 none
	Parents    []Ref
	Claims     string // ISO codes separated by spaces
	Borders    string
	Capital    Ref // of a country, None if it has none
}

// SourceActor is one actor.
type SourceActor struct {
	Actor
	Roles []Role
}

// SourceName is one name of one record.
type SourceName struct {
	Name string
	Alias
	Ambig Ambig // of the name, joined over all its records
}

// Encode writes a data file. Equal sources give equal bytes. Names longer than
// the matcher looks for are dropped. The order of a name's readings is the
// order in Names.
func Encode(s *Source) ([]byte, error) {
	e := encoder{Source: s, strs: map[string]uint32{}}
	var sec [sections][]byte
	sec[secNames], sec[secPlaces] = e.places()
	sec[secCodes] = e.codes()
	sec[secParents], sec[secLists] = e.parents()
	sec[secClaims] = e.pairs(func(p *SourcePlace) string { return p.Claims })
	sec[secBorders] = e.pairs(func(p *SourcePlace) string { return p.Borders })
	for _, z := range s.Zones {
		sec[secZones] = le32(sec[secZones], e.str(z))
	}
	sec[secCountries], sec[secCapitals], sec[secISO] = e.countries()
	sec[secActors], sec[secRoles] = e.actors()
	var keys uint32
	keys, sec[secSlots], sec[secKeys], sec[secPrefix] = e.keys()
	sec[secStrings] = e.text
	for _, n := range []int{len(s.Regions), len(s.Countries), len(s.Admin1s), len(s.Admin2s), e.total(), len(s.Actors), int(keys)} {
		sec[secMeta] = le32(sec[secMeta], uint32(n))
	}
	if len(s.Admin1s) >= noArea1 || len(s.Admin2s) >= noArea2 || len(s.Countries) >= noCountry || len(s.Zones) >= noZone ||
		e.total()+len(s.Actors) >= 1<<refBits || len(sec[secKeys]) >= 1<<offsetBits {
		e.errs = append(e.errs, errors.New("more records than the format numbers"))
	}
	if err := errors.Join(e.errs...); err != nil {
		return nil, fmt.Errorf("gazetteer source: %w", err)
	}
	return assemble(sec), nil
}

// assemble lays the sections out behind the header.
func assemble(sec [sections][]byte) []byte {
	out := make([]byte, headerSize+sections*16)
	copy(out, magic)
	binary.LittleEndian.PutUint32(out[8:], version)
	binary.LittleEndian.PutUint32(out[12:], sections)
	for i, b := range sec {
		for len(out)%8 != 0 {
			out = append(out, 0)
		}
		binary.LittleEndian.PutUint64(out[headerSize+i*16:], uint64(len(out)))
		binary.LittleEndian.PutUint64(out[headerSize+i*16+8:], uint64(len(b)))
		out = append(out, b...)
	}
	binary.LittleEndian.PutUint64(out[16:], xxh3.Hash(out[headerSize:]))
	return out
}

type encoder struct {
	*Source
	text []byte
	strs map[string]uint32
	errs []error

	names []string // of the records, places first
}

func (e *encoder) total() int {
	return len(e.Regions) + len(e.Countries) + len(e.Admin1s) + len(e.Admin2s) + len(e.Cities)
}

// all calls f for every place in record order.
func (e *encoder) all(f func(r Ref, p *SourcePlace)) {
	r := Ref(0)
	for _, l := range [][]SourcePlace{e.Regions, e.Countries, e.Admin1s, e.Admin2s, e.Cities} {
		for i := range l {
			f(r, &l[i])
			r++
		}
	}
}

// str stores a string once and returns its offset. Longer ones than 255 bytes
// are refused.
func (e *encoder) str(s string) uint32 {
	if off, ok := e.strs[s]; ok {
		return off
	}
	if len(s) > 255 {
		e.errs = append(e.errs, fmt.Errorf("string of %d bytes, at most 255 fit", len(s)))
		s = s[:255]
	}
	off := uint32(len(e.text))
	e.strs[s] = off
	e.text = append(append(e.text, byte(len(s))), s...)
	return off
}

func le32(b []byte, v uint32) []byte { return binary.LittleEndian.AppendUint32(b, v) }
func le64(b []byte, v uint64) []byte { return binary.LittleEndian.AppendUint64(b, v) }

// index is i as a field of a record.
func index(i int, none uint64) uint64 {
	if i < 0 {
		return none
	}
	return uint64(i)
}

// cc appends a country code as two bytes, zero if there is none.
func cc(b []byte, c string) []byte {
	if len(c) != 2 {
		return append(b, 0, 0)
	}
	return append(b, c...)
}

func (e *encoder) places() (names, out []byte) {
	at, names := e.placeNames()
	country := map[string]int{"": -1}
	for i := range e.Countries {
		country[e.Countries[i].Country] = i
	}
	e.all(func(_ Ref, p *SourcePlace) {
		n, ok := country[p.Country]
		name := at[p.Name]
		if !ok || len(p.Name) > math.MaxUint8 || p.GeoNames >= 1<<geoNamesBits || name >= 1<<nameBits || p.Feature > FAC || math.Abs(p.Lat) > 90 || math.Abs(p.Lon) > 180 {
			e.errs = append(e.errs, fmt.Errorf("place %q: country, number, name, feature or coordinates do not fit", p.Name))
		}
		e.names = append(e.names, p.Name)
		degrees := func(v float64, bits int) uint64 { return uint64(int64(math.Round(v*1e5))) & (1<<bits - 1) }
		out = le64(out, degrees(p.Lat, latBits)|degrees(p.Lon, lonBits)<<latBits|index(p.Admin1, noArea1)<<(latBits+lonBits))
		out = le64(out, uint64(p.Population)|index(p.Admin2, noArea2)<<32|index(n, noCountry)<<48|uint64(len(p.Name))<<56)
		kind := p.GeoNames | uint32(p.Feature)<<geoNamesBits
		if p.Claims != "" {
			kind |= flagDisputed
		}
		out = le32(out, kind)
		out = le32(out, name|uint32(index(p.Zone, noZone))<<nameBits)
	})
	return names, out
}

// placeNames is the text of all names of places and where each stands in it. A
// name that is a part of another takes no room.
func (e *encoder) placeNames() (at map[string]uint32, names []byte) {
	at = map[string]uint32{}
	var all []string
	e.all(func(_ Ref, p *SourcePlace) {
		if _, ok := at[p.Name]; !ok {
			at[p.Name] = 0
			all = append(all, p.Name)
		}
	})
	slices.Sort(all)
	every := suffixarray.New([]byte(strings.Join(all, "\x00")))
	for _, n := range all {
		if len(every.Lookup([]byte(n), 2)) == 1 {
			at[n] = uint32(len(names))
			names = append(names, n...)
		}
	}
	kept := suffixarray.New(names)
	for _, n := range all {
		if string(names[at[n]:][:len(n)]) != n {
			at[n] = uint32(slices.Min(kept.Lookup([]byte(n), -1)))
		}
	}
	return at, names
}

func (e *encoder) codes() (out []byte) {
	for _, l := range [][]SourcePlace{e.Regions, e.Countries, e.Admin1s, e.Admin2s} {
		for i := range l {
			if l[i].ID == "" {
				e.errs = append(e.errs, fmt.Errorf("place %q has no id", l[i].Name))
			}
			out = le32(out, e.str(l[i].ID))
		}
	}
	return out
}

func (e *encoder) parents() (at, lists []byte) {
	for _, l := range [][]SourcePlace{e.Regions, e.Countries, e.Admin1s} {
		for i := range l {
			at = le32(at, uint32(len(lists)/4))
			if len(l[i].Parents) > maxAncestors-4 {
				e.errs = append(e.errs, fmt.Errorf("place %s lies in %d regions, at most %d fit", l[i].ID, len(l[i].Parents), maxAncestors-4))
			}
			for _, p := range l[i].Parents {
				lists = le32(lists, uint32(p))
			}
		}
	}
	return le32(at, uint32(len(lists)/4)), lists
}

func (e *encoder) pairs(get func(*SourcePlace) string) (out []byte) {
	e.all(func(r Ref, p *SourcePlace) {
		if v := get(p); v != "" {
			out = le32(le32(out, uint32(r)), e.str(v))
		}
	})
	return out
}

func (e *encoder) countries() (table, capitals, iso []byte) {
	table = slices.Repeat([]byte{0xff}, 26*26*2)
	for i := range e.Countries {
		c := &e.Countries[i]
		if len(c.Country) != 2 {
			e.errs = append(e.errs, fmt.Errorf("country %q has code %q", c.Name, c.Country))
			continue
		}
		binary.LittleEndian.PutUint16(table[(int(c.Country[0]-'A')*26+int(c.Country[1]-'A'))*2:], uint16(i))
		capitals = le32(capitals, uint32(c.Capital))
		iso = append(iso, c.Country...)
	}
	return table, capitals, iso
}

func (e *encoder) actors() (out, roles []byte) {
	for i := range e.Actors {
		a := &e.Actors[i]
		e.names = append(e.names, a.Name)
		out = le32(out, e.str(a.ID))
		out = le32(out, e.str(a.Name))
		typ := a.Type
		if a.Subtype != "" {
			typ += "/" + a.Subtype
		}
		out = le32(out, e.str(typ))
		out = le32(out, e.str(a.Parent))
		out = le32(out, e.str(a.Code))
		out = le32(out, uint32(a.Seat))
		out = le32(out, uint32(len(roles)/roleSize))
		out = le32(out, uint32(len(a.Roles)))
		out = append(cc(out, a.Country), 0, 0)
		for _, r := range a.Roles {
			roles = le32(roles, e.str(r.Text))
			roles = le32(roles, e.str(r.Code))
			roles = le32(roles, r.From)
			roles = le32(roles, r.To)
			roles = append(cc(roles, r.Country), 0, 0)
		}
	}
	return out, roles
}

// loadFactor of the slots: .8 keeps a miss at about three probes of 4 bytes,
// mostly in one cache line.
const loadFactor = .8

// keys groups the names by their folded form and writes the table.
func (e *encoder) keys() (n uint32, slots, blob, prefix []byte) {
	type entry struct {
		ambig   Ambig
		aliases []Alias
	}
	byKey := map[string]*entry{}
	var order []string
	for i := range e.Names {
		s := &e.Names[i]
		k := Fold(s.Name)
		if k == "" || len(k)+2 > maxKey || strings.Count(k, " ") >= MaxTokens {
			continue
		}
		en := byKey[k]
		if en == nil {
			en = &entry{}
			byKey[k] = en
			order = append(order, k)
		}
		en.ambig |= s.Ambig
		if len(en.aliases) < 255 && !slices.ContainsFunc(en.aliases, func(a Alias) bool { return a.Ref == s.Ref && a.Form == s.Form && a.Upper == s.Upper }) {
			en.aliases = append(en.aliases, s.Alias)
		}
	}
	slices.Sort(order)
	num := int(float64(len(order))/loadFactor) + 1
	slots = make([]byte, num*4)
	blob = []byte{0} // no entry is at 0, which is an empty slot
	words := map[uint64]bool{}
	for _, k := range order {
		en, h := byKey[k], mix(fnv(fnvBasis, []byte(k)))
		first := en.aliases[0].Ref
		own := Fold(e.names[first]) == k
		if own && en.ambig == 0 && len(en.aliases) == 1 && en.aliases[0] == (Alias{Ref: first}) {
			insert(slots, h, singleSlot(h, uint32(first)))
		} else {
			insert(slots, h, listedSlot(h, uint32(len(blob))))
			blob = appendEntry(blob, k, own, en.ambig, en.aliases)
		}
		for i := range len(k) {
			if k[i] == ' ' {
				words[fnv(fnvBasis, []byte(k[:i]))] = true
			}
		}
	}
	return uint32(len(order)), slots, blob, bloom(words)
}

// appendEntry appends the entry of a key; own says that it is the folded display
// name of the first alias.
func appendEntry(blob []byte, key string, own bool, ambig Ambig, aliases []Alias) []byte {
	if own {
		key = ""
	}
	blob = append(append(blob, byte(len(key))), key...)
	blob = append(blob, byte(ambig)|byte(min(len(aliases), manyAliases))<<4)
	if len(aliases) >= manyAliases {
		blob = append(blob, byte(len(aliases)))
	}
	for _, a := range aliases {
		blob = le32(blob, packAlias(a))
	}
	return blob
}

func insert(slots []byte, h uint64, slot uint32) {
	n := uint64(len(slots) / 4)
	at, _ := bits.Mul64(h, n)
	for binary.LittleEndian.Uint32(slots[at*4:]) != 0 {
		at = (at + 1) % n
	}
	binary.LittleEndian.PutUint32(slots[at*4:], slot)
}

// bloom writes the filter of prefixes: two bits each, at least eight bits of
// room, which lets 5 % of the wrong prefixes through.
func bloom(hashes map[uint64]bool) []byte {
	n := 64
	for n < len(hashes)*8 {
		n *= 2
	}
	out := make([]byte, n/8)
	for h := range hashes {
		h = mix(h)
		for _, b := range [2]uint64{h & uint64(n-1), h >> 32 & uint64(n-1)} {
			out[b>>3] |= 1 << (b & 7)
		}
	}
	return out
}
