package woocommerce

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/fulfillment"
)

// shippedMeta keeps how much of each line was shipped from here: WooCommerce itself does not know it.
const shippedMeta = "_tradepost_shipped"

func (c *client) ship(ctx context.Context, i channel.Intent) (channel.Outcome, error) {
	o, err := c.order(ctx, i.Target)
	if err != nil {
		return channel.Outcome{}, err
	}
	value := o.Status.trimmed()
	known := tracked(o.Meta, trackingMeta)
	switch {
	case i.Shipment == nil:
		return refusedFor(because("There is no shipment to tell of.", ""), value), nil
	case o.hasKey(i.Key), i.Shipment.Tracking != "" && hasNumber(known, i.Shipment.Tracking):
		return channel.Outcome{Result: channel.Already, Value: value, Ref: i.Shipment.Tracking}, nil
	case value == "cancelled" || value == "refunded" || value == "failed":
		return refusedFor(because("The order is "+value+" in the shop.", "Change its status there first, if it is to be shipped."), value), nil
	}
	shipped, complete, p := o.shipping(i.Shipment.Lines)
	if p != nil {
		return refusedFor(p, value), nil
	}
	values := map[string]any{}
	if complete && value != "completed" {
		values["status"] = "completed"
	}
	text, err := json.Marshal(shipped)
	if err != nil {
		return channel.Outcome{}, fault.Wrap(err, fault.Internal, "The shipment cannot be sent.", "")
	}
	more := []map[string]any{{"key": shippedMeta, "value": string(text)}}
	switch {
	case i.Shipment.Tracking == "":
	case c.s.Account().Facts[factTracking] == "plugin":
		more = append(more, map[string]any{"key": trackingMeta, "value": append(o.trackingItems(), trackingItem(i))})
	default:
		if err := c.noteTracking(ctx, o, i); err != nil {
			return channel.Outcome{}, err
		}
	}
	after, err := c.put(ctx, o, i.Key, values, more...)
	if err != nil {
		return channel.Outcome{}, err
	}
	return channel.Outcome{Result: channel.Applied, Value: after.Status.trimmed(), Ref: i.Shipment.Tracking}, nil
}

func hasNumber(known []trackedJSON, number string) bool {
	for _, t := range known {
		if t.Number.trimmed() == number {
			return true
		}
	}
	return false
}

// shipping works out how much of each line is shipped with these lines (none is all that is left), and whether that is everything.
func (o *orderJSON) shipping(lines []channel.ShippedLine) (shipped map[string]commerce.Decimal, complete bool, p *fault.Problem) {
	shipped = o.shippedBefore()
	ordered := map[string]commerce.Decimal{}
	for _, l := range o.Lines {
		ordered[l.ID.trimmed()] = decimal(l.Quantity)
	}
	for _, l := range lines {
		if o.isFee(l.LineID) {
			continue // nothing travels of a fee
		}
		if _, there := ordered[l.LineID]; !there {
			return nil, false, because("The order has no line "+l.LineID+" in the shop.", "Pull the order anew; it was edited there.")
		}
		shipped[l.LineID] = fulfillment.Plus(shipped[l.LineID], l.Quantity)
	}
	complete = true
	for id, quantity := range ordered {
		if len(lines) == 0 {
			shipped[id] = quantity
		}
		switch {
		case fulfillment.Less(quantity, shipped[id]):
			return nil, false, because("More of a line would be shipped than was ordered.", "Look at what was shipped of the order before.")
		case fulfillment.Less(shipped[id], quantity):
			complete = false
		}
	}
	return shipped, complete, nil
}

func (o *orderJSON) isFee(id string) bool {
	for _, f := range o.Fees {
		if f.ID.trimmed() == id {
			return true
		}
	}
	return false
}

// shippedBefore is what was shipped from here, else what the tracking plug-in says of each line.
func (o *orderJSON) shippedBefore() map[string]commerce.Decimal {
	shipped := map[string]commerce.Decimal{}
	var kept map[string]text
	if json.Unmarshal([]byte(o.Meta.words(shippedMeta)), &kept) == nil {
		for id, quantity := range kept {
			shipped[id] = decimal(quantity)
		}
		return shipped
	}
	for _, t := range tracked(o.Meta, trackingMeta) {
		for _, p := range t.Products {
			shipped[p.Item.trimmed()] = fulfillment.Plus(shipped[p.Item.trimmed()], decimal(p.Quantity))
		}
	}
	return shipped
}

// trackingItems are the tracking numbers that are there, as they are: others' numbers stay.
func (o *orderJSON) trackingItems() []any {
	var items list[json.RawMessage]
	if raw := o.Meta.find(trackingMeta); raw != nil && json.Unmarshal(raw, &items) != nil {
		return nil
	}
	all := make([]any, len(items))
	for i, item := range items {
		all[i] = item
	}
	return all
}

// trackingItem is one tracking number as the plug-ins keep it. The carrier is a custom one, as their lists of carriers differ.
func trackingItem(i channel.Intent) map[string]any {
	sum := sha256.Sum256([]byte(i.Key + i.Shipment.Tracking))
	item := map[string]any{"tracking_provider": "", "custom_tracking_provider": i.Shipment.Carrier, "custom_tracking_link": i.Shipment.URL,
		"tracking_number": i.Shipment.Tracking, "tracking_id": hex.EncodeToString(sum[:16])}
	if i.Shipment.ShippedAt > 0 {
		item["date_shipped"] = strconv.FormatInt(int64(i.Shipment.ShippedAt)/1000, 10)
	}
	var products []map[string]any
	for _, l := range i.Shipment.Lines {
		products = append(products, map[string]any{"item_id": l.LineID, "qty": string(l.Quantity)})
	}
	if products != nil {
		item["products_list"] = products
	}
	return item
}

// noteTracking writes a tracking number into a note of the order, unless one has it.
func (c *client) noteTracking(ctx context.Context, o *orderJSON, i channel.Intent) error {
	path := "orders/" + o.ID.trimmed() + "/notes"
	answer, err := c.get(ctx, path, nil)
	if err != nil {
		return err
	}
	var notes []struct {
		Note text `json:"note"`
	}
	if json.Unmarshal(answer.Body, &notes) != nil {
		return cut(request{})
	}
	for _, n := range notes {
		if strings.Contains(string(n.Note), i.Shipment.Tracking) {
			return nil
		}
	}
	words := strings.TrimSpace(strings.Join([]string{i.Shipment.Carrier, i.Shipment.Tracking, i.Shipment.URL}, " "))
	_, err = c.write(ctx, http.MethodPost, path, map[string]any{"note": "Shipped: " + words, "customer_note": i.Notify})
	return err
}
