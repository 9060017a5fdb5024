package syncing_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
)

// effect is one thing that a market did because it was told to.
type effect struct {
	key, target, value string
	operation          channel.Operation
}

// ware is a listing of a market.
type ware struct {
	ID    string `json:"id"`
	SKU   string `json:"sku"`
	Stock string `json:"stock"`
	Price string `json:"price"`
	There string `json:"there,omitempty"` // how much lies at a second place
}

// deal is an order of a market.
type deal struct {
	ID       string   `json:"id"`
	Number   string   `json:"number"`
	Status   string   `json:"status"`
	Lines    []string `json:"lines"`
	Tracking []string `json:"tracking"`
	At       int64    `json:"at,omitempty"`     // when it was placed
	Off      int64    `json:"off,omitempty"`    // when it was called off
	Pieces   string   `json:"pieces,omitempty"` // of each line
}

// market is a vendor that can be written to, with its connector in one. log is its own account of what it did.
type market struct {
	mutex sync.Mutex
	wares map[string]*ware
	deals map[string]*deal
	log   []effect

	batch   int
	compare bool // it refuses a write whose observed value is not what is there
	keys    bool // it knows keys again
	blind   bool // its find sees nothing
	refuse  map[string]bool
	deaf    map[string]bool // it says that it did, and did not
	slow    bool            // it works on writes after it answered
	clamp   string
	hidden  bool // its lists are empty
	places  bool // its account says that it has the places A and B
	jobs    map[string]channel.Intent
	// before is what goes wrong with a write before it has an effect; after what goes wrong after that.
	before, after func(channel.Operation) error
	looks         func() error
	told          func(channel.Intent)
	observed      int
}

func newMarket(n int) *market {
	m := &market{wares: map[string]*ware{}, deals: map[string]*deal{}, batch: 5, refuse: map[string]bool{}, deaf: map[string]bool{}, jobs: map[string]channel.Intent{}}
	for i := range n {
		id := strconv.Itoa(100 + i)
		m.wares[id] = &ware{ID: id, SKU: fmt.Sprintf("SKU-%d", i), Stock: "5", Price: "10.00"}
	}
	return m
}

func (m *market) Manifest() channel.Manifest {
	writes := []channel.Write{{Operation: channel.SetStock, Batch: m.batch, Compare: m.compare}, {Operation: channel.SetPrice, Batch: m.batch, Compare: m.compare},
		{Operation: channel.SetStatus, Batch: 1, Statuses: []channel.Choice{{Value: "open", Label: "Open"}, {Value: "closed", Label: "Closed"}}},
		{Operation: channel.Ship, Batch: 1}, {Operation: channel.Cancel, Batch: 1}, {Operation: channel.Refund, Batch: 1}}
	return channel.Manifest{ID: "market", Name: "Market", Kind: "other", PageSize: 500, NativeKeys: m.keys, Writes: writes,
		Streams: []channel.StreamInfo{{Stream: channel.Products, Every: time.Hour}, {Stream: channel.Stock, Every: 10 * time.Minute}, {Stream: channel.Orders, Every: 5 * time.Minute}}}
}

func (m *market) Check(context.Context, channel.Session) (channel.Account, error) {
	account := channel.Account{ID: "m", Name: "The market", Currency: "USD", Zone: "UTC"}
	if m.places {
		account.Locations = []channel.Location{{ID: "A", Name: "The hall"}, {ID: "B", Name: "The yard"}}
	}
	return account, nil
}

func (m *market) Pull(_ context.Context, _ channel.Session, r channel.PullRequest) (channel.Page, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	page := channel.Page{Done: true}
	if m.hidden {
		return page, nil
	}
	if r.Stream == channel.Orders {
		for _, id := range slices.Sorted(maps.Keys(m.deals)) {
			d := m.deals[id]
			raw, _ := json.Marshal(d)
			page.Items = append(page.Items, channel.Item{ID: d.ID, Raw: raw})
		}
		return page, nil
	}
	for _, id := range slices.Sorted(maps.Keys(m.wares)) {
		w := m.wares[id]
		if r.Mode == channel.ByID && !slices.Contains(r.IDs, id) {
			continue
		}
		raw, _ := json.Marshal(w)
		page.Items = append(page.Items, channel.Item{ID: w.ID, Raw: raw})
	}
	return page, nil
}

