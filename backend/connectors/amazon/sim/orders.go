package sim

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
)

// order is one order. Times are seconds since 1970.
type order struct {
	id               string
	created, updated int64
	told             int64 // which update was told of in the queue last
	pending          bool  // its payment has not gone through
	fba              bool  // Amazon ships it
	prime            bool
	cancelled        string // by whom; "" is not
	lines            []*line
	parcels          []*parcel
	buyer, street    string
	city, postcode   string
	email            string
}

type line struct {
	id, sku, title, asin           string
	quantity, off                  int64 // off was cancelled
	price, shipping, discount, tax int64 // cents, of the whole line; tax is in the price
	gift                           int64
}

// parcel is one package. It shows a while after it was confirmed.
type parcel struct {
	reference, carrier, service, tracking string
	shipped, shows                        int64
	shown                                 bool
	lines                                 map[string]int64
}

// showsAfter is how long after its confirmation a parcel shows.
const showsAfter = 20

func (o *order) settle(now int64) {
	for _, p := range o.parcels {
		if !p.shown && p.shows <= now {
			p.shown, o.updated = true, max(o.updated, p.shows)
		}
	}
}

// gone is how much of a line is confirmed; shown counts what shows alone.
func (o *order) gone(id string, shown bool) (n int64) {
	for _, p := range o.parcels {
		if p.shown || !shown {
			n += p.lines[id]
		}
	}
	return n
}

func (o *order) status() string {
	var ordered, shipped int64
	for _, l := range o.lines {
		ordered, shipped = ordered+l.quantity-l.off, shipped+o.gone(l.id, true)
	}
	switch {
	case o.cancelled != "" || ordered == 0:
		return "CANCELLED"
	case o.pending:
		return "PENDING"
	case shipped >= ordered:
		return "SHIPPED"
	case shipped > 0:
		return "PARTIALLY_SHIPPED"
	}
	return "UNSHIPPED"
}

func (o *order) numbers() (all []string) {
	for _, p := range o.parcels {
		all = append(all, p.tracking)
	}
	return all
}

// toShip is what would ship an order: of every third one a part.
func (o *order) toShip(n int) channel.Intent {
	s := &channel.Shipment{Carrier: []string{"DHL Paket", "Fahrradkurier", "DPD"}[n%3], Service: "Standard", Tracking: "TRACK" + strings.ReplaceAll(o.id, "-", "")}
	if n%3 == 1 {
		s.Lines = []channel.ShippedLine{{LineID: o.lines[0].id, Quantity: "1"}}
	}
	return channel.Intent{Target: o.id, Shipment: s}
}

func iso(at int64) string { return time.Unix(at, 0).UTC().Format("2006-01-02T15:04:05Z") }

func (o *order) wire(parts string) map[string]any {
	has := func(part string) bool { return slices.Contains(strings.Split(parts, ","), part) }
	all := map[string]any{"orderId": o.id, "createdTime": iso(o.created), "lastUpdatedTime": iso(o.updated),
		"salesChannel": map[string]any{"channelName": "AMAZON", "marketplaceId": Marketplace, "marketplaceName": "Amazon.de"}}
	if o.prime {
		all["programs"] = []string{"PRIME"}
	}
	told := !o.pending // what is not paid has neither prices nor people
	if has("BUYER") && told && !o.fba {
		all["buyer"] = map[string]any{"buyerName": o.buyer, "buyerEmail": o.email}
	}
	if has("RECIPIENT") && told {
		all["recipient"] = map[string]any{"deliveryAddress": map[string]any{"name": o.buyer, "addressLine1": o.street, "addressLine2": "", "city": o.city,
			"postalCode": o.postcode, "countryCode": "DE", "addressType": "RESIDENTIAL"}}
	}
	if has("PROCEEDS") && told {
		all["proceeds"] = o.proceeds()
	}
	if has("PAYMENT") && told {
		all["payment"] = map[string]any{"paymentExecutions": []any{map[string]any{"paymentMethod": "CreditCard", "paymentAmount": money(o.total())}}}
	}
	if has("FULFILLMENT") {
		by := "MERCHANT"
		if o.fba {
			by = "AMAZON"
		}
		all["fulfillment"] = map[string]any{"fulfillmentStatus": o.status(), "fulfilledBy": by, "fulfillmentServiceLevel": "STANDARD",
			"shipByWindow": map[string]any{"earliestDateTime": iso(o.created), "latestDateTime": iso(o.created + 2*86_400)}}
	}
	items := []any{}
	for _, l := range o.lines {
		items = append(items, o.wireLine(l, told, has))
	}
	all["orderItems"] = items
	if has("PACKAGES") && !o.fba {
		if parcels := o.wireParcels(); len(parcels) > 0 {
			all["packages"] = parcels
		}
	}
	return all
}

