package wire

import (
	"regexp"
	"strings"
)

var (
	serviceANPA  = regexp.MustCompile(`(?i)^\s*([a-z])(\d{4})`)
	priorityANPA = regexp.MustCompile(`(?m)^\s*([fburda])\s+([a-z])\b`)
	countANPA    = regexp.MustCompile(`,?\s*\d{2,5}$`)
)

// urgencies of ANPA's priorities: flash, bulletin, urgent, regular, deferred,
// advance.
var urgencies = map[string]int{"f": 1, "b": 2, "u": 3, "r": 4, "d": 5, "a": 6}

// parseANPA1312 reads a message of ANPA 1312 as AP and others send it: service
// letter and number, priority and category, then lines that open with ^ and
// end with < or =: slug, notes to editors, headline, byline, outlet.
func parseANPA1312(in *input) error {
	text, err := in.wireText()
	if err != nil {
		return err
	}
	t := frame(text)
	a := in.a
	service, number := "", ""
	if m := serviceANPA.FindStringSubmatch(t.header); m != nil {
		service, number = strings.ToLower(m[1]), m[2]
	} else {
		in.warn("ANPA header is not of the usual form")
	}
	a.TransmissionID = first(a.TransmissionID, service+number)
	advance := false
	if m := priorityANPA.FindStringSubmatch(t.header); m != nil {
		a.Urgency = urgencies[m[1]]
		a.subject(m[2])
		advance = m[1] == "a"
	}
	lines, trailer := trailerANPA(t.lines)
	lines, lead := in.headANPA(cutNotes(lines))
	a.Body = paragraphs(bodyANPA(lines))
	in.refers(service, strings.Join(t.lines, "\n"))
	at := in.trailerTime(first(t.after, trailer))
	if at.IsZero() {
		at = in.trailerTime(trailer)
	}
	if advance && in.embargo == "" {
		in.embargo = "advance" // the date of release is in words for people
	}
	in.telegraphTimes(service, first(a.Slug, a.Title), at, lead)
	return nil
}

// trailerANPA takes the line "AP-NY-03-10-25 1530EST<" off the end.
func trailerANPA(lines []string) (rest []string, trailer string) {
	for i := len(lines) - 1; i >= 0 && i >= len(lines)-4; i-- {
		if l := strings.TrimSpace(lines[i]); len(l) < 60 && stampANPA.MatchString(l) {
			return lines[:i], l
		}
	}
	return lines, ""
}

// headANPA takes the tagged lines over the text. A note to editors may go over
// several lines; it ends with <.
func (in *input) headANPA(lines []string) (rest []string, lead int) {
	a := in.a
	for i := 0; i < len(lines); i++ {
		l := strings.TrimSpace(lines[i])
		if l == "" || isAdvisory(l) {
			continue
		}
		tag, ok := strings.CutPrefix(l, "^")
		if !ok {
			return lines[i:], lead
		}
		outlet := strings.HasSuffix(tag, "=")
		for !strings.HasSuffix(tag, "<") && !strings.HasSuffix(tag, "=") && i+1 < len(lines) && !strings.HasPrefix(lines[i+1], "^") && isNote(tag) {
			i++
			tag += " " + strings.TrimSpace(lines[i])
		}
		tag = strings.TrimSpace(strings.TrimRight(tag, "<= "))
		switch {
		case tag == "":
		case isNote(tag):
			lead = max(lead, in.noteANPA(tag))
		case a.Slug == "" && a.Title == "" && isSlugANPA(tag):
			lead = max(lead, in.slugANPA(tag))
		case hasIntro(tag):
			a.byline("anpa.header", tag)
		case outlet:
			a.byline("anpa.header", tag)
		case isCreditLine(tag):
			a.Credits = append(a.Credits, tag)
		case a.Title == "":
			a.Title = typography(tag)
			if strings.ToUpper(tag) == tag {
				in.stopWords(tag)
			}
		case isSequence(tag):
			lead = max(lead, in.sequence(tag))
		default:
			a.Description = first(a.Description, typography(tag))
		}
	}
	return nil, lead
}

// isNote reports a note to editors.
func isNote(tag string) bool {
	low := strings.ToLower(tag)
	return strings.HasPrefix(low, "eds:") || strings.HasPrefix(low, "eds.") || strings.HasPrefix(low, "editors:") || strings.HasPrefix(low, "note ") || strings.HasPrefix(low, "attention")
}

// noteANPA takes kills and holds out of a note; its text goes no further.
func (in *input) noteANPA(tag string) int {
	in.stopWords(tag)
	if correctWords.MatchString(tag) {
		in.a.signal("correction")
	}
	return 0
}

// isSlugANPA reports a keyword slug: BC-CC--Topic, with a cycle or a double
// hyphen.
func isSlugANPA(tag string) bool {
	word, _, _ := strings.Cut(tag, ",")
	return !strings.Contains(word, " ") && strings.Contains(word, "-") || strings.Contains(word, "--")
}

// slugANPA reads the keyword slug, the words of sequence and the word count:
// "BC-Ferry--Harbour,2nd Ld-Writethru,0451".
func (in *input) slugANPA(tag string) (lead int) {
	slug, words, _ := strings.Cut(countANPA.ReplaceAllString(tag, ""), ",")
	in.a.Slug = strings.TrimSpace(slug)
	return in.sequence(words)
}

// bodyANPA drops advisories, tags and the marks that end a text.
func bodyANPA(lines []string) []string {
	out := lines[:0:0]
	for _, l := range lines {
		t := strings.TrimSpace(l)
		if isAdvisory(l) || strings.HasPrefix(t, "^") {
			continue
		}
		out = append(out, strings.TrimRight(l, "<"))
	}
	return out
}
