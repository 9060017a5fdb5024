package store

import (
	"slices"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/order"
)

// FindOrder finds the order that incoming states: by the channel's own id, else by the number. An order that carries
// another id of the channel's is another order, even under the same number. nil means that it is not known.
func (tx *Tx) FindOrder(channelID int64, incoming *order.Order) (*order.Order, error) {
	return findOrder(tx, channelID, incoming)
}

func findOrder(q querier, channelID int64, incoming *order.Order) (*order.Order, error) {
	if incoming.ExternalID != "" && incoming.Number != "" { // most are new: that one question tells
		known, err := q.Number(`SELECT EXISTS (SELECT 1 FROM external_reference WHERE channel_id = ?1 AND kind = 'order' AND namespace = 'id' AND value = ?2)
			OR EXISTS (SELECT 1 FROM external_reference WHERE channel_id = ?1 AND kind = 'order' AND namespace = 'number' AND value = ?3)`,
			channelID, incoming.ExternalID, incoming.Number)
		if err != nil || known == 0 {
			return nil, err
		}
	}
	if incoming.ExternalID != "" {
		found, err := orderByReference(q, channelID, "id", incoming.ExternalID)
		if found != nil || err != nil {
			return found, err
		}
	}
	if incoming.Number == "" {
		return nil, nil
	}
	found, err := orderByReference(q, channelID, "number", incoming.Number)
	if found != nil && found.ExternalID != "" && incoming.ExternalID != "" && found.ExternalID != incoming.ExternalID {
		return nil, err
	}
	return found, err
}

func orderByReference(q querier, channelID int64, namespace, value string) (*order.Order, error) {
	id, err := q.Number(`SELECT record_id FROM external_reference WHERE channel_id = ? AND kind = 'order' AND namespace = ? AND value = ?`,
		channelID, namespace, value)
	if err != nil || id == 0 {
		return nil, err
	}
	return loadOrder(q, id)
}

// LoadOrder reads an order whole; nil when there is none.
func (tx *Tx) LoadOrder(id int64) (*order.Order, error) { return loadOrder(tx, id) }

