package gazetteer

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"dateline/pipeline/text"
)

func tokens(s string) *text.Tokens {
	var t text.Tokens
	t.Reset(s)
	return &t
}

// matches prints what Match finds as "surface=id(form)".
func matches(g *Gazetteer, s string) string {
	var b strings.Builder
	for _, m := range g.Match(nil, tokens(s)) {
		surface := m.Span().Of(s)
		for i := range m.Aliases() {
			if a := g.Alias(m, i); m.Allows(a, surface) && !a.Comma && (m.Ambig&CommonWord == 0 || a.Upper) {
				fmt.Fprintf(&b, "%s=%s(%s) ", surface, g.ID(a.Ref), a.Form)
				break
			}
		}
	}
	return strings.TrimSpace(b.String())
}

func TestMatch(t *testing.T) {
	g := Default()
	for _, c := range []struct{ name, in, want string }{
		{"country and capital", "Ukraine said Kyiv was hit.", "Ukraine=UA(official) Kyiv=gn:703448(official)"},
		{"one id", "Kiev and Kyiv", "Kiev=gn:703448(exonym) Kyiv=gn:703448(official)"},
		{"dotted", "The U.S. and the US and the United States", "U.S.=US(abbreviation) US=US(abbreviation) United States=US(official)"},
		{"case rule", "Us and them. She told us.", ""},
		{"shout", "TELL US MORE ABOUT THIS", ""},
		{"shout, dotted", "TELL U.S. MORE ABOUT THIS", "U.S.=US(abbreviation)"},
		{"possessive", "Estonia's navy, Paris’s mayor", "Estonia=EE(official) Paris=gn:2988507(official)"},
		{"hyphen", "Saint-Denis and Saint Denis", "Saint-Denis=gn:935264(official) Saint Denis=gn:935264(official)"},
		{"part of a word", "the U.S.-led talks, New York-based", "U.S.=US(abbreviation) New York=gn:5128581(exonym)"},
		{"two parts", "the Russian-Ukrainian border", "Russian=RU(adjective) Ukrainian=UA(adjective)"},
		{"longest", "South Sudan, Papua New Guinea", "South Sudan=SS(official) Papua New Guinea=PG(official)"},
		{"marks", "São Paulo and Sao Paulo", "São Paulo=gn:3448439(official) Sao Paulo=gn:3448439(official)"},
		{"sea", "off the Gulf of Finland", "Gulf of Finland=r:gulf-of-finland(official)"},
		{"region", "the Middle East and Eastern Europe", "Middle East=r:middle-east(official) Eastern Europe=r:eastern-europe(official)"},
		{"article", "a strike on al-Raqqa", "al-Raqqa=gn:172955(exonym)"},
		{"no comma", "Washington, Georgia", "Washington=gn:4140963(official) Georgia=GE(official)"},
		{"no line break", "in New\nYork", "York=gn:2633352(official)"},
		{"metonym", "the Kremlin and the White House", "Kremlin=org:kremlin(metonym) White House=org:white-house(metonym)"},
		{"organisation", "NATO and the UN", "NATO=org:nato(abbreviation) UN=org:un(abbreviation)"},
		{"ampersand", "Trinidad & Tobago", "Trinidad & Tobago=TT(official)"},
		{"demonym", "Finns and Swedes", "Finns=FI(demonym) Swedes=SE(demonym)"},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := matches(g, c.in); got != c.want {
				t.Errorf("%q:\n got %s\nwant %s", c.in, got, c.want)
			}
		})
	}
}

