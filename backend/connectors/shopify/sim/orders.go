package sim

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// order is an order. Amounts are in cents of the shop's currency; prices have their tax in them.
type order struct {
	id, name            string
	created, updated    time.Time
	cancelled           time.Time
	cancelReason        string
	customer            *customer
	door, note          string
	presentment         string // the buyer's currency
	lines               []*line
	shipping, tip, duty int64
	payments            []*payment
	tasks               []*task
	parcels             []*parcel
	refunds             []*refund
	edited              bool
	job                 *job
}

type line struct {
	id                string
	variant           *variant
	quantity, removed int // as ordered, and how many were removed or refunded since
	unit, discount    int64
}

type payment struct {
	id, kind, status string
	at               time.Time
	amount           int64
	parent           *payment
}

// task is a fulfilment order.
type task struct {
	id, place, status string
	pieces            []*taskPiece
}

type taskPiece struct {
	id               string
	line             *line
	total, remaining int
}

// parcel is a fulfilment.
type parcel struct {
	id, place, status    string
	created              time.Time
	company, number, url string
	pieces               []piece
}

type piece struct {
	line     *line
	quantity int
}

type refund struct {
	id, note string
	created  time.Time
	amount   int64
	pieces   []refundPiece
}

type refundPiece struct {
	id, kind, place string
	line            *line
	quantity        int
}

// job is a cancellation that is not over yet.
type job struct {
	id, reason, key string
	restock         bool
	done            time.Time
}

// rate is what the shop's money is worth in the buyer's: four fifths.
const rateOver, rateUnder = 4, 5

func (s *Shop) order(id string) *order {
	i := slices.IndexFunc(s.orders, func(o *order) bool { return o.id == id })
	if i < 0 {
		return nil
	}
	return s.orders[i]
}

func (l *line) gross() int64 { return l.unit * int64(l.quantity) }

// taxIn is the tax in a price of 20 per cent.
func taxIn(gross int64) int64 { return (gross + 3) / 6 }

// sums are before returns.
func (o *order) sums() (subtotal, discount, tax, total int64) {
	for _, l := range o.lines {
		subtotal += l.gross() - l.discount
		discount += l.discount
		tax += taxIn(l.gross() - l.discount)
	}
	return subtotal, discount, tax + taxIn(o.shipping), subtotal + o.shipping + o.tip + o.duty
}

func (o *order) paid() (received, refunded int64) {
	for _, p := range o.payments {
		switch {
		case p.status != "SUCCESS":
		case p.kind == "SALE":
			received += p.amount
		case p.kind == "REFUND":
			refunded += p.amount
		}
	}
	return received, refunded
}

func (o *order) financial() string {
	received, refunded := o.paid()
	_, _, _, total := o.sums()
	switch {
	case refunded > 0 && refunded >= received:
		return "REFUNDED"
	case refunded > 0:
		return "PARTIALLY_REFUNDED"
	case received >= total:
		return "PAID"
	case received > 0:
		return "PARTIALLY_PAID"
	case !o.cancelled.IsZero():
		return "VOIDED"
	}
	return "PENDING"
}

// left is how many pieces of a line have left.
func (o *order) left(l *line) (n int) {
	for _, p := range o.parcels {
		for _, one := range p.pieces {
			if p.status == "SUCCESS" && one.line == l {
				n += one.quantity
			}
		}
	}
	return n
}

func (o *order) fulfilment() string {
	left, all := 0, 0
	for _, l := range o.lines {
		left += o.left(l)
		all += max(o.left(l), l.quantity-l.removed)
	}
	switch {
	case left > 0 && left >= all:
		return "FULFILLED"
	case left > 0:
		return "PARTIALLY_FULFILLED"
	}
	return "UNFULFILLED"
}

func (o *order) task(id string) *task {
	i := slices.IndexFunc(o.tasks, func(t *task) bool { return t.id == id })
	if i < 0 {
		return nil
	}
	return o.tasks[i]
}

