package byline

import (
	"slices"
	"strings"

	"dateline/pipeline/text"
)

// Bounds of the search for tails: they stand in the last lines.
const (
	maxTailLines = 8
	maxTailLine  = 1200
)

// tailCues are parts of the verbs of tails, in the cases that occur.
var tailCues = []string{"ontributed", "eporting", "diting", "dited", "riting", "ritten", "eported from", "ompiled", "ONTRIBUTED", "EPORTING", "EDITING"}

// tailVerbs are the heads "… by LIST", folded, with the role of the list.
// Longer ones come first.
var tailVerbs = []struct {
	words []string
	role  string
}{
	{[]string{"additional", "reporting", "and", "writing", "by"}, "additional reporting"},
	{[]string{"reporting", "and", "writing", "by"}, "reporting"},
	{[]string{"reporting", "and", "editing", "by"}, "reporting"},
	{[]string{"writing", "and", "reporting", "by"}, "reporting"},
	{[]string{"writing", "and", "editing", "by"}, "writing"},
	{[]string{"with", "additional", "reporting", "by"}, "additional reporting"},
	{[]string{"with", "additional", "reporting", "from"}, "additional reporting"},
	{[]string{"additional", "reporting", "from"}, "additional reporting"},
	{[]string{"additional", "reporting", "by"}, "additional reporting"},
	{[]string{"additional", "writing", "by"}, "writing"},
	{[]string{"additional", "editing", "by"}, "editing"},
	{[]string{"with", "reporting", "by"}, "reporting"},
	{[]string{"with", "reporting", "from"}, "reporting"},
	{[]string{"reporting", "by"}, "reporting"},
	{[]string{"reporting", "from"}, "reporting"},
	{[]string{"reported", "by"}, "reporting"},
	{[]string{"writing", "by"}, "writing"},
	{[]string{"written", "by"}, "writing"},
	{[]string{"compiled", "by"}, "writing"},
	{[]string{"editing", "by"}, "editing"},
	{[]string{"edited", "by"}, "editing"},
	{[]string{"translated", "by"}, "translation"},
	{[]string{"translation", "by"}, "translation"},
	{[]string{"graphics", "by"}, "graphics"},
	{[]string{"graphic", "by"}, "graphics"},
	{[]string{"photography", "by"}, "photo"},
	{[]string{"research", "by"}, "research"},
}

// tailHeads are the first words of the verbs.
var tailHeads = func() map[string]bool {
	m := make(map[string]bool)
	for _, v := range tailVerbs {
		m[v.words[0]] = true
	}
	return m
}()

// readTails reads the closing notes of the body into contributors, editors and
// the roles and places of authors. If the article has no author, those who
// reported and wrote it are its authors.
func readTails(body string, b *Byline, zones *zoneList) {
	var found []entry
	end := len(body)
	for n := 0; n < maxTailLines && end > 0; {
		start := strings.LastIndexByte(body[:end], '\n') + 1
		line := body[start:end]
		end = start - 1
		if strings.TrimSpace(line) == "" {
			continue
		}
		n++
		if len(line) > maxTailLine { // a body of one line: its last sentences
			cut := strings.Index(line[len(line)-maxTailLine/2:], ". ")
			if cut < 0 {
				continue
			}
			cut += len(line) - maxTailLine/2 + 2
			start, line = start+cut, line[cut:]
		}
		if !hasTailCue(line) {
			continue
		}
		found = append(found, tailLine(line, start, b, zones)...)
	}
	slices.SortStableFunc(found, func(a, b entry) int { return a.span.Start - b.span.Start })
	settle(found, body, b)
}

func hasTailCue(line string) bool {
	if !mayHaveTail(line) {
		return false
	}
	// Each form of a tail has one of these, and most lines none.
	if !strings.Contains(line, " by") && !strings.Contains(line, " from ") && !strings.Contains(line, "ontributed") && !strings.Contains(line, " BY") && !strings.Contains(line, "CONTRIBUTED") && !strings.Contains(line, "eported in ") {
		return false
	}
	for _, c := range tailCues {
		if strings.Contains(line, c) {
			return true
		}
	}
	return false
}

