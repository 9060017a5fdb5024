package store

import (
	"context"
	"database/sql"

	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
)

// fillStock reads how variants stand, and the listings that sell them: all of them at once.
func fillStock(q querier, all []inventory.Stock) error {
	kits, err := kitsNow(q)
	if err != nil {
		return err
	}
	ids := make([]int64, len(all))
	for i, s := range all {
		ids[i] = s.VariantID
	}
	r := &reckoning{q: q, kits: kits, stocks: map[int64]inventory.Stock{}}
	if err := r.readStocks(ids); err != nil {
		return err
	}
	listed, err := listedOf(q, ids)
	for i := range all {
		all[i] = calledAs(r.stocks[ids[i]], all[i])
		all[i].Listings = append([]inventory.Listed{}, listed[ids[i]]...)
	}
	return err
}

// overPlaces is a number of a listing's levels: of the only one, else the sum of those at places that are told (they are locations of ours, or chosen in the settings).
func overPlaces(column string) string {
	return `COALESCE((SELECT CASE count(*) WHEN 1 THEN max(o.` + column + `) ELSE CAST(sum(CASE WHEN EXISTS (SELECT 1 FROM connection n
		LEFT JOIN location_place p ON p.connection_id = n.id AND p.place = o.location WHERE n.channel_id = g.channel_id AND (p.place IS NOT NULL
		OR json_extract(n.options, '$.push_location') = o.location AND NOT EXISTS (SELECT 1 FROM location_place q WHERE q.connection_id = n.id)))
		THEN CAST(NULLIF(o.` + column + `, '') AS INTEGER) END) AS TEXT) END FROM listing_level o WHERE o.listing_id = g.id), '')`
}

// calledAs gives a stock, and its levels, the name of a variant.
func calledAs(s, of inventory.Stock) inventory.Stock {
	s.SKU, s.Title = of.SKU, of.Title
	for i := range s.Levels {
		s.Levels[i].SKU, s.Levels[i].Title = of.SKU, of.Title
	}
	return s
}

// listedOf reads the listings that sell variants, with what their channels were told and show.
func listedOf(q querier, variantIDs []int64) (map[int64][]inventory.Listed, error) {
	rows, err := q.Query(`SELECT g.variant_id, g.id, g.channel_id, c.name, CASE WHEN g.sku <> '' THEN g.sku ELSE g.title END, g.pack_multiple,
		`+overPlaces("pushed")+`, `+overPlaces("quantity")+`
		FROM listing g JOIN channel c ON c.id = g.channel_id
		WHERE g.variant_id IN (SELECT value FROM json_each(?)) ORDER BY c.name, g.id`, asJSON(variantIDs))
	all := map[int64][]inventory.Listed{}
	return all, each(rows, err, func(rows *sql.Rows) error {
		var id int64
		var l inventory.Listed
		err := rows.Scan(&id, &l.ID, &l.ChannelID, &l.Channel, &l.Listing, &l.Pack, &l.Pushed, &l.Live)
		all[id] = append(all[id], l)
		return err
	})
}

// fillLevels reads the levels of a variant and what orders wait for.
func fillLevels(q querier, s *inventory.Stock) (err error) {
	rows, err := q.Query(`SELECT l.id, l.name, COALESCE(l.channel_id, 0), s.id, s.on_hand, s.reserved, s.incoming, s.started_at, s.counted_at, s.counted_seq
		FROM stock_level s JOIN location l ON l.id = s.location_id WHERE s.variant_id = ? ORDER BY l.rank, l.name`, s.VariantID)
	s.Levels, err = collect(rows, err, func(rows *sql.Rows, l *inventory.Level) error {
		l.VariantID, l.SKU, l.Title = s.VariantID, s.SKU, s.Title
		return rows.Scan(&l.LocationID, &l.Location, &l.ChannelID, &l.ID, &l.OnHand, &l.Reserved, &l.Incoming, &l.StartedAt, &l.CountedAt, &l.Version)
	})
	if err != nil || len(s.Levels) == 0 {
		return err
	}
	return q.QueryRow(`SELECT COALESCE(sum(open - reserved), 0) FROM stock_demand WHERE variant_id = ? AND pool = 0 AND open > reserved`, s.VariantID).Scan(&s.Backordered)
}

// kitsNow lists what kits consist of whose components lie on the shelf.
func kitsNow(q querier) (map[int64][]inventory.Component, error) {
	versions, err := loadKits(q)
	kits := map[int64][]inventory.Component{}
	for id, all := range versions {
		if last := all[len(all)-1]; last.Kind == inventory.Virtual && len(last.Items) > 0 {
			kits[id] = last.Items
		}
	}
	return kits, err
}

