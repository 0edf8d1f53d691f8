package score

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/text"
)

// mention is tokens [first,last) of a sentence that GUM annotates.
type mention struct {
	first, last int
	kind        string
}

// ReadGUM reads a WebAnno TSV 3.2 file of the GUM corpus. GUM annotates noun
// phrases of any kind; only those that are names by this project's own filter
// (see names) are kept, as PER, ORG or LOC, so the scores choose between models
// but are not comparable with others'. file is named in errors.
func ReadGUM(r io.Reader, file string) (Doc, error) {
	b := &Builder{}
	d := Doc{ID: file, Cut: true}
	var words []string
	var spans []text.Span
	open := map[string]*mention{}
	var order []string
	flush := func() {
		var ms []mention
		for _, id := range order {
			ms = append(ms, *open[id])
		}
		for _, m := range names(words, ms) {
			if k, ok := gumKinds[m.kind]; ok {
				s := text.Span{Start: spans[m.first].Start, End: spans[m.last-1].End}
				d.Names = append(d.Names, Name{Span: s, Kind: k})
			}
		}
		b.End()
		words, spans, order = words[:0], spans[:0], order[:0]
		clear(open)
	}
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<20)
	for n := 1; s.Scan(); n++ {
		f := strings.Split(s.Text(), "\t")
		if len(f) == 1 { // a comment or the blank line after a sentence
			flush()
			continue
		}
		if len(f) < 4 {
			return Doc{}, fmt.Errorf("%s:%d: %d columns, want 4 or more", file, n, len(f))
		}
		spans = append(spans, b.Add(strings.ReplaceAll(f[2], " ", "")))
		words = append(words, f[2])
		if f[3] == "_" {
			continue
		}
		for i, e := range strings.Split(f[3], "|") {
			kind, id, numbered := strings.Cut(e, "[")
			if !numbered { // one token long
				id = strconv.Itoa(len(words)) + "." + strconv.Itoa(i)
			}
			m := open[id]
			if m == nil {
				m = &mention{first: len(words) - 1, kind: kind}
				open[id] = m
				order = append(order, id)
			}
			m.last = len(words)
		}
	}
	flush()
	d.Tok = b.Tokens()
	for i := range d.Names {
		// GUM calls a country that acts an organisation.
		if n := &d.Names[i]; n.Kind == text.ORG && country(n.Span.Of(d.Tok.Text)) {
			n.Kind = text.LOC
		}
	}
	slices.SortFunc(d.Names, func(a, b Name) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	return d, s.Err()
}

var gumKinds = map[string]text.Kind{"person": text.PER, "organization": text.ORG, "place": text.LOC}

// country reports whether a name is usually a country's.
func country(s string) bool {
	g := gazetteer.Default()
	m, ok := g.Find(s)
	if !ok {
		return false
	}
	r := g.Alias(m, 0).Ref
	return g.IsPlace(r) && g.Place(r).Feature == gazetteer.PCLI
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

var (
	gumDeterminers = set("the a an this that these those his her its their our my your some all no any both")
	gumConnectors  = set("of the for and & in on at to a de la le les las los del du des da di von van der bin ibn al el y - , . ' ( ) / :")
	gumTitles      = set(`president minister secretary senator governor mayor king queen prince princess sir dame lord lady dr dr.
		mr mr. mrs mrs. ms ms. miss professor prof prof. judge justice general colonel captain lieutenant sergeant major admiral
		commander administrator director chairman chairwoman chair chief officer manager coach pope cardinal bishop archbishop
		reverend rev. father sister saint representative congressman congresswoman chancellor ambassador attorney counsel
		spokesman spokeswoman spokesperson ceo emperor doctor sheikh ayatollah mp`)
	gumPronouns = set("i he she it we they you who which one here there someone everyone everybody")
)

func upper(w string) bool { return strings.IndexFunc(w, unicode.IsUpper) >= 0 }

func sign(w string) bool {
	return strings.IndexFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0
}

// names are the mentions that are names, longest first, none over another: of
// the words left when determiner and possessive are off, each has a capital or
// is a particle, a connector or a number. A long one is cut at its first comma
// or bracket, and titles are off.
func names(words []string, ms []mention) []mention {
	slices.SortStableFunc(ms, func(a, b mention) int {
		return cmp.Or(cmp.Compare(b.last-b.first, a.last-a.first), cmp.Compare(a.first, b.first))
	})
	used := make([]bool, len(words))
	var out []mention
	for _, m := range ms {
		if !trim(words, &m) || slices.Contains(used[m.first:m.last], true) {
			continue
		}
		for i := m.first; i < m.last; i++ {
			used[i] = true
		}
		out = append(out, m)
	}
	return out
}

// trim cuts a mention down to the name in it, and reports whether there is one.
func trim(words []string, m *mention) bool {
	low := func(i int) string { return strings.ToLower(words[i]) }
	for m.first < m.last && gumDeterminers[low(m.first)] {
		m.first++
	}
	for m.first < m.last && (sign(words[m.last-1]) || low(m.last-1) == "'s" || low(m.last-1) == "’s") {
		m.last--
	}
	if m.first == m.last || !upper(words[m.first]) || gumPronouns[low(m.first)] {
		return false
	}
	for i := m.first; i < m.last; i++ {
		w := words[i]
		number := strings.Trim(w, "0123456789.") == ""
		if !upper(w) && !number && (i == m.last-1 || !gumConnectors[low(i)] && w != "'s" && w != "’s") {
			return false
		}
	}
	cut(words, m, low)
	person := m.kind == "person"
	if person {
		for i := m.last - 2; i >= m.first; i-- {
			if gumTitles[low(i)] {
				m.first = i + 1
				break
			}
		}
	}
	if m.first >= m.last {
		return false
	}
	if w := low(m.first); m.last-m.first == 1 && (gumDeterminers[w] || gumConnectors[w] || gumTitles[w] || gumPronouns[w] || person && demonym(words, m.first)) {
		return false
	}
	return true
}

// cut leaves the first part of a mention that holds several names: of
// "Preston, Victoria" the town, of "Mecca's Grand Mosque" the mosque.
func cut(words []string, m *mention, low func(int) string) {
	for i := m.first; i < m.last-1; i++ {
		if words[i] == "'s" || words[i] == "’s" {
			m.first = i + 1
		}
	}
	for i := m.first; i < m.last; i++ {
		stop := false
		switch low(i) {
		case ",", "(", ")", "/", ":", "in", "at":
			stop = true
		case "of", "and", "for", "from", "to":
			stop = m.kind == "person"
		}
		if stop {
			m.last = i
			break
		}
	}
	for m.first < m.last && (gumDeterminers[low(m.first)] || sign(words[m.first])) {
		m.first++
	}
	for m.first < m.last && sign(words[m.last-1]) {
		m.last--
	}
}

// demonym reports whether the person of one word at i is a group's member
// ("the Iraqis") and no name.
func demonym(words []string, i int) bool {
	if i > 0 {
		switch strings.ToLower(words[i-1]) {
		case "the", "a", "an", "some", "many":
			return true
		}
	}
	for _, s := range []string{"ans", "ish", "ese", "ists", "ims", "ews"} {
		if strings.HasSuffix(words[i], s) {
			return true
		}
	}
	return false
}
