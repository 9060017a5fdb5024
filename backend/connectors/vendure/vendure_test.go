package vendure_test

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/channeltest"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/connectors/vendure"
	"tradepost/backend/connectors/vendure/sim"
	"tradepost/backend/fault"
	"tradepost/backend/order"
)

// shop is a Vendure server as a person has it, real or simulated. What a test wants of it goes round the connector.
type shop interface {
	connection() (options, secrets map[string]string) // by API key
	signIn() (options, secrets map[string]string)     // by user name
	narrow(t *testing.T) string                       // a key that may read orders alone
	locations() []string
	variant(t *testing.T, sku string, price int64, stock int) string
	rename(t *testing.T, variant, name string)
	remove(t *testing.T, variant string)
	many(t *testing.T) []string // customers of one instant
	customer(t *testing.T, email string) string
	order(t *testing.T, customer string, variants []string, quantity int) string
	cart(t *testing.T, variant string)
	draft(t *testing.T, variants []string, quantity int) string
	parcel(t *testing.T, order string, pieces int, tracking string) // of the first line, shipped from the dashboard
	callOff(t *testing.T, order string)
	giveBack(t *testing.T, order string, amount int64)
	seen(t *testing.T, order string) seen
	stock(t *testing.T, variant, place string) (onHand, allocated string)
	price(t *testing.T, variant string) string
}

// seen is an order as the shop has it.
type seen struct {
	code, state string
	lines       []string
	parcels     []string // "Shipped DHL GH1 2": state, method, tracking code and pieces
	refunds     []string
}

// pretended is the simulated one.
type pretended struct {
	*sim.Shop
	base string
	now  time.Time
}

func simulate(t *testing.T) *pretended {
	t.Helper()
	p := &pretended{now: time.Date(2026, 3, 5, 10, 20, 30, 417_000_000, time.UTC)}
	p.Shop = sim.New(func() time.Time { return p.now })
	server := httptest.NewServer(p.Shop)
	t.Cleanup(server.Close)
	p.base = server.URL
	return p
}

func (p *pretended) connection() (options, secrets map[string]string) { return p.KeyConnection(p.base) }
func (p *pretended) signIn() (options, secrets map[string]string)     { return p.Connection(p.base) }
func (p *pretended) narrow(*testing.T) string                         { return p.NarrowKey() }
func (p *pretended) locations() []string                              { return []string{"1", "2"} }

func (p *pretended) variant(_ *testing.T, sku string, price int64, stock int) string {
	return p.AddVariant(sku, "Bowl "+sku, price, stock)
}

func (p *pretended) rename(_ *testing.T, variant, name string) { p.Rename(variant, name) }
func (p *pretended) remove(_ *testing.T, variant string)       { p.Remove(channel.Products, variant) }

func (p *pretended) customer(_ *testing.T, email string) string {
	return p.AddCustomer("Grete", "Beispiel", email)
}

func (p *pretended) many(*testing.T) (ids []string) {
	for i := range 500 {
		ids = append(ids, p.AddCustomer("Many", "One", fmt.Sprintf("many%d@example.com", i)))
	}
	return ids
}

func (p *pretended) order(_ *testing.T, customer string, variants []string, quantity int) string {
	return p.Order(customer, variants, quantity)
}

func (p *pretended) cart(_ *testing.T, variant string) { p.Cart(variant, false) }

func (p *pretended) draft(_ *testing.T, variants []string, _ int) string {
	return p.Cart(variants[0], true)
}

func (p *pretended) parcel(_ *testing.T, order string, pieces int, tracking string) {
	p.Parcel(order, pieces, tracking)
}

func (p *pretended) callOff(_ *testing.T, order string)                { p.CallOff(order) }
func (p *pretended) giveBack(_ *testing.T, order string, amount int64) { p.GiveBack(order, amount) }

