package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

// shorts are the demands that wait, in the order in which they are served.
const shorts = ` FROM stock_demand d JOIN orders o ON o.id = d.order_id JOIN channel c ON c.id = o.channel_id JOIN order_line l ON l.id = d.line_id
	JOIN variant v ON v.id = d.variant_id WHERE d.open > d.reserved `

// Oversold lists order lines that wait for goods which are not there to be kept for them, by variant and by who is served first.
func (s *Store) Oversold(ctx context.Context, limit int) ([]inventory.Short, error) {
	q := s.reading(ctx)
	all, err := shortsWhere(q, `ORDER BY d.variant_id, d.pool, d.placed_at, d.line_id LIMIT ?`, limit)
	return all, classify("reading what is oversold", err)
}

// ShortOf reads one such line of a variant; fault.NotFound when it does not wait any more.
func (s *Store) ShortOf(ctx context.Context, lineID, variantID int64) (inventory.Short, error) {
	all, err := shortsWhere(s.reading(ctx), `AND d.variant_id = (SELECT variant_id FROM stock_demand WHERE line_id = ?1 AND (?2 = 0 OR variant_id = ?2) AND open > reserved LIMIT 1)
		ORDER BY d.variant_id, d.pool, d.placed_at, d.line_id`, lineID, variantID)
	for _, one := range all {
		if one.LineID == lineID {
			return one, nil
		}
	}
	if err == nil {
		err = fault.New(fault.NotFound, "This line waits for nothing any more.", "Look at the list again.")
	}
	return inventory.Short{}, classify("reading what is oversold", err)
}

// CountOversold counts the orders with such lines, and names one.
func (s *Store) CountOversold(ctx context.Context) (orders int, example string, err error) {
	err = s.reading(ctx).QueryRow(`SELECT count(DISTINCT d.order_id), COALESCE(max(v.sku || ' for ' || o.number), '') FROM stock_demand d JOIN variant v ON v.id = d.variant_id
		JOIN orders o ON o.id = d.order_id WHERE d.open > d.reserved AND o.held = 0`).Scan(&orders, &example)
	return orders, example, classify("counting what is oversold", err)
}

func shortsWhere(q querier, rest string, args ...any) ([]inventory.Short, error) {
	rows, err := q.Query(`SELECT d.id, d.order_id, d.line_id, d.variant_id, v.sku, v.title, l.sku, l.title, o.number, o.external_id, o.channel_id, c.name, d.pool, d.placed_at,
		o.held, d.per_piece, d.open - d.reserved, d.open, (SELECT count(*) FROM order_line e JOIN listing g ON g.id = e.listing_id WHERE e.order_id = o.id AND g.charge = 0)`+shorts+rest, args...)
	all, err := collect(rows, err, func(rows *sql.Rows, s *inventory.Short) error {
		return rows.Scan(&s.DemandID, &s.OrderID, &s.LineID, &s.VariantID, &s.SKU, &s.Title, &s.LineSKU, &s.LineTitle, &s.Number, &s.ExternalID, &s.ChannelID, &s.Channel,
			&s.Pool, &s.Placed, &s.Held, &s.Each, &s.Missing, &s.Open, &s.Lines)
	})
	var last inventory.Short
	for i := range all {
		if err != nil {
			return nil, err
		}
		one := &all[i]
		if i > 0 && one.VariantID == last.VariantID && one.Pool == last.Pool {
			one.Elsewhere, one.Incoming = last.Elsewhere, max(last.Incoming-last.Missing, 0)
		} else {
			err = fillElsewhere(q, one)
		}
		last = *one
	}
	return all, err
}

// fillElsewhere reads what of a variant is free in a pool all the same, and what is on its way.
func fillElsewhere(q querier, s *inventory.Short) error {
	rows, err := q.Query(`SELECT l.id, l.name, s.on_hand - s.reserved FROM stock_level s JOIN location l ON l.id = s.location_id
		WHERE s.variant_id = ? AND COALESCE(l.channel_id, 0) = ? AND s.on_hand > s.reserved ORDER BY s.on_hand - s.reserved DESC, l.rank, l.id`, s.VariantID, s.Pool)
	s.Elsewhere, err = collect(rows, err, func(rows *sql.Rows, e *inventory.FreePlace) error {
		return rows.Scan(&e.LocationID, &e.Location, &e.Free)
	})
	if err != nil {
		return err
	}
	return q.QueryRow(`SELECT COALESCE(sum(s.incoming), 0) FROM stock_level s JOIN location l ON l.id = s.location_id WHERE s.variant_id = ? AND COALESCE(l.channel_id, 0) = ?`,
		s.VariantID, s.Pool).Scan(&s.Incoming)
}

// keptFor is the field under which the journal has what a person kept for a line at a level: "quantity line variant".
const keptFor = "kept_for"

