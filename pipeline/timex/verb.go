package timex

import "dateline/pipeline/text"

// tense is the time of the verb that governs a phrase.
type tense uint8

const (
	none tense = iota
	past
	present
	future
	reporting // a past verb of saying: a date that touches it dates the report
)

// verbClass sorts the words that carry tense.
type verbClass uint8

const (
	notVerb    verbClass = iota
	willVerb             // will, shall, 'll, going to
	wouldVerb            // would, could, should: future under a verb of saying
	dueWord              // due, set, scheduled, expected: future before "to" or a date
	wasVerb              // was, had, did
	isVerb               // is, has, do
	pastVerb             // irregular pasts
	sayVerb              // said, told
	barrier              // opens another clause
	toWord               // to before an infinitive
	haveWord             // have, been: the past of a modal
	planVerb             // plans, hopes, intends: future with to
	presentSay           // says
)

// clauseReach is how many tokens a phrase looks for its verb: the same clause,
// at most a dozen words.
const clauseReach = 16

// tense finds the verb that governs the expression, in its clause: first to
// the left, then to the right.
func (r *resolver) tense(f *found) tense {
	t := r.s.toks[r.field]
	s := t.Sent[f.sent]
	left, at := leftTense(t, s, int(f.first))
	if left == reporting && at == int(f.first)-1 || left == reporting && at == int(f.first)-2 && onWord(t.At(int(f.first)-1)) {
		return reporting
	}
	if left != none {
		return left
	}
	return rightTense(t, s, int(f.last)+1)
}

func onWord(w string) bool { return oneOf(w, "on", "late", "early", "in", "here") }

// leftTense walks left from token i and gives the tense of the nearest verb
// and where it stands.
func leftTense(t *text.Tokens, s text.Sentence, i int) (tense, int) {
	lo := max(int(s.First), i-clauseReach)
	infinitive := false
	for j := i - 1; j >= lo; j-- {
		k := t.Tok[j]
		if k.Flags&text.Punct != 0 {
			if hard(t.At(j)) {
				break
			}
			continue
		}
		if k.Flags&text.Word == 0 {
			continue
		}
		w := t.At(j)
		switch c := verbOf(w); c {
		case willVerb:
			return future, j
		case dueWord:
			return future, j
		case planVerb:
			if infinitive || j+1 < i && oneOf(t.At(j+1), "for") || oneOf(w, "planned", "plans", "plan", "planning", "expected", "expects", "expect") && !oneOf(t.At(max(j-1, 0)), "as", "previously", "originally", "than") {
				return future, j
			}
		case wouldVerb:
			if said(t, s, j) && !hasHave(t, j+1, i) {
				return future, j
			}
			if oneOf(w, "may", "might") && !hasHave(t, j+1, i) {
				return future, j
			}
			return none, j
		case wasVerb:
			if next := j + 1; next < i && verbOf(t.At(next)) == dueWord {
				return future, j
			}
			return past, j
		case isVerb:
			if infinitive {
				if k := nextWord(t, j+1, i); k >= 0 && oneOf(t.At(k), "to", "going", "due", "set", "expected", "scheduled", "planning") {
					return future, j
				}
			}
			if hasPast(t, j+1, i) && oneOf(w, "has", "have", "'ve", "’ve") {
				return past, j
			}
			return present, j
		case pastVerb:
			if passive(t, s, j) {
				continue
			}
			return past, j
		case sayVerb:
			return reporting, j
		case toWord:
			if j+1 < i && t.Tok[j+1].Flags&text.Lower != 0 && !t.Tok[j+1].Has(text.Upper) {
				infinitive = true
			}
		case barrier:
			if j < i-1 && !oneOf(w, "as", "after", "before") {
				return none, j
			}
		default:
			if k.Flags&text.Upper == 0 && regularPast(w) || k.Flags&text.AllCaps != 0 && regularPast(w) {
				if passive(t, s, j) {
					continue
				}
				if infinitive && oneOf(w, "agreed", "promised", "vowed", "pledged", "hoped", "intended", "decided", "invited", "voted", "threatened", "prepared", "offered") {
					return future, j
				}
				return past, j
			}
		}
	}
	return none, -1
}

