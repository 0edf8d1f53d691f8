package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func envelopeOf(format, data string) *Envelope {
	return &Envelope{SourceID: "s", ItemID: "i", Format: format, Data: []byte(data), ReceivedAt: time.Date(2025, 3, 10, 16, 0, 0, 0, time.UTC)}
}

func mustParse(t *testing.T, e *Envelope, opt Options) *Article {
	t.Helper()
	a, err := Parse(e, opt)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestParseArticle(t *testing.T) {
	e := envelopeOf("article", `{"title":" T ","body":"  Körper\r\n\u0000x  ","byline":"By Ann Lee\nHarbour Desk\n","dateline":"OSLO —",
		"published":"2025-05-19T14:03:00+02:00","updated":"2025-05-19T15:00:00Z","timezone":"America/New_York","url":"https://example.org/a",
		"outlet":"Harbour Desk","language":"nb","authors":["Ann Lee"],"credits":["Photo: X/AP"],"slug":"ferry","urgency":4,"subjects":["transport"]}`)
	e.Version, e.URL = 2, "https://example.org/other"
	a := mustParse(t, e, Options{Language: "en"})
	for _, c := range []struct {
		name      string
		got, want any
	}{
		{"body byte for byte", a.Body, "  Körper\r\n\x00x  "},
		{"title byte for byte", a.Title, " T "},
		{"byline", a.Byline, []string{"By Ann Lee", "Harbour Desk"}},
		{"byline from", a.BylineFrom, "article.byline"},
		{"dateline", a.Dateline, "OSLO —"},
		{"published", a.Published, time.Date(2025, 5, 19, 12, 3, 0, 0, time.UTC)},
		{"basis", a.PublishedBasis, "source"},
		{"updated", a.Updated, time.Date(2025, 5, 19, 15, 0, 0, 0, time.UTC)},
		{"zone", a.TimeZone, "America/New_York"},
		{"url", a.URL, "https://example.org/a"},
		{"outlet", a.Outlet, "Harbour Desk"},
		{"language", a.Language, "nb"},
		{"authors", a.Authors, []string{"Ann Lee"}},
		{"credits", a.Credits, []string{"Photo: X/AP"}},
		{"slug", a.Slug, "ferry"},
		{"urgency", a.Urgency, 4},
		{"subjects", a.Subjects, []string{"transport"}},
		{"revision", a.Revision, int64(2)},
		{"status", a.Status, Usable},
		{"warnings", a.Warnings, []string(nil)},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s: %#v, want %#v", c.name, c.got, c.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		name, format, data, reason string
	}{
		{"article is no JSON", "article", "hello", Malformed},
		{"article is an array", "article", "[]", Malformed},
		{"article with a number as body", "article", `{"body":1}`, Malformed},
		{"article without text", "article", `{"byline":"By Ann Lee"}`, NoText},
		{"article of white space", "article", `{"title":" ","body":"\n"}`, NoText},
		{"empty text", "text", "", NoText},
		{"blank text", "text", " \r\n\t\n", NoText},
		{"binary text", "text", "\xff\x00\x10\x80", Charset},
		{"unknown format", "carrier-pigeon", "x", UnsupportedFormat},
		{"nothing to recognise", "", "", UnsupportedFormat},
		{"binary to recognise", "", "\x89PNG\x00\x00", UnsupportedFormat},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(envelopeOf(c.format, c.data), Options{})
			if got := reasonOf(err); got != c.reason {
				t.Errorf("reason %q (%v), want %q", got, err, c.reason)
			}
		})
	}
}

