package shopify

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/channeltest"
	"tradepost/backend/commerce"
	"tradepost/backend/connectors/shopify/sim"
	"tradepost/backend/fault"
	"tradepost/backend/order"
)

// testbed is a simulated shop and a session with it.
type testbed struct {
	*testing.T
	*channeltest.Session

	shop *sim.Shop
	base string
	now  time.Time
}

func open(t *testing.T) *testbed {
	t.Helper()
	return openBetween(t, func(next http.Handler) http.Handler { return next })
}

func openBetween(t *testing.T, between func(http.Handler) http.Handler) *testbed {
	t.Helper()
	b := &testbed{T: t, now: time.Date(2026, 3, 5, 10, 20, 30, 417_000_000, time.UTC)}
	b.shop = sim.New(func() time.Time { return b.now })
	server := httptest.NewServer(between(b.shop))
	t.Cleanup(server.Close)
	b.base = server.URL
	b.connect(b.shop.Connection(b.base))
	return b
}

func (b *testbed) connect(options, secrets map[string]string) {
	b.Session = &channeltest.Session{Connector: New(), Options: options, Secrets: secrets, Clock: func() time.Time { return b.now }}
}

// known signs in and checks.
func (b *testbed) known() *testbed {
	b.Helper()
	b.signIn()
	account, err := b.Connector.Check(b.Context(), b)
	b.must(err)
	b.Known = account
	return b
}

func (b *testbed) signIn() {
	b.Helper()
	if signs := (connector{}); signs.Lapsed(b) {
		fresh, err := signs.Refresh(b.Context(), b)
		b.must(err)
		for name, value := range fresh {
			b.Secrets[name] = value
		}
	}
}

func (b *testbed) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// pull pulls to the end.
func (b *testbed) pull(stream channel.Stream, mode channel.Mode, cursor []byte, size int) (items map[string]channel.Item, next []byte) {
	b.Helper()
	b.signIn()
	items = map[string]channel.Item{}
	for pages := 0; ; pages++ {
		page, err := b.Connector.Pull(b.Context(), b, channel.PullRequest{Stream: stream, Mode: mode, Cursor: cursor, Size: size})
		b.must(err)
		for _, item := range page.Items {
			items[item.ID] = item
		}
		if cursor = page.Next; page.Done {
			return items, cursor
		}
		b.now = b.now.Add(page.Wait)
		if pages > 3000 {
			b.Fatalf("the pull of %s does not end", stream)
		}
	}
}

func (b *testbed) byID(stream channel.Stream, ids ...string) channel.Page {
	b.Helper()
	page, err := b.Connector.Pull(b.Context(), b, channel.PullRequest{Stream: stream, Mode: channel.ByID, IDs: ids})
	b.must(err)
	return page
}

func (b *testbed) read(stream channel.Stream, item channel.Item) channel.Record {
	b.Helper()
	record, problems := b.Connector.Read(stream, item.Raw, b.Known)
	if len(problems) > 0 {
		b.Fatalf("reading %s: %v", item.Raw, problems)
	}
	return record
}

// order is an order as it is now.
func (b *testbed) order(id string) channel.Record {
	b.Helper()
	page := b.byID(channel.Orders, id)
	if len(page.Items) != 1 {
		b.Fatalf("the order %s is not there", id)
	}
	return b.read(channel.Orders, page.Items[0])
}

func (b *testbed) send(intents ...channel.Intent) []channel.Outcome {
	b.Helper()
	outcomes, err := channel.Writer(b.Connector, intents[0].Operation)(b.Context(), b, intents)
	b.must(err)
	return outcomes
}

func (b *testbed) ends(what string, outcomes []channel.Outcome, want ...channel.Result) {
	b.Helper()
	var got []channel.Result
	for _, o := range outcomes {
		if got = append(got, o.Result); (o.Result == channel.Refused) != (o.Problem != nil) {
			b.Errorf("%s: the outcome is %+v", what, o)
		}
	}
	if !slices.Equal(got, want) {
		b.Errorf("%s ends as %+v, not as %v", what, outcomes, want)
	}
}

func (b *testbed) find(intent channel.Intent) channel.Result {
	b.Helper()
	outcome, err := connector{}.Find(b.Context(), b, intent)
	b.must(err)
	return outcome.Result
}

func (b *testbed) wants(what string, err error, code fault.Code) {
	b.Helper()
	if !fault.Is(err, code) {
		b.Errorf("%s must be of the class %s: %v", what, code, err)
	}
}

// conformance is what the connector can, part by part.
var conformance = []struct {
	name string
	do   func(*testbed)
}{
	{"all streams are read", testStreams},
	{"stock that changed is read location by location", testChangedStock},
	{"an order of more lines, parcels and refunds than a page is whole", testLongOrder},
	{"an order that was edited before it left has the pieces that are to leave", testEditedOrder},
	{"stock and prices that are set are seen there", testListingWrites},
	{"parcels leave from the locations that have them", testShipping},
	{"a number that was wrong is corrected", testTracking},
	{"cancelling ends when the vendor's job does", testCancelling},
	{"refunds go back to where the money came from", testRefunds},
	{"lines come back to their shelf", testReturns},
	{"a bulk operation gives what a walk gives", testBulk},
}

func TestConformance(t *testing.T) {
	for _, part := range conformance {
		t.Run(part.name, func(t *testing.T) { part.do(open(t)) })
	}
}

