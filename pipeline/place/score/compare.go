package score

import (
	"strings"

	"dateline/pipeline/gazetteer"
)

// RightKm is how near an answer must be: 100 miles, the field's custom.
const RightKm = 161

// Scores are counts; they add up over documents.
type Scores struct {
	Gold, Found  int // annotated names, names found
	Matched      int // of both: same string, same place in the text
	Near, NearID int // matched and within RightKm; or with the same geonameid
	Country      int // matched and in the right country
	WithCountry  int // matched whose right country is known
	Candidate    int // annotated names with a reading within RightKm
	CandidateID  int
}

// Add adds the counts of o.
func (s *Scores) Add(o Scores) {
	s.Gold += o.Gold
	s.Found += o.Found
	s.Matched += o.Matched
	s.Near += o.Near
	s.NearID += o.NearID
	s.Country += o.Country
	s.WithCountry += o.WithCountry
	s.Candidate += o.Candidate
	s.CandidateID += o.CandidateID
}

// Precision, Recall and F1 are of the names alone.
func (s Scores) Precision() float64 { return ratio(s.Matched, s.Found) }

// Recall is the share of annotated names found.
func (s Scores) Recall() float64 { return ratio(s.Matched, s.Gold) }

// F1 is the harmonic mean of precision and recall.
func (s Scores) F1() float64 { return ratio(2*s.Matched, s.Found+s.Gold) }

// EndToEnd is F1 where a name counts only if its point is right, too.
func (s Scores) EndToEnd() float64 { return ratio(2*s.Near, s.Found+s.Gold) }

// AccuracyMatched is the share of the matched names whose point is right.
func (s Scores) AccuracyMatched() float64 { return ratio(s.Near, s.Matched) }

// AccuracyAll is the share of all annotated names whose point is right.
func (s Scores) AccuracyAll() float64 { return ratio(s.Near, s.Gold) }

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// maxShift is how far apart the middles of two spans of one name may be, in
// bytes; EUPEG counts characters, which are bytes for nearly all names.
const maxShift = 10

// Compare matches answers with the annotated names of one document. Each is
// used once.
func Compare(g *gazetteer.Gazetteer, gold, got []Toponym) Scores {
	s := Scores{Gold: len(gold), Found: len(got)}
	used := make([]bool, len(got))
	for i := range gold {
		t := &gold[i]
		j := find(t, got, used)
		if j < 0 {
			continue
		}
		used[j] = true
		s.Matched++
		s.judge(g, t, &got[j])
	}
	return s
}

func find(t *Toponym, got []Toponym, used []bool) int {
	best, shift := -1, 2*maxShift
	for j := range got {
		a := &got[j]
		if used[j] || !strings.EqualFold(a.Text, t.Text) {
			continue
		}
		d := (a.Start + a.End) - (t.Start + t.End)
		if d = max(d, -d); d < shift {
			best, shift = j, d
		}
	}
	return best
}

func (s *Scores) judge(g *gazetteer.Gazetteer, t, a *Toponym) {
	if a.Resolved {
		near := gazetteer.DistanceKm(t.Lat, t.Lon, a.Lat, a.Lon) <= RightKm
		if near {
			s.Near++
		}
		if near || t.GeoNames != 0 && t.GeoNames == a.GeoNames {
			s.NearID++
		}
	}
	if t.Country != "" {
		s.WithCountry++
		if a.Resolved && strings.EqualFold(t.Country, a.Country) {
			s.Country++
		}
	}
}
