package main

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"dateline/pipeline/name/internal/model"
)

const (
	hidden = model.Hidden
	tags   = model.Tags
)

type hvec [hidden]float32
type tvec [tags]float32

// network is a network trained as a conditional random field: the features of a
// token sum up to its hidden layer, an output layer scores the tags, and the
// likelihood of the labels is that of all paths that agree with them against
// all paths.
type network struct {
	reader *model.Reader
	id     map[uint64]int32
	keys   []uint64 // in order of id: the commonest features first
	uses   []int32  // of each feature in the documents

	weights
	// Squared gradients, for Adagrad.
	e2      []float32
	bias2   hvec
	v2      [tags]hvec
	c2      tvec
	transG2 [tags][tags]float32
	expT    [tags][tags]float64
	rate    float32

	scan  model.Scan
	feat  []uint64
	rows  [][]int32 // of each token of the segment
	h     []hvec
	act   []hvec
	score []tvec
	fb    [2]lattice
	loss  float64
	n     int

	sum      weights // of the weights at some moments of the last epochs
	moments  int
	training bool
	rnd      uint64 // of dropped
}

// weights are what training learns.
type weights struct {
	e     []hvec // vectors of the features
	bias  hvec
	v     [tags]hvec
	c     tvec
	trans [tags][tags]float32
}

// each calls fn with the matching stretches of two sets of weights.
func (w *weights) each(o *weights, fn func(a, b []float32)) {
	for i := range w.e {
		fn(w.e[i][:], o.e[i][:])
	}
	fn(w.bias[:], o.bias[:])
	for t := range w.v {
		fn(w.v[t][:], o.v[t][:])
		fn(w.trans[t][:], o.trans[t][:])
	}
	fn(w.c[:], o.c[:])
}

// remember adds the weights as they are now to what average averages.
func (s *network) remember() {
	if s.sum.e == nil {
		s.sum.e = make([]hvec, len(s.e))
	}
	s.sum.each(&s.weights, func(a, b []float32) {
		for j := range a {
			a[j] += b[j]
		}
	})
	s.moments++
}

// average replaces the weights by their mean over the remembered moments:
// where a run stops by chance then matters less.
func (s *network) average() {
	f := 1 / float32(max(s.moments, 1))
	s.weights.each(&s.sum, func(a, b []float32) {
		for j := range a {
			a[j] = b[j] * f
		}
	})
}

// lattice is the scaled forward-backward sums over one segment.
type lattice struct {
	alpha, beta [][tags]float64
	p           [][tags]float64
	logZ        float64
	pairs       [tags][tags]float64
}

// newNetwork makes a network for the features that occur at least least times
// in the documents. Weights start at fixed random values.
func newNetwork(r *model.Reader, docs []*doc, least int) *network {
	s := &network{reader: r, id: map[uint64]int32{}}
	count := map[uint64]int{}
	for _, d := range docs {
		r.Read(&s.scan, d.tok, 0)
		for _, g := range s.scan.Segments {
			for i := g.First; i < g.Last; i++ {
				s.feat = s.scan.Features(i, s.feat[:0])
				for _, k := range s.feat {
					count[k]++
				}
			}
		}
	}
	for k, n := range count {
		if n >= least {
			s.keys = append(s.keys, k)
		}
	}
	slices.SortFunc(s.keys, func(a, b uint64) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	for i, k := range s.keys {
		s.id[k] = int32(i)
		s.uses = append(s.uses, int32(min(count[k], math.MaxInt32)))
	}
	s.e, s.e2 = make([]hvec, len(s.keys)), make([]float32, len(s.keys))
	rng := rand.New(rand.NewPCG(5, 6))
	for i := range s.e {
		for j := range s.e[i] {
			s.e[i][j] = float32(rng.NormFloat64()) * 0.05
		}
	}
	for j := range s.bias {
		s.bias[j] = 0.3
	}
	for t := range s.v {
		for j := range s.v[t] {
			s.v[t][j] = float32(rng.NormFloat64()) * 0.1
		}
	}
	return s
}

// prune keeps the features that move the hidden layer most, all their uses
// taken together, the most useful first.
func (s *network) prune(keep int) {
	worth := make([]float64, len(s.keys))
	order := make([]int32, len(s.keys))
	for i := range s.keys {
		order[i] = int32(i)
		for _, x := range s.e[i] {
			worth[i] += float64(x) * float64(x)
		}
		worth[i] *= float64(s.uses[i])
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(worth[b], worth[a]), cmp.Compare(a, b)) })
	order = order[:min(len(order), keep)]
	old := *s
	s.id = make(map[uint64]int32, len(order))
	s.keys, s.uses, s.e, s.e2 = nil, nil, nil, nil
	for i, o := range order {
		s.id[old.keys[o]] = int32(i)
		s.keys, s.uses = append(s.keys, old.keys[o]), append(s.uses, old.uses[o])
		s.e, s.e2 = append(s.e, old.e[o]), append(s.e2, old.e2[o])
	}
	s.sum = weights{}
	s.moments = 0
}

// clip is the activation: 0 to 2.
func clip(x float32) float32 { return min(max(x, 0), 2) }

