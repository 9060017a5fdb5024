package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/syncing"
)

const planColumns = `p.id, p.connection_id, n.name, p.title, p.cause, p.state, p.warnings, p.blocked, COALESCE(p.run_id, 0), p.made_at, p.observed_at, p.approved_at, p.seq`

const planTables = ` FROM push_plan p JOIN connection n ON n.id = p.connection_id `

func scanPlan(from scanner, p *syncing.PushPlan) error {
	var warnings string
	if err := from.Scan(&p.ID, &p.ConnectionID, &p.Connection, &p.Title, &p.Cause, &p.State, &warnings, &p.Blocked, &p.RunID, &p.MadeAt, instant{&p.ObservedAt},
		instant{&p.ApprovedAt}, &p.Seq); err != nil {
		return err
	}
	return fromJSON(warnings, &p.Warnings)
}

// PushPlan reads a plan without its intents.
func (s *Store) PushPlan(ctx context.Context, id int64) (syncing.PushPlan, error) {
	return pushPlan(s.reading(ctx), id)
}

// PushPlan reads a plan inside a write.
func (tx *Tx) PushPlan(id int64) (syncing.PushPlan, error) { return pushPlan(tx, id) }

func pushPlan(q querier, id int64) (p syncing.PushPlan, err error) {
	err = scanPlan(q.QueryRow(`SELECT `+planColumns+planTables+`WHERE p.id = ?`, id), &p)
	if errors.Is(err, sql.ErrNoRows) {
		return p, fault.New(fault.NotFound, fmt.Sprintf("There is no plan %d.", id), "Look at the list of plans.")
	}
	if err == nil {
		err = countPlan(q, &p)
	}
	return p, classify("reading plan", err)
}

func countPlan(q querier, p *syncing.PushPlan) error {
	rows, err := q.Query(`SELECT state, count(*) FROM intent WHERE plan_id = ? GROUP BY state`, p.ID)
	if p.Counts, err = countsOf(rows, err); err != nil {
		return err
	}
	return q.QueryRow(`SELECT count(*) FILTER (WHERE state = 'proposed' AND warning <> ''), count(*) FILTER (WHERE state = 'done' AND (operation = 'book.post' OR observed <> ''
		AND operation IN ('stock.set', 'price.set', 'order.status'))) FROM intent WHERE plan_id = ?`, p.ID).Scan(&p.Warned, &p.Reversible)
}

// PushPlans lists plans, newest first.
func (s *Store) PushPlans(ctx context.Context, f syncing.PlanFilter) ([]syncing.PushPlan, error) {
	q := s.reading(ctx)
	rows, err := q.Query(`SELECT `+planColumns+planTables+`WHERE (?1 = 0 OR p.connection_id = ?1) AND (?2 = '' OR p.state = ?2) AND (?3 = 0 OR p.id < ?3)
		ORDER BY p.id DESC LIMIT ?4`, f.ConnectionID, string(f.State), f.Before, f.Limit)
	all, err := collect(rows, err, func(rows *sql.Rows, p *syncing.PushPlan) error { return scanPlan(rows, p) })
	for i := range all {
		if err == nil {
			err = countPlan(q, &all[i])
		}
	}
	return all, classify("reading plans", err)
}

// PushTroubles lists what of the writes waits for a person: what was refused and has no newer wish, and what has no answer although it was looked
// up three times.
func (s *Store) PushTroubles(ctx context.Context) ([]syncing.PushTrouble, error) {
	rows, err := s.reading(ctx).Query(`SELECT i.plan_id, n.id, n.name, i.state, count(*), max(i.name) FROM connection n JOIN intent i ON i.connection_id = n.id
		WHERE i.state IN ('unknown', 'rejected') AND i.plan_id IS NOT NULL AND CASE i.state
			WHEN 'unknown' THEN (SELECT count(*) FROM intent_attempt a WHERE a.intent_id = i.id AND a.kind <> 'send') >= 3
			ELSE NOT EXISTS (SELECT 1 FROM intent l WHERE l.connection_id = i.connection_id AND l.operation = i.operation AND l.target = i.target
				AND l.location = i.location AND l.id > i.id) END
		GROUP BY i.plan_id, i.state ORDER BY i.plan_id DESC`)
	all, err := collect(rows, err, func(rows *sql.Rows, t *syncing.PushTrouble) error {
		return rows.Scan(&t.PlanID, &t.ConnectionID, &t.Connection, &t.State, &t.Count, &t.Name)
	})
	return all, classify("reading writes that wait", err)
}

