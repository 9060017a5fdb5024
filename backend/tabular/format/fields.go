package format

import (
	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/intake"
	"tradepost/backend/order"
)

// draft is an order being put together.
type draft struct {
	order   order.Order
	parties [3]customer.Contact
	duties  commerce.Amount
	channel string
	stated  commerce.Stamp // what columns of their own say of the placing instant: precision, zone and its source

	line          order.Line
	shipped       commerce.Decimal
	toShip        commerce.Decimal
	lineCancelled bool
}

// roles are the parties of a draft, in its order.
var roles = [3]order.Role{order.Buyer, order.ShipTo, order.BillTo}

// kind is how a cell is read.
type kind int

const (
	kindText kind = iota
	kindID
	kindAmount
	kindPrice
	kindQuantity
	kindCount
	kindStamp
	kindInstant
	kindState
	kindTags
	kindCurrency
	kindDecimal // a number of any sign, of the kinds that are no orders
	kindWord
)

// target is a field a column can fill. Exactly the accessor of its kind is set; states, tags and the currency need none.
type target struct {
	kind    kind
	line    bool
	text    func(*draft) *string
	amount  func(*draft) *commerce.Amount
	decimal func(*draft) *commerce.Decimal
	instant func(*draft) *commerce.Instant

	name  string       // as used in the data files
	sets  string       // the field that the words of this one set
	field intake.Field // of the kinds that are no orders
}

// targets are all fields a format may fill, by the names used in the data files.
var targets = allTargets()

func allTargets() map[string]*target {
	all := map[string]*target{
		"placed":   {kind: kindStamp},
		"currency": {kind: kindCurrency},
		"tags":     {kind: kindTags},
		"state":    {kind: kindState},
		"channel":  {kind: kindText, text: func(d *draft) *string { return &d.channel }},

		"financial":        {kind: kindState, sets: "financial"},
		"fulfillment":      {kind: kindState, sets: "fulfillment"},
		"line.fulfillment": {kind: kindState, sets: "line.fulfillment", line: true},
	}
	addOrderTargets(all)
	addLineTargets(all)
	addPartyTargets(all)
	for name, t := range all {
		t.name = name
	}
	return all
}

func addOrderTargets(all map[string]*target) {
	text := func(k kind, of func(*draft) *string) *target { return &target{kind: k, text: of} }
	all["number"] = text(kindID, func(d *draft) *string { return &d.order.Number })
	all["external_id"] = text(kindID, func(d *draft) *string { return &d.order.ExternalID })
	all["source"] = text(kindText, func(d *draft) *string { return &d.order.Source })
	all["shipping_method"] = text(kindText, func(d *draft) *string { return &d.order.ShippingMethod })
	all["payment_method"] = text(kindText, func(d *draft) *string { return &d.order.PaymentMethod })
	all["discount_code"] = text(kindText, func(d *draft) *string { return &d.order.DiscountCode })
	all["risk"] = text(kindText, func(d *draft) *string { return &d.order.Risk })
	all["placed_zone"] = text(kindText, func(d *draft) *string { return &d.stated.Zone })
	addOrderAmounts(all)
	addOrderInstants(all)
}

func addOrderAmounts(all map[string]*target) {
	amount := func(of func(*draft) *commerce.Amount) *target { return &target{kind: kindAmount, amount: of} }
	all["subtotal"] = amount(func(d *draft) *commerce.Amount { return &d.order.Subtotal })
	all["shipping"] = amount(func(d *draft) *commerce.Amount { return &d.order.Shipping })
	all["tax"] = amount(func(d *draft) *commerce.Amount { return &d.order.Tax })
	all["discount"] = amount(func(d *draft) *commerce.Amount { return &d.order.Discount })
	all["total"] = amount(func(d *draft) *commerce.Amount { return &d.order.Total })
	all["refunded"] = amount(func(d *draft) *commerce.Amount { return &d.order.Refunded })
	all["outstanding"] = amount(func(d *draft) *commerce.Amount { return &d.order.Outstanding })
	all["duties"] = amount(func(d *draft) *commerce.Amount { return &d.duties })
}

