package wire

import "strings"

// own moves texts into one piece of memory. Parsers cut them out of a record and its
// payload, and a cut keeps the whole alive: a page of 231 kB for an article of 7 kB
// that waits for its verdict or for the store.
func own(texts []*string) {
	size := 0
	for _, s := range texts {
		size += len(*s)
	}
	var all strings.Builder
	all.Grow(size)
	for _, s := range texts {
		from := all.Len()
		all.WriteString(*s)
		*s = all.String()[from:]
	}
}

// usually is room for the strings of most articles.
const usually = 64

// texts appends every string of the article to dst.
func (a *Article) texts(dst []*string) []*string {
	dst = append(dst, &a.SourceID, &a.ItemID, &a.TransmissionID, &a.Format, &a.Status, &a.CorrectionNote, &a.Reason,
		&a.PublishedBasis, &a.TimeZone, &a.Language, &a.Title, &a.Body, &a.Description, &a.Slug, &a.URL, &a.FeedURL, &a.Outlet,
		&a.BylineFrom, &a.Dateline, &a.OwnID, &a.Ref, &a.Target, &a.StoryKey)
	for _, list := range [...][]string{a.Signals, a.Subjects, a.Byline, a.Authors, a.Marked, a.Credits, a.Warnings} {
		dst = each(dst, list)
	}
	for i := range a.Contacts {
		c := &a.Contacts[i]
		dst = append(dst, &c.Name, &c.Role, &c.Place)
	}
	for i := range a.Refers {
		r := &a.Refers[i]
		dst = append(dst, &r.Action, &r.TransmissionID, &r.Slug, &r.Title)
	}
	return dst
}

// texts appends the strings that an envelope keeps to dst.
func (r *record) texts(dst []*string) []*string {
	dst = append(dst, &r.SourceID, &r.ItemID, &r.TransmissionID, &r.Format, &r.ContentType, &r.Charset, &r.URL, &r.FeedURL, &r.File)
	if h := r.HTTP; h != nil {
		dst = append(dst, &h.ETag, &h.LastModified)
	}
	if h := r.Hints; h != nil {
		dst = append(dst, &h.Status, &h.Embargo, &h.Language, &h.TZ, &h.Outlet, &h.Published, &h.Updated)
		dst = each(dst, h.Signal)
	}
	return dst
}

func each(dst []*string, list []string) []*string {
	for i := range list {
		dst = append(dst, &list[i])
	}
	return dst
}
