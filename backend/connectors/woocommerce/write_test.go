package woocommerce

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/commerce"
	"tradepost/backend/connectors/woocommerce/sim"
	"tradepost/backend/fault"
)

// write carries out intents of one operation.
func (b *testbed) write(operation channel.Operation, intents ...channel.Intent) []channel.Outcome {
	b.t.Helper()
	outcomes, err := channel.Writer(Connector{}, operation)(context.Background(), b, intents)
	if err != nil || len(outcomes) != len(intents) {
		b.t.Fatalf("%s: %v, %v", operation, outcomes, err)
	}
	return outcomes
}

// effects counts what writes of an operation changed in the shop.
func (b *testbed) effects(operation channel.Operation) int {
	return len(slices.DeleteFunc(b.shop.Desk().Effects(), func(e simulated.Effect) bool { return e.Operation != operation }))
}

// one gives the shop's order as it is read now, with its JSON.
func (b *testbed) one(id string) (channel.Record, orderJSON) {
	b.t.Helper()
	p, err := Connector{}.Pull(context.Background(), b, channel.PullRequest{Stream: channel.Orders, Mode: channel.ByID, IDs: []string{id}})
	if err != nil || len(p.Items) != 1 {
		b.t.Fatalf("order %s: %v, %v", id, p, err)
	}
	record, problems := Connector{}.Read(channel.Orders, p.Items[0].Raw, b.Known)
	if len(problems) > 0 {
		b.t.Fatal(problems)
	}
	var o orderJSON
	if err := json.Unmarshal(p.Items[0].Raw, &o); err != nil {
		b.t.Fatal(err)
	}
	return record, o
}

// order places an order of at least two pieces of one line.
func (b *testbed) order() channel.Record {
	for seed := uint64(0); ; seed++ {
		record, _ := b.one(b.shop.Place(rand.New(rand.NewPCG(seed, seed))))
		if q, _ := wholeNumber(record.Order.Lines[0].Quantity); q >= 2 && record.Order.Financial == "paid" {
			return record
		}
	}
}

func TestShippingInParts(t *testing.T) {
	for _, tracking := range []bool{true, false} {
		options := []sim.Option{sim.WithoutTracking()}
		if tracking {
			options = nil
		}
		b := open(t, options...)
		b.shop.Fill(3, 10, 3, 0)
		b.check()
		r := b.order()
		id, lines := r.Order.ExternalID, r.Order.Lines
		part := channel.Intent{Key: "tp-1-1", Target: id, Shipment: &channel.Shipment{Carrier: "DHL", Tracking: "JD1", URL: "https://dhl.example/JD1", ShippedAt: 1_772_445_600_000,
			Lines: []channel.ShippedLine{{LineID: lines[0].ExternalID, Quantity: "1"}}}}
		if o := b.write(channel.Ship, part)[0]; o.Result != channel.Applied || o.Value != "processing" || o.Ref != "JD1" {
			t.Errorf("a part: %+v", o)
		}
		if o := b.write(channel.Ship, part)[0]; o.Result != channel.Already {
			t.Errorf("the same part again: %+v", o)
		}
		over := part
		over.Key, over.Shipment = "tp-2-1", &channel.Shipment{Tracking: "JD2", Lines: []channel.ShippedLine{{LineID: lines[0].ExternalID, Quantity: lines[0].Quantity}}}
		if o := b.write(channel.Ship, over)[0]; o.Result != channel.Refused || o.Problem.Remedy == "" {
			t.Errorf("more than was ordered: %+v", o)
		}
		over.Shipment = &channel.Shipment{Tracking: "JD2", Lines: []channel.ShippedLine{{LineID: "999999", Quantity: "1"}}}
		if o := b.write(channel.Ship, over)[0]; o.Result != channel.Refused {
			t.Errorf("a line that is not there: %+v", o)
		}
		rest := channel.Intent{Key: "tp-3-1", Target: id, Shipment: &channel.Shipment{Carrier: "DHL", Tracking: "JD3"}, Notify: true}
		if o := b.write(channel.Ship, rest)[0]; o.Result != channel.Applied || o.Value != "completed" {
			t.Errorf("the rest: %+v", o)
		}
		b.write(channel.Ship, part, rest)
		if n := b.effects(channel.Ship); n != 2 {
			t.Errorf("with the plug-in %v: %d effects: %+v", tracking, n, b.shop.Desk().Effects())
		}
		after, _ := b.one(id)
		if want := map[bool]int{true: 2, false: 0}[tracking]; len(after.Shipments) != want || after.Order.Fulfillment != "fulfilled" {
			t.Errorf("with the plug-in %v it reads as %+v", tracking, after.Shipments)
		}
		if tracking {
			first := after.Shipments[0]
			if first.Carrier != "DHL" || first.URL != "https://dhl.example/JD1" || first.ShippedAt != 1_772_445_600_000 || len(first.Lines) != 1 || first.Lines[0].Quantity != "1" {
				t.Errorf("%+v", first)
			}
		}
	}
}

