package vendure

import (
	"context"
	"slices"
	"strconv"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// variants reads listings live, by id.
func variants(ctx context.Context, s channel.Session, intents []channel.Intent) (map[string]vendorVariant, error) {
	ids := make([]string, 0, len(intents))
	for _, intent := range intents {
		if !slices.Contains(ids, intent.Target) {
			ids = append(ids, intent.Target)
		}
	}
	var found struct {
		Variants struct {
			Items []vendorVariant `json:"items"`
		} `json:"productVariants"`
	}
	variables := map[string]any{"options": map[string]any{"filter": map[string]any{"id": map[string]any{"in": ids}}, "take": len(ids)}}
	if _, err := into(ctx, s, question{document: variantsDocument, variables: variables}, &found); err != nil {
		return nil, err
	}
	return byVariant(found.Variants.Items), nil
}

func byVariant(items []vendorVariant) map[string]vendorVariant {
	all := map[string]vendorVariant{}
	for _, v := range items {
		all[v.ID] = v
	}
	return all
}

// change is how one operation on listings works: what is there now, what is asked for, and the input that makes it so.
type change struct {
	document string
	now      func(channel.Session, vendorVariant, channel.Intent) string
	// judge refuses what cannot be; nil lets it pass.
	judge func(channel.Session, vendorVariant, channel.Intent) *channel.Outcome
	wants func(channel.Intent) commerce.Decimal
	// input adds the change to that of the variant.
	input func(channel.Session, vendorVariant, channel.Intent, map[string]any)
}

// write carries out a batch: it reads what is there, leaves what is so already and what is stale, and sends the rest in
// one call, which Vendure does as a whole or not at all.
func (c change) write(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	live, err := variants(ctx, s, intents)
	if err != nil {
		return nil, err
	}
	outcomes := make([]channel.Outcome, len(intents))
	var inputs []map[string]any
	var sent []int
	for i, intent := range intents {
		v, there := live[intent.Target]
		if outcomes[i] = c.before(s, v, there, intent); outcomes[i].Result != "" {
			continue
		}
		at := slices.IndexFunc(inputs, func(input map[string]any) bool { return input["id"] == intent.Target })
		if at < 0 {
			inputs, at = append(inputs, map[string]any{"id": intent.Target}), len(inputs)
		}
		c.input(s, v, intent, inputs[at])
		sent = append(sent, i)
	}
	if len(sent) == 0 {
		return outcomes, nil
	}
	var made struct {
		Variants []vendorVariant `json:"updateProductVariants"`
	}
	q := question{document: c.document, variables: map[string]any{"input": inputs}, writes: true}
	if _, err := into(ctx, s, q, &made); err != nil {
		return nil, err
	}
	after := byVariant(made.Variants)
	for _, i := range sent {
		v := after[intents[i].Target]
		v.Currency = live[intents[i].Target].Currency
		outcomes[i] = channel.Outcome{Result: channel.Applied, Value: c.now(s, v, intents[i])}
	}
	return outcomes, nil
}

// before judges an intent by what is there; no result means that it is to be sent.
func (c change) before(s channel.Session, v vendorVariant, there bool, intent channel.Intent) channel.Outcome {
	if !there {
		return channel.NoLonger(vendor, "listing")
	}
	if no := c.judge(s, v, intent); no != nil {
		return *no
	}
	now := c.now(s, v, intent)
	switch {
	case now != "" && commerce.Decimal(now).Equal(c.wants(intent)):
		return channel.Outcome{Result: channel.Already, Value: now}
	case intent.Observed != "" && !commerce.Decimal(now).Equal(commerce.Decimal(intent.Observed)):
		return channel.Outcome{Result: channel.Stale, Value: now}
	}
	return channel.Outcome{}
}

// find tells by the value alone: a value that is there is there, whoever set it.
func (c change) find(ctx context.Context, s channel.Session, intent channel.Intent) (channel.Outcome, error) {
	live, err := variants(ctx, s, []channel.Intent{intent})
	if err != nil {
		return channel.Outcome{}, err
	}
	v, there := live[intent.Target]
	if !there {
		return channel.Outcome{Result: channel.NotDone}, nil
	}
	if now := c.now(s, v, intent); now != "" && commerce.Decimal(now).Equal(c.wants(intent)) {
		return channel.Outcome{Result: channel.Already, Value: now}, nil
	}
	return channel.Outcome{Result: channel.NotDone}, nil
}

var stockChange = change{
	document: setStockDocument,
	wants:    func(intent channel.Intent) commerce.Decimal { return intent.Quantity },
	now: func(_ channel.Session, v vendorVariant, intent channel.Intent) string {
		if level, there := v.level(intent.Location); there {
			return strconv.FormatInt(level.offered(), 10)
		}
		return ""
	},
	judge: judgeStock,
	input: func(_ channel.Session, v vendorVariant, intent channel.Intent, input map[string]any) {
		level, _ := v.level(intent.Location)
		offered, _ := strconv.ParseInt(string(intent.Quantity.Padded(0)), 10, 64)
		levels, _ := input["stockLevels"].([]any)
		input["stockLevels"] = append(levels, map[string]any{
			"stockLocationId": intent.Location, "stockOnHand": offered + level.Allocated,
		})
	},
}

func (v vendorVariant) level(location string) (stockLevel, bool) {
	i := slices.IndexFunc(v.StockLevels, func(l stockLevel) bool { return l.Location == location })
	if i < 0 {
		return stockLevel{}, false
	}
	return v.StockLevels[i], true
}

// mostStock is the largest number of pieces that Vendure's field takes (a GraphQL Int).
const mostStock = 1<<31 - 1

func judgeStock(s channel.Session, v vendorVariant, intent channel.Intent) *channel.Outcome {
	offered, err := strconv.ParseInt(string(intent.Quantity.Padded(0)), 10, 64)
	level, there := v.level(intent.Location)
	known := slices.ContainsFunc(s.Account().Locations, func(l channel.Location) bool { return l.ID == intent.Location })
	var no channel.Outcome
	switch {
	case err != nil || offered < 0 || offered+level.Allocated > mostStock:
		no = channel.Refuse(fault.Invalid, vendor+" counts stock in whole pieces, none or more.", "Round the quantity.")
	case !there && !known:
		no = channel.Refuse(fault.NotFound, vendor+" has no such stock location.", "Check the connection, then choose one of its locations.")
	default:
		return nil
	}
	return &no
}

var priceChange = change{
	document: setPriceDocument,
	wants:    func(intent channel.Intent) commerce.Decimal { return intent.Price },
	now: func(s channel.Session, v vendorVariant, intent channel.Intent) string {
		return string(v.price(moneyOf(s.Account(), priceCurrency(v, intent))))
	},
	judge: func(s channel.Session, v vendorVariant, intent channel.Intent) *channel.Outcome {
		m := moneyOf(s.Account(), priceCurrency(v, intent))
		minor, exact := m.minor(intent.Price)
		var no channel.Outcome
		switch {
		case !exact || minor < 0:
			no = channel.Refuse(fault.Invalid, vendor+" keeps prices with "+strconv.Itoa(m.places)+" decimal places.", "Round the price.")
		case v.price(m) == "":
			no = channel.Refuse(fault.Invalid, vendor+" has no price of this listing in "+string(m.currency)+".", "Add one there, then set it from here.")
		default:
			return nil
		}
		return &no
	},
	input: func(s channel.Session, v vendorVariant, intent channel.Intent, input map[string]any) {
		m := moneyOf(s.Account(), priceCurrency(v, intent))
		minor, _ := m.minor(intent.Price)
		prices, _ := input["prices"].([]any)
		input["prices"] = append(prices, map[string]any{"currencyCode": m.currency, "price": minor})
	},
}

// priceCurrency is the intent's, else that in which the channel shows the listing.
func priceCurrency(v vendorVariant, intent channel.Intent) commerce.Currency {
	if intent.Currency != "" {
		return intent.Currency
	}
	return v.Currency
}

func (connector) SetStock(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return stockChange.write(ctx, s, intents)
}

func (connector) SetPrice(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return priceChange.write(ctx, s, intents)
}
