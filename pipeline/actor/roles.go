package actor

import (
	"strings"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/text"
)

// maxTitle bounds how far a title reaches from its name, in tokens.
const maxTitle = 9

// rolesAt reads the roles that stand beside one mention of a person: the title
// before the name and the apposition behind it.
func (l *Linker) rolesAt(a *text.Tokens, n *nameSpan) (out []Role) {
	if r, ok := l.titleBefore(a, n); ok {
		out = append(out, r)
	}
	if r, ok := l.titleOf(a, n); ok {
		out = append(out, r)
	}
	if r, ok := l.titleBehind(a, n); ok {
		out = append(out, r)
	}
	return out
}

// wordAt is token i in lower case without the dot of an abbreviation, and its
// status if a prefix carries one: "then-President", "ex-minister".
func wordAt(a *text.Tokens, i int) (w, status string) {
	w = lower(strings.TrimSuffix(a.At(i), "."))
	if p, rest, ok := strings.Cut(w, "-"); ok && statuses[p] != "" {
		return rest, statuses[p]
	}
	if head, s, ok := strings.Cut(w, "-"); ok && (s == "elect" || s == "designate") {
		return head, "elect"
	}
	return w, ""
}

// lower is strings.ToLower without the allocation for the words of the tables.
func lower(w string) string {
	var buf [24]byte
	if len(w) > len(buf) {
		return strings.ToLower(w)
	}
	same := true
	for i := range len(w) {
		c := w[i]
		if c >= 0x80 {
			return strings.ToLower(w)
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
			same = false
		}
		buf[i] = c
	}
	if same {
		return w
	}
	if k, ok := known[string(buf[:len(w)])]; ok {
		return k
	}
	return strings.ToLower(w)
}

// known holds the words of the tables, so that lower can return them.
var known = func() map[string]string {
	m := map[string]string{}
	for w := range codes {
		m[w] = w
	}
	for w := range modifiers {
		m[w] = w
	}
	for w := range statuses {
		m[w] = w
	}
	return m
}()

// title is a run of title words, tokens [first,last), with what it means.
type title struct {
	first, last  int
	code, status string
}

// titleEnding reads the title that ends right before token end: its head noun
// and the modifiers in front of it, not beyond token floor.
func titleEnding(a *text.Tokens, floor, end int) (t title, ok bool) {
	i := end - 1
	if i < floor || !a.Tok[i].Has(text.Word) {
		return t, false
	}
	w, status := wordAt(a, i)
	code, known := codes[w]
	if !known && i > floor && w == "general" {
		code, known = "*", true
	}
	if !known && strings.Contains(w, "-") {
		code, known = codes[w[strings.LastIndexByte(w, '-')+1:]]
	}
	if !known {
		return t, false
	}
	t = title{first: i, last: end, code: code, status: status}
	if w == "general" && i > floor { // secretary general, attorney general, governor general
		switch p, _ := wordAt(a, i-1); p {
		case "secretary":
			t.code = "*"
		case "attorney", "solicitor":
			t.code = "JUD"
		case "consul", "governor":
			t.code = "GOV"
		}
	}
	for i--; i >= floor && end-i < maxTitle; i-- {
		tok := &a.Tok[i]
		if !tok.Has(text.Word) || a.Tok[i+1].Flags&(text.SentStart|text.Newline) != 0 {
			break
		}
		w, s := wordAt(a, i)
		c, mod := modifiers[w]
		_, head := codes[w]
		if !mod && !head && w != "and" {
			break
		}
		if w == "and" && (i == floor || !titleWord(a, i-1)) {
			break
		}
		if st := statuses[w]; st != "" && s == "" {
			s = st
		}
		if s != "" && (t.status == "" || s == "former" || s == "then") {
			t.status = s
		}
		if c != "" && (t.code == "*" || t.code == "GOV" || t.code == "JUD" && w != "attorney" || w == "rebel") {
			t.code = c
		}
		t.first = i
	}
	return t, true
}

func titleWord(a *text.Tokens, i int) bool {
	w, _ := wordAt(a, i)
	_, mod := modifiers[w]
	_, head := codes[w]
	return mod || head
}

// titleBefore reads [nation or body]['s] title NAME.
func (l *Linker) titleBefore(a *text.Tokens, n *nameSpan) (Role, bool) {
	end := int(n.first)
	for end > 0 && honorifics[strings.TrimSuffix(a.At(end-1), ".")] != 0 && !a.Tok[end].Has(text.SentStart) {
		end--
	}
	if end == 0 || a.Tok[end].Flags&(text.SentStart|text.Newline) != 0 {
		return Role{}, false
	}
	floor := sentenceStart(a, end-1)
	t, ok := titleEnding(a, floor, end)
	if !ok {
		return Role{}, false
	}
	r := l.role(a, n.field, t)
	l.holderBefore(a, floor, t.first, &r)
	settleCode(&r, t.code)
	return r, true
}

