package workspace

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/adrg/xdg"

	"tradepost/backend/fault"
)

func open(t *testing.T, path string) *Dir {
	t.Helper()
	dir, err := Open(path)
	must(t, err)
	return dir
}

func wantFault(t *testing.T, err error, code fault.Code, words ...string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Fatalf("got %v, want a fault of code %s", err, code)
	}
	coded := fault.Of(err)
	if coded.Remedy == "" {
		t.Errorf("%q has no remedy", coded.Message)
	}
	for _, word := range words {
		if !strings.Contains(coded.Message, word) {
			t.Errorf("%q does not say %q", coded.Message, word)
		}
	}
}

func TestOpenMakesAPrivateFolder(t *testing.T) {
	dir := open(t, filepath.Join(t.TempDir(), "shop"))
	for _, folder := range []string{dir.Path(), dir.Files(), dir.Backups()} {
		info, err := os.Stat(folder)
		must(t, err)
		if runtime.GOOS != "windows" && info.Mode().Perm() != folderMode {
			t.Errorf("%s has mode %v", folder, info.Mode())
		}
	}
	open(t, dir.Path()) // a second time changes nothing
}

func TestOpenTakesAnyFolderName(t *testing.T) {
	for _, name := range []string{"a?b", "a#b", "100% ü", "with space", "日本"} {
		if runtime.GOOS == "windows" && strings.Contains(name, "?") {
			continue // not a legal name there
		}
		dir := open(t, filepath.Join(t.TempDir(), name))
		owner, err := dir.Lock()
		must(t, err)
		if filepath.Base(filepath.Dir(dir.Database())) != name {
			t.Errorf("the database of %q is %q", name, dir.Database())
		}
		must(t, owner.Close())
	}
}

func TestOpenWithoutPathMakesTheParentsOfTheDefault(t *testing.T) {
	home := filepath.Join(t.TempDir(), "not", "there", "yet")
	t.Setenv("XDG_DATA_HOME", home)
	xdg.Reload()
	t.Cleanup(xdg.Reload)
	dir := open(t, "")
	if want := filepath.Join(home, "tradepost"); runtime.GOOS == "linux" && dir.Path() != want {
		t.Errorf("got %q, want %q", dir.Path(), want)
	}
}

func TestOpenSaysWhatIsWrongWithThePath(t *testing.T) {
	base := t.TempDir()
	file := filepath.Join(base, "file")
	must(t, os.WriteFile(file, nil, fileMode))
	cases := []struct {
		name, path string
		code       fault.Code
		words      string
	}{
		{"a file", file, fault.Invalid, "is a file, not a folder"},
		{"below a file", filepath.Join(file, "shop"), fault.Invalid, "is a file, not a folder"},
		{"missing parent", filepath.Join(base, "nowhere", "shop"), fault.NotFound, filepath.Join(base, "nowhere") + `" does not exist`},
		{"too long a name", filepath.Join(base, strings.Repeat("x", 300)), fault.Invalid, "cannot be the name of a folder"},
		{"a NUL in the name", filepath.Join(base, "a\x00b"), fault.Invalid, "cannot be the name of a folder"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Open(c.path)
			wantFault(t, err, c.code, c.words)
		})
	}
}

func TestExplain(t *testing.T) {
	cases := []struct {
		err  error
		code fault.Code
	}{
		{syscall.ENOSPC, fault.Full},
		{syscall.EROFS, fault.Permission},
		{fs.ErrPermission, fault.Permission},
		{syscall.ENOLCK, fault.Invalid},
		{syscall.EIO, fault.Unavailable},
	}
	if runtime.GOOS == "windows" {
		t.Skip("these numbers are Unix's")
	}
	for _, c := range cases {
		wrapped := &fs.PathError{Op: "open", Path: "/shop", Err: c.err}
		err := explain(wrapped, "opening", "/shop")
		wantFault(t, err, c.code, `"/shop"`)
		if !errors.Is(err, c.err) {
			t.Errorf("%v lost its cause", err)
		}
	}
}

func TestSecondLockNamesTheProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop")
	other := startOwner(t, path)
	_, err := open(t, path).Lock()
	wantFault(t, err, fault.Conflict, fmt.Sprintf("Another Tradepost has this workspace open (process %d).", other.command.Process.Pid))
	other.stop(t)
	owner, err := open(t, path).Lock()
	must(t, err)
	must(t, owner.Close())
	must(t, owner.Close())
}

func TestSecondLockInTheSameProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop")
	owner, err := open(t, path).Lock()
	must(t, err)
	_, err = open(t, path).Lock()
	wantFault(t, err, fault.Conflict)
	must(t, owner.Close())
}

func TestDialReachesTheOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop")
	other := startOwner(t, path)
	roundTripper, err := open(t, path).Dial()
	must(t, err)
	want := fmt.Sprintf("GET /api/v1/orders owned by %d", other.command.Process.Pid)
	if got := get(t, roundTripper); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	other.stop(t)
	_, err = open(t, path).Dial()
	wantFault(t, err, fault.Unavailable)
}

func get(t *testing.T, roundTripper http.RoundTripper) string {
	t.Helper()
	client := &http.Client{Transport: roundTripper}
	defer client.CloseIdleConnections()
	answer, err := client.Get("http://tradepost.local/api/v1/orders")
	must(t, err)
	body, err := io.ReadAll(answer.Body)
	must(t, errors.Join(err, answer.Body.Close()))
	return string(body)
}

