package woocommerce

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/channeltest"
	"tradepost/backend/commerce"
	"tradepost/backend/connectors/woocommerce/sim"
)

// clockAt is a clock that the test moves.
type clockAt struct{ now time.Time }

func (c *clockAt) Now() time.Time { return c.now }

func (c *clockAt) tick(d time.Duration) { c.now = c.now.Add(d) }

// bench is a shop, a connection to it and a checked account.
type testbed struct {
	t     *testing.T
	clock *clockAt
	shop  *sim.Shop
	*channeltest.Session
}

func open(t *testing.T, options ...sim.Option) *testbed {
	t.Helper()
	clock := &clockAt{time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)}
	shop := sim.New(clock.Now, options...)
	return connect(t, clock, shop, httptest.NewServer(shop))
}

func openTLS(t *testing.T, options ...sim.Option) *testbed {
	t.Helper()
	clock := &clockAt{time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)}
	shop := sim.New(clock.Now, options...)
	return connect(t, clock, shop, httptest.NewTLSServer(shop))
}

func connect(t *testing.T, clock *clockAt, shop *sim.Shop, server *httptest.Server) *testbed {
	t.Helper()
	t.Cleanup(server.Close)
	b := &testbed{t: t, clock: clock, shop: shop}
	b.Session = &channeltest.Session{Connector: Connector{}, Clock: clock.Now, Client: server.Client()}
	b.Options, b.Secrets = shop.Connection(server.URL)
	return b
}

func (b *testbed) check() *testbed {
	b.t.Helper()
	account, err := Connector{}.Check(context.Background(), b)
	if err != nil {
		b.t.Fatalf("check: %v", err)
	}
	b.Known = account
	return b
}

// run pulls until Done; between is called after each page.
func (b *testbed) run(stream channel.Stream, mode channel.Mode, cursor []byte, size int, between func(page int)) (items []channel.Item, next []byte) {
	b.t.Helper()
	for page := 0; ; page++ {
		if page > 5000 {
			b.t.Fatal("the pull does not end")
		}
		p, err := Connector{}.Pull(context.Background(), b, channel.PullRequest{Stream: stream, Mode: mode, Cursor: cursor, Size: size})
		if err != nil {
			b.t.Fatalf("pull: %v", err)
		}
		items = append(items, p.Items...)
		cursor = p.Next
		if between != nil {
			between(page)
		}
		if p.Done {
			return items, p.Next
		}
	}
}