func (t *task) open() bool { return t.status == "OPEN" || t.status == "IN_PROGRESS" }

// settle closes what has nothing left.
func (t *task) settle() {
	for _, p := range t.pieces {
		if p.remaining > 0 {
			return
		}
	}
	if t.open() {
		t.status = "CLOSED"
	}
}

// place puts an order down: its pieces are committed where they lie, which makes a fulfilment order for each location.
func (s *Shop) place(who *customer, what []*line, presentment string, tip int64) *order {
	now := s.now()
	o := &order{id: s.id("order"), created: now, updated: now, customer: who, lines: what, shipping: 490, tip: tip, presentment: presentment}
	if presentment != currency {
		o.duty = 310
	}
	o.name = "#" + strconv.Itoa(1001+len(s.orders)+s.next["gone"])
	s.orders = append(s.orders, o)
	for _, l := range o.lines {
		s.commit(o, l, l.quantity, now)
	}
	_, _, _, total := o.sums()
	o.payments = append(o.payments, &payment{id: s.id("payment"), kind: "SALE", status: "SUCCESS", at: now, amount: total})
	return o
}

// commit takes pieces of a line from where most of them lie.
func (s *Shop) commit(o *order, l *line, n int, now time.Time) {
	at := l.variant.levels[0]
	for _, other := range l.variant.levels {
		if at.available < n && other.available > at.available {
			at = other
		}
	}
	if l.variant.tracked {
		at.available, at.committed, at.updated = at.available-n, at.committed+n, now
	}
	t := o.open(at.place)
	if t == nil {
		t = &task{id: s.id("task"), place: at.place, status: "OPEN"}
		o.tasks = append(o.tasks, t)
	}
	t.pieces = append(t.pieces, &taskPiece{id: s.id("taskpiece"), line: l, total: n, remaining: n})
}

func (o *order) open(place string) *task {
	i := slices.IndexFunc(o.tasks, func(t *task) bool { return t.place == place && t.open() })
	if i < 0 {
		return nil
	}
	return o.tasks[i]
}

// rest is what is left of a task.
func (t *task) rest() map[*taskPiece]int {
	all := map[*taskPiece]int{}
	for _, p := range t.pieces {
		if p.remaining > 0 {
			all[p] = p.remaining
		}
	}
	return all
}

// send makes a parcel of pieces of one location.
func (s *Shop) send(o *order, t *task, what map[*taskPiece]int, company, number, url string) *parcel {
	now := s.now()
	p := &parcel{id: s.id("parcel"), place: t.place, status: "SUCCESS", created: now, company: company, number: number, url: url}
	s.load(o, p, t, what)
	o.parcels = append(o.parcels, p)
	o.updated = now
	return p
}

func (s *Shop) load(o *order, p *parcel, t *task, what map[*taskPiece]int) {
	for _, one := range t.pieces {
		n := what[one]
		if n <= 0 {
			continue
		}
		one.remaining -= n
		p.pieces = append(p.pieces, piece{one.line, n})
		if l := one.line.variant.level(t.place); l != nil && one.line.variant.tracked {
			l.committed, l.updated = l.committed-n, s.now()
		}
	}
	t.settle()
	o.updated = s.now()
}

// callOff cancels an order, which puts its pieces on sale again.
func (s *Shop) callOff(o *order, reason string, restock bool) {
	now := s.now()
	o.cancelled, o.cancelReason, o.updated = now, reason, now
	for _, t := range o.tasks {
		for _, p := range t.pieces {
			if l := p.line.variant.level(t.place); l != nil && p.line.variant.tracked && p.remaining > 0 {
				l.committed, l.updated = l.committed-p.remaining, now
				if restock {
					l.available += p.remaining
				}
			}
			p.line.removed += p.remaining
			p.remaining = 0
		}
		if t.open() {
			t.status = "CANCELLED"
		}
	}
}