func (m *market) Read(stream channel.Stream, raw []byte, _ channel.Account) (channel.Record, []fault.Problem) {
	if stream == channel.Orders {
		return readDeal(raw)
	}
	var w ware
	_ = json.Unmarshal(raw, &w)
	if stream == channel.Stock && w.There != "" {
		return channel.Record{Name: w.SKU, Levels: []channel.Level{{ListingID: w.ID, SKU: w.SKU, Location: "A", Quantity: commerce.Decimal(w.Stock), Tracked: true},
			{ListingID: w.ID, SKU: w.SKU, Location: "B", Quantity: commerce.Decimal(w.There), Tracked: true}}}, nil
	}
	if stream == channel.Stock {
		return channel.Record{Name: w.SKU, Levels: []channel.Level{{ListingID: w.ID, SKU: w.SKU, Quantity: commerce.Decimal(w.Stock), Tracked: true}}}, nil
	}
	return channel.Record{Name: w.SKU, Listing: &channel.Listing{ExternalID: w.ID, SKU: w.SKU, Title: w.SKU, ProductTitle: w.SKU, Price: commerce.Decimal(w.Price),
		Currency: "USD", Tracked: true, Status: "active"}}, nil
}

func readDeal(raw []byte) (channel.Record, []fault.Problem) {
	var d deal
	_ = json.Unmarshal(raw, &d)
	o := order.Order{ExternalID: d.ID, Number: d.Number, Currency: "USD", Total: commerce.Minor(5000), Financial: order.Paid, Fulfillment: order.Unfulfilled,
		Placed: commerce.Stamp{At: 1_690_000_000_000, Precision: commerce.PrecisionSecond, Zone: "UTC"}}
	if d.At != 0 {
		o.Placed.At = commerce.Instant(d.At)
	}
	if d.Off != 0 {
		o.CancelledAt, o.Fulfillment = commerce.Instant(d.Off), order.Unfulfilled
	}
	pieces := commerce.Decimal("2")
	if d.Pieces != "" {
		pieces = commerce.Decimal(d.Pieces)
	}
	for i, sku := range d.Lines {
		o.Lines = append(o.Lines, order.Line{ExternalID: d.ID + "-" + sku, Position: i + 1, SKU: sku, Title: sku, Quantity: pieces, UOM: "each"})
	}
	record := channel.Record{Name: d.Number, Order: &o}
	for _, number := range d.Tracking {
		record.Shipments = append(record.Shipments, channel.Shipment{ExternalID: number, Tracking: number, Carrier: "DHL"})
	}
	return record, nil
}

// write does what all writes share: faults before and after, and keys known again.
func (m *market) write(operation channel.Operation, intents []channel.Intent, do func(channel.Intent) channel.Outcome) ([]channel.Outcome, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.before != nil {
		if err := m.before(operation); err != nil {
			return nil, err
		}
	}
	outcomes := make([]channel.Outcome, len(intents))
	for n, i := range intents {
		outcomes[n] = m.one(i, do)
	}
	if m.after != nil {
		if err := m.after(operation); err != nil {
			return nil, err
		}
	}
	return outcomes, nil
}

func (m *market) one(i channel.Intent, do func(channel.Intent) channel.Outcome) channel.Outcome {
	switch {
	case m.refuse[i.Target]:
		return channel.Outcome{Result: channel.Refused, Problem: &fault.Problem{Message: "It is not for sale.", Code: "invalid"}}
	case m.keys && m.did(i.Key):
		return channel.Outcome{Result: channel.Already}
	case m.slow:
		m.jobs["job-"+i.Key] = i
		return channel.Outcome{Result: channel.Awaiting, Ref: "job-" + i.Key}
	}
	return do(i)
}

func (m *market) did(key string) bool {
	return slices.ContainsFunc(m.log, func(e effect) bool { return e.key == key })
}

func (m *market) note(i channel.Intent, value string) channel.Outcome {
	if m.told != nil {
		m.told(i)
	}
	m.log = append(m.log, effect{i.Key, i.Target, value, i.Operation})
	return channel.Outcome{Result: channel.Applied, Ref: "ref-" + i.Key}
}

// stale tells of a write that was planned for something else than what is there.
func (m *market) stale(i channel.Intent, is string) bool { return m.compare && i.Observed != is }