// titleOf reads "the president of Finland, NAME," and "head of the agency NAME".
func (l *Linker) titleOf(a *text.Tokens, n *nameSpan) (Role, bool) {
	end := int(n.first)
	if end < 3 || a.At(end-1) != "," || a.Tok[end].Has(text.SentStart) {
		return Role{}, false
	}
	floor := sentenceStart(a, end-1)
	for i := end - 2; i > floor && end-i < maxTitle; i-- {
		switch a.At(i) {
		case ",":
			return Role{}, false
		case "of", "for", "at":
			t, ok := titleEnding(a, floor, i)
			if !ok {
				return Role{}, false
			}
			r := l.role(a, n.field, t)
			l.holderBehind(a, i, end-1, &r)
			l.holderBefore(a, floor, t.first, &r)
			settleCode(&r, t.code)
			return r, true
		}
	}
	return Role{}, false
}

// titleBehind reads NAME, [age,] [the] [nation or body['s]] title [of/for/at/in
// body], and NAME, who heads body.
func (l *Linker) titleBehind(a *text.Tokens, n *nameSpan) (Role, bool) {
	i := int(n.last)
	sent := a.Tok[n.first].Sent
	in := func(i int) bool { return i < len(a.Tok) && a.Tok[i].Sent == sent && !a.Tok[i].Has(text.Newline) }
	if !in(i) || a.At(i) != "," {
		return Role{}, false
	}
	i++
	if in(i+1) && a.Tok[i].Has(text.Number) && a.At(i+1) == "," { // an age
		i += 2
	}
	if in(i+1) && a.At(i) == "who" {
		return l.whoHeads(a, n, i+1, in)
	}
	start := i
	for steps := 0; in(i) && steps < maxTitle; i, steps = i+1, steps+1 {
		w := a.At(i)
		if a.Tok[i].Has(text.Punct) && !a.Tok[i].Has(text.Possessive) && w != "-" || w == "who" || w == "whose" || w == "said" || w == "told" {
			break
		}
		next := i + 1
		if in(next) && titleWord(a, next) { // the head noun is the last title word
			continue
		}
		if w, _ := wordAt(a, i); codes[w] == "" && !headCompound(w) {
			continue
		}
		if in(next) && a.At(next) != "," && a.At(next) != "." && !joinsBody[a.At(next)] {
			// A title is followed by its end or by the body it is held in.
			if !a.Tok[next].Has(text.Punct) {
				return Role{}, false
			}
		}
		t, ok := titleEnding(a, start, next)
		if !ok {
			return Role{}, false
		}
		r := l.role(a, n.field, t)
		if in(next) && joinsBody[a.At(next)] {
			end := next + 1
			for in(end) && end < next+maxTitle && !(a.Tok[end].Has(text.Punct) && !a.Tok[end].Has(text.Possessive)) {
				end++
			}
			l.holderBehind(a, next, end, &r)
		}
		l.holderBefore(a, start, t.first, &r)
		settleCode(&r, t.code)
		return r, true
	}
	return Role{}, false
}

func headCompound(w string) bool {
	i := strings.LastIndexByte(w, '-')
	return i >= 0 && codes[w[i+1:]] != ""
}

var joinsBody = set("of for at in with to on and")

// whoHeads reads "who heads the agency": the verb is the title.
func (l *Linker) whoHeads(a *text.Tokens, n *nameSpan, i int, in func(int) bool) (Role, bool) {
	switch a.At(i) {
	case "heads", "leads", "runs", "chairs", "headed", "led", "chaired", "directs":
	default:
		return Role{}, false
	}
	end := i + 1
	for in(end) && end < i+maxTitle && !(a.Tok[end].Has(text.Punct) && !a.Tok[end].Has(text.Possessive)) {
		end++
	}
	r := l.role(a, n.field, title{first: i, last: i + 1})
	l.holderBehind(a, i, end, &r)
	settleCode(&r, "*")
	return r, r.Organization != ""
}

func sentenceStart(a *text.Tokens, i int) int {
	if s := int(a.Tok[i].Sent); s < len(a.Sent) && int(a.Sent[s].First) <= i {
		return int(a.Sent[s].First)
	}
	return i
}