func TestPlaceRecords(t *testing.T) {
	g := Default()
	find := func(name, cc string) Ref {
		m, ok := g.Find(name)
		for i := range m.Aliases() {
			if a := g.Alias(m, i); ok && g.IsPlace(a.Ref) && g.Country(a.Ref) == cc {
				return a.Ref
			}
		}
		t.Fatalf("%s in %s is missing", name, cc)
		return None
	}
	for _, c := range []struct{ name, cc, path, zone string }{
		{"Bakhmut", "UA", "r:europe r:eastern-europe r:donbas UA UA.05", "Europe/Kyiv"},
		{"Kunda", "EE", "r:europe r:european-union r:northern-europe r:baltics EE EE.08", "Europe/Tallinn"},
		{"Aleppo", "SY", "r:asia r:arab-world r:middle-east r:levant SY SY.09", "Asia/Damascus"},
		{"Boston", "US", "r:north-america r:new-england r:us-northeast US US.MA", "America/New_York"},
		{"West Bank", "PS", "r:asia r:arab-world r:middle-east r:levant PS", "Asia/Hebron"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := find(c.name, c.cc)
			path := strings.Join(g.Path(nil, r, new(text.Arena)), " ")
			if !strings.HasPrefix(path, c.path) || !strings.HasSuffix(path, " "+g.ID(r)) {
				t.Errorf("path %q, want %q … %s", path, c.path, g.ID(r))
			}
			if z := g.TimeZone(r); z != c.zone {
				t.Errorf("zone %q, want %q", z, c.zone)
			}
		})
	}
	if g.Name(g.Capital("FI")) != "Helsinki" {
		t.Errorf("capital of Finland is %q", g.Name(g.Capital("FI")))
	}
	if !g.Within(find("Kunda", "EE"), g.CountryRef("EE")) || g.Within(find("Kunda", "EE"), g.CountryRef("FI")) {
		t.Error("Kunda lies in Estonia, not in Finland")
	}
	if c := g.Claims(find("Sevastopol", "UA")); c != "" && c != "RU" {
		t.Errorf("claims on Sevastopol %q", c)
	}
	if b := g.Borders(refOf(t, g, "Gulf of Finland")); b != "FI EE RU" {
		t.Errorf("borders of the Gulf of Finland %q", b)
	}
}

func refOf(t *testing.T, g *Gazetteer, name string) Ref {
	t.Helper()
	m, ok := g.Find(name)
	if !ok {
		t.Fatalf("%s is missing", name)
	}
	return g.Alias(m, 0).Ref
}

// Every record can be read, and every path ends in its own id.
func TestAllRecords(t *testing.T) {
	g := Default()
	var path []string
	var ids text.Arena
	seen := map[string]bool{}
	for i := range g.Places() {
		r := Ref(i)
		p := g.Place(r)
		if g.Name(r) == "" || p.Lat < -90 || p.Lat > 90 || p.Lon < -180 || p.Lon > 180 {
			t.Fatalf("record %d: %+v named %q", i, p, g.Name(r))
		}
		if path = g.Path(path[:0], r, &ids); path[len(path)-1] != g.ID(r) || len(path) > maxAncestors+1 {
			t.Fatalf("record %d: path %q", i, path)
		}
		if id := g.ID(r); seen[id] {
			t.Fatalf("id %s stands twice", id)
		} else {
			seen[id] = true
		}
	}
	var roles []Role
	for i := range g.Actors() {
		a := g.Actor(Ref(g.Places() + i))
		if a.ID == "" || a.Name == "" || seen[a.ID] {
			t.Fatalf("actor %d: %+v", i, a)
		}
		seen[a.ID] = true
		roles = g.Roles(roles[:0], a)
		if a.Parent != "" && !strings.HasPrefix(a.Parent, "cty:") && g.ActorRef(a.Parent) == None {
			t.Errorf("actor %s: parent %s is missing", a.ID, a.Parent)
		}
	}
}

