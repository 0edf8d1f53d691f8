package byline

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"dateline/pipeline/text"
)

// brief writes what a byline says in one line: persons with what belongs to
// them, then the rest.
func brief(b Byline) string {
	var out []string
	for _, p := range b.Authors {
		s := p.Name
		if p.Kind != "person" {
			s = p.Kind + ":" + s
		}
		for _, f := range []struct{ mark, v string }{{" in ", p.Location}, {" job ", p.JobTitle}, {" at ", p.Affiliation}, {" mail ", p.Email}, {" handle ", p.Handle}} {
			if f.v != "" {
				s += f.mark + f.v
			}
		}
		if !slices.Equal(p.Roles, []string{"reporting"}) {
			s += " as " + strings.Join(p.Roles, "+")
		}
		out = append(out, s)
	}
	s := strings.Join(out, "; ")
	for _, p := range b.Editors {
		s += " | editor " + p.Name
	}
	if b.Outlet != "" {
		s += " | outlet " + b.Outlet
	}
	if len(b.Agency) > 0 {
		s += " | agency " + strings.Join(b.Agency, ",")
	}
	if b.SpecialTo != "" {
		s += " | special to " + b.SpecialTo
	}
	if b.SignOff != "" {
		s += " | sign-off " + b.SignOff
	}
	if b.Others > 0 {
		s += fmt.Sprint(" | others ", b.Others)
	}
	return s
}

