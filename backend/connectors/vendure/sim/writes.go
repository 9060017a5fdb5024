package sim

import "tradepost/backend/channel"

// Shipped is what of an order is in no fulfilment yet.
func (o *order) rest() []piece {
	var rest []piece
	for _, l := range o.lines {
		if left := l.quantity - o.fulfilled(l); left > 0 {
			rest = append(rest, piece{l, left})
		}
	}
	return rest
}

// fulfilled is how much of a line is in fulfilments that were not cancelled.
func (o *order) fulfilled(l *line) (n int) {
	for _, f := range o.fulfillments {
		for _, p := range f.pieces {
			if f.state != "Cancelled" && p.line == l {
				n += p.quantity
			}
		}
	}
	return n
}

// fulfil makes a fulfilment, which takes its pieces out of stock.
func (s *Shop) fulfil(o *order, pieces []piece, method, tracking string) *fulfillment {
	f := &fulfillment{id: s.newID("fulfillment"), state: "Pending", method: method, tracking: tracking, created: s.now(), pieces: pieces}
	o.fulfillments = append(o.fulfillments, f)
	s.note(o, "ORDER_FULFILLMENT_TRANSITION", object{"fulfillmentId": asNumber(f.id), "from": "Created", "to": "Pending"}, true)
	for _, p := range pieces {
		s.take(p.line.variant, p.quantity, p.quantity)
	}
	return f
}

// take moves a variant's stock in the first place.
func (s *Shop) take(v *variant, onHand, allocated int) {
	if !v.tracked {
		return
	}
	l := v.level(store)
	l.onHand, l.allocated, l.updated = l.onHand-onHand, l.allocated-allocated, s.now()
}

// ship sends a fulfilment off, and the order with it.
func (s *Shop) ship(o *order, f *fulfillment) {
	s.note(o, "ORDER_FULFILLMENT_TRANSITION", object{"fulfillmentId": asNumber(f.id), "from": f.state, "to": "Shipped"}, true)
	f.state = "Shipped"
	shipped, all := 0, 0
	for _, f := range o.fulfillments {
		for _, p := range f.pieces {
			if f.state == "Shipped" || f.state == "Delivered" {
				shipped += p.quantity
			}
		}
	}
	for _, l := range o.lines {
		all += l.quantity
	}
	if shipped >= all {
		s.move(o, "Shipped")
		return
	}
	s.move(o, "PartiallyShipped")
}

// callOff cancels an order: what was allocated is on sale again, and so is what was sent.
func (s *Shop) callOff(o *order, reason string) {
	for _, l := range o.lines {
		sent := o.fulfilled(l)
		s.take(l.variant, -sent, l.quantity-sent)
		l.quantity = 0
	}
	o.shipping, o.updated = 0, s.now()
	s.note(o, "ORDER_CANCELLATION", object{"reason": reason}, true)
	s.move(o, "Cancelled")
}

// Writable names targets for an operation.
func (s *Shop) Writable(channel.Operation) []channel.Intent { return nil }

func (s *Shop) refund(p *payment, amount int64, reason string) *refund {
	r := &refund{id: s.newID("refund"), state: "Settled", reason: reason, created: s.now(), total: amount}
	p.refunds = append(p.refunds, r)
	return r
}
