package poll

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// Limits bound what a request may take. The zero value means the defaults.
type Limits struct {
	Timeout      time.Duration // of a request with its body; 30 s
	MaxBody      int64         // bytes, decompressed; 10 MiB
	Redirects    int           // followed; 10
	HostDelay    time.Duration // between the starts of requests to one registered domain; 5 s
	HostParallel int           // requests to it at a time; 2
	AllowPrivate bool          // ask addresses of the own network, too
}

func (l Limits) filled() Limits {
	set := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	set(&l.Timeout, 30*time.Second)
	set(&l.HostDelay, 5*time.Second)
	if l.MaxBody <= 0 {
		l.MaxBody = 10 << 20
	}
	if l.Redirects <= 0 {
		l.Redirects = 10
	}
	if l.HostParallel <= 0 {
		l.HostParallel = 2
	}
	return l
}

// Failure is a request without a usable answer.
type Failure struct {
	Weight float64       // how much it says against the feed: 1, 0.5 or 0.25
	Status int           // of the answer; 0 if there was none
	Wait   time.Duration // what the server asks for, by Retry-After
	Gone   bool          // 410: the feed is said to be no more
	Robots bool          // robots.txt forbids the request, which was not made
	Err    error
}

// Error is the cause.
func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Err }

// answer is what a server said.
type answer struct {
	status int
	header http.Header
	body   []byte
	url    string // after redirects
	moved  string // where permanent redirects alone lead; "" if none
}

// fetcher asks servers within the limits.
type fetcher struct {
	limits Limits
	agent  string
	client *http.Client
	hosts  *hosts
	robots *robots
}

func newFetcher(l Limits, agent string) *fetcher {
	l = l.filled()
	f := &fetcher{limits: l, agent: agent, hosts: newHosts(l.HostParallel, l.HostDelay)}
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	if !l.AllowPrivate {
		dialer.Control = refusePrivate(proxies())
	}
	f.client = &http.Client{Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConnsPerHost: l.HostParallel, IdleConnTimeout: 30 * time.Second, MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true,
	}, CheckRedirect: f.redirect}
	f.robots = &robots{m: make(map[string]rules), get: f.robotsFile}
	return f
}

func (f *fetcher) close() { f.client.CloseIdleConnections() }

// errPrivate is the refusal to ask the own network.
var errPrivate = errors.New("address is not public: set feed.allow_private to ask it")

// refusePrivate lets no connection go to loopback, private, link-local and
// other addresses that are not public, whatever name led there; proxies are
// exempt.
func refusePrivate(exempt map[string]bool) func(network, address string, c syscall.RawConn) error {
	shared := netip.MustParsePrefix("100.64.0.0/10") // carriers' networks, RFC 6598
	return func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return errPrivate
		}
		ip := at.Addr().Unmap()
		if exempt[address] || ip.IsGlobalUnicast() && !ip.IsPrivate() && !shared.Contains(ip) {
			return nil
		}
		return fmt.Errorf("%s: %w", ip, errPrivate)
	}
}

// proxies are the addresses of the proxies that the environment names.
func proxies() map[string]bool {
	env, out := httpproxy.FromEnvironment(), make(map[string]bool)
	for _, raw := range []string{env.HTTPProxy, env.HTTPSProxy} {
		u, err := url.Parse(raw)
		if err != nil || u.Hostname() == "" {
			continue
		}
		port := u.Port()
		if port == "" {
			port = map[string]string{"https": "443"}[u.Scheme]
		}
		if port == "" {
			port = "80"
		}
		ips, _ := net.LookupHost(u.Hostname())
		for _, ip := range ips {
			out[net.JoinHostPort(ip, port)] = true
		}
	}
	return out
}

// trail is what happens to one request on its way; it travels in its context.
type trail struct {
	limit     int
	permanent bool // all redirects so far are
	moved     string
}

type trailKey struct{}

var errRedirects = errors.New("too many redirects")

func (f *fetcher) redirect(r *http.Request, via []*http.Request) error {
	t, _ := r.Context().Value(trailKey{}).(*trail)
	if t == nil || len(via) > t.limit {
		return fmt.Errorf("%w: %d", errRedirects, len(via)-1)
	}
	for _, v := range via {
		if v.URL.String() == r.URL.String() && len(via) > 1 {
			return fmt.Errorf("%w: back at %s", errRedirects, r.URL.Redacted())
		}
	}
	switch r.Response.StatusCode {
	case http.StatusMovedPermanently, http.StatusPermanentRedirect:
		if t.permanent {
			t.moved = r.URL.String()
		}
	default:
		t.permanent = false
	}
	return nil
}

