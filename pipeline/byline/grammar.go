package byline

import (
	"strings"

	"dateline/pipeline/text"
)

// reader reads one text of bylines: lines, a structured name, the clause of a
// tail. The grammar is the same.
type reader struct {
	src  string
	toks []tok

	solo bool // the source says that this is one person: a single word will do

	people   []Person
	edited   []Person // named after "Edited by"
	outlets  []string
	agencies []string
	special  string
	signOff  []string
	others   int
	staff    []Person
	role     string // of the names being read
	place    int    // people before this index have had their place
	titled   int    // and these their job
	lastWas  itemKind
}

type itemKind uint8

const (
	nothing itemKind = iota
	aPerson
	anOrg
	aJob
	aPlace
	someStaff
	aSuffix
	someJunk
	unknown
)

// readLine runs the grammar over s.
func readLine(s string, solo bool) *reader {
	r := &reader{src: s, solo: solo, role: "reporting"}
	r.toks = tagOrgs(s, lex(s), false)
	if r.inverted() {
		return r
	}
	for i := 0; i < len(r.toks); {
		i = r.intro(i)
		if n := r.staffAt(i); n > 0 {
			r.addStaff(i, i+n)
			i += n
			continue
		}
		j, sep := r.segmentEnd(i)
		if j > i {
			r.segment(i, j, i > 0 && r.toks[i-1].kind == opening)
		}
		if sep == newline || sep == semi || sep == stop {
			r.place = len(r.people)
			if sep != newline {
				r.role = "reporting"
			}
		}
		i = max(j+1, i)
	}
	return r
}

// staffAt is the length of a staff phrase that holds a connector, "staff and
// wire reports", which the segments would cut.
func (r *reader) staffAt(i int) int {
	for n := min(6, len(r.toks)-i); n >= 3; n-- {
		if r.phraseIs(i, i+n, staffPhrases) {
			return n
		}
	}
	return 0
}

// inverted reads "Tollefson, Jeff": nothing but one word, a comma, one word.
func (r *reader) inverted() bool {
	t := r.toks
	if len(t) < 3 || len(t) > 4 || t[0].kind != word || t[1].kind != comma || t[2].kind != word || len(t) == 4 && (t[3].kind != word || !r.initial(3)) {
		return false
	}
	for _, i := range []int{0, 2} {
		s := r.surface(i)
		if !upper(s) || notNames[t[i].low] || orgNoun(t[i].low) == 2 || jobs[t[i].low] != 0 || regions[t[i].low] || cjk(s) || suffixes[t[i].low] || degrees[t[i].low] {
			return false
		}
	}
	p := r.person(2, len(t))
	family := r.person(0, 1)
	p.Given, p.Family = p.Name, family.Name
	p.Name = p.Given + " " + p.Family
	p.Span = text.Span{Start: t[0].start, End: t[len(t)-1].end}
	p.Raw = p.Span.Of(r.src)
	p.Confidence = 0.7
	p.Roles = []string{r.role}
	r.people = append(r.people, p)
	return true
}

// intro passes over the intros at token i and takes their role.
func (r *reader) intro(i int) int {
	for i < len(r.toks) {
		n, role := r.introAt(i)
		if n == 0 {
			return i
		}
		r.role = role
		r.place, r.titled = len(r.people), len(r.people)
		i += n
	}
	return i
}

// introAt is the longest intro at token i, in tokens.
func (r *reader) introAt(i int) (n int, role string) {
	t := r.toks[i]
	if t.kind != word || i > 0 && lineStartOnly[t.low] && r.toks[i-1].kind != newline {
		return 0, ""
	}
	for _, in := range introPhrases[t.low] {
		k := len(in.words)
		if k <= n || i+k > len(r.toks) {
			continue
		}
		ok := true
		for x, w := range in.words {
			u := r.toks[i+x]
			if w == ":" && u.kind == colon || u.low == w {
				continue
			}
			ok = false
			break
		}
		if ok && r.introFits(i, k) {
			n, role = k, in.role
		}
	}
	return n, role
}

// introFits keeps an intro from eating part of a name: after a word like
// "Von" or "Di" a name must follow, and a name must not be complete without.
func (r *reader) introFits(i, k int) bool {
	if i+k >= len(r.toks) {
		return i == 0
	}
	next := r.toks[i+k]
	if next.kind != word && next.kind != org && next.kind != colon && next.kind != opening && next.kind != handle {
		return false
	}
	if k == 1 && i > 0 && r.toks[i-1].kind == word && !connectors[r.toks[i-1].low] && r.toks[i].low != "by" {
		return false
	}
	// "Abby Lee By" has no intro; "By Lee" has. A small "by" between names is one.
	return true
}