func TestOrdersThatCannotBeShippedOrCancelled(t *testing.T) {
	b := open(t)
	b.shop.Fill(3, 10, 3, 0)
	b.check()
	id := b.order().Order.ExternalID
	b.shop.Mark("completed", b.clock.now, id)
	if o := b.write(channel.Cancel, channel.Intent{Key: "tp-1-1", Target: id})[0]; o.Result != channel.Refused || o.Value != "completed" {
		t.Errorf("cancelling a completed order: %+v", o)
	}
	b.shop.Mark("cancelled", b.clock.now, id)
	if o := b.write(channel.Cancel, channel.Intent{Key: "tp-2-1", Target: id})[0]; o.Result != channel.Already {
		t.Errorf("cancelling a cancelled order: %+v", o)
	}
	if o := b.write(channel.Ship, channel.Intent{Key: "tp-3-1", Target: id, Shipment: &channel.Shipment{Tracking: "X"}})[0]; o.Result != channel.Refused {
		t.Errorf("shipping a cancelled order: %+v", o)
	}
	if n := len(b.shop.Desk().Effects()); n != 0 {
		t.Errorf("%d effects", n)
	}
}

func TestStatusesThatCanBeSet(t *testing.T) {
	b := open(t, sim.Status("in-the-oven", "In the oven"))
	b.shop.Fill(3, 10, 3, 0)
	b.check()
	id := b.order().Order.ExternalID
	for status, want := range map[string]channel.Result{"in-the-oven": channel.Applied, "refunded": channel.Refused, "trash": channel.Refused, "checkout-draft": channel.Refused,
		"nonsense": channel.Refused, "": channel.Refused} {
		if o := b.write(channel.SetStatus, channel.Intent{Key: "tp-1-" + status, Target: id, Status: status})[0]; o.Result != want {
			t.Errorf("%q: %+v", status, o)
		}
	}
	o := b.write(channel.SetStatus, channel.Intent{Key: "tp-2-1", Target: id, Status: "on-hold", Observed: "processing"})[0]
	if o.Result != channel.Stale || o.Value != "in-the-oven" {
		t.Errorf("upon a status that is no longer true: %+v", o)
	}
	if after, _ := b.one(id); !slices.Equal(after.Order.Tags, []string{"in-the-oven"}) || after.Order.Financial != "" {
		t.Errorf("%+v", after.Order)
	}
}

func TestKeysOfAnOrderAreKeptTogether(t *testing.T) {
	b := open(t)
	b.shop.Fill(3, 10, 3, 0)
	b.check()
	id := b.order().Order.ExternalID
	statuses := []string{"on-hold", "processing"}
	for n := range 50 {
		b.write(channel.SetStatus, channel.Intent{Key: "tp-" + string(rune('A'+n)) + "-1", Target: id, Status: statuses[n%2]})
	}
	_, o := b.one(id)
	if keys := o.keys(); len(keys) != keysKept || keys[len(keys)-1] != "tp-"+string(rune('A'+49))+"-1" {
		t.Errorf("%v", keys)
	}
}

