package byline

import (
	"slices"
	"strings"
	"unicode/utf8"

	"dateline/pipeline/text"
)

// Bounds of a credit in bytes, and how many are kept of one article: galleries
// repeat theirs under every picture.
const (
	maxCredit  = 250
	maxCredits = 50
)

// creditIntros open a credit, folded, longest first where one opens another.
// The value of kind is photo unless the row says otherwise.
var creditIntros = []struct{ intro, kind string }{
	{"photograph courtesy of", "photo"}, {"photos courtesy of", "photo"}, {"photo courtesy of", "photo"}, {"image courtesy of", "photo"}, {"photo courtesy", "photo"},
	{"photographs by", "photo"}, {"photograph by", "photo"}, {"photography by", "photo"}, {"photographer:", "photo"}, {"photograph:", "photo"},
	{"photo illustration by", "graphic"}, {"illustration by", "graphic"}, {"illustration:", "graphic"},
	{"photo credit:", "photo"}, {"photo credits:", "photo"}, {"image credit:", "photo"}, {"picture credit:", "photo"}, {"photos by", "photo"}, {"photo by", "photo"},
	{"photos:", "photo"}, {"photo:", "photo"}, {"photo /", "photo"}, {"photo/", "photo"}, {"photo :", "photo"}, {"crédit photo :", "photo"}, {"crédit photo:", "photo"}, {"crédits :", "photo"}, {"crédit :", "photo"}, {"crédit:", "photo"},
	{"fotografía:", "photo"}, {"fotografia:", "photo"}, {"fotos:", "photo"}, {"foto:", "photo"}, {"foto di", "photo"}, {"foto von", "photo"}, {"foto/", "photo"}, {"bilder:", "photo"}, {"bild:", "photo"}, {"kuva:", "photo"}, {"zdjęcie:", "photo"}, {"fot.", "photo"}, {"фото:", "photo"},
	{"images by", "photo"}, {"image by", "photo"}, {"images:", "photo"}, {"image:", "photo"}, {"pictures:", "photo"}, {"picture:", "photo"}, {"pic:", "photo"}, {"credit:", "photo"}, {"credits:", "photo"}, {"credit –", "photo"}, {"courtesy of", "photo"}, {"courtesy:", "photo"}, {"courtesy", "photo"},
	{"graphics by", "graphic"}, {"graphic by", "graphic"}, {"graphics:", "graphic"}, {"graphic:", "graphic"}, {"grafik:", "graphic"}, {"map:", "graphic"}, {"chart:", "graphic"},
	{"video by", "video"}, {"video:", "video"}, {"by", "photo"},
}

// bodyCues are what a credit in brackets holds, in the cases that occur.
var bodyCues = []string{"hoto", "HOTO", "oto:", "mage:", "mage courtesy", "mage credit", "redit:", "rédit", "ild:", "icture:", "ourtesy", "Getty", "/AP)", "/AFP", "/Reuters", "/dpa", "/EPA", "ncredited", "uva:", "Фото"}

// noise are the words of a credit that name nobody.
var noise = set("uncredited file handout pool archive archives stock photo photos image images picture staff via courtesy screenshot screengrab inset left right top bottom center")

// readCredits reads the credit lines and the credits inside the body.
func readCredits(lines []string, body string, zones *zoneList) []Credit {
	var out []Credit
	base := 0
	for _, l := range lines {
		l = strings.ToValidUTF8(l, "\uFFFD")
		trimmed := strings.TrimSpace(l)
		if trimmed != "" && len(trimmed) <= maxCredit && len(out) < maxCredits {
			start := strings.Index(l, trimmed)
			inner, open := trimmed, 0
			if i := strings.IndexAny(trimmed, "(["); i > 0 && strings.HasSuffix(trimmed, ")") { // a caption before it
				inner, open = trimmed[i:], i
			}
			if c, ok := creditOf(inner, true); ok {
				c.Span = text.Span{Start: base + start + open, End: base + start + open + len(inner)}
				c.Raw = inner
				out = append(out, c)
			}
		}
		base += len(l) + 1
	}
	out = bodyCredits(body, out, zones)
	return out
}