func idsOf(items []channel.Item) (ids []string) {
	for _, i := range items {
		ids = append(ids, i.ID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func sorted(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return ids
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, sorted(want)) {
		missing := slices.DeleteFunc(slices.Clone(sorted(want)), func(id string) bool { return slices.Contains(got, id) })
		more := slices.DeleteFunc(slices.Clone(got), func(id string) bool { return slices.Contains(want, id) })
		t.Errorf("%s: %d of %d; missing %v, too many %v", what, len(got), len(want), missing, more)
	}
}

func TestPullGivesEverythingByAnyPageSize(t *testing.T) {
	b := open(t)
	b.shop.Fill(1, 30, 20, 60)
	b.check()
	for _, info := range (Connector{}).Manifest().Streams {
		stream := info.Stream
		for _, size := range []int{1, 7, 30} {
			for _, mode := range []channel.Mode{channel.Full, channel.Changes} {
				items, _ := b.run(stream, mode, nil, size, nil)
				same(t, fmt.Sprintf("%s %s by %d", stream, mode, size), idsOf(items), b.shop.IDs(stream))
				if stream == channel.Orders && len(items) != len(b.shop.IDs(stream)) {
					t.Errorf("%s %s by %d: %d items", stream, mode, size, len(items))
				}
			}
		}
	}
}

func TestOrdersOfOneSecond(t *testing.T) {
	for name, options := range map[string][]sim.Option{"sorted": nil, "unsteady": {sim.Unsteady()}, "inclusive": {sim.Inclusive(), sim.Unsteady()}} {
		b := open(t, options...)
		b.shop.Fill(2, 5, 5, 560)
		b.shop.Mark("", b.clock.now.Add(-time.Hour), b.shop.IDs(channel.Orders)[:500]...)
		b.shop.Mark("", b.clock.now.Add(-time.Hour+time.Second), b.shop.IDs(channel.Orders)[500:530]...)
		b.check()
		for _, size := range []int{3, 50, 100} {
			items, _ := b.run(channel.Orders, channel.Changes, nil, size, nil)
			same(t, fmt.Sprintf("%s by %d", name, size), idsOf(items), b.shop.IDs(channel.Orders))
			if len(items) != 560 {
				t.Errorf("%s by %d: %d items", name, size, len(items))
			}
		}
	}
}

// TestNothingIsLostWhileTheShopIsEdited edits, adds and removes between pages; what was pulled must in the end be what is there.
func TestNothingIsLostWhileTheShopIsEdited(t *testing.T) {
	for _, size := range []int{1, 5} {
		for seed := range uint64(3) {
			for _, stream := range []channel.Stream{channel.Orders, channel.Products} {
				b := open(t, sim.Unsteady())
				b.shop.Fill(seed, 20, 5, 40)
				b.check()
				r := rand.New(rand.NewPCG(seed, uint64(size)))
				latest := map[string]commerce.Instant{}
				keep := func(items []channel.Item) {
					for _, i := range items {
						latest[i.ID] = max(latest[i.ID], i.UpdatedAt)
					}
				}
				stir := func(int) {
					b.clock.tick(time.Duration(r.IntN(3)) * time.Second)
					ids := b.shop.IDs(stream)
					switch id := ids[r.IntN(len(ids))]; r.IntN(4) {
					case 0:
						b.shop.Change(stream, id, r)
					case 1:
						b.shop.Place(r)
					case 2:
						if len(ids) > 10 {
							b.shop.Remove(stream, id)
						}
					}
				}
				for _, mode := range []channel.Mode{channel.Changes, channel.Full} {
					before := b.shop.IDs(stream)
					items, cursor := b.run(stream, mode, nil, size, stir)
					keep(items)
					if mode == channel.Changes {
						items, _ = b.run(stream, mode, cursor, size, nil)
						keep(items)
					}
					for _, id := range b.shop.IDs(stream) {
						if _, ok := latest[id]; !ok && (mode == channel.Changes || slices.Contains(before, id)) {
							t.Fatalf("%s %s by %d, seed %d: %s is missing", stream, mode, size, seed, id)
						}
					}
					now, _ := b.run(stream, channel.Full, nil, 100, nil)
					for _, i := range now {
						if mode == channel.Changes && latest[i.ID] < i.UpdatedAt {
							t.Fatalf("%s by %d, seed %d: the last edit of %s is missing", stream, size, seed, i.ID)
						}
					}
					clear(latest)
				}
			}
		}
	}
}

// TestMoreOfOneSecondThanAnAddressHolds has more orders of one second than can be named to the shop at once.
func TestMoreOfOneSecondThanAnAddressHolds(t *testing.T) {
	b := open(t)
	b.shop.Fill(2, 5, 5, 1000)
	ids := b.shop.IDs(channel.Orders)
	b.shop.Mark("", b.clock.now.Add(-time.Hour), ids[:950]...)
	b.check()
	items, _ := b.run(channel.Orders, channel.Changes, nil, 100, nil)
	same(t, "orders", idsOf(items), ids)
	for _, call := range b.Calls {
		if len(call.URL) > 8000 {
			t.Fatalf("an address of %d signs", len(call.URL))
		}
	}
}

func TestProductsByTheNamesOfHooks(t *testing.T) {
	b := open(t)
	b.shop.Fill(6, 40, 3, 0)
	b.check()
	var product string
	var variations []string
	for _, id := range b.shop.IDs(channel.Products) {
		if parent, _, two := strings.Cut(id, ":"); two && (product == "" || parent == product) {
			product, variations = parent, append(variations, id)
		}
	}
	ask := func(ids ...string) channel.Page {
		p, err := Connector{}.Pull(context.Background(), b, channel.PullRequest{Stream: channel.Products, Mode: channel.ByID, IDs: ids})
		if err != nil || !p.Done {
			t.Fatalf("%v: %v", ids, err)
		}
		return p
	}
	if p := ask(product); len(p.Deleted) > 0 {
		t.Errorf("%s is gone: %v", product, p.Deleted)
	} else {
		same(t, "variations of a product", idsOf(p.Items), variations)
	}
	b.shop.Remove(channel.Products, variations[0])
	p := ask(variations[0], variations[1], "nonsense", product+":7")
	same(t, "one variation", idsOf(p.Items), variations[1:2])
	same(t, "gone", sorted(p.Deleted), []string{variations[0], "nonsense", product + ":7"})
	b.shop.Remove(channel.Products, product)
	if p := ask(product, variations[1]); len(p.Items) > 0 || len(p.Deleted) != 2 {
		t.Errorf("after the product is gone: %+v", p)
	}
}

// TestDraftsAndTheBinAreNoOrders pulls a shop with a checkout under way, and an order that was thrown away.
func TestDraftsAndTheBinAreNoOrders(t *testing.T) {
	b := open(t)
	b.shop.Fill(6, 5, 3, 5)
	b.check()
	r := rand.New(rand.NewPCG(1, 1))
	draft, gone := b.shop.PlaceDraft(r), b.shop.Place(r)
	b.shop.Remove(channel.Orders, gone)
	for _, mode := range []channel.Mode{channel.Changes, channel.Full} {
		items, _ := b.run(channel.Orders, mode, nil, 3, nil)
		same(t, string(mode), idsOf(items), b.shop.IDs(channel.Orders))
	}
	p, err := Connector{}.Pull(context.Background(), b, channel.PullRequest{Stream: channel.Orders, Mode: channel.ByID, IDs: []string{draft, gone}})
	if err != nil || len(p.Items) > 0 || len(p.Deleted) != 2 {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestVariationsThatChangeAlone changes a variation without its product: shops that can be asked tell it at once, others in a full pull.
func TestVariationsThatChangeAlone(t *testing.T) {
	for _, varied := range []bool{true, false} {
		options := []sim.Option{sim.WithoutVariations()}
		if varied {
			options = nil
		}
		b := open(t, options...)
		b.shop.Fill(6, 40, 3, 0)
		b.check()
		_, cursor := b.run(channel.Products, channel.Changes, nil, 7, nil)
		ids := b.shop.IDs(channel.Products)
		id := ids[slices.IndexFunc(ids, func(id string) bool { return strings.Contains(id, ":") })]
		b.clock.tick(time.Hour)
		b.shop.Change(channel.Products, ids[slices.IndexFunc(ids, func(id string) bool { return !strings.Contains(id, ":") })], rand.New(rand.NewPCG(1, 1)))
		_, cursor = b.run(channel.Products, channel.Changes, cursor, 7, nil) // all others lie long before the newest change now
		b.clock.tick(time.Hour)
		b.shop.Change(channel.Products, id, rand.New(rand.NewPCG(1, 1)))
		items, _ := b.run(channel.Products, channel.Changes, cursor, 7, nil)
		if slices.Contains(idsOf(items), id) != varied {
			t.Errorf("asked for variations %v, the change of %s was seen: %v", varied, id, idsOf(items))
		}
	}
}

// TestAStatusThatIsNewSinceTheCheck must not hide orders: a plug-in may come at any time.
func TestAStatusThatIsNewSinceTheCheck(t *testing.T) {
	b := open(t, sim.Status("in-the-oven", "In the oven"))
	b.shop.Fill(6, 5, 3, 5)
	b.check()
	b.Known.Facts[factStatuses] = "pending,processing,on-hold,completed,cancelled,refunded,failed"
	id := b.shop.IDs(channel.Orders)[0]
	b.shop.Mark("in-the-oven", b.clock.now, id)
	items, _ := b.run(channel.Orders, channel.Changes, nil, 100, nil)
	same(t, "orders", idsOf(items), b.shop.IDs(channel.Orders))
}
