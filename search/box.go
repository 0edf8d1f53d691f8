package search

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dateline/index"
)

// Roles are the codes that people and bodies have by what they are, with their
// names.
func Roles() []Role { return slices.Clone(roles) }

// Role is one of them.
type Role struct{ Code, Name string }

var roles = []Role{
	{"GOV", "government"}, {"MIL", "military"}, {"REB", "rebels"}, {"OPP", "opposition"}, {"PTY", "party"}, {"LEG", "legislature"},
	{"JUD", "judiciary"}, {"COP", "police"}, {"SPY", "intelligence"}, {"IGO", "international body"}, {"NGO", "non-governmental body"},
	{"MED", "media"}, {"BUS", "business"}, {"REL", "religion"}, {"EDU", "education"}, {"CVL", "civilians"},
}

// roleName is a code's name, or what was asked for instead of one.
func roleName(code string) string {
	if i := slices.IndexFunc(roles, func(r Role) bool { return r.Code == code }); i >= 0 {
		return roles[i].Name
	}
	return code
}

// roles reads roles: a code, its name, or an actor's id and a code.
func (p *parser) roles() []string {
	var out []string
	for _, s := range p.values(pRole, MaxValues) {
		i := slices.IndexFunc(roles, func(r Role) bool { return strings.EqualFold(r.Code, s) || strings.EqualFold(r.Name, s) })
		switch {
		case i >= 0:
			s = roles[i].Code
		case !strings.Contains(s, "|"):
			var codes []string
			for _, r := range roles {
				codes = append(codes, r.Code)
			}
			p.fail(pRole, "one of "+strings.Join(codes, ", ")+", or an actor's id, |, and one of them", "%s is no role", clip(s))
			continue
		}
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

const boxHint = "write west,south,east,north in degrees, as in 22.5,57.4,28.3,59.8"

// box reads bounds on the earth.
func (p *parser) box() *index.Box {
	s := p.one(pBox)
	if s == "" {
		return nil
	}
	parts := strings.Split(s, ",")
	var b index.Box
	to := []*float64{&b.West, &b.South, &b.East, &b.North}
	ok := len(parts) == len(to)
	for i := 0; ok && i < len(to); i++ {
		var err error
		*to[i], err = strconv.ParseFloat(strings.TrimSpace(parts[i]), 64)
		ok = err == nil
	}
	if !ok || (&index.Query{Now: p.r.Now, Box: &b}).Check() != nil {
		p.fail(pBox, boxHint, "%s is no box", clip(s))
		return nil
	}
	return &b
}

// writeBox writes bounds so that they can be read again; none are nothing.
func writeBox(b *index.Box) string {
	if b == nil {
		return ""
	}
	f := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	return strings.Join([]string{f(b.West), f(b.South), f(b.East), f(b.North)}, ",")
}

// boxText is a box for people: 22.5° E to 28.3° E, 57.4° N to 59.8° N.
func boxText(b *index.Box) string {
	deg := func(x float64, plus, minus string) string {
		if x < 0 {
			x, plus = -x, minus
		}
		return strconv.FormatFloat(x, 'f', 1, 64) + "° " + plus
	}
	return fmt.Sprintf("%s–%s, %s–%s", deg(b.South, "N", "S"), deg(b.North, "N", "S"), deg(b.West, "E", "W"), deg(b.East, "E", "W"))
}

// A cursor is a hit's place in its order, as an address holds it: the order and
// the place, which only the store reads, packed so that nobody is tempted to
// write one.

func writeCursor(after string, q *index.Query) string {
	if after == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(orderOf(q) + "\x00" + after))
}

func readCursor(s string, q *index.Query) (string, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	order, after, ok := strings.Cut(string(b), "\x00")
	switch {
	case err != nil || !ok || after == "":
		return "", errors.New("no cursor of this API")
	case order != orderOf(q):
		return "", errors.New("the cursor belongs to another order")
	}
	return after, nil
}

func orderOf(q *index.Query) string {
	field, down, _ := q.Order()
	if down {
		return "-" + field
	}
	return field
}
