package amazon

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"tradepost/backend/channel"
	"tradepost/backend/channel/channeltest"
	"tradepost/backend/commerce"
	"tradepost/backend/connectors/amazon/sim"
	"tradepost/backend/order"
)

// TestSandboxAnswersAreRead reads every answer of Amazon's own sandbox that fits its model, of the operations that are used, and holds what
// comes out to what a plain look at the JSON says.
func TestSandboxAnswersAreRead(t *testing.T) {
	folder := heldModels(t)
	replay, err := sim.ReadSandbox(folder, usedModels...)
	must(t, err)
	read, models := map[string]int{}, map[string]*openapi3.T{}
	for _, name := range usedModels {
		models[name] = model(t, folder, name)
	}
	for _, p := range replay.Pairs {
		if p.Status >= 300 || !answered(t, models, p.Model, p.Path, p.Method, p.Status, p.Answer) {
			continue
		}
		what := looks[p.Model+" "+p.Operation]
		if what == nil {
			continue
		}
		var answer map[string]any
		must(t, json.Unmarshal(p.Answer, &answer))
		t.Run(p.Operation, func(t *testing.T) { what(t, answer) })
		read[p.Operation]++
	}
	for key := range looks {
		_, operation, _ := strings.Cut(key, " ")
		if read[operation] == 0 {
			t.Errorf("the sandbox has no answer of %s that fits its model", operation)
		}
	}
	t.Logf("read: %v", read)
}

// looks are how the answers of an operation are read.
var looks = map[string]func(*testing.T, map[string]any){
	ordersModel + " searchOrders": func(t *testing.T, answer map[string]any) {
		for _, o := range answer["orders"].([]any) {
			goldenOrder(t, o.(map[string]any))
		}
	},
	ordersModel + " getOrder": func(t *testing.T, answer map[string]any) { goldenOrder(t, answer["order"].(map[string]any)) },
	listingsModel + " getListingsItem": func(t *testing.T, answer map[string]any) {
		goldenListing(t, answer)
	},
	listingsModel + " searchListingsItems": func(t *testing.T, answer map[string]any) {
		for _, item := range answer["items"].([]any) {
			goldenListing(t, item.(map[string]any))
		}
	},
}