// OrderIntents lists what was written about an order and its shipments, or is to be, newest first.
func (s *Store) OrderIntents(ctx context.Context, orderID int64) ([]syncing.Intent, error) {
	return intents(s.reading(ctx), `WHERE i.connection_id IS NOT NULL AND (i.record_kind = 'order' AND i.record_id = ?1
		OR i.record_kind = 'shipment' AND i.record_id IN (SELECT id FROM shipment WHERE order_id = ?1)) ORDER BY i.id DESC LIMIT 200`, orderID)
}

// ListingTitles reads what listings are called, by their ids; one without a title is left out.
func (s *Store) ListingTitles(ctx context.Context, ids []int64) (map[int64]string, error) {
	type titled struct {
		id    int64
		title string
	}
	rows, err := s.reading(ctx).Query(`SELECT id, title FROM listing WHERE id IN (SELECT value FROM json_each(?)) AND title <> ''`, asJSON(ids))
	all, err := collect(rows, err, func(rows *sql.Rows, t *titled) error { return rows.Scan(&t.id, &t.title) })
	titles := map[int64]string{}
	for _, t := range all {
		titles[t.id] = t.title
	}
	return titles, classify("reading listings", err)
}

// PlanIntents lists the intents of a plan, ids above after.
func (s *Store) PlanIntents(ctx context.Context, planID, after int64, limit int) ([]syncing.Intent, error) {
	return intents(s.reading(ctx), `WHERE i.plan_id = ? AND i.id > ? ORDER BY i.id LIMIT ?`, planID, after, limit)
}

// WaitingPlan reads the open plan of a connection that its schedule made; its id is 0 when there is none.
func (tx *Tx) WaitingPlan(connectionID int64) (p syncing.PushPlan, err error) {
	err = scanPlan(tx.QueryRow(`SELECT `+planColumns+planTables+`WHERE p.connection_id = ? AND p.state = 'open' AND p.cause <> ? ORDER BY p.id DESC LIMIT 1`,
		connectionID, string(journal.ByPerson)), &p)
	if errors.Is(err, sql.ErrNoRows) {
		return syncing.PushPlan{}, nil
	}
	return p, err
}

