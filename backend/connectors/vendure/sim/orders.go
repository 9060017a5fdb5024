package sim

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// order is an order, a cart or a draft.
type order struct {
	id, code, state          string
	active                   bool
	created, updated, placed time.Time
	customer                 *customer
	to                       object
	lines                    []*line
	shipping                 int64
	payments                 []*payment
	fulfillments             []*fulfillment
	history                  []entry
}

type line struct {
	id               string
	variant          *variant
	quantity, placed int
	unit             int64
}

type payment struct {
	id, state string
	created   time.Time
	amount    int64
	refunds   []*refund
}

type refund struct {
	id, state, reason string
	created           time.Time
	total             int64
}

type fulfillment struct {
	id, state, method, tracking string
	created                     time.Time
	pieces                      []piece
}

type piece struct {
	line     *line
	quantity int
}

type entry struct {
	at     time.Time
	kind   string
	data   object
	public bool
}

func (s *Shop) order(id string) *order {
	i := slices.IndexFunc(s.orders, func(o *order) bool { return o.id == id })
	if i < 0 {
		return nil
	}
	return s.orders[i]
}

// taxed is a sum with 20 per cent of tax, rounded as Vendure rounds.
func taxed(net int64) int64 { return int64(math.Round(float64(net) * 1.2)) }

func (l *line) price() int64 { return l.unit * int64(l.quantity) }

func (o *order) sums() (net, gross int64) {
	for _, l := range o.lines {
		net += l.price()
		gross += taxed(l.price())
	}
	return net, gross
}

// Cart makes an order that is not placed: a buyer's cart, or a draft of an administrator.
func (s *Shop) Cart(variantID string, draft bool) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	o := s.addOrder("AddingItems")
	if o.active = !draft; draft {
		o.state = "Draft"
	}
	s.addLine(o, s.variant(variantID), 1)
	return o.id
}

// Order places an order, paid by hand, and gives its id.
func (s *Shop) Order(customerID string, variantIDs []string, quantity int) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	o := s.addOrder("ArrangingPayment")
	for _, id := range variantIDs {
		s.addLine(o, s.variant(id), quantity)
	}
	s.place(o, s.customer(customerID))
	return o.id
}

func (s *Shop) addOrder(state string) *order {
	now, n := s.now(), s.id("order")
	o := &order{
		id: strconv.Itoa(n), code: fmt.Sprintf("GH%06dX", n*7919%1_000_000), state: state, created: now, updated: now, shipping: 500,
	}
	s.orders = append(s.orders, o)
	return o
}

func (s *Shop) addLine(o *order, v *variant, quantity int) {
	o.lines = append(o.lines, &line{id: s.newID("line"), variant: v, quantity: quantity, placed: quantity, unit: v.price})
}

// place settles an order's payment, which allocates its stock.
func (s *Shop) place(o *order, c *customer) {
	now := s.now()
	o.customer, o.placed, o.updated = c, now, now
	o.to = object{
		"fullName": c.first + " " + c.last, "company": "", "streetLine1": c.street, "streetLine2": nil, "city": c.city, "province": nil,
		"postalCode": c.zip, "country": "Germany", "countryCode": "DE", "phoneNumber": nil,
	}
	_, gross := o.sums()
	p := &payment{id: s.newID("payment"), state: "Settled", created: now, amount: gross + o.shipping}
	o.payments = append(o.payments, p)
	s.note(o, "ORDER_PAYMENT_TRANSITION", object{"paymentId": asNumber(p.id), "from": "Created", "to": "Settled"}, true)
	s.move(o, "PaymentSettled")
	for _, l := range o.lines {
		if l.variant.tracked {
			at := l.variant.level(store)
			at.allocated, at.updated = at.allocated+l.quantity, now
		}
	}
}

// asNumber is an id as history has it: not as text.
func asNumber(id string) int {
	n, _ := strconv.Atoi(id)
	return n
}

