package woocommerce

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// The metas that say which intent wrote last: WooCommerce takes no idempotency keys, so they are left in the record itself.
const (
	keyMeta      = "_tradepost_key"       // of orders and refunds: keys, separated by blanks
	stockKeyMeta = "_tradepost_stock_key" // of products and variations
	priceKeyMeta = "_tradepost_price_key"
)

// offer is how one value of a listing is read and written.
type offer struct {
	keyMeta string
	// value is what the shop has now, as Observed; want is what the intent says.
	value func(*productJSON) string
	want  func(channel.Intent) commerce.Decimal
	// refuse says why the shop would not take it; nil where it would.
	refuse func(*productJSON, channel.Intent) *fault.Problem
	field  func(channel.Intent) (string, any)
}

var stockOffer = offer{
	keyMeta: stockKeyMeta,
	value: func(p *productJSON) string {
		if p.ManageStock != "true" && p.ManageStock != "parent" {
			return ""
		}
		return string(decimal(p.Stock).Padded(0))
	},
	want: func(i channel.Intent) commerce.Decimal { return i.Quantity },
	refuse: func(p *productJSON, i channel.Intent) *fault.Problem {
		_, whole := wholeNumber(i.Quantity)
		switch {
		case p.ManageStock == "parent":
			return because("The shop counts the stock of this variation at its product.", "Switch “Manage stock?” on for the variation itself, in the shop.")
		case !tracks(p):
			return because("The shop does not manage the stock of this product.", "Switch “Manage stock?” on at the product, in the shop.")
		case !whole:
			return because("WooCommerce counts whole pieces only.", "Push a whole number.")
		}
		return nil
	},
	field: func(i channel.Intent) (string, any) {
		n, _ := wholeNumber(i.Quantity)
		return "stock_quantity", n
	},
}

var priceOffer = offer{
	keyMeta: priceKeyMeta,
	value:   func(p *productJSON) string { return p.RegularPrice.trimmed() },
	want:    func(i channel.Intent) commerce.Decimal { return i.Price },
	refuse: func(p *productJSON, i channel.Intent) *fault.Problem {
		switch {
		case (kind{Type: p.Type}).variable() || p.Type == "grouped":
			return because("This product has no price of its own.", "Set the prices of its variations or parts.")
		case i.Price == "" || i.Price.Sign() < 0:
			return because("A price is zero or above.", "Correct the price.")
		}
		return nil
	},
	field: func(i channel.Intent) (string, any) {
		return "regular_price", string(i.Price.Padded(i.Currency.Exponent()))
	},
}

func wholeNumber(d commerce.Decimal) (int64, bool) {
	n, err := strconv.ParseInt(string(d.Padded(0)), 10, 64)
	return n, err == nil
}

func because(message, remedy string) *fault.Problem {
	return &fault.Problem{Message: message, Remedy: remedy, Code: string(fault.Invalid)}
}

func refusedFor(p *fault.Problem, value string) channel.Outcome {
	return channel.Outcome{Result: channel.Refused, Value: value, Problem: p}
}

// gone refuses a write to what is not there.
func gone() channel.Outcome {
	return refusedFor(&fault.Problem{Message: "The shop does not have this any more.", Remedy: "It was deleted there; pull the stream to see what is left.",
		Code: string(fault.NotFound)}, "")
}

// SetStock sets how much of listings is offered.
func (Connector) SetStock(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return setOffers(ctx, s, intents, stockOffer)
}

// SetPrice sets the regular prices of listings; a sale price stays.
func (Connector) SetPrice(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	if currency := s.Account().Currency; currency != "" {
		for _, i := range intents {
			if i.Currency != "" && i.Currency != currency {
				return nil, fault.New(fault.Invalid, fmt.Sprintf("The shop's prices are in %s, not in %s.", currency, i.Currency), "Push prices in the shop's currency.")
			}
		}
	}
	return setOffers(ctx, s, intents, priceOffer)
}

// setOffers reads what the shop has, and writes what differs: products in one batch, variations in one for each product.
func setOffers(ctx context.Context, s channel.Session, intents []channel.Intent, o offer) ([]channel.Outcome, error) {
	c, err := dial(s)
	if err != nil {
		return nil, err
	}
	now, err := c.offered(ctx, intents)
	if err != nil {
		return nil, err
	}
	outcomes := make([]channel.Outcome, len(intents))
	waiting := map[int64][]int{} // by product; 0 is products themselves
	var order []int64
	for n, i := range intents {
		if outcomes[n] = o.judge(now[i.Target], i); outcomes[n].Result != "" {
			continue
		}
		parent, variation := splitID(i.Target)
		if variation == 0 {
			parent = 0
		}
		if waiting[parent] == nil {
			order = append(order, parent)
		}
		waiting[parent] = append(waiting[parent], n)
	}
	for done, parent := range order {
		if err := c.batch(ctx, o, parent, intents, waiting[parent], outcomes); err != nil {
			if done == 0 && !anyApplied(outcomes) {
				return nil, err
			}
			unclear(outcomes, err)
			break
		}
	}
	return outcomes, nil
}

