package main

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"dateline/pipeline/gazetteer"
)

// Ranks of names: how usual the name is for its record.
const (
	rankName    = 0 // display name
	rankOverlay = 1 // the overlay's further names
	rankPackage = 2 // the package's own name and its ASCII form
	rankMade    = 4 // made from the name by rule
	rankOther   = 8 // alternates of other languages

	rankSkeleton = 20 // a key for other spellings, no name
)

// manyPeople is how many inhabitants make a town known enough abroad to be
// looked up under its names in other languages, too.
const manyPeople = 50_000

// add notes a name of a record.
func (b *build) add(ref gazetteer.Ref, text string, form gazetteer.Form, rank uint8, prior float64) *rawName {
	if text == "" {
		return nil
	}
	n := rawName{SourceName: gazetteer.SourceName{Name: text, Alias: gazetteer.Alias{Ref: ref, Form: form, Rank: rank}}, prior: prior}
	b.raw = append(b.raw, n)
	return &b.raw[len(b.raw)-1]
}

// addMarked notes a name of the overlay with its case marks.
func (b *build) addMarked(ref gazetteer.Ref, n name, form gazetteer.Form, rank uint8, prior float64) {
	r := b.add(ref, n.text, form, rank, prior)
	r.Upper, r.Weak = n.upper, n.weak
	if n.upper && form <= gazetteer.Short {
		r.Form = gazetteer.Abbrev
	}
}

// prior orders the readings of a name: what a newspaper most likely means.
func prior(p *gazetteer.SourcePlace) float64 {
	people := math.Log10(float64(p.Population) + 10)
	switch p.Feature {
	case gazetteer.PCLI:
		return 20 + people
	case gazetteer.CONT, gazetteer.RGN, gazetteer.SEA, gazetteer.HIST:
		return 18
	case gazetteer.ISL, gazetteer.MTS, gazetteer.RIV:
		return 15
	case gazetteer.ADM1:
		return 6
	case gazetteer.ADM2:
		return 3.5
	case gazetteer.PPLC:
		return people + 3
	case gazetteer.PPLA:
		return people + .5
	case gazetteer.PPLX:
		return people - 1
	}
	return people
}

// variants are a name's other spellings that English papers use.
func variants(name string) (out []string) {
	for _, v := range [][2]string{{"Saint ", "St. "}, {"St. ", "Saint "}, {"Sankt ", "St. "}, {"Fort ", "Ft. "}, {"Mount ", "Mt. "}, {"Sainte ", "Ste. "}} {
		if rest, ok := strings.CutPrefix(name, v[0]); ok {
			out = append(out, v[1]+rest)
		}
	}
	for _, p := range []string{"City of ", "Town of ", "Village of "} {
		if rest, ok := strings.CutPrefix(name, p); ok {
			out = append(out, rest)
		}
	}
	return out
}

// cityNames gives each city its display name, the package's and its ASCII form,
// and the large ones their names in other languages.
func (b *build) cityNames() {
	for i := range b.out.Cities {
		p := &b.out.Cities[i]
		ref, pr := b.cityRef(i), prior(p)
		b.add(ref, p.Name, gazetteer.Official, rankName, pr)
		c, o := b.src.cities[strconv.Itoa(int(p.GeoNames))], b.src.old[p.GeoNames]
		for _, n := range []string{clip(c.Name), clip(o.name), clip(o.ascii)} {
			if n != "" && n != p.Name && latin(n) {
				b.add(ref, n, gazetteer.Exonym, rankPackage, pr)
			}
		}
		for _, v := range variants(p.Name) {
			b.add(ref, v, gazetteer.Exonym, rankMade, pr)
		}
		if p.Population < manyPeople && p.Feature != gazetteer.PPLC && p.Feature != gazetteer.PPLA {
			continue
		}
		for _, n := range c.Alternate {
			if usable(n) {
				b.add(ref, n, gazetteer.Exonym, rankOther, pr-2)
			}
		}
	}
}

