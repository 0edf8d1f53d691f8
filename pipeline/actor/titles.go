package actor

import (
	"strings"

	"dateline/pipeline/text"
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// word is what a word says as part of a title.
type word struct {
	head     bool   // may end a title
	modifier bool   // may stand before the head
	code     string // of a head; see codes
	decides  string // code that a modifier gives the head, or ""
	status   string // former, acting …
}

// words are the tables below by word, in lower case and as titles print them.
var words = func() map[string]word {
	m := map[string]word{}
	for w, code := range codes {
		x := m[w]
		x.head, x.code = true, code
		m[w] = x
	}
	for w, code := range modifiers {
		x := m[w]
		x.modifier, x.decides = true, code
		m[w] = x
	}
	for w, status := range statuses {
		x := m[w]
		x.status = status
		m[w] = x
	}
	for w, x := range m {
		m[strings.ToUpper(w[:1])+w[1:]] = x
		parts := strings.Split(w, "-")
		for i, p := range parts {
			if p != "" && p != "in" && p != "and" {
				parts[i] = strings.ToUpper(p[:1]) + p[1:]
			}
		}
		m[strings.Join(parts, "-")] = x
		if len(w) <= 3 {
			m[strings.ToUpper(w)] = x
		}
	}
	return m
}()

// wordLens has bit n set for a first byte of words if one of n bytes starts with it.
var wordLens = func() (t [256]uint64) {
	for w := range words {
		t[w[0]] |= 1 << min(len(w), 63)
	}
	return t
}()

// wordAt looks token i up, without the dot of an abbreviation. Of a compound
// the last part counts ("vice-admiral"), of "then-President" and
// "governor-elect" the other part is the status.
func wordAt(a *text.Tokens, i int) (word, bool) {
	if a.Tok[i].Flags&text.Word == 0 || a.Tok[i].Flags&text.Possessive != 0 {
		return word{}, false
	}
	s := strings.TrimSuffix(a.At(i), ".")
	if s != "" && wordLens[s[0]]&(1<<min(len(s), 63)) != 0 {
		if w, ok := words[s]; ok {
			return w, true
		}
	}
	if a.Tok[i].Flags&text.Plain != 0 {
		return word{}, false
	}
	front, back, ok := cutLast(s)
	if !ok {
		return word{}, false
	}
	if back == "elect" || back == "designate" {
		w, ok := words[front]
		w.status = "elect"
		return w, ok
	}
	w, ok := words[back]
	if st := words[front].status; ok && st != "" {
		w.status = st
	}
	return w, ok && w.head
}

// cutLast cuts at the last hyphen.
func cutLast(s string) (front, back string, ok bool) {
	i := strings.LastIndexByte(s, '-')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// codes maps the head noun of a title, in lower case, to its role code. With
// "*" the code of the body that it is held in comes first: "NATO chief",
// "president of the club". The codes are those of the CAMEO actor scheme, shortened to what
// a title alone can tell.
var codes = func() map[string]string {
	m := map[string]string{}
	for code, words := range map[string]string{
		"GOV": `minister premier chancellor king queen prince princess emir sultan monarch governor gov govs mayor ambassador
			envoy diplomat consul attaché undersecretary councilman councilwoman councillor councilor alderman
			regent viceroy pm bureaucrat dictator ruler tsar czar
			comptroller selectman vice-chancellor shah taoiseach`,
		"GOV*": `president vice-president secretary treasurer administrator commissioner official supervisor liaison`,
		"PTY":  `candidate frontrunner front-runner`,
		"LEG": `senator sen sens rep reps congressman congresswoman representative lawmaker legislator mp mep parliamentarian speaker whip assemblyman
			assemblywoman backbencher delegate`,
		"MIL": `general gen colonel col admiral adm commodore brigadier marshal soldier corporal cpl private pvt airman sailor marine seaman
			warlord lieutenant-general major-general brig ltc commander-in-chief`,
		"MIL*": `lieutenant lt major maj captain capt sergeant sgt commander cmdr pilot`,
		"JUD":  `judge justice prosecutor attorney ag magistrate solicitor coroner lawyer barrister counsel ombudsman jurist da`,
		"COP":  `sheriff detective constable trooper policeman policewoman cop`,
		"COP*": `officer superintendent inspector warden`,
		"REL": `pope cardinal bishop archbishop priest reverend pastor imam cleric ayatollah rabbi monk nun patriarch mufti preacher vicar
			deacon chaplain mullah lama`,
		"EDU": `professor teacher researcher scientist academic lecturer principal dean student scholar historian economist psychologist
			sociologist biologist physicist epidemiologist virologist astronomer provost rector climatologist geologist seismologist
			anthropologist archaeologist chemist statistician linguist philosopher theologian criminologist librarian`,
		"MED": `journalist reporter correspondent editor photographer columnist anchor presenter broadcaster blogger cameraman commentator
			newscaster photojournalist videographer publisher critic`,
		"BUS": `ceo executive businessman businesswoman entrepreneur banker cfo coo investor tycoon oligarch billionaire magnate trader
			owner shareholder president-and-ceo co-founder cofounder broker realtor`,
		"REB": `rebel militant insurgent terrorist jihadist extremist gunman guerrilla separatist`,
		"OPP": `dissident`,
		"SPY": `spy spymaster`,
		"CVL": `activist campaigner philanthropist resident farmer fisherman shopkeeper nurse doctor surgeon engineer architect writer author novelist poet
			actor actress singer musician rapper artist director-film filmmaker coach player footballer striker midfielder goalkeeper
			quarterback runner cyclist boxer golfer athlete captain-team comedian designer model chef lobbyist volunteer worker driver
			paramedic firefighter physician midwife organizer organiser protester demonstrator survivor victim witness neighbor neighbour
			suspect defendant skipper sculptor choreographer conductor composer philanthropist adventurer climber swimmer skier psychiatrist
			guitarist drummer pianist violinist jockey referee astronaut cosmonaut mechanic electrician carpenter miner cook waitress
			salesman curator peacekeeper whistleblower hacker`,
		"*": `pollster creator rapporteur manager actuary nominee contractor staffer employee host donor inspector-general chief head leader director chairman chairwoman chairperson chair spokesman spokeswoman spokesperson secretary-general boss
			founder analyst adviser advisor aide member coordinator negotiator deputy-director vice-chairman strategist expert consultant
			consultant counselor counsellor assistant investigator figurehead co-chair strongman deputy`,
	} {
		for w := range strings.FieldsSeq(words) {
			m[w] = code
		}
	}
	return m
}()

// modifiers are words before the head noun that belong to the title, in lower
// case. Those with a code decide it over the head's.
var modifiers = map[string]string{
	"prime": "GOV", "foreign": "GOV", "defense": "GOV", "defence": "GOV", "interior": "GOV", "finance": "GOV", "justice": "GOV", "health": "",
	"education": "", "energy": "", "economy": "GOV", "trade": "", "transport": "", "agriculture": "", "environment": "", "culture": "",
	"deputy": "", "vice": "", "first": "", "senior": "", "chief": "", "general": "", "executive": "", "managing": "", "assistant": "",
	"associate": "", "attorney": "JUD", "secretary": "", "press": "", "national": "GOV*", "security": "", "state": "", "home": "GOV",
	"police": "COP", "military": "MIL", "army": "MIL", "navy": "MIL", "air": "", "force": "", "intelligence": "SPY", "spy": "SPY",
	"opposition": "OPP", "rebel": "REB", "militant": "REB", "separatist": "REB", "guerrilla": "REB", "party": "PTY", "labor": "", "labour": "",
	"crown": "GOV", "lieutenant": "", "major": "", "brigadier": "MIL", "rear": "MIL", "supreme": "", "grand": "", "district": "", "county": "",
	"city": "", "town": "", "fire": "COP", "federal": "", "special": "", "permanent": "", "high": "", "top": "", "lead": "", "co-": "",
	"majority": "LEG", "minority": "LEG", "house": "LEG", "senate": "LEG", "parliamentary": "LEG", "assembly": "LEG", "campaign": "PTY", "committee": "LEG", "founding": "", "legislative": "", "investment": "", "magistrate": "JUD", "technology": "", "medical": "", "counterterrorism": "", "policy": "", "media": "", "adult": "", "film": "", "gay": "", "transition": "", "personal": "", "investigative": "",
	"presidential": "", "government": "GOV", "ministry": "GOV", "embassy": "GOV", "court": "JUD", "trial": "JUD", "circuit": "JUD",
	"under": "", "staff": "", "human": "", "rights": "NGO", "civil": "", "union": "", "business": "BUS", "bank": "BUS", "company": "BUS",
	"financial": "", "operating": "", "marketing": "", "software": "", "political": "", "climate": "", "research": "EDU", "emeritus": "EDU",
	"law": "", "science": "", "history": "", "student": "", "church": "REL", "spiritual": "REL", "religious": "REL", "team": "", "head": "",
	"football": "", "soccer": "", "basketball": "", "regional": "", "provincial": "", "local": "", "village": "", "border": "", "coast": "",
	"guard": "", "nuclear": "", "peace": "", "social": "", "interim": "", "acting": "", "former": "", "ex": "", "then": "", "late": "",
	"outgoing": "", "incoming": "", "retired": "", "departing": "", "private": "",
	"public": "", "relations": "", "affairs": "", "information": "", "communications": "", "immigration": "", "tourism": "", "industry": "",
	"development": "", "planning": "", "digital": "", "sports": "", "oil": "", "water": "", "interior-": "", "housing": "", "treasury": "GOV",
}

// statuses are the words that say whether the role holds.
var statuses = map[string]string{
	"former": "former", "ex": "former", "then": "then", "acting": "acting", "interim": "acting", "caretaker": "acting", "late": "former",
	"outgoing": "current", "retired": "former", "elect": "elect", "designate": "elect", "incoming": "elect", "deputy": "deputy", "vice": "deputy",
	"onetime": "former", "one-time": "former", "erstwhile": "former", "ousted": "former", "deposed": "former",
}

// complements are what titles end in behind "of": Secretary of State.
var complements = set("state staff defense defence commerce labor")

// parties are words of party before a title and behind a state's name.
var parties = set(`Republican Democrat Democratic GOP Conservative Labour Labor Liberal Tory Green Libertarian Independent independent
	Republicans Democrats conservative liberal`)

// bodyCodes are the codes of bodies that the gazetteer does not hold, by a word
// of their name.
var bodyCodes = func() map[string]string {
	m := map[string]string{}
	for code, words := range map[string]string{
		"PTY": "party campaign",
		"EDU": "university college school academy",
		"NGO": `association coalition foundation union society federation league alliance fund network institute center centre forum
			project initiative charity watchdog trust reform lobby campaigners`,
		"BUS": `inc inc. corp corp. company group bank holdings partners capital airlines motors ltd ltd. llc co. securities investments energy
			industries ventures technologies insurance properties hotels records studios`,
		"GOV": "ministry department agency office bureau administration treasury cabinet embassy directorate city",
		"LEG": "house senate parliament assembly congress committee subcommittee caucus legislature",
		"JUD": "court tribunal",
		"COP": "police sheriff",
		"MIL": "army navy forces force corps brigade battalion regiment guard pentagon",
		"REL": "church diocese archdiocese mosque synagogue ministries",
		"MED": "times post news journal tribune herald magazine gazette radio television",
	} {
		for w := range strings.FieldsSeq(words) {
			m[w] = code
		}
	}
	return m
}()

// bodyCode is the role code that the name of an unknown body gives away, or "".
// The last word that says anything counts.
func bodyCode(name string) (code string) {
	var buf [24]byte
	for w := range strings.FieldsSeq(name) {
		if len(w) > len(buf) {
			continue
		}
		for i := range len(w) {
			buf[i] = w[i] | 0x20*b2i('A' <= w[i] && w[i] <= 'Z')
		}
		if c, ok := bodyCodes[string(buf[:len(w)])]; ok {
			code = c
		}
	}
	return code
}

func b2i(b bool) byte {
	if b {
		return 1
	}
	return 0
}
