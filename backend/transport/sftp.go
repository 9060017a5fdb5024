package transport

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"path"
	"strings"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"tradepost/backend/fault"
)

// SFTPAccount is an SFTP server with the account used there. Port 0 is 22; Folder "" is the account's home.
type SFTPAccount struct {
	Host   string `json:"host"`
	Port   int    `json:"port,omitempty"`
	User   string `json:"user"`
	Folder string `json:"folder,omitempty"`
}

// Credentials prove who we are. One of Password and PrivateKey (PEM or OpenSSH) suffices.
type Credentials struct {
	Password   string
	PrivateKey string
	Passphrase string // of the private key
}

// SFTP is a folder of an SFTP server.
type SFTP struct {
	account SFTPAccount
	conn    *ssh.Client
	client  *sftp.Client
	hostKey string
	quit    chan struct{}
}

// DialSFTP signs in. pinned is the host key from HostKey of an earlier time: a server that shows another is refused. With
// "" the key that is shown is taken; the caller keeps it. The connection lives until Close or the end of ctx.
func DialSFTP(ctx context.Context, account SFTPAccount, credentials Credentials, pinned string) (*SFTP, error) {
	if account.Port == 0 {
		account.Port = 22
	}
	methods, err := credentials.methods()
	if err != nil {
		return nil, err
	}
	s := &SFTP{account: account, hostKey: pinned, quit: make(chan struct{})}
	conn, err := dial(ctx, account.Host, account.Port, idlePatience)
	if err != nil {
		return nil, err
	}
	if err := s.handshake(conn, methods); err != nil {
		_ = conn.Close()
		return nil, s.words(ctx, err, "")
	}
	if s.client, err = sftp.NewClient(s.conn); err != nil {
		_ = s.conn.Close()
		return nil, fault.Wrap(err, fault.Permission, account.Host+" lets "+account.User+" in, but not use files (SFTP).", "Ask the server's owner to allow SFTP for this account.")
	}
	go s.keepAlive()
	return s, nil
}

func (c Credentials) methods() ([]ssh.AuthMethod, error) {
	var methods []ssh.AuthMethod
	if c.PrivateKey != "" {
		signer, err := c.signer()
		if err != nil {
			return nil, err
		}
		methods = append(methods, ssh.PublicKeys(signer))
	}
	if c.Password != "" {
		methods = append(methods, ssh.Password(c.Password), ssh.KeyboardInteractive(c.interactive))
	}
	if len(methods) == 0 {
		return nil, fault.New(fault.Auth, "No password and no key is stored for this server.", "Enter one under Settings, Servers.").InField("password")
	}
	return methods, nil
}

func (c Credentials) signer() (ssh.Signer, error) {
	if c.Passphrase != "" {
		signer, err := ssh.ParsePrivateKeyWithPassphrase([]byte(c.PrivateKey), []byte(c.Passphrase))
		if err != nil {
			return nil, fault.Wrap(unspoken(err), fault.Invalid, "The private key does not open with this passphrase.", "Enter key and passphrase again.").InField("private_key")
		}
		return signer, nil
	}
	signer, err := ssh.ParsePrivateKey([]byte(c.PrivateKey))
	if _, locked := errors.AsType[*ssh.PassphraseMissingError](err); locked {
		return nil, fault.Wrap(unspoken(err), fault.Invalid, "The private key has a passphrase.", "Enter it beside the key.").InField("passphrase")
	}
	if err != nil {
		return nil, fault.Wrap(unspoken(err), fault.Invalid, "This is no private key that can be read.", "Give the whole file, from -----BEGIN to END-----, in OpenSSH or PEM form.").InField("private_key")
	}
	return signer, nil
}

// unspoken keeps an error's kind and drops its text, which could quote what was given.
func unspoken(err error) error { return fmt.Errorf("reading private key: %T", err) }

// interactive answers servers that ask for the password as a question.
func (c Credentials) interactive(_, _ string, questions []string, _ []bool) ([]string, error) {
	answers := make([]string, len(questions))
	for i := range questions {
		answers[i] = c.Password
	}
	return answers, nil
}

func (s *SFTP) handshake(conn net.Conn, methods []ssh.AuthMethod) error {
	config := &ssh.ClientConfig{User: s.account.User, Auth: methods, HostKeyCallback: s.checkHost, Timeout: dialPatience}
	if key, err := readHostKey(s.hostKey); err == nil {
		config.HostKeyAlgorithms = algorithmsOf(key.Type()) // or a server with two kinds of key would seem changed
	}
	raw, channels, requests, err := ssh.NewClientConn(conn, s.account.Host, config)
	if err != nil {
		return err
	}
	s.conn = ssh.NewClient(raw, channels, requests)
	return nil
}

func algorithmsOf(kind string) []string {
	if kind == ssh.KeyAlgoRSA {
		return []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSA}
	}
	return []string{kind}
}

// changedHostError is a server that shows another key than the pinned one.
type changedHostError struct{ shown ssh.PublicKey }