// mayHaveTail looks for what every tail has one of, by its rarest letter: "by"
// behind the end of a verb, "contributed", or "report".
func mayHaveTail(line string) bool {
	return anyAt(line, 'b', byOrContributed) || anyAt(line, 'B', byOrContributed) || anyAt(line, 'p', report) || anyAt(line, 'P', report)
}

// anyAt reports whether f holds at any place of c.
func anyAt(line string, c byte, f func(line string, i int) bool) bool {
	for at := 0; ; {
		i := strings.IndexByte(line[at:], c)
		if i < 0 {
			return false
		}
		if f(line, at+i) {
			return true
		}
		at += i + 1
	}
}

func byOrContributed(line string, i int) bool {
	if i < 2 || i+1 >= len(line) {
		return false
	}
	if line[i-1] != ' ' || line[i+1]|0x20 != 'y' {
		return i >= 5 && line[i-1]|0x20 == 'i' && strings.EqualFold(line[i-5:i], "ontri")
	}
	k := i - 1
	for k > 0 && line[k] == ' ' {
		k--
	}
	if k < 4 {
		return false
	}
	var end [4]byte
	for j := range end {
		end[j] = line[k-3+j] | 0x20
	}
	switch string(end[:]) {
	// reporting, writing, editing; reported; edited; written; compiled; translated;
	// translation; graphics; graphic; photography; research
	case "ting", "rted", "ited", "tten", "iled", "ated", "tion", "hics", "phic", "aphy", "arch":
		return true
	}
	return false
}

func report(line string, i int) bool {
	// "compiled" has its "by".
	return i > 0 && i+4 <= len(line) && strings.EqualFold(line[i-1:i+4], "eport")
}

// entry is one person in a tail.
type entry struct {
	name   string
	person Person
	role   string
	place  string
	span   text.Span // in the body
}

// tailLine reads one line, sentence by sentence.
func tailLine(line string, base int, b *Byline, zones *zoneList) (out []entry) {
	toks := lex(line)
	for i := 0; i < len(toks); {
		j := i
		for j < len(toks) && toks[j].kind != stop {
			j++
		}
		if j > i {
			s := sentence{src: line, toks: toks[i:j], base: base, authors: b.Authors}
			if got := s.read(); len(got) > 0 || s.agency {
				out = append(out, got...)
				end := toks[j-1].end
				if j < len(toks) {
					end = toks[j].end
				}
				if j+1 < len(toks) && toks[j+1].kind == closing {
					end = toks[j+1].end
				}
				zones.add(text.Span{Start: base + toks[i].start, End: base + end})
			}
		}
		i = j + 1
	}
	return out
}

// sentence is one sentence of a tail.
type sentence struct {
	src     string
	toks    []tok
	base    int
	authors []Person
	agency  bool // an agency contributed
}

func (s *sentence) low(i int) string {
	if i < 0 || i >= len(s.toks) {
		return ""
	}
	return s.toks[i].low
}

// read reads the verbs "… by LIST" if there are any, else "LIST contributed"
// and "LIST reported from PLACE".
func (s *sentence) read() (out []entry) {
	type cue struct{ at, n, verb int }
	var cues []cue
	for i := 0; i < len(s.toks); i++ {
		if v := s.verb(i); v >= 0 && (i == 0 || s.headAt(i)) {
			cues = append(cues, cue{i, len(tailVerbs[v].words), v})
			i += len(tailVerbs[v].words) - 1
		}
	}
	for k, c := range cues {
		end := len(s.toks)
		if k+1 < len(cues) {
			end = cues[k+1].at
		}
		out = append(out, s.list(c.at+c.n, end, tailVerbs[c.verb].role)...)
	}
	if len(cues) > 0 {
		return out
	}
	for i := range s.toks {
		switch {
		case s.low(i) == "contributed" && s.contributes(i+1):
			end := i
			if s.low(i-1) == "also" {
				end--
			}
			got := s.list(0, end, "contributing")
			if place := s.placeAfterFrom(i + 1); place != "" {
				for k := range got {
					got[k].place = firstOf(got[k].place, place)
				}
			}
			return got
		case s.low(i) == "reported" && (s.low(i+1) == "from" || s.low(i+1) == "in") && i > 0:
			return s.reported(i)
		}
	}
	return nil
}

