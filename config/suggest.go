package config

import (
	"slices"
	"strings"
)

// suggest is the hint for a key that n does not have: a key that looks alike
// or means the same, one that stands elsewhere, or all that are allowed.
func suggest(n *node, name string) string {
	if c := nearest(n.children, name); c != nil {
		return "did you mean " + quote(c.name) + "?"
	}
	if c := elsewhere(root, name); c != nil {
		return "did you mean " + quote(c.key) + "?"
	}
	return "known keys: " + keyList(n)
}

// nearest is the sibling that name is a slip or another name for, or nil.
func nearest(nodes []*node, name string) *node {
	names := make([]string, len(nodes))
	for i, c := range nodes {
		if slices.Contains(c.aka, name) {
			return c
		}
		names[i] = c.name
	}
	if i := nearestText(names, name); i >= 0 {
		return nodes[i]
	}
	return nil
}

// elsewhere finds the first key of exactly this name in another group.
func elsewhere(n *node, name string) *node {
	for _, c := range n.children {
		if bare(c.name) == bare(name) {
			return c
		}
	}
	for _, c := range n.children {
		if found := elsewhere(c, name); found != nil {
			return found
		}
	}
	return nil
}

// nearestText is the index of the allowed text that text is a slip for, or
// else of the only one it starts or is the start of ("warning", "session"),
// or -1.
func nearestText(allowed []string, text string) int {
	best, least := -1, 0
	for i, a := range allowed {
		if d, ok := slip(text, a); ok && (best < 0 || d < least) {
			best, least = i, d
		}
	}
	if best >= 0 || len(text) < 3 || len(text) > 64 {
		return best
	}
	for i, a := range allowed {
		if !strings.HasPrefix(bare(a), bare(text)) && !strings.HasPrefix(bare(text), bare(a)) {
			continue
		}
		if best >= 0 {
			return -1
		}
		best = i
	}
	return best
}

// slip reports whether a is plausibly b mistyped, and how far apart they are.
// Case, hyphens and underscores do not count.
func slip(a, b string) (int, bool) {
	a, b = bare(a), bare(b)
	if len(a) > 64 || len(b) > 64 || a == "" {
		return 0, false
	}
	allowed := 1
	if longer := max(len(a), len(b)); longer <= 2 {
		allowed = 0
	} else if longer >= 6 {
		allowed = 2
	}
	d := editDistance(a, b)
	return d, d <= allowed
}

// separators is built once: building it costs more than comparing all keys.
var separators = strings.NewReplacer("-", "", "_", "", ".", "", " ", "")

// bare is a name without case and separators.
func bare(s string) string { return strings.ToLower(separators.Replace(s)) }

// editDistance counts insertions, deletions, replacements and swaps of
// neighbours (optimal string alignment) between two short texts, in bytes.
func editDistance(a, b string) int {
	var before []int
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// keyList names what a group may hold.
func keyList(n *node) string {
	names := make([]string, len(n.children))
	for i, c := range n.children {
		names[i] = c.name
	}
	return strings.Join(names, ", ")
}

// secretKeys names every secret, for the message that ${NAME} is for them.
var secretKeys = strings.Join(secretsBelow(root), ", ")

func secretsBelow(n *node) []string {
	var keys []string
	for _, c := range n.children {
		if c.kind == kindSecret {
			keys = append(keys, c.key)
		}
		keys = append(keys, secretsBelow(c)...)
	}
	return keys
}
