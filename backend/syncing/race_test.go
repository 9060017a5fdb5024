package syncing_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
	"tradepost/build/proof"
)

// booth is a simulated channel with one thing to sell. It sells whenever it shows enough, and its own log says what it sold. Buyers
// come before and behind each thing
// that is done there: between a look and a write, too.
type booth struct {
	name    string
	compare bool
	fair    *fair
	shown   int
	sales   []bought
	done    map[string]bool // the keys that had their effect
	writes  int
}

type bought struct {
	ID  string `json:"id"`
	Qty int    `json:"qty"`
	At  int64  `json:"at"`
}

func (b *booth) Manifest() channel.Manifest {
	return channel.Manifest{ID: b.name, Name: b.name, Kind: "other", PageSize: 500, Writes: []channel.Write{{Operation: channel.SetStock, Batch: 1, Compare: b.compare}},
		Streams: []channel.StreamInfo{{Stream: channel.Products, Every: time.Hour}, {Stream: channel.Stock, Every: 10 * time.Minute}, {Stream: channel.Orders, Every: 5 * time.Minute}}}
}

func (b *booth) Check(context.Context, channel.Session) (channel.Account, error) {
	return channel.Account{ID: b.name, Name: b.name, Currency: "USD", Zone: "UTC"}, nil
}

func (b *booth) Pull(_ context.Context, _ channel.Session, r channel.PullRequest) (channel.Page, error) {
	b.fair.rush()
	b.fair.mutex.Lock()
	defer b.fair.mutex.Unlock()
	page := channel.Page{Done: true}
	if r.Stream != channel.Orders {
		page.Items = []channel.Item{{ID: "1", Raw: fmt.Appendf(nil, `{"qty":%d}`, b.shown)}}
		return page, nil
	}
	for _, s := range b.sales {
		raw, _ := json.Marshal(s)
		page.Items = append(page.Items, channel.Item{ID: s.ID, Raw: raw})
	}
	return page, nil
}

func (b *booth) Read(stream channel.Stream, raw []byte, _ channel.Account) (channel.Record, []fault.Problem) {
	var s bought
	_ = json.Unmarshal(raw, &s)
	switch stream {
	case channel.Orders:
		return channel.Record{Name: s.ID, Order: &order.Order{ExternalID: s.ID, Number: s.ID, Currency: "USD", Total: commerce.Minor(100), Financial: order.Paid,
			Fulfillment: order.Unfulfilled, Placed: commerce.Stamp{At: commerce.Instant(s.At), Precision: commerce.PrecisionMillisecond, Zone: "UTC"},
			Lines: []order.Line{{ExternalID: s.ID + "-1", Position: 1, SKU: "LAST", Title: "Last", Quantity: commerce.Decimal(strconv.Itoa(s.Qty)), UOM: "each"}}}}, nil
	case channel.Stock:
		return channel.Record{Name: "LAST", Levels: []channel.Level{{ListingID: "1", SKU: "LAST", Quantity: commerce.Decimal(strconv.Itoa(s.Qty)), Tracked: true}}}, nil
	}
	return channel.Record{Name: "LAST", Listing: &channel.Listing{ExternalID: "1", SKU: "LAST", Title: "Last", ProductTitle: "Last", Price: "1.00", Currency: "USD",
		Tracked: true, Status: "active"}}, nil
}

func (b *booth) SetStock(_ context.Context, _ channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	b.fair.rush()
	defer b.fair.rush()
	lost, none := b.fair.trouble(8), b.fair.trouble(8)
	if none {
		return nil, fault.New(fault.Unknown, "No answer.", "Look.")
	}
	b.fair.mutex.Lock()
	defer b.fair.mutex.Unlock()
	i := intents[0]
	outcome := channel.Outcome{Result: channel.Applied}
	if b.compare && i.Observed != strconv.Itoa(b.shown) {
		outcome = channel.Outcome{Result: channel.Stale, Value: strconv.Itoa(b.shown)}
	} else {
		b.shown, _ = strconv.Atoi(string(i.Quantity))
		b.done[i.Key] = true
		b.writes++
		b.fair.told(b)
	}
	if lost {
		return nil, fault.New(fault.Unknown, "No answer.", "Look.")
	}
	return []channel.Outcome{outcome}, nil
}

func (b *booth) Find(_ context.Context, _ channel.Session, i channel.Intent) (channel.Outcome, error) {
	b.fair.rush()
	b.fair.mutex.Lock()
	defer b.fair.mutex.Unlock()
	if b.done[i.Key] {
		return channel.Outcome{Result: channel.Applied}, nil
	}
	return channel.Outcome{Result: channel.NotDone}, nil
}

func (b *booth) Observe(_ context.Context, _ channel.Session, intents []channel.Intent) ([]string, error) {
	b.fair.rush()
	defer b.fair.rush()
	b.fair.mutex.Lock()
	defer b.fair.mutex.Unlock()
	values := make([]string, len(intents))
	for n := range values {
		values[n] = strconv.Itoa(b.shown)
	}
	return values, nil
}