func TestRefunds(t *testing.T) {
	b := open(t)
	b.shop.Fill(3, 10, 3, 0)
	b.check()
	r := b.order()
	id, line, total := r.Order.ExternalID, r.Order.Lines[0], r.Order.Total.Minor
	intent := channel.Intent{Key: "tp-1-1", Target: id, Operation: channel.Refund, Currency: "EUR", Amount: commerce.Minor(total / 2), Reason: "Broken", Restock: true,
		Lines: []channel.ShippedLine{{LineID: line.ExternalID, Quantity: "1"}}}
	first := b.write(channel.Refund, intent)[0]
	if first.Result != channel.Applied || first.Ref == "" {
		t.Fatalf("%+v", first)
	}
	if again := b.write(channel.Refund, intent)[0]; again.Result != channel.Already || again.Ref != first.Ref {
		t.Errorf("the same again: %+v", again)
	}
	var body struct {
		API   bool `json:"api_refund"`
		Lines []struct {
			ID       int64       `json:"id"`
			Quantity int64       `json:"quantity"`
			Total    json.Number `json:"refund_total"`
			Taxes    []struct {
				Total json.Number `json:"refund_total"`
			} `json:"refund_tax"`
		} `json:"line_items"`
	}
	for _, call := range b.Calls {
		if strings.HasSuffix(strings.Split(call.URL, "?")[0], "/refunds") && call.Writes {
			if err := json.Unmarshal(call.Body, &body); err != nil {
				t.Fatal(err)
			}
		}
	}
	_, o := b.one(id)
	net := share(o.Lines[0].Total, "1", line.Quantity, "EUR")
	if body.API || len(body.Lines) != 1 || body.Lines[0].Quantity != 1 || body.Lines[0].Total != net || len(body.Lines[0].Taxes) != 1 {
		t.Errorf("%+v, the line's share is %s", body, net)
	}
	for name, change := range map[string]func(*channel.Intent){
		"more than is left":   func(i *channel.Intent) { i.Amount = commerce.Minor(total) },
		"nothing":             func(i *channel.Intent) { i.Amount = commerce.Minor(0) },
		"not stated":          func(i *channel.Intent) { i.Amount = commerce.Amount{} },
		"another currency":    func(i *channel.Intent) { i.Currency = "USD" },
		"more pieces":         func(i *channel.Intent) { i.Lines = []channel.ShippedLine{{LineID: line.ExternalID, Quantity: "99"}} },
		"half a piece":        func(i *channel.Intent) { i.Lines = []channel.ShippedLine{{LineID: line.ExternalID, Quantity: "0.5"}} },
		"a line of elsewhere": func(i *channel.Intent) { i.Lines = []channel.ShippedLine{{LineID: "7", Quantity: "1"}} },
		"an order of nowhere": func(i *channel.Intent) { i.Target = "99999999" },
	} {
		bad := intent
		bad.Key = "tp-bad-" + strings.ReplaceAll(name, " ", "")
		bad.Amount = commerce.Minor(100)
		change(&bad)
		if o := b.write(channel.Refund, bad)[0]; o.Result != channel.Refused || o.Problem == nil || o.Problem.Message == "" {
			t.Errorf("%s: %+v", name, o)
		}
	}
	rest := channel.Intent{Key: "tp-2-1", Target: id, Amount: commerce.Minor(total - total/2)}
	if o := b.write(channel.Refund, rest)[0]; o.Result != channel.Applied {
		t.Errorf("the rest: %+v", o)
	}
	if n := b.effects(channel.Refund); n != 2 {
		t.Errorf("%d refunds", n)
	}
	if after, _ := b.one(id); after.Order.Financial != "refunded" || after.Order.Refunded.Minor != total {
		t.Errorf("%s, %v", after.Order.Financial, after.Order.Refunded)
	}
}

// offerings sorts a shop's listings by how their stock is counted.
func (b *testbed) offerings() (own, untracked, shared, parents []string) {
	items, _ := b.run(channel.Products, channel.Full, nil, 100, nil)
	for _, item := range items {
		i, _ := readItem(item.Raw)
		switch s := i.sold(); {
		case s.ManageStock == "parent":
			shared, parents = append(shared, item.ID), append(parents, i.product.ID.trimmed())
		case tracks(s):
			own = append(own, item.ID)
		default:
			untracked = append(untracked, item.ID)
		}
	}
	return own, untracked, shared, parents
}

