package score

import (
	"math/bits"
	"slices"
	"strconv"

	"github.com/zeebo/xxh3"
)

// MinHash finds copies as most deduplication of web text does: a signature of
// bands x rows minima of word n-grams, candidates that share a band, and the
// share of equal minima as the estimate of resemblance. Containment estimates
// what part of the smaller set is shared instead, from the sizes of both.
type MinHash struct {
	Name        string
	N           int // words of a gram
	Bands, Rows int
	Least       float64
	Containment bool
}

// MinHashes are the usual settings: few and short bands, those of the FineWeb
// corpus, and those that datasketch picks for a threshold of .8 and 128 minima.
func MinHashes() []MinHash {
	return []MinHash{
		{"MinHash 3-gram 42x3, J >= .30", 3, 42, 3, .30, false},
		{"MinHash 3-gram 42x3, containment >= .40", 3, 42, 3, .40, true},
		{"MinHash 5-gram 14x8 (FineWeb), J >= .80", 5, 14, 8, .80, false},
		{"MinHash 5-gram 9x13 (datasketch), J >= .80", 5, 9, 13, .80, false},
	}
}

// window is how long a document is remembered by the other methods, as by ours.
const window = 7 * daySeconds

type signed struct {
	at   int64
	root int
	size int
	sig  []uint32
}

// Clusters gives each document the one that leads its cluster, in the order of
// the stream: the best candidate's leader.
func (m *MinHash) Clusters(docs []Doc) []int {
	root := make([]int, len(docs))
	seen := make([]signed, len(docs))
	index := make(map[uint64][]int)
	for i := range docs {
		grams := shingles(docs[i].Text, m.N)
		s := signed{at: docs[i].Time, root: i, size: len(grams), sig: m.signature(grams)}
		best, most := -1, 0.0
		for b := range m.Bands {
			key := band(b, s.sig[b*m.Rows:(b+1)*m.Rows])
			live := index[key][:0]
			for _, k := range index[key] {
				if s.at-seen[k].at > window {
					continue
				}
				live = append(live, k)
				if v := m.alike(&s, &seen[k]); v >= m.Least && (v > most || v == most && k < best) {
					best, most = k, v
				}
			}
			index[key] = append(live, i)
		}
		if best >= 0 {
			s.root = seen[best].root
		}
		seen[i], root[i] = s, s.root
	}
	return root
}

func (m *MinHash) signature(grams []uint64) []uint32 {
	sig := make([]uint32, m.Bands*m.Rows)
	for k := range sig {
		least := uint64(1<<64 - 1)
		a := uint64(2*k+1)*0x9e3779b97f4a7c15 | 1
		for _, g := range grams {
			if h := (g ^ uint64(k)<<7) * a; h < least {
				least = h
			}
		}
		sig[k] = uint32(least >> 32)
	}
	return sig
}

func band(b int, rows []uint32) uint64 {
	h := uint64(b+1) * 0x9e3779b97f4a7c15
	for _, r := range rows {
		h = (h ^ uint64(r)) * 0xd6e8feb86659fd93
		h ^= h >> 32
	}
	return h
}

func (m *MinHash) alike(a, b *signed) float64 {
	equal := 0
	for k := range a.sig {
		if a.sig[k] == b.sig[k] {
			equal++
		}
	}
	j := float64(equal) / float64(len(a.sig))
	if !m.Containment {
		return j
	}
	return min(1, j/(1+j)*float64(a.size+b.size)/float64(max(1, min(a.size, b.size))))
}

// SimHash finds copies by 64-bit SimHashes of word 3-grams (Charikar 2002) that
// differ in at most Distance bits.
type SimHash struct{ Distance int }

// Name of the method in the table.
func (s *SimHash) Name() string {
	return "SimHash-64 of 3-grams, Hamming <= " + strconv.Itoa(s.Distance)
}

// Clusters gives each document the one that leads its cluster.
func (s *SimHash) Clusters(docs []Doc) []int {
	root, hash := make([]int, len(docs)), make([]uint64, len(docs))
	from := 0
	for i := range docs {
		root[i], hash[i] = i, simhash(shingles(docs[i].Text, 3))
		for docs[i].Time-docs[from].Time > window {
			from++
		}
		best := s.Distance + 1
		for k := from; k < i; k++ {
			if d := bits.OnesCount64(hash[i] ^ hash[k]); d < best {
				best, root[i] = d, root[k]
			}
		}
	}
	return root
}

func simhash(grams []uint64) (h uint64) {
	var sum [64]int
	for _, g := range grams {
		for b := range sum {
			sum[b] += int(g>>b&1)*2 - 1
		}
	}
	for b, n := range sum {
		if n > 0 {
			h |= 1 << b
		}
	}
	return h
}

// Exact finds copies whose words are all equal, the least that anybody does.
func Exact(docs []Doc) []int {
	root := make([]int, len(docs))
	first := make(map[uint64]int)
	for i := range docs {
		h := xxh3.New()
		for _, w := range asciiWords(docs[i].Text) {
			h.WriteString(w)
			h.WriteString(" ")
		}
		k, ok := first[h.Sum64()]
		if !ok || docs[i].Time-docs[k].Time > window {
			k = i
			first[h.Sum64()] = i
		}
		root[i] = k
	}
	return root
}

// longStories keeps the documents of stories of at least n words.
func (s *Simulator) longStories(docs []Doc, n int) []Doc {
	return slices.DeleteFunc(slices.Clone(docs), func(d Doc) bool { return d.Story < len(s.stories) && len(s.stories[d.Story].words) < n })
}
