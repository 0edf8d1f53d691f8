//go:build servers && chaos

package main

import (
	"fmt"
	"testing"
)

// The size of the long run.
const (
	chaosSeeds   = 5
	chaosRecords = 20_000
)

// TestChaosEndToEnd is the end-to-end test on more records and other seeds.
func TestChaosEndToEnd(t *testing.T) {
	for seed := range int64(chaosSeeds) {
		t.Run(fmt.Sprint("seed ", seed+1), func(t *testing.T) { endToEnd(t, seed+1, chaosRecords) })
	}
}
