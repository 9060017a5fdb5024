package store

import (
	"context"

	"tradepost/backend/customer"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// Lookup reads for plans what a write would read, from the reader pool.
func (s *Store) Lookup(ctx context.Context) intake.Lookup { return lookup{s.reading(ctx)} }

type lookup struct{ q querier }

func (l lookup) FindOrder(channelID int64, incoming *order.Order) (*order.Order, error) {
	return findOrder(l.q, channelID, incoming)
}

func (l lookup) LoadOrder(id int64) (*order.Order, error) { return loadOrder(l.q, id) }

func (l lookup) ChangesOfRun(runID, orderID int64) ([]journal.Change, error) {
	return changesOfRun(l.q, runID, orderID)
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
