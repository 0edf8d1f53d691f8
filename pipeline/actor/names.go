package actor

// nickname reports whether two given names may be one person's, folded.
func nickname(a, b string) bool {
	if a == b {
		return false
	}
	for _, g := range nickNames[a] {
		for _, h := range nickNames[b] {
			if g == h {
				return true
			}
		}
	}
	return false
}