// usable reports whether an alternate name may stand in an English text:
// Latin letters, no code, no digits, an initial capital, no list.
func usable(n string) bool {
	if len(n) < 4 || !latin(n) || strings.ContainsAny(n, "0123456789,;/()") || strings.HasSuffix(n, "'") {
		return false
	}
	first, lower := true, false
	for _, r := range n {
		if first && !unicode.IsUpper(r) {
			return false
		}
		first = false
		lower = lower || unicode.IsLower(r)
	}
	return lower
}

// suffixes are words that a first-level area's name carries and a text need not.
var suffixes = []string{
	" Province", " Region", " Oblast", " Oblast’", " Oblast'", " Governorate", " State", " Prefecture", " County", " District",
	" Department", " Republic", " Kray", " Krai", " Canton", " Voivodeship", " Municipality", " Division", " Raion", " Muhafazat",
	" Wilaya", " Emirate", " Parish", " Territory", " Autonomous Region", " Federal District", " Special Region",
}

// stripped is a name without its suffix or its "Province of", or "".
func stripped(name string) string {
	for _, s := range suffixes {
		if n, ok := strings.CutSuffix(name, s); ok && len(n) > 2 {
			return n
		}
	}
	for _, p := range []string{"Province of ", "State of ", "Republic of ", "Region of ", "Governorate of ", "Canton of ", "Emirate of ", "Provincia de ", "Departamento de ", "Département de ", "Muḩāfaz̧at "} {
		if n, ok := strings.CutPrefix(name, p); ok && len(n) > 2 {
			return n
		}
	}
	return ""
}

func (b *build) areaNames() {
	for _, a := range b.src.admin1 {
		i, ok := b.adm1[a.code]
		if !ok {
			continue
		}
		p := &b.out.Admin1s[i]
		ref, pr := b.adm1Ref(i), prior(p)
		if cc := p.Country; cc == "US" || cc == "CA" || cc == "AU" || cc == "GB" {
			pr = 8.5 // states that English papers name without their country
		}
		b.add(ref, p.Name, gazetteer.Official, rankName, pr)
		for _, n := range []string{clip(a.name), clip(a.ascii)} {
			b.add(ref, n, gazetteer.Exonym, rankPackage, pr)
		}
		for _, n := range []string{stripped(p.Name), stripped(clip(a.name))} {
			if n != "" {
				b.add(ref, n, gazetteer.Short, rankMade, pr)
			}
		}
		if s := stripped(p.Name); s == "" && !strings.Contains(p.Name, " ") {
			b.add(ref, p.Name+" Province", gazetteer.Official, rankMade, pr)
		}
	}
	for i := range b.out.Admin2s {
		p := &b.out.Admin2s[i]
		b.add(b.adm2Ref(i), p.Name, gazetteer.Official, rankName, prior(p))
	}
}

func (b *build) countryNames() {
	for _, r := range b.overlay["countries.txt"] {
		i, ok := b.cc[r.f[0]]
		if !ok {
			continue
		}
		ref, pr := b.countryRef(i), prior(&b.out.Countries[i])
		for j, n := range names(r.f[3] + ";" + r.f[4]) {
			form, rank := gazetteer.Short, uint8(rankOverlay)
			if j == 0 {
				form, rank = gazetteer.Official, rankName
				b.out.Countries[i].Name = n.text
			}
			b.addMarked(ref, n, form, rank, pr-float64(j)/1e3)
		}
		b.demonyms(ref, r.f[5], r.f[6], pr)
	}
}

func (b *build) demonyms(ref gazetteer.Ref, adjectives, persons string, prior float64) {
	for _, n := range names(adjectives) {
		b.addMarked(ref, n, gazetteer.Adjective, rankName, prior)
	}
	for _, n := range names(persons) {
		b.addMarked(ref, n, gazetteer.Demonym, rankName, prior)
	}
}

// isBody reports whether a body of the overlay has the name.
func (b *build) isBody(list string) bool {
	for _, r := range b.overlay["bodies.txt"] {
		if n := names(r.f[1]); len(n) == 1 && n[0].text == list {
			return true
		}
	}
	return false
}

