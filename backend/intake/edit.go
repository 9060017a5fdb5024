package intake

import (
	"fmt"

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
