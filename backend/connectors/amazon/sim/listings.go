package sim

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
)

// Where stock lies: the seller's own place, and Amazon's.
const ownPlace, amazonPlace = "DEFAULT", "AMAZON_EU"

// listing is one offer. A change that was accepted shows when it is due.
type listing struct {
	sku, asin, title, kind, gtin string
	created, updated             int64
	buyable                      bool
	price, business              int64 // cents; business is the price for companies, 0 is none
	own                          bool  // the seller ships it
	quantity, days               int64
	fba                          bool // Amazon ships it
	lying                        int64
	due                          []accepted
}

// accepted is a change that will show.
type accepted struct {
	at    int64
	apply func(*listing)
	stock bool
	value int64
}

func (l *listing) settle(now int64) {
	for len(l.due) > 0 && l.due[0].at <= now {
		l.due[0].apply(l)
		l.updated = max(l.updated, l.due[0].at)
		l.due = l.due[1:]
	}
}

// latest is what a listing will have once all that was accepted shows.
func (l *listing) latest(stock bool) int64 {
	value := l.price
	if stock {
		value = l.quantity
	}
	for _, one := range l.due {
		if one.stock == stock {
			value = one.value
		}
	}
	return value
}

func (l *listing) wire(parts string) map[string]any {
	has := func(part string) bool { return slices.Contains(strings.Split(parts, ","), part) }
	all := map[string]any{"sku": l.sku}
	status := []string{"DISCOVERABLE"}
	if l.buyable {
		status = append(status, "BUYABLE")
	}
	if has("summaries") || parts == "" {
		all["summaries"] = []any{map[string]any{"marketplaceId": Marketplace, "asin": l.asin, "productType": l.kind, "conditionType": "new_new", "status": status,
			"itemName": l.title, "createdDate": iso(l.created), "lastUpdatedDate": iso(l.updated),
			"mainImage": map[string]any{"link": "https://images.example/" + l.asin + ".jpg", "height": 500, "width": 500}}}
	}
	if has("attributes") {
		all["attributes"] = l.attributes()
	}
	if has("offers") {
		all["offers"] = []any{map[string]any{"marketplaceId": Marketplace, "offerType": "B2C", "price": map[string]any{"currencyCode": currency, "amount": minor(l.price)},
			"audience": map[string]any{"value": "ALL", "displayName": "Sell on Amazon"}}}
	}
	if has("fulfillmentAvailability") {
		places := []any{}
		if l.own {
			places = append(places, map[string]any{"fulfillmentChannelCode": ownPlace, "quantity": l.quantity})
		}
		if l.fba {
			places = append(places, map[string]any{"fulfillmentChannelCode": amazonPlace})
		}
		all["fulfillmentAvailability"] = places
	}
	if has("productTypes") {
		all["productTypes"] = []any{map[string]any{"marketplaceId": Marketplace, "productType": l.kind}}
	}
	if has("issues") {
		all["issues"] = []any{}
	}
	return all
}

func price(cents int64) []any {
	return []any{map[string]any{"schedule": []any{map[string]any{"value_with_tax": json.Number(minor(cents))}}}}
}

func (l *listing) attributes() map[string]any {
	text := func(value string) []any {
		return []any{map[string]any{"value": value, "language_tag": "de_DE", "marketplace_id": Marketplace}}
	}
	offers := []any{map[string]any{"marketplace_id": Marketplace, "currency": currency, "audience": "ALL", "our_price": price(l.price)}}
	if l.business > 0 {
		offers = append([]any{map[string]any{"marketplace_id": Marketplace, "currency": currency, "audience": "B2B", "our_price": price(l.business)}}, offers...)
	}
	places := []any{}
	if l.fba {
		places = append(places, map[string]any{"fulfillment_channel_code": amazonPlace, "marketplace_id": Marketplace})
	}
	if l.own {
		places = append(places, map[string]any{"fulfillment_channel_code": ownPlace, "quantity": l.quantity, "lead_time_to_ship_max_days": l.days})
	}
	return map[string]any{"item_name": text(l.title), "brand": text("Greenhouse"), "purchasable_offer": offers, "fulfillment_availability": places,
		"externally_assigned_product_identifier": []any{map[string]any{"type": "ean", "value": l.gtin, "marketplace_id": Marketplace}}}
}

func (a *Amazon) routeListings(w http.ResponseWriter, method string, parts []string, q url.Values, body []byte) {
	switch {
	case parts[0] != Seller:
		bad(w, "Invalid 'sellerId' provided.")
	case q.Get("marketplaceIds") != Marketplace:
		bad(w, "Invalid 'marketplaceIds' provided.")
	case len(parts) == 1 && method == http.MethodGet:
		a.searchListings(w, q)
	case len(parts) == 2 && method == http.MethodGet:
		if l := a.listingOf(parts[1]); l != nil {
			say(w, http.StatusOK, l.wire(q.Get("includedData")))
			return
		}
		refuse(w, http.StatusNotFound, "NOT_FOUND", "SKU '"+parts[1]+"' not found in marketplace "+Marketplace, "")
	case len(parts) == 2 && method == http.MethodPatch:
		a.patchListing(w, parts[1], body)
	default:
		refuse(w, http.StatusNotFound, "NotFound", "The requested resource does not exist.", "")
	}
}

