package syncing

import (
	"context"
	"errors"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
)

// ListenTimerKind is the kind of the one timer that asks vendors' queues for news.
const ListenTimerKind = "listen"

const (
	listenMinutely = "* * * * *"
	mostListened   = 20 // parcels of news at once; what is left comes a minute later
)

// keepListenTimer has queues asked from then on, once a connection names one.
func keepListenTimer(tx Tx, c Connection) error {
	if c.Options[channel.QueueOption] == "" {
		return nil
	}
	there, err := tx.HasTimer(ListenTimerKind)
	if err != nil || there {
		return err
	}
	return tx.InsertTimer(&journal.Timer{Kind: ListenTimerKind, Name: "News of vendors", Expression: listenMinutely, Zone: "UTC", Config: "{}", AlarmAfter: -1})
}

// RunListen is what the scheduler calls for the timer of news. Trouble with one queue does not keep the others; it is told with the connection.
func (e *Engine) RunListen(ctx context.Context, timerID int64, _ schedule.Cause) error {
	all, err := e.store.Connections(ctx)
	for _, c := range all {
		if c.Paused || c.Options[channel.QueueOption] == "" {
			continue
		}
		failed := e.listen(ctx, c)
		e.noteTrouble(e.queues, c.ID, failed)
		err = errors.Join(err, failed)
	}
	return errors.Join(err, e.store.NoteTimerRun(context.WithoutCancel(ctx), timerID, 0, err == nil))
}

// listen looks at what a connection's queue names, until it is empty.
func (e *Engine) listen(ctx context.Context, c Connection) error {
	s, connector, err := e.session(ctx, c, false)
	if err != nil {
		return err
	}
	listener, hears := connector.(channel.Listener)
	if !hears {
		return nil
	}
	return s.signed(ctx, connector, func() error {
		for range mostListened {
			news, err := listener.Listen(ctx, s)
			if err != nil || len(news.Receipts) == 0 {
				return err
			}
			if err := e.hear(ctx, s, news.Hooks); err != nil {
				return err
			}
			if err := listener.Heard(ctx, s, news.Receipts); err != nil {
				return err
			}
		}
		return nil
	})
}

// hear looks at the items that news name, each stream at once. The same word once more causes nothing.
func (e *Engine) hear(ctx context.Context, s *session, hooks []channel.Hook) error {
	named := map[channel.Stream][]string{}
	for _, h := range hooks {
		if h.ID == "" || s.line.firstTime(e, h.ID) {
			named[h.Stream] = append(named[h.Stream], h.IDs...)
		}
	}
	for stream, ids := range named {
		if err := e.lookAt(ctx, s, stream, ids, journal.ByWebhook); err != nil {
			return err
		}
	}
	return nil
}

// noteTrouble remembers at a connection what went wrong last, for how it stands; nil is nothing.
func (e *Engine) noteTrouble(at map[int64]fault.Problem, connectionID int64, failed error) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	delete(at, connectionID)
	if failed != nil && !fault.Is(failed, fault.Cancelled) {
		at[connectionID] = fault.ProblemOf(failed)
	}
}

// troubleOf is what went wrong last at a connection; nil is nothing.
func (e *Engine) troubleOf(at map[int64]fault.Problem, connectionID int64) *fault.Problem {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if p, troubled := at[connectionID]; troubled {
		return &p
	}
	return nil
}