func (o *order) total() (sum int64) {
	for _, l := range o.lines {
		sum += l.sum()
	}
	return sum
}

// sum is what a buyer pays of a line. Its tax stands beside its price.
func (l *line) sum() int64 { return l.price + l.shipping + l.tax + l.gift - l.discount }

func (o *order) proceeds() map[string]any {
	sums := map[string]int64{}
	for _, l := range o.lines {
		for kind, n := range l.kinds() {
			sums[kind] += n
		}
	}
	return map[string]any{"grandTotal": money(o.total()), "breakdowns": breakdowns(sums)}
}

func (l *line) kinds() map[string]int64 {
	return map[string]int64{"ITEM": l.price, "SHIPPING": l.shipping, "TAX": l.tax, "GIFT_WRAP": l.gift, "DISCOUNT": -l.discount}
}

func breakdowns(sums map[string]int64) []any {
	all := []any{}
	for _, kind := range []string{"ITEM", "SHIPPING", "GIFT_WRAP", "TAX", "DISCOUNT"} {
		if sums[kind] != 0 || kind == "ITEM" {
			all = append(all, map[string]any{"type": kind, "subtotal": money(sums[kind])})
		}
	}
	return all
}

func (o *order) wireLine(l *line, told bool, has func(string) bool) map[string]any {
	product := map[string]any{"asin": l.asin, "title": l.title, "sellerSku": l.sku, "condition": map[string]any{"conditionType": "NEW", "conditionSubtype": "NEW"}}
	item := map[string]any{"orderItemId": l.id, "quantityOrdered": l.quantity, "product": product}
	if told {
		product["price"] = map[string]any{"unitPrice": money(l.price / l.quantity)}
	}
	if has("PROCEEDS") && told {
		item["proceeds"] = map[string]any{"proceedsTotal": money(l.sum()), "breakdowns": breakdowns(l.kinds())}
	}
	if has("PROMOTION") && l.discount > 0 && told {
		item["promotion"] = map[string]any{"breakdowns": []any{map[string]any{"promotionId": "Frühling zehn Prozent"}}}
	}
	if has("FULFILLMENT") {
		gone := o.gone(l.id, true)
		left := max(l.quantity-l.off-gone, 0)
		if o.cancelled != "" {
			left = 0
		}
		item["fulfillment"] = map[string]any{"quantityFulfilled": gone, "quantityUnfulfilled": left}
	}
	if has("CANCELLATION") && (l.off > 0 || o.cancelled != "") {
		item["cancellation"] = map[string]any{"cancellationExecution": map[string]any{"cancelledBy": cmp.Or(o.cancelled, "MERCHANT"), "cancelReason": "Not wanted any more"}}
	}
	if has("TAX") && l.tax > 0 {
		item["tax"] = map[string]any{"taxCollections": []any{map[string]any{"model": "MARKETPLACE_FACILITATOR", "responsibleParty": "Amazon Services Europe S.a.r.L."}}}
	}
	return item
}

func (o *order) wireParcels() []any {
	all := []any{}
	for _, p := range o.parcels {
		if !p.shown {
			continue
		}
		items := []any{}
		for _, l := range o.lines {
			if n := p.lines[l.id]; n > 0 {
				items = append(items, map[string]any{"orderItemId": l.id, "quantity": n})
			}
		}
		one := map[string]any{"packageReferenceId": p.reference, "createdTime": iso(p.shows), "packageStatus": map[string]any{"status": "SHIPPED"}, "carrier": p.carrier,
			"shipTime": iso(p.shipped), "trackingNumber": p.tracking, "packageItems": items}
		if p.service != "" {
			one["shippingService"] = p.service
		}
		all = append(all, one)
	}
	return all
}

// orderPlace is what a pagination token of a search says.
type orderPlace struct {
	Question string `json:"q"`
	Bound    int64  `json:"b"`
	After    string `json:"a"`
	Made     int64  `json:"m"`
}

