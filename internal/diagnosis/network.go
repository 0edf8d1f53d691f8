package diagnosis

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"
)

// reach tries name and connection of one address.
func (w *walk) reach(setting, address string) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		w.step(setting, func(context.Context) error { return fault(Configuration, err, "write it as host:port") })
		return
	}
	if net.ParseIP(host) == nil {
		w.step("name "+host, func(ctx context.Context) error { return lookup(ctx, host, setting) })
	}
	w.step("connection to "+net.JoinHostPort(host, port), func(ctx context.Context) error { return connect(ctx, address, setting) })
}

func lookup(ctx context.Context, host, setting string) error {
	_, err := net.DefaultResolver.LookupHost(ctx, host)
	if err == nil {
		return nil
	}
	return fault(Name, err, fmt.Sprintf("the host in %s is not known to DNS from here: is it misspelt, or a name that only another network knows?", setting))
}

func connect(ctx context.Context, address, setting string) error {
	conn, err := (&net.Dialer{Timeout: connectPatience}).DialContext(ctx, "tcp", address)
	switch {
	case err == nil:
		return conn.Close()
	case errors.Is(err, syscall.ECONNREFUSED):
		return fault(Refused, err, fmt.Sprintf("the machine answers, but nothing listens on that port: is the server running, and is the port in %s right?", setting))
	}
	return fault(Unreachable, err, fmt.Sprintf("no answer: a firewall drops it, the machine is off, or there is no route; check %s from this machine", setting))
}

// handshake speaks TLS with an address. setting is the group of settings to
// name in hints.
func handshake(ctx context.Context, address string, c *tls.Config, setting string) error {
	c = c.Clone()
	if c.ServerName == "" {
		c.ServerName, _, _ = net.SplitHostPort(address)
	}
	conn, err := (&tls.Dialer{Config: c}).DialContext(ctx, "tcp", address)
	if err == nil {
		return conn.Close()
	}
	return tlsFault(err, setting)
}

// tlsFault tells apart why a handshake failed.
func tlsFault(err error, setting string) error {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	server := ".server_name"
	if setting == "elasticsearch" {
		server = ".addresses"
	}
	switch text := err.Error(); {
	case errors.As(err, &unknown):
		return fault(TLSAuthority, err, fmt.Sprintf("the server's certificate is signed by an authority that is not trusted here: name its PEM file in %s.ca_file", setting))
	case errors.As(err, &name):
		return fault(TLSName, err, fmt.Sprintf("the certificate is for other names than the one that was called: use one of its names, or mend %s%s", setting, server))
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fault(TLSExpired, err, "the certificate has expired, is not valid yet, or this machine's clock is wrong")
	case strings.Contains(text, "has the fingerprint"):
		return fault(TLSFingerprint, err, "compare elasticsearch.certificate_fingerprint with what openssl x509 -fingerprint -sha256 says of the cluster's CA certificate")
	case isClientCertificate(text):
		return fault(TLSClient, err, fmt.Sprintf("the server asks for a client certificate that its authority has signed: set %s.cert_file and key_file", setting))
	case errors.As(err, &record), errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), strings.Contains(text, "server gave HTTP response"):
		return fault(TLSNotSpoken, err, fmt.Sprintf("the server speaks no TLS on this port: use its TLS port, or %s", withoutTLS(setting)))
	}
	return fault(Unknown, err, fmt.Sprintf("the TLS handshake failed; compare %s with what openssl s_client -connect shows", setting))
}

func withoutTLS(setting string) string {
	if setting == "elasticsearch" {
		return "write http:// in elasticsearch.addresses"
	}
	return "set kafka.tls.enabled to false"
}

// isClientCertificate recognises the alerts by which a server refuses ours.
func isClientCertificate(text string) bool {
	return strings.Contains(text, "remote error: tls:") && (strings.Contains(text, "certificate required") || strings.Contains(text, "bad certificate") ||
		strings.Contains(text, "unknown certificate") || strings.Contains(text, "unknown certificate authority"))
}

// speaksTLS reports whether a server answers a TLS handshake, whatever its
// certificate.
func speaksTLS(ctx context.Context, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, connectPatience)
	defer cancel()
	conn, err := (&tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}).DialContext(ctx, "tcp", address)
	if err == nil {
		conn.Close()
		return true
	}
	return strings.Contains(err.Error(), "remote error: tls:")
}

// speaksHTTP reports whether a server answers a request of HTTP.
func speaksHTTP(ctx context.Context, address string) bool {
	conn, err := (&net.Dialer{Timeout: connectPatience}).DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(connectPatience))
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: dateline-check\r\nConnection: close\r\n\r\n"); err != nil {
		return false
	}
	answer := make([]byte, 5)
	n, _ := io.ReadFull(conn, answer)
	return bytes.Equal(answer[:n], []byte("HTTP/"))
}