func (m *market) setStock(i channel.Intent) channel.Outcome {
	at := m.wares[i.Target].at(i.Location)
	if m.stale(i, *at) {
		return channel.Outcome{Result: channel.Stale, Value: *at}
	}
	if m.deaf[i.Target] {
		return m.note(i, string(i.Quantity))
	}
	*at = string(i.Quantity)
	if m.clamp != "" {
		*at = m.clamp
	}
	return m.note(i, string(i.Quantity))
}

// at is how much of a ware lies at a place.
func (w *ware) at(place string) *string {
	if place == "B" {
		return &w.There
	}
	return &w.Stock
}

func (m *market) SetStock(_ context.Context, _ channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return m.write(channel.SetStock, intents, m.setStock)
}

func (m *market) SetPrice(_ context.Context, _ channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return m.write(channel.SetPrice, intents, func(i channel.Intent) channel.Outcome {
		w := m.wares[i.Target]
		if m.stale(i, w.Price) {
			return channel.Outcome{Result: channel.Stale, Value: w.Price}
		}
		w.Price = string(i.Price)
		return m.note(i, w.Price)
	})
}

func (m *market) SetStatus(_ context.Context, _ channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return m.write(channel.SetStatus, intents, func(i channel.Intent) channel.Outcome {
		m.deals[i.Target].Status = i.Status
		return m.note(i, i.Status)
	})
}

func (m *market) Ship(_ context.Context, _ channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return m.write(channel.Ship, intents, func(i channel.Intent) channel.Outcome {
		m.deals[i.Target].Tracking = append(m.deals[i.Target].Tracking, i.Shipment.Tracking)
		return m.note(i, i.Shipment.Tracking)
	})
}

func (m *market) Cancel(_ context.Context, _ channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return m.write(channel.Cancel, intents, func(i channel.Intent) channel.Outcome { return m.note(i, "cancelled") })
}

func (m *market) Refund(_ context.Context, _ channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return m.write(channel.Refund, intents, func(i channel.Intent) channel.Outcome { return m.note(i, i.Amount.Decimal(2)) })
}

func (m *market) Find(_ context.Context, _ channel.Session, i channel.Intent) (channel.Outcome, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.looks != nil {
		if err := m.looks(); err != nil {
			return channel.Outcome{}, err
		}
	}
	if !m.blind && m.did(i.Key) {
		return channel.Outcome{Result: channel.Applied}, nil
	}
	return channel.Outcome{Result: channel.NotDone}, nil
}

func (m *market) Observe(_ context.Context, _ channel.Session, intents []channel.Intent) ([]string, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.observed += len(intents)
	if m.looks != nil {
		if err := m.looks(); err != nil {
			return nil, err
		}
	}
	values := make([]string, len(intents))
	for n, i := range intents {
		switch w := m.wares[i.Target]; {
		case i.Operation == channel.SetStatus:
			values[n] = m.deals[i.Target].Status
		case w == nil:
		case i.Operation == channel.SetStock:
			values[n] = *w.at(i.Location)
		default:
			values[n] = w.Price
		}
	}
	return values, nil
}

func (m *market) Poll(_ context.Context, _ channel.Session, intents []channel.Intent, ref string) ([]channel.Outcome, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	outcomes := slices.Repeat([]channel.Outcome{{Result: channel.Awaiting, Ref: ref}}, len(intents))
	if job, there := m.jobs[ref]; there {
		delete(m.jobs, ref)
		outcomes[0] = m.setStock(job)
	}
	return outcomes, nil
}

func (m *market) set(id, stock string) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.wares[id].Stock = stock
}

func (m *market) hide(hidden bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.hidden = hidden
}

func (m *market) stock(id string) string {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.wares[id].Stock
}

// doubled names what was done more than once for one key.
func (m *market) doubled() []string {
	seen, twice := map[string]bool{}, []string{}
	for _, e := range m.log {
		if seen[e.key] {
			twice = append(twice, e.key+" "+string(e.operation))
		}
		seen[e.key] = true
	}
	return twice
}

// stall is an engine on a real store with one connection to a market.
type stall struct {
	t      testing.TB
	dir    string
	store  *store.Store
	kept   syncing.Store
	engine *syncing.Engine
	market *market
	clock  *fakeClock
	conn   syncing.Connection
	moved  atomic.Pointer[syncing.Engine] // who is told of what moves
	bulk   bool                           // what is stated comes as a file does
}