// giveBack refunds some of an order's first payment.
func (s *Shop) giveBack(o *order, parent *payment, amount int64, note string) *refund {
	now := s.now()
	r := &refund{id: s.id("refund"), note: note, created: now, amount: amount}
	o.refunds = append(o.refunds, r)
	o.payments = append(o.payments, &payment{id: s.id("payment"), kind: "REFUND", status: "SUCCESS", at: now, amount: amount, parent: parent})
	o.updated = now
	return r
}

// workOff ends cancellations that were under way.
func (s *Shop) workOff() {
	for _, o := range s.orders {
		if j := o.job; j != nil && o.cancelled.IsZero() && !j.done.After(s.desk.Now()) {
			s.endCancel(o)
		}
	}
}

// bag is an amount in both currencies.
func (o *order) bag(n int64) object {
	presented := n
	if o.presentment != currency {
		presented = n * rateOver / rateUnder
	}
	return object{"__typename": "MoneyBag", "shopMoney": money(n, currency), "presentmentMoney": money(presented, o.presentment)}
}

func money(n int64, of string) object {
	return object{"__typename": "MoneyV2", "amount": cents(n), "currencyCode": of}
}

func only(kind, id string) object { return object{"__typename": kind, "id": gid(kind, id)} }

func attributes() []object { return []object{} }

func (c *call) orderTold(o *order) object {
	subtotal, discount, tax, total := o.sums()
	received, refunded := o.paid()
	note := any(nil)
	if o.note != "" {
		note = o.note
	}
	reason := any(nil)
	if o.cancelReason != "" {
		reason = o.cancelReason
	}
	back := int64(0)
	if !o.cancelled.IsZero() {
		back = total
	}
	return object{"__typename": "Order", "id": gid("Order", o.id), "name": o.name, "createdAt": told(o.created), "processedAt": told(o.created), "updatedAt": told(o.updated),
		"cancelledAt": told(o.cancelled), "cancelReason": reason, "closedAt": nil, "edited": o.edited, "test": false, "currencyCode": currency,
		"presentmentCurrencyCode": o.presentment, "taxesIncluded": true, "displayFinancialStatus": o.financial(), "displayFulfillmentStatus": o.fulfilment(),
		"returnStatus": "NO_RETURN", "email": c.private(o.customer.email), "phone": nil, "note": note, "tags": []string{"practice"}, "sourceName": "web",
		"poNumber": nil, "discountCodes": o.codes(), "paymentGatewayNames": []string{"shopify_payments"}, "customAttributes": attributes(),
		"subtotalPriceSet": o.bag(subtotal), "totalPriceSet": o.bag(total), "currentTotalPriceSet": o.bag(total - back - refunded), "totalTaxSet": o.bag(tax),
		"totalDiscountsSet": o.bag(discount), "totalOutstandingSet": o.bag(max(0, total-received-back)), "totalRefundedSet": o.bag(refunded),
		"totalTipReceivedSet": o.bag(o.tip), "currentTotalDutiesSet": o.bag(o.duty), "currentTotalAdditionalFeesSet": nil,
		"customer": c.privately(c.customerTold(o.customer)), "shippingAddress": c.addressTold(o.customer, o.door), "billingAddress": c.addressTold(o.customer, ""),
		"risk": object{"__typename": "OrderRiskSummary", "recommendation": "ACCEPT",
			"assessments": []object{{"__typename": "OrderRiskAssessment", "riskLevel": "LOW"}}},
		"shippingLines": fixed("ShippingLine", []object{{"__typename": "ShippingLine", "id": gid("ShippingLine", o.id), "title": "Standard", "code": "standard",
			"source": "shopify", "originalPriceSet": o.bag(o.shipping), "discountedPriceSet": o.bag(o.shipping), "taxLines": o.taxTold(taxIn(o.shipping))}}),
		"lineItems":         list("LineItem", func(map[string]any) ([]object, error) { return toldEach(o.lines, o.lineTold), nil }),
		"transactions":      firstOf(toldEach(o.payments, o.paymentTold)),
		"fulfillments":      firstOf(toldEach(o.parcels, o.parcelTold)),
		"refunds":           firstOf(toldEach(o.refunds, o.refundTold)),
		"fulfillmentOrders": fixed("FulfillmentOrder", toldEach(o.tasks, o.taskTold)),
	}
}