func source() *Source {
	return &Source{
		Regions:   []SourcePlace{{ID: "r:land", Name: "Land", Feature: CONT, Admin1: -1, Admin2: -1, Zone: -1}},
		Countries: []SourcePlace{{ID: "XA", Name: "Xandia", Country: "XA", Feature: PCLI, Admin1: -1, Admin2: -1, Zone: 0, Parents: []Ref{0}, Capital: 3}},
		Admin1s:   []SourcePlace{{ID: "XA.01", Name: "North", Country: "XA", Feature: ADM1, Admin1: 0, Admin2: -1, Zone: 0, Claims: "XB"}},
		Cities:    []SourcePlace{{GeoNames: 7, Name: "Ånn Town", Lat: -1.5, Lon: 179.25, Population: 1234, Country: "XA", Feature: PPLC, Admin1: 0, Admin2: -1, Zone: 0}},
		Zones:     []string{"Etc/UTC"},
		Actors:    []SourceActor{{Actor: Actor{ID: "org:x", Name: "X", Type: "organization", Subtype: "ngo", Country: "XA", Parent: "cty:xa", Code: "NGO", Seat: 3}, Roles: []Role{{Text: "head", Code: "GOV", Country: "XA", From: 20120101}}}},
		Names: []SourceName{
			{Name: "Ånn Town", Alias: Alias{Ref: 3}, Ambig: Surname},
			{Name: "XA", Alias: Alias{Ref: 1, Form: Abbrev, Upper: true, Rank: 40}},
			{Name: "Ann", Alias: Alias{Ref: 3, Form: Short, Weak: true, Comma: true}},
			{Name: "X", Alias: Alias{Ref: 4}},
		},
	}
}

func TestEncodeRoundTrip(t *testing.T) {
	b, err := Encode(source())
	if err != nil {
		t.Fatal(err)
	}
	again, _ := Encode(source())
	if !bytes.Equal(b, again) {
		t.Error("two builds of one source differ")
	}
	g, err := Open(string(b))
	if err != nil {
		t.Fatal(err)
	}
	m, ok := g.Find("ÅNN-town")
	if !ok || m.Aliases() != 1 || m.Ambig != Surname {
		t.Fatalf("find: %+v %v", m, ok)
	}
	p := g.Place(g.Alias(m, 0).Ref)
	if p.Lat != -1.5 || p.Lon != 179.25 || p.Population != 1234 || p.Country != "XA" || p.Feature != PPLC || p.GeoNames != 7 {
		t.Errorf("place %+v", p)
	}
	if got := g.Path(nil, p.Ref, new(text.Arena)); strings.Join(got, " ") != "r:land XA XA.01 gn:7" {
		t.Errorf("path %q", got)
	}
	if g.Claims(p.Ref) != "XB" || g.TimeZone(p.Ref) != "Etc/UTC" || g.Capital("XA") != 3 || g.CountryRef("XB") != None {
		t.Error("claims, zone, capital or country differ")
	}
	m, _ = g.Find("xa")
	if a := g.Alias(m, 0); !a.Upper || a.Form != Abbrev || a.Rank != 31 {
		t.Errorf("alias %+v", a)
	}
	m, _ = g.Find("ann")
	if a := g.Alias(m, 0); !a.Weak || !a.Comma || a.Upper {
		t.Errorf("alias %+v", a)
	}
	a := g.Actor(4)
	if a.ID != "org:x" || a.Type != "organization" || a.Subtype != "ngo" || a.Seat != 3 || a.Code != "NGO" || a.Country != "XA" {
		t.Errorf("actor %+v", a)
	}
	if r := g.Roles(nil, a); len(r) != 1 || r[0] != (Role{Text: "head", Code: "GOV", Country: "XA", From: 20120101}) {
		t.Errorf("roles %+v", r)
	}
	if g.ActorRef("org:x") != 4 || g.ActorRef("org:y") != None {
		t.Error("actor by id")
	}
}

