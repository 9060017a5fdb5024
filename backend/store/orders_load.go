package store

import (
	"database/sql"
	"errors"
	"slices"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/order"
)

const orderColumns = `o.id, o.channel_id, c.name, o.number, o.external_id, o.placed_at, o.placed_precision, o.placed_zone,
	o.zone_source, o.currency, o.subtotal, o.shipping, o.tax, o.discount, o.total, o.refunded, o.outstanding,
	o.financial_status, o.fulfillment_status, o.fulfilled_by, o.paid_at, o.fulfilled_at, o.cancelled_at, o.ship_by, o.held,
	o.shipping_method, o.payment_method, o.discount_code, o.source, o.risk, o.tags, o.seq`

// scanner is *sql.Row or *sql.Rows.
type scanner = row

func scanOrder(from scanner, o *order.Order) error {
	var tags string
	err := from.Scan(&o.ID, &o.ChannelID, &o.Channel, &o.Number, &o.ExternalID, &o.Placed.At, &o.Placed.Precision,
		&o.Placed.Zone, &o.Placed.ZoneSource, &o.Currency, amount{&o.Subtotal}, amount{&o.Shipping}, amount{&o.Tax},
		amount{&o.Discount}, amount{&o.Total}, amount{&o.Refunded}, amount{&o.Outstanding}, &o.Financial, &o.Fulfillment, &o.FulfilledBy,
		instant{&o.PaidAt}, instant{&o.FulfilledAt}, instant{&o.CancelledAt}, instant{&o.ShipBy}, &o.Held,
		&o.ShippingMethod, &o.PaymentMethod, &o.DiscountCode, &o.Source, &o.Risk, &tags, &o.Version)
	if tags != "" {
		o.Tags = strings.Split(tags, "\n")
	}
	return err
}

// loadOrder reads an order whole; nil when there is none.
func loadOrder(q querier, id int64) (*order.Order, error) {
	if tx, writes := q.(*Tx); writes && tx.inserted != nil && tx.inserted.ID == id {
		return copied(tx.inserted), nil
	}
	var o order.Order
	err := scanOrder(q.QueryRow(`SELECT `+orderColumns+` FROM orders o JOIN channel c ON c.id = o.channel_id WHERE o.id = ?`, id), &o)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if o.Lines, err = loadLines(q, id); err != nil {
		return nil, err
	}
	o.Parties, err = loadParties(q, id)
	return &o, err
}

// copied is an order that shares nothing with o.
func copied(o *order.Order) *order.Order {
	next := *o
	next.Lines, next.Parties, next.Tags = slices.Clone(o.Lines), slices.Clone(o.Parties), slices.Clone(o.Tags)
	return &next
}

func loadLines(q querier, orderID int64) ([]order.Line, error) {
	rows, err := q.Query(`SELECT l.id, l.external_id, l.position, l.sku, l.buyer_item_code, l.title, l.quantity, l.uom,
		l.unit_price, l.total, l.discount, l.tax, l.shipping, l.fulfillment_status, l.listing_id,
		COALESCE(v.id, 0), COALESCE(v.sku, ''), g.charge, g.ignored <> '', EXISTS (SELECT 1 FROM package_item k WHERE k.line_id = l.id)
		FROM order_line l JOIN listing g ON g.id = l.listing_id LEFT JOIN variant v ON v.id = g.variant_id
		WHERE l.order_id = ? ORDER BY l.position`, orderID)
	return collect(rows, err, func(rows *sql.Rows, l *order.Line) error {
		return rows.Scan(&l.ID, &l.ExternalID, &l.Position, &l.SKU, &l.BuyerItemCode, &l.Title, &l.Quantity, &l.UOM, &l.UnitPrice,
			amount{&l.Total}, amount{&l.Discount}, amount{&l.Tax}, amount{&l.Shipping}, &l.Fulfillment, &l.ListingID, &l.VariantID, &l.LinkedSKU, &l.Charge, &l.Ignored, &l.Packed)
	})
}

const contactColumns = `name, company, email, phone, line1, line2, line3, city, region, postal_code, country, note`

func contactFields(c *customer.Contact) []any {
	return []any{&c.Name, &c.Company, &c.Email, &c.Phone, &c.Line1, &c.Line2, &c.Line3, &c.City, &c.Region, &c.PostalCode, &c.Country, &c.Note}
}

func loadParties(q querier, orderID int64) ([]order.Party, error) {
	rows, err := q.Query(`SELECT p.role, k.id, k.version, `+contactColumns+` FROM order_party p JOIN contact k ON k.id = p.contact_id
		WHERE p.order_id = ? ORDER BY p.role`, orderID)
	return collect(rows, err, func(rows *sql.Rows, p *order.Party) error {
		return rows.Scan(append([]any{&p.Role, &p.Contact.ID, &p.Contact.Version}, contactFields(&p.Contact)...)...)
	})
}

// amount scans a nullable INTEGER into an Amount.
type amount struct{ to *commerce.Amount }

func (a amount) Scan(value any) error {
	var n sql.NullInt64
	err := n.Scan(value)
	*a.to = commerce.Amount{Minor: n.Int64, Stated: n.Valid}
	return err
}

// instant scans a nullable INTEGER into an Instant.
type instant struct{ to *commerce.Instant }

func (i instant) Scan(value any) error {
	var n sql.NullInt64
	err := n.Scan(value)
	*i.to = commerce.Instant(n.Int64)
	return err
}

func instantArg(i commerce.Instant) any {
	if i == 0 {
		return nil
	}
	return int64(i)
}

func idArg(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// amountArg is NULL for an amount that is not stated.
func amountArg(a commerce.Amount) any {
	if !a.Stated {
		return nil
	}
	return a.Minor
}