// forward fills rows, h, act and score for tokens [first,last).
func (s *network) forward(first, last int) {
	for len(s.rows) < last-first {
		s.rows = append(s.rows, nil)
		s.h = append(s.h, hvec{})
		s.act = append(s.act, hvec{})
		s.score = append(s.score, tvec{})
	}
	for i := range last - first {
		s.rows[i] = s.rows[i][:0]
		s.feat = s.scan.Features(first+i, s.feat[:0])
		var h hvec
		for _, k := range s.feat {
			id, ok := s.id[k]
			if !ok || s.training && s.dropped() {
				continue
			}
			s.rows[i] = append(s.rows[i], id)
			e := &s.e[id]
			for j := range h {
				h[j] += e[j]
			}
		}
		f := float32(1)
		if s.training {
			f = 1 / (1 - dropShare)
		}
		a := &s.act[i]
		for j := range h {
			h[j] = s.bias[j] + h[j]*f
			a[j] = clip(h[j])
		}
		s.h[i] = h
		sc := s.c
		for t := range sc {
			v := &s.v[t]
			var x float32
			for j := range a {
				x += v[j] * a[j]
			}
			sc[t] += x
		}
		s.score[i] = sc
	}
}

// dropShare is the share of a token's features left out at random while
// training, so that no feature is relied on alone.
const dropShare = 0.3125

func (s *network) dropped() bool {
	s.rnd ^= s.rnd << 13
	s.rnd ^= s.rnd >> 7
	s.rnd ^= s.rnd << 17
	return uint32(s.rnd>>32) < uint32(dropShare*(1<<32))
}

// run fills the lattice over scores restricted to allow.
func (l *lattice) run(score []tvec, allow []model.Set, t *[tags][tags]float64) {
	n := len(score)
	for len(l.alpha) < n+1 {
		l.alpha = append(l.alpha, [tags]float64{})
		l.beta = append(l.beta, [tags]float64{})
		l.p = append(l.p, [tags]float64{})
	}
	l.logZ = 0
	var prev [tags]float64
	prev[0] = 1
	for i := range n {
		m := float32(-1e30)
		for b := range tags {
			if allow[i]&(1<<b) != 0 {
				m = max(m, score[i][b])
			}
		}
		var cur [tags]float64
		z := 0.0
		for b := range tags {
			if allow[i]&(1<<b) == 0 {
				l.p[i][b] = 0
				continue
			}
			ex := math.Exp(float64(score[i][b] - m))
			l.p[i][b] = ex
			x := 0.0
			if b == 0 || b&1 == 1 {
				for a := range tags {
					x += prev[a] * t[a][b]
				}
			} else {
				x = prev[b-1]*t[b-1][b] + prev[b]*t[b][b]
			}
			cur[b] = x * ex
			z += cur[b]
		}
		for b := range cur {
			cur[b] /= z
		}
		l.logZ += math.Log(z) + float64(m)
		l.alpha[i] = cur
		prev = cur
	}
	var next [tags]float64
	z := 0.0
	for a := range tags {
		next[a] = t[a][0]
		z += prev[a] * next[a]
	}
	l.logZ += math.Log(z)
	clear(l.pairs[:])
	for a := range tags {
		l.pairs[a][0] += prev[a] * next[a] / z
	}
	for i := n - 1; i >= 0; i-- {
		// next is the backward sum of token i, up to a factor.
		z := 0.0
		for b := range tags {
			z += l.alpha[i][b] * next[b]
		}
		ex := l.p[i]
		var q [tags]float64 // what a token before sees of b
		for b := range tags {
			q[b] = ex[b] * next[b]
			l.p[i][b] = l.alpha[i][b] * next[b] / z
		}
		var before [tags]float64
		if i == 0 {
			before[0] = 1
		} else {
			before = l.alpha[i-1]
		}
		var bk [tags]float64
		sum := 0.0
		for a := range tags {
			x := t[a][0] * q[0]
			for b := 1; b < tags; b += 2 {
				x += t[a][b] * q[b]
			}
			if a > 0 {
				if a&1 == 1 {
					x += t[a][a+1] * q[a+1]
				} else {
					x += t[a][a] * q[a]
				}
			}
			bk[a] = x
			sum += before[a] * x
		}
		for a := range tags {
			if before[a] == 0 {
				continue
			}
			f := before[a] / sum
			l.pairs[a][0] += f * t[a][0] * q[0]
			for b := 1; b < tags; b += 2 {
				l.pairs[a][b] += f * t[a][b] * q[b]
			}
			if a > 0 {
				b := a
				if a&1 == 1 {
					b = a + 1
				}
				l.pairs[a][b] += f * t[a][b] * q[b]
			}
		}
		m := 0.0
		for a := range bk {
			m = max(m, bk[a])
		}
		for a := range bk {
			next[a] = bk[a] / m
		}
	}
}