// segmentEnd is where the group that starts at token i ends, and what ends it.
func (r *reader) segmentEnd(i int) (int, kind) {
	for j := i; j < len(r.toks); j++ {
		switch t := r.toks[j]; t.kind {
		case comma, semi, bar, slash, amp, opening, closing, newline, stop:
			return j, t.kind
		case dash:
			if t.space || j > i && r.toks[j-1].kind == newline {
				return j, t.kind
			}
		case colon:
			if j+1 == len(r.toks) || r.toks[j+1].kind == newline { // the wire's line end "="
				return j, t.kind
			}
		case word:
			if connectors[t.low] && j > i && r.connects(i, j) {
				return j, comma
			}
			if connectors[t.low] && j == i {
				return j, comma
			}
		}
	}
	return len(r.toks), newline
}

// connects reports whether the connector at j parts two groups. A weak one
// does between two whole names only.
func (r *reader) connects(i, j int) bool {
	if upper(r.surface(j)) && !allCaps(r.surface(j)) {
		return false
	}
	if !weakConnectors[r.toks[j].low] {
		return true
	}
	after := 0
	for k := j + 1; k < len(r.toks) && (r.toks[k].kind == word || r.toks[k].kind == org); k++ {
		if connectors[r.toks[k].low] {
			break
		}
		after++
	}
	return j-i >= 2 && after >= 2 && r.toks[j].low != "en" || r.toks[j-1].kind == org ||
		r.toks[j].low == "en" && r.isName(i, j) && j+3 <= len(r.toks) && r.isName(j+1, j+3)
}

// segment reads one group: a person with what belongs to the person, an
// organisation, a job, a place.
func (r *reader) segment(i, j int, bracketed bool) {
	for k := i; k < j; k++ {
		switch r.toks[k].kind {
		case mail, handle:
			if k > i {
				r.segment(i, k, bracketed)
			}
			r.contact(k)
			if k+1 < j {
				r.segment(k+1, j, bracketed)
			}
			return
		}
	}
	if bracketed && r.bracket(i, j) {
		return
	}
	for k := i; k < j; k++ {
		if r.toks[k].kind != word {
			continue
		}
		if n := r.phrase(i, k, j); n > 0 {
			return
		}
	}
	r.head(i, j)
}

// contact gives an address or handle to the person before it, or to the one
// whose name comes after if none was read yet.
func (r *reader) contact(k int) {
	s := r.surface(k)
	if n := len(r.people); n > 0 {
		p := &r.people[n-1]
		if r.toks[k].kind == mail && p.Email == "" {
			p.Email = s
		} else if r.toks[k].kind == handle && p.Handle == "" {
			p.Handle = s
		}
	}
}

// phrase reads "X in PLACE", "X for OUTLET", "X Special to OUTLET" when word k
// is the small word, and returns 0 if it is none.
func (r *reader) phrase(i, k, j int) int {
	low, next := r.toks[k].low, ""
	if k+1 < j {
		next = r.toks[k+1].low
	}
	switch {
	case low == "special" && (next == "to" || next == "for"):
		r.headIf(i, k)
		r.special = r.slice(k+2, j)
		r.lastWas = anOrg
	case (low == "exclusive" || low == "exclusively") && next == "for":
		r.headIf(i, k)
		r.special = r.slice(k+2, j)
	case k == i || k+1 >= j:
		return 0
	case (low == "for" || low == "of" || low == "with") && r.startsName(k+1) && (!upper(r.surface(k)) || allCaps(r.surface(k))):
		if !r.isName(i, k) && !(k-i == 1 && r.solo) {
			return 0
		}
		r.head(i, k)
		r.orgAfter(k+1, j)
	case inWords[low] && r.startsName(k+1) && (!upper(r.surface(k)) || allCaps(r.surface(k))):
		r.head(i, k)
		r.placeAfter(k+1, j)
	default:
		return 0
	}
	return 1
}

// inWords stand before a place.
var inWords = set("in from near à aus w at")

func (r *reader) headIf(i, k int) {
	if k > i {
		r.head(i, k)
	}
}

// slice is the source between two tokens, without a closing sign.
func (r *reader) slice(i, j int) string {
	if i >= j {
		return ""
	}
	return r.src[r.toks[i].start:r.toks[j-1].end]
}

func (r *reader) startsName(i int) bool {
	return r.toks[i].kind == org || r.toks[i].kind == word && (upper(r.surface(i)) || r.toks[i].low == "the")
}