func TestGuardRefusesWithoutTheToken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop")
	startOwner(t, path)
	owner, err := open(t, path).readOwner()
	must(t, err)
	owner.Token = "guessed"
	if got := get(t, newTripper(owner)); strings.Contains(got, "owned by") {
		t.Errorf("a wrong token was let in: %q", got)
	}
}

func TestTheDoorIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes; the user's profile protects the token")
	}
	path := filepath.Join(t.TempDir(), "shop")
	startOwner(t, path)
	for _, name := range []string{socketName, ownerName, lockName} {
		info, err := os.Stat(filepath.Join(path, name))
		must(t, err)
		if info.Mode().Perm() != fileMode {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
}

func TestKilledOwnerLeavesNothingToRepair(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop")
	startOwner(t, path).kill(t)
	dir := open(t, path)
	if _, err := dir.Dial(); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a dead owner answered: %v", err)
	}
	owner, err := dir.Lock()
	must(t, err)
	_, token, err := owner.Listen() // over the stale socket
	must(t, err)
	if token == "" {
		t.Error("no token")
	}
	must(t, owner.Close())
	if _, err := os.Stat(dir.ownerFile()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is still there: %v", ownerName, err)
	}
}

func TestListenLeavesOtherFilesAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no socket file on Windows")
	}
	dir := open(t, filepath.Join(t.TempDir(), "shop"))
	must(t, os.WriteFile(dir.socket(), []byte("mine"), fileMode))
	owner, err := dir.Lock()
	must(t, err)
	_, _, err = owner.Listen()
	wantFault(t, err, fault.Invalid, "in the way")
	must(t, owner.Close())
}

func TestLongPathsUseAPrivateFolder(t *testing.T) {
	runtimeDir, err := os.MkdirTemp("", "run")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(runtimeDir) })
	t.Setenv("XDG_RUNTIME_DIR", runtimeDir)
	path := filepath.Join(t.TempDir(), strings.Repeat("long ", 30))
	other := startOwner(t, path)
	roundTripper, err := open(t, path).Dial()
	must(t, err)
	if got := get(t, roundTripper); !strings.Contains(got, "owned by") {
		t.Errorf("got %q", got)
	}
	other.kill(t)
	owner, err := open(t, path).Lock()
	must(t, err)
	_, _, err = owner.Listen()
	must(t, errors.Join(err, owner.Close()))
}

func TestClaimWithoutOwnerTakesTheWorkspace(t *testing.T) {
	owner, client, err := Claim(t.Context(), open(t, filepath.Join(t.TempDir(), "shop")))
	must(t, err)
	if owner == nil || client != nil {
		t.Errorf("owner %v, client %v", owner, client)
	}
	must(t, owner.Close())
}

func TestClaimWithOwnerReachesIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop")
	startOwner(t, path)
	owner, client, err := Claim(t.Context(), open(t, path))
	must(t, err)
	if owner != nil || client == nil {
		t.Errorf("owner %v, client %v", owner, client)
	}
}

// An owner that holds the lock and does not listen yet: the second try finds it listening, or gone.
func TestClaimWaitsForAnOwnerThatStartsOrStops(t *testing.T) {
	for _, next := range []string{"listens", "stops"} {
		t.Run(next, func(t *testing.T) {
			dir := open(t, filepath.Join(t.TempDir(), "shop"))
			first, err := dir.Lock()
			must(t, err)
			wait := func(context.Context) error {
				if next == "stops" {
					return first.Close()
				}
				_, _, err := first.Listen()
				return err
			}
			owner, client, err := claim(t.Context(), dir, 2, wait)
			must(t, err)
			if (owner != nil) != (next == "stops") || (client != nil) != (next == "listens") {
				t.Errorf("owner %v, client %v", owner, client)
			}
			if owner != nil {
				must(t, owner.Close())
			}
			must(t, first.Close())
		})
	}
}

func TestClaimGivesUpOnASilentOwner(t *testing.T) {
	dir := open(t, filepath.Join(t.TempDir(), "shop"))
	silent, err := dir.Lock()
	must(t, err)
	waits := 0
	_, _, err = claim(t.Context(), dir, 3, func(context.Context) error { waits++; return nil })
	wantFault(t, err, fault.Conflict, fmt.Sprint(os.Getpid()), "does not answer")
	if waits != 2 {
		t.Errorf("waited %d times", waits)
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = claim(stopped, dir, 3, pause)
	if !fault.Is(err, fault.Cancelled) {
		t.Errorf("got %v", err)
	}
	must(t, silent.Close())
}

// Many processes at once: exactly one owns, all others reach it or find it gone, none fails.
func TestClaimRace(t *testing.T) {
	dir := open(t, filepath.Join(t.TempDir(), "shop"))
	owners := make(chan *Ownership)
	for range 8 {
		go func() {
			owner, _, err := Claim(t.Context(), dir)
			if err == nil && owner != nil {
				_, _, err = owner.Listen()
			}
			if err != nil {
				t.Errorf("claiming: %v", err)
			}
			owners <- owner
		}()
	}
	var held []*Ownership
	for range 8 {
		if owner := <-owners; owner != nil {
			held = append(held, owner)
		}
	}
	if len(held) != 1 {
		t.Fatalf("%d owners", len(held))
	}
	must(t, held[0].Close())
}

func TestMachineIDIsStableAndHidesTheSystemsOwn(t *testing.T) {
	machine := MachineID()
	if machine != MachineID() || len(machine.ID) != 32 {
		t.Errorf("got %+v", machine)
	}
	if secret := strings.TrimSpace(systemID()); secret != "" && strings.Contains(machine.ID, secret[:8]) {
		t.Error("the system's own id shows")
	}
}