// verb is the index of the tail verb at token i, or -1.
func (s *sentence) verb(i int) int {
	if !tailHeads[s.low(i)] {
		return -1
	}
	for v, t := range tailVerbs {
		ok := true
		for k, w := range t.words {
			if s.low(i+k) != w {
				ok = false
				break
			}
		}
		if ok {
			return v
		}
	}
	return -1
}

// headAt reports whether a part of the tail can start at token i: after a
// bracket, a semicolon, a comma, "and" or "with".
func (s *sentence) headAt(i int) bool {
	switch p := s.toks[i-1]; p.kind {
	case opening, closing, semi, comma, dash, bar, newline, colon, slash:
		return true
	case word:
		return p.low == "and" || p.low == "with"
	}
	return false
}

// contributes reports whether what follows "contributed" is the formula of a
// tail: "to this report", "reporting", "research".
func (s *sentence) contributes(i int) bool {
	for k := i; k < i+5; k++ {
		switch s.low(k) {
		case "report", "story", "article", "dispatch", "piece", "reporting", "analysis", "research", "coverage", "project", "column", "compilation":
			return true
		}
	}
	return false
}

// placeAfterFrom is the place of "contributed reporting from Oslo".
func (s *sentence) placeAfterFrom(i int) string {
	for k := i; k+1 < len(s.toks); k++ {
		if w := s.low(k); w == "from" && upper(s.at(k+1)) {
			return s.place(k+1, len(s.toks))
		}
	}
	return ""
}

func (s *sentence) at(i int) string { return s.src[s.toks[i].start:s.toks[i].end] }

// place is the words from i up to end, cut at a bracket.
func (s *sentence) place(i, end int) string {
	j := i
	for j < end && (s.toks[j].kind == word || s.toks[j].kind == comma && j+1 < end && regionAt(s.toks[j+1:end])) {
		j++
	}
	if j == i {
		return ""
	}
	return s.src[s.toks[i].start:s.toks[j-1].end]
}

func regionAt(toks []tok) bool {
	words := ""
	for k := 0; k < len(toks) && k < 3 && toks[k].kind == word; k++ {
		if k > 0 {
			words += " "
		}
		words += toks[k].low
		if regions[words] {
			return true
		}
	}
	return false
}

// list reads a list of persons with their places.
func (s *sentence) list(i, j int, role string) (out []entry) {
	for j > i && (s.toks[j-1].kind == closing || s.toks[j-1].kind == comma || s.toks[j-1].kind == semi || s.toks[j-1].kind == opening || connectors[s.toks[j-1].low]) {
		j--
	}
	for i < j && (s.toks[i].kind == opening || s.toks[i].kind == colon || s.toks[i].kind == dash || s.toks[i].kind == bar || s.toks[i].kind == sign) {
		i++
	}
	if i >= j {
		return nil
	}
	start := s.toks[i].start
	src := s.src[start:s.toks[j-1].end]
	r := readLine(src, false)
	if !r.covers() {
		return nil
	}
	s.agency = s.agency || len(r.agencies) > 0
	people := append(r.people, r.edited...)
	if len(people) == 0 {
		return s.surnames(i, j, role)
	}
	out = make([]entry, 0, len(people))
	for _, p := range people {
		out = append(out, entry{name: p.Name, person: p, role: role, place: p.Location,
			span: text.Span{Start: s.base + start + p.Span.Start, End: s.base + start + p.Span.End}})
	}
	return out
}

