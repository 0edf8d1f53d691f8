package text

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func cut(s string) *Tokens {
	var t Tokens
	t.Reset(s)
	return &t
}

func TestTokens(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"Saar met Korpi.", "Saar|met|Korpi|."},
		{"Kremlin's ships, Mets' neighbor", "Kremlin|'s|ships|,|Mets|'|neighbor"},
		{"O’Rourke’s “deal” with d'Aubrac", "O’Rourke|’s|“|deal|”|with|d'Aubrac"},
		{"the U.S. and D.C. at 5 a.m.", "the|U.S.|and|D.C.|at|5|a.m."},
		{"on Feb. 11, Sen. K. J. O'Hara Jr. won", "on|Feb.|11|,|Sen.|K.|J.|O'Hara|Jr.|won"},
		{"her 6-year-old son, a 30-day ban", "her|6-year-old|son|,|a|30-day|ban"},
		{"at 10:30 on 2025-03-10, $1,800.50", "at|10:30|on|2025-03-10|,|$|1,800.50"},
		{"the 20th, May 3-5 and the '90s", "the|20th|,|May|3-5|and|the|'90s"},
		{"see https://a.example/b?c=Kyiv, or www.b.example.", "see|https://a.example/b?c=Kyiv|,|or|www.b.example|."},
		{"mail tok@example.org now", "mail|tok@example.org|now"},
		{"AT&T -- and ... more", "AT&T|--|and|...|more"},
		{"It rose on Sun. Nobody saw No. 5.", "It|rose|on|Sun|.|Nobody|saw|No.|5|."},
		{"Tomas Nilsen-Berg/AP", "Tomas|Nilsen-Berg|/|AP"},
		{"Õismäe, Пётр и Łódź", "Õismäe|,|Пётр|и|Łódź"},
		{"don't 'quote' it", "don't|'|quote|'|it"},
		{"\xff\xfebad\xc3", "\ufffd|\ufffd|bad|\ufffd"},
	}
	for _, tt := range tests {
		k := cut(tt.in)
		var got []string
		for i := range k.Tok {
			got = append(got, strings.ToValidUTF8(k.At(i), "\ufffd"))
		}
		if g := strings.Join(got, "|"); g != tt.want {
			t.Errorf("%q\n got %s\nwant %s", tt.in, g, tt.want)
		}
	}
}

func TestFlags(t *testing.T) {
	tests := []struct {
		in        string
		with, not Flags
	}{
		{"NATO", Word | Upper | AllCaps, Lower},
		{"Nato", Word | Upper | Lower, AllCaps},
		{"U.S.", Word | Upper | Abbrev | AllCaps, Lower},
		{"a.m.", Word | Abbrev | Lower, AllCaps | Upper},
		{"K.", Word | Upper | Abbrev, AllCaps},
		{"1,800", Number | Digit, Word},
		{"20th", Word | Digit | Lower, Number},
		{"Łódź", Word | Upper | Lower | NonASCII, AllCaps},
		{"--", Punct, Word | Number},
	}
	for _, tt := range tests {
		k := cut(tt.in)
		if len(k.Tok) != 1 {
			t.Fatalf("%q: %d tokens", tt.in, len(k.Tok))
		}
		if f := k.Tok[0].Flags; !k.Tok[0].Has(tt.with) || f&tt.not != 0 {
			t.Errorf("%q: flags %b, want all of %b and none of %b", tt.in, f, tt.with, tt.not)
		}
	}
}

