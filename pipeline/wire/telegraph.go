package wire

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The character-oriented wires, IPTC 7901 and ANPA 1312, share their lines:
// words of sequence over the headline, paragraphs that are indented or parted
// by blank lines, advisories, notes that are not for publication, a trailer
// with the time. What is here was learned from samples of the wires, not from
// the texts of the standards.

// telegraph is a message in parts.
type telegraph struct {
	header string
	lines  []string // between STX and ETX
	after  string   // behind ETX
}

// frame cuts a message at its control bytes; without STX the header is the
// first lines up to one that holds text.
func frame(text string) telegraph {
	var t telegraph
	if i := strings.IndexByte(text, 0x01); i >= 0 {
		text = text[i+1:]
	}
	body := text
	if i := strings.IndexByte(text, 0x02); i >= 0 {
		t.header, body = text[:i], text[i+1:]
	} else if i := strings.IndexAny(strings.TrimLeft(text, "\x16\r\n "), "\r\n"); i >= 0 {
		text = strings.TrimLeft(text, "\x16\r\n ")
		t.header, body = text[:i], text[i:]
	}
	if i := strings.IndexByte(body, 0x03); i >= 0 {
		body, t.after = body[:i], body[i+1:]
	}
	t.header, t.after = printable(t.header, ' '), printable(t.after, ' ')
	for line := range strings.SplitSeq(strings.ReplaceAll(body, "\r\n", "\n"), "\n") {
		t.lines = append(t.lines, strings.TrimRight(printable(line, -1), " \t\r"))
	}
	return t
}

// printable replaces control bytes but tab and line feed; -1 drops them.
func printable(s string, by rune) string {
	if firstControl([]byte(s)) < 0 && strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r == 0x7f {
			return by
		}
		return r
	}, s)
}

// typography writes the quotes and dashes that the wires spell.
func typography(s string) string {
	s = strings.ReplaceAll(s, "``", "“")
	s = strings.ReplaceAll(s, "''", "”")
	s = strings.ReplaceAll(s, " _ ", " — ")
	s = strings.ReplaceAll(s, " -- ", " — ")
	return strings.ReplaceAll(s, "&amp;", "&")
}

// paragraphs joins the lines of a text: a blank line or an indent of two or
// more starts a paragraph; without either a short line that ends a sentence
// does.
func paragraphs(lines []string) string {
	marked := false
	for i, l := range lines {
		if i > 0 && (l == "" || strings.HasPrefix(l, "  ") || strings.HasPrefix(l, "\t")) {
			marked = true
		}
	}
	size := 0
	for _, l := range lines {
		size += len(l) + 1
	}
	var b strings.Builder
	b.Grow(size)
	brk := false
	for _, l := range lines {
		t := strings.TrimSpace(l)
		if t == "" {
			brk = true
			continue
		}
		if strings.HasPrefix(l, "  ") || strings.HasPrefix(l, "\t") {
			brk = true
		}
		switch {
		case b.Len() == 0:
		case brk:
			b.WriteByte('\n')
		default:
			b.WriteByte(' ')
		}
		b.WriteString(t)
		brk = !marked && len(t) < 55 && strings.ContainsAny(t[len(t)-1:], ".\"'!?")
	}
	return typography(b.String())
}

// isAdvisory reports a bracketed line for editors, or a copyright line.
func isAdvisory(l string) bool {
	t := strings.TrimSpace(l)
	if len(t) > 2 && (t[0] == '[' && t[len(t)-1] == ']' || strings.HasPrefix(t, "((") && strings.HasSuffix(t, "))")) {
		return true
	}
	low := strings.ToLower(t[:min(len(t), 12)])
	return strings.HasPrefix(low, "copyright ") || strings.HasPrefix(low, "(c) ") || strings.HasPrefix(low, "© ") || strings.Trim(t, "_-*=# ") == "" && t != ""
}

