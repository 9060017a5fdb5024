package amazon

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// reference names a parcel to Amazon, which takes "positive numeric values" only and knows a parcel by it within its order. It is made of the intent's
// key, so that each try of one intent names the same parcel.
func reference(key string) string {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(key))
	return strconv.FormatUint(sum.Sum64()>>12+1, 10) // 52 bits: exact in any program's numbers
}

// carriers are names that Amazon knows, by how people write them. Any other goes as “Other” with its name.
var carriers = map[string]string{"ups": "UPS", "usps": "USPS", "fedex": "FedEx", "dhl": "DHL", "dhl paket": "DHL", "dhl express": "DHL Express", "dpd": "DPD",
	"gls": "GLS", "hermes": "Hermes", "evri": "Evri", "royal mail": "Royal Mail", "tnt": "TNT", "deutsche post": "Deutsche Post", "la poste": "La Poste",
	"colissimo": "Colissimo", "correos": "Correos", "seur": "SEUR", "brt": "BRT", "poste italiane": "Poste Italiane", "postnl": "PostNL", "yamato": "YAMATO",
	"sagawa": "SAGAWA", "japan post": "JAPAN_POST", "australia post": "Australia Post", "canada post": "Canada Post"}

// Ship confirms shipments, one by one.
func (connector) Ship(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	c, err := dial(s)
	if err != nil {
		return nil, err
	}
	return oneByOne(intents, func(i channel.Intent) (channel.Outcome, error) { return c.ship(ctx, i) })
}

// oneByOne carries out intents in calls of their own. Once one has an effect, the trouble of a later one is its own: it and what follows are looked up.
func oneByOne[T any](all []T, do func(T) (channel.Outcome, error)) ([]channel.Outcome, error) {
	outcomes := make([]channel.Outcome, 0, len(all))
	for n, one := range all {
		o, err := do(one)
		if err != nil && n == 0 {
			return nil, err
		}
		if err != nil {
			problem := fault.ProblemOf(err)
			return append(outcomes, slices.Repeat([]channel.Outcome{{Result: channel.Unclear, Problem: &problem}}, len(all)-n)...), nil
		}
		outcomes = append(outcomes, o)
	}
	return outcomes, nil
}

func (c *client) order(ctx context.Context, id string) (*vendorOrder, error) {
	raw, _, err := c.rawOrder(ctx, id)
	if err != nil {
		return nil, err
	}
	var o vendorOrder
	if err := json.Unmarshal(raw, &o); err != nil {
		return nil, strange(err, false)
	}
	return &o, nil
}

// unknownOrder tells that Amazon has no such order: not found, or no order's id at all.
func unknownOrder(err error) bool {
	return fault.Is(err, fault.NotFound) || fault.Is(err, fault.Invalid) && fault.Of(err).Field == ""
}

// ship confirms one parcel. What is there is looked at before, as Amazon takes no second word about one, and after.
func (c *client) ship(ctx context.Context, i channel.Intent) (channel.Outcome, error) {
	o, err := c.order(ctx, i.Target)
	if unknownOrder(err) {
		return channel.Refuse(fault.NotFound, vendor+" does not have this order.", "Look at it in Seller Central; it may be older than two years."), nil
	}
	if err != nil {
		return channel.Outcome{}, err
	}
	if there := o.parcel(i); there != nil {
		return channel.Outcome{Result: channel.Already, Ref: there.Reference}, nil
	}
	items, no := o.confirmable(i)
	if no != nil {
		return *no, nil
	}
	_, err = c.do(ctx, request{method: http.MethodPost, path: "/orders/v0/orders/" + url.PathEscape(i.Target) + "/shipmentConfirmation", bucket: confirmBucket, writes: true,
		body: c.confirmation(o, i, items)})
	if fault.Is(err, fault.Invalid) {
		return channel.Refuse(fault.Invalid, fault.Of(err).Message, "Look at the order in Seller Central."), nil
	}
	if err != nil {
		return channel.Outcome{}, err
	}
	if after, err := c.order(ctx, i.Target); err == nil && after.parcel(i) != nil {
		return channel.Outcome{Result: channel.Applied, Ref: reference(i.Key)}, nil
	}
	return channel.Outcome{Result: channel.Awaiting, Ref: reference(i.Key)}, nil // it was taken, and does not show yet
}

// parcel finds the parcel of an intent among those of the order: by our reference, or by its tracking number.
func (o *vendorOrder) parcel(i channel.Intent) *parcel {
	for n, p := range o.Packages {
		same := i.Shipment != nil && i.Shipment.Tracking != "" && strings.EqualFold(p.Tracking, i.Shipment.Tracking)
		if p.Status.Status != cancelledStatus && (p.Reference == reference(i.Key) || same) {
			return &o.Packages[n]
		}
	}
	return nil
}

