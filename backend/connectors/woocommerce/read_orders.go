package woocommerce

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

// orderJSON is what is read of an order
// (https://woocommerce.github.io/woocommerce-rest-api-docs/#order-properties).
type orderJSON struct {
	ID            text              `json:"id"`
	Number        text              `json:"number"`
	Status        text              `json:"status"`
	Currency      text              `json:"currency"`
	Created       text              `json:"date_created"`
	CreatedGMT    text              `json:"date_created_gmt"`
	Paid          text              `json:"date_paid"`
	PaidGMT       text              `json:"date_paid_gmt"`
	Completed     text              `json:"date_completed"`
	CompletedGMT  text              `json:"date_completed_gmt"`
	DiscountTotal text              `json:"discount_total"`
	ShippingTotal text              `json:"shipping_total"`
	TotalTax      text              `json:"total_tax"`
	Total         text              `json:"total"`
	CreatedVia    text              `json:"created_via"`
	Note          text              `json:"customer_note"`
	Method        text              `json:"payment_method"`
	MethodTitle   text              `json:"payment_method_title"`
	Billing       object[placeJSON] `json:"billing"`
	Shipping      object[placeJSON] `json:"shipping"`
	Lines         list[lineJSON]    `json:"line_items"`
	ShippingLines list[lineJSON]    `json:"shipping_lines"`
	Fees          list[lineJSON]    `json:"fee_lines"`
	Coupons       list[lineJSON]    `json:"coupon_lines"`
	Refunds       list[refundJSON]  `json:"refunds"`
	Meta          metas             `json:"meta_data"`
}

type placeJSON struct {
	First    text `json:"first_name"`
	Last     text `json:"last_name"`
	Company  text `json:"company"`
	Line1    text `json:"address_1"`
	Line2    text `json:"address_2"`
	City     text `json:"city"`
	State    text `json:"state"`
	Postcode text `json:"postcode"`
	Country  text `json:"country"`
	Email    text `json:"email"`
	Phone    text `json:"phone"`
}

// lineJSON is a line of any kind; each has some of these.
type lineJSON struct {
	ID          text          `json:"id"`
	Name        text          `json:"name"`
	ParentName  text          `json:"parent_name"`
	ProductID   text          `json:"product_id"`
	VariationID text          `json:"variation_id"`
	Quantity    text          `json:"quantity"`
	Subtotal    text          `json:"subtotal"`
	Total       text          `json:"total"`
	TotalTax    text          `json:"total_tax"`
	SKU         text          `json:"sku"`
	MethodTitle text          `json:"method_title"`
	Code        text          `json:"code"`
	Taxes       list[taxJSON] `json:"taxes"`
	Meta        metas         `json:"meta_data"`
}

type taxJSON struct {
	ID    text `json:"id"`
	Total text `json:"total"`
}

type refundJSON struct {
	ID     text  `json:"id"`
	Reason text  `json:"reason"`
	Total  text  `json:"total"`  // in an order: below zero
	Amount text  `json:"amount"` // of the refund itself: above zero
	Meta   metas `json:"meta_data"`
}

// state is what a status says of an order.
type state struct {
	financial   order.Financial
	fulfillment order.Fulfillment
}

// states are those of WooCommerce itself, and of plug-ins that many shops have for shipping. A failed or waiting order says nothing
// of shipping: it is not to be shipped yet.
var states = map[string]state{
	"pending":           {order.Pending, ""},
	"on-hold":           {order.Pending, ""},
	"failed":            {order.Pending, ""},
	"processing":        {order.Paid, order.Unfulfilled},
	"completed":         {order.Paid, order.Fulfilled},
	"cancelled":         {order.Voided, ""},
	"refunded":          {order.Refunded, ""},
	"awaiting-shipment": {order.Paid, order.Unfulfilled},
	"partial-shipped":   {order.Paid, order.Partial},
	"shipped":           {order.Paid, order.Fulfilled},
	"delivered":         {order.Paid, order.Fulfilled},
}