// bracket reads what stands in brackets after a name: initials, an agency, a
// place, a job. It reports whether that was all.
func (r *reader) bracket(i, j int) bool {
	s := r.slice(i, j)
	switch {
	case j-i == 1 && r.toks[i].kind == word && !upper(s) && len(s) <= 5:
		if !degrees[r.toks[i].low] {
			r.signOff = append(r.signOff, s)
		}
		return true
	case r.phraseIs(i, j, regions), j-i <= 2 && len(r.people) > 0 && r.lastWas == aPerson && !r.isOrgPhrase(i, j) && r.jobIn(i, j) < 0 && r.toks[i].kind == word && upper(s) && !r.isJunk(i, j):
		if !degrees[r.toks[i].low] && len(r.people) > 0 {
			r.setPlace(s)
		}
		return true
	}
	return false
}

// phraseIs reports whether the words [i,j) are in the list.
func (r *reader) phraseIs(i, j int, list map[string]bool) bool {
	if j-i == 1 {
		return list[r.toks[i].low]
	}
	if j-i > 6 {
		return false
	}
	var buf [96]byte
	key := buf[:0]
	for k := i; k < j; k++ {
		if k > i {
			key = append(key, ' ')
		}
		key = append(key, r.toks[k].low...)
	}
	return list[string(key)]
}

// head reads tokens that hold no small words: the person, and after the name
// what is left.
func (r *reader) head(i, j int) {
	i = r.trimLead(i, j)
	for j > i && r.toks[j-1].kind >= colon && r.toks[j-1].kind != org {
		j--
	}
	if i >= j {
		return
	}
	switch {
	case r.cjk(i, j):
	case r.countOthers(i, j):
	case r.initialsOnly(i, j):
	case j-i == 1 && r.toks[i].kind == org:
		r.addOrg(i, j)
	case r.suffix(i, j):
	case r.phraseIs(i, j, staffPhrases):
		r.addStaff(i, j)
	case r.isJunk(i, j):
		r.lastWas = someJunk
	case r.lastWas == aPlace && r.phraseIs(i, j, regions):
		r.extendPlace(i, j)
	case r.wholeJob(i, j):
		r.addJob(i, j)
	case r.split(i, j):
	case r.orgJob(i, j):
	case r.isOrgPhrase(i, j):
		r.addOrg(i, j)
	case r.isName(i, j):
		r.addPerson(i, j)
	case r.solo && j-i == 1 && r.toks[i].kind == word && upper(r.surface(i)) && !notNames[r.toks[i].low] && orgNoun(r.toks[i].low) == 0 && !jobModifiers[r.toks[i].low] && jobs[r.toks[i].low] == 0 && len(r.people) == 0:
		r.addPerson(i, j)
		r.people[len(r.people)-1].Confidence = 0.5
	case r.phraseIs(i, j, regions) && len(r.people) > 0:
		r.setPlace(r.slice(i, j))
	default:
		r.lastWas = unknown
	}
}

// trimLead passes over what may stand before a name: a title, "with", "AP
// writers", "The Harbour Ledger's".
func (r *reader) trimLead(i, j int) int {
	for i < j && (honorifics[r.toks[i].low] && j-i > 2 || r.toks[i].low == "with" || r.toks[i].low == "and") {
		i++
	}
	k := i
	for k < j && (r.toks[k].kind == org || jobs[r.toks[k].low] != 0 || jobModifiers[r.toks[k].low] || r.toks[k].low == "the" || r.possessive(k)) {
		k++
	}
	if k > i && r.isName(k, j) && (jobs[r.toks[k-1].low] != 0 || r.possessive(k-1)) {
		for x := i; x < k; x++ {
			if r.toks[x].kind == org {
				r.addOrg(x, x+1)
			}
		}
		return k
	}
	for k = j - 3; k >= i && j-k < 9; k-- { // "Newsmax writer Ann Lee"
		if jobs[r.toks[k].low] != 0 && r.isName(k+1, j) {
			return k + 1
		}
	}
	for k = i; k+2 < j; k++ {
		if low := r.toks[k].low; strings.HasSuffix(low, "'s") && len(low) > 2 && r.isName(k+1, j) {
			return k + 1
		}
	}
	return i
}

// possessive reports the apostrophe after a plural: "Fox News' Ann Lee".
func (r *reader) possessive(k int) bool {
	t := r.toks[k]
	return t.kind == sign && !t.space && k > 0 && (r.surface(k) == "'" || r.surface(k) == "’")
}

