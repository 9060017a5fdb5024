package store

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"tradepost/backend/fault"
)

const nobody = 65534

// asNobody runs f on a thread that may write nowhere special, so that the test also proves something for root: the file
// system uid is the thread's own (setfsuid(2)). The thread is thrown away with its goroutine.
func asNobody(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		_, _, _ = syscall.RawSyscall(syscall.SYS_SETFSUID, nobody, 0, 0) // changes nothing for those who are not root
		f()
	}()
	<-done
}

func TestReadOnlyFolder(t *testing.T) {
	base, err := os.MkdirTemp("", "tradepost")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(base) })
	must(t, os.Chmod(base, 0o755))
	held := filepath.Join(base, "held")
	must(t, os.Mkdir(held, 0o755))
	s := opened(t, held, Options{})
	must(t, insert(s, "1"))
	must(t, s.Close())
	empty := filepath.Join(base, "empty")
	must(t, os.Mkdir(empty, 0o755))
	for _, dir := range []string{held, empty} {
		must(t, os.Chmod(dir, 0o555))
		t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	}
	for _, dir := range []string{held, empty} {
		asNobody(func() {
			_, err := Open(context.Background(), dir, Options{})
			if coded := fault.Of(err); coded.Code != fault.Full || !strings.Contains(coded.Message, "cannot be written") || !strings.Contains(coded.Remedy, "Allow writing") {
				t.Errorf("opening %s: %v", filepath.Base(dir), err)
			}
		})
	}
	must(t, os.Chmod(held, 0o755))
	if all := numbers(t, opened(t, held, Options{})); len(all) != 1 {
		t.Errorf("writable again, it has %v", all)
	}
}

// A backup that cannot be written says so and leaves nothing half done.
func TestReadOnlyBackupFolder(t *testing.T) {
	base, err := os.MkdirTemp("", "tradepost")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(base) })
	must(t, os.Chmod(base, 0o555))
	s := opened(t, t.TempDir(), Options{})
	asNobody(func() {
		_, err := s.BackupTo(context.Background(), filepath.Join(base, "b.db"))
		if coded := fault.Of(err); coded.Code != fault.Full || coded.Remedy == "" {
			t.Errorf("backing up: %v", err)
		}
	})
	if left, _ := os.ReadDir(base); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
