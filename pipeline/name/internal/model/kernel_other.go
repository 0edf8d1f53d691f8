//go:build !amd64

package model

func hasKernel() bool { return false }

func sumRows(*lanes, *byte, *uint32, int)                             { panic("no kernel") }
func findRows(_ *found, _, _ *byte, _ uint64, _ *uint64, _ int) int   { panic("no kernel") }
func fetchLanes(*[window]*lanes)                                      { panic("no kernel") }
func sumLanes(*lanes, *[window]*lanes)                                { panic("no kernel") }
func sumOutput(*[kernelTags]int32, *lanes, *outputKernel, int32)      { panic("no kernel") }
func reach(_, _ *tagLanes, _ *[Tags]tagLanes, _ *Scores, _ *tagLanes) { panic("no kernel") }
