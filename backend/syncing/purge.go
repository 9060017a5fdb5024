package syncing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
)

// PurgeTimerKind is the kind of the one timer that purges personal values which may be kept no longer.
const PurgeTimerKind = "purge"

// purgeDaily is when that is done: at night, and not with everything else.
const purgeDaily = "43 3 * * *"

// purgedAtOnce is how many orders one write purges.
const purgedAtOnce = 100

// PersonalRule is the rule of a channel: for so many days after an order was shipped personal values of its buyer may be kept.
type PersonalRule struct {
	ChannelID int64
	Channel   string
	Days      int
}

// Purge is what a purge of one channel did.
type Purge struct {
	Run      journal.Run
	Orders   int
	Contacts int
	Payloads int
}

// keepPersonal keeps a vendor's rule for the channel, and has it carried out daily from then on.
func keepPersonal(tx Tx, c Connection, m channel.Manifest) error {
	if m.PersonalDays == 0 {
		return nil
	}
	if err := tx.SetPersonalDays(c.ChannelID, m.PersonalDays); err != nil {
		return err
	}
	return ensurePurge(tx)
}

// KeepPurging sees to it that what may be kept no longer is purged daily.
func (e *Engine) KeepPurging(ctx context.Context) error {
	return e.store.InSyncTx(ctx, false, ensurePurge)
}

func ensurePurge(tx Tx) error {
	there, err := tx.HasTimer(PurgeTimerKind)
	if err != nil || there {
		return err
	}
	return tx.InsertTimer(&journal.Timer{Kind: PurgeTimerKind, Name: "Personal values that may be kept no longer", Expression: purgeDaily, Zone: "UTC", Config: "{}", AlarmAfter: -1})
}

// RunPurge is what the scheduler calls for the timer of purges. Trouble with one channel does not keep the others.
func (e *Engine) RunPurge(ctx context.Context, timerID int64, cause schedule.Cause) error {
	rules, err := e.store.PersonalRules(ctx)
	if err != nil {
		return err
	}
	var last int64
	for _, rule := range rules {
		done, failed := e.Purge(ctx, rule, timerID, causes[cause])
		err = errors.Join(err, failed)
		last = max(last, done.Run.ID)
	}
	return errors.Join(err, e.store.NoteTimerRun(context.WithoutCancel(ctx), timerID, last, err == nil))
}

// Purge empties personal values of a channel that may be kept no longer. A run says how many; where there are none, nothing is written down.
func (e *Engine) Purge(ctx context.Context, rule PersonalRule, timerID int64, cause journal.Cause) (Purge, error) {
	before := commerce.InstantOf(e.clock.Now().Add(-time.Duration(rule.Days) * 24 * time.Hour))
	var done Purge
	for after := int64(0); ; {
		due, err := e.store.PersonalDue(ctx, rule.ChannelID, before, after, purgedAtOnce)
		if err != nil || len(due) == 0 {
			return done, errors.Join(err, e.endPurge(ctx, &done, err))
		}
		after = slices.Max(due)
		if err := e.purgeSome(ctx, &done, rule, timerID, cause, due); err != nil {
			return done, errors.Join(err, e.endPurge(ctx, &done, err))
		}
	}
}

// purgeSome purges some orders in one write, the first of them with the run that says so.
func (e *Engine) purgeSome(ctx context.Context, done *Purge, rule PersonalRule, timerID int64, cause journal.Cause, due []int64) error {
	var next Purge
	err := e.store.InSyncTx(ctx, true, func(tx Tx) error {
		next = *done
		if next.Run.ID == 0 {
			next.Run = journal.Run{Kind: journal.RunPurge, Cause: cause, ChannelID: rule.ChannelID, TimerID: timerID, Counts: map[string]int{},
				Title: fmt.Sprintf("Personal values of %s, %d days after shipment", rule.Channel, rule.Days)}
			if err := tx.InsertRun(&next.Run); err != nil {
				return err
			}
		}
		for _, id := range due {
			contacts, payloads, err := tx.PurgePersonal(id, next.Run.ID)
			if err != nil {
				return err
			}
			next.Orders, next.Contacts, next.Payloads = next.Orders+1, next.Contacts+contacts, next.Payloads+payloads
		}
		next.Run.Counts = map[string]int{"purged": next.Orders, "contacts": next.Contacts, "payloads": next.Payloads}
		next.Run.Done = int64(next.Orders)
		return tx.UpdateRun(next.Run)
	})
	if err == nil {
		*done = next
	}
	return err
}

func (e *Engine) endPurge(ctx context.Context, done *Purge, cause error) error {
	if done.Run.ID == 0 {
		return nil
	}
	return e.store.InSyncTx(context.WithoutCancel(ctx), false, func(tx Tx) error {
		done.Run.State, done.Run.FinishedAt, done.Run.Total = journal.Done, tx.Now(), int64(done.Orders)
		if cause != nil {
			problem := fault.ProblemOf(cause)
			done.Run.State, done.Run.Problem = journal.Failed, &problem
		}
		return tx.UpdateRun(done.Run)
	})
}
