package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// place is a location as orders are routed to it.
type place struct {
	pool int64
	name string
	inventory.Candidate
}

// placesIn lists the locations of a pool. They are few, and remembered.
func (tx *Tx) placesIn(pool int64) ([]place, error) {
	if tx.stock.places == nil {
		rows, err := tx.Query(`SELECT COALESCE(channel_id, 0), name, id, serves, rank, NOT active FROM location ORDER BY rank, id`)
		all, err := collect(rows, err, func(rows *sql.Rows, p *place) error {
			var serves string
			return errors.Join(rows.Scan(&p.pool, &p.name, &p.LocationID, &serves, &p.Rank, &p.Closed), fromJSON(serves, &p.Serves))
		})
		if err != nil {
			return nil, err
		}
		tx.stock.places = all
	}
	var found []place
	for _, p := range tx.stock.places {
		if p.pool == pool {
			found = append(found, p)
		}
	}
	return found, nil
}

// routing is where an order's lines are asked for: made when there is something to reserve, and more than one location that may have it.
type routing struct {
	inventory.Choice
	pool int64
	made bool
}

// choose decides where an order is to be sent from, before any of its lines reserves something.
func (f *following) choose(wanted []want) error {
	pool := inventory.Own
	var needs []inventory.Need
	more := false
	for _, w := range wanted {
		pool = w.Pool
		open := w.open()
		if open <= 0 {
			continue
		}
		needs = append(needs, inventory.Need{LineID: w.LineID, VariantID: w.VariantID, Quantity: open})
		more = more || f.reservedOf(w) < open
	}
	if !more {
		return nil
	}
	if places, err := f.tx.placesIn(pool); err != nil || len(places) < 2 {
		return err
	}
	known := f.known
	if f.only != 0 { // what the other lines have counts as well
		all, err := f.tx.demandsOf(f.after.ID)
		if err != nil {
			return err
		}
		known = all
	}
	f.read = map[pooled][]inventory.Standing{}
	candidates, err := f.tx.candidates(pool, needs, known, f.read)
	if err != nil || len(candidates) < 2 {
		return err
	}
	if f.before != nil { // nobody chose anything of a new one
		if err := f.tx.fix(f.after.ID, candidates); err != nil {
			return err
		}
	}
	f.route = routing{inventory.Choose(needs, destination(f.after), candidates), pool, true}
	return nil
}

// reservedOf is what the order has of what is wanted already.
func (f *following) reservedOf(w want) inventory.Quantity {
	for i := range f.known {
		if d := &f.known[i]; d.LineID == w.LineID && d.VariantID == w.VariantID {
			return d.Reserved()
		}
	}
	return 0
}

func destination(o *order.Order) inventory.Place {
	to, _ := o.Party(order.ShipTo)
	return inventory.Place{Country: to.Country, Region: to.Region}
}

// candidates lists the locations of a pool with what each has of the variants that are needed: what is free, and what these demands have there. read has
// standings that are known already, and gets those that are read.
func (tx *Tx) candidates(pool int64, needs []inventory.Need, known []inventory.Demand, read map[pooled][]inventory.Standing) ([]inventory.Candidate, error) {
	places, err := tx.placesIn(pool)
	if err != nil || len(places) < 2 {
		return nil, err
	}
	all := make([]inventory.Candidate, len(places))
	for i, p := range places {
		all[i] = p.Candidate
		all[i].Has = map[int64]inventory.Quantity{}
		for j := range known {
			kept := reservedAt(&known[j], p.LocationID)
			all[i].Has[known[j].VariantID] += kept
			all[i].Kept = all[i].Kept || kept > 0
		}
	}
	seen := map[int64]bool{}
	for _, n := range needs {
		if seen[n.VariantID] {
			continue
		}
		seen[n.VariantID] = true
		key := pooled{n.VariantID, pool}
		standings, there := read[key]
		if !there {
			if standings, err = tx.standings(n.VariantID, pool); err != nil {
				return nil, err
			}
			read[key] = standings
		}
		for _, s := range standings {
			if i := slices.IndexFunc(all, func(c inventory.Candidate) bool { return c.LocationID == s.LocationID }); i >= 0 {
				all[i].Has[n.VariantID] += s.Free()
			}
		}
	}
	return all, nil
}