func TestSentences(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"plain", "He left. She stayed! Why? Nobody knew.", []string{"He left.", "She stayed!", "Why?", "Nobody knew."}},
		{"month", "It failed on Jan. 27 in Riga. Work began.", []string{"It failed on Jan. 27 in Riga.", "Work began."}},
		{"title", "Sen. Ann Lee met Mr. Paris. They spoke.", []string{"Sen. Ann Lee met Mr. Paris.", "They spoke."}},
		{"country", "He went to the U.S. The trip was long. U.S. Rep. Lee followed.", []string{"He went to the U.S.", "The trip was long.", "U.S. Rep. Lee followed."}},
		{"quote", `"We want ships," he said. "Not words." Then he left.`, []string{`"We want ships," he said.`, `"Not words."`, "Then he left."}},
		{"question in quote", `"Why?" she asked. No answer.`, []string{`"Why?" she asked.`, "No answer."}},
		{"lines are paragraphs", "A short title\nThe text begins here.\nIt goes on.", []string{"A short title", "The text begins here.", "It goes on."}},
		{"wrapped", "The ministers of the three countries met in Riga on\nMonday and agreed that the patrols would go on until\nthe end of the month.\n\nNext.", []string{"The ministers of the three countries met in Riga on\nMonday and agreed that the patrols would go on until\nthe end of the month.", "Next."}},
		{"long lines are not wrapped", "A caption of eighty bytes or so, which a wrapped line may well have. (photo: A/B)\nThen a paragraph that stands on one line, as web pages have them, and that goes on for longer than any line an agency would wrap.", []string{"A caption of eighty bytes or so, which a wrapped line may well have. (photo: A/B)", "Then a paragraph that stands on one line, as web pages have them, and that goes on for longer than any line an agency would wrap."}},
		{"age", "Kadri Mets, 27, watched. Rein Kask, 61, too.", []string{"Kadri Mets, 27, watched.", "Rein Kask, 61, too."}},
		{"company", "Northern Lines Inc. said no. Ferry Co. The end.", []string{"Northern Lines Inc. said no.", "Ferry Co.", "The end."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k := cut(tt.in)
			for i, s := range k.Sent {
				got := tt.in[s.Start:s.End]
				if i >= len(tt.want) || got != tt.want[i] {
					t.Errorf("sentence %d: %q", i, got)
				}
			}
			if len(k.Sent) != len(tt.want) {
				t.Errorf("%d sentences, want %d", len(k.Sent), len(tt.want))
			}
		})
	}
}

func TestParagraphs(t *testing.T) {
	k := cut("One. Two.\n\nThree. Four.")
	want := []uint32{0, 0, 1, 1}
	for i, s := range k.Sent {
		if s.Para != want[i] {
			t.Errorf("sentence %d in paragraph %d, want %d", i, s.Para, want[i])
		}
		start := k.Tok[s.First].Flags
		if start&SentStart == 0 || (start&ParaStart != 0) != (i%2 == 0) {
			t.Errorf("sentence %d: start flags %b", i, start)
		}
	}
}

// check holds what every tokenisation must keep.
func check(t *testing.T, s string, k *Tokens) {
	t.Helper()
	valid := utf8.ValidString(s)
	last := uint32(0)
	for i, x := range k.Tok {
		if x.Start < last || x.End <= x.Start || int(x.End) > len(s) {
			t.Fatalf("token %d [%d,%d) after %d in %d bytes", i, x.Start, x.End, last, len(s))
		}
		if valid && !(utf8.RuneStart(s[x.Start]) && (int(x.End) == len(s) || utf8.RuneStart(s[x.End]))) {
			t.Fatalf("token %d cuts a rune", i)
		}
		if gap := strings.TrimFunc(s[last:x.Start], isGap); gap != "" {
			t.Fatalf("text %q is in no token", gap)
		}
		last = x.End
	}
	next := uint32(0)
	for i, x := range k.Sent {
		if x.First != next || x.Last <= x.First || x.Start != k.Tok[x.First].Start || x.End != k.Tok[x.Last-1].End {
			t.Fatalf("sentence %d: %+v after token %d", i, x, next)
		}
		for j := x.First; j < x.Last; j++ {
			if k.Tok[j].Sent != uint32(i) {
				t.Fatalf("token %d says sentence %d, is in %d", j, k.Tok[j].Sent, i)
			}
		}
		next = x.Last
	}
	if int(next) != len(k.Tok) {
		t.Fatalf("%d tokens, sentences cover %d", len(k.Tok), next)
	}
	checkShortcuts(t, s, k)
}

