package actor

import (
	"cmp"
	"slices"
	"strings"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/gazetteer/override"
	"dateline/pipeline/text"
)

// nameSpan is one mention of a person: tokens [first,last) of a field, without
// forms of address and suffixes.
type nameSpan struct {
	field       text.Field
	span        text.Span
	first, last int32
	words       int32
	person      int32 // cluster, or -1
	gender      byte  // m, f or 0, from the form of address
	rule        string
	fold        string // words folded, one space between
	head, tail  uint32 // hashes of its first and last word
	roles       int32  // in Linker.roles
	rolesEnd    int32
}

// cluster is one person of the article.
type cluster struct {
	name    string // the longest mention as printed
	fold    string
	head    uint32
	tail    uint32
	words   int32
	gender  byte
	first   int32 // position of the first mention, for the nearest rule
	ref     gazetteer.Ref
	drop    bool // an author, or blocked
	id      string
	roles   [maxRoles]int32 // in Linker.roles
	nRoles  int
	country string
	added   *override.Record // by an operation
	basis   string
}

// collectPersons gathers the mentions of people outside the zones and returns
// how many it left out.
func (l *Linker) collectPersons(in *Input) (cut int) {
	for i := range in.Mentions {
		m := &in.Mentions[i]
		if m.Kind != text.PER || !in.outside(m.Field, m.Span) {
			continue
		}
		a, first, last, ok := in.valid(m)
		if !ok {
			continue
		}
		n := nameSpan{field: m.Field, person: -1}
		for first < last && (honorifics[strings.TrimSuffix(a.At(first), ".")] != 0 || !a.Tok[first].Has(text.Word)) {
			n.gender = genderOf(a.At(first))
			first++
		}
		for first < last-1 && spelledTitles[a.At(first)] {
			first++
		}
		for first < last && (a.Tok[last-1].Has(text.Possessive) || !a.Tok[last-1].Has(text.Word)) {
			last--
		}
		core := last
		for core-1 > first && suffixes[strings.TrimSuffix(a.At(core-1), ".")] {
			core--
		}
		for core-1 > first && a.At(core-1) == "," {
			core--
		}
		if first >= core {
			continue
		}
		if n.gender == 0 && first > 0 && !a.Tok[first].Has(text.SentStart) {
			n.gender = genderOf(a.At(first - 1))
		}
		n.first, n.last = int32(first), int32(last)
		n.span = text.Span{Start: int(a.Tok[first].Start), End: int(a.Tok[last-1].End)}
		n.fold = l.foldTokens(a, first, core)
		n.words = int32(strings.Count(n.fold, " ") + 1)
		if n.fold == "" || n.words > maxName {
			continue
		}
		if len(l.names) == maxNames {
			cut++
			continue
		}
		first, limit := l.titled(a, &n, first), len(a.Text)
		if i+1 < len(in.Mentions) {
			limit = in.personAfter(i)
		}
		at := len(l.roles)
		l.roles = l.rolesAt(l.roles, a, n.field, first, last, limit)
		n.roles = int32(at)
		n.rolesEnd = int32(len(l.roles))
		n.head, n.tail = ends(n.fold)
		l.names = append(l.names, n)
	}
	return cut
}

// personAfter is where the next person behind mention i is named, in bytes.
func (in *Input) personAfter(i int) int {
	for j := i + 1; j < len(in.Mentions) && in.Mentions[j].Field == in.Mentions[i].Field; j++ {
		if in.Mentions[j].Kind == text.PER {
			return in.Mentions[j].Span.Start
		}
	}
	return 1 << 30
}

// titled moves first behind a rank or a title inside the mention, "Gen
// McMaster", which then is no part of the name unless people are known by it,
// as popes are.
func (l *Linker) titled(a *text.Tokens, n *nameSpan, first int) int {
	if int(n.last)-first < 2 {
		return first
	}
	w, ok := wordAt(a, first)
	if !ok || !w.head || !ranks[strings.TrimSuffix(a.At(first), ".")] {
		return first
	}
	if m, ok := l.find(n.fold); ok && l.g.IsActor(l.g.Alias(m, 0).Ref) {
		return first + 1
	}
	n.first++
	n.span.Start = int(a.Tok[first+1].Start)
	n.fold = n.fold[strings.IndexByte(n.fold, ' ')+1:]
	n.words--
	return first + 1
}

var ranks = set("Gen Lt Col Maj Capt Sgt Cpl Adm Cmdr Brig Sen Sens Rep Reps Gov Pope General Admiral Captain Officer Councilor Councillor Detective")

