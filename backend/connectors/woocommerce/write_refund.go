package woocommerce

import (
	"context"
	"encoding/json"
	"math/big"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/fulfillment"
)

func (c *client) refund(ctx context.Context, i channel.Intent) (channel.Outcome, error) {
	made, err := c.refunds(ctx, i.Target)
	if err != nil {
		return channel.Outcome{}, err
	}
	if r := keyed(made, i.Key); r != nil {
		return channel.Outcome{Result: channel.Already, Ref: r.ID.trimmed()}, nil
	}
	o, err := c.order(ctx, i.Target)
	if err != nil {
		return channel.Outcome{}, err
	}
	currency, err := commerce.ParseCurrency(string(o.Currency))
	if err != nil {
		currency = c.s.Account().Currency
	}
	if p := refundable(o, i, currency); p != nil {
		return refusedFor(p, ""), nil
	}
	lines, p := refundLines(o, i.Lines, currency)
	if p != nil {
		return refusedFor(p, ""), nil
	}
	answer, err := c.write(ctx, http.MethodPost, "orders/"+o.ID.trimmed()+"/refunds", map[string]any{
		"amount": i.Amount.Decimal(currency.Exponent()), "reason": strings.TrimSpace(i.Reason + " (" + i.Key + ")"),
		"api_refund": c.s.Option("refund_payment") == "true", "api_restock": i.Restock, "line_items": lines,
		"meta_data": []map[string]any{{"key": keyMeta, "value": i.Key}},
	})
	if err != nil {
		return channel.Outcome{}, err
	}
	var r refundJSON
	if json.Unmarshal(answer.Body, &r) != nil || r.ID.id() == 0 {
		return channel.Outcome{}, cut(request{writes: true})
	}
	return channel.Outcome{Result: channel.Applied, Ref: r.ID.trimmed(), Value: i.Amount.Decimal(currency.Exponent())}, nil
}

// refunds lists the refunds of an order.
func (c *client) refunds(ctx context.Context, id string) (all []refundJSON, err error) {
	number := text(id).id()
	if number == 0 {
		return nil, fault.New(fault.NotFound, "The shop does not have this order.", "")
	}
	for skip := 0; ; skip += most {
		answer, err := c.get(ctx, "orders/"+strconv.FormatInt(number, 10)+"/refunds",
			url.Values{"per_page": {strconv.Itoa(most)}, "offset": {strconv.Itoa(skip)}})
		if err != nil {
			return nil, err
		}
		var part []refundJSON
		if json.Unmarshal(answer.Body, &part) != nil {
			return nil, cut(request{})
		}
		if all = append(all, part...); len(part) < most {
			return all, nil
		}
	}
}

// keyed finds the refund that an intent made: by its meta, or by its reason, as WooCommerce saves the meta a moment later.
func keyed(made []refundJSON, key string) *refundJSON {
	for i := range made {
		if key != "" && (made[i].Meta.words(keyMeta) == key || strings.HasSuffix(string(made[i].Reason), "("+key+")")) {
			return &made[i]
		}
	}
	return nil
}

// refundable says why an amount cannot be refunded; nil where it can.
func refundable(o *orderJSON, i channel.Intent, currency commerce.Currency) *fault.Problem {
	total, ok := amount(o.Total, currency)
	left := total.Minor
	for _, r := range o.Refunds {
		gone, _ := amount(r.Total, currency)
		left -= max(gone.Minor, -gone.Minor)
	}
	switch {
	case i.Currency != "" && i.Currency != currency:
		return because("The order is in "+string(currency)+", the refund in "+string(i.Currency)+".", "Refund in the order's currency.")
	case !i.Amount.Stated || i.Amount.Minor <= 0:
		return because("A refund is above zero.", "State an amount.")
	case !ok || i.Amount.Minor > left:
		return because("Only "+commerce.Minor(max(left, 0)).Decimal(currency.Exponent())+" "+string(currency)+" of the order are left to refund.", "Refund that much at most.")
	}
	return nil
}

// refundLines says what comes back, each line with its share of price and tax.
func refundLines(o *orderJSON, lines []channel.ShippedLine, currency commerce.Currency) ([]map[string]any, *fault.Problem) {
	all := []map[string]any{}
	for _, back := range lines {
		line := findLine(o, back.LineID)
		if line == nil {
			return nil, because("The order has no line "+back.LineID+" in the shop.", "Pull the order anew; it was edited there.")
		}
		ordered := decimal(line.Quantity)
		if line.Quantity == "" {
			ordered = "1" // a fee
		}
		quantity, whole := wholeNumber(back.Quantity)
		if !whole || back.Quantity.Sign() <= 0 || fulfillment.Less(ordered, back.Quantity) {
			return nil, because("Not so many pieces of a line can come back.", "State a whole number, of what was ordered at most.")
		}
		taxes := []map[string]any{}
		for _, t := range line.Taxes {
			taxes = append(taxes, map[string]any{"id": t.ID.id(), "refund_total": share(t.Total, back.Quantity, ordered, currency)})
		}
		all = append(all, map[string]any{"id": line.ID.id(), "quantity": quantity, "refund_tax": taxes,
			"refund_total": share(line.Total, back.Quantity, ordered, currency)})
	}
	return all, nil
}

func findLine(o *orderJSON, id string) *lineJSON {
	for _, lines := range [][]lineJSON{o.Lines, o.Fees, o.ShippingLines} {
		for i := range lines {
			if lines[i].ID.trimmed() == id && id != "" {
				return &lines[i]
			}
		}
	}
	return nil
}

// share is an amount's part for some of the pieces, to the minor unit, as a JSON number.
func share(of text, pieces, all commerce.Decimal, currency commerce.Currency) json.Number {
	total, okTotal := new(big.Rat).SetString(string(decimal(of)))
	part, okPart := new(big.Rat).SetString(string(pieces))
	whole, okWhole := new(big.Rat).SetString(string(all))
	if !okTotal || !okPart || !okWhole || whole.Sign() == 0 {
		return "0"
	}
	return json.Number(total.Mul(total, part).Quo(total, whole).FloatString(currency.Exponent()))
}
