package syncing_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/connectors/shopify"
	"tradepost/backend/connectors/shopify/sim"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
)

// metered is an engine before a simulated Shopify whose points count.
type metered struct {
	*testing.T

	shop   *sim.Shop
	clock  *fakeClock
	engine *syncing.Engine
	store  *store.Store

	connection int64
	orders     int64 // the sync of orders
}

func openMetered(t *testing.T, orders int, most, restore float64) *metered {
	t.Helper()
	m := &metered{T: t, clock: &fakeClock{now: time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)}}
	m.shop = sim.New(m.clock.Now)
	m.shop.Fill(1, 30, 20, orders)
	m.shop.Limit(most, restore)
	server := httptest.NewServer(m.shop)
	t.Cleanup(server.Close)
	kept, err := store.Open(t.Context(), t.TempDir(), store.Options{Now: m.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	m.engine = syncing.New(kept, &vault{all: map[string]string{}}, syncing.Options{Clock: m.clock, Find: func(string) channel.Connector { return shopify.New() }})
	t.Cleanup(m.engine.Close)
	options, secrets := m.shop.Connection(server.URL)
	c, err := m.engine.Connect(t.Context(), syncing.Draft{Connector: "shopify", Name: "Shop", Options: options, Secrets: secrets})
	if err != nil {
		t.Fatal(err)
	}
	m.store, m.connection = kept, c.ID
	syncs, err := kept.Syncs(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range syncs {
		if s.Stream == channel.Orders {
			m.orders = s.ID
		}
	}
	return m
}

// pull pulls all orders, and gives how long that took by the clock.
func (m *metered) pull(want int) time.Duration {
	m.Helper()
	began := m.clock.Now()
	result, err := m.engine.Pull(m.Context(), syncing.Request{SyncID: m.orders, Full: true})
	if err != nil || result.Pulled != want {
		m.Fatalf("pulled are %d of %d: %v", result.Pulled, want, err)
	}
	return m.clock.Now().Sub(began)
}

// TestPointsAreKept pulls from a vendor that counts points: none of our calls is refused, and on a larger plan it goes quicker.
func TestPointsAreKept(t *testing.T) {
	small, large := openMetered(t, 400, 1000, 100), openMetered(t, 400, 20_000, 1000)
	slow, quick := small.pull(400), large.pull(400)
	if small.shop.Throttled()+large.shop.Throttled() > 0 {
		t.Errorf("%d and %d calls were refused", small.shop.Throttled(), large.shop.Throttled())
	}
	if quick*3 > slow {
		t.Errorf("ten times the points a second, and it takes %s instead of %s", quick, slow)
	}
}

// TestPointsThatOthersUse lets another program use the same points up: a call is refused, and is made again when it can be.
func TestPointsThatOthersUse(t *testing.T) {
	m := openMetered(t, 200, 1000, 100)
	m.shop.Use(990)
	m.pull(200)
	if m.shop.Throttled() == 0 || m.shop.Throttled() > 3 {
		t.Errorf("%d calls were refused", m.shop.Throttled())
	}
}
