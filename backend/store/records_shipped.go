package store

import (
	"database/sql"
	"errors"

	"tradepost/backend/commerce"
	"tradepost/backend/intake"
	"tradepost/backend/order"
)

// dated lets the instant at which an order was shipped follow its state, where packages change that: an order that they
// fulfil wholly was shipped when they say, and is not when they are taken out again.
func (k shipments) dated(shipmentID int64, before *order.Order, next *order.Order) (changes []order.Change, err error) {
	was, is := before.Fulfillment == order.Fulfilled, next.Fulfillment == order.Fulfilled
	switch {
	case is && !was && next.FulfilledAt == 0:
		next.FulfilledAt, err = k.completed(shipmentID)
	case was && !is && next.FulfilledAt != 0:
		next.FulfilledAt, err = k.before(next)
	}
	if next.FulfilledAt == before.FulfilledAt {
		return nil, err
	}
	return []order.Change{{Field: "fulfilled_at", Before: before.FulfilledAt.String(), After: next.FulfilledAt.String()}}, err
}

// completed is when the shipment that completes an order left: the latest that its shipments say; now where this one says
// nothing.
func (k shipments) completed(shipmentID int64) (at commerce.Instant, err error) {
	err = k.q.QueryRow(`SELECT CASE WHEN s.shipped_at IS NOT NULL THEN (SELECT max(o.shipped_at) FROM shipment o WHERE o.order_id = s.order_id) END
		FROM shipment s WHERE s.id = ?`, shipmentID).Scan(instant{&at})
	if at == 0 && err == nil {
		at = k.tx.now
	}
	return at, err
}

// before is when an order was shipped, as it stood before its packages said so; what a file or a person said last stays.
// Packages change an order without a message of its own.
func (k shipments) before(o *order.Order) (commerce.Instant, error) {
	var text string
	err := k.q.QueryRow(`SELECT fields FROM change WHERE record_kind = ? AND record_id = ? AND message_id IS NULL AND fields LIKE '%"fulfilled_at"%'
		ORDER BY id DESC LIMIT 1`, intake.OrderKind, o.ID).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return o.FulfilledAt, nil
	}
	var fields []commerce.FieldChange
	if err = errors.Join(err, fromJSON(text, &fields)); err != nil {
		return o.FulfilledAt, err
	}
	for _, f := range fields {
		if f.Field == "fulfilled_at" && f.After == o.FulfilledAt.String() {
			return commerce.ParseInstant(f.Before)
		}
	}
	return o.FulfilledAt, nil
}
