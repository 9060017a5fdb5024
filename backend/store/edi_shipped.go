package store

import (
	"context"
	"database/sql"
	"strconv"

	"tradepost/backend/edi/exchange"
)

// EDIShipments lists the shipments of an order, the oldest first, with what lies in their packages by the numbers that the order's lines came under.
func (s *Store) EDIShipments(ctx context.Context, orderID int64) ([]exchange.Shipped, error) {
	q := s.reading(ctx)
	rows, err := q.Query(`SELECT id, carrier, service, tracking, shipped_at FROM shipment WHERE order_id = ? ORDER BY id`, orderID)
	all, err := collect(rows, err, func(rows *sql.Rows, one *exchange.Shipped) error {
		one.Boxes = []exchange.Box{}
		return rows.Scan(&one.ID, &one.Carrier, &one.Service, &one.Tracking, instant{&one.ShippedAt})
	})
	for i := range all {
		if err == nil {
			err = shippedBoxes(q, orderID, &all[i])
		}
	}
	return all, classify("reading shipments", err)
}

// shippedBoxes reads the packages of a shipment.
func shippedBoxes(q querier, orderID int64, s *exchange.Shipped) error {
	rows, err := q.Query(`SELECT id, COALESCE(parent_id, 0), label, weight_grams FROM package WHERE shipment_id = ? ORDER BY id`, s.ID)
	s.Boxes, err = collect(rows, err, func(rows *sql.Rows, b *exchange.Box) error {
		return rows.Scan(&b.ID, &b.Parent, &b.Label, &b.WeightGrams)
	})
	for i := range s.Boxes {
		if err != nil {
			return err
		}
		rows, err = q.Query(`SELECT l.external_id, l.position, i.quantity FROM package_item i JOIN order_line l ON l.id = i.line_id
			WHERE i.package_id = ? AND l.order_id = ? ORDER BY l.position`, s.Boxes[i].ID, orderID)
		s.Boxes[i].Items, err = collect(rows, err, func(rows *sql.Rows, item *exchange.BoxItem) error {
			position := 0
			err := rows.Scan(&item.Line, &position, &item.Quantity)
			if item.Line == "" {
				item.Line = strconv.Itoa(position)
			}
			return err
		})
	}
	return err
}
