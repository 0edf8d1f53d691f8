package place

import (
	"slices"
	"strings"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/text"
)

// The kinds of a mention.
const (
	KindEvent    = "event"
	KindDateline = "dateline"
	KindMention  = "mention"
	KindMetonym  = "metonym"
)

// kinds gives every spot its form, its kind and the rule that said so.
func (l *Linker) kinds(in *Input) {
	for i := range l.spots {
		s := &l.spots[i]
		g := &l.groups[s.group]
		a := in.tokens(s.field)
		if g.best >= 0 {
			s.form = l.cands[g.best].form
		}
		switch {
		case s.dateline >= 0:
			s.kind, s.rule = KindDateline, "dateline"
		case g.metonym != gazetteer.None:
			s.kind, s.form, s.rule = KindMetonym, gazetteer.Metonym, "metonym list"
		case s.form == gazetteer.Adjective || s.form == gazetteer.Demonym:
			s.kind, s.rule = KindMention, "people"
		case s.embedded:
			s.kind, s.rule = KindMention, "embedded"
		default:
			l.literal(a, s, g)
		}
		if s.isFixed && s.dateline < 0 {
			s.rule = "override"
		}
		if in.Overrides != nil {
			if k := in.Overrides.Kind(gazetteer.Fold(s.span.Of(a.Text)), &in.Context); k != "" {
				s.kind, s.rule = k, "override"
			}
		}
	}
}

// literal decides between event, metonym and mention for a name that names the
// place itself.
func (l *Linker) literal(a *text.Tokens, s *spot, g *group) {
	first, last := int(s.match.First), int(s.match.Last)
	loc := locative(a, first)
	if g.best >= 0 && l.cands[g.best].feature == gazetteer.PPLC && !loc && s.qualifier < 0 && acts(a, first, last) {
		s.kind, s.rule = KindMetonym, "capital acts"
		return
	}
	if !loc || s.match.Part || s.qualifies || s.field == text.Title || quoted(a, first) || !l.happens(a, first) {
		s.kind, s.rule = KindMention, "named"
		return
	}
	s.kind, s.rule = KindEvent, "locative"
}

// acts reports whether a verb of speech or policy follows the name, or a
// possessive with a decision: "Moscow said", "Washington has so far said",
// "Beijing's decision".
func acts(a *text.Tokens, first, last int) bool {
	if last >= len(a.Tok) || a.Tok[last].Has(text.SentStart) {
		return false
	}
	i := last
	if a.Tok[i].Has(text.Possessive) {
		return i+1 < len(a.Tok) && decisions[a.At(i+1)]
	}
	for steps := 0; i < len(a.Tok) && steps < 4; i, steps = i+1, steps+1 {
		if policy, ok := speaking[a.At(i)]; !ok || policy {
			return ok
		}
	}
	return false
}

// quoted reports whether token i stands inside quotation marks of its sentence.
func quoted(a *text.Tokens, i int) bool {
	s := int(a.Tok[i].Sent)
	if s >= len(a.Sent) {
		return false
	}
	open := false
	for j := int(a.Sent[s].First); j < i; j++ {
		switch w := a.At(j); {
		case strings.HasPrefix(w, "“"):
			open = true
		case strings.HasSuffix(w, "”"):
			open = false
		case w == `"`:
			open = !open
		}
	}
	return open
}

// happens reports whether the sentence of token i tells of something that
// happened or will: a verb other than of speech or state.
func (l *Linker) happens(a *text.Tokens, i int) bool {
	s := int(a.Tok[i].Sent)
	if s >= len(a.Sent) {
		return false
	}
	if len(l.tells) != len(a.Sent) { // only the body's sentences are asked for
		l.tells = slices.Grow(l.tells[:0], len(a.Sent))[:len(a.Sent)]
		clear(l.tells)
	}
	if l.tells[s] == 0 {
		l.tells[s] = -1
		if tells(a, s) {
			l.tells[s] = 1
		}
	}
	return l.tells[s] > 0
}

// tells reports whether sentence s tells of something that happened.
func tells(a *text.Tokens, s int) bool {
	for j := a.Sent[s].First; j < a.Sent[s].Last; j++ {
		t := &a.Tok[j]
		if t.Flags&(text.Word|text.Upper) != text.Word {
			continue
		}
		w := a.Text[t.Start:t.End]
		if strings.HasSuffix(w, "ed") && len(w) > 4 {
			if !stateVerbs[w] {
				return true
			}
		} else if eventWords[w] {
			return true
		}
	}
	return false
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// speaking are verbs of speech and policy (true), and words that may stand
// before them (false).
var speaking = func() map[string]bool {
	m := map[string]bool{}
	for w := range auxiliaries {
		m[w] = false
	}
	for w := range policyVerbs {
		m[w] = true
	}
	return m
}()

var (
	policyVerbs = set(`said says say warned warns accused accuses denied denies insists insisted wants wanted vowed vows announced announces
		agreed agrees refused refuses rejected rejects demanded demands imposed imposes expelled condemned condemns called calls urged urges
		hopes hoped fears feared believes believed claims claimed argues argued considers considered plans planned sought seeks backed backs
		supports supported threatened threatens responded responds reacted retaliated sanctioned signaled signalled insisted maintains pressed
		decided decides blames blamed sees views expects expected told blocked recalled summoned froze lifted signed offered offers proposed
		proposes withdrew pulled pledged pledges promised promises annexed invaded declared declares dismissed opposes opposed`)
	decisions = set(`decision decisions policy policies response reaction refusal claim claims demand demands position stance view interests
		interest allies ally plan plans proposal sanctions support intentions ambitions influence relations ties relationship envoy
		ambassador government accusations accusation threat threats warning warnings offer control strategy foreign role efforts`)
	auxiliaries = set(`has have had is was will would could may might can should must also so far not never repeatedly long yet now since
		since recently already been be to do does did still again quickly later initially publicly officially formally`)
	stateVerbs = set(`called named based located considered needed wanted expected believed supposed United aged`)
	eventWords = set(`met held struck shot hit fell broke fought left came went took won lost began burst fled flew sank blew caught
		found drove rose ran spoke sent set cut put built stood hurt tore swept spread stole grew gave brought kept led
		will war wars attack attacks battle blast explosion bombing crash fire fires earthquake flood floods storm protest protests
		clash clashes talks meeting summit election vote trial raid shooting strike strikes rally march conference drowning dead
		died kills killing`)
)
