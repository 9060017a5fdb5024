package intake

import (
	"fmt"

	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// Edit writes after over before as a person's own change (a tag, a hold), journalled under the run.
func Edit(tx Tx, runID int64, before, after *order.Order, changes []order.Change) error {
	if err := tx.UpdateOrder(before, after); err != nil {
		return fmt.Errorf("updating order: %w", err)
	}
	return tx.InsertChange(journal.Change{RecordKind: OrderKind, RecordID: after.ID, Action: journal.Changed,
		Fields: changes, RunID: runID})
}

// State judges what a person states of a record of any kind but orders and carries it out, journalled under the run. An UnfitError tells why it
// cannot be.
func State(tx Tx, runID, channelID int64, s Stated) (Judgement, error) {
	j, err := JudgeStated(tx, ModeMerge, channelID, s)
	if err != nil {
		return j, err
	}
	keeper, action := tx.Keeper(s.Kind, channelID), journal.Changed
	switch j.Verdict {
	case Error:
		return j, fault.New(fault.Invalid, j.Problems[0].Message, j.Problems[0].Remedy).InField(j.Problems[0].Column)
	case New:
		action = journal.Created
		j.Record, j.Changes, err = keeper.Insert(runID, s)
	case Changed:
		err = keeper.Set(runID, j.Record, j.Changes)
	default:
		return j, nil
	}
	if err != nil {
		return j, fmt.Errorf("writing %s: %w", RecordKind(s.Kind), err)
	}
	return j, tx.InsertChange(journal.Change{RecordKind: RecordKind(s.Kind), RecordID: j.Record.ID, Action: action, Fields: j.Changes, RunID: runID})
}