// checkShortcuts compares the usual word's path with the general one, and makes
// sure that no token ends a sentence that sentences does not ask.
func checkShortcuts(t *testing.T, s string, k *Tokens) {
	t.Helper()
	for i := range k.Tok {
		tok := k.Tok[i]
		if c := classes[s[tok.Start]]; c == cLower || c == cUpper {
			x := scanner{s: s, i: int(tok.Start)}
			f := x.word()
			if tok.Has(Plain) && strings.Trim(k.At(i)[1:], "abcdefghijklmnopqrstuvwxyz") != "" {
				t.Fatalf("%q: token %q is not plain", s, k.At(i))
			}
			if got := tok.Flags &^ (Space | Newline | SentStart | ParaStart | Plain); got != f || x.i != int(tok.End) {
				t.Fatalf("%q: token %q has flags %b, by the general path it ends at %d with %b", s, k.At(i), got, x.i, f)
			}
		}
		if i+1 < len(k.Tok) && tok.Flags&(Punct|Abbrev) == 0 && !k.closes(i+1) && k.ends(i) {
			t.Fatalf("%q: token %q ends a sentence", s, k.At(i))
		}
	}
}

func isGap(r rune) bool {
	return strings.ContainsRune(" \t\n\v\f\r\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\u200b\ufeff", r) || r >= 0x2000 && r <= 0x200a
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"", "Saar met Korpi on Feb. 11.", "a.b.c.", "\xff'", "’s", "www.", "It\u2028is\u00a0so.", "x'", "Sun.\nMon.", "1.2.3-4:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		k := cut(s)
		check(t, s, k)
		again := cut(s)
		if len(again.Tok) != len(k.Tok) || len(again.Sent) != len(k.Sent) {
			t.Fatal("second run differs")
		}
	})
}

func TestResetKeepsMemory(t *testing.T) {
	var k Tokens
	s := strings.Repeat("Estonia's navy counted 14 vessels near the cable on Feb. 11, the U.S. said. ", 60)
	k.Reset(s)
	if n := testing.AllocsPerRun(20, func() { k.Reset(s) }); n != 0 {
		t.Errorf("%v allocations after warm-up, want 0", n)
	}
}

func BenchmarkTokens(b *testing.B) {
	s := strings.Repeat("Estonia's navy counted at least 14 slow-moving vessels near the cable overnight Sunday into Monday, Sen. Ann Lee said on Feb. 11. \"We want ships,\" he said.\n", 45)
	var k Tokens
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		k.Reset(s)
	}
	if len(k.Tok) < 1000 {
		b.Fatal(len(k.Tok))
	}
}

// TestLongestAbbrev keeps the bound of the look-up equal to the table.
func TestLongestAbbrev(t *testing.T) {
	n := 0
	for w := range abbreviations {
		n = max(n, len(w))
	}
	if n != longestAbbrev {
		t.Errorf("longest abbreviation has %d bytes, longestAbbrev says %d", n, longestAbbrev)
	}
}

func TestLinear(t *testing.T) {
	for _, s := range []string{"(", ")", "Sun. ", "a.", "'", "\n", "x", "1,", "-", "’s ", "\"A. "} {
		k := cut(strings.Repeat(s, 1<<20/len(s)))
		check(t, k.Text, k)
	}
}

func ExampleTokens() {
	var t Tokens
	t.Reset("Kremlin's Sen. O'Hara left. He said so.")
	for i := range t.Tok {
		fmt.Printf("%s|", t.At(i))
	}
	fmt.Println(len(t.Sent))
	// Output: Kremlin|'s|Sen.|O'Hara|left|.|He|said|so|.|2
}

func TestBehind(t *testing.T) {
	for _, in := range []string{"", "Riga", " Saar met  Korpi, twice. "} {
		k := cut(in)
		for at := -1; at <= len(in)+1; at++ {
			want := 0
			for want < len(k.Tok) && int(k.Tok[want].End) <= at {
				want++
			}
			if got := k.Behind(at); got != want {
				t.Errorf("%q: behind byte %d stands token %d, want %d", in, at, got, want)
			}
		}
	}
}