func TestLines(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		// lists, outlets known and unknown
		{"Mari Tamm, Jukka Laine, Claire d'Aubrac and Peter O'Rourke The Baltic Courier", "Mari Tamm; Jukka Laine; Claire d'Aubrac; Peter O'Rourke | outlet The Baltic Courier"},
		{"Ann Lee The Washington Post", "Ann Lee | outlet The Washington Post"},
		{"Ann K. Lee Harbour Ledger", "Ann K. Lee | outlet Harbour Ledger"},
		{"By Ann Lee and Jordan Press The Canadian Press", "Ann Lee; Jordan Press | agency CP"},
		{"By Ann Lee & Bo Ek; Tomas Okafor", "Ann Lee; Bo Ek; Tomas Okafor"},
		{"By Ann Lee | Bo Ek · Tomas Okafor", "Ann Lee; Bo Ek; Tomas Okafor"},
		{"Mara Lindqvist / Fakta.example", "Mara Lindqvist | outlet Fakta.example"},
		{"By The Associated Press", " | agency AP"},
		{"Le Figaro et AFP", " | outlet Le Figaro | agency AFP"},
		{"The Globe and Mail", " | outlet The Globe and Mail"},
		{"Harbour Ledger", " | outlet Harbour Ledger"},
		// capitals
		{"By INES DUARTE and AL-AMIN BELLO=\nAssociated Press=", "Ines Duarte; Al-Amin Bello | agency AP"},
		{"By GERRY SVENSEN Associated Press", "Gerry Svensen | agency AP"},
		{"By BERNARD LEE AP Business Writer", "Bernard Lee job AP Business Writer | agency AP"},
		{"By ANN LEE and BO EK AP Business Writers", "Ann Lee job AP Business Writers; Bo Ek job AP Business Writers | agency AP"},
		{"By SEAN O'ROURKE, MARY MCDONALD and TJ HOLMES JR.", "Sean O'Rourke; Mary McDonald; TJ Holmes Jr."},
		{"MARIA DE LA CRUZ Harbour Desk", "Maria de la Cruz | outlet Harbour Desk"},
		{"ANI LEE and Jean DUPONT", "Ani Lee; Jean Dupont"},
		// jobs
		{"Von Mara Lindqvist, dpa", "Mara Lindqvist | agency dpa"},
		{"Ann Lee, Harbour Ledger Political Editor", "Ann Lee job Political Editor | outlet Harbour Ledger"},
		{"By Ann Lee, Staff Writer", "Ann Lee job Staff Writer"},
		{"By Ann Lee\nStaff Writer", "Ann Lee job Staff Writer"},
		{"Ann Lee Senior Science Correspondent", "Ann Lee job Senior Science Correspondent"},
		// places
		{"Ann Lee in Leeds and Anna Leeds in York", "Ann Lee in Leeds; Anna Leeds in York"},
		{"Ann Lee and Bo Ek in Cairo", "Ann Lee in Cairo; Bo Ek in Cairo"},
		{"Ann Lee in Duluth, Minnesota, and Bo Ek in Cairo, Egypt", "Ann Lee in Duluth, Minnesota; Bo Ek in Cairo, Egypt"},
		{"Ann Lee (Leeds)", "Ann Lee in Leeds"},
		// no person
		{"Staff reporter", "staff:Staff reporter"},
		{"From staff and wire reports", "staff:From staff and wire reports"},
		{"Editorial Board", "staff:Editorial Board"},
		{"mli/tok", " | sign-off mli/tok"},
		{"jdoe@example.org", ""},
		{"More from our newsroom", ""},
		{"Updated 7:45 pm", ""},
		{"", ""},
		// initials, addresses, glued dates, words of the page
		{"Mara Lindqvist (mli), Tomas Okafor (tok)", "Mara Lindqvist; Tomas Okafor"},
		{"By Tomas Okafor tok@example.org", "Tomas Okafor mail tok@example.org"},
		{"Ann Lee @annlee", "Ann Lee handle @annlee"},
		{"Dana WhitlockMar. 3, 2024", "Dana Whitlock"},
		{"By Ann Lee | Updated 7:45 pm", "Ann Lee"},
		{"Ann Lee, Bo Ek +12 more", "Ann Lee; Bo Ek | others 12"},
		{"By Ann Lee, March 3, 2024", "Ann Lee"},
		{"By Ann Lee Published: 3 March 2024", "Ann Lee"},
		// affiliation, special to
		{"Ines Duarte, Somewhere State University", "Ines Duarte at Somewhere State University"},
		{"Ann Lee Special to The Harbour Ledger", "Ann Lee | special to The Harbour Ledger"},
		{"By Ann Lee, Special to The Harbour Ledger", "Ann Lee | special to The Harbour Ledger"},
		{"Ann Lee for The Harbour Ledger", "Ann Lee | outlet The Harbour Ledger"},
		// inverted, particles, suffixes
		{"Okafor, Tomas", "Tomas Okafor"},
		{"Okafor, Tomas, Lee, Ann", ""},
		{"Fadi van den Berg Jr.", "Fadi van den Berg Jr."},
		{"Martin Lee, Jr. and Bo Ek, Ph.D.", "Martin Lee Jr.; Bo Ek"},
		{"K. J. O'Hara", "K. J. O'Hara"},
		{"Abby Lee", "Abby Lee"},
		{"By Dr. Ann Lee", "Ann Lee"},
		// other languages and scripts
		{"Par Claire d'Aubrac et Jean-Luc Moreau", "Claire d'Aubrac; Jean-Luc Moreau"},
		{"Por Ines Duarte y Tomas Vega", "Ines Duarte; Tomas Vega"},
		{"Von Mara Lindqvist und Jan Ole Brandt", "Mara Lindqvist; Jan Ole Brandt"},
		{"Av Ola Nordmann og Kari Hansen", "Ola Nordmann; Kari Hansen"},
		{"Di Anna Rossi e Marco Bianchi", "Anna Rossi; Marco Bianchi"},
		{"김하늘 기자", "김하늘"},
		{"김하늘·이바다 기자 외 2명", "김하늘; 이바다 | others 2"},
		{"撰文：李明、王小芳", "李明; 王小芳"},
		{"記者王小芳", "王小芳"},
		// photographs and editors
		{"Photograph by Ann Lee", "Ann Lee as photo"},
		{"By Ann Lee; Photographs by Bo Ek", "Ann Lee; Bo Ek as photo"},
		{"Mara Lindqvist/AFP/Getty Images", "Mara Lindqvist | agency AFP,Getty"},
		{"By Ann Lee. Edited by Bo Ek", "Ann Lee | editor Bo Ek"},
	} {
		t.Run(c.in, func(t *testing.T) {
			b := Read(Input{Lines: []string{c.in}}).Byline
			if got := brief(b); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			checkSpans(t, Input{}, Result{Byline: b})
		})
	}
}