// fair is three booths that sell of one shelf.
type fair struct {
	t       *testing.T
	store   *store.Store
	engine  *syncing.Engine
	clock   *fakeClock
	booths  []*booth
	conns   []syncing.Connection
	variant int64

	mutex    sync.Mutex // guards the rest, and the booths
	source   *rand.Rand
	buyers   int // still to come
	shelf    int // pieces that there were, in all
	sold     int
	oversold int
	quiet    bool
	unknown  []string // numbers above what was known here when they arrived
	shares   bool
}

// mutant is a store with a guard removed.
type mutant struct {
	*store.Store
	hasty bool // a raise waits for nothing
	blind bool // what is seen counts, whatever was sold that nobody knows of
}

type mutantTx struct {
	syncing.Tx
	of *mutant
}

func (m *mutant) InSyncTx(ctx context.Context, bulk bool, do func(syncing.Tx) error) error {
	return m.Store.InSyncTx(ctx, bulk, func(tx syncing.Tx) error { return do(mutantTx{tx, m}) })
}

func (m mutantTx) MaySend(i syncing.Intent, compares bool) (string, error) {
	why, err := m.Tx.MaySend(i, compares)
	if m.of.hasty {
		why = ""
	}
	return why, err
}

func (m mutantTx) UpdateSync(s syncing.Sync) error {
	if m.of.blind {
		s.KnownSeq, s.KnownUntil = math.MaxInt64, math.MaxInt64
	}
	return m.Tx.UpdateSync(s)
}

func openFair(t *testing.T, seed uint64, shares bool, with mutant) *fair {
	t.Helper()
	f := &fair{t: t, source: rand.New(rand.NewPCG(seed, 4)), buyers: 500, clock: &fakeClock{now: time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)}, shares: shares}
	var err error
	f.store, err = store.Open(context.Background(), t.TempDir(), store.Options{Now: f.clock.Now})
	f.must(err)
	t.Cleanup(func() { _ = f.store.Close() })
	with.Store = f.store
	f.engine = syncing.New(&with, &vault{all: map[string]string{}}, syncing.Options{Clock: f.clock, Find: func(id string) channel.Connector { return f.booth(id) }})
	t.Cleanup(f.engine.Close)
	for n := range 3 {
		f.booths = append(f.booths, &booth{name: fmt.Sprintf("booth-%d", n), compare: f.source.IntN(2) == 0, fair: f, done: map[string]bool{}})
	}
	f.quiet = true
	for _, b := range f.booths {
		c, err := f.engine.Connect(context.Background(), syncing.Draft{Connector: b.name, Name: b.name, Approval: syncing.Automatic})
		f.must(err)
		f.conns = append(f.conns, c)
		f.pull(len(f.conns)-1, "")
	}
	f.variant, err = f.store.VariantBySKU(context.Background(), "LAST")
	f.must(err)
	f.shelf = 4 + f.source.IntN(8)
	_, err = f.store.CountStock(context.Background(), inventory.Count{VariantID: f.variant, Found: inventory.Quantity(f.shelf) * inventory.One, Version: -1})
	f.must(err)
	f.clock.move(time.Minute)
	if shares {
		_, err = f.store.SaveStockRule(context.Background(), inventory.Rule{Scope: inventory.OfAll, LastUnits: "100"}, -1)
		f.must(err)
	}
	f.quiet = false
	return f
}

func (f *fair) booth(id string) channel.Connector {
	for _, b := range f.booths {
		if b.name == id {
			return b
		}
	}
	return nil
}

func (f *fair) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fair) draw(n int) int {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.source.IntN(n)
}

func (f *fair) trouble(oneIn int) bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return !f.quiet && f.source.IntN(oneIn) == 0
}

// rush lets some buyers buy.
func (f *fair) rush() {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for !f.quiet && f.buyers > 0 && f.source.IntN(3) > 0 {
		f.buyers--
		f.buy(f.booths[f.source.IntN(len(f.booths))], 1+f.source.IntN(4)/3)
	}
}

func (f *fair) buy(b *booth, qty int) {
	if b.shown < qty {
		return
	}
	b.shown -= qty
	b.sales = append(b.sales, bought{fmt.Sprintf("%s-%d", b.name, len(b.sales)+1), qty, f.clock.Now().UnixMilli()})
	if f.sold += qty; f.sold > f.shelf {
		f.oversold++
	}
}

// told holds a number that arrived against what was known here by then.
func (f *fair) told(b *booth) {
	v, err := f.store.StockOf(context.Background(), f.variant)
	if known := v.For(inventory.Own).Whole("1"); err == nil && int64(b.shown) > known {
		f.unknown = append(f.unknown, fmt.Sprintf("%s was told %d of %d", b.name, b.shown, known))
	}
}

// pull pulls a stream of a booth, or all.
func (f *fair) pull(n int, stream channel.Stream) {
	f.t.Helper()
	syncs, err := f.store.Syncs(context.Background(), f.conns[n].ID)
	f.must(err)
	for _, s := range syncs {
		if stream == "" || s.Stream == stream {
			_, err := f.engine.Pull(context.Background(), syncing.Request{SyncID: s.ID, Person: true})
			f.must(err)
		}
	}
}

