package store

import (
	"errors"
	"slices"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/order"
	"tradepost/backend/store/direct"
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
	b := tx.batch()
	self := b.addOrder(o)
	var lines, contacts []direct.Step
	for i := range o.Lines {
		lines = append(lines, b.addLine(self, &o.Lines[i]))
	}
	for i := range o.Parties {
		contacts = append(contacts, b.addContact(&o.Parties[i].Contact, o.Parties[i].Role == order.Buyer))
	}
	for i := range o.Parties {
		b.joinParty(self, o.Parties[i].Role, contacts[i])
	}
	b.addTags(self, o)
	b.refer(self, o)
	if err := b.run(); err != nil {
		return err
	}
	o.ID, o.Version = b.Number(self), tx.seq
	for i := range o.Lines {
		o.Lines[i].ID = b.Number(lines[i])
	}
	for i := range o.Parties {
		o.Parties[i].Contact.ID = b.Number(contacts[i])
	}
	tx.counts.add(o, 1, tx.zone())
	tx.inserted = copied(o)
	tx.inserted.Whole, tx.inserted.Clear = false, nil
	return tx.followOrder(nil, o)
}

func (b *batch) addOrder(o *order.Order) direct.Step {
	step := b.add(`INSERT INTO orders (channel_id, number, number_key, external_id, placed_at, placed_precision, placed_zone,
		zone_source, currency, subtotal, shipping, tax, discount, total, refunded, outstanding, computed_total, financial_status,
		fulfillment_status, fulfilled_by, stage, paid_at, fulfilled_at, cancelled_at, ship_by, held, shipping_method, payment_method,
		discount_code, source, risk, tags, unlinked, seq)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	b.Int(o.ChannelID)
	b.order(o)
	return step
}

// order adds the values of an order's columns.
func (b *batch) order(o *order.Order) {
	b.texts(o.Number, commerce.NumberKey(o.Number), o.ExternalID)
	b.Int(int64(o.Placed.At))
	b.texts(string(o.Placed.Precision), o.Placed.Zone, string(o.Placed.ZoneSource), string(o.Currency))
	b.amounts(o.Subtotal, o.Shipping, o.Tax, o.Discount, o.Total, o.Refunded, o.Outstanding, o.Compute().Total)
	b.texts(string(o.Financial), string(o.Fulfillment), string(o.FulfilledBy), string(o.Stage()))
	b.stated(int64(o.PaidAt))
	b.stated(int64(o.FulfilledAt))
	b.stated(int64(o.CancelledAt))
	b.stated(int64(o.ShipBy))
	b.Bool(o.Held)
	b.texts(o.ShippingMethod, o.PaymentMethod, o.DiscountCode, o.Source, o.Risk, strings.Join(o.Tags, "\n"))
	b.Int(int64(o.Unlinked()))
	b.Int(b.tx.seq)
}

// UpdateOrder writes after over before, both read in this write.
func (tx *Tx) UpdateOrder(before, after *order.Order) error {
	tx.inserted = nil
	tx.touch(Orders)
	if err := tx.placeListings(after); err != nil {
		return err
	}
	tx.counts.add(before, -1, tx.zone())
	b := tx.batch()
	b.add(`UPDATE orders SET number = ?, number_key = ?, external_id = ?, placed_at = ?, placed_precision = ?, placed_zone = ?,
		zone_source = ?, currency = ?, subtotal = ?, shipping = ?, tax = ?, discount = ?, total = ?, refunded = ?, outstanding = ?,
		computed_total = ?, financial_status = ?, fulfillment_status = ?, fulfilled_by = ?, stage = ?, paid_at = ?, fulfilled_at = ?, cancelled_at = ?,
		ship_by = ?, held = ?, shipping_method = ?, payment_method = ?, discount_code = ?, source = ?, risk = ?, tags = ?, unlinked = ?,
		seq = ? WHERE id = ?`)
	b.order(after)
	b.Int(before.ID)
	if err := b.run(); err != nil {
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
		if err := errors.Join(tx.unrefer(after.ID), tx.refer(after)); err != nil {
			return err
		}
	}
	return tx.followOrder(before, after)
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
		if err := tx.updateLine(line); err != nil {
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

func (tx *Tx) updateLine(l *order.Line) error {
	b := tx.batch()
	b.add(`UPDATE order_line SET position = ?, external_id = ?, listing_id = ?, sku = ?, buyer_item_code = ?, title = ?,
		quantity = ?, uom = ?, unit_price = ?, total = ?, discount = ?, tax = ?, shipping = ?, fulfillment_status = ? WHERE id = ?`)
	b.line(l)
	b.Int(l.ID)
	return b.run()
}

// line adds the values of a line's columns.
func (b *batch) line(l *order.Line) {
	b.Int(int64(l.Position))
	b.Text(l.ExternalID)
	b.Int(l.ListingID)
	b.texts(l.SKU, l.BuyerItemCode, l.Title, string(l.Quantity), l.UOM, string(l.UnitPrice))
	b.amounts(l.Total, l.Discount, l.Tax, l.Shipping)
	b.Text(string(l.Fulfillment))
}

const newLine = `INSERT INTO order_line (order_id, position, external_id, listing_id, sku, buyer_item_code, title, quantity,
	uom, unit_price, total, discount, tax, shipping, fulfillment_status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// addLine adds a line of the order that a step wrote.
func (b *batch) addLine(of direct.Step, l *order.Line) direct.Step {
	step := b.add(newLine)
	b.Of(of)
	b.line(l)
	return step
}

func (tx *Tx) insertLine(o *order.Order, l *order.Line) error {
	b := tx.batch()
	step := b.add(newLine)
	b.Int(o.ID)
	b.line(l)
	if err := b.run(); err != nil {
		return err
	}
	l.ID = b.Number(step)
	return nil
}

// self adds the question which order this is, so that what is added for a new order also serves one that is there.
func (b *batch) self(o *order.Order) direct.Step {
	step := b.add(`SELECT ?`)
	b.Int(o.ID)
	return step
}

// refer claims the order's names. The channel's own id is unique by constraint; a number that an earlier order of the
// channel carries stays with that one when both have ids of their own.
func (b *batch) refer(self direct.Step, o *order.Order) {
	const claim = `INSERT INTO external_reference (channel_id, kind, namespace, value, record_id) VALUES (?, 'order', ?, ?, ?)`
	add := func(query, namespace, value string) {
		b.add(query)
		b.Int(o.ChannelID)
		b.texts(namespace, value)
		b.Of(self)
	}
	if o.ExternalID != "" {
		add(claim, "id", o.ExternalID)
	}
	switch {
	case o.Number == "":
	case o.ExternalID != "":
		add(claim+` ON CONFLICT DO NOTHING`, "number", o.Number)
	default:
		add(claim, "number", o.Number)
	}
}

func (tx *Tx) refer(o *order.Order) error {
	b := tx.batch()
	b.refer(b.self(o), o)
	return b.run()
}

func (tx *Tx) unrefer(orderID int64) error {
	return tx.Exec(`DELETE FROM external_reference WHERE record_id = ? AND kind = 'order'`, orderID)
}

func (tx *Tx) writeTags(o *order.Order) error {
	if err := tx.Exec(`DELETE FROM order_tag WHERE order_id = ?`, o.ID); err != nil {
		return err
	}
	b := tx.batch()
	b.addTags(b.self(o), o)
	return b.run()
}

func (b *batch) addTags(self direct.Step, o *order.Order) {
	for _, tag := range o.Tags {
		b.add(`INSERT INTO order_tag (tag, placed_at, order_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`)
		b.Text(tag)
		b.Int(int64(o.Placed.At))
		b.Of(self)
	}
}

// DeleteOrder removes an order with its lines, parties, contacts and references. The journal keeps what it was.
func (tx *Tx) DeleteOrder(o *order.Order) error {
	tx.inserted = nil
	tx.touch(Orders)
	tx.counts.add(o, -1, tx.zone())
	if err := tx.followOrder(o, nil); err != nil {
		return err
	}
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

// insertParty writes a new party of an order that is there.
func (tx *Tx) insertParty(o *order.Order, p *order.Party) error {
	b := tx.batch()
	contact := b.addContact(&p.Contact, p.Role == order.Buyer)
	b.joinParty(b.self(o), p.Role, contact)
	if err := b.run(); err != nil {
		return err
	}
	p.Contact.ID = b.Number(contact)
	return nil
}

func (b *batch) joinParty(self direct.Step, role order.Role, contact direct.Step) {
	b.add(`INSERT INTO order_party (order_id, role, contact_id) VALUES (?, ?, ?)`)
	b.Of(self)
	b.Text(string(role))
	b.Of(contact)
}