func hasCue(s string) bool {
	for _, cue := range bodyCues {
		if strings.Contains(s, cue) {
			return true
		}
	}
	return false
}

// bodyCredits finds credits in the body, line by line.
func bodyCredits(body string, out []Credit, zones *zoneList) []Credit {
	for at := 0; at < len(body) && len(out) < maxCredits; {
		end := strings.IndexByte(body[at:], '\n')
		if end < 0 {
			end = len(body) - at
		}
		line := body[at : at+end]
		for _, s := range creditSpans(line) {
			c, ok := creditOf(s.Of(line), false)
			if !ok || len(out) >= maxCredits {
				continue
			}
			c.Span, c.InBody = text.Span{Start: at + s.Start, End: at + s.End}, true
			c.Raw = c.Span.Of(body)
			out = append(out, c)
			zones.add(c.Span)
		}
		at += end + 1
	}
	return out
}

// creditSpans gives the parts of a line that may be credits: brackets that
// hold a cue; the whole line if it opens like one; the end of it after a
// sentence.
func creditSpans(line string) []text.Span {
	trimmed := strings.TrimSpace(line)
	start := strings.Index(line, trimmed)
	if len(trimmed) <= maxCredit && !strings.HasPrefix(trimmed, "(") && opensCredit(trimmed) && !strings.Contains(trimmed, ". ") {
		return []text.Span{{Start: start, End: start + len(trimmed)}}
	}
	var out []text.Span
	for i := 0; i < len(line); {
		open, end := strings.IndexByte(line[i:], '('), byte(')')
		if open < 0 {
			if open, end = strings.IndexByte(line[i:], '['), ']'; open < 0 {
				break
			}
		}
		open += i
		closing := strings.IndexByte(line[open:min(len(line), open+maxCredit)], end)
		if closing < 0 {
			break
		}
		s := text.Span{Start: open, End: open + closing + 1}
		if hasCue(s.Of(line)) {
			out = append(out, s)
		}
		i = s.End
	}
	from := max(0, len(line)-104) // a credit at the end of a paragraph has at most 100 bytes
	if i := lastStop(line, from); i >= 0 && len(out) == 0 {
		rest := strings.TrimSpace(line[i+2:])
		if len(rest) <= 100 && opensCredit(rest) {
			s := i + 2 + strings.Index(line[i+2:], rest)
			out = append(out, text.Span{Start: s, End: s + len(rest)})
		}
	}
	return out
}

// lastStop is where the last stop before a space stands, at or after from; -1
// for none.
func lastStop(line string, from int) int {
	last := -1
	for {
		i := strings.Index(line[from:], ". ")
		if i < 0 {
			return last
		}
		last = from + i
		from = last + 1
	}
}

// opensCredit reports whether s starts like a credit, other than with "by".
func opensCredit(s string) bool {
	if s == "" || s[0] < utf8.RuneSelf && !strings.ContainsRune("PpFfBbIiCcGgVvAaRrKkZz", rune(s[0])) {
		return false
	}
	var buf [40]byte
	low := appendFold(buf[:0], s[:min(len(s), len(buf))])
	for _, c := range creditIntros {
		if c.intro != "by" && c.intro[0] == low[0] && c.intro != "courtesy" && opens(low, c.intro) {
			return true
		}
	}
	return opens(low, "ap photo/") || opens(low, "reuters/") || opens(low, "afp/")
}

func opens(s []byte, prefix string) bool {
	return len(s) >= len(prefix) && string(s[:len(prefix)]) == prefix
}