// searchOrders answers one page. Its rows come by their ids, which say nothing of time.
func (a *Amazon) searchOrders(w http.ResponseWriter, q url.Values) {
	created, updated := q.Get("createdAfter"), q.Get("lastUpdatedAfter")
	if (created == "") == (updated == "") {
		bad(w, "Exactly one of createdAfter and lastUpdatedAfter must be provided.")
		return
	}
	from, before := updated, q.Get("lastUpdatedBefore")
	if created != "" {
		from, before = created, q.Get("createdBefore")
	}
	latest := a.now() - 120
	place := orderPlace{Question: question(q, "paginationToken", "maxResultsPerPage", "includedData"), Bound: latest, Made: a.now()}
	since, err := time.Parse(time.RFC3339, from)
	until := time.Unix(latest, 0)
	if before != "" {
		var wrong error
		until, wrong = time.Parse(time.RFC3339, before)
		err = cmp.Or(err, wrong)
		place.Bound = until.Unix()
	}
	size, sized := sizeOf(q.Get("maxResultsPerPage"), 100, 100)
	switch token := q.Get("paginationToken"); {
	case err != nil || !sized:
		bad(w, "A parameter is not of its form.")
		return
	case until.Unix() > latest || since.After(until):
		bad(w, "The time range must be in order and end at least two minutes before now.")
		return
	case token != "":
		var was orderPlace
		if !unsealed(token, &was) || was.Question != place.Question || a.now()-was.Made > 86_400 {
			bad(w, "The pagination token is not valid.")
			return
		}
		place = was
	}
	rows := a.between(since, place, created != "")
	page := map[string]any{}
	if len(rows) > size {
		rows = rows[:size]
		place.After = rows[size-1].id
		page["pagination"] = map[string]any{"nextToken": sealed(place)}
	}
	orders := []any{}
	for _, o := range rows {
		orders = append(orders, o.wire(q.Get("includedData")))
	}
	page["orders"] = orders
	page[map[bool]string{true: "createdBefore", false: "lastUpdatedBefore"}[created != ""]] = iso(place.Bound)
	say(w, http.StatusOK, page)
}

