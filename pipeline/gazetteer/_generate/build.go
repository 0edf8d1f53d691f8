package main

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"dateline/pipeline/gazetteer"
)

// build turns the packages and the overlay into a gazetteer.Source.
type build struct {
	src *sources
	out gazetteer.Source

	overlay map[string][]row

	zone    map[string]int
	region  map[string]int // r:europe → index into Regions
	cc      map[string]int // UA → index into Countries
	adm1    map[string]int // UA.12 → index into Admin1s
	adm2    map[string]int // US.MA.025 → index into Admin2s
	cityID  map[uint32]int
	byName  map[string][]int // country + folded name → cities, most people first
	actorID map[string]int
	ambig   map[string]gazetteer.Ambig // folded name
	errs    []error

	raw []rawName
}

// rawName is a name before ranking.
type rawName struct {
	gazetteer.SourceName
	prior float64 // of the record among the readings of the name
}

// overlayFiles are the overlay's files and their columns.
var overlayFiles = map[string]int{
	"countries.txt": 7, "regions.txt": 10, "states.txt": 3, "demonyms.txt": 3, "names.txt": 4,
	"metonyms.txt": 3, "bodies.txt": 7, "words.txt": 2, "leaders.txt": 7,
}

func newBuild(src *sources, dir string) (*build, error) {
	b := &build{
		src: src, overlay: map[string][]row{}, zone: map[string]int{}, region: map[string]int{}, cc: map[string]int{},
		adm1: map[string]int{}, adm2: map[string]int{}, cityID: map[uint32]int{}, byName: map[string][]int{},
		actorID: map[string]int{}, ambig: map[string]gazetteer.Ambig{},
	}
	for file, columns := range overlayFiles {
		rows, err := readRows(dir, file, columns)
		if err != nil {
			return nil, err
		}
		b.overlay[file] = rows
	}
	b.words()
	b.indexAreas()
	b.cities()
	b.seats()
	b.regions()
	b.cityNames()
	b.areaNames()
	b.countryNames()
	b.overlayNames()
	b.actors()
	b.leaders()
	b.rank()
	return b, errors.Join(b.errs...)
}

func (b *build) fail(r row, format string, a ...any) { b.errs = append(b.errs, r.errorf(format, a...)) }

// calendar are words that news texts capitalise and that are no place.
const calendar = "january february march april may june july august september october november december " +
	"jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday " +
	"mon tue tues wed thu thurs fri sat sun north south east west northern southern eastern western central " +
	"northeast northwest southeast southwest northeastern northwestern southeastern southwestern"

// words reads what else a name may be.
func (b *build) words() {
	for w := range strings.FieldsSeq(calendar) {
		b.ambig[w] |= gazetteer.CommonWord
	}
	for _, r := range b.overlay["words.txt"] {
		var a gazetteer.Ambig
		for _, c := range r.f[1] {
			switch c {
			case 'w':
				a |= gazetteer.CommonWord
			case 's':
				a |= gazetteer.Surname
			case 'f':
				a |= gazetteer.FirstName
			case 'o':
				a |= gazetteer.OrgName
			default:
				b.fail(r, "mark %q: want w, s, f or o", c)
			}
		}
		b.ambig[gazetteer.Fold(r.f[0])] |= a
	}
}

func (b *build) zoneIndex(z string) int {
	if z == "" {
		return -1
	}
	i, ok := b.zone[z]
	if !ok {
		i = len(b.out.Zones)
		b.zone[z] = i
		b.out.Zones = append(b.out.Zones, z)
	}
	return i
}

