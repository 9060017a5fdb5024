package quickbooksdesktop_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"tradepost/backend/accounting"
	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/connectors/quickbooksdesktop"
	"tradepost/backend/connectors/quickbooksdesktop/sim"
	"tradepost/backend/fault"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
)

// noon is when all of it happens.
var noon = time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC)

// vault keeps secrets in memory.
type vault struct {
	mutex sync.Mutex
	all   map[string][]byte
}

func (v *vault) Put(_ context.Context, name string, value []byte) error {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.all[name] = value
	return nil
}

func (v *vault) Get(_ context.Context, name string) ([]byte, error) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if value, there := v.all[name]; there {
		return value, nil
	}
	return nil, fault.New(fault.NotFound, "no secret", "")
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

// desk is a workspace with a connection to a company file, and the Web Connector between them.
type desk struct {
	t       *testing.T
	dir     string
	now     time.Time
	vault   *vault
	store   *store.Store
	engine  *syncing.Engine
	server  *httptest.Server
	company *sim.Company
	at      syncing.Connection
	channel channel.Channel
}

func openDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, dir: t.TempDir(), now: noon, vault: &vault{all: map[string][]byte{}}}
	d.company = sim.NewCompany("Greenhouse & Co.", func() time.Time { return d.now })
	d.open()
	d.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answerer, box, err := d.engine.Mailbox(r.Context(), d.at.ID)
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		answerer.Answer(w, r, box)
	}))
	t.Cleanup(func() {
		d.server.Close()
		d.engine.Close()
		_ = d.store.Close()
	})
	d.connect()
	return d
}

// open opens the workspace as a program does that starts.
func (d *desk) open() {
	d.t.Helper()
	var err error
	d.store, err = store.Open(context.Background(), d.dir, store.Options{Now: func() time.Time { return d.now }})
	d.must(err)
	d.engine = syncing.New(d.store, d.vault, syncing.Options{})
	d.must(d.engine.Recover(context.Background()))
}

// restart ends the program and starts it anew.
func (d *desk) restart() {
	d.t.Helper()
	d.engine.Close()
	d.must(d.store.Close())
	d.open()
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatalf("%v", err)
	}
}

func (d *desk) connect() {
	d.t.Helper()
	var err error
	d.at, err = d.engine.Connect(context.Background(), syncing.Draft{Connector: "quickbooksdesktop", Name: "Books", Options: map[string]string{},
		Secrets: map[string]string{"password": "open sesame"}, Approval: syncing.Automatic})
	d.must(err)
	d.must(d.store.Write(context.Background(), store.Urgent, func(tx *store.Tx) error {
		d.channel, err = tx.EnsureChannel("Main shop", "other")
		return err
	}))
}

// connector is the Web Connector, that breaks where it is told to.
func (d *desk) connector(at int, how sim.Break) *sim.WebConnector {
	return &sim.WebConnector{URL: d.server.URL, User: "tradepost", Password: "open sesame", Company: d.company, At: at, How: how}
}

// update runs conversations until there is nothing to do.
func (d *desk) update() {
	d.t.Helper()
	for range 12 {
		d.now = d.now.Add(10 * time.Minute)
		words, err := d.connector(0, "").Update(context.Background())
		d.must(err)
		if words == "none" {
			return
		}
	}
	d.t.Fatalf("the Web Connector never has nothing to do: %v", d.company.Log())
}

// mapping confirms a mapping as it is proposed, for one channel.
func (d *desk) mapping(change func(*accounting.Mapping, *accounting.Rule)) accounting.Mapping {
	d.t.Helper()
	entries, err := d.store.LedgerEntries(context.Background(), d.at.ID, "")
	d.must(err)
	m := accounting.Propose(entries, []accounting.Seller{{ID: d.channel.ID, Name: d.channel.Name}}, []string{"PayPal"}, []string{"MUG-1"}, "USD")
	key := "1"
	for id := range m.Channels {
		key = id
	}
	rule := m.Channels[key]
	rule.Post = true
	if change != nil {
		change(&m, &rule)
	}
	m.Channels[key], m.Confirmed = rule, true
	d.must(m.Check())
	d.must(d.store.PutMapping(context.Background(), d.at.ID, m, -1))
	return m
}

// sell writes an order.
func (d *desk) sell(number string, o order.Order) order.Order {
	d.t.Helper()
	o.ChannelID, o.Channel, o.Number, o.Currency = d.channel.ID, d.channel.Name, number, "USD"
	if o.Placed.At == 0 {
		o.Placed = commerce.Stamp{At: commerce.InstantOf(noon.Add(-48 * time.Hour)), Precision: commerce.PrecisionSecond}
	}
	d.must(d.store.Write(context.Background(), store.Urgent, func(tx *store.Tx) error { return tx.InsertOrder(&o) }))
	return o
}

// paid is an order of two mugs, paid by PayPal, with shipping, tax and a discount.
func paid() order.Order {
	return order.Order{Financial: order.Paid, PaymentMethod: "PayPal", Total: commerce.Minor(5580), Shipping: commerce.Minor(599), Tax: commerce.Minor(481), Discount: commerce.Minor(300),
		Lines: []order.Line{{SKU: "MUG-1", Title: "Mug", Quantity: "2", UnitPrice: "24.00", Total: commerce.Minor(4800)}}}
}

// unpaid is an order on account.
func unpaid() order.Order {
	return order.Order{Financial: order.Pending, Total: commerce.Minor(2000), Lines: []order.Line{{SKU: "POT", Title: "Pot", Quantity: "1", UnitPrice: "20.00"}}}
}

func (d *desk) postings(state string) []syncing.Posting {
	d.t.Helper()
	all, err := d.store.Postings(context.Background(), syncing.PostingFilter{ConnectionID: d.at.ID, State: state, Limit: 1000})
	d.must(err)
	return all
}

var _ channel.Connector = quickbooksdesktop.Connector{}
