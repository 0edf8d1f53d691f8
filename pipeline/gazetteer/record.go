package gazetteer

import (
	"strconv"
	"strings"

	"dateline/pipeline/text"
)

// Ref is the number of a record in one version of the gazetteer: places first,
// then actors. It is not stable between versions; IDs are.
type Ref uint32

// None is no record.
const None = ^Ref(0)

// Feature is what a place is.
type Feature uint8

// The features, widest first. Names of the codes follow GeoNames; ISL, MTS,
// RIV, SEA and RGN are the overlay's.
const (
	CONT  Feature = iota // continent
	RGN                  // region without a government of its own
	SEA                  // ocean, sea, gulf, strait, lake
	ISL                  // island or group of islands
	MTS                  // mountains
	RIV                  // river
	HIST                 // state of the past
	PCLI                 // country or dependent territory
	ADM1                 // first level: state, province
	ADM2                 // second level: county, district
	PPLC                 // capital of a country
	PPLA                 // seat of a first-level area
	PPLA2                // seat of a lower area
	PPL                  // town or village
	PPLX                 // part of a town
	FAC                  // facility
)

var featureNames = [...]string{"CONT", "RGN", "SEA", "ISL", "MTS", "RIV", "HIST", "PCLI", "ADM1", "ADM2", "PPLC", "PPLA", "PPLA2", "PPL", "PPLX", "FAC"}

// String is the feature's code.
func (f Feature) String() string {
	if int(f) < len(featureNames) {
		return featureNames[f]
	}
	return "Feature(" + strconv.Itoa(int(f)) + ")"
}

// ParseFeature reads a code; false if it is not one of the constants.
func ParseFeature(s string) (Feature, bool) {
	for i, n := range featureNames {
		if n == s {
			return Feature(i), true
		}
	}
	return 0, false
}

// Populated reports whether the feature is a city, town, village or part of one.
func (f Feature) Populated() bool { return f >= PPLC && f <= PPLX }

// Area reports whether the feature covers towns: a country, an admin area, a
// continent or a region, island, desert or range.
func (f Feature) Area() bool { return f < PPLC && f != SEA && f != RIV }

// Place is one place, copied out of its record.
type Place struct {
	Ref        Ref
	GeoNames   uint32  // geonameid; 0 for records of our own
	Lat, Lon   float64 // degrees, WGS 84
	Population uint32
	Country    string // ISO 3166-1 alpha-2; empty for regions of several countries
	Feature    Feature
	Disputed   bool // other countries claim it, see Claims
}

// Form is how a name stands for its record.
type Form uint8

// The forms. Adjective, Demonym and Metonym do not name the place itself.
const (
	Official  Form = iota // the display name, or the gazetteer's first name
	Exonym                // another name: of another language, or of another time
	Short                 // a shorter name
	Abbrev                // letters: UAE, N.Y.
	Adjective             // Estonian
	Demonym               // Estonians
	Metonym               // Kremlin
)

var formNames = [...]string{"official", "exonym", "short", "abbreviation", "adjective", "demonym", "metonym"}

// String is the form's name in documents.
func (f Form) String() string {
	if int(f) < len(formNames) {
		return formNames[f]
	}
	return "Form(" + strconv.Itoa(int(f)) + ")"
}

// Alias is one reading of a name.
type Alias struct {
	Ref   Ref
	Form  Form
	Upper bool  // counts only where the text has capitals alone
	Comma bool  // counts only behind a comma: "Duluth, Minn."
	Weak  bool  // needs a second signal
	Rank  uint8 // 0 is the usual name, 31 the least usual
}

// Ambig says what else a name may be, from counts over a background corpus.
type Ambig uint8

// The other readings of a name.
const (
	CommonWord Ambig = 1 << iota // Nice, Reading, Mobile
	Surname                      // Jackson, Clinton
	FirstName                    // Sofia, Austin
	OrgName                      // names that are mostly companies or teams
)

// Actor is a state's body, an organisation, a group or a person of public life.
type Actor struct {
	Ref     Ref
	ID      string // org:nato, per:ru:vladimir-putin
	Name    string
	Type    string // person, organization, government, group
	Subtype string
	Country string // ISO 3166-1 alpha-2 or empty
	Parent  string // id of the body above, or empty
	Code    string // role code: GOV MIL REB …
	Seat    Ref    // place, or None

	firstRole, roles uint32
}

// Role is an office that an actor held, for a half-open term.
type Role struct {
	Text     string // "president"
	Code     string
	Country  string
	From, To uint32 // 20140607; 0 is unknown or still in office
}

// IsPlace reports whether the record is a place.
func (g *Gazetteer) IsPlace(r Ref) bool { return uint32(r) < g.places }

// IsActor reports whether the record is an actor.
func (g *Gazetteer) IsActor(r Ref) bool {
	return uint32(r) >= g.places && uint32(r) < g.places+g.actors
}

// Places is the number of place records; they are 0 to Places-1.
func (g *Gazetteer) Places() int { return int(g.places) }

// Actors is the number of actor records; they follow the places.
func (g *Gazetteer) Actors() int { return int(g.actors) }

