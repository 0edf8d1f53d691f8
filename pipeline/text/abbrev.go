package text

// abbrevKind says how an abbreviation behaves at the end of a sentence.
type abbrevKind uint8

const (
	beforeName   abbrevKind = iota + 1 // a title: never ends a sentence
	beforeNumber                       // an abbreviation only right before a number
	anywhere                           // may end a sentence
)

// abbreviations are the words whose dot is part of them, spelled as they are
// printed. Words that are also common in another sense ("Mass." and "mass.",
// "Sun." and "sun.") count only as written here. The state names are those of
// the Associated Press style, as most American wires use them.
var abbreviations = func() map[string]abbrevKind {
	m := make(map[string]abbrevKind, 256)
	add := func(k abbrevKind, words ...string) {
		for _, w := range words {
			m[w] = k
		}
	}
	add(beforeName, "Mr", "Mrs", "Ms", "Mx", "Dr", "Prof", "Rev", "Fr", "Hon", "Messrs",
		"Sen", "Sens", "Rep", "Reps", "Gov", "Govs", "Lt", "Pres", "Supt", "Amb",
		"Gen", "Maj", "Capt", "Col", "Cmdr", "Cpl", "Sgt", "Pvt", "Adm", "Brig", "Pfc", "Spc", "Insp", "Det",
		"St", "Ste", "Mt", "Ft", "Pt", "vs", "MR", "MRS", "MS", "DR", "SEN", "REP", "GEN", "GOV")
	add(beforeNumber, "No", "Nos", "no", "Mar", "Sun", "Sat", "Mon", "Tue", "Tues", "Wed", "Thu", "Thur", "Thurs", "Fri", "Jun", "Jul", "p", "pp", "Art", "Sec", "art")
	add(anywhere, "Jan", "Feb", "Apr", "Aug", "Sept", "Sep", "Oct", "Nov", "Dec",
		"JAN", "FEB", "AUG", "SEPT", "OCT", "NOV", "DEC",
		"Jr", "Sr", "Inc", "Corp", "Co", "Cos", "Ltd", "Bros", "Assn", "Dept", "Univ", "Plc", "LLC",
		"Ala", "Ariz", "Ark", "Calif", "Colo", "Conn", "Del", "Fla", "Ga", "Ill", "Ind", "Kan", "Ky", "La",
		"Md", "Mass", "Mich", "Minn", "Miss", "Mo", "Mont", "Neb", "Nev", "Okla", "Ore", "Pa", "Tenn", "Tex",
		"Vt", "Va", "Wash", "Wis", "Wyo", "Ont", "Que", "Alta", "Sask", "Man",
		"Ave", "Blvd", "Rd", "Hwy", "Bldg", "etc", "approx", "est", "al", "Ph", "ed", "eds", "misc", "cf", "esp")
	return m
}()

// longestAbbrev is the length of the longest word in abbreviations, in bytes.
const longestAbbrev = 6

// starters are capitalised words that open a sentence rather than go on with a
// name after an abbreviation: "in the U.S. The minister" against "U.S. Rep.".
var starters = map[string]bool{
	"The": true, "A": true, "An": true, "He": true, "She": true, "It": true, "They": true, "We": true, "I": true, "You": true,
	"His": true, "Her": true, "Its": true, "Their": true, "Our": true, "My": true,
	"This": true, "That": true, "These": true, "Those": true, "There": true, "Here": true,
	"But": true, "And": true, "Or": true, "So": true, "Yet": true, "Nor": true, "If": true, "When": true, "While": true,
	"As": true, "At": true, "In": true, "On": true, "By": true, "For": true, "From": true, "With": true, "Without": true,
	"After": true, "Before": true, "Since": true, "Until": true, "During": true, "Although": true, "Though": true,
	"Because": true, "However": true, "Meanwhile": true, "Also": true, "Now": true, "Then": true, "What": true,
	"Who": true, "How": true, "Why": true, "Where": true, "Which": true, "No": true, "Not": true, "Some": true, "Many": true,
	"Most": true, "Several": true, "Another": true, "Both": true, "One": true, "Two": true, "About": true, "To": true,
	"Police": true, "Officials": true, "Last": true,
}