func TestStockThatTheShopDoesNotTake(t *testing.T) {
	b := open(t)
	b.shop.Fill(4, 120, 3, 0)
	b.check()
	own, untracked, shared, parents := b.offerings()
	if len(own) < 5 || len(untracked) == 0 || len(shared) == 0 {
		t.Fatalf("%v, %v, %v", own, untracked, shared)
	}
	b.shop.Remove(channel.Products, own[2])
	intents := []channel.Intent{
		{Key: "tp-1-1", Target: own[0], Quantity: "777"}, {Key: "tp-2-1", Target: untracked[0], Quantity: "5"}, {Key: "tp-3-1", Target: shared[0], Quantity: "5"},
		{Key: "tp-4-1", Target: own[1], Quantity: "2.5"}, {Key: "tp-5-1", Target: own[2], Quantity: "5"}, {Key: "tp-6-1", Target: "nonsense", Quantity: "5"},
		{Key: "tp-7-1", Target: own[3], Quantity: "778", Observed: "123456"}, {Key: "tp-8-1", Target: own[4], Quantity: "779"},
	}
	want := []channel.Result{channel.Applied, channel.Refused, channel.Refused, channel.Refused, channel.Refused, channel.Refused, channel.Stale, channel.Applied}
	outcomes := b.write(channel.SetStock, intents...)
	for n, o := range outcomes {
		if o.Result != want[n] || o.Result == channel.Refused && (o.Problem == nil || o.Problem.Remedy == "") {
			t.Errorf("%s to %s: %+v", intents[n].Quantity, intents[n].Target, o)
		}
	}
	b.write(channel.SetStock, intents[0], intents[7])
	if n := b.effects(channel.SetStock); n != 2 || outcomes[0].Value != "777" {
		t.Errorf("%d effects, %+v", n, outcomes[0])
	}
	values, err := Connector{}.Observe(context.Background(), b, []channel.Intent{{Operation: channel.SetStock, Target: own[0]},
		{Operation: channel.SetStock, Target: own[2]}, {Operation: channel.SetPrice, Target: own[4]}, {Operation: channel.SetStatus, Target: "5"}})
	if err != nil || values[0] != "777" || values[1] != "" || values[2] == "" || values[3] != "" {
		t.Errorf("%v, %v", values, err)
	}
	if o := b.write(channel.SetPrice, channel.Intent{Key: "tp-9-1", Target: parents[0], Price: "5", Currency: "EUR"})[0]; o.Result != channel.Refused {
		t.Errorf("the price of a product with variations: %+v", o)
	}
}

// TestSomebodyElseBetweenTwoTries sets what was sold meanwhile: the second try of an intent must not set it back.
func TestSomebodyElseBetweenTwoTries(t *testing.T) {
	b := open(t)
	b.shop.Fill(4, 40, 3, 0)
	b.check()
	own, _, _, _ := b.offerings()
	intent := channel.Intent{Key: "tp-1-1", Operation: channel.SetStock, Target: own[0], Quantity: "50"}
	b.shop.Desk().Inject(simulated.Fault{Kind: simulated.Late500, Match: simulated.Writes, Times: 1})
	if _, err := (Connector{}).SetStock(context.Background(), b, []channel.Intent{intent}); !fault.Is(err, fault.Unknown) {
		t.Fatalf("%v", err)
	}
	b.shop.Change(channel.Stock, own[0], rand.New(rand.NewPCG(9, 9)))
	sold := b.shop.Value(channel.SetStock, own[0], "")
	if o, err := (Connector{}).Find(context.Background(), b, intent); err != nil || o.Result != channel.Applied || o.Value != sold {
		t.Errorf("%+v, %v", o, err)
	}
	if o := b.write(channel.SetStock, intent)[0]; o.Result != channel.Already || o.Value != sold {
		t.Errorf("%+v", o)
	}
	if now := b.shop.Value(channel.SetStock, own[0], ""); now != sold {
		t.Errorf("it was %s, and is %s", sold, now)
	}
}

func TestPricesInTheShopsMoney(t *testing.T) {
	for currency, c := range map[string]struct {
		decimals int
		price    commerce.Decimal
		want     string
	}{"JPY": {0, "1200", "1200"}, "KWD": {3, "1.5", "1.500"}, "EUR": {4, "0.1234", "0.1234"}} {
		b := open(t, sim.Money(currency, c.decimals))
		b.shop.Fill(4, 10, 3, 5)
		b.check()
		own, _, _, _ := b.offerings()
		i := channel.Intent{Key: "tp-1-1", Target: own[0], Price: c.price, Currency: commerce.Currency(currency)}
		if o := b.write(channel.SetPrice, i)[0]; o.Result != channel.Applied || b.shop.Value(channel.SetPrice, own[0], "") != c.want {
			t.Errorf("%s: %+v, %s", currency, o, b.shop.Value(channel.SetPrice, own[0], ""))
		}
		i.Currency = "USD"
		if _, err := (Connector{}).SetPrice(context.Background(), b, []channel.Intent{i}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%v", err)
		}
	}
}