func openStall(t testing.TB, m *market, approval syncing.Approval) *stall {
	t.Helper()
	s := &stall{t: t, market: m, clock: &fakeClock{now: time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)}, dir: t.TempDir()}
	var err error
	s.store, err = store.Open(context.Background(), s.dir, store.Options{Now: s.clock.Now, Moved: func(ids []int64) {
		if e := s.moved.Load(); e != nil {
			e.Moved(ids)
		}
	}})
	s.must(err)
	t.Cleanup(func() { _ = s.store.Close() })
	s.start(s.store)
	s.conn, err = s.engine.Connect(context.Background(), syncing.Draft{Connector: "market", Name: "Stall", Approval: approval, Size: 3,
		Options: map[string]string{"push_price": "yes"}})
	s.must(err)
	s.pull()
	return s
}

func (s *stall) start(kept syncing.Store) {
	if s.engine != nil {
		s.engine.Close()
	}
	s.kept = kept
	s.engine = syncing.New(kept, &vault{all: map[string]string{}}, syncing.Options{Clock: s.clock, Find: func(string) channel.Connector { return s.market }})
	s.t.Cleanup(s.engine.Close)
}

func (s *stall) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stall) pull() {
	s.t.Helper()
	syncs, err := s.store.Syncs(context.Background(), s.conn.ID)
	s.must(err)
	for _, one := range syncs {
		_, err := s.engine.Pull(context.Background(), syncing.Request{SyncID: one.ID})
		s.must(err)
	}
}

// count says what lies here of a ware.
func (s *stall) count(counts map[string]int) {
	s.t.Helper()
	s.stated(intake.StockCounts, func(yield func(map[string]string)) {
		for _, id := range slices.Sorted(maps.Keys(counts)) {
			yield(map[string]string{"sku": s.market.wares[id].SKU, "on_hand": strconv.Itoa(counts[id])})
		}
	})
	s.clock.move(time.Second)
}

func (s *stall) stated(kind intake.Kind, all func(func(map[string]string))) {
	s.t.Helper()
	s.must(s.store.InTx(context.Background(), s.bulk, func(tx intake.Tx) error {
		run := journal.Run{Kind: journal.RunImport, Cause: journal.ByPerson, ChannelID: s.conn.ChannelID}
		if err := tx.InsertRun(&run); err != nil {
			return err
		}
		var failed error
		all(func(values map[string]string) {
			stated := intake.Stated{Kind: kind, Values: values}
			j, err := intake.Apply(tx, intake.ModeMerge, intake.Received{Stated: stated, Payload: &journal.Payload{},
				Message: journal.Message{ChannelID: s.conn.ChannelID, RunID: run.ID, Kind: intake.RecordKind(kind), Name: stated.Label(), Rows: []int{2}}})
			if err != nil || j.Verdict == intake.Error {
				failed = fmt.Errorf("%v %w", j.Problems, err)
			}
		})
		return failed
	}))
}

// push is a run as the schedule starts it.
func (s *stall) push() (syncing.PushResult, error) {
	return s.engine.Push(context.Background(), syncing.PushRequest{ConnectionID: s.conn.ID, Cause: journal.BySchedule, Plan: true})
}

func (s *stall) pushed() syncing.PushResult {
	s.t.Helper()
	r, err := s.push()
	s.must(err)
	return r
}

// waiting is the open plans with their intents.
func (s *stall) waiting() []syncing.PushPlan {
	s.t.Helper()
	plans, err := s.store.PushPlans(context.Background(), syncing.PlanFilter{ConnectionID: s.conn.ID, State: syncing.PlanOpen, Limit: 100})
	s.must(err)
	for i := range plans {
		plans[i].Intents, err = s.store.PlanIntents(context.Background(), plans[i].ID, 0, 1000)
		s.must(err)
	}
	return plans
}

func (s *stall) approveAll() {
	s.t.Helper()
	for _, p := range s.waiting() {
		_, err := s.engine.Approve(context.Background(), syncing.Approving{PlanID: p.ID, IfSeq: p.Seq, Despite: true})
		s.must(err)
	}
}

// intents lists all intents of the connection, oldest first.
func (s *stall) intents() (all []syncing.Intent) {
	s.t.Helper()
	for id := int64(1); ; id++ {
		i, err := s.store.Intent(context.Background(), id)
		if fault.Is(err, fault.NotFound) {
			return all
		}
		s.must(err)
		all = append(all, i)
	}
}

func (s *stall) last() syncing.Intent {
	s.t.Helper()
	all := s.intents()
	if len(all) == 0 {
		s.t.Fatal("no intents")
	}
	return all[len(all)-1]
}