// indexAreas makes the records of countries and of first and second level
// areas, sorted by code.
func (b *build) indexAreas() {
	for _, r := range b.overlay["countries.txt"] {
		c, ok := b.src.countries[r.f[0]]
		if !ok {
			b.fail(r, "country %s is in no package", r.f[0])
			continue
		}
		lat, lon, err := degrees(r, r.f[1], r.f[2])
		if err != nil {
			b.errs = append(b.errs, err)
		}
		b.cc[r.f[0]] = len(b.out.Countries)
		b.out.Countries = append(b.out.Countries, gazetteer.SourcePlace{
			ID: r.f[0], GeoNames: c.ID, Name: r.f[3], Lat: lat, Lon: lon, Population: pop32(c.Population),
			Country: r.f[0], Feature: gazetteer.PCLI, Admin1: -1, Admin2: -1, Zone: -1, Capital: gazetteer.None,
		})
	}
	slices.SortFunc(b.src.admin1, func(x, y admin) int { return cmp.Compare(x.code, y.code) })
	for _, a := range b.src.admin1 {
		cc, _, _ := strings.Cut(a.code, ".")
		if _, ok := b.cc[cc]; !ok {
			continue
		}
		i := len(b.out.Admin1s)
		b.adm1[a.code] = i
		b.out.Admin1s = append(b.out.Admin1s, gazetteer.SourcePlace{
			ID: a.code, GeoNames: a.id, Name: b.display(a.id, a.name), Country: cc,
			Feature: gazetteer.ADM1, Admin1: i, Admin2: -1, Zone: -1,
		})
	}
	slices.SortFunc(b.src.admin2, func(x, y admin) int { return cmp.Compare(x.code, y.code) })
	for _, a := range b.src.admin2 {
		w := strings.SplitN(a.code, ".", 3)
		if _, ok := b.cc[w[0]]; !ok || len(w) != 3 || b.adm2[a.code] != 0 {
			continue
		}
		i := len(b.out.Admin2s)
		b.adm2[a.code] = i
		p := gazetteer.SourcePlace{ID: "a2:" + a.code, Name: clip(a.name), Country: w[0], Feature: gazetteer.ADM2, Admin1: -1, Admin2: i, Zone: -1}
		if j, ok := b.adm1[w[0]+"."+w[1]]; ok {
			p.Admin1 = j
		}
		b.out.Admin2s = append(b.out.Admin2s, p)
	}
}

func pop32(n int64) uint32 { return uint32(max(0, min(n, math.MaxUint32))) }

// display is a record's name: English if a package has it, else the package's
// without what it says in parentheses.
func (b *build) display(id uint32, name string) string {
	if e := b.src.english[id]; e != "" && latin(e) {
		name = e
	}
	return clip(name)
}

func clip(name string) string {
	if i := strings.Index(name, " ("); i > 0 {
		name = name[:i]
	}
	return strings.TrimPrefix(strings.TrimSpace(name), "Borough of ")
}

func latin(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) {
			return false
		}
	}
	return true
}

// cities joins the two city tables by geonameid: position, people and zone from
// the newer, feature code and second-level area from the older.
func (b *build) cities() {
	all := map[uint32]city{}
	for _, c := range b.src.cities {
		all[c.ID] = c
	}
	for id, o := range b.src.old {
		if _, ok := all[id]; !ok {
			all[id] = city{ID: id, Name: o.name, Lat: o.lat, Lon: o.lon, Country: o.country, Population: o.pop, Zone: o.zone, Admin1: o.admin1}
		}
	}
	ids := make([]uint32, 0, len(all))
	for id := range all {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		c, o := all[id], b.src.old[id]
		if _, ok := b.cc[c.Country]; !ok {
			continue
		}
		p := gazetteer.SourcePlace{
			GeoNames: id, Name: b.display(id, c.Name), Lat: c.Lat, Lon: c.Lon, Population: pop32(c.Population),
			Country: c.Country, Feature: feature(o.feature), Admin1: -1, Admin2: -1, Zone: b.zoneIndex(c.Zone),
		}
		if i, ok := b.adm1[c.Country+"."+c.Admin1]; ok {
			p.Admin1 = i
		}
		code := b.src.newAdmin2[coordKey(c.Country, c.Lat, c.Lon)]
		if code == "" && o.admin2 != "" && o.admin1 == c.Admin1 {
			code = c.Country + "." + o.admin1 + "." + o.admin2
		}
		if i, ok := b.adm2[code]; ok {
			p.Admin2 = i
		}
		b.cityID[id] = len(b.out.Cities)
		b.out.Cities = append(b.out.Cities, p)
	}
	for i := range b.out.Cities {
		c := &b.out.Cities[i]
		k := c.Country + " " + gazetteer.Fold(c.Name)
		b.byName[k] = append(b.byName[k], i)
	}
	for _, l := range b.byName {
		slices.SortStableFunc(l, func(x, y int) int { return cmp.Compare(b.out.Cities[y].Population, b.out.Cities[x].Population) })
	}
}

func feature(code string) gazetteer.Feature {
	switch code {
	case "PPLC":
		return gazetteer.PPLC
	case "PPLA":
		return gazetteer.PPLA
	case "PPLA2", "PPLA3":
		return gazetteer.PPLA2
	case "PPLX":
		return gazetteer.PPLX
	}
	return gazetteer.PPL
}

// maxLabelKm is how far a province's label may lie from its seat; further is a
// wrong code. Yakutia's lies 800 km away.
const maxLabelKm = 1500

