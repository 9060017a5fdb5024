package job

import (
	"context"
	"fmt"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/transport"
)

// The kinds of server.
const (
	SFTPServer = "sftp"
	MailServer = "mail"
)

// Server is an SFTP or mail server with the account used there. Passwords and keys are secrets, under its id.
type Server struct {
	ID        int64
	Kind      string
	Name      string
	Config    ServerConfig
	HostKey   string // pinned, of an SFTP server; "" before the first contact
	CheckedAt commerce.Instant
	Problem   *fault.Problem // of the last contact
	Seq       int64
}

// ServerConfig is what is no secret. Security and From are of mail, Folder of SFTP.
type ServerConfig struct {
	Host     string `json:"host"`
	Port     int    `json:"port,omitempty"`
	User     string `json:"user,omitempty"`
	Folder   string `json:"folder,omitempty"`
	Security string `json:"security,omitempty"`
	From     string `json:"from,omitempty"`
}

// ServerSecrets are what a person enters beside it; nil leaves what is stored, empty removes it.
type ServerSecrets struct {
	Password   *string
	PrivateKey *string
	Passphrase *string
}

type serverStore interface {
	Servers(ctx context.Context) ([]Server, error)
	Server(ctx context.Context, id int64) (Server, error)
	AddServer(ctx context.Context, s *Server) error
	ReviseServer(ctx context.Context, s Server, ifSeq int64) error
	DeleteServer(ctx context.Context, id int64) error
	// PinHost keeps the host key that a server showed, if none is kept yet.
	PinHost(ctx context.Context, id int64, hostKey string) error
	// NoteContact keeps how the last contact with a server went.
	NoteContact(ctx context.Context, id int64, problem *fault.Problem) error
}

// SecretNames are the names of a server's secrets.
func SecretNames(id int64) (password, privateKey, passphrase string) {
	base := fmt.Sprintf("server/%d/", id)
	return base + "password", base + "private_key", base + "passphrase"
}

// serverOf reads a server and makes sure of its kind.
func (j *Jobs) serverOf(ctx context.Context, id int64, kind string) (Server, error) {
	if id == 0 {
		return Server{}, fault.New(fault.Invalid, "Which server?", "Choose one, or add it first.").InField("server")
	}
	s, err := j.store.Server(ctx, id)
	if err != nil {
		return s, fault.Wrap(err, fault.NotFound, "There is no such server any more.", "Choose another.").InField("server")
	}
	if s.Kind != kind {
		return s, fault.New(fault.Invalid, s.Name+" is no "+kindWords[kind]+".", "Choose another server.").InField("server")
	}
	return s, nil
}

var kindWords = map[string]string{SFTPServer: "SFTP server", MailServer: "mail server"}

func (s *Server) check() error {
	s.Name, s.Config.Host, s.Config.User = strings.TrimSpace(s.Name), strings.TrimSpace(s.Config.Host), strings.TrimSpace(s.Config.User)
	switch {
	case kindWords[s.Kind] == "":
		return fault.New(fault.Invalid, "There are SFTP and mail servers.", "Choose sftp or mail.").InField("kind")
	case s.Config.Host == "":
		return fault.New(fault.Invalid, "What is the server's address?", "It looks like sftp.example.com.").InField("host")
	case strings.ContainsAny(s.Config.Host, " /@:") && strings.Count(s.Config.Host, ":") < 2:
		return fault.New(fault.Invalid, "“"+s.Config.Host+"” is no server's address.", "Write the name alone, as in sftp.example.com; the port stands beside it.").InField("host")
	case s.Config.Port < 0 || s.Config.Port > 65535:
		return fault.New(fault.Invalid, "There is no such port.", "Ports go from 1 to 65535.").InField("port")
	}
	if s.Name == "" {
		s.Name = s.Config.Host
	}
	if s.Kind == SFTPServer {
		if s.Config.User == "" {
			return fault.New(fault.Invalid, "Who signs in there?", "Enter the user name.").InField("user")
		}
		return nil
	}
	switch s.Config.Security {
	case "":
		s.Config.Security = transport.StartTLS
	case transport.StartTLS, transport.TLS, transport.Plain:
	default:
		return fault.New(fault.Invalid, "The line is protected by starttls, tls or none.", "Choose one of them.").InField("security")
	}
	return transport.CheckAddresses("from", s.Config.From)
}

// AddServer keeps a server and its secrets. When a secret cannot be kept, the server is not.
func (j *Jobs) AddServer(ctx context.Context, s Server, secrets ServerSecrets) (Server, error) {
	if err := s.check(); err != nil {
		return s, err
	}
	if err := j.store.AddServer(ctx, &s); err != nil {
		return s, named(err, s.Name)
	}
	if err := j.keep(ctx, s.ID, secrets); err != nil {
		_ = j.store.DeleteServer(context.WithoutCancel(ctx), s.ID)
		return s, err
	}
	return j.store.Server(ctx, s.ID)
}

// ReviseServer changes a server. At another address its host key and secrets count no more unless they are entered anew.
func (j *Jobs) ReviseServer(ctx context.Context, s Server, secrets ServerSecrets, ifSeq int64) error {
	if err := s.check(); err != nil {
		return err
	}
	was, err := j.store.Server(ctx, s.ID)
	if err != nil {
		return err
	}
	if was.Config.Host != s.Config.Host || was.Config.Port != s.Config.Port {
		// A stored password must not go to an address that somebody else typed.
		s.HostKey = ""
		secrets = secrets.orNone()
	}
	if err := j.store.ReviseServer(ctx, s, ifSeq); err != nil {
		return named(err, s.Name)
	}
	return j.keep(ctx, s.ID, secrets)
}