func (f *fair) push(n int) {
	f.t.Helper()
	c, err := f.store.Connection(context.Background(), f.conns[n].ID)
	f.must(err)
	if _, err := f.engine.Push(context.Background(), syncing.PushRequest{ConnectionID: c.ID, Cause: journal.BySchedule, Plan: true}); !c.Paused {
		f.must(err)
	}
	f.engine.Wait()
}

func (f *fair) pause(n int, paused bool) {
	f.t.Helper()
	f.must(f.engine.Pause(context.Background(), f.conns[n].ID, paused))
}

// restock brings pieces in, up to some sixty in all.
func (f *fair) restock() {
	f.t.Helper()
	n := 1 + f.draw(5)
	f.mutex.Lock()
	full := f.shelf > 60
	if !full {
		f.shelf += n
	}
	f.mutex.Unlock()
	if full {
		return
	}
	_, err := f.store.AdjustStock(context.Background(), inventory.Adjustment{VariantID: f.variant, By: inventory.Quantity(n) * inventory.One, Reason: "came in", Version: -1})
	f.must(err)
}

func (f *fair) step() {
	f.t.Helper()
	n := f.draw(len(f.booths))
	switch f.draw(12) {
	case 0, 1, 2, 3, 4:
		f.push(n)
	case 5, 6:
		f.pull(n, channel.Orders)
	case 7:
		f.pull(n, channel.Stock)
	case 8:
		f.restock()
	case 9:
		f.pause(n, f.draw(2) == 0)
	case 10:
		f.clock.move(time.Duration(f.draw(10)) * time.Minute)
	case 11:
		f.must(f.engine.Recover(context.Background()))
	}
	f.rush()
}

// settle lets everything come to rest without buyers, and says what is wrong then.
func (f *fair) settle() (wrong []string) {
	f.t.Helper()
	f.mutex.Lock()
	f.quiet = true
	f.mutex.Unlock()
	compares := false
	for n, b := range f.booths {
		f.pause(n, false)
		compares = compares || b.compare
	}
	for range 12 {
		f.clock.move(7 * time.Hour)
		for n := range f.booths {
			f.pull(n, "")
			f.push(n)
		}
	}
	left, shown := max(f.shelf-f.sold, 0), 0
	for _, b := range f.booths {
		shown += b.shown
		if !f.shares && b.shown != left {
			wrong = append(wrong, fmt.Sprintf("%s shows %d of %d", b.name, b.shown, left))
		}
	}
	if f.shares && (shown > left || shown < left && compares || shown == 0 && left > 0) {
		wrong = append(wrong, fmt.Sprintf("%d shown of %d", shown, left))
	}
	return wrong
}

// race runs one race to its end.
func race(t *testing.T, seed uint64, shares bool, with mutant) (f *fair, wrong []string) {
	t.Helper()
	f = openFair(t, seed, shares, with)
	for range 60 {
		f.step()
	}
	return f, f.settle()
}

// TestProofRace lets 500 buyers race for the last pieces on three channels, some of which compare and some do not, while writes lose
// their answers, channels are paused,
// pieces come in and plans are made anew at any time. By the channels' own logs nothing is sold that is not there. Without shares it
// is, but only of what was sold
// before the lower number arrived: no number that arrives is above what was known here.
func TestProofRace(t *testing.T) {
	const seed = 20261127
	run := proof.Begin(t, "stock-race", seed)
	for run.Counts["races"] < run.Size(4, 100) {
		n := seed + uint64(run.Counts["races"])
		with, wrong := race(t, n, true, mutant{})
		if with.oversold > 0 || len(wrong) > 0 {
			t.Fatalf("race %d: %d oversold of %d on a shelf of %d: %v", n, with.oversold, with.sold, with.shelf, wrong)
		}
		without, wrong := race(t, n, false, mutant{})
		if len(without.unknown)+len(wrong) > 0 {
			t.Fatalf("race %d without shares: %v %v", n, without.unknown, wrong)
		}
		run.Counts["races"]++
		run.Counts["sold"] += with.sold
		run.Counts["oversold_without"] += without.oversold
		run.Counts["sold_without"] += without.sold
		if run.Counts["races"]%20 == 0 {
			run.Save()
		}
	}
	if run.Counts["oversold_without"] == 0 {
		t.Error("without shares nothing was oversold either: the race is none")
	}
	run.Save()
}

// The mutants: where a raise does not wait for what others may still sell, and where what is seen counts although nobody knows what
// was sold, too much is sold.
func TestRaceMutantsAreSeen(t *testing.T) {
	for name, with := range map[string]mutant{"the raise does not wait": {hasty: true}, "what is seen counts": {blind: true}} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(60) {
				if f, _ := race(t, 3000+seed, true, with); f.oversold > 0 {
					return
				}
			}
			t.Error("60 races did not show it")
		})
	}
}
