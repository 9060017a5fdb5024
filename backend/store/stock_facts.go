package store

import (
	"database/sql"

	"tradepost/backend/inventory"
)

// stockFacts is what the writer remembers of stock, so that orders of what is not tracked cost next to nothing. It is forgotten when a
// write fails, as all that the writer remembers.
type stockFacts struct {
	known     bool
	any       bool                      // something is tracked
	untracked map[int64]bool            // variants that are known not to be
	kits      map[int64][]inventory.BOM // versions by kit, oldest first
	places    []place                   // where stock lies; nil is not read yet
}

// stockKept bounds how many variants the writer remembers as not tracked.
const stockKept = 100_000

func (tx *Tx) forgetStock() { tx.stock = stockFacts{} }

// tracksStock reports whether any order could move any stock at all.
func (tx *Tx) tracksStock() (bool, error) {
	if tx.stock.known {
		return tx.stock.any, nil
	}
	n, err := tx.Number(`SELECT EXISTS (SELECT 1 FROM stock_level)`)
	if err != nil {
		return false, err
	}
	tx.stock = stockFacts{known: true, any: n > 0, untracked: map[int64]bool{}}
	if n > 0 {
		tx.stock.kits, err = loadKits(tx)
	}
	return tx.stock.any, err
}

// loadKits reads all bills of material that stand: there are few beside variants.
func loadKits(q querier) (map[int64][]inventory.BOM, error) {
	versions, err := bomsWhere(q, `b.undone_run IS NULL`)
	kits := map[int64][]inventory.BOM{}
	for _, b := range versions {
		kits[b.VariantID] = append(kits[b.VariantID], b)
	}
	return kits, err
}

// bomsWhere reads bills of material with what is in them, those of one kit after each other, oldest first.
func bomsWhere(q querier, condition string, args ...any) ([]inventory.BOM, error) {
	rows, err := q.Query(`SELECT b.id, b.variant_id, b.version, b.kind, b.made_at, b.run_id, COALESCE(b.undone_run, 0) FROM bom b WHERE `+condition+` ORDER BY b.variant_id, b.version`, args...)
	versions, err := collect(rows, err, func(rows *sql.Rows, b *inventory.BOM) error {
		return rows.Scan(&b.ID, &b.VariantID, &b.Version, &b.Kind, &b.MadeAt, &b.RunID, &b.UndoneRun)
	})
	if err != nil || len(versions) == 0 {
		return nil, err
	}
	items, err := loadComponents(q)
	for i := range versions {
		versions[i].Items = items[versions[i].ID]
	}
	return versions, err
}

func loadComponents(q querier) (map[int64][]inventory.Component, error) {
	type item struct {
		bom int64
		inventory.Component
	}
	rows, err := q.Query(`SELECT i.bom_id, i.variant_id, v.sku, v.title, i.quantity FROM bom_item i JOIN variant v ON v.id = i.variant_id ORDER BY i.bom_id, i.variant_id`)
	all, err := collect(rows, err, func(rows *sql.Rows, i *item) error {
		return rows.Scan(&i.bom, &i.VariantID, &i.SKU, &i.Title, &i.Quantity)
	})
	items := map[int64][]inventory.Component{}
	for _, i := range all {
		items[i.bom] = append(items[i.bom], i.Component)
	}
	return items, err
}

// standings lists how a variant stands at the locations of a pool, in the order of routing.
func (tx *Tx) standings(variantID, pool int64) ([]inventory.Standing, error) {
	if tx.stock.untracked[variantID] {
		return nil, nil
	}
	type found struct {
		pool int64
		inventory.Standing
	}
	rows, err := tx.Query(`SELECT COALESCE(l.channel_id, 0), s.id, s.location_id, s.started_at, s.counted_at, s.on_hand, s.reserved, NOT l.active
		FROM stock_level s JOIN location l ON l.id = s.location_id WHERE s.variant_id = ? ORDER BY NOT l.active, l.rank, l.id`, variantID)
	all, err := collect(rows, err, func(rows *sql.Rows, f *found) error {
		return rows.Scan(&f.pool, &f.LevelID, &f.LocationID, &f.StartedAt, &f.CountedAt, &f.OnHand, &f.Reserved, &f.Closed)
	})
	if len(all) == 0 && err == nil && len(tx.stock.untracked) < stockKept && tx.stock.known {
		tx.stock.untracked[variantID] = true
	}
	var standings []inventory.Standing
	for _, f := range all {
		if f.pool == pool {
			standings = append(standings, f.Standing)
		}
	}
	return standings, err
}
