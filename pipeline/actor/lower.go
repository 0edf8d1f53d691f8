package actor

import "strings"

// lower is strings.ToLower without the allocation for the words of the tables.
func lower(w string) string {
	for i := range len(w) {
		if c := w[i]; c >= 0x80 || 'A' <= c && c <= 'Z' {
			if k, ok := lowered[w]; ok {
				return k
			}
			return strings.ToLower(w)
		}
	}
	return w
}

// capitals reports whether w has no small letters.
func capitals(w string) bool {
	for i := range len(w) {
		if c := w[i]; c >= 0x80 {
			return w == strings.ToUpper(w)
		} else if 'a' <= c && c <= 'z' {
			return false
		}
	}
	return true
}

// lowered holds the capitalised words of the tables with their lower case.
var lowered = func() map[string]string {
	m := map[string]string{}
	for w := range words {
		m[w] = strings.ToLower(w)
	}
	for w := range complements {
		m[strings.ToUpper(w[:1])+w[1:]] = w
	}
	return m
}()