func testStreams(b *testbed) {
	b.shop.Fill(3, 9, 5, 20)
	b.known()
	for _, info := range b.Connector.Manifest().Streams {
		for _, mode := range []channel.Mode{channel.Full, channel.Changes} {
			items, _ := b.pull(info.Stream, mode, nil, 4)
			if want := len(b.shop.IDs(info.Stream)); len(items) != want {
				b.Errorf("%s of %s gives %d of %d", mode, info.Stream, len(items), want)
			}
			for id, item := range items {
				b.read(info.Stream, item)
				if got := b.byID(info.Stream, id).Items; len(got) != 1 || string(got[0].Raw) != string(item.Raw) {
					b.Errorf("asked for by id %s of %s is another", id, info.Stream)
				}
			}
		}
	}
	if page := b.byID(channel.Orders, "1", "x", ""); len(page.Items) != 0 || len(page.Deleted) != 3 {
		b.Errorf("what is not there is %+v", page)
	}
}

func testChangedStock(b *testbed) {
	b.shop.Fill(3, 9, 1, 0)
	b.known()
	_, cursor := b.pull(channel.Stock, channel.Changes, nil, 4)
	b.now = b.now.Add(24 * time.Hour)
	b.shop.Change(channel.Stock, b.shop.IDs(channel.Stock)[0], rand.New(rand.NewPCG(1, 1)))
	_, cursor = b.pull(channel.Stock, channel.Changes, cursor, 4)
	b.now = b.now.Add(24 * time.Hour)
	changed := b.shop.IDs(channel.Stock)[3]
	b.shop.Change(channel.Stock, changed, rand.New(rand.NewPCG(1, 1)))
	for _, size := range []int{1, 4} {
		items, _ := b.pull(channel.Stock, channel.Changes, cursor, size)
		if len(items) != 2 { // and the one before, within the overlap
			b.Errorf("one level changed, and %d things are given", len(items))
		}
		if levels := b.read(channel.Stock, items[changed]).Levels; len(levels) != 2 || levels[0].Location != "101" || levels[1].Location != "102" || !levels[0].Tracked {
			b.Errorf("its levels are %+v", levels)
		}
	}
}

func testLongOrder(b *testbed) {
	var variants []string
	for range 75 {
		variants = append(variants, b.shop.AddVariant("LONG", "Pot", 1000, 500))
	}
	id := b.shop.Order(b.shop.AddCustomer("Grete", "Beispiel", "grete@example.com"), variants, 3)
	other := b.shop.Order(b.shop.AddCustomer("Otto", "Muster", "otto@example.com"), variants[:45], 1)
	b.known()
	b.ends("a long order as a whole", b.send(channel.Intent{Key: "tp-9-1", Operation: channel.Ship, Target: other, Shipment: &channel.Shipment{Tracking: "W"}}), channel.Applied)
	if got := b.order(other); got.Order.Fulfillment != order.Fulfilled || len(got.Shipments) != 1 || len(got.Shipments[0].Lines) != 45 {
		b.Errorf("a long order is %s", got.Order.Fulfillment)
	}
	b.shop.Split(id)
	whole := b.order(id).Order.Lines
	if len(whole) != 75 {
		b.Fatalf("of 75 lines %d are read", len(whole))
	}
	for i, line := range whole[:9] {
		b.ends("a parcel", b.send(channel.Intent{Key: "tp-1-1", Operation: channel.Ship, Target: id, Shipment: &channel.Shipment{
			Carrier: "DHL", Tracking: "L" + line.ExternalID, Lines: []channel.ShippedLine{{LineID: line.ExternalID, Quantity: "1"}},
		}}), channel.Applied)
		b.ends("a refund", b.send(channel.Intent{Key: "tp-2-" + line.ExternalID, Operation: channel.Refund, Target: id, Amount: commerce.Minor(100), Currency: "EUR",
			Lines: []channel.ShippedLine{{LineID: whole[70-i].ExternalID, Quantity: "1"}}}), channel.Applied)
	}
	many := channel.Intent{Key: "tp-2-1", Operation: channel.Refund, Target: id, Amount: commerce.Minor(100), Currency: "EUR"}
	for _, line := range whole[30:55] {
		many.Lines = append(many.Lines, channel.ShippedLine{LineID: line.ExternalID, Quantity: "1"})
	}
	b.ends("a refund of many lines", b.send(many), channel.Applied)
	b.ends("the same again", b.send(many), channel.Already)
	rest := channel.Intent{Key: "tp-3-1", Operation: channel.Ship, Target: id, Shipment: &channel.Shipment{Carrier: "DHL", Tracking: "REST"}}
	b.ends("the rest", b.send(rest), channel.Applied)
	items, _ := b.pull(channel.Orders, channel.Changes, nil, 2)
	record := b.read(channel.Orders, items[id])
	if n := len(record.Shipments); n != 10 || len(record.Shipments[9].Lines) != 75 || record.Order.Refunded.Minor != 1000 || record.Order.Fulfillment != order.Fulfilled {
		b.Errorf("%d shipments, the last of %d lines, refunded %v, %s", n, len(record.Shipments[n-1].Lines), record.Order.Refunded, record.Order.Fulfillment)
	}
	if got := b.byID(channel.Orders, id).Items[0].Raw; string(got) != string(items[id].Raw) {
		b.Errorf("asked for by id the long order is another")
	}
	var raw parts
	b.must(json.Unmarshal(items[id].Raw, &raw))
	if len(raw.Payments) != 11 || len(raw.Refunds) != 10 {
		b.Errorf("%d payments and %d refunds are kept", len(raw.Payments), len(raw.Refunds))
	}
	testManyLevels(b)
}

