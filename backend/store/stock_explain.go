package store

import (
	"context"
	"database/sql"
	"slices"

	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
)

// ExplainStock says why a variant's stock is what it is, or was at an instant (0: now), as recorded then or, if occurred, by what happened until
// then. Everything is read from one state of the database.
func (s *Store) ExplainStock(ctx context.Context, variantID int64, at commerce.Instant, occurred bool) (e inventory.Explanation, err error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return e, classify("reading stock", err)
	}
	defer func() { _ = tx.Rollback() }()
	q := reading{ctx, tx}
	if _, err := variantNow(q, variantID); err != nil {
		return e, err
	}
	e, err = explain(q, variantID, at, occurred)
	return e, classify("explaining stock", err)
}

// until narrows entries to an instant: ?3 is the instant (0: now), ?4 whether by when they occurred.
const until = ` (?3 = 0 OR CASE ?4 WHEN 0 THEN m.recorded_at ELSE m.occurred_at END <= ?3) `

func explain(q querier, variantID int64, at commerce.Instant, occurred bool) (inventory.Explanation, error) {
	e := inventory.Explanation{VariantID: variantID, At: at, Occurred: occurred}
	rows, err := q.Query(`SELECT l.id, l.name, COALESCE(l.channel_id, 0), COALESCE(s.started_at, 0) FROM location l LEFT JOIN stock_level s ON s.location_id = l.id AND s.variant_id = ?1
		WHERE EXISTS (SELECT 1 FROM stock_movement m WHERE m.variant_id = ?1 AND m.location_id = l.id AND (?2 <> 0 OR s.id IS NOT NULL)) ORDER BY l.rank, l.name`, variantID, int64(at))
	e.Levels, err = collect(rows, err, func(rows *sql.Rows, l *inventory.Explained) error {
		return rows.Scan(&l.LocationID, &l.Location, &l.ChannelID, &l.StartedAt)
	})
	for i := range e.Levels {
		if err == nil {
			err = explainLevel(q, variantID, at, occurred, &e.Levels[i])
		}
	}
	if err != nil || at != 0 { // what was not tracked yet, or no longer, has nothing to explain
		e.Levels = slices.DeleteFunc(e.Levels, func(l inventory.Explained) bool { return len(l.Sums)+len(l.Kept) == 0 })
		return e, err
	}
	rows, err = q.Query(`SELECT d.order_id, COALESCE(o.number, ''), COALESCE(c.name, ''), d.line_id, COALESCE(CASE WHEN l.sku <> '' THEN l.sku ELSE l.title END, ''), d.placed_at,
		d.open - d.reserved FROM stock_demand d LEFT JOIN orders o ON o.id = d.order_id LEFT JOIN channel c ON c.id = o.channel_id LEFT JOIN order_line l ON l.id = d.line_id
		WHERE d.variant_id = ? AND d.pool = 0 AND d.open > d.reserved ORDER BY d.placed_at, d.line_id`, variantID)
	e.Waiting, err = collect(rows, err, scanClaim)
	return e, err
}

func scanClaim(rows *sql.Rows, c *inventory.Claim) error {
	return rows.Scan(&c.OrderID, &c.Number, &c.Channel, &c.LineID, &c.Line, &c.Placed, &c.Quantity)
}

func explainLevel(q querier, variantID int64, at commerce.Instant, occurred bool, l *inventory.Explained) error {
	rows, err := q.Query(`SELECT m.kind, count(*), sum(m.quantity), sum(m.incoming), min(m.occurred_at), max(m.occurred_at) FROM stock_movement m
		WHERE m.variant_id = ?1 AND m.location_id = ?2 AND`+until+`AND (m.quantity <> 0 OR m.incoming <> 0) GROUP BY m.kind ORDER BY min(m.id)`,
		variantID, l.LocationID, int64(at), occurred)
	l.Sums, err = collect(rows, err, func(rows *sql.Rows, s *inventory.Sum) error {
		return rows.Scan(&s.Kind, &s.Entries, &s.OnHand, &s.Incoming, &s.FirstAt, &s.LastAt)
	})
	if err != nil {
		return err
	}
	rows, err = q.Query(`SELECT k.order_id, COALESCE(o.number, ''), COALESCE(c.name, ''), k.line_id, COALESCE(CASE WHEN i.sku <> '' THEN i.sku ELSE i.title END, ''),
		COALESCE(o.placed_at, 0), k.kept FROM (SELECT m.cause_id AS order_id, m.line_id, sum(m.reserved) AS kept FROM stock_movement m
			WHERE m.variant_id = ?1 AND m.location_id = ?2 AND m.reserved <> 0 AND`+until+`GROUP BY m.cause_id, m.line_id HAVING kept <> 0) k
		LEFT JOIN orders o ON o.id = k.order_id LEFT JOIN channel c ON c.id = o.channel_id LEFT JOIN order_line i ON i.id = k.line_id ORDER BY 6, 4`,
		variantID, l.LocationID, int64(at), occurred)
	l.Kept, err = collect(rows, err, scanClaim)
	return err
}
