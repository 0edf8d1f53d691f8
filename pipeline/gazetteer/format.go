package gazetteer

import (
	_ "embed" // the data file
	"encoding/hex"
	"errors"
	"fmt"
	"sync"

	"github.com/zeebo/xxh3"
)

// The file, little endian throughout:
//
//	0   magic "DLGAZET\n"
//	8   format version, u32
//	12  number of sections, u32
//	16  xxh3 of everything from byte 32 on, u64
//	24  zero, u64
//	32  per section: offset u64, length u64
//	…   the sections, each starting at a multiple of 8
//
// A string is a u32 offset into secStrings: one length byte, then the bytes. The
// names of places are parts of secNames, in which a name that stands in another
// ("Springfield" in "West Springfield") has no place of its own.
//
// secSlots is an open-addressing table of u32, 0 empty, probed linearly. Most
// names are the display name of one record and nothing else: their slot says all
// (bit 31, then 11 bits of fingerprint, then the ref), and the key is the folded
// display name. The others have 9 bits of fingerprint and the offset, 22 bits, of
// an entry of secKeys: length byte, folded key (length 0: it is that of the
// display name of the first alias), a byte of Ambig and the number of aliases
// (times 16; if that is 15, a byte with the number follows), then per alias a
// u32: ref 20 bits, form 4, upper 1, comma 1, weak 1, rank 5 from the low end.
// secPrefix is a Bloom filter over the hashes of every proper word prefix of
// every key.
const (
	magic   = "DLGAZET\n"
	version = 2

	headerSize = 32
	actorSize  = 36
	roleSize   = 20

	refBits    = 20
	offsetBits = 22
	direct     = 1 << 31 // in a slot
)

// The record of a place, from the low end of its numbers:
//
//	0   u64: latitude and longitude in 1e-5 degrees, 25 and 26 bits, two's
//	    complement; first-level area 12 bits
//	8   u64: population 32 bits, second-level area 16, country 8, length of the
//	    name 8
//	16  u32: GeoNames id 24 bits, feature 4, disputed 1
//	20  u32: name 23 bits, time zone 9
//
// All bits of a field set mean none.
const (
	placeSize = 24

	latBits, lonBits      = 25, 26
	noArea1, noArea2      = 1<<12 - 1, 1<<16 - 1
	noCountry, noZone     = 1<<8 - 1, 1<<9 - 1
	geoNamesBits          = 24
	flagDisputed          = 1 << 28
	nameBits              = 23
	offGeoNames, offNames = 16, 20
)

// Sections, in file order.
const (
	secMeta      = iota // u32: regions, countries, admin1s, admin2s, places, actors, keys
	secStrings          // length-prefixed strings
	secNames            // names of places
	secPlaces           // placeSize each
	secCodes            // u32 string per region, country, admin1, admin2
	secParents          // u32 index into secLists per region, country, admin1, and one more
	secLists            // u32 refs
	secClaims           // (ref, string), sorted
	secBorders          // (ref, string), sorted
	secZones            // u32 string per time zone
	secCountries        // u16 country number per pair of letters, 0xffff none
	secCapitals         // u32 ref per country
	secISO              // two letters per country
	secActors           // actorSize each
	secRoles            // roleSize each
	secSlots            // u32 each
	secKeys             // key entries; byte 0 is unused
	secPrefix           // Bloom filter, a power of two of bits
	sections
)

// Errors of Open. A caller can only report them: the file is not one this
// program can read.
var (
	ErrFormat   = errors.New("gazetteer: not a gazetteer file")
	ErrVersion  = errors.New("gazetteer: unknown format version")
	ErrChecksum = errors.New("gazetteer: checksum differs from the file's own")
)

// Gazetteer reads a data file in place. It is immutable and safe for any
// number of goroutines.
type Gazetteer struct {
	data string
	sec  [sections]string
	sum  uint64

	regions, countries, admin1s, admin2s uint32
	places, actors, keys                 uint32
	coded                                uint32 // records below have a code as id
	slots                                uint64
	prefixMask                           uint64
}

//go:embed gazetteer.bin
var embedded string

