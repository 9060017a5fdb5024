package syncing

import (
	"context"

	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
)

var causes = map[schedule.Cause]journal.Cause{schedule.CauseTimer: journal.BySchedule, schedule.CauseCatchUp: journal.ByCatchUp,
	schedule.CausePerson: journal.ByPerson, schedule.CauseRecover: journal.ByCatchUp}

// CauseOf is the cause of a run that the scheduler began.
func CauseOf(c schedule.Cause) journal.Cause { return causes[c] }

// Run is what the scheduler calls for the timer of a sync. A paused connection is passed over.
func (e *Engine) Run(ctx context.Context, timerID int64, cause schedule.Cause) error {
	s, err := e.store.SyncOfTimer(ctx, timerID)
	if err != nil {
		return err
	}
	c, err := e.store.Connection(ctx, s.ConnectionID)
	if err != nil || c.Paused && cause != schedule.CausePerson {
		return err
	}
	if s.NextAt.Time().After(e.clock.Now()) && cause != schedule.CausePerson {
		return nil // the vendor asked not to come back before
	}
	_, err = e.Pull(ctx, Request{SyncID: s.ID, Cause: causes[cause], Person: cause == schedule.CausePerson})
	if fault.Is(err, fault.RateLimited) {
		return nil // it waits, which is no trouble
	}
	return err
}