// orNone makes what was not entered be removed.
func (s ServerSecrets) orNone() ServerSecrets {
	none := ""
	for _, each := range []**string{&s.Password, &s.PrivateKey, &s.Passphrase} {
		if *each == nil {
			*each = &none
		}
	}
	return s
}

func named(err error, name string) error {
	if fault.Is(err, fault.Conflict) && fault.Of(err).Field == "" {
		return fault.Wrap(err, fault.Conflict, "There is a server “"+name+"” already.", "Choose another name.").InField("name")
	}
	return err
}

func (j *Jobs) keep(ctx context.Context, id int64, secrets ServerSecrets) error {
	password, privateKey, passphrase := SecretNames(id)
	for name, value := range map[string]*string{password: secrets.Password, privateKey: secrets.PrivateKey, passphrase: secrets.Passphrase} {
		var err error
		switch {
		case value == nil:
		case *value == "":
			err = j.secrets.Delete(ctx, name)
		default:
			err = j.secrets.Put(ctx, name, []byte(*value))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// DeleteServer removes a server that no job uses, and its secrets.
func (j *Jobs) DeleteServer(ctx context.Context, id int64) error {
	timers, err := j.store.Timers(ctx)
	if err != nil {
		return err
	}
	for _, t := range timers {
		if config, err := ConfigOf(t); err == nil && t.Kind != Watch && config.Server == id {
			return fault.New(fault.Conflict, "The schedule “"+t.Name+"” uses this server.", "Change or remove that schedule first.")
		}
	}
	none := ""
	if err := j.keep(ctx, id, ServerSecrets{&none, &none, &none}); err != nil {
		return err
	}
	return j.store.DeleteServer(ctx, id)
}

// ForgetHost unpins a server's host key: the next contact takes the one that is shown.
func (j *Jobs) ForgetHost(ctx context.Context, id int64) error {
	s, err := j.store.Server(ctx, id)
	if err != nil {
		return err
	}
	s.HostKey = ""
	return j.store.ReviseServer(ctx, s, -1)
}

// TestServer tries a server: signs in, and on SFTP reads the folder and puts a file there. folder is below the account's.
func (j *Jobs) TestServer(ctx context.Context, id int64, folder string) error {
	s, err := j.store.Server(ctx, id)
	if err != nil {
		return err
	}
	if s.Kind == MailServer {
		account, password, err := j.mailAccount(ctx, s)
		if err != nil {
			return err
		}
		return j.noted(ctx, s, transport.CheckMail(ctx, account, password))
	}
	place, err := j.dial(ctx, s, folder)
	if err != nil {
		return err
	}
	defer func() { _ = place.Close() }()
	return place.Check(ctx, true)
}

// dialer reaches a folder of a server.
type dialer func(ctx context.Context, s Server, folder string) (transport.Place, error)

// connect signs in at an SFTP server, and pins its host key at the first contact.
func (j *Jobs) connect(ctx context.Context, s Server, folder string) (transport.Place, error) {
	credentials, err := j.credentials(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	account := transport.SFTPAccount{Host: s.Config.Host, Port: s.Config.Port, User: s.Config.User, Folder: below(s.Config.Folder, folder)}
	place, err := transport.DialSFTP(ctx, account, credentials, s.HostKey)
	if err := j.noted(ctx, s, err); err != nil {
		return nil, err
	}
	if s.HostKey == "" {
		if err := j.store.PinHost(ctx, s.ID, place.HostKey()); err != nil {
			_ = place.Close()
			return nil, err
		}
	}
	return place, nil
}

func below(base, folder string) string {
	switch {
	case folder == "" || strings.HasPrefix(folder, "/"):
		return strings.TrimSpace(or(folder, base))
	case base == "":
		return folder
	}
	return strings.TrimSuffix(base, "/") + "/" + folder
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func (j *Jobs) credentials(ctx context.Context, id int64) (transport.Credentials, error) {
	password, privateKey, passphrase := SecretNames(id)
	var c transport.Credentials
	for name, into := range map[string]*string{password: &c.Password, privateKey: &c.PrivateKey, passphrase: &c.Passphrase} {
		value, err := j.secrets.Get(ctx, name)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return c, err
		}
		*into = string(value)
	}
	return c, nil
}

// noted keeps how a contact went, for those who look at the server.
func (j *Jobs) noted(ctx context.Context, s Server, contact error) error {
	if ctx.Err() != nil {
		return contact
	}
	var problem *fault.Problem
	if contact != nil {
		p := fault.ProblemOf(contact)
		problem = &p
	}
	if err := j.store.NoteContact(ctx, s.ID, problem); err != nil && contact == nil {
		return err
	}
	return contact
}

func (j *Jobs) mailAccount(ctx context.Context, s Server) (transport.MailAccount, string, error) {
	name, _, _ := SecretNames(s.ID)
	password := ""
	if s.Config.User != "" {
		value, err := j.secrets.Get(ctx, name)
		if err != nil {
			return transport.MailAccount{}, "", err
		}
		password = string(value)
	}
	return transport.MailAccount{Host: s.Config.Host, Port: s.Config.Port, Security: s.Config.Security, User: s.Config.User, From: s.Config.From}, password, nil
}

// postman sends one letter by a mail server.
type postman func(ctx context.Context, s Server, letter transport.Letter) error

func (j *Jobs) sendMail(ctx context.Context, s Server, letter transport.Letter) error {
	account, password, err := j.mailAccount(ctx, s)
	if err != nil {
		return err
	}
	return j.noted(ctx, s, transport.SendMail(ctx, account, password, letter))
}