// epoch goes over the documents once in the order of rng. If it is to be
// averaged, the weights are remembered three times on the way.
func (s *network) epoch(docs []*doc, rng *rand.Rand, averaged bool) {
	s.loss, s.n = 0, 0
	s.training, s.rnd = true, 88172645463325252
	defer func() { s.training = false }()
	var allow, gold []model.Set
	k := 0
	for n, o := range rng.Perm(len(docs)) {
		if averaged && n%(len(docs)/4+1) == len(docs)/4 {
			s.remember()
		}
		d := docs[o]
		var no model.Without
		if d.chunk && rng.IntN(2) == 0 {
			no |= model.WithoutDoc
		}
		if rng.IntN(100) < 15 {
			no |= model.WithoutLists
		}
		s.reader.Read(&s.scan, d.tok, no)
		for _, g := range s.scan.Segments {
			allow, gold = allow[:0], gold[:0]
			open := true
			for i := g.First; i < g.Last; i++ {
				a := s.scan.Allowed(i)
				allow = append(allow, a)
				gold = append(gold, d.gold[i]&a)
				open = open && d.gold[i]&a == a
			}
			if open {
				continue
			}
			if k++; k%64 == 1 {
				s.exponents()
			}
			s.step(g, allow, gold)
		}
	}
}

func (s *network) exponents() {
	for a := range tags {
		for b := range tags {
			s.expT[a][b] = 0
			if b == 0 || b&1 == 1 || a == b || a == b-1 {
				s.expT[a][b] = math.Exp(float64(s.trans[a][b]))
			}
		}
	}
}

func (s *network) step(g model.Segment, allow, gold []model.Set) {
	n := g.Last - g.First
	s.forward(g.First, g.Last)
	s.fb[0].run(s.score[:n], allow, &s.expT)
	s.fb[1].run(s.score[:n], gold, &s.expT)
	loss := s.fb[0].logZ - s.fb[1].logZ
	s.loss += loss
	s.n++
	if loss < 0.005 {
		return
	}
	for a := range tags {
		for b := range tags {
			if gr := float32(s.fb[0].pairs[a][b] - s.fb[1].pairs[a][b]); gr != 0 {
				s.transG2[a][b] += gr * gr
				s.trans[a][b] -= s.rate * gr / sqrt(s.transG2[a][b]+1e-6)
			}
		}
	}
	for i := range n {
		var gr tvec
		big := float32(0)
		for t := range gr {
			gr[t] = float32(s.fb[0].p[i][t] - s.fb[1].p[i][t])
			big = max(big, gr[t], -gr[t])
		}
		if big > 0.003 {
			s.back(i, &gr)
		}
	}
}

func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// back moves the weights of token i against the gradient of its scores, by
// Adagrad; a feature's vector has one squared gradient for all its weights.
func (s *network) back(i int, gr *tvec) {
	var gh hvec
	a := &s.act[i]
	for t, g := range gr {
		if g == 0 {
			continue
		}
		s.c2[t] += g * g
		s.c[t] -= s.rate * g / sqrt(s.c2[t]+1e-6)
		v, v2 := &s.v[t], &s.v2[t]
		for j := range gh {
			gh[j] += g * v[j]
			if x := g * a[j]; x != 0 {
				v2[j] += x * x
				v[j] -= s.rate * x / sqrt(v2[j]+1e-4)
			}
		}
	}
	sum := float32(0)
	for j := range gh {
		if h := s.h[i][j]; h <= 0 || h >= 2 {
			gh[j] = 0
		}
		sum += gh[j] * gh[j]
		s.bias2[j] += gh[j] * gh[j]
		s.bias[j] -= s.rate * gh[j] / sqrt(s.bias2[j]+1e-4)
	}
	if sum == 0 {
		return
	}
	sum /= hidden
	for _, id := range s.rows[i] {
		s.e2[id] += sum
		f := s.rate / sqrt(s.e2[id]+1e-5)
		e := &s.e[id]
		for j := range e {
			e[j] = min(max(e[j]-f*gh[j], -maxWeight), maxWeight)
		}
	}
}

// maxWeight keeps the vectors inside 8 bits in units of 1/64.
const maxWeight = 127.0 / 64

// parts are the weights rounded to the model's whole numbers.
func (s *network) parts(p *model.Parts) {
	p.Rows = nil
	for i, k := range s.keys {
		r := model.Row{Key: k}
		for j, x := range s.e[i] {
			r.Weights[j] = int8(math.Round(float64(x) * 64))
		}
		p.Rows = append(p.Rows, r)
	}
	// Buckets of eight, six and a half used on average, leave out one feature in
	// twenty, the least useful.
	p.Buckets = len(s.keys)*2/13 + 1
	for j := range s.bias {
		p.Bias[j] = int16(math.Round(float64(s.bias[j]) * 64))
		for t := range s.v {
			p.Out[j][t] = int16(min(max(math.Round(float64(s.v[t][j])*256), -32767), 32767))
		}
	}
	for t, x := range s.c {
		p.OutBias[t] = whole(x)
	}
	for a := range p.Trans {
		for b := range p.Trans[a] {
			p.Trans[a][b] = whole(s.trans[a][b])
		}
	}
}

// whole is a score in the model's units, bounded as the model's are.
func whole(x float32) int32 {
	const most = 1 << 20
	return int32(min(max(math.Round(float64(x)*model.Unit), -most), most))
}
