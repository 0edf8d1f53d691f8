//go:build !servers

package feed

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if os.Getenv(childFolder) != "" {
		watchAndDie()
	}
	goleak.VerifyTestMain(m)
}