// A name is found however its slot holds it: alone, with the key written out, or
// with more readings than a byte's half counts; and at the edges of what a record
// has room for.
func TestEncodeForms(t *testing.T) {
	s := source()
	for i := range 40 {
		s.Cities = append(s.Cities, SourcePlace{GeoNames: 1<<24 - 1 - uint32(i), Name: "Springfield", Lat: 90 - float64(i), Lon: -180 + float64(i),
			Population: 1<<32 - 1 - uint32(i), Country: "XA", Feature: FAC, Admin1: -1, Admin2: -1, Zone: -1})
	}
	s.Actors[0].Seat = 3
	s.Names[3].Ref = 44
	for i := range 40 {
		s.Names = append(s.Names, SourceName{Name: "Springfield", Alias: Alias{Ref: Ref(4 + i), Rank: uint8(i)}})
	}
	s.Names = append(s.Names, SourceName{Name: "Xandia", Alias: Alias{Ref: 1}}, SourceName{Name: "Xandian", Alias: Alias{Ref: 1, Form: Adjective}},
		SourceName{Name: "Land", Alias: Alias{}, Ambig: CommonWord})
	b, err := Encode(s)
	if err != nil {
		t.Fatal(err)
	}
	g, err := Open(string(b))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct {
		n     int
		first Alias
		ambig Ambig
	}{
		"springfield": {40, Alias{Ref: 4}, 0}, "xandia": {1, Alias{Ref: 1}, 0}, "xandian": {1, Alias{Ref: 1, Form: Adjective}, 0},
		"LAND": {1, Alias{}, CommonWord}, "x": {1, Alias{Ref: 44}, 0},
	} {
		m, ok := g.Find(name)
		if !ok || m.Aliases() != want.n || g.Alias(m, 0) != want.first || m.Ambig != want.ambig {
			t.Errorf("%s: %+v %v, first %+v; want %+v", name, m, ok, g.Alias(m, 0), want)
		}
	}
	for _, name := range []string{"springfields", "xandi", "", "y"} {
		if m, ok := g.Find(name); ok {
			t.Errorf("%q found: %+v", name, m)
		}
	}
	for i := range 40 {
		want := s.Cities[i+1]
		if p := g.Place(Ref(4 + i)); p.GeoNames != want.GeoNames || p.Lat != want.Lat || p.Lon != want.Lon || p.Population != want.Population ||
			p.Feature != FAC || p.Disputed || g.Admin1(p.Ref) != None || g.Admin2(p.Ref) != None || g.TimeZone(p.Ref) != "" {
			t.Fatalf("place %+v, want %+v", p, want)
		}
	}
	if p := g.Place(0); p.Country != "" || p.GeoNames != 0 {
		t.Errorf("region %+v", p)
	}
	for name, spoil := range map[string]func(*SourcePlace){
		"country": func(p *SourcePlace) { p.Country = "XB" }, "number": func(p *SourcePlace) { p.GeoNames = 1 << 24 },
		"latitude": func(p *SourcePlace) { p.Lat = 91 }, "longitude": func(p *SourcePlace) { p.Lon = 181 }, "feature": func(p *SourcePlace) { p.Feature = FAC + 1 },
	} {
		bad := source()
		spoil(&bad.Cities[0])
		if _, err := Encode(bad); err == nil {
			t.Errorf("a place whose %s does not fit is encoded", name)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	good, err := Encode(source())
	if err != nil {
		t.Fatal(err)
	}
	change := func(f func([]byte) []byte) string { return string(f(bytes.Clone(good))) }
	for _, c := range []struct {
		name, data string
		want       error
	}{
		{"empty", "", ErrFormat},
		{"other file", strings.Repeat("x", 4096), ErrFormat},
		{"newer version", change(func(b []byte) []byte { b[8] = version + 1; return b }), ErrVersion},
		{"cut", change(func(b []byte) []byte { return b[:len(b)-40] }), ErrFormat},
		{"one bit", change(func(b []byte) []byte { b[len(b)-1] ^= 1; return b }), ErrChecksum},
		{"counts", change(func(b []byte) []byte { b[headerSize+sections*16] ^= 1; return b }), ErrFormat},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Open(c.data); !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
		})
	}
}

