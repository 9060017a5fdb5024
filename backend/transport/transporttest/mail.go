package transporttest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Mail is a mail server. Its settings count when a line is opened.
type Mail struct {
	Port      int
	User      string
	Password  string
	Roots     *x509.CertPool // trusts its certificate
	RejectTo  string         // refuses this receiver
	Later     bool           // says 451 to every letter
	AfterData func()         // runs when a letter came whole, before the answer
	Silent    bool           // closes the line instead of answering a letter

	mutex   sync.Mutex
	letters []string
	server  *smtp.Server
}

// ServeMail starts a server with STARTTLS, or TLS from the start. maxBytes bounds letters; 0 does not.
func ServeMail(t testing.TB, fromStart bool, maxBytes int64) *Mail {
	t.Helper()
	m := &Mail{User: "shop", Password: "right"}
	config := m.certificate(t)
	m.server = smtp.NewServer(m)
	m.server.TLSConfig, m.server.MaxMessageBytes, m.server.Domain = config, maxBytes, "localhost"
	m.server.ErrorLog = quiet{}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	m.Port = listener.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // it listens on TCP
	if fromStart {
		listener = tls.NewListener(listener, config)
	}
	go func() { _ = m.server.Serve(listener) }()
	t.Cleanup(func() { _ = m.server.Close() })
	return m
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func (m *Mail) certificate(t testing.TB) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	plan := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(24 * time.Hour), DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	made, err := x509.CreateCertificate(rand.Reader, plan, plan, &key.PublicKey, key)
	must(t, err)
	parsed, err := x509.ParseCertificate(made)
	must(t, err)
	m.Roots = x509.NewCertPool()
	m.Roots.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{made}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
}

// Letters are those that came whole.
func (m *Mail) Letters() []string {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return append([]string(nil), m.letters...)
}

// NewSession answers one line.
func (m *Mail) NewSession(line *smtp.Conn) (smtp.Session, error) { return &session{m, line}, nil }

type session struct {
	m    *Mail
	line *smtp.Conn
}

func (*session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.m.User || password != s.m.Password {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

func (*session) Mail(string, *smtp.MailOptions) error { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if to == s.m.RejectTo {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "nobody of that name"}
	}
	return nil
}

var errSilent = errors.New("the line is closed")

func (s *session) Data(from io.Reader) error {
	text, err := io.ReadAll(from)
	if err != nil {
		return err
	}
	if s.m.Later {
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "try later"}
	}
	s.m.mutex.Lock()
	s.m.letters = append(s.m.letters, string(text))
	s.m.mutex.Unlock()
	if s.m.AfterData != nil {
		s.m.AfterData()
	}
	if s.m.Silent {
		_ = s.line.Conn().Close()
		return errSilent
	}
	return nil
}

func (*session) Reset()        {}
func (*session) Logout() error { return nil }
