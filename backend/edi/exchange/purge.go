package exchange

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
)

// KeepSetting names for how many days texts of EDI are kept among the settings; blank and 0 are for ever.
const KeepSetting = "edi_keep_days"

// purgedAtOnce is how many texts or files one write empties.
const purgedAtOnce = 100

// Purge empties texts of EDI that came or were made longer ago than a person set, and the files that they came in once all of a file is
// empty; what an order that is still open was told stays. A run says how many; where there are none, nothing is written down.
func (x *Exchange) Purge(ctx context.Context, timerID int64, cause journal.Cause) (journal.Run, error) {
	text, err := x.store.Setting(ctx, KeepSetting)
	days, _ := strconv.Atoi(text)
	if err != nil || days <= 0 {
		return journal.Run{}, err
	}
	p := purging{x: x, before: commerce.InstantOf(x.store.Now().Time().Add(-time.Duration(days) * 24 * time.Hour)),
		run: journal.Run{Kind: journal.RunPurge, Cause: cause, TimerID: timerID, Counts: map[string]int{}, Title: fmt.Sprintf("Texts of EDI, %d days after they came or went", days)}}
	err = errors.Join(p.all(ctx, "edi_texts", x.store.EDITextsDue, OutTx.PurgeEDIText), p.all(ctx, "files", x.store.EDIFilesDue, OutTx.PurgeEDIFile))
	return p.run, errors.Join(err, p.end(ctx, err), x.store.SweepPurgedFiles(ctx))
}

// purging is one purge under way.
type purging struct {
	x      *Exchange
	before commerce.Instant
	run    journal.Run
}

// all empties what is due, some in each write.
func (p *purging) all(ctx context.Context, what string, find func(context.Context, commerce.Instant, int) ([]int64, error), empty func(OutTx, int64) error) error {
	for {
		due, err := find(ctx, p.before, purgedAtOnce)
		if err != nil || len(due) == 0 {
			return err
		}
		if err := p.some(ctx, what, due, empty); err != nil {
			return err
		}
	}
}

// some empties a few in one write, the first of them with the run that says so.
func (p *purging) some(ctx context.Context, what string, due []int64, empty func(OutTx, int64) error) error {
	next := p.run
	err := p.x.store.InExchangeTx(ctx, func(tx OutTx) error {
		next = p.run
		next.Counts = map[string]int{"edi_texts": p.run.Counts["edi_texts"], "files": p.run.Counts["files"]}
		next.Counts[what] += len(due)
		next.Done = p.run.Done + int64(len(due))
		if next.ID == 0 {
			if err := tx.InsertRun(&next); err != nil {
				return err
			}
		}
		for _, id := range due {
			if err := empty(tx, id); err != nil {
				return err
			}
		}
		return tx.UpdateRun(next)
	})
	if err == nil {
		p.run = next
	}
	return err
}

// end closes the run, if there is one.
func (p *purging) end(ctx context.Context, cause error) error {
	if p.run.ID == 0 {
		return nil
	}
	p.run.State, p.run.FinishedAt, p.run.Total = journal.Done, p.x.store.Now(), p.run.Done
	if cause != nil {
		problem := fault.ProblemOf(cause)
		p.run.State, p.run.Problem = journal.Failed, &problem
	}
	return p.x.store.InExchangeTx(context.WithoutCancel(ctx), func(tx OutTx) error { return tx.UpdateRun(p.run) })
}