// StockOf reads how one variant stands.
func (s *Store) StockOf(ctx context.Context, variantID int64) (inventory.Stock, error) {
	q := s.reading(ctx)
	v, err := variantNow(q, variantID)
	if err != nil {
		return v, err
	}
	all := []inventory.Stock{v}
	err = fillStock(q, all)
	return all[0], classify("reading stock", err)
}

// toldEntries reads entries with what caused them.
const toldEntries = `SELECT m.id, m.variant_id, CASE WHEN v.sku <> '' THEN v.sku ELSE v.title END, m.location_id, l.name, m.kind, m.quantity, m.reserved, m.incoming, m.cause_kind, m.cause_id,
	COALESCE(m.line_id, 0), COALESCE(m.count_id, 0), COALESCE(m.reverses, 0), m.reason, m.occurred_at, m.recorded_at, m.seq, COALESCE(o.number, p.number, ''), COALESCE(c.name, ''),
	COALESCE(r.title, ''), COALESCE(s.name, ''), COALESCE(k.id, 0), COALESCE(CASE WHEN k.sku <> '' THEN k.sku ELSE k.title END, '')
	FROM stock_movement m JOIN variant v ON v.id = m.variant_id JOIN location l ON l.id = m.location_id LEFT JOIN orders o ON m.cause_kind = 'order' AND o.id = m.cause_id
	LEFT JOIN channel c ON c.id = o.channel_id LEFT JOIN run r ON m.cause_kind = 'run' AND r.id = m.cause_id
	LEFT JOIN purchase_order p ON m.cause_kind = 'purchase' AND p.id = m.cause_id LEFT JOIN supplier s ON s.id = p.supplier_id
	LEFT JOIN assembly a ON m.cause_kind = 'assembly' AND a.id = m.cause_id LEFT JOIN variant k ON k.id = a.variant_id `

func scanTold(rows *sql.Rows, t *inventory.Told) error {
	return rows.Scan(&t.ID, &t.VariantID, &t.SKU, &t.LocationID, &t.Location, &t.Kind, &t.OnHand, &t.Reserved, &t.Incoming, &t.Cause.Kind, &t.Cause.ID, &t.Cause.Line, &t.CountID,
		&t.Reverses, &t.Reason, &t.OccurredAt, &t.RecordedAt, &t.Seq, &t.Number, &t.Channel, &t.Run, &t.Supplier, &t.KitID, &t.Kit)
}

// StockEntries lists the entries of a variant's ledger, newest first, ids below before (0: all), at one location (0: all).
func (s *Store) StockEntries(ctx context.Context, variantID, locationID, before int64, limit int) ([]inventory.Told, error) {
	defer s.turns.page()()
	rows, err := s.reading(ctx).Query(toldEntries+`WHERE m.variant_id = ?1 AND (?2 = 0 OR m.location_id = ?2) AND (?3 = 0 OR m.id < ?3) ORDER BY m.id DESC LIMIT ?4`,
		variantID, locationID, before, limit)
	all, err := collect(rows, err, scanTold)
	return all, classify("reading the stock ledger", err)
}

// coursePoints is how many points a course has.
const coursePoints = 60

// StockCourse is how a variant stood over time over all locations, by when things happened: what was on hand and what of it was reserved at the end of
// equal parts of the time since its first entry.
func (s *Store) StockCourse(ctx context.Context, variantID int64) ([]inventory.Point, error) {
	q := s.reading(ctx)
	first, err := q.Number(`SELECT COALESCE(min(occurred_at), 0) FROM stock_movement WHERE variant_id = ?`, variantID)
	if err != nil || first == 0 {
		return []inventory.Point{}, classify("reading the stock ledger", err)
	}
	part := (max(int64(s.Now()), first)-first)/coursePoints + 1
	rows, err := q.Query(`SELECT min((occurred_at - ?2) / ?3, ?4), sum(quantity), sum(reserved) FROM stock_movement WHERE variant_id = ?1 GROUP BY 1 ORDER BY 1`,
		variantID, first, part, coursePoints-1)
	moved, err := collect(rows, err, func(rows *sql.Rows, p *inventory.Point) error { return rows.Scan(&p.At, &p.OnHand, &p.Reserved) })
	all := make([]inventory.Point, coursePoints)
	for _, m := range moved {
		all[m.At].OnHand += m.OnHand
		all[m.At].Reserved += m.Reserved
	}
	var onHand, reserved inventory.Quantity
	for i := range all {
		all[i].At = commerce.Instant(first + int64(i+1)*part)
		onHand += all[i].OnHand
		reserved += all[i].Reserved
		all[i].OnHand, all[i].Reserved = onHand, reserved
	}
	return all, classify("reading the stock ledger", err)
}