// TestBatchesThatFailHalfway loses the second batch of a call: what the first did is told, the rest has to be looked up.
func TestBatchesThatFailHalfway(t *testing.T) {
	b := open(t)
	b.shop.Fill(4, 120, 3, 0)
	b.check()
	own, _, _, _ := b.offerings()
	var simple, variation string
	for _, id := range own {
		if strings.Contains(id, ":") {
			variation = id
		} else {
			simple = id
		}
	}
	intents := []channel.Intent{{Key: "tp-1-1", Target: simple, Quantity: "901"}, {Key: "tp-2-1", Target: variation, Quantity: "902"}}
	b.shop.Desk().Inject(simulated.Fault{Kind: simulated.Broken500, Match: simulated.Writes, After: 1})
	outcomes := b.write(channel.SetStock, intents...)
	if outcomes[0].Result != channel.Applied || outcomes[1].Result != channel.Unclear {
		t.Errorf("%+v", outcomes)
	}
}

func TestHooksOfAShop(t *testing.T) {
	b := open(t)
	b.shop.Fill(1, 5, 5, 5)
	var hooks []channel.Hook
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, 1<<20)
		n, _ := r.Body.Read(body)
		for more := n; more > 0; n += more {
			more, _ = r.Body.Read(body[n:])
		}
		hook, err := Connector{}.ReadHook(r.Header, body[:n], "s3cret")
		if err != nil {
			t.Error(err)
		}
		hooks = append(hooks, hook)
		w.WriteHeader(status)
	}))
	defer server.Close()
	for _, topic := range []string{"order.created", "order.updated", "order.deleted", "product.updated", "customer.updated"} {
		b.shop.AddWebhook(topic, server.URL, "s3cret")
	}
	r := rand.New(rand.NewPCG(1, 1))
	id := b.shop.Place(r)
	b.shop.Change(channel.Orders, id, r)
	b.shop.Remove(channel.Orders, id)
	b.shop.Change(channel.Customers, b.shop.IDs(channel.Customers)[0], r)
	if n := b.shop.Deliver(context.Background(), server.Client()); n != 9 {
		t.Errorf("%d deliveries arrived", n)
	}
	var told []string
	for _, h := range hooks[5:] {
		told = append(told, string(h.Stream)+" "+strings.Join(h.IDs, ","))
		if h.ID == "" {
			t.Errorf("a delivery without an id: %+v", h)
		}
	}
	if want := []string{"orders " + id, "orders " + id, "orders " + id, "customers " + b.shop.IDs(channel.Customers)[0]}; !slices.Equal(told, want) || len(hooks[0].IDs) > 0 {
		t.Errorf("%v, want %v; the ping says %+v", told, want, hooks[0])
	}
	status = http.StatusInternalServerError
	for range 7 {
		b.shop.Place(r)
		b.shop.Deliver(context.Background(), server.Client())
	}
	if b.shop.Disabled() != 1 {
		t.Errorf("%d webhooks are switched off after too many failures", b.shop.Disabled())
	}
}

func TestHookVectors(t *testing.T) {
	body := []byte(`{"id":1,"event":"order.created","note":"café ☃"}`)
	header := func(topic, signature string) http.Header {
		h := http.Header{}
		h.Set("X-Wc-Webhook-Topic", topic)
		h.Set("X-Wc-Webhook-Signature", signature)
		h.Set("X-Wc-Webhook-Delivery-Id", "d1")
		return h
	}
	const good = "DH0k5i34muy/hdxF7g+nx97dHKqSimIczHCNNyoQmjU="
	for _, c := range []struct {
		header http.Header
		body   []byte
		secret string
		want   string
		forged bool
	}{
		{header("order.restored", good), body, "s3cret", "orders 1", false},
		{header("coupon.created", good), body, "s3cret", " ", false},
		{header("action.woocommerce_add_to_cart", good), body, "s3cret", " ", false},
		{header("order.created", good), body, "other", "", true},
		{header("order.created", good), body, "", "", true},
		{header("order.created", good), append(slices.Clone(body), ' '), "s3cret", "", true},
		{header("order.created", "%%"), body, "s3cret", "", true},
		{header("order.created", ""), body, "s3cret", "", true},
		{http.Header{}, []byte("webhook_id=1"), "s3cret", " ", false},
		{http.Header{}, []byte("webhook_id=1&id=7"), "s3cret", "", true},
		{http.Header{}, []byte("webhook_id=x"), "s3cret", "", true},
	} {
		hook, err := Connector{}.ReadHook(c.header, c.body, c.secret)
		if c.forged {
			if !fault.Is(err, fault.Auth) {
				t.Errorf("%v %s: %+v, %v", c.header, c.body, hook, err)
			}
			continue
		}
		if got := string(hook.Stream) + " " + strings.Join(hook.IDs, ","); err != nil || got != c.want {
			t.Errorf("%v %s: %q, %v", c.header, c.body, got, err)
		}
	}
}
