package store

import (
	"slices"

	"tradepost/backend/inventory"
)

// refill gives what lies at the locations of a pool to those that ask for it, the oldest first: nothing more is reserved than lies there, nobody
// waits while there is something left, and nobody waits while somebody younger has it.
func (tx *Tx) refill(variantID, pool int64) error {
	standings, err := tx.standings(variantID, pool)
	if err != nil || len(standings) == 0 {
		return err
	}
	q := queue{tx, variantID, pool, standings}
	for _, step := range []func() (bool, error){q.shrink, q.fill, q.exchange} {
		for more := true; more; {
			if more, err = step(); err != nil {
				return err
			}
		}
	}
	return nil
}

type queue struct {
	tx        *Tx
	variantID int64
	pool      int64
	standings []inventory.Standing
}

// shrink takes from the youngest what is reserved and does not lie there.
func (q *queue) shrink() (more bool, err error) {
	i := slices.IndexFunc(q.standings, func(l inventory.Standing) bool { return l.Excess() > 0 })
	if i < 0 {
		return false, nil
	}
	l := &q.standings[i]
	d, err := q.youngest(l.LocationID)
	if err != nil || d == nil {
		return false, err
	}
	return true, q.keep(d, l, -min(l.Excess(), reservedAt(d, l.LocationID)))
}

// fill gives the oldest that waits what is free.
func (q *queue) fill() (more bool, err error) {
	if !slices.ContainsFunc(q.standings, func(l inventory.Standing) bool { return l.Free() > 0 }) {
		return false, nil
	}
	d, err := q.oldest()
	if err != nil || d == nil {
		return false, err
	}
	route, err := q.tx.routeOf(d, q.standings)
	if err != nil {
		return false, err
	}
	route.In(q.standings)
	for _, i := range inventory.Route(d, d.Backordered(), q.standings) {
		l := &q.standings[i]
		if x := min(d.Backordered(), l.Free()); x > 0 {
			if err := q.keep(d, l, x); err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

// exchange gives the oldest that waits what somebody younger has.
func (q *queue) exchange() (more bool, err error) {
	waits, err := q.oldest()
	if err != nil || waits == nil {
		return false, err
	}
	has, err := q.youngest(0)
	if err != nil || has == nil || !waits.Before(has) {
		return false, err
	}
	for i := range q.standings {
		l := &q.standings[i]
		if x := min(waits.Backordered(), reservedAt(has, l.LocationID)); x > 0 && !l.Closed {
			return true, firstError(q.keep(has, l, -x), q.keep(waits, l, x))
		}
	}
	return false, nil
}

func firstError(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

func (q *queue) keep(d *inventory.Demand, l *inventory.Standing, x inventory.Quantity) error {
	e := d.Keep(l, x)
	if err := q.tx.putDemand(d); err != nil {
		return err
	}
	return q.tx.post(e)
}

func reservedAt(d *inventory.Demand, locationID int64) inventory.Quantity {
	for _, a := range d.Allocations {
		if a.LocationID == locationID {
			return a.Reserved
		}
	}
	return 0
}

// oldest is the first that waits; nil when nobody does.
func (q *queue) oldest() (*inventory.Demand, error) {
	return one(q.tx.demands(`WHERE d.variant_id = ? AND d.pool = ? AND d.open > d.reserved ORDER BY d.placed_at, d.line_id LIMIT 1`, q.variantID, q.pool))
}

// youngest is the last that has something reserved at a location, 0 for any.
func (q *queue) youngest(locationID int64) (*inventory.Demand, error) {
	return one(q.tx.demands(`WHERE d.variant_id = ?1 AND d.pool = ?2 AND d.reserved > 0 AND (?3 = 0 OR EXISTS (SELECT 1 FROM stock_allocation a
		WHERE a.demand_id = d.id AND a.location_id = ?3 AND a.reserved > 0)) ORDER BY d.placed_at DESC, d.line_id DESC LIMIT 1`, q.variantID, q.pool, locationID))
}

func one[T any](all []T, err error) (*T, error) {
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}
