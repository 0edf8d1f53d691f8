package score

import (
	"math/rand"
	"regexp"
	"slices"
	"strings"
)

// Numbers of the reissues: stories with many figures, told again the next two
// days with other figures.
const (
	templateSeed    = 21
	templateFigures = 8
	templateStories = 600
	// Template is the kind of a reissue. Each is its own story: to call it a
	// copy is a mistake.
	Template = "template"
)

var figures = regexp.MustCompile(`[0-9][0-9.,/]*[0-9]`)

// Templates adds 1,200 reissues to a stream.
func (s *Simulator) Templates(docs []Doc) []Doc {
	x := stream{s, rand.New(rand.NewSource(templateSeed))}
	members := make(map[int]int)
	for i := range docs {
		members[docs[i].Story]++
	}
	out, story, q := slices.Clone(docs), len(s.stories), 0
	for i := range docs {
		d := &docs[i]
		body := s.stories[d.Story].Body
		if q == templateStories || members[d.Story] != 1 || len(figures.FindAllString(body, templateFigures)) < templateFigures {
			continue
		}
		q++
		for m := range 2 {
			o := d.Outlet
			if q%2 == 0 {
				o = x.rng.Intn(outlets)
			}
			t := d.Time + int64(m+1)*daySeconds + int64(x.rng.Intn(7200)) - 3600
			words := x.edit(x.refigure(s.stories[d.Story].words), []float64{0, .05, .15}[q%3])
			out = append(out, Doc{t, o, story, Template, x.dress(join(words), o)})
			story++
		}
	}
	slices.SortStableFunc(out, func(a, b Doc) int { return int(a.Time - b.Time) })
	return out
}

// refigure gives words with digits other digits; some stay, years more often.
func (x *stream) refigure(words []string) []string {
	out := slices.Clone(words)
	for i, w := range out {
		if !strings.ContainsAny(w, "0123456789") {
			continue
		}
		year := len(w) >= 4 && (strings.HasPrefix(w, "19") || strings.HasPrefix(w, "20"))
		if year && x.rng.Intn(2) == 0 || x.rng.Float64() < .15 {
			continue
		}
		b := []byte(w)
		for k, c := range b {
			if c >= '0' && c <= '9' {
				b[k] = byte('0' + x.rng.Intn(10))
			}
		}
		out[i] = string(b)
	}
	return out
}
