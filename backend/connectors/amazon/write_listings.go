package amazon

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// change is how one operation on listings works: what is there now, what is asked for, and the attribute that makes it so.
type change struct {
	attribute string
	now       func(l listing, place string, i channel.Intent) string
	wants     func(channel.Intent) commerce.Decimal
	// judge refuses what cannot be; nil lets it pass.
	judge func(l listing, place string, i channel.Intent) *channel.Outcome
	// fits tells the value of the attribute that is changed from those that stay, set changes it.
	fits func(e entry, place string, i channel.Intent) bool
	set  func(value map[string]json.RawMessage, place string, i channel.Intent)
}

var changes = map[channel.Operation]change{channel.SetStock: stockChange, channel.SetPrice: priceChange}

// partsToWrite is what has to be known of a listing before it is changed: an attribute can only be replaced as a whole.
var partsToWrite = []string{"summaries", "attributes", "offers", "fulfillmentAvailability", "productTypes", "issues"}

// SetStock sets how much of listings is offered.
func (connector) SetStock(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return stockChange.write(ctx, s, intents)
}

// SetPrice sets the standard price of listings.
func (connector) SetPrice(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return priceChange.write(ctx, s, intents)
}

// live reads the targets of intents.
func (c *client) live(ctx context.Context, intents []channel.Intent) (map[string]listing, error) {
	skus := make([]string, 0, len(intents))
	for _, i := range intents {
		if !slices.Contains(skus, i.Target) {
			skus = append(skus, i.Target)
		}
	}
	heads, _, err := c.bySKU(ctx, skus, partsToWrite)
	if err != nil {
		return nil, err
	}
	all := make(map[string]listing, len(heads))
	for _, h := range heads {
		var l listing
		if err := json.Unmarshal(h.raw, &l); err != nil {
			return nil, strange(err, false)
		}
		all[l.SKU] = l
	}
	return all, nil
}

// patch is one change as Amazon takes it.
type patch struct {
	Op    string            `json:"op"`
	Path  string            `json:"path"`
	Value []json.RawMessage `json:"value"`
}

// submission is the change of one listing.
type submission struct {
	SKU         string
	ProductType string
	Patch       patch
}

// write carries out a batch: it reads what is there, leaves what is so already and what cannot be, and sends the rest: few one by one, many as a
// feed.
func (ch change) write(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	c, err := dial(s)
	if err != nil {
		return nil, err
	}
	live, err := c.live(ctx, intents)
	if err != nil {
		return nil, err
	}
	outcomes := make([]channel.Outcome, len(intents))
	var submissions []submission
	var sent []int
	for n, i := range intents {
		l, there := live[i.Target]
		if outcomes[n] = ch.before(l, there, c.place.id, i); outcomes[n].Result == "" {
			submissions = append(submissions, submission{i.Target, l.productType(c.place.id), ch.patch(l, c.place.id, i)})
			sent = append(sent, n)
		}
	}
	if len(sent) == 0 {
		return outcomes, nil
	}
	done, err := c.submit(ctx, submissions)
	if err != nil {
		return nil, err
	}
	for k, n := range sent {
		outcomes[n] = done[k]
	}
	return outcomes, nil
}

// submit sends changes, few one by one and many as a feed.
func (c *client) submit(ctx context.Context, all []submission) ([]channel.Outcome, error) {
	many, err := strconv.Atoi(c.s.Option(feedOption))
	if err != nil || many < 2 {
		many = 25
	}
	if len(all) >= many {
		return c.feed(ctx, all)
	}
	return oneByOne(all, func(one submission) (channel.Outcome, error) { return c.patch(ctx, one) })
}

// before judges an intent by what is there; no result means that it is to be sent.
func (ch change) before(l listing, there bool, place string, i channel.Intent) channel.Outcome {
	if !there {
		return channel.Refuse(fault.NotFound, vendor+" does not have this listing any more.", "Look whether it was closed in Seller Central.")
	}
	if no := ch.judge(l, place, i); no != nil {
		return *no
	}
	if now := ch.now(l, place, i); now != "" && commerce.Decimal(now).Equal(ch.wants(i)) {
		return channel.Outcome{Result: channel.Already, Value: now}
	}
	return channel.Outcome{}
}

// patch is the attribute with one of its values changed and all others as they are.
func (ch change) patch(l listing, place string, i channel.Intent) patch {
	p := patch{Op: "replace", Path: "/attributes/" + ch.attribute}
	var values []json.RawMessage
	_ = json.Unmarshal(l.Attributes[ch.attribute], &values) // none are none
	changed := false
	for _, raw := range values {
		var e entry
		value := map[string]json.RawMessage{}
		if !changed && json.Unmarshal(raw, &e) == nil && json.Unmarshal(raw, &value) == nil && ch.fits(e, place, i) {
			ch.set(value, place, i)
			raw, changed = quoted(value), true
		}
		p.Value = append(p.Value, raw)
	}
	if !changed {
		value := map[string]json.RawMessage{}
		ch.set(value, place, i)
		p.Value = append(p.Value, quoted(value))
	}
	return p
}

