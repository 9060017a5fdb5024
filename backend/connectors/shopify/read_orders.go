package shopify

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/fault"
	"tradepost/backend/order"
)

// vendorOrder is an order as the documents ask for it.
//
// Amounts are read as the shop saw them. Total, subtotal, tax and discount are those before returns and after edits, as in the files that
// the admin exports: the subtotal has its discounts taken off, and where prices include tax it has the tax in it. Tips, duties and fees are
// charges beside it; what the buyer saw of the total, in their currency, stands beside the order.
type vendorOrder struct {
	ID            string            `json:"id"`
	Name          string            `json:"name"`
	CreatedAt     time.Time         `json:"createdAt"`
	ProcessedAt   time.Time         `json:"processedAt"`
	CancelledAt   *time.Time        `json:"cancelledAt"`
	Currency      commerce.Currency `json:"currencyCode"`
	TaxesIncluded bool              `json:"taxesIncluded"`
	Financial     string            `json:"displayFinancialStatus"`
	Fulfillment   string            `json:"displayFulfillmentStatus"`
	Email         string            `json:"email"`
	Phone         string            `json:"phone"`
	Note          string            `json:"note"`
	Tags          []string          `json:"tags"`
	Source        string            `json:"sourceName"`
	DiscountCodes []string          `json:"discountCodes"`
	Gateways      []string          `json:"paymentGatewayNames"`
	Subtotal      *bag              `json:"subtotalPriceSet"`
	Total         *bag              `json:"totalPriceSet"`
	Tax           *bag              `json:"totalTaxSet"`
	Discount      *bag              `json:"totalDiscountsSet"`
	Outstanding   *bag              `json:"totalOutstandingSet"`
	Refunded      *bag              `json:"totalRefundedSet"`
	Tip           *bag              `json:"totalTipReceivedSet"`
	Duties        *bag              `json:"currentTotalDutiesSet"`
	Fees          *bag              `json:"currentTotalAdditionalFeesSet"`
	Customer      *vendorPerson     `json:"customer"`
	ShippingTo    *vendorAddress    `json:"shippingAddress"`
	BillingTo     *vendorAddress    `json:"billingAddress"`
	Risk          struct {
		Assessments []struct {
			Level string `json:"riskLevel"`
		} `json:"assessments"`
	} `json:"risk"`
	ShippingLines struct {
		Nodes []struct {
			Title      string `json:"title"`
			Discounted *bag   `json:"discountedPriceSet"`
		} `json:"nodes"`
	} `json:"shippingLines"`
	Lines struct {
		Nodes []vendorLine `json:"nodes"`
	} `json:"lineItems"`
	Payments []payment `json:"transactions"`
	Parcels  []parcel  `json:"fulfillments"`
	Tasks    struct {
		Nodes []task `json:"nodes"`
	} `json:"fulfillmentOrders"`
}

type vendorLine struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	SKU         string `json:"sku"`
	Quantity    int64  `json:"quantity"`        // as ordered, with what was removed or refunded since
	Current     int64  `json:"currentQuantity"` // without
	UnitPrice   *bag   `json:"originalUnitPriceSet"`
	Total       *bag   `json:"originalTotalSet"`
	Allocations []struct {
		Amount *bag `json:"allocatedAmountSet"`
	} `json:"discountAllocations"`
	Taxes []struct {
		Price *bag `json:"priceSet"`
	} `json:"taxLines"`
}

type payment struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	Status    string     `json:"status"`
	Gateway   string     `json:"gateway"`
	Processed *time.Time `json:"processedAt"`
	Amount    *bag       `json:"amountSet"`
	Parent    *node      `json:"parentTransaction"`
}

// brings tells whether a payment brought money.
func (p payment) brings() bool {
	return p.Status == "SUCCESS" && (p.Kind == "SALE" || p.Kind == "CAPTURE")
}

type parcel struct {
	ID        string    `json:"id"`
	Status    string    `json:"status"`
	CreatedAt time.Time `json:"createdAt"`
	Location  *node     `json:"location"`
	Tracking  []struct {
		Company string `json:"company"`
		Number  string `json:"number"`
		URL     string `json:"url"`
	} `json:"trackingInfo"`
	Lines struct {
		Nodes []struct {
			Quantity int64 `json:"quantity"`
			Line     node  `json:"lineItem"`
		} `json:"nodes"`
	} `json:"fulfillmentLineItems"`
}

// travels tells whether a parcel has left. States that we do not know count as on the way.
func (p parcel) travels() bool {
	return !slices.Contains([]string{"CANCELLED", "ERROR", "FAILURE"}, p.Status)
}

