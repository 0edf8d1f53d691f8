package timex

// action is the builder and resolver of a rule: the word after the rule's name
// in rules.txt.
type action uint8

// The actions.
const (
	doNone action = iota
	doDate
	doNumdate
	doMonth
	doYear
	doFiscal
	doEra
	doDecade
	doCentury
	doQuarter
	doHalf
	doSeason
	doToday
	doPart
	doOvernight
	doWeekday
	doWeekdayweek
	doClock
	doPartof
	doUnit
	doWeekend
	doAgo
	doAgoday
	doOffset
	doYearago
	doFocusquarter
	doAnaphor
	doDuration
	doWholeunit
	doRef
	doNamed
	doList
	doDayofmonth
	doWordyear
	doDayth
	doNthof
)

// deictic is the word that points from an anchor: last Friday, that year.
type deictic uint8

const (
	deicNone deictic = iota
	deicLast
	deicThis
	deicNext
	deicPast
	deicComing
	deicPrev
	deicFoll
	deicCurr
	deicSame
	deicThat
	deicLatest
	deicThe
	deicRecent
	deicThese
)

// back and ahead sort the deictics by direction.
func (d deictic) back() bool  { return d == deicLast || d == deicPast || d == deicPrev }
func (d deictic) ahead() bool { return d == deicNext || d == deicComing || d == deicFoll }

// mod narrows a date or loosens a number: TIMEX3's mod.
type mod uint8

const (
	modNone mod = iota
	modStart
	modMid
	modEnd
	modApprox
	modMore
	modLess
	modEqualMore
	modEqualLess
)

var modNames = [...]string{"", "START", "MID", "END", "APPROX", "MORE_THAN", "LESS_THAN", "EQUAL_OR_MORE", "EQUAL_OR_LESS"}

// Flags of an expression.
const (
	flagYear    uint16 = 1 << iota // the year is given
	flagVague                      // the number is not: a few days
	flagHalf                       // and a half
	flagClock                      // a clock time is given
	flagZone                       // and its zone
	flagEarlier                    // points before its anchor
	flagLater                      // points after it
	flagPlural                     // the unit is plural
	flagSince                      // "since" stands before
	flagUntil                      // "until" stands before
	flagBy                         // "by" stands before
	flagThe                        // "the" opens the expression
	flagSet                        // recurring
	flagOrdinal                    // the number is an ordinal: the first nine months
	flagBetween                    // "between" stands before
	flagJoin                       //  a list goes on with the next expression
)

// expr is an expression as built from its lexemes: compositional, never a
// string, 32 bytes.
type expr struct {
	off     uint32
	n, rule uint16
	shift   int16 // a number of units, or the shift in days or units
	year    int16
	tz      int16 // minutes east of UTC, or tzHere
	min     int16 // minute of the day, -1 for none
	flags   uint16
	op      action
	deic    deictic
	unit    Unit
	month   uint8
	day     uint8
	dow     uint8
	dow2    uint8
	part    uint8
	nth     uint8 // quarter, half, season or ordinal
	mod     mod
	named   uint8
	day2    uint8
}

// tzHere is a written zone whose offset depends on the day: the anchor's zone
// has to say it.
const tzHere = -1 << 15

func (e *expr) has(f uint16) bool { return e.flags&f != 0 }
