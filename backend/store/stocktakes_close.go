package store

import (
	"context"
	"fmt"
	"maps"

	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

// closeChunk is how many lines of a stocktake are written in one write.
const closeChunk = 25

// CloseStocktake writes what was counted as counts of the instants at which it was: one run, which can be taken back as one. A crash on the way needs no repair:
// closing it again goes on where it stopped.
func (s *Store) CloseStocktake(ctx context.Context, id int64, missing inventory.Missing, version int64) (run journal.Run, err error) {
	if missing != inventory.LeaveMissing && missing != inventory.ZeroMissing {
		return run, fault.New(fault.Invalid, fmt.Sprintf("%q says nothing of what is missing.", missing), "Use leave or zero.").InField("missing")
	}
	err = s.Write(ctx, Urgent, func(tx *Tx) (err error) {
		run, err = tx.beginClosing(id, missing, version)
		return err
	})
	for more := true; more && err == nil; {
		err = s.Write(ctx, Bulk, func(tx *Tx) (err error) {
			more, err = tx.closeSome(id, &run)
			return err
		})
	}
	return run, classify("closing the stocktake", err)
}

func (tx *Tx) beginClosing(id int64, missing inventory.Missing, version int64) (run journal.Run, err error) {
	t, err := stocktakeByID(tx, id)
	if err != nil {
		return run, err
	}
	tx.touch(Stock)
	switch t.State {
	case inventory.StocktakeClosing:
		if run, err = runByID(tx, t.RunID); err != nil {
			return run, err
		}
		run.State, run.FinishedAt, run.Problem = journal.Running, 0, nil
		return run, tx.UpdateRun(run)
	case inventory.StocktakeOpen:
		err = expect(t.Version, version)
	default:
		err = fault.New(fault.Conflict, t.Name+" is "+string(t.State)+".", "Start another stocktake.")
	}
	if err == nil && t.Counted == 0 && missing == inventory.LeaveMissing {
		err = fault.New(fault.Conflict, "Nothing was counted.", "Count first, or discard the stocktake.")
	}
	if err != nil {
		return run, err
	}
	run = journal.Run{Kind: journal.RunStock, Cause: journal.ByPerson, Title: "Stocktake: " + t.Name, Subject: fmt.Sprint(id), Total: int64(t.Lines), Counts: map[string]int{}}
	return run, firstError(tx.InsertRun(&run), tx.Exec(`UPDATE stocktake SET state = 'closing', missing = ?, run_id = ?, seq = ? WHERE id = ?`, string(missing), run.ID, tx.seq, id))
}

// closeSome writes the next lines, or ends the run when there are none.
func (tx *Tx) closeSome(id int64, run *journal.Run) (more bool, err error) {
	next := *run
	next.Counts = maps.Clone(run.Counts)
	t, err := stocktakeByID(tx, id)
	if err != nil {
		return false, err
	}
	lines, err := sheetBy(tx, t, `WHERE n.stocktake_id = ? AND n.outcome = '' ORDER BY n.id LIMIT ?`, id, closeChunk)
	if err != nil {
		return false, err
	}
	for _, l := range lines {
		outcome, err := tx.closeLine(next.ID, t, l)
		if err != nil {
			return false, err
		}
		next.Counts[outcome]++
		next.Done++
	}
	if len(lines) == 0 {
		next.State, next.FinishedAt = journal.Done, tx.now
		err = tx.Exec(`UPDATE stocktake SET state = 'closed', closed_at = ?, seq = ? WHERE id = ?`, int64(tx.now), tx.seq, id)
	}
	if err := firstError(err, tx.UpdateRun(next)); err != nil {
		return false, err
	}
	*run = next
	return len(lines) > 0, nil
}

// closeLine writes one line as a count, and says how that ended: changed, same, left, or missing where nobody counted it.
func (tx *Tx) closeLine(runID int64, t inventory.Stocktake, l inventory.SheetLine) (outcome string, err error) {
	at, problem := l.LastAt, ""
	switch {
	case l.Rows == 0 && (t.Missing == inventory.LeaveMissing || !l.Tracked):
		return "missing", tx.endLine(l.ID, "left", "")
	case l.Rows == 0:
		at = tx.now
	case l.Counted < 0:
		problem = "Its rows add up to less than nothing."
	}
	if into, err := tx.Number(`SELECT COALESCE(merged_into, 0) FROM variant WHERE id = ?`, l.VariantID); err != nil {
		return "", err
	} else if into != 0 {
		problem = "It became a part of another product since: count that one."
	}
	if problem != "" {
		return "left", tx.endLine(l.ID, "left", problem)
	}
	stated := intake.Stated{Kind: intake.StockCounts, Values: map[string]string{intake.OwnID: idText(l.VariantID), "sku": l.SKU, "location": t.Location,
		"on_hand": string(l.Counted.Decimal()), "counted_at": at.String()}}
	_, err = intake.State(tx, runID, 0, stated)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return "left", tx.endLine(l.ID, "left", fault.Of(err).Message)
	}
	outcome = "changed"
	if l.Variance() == 0 && l.Rows > 0 {
		outcome = "same"
	}
	return outcome, firstError(err, tx.endLine(l.ID, "counted", ""))
}

func (tx *Tx) endLine(id int64, outcome, problem string) error {
	return tx.Exec(`UPDATE stocktake_line SET outcome = ?, problem = ? WHERE id = ?`, outcome, problem, id)
}

// DiscardStocktake puts a stocktake away; what was counted in it changes nothing.
func (s *Store) DiscardStocktake(ctx context.Context, id, version int64) (t inventory.Stocktake, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		if t, err = tx.countable(id); err != nil {
			return err
		}
		if err := firstError(expect(t.Version, version), tx.Exec(`UPDATE stocktake SET state = 'discarded', closed_at = ?, seq = ? WHERE id = ?`, int64(tx.now), tx.seq, id)); err != nil {
			return err
		}
		tx.touch(Stock)
		t, err = stocktakeByID(tx, id)
		return err
	})
	return t, classify("discarding the stocktake", err)
}