// foldTokens is the folded name of tokens [i,j).
func (l *Linker) foldTokens(a *text.Tokens, i, j int) string {
	l.key = gazetteer.AppendFold(l.key[:0], a.Slice(i, j), false)
	return l.ids.String(l.key)
}

// provisional is the id that a prefix and a folded name make.
func (l *Linker) provisional(prefix, fold string) string {
	l.key = append(append(l.key[:0], prefix...), fold...)
	for i, c := range l.key {
		if c == ' ' {
			l.key[i] = '-'
		}
	}
	return l.ids.String(l.key)
}

// ends are hashes of the first and the last word of a folded name: names that
// differ in both have nothing to do with each other.
func ends(fold string) (head, tail uint32) {
	i := 0
	for ; i < len(fold) && fold[i] != ' '; i++ {
		head = head*31 + uint32(fold[i])
	}
	if i == len(fold) {
		return head, head
	}
	for _, c := range []byte(fold[strings.LastIndexByte(fold, ' ')+1:]) {
		tail = tail*31 + uint32(c)
	}
	return head, tail
}

// honorifics are forms of address with their gender; u for either.
var honorifics = map[string]byte{
	"Mr": 'm', "Mrs": 'f', "Ms": 'f', "Miss": 'f', "Dr": 'u', "Prof": 'u', "Sir": 'm', "Dame": 'f', "Lord": 'm', "Lady": 'f', "Rev": 'u',
	"Herr": 'm', "Frau": 'f', "Mme": 'f', "Messrs": 'm', "Madame": 'f', "Monsieur": 'm', "Sheikh": 'm', "Hon": 'u',
}

func genderOf(word string) byte {
	if g := honorifics[strings.TrimSuffix(word, ".")]; g == 'm' || g == 'f' {
		return g
	}
	return 0
}

// spelledTitles are titles that are no names, cut from the front of a mention
// that holds them: President Obama, Professor Chomsky.
var spelledTitles = set(`President Minister Ambassador Professor Senator Governor Chancellor Administrator Representative Congressman
	Congresswoman Emeritus Colonel Sergeant Lieutenant Premier Mayor Sheriff Director Chairman Chairwoman Spokesman Spokeswoman Secretary
	Commissioner Prime Former Vice`)

var suffixes = set("Jr Sr II III IV MD PhD Esq")

// cluster joins the mentions of one person: longest names first, then each
// shorter one to the name it is part of. It returns how many mentions of people
// beyond maxPersons it left out.
func (l *Linker) cluster() (cut int) {
	l.order = l.order[:0]
	for i := range l.names {
		l.order = append(l.order, int32(i))
	}
	slices.SortFunc(l.order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(l.names[b].words, l.names[a].words), cmp.Compare(a, b))
	})
	for _, i := range l.order {
		n := &l.names[i]
		best, rule := l.join(n, i)
		if best < 0 && len(l.persons) == maxPersons {
			cut++
			continue
		}
		if best < 0 {
			best = int32(len(l.persons))
			l.persons = append(l.persons, cluster{name: "", fold: n.fold, head: n.head, tail: n.tail, words: n.words, first: i, ref: gazetteer.None})
			rule = "full"
			if n.words == 1 {
				rule = "single"
			}
		}
		n.person, n.rule = best, rule
		c := &l.persons[best]
		if n.gender != 0 {
			c.gender = n.gender
		}
		c.first = min(c.first, i)
	}
	return cut
}

// join finds the person that a name belongs to, or -1: the same name, else one
// that ends or starts with it, else one whose initials it is. Of several the
// nearest before it in the text wins, else the next after it.
func (l *Linker) join(n *nameSpan, at int32) (best int32, rule string) {
	best = -1
	bestDistance := int32(1 << 30)
	for j := range l.persons {
		c := &l.persons[j]
		if n.tail != c.tail && n.head != c.head {
			continue
		}
		if n.gender != 0 && c.gender != 0 && n.gender != c.gender {
			continue
		}
		r := match(n.fold, n.words, c.fold, c.words)
		if r == "" {
			continue
		}
		if r == "full" {
			return int32(j), r
		}
		if d := l.distance(int32(j), at); d < bestDistance {
			best, bestDistance, rule = int32(j), d, r
		}
	}
	return best, rule
}

// distance ranks a person for a short name at mention i: mentions before it by
// how near they are, then those after it.
func (l *Linker) distance(person, i int32) int32 {
	for d := i - 1; d >= 0; d-- {
		if l.names[d].person == person {
			return i - d
		}
	}
	for d := i + 1; int(d) < len(l.names); d++ {
		if l.names[d].person == person {
			return 1<<20 + d - i
		}
	}
	return 1 << 21
}