// testManyLevels reads a thing that lies at more locations than come at once.
func testManyLevels(b *testbed) {
	id := b.shop.AddVariant("MANY", "Bench", 9900, 7)
	b.shop.StockEverywhere(id, 23)
	levels := b.read(channel.Stock, b.byID(channel.Stock, id).Items[0]).Levels
	if len(levels) != 24 {
		b.Errorf("of 24 locations %d are read", len(levels))
	}
}

func testEditedOrder(b *testbed) {
	variant := b.shop.AddVariant("EDIT", "Pot", 1000, 50)
	id := b.shop.Order(b.shop.AddCustomer("Grete", "Beispiel", "grete@example.com"), []string{variant}, 5)
	b.shop.Edit(id, 2)
	b.known()
	line := b.order(id).Order.Lines[0]
	if line.Quantity != "3" || line.Total.Minor != 3000 || line.UnitPrice != "10.00" || line.Fulfillment != order.Unfulfilled {
		b.Errorf("with two of five taken out the line is %+v", line)
	}
	b.ends("the rest", b.send(channel.Intent{Key: "tp-1-1", Operation: channel.Ship, Target: id, Shipment: &channel.Shipment{Tracking: "E1"}}), channel.Applied)
	record := b.order(id)
	if got := record.Shipments[0].Lines[0].Quantity; got != "3" || record.Order.Fulfillment != order.Fulfilled || record.Order.FulfilledAt == 0 {
		b.Errorf("shipped are %s of three, the order is %s", got, record.Order.Fulfillment)
	}
}

func testListingWrites(b *testbed) {
	first, second := b.shop.AddVariant("SET-1", "Bowl", 1000, 50), b.shop.AddVariant("SET-2", "Pot", 1000, 50)
	b.known()
	set := func(target, place string, quantity commerce.Decimal, observed string) channel.Intent {
		return channel.Intent{Key: "tp-1-1", Operation: channel.SetStock, Target: target, Location: place, Quantity: quantity, Observed: observed}
	}
	batch := []channel.Intent{
		set(first, "101", "20", "50"), set(first, "102", "5", ""), set(second, "101", "20", "49"), set("987654", "101", "1", ""), set("x", "101", "1", ""),
		set(second, "102", "1.5", ""), set(second, "102", "-1", ""), set(second, "77", "1", ""), set(second, "102", "7", ""),
	}
	if got := b.find(batch[0]); got != channel.NotDone {
		b.Errorf("before it is set it is found as %s", got)
	}
	b.ends("setting stock", b.send(batch...), channel.Applied, channel.Applied, channel.Stale, channel.Refused, channel.Refused, channel.Refused, channel.Refused,
		channel.Refused, channel.Applied)
	for place, want := range map[string]string{"101": "20", "102": "5"} {
		if got := b.shop.Value(channel.SetStock, first, place); got != want {
			b.Errorf("at %s there are %s, not %s", place, got, want)
		}
	}
	b.ends("setting it again", b.send(batch[:2]...), channel.Already, channel.Already)
	price := channel.Intent{Key: "tp-2-1", Operation: channel.SetPrice, Target: first, Price: "12.50", Observed: "10.00"}
	other, fine, pounds, nobody := price, price, price, price
	other.Target, fine.Price, pounds.Currency, nobody.Target = second, "12.505", "GBP", "987654"
	b.ends("setting prices", b.send(price, other, nobody), channel.Applied, channel.Applied, channel.Refused)
	b.ends("setting prices that cannot be", b.send(fine, pounds), channel.Refused, channel.Refused)
	seen, err := connector{}.Observe(b.Context(), b, []channel.Intent{price, nobody, set(second, "102", "", "")})
	b.must(err)
	if !slices.Equal(seen, []string{"12.50", "", "7"}) || b.find(price) != channel.Already {
		b.Errorf("observed is %q", seen)
	}
}

