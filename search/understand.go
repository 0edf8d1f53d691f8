package search

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"dateline/index"
	"dateline/pipeline/gazetteer"
)

// The one box. What is typed there is read before it is asked: names of places
// and dates become filters, and so do the names that the index knows as actors.
// The rest stays words. The answer is the address of the question as it was
// understood, so that what is shown, and shared, is what was asked. What stands
// in quotes or behind a minus is never touched: that is how to ask for the words
// themselves.

// Parameters of the page alone.
const (
	pAsk   = "ask"   // what was typed into the box
	pAsked = "asked" // the same, after it was understood as something else
)

// Bounds of reading.
const (
	nameWords = 5  // words of one name or date
	readWords = 40 // words that are read at all; the rest stays as it is
	readAsks  = 24 // names that the index is asked about
)

// understand answers with the address of what was typed.
func (s *site) understand(w http.ResponseWriter, r *http.Request, v url.Values) error {
	rules := s.rules()
	typed := v.Get(pAsk)
	v.Del(pAsk)
	if _, err := rules.Parse(merged(v, url.Values{pWords: {typed}})); err != nil {
		return err
	}
	b := &boxReader{ctx: r.Context(), site: s, rules: rules, found: url.Values{}}
	words, err := b.read(typed)
	if err != nil {
		return err
	}
	b.found.Set(pWords, words)
	q, err := rules.Parse(merged(v, b.found))
	if err != nil { // more names than a question may hold: then they are words
		if q, err = rules.Parse(merged(v, url.Values{pWords: {typed}})); err != nil {
			return err
		}
	}
	q.Offset, q.After = 0, ""
	target := link(rules)(q)
	if len(b.found) > 1 {
		sep := "?"
		if strings.Contains(target, "?") {
			sep = "&"
		}
		target += sep + url.Values{pAsked: {typed}}.Encode()
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
	return nil
}

// merged are parameters with others beside them; dates and words are replaced,
// for a question has one of each.
func merged(v, more url.Values) url.Values {
	out := url.Values{}
	for name, values := range v {
		out[name] = slices.Clone(values)
	}
	for name, values := range more {
		switch name {
		case pActor, pPlace:
			out[name] = append(out[name], values...)
		default:
			out[name] = values
		}
	}
	if more.Has(pFrom) || more.Has(pTo) || more.Has(pOn) {
		for _, name := range []string{pFrom, pTo, pOn} {
			if !more.Has(name) {
				out.Del(name)
			}
		}
	}
	return out
}

// boxReader reads one line.
type boxReader struct {
	ctx   context.Context
	site  *site
	rules Rules
	found url.Values // what was understood
	asks  int
	span  bool // a beginning was read, so that "and" or "to" may bring the end
}

// read returns the words that are left.
func (b *boxReader) read(s string) (string, error) {
	tokens := cutWords(s)
	var rest []string
	for i := 0; i < len(tokens); {
		n := 0
		if i < readWords {
			var err error
			if n, err = b.at(tokens[i:]); err != nil {
				return "", err
			}
		}
		if n == 0 {
			rest = append(rest, tokens[i])
			n = 1
		}
		i += n
	}
	return strings.Join(rest, " "), nil
}

// at reads what the line begins with, and returns of how many tokens it is made.
// Longer names win: New York Times is no town.
func (b *boxReader) at(tokens []string) (int, error) {
	for n := min(nameWords, len(tokens)); n > 0; n-- {
		words := make([]string, n)
		for i, w := range tokens[:n] {
			if strings.ContainsFunc(w, quoted) || w[0] == '-' || namesParam(w) {
				words = nil
				break
			}
			words[i] = strings.TrimRight(w, ",;.?!")
		}
		if words == nil || words[n-1] == "" {
			continue
		}
		if b.date(words, len(tokens) == n) || b.place(words) {
			return n, nil
		}
		if ok, err := b.actor(words); ok || err != nil {
			return n, err
		}
	}
	return 0, nil
}

// namesParam reports a word that says what it is: where:US.
func namesParam(w string) bool {
	name, _, ok := strings.Cut(w, ":")
	return ok && typed[strings.ToLower(name)] != ""
}

// Words before a date, by the parameter that it is then.
var beforeDate = map[string]string{
	"on": pOn, "in": pOn, "during": pOn, "of": pOn,
	"since": pFrom, "from": pFrom, "after": pFrom, "between": pFrom,
	"until": pTo, "till": pTo, "to": pTo, "before": pTo, "through": pTo, "by": pTo, "and": pTo,
}

// date reads a date, with a word before it that says which bound it is. A bare
// year is one only at the end of the line: "2000 troops" are no date.
func (b *boxReader) date(words []string, last bool) bool {
	param, rest := pOn, words
	if p := beforeDate[strings.ToLower(words[0])]; p != "" && len(words) > 1 {
		param, rest = p, words[1:]
		if strings.EqualFold(words[0], "and") && !b.span {
			return false
		}
	}
	s := strings.Join(rest, " ")
	bare := len(rest) == len(words)
	if bare && len(s) <= 4 && !last && strings.Trim(s, "0123456789") == "" {
		return false
	}
	zone := b.rules.zone()
	at, err := parseWhen(s, b.rules.Now, zone, time.UTC)
	if err != nil {
		if at, err = b.month(s); err != nil || bare {
			return false
		}
	}
	if b.found.Has(pOn) || b.found.Has(param) || param == pOn && (b.found.Has(pFrom) || b.found.Has(pTo)) {
		return false // a question has one stretch of time
	}
	switch {
	case param == pTo:
		if strings.EqualFold(words[0], "before") {
			at.to = at.from
		}
		b.found.Set(pTo, writeTo(at.to, time.UTC))
	case param == pFrom:
		if strings.EqualFold(words[0], "after") {
			at.from = at.to
		}
		b.found.Set(pFrom, writeFrom(at.from, time.UTC))
		b.span = true
	case at.from.Equal(at.to):
		return false
	default:
		b.found.Set(pFrom, writeFrom(at.from, time.UTC))
		b.found.Set(pTo, writeTo(at.to, time.UTC))
	}
	return true
}

// month is the latest month of a name: "March", in January, is last year's.
func (b *boxReader) month(s string) (stretch, error) {
	t, err := time.Parse("January", titled(s))
	if err != nil {
		if t, err = time.Parse("Jan", titled(s)); err != nil {
			return stretch{}, err
		}
	}
	local := b.rules.Now.In(b.rules.zone())
	y := local.Year()
	if t.Month() > local.Month() {
		y--
	}
	return month(y, t.Month(), time.UTC), nil
}

func titled(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + strings.ToLower(s[1:])
}

// place reads the name of a place. One that is a word or a person's name too
// counts only behind "in", "at" or "near".
func (b *boxReader) place(words []string) bool {
	rest, sure := words, false
	switch strings.ToLower(words[0]) {
	case "in", "at", "near":
		rest, sure = words[1:], true
	}
	if len(rest) == 0 {
		return false
	}
	s := strings.Join(rest, " ")
	g := gazetteer.Default()
	m, ok := g.Find(s)
	if !ok || m.Aliases() == 0 {
		return false
	}
	a := g.Alias(m, 0)
	if !g.IsPlace(a.Ref) || a.Form == gazetteer.Adjective || a.Form == gazetteer.Demonym || a.Form == gazetteer.Metonym || a.Comma {
		return false
	}
	if a.Upper && s != strings.ToUpper(s) {
		return false
	}
	large := g.Feature(a.Ref) == gazetteer.PPLC || g.ID(a.Ref) == g.Country(a.Ref)
	if !sure && (a.Weak || m.Ambig != 0 && !(large && capital(rest))) {
		return false
	}
	b.found.Add(pPlace, g.ID(a.Ref))
	return true
}

// capital reports that every word begins with a capital letter.
func capital(words []string) bool {
	for _, w := range words {
		if r, _ := utf8.DecodeRuneInString(w); !unicode.IsUpper(r) {
			return false
		}
	}
	return true
}

// actor reads the name of an actor: a body that the gazetteer knows, or two and
// more words that the index knows as a name. A single surname is left to the
// words: it finds more than one person as a name, and the same as a word.
func (b *boxReader) actor(words []string) (bool, error) {
	s := strings.Join(words, " ")
	g := gazetteer.Default()
	if m, ok := g.Find(s); ok && m.Aliases() > 0 {
		if a := g.Alias(m, 0); g.IsActor(a.Ref) && !a.Weak && !a.Comma && (!a.Upper || s == strings.ToUpper(s)) && m.Ambig&gazetteer.CommonWord == 0 {
			return b.known(g.Actor(a.Ref).ID)
		}
	}
	if len(words) < 2 || !capital(words) && !capital([]string{words[0], words[len(words)-1]}) && strings.ToLower(s) != s {
		return false, nil
	}
	return b.known(s)
}

// known asks the index whether it has an actor.
func (b *boxReader) known(name string) (bool, error) {
	if b.asks >= readAsks || len(name) > MaxValue {
		return false, nil
	}
	b.asks++
	a, err := b.site.ask(b.ctx, &index.Query{Actors: []string{name}, Now: b.rules.Now})
	if err != nil || a.Total == 0 {
		return false, err
	}
	b.found.Add(pActor, name)
	return true, nil
}
