package model

// The sums of rows and the output layer are whole numbers, so that a kernel of
// vector instructions gives what the plain loops give, bit for bit
// (TestKernelIsPlain). Machines without one use the loops.

// outputKernel is the output layer as a kernel reads it: hidden units in the
// order that lanes hold them, two by two, tags filled up to a power of two.
type outputKernel struct {
	bias    [Hidden]int16
	weights [Hidden / 2][kernelTags][2]int16
	outBias [kernelTags]int32
}

const kernelTags = 16

// unitAt is the hidden unit whose sum is the i-th 16-bit lane: of each eight
// the even ones stand before the odd ones.
func unitAt(i int) int { return i&^7 | i&3<<1 | i>>2&1 }

// weight is the weight of tag t on hidden unit j.
func (m *Model) weight(j, t int) int16 {
	return int16(int32(uint32(m.out[j][t/2]>>(t&1*32))) - outBase)
}

// arrange fills the kernel's layout from the plain one.
func (k *outputKernel) arrange(m *Model) {
	for i := range Hidden {
		j := unitAt(i)
		k.bias[i] = m.bias[j]
		for t := range Tags {
			k.weights[i/2][t][i&1] = m.weight(j, t)
		}
	}
	copy(k.outBias[:], m.outBias[:])
}

// tagLanes is a number for each tag, as a kernel reads them; what is past the last
// tag means nothing.
type tagLanes [kernelTags]int32

// pathKernel is the transitions as a kernel reads them.
type pathKernel struct {
	after  [Tags]tagLanes // [before][after], never where the scheme forbids it
	before [Tags]tagLanes // [after][before]
	barred [len(allowed)]tagLanes
	open   tagLanes // nothing is barred
	zero   Scores
}

// newPathKernel arranges transitions. Their sums stay above half of never, which
// is what the kernel takes for it; see maxScore.
func newPathKernel(t *Transitions) *pathKernel {
	k := new(pathKernel)
	for a := range Tags {
		for b := range kernelTags {
			k.after[a][b], k.before[a][b] = never, never
			if b < Tags && follows(Tag(a), Tag(b)) {
				k.after[a][b] = t[a][b]
			}
			if b < Tags && follows(Tag(b), Tag(a)) {
				k.before[a][b] = t[b][a]
			}
		}
	}
	for role, set := range allowed {
		k.barred[role] = bar(set)
	}
	return k
}

// bar is never for each tag that a set has not.
func bar(allow Set) (out tagLanes) {
	for b := range out {
		if allow&(1<<b) == 0 {
			out[b] = never
		}
	}
	return out
}

// bar is bar of one of the sets that roles have.
func (k *pathKernel) bar(allow Set) *tagLanes {
	for role, set := range allowed {
		if set == allow {
			return &k.barred[role]
		}
	}
	out := bar(allow)
	return &out
}
