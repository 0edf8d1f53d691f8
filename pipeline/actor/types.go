package actor

import "dateline/pipeline/text"

// Actor is one person, organisation, government or group of the article, with
// every mention of it.
type Actor struct {
	ID          string    `json:"id"` // cty:ru, org:kremlin, per:…, p:jane-doe (provisional); empty if the name alone is known
	Name        string    `json:"name"`
	Type        string    `json:"type"` // person, organization, government, group
	Subtype     string    `json:"subtype,omitempty"`
	Country     string    `json:"country,omitempty"`
	Parent      string    `json:"parent,omitempty"`
	Path        []string  `json:"path,omitempty"` // own id with its parents, widest first
	Aliases     []string  `json:"aliases,omitempty"`
	Roles       []Role    `json:"roles,omitempty"`
	Mentions    []Mention `json:"mentions"`
	Confidence  float32   `json:"confidence"`
	Provisional bool      `json:"provisional"`
	Basis       string    `json:"basis,omitempty"` // how the id was found: gazetteer, spelling, state, name, override

	record uint32 // number of its record in the gazetteer and one; 0 is none
}

// Role is what the actor is or was, as the document or the gazetteer says.
type Role struct {
	Text         string     `json:"text"` // as printed: "Kremlin spokesman"
	Organization string     `json:"organization,omitempty"`
	Country      string     `json:"country,omitempty"`
	Code         string     `json:"code,omitempty"`   // GOV MIL REB OPP PTY LEG JUD COP SPY IGO NGO MED BUS REL EDU CVL
	Status       string     `json:"status,omitempty"` // current, former, then, acting, elect, deputy
	Basis        string     `json:"basis"`            // document, gazetteer or override
	AsOf         string     `json:"as_of,omitempty"`  // 2006-01-02
	AsOfBasis    string     `json:"as_of_basis,omitempty"`
	Field        text.Field `json:"field"`
	Span         text.Span  `json:"span"` // empty unless the document states the role
}

// Mention is one place where the text names the actor.
type Mention struct {
	Field text.Field `json:"field"`
	Span  text.Span  `json:"span"`
	Text  string     `json:"text"`
	Rule  string     `json:"rule,omitempty"` // why it joined: full, surname, acronym, alias, demonym, metonym …
}
