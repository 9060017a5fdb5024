package vendure_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tradepost/backend/channel"
	"tradepost/backend/channel/channeltest"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// send carries out intents of one operation and gives how they ended, as words.
func send(t *testing.T, s *channeltest.Session, intents ...channel.Intent) []channel.Outcome {
	t.Helper()
	outcomes, err := channel.Writer(s.Connector, intents[0].Operation)(t.Context(), s, intents)
	must(t, err)
	return outcomes
}

func ends(t *testing.T, what string, outcomes []channel.Outcome, want ...channel.Result) {
	t.Helper()
	var got []channel.Result
	for _, o := range outcomes {
		if got = append(got, o.Result); (o.Result == channel.Refused) != (o.Problem != nil) {
			t.Errorf("%s: the outcome is %+v", what, o)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s ends as %v, not as %v", what, outcomes, want)
	}
}

func find(t *testing.T, s *channeltest.Session, intent channel.Intent) channel.Result {
	t.Helper()
	finder, _ := s.Connector.(channel.Finder)
	outcome, err := finder.Find(t.Context(), s, intent)
	must(t, err)
	return outcome.Result
}

func testListingWrites(t *testing.T, v shop) {
	s := connected(t, v)
	first, second := v.variant(t, "SET-1", 1000, 50), v.variant(t, "SET-2", 1000, 50)
	v.order(t, v.customer(t, "set@example.com"), []string{first}, 3)
	place, attic := v.locations()[0], v.locations()[1]
	set := func(target, place string, quantity commerce.Decimal, observed string) channel.Intent {
		return channel.Intent{
			Key: "tp-1-1", Operation: channel.SetStock, Target: target, Location: place, Quantity: quantity, Observed: observed,
		}
	}
	batch := []channel.Intent{
		set(first, place, "20", "47"), set(first, attic, "5", "0"), set(second, place, "20", "49"), set("987654", place, "1", ""),
		set(second, attic, "1.5", ""), set(second, attic, "-1", ""), set(second, "77", "1", ""),
	}
	if got := find(t, s, batch[0]); got != channel.NotDone {
		t.Errorf("before it is set it is found as %s", got)
	}
	ends(t, "setting stock", send(t, s, batch...), channel.Applied, channel.Applied, channel.Stale, channel.Refused, channel.Refused,
		channel.Refused, channel.Refused)
	if onHand, allocated := v.stock(t, first, place); onHand != "23" || allocated != "3" {
		t.Errorf("20 are offered and 3 are sold: on hand are %s, allocated %s", onHand, allocated)
	}
	if onHand, _ := v.stock(t, first, attic); onHand != "5" {
		t.Errorf("5 are offered in the attic, where %s are", onHand)
	}
	if onHand, _ := v.stock(t, second, place); onHand != "50" {
		t.Errorf("what is stale was set to %s", onHand)
	}
	ends(t, "setting it again", send(t, s, batch[:2]...), channel.Already, channel.Already)
	if got := find(t, s, batch[0]); got != channel.Already {
		t.Errorf("after it was set it is found as %s", got)
	}
	testPrices(t, v, s, first)
}

func testPrices(t *testing.T, v shop, s *channeltest.Session, target string) {
	t.Helper()
	price := channel.Intent{Key: "tp-2-1", Operation: channel.SetPrice, Target: target, Price: "12.50", Observed: "10.00"}
	fine, other := price, price
	fine.Price, other.Currency = "12.505", "JPY"
	ends(t, "setting prices", send(t, s, price), channel.Applied)
	ends(t, "setting prices that cannot be", send(t, s, fine, other), channel.Refused, channel.Refused)
	if got := v.price(t, target); got != "1250" {
		t.Errorf("the price of 12.50 is kept as %s", got)
	}
	observer, _ := s.Connector.(channel.Observer)
	seen, err := observer.Observe(t.Context(), s, []channel.Intent{price, {Operation: channel.SetPrice, Target: "987654"}})
	must(t, err)
	if !slices.Equal(seen, []string{"12.50", ""}) {
		t.Errorf("observed is %q", seen)
	}
	ends(t, "setting it again", send(t, s, price), channel.Already)
}

func testShipping(t *testing.T, v shop) {
	s := connected(t, v)
	variant, other := v.variant(t, "SHIP-1", 1000, 100), v.variant(t, "SHIP-2", 1000, 100)
	id := v.order(t, v.customer(t, "ship@example.com"), []string{variant, other}, 3)
	lines := v.seen(t, id).lines
	parcel := func(key, tracking string, quantity commerce.Decimal) channel.Intent {
		return channel.Intent{Key: key, Operation: channel.Ship, Target: id, Shipment: &channel.Shipment{
			Carrier: "DHL", Service: "Paket", Tracking: tracking, Lines: []channel.ShippedLine{{LineID: lines[0], Quantity: quantity}},
		}}
	}
	one := parcel("tp-3-1", "TP1", "1")
	if got := find(t, s, one); got != channel.NotDone {
		t.Errorf("before it is sent it is found as %s", got)
	}
	ends(t, "a parcel of one", send(t, s, one), channel.Applied)
	ends(t, "the same again", send(t, s, one), channel.Already)
	if got := find(t, s, one); got != channel.Already {
		t.Errorf("after it was sent it is found as %s", got)
	}
	// Another of the same content is another parcel, by its key.
	ends(t, "another one, alike in all", send(t, s, parcel("tp-4-1", "TP1", "1")), channel.Applied)
	ends(t, "more than there is", send(t, s, parcel("tp-5-1", "TP3", "2")), channel.Refused)
	ends(t, "pieces of a piece", send(t, s, parcel("tp-5-2", "TP3", "0.5")), channel.Refused)
	deposit := parcel("tp-5-3", "TP3", "1")
	deposit.Shipment.Lines[0].LineID = "surcharge:1"
	ends(t, "a surcharge alone", send(t, s, deposit), channel.Already)
	rest := channel.Intent{Key: "tp-6-1", Operation: channel.Ship, Target: id, Shipment: &channel.Shipment{Carrier: "UPS", Tracking: "TP4"}}
	ends(t, "the rest", send(t, s, rest), channel.Applied)
	ends(t, "the rest again", send(t, s, rest), channel.Already)
	ends(t, "an order that is not there", send(t, s, channel.Intent{
		Key: "tp-7-1", Operation: channel.Ship, Target: "987654", Shipment: &channel.Shipment{},
	}), channel.Refused)
	got := v.seen(t, id)
	slices.Sort(got.parcels)
	want := []string{"Shipped DHL Paket TP1 1", "Shipped DHL Paket TP1 1", "Shipped UPS TP4 4"}
	if !slices.Equal(got.parcels, want) || got.state != "Shipped" {
		t.Errorf("there it is %s with %q, not with %q", got.state, got.parcels, want)
	}
	items := pull(t, s, channel.PullRequest{Stream: channel.Orders, Mode: channel.ByID, IDs: []string{id}}).items
	if back := orderOf(t, s, items, id); len(back.Shipments) != 3 || back.Shipments[0].Tracking == "" || back.Shipments[0].Carrier == "" {
		t.Errorf("read back the parcels are %+v", back.Shipments)
	}
}

func testOrderWrites(t *testing.T, v shop) {
	s := connected(t, v)
	variant := v.variant(t, "STATE-1", 1000, 100)
	buyer := v.customer(t, "state@example.com")
	id := v.order(t, buyer, []string{variant}, 2)
	status := channel.Intent{Key: "tp-8-1", Operation: channel.SetStatus, Target: id, Status: "Delivered"}
	ends(t, "delivering what is not shipped", send(t, s, status), channel.Refused)
	v.parcel(t, id, 1, "A")
	v.parcel(t, id, 1, "B")
	status.Observed = "Shipped"
	ends(t, "delivering", send(t, s, status), channel.Applied)
	ends(t, "delivering again", send(t, s, status), channel.Already)

	refund := channel.Intent{
		Key: "tp-9-1", Operation: channel.Refund, Target: id, Amount: commerce.Minor(700), Reason: "A scratch",
	}
	ends(t, "a refund", send(t, s, refund), channel.Applied)
	ends(t, "the same refund again", send(t, s, refund), channel.Already)
	second, much, foreign := refund, refund, refund
	second.Key, much.Key, foreign.Key = "tp-9-2", "tp-9-3", "tp-9-4"
	much.Amount, foreign.Currency = commerce.Minor(1_000_000), "JPY"
	ends(t, "another refund", send(t, s, second), channel.Applied)
	ends(t, "more than was paid", send(t, s, much), channel.Refused)
	ends(t, "another currency", send(t, s, foreign), channel.Refused)
	if got := v.seen(t, id); !slices.Equal(got.refunds, []string{"700", "700"}) || got.state != "Delivered" {
		t.Errorf("there it is %+v", got)
	}

	off := channel.Intent{Key: "tp-10-1", Operation: channel.Cancel, Target: v.order(t, buyer, []string{variant}, 2), Reason: "Out of stock"}
	if got := find(t, s, off); got != channel.NotDone {
		t.Errorf("before it is cancelled it is found as %s", got)
	}
	ends(t, "cancelling", send(t, s, off), channel.Applied)
	ends(t, "cancelling again", send(t, s, off), channel.Already)
	if got := v.seen(t, off.Target); got.state != "Cancelled" {
		t.Errorf("there it is %s", got.state)
	}
	ends(t, "shipping what was cancelled", send(t, s, channel.Intent{
		Key: "tp-11-1", Operation: channel.Ship, Target: off.Target, Shipment: &channel.Shipment{Tracking: "TP9"},
	}), channel.Refused)
}

// drops is a way to a shop that lets the n-th mutation through and kills the connection instead of answering it.
type drops struct {
	n       int
	dropped bool
}

func (d *drops) serve(t *testing.T, address string) string {
	t.Helper()
	to, err := url.Parse(address)
	must(t, err)
	path := to.Path
	to.Path = ""
	way := httputil.NewSingleHostReverseProxy(to)
	way.ModifyResponse = func(answer *http.Response) error {
		if answer.Request.Header.Get("X-Writes") == "" {
			return nil
		}
		if d.n--; d.n == -1 {
			d.dropped = true
			return errors.New("the way ends here")
		}
		return nil
	}
	way.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }
	server := httptest.NewServer(way)
	t.Cleanup(server.Close)
	return server.URL + path
}

