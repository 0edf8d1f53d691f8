package place_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/place"
	"dateline/pipeline/text"
)

// line marks names in a sentence: "[PER Ann Jackson] spoke in [GPE Paris]".
func line(s string) (body string, ms []text.Mention) {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '[')
		if i < 0 {
			b.WriteString(s)
			return b.String(), ms
		}
		j := i + strings.IndexByte(s[i:], ']')
		kind, name, _ := strings.Cut(s[i+1:j], " ")
		b.WriteString(s[:i])
		m := text.Mention{Text: name, Confidence: 1, Span: text.Span{Start: b.Len(), End: b.Len() + len(name)}}
		if err := m.Kind.UnmarshalText([]byte(kind)); err != nil {
			panic(err)
		}
		ms = append(ms, m)
		b.WriteString(name)
		s = s[j+1:]
	}
}

func link(marked string, dateline ...string) (place.Result, *text.Tokens) {
	body, ms := line(marked)
	in := place.Input{Body: &text.Tokens{}, Mentions: ms}
	in.Body.Reset(body)
	for _, d := range dateline {
		at := strings.Index(body, d)
		in.Dateline = append(in.Dateline, place.Dateline{Text: d, Span: text.Span{Start: at, End: at + len(d)}})
	}
	return place.New(gazetteer.Default()).Link(&in), in.Body
}

// show prints mentions as "surface=id/kind", in text order.
func show(r place.Result) string {
	type at struct {
		start int
		s     string
	}
	var out []at
	for _, p := range r.Places {
		for _, m := range p.Mentions {
			out = append(out, at{m.Span.Start, fmt.Sprintf("%s=%s/%s", m.Text, p.ID, m.Kind)})
		}
	}
	slices.SortFunc(out, func(a, b at) int { return a.start - b.start })
	var l []string
	for _, o := range out {
		l = append(l, o.s)
	}
	return strings.Join(l, " ")
}

func TestLink(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"comma chain", "A fire broke out in [GPE Springfield], [GPE Illinois].", "Springfield=gn:4250542/event Illinois=US.IL/mention"},
		{"abbreviated state", "He was born in [GPE Duluth], [GPE Minn.], and left.", "Duluth=gn:5024719/event Minn.=US.MN/mention"},
		{"qualified everywhere", "[GPE Paris] mourned. The storm hit [GPE Paris], [GPE Texas].", "Paris=gn:4717560/mention Paris=gn:4717560/event Texas=US.TX/mention"},
		{"alone", "The march was held in [GPE Paris].", "Paris=gn:2988507/event"},
		{"context", "Two men drowned off [LOC Hiiumaa]. In [GPE Kunda], boats searched the coast of [GPE Estonia].", "Hiiumaa=EE.02/event Kunda=gn:590977/event Estonia=EE/mention"},
		{"state or country", "Lawmakers in [GPE Atlanta], [GPE Georgia], met.", "Atlanta=gn:4180439/event Georgia=US.GA/mention"},
		{"country", "[GPE Georgia] and [GPE Armenia] signed in [GPE Tbilisi].", "Georgia=GE/mention Armenia=AM/mention Tbilisi=gn:611717/event"},
		{"person", "[PER Paris Hilton] met [PER Jordan Lee] and Sen. [PER Jackson].", ""},
		{"honorific without a tagger", "Mr. Paris and Sen. Jackson spoke.", ""},
		{"inside an organisation", "Students of [ORG Aleppo University] fled.", "Aleppo=gn:170063/mention"},
		{"European is no mine", "The [NORP European] leaders met.", "European=r:europe/mention"},
		{"Oklahoma is a state", "Tornadoes hit [GPE Oklahoma] on Monday.", "Oklahoma=US.OK/event"},
		{"no initials", "She holds an M.S. in physics.", ""},
		{"us is no country", "They told us that the IT group helped Us.", ""},
		{"metonym", "The [ORG Kremlin] denied it; [GPE Washington] said little.", "Kremlin=gn:524901/metonym Washington=gn:4140963/metonym"},
		{"capital, literal", "He was arrested in [GPE Moscow].", "Moscow=gn:524901/event"},
		{"one id", "[GPE Kiev] fell quiet. [GPE Kyiv] was hit.", "Kiev=gn:703448/mention Kyiv=gn:703448/mention"},
		{"demonyms", "[NORP Finns] and [NORP Swedish] ships met in the [LOC Gulf of Finland].", "Finns=FI/mention Swedish=SE/mention Gulf of Finland=r:gulf-of-finland/event"},
		{"quoted is no event", "“I was beaten in [GPE Kharkiv],” he said.", "Kharkiv=gn:706483/mention"},
		{"hyphen", "The U.S.-led force bombed targets in [GPE Raqqa].", "U.S.=US/mention Raqqa=gn:172955/event"},
		{"common words", "Nice weather and good Reading. More Mobile phones in March.", ""},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, _ := link(c.in)
			if got := show(r); got != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.in, got, c.want)
			}
		})
	}
}