// task is a fulfilment order: what is to leave from one location.
type task struct {
	ID        string     `json:"id"`
	Status    string     `json:"status"`
	FulfillBy *time.Time `json:"fulfillBy"`
	At        struct {
		Location *node `json:"location"`
	} `json:"assignedLocation"`
	Lines struct {
		Nodes []struct {
			ID        string `json:"id"`
			Remaining int64  `json:"remainingQuantity"`
			Line      node   `json:"lineItem"`
		} `json:"nodes"`
	} `json:"lineItems"`
}

// open tells whether something of it can still be shipped.
func (t task) open() bool {
	return !slices.Contains([]string{"CLOSED", "CANCELLED", "INCOMPLETE"}, t.Status)
}

// Read makes a record of one item.
func (connector) Read(stream channel.Stream, raw []byte, account channel.Account) (channel.Record, []fault.Problem) {
	switch stream {
	case channel.Orders:
		return readOrder(raw)
	case channel.Products:
		return readListing(raw, account)
	case channel.Stock:
		return readLevels(raw)
	case channel.Customers:
		return readCustomer(raw)
	}
	return channel.Record{}, []fault.Problem{missing("", "a stream that is known")}
}

func readOrder(raw []byte) (channel.Record, []fault.Problem) {
	var v vendorOrder
	if err := json.Unmarshal(raw, &v); err != nil {
		return channel.Record{}, []fault.Problem{unreadable(err)}
	}
	if problems := v.check(); len(problems) > 0 {
		return channel.Record{Name: v.Name}, problems
	}
	o := v.order()
	return channel.Record{Name: v.Name, Order: &o, Presented: v.presented(), Shipments: v.shipments()}, nil
}

// presented is what a buyer from abroad saw and paid; nil where that is in the shop's own currency.
func (v vendorOrder) presented() *channel.Presented {
	total, currency := v.Total.presented()
	if currency == "" || currency == v.Currency || !total.Stated {
		return nil
	}
	if _, err := commerce.ParseCurrency(string(currency)); err != nil {
		return nil
	}
	p := channel.Presented{Currency: currency, Total: total}
	if refunded, of := v.Refunded.presented(); of == currency && refunded.Minor != 0 {
		p.Refunded = refunded
	}
	return &p
}

func unreadable(err error) fault.Problem {
	column := ""
	if e, ok := err.(*json.UnmarshalTypeError); ok { //nolint:errorlint // Unmarshal returns it bare
		column = e.Field
	}
	return fault.Problem{
		Column: column, Message: vendor + " sent a value here that is not of the kind it should be.",
		Expected: "what version " + apiVersion + " sends", Remedy: "Look at the raw record; a newer Tradepost may read it.", Code: string(fault.Invalid),
	}
}

func missing(column, what string) fault.Problem {
	return fault.Problem{
		Column: column, Message: vendor + " did not state " + what + ".", Expected: what,
		Remedy: "Look at the raw record, then read it again.", Code: string(fault.Invalid),
	}
}

// check names what an order cannot be read without.
func (v vendorOrder) check() []fault.Problem {
	var problems []fault.Problem
	lacks := func(missed bool, column, what string) {
		if missed {
			problems = append(problems, missing(column, what))
		}
	}
	_, err := commerce.ParseCurrency(string(v.Currency))
	lacks(number(v.ID) == "", "id", "the order's id")
	lacks(v.Name == "", "name", "the order's number")
	lacks(err != nil, "currencyCode", "the currency")
	lacks(v.ProcessedAt.IsZero() && v.CreatedAt.IsZero(), "processedAt", "when the order was placed")
	lacks(!v.Total.amount(v.Currency).Stated, "totalPriceSet", "the order's total")
	lacks(len(v.Lines.Nodes) == 0, "lineItems", "what was ordered")
	for i, l := range v.Lines.Nodes {
		at := "lineItems.nodes[" + strconv.Itoa(i) + "]"
		lacks(number(l.ID) == "", at+".id", "the line's id")
		lacks(l.Quantity < 0 || l.Current < 0, at+".quantity", "a quantity of none or more")
	}
	return problems
}