func TestAuthorsField(t *testing.T) {
	for _, c := range []struct {
		name           string
		lines, authors []string
		want           string
	}{
		{"names alone", nil, []string{"Ann Lee", "Bo Ek"}, "Ann Lee; Bo Ek"},
		{"one field with all", nil, []string{"Ann Lee, Bo Ek and Tomas Okafor"}, "Ann Lee; Bo Ek; Tomas Okafor"},
		{"agency among names", nil, []string{"Ann Lee", "The Associated Press"}, "Ann Lee | agency AP"},
		{"line wins", []string{"By Ann Lee"}, []string{"Ann Lee", "Harbour Ledger"}, "Ann Lee"},
		{"line without a person", []string{"Harbour Ledger"}, []string{"Ann Lee"}, "Ann Lee | outlet Harbour Ledger"},
		{"one word where the source says person", nil, []string{"Madonna"}, "Madonna"},
		{"outlet", nil, []string{"Harbour Ledger Staff"}, " | outlet Harbour Ledger Staff"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := Read(Input{Lines: c.lines, Authors: c.authors}).Byline
			if got := brief(b); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			checkSpans(t, Input{}, Result{Byline: b})
		})
	}
}

// Feeds fill the field of authors with an empty text where they know none.
func TestBlankAuthors(t *testing.T) {
	b := Read(Input{Authors: []string{"", " \n "}}).Byline
	if len(b.Raw) != 0 || b.Source != "" || len(b.Authors) != 0 {
		t.Errorf("blank authors give %q from %q, authors %v", b.Raw, b.Source, b.Authors)
	}
}

func TestNotes(t *testing.T) {
	b := Read(Input{Lines: []string{"Von Mara Lindqvist, dpa"}, Notes: []Note{
		{"Mara Lindqvist", "reporting", "Kiel"}, {"Jan Brandt", "reporting", "Oslo"}, {"Ute Voss", "editing", "Hamburg"}}}).Byline
	if got, want := brief(b), "Mara Lindqvist in Kiel | editor Ute Voss | agency dpa"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPage(t *testing.T) {
	for _, c := range []struct {
		name string
		in   Input
		want string
	}{
		{"structured names before the line seen", Input{Authors: []string{"Ann Lee"}, Lines: []string{"by Zed Other"}}, "Ann Lee"},
		{"line seen if the structured name is the site", Input{Authors: []string{"Harbour Ledger"}, Lines: []string{"By Ann Lee"}, Outlet: "Harbour Ledger"}, "Ann Lee | outlet Harbour Ledger"},
		{"fuller byline", Input{Authors: []string{"Ann Lee"}, Marked: []string{"Ann Lee", "By Ann Lee and Bo Ek, CNN"}}, "Ann Lee; Bo Ek | outlet CNN"},
		{"other article's author", Input{Authors: []string{"Ann Lee"}, Marked: []string{"Zed Other"}}, "Ann Lee"},
		{"marked text alone", Input{Marked: []string{"Follow us", "Ann Lee"}}, "Ann Lee"},
		{"agency is said: nobody else", Input{Authors: []string{"Associated Press"}, Marked: []string{"Zed Other"}}, " | agency AP"},
		{"accents", Input{Authors: []string{"Solcyre Burga"}, Marked: []string{"Solcyré Burga"}}, "Solcyré Burga"},
		{"words run together", Input{Lines: []string{"Text SizeSmallMediumLarge"}}, ""},
		{"site with a space", Input{Lines: []string{"Info World"}, Outlet: "InfoWorld"}, " | outlet InfoWorld"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.in.From = pageByline
			b := Read(c.in).Byline
			if got := brief(b); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			checkSpans(t, Input{}, Result{Byline: b})
		})
	}
}

