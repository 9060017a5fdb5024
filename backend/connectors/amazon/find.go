package amazon

import (
	"context"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// The capabilities that the manifest declares.
var (
	_ channel.StockSetter = connector{}
	_ channel.PriceSetter = connector{}
	_ channel.Shipper     = connector{}
	_ channel.Finder      = connector{}
	_ channel.Observer    = connector{}
	_ channel.Poller      = connector{}
	_ channel.Refresher   = connector{}
)

// Find looks for the effect of an intent. Amazon takes no keys: a parcel carries our reference, a value is there or not.
func (connector) Find(ctx context.Context, s channel.Session, i channel.Intent) (channel.Outcome, error) {
	c, err := dial(s)
	if err != nil {
		return channel.Outcome{}, err
	}
	if i.Operation == channel.Ship {
		return c.findParcel(ctx, i, channel.Outcome{Result: channel.NotDone})
	}
	change, known := changes[i.Operation]
	if !known {
		return channel.Outcome{}, fault.New(fault.Invalid, vendor+" cannot do this: "+string(i.Operation)+".", "Leave it out.")
	}
	live, err := c.live(ctx, []channel.Intent{i})
	if err != nil {
		return channel.Outcome{}, err
	}
	l, there := live[i.Target]
	now := ""
	if there {
		now = change.now(l, c.place.id, i)
	}
	if now != "" && commerce.Decimal(now).Equal(change.wants(i)) {
		return channel.Outcome{Result: channel.Already, Value: now}, nil
	}
	return channel.Outcome{Result: channel.NotDone, Value: now}, nil
}

// Observe reads what listings have now.
func (connector) Observe(ctx context.Context, s channel.Session, intents []channel.Intent) ([]string, error) {
	c, err := dial(s)
	if err != nil {
		return nil, err
	}
	live, err := c.live(ctx, intents)
	if err != nil {
		return nil, err
	}
	values := make([]string, len(intents))
	for n, i := range intents {
		change, known := changes[i.Operation]
		if l, there := live[i.Target]; there && known {
			values[n] = change.now(l, c.place.id, i)
		}
	}
	return values, nil
}
