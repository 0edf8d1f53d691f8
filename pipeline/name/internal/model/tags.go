package model

// Class is a type of name as the model tells them apart. Places are one class:
// the corpora do not split them.
type Class uint8

// The classes.
const (
	PER Class = iota
	ORG
	LOC
	NORP
	EVENT
	MISC
	Classes
)

var classNames = [Classes]string{"PER", "ORG", "LOC", "NORP", "EVENT", "MISC"}

// String is the label of the class.
func (c Class) String() string { return classNames[c] }

// ParseClass reads a label.
func ParseClass(s string) (Class, bool) {
	for i, n := range classNames {
		if n == s {
			return Class(i), true
		}
	}
	return 0, false
}

// Tag is O, the beginning or the inside of a name: 0, 1+2c, 2+2c.
type Tag = uint8

// Tags is the number of tags.
const Tags = 1 + 2*int(Classes)

// O is the tag of a token outside every name.
const O Tag = 0

// B is the tag that begins a name of class c.
func B(c Class) Tag { return 1 + 2*Tag(c) }

// I is the tag inside a name of class c.
func I(c Class) Tag { return 2 + 2*Tag(c) }

// Set is a set of tags, one bit each.
type Set uint16

// The sets that a token's role allows.
const (
	onlyO   Set = 1 << O
	anyTag  Set = 1<<Tags - 1
	insideI Set = 0x1554 // the six I tags
)

// allowed is the set of tags of each role.
var allowed = [...]Set{outside: onlyO, trigger: anyTag, connector: onlyO | insideI}