// fix marks the location that a person chose for an order.
func (tx *Tx) fix(orderID int64, candidates []inventory.Candidate) error {
	chosen, err := tx.Number(`SELECT COALESCE(location_id, 0) FROM order_route WHERE order_id = ? AND fixed`, orderID)
	for i := range candidates {
		candidates[i].Fixed = chosen != 0 && candidates[i].LocationID == chosen
	}
	return err
}

// routeOf decides where something that waited is reserved: nearest to where its order goes.
func (tx *Tx) routeOf(d *inventory.Demand, standings []inventory.Standing) (inventory.Choice, error) {
	needs := []inventory.Need{{LineID: d.LineID, VariantID: d.VariantID, Quantity: d.Open}}
	of, err := tx.demandsOf(d.OrderID)
	if err != nil || len(standings) < 2 {
		return inventory.Choice{}, err
	}
	known := slices.DeleteFunc(of, func(o inventory.Demand) bool { return o.VariantID != d.VariantID && o.Reserved() == 0 })
	candidates, err := tx.candidates(d.Pool, needs, known, map[pooled][]inventory.Standing{{d.VariantID, d.Pool}: standings})
	if err != nil || len(candidates) < 2 {
		return inventory.Choice{}, err
	}
	parties, err := loadParties(tx, d.OrderID)
	if err := firstError(err, tx.fix(d.OrderID, candidates)); err != nil {
		return inventory.Choice{}, err
	}
	return inventory.Choose(needs, destination(&order.Order{Parties: parties}), candidates), nil
}

// noteRoute keeps why an order is sent from where it is, when something was to be decided.
func (f *following) noteRoute() error {
	if !f.route.made || len(f.route.Asked) == 0 {
		return nil
	}
	over := `DO UPDATE SET location_id = excluded.location_id, fixed = excluded.fixed, reason = excluded.reason, decided_at = excluded.decided_at, seq = excluded.seq`
	if f.only != 0 { // one variant of it alone says nothing of the whole
		over = `DO NOTHING`
	}
	return f.tx.Exec(`INSERT INTO order_route (order_id, location_id, fixed, reason, decided_at, seq) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (order_id) `+over,
		f.after.ID, f.route.Asked[0], f.route.Fixed, asJSON(f.route.Reason), int64(f.tx.now), f.tx.seq)
}

// routes reads where an order's goods are kept, and why.
func routes(q querier, orderID int64) (r inventory.OrderRoute, err error) {
	rows, err := q.Query(`SELECT d.line_id, COALESCE(l.sku, ''), d.variant_id, v.sku, d.open, d.reserved, a.location_id, n.name, a.reserved FROM stock_demand d
		JOIN variant v ON v.id = d.variant_id LEFT JOIN order_line l ON l.id = d.line_id LEFT JOIN stock_allocation a ON a.demand_id = d.id AND a.reserved > 0
		LEFT JOIN location n ON n.id = a.location_id WHERE d.order_id = ? AND d.open > 0 ORDER BY l.position, d.id, n.rank, n.id`, orderID)
	r.Lines, err = collect(rows, err, func(rows *sql.Rows, l *inventory.RouteLine) error {
		var location, kept sql.NullInt64
		var name sql.NullString
		err := rows.Scan(&l.LineID, &l.LineSKU, &l.VariantID, &l.SKU, &l.Open, &l.Reserved, &location, &name, &kept)
		l.LocationID, l.Location, l.Kept = location.Int64, name.String, inventory.Quantity(kept.Int64)
		return err
	})
	if err != nil {
		return r, err
	}
	var reason string
	err = q.QueryRow(`SELECT r.reason, r.fixed, l.name FROM order_route r JOIN location l ON l.id = r.location_id WHERE r.order_id = ?`, orderID).Scan(&reason, &r.Fixed, &r.Chosen)
	if errors.Is(err, sql.ErrNoRows) {
		return r, nil
	}
	return r, errors.Join(err, fromJSON(reason, &r.Reason))
}

