package amazon

import (
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

// vendorOrder is what is read of an order (model orders_2026-01-01).
type vendorOrder struct {
	ID       string     `json:"orderId"`
	Created  *time.Time `json:"createdTime"`
	Updated  *time.Time `json:"lastUpdatedTime"`
	Programs []string   `json:"programs"`
	Sales    struct {
		Channel     string `json:"channelName"`
		Marketplace string `json:"marketplaceId"`
		Name        string `json:"marketplaceName"`
	} `json:"salesChannel"`
	Buyer struct {
		Name           string `json:"buyerName"`
		Email          string `json:"buyerEmail"`
		Company        string `json:"buyerCompanyName"`
		PurchaseNumber string `json:"buyerPurchaseOrderNumber"`
	} `json:"buyer"`
	Recipient struct {
		Address    address `json:"deliveryAddress"`
		Preference struct {
			DropOff      string `json:"dropOffLocation"`
			Instructions string `json:"addressInstruction"`
		} `json:"deliveryPreference"`
	} `json:"recipient"`
	Proceeds struct {
		Total      *money      `json:"grandTotal"`
		Breakdowns []breakdown `json:"breakdowns"`
	} `json:"proceeds"`
	Payment struct {
		Executions []struct {
			Method string `json:"paymentMethod"`
		} `json:"paymentExecutions"`
	} `json:"payment"`
	Fulfillment struct {
		Status  string `json:"fulfillmentStatus"`
		By      string `json:"fulfilledBy"`
		Service string `json:"fulfillmentServiceLevel"`
		ShipBy  struct {
			Latest *time.Time `json:"latestDateTime"`
		} `json:"shipByWindow"`
	} `json:"fulfillment"`
	Items    []vendorItem `json:"orderItems"`
	Packages []parcel     `json:"packages"`
}

type address struct {
	Name         string `json:"name"`
	Company      string `json:"companyName"`
	Line1        string `json:"addressLine1"`
	Line2        string `json:"addressLine2"`
	Line3        string `json:"addressLine3"`
	City         string `json:"city"`
	District     string `json:"districtOrCounty"`
	Region       string `json:"stateOrRegion"`
	Municipality string `json:"municipality"`
	PostalCode   string `json:"postalCode"`
	Country      string `json:"countryCode"`
	Phone        string `json:"phone"`
}

type money struct {
	Amount   string `json:"amount"`
	Currency string `json:"currencyCode"`
}

// breakdown is one kind of proceeds: ITEM, SHIPPING, GIFT_WRAP, COD_FEE, TAX, DISCOUNT, DELIVERY_TIP, OTHER.
type breakdown struct {
	Type     string `json:"type"`
	Subtotal money  `json:"subtotal"`
}

type vendorItem struct {
	ID       string `json:"orderItemId"`
	Quantity *int64 `json:"quantityOrdered"`
	Product  struct {
		ASIN  string `json:"asin"`
		Title string `json:"title"`
		SKU   string `json:"sellerSku"`
		Price struct {
			Unit *money `json:"unitPrice"`
		} `json:"price"`
	} `json:"product"`
	Proceeds struct {
		Total      *money      `json:"proceedsTotal"`
		Breakdowns []breakdown `json:"breakdowns"`
	} `json:"proceeds"`
	Promotion struct {
		Breakdowns []struct {
			ID string `json:"promotionId"`
		} `json:"breakdowns"`
	} `json:"promotion"`
	Cancellation struct {
		Execution *struct {
			By string `json:"cancelledBy"`
		} `json:"cancellationExecution"`
	} `json:"cancellation"`
	Fulfillment struct {
		Done    *int64 `json:"quantityFulfilled"`
		Left    *int64 `json:"quantityUnfulfilled"`
		Packing struct {
			Gift struct {
				Message string `json:"giftMessage"`
			} `json:"giftOption"`
		} `json:"packing"`
	} `json:"fulfillment"`
	Tax struct {
		Collections []struct {
			Model string `json:"model"`
		} `json:"taxCollections"`
	} `json:"tax"`
}

type parcel struct {
	Reference string `json:"packageReferenceId"`
	Status    struct {
		Status string `json:"status"`
	} `json:"packageStatus"`
	Carrier  string     `json:"carrier"`
	Shipped  *time.Time `json:"shipTime"`
	Service  string     `json:"shippingService"`
	Tracking string     `json:"trackingNumber"`
	Items    []struct {
		ID       string `json:"orderItemId"`
		Quantity int64  `json:"quantity"`
	} `json:"packageItems"`
}

// state is what a status says of an order.
type state struct {
	financial   order.Financial
	fulfillment order.Fulfillment
}

// The statuses that are asked for by name.
const (
	pendingStatus   = "PENDING"
	shippedStatus   = "SHIPPED"
	cancelledStatus = "CANCELLED"
)

// states are Amazon's. A pending order is not paid yet and must not be shipped.
var states = map[string]state{
	"PENDING_AVAILABILITY": {order.Pending, ""},
	pendingStatus:          {order.Pending, ""},
	"UNSHIPPED":            {order.Paid, order.Unfulfilled},
	"PARTIALLY_SHIPPED":    {order.Paid, order.Partial},
	shippedStatus:          {order.Paid, order.Fulfilled},
	cancelledStatus:        {order.Voided, ""},
	"UNFULFILLABLE":        {order.Paid, ""},
}

// Parts of lines that are no item: their ids are the item's with one of these behind it.
const (
	giftPart = ":gift_wrap"
	codPart  = ":cod_fee"
	moreFees = ":other"
	tipLine  = "tip"
)

// facilitated is the tag of an order whose tax Amazon collects and pays itself.
const facilitated = "marketplace_tax"

// reader reads one order and gathers its problems.
type reader struct {
	in       vendorOrder
	account  channel.Account
	currency commerce.Currency
	out      order.Order
	problems []fault.Problem
}

func readOrder(raw []byte, account channel.Account) (channel.Record, []fault.Problem) {
	if reported, is := isReported(raw); is {
		return readReported(reported, account)
	}
	r := &reader{account: account}
	if problem := decode(raw, &r.in); problem != nil {
		return channel.Record{}, []fault.Problem{*problem}
	}
	r.names()
	r.state()
	r.lines()
	r.amounts()
	r.people()
	return channel.Record{Name: r.out.Number, Order: &r.out, Shipments: r.shipments()}, r.problems
}

func (r *reader) problem(p fault.Problem) { r.problems = append(r.problems, p) }

// names reads what the order is called, when it was placed, and what it is in. People know an order by Amazon's number; a number of
// the seller's own is none that a buyer would name.
func (r *reader) names() {
	if r.in.ID == "" {
		r.problem(missing("orderId", "the order's number"))
	}
	r.out.ExternalID, r.out.Number = r.in.ID, r.in.ID
	if r.in.Created == nil || r.in.Created.IsZero() {
		r.problem(missing("createdTime", "when the order was placed"))
	} else {
		r.out.Placed = commerce.Stamp{At: commerce.InstantOf(*r.in.Created), Precision: commerce.PrecisionSecond, Zone: "UTC", ZoneSource: commerce.ZoneFromFile}
	}
	r.currency = r.account.Currency
	if total := r.in.Proceeds.Total; total != nil {
		r.currency = r.currencyOf("proceeds.grandTotal", *total)
	}
	r.out.Currency = r.currency
	r.out.Source = or(r.in.Sales.Name, r.in.Sales.Channel)
	r.out.ShippingMethod = words(r.in.Fulfillment.Service)
	var methods []string
	for _, e := range r.in.Payment.Executions {
		if e.Method != "" && !slices.Contains(methods, e.Method) {
			methods = append(methods, e.Method)
		}
	}
	r.out.PaymentMethod = strings.Join(methods, ", ")
	r.out.DiscountCode = r.promotions()
	if latest := r.in.Fulfillment.ShipBy.Latest; latest != nil {
		r.out.ShipBy = commerce.InstantOf(*latest)
	}
}

func (r *reader) currencyOf(path string, m money) commerce.Currency {
	currency, err := commerce.ParseCurrency(m.Currency)
	if err != nil {
		r.problem(unreadable(path+".currencyCode", m.Currency, "a currency such as EUR"))
	}
	return currency
}

func (r *reader) promotions() string {
	var ids []string
	for _, item := range r.in.Items {
		for _, p := range item.Promotion.Breakdowns {
			if p.ID != "" && !slices.Contains(ids, p.ID) {
				ids = append(ids, p.ID)
			}
		}
	}
	return strings.Join(ids, ", ")
}

// state reads where the order stands. A status that is not known becomes a tag and leaves the states unsaid. What Amazon ships itself is nothing
// that is to be shipped here.
func (r *reader) state() {
	status := r.in.Fulfillment.Status
	known, ok := states[status]
	if !ok && status != "" || status == "UNFULFILLABLE" {
		r.out.Tags = append(r.out.Tags, strings.ToLower(status))
	}
	r.out.Financial, r.out.Fulfillment = known.financial, known.fulfillment
	switch r.in.Fulfillment.By {
	case "MERCHANT":
		r.out.FulfilledBy = order.ByMerchant
	case "AMAZON":
		r.out.FulfilledBy = order.ByChannel
		if status != shippedStatus {
			r.out.Fulfillment = ""
		}
	}
	if status == cancelledStatus && r.in.Updated != nil {
		r.out.CancelledAt = commerce.InstantOf(*r.in.Updated)
	}
	for _, item := range r.in.Items {
		for _, tax := range item.Tax.Collections {
			if tax.Model == "MARKETPLACE_FACILITATOR" && !slices.Contains(r.out.Tags, facilitated) {
				r.out.Tags = append(r.out.Tags, facilitated)
			}
		}
	}
	for _, program := range r.in.Programs {
		r.out.Tags = append(r.out.Tags, strings.ToLower(program))
	}
	slices.Sort(r.out.Tags)
	r.out.Tags = slices.Compact(r.out.Tags)
}

// amount reads money in the order's currency; nothing said is not stated.
func (r *reader) amount(path string, m money) commerce.Amount {
	if m.Amount == "" && m.Currency == "" {
		return commerce.Amount{}
	}
	d, err := commerce.ParseDecimal(m.Amount)
	if err != nil || d == "" {
		r.problem(unreadable(path+".amount", m.Amount, "an amount such as 12.50"))
		return commerce.Amount{}
	}
	if m.Currency != string(r.currency) {
		r.problem(unreadable(path+".currencyCode", m.Currency, "the currency of the order, "+string(r.currency)))
		return commerce.Amount{}
	}
	a, err := commerce.AmountOf(d, r.currency.Exponent())
	if err != nil {
		r.problem(unreadable(path+".amount", m.Amount, "an amount that can be paid in "+string(r.currency)))
	}
	return a
}

// sums are proceeds by their type.
func (r *reader) sums(path string, all []breakdown) map[string]commerce.Amount {
	sums := map[string]commerce.Amount{}
	for i, b := range all {
		at := path + "[" + strconv.Itoa(i) + "].subtotal"
		sum, fits := sums[b.Type].Plus(r.amount(at, b.Subtotal))
		if !fits {
			r.problem(missing(at, "amounts that can be added up"))
			continue
		}
		sums[b.Type] = sum
	}
	return sums
}

// amounts reads the sums of the order. Where Amazon does not divide the whole, its lines do.
func (r *reader) amounts() {
	if r.in.Proceeds.Total != nil {
		r.out.Total = r.amount("proceeds.grandTotal", *r.in.Proceeds.Total)
	}
	whole := r.sums("proceeds.breakdowns", r.in.Proceeds.Breakdowns)
	r.out.Shipping, r.out.Tax, r.out.Discount = whole["SHIPPING"], whole["TAX"], positive(whole["DISCOUNT"])
	r.out.Subtotal = whole["ITEM"]
	for _, l := range r.out.Lines {
		if isFee(l.ExternalID) {
			continue
		}
		for of, part := range map[string]struct {
			sum  *commerce.Amount
			line commerce.Amount
		}{"ITEM": {&r.out.Subtotal, l.Total}, "SHIPPING": {&r.out.Shipping, l.Shipping}, "TAX": {&r.out.Tax, l.Tax}, "DISCOUNT": {&r.out.Discount, l.Discount}} {
			if !whole[of].Stated {
				*part.sum, _ = part.sum.Plus(part.line)
			}
		}
	}
	if tip := whole["DELIVERY_TIP"]; tip.Stated && tip.Minor != 0 {
		r.fee(tipLine, "Delivery tip", tip)
	}
}

// positive is how much was taken off, whichever sign Amazon gives it.
func positive(a commerce.Amount) commerce.Amount {
	if a.Minor < 0 {
		a.Minor = -a.Minor
	}
	return a
}

// lines reads what was sold, and what was paid beside it as lines without a SKU, so that the lines add up to the total.
func (r *reader) lines() {
	if len(r.in.Items) == 0 {
		r.problem(missing("orderItems", "what was ordered"))
	}
	for i, item := range r.in.Items {
		r.line("orderItems["+strconv.Itoa(i)+"]", item)
	}
}

func (r *reader) line(path string, in vendorItem) {
	if in.ID == "" {
		r.problem(missing(path+".orderItemId", "the id of a line"))
	}
	if in.Quantity == nil || *in.Quantity < 0 {
		r.problem(missing(path+".quantityOrdered", "how much was ordered"))
		return
	}
	sums := r.sums(path+".proceeds.breakdowns", in.Proceeds.Breakdowns)
	line := order.Line{ExternalID: in.ID, Position: len(r.out.Lines) + 1, SKU: in.Product.SKU, Title: or(in.Product.Title, in.Product.SKU, in.Product.ASIN),
		Quantity: pieces(r.quantity(in)), Total: sums["ITEM"], Tax: sums["TAX"], Discount: positive(sums["DISCOUNT"]), Shipping: sums["SHIPPING"],
		Fulfillment: r.shippedOf(in)}
	if unit := in.Product.Price.Unit; unit != nil {
		r.amount(path+".product.price.unitPrice", *unit)
		line.UnitPrice, _ = commerce.ParseDecimal(unit.Amount)
	}
	if !line.Total.Stated && len(sums) == 0 && in.Proceeds.Total != nil {
		line.Total = r.amount(path+".proceeds.proceedsTotal", *in.Proceeds.Total)
	}
	r.out.Lines = append(r.out.Lines, line)
	r.fee(in.ID+giftPart, "Gift wrap", sums["GIFT_WRAP"])
	r.fee(in.ID+codPart, "Cash on delivery fee", sums["COD_FEE"])
	r.fee(in.ID+moreFees, "Other", sums["OTHER"])
}

// fee adds a line for what was paid beside the goods, where there is any.
func (r *reader) fee(id, title string, a commerce.Amount) {
	if !a.Stated || a.Minor == 0 {
		return
	}
	unit := commerce.Decimal(a.Decimal(r.currency.Exponent()))
	r.out.Lines = append(r.out.Lines, order.Line{ExternalID: id, Position: len(r.out.Lines) + 1, Title: title, Quantity: "1", UnitPrice: unit, Total: a, Charge: true})
}

// isFee tells a line of ours that is no item to Amazon.
func isFee(id string) bool { return strings.Contains(id, ":") || id == tipLine }

// quantity is how much of a line is still ordered: of one that was cancelled in part, what was shipped and what is to be. A cancelled order keeps what it
// was of.
func (r *reader) quantity(in vendorItem) int64 {
	done, left := in.Fulfillment.Done, in.Fulfillment.Left
	if r.in.Fulfillment.Status == cancelledStatus || in.Cancellation.Execution == nil || done == nil || left == nil {
		return *in.Quantity
	}
	return min(max(*done+*left, 0), *in.Quantity)
}

func pieces(n int64) commerce.Decimal { return commerce.Decimal(strconv.FormatInt(n, 10)) }

// shippedOf tells how much of a line was shipped; "" where nothing of the order can be.
func (r *reader) shippedOf(in vendorItem) order.Fulfillment {
	done, left := in.Fulfillment.Done, in.Fulfillment.Left
	if r.out.Fulfillment == "" || done == nil || left == nil {
		if r.out.Fulfillment == order.Partial {
			return ""
		}
		return r.out.Fulfillment
	}
	switch {
	case *done <= 0:
		return order.Unfulfilled
	case *left > 0:
		return order.Partial
	}
	return order.Fulfilled
}

// people reads the parties. Amazon tells them only to apps with the role for that, and of a pending order nothing.
func (r *reader) people() {
	a := r.in.Recipient.Address
	r.out.SetParty(order.Buyer, customer.Contact{Name: r.in.Buyer.Name, Company: r.in.Buyer.Company, Email: r.in.Buyer.Email, Note: r.note()})
	r.out.SetParty(order.ShipTo, customer.Contact{Name: a.Name, Company: a.Company, Phone: a.Phone, Line1: a.Line1, Line2: a.Line2, Line3: a.Line3,
		City: or(a.City, a.Municipality, a.District), Region: a.Region, PostalCode: a.PostalCode, Country: a.Country})
}

// note is what the buyer wrote: where to put it down, and words for a present.
func (r *reader) note() string {
	var notes []string
	add := func(text string) {
		if text = strings.TrimSpace(text); text != "" && !slices.Contains(notes, text) {
			notes = append(notes, text)
		}
	}
	if number := r.in.Buyer.PurchaseNumber; number != "" {
		add("Purchase order " + number)
	}
	add(r.in.Recipient.Preference.DropOff)
	add(r.in.Recipient.Preference.Instructions)
	for _, item := range r.in.Items {
		add(item.Fulfillment.Packing.Gift.Message)
	}
	return strings.Join(notes, "\n")
}

// shipments reads the parcels that are on their way; one that was called off is none.
func (r *reader) shipments() (all []channel.Shipment) {
	for _, p := range r.in.Packages {
		if p.Status.Status == cancelledStatus {
			continue
		}
		s := channel.Shipment{ExternalID: p.Reference, Carrier: p.Carrier, Service: p.Service, Tracking: p.Tracking}
		if p.Shipped != nil {
			s.ShippedAt = commerce.InstantOf(*p.Shipped)
		}
		for _, item := range p.Items {
			if item.ID != "" && item.Quantity > 0 {
				s.Lines = append(s.Lines, channel.ShippedLine{LineID: item.ID, Quantity: pieces(item.Quantity)})
			}
		}
		all = append(all, s)
		if p.Shipped != nil {
			r.out.FulfilledAt = max(r.out.FulfilledAt, commerce.InstantOf(*p.Shipped))
		}
	}
	if r.out.Fulfillment != order.Fulfilled {
		r.out.FulfilledAt = 0
	}
	return all
}
