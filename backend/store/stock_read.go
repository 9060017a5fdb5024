package store

import (
	"database/sql"

	"tradepost/backend/inventory"
)

// fillStock reads how variants stand, and the listings that sell them.
func fillStock(q querier, all []inventory.Stock) error {
	kits, err := kitsNow(q)
	for i := range all {
		if err == nil {
			err = fillOne(q, &all[i], kits)
		}
	}
	return err
}

func fillOne(q querier, s *inventory.Stock, kits map[int64][]inventory.Component) (err error) {
	if err = fillLevels(q, s); err != nil {
		return err
	}
	if s.Kit = kits[s.VariantID]; s.Kit != nil {
		if s.Sets, s.KitTracked, err = setsOf(q, s.Kit); err != nil {
			return err
		}
	}
	rows, err := q.Query(`SELECT g.id, g.channel_id, c.name, CASE WHEN g.sku <> '' THEN g.sku ELSE g.title END, g.pack_multiple,
		COALESCE((SELECT CASE count(*) WHEN 1 THEN max(o.pushed) END FROM listing_level o WHERE o.listing_id = g.id), ''),
		COALESCE((SELECT CASE count(*) WHEN 1 THEN max(o.quantity) END FROM listing_level o WHERE o.listing_id = g.id), '')
		FROM listing g JOIN channel c ON c.id = g.channel_id WHERE g.variant_id = ? ORDER BY c.name, g.id`, s.VariantID)
	s.Listings, err = collect(rows, err, func(rows *sql.Rows, l *inventory.Listed) error {
		return rows.Scan(&l.ID, &l.ChannelID, &l.Channel, &l.Listing, &l.Pack, &l.Pushed, &l.Live)
	})
	return err
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

// setsOf is how many kits can be made of what is available at our own locations; tracked tells that all components are.
func setsOf(q querier, items []inventory.Component) (sets inventory.Quantity, tracked bool, err error) {
	available := map[int64]inventory.Quantity{}
	for _, c := range items {
		s := inventory.Stock{VariantID: c.VariantID}
		if err := fillLevels(q, &s); err != nil || len(s.Levels) == 0 {
			return 0, false, err
		}
		available[c.VariantID] = s.For(inventory.Own)
	}
	return inventory.Sets(items, available), true, nil
}

// StockOf reads how one variant stands.
func stockOf(q querier, variantID int64) (s inventory.Stock, err error) {
	err = q.QueryRow(`SELECT id, sku, title FROM variant WHERE id = ?`, variantID).Scan(&s.VariantID, &s.SKU, &s.Title)
	if err != nil {
		return s, err
	}
	all := []inventory.Stock{s}
	err = fillStock(q, all)
	return all[0], err
}