// split finds the end of a name that something else follows without a sign:
// an agency, "The …", a job, words in another case, the noun of an outlet.
func (r *reader) split(i, j int) bool {
	if r.toks[i].kind == org {
		if r.wholeJob(i+1, j) { // AP Business Writer
			r.addJob(i, j)
			return true
		}
		return false
	}
	k := r.nameEnd(i, j)
	if k == 0 {
		return false
	}
	r.addPerson(i, k)
	r.rest(k, j)
	return true
}

// nameEnd is the token at which something else than the name starts, or 0.
func (r *reader) nameEnd(i, j int) int {
	for k := i + 1; k < j; k++ { // the clear signs, from the left: the longest rest
		t := r.toks[k]
		if t.kind == word && t.low != "the" && !r.caseChange(i, k) && !r.wholeJob(k, j) && !r.pageWord(k) {
			continue
		}
		if t.kind != word && t.kind != org && t.kind != number {
			continue
		}
		if r.isName(i, k) {
			return k
		}
		if r.solo && k == i+1 && t.kind == org {
			return 0
		}
	}
	if job := r.jobIn(i, j); job > i+1 && r.isName(i, job) {
		return job
	}
	if degrees[r.toks[j-1].low] && r.isName(i, j-1) {
		return j - 1
	}
	n := r.toks[j-1]
	if w := orgNoun(n.low); w > 0 || domain(r.surface(j-1)) {
		return r.shortName(i, j, w)
	}
	if j-i > 4 && !r.isName(i, j) {
		return r.shortName(i, j, 0)
	}
	return 0
}

// shortName is the end of the shortest complete name at i that leaves an
// outlet: two words, initials and particles apart.
func (r *reader) shortName(i, j, strength int) int {
	for k := i + 2; k < j; k++ {
		if !r.isName(i, k) || particles[r.toks[k-1].low] && !upper(r.surface(k-1)) {
			continue
		}
		if suffixes[r.toks[k].low] {
			continue
		}
		if words := r.words(i, k); words < 2 {
			continue
		}
		if orgNoun(r.toks[k-1].low) == 2 || j-k == 1 && strength > 0 {
			return 0 // "Michigan State University" is one thing, "John Stuart Press" is a name
		}
		return k
	}
	return 0
}

// words counts the words of a name that are no initials and no particles.
func (r *reader) words(i, j int) (n int) {
	for k := i; k < j; k++ {
		if !r.initial(k) && !(particles[r.toks[k].low] && !upper(r.surface(k))) {
			n++
		}
	}
	return n
}

// caseChange reports whether the words before k are in capitals and word k is
// not, though it has a capital.
func (r *reader) caseChange(i, k int) bool {
	s := r.surface(k)
	if allCaps(s) || !upper(s) || r.initial(k) || len(s) < 3 || suffixes[r.toks[k].low] {
		return false
	}
	caps := 0
	for x := i; x < k; x++ {
		switch w := r.surface(x); {
		case allCaps(w):
			caps++
		case !r.initial(x) && !strings.HasPrefix(w, "Mc") && !strings.HasPrefix(w, "Mac"):
			return false
		}
	}
	return caps >= 2 && orgLike(r.toks[k].low, s)
}

// orgLike keeps "JOHN McDonald" together.
func orgLike(low, s string) bool { return !strings.HasPrefix(s, "Mc") && low != "st." }

// pageWord reports whether text of the page goes on after a name at k: a date,
// "Updated".
func (r *reader) pageWord(k int) bool {
	switch r.toks[k].low {
	case "updated", "published", "posted", "follow", "view", "modified", "contact", "email", "share":
		return true
	}
	return months[strings.TrimSuffix(r.toks[k].low, ".")] > 0 && k+1 < len(r.toks) && r.toks[k+1].kind == number
}

// jobIn is the first token of the job title that ends at j, or -1.
func (r *reader) jobIn(i, j int) int {
	if jobs[r.toks[j-1].low] == 0 {
		return -1
	}
	k := j - 1
	for k > i && (jobModifiers[r.toks[k-1].low] || jobs[r.toks[k-1].low] != 0 || r.toks[k-1].kind == org || r.toks[k-1].kind == dash) {
		k--
	}
	return k
}

// wholeJob reports whether tokens [i,j) are a job title.
func (r *reader) wholeJob(i, j int) bool {
	if i >= j || j-i > 8 {
		return false
	}
	noun := false
	for k := i; k < j; k++ {
		t := r.toks[k]
		switch {
		case jobs[t.low] != 0:
			noun = true
		case jobModifiers[t.low], t.low == "of", t.low == "and", t.low == "&", t.kind == org && k > i, t.kind == dash:
		case noun && (t.low == "emeritus" || upper(r.surface(k))):
		default:
			return false
		}
	}
	return noun
}

