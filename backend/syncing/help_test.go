package syncing_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/fault"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
)

// shop is a vendor and its connector in one, without a network: orders by id, each with a version that rises.
type shop struct {
	mutex   sync.Mutex
	clock   int64 // milliseconds; each change moves it
	orders  map[string]sold
	trouble func(channel.PullRequest) error // what goes wrong with a pull
	pulled  func(channel.PullRequest)
	size    int
}

type sold struct {
	ID       string   `json:"id"`
	Number   string   `json:"number"`
	Updated  int64    `json:"updated"`
	Total    string   `json:"total"`
	SKUs     []string `json:"skus"`
	Shipping string   `json:"shipping"`
	Street   string   `json:"street"`
}

func newShop() *shop { return &shop{clock: 1_700_000_000_000, orders: map[string]sold{}, size: 3} }

func (s *shop) put(o sold) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.clock += 1000
	o.Updated = s.clock
	s.orders[o.ID] = o
}

func (s *shop) drop(id string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.orders, id)
}

func (s *shop) Manifest() channel.Manifest {
	return channel.Manifest{ID: "specimen", Name: "Specimen", Kind: "other", PageSize: s.size,
		Options: []channel.Option{{Name: "url", Label: "Address", Type: channel.URLOption, Required: true}, {Name: "key", Label: "Key", Type: channel.SecretOption, Required: true}},
		Streams: []channel.StreamInfo{{Stream: channel.Orders, Changes: true, Every: 5 * time.Minute, FullEvery: 24 * time.Hour}}}
}

func (s *shop) Check(_ context.Context, session channel.Session) (channel.Account, error) {
	if session.Secret("key") != "right" {
		return channel.Account{}, fault.New(fault.Auth, "The key is wrong.", "Make a new one.")
	}
	return channel.Account{ID: "shop-1", Name: "The shop", Currency: "USD", Zone: "UTC"}, nil
}

func (s *shop) Pull(_ context.Context, _ channel.Session, r channel.PullRequest) (channel.Page, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.pulled != nil {
		s.pulled(r)
	}
	if s.trouble != nil {
		if err := s.trouble(r); err != nil {
			return channel.Page{}, err
		}
	}
	if r.Mode == channel.ByID {
		return s.byID(r.IDs), nil
	}
	from, _ := strconv.ParseInt(string(r.Cursor), 10, 64)
	if r.Cursor == nil {
		from = int64(r.Since)
	}
	all := slices.SortedFunc(maps.Values(s.orders), func(a, b sold) int { return int(a.Updated - b.Updated) })
	all = slices.DeleteFunc(all, func(o sold) bool { return o.Updated < from })
	page := channel.Page{Done: len(all) <= s.size, ServerTime: commerce.Instant(s.clock), Next: []byte(strconv.FormatInt(from, 10))}
	for _, o := range all[:min(len(all), s.size)] {
		page.Items = append(page.Items, item(o))
		page.Next = []byte(strconv.FormatInt(o.Updated, 10))
	}
	return page, nil
}

func (s *shop) byID(ids []string) channel.Page {
	page := channel.Page{Done: true}
	for _, id := range ids {
		if o, there := s.orders[id]; there {
			page.Items = append(page.Items, item(o))
		} else {
			page.Deleted = append(page.Deleted, id)
		}
	}
	return page
}

func item(o sold) channel.Item {
	raw, _ := json.Marshal(o)
	return channel.Item{ID: o.ID, UpdatedAt: commerce.Instant(o.Updated), Raw: raw}
}

func (s *shop) Read(_ channel.Stream, raw []byte, account channel.Account) (channel.Record, []fault.Problem) {
	var o sold
	if err := json.Unmarshal(raw, &o); err != nil {
		return channel.Record{}, []fault.Problem{{Message: err.Error()}}
	}
	total, err := commerce.ParseDecimal(o.Total)
	if err != nil {
		return channel.Record{Name: o.Number}, []fault.Problem{{Column: "total", Found: o.Total, Message: "“" + o.Total + "” is not an amount.", Code: "not_money"}}
	}
	amount, _ := commerce.AmountOf(total, 2)
	read := order.Order{ExternalID: o.ID, Number: o.Number, Currency: account.Currency, Total: amount, Financial: order.Paid, Fulfillment: order.Unfulfilled,
		Placed: commerce.Stamp{At: 1_690_000_000_000, Precision: commerce.PrecisionSecond, Zone: "UTC"}}
	for i, sku := range o.SKUs {
		read.Lines = append(read.Lines, order.Line{ExternalID: o.ID + "-" + sku, Position: i + 1, SKU: sku, Title: "A " + sku, Quantity: "1", UOM: "each"})
	}
	read.SetParty(order.ShipTo, contact(o))
	record := channel.Record{Name: o.Number, Order: &read}
	if o.Shipping != "" {
		record.Shipments = []channel.Shipment{{ExternalID: "s" + o.ID, Tracking: o.Shipping, Carrier: "DHL"}}
	}
	return record, nil
}