// creditOf reads one credit, with or without brackets. trusted says that the
// source called it a credit; else it must open like one, or be a chain that
// ends in an agency.
func creditOf(s string, trusted bool) (Credit, bool) {
	inner := strings.TrimSpace(strings.Trim(s, "()[]{} \t"))
	c := Credit{Kind: "photo"}
	opened := false
	low := fold(inner)
	for _, in := range creditIntros {
		if strings.HasPrefix(low, in.intro) && len(low) > len(in.intro) && (!isASCIIAlnum(low[len(in.intro)]) || !isASCIIAlnum(in.intro[len(in.intro)-1])) {
			c.Kind, opened = in.kind, in.intro != "by" || trusted
			inner = strings.TrimLeft(cutFolded(inner, in.intro), " :/–-")
			break
		}
	}
	r := &reader{src: inner, role: "photo", solo: false}
	r.toks = tagOrgs(inner, lex(inner), false)
	parts := r.creditParts()
	if len(r.toks) > 24 {
		return c, false
	}
	chain := false
	for _, p := range parts {
		r.creditPart(&c, p[0], p[1], &chain)
	}
	if c.Person == "" && len(c.Agency) == 0 {
		return c, false
	}
	if !opened && !trusted && !(chain && len(parts) > 1 && r.covers()) {
		return c, false
	}
	return c, true
}

// cutFolded removes a folded prefix, which may differ in bytes from what it
// folds.
func cutFolded(s, prefix string) string {
	if ascii(s) {
		if len(s) > len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
			return s[len(prefix):]
		}
		return ""
	}
	for i := range s {
		if i > 0 && fold(s[:i]) == prefix {
			return s[i:]
		}
	}
	return ""
}

// creditParts cuts at slashes, commas, "via", "for" and dashes.
func (r *reader) creditParts() (parts [][2]int) {
	start := 0
	cut := func(end, next int) {
		if end > start {
			parts = append(parts, [2]int{start, end})
		}
		start = next
	}
	for i, t := range r.toks {
		switch {
		case t.kind == slash, t.kind == comma, t.kind == bar, t.kind == semi, t.kind == dash && t.space, t.kind == stop, t.kind == colon, t.kind == newline, t.kind == opening, t.kind == closing,
			t.low == "via", t.low == "for", t.low == "and", t.low == "of", t.low == "by", t.low == "from", t.low == "through", t.low == "fur", t.low == "pour", t.kind == sign:
			cut(i, i+1)
		}
	}
	cut(len(r.toks), len(r.toks))
	return parts
}

// creditPart takes tokens [i,j) as agency or as the person.
func (r *reader) creditPart(c *Credit, i, j int, chain *bool) {
	for i < j && (noise[r.toks[i].low] || r.toks[i].low == "the" && !upper(r.surface(i))) {
		i++
	}
	for j > i && noise[r.toks[j-1].low] {
		j--
	}
	if i >= j {
		return
	}
	switch {
	case r.toks[i].kind == number, r.isJunk(i, j):
	case j-i == 1 && r.toks[i].kind == org:
		*chain = true
		addAgency(c, r.toks[i].org.Code)
	case r.toks[i].kind == org:
		*chain = true
		addAgency(c, r.toks[i].org.Code)
		r.creditPart(c, i+1, j, chain)
	case r.toks[j-1].kind == org:
		r.creditPart(c, i, j-1, chain)
		addAgency(c, r.toks[j-1].org.Code)
		*chain = true
	case r.isOrgPhrase(i, j) && r.capitals(i, j):
		addAgency(c, r.slice(i, j))
	case r.isName(i, j):
		if c.Person == "" {
			c.Person = r.person(i, j).Name
		}
	}
}

// capitals reports that every word has a capital or is one of those that names
// of organisations hold.
func (r *reader) capitals(i, j int) bool {
	for k := i; k < j; k++ {
		t := r.toks[k]
		if t.kind == word && !hasCapital(r.surface(k)) && t.low != "of" && t.low != "the" && t.low != "and" && t.low != "de" && t.low != "la" {
			return false
		}
	}
	return true
}

func addAgency(c *Credit, a string) {
	if !slices.Contains(c.Agency, a) {
		c.Agency = append(c.Agency, a)
	}
}