// TestBracketsAreNoNote reads last lines that open like the note of a correction
// and hold nothing else.
func TestBracketsAreNoNote(t *testing.T) {
	for _, line := range []string{"((((((((((((((((", "(((((THIS STORY CORRECTS", "((((((\xff\xff\xff\xff\xff\xff", "(((thi((((((((((((("} {
		a, err := Parse(envelopeOf("text", "Ferry leaves Kunda\n\nThe ferry left.\n"+line), Options{})
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if a.CorrectionNote != "" {
			t.Errorf("%q: note %q", line, a.CorrectionNote)
		}
	}
	a, err := Parse(envelopeOf("text", "Ferry leaves Kunda\n\nThe ferry left.\n(This story corrects the port in paragraph 2)"), Options{})
	if err != nil || a.CorrectionNote == "" {
		t.Errorf("the note is not read: %v", err)
	}
}

func TestIsSequence(t *testing.T) {
	for s, want := range map[string]bool{
		"1st Ld-Writethru": true, "URGENT": true, "(2nd Lead)": true, "Update 3": true, "KILL": true, "BULLETIN, SUB": true, "-- CORRECTED --": true, "Adv 12": false,
		"ADV": true, "": false, "The ferry left": false, "Update on the ferry": false, "3 dead": false, "Subway closed": false, "Alert crews stood by": false,
	} {
		if got := isSequence(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestTimes(t *testing.T) {
	tallinn := Options{TimeZone: "Europe/Tallinn"}
	for _, c := range []struct {
		name, published string
		hints           Hints
		opt             Options
		want, basis     string
		zone            string
		warnings        int
	}{
		{"zulu", "2025-03-10T15:30:00Z", Hints{}, Options{}, "2025-03-10T15:30:00Z", "source", "", 0},
		{"offset names a zone", "2025-03-10T15:30:00.25-05:00", Hints{}, Options{}, "2025-03-10T20:30:00.25Z", "source", "Etc/GMT+5", 0},
		{"offset without colon", "2025-03-10T15:30:00+0530", Hints{}, Options{}, "2025-03-10T10:00:00Z", "source", "", 0},
		{"zoneless in the source's zone", "2025-03-10T15:30:00", Hints{}, tallinn, "2025-03-10T13:30:00Z", "source", "Europe/Tallinn", 0},
		{"hint before source", "2025-03-10 15:30", Hints{TZ: "Asia/Tokyo"}, tallinn, "2025-03-10T06:30:00Z", "source", "Asia/Tokyo", 0},
		{"date alone", "2025-03-10", Hints{}, tallinn, "2025-03-09T22:00:00Z", "source", "Europe/Tallinn", 0},
		{"leap second", "2016-12-31T23:59:60Z", Hints{}, Options{}, "2016-12-31T23:59:59Z", "source", "", 0},
		{"year 9999", "9999-12-31T23:59:59Z", Hints{}, Options{}, "2025-03-10T16:00:00Z", "received", "", 1},
		{"year 1799", "1799-12-31T23:59:59Z", Hints{}, Options{}, "2025-03-10T16:00:00Z", "received", "", 1},
		{"year 0", "0000-01-01T00:00:00Z", Hints{}, Options{}, "2025-03-10T16:00:00Z", "received", "", 1},
		{"words", "yesterday", Hints{}, Options{}, "2025-03-10T16:00:00Z", "received", "", 1},
		{"30 February", "2025-02-30T00:00:00Z", Hints{}, Options{}, "2025-03-10T16:00:00Z", "received", "", 1},
		{"feed's date", "", Hints{Published: "2025-03-01T00:00:00Z"}, Options{}, "2025-03-01T00:00:00Z", "feed", "", 0},
		{"unknown zone", "2025-03-10T15:30:00", Hints{TZ: "Mars/Olympus"}, tallinn, "2025-03-10T13:30:00Z", "source", "Europe/Tallinn", 1},
		{"machine's zone is none", "2025-03-10T15:30:00", Hints{TZ: "Local"}, Options{}, "2025-03-10T15:30:00Z", "source", "", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, _ := json.Marshal(native{Body: "x", Published: c.published})
			e := envelopeOf("article", string(b))
			e.Hints = c.hints
			a := mustParse(t, e, c.opt)
			if got := a.Published.Format(time.RFC3339Nano); got != c.want || a.PublishedBasis != c.basis {
				t.Errorf("published %s by %s, want %s by %s", got, a.PublishedBasis, c.want, c.basis)
			}
			if a.TimeZone != c.zone {
				t.Errorf("zone %q, want %q", a.TimeZone, c.zone)
			}
			if len(a.Warnings) != c.warnings {
				t.Errorf("warnings %q, want %d", a.Warnings, c.warnings)
			}
		})
	}
}

func TestFirstSeen(t *testing.T) {
	for year, want := range map[int]int{1989: 1, 1990: 1990, 2099: 2099, 2100: 1, 9999: 1} {
		e := envelopeOf("text", "Title\nBody.")
		e.FirstSeen = time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC)
		if got := mustParse(t, e, Options{}).FirstSeen.Year(); got != want {
			t.Errorf("first_seen in %d: year %d, want %d", year, got, want)
		}
	}
}

func TestLife(t *testing.T) {
	const future, past = "2025-03-10T17:00:00Z", "2025-03-10T15:00:00Z" // received at 16:00
	for _, c := range []struct {
		name   string
		hints  Hints
		status string
		text   bool
	}{
		{"nothing", Hints{}, Usable, true},
		{"usable", Hints{Status: "usable"}, Usable, true},
		{"withheld", Hints{Status: "withheld"}, Withheld, false},
		{"canceled", Hints{Status: "canceled"}, Withdrawn, false},
		{"cancelled, in capitals", Hints{Status: "Cancelled"}, Withdrawn, false},
		{"embargo ahead", Hints{Embargo: future}, Embargoed, true},
		{"embargo over", Hints{Embargo: past}, Usable, true},
		{"embargoed status, embargo over", Hints{Status: "embargoed", Embargo: past}, Usable, true},
		{"embargo in words", Hints{Embargo: "hold for release"}, Withheld, false},
		{"embargo in the year 9999", Hints{Embargo: "9999-01-01T00:00:00Z"}, Withheld, false},
		{"embargoed without date", Hints{Status: "embargoed"}, Withheld, false},
		{"killed and embargoed", Hints{Status: "canceled", Embargo: future}, Withdrawn, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := envelopeOf("text", "Title\nBy Ann Lee\n(photo: Bo Ek/AP)\nBody of it.")
			e.Hints = c.hints
			a := mustParse(t, e, Options{})
			if a.Status != c.status {
				t.Errorf("status %s, want %s", a.Status, c.status)
			}
			if got := a.Title+a.Body != "" && a.Byline != nil && a.Credits != nil; got != c.text {
				t.Errorf("text %v, want %v: %+v", got, c.text, a)
			}
		})
	}
	t.Run("unknown status", func(t *testing.T) {
		e := envelopeOf("text", "Title\nBody.")
		e.Hints.Status = "commissioned"
		if _, err := Parse(e, Options{}); reasonOf(err) != Malformed {
			t.Errorf("got %v", err)
		}
	})
	t.Run("zoneless embargo in the source's zone", func(t *testing.T) {
		e := envelopeOf("text", "Title\nBody.")
		e.Hints.Embargo = "2025-03-10T17:30:00"
		if a := mustParse(t, e, Options{TimeZone: "Europe/Tallinn"}); a.Status != Usable {
			t.Errorf("17:30 in Tallinn is 15:30 UTC, over by 16:00: %s", a.Status)
		}
		if a := mustParse(t, e, Options{}); a.Status != Embargoed {
			t.Errorf("17:30 UTC is ahead of 16:00: %s", a.Status)
		}
	})
	t.Run("kill of what cannot be read", func(t *testing.T) {
		for _, format := range []string{"article", "carrier-pigeon", ""} {
			e := envelopeOf(format, "\x00\xff")
			e.Hints.Status = "canceled"
			a := mustParse(t, e, Options{})
			if a.Status != Withdrawn || len(a.Warnings) != 1 {
				t.Errorf("format %q: %+v", format, a)
			}
		}
	})
	t.Run("signals", func(t *testing.T) {
		e := envelopeOf("text", "Title\nBody.")
		e.Hints.Signal = []string{"sig:Update", "update", " correction "}
		if a := mustParse(t, e, Options{}); !slices.Equal(a.Signals, []string{"update", "correction"}) {
			t.Errorf("signals %q", a.Signals)
		}
	})
}