// reported reads "O'Rourke reported from Oslo and Lee from Riga".
func (s *sentence) reported(verb int) (out []entry) {
	from, names := verb+1, [2]int{0, verb}
	for {
		end := len(s.toks)
		next := [2]int{-1, -1}
		for k := from + 1; k < len(s.toks); k++ { // the next "NAMES from PLACE"
			if s.low(k) != "from" && s.low(k) != "in" {
				continue
			}
			for x := k - 1; x > from; x-- {
				if connectors[s.low(x)] || s.toks[x].kind == comma || s.toks[x].kind == semi {
					next, end = [2]int{x + 1, k}, x
					break
				}
			}
			break
		}
		place := s.place(from+1, end)
		got := s.list(names[0], names[1], "reporting")
		for k := range got {
			got[k].place = firstOf(got[k].place, place)
		}
		out = append(out, got...)
		if next[0] < 0 || next[1] <= next[0] {
			return out
		}
		names, from = next, next[1]
	}
}

// surnames finds authors that the tail names by surname alone.
func (s *sentence) surnames(i, j int, role string) (out []entry) {
	start := i
	for k := i; k <= j; k++ {
		if k < j && s.toks[k].kind == word && !connectors[s.toks[k].low] {
			continue
		}
		if k > start {
			name := s.src[s.toks[start].start:s.toks[k-1].end]
			for _, p := range s.authors {
				if p.Kind == "person" && p.Family != "" && strings.EqualFold(p.Family, name) {
					out = append(out, entry{name: p.Name, person: p, role: role,
						span: text.Span{Start: s.base + s.toks[start].start, End: s.base + s.toks[k-1].end}})
					break
				}
			}
		}
		start = k + 1
	}
	return out
}

// settle gives each entry to the author, contributor or editor it names.
func settle(found []entry, body string, b *Byline) {
	if len(found) == 0 {
		return
	}
	promote := persons(b.Authors) == 0
	for _, e := range found {
		author := slices.IndexFunc(b.Authors, func(p Person) bool { return p.Kind == "person" && strings.EqualFold(p.Name, e.name) })
		switch {
		case e.role == "editing":
			b.Editors = addContributor(b.Editors, e)
		case author >= 0:
			p := &b.Authors[author]
			if !slices.Contains(p.Roles, e.role) {
				p.Roles = append(p.Roles, e.role)
			}
			p.Location = firstOf(p.Location, e.place)
		case promote && (e.role == "reporting" || e.role == "writing"):
			b.promote(e, body)
		default:
			b.Contributors = addContributor(b.Contributors, e)
		}
	}
}

// promote makes someone who reported or wrote an article without byline its
// author. The words of the tail become a raw line, so the span holds.
func (b *Byline) promote(e entry, body string) {
	offset := 0
	for _, l := range b.Raw {
		offset += len(l) + 1
	}
	raw := e.span.Of(body)
	p := e.person
	p.Raw, p.Span = raw, text.Span{Start: offset, End: offset + len(raw)}
	p.Roles, p.Location, p.Confidence = only(e.role), e.place, 0.8
	b.Raw = append(b.Raw, raw)
	b.Source = firstOf(b.Source, "tail")
	b.Authors = append(slices.DeleteFunc(b.Authors, func(q Person) bool { return q.Kind == "staff" }), p)
}

// addContributor adds the entry, or its role to the one of that name.
func addContributor(list []Contributor, e entry) []Contributor {
	for i := range list {
		if strings.EqualFold(list[i].Name, e.name) {
			if !slices.Contains(list[i].Roles, e.role) {
				list[i].Roles = append(list[i].Roles, e.role)
			}
			list[i].Location = firstOf(list[i].Location, e.place)
			return list
		}
	}
	return append(list, Contributor{Name: e.name, Roles: only(e.role), Location: e.place, Span: e.span})
}
