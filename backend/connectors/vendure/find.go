package vendure

import (
	"context"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// Find looks for the effect of an intent. Vendure takes no keys: values are there or not, a refund carries the key in its
// reason, and a private note on the order names the fulfilment of a key.
func (connector) Find(ctx context.Context, s channel.Session, intent channel.Intent) (channel.Outcome, error) {
	switch intent.Operation {
	case channel.SetStock:
		return stockChange.find(ctx, s, intent)
	case channel.SetPrice:
		return priceChange.find(ctx, s, intent)
	case channel.Ship:
		return shipping.Find(ctx, s, intent)
	case channel.Cancel:
		return cancelling.Find(ctx, s, intent)
	case channel.Refund:
		return refunding.Find(ctx, s, intent)
	case channel.SetStatus:
		intent.Observed = "" // where it stands now is all that counts
		return settingStatus.Find(ctx, s, intent)
	}
	return channel.Outcome{}, fault.New(fault.Invalid, vendor+" cannot do this: "+string(intent.Operation)+".", "Leave it out.")
}

// Observe reads what the targets have now.
func (connector) Observe(ctx context.Context, s channel.Session, intents []channel.Intent) ([]string, error) {
	values := make([]string, len(intents))
	var listings []channel.Intent
	for i, intent := range intents {
		if intent.Operation != channel.SetStatus {
			listings = append(listings, intent)
			continue
		}
		v, err := orderNow(ctx, s, intent.Target)
		if err != nil {
			return nil, err
		}
		if v != nil {
			values[i] = v.State
		}
	}
	if len(listings) == 0 {
		return values, nil
	}
	live, err := variants(ctx, s, listings)
	if err != nil {
		return nil, err
	}
	for i, intent := range intents {
		v, there := live[intent.Target]
		switch {
		case !there:
		case intent.Operation == channel.SetStock:
			values[i] = stockChange.now(s, v, intent)
		case intent.Operation == channel.SetPrice:
			values[i] = priceChange.now(s, v, intent)
		}
	}
	return values, nil
}