// quoted is a value as JSON; what is written here always can be.
func quoted(value any) json.RawMessage {
	text, _ := json.Marshal(value) //nolint:errchkjson // texts, numbers and what was read as JSON
	return text
}

// patch changes one listing. Amazon says that it took the change, which shows some minutes later.
func (c *client) patch(ctx context.Context, one submission) (channel.Outcome, error) {
	var got struct {
		Status string  `json:"status"`
		ID     string  `json:"submissionId"`
		Issues []issue `json:"issues"`
	}
	_, err := c.into(ctx, request{method: http.MethodPatch, path: c.listingsPath() + "/" + url.PathEscape(one.SKU), query: url.Values{"marketplaceIds": {c.place.id}},
		body: map[string]any{"productType": one.ProductType, "patches": []patch{one.Patch}}, bucket: patchBucket, writes: true}, &got)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.NotFound) {
		return channel.Refuse(fault.Invalid, fault.Of(err).Message, "Look at the listing in Seller Central."), nil
	}
	if err != nil {
		return channel.Outcome{}, err
	}
	switch got.Status {
	case "ACCEPTED":
		return channel.Outcome{Result: channel.Awaiting, Ref: c.waiting(got.ID)}, nil
	case "INVALID":
		return refusedBy(got.Issues), nil
	}
	return channel.Outcome{}, strange(nil, true)
}

// refusedBy says why by the first issue that is an error.
func refusedBy(issues []issue) channel.Outcome {
	message := vendor + " refuses this change."
	for _, one := range issues {
		if one.Severity == "ERROR" && one.Message != "" {
			message = vendor + " refuses this change: " + sentence(one.Message)
			break
		}
	}
	return channel.Refuse(fault.Invalid, message, "Correct the listing in Seller Central.")
}

func (e entry) placed(i channel.Intent) bool { return e.Code == or(i.Location, ownPlace) }

var stockChange = change{
	attribute: "fulfillment_availability",
	wants:     func(i channel.Intent) commerce.Decimal { return i.Quantity },
	now: func(l listing, _ string, i channel.Intent) string {
		for _, a := range l.Availability {
			if a.Code == or(i.Location, ownPlace) && a.Quantity != nil && !a.amazons() {
				return strconv.FormatInt(*a.Quantity, 10)
			}
		}
		return ""
	},
	judge: func(l listing, _ string, i channel.Intent) *channel.Outcome {
		quantity, err := strconv.ParseInt(string(i.Quantity.Padded(0)), 10, 64)
		own := slices.ContainsFunc(l.Availability, func(a availability) bool { return a.Code == or(i.Location, ownPlace) })
		var no channel.Outcome
		switch {
		case err != nil || quantity < 0:
			no = channel.Refuse(fault.Invalid, vendor+" counts stock in whole pieces, none or more.", "Round the quantity.")
		case strings.HasPrefix(i.Location, amazonsPrefix) || !own && slices.ContainsFunc(l.Availability, availability.amazons):
			no = channel.Refuse(fault.Invalid, vendor+" ships this listing from its own warehouses and counts its stock itself.", "Leave it to "+vendor+", or change the offer in Seller Central.")
		default:
			return nil
		}
		return &no
	},
	fits: func(e entry, _ string, i channel.Intent) bool { return e.placed(i) },
	set: func(value map[string]json.RawMessage, _ string, i channel.Intent) {
		value["fulfillment_channel_code"] = quoted(or(i.Location, ownPlace))
		value["quantity"] = json.RawMessage(i.Quantity.Padded(0))
	},
}

var priceChange = change{
	attribute: "purchasable_offer",
	wants:     func(i channel.Intent) commerce.Decimal { return i.Price },
	now: func(l listing, place string, _ channel.Intent) string {
		price, _ := l.price(place)
		return string(price)
	},
	judge: func(l listing, place string, i channel.Intent) *channel.Outcome {
		_, has := l.price(place)
		currency := i.Currency
		if currency == "" {
			currency = has
		}
		amount, err := commerce.AmountOf(i.Price, currency.Exponent())
		var no channel.Outcome
		switch {
		case err != nil || !amount.Stated || amount.Minor <= 0:
			no = channel.Refuse(fault.Invalid, vendor+" takes prices above zero that can be paid in "+string(currency)+".", "Round the price.")
		case has != "" && currency != has:
			no = channel.Refuse(fault.Invalid, vendor+" sells this in "+string(has)+".", "Set the price in that currency.")
		default:
			return nil
		}
		return &no
	},
	fits: func(e entry, place string, _ channel.Intent) bool { return e.standard(place) },
	set: func(value map[string]json.RawMessage, place string, i channel.Intent) {
		value["marketplace_id"] = quoted(place)
		if i.Currency != "" {
			value["currency"] = quoted(i.Currency)
		}
		value["our_price"] = quoted([]any{map[string]any{"schedule": []any{map[string]any{"value_with_tax": i.Price}}}})
	},
}
