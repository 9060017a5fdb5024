package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"tradepost/backend/fault"
)

// The ways to protect the line to a mail server.
const (
	StartTLS = "starttls" // port 587; a server without it is refused
	TLS      = "tls"      // port 465
	Plain    = "none"     // for a server on this computer
)

// MailAccount is a mail server with the account used there. Port 0 is the usual one of its security; User "" signs in
// with nobody.
type MailAccount struct {
	Host     string `json:"host"`
	Port     int    `json:"port,omitempty"`
	Security string `json:"security"`
	User     string `json:"user,omitempty"`
	From     string `json:"from"`

	// TLSConfig is for tests.
	TLSConfig *tls.Config `json:"-"`
}

// Letter is one mail. MessageID, the same at a second try, lets receivers see that it is the same.
type Letter struct {
	To        []string
	Subject   string
	Text      string
	MessageID string
	Files     []Attachment
}

// Attachment is a file of this computer that goes with a letter.
type Attachment struct {
	Name string
	Path string
	Size int64
}

// MaxAttachments is how many bytes may go with one letter: 18 MiB become 24.6 MiB in mail, and the large mail services
// take 25 MB.
const MaxAttachments = 18 << 20

// mailPatience bounds a whole delivery; the line's own patience notices a server that says nothing.
const mailPatience = 15 * time.Minute

// SendMail gives a letter to the mail server. fault.Unknown means that the letter was handed over whole and the answer did
// not come: it may have been delivered, and must not be sent again by itself. Any other error means that it was not.
func SendMail(ctx context.Context, account MailAccount, password string, letter Letter) error {
	message, err := account.message(letter)
	if err != nil {
		return err
	}
	client, line, err := account.signIn(ctx, password)
	if err != nil {
		return err
	}
	defer func() { _ = client.CloseWithSMTPClient(line) }()
	if err := fits(line, account.Host, letter); err != nil {
		return err
	}
	if err := client.SendWithSMTPClient(line, message); err != nil && !message.IsDelivered() {
		return ofDelivery(err, account.Host)
	}
	return nil
}

// CheckMail signs in, and sends nothing.
func CheckMail(ctx context.Context, account MailAccount, password string) error {
	client, line, err := account.signIn(ctx, password)
	if err != nil {
		return err
	}
	return errorsOf(client.CloseWithSMTPClient(line), account.Host)
}

func errorsOf(err error, host string) error {
	if err == nil {
		return nil
	}
	return ofSignIn(context.Background(), err, host)
}

// CheckAddresses reads mail addresses as a person wrote them.
func CheckAddresses(field string, addresses ...string) error {
	for _, address := range addresses {
		if err := mail.NewMsg().To(address); err != nil {
			return fault.Wrap(err, fault.Invalid, "“"+address+"” is no mail address.", "Write it as in orders@example.com.").InField(field)
		}
	}
	return nil
}

func (a MailAccount) message(letter Letter) (*mail.Msg, error) {
	if len(letter.To) == 0 {
		return nil, fault.New(fault.Invalid, "Nobody is named to get this mail.", "Name at least one address.").InField("to")
	}
	if err := errors.Join(CheckAddresses("from", a.From), CheckAddresses("to", letter.To...)); err != nil {
		return nil, err
	}
	var size int64
	message := mail.NewMsg()
	for _, file := range letter.Files {
		size += file.Size
		message.AttachFile(file.Path, mail.WithFileName(file.Name))
	}
	if size > MaxAttachments {
		return nil, fault.New(fault.Invalid, fmt.Sprintf("%d MB are too much for a mail: most servers take 25 MB, and mail makes files a third larger.", size>>20),
			"Send fewer orders at once, or use SFTP.")
	}
	if err := errors.Join(message.From(a.From), message.To(letter.To...)); err != nil {
		return nil, fmt.Errorf("writing mail: %w", err)
	}
	message.Subject(letter.Subject)
	message.SetBodyString(mail.TypeTextPlain, letter.Text)
	message.SetDate()
	if letter.MessageID != "" {
		message.SetMessageIDWithValue(letter.MessageID)
	}
	return message, nil
}

func (a MailAccount) port() int {
	switch {
	case a.Port != 0:
		return a.Port
	case a.Security == TLS:
		return 465
	case a.Security == Plain:
		return 25
	}
	return 587
}

// signIn opens the line, protects it and proves who we are.
func (a MailAccount) signIn(ctx context.Context, password string) (*mail.Client, *smtp.Client, error) {
	if a.Security == Plain && a.User != "" && !onThisComputer(a.Host) {
		return nil, nil, fault.New(fault.Invalid, "A password is not sent over a line that anybody can read.", "Choose STARTTLS or TLS.").InField("security")
	}
	client, err := mail.NewClient(a.Host, a.options(ctx, password)...)
	if err != nil {
		return nil, nil, fault.Wrap(err, fault.Invalid, "The mail server's settings do not fit together.", "Look at name, port and security.").InField("host")
	}
	line, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return nil, nil, ofSignIn(ctx, err, a.Host)
	}
	return client, line, nil
}