func sizeOf(text string, most, usual int) (int, bool) {
	if text == "" {
		return usual, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 1 && n <= most
}

// between lists what a search finds behind its place.
func (a *Amazon) between(since time.Time, place orderPlace, created bool) (rows []*order) {
	for _, o := range a.orders {
		at := o.updated
		if created {
			at = o.created
		}
		if at >= since.Unix() && at <= place.Bound && o.id > place.After && (created || a.desk.Listed(o.id, time.Unix(at, 0))) {
			rows = append(rows, o)
		}
	}
	slices.SortFunc(rows, func(x, y *order) int { return cmp.Compare(x.id, y.id) })
	return rows
}

func (a *Amazon) getOrder(w http.ResponseWriter, id string, q url.Values) {
	o := a.orderOf(id)
	if o == nil {
		refuse(w, http.StatusNotFound, "NotFound", "The requested order was not found.", "")
		return
	}
	say(w, http.StatusOK, map[string]any{"order": o.wire(q.Get("includedData"))})
}

// confirmation is what confirms a shipment.
type confirmation struct {
	Marketplace string `json:"marketplaceId"`
	Detail      struct {
		Reference   string `json:"packageReferenceId"`
		Carrier     string `json:"carrierCode"`
		CarrierName string `json:"carrierName"`
		Service     string `json:"shippingMethod"`
		Tracking    string `json:"trackingNumber"`
		Shipped     string `json:"shipDate"`
		Items       []struct {
			ID       string `json:"orderItemId"`
			Quantity int64  `json:"quantity"`
		} `json:"orderItems"`
	} `json:"packageDetail"`
}

// confirm confirms a shipment. A second word about a parcel is refused.
func (a *Amazon) confirm(w http.ResponseWriter, id string, body []byte) {
	o := a.orderOf(id)
	if o == nil {
		refuse(w, http.StatusNotFound, "NotFound", "The requested order was not found.", "")
		return
	}
	var c confirmation
	err := json.Unmarshal(body, &c)
	if words := c.wrong(o); err != nil || words != "" {
		bad(w, cmp.Or(words, "The body is not valid."))
		return
	}
	shipped, _ := time.Parse(time.RFC3339, c.Detail.Shipped)
	p := &parcel{reference: c.Detail.Reference, carrier: c.Detail.Carrier, service: c.Detail.Service, tracking: c.Detail.Tracking, shipped: shipped.Unix(),
		shows: a.now() + showsAfter, lines: map[string]int64{}}
	if c.Detail.Carrier == "Other" {
		p.carrier = c.Detail.CarrierName
	}
	for _, item := range c.Detail.Items {
		p.lines[item.ID] += item.Quantity
	}
	a.desk.Note(simulated.Effect{Operation: channel.Ship, Target: o.id, Key: p.reference, Before: strings.Join(o.numbers(), ", "), After: p.tracking})
	o.parcels = append(o.parcels, p)
	w.WriteHeader(http.StatusNoContent)
}

// wrong says what of a confirmation cannot be; "" is nothing.
func (c confirmation) wrong(o *order) string {
	number, err := strconv.ParseUint(c.Detail.Reference, 10, 64)
	_, undated := time.Parse(time.RFC3339, c.Detail.Shipped)
	switch {
	case c.Marketplace != Marketplace:
		return "The marketplace is not that of the order."
	case err != nil || number == 0:
		return "The package reference must be a positive number."
	case c.Detail.Carrier == "" || c.Detail.Carrier == "Other" && c.Detail.CarrierName == "":
		return "A carrier is required."
	case c.Detail.Tracking == "" || undated != nil || len(c.Detail.Items) == 0:
		return "Tracking number, ship date and order items are required."
	case o.fba || o.status() != "UNSHIPPED" && o.status() != "PARTIALLY_SHIPPED":
		return "The order cannot be confirmed as shipped."
	case slices.ContainsFunc(o.parcels, func(p *parcel) bool { return p.reference == c.Detail.Reference }):
		return "The package was confirmed before."
	}
	for _, item := range c.Detail.Items {
		at := slices.IndexFunc(o.lines, func(l *line) bool { return l.id == item.ID })
		if at < 0 || item.Quantity < 1 || o.gone(item.ID, false)+item.Quantity > o.lines[at].quantity-o.lines[at].off {
			return "The quantity of an order item is not valid."
		}
	}
	return ""
}

// newOrder makes an order of one or two listings. What the seller ships lies less on sale from then on.
func (a *Amazon) newOrder(r *rand.Rand, at int64) *order {
	n := a.number()
	o := &order{id: fmt.Sprintf("30%d-%07d-%07d", n%6, n*7_919_377%10_000_000, n*104_729%10_000_000), created: at, updated: at, pending: r.IntN(6) == 0, prime: r.IntN(4) == 0}
	p := people[r.IntN(len(people))]
	o.buyer, o.street, o.city, o.postcode = p.name, fmt.Sprintf("%s %d", p.street, 1+r.IntN(150)), p.city, p.postcode
	o.email = fmt.Sprintf("buyer%d@marketplace.amazon.example", n)
	for range 1 + r.IntN(2) {
		a.addLine(o, r)
	}
	a.orders = append(a.orders, o)
	return o
}

// addLine sells some of a listing; all lines of an order are shipped by the same side.
func (a *Amazon) addLine(o *order, r *rand.Rand) {
	l := &listing{sku: "GONE-1", asin: "B000000001", title: "Postkarte", price: 190, own: true, quantity: 99}
	if len(a.listings) > 0 {
		l = a.listings[r.IntN(len(a.listings))]
	}
	if len(o.lines) > 0 && (l.fba != o.fba || l.sku == o.lines[0].sku) {
		return
	}
	o.fba = l.fba
	sold := &line{id: fmt.Sprint(70_000_000_000 + a.number()), sku: l.sku, title: l.title, asin: l.asin, quantity: 1 + int64(r.IntN(3))}
	sold.price = sold.quantity * l.price
	if r.IntN(3) == 0 {
		sold.shipping = 399
	}
	if r.IntN(5) == 0 {
		sold.discount = sold.price / 10
	}
	if r.IntN(4) == 0 {
		sold.tax = sold.price * 19 / 100
	}
	if r.IntN(8) == 0 {
		sold.gift = 299
	}
	o.lines = append(o.lines, sold)
	if l.fba {
		l.lying = max(l.lying-sold.quantity, 0)
	} else {
		l.quantity = max(l.quantity-sold.quantity, 0)
	}
}

// changeOrder lets something happen to an order.
func (a *Amazon) changeOrder(o *order, r *rand.Rand) string {
	switch status := o.status(); {
	case o.pending:
		o.pending = false
		return "took the payment of " + o.id
	case status == "UNSHIPPED" && r.IntN(3) == 0:
		a.shipAll(o, fmt.Sprintf("SC%d", r.IntN(1_000_000)))
		return "shipped " + o.id + " in Seller Central"
	case status == "UNSHIPPED" && r.IntN(5) == 0:
		a.callOff(o, "BUYER")
		return "called " + o.id + " off"
	case status == "UNSHIPPED" && o.lines[0].quantity-o.lines[0].off > 1 && r.IntN(4) == 0:
		o.lines[0].off++
		return "called one piece of " + o.id + " off"
	}
	o.street = fmt.Sprintf("Gartenstraße %d", r.IntN(1000))
	return "corrected the address of " + o.id
}

func (a *Amazon) shipAll(o *order, tracking string) {
	p := &parcel{reference: fmt.Sprint(a.number()), carrier: "DHL", tracking: tracking, shipped: a.now(), shows: a.now(), shown: true, lines: map[string]int64{}}
	for _, l := range o.lines {
		if left := l.quantity - l.off - o.gone(l.id, false); left > 0 {
			p.lines[l.id] = left
		}
	}
	o.parcels = append(o.parcels, p)
}

// callOff cancels an order; what was not sent is on sale again.
func (a *Amazon) callOff(o *order, by string) {
	o.cancelled = by
	for _, sold := range o.lines {
		if l := a.listingOf(sold.sku); l != nil && l.own {
			l.quantity += sold.quantity - sold.off
		}
	}
}
