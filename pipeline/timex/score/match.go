package score

// Count is what precision and recall are made of.
type Count struct{ Right, System, Gold int }

func (c *Count) add(o Count) {
	c.Right += o.Right
	c.System += o.System
	c.Gold += o.Gold
}

// P is the precision, R the recall, F1 their harmonic mean, in per cent.
func (c Count) P() float64 { return ratio(c.Right, c.System) }

// R is the recall in per cent.
func (c Count) R() float64 { return ratio(c.Right, c.Gold) }

// F1 is the harmonic mean of precision and recall in per cent.
func (c Count) F1() float64 { return ratio(2*c.Right, c.System+c.Gold) }

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return 100 * float64(a) / float64(b)
}

// Scores of one set of documents.
type Scores struct {
	Strict, Relaxed, Type, Value, Interval, Calendar Count
}

func (s *Scores) add(o Scores) {
	s.Strict.add(o.Strict)
	s.Relaxed.add(o.Relaxed)
	s.Type.add(o.Type)
	s.Value.add(o.Value)
	s.Interval.add(o.Interval)
	s.Calendar.add(o.Calendar)
}

// Pair joins gold and system expressions one to one: equal spans first, then,
// in the order of the text, the largest overlap. The result gives for each gold expression the index of
// its partner, -1 for none.
func Pair(gold, sys []Timex) []int {
	pair := make([]int, len(gold))
	used := make([]bool, len(sys))
	for i := range pair {
		pair[i] = -1
	}
	for i, g := range gold {
		for j, s := range sys {
			if !used[j] && s.Start == g.Start && s.End == g.End {
				pair[i], used[j] = j, true
				break
			}
		}
	}
	for i, g := range gold {
		if pair[i] >= 0 {
			continue
		}
		best, most := -1, 0
		for j, s := range sys {
			if n := min(g.End, s.End) - max(g.Start, s.Start); !used[j] && n > most {
				best, most = j, n
			}
		}
		if best >= 0 {
			pair[i], used[best] = best, true
		}
	}
	return pair
}

// Compare scores one document.
func Compare(gold, sys []Timex) Scores {
	n := Count{System: len(sys), Gold: len(gold)}
	s := Scores{n, n, n, n, n, Count{}}
	pair := Pair(gold, sys)
	for i, g := range gold {
		if calendar(g) {
			s.Calendar.Gold++
		}
		j := pair[i]
		if j < 0 {
			continue
		}
		y := sys[j]
		s.Relaxed.Right++
		if y.Start == g.Start && y.End == g.End {
			s.Strict.Right++
		}
		if y.Type == g.Type {
			s.Type.Right++
		}
		if y.Value == g.Value {
			s.Value.Right++
		}
		if Same(y.Value, g.Value) {
			s.Interval.Right++
			if calendar(g) {
				s.Calendar.Right++
			}
		}
	}
	for _, y := range sys {
		if calendar(y) {
			s.Calendar.System++
		}
	}
	return s
}