func (changedHostError) Error() string { return "the host key has changed" }

func (s *SFTP) checkHost(_ string, _ net.Addr, shown ssh.PublicKey) error {
	if s.hostKey == "" {
		s.hostKey = writeHostKey(shown)
		return nil
	}
	pinned, err := readHostKey(s.hostKey)
	if err != nil || !bytes.Equal(pinned.Marshal(), shown.Marshal()) {
		return changedHostError{shown}
	}
	return nil
}

func writeHostKey(key ssh.PublicKey) string {
	return key.Type() + " " + base64.StdEncoding.EncodeToString(key.Marshal())
}

func readHostKey(text string) (ssh.PublicKey, error) {
	_, body, _ := strings.Cut(text, " ")
	raw, err := base64.StdEncoding.DecodeString(body)
	if err != nil {
		return nil, fmt.Errorf("reading host key: %w", err)
	}
	return ssh.ParsePublicKey(raw)
}

// Fingerprint is a host key as people compare it: "SHA256:..."; "" for one that cannot be read.
func Fingerprint(hostKey string) string {
	key, err := readHostKey(hostKey)
	if err != nil {
		return ""
	}
	return ssh.FingerprintSHA256(key)
}

// HostKey is the key by which the server proved itself.
func (s *SFTP) HostKey() string { return s.hostKey }

// keepAlive asks for a sign of life, so that a line that died quietly is noticed while nothing is carried.
func (s *SFTP) keepAlive() {
	tick := time.NewTicker(idlePatience / 4)
	defer tick.Stop()
	for {
		select {
		case <-s.quit:
			return
		case <-tick.C:
			if _, _, err := s.conn.SendRequest("keepalive@openssh.com", true, nil); err != nil {
				return
			}
		}
	}
}

// Close signs out.
func (s *SFTP) Close() error {
	close(s.quit)
	_ = s.conn.Close() // first: the client's own Close waits for servers that do not answer it
	_ = s.client.Close()
	return nil
}

func (s *SFTP) at(name string) (string, error) {
	clean, err := plainName(name)
	return path.Join(s.folder(), clean), err
}

func (s *SFTP) folder() string {
	if s.account.Folder == "" {
		return "."
	}
	return s.account.Folder
}

// List names the files of the folder.
func (s *SFTP) List(ctx context.Context) ([]Item, error) {
	infos, err := s.client.ReadDirContext(ctx, s.folder())
	if err != nil {
		return nil, s.words(ctx, err, s.folder())
	}
	items := []Item{}
	for _, info := range infos {
		if info.Mode().IsRegular() {
			items = append(items, Item{info.Name(), info.Size(), info.ModTime()})
		}
	}
	return items, nil
}

// Stat tells of one file.
func (s *SFTP) Stat(ctx context.Context, name string) (Item, error) {
	at, err := s.at(name)
	if err != nil {
		return Item{}, err
	}
	info, err := s.client.Lstat(at)
	if err != nil {
		return Item{}, s.words(ctx, err, name)
	}
	return Item{name, info.Size(), info.ModTime()}, nil
}

// Open reads a file.
func (s *SFTP) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	at, err := s.at(name)
	if err != nil {
		return nil, err
	}
	file, err := s.client.Open(at)
	if err != nil {
		return nil, s.words(ctx, err, name)
	}
	return &remoteFile{file, s, ctx, name}, nil
}

// remoteFile words what breaks while reading.
type remoteFile struct {
	file *sftp.File
	from *SFTP
	ctx  context.Context //nolint:containedctx // the file is read under the context it was opened with
	name string
}

func (f *remoteFile) Read(p []byte) (int, error) {
	n, err := f.file.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = f.from.words(f.ctx, err, f.name)
	}
	return n, err
}

func (f *remoteFile) Close() error { return f.file.Close() }

// Put writes a file under a passing name, looks whether all of it arrived, and renames it.
func (s *SFTP) Put(ctx context.Context, name string, from io.Reader, how Put) error {
	at, err := s.at(name)
	if err != nil {
		return err
	}
	passing := passingName(at, how.Mark)
	counted := &counting{Reader: cancellable{ctx, from}}
	if err := s.write(passing, counted); err != nil {
		_ = s.client.Remove(passing)
		return s.wordsOfWriting(ctx, err, name)
	}
	stat, err := s.client.Stat(passing)
	if err != nil {
		return s.words(ctx, err, name)
	}
	if stat.Size() != counted.n {
		_ = s.client.Remove(passing)
		return fault.New(fault.Unavailable, fmt.Sprintf("%s kept %d of %d bytes of %s.", s.account.Host, stat.Size(), counted.n, name),
			"Its disk or your quota may be full; it is tried again at the next run.")
	}
	if err := s.rename(passing, at, how.Replace); err != nil {
		if fault.Is(err, fault.Conflict) {
			_ = s.client.Remove(passing)
			return err
		}
		return s.wordsOfRename(ctx, err, name)
	}
	return nil
}

