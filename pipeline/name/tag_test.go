package name

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"dateline/pipeline/text"
)

// tagger is shared by the tests: it is immutable.
var tagger = New()

// names tags a text and writes the names as "surface/KIND".
func names(t testing.TB, s string) []string {
	t.Helper()
	var a text.Tokens
	a.Reset(s)
	var out []string
	for _, m := range tagger.Tag(nil, text.Body, &a, new(Scratch)) {
		if m.Span.Of(s) != m.Text {
			t.Fatalf("span %v is %q, mention says %q", m.Span, m.Span.Of(s), m.Text)
		}
		out = append(out, m.Text+"/"+m.Kind.String())
	}
	return out
}

func TestTag(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"title cut off", "Estonian Prime Minister Liina Saar spoke to President Antti Korpi.",
			"Estonian/NORP Liina Saar/PER Antti Korpi/PER"},
		{"organisation before a title", "NATO Secretary General Pieter van Houten arrived.",
			"NATO/ORG Pieter van Houten/PER"},
		{"lower-case title", "On Thursday, Kremlin spokeswoman Irina Volkova said nothing.",
			"Kremlin/FAC Irina Volkova/PER"},
		{"surname with particle", "Pieter van Houten spoke. Later she thanked van Houten in Tallinn.",
			"Pieter van Houten/PER van Houten/PER Tallinn/GPE"},
		{"possessive outside", "Estonia's navy met Saar's envoy. Liina Saar said so.",
			"Estonia/GPE Saar/PER Liina Saar/PER"},
		{"may as a verb", "May I say so? In May, Theresa May said no.", "Theresa May/PER"},
		{"will as a verb and a name", "Will they pay? Will Roe said yes.", "Will Roe/PER"},
		{"initials", "The book by J. K. Mets and John F. Kask sold well.",
			"J. K. Mets/PER John F. Kask/PER"},
		{"city and state apart", "A fire in Boston, Massachusetts, killed two.",
			"Boston/GPE Massachusetts/GPE"},
		{"head of an institution", "The Ministry of Trade and Industry and the Bank of Estonia met the Riga City Council.",
			"Ministry of Trade and Industry/ORG Bank of Estonia/ORG Riga City Council/ORG"},
		{"legal tail", "Shares of Nordkabel Holdings Ltd. fell.", "Nordkabel Holdings Ltd./ORG"},
		{"demonym before a person", "Polish Wojciech Malinowski won.", "Polish/NORP Wojciech Malinowski/PER"},
		{"two-word country", "South Korea and Saudi Arabia signed with North Korean envoys.",
			"South Korea/GPE Saudi Arabia/GPE North Korean/NORP"},
		{"waters", "Ships left the Gulf of Finland and the Baltic Sea.", "Gulf of Finland/LOC Baltic Sea/LOC"},
		{"building", "Flights at Tallinn Airport stopped.", "Tallinn Airport/FAC"},
		{"age", "Rein Kask, 61, watched.", "Rein Kask/PER"},
		{"hyphen and apostrophe", "Tomas Nilsen-Berg met Claire d'Aubrac and Peter O’Rourke.",
			"Tomas Nilsen-Berg/PER Claire d'Aubrac/PER Peter O’Rourke/PER"},
		{"arabic articles", "Fighters loyal to Khalid bin Saleh al-Harbi left.", "Khalid bin Saleh al-Harbi/PER"},
		{"hyphenated adjective", "The Paris-based group and U.S.-led forces left.", "Paris/GPE U.S./GPE"},
		{"dateline", "KUNDA, Estonia (Reuters) - Nets were torn on Monday.", "KUNDA/GPE Estonia/GPE Reuters/ORG"},
		{"unknown town by preposition", "Two boats sank near Kunda overnight.", "Kunda/GPE"},
		{"generic head outside", "They left Helmand province.", "Helmand/GPE"},
		{"ship", "They boarded the oil tanker Northern Dawn off the island of Hiiumaa.", "Northern Dawn/MISC Hiiumaa/GPE"},
		{"sentence start alone", "Nets were torn. Boats were lost.", ""},
		{"headline in title case", "Estonia, Finland Press for Cable Patrols After Second Cut in a Month",
			"Estonia/GPE Finland/GPE"},
		{"headline in capitals", "LEADERS OF ESTONIA AND FINLAND MEET IN RIGA TODAY",
			"ESTONIA/GPE FINLAND/GPE RIGA/GPE"},
		{"quotation opens with a capital", `Saar said: "Nobody is steering." Liina Saar left.`,
			"Saar/PER Liina Saar/PER"},
		{"curly quotation", "“Nobody is steering,” Liina Saar said in Tartu.", "Liina Saar/PER Tartu/GPE"},
		{"acronym", "The Baltic Fishing Council (BFC) met. The BFC will report.",
			"Baltic Fishing Council/ORG BFC/ORG BFC/ORG"},
		{"disease, unit and test", "Cases of COVID-19 and HIV rose; a PCR test costs US$50 in Kenya.", "Kenya/GPE"},
		{"title inside the name", "Liina Saar met Sheikh Mohammed Hamdan and King Abdullah in Doha.",
			"Liina Saar/PER Mohammed Hamdan/PER Abdullah/PER Doha/GPE"},
		{"head word alone", "The Supreme Court sat in Delhi. The Court heard Liina Saar.", "Supreme Court/ORG Delhi/GPE Liina Saar/PER"},
		{"group of a region", "South American and West African leaders met.", "South American/NORP West African/NORP"},
		{"no name", "nothing here is written in capitals, 27 of 31.", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(names(t, c.in), " ")
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestRegions puts names of eight regions into the same sentences: recall of
// people may not depend much on where they come from.
func TestRegions(t *testing.T) {
	frames := []string{
		"The minister, %s, said on Tuesday that the talks had failed.",
		"%s told reporters that the bridge would be repaired.",
		"Police arrested %s in connection with the theft.",
		"The award went to %s, a teacher of 41.",
	}
	people := map[string][]string{
		"West Africa":    {"Chukwuemeka Okafor", "Adaeze Nwosu", "Kwabena Asante", "Oluwaseun Adeyemi"},
		"East Africa":    {"Wanjiru Kamau", "Abebe Tessema", "Juma Mwangi", "Amina Hassan"},
		"South Asia":     {"Rajesh Sharma", "Priya Iyer", "Imran Qureshi", "Nusrat Begum"},
		"East Asia":      {"Zhang Wei", "Kim Min-jun", "Haruto Tanaka", "Nguyen Van Duc"},
		"Middle East":    {"Ahmad al-Masri", "Leila Farahani", "Yosef Levi", "Mehmet Yildiz"},
		"Latin America":  {"Carlos Fuentes Rivas", "Luciana Pereira", "Diego Quispe", "Valentina Rojas"},
		"Western Europe": {"Anna Bergstrom", "Pieter de Vries", "Giulia Conti", "Hans Keller"},
		"Eastern Europe": {"Oksana Shevchuk", "Wojciech Malinowski", "Andrei Popescu", "Katalin Szabo"},
	}
	best, worst := 0, 1000
	for region, list := range people {
		hits := 0
		for _, p := range list {
			for _, f := range frames {
				if slices.Contains(names(t, strings.Replace(f, "%s", p, 1)), p+"/PER") {
					hits++
				}
			}
		}
		if hits < 14 {
			t.Errorf("%s: %d of 16 people found", region, hits)
		}
		best, worst = max(best, hits), min(worst, hits)
	}
	if best-worst > 2 {
		t.Errorf("between %d and %d of 16 people found by region", worst, best)
	}
}

func TestTagCable(t *testing.T) {
	b, err := os.ReadFile("testdata/cable.txt")
	if err != nil {
		t.Fatal(err)
	}
	got := names(t, string(b))
	for _, want := range []string{
		"Liina Saar/PER", "Antti Korpi/PER", "Pieter van Houten/PER", "Ebba Lindqvist/PER", "Irina Volkova/PER",
		"Saar/PER", "Volkova/PER", "Korpi/PER", "van Houten/PER",
		"Tallinn/GPE", "Helsinki/GPE", "Brussels/GPE", "Riga/GPE", "Gulf of Finland/LOC", "Kremlin/FAC", "White House/FAC",
		"NATO/ORG", "Estonian Foreign Ministry/ORG", "Finnish Border Guard/ORG",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is missing", want)
		}
	}
	for _, not := range []string{"May", "Sunday", "Feb.", "Speaking", "Prime Minister", "Certainly"} {
		for _, g := range got {
			if strings.HasPrefix(g, not) {
				t.Errorf("%s is no name", g)
			}
		}
	}
}

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden fixes every name of an article with its confidence, so that a
// change of features, model or document pass shows.
func TestGolden(t *testing.T) {
	b, err := os.ReadFile("testdata/cable.txt")
	if err != nil {
		t.Fatal(err)
	}
	var a text.Tokens
	a.Reset(string(b))
	var got strings.Builder
	for _, m := range tagger.Tag(nil, text.Body, &a, nil) {
		fmt.Fprintf(&got, "%d %d %s %.3f %s\n", m.Span.Start, m.Span.End, m.Kind, m.Confidence, m.Text)
	}
	const path = "testdata/cable.golden"
	if *update {
		if err := os.WriteFile(path, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("names differ from %s (-update rewrites it); got:\n%s", path, got.String())
	}
}

func TestWithPlaces(t *testing.T) {
	const s = "Two boats sank near Emajuur, west of Riga."
	var a text.Tokens
	a.Reset(s)
	places := func(n string) (text.Kind, bool) { return text.LOC, n == "Emajuur" }
	var got []string
	for _, m := range New(WithPlaces(places)).Tag(nil, text.Title, &a, nil) {
		got = append(got, m.Text+"/"+m.Kind.String()+"/"+m.Field.String())
	}
	want := []string{"Emajuur/LOC/title", "Riga/GPE/title"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// check asserts what holds for the names of any text.
func check(t testing.TB, a *text.Tokens, got []text.Mention) {
	t.Helper()
	end := 0
	for _, m := range got {
		switch s := a.Text; {
		case m.Span.Start < end || m.Span.Empty() || m.Span.End > len(s):
			t.Fatalf("span %v after byte %d of %d", m.Span, end, len(s))
		case m.Span.Of(s) != m.Text:
			t.Fatalf("span %v is not %q", m.Span, m.Text)
		case !utf8.RuneStart(s[m.Span.Start]) || m.Span.End < len(s) && !utf8.RuneStart(s[m.Span.End]):
			if utf8.ValidString(s) {
				t.Fatalf("span %v cuts a rune", m.Span)
			}
		case m.Confidence < 0 || m.Confidence > 1:
			t.Fatalf("confidence %v of %q", m.Confidence, m.Text)
		}
		end = m.Span.End
	}
}

func FuzzTag(f *testing.F) {
	f.Add("Prime Minister Liina Saar met al-Assad's envoy of the Bank of England & Co. in St. Louis.")
	f.Add("VAN DE VAN DE VAN of of of and The The")
	f.Add("May\xff\xfe Ünïcode’s “Quote” van\u2028der Ⱥ")
	f.Fuzz(func(t *testing.T, s string) {
		var a text.Tokens
		a.Reset(s)
		var sc Scratch
		got := tagger.Tag(nil, text.Body, &a, &sc)
		check(t, &a, got)
		if again := tagger.Tag(nil, text.Body, &a, &sc); !slices.Equal(got, again) {
			t.Fatalf("second answer %v, first %v", again, got)
		}
	})
}

func TestTagAllocates(t *testing.T) {
	b, err := os.ReadFile("testdata/cable.txt")
	if err != nil {
		t.Fatal(err)
	}
	var a text.Tokens
	a.Reset(string(b))
	s := new(Scratch)
	dst := tagger.Tag(nil, text.Body, &a, s)
	if n := testing.AllocsPerRun(20, func() { dst = tagger.Tag(dst[:0], text.Body, &a, s) }); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

// TestGoroutines shares one tagger; run it with -race.
func TestGoroutines(t *testing.T) {
	b, err := os.ReadFile("testdata/cable.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := names(t, string(b))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 3 {
				if got := names(t, string(b)); !slices.Equal(got, want) {
					t.Errorf("got %q, alone %q", got, want)
				}
			}
		})
	}
	wg.Wait()
}

// TestLongInput feeds what breaks quadratic or recursive code: a run that were
// not linear would not end. What holds of any text holds of these.
func TestLongInput(t *testing.T) {
	const size = 1 << 18
	random := make([]byte, size)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range random {
		random[i] = byte(rng.Uint32())
	}
	mixed := "Liina Saar из Москвы встретила 王毅 في القاهرة et Ελένη in Tallinn. "
	for name, s := range map[string]string{
		"ten megabytes without a space": strings.Repeat("a", 10<<20),
		"capitals without a space":      strings.Repeat("A", 10<<20),
		"capitals only":                 strings.Repeat("THE MINISTRY OF TRADE AND THE BANK ", size/35),
		"binary":                        string(random),
		"mixed scripts":                 strings.Repeat(mixed, size/len(mixed)),
		"nulls":                         strings.Repeat("\x00", size),
	} {
		var a text.Tokens
		a.Reset(s)
		got := tagger.Tag(nil, text.Body, &a, nil)
		check(t, &a, got)
		switch name {
		case "mixed scripts":
			if n := len(got) / (size / len(mixed)); n < 2 {
				t.Errorf("%s: %d names a sentence", name, n)
			}
		case "ten megabytes without a space", "nulls":
			if len(got) != 0 {
				t.Errorf("%s: %d names", name, len(got))
			}
		}
	}
	for _, unit := range []string{"van ", "Ministry of ", "A", "Aa ", "of and ", "New ", "X.", "\"A ", "Mr. ", "al-", "Éa\u2028", "\xff\xfe", "AAA ", "Jane Roe and John Doe. "} {
		s := strings.Repeat(unit, 100000/len(unit))
		var a text.Tokens
		a.Reset(s)
		check(t, &a, tagger.Tag(nil, text.Body, &a, nil))
	}
}

// TestUncased tags an article written without capitals by the lists alone.
func TestUncased(t *testing.T) {
	const s = "officials from estonia and south korea met in new york on monday, and the supreme court sent " +
		"a french envoy to the united nations; it was nice of them to say so, and they may meet again. "
	var a text.Tokens
	var sc Scratch
	a.Reset(strings.Repeat(s, 8))
	var got []string
	for _, m := range tagger.Tag(nil, text.Body, &a, &sc)[:7] {
		got = append(got, m.Text+"/"+m.Kind.String())
	}
	want := []string{"estonia/GPE", "south korea/GPE", "new york/GPE", "supreme court/ORG", "french/NORP", "united nations/ORG", "estonia/GPE"}
	if !sc.Uncased() || !slices.Equal(got, want) {
		t.Errorf("uncased %v: got %q, want %q", sc.Uncased(), got, want)
	}
	if n := testing.AllocsPerRun(5, func() { tagger.Tag(make([]text.Mention, 0, 100)[:0], text.Body, &a, &sc) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
	a.Reset("a short text of estonia in lower case")
	if got := tagger.Tag(nil, text.Body, &a, &sc); sc.Uncased() || len(got) != 0 {
		t.Errorf("a short text: uncased %v, %v", sc.Uncased(), got)
	}
}

func BenchmarkTag(b *testing.B) {
	data, err := os.ReadFile("testdata/cable.txt")
	if err != nil {
		b.Fatal(err)
	}
	body := string(data) + string(data)
	a := text.Tokens{Vocabulary: new(text.Vocabulary)}
	s := new(Scratch)
	var dst []text.Mention
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		a.Reset(body)
		dst = tagger.Tag(dst[:0], text.Body, &a, s)
	}
	if len(dst) < 60 {
		b.Fatalf("only %d names", len(dst))
	}
	b.ReportMetric(float64(len(a.Tok))*float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
}
