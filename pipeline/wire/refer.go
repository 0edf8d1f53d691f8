package wire

import (
	"regexp"
	"slices"
	"strings"
)

// What a Reference asks for.
const (
	Kill    = "kill"    // withdraw the item for good
	Hold    = "hold"    // hide it until further notice
	Release = "release" // a hold is over; nothing returns by itself
	Correct = "correct" // the item has a mistake that this one mends
)

// Reference names another item: wires send kills, holds and corrections as
// messages of their own, which say the number and the headline of the one they
// mean. At least one of TransmissionID and Title is set.
type Reference struct {
	Action         string // Kill, Hold, Release or Correct
	TransmissionID string // as Article.TransmissionID has it: service and number, lower case
	Slug           string // of the message itself: wires repeat it; empty if it is an advisory's
	Title          string // the headline as the message quotes it
}

// Bounds of the search for references: advisories are short, and each names an
// item or two.
const (
	maxAdvisory   = 2000 // bytes; a longer text is a story
	maxReferences = 8
	minQuoted     = 8 // bytes of a quoted headline
)

var (
	// numberedItem finds "item 0042", "Meldung Nr. 0042", "hlw0042", "a0123".
	numberedItem = regexp.MustCompile(`(?i)\b(?:(item|story|message|meldung|nr\.?|no\.?|number|nummer|despacho|noticia|d[ée]p[êe]che)\s+)*([a-z]{1,4})?\s?(\d{3,4})\b`)
	// quotedTitle finds a headline in the quotes of the wires' languages.
	quotedTitle = regexp.MustCompile("“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»|\"([^\"]+)\"|``([^`']+)''")
	// releaseWords say that a hold is over.
	releaseWords = regexp.MustCompile(`(?i)\b(hold (is )?(lifted|released)|may be used|cleared for (use|publication)|sperrung aufgehoben|darf verwendet werden)\b`)
)

// refers reads which other items a message of the character-oriented wires
// kills, holds, releases or corrects. text is the message without its header;
// of its notes to editors only numbers are taken, headlines come from what is
// public.
func (in *input) refers(service, text string) {
	a := in.a
	stopped := statusIs(in.status, Withdrawn) || statusIs(in.status, Withheld)
	if len(text) > maxAdvisory {
		if !stopped {
			return // a story
		}
		text = text[:maxAdvisory]
	}
	slug := a.Slug
	if advisorySlug.MatchString(slug) {
		slug = ""
	}
	public := a.Title + "\n" + a.Body
	action := ""
	switch {
	case releaseWords.MatchString(text):
		action = Release
	case statusIs(in.status, Withdrawn):
		action = Kill
	case statusIs(in.status, Withheld):
		action = Hold
	case slices.Contains(a.Signals, "correction"):
		action = Correct
	default:
		return
	}
	var titles []string
	for _, m := range quotedTitle.FindAllStringSubmatch(public[:min(len(public), maxAdvisory)], maxReferences) {
		for _, t := range m[1:] {
			if len(t) >= minQuoted {
				titles = append(titles, typography(strings.Join(strings.Fields(t), " ")))
			}
		}
	}
	for _, m := range numberedItem.FindAllStringSubmatch(text, 4*maxReferences) {
		letters := strings.ToLower(m[2])
		if m[1] == "" && (letters == "" || letters != service) || len(a.Refers) >= maxReferences {
			continue // any number of the text
		}
		r := Reference{Action: action, TransmissionID: first(letters, service) + m[3], Slug: slug}
		if r.TransmissionID == a.TransmissionID || slices.ContainsFunc(a.Refers, func(o Reference) bool { return o.TransmissionID == r.TransmissionID }) {
			continue
		}
		if len(titles) > 0 {
			r.Title, titles = titles[0], titles[1:]
		}
		a.Refers = append(a.Refers, r)
		if a.Target == "" && (action == Kill || action == Hold) {
			a.Target = reference(r.TransmissionID, r.Slug)
		}
	}
	if len(a.Refers) == 0 && action != Correct { // a corrected story quotes whom it will
		for _, t := range titles {
			a.Refers = append(a.Refers, Reference{Action: action, Slug: slug, Title: t})
		}
	}
}

// reference is what an item is called in Ref and Target: transmission id, a
// zero byte and the slug, which may be empty. Envelopes write the id as they
// like, "HLW 0042".
func reference(id, slug string) string {
	return strings.ToLower(strings.Join(strings.Fields(id), "")) + "\x00" + strings.ToLower(slug)
}

func statusIs(s, want string) bool {
	got, ok := statusOf(s)
	return ok && got == want
}

// noteWords are the first four letters of noteForms, without a bracket.
var noteWords = [...]string{"this", "corr", "refi", "clar", "beri"}

// noteForms open the paragraph in which a version tells its readers what it
// corrects: in brackets (Reuters), as "This story has been corrected" (AP), or
// under the word. "Corrected for inflation" is none.
var noteForms = regexp.MustCompile(`(?i)^(\((corrects|corrected|refiles|refiled|clarifies)\b|\(?this (version|story|article|item|report|[a-z]+ \d+ (story|article|item)) ?(has been |was )?(corrects|corrected|refiles|refiled)\b|(correction|corrige|berichtigung):)`)

// correction reads the public note of a correction from the first or the last
// paragraphs of the body.
func (in *input) correction() {
	a := in.a
	if a.CorrectionNote != "" || a.Body == "" {
		return
	}
	if line, _, _ := strings.Cut(a.Body, "\n"); in.correctionLine(line) {
		return
	}
	rest := a.Body
	for range 3 {
		i := strings.LastIndexByte(rest, '\n')
		if in.correctionLine(rest[i+1:]) || i < 0 {
			return
		}
		rest = rest[:i]
	}
}

// opensNote reports whether a paragraph that starts so may be such a note.
func opensNote(s string) bool {
	s = strings.TrimLeft(s, "(")
	for _, w := range noteWords {
		if len(s) >= len(w) && strings.EqualFold(s[:len(w)], w) {
			return true
		}
	}
	return false
}

// correctionLine takes the paragraph if it is such a note.
func (in *input) correctionLine(line string) bool {
	line = strings.TrimSpace(line)
	if len(line) < 12 || len(line) > 600 || !opensNote(line[:6]) || !noteForms.MatchString(line) {
		return false
	}
	in.a.CorrectionNote = strings.Trim(line, "()")
	in.a.signal("correction")
	return true
}