func testShipping(b *testbed) {
	here, there := b.shop.AddVariant("SHIP-1", "Bowl", 1000, 100), b.shop.AddVariant("SHIP-2", "Pot", 1000, 0)
	b.known()
	b.ends("stocking", b.send(channel.Intent{Key: "tp-1-1", Operation: channel.SetStock, Target: there, Location: "102", Quantity: "50"}), channel.Applied)
	buyer := b.shop.AddCustomer("Grete", "Beispiel", "grete@example.com")
	id := b.shop.Order(buyer, []string{here, there}, 4)
	lines := b.order(id).Order.Lines
	parcel := func(key, tracking string, quantities ...commerce.Decimal) channel.Intent {
		s := &channel.Shipment{Carrier: "DHL", Service: "Paket", Tracking: tracking, URL: "https://dhl.example/" + tracking}
		for i, q := range quantities {
			s.Lines = append(s.Lines, channel.ShippedLine{LineID: lines[i].ExternalID, Quantity: q})
		}
		return channel.Intent{Key: key, Operation: channel.Ship, Target: id, Shipment: s}
	}
	both := parcel("tp-3-1", "TP1", "1", "2")
	if got := b.find(both); got != channel.NotDone {
		b.Errorf("before it is sent it is found as %s", got)
	}
	b.ends("a parcel of two locations", b.send(both), channel.Applied)
	b.ends("the same again", b.send(both), channel.Already)
	b.ends("more than there is", b.send(parcel("tp-5-1", "TP3", "4")), channel.Refused)
	b.ends("pieces of a piece", b.send(parcel("tp-5-2", "TP3", "0.5")), channel.Refused)
	b.ends("another one of the first line", b.send(parcel("tp-6-1", "TP4", "1")), channel.Applied)
	if got := b.order(id).Order; got.Fulfillment != order.Partial || got.Lines[0].Fulfillment != order.Partial {
		b.Errorf("partly shipped it is %s", got.Fulfillment)
	}
	rest := parcel("tp-7-1", "TP5")
	b.ends("the rest", b.send(rest), channel.Applied)
	b.ends("the rest again", b.send(rest), channel.Already)
	record := b.order(id)
	var got []string
	for _, s := range record.Shipments {
		text := s.Carrier + " " + s.Tracking
		for _, l := range s.Lines {
			text += " " + string(l.Quantity)
		}
		got = append(got, text)
	}
	slices.Sort(got)
	if want := []string{"DHL TP1 1", "DHL TP1 2", "DHL TP4 1", "DHL TP5 2", "DHL TP5 2"}; !slices.Equal(got, want) || record.Order.Fulfillment != order.Fulfilled {
		b.Errorf("there are %q, not %q; the order is %s", got, want, record.Order.Fulfillment)
	}
	b.ends("an order that is not there", b.send(channel.Intent{Key: "tp-8-1", Operation: channel.Ship, Target: "987654", Shipment: &channel.Shipment{}}), channel.Refused)
	b.ends("no shipment", b.send(channel.Intent{Key: "tp-8-2", Operation: channel.Ship, Target: id}), channel.Refused)
}

// TestSumsAddUp holds the sums of all orders to each other and to their lines, to the cent.
func TestSumsAddUp(t *testing.T) {
	b := open(t)
	b.shop.Fill(3, 9, 5, 80)
	b.known()
	items, _ := b.pull(channel.Orders, channel.Full, nil, 0)
	charges := 0
	for _, item := range items {
		o := b.read(channel.Orders, item).Order
		var goods, charged int64
		for _, l := range o.Lines {
			if l.Charge {
				charged, charges = charged+l.Total.Minor, charges+1
			} else {
				goods += l.Total.Minor - l.Discount.Minor
			}
		}
		if goods != o.Subtotal.Minor || goods+charged+o.Shipping.Minor != o.Total.Minor {
			t.Errorf("goods come to %d and charges to %d; the order says %+v", goods, charged, o)
		}
	}
	if charges < 10 {
		t.Errorf("%d orders have charges", charges)
	}
}

func testTracking(b *testbed) {
	variant := b.shop.AddVariant("TRACK", "Bowl", 1000, 100)
	id := b.shop.Order(b.shop.AddCustomer("Grete", "Beispiel", "grete@example.com"), []string{variant}, 1)
	b.known()
	ship := channel.Intent{Key: "tp-1-1", Operation: channel.Ship, Target: id, Shipment: &channel.Shipment{Carrier: "DHL", Tracking: "WRONG"}}
	made := b.send(ship)
	b.ends("a parcel", made, channel.Applied)
	ship.Key, ship.Shipment = "tp-2-1", &channel.Shipment{ExternalID: made[0].Ref, Carrier: "DHL", Tracking: "RIGHT"}
	if got := b.find(ship); got != channel.NotDone {
		b.Errorf("before it is corrected it is found as %s", got)
	}
	b.ends("its number", b.send(ship), channel.Applied)
	b.ends("its number again", b.send(ship), channel.Already)
	if record := b.order(id); len(record.Shipments) != 1 || record.Shipments[0].Tracking != "RIGHT" {
		b.Errorf("the shipments are %+v", record.Shipments)
	}
	ship.Shipment.ExternalID = "987654"
	b.ends("a parcel that is not there", b.send(ship), channel.Refused)
}

