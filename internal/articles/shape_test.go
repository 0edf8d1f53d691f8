package articles

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"dateline/pipeline/wire"
)

// shapes are what the bundle must show, each with the least number of
// articles, so that nobody drops the only example of one. The patterns match
// in title, byline, authors, credits and body.
var shapes = []struct {
	name string
	min  int
	re   string
}{
	{"wire byline in capitals", 8, `(?m)^By [A-ZÁ]{2,} [A-Z]{2,}`},
	{"two authors in capitals", 5, `(?m)^By [A-Z]+ [A-Z]+ and [A-Z-]+ [A-Z]+$`},
	{"list and outlet without separator", 3, `(?m)^[A-Z][a-z]+ [A-Z][a-z]+,? .*and [A-Z]\S+ [A-Z]\S+ The [A-Z]`},
	{"outlet after a bar", 2, `(?m)^By .+ \| [A-Z]`},
	{"outlet after a comma", 8, `(?m)^By .+, Northwire$`},
	{"outlet after a slash", 1, `(?m)^Hélène Favre / `},
	{"place in the byline", 2, `(?m)^(By )?[A-Z].+ in [A-Z][a-z]+$`},
	{"special to", 1, ` Special to The `},
	{"job in the byline", 2, `Sports Writer|Special Correspondent`},
	{"staff byline", 1, `By STAFF REPORTER`},
	{"German byline", 1, `(?m)^Von `},
	{"Spanish byline", 1, `(?m)^Por `},
	{"Chinese byline", 1, `(?m)^撰文:`},
	{"initials", 1, `K\. J\. `},
	{"particles", 3, `van den Berg|van Houten|al-Rashidi|el-Sherif|d'Aubrac`},
	{"suffix", 1, `Hoekstra Jr\.`},
	{"family name first", 1, `Park Ji-won`},
	{"By line inside the body", 1, `\nBy Bernardo Tembe\n\n`},

	{"dateline CITY, Country (AGENCY) —", 8, `\n[A-Z ]+, [A-Z][a-z ]+ \([A-Z]+\) — `},
	{"dateline OSLO (AP)", 1, `OSLO, Norway \(AP\) — `},
	{"dateline with date", 12, `[A-Z]{2,}, (Feb\.|March|April|May) \d+ \([A-Z][a-z]+\) - `},
	{"dateline of Reuters", 2, `LAGOS, April 12 \(Reuters\) - `},
	{"dateline of two cities", 3, `(?m)^[A-Z][A-Z ]+/[A-Z][A-Z ]+`},
	{"dateline TEL AVIV/BEIRUT", 1, `TEL AVIV/BEIRUT \(dpa\) - `},
	{"dateline with state", 2, `DULUTH, Minn\. \(AP\) — |TULSA, Okla\. — `},
	{"dateline of two services", 2, `Peine \(dpa/lni\) - |Lyon \(ats afp\) `},
	{"dateline without parentheses", 1, `OSAKA, Japan, Feb\. 3 Kyodo - `},
	{"dateline with double hyphen", 1, `\(Yonhap\) -- `},
	{"dateline without agency", 10, `(?m)^[A-ZÁ ]{4,}(, [A-Z][a-z]+)? — `},

	{"photo credit in parentheses", 6, `\(photo: .+\)`},
	{"AP Photo/", 4, `AP Photo/[A-Z]`},
	{"credit chain", 1, `/AFP via Getty Images`},
	{"photograph by", 3, `Photograph by `},
	{"pool photo", 1, `Pool photo via `},

	{"Reporting by; editing by", 9, `\(Reporting by .+; [Ee]diting by .+\)`},
	{"additional reporting", 3, `additional reporting by `},
	{"writing by", 2, `writing by `},
	{"reported from", 8, `(?m)^[A-Z]\S+ reported from `},
	{"contributed to this report", 7, `contributed to this report`},

	{"weekday", 50, `on (Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day`},
	{"overnight", 3, `overnight`},
	{"last week", 3, `last week`},
	{"two weeks ago", 2, `[Tt]wo weeks ago`},
	{"month abbreviated", 10, `\b(Jan|Feb|Aug|Sept|Oct|Dec)\. \d`},
	{"next month", 3, `next month`},
	{"by the end of", 10, `by the end of|before the end of`},
	{"last month", 4, `[Ll]ast month`},
	{"next week", 4, `next week`},
	{"season", 4, `(this|last|next|the) (spring|summer|autumn|winter)`},
	{"years ago", 3, `years ago`},
	{"tomorrow or today", 4, `tomorrow|today`},
	{"range of days", 3, `(March|April) \d+ (and|to) \d+`},
	{"year alone", 15, `(in|since) (19|20)\d\d`},

	{"role before name", 20, `(Prime|Foreign) Minister [A-Z]`},
	{"Ms. or Mr.", 10, `M[rs]s?\. [A-Z]`},
	{"military rank", 3, `(Gen|Maj|Capt)\. [A-Z]`},
	{"metonym", 8, `Kremlin|White House|Aso Rock|Foggy Bottom`},
	{"capital for government", 4, `(Moscow|Washington|Cairo|Warsaw|Brussels|Berlin) (has|reacted|protested|wants|expects|summoned)`},
	{"demonym as noun", 2, `the (Norwegian|American|Italian|Sudanese)\b`},

	{"correction note", 1, `\(Corrects `},
	{"more to come", 1, `MORE TO COME`},
	{"boilerplate of a reprint", 4, `All rights reserved|thanks its subscribers|READ MORE`},
	{"curly quotes", 4, `[“’]`},
	{"straight quotes", 40, `"`},
}