func (p *pretended) seen(_ *testing.T, id string) seen {
	o := p.Seen(id)
	return seen{code: o.Code, state: o.State, lines: o.Lines, parcels: o.Parcels, refunds: o.Refunds}
}

func (p *pretended) stock(_ *testing.T, variant, place string) (onHand, allocated string) {
	a, b := p.Stock(variant, place)
	return fmt.Sprint(a), fmt.Sprint(b)
}

func (p *pretended) price(_ *testing.T, variant string) string { return fmt.Sprint(p.Price(variant)) }

// session connects, signed in and checked.
func session(t *testing.T, options, secrets map[string]string) *channeltest.Session {
	t.Helper()
	s := &channeltest.Session{Connector: vendure.New(), Options: options, Secrets: secrets}
	refresh(t, s)
	account, err := s.Connector.Check(t.Context(), s)
	must(t, err)
	s.Known = account
	return s
}

func refresh(t *testing.T, s *channeltest.Session) {
	t.Helper()
	signs, _ := s.Connector.(channel.Refresher)
	if !signs.Lapsed(s) {
		return
	}
	fresh, err := signs.Refresh(t.Context(), s)
	must(t, err)
	for name, value := range fresh {
		s.Secrets[name] = value
	}
}

// pulled is what a pull gave.
type pulled struct {
	items  map[string]channel.Item
	cursor []byte
	pages  int
}

func pull(t *testing.T, s *channeltest.Session, r channel.PullRequest) pulled {
	t.Helper()
	all := pulled{items: map[string]channel.Item{}}
	for {
		page, err := s.Connector.Pull(t.Context(), s, r)
		must(t, err)
		for _, item := range page.Items {
			all.items[item.ID] = item
		}
		all.pages++
		if r.Cursor, all.cursor = page.Next, page.Next; page.Done {
			return all
		}
		if all.pages > 3000 {
			t.Fatalf("the pull of %s does not end", r.Stream)
		}
	}
}

func read(t *testing.T, s *channeltest.Session, stream channel.Stream, item channel.Item) channel.Record {
	t.Helper()
	record, problems := s.Connector.Read(stream, item.Raw, s.Known)
	if len(problems) > 0 {
		t.Fatalf("reading %s: %v", item.Raw, problems)
	}
	return record
}

func orderOf(t *testing.T, s *channeltest.Session, items map[string]channel.Item, id string) channel.Record {
	t.Helper()
	item, given := items[id]
	if !given {
		t.Fatalf("the order %s is not given", id)
	}
	return read(t, s, channel.Orders, item)
}

// conformance is what the real server and the simulated one must both do.
var conformance = []struct {
	name string
	do   func(*testing.T, shop)
}{
	{"a sign-in is told apart from a right", testSignIns},
	{"what is listed and stocked is read", testListings},
	{"hundreds of one instant arrive at any page size", testOneInstant},
	{"orders made there appear, carts and drafts do not", testOrders},
	{"what happens to an old order is seen", testOldOrders},
	{"customers are read", testCustomers},
	{"single items are found by id", testByID},
	{"stock and prices that are set are seen there", testListingWrites},
	{"parcels that are sent are seen there", testShipping},
	{"cancelled, refunded and delivered is seen there", testOrderWrites},
	{"a write whose answer is lost is one effect", testLostAnswers},
}

func TestSimulated(t *testing.T) {
	for _, part := range conformance {
		t.Run(part.name, func(t *testing.T) { part.do(t, simulate(t)) })
	}
}

func TestReal(t *testing.T) {
	if testing.Short() {
		t.Skip("the real server takes a while to start")
	}
	v := serveReal(t)
	for _, part := range conformance {
		t.Run(part.name, func(t *testing.T) { part.do(t, v) })
	}
}

