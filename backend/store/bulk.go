package store

import (
	"context"
	"database/sql"

	"tradepost/backend/bulk"
)

// SaveBulkPlan stores a plan and fills in its id.
func (s *Store) SaveBulkPlan(ctx context.Context, plan *bulk.Plan) error {
	return s.Write(ctx, Urgent, func(tx *Tx) (err error) {
		plan.ID, err = tx.Insert(`INSERT INTO bulk_plan (action, value, filter, made_at, seq) VALUES (?, ?, '', ?, ?)`,
			plan.Action, plan.Value, int64(tx.now), tx.seq)
		if err != nil {
			return err
		}
		for _, o := range plan.Orders {
			if err := tx.Exec(`INSERT INTO bulk_plan_order (plan_id, order_id, observed_seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, plan.ID, o.ID, o.Observed); err != nil {
				return err
			}
		}
		return nil
	})
}

// BulkPlan reads a stored plan.
func (s *Store) BulkPlan(ctx context.Context, id int64) (p bulk.Plan, err error) {
	q := s.reading(ctx)
	p.ID = id
	if err := q.QueryRow(`SELECT action, value, COALESCE(run_id, 0) FROM bulk_plan WHERE id = ?`, id).Scan(&p.Action, &p.Value, &p.RunID); err != nil {
		return p, classify("reading plan", err)
	}
	rows, err := q.Query(`SELECT order_id, observed_seq FROM bulk_plan_order WHERE plan_id = ? ORDER BY order_id`, id)
	p.Orders, err = collect(rows, err, func(rows *sql.Rows, o *bulk.Planned) error { return rows.Scan(&o.ID, &o.Observed) })
	return p, classify("reading plan", err)
}

// NoteBulkRun notes which run applied a plan.
func (s *Store) NoteBulkRun(ctx context.Context, planID, runID int64) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		return tx.Exec(`UPDATE bulk_plan SET run_id = ?, seq = ? WHERE id = ?`, runID, tx.seq, planID)
	})
}
