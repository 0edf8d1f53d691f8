package actor

import (
	"slices"
	"strings"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/text"
)

// body is an organisation, a government or a group of the article.
type body struct {
	id, name, typ, subtype, country, parent string
	fold                                    string
	ref                                     gazetteer.Ref
	provisional                             bool
	renamed                                 bool // by an operation
	state                                   bool // a country, or with a code its soldiers or police
	code                                    string
	cited                                   bool     // quoted only
	path                                    []string // its parents and itself; empty if it has no parents
}

// appendPath appends the id of the body behind those of its parents.
func (b *body) appendPath(dst []string) []string {
	switch {
	case len(b.path) > 0:
		return append(dst, b.path...)
	case b.parent != "":
		return append(dst, b.parent, b.id)
	}
	return append(dst, b.id)
}

func (b *body) actor() Actor {
	a := Actor{ID: b.id, Name: b.name, Type: b.typ, Subtype: b.subtype, Country: b.country, Parent: b.parent, Provisional: b.provisional, Confidence: .9}
	switch {
	case b.renamed:
		a.Basis = "override"
	case b.provisional:
		a.Confidence, a.Basis = .6, "name"
	case b.state:
		a.Basis = "state"
	default:
		a.Basis = "gazetteer"
	}
	return a
}

// collectBodies marks the bodies of one field: the gazetteer's names, the name
// stage's organisations, and countries that act.
func (l *Linker) collectBodies(in *Input, field text.Field, a *text.Tokens, hits []gazetteer.Match) {
	if a == nil {
		return
	}
	next := 0
	for i := range in.Mentions {
		m := &in.Mentions[i]
		if m.Field != field || m.Kind != text.ORG || !in.outside(field, m.Span) {
			continue
		}
		if a, first, last, ok := in.valid(m); ok {
			l.organisation(in, a, m, first, last)
		}
	}
	ms := in.Mentions
	for i := range hits {
		h := hits[i]
		if int(h.Last) > len(a.Tok) || int(h.End) > len(a.Text) || h.Start >= h.End || !in.outside(field, h.Span()) {
			continue
		}
		for next < len(ms) && (ms[next].Field != field || ms[next].Span.End <= h.Span().Start) {
			next++
		}
		inside := false
		for j := next; j < len(ms) && (ms[j].Field != field || ms[j].Span.Start < h.Span().End); j++ {
			if ms[j].Field == field && ms[j].Span.Overlaps(h.Span()) && (ms[j].Kind == text.PER || ms[j].Kind == text.ORG) {
				inside = true
			}
		}
		if !inside {
			l.hit(a, field, h)
		}
	}
}

// organisation marks a mention that the name stage calls an organisation. A
// nation right before it belongs to its name: Estonian Foreign Ministry.
func (l *Linker) organisation(in *Input, a *text.Tokens, m *text.Mention, first, last int) {
	span := text.Span{Start: int(a.Tok[first].Start), End: int(a.Tok[last-1].End)}
	surface := span.Of(a.Text)
	if k, ok := l.find(surface); ok {
		for i := range k.Aliases() {
			al := l.g.Alias(k, i)
			if al.Upper && surface != strings.ToUpper(surface) {
				continue
			}
			if l.g.IsActor(al.Ref) && !l.g.IsPerson(al.Ref) {
				l.markRef(a, m.Field, span, first, last, al.Ref, rule(al))
				return
			}
			if l.g.IsPlace(al.Ref) {
				if al.Form == gazetteer.Metonym || l.acting(a, al.Ref, al.Form, first, last) {
					l.state(m.Field, span, l.g.Country(al.Ref), "metonym")
				}
				return
			}
		}
	}
	country := ""
	if first > 0 && !a.Tok[first].Has(text.SentStart) && !a.Tok[first].Has(text.Newline) {
		if cc := l.adjective(a, first-1); cc != "" && in.outside(m.Field, a.Tok[first-1].Span()) {
			country = cc
			first--
			span.Start = int(a.Tok[first].Start)
			surface = span.Of(a.Text)
		}
	}
	if country == "" {
		country = l.adjective(a, first)
	}
	l.named(a, m.Field, span, first, last, tidy(surface), country)
}

// adjective is the country whose adjective token i is, or "".
func (l *Linker) adjective(a *text.Tokens, i int) string {
	if a.Tok[i].Flags&text.Upper == 0 {
		return ""
	}
	m, ok := l.find(a.At(i))
	if !ok {
		return ""
	}
	for k := range m.Aliases() {
		al := l.g.Alias(m, k)
		if l.g.IsPlace(al.Ref) && (al.Form == gazetteer.Adjective || al.Form == gazetteer.Abbrev && al.Upper && a.Tok[i].Flags&text.Lower == 0) {
			return l.g.Country(al.Ref)
		}
	}
	return ""
}

