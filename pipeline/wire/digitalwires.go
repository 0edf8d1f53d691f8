package wire

import (
	"html"
	"strings"
)

// parseDigitalwires reads dpa's digitalwires JSON. A dateline inside the text is
// cut from the body and kept as the structured one if that is missing. Of the
// notes that are not for publication only who wrote and who edited, in which
// role and where, is kept: no number, no address, no other word.
func parseDigitalwires(in *input) error {
	v, err := in.object()
	if err != nil {
		return err
	}
	a := in.a
	a.OwnID = first(v.get("urn").str(), v.get("entry_id").str())
	in.status = v.get("pubstatus").str()
	a.signal(v.get("signal").str())
	in.embargo = v.get("embargoed").str()
	in.version = v.get("version").integer()
	in.versionTime = in.when("version_created", v.get("version_created").str())
	in.published = in.versionTime
	if in.version > 1 {
		in.updated = in.versionTime
	}
	a.Language = v.get("language").str()
	a.Urgency = int(min(v.get("urgency").integer(), 9))
	a.Slug = v.get("kicker").str()
	a.Title = plainOf(v.get("headline").str())
	a.Description = plainOf(v.get("teaser").str())
	a.Subjects = append(v.get("dpasubject_names").names("name"), v.get("keyword_names").names("name")...)
	a.Subjects = append(a.Subjects, v.get("geosubject_names").names("name")...)
	if by := plainOf(v.get("byline").str()); by != "" {
		a.byline("digitalwires.byline", by)
	}
	a.Dateline = strings.TrimSpace(plainOf(v.get("dateline").str()))
	body, apart := markupText(v.get("article_html").str(), "dateline")
	a.Body = body
	a.Dateline = first(a.Dateline, apart["dateline"])
	in.dpaNotes(v.get("ednotes"))
	if body == "" {
		if tombstone(in.status) {
			return nil
		}
		return refuse(NotArticle, "digitalwires item holds no text")
	}
	return nil
}

// dpaNotes reads the editorial notes: a public correction, an embargo without
// a date of its own, and the contacts.
func (in *input) dpaNotes(notes *value) {
	for _, n := range notes.each() {
		role := n.get("role").str()
		text := n.get("ednote").str()
		if i := strings.LastIndexByte(role, ':'); i >= 0 {
			role = role[i+1:]
		}
		public := n.get("is_publishable").kind == 't'
		switch {
		case role == "correction" && public && in.a.CorrectionNote == "":
			in.a.CorrectionNote = plainOf(text)
		case role == "embargo" && in.embargo == "":
			in.embargo = "see note" // no date we can read: withheld
		case role == "dpacontacts":
			in.a.Contacts = append(in.a.Contacts, contactRow(html.UnescapeString(text))...)
		}
	}
}

// contactRow reads "Autor/in: Ann Lee (Kiel) +49 …, a@example.org und Bo Ek
// (Oslo)": role, names and places.
func contactRow(s string) (out []Contact) {
	head, rest, ok := strings.Cut(s, ":")
	if !ok {
		return nil
	}
	role := contactRole(head)
	for part := range strings.SplitSeq(strings.ReplaceAll(rest, " und ", ","), ",") {
		own := role
		if h, r, ok := strings.Cut(part, ":"); ok { // "Foto: Newsdesk" inside the row
			own, part = contactRole(h), r
		}
		if own == "" {
			continue
		}
		if name, place := contactName(part); name != "" {
			desk := place == "" || !strings.Contains(name, " ")
			out = append(out, Contact{Name: name, Role: own, Place: place, Desk: desk})
		}
	}
	return out
}

// contactRole maps the labels of contact rows to the roles of a byline.
func contactRole(label string) string {
	switch label = strings.ToLower(strings.TrimSpace(label)); {
	case strings.HasPrefix(label, "autor"), strings.HasPrefix(label, "author"), strings.HasPrefix(label, "reporter"):
		return "reporting"
	case strings.HasPrefix(label, "redaktion"), strings.HasPrefix(label, "editor"), strings.HasPrefix(label, "desk"):
		return "editing"
	case strings.HasPrefix(label, "foto"), strings.HasPrefix(label, "photo"), strings.HasPrefix(label, "bild"):
		return "photo"
	}
	return ""
}

// contactName is the name and the place in brackets, without numbers and
// addresses; empty if there is no name.
func contactName(s string) (name, place string) {
	if i := strings.IndexByte(s, '('); i >= 0 {
		if j := strings.IndexByte(s[i:], ')'); j > 0 {
			place = strings.TrimSpace(s[i+1 : i+j])
		}
		s = s[:i]
	}
	var words []string
	for w := range strings.FieldsSeq(s) {
		if strings.ContainsAny(w, "0123456789@<>/") {
			break
		}
		words = append(words, w)
	}
	if len(words) == 0 || len(words) > 6 || !startsUpper(words[0]) && !capitalInside(words[0]) || strings.ContainsAny(place, "0123456789@") {
		return "", ""
	}
	return strings.Join(words, " "), place
}