// toldEach tells each of several things.
func toldEach[T any](all []T, tell func(T) object) []object {
	rows := make([]object, 0, len(all))
	for _, one := range all {
		rows = append(rows, tell(one))
	}
	return rows
}

func (o *order) codes() []string {
	if _, discount, _, _ := o.sums(); discount > 0 {
		return []string{"SPRING"}
	}
	return []string{}
}

func (o *order) taxTold(n int64) []object {
	return []object{{"__typename": "TaxLine", "title": "VAT", "ratePercentage": 20, "channelLiable": false, "priceSet": o.bag(n)}}
}

func (o *order) lineTold(l *line) object {
	allocations := []object{}
	if l.discount > 0 {
		allocations = append(allocations, object{"__typename": "DiscountAllocation", "allocatedAmountSet": o.bag(l.discount)})
	}
	size := any(nil)
	if l.variant.size != "" {
		size = l.variant.size
	}
	return object{"__typename": "LineItem", "id": gid("LineItem", l.id), "name": l.variant.title(), "title": l.variant.product.title, "variantTitle": size,
		"sku": l.variant.sku, "vendor": l.variant.product.maker, "quantity": l.quantity, "currentQuantity": l.quantity - l.removed, "requiresShipping": true,
		"isGiftCard": false, "taxable": true, "variant": only("ProductVariant", l.variant.id), "customAttributes": attributes(),
		"originalUnitPriceSet": o.bag(l.unit), "originalTotalSet": o.bag(l.gross()), "discountAllocations": allocations,
		"taxLines": o.taxTold(taxIn(l.gross() - l.discount)), "duties": []object{}}
}

func (o *order) paymentTold(p *payment) object {
	parent := any(nil)
	if p.parent != nil {
		parent = only("OrderTransaction", p.parent.id)
	}
	return object{"__typename": "OrderTransaction", "id": gid("OrderTransaction", p.id), "kind": p.kind, "status": p.status, "gateway": "shopify_payments",
		"processedAt": told(p.at), "amountSet": o.bag(p.amount), "parentTransaction": parent}
}

func (o *order) parcelTold(p *parcel) object {
	tracking := []object{}
	if p.number != "" || p.company != "" {
		url, number := any(nil), any(nil)
		if p.url != "" {
			url = p.url
		}
		if p.number != "" {
			number = p.number
		}
		tracking = append(tracking, object{"__typename": "FulfillmentTrackingInfo", "company": p.company, "number": number, "url": url})
	}
	return object{"__typename": "Fulfillment", "id": gid("Fulfillment", p.id), "status": p.status, "createdAt": told(p.created),
		"location": only("Location", p.place), "trackingInfo": tracking,
		"fulfillmentLineItems": fixed("FulfillmentLineItem", toldEach(p.pieces, func(one piece) object {
			return object{"__typename": "FulfillmentLineItem", "id": gid("FulfillmentLineItem", p.id+one.line.id), "quantity": one.quantity, "lineItem": only("LineItem", one.line.id)}
		}))}
}

func (o *order) refundTold(r *refund) object {
	note := any(nil)
	if r.note != "" {
		note = r.note
	}
	return object{"__typename": "Refund", "id": gid("Refund", r.id), "createdAt": told(r.created), "note": note, "totalRefundedSet": o.bag(r.amount),
		"refundLineItems": fixed("RefundLineItem", toldEach(r.pieces, func(p refundPiece) object {
			location := any(nil)
			if p.place != "" {
				location = only("Location", p.place)
			}
			sum := p.line.unit * int64(p.quantity)
			return object{"__typename": "RefundLineItem", "id": gid("RefundLineItem", p.id), "quantity": p.quantity, "restockType": p.kind, "restocked": p.place != "",
				"location": location, "lineItem": only("LineItem", p.line.id), "subtotalSet": o.bag(sum), "totalTaxSet": o.bag(taxIn(sum))}
		}))}
}