// named marks an organisation that the gazetteer does not hold: by its folded
// name, by a shorter form of it, or by its acronym.
func (l *Linker) named(a *text.Tokens, field text.Field, span text.Span, first, last int, name, country string) {
	l.key = gazetteer.AppendFold(l.key[:0], name, false)
	fold := l.ids.String(l.key)
	if len(fold) < 2 {
		return
	}
	for i := range l.bodies {
		b := &l.bodies[i]
		if b.fold == "" {
			continue
		}
		switch {
		case b.fold == fold:
			l.mark(int32(i), field, span, "full")
			return
		case b.provisional && isAcronym(span.Of(a.Text), b.name):
			l.mark(int32(i), field, span, "acronym")
			return
		case b.provisional && strings.Count(b.fold, " ") > 0 && (startsWith(b.fold, fold) || endsWith(b.fold, fold)) && !genericHead[fold]:
			l.mark(int32(i), field, span, "part of name")
			return
		}
	}
	if len(l.bodies) == maxBodies {
		return
	}
	typ, sub, parent := "organization", "", ""
	if w := lastWord(fold); governmentHeads[w] && country != "" {
		typ, sub, parent = "government", "state", "cty:"+strings.ToLower(country)
	} else if w == "police" {
		typ, sub = "government", "police"
	}
	b := body{id: l.provisional("o:", fold), name: name, typ: typ, subtype: sub, country: country, parent: parent, fold: fold, ref: gazetteer.None, provisional: true}
	l.bodies = append(l.bodies, b)
	l.mark(int32(len(l.bodies)-1), field, span, "full")
}

var (
	governmentHeads = set("ministry government parliament senate army navy force forces guard court police department office agency embassy cabinet council commission")
	genericHead     = set("ministry government parliament senate army navy police department university court council committee party company group the state bank")
)

// isAcronym reports whether short is made of the initials of name's words.
func isAcronym(short, name string) bool {
	var buf [8]byte
	letters := buf[:0]
	for i := range len(short) {
		switch c := short[i]; {
		case c == '.':
		case len(letters) == len(buf):
			return false
		default:
			letters = append(letters, c)
		}
	}
	if len(letters) < 2 || !capitals(string(letters)) {
		return false
	}
	i := 0
	for w := range strings.FieldsSeq(name) {
		c := w[0]
		if c >= 'a' && c <= 'z' {
			continue // of, and, for
		}
		if i >= len(letters) || letters[i] != c {
			return false
		}
		i++
	}
	return i == len(letters)
}

func rule(a gazetteer.Alias) string {
	switch {
	case a.Form == gazetteer.Metonym:
		return "metonym"
	case a.Form == gazetteer.Abbrev:
		return "acronym"
	case a.Rank > 0:
		return "alias"
	}
	return "full"
}

// hit marks a name of the gazetteer that the name stage left alone: a body, or
// a country, capital or nation that acts.
func (l *Linker) hit(a *text.Tokens, field text.Field, h gazetteer.Match) {
	surface := h.Span().Of(a.Text)
	for i := range h.Aliases() {
		al := l.g.Alias(h, i)
		if al.Comma || !h.Allows(al, surface) {
			continue
		}
		if al.Weak {
			return
		}
		if l.g.IsActor(al.Ref) {
			if !l.g.IsPerson(al.Ref) && (h.Ambig&gazetteer.CommonWord == 0 || al.Upper) {
				l.markRef(a, field, h.Span(), int(h.First), int(h.Last), al.Ref, rule(al))
			}
			return
		}
		if al.Form == gazetteer.Metonym {
			l.state(field, h.Span(), l.g.Country(al.Ref), "metonym")
			return
		}
		cc := l.g.Country(al.Ref)
		f := l.g.Feature(al.Ref)
		switch {
		case cc == "":
		case al.Form == gazetteer.Adjective && f == gazetteer.PCLI && !h.Part:
			l.nationals(a, field, h, cc)
		case f == gazetteer.PCLI && al.Form <= gazetteer.Abbrev && !h.Part:
			if l.forces(a, field, h, cc) || al.Form == gazetteer.Abbrev && l.nationals(a, field, h, cc) { // US officials
				return
			}
			if acts(a, int(h.First), int(h.Last)) {
				l.state(field, h.Span(), cc, "country acts")
			}
		case f == gazetteer.PPLC && l.acting(a, al.Ref, al.Form, int(h.First), int(h.Last)):
			l.state(field, h.Span(), cc, "capital acts")
		}
		return
	}
}

// acting reports whether a capital stands for its state.
func (l *Linker) acting(a *text.Tokens, r gazetteer.Ref, f gazetteer.Form, first, last int) bool {
	return f <= gazetteer.Abbrev && (l.g.Feature(r) == gazetteer.PCLI || l.g.Feature(r) == gazetteer.PPLC) && acts(a, first, last)
}