func TestPlain(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     Article
	}{
		{"seed's shape", "Estonia Presses for Patrols\nMari Tamm, Jukka Laine, Claire d'Aubrac and Peter O'Rourke The Baltic Courier\n(photo: Tomas Nilsen-Berg/AP)\nNordic leaders spoke.\nMore.\n",
			Article{Title: "Estonia Presses for Patrols", Byline: []string{"Mari Tamm, Jukka Laine, Claire d'Aubrac and Peter O'Rourke The Baltic Courier"}, Credits: []string{"(photo: Tomas Nilsen-Berg/AP)"}, Body: "Nordic leaders spoke.\nMore."}},
		{"caption is body", "A Title\nBy Ann Lee\nPremier Bo Ek, left. (photo: Tomas Berg/AP)\nText.",
			Article{Title: "A Title", Byline: []string{"By Ann Lee"}, Body: "Premier Bo Ek, left. (photo: Tomas Berg/AP)\nText."}},
		{"windows line ends", "A Title\r\nBy Ann Lee\r\n\r\nFirst line.\r\nSecond.\r\n",
			Article{Title: "A Title", Byline: []string{"By Ann Lee"}, Body: "First line.\r\nSecond."}},
		{"body alone", "The ferry left without tugs, the port said on Monday.\nNobody was hurt.",
			Article{Body: "The ferry left without tugs, the port said on Monday.\nNobody was hurt."}},
		{"one line alone", "The ferry left without tugs.", Article{Body: "The ferry left without tugs."}},
		{"title alone", "Ferry leaves without tugs", Article{Title: "Ferry leaves without tugs"}},
		{"byline first", "By ANN LEE\nThe ferry left.", Article{Byline: []string{"By ANN LEE"}, Body: "The ferry left."}},
		{"by, but no byline", "A title here\nBy Monday the army had left the town, officials said.",
			Article{Title: "A title here", Body: "By Monday the army had left the town, officials said."}},
		{"outlet on its own line", "A title\nBy INES DUARTE and AL-AMIN BELLO\nAssociated Press\nLAGOS — Text here.",
			Article{Title: "A title", Byline: []string{"By INES DUARTE and AL-AMIN BELLO", "Associated Press"}, Body: "LAGOS — Text here."}},
		{"bare dateline", "A title\nBy Ann Lee\nLAGOS, Nigeria (Reuters) -\nText of it.",
			Article{Title: "A title", Byline: []string{"By Ann Lee"}, Dateline: "LAGOS, Nigeria (Reuters) -", Body: "Text of it."}},
		{"dateline with text is body", "A title\nOSLO (AP) — Text.", Article{Title: "A title", Body: "OSLO (AP) — Text."}},
		{"title that ends like a sentence, before a byline", "It is over.\nBy Ann Lee\nText.", Article{Title: "It is over.", Byline: []string{"By Ann Lee"}, Body: "Text."}},
		{"blank lines", "\n\n A title \n\n\nBy Ann Lee\n\n  Indented.\n\nEnd.\n\n", Article{Title: "A title", Byline: []string{"By Ann Lee"}, Body: "Indented.\n\nEnd."}},
		{"title ending in U.S.", "Talks resume in the U.S.\nDelegates met.", Article{Title: "Talks resume in the U.S.", Body: "Delegates met."}},
		{"byte order mark", "\ufeffA title\nText.", Article{Title: "A title", Body: "Text."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := mustParse(t, envelopeOf("text", c.in), Options{})
			got := Article{Title: a.Title, Body: a.Body, Byline: a.Byline, Credits: a.Credits, Dateline: a.Dateline}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
			if !strings.Contains(c.in, a.Body) {
				t.Error("body is no substring of the input")
			}
		})
	}
}