func testCancelling(b *testbed) {
	variant := b.shop.AddVariant("OFF", "Bowl", 1000, 100)
	buyer := b.shop.AddCustomer("Grete", "Beispiel", "grete@example.com")
	b.known()
	off := channel.Intent{Key: "tp-1-1", Operation: channel.Cancel, Target: b.shop.Order(buyer, []string{variant}, 3), Reason: "Out of stock", Restock: true}
	if got := b.find(off); got != channel.NotDone {
		b.Errorf("before it is cancelled it is found as %s", got)
	}
	b.ends("cancelling", b.send(off), channel.Applied)
	b.ends("cancelling again", b.send(off), channel.Already)
	if got := b.order(off.Target).Order; got.Stage() != order.Cancelled || got.Lines[0].Quantity != "3" || got.Lines[0].Fulfillment != order.Restocked {
		b.Errorf("cancelled it reads as %+v", got)
	}
	if got := b.shop.Value(channel.SetStock, variant, "101"); got != "100" {
		b.Errorf("put back on sale there are %s", got)
	}
	b.ends("shipping it", b.send(channel.Intent{Key: "tp-2-1", Operation: channel.Ship, Target: off.Target, Shipment: &channel.Shipment{Tracking: "X"}}), channel.Refused)

	b.shop.Slow(time.Minute)
	off.Key, off.Target = "tp-3-1", b.shop.Order(buyer, []string{variant}, 1)
	outcome := b.send(off)
	b.ends("cancelling slowly", outcome, channel.Awaiting)
	ask := func() channel.Result {
		o, err := connector{}.Poll(b.Context(), b, []channel.Intent{off}, outcome[0].Ref)
		b.must(err)
		return o[0].Result
	}
	if got := ask(); got != channel.Awaiting {
		b.Errorf("while it goes on it is %s", got)
	}
	b.now = b.now.Add(2 * time.Minute)
	if got := ask(); got != channel.Applied {
		b.Errorf("when it is over it is %s", got)
	}
	shipped := b.shop.Order(buyer, []string{variant}, 1)
	b.ends("shipping", b.send(channel.Intent{Key: "tp-4-1", Operation: channel.Ship, Target: shipped, Shipment: &channel.Shipment{Tracking: "Y"}}), channel.Applied)
	off.Key, off.Target = "tp-5-1", shipped
	b.ends("cancelling what is shipped", b.send(off), channel.Refused)
}

func testRefunds(b *testbed) {
	variant := b.shop.AddVariant("BACK", "Bowl", 1000, 100)
	buyer := b.shop.AddCustomer("Grete", "Beispiel", "grete@example.com")
	id := b.shop.Order(buyer, []string{variant}, 2)
	b.known()
	refund := channel.Intent{Key: "tp-1-1", Operation: channel.Refund, Target: id, Amount: commerce.Minor(700), Currency: "EUR", Reason: "A scratch"}
	b.ends("a refund", b.send(refund), channel.Applied)
	b.ends("the same refund again", b.send(refund), channel.Already)
	second, much, foreign, none := refund, refund, refund, refund
	second.Key, much.Key, foreign.Key, none.Key = "tp-2-1", "tp-3-1", "tp-4-1", "tp-5-1"
	much.Amount, foreign.Currency, none.Amount = commerce.Minor(1_000_000), "GBP", commerce.Minor(0)
	b.ends("another refund", b.send(second), channel.Applied)
	b.ends("more than was paid", b.send(much), channel.Refused)
	b.ends("another currency", b.send(foreign), channel.Refused)
	b.ends("nothing", b.send(none), channel.Refused)
	if got := b.order(id).Order; got.Refunded.Minor != 1400 || got.Financial != order.PartiallyRefunded || got.PaidAt == 0 {
		b.Errorf("with 14.00 given back it reads as %+v", got)
	}
	abroad := b.shop.Order(buyer, []string{variant}, 1) // 14.90 EUR, paid as 11.92 GBP
	b.shop.Abroad(abroad)
	refund.Target, refund.Key = abroad, "tp-6-1"
	b.ends("a refund in the shop's currency of what was paid in another", b.send(refund), channel.Refused)
	refund.Currency, refund.Amount = "GBP", commerce.Minor(1192)
	b.ends("a refund in the buyer's currency", b.send(refund), channel.Applied)
	if got := b.order(abroad).Order; got.Refunded.Minor != 1490 || got.Currency != "EUR" || got.Financial != order.Refunded {
		b.Errorf("given back as a whole it reads as %+v", got)
	}
}

func testReturns(b *testbed) {
	variant := b.shop.AddVariant("SHELF", "Bowl", 1000, 100)
	id := b.shop.Order(b.shop.AddCustomer("Grete", "Beispiel", "grete@example.com"), []string{variant}, 3)
	b.known()
	line := b.order(id).Order.Lines[0].ExternalID
	back := channel.Intent{Key: "tp-1-1", Operation: channel.Refund, Target: id, Amount: commerce.Minor(1000), Currency: "EUR", Restock: true,
		Lines: []channel.ShippedLine{{LineID: line, Quantity: "1"}}}
	b.ends("a piece that has not left", b.send(back), channel.Applied)
	if got := b.shop.Value(channel.SetStock, variant, "101"); got != "98" {
		b.Errorf("one of three came back to 97: %s", got)
	}
	b.ends("the rest leaves", b.send(channel.Intent{Key: "tp-2-1", Operation: channel.Ship, Target: id, Shipment: &channel.Shipment{Tracking: "R1"}}), channel.Applied)
	back.Key = "tp-3-1"
	b.ends("a piece that has left", b.send(back), channel.Applied)
	record := b.order(id)
	if got := record.Order.Lines[0]; got.Quantity != "2" || got.Fulfillment != order.Fulfilled || record.Order.Refunded.Minor != 2000 {
		b.Errorf("two left and one of them came back: %+v", got)
	}
	back.Key, back.Lines = "tp-4-1", []channel.ShippedLine{{LineID: line, Quantity: "0.5"}}
	b.ends("half a piece", b.send(back), channel.Refused)
}

