package main

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"dateline/pipeline/text"
)

// Sizes of the word clusters. They are chosen by hand: 48 k words cover 97 %
// of the tokens of the news collection that are not numbers.
const (
	clusterWords    = 60000 // commonest words that get a cluster
	clusterMinCount = 8
	contextNear     = 1200 // words counted one to the left and one to the right
	contextFar      = 500  // words counted two to the left and two to the right
	clusterDims     = 64
	clusterFine     = 2048
	clusterMid      = 512
)

// vocabulary is the words of a collection by falling count, ties by spelling.
type vocabulary struct {
	word  []string
	count []int
	id    map[string]int32
}

// fold is the form under which a word is counted: curly apostrophes straight,
// digits as 0.
func fold(w string) string {
	if strings.ContainsAny(w, "’0123456789") {
		w = strings.Map(func(r rune) rune {
			switch {
			case r == '’':
				return '\''
			case '0' <= r && r <= '9':
				return '0'
			}
			return r
		}, w)
	}
	return w
}

// clusterInput is a collection as word ids, -1 where a sentence ends and
// len(vocabulary) for a word outside it.
type clusterInput struct {
	vocab vocabulary
	ids   []int32
}

func readClusterInput(path string) (*clusterInput, error) {
	count := map[string]int{}
	var raw []int32 // ids in order of first sight
	first := map[string]int32{}
	var words []string
	var a text.Tokens
	err := eachLine(path, func(art *article) bool {
		a.Reset(art.Text)
		for _, s := range a.Sent {
			for i := int(s.First); i < int(s.Last); i++ {
				w := a.At(i)
				if len(w) > 40 {
					w = "0"
				}
				w = fold(w)
				id, ok := first[w]
				if !ok {
					w = strings.Clone(w)
					id = int32(len(words))
					first[w] = id
					words = append(words, w)
				}
				count[words[id]]++
				raw = append(raw, id)
			}
			raw = append(raw, -1)
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	order := make([]int32, len(words))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(x, y int32) int {
		return cmp.Or(cmp.Compare(count[words[y]], count[words[x]]), cmp.Compare(words[x], words[y]))
	})
	in := &clusterInput{vocab: vocabulary{id: map[string]int32{}}}
	rank := make([]int32, len(words))
	for i := range rank {
		rank[i] = math.MaxInt32
	}
	for _, o := range order {
		if len(in.vocab.word) == clusterWords || count[words[o]] < clusterMinCount {
			break
		}
		rank[o] = int32(len(in.vocab.word))
		in.vocab.id[words[o]] = rank[o]
		in.vocab.word = append(in.vocab.word, words[o])
		in.vocab.count = append(in.vocab.count, count[words[o]])
	}
	for i, r := range raw {
		switch {
		case r < 0:
		case rank[r] == math.MaxInt32:
			raw[i] = int32(len(in.vocab.word))
		default:
			raw[i] = rank[r]
		}
	}
	in.ids = raw
	return in, nil
}

// matrix is rows of equal width.
type matrix struct {
	rows, cols int
	v          []float32
}

func newMatrix(rows, cols int) *matrix {
	return &matrix{rows, cols, make([]float32, rows*cols)}
}

func (m *matrix) row(i int) []float32 { return m.v[i*m.cols : (i+1)*m.cols] }

// contexts counts, for each word, the words beside it: four blocks of columns,
// one and two to the left and right, the last column of a block for the border
// of the sentence and any other word left out.
func (in *clusterInput) contexts() *matrix {
	near, far := int32(contextNear), int32(contextFar)
	cols := 2*(contextNear+1) + 2*contextFar
	m := newMatrix(len(in.vocab.word), cols)
	n := int32(len(in.vocab.word))
	at := func(i int) int32 {
		if i < 0 || i >= len(in.ids) {
			return -1
		}
		return in.ids[i]
	}
	for i, w := range in.ids {
		if w < 0 || w >= n {
			continue
		}
		row := m.row(int(w))
		for side, d := range []int{-1, 1} {
			base := int32(side) * (near + 1)
			switch c := at(i + d); {
			case c < 0:
				row[base+near]++
				continue
			case c < near:
				row[base+c]++
			}
			if c := at(i + 2*d); c >= 0 && c < far {
				row[2*(near+1)+int32(side)*far+c]++
			}
		}
	}
	return m
}

// weigh turns counts into positive pointwise mutual information, contexts
// smoothed by the power 0.75 (Levy, Goldberg and Dagan 2015), square-rooted so
// that rare events do not rule.
func (m *matrix) weigh() {
	col := make([]float64, m.cols)
	total := 0.0
	rowSum := make([]float64, m.rows)
	for i := range m.rows {
		for j, v := range m.row(i) {
			col[j] += float64(v)
			rowSum[i] += float64(v)
		}
		total += rowSum[i]
	}
	smooth := 0.0
	for j := range col {
		col[j] = math.Pow(col[j], 0.75)
		smooth += col[j]
	}
	for i := range m.rows {
		row := m.row(i)
		for j, v := range row {
			if v == 0 {
				continue
			}
			pmi := math.Log(float64(v) * smooth / (rowSum[i] * col[j]))
			// Few observations are discounted (Pantel and Lin 2002).
			pmi *= float64(v) / (float64(v) + 1)
			row[j] = float32(math.Sqrt(max(pmi, 0)))
		}
	}
}

// project is the matrix on its first k singular directions, found by subspace
// iteration from a fixed start, rows scaled to length one.
func (m *matrix) project(k int, seed uint64) *matrix {
	rng := rand.New(rand.NewPCG(seed, 1))
	q := newMatrix(m.cols, k)
	for i := range q.v {
		q.v[i] = float32(rng.NormFloat64())
	}
	var y *matrix
	for pass := range 5 {
		y = m.times(q)
		if pass == 4 {
			break
		}
		y.orthonormal()
		q = m.timesT(y)
		q.orthonormal()
	}
	for i := range y.rows {
		normalise(y.row(i))
	}
	return y
}

func normalise(v []float32) {
	s := 0.0
	for _, x := range v {
		s += float64(x) * float64(x)
	}
	if s > 0 {
		f := float32(1 / math.Sqrt(s))
		for i := range v {
			v[i] *= f
		}
	}
}

// times is m·q; zeros of m cost nothing.
func (m *matrix) times(q *matrix) *matrix {
	y := newMatrix(m.rows, q.cols)
	for i := range m.rows {
		out := y.row(i)
		for j, v := range m.row(i) {
			if v == 0 {
				continue
			}
			for c, x := range q.row(j) {
				out[c] += v * x
			}
		}
	}
	return y
}

// timesT is mᵀ·y.
func (m *matrix) timesT(y *matrix) *matrix {
	q := newMatrix(m.cols, y.cols)
	for i := range m.rows {
		in := y.row(i)
		for j, v := range m.row(i) {
			if v == 0 {
				continue
			}
			out := q.row(j)
			for c, x := range in {
				out[c] += v * x
			}
		}
	}
	return q
}

// orthonormal makes the columns orthonormal (modified Gram-Schmidt).
func (m *matrix) orthonormal() {
	for c := range m.cols {
		for b := range c {
			d := 0.0
			for i := range m.rows {
				d += float64(m.v[i*m.cols+b]) * float64(m.v[i*m.cols+c])
			}
			for i := range m.rows {
				m.v[i*m.cols+c] -= float32(d) * m.v[i*m.cols+b]
			}
		}
		s := 0.0
		for i := range m.rows {
			s += float64(m.v[i*m.cols+c]) * float64(m.v[i*m.cols+c])
		}
		f := float32(1 / math.Sqrt(max(s, 1e-30)))
		for i := range m.rows {
			m.v[i*m.cols+c] *= f
		}
	}
}

// kmeans puts unit rows into k clusters by cosine, rows weighted; the start is
// k rows spread over the input. It returns each row's cluster and the centres.
func kmeans(m *matrix, weight []float64, k, rounds int) ([]int32, *matrix) {
	centre := newMatrix(k, m.cols)
	for c := range k {
		copy(centre.row(c), m.row(c*m.rows/k))
	}
	of := make([]int32, m.rows)
	for range rounds {
		for i := range m.rows {
			of[i] = nearest(m.row(i), centre)
		}
		clear(centre.v)
		for i := range m.rows {
			w := float32(weight[i])
			out := centre.row(int(of[i]))
			for c, x := range m.row(i) {
				out[c] += w * x
			}
		}
		for c := range k {
			normalise(centre.row(c))
		}
	}
	return of, centre
}

func nearest(v []float32, centre *matrix) int32 {
	best, at := float32(-2), int32(0)
	for c := range centre.rows {
		row := centre.row(c)[:len(v)]
		var s0, s1, s2, s3 float32
		for j := 0; j+3 < len(v); j += 4 {
			s0 += v[j] * row[j]
			s1 += v[j+1] * row[j+1]
			s2 += v[j+2] * row[j+2]
			s3 += v[j+3] * row[j+3]
		}
		if s := s0 + s1 + s2 + s3; s > best {
			best, at = s, int32(c)
		}
	}
	return at
}

// clusters is a nested clustering: a word has a fine cluster, a fine cluster a
// middle one.
type clusters struct {
	word []string
	fine []int32
	mid  []int32 // of a fine cluster
}

func makeClusters(in *clusterInput, progress func(string, ...any)) *clusters {
	m := in.contexts()
	progress("contexts of %d words counted", m.rows)
	m.weigh()
	y := m.project(clusterDims, 7)
	progress("projected to %d dimensions", clusterDims)
	weight := make([]float64, y.rows)
	for i, c := range in.vocab.count {
		weight[i] = math.Sqrt(float64(c))
	}
	out := &clusters{word: in.vocab.word}
	var centre *matrix
	out.fine, centre = kmeans(y, weight, clusterFine, 8)
	progress("%d fine clusters", clusterFine)
	sum := make([]float64, clusterFine)
	for i, c := range out.fine {
		sum[c] += weight[i]
	}
	out.mid, _ = kmeans(centre, sum, clusterMid, 20)
	return out
}