// at finds a value by its path; nil is none.
func at(value any, path ...string) any {
	for _, name := range path {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

func text(value any) string {
	s, _ := value.(string)
	return s
}

func list(value any) []any {
	all, _ := value.([]any)
	return all
}

// goldenOrder reads an order and compares it with a plain look at it.
func goldenOrder(t *testing.T, in map[string]any) {
	raw, err := json.Marshal(in)
	must(t, err)
	record, problems := connector{}.Read(channel.Orders, raw, channel.Account{Currency: "XXX"})
	if len(problems) > 0 {
		t.Fatalf("%s: %v", in["orderId"], problems)
	}
	o := record.Order
	currency := commerce.Currency(text(at(in, "proceeds", "grandTotal", "currencyCode")))
	same := func(what string, got, want any) {
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: the %s is %v, not %v", in["orderId"], what, got, want)
		}
	}
	same("number", o.Number, in["orderId"])
	same("currency", o.Currency, currency)
	total, _ := commerce.ParseDecimal(text(at(in, "proceeds", "grandTotal", "amount")))
	same("total", commerce.Decimal(o.Total.Decimal(currency.Exponent())).Padded(0), total.Padded(0))
	same("instant", o.Placed.At.Time().Format(time.RFC3339), in["createdTime"])
	same("town", city(o), text(at(in, "recipient", "deliveryAddress", "city")))
	same("receiver", name(o), text(at(in, "recipient", "deliveryAddress", "name")))
	same("shipped by Amazon", o.FulfilledBy == order.ByChannel, text(at(in, "fulfillment", "fulfilledBy")) == "AMAZON")
	same("shipped", o.Fulfillment == order.Fulfilled, text(at(in, "fulfillment", "fulfillmentStatus")) == "SHIPPED")
	same("parcels", len(record.Shipments), len(list(in["packages"])))
	if len(o.Lines) != len(list(in["orderItems"])) {
		t.Fatalf("%s has %d lines, not %d", in["orderId"], len(o.Lines), len(list(in["orderItems"])))
	}
	for i, item := range list(in["orderItems"]) {
		line := o.Lines[i]
		same("line", line.ExternalID, at(item, "orderItemId"))
		same("SKU", line.SKU, at(item, "product", "sellerSku"))
		same("title", line.Title, at(item, "product", "title"))
		same("quantity", line.Quantity, at(item, "quantityOrdered"))
		for kind, amount := range map[string]commerce.Amount{"ITEM": line.Total, "TAX": line.Tax, "SHIPPING": line.Shipping} {
			same(kind+" of a line", amount.Decimal(currency.Exponent()), inMinor(item, kind, currency))
		}
	}
	sum := int64(0)
	for _, l := range o.Lines {
		sum += l.Total.Minor + l.Tax.Minor + l.Shipping.Minor - l.Discount.Minor
	}
	same("sum of the lines", sum, o.Total.Minor)
}

// inMinor is what is said of one kind of proceeds of an item, with the places of its currency.
func inMinor(item any, kind string, currency commerce.Currency) string {
	for _, b := range list(at(item, "proceeds", "breakdowns")) {
		if text(at(b, "type")) == kind {
			d, _ := commerce.ParseDecimal(text(at(b, "subtotal", "amount")))
			return string(d.Padded(currency.Exponent()))
		}
	}
	return ""
}

func city(o *order.Order) string {
	to, _ := o.Party(order.ShipTo)
	return to.City
}

func name(o *order.Order) string {
	to, _ := o.Party(order.ShipTo)
	return to.Name
}

// goldenListing reads a listing as a product and as stock, on each of its marketplaces.
func goldenListing(t *testing.T, in map[string]any) {
	raw, err := json.Marshal(in)
	must(t, err)
	for n, s := range list(in["summaries"]) {
		account := channel.Account{ID: "A1@" + text(at(s, "marketplaceId")), Currency: "XXX"}
		record, problems := connector{}.Read(channel.Products, raw, account)
		if len(problems) > 0 {
			t.Fatalf("%s: %v", in["sku"], problems)
		}
		l := record.Listing
		offer := list(in["offers"])[n]
		price, _ := commerce.ParseDecimal(text(at(offer, "price", "amount")))
		if l.SKU != in["sku"] || l.Title != text(at(s, "itemName")) || !l.Price.Equal(price) || string(l.Currency) != text(at(offer, "price", "currencyCode")) ||
			(l.Status == "active") != (len(list(at(s, "status"))) > 0) || !strings.HasSuffix(l.URL, "/dp/"+text(at(s, "asin"))) {
			t.Errorf("%s reads as %+v", in["sku"], l)
		}
	}
	record, problems := connector{}.Read(channel.Stock, raw, channel.Account{})
	if len(problems) > 0 || len(record.Levels) != len(list(in["fulfillmentAvailability"])) {
		t.Fatalf("the stock of %s: %+v %v", in["sku"], record.Levels, problems)
	}
	for i, a := range list(in["fulfillmentAvailability"]) {
		if l := record.Levels[i]; string(l.Quantity) != fmt.Sprint(at(a, "quantity")) || l.Location != text(at(a, "fulfillmentChannelCode")) {
			t.Errorf("the stock of %s reads as %+v", in["sku"], l)
		}
	}
}

// TestSandboxIsConnected drives the connector against Amazon's own sandbox, replayed.
func TestSandboxIsConnected(t *testing.T) {
	replay, err := sim.ReadSandbox(heldModels(t), usedModels...)
	must(t, err)
	server := httptest.NewServer(replay)
	t.Cleanup(server.Close)
	h := &house{t: t, now: time.Date(2026, 3, 5, 10, 0, 0, 0, time.UTC), server: server}
	h.session = &channeltest.Session{Connector: connector{}, Clock: func() time.Time { return h.now },
		Options: map[string]string{"marketplace": "ATVPDKIKX0DER", "seller_id": "A1SANDBOX", "client_id": "c", "endpoint": server.URL, "sign_in": server.URL + "/auth/o2/token"},
		Secrets: map[string]string{"client_secret": "s", "refresh_token": "r"}}
	h.check()
	if a := h.session.Known; a.Name != "BestSellerStore" || a.Currency != "USD" || len(a.Rights) != 6 {
		t.Errorf("the sandbox's account is %+v", a)
	}
	page, err := connector{}.Pull(context.Background(), h.session, channel.PullRequest{Stream: channel.Orders, Mode: channel.Changes})
	must(t, err)
	if len(page.Items) != 1 || page.Next == nil {
		t.Errorf("the sandbox gives %d orders", len(page.Items))
	}
	for _, stream := range []channel.Stream{channel.Products, channel.Stock} {
		page, err = connector{}.Pull(context.Background(), h.session, channel.PullRequest{Stream: stream, Mode: channel.ByID, IDs: []string{"GM-ZDPI-9B4E"}})
		must(t, err)
		if len(page.Items) != 1 || len(page.Deleted) != 0 {
			t.Errorf("the sandbox gives %d of %s", len(page.Items), stream)
		}
	}
	stock := channel.Intent{Target: "GM-ZDPI-9B4E", Quantity: "7", Location: ownPlace}
	if got := h.write(channel.SetStock, []channel.Intent{stock}); got[0].Result != channel.Awaiting || !strings.HasPrefix(got[0].Ref, "f1dc2914") {
		t.Errorf("the sandbox's answer to a change reads as %+v", got)
	}
	if got := h.poll([]channel.Intent{stock}, "feed feedId1 1"); got[0].Result != channel.Refused {
		t.Errorf("the sandbox's cancelled feed reads as %+v", got)
	}
}
