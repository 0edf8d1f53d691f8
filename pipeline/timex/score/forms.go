package score

import (
	"regexp"
	"strings"
)

// Form is one of the three shapes of expression whose anchor is hardest to
// find; each is scored on its own.
type Form struct {
	Name   string
	phrase *regexp.Regexp
	value  *regexp.Regexp
	same   int // how many characters of the value must agree
}

const (
	weekdays = `monday|tuesday|wednesday|thursday|friday|saturday|sunday`
	months   = `january|february|march|april|may|june|july|august|september|october|november|december|` +
		`jan\.?|feb\.?|mar\.?|apr\.?|jun\.?|jul\.?|aug\.?|sept\.?|sep\.?|oct\.?|nov\.?|dec\.?`
)

// Forms are the weekday, the day and month without a year, and the month
// alone, each with no more than a preposition, early or late around it.
var Forms = []Form{
	{"weekday", regexp.MustCompile(`^(on |early |late )?(` + weekdays + `)('s)?( morning| afternoon| evening| night)?$`), regexp.MustCompile(`^\d{4}-\d\d-\d\d`), 10},
	{"month-day", regexp.MustCompile(`^(on |early |late )?(` + months + `) \d{1,2}(st|nd|rd|th)?$`), regexp.MustCompile(`^\d{4}-\d\d-\d\d`), 10},
	{"bare month", regexp.MustCompile(`^(early |late |mid-)?(` + months + `)$`), regexp.MustCompile(`^\d{4}-\d\d`), 7},
}

// is reports whether a gold expression has the form.
func (f Form) is(text string, t Timex) bool {
	s := strings.ToLower(strings.Join(strings.Fields(text[t.Start:t.End]), " "))
	return f.phrase.MatchString(s) && f.value.MatchString(t.Value)
}

// Score counts the expressions of the form whose day or month is right. A miss
// is an error: Gold is their number, Right the hits.
func (f Form) Score(d *Doc, sys []Timex) Count {
	var c Count
	pair := Pair(d.Gold, sys)
	for i, g := range d.Gold {
		if !f.is(d.Text, g) {
			continue
		}
		c.Gold++
		c.System++
		if j := pair[i]; j >= 0 && len(sys[j].Value) >= f.same && sys[j].Value[:f.same] == g.Value[:f.same] {
			c.Right++
		}
	}
	return c
}