// The file built into the program is whole, and is the one gazetteer.sum names.
func TestEmbedded(t *testing.T) {
	g := Default()
	if err := g.Verify(); err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile("gazetteer.sum")
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("bytes %d\nregions %d\ncountries %d\n", g.Size(), g.regions, g.countries)
	if !strings.Contains(string(sum), want) {
		t.Errorf("gazetteer.sum lacks %q", want)
	}
	if v := g.Version(); !strings.HasPrefix(v, "g2-") || len(v) != 15 {
		t.Errorf("version %q", v)
	}
	if g.Size() > 30<<20 {
		t.Errorf("file of %d bytes, the budget is 30 MB", g.Size())
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"U.S.": "us", "São Paulo": "sao paulo", "Val-d'Or": "val dor", "Val-d’Or": "val dor", "Łódź": "lodz",
		"  A  b ": "a b", "Straße": "strasse", "İzmir": "izmir", "Ørsted & Søn": "orsted and son", "Київ": "київ", "--": "",
		"A–B": "a b", "Ho\u0301ly": "holy", "\xff": "",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

// The fast path over ASCII words and the plain one agree.
func FuzzFold(f *testing.F) {
	for _, s := range []string{"U.S.", "a-b", "O'Rourke", "São", "10:30", "&", "..", ""} {
		f.Add("Key", s, true)
		f.Add("", s, false)
	}
	f.Fuzz(func(t *testing.T, before, s string, sep bool) {
		key := AppendFold(nil, before, false)
		want := AppendFold(bytes.Clone(key), s, sep)
		got, h := foldHash(bytes.Clone(key), fnv(fnvBasis, key), s, sep)
		if !bytes.Equal(got, want) || h != fnv(fnvBasis, want) {
			t.Fatalf("%q + %q: %q, want %q", before, s, got, want)
		}
		if len(want) > len(key)+5*len(s)+2 {
			t.Fatalf("%q grew to %q", s, want[len(key):])
		}
	})
}

func TestSkeleton(t *testing.T) {
	for _, c := range [][2]string{
		{"sergey lavrov", "sergei lavrov"}, {"mohammed bin salman", "muhammad bin salman"}, {"dmitry peskov", "dmitriy peskov"},
		{"volodymyr zelensky", "volodymyr zelenskyy"}, {"nouri al maliki", "nuri maliki"}, {"khaled mashal", "haled mashal"},
	} {
		if a, b := Skeleton(c[0]), Skeleton(c[1]); a != b || a == "" {
			t.Errorf("%q has %q, %q has %q", c[0], a, c[1], b)
		}
	}
	if Skeleton("putin") != "" || Skeleton("al assad") != "" || Skeleton("ann lee") == Skeleton("ann lang") {
		t.Error("a skeleton of one word, or two names of one skeleton")
	}
}

func FuzzMatch(f *testing.F) {
	for _, s := range []string{"U.S.-led talks in New York-based", "Saint-Denis’s", "al-Bab, Syria", "IN THE US", "São\xff Paulo", "Bosnia & Herzegovina"} {
		f.Add(s)
	}
	g := Default()
	f.Fuzz(func(t *testing.T, s string) {
		a := tokens(s)
		ms := g.Match(nil, a)
		end := 0
		for i, m := range ms {
			sp := m.Span()
			if sp.Start < end || sp.Empty() || sp.End > len(s) {
				t.Fatalf("match %d %v in %d bytes after %d", i, sp, len(s), end)
			}
			if !utf8.RuneStart(s[sp.Start]) || sp.End < len(s) && utf8.ValidString(s) && !utf8.RuneStart(s[sp.End]) {
				t.Fatalf("match %v not on rune boundaries", sp)
			}
			if m.First >= m.Last || int(m.Last) > len(a.Tok) || int(a.Tok[m.First].Start) > sp.Start || int(a.Tok[m.Last-1].End) < sp.End {
				t.Fatalf("match %v outside its tokens %d-%d", sp, m.First, m.Last)
			}
			for j := range m.Aliases() {
				if al := g.Alias(m, j); !g.IsPlace(al.Ref) && !g.IsActor(al.Ref) {
					t.Fatalf("alias %+v of no record", al)
				}
			}
			end = sp.End
		}
		again := g.Match(nil, a)
		if fmt.Sprint(again) != fmt.Sprint(ms) {
			t.Fatal("two runs differ")
		}
	})
}

func FuzzOpen(f *testing.F) {
	good, _ := Encode(source())
	f.Add(good)
	f.Fuzz(func(t *testing.T, b []byte) {
		if g, err := Open(string(b)); err == nil && g.Verify() != nil {
			t.Fatal("opened with a wrong checksum")
		}
	})
}
