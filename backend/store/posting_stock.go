package store

import (
	"cmp"
	"context"
	"database/sql"

	"tradepost/backend/accounting"
	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
	"tradepost/backend/syncing"
)

// aside are the entries of own locations that moved goods beside orders, purchases and transfers: adjusted, counted, put together to kits, or that taken
// back. A correction that gives way to what became known late is one of them. The beginning of tracking moves nothing, and neither does its end. What was before the ledger system itself said a number, and that number, is no news to it; and while its item list is the
// word on the stock of a product nothing of that is told: it would come back as a count, and that be told again.
const aside = ` FROM stock_movement m JOIN variant v ON v.id = m.variant_id JOIN location l ON l.id = m.location_id LEFT JOIN stock_movement b ON b.id = m.reverses
	LEFT JOIN booked_movement k ON k.connection_id = ?1 AND k.movement_id = m.id
	WHERE m.kind IN ('adjustment', 'count', 'assembly', 'undo') AND m.quantity <> 0 AND l.channel_id IS NULL
	AND (m.kind <> 'undo' OR m.count_id IS NOT NULL OR b.kind IN ('adjustment', 'count', 'assembly'))
	AND NOT EXISTS (SELECT 1 FROM stock_count c JOIN run r ON r.id = c.run_id WHERE c.variant_id = m.variant_id AND c.counted_at >= m.occurred_at AND c.undone = 0 AND r.connection_id = ?1)
	AND NOT EXISTS (SELECT 1 FROM stock_rule r JOIN listing g ON g.channel_id = r.record_id AND g.variant_id = m.variant_id WHERE r.scope = 'channel' AND r.master = 'books') `

const asideColumns = `SELECT m.id, m.variant_id, m.occurred_at, CASE WHEN m.kind <> 'undo' THEN m.kind WHEN m.count_id IS NOT NULL THEN 'count' ELSE b.kind END,
	CASE m.kind WHEN 'undo' THEN COALESCE(b.reason, '') ELSE m.reason END, v.sku, m.quantity, COALESCE(k.problem, '')`

// moving is a movement with whose it is.
type moving struct {
	accounting.Movement
	variantID int64
}

// StockMovements lists movements of own stock that no document of an order says, with what the goods cost as far as that was known then.
func (s *Store) StockMovements(ctx context.Context, f syncing.MovementFilter) (all []accounting.Movement, err error) {
	err = s.inOneState(ctx, func(q querier) error {
		found, err := movementsAside(q, f)
		if err != nil || len(found) == 0 {
			return err
		}
		if err := costMovements(q, found); err != nil {
			return err
		}
		for _, one := range found {
			all = append(all, one.Movement)
		}
		return nil
	})
	return all, classify("reading the stock ledger", err)
}

func movementsAside(q querier, f syncing.MovementFilter) ([]moving, error) {
	keys := make([]string, 0, len(f.SKUs))
	for _, sku := range f.SKUs {
		keys = append(keys, commerce.NumberKey(sku))
	}
	order := ` ORDER BY m.id LIMIT ?5`
	if f.Newest {
		order = ` ORDER BY m.id DESC LIMIT ?5`
	}
	rows, err := q.Query(asideColumns+aside+`AND m.occurred_at >= ?2 AND v.sku_key IN (SELECT value FROM json_each(?3)) AND (?4 OR NOT EXISTS (SELECT 1 FROM posting_movement p
		WHERE p.connection_id = ?1 AND p.movement_id = m.id AND p.freed = 0))`+order, f.ConnectionID, int64(f.Since), asJSON(keys), f.Posted, f.Limit)
	return collect(rows, err, func(rows *sql.Rows, m *moving) error {
		return rows.Scan(&m.ID, &m.variantID, &m.At, &m.Kind, &m.Reason, &m.SKU, &m.Quantity, &m.Problem)
	})
}

// costMovements fills in what the goods of movements cost.
func costMovements(q querier, all []moving) error {
	c, err := newCosting(q, 0)
	if err != nil {
		return err
	}
	ties, err := c.ties()
	worth, done := map[int64]inventory.Worth{}, map[int64]bool{}
	for _, one := range all {
		worth[one.ID] = inventory.Worth{Unknown: 1}
	}
	c.tell = func(e inventory.Entry, w inventory.Worth) {
		if _, asked := worth[e.ID]; asked {
			worth[e.ID] = w
		}
	}
	for _, one := range all {
		if err != nil || done[one.variantID] {
			continue
		}
		group := tied(ties, one.variantID)
		for _, id := range group {
			done[id] = true
		}
		_, err = c.of(group)
	}
	for i := range all {
		one := &all[i]
		w := worth[one.ID]
		one.Currency, one.Value = c.currency, commerce.Amount{Minor: w.Value * int64(cmp.Compare(one.Quantity, 0)), Stated: w.Unknown == 0}
	}
	return err
}

// NoteMovement notes why a movement cannot be posted; "" is nothing.
func (tx *Tx) NoteMovement(connectionID, movementID int64, problem string) error {
	tx.touch(Intents)
	if problem == "" {
		return tx.Exec(`DELETE FROM booked_movement WHERE connection_id = ? AND movement_id = ?`, connectionID, movementID)
	}
	return tx.Exec(`INSERT INTO booked_movement (connection_id, movement_id, problem) VALUES (?, ?, ?) ON CONFLICT (connection_id, movement_id) DO UPDATE SET problem = excluded.problem`,
		connectionID, movementID, problem)
}

// UnbookableStock lists movements of stock that cannot be posted, newest first.
func (s *Store) UnbookableStock(ctx context.Context, connectionID int64, limit int) ([]syncing.UnbookableStock, error) {
	rows, err := s.reading(ctx).Query(`SELECT m.id, v.id, CASE WHEN v.sku <> '' THEN v.sku ELSE v.title END, k.problem FROM booked_movement k JOIN stock_movement m ON m.id = k.movement_id
		JOIN variant v ON v.id = m.variant_id WHERE k.connection_id = ? ORDER BY k.movement_id DESC LIMIT ?`, connectionID, limit)
	all, err := collect(rows, err, func(rows *sql.Rows, u *syncing.UnbookableStock) error {
		return rows.Scan(&u.MovementID, &u.VariantID, &u.Name, &u.Problem)
	})
	return all, classify("reading the stock ledger", err)
}

// PostingMovements lists the entries of the stock ledger that a posting holds, newest first, with what caused them.
func (s *Store) PostingMovements(ctx context.Context, postingID int64, limit int) ([]inventory.Told, error) {
	rows, err := s.reading(ctx).Query(toldEntries+`WHERE m.id IN (SELECT movement_id FROM posting_movement WHERE posting_id = ?) ORDER BY m.id DESC LIMIT ?`, postingID, limit)
	all, err := collect(rows, err, scanTold)
	return all, classify("reading the stock ledger", err)
}

// hold notes which movements a new posting holds.
func (tx *Tx) hold(connectionID, postingID int64, movements []int64) error {
	for _, id := range movements {
		if err := tx.Exec(`INSERT INTO posting_movement (connection_id, movement_id, posting_id) VALUES (?, ?, ?)`, connectionID, id, postingID); err != nil {
			return err
		}
		if err := tx.NoteMovement(connectionID, id, ""); err != nil {
			return err
		}
	}
	return nil
}
