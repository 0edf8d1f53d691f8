package wire

import (
	"strconv"
	"strings"
)

// parseNewsML12 reads the first news item of a NewsML 1.0 to 1.2 document that
// holds text. Its DateId is part of an identifier, no publication date.
// Instructions to editors go no further.
func parseNewsML12(in *input) error {
	root, err := in.document()
	if err != nil {
		return err
	}
	if root.name != "NewsML" {
		return refuse(Malformed, "XML holds no NewsML element")
	}
	items := root.children("NewsItem")
	if len(items) == 0 {
		return refuse(NotArticle, "NewsML document holds no news item")
	}
	item := items[0]
	for _, it := range items {
		if it.textComponent() != nil {
			item = it
			break
		}
	}
	in.newsmlIdentity(item)
	in.newsmlManagement(item.child("NewsManagement"))
	text := item.textComponent()
	in.newsmlLines(item)
	if text != nil {
		in.newsmlContent(text)
	}
	if in.a.Body == "" && !tombstone(in.status) {
		return refuse(NotArticle, "NewsML item holds no text")
	}
	return nil
}

// newsmlIdentity reads the identifiers and the revision.
func (in *input) newsmlIdentity(item *node) {
	id := item.path("Identification", "NewsIdentifier")
	// The public identifier ends with the revision, so it is no item's id.
	if item := id.child("NewsItemId").words(); item != "" {
		in.a.OwnID = "urn:newsml:" + id.child("ProviderId").words() + ":" + id.child("DateId").words() + ":" + item
	}
	in.version, _ = strconv.ParseInt(id.child("RevisionId").words(), 10, 64)
	in.version = max(in.version, 0)
	if u := id.child("RevisionId").attr("Update"); u == "U" || u == "A" {
		in.a.signal("update")
	}
}

// newsmlManagement reads status, dates and urgency.
func (in *input) newsmlManagement(m *node) {
	if m == nil {
		return
	}
	in.published = in.when("FirstCreated", m.child("FirstCreated").words())
	in.versionTime = in.when("ThisRevisionCreated", m.child("ThisRevisionCreated").words())
	if in.published.IsZero() {
		in.published = in.versionTime
	}
	if in.versionTime.After(in.published) {
		in.updated = in.versionTime
	}
	in.status = m.child("Status").attr("FormalName")
	if c := m.child("StatusWillChange"); c != nil && strings.EqualFold(in.status, "embargoed") {
		in.embargo = first(c.child("DateAndTime").words(), "no date")
	}
	if u, err := strconv.Atoi(m.child("Urgency").attr("FormalName")); err == nil && u >= 1 && u <= 9 {
		in.a.Urgency = u
	}
	for _, i := range m.children("Instruction") {
		in.edMessage(i.attr("FormalName"))
	}
}

// besides are the roles of components that accompany the text.
var besides = map[string]bool{"headline": true, "subheadline": true, "stylesheet": true, "contact": true, "logo": true, "caption": true, "teaser": true, "summary": true, "keyword": true}

// textComponent is the component that holds the text: of those whose content
// is text and no headline, contact or the like, the longest.
func (n *node) textComponent() *node {
	var best *node
	length := 0
	for _, c := range n.deep("NewsComponent") {
		if besides[strings.ToLower(c.child("Role").attr("FormalName"))] {
			continue
		}
		for _, i := range c.children("ContentItem") {
			kind := strings.ToLower(i.child("MediaType").attr("FormalName"))
			if kind != "" && kind != "text" && kind != "complextext" {
				continue
			}
			if d := i.child("DataContent"); d != nil {
				if l := len(d.lines()); l > length {
					best, length = c, l
				}
			}
		}
	}
	return best
}

// newsmlLines reads headline, byline and metadata of the components, the outer
// ones first.
func (in *input) newsmlLines(item *node) {
	a := in.a
	for _, lines := range item.all("NewsLines") {
		a.Title = first(a.Title, lines.child("HeadLine").words())
		a.Slug = first(a.Slug, lines.child("SlugLine").words())
		a.Description = first(a.Description, lines.child("SubHeadLine").words())
		a.Dateline = first(a.Dateline, lines.child("DateLine").words())
		if by := lines.child("ByLine").words(); by != "" && len(a.Byline) == 0 {
			a.byline("newsml.byline", by)
			a.byline("newsml.byline", lines.child("ByLineTitle").words())
		}
		for _, k := range lines.children("KeywordLine") {
			a.subject(k.words())
		}
	}
	for _, d := range item.all("DescriptiveMetadata") {
		a.Language = first(a.Language, d.child("Language").attr("FormalName"))
		for _, k := range d.children("Keyword") {
			a.subject(first(k.attr("FormalName"), k.words()))
		}
	}
	for _, m := range item.all("AdministrativeMetadata") {
		if s := m.path("Source", "Party").attr("FormalName"); s != "" && a.Outlet == "" {
			a.Outlet = s
		}
	}
}

// newsmlContent reads the text of a component: NITF, HTML or plain.
func (in *input) newsmlContent(c *node) {
	for _, i := range c.children("ContentItem") {
		d := i.child("DataContent")
		if d == nil {
			continue
		}
		if n := d.find("nitf"); n != nil {
			in.inner(n)
			return
		}
		in.newsmlData(d)
		if in.a.Body != "" {
			return
		}
	}
}

// newsmlData reads content that is no NITF: elements of HTML, HTML as text, or
// plain text.
func (in *input) newsmlData(d *node) {
	elements := false
	var raw strings.Builder
	for _, k := range d.kids {
		elements = elements || k.name != ""
		raw.WriteString(k.text)
	}
	switch s := raw.String(); {
	case elements:
		in.a.Body = d.lines()
	case looksMarkup(s):
		in.a.Body, _ = markupText(s)
	default:
		in.a.Body = strings.Trim(s, "\r\n")
	}
}