func TestBodyByline(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{"By Ann Lee\nThe ferry left.", "Ann Lee"},
		{"Premier Bo Ek, left.\n\n  By ANN LEE and BO EK\nThe ferry left.", "Ann Lee; Bo Ek"},
		{"By Monday the army had left Leeds, officials said.", ""},
		{"By Ann Lee's account, the ferry left.", ""},
		{"Von Mara Lindqvist\nText.", "Mara Lindqvist"},
	} {
		res := Read(Input{Body: c.body})
		if got := brief(res.Byline); got != c.want {
			t.Errorf("%q: %s, want %s", c.body, got, c.want)
		}
		if (len(res.Zones) > 0) != (c.want != "") {
			t.Errorf("%q: zones %v", c.body, res.Zones)
		}
	}
}

func TestDatelines(t *testing.T) {
	published := time.Date(2024, 4, 13, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		in, places, agency, date, rest string
	}{
		{"OSLO (AP) — The ferry left.", "OSLO", "AP", "", "The ferry left."},
		{"DULUTH, Minn. (AP) — The ferry left.", "DULUTH, Minn.", "AP", "", "The ferry left."},
		{"LAGOS, April 12 (Reuters) - The ferry", "LAGOS", "Reuters", "2024-04-12", "The ferry"},
		{"MADRID, 21 Nov. 2024 (Europa Press) - The ferry", "MADRID", "Europa Press", "2024-11-21", "The ferry"},
		{"PARIS, 14 may (EFE) .- El barco", "PARIS", "EFE", "2023-05-14", "El barco"},
		{"TEL AVIV/BEIRUT (dpa) - The ferry", "TEL AVIV,BEIRUT", "dpa", "", "The ferry"},
		{"Peine (dpa/lni) - Die Fähre", "Peine", "dpa", "", "Die Fähre"},
		{"Lyon (ats afp) Le bac", "Lyon", "Keystone-SDA/AFP", "", "Le bac"},
		{"OSAKA, Japan, Feb. 3 Kyodo - The ferry", "OSAKA, Japan", "Kyodo", "2024-02-03", "The ferry"},
		{"TULSA, Okla. — The ferry", "TULSA, Okla.", "", "", "The ferry"},
		{"Tulsa, Okla. — The ferry", "Tulsa, Okla.", "", "", "The ferry"},
		{"SAINT-PÉTERSBOURG -- Le bac", "SAINT-PÉTERSBOURG", "", "", "Le bac"},
		{"NEW YORK, Dec. 30 (Reuters) – The ferry", "NEW YORK", "Reuters", "2023-12-30", "The ferry"},
		{"Frankfurt am Main (dpa) - Die Fähre", "Frankfurt am Main", "dpa", "", "Die Fähre"},
		{"BERLIN, 12. April (dpa) - Die Fähre", "BERLIN", "dpa", "2024-04-12", "Die Fähre"},
		{"LISBOA, 12 de abril de 2023 (Lusa) - O barco", "LISBOA", "Lusa", "2023-04-12", "O barco"},
		{"By-line of a kind - no dateline", "", "", "", ""},
		{"The ferry (AP) — left", "", "", "", ""},
		{"BREAKING NEWS — The ferry", "", "", "", ""},
		{"FILE - The ferry at sea.", "", "", "", ""},
		{"COVID-19 — what we know", "", "", "", ""},
		{"He went to Oslo - and came back.", "", "", "", ""},
		{"Oslo — The ferry", "", "", "", ""},
		{"OSLO has a ferry - it left.", "", "", "", ""},
		{"LAGOS, Feb. 31 (Reuters) - The ferry", "LAGOS", "Reuters", "", "The ferry"},
		{"(Bloomberg) -- The ferry", "", "Bloomberg", "", "The ferry"},
		{"OSLO (AP) —", "OSLO", "AP", "", ""},
	} {
		t.Run(c.in, func(t *testing.T) {
			body := "Premier Bo Ek, left, waves.\n" + c.in
			res := Read(Input{Body: body, Published: published})
			d := res.Dateline
			if d == nil {
				if c.places != "" || c.agency != "" {
					t.Fatal("no dateline")
				}
				return
			}
			if got := strings.Join(d.Places, ","); got != c.places {
				t.Errorf("places %q, want %q", got, c.places)
			}
			if d.Agency != c.agency || d.Date != c.date {
				t.Errorf("agency %q, date %q; want %q, %q", d.Agency, d.Date, c.agency, c.date)
			}
			if got := body[d.Span.End:]; got != c.rest {
				t.Errorf("rest %q, want %q", got, c.rest)
			}
			checkSpans(t, Input{Body: body}, res)
		})
	}
}

