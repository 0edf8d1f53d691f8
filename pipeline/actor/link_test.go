package actor_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"dateline/pipeline/actor"
	"dateline/pipeline/gazetteer"
	"dateline/pipeline/text"
)

// line marks names in a text: "[PER Ann Lee] spoke".
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

func link(marked string, authors ...string) actor.Result {
	body, ms := line(marked)
	in := actor.Input{Body: &text.Tokens{}, Mentions: ms, Authors: authors}
	in.Body.Reset(body)
	return actor.New(gazetteer.Default()).Link(&in)
}

// show prints actors as "id|name: mention/rule, …".
func show(r actor.Result) string {
	var out []string
	for _, a := range r.Actors {
		var ms []string
		for _, m := range a.Mentions {
			ms = append(ms, m.Text+"/"+m.Rule)
		}
		out = append(out, a.ID+"|"+a.Name+": "+strings.Join(ms, ", "))
	}
	return strings.Join(out, "; ")
}

func TestLink(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"surname", "[PER Liina Saar] met reporters. [PER Saar] left.", "p:liina-saar|Liina Saar: Liina Saar/full, Saar/surname"},
		{"surname first", "[PER Saar] left early. Later [PER Liina Saar] spoke.", "p:liina-saar|Liina Saar: Saar/surname, Liina Saar/full"},
		{"particle", "[PER Pieter van Houten] and [PER van Houten]'s aides", "p:pieter-van-houten|Pieter van Houten: Pieter van Houten/full, van Houten/surname"},
		{"first name", "[PER Kadri Mets] rowed. [PER Kadri] is tired.", "p:kadri-mets|Kadri Mets: Kadri Mets/full, Kadri/first name"},
		{"honorific", "[PER Ann Lee] and [PER Tom Lee] came. Mrs. [PER Lee] left.", "p:ann-lee|Ann Lee: Ann Lee/full; p:tom-lee|Tom Lee: Tom Lee/full, Lee/surname"},
		{"nearest before", "[PER Ann Lee] spoke. [PER Lee] sat. [PER Tom Lee] came. [PER Lee] left.", "p:ann-lee|Ann Lee: Ann Lee/full, Lee/surname; p:tom-lee|Tom Lee: Tom Lee/full, Lee/surname"},
		{"other first name", "[PER Ann Lee] is no kin of [PER Tom Lee].", "p:ann-lee|Ann Lee: Ann Lee/full; p:tom-lee|Tom Lee: Tom Lee/full"},
		{"nickname", "[PER Robert Kane] or [PER Bob Kane]", "p:robert-kane|Robert Kane: Robert Kane/full, Bob Kane/nickname"},
		{"middle initial", "[PER Ann B. Lee] and [PER Ann Lee]", "p:ann-b-lee|Ann B. Lee: Ann B. Lee/full, Ann Lee/without middle name"},
		{"title in the span", "[PER President Barack Obama] met [PER Professor Kadri Mets]. [PER President Obama] left.", "per:us:barack-obama|Barack Obama: Barack Obama/full, Obama/surname; p:kadri-mets|Kadri Mets: Kadri Mets/full"},
		{"one word", "[PER Madeleka] sang.", "|Madeleka: Madeleka/single"},
		{"acronym", "The [ORG Baltic Cable Authority] met. The [ORG BCA] said no.", "o:baltic-cable-authority|Baltic Cable Authority: Baltic Cable Authority/full, BCA/acronym"},
		{"known body", "[ORG NATO] and the [ORG North Atlantic Treaty Organization]", "org:nato|NATO: NATO/acronym, North Atlantic Treaty Organization/alias"},
		{"nation in the name", "The Estonian [ORG Foreign Ministry] spoke.", "o:estonian-foreign-ministry|Estonian Foreign Ministry: Estonian Foreign Ministry/full"},
		{"metonym", "The Kremlin denied it.", "org:kremlin|Kremlin: Kremlin/metonym"},
		{"country acts", "[GPE Russia] said no. He lives in [GPE Sweden].", "cty:ru|Russia: Russia/country acts"},
		{"capital acts", "[GPE Beijing] has warned [GPE Tokyo].", "cty:cn|China: Beijing/capital acts"},
		{"officials", "[NORP Ukrainian] officials met.", "cty:ua|Ukraine: Ukrainian officials/demonym"},
		{"soldiers of two", "[NORP Russian] and [NORP Belarusian] soldiers drilled.", "gen:ru:mil|Military of Russia: Russian/demonym; gen:by:mil|Military of Belarus: Belarusian soldiers/demonym"},
		{"cited", "He told [ORG Reuters] so.", ""},
		{"outlet suffers", "[GPE Russia] has blocked the [ORG BBC].", "cty:ru|Russia: Russia/country acts; org:bbc|BBC: BBC/acronym"},
		{"spellings", "[PER Volodymyr Zelenskiy] spoke.", "per:ua:volodymyr-zelensky|Volodymyr Zelensky: Volodymyr Zelenskiy/full"},
		{"mononym", "[PER Zelenskyy] spoke to [PER Putin].", "per:ua:volodymyr-zelensky|Volodymyr Zelensky: Zelenskyy/single; per:ru:vladimir-putin|Vladimir Putin: Putin/single"},
		{"skeleton", "[PER Muhammad bin Salmaan] met [PER Serguei Lavrov] and [PER Sergeiy Lavrov].", "per:sa:mohammed-bin-salman|Mohammed bin Salman: Muhammad bin Salmaan/full; p:serguei-lavrov|Serguei Lavrov: Serguei Lavrov/full; per:ru:sergei-lavrov|Sergei Lavrov: Sergeiy Lavrov/full"},
		{"another country's", "Canadian actor [PER Mike Johnson] spoke.", "p:mike-johnson|Mike Johnson: Mike Johnson/full"},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := show(link(c.in)); got != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.in, got, c.want)
			}
		})
	}
	if r := link("He told [ORG Reuters] so."); !slices.Equal(r.Cited, []string{"org:reuters"}) {
		t.Errorf("cited %q", r.Cited)
	}
}

