package store

import "context"

// standing is the part of the ledger that counts: entries since the start of tracking that holds.
const standing = ` FROM stock_movement m JOIN stock_start s ON s.variant_id = m.variant_id AND s.location_id = m.location_id AND s.seq <= m.seq `

// rebuild makes levels, demands and allocations anew from the ledger, which itself is not touched, and notes as due the tracked variants that orders sold
// something of. Levels that are right are only read.
var rebuild = []string{
	`DELETE FROM stock_level WHERE NOT EXISTS (SELECT 1 FROM stock_start s WHERE s.variant_id = stock_level.variant_id AND s.location_id = stock_level.location_id)`,
	`INSERT INTO stock_level (variant_id, location_id, on_hand, started_at, counted_at, seq) SELECT variant_id, location_id, 0, started_at, started_at, seq FROM stock_start s
		WHERE NOT EXISTS (SELECT 1 FROM stock_level l WHERE l.variant_id = s.variant_id AND l.location_id = s.location_id)`,
	`UPDATE stock_level SET on_hand = x.q, reserved = x.r, incoming = x.i FROM (SELECT variant_id, location_id, sum(quantity) AS q, sum(reserved) AS r, sum(incoming) AS i
		FROM stock_movement GROUP BY variant_id, location_id) x WHERE x.variant_id = stock_level.variant_id AND x.location_id = stock_level.location_id
		AND (on_hand, stock_level.reserved, stock_level.incoming) <> (x.q, x.r, x.i)`,
	`UPDATE stock_level SET started_at = x.began, counted_at = x.counted FROM (SELECT s.variant_id, s.location_id, s.started_at AS began, max(s.started_at, COALESCE((SELECT max(counted_at)
		FROM stock_count c WHERE c.variant_id = s.variant_id AND c.location_id = s.location_id AND c.undone = 0), 0)) AS counted FROM stock_start s) x
		WHERE x.variant_id = stock_level.variant_id AND x.location_id = stock_level.location_id AND (started_at, counted_at) <> (x.began, x.counted)`,
	`DELETE FROM stock_allocation`,
	`INSERT INTO stock_demand (order_id, line_id, variant_id, per_piece, pool, placed_at, open, reserved, taken, returned, seq)
		SELECT m.cause_id, m.line_id, m.variant_id, 0, COALESCE(l.channel_id, 0), COALESCE(o.placed_at, 0), 0, 0, 0, 0, max(m.seq)` + standing + `
		JOIN location l ON l.id = m.location_id LEFT JOIN orders o ON o.id = m.cause_id WHERE m.cause_kind = 'order' AND m.line_id IS NOT NULL AND m.count_id IS NULL
		GROUP BY m.line_id, m.variant_id ON CONFLICT (line_id, variant_id) DO NOTHING`,
	`INSERT INTO stock_allocation (demand_id, location_id, reserved, taken, returned)
		SELECT d.id, m.location_id, max(sum(m.reserved), 0), max(-sum(CASE WHEN m.kind = 'sale' OR m.kind = 'undo' AND m.quantity > 0 THEN m.quantity ELSE 0 END), 0),
			max(sum(CASE WHEN m.kind = 'return' OR m.kind = 'undo' AND m.quantity < 0 THEN m.quantity ELSE 0 END), 0)` + standing + `
		JOIN stock_demand d ON d.line_id = m.line_id AND d.variant_id = m.variant_id WHERE m.cause_kind = 'order' AND m.count_id IS NULL GROUP BY d.id, m.location_id`,
	`DELETE FROM stock_allocation WHERE reserved = 0 AND taken = 0 AND returned = 0`,
	`UPDATE stock_demand SET reserved = 0, taken = 0, returned = 0`,
	`UPDATE stock_demand SET open = max(open, x.r), reserved = x.r, taken = x.t, returned = x.b FROM (SELECT demand_id, sum(reserved) AS r, sum(taken) AS t, sum(returned) AS b
		FROM stock_allocation GROUP BY demand_id) x WHERE x.demand_id = stock_demand.id`,
	`INSERT OR IGNORE INTO stock_due (variant_id) SELECT variant_id FROM stock_demand UNION SELECT i.variant_id FROM bom_item i WHERE i.variant_id IN (SELECT variant_id FROM stock_start)
		UNION SELECT g.variant_id FROM listing g WHERE g.variant_id IN (SELECT variant_id FROM stock_start) AND EXISTS (SELECT 1 FROM order_line l WHERE l.listing_id = g.id)`,
}

// RebuildStock makes the levels anew from the ledger, and what is reserved from the orders. The ledger gets entries only where orders say something
// else than it.
func (s *Store) RebuildStock(ctx context.Context) error {
	err := s.Write(ctx, Bulk, func(tx *Tx) error {
		tx.touch(Stock)
		tx.forgetStock()
		for _, statement := range rebuild {
			if err := tx.Exec(statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return classify("making stock levels anew", err)
	}
	return classify("making stock levels anew", s.settleDue(ctx))
}