// note writes an entry of the order's history.
func (s *Shop) note(o *order, kind string, data object, public bool) {
	o.history = append(o.history, entry{at: s.now(), kind: kind, data: data, public: public})
}

// move puts an order into a state. Its time of change stays as it is, as the real one's does.
func (s *Shop) move(o *order, state string) {
	if o.state == state {
		return
	}
	s.note(o, "ORDER_STATE_TRANSITION", object{"from": o.state, "to": state}, true)
	o.state = state
}

var noAddress = object{
	"fullName": nil, "company": nil, "streetLine1": nil, "streetLine2": nil, "city": nil, "province": nil, "postalCode": nil,
	"country": nil, "countryCode": nil, "phoneNumber": nil,
}

func (o *order) render() any {
	net, gross := o.sums()
	var buyer any
	to := noAddress
	if o.customer != nil {
		buyer, to = o.customer.brief(), o.to
	}
	return object{
		"id": o.id, "code": o.code, "state": o.state, "active": o.active, "type": "Regular", "createdAt": told(o.created),
		"updatedAt": told(o.updated), "orderPlacedAt": told(o.placed), "currencyCode": "EUR", "couponCodes": []any{},
		"subTotal": net, "subTotalWithTax": gross, "shipping": o.shipping, "shippingWithTax": o.shipping,
		"total": net + o.shipping, "totalWithTax": gross + o.shipping,
		"customer": buyer, "shippingAddress": to, "billingAddress": noAddress,
		"shippingLines": []any{object{
			"id": o.id, "shippingMethod": object{"code": "standard-shipping", "name": "Standard Shipping"},
			"discountedPrice": o.shipping, "discountedPriceWithTax": o.shipping,
		}},
		"lines": o.linesTold(), "surcharges": []any{}, "payments": o.paymentsTold(), "fulfillments": o.fulfillmentsTold(),
		"history": object{"items": o.historyTold("ORDER_STATE_TRANSITION", "ORDER_PAYMENT_TRANSITION", "ORDER_FULFILLMENT_TRANSITION")},
	}
}

func (o *order) linesTold() []any {
	all := make([]any, 0, len(o.lines))
	for _, l := range o.lines {
		all = append(all, object{
			"id": l.id, "quantity": l.quantity, "orderPlacedQuantity": l.placed, "unitPrice": l.unit, "linePrice": l.price(),
			"proratedLinePrice": l.price(), "proratedLinePriceWithTax": taxed(l.price()),
			"productVariant": object{"id": l.variant.id, "sku": l.variant.sku, "name": l.variant.name},
		})
	}
	return all
}

func (o *order) paymentsTold() []any {
	all := make([]any, 0, len(o.payments))
	for _, p := range o.payments {
		refunds := make([]any, 0, len(p.refunds))
		for _, r := range p.refunds {
			refunds = append(refunds, object{"id": r.id, "createdAt": told(r.created), "total": r.total, "state": r.state, "reason": r.reason})
		}
		all = append(all, object{
			"id": p.id, "createdAt": told(p.created), "method": "standard-payment", "amount": p.amount, "state": p.state, "refunds": refunds,
		})
	}
	return all
}

func (o *order) fulfillmentsTold() []any {
	all := make([]any, 0, len(o.fulfillments))
	for _, f := range o.fulfillments {
		pieces := make([]any, 0, len(f.pieces))
		for _, p := range f.pieces {
			pieces = append(pieces, object{"orderLineId": p.line.id, "quantity": p.quantity})
		}
		all = append(all, object{
			"id": f.id, "createdAt": told(f.created), "state": f.state, "method": f.method, "trackingCode": f.tracking, "lines": pieces,
		})
	}
	return all
}

func (o *order) historyTold(kinds ...string) []any {
	all := []any{}
	for _, e := range o.history {
		if slices.Contains(kinds, e.kind) {
			all = append(all, object{"createdAt": told(e.at), "type": e.kind, "data": e.data})
		}
	}
	return all
}
