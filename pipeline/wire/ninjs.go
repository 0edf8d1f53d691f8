package wire

import (
	"strings"
)

// parseNinjs reads ninjs 1, 2 and 3. The versions differ in the case of keys
// (which get ignores) and in where text stands: version 1 has body_text,
// body_html and so on, later ones have arrays of {role, contenttype, value}.
// The specification is IPTC's, ninjs 1.6, 2.2 and 3.1. Its editor's note is for
// editors and goes no further.
func parseNinjs(in *input) error {
	v, err := in.object()
	if err != nil {
		return err
	}
	a := in.a
	in.checkNinjs(v)
	a.OwnID = v.get("uri").str()
	if a.OwnID == "" {
		return refuse(Malformed, "ninjs item has no uri")
	}
	in.status, in.embargo = v.get("pubstatus").str(), v.get("embargoed").str()
	in.version = v.get("version").integer()
	in.versionTime = in.when("versioncreated", v.get("versioncreated").str())
	created := in.when("firstcreated", v.get("firstcreated").str())
	in.published = earliestSet(created, in.versionTime)
	if in.versionTime.After(in.published) {
		in.updated = in.versionTime
	}
	a.Language = v.get("language").str()
	a.Urgency = int(min(v.get("urgency").integer(), 9))
	a.Slug = v.get("slugline").str()
	a.Subjects = append(v.get("subject").names("name"), v.get("subjects").names("name")...)
	a.Title = plainOf(first(v.get("headline").str(), prefixed(v, "headline_"), roleText(v.get("headlines"), "main"), v.get("title").str()))
	a.Description = plainOf(first(v.get("description_text").str(), roleText(v.get("descriptions"), "text", "lead", "summary")))
	if by := first(v.get("byline").str(), v.get("by").str()); by != "" {
		a.byline("ninjs.byline", by)
	}
	a.Dateline = v.get("located").str()
	a.Body = ninjsBody(v)
	switch kind := strings.ToLower(v.get("type").str()); kind {
	case "", "text":
	case "composite":
		if a.Body == "" {
			return refuse(NotArticle, "ninjs item is a composite without a body")
		}
	default:
		return refuse(NotArticle, "ninjs item is of a type other than text")
	}
	if a.Title == "" && a.Body == "" && a.Description == "" {
		if tombstone(in.status) {
			return nil
		}
		return refuse(NotArticle, "ninjs item holds no text")
	}
	if a.Body == "" && a.Title == "" {
		a.Body = a.Description
	}
	return nil
}

// ninjsBody is the item's text: the plain form byte for byte if there is one,
// else the text of a marked-up one.
func ninjsBody(v *value) string {
	if s := v.get("body_text"); s.kind == 's' && strings.TrimSpace(s.text) != "" {
		return s.text
	}
	for _, k := range []string{"body_xhtml", "body_html", "body_html5", "body_nitf"} {
		if s := v.get(k).str(); s != "" {
			return bodyOf(s)
		}
	}
	if s := prefixed(v, "body_"); s != "" {
		return bodyOf(s)
	}
	var marked string
	for _, b := range v.get("bodies").each() {
		s := b.get("value")
		if strings.TrimSpace(s.text) == "" {
			continue
		}
		kind := strings.ToLower(b.get("contenttype").str())
		if strings.HasPrefix(kind, "text/plain") || kind == "" && !looksMarkup(s.text) {
			return s.text
		}
		marked = first(marked, bodyOf(s.text))
	}
	return marked
}

// prefixed is the first string whose key starts so.
func prefixed(v *value, prefix string) string {
	for i, k := range v.keys {
		if s := v.list[i].str(); s != "" && len(k) > len(prefix) && strings.EqualFold(k[:len(prefix)], prefix) {
			return s
		}
	}
	return ""
}

// bodyOf is the text of a body in NITF, XHTML or HTML, or of plain text.
func bodyOf(s string) string {
	if !looksMarkup(s) {
		return s
	}
	if strings.Contains(s[:min(len(s), 1000)], "<nitf") || strings.Contains(s[:min(len(s), 200)], "<body.content") {
		if root, err := parseXML(strings.TrimSpace(s)); err == nil {
			if c := root.find("body.content"); c != nil {
				return c.lines()
			}
		}
	}
	text, _ := markupText(s)
	return text
}

// roleText is the value of the first entry that has one of the roles, in the
// order of the roles, else of the first entry.
func roleText(v *value, roles ...string) string {
	for _, role := range roles {
		for _, e := range v.each() {
			if strings.EqualFold(e.get("role").str(), role) {
				if s := e.get("value").str(); s != "" {
					return s
				}
			}
		}
	}
	for _, e := range v.each() {
		if s := e.get("value").str(); s != "" {
			return s
		}
	}
	return ""
}