// match says why a name may be a shorter form of a longer one, or "".
func match(short string, shortWords int32, long string, longWords int32) string {
	switch {
	case short == long:
		return "full"
	case shortWords >= longWords:
		return middle(short, long)
	case endsWith(long, short):
		return "surname"
	case startsWith(long, short):
		return "first name"
	case shortWords > 1 && firstWord(short) == firstWord(long) && lastWord(short) == lastWord(long):
		return "without middle name"
	case shortWords > 1 && lastWord(short) == lastWord(long) && (nickname(firstWord(short), firstWord(long)) || initial(firstWord(short), firstWord(long))):
		return "nickname"
	}
	return ""
}

// endsWith reports whether the last words of long are short; startsWith the first.
func endsWith(long, short string) bool {
	n := len(long) - len(short)
	return n > 0 && long[n-1] == ' ' && long[n:] == short
}

func startsWith(long, short string) bool {
	return len(long) > len(short) && long[len(short)] == ' ' && long[:len(short)] == short
}

// middle joins two names of as many words that differ in an initial or a
// nickname only: "Joe Biden" and "Joseph Biden", "J. Smith" and "John Smith".
func middle(a, b string) string {
	if strings.Count(a, " ") == 0 || lastWord(a) != lastWord(b) {
		return ""
	}
	x, y := firstWord(a), firstWord(b)
	if x == y && strings.Count(a, " ") != strings.Count(b, " ") {
		return "without middle name"
	}
	if nickname(x, y) || initial(x, y) || initial(y, x) {
		return "nickname"
	}
	return ""
}

func initial(short, long string) bool { return len(short) == 1 && strings.HasPrefix(long, short) }

func firstWord(s string) string { w, _, _ := strings.Cut(s, " "); return w }
func lastWord(s string) string  { return s[strings.LastIndexByte(s, ' ')+1:] }

// linkPersons names each cluster, finds its record and drops the authors.
func (l *Linker) linkPersons(in *Input) {
	l.names = slices.DeleteFunc(l.names, func(n nameSpan) bool { return n.person < 0 })
	for i := range l.names { // text order within a field
		n := &l.names[i]
		c := &l.persons[n.person]
		if n.fold == c.fold && c.name == "" {
			a := in.tokens(n.field)
			c.name = tidy(n.span.Of(a.Text))
		}
		for k := n.roles; k < n.rolesEnd; k++ {
			l.addRole(c, k)
		}
	}
	l.foldAuthors(in)
	for i := range l.persons {
		c := &l.persons[i]
		for _, k := range c.roles[:c.nRoles] {
			if c.country == "" {
				c.country = l.roles[k].Country
			}
		}
		c.ref, c.basis = l.linkPerson(c)
		c.drop = l.author(in, c)
		switch {
		case c.ref != gazetteer.None:
			c.id = l.g.Actor(c.ref).ID
		case c.words >= 2:
			c.id, c.basis = l.provisional("p:", c.fold), "name"
		}
		l.known(c)
	}
}

// known takes over the country of a person of the gazetteer.
func (l *Linker) known(c *cluster) {
	if c.ref != gazetteer.None {
		if a := l.g.Actor(c.ref); a.Country != "" {
			c.country = a.Country
		}
	}
}

// markPersons marks the mentions of people.
func (l *Linker) markPersons() {
	for i := range l.names {
		n := &l.names[i]
		if !l.persons[n.person].drop {
			l.marks = append(l.marks, mark{field: n.field, span: n.span, person: n.person, body: -1, rule: n.rule})
		}
	}
}

// unite joins the people that got one id: two spellings of one name.
func (l *Linker) unite() {
	for i := range l.names {
		n := &l.names[i]
		c := &l.persons[n.person]
		if c.id == "" || c.drop {
			continue
		}
		for j := range l.persons[:n.person] {
			if d := &l.persons[j]; d.id == c.id && !d.drop {
				for _, k := range c.roles[:c.nRoles] {
					l.addRole(d, k)
				}
				n.person = int32(j)
				if n.rule == "full" || n.rule == "single" {
					n.rule = "alias"
				}
				break
			}
		}
	}
}

