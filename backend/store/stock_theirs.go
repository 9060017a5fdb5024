package store

import (
	"database/sql"
	"slices"

	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
)

// seenThere is how much of a listing a channel had at a place of its own when it was last looked at.
type seenThere struct {
	variantID int64
	pack      commerce.Decimal
	quantity  commerce.Decimal
}

// CountTheirs counts, under a run, the stock that a channel keeps and ships itself, by what was last seen at one of its places: there lies what it offers, and
// what waits to leave for orders, which it offers no more. name is the place's for people.
func (tx *Tx) CountTheirs(channelID, runID int64, place, name string) error {
	rows, err := tx.Query(`SELECT g.variant_id, g.pack_multiple, o.quantity FROM listing_level o JOIN listing g ON g.id = o.listing_id
		WHERE g.channel_id = ? AND o.location = ? AND g.variant_id IS NOT NULL AND o.quantity <> '' ORDER BY g.variant_id`, channelID, place)
	all, err := collect(rows, err, func(rows *sql.Rows, s *seenThere) error { return rows.Scan(&s.variantID, &s.pack, &s.quantity) })
	if err != nil || len(all) == 0 {
		return err
	}
	if _, err := tx.tracksStock(); err != nil {
		return err
	}
	at, err := tx.theirPlace(channelID, name)
	if err != nil {
		return err
	}
	for len(all) > 0 {
		n := slices.IndexFunc(all, func(s seenThere) bool { return s.variantID != all[0].variantID })
		if n < 0 {
			n = len(all)
		}
		if err := tx.countTheirs(channelID, runID, at, all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// theirPlace finds the location that a channel keeps, or makes it.
func (tx *Tx) theirPlace(channelID int64, name string) (int64, error) {
	var channel string
	if err := tx.QueryRow(`SELECT name FROM channel WHERE id = ?`, channelID).Scan(&channel); err != nil {
		return 0, err
	}
	name = channel + ": " + name
	id, err := tx.Number(`SELECT COALESCE(max(id), 0) FROM location WHERE channel_id = ? AND name = ?`, channelID, name)
	if err != nil || id != 0 {
		return id, err
	}
	tx.touch(Stock)
	return tx.Insert(`INSERT INTO location (name, kind, channel_id, rank, active, seq) VALUES (?, 'channel', ?, 0, 1, ?)`, name, channelID, tx.seq)
}

// countTheirs counts one variant. A kit lies there as itself and not as its components, whose ledger it is none of.
func (tx *Tx) countTheirs(channelID, runID, locationID int64, seen []seenThere) error {
	variantID, there := seen[0].variantID, inventory.Quantity(0)
	if bom := inventory.InForce(tx.stock.kits[variantID], tx.now); bom != nil && bom.Kind == inventory.Virtual && len(bom.Items) > 0 {
		return nil
	}
	for _, s := range seen {
		pack, err := inventory.Parse(s.pack)
		quantity, wrong := inventory.Parse(s.quantity)
		if err != nil || wrong != nil || quantity < 0 {
			return nil //nolint:nilerr // what is no number was not seen
		}
		there += pack.Times(quantity)
	}
	waits, err := tx.Number(`SELECT COALESCE(sum(open), 0) FROM stock_demand WHERE variant_id = ? AND pool = ?`, variantID, channelID)
	if err != nil {
		return err
	}
	there += inventory.Quantity(waits)
	cause := inventory.Cause{Kind: inventory.ByRun, ID: runID}
	id, err := tx.Number(`SELECT COALESCE(max(id), 0) FROM stock_level WHERE variant_id = ? AND location_id = ?`, variantID, locationID)
	switch {
	case err != nil:
		return err
	case id == 0:
		return tx.startTheirs(cause, variantID, locationID, channelID, there)
	}
	l, err := levelByID(tx, id)
	if err != nil || l == nil || l.OnHand == there {
		return err
	}
	tx.touch(Stock)
	return tx.countStock(cause, *l, inventory.Correct(l.OnHand, there), there, 0)
}

// startTheirs begins to track a variant at a channel's place. What waits for it becomes known by that.
func (tx *Tx) startTheirs(cause inventory.Cause, variantID, locationID, channelID int64, there inventory.Quantity) error {
	id, err := tx.startStock(cause, variantID, locationID, there, tx.now)
	if err != nil {
		return err
	}
	waits, err := tx.Number(`SELECT COALESCE(sum(open), 0) FROM stock_demand WHERE variant_id = ? AND pool = ?`, variantID, channelID)
	if err != nil || waits == 0 {
		return err
	}
	l, err := levelByID(tx, id)
	if err != nil || l == nil {
		return err
	}
	return tx.countStock(cause, *l, inventory.Quantity(waits), there+inventory.Quantity(waits), 0)
}