// passive reports whether the participle at token j only completes another verb
// or a noun: "is heard", "will be named", "a still unspecified date".
func passive(t *text.Tokens, s text.Sentence, j int) bool {
	if j == int(s.First) {
		return false
	}
	return oneOf(t.At(j-1), "be", "been", "being", "is", "are", "'s", "a", "an", "the", "its", "their", "his", "her", "will", "still",
		"this", "that", "'re", "newly", "previously", "recently", "to", "not", "'ll")
}

// rightTense walks right from token i to the first verb of the clause: "On
// Tuesday, leaders will meet".
func rightTense(t *text.Tokens, s text.Sentence, i int) tense {
	hi := min(int(s.Last), i+clauseReach)
	for j := i; j < hi; j++ {
		k := t.Tok[j]
		if k.Flags&text.Punct != 0 {
			if hard(t.At(j)) {
				break
			}
			continue
		}
		if k.Flags&text.Word == 0 {
			continue
		}
		w := t.At(j)
		switch verbOf(w) {
		case willVerb:
			return future
		case wasVerb, pastVerb:
			return past
		case sayVerb:
			return reporting
		case isVerb:
			if n := nextWord(t, j+1, hi); n >= 0 && oneOf(t.At(n), "to", "due", "set", "expected", "scheduled") {
				return future
			}
			return present
		case barrier:
			if j > i {
				return none
			}
		case wouldVerb:
			return none
		default:
			if k.Flags&text.Upper == 0 && regularPast(w) {
				return past
			}
		}
	}
	return none
}

func nextWord(t *text.Tokens, i, end int) int {
	for ; i < end; i++ {
		if t.Tok[i].Flags&text.Word != 0 {
			return i
		}
	}
	return -1
}

// said reports whether a verb of saying stands before token i in the sentence.
func said(t *text.Tokens, s text.Sentence, i int) bool {
	for j := i - 1; j >= max(int(s.First), i-30); j-- {
		if c := verbOf(t.At(j)); c == sayVerb || c == presentSay {
			return true
		}
	}
	return false
}

func hasHave(t *text.Tokens, i, end int) bool {
	for ; i < end; i++ {
		if oneOf(t.At(i), "have", "'ve", "’ve") {
			return true
		}
	}
	return false
}

func hasPast(t *text.Tokens, i, end int) bool {
	for ; i < end; i++ {
		if c := verbOf(t.At(i)); c == pastVerb || c == sayVerb || regularPast(t.At(i)) {
			return true
		}
	}
	return false
}

// hard are the signs that end a clause.
func hard(s string) bool {
	switch s {
	case ";", ":", "--", "—", "–", "\"", "“", "”", "''", "``", "(", ")", "-":
		return true
	}
	return false
}

// asSoon reports "as soon as Tuesday", "as early as Friday".
func (r *resolver) asSoon(f *found) bool {
	t := r.s.toks[r.field]
	i := int(f.first)
	return i >= 2 && oneOf(t.At(i-1), "as") && oneOf(t.At(i-2), "soon", "early", "late") || i >= 2 && oneOf(t.At(i-1), "of") && oneOf(t.At(i-2), "ahead")
}

// ahead reports a preposition that points forward: before the weekend.
func (r *resolver) ahead(f *found) bool {
	i := int(f.first) - 1
	return i >= 0 && oneOf(r.s.toks[r.field].At(i), "before", "until", "till", "by", "through")
}

// next reports whether one of the words stands behind the expression.
func (r *resolver) next(f *found, list ...string) bool {
	t := r.s.toks[r.field]
	i := int(f.last) + 1
	return i < len(t.Tok) && oneOf(t.At(i), list...)
}

// endedBefore reports "the year ended March 31": a date that closed a period.
func (r *resolver) endedBefore(f *found) bool {
	t := r.s.toks[r.field]
	for j := int(f.first) - 1; j >= 0 && j >= int(f.first)-3; j-- {
		if oneOf(t.At(j), "ended", "ending") {
			return true
		}
		if !oneOf(t.At(j), "on", "in", "last") {
			return false
		}
	}
	return false
}

