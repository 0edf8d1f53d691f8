package score

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Doc is one annotated text. Spans are bytes.
type Doc struct {
	Title, Text string
	Gold        []Toponym
}

// Toponym is one place name with its point.
type Toponym struct {
	Text       string
	Start, End int
	Lat, Lon   float64
	GeoNames   uint32 // geonameid, 0 if none
	Feature    string // GeoNames code, where the set has it
	Country    string // English name, where the set has it
	Literal    bool   // GeoWebNews: the name means the place itself
	Resolved   bool   // of an answer: it has a point
	Form       string // of an answer
	Kind       string // of an answer
}

// ReadTRNews reads TR-News.xml. Toponyms without a point are left out.
func ReadTRNews(r io.Reader) ([]Doc, error) {
	var x struct {
		Articles []struct {
			Title    string `xml:"title"`
			Text     string `xml:"text"`
			Toponyms []struct {
				Phrase string `xml:"phrase"`
				Start  int    `xml:"start"`
				End    int    `xml:"end"`
				Tag    struct {
					ID      string `xml:"geonameid,attr"`
					Feature string `xml:"fcode"`
					Lat     string `xml:"lat"`
					Lon     string `xml:"lon"`
					Country string `xml:"country"`
				} `xml:"gaztag"`
			} `xml:"toponyms>toponym"`
		} `xml:"article"`
	}
	if err := xml.NewDecoder(r).Decode(&x); err != nil {
		return nil, fmt.Errorf("TR-News: %w", err)
	}
	var docs []Doc
	for _, a := range x.Articles {
		d := Doc{Title: strings.TrimSpace(a.Title), Text: a.Text}
		for _, t := range a.Toponyms {
			g, ok := point(t.Tag.Lat, t.Tag.Lon)
			if !ok {
				continue
			}
			g.Text, g.Feature, g.Country, g.GeoNames = t.Phrase, t.Tag.Feature, t.Tag.Country, number(t.Tag.ID)
			if g.Start, g.End, ok = bytesOf(a.Text, t.Start, t.End); ok {
				d.Gold = append(d.Gold, g)
			}
		}
		docs = append(docs, d)
	}
	return docs, nil
}

// ReadGWN reads GWN.xml, GeoWebNews. Toponyms without a point, demonyms and
// languages among them, are left out.
func ReadGWN(r io.Reader) ([]Doc, error) {
	var x struct {
		Articles []struct {
			Title    string `xml:"title"`
			Text     string `xml:"text"`
			Toponyms []struct {
				Name  string `xml:"extractedName"`
				Type  string `xml:"type"`
				Start int    `xml:"start"`
				End   int    `xml:"end"`
				ID    string `xml:"geonamesID"`
				Lat   string `xml:"latitude"`
				Lon   string `xml:"longitude"`
			} `xml:"toponyms>toponym"`
		} `xml:"article"`
	}
	if err := xml.NewDecoder(r).Decode(&x); err != nil {
		return nil, fmt.Errorf("GeoWebNews: %w", err)
	}
	var docs []Doc
	for _, a := range x.Articles {
		d := Doc{Title: strings.TrimSpace(a.Title), Text: a.Text}
		for _, t := range a.Toponyms {
			g, ok := point(t.Lat, t.Lon)
			if !ok {
				continue
			}
			g.Text, g.GeoNames = t.Name, number(t.ID)
			switch t.Type {
			case "Literal", "Literal_Modifier", "Mixed", "Embedded_Literal", "Coercion":
				g.Literal = true
			}
			if g.Start, g.End, ok = bytesOf(a.Text, t.Start, t.End); ok {
				d.Gold = append(d.Gold, g)
			}
		}
		docs = append(docs, d)
	}
	return docs, nil
}

func point(lat, lon string) (t Toponym, ok bool) {
	a, err1 := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	b, err2 := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	t.Lat, t.Lon = a, b
	return t, err1 == nil && err2 == nil
}

func number(s string) uint32 {
	n, _ := strconv.ParseUint(strings.TrimSpace(s), 10, 32)
	return uint32(n)
}

// bytesOf turns a span of code points into bytes.
func bytesOf(s string, start, end int) (i, j int, ok bool) {
	at := 0
	i, j = -1, -1
	for k := 0; ; at++ {
		if at == start {
			i = k
		}
		if at == end {
			j = k
		}
		if k >= len(s) {
			break
		}
		_, n := utf8.DecodeRuneInString(s[k:])
		k += n
	}
	return i, j, i >= 0 && j > i
}
