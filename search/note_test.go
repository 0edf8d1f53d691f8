package search

import (
	"strings"
	"testing"
	"unicode/utf8"

	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// plain writes pieces for a comparison: {who who|text} for noted ones, <text>
// for what matched.
func plain(ps []piece) string {
	var b strings.Builder
	for _, p := range ps {
		s := p.Text
		if p.Hit {
			s = "<" + s + ">"
		}
		if p.Class != "" {
			s = "{" + p.Class + "|" + s + "}"
		}
		b.WriteString(s)
		if p.Label != "" {
			b.WriteString("(" + p.Label + ")")
		}
	}
	return b.String()
}

func TestCut(t *testing.T) {
	const s = "In Kyiv the Kyiv mayor met Bo Å."
	at := func(form string, n int) text.Span { return spanOf(s, form, n) }
	for name, c := range map[string]struct {
		notes []note
		hits  []text.Span
		want  string
	}{
		"nothing":   {nil, nil, s},
		"a note":    {[]note{{span: at("Kyiv", 0), layer: where, ref: "p0", title: "t", label: "UA"}}, nil, "In {where|Kyiv}(UA) the Kyiv mayor met Bo Å."},
		"one label": {[]note{{span: at("Kyiv", 0), layer: where, ref: "p0", label: "UA"}, {span: at("Kyiv", 1), layer: where, ref: "p0", label: "UA"}}, nil, "In {where|Kyiv}(UA) the {where|Kyiv} mayor met Bo Å."},
		"same span": {[]note{{span: at("Kyiv", 0), layer: where, ref: "p0"}, {span: at("Kyiv", 0), layer: who, ref: "a0"}}, nil, "In {who where|Kyiv} the Kyiv mayor met Bo Å."},
		"nested":    {[]note{{span: at("Kyiv mayor", 0), layer: who, ref: "a0", label: "GOV"}, {span: at("Kyiv", 1), layer: where, ref: "p0", label: "UA"}}, nil, "In Kyiv the {who where|Kyiv}{who| mayor}(GOV) met Bo Å."},
		"crossing":  {[]note{{span: at("Kyiv the", 0), layer: who, ref: "a0"}, {span: at("the Kyiv", 0), layer: where, ref: "p0"}}, nil, "In {who|Kyiv }{who where|the}{where| Kyiv} mayor met Bo Å."},
		"a hit":     {[]note{{span: at("Bo Å", 0), layer: who, ref: "a0"}}, []text.Span{at("met Bo", 0)}, "In Kyiv the Kyiv mayor <met >{who|<Bo>}{who| Å}."},
		"all":       {[]note{{span: text.Span{Start: 0, End: len(s)}, layer: opening, ref: ""}}, nil, "{opening|" + s + "}"},
	} {
		t.Run(name, func(t *testing.T) {
			ps := newCutter(s, c.notes, c.hits, nil).cut(0, len(s))
			if got := plain(ps); got != c.want {
				t.Errorf("\ngot  %s\nwant %s", got, c.want)
			}
			all := ""
			for _, p := range ps {
				all += p.Text
			}
			if all != s {
				t.Errorf("pieces are %q", all)
			}
		})
	}
	if got := plain(newCutter(s, []note{{span: at("Kyiv the", 0), layer: who}}, nil, nil).cut(5, 14)); got != "{who|iv the} Ky" {
		t.Errorf("a stretch: %s", got)
	}
}

// Spans that do not fit the text are left out; they come from older readers.
func TestFits(t *testing.T) {
	const s = "Å B"
	for span, want := range map[text.Span]bool{
		{Start: 0, End: 2}: true, {Start: 0, End: 4}: true, {Start: 3, End: 4}: true,
		{Start: 0, End: 1}: false, {Start: 1, End: 2}: false, {Start: 0, End: 5}: false, {Start: -1, End: 2}: false,
		{Start: 2, End: 2}: false, {Start: 3, End: 2}: false, {Start: 4, End: 5}: false,
	} {
		if fits(s, span) != want {
			t.Errorf("%v: %v", span, !want)
		}
	}
}

func TestNotesSayWhy(t *testing.T) {
	d := fixtureDoc()
	titles := map[string]string{}
	for _, n := range notesOf(d, text.Body, text.Span{End: len(d.Body)}) {
		titles[n.layer.class()+" "+n.span.Of(d.Body)] = n.title
	}
	for key, want := range map[string][]string{
		"who Olsson":     {"Marta Olsson", "person", "p:marta-olsson", "US", "role: Mayor (GOV, current, document)", "rule surname", "90 % sure", "made from the name"},
		"who Rubén Peña": {"known by name alone"},
		"where Duluth":   {"town", "gn:5024719", "46.7833, -92.1066", "inside US › US.MN", "here as event, official", "rule dateline"},
		"when Sunday":    {"18 May 2025", "day", "exact", "relative, counted from 2025-05-19", "DATE 2025-05-18", "main", "rule weekday.past"},
		"role Mayor":     {"role of Marta Olsson"},
	} {
		for _, w := range want {
			if !strings.Contains(titles[key], w) {
				t.Errorf("%s: no %q in %q", key, w, titles[key])
			}
		}
	}
}

func TestInterval(t *testing.T) {
	for in, want := range map[[3]string]string{
		{"2025-05-18", "2025-05-19", "exact"}:             "18 May 2025",
		{"2025-05-18", "", "exact"}:                       "18 May 2025",
		{"2025-05-03", "2025-05-06", "range"}:             "3–5 May 2025",
		{"2025-05-30", "2025-06-02", "range"}:             "30 May – 1 June 2025",
		{"2024-12-31", "2025-01-02", "range"}:             "31 December 2024 – 1 January 2025",
		{"2025-05-01", "2025-06-01", "exact"}:             "May 2025",
		{"2025-06-01", "2025-09-01", "exact"}:             "June–August 2025",
		{"2025-01-01", "2026-01-01", "exact"}:             "2025",
		{"1990-01-01", "2000-01-01", "exact"}:             "1990–1999",
		{"2025-05-18T18:00", "2025-05-18T18:01", "exact"}: "18 May 2025, 18:00",
		{"2025-05-18T18:00", "2025-05-19T06:00", "exact"}: "18 May 2025, 18:00–06:00",
		{"2025-05-18T18:00", "2025-05-19T00:00", "exact"}: "18 May 2025, 18:00–24:00",
		{"2025-05-18T18:00", "2025-05-20T06:00", "exact"}: "18 May 2025, 18:00 – 20 May 2025, 06:00",
		{"2025-05-18", "2025-05-19", "on_or_before"}:      "by 18 May 2025",
		{"2025-05-18", "2025-05-19", "on_or_after"}:       "from 18 May 2025",
		{"2025-05-01", "2025-06-01", "approximate"}:       "about May 2025",
		{"2025-05-19", "2025-05-18", "exact"}:             "19 May 2025",
		{"", "", "unknown"}:                               "",
		{"soon", "later", "exact"}:                        "",
	} {
		if got := interval(&timex.Date{Start: in[0], End: in[1], Precision: in[2]}); got != want {
			t.Errorf("%v: %q, want %q", in, got, want)
		}
	}
	if interval(nil) != "" {
		t.Error("no date has an interval")
	}
	for label, printed := range map[string]string{"11 February": "Feb. 11", "27 April": "April 27", "May 2025": "May 2025"} {
		if !sameWords(printed, label) {
			t.Errorf("%q needs no label %q", printed, label)
		}
	}
	if sameWords("Sunday", "18 May") || sameWords("March", "May") {
		t.Error("a label that says more is left out")
	}
}

func TestUnmark(t *testing.T) {
	for in, want := range map[string]struct {
		text  string
		marks [][2]int
	}{
		"plain": {"plain", nil}, "\x02a\x03 b \x02ç\x03": {"a b ç", [][2]int{{0, 1}, {4, 6}}},
		"\x03a\x02": {"a", nil}, "\x02\x02a\x03\x03": {"a", [][2]int{{0, 1}}}, "": {"", nil},
	} {
		got := unmark(in)
		if got.Text != want.text || len(got.Marks) != len(want.marks) {
			t.Errorf("%q: %+v", in, got)
			continue
		}
		for i := range want.marks {
			if got.Marks[i] != want.marks[i] {
				t.Errorf("%q: %v", in, got.Marks)
			}
		}
	}
}

func TestParagraphs(t *testing.T) {
	for in, want := range map[string]int{"": 0, "\n\n": 0, "one": 1, "one\ntwo": 2, "one\n\ntwo\nlines\n\n": 2, "one\r\n\r\ntwo": 2} {
		ps := paragraphs(in)
		if len(ps) != want {
			t.Errorf("%q: %d paragraphs, want %d", in, len(ps), want)
		}
		at := 0
		for _, p := range ps {
			if p.Start < at || p.End > len(in) || p.Empty() {
				t.Errorf("%q: %v", in, ps)
			}
			at = p.End
		}
	}
}

// FuzzCut: whatever notes a document has, the pieces are its text, and each
// stands on whole characters.
func FuzzCut(f *testing.F) {
	f.Add("In Kyiv the mayor", []byte{3, 7, 0, 0, 3, 2, 8, 12})
	f.Add("Å", []byte{0, 1, 1, 2, 0, 2})
	f.Fuzz(func(t *testing.T, s string, bounds []byte) {
		if !utf8.ValidString(s) || len(bounds) > 200 {
			return
		}
		var notes []note
		var hits []text.Span
		for i := 0; i+1 < len(bounds); i += 2 {
			at := text.Span{Start: int(bounds[i]), End: int(bounds[i+1])}
			if !fits(s, at) {
				continue
			}
			if bounds[i]%5 == 0 {
				hits = append(hits, at)
			}
			notes = append(notes, note{span: at, layer: layer(bounds[i+1] % 5), ref: string('a' + rune(bounds[i]%7)), title: "t", label: "l"})
		}
		labels := map[string]int{}
		all := ""
		for _, p := range newCutter(s, notes, hits, nil).cut(0, len(s)) {
			all += p.Text
			if !utf8.ValidString(p.Text) || p.Text == "" {
				t.Fatalf("piece %q", p.Text)
			}
			if p.Label != "" {
				labels[p.Ref]++
			}
		}
		if all != s {
			t.Fatalf("pieces are %q, text is %q", all, s)
		}
		for ref, n := range labels {
			if n > 1 {
				t.Fatalf("%s has %d labels", ref, n)
			}
		}
	})
}
