package woocommerce

import (
	"context"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// The capabilities that the manifest declares.
var (
	_ channel.StockSetter  = Connector{}
	_ channel.PriceSetter  = Connector{}
	_ channel.StatusSetter = Connector{}
	_ channel.Shipper      = Connector{}
	_ channel.Canceller    = Connector{}
	_ channel.Refunder     = Connector{}
	_ channel.Finder       = Connector{}
	_ channel.Observer     = Connector{}
	_ channel.Hooker       = Connector{}
)

// Find looks for the key of an intent in what it was to change.
func (Connector) Find(ctx context.Context, s channel.Session, i channel.Intent) (channel.Outcome, error) {
	c, err := dial(s)
	if err != nil {
		return channel.Outcome{}, err
	}
	switch i.Operation {
	case channel.SetStock:
		return c.findOffer(ctx, i, stockOffer)
	case channel.SetPrice:
		return c.findOffer(ctx, i, priceOffer)
	case channel.Refund:
		return c.findRefund(ctx, i)
	}
	o, err := c.orderOrBinned(ctx, i.Target)
	if fault.Is(err, fault.NotFound) {
		return untold(), nil
	}
	if err != nil {
		return channel.Outcome{}, err
	}
	if o.hasKey(i.Key) {
		return channel.Outcome{Result: channel.Applied, Value: o.Status.trimmed()}, nil
	}
	return channel.Outcome{Result: channel.NotDone, Value: o.Status.trimmed()}, nil
}

// untold says that nothing can be found of an order that was deleted for good.
func untold() channel.Outcome {
	return channel.Outcome{Result: channel.Unclear, Problem: &fault.Problem{Message: "The order was deleted in the shop for good: it cannot be told any more whether this was done.",
		Remedy: "Look at the payments and parcels; then take it off.", Code: string(fault.NotFound)}}
}

func (c *client) findOffer(ctx context.Context, i channel.Intent, o offer) (channel.Outcome, error) {
	now, err := c.offered(ctx, []channel.Intent{i})
	if err != nil {
		return channel.Outcome{}, err
	}
	p := now[i.Target]
	if p == nil {
		return channel.Outcome{Result: channel.NotDone}, nil
	}
	if i.Key != "" && p.Meta.words(o.keyMeta) == i.Key {
		return channel.Outcome{Result: channel.Applied, Value: o.value(p)}, nil
	}
	return channel.Outcome{Result: channel.NotDone, Value: o.value(p)}, nil
}

func (c *client) findRefund(ctx context.Context, i channel.Intent) (channel.Outcome, error) {
	made, err := c.refunds(ctx, i.Target)
	if fault.Is(err, fault.NotFound) {
		return untold(), nil
	}
	if err != nil {
		return channel.Outcome{}, err
	}
	if r := keyed(made, i.Key); r != nil {
		return channel.Outcome{Result: channel.Applied, Ref: r.ID.trimmed()}, nil
	}
	return channel.Outcome{Result: channel.NotDone}, nil
}

// Observe reads what the targets have now.
func (Connector) Observe(ctx context.Context, s channel.Session, intents []channel.Intent) ([]string, error) {
	c, err := dial(s)
	if err != nil {
		return nil, err
	}
	values := make([]string, len(intents))
	var offers []channel.Intent
	for _, i := range intents {
		if i.Operation == channel.SetStock || i.Operation == channel.SetPrice {
			offers = append(offers, i)
		}
	}
	now, err := c.offered(ctx, offers)
	if err != nil {
		return nil, err
	}
	for n, i := range intents {
		if values[n], err = c.observe(ctx, i, now); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func (c *client) observe(ctx context.Context, i channel.Intent, now map[string]*productJSON) (string, error) {
	p := now[i.Target]
	switch {
	case i.Operation == channel.SetStock && p != nil:
		return stockOffer.value(p), nil
	case i.Operation == channel.SetPrice && p != nil:
		return priceOffer.value(p), nil
	case i.Operation == channel.SetStock || i.Operation == channel.SetPrice:
		return "", nil
	}
	o, err := c.order(ctx, i.Target)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return o.Status.trimmed(), nil
}
