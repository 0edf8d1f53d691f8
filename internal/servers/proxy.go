//go:build unix

package servers

import (
	"context"
	"io"
	"net"
	"sync"
	"time"
)

// Proxy forwards loopback TCP connections to a server and breaks them on
// demand. Its methods may be called from several goroutines.
//
//	port, _ := servers.FreePort()
//	proxy, _ := servers.NewProxy(net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
//	kafka, _ := servers.StartKafka(ctx, servers.KafkaOptions{Port: port, Advertise: proxy.Addr()})
type Proxy struct {
	listener net.Listener
	ctx      context.Context // ends with Close
	cancel   context.CancelFunc
	wg       sync.WaitGroup // the accept loop and every connection

	mu     sync.Mutex
	target string
	delay  time.Duration
	gate   chan struct{}      // closed while bytes may pass
	links  map[*link]struct{} // open connections
}

// link is a client's connection and its counterpart to the server.
type link struct {
	client, server *net.TCPConn
	ctx            context.Context // ends with the link
	cancel         context.CancelFunc
}

// NewProxy listens on a free loopback port and forwards to target, host:port,
// which need not be there yet.
func NewProxy(target string) (*Proxy, error) {
	port, err := FreePort()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", loopback(port))
	if err != nil {
		return nil, err
	}
	p := &Proxy{listener: listener, target: target, gate: make(chan struct{}), links: map[*link]struct{}{}}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	close(p.gate)
	p.wg.Go(p.accept)
	return p, nil
}

// Addr is the host:port that clients dial.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Forward sends later connections to another target.
func (p *Proxy) Forward(target string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = target
}

// Block stops all bytes in both directions, as a network partition does:
// connections stay open, new ones are accepted, nothing arrives.
func (p *Proxy) Block() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.gate:
		p.gate = make(chan struct{})
	default: // blocked already
	}
}

// Unblock lets bytes pass again, those held back first.
func (p *Proxy) Unblock() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.gate:
	default:
		close(p.gate)
	}
}

// Delay makes every byte that is read from now on arrive d later than it
// would, in either direction; 0 ends that. Throughput is not bounded by it
// until 2 MiB a direction are under way.
func (p *Proxy) Delay(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = d
}

// Cut resets all open connections. Bytes under way are lost; new connections
// are accepted.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.links {
		l.reset()
	}
}

// Close stops listening, resets all connections and waits until nothing of
// the proxy runs.
func (p *Proxy) Close() error {
	p.cancel()
	err := p.listener.Close()
	p.Cut()
	p.wg.Wait()
	return err
}

// close ends a link; what has been written still arrives.
func (l *link) close() {
	l.cancel()
	_ = l.client.Close()
	_ = l.server.Close()
}

// reset ends a link at once, as the loss of a host does.
func (l *link) reset() {
	_ = l.client.SetLinger(0)
	_ = l.server.SetLinger(0)
	l.close()
}

func (p *Proxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return // Close
		}
		p.wg.Go(func() { p.serve(conn.(*net.TCPConn)) })
	}
}

// serve carries one connection to its end.
func (p *Proxy) serve(client *net.TCPConn) {
	defer client.Close()
	if !p.pass(p.ctx) {
		return
	}
	p.mu.Lock()
	target := p.target
	p.mu.Unlock()
	dialer := net.Dialer{Timeout: 5 * time.Second}
	server, err := dialer.DialContext(p.ctx, "tcp", target)
	if err != nil {
		_ = client.SetLinger(0) // as if the server itself had refused
		return
	}
	l := &link{client: client, server: server.(*net.TCPConn)}
	l.ctx, l.cancel = context.WithCancel(p.ctx)
	defer l.close()
	p.mu.Lock()
	p.links[l] = struct{}{}
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.links, l)
		p.mu.Unlock()
	}()
	var both sync.WaitGroup
	both.Go(func() { p.pump(l, l.client, l.server) })
	both.Go(func() { p.pump(l, l.server, l.client) })
	both.Wait()
}

// pass waits until bytes may pass; false if ctx ended first.
func (p *Proxy) pass(ctx context.Context) bool {
	p.mu.Lock()
	gate := p.gate
	p.mu.Unlock()
	select {
	case <-gate:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// chunk is what one read gave, and when it may be written.
type chunk struct {
	data []byte
	due  time.Time
}

// pump carries one direction of a link: a reader of its own stamps what comes
// in, so that a delay adds to the way but does not slow the reading. The
// queue holds 64 chunks of 32 KiB; the reader waits while it is full and
// closes it at the end.
func (p *Proxy) pump(l *link, from, to *net.TCPConn) {
	queue := make(chan chunk, 64)
	p.wg.Go(func() {
		defer close(queue)
		for {
			buf := make([]byte, 32<<10)
			n, err := from.Read(buf)
			if n > 0 {
				p.mu.Lock()
				due := time.Now().Add(p.delay)
				p.mu.Unlock()
				select {
				case queue <- chunk{buf[:n], due}:
				case <-l.ctx.Done():
					return
				}
			}
			if err == io.EOF {
				return
			}
			if err != nil {
				l.reset()
				return
			}
		}
	})
	for c := range queue {
		select {
		case <-time.After(time.Until(c.due)):
		case <-l.ctx.Done():
		}
		if !p.pass(l.ctx) {
			break
		}
		if _, err := to.Write(c.data); err != nil {
			break
		}
	}
	if l.ctx.Err() != nil || to.CloseWrite() != nil {
		l.reset()
	}
}
