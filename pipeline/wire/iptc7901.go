package wire

import (
	"regexp"
	"strings"
)

// header7901 is "abc0042 3 pol 345": source and number, priority, category,
// word count.
var header7901 = regexp.MustCompile(`(?i)\b([a-z]{2,4})\s?(\d{3,4})\s+([1-9])\s+([a-z]{1,4})\b`)

// parseIPTC7901 reads a message of IPTC 7901: header and STX, a slug line that
// ends with a slash, words of sequence, headline, byline, text, ETX, time.
func parseIPTC7901(in *input) error {
	text, err := in.wireText()
	if err != nil {
		return err
	}
	t := frame(text)
	a := in.a
	service, number := "", ""
	if m := header7901.FindStringSubmatch(t.header); m != nil {
		service, number = strings.ToLower(m[1]), m[2]
		a.Urgency = int(m[3][0] - '0')
		a.subject(strings.ToLower(m[4]))
	} else {
		in.warn("7901 header is not of the usual form")
	}
	a.TransmissionID = first(a.TransmissionID, service+number)
	lines := cutNotes(t.lines)
	lines, lead := in.head7901(lines)
	a.Body = paragraphs(body7901(lines))
	in.refers(service, strings.Join(cutNotes(t.lines), "\n"))
	at := in.trailerTime(t.after)
	if at.IsZero() {
		at = in.trailerTime(tailOf(t.lines))
	}
	in.telegraphTimes(service, first(a.Slug, a.Title), at, lead)
	return nil
}

// tailOf is the last lines, where the time stands if ETX is missing.
func tailOf(lines []string) string {
	return strings.Join(lines[max(0, len(lines)-3):], "\n")
}

// head7901 takes the lines over the text.
func (in *input) head7901(lines []string) (rest []string, lead int) {
	a := in.a
	for i := 0; i < len(lines) && i < 40; i++ {
		l := strings.TrimSpace(lines[i])
		ended := strings.HasSuffix(l, "=")
		l = strings.TrimSpace(strings.TrimRight(l, "= "))
		switch {
		case l == "" || isAdvisory(l):
		case a.Slug == "" && a.Title == "" && strings.HasSuffix(l, "/") && len(l) < 120:
			a.Slug = strings.TrimSuffix(l, "/")
		case a.Title == "" && isSequence(l):
			lead = max(lead, in.sequence(l))
		case hasIntro(l) && len(l) < maxBylineLine:
			a.byline("iptc7901.line", l)
		case a.Title == "":
			a.Title = typography(l)
			lead = max(lead, in.titleWords(l))
		case ended && len(a.Byline) == 0 && len(l) < maxTitleLine && !isBareDateline(l): // a headline of several lines
			a.Title += " " + typography(l)
		case len(a.Byline) > 0 && ended:
			a.byline("iptc7901.line", l)
		default:
			return lines[i:], lead
		}
	}
	return nil, lead
}

// titleWords reads what a headline says of its sequence: "CORRECTED-", "UPDATE
// 2-", "(=2)".
func (in *input) titleWords(s string) (lead int) {
	head, _, ok := strings.Cut(s, "-")
	if ok && len(head) < 30 && isSequence(head) {
		lead = in.sequence(head)
	}
	in.a.StoryKey = s // of the first take too, which says nothing of others to come
	if m := takeMark.FindStringSubmatchIndex(s); m != nil {
		if in.a.Take = int(s[m[2]] - '0'); in.a.Take >= 2 {
			in.a.StoryKey = strings.TrimRight(s[:m[0]], " (")
			in.a.signal("take")
		} else {
			in.a.Take = 0
		}
	}
	return lead
}

// body7901 drops advisories and the time line.
func body7901(lines []string) []string {
	out := lines[:0:0]
	for i, l := range lines {
		if isAdvisory(l) || i >= len(lines)-3 && stamp7901.MatchString(l) && len(l) < 40 {
			continue
		}
		out = append(out, l)
	}
	return out
}
