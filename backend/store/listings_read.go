package store

import (
	"context"
	"database/sql"
	"errors"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// listingColumns is a listing with what it is linked to and what its price is made of.
const listingColumns = `g.id, g.seq, g.channel_id, c.name, g.sku, g.gtin, g.title, g.status, g.url, g.price, g.currency, g.pack_multiple, g.ignored, g.linked_by,
	g.own_title, g.own_price, v.id, v.sku, v.title, COALESCE(v.price, ''), COALESCE(v.cost, ''), COALESCE(v.currency, ''),
	r.percent, r.rounding, r.direction, r.margin, (SELECT count(DISTINCT order_id) FROM order_line l WHERE l.listing_id = g.id)`

const listingTables = ` FROM listing g CROSS JOIN channel c ON c.id = g.channel_id LEFT JOIN variant v ON v.id = g.variant_id LEFT JOIN price_rule r ON r.channel_id = g.channel_id `

// Listings lists listings, oldest first. A channel that is not there is a fault.NotFound.
func (s *Store) Listings(ctx context.Context, filter catalog.ListingFilter) ([]catalog.Listing, error) {
	defer s.turns.page()()
	condition, args, err := s.listingCondition(ctx, filter)
	if err != nil {
		return []catalog.Listing{}, err
	}
	q := s.reading(ctx)
	rows, err := q.Query(`SELECT `+listingColumns+listingTables+`WHERE `+condition+` AND g.id > ? ORDER BY g.id LIMIT ?`, append(args, filter.After, filter.Limit)...)
	all, err := collect(rows, err, scanListing)
	if err != nil {
		return all, classify("reading listings", err)
	}
	for i := range all {
		if all[i].Variant == nil && all[i].Ignored == "" {
			if all[i].Suggestion, err = suggestion(q, all[i].SKU); err != nil {
				return all, classify("looking for a variant", err)
			}
		}
	}
	return all, nil
}

func (s *Store) listingCondition(ctx context.Context, f catalog.ListingFilter) (condition string, args []any, err error) {
	condition = map[catalog.ListingState]string{catalog.AnyListing: `1`, catalog.Unlinked: `g.variant_id IS NULL AND g.ignored = '' AND g.charge = 0`,
		catalog.Linked: `g.variant_id IS NOT NULL`, catalog.Ignored: `g.ignored <> ''`}[f.State]
	if condition == "" {
		return "", nil, fault.New(fault.Invalid, "“"+string(f.State)+"” is no state of a listing.", "Use unlinked, linked or ignored.").InField("state")
	}
	if f.Channel != "" {
		ids, err := s.channelIDs(ctx, f.Channel)
		if err != nil {
			return "", nil, err
		}
		condition += ` AND g.channel_id IN (SELECT value FROM json_each(?))`
		args = append(args, asJSON(ids))
	}
	if f.SKU != "" {
		condition += ` AND g.sku_key = ? AND g.sku = ?`
		args = append(args, commerce.NumberKey(f.SKU), f.SKU)
	}
	if f.VariantID != 0 {
		condition += ` AND g.variant_id = ?`
		args = append(args, f.VariantID)
	}
	return condition, args, nil
}

// Listing reads one listing; none of that id is a fault.NotFound.
func (s *Store) Listing(ctx context.Context, id int64) (catalog.Listing, error) {
	g, err := readListing(s.reading(ctx), id)
	return g, classify("reading the listing", err)
}

func readListing(q querier, id int64) (catalog.Listing, error) {
	rows, err := q.Query(`SELECT `+listingColumns+listingTables+`WHERE g.id = ?`, id)
	all, err := collect(rows, err, scanListing)
	if err == nil && len(all) == 0 {
		return catalog.Listing{}, fault.New(fault.NotFound, "There is no such listing.", "It may be gone with the order that showed it.")
	}
	if err != nil {
		return catalog.Listing{}, err
	}
	return all[0], nil
}

func scanListing(rows *sql.Rows, g *catalog.Listing) error {
	var id sql.NullInt64
	var sku, title, percent, rounding, direction, margin sql.NullString
	var p catalog.Priced
	err := rows.Scan(&g.ID, &g.Version, &g.ChannelID, &g.Channel, &g.SKU, &g.GTIN, &g.Title, &g.Status, &g.URL, &g.Price, &g.Currency, &g.Pack, &g.Ignored, &g.LinkedBy,
		&g.OwnTitle, &g.OwnPrice, &id, &sku, &title, &p.Price, &p.Cost, &p.Currency, &percent, &rounding, &direction, &margin, &g.Orders)
	if err != nil || !id.Valid {
		return err
	}
	g.Variant = &catalog.Variant{ID: id.Int64, SKU: sku.String, Title: title.String}
	p.Pack, p.Own, p.ListingCurrency = g.Pack, g.OwnPrice, g.Currency
	rule := catalog.PriceRule{Percent: commerce.Decimal(percent.String), Rounding: catalog.Rounding(rounding.String), Direction: catalog.Direction(direction.String),
		Margin: commerce.Decimal(margin.String)}
	g.WantedPrice = rule.Price(p)
	if g.WantedByTitle = g.OwnTitle; g.OwnTitle == "" {
		g.WantedByTitle = title.String
	}
	return nil
}

// suggestion is the only variant whose SKU reads the same when case, dashes and leading zeros do not count.
func suggestion(q querier, sku string) (*catalog.Variant, error) {
	if sku == "" {
		return nil, nil
	}
	rows, err := q.Query(`SELECT id, sku, title FROM variant WHERE sku_key = ? LIMIT 2`, commerce.NumberKey(sku))
	found, err := collect(rows, err, scanVariant)
	if err != nil || len(found) != 1 {
		return nil, err
	}
	return &found[0], nil
}

// UnlinkedExample is the SKU or title of a listing that waits for a link, and how many orders wait for one.
func (s *Store) UnlinkedExample(ctx context.Context) (name string, n int, err error) {
	err = s.reading(ctx).QueryRow(`SELECT CASE WHEN sku <> '' THEN sku ELSE title END FROM listing WHERE variant_id IS NULL AND ignored = '' AND charge = 0 ORDER BY id DESC LIMIT 1`).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", 0, nil
	}
	if err != nil {
		return "", 0, classify("reading listings", err)
	}
	err = s.reading(ctx).QueryRow(`SELECT COALESCE(sum(n), 0) FROM order_count WHERE facet = 'unlinked'`).Scan(&n)
	return name, n, classify("counting unlinked orders", err)
}

// ListingCounts counts the listings that wait for a link, and those that are not to be linked.
func (s *Store) ListingCounts(ctx context.Context) (unlinked, ignored int, err error) {
	err = s.reading(ctx).QueryRow(`SELECT (SELECT count(*) FROM listing WHERE variant_id IS NULL AND ignored = '' AND charge = 0), (SELECT count(*) FROM listing WHERE ignored <> '')`).
		Scan(&unlinked, &ignored)
	return unlinked, ignored, classify("counting listings", err)
}
