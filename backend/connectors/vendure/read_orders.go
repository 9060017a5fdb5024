package vendure

import (
	"cmp"
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

// historyOptions asks for what happened to an order: the instants stand nowhere else.
var historyOptions = map[string]any{
	"take": mostRows,
	"sort": map[string]any{"createdAt": "ASC"},
	"filter": map[string]any{"type": map[string]any{"in": []string{
		stateHistory, paymentHistory, fulfillmentHistory,
	}}},
}

// The types of history that are read.
const (
	stateHistory       = "ORDER_STATE_TRANSITION"
	paymentHistory     = "ORDER_PAYMENT_TRANSITION"
	fulfillmentHistory = "ORDER_FULFILLMENT_TRANSITION"
)

// surchargeLine stands before the id of a surcharge, which is a line to us and none to Vendure.
const surchargeLine = "surcharge:"

// vendorOrder is an order as the documents ask for it.
type vendorOrder struct {
	ID            string            `json:"id"`
	Code          string            `json:"code"`
	State         string            `json:"state"`
	PlacedAt      *time.Time        `json:"orderPlacedAt"`
	UpdatedAt     time.Time         `json:"updatedAt"`
	Currency      commerce.Currency `json:"currencyCode"`
	CouponCodes   []string          `json:"couponCodes"`
	SubTotal      *int64            `json:"subTotal"`
	Shipping      *int64            `json:"shipping"`
	Total         *int64            `json:"total"`
	TotalWithTax  *int64            `json:"totalWithTax"`
	Customer      *vendorCustomer   `json:"customer"`
	ShippingTo    *vendorAddress    `json:"shippingAddress"`
	BillingTo     *vendorAddress    `json:"billingAddress"`
	ShippingLines []shippingLine    `json:"shippingLines"`
	Lines         []vendorLine      `json:"lines"`
	Surcharges    []surcharge       `json:"surcharges"`
	Payments      []payment         `json:"payments"`
	Fulfillments  []fulfillment     `json:"fulfillments"`
	History       historyList       `json:"history"`
}

type shippingLine struct {
	Method struct {
		Name string `json:"name"`
	} `json:"shippingMethod"`
}

type vendorLine struct {
	ID              string `json:"id"`
	Quantity        int64  `json:"quantity"`
	PlacedQuantity  int64  `json:"orderPlacedQuantity"`
	UnitPrice       int64  `json:"unitPrice"`
	Price           int64  `json:"linePrice"`
	Prorated        int64  `json:"proratedLinePrice"`
	ProratedWithTax int64  `json:"proratedLinePriceWithTax"`
	Variant         struct {
		ID   string `json:"id"`
		SKU  string `json:"sku"`
		Name string `json:"name"`
	} `json:"productVariant"`
}

type surcharge struct {
	ID           string `json:"id"`
	Description  string `json:"description"`
	SKU          string `json:"sku"`
	Price        int64  `json:"price"`
	PriceWithTax int64  `json:"priceWithTax"`
}

type payment struct {
	ID        string    `json:"id"`
	CreatedAt time.Time `json:"createdAt"`
	Method    string    `json:"method"`
	Amount    int64     `json:"amount"`
	State     string    `json:"state"`
	Refunds   []refund  `json:"refunds"`
}

type refund struct {
	ID     string `json:"id"`
	Total  int64  `json:"total"`
	State  string `json:"state"`
	Reason string `json:"reason"`
}

type fulfillment struct {
	ID        string            `json:"id"`
	CreatedAt time.Time         `json:"createdAt"`
	State     string            `json:"state"`
	Method    string            `json:"method"`
	Tracking  string            `json:"trackingCode"`
	Lines     []fulfillmentLine `json:"lines"`
}

type fulfillmentLine struct {
	LineID   string `json:"orderLineId"`
	Quantity int64  `json:"quantity"`
}

type historyList struct {
	Items []historyItem `json:"items"`
}

type historyItem struct {
	CreatedAt time.Time   `json:"createdAt"`
	Type      string      `json:"type"`
	Data      historyData `json:"data"`
}

type historyData struct {
	To            string          `json:"to"`
	Note          string          `json:"note"`
	PaymentID     json.RawMessage `json:"paymentId"` // a number or a text, by the shop's ids
	FulfillmentID json.RawMessage `json:"fulfillmentId"`
}

// when is the last time something went into a state; 0 where history does not tell. id is that of the payment or fulfilment.
func (h historyList) when(kind, to, id string) commerce.Instant {
	var at commerce.Instant
	for _, one := range h.Items {
		of := strings.Trim(string(one.Data.PaymentID)+string(one.Data.FulfillmentID), `"`)
		if one.Type == kind && one.Data.To == to && (kind == stateHistory || of == id) {
			at = commerce.InstantOf(one.CreatedAt)
		}
	}
	return at
}

// readOrder makes an order of one item.
func readOrder(raw []byte, account channel.Account) (channel.Record, []fault.Problem) {
	var v vendorOrder
	if err := json.Unmarshal(raw, &v); err != nil {
		return channel.Record{}, []fault.Problem{unreadable(err)}
	}
	if problems := v.check(); len(problems) > 0 {
		return channel.Record{Name: v.Code}, problems
	}
	m := moneyOf(account, v.Currency)
	o := v.order(m)
	return channel.Record{Name: v.Code, Order: &o, Shipments: v.shipments()}, nil
}

func unreadable(err error) fault.Problem {
	column := ""
	if e, ok := err.(*json.UnmarshalTypeError); ok { //nolint:errorlint // Unmarshal returns it bare
		column = e.Field
	}
	return fault.Problem{
		Column: column, Message: vendor + " sent a value here that is not of the kind it should be.",
		Expected: "what Vendure 3.7 sends", Remedy: "Look at the raw record; a newer Tradepost may read it.", Code: string(fault.Invalid),
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
	if v.ID == "" || v.Code == "" {
		problems = append(problems, missing("code", "the order's number"))
	}
	if _, err := commerce.ParseCurrency(string(v.Currency)); err != nil {
		problems = append(problems, missing("currencyCode", "the currency"))
	}
	if v.PlacedAt == nil {
		problems = append(problems, missing("orderPlacedAt", "when the order was placed"))
	}
	if v.SubTotal == nil || v.Shipping == nil || v.Total == nil || v.TotalWithTax == nil {
		problems = append(problems, missing("totalWithTax", "the order's sums"))
	}
	return problems
}

func (v vendorOrder) order(m money) order.Order {
	o := order.Order{
		Number: v.Code, ExternalID: v.ID, Currency: v.Currency,
		Placed: commerce.Stamp{
			At: commerce.InstantOf(*v.PlacedAt), Precision: commerce.PrecisionMillisecond, Zone: "UTC", ZoneSource: commerce.ZoneFromFile,
		},
		Financial: v.financial(), Fulfillment: v.fulfilled(), PaidAt: v.paidAt(),
		ShippingMethod: v.shippingMethod(), PaymentMethod: v.paymentMethod(), DiscountCode: strings.Join(v.CouponCodes, ", "),
	}
	v.addLines(&o, m)
	v.addSums(&o, m)
	if v.State == cancelled {
		o.CancelledAt = cmp.Or(v.History.when(stateHistory, cancelled, ""), commerce.InstantOf(v.UpdatedAt))
	}
	if o.Fulfillment == order.Fulfilled {
		for _, s := range v.shipments() {
			o.FulfilledAt = max(o.FulfilledAt, s.ShippedAt)
		}
	}
	v.addParties(&o)
	return o
}

// addLines states lines without tax and before discounts, as unitPrice and linePrice are, with the line's part of all
// discounts (those of the order too) beside it. A surcharge is a charge: nobody ships it.
func (v vendorOrder) addLines(o *order.Order, m money) {
	for _, l := range v.Lines {
		o.Lines = append(o.Lines, order.Line{
			ExternalID: l.ID, Position: len(o.Lines) + 1, SKU: l.Variant.SKU, Title: l.Variant.Name,
			Quantity: commerce.Decimal(strconv.FormatInt(l.Quantity, 10)), UOM: "each",
			UnitPrice: m.decimal(l.UnitPrice), Total: m.amount(l.Price), Discount: m.amount(l.Price - l.Prorated),
			Tax: m.amount(l.ProratedWithTax - l.Prorated), Fulfillment: v.lineFulfilled(l),
		})
	}
	for _, s := range v.Surcharges {
		o.Lines = append(o.Lines, order.Line{
			ExternalID: surchargeLine + s.ID, Position: len(o.Lines) + 1, SKU: s.SKU, Title: s.Description, Charge: true,
			Quantity: "1", UOM: "each", UnitPrice: m.decimal(s.Price), Total: m.amount(s.Price),
			Tax: m.amount(s.PriceWithTax - s.Price), Fulfillment: order.Fulfilled,
		})
	}
}

// addSums states the order's sums; the tax is what is left, so that they add up after rounding too.
func (v vendorOrder) addSums(o *order.Order, m money) {
	var discount, subtotal int64
	for _, l := range v.Lines {
		discount += l.Price - l.Prorated
	}
	subtotal = *v.SubTotal + discount
	o.Total, o.Shipping = m.amount(*v.TotalWithTax), m.amount(*v.Shipping)
	o.Discount, o.Subtotal = m.amount(discount), m.amount(subtotal)
	o.Tax = commerce.Minor(o.Total.Minor - o.Shipping.Minor - o.Subtotal.Minor + o.Discount.Minor)
	settled, refunded := v.paid()
	if refunded > 0 {
		o.Refunded = m.amount(refunded)
	}
	if v.State != cancelled {
		o.Outstanding = m.amount(max(0, *v.TotalWithTax-settled))
	}
}

// paid sums what was settled and what was given back. A refund that a person still has to pay out counts, as it does where
// Vendure works out what may be refunded yet; one that failed does not.
func (v vendorOrder) paid() (settled, refunded int64) {
	for _, p := range v.Payments {
		if p.State == "Settled" {
			settled += p.Amount
		}
		refunded += p.refunded()
	}
	return settled, refunded
}

func (p payment) refunded() int64 {
	var sum int64
	for _, r := range p.Refunds {
		if r.State != "Failed" {
			sum += r.Total
		}
	}
	return sum
}

func (v vendorOrder) financial() order.Financial {
	settled, refunded := v.paid()
	authorized := slices.ContainsFunc(v.Payments, func(p payment) bool { return p.State == "Authorized" })
	switch {
	case refunded > 0 && refunded >= settled:
		return order.Refunded
	case refunded > 0:
		return order.PartiallyRefunded
	case v.State == cancelled && settled == 0:
		return order.Voided
	case settled >= *v.TotalWithTax && !authorized:
		return order.Paid
	case settled > 0:
		return order.PartiallyPaid
	case authorized:
		return order.Authorized
	}
	return order.Pending
}

// paidAt is when the last payment was settled, once the order is paid.
func (v vendorOrder) paidAt() commerce.Instant {
	settled, _ := v.paid()
	if settled == 0 || settled < *v.TotalWithTax {
		return 0
	}
	var at commerce.Instant
	for _, p := range v.Payments {
		if p.State == "Settled" {
			at = max(at, cmp.Or(v.History.when(paymentHistory, "Settled", p.ID), commerce.InstantOf(p.CreatedAt)))
		}
	}
	return at
}

// travels tells whether a fulfilment has left; states of a shop's own count as on the way.
func (f fulfillment) travels() bool {
	return !slices.Contains([]string{"Created", "Pending", cancelled}, f.State)
}

// shipped is how much of a line has left.
func (v vendorOrder) shipped(lineID string) int64 {
	var sum int64
	for _, f := range v.Fulfillments {
		for _, l := range f.Lines {
			if f.travels() && l.LineID == lineID {
				sum += l.Quantity
			}
		}
	}
	return sum
}

func (v vendorOrder) lineFulfilled(l vendorLine) order.Fulfillment {
	if v.State == cancelled {
		return order.Restocked
	}
	return share(v.shipped(l.ID), l.Quantity)
}

func share(shipped, of int64) order.Fulfillment {
	switch {
	case shipped >= of && (shipped > 0 || of == 0):
		return order.Fulfilled
	case shipped > 0:
		return order.Partial
	}
	return order.Unfulfilled
}

// fulfilled counts pieces. Cancelling puts stock back on sale at Vendure, whatever was sent.
func (v vendorOrder) fulfilled() order.Fulfillment {
	if v.State == cancelled {
		return order.Restocked
	}
	var shipped, all int64
	for _, l := range v.Lines {
		shipped += min(l.Quantity, v.shipped(l.ID))
		all += l.Quantity
	}
	return share(shipped, all)
}

func (v vendorOrder) shipments() []channel.Shipment {
	var all []channel.Shipment
	for _, f := range v.Fulfillments {
		if !f.travels() {
			continue
		}
		s := channel.Shipment{
			ExternalID: f.ID, Carrier: f.Method, Tracking: f.Tracking,
			ShippedAt: cmp.Or(v.History.when(fulfillmentHistory, shipped, f.ID), commerce.InstantOf(f.CreatedAt)),
		}
		for _, l := range f.Lines {
			s.Lines = append(s.Lines, channel.ShippedLine{LineID: l.LineID, Quantity: commerce.Decimal(strconv.FormatInt(l.Quantity, 10))})
		}
		all = append(all, s)
	}
	return all
}

func (v vendorOrder) shippingMethod() string {
	var names []string
	for _, l := range v.ShippingLines {
		if l.Method.Name != "" && !slices.Contains(names, l.Method.Name) {
			names = append(names, l.Method.Name)
		}
	}
	return strings.Join(names, ", ")
}

// paymentMethod names the methods that paid; those that were declined did not.
func (v vendorOrder) paymentMethod() string {
	var names []string
	for _, p := range v.Payments {
		gone := slices.Contains([]string{"Declined", "Error", cancelled}, p.State)
		if p.Method != "" && !gone && !slices.Contains(names, p.Method) {
			names = append(names, p.Method)
		}
	}
	return strings.Join(names, ", ")
}

func (v vendorOrder) addParties(o *order.Order) {
	if v.Customer != nil {
		o.SetParty(order.Buyer, customer.Contact{
			Name: v.Customer.name(), Email: v.Customer.Email, Phone: v.Customer.Phone,
		})
	}
	o.SetParty(order.ShipTo, v.ShippingTo.contact())
	o.SetParty(order.BillTo, v.BillingTo.contact())
}