// TestKeysAreDemanded calls as somebody would who does not know that keys are mandatory: the simulated shop refuses it, as the real one does.
func TestKeysAreDemanded(t *testing.T) {
	b := open(t)
	variant := b.shop.AddVariant("KEY", "Bowl", 1000, 50)
	b.known()
	live, err := listings(t.Context(), b, []channel.Intent{{Target: variant}})
	b.must(err)
	input := map[string]any{"name": "available", "reason": "correction", "quantities": []any{map[string]any{"inventoryItemId": live[variant].Item.ID,
		"locationId": gid("Location", "101"), "quantity": 7, "changeFromQuantity": 50}}}
	keyless := strings.NewReplacer(" @idempotent(key: $key)", "", ", $key: String!", "").Replace(setStockDocument)
	_, err = mutate(t.Context(), b, keyless, map[string]any{"input": input})
	b.wants("a call without a key", err, fault.Invalid)
	for range 2 {
		m, err := mutate(t.Context(), b, setStockDocument, map[string]any{"input": input, "key": "k-1"})
		if b.must(err); len(m.Errors) > 0 {
			t.Errorf("a call that is made twice with one key: %+v", m.Errors)
		}
	}
	if n := len(b.shop.Desk().Effects()); n != 1 {
		t.Errorf("it took effect %d times", n)
	}
	input["quantities"] = []any{}
	_, err = mutate(t.Context(), b, setStockDocument, map[string]any{"input": input, "key": "k-1"})
	b.wants("a key of another call", err, fault.Unknown)
}

// TestSomebodyElseSetsStock lets a level change between our look and our write: Shopify refuses it, and the outcome says what is there.
func TestSomebodyElseSetsStock(t *testing.T) {
	b := open(t)
	first, second := b.shop.AddVariant("RACE-1", "Bowl", 1000, 50), b.shop.AddVariant("RACE-2", "Pot", 1000, 50)
	b.known()
	between := &meanwhile{Session: b.Session, before: "mutation SetStock", do: func() {
		b.shop.Change(channel.Stock, first, rand.New(rand.NewPCG(1, 1)))
	}}
	outcomes, err := connector{}.SetStock(t.Context(), between, []channel.Intent{
		{Key: "tp-1-1", Operation: channel.SetStock, Target: first, Location: "101", Quantity: "9"},
		{Key: "tp-2-1", Operation: channel.SetStock, Target: second, Location: "101", Quantity: "9"},
	})
	b.must(err)
	b.ends("setting two, of which one changed", outcomes, channel.Stale, channel.Applied)
	if now := b.shop.Value(channel.SetStock, first, "101"); outcomes[0].Value != now || now == "9" {
		t.Errorf("there are %s, the outcome says %s", now, outcomes[0].Value)
	}
}

// meanwhile is a session during which something happens, once, before a call.
type meanwhile struct {
	*channeltest.Session
	before string
	do     func()
}

func (m *meanwhile) Do(ctx context.Context, call channel.Call) (channel.Answer, error) {
	if m.do != nil && strings.Contains(string(call.Body), m.before) {
		m.do()
		m.do = nil
	}
	return m.Session.Do(ctx, call)
}

// TestSlowlyAndSmall lets the vendor find questions too costly: they become smaller until they are not, and stay so.
func TestQuestionsThatAreTooCostly(t *testing.T) {
	b := open(t)
	b.shop.Fill(3, 9, 5, 60)
	b.known()
	b.shop.Costly(150)
	items, _ := b.pull(channel.Orders, channel.Full, nil, 50)
	if len(items) != 60 {
		t.Errorf("%d of 60 orders are given", len(items))
	}
	var refused, asked int
	for _, call := range b.Calls {
		if strings.Contains(string(call.Body), "query Orders(") {
			asked++
		}
	}
	for size := 50; size > 1; size = (size + 1) / 2 {
		refused++
	}
	if asked > 60/3+refused {
		t.Errorf("%d calls for 60 orders: the size that was taken is not remembered", asked)
	}
	if page := b.byID(channel.Orders, b.shop.IDs(channel.Orders)[:40]...); len(page.Items) != 40 {
		t.Errorf("of 40 orders %d are found by id", len(page.Items))
	}
	b.shop.Costly(1)
	_, err := b.Connector.Pull(t.Context(), b, channel.PullRequest{Stream: channel.Orders, Mode: channel.Full})
	b.wants("a question that is too costly even for one", err, fault.Invalid)
}

func TestPointsThatAreUsedUp(t *testing.T) {
	b := open(t)
	b.shop.Fill(3, 9, 5, 60)
	b.known()
	b.shop.Limit(1000, 100)
	var err error
	for n := 0; err == nil; n++ {
		_, err = b.Connector.Pull(t.Context(), b, channel.PullRequest{Stream: channel.Orders, Mode: channel.Full})
		if n > 50 {
			t.Fatal("the points are never used up")
		}
	}
	b.wants("a call beyond the points", err, fault.RateLimited)
	if wait := fault.Of(err).RetryAt.Sub(b.now); wait < time.Second || wait > 10*time.Second {
		t.Errorf("it asks to wait for %s", wait)
	}
	b.now = fault.Of(err).RetryAt
	_, err = b.Connector.Pull(t.Context(), b, channel.PullRequest{Stream: channel.Orders, Mode: channel.Full})
	b.must(err)
}