// rest reads what follows a name in the same segment.
func (r *reader) rest(i, j int) {
	if i >= j {
		return
	}
	switch {
	case r.countOthers(i, j):
	case r.wholeJob(i, j), r.toks[i].kind == org && r.wholeJob(i+1, j):
		r.addJob(i, j)
	case r.toks[i].kind == org:
		r.addOrg(i, i+1)
		if i+1 < j {
			r.rest(i+1, j)
		}
	case r.toks[i].kind == number || r.isJunk(i, j):
		r.lastWas = someJunk
	case degrees[r.toks[i].low] || suffixes[r.toks[i].low]:
		r.rest(i+1, j)
	case r.jobIn(i, j) > i:
		k := r.jobIn(i, j)
		r.addOrg(i, k)
		r.addJob(k, j)
	default:
		r.addOrg(i, j)
	}
}

// orgJob reads "Harbour Ledger Political Editor" after a name.
func (r *reader) orgJob(i, j int) bool {
	k := r.jobIn(i, j)
	if k <= i || !r.isOrgPhrase(i, k) {
		return false
	}
	r.addOrg(i, k)
	r.addJob(k, j)
	return true
}

// isOrgPhrase reports whether the words read as an organisation no table
// knows: "The …" , a web address, the noun of an outlet at the end, "… of …".
func (r *reader) isOrgPhrase(i, j int) bool {
	if i >= j {
		return false
	}
	first, last := r.toks[i], r.toks[j-1]
	if j-i == 1 {
		return first.kind == org || domain(r.surface(i)) || orgNoun(first.low) == 2
	}
	if first.low == "the" {
		return true
	}
	for k := i; k < j; k++ {
		if r.toks[k].kind == org || r.toks[k].kind == number || domain(r.surface(k)) {
			return true
		}
		if low := r.toks[k].low; k > i && (low == "of" || low == "for" || low == "the" || affiliations[low]) {
			return true
		}
	}
	switch orgNoun(last.low) {
	case 2:
		return true
	case 1:
		return j-i > 2 && !r.initial(j-2) // "Glynn A. Hill" is a person
	}
	return affiliations[first.low]
}

// domain reports a word with an inner dot that is no initials: Faktisk.no.
func domain(s string) bool {
	i := strings.LastIndexByte(s, '.')
	return i > 2 && i < len(s)-1 && !dottedInitials(s)
}

// isJunk reports words of the page: dates, times, links.
func (r *reader) isJunk(i, j int) bool {
	if r.toks[i].kind == number {
		return true
	}
	if r.toks[i].kind != word {
		return false
	}
	if junk[r.toks[i].low] && !(j-i >= 2 && r.isName(i, j) && !junk[r.toks[i+1].low]) {
		return true
	}
	if months[strings.TrimSuffix(r.toks[i].low, ".")] > 0 {
		return j-i == 1 || r.toks[i+1].kind == number
	}
	return false
}

// suffix reads "Jr." and "Ph.D." that a comma parts from the name.
func (r *reader) suffix(i, j int) bool {
	n := len(r.people)
	for k := i; k < j; k++ {
		low := r.toks[k].low
		if !suffixes[low] && !degrees[low] {
			return false
		}
		if k == i && suffixes[low] && n > 0 && r.people[n-1].Suffix == "" && r.lastWas == aPerson {
			p := &r.people[n-1]
			p.Suffix = suffixForm(low)
			p.Name += " " + p.Suffix
			p.Span.End = r.toks[k].end
			p.Raw = p.Span.Of(r.src)
		}
	}
	return true
}

// initialsOnly reads a sign-off: small letters alone, "mli".
func (r *reader) initialsOnly(i, j int) bool {
	s := r.surface(i)
	if j-i != 1 || r.toks[i].kind != word || hasCapital(s) || cjk(s) || len(s) < 2 || len(s) > 4 || len(r.people) > 0 && r.lastWas != aPerson {
		return false
	}
	if small[s] || particles[s] || intros[s] || connectors[s] || junk[s] || notNames[s] {
		return false
	}
	r.signOff = append(r.signOff, s)
	return true
}

// countOthers reads "+12 more", "2 others", "外 2명".
func (r *reader) countOthers(i, j int) bool {
	if r.toks[i].kind != number || j-i < 2 || j-i > 3 || r.toks[i+1].low != "more" && r.toks[i+1].low != "others" && r.toks[i+1].low != "other" {
		return false
	}
	n := 0
	for _, c := range strings.TrimPrefix(r.surface(i), "+") {
		if c < '0' || c > '9' || n > 999 {
			return false
		}
		n = n*10 + int(c-'0')
	}
	r.others = n
	r.lastWas = someJunk
	return true
}