// Read makes a record of one item as it was pulled.
func (Connector) Read(stream channel.Stream, raw []byte, account channel.Account) (channel.Record, []fault.Problem) {
	switch stream {
	case channel.Orders:
		return readOrder(raw, account)
	case channel.Products:
		return readListing(raw, account)
	case channel.Stock:
		return readLevels(raw)
	case channel.Customers:
		return readCustomer(raw)
	}
	return channel.Record{}, []fault.Problem{unreadable("$", "", "a stream that WooCommerce has")}
}

// unreadable is the problem of a value that cannot be read.
func unreadable(path, found, expected string) fault.Problem {
	return fault.Problem{Column: path, Found: found, Expected: expected, Code: string(fault.Invalid),
		Message: "“" + found + "” was found where " + expected + " was expected.",
		Remedy:  "Look at the record in the shop, and pull it again once it is corrected there."}
}

// reader reads one order and gathers its problems.
type reader struct {
	in       orderJSON
	account  channel.Account
	zone     *time.Location
	currency commerce.Currency
	out      order.Order
	problems []fault.Problem
}

func readOrder(raw []byte, account channel.Account) (channel.Record, []fault.Problem) {
	r := &reader{account: account, zone: location(account.Zone)}
	if err := json.Unmarshal(raw, &r.in); err != nil {
		return channel.Record{}, []fault.Problem{unreadable("$", "", "an order")}
	}
	r.names()
	r.times()
	r.amounts()
	r.state()
	r.lines()
	r.people()
	record := channel.Record{Name: r.out.Number, Order: &r.out, Shipments: r.shipments()}
	return record, r.problems
}

func (r *reader) problem(path string, found text, expected string) {
	r.problems = append(r.problems, unreadable(path, string(found), expected))
}

// names reads what the order is called, where it came from, and what it is in.
func (r *reader) names() {
	if r.in.ID.id() == 0 {
		r.problem("$.id", r.in.ID, "the order's id")
	}
	if status := r.in.Status.trimmed(); noOrder(status) {
		r.problem("$.status", r.in.Status, "the status of an order, not of a draft")
	}
	r.out.ExternalID = r.in.ID.trimmed()
	r.out.Number = orderNumber(&r.in, r.account.Facts[factNumbers])
	r.currency = r.account.Currency
	if stated := r.in.Currency.trimmed(); stated != "" {
		currency, err := commerce.ParseCurrency(stated)
		if err != nil {
			r.problem("$.currency", r.in.Currency, "a currency such as EUR")
		}
		r.currency = currency
	}
	r.out.Currency = r.currency
	r.out.Source = r.in.CreatedVia.trimmed()
	if r.out.PaymentMethod = plainWords(string(r.in.MethodTitle)); r.out.PaymentMethod == "" {
		r.out.PaymentMethod = r.in.Method.trimmed()
	}
	r.out.DiscountCode = words(r.in.Coupons, func(l lineJSON) text { return l.Code })
	r.out.ShippingMethod = words(r.in.ShippingLines, func(l lineJSON) text { return l.MethodTitle })
}

// orderNumber is what customers see: a plug-in's number, else WooCommerce's, else the id.
func orderNumber(in *orderJSON, key string) string {
	if key != "" {
		if n := in.Meta.words(key); n != "" {
			return n
		}
	}
	if n := in.Number.trimmed(); n != "" {
		return n
	}
	return in.ID.trimmed()
}

