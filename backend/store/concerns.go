package store

import (
	"context"
	"database/sql"

	"tradepost/backend/commerce"
	"tradepost/backend/tabular/job"
)

// RaisedConcerns lists the concerns that were told.
func (s *Store) RaisedConcerns(ctx context.Context) ([]job.Raised, error) {
	rows, err := s.reading(ctx).Query(`SELECT connection_id, partner_id, kind, raised_at, mailed, latest FROM concern ORDER BY connection_id, partner_id, kind`)
	all, err := collect(rows, err, func(rows *sql.Rows, r *job.Raised) error {
		return rows.Scan(&r.ConnectionID, &r.PartnerID, &r.Kind, &r.RaisedAt, &r.Mailed, &r.Latest)
	})
	return all, classify("reading concerns", err)
}

// RaiseConcern notes that a concern is told, and up to what fell due when; its mail is to be sent anew.
func (s *Store) RaiseConcern(ctx context.Context, about job.Subject, latest commerce.Instant) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Connections)
		return tx.Exec(`INSERT INTO concern (connection_id, partner_id, kind, raised_at, latest) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET raised_at = excluded.raised_at, latest = excluded.latest, mailed = ''`, about.ConnectionID, about.PartnerID, about.Kind, int64(tx.now), int64(latest))
	})
}

// SettleConcern forgets a concern that is none any more.
func (s *Store) SettleConcern(ctx context.Context, about job.Subject) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Connections)
		return tx.Exec(`DELETE FROM concern WHERE connection_id = ? AND partner_id = ? AND kind = ?`, about.ConnectionID, about.PartnerID, about.Kind)
	})
}

// NoteConcernMail notes how far the mail about a concern is, if it still is as expected.
func (s *Store) NoteConcernMail(ctx context.Context, about job.Subject, expected, mailed string) (won bool, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		n, err := tx.Affect(`UPDATE concern SET mailed = ? WHERE connection_id = ? AND partner_id = ? AND kind = ? AND mailed = ?`, mailed, about.ConnectionID, about.PartnerID,
			about.Kind, expected)
		won = n == 1
		return err
	})
	return won, err
}