// tidy is the name with single spaces.
func tidy(s string) string {
	if !strings.ContainsAny(s, "\n\t\r\u00a0") && !strings.Contains(s, "  ") {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

// linkPerson finds a person of public life by the cluster's name, else by its
// skeleton. The country that the document gives must not contradict.
func (l *Linker) linkPerson(c *cluster) (r gazetteer.Ref, basis string) {
	if m, ok := l.find(c.fold); ok {
		if r := l.personOf(c, m, 0); r != gazetteer.None {
			return r, "gazetteer"
		}
	}
	if m, ok := l.g.FindSkeleton(c.fold); ok {
		if r := l.personOf(c, m, skeletonRank); r != gazetteer.None {
			return r, "spelling"
		}
	}
	return gazetteer.None, ""
}

// skeletonRank is the rank of the keys that hold skeletons.
const skeletonRank = 20

// personOf is the person among the readings of a name, of at least a rank.
func (l *Linker) personOf(c *cluster, m gazetteer.Match, rank uint8) gazetteer.Ref {
	for i := range m.Aliases() {
		a := l.g.Alias(m, i)
		if !l.g.IsActor(a.Ref) || a.Weak || a.Rank < rank {
			continue
		}
		if r := l.g.Actor(a.Ref); r.Type == "person" && l.compatible(c, r) {
			return a.Ref
		}
	}
	return gazetteer.None
}

// compatible reports whether the document gives the person no country, or one
// in which the gazetteer's person holds or held an office.
func (l *Linker) compatible(c *cluster, a gazetteer.Actor) bool {
	if c.country == "" || c.country == a.Country {
		return true
	}
	var known [16]gazetteer.Role
	for _, r := range l.g.Roles(known[:0], a) {
		if r.Country == c.country || r.Country == "" {
			return true
		}
	}
	return false
}

// officeCodes are the codes of titles that nobody has who reports the news.
var officeCodes = set("GOV MIL LEG JUD COP SPY IGO REB OPP PTY")

// author reports whether the cluster is somebody who wrote or pictured the
// article: the same name, or an author's surname standing alone.
func (l *Linker) author(in *Input, c *cluster) bool {
	for _, full := range l.authors {
		words := int32(strings.Count(full, " ") + 1)
		if match(c.fold, c.words, full, words) != "" || c.words > 1 && match(full, words, c.fold, c.words) == "without middle name" {
			for _, k := range c.roles[:c.nRoles] {
				if r := &l.roles[k]; officeCodes[r.Code] && !in.note(r.Field, r.Span) {
					return false
				}
			}
			return true
		}
	}
	return false
}

// foldAuthors folds the names of the article's authors.
func (l *Linker) foldAuthors(in *Input) {
	l.authors = l.authors[:0]
	for _, name := range in.Authors {
		l.key = gazetteer.AppendFold(l.key[:0], name, false)
		if len(l.key) > 0 {
			l.authors = append(l.authors, l.ids.String(l.key))
		}
	}
}

// note reports whether a span lies in the first or the last two paragraphs of the
// body, where papers say who their guest authors are; a line of copyright may
// follow.
func (in *Input) note(f text.Field, s text.Span) bool {
	if f != text.Body {
		return false
	}
	body := strings.TrimRight(in.Body.Text, "\n ")
	first, last := strings.IndexByte(body, '\n'), strings.LastIndexByte(body, '\n')
	if first < 0 {
		return false
	}
	if before := strings.LastIndexByte(strings.TrimRight(body[:last], "\n "), '\n'); before > first {
		last = before
	}
	return s.Start < first || s.Start > last
}

// addRole adds role k of the Linker, which the document has not said of the
// person yet.
func (l *Linker) addRole(c *cluster, k int32) {
	r := &l.roles[k]
	for _, j := range c.roles[:c.nRoles] {
		o := &l.roles[j]
		if strings.EqualFold(o.Text, r.Text) && (o.Organization == r.Organization || r.Organization == "") && (o.Country == r.Country || r.Country == "") {
			return
		}
	}
	if c.nRoles < maxRoles {
		c.roles[c.nRoles] = k
		c.nRoles++
	}
}

// person writes a cluster as an actor, its roles apart.
func (l *Linker) person(c *cluster) Actor {
	a := Actor{ID: c.id, Name: c.name, Type: "person", Country: c.country, Confidence: .6, Basis: c.basis}
	switch {
	case c.added != nil:
		a.Name, a.Confidence, a.Subtype, a.Parent = c.added.Name, .95, c.added.Subtype, c.added.Parent
	case c.ref != gazetteer.None:
		a.Name, a.Confidence = l.g.Actor(c.ref).Name, .95
		a.record = uint32(c.ref) + 1
	case c.id != "":
		a.Provisional, a.Confidence = true, .8
	}
	return a
}
