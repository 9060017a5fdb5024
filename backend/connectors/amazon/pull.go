package amazon

import (
	"context"
	"encoding/json"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

const cursorVersion = 1

// Pull reads one page of a stream.
func (connector) Pull(ctx context.Context, s channel.Session, r channel.PullRequest) (channel.Page, error) {
	c, err := dial(s)
	if err != nil {
		return channel.Page{}, err
	}
	byID := r.Mode == channel.ByID
	switch {
	case r.Stream == channel.Orders && byID:
		return c.ordersByID(ctx, r.IDs)
	case r.Stream == channel.Orders:
		return c.searchPage(ctx, r)
	case (r.Stream == channel.Products || r.Stream == channel.Stock) && byID:
		return c.listingsByID(ctx, r)
	case r.Stream == channel.Products || r.Stream == channel.Stock:
		return c.listingsPage(ctx, r)
	}
	return channel.Page{}, fault.New(fault.Invalid, vendor+" gives no "+string(r.Stream)+".", "Leave them out.")
}

// read reads a cursor into target, which stays as it is where there is none.
func read(cursor []byte, target any) error {
	if len(cursor) == 0 {
		return nil
	}
	if err := json.Unmarshal(cursor, target); err != nil {
		return fault.Wrap(err, fault.Invalid, "The place where reading stopped cannot be read.", "Read the range again from a date.")
	}
	return nil
}

func written(cursor any) ([]byte, error) {
	text, err := json.Marshal(cursor)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The place where reading stopped cannot be written.", "Read the range again from a date.")
	}
	return text, nil
}