func onThisComputer(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (a MailAccount) options(ctx context.Context, password string) []mail.Option {
	config := a.TLSConfig
	if config == nil {
		config = &tls.Config{ServerName: a.Host, MinVersion: tls.VersionTLS12}
	}
	policy := mail.TLSMandatory
	switch a.Security {
	case TLS:
		policy = mail.TLSOpportunistic // the line is protected from the start, see reach; the library looks whether it is
	case Plain:
		policy = mail.NoTLS
	}
	auth := mail.SMTPAuthAutoDiscover
	if a.User == "" {
		auth = mail.SMTPAuthNoAuth
	}
	return []mail.Option{mail.WithPort(a.port()), mail.WithTimeout(mailPatience), mail.WithTLSPolicy(policy), mail.WithTLSConfig(config),
		mail.WithSMTPAuth(auth), mail.WithUsername(a.User), mail.WithPassword(password), mail.WithDialContextFunc(a.reach(ctx, config))}
}

// reach opens a line with our own patience, as the library knows one deadline for all. The line lives as long as whole:
// the library's own context ends once it is connected.
func (a MailAccount) reach(whole context.Context, config *tls.Config) mail.DialContextFunc {
	return func(ctx context.Context, _, address string) (net.Conn, error) {
		host, text, err := net.SplitHostPort(address)
		if err != nil {
			return nil, fmt.Errorf("reading address: %w", err)
		}
		port, _ := strconv.Atoi(text)
		conn, err := dial(whole, host, port, idlePatience)
		if err != nil || a.Security != TLS {
			return conn, err
		}
		protected := tls.Client(conn, config)
		if err := protected.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		return protected, nil
	}
}

// fits asks the server for its own limit (SIZE, RFC 1870) before anything is carried.
func fits(line *smtp.Client, host string, letter Letter) error {
	can, text := line.Extension("SIZE")
	limit, _ := strconv.ParseInt(text, 10, 64) // no number is no limit
	if !can || limit <= 0 {
		return nil
	}
	size := int64(len(letter.Text)) + 4096
	for _, file := range letter.Files {
		size += file.Size*4/3 + file.Size/40 + 1024
	}
	if size > limit {
		return fault.New(fault.Invalid, fmt.Sprintf("%s takes mails of up to %d MB; this one would have %d MB.", host, limit>>20, size>>20+1),
			"Send fewer orders at once, or use SFTP.")
	}
	return nil
}

func ofSignIn(ctx context.Context, err error, host string) error {
	if _, coded := errors.AsType[*fault.Error](err); coded {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if words := untrusted(err, host); words != nil {
		return words
	}
	text := err.Error()
	switch {
	case containsAny(text, "SMTP AUTH failed", "535", "534"):
		return fault.Wrap(err, fault.Auth, host+" does not take this user and password.", "Enter them again under Settings, Servers. Some services want an app password.").InField("password")
	case containsAny(text, "AUTH"):
		return fault.Wrap(err, fault.Auth, host+" offers no way to sign in that is safe.", "Choose STARTTLS or TLS, or leave the user empty if the server asks for none.").InField("security")
	case containsAny(text, "STARTTLS"):
		return fault.Wrap(err, fault.Auth, host+" does not protect the line (STARTTLS) on this port.", "Choose TLS and port 465, or ask the server's owner.").InField("security")
	}
	return fault.Wrap(err, fault.Unavailable, "The mail server "+host+" did not answer as one.", "Check name, port and security; it is tried again at the next run.").InField("host")
}

// ofDelivery tells a letter that was refused from one whose fate is not known.
func ofDelivery(err error, host string) error {
	failed, ok := errors.AsType[*mail.SendError](err)
	if !ok {
		return fault.Wrap(err, fault.Unknown, "It is not known whether "+host+" took the mail.", askFirst)
	}
	code := failed.ErrorCode()
	switch {
	case code >= 500:
		return fault.Wrap(err, fault.Invalid, fmt.Sprintf("%s refused the mail (%d %s).", host, code, refusedWhat(failed.Reason)), "Check the addresses, and whether the account may send.").InField("to")
	case code >= 400:
		return fault.Wrap(err, fault.Unavailable, fmt.Sprintf("%s does not take the mail now (%d).", host, code), "It is tried again at the next run.")
	case failed.Reason == mail.ErrSMTPDataClose:
		return fault.Wrap(err, fault.Unknown, "The mail was handed over, and "+host+" did not say whether it took it.", askFirst)
	}
	return fault.Wrap(err, fault.Unavailable, "The connection to "+host+" broke before the mail was handed over.", "It was not sent. It is tried again at the next run.")
}

const askFirst = "Ask the receiver whether it came. Then say so here: sent, or send it again. It is never sent twice by itself."

func refusedWhat(reason mail.SendErrReason) string {
	switch reason {
	case mail.ErrSMTPMailFrom:
		return "sender"
	case mail.ErrSMTPRcptTo:
		return "receiver"
	}
	return "content"
}