// regularPast reports a regular past: -ed with a stop list.
func regularPast(w string) bool {
	n := len(w)
	if n < 4 || w[n-1]|0x20 != 'd' || w[n-2]|0x20 != 'e' || w[n-3]|0x20 == 'e' {
		return false
	}
	return !oneOf(w, "need", "hundred", "united", "armed", "allied", "red", "shed", "bed", "indeed", "speed", "sacred", "naked",
		"seed", "feed", "limited", "advanced", "unprecedented", "combined", "unidentified", "retired", "wounded", "related", "alleged", "proposed", "increased", "mixed",
		"so-called", "unified", "unexpected", "detailed", "estimated", "continued", "projected")
}

// verbOf looks a word up in the closed lists.
func verbOf(w string) verbClass {
	var b [12]byte
	if len(w) == 0 || len(w) > len(b) {
		return notVerb
	}
	for i := 0; i < len(w); i++ {
		c := w[i]
		if c-'A' <= 25 {
			c |= 0x20
		}
		b[i] = c
	}
	switch string(b[:len(w)]) {
	case "will", "shall", "'ll", "’ll", "won't", "won’t", "tomorrow", "he'll", "they'll", "she'll", "we'll", "i'll", "it'll":
		return willVerb
	case "would", "could", "should", "might", "may", "can", "must", "'d", "’d":
		return wouldVerb
	case "due", "scheduled", "slated", "upcoming":
		return dueWord
	case "plans", "planning", "hopes", "hoping", "intends", "expects", "plan", "expected", "set", "hope", "expect", "intend", "planned", "wants", "promises", "preparing", "prepares":
		return planVerb
	case "was", "were", "had", "did", "wasn't", "weren't", "hadn't", "didn't":
		return wasVerb
	case "is", "are", "has", "have", "does", "'s", "’s", "isn't", "aren't", "'re", "’re", "'ve", "’ve", "do", "am":
		return isVerb
	case "said", "told", "announced", "reported", "added", "stated", "declared", "confirmed", "noted", "acknowledged",
		"disclosed", "commented", "testified", "explained", "insisted", "warned", "argued", "claimed", "revealed", "wrote", "tweeted", "replied", "admitted", "predicted":
		return sayVerb
	case "says", "say", "reports", "adds", "according":
		return presentSay
	case "that", "which", "who", "whose", "whom", "when", "while", "because", "although", "though", "whereas", "where", "if",
		"unless", "but", "as", "after", "before":
		return barrier
	case "to":
		return toWord
	case "been", "be":
		return notVerb
	}
	if irregularPast(b[:len(w)]) {
		return pastVerb
	}
	return notVerb
}

// irregularPast are pasts that do not end in -ed and are no common nouns.
func irregularPast(w []byte) bool {
	switch string(w) {
	case "arose", "ate", "beat", "became", "began", "bent", "bit", "bled", "blew", "bore", "bought", "broke", "brought", "built",
		"burnt", "came", "caught", "chose", "clung", "crept", "dealt", "died", "dove", "drank", "drew", "drove", "dug", "fell", "fed", "felt", "fled",
		"flew", "flung", "forbade", "forgave", "forgot", "fought", "found", "froze", "gave", "grew", "heard", "held", "hid", "hung", "kept",
		"knew", "laid", "lay", "led", "left", "lent", "lost", "made", "meant", "met", "mistook", "overcame", "overthrew", "overtook", "paid",
		"partook", "ran", "rang", "rode", "rose", "sang", "sank", "sat", "saw", "sent", "shook", "shot", "shone", "shrank", "slept",
		"slid", "sold", "sought", "spent", "spoke", "sped", "split", "sprang", "stole", "stood", "strode", "struck", "stuck", "stung", "swam",
		"swept", "swore", "swung", "taught", "threw", "thought", "took", "tore", "underwent", "understood", "withdrew", "withheld", "woke",
		"won", "wore", "wound", "went", "got", "hit", "put", "cut", "shut", "quit", "cost", "burst", "leapt":
		return true
	}
	return false
}