// overlayNames adds the regions', states', demonyms' and further names.
func (b *build) overlayNames() {
	for i, r := range b.overlay["regions.txt"] {
		p := &b.out.Regions[i]
		ref, pr := b.regionRef(i), prior(p)
		if p.Feature == gazetteer.HIST || b.isBody(r.f[4]) {
			pr = 10 // behind the body of that name: European Union
		}
		for j, n := range names(r.f[4] + ";" + r.f[5]) {
			form, rank := gazetteer.Exonym, uint8(rankOverlay)
			if j == 0 {
				form, rank = gazetteer.Official, rankName
				p.Name = n.text
			}
			b.addMarked(ref, n, form, rank, pr)
		}
		b.demonyms(ref, r.f[6], r.f[7], pr)
	}
	for _, r := range b.overlay["names.txt"] {
		ref, p := b.target(r, r.f[0])
		if p == nil {
			continue
		}
		if r.f[1] != "" {
			p.Name = r.f[1]
			b.add(ref, p.Name, gazetteer.Official, rankName, prior(p))
		}
		for _, n := range names(r.f[2]) {
			b.addMarked(ref, n, gazetteer.Exonym, rankOverlay, prior(p)+3)
		}
		p.Claims = r.f[3]
	}
	for _, r := range b.overlay["demonyms.txt"] {
		if ref, p := b.target(r, r.f[0]); p != nil {
			b.demonyms(ref, r.f[1], r.f[2], prior(p))
		}
	}
	for _, r := range b.overlay["states.txt"] {
		ref, p := b.target(r, r.f[0])
		if p == nil {
			continue
		}
		for _, n := range names(r.f[1]) {
			a := b.add(ref, n.text, gazetteer.Abbrev, rankOverlay, prior(p))
			a.Upper, a.Comma = n.upper, r.f[2] != "alone"
		}
	}
}

// rank joins the names: twins out, the likeliest reading first, at most
// maxReadings places a name.
func (b *build) rank() {
	byKey := map[string][]rawName{}
	var order []string
	for _, n := range b.raw {
		k := gazetteer.Fold(n.Name)
		if k == "" {
			continue
		}
		if _, ok := byKey[k]; !ok {
			order = append(order, k)
		}
		byKey[k] = append(byKey[k], n)
	}
	slices.Sort(order)
	for _, k := range order {
		l := byKey[k]
		slices.SortStableFunc(l, func(x, y rawName) int {
			return cmp.Or(cmp.Compare(y.prior, x.prior), cmp.Compare(x.Ref, y.Ref), cmp.Compare(x.Rank, y.Rank))
		})
		kept := make([]rawName, 0, len(l))
		for _, n := range l {
			if !b.twin(kept, n) && len(kept) < maxReadings {
				kept = append(kept, n)
			}
		}
		for _, n := range kept {
			n.Ambig = b.ambig[k]
			b.out.Names = append(b.out.Names, n.SourceName)
		}
	}
}

// maxReadings bounds the places of one name; "San Antonio" has more than a
// hundred, and nobody means the last.
const maxReadings = 32

// twinKm is how near two places of one name and one area may lie to be one
// place in two records: Kunda in Estonia is there twice.
const twinKm = 20

func (b *build) twin(kept []rawName, n rawName) bool {
	c, ok := b.city(n.Ref)
	for _, k := range kept {
		if k.Ref == n.Ref && k.Form == n.Form {
			return true
		}
		d, is := b.city(k.Ref)
		if ok && is && c.Country == d.Country && c.Admin1 == d.Admin1 && n.Rank <= rankMade &&
			gazetteer.DistanceKm(c.Lat, c.Lon, d.Lat, d.Lon) < twinKm {
			return true
		}
	}
	return false
}

func (b *build) city(r gazetteer.Ref) (*gazetteer.SourcePlace, bool) {
	i := int(r) - int(b.cityRef(0))
	if i < 0 || i >= len(b.out.Cities) {
		return nil, false
	}
	return &b.out.Cities[i], true
}