func TestShapes(t *testing.T) {
	all := All()
	texts := make([]string, len(all))
	for i, a := range all {
		texts[i] = textOf(t, a)
	}
	for _, s := range shapes {
		re := regexp.MustCompile(s.re)
		n := 0
		for _, text := range texts {
			if re.MatchString(text) {
				n++
			}
		}
		if n < s.min {
			t.Errorf("%s: %d articles, want at least %d", s.name, n, s.min)
		}
	}
}

// TestLives counts what a pattern cannot see: how items are delivered.
func TestLives(t *testing.T) {
	n := make(map[string]int)
	versions := make(map[string]int)
	zones, sources := make(map[string]bool), make(map[string]bool)
	for _, a := range All() {
		e := a.env
		sources[a.SourceID] = true
		n["format "+e.Format]++
		n["outcome "+string(a.Want.Outcome)]++
		n["status "+a.Want.Status]++
		for _, s := range e.Hints.Signal {
			n["signal "+s]++
		}
		if a.Want.Outcome != Duplicate {
			versions[Key(a)]++
		}
		art, err := wire.Parse(e, wire.Options{})
		if err != nil {
			t.Fatal(err)
		}
		zones[art.TimeZone] = true
		n["language "+art.Language]++
		if words := len(strings.Fields(art.Body)); art.Status == wire.Usable {
			switch {
			case art.Body == "":
				n["title alone"]++
			case words < 70:
				n["alert"]++
			case words >= 250:
				n["250 words or more"]++
			}
			if words > 700 {
				n["long"]++
			}
		}
		if letters := strings.ToUpper(art.Body); art.Body == letters && len(art.Body) > 300 && art.Language == "" {
			n["capitals"]++
		}
		if a.Version == 0 {
			n["source without versions"]++
		}
	}
	for _, v := range versions {
		if v >= 2 {
			n["items with versions"]++
		}
	}
	n["sources"], n["zones"] = len(sources), len(zones)
	want := map[string]int{
		"format article": 50, "format text": 12, "outcome stale": 1, "outcome duplicate": 1, "outcome tombstone": 2,
		"status withheld": 1, "status withdrawn": 1, "status embargoed": 1,
		"signal update": 6, "signal writethru": 4, "signal correction": 1, "signal alert": 4,
		"items with versions": 5, "language de": 1, "language es": 1, "language zh": 1,
		"title alone": 1, "alert": 5, "250 words or more": 35, "long": 2, "capitals": 1,
		"source without versions": 5, "sources": 10, "zones": 25,
	}
	for what, least := range want {
		if n[what] < least {
			t.Errorf("%s: %d, want at least %d", what, n[what], least)
		}
	}
}

// TestReprints asks that copies stay copies: most runs of five words of a
// reprint stand in its original, but not all.
func TestReprints(t *testing.T) {
	grams := make(map[string]map[string]bool)
	for _, a := range All() {
		words := strings.Fields(plainQuotes(textOf(t, a)))
		set := make(map[string]bool)
		for i := range max(0, len(words)-4) {
			set[strings.Join(words[i:i+5], " ")] = true
		}
		grams[a.Name] = set
	}
	for reprint, original := range map[string]string{
		"025-copy-harbour": "024-landfall-v3", "026-copy-lakehead": "024-landfall-v3",
		"041-turku-copy-harbour": "040-turku-declaration",
		"065-copy-pacific":       "064-accord", "066-copy-lakehead": "064-accord",
	} {
		shared := 0
		for g := range grams[reprint] {
			if grams[original][g] {
				shared++
			}
		}
		if n := len(grams[reprint]); n == 0 || shared*10 < n*6 || shared == n {
			t.Errorf("%s shares %d of %d runs of words with %s", reprint, shared, n, original)
		}
	}
}

func plainQuotes(s string) string {
	return strings.NewReplacer("“", `"`, "”", `"`, "’", "'").Replace(s)
}

func TestShapesAreDistinct(t *testing.T) {
	var names []string
	for _, s := range shapes {
		if slices.Contains(names, s.name) || s.min < 1 {
			t.Errorf("shape %q stands twice or asks for none", s.name)
		}
		names = append(names, s.name)
	}
}
