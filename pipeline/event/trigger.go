package event

import "dateline/pipeline/text"

// Modalities of an event.
const (
	Asserted     = "asserted"
	Planned      = "planned"
	Denied       = "denied"
	Hypothetical = "hypothetical"
	Reported     = "reported"
)

// verb is the word that names what happens.
type verb struct {
	text string
	span text.Span
	tok  int
	say  bool
}

// trigger is the first finite verb of the sentence that is no verb of saying;
// else its verb of saying.
func trigger(t *text.Tokens, s text.Sentence) (verb, bool) {
	var say verb
	for i := int(s.First); i < int(s.Last); i++ {
		k := t.Tok[i]
		if k.Flags&text.Word == 0 || k.Flags&(text.Digit|text.Possessive) != 0 {
			continue
		}
		w := t.At(i)
		c := classify(w)
		if c == notVerb && !(regularPast(w) && k.Flags&text.Upper == 0) {
			continue
		}
		v := verb{text: w, span: k.Span(), tok: i}
		switch c {
		case auxiliary:
			continue
		case saying:
			if say.text == "" {
				v.say = true
				say = v
			}
			continue
		}
		return v, true
	}
	return say, say.text != ""
}

// modality reads how sure the text is that the event happens: from the words
// of the trigger's clause before it.
func modality(t *text.Tokens, s text.Sentence, v verb) string {
	said := false
	m := Asserted
	for i := int(s.First); i < int(s.Last); i++ {
		w := t.At(i)
		if i < v.tok && i >= v.tok-4 {
			switch {
			case in(w, "will", "'ll", "’ll", "shall", "due", "scheduled", "set", "plans", "planned", "expected", "intends", "hopes", "plan"):
				m = Planned
			case in(w, "may", "might", "could", "can", "if", "should"):
				m = Hypothetical
			case in(w, "would"):
				m = Hypothetical
				if said {
					m = Planned
				}
			case in(w, "not", "never", "n't", "denied", "denies", "deny") || len(w) > 3 && in(w[len(w)-3:], "n't"):
				m = Denied
			}
		}
		if classify(w) == saying || in(w, "according") {
			if !v.say {
				said = true
			}
		}
	}
	if m == Asserted && said {
		return Reported
	}
	return m
}

func in(w string, list ...string) bool {
	for _, l := range list {
		if len(l) == len(w) && lower(w) == l {
			return true
		}
	}
	return false
}

type class uint8

const (
	notVerb class = iota
	auxiliary
	saying
	acting
)

// lower is strings.ToLower for the short ASCII words of the lists; it returns
// its argument where there is nothing to do.
func lower(w string) string {
	for i := 0; i < len(w); i++ {
		if w[i]-'A' <= 25 {
			b := []byte(w)
			for j := range b {
				if b[j]-'A' <= 25 {
					b[j] |= 0x20
				}
			}
			return string(b)
		}
	}
	return w
}

// classify looks a word up in the closed lists.
func classify(w string) class {
	if len(w) > 12 {
		return notVerb
	}
	switch lower(w) {
	case "was", "were", "is", "are", "be", "been", "being", "am", "has", "have", "had", "having", "do", "does", "did", "will", "would",
		"shall", "should", "can", "could", "may", "might", "must":
		return auxiliary
	case "said", "says", "told", "added", "stated", "say":
		return saying
	case "arose", "ate", "beat", "became", "began", "bent", "bit", "bled", "blew", "bore", "bought", "broke", "brought", "built",
		"came", "caught", "chose", "clung", "crept", "dealt", "drank", "drew", "drove", "dug", "fell", "fed", "felt", "fled", "flew", "flung",
		"forbade", "forgave", "forgot", "fought", "found", "froze", "gave", "grew", "heard", "held", "hid", "hung", "kept", "knew", "laid",
		"lay", "led", "left", "lent", "lost", "made", "meant", "met", "overcame", "overthrew", "overtook", "paid", "ran", "rang", "rode",
		"rose", "sang", "sank", "sat", "saw", "sent", "shook", "shot", "shrank", "slept", "slid", "sold", "sought", "spent", "spoke", "sped",
		"split", "sprang", "stole", "stood", "struck", "stuck", "swam", "swept", "swore", "swung", "taught", "threw", "thought", "took", "tore",
		"underwent", "understood", "withdrew", "withheld", "woke", "won", "wore", "went", "got", "hit", "put", "cut", "shut", "quit", "wrote",
		"speaking", "meets", "kills", "visits", "calls", "wins", "urges", "warns", "backs", "press", "signs", "sends", "strikes", "attacks",
		"meet", "visit", "attack", "vote", "hold", "sign", "speak", "talk", "report", "travel", "resign", "open", "begin", "start", "arrive":
		return acting
	}
	return notVerb
}

// regularPast reports a regular past or participle.
func regularPast(w string) bool {
	n := len(w)
	if n < 4 || w[n-1] != 'd' || w[n-2] != 'e' || w[n-3] == 'e' {
		return false
	}
	return !in(w, "need", "hundred", "united", "armed", "allied", "shed", "indeed", "speed", "sacred", "naked", "feed", "seed")
}
