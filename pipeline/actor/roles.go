package actor

import (
	"strings"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/text"
)

// maxTitle bounds how far a title reaches from its name, in tokens.
const maxTitle = 10

// title is a run of title words, tokens [first,last), with what it means.
type title struct {
	first, last  int
	code, status string
}

// reader reads the roles beside one mention of a person.
type reader struct {
	l     *Linker
	a     *text.Tokens
	field text.Field
	first int    // the name's tokens
	last  int    //
	sent  uint32 // its sentence
	limit int    // byte where the next person is named; titles do not reach beyond
	state string // country of the state named beside a lawmaker: D-Mass.
}

// rolesAt appends the roles that stand beside tokens [first,last), a person's
// name: the title before it, the one before a comma, and those behind it.
func (l *Linker) rolesAt(out []Role, a *text.Tokens, field text.Field, first, last, limit int) []Role {
	r := reader{l: l, a: a, field: field, first: first, last: last, sent: a.Tok[first].Sent, limit: limit}
	n := len(out)
	out = r.before(out)
	out = r.behind(out)
	if len(out) > n {
		if r.state == "" {
			r.state = r.stateBehind()
		}
		for i := range out[n:] {
			if o := &out[n+i]; o.Country == "" && (o.Code == "LEG" || o.Code == "GOV" || o.Code == "") {
				o.Country = r.state
			}
		}
	}
	return out
}

// in reports whether token i belongs to the sentence of the name.
func (r *reader) in(i int) bool {
	return i < len(r.a.Tok) && r.a.Tok[i].Sent == r.sent && !r.a.Tok[i].Has(text.Newline)
}

// titleEnding reads the title that ends right before token end: its head noun
// and the modifiers in front of it, not beyond token floor.
func (l *Linker) titleEnding(a *text.Tokens, floor, end int) (t title, ok bool) {
	i := end - 1
	if i < floor {
		return t, false
	}
	w, known := wordAt(a, i)
	if !known || !w.head {
		if !known || !strings.EqualFold(a.At(i), secondWord) || i == floor {
			return titleOfTwo(a, floor, end)
		}
		w = word{head: true, code: "*"}
	}
	t = title{first: i, last: end, code: w.code, status: w.status}
	if alone[strings.TrimSuffix(a.At(i), ".")] {
		if i > floor && strings.TrimSuffix(a.At(i-1), ".") == "Lt" {
			t.first--
		}
		if i = t.first; i > floor && a.Tok[i].Flags&text.SentStart == 0 {
			if w, ok := wordAt(a, i-1); ok && w.status != "" && !w.head {
				t.first, t.status = i-1, w.status
			}
		}
		return t, true
	}
	if i > floor { // secretary general, attorney general, governor general
		switch lower(strings.TrimSuffix(a.At(i), ".")) {
		case "general":
			switch lower(a.At(i - 1)) {
			case "secretary", "director":
				t.code = "*"
			case "inspector", "surgeon", "comptroller", "auditor", "postmaster":
				t.code = "GOV*"
			case "attorney", "solicitor":
				t.code = "JUD"
			case "consul", "governor":
				t.code = "GOV"
			case "lieutenant", "lt", "major", "maj", "brigadier", "brig", "prosecutor", "advocate":
			default: // Chairman General NAME
				return t, true
			}
		case "officer":
			if w, ok := wordAt(a, i-1); ok && w.modifier && lower(a.At(i-1)) != "police" {
				t.code = "*" // press officer
			}
		case "nominee", "candidate", "designate": // attorney general nominee
			if w := lower(a.At(i - 1)); w == "presidential" || w == "gubernatorial" {
				t.code = "PTY"
			} else if w, ok := wordAt(a, i-1); ok && w.head {
				t.code = w.code
				if lower(a.At(i-1)) == "general" {
					t.code = "JUD"
				}
			}
		}
	}
	for i--; i >= floor && end-i < maxTitle; i-- {
		if a.Tok[i+1].Flags&(text.SentStart|text.Newline) != 0 {
			break
		}
		w, ok := wordAt(a, i)
		if !ok {
			break
		}
		if w.status != "" && (t.status == "" || w.status == "former" || w.status == "then") {
			t.status = w.status
		}
		if !w.head && !w.modifier || a.Tok[i].Has(text.Upper) && i > floor && l.bodyEnds(a, floor, i) {
			break
		}
		if c := w.decides; c != "" && (strings.HasSuffix(t.code, "*") || t.code == "GOV" || lower(a.At(i)) == "rebel") {
			t.code = c
		}
		t.first = i
	}
	if t.code == "*" && lower(a.At(t.last-1)) == "officer" {
		for k := t.first; k < t.last-1; k++ {
			if lower(a.At(k)) == "chief" {
				t.code = "BUS*"
			}
		}
	}
	return t, true
}