// confirmable works out what of each item lies in the parcel, or says why it cannot be confirmed.
func (o *vendorOrder) confirmable(i channel.Intent) (items []map[string]any, no *channel.Outcome) {
	because := func(message, remedy string) *channel.Outcome {
		refused := channel.Refuse(fault.Invalid, message, remedy)
		return &refused
	}
	switch status := o.Fulfillment.Status; {
	case i.Shipment == nil || i.Shipment.Tracking == "":
		return nil, because(vendor+" wants a tracking number for each parcel.", "Record the number, then it is sent.")
	case o.Fulfillment.By == "AMAZON":
		return nil, because(vendor+" ships this order itself.", "There is nothing to tell it.")
	case status == pendingStatus || status == "PENDING_AVAILABILITY":
		return nil, because("The payment of this order has not gone through yet.", "Wait until "+vendor+" says that it may be shipped.")
	case status == cancelledStatus || status == shippedStatus:
		return nil, because("The order is "+strings.ToLower(status)+" at "+vendor+".", "Look at it in Seller Central.")
	}
	left := o.left()
	wanted := i.Shipment.Lines
	if len(wanted) == 0 {
		for _, item := range o.Items {
			wanted = append(wanted, channel.ShippedLine{LineID: item.ID, Quantity: pieces(left[item.ID])})
		}
	}
	for _, l := range wanted {
		quantity, err := strconv.ParseInt(string(l.Quantity.Padded(0)), 10, 64)
		available, there := left[l.LineID]
		switch {
		case isFee(l.LineID) || err == nil && quantity == 0:
			continue
		case !there:
			return nil, because("The order has no line "+l.LineID+" at "+vendor+".", "Pull the order anew.")
		case err != nil || quantity < 0 || quantity > available:
			return nil, because("More of a line would be shipped than is left of it.", "Look at what was shipped of the order before.")
		}
		items = append(items, map[string]any{"orderItemId": l.LineID, "quantity": quantity})
	}
	if len(items) == 0 {
		return nil, because("Nothing of this order is left to be shipped.", "Look at what was shipped of it before.")
	}
	return items, nil
}

// left is how much of each item is still to be shipped.
func (o *vendorOrder) left() map[string]int64 {
	left := map[string]int64{}
	for _, item := range o.Items {
		switch {
		case item.Fulfillment.Left != nil:
			left[item.ID] = *item.Fulfillment.Left
		case item.Quantity != nil:
			left[item.ID] = *item.Quantity
		}
	}
	return left
}

// confirmation is the body of the call (model ordersV0, ConfirmShipmentRequest).
func (c *client) confirmation(o *vendorOrder, i channel.Intent, items []map[string]any) map[string]any {
	shipped := i.Shipment.ShippedAt
	if shipped == 0 {
		shipped = commerce.InstantOf(c.s.Now())
	}
	parcel := map[string]any{"packageReferenceId": reference(i.Key), "trackingNumber": i.Shipment.Tracking, "shipDate": stamp(shipped), "orderItems": items}
	if code, known := carriers[strings.ToLower(strings.TrimSpace(i.Shipment.Carrier))]; known {
		parcel["carrierCode"] = code
	} else {
		parcel["carrierCode"], parcel["carrierName"] = "Other", or(i.Shipment.Carrier, "Other")
	}
	if i.Shipment.Service != "" {
		parcel["shippingMethod"] = i.Shipment.Service
	}
	return map[string]any{"marketplaceId": or(o.Sales.Marketplace, c.place.id), "packageDetail": parcel}
}

// findParcel looks whether a parcel is there; none is what an unshipped order shows.
func (c *client) findParcel(ctx context.Context, i channel.Intent, none channel.Outcome) (channel.Outcome, error) {
	o, err := c.order(ctx, i.Target)
	if unknownOrder(err) { // with the order its parcels are gone from sight
		return channel.Outcome{Result: channel.Unclear, Problem: &fault.Problem{Message: vendor + " does not show this order any more.", Code: string(fault.NotFound),
			Remedy: "Look at it in Seller Central; orders older than two years are not given."}}, nil
	}
	if err != nil {
		return channel.Outcome{}, err
	}
	if there := o.parcel(i); there != nil {
		return channel.Outcome{Result: channel.Applied, Ref: there.Reference}, nil
	}
	return none, nil
}