func TestMeter(t *testing.T) {
	answer := channel.Answer{Status: 200, Body: []byte(`{"data":null,"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],
		"extensions":{"cost":{"requestedQueryCost":450,"actualQueryCost":null,"throttleStatus":{"maximumAvailable":2000.0,"currentlyAvailable":150,"restoreRate":100.0}}}}`)}
	if got, want := (connector{}).Meter(channel.Call{}, answer), (channel.Meter{Rate: 100, Burst: 2000, Left: 150, Wait: 3 * time.Second}); got != want {
		t.Errorf("it reads as %+v, not as %+v", got, want)
	}
	for _, body := range []string{"", "[]", `{"data":{}}`, `{"extensions":{"cost":{"throttleStatus":{"restoreRate":0}}}}`} {
		if got := (connector{}).Meter(channel.Call{}, channel.Answer{Body: []byte(body)}); got != (channel.Meter{}) {
			t.Errorf("%s reads as %+v", body, got)
		}
	}
}

func TestWhatTheCheckSays(t *testing.T) {
	notes := func(b *testbed) string { return strings.Join(b.known().Known.Notes, "\n") }
	b := open(t)
	if said := notes(b); strings.Contains(said, "60 days") || strings.Contains(said, "scopes") || strings.Contains(said, "Version") || len(b.Known.Rights) != 9 {
		t.Errorf("all is granted, and it says %q; rights are %v", said, b.Known.Rights)
	}
	b.shop.Grant("read_products", "read_inventory", "read_locations", "read_orders")
	if said := notes(b); !strings.Contains(said, "60 days") || !strings.Contains(said, "write_orders") || len(b.Known.Rights) != 3 {
		t.Errorf("with a part granted it says %q; rights are %v", said, b.Known.Rights)
	}
	for served, words := range map[string]string{"2027-01": "retired", "2026-07": "answers where"} {
		b.shop.Serve(served)
		if said := notes(b); !strings.Contains(said, words) {
			t.Errorf("answered by %s it says %q", served, said)
		}
	}
	hidden := open(t)
	hidden.shop.Fill(1, 3, 3, 3)
	hidden.shop.HidePeople()
	if said := notes(hidden); !strings.Contains(said, "protected customer data") {
		t.Errorf("with buyers hidden it says %q", said)
	}
	items, _ := hidden.pull(channel.Orders, channel.Full, nil, 10)
	for _, item := range items {
		if o := hidden.read(channel.Orders, item).Order; len(o.Parties) != 0 || !o.Total.Stated {
			t.Errorf("an order whose buyer is hidden reads as %+v", o)
		}
	}
}

// TestSixtyDays sees what an app without read_all_orders sees.
func TestSixtyDays(t *testing.T) {
	b := open(t)
	b.shop.Fill(1, 3, 3, 5)
	b.now = b.now.Add(61 * 24 * time.Hour)
	young := b.shop.Place(rand.New(rand.NewPCG(1, 1)))
	options, _ := b.shop.TokenConnection(b.base)
	b.connect(options, map[string]string{"access_token": b.shop.NarrowToken()})
	b.known()
	items, _ := b.pull(channel.Orders, channel.Full, nil, 10)
	if _, there := items[young]; !there || len(items) != 1 {
		t.Errorf("%d orders are given", len(items))
	}
	_, err := b.Connector.Pull(t.Context(), b, channel.PullRequest{Stream: channel.Products, Mode: channel.Full})
	b.wants("what the token may not", err, fault.Permission)
}

