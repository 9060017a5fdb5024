package store

import (
	"context"
	"database/sql"

	"tradepost/backend/tabular/job"
)

// RaisedConcerns lists the concerns that were told.
func (s *Store) RaisedConcerns(ctx context.Context) ([]job.Raised, error) {
	rows, err := s.reading(ctx).Query(`SELECT connection_id, kind, raised_at, mailed FROM concern ORDER BY connection_id, kind`)
	all, err := collect(rows, err, func(rows *sql.Rows, r *job.Raised) error {
		return rows.Scan(&r.ConnectionID, &r.Kind, &r.RaisedAt, &r.Mailed)
	})
	return all, classify("reading concerns", err)
}

// RaiseConcern notes that a concern is told.
func (s *Store) RaiseConcern(ctx context.Context, connectionID int64, kind string) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Connections)
		return tx.Exec(`INSERT INTO concern (connection_id, kind, raised_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, connectionID, kind, int64(tx.now))
	})
}

// SettleConcern forgets a concern that is none any more.
func (s *Store) SettleConcern(ctx context.Context, connectionID int64, kind string) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Connections)
		return tx.Exec(`DELETE FROM concern WHERE connection_id = ? AND kind = ?`, connectionID, kind)
	})
}

// NoteConcernMail notes how far the mail about a concern is, if it still is as expected.
func (s *Store) NoteConcernMail(ctx context.Context, connectionID int64, kind, expected, mailed string) (won bool, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		n, err := tx.Affect(`UPDATE concern SET mailed = ? WHERE connection_id = ? AND kind = ? AND mailed = ?`, mailed, connectionID, kind, expected)
		won = n == 1
		return err
	})
	return won, err
}