func TestRoles(t *testing.T) {
	for _, c := range []struct{ in, text, org, country, code, status string }{
		{"Kremlin spokesman [PER Oleg Orlov] spoke.", "spokesman", "Kremlin", "RU", "GOV", ""},
		{"Estonian Prime Minister [PER Liina Saar], left,", "Prime Minister", "", "EE", "GOV", ""},
		{"NATO Secretary General [PER Pieter van Houten] spoke.", "Secretary General", "NATO", "", "IGO", ""},
		{"[PER Jan Berg], NATO's secretary general, spoke.", "secretary general", "NATO", "", "IGO", ""},
		{"[PER Ann Lee], the mayor of Kharkiv, spoke.", "mayor", "", "UA", "GOV", ""},
		{"The president of Finland, [PER Antti Korpi], spoke.", "president", "", "FI", "GOV", ""},
		{"former French President [PER Luc Morel] spoke.", "President", "", "FR", "GOV", "former"},
		{"then-President [PER Luc Morel] spoke.", "then-President", "", "", "GOV", "then"},
		{"Deputy Prime Minister [PER Ida Holm] spoke.", "Deputy Prime Minister", "", "", "GOV", "deputy"},
		{"acting police chief [PER Tom Reed] spoke.", "police chief", "", "", "COP", "acting"},
		{"Brig. Gen. [PER Omar Haddad] spoke.", "Brig. Gen.", "", "", "MIL", ""},
		{"[PER Ann Lee], 44, a farmer, spoke.", "farmer", "", "", "CVL", ""},
		{"[PER Ann Lee], who heads Amnesty International, spoke.", "heads", "Amnesty International", "", "NGO", ""},
		{"opposition leader [PER Ana Ruiz] spoke.", "opposition leader", "", "", "OPP", ""},
		{"Sen. [PER Jack Moss] spoke.", "Sen.", "", "", "LEG", ""},
		{"[PER Eva Sand], chief executive of Elering, spoke.", "chief executive", "Elering", "EE", "BUS", ""},
	} {
		t.Run(c.in, func(t *testing.T) {
			r := link(c.in)
			i := slices.IndexFunc(r.Actors, func(a actor.Actor) bool { return a.Type == "person" })
			if i < 0 || len(r.Actors[i].Roles) != 1 {
				t.Fatalf("actors %+v", r.Actors)
			}
			got := r.Actors[i].Roles[0]
			want := actor.Role{Text: c.text, Organization: c.org, Country: c.country, Code: c.code, Status: c.status, Basis: "document", Span: got.Span}
			if got != want {
				t.Errorf("role %+v, want %+v", got, want)
			}
			body, _ := line(c.in)
			if got.Span.Of(body) != got.Text {
				t.Errorf("span %v is %q, text %q", got.Span, got.Span.Of(body), got.Text)
			}
		})
	}
}

