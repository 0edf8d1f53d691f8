package byline

import (
	"slices"
	"strings"
	"time"

	"dateline/pipeline/text"
)

// Bounds. A byline longer than maxLines lines or maxBytes is no byline; the
// longest of 33,000 news articles names 25 persons in 600 bytes.
const (
	maxLines = 6
	maxBytes = 2000
)

// Input is what an article says of its origin.
type Input struct {
	Lines     []string // byline lines, in order
	From      string   // where they came from, for Byline.Source
	Credits   []string // credit lines apart from the body
	Body      string
	Dateline  string    // structured dateline; used if the body has none
	Authors   []string  // structured author names
	Marked    []string  // of a page: other texts that may be its byline, best first
	Notes     []Note    // who wrote and edited, from the source's notes
	Outlet    string    // the source's own name, if known
	Published time.Time // decides the year of a dateline's date; zero for unknown
}

// Note is what a source says of one of the persons behind an article. It
// completes the byline: a place for an author, the names of editors.
type Note struct {
	Name  string
	Role  string // reporting, editing or photo
	Place string
}

// Read reads one article. The same input gives the same result; it keeps no
// memory of in but its strings.
func Read(in Input) Result {
	var res Result
	zones := zoneList{}
	res.Dateline = readDateline(in.Body, in.Dateline, in.Published)
	if d := res.Dateline; d != nil {
		zones.add(d.Span)
	}
	res.Credits = readCredits(in.Credits, in.Body, &zones)
	lines, from := in.Lines, in.From
	if len(lines) == 0 && len(in.Authors) == 0 && len(in.Marked) == 0 {
		if line, span, ok := bodyByline(in.Body); ok {
			lines, from = []string{line}, "body.line"
			zones.add(span)
		}
	}
	var b Byline
	if from == pageByline || len(in.Marked) > 0 {
		b = readPage(in, lines, from)
	} else {
		b = readByline(lines, from, in.Authors)
	}
	readTails(in.Body, &b, &zones)
	b.complete(in.Notes)
	if b.Outlet == "" && in.Outlet != "" && len(b.Agency) == 0 {
		b.Outlet = in.Outlet
	}
	res.Byline = b
	res.Zones = zones.sorted()
	return res
}

