package wire

import "strings"

// own moves all texts of the article into one piece of memory. Parsers cut them out
// of the payload, and a cut keeps the whole alive: a page of 231 kB for an article of
// 7 kB that waits for its verdict or for the store.
func (a *Article) own() {
	size := 0
	a.texts(func(s *string) { size += len(*s) })
	var all strings.Builder
	all.Grow(size)
	a.texts(func(s *string) {
		from := all.Len()
		all.WriteString(*s)
		*s = all.String()[from:]
	})
}

// texts visits every string of the article.
func (a *Article) texts(visit func(*string)) {
	for _, s := range [...]*string{&a.SourceID, &a.ItemID, &a.TransmissionID, &a.Format, &a.Status, &a.CorrectionNote, &a.Reason,
		&a.PublishedBasis, &a.TimeZone, &a.Language, &a.Title, &a.Body, &a.Description, &a.Slug, &a.URL, &a.FeedURL, &a.Outlet,
		&a.BylineFrom, &a.Dateline, &a.OwnID, &a.Ref, &a.Target, &a.StoryKey} {
		visit(s)
	}
	for _, list := range [...][]string{a.Signals, a.Subjects, a.Byline, a.Authors, a.Marked, a.Credits, a.Warnings} {
		for i := range list {
			visit(&list[i])
		}
	}
	for i := range a.Contacts {
		c := &a.Contacts[i]
		visit(&c.Name)
		visit(&c.Role)
		visit(&c.Place)
	}
	for i := range a.Refers {
		r := &a.Refers[i]
		visit(&r.Action)
		visit(&r.TransmissionID)
		visit(&r.Slug)
		visit(&r.Title)
	}
}
