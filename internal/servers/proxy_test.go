//go:build unix

package servers

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"
)

// echo is a server that returns what it gets, under a prefix.
func echo(t *testing.T, prefix string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer c.Close()
				if _, err := io.WriteString(c, prefix); err == nil {
					_, _ = io.Copy(c, c)
				}
			})
		}
	})
	t.Cleanup(func() { l.Close(); wg.Wait() })
	return l.Addr().String()
}

func proxyTo(t *testing.T, target string) *Proxy {
	t.Helper()
	p, err := NewProxy(target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func dial(t *testing.T, p *Proxy) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.(*net.TCPConn)
}

// expect reads want from c within 10 s.
func expect(t *testing.T, c net.Conn, want string) {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	got := make([]byte, len(want))
	if n, err := io.ReadFull(c, got); err != nil || string(got) != want {
		t.Fatalf("read %q, %v, want %q", got[:n], err, want)
	}
}

// silent demands that c gives nothing for a while.
func silent(t *testing.T, c net.Conn) {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(150 * time.Millisecond))
	if n, err := c.Read(make([]byte, 1)); n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("read %d bytes, %v, want silence", n, err)
	}
}

func send(t *testing.T, c net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

func TestProxyForwardsEveryByte(t *testing.T) {
	p := proxyTo(t, echo(t, ""))
	c := dial(t, p)
	data := make([]byte, 5<<20) // more than the proxy and the kernel hold
	for i := range data {
		data[i] = byte(rand.Uint32())
	}
	sent := make(chan error, 1)
	go func() {
		_, err := c.Write(data)
		sent <- errors.Join(err, c.CloseWrite())
	}()
	got, err := io.ReadAll(c)
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("got %d bytes, %v, want the %d that were sent and the end", len(got), err, len(data))
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
}

func TestProxyBlock(t *testing.T) {
	p := proxyTo(t, echo(t, "hello "))
	before := dial(t, p)
	expect(t, before, "hello ")
	p.Block()
	p.Block() // twice is once
	send(t, before, "one ")
	silent(t, before)
	during := dial(t, p)
	silent(t, during)
	p.Unblock()
	p.Unblock()
	send(t, before, "two")
	expect(t, before, "one two")
	expect(t, during, "hello ")
}

func TestProxyCut(t *testing.T) {
	for _, blocked := range []bool{false, true} {
		p := proxyTo(t, echo(t, "hello "))
		c := dial(t, p)
		expect(t, c, "hello ")
		if blocked {
			p.Block()
			send(t, c, "held back")
		}
		p.Cut()
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("blocked %v: read after Cut: %v, want a reset", blocked, err)
		}
		p.Unblock()
		expect(t, dial(t, p), "hello ")
	}
}

func TestProxyDelay(t *testing.T) {
	const delay = 100 * time.Millisecond
	p := proxyTo(t, echo(t, ""))
	p.Delay(delay)
	c := dial(t, p)
	begin := time.Now()
	send(t, c, "there and back")
	expect(t, c, "there and back")
	if took := time.Since(begin); took < 2*delay {
		t.Errorf("took %v, want %v in each direction", took, delay)
	}
}

func TestProxyForward(t *testing.T) {
	p := proxyTo(t, echo(t, "first"))
	kept := dial(t, p)
	expect(t, kept, "first")
	p.Forward(echo(t, "second"))
	expect(t, dial(t, p), "second")
	send(t, kept, "still")
	expect(t, kept, "still")
}

func TestProxyWithoutServer(t *testing.T) {
	port, err := FreePort()
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", proxyTo(t, loopback(port)).Addr())
	if err == nil { // the reset may come before the connection is reported
		defer c.Close()
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		_, err = c.Read(make([]byte, 1))
	}
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("got %v, want a reset", err)
	}
}

func TestFreePort(t *testing.T) {
	for range 20 {
		port, err := FreePort()
		if err != nil || port < lowestPort || port >= highestPort {
			t.Fatalf("port %d, %v", port, err)
		}
		l, err := net.Listen("tcp", loopback(port))
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
	}
}
