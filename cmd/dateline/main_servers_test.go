//go:build servers

package main

import (
	"fmt"
	"os"
	"testing"

	"dateline/internal/servers"
)

func TestMain(m *testing.M) {
	actAsProgram()
	code := servers.With(m, servers.Need{Kafka: true, Elasticsearch: true}).Run()
	if err := stopSecured(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}