func (v vendorOrder) order() order.Order {
	c := v.Currency
	o := order.Order{
		Number: v.Name, ExternalID: number(v.ID), Currency: c, Placed: v.placed(),
		Subtotal: v.Subtotal.amount(c), Shipping: v.shipping(), Tax: v.Tax.amount(c), Discount: v.Discount.amount(c), Total: v.Total.amount(c),
		Refunded: v.Refunded.amount(c), Outstanding: v.Outstanding.amount(c),
		Financial: financial[v.Financial], Fulfillment: v.fulfilled(), PaidAt: v.paidAt(), ShipBy: v.shipBy(),
		ShippingMethod: v.shippingMethod(), PaymentMethod: strings.Join(v.Gateways, ", "), DiscountCode: strings.Join(v.DiscountCodes, ", "),
		Source: v.Source, Risk: v.risk(), Tags: v.Tags,
	}
	if o.Outstanding.Minor < 0 { // what is owed to the buyer is no balance of theirs
		o.Outstanding = commerce.Minor(0)
	}
	if o.Refunded.Minor == 0 {
		o.Refunded = commerce.Amount{}
	}
	for _, l := range v.Lines.Nodes {
		o.Lines = append(o.Lines, v.line(l, len(o.Lines)+1))
	}
	v.addCharges(&o)
	if v.CancelledAt != nil {
		o.CancelledAt = commerce.InstantOf(*v.CancelledAt)
	}
	if o.Fulfillment == order.Fulfilled {
		for _, s := range v.shipments() {
			o.FulfilledAt = max(o.FulfilledAt, s.ShippedAt)
		}
	}
	v.addParties(&o)
	return o
}

// placed is when the order was placed; an order that was carried over from elsewhere says so by when it was processed.
func (v vendorOrder) placed() commerce.Stamp {
	at := v.ProcessedAt
	if at.IsZero() {
		at = v.CreatedAt
	}
	return commerce.Stamp{At: commerce.InstantOf(at), Precision: commerce.PrecisionSecond, Zone: "UTC", ZoneSource: commerce.ZoneFromFile}
}

// ordered is how many pieces of a line are to reach the buyer: not those that were removed or refunded before they left. Of an order that was
// cancelled it is what was ordered.
func (v vendorOrder) ordered(l vendorLine) int64 {
	if v.CancelledAt != nil {
		return l.Quantity
	}
	return min(l.Quantity, max(l.Current, v.left(l.ID)))
}

// left is how many pieces of a line have left.
func (v vendorOrder) left(lineID string) int64 {
	var sum int64
	for _, p := range v.Parcels {
		for _, l := range p.Lines.Nodes {
			if p.travels() && l.Line.ID == lineID {
				sum += l.Quantity
			}
		}
	}
	return sum
}

// line states a line before its discounts, with its part of all discounts beside it. Shopify states sums for all pieces that were ever ordered;
// of pieces that were removed their share is taken off.
func (v vendorOrder) line(l vendorLine, position int) order.Line {
	n := v.ordered(l)
	line := order.Line{
		ExternalID: number(l.ID), Position: position, SKU: l.SKU, Title: l.Name, Quantity: commerce.Decimal(strconv.FormatInt(n, 10)), UOM: "each",
		Total: share(l.Total.amount(v.Currency), n, l.Quantity), Fulfillment: v.lineFulfilled(l, n),
	}
	if l.UnitPrice != nil {
		if price, err := commerce.ParseDecimal(string(l.UnitPrice.Shop.Amount)); err == nil {
			line.UnitPrice = price.Padded(v.Currency.Exponent())
		}
	}
	for _, a := range l.Allocations {
		line.Discount = plus(line.Discount, a.Amount.amount(v.Currency))
	}
	for _, t := range l.Taxes {
		line.Tax = plus(line.Tax, t.Price.amount(v.Currency))
	}
	line.Discount, line.Tax = share(line.Discount, n, l.Quantity), share(line.Tax, n, l.Quantity)
	return line
}

// chargeLine stands before the name of a charge, which is a line to us and none to Shopify.
const chargeLine = "charge:"

// addCharges adds what the total has in it beside goods and shipping.
func (v vendorOrder) addCharges(o *order.Order) {
	for _, c := range []struct {
		name, title string
		amount      commerce.Amount
	}{
		{"tip", "Tip", v.Tip.amount(v.Currency)}, {"duties", "Duties", v.Duties.amount(v.Currency)}, {"fees", "Fees", v.Fees.amount(v.Currency)},
	} {
		if c.amount.Minor == 0 {
			continue
		}
		o.Lines = append(o.Lines, order.Line{
			ExternalID: chargeLine + c.name, Position: len(o.Lines) + 1, Title: c.title, Charge: true, Quantity: "1", UOM: "each",
			UnitPrice: commerce.Decimal(c.amount.Decimal(v.Currency.Exponent())), Total: c.amount, Fulfillment: order.Fulfilled,
		})
	}
}

func (v vendorOrder) shipping() (sum commerce.Amount) {
	for _, l := range v.ShippingLines.Nodes {
		sum = plus(sum, l.Discounted.amount(v.Currency))
	}
	if !sum.Stated {
		return commerce.Minor(0)
	}
	return sum
}