// InsertPushPlan writes a new plan and fills in its id.
func (tx *Tx) InsertPushPlan(p *syncing.PushPlan) (err error) {
	tx.touch(Intents)
	p.MadeAt, p.Seq = tx.now, tx.seq
	p.ID, err = tx.Insert(`INSERT INTO push_plan (connection_id, title, cause, state, warnings, blocked, run_id, made_at, observed_at, approved_at, seq)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, p.ConnectionID, p.Title, string(p.Cause), string(p.State), asJSON(p.Warnings), p.Blocked, idArg(p.RunID), int64(p.MadeAt),
		instantArg(p.ObservedAt), instantArg(p.ApprovedAt), tx.seq)
	return err
}

// UpdatePushPlan writes all of a plan that changes.
func (tx *Tx) UpdatePushPlan(p syncing.PushPlan) error {
	tx.touch(Intents)
	return tx.Exec(`UPDATE push_plan SET title = ?, state = ?, warnings = ?, blocked = ?, run_id = ?, observed_at = ?, approved_at = ?, seq = ? WHERE id = ?`, p.Title,
		string(p.State), asJSON(p.Warnings), p.Blocked, idArg(p.RunID), instantArg(p.ObservedAt), instantArg(p.ApprovedAt), tx.seq, p.ID)
}

// FollowPlan brings a plan's state to what its intents say.
func (tx *Tx) FollowPlan(id int64) error {
	return tx.Exec(`UPDATE push_plan SET seq = ?1, state = CASE WHEN EXISTS (SELECT 1 FROM intent WHERE plan_id = ?2 AND state = 'proposed') THEN 'open'
		WHEN EXISTS (SELECT 1 FROM intent WHERE plan_id = ?2 AND state IN ('approved', 'sending', 'pending', 'unknown')) THEN 'approved'
		WHEN approved_at IS NULL THEN 'discarded' ELSE 'done' END WHERE id = ?2`, tx.seq, id)
}

// ConnectionOfTimer reads the connection whose writes a timer is for.
func (s *Store) ConnectionOfTimer(ctx context.Context, timerID int64) (c syncing.Connection, err error) {
	err = scanConnection(s.reading(ctx).QueryRow(`SELECT `+connectionColumns+connectionTables+`WHERE n.push_timer_id = ?`, timerID), &c)
	if errors.Is(err, sql.ErrNoRows) {
		return c, fault.New(fault.NotFound, "The connection of this schedule is gone.", "Look at the list of connections.")
	}
	return c, classify("reading connection", err)
}

// SetPushTimer notes the schedule of what is written to a connection.
func (tx *Tx) SetPushTimer(connectionID, timerID int64) error {
	tx.touch(Connections)
	return tx.Exec(`UPDATE connection SET push_timer_id = ? WHERE id = ?`, idArg(timerID), connectionID)
}

// NoteShipped notes up to which commit sequence shipments were looked at.
func (tx *Tx) NoteShipped(connectionID, seq int64) error {
	return tx.Exec(`UPDATE connection SET shipped_seq = max(shipped_seq, ?) WHERE id = ?`, seq, connectionID)
}

// SendingPaused reports whether nothing may be sent: after a restore, or on another machine.
func (tx *Tx) SendingPaused() (bool, error) {
	n, err := tx.Number(`SELECT count(*) FROM setting WHERE name = 'sending_paused' AND value <> ''`)
	return n > 0, err
}

// Outgoing lists the shipments with a tracking number of a channel's orders that were written after a commit sequence, oldest first, but those
// that the connection pulled itself and those that it was told of, or that a person took off. The plus lets
// SQLite begin with the few new shipments, not with all orders.
func (s *Store) Outgoing(ctx context.Context, c syncing.Connection, after int64) ([]syncing.Outgoing, error) {
	q := s.reading(ctx)
	rows, err := q.Query(`SELECT s.id, s.order_id, o.external_id, o.number, s.carrier, s.service, s.tracking, s.shipped_at, s.seq FROM shipment s
		JOIN orders o ON o.id = s.order_id WHERE s.seq > ? AND +o.channel_id = ? AND s.tracking <> ''
		AND NOT EXISTS (SELECT 1 FROM change h JOIN run r ON r.id = h.run_id WHERE h.record_kind = 'shipment' AND h.record_id = s.id AND h.action = 'created'
			AND r.connection_id = ?)
		AND NOT EXISTS (SELECT 1 FROM intent i WHERE i.record_kind = 'shipment' AND i.record_id = s.id AND i.connection_id = ? AND i.operation = 'order.ship'
			AND (i.state <> 'superseded' OR i.problem LIKE '%"dropped"%'))
		ORDER BY s.seq, s.id`, after, c.ChannelID, c.ID, c.ID)
	all, err := collect(rows, err, func(rows *sql.Rows, o *syncing.Outgoing) error {
		var at commerce.Instant
		err := rows.Scan(&o.ShipmentID, &o.OrderID, &o.Target, &o.Number, &o.Shipping.Carrier, &o.Shipping.Service, &o.Shipping.Tracking, instant{&at}, &o.Seq)
		o.Shipping.ShippedAt, o.Shipping.ID = int64(at), o.ShipmentID
		return err
	})
	for i := range all {
		if err == nil {
			err = fillOutgoing(q, &all[i])
		}
	}
	return all, classify("reading shipments", err)
}

// fillOutgoing reads what lies in a shipment, by the channel's ids of the lines. Whole tells that a line has none.
func fillOutgoing(q querier, o *syncing.Outgoing) error {
	rows, err := q.Query(`SELECT l.external_id, i.quantity FROM package p JOIN package_item i ON i.package_id = p.id JOIN order_line l ON l.id = i.line_id
		WHERE p.shipment_id = ? ORDER BY l.position`, o.ShipmentID)
	parts, err := collect(rows, err, func(rows *sql.Rows, p *syncing.Part) error { return rows.Scan(&p.LineID, &p.Quantity) })
	for _, p := range parts {
		if p.LineID == "" {
			o.Whole = true
			return err
		}
	}
	o.Shipping.Lines = parts
	return err
}

// NoteOffered keeps how much of a listing the channel has; pushed is what we told it, "" for nothing. What was last pulled of the listing is then out of date, when it
// was told or is seen otherwise: the same bytes again would mean that it went back.
func (tx *Tx) NoteOffered(listingID int64, location, quantity, pushed string) error {
	tx.touch(Listings)
	var said, at any
	if pushed != "" {
		said, at = pushed, int64(tx.now)
	}
	known, err := tx.Number(`SELECT id FROM listing_level WHERE listing_id = ? AND location = ? AND quantity = ?`, listingID, location, quantity)
	if err != nil {
		return err
	}
	if pushed != "" || known == 0 {
		if err := tx.outdate(listingID); err != nil {
			return err
		}
	}
	bound, err := tx.boundBefore(listingID, location)
	if err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO listing_level (listing_id, location, quantity, observed_at, pushed, pushed_at, seq, bound, seen, seen_at, seen_seq, base, base_at)
		SELECT id, ?2, ?3, ?4, COALESCE(?5, ''), ?6, ?7, ?8, ?3, ?4, ?7, ?3, ?4 FROM listing WHERE id = ?1
		ON CONFLICT (listing_id, location) DO UPDATE SET quantity = excluded.quantity, observed_at = excluded.observed_at, pushed = COALESCE(?5, pushed),
		pushed_at = COALESCE(?6, pushed_at), seq = excluded.seq, bound = excluded.bound, seen = excluded.seen, seen_at = excluded.seen_at,
		seen_seq = excluded.seen_seq`, listingID, location, quantity, int64(tx.now), said, at, tx.seq, bound)
}

