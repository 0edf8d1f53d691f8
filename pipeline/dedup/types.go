package dedup

// Verdict is what the fold of the log says of one version of one item.
type Verdict struct {
	Verdict     string  `json:"verdict"` // original copy derived update correction stale redelivery kill
	DuplicateOf string  `json:"duplicate_of,omitempty"`
	DerivedFrom string  `json:"derived_from,omitempty"`
	Story       string  `json:"story"`              // id of the story's first document
	Relation    string  `json:"relation,omitempty"` // same, cut, expands
	Containment float64 `json:"containment"`
	Hidden      bool    `json:"hidden"`
	First       string  `json:"first,omitempty"` // of a redelivery: the verdict of the first delivery
}
