package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/fault"
)

// Waiting for servers: to be reached, and to say anything at all while connected.
const (
	dialPatience = 20 * time.Second
	idlePatience = 90 * time.Second
)

// dial reaches a server; the connection breaks when the server says nothing for idle, or ctx ends.
func dial(ctx context.Context, host string, port int, idle time.Duration) (net.Conn, error) {
	short, cancel := context.WithTimeout(ctx, dialPatience)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(short, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return nil, unreached(ctx, err, host, port)
	}
	return watched(ctx, conn, idle), nil
}

func watched(ctx context.Context, conn net.Conn, idle time.Duration) net.Conn {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	return &idleConn{Conn: conn, idle: idle, stop: stop}
}

// idleConn moves its deadline on with each read and write. The deadlines of those above it do not count: theirs are for
// the whole, which no one knows beforehand.
type idleConn struct {
	net.Conn

	idle time.Duration
	stop func() bool
}

func (c *idleConn) Read(p []byte) (int, error) {
	_ = c.Conn.SetReadDeadline(time.Now().Add(c.idle))
	return c.Conn.Read(p)
}

func (c *idleConn) Write(p []byte) (int, error) {
	_ = c.Conn.SetWriteDeadline(time.Now().Add(c.idle))
	return c.Conn.Write(p)
}

func (c *idleConn) Close() error {
	c.stop()
	return c.Conn.Close()
}

func (*idleConn) SetDeadline(time.Time) error      { return nil }
func (*idleConn) SetReadDeadline(time.Time) error  { return nil }
func (*idleConn) SetWriteDeadline(time.Time) error { return nil }

// unreached words why a server could not be reached.
func unreached(ctx context.Context, err error, host string, port int) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if lookup, ok := errors.AsType[*net.DNSError](err); ok && lookup.IsNotFound {
		return fault.Wrap(err, fault.Unavailable, "No computer is called “"+host+"”.", "Check the server's name, and that this computer is online.").InField("host")
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return fault.Wrap(err, fault.Unavailable, host+" did not answer on port "+strconv.Itoa(port)+".",
			"Check name and port; a firewall may stand between.").InField("host")
	}
	return fault.Wrap(err, fault.Unavailable, host+" could not be reached on port "+strconv.Itoa(port)+".",
		"Check name, port and the connection to the Internet.").InField("host")
}

// untrusted words a certificate that does not prove the server's name; nil when that was not the trouble.
func untrusted(err error, host string) error {
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, name := errors.AsType[x509.HostnameError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	_, verify := errors.AsType[*tls.CertificateVerificationError](err)
	if !unknown && !name && !invalid && !verify {
		return nil
	}
	return fault.Wrap(err, fault.Auth, "The certificate of "+host+" does not prove that it is "+host+".",
		"Use the name that the server's owner gave; if its certificate has run out, tell them. Nothing was sent.").InField("host")
}

func containsAny(text string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
}