// notForPublication opens a block of notes that goes to the end of the text.
var notForPublication = regexp.MustCompile(`(?i)^\W*(the following (information|is) .{0,20}not (intended )?for publication|not for publication|nicht zur ver.{1,4}ffentlichung|(die folgenden informationen|notizblock)\b)`)

// cutNotes drops the block of notes.
func cutNotes(lines []string) []string {
	for i, l := range lines {
		if len(l) < 200 && (strings.Contains(l, "ublication") || strings.Contains(l, "UBLICATION") || strings.Contains(l, "ffentlichung") || strings.Contains(l, "otizblock") || strings.Contains(l, "nformationen")) && notForPublication.MatchString(l) {
			return lines[:i]
		}
	}
	return lines
}

var (
	leadWords    = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)? (?:ld\b|lead\b|net\b|update\b|writethru)|\b(\d{1,2})(?:st|nd|rd|th) (?:ld|lead|net)|\bupdate (\d{1,2})\b`)
	killWords    = regexp.MustCompile(`\b(KILL|STORY WITHDRAWN|WITHDRAWN|ELIMINATION)\b`)
	holdWords    = regexp.MustCompile(`\b(HOLD|WITHHOLD)\b`)
	correctWords = regexp.MustCompile(`(?i)\b(corr|corrected|correction|corrective|refile|corrects)\b`)
	repeatWords  = regexp.MustCompile(`\b(REPEAT|RPT)\b`)
	subWords     = regexp.MustCompile(`\b(SUB|SUBS|Sub|Subs|SUBSTITUTE)\b`)
	takeMark     = regexp.MustCompile(`=\s?(\d)\)?$`)
)

// sequence reads the words of sequence into signals and status and returns the
// number of the lead, 0 for none.
func (in *input) sequence(s string) (lead int) {
	if m := leadWords.FindStringSubmatch(s); m != nil {
		for _, g := range m[1:] {
			if n, err := strconv.Atoi(g); err == nil {
				lead = n
			}
		}
		in.a.signal("update")
	}
	in.stopWords(s)
	if correctWords.MatchString(s) {
		in.a.signal("correction")
	}
	if repeatWords.MatchString(s) {
		in.a.signal("repeat")
	}
	if subWords.MatchString(s) {
		in.a.signal("substitute")
	}
	if strings.Contains(strings.ToLower(s), "writethru") {
		in.a.signal("update")
	}
	return lead
}

// stopWords reads kills and holds.
func (in *input) stopWords(s string) {
	switch {
	case killWords.MatchString(s):
		in.status, in.a.Reason = "canceled", "kill"
		in.a.signal("kill")
	case holdWords.MatchString(s):
		in.status, in.a.Reason = "withheld", "hold"
		in.a.signal("hold")
	}
}

// sequenceStarts are the starts of the words that isSequence knows.
var sequenceStarts = []string{"ld", "lead", "net", "update", "writethru", "kill", "story", "withdrawn", "elimination", "hold", "withhold", "corr", "refile", "repeat", "rpt",
	"sub", "urgent", "flash", "bulletin", "alert", "adv"}

// opensSequence reports whether the first word of a line may be one of sequence,
// which spares most lines the regular expressions.
func opensSequence(s string) bool {
	s = strings.TrimLeft(s, sequenceSigns+"-")
	if s == "" || s[0] >= '0' && s[0] <= '9' {
		return true
	}
	for _, w := range sequenceStarts {
		if len(s) >= len(w) && strings.EqualFold(s[:len(w)], w) {
			return true
		}
	}
	return false
}

// sequenceSigns may stand between words of sequence.
const sequenceSigns = " ,.:;()/+*=<^"

// isSequence reports a line that holds nothing but words of sequence.
func isSequence(s string) bool {
	if !opensSequence(s) {
		return false
	}
	rest := leadWords.ReplaceAllString(s, "")
	for _, re := range []*regexp.Regexp{killWords, holdWords, correctWords, repeatWords, subWords} {
		rest = re.ReplaceAllString(rest, "")
	}
	for _, w := range []string{"URGENT", "FLASH", "BULLETIN", "ALERT", "ADV", "Writethru", "-"} {
		rest = strings.ReplaceAll(rest, w, "")
	}
	return s != "" && strings.Trim(rest, sequenceSigns) == ""
}

var (
	stamp7901 = regexp.MustCompile(`(?i)\b(\d{2})(\d{2})(\d{2})\s*(GMT|UTC|Z)?\s+([a-z]{3})[a-z]*\.?\s+(\d{2}|\d{4})\b`)
	stampANPA = regexp.MustCompile(`\b(\d{2})-(\d{2})-(\d{2,4})\s+(\d{2})(\d{2})\s?([A-Z]{2,4})?`)
)

// trailerTime reads "101530 GMT Mar 25" (day, hour, minute) or "03-10-25
// 1530EST" (month, day, year).
func (in *input) trailerTime(s string) time.Time {
	if m := stamp7901.FindStringSubmatch(s); m != nil {
		loc := in.zone()
		if m[4] != "" {
			loc = time.UTC
		}
		return in.dated(m[6], monthOf(m[5]), m[1], m[2], m[3], loc)
	}
	if m := stampANPA.FindStringSubmatch(s); m != nil {
		loc := in.zone()
		if h, ok := zones822[m[6]]; ok {
			loc = time.FixedZone("", h*3600)
		}
		month, _ := strconv.Atoi(m[1])
		return in.dated(m[3], month, m[2], m[4], m[5], loc)
	}
	return time.Time{}
}

// dated builds a time of texts that hold digits; zero if it does not exist.
func (in *input) dated(y string, month int, d, h, m string, loc *time.Location) time.Time {
	year, _ := strconv.Atoi(y)
	if year < 100 {
		if year += 2000; year > 2069 {
			year -= 100
		}
	}
	day, _ := strconv.Atoi(d)
	hour, _ := strconv.Atoi(h)
	minute, _ := strconv.Atoi(m)
	if month < 1 || month > 12 || day < 1 || year < minYear || year > maxYear || day > daysIn(year, month) || hour > 23 || minute > 59 {
		in.warn("trailer is not a date")
		return time.Time{}
	}
	return time.Date(year, time.Month(month), day, hour, minute, 0, 0, loc).UTC()
}

// advisorySlug is what stands for a slug over messages to editors.
var advisorySlug = regexp.MustCompile(`(?i)^\W*(achtung|hinweis|advisory|advisories|attention|editors|avis|aviso|note|kill|hold)\b`)

// telegraphTimes settles identity and times: an item is a service, a slug and
// a day, and the number of the take from the second on; the lead number orders
// versions of the same minute.
func (in *input) telegraphTimes(service, slug string, at time.Time, lead int) {
	in.published = at
	in.a.Lead = lead
	if !at.IsZero() {
		in.versionTime = at.Add(time.Duration(lead) * time.Millisecond)
	}
	day := at
	if day.IsZero() {
		day = in.e.ReceivedAt
	}
	if service != "" && slug != "" && !day.IsZero() {
		in.a.OwnID = service + "/" + strings.ToLower(slug) + "/" + day.UTC().Format("2006-01-02")
		if in.a.Take >= 2 { // a later take is an article of its own, not a version of the first
			in.a.OwnID += "/=" + strconv.Itoa(in.a.Take)
		}
		if advisorySlug.MatchString(slug) { // shared by all advisories of the day: each is an item
			in.a.OwnID += "/" + in.a.TransmissionID
		}
	}
}

// wireText decodes a payload of the character-oriented wires.
func (in *input) wireText() (string, error) {
	text, warning, err := decodeText(in.data, in.e.Charset, in.e.ContentType)
	if err != nil {
		return "", err
	}
	if warning != "" {
		in.warn(warning)
	}
	return text, nil
}