// Keys is the number of distinct folded names.
func (g *Gazetteer) Keys() int { return int(g.keys) }

// Place reads a place record. r must be a place.
func (g *Gazetteer) Place(r Ref) Place {
	b := g.place(r)
	at, kind := u64(b), u32(b[offGeoNames:])
	return Place{
		Ref:        r,
		GeoNames:   kind & (1<<geoNamesBits - 1),
		Lat:        float64(int64(at<<(64-latBits))>>(64-latBits)) / 1e5,
		Lon:        float64(int64(at<<(64-latBits-lonBits))>>(64-lonBits)) / 1e5,
		Population: u32(b[8:]),
		Country:    g.Country(r),
		Feature:    g.Feature(r),
		Disputed:   kind&flagDisputed != 0,
	}
}

// place is the record of a place.
func (g *Gazetteer) place(r Ref) string { return g.sec[secPlaces][int(r)*placeSize:][:placeSize] }

// Feature is the feature of a place; it spares reading the whole record.
func (g *Gazetteer) Feature(r Ref) Feature { return Feature(g.place(r)[offGeoNames+3] & 15) }

// Country is the country code of a place, or empty.
func (g *Gazetteer) Country(r Ref) string {
	n := g.place(r)[14]
	if n == noCountry {
		return ""
	}
	return g.sec[secISO][int(n)*2:][:2]
}

// Name is the display name of a place or an actor, in English where known.
func (g *Gazetteer) Name(r Ref) string {
	if g.IsPlace(r) {
		b := g.place(r)
		return g.sec[secNames][u32(b[offNames:])&(1<<nameBits-1):][:b[15]]
	}
	return g.Actor(r).Name
}

// ID is the stable id of a record: "gn:703448" for towns, "UA", "UA.12" and
// "a2:US.MA.025" for countries and their areas, "r:europe" for regions, and
// the actor's own id.
func (g *Gazetteer) ID(r Ref) string {
	switch {
	case uint32(r) < g.coded:
		return g.str(u32(g.sec[secCodes][int(r)*4:]))
	case g.IsPlace(r):
		var b [len("gn:4294967295")]byte
		return string(g.appendNumber(b[:0], r))
	}
	return g.Actor(r).ID
}

// geoNames is the GeoNames id of a place.
func (g *Gazetteer) geoNames(r Ref) uint32 {
	return u32(g.place(r)[offGeoNames:]) & (1<<geoNamesBits - 1)
}

// appendNumber appends the id of a place without a code.
func (g *Gazetteer) appendNumber(b []byte, r Ref) []byte {
	return strconv.AppendUint(append(b, "gn:"...), uint64(g.geoNames(r)), 10)
}

// CountryRef is the record of a country by its ISO code, or None.
func (g *Gazetteer) CountryRef(cc string) Ref {
	if len(cc) != 2 || cc[0] < 'A' || cc[0] > 'Z' || cc[1] < 'A' || cc[1] > 'Z' {
		return None
	}
	n := u16(g.sec[secCountries][(int(cc[0]-'A')*26+int(cc[1]-'A'))*2:])
	if n == 0xffff {
		return None
	}
	return Ref(g.regions + uint32(n))
}

// Capital is the capital of a country, or None.
func (g *Gazetteer) Capital(cc string) Ref {
	r := g.CountryRef(cc)
	if r == None {
		return None
	}
	return Ref(u32(g.sec[secCapitals][(uint32(r)-g.regions)*4:]))
}

// Admin1 is the first-level area that holds the place (itself if it is one),
// or None.
func (g *Gazetteer) Admin1(r Ref) Ref {
	n := u16(g.place(r)[6:]) >> 3 & noArea1
	if n == noArea1 {
		return None
	}
	return Ref(g.regions + g.countries + uint32(n))
}

// Admin2 is the second-level area that holds the place (itself if it is one),
// or None.
func (g *Gazetteer) Admin2(r Ref) Ref {
	n := u16(g.place(r)[12:])
	if n == noArea2 {
		return None
	}
	return Ref(g.regions + g.countries + g.admin1s + uint32(n))
}

// TimeZone is the IANA zone of a place: its own, else that of its area's seat
// or its country's capital. Empty for regions.
func (g *Gazetteer) TimeZone(r Ref) string {
	n := u32(g.place(r)[offNames:]) >> nameBits
	if n == noZone {
		return ""
	}
	return g.str(u32(g.sec[secZones][int(n)*4:]))
}

// parents are the regions that hold a region, country or first-level area.
func (g *Gazetteer) parents(r Ref) string {
	if uint32(r) >= g.regions+g.countries+g.admin1s {
		return ""
	}
	at := g.sec[secParents][int(r)*4:]
	return g.sec[secLists][u32(at)*4 : u32(at[4:])*4]
}

// Path appends the ids of all ancestors of a place to dst, widest first, the
// place's own id last: r:europe r:eastern-europe UA UA.05 gn:713174. Ids that are not
// in the data are made in ids.
func (g *Gazetteer) Path(dst []string, r Ref, ids *text.Arena) []string {
	refs, n := g.ancestors(r)
	for _, a := range refs[:n] {
		dst = append(dst, g.ID(a)) // a code of the data, not made anew
	}
	if uint32(r) < g.coded {
		return append(dst, g.ID(r))
	}
	var b [32]byte
	return append(dst, ids.String(g.appendNumber(b[:0], r)))
}

