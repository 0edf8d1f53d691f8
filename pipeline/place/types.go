package place

import "dateline/pipeline/text"

// Place is one gazetteer record that the article names, with every mention.
type Place struct {
	ID         string    `json:"id"`                // gn:703448 · UA · UA.12 · a2:US.MA.025 · r:europe; empty if unresolved
	Name       string    `json:"name"`              // display name in English
	Country    string    `json:"country,omitempty"` // ISO 3166-1 alpha-2
	Admin1     string    `json:"admin1,omitempty"`  // GeoNames code, UA.12
	Admin2     string    `json:"admin2,omitempty"`
	Lat        float64   `json:"lat"`
	Lon        float64   `json:"lon"`
	Feature    string    `json:"feature"` // PCLI ADM1 ADM2 PPLC PPLA PPL CONT RGN SEA FAC
	Population int64     `json:"population,omitempty"`
	Claims     []string  `json:"claims,omitempty"` // other countries that claim it, ISO codes
	Path       []string  `json:"path"`             // ids of all ancestors, widest first, itself last
	Kinds      []string  `json:"kinds"`            // event, dateline, mention, metonym; sorted
	Mentions   []Mention `json:"mentions"`
	Confidence float32   `json:"confidence"`
	Resolved   string    `json:"resolved,omitempty"` // adm1 or country if backed off
	Reason     string    `json:"reason,omitempty"`   // why unresolved
	Rivals     []Rival   `json:"rivals,omitempty"`   // only with Input.Explain: the readings of its first name, the best first
	TimeZone   string    `json:"-"`                  // IANA id, feeds event dating
}

// Rival is a reading of a place's name with its score, see package place.
type Rival struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Country string  `json:"country,omitempty"`
	Feature string  `json:"feature"`
	Score   float64 `json:"score"` // higher is better; with the article around it
	Alone   float64 `json:"alone"` // of this, what the name alone says
}

// Mention is one place where the text names a place.
type Mention struct {
	Field text.Field `json:"field"`
	Span  text.Span  `json:"span"`
	Text  string     `json:"text"`
	Kind  string     `json:"kind"` // event, dateline, mention, metonym
	Form  string     `json:"form"` // official, exonym, short, abbreviation, adjective, demonym, metonym, embedded
	Rule  string     `json:"rule,omitempty"`
}

// Focus is where the article as a whole is about.
type Focus struct {
	Country string `json:"country,omitempty"`
	Admin1  string `json:"admin1,omitempty"`
	Place   string `json:"place,omitempty"`
	Point   *Point `json:"point,omitempty"` // of Place, if it is a town or a facility
}

// Point is a place on the earth in degrees, WGS 84.
type Point struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}