func TestCharsets(t *testing.T) {
	for _, c := range []struct {
		name, charset, contentType, in, want string
		warned                               bool
	}{
		{"UTF-8", "", "", "Tõnu said.", "Tõnu said.", false},
		{"UTF-8 labelled ISO-8859-1", "iso-8859-1", "", "Tõnu said.", "Tõnu said.", false},
		{"UTF-8 with mark", "iso-8859-1", "", "\xef\xbb\xbfTõnu said.", "Tõnu said.", false},
		{"UTF-16 with mark", "", "", "\xff\xfeT\x00\xf5\x00.\x00", "Tõ.", false},
		{"ISO-8859-1 is windows-1252", "iso-8859-1", "", "caf\xe9 \x93x\x94.", "café “x”.", false},
		{"content type", "", "text/plain; charset=\"windows-1251\"; x=y", "\xcc\xee\xf1\xea\xe2\xe0.", "Москва.", false},
		{"charset before content type", "koi8-r", "text/plain; charset=utf-8", "\xed.", "М.", false},
		{"no label", "", "", "caf\xe9.", "café.", true},
		{"unknown label", "klingon", "", "caf\xe9.", "café.", true},
		{"broken UTF-8", "utf-8", "", "Tõnu and Jüri \xff.", "Tõnu and Jüri \ufffd.", true},
		{"not UTF-8 at all", "utf-8", "", "caf\xe9.", "café.", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := envelopeOf("text", c.in)
			e.Charset, e.ContentType = c.charset, c.contentType
			a := mustParse(t, e, Options{})
			if a.Body != c.want {
				t.Errorf("body %q, want %q", a.Body, c.want)
			}
			if (len(a.Warnings) > 0) != c.warned {
				t.Errorf("warnings %q", a.Warnings)
			}
		})
	}
}

