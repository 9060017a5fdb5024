package store

import (
	"context"
	"database/sql"

	"tradepost/backend/catalog"
	"tradepost/backend/listings"
)

// Matches lists the unlinked listings, of one channel or of all (""), whose codes name one variant: those that are exact, and the
// likely ones if asked for. It asks for all of them at once, in a few queries whatever their number.
func (s *Store) Matches(ctx context.Context, channel string, sure catalog.Sure, limit int) ([]listings.Match, error) {
	condition, args, err := s.listingCondition(ctx, catalog.ListingFilter{State: catalog.Unlinked, Channel: channel})
	if err != nil {
		return nil, err
	}
	m := matching{q: s.reading(ctx), condition: condition, args: args, taken: map[int64]bool{}}
	ways := []func() error{m.bySKU, m.byGTIN}
	if sure != catalog.Exact {
		ways = append(ways, m.byFoldedSKU)
	}
	for _, way := range ways {
		if err := way(); err != nil {
			return nil, classify("looking for products", err)
		}
	}
	return m.all[:min(len(m.all), limit)], nil
}

type matching struct {
	q         reading
	condition string
	args      []any
	taken     map[int64]bool
	all       []listings.Match
}

// add notes what a query found: listing, its version, variant. A listing with several variants has none.
func (m *matching) add(rows *sql.Rows, err error, sure catalog.Sure, why string) error {
	found, err := collect(rows, err, func(rows *sql.Rows, f *listings.Match) error {
		return rows.Scan(&f.ListingID, &f.Observed, &f.VariantID)
	})
	for _, f := range found {
		if !m.taken[f.ListingID] {
			f.Sure, f.Why = sure, why
			m.taken[f.ListingID] = true
			m.all = append(m.all, f)
		}
	}
	return err
}

func (m *matching) bySKU() error {
	rows, err := m.q.Query(`SELECT g.id, g.seq, min(v.id) FROM listing g CROSS JOIN variant v ON v.sku = g.sku WHERE g.sku <> '' AND `+m.condition+` GROUP BY g.id HAVING count(*) = 1`, m.args...)
	return m.add(rows, err, catalog.Exact, "the same SKU")
}

func (m *matching) byFoldedSKU() error {
	rows, err := m.q.Query(`SELECT g.id, g.seq, min(v.id) FROM listing g CROSS JOIN variant v ON v.sku_key = g.sku_key WHERE length(g.sku_key) >= 3 AND v.sku <> '' AND `+m.condition+`
		GROUP BY g.id HAVING count(*) = 1`, m.args...)
	return m.add(rows, err, catalog.Likely, "the same SKU but for how it is written")
}

// gtinForm is one way in which the GTIN of a listing may be written.
type gtinForm struct {
	Listing int64  `json:"l"`
	Form    string `json:"f"`
}

func (m *matching) byGTIN() error {
	rows, err := m.q.Query(`SELECT g.id, g.gtin, g.sku FROM listing g WHERE `+m.condition, m.args...)
	type coded struct {
		id        int64
		gtin, sku string
	}
	all, err := collect(rows, err, func(rows *sql.Rows, c *coded) error { return rows.Scan(&c.id, &c.gtin, &c.sku) })
	if err != nil {
		return err
	}
	forms := []gtinForm{}
	for _, c := range all {
		gtin, ok := catalog.ParseGTIN(c.gtin)
		if !ok {
			gtin, ok = catalog.ParseGTIN(c.sku)
		}
		if !ok || m.taken[c.id] {
			continue
		}
		for _, form := range gtin.Forms() {
			forms = append(forms, gtinForm{c.id, form})
		}
	}
	list := asJSON(forms)
	rows, err = m.q.Query(`SELECT g.id, g.seq, min(x.variant) FROM (
			SELECT j.value ->> 'l' AS listing, v.id AS variant FROM json_each(?1) j CROSS JOIN variant v ON v.gtin = j.value ->> 'f' AND v.gtin <> ''
			UNION SELECT j.value ->> 'l', v.id FROM json_each(?1) j CROSS JOIN variant v ON v.sku = j.value ->> 'f') x
		CROSS JOIN listing g ON g.id = x.listing GROUP BY g.id HAVING count(*) = 1`, list)
	return m.add(rows, err, catalog.Exact, "the same GTIN")
}