func TestFinish(t *testing.T) {
	l := actor.New(gazetteer.Default())
	body, ms := line("Chancellor [PER Angela Merkel] met [PER Liz Truss] and farmer [PER Ann Lee].")
	in := actor.Input{Body: &text.Tokens{}, Mentions: ms}
	in.Body.Reset(body)
	r := l.Link(&in)
	for _, c := range []struct{ day, merkel, truss string }{
		{"2012-05-01", "chancellor/current", ""},
		{"2021-12-07", "chancellor/current", "foreign secretary/current"},
		{"2021-12-08", "chancellor/former", "foreign secretary/current"},
		{"2022-10-24", "chancellor/former", "prime minister/current"},
		{"2022-10-25", "chancellor/former", "prime minister/former"},
		{"", "", ""},
		{"soon", "", ""},
	} {
		l.Finish(r.Actors, nil, func(int) actor.When { return actor.When{Day: c.day, Basis: "event"} })
		for _, a := range r.Actors {
			got := ""
			for _, r := range a.Roles {
				if r.AsOf != c.day {
					t.Errorf("%s on %s: role %+v", a.Name, c.day, r)
				}
				if r.Basis == "gazetteer" {
					got = r.Text + "/" + r.Status
				}
			}
			if want := map[string]string{"Angela Merkel": c.merkel, "Liz Truss": c.truss}[a.Name]; got != want {
				t.Errorf("%s on %q: %q, want %q", a.Name, c.day, got, want)
			}
		}
	}
	l.Finish(r.Actors, nil, nil)
	if n := len(r.Actors[0].Roles); n != 1 || r.Actors[0].Roles[0].AsOf != "" {
		t.Errorf("without a day: %+v", r.Actors[0].Roles)
	}
}

func TestAuthors(t *testing.T) {
	if got := show(link("[PER Ann Lee] took this picture. [PER Lee] waited.", "Ann Lee")); got != "" {
		t.Errorf("an author is an actor: %s", got)
	}
	if got := show(link("Defense Minister [PER Ann Lee] spoke.", "Ann Lee")); got != "p:ann-lee|Ann Lee: Ann Lee/full" {
		t.Errorf("a minister who shares the author's name is missing: %s", got)
	}
	if got := show(link("Correspondent [PER Ann Lee] was there.", "Ann Lee")); got != "" {
		t.Errorf("a correspondent who is the author is an actor: %s", got)
	}
	if got := show(link("[PER Tom Lee] spoke.", "Ann Lee")); got != "p:tom-lee|Tom Lee: Tom Lee/full" {
		t.Errorf("somebody with the author's surname is missing: %s", got)
	}
}

func TestZones(t *testing.T) {
	body, ms := line("[PER Liina Saar] spoke. [PER Eva Sepp] in Kunda contributed.")
	in := actor.Input{Body: &text.Tokens{}, Mentions: ms, Zones: []text.Span{{Start: strings.Index(body, "Eva"), End: len(body)}}}
	in.Body.Reset(body)
	if got := show(actor.Link(in)); got != "p:liina-saar|Liina Saar: Liina Saar/full" {
		t.Errorf("actors %s", got)
	}
}

