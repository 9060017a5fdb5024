package workspace

import (
	"os"
	"path/filepath"
	"runtime"
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
	dir := open(t, filepath.Join(base, "shop"))
	must(t, os.Chmod(dir.Path(), 0o555))
	must(t, os.Chmod(base, 0o555))
	t.Cleanup(func() { _ = os.Chmod(base, folderMode); _ = os.Chmod(dir.Path(), folderMode) })
	asNobody(func() {
		_, locking := dir.Lock()
		wantFault(t, locking, fault.Permission, "may not write", dir.Path())
		_, opening := Open(filepath.Join(base, "new"))
		wantFault(t, opening, fault.Permission, "may not write")
	})
}
