package gazetteer

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// overlay reads a file of the overlay, one slice of columns a row.
func overlay(t *testing.T, name string) (rows [][]string) {
	t.Helper()
	f, err := os.Open(filepath.Join("overlay", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if l := sc.Text(); l != "" && l[0] != '#' {
			rows = append(rows, strings.Split(l, "|"))
		}
	}
	return rows
}

// forms are the names of a list without their case marks.
func forms(list string) (out []string) {
	for w := range strings.SplitSeq(list, ";") {
		if w = strings.TrimRight(strings.TrimSpace(w), "!~"); w != "" && !strings.Contains(w, ",") { // no name crosses a comma
			out = append(out, w)
		}
	}
	return out
}

// has reports whether a name has a reading with the id.
func has(g *Gazetteer, name, id string) bool {
	m, ok := g.Find(name)
	for i := range m.Aliases() {
		if ok && g.ID(g.Alias(m, i).Ref) == id {
			return true
		}
	}
	return false
}

// The committed data file holds what the overlay says: every row, under every
// name. Somebody who changes the overlay and forgets to build fails here.
func TestOverlayIsBuiltIn(t *testing.T) {
	g := Default()
	rows := 0
	check := func(id string, names ...string) {
		rows++
		for _, n := range names {
			if !has(g, n, id) {
				t.Errorf("%q has no reading %s: build the gazetteer again", n, id)
			}
		}
	}
	for _, r := range overlay(t, "countries.txt") {
		check(r[0], slices.Concat(forms(r[3]), forms(r[4]), forms(r[5]), forms(r[6]))...)
	}
	for _, r := range overlay(t, "regions.txt") {
		check(r[0], slices.Concat(forms(r[4]), forms(r[5]), forms(r[6]), forms(r[7]))...)
	}
	for _, r := range overlay(t, "bodies.txt") {
		check(r[0], slices.Concat(forms(r[1]), forms(r[6]))...)
		a := g.Actor(g.ActorRef(r[0]))
		if a.Type+"/"+a.Subtype != r[2] && a.Type != r[2] || a.Country != r[3] || a.Parent != r[4] || a.Code != r[5] {
			t.Errorf("%s: %+v", r[0], a)
		}
	}
	for _, r := range overlay(t, "metonyms.txt") {
		id := r[1]
		if cc, ok := strings.CutPrefix(id, "cty:"); ok {
			id = strings.ToUpper(cc)
		}
		check(id, forms(r[0])...)
	}
	for _, r := range overlay(t, "states.txt") {
		check(r[0], forms(r[1])...)
	}
	for _, r := range overlay(t, "leaders.txt") {
		check(r[0], forms(r[1])...)
		a := g.Actor(g.ActorRef(r[0]))
		from, to := number(r[5]), number(r[6])
		if !slices.ContainsFunc(g.Roles(nil, a), func(o Role) bool {
			return o.Text == r[3] && o.Country == r[2] && o.Code == r[4] && o.From == from && o.To == to
		}) {
			t.Errorf("%s lacks the office %q from %s", r[0], r[3], r[5])
		}
	}
	if rows < 2000 {
		t.Errorf("%d rows", rows)
	}
}

// number is a day of the overlay as the data file has it.
func number(day string) uint32 {
	if day == "" {
		return 0
	}
	w := strings.Split(day, "-")
	for len(w) < 3 {
		w = append(w, "01")
	}
	var n uint32
	fmt.Sscan(strings.Join(w, ""), &n)
	return n
}

// An office of one holder has one holder a day: terms of two people do not
// overlap, and none ends before it begins.
func TestTerms(t *testing.T) {
	type term struct {
		id       string
		from, to uint32
	}
	single := []string{"president", "prime minister", "chancellor", "king", "queen", "emperor", "pope", "secretary general"}
	by := map[string][]term{}
	for _, r := range overlay(t, "leaders.txt") {
		x := term{r[0], number(r[5]), number(r[6])}
		if x.to == 0 {
			x.to = 99999999
		}
		if x.from >= x.to {
			t.Errorf("%s: %s from %s to %s", r[0], r[3], r[5], r[6])
		}
		if slices.Contains(single, r[3]) && r[2] != "" {
			by[r[2]+" "+r[3]] = append(by[r[2]+" "+r[3]], x)
		}
	}
	for office, l := range by {
		slices.SortFunc(l, func(a, b term) int { return int(a.from) - int(b.from) })
		for i := 1; i < len(l); i++ {
			if l[i].from < l[i-1].to && l[i].id != l[i-1].id {
				t.Errorf("%s: %s to %d and %s from %d", office, l[i-1].id, l[i-1].to, l[i].id, l[i].from)
			}
		}
	}
}