func TestDatelineField(t *testing.T) {
	d := Read(Input{Dateline: "Kiel (dpa)", Body: "Die Fähre fuhr."}).Dateline
	if d == nil || !slices.Equal(d.Places, []string{"Kiel"}) || d.Agency != "dpa" || !d.Span.Empty() {
		t.Errorf("got %+v", d)
	}
	d = Read(Input{Dateline: "Kiel, Germany", Body: "Die Fähre fuhr."}).Dateline
	if d == nil || !slices.Equal(d.Places, []string{"Kiel, Germany"}) {
		t.Errorf("got %+v", d)
	}
}

func TestTails(t *testing.T) {
	authors := []string{"By Peter O'Rourke and Ann Lee"}
	for _, c := range []struct {
		name, tail string
		lines      []string
		want       []string // name|roles|place; authors first, then contributors, then editors
	}{
		{"contributed", "O'Rourke reported from Oslo. Eva Sepp in Kunda and Marcus Holm in Stockholm contributed to this report.", authors,
			[]string{"Peter O'Rourke|reporting|Oslo", "Ann Lee|reporting|", "Eva Sepp|contributing|Kunda", "Marcus Holm|contributing|Stockholm"}},
		{"two reported from", "O'Rourke reported from Oslo and Lee from Riga.", authors,
			[]string{"Peter O'Rourke|reporting|Oslo", "Ann Lee|reporting|Riga"}},
		{"agency writers", "Associated Press writers Eva Sepp in Kunda, Estonia, and Marcus Holm contributed to this report.", authors,
			[]string{"Peter O'Rourke|reporting|", "Ann Lee|reporting|", "Eva Sepp|contributing|Kunda, Estonia", "Marcus Holm|contributing|"}},
		{"wire style", "(Reporting by Mara Lindqvist in Oslo, Tomas Okafor and Ines Duarte in Lagos; Writing by Tomas Okafor; Editing by Dana Whitlock)", nil,
			[]string{"Mara Lindqvist|reporting|Oslo", "Tomas Okafor|reporting+writing|Lagos", "Ines Duarte|reporting|Lagos", "Dana Whitlock|editing|"}},
		{"additional reporting", "(Reporting by Ann Lee; additional reporting by Eva Sepp in Kunda; editing by Dana Whitlock and Bo Ek)", authors,
			[]string{"Peter O'Rourke|reporting|", "Ann Lee|reporting|", "Eva Sepp|additional reporting|Kunda", "Dana Whitlock|editing|", "Bo Ek|editing|"}},
		{"from a place", "Eva Sepp contributed reporting from Kunda.", authors,
			[]string{"Peter O'Rourke|reporting|", "Ann Lee|reporting|", "Eva Sepp|contributing|Kunda"}},
		{"capitals", "(REPORTING BY EVA SEPP IN KUNDA; EDITING BY BO EK)", authors,
			[]string{"Peter O'Rourke|reporting|", "Ann Lee|reporting|", "Eva Sepp|reporting|KUNDA", "Bo Ek|editing|"}},
		{"no tail", "The company contributed to this report's cost, Eva Sepp said.", authors,
			[]string{"Peter O'Rourke|reporting|", "Ann Lee|reporting|"}},
		{"running text", "He was accused of reporting by phone and of editing by night.", authors,
			[]string{"Peter O'Rourke|reporting|", "Ann Lee|reporting|"}},
		{"possessive of a plural", "Fox News' Eva Sepp, Marcus Holm and The Associated Press contributed to this report.", authors,
			[]string{"Peter O'Rourke|reporting|", "Ann Lee|reporting|", "Eva Sepp|contributing|", "Marcus Holm|contributing|"}},
		{"possessive of an outlet no table knows", "The Harbour Ledger's Eva K. Sepp contributed to this story.", authors,
			[]string{"Peter O'Rourke|reporting|", "Ann Lee|reporting|", "Eva K. Sepp|contributing|"}},
		{"agency writer with an initial", "Associated Press writer Eva K. Sepp contributed to this report.", authors,
			[]string{"Peter O'Rourke|reporting|", "Ann Lee|reporting|", "Eva K. Sepp|contributing|"}},
		{"agency alone", "The Associated Press contributed to this report.", authors,
			[]string{"Peter O'Rourke|reporting|", "Ann Lee|reporting|"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := "The ferry left.\nNobody was hurt.\n" + c.tail
			res := Read(Input{Lines: c.lines, Body: body})
			var got []string
			for _, p := range res.Byline.Authors {
				got = append(got, p.Name+"|"+strings.Join(p.Roles, "+")+"|"+p.Location)
			}
			for _, p := range append(slices.Clone(res.Byline.Contributors), res.Byline.Editors...) {
				got = append(got, p.Name+"|"+strings.Join(p.Roles, "+")+"|"+p.Location)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			if zoned := len(res.Zones) > 0; zoned != (c.name != "no tail" && c.name != "running text") {
				t.Errorf("zones %v", res.Zones)
			}
			checkSpans(t, Input{Body: body}, res)
		})
	}
}

func TestCredits(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"(photo: Pablo Martinez Monsivais/AP)", "photo Pablo Martinez Monsivais AP"},
		{"(Foto: Mara Lindqvist)", "photo Mara Lindqvist "},
		{"AP Photo/Ann Lee", "photo Ann Lee AP"},
		{"(AP Photo/Ann Lee, File)", "photo Ann Lee AP"},
		{"Mara Lindqvist/AFP/Getty Images", "photo Mara Lindqvist AFP,Getty"},
		{"Mara Lindqvist/AFP via Getty Images", "photo Mara Lindqvist AFP,Getty"},
		{"Uncredited/AP", "photo  AP"},
		{"Photograph by Ann Lee for The Harbour Ledger", "photo Ann Lee The Harbour Ledger"},
		{"Photo: ANN LEE / Reuters", "photo Ann Lee Reuters"},
		{"Premier Bo Ek, left. (photo: Tomas Nilsen-Berg/AP)", "photo Tomas Nilsen-Berg AP"},
		{"Graphic: Ann Lee", "graphic Ann Lee "},
		{"Courtesy of the Harbour Museum", "photo  Harbour Museum"},
		{"Photo: Getty Images", "photo  Getty"},
		{"nobody we know", ""},
	} {
		t.Run(c.in, func(t *testing.T) {
			res := Read(Input{Credits: []string{"x", c.in}})
			var got string
			for _, k := range res.Credits {
				got += k.Kind + " " + k.Person + " " + strings.Join(k.Agency, ",")
				joined := "x\n" + c.in
				if k.Span.Of(joined) != k.Raw {
					t.Errorf("span %q, raw %q", k.Span.Of(joined), k.Raw)
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestBodyCredits(t *testing.T) {
	for _, c := range []struct{ body, raw string }{
		{"Premier Bo Ek, left. (photo: Tomas Berg/AP)\nThe ferry left.", "(photo: Tomas Berg/AP)"},
		{"Photo: Tomas Berg/AP\nThe ferry left.", "Photo: Tomas Berg/AP"},
		{"Premier Bo Ek in Oslo. Photo: Tomas Berg\nThe ferry left.", "Photo: Tomas Berg"},
		{"Read on (PHOTOS: a hearing of the Shipping Committee on ferries).", ""},
		{"The photo (taken in Oslo) shows it.\nA photo: that was all he had.", ""},
		{"She sued Getty Images (a photo agency) in Leeds.", ""},
	} {
		res := Read(Input{Body: c.body})
		if c.raw == "" {
			if len(res.Credits) > 0 {
				t.Errorf("%q: %+v", c.body, res.Credits)
			}
			continue
		}
		if len(res.Credits) != 1 || res.Credits[0].Raw != c.raw || !res.Credits[0].InBody || len(res.Zones) != 1 {
			t.Errorf("%q: %+v, zones %v", c.body, res.Credits, res.Zones)
		}
		checkSpans(t, Input{Body: c.body}, res)
	}
}

// The acceptance article of the development data, as wire cuts it.
func TestAcceptance(t *testing.T) {
	b, err := os.ReadFile(shared("acceptance", "cable.txt"))
	if err != nil {
		t.Skipf("development data absent: %v", err)
	}
	raw, err := os.ReadFile(shared("acceptance", "cable.expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		First struct {
			Authors []string
			Outlet  string
			Credits []struct {
				Kind, Person string
				Agency       []string
			}
		}
		Full struct {
			Contributors []struct{ Name, Location string }
		}
	}
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitN(string(b), "\n", 3)
	in := Input{Lines: lines[1:2], From: "text.line", Body: lines[2]}
	res := Read(in)
	if got := authorNames(res.Byline); !slices.Equal(got, want.First.Authors) || res.Byline.Outlet != want.First.Outlet {
		t.Errorf("authors %q, outlet %q", got, res.Byline.Outlet)
	}
	if len(res.Credits) != 1 || res.Credits[0].Person != want.First.Credits[0].Person || !slices.Equal(res.Credits[0].Agency, want.First.Credits[0].Agency) {
		t.Errorf("credits %+v", res.Credits)
	}
	if len(res.Byline.Contributors) != len(want.Full.Contributors) {
		t.Fatalf("contributors %+v", res.Byline.Contributors)
	}
	for i, c := range want.Full.Contributors {
		if got := res.Byline.Contributors[i]; got.Name != c.Name || got.Location != c.Location {
			t.Errorf("contributor %+v, want %+v", got, c)
		}
	}
	checkSpans(t, in, res)
}

// checkSpans asserts every span of a result.
func checkSpans(t *testing.T, in Input, res Result) {
	t.Helper()
	raw := strings.Join(res.Byline.Raw, "\n")
	inside := func(what string, s text.Span, of string) bool {
		if s.Start < 0 || s.End > len(of) || s.Start > s.End || !boundary(of, s.Start) || !boundary(of, s.End) {
			t.Fatalf("%s: span %v outside %d bytes or inside a rune", what, s, len(of))
		}
		return true
	}
	for _, p := range res.Byline.Authors {
		if inside("author", p.Span, raw) && p.Span.Of(raw) != p.Raw {
			t.Fatalf("author: span %q, raw %q", p.Span.Of(raw), p.Raw)
		}
		if p.Name == "" || p.Kind == "" {
			t.Fatalf("author without name or kind: %+v", p)
		}
	}
	for _, p := range append(slices.Clone(res.Byline.Contributors), res.Byline.Editors...) {
		inside("contributor", p.Span, in.Body)
		if p.Name == "" || len(p.Roles) == 0 {
			t.Fatalf("contributor %+v", p)
		}
	}
	if d := res.Dateline; d != nil {
		inside("dateline", d.Span, in.Body)
		for i, s := range d.PlaceSpans {
			if inside("place", s, in.Body) && s.Of(in.Body) != d.Places[i] {
				t.Fatalf("place: span %q, text %q", s.Of(in.Body), d.Places[i])
			}
		}
	}
	for _, c := range res.Credits {
		if c.InBody && inside("credit", c.Span, in.Body) && c.Span.Of(in.Body) != c.Raw {
			t.Fatalf("credit: span %q, raw %q", c.Span.Of(in.Body), c.Raw)
		}
	}
	last := -1
	for _, z := range res.Zones {
		inside("zone", z, in.Body)
		if z.Start <= last || z.Empty() {
			t.Fatalf("zones out of order or empty: %v", res.Zones)
		}
		last = z.End
	}
}

func boundary(s string, i int) bool { return i == len(s) || utf8.RuneStart(s[i]) }

func FuzzRead(f *testing.F) {
	f.Add("By Ann Lee and BO EK AP Writers\nHarbour Desk", "Ann Lee", "OSLO, April 12 (AP) — Text.\n(photo: X Y/AP)\nAnn Lee contributed to this report.", "(Foto: A B/dpa)", int64(1700000000))
	f.Add("撰文：李明、王小芳", "김하늘 기자 외 2명", "(Reporting by A B in C; editing by D E)", "AP Photo/", int64(0))
	f.Add("Dana WhitlockMar. 3, x@y.z @h +12 more", "Okafor, Tomas", "PARIS, 14 may (EFE) .- x", "via via/", int64(-1))
	f.Fuzz(func(t *testing.T, line, author, body, credit string, at int64) {
		if !utf8.ValidString(body) {
			body = strings.ToValidUTF8(body, "?") // wire hands over UTF-8 only
		}
		in := Input{Lines: []string{line}, Authors: []string{author}, Body: body, Credits: []string{credit}, Dateline: line, Published: time.Unix(at%1e11, 0)}
		res := Read(in)
		checkSpans(t, in, res)
		if !reflect.DeepEqual(res, Read(in)) {
			t.Fatal("another answer the second time")
		}
	})
}

func BenchmarkRead(b *testing.B) {
	para := "Harbour pilots in Gdynia said on Thursday that the ferry had left its berth without tugs, a manoeuvre the port's own rules allow only below four knots of wind.\n"
	body := "Premier Bo Ek, left. (photo: Tomas Nilsen-Berg/AP)\nGDYNIA, Poland (AP) — " + strings.Repeat(para, 44) + "Lee reported from Oslo. Eva Sepp in Kunda and Marcus Holm in Stockholm contributed to this report."
	in := Input{Lines: []string{"Mari Tamm, Jukka Laine, Ann Lee and Peter O'Rourke The Baltic Courier"}, Body: body, Published: time.Date(2025, 3, 10, 0, 0, 0, 0, time.UTC)}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if r := Read(in); len(r.Byline.Authors) != 4 || len(r.Byline.Contributors) != 2 || len(r.Credits) != 1 || r.Dateline == nil {
			b.Fatal("result is wrong")
		}
	}
}

func BenchmarkLine(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if r := Read(Input{Lines: []string{"By Mari Tamm, Jukka Laine, Ann Lee and Peter O'Rourke, The Baltic Courier"}}); len(r.Byline.Authors) != 4 {
			b.Fatal("result is wrong")
		}
	}
}

func ExampleRead() {
	res := Read(Input{
		Lines: []string{"Mari Tamm and Peter O'Rourke The Baltic Courier"},
		Body:  "OSLO (AP) — The ferry left.\nO'Rourke reported from Riga. Eva Sepp in Kunda contributed to this report.",
	})
	for _, p := range res.Byline.Authors {
		fmt.Printf("%s %v %q\n", p.Name, p.Span, p.Location)
	}
	fmt.Println(res.Byline.Outlet)
	fmt.Println(res.Dateline.Places, res.Dateline.Agency, res.Dateline.Span)
	fmt.Println(res.Byline.Contributors[0].Name, res.Byline.Contributors[0].Location)
	// Output:
	// Mari Tamm {0 9} ""
	// Peter O'Rourke {14 28} "Riga"
	// The Baltic Courier
	// [OSLO] AP {0 14}
	// Eva Sepp Kunda
}
