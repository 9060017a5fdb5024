package store

import (
	"context"
	"database/sql"
	"errors"

	"tradepost/backend/order"
)

// Neighbours gives the ids of the orders placed just after and just before o, 0 where there is none.
func (s *Store) Neighbours(ctx context.Context, o *order.Order) (around [2]int64, err error) {
	for i, query := range []string{
		`SELECT id FROM orders WHERE (placed_at, id) > (?, ?) ORDER BY placed_at, id LIMIT 1`,
		`SELECT id FROM orders WHERE (placed_at, id) < (?, ?) ORDER BY placed_at DESC, id DESC LIMIT 1`,
	} {
		err := s.reading(ctx).QueryRow(query, int64(o.Placed.At), o.ID).Scan(&around[i])
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return around, classify("reading neighbours", err)
		}
	}
	return around, nil
}
