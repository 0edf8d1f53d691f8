package score

import (
	"bufio"
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"dateline/pipeline/actor"
	"dateline/pipeline/gazetteer"
	"dateline/pipeline/text"
)

// rolesFile holds the labelled roles as offsets; see its head for the rules.
//
//go:embed roles.txt
var rolesFile string

// RoleArticle is one article with labelled roles. Only its first Window bytes
// were read.
type RoleArticle struct {
	ID      string
	Window  int
	HeldOut bool // no error on it was looked at
	Roles   []GoldRole
}

// GoldRole is one labelled role. Spans are bytes of the article's text; an empty
// Code or Country is not judged.
type GoldRole struct {
	Name, Text            text.Span
	Code, Country, Status string
}

// RoleGold reads the labelled roles that are part of this package.
func RoleGold() ([]RoleArticle, error) { return readRoles(rolesFile) }

func readRoles(file string) (out []RoleArticle, err error) {
	sc := bufio.NewScanner(strings.NewReader(file))
	for n := 1; sc.Scan(); n++ {
		f := strings.Fields(sc.Text())
		switch {
		case len(f) == 0 || f[0] == "#" || strings.HasPrefix(f[0], "#"):
		case f[0] == "article" && len(f) == 3:
			w, err := strconv.Atoi(f[2])
			if err != nil {
				return nil, fmt.Errorf("roles.txt:%d: %w", n, err)
			}
			out = append(out, RoleArticle{ID: f[1], Window: w, HeldOut: len(out)%2 == 1})
		case len(f) == 5 && len(out) > 0:
			g := GoldRole{Code: open(f[2]), Country: open(f[3]), Status: open(f[4])}
			if g.Name, err = span2(f[0]); err == nil {
				g.Text, err = span2(f[1])
			}
			if err != nil {
				return nil, fmt.Errorf("roles.txt:%d: %w", n, err)
			}
			a := &out[len(out)-1]
			a.Roles = append(a.Roles, g)
		default:
			return nil, fmt.Errorf("roles.txt:%d: %q: want an article or a role", n, sc.Text())
		}
	}
	return out, sc.Err()
}

func open(s string) string {
	if s == "-" {
		return ""
	}
	return s
}

func span2(s string) (text.Span, error) {
	a, b, ok := strings.Cut(s, "-")
	i, err1 := strconv.Atoi(a)
	j, err2 := strconv.Atoi(b)
	if !ok || err1 != nil || err2 != nil || i < 0 || j <= i {
		return text.Span{}, fmt.Errorf("span %q: want start-end", s)
	}
	return text.Span{Start: i, End: j}, nil
}

// RoleScores are counts; they add up over articles.
type RoleScores struct {
	Gold, Found int
	Text        int // right person, and the title's words end alike
	Exact       int // of these: the words are equal
	Code        int // Text, and the code is right or was not judged
	All         int // Code, and the country is right or was not judged
}

// Add adds the counts of o.
func (s *RoleScores) Add(o RoleScores) {
	s.Gold += o.Gold
	s.Found += o.Found
	s.Text += o.Text
	s.Exact += o.Exact
	s.Code += o.Code
	s.All += o.All
}

// F1 is the harmonic mean of precision and recall with n right answers.
func (s RoleScores) F1(n int) float64 { return 2 * float64(n) / float64(max(s.Gold+s.Found, 1)) }

// Miss is a labelled role that was not found whole, or a role found that is not
// labelled, for a person to read.
type Miss struct {
	Gold *GoldRole
	Got  *actor.Role
	Who  string
}

// CompareRoles compares the actors of an article with its labelled roles. Roles
// outside the window are not judged, and equal words of one person count once.
func CompareRoles(a *RoleArticle, body string, actors []actor.Actor) (s RoleScores, misses []Miss) {
	type answer struct {
		role  *actor.Role
		actor *actor.Actor
		used  bool
	}
	var got []answer
	for i := range actors {
		for j := range actors[i].Roles {
			r := &actors[i].Roles[j]
			if r.Basis == "document" && r.Field == text.Body && r.Span.End <= a.Window {
				got = append(got, answer{role: r, actor: &actors[i]})
			}
		}
	}
	s.Gold, s.Found = len(a.Roles), len(got)
	for i := range a.Roles {
		g := &a.Roles[i]
		best := -1
		for j := range got {
			if r := &got[j]; !r.used && names(r.actor, g.Name) && sameTitle(g.Text.Of(body), r.role.Text) && (best < 0 || r.role.Span.Overlaps(g.Text)) {
				best = j
			}
		}
		if best < 0 {
			misses = append(misses, Miss{Gold: g, Who: g.Name.Of(body)})
			continue
		}
		r := got[best].role
		got[best].used = true
		s.Text++
		if gazetteer.Fold(g.Text.Of(body)) == gazetteer.Fold(r.Text) {
			s.Exact++
		}
		code, country := g.Code == "" || g.Code == r.Code, g.Country == "" || g.Country == r.Country
		if code {
			s.Code++
		}
		if code && country {
			s.All++
		} else {
			misses = append(misses, Miss{Gold: g, Got: r, Who: g.Name.Of(body)})
		}
	}
	for j := range got {
		if !got[j].used {
			misses = append(misses, Miss{Got: got[j].role, Who: got[j].actor.Name})
		}
	}
	return s, misses
}

// names reports whether a mention of the actor overlaps the span of the body.
func names(a *actor.Actor, s text.Span) bool {
	for i := range a.Mentions {
		if m := &a.Mentions[i]; m.Field == text.Body && m.Span.Overlaps(s) {
			return true
		}
	}
	return false
}

// sameTitle reports whether two titles are equal, or the shorter ends the
// longer: "Treasury Secretary" and "Secretary".
func sameTitle(a, b string) bool {
	a, b = gazetteer.Fold(a), gazetteer.Fold(b)
	if len(a) < len(b) {
		a, b = b, a
	}
	return a == b || b != "" && strings.HasSuffix(a, " "+b)
}
