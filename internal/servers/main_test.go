//go:build unix

package servers

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// withServers starts what the tests of this build need around them; the build
// with real servers replaces it.
var withServers = func(m *testing.M) Tests { return m }

// children are the programs that a test runs this binary as, by the value of
// childVariable.
var children = map[string]func() error{"sleeper": startSleeper}

const childVariable = "DATELINE_TEST_CHILD"

func TestMain(m *testing.M) {
	if name := os.Getenv(childVariable); name != "" {
		if err := children[name](); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		select {} // until the test kills us
	}
	goleak.VerifyTestMain(withServers(m))
}