func anyApplied(outcomes []channel.Outcome) bool {
	return slices.ContainsFunc(outcomes, func(o channel.Outcome) bool { return o.Result == channel.Applied })
}

// unclear marks what was not answered after some of a call was done: it is looked up before it is tried again.
func unclear(outcomes []channel.Outcome, err error) {
	for n := range outcomes {
		if outcomes[n].Result == "" {
			problem := fault.ProblemOf(err)
			outcomes[n] = channel.Outcome{Result: channel.Unclear, Problem: &problem}
		}
	}
}

// judge says how an intent ends without a call; the zero outcome where it has to be written.
func (o offer) judge(now *productJSON, i channel.Intent) channel.Outcome {
	if now == nil {
		return gone()
	}
	value := o.value(now)
	if now.Meta.words(o.keyMeta) == i.Key && i.Key != "" {
		return channel.Outcome{Result: channel.Already, Value: value}
	}
	if p := o.refuse(now, i); p != nil {
		return refusedFor(p, value)
	}
	has := decimal(text(value))
	switch {
	case has.Equal(o.want(i)):
		return channel.Outcome{Result: channel.Already, Value: value}
	case i.Observed != "" && !has.Equal(commerce.Decimal(i.Observed)):
		return channel.Outcome{Result: channel.Stale, Value: value}
	}
	return channel.Outcome{}
}

// offered reads what the targets of intents are now, by target; one that is not there is missing.
func (c *client) offered(ctx context.Context, intents []channel.Intent) (map[string]*productJSON, error) {
	var products []int64
	variations := map[int64][]int64{}
	for _, i := range intents {
		switch product, variation := splitID(i.Target); {
		case product == 0:
		case variation == 0:
			products = append(products, product)
		default:
			variations[product] = append(variations[product], variation)
		}
	}
	now := map[string]*productJSON{}
	if err := c.offeredOf(ctx, "products", "", products, now); err != nil {
		return nil, err
	}
	for product, ids := range variations {
		name := strconv.FormatInt(product, 10)
		if err := c.offeredOf(ctx, "products/"+name+"/variations", name+":", ids, now); err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
	}
	return now, nil
}

func (c *client) offeredOf(ctx context.Context, path, prefix string, ids []int64, now map[string]*productJSON) error {
	for part := range slices.Chunk(ids, most) {
		answer, err := c.get(ctx, path, url.Values{"include": {joined(part)}, "per_page": {strconv.Itoa(most)}, "orderby": {"id"}})
		if err != nil {
			return err
		}
		var list []productJSON
		if json.Unmarshal(answer.Body, &list) != nil {
			return cut(request{})
		}
		for i := range list {
			now[prefix+list[i].ID.trimmed()] = &list[i]
		}
	}
	return nil
}

// batchAnswer is what a batch says: each element is a product, or an error of its own inside of an answer that succeeded.
type batchAnswer struct {
	Update list[struct {
		productJSON

		Error *refusal `json:"error"`
	}] `json:"update"`
}

// batch writes the intents that wait for one product's variations, or for products.
func (c *client) batch(ctx context.Context, o offer, parent int64, intents []channel.Intent, waiting []int, outcomes []channel.Outcome) error {
	path := "products/batch"
	if parent != 0 {
		path = "products/" + strconv.FormatInt(parent, 10) + "/variations/batch"
	}
	var update []map[string]any
	byID := map[int64]int{}
	for _, n := range waiting {
		product, variation := splitID(intents[n].Target)
		id := product
		if variation > 0 {
			id = variation
		}
		field, value := o.field(intents[n])
		update = append(update, map[string]any{"id": id, field: value, "meta_data": []map[string]any{{"key": o.keyMeta, "value": intents[n].Key}}})
		byID[id] = n
	}
	answer, err := c.write(ctx, http.MethodPost, path, map[string]any{"update": update})
	if err != nil {
		return err
	}
	var said batchAnswer
	if json.Unmarshal(answer.Body, &said) != nil {
		return cut(request{writes: true})
	}
	for i := range said.Update {
		element := &said.Update[i]
		n, asked := byID[element.ID.id()]
		if !asked {
			continue
		}
		outcomes[n] = channel.Outcome{Result: channel.Applied, Value: o.value(&element.productJSON)}
		if element.Error != nil {
			outcomes[n] = elementRefused(element.Error)
		}
	}
	for _, n := range waiting {
		if outcomes[n].Result == "" {
			outcomes[n] = channel.Outcome{Result: channel.Unclear}
		}
	}
	return nil
}

func elementRefused(r *refusal) channel.Outcome {
	if r.Data.Value.Status.id() >= 500 {
		return channel.Outcome{Result: channel.Unclear, Problem: because("The shop failed in the middle of this.", "It is looked up before it is tried again.")}
	}
	if e := refused(request{writes: true, method: http.MethodPost}, int(r.Data.Value.Status.id()), *r); e != nil && e.Code == fault.NotFound {
		return gone()
	}
	return refusedFor(because("The shop refuses this: "+plainWords(string(r.Message)), "Correct it in the shop, then push again."), "")
}