// maxAncestors bounds a path: regions of the country, the country, its areas.
// The builder refuses data that needs more.
const maxAncestors = 16

// ancestors are the records of a path without the place itself.
func (g *Gazetteer) ancestors(r Ref) (out [maxAncestors]Ref, n int) {
	add := func(a Ref) {
		for _, b := range out[:n] {
			if a == b {
				return
			}
		}
		if n < maxAncestors && a != r {
			out[n] = a
			n++
		}
	}
	list := func(of Ref) {
		for l := g.parents(of); len(l) >= 4; l = l[4:] {
			add(Ref(u32(l)))
		}
	}
	if uint32(r) < g.regions {
		list(r)
		return out, n
	}
	c, a1, a2 := g.CountryRef(g.Country(r)), g.Admin1(r), g.Admin2(r)
	if c != None {
		list(c)
	}
	if a1 != None {
		list(a1)
	}
	if c != None {
		add(c)
	}
	if a1 != None {
		add(a1)
	}
	if a2 != None {
		add(a2)
	}
	return out, n
}

// Within reports whether place r is area, or lies inside it.
func (g *Gazetteer) Within(r, area Ref) bool {
	if r == area {
		return true
	}
	refs, n := g.ancestors(r)
	for _, a := range refs[:n] {
		if a == area {
			return true
		}
	}
	return false
}

// Claims are the ISO codes of other countries that claim a disputed place or
// the area around it, separated by spaces; empty if none.
func (g *Gazetteer) Claims(r Ref) string {
	if s := g.lookup(secClaims, r); s != "" {
		return s
	}
	if a := g.Admin1(r); a != None && a != r {
		return g.lookup(secClaims, a)
	}
	return ""
}

// Borders are the ISO codes of the countries around a sea, along a river or
// across a range, separated by spaces.
func (g *Gazetteer) Borders(r Ref) string { return g.lookup(secBorders, r) }

// lookup reads a section of (ref, string) pairs sorted by ref.
func (g *Gazetteer) lookup(sec int, r Ref) string {
	b := g.sec[sec]
	lo, hi := 0, len(b)/8
	for lo < hi {
		m := (lo + hi) / 2
		if Ref(u32(b[m*8:])) < r {
			lo = m + 1
		} else {
			hi = m
		}
	}
	if lo < len(b)/8 && Ref(u32(b[lo*8:])) == r {
		return g.str(u32(b[lo*8+4:]))
	}
	return ""
}

// Actor reads an actor record. r must be an actor.
func (g *Gazetteer) Actor(r Ref) Actor {
	b := g.sec[secActors][(uint32(r)-g.places)*actorSize:][:actorSize]
	a := Actor{
		Ref: r, ID: g.str(u32(b)), Name: g.str(u32(b[4:])), Parent: g.str(u32(b[12:])),
		Code: g.str(u32(b[16:])), Seat: Ref(u32(b[20:])),
		firstRole: u32(b[24:]), roles: u32(b[28:]),
	}
	a.Type, a.Subtype, _ = strings.Cut(g.str(u32(b[8:])), "/")
	if b[32] != 0 {
		a.Country = b[32:34]
	}
	return a
}

// IsPerson reports whether an actor is a person. r must be an actor.
func (g *Gazetteer) IsPerson(r Ref) bool {
	return g.str(u32(g.sec[secActors][(uint32(r)-g.places)*actorSize+8:])) == "person"
}

// Roles appends the offices that an actor held to dst, oldest first.
func (g *Gazetteer) Roles(dst []Role, a Actor) []Role {
	for i := range a.roles {
		b := g.sec[secRoles][(a.firstRole+i)*roleSize:][:roleSize]
		r := Role{Text: g.str(u32(b)), Code: g.str(u32(b[4:])), From: u32(b[8:]), To: u32(b[12:])}
		if b[16] != 0 {
			r.Country = b[16:18]
		}
		dst = append(dst, r)
	}
	return dst
}

// ActorRef finds an actor by its id, or None. Linear in the number of actors:
// for start-up and tests.
func (g *Gazetteer) ActorRef(id string) Ref {
	for i := range g.actors {
		if g.str(u32(g.sec[secActors][i*actorSize:])) == id {
			return Ref(g.places + i)
		}
	}
	return None
}

// PlaceRef finds a place by its id, or None. Linear in the number of places:
// for start-up and tests.
func (g *Gazetteer) PlaceRef(id string) Ref {
	if n, ok := strings.CutPrefix(id, "gn:"); ok {
		want, err := strconv.ParseUint(n, 10, 32)
		if err != nil {
			return None
		}
		for r := g.coded; r < g.places; r++ {
			if uint64(g.geoNames(Ref(r))) == want {
				return Ref(r)
			}
		}
		return None
	}
	for r := range g.coded {
		if g.str(u32(g.sec[secCodes][int(r)*4:])) == id {
			return Ref(r)
		}
	}
	return None
}