func testSignIns(t *testing.T, v shop) {
	options, secrets := v.connection()
	byKey := session(t, options, secrets).Known
	options, secrets = v.signIn()
	byName := session(t, options, secrets).Known
	for _, account := range []channel.Account{byKey, byName} {
		if account.ID == "" || account.Currency == "" || len(account.Locations) != 2 || account.Facts["money_precision"] != "2" {
			t.Errorf("the account is %+v", account)
		}
		if len(account.Rights) != 10 {
			t.Errorf("everything is allowed; the rights are %v", account.Rights)
		}
	}
	options, _ = v.connection()
	narrow := session(t, options, map[string]string{"api_key": v.narrow(t)})
	if !slices.Equal(narrow.Known.Rights, []string{"orders"}) {
		t.Errorf("a key for reading orders may do %v", narrow.Known.Rights)
	}
	_, err := narrow.Connector.Pull(t.Context(), narrow, channel.PullRequest{Stream: channel.Products, Mode: channel.Full})
	wants(t, err, fault.Permission)
	wrong := &channeltest.Session{Connector: vendure.New(), Options: options, Secrets: map[string]string{"api_key": "no-key-at-all"}}
	_, err = wrong.Connector.Check(t.Context(), wrong)
	wants(t, err, fault.Auth)
	if e := fault.Of(err); e.Field != "api_key" {
		t.Errorf("of a wrong key it is said: %s %s, in field %q", e.Message, e.Remedy, e.Field)
	}
	testSessions(t, v)
}

func testSessions(t *testing.T, v shop) {
	t.Helper()
	options, secrets := v.signIn()
	s := session(t, options, secrets)
	s.Secrets[channel.SignIn] = "one-that-ended-long-ago"
	_, err := s.Connector.Pull(t.Context(), s, channel.PullRequest{Stream: channel.Orders, Mode: channel.Full})
	wants(t, err, fault.Auth)
	delete(s.Secrets, channel.SignIn)
	refresh(t, s)
	pull(t, s, channel.PullRequest{Stream: channel.Orders, Mode: channel.Full})
	s.Secrets["password"] = "wrong"
	signs, _ := s.Connector.(channel.Refresher)
	_, err = signs.Refresh(t.Context(), s)
	wants(t, err, fault.Auth)
	s.Options["channel"] = "no-such-channel"
	_, err = s.Connector.Check(t.Context(), s)
	wants(t, err, fault.Invalid)
}

func wants(t *testing.T, err error, code fault.Code) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("the error must be of the class %s: %v", code, err)
	}
}

// connected signs in by user name: each call with a key costs the real server half a second of hashing.
func connected(t *testing.T, v shop) *channeltest.Session {
	t.Helper()
	return session(t, func() map[string]string { o, _ := v.signIn(); return o }(), func() map[string]string { _, s := v.signIn(); return s }())
}

func testListings(t *testing.T, v shop) {
	s := connected(t, v)
	id := v.variant(t, "LIST-1", 2499, 50)
	all := pull(t, s, channel.PullRequest{Stream: channel.Products, Mode: channel.Changes})
	listing := read(t, s, channel.Products, all.items[id]).Listing
	if listing.SKU != "LIST-1" || listing.Price != "24.99" || listing.Status != "active" || !listing.Tracked || listing.ExternalID != id {
		t.Errorf("the listing reads as %+v", listing)
	}
	v.rename(t, id, "LIST-2")
	again := pull(t, s, channel.PullRequest{Stream: channel.Products, Mode: channel.Changes, Cursor: all.cursor})
	if got := read(t, s, channel.Products, again.items[id]).Listing; got.SKU != "LIST-2" || got.Title != "LIST-2" {
		t.Errorf("after an edit it reads as %+v", got)
	}
	levels := read(t, s, channel.Stock, pull(t, s, channel.PullRequest{Stream: channel.Stock, Mode: channel.Full}).items[id]).Levels
	if len(levels) != 2 || levels[0].Location != v.locations()[0] || levels[0].Quantity != "50" || levels[1].Quantity != "0" {
		t.Errorf("its stock reads as %+v", levels)
	}
	v.order(t, v.customer(t, "listings@example.com"), []string{id}, 3)
	levels = read(t, s, channel.Stock, pull(t, s, channel.PullRequest{Stream: channel.Stock, Mode: channel.Full}).items[id]).Levels
	if levels[0].Quantity != "47" {
		t.Errorf("with three sold and not shipped it offers %s of 50", levels[0].Quantity)
	}
	v.remove(t, id)
	if _, given := pull(t, s, channel.PullRequest{Stream: channel.Products, Mode: channel.Full}).items[id]; given {
		t.Errorf("what was removed is given")
	}
}