func TestDateline(t *testing.T) {
	r, _ := link("TROY, N.C. (AP) -- Police said a man was held in town.", "TROY, N.C.")
	if len(r.Dateline) != 1 || r.Dateline[0] != "gn:4495714" || r.TimeZone != "America/New_York" {
		t.Errorf("dateline %q, zone %q", r.Dateline, r.TimeZone)
	}
	if k := r.Places[0].Kinds; !slices.Contains(k, place.KindDateline) || !slices.Contains(k, place.KindEvent) {
		t.Errorf("kinds %q, want dateline and the inferred event", k)
	}
	r, _ = link("BEIRUT/THE HAGUE (Reuters) - Judges met.", "BEIRUT", "THE HAGUE")
	if len(r.Dateline) != 2 || r.Dateline[0] != "gn:276781" || r.Dateline[1] != "gn:2747373" {
		t.Errorf("two datelines: %q", r.Dateline)
	}
	// A dateline that came apart from the body.
	in := place.Input{Dateline: []place.Dateline{{Text: "Lagos, Nigeria"}}}
	if got := place.Link(in); len(got.Dateline) != 1 || got.Dateline[0] != "gn:2332459" || got.TimeZone != "Africa/Lagos" {
		t.Errorf("dateline apart: %+v", got)
	}
}

func TestZones(t *testing.T) {
	body := "Fighting went on in Homs. Reporting by Ann Lee in Beirut."
	in := place.Input{Body: &text.Tokens{}, Zones: []text.Span{{Start: 26, End: len(body)}}}
	in.Body.Reset(body)
	if got := show(place.Link(in)); got != "Homs=gn:169577/event" {
		t.Errorf("places %s", got)
	}
}

func TestFocusAndPath(t *testing.T) {
	r, _ := link("Shelling hit the town of [GPE Bakhmut] in eastern [GPE Ukraine]. Officials in [GPE Kyiv] said [GPE Ukraine] had lost men. [GPE Russia] denied it.")
	if r.Focus.Country != "UA" || r.Focus.Place != "gn:713174" || r.Focus.Admin1 != "UA.05" {
		t.Errorf("focus %+v", r.Focus)
	}
	for _, p := range r.Places {
		if p.ID == "gn:713174" {
			if !slices.Contains(p.Path, "UA") || !slices.Contains(p.Path, "r:eastern-europe") || !slices.Contains(p.Path, "r:donbas") {
				t.Errorf("path %q", p.Path)
			}
			return
		}
	}
	t.Error("Bakhmut is missing")
}

// Odd input must not break anything: hits and mentions of another text, spans
// outside it, mentions in any order.
func TestOddInput(t *testing.T) {
	var other, a text.Tokens
	other.Reset("Paris and London and Berlin and Rome and Madrid and Tallinn and Riga")
	a.Reset("Oslo")
	var h gazetteer.Hits
	h.Find(gazetteer.Default(), &other, &other)
	in := place.Input{Title: &a, Body: &a, Hits: &h, Zones: []text.Span{{Start: -5, End: 900}}, OutletCountry: "??"}
	for _, s := range []text.Span{{Start: 50, End: 60}, {Start: -3, End: 2}, {Start: 3, End: 1}, {}} {
		in.Mentions = append(in.Mentions, text.Mention{Span: s, Kind: text.Kind(200)}, text.Mention{Span: s, Field: text.Title})
	}
	in.Dateline = []place.Dateline{{Span: text.Span{Start: 40, End: 2}}, {Text: strings.Repeat("x, ", 400)}}
	place.Link(in)
	place.Link(place.Input{})
}