func (v vendorOrder) shippingMethod() string {
	var names []string
	for _, l := range v.ShippingLines.Nodes {
		if l.Title != "" && !slices.Contains(names, l.Title) {
			names = append(names, l.Title)
		}
	}
	return strings.Join(names, ", ")
}

// financial are the payment states; one that is not known is not stated.
var financial = map[string]order.Financial{
	"PENDING": order.Pending, "EXPIRED": order.Pending, "AUTHORIZED": order.Authorized, "PARTIALLY_PAID": order.PartiallyPaid, "PAID": order.Paid,
	"PARTIALLY_REFUNDED": order.PartiallyRefunded, "REFUNDED": order.Refunded, "VOIDED": order.Voided,
}

// paidAt is when the last payment came, once the order is paid.
func (v vendorOrder) paidAt() (at commerce.Instant) {
	if !slices.Contains([]string{"PAID", "PARTIALLY_REFUNDED", "REFUNDED"}, v.Financial) {
		return 0
	}
	for _, p := range v.Payments {
		if p.brings() && p.Processed != nil {
			at = max(at, commerce.InstantOf(*p.Processed))
		}
	}
	return at
}

// fulfilled is the stated state; one that is not known is worked out from what has left.
func (v vendorOrder) fulfilled() order.Fulfillment {
	switch v.Fulfillment {
	case "FULFILLED", "FULFILLMENT_NOT_REQUIRED":
		return order.Fulfilled
	case "PARTIALLY_FULFILLED":
		return order.Partial
	case "RESTOCKED":
		return order.Restocked
	case "UNFULFILLED", "OPEN", "IN_PROGRESS", "ON_HOLD", "PENDING_FULFILLMENT", "REQUEST_DECLINED", "SCHEDULED":
		return order.Unfulfilled
	}
	var left, all int64
	for _, l := range v.Lines.Nodes {
		n := v.ordered(l)
		left, all = left+min(n, v.left(l.ID)), all+n
	}
	return portion(left, all)
}

func (v vendorOrder) lineFulfilled(l vendorLine, n int64) order.Fulfillment {
	left := v.left(l.ID)
	if left == 0 && (v.CancelledAt != nil || n == 0) {
		return order.Restocked
	}
	return portion(left, n)
}

// portion says how much of something has left.
func portion(left, of int64) order.Fulfillment {
	switch {
	case left >= of && left > 0:
		return order.Fulfilled
	case left > 0:
		return order.Partial
	}
	return order.Unfulfilled
}

// shipBy is until when the first of what is open is to leave.
func (v vendorOrder) shipBy() (at commerce.Instant) {
	for _, t := range v.Tasks.Nodes {
		if by := t.FulfillBy; by != nil && t.open() && (at == 0 || commerce.InstantOf(*by) < at) {
			at = commerce.InstantOf(*by)
		}
	}
	return at
}

func (v vendorOrder) shipments() []channel.Shipment {
	var all []channel.Shipment
	for _, p := range v.Parcels {
		if !p.travels() {
			continue
		}
		s := channel.Shipment{ExternalID: number(p.ID), ShippedAt: commerce.InstantOf(p.CreatedAt), Tracking: p.numbers()}
		if len(p.Tracking) > 0 {
			s.Carrier, s.URL = p.Tracking[0].Company, p.Tracking[0].URL
		}
		for _, l := range p.Lines.Nodes {
			s.Lines = append(s.Lines, channel.ShippedLine{LineID: number(l.Line.ID), Quantity: commerce.Decimal(strconv.FormatInt(l.Quantity, 10))})
		}
		all = append(all, s)
	}
	return all
}

// numbers are the tracking numbers of a parcel, mostly one.
func (p parcel) numbers() string {
	var numbers []string
	for _, t := range p.Tracking {
		if t.Number != "" {
			numbers = append(numbers, t.Number)
		}
	}
	return strings.Join(numbers, ", ")
}

// risk is the highest level that anybody found.
func (v vendorOrder) risk() string {
	for _, level := range []string{"HIGH", "MEDIUM", "LOW"} {
		for _, a := range v.Risk.Assessments {
			if a.Level == level {
				return strings.ToLower(level)
			}
		}
	}
	return ""
}

func (v vendorOrder) addParties(o *order.Order) {
	buyer := customer.Contact{Email: v.Email, Phone: v.Phone, Note: v.Note}
	if v.Customer != nil {
		buyer.Name = v.Customer.Name
		if buyer.Email == "" {
			buyer.Email = v.Customer.email()
		}
		if buyer.Phone == "" {
			buyer.Phone = v.Customer.phone()
		}
	}
	o.SetParty(order.Buyer, buyer)
	o.SetParty(order.ShipTo, v.ShippingTo.contact())
	o.SetParty(order.BillTo, v.BillingTo.contact())
}