// Default is the gazetteer that is built into the program. The first call
// checks the header; nothing is decoded or copied.
var Default = sync.OnceValue(func() *Gazetteer {
	g, err := open(embedded)
	if err != nil {
		panic("gazetteer: the file built into this program is damaged: " + err.Error())
	}
	return g
})

// Open reads a data file from memory, which must not change afterwards. It
// refuses an unknown version, sections outside the file and a wrong checksum,
// for which it reads the file once.
func Open(data string) (*Gazetteer, error) {
	g, err := open(data)
	if err != nil {
		return nil, err
	}
	return g, g.Verify()
}

// Verify compares the checksum of the whole file, 14 MB in a millisecond or two.
func (g *Gazetteer) Verify() error {
	if xxh3.HashString(g.data[headerSize:]) != g.sum {
		return ErrChecksum
	}
	return nil
}

func open(data string) (*Gazetteer, error) {
	if len(data) < headerSize || data[:8] != magic {
		return nil, ErrFormat
	}
	if v := u32(data[8:]); v != version {
		return nil, fmt.Errorf("%w %d, this program reads %d", ErrVersion, v, version)
	}
	if u32(data[12:]) != sections || len(data) < headerSize+sections*16 {
		return nil, fmt.Errorf("%w: %d sections, want %d", ErrFormat, u32(data[12:]), sections)
	}
	g := &Gazetteer{data: data, sum: u64(data[16:])}
	for i := range g.sec {
		at := data[headerSize+i*16:]
		off, n := u64(at), u64(at[8:])
		if off > uint64(len(data)) || n > uint64(len(data))-off {
			return nil, fmt.Errorf("%w: section %d ends outside the file", ErrFormat, i)
		}
		g.sec[i] = data[off : off+n]
	}
	return g, g.readMeta()
}

// readMeta reads the counts and compares them with the sections' sizes, so
// that an index below a count is always inside its section.
func (g *Gazetteer) readMeta() error {
	m := g.sec[secMeta]
	if len(m) < 28 {
		return fmt.Errorf("%w: counts are missing", ErrFormat)
	}
	g.regions, g.countries, g.admin1s, g.admin2s = u32(m), u32(m[4:]), u32(m[8:]), u32(m[12:])
	g.places, g.actors, g.keys = u32(m[16:]), u32(m[20:]), u32(m[24:])
	g.coded = g.regions + g.countries + g.admin1s + g.admin2s
	g.slots = uint64(len(g.sec[secSlots]) / 4)
	bits := uint64(len(g.sec[secPrefix])) * 8
	g.prefixMask = bits - 1
	switch {
	case len(g.sec[secPlaces]) != int(g.places)*placeSize,
		len(g.sec[secCodes]) != int(g.coded)*4,
		len(g.sec[secParents]) != int(g.regions+g.countries+g.admin1s+1)*4,
		len(g.sec[secCountries]) != 26*26*2,
		len(g.sec[secCapitals]) != int(g.countries)*4,
		len(g.sec[secISO]) != int(g.countries)*2,
		len(g.sec[secActors]) != int(g.actors)*actorSize,
		len(g.sec[secRoles])%roleSize != 0,
		g.slots <= uint64(g.keys),
		bits == 0 || bits&(bits-1) != 0,
		g.places < g.coded:
		return fmt.Errorf("%w: counts and section sizes differ", ErrFormat)
	}
	return nil
}

// Version names the data: the format version and the first bytes of the
// checksum, "g2-3f9a20c417d2". Documents carry it.
func (g *Gazetteer) Version() string {
	var b [8]byte
	for i := range b {
		b[i] = byte(g.sum >> (56 - 8*i))
	}
	return fmt.Sprintf("g%d-%s", version, hex.EncodeToString(b[:6]))
}

// Size is the length of the data file in bytes.
func (g *Gazetteer) Size() int { return len(g.data) }

// str reads the string at an offset of secStrings.
func (g *Gazetteer) str(off uint32) string {
	s := g.sec[secStrings]
	return s[off+1:][:s[off]]
}

func u16(s string) uint16 { return uint16(s[0]) | uint16(s[1])<<8 }

func u32(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func u64(s string) uint64 { return uint64(u32(s)) | uint64(u32(s[4:]))<<32 }
