package store

import (
	"context"
	"database/sql"
	"errors"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/edi/exchange"
)

// Sold finds what an order's line asks for: the listing of its SKU on the channel, else a variant by SKU or GTIN. Its price is that of the channel,
// where one was set or a rule makes it.
func (s *Store) Sold(ctx context.Context, channelID int64, sku, gtin string) (sold exchange.Sold, err error) {
	q := s.reading(ctx)
	var p catalog.Priced
	err = q.QueryRow(`SELECT v.sku, g.pack_multiple, g.own_price, g.currency, v.price, v.cost, v.currency FROM listing g JOIN variant v ON v.id = g.variant_id
		WHERE g.channel_id = ? AND g.sku_key = ? AND g.sku = ? LIMIT 1`, channelID, commerce.NumberKey(sku), sku).Scan(&sold.SKU, &p.Pack, &p.Own, &p.ListingCurrency, &p.Price, &p.Cost, &p.Currency)
	if err == nil {
		sold.Known, sold.Pack = true, p.Pack
		rule, err := ruleOf(q, channelID)
		if err == nil && (rule.Version > 0 || p.Own != "") {
			sold.Price = rule.Price(p)
		}
		return sold, classify("reading the catalogue", err)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return sold, classify("reading the catalogue", err)
	}
	n, err := q.Number(`SELECT EXISTS (SELECT 1 FROM variant WHERE sku = ?1 AND ?1 <> '' AND merged_into IS NULL) OR EXISTS (SELECT 1 FROM variant WHERE gtin = ?2 AND ?2 <> ''
		AND merged_into IS NULL) OR NOT EXISTS (SELECT 1 FROM variant)`, sku, gtin)
	sold.Known, sold.SKU = n == 1, sku
	return sold, classify("reading the catalogue", err)
}
