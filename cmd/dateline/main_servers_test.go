//go:build servers

package main

import (
	"testing"

	"dateline/internal/servers"
)

func TestMain(m *testing.M) {
	actAsProgram()
	servers.Main(m, servers.Need{Kafka: true, Elasticsearch: true})
}
