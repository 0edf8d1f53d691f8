package actor

import "strings"

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// codes maps the head noun of a title, in lower case, to its role code. "*"
// takes the code of the body it is held in ("NATO chief", "Kremlin
// spokesman"). The codes are those of the CAMEO actor scheme, shortened to what
// a title alone can tell.
var codes = func() map[string]string {
	m := map[string]string{}
	for code, words := range map[string]string{
		"GOV": `president minister premier chancellor king queen prince princess emir sultan monarch governor mayor secretary ambassador
			envoy diplomat consul attaché official undersecretary commissioner councilman councilwoman councillor alderman administrator
			regent viceroy vice-president pm first-lady treasurer bureaucrat dictator ruler president-elect premier-designate tsar czar
			comptroller supervisor selectman vice-chancellor shah crown-prince`,
		"LEG": `senator sen rep congressman congresswoman representative lawmaker legislator mp mep parliamentarian speaker whip assemblyman
			assemblywoman deputy backbencher delegate`,
		"MIL": `general gen colonel col lieutenant lt major maj captain capt sergeant sgt admiral commander commodore brigadier marshal soldier
			corporal cpl private pvt airman sailor marine seaman specialist warlord veteran pilot lieutenant-general major-general brig cmdr`,
		"JUD": `judge justice prosecutor attorney magistrate solicitor coroner lawyer barrister counsel ombudsman jurist da`,
		"COP": `sheriff officer detective constable superintendent inspector trooper policeman policewoman marshal-us warden`,
		"REL": `pope cardinal bishop archbishop priest reverend pastor imam cleric ayatollah rabbi monk nun patriarch mufti preacher vicar
			deacon chaplain mullah lama`,
		"EDU": `professor teacher researcher scientist academic lecturer principal dean student scholar historian economist psychologist
			sociologist biologist physicist epidemiologist virologist astronomer provost rector climatologist geologist seismologist
			anthropologist archaeologist`,
		"MED": `journalist reporter correspondent editor photographer columnist anchor presenter broadcaster blogger cameraman commentator
			host newscaster photojournalist videographer publisher critic`,
		"BUS": `ceo executive businessman businesswoman entrepreneur banker cfo coo investor tycoon oligarch billionaire magnate trader
			owner shareholder president-and-ceo co-founder cofounder broker realtor`,
		"REB": `rebel militant insurgent terrorist jihadist extremist gunman guerrilla separatist`,
		"OPP": `dissident`,
		"SPY": `spy spymaster`,
		"CVL": `activist campaigner resident farmer fisherman shopkeeper nurse doctor surgeon engineer architect writer author novelist poet
			actor actress singer musician rapper artist director-film filmmaker coach manager player footballer striker midfielder goalkeeper
			quarterback runner cyclist boxer golfer athlete captain-team comedian designer model chef lobbyist volunteer worker driver
			paramedic firefighter physician midwife organizer organiser protester demonstrator survivor victim witness neighbor neighbour
			suspect defendant skipper sculptor choreographer conductor composer philanthropist adventurer climber swimmer skier psychiatrist`,
		"*": `chief head leader director chairman chairwoman chairperson chair spokesman spokeswoman spokesperson secretary-general boss
			founder analyst adviser advisor aide member coordinator negotiator deputy-director vice-chairman strategist expert consultant
			consultant counselor counsellor assistant investigator figurehead co-chair strongman`,
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
	"associate": "", "attorney": "JUD", "secretary": "", "press": "", "national": "", "security": "", "state": "", "home": "GOV",
	"police": "COP", "military": "MIL", "army": "MIL", "navy": "MIL", "air": "", "force": "", "intelligence": "SPY", "spy": "SPY",
	"opposition": "OPP", "rebel": "REB", "militant": "REB", "separatist": "REB", "guerrilla": "REB", "party": "PTY", "labor": "", "labour": "",
	"crown": "GOV", "lieutenant": "", "major": "", "brigadier": "MIL", "rear": "MIL", "supreme": "", "grand": "", "district": "JUD", "county": "",
	"city": "", "town": "", "fire": "COP", "federal": "", "special": "", "permanent": "", "high": "", "top": "", "lead": "", "co-": "",
	"majority": "LEG", "minority": "LEG", "house": "LEG", "senate": "LEG", "parliamentary": "LEG", "assembly": "LEG", "campaign": "",
	"presidential": "", "government": "GOV", "ministry": "GOV", "embassy": "GOV", "court": "JUD", "trial": "JUD", "circuit": "JUD",
	"under": "", "staff": "", "human": "", "rights": "NGO", "civil": "", "union": "", "business": "BUS", "bank": "BUS", "company": "BUS",
	"financial": "", "operating": "", "marketing": "", "software": "", "political": "", "climate": "", "research": "EDU", "emeritus": "EDU",
	"law": "", "science": "", "history": "", "student": "", "church": "REL", "spiritual": "REL", "religious": "REL", "team": "", "head": "",
	"football": "", "soccer": "", "basketball": "", "regional": "", "provincial": "", "local": "", "village": "", "border": "", "coast": "",
	"guard": "", "nuclear": "", "peace": "", "social": "", "interim": "", "acting": "", "former": "", "ex": "", "then": "", "late": "",
	"outgoing": "", "incoming": "", "retired": "", "departing": "", "longtime": "", "veteran": "", "newly": "", "elected": "", "private": "",
	"public": "", "relations": "", "affairs": "", "information": "", "communications": "", "immigration": "", "tourism": "", "industry": "",
	"development": "", "planning": "", "digital": "", "sports": "", "oil": "", "water": "", "interior-": "", "housing": "", "treasury": "GOV",
}

// statuses are the words that say whether the role holds.
var statuses = map[string]string{
	"former": "former", "ex": "former", "then": "then", "acting": "acting", "interim": "acting", "caretaker": "acting", "late": "former",
	"outgoing": "current", "retired": "former", "elect": "elect", "designate": "elect", "incoming": "elect", "deputy": "deputy", "vice": "deputy",
	"onetime": "former", "one-time": "former", "erstwhile": "former", "ousted": "former", "deposed": "former",
}
