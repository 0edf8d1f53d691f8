//go:build unix

package servers

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// Ports are taken from below the ranges from which systems draw the ports of
// outgoing connections (Linux from 32768, macOS from 49152). A server that is
// down for a restart would else lose its port to a client, and a client that
// keeps dialling a port of that range can even connect to itself.
const (
	lowestPort  = 15000
	highestPort = 32000
)

// FreePort returns a loopback TCP port that nothing listens on. Nothing keeps
// another process from taking it before the caller does; the draw is random,
// so that two processes rarely choose the same.
func FreePort() (int, error) {
	var err error
	for range 100 {
		port := lowestPort + rand.IntN(highestPort-lowestPort)
		if err = portFree(port); err == nil {
			return port, nil
		}
	}
	return 0, fmt.Errorf("no free port in 100 draws from %d to %d: %w", lowestPort, highestPort, err)
}

func portFree(port int) error {
	l, err := net.Listen("tcp", loopback(port))
	if err != nil {
		return err
	}
	return l.Close()
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