// wordsOfRename tells a rename that was refused from one whose answer did not come: then the file may be there.
func (s *SFTP) wordsOfRename(ctx context.Context, err error, name string) error {
	status, refused := errors.AsType[*sftp.StatusError](err)
	if refused && status.FxCode() != sftp.ErrSSHFxConnectionLost || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return s.words(ctx, err, name)
	}
	return fault.Wrap(err, fault.Unknown, "The connection to "+s.account.Host+" broke while "+name+" was put at its place.",
		"The next run asks the server whether it arrived.")
}

func (s *SFTP) write(passing string, from io.Reader) error {
	file, err := s.client.Create(passing)
	if err != nil {
		return err
	}
	_, err = file.ReadFrom(from)
	return errors.Join(err, file.Close())
}

// rename puts a file at its name. SFTP's own rename refuses a name that is taken, but not on every server.
func (s *SFTP) rename(from, to string, replace bool) error {
	_, err := s.client.Lstat(to)
	there := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	switch {
	case there && !replace:
		return taken(path.Base(to))
	case !there:
		return s.client.Rename(from, to)
	}
	if _, can := s.client.HasExtension("posix-rename@openssh.com"); can {
		return s.client.PosixRename(from, to)
	}
	if err := s.client.Remove(to); err != nil {
		return err
	}
	return s.client.Rename(from, to)
}

// Move renames a file within the server.
func (s *SFTP) Move(ctx context.Context, from, to string) error {
	old, err := s.at(from)
	if err != nil {
		return err
	}
	target, err := s.at(to)
	if err != nil {
		return err
	}
	if folder := path.Dir(target); folder != path.Dir(old) {
		if err := s.client.MkdirAll(folder); err != nil {
			return s.words(ctx, err, folder)
		}
	}
	if err := s.rename(old, target, false); err != nil {
		return s.words(ctx, err, from)
	}
	return nil
}

// Remove deletes a file.
func (s *SFTP) Remove(ctx context.Context, name string) error {
	at, err := s.at(name)
	if err != nil {
		return err
	}
	if err := s.client.Remove(at); err != nil {
		return s.words(ctx, err, name)
	}
	return nil
}

// Check tries whether the folder can be read, and written.
func (s *SFTP) Check(ctx context.Context, write bool) error {
	if _, err := s.List(ctx); err != nil || !write {
		return err
	}
	probe := "tradepost-check-" + rand.Text()[:8]
	if err := s.Put(ctx, probe, strings.NewReader("Tradepost tried whether it may write here.\n"), Put{Mark: "check", Replace: true}); err != nil {
		return err
	}
	return s.Remove(ctx, probe)
}

// wordsOfWriting adds what "failure" means to a server that is written to: SFTP has no code for a full disk in version 3.
func (s *SFTP) wordsOfWriting(ctx context.Context, err error, name string) error {
	if status, ok := errors.AsType[*sftp.StatusError](err); ok && status.FxCode() == sftp.ErrSSHFxFailure {
		return fault.Wrap(err, fault.Unavailable, s.account.Host+" could not take "+name+".", "Its disk or your quota may be full: tell the server's owner. It is tried again at the next run.")
	}
	return s.words(ctx, err, name)
}

// words classes an error of the server or the line.
func (s *SFTP) words(ctx context.Context, err error, name string) error {
	if _, coded := errors.AsType[*fault.Error](err); coded || errors.Is(err, context.Canceled) {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	host := s.account.Host
	if changed, ok := errors.AsType[changedHostError](err); ok {
		return fault.Wrap(err, fault.Auth, fmt.Sprintf("%s shows another key than before (%s, it was %s).", host, ssh.FingerprintSHA256(changed.shown), Fingerprint(s.hostKey)),
			"Ask the server's owner whether they changed it. If so, take the new key under Settings, Servers; if not, someone may stand between. Nothing was sent.").InField("host_key")
	}
	switch {
	case strings.Contains(err.Error(), "unable to authenticate"), strings.Contains(err.Error(), "no supported methods remain"):
		return fault.Wrap(err, fault.Auth, host+" does not let "+s.account.User+" in.", "Check user and password, or the key, under Settings, Servers.").InField("password")
	case errors.Is(err, fs.ErrNotExist):
		return fault.Wrap(err, fault.NotFound, "There is no "+name+" on "+host+".", "Check the folder's name.").InField("folder")
	case errors.Is(err, fs.ErrPermission):
		return fault.Wrap(err, fault.Permission, host+" does not allow this for "+name+".", "Ask the server's owner for the right, or choose another folder.").InField("folder")
	}
	if status, ok := errors.AsType[*sftp.StatusError](err); ok && status.FxCode() != sftp.ErrSSHFxConnectionLost {
		return fault.Wrap(err, fault.Unavailable, host+" refused: "+name+".", "Try again; if it stays so, ask the server's owner.")
	}
	return fault.Wrap(err, fault.Unavailable, "The connection to "+host+" broke.", "It is tried again at the next run; nothing is doubled.")
}
