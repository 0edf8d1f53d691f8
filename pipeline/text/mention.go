package text

import "fmt"

// Kind is the type of a name. The letters are the annotation scheme's.
type Kind uint8

// The types of names. GPE are countries, states and towns, also when they act;
// LOC are regions, waters and mountains; FAC are facilities; NORP are
// demonyms and ethnic, religious or political adherents.
const (
	PER Kind = iota
	ORG
	GPE
	LOC
	FAC
	NORP
	EVENT
	MISC
)

var kindNames = [...]string{"PER", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "MISC"}

// String is the scheme's label.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// MarshalText writes the scheme's label.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the scheme's label.
func (k *Kind) UnmarshalText(b []byte) error {
	for i, n := range kindNames {
		if n == string(b) {
			*k = Kind(i)
			return nil
		}
	}
	return fmt.Errorf("name type %q: want one of %v", b, kindNames)
}

// Mention is one name in the text: longest form, without a leading "the",
// a trailing possessive, titles or quotation marks.
type Mention struct {
	Field      Field   `json:"field"`
	Span       Span    `json:"span"`
	Text       string  `json:"text"` // the surface form, Span.Of the field
	Kind       Kind    `json:"type"`
	Confidence float32 `json:"confidence"` // 0 to 1
}

// OpensStorm reports a word that stands before the name of a storm. Storms have
// the names of people and towns: "Cyclone Olinda".
func OpensStorm(word string) bool {
	switch word {
	case "Cyclone", "Hurricane", "Typhoon", "Storm", "Depression":
		return true
	}
	return false
}