// listingPlace is what a page token of a search says.
type listingPlace struct {
	Question string `json:"q"`
	Key      int64  `json:"k"`
	SKU      string `json:"s"`
}

// searchListings answers one page, by the time that it is sorted by.
func (a *Amazon) searchListings(w http.ResponseWriter, q url.Values) {
	size, sized := sizeOf(q.Get("pageSize"), 20, 10)
	made := q.Get("sortBy") == "createdDate"
	place := listingPlace{Question: question(q, "pageToken", "pageSize", "includedData"), Key: -1}
	if token := q.Get("pageToken"); token != "" {
		var was listingPlace
		if !unsealed(token, &was) || was.Question != place.Question {
			bad(w, "Invalid 'pageToken' provided.")
			return
		}
		place = was
	}
	named := q.Get("identifiers") != ""
	var skus []string
	if named {
		skus = strings.Split(q.Get("identifiers"), ",")
	}
	if !sized || named && (q.Get("identifiersType") != "SKU" || len(skus) > 20) || q.Get("sortOrder") == "DESC" {
		bad(w, "A parameter is not of its form.")
		return
	}
	rows := []*listing{}
	for _, l := range a.listings {
		if a.lists(l, q) && (!named || slices.Contains(skus, l.sku)) {
			rows = append(rows, l)
		}
	}
	found := len(rows)
	key := func(l *listing) int64 {
		if made {
			return l.created
		}
		return l.updated
	}
	slices.SortFunc(rows, func(x, y *listing) int { return cmp.Or(cmp.Compare(key(x), key(y)), cmp.Compare(x.sku, y.sku)) })
	rows = slices.DeleteFunc(rows, func(l *listing) bool { return key(l) < place.Key || key(l) == place.Key && l.sku <= place.SKU })
	page := map[string]any{"numberOfResults": found}
	if len(rows) > size {
		rows = rows[:size]
		place.Key, place.SKU = key(rows[size-1]), rows[size-1].sku
		page["pagination"] = map[string]any{"nextToken": sealed(place)}
	}
	items := []any{}
	for _, l := range rows {
		items = append(items, l.wire(q.Get("includedData")))
	}
	page["items"] = items
	say(w, http.StatusOK, page)
}

// lists tells whether a listing was made and changed as a search asks.
func (a *Amazon) lists(l *listing, q url.Values) bool {
	after := func(name string, at int64) bool {
		since, err := time.Parse(time.RFC3339, q.Get(name))
		return err != nil || at >= since.Unix()
	}
	if q.Get("lastUpdatedAfter") != "" && !a.desk.Listed(l.sku, time.Unix(l.updated, 0)) {
		return false
	}
	return after("createdAfter", l.created) && after("lastUpdatedAfter", l.updated)
}

// patches is a change of a listing.
type patches struct {
	ProductType string `json:"productType"`
	Patches     []struct {
		Op    string  `json:"op"`
		Path  string  `json:"path"`
		Value []value `json:"value"`
	} `json:"patches"`
}

// value is one value of an attribute.
type value struct {
	Marketplace string      `json:"marketplace_id"`
	Currency    string      `json:"currency"`
	Audience    string      `json:"audience"`
	Code        string      `json:"fulfillment_channel_code"`
	Quantity    json.Number `json:"quantity"`
	Days        int64       `json:"lead_time_to_ship_max_days"`
	OurPrice    []struct {
		Schedule []struct {
			Value json.Number `json:"value_with_tax"`
		} `json:"schedule"`
	} `json:"our_price"`
}

func (a *Amazon) patchListing(w http.ResponseWriter, sku string, body []byte) {
	var p patches
	l := a.listingOf(sku)
	if json.Unmarshal(body, &p) != nil || len(p.Patches) == 0 || l == nil {
		bad(w, "Invalid 'sku' or body provided.")
		return
	}
	answer := map[string]any{"sku": sku, "status": "ACCEPTED", "submissionId": fmt.Sprintf("submission-%d", a.calls), "issues": []any{}}
	if words := a.accept(l, p, a.now()+patchedAfter); words != "" {
		answer["status"] = "INVALID"
		answer["issues"] = []any{map[string]any{"code": "90000900", "message": words, "severity": "ERROR", "categories": []string{"INVALID_ATTRIBUTE"}}}
	}
	say(w, http.StatusOK, answer)
}

// patchedAfter is how long a change of one listing takes to show.
const patchedAfter = 45

