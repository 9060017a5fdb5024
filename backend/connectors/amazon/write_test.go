package amazon

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"tradepost/backend/channel"
)

// stocked is a checked connection to a seller with goods and orders.
func stocked(t *testing.T) *house {
	t.Helper()
	h := opened(t)
	h.amazon.Fill(1, 23, 0, 30)
	h.now = h.now.Add(time.Hour)
	h.check()
	return h
}

// listing reads one as a writer sees it.
func (h *house) listing(sku string) listing {
	h.t.Helper()
	c, err := dial(h.session)
	must(h.t, err)
	live, err := c.live(h.t.Context(), []channel.Intent{{Target: sku}})
	must(h.t, err)
	return live[sku]
}

// TestAChangeLeavesAllElse changes stock and price, and looks that prices for companies and days of handling stay.
func TestAChangeLeavesAllElse(t *testing.T) {
	h := stocked(t)
	for _, i := range h.amazon.Writable(channel.SetPrice) {
		before := h.listing(i.Target)
		if len(before.entries("purchasable_offer")) < 2 {
			continue
		}
		stock := channel.Intent{Target: i.Target, Location: ownPlace, Quantity: "77"}
		h.write(channel.SetPrice, []channel.Intent{i})
		h.write(channel.SetStock, []channel.Intent{stock})
		h.wait(time.Minute)
		after := h.listing(i.Target)
		if price, _ := after.price("A1PA6795UKMFR9"); !price.Equal(i.Price) || stockChange.now(after, "", stock) != "77" {
			t.Errorf("%s costs %s, and %s are offered", i.Target, price, stockChange.now(after, "", stock))
		}
		if was, is := other(before), other(after); was != is {
			t.Errorf("beside the change something else changed:\n%s\n%s", was, is)
		}
		return
	}
	t.Fatal("no listing has a price for companies")
}

// other is what of a listing a change of its price and stock has to leave alone.
func other(l listing) string {
	var kept []string
	for _, e := range l.entries("purchasable_offer") {
		if e.Audience == "B2B" {
			text, _ := json.Marshal(e)
			kept = append(kept, string(text))
		}
	}
	var places []map[string]any
	_ = json.Unmarshal(l.Attributes["fulfillment_availability"], &places)
	for _, p := range places {
		delete(p, "quantity")
		text, _ := json.Marshal(p)
		kept = append(kept, string(text))
	}
	return strings.Join(kept, "\n")
}

// TestAmazonsOwnStockIsNeverTold tries to set what lies in Amazon's warehouses.
func TestAmazonsOwnStockIsNeverTold(t *testing.T) {
	h := stocked(t)
	items, _ := h.pull(channel.PullRequest{Stream: channel.Stock, Mode: channel.Full})
	tried := 0
	for _, item := range items {
		record, _ := connector{}.Read(channel.Stock, item.Raw, h.session.Known)
		if record.Levels[0].Location != amazonPlace {
			continue
		}
		tried++
		if record.Levels[0].Quantity == "" {
			t.Errorf("it is not told how much of %s lies at Amazon", item.ID)
		}
		for _, place := range []string{ownPlace, amazonPlace} {
			if o := h.write(channel.SetStock, []channel.Intent{{Target: item.ID, Location: place, Quantity: "5"}}); o[0].Result != channel.Refused {
				t.Errorf("stock of %s at %s is set: %+v", item.ID, place, o[0])
			}
		}
	}
	if tried == 0 || len(h.amazon.Desk().Effects()) > 0 {
		t.Errorf("tried %d, with effects %v", tried, h.amazon.Desk().Effects())
	}
}

// TestAFeedSaysHowEachWent sends a feed of which one change is refused, and watches it through the queue to its result.
func TestAFeedSaysHowEachWent(t *testing.T) {
	h := stocked(t)
	intents := h.amazon.Writable(channel.SetPrice)[:4]
	outcomes := h.write(channel.SetPrice, intents)
	ref := outcomes[0].Ref
	for _, o := range outcomes {
		if o.Result != channel.Awaiting || o.Ref != ref || !strings.HasPrefix(ref, "feed ") {
			t.Fatalf("a feed is %+v", o)
		}
	}
	for _, wait := range []time.Duration{time.Second, 40 * time.Second} { // in the queue, in progress
		h.wait(wait)
		if o := h.poll(intents, ref)[0]; o.Result != channel.Awaiting {
			t.Errorf("after %s it is %+v", wait, o)
		}
	}
	h.amazon.Remove(channel.Products, intents[3].Target)
	h.wait(2 * time.Minute)
	for n, o := range h.poll(intents, ref) {
		want := channel.Applied
		if n == 3 {
			want = channel.Refused
		}
		if o.Result != want {
			t.Errorf("%s is %+v", intents[n].Target, o)
		}
	}
	results := 0
	for _, c := range h.amazon.Desk().Calls() {
		if strings.HasSuffix(c.Path, ".result") {
			results++
		}
	}
	if results == 0 {
		t.Error("nobody read the result of the feed")
	}
}

