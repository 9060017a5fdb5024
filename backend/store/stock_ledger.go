package store

import (
	"database/sql"
	"errors"
	"fmt"

	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
)

// post writes entries of the ledger, and brings the levels up to date with them. What happened before a count that is known already is
// taken out of that count's correction: what was counted stands. An entry for a level that is not there is an error: nothing moves
// what is not tracked. Where a level may have got more to give, refill must follow.
func (tx *Tx) post(entries ...inventory.Entry) error {
	for _, e := range entries {
		if e.OccurredAt == 0 {
			e.OccurredAt = tx.now
		}
		if err := errors.Join(tx.enter(e), tx.yieldToCount(e)); err != nil {
			return fmt.Errorf("writing the stock ledger: %w", err)
		}
	}
	return nil
}

const newEntry = `INSERT INTO stock_movement (variant_id, location_id, kind, quantity, reserved, incoming, cause_kind, cause_id, line_id, count_id,
	reverses, reason, occurred_at, recorded_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// enter writes one entry.
func (tx *Tx) enter(e inventory.Entry) error {
	if e.OccurredAt == 0 {
		e.OccurredAt = tx.now
	}
	tx.touch(Stock)
	b := tx.batch()
	b.add(newEntry)
	b.Int(e.VariantID)
	b.Int(e.LocationID)
	b.Text(string(e.Kind))
	b.Int(int64(e.OnHand))
	b.Int(int64(e.Reserved))
	b.Int(int64(e.Incoming))
	b.Text(string(e.Cause.Kind))
	b.Int(e.Cause.ID)
	b.stated(e.Cause.Line)
	b.stated(e.CountID)
	b.stated(e.Reverses)
	b.Text(e.Reason)
	b.Int(int64(e.OccurredAt))
	b.Int(int64(tx.now))
	b.Int(tx.seq)
	levels := b.add(`UPDATE stock_level SET on_hand = on_hand + ?, reserved = reserved + ?, incoming = incoming + ?, seq = ?,
		counted_seq = CASE ? WHEN 'run' THEN ? ELSE counted_seq END WHERE variant_id = ? AND location_id = ?`)
	b.Int(int64(e.OnHand))
	b.Int(int64(e.Reserved))
	b.Int(int64(e.Incoming))
	b.Int(tx.seq)
	b.Text(string(e.Cause.Kind))
	b.Int(tx.seq)
	b.Int(e.VariantID)
	b.Int(e.LocationID)
	if err := b.run(); err != nil {
		return err
	}
	if e.OnHand != e.Reserved || e.Kind == inventory.Start { // what is tracked from now on may be none, and channels show some
		tx.noteMoved(e.VariantID, e.Cause.Kind == inventory.ByOrder)
	}
	if b.Changed(levels) != 1 {
		return fmt.Errorf("variant %d is not tracked at location %d", e.VariantID, e.LocationID)
	}
	return nil
}

// noteMoved notes that something else of a variant is available.
func (tx *Tx) noteMoved(variantID int64, byOrder bool) {
	if tx.moved == nil {
		tx.moved = map[int64]bool{}
	}
	tx.moved[variantID] = tx.moved[variantID] || byOrder
}

// yieldToCount takes an entry out of the correction of the first count after it, when that count is known already.
func (tx *Tx) yieldToCount(e inventory.Entry) error {
	if e.OnHand == 0 || e.Kind == inventory.Start || e.OccurredAt >= tx.now {
		return nil
	}
	after := e.OccurredAt
	if e.CountID == 0 {
		after-- // what happened at the instant of a count was there to be seen
	}
	var count int64
	var at commerce.Instant
	err := tx.QueryRow(`SELECT id, counted_at FROM stock_count WHERE variant_id = ? AND location_id = ? AND counted_at > ? AND undone = 0 AND id <> ?
		ORDER BY counted_at, id LIMIT 1`, e.VariantID, e.LocationID, int64(after), e.CountID).Scan(&count, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.enter(inventory.Entry{VariantID: e.VariantID, LocationID: e.LocationID, Kind: inventory.Correction, OnHand: -e.OnHand, Cause: e.Cause,
		CountID: count, OccurredAt: at})
}