func TestSniff(t *testing.T) {
	for in, want := range map[string]string{
		"":                                 "",
		"Title\nText":                      "text",
		"{not json":                        "text",
		`{"a":1}`:                          "text",
		`{"title":"a"}`:                    "article",
		` {"body":"<html>"}`:               "article",
		`{"uri":"x"}`:                      "ninjs-1",
		`{"uri":"x","by":"B"}`:             "ninjs-2",
		`{"uri":"x","pubStatus":"usable"}`: "ninjs-3",
		`{"version":"https://jsonfeed.org/version/1.1","items":[]}`:     "jsonfeed",
		`{"data":{"item":{"altids":{"itemid":"a"}}}}`:                   "ap-media",
		`{"urn":"u","entry_id":"e","article_html":"x"}`:                 "digitalwires",
		`<?xml version="1.0"?><!-- c --><newsItem xmlns="x">`:           "newsml-g2",
		`<?xml version="1.0"?><!DOCTYPE NewsML SYSTEM "x.dtd"><NewsML>`: "newsml-1.2",
		`<nitf>`:                           "nitf",
		`<rss version="2.0">`:              "rss",
		`<rdf:RDF xmlns:rdf="x">`:          "rss",
		`<a:feed xmlns:a="x">`:             "atom",
		"\xef\xbb\xbf<!DOCTYPE html><p>":   "html",
		"<HTML lang=en>":                   "html",
		"<unknown>":                        "text",
		"\x01SVC0123 4 P 22 XXX\r\n\x02Hi": "iptc7901",
		"\x16\x16\x01a0123\x1f^BC-Slug<":   "anpa1312",
		"\x89PNG\x00":                      "",
	} {
		if got := Sniff([]byte(in)); got != want {
			t.Errorf("Sniff(%q) = %q, want %q", in, got, want)
		}
	}
}