// titleOfTwo reads the titles whose last word is none by itself: first lady,
// senior fellow.
func titleOfTwo(a *text.Tokens, floor, end int) (t title, ok bool) {
	if end-2 < floor {
		return t, false
	}
	switch a.At(end - 1) {
	case "lady", "Lady":
		if lower(a.At(end-2)) == "first" {
			return title{first: end - 2, last: end, code: "GOV"}, true
		}
	case "fellow", "Fellow":
		switch lower(a.At(end - 2)) {
		case "senior", "research", "visiting", "distinguished", "resident":
			return title{first: end - 2, last: end, code: "EDU"}, true
		}
	}
	return t, false
}

// alone are titles that take no other title word before them.
var alone = set("Sen Sens Rep Reps Gov Rev Senator Congressman Congresswoman")

// secondWord is a head that is a word of other kinds, too, and so counts only
// behind another title word.
const secondWord = "general"

// bodyEnds reports whether a body's name ends with token i, as "White House"
// does where a title follows: "White House press secretary".
func (l *Linker) bodyEnds(a *text.Tokens, floor, i int) bool {
	if !a.Tok[i-1].Has(text.Upper|text.Word) || a.Tok[i-1].Has(text.Possessive) {
		return false
	}
	m, ok := l.find(a.Slice(i-1, i+1))
	return ok && l.g.IsActor(l.g.Alias(m, 0).Ref)
}

// before reads what stands in front of the name.
func (r *reader) before(out []Role) []Role {
	a, end := r.a, r.first
	for end > 0 && honorifics[strings.TrimSuffix(a.At(end-1), ".")] != 0 && !a.Tok[end].Has(text.SentStart) {
		end--
	}
	if end == 0 || a.Tok[end].Flags&(text.SentStart|text.Newline) != 0 {
		return out
	}
	floor := sentenceStart(a, end-1)
	start := end
	if t, ok := r.l.titleEnding(a, floor, end); ok {
		o, at := r.role(floor, t, 0, 0)
		out, start = append(out, o), at
		out = r.joined(out, floor, at)
	} else if o, at, ok := r.titleOf(floor, end); ok {
		out, start = append(out, o), at
	}
	if start-1 > floor && a.At(start-1) == "," && a.Tok[start].Flags&text.SentStart == 0 {
		if i := start - 2; parties[a.At(i)] && i > floor { // another Florida Republican, Rep. NAME
			var s Role
			if r.l.nation(a, i-1, i, &s) {
				r.state = s.Country
			}
		}
		if o, ok := r.beforeComma(floor, start-1, start < r.first); ok {
			out = append(out, o)
		}
	}
	return out
}

// joined reads the title that another is joined to: "founder and president
// NAME", "Vice Chairman Rep. NAME".
func (r *reader) joined(out []Role, floor, at int) []Role {
	i, skipped := at, false
	for i > floor && (vague[r.a.At(i-1)] || determiners[r.a.At(i-1)]) {
		i--
	}
	if i > floor && r.a.At(i-1) == "and" {
		i--
	} else {
		i, skipped = at, true
	}
	if i <= floor || skipped && !alone[strings.TrimSuffix(r.a.At(i), ".")] {
		return out
	}
	if t, ok := r.l.titleEnding(r.a, floor, i); ok {
		o, _ := r.role(floor, t, 0, 0)
		out = append(out, o)
	}
	return out
}

