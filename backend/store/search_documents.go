package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/uptrace/bun"

	"tradepost/backend/commerce"
)

// document is what the word index holds of one order.
type document struct {
	placed     commerce.Instant
	customerID int64  // the buyer; 0 when they are no customer
	marks      string // see search_marks.go
	text       strings.Builder
}

func (d *document) add(words ...string) {
	for _, word := range words {
		if word != "" {
			d.text.WriteString(word)
			d.text.WriteByte('\n')
		}
	}
}

// documentBatch is how many orders are read for the word index in one go.
const documentBatch = 250

// documents reads what is to be found of orders; one that is gone has none.
func (s *Store) documents(ctx context.Context, ids []int64) (map[int64]*document, error) {
	all := make(map[int64]*document, len(ids))
	rows, err := s.query.NewSelect().TableExpr("orders AS o").Join("JOIN channel AS c ON c.id = o.channel_id").
		Join("LEFT JOIN order_party AS b ON b.order_id = o.id AND b.role = 'buyer'").Join("LEFT JOIN contact AS k ON k.id = b.contact_id").
		ColumnExpr("o.id, o.placed_at, COALESCE(k.customer_id, 0), o.number, o.number_key, o.external_id, c.name, o.channel_id, o.held, o.stage, o.financial_status, o.fulfillment_status").
		Where("o.id IN (?)", bun.List(ids)).Rows(ctx)
	if err := each(rows, err, func(rows *sql.Rows) error { return scanDocument(rows, all) }); err != nil {
		return nil, err
	}
	rows, err = s.query.NewSelect().TableExpr("order_line AS l").Join("JOIN listing AS g ON g.id = l.listing_id").
		Join("LEFT JOIN variant AS v ON v.id = g.variant_id").ColumnExpr("l.order_id, l.sku, l.title, COALESCE(v.sku, '')").
		Where("l.order_id IN (?)", bun.List(ids)).OrderExpr("l.order_id, l.position").Rows(ctx)
	if err := each(rows, err, func(rows *sql.Rows) error { return scanWords(rows, all, 3) }); err != nil {
		return nil, err
	}
	rows, err = s.query.NewSelect().TableExpr("order_party AS p").Join("JOIN contact AS k ON k.id = p.contact_id").
		ColumnExpr("p.order_id, k.name, k.company, k.email, k.city, k.postal_code, k.phone").
		Where("p.order_id IN (?)", bun.List(ids)).OrderExpr("p.order_id, p.role").Rows(ctx)
	return all, each(rows, err, func(rows *sql.Rows) error { return scanWords(rows, all, 6) })
}

// each runs scan for every row of a query.
func each(rows *sql.Rows, err error, scan func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func scanDocument(rows *sql.Rows, all map[int64]*document) error {
	var id, channelID int64
	var held bool
	var number, key, external, channel, stage, financial, fulfillment string
	d := &document{}
	if err := rows.Scan(&id, &d.placed, &d.customerID, &number, &key, &external, &channel, &channelID, &held, &stage, &financial, &fulfillment); err != nil {
		return err
	}
	d.marks = marks(channelID, held, stage, financial, fulfillment)
	d.add(number, key, external, channel)
	all[id] = d
	return nil
}

// scanWords adds the n words of a row to its order, which the row names first.
func scanWords(rows *sql.Rows, all map[int64]*document, n int) error {
	var id int64
	words := make([]string, n)
	into := []any{&id}
	for i := range words {
		into = append(into, &words[i])
	}
	if err := rows.Scan(into...); err != nil {
		return err
	}
	if d := all[id]; d != nil {
		d.add(words...)
	}
	return nil
}
