package wire

// Blank turns the article into a tombstone: what the item was stays, what it
// said goes. status is Withheld or Withdrawn.
func (a *Article) Blank(status string) {
	a.Status = status
	a.blank()
}