// The acceptance article of the development data.
func TestAcceptanceText(t *testing.T) {
	path := filepath.Join("..", "..", "..", "shared", "data", "acceptance", "cable.txt")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("development data absent: %v", err)
	}
	a := mustParse(t, envelopeOf("", string(b)), Options{})
	if a.Format != "text" || len(a.Byline) != 1 || !strings.HasSuffix(a.Byline[0], "The Baltic Courier") {
		t.Errorf("format %s, byline %q", a.Format, a.Byline)
	}
	if !strings.HasPrefix(a.Title, "Estonia, Finland Press") || !strings.HasPrefix(a.Body, "Estonian Prime Minister Liina Saar") {
		t.Errorf("title %q, body %.60q", a.Title, a.Body)
	}
}

// checkArticle is what holds for every article whatever the input.
func checkArticle(t *testing.T, e *Envelope, a *Article) {
	t.Helper()
	switch a.Status {
	case Usable, Embargoed:
		if strings.TrimSpace(a.Title+a.Body) == "" {
			t.Fatal("visible article without text")
		}
	case Withheld, Withdrawn:
		if a.Title+a.Body+a.Description+a.CorrectionNote != "" || len(a.Byline)+len(a.Authors)+len(a.Credits) > 0 {
			t.Fatal("tombstone with text")
		}
	default:
		t.Fatalf("status %q", a.Status)
	}
	if a.Status == Embargoed && a.Embargo.IsZero() {
		t.Fatal("embargoed without a time")
	}
	if a.Format == "" || a.Revision < 0 || a.Revision > MaxRevision {
		t.Fatalf("format %q, revision %d", a.Format, a.Revision)
	}
	for _, s := range []string{a.Title, a.Body, a.Description, strings.Join(a.Byline, ""), strings.Join(a.Credits, "")} {
		if !utf8.ValidString(s) {
			t.Fatal("field is not UTF-8")
		}
	}
	if !a.Published.IsZero() && !a.Published.Equal(e.ReceivedAt) && (a.Published.Year() < minYear || a.Published.Year() > maxYear) {
		t.Fatalf("published %v", a.Published)
	}
	again, err := Parse(e, Options{})
	if err != nil || !reflect.DeepEqual(a, again) {
		t.Fatal("another answer the second time")
	}
}

func FuzzParse(f *testing.F) {
	items, err := filepath.Glob(filepath.Join("testdata", "items", "*"))
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range items {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, uint8(slices.Index(Formats(), Sniff(data))), "", "")
	}
	for i, seed := range []string{"Title\nBy Ann Lee\n(photo: X/AP)\nBody.", `{"title":"a","body":"b","published":"2025-01-01"}`, "LAGOS —\nx", "T\n\nx\n(((((((((((((", "\xff\x80\x00"} {
		f.Add([]byte(seed), uint8(i), "iso-8859-1", "")
	}
	f.Fuzz(func(t *testing.T, data []byte, format uint8, label, embargo string) {
		names := append(Formats(), "")
		e := &Envelope{SourceID: "s", ItemID: "i", Data: bytes.Clone(data), Format: names[int(format)%len(names)], Charset: label, Hints: Hints{Embargo: embargo}}
		a, err := Parse(e, Options{})
		if !bytes.Equal(e.Data, data) {
			t.Fatal("payload changed")
		}
		if err != nil {
			if r := reasonOf(err); !slices.Contains([]string{Malformed, Charset, Depth, UnsupportedFormat, NoText, NotArticle}, r) {
				t.Fatalf("reason %q", r)
			}
			return
		}
		checkArticle(t, e, a)
	})
}