// seats gives areas a point and a zone: those of their seat, else of their
// largest town, first-level areas their label point where one is known; and
// countries their capital and its zone.
func (b *build) seats() {
	better := func(a, c *gazetteer.SourcePlace, seat gazetteer.Feature) bool {
		if as, cs := a.Feature == seat || a.Feature == gazetteer.PPLC, c.Feature == seat || c.Feature == gazetteer.PPLC; as != cs {
			return as
		}
		return a.Population > c.Population
	}
	best1, best2 := map[int]*gazetteer.SourcePlace{}, map[int]*gazetteer.SourcePlace{}
	capital, largest := map[string]int{}, map[string]int{}
	for i := range b.out.Cities {
		c := &b.out.Cities[i]
		if old := best1[c.Admin1]; c.Admin1 >= 0 && (old == nil || better(c, old, gazetteer.PPLA)) {
			best1[c.Admin1] = c
		}
		if old := best2[c.Admin2]; c.Admin2 >= 0 && (old == nil || better(c, old, gazetteer.PPLA2)) {
			best2[c.Admin2] = c
		}
		if j, ok := capital[c.Country]; c.Feature == gazetteer.PPLC && (!ok || b.out.Cities[j].Population < c.Population) {
			capital[c.Country] = i
		}
		if j, ok := largest[c.Country]; !ok || b.out.Cities[j].Population < c.Population {
			largest[c.Country] = i
		}
	}
	set := func(areas []gazetteer.SourcePlace, best map[int]*gazetteer.SourcePlace) {
		for i := range areas {
			a := &areas[i]
			if s := best[i]; s != nil {
				a.Lat, a.Lon, a.Zone = s.Lat, s.Lon, s.Zone
			} else if c := &b.out.Countries[b.cc[a.Country]]; a.Admin1 >= 0 && a.Feature == gazetteer.ADM2 && best1[a.Admin1] != nil {
				s := best1[a.Admin1]
				a.Lat, a.Lon, a.Zone = s.Lat, s.Lon, s.Zone
			} else {
				a.Lat, a.Lon = c.Lat, c.Lon
			}
		}
	}
	set(b.out.Admin1s, best1)
	set(b.out.Admin2s, best2)
	for i := range b.out.Admin1s { // a province's label, where it is known, but not one across the sea
		a := &b.out.Admin1s[i]
		if p, ok := b.src.provinces[a.ID]; ok && gazetteer.DistanceKm(a.Lat, a.Lon, p[0], p[1]) < maxLabelKm {
			a.Lat, a.Lon = p[0], p[1]
		}
	}
	for i := range b.out.Countries {
		c := &b.out.Countries[i]
		at, ok := capital[c.Country]
		if name := b.src.countries[c.Country].Capital; name != "" {
			if l := b.byName[c.Country+" "+gazetteer.Fold(name)]; len(l) > 0 {
				at, ok = l[0], true
				b.out.Cities[at].Feature = gazetteer.PPLC
			}
		}
		if ok {
			c.Capital, c.Zone = b.cityRef(at), b.out.Cities[at].Zone
		} else if at, ok := largest[c.Country]; ok {
			c.Zone = b.out.Cities[at].Zone
		}
	}
}

// Record numbers.
func (b *build) regionRef(i int) gazetteer.Ref { return gazetteer.Ref(i) }
func (b *build) countryRef(i int) gazetteer.Ref {
	return gazetteer.Ref(len(b.overlay["regions.txt"]) + i)
}
func (b *build) adm1Ref(i int) gazetteer.Ref {
	return b.countryRef(len(b.out.Countries)) + gazetteer.Ref(i)
}
func (b *build) adm2Ref(i int) gazetteer.Ref { return b.adm1Ref(len(b.out.Admin1s)) + gazetteer.Ref(i) }
func (b *build) cityRef(i int) gazetteer.Ref { return b.adm2Ref(len(b.out.Admin2s)) + gazetteer.Ref(i) }
func (b *build) actorRef(i int) gazetteer.Ref {
	return b.cityRef(len(b.out.Cities)) + gazetteer.Ref(i)
}

