package api

import (
	"context"
	"slices"

	"tradepost/backend/channel"
	"tradepost/backend/order"
	"tradepost/backend/syncing"
)

// OrderWrite is one thing that a connection can be told of an order.
type OrderWrite struct {
	Operation  string            `json:"operation" enum:"order.status,order.ship,order.cancel,order.refund"`
	Connection string            `json:"connection" doc:"The connection's id."`
	Name       string            `json:"name" doc:"The connection's name."`
	Statuses   []ConnectorChoice `json:"statuses" doc:"Those that can be set, for order.status."`
	Note       string            `json:"note" doc:"A limit that people should know."`
	Refused    string            `json:"refused" doc:"Why it cannot be done now; empty when it can."`
}

// OrderPushed is a write about an order, with the connection that it goes to.
type OrderPushed struct {
	PushIntent
	Connection     string `json:"connection" doc:"The connection's id."`
	ConnectionName string `json:"connection_name"`
}

var orderOperations = []channel.Operation{channel.Ship, channel.SetStatus, channel.Refund, channel.Cancel}

// writesOf lists what can be told of an order, and what was.
func (s *server) writesOf(ctx context.Context, o *order.Order) ([]OrderWrite, []OrderPushed, error) {
	writes, pushes, names := []OrderWrite{}, []OrderPushed{}, map[int64]string{}
	all, err := s.Store.Connections(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range all {
		names[c.ID] = c.Name
		if m, known := s.Engine.ManifestOf(c); known && c.ChannelID == o.ChannelID {
			writes = append(writes, orderWrites(c, m, o)...)
		}
	}
	told, err := s.Store.OrderIntents(ctx, o.ID)
	for _, i := range told {
		pushes = append(pushes, OrderPushed{pushIntentOf(i), idText(i.ConnectionID), names[i.ConnectionID]})
	}
	return writes, pushes, err
}

func orderWrites(c syncing.Connection, m channel.Manifest, o *order.Order) (writes []OrderWrite) {
	for _, operation := range orderOperations {
		w, can := m.Write(operation)
		if !can {
			continue
		}
		writes = append(writes, OrderWrite{string(operation), idText(c.ID), c.Name, choicesOf(w.Statuses), w.Note, notNow(c, operation, o)})
	}
	return writes
}

// notNow says why an operation cannot be asked for; "" when it can.
func notNow(c syncing.Connection, operation channel.Operation, o *order.Order) string {
	rights := c.Account.Rights
	switch {
	case o.ExternalID == "":
		return "It came in by a file only: once a look at " + c.Name + " finds it again, it can be told."
	case len(rights) > 0 && !slices.Contains(rights, string(operation)):
		return "The key of " + c.Name + " does not allow it."
	case c.Paused:
		return c.Name + " is paused: resume it first."
	}
	return ""
}

// saidOf is what the channel last said of an order beside what is kept of it.
func (s *server) saidOf(ctx context.Context, o *order.Order) (presented *OrderPresented, parcels []OrderParcel, err error) {
	parcels = []OrderParcel{}
	all, err := s.Engine.SaidOf(ctx, *o)
	for _, said := range all {
		if p := said.Presented; p != nil {
			presented = &OrderPresented{string(p.Currency), money(p.Total, p.Currency), money(p.Refunded, p.Currency)}
		}
		for _, one := range said.Shipments {
			parcels = append(parcels, OrderParcel{idText(said.Connection.ID), one.Tracking, one.Carrier, when(one.ShippedAt),
				said.Corrects && one.ExternalID != "" && one.Tracking != ""})
		}
	}
	return presented, parcels, err
}