// InsertOrder writes a new order with its lines, parties and references, and fills in all ids. Its version becomes this
// write's commit sequence.
func (tx *Tx) InsertOrder(o *order.Order) error {
	tx.touch(Orders)
	if err := tx.placeListings(o); err != nil {
		return err
	}
	id, err := tx.Insert(`INSERT INTO orders (channel_id, number, number_key, external_id, placed_at, placed_precision, placed_zone,
		zone_source, currency, subtotal, shipping, tax, discount, total, refunded, outstanding, computed_total, financial_status,
		fulfillment_status, stage, paid_at, fulfilled_at, cancelled_at, ship_by, held, shipping_method, payment_method,
		discount_code, source, risk, tags, unlinked, seq)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.orderValues(append(tx.args[:0], o.ChannelID), o)...)
	if err != nil {
		return err
	}
	o.ID, o.Version = id, tx.seq
	if err := tx.insertLines(o); err != nil {
		return err
	}
	if err := tx.insertParties(o); err != nil {
		return err
	}
	if err := tx.insertTags(o); err != nil {
		return err
	}
	tx.counts.add(o, 1, tx.zone())
	return tx.refer(o)
}

// orderValues appends the values of an order's columns. They are good until the next statement.
func (tx *Tx) orderValues(to []any, o *order.Order) []any {
	to = append(to, o.Number, commerce.NumberKey(o.Number), o.ExternalID, int64(o.Placed.At), string(o.Placed.Precision), o.Placed.Zone,
		string(o.Placed.ZoneSource), string(o.Currency), amountArg(o.Subtotal), amountArg(o.Shipping), amountArg(o.Tax),
		amountArg(o.Discount), amountArg(o.Total), amountArg(o.Refunded), amountArg(o.Outstanding), amountArg(o.Compute().Total),
		string(o.Financial), string(o.Fulfillment), string(o.Stage()), instantArg(o.PaidAt), instantArg(o.FulfilledAt),
		instantArg(o.CancelledAt), instantArg(o.ShipBy), o.Held, o.ShippingMethod, o.PaymentMethod, o.DiscountCode, o.Source, o.Risk,
		strings.Join(o.Tags, "\n"), o.Unlinked(), tx.seq)
	tx.args = to
	return to
}

// UpdateOrder writes after over before, both read in this write.
func (tx *Tx) UpdateOrder(before, after *order.Order) error {
	tx.touch(Orders)
	if err := tx.placeListings(after); err != nil {
		return err
	}
	tx.counts.add(before, -1, tx.zone())
	err := tx.Exec(`UPDATE orders SET number = ?, number_key = ?, external_id = ?, placed_at = ?, placed_precision = ?, placed_zone = ?,
		zone_source = ?, currency = ?, subtotal = ?, shipping = ?, tax = ?, discount = ?, total = ?, refunded = ?, outstanding = ?,
		computed_total = ?, financial_status = ?, fulfillment_status = ?, stage = ?, paid_at = ?, fulfilled_at = ?, cancelled_at = ?,
		ship_by = ?, held = ?, shipping_method = ?, payment_method = ?, discount_code = ?, source = ?, risk = ?, tags = ?, unlinked = ?,
		seq = ? WHERE id = ?`, append(tx.orderValues(tx.args[:0], after), before.ID)...)
	if err != nil {
		return err
	}
	after.Version = tx.seq
	if err := tx.updateLines(before, after); err != nil {
		return err
	}
	if err := tx.deleteStrayListings(leftListings(before, after)); err != nil {
		return err
	}
	if err := tx.updateParties(before, after); err != nil {
		return err
	}
	if before.Placed.At != after.Placed.At || !slices.Equal(before.Tags, after.Tags) {
		if err := tx.writeTags(after); err != nil {
			return err
		}
	}
	tx.counts.add(after, 1, tx.zone())
	if before.Number != after.Number || before.ExternalID != after.ExternalID {
		if err := tx.unrefer(after.ID); err != nil {
			return err
		}
		return tx.refer(after)
	}
	return nil
}

// leftListings gives the lines of before whose listings no line of after shows.
func leftListings(before, after *order.Order) *order.Order {
	left := &order.Order{}
	for _, l := range before.Lines {
		if !slices.ContainsFunc(after.Lines, func(now order.Line) bool { return now.ListingID == l.ListingID }) {
			left.Lines = append(left.Lines, l)
		}
	}
	return left
}

func (tx *Tx) updateLines(before, after *order.Order) error {
	for i := range after.Lines {
		line := &after.Lines[i]
		if line.ID == 0 {
			if err := tx.insertLine(after, line); err != nil {
				return err
			}
			continue
		}
		was := slices.IndexFunc(before.Lines, func(l order.Line) bool { return l.ID == line.ID })
		if was >= 0 && before.Lines[was] == *line {
			continue
		}
		if err := tx.Exec(`UPDATE order_line SET position = ?, external_id = ?, listing_id = ?, sku = ?, buyer_item_code = ?, title = ?,
			quantity = ?, uom = ?, unit_price = ?, total = ?, discount = ?, tax = ?, shipping = ?, fulfillment_status = ? WHERE id = ?`,
			append(tx.lineValues(tx.args[:0], line), line.ID)...); err != nil {
			return err
		}
	}
	for i := range before.Lines {
		id := before.Lines[i].ID
		if !slices.ContainsFunc(after.Lines, func(l order.Line) bool { return l.ID == id }) {
			if err := tx.Exec(`DELETE FROM order_line WHERE id = ?`, id); err != nil {
				return err
			}
		}
	}
	return nil
}

func (tx *Tx) lineValues(to []any, l *order.Line) []any {
	to = append(to, l.Position, l.ExternalID, l.ListingID, l.SKU, l.BuyerItemCode, l.Title, string(l.Quantity), l.UOM, string(l.UnitPrice),
		amountArg(l.Total), amountArg(l.Discount), amountArg(l.Tax), amountArg(l.Shipping), string(l.Fulfillment))
	tx.args = to
	return to
}

const newLine = `INSERT INTO order_line (order_id, position, external_id, listing_id, sku, buyer_item_code, title, quantity,
	uom, unit_price, total, discount, tax, shipping, fulfillment_status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

func (tx *Tx) insertLine(o *order.Order, l *order.Line) (err error) {
	l.ID, err = tx.Insert(newLine, tx.lineValues(append(tx.args[:0], o.ID), l)...)
	return err
}

// insertLines writes the lines of a new order.
func (tx *Tx) insertLines(o *order.Order) error {
	if len(o.Lines) == 0 {
		return nil
	}
	for i := range o.Lines {
		if err := tx.Exec(newLine, tx.lineValues(append(tx.args[:0], o.ID), &o.Lines[i])...); err != nil {
			return err
		}
	}
	first, err := tx.lastInserted(len(o.Lines))
	for i := range o.Lines {
		o.Lines[i].ID = first + int64(i)
	}
	return err
}

// insertParties writes the parties of a new order with their contacts.
func (tx *Tx) insertParties(o *order.Order) error {
	if len(o.Parties) == 0 {
		return nil
	}
	for i := range o.Parties {
		if err := tx.writeContact(&o.Parties[i].Contact, o.Parties[i].Role == order.Buyer); err != nil {
			return err
		}
	}
	first, err := tx.lastInserted(len(o.Parties))
	for i := range o.Parties {
		if err != nil {
			return err
		}
		o.Parties[i].Contact.ID = first + int64(i)
		err = tx.joinParty(o, &o.Parties[i])
	}
	return err
}

// refer claims the order's names. The channel's own id is unique by constraint; a number that an earlier order of the
// channel carries stays with that one when both have ids of their own.
func (tx *Tx) refer(o *order.Order) error {
	const claim = `INSERT INTO external_reference (channel_id, kind, namespace, value, record_id) VALUES (?, 'order', ?, ?, ?)`
	if o.ExternalID != "" {
		if err := tx.Exec(claim, o.ChannelID, "id", o.ExternalID, o.ID); err != nil {
			return err
		}
	}
	if o.Number == "" {
		return nil
	}
	if o.ExternalID != "" {
		return tx.Exec(claim+` ON CONFLICT DO NOTHING`, o.ChannelID, "number", o.Number, o.ID)
	}
	return tx.Exec(claim, o.ChannelID, "number", o.Number, o.ID)
}

func (tx *Tx) unrefer(orderID int64) error {
	return tx.Exec(`DELETE FROM external_reference WHERE record_id = ? AND kind = 'order'`, orderID)
}

func (tx *Tx) writeTags(o *order.Order) error {
	if err := tx.Exec(`DELETE FROM order_tag WHERE order_id = ?`, o.ID); err != nil {
		return err
	}
	return tx.insertTags(o)
}

func (tx *Tx) insertTags(o *order.Order) error {
	for _, tag := range o.Tags {
		if err := tx.Exec(`INSERT INTO order_tag (tag, placed_at, order_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
			tag, int64(o.Placed.At), o.ID); err != nil {
			return err
		}
	}
	return nil
}

// DeleteOrder removes an order with its lines, parties, contacts and references. The journal keeps what it was.
func (tx *Tx) DeleteOrder(o *order.Order) error {
	tx.touch(Orders)
	tx.counts.add(o, -1, tx.zone())
	for _, statement := range []string{
		`DELETE FROM external_reference WHERE record_id = ? AND kind = 'order'`,
		`DELETE FROM order_tag WHERE order_id = ?`,
		`DELETE FROM order_line WHERE order_id = ?`,
		`DELETE FROM order_party WHERE order_id = ?`,
		`DELETE FROM orders WHERE id = ?`,
	} {
		if err := tx.Exec(statement, o.ID); err != nil {
			return err
		}
	}
	for _, p := range o.Parties {
		if err := tx.deleteContact(p.Contact); err != nil {
			return err
		}
	}
	return tx.deleteStrayListings(o)
}

func (tx *Tx) updateParties(before, after *order.Order) error {
	for i := range after.Parties {
		p := &after.Parties[i]
		was, known := before.Party(p.Role)
		switch {
		case !known:
			if err := tx.insertParty(after, p); err != nil {
				return err
			}
		case !was.Same(p.Contact):
			if err := tx.reviseContact(was, &p.Contact); err != nil {
				return err
			}
		}
	}
	for _, p := range before.Parties {
		if _, stays := after.Party(p.Role); stays {
			continue
		}
		if err := tx.Exec(`DELETE FROM order_party WHERE order_id = ? AND role = ?`, before.ID, string(p.Role)); err != nil {
			return err
		}
		if err := tx.deleteContact(p.Contact); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) insertParty(o *order.Order, p *order.Party) error {
	if err := tx.insertContact(&p.Contact, p.Role == order.Buyer); err != nil {
		return err
	}
	return tx.joinParty(o, p)
}

func (tx *Tx) joinParty(o *order.Order, p *order.Party) error {
	return tx.Exec(`INSERT INTO order_party (order_id, role, contact_id) VALUES (?, ?, ?)`, o.ID, string(p.Role), p.Contact.ID)
}

// contactValues appends the values in the order of contactColumns.
func contactValues(to []any, c *customer.Contact) []any {
	return append(to, c.Name, c.Company, c.Email, c.Phone, c.Line1, c.Line2, c.Line3, c.City, c.Region, c.PostalCode, c.Country, c.Note)
}