// accept takes a change that shows later, or says why not. What a change leaves out of an attribute is gone from it.
func (a *Amazon) accept(l *listing, p patches, due int64) string {
	if p.ProductType != l.kind && p.ProductType != "PRODUCT" {
		return "The product type is not that of the listing."
	}
	for _, one := range p.Patches {
		var words string
		switch {
		case one.Op != "replace":
			words = "Only replace is simulated."
		case one.Path == "/attributes/fulfillment_availability":
			words = a.acceptStock(l, one.Value, due)
		case one.Path == "/attributes/purchasable_offer":
			words = a.acceptPrice(l, one.Value, due)
		default:
			words = "The attribute does not exist."
		}
		if words != "" {
			return words
		}
	}
	return ""
}

func (a *Amazon) acceptStock(l *listing, values []value, due int64) string {
	own, fba, quantity, days := false, false, int64(0), int64(0)
	for _, v := range values {
		if v.Code != ownPlace {
			fba = true
			continue
		}
		n, err := v.Quantity.Int64()
		if err != nil || n < 0 {
			return "The quantity is not valid."
		}
		own, quantity, days = true, n, v.Days
	}
	a.taken(l, channel.SetStock, own && (!l.own || l.latest(true) != quantity), fmt.Sprint(l.latest(true)), fmt.Sprint(quantity))
	l.due = append(l.due, accepted{due, func(l *listing) { l.own, l.fba, l.quantity, l.days = own, fba, quantity, days }, true, quantity})
	return ""
}

func (a *Amazon) acceptPrice(l *listing, values []value, due int64) string {
	standard, business := int64(0), int64(0)
	for _, v := range values {
		if v.Marketplace != Marketplace || v.Currency != currency || len(v.OurPrice) != 1 || len(v.OurPrice[0].Schedule) != 1 {
			return "The offer is not valid."
		}
		n, exact := cents(string(v.OurPrice[0].Schedule[0].Value))
		if !exact || n <= 0 {
			return "The price is not valid."
		}
		if v.Audience == "B2B" {
			business = n
			continue
		}
		standard = n
	}
	if standard == 0 {
		return "A standard price is required."
	}
	a.taken(l, channel.SetPrice, l.latest(false) != standard, minor(l.latest(false)), minor(standard))
	l.due = append(l.due, accepted{due, func(l *listing) { l.price, l.business = standard, business }, false, standard})
	return ""
}

// taken writes an effect down, where there is one.
func (a *Amazon) taken(l *listing, operation channel.Operation, changes bool, before, after string) {
	if !changes {
		return
	}
	e := simulated.Effect{Operation: operation, Target: l.sku, Before: before, After: after}
	if operation == channel.SetStock {
		e.Location = ownPlace
	}
	a.desk.Note(e)
}

// summaries answers what lies in Amazon's warehouses.
func (a *Amazon) summaries(w http.ResponseWriter, q url.Values) {
	skus := strings.Split(q.Get("sellerSkus"), ",")
	if one := q.Get("sellerSku"); one != "" {
		skus = []string{one}
	}
	if q.Get("granularityType") != "Marketplace" || q.Get("granularityId") != Marketplace || q.Get("marketplaceIds") != Marketplace || len(skus) > 50 {
		bad(w, "A parameter is not of its form.")
		return
	}
	all := []any{}
	for _, l := range a.listings {
		if l.fba && slices.Contains(skus, l.sku) {
			all = append(all, map[string]any{"asin": l.asin, "fnSku": "X" + l.asin[1:], "sellerSku": l.sku, "condition": "NewItem", "productName": l.title,
				"totalQuantity": l.lying + 2, "inventoryDetails": map[string]any{"fulfillableQuantity": l.lying, "inboundShippedQuantity": 2}})
		}
	}
	say(w, http.StatusOK, map[string]any{"payload": map[string]any{"granularity": map[string]any{"granularityType": "Marketplace", "granularityId": Marketplace},
		"inventorySummaries": all}})
}

func asin(id int64) string { return fmt.Sprintf("B%09d", id*7919%1_000_000_000) }

// newListing makes an offer. One in five lies in Amazon's warehouses, and one SKU has a comma and a slash in it.
func (a *Amazon) newListing(r *rand.Rand, n int, at int64) {
	g := goods[r.IntN(len(goods))]
	id := a.number()
	l := &listing{sku: fmt.Sprintf("GH-%d-%d", 100+r.IntN(900), id), asin: asin(id), title: g.title, kind: g.kind,
		gtin: fmt.Sprintf("40000000%05d", id%100_000), created: at, updated: at, buyable: r.IntN(9) > 0, price: g.price, own: true, quantity: 5 + int64(r.IntN(60)), days: 2}
	switch {
	case n == 2:
		l.sku = fmt.Sprintf("GH %d, A/B", id)
	case n%5 == 4:
		l.own, l.fba, l.lying = false, true, 10+int64(r.IntN(90))
	case r.IntN(4) == 0:
		l.business = g.price * 9 / 10
	}
	a.listings = append(a.listings, l)
}
