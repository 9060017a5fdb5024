package shopify

import (
	"context"
	"strconv"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// moneyNow is what of an order was paid, given back and sent, as it is now.
type moneyNow struct {
	ID          string            `json:"id"`
	Currency    commerce.Currency `json:"currencyCode"`
	Presentment commerce.Currency `json:"presentmentCurrencyCode"`
	Payments    []payment         `json:"transactions"`
	Refunds     []struct {
		ID   string `json:"id"`
		Note string `json:"note"`
	} `json:"refunds"`
	Parcels []parcel `json:"fulfillments"`
	Tasks   struct {
		Nodes []task `json:"nodes"`
	} `json:"fulfillmentOrders"`
}

var refunding = writing(moneyDocument, refundedBy, giveBack)

// refundedBy finds the refund whose note ends in the key.
func refundedBy(v moneyNow, intent channel.Intent) (channel.Outcome, bool) {
	for _, r := range v.Refunds {
		if strings.HasSuffix(r.Note, "("+intent.Key+")") {
			return channel.Outcome{Result: channel.Already, Ref: number(r.ID)}, true
		}
	}
	return channel.Outcome{}, false
}

// giveBack pays back to where the money came from. Payments are in the currency in which the buyer paid.
func giveBack(ctx context.Context, s channel.Session, v moneyNow, intent channel.Intent) (channel.Outcome, error) {
	switch {
	case intent.Currency != "" && intent.Currency != v.Presentment, intent.Currency == "" && v.Currency != v.Presentment:
		return channel.Refuse(fault.Invalid, "The buyer paid in "+string(v.Presentment)+".", "State the refund in that currency, or make it in the shop's admin."), nil
	case !intent.Amount.Stated || intent.Amount.Minor <= 0:
		return channel.Refuse(fault.Invalid, "A refund needs an amount above nothing.", "State how much is given back."), nil
	}
	payments := v.paidBack(intent.Amount.Minor)
	if payments == nil {
		return channel.Refuse(fault.Invalid, "The payments of the order have not so much left to give back.", "Refund less."), nil
	}
	lines, no := v.comingBack(intent)
	if no != nil {
		return *no, nil
	}
	input := map[string]any{"orderId": v.ID, "note": marked(intent), "notify": notifies(s, intent), "transactions": payments}
	if v.Currency != v.Presentment {
		input["currency"] = v.Presentment
	}
	if len(lines) > 0 {
		input["refundLineItems"] = lines
	}
	key := keyOf(intent.Key, intent.Target, intent.Amount.Minor, intent.Lines)
	m, err := mutate(ctx, s, refundDocument, map[string]any{"input": input, "key": key})
	switch {
	case err != nil:
		return channel.Outcome{}, err
	case len(m.Errors) > 0:
		return m.Errors[0].refusal(), nil
	case m.Refund == nil:
		return channel.Outcome{Result: channel.Unclear}, nil
	}
	return channel.Outcome{Result: channel.Applied, Ref: number(m.Refund.ID)}, nil
}

// paidBack shares an amount out among the payments; nil where they have not so much left.
func (v moneyNow) paidBack(amount int64) (all []any) {
	for _, p := range v.Payments {
		part := min(amount, v.left(p))
		if !p.brings() || part <= 0 {
			continue
		}
		amount -= part
		all = append(all, map[string]any{
			"orderId": v.ID, "parentId": p.ID, "kind": "REFUND", "gateway": p.Gateway, "amount": decimalOf(commerce.Minor(part), v.Presentment),
		})
	}
	if amount > 0 {
		return nil
	}
	return all
}

// left is what of a payment was not given back, in the currency in which it was paid.
func (v moneyNow) left(p payment) int64 {
	left := v.paid(p)
	for _, other := range v.Payments {
		if other.Kind == "REFUND" && other.Parent != nil && other.Parent.ID == p.ID && (other.Status == "SUCCESS" || other.Status == "PENDING") {
			left -= v.paid(other)
		}
	}
	return left
}

func (v moneyNow) paid(p payment) int64 {
	if p.Amount == nil {
		return 0
	}
	return minor(p.Amount.Presentment.Amount, v.Presentment).Minor
}

// comingBack are the lines of a refund. What is put back on the shelf goes to where it was to leave from, or left from.
func (v moneyNow) comingBack(intent channel.Intent) (all []any, no *channel.Outcome) {
	for _, l := range intent.Lines {
		if strings.HasPrefix(l.LineID, chargeLine) {
			continue
		}
		n, err := strconv.ParseInt(string(l.Quantity.Padded(0)), 10, 32)
		if err != nil || n <= 0 {
			no := channel.Refuse(fault.Invalid, "Pieces come back whole.", "Correct the lines of the refund.")
			return nil, &no
		}
		line := map[string]any{"lineItemId": gid("LineItem", l.LineID), "quantity": n, "restockType": "NO_RESTOCK"}
		if kind, place := v.shelf(l.LineID); intent.Restock && place != "" {
			line["restockType"], line["locationId"] = kind, place
		}
		all = append(all, line)
	}
	return all, nil
}

// shelf is how and where pieces of a line go back: RETURN for what has left, CANCEL for what has not.
func (v moneyNow) shelf(line string) (kind, place string) {
	for _, t := range v.Tasks.Nodes {
		for _, l := range t.Lines.Nodes {
			if number(l.Line.ID) == line && l.Remaining > 0 {
				return "CANCEL", t.place()
			}
		}
	}
	for _, p := range v.Parcels {
		for _, l := range p.Lines.Nodes {
			if number(l.Line.ID) == line && p.travels() && p.Location != nil {
				return "RETURN", p.Location.ID
			}
		}
	}
	return "", ""
}