// get asks for a URL once the host may be asked. The error is a *Failure, or
// ctx's.
func (f *fetcher) get(ctx context.Context, raw string, ask http.Header, now time.Time) (*answer, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &Failure{Weight: hard, Err: errors.New("not an http or https URL")}
	}
	release, err := f.hosts.acquire(ctx, domain(u))
	if err != nil {
		return nil, err
	}
	defer release()
	return f.request(ctx, u, ask, f.limits.Redirects, f.limits.MaxBody, now)
}

// allowed asks robots.txt. The error is a *Failure, or ctx's.
func (f *fetcher) allowed(ctx context.Context, raw string, now time.Time) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return &Failure{Weight: hard, Err: errors.New("not an http or https URL")}
	}
	ok, err := f.robots.allowed(ctx, u, f.agent, now)
	if err == nil && !ok {
		err = &Failure{Weight: soft, Robots: true, Err: fmt.Errorf("robots.txt of %s forbids it", u.Host)}
	}
	return err
}

// robotsFile reads a robots.txt: what is above the limit is cut off, not
// refused.
func (f *fetcher) robotsFile(ctx context.Context, u *url.URL) (int, []byte, error) {
	release, err := f.hosts.acquire(ctx, domain(u))
	if err != nil {
		return 0, nil, err
	}
	defer release()
	a, err := f.request(ctx, u, nil, robotsRedirects, robotsBytes, time.Now())
	if err != nil {
		var fail *Failure
		if errors.As(err, &fail) && errors.Is(err, errTooLarge) && a != nil {
			return a.status, a.body, nil
		}
		return 0, nil, err
	}
	return a.status, a.body, nil
}

var errTooLarge = errors.New("answer is too large")

// request makes one request, redirects included.
func (f *fetcher) request(ctx context.Context, u *url.URL, ask http.Header, redirects int, limit int64, now time.Time) (*answer, error) {
	t := &trail{limit: redirects, permanent: true}
	whole := ctx
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, trailKey{}, t), f.limits.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, &Failure{Weight: hard, Err: err}
	}
	for k, v := range ask {
		r.Header[k] = v
	}
	r.Header.Set("User-Agent", f.agent)
	res, err := f.client.Do(r)
	if err != nil {
		if whole.Err() != nil {
			return nil, context.Cause(whole)
		}
		return nil, &Failure{Weight: weigh(err), Err: cause(err)}
	}
	defer res.Body.Close()
	a := &answer{status: res.StatusCode, header: res.Header, url: res.Request.URL.String(), moved: t.moved}
	switch {
	case res.StatusCode == http.StatusNotModified:
		return a, nil
	case res.StatusCode != http.StatusOK:
		return nil, statusFailure(res, now)
	}
	a.body, err = io.ReadAll(io.LimitReader(res.Body, limit+1))
	if int64(len(a.body)) > limit {
		a.body = a.body[:limit]
		return a, &Failure{Weight: hard, Status: res.StatusCode, Err: fmt.Errorf("%w: more than %d bytes", errTooLarge, limit)}
	}
	if err != nil {
		if whole.Err() != nil {
			return nil, context.Cause(whole)
		}
		return nil, &Failure{Weight: soft, Status: res.StatusCode, Err: fmt.Errorf("body: %w", cause(err))}
	}
	return a, nil
}

// statusFailure is the failure of an answer other than 200 and 304.
func statusFailure(res *http.Response, now time.Time) *Failure {
	f := &Failure{Weight: hard, Status: res.StatusCode, Wait: retryAfter(res.Header, now), Err: fmt.Errorf("server answers %s", res.Status)}
	switch s := res.StatusCode; {
	case s == http.StatusGone:
		f.Gone = true
	case s == http.StatusNotFound, s == http.StatusTooManyRequests, s >= 500:
		f.Weight = soft
	}
	return f
}

// weigh tells what a failed request says against the feed.
func weigh(err error) float64 {
	var name *net.DNSError
	var wait interface{ Timeout() bool }
	switch {
	case errors.As(err, &name) && (name.IsTemporary || name.IsTimeout):
		return dns
	case errors.As(err, &wait) && wait.Timeout():
		return soft
	}
	return hard
}

// cause is the error without the URL, which may hold a password.
func cause(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	if errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "Client.Timeout") {
		return errors.New("no whole answer in time")
	}
	return err
}
