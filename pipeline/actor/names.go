package actor

import "dateline/pipeline/gazetteer"

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

// bySkeleton finds a person of public life whose name is spelled otherwise.
func (l *Linker) bySkeleton(c *cluster) gazetteer.Ref { return gazetteer.None }