func FuzzParseWhen(f *testing.F) {
	for _, s := range []string{"2025-03-10T15:30:00Z", "20130731T060140+0000", "2025-03-10 15:30:60.123 -05", "2025-02-30", "9999-99-99"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, _, ok := parseWhen(s, time.UTC)
		if !ok {
			return
		}
		if want, err := time.Parse(time.RFC3339Nano, s); err == nil && !got.Equal(want) {
			t.Fatalf("parseWhen(%q) = %v, time.Parse %v", s, got, want)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	payload, err := json.Marshal(native{Title: "Ferry leaves without tugs", Byline: "By Ann Lee", Body: body7k(), Published: "2025-03-10T15:30:00Z", TimeZone: "Europe/Warsaw"})
	if err != nil {
		b.Fatal(err)
	}
	quoted, err := json.Marshal(body7k())
	if err != nil {
		b.Fatal(err)
	}
	paras := strings.ReplaceAll(strings.ReplaceAll(body7k(), "\n", "</p><p>"), "\"", "&quot;")
	inner, err := json.Marshal("<section><p>" + paras + "</p></section>")
	if err != nil {
		b.Fatal(err)
	}
	nitf := "<nitf><head><docdata><doc-id id-string=\"a\"/></docdata></head><body><body.head><hedline><hl1>Ferry leaves</hl1></hedline><byline>By Ann Lee</byline></body.head><body.content><p>" + paras + "</p></body.content></body></nitf>"
	for _, c := range []struct{ format, data string }{
		{"article", string(payload)},
		{"text", "Ferry leaves without tugs\nBy Ann Lee\n" + body7k()},
		{"ninjs-1", `{"uri":"a","type":"text","versioncreated":"2025-03-06T10:00:00Z","headline":"Ferry leaves","byline":"By Ann Lee","body_text":` + string(quoted) + `}`},
		{"digitalwires", `{"urn":"a","version":1,"version_created":"2025-03-06T10:00:00Z","headline":"Ferry leaves","article_html":` + string(inner) + `}`},
		{"nitf", nitf},
		{"newsml-g2", `<newsItem guid="a" version="1"><itemMeta><itemClass qcode="ninat:text"/></itemMeta><contentMeta><headline>Ferry</headline></contentMeta><contentSet><inlineXML>` + nitf + `</inlineXML></contentSet></newsItem>`},
		{"anpa1312", "\x16\x16\x01a0123\r\nu a BC-Ferry\r\n\x02^BC-Ferry,0120<\r\n^Ferry leaves<\r\n^By ANN LEE=\r\n    " + strings.ReplaceAll(body7k(), "\n", "\r\n    ") + "\r\n\x03AP-NY-03-06-25 1005EST<\r\n"},
		{"iptc7901", "\x01hlw0042 3 eco 120\r\n\x02Ferry/\r\nFerry leaves =\r\nBy Ann Lee =\r\n\r\n" + strings.ReplaceAll(body7k(), "\n", "\r\n\r\n") + "\r\n\x03\r\n061005 GMT Mar 25\r\n"},
		{"rss", "<rss><channel><title>x</title><item><title>Ferry leaves</title><description>" + strings.ReplaceAll(strings.ReplaceAll(paras, "<", "&lt;"), "&quot;", "'") + "</description></item></channel></rss>"},
	} {
		b.Run(c.format, func(b *testing.B) {
			e := envelopeOf(c.format, c.data)
			b.SetBytes(int64(len(c.data)))
			b.ReportAllocs()
			for b.Loop() {
				a, err := Parse(e, Options{})
				if err != nil || len(a.Body) < 6900 {
					b.Fatalf("%v, %d bytes", err, len(a.Body))
				}
			}
		})
	}
}

func ExampleParse() {
	e := &Envelope{SourceID: "harbour-desk", ItemID: "42", Version: 2,
		Data: []byte("Ferry leaves berth without tugs\nBy Ann Lee\n(photo: Bo Ek/AP)\nGDYNIA, Poland — Nobody was hurt.\n")}
	a, err := Parse(e, Options{TimeZone: "Europe/Warsaw"})
	fmt.Println(a.Format, a.Revision, err)
	fmt.Println(a.Title)
	fmt.Println(a.Byline, a.Credits)
	fmt.Println(a.Body)
	// Output:
	// text 2 <nil>
	// Ferry leaves berth without tugs
	// [By Ann Lee] [(photo: Bo Ek/AP)]
	// GDYNIA, Poland — Nobody was hurt.
}
