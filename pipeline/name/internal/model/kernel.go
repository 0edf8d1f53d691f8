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
