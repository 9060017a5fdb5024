package store

import (
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
		g, err := tx.placeListing(o.ChannelID, l.SKU, l.Title)
		if err != nil {
			return err
		}
		l.ListingID, l.VariantID, l.LinkedSKU = g.id, g.variantID, g.variantSKU
	}
	return nil
}

// listingsKept bounds how many listings the writer remembers.
const listingsKept = 100_000

// placeListing finds the channel's listing by SKU, or by title where the channel states no SKU.
func (tx *Tx) placeListing(channelID int64, sku, title string) (g placed, err error) {
	key := listingKey{channelID, "sku", sku}
	if sku == "" {
		key = listingKey{channelID, "title", title}
	}
	if g, ok := tx.listings[key]; ok {
		return g, nil
	}
	g.id, err = tx.Number(`SELECT record_id FROM external_reference WHERE channel_id = ? AND kind = 'listing' AND namespace = ? AND value = ?`,
		key.channelID, key.namespace, key.value)
	if err == nil && g.id == 0 {
		g, err = tx.insertListing(key, sku, title)
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

// insertListing makes a listing and links it when exactly one variant has exactly its SKU.
func (tx *Tx) insertListing(key listingKey, sku, title string) (g placed, err error) {
	variantID, err := tx.onlyVariant(sku)
	if err != nil {
		return g, err
	}
	linkedBy := ""
	if variantID != 0 {
		linkedBy, g.variantID, g.variantSKU = "sku", variantID, sku
	}
	g.id, err = tx.Insert(`INSERT INTO listing (channel_id, sku, sku_key, title, variant_id, linked_by, created_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		key.channelID, sku, commerce.NumberKey(sku), title, idArg(variantID), linkedBy, int64(tx.now), tx.seq)
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
