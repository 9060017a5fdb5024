package store

import (
	"context"
	"database/sql"

	"tradepost/backend/customer"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/tabular"
)

// Lookup reads for plans what a write would read, from the reader pool.
func (s *Store) Lookup(ctx context.Context) intake.Lookup {
	return lookup{s.reading(ctx), &saidBefore{}}
}

type lookup struct {
	q    querier
	said *saidBefore
}

func (l lookup) FindOrder(channelID int64, incoming *order.Order) (*order.Order, error) {
	return findOrder(l.q, channelID, incoming)
}

func (l lookup) LoadOrder(id int64) (*order.Order, error) { return loadOrder(l.q, id) }

func (l lookup) ChangesOfRun(runID int64, recordKind string, recordID int64) ([]journal.Change, error) {
	all, err := changesOfRun(l.q, runID, recordKind, recordID)
	if err != nil {
		return all, err
	}
	return all, fillAll(l.q, all)
}

func (l lookup) ChangedByOthers(recordKind string, recordID, runID int64) (bool, error) {
	return changedByOthers(l.q, recordKind, recordID, runID)
}

func (l lookup) ContactVersion(id, version int64) (customer.Contact, error) {
	return contactVersion(l.q, id, version)
}

// InTx runs do as one atomic write; it is how use cases that must not know the store write.
func (s *Store) InTx(ctx context.Context, bulk bool, do func(intake.Tx) error) error {
	lane := Urgent
	if bulk {
		lane = Bulk
	}
	return s.Write(ctx, lane, func(tx *Tx) error { return do(tx) })
}

// OrdersOfRun lists the orders a run touched, ids above after.
func (s *Store) OrdersOfRun(ctx context.Context, runID, after int64, limit int) ([]int64, error) {
	rows, err := s.reading(ctx).Query(`SELECT DISTINCT record_id FROM change WHERE run_id = ? AND record_kind = 'order' AND record_id > ?
		ORDER BY record_id LIMIT ?`, runID, after, limit)
	return collect(rows, err, scanID)
}

// RecordsOfRun lists the records of a kind that a run touched, the one it touched first at the end. A record's mark is
// the first change of it.
func (s *Store) RecordsOfRun(ctx context.Context, runID int64, recordKind string, mark int64, limit int) ([]tabular.Touched, error) {
	if mark == 0 {
		mark = 1 << 62
	}
	rows, err := s.reading(ctx).Query(`SELECT c.record_id, c.id FROM change c WHERE c.run_id = ? AND c.record_kind = ? AND c.id < ?
		AND NOT EXISTS (SELECT 1 FROM change e WHERE e.record_kind = c.record_kind AND e.record_id = c.record_id AND e.run_id = c.run_id AND e.id < c.id)
		ORDER BY c.id DESC LIMIT ?`, runID, recordKind, mark, limit)
	return collect(rows, err, func(rows *sql.Rows, t *tabular.Touched) error { return rows.Scan(&t.ID, &t.Mark) })
}

// CreatedByRun counts the orders that a run created and that can be removed, and lists those that something else
// changed since. It is the preview of an undo for orders by the ten thousand: the same conditions as ChangedByOthers.
func (s *Store) CreatedByRun(ctx context.Context, runID int64) (removable int, changed []tabular.LeftAlone, err error) {
	const created = ` FROM change c JOIN orders o ON o.id = c.record_id
		WHERE c.run_id = ? AND c.record_kind = 'order' AND c.action = 'created' AND `
	const others = `EXISTS (SELECT 1 FROM change d JOIN run r ON r.id = d.run_id WHERE d.record_kind = 'order' AND d.record_id = o.id
		AND d.id > c.id AND d.run_id <> c.run_id AND r.kind <> 'undo' AND d.action NOT IN ('linked', 'unlinked') AND NOT EXISTS
		(SELECT 1 FROM run u WHERE u.kind = 'undo' AND u.subject = CAST(d.run_id AS TEXT) AND u.state IN ('done', 'partial')))`
	q := s.reading(ctx)
	if err := q.QueryRow(`SELECT count(*)`+created+`NOT `+others, runID).Scan(&removable); err != nil {
		return 0, nil, classify("previewing undo", err)
	}
	rows, err := q.Query(`SELECT o.id, o.number`+created+others+` LIMIT 500`, runID)
	changed, err = collect(rows, err, func(rows *sql.Rows, l *tabular.LeftAlone) error {
		l.Reason = intake.ChangedSince
		return rows.Scan(&l.RecordID, &l.Number)
	})
	return removable, changed, classify("previewing undo", err)
}

// OrdersChangedByRun lists the orders a run changed but did not create, ids above after.
func (s *Store) OrdersChangedByRun(ctx context.Context, runID, after int64, limit int) ([]int64, error) {
	rows, err := s.reading(ctx).Query(`SELECT DISTINCT record_id FROM change c WHERE run_id = ? AND record_kind = 'order' AND record_id > ?
		AND action <> 'created' AND NOT EXISTS (SELECT 1 FROM change d WHERE d.record_kind = 'order' AND d.record_id = c.record_id
		AND d.run_id = c.run_id AND d.action = 'created') ORDER BY record_id LIMIT ?`, runID, after, limit)
	return collect(rows, err, scanID)
}