// words joins a value of all lines, each once.
func words(lines []lineJSON, of func(lineJSON) text) string {
	var all []string
	for _, l := range lines {
		if w := plainWords(string(of(l))); w != "" && !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	return strings.Join(all, ", ")
}

// times reads the instants. Fields without _gmt are the shop's clock: they are read only where the others are missing, in the zone
// that the shop told.
func (r *reader) times() {
	r.out.Placed = commerce.Stamp{Precision: commerce.PrecisionSecond, Zone: r.account.Zone, ZoneSource: commerce.ZoneFromFile}
	if r.out.Placed.Zone == "" {
		r.out.Placed.Zone = "UTC"
	}
	r.out.Placed.At = r.instant("$.date_created", r.in.CreatedGMT, r.in.Created)
	if at, _ := instant(r.in.CreatedGMT, time.UTC); at == 0 {
		r.out.Placed.ZoneSource = commerce.ZoneFromChannel
	}
	if r.out.Placed.At == 0 {
		r.out.Placed = commerce.Stamp{}
	}
	r.out.PaidAt = r.instant("$.date_paid", r.in.PaidGMT, r.in.Paid)
	r.out.FulfilledAt = r.instant("$.date_completed", r.in.CompletedGMT, r.in.Completed)
}

func (r *reader) instant(path string, gmt, local text) commerce.Instant {
	at, ok := instant(gmt, time.UTC)
	if !ok {
		r.problem(path+"_gmt", gmt, "a date and time")
	}
	if at != 0 || !ok {
		return at
	}
	if at, ok = instant(local, r.zone); !ok {
		r.problem(path, local, "a date and time")
	}
	return at
}

func (r *reader) amount(path string, t text) commerce.Amount {
	a, ok := amount(t, r.currency)
	if !ok {
		r.problem(path, t, "an amount such as 12.50")
	}
	return a
}

// amounts reads the sums of the order. WooCommerce has no field for the subtotal: it is that of the lines.
func (r *reader) amounts() {
	r.out.Discount = r.amount("$.discount_total", r.in.DiscountTotal)
	r.out.Shipping = r.amount("$.shipping_total", r.in.ShippingTotal)
	r.out.Tax = r.amount("$.total_tax", r.in.TotalTax)
	r.out.Total = r.amount("$.total", r.in.Total)
	for i, refund := range r.in.Refunds {
		a := r.amount("$.refunds["+strconv.Itoa(i)+"].total", refund.Total)
		if a.Minor < 0 {
			a.Minor = -a.Minor
		}
		sum, ok := r.out.Refunded.Plus(a)
		if !ok {
			r.problem("$.refunds", "", "refunds that can be added up")
		}
		r.out.Refunded = sum
	}
}

// state reads the status. A status that is not known becomes a tag and leaves the states unsaid: whether such an order is to be
// shipped only its plug-in knows.
func (r *reader) state() {
	status := strings.TrimPrefix(r.in.Status.trimmed(), "wc-")
	known, ok := states[status]
	if !ok {
		if status != "" {
			r.out.Tags = []string{status}
		}
		return
	}
	r.out.Financial, r.out.Fulfillment = known.financial, known.fulfillment
	if r.out.Financial != order.Paid {
		return
	}
	refunded := r.out.Refunded
	switch {
	case r.in.Method == "cod" && r.out.PaidAt == 0 && r.out.Fulfillment != order.Fulfilled:
		r.out.Financial = order.Pending // cash on delivery goes on before it is paid
	case refunded.Minor > 0 && r.out.Total.Stated && refunded.Minor >= r.out.Total.Minor:
		r.out.Financial = order.Refunded
	case refunded.Minor > 0:
		r.out.Financial = order.PartiallyRefunded
	}
}

// lines reads what was sold, and fees as charges, so that the lines add up to the total.
func (r *reader) lines() {
	for i, l := range r.in.Lines {
		r.out.Lines = append(r.out.Lines, r.line("$.line_items["+strconv.Itoa(i)+"]", l))
	}
	for i, f := range r.in.Fees {
		path := "$.fee_lines[" + strconv.Itoa(i) + "]"
		line := order.Line{ExternalID: f.ID.trimmed(), Title: plainWords(string(f.Name)), Quantity: "1", Charge: true, Total: r.amount(path+".total", f.Total),
			Tax: r.amount(path+".total_tax", f.TotalTax)}
		if line.Title == "" {
			line.Title = "Fee"
		}
		line.UnitPrice = quotient(decimal(f.Total), "1")
		r.out.Lines = append(r.out.Lines, line)
	}
	for i := range r.out.Lines {
		r.out.Lines[i].Position = i + 1
	}
}

// line reads one line. Total is before discounts and without tax, as order sums say it: what coupons took off is Discount.
func (r *reader) line(path string, in lineJSON) order.Line {
	quantity, ok := number(in.Quantity)
	if !ok {
		r.problem(path+".quantity", in.Quantity, "a quantity such as 2")
	}
	before, after := in.Subtotal, in.Total
	if before.trimmed() == "" {
		before = after
	}
	out := order.Line{ExternalID: in.ID.trimmed(), SKU: in.SKU.trimmed(), Title: lineTitle(in), Quantity: quantity.Padded(0),
		Total: r.amount(path+".subtotal", before), Tax: r.amount(path+".total_tax", in.TotalTax), Fulfillment: r.out.Fulfillment}
	out.UnitPrice = quotient(decimal(before), quantity)
	if paid := r.amount(path+".total", after); paid.Stated && out.Total.Stated && out.Total.Minor != paid.Minor {
		out.Discount = commerce.Minor(out.Total.Minor - paid.Minor)
	}
	if out.Fulfillment == order.Partial {
		out.Fulfillment = "" // which lines are shipped is not told by the order's status
	}
	return out
}

func decimal(t text) commerce.Decimal {
	d, _ := number(t)
	return d
}

// lineTitle is the name with the values of the variation, which WooCommerce leaves out of it where there are many. What a person
// wrote for a line (an engraving) is no part of it.
func lineTitle(in lineJSON) string {
	title := plainWords(string(in.Name))
	parent := plainWords(string(in.ParentName))
	if in.VariationID.id() == 0 || parent != "" && title != parent {
		return title
	}
	var values []string
	for _, m := range in.Meta {
		value := plainWords(string(m.DisplayValue))
		if value != "" && isAttribute(string(m.Key)) && !strings.Contains(title, value) {
			values = append(values, value)
		}
	}
	if len(values) == 0 {
		return title
	}
	return title + " - " + strings.Join(values, ", ")
}

// isAttribute tells a variation's attribute from what plug-ins keep with a line: its key is a slug.
func isAttribute(key string) bool {
	return key != "" && key[0] != '_' && key == strings.ToLower(key) && !strings.ContainsAny(key, " \t")
}

// people reads the parties. WooCommerce leaves the shipping address empty where it is the billing address.
func (r *reader) people() {
	billing, shipping := contact(r.in.Billing.Value), contact(r.in.Shipping.Value)
	buyer := customer.Contact{Name: billing.Name, Company: billing.Company, Email: billing.Email, Phone: billing.Phone,
		Note: strings.TrimSpace(string(r.in.Note))}
	if shipping.Line1 == "" && shipping.City == "" && shipping.PostalCode == "" {
		kept := shipping
		shipping = billing
		shipping.Email = ""
		shipping.Merge(customer.Contact{Name: kept.Name, Company: kept.Company, Phone: kept.Phone})
	}
	r.out.SetParty(order.Buyer, buyer)
	r.out.SetParty(order.BillTo, billing)
	r.out.SetParty(order.ShipTo, shipping)
}

func contact(in placeJSON) customer.Contact {
	return customer.Contact{Name: joinName(in.First, in.Last), Company: in.Company.trimmed(), Email: in.Email.trimmed(), Phone: in.Phone.trimmed(),
		Line1: in.Line1.trimmed(), Line2: in.Line2.trimmed(), City: in.City.trimmed(), Region: in.State.trimmed(),
		PostalCode: in.Postcode.trimmed(), Country: in.Country.trimmed()}
}

func joinName(first, last text) string {
	return strings.TrimSpace(first.trimmed() + " " + last.trimmed())
}
