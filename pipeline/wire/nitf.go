package wire

import (
	"strconv"
	"strings"
)

// parseNITF reads a NITF 3 document.
func parseNITF(in *input) error {
	root, err := in.document()
	if err != nil {
		return err
	}
	n := root.find("nitf")
	if n == nil {
		return refuse(Malformed, "XML holds no nitf element")
	}
	in.nitfHead(n.child("head"))
	in.nitfBody(n.child("body"))
	if in.a.Title == "" {
		in.a.Title = n.path("head", "title").words()
	}
	return nil
}

// nitfHead reads docdata: identity, dates, status, urgency, subjects. The
// message to editors (ed-msg) only gives signals; its text goes no further.
func (in *input) nitfHead(head *node) {
	if head == nil {
		return
	}
	a := in.a
	doc := head.child("docdata")
	a.OwnID = doc.child("doc-id").attr("id-string")
	in.status = nitfStatus(doc.attr("management-status"))
	in.version, _ = strconv.ParseInt(doc.child("du-key").attr("version"), 10, 64)
	in.version = max(in.version, 0)
	a.Slug = doc.child("du-key").attr("key")
	issue := in.when("date.issue", doc.child("date.issue").attr("norm"))
	release := doc.child("date.release").attr("norm")
	in.published = issue
	if release != "" {
		t := in.when("date.release", release)
		in.published = earliestSet(issue, t)
		// A release after the issue is an embargo; one before it has long been.
		if t.IsZero() || issue.IsZero() || t.After(issue) {
			in.embargo = release
		}
	}
	in.versionTime = issue
	if u, err := strconv.Atoi(doc.child("urgency").attr("ed-urg")); err == nil && u >= 1 && u <= 9 {
		a.Urgency = u
	}
	if c := doc.child("correction"); c != nil {
		a.signal("correction")
		a.CorrectionNote = first(a.CorrectionNote, c.attr("info"))
	}
	for _, m := range doc.all("ed-msg") {
		in.edMessage(m.attr("msg-type") + " " + m.attr("info"))
	}
	for _, k := range doc.all("keyword") {
		a.subject(k.attr("key"))
	}
	for _, s := range head.all("tobject.subject") {
		a.subject(first(s.attr("tobject.subject.detail"), s.attr("tobject.subject.matter"), s.attr("tobject.subject.type")))
	}
	for _, c := range doc.all("classifier") {
		a.subject(c.attr("value"))
	}
}

// edMessage takes the signals out of a message to editors.
func (in *input) edMessage(s string) {
	s = strings.ToLower(s)
	switch {
	case strings.Contains(s, "kill"), strings.Contains(s, "withdraw"):
		in.status = "canceled"
	case strings.Contains(s, "hold"):
		in.status = "withheld"
	case strings.Contains(s, "correct"):
		in.a.signal("correction")
	case strings.Contains(s, "writethru"), strings.Contains(s, "update"), strings.Contains(s, "lead"):
		in.a.signal("update")
	}
}

// nitfStatus maps @management-status; the specification has usable, embargoed,
// withheld and canceled.
func nitfStatus(s string) string {
	if _, ok := statusOf(s); !ok {
		return "withheld" // a status we do not know shows nothing
	}
	return s
}

// subject adds a subject once.
func (a *Article) subject(s string) {
	if s == "" || len(a.Subjects) >= 100 {
		return
	}
	for _, have := range a.Subjects {
		if have == s {
			return
		}
	}
	a.Subjects = append(a.Subjects, s)
}

// nitfBody reads headline, byline, dateline and text. Media are left out but
// for their producers, which are photo credits.
func (in *input) nitfBody(body *node) {
	if body == nil {
		return
	}
	a := in.a
	head := body.child("body.head")
	if head != nil {
		a.Title = head.child("hedline").child("hl1").words()
		if a.Title == "" {
			a.Title = head.child("hedline").words()
		}
		a.Description = head.child("abstract").words()
		for _, b := range head.children("byline") {
			a.byline("nitf.byline", nitfByline(b))
		}
		if d := head.child("distributor"); d != nil && len(a.Byline) == 0 {
			a.byline("nitf.distributor", d.words())
		}
		a.Dateline = nitfDateline(head.child("dateline"))
		if a.Dateline != "" && head.child("dateline").child("story.date") != nil && in.published.IsZero() {
			in.published = in.when("story.date", head.path("dateline", "story.date").attr("norm"))
		}
	}
	content := body.child("body.content")
	if content == nil && head == nil {
		content = body
	}
	a.Body = content.lines()
	for _, m := range body.all("media-producer") {
		if w := m.words(); w != "" && len(a.Credits) < 50 {
			a.Credits = append(a.Credits, w)
		}
	}
	if end := body.child("body.end"); end != nil {
		if tag := end.child("tagline").lines(); tag != "" {
			a.Body = strings.TrimLeft(a.Body+"\n"+tag, "\n")
		}
	}
}

// nitfByline puts a byline's parts on lines of their own: persons, then the
// title or outlet.
func nitfByline(b *node) string {
	if b.child("byttl") == nil {
		return b.words()
	}
	rest := &node{name: "byline"}
	var titles []string
	for _, k := range b.kids {
		if k.name == "byttl" {
			titles = append(titles, k.words())
		} else {
			rest.kids = append(rest.kids, k)
		}
	}
	return strings.Join(append([]string{rest.words()}, titles...), "\n")
}

// nitfDateline writes the dateline with its date after a comma.
func nitfDateline(d *node) string {
	if d == nil {
		return ""
	}
	place, date := d.child("location").words(), d.child("story.date").words()
	switch {
	case place == "":
		return d.words()
	case date == "":
		return place
	}
	return place + ", " + date
}