// titleOf reads a title and its body right before token end: "Secretary of
// State NAME", "U.S. Special Envoy for Afghanistan NAME".
func (r *reader) titleOf(floor, end int) (o Role, at int, ok bool) {
	a := r.a
	for k := end - 1; k > floor && end-k < maxTitle; k-- {
		if t := &a.Tok[k]; t.Has(text.Upper|text.Word) || t.Has(text.Possessive) {
			continue
		}
		switch a.At(k) {
		case "the", "and", "de", "la", "del":
			continue
		case "of", "for", "to":
			if !a.Tok[k+1].Has(text.Upper) && a.At(k+1) != "the" {
				return o, 0, false
			}
			if k+1 == end {
				return o, 0, false
			}
			if t, ok := r.l.titleEnding(a, floor, k); ok {
				o, at := r.role(floor, t, k, end)
				return o, at, true
			}
			continue
		}
		break
	}
	return o, 0, false
}

// beforeComma reads a title with its body before a comma in front of the name:
// "the president of Finland, NAME," and "Yemen's intelligence chief, NAME,".
// titled says that another title stands between the comma and the name.
func (r *reader) beforeComma(floor, comma int, titled bool) (o Role, ok bool) {
	a := r.a
	t, ok := r.l.titleEnding(a, floor, comma)
	for q := t.first; ok && q >= floor && t.first-q < 7; q-- {
		w := a.At(q)
		if q < t.first && (a.Tok[q].Has(text.Punct) && !a.Tok[q].Has(text.Possessive) || verbs[w] || joinsBody[w]) {
			break
		}
		if determiners[w] || a.Tok[q].Has(text.Possessive) {
			if !titled && !r.closed() || q-1 > floor && joinsBody[a.At(q-1)] && kin[a.At(q-2)] {
				return o, false
			}
			o, _ = r.role(floor, t, 0, 0)
			return o, true
		}
	}
	for k := comma - 1; k > floor && comma-k < maxTitle; k-- {
		w := a.At(k)
		if a.Tok[k].Has(text.Punct) && !a.Tok[k].Has(text.Possessive) {
			break
		}
		if joinsBody[w] && w != "and" {
			if t, ok := r.l.titleEnding(a, floor, k); ok {
				o, _ := r.role(floor, t, k, comma)
				return o, true
			}
		}
	}
	return o, false
}

// kin are relations; the office behind "of" is somebody else's.
var kin = set(`wife husband son daughter brother sister father mother friend ally rival successor predecessor widow mistress girlfriend
	boyfriend cousin nephew niece uncle aunt lover critic opponent supporter confidant`)

// closed reports whether the name ends an apposition: a sign, "and" or "who"
// follows it.
func (r *reader) closed() bool {
	if !r.in(r.last) {
		return true
	}
	switch r.a.At(r.last) {
	case "and", "who", "told", "said":
		return true
	}
	return r.a.Tok[r.last].Has(text.Punct)
}

// behind reads NAME, [age,] [the] [nation or body['s]] title [of/for/at/in
// body] [and …], the same behind a dash, and NAME, who heads body.
func (r *reader) behind(out []Role) []Role {
	a, i := r.a, r.last
	if r.in(i) && a.At(i) == "(" {
		r.state = r.partyTag(i + 1)
		for steps := 0; r.in(i) && steps < 8 && a.At(i) != ")"; steps++ {
			i++
		}
		i++
	}
	if !r.in(i + 1) {
		return out
	}
	switch w := a.At(i); {
	case w == ",":
	case w[0] == '-' || w == "—" || w == "–":
		if n := a.At(i + 1); !determiners[n] && n != "then" && n != "now" {
			return out
		}
	default:
		return out
	}
	i++
	if s := r.partyTag(i); s != "" {
		r.state = s
		for r.in(i) && a.At(i) != "," {
			i++
		}
		i++
	}
	if r.in(i+1) && a.Tok[i].Has(text.Number) && a.At(i+1) == "," { // an age
		i += 2
	}
	if r.in(i+1) && a.At(i) == "who" {
		if o, ok := r.whoHeads(i + 1); ok {
			out = append(out, o)
		}
		return out
	}
	for conjuncts := 0; conjuncts < 3 && r.in(i); conjuncts++ {
		o, next, ok := r.phrase(i)
		if ok {
			out = append(out, o)
		}
		if !r.in(next) || a.At(next) != "and" && !(a.At(next) == "," && r.in(next+1) && a.At(next+1) == "and") {
			break
		}
		if i = next + 1; a.At(next) == "," {
			i++
		}
	}
	return out
}