// OrderRoute reads where what an order waits for is kept, why, and what other locations have of it.
func (s *Store) OrderRoute(ctx context.Context, orderID int64) (r inventory.OrderRoute, err error) {
	q := s.reading(ctx)
	if r, err = routes(q, orderID); err != nil {
		return r, classify("reading where an order is sent from", err)
	}
	r.Options, err = routeOptions(q, orderID)
	return r, classify("reading where an order is sent from", err)
}

// routeOptions lists own locations with how many lines of an order each has, or could have.
func routeOptions(q querier, orderID int64) ([]inventory.RouteOption, error) {
	rows, err := q.Query(`SELECT n.id, n.name, count(DISTINCT d.line_id), count(DISTINCT CASE WHEN COALESCE(s.on_hand - s.reserved, 0) + COALESCE(a.reserved, 0) < d.open
			THEN d.line_id END), COALESCE(sum(a.reserved), 0)
		FROM stock_demand d JOIN location n ON n.channel_id IS NULL AND n.active LEFT JOIN stock_level s ON s.variant_id = d.variant_id AND s.location_id = n.id
		LEFT JOIN stock_allocation a ON a.demand_id = d.id AND a.location_id = n.id WHERE d.order_id = ? AND d.open > 0 AND d.pool = 0 GROUP BY n.id ORDER BY n.rank, n.id`, orderID)
	return collect(rows, err, func(rows *sql.Rows, o *inventory.RouteOption) error {
		var lacking int
		err := rows.Scan(&o.LocationID, &o.Location, &o.Lines, &lacking, &o.Kept)
		o.Having = o.Lines - lacking
		return err
	})
}

// RouteOrder moves what is reserved for an order to a location, as far as it is free there, and lets it be asked first for that order from now on.
func (s *Store) RouteOrder(ctx context.Context, orderID int64, to string) (run journal.Run, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		target, err := locationNamed(tx, to)
		if err != nil {
			return err
		}
		if !target.Active {
			return fault.New(fault.Invalid, target.Name+" is closed.", "Choose one that is open.").InField("location")
		}
		o, err := loadOrder(tx, orderID)
		if err == nil && o == nil {
			err = fault.New(fault.NotFound, fmt.Sprintf("There is no order %d.", orderID), "Look at the list of orders.")
		}
		if err != nil {
			return err
		}
		run = journal.Run{Kind: journal.RunRoute, State: journal.Done, Cause: journal.ByPerson, FinishedAt: tx.now, Subject: fmt.Sprint(orderID), Title: "Send " + o.Number + " from " + target.Name}
		return firstError(tx.InsertRun(&run), tx.reroute(run.ID, orderID, target))
	})
	return run, classify("routing the order", err)
}

