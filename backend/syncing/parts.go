package syncing

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fulfillment"
	"tradepost/backend/intake"
	"tradepost/backend/order"
)

// part is one record that a message becomes; an order with tracking numbers has several.
type part struct {
	order    *order.Order
	stated   intake.Stated
	mode     intake.Mode
	optional bool // it may be left out when it does not fit
	main     bool // the record that the message is about
}

func (p part) judge(tx intake.Lookup, channelID int64) (intake.Judgement, error) {
	if p.order == nil {
		return intake.JudgeStated(tx, p.mode, channelID, p.stated)
	}
	incoming := *p.order
	known, err := tx.FindOrder(channelID, &incoming)
	if err != nil {
		return intake.Judgement{}, err
	}
	if known != nil {
		incoming = keepShipped(*known, incoming)
	}
	return intake.Judge(tx, p.mode, channelID, incoming)
}

// keepShipped lets a channel that does not know yet what was shipped from here not take that back: what lies in packages is further on
// than what the channel says.
func keepShipped(known, incoming order.Order) order.Order {
	if !slices.ContainsFunc(known.Lines, func(l order.Line) bool { return l.Packed }) {
		return incoming
	}
	if incoming.Fulfillment == order.Unfulfilled || incoming.Fulfillment == order.Partial {
		incoming.Fulfillment = fulfillment.Furthest(incoming.Fulfillment, known.Fulfillment)
	}
	incoming.Lines = slices.Clone(incoming.Lines)
	for i := range incoming.Lines {
		at := slices.IndexFunc(known.Lines, func(l order.Line) bool { return l.Packed && l.ExternalID == incoming.Lines[i].ExternalID })
		if at >= 0 {
			incoming.Lines[i].Fulfillment = fulfillment.Furthest(incoming.Lines[i].Fulfillment, known.Lines[at].Fulfillment)
		}
	}
	return incoming
}

// partsOf lays a record out as what intake takes, in the order in which it must come in.
func partsOf(r channel.Record, c Connection) []part {
	switch {
	case r.Order != nil:
		return orderParts(r)
	case r.Listing != nil:
		return listingParts(*r.Listing, c)
	case r.Customer != nil:
		values := r.Customer.Values
		if r.Customer.ExternalID != "" {
			values["external_id"] = r.Customer.ExternalID
		}
		return []part{{stated: intake.Stated{Kind: intake.Customers, Name: r.Customer.ExternalID, Values: values}, mode: intake.ModeMerge, main: true}}
	}
	return levelParts(r.Levels)
}

func orderParts(r channel.Record) []part {
	o := *r.Order
	o.Whole = true
	parts := []part{{order: &o, mode: intake.ModeMerge, main: true}}
	for _, s := range r.Shipments {
		parts = append(parts, shipmentParts(o, s)...)
	}
	return parts
}

// shipmentParts are what a tracking number says, line by line. Without a number there is nothing to keep: the order's own
// states tell that it was shipped.
func shipmentParts(o order.Order, s channel.Shipment) []part {
	if s.Tracking == "" {
		return nil
	}
	values := map[string]string{"order_number": o.Number, "tracking": s.Tracking, "carrier": s.Carrier, "service": s.Service, "shipped_at": s.ShippedAt.String()}
	if s.ExternalID != "" && s.ExternalID != s.Tracking { // some plug-ins have no name for it but its number
		values["external_id"] = o.ExternalID + "/" + s.ExternalID
	}
	if len(s.Lines) == 0 {
		return []part{tracking(o, values)}
	}
	var parts []part
	bySKU := map[string]int{}
	for _, line := range s.Lines {
		at := slices.IndexFunc(o.Lines, func(l order.Line) bool { return l.ExternalID == line.LineID })
		if at < 0 || o.Lines[at].SKU == "" {
			continue
		}
		sku := o.Lines[at].SKU
		if i, twice := bySKU[sku]; twice { // two lines of one SKU are one statement: what is shipped of both
			stated := parts[i].stated.Values
			stated["quantity"] = string(fulfillment.Plus(commerce.Decimal(stated["quantity"]), line.Quantity))
			continue
		}
		one := cloneOf(values)
		one["line_sku"], one["quantity"] = sku, string(line.Quantity)
		bySKU[sku] = len(parts)
		parts = append(parts, tracking(o, one))
	}
	if len(parts) == 0 {
		parts = append(parts, tracking(o, values))
	}
	return parts
}

func tracking(o order.Order, values map[string]string) part {
	return part{stated: intake.Stated{Kind: intake.Tracking, Name: o.Number, Values: values}, mode: intake.ModeMerge, optional: true}
}

func cloneOf(values map[string]string) map[string]string {
	all := make(map[string]string, len(values)+2)
	maps.Copy(all, values)
	return all
}

// catalogueOption says what pulling products does with the catalogue: add (make variants that are not known), merge (and
// bring known ones up to date), none.
const catalogueOption = "catalogue"

// listingParts are the variant that a listing is, unless the connection says otherwise, and the listing, which is linked to
// it as it comes in. A new variant is made, a known one stays as it is.
func listingParts(l channel.Listing, c Connection) []part {
	values := filled(map[string]string{"external_id": l.ExternalID, "parent_id": l.ParentID, "listing_sku": l.SKU, "gtin": l.GTIN, "title": l.Title, "status": l.Status,
		"price": string(l.Price), "currency": string(l.Currency), "url": l.URL, "tracked": strconv.FormatBool(l.Tracked)})
	parts := []part{}
	if mode := c.Options[catalogueOption]; l.SKU != "" && mode != "none" {
		p := part{stated: productOf(l), mode: intake.ModeNew, optional: true}
		if mode == "merge" {
			p.mode = intake.ModeMerge
		}
		parts = append(parts, p)
	}
	return append(parts, part{stated: intake.Stated{Kind: intake.Listings, Name: l.SKU, Values: values}, mode: intake.ModeMerge, main: true})
}

func productOf(l channel.Listing) intake.Stated {
	values := map[string]string{"sku": l.SKU, "gtin": l.GTIN, "title": l.Title, "product.handle": l.ParentID, "product.title": l.ProductTitle,
		"product.vendor": l.Vendor, "product.type": l.Type, "product.status": l.Status, "price": string(l.Price),
		"compare_at_price": string(l.CompareAtPrice), "currency": string(l.Currency), "weight_grams": string(l.WeightGrams), "image_url": l.ImageURL}
	tags := slices.Clone(l.Tags)
	slices.Sort(tags)
	values["product.tags"] = strings.Join(tags, ", ")
	for i, option := range l.Options {
		n := "option" + strconv.Itoa(i+1)
		values[n+".name"], values[n+".value"] = option.Value, option.Label
	}
	return intake.Stated{Kind: intake.Products, Name: l.SKU, Values: filled(values)}
}

// filled drops what is not stated.
func filled(values map[string]string) map[string]string {
	for name, value := range values {
		if value == "" {
			delete(values, name)
		}
	}
	return values
}

func levelParts(levels []channel.Level) []part {
	parts := make([]part, 0, len(levels))
	for i, l := range levels {
		values := filled(map[string]string{"external_id": l.ListingID, "listing_sku": l.SKU, "location": l.Location, "quantity": string(l.Quantity),
			"tracked": strconv.FormatBool(l.Tracked)})
		parts = append(parts, part{stated: intake.Stated{Kind: intake.ListingLevels, Name: l.SKU, Values: values}, mode: intake.ModeMerge, main: i == 0})
	}
	return parts
}
