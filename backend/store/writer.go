package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// Lane says how urgent a write is. Urgent writes (receipts, clicks) go before bulk ones (imports).
type Lane int

// The two lanes.
const (
	Urgent Lane = iota
	Bulk
)

// groupTime bounds how long one group of writes may keep the writer, so that a click never waits long behind bulk work.
const groupTime = 20 * time.Millisecond

// groupSize bounds how many writes share one commit.
const groupSize = 256

type member struct {
	ctx  context.Context
	do   func(*Tx) error
	done chan error
	err  error
}

// writer owns the one writing connection. It runs members in groups: each in a SAVEPOINT of its own, all in one
// transaction, acknowledged only after COMMIT; a failed commit fails them all. Members must be repeatable and touch
// nothing but the Tx they are given.
type writer struct {
	conn  *sql.Conn
	lanes [2]chan *member
	stop  chan struct{}
	ended chan struct{}
	turn  *sync.Mutex // held while writes run
	tx    *Tx
}

func startWriter(turn *sync.Mutex, tx *Tx) *writer {
	w := &writer{conn: tx.conn, tx: tx, turn: turn, stop: make(chan struct{}), ended: make(chan struct{})}
	w.lanes[Urgent], w.lanes[Bulk] = make(chan *member, groupSize), make(chan *member, groupSize)
	go w.loop()
	return w
}

// write queues do and waits until it is committed. It returns do's own error, or the commit's.
func (w *writer) write(ctx context.Context, lane Lane, do func(*Tx) error) error {
	m := &member{ctx: ctx, do: do, done: make(chan error, 1)}
	select {
	case w.lanes[lane] <- m:
	case <-w.stop:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-m.done:
		return err
	case <-w.ended:
		return lastWord(m)
	}
}

var errClosed = fault.New(fault.Unavailable, "The workspace is being closed.", "Open Tradepost again.")

// lastWord prefers the answer a member got in the writer's last moments.
func lastWord(m *member) error {
	select {
	case err := <-m.done:
		return err
	default:
		return errClosed
	}
}

func (w *writer) close() {
	close(w.stop)
	<-w.ended
	w.tx.closeStatements()
}

func (w *writer) loop() {
	defer close(w.ended)
	runtime.LockOSThread() // one thread: SQLite's memory stays in one arena and in one processor's caches
	defer runtime.UnlockOSThread()
	for {
		m, ok := w.next()
		if !ok {
			return
		}
		w.group(m)
	}
}

// next waits for a member, urgent ones first.
func (w *writer) next() (*member, bool) {
	select {
	case m := <-w.lanes[Urgent]:
		return m, true
	default:
	}
	select {
	case m := <-w.lanes[Urgent]:
		return m, true
	case m := <-w.lanes[Bulk]:
		return m, true
	case <-w.stop:
		return nil, false
	}
}

// more takes another member for the group that is open, without waiting.
func (w *writer) more() *member {
	for _, lane := range w.lanes {
		select {
		case m := <-lane:
			return m
		default:
		}
	}
	return nil
}

// group runs first and whatever waits behind it in one transaction.
func (w *writer) group(first *member) {
	members, err := w.together(first)
	if err == nil {
		err = w.commit()
	}
	if err != nil {
		w.tx.rollback()
	}
	for _, m := range members {
		m.done <- errors.Join(m.err, err)
	}
}

// together runs the members of a group; the error is one that fails them all.
func (w *writer) together(first *member) (members []*member, err error) {
	w.turn.Lock()
	defer w.turn.Unlock()
	began := time.Now()
	members = append(members, first)
	err = w.begin()
	for m := first; err == nil && m != nil; m = w.more() {
		if m != first {
			members = append(members, m)
		}
		if err = w.run(m, m == first); err != nil || len(members) == groupSize || time.Since(began) > groupTime {
			break
		}
	}
	return members, err
}

func (w *writer) begin() error {
	w.tx.committed = w.tx.seq
	if err := w.tx.Exec("BEGIN IMMEDIATE"); err != nil {
		return classify("beginning a write", err)
	}
	return nil
}

func (w *writer) commit() error {
	if w.tx.seq != w.tx.committed {
		if err := w.tx.Exec("UPDATE commit_sequence SET value = ? WHERE id = 1", w.tx.seq); err != nil {
			return classify("counting a commit", err)
		}
	}
	if err := w.tx.Exec("COMMIT"); err != nil {
		return classify("committing", err)
	}
	return nil
}

// run runs m so that it can be taken back alone. The first of a group needs no savepoint for that, as nothing is before it
// in its transaction; that spares large writes a copy of every page they touch. The returned error means that the whole
// transaction is lost; m.err is m's own.
func (w *writer) run(m *member, first bool) error {
	if m.err = m.ctx.Err(); m.err != nil {
		return nil //nolint:nilerr // the member failed, not its group
	}
	if err := w.mark(first); err != nil {
		return classify("opening a savepoint", err)
	}
	before := w.tx.seq
	w.tx.open(commerce.InstantOf(w.tx.clock()))
	m.err = w.attempt(m)
	if m.err == nil {
		m.err = w.tx.flush()
	}
	if m.err == nil && w.tx.wroteNothing() {
		w.tx.seq = before // and where nobody of the group wrote anything, nothing waits for the disk
	}
	if m.err != nil {
		m.err = classify("writing", m.err)
		w.tx.seq = before
		w.tx.drop()
		if err := w.takeBack(first); err != nil {
			return classify("taking back a write", m.err)
		}
	}
	if first {
		return nil
	}
	if err := w.tx.Exec("RELEASE member"); err != nil {
		return classify("closing a savepoint", err)
	}
	return nil
}

// mark remembers where a member begins, unless its transaction does there.
func (w *writer) mark(first bool) error {
	if first {
		return nil
	}
	return w.tx.Exec("SAVEPOINT member")
}

// takeBack takes back a member that failed. Nothing of it is left for those that come after it.
func (w *writer) takeBack(first bool) error {
	if !first {
		return w.tx.Exec("ROLLBACK TO member")
	}
	w.tx.rollback()
	return w.begin()
}

// attempt runs m under recover, so that one mistaken write cannot stop the writer.
func (w *writer) attempt(m *member) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("writing: panic: %v", p)
		}
	}()
	return m.do(w.tx)
}
