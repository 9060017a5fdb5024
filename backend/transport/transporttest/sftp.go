// Package transporttest runs SFTP and mail servers inside of tests, with the faults that real ones have.
package transporttest

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"os"
	"path"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// SFTP is a server that shows a folder of this computer. Its fields may be changed while it runs.
type SFTP struct {
	Root     string
	Port     int
	User     string
	Password string

	// CutAfter closes the line when so many bytes of files went over it; 0 never does.
	CutAfter atomic.Int64
	// Full refuses every byte that is written to a file, as a full disk does.
	Full atomic.Bool
	// NoMove refuses to rename and delete.
	NoMove atomic.Bool
	// CutAtRename closes the line when a file is renamed: "before" or "after" it happened.
	CutAtRename atomic.Value
	// Dials counts the connections.
	Dials atomic.Int64

	mutex sync.Mutex
	host  ssh.Signer
	keys  map[string]bool
	lines []net.Conn
}

// Key makes a private key in OpenSSH form, and its public part.
func Key(t testing.TB) (pemText string, public ssh.PublicKey) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	block, err := ssh.MarshalPrivateKey(private, "")
	must(t, err)
	signer, err := ssh.NewSignerFromKey(private)
	must(t, err)
	return string(pem.EncodeToMemory(block)), signer.PublicKey()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ServeSFTP starts a server that lets "shop" in with the password "right".
func ServeSFTP(t testing.TB) *SFTP {
	t.Helper()
	s := &SFTP{Root: t.TempDir(), User: "shop", Password: "right", keys: map[string]bool{}}
	s.CutAtRename.Store("")
	s.NewHostKey(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s.Port = listener.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // it listens on TCP
	go s.accept(listener)
	t.Cleanup(func() { _ = listener.Close(); s.cut() })
	return s
}

// NewHostKey makes the server show another key from now on.
func (s *SFTP) NewHostKey(t testing.TB) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	signer, err := ssh.NewSignerFromKey(private)
	must(t, err)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.host = signer
}

// Allow lets a public key in.
func (s *SFTP) Allow(key ssh.PublicKey) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.keys[string(key.Marshal())] = true
}

func (s *SFTP) accept(listener net.Listener) {
	for {
		line, err := listener.Accept()
		if err != nil {
			return
		}
		s.Dials.Add(1)
		s.mutex.Lock()
		s.lines = append(s.lines, line)
		s.mutex.Unlock()
		go s.serve(line)
	}
}

// cut closes all lines.
func (s *SFTP) cut() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, line := range s.lines {
		_ = line.Close()
	}
	s.lines = nil
}

var errRefused = errors.New("refused")

func (s *SFTP) serve(line net.Conn) {
	defer func() { _ = line.Close() }()
	s.mutex.Lock()
	config := &ssh.ServerConfig{PasswordCallback: s.password, PublicKeyCallback: s.key}
	config.AddHostKey(s.host)
	s.mutex.Unlock()
	_, channels, requests, err := ssh.NewServerConn(line, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for offered := range channels {
		channel, requests, err := offered.Accept()
		if err != nil {
			return
		}
		go func() {
			for request := range requests {
				_ = request.Reply(request.Type == "subsystem", nil)
			}
		}()
		server := sftp.NewRequestServer(channel, sftp.Handlers{FileGet: s, FilePut: s, FileCmd: s, FileList: s})
		_ = server.Serve()
	}
}

func (s *SFTP) password(c ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
	if c.User() == s.User && string(password) == s.Password {
		return &ssh.Permissions{}, nil
	}
	return nil, errRefused
}

func (s *SFTP) key(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.keys[string(key.Marshal())] {
		return &ssh.Permissions{}, nil
	}
	return nil, errRefused
}

func (s *SFTP) at(name string) string {
	return filepath.Join(s.Root, filepath.FromSlash(path.Clean("/"+name)))
}

// carried counts bytes of files, and cuts the line in the middle.
func (s *SFTP) carried(n int) {
	if left := s.CutAfter.Load(); left > 0 {
		if s.CutAfter.Add(int64(-n)) <= 0 {
			s.CutAfter.Store(0)
			s.cut()
		}
	}
}

type reading struct {
	*os.File
	s *SFTP
}

func (r reading) ReadAt(p []byte, at int64) (int, error) {
	n, err := r.File.ReadAt(p, at)
	r.s.carried(n)
	return n, err
}

// Fileread opens a file for reading.
func (s *SFTP) Fileread(r *sftp.Request) (io.ReaderAt, error) {
	file, err := os.Open(s.at(r.Filepath))
	return reading{file, s}, err
}

type writing struct {
	*os.File
	s *SFTP
}

func (w writing) WriteAt(p []byte, at int64) (int, error) {
	if w.s.Full.Load() {
		return 0, sftp.ErrSSHFxFailure
	}
	n, err := w.File.WriteAt(p, at)
	w.s.carried(n)
	return n, err
}

// Filewrite opens a file for writing.
func (s *SFTP) Filewrite(r *sftp.Request) (io.WriterAt, error) {
	file, err := os.Create(s.at(r.Filepath))
	return writing{file, s}, err
}

// Filecmd renames, removes and makes folders.
func (s *SFTP) Filecmd(r *sftp.Request) error {
	switch r.Method {
	case "Setstat":
		return nil
	case "Mkdir":
		return os.Mkdir(s.at(r.Filepath), 0o755) //nolint:gosec // a folder of a test
	case "Rename":
		if _, err := os.Lstat(s.at(r.Target)); err == nil {
			return sftp.ErrSSHFxFailure
		}
		return s.rename(r)
	case "Remove", "Rmdir":
		if s.NoMove.Load() {
			return sftp.ErrSSHFxPermissionDenied
		}
		return os.Remove(s.at(r.Filepath))
	}
	return sftp.ErrSSHFxOpUnsupported
}

// PosixRename renames over what is there.
func (s *SFTP) PosixRename(r *sftp.Request) error { return s.rename(r) }

func (s *SFTP) rename(r *sftp.Request) error {
	if s.NoMove.Load() {
		return sftp.ErrSSHFxPermissionDenied
	}
	if s.CutAtRename.CompareAndSwap("before", "") {
		s.cut()
		return sftp.ErrSSHFxFailure
	}
	err := os.Rename(s.at(r.Filepath), s.at(r.Target))
	if s.CutAtRename.CompareAndSwap("after", "") {
		s.cut()
	}
	return err
}

type listing []os.FileInfo

func (l listing) ListAt(into []os.FileInfo, at int64) (int, error) {
	if at >= int64(len(l)) {
		return 0, io.EOF
	}
	n := copy(into, l[at:])
	if n < len(into) {
		return n, io.EOF
	}
	return n, nil
}

// Filelist lists folders and tells of files.
func (s *SFTP) Filelist(r *sftp.Request) (sftp.ListerAt, error) {
	if r.Method == "List" {
		entries, err := os.ReadDir(s.at(r.Filepath))
		if err != nil {
			return nil, err
		}
		var all listing
		for _, entry := range entries {
			if info, err := entry.Info(); err == nil {
				all = append(all, info)
			}
		}
		return all, nil
	}
	info, err := os.Stat(s.at(r.Filepath))
	if err != nil {
		return nil, err
	}
	return listing{info}, nil
}

// Lstat tells of a file or link.
func (s *SFTP) Lstat(r *sftp.Request) (sftp.ListerAt, error) { return s.Filelist(r) }
