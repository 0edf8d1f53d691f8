package byline

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// pageByline is the source of lines that were found on a page by their looks.
const pageByline = "html.byline"

// maxCandidates bounds the marked texts that are read.
const maxCandidates = 20

// readPage chooses among what a page says of its authors: names in its
// structured data, the byline that a reader sees, and other marked texts. The
// first that gives a person wins. A marked text that holds all of them and
// more, and nothing but names, is the fuller byline; one that spells a name
// with the accents it lost gives the spelling.
func readPage(in Input, lines []string, from string) Byline {
	candidates := []Byline{readByline(nil, "", in.Authors), readByline(lines, from, nil)}
	if joined := joinLines(lines); joined != "" && !readLine(joined, false).sane() {
		candidates[1] = Byline{Raw: candidates[1].Raw, Authors: []Person{}, Source: from, Agency: candidates[1].Agency}
	}
	fuller := make([]bool, 2, 2+maxCandidates)
	for _, m := range in.Marked[:min(len(in.Marked), maxCandidates)] {
		r := readLine(joinLines([]string{m}), false)
		if len(r.people) > 0 && r.sane() && r.covers() || len(r.people) == 0 && len(r.agencies) > 0 {
			candidates = append(candidates, readByline([]string{m}, "html.marked", nil))
			fuller = append(fuller, !strings.Contains(m, "\n"))
		}
	}
	for i := range candidates {
		candidates[i].dropOutlet(in.Outlet)
	}
	best := choose(candidates)
	b := candidates[best]
	for i := best + 1; i < len(candidates) && persons(b.Authors) > 0; i++ {
		if n := persons(candidates[i].Authors); fuller[i] && n > persons(b.Authors) && n <= 6 && holds(candidates[i], b) {
			b = candidates[i]
		}
	}
	for i := range b.Authors {
		b.Authors[i].respell(candidates)
	}
	return b
}

// choose is the candidate to believe: the structured names or the seen byline
// if they name a person, or else anything: a page that says "Staff" or names
// an agency has no author elsewhere. Then the marked texts.
func choose(candidates []Byline) int {
	person := func(b Byline) bool { return persons(b.Authors) > 0 }
	named := func(b Byline) bool { return len(b.Agency) > 0 || b.Outlet != "" || len(b.Authors) > 0 }
	for _, test := range []func(Byline) bool{person, named} {
		if i := slices.IndexFunc(candidates[:2], test); i >= 0 {
			return i
		}
	}
	for _, test := range []func(Byline) bool{person, named} {
		if i := slices.IndexFunc(candidates, test); i >= 0 {
			return i
		}
	}
	return 1
}

// sane reports that no name is made of words that a page ran together.
func (r *reader) sane() bool {
	for _, p := range r.people {
		for w := range strings.FieldsSeq(p.Name) {
			humps, lower := 0, false
			for _, c := range w {
				if unicode.IsUpper(c) && lower {
					humps++
				}
				lower = unicode.IsLower(c)
			}
			if humps > 1 {
				return false
			}
		}
	}
	return true
}

// dropOutlet removes a person whose name is the outlet's.
func (b *Byline) dropOutlet(outlet string) {
	if outlet == "" {
		return
	}
	n := len(b.Authors)
	b.Authors = slices.DeleteFunc(b.Authors, func(p Person) bool { return strings.EqualFold(squeeze(p.Name), squeeze(outlet)) })
	if len(b.Authors) < n && b.Outlet == "" {
		b.Outlet = outlet
	}
}

// squeeze is s without spaces: Info World is InfoWorld.
func squeeze(s string) string { return strings.ReplaceAll(s, " ", "") }

// holds reports whether every person of b is in a.
func holds(a, b Byline) bool {
	for _, p := range b.Authors {
		if p.Kind == "person" && !slices.ContainsFunc(a.Authors, func(q Person) bool { return bare(q.Name) == bare(p.Name) }) {
			return false
		}
	}
	return true
}

// respell takes over the accents of the same name elsewhere.
func (p *Person) respell(candidates []Byline) {
	if p.Kind != "person" || p.Name != bareForm(p.Name) {
		return
	}
	for _, c := range candidates {
		for _, q := range c.Authors {
			if q.Name != p.Name && bareForm(q.Name) == p.Name {
				p.Name, p.Given, p.Family = q.Name, q.Given, q.Family
				return
			}
		}
	}
}

// bareForm is a name without accents.
func bareForm(s string) string {
	ascii := true
	for i := range len(s) {
		ascii = ascii && s[i] < 0x80
	}
	if ascii {
		return s
	}
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s)))
}

// bare is bareForm in lower case.
func bare(s string) string { return strings.ToLower(bareForm(s)) }