func testOneInstant(t *testing.T, v shop) {
	s := connected(t, v)
	made := v.many(t)
	for _, size := range []int{2, 7, 1000} {
		for _, mode := range []channel.Mode{channel.Changes, channel.Full} {
			all := pull(t, s, channel.PullRequest{Stream: channel.Customers, Mode: mode, Size: size})
			for _, id := range made {
				if _, given := all.items[id]; !given {
					t.Fatalf("%s in pages of %d leaves out the customer %s", mode, size, id)
				}
			}
		}
	}
	if _, err := s.Connector.Pull(t.Context(), s, channel.PullRequest{Stream: channel.Customers, Mode: channel.Full, Size: 5000}); err != nil {
		t.Errorf("a page larger than the server gives: %v", err)
	}
}

func testOrders(t *testing.T, v shop) {
	s := connected(t, v)
	first, second := v.variant(t, "ORDER-1", 2499, 50), v.variant(t, "ORDER-2", 1000, 50)
	id := v.order(t, v.customer(t, "orders@example.com"), []string{first, second}, 3)
	v.cart(t, first)
	draft := v.draft(t, []string{first}, 1)
	for _, mode := range []channel.Mode{channel.Changes, channel.Full} {
		all := pull(t, s, channel.PullRequest{Stream: channel.Orders, Mode: mode, Size: 2})
		if _, given := all.items[draft]; given {
			t.Errorf("%s gives a draft", mode)
		}
		for id, item := range all.items {
			read(t, s, channel.Orders, item)
			if strings.Contains(string(item.Raw), `"AddingItems"`) && !strings.Contains(string(item.Raw), `"to":"AddingItems"`) {
				t.Errorf("%s gives the cart %s", mode, id)
			}
		}
		record := orderOf(t, s, all.items, id)
		o := record.Order
		if o.Number != v.seen(t, id).code || o.Financial != order.Paid || o.Fulfillment != order.Unfulfilled || o.PaidAt == 0 {
			t.Errorf("the order reads as %+v", o)
		}
		// 3 x 24.99 and 3 x 10.00, 20 per cent of tax on each line, and 5.00 for shipping without.
		want := order.Computed{Subtotal: o.Subtotal, Shipping: o.Shipping, Tax: o.Tax, Discount: o.Discount, Total: o.Total}
		if o.Subtotal.Minor != 10497 || o.Tax.Minor != 2099 || o.Shipping.Minor != 500 || o.Total.Minor != 13096 || o.Outstanding.Minor != 0 {
			t.Errorf("its sums are %+v", want)
		}
		if len(o.Lines) != 2 || o.Lines[0].SKU != "ORDER-1" || o.Lines[0].Quantity != "3" || o.Lines[0].UnitPrice != "24.99" {
			t.Errorf("its lines are %+v", o.Lines)
		}
		buyer, _ := o.Party(order.Buyer)
		to, _ := o.Party(order.ShipTo)
		if _, billed := o.Party(order.BillTo); billed || buyer.Email != "orders@example.com" || to.City != "Berlin" || to.Country != "DE" {
			t.Errorf("its people are %+v", o.Parties)
		}
	}
}

