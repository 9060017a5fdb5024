package shopify

import (
	"context"
	"slices"
	"strconv"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// listings reads variants live, by id.
func listings(ctx context.Context, s channel.Session, intents []channel.Intent) (map[string]vendorVariant, error) {
	var ids []string
	for _, intent := range intents {
		if id := gid("ProductVariant", intent.Target); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	var found struct {
		Nodes []*vendorVariant `json:"nodes"`
	}
	q := question{document: listingsDocument, variables: map[string]any{"ids": ids}, cost: 5 + 4*float64(len(ids))}
	if _, err := into(ctx, s, q, &found); err != nil {
		return nil, err
	}
	all := map[string]vendorVariant{}
	for _, v := range found.Nodes {
		if v != nil && number(v.ID) != "" && v.Item != nil {
			all[number(v.ID)] = *v
		}
	}
	return all, nil
}

// now is what a listing has of what an intent is about; "" where it has none.
type now func(channel.Session, vendorVariant, channel.Intent) string

func stockNow(_ channel.Session, v vendorVariant, intent channel.Intent) string {
	for _, l := range v.Item.Levels.Nodes {
		if n, told := l.available(); told && number(l.Location.ID) == intent.Location {
			return strconv.FormatInt(n, 10)
		}
	}
	return ""
}

func priceNow(s channel.Session, v vendorVariant, _ channel.Intent) string {
	return string(v.Price.Padded(s.Account().Currency.Exponent()))
}

func wantedOf(intent channel.Intent) commerce.Decimal {
	if intent.Operation == channel.SetPrice {
		return intent.Price
	}
	return intent.Quantity
}

// Observe reads what the targets have now.
func (connector) Observe(ctx context.Context, s channel.Session, intents []channel.Intent) ([]string, error) {
	live, err := listings(ctx, s, intents)
	if err != nil {
		return nil, err
	}
	values := make([]string, len(intents))
	for i, intent := range intents {
		v, there := live[intent.Target]
		switch {
		case !there:
		case intent.Operation == channel.SetStock:
			values[i] = stockNow(s, v, intent)
		case intent.Operation == channel.SetPrice:
			values[i] = priceNow(s, v, intent)
		}
	}
	return values, nil
}

// findListing tells by the value alone: a value that is there is there, whoever set it.
func findListing(ctx context.Context, s channel.Session, intent channel.Intent, now now) (channel.Outcome, error) {
	live, err := listings(ctx, s, []channel.Intent{intent})
	if err != nil {
		return channel.Outcome{}, err
	}
	v, there := live[intent.Target]
	if !there {
		return channel.Outcome{Result: channel.NotDone}, nil
	}
	value := now(s, v, intent)
	if value != "" && commerce.Decimal(value).Equal(wantedOf(intent)) {
		return channel.Outcome{Result: channel.Already, Value: value}, nil
	}
	return channel.Outcome{Result: channel.NotDone, Value: value}, nil
}

// batch is intents of one operation on their way out.
type batch struct {
	s        channel.Session
	intents  []channel.Intent
	live     map[string]vendorVariant
	outcomes []channel.Outcome
	wrote    bool // something may have been changed
}

// opened reads what is there and judges each intent by it. Those without a result are to be sent.
func opened(ctx context.Context, s channel.Session, intents []channel.Intent, now now, judge func(channel.Session, channel.Intent) *channel.Outcome) (*batch, []int, error) {
	live, err := listings(ctx, s, intents)
	if err != nil {
		return nil, nil, err
	}
	b := &batch{s: s, intents: intents, live: live, outcomes: make([]channel.Outcome, len(intents))}
	var send []int
	for i, intent := range intents {
		v, there := live[intent.Target]
		if !there {
			b.outcomes[i] = channel.NoLonger(vendor, "listing")
			continue
		}
		if no := judge(s, intent); no != nil {
			b.outcomes[i] = *no
			continue
		}
		value := now(s, v, intent)
		switch {
		case value != "" && commerce.Decimal(value).Equal(wantedOf(intent)):
			b.outcomes[i] = channel.Outcome{Result: channel.Already, Value: value}
		case intent.Observed != "" && !commerce.Decimal(value).Equal(commerce.Decimal(intent.Observed)):
			b.outcomes[i] = channel.Outcome{Result: channel.Stale, Value: value}
		default:
			send = append(send, i)
		}
	}
	return b, send, nil
}

// failed notes an error about some intents. Once something else was written it does not speak for the whole call.
func (b *batch) failed(err error, of []int) error {
	if !b.wrote {
		return err
	}
	for _, i := range of {
		b.outcomes[i] = channel.Outcome{Result: channel.Unclear}
	}
	return nil
}

// --- stock ----------------------------------------------------------------------------------------------------------

// mostStock is what the vendor counts to (INVALID_QUANTITY_TOO_HIGH).
const mostStock = 1_000_000_000

func judgeStock(s channel.Session, intent channel.Intent) *channel.Outcome {
	n, err := strconv.ParseInt(string(intent.Quantity.Padded(0)), 10, 64)
	known := slices.ContainsFunc(s.Account().Locations, func(l channel.Location) bool { return l.ID == intent.Location })
	var no channel.Outcome
	switch {
	case err != nil || n < 0 || n > mostStock:
		no = channel.Refuse(fault.Invalid, vendor+" counts stock in whole pieces, none or more.", "Round the quantity.")
	case !known:
		no = channel.Refuse(fault.NotFound, vendor+" has no such location.", "Check the connection, then choose one of its locations.")
	default:
		return nil
	}
	return &no
}

func pieceCount(intent channel.Intent) int64 {
	n, _ := strconv.ParseInt(string(intent.Quantity.Padded(0)), 10, 64)
	return n
}

func (connector) SetStock(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	b, send, err := opened(ctx, s, intents, stockNow, judgeStock)
	if err != nil {
		return nil, err
	}
	var stocked []int
	for _, i := range send {
		if stockNow(s, b.live[intents[i].Target], intents[i]) != "" {
			stocked = append(stocked, i)
		}
	}
	if err := b.setStock(ctx, stocked); err != nil {
		return nil, err
	}
	for _, i := range send {
		if b.outcomes[i].Result != "" || slices.Contains(stocked, i) {
			continue
		}
		if err := b.stockAt(ctx, i); err != nil {
			return nil, err
		}
	}
	return b.outcomes, nil
}

// setStock sets levels in one call, which Shopify does as a whole or not at all: where it refuses some, the rest is sent again.
func (b *batch) setStock(ctx context.Context, send []int) error {
	for len(send) > 0 {
		var quantities []any
		var keys []string
		for _, i := range send {
			intent := b.intents[i]
			from, _ := strconv.ParseInt(stockNow(b.s, b.live[intent.Target], intent), 10, 64)
			keys = append(keys, intent.Key)
			quantities = append(quantities, map[string]any{"inventoryItemId": b.live[intent.Target].Item.ID, "locationId": gid("Location", intent.Location),
				"quantity": pieceCount(intent), "changeFromQuantity": from})
		}
		input := map[string]any{"name": "available", "reason": "correction", "quantities": quantities}
		m, err := mutate(ctx, b.s, setStockDocument, map[string]any{"input": input, "key": keyOf(keys, quantities)})
		if err != nil {
			return b.failed(err, send)
		}
		if len(m.Errors) == 0 {
			b.wrote = true
			for _, i := range send {
				b.outcomes[i] = channel.Outcome{Result: channel.Applied, Value: strconv.FormatInt(pieceCount(b.intents[i]), 10)}
			}
			return nil
		}
		if send, err = b.without(ctx, send, m.Errors); err != nil {
			return b.failed(err, send)
		}
	}
	return nil
}

// without notes what was refused and gives the rest.
func (b *batch) without(ctx context.Context, send []int, errors []userError) ([]int, error) {
	var left []int
	for n, i := range send {
		at := slices.IndexFunc(errors, func(e userError) bool { return e.about(n) })
		if at < 0 {
			left = append(left, i)
			continue
		}
		b.outcomes[i] = errors[at].refusal()
		if errors[at].Code == staleChange || errors[at].Code == "COMPARE_QUANTITY_STALE" {
			live, err := listings(ctx, b.s, b.intents[i:i+1])
			if err != nil {
				return send, err
			}
			b.outcomes[i] = channel.Outcome{Result: channel.Stale}
			if v, there := live[b.intents[i].Target]; there {
				b.outcomes[i].Value = stockNow(b.s, v, b.intents[i])
			}
		}
	}
	return left, nil
}

// about tells whether an error is about the n-th of a list: ["input", "quantities", "2", "quantity"]. One that names none is about all.
func (e userError) about(n int) bool {
	for _, part := range e.Field {
		if at, err := strconv.Atoi(part); err == nil {
			return at == n
		}
	}
	return true
}

// stockAt begins to stock a thing at a location that did not have it.
func (b *batch) stockAt(ctx context.Context, i int) error {
	intent := b.intents[i]
	item, place := b.live[intent.Target].Item.ID, gid("Location", intent.Location)
	m, err := mutate(ctx, b.s, stockAtDocument, map[string]any{
		"item": item, "location": place, "available": pieceCount(intent), "key": keyOf(intent.Key, item, place, pieceCount(intent)),
	})
	switch {
	case err != nil:
		return b.failed(err, []int{i})
	case len(m.Errors) > 0:
		b.outcomes[i] = m.Errors[0].refusal()
	default:
		b.wrote = true
		b.outcomes[i] = channel.Outcome{Result: channel.Applied, Value: strconv.FormatInt(pieceCount(intent), 10)}
	}
	return nil
}

// --- prices ---------------------------------------------------------------------------------------------------------

func judgePrice(s channel.Session, intent channel.Intent) *channel.Outcome {
	own := s.Account().Currency
	amount, err := commerce.AmountOf(intent.Price, own.Exponent())
	var no channel.Outcome
	switch {
	case intent.Currency != "" && intent.Currency != own:
		no = channel.Refuse(fault.Invalid, "Prices of this shop are in "+string(own)+".", "Set prices of other currencies in its markets there.")
	case err != nil || !amount.Stated || amount.Minor < 0:
		no = channel.Refuse(fault.Invalid, vendor+" keeps prices of "+string(own)+" with "+strconv.Itoa(own.Exponent())+" decimal places.", "Round the price.")
	default:
		return nil
	}
	return &no
}

// SetPrice sets prices, product by product.
func (connector) SetPrice(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	b, send, err := opened(ctx, s, intents, priceNow, judgePrice)
	if err != nil {
		return nil, err
	}
	for len(send) > 0 {
		product := b.live[intents[send[0]].Target].Product.ID
		var same, others []int
		for _, i := range send {
			if b.live[intents[i].Target].Product.ID == product {
				same = append(same, i)
			} else {
				others = append(others, i)
			}
		}
		if err := b.setPrices(ctx, product, same); err != nil {
			return nil, err
		}
		send = others
	}
	return b.outcomes, nil
}

// setPrices sets those of one product; what is refused holds up no other.
func (b *batch) setPrices(ctx context.Context, product string, send []int) error {
	var variants []any
	for _, i := range send {
		price := string(b.intents[i].Price.Padded(b.s.Account().Currency.Exponent()))
		variants = append(variants, map[string]any{"id": gid("ProductVariant", b.intents[i].Target), "price": price})
	}
	m, err := mutate(ctx, b.s, setPriceDocument, map[string]any{"product": product, "variants": variants})
	if err != nil {
		return b.failed(err, send)
	}
	for n, i := range send {
		if at := slices.IndexFunc(m.Errors, func(e userError) bool { return e.about(n) }); at >= 0 {
			b.outcomes[i] = m.Errors[at].refusal()
			continue
		}
		b.wrote = true
		b.outcomes[i] = channel.Outcome{Result: channel.Applied, Value: string(b.intents[i].Price.Padded(b.s.Account().Currency.Exponent()))}
	}
	return nil
}