func addOrderInstants(all map[string]*target) {
	instant := func(of func(*draft) *commerce.Instant) *target { return &target{kind: kindInstant, instant: of} }
	all["paid_at"] = instant(func(d *draft) *commerce.Instant { return &d.order.PaidAt })
	all["fulfilled_at"] = instant(func(d *draft) *commerce.Instant { return &d.order.FulfilledAt })
	all["cancelled_at"] = instant(func(d *draft) *commerce.Instant { return &d.order.CancelledAt })
	all["ship_by"] = instant(func(d *draft) *commerce.Instant { return &d.order.ShipBy })
}

func addLineTargets(all map[string]*target) {
	text := func(k kind, of func(*draft) *string) *target { return &target{kind: k, line: true, text: of} }
	amount := func(of func(*draft) *commerce.Amount) *target {
		return &target{kind: kindAmount, line: true, amount: of}
	}
	decimal := func(k kind, of func(*draft) *commerce.Decimal) *target {
		return &target{kind: k, line: true, decimal: of}
	}
	all["line.external_id"] = text(kindID, func(d *draft) *string { return &d.line.ExternalID })
	all["line.sku"] = text(kindID, func(d *draft) *string { return &d.line.SKU })
	all["line.buyer_item_code"] = text(kindID, func(d *draft) *string { return &d.line.BuyerItemCode })
	all["line.title"] = text(kindText, func(d *draft) *string { return &d.line.Title })
	all["line.uom"] = text(kindText, func(d *draft) *string { return &d.line.UOM })
	all["line.quantity"] = decimal(kindQuantity, func(d *draft) *commerce.Decimal { return &d.line.Quantity })
	all["line.unit_price"] = decimal(kindPrice, func(d *draft) *commerce.Decimal { return &d.line.UnitPrice })
	all["line.shipped"] = decimal(kindCount, func(d *draft) *commerce.Decimal { return &d.shipped })
	all["line.to_ship"] = decimal(kindCount, func(d *draft) *commerce.Decimal { return &d.toShip })
	all["line.total"] = amount(func(d *draft) *commerce.Amount { return &d.line.Total })
	all["line.discount"] = amount(func(d *draft) *commerce.Amount { return &d.line.Discount })
	all["line.tax"] = amount(func(d *draft) *commerce.Amount { return &d.line.Tax })
	all["line.shipping"] = amount(func(d *draft) *commerce.Amount { return &d.line.Shipping })
	all["line.state"] = &target{kind: kindState, line: true}
}

// addPartyTargets adds buyer.name, ship_to.city and so on: the fields of a contact under each role.
func addPartyTargets(all map[string]*target) {
	for i, role := range roles {
		for _, f := range customer.Fields {
			k := kindText
			if f.Name == "postal_code" || f.Name == "phone" || f.Name == "email" {
				k = kindID
			}
			all[string(role)+"."+f.Name] = &target{kind: k, text: func(d *draft) *string { return f.Of(&d.parties[i]) }}
		}
	}
}

// settable are the fields a state word or an implication can set.
var settable = map[string]func(*draft, string){
	"financial":        func(d *draft, v string) { d.order.Financial = order.Financial(v) },
	"fulfillment":      func(d *draft, v string) { d.order.Fulfillment = order.Fulfillment(v) },
	"fulfilled_by":     func(d *draft, v string) { d.order.FulfilledBy = order.Fulfiller(v) },
	"line.fulfillment": func(d *draft, v string) { d.line.Fulfillment = order.Fulfillment(v) },
	"held":             func(d *draft, v string) { d.order.Held = v == "yes" },
	"placed_precision": func(d *draft, v string) { d.stated.Precision = commerce.Precision(v) },
	"zone_source":      func(d *draft, v string) { d.stated.ZoneSource = commerce.ZoneSource(v) },
	"line":             func(d *draft, v string) { d.lineCancelled = v == "cancelled" },
}