// phrase reads one noun phrase from token i: a title, and the body behind it.
// next is the token behind it.
func (r *reader) phrase(i int) (o Role, next int, ok bool) {
	a, j, status := r.a, i, ""
	if r.in(i) && (a.At(i) == "then" || a.At(i) == "now") {
		if a.At(i) == "then" {
			status = "then"
		}
		i++
		j = i
	}
	for ; r.in(j) && j-i < maxTitle+4 && (int(a.Tok[j].Start) < r.limit || determiners[a.At(i)]); j++ {
		w := a.At(j)
		if a.Tok[j].Has(text.Punct) && !a.Tok[j].Has(text.Possessive) && w != "-" || joinsBody[w] || endsPhrase[w] {
			break
		}
		if verbs[w] {
			return o, j, false
		}
	}
	if j == i || r.in(j) && int(a.Tok[j].Start) >= r.limit && !determiners[a.At(i)] {
		return o, j, false
	}
	t, ok := r.l.titleEnding(a, i, j)
	for h := i + 1; !ok && h < j; h++ { // the title may go on: "a nurse working at"
		if w := a.At(h); a.Tok[h].Flags&(text.Upper|text.Possessive) == 0 && (strings.HasSuffix(w, "ing") || strings.HasSuffix(w, "ed") || strings.HasSuffix(w, "based")) {
			if t, ok = r.l.titleEnding(a, i, h); ok {
				j = h
			}
		}
	}
	if !ok {
		if parties[a.At(j-1)] && j-1 > i { // NAME, California Democrat and …
			var s Role
			for k := i; k < j-1; k++ {
				if r.l.nation(a, k, j-1, &s) {
					r.state = s.Country
					break
				}
			}
		}
		return o, j, false
	}
	for t.first > i && a.Tok[t.first-1].Flags&(text.Word|text.Upper|text.Possessive) == text.Word { // chief investment officer
		w := a.At(t.first - 1)
		if st := statuses[w]; st != "" && t.status == "" {
			t.status = st
		}
		if determiners[w] || statuses[w] != "" || vague[w] || strings.HasSuffix(w, "-based") || strings.HasSuffix(w, "-old") {
			break
		}
		t.first--
	}
	if status != "" {
		t.status = status
	}
	end := j
	if r.in(j) && joinsBody[a.At(j)] && a.At(j) != "and" {
		end = r.bodyEnd(j + 1)
		o, _ = r.role(i, t, j, end)
	} else {
		o, _ = r.role(i, t, 0, 0)
	}
	return o, end, true
}

// bodyEnd is the token behind the body that starts at token i.
func (r *reader) bodyEnd(i int) int {
	a, end := r.a, i
	for ; r.in(end) && end-i < maxTitle; end++ {
		w := a.At(end)
		if a.Tok[end].Has(text.Punct) && !a.Tok[end].Has(text.Possessive) && w != "&" || endsPhrase[w] || verbs[w] {
			break
		}
		if w == "and" && !(r.in(end+1) && a.Tok[end+1].Has(text.Upper)) {
			break
		}
	}
	return end
}

// whoHeads reads "who heads the agency": the verb is the title.
func (r *reader) whoHeads(i int) (Role, bool) {
	switch r.a.At(i) {
	case "heads", "leads", "runs", "chairs", "headed", "led", "chaired", "directs":
	default:
		return Role{}, false
	}
	o, _ := r.role(i, title{first: i, last: i + 1, code: "*"}, i, r.bodyEnd(i+1))
	return o, o.Organization != ""
}

// role makes the role of a title. Statuses are cut from its words; the nation
// or body stands in front of it or in tokens (prep,end). at is its first token
// with what stands in front.
func (r *reader) role(floor int, t title, prep, end int) (o Role, at int) {
	a := r.a
	for t.first < t.last-1 {
		w, _ := wordAt(a, t.first)
		if s := w.status; s == "" || s == "deputy" || w.head {
			break
		}
		t.first++
	}
	last := t.last
	if end > prep && prep > 0 && a.At(prep) == "of" && r.complement(prep+1) {
		if last = prep + 2; last == end {
			end = 0
		} else if joinsBody[a.At(last)] {
			prep = last
		}
	}
	span := text.Span{Start: int(a.Tok[t.first].Start), End: int(a.Tok[last-1].End)}
	o = Role{Text: span.Of(a.Text), Status: t.status, Basis: "document", Field: r.field, Span: span}
	h := holder{civic: civic(t.code), floor: r.l.personBefore(r.field)}
	at = r.l.holderBefore(a, floor, t.first, &o, &h)
	if end > prep && prep > 0 && o.Organization == "" && !(a.At(prep) == "to" || sent[lower(a.At(t.last-1))]) {
		r.l.holderBehind(a, prep, end, &o, &h)
	}
	o.Code = settled(t.code, &o, &h)
	return o, at
}

