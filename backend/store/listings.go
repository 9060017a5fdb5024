package store

import (
	"cmp"
	"database/sql"
	"errors"

	"tradepost/backend/commerce"
	"tradepost/backend/order"
)

// listingKey names a listing inside the process; see placeListing.
type listingKey struct {
	channelID        int64
	namespace, value string
}

// placed is a listing with the variant it is linked to, as the writer remembers it.
type placed struct {
	id, variantID int64
	variantSKU    string
}

// placeListings points each line at the listing it sold, making those that are seen for the first time, and fills in
// the variants they are linked to.
func (tx *Tx) placeListings(o *order.Order) error {
	for i := range o.Lines {
		l := &o.Lines[i]
		g, err := tx.placeListing(o.ChannelID, l)
		if err != nil {
			return err
		}
		l.ListingID, l.VariantID, l.LinkedSKU = g.id, g.variantID, g.variantSKU
	}
	return nil
}

// listingsKept bounds how many listings the writer remembers.
const listingsKept = 100_000

// listingOf is by what a line's listing is found: its SKU, or its title where the channel states no SKU. Charges are kept apart from goods of
// the same name.
func listingOf(channelID int64, l *order.Line) listingKey {
	switch {
	case l.Charge:
		return listingKey{channelID, "charge", cmp.Or(l.SKU, l.Title)}
	case l.SKU == "":
		return listingKey{channelID, "title", l.Title}
	}
	return listingKey{channelID, "sku", l.SKU}
}

// placeListing finds the channel's listing of a line, or makes it.
func (tx *Tx) placeListing(channelID int64, l *order.Line) (g placed, err error) {
	key := listingOf(channelID, l)
	if g, ok := tx.listings[key]; ok {
		return g, nil
	}
	g.id, err = tx.Number(`SELECT record_id FROM external_reference WHERE channel_id = ? AND kind = 'listing' AND namespace = ? AND value = ?`,
		key.channelID, key.namespace, key.value)
	if err == nil && g.id == 0 {
		g, err = tx.insertListing(key, l)
	} else if err == nil {
		g.variantID, g.variantSKU, err = tx.linkedVariant(g.id)
	}
	if err != nil {
		return g, err
	}
	if tx.listings == nil || len(tx.listings) >= listingsKept {
		tx.listings = map[listingKey]placed{}
	}
	tx.listings[key] = g
	return g, nil
}

// insertListing makes a listing and links it when exactly one variant has exactly its SKU. A charge is linked to nothing.
func (tx *Tx) insertListing(key listingKey, l *order.Line) (g placed, err error) {
	variantID := int64(0)
	if !l.Charge {
		if variantID, err = tx.onlyVariant(l.SKU); err != nil {
			return g, err
		}
	}
	linkedBy := ""
	if variantID != 0 {
		linkedBy, g.variantID, g.variantSKU = "sku", variantID, l.SKU
	}
	g.id, err = tx.Insert(`INSERT INTO listing (channel_id, sku, sku_key, title, variant_id, linked_by, charge, created_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		key.channelID, l.SKU, commerce.NumberKey(l.SKU), l.Title, idArg(variantID), linkedBy, l.Charge, int64(tx.now), tx.seq)
	if err != nil {
		return g, err
	}
	return g, tx.Exec(`INSERT INTO external_reference (channel_id, kind, namespace, value, record_id) VALUES (?, 'listing', ?, ?, ?)`,
		key.channelID, key.namespace, key.value, g.id)
}

func (tx *Tx) onlyVariant(sku string) (int64, error) {
	if sku == "" {
		return 0, nil
	}
	return tx.Number(`SELECT CASE count(*) WHEN 1 THEN min(id) ELSE 0 END FROM variant WHERE sku = ?`, sku)
}

func (tx *Tx) linkedVariant(listingID int64) (id int64, sku string, err error) {
	err = tx.QueryRow(`SELECT v.id, v.sku FROM listing g JOIN variant v ON v.id = g.variant_id WHERE g.id = ?`, listingID).Scan(&id, &sku)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, "", nil
	}
	return id, sku, err
}

// deleteStrayListings removes the listings of lines that are gone, where no other order shows them and neither a person
// nor a file linked them.
func (tx *Tx) deleteStrayListings(o *order.Order) error {
	for i := range o.Lines {
		id := o.Lines[i].ListingID
		n, err := tx.Affect(`DELETE FROM listing WHERE id = ? AND linked_by NOT IN ('person', 'import')
			AND NOT EXISTS (SELECT 1 FROM order_line WHERE listing_id = listing.id)`, id)
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		clear(tx.listings)
		if err := tx.Exec(`DELETE FROM external_reference WHERE record_id = ? AND kind = 'listing'`, id); err != nil {
			return err
		}
	}
	return nil
}
