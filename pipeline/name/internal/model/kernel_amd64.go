package model

import "golang.org/x/sys/cpu"

// hasKernel reports whether this machine has the kernel's instructions.
func hasKernel() bool { return cpu.X86.HasAVX2 }

// sumRows adds the rows that start at the n offsets at into sum.
//
//go:noescape
func sumRows(sum *lanes, rows *byte, at *uint32, n int)

// findRows is find for n keys, MaxFeatures at most.
//
//go:noescape
func findRows(f *found, lines, rows *byte, buckets uint64, keys *uint64, n int) (hits int)

// fetchLanes brings the sums of a window's words into the first cache.
//
//go:noescape
func fetchLanes(parts *[window]*lanes)

// sumLanes adds the sums of a window's words into sum.
//
//go:noescape
func sumLanes(sum *lanes, parts *[window]*lanes)

// sumOutput is the activation of sum less a number in every lane, through the
// output layer. Tags past the last are 0.
//
//go:noescape
func sumOutput(out *[kernelTags]int32, sum *lanes, k *outputKernel, less int32)

// reach is, for each tag, the best of what stands before it and the transition to
// it, with the tag's score and what bars it added. What is not above half of never
// is never.
//
//go:noescape
func reach(out, in *tagLanes, table *[Tags]tagLanes, score *Scores, barred *tagLanes)
