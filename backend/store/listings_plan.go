package store

import (
	"context"
	"database/sql"
	"errors"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/listings"
)

// SaveLinkPlan stores a plan and fills in its id.
func (s *Store) SaveLinkPlan(ctx context.Context, plan *listings.Plan) error {
	return s.Write(ctx, Urgent, func(tx *Tx) (err error) {
		plan.ID, err = tx.Insert(`INSERT INTO link_plan (title, made_at, seq) VALUES (?, ?, ?)`, plan.Title, int64(tx.now), tx.seq)
		for _, m := range plan.Links {
			if err != nil {
				return err
			}
			err = tx.Exec(`INSERT INTO link_plan_listing (plan_id, listing_id, variant_id, pack, why, observed_seq) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
				plan.ID, m.ListingID, m.VariantID, string(m.Pack), m.Why, m.Observed)
		}
		return err
	})
}

// LinkPlan reads a stored plan.
func (s *Store) LinkPlan(ctx context.Context, id int64) (p listings.Plan, err error) {
	q := s.reading(ctx)
	p.ID = id
	err = q.QueryRow(`SELECT title, COALESCE(run_id, 0) FROM link_plan WHERE id = ?`, id).Scan(&p.Title, &p.RunID)
	if errors.Is(err, sql.ErrNoRows) {
		return p, fault.New(fault.NotFound, "There is no such plan.", "Make it again.")
	}
	if err != nil {
		return p, classify("reading plan", err)
	}
	rows, err := q.Query(`SELECT listing_id, variant_id, pack, why, observed_seq FROM link_plan_listing WHERE plan_id = ? ORDER BY listing_id`, id)
	p.Links, err = collect(rows, err, func(rows *sql.Rows, m *listings.Match) error {
		return rows.Scan(&m.ListingID, &m.VariantID, &m.Pack, &m.Why, &m.Observed)
	})
	return p, classify("reading plan", err)
}

// NoteLinkRun notes which run applied a plan; it is false where one did already.
func (s *Store) NoteLinkRun(ctx context.Context, planID, runID int64) (noted bool, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		n, err := tx.Affect(`UPDATE link_plan SET run_id = ?, seq = ? WHERE id = ? AND run_id IS NULL`, runID, tx.seq, planID)
		noted = n > 0
		return err
	})
	return noted, err
}

// ListingVersion is a listing's commit sequence; 0 when it is gone.
func (tx *Tx) ListingVersion(id int64) (int64, error) {
	return tx.Number(`SELECT seq FROM listing WHERE id = ?`, id)
}

// Link links a listing to a variant under a run.
func (tx *Tx) Link(runID, listingID, variantID int64, pack commerce.Decimal) (bool, error) {
	return tx.linkTo(runID, listingID, variantID, pack, linkedByPerson)
}

// InListingTx runs one atomic write about listings.
func (s *Store) InListingTx(ctx context.Context, bulk bool, do func(listings.Tx) error) error {
	lane := Urgent
	if bulk {
		lane = Bulk
	}
	return s.Write(ctx, lane, func(tx *Tx) error { return do(tx) })
}

// CatalogTouched lists the listings and variants that a run touched, from the one it touched last: what one step stands on is taken
// back after it.
func (s *Store) CatalogTouched(ctx context.Context, runID, mark int64, limit int) ([]listings.Touched, error) {
	if mark == 0 {
		mark = 1 << 62
	}
	rows, err := s.reading(ctx).Query(`SELECT c.record_kind, c.record_id, c.id FROM change c WHERE c.run_id = ? AND c.record_kind IN ('listing', 'variant') AND c.id < ?
		AND NOT EXISTS (SELECT 1 FROM change e WHERE e.record_kind = c.record_kind AND e.record_id = c.record_id AND e.run_id = c.run_id AND e.id < c.id)
		ORDER BY c.id DESC LIMIT ?`, runID, mark, limit)
	return collect(rows, err, func(rows *sql.Rows, t *listings.Touched) error {
		var kind string
		err := rows.Scan(&kind, &t.ID, &t.Mark)
		if t.Kind = intake.Links; kind == intake.RecordKind(intake.Products) {
			t.Kind = intake.Products
		}
		return err
	})
}
