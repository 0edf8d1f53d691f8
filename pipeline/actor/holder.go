package actor

import (
	"strings"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/text"
)

// holder is what is known of the body in which an office is held.
type holder struct {
	code  string // role code of the body
	known bool   // the gazetteer has the body
	civic bool   // the office may be a town's
	floor int    // byte where the person named before ends; no body reaches before it
}

// holderBefore reads the nation or the body in front of a title: "Estonian",
// "Kremlin", "NATO's". It returns the first token of what it read.
func (l *Linker) holderBefore(a *text.Tokens, floor, end int, r *Role, h *holder) (at int) {
	i := end
	for i > floor && (parties[a.At(i-1)] || vague[a.At(i-1)]) {
		i--
	}
	if i > floor && a.Tok[i-1].Has(text.Possessive) {
		i--
	}
	if i == floor || a.Tok[i-1].Flags&text.Upper == 0 {
		return l.statusBefore(a, floor, i, r, i)
	}
	start := i - 1 // of the run of capitals
	for start > floor && i-start < gazetteer.MaxTokens && a.Tok[start-1].Flags&text.Upper != 0 && a.Tok[start].Flags&text.SentStart == 0 {
		start--
	}
	for start-1 > floor && i-start < gazetteer.MaxTokens-1 && linksBody[a.At(start-1)] && a.Tok[start-2].Flags&text.Upper != 0 { // Health and Human Services
		start -= 2
	}
	for s := start; s < i; s++ {
		if a.Tok[s].Flags&text.Upper != 0 && l.holder(a, s, i, r, h) {
			return l.statusBefore(a, floor, s, r, s)
		}
	}
	if a.Tok[i-1].Flags&(text.Upper|text.Word) == text.Upper|text.Word && r.Organization == "" && i < len(a.Tok) {
		s := i - 1
		for s > floor && a.Tok[s-1].Flags&(text.Upper|text.Word) == text.Upper|text.Word && !a.Tok[s].Has(text.SentStart) && i-s < 5 && !statusWord(a, s-1) {
			s--
		}
		if int(a.Tok[s].Start) < h.floor { // a person's name: Trump lawyer
			return s
		}
		if s == i-1 && a.Tok[s].Has(text.SentStart) && a.Tok[s].Flags&text.AllCaps == 0 && !a.Tok[i].Has(text.Possessive) {
			return i // any word starts a sentence with a capital
		}
		r.Organization = a.Slice(s, i)
		for k := s; k < i; k++ {
			if l.nation(a, k, k+1, r) && k+1 < i {
				break
			}
		}
		return l.statusBefore(a, floor, s, r, s)
	}
	return i
}

var linksBody = set("and of for &")

func statusWord(a *text.Tokens, i int) bool {
	w, ok := wordAt(a, i)
	return ok && w.status != "" && !w.head
}

// statusBefore reads the status in front of a nation: former French president.
func (l *Linker) statusBefore(a *text.Tokens, floor, i int, r *Role, at int) int {
	if i > floor {
		if w, ok := wordAt(a, i-1); ok && w.status != "" && !w.head {
			if r.Status == "" {
				r.Status = w.status
			}
			return i - 1
		}
	}
	return at
}

// holderBehind reads the body in tokens (i,end) behind "of", "for", "at".
func (l *Linker) holderBehind(a *text.Tokens, i, end int, r *Role, h *holder) {
	for start := i + 1; start < end; start++ {
		if a.Tok[start].Flags&text.Upper == 0 {
			continue
		}
		stop := start
		for stop < end && (a.Tok[stop].Flags&text.Upper != 0 || stop+1 < end && (a.At(stop) == "of" || a.At(stop) == "for" || a.At(stop) == "and" || a.At(stop) == "&") && a.Tok[stop+1].Flags&text.Upper != 0) {
			stop++
		}
		for s := min(end, start+gazetteer.MaxTokens); s > start; s-- {
			if !l.holder(a, start, s, r, h) {
				continue
			}
			if r.Organization == "" && s < stop && a.Tok[s].Flags&text.Upper != 0 { // Russian Navy
				r.Organization = a.Slice(start, stop)
			}
			return
		}
		if r.Organization == "" {
			r.Organization = a.Slice(start, stop)
		}
		return
	}
}

// holder reads tokens [i,j) as one nation or one body of the gazetteer.
func (l *Linker) holder(a *text.Tokens, i, j int, r *Role, h *holder) bool {
	surface := a.Slice(i, j)
	m, ok := l.find(surface)
	if !ok {
		return false
	}
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
			h.code, h.known = body.Code, true
			return true
		}
		switch f := l.g.Feature(al.Ref); {
		case f == gazetteer.PCLI, f == gazetteer.ADM1, f == gazetteer.PPLC && al.Rank < otherName, al.Form == gazetteer.Adjective:
		case al.Rank >= otherName: // a name in another language; a better reading may follow
			continue
		case !h.civic:
			return false
		}
		if r.Country == "" {
			if r.Country = l.areaBehind(a, j); r.Country == "" {
				r.Country = l.g.Country(al.Ref)
			}
		}
		return true
	}
	return false
}

// otherName is the rank from which names are those of other languages.
const otherName = 8

// areaBehind is the country of the area behind a comma: Oxford, Mississippi.
func (l *Linker) areaBehind(a *text.Tokens, j int) string {
	if j+1 >= len(a.Tok) || a.At(j) != "," || a.Tok[j+1].Flags&(text.Upper|text.SentStart) != text.Upper {
		return ""
	}
	m, ok := l.find(a.At(j + 1))
	for k := range m.Aliases() {
		al := l.g.Alias(m, k)
		if ok && l.g.IsPlace(al.Ref) && al.Form <= gazetteer.Abbrev && (l.g.Feature(al.Ref) == gazetteer.ADM1 || l.g.Feature(al.Ref) == gazetteer.PCLI) {
			return l.g.Country(al.Ref)
		}
	}
	return ""
}

// nation reads tokens [i,j) as a country, its adjective, or a state of one.
func (l *Linker) nation(a *text.Tokens, i, j int, r *Role) bool {
	m, ok := l.find(a.Slice(i, j))
	if !ok {
		return false
	}
	for k := range m.Aliases() {
		al := l.g.Alias(m, k)
		if !l.g.IsPlace(al.Ref) || al.Upper {
			continue
		}
		if f := l.g.Feature(al.Ref); f == gazetteer.PCLI || f == gazetteer.ADM1 {
			if r.Country == "" {
				r.Country = l.g.Country(al.Ref)
			}
			return true
		}
	}
	return false
}