// readByline reads the lines and the structured names. Lines win; names that
// agree with them raise the confidence, and names are used where the lines
// give no person.
func readByline(lines []string, from string, authors []string) Byline {
	b := Byline{Raw: []string{}, Authors: []Person{}}
	if raw := linesOf(lines); len(raw) > 0 {
		b.Raw = raw
		b.Source = from
		b.take(readLine(strings.Join(raw, "\n"), false), 0)
	}
	names := linesOf(authors)
	if len(names) == 0 {
		return b
	}
	var s Byline
	offset := 0
	for _, name := range names {
		r := readLine(name, true)
		s.take(r, offset)
		offset += len(name) + 1
	}
	if persons(b.Authors) > 0 {
		for i := range b.Authors {
			if slices.ContainsFunc(s.Authors, func(p Person) bool { return strings.EqualFold(p.Name, b.Authors[i].Name) }) {
				b.Authors[i].Confidence = 0.98
			}
		}
		return b
	}
	if persons(s.Authors) > 0 || len(b.Raw) == 0 {
		s.Raw, s.Source = names, "authors"
		s.Outlet = firstOf(s.Outlet, b.Outlet)
		s.SpecialTo, s.SignOff = firstOf(s.SpecialTo, b.SpecialTo), firstOf(s.SignOff, b.SignOff)
		for _, a := range b.Agency {
			if !slices.Contains(s.Agency, a) {
				s.Agency = append(s.Agency, a)
			}
		}
		if s.Authors == nil {
			s.Authors = []Person{}
		}
		return s
	}
	return b
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// persons counts the authors that are persons.
func persons(list []Person) (n int) {
	for _, p := range list {
		if p.Kind == "person" {
			n++
		}
	}
	return n
}

// joinLines joins the lines that can be bylines.
func joinLines(lines []string) string { return strings.Join(linesOf(lines), "\n") }

// linesOf is the lines that can be bylines.
func linesOf(lines []string) (kept []string) {
	n := 0
	for _, l := range lines {
		for l := range strings.SplitSeq(l, "\n") {
			l = strings.TrimSpace(strings.ToValidUTF8(l, "\uFFFD"))
			if l == "" || n+len(l) > maxBytes || len(kept) >= maxLines && n > 300 {
				continue
			}
			n += len(l) + 1
			kept = append(kept, l)
		}
	}
	return kept
}

// take adds what one reading found; offset is where its text starts in Raw.
func (b *Byline) take(r *reader, offset int) {
	list := r.people
	if len(list) == 0 {
		list = r.staff
	}
	b.Authors = slices.Grow(b.Authors, len(list))
	for _, p := range list {
		p.Span.Start += offset
		p.Span.End += offset
		if i := slices.IndexFunc(b.Authors, func(q Person) bool { return strings.EqualFold(p.Name, q.Name) }); i >= 0 {
			for _, role := range p.Roles {
				if !slices.Contains(b.Authors[i].Roles, role) {
					b.Authors[i].Roles = append(b.Authors[i].Roles, role)
				}
			}
			continue
		}
		b.Authors = append(b.Authors, p)
	}
	if persons(b.Authors) > 0 {
		b.Authors = slices.DeleteFunc(b.Authors, func(p Person) bool { return p.Kind == "staff" })
	}
	for _, p := range r.edited {
		b.Editors = append(b.Editors, Contributor{Name: p.Name, Roles: only("editing"), Location: p.Location})
	}
	for _, a := range r.agencies {
		if !slices.Contains(b.Agency, a) {
			b.Agency = append(b.Agency, a)
		}
	}
	if b.Outlet == "" && len(r.outlets) > 0 {
		b.Outlet = r.outlets[0]
	}
	b.SpecialTo = firstOf(b.SpecialTo, r.special)
	if b.SignOff == "" && len(r.people) == 0 {
		b.SignOff = strings.Join(r.signOff, "/")
	}
	if r.others > 0 {
		b.Others = r.others
	}
}

// complete adds what the notes know. A note makes nobody an author: a story
// without byline is not signed, whoever wrote it.
func (b *Byline) complete(notes []Note) {
	for _, n := range notes {
		name := strings.Join(strings.Fields(n.Name), " ")
		i := slices.IndexFunc(b.Authors, func(p Person) bool { return p.Kind == "person" && bare(p.Name) == bare(name) })
		switch {
		case name == "":
		case i >= 0:
			b.Authors[i].Location = firstOf(b.Authors[i].Location, n.Place)
		case n.Role == "editing":
			b.Editors = addContributor(b.Editors, entry{name: name, role: "editing", place: n.Place})
		}
	}
}

// bodyByline finds a byline in the first lines of a body that has none apart.
func bodyByline(body string) (string, text.Span, bool) {
	at := 0
	for range 5 {
		if at >= len(body) {
			break
		}
		end := strings.IndexByte(body[at:], '\n')
		if end < 0 {
			end = len(body) - at
		}
		line := body[at : at+end]
		trimmed := strings.TrimSpace(line)
		if len(trimmed) >= 6 && len(trimmed) <= 160 {
			if n, role := introOf(trimmed); n > 0 && (role == "reporting" || role == "writing") {
				r := readLine(trimmed, false)
				if len(r.people) > 0 && r.lastWas != unknown && r.covers() {
					start := at + strings.Index(line, trimmed)
					return trimmed, text.Span{Start: start, End: start + len(trimmed)}, true
				}
			}
		}
		at += end + 1
	}
	return "", text.Span{}, false
}

// introOf reports whether the line opens with an intro.
func introOf(line string) (int, string) {
	w, _, _ := strings.Cut(line, " ")
	if !intros[strings.TrimSuffix(fold(w), ":")] && !strings.Contains(w, "撰文") {
		return 0, ""
	}
	r := &reader{src: line, toks: lex(line)}
	if len(r.toks) == 0 {
		return 0, ""
	}
	return r.introAt(0)
}

// covers reports whether the line is names and small words alone: running
// text that happens to start with "By" has other words in small letters.
func (r *reader) covers() bool {
	for i, t := range r.toks {
		s := r.surface(i)
		if t.kind == word && !hasCapital(s) && !cjk(s) && !small[t.low] && !connectors[t.low] && !particles[t.low] && !intros[t.low] && jobs[t.low] == 0 && !jobModifiers[t.low] && !degrees[t.low] {
			return false
		}
		if t.kind == stop && i+1 < len(r.toks) {
			return false
		}
	}
	return true
}

// zoneList collects zones.
type zoneList struct{ spans []text.Span }

func (z *zoneList) add(s text.Span) {
	if !s.Empty() {
		z.spans = append(z.spans, s)
	}
}

// sorted gives the zones in order, those that touch or overlap joined.
func (z *zoneList) sorted() []text.Span {
	slices.SortFunc(z.spans, func(a, b text.Span) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return a.End - b.End
	})
	out := z.spans[:0]
	for _, s := range z.spans {
		if n := len(out); n > 0 && s.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}
