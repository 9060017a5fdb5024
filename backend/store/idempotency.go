package store

import (
	"context"
	"database/sql"
	"errors"

	"tradepost/backend/workspace"
)

// idempotencyAge is how long answers are kept, in milliseconds: a day.
const idempotencyAge = 24 * 3600_000

// Answered reads the answer kept under key; ok is false when there is none.
func (s *Store) Answered(ctx context.Context, key string) (a workspace.Answer, ok bool, err error) {
	err = s.reading(ctx).QueryRow(`SELECT request, status, headers, body FROM idempotency WHERE key = ?`, key).
		Scan(&a.Request, &a.Status, &a.Headers, &a.Body)
	if errors.Is(err, sql.ErrNoRows) {
		return a, false, nil
	}
	return a, err == nil, classify("reading a kept answer", err)
}

// KeepAnswer keeps an answer for a day, and drops those that are older.
func (s *Store) KeepAnswer(ctx context.Context, key string, a workspace.Answer) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		if err := tx.Exec(`DELETE FROM idempotency WHERE made_at < ?`, int64(tx.now)-idempotencyAge); err != nil {
			return err
		}
		return tx.Exec(`INSERT INTO idempotency (key, request, status, headers, body, made_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			key, a.Request, a.Status, a.Headers, a.Body, int64(tx.now))
	})
}