// forces marks "Estonia's navy" and "Russia's government".
func (l *Linker) forces(a *text.Tokens, field text.Field, h gazetteer.Match, cc string) bool {
	i := int(h.Last)
	if i+1 >= len(a.Tok) || !a.Tok[i].Has(text.Possessive) || a.Tok[i+1].Has(text.SentStart) {
		return false
	}
	code, ok := nationalNouns[a.At(i+1)]
	if !ok {
		return false
	}
	l.national(field, text.Span{Start: int(h.Start), End: int(a.Tok[i+1].End)}, cc, code)
	return true
}

// nationals marks "Russian soldiers", "Ukrainian officials", and with "Russian
// and Belarusian soldiers" both, and reports whether it did.
func (l *Linker) nationals(a *text.Tokens, field text.Field, h gazetteer.Match, cc string) bool {
	i := int(h.Last)
	end := i
	for steps := 0; end < len(a.Tok) && steps < 4; end, steps = end+1, steps+1 {
		t := &a.Tok[end]
		if t.Flags&(text.SentStart|text.Newline) != 0 {
			return false
		}
		w := a.At(end)
		if code, ok := nationalNouns[w]; ok {
			stop := end
			if end > i && a.At(i) == "and" {
				stop = i - 1 // the noun belongs to the other nation's mention
			}
			span := h.Span()
			if stop == end {
				span.End = int(t.End)
			}
			l.national(field, span, cc, code)
			return true
		}
		if !nationalModifiers[w] && !(w == "and" && end == i) && !(end == i+1 && a.At(i) == "and" && t.Has(text.Upper)) {
			return false
		}
	}
	return false
}

var nationalNouns = func() map[string]string {
	m := map[string]string{}
	for code, words := range map[string]string{
		"gov": "officials official government authorities leaders diplomats ministers cabinet envoys negotiators administration state leadership embassy delegation regulators prosecutors lawmakers parliament government's",
		"mil": "soldiers troops forces army military navy warplanes jets warships paratroopers marines air-force airstrikes tanks commandos servicemen fighters drones missiles artillery submarines",
		"cop": "police investigators detectives coastguard",
		"spy": "intelligence spies",
	} {
		for w := range strings.FieldsSeq(words) {
			m[w], m[strings.ToUpper(w[:1])+w[1:]] = code, code
		}
	}
	return m
}()

var nationalModifiers = capitalized("government military senior top federal state defense defence security armed special air ground naval foreign ministry interior border army riot national local regional health other")

// capitalized are the words as they are and with a capital, as headlines have them.
func capitalized(words string) map[string]bool {
	m := set(words)
	for w := range strings.FieldsSeq(words) {
		m[strings.ToUpper(w[:1])+w[1:]] = true
	}
	return m
}

// national marks a part of a state: the state itself for its government, a
// group below it for its soldiers and police.
func (l *Linker) national(field text.Field, span text.Span, cc, code string) {
	if code == "gov" {
		code = ""
	}
	l.part(field, span, cc, code, "demonym")
}

// state marks a country as an actor.
func (l *Linker) state(field text.Field, span text.Span, cc, rule string) {
	if cc != "" {
		l.part(field, span, cc, "", rule)
	}
}

// part marks a country or a group below it by its code.
func (l *Linker) part(field text.Field, span text.Span, cc, code, rule string) {
	for i := range l.bodies {
		if b := &l.bodies[i]; b.state && b.country == cc && b.code == code {
			l.mark(int32(i), field, span, rule)
			return
		}
	}
	if len(l.bodies) == maxBodies {
		return
	}
	l.key = append(append(l.key[:0], "cty:"...), cc[0]|0x20, cc[1]|0x20)
	id := l.ids.String(l.key)
	b := body{id: id, name: l.countryName(cc), typ: "government", subtype: "state", country: cc, code: code, state: true, ref: gazetteer.None}
	if code != "" {
		b.id, b.parent, b.typ, b.subtype = "gen:"+id[4:]+":"+code, id, "group", "role group"
		switch code {
		case "mil":
			b.name = "Military of " + b.name
		case "cop":
			b.name = "Police of " + b.name
		default:
			b.name = "Intelligence of " + b.name
		}
	}
	l.bodies = append(l.bodies, b)
	l.mark(int32(len(l.bodies)-1), field, span, rule)
}

func (l *Linker) countryName(cc string) string {
	if r := l.g.CountryRef(cc); r != gazetteer.None {
		return l.g.Name(r)
	}
	return cc
}

