package syncing

import (
	"context"
	"slices"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/order"
)

// shipWishes are the shipments recorded here of the channel's orders that the channel does not know. Each is looked at until it is known what the channel
// says of its order, and then no more.
func (p *pusher) shipWishes(ctx context.Context, d *draft) error {
	if p.connection.Options[pushTrackingOption] == "no" || !p.does(d, channel.Ship) {
		return nil
	}
	rows, err := p.engine.store.Outgoing(ctx, p.connection, p.connection.ShippedSeq)
	if err != nil || len(rows) == 0 {
		return err
	}
	orders, err := p.ordersThere(ctx, rows)
	if err != nil {
		return err
	}
	open, unnamed := false, 0
	for _, o := range rows {
		there, arrived := orders[o.Target]
		switch {
		case !arrived:
			open = true // looked at again once the order came in
		case o.Whole && len(there.Shipments) > 0:
			unnamed++
		case p.toShip(there, o):
			d.orders = append(d.orders, p.shipIntent(o))
		}
		if !open {
			d.shipped = o.Seq
		}
	}
	if unnamed > 0 {
		d.warnings = append(d.warnings, counted(unnamed, "shipment has", "shipments have")+" lines that "+p.connection.Name+" has no id for: tell it there by hand.")
	}
	return nil
}

// ordersThere reads what the channel last said of the orders of shipments.
func (p *pusher) ordersThere(ctx context.Context, rows []Outgoing) (map[string]channel.Record, error) {
	ids := make([]string, 0, len(rows))
	for _, o := range rows {
		if o.Target != "" {
			ids = append(ids, o.Target)
		}
	}
	return p.engine.ordersThere(ctx, p.connection, p.connector, ids)
}

// ordersThere reads what a connection's channel last said of orders, by its ids of them.
func (e *Engine) ordersThere(ctx context.Context, c Connection, connector channel.Connector, ids []string) (map[string]channel.Record, error) {
	all := map[string]channel.Record{}
	syncs, err := e.store.Syncs(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(syncs, func(s Sync) bool { return s.Stream == channel.Orders })
	if at < 0 {
		return all, nil
	}
	arrivals, err := e.store.Arrivals(ctx, syncs[at].ID, ids)
	if err != nil {
		return nil, err
	}
	for id, a := range arrivals {
		_, payload, err := e.store.Message(ctx, a.MessageID)
		if err != nil {
			return nil, err
		}
		if record, problems := connector.Read(channel.Orders, payload.Raw, c.Account); len(problems) == 0 && record.Order != nil {
			all[id] = record
		}
	}
	return all, nil
}

// Said is what a connection's channel last said of an order beside what is kept of it here.
type Said struct {
	Connection Connection
	Presented  *channel.Presented
	Shipments  []channel.Shipment
	// Corrects tells that it can be told another number of a shipment.
	Corrects bool
}

// SaidOf reads what the connections of an order's channel last said of it.
func (e *Engine) SaidOf(ctx context.Context, o order.Order) ([]Said, error) {
	if o.ExternalID == "" {
		return nil, nil
	}
	connections, err := e.store.Connections(ctx)
	var all []Said
	for _, c := range connections {
		if c.ChannelID != o.ChannelID || err != nil {
			continue
		}
		connector, missing := e.connector(c)
		if missing != nil {
			continue
		}
		var there map[string]channel.Record
		if there, err = e.ordersThere(ctx, c, connector, []string{o.ExternalID}); err != nil {
			break
		}
		if record, known := there[o.ExternalID]; known {
			write, _ := connector.Manifest().Write(channel.Ship)
			all = append(all, Said{c, record.Presented, record.Shipments, write.Corrects})
		}
	}
	return all, err
}

// toShip reports whether a channel is to be told of a shipment: it does not have its number, and its order can still be shipped.
func (p *pusher) toShip(there channel.Record, o Outgoing) bool {
	if there.Order.CancelledAt != 0 || there.Order.Fulfillment == order.Fulfilled {
		return false
	}
	return !slices.ContainsFunc(there.Shipments, func(s channel.Shipment) bool { return s.Tracking == o.Shipping.Tracking })
}

func (p *pusher) shipIntent(o Outgoing) Intent {
	shipping := o.Shipping
	return Intent{ConnectionID: p.connection.ID, ChannelID: p.connection.ChannelID, Operation: channel.Ship, Target: o.Target, Name: o.Number,
		RecordKind: shipmentRecord, RecordID: o.ShipmentID, State: Proposed, Wanted: shippingText(shipping), Reason: "it was shipped here", Body: Body{Shipment: &shipping}}
}

func shippingText(s Shipping) string {
	if s.Carrier == "" {
		return s.Tracking
	}
	return s.Carrier + " " + s.Tracking
}

// decimalText trims a quantity or an amount of needless zeros.
func decimalText(d commerce.Decimal) string { return string(d.Padded(0)) }