func (o *order) taskTold(t *task) object {
	return object{"__typename": "FulfillmentOrder", "id": gid("FulfillmentOrder", t.id), "status": t.status, "requestStatus": "UNSUBMITTED", "fulfillAt": told(o.created),
		"fulfillBy": nil, "assignedLocation": object{"__typename": "FulfillmentOrderAssignedLocation", "name": placeNames[t.place], "location": only("Location", t.place)},
		"lineItems": fixed("FulfillmentOrderLineItem", toldEach(t.pieces, func(p *taskPiece) object {
			return object{"__typename": "FulfillmentOrderLineItem", "id": gid("FulfillmentOrderLineItem", p.id), "totalQuantity": p.total, "remainingQuantity": p.remaining,
				"lineItem": only("LineItem", p.line.id)}
		}))}
}

// node finds a thing by its id, whatever it is; nil where it is not there.
func (c *call) node(id string) (object, error) {
	kind := id[len("gid://shopify/"):max(len("gid://shopify/"), len(id)-len(numberOf(id))-1)]
	n := numberOf(id)
	switch kind {
	case "Order":
		if err := c.may("read_orders", "order"); err != nil {
			return nil, err
		}
		if o := c.order(n); o != nil && c.shows(o) {
			return c.orderTold(o), nil
		}
	case "BulkOperation":
		for _, b := range c.bulks {
			if b.id == id {
				return c.bulkTold(b), nil
			}
		}
	case "ProductVariant":
		if v := c.variant(n); v != nil {
			return c.variantTold(v), c.may("read_products", "productVariant")
		}
	case "Customer":
		if p := c.customer(n); p != nil {
			return c.customerTold(p), c.may("read_customers", "customer")
		}
	}
	for _, o := range c.orders {
		for kindOf, rows := range map[string][]object{"Fulfillment": toldEach(o.parcels, o.parcelTold), "Refund": toldEach(o.refunds, o.refundTold),
			"FulfillmentOrder": toldEach(o.tasks, o.taskTold)} {
			for _, row := range rows {
				if kindOf == kind && row["id"] == id {
					return row, nil
				}
			}
		}
	}
	return nil, nil //nolint:nilnil // null is an answer
}

// shows tells whether an app sees an order: without read_all_orders those of the last 60 days.
func (c *call) shows(o *order) bool {
	return c.scopes["read_all_orders"] || o.created.After(c.desk.Now().Add(-60*24*time.Hour))
}

