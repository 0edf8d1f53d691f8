package wire

import "strings"

// parseAPMedia reads an item of the AP Media API's JSON, bare or in its "data"
// frame. Its "by" includes the word By; alerts have no byline and often no
// headline, and take their first paragraph for it. The editors' note goes no
// further. Value lists of the format are not public: what is unknown in a
// signal is kept as it is.
func parseAPMedia(in *input) error {
	v, err := in.object()
	if err != nil {
		return err
	}
	if d := v.get("data"); d.kind == 'o' {
		v = d
	}
	if items := v.get("items"); items.kind == 'a' && len(items.list) > 0 {
		v = &items.list[0]
	}
	if item := v.get("item"); item.kind == 'o' {
		v = item
	}
	a := in.a
	a.OwnID = first(v.path("altids", "itemid").str(), v.get("uri").str())
	if a.OwnID == "" {
		return refuse(Malformed, "AP item has no altids.itemid")
	}
	a.TransmissionID = first(a.TransmissionID, v.path("altids", "transref").str())
	in.status, in.embargo = v.get("pubstatus").str(), v.get("embargoed").str()
	in.version = v.get("version").integer()
	in.versionTime = in.when("versioncreated", v.get("versioncreated").str())
	in.published = earliestSet(in.when("firstcreated", v.get("firstcreated").str()), in.versionTime)
	if in.versionTime.After(in.published) {
		in.updated = in.versionTime
	}
	for _, s := range v.get("signals").names("name") {
		a.signal(s)
	}
	in.apRole(v.get("editorialrole").str())
	a.Language = v.get("language").str()
	a.Urgency = int(min(v.get("urgency").integer(), 9))
	a.Slug = v.get("slugline").str()
	a.Title = plainOf(first(v.get("headline").str(), v.get("headline_extended").str()))
	a.Description = plainOf(first(v.get("description_summary").str(), v.get("caption").str()))
	a.Subjects = v.get("subject").names("name")
	for _, b := range v.get("bylines").each() {
		a.byline("ap.bylines", b.get("by").str())
		a.byline("ap.bylines", b.get("title").str())
	}
	for _, p := range v.get("photographer").names("name") {
		a.Credits = append(a.Credits, p+"/AP")
	}
	a.Dateline = apDateline(v.get("datelinelocation"))
	if kind := strings.ToLower(v.get("type").str()); kind != "" && kind != "text" {
		return refuse(NotArticle, "AP item is of a type other than text")
	}
	a.Body = apBody(v)
	if a.Title == "" {
		a.Title, _, _ = strings.Cut(a.Body, "\n")
	}
	if a.Title == "" && a.Body == "" && !tombstone(in.status) {
		return refuse(NotArticle, "AP item holds no text")
	}
	return nil
}

// apRole reads the editorial role, which tells corrections and kills.
func (in *input) apRole(role string) {
	switch role = strings.ToLower(role); {
	case role == "":
	case strings.Contains(role, "kill"), strings.Contains(role, "elimination"):
		in.status = "canceled"
	case strings.Contains(role, "withhold"):
		in.status = "withheld"
	case strings.Contains(role, "correct"):
		in.a.signal("correction")
	case strings.Contains(role, "writethru"), strings.Contains(role, "lead"), strings.Contains(role, "update"):
		in.a.signal("update")
	}
}

// apDateline writes the dateline's place.
func apDateline(v *value) string {
	city := v.get("city").str()
	if city == "" {
		return ""
	}
	for _, k := range []string{"countryareaname", "countryname"} {
		if s := v.get(k).str(); s != "" && s != city {
			city += ", " + s
		}
	}
	return city
}

// apBody is the text: of the item or of its renditions.
func apBody(v *value) string {
	for _, at := range []*value{v, v.get("body"), v.path("renditions", "nitf"), v.path("renditions", "text")} {
		for _, k := range []string{"body_text", "text", "body_nitf", "nitf", "body_xhtml", "xhtml", "body_html", "html", "content"} {
			if s := at.get(k); s.kind == 's' && strings.TrimSpace(s.text) != "" {
				return bodyOf(s.text)
			}
		}
	}
	return ""
}