func TestAddresses(t *testing.T) {
	for typed, want := range map[string]string{
		"greenhouse": "https://greenhouse.myshopify.com", "greenhouse.myshopify.com": "https://greenhouse.myshopify.com",
		" https://Greenhouse.myshopify.com/admin/orders ": "https://greenhouse.myshopify.com", "https://admin.shopify.com/store/greenhouse/settings": "https://greenhouse.myshopify.com",
		"http://127.0.0.1:4711/": "http://127.0.0.1:4711", "http://localhost:4711": "http://localhost:4711", "http://greenhouse.myshopify.com": "https://greenhouse.myshopify.com",
		"": "", "greenhouse.example": "", "https://greenhouse.example": "", "my shop": "", "https://me:pass@greenhouse.myshopify.com": "", "http://me:pass@127.0.0.1:1": "",
		"https://": "", "greenhouse.myshopify.com.evil.example": "", "https://admin.shopify.com/": "",
	} {
		got, err := address(&channeltest.Session{Connector: New(), Options: map[string]string{"shop": typed}})
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is called at %q: %v", typed, got, err)
		}
		if err != nil && fault.Of(err).Field != "shop" {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

// TestTokensLapse lives through the end of a token.
func TestTokensLapse(t *testing.T) {
	b := open(t)
	b.known()
	first := b.Secrets[channel.SignIn]
	b.now = b.now.Add(23*time.Hour + 55*time.Minute)
	if !(connector{}).Lapsed(b) {
		t.Errorf("five minutes before its end a token is good enough")
	}
	b.known()
	if b.Secrets[channel.SignIn] == first {
		t.Errorf("the token is the same after a day")
	}
	for code, words := range map[string]string{"shop_not_permitted": "organisations", "app_not_installed": "not installed", "application_cannot_be_found": "no app", "x": "client secret"} {
		_, err := granted(channel.Answer{Status: 400, Body: []byte(`{"error":"` + code + `"}`)}, b.now)
		if b.wants(code, err, fault.Auth); !strings.Contains(err.Error()+fault.Of(err).Message, words) {
			t.Errorf("%s is told as %v", code, err)
		}
	}
}

// TestHooks reads deliveries as the simulated shop makes them.
func TestHooks(t *testing.T) {
	b := open(t)
	b.shop.Fill(1, 3, 3, 3)
	for stream, want := range map[channel.Stream]string{channel.Orders: b.shop.IDs(channel.Orders)[0], channel.Products: b.shop.IDs(channel.Products)[1],
		channel.Customers: b.shop.IDs(channel.Customers)[0]} {
		caught := channeltest.Caught(t, func(address string) {
			b.must(b.shop.Tell(t.Context(), address, stream, want, false))
			b.must(b.shop.Tell(t.Context(), address, stream, want, true))
		})
		var ids []string
		for _, h := range caught {
			hook, err := connector{}.ReadHook(h.Header, h.Body, b.Secrets[secretSecret])
			if b.must(err); hook.Stream != stream || !slices.Equal(hook.IDs, []string{want}) {
				t.Errorf("a delivery of %s reads as %+v", stream, hook)
			}
			ids = append(ids, hook.ID)
		}
		if ids[0] == "" || ids[0] != ids[1] {
			t.Errorf("the same delivery again has the ids %q", ids)
		}
	}
	for topic, body := range map[string]string{"fulfillments/create": `{"id":1,"order_id":7}`, "refunds/create": `{"id":2,"order_id":7}`,
		"fulfillment_orders/moved": `{"fulfillment_order":{"id":3,"order_id":7}}`, "orders/edited": `{"id":4,"order_edit":{},"order_id":0}`} {
		stream, ids := dirty(topic, []byte(body))
		if want := "7"; topic != "orders/edited" && (stream != channel.Orders || !slices.Equal(ids, []string{want})) {
			t.Errorf("%s names %s %v", topic, stream, ids)
		}
	}
	for _, body := range []string{"", "[]", "null", `{"id":"x"}`, `{"id":-7}`, `{"id":1.5}`, `{"variants":[{}]}`} {
		for _, topic := range []string{"orders/updated", "products/update", "app/uninstalled", ""} {
			if _, ids := dirty(topic, []byte(body)); len(ids) > 0 {
				t.Errorf("%s %s names %v", topic, body, ids)
			}
		}
	}
}

// TestAnswers holds each kind of answer that is none to its class, in a call that reads and in one that writes.
func TestAnswers(t *testing.T) {
	graph := func(code string) string {
		return `{"errors":[{"message":"It is so.","extensions":{"code":"` + code + `"}}],"data":null}`
	}
	for _, c := range []struct {
		name, body  string
		status      int
		read, write fault.Code
	}{
		{"an error of the server inside of 200", graph("INTERNAL_SERVER_ERROR"), 200, fault.Unavailable, fault.Unknown},
		{"an error without a code", `{"errors":[{"message":"It is so."}]}`, 200, fault.Unavailable, fault.Unknown},
		{"points that are used up", graph("THROTTLED"), 200, fault.RateLimited, fault.RateLimited},
		{"points that are used up, with a status", graph("THROTTLED"), 429, fault.RateLimited, fault.RateLimited},
		{"a right that is missing", graph("ACCESS_DENIED"), 200, fault.Permission, fault.Permission},
		{"a field that is gone", graph("undefinedField"), 200, fault.Retired, fault.Retired},
		{"a key under way", graph("IDEMPOTENCY_CONCURRENT_REQUEST"), 200, fault.Unknown, fault.Unknown},
		{"a key of something else", graph("IDEMPOTENCY_KEY_PARAMETER_MISMATCH"), 200, fault.Unknown, fault.Unknown},
		{"a key of a try that failed", graph("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"), 200, fault.Unknown, fault.Unknown},
		{"a shop that is closed", graph("SHOP_INACTIVE"), 200, fault.Permission, fault.Permission},
		{"a shop with a bill", `{"errors":"Unavailable Shop"}`, 402, fault.Permission, fault.Permission},
		{"a shop that is locked", `{"errors":"Locked"}`, 423, fault.Permission, fault.Permission},
		{"another error", graph("BAD_REQUEST"), 400, fault.Invalid, fault.Invalid},
		{"no sign-in", `{"errors":"[API] Invalid API key or access token"}`, 401, fault.Auth, fault.Auth},
		{"data that are null", `{"data":null}`, 200, fault.Unavailable, fault.Unknown},
		{"nothing", ``, 200, fault.Unavailable, fault.Unknown},
		{"a page for people", `<html>Welcome</html>`, 200, fault.Unavailable, fault.Unknown},
		{"the right body under 206", `{"data":{}}`, 206, fault.Unavailable, fault.Unknown},
		{"a shop that is not there", `{"errors":"Not Found"}`, 404, fault.Invalid, fault.Invalid},
		{"trouble", `Bad Gateway`, 502, fault.Unavailable, fault.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			for writes, want := range map[bool]fault.Code{false: c.read, true: c.write} {
				_, err := understand(channel.Answer{Status: c.status, Body: []byte(c.body), Header: http.Header{}}, writes, time.Unix(1e9, 0))
				if said := fault.Of(err); err == nil || said.Code != want || said.Message == "" || said.Remedy == "" {
					t.Errorf("where it writes (%v) it is %v, not %s", writes, err, want)
				}
			}
		})
	}
}