func TestOddInput(t *testing.T) {
	var other, a text.Tokens
	other.Reset("NATO and the Kremlin and Russia said that Beijing said so")
	a.Reset("Oslo")
	var h gazetteer.Hits
	h.Find(gazetteer.Default(), &other, &other)
	in := actor.Input{Title: &a, Body: &a, Hits: &h, Zones: []text.Span{{Start: -5, End: 0}}, Authors: []string{"", " ", "X"}}
	for _, k := range []text.Kind{text.PER, text.ORG, text.Kind(200)} {
		for _, s := range []text.Span{{Start: 50, End: 60}, {Start: -3, End: 2}, {Start: 3, End: 1}, {}, {Start: 1, End: 3}} {
			in.Mentions = append(in.Mentions, text.Mention{Span: s, Kind: k}, text.Mention{Span: s, Kind: k, Field: text.Title})
		}
	}
	actor.Link(in)
	actor.Link(actor.Input{})
}

func FuzzLink(f *testing.F) {
	f.Add("Saar", "Estonian Prime Minister Liina Saar, 44, who heads NATO, said Mr. Saar's aides", uint8(0), 3, 2)
	f.Add("", "then-President, the head of the, of", uint8(1), 1, 1)
	f.Fuzz(func(t *testing.T, title, body string, kind uint8, step, words int) {
		in := actor.Input{Title: &text.Tokens{}, Body: &text.Tokens{}}
		in.Title.Reset(title)
		in.Body.Reset(body)
		words = 1 + (words&0xff)%5
		for k := 0; step > 0 && k < len(in.Body.Tok); k += step {
			last := min(k+words, len(in.Body.Tok)) - 1
			in.Mentions = append(in.Mentions, text.Mention{Kind: text.Kind(kind) % 9, Span: text.Span{Start: int(in.Body.Tok[k].Start), End: int(in.Body.Tok[last].End)}})
		}
		in.Mentions = append(in.Mentions, text.Mention{Span: text.Span{Start: step, End: words}})
		r := actor.Link(in)
		check(t, r, title, body)
		if again := actor.Link(in); !reflect.DeepEqual(r, again) {
			t.Fatal("two runs differ")
		}
	})
}

// check asserts the promises of a result.
func check(t testing.TB, r actor.Result, title, body string) {
	seen := map[string]bool{}
	of := func(f text.Field) string {
		if f == text.Title {
			return title
		}
		return body
	}
	for _, a := range r.Actors {
		if a.Name == "" || len(a.Mentions) == 0 || a.ID != "" && seen[a.ID] || a.Provisional && a.ID == "" {
			t.Fatalf("actor %+v", a)
		}
		seen[a.ID] = true
		last := -1
		for _, m := range a.Mentions {
			s := of(m.Field)
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
				t.Fatalf("mentions of %s out of order", a.Name)
			}
			last = at
		}
		for _, r := range a.Roles {
			if s := of(r.Field); r.Span.Start < 0 || r.Span.End > len(s) || r.Span.Of(s) != r.Text {
				t.Fatalf("role %+v", r)
			}
		}
	}
}

func BenchmarkLink(b *testing.B) {
	in := cable(b)
	// The mean article has 7 kB: the cable's body twice and a half.
	body := in.Body.Text + "\n" + in.Body.Text + "\n" + in.Body.Text[:len(in.Body.Text)/2]
	in = actor.Input{Title: in.Title, Body: &text.Tokens{}}
	in.Body.Reset(body)
	tag(&in)
	g := gazetteer.Default()
	var h gazetteer.Hits
	h.Find(g, in.Title, in.Body)
	in.Hits = &h
	l := actor.New(g)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if r := l.Link(&in); len(r.Actors) < 15 {
			b.Fatal("actors are missing")
		}
	}
}

func Example() {
	body, names := line("Finnish President [PER Antti Korpi] met [ORG NATO]'s [PER Pieter van Houten]. [PER Korpi] smiled.")
	var a text.Tokens
	a.Reset(body)
	r := actor.New(gazetteer.Default()).Link(&actor.Input{Body: &a, Mentions: names})
	for _, a := range r.Actors {
		fmt.Println(a.ID, a.Type, len(a.Mentions))
		for _, r := range a.Roles {
			fmt.Println("  role", r.Text, r.Country, r.Code)
		}
	}
	// Output:
	// p:antti-korpi person 2
	//   role President FI GOV
	// org:nato organization 1
	// p:pieter-van-houten person 1
}
