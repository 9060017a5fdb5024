package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/syncing"
)

// SoldSince lists what orders moved of a listing at its channel since an instant, oldest first: those placed since that stand, and, below zero, those
// placed before that were called off since.
func (s *Store) SoldSince(ctx context.Context, listingID int64, since commerce.Instant) ([]syncing.Sold, error) {
	rows, err := s.reading(ctx).Query(`SELECT o.id, o.number, l.quantity, o.placed_at, 0 FROM order_line l JOIN orders o ON o.id = l.order_id
			WHERE l.listing_id = ?1 AND o.placed_at > ?2 AND o.cancelled_at IS NULL AND l.quantity <> ''
		UNION ALL SELECT o.id, o.number, l.quantity, o.cancelled_at, 1 FROM order_line l JOIN orders o ON o.id = l.order_id
			WHERE l.listing_id = ?1 AND o.cancelled_at > ?2 AND o.placed_at <= ?2 AND l.quantity <> '' ORDER BY 4, 1`, listingID, int64(since))
	all, err := collect(rows, err, func(rows *sql.Rows, o *syncing.Sold) error {
		var back bool
		err := rows.Scan(&o.OrderID, &o.Number, &o.Quantity, &o.At, &back)
		if back {
			o.Quantity = o.Quantity.Times("-1")
		}
		return err
	})
	return all, classify("reading what sold", err)
}

// LastDone reads the newest intent of an operation, target and location that was done; its id is 0 when there is none.
func (s *Store) LastDone(ctx context.Context, connectionID int64, operation channel.Operation, target, location string) (i syncing.Intent, err error) {
	err = scanIntent(s.reading(ctx).QueryRow(`SELECT `+intentColumns+` FROM intent i WHERE i.connection_id = ? AND i.operation = ? AND i.target = ? AND i.location = ?
		AND +i.state = 'done' ORDER BY i.id DESC LIMIT 1`, connectionID, string(operation), target, location), &i)
	if errors.Is(err, sql.ErrNoRows) {
		return syncing.Intent{}, nil
	}
	return i, classify("reading writes", err)
}

// DriftChecks lists what the last check of each connection found.
func (s *Store) DriftChecks(ctx context.Context) ([]syncing.DriftCheck, error) {
	rows, err := s.reading(ctx).Query(`SELECT connection_id, run_id, checked_at, listings, counts, found FROM drift_check ORDER BY connection_id`)
	all, err := collect(rows, err, func(rows *sql.Rows, c *syncing.DriftCheck) error {
		var counts, found []byte
		if err := rows.Scan(&c.ConnectionID, &c.RunID, &c.CheckedAt, &c.Listings, &counts, &found); err != nil {
			return err
		}
		return errors.Join(json.Unmarshal(counts, &c.Counts), json.Unmarshal(found, &c.Found))
	})
	return all, classify("reading checks for drift", err)
}

// PutDriftCheck keeps what a check found in place of the one before.
func (tx *Tx) PutDriftCheck(c syncing.DriftCheck) error {
	tx.touch(Listings)
	return tx.Exec(`INSERT INTO drift_check (connection_id, run_id, checked_at, listings, counts, found, seq) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (connection_id) DO UPDATE SET run_id = excluded.run_id, checked_at = excluded.checked_at, listings = excluded.listings, counts = excluded.counts,
		found = excluded.found, seq = excluded.seq`, c.ConnectionID, c.RunID, int64(c.CheckedAt), c.Listings, asJSON(c.Counts), asJSON(c.Found), tx.seq)
}

// StockChangedAt says when the ledger last had an entry of each of these variants.
func (s *Store) StockChangedAt(ctx context.Context, variants []int64) (map[int64]commerce.Instant, error) {
	type changed struct {
		id int64
		at commerce.Instant
	}
	rows, err := s.reading(ctx).Query(`SELECT variant_id, max(recorded_at) FROM stock_movement WHERE variant_id IN (SELECT value FROM json_each(?)) GROUP BY variant_id`,
		asJSON(variants))
	all, err := collect(rows, err, func(rows *sql.Rows, c *changed) error { return rows.Scan(&c.id, &c.at) })
	at := map[int64]commerce.Instant{}
	for _, c := range all {
		at[c.id] = c.at
	}
	return at, classify("reading the stock ledger", err)
}
