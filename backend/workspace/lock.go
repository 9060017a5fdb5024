package workspace

import (
	"fmt"
	"net"
	"os"
	"sync"

	"github.com/gofrs/flock"

	"tradepost/backend/fault"
)

// Ownership is the right to open the workspace's database. It ends with Close, or when the process dies: the lock is the
// operating system's (flock(2), LockFileEx), so a crash leaves nothing to repair.
type Ownership struct {
	dir  *Dir
	lock *flock.Flock

	mutex    sync.Mutex
	listener net.Listener
	closed   bool
}

// Lock takes the workspace for this process, or says which process has it (fault.Conflict). The lock file itself is
// never deleted: two processes could then each hold a lock on a different file of the same name.
func (d *Dir) Lock() (*Ownership, error) {
	lock := flock.New(d.lockFile(), flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(fileMode))
	held, err := lock.TryLock()
	if err != nil {
		return nil, explain(err, "locking the workspace", d.lockFile())
	}
	if !held {
		_ = lock.Close() // nothing is held; only the file handle goes
		return nil, d.taken()
	}
	owner := &Ownership{dir: d, lock: lock}
	if err := d.writeOwner(record{PID: os.Getpid(), Version: d.Version}); err != nil {
		_ = lock.Close() // the error that matters is the one about owner.json
		return nil, err
	}
	return owner, nil
}

// taken names the process that holds the lock, if owner.json tells it already.
func (d *Dir) taken() error {
	who := ""
	if owner, err := d.readOwner(); err == nil && owner.PID > 0 {
		who = fmt.Sprintf(" (process %d)", owner.PID)
	}
	return fault.New(fault.Conflict, "Another Tradepost has this workspace open"+who+".",
		"Use that window, or quit it first. Another folder can be opened with --data.").InField("data")
}

// Dir is the workspace that is owned.
func (o *Ownership) Dir() *Dir { return o.dir }

// Close stops listening, removes the socket and owner.json, and lets the workspace go, in this order. Closing twice is
// harmless.
func (o *Ownership) Close() error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.closed {
		return nil
	}
	o.closed = true
	if o.listener != nil {
		_ = o.listener.Close() // the server may have closed it before us
	}
	_ = os.Remove(o.dir.ownerFile()) // a leftover is harmless: the next owner overwrites it
	if err := o.lock.Close(); err != nil {
		return fmt.Errorf("letting the workspace go: %w", err)
	}
	return nil
}