// desk is an engine on a real store with one connection to a shop.
type desk struct {
	t      *testing.T
	store  *store.Store
	engine *syncing.Engine
	shop   *shop
	clock  *fakeClock
	dir    string
	sync   int64
	conn   syncing.Connection
}

// fakeClock stands still but for what is slept.
type fakeClock struct {
	mutex sync.Mutex
	now   time.Time
	slept []time.Duration
}

func (c *fakeClock) Now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.now
}

func (c *fakeClock) Sleep(ctx context.Context, d time.Duration) error {
	c.move(d)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.slept = append(c.slept, d)
	return ctx.Err()
}

func (c *fakeClock) move(d time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.now = c.now.Add(d)
}

// vault keeps secrets in memory.
type vault struct {
	mutex sync.Mutex
	all   map[string]string
	locks error
}

func (v *vault) Put(_ context.Context, name string, value []byte) error {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if v.locks != nil {
		return v.locks
	}
	v.all[name] = string(value)
	return nil
}

func (v *vault) Get(_ context.Context, name string) ([]byte, error) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	value, there := v.all[name]
	if !there {
		return nil, fault.New(fault.NotFound, "no secret", "")
	}
	return []byte(value), nil
}

func (v *vault) Has(ctx context.Context, name string) (bool, error) {
	_, err := v.Get(ctx, name)
	return err == nil, nil
}

func (v *vault) Delete(_ context.Context, name string) error {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	delete(v.all, name)
	return nil
}

func openDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, shop: newShop(), clock: &fakeClock{now: time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)}, dir: t.TempDir()}
	var err error
	d.store, err = store.Open(t.Context(), d.dir, store.Options{Now: d.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.store.Close() })
	d.start(&vault{all: map[string]string{}})
	return d
}

func (d *desk) start(secrets syncing.Secrets) {
	d.engine = syncing.New(d.store, secrets, syncing.Options{Clock: d.clock, Find: func(id string) channel.Connector {
		if id == "specimen" {
			return d.shop
		}
		return nil
	}})
	d.t.Cleanup(d.engine.Close)
}

func (d *desk) draft() syncing.Draft {
	return syncing.Draft{Connector: "specimen", Name: "Main shop", Options: map[string]string{"url": "https://shop.example.com"}, Secrets: map[string]string{"key": "right"}}
}

func (d *desk) connect() {
	d.t.Helper()
	var err error
	if d.conn, err = d.engine.Connect(d.t.Context(), d.draft()); err != nil {
		d.t.Fatal(err)
	}
	syncs, err := d.store.Syncs(d.t.Context(), d.conn.ID)
	if err != nil || len(syncs) != 1 {
		d.t.Fatalf("syncs %v, %v", syncs, err)
	}
	d.sync = syncs[0].ID
}

func (d *desk) pull(r syncing.Request) syncing.Result {
	d.t.Helper()
	r.SyncID = d.sync
	result, err := d.engine.Pull(d.t.Context(), r)
	if err != nil {
		d.t.Fatal(err)
	}
	return result
}

func (d *desk) orders() []order.Order {
	d.t.Helper()
	rows, _, err := d.store.FullOrders(d.t.Context(), order.Filter{}, order.Page{Limit: 500})
	if err != nil {
		d.t.Fatal(err)
	}
	return rows
}

func contact(o sold) customer.Contact {
	return customer.Contact{Name: "Ada Lovelace", Line1: o.Street, City: "London"}
}

func several(n int) []sold {
	all := make([]sold, n)
	for i := range all {
		all[i] = sold{ID: strconv.Itoa(100 + i), Number: fmt.Sprintf("#%d", 1+i), Total: "10.00", SKUs: []string{"MUG"}, Street: "Road 1"}
	}
	return all
}
