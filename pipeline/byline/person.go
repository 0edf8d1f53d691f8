package byline

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/pipeline/text"
	"golang.org/x/text/unicode/norm"
)

// maxNameTokens bounds a name: four words, particles, initials, a suffix.
const maxNameTokens = 8

// surface is the token as printed.
func (r *reader) surface(i int) string { return r.src[r.toks[i].start:r.toks[i].end] }

// isName reports whether tokens [i,j) read as a person's name: two to four
// words with capitals, particles between them, initials, a suffix at the end.
func (r *reader) isName(i, j int) bool {
	if j-i < 2 || j-i > maxNameTokens {
		return false
	}
	if suffixes[r.toks[j-1].low] {
		j--
	}
	if ranks[r.toks[i].low] {
		return false
	}
	words, initials, caps := 0, 0, 0
	for k := i; k < j; k++ {
		t := r.toks[k]
		s := r.surface(k)
		switch {
		case t.kind != word:
			return false
		case r.initial(k):
			initials++
		case particles[t.low] && !upper(s):
			if k == j-1 {
				return false
			}
		case orgNoun(t.low) == 2, !hasCapital(s) && !cjk(s), notNames[t.low] && !r.surnameHere(k, i, j), strings.ContainsRune(s, '.') && !dottedInitials(s) && t.low != "st.":
			return false
		case particles[t.low] && k < j-1: // "Maria De La Cruz", but "Ben Lee" too
			caps++
		default:
			words++
		}
	}
	return words >= 1 && words <= 4 && words+initials+caps >= 2 && initials <= 3
}

// surnameHere lets a word that is no name be the surname of a name of two
// words where names are expected: "May", "News" never.
func (r *reader) surnameHere(k, i, j int) bool {
	switch r.toks[k].low {
	case "may", "april", "june", "august", "his", "will", "may's":
		return true
	}
	return false
}

// initial reports a word like K. or K or J.K.
func (r *reader) initial(i int) bool {
	s := r.surface(i)
	n := 0
	for _, c := range s {
		if unicode.IsLetter(c) {
			if !unicode.IsUpper(c) {
				return false
			}
			n++
		}
	}
	return n == 1 || dottedInitials(s)
}

// dottedInitials reports J.K. and J.-P.
func dottedInitials(s string) bool {
	letters, dots := 0, 0
	for _, c := range s {
		switch {
		case unicode.IsUpper(c):
			letters++
		case c == '.':
			dots++
		case c != '-':
			return false
		}
	}
	return dots > 0 && letters > 0 && letters <= dots+1
}

// person builds a Person from the tokens [i,j) of a name.
func (r *reader) person(i, j int) Person {
	for j-i > 2 && honorifics[r.toks[i].low] {
		i++
	}
	span := text.Span{Start: r.toks[i].start, End: r.toks[j-1].end}
	p := Person{Raw: span.Of(r.src), Span: span, Kind: "person", Confidence: 0.9}
	last := j
	if suffixes[r.toks[j-1].low] && j-i > 2 {
		last--
	}
	var buf [maxNameTokens]string
	words := buf[:0]
	capitals := true
	for k := i; k < last; k++ {
		if s := r.surface(k); !allCaps(s) && !r.initial(k) && hasLetters(s) {
			capitals = false
		}
	}
	for k := i; k < last; k++ {
		s := r.surface(k)
		if allCaps(s) && !dottedInitials(s) && (capitals || utf8.RuneCountInString(s) > 2) {
			prev := ""
			if k > i {
				prev = words[len(words)-1]
			}
			s = restore(s, prev, k == last-1)
		}
		words = append(words, norm.NFC.String(s))
	}
	p.Given, p.Family = split(p.Raw, words)
	if last < j {
		p.Suffix = suffixForm(r.toks[j-1].low)
		words = append(words, p.Suffix)
	}
	p.Name = join(p.Raw, words)
	if allCJK(words) {
		p.Name, p.Given, p.Family = p.Raw, "", ""
	}
	return p
}

func hasLetters(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return true
		}
	}
	return false
}

func allCJK(words []string) bool {
	for _, w := range words {
		if !cjk(w) {
			return false
		}
	}
	return true
}

func suffixForm(low string) string {
	switch strings.TrimSuffix(low, ".") {
	case "jr":
		return "Jr."
	case "sr":
		return "Sr."
	}
	return strings.ToUpper(low)
}

// split parts a name into given names and family name, particles with the
// latter. raw is the name as printed.
func split(raw string, words []string) (given, family string) {
	if len(words) < 2 {
		return "", join(raw, words)
	}
	k := len(words) - 1
	for k > 1 && !upper(words[k-1]) && particles[fold(words[k-1])] {
		k--
	}
	given = join(raw, words[:k])
	return given, join(strings.TrimPrefix(raw[min(len(given), len(raw)):], " "), words[k:])
}

// join is the words with spaces between: the start of raw if that is them, as
// it mostly is, so that nothing is copied.
func join(raw string, words []string) string {
	n := 0
	for i, w := range words {
		if i > 0 {
			if n >= len(raw) || raw[n] != ' ' {
				return strings.Join(words, " ")
			}
			n++
		}
		if !strings.HasPrefix(raw[n:], w) {
			return strings.Join(words, " ")
		}
		n += len(w)
	}
	return raw[:n]
}

// restore writes a word of a name in capitals as it is usually written:
// O'ROURKE, AL-HADJI, MCDONALD, DE. A first word of two consonants is a pair
// of initials (TJ) and stays.
// prev is the word before it, restored; empty for the first.
func restore(s, prev string, last bool) string {
	low := strings.ToLower(s)
	first := prev == ""
	if !first && !last && (lowParticles[low] || prev == "de" && (low == "la" || low == "las" || low == "los")) {
		return low
	}
	if first && utf8.RuneCountInString(s) == 2 && !strings.ContainsAny(low, "aeiouyáéíóúäöü") {
		return s
	}
	if !first && (low == "ii" || low == "iii" || low == "iv") {
		return s
	}
	var b strings.Builder
	up := true
	for i, r := range low {
		if up && unicode.IsLetter(r) {
			b.WriteRune(unicode.ToTitle(r))
			up = false
		} else {
			b.WriteRune(r)
		}
		switch {
		case r == '-' || r == '.':
			up = true
		case isApostrophe(r):
			up = i <= 2 // O'Rourke and D'Angelo, not Ma'at
		case r == 'c' && i == 1 && low[0] == 'm' && len(low) > 4:
			up = true // McDonald
		}
	}
	return b.String()
}