// TestAChangeThatNeverShowsIsStale waits for a change that Amazon took and lost.
func TestAChangeThatNeverShowsIsStale(t *testing.T) {
	h := stocked(t)
	i := h.amazon.Writable(channel.SetStock)[0]
	i.Operation, i.Quantity = channel.SetStock, "999"
	ref := "submission-1 " + stampOf(h.now)
	if o := h.poll([]channel.Intent{i}, ref)[0]; o.Result != channel.Awaiting {
		t.Errorf("at once it is %+v", o)
	}
	h.wait(2 * time.Hour)
	if o := h.poll([]channel.Intent{i}, ref)[0]; o.Result != channel.Stale || o.Value != i.Observed {
		t.Errorf("after two hours it is %+v", o)
	}
	h.amazon.Change(channel.Stock, i.Target, h.random) // a sale or a person came after ours
	if o := h.poll([]channel.Intent{i}, ref)[0]; o.Result != channel.Applied || o.Value == i.Observed {
		t.Errorf("when something else is there it is %+v", o)
	}
}

func stampOf(at time.Time) string { return strconv.FormatInt(at.UnixMilli(), 10) }

// TestWhatCannotBeShippedIsRefused tries what Amazon would refuse, without asking it to.
func TestWhatCannotBeShippedIsRefused(t *testing.T) {
	h := stocked(t)
	good := h.amazon.Writable(channel.Ship)[0]
	parcel := *good.Shipment
	try := func(name string, i channel.Intent) {
		if o := h.write(channel.Ship, []channel.Intent{i})[0]; o.Result != channel.Refused || o.Problem == nil || o.Problem.Remedy == "" {
			t.Errorf("%s: %+v", name, o)
		}
	}
	without, more, line := parcel, parcel, parcel
	without.Tracking = ""
	more.Lines = []channel.ShippedLine{{LineID: lineOf(h, good.Target), Quantity: "99"}}
	line.Lines = []channel.ShippedLine{{LineID: "1", Quantity: "1"}}
	try("no tracking number", channel.Intent{Target: good.Target, Shipment: &without})
	try("more than is left", channel.Intent{Target: good.Target, Shipment: &more})
	try("a line that is not there", channel.Intent{Target: good.Target, Shipment: &line})
	try("an order that is not there", channel.Intent{Target: "303-0000000-0000000", Shipment: &parcel})
	for _, sale := range h.amazon.Sales(100) {
		if len(sale.Lines) == 0 || sale.State == "PENDING" || sale.State == "CANCELLED" || sale.State == "SHIPPED" {
			try("what Amazon ships, or is "+sale.State, channel.Intent{Target: sale.ID, Shipment: &parcel})
		}
	}
	if done := h.amazon.Desk().Effects(); len(done) > 0 {
		t.Errorf("something was shipped: %+v", done)
	}
	confirmed := 0
	for _, c := range h.amazon.Desk().Calls() {
		if strings.HasSuffix(c.Path, "/shipmentConfirmation") {
			confirmed++
		}
	}
	if confirmed > 0 {
		t.Errorf("Amazon was asked %d times to refuse", confirmed)
	}
}

func lineOf(h *house, id string) string {
	h.t.Helper()
	c, err := dial(h.session)
	must(h.t, err)
	o, err := c.order(h.t.Context(), id)
	must(h.t, err)
	return o.Items[0].ID
}

// TestATokenThatLapsedIsToldFromAMissingRole asks with a token of yesterday, and with one of an app without roles.
func TestATokenThatLapsedIsToldFromAMissingRole(t *testing.T) {
	h := stocked(t)
	h.now = h.now.Add(2 * time.Hour)
	_, err := connector{}.Check(t.Context(), h.session)
	if err == nil || !strings.Contains(err.Error(), "sign-in") {
		t.Errorf("a lapsed token: %v", err)
	}
	h.check()
}

// TestASearchGoesOnAfterItsTokenLapsed reads a page of a search, lets a day and more pass, and reads on: nothing is lost, and the search ends.
func TestASearchGoesOnAfterItsTokenLapsed(t *testing.T) {
	h := stocked(t)
	page, err := connector{}.Pull(t.Context(), h.session, channel.PullRequest{Stream: channel.Orders, Mode: channel.Changes, Size: 7})
	must(t, err)
	seen := map[string]bool{}
	for _, item := range page.Items {
		seen[item.ID] = true
	}
	h.wait(30 * time.Hour)
	items, _ := h.pull(channel.PullRequest{Stream: channel.Orders, Mode: channel.Changes, Size: 7, Cursor: page.Next})
	for _, item := range items {
		seen[item.ID] = true
	}
	if all := h.amazon.IDs(channel.Orders); len(seen) != len(all) {
		t.Errorf("%d of %d orders were read", len(seen), len(all))
	}
}
