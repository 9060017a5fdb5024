package transport_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/crypto/ssh"

	"tradepost/backend/fault"
	"tradepost/backend/transport"
	"tradepost/backend/transport/transporttest"
)

// openSSH is a real OpenSSH server of this very user, on loopback.
type openSSH struct {
	account transport.SFTPAccount
	key     string // the private key it lets in
}

// peers is where build/scripts/peers.sh unpacks real servers.
const peers = "../../build/peers"

// program finds sshd: unpacked as a peer, or installed.
func program(t *testing.T) (sshd string, env []string) {
	t.Helper()
	for _, root := range []string{peers, "/"} {
		root, err := filepath.Abs(root)
		must(t, err)
		sshd = filepath.Join(root, "usr/sbin/sshd")
		if isFile(sshd) {
			libraries, _ := filepath.Glob(filepath.Join(root, "usr/lib/*-linux-gnu"))
			return sshd, append(os.Environ(), "LD_LIBRARY_PATH="+strings.Join(libraries, ":"))
		}
	}
	t.Skip("no OpenSSH server on this computer: the SFTP server of the tests stands in")
	return "", nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func serveOpenSSH(t *testing.T) openSSH {
	t.Helper()
	sshd, env := program(t)
	me := servingUser(t)
	dir, files := t.TempDir(), t.TempDir()
	host, _ := transporttest.Key(t)
	key, public := transporttest.Key(t)
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	port := freePort(t)
	config := write("sshd_config", strings.Join([]string{
		fmt.Sprintf("Port %d", port), "ListenAddress 127.0.0.1", "HostKey " + write("host", host),
		"AuthorizedKeysFile " + write("keys", string(ssh.MarshalAuthorizedKey(public))), "StrictModes no", "UsePAM yes", "PidFile none",
		"PasswordAuthentication no", "Subsystem sftp internal-sftp", "ForceCommand internal-sftp", ""}, "\n"))
	server := exec.Command(sshd, "-D", "-e", "-f", config)
	server.Env = env
	own(t, me, server, dir, files)
	says, err := server.StderrPipe()
	must(t, err)
	must(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	awaitListening(t, bufio.NewScanner(says))
	return openSSH{transport.SFTPAccount{Host: "127.0.0.1", Port: port, User: me.Username, Folder: files}, key}
}

// servingUser is who the server runs as, and whom it lets in: this user, but never root, whose server would want more.
func servingUser(t *testing.T) *user.User {
	t.Helper()
	if os.Geteuid() == 0 {
		nobody, err := user.Lookup("nobody")
		must(t, err)
		return nobody
	}
	me, err := user.Current()
	must(t, err)
	return me
}

// own makes the server run as a user, and the folders its own; the folder above them lets it through.
func own(t *testing.T, who *user.User, server *exec.Cmd, folders ...string) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	uid, err := strconv.Atoi(who.Uid)
	must(t, err)
	gid, err := strconv.Atoi(who.Gid)
	must(t, err)
	server.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	for _, folder := range folders {
		must(t, os.Chmod(filepath.Dir(folder), 0o755))
		must(t, filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
			return errors.Join(err, os.Chown(path, uid, gid))
		}))
	}
}

// awaitListening reads what the server says until it takes connections, and lets it say the rest.
func awaitListening(t *testing.T, says *bufio.Scanner) {
	t.Helper()
	var all []string
	for says.Scan() {
		all = append(all, says.Text())
		if strings.Contains(says.Text(), "Server listening on") {
			go func() {
				for says.Scan() { // a full pipe would stop the server
				}
			}()
			return
		}
	}
	t.Fatalf("sshd ended: %s", strings.Join(all, "\n"))
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port
}

// TestRealOpenSSH holds the server that most partners have to what every place must do, and its host key to its pin.
func TestRealOpenSSH(t *testing.T) {
	ctx, s := context.Background(), serveOpenSSH(t)
	place, err := transport.DialSFTP(ctx, s.account, transport.Credentials{PrivateKey: s.key}, "")
	must(t, err)
	defer func() { _ = place.Close() }()
	holdPlace(t, place, s.account.Folder)
	again, err := transport.DialSFTP(ctx, s.account, transport.Credentials{PrivateKey: s.key}, place.HostKey())
	must(t, err)
	must(t, again.Close())
	other, _ := transporttest.Key(t)
	_, err = transport.DialSFTP(ctx, s.account, transport.Credentials{PrivateKey: other}, "")
	wantFault(t, err, fault.Auth, "does not let "+s.account.User+" in")
}