// marks says of a call whether it writes, for the way to see.
type marks struct{ s *channeltest.Session }

func (m marks) RoundTrip(r *http.Request) (*http.Response, error) {
	if m.s.Calls[len(m.s.Calls)-1].Writes {
		r.Header.Set("X-Writes", "yes")
	}
	return (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
}

// testLostAnswers kills the connection after each mutation that a write makes, in turn.
func testLostAnswers(t *testing.T, v shop) {
	variant := v.variant(t, "LOST-1", 1000, 1000)
	buyer := v.customer(t, "lost@example.com")
	for i, operation := range []channel.Operation{channel.Ship, channel.Cancel, channel.Refund, channel.SetStatus, channel.SetStock} {
		for n := range 4 {
			d := &drops{n: n}
			s := connected(t, v)
			s.Options["url"] = d.serve(t, s.Options["url"])
			s.Client = &http.Client{Transport: marks{s}}
			intent := channel.Intent{
				Key: "tp-" + strconv.Itoa(100+i) + "-" + strconv.Itoa(n), Operation: operation, Target: v.order(t, buyer, []string{variant}, 2),
				Amount: commerce.Minor(300), Status: "Delivered", Shipment: &channel.Shipment{Carrier: "DHL", Tracking: "L" + strconv.Itoa(n)},
				Reason: "Lost",
			}
			switch operation {
			case channel.SetStatus:
				v.parcel(t, intent.Target, 2, "S")
			case channel.SetStock:
				intent.Target, intent.Location, intent.Quantity = variant, v.locations()[1], commerce.Decimal(strconv.Itoa(10+n))
			}
			deliver(t, s, intent)
			oneEffect(t, v, intent)
			if !d.dropped {
				break
			}
		}
	}
}

// deliver tries as the engine does: what is unknown is looked up before the next try.
func deliver(t *testing.T, s *channeltest.Session, intent channel.Intent) {
	t.Helper()
	for range 5 {
		outcomes, err := channel.Writer(s.Connector, intent.Operation)(t.Context(), s, []channel.Intent{intent})
		if err == nil && (outcomes[0].Result == channel.Applied || outcomes[0].Result == channel.Already) {
			return
		}
		if err == nil && outcomes[0].Result != channel.Unclear {
			t.Fatalf("%s ends as %+v", intent.Operation, outcomes[0])
		}
		if err != nil && !fault.Is(err, fault.Unknown) {
			t.Fatalf("%s whose answer was lost must be unknown: %v", intent.Operation, err)
		}
		if found := find(t, s, intent); found == channel.Already || found == channel.Applied {
			return
		}
	}
	t.Fatalf("%s does not come to its end", intent.Operation)
}

func oneEffect(t *testing.T, v shop, intent channel.Intent) {
	t.Helper()
	if intent.Operation == channel.SetStock {
		if onHand, _ := v.stock(t, intent.Target, intent.Location); onHand != string(intent.Quantity) {
			t.Errorf("%s are there, not %s", onHand, intent.Quantity)
		}
		return
	}
	got := v.seen(t, intent.Target)
	want := map[channel.Operation]string{
		channel.Ship:   "Shipped parcels Shipped DHL " + intent.Shipment.Tracking + " 2 refunds ",
		channel.Cancel: "Cancelled parcels  refunds ", channel.Refund: "PaymentSettled parcels  refunds 300",
		channel.SetStatus: "Delivered parcels Delivered DHL S 2 refunds ",
	}[intent.Operation]
	have := got.state + " parcels " + strings.Join(got.parcels, ", ") + " refunds " + strings.Join(got.refunds, ", ")
	if have != want {
		t.Errorf("after a lost answer to %s there is %q, not %q", intent.Operation, have, want)
	}
}