// The answer does not depend on what the Linker read before.
func TestReuse(t *testing.T) {
	l := place.New(gazetteer.Default())
	texts := []string{"A fire in Springfield, Illinois.", "Georgia and Atlanta.", "Kyiv said Moscow lied.", ""}
	for range 2 {
		for _, s := range texts {
			var a text.Tokens
			a.Reset(s)
			in := place.Input{Body: &a}
			if got, want := l.Link(&in), place.Link(in); !reflect.DeepEqual(got, want) {
				t.Fatalf("%q: %+v, want %+v", s, got, want)
			}
		}
	}
}

func FuzzLink(f *testing.F) {
	f.Add("Paris, Texas", "TROY, N.C. (AP) -- The Kremlin said Kyiv was hit.", 0, 10, uint8(2), 1)
	f.Add("", "“In Homs,” U.S.-led St. John’s\n\nSaint-Denis", 3, 200, uint8(0), 7)
	f.Fuzz(func(t *testing.T, title, body string, i, n int, kind uint8, step int) {
		in := place.Input{Title: &text.Tokens{}, Body: &text.Tokens{}, Dateline: []place.Dateline{{Text: title, Span: text.Span{Start: i, End: n}}}}
		in.Title.Reset(title)
		in.Body.Reset(body)
		for k := range in.Body.Tok {
			if step > 0 && k%step == 0 {
				in.Mentions = append(in.Mentions, text.Mention{Span: in.Body.Tok[k].Span(), Kind: text.Kind(kind) % 9})
			}
		}
		in.Mentions = append(in.Mentions, text.Mention{Span: text.Span{Start: i, End: n}})
		r := place.Link(in)
		check(t, r, title, body)
		if again := place.Link(in); !reflect.DeepEqual(r, again) {
			t.Fatal("two runs differ")
		}
	})
}

// check asserts the promises of a result.
func check(t testing.TB, r place.Result, title, body string) {
	seen := map[string]bool{}
	for _, p := range r.Places {
		if p.ID == "" || seen[p.ID] || len(p.Mentions) == 0 || len(p.Kinds) == 0 || p.Path[len(p.Path)-1] != p.ID {
			t.Fatalf("place %+v", p)
		}
		seen[p.ID] = true
		last := -1
		for _, m := range p.Mentions {
			s := body
			if m.Field == text.Title {
				s = title
			}
			if m.Span.Start < 0 || m.Span.End > len(s) || m.Span.Empty() || m.Span.Of(s) != m.Text {
				t.Fatalf("mention %+v in %d bytes", m, len(s))
			}
			if utf8.ValidString(s) && !utf8.ValidString(m.Text) {
				t.Fatalf("mention %q cuts a rune", m.Text)
			}
			at := m.Span.Start
			if m.Field == text.Body {
				at += len(title) + 1
			}
			if at < last {
				t.Fatalf("mentions of %s out of order", p.ID)
			}
			last = at
			if !slices.Contains(p.Kinds, m.Kind) {
				t.Fatalf("kind %s is not in %v", m.Kind, p.Kinds)
			}
		}
	}
}

func BenchmarkLink(b *testing.B) {
	in := cable(b)
	// The mean article has 7 kB: the cable's body twice and a half.
	body := in.Body.Text + "\n" + in.Body.Text + "\n" + in.Body.Text[:len(in.Body.Text)/2]
	in = place.Input{Title: in.Title, Body: &text.Tokens{}}
	in.Body.Reset(body)
	tag(&in)
	g := gazetteer.Default()
	var h gazetteer.Hits
	h.Find(g, in.Title, in.Body)
	in.Hits = &h
	l := place.New(g)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if r := l.Link(&in); len(r.Places) < 15 {
			b.Fatal("places are missing")
		}
	}
}
