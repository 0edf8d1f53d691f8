package wire

import (
	"strconv"
	"strings"
)

// parseNewsMLG2 reads a NewsML-G2 news item, bare or in a news message, with a
// body in XHTML, NITF or plain text. The specification is IPTC's NewsML-G2
// 2.35. Packages, concepts, knowledge, planning and catalogue items, and news
// items of other classes than text, are no articles.
func parseNewsMLG2(in *input) error {
	root, err := in.document()
	if err != nil {
		return err
	}
	item := root.g2Item()
	if item == nil {
		switch root.name {
		case "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem", "newsMessage",
			"itemMeta", "contentMeta", "contentSet", "inlineXML", "groupSet", "group", "concept", "conceptSet", "partMeta", "hopHistory", "assert":
			return refuse(NotArticle, "NewsML-G2 document holds no news item")
		}
		return refuse(Malformed, "XML holds no NewsML-G2 item")
	}
	a := in.a
	a.OwnID = item.attr("guid")
	if a.OwnID == "" {
		return refuse(Malformed, "NewsML-G2 item has no guid")
	}
	a.Language = item.attr("lang")
	in.g2Meta(item)
	in.g2Content(item.child("contentMeta"))
	class := item.path("itemMeta", "itemClass").attr("qcode")
	body := item.child("contentSet")
	in.g2Body(body)
	if class != "" && !strings.HasSuffix(class, ":text") && (a.Body == "" || !strings.HasSuffix(class, ":composite")) {
		return refuse(NotArticle, "NewsML-G2 item is of a class other than text")
	}
	if a.Title == "" {
		a.Title = item.path("itemMeta", "title").words()
	}
	if a.Title == "" && a.Body == "" && !tombstone(in.status) {
		return refuse(NotArticle, "NewsML-G2 item holds no text")
	}
	return nil
}

// g2Item is the document's news item: the first of class text of a message.
func (n *node) g2Item() *node {
	if n.name == "newsItem" {
		return n
	}
	if n.name != "newsMessage" && n.name != "itemSet" {
		return nil
	}
	items := n.all("newsItem")
	for _, it := range items {
		if strings.HasSuffix(it.path("itemMeta", "itemClass").attr("qcode"), ":text") {
			return it
		}
	}
	if len(items) > 0 {
		return items[0]
	}
	return nil
}

// g2Meta reads the management metadata.
func (in *input) g2Meta(item *node) {
	meta := item.child("itemMeta")
	in.version, _ = strconv.ParseInt(item.attr("version"), 10, 64)
	in.version = max(in.version, 0)
	in.versionTime = in.when("versionCreated", meta.child("versionCreated").words())
	in.published = earliestSet(in.when("firstCreated", meta.child("firstCreated").words()), in.versionTime)
	if in.versionTime.After(in.published) {
		in.updated = in.versionTime
	}
	in.status = meta.child("pubStatus").attr("qcode")
	if in.status == "" {
		in.status = meta.child("pubStatus").attr("uri")
		in.status = in.status[strings.LastIndexAny(in.status, "/:")+1:]
	}
	if e := meta.child("embargoed"); e != nil {
		if in.embargo = e.words(); in.embargo == "" {
			in.embargo = "until further notice" // empty: no known end
		}
	}
	for _, s := range meta.children("signal") {
		in.a.signal(s.attr("qcode"))
	}
}

// g2Content reads the content metadata. Editors' notes (edNote) and parts with
// a pubconstraint go no further.
func (in *input) g2Content(meta *node) {
	if meta == nil {
		return
	}
	a := in.a
	if u, err := strconv.Atoi(meta.child("urgency").words()); err == nil && u >= 1 && u <= 9 {
		a.Urgency = u
	}
	if l := meta.child("language").attr("tag"); l != "" {
		a.Language = l
	}
	a.Slug = meta.child("slugline").words()
	for _, h := range meta.children("headline") {
		if h.nonPublic() {
			continue
		}
		if role := h.attr("role"); a.Title == "" || strings.HasSuffix(role, ":main") {
			a.Title = h.words()
		}
	}
	for _, d := range meta.children("description") {
		if a.Description == "" && !d.nonPublic() {
			a.Description = d.words()
		}
	}
	for _, b := range meta.children("by") {
		a.byline("newsml-g2.by", b.words())
	}
	for _, c := range meta.children("creator") {
		if name := first(c.child("name").words(), c.attr("literal")); name != "" && len(a.Authors) < 50 {
			a.Authors = append(a.Authors, name)
		}
	}
	if d := meta.child("dateline").words(); d != "" {
		if _, _, isTime := parseWhen(d, in.zone()); !isTime { // some put a time stamp there
			a.Dateline = d
		}
	}
	if a.Dateline == "" {
		a.Dateline = meta.path("located", "name").words()
	}
	for _, s := range meta.children("subject") {
		a.subject(s.child("name").words())
	}
	for _, k := range meta.children("keyword") {
		a.subject(k.words())
	}
	if c := meta.child("creditline").words(); c != "" && a.Outlet == "" {
		a.Outlet = c
	}
}

// g2Body reads the content set: NITF, XHTML or plain text.
func (in *input) g2Body(set *node) {
	if set == nil {
		return
	}
	a := in.a
	for _, x := range set.children("inlineXML") {
		if n := x.find("nitf"); n != nil {
			in.inner(n)
			return
		}
		if body := x.find("body"); body != nil {
			a.Body = body.lines()
			return
		}
		if html := x.find("html"); html != nil {
			a.Body = html.lines()
			return
		}
		if text := x.lines(); text != "" {
			a.Body = text
			return
		}
	}
	for _, d := range set.children("inlineData") {
		kind := d.attr("contenttype")
		if enc := d.attr("encoding"); enc != "" {
			continue // binary in base64
		}
		var raw strings.Builder
		for _, k := range d.kids {
			raw.WriteString(k.text)
		}
		if s := raw.String(); strings.TrimSpace(s) != "" {
			if a.Body = s; strings.Contains(kind, "html") {
				a.Body, _ = markupText(s)
			}
			return
		}
	}
}

// inner reads the NITF document inside another one. What the outer one said
// wins: identity, status, version, times, headline, byline.
func (in *input) inner(nitf *node) {
	outer, a := *in.a, in.a
	status, embargo, version, at, published := in.status, in.embargo, in.version, in.versionTime, in.published
	in.nitfHead(nitf.child("head"))
	in.nitfBody(nitf.child("body"))
	in.version, in.versionTime = version, at
	in.published = earliestSet(published, in.published)
	in.status, in.embargo = first(status, in.status), first(embargo, in.embargo)
	a.OwnID, a.Language = outer.OwnID, outer.Language
	a.Title, a.Slug = first(outer.Title, a.Title), first(outer.Slug, a.Slug)
	a.Description, a.Dateline = first(outer.Description, a.Description), first(a.Dateline, outer.Dateline)
	if outer.Urgency != 0 {
		a.Urgency = outer.Urgency
	}
	if len(outer.Byline) > 0 {
		a.Byline, a.BylineFrom = outer.Byline, outer.BylineFrom
	}
}
