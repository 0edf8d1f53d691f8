//go:build !servers

package main

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	actAsProgram()
	os.Exit(m.Run())
}
