package store

import (
	"sync"
	"sync/atomic"
	"time"
)

// turns lets the work of imports keep to one processor while somebody reads pages: a page that finds every processor
// taken waits for the system to take one away from an import, which may be several times what the page itself needs.
type turns struct {
	computing sync.Mutex   // held by the writer while it runs writes, not while it waits for the disk
	reading   atomic.Int64 // pages that are being read
	readAt    atomic.Int64 // when the last one was done, in Unix nanoseconds
}

// attention is for how long after a page another one is expected.
const attention = 50 * time.Millisecond

// page marks that a page is being read, until the function it gives is called.
func (t *turns) page() (done func()) {
	t.reading.Add(1)
	return func() {
		t.readAt.Store(time.Now().UnixNano())
		t.reading.Add(-1)
	}
}

func (t *turns) attended() bool {
	return t.reading.Load() > 0 || time.Since(time.Unix(0, t.readAt.Load())) < attention
}

// GiveWay is called by what reads ahead of the writer, before each piece of work: while somebody reads pages, it waits until
// the writer waits for the disk or for more.
func (s *Store) GiveWay() {
	if !s.turns.attended() {
		return
	}
	s.turns.computing.Lock()
	s.turns.computing.Unlock() //nolint:staticcheck // the turn is all that was wanted
}