func testOldOrders(t *testing.T, v shop) {
	s := connected(t, v)
	variant := v.variant(t, "OLD-1", 1000, 100)
	buyer := v.customer(t, "old@example.com")
	ids := []string{}
	for range 4 {
		ids = append(ids, v.order(t, buyer, []string{variant}, 3))
	}
	all := pull(t, s, channel.PullRequest{Stream: channel.Orders, Mode: channel.Changes, Size: 2})
	if p, ok := v.(*pretended); ok { // the watch must see what lies far behind the overlap
		p.now = p.now.Add(40 * 24 * time.Hour)
		v.order(t, buyer, []string{variant}, 1) // a newer change, so that the next walk begins behind the old orders
	}
	again := func() map[string]channel.Item {
		next := pull(t, s, channel.PullRequest{Stream: channel.Orders, Mode: channel.Changes, Size: 2, Cursor: all.cursor})
		all.cursor = next.cursor
		return next.items
	}
	again()
	v.parcel(t, ids[0], 1, "PART-1")
	record := orderOf(t, s, again(), ids[0])
	if record.Order.Fulfillment != order.Partial || len(record.Shipments) != 1 || record.Shipments[0].Tracking != "PART-1" || record.Shipments[0].ShippedAt == 0 {
		t.Errorf("partly shipped it reads as %+v, %+v", record.Order, record.Shipments)
	}
	v.parcel(t, ids[0], 2, "PART-2")
	v.parcel(t, ids[1], 3, "WHOLE-1")
	items := again()
	for _, id := range ids[:2] {
		if got := orderOf(t, s, items, id).Order; got.Fulfillment != order.Fulfilled || got.FulfilledAt == 0 {
			t.Errorf("shipped it reads as %+v", got)
		}
	}
	v.giveBack(t, ids[2], 500)
	if got := orderOf(t, s, again(), ids[2]).Order; got.Financial != order.PartiallyRefunded || got.Refunded.Minor != 500 {
		t.Errorf("with 5.00 given back it reads as %+v", got)
	}
	v.callOff(t, ids[3])
	if got := orderOf(t, s, again(), ids[3]).Order; got.Stage() != order.Cancelled || got.CancelledAt == 0 {
		t.Errorf("cancelled it reads as %+v", got)
	}
}

func testCustomers(t *testing.T, v shop) {
	s := connected(t, v)
	id := v.customer(t, "customers@example.com")
	all := pull(t, s, channel.PullRequest{Stream: channel.Customers, Mode: channel.Changes, Size: 2})
	values := read(t, s, channel.Customers, all.items[id]).Customer.Values
	for name, want := range map[string]string{
		"external_id": id, "email": "customers@example.com", "name": "Grete Beispiel", "line1": "Gartenweg 3", "country": "DE", "phone": "030 1234",
	} {
		if values[name] != want {
			t.Errorf("%s reads as %q, not as %q", name, values[name], want)
		}
	}
}

func testByID(t *testing.T, v shop) {
	s := connected(t, v)
	variant := v.variant(t, "ID-1", 1000, 10)
	id := v.order(t, v.customer(t, "ids@example.com"), []string{variant}, 1)
	draft := v.draft(t, []string{variant}, 1)
	page, err := s.Connector.Pull(t.Context(), s, channel.PullRequest{
		Stream: channel.Orders, Mode: channel.ByID, IDs: []string{id, draft, "987654"},
	})
	must(t, err)
	if len(page.Items) != 1 || page.Items[0].ID != id || !slices.Equal(page.Deleted, []string{draft, "987654"}) {
		t.Errorf("asked for by id it gives %v, gone are %v", page.Items, page.Deleted)
	}
}

func TestAcceptance(t *testing.T) {
	channeltest.Run(t, suite())
}

// TestProofHistories runs random histories, thousands in make proof.
func TestProofHistories(t *testing.T) { channeltest.Proof(t, suite()) }

func suite() channeltest.Suite {
	return channeltest.Suite{
		Connector: vendure.New(), HTTPS: true,
		Vendor: func(clock func() time.Time) simulated.Vendor { return sim.New(clock) },
	}
}