// ninjsTypes are the properties of all versions, lower case, with the type they
// must have: s string, n number, a array, o object, d date, x any.
var ninjsTypes = map[string]byte{
	"$standard": 'o', "standard": 'o', "uri": 's', "type": 's', "mimetype": 's', "representationtype": 's', "profile": 's', "version": 's', "firstcreated": 'd', "versioncreated": 'd',
	"contentcreated": 'd', "embargoed": 'd', "pubstatus": 's', "urgency": 'n', "copyrightholder": 's', "copyrightnotice": 's', "usageterms": 's', "ednote": 's', "language": 's',
	"person": 'a', "organisation": 'a', "place": 'a', "subject": 'a', "event": 'a', "object": 'a', "infosource": 'a', "genre": 'a', "people": 'a', "organisations": 'a', "places": 'a',
	"subjects": 'a', "events": 'a', "objects": 'a', "infosources": 'a', "genres": 'a', "title": 's', "byline": 's', "by": 's', "headline": 's', "slugline": 's', "located": 's',
	"headlines": 'a', "bodies": 'a', "descriptions": 'a', "charcount": 'n', "wordcount": 'n', "renditions": 'x', "associations": 'x', "altids": 'x', "trustindicator": 'a', "trustindicators": 'a',
	"expires": 'd', "rightsinfo": 'o', "signals": 'x', "advice": 'a', "advices": 'a', "eventdetails": 'o', "plannedcoverage": 'x', "newscoveragestatus": 'x', "planning": 'x', "contactinfo": 'x',
	"name": 's', "rel": 's', "commodities": 'a', "products": 'a', "collections": 'a', "collection": 'x', "deliverymethod": 'x', "role": 's', "literal": 's', "assignedto": 'x', "priority": 'x',
}

// ninjsValues are the values that properties may have.
var ninjsValues = map[string]string{
	"type":               " text audio video picture graphic composite component planning event liveblog ",
	"representationtype": " complete incomplete full partial associated ",
}

// checkNinjs warns of what the schema forbids and we read all the same.
func (in *input) checkNinjs(v *value) {
	for i, k := range v.keys {
		k = strings.ToLower(k)
		m := &v.list[i]
		switch want, known := ninjsTypes[k]; {
		case !known && !ninjsPattern(k):
			in.warn("ninjs item has a property that no version knows")
		case m.kind == 'z', want == 'x', want == m.kind, !known && m.kind == 's':
		case want == 'd' && m.kind == 's':
			in.when(k, m.text)
		default:
			in.warn("ninjs " + k[:min(len(k), 40)] + " has the wrong type")
		}
		if values := ninjsValues[k]; values != "" && m.kind == 's' && !strings.Contains(values, " "+m.text+" ") {
			in.warn("ninjs " + k + " has an unknown value")
		}
	}
	if strings.EqualFold(v.get("pubstatus").str(), "cancelled") {
		in.warn("ninjs pubstatus is spelled cancelled")
	}
	if r := v.get("rightsinfo"); r.get("linkedrights").kind != 'z' && r.get("encodedrights").kind != 'z' {
		in.warn("ninjs rightsinfo has both linked and encoded rights")
	}
	for _, e := range append(v.get("advice").each(), v.get("advices").each()...) {
		for _, k := range []string{"importance", "lifetime"} {
			if m := e.get(k); m.kind != 'z' && m.get("code").kind == 'z' {
				in.warn("ninjs advice has an " + k + " without a code")
			}
		}
	}
	list := v.get("associations")
	for i := range list.list {
		in.checkAssociation(&list.list[i], list.kind == 'a')
	}
}

// checkAssociation warns of an associated item without what names it: its uri,
// and in a list, where no key does, its name.
func (in *input) checkAssociation(e *value, named bool) {
	if named && e.get("name").str() == "" || e.get("uri").str() == "" {
		in.warn("ninjs association has no name or no uri")
	}
	for _, k := range e.keys {
		if k = strings.ToLower(k); ninjsTypes[k] == 0 && !ninjsPattern(k) {
			in.warn("ninjs association has a property that no version knows")
		}
	}
}

// ninjsPattern reports body_*, description_* and headline_* with a name after
// the stroke.
func ninjsPattern(k string) bool {
	for _, p := range []string{"body_", "description_", "headline_"} {
		rest, ok := strings.CutPrefix(k, p)
		if !ok || rest == "" {
			continue
		}
		for _, c := range []byte(rest) {
			if c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
				return false
			}
		}
		return true
	}
	return false
}

// tombstone reports a status that needs no text.
func tombstone(status string) bool {
	s, ok := statusOf(status)
	return ok && (s == Withheld || s == Withdrawn)
}

// byline adds the lines of a byline field.
func (a *Article) byline(from, s string) {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			a.Byline = append(a.Byline, line)
			a.BylineFrom = from
		}
	}
}
