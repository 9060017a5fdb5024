package api

import (
	"cmp"
	"context"
	"fmt"
)

// stockNeeds is what of the stock waits for a person: orders that were sold what is not there, channels that have other numbers than they were told, masters whose
// word was not taken, and what is to be ordered again.
func (s *server) stockNeeds(ctx context.Context) ([]Need, error) {
	needs := []Need{}
	orders, example, err := s.Store.CountOversold(ctx)
	if err != nil {
		return nil, err
	}
	if orders > 0 {
		needs = append(needs, Need{"oversold", orders, plural(orders, "order was sold what is not there", "orders were sold what is not there"), example, "Look", "#/stock/oversold"})
	}
	for _, more := range []func(context.Context) ([]Need, error){s.driftNeeds, s.masterNeeds, s.shortNeeds} {
		found, err := more(ctx)
		if err != nil {
			return nil, err
		}
		needs = append(needs, found...)
	}
	return needs, nil
}

// driftNeeds are listings whose channel has another number than it was told.
func (s *server) driftNeeds(ctx context.Context) ([]Need, error) {
	findings, err := s.Engine.DriftFindings(ctx)
	count := 0
	for _, f := range findings {
		count += f.Count
	}
	if err != nil || count == 0 {
		return nil, err
	}
	first := findings[0].Example
	return []Need{{"drift", count, plural(count, "listing has other stock at its channel than it was told", "listings have other stock at their channels than they were told"),
		findings[0].Connection + ": " + first.Name + " has " + first.Live + ", told " + cmp.Or(first.Pushed, "nothing"), "Look", "#/stock/drift"}}, nil
}

// masterNeeds are channels that say so much of their stock at once that a person is to look.
func (s *server) masterNeeds(ctx context.Context) (needs []Need, err error) {
	held, err := s.Engine.HeldWords(ctx)
	for _, w := range held {
		n := len(w.Words)
		needs = append(needs, Need{"master", n, plural(n, "level that a channel says was not counted", "levels that a channel says were not counted"), w.Held, "Look",
			"#/stock/rules?of=channel&id=" + idText(w.ChannelID)})
	}
	return needs, err
}

// shortNeeds is what came to the level at which it is to be ordered again.
func (s *server) shortNeeds(ctx context.Context) ([]Need, error) {
	short, err := s.Store.ReorderNeeds(ctx)
	if err != nil || len(short) == 0 {
		return nil, err
	}
	first := short[0]
	return []Need{{"reorder", len(short), plural(len(short), "product is to be ordered again", "products are to be ordered again"),
		fmt.Sprintf("%s at %s: %s", cmp.Or(first.SKU, first.Title), first.Location, first.Why), "Order", "#/purchases?view=short"}}, nil
}