// reroute moves an order's reservations, and notes what it moved.
func (tx *Tx) reroute(runID, orderID int64, to inventory.Location) error {
	tx.touch(Orders)
	demands, err := tx.demandsOf(orderID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(demands, func(d inventory.Demand) bool { return d.Open > 0 && d.Pool == inventory.Own }) {
		return fault.New(fault.Conflict, "Nothing of this order waits to be sent from a location of yours.", "Its products may not be tracked, or it was shipped.")
	}
	before, _ := routes(tx, orderID)
	for i := range demands {
		d := &demands[i]
		for _, a := range slices.Clone(d.Allocations) {
			if a.LocationID == to.ID || d.Pool != inventory.Own {
				continue
			}
			if err := tx.shift(runID, d, a.LocationID, to.ID, a.Reserved); err != nil {
				return err
			}
		}
	}
	reason := before.Reason
	reason.Fixed = true
	err = tx.Exec(`INSERT INTO order_route (order_id, location_id, fixed, reason, decided_at, seq) VALUES (?, ?, 1, ?, ?, ?) ON CONFLICT (order_id) DO UPDATE SET
		location_id = excluded.location_id, fixed = 1, reason = excluded.reason, decided_at = excluded.decided_at, seq = excluded.seq`, orderID, to.ID, asJSON(reason), int64(tx.now), tx.seq)
	for i := range demands {
		err = firstError(err, tx.refill(demands[i].VariantID, inventory.Own))
	}
	return firstError(err, tx.InsertChange(journal.Change{RecordKind: "order_route", RecordID: orderID, Action: journal.Changed, RunID: runID,
		Fields: []order.Change{{Field: "location", Before: before.Chosen, After: to.Name}}}))
}

// shift moves what is reserved for a demand from one location to another, as far as it is there and free; runID 0 notes nothing.
func (tx *Tx) shift(runID int64, d *inventory.Demand, from, to int64, q inventory.Quantity) error {
	standings, err := tx.standings(d.VariantID, inventory.Own)
	if err != nil {
		return err
	}
	source := slices.IndexFunc(standings, func(s inventory.Standing) bool { return s.LocationID == from })
	target := slices.IndexFunc(standings, func(s inventory.Standing) bool { return s.LocationID == to })
	if source < 0 || target < 0 {
		return nil
	}
	q = min(q, reservedAt(d, from), standings[target].Free())
	if q <= 0 {
		return nil
	}
	entries := []inventory.Entry{d.Keep(&standings[source], -q), d.Keep(&standings[target], q)}
	if err := firstError(tx.putDemand(d), tx.post(entries...)); err != nil || runID == 0 {
		return err
	}
	return tx.Exec(`INSERT INTO route_move (run_id, order_id, line_id, variant_id, from_id, to_id, quantity) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		runID, d.OrderID, d.LineID, d.VariantID, from, to, int64(q))
}

// UndoRoute moves back what a person moved of an order's reservations, as far as it is still there and free.
func (s *Store) UndoRoute(ctx context.Context, of journal.Run) (undo journal.Run, err error) {
	type shifted struct {
		id, order, line, variant, from, to int64
		quantity                           inventory.Quantity
	}
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		rows, err := tx.Query(`SELECT id, order_id, line_id, variant_id, from_id, to_id, quantity FROM route_move WHERE run_id = ? AND undone = 0 ORDER BY id DESC`, of.ID)
		all, err := collect(rows, err, func(rows *sql.Rows, m *shifted) error {
			return rows.Scan(&m.id, &m.order, &m.line, &m.variant, &m.from, &m.to, &m.quantity)
		})
		if err != nil {
			return err
		}
		done, err := tx.Number(`SELECT count(*) FROM run WHERE kind = 'undo' AND subject = ?`, fmt.Sprint(of.ID))
		if err == nil && done > 0 {
			err = fault.New(fault.Conflict, "There is nothing to take back.", "It was undone already, or it changed nothing.")
		}
		if err != nil {
			return err
		}
		undo = journal.Run{Kind: journal.RunUndo, State: journal.Done, Cause: journal.ByPerson, Title: "Undo: " + of.Title, Subject: fmt.Sprint(of.ID), FinishedAt: tx.now,
			Counts: map[string]int{"reverted": len(all)}}
		if err := firstError(tx.InsertRun(&undo), tx.Exec(`DELETE FROM order_route WHERE order_id = CAST(? AS INTEGER)`, of.Subject)); err != nil {
			return err
		}
		tx.touch(Orders)
		for _, m := range all {
			d, err := one(tx.demands(`WHERE d.order_id = ? AND d.line_id = ? AND d.variant_id = ?`, m.order, m.line, m.variant))
			if err == nil && d != nil {
				err = tx.shift(0, d, m.to, m.from, m.quantity)
			}
			if err := firstError(err, tx.Exec(`UPDATE route_move SET undone = 1 WHERE id = ?`, m.id), tx.refill(m.variant, inventory.Own)); err != nil {
				return err
			}
		}
		return nil
	})
	return undo, classify("taking a route back", err)
}