// target resolves a target of the overlay: UA, UA.12, r:europe, city:Rome:IT.
func (b *build) target(r row, s string) (ref gazetteer.Ref, place *gazetteer.SourcePlace) {
	if rest, ok := strings.CutPrefix(s, "city:"); ok {
		at := strings.LastIndexByte(rest, ':')
		if at > 0 {
			if l := b.byName[rest[at+1:]+" "+gazetteer.Fold(rest[:at])]; len(l) > 0 {
				return b.cityRef(l[0]), &b.out.Cities[l[0]]
			}
			for i := range b.out.Cities { // by another name
				c := &b.out.Cities[i]
				if c.Country == rest[at+1:] && c.Population > 20000 && slices.Contains(b.src.cities[strconv.Itoa(int(c.GeoNames))].Alternate, rest[:at]) {
					return b.cityRef(i), c
				}
			}
		}
	} else if i, ok := b.cc[s]; ok {
		return b.countryRef(i), &b.out.Countries[i]
	} else if i, ok := b.adm1[s]; ok {
		return b.adm1Ref(i), &b.out.Admin1s[i]
	} else if i, ok := b.region[s]; ok {
		return b.regionRef(i), &b.out.Regions[i]
	}
	b.fail(r, "target %q is unknown", s)
	return gazetteer.None, nil
}

// regions makes the overlay's regions and writes them into the paths of their
// members: continents first, then the larger before the smaller.
func (b *build) regions() {
	rows := b.overlay["regions.txt"]
	for i, r := range rows {
		f, ok := gazetteer.ParseFeature(r.f[1])
		if !ok {
			b.fail(r, "feature %q is unknown", r.f[1])
		}
		lat, lon, err := degrees(r, r.f[2], r.f[3])
		if err != nil {
			b.errs = append(b.errs, err)
		}
		if _, twice := b.region[r.f[0]]; twice {
			b.fail(r, "region %s stands twice", r.f[0])
		}
		b.region[r.f[0]] = i
		b.out.Regions = append(b.out.Regions, gazetteer.SourcePlace{
			ID: r.f[0], Name: r.f[4], Lat: lat, Lon: lon, Feature: f, Admin1: -1, Admin2: -1, Zone: -1, Claims: r.f[9],
		})
	}
	size := map[int]int{}
	type link struct{ region, kind, member int }
	var links []link
	for i, r := range rows {
		members, inside := strings.CutPrefix(r.f[8], "in:")
		if cont, ok := strings.CutPrefix(members, "continent:"); ok {
			for cc, j := range b.cc {
				if b.src.countries[cc].Continent == cont {
					links = append(links, link{i, 0, j})
					size[i]++
				}
			}
			continue
		}
		self := &b.out.Regions[i]
		for m := range strings.FieldsSeq(members) {
			cc, isCC := b.cc[m]
			a1, isA1 := b.adm1[m]
			rg, isRg := b.region[m]
			switch {
			case inside && isCC:
				self.Country, self.Zone = m, b.out.Countries[cc].Zone
			case inside && isA1:
				self.Admin1, self.Zone = a1, b.out.Admin1s[a1].Zone
			case inside && isRg:
				self.Parents = append(self.Parents, b.regionRef(rg))
			case self.Feature == gazetteer.SEA || self.Feature == gazetteer.RIV || self.Feature == gazetteer.MTS || self.Feature == gazetteer.ISL:
				self.Borders = strings.TrimSpace(self.Borders + " " + m)
			case isCC:
				links = append(links, link{i, 0, cc})
				size[i] += 1
			case isA1:
				links = append(links, link{i, 1, a1})
			default:
				b.fail(r, "member %q is unknown", m)
			}
		}
	}
	slices.SortFunc(links, func(x, y link) int {
		cx, cy := b.out.Regions[x.region].Feature == gazetteer.CONT, b.out.Regions[y.region].Feature == gazetteer.CONT
		switch {
		case cx && !cy:
			return -1
		case cy && !cx:
			return 1
		}
		return cmp.Or(cmp.Compare(size[y.region], size[x.region]), cmp.Compare(x.region, y.region), cmp.Compare(x.kind, y.kind), cmp.Compare(x.member, y.member))
	})
	for _, l := range links {
		if p := b.regionRef(l.region); l.kind == 0 {
			b.out.Countries[l.member].Parents = append(b.out.Countries[l.member].Parents, p)
		} else {
			b.out.Admin1s[l.member].Parents = append(b.out.Admin1s[l.member].Parents, p)
		}
	}
	for i := range b.out.Regions { // a region of one admin area shares its country's regions through the path
		if r := &b.out.Regions[i]; r.Country != "" {
			c := b.cc[r.Country]
			r.Parents = append(slices.Clone(b.out.Countries[c].Parents), append(r.Parents, b.countryRef(c))...)
			if r.Admin1 >= 0 {
				r.Parents = append(append(r.Parents, b.out.Admin1s[r.Admin1].Parents...), b.adm1Ref(r.Admin1))
			}
			r.Parents = slices.DeleteFunc(r.Parents, func(p gazetteer.Ref) bool { return p == b.regionRef(i) })
		}
	}
}