// markRef marks a body of the gazetteer. Outlets and agencies are cited unless
// something is done to them or they do more than report.
func (l *Linker) markRef(a *text.Tokens, field text.Field, span text.Span, first, last int, ref gazetteer.Ref, rule string) {
	for i := range l.bodies {
		if b := &l.bodies[i]; b.ref == ref {
			b.cited = b.cited && !involved(a, first, last)
			l.mark(int32(i), field, span, rule)
			return
		}
	}
	if len(l.bodies) == maxBodies {
		return
	}
	r := l.g.Actor(ref)
	b := body{id: r.ID, name: r.Name, typ: r.Type, subtype: r.Subtype, country: r.Country, parent: r.Parent, ref: ref}
	l.key = gazetteer.AppendFold(l.key[:0], r.Name, false)
	b.fold = l.ids.String(l.key)
	if b.parent != "" && !strings.HasPrefix(b.parent, "cty:") {
		b.path = l.ancestry(r)
	}
	b.cited = (r.Subtype == "agency" || r.Subtype == "media") && !involved(a, first, last)
	l.bodies = append(l.bodies, b)
	l.mark(int32(len(l.bodies)-1), field, span, rule)
}

// ancestry is the path of a body: its parents, widest first, and itself.
func (l *Linker) ancestry(r gazetteer.Actor) []string {
	var path [5]string
	n := len(path) - 1
	path[n] = r.ID
	for p := r.Parent; p != "" && n > 0; {
		n--
		path[n] = p
		if strings.HasPrefix(p, "cty:") {
			break
		}
		ref := l.g.ActorRef(p)
		if ref == gazetteer.None {
			break
		}
		p = l.g.Actor(ref).Parent
	}
	return slices.Clone(path[n:])
}

func (l *Linker) mark(b int32, field text.Field, span text.Span, rule string) {
	l.marks = append(l.marks, mark{field: field, span: span, person: -1, body: b, rule: rule})
}

// involved reports whether an outlet does or suffers more than reporting: a verb
// of that kind stands right before or behind it.
func involved(a *text.Tokens, first, last int) bool {
	for i := last; i < len(a.Tok) && i < last+3; i++ {
		if involvedVerbs[a.At(i)] {
			return true
		}
	}
	for i := first - 1; i >= 0 && i >= first-3; i-- {
		if involvedVerbs[a.At(i)] {
			return true
		}
	}
	return false
}

var involvedVerbs = set(`blocked banned sued fined raided expelled closed bought acquired sold fired laid settled apologized apologised
	suspended censored hacked accused sues bans blocks buys owns owned investigated`)

// acts reports whether a verb of speech or policy follows the name, or a
// possessive with a decision; a preposition of place before it makes it a
// place: "in Moscow said" is not the state.
func acts(a *text.Tokens, first, last int) bool {
	if last >= len(a.Tok) || a.Tok[last].Has(text.SentStart) {
		return false
	}
	if first > 0 && !a.Tok[first].Has(text.SentStart) && placePrepositions[a.At(first-1)] {
		return false
	}
	if a.Tok[last].Has(text.Possessive) {
		return last+1 < len(a.Tok) && decisionNouns[a.At(last+1)]
	}
	for i, steps := last, 0; i < len(a.Tok) && steps < 4 && !a.Tok[i].Has(text.SentStart); i, steps = i+1, steps+1 {
		if acts, ok := acting[a.At(i)]; !ok || acts {
			return ok
		}
	}
	return false
}

// acting are verbs of speech and policy (true), and words that may stand before
// them (false).
var acting = func() map[string]bool {
	m := map[string]bool{}
	for w := range auxiliaries {
		m[w] = false
	}
	for w := range stateVerbs {
		m[w] = true
	}
	return m
}()

var (
	placePrepositions = set("in at near outside inside from around across off into over through throughout on along of")
	decisionNouns     = set(`decision decisions policy policies response reaction refusal claim claims demand demands position stance support plan
		plans proposal sanctions invasion attack offer threat threats warning warnings efforts annexation withdrawal government leadership aggression`)
	stateVerbs = set(`said says say warned warns accused accuses denied denies insists insisted wants wanted vowed vows announced announces
		agreed agrees refused refuses rejected rejects demanded demands imposed imposes expelled condemned condemns called calls urged urges
		hopes hoped fears feared believes believed claims claimed argues argued plans planned sought seeks backed backs supports supported
		threatened threatens responded responds retaliated sanctioned maintains decided blames blamed views expects blocked recalled
		summoned froze lifted signed offered offers proposed pledged pledges promised annexed invaded declared dismissed opposes opposed
		attacked launched seized sent deployed bombed struck fired closed occupied withdrew pulled shelled captured banned arrested
		detained released ratified joined left quit halted suspended cut act acts acted has-no`)
	auxiliaries = set(`has have had is was will would could may might can should must also so far not never repeatedly long yet now since
		recently already been be to do does did still again quickly later initially publicly officially formally`)
)