// root are the queries.
func (c *call) root() object {
	lists := object{
		"orders": c.sorted("Order", "read_orders", func() (all []*row) {
			for _, o := range c.orders {
				if c.shows(o) {
					all = append(all, &row{o.id, o.updated, func() object { return c.orderTold(o) }})
				}
			}
			return all
		}),
		"productVariants": c.sorted("ProductVariant", "read_products", func() (all []*row) {
			for _, v := range c.variants() {
				all = append(all, &row{v.id, v.updated, func() object { return c.variantTold(v) }})
			}
			return all
		}),
		"inventoryItems": c.sorted("InventoryItem", "read_inventory", func() (all []*row) {
			for _, v := range c.variants() {
				all = append(all, &row{v.item, v.created, func() object { return c.itemTold(v) }})
			}
			return all
		}),
		"customers": c.sorted("Customer", "read_customers", func() (all []*row) {
			for _, p := range c.customers {
				all = append(all, &row{p.id, p.updated, func() object { return c.customerTold(p) }})
			}
			return all
		}),
	}
	lists["__typename"] = "QueryRoot"
	lists["shop"] = resolve(func(map[string]any) (any, error) { return c.shopTold(), nil })
	lists["currentAppInstallation"] = resolve(func(map[string]any) (any, error) { return c.installation(), nil })
	lists["publicApiVersions"] = []object{{"__typename": "ApiVersion", "handle": "2026-07", "supported": true}, {"__typename": "ApiVersion", "handle": version, "supported": true},
		{"__typename": "ApiVersion", "handle": "unstable", "supported": false}}
	lists["locations"] = list("Location", func(map[string]any) ([]object, error) {
		return toldEach(places, c.placeTold), c.may("read_locations", "locations")
	})
	lists["location"] = resolve(func(args map[string]any) (any, error) {
		place := numberOf(args["id"])
		if !slices.Contains(places, place) {
			return nil, nil //nolint:nilnil // null is an answer
		}
		return c.placeWhole(place), c.may("read_inventory", "location")
	})
	one := resolve(func(args map[string]any) (any, error) {
		found, err := c.node(fmt.Sprint(args["id"]))
		if found == nil {
			return nil, err
		}
		return found, err
	})
	lists["order"], lists["node"] = one, one
	lists["inventoryItem"] = resolve(func(args map[string]any) (any, error) {
		for _, v := range c.variants() {
			if v.item == numberOf(args["id"]) {
				return c.itemTold(v), nil
			}
		}
		return nil, nil //nolint:nilnil // null is an answer
	})
	lists["nodes"] = resolve(c.nodes)
	lists["job"] = resolve(c.jobTold)
	return lists
}

func (c *call) nodes(args map[string]any) (any, error) {
	all := []object{}
	asked, _ := args["ids"].([]any)
	for _, id := range asked {
		found, err := c.node(fmt.Sprint(id))
		if err != nil {
			return nil, err
		}
		all = append(all, found)
	}
	return all, nil
}

// row is what a list searches and sorts by.
type row struct {
	id      string
	updated time.Time
	tell    func() object
}

// sorted is a list in the order of ids.
func (c *call) sorted(kind, scope string, rows func() []*row) resolve {
	return list(kind, func(args map[string]any) (all []object, _ error) {
		if key, given := args["sortKey"]; given && key != "ID" {
			return nil, &refusal{"BAD_REQUEST", "The simulated shop sorts by ID"}
		}
		match, err := c.filter(args["query"])
		if err != nil {
			return nil, err
		}
		if err := c.may(scope, kind); err != nil {
			return nil, err
		}
		found := rows()
		slices.SortFunc(found, func(a, b *row) int { return byID(a.id, b.id) })
		for _, r := range found {
			if match(r.id, r.updated) {
				all = append(all, r.tell())
			}
		}
		return all, nil
	})
}

func (c *call) shopTold() object {
	return object{"__typename": "Shop", "id": gid("Shop", "4711"), "name": "Greenhouse", "myshopifyDomain": domain,
		"primaryDomain": object{"__typename": "Domain", "url": "https://greenhouse.example"}, "currencyCode": currency,
		"enabledPresentmentCurrencies": []string{currency, "GBP"}, "ianaTimezone": c.zone, "plan": object{"__typename": "ShopPlan", "publicDisplayName": "Basic"}}
}

func (c *call) installation() object {
	scopes := []object{}
	for _, scope := range slices.Sorted(func(yield func(string) bool) {
		for scope := range c.scopes {
			if !yield(scope) {
				return
			}
		}
	}) {
		scopes = append(scopes, object{"__typename": "AccessScope", "handle": scope})
	}
	return object{"__typename": "AppInstallation", "app": object{"__typename": "App", "title": "Tradepost"}, "accessScopes": scopes}
}

func (c *call) jobTold(args map[string]any) (any, error) {
	for _, o := range c.orders {
		if o.job != nil && gid("Job", o.job.id) == args["id"] {
			return object{"__typename": "Job", "id": args["id"], "done": !o.cancelled.IsZero()}, nil
		}
	}
	return nil, nil //nolint:nilnil // null is an answer
}