func (tx *Tx) outdate(listingID int64) error {
	return tx.Exec(`UPDATE arrival SET version = '' WHERE item = (SELECT external_id FROM listing WHERE id = ?1) AND sync_id IN (SELECT y.id FROM sync y
		JOIN connection n ON n.id = y.connection_id JOIN listing g ON g.channel_id = n.channel_id WHERE g.id = ?1 AND y.stream IN ('products', 'stock'))`, listingID)
}

// NoteTracking gives the shipment of an order that has a wrong number the right one, with its package; nothing where there is none.
func (tx *Tx) NoteTracking(orderID int64, was, is string, runID int64) error {
	id, err := tx.Number(`SELECT id FROM shipment WHERE order_id = ?1 AND tracking = ?2 AND NOT EXISTS (SELECT 1 FROM shipment WHERE order_id = ?1 AND tracking = ?3)
		ORDER BY id LIMIT 1`, orderID, was, is)
	if err != nil || id == 0 {
		return err
	}
	tx.touch(Orders)
	return errors.Join(
		tx.Exec(`UPDATE shipment SET tracking = ?, seq = ? WHERE id = ?`, is, tx.seq, id),
		tx.Exec(`UPDATE package SET tracking = ? WHERE shipment_id = ? AND tracking = ?`, is, id, was),
		tx.InsertChange(journal.Change{RecordKind: "shipment", RecordID: id, Action: journal.Changed, RunID: runID,
			Fields: []commerce.FieldChange{{Field: "tracking", Before: was, After: is}}}))
}

// NotePrice keeps the price that the channel has of a listing, as a change by a run.
func (tx *Tx) NotePrice(listingID int64, price string, runID int64) error {
	tx.touch(Listings)
	var was string
	err := tx.QueryRow(`SELECT price FROM listing WHERE id = ?`, listingID).Scan(&was)
	if errors.Is(err, sql.ErrNoRows) || err == nil && was == price {
		return nil
	}
	if err != nil {
		return err
	}
	err = errors.Join(tx.outdate(listingID), tx.Exec(`UPDATE listing SET price = ?, seq = ? WHERE id = ?`, price, tx.seq, listingID))
	if err != nil {
		return err
	}
	return tx.InsertChange(journal.Change{RecordKind: listingKind, RecordID: listingID, Action: journal.Changed, RunID: runID,
		Fields: []commerce.FieldChange{{Field: "price", Before: was, After: price}}})
}