// civic reports whether a title of this code may be held in a town.
func civic(code string) bool {
	switch code {
	case "GOV", "COP", "COP*", "JUD", "LEG", "MIL*":
		return true
	}
	return false
}

// personBefore is where the last person named so far ends, in bytes.
func (l *Linker) personBefore(field text.Field) int {
	if n := len(l.names); n > 0 && l.names[n-1].field == field {
		return l.names[n-1].span.End
	}
	return 0
}

// complement reports whether the word at token i ends a title behind "of".
func (r *reader) complement(i int) bool {
	return r.in(i) && complements[lower(r.a.At(i))] && (r.a.Tok[i].Has(text.Upper) || !r.in(i+1) || r.a.Tok[i+1].Flags&text.Word == 0 || joinsBody[r.a.At(i+1)] || endsPhrase[r.a.At(i+1)])
}

// sent are offices held for one's own state in or to another.
var sent = set("envoy ambassador consul representative")

// settled is the title's code, or the body's if the title leaves it open.
func settled(code string, o *Role, h *holder) string {
	base, open := strings.CutSuffix(code, "*")
	if !open {
		return code
	}
	body := h.code
	if body == "" && !h.known {
		body = bodyCode(o.Organization)
	}
	switch {
	case base == "MIL" && body != "COP":
		return base
	case body != "":
		return body
	case base != "":
		return base
	case o.Country != "" && o.Organization == "":
		return "GOV"
	}
	return ""
}

func sentenceStart(a *text.Tokens, i int) int {
	if s := int(a.Tok[i].Sent); s < len(a.Sent) && int(a.Sent[s].First) <= i {
		return int(a.Sent[s].First)
	}
	return i
}

// partyTag reads "R-Ky." or "D-Mass" from token i and returns the country of
// the state, or "".
func (r *reader) partyTag(i int) string {
	if !r.in(i) {
		return ""
	}
	w := r.a.At(i)
	dash := strings.IndexByte(w, '-')
	if dash < 1 || dash > 3 || w[0] < 'A' || w[0] > 'Z' || dash+1 >= len(w) || w[dash+1] < 'A' || w[dash+1] > 'Z' {
		return ""
	}
	from, to := int(r.a.Tok[i].Start)+dash+1, int(r.a.Tok[i].End)
	for k := i + 1; r.in(k) && k < i+4 && r.a.At(k) != ")" && r.a.At(k) != ","; k++ {
		to = int(r.a.Tok[k].End)
	}
	m, ok := r.l.find(r.a.Text[from:to])
	for k := range m.Aliases() {
		if al := r.l.g.Alias(m, k); ok && r.l.g.IsPlace(al.Ref) && r.l.g.Feature(al.Ref) == gazetteer.ADM1 {
			return r.l.g.Country(al.Ref)
		}
	}
	return ""
}

// stateBehind reads "NAME of Iowa".
func (r *reader) stateBehind() string {
	if !r.in(r.last+1) || r.a.At(r.last) != "of" {
		return ""
	}
	for j := min(r.last+4, len(r.a.Tok)); j > r.last+1; j-- {
		var o Role
		if r.in(j-1) && r.l.nation(r.a, r.last+1, j, &o) {
			return o.Country
		}
	}
	return ""
}

var (
	joinsBody   = set("of for at in with to on and")
	endsPhrase  = set("who whose whom that which as by from since until during before after under behind over where when because but or if")
	determiners = set("the a an its his her their our my The A An Its His Her Their")
	verbs       = set(`be is was were been are will would has had have said says told say can could may might should must did does do won
		took made went came got never not`)
	// vague are adjectives that are no part of a title.
	vague = set(`longtime long-time new current veteran prominent leading top outspoken famous influential independent powerful local first
		fellow young old late controversial conservative liberal well-known respected senior-most embattled so-called own other`)
)
