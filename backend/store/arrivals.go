package store

import (
	"context"
	"database/sql"
	"errors"

	"tradepost/backend/journal"
	"tradepost/backend/syncing"
)

const arrivalColumns = `item, version, message_id, pass, gone_at`

func scanArrival(from scanner, a *syncing.Arrival) error {
	return from.Scan(&a.Item, &a.Version, &a.MessageID, &a.Pass, instant{&a.GoneAt})
}

// Arrivals reads what was last seen of some items.
func (s *Store) Arrivals(ctx context.Context, syncID int64, items []string) (map[string]syncing.Arrival, error) {
	known := make(map[string]syncing.Arrival, len(items))
	q := s.reading(ctx)
	rows, err := q.Query(`SELECT `+arrivalColumns+` FROM arrival WHERE sync_id = ? AND item IN (SELECT value FROM json_each(?))`, syncID, asJSON(items))
	all, err := collect(rows, err, func(rows *sql.Rows, a *syncing.Arrival) error { return scanArrival(rows, a) })
	for _, a := range all {
		known[a.Item] = a
	}
	return known, classify("reading arrivals", err)
}

// Arrival reads what was last seen of one item; the zero Arrival when it never came.
func (tx *Tx) Arrival(syncID int64, item string) (a syncing.Arrival, err error) {
	err = scanArrival(tx.QueryRow(`SELECT `+arrivalColumns+` FROM arrival WHERE sync_id = ? AND item = ?`, syncID, item), &a)
	if errors.Is(err, sql.ErrNoRows) {
		return syncing.Arrival{}, nil
	}
	return a, err
}

// PutArrival keeps what was seen of an item.
func (tx *Tx) PutArrival(syncID int64, a syncing.Arrival) error {
	return tx.Exec(`INSERT INTO arrival (sync_id, item, version, message_id, pass, gone_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (sync_id, item) DO UPDATE SET
		version = excluded.version, message_id = excluded.message_id, pass = excluded.pass, gone_at = excluded.gone_at`,
		syncID, a.Item, a.Version, a.MessageID, a.Pass, instantArg(a.GoneAt))
}

// MarkSeen notes that a full pass saw an item that came before.
func (tx *Tx) MarkSeen(syncID int64, item string, pass int64) error {
	return tx.Exec(`UPDATE arrival SET pass = ?3 WHERE sync_id = ?1 AND item = ?2 AND pass <> ?3`, syncID, item, pass)
}

// Missing lists the items of a sync, above after, that a full pass did not see and that are not known to be gone.
func (s *Store) Missing(ctx context.Context, syncID, pass int64, after string, limit int) ([]string, error) {
	rows, err := s.reading(ctx).Query(`SELECT item FROM arrival WHERE sync_id = ? AND item > ? AND pass < ? AND gone_at IS NULL ORDER BY item LIMIT ?`,
		syncID, after, pass, limit)
	return collect(rows, err, func(rows *sql.Rows, item *string) error { return rows.Scan(item) })
}

// Known counts the items of a sync that are not gone.
func (s *Store) Known(ctx context.Context, syncID int64) (int, error) {
	n, err := s.reading(ctx).Number(`SELECT count(*) FROM arrival WHERE sync_id = ? AND gone_at IS NULL`, syncID)
	return int(n), err
}

// Received lists what was taken in by a sync and is still to be applied, oldest first, ids above after.
func (s *Store) Received(ctx context.Context, syncID, after int64, limit int) ([]syncing.Waiting, error) {
	q := s.reading(ctx)
	rows, err := q.Query(`SELECT id, item FROM message WHERE status = 'received' AND id > ? AND sync_id = ? ORDER BY id LIMIT ?`, after, syncID, limit)
	all, err := collect(rows, err, func(rows *sql.Rows, w *syncing.Waiting) error { return rows.Scan(&w.MessageID, &w.Item) })
	for i := range all {
		payload, err := s.payload(q, all[i].MessageID)
		if err != nil {
			return all, classify("reading payload", err)
		}
		all[i].Raw = payload.Raw
	}
	return all, classify("reading what waits", err)
}

// Replace takes an earlier message of an item off the lists, if it was not applied.
func (tx *Tx) Replace(messageID int64) error {
	tx.touch(Quarantine)
	return tx.Exec(`UPDATE message SET status = 'superseded', seq = ? WHERE id = ? AND status IN ('received', 'quarantined')`, tx.seq, messageID)
}

// MessageStatus reads what became of a message.
func (tx *Tx) MessageStatus(id int64) (status journal.Status, err error) {
	err = tx.QueryRow(`SELECT status FROM message WHERE id = ?`, id).Scan(&status)
	return status, err
}

// Levels reads what of a vendor's limits is left.
func (s *Store) Levels(ctx context.Context, connectionID int64) ([]syncing.Level, error) {
	rows, err := s.reading(ctx).Query(`SELECT bucket, tokens, at, blocked_until, day, spent FROM call_limit WHERE connection_id = ?`, connectionID)
	return collect(rows, err, func(rows *sql.Rows, l *syncing.Level) error {
		return rows.Scan(&l.Bucket, &l.Tokens, &l.At, instant{&l.BlockedUntil}, &l.Day, &l.Spent)
	})
}

// SaveLevels keeps them.
func (s *Store) SaveLevels(ctx context.Context, connectionID int64, levels []syncing.Level) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		for _, l := range levels {
			err := tx.Exec(`INSERT INTO call_limit (connection_id, bucket, tokens, at, blocked_until, day, spent) SELECT id, ?, ?, ?, ?, ?, ? FROM connection WHERE id = ?
				ON CONFLICT (connection_id, bucket) DO UPDATE SET tokens = excluded.tokens, at = excluded.at, blocked_until = excluded.blocked_until,
				day = excluded.day, spent = excluded.spent`, l.Bucket, l.Tokens, int64(l.At), instantArg(l.BlockedUntil), l.Day, l.Spent, connectionID)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