// role makes the role of a title; statuses are cut from its words.
func (l *Linker) role(a *text.Tokens, field text.Field, t title) Role {
	for t.first < t.last-1 {
		w, _ := wordAt(a, t.first)
		if s := statuses[w]; s == "" || s == "deputy" {
			break
		}
		t.first++
	}
	span := text.Span{Start: int(a.Tok[t.first].Start), End: int(a.Tok[t.last-1].End)}
	return Role{Text: span.Of(a.Text), Status: t.status, Basis: "document", Field: field, Span: span}
}

// holderBefore reads the nation or the body in front of a title: "Estonian",
// "Kremlin", "NATO's".
func (l *Linker) holderBefore(a *text.Tokens, floor, end int, r *Role) {
	i := end
	if i > floor && a.Tok[i-1].Has(text.Possessive) {
		i--
	}
	for start := max(floor, i-gazetteer.MaxTokens); start < i; start++ {
		if a.Tok[start].Flags&text.Upper == 0 {
			continue
		}
		if l.holder(a, start, i, r) {
			if start > floor && r.Status == "" { // former French president
				w, _ := wordAt(a, start-1)
				r.Status = statuses[w]
			}
			return
		}
	}
	if i > floor && a.Tok[i-1].Flags&text.Upper != 0 && a.Tok[i-1].Has(text.Word) && r.Organization == "" && !a.Tok[i-1].Has(text.SentStart) {
		start := i - 1
		for start > floor && a.Tok[start-1].Flags&(text.Upper|text.Word) == text.Upper|text.Word && !a.Tok[start].Has(text.SentStart) && i-start < 5 {
			start--
		}
		r.Organization = a.Slice(start, i)
		for s := start; s < i; s++ {
			if l.nation(a, s, s+1, r) && s+1 < i {
				break
			}
		}
	}
}

// holderBehind reads the body in tokens (i,end) behind "of", "for", "at".
func (l *Linker) holderBehind(a *text.Tokens, i, end int, r *Role) {
	for start := i + 1; start < end; start++ {
		if a.Tok[start].Flags&text.Upper == 0 {
			continue
		}
		for stop := min(end, start+gazetteer.MaxTokens); stop > start; stop-- {
			if l.holder(a, start, stop, r) {
				return
			}
		}
		stop := start
		for stop < end && (a.Tok[stop].Flags&text.Upper != 0 || stop+1 < end && (a.At(stop) == "of" || a.At(stop) == "for" || a.At(stop) == "and") && a.Tok[stop+1].Flags&text.Upper != 0) {
			stop++
		}
		if r.Organization == "" {
			r.Organization = a.Slice(start, stop)
		}
		return
	}
}

// holder reads tokens [i,j) as one nation or one body of the gazetteer.
func (l *Linker) holder(a *text.Tokens, i, j int, r *Role) bool {
	m, ok := l.g.Find(a.Slice(i, j))
	if !ok {
		return false
	}
	surface := a.Slice(i, j)
	for k := range m.Aliases() {
		al := l.g.Alias(m, k)
		if al.Upper && surface != strings.ToUpper(surface) || al.Comma {
			continue
		}
		if l.g.IsActor(al.Ref) {
			body := l.g.Actor(al.Ref)
			if body.Type == "person" {
				continue
			}
			r.Organization = body.Name
			if r.Country == "" {
				r.Country = body.Country
			}
			if r.Code == "" {
				r.Code = body.Code
			}
			return true
		}
		if f := l.g.Feature(al.Ref); f == gazetteer.PCLI || f == gazetteer.ADM1 || f == gazetteer.PPLC || al.Form == gazetteer.Adjective || k == 0 {
			if r.Country == "" {
				r.Country = l.g.Country(al.Ref)
			}
			return true
		}
		return false
	}
	return false
}

// nation reads tokens [i,j) as a country or its adjective.
func (l *Linker) nation(a *text.Tokens, i, j int, r *Role) bool {
	m, ok := l.g.Find(a.Slice(i, j))
	if !ok {
		return false
	}
	for k := range m.Aliases() {
		if al := l.g.Alias(m, k); l.g.IsPlace(al.Ref) && l.g.Feature(al.Ref) == gazetteer.PCLI && !al.Upper {
			if r.Country == "" {
				r.Country = l.g.Country(al.Ref)
			}
			return true
		}
	}
	return false
}

// settleCode takes the title's code, or the body's if the title leaves it open.
func settleCode(r *Role, code string) {
	if code != "*" && code != "" {
		r.Code = code
	} else if r.Code == "" && r.Country != "" && r.Organization == "" {
		r.Code = "GOV"
	}
}