// KeepElsewhere keeps for a line what it lacks at a location that has it free and gives nothing by itself. The run can be taken back.
func (s *Store) KeepElsewhere(ctx context.Context, lineID, variantID, locationID int64) (journal.Run, error) {
	short, err := s.ShortOf(ctx, lineID, variantID)
	if err != nil {
		return journal.Run{}, err
	}
	return s.stockRun(ctx, journal.RunStock, "Kept "+short.SKU+" elsewhere for "+short.Number, func(tx *Tx, runID int64) error {
		d, l, err := tx.keepable(short, locationID)
		if err != nil {
			return err
		}
		x := min(d.Backordered(), max(l.OnHand-l.Reserved, 0))
		if x <= 0 {
			return fault.New(fault.Conflict, "Nothing is free there any more, or the line waits for nothing.", "Look at the list again.")
		}
		if err := tx.keepAt(d, l, x); err != nil {
			return err
		}
		return tx.InsertChange(journal.Change{RecordKind: intake.RecordKind(intake.StockCounts), RecordID: l.LevelID, Action: journal.Changed, RunID: runID,
			Fields: []commerce.FieldChange{{Field: keptFor, After: fmt.Sprintf("%s %d %d", x.Decimal(), lineID, short.VariantID)}}})
	})
}

// keepAt keeps so much more for a demand at a location, less below zero.
func (tx *Tx) keepAt(d *inventory.Demand, l *inventory.Standing, x inventory.Quantity) error {
	e := d.Keep(l, x)
	return firstError(tx.putDemand(d), tx.post(e))
}

// keepable finds a short line's demand, and the level of a location in its pool.
func (tx *Tx) keepable(s inventory.Short, locationID int64) (*inventory.Demand, *inventory.Standing, error) {
	d, err := one(tx.demands(`WHERE d.line_id = ? AND d.variant_id = ?`, s.LineID, s.VariantID))
	if err != nil || d == nil {
		return nil, nil, errors.Join(err, missing(d))
	}
	standings, err := tx.standings(d.VariantID, d.Pool)
	for i := range standings {
		if standings[i].LocationID == locationID {
			return d, &standings[i], err
		}
	}
	return nil, nil, errors.Join(err, fault.New(fault.Conflict, "It is not tracked there.", "Choose a location that has it.").InField("location"))
}

func missing(d *inventory.Demand) error {
	if d != nil {
		return nil
	}
	return fault.New(fault.NotFound, "This line waits for nothing any more.", "Look at the list again.")
}

// unkeep lets go, under an undo, what a run kept for lines at a level, as far as they still have it.
func (k counted) unkeep(undone int64, l *inventory.Level) error {
	kept, err := k.keptBy(undone, l.ID)
	for _, one := range kept {
		if err != nil {
			return err
		}
		d, s, failed := k.tx.keepable(inventory.Short{LineID: one.lineID, VariantID: one.variantID}, l.LocationID)
		if failed != nil {
			continue // the line is gone, and what was kept for it
		}
		if x := min(one.quantity, reservedAt(d, l.LocationID)); x > 0 {
			err = firstError(k.tx.keepAt(d, s, -x), k.tx.refill(d.VariantID, d.Pool))
		}
	}
	return err
}

// keptPart is what a run kept for a line.
type keptPart struct {
	quantity          inventory.Quantity
	lineID, variantID int64
}

// keptBy reads what a run kept at a level; nothing once that was taken back.
func (k counted) keptBy(runID, levelID int64) (all []keptPart, err error) {
	var back bool
	if err := k.q.QueryRow(`SELECT EXISTS (SELECT 1 FROM run r JOIN change c ON c.run_id = r.id WHERE r.kind = 'undo' AND r.subject = ? AND c.record_kind = ? AND c.record_id = ?)`,
		fmt.Sprint(runID), intake.RecordKind(intake.StockCounts), levelID).Scan(&back); err != nil || back {
		return nil, err
	}
	changes, err := changesOfRun(k.q, runID, intake.RecordKind(intake.StockCounts), levelID)
	for _, c := range changes {
		for _, f := range c.Fields {
			var one keptPart
			var quantity string
			if f.Field != keptFor || f.After == "" {
				continue
			}
			if _, err := fmt.Sscan(f.After, &quantity, &one.lineID, &one.variantID); err != nil {
				return nil, fmt.Errorf("reading what was kept: %w", err)
			}
			if one.quantity, err = quantityOf(quantity); err != nil {
				return nil, err
			}
			all = append(all, one)
		}
	}
	return all, err
}

// letGo plans to take back what a run kept for a line.
func (k counted) letGo(runID int64, known *intake.Known, change commerce.FieldChange) (back commerce.FieldChange, reason string, ok bool, err error) {
	left, err := k.keptBy(runID, known.ID)
	if err != nil || len(left) == 0 {
		return back, "", true, err
	}
	return commerce.FieldChange{Field: keptFor, Before: change.After, After: strings.TrimSpace(change.Before)}, "", true, nil
}
