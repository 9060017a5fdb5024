package syncing_test

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	_ "tradepost/backend/connectors/shopify" // makes it known
	_ "tradepost/backend/connectors/vendure" // makes it known
	"tradepost/backend/connectors/woocommerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/schedule"
	"tradepost/backend/secret"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
)

// lifeOrder is what a child is told about the life it is to live.
type lifeOrder struct {
	Dir     string
	Control string // the parent's address
	Shops   []shopOrder
	DieAt   int64 // the event of the store to die at; 0 is never
	Mutant  string
	Books   bool // a ledger system is there too, and calls
}

// shopOrder is one simulated vendor to be connected.
type shopOrder struct {
	Name, Connector  string
	Options, Secrets map[string]string
}

// doing is what the parent wants done next.
type doing struct {
	Stop bool
	All  bool // every stream, whether it is due or not
	Full bool // compare everything
	// PushFirst writes before it looks, so that a life that ends soon ends amid its writes.
	PushFirst bool
	// Counts are what somebody found in the shelves, by SKU: from then on it is what every vendor is to offer.
	Counts map[string]int
	Asks   []ask

	visit func(context.Context) error // has the ledger system call
}

// ask is what somebody wants done with an order of a vendor, once.
type ask struct {
	Shop, Order string
	Operation   channel.Operation
}

// The mutants: guards left out, which the comparison must notice.
const (
	mutantCursor = "cursor-first" // the cursor is kept before its page
	mutantBlind  = "never-found"  // no order is ever found, and its reference may be doubled
	mutantLook   = "never-looked" // what became of a write without an answer is not looked up
)

// oneLife is one life of Tradepost: the real engine on a real workspace, whose clock and vendors are the parent's.
func oneLife() int {
	var o lifeOrder
	err := json.NewDecoder(os.Stdin).Decode(&o)
	if err == nil {
		err = o.live(context.Background())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func (o lifeOrder) live(ctx context.Context) error {
	clock := sharedClock{path: filepath.Join(o.Dir, clockFile), control: o.Control}
	s, err := store.Open(ctx, o.Dir, store.Options{Now: clock.Now})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	if _, err := s.EndOrphans(ctx); err != nil {
		return err
	}
	vault := secret.New(s, noRing{}, o.Dir)
	if err := vault.UseKeyFile(ctx); err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(o.Dir, "tradepost.log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	slog.SetDefault(slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	m := &doomed{Store: s, last: o.DieAt, mutant: o.Mutant}
	engine := syncing.New(m, vault, syncing.Options{Clock: clock, Find: o.connector, Log: slog.Default()})
	defer engine.Close()
	if err := engine.Recover(ctx); err != nil {
		return err
	}
	if err := o.connect(ctx, s, engine); err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	if o.Books {
		closeDoor, err := o.openDoor(ctx, s, engine, clock)
		if err != nil {
			return fmt.Errorf("opening the door: %w", err)
		}
		defer closeDoor()
	}
	for {
		next, err := clock.rest()
		if err != nil || next.Stop {
			return err
		}
		next.visit = clock.visit
		if err := count(ctx, s, next.Counts); err != nil {
			return fmt.Errorf("counting: %w", err)
		}
		if err := round(ctx, s, engine, next); err != nil {
			return err
		}
	}
}

func (o lifeOrder) connect(ctx context.Context, s *store.Store, engine *syncing.Engine) error {
	known, err := s.Connections(ctx)
	if err != nil {
		return err
	}
	for _, shop := range o.Shops[min(len(known), len(o.Shops)):] {
		if _, err := engine.Connect(ctx, syncing.Draft{Connector: shop.Connector, Name: shop.Name, Options: shop.Options, Secrets: shop.Secrets,
			Approval: syncing.Automatic}); err != nil {
			return err
		}
	}
	return nil
}

// round runs what is due, all connections at once and the streams of each in their order. Trouble of a vendor is the weather; a mistake
// of ours ends the life.
func round(ctx context.Context, s *store.Store, engine *syncing.Engine, next doing) error {
	connections, err := s.Connections(ctx)
	if err != nil {
		return err
	}
	found := make([]error, len(connections))
	var all sync.WaitGroup
	for i, c := range connections {
		all.Go(func() { found[i] = roundOf(ctx, s, engine, c, next) })
	}
	all.Wait()
	return errors.Join(found...)
}

func roundOf(ctx context.Context, s *store.Store, engine *syncing.Engine, c syncing.Connection, next doing) error {
	if c.Connector == ledgerConnector {
		return ledgerRound(ctx, s, engine, c, next)
	}
	if next.PushFirst {
		if err := writes(ctx, s, engine, c, next); err != nil {
			return err
		}
	}
	syncs, err := s.Syncs(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, one := range syncs {
		switch info, _ := channel.ConnectorByID(c.Connector).Manifest().Stream(one.Stream); {
		case next.Full:
			_, err = engine.Pull(ctx, syncing.Request{SyncID: one.ID, Full: true, AcceptGone: true, Person: true, Cause: journal.ByPerson})
		case next.All:
			err = engine.Run(ctx, one.TimerID, schedule.CausePerson)
		case one.LookedAt == 0 || s.Now().Time().Sub(one.LookedAt.Time()) >= info.Every:
			err = engine.Run(ctx, one.TimerID, schedule.CauseTimer)
		}
		if slow := c.Connector == "amazon" && fault.Is(err, fault.RateLimited); slow { // it is gone on with in the next round
			break
		}
		if fault.Is(err, fault.Internal) || err != nil && (next.All || next.Full) {
			return fmt.Errorf("%s of %s: %w", one.Stream, c.Name, err)
		}
	}
	if next.PushFirst {
		return nil
	}
	return writes(ctx, s, engine, c, next)
}

// writes plans what somebody asked for and sends what is wanted.
func writes(ctx context.Context, s *store.Store, engine *syncing.Engine, c syncing.Connection, next doing) error {
	for _, a := range next.Asks {
		if err := asked(ctx, s, engine, c, a); err != nil {
			return fmt.Errorf("asking for %+v: %w", a, err)
		}
	}
	if err := push(ctx, s, engine, c); fault.Is(err, fault.Internal) || err != nil && next.All {
		return fmt.Errorf("writing to %s: %w", c.Name, err)
	}
	return nil
}

// count states what lies in the shelves, as a file does.
func count(ctx context.Context, s *store.Store, counts map[string]int) error {
	if len(counts) == 0 {
		return nil
	}
	return s.InTx(ctx, false, func(tx intake.Tx) error {
		at, err := tx.EnsureChannel("Shelves", "other")
		if err != nil {
			return err
		}
		run := journal.Run{Kind: journal.RunImport, State: journal.Done, Cause: journal.ByPerson, ChannelID: at.ID, FinishedAt: tx.Now()}
		if err := tx.InsertRun(&run); err != nil {
			return err
		}
		for sku, n := range counts {
			stated := intake.Stated{Kind: intake.StockCounts, Values: map[string]string{"sku": sku, "on_hand": strconv.Itoa(n)}}
			j, err := intake.Apply(tx, intake.ModeMerge, intake.Received{Stated: stated, Payload: &journal.Payload{},
				Message: journal.Message{ChannelID: at.ID, RunID: run.ID, Kind: intake.RecordKind(intake.StockCounts), Source: "file", Name: stated.Label(), Rows: []int{2}}})
			if err != nil || j.Verdict == intake.Error {
				return fmt.Errorf("%s: %v %w", sku, j.Problems, err)
			}
		}
		return nil
	})
}

// asked plans what somebody wants with an order, and approves it. What does not fit the order any more is no mistake.
func asked(ctx context.Context, s *store.Store, engine *syncing.Engine, c syncing.Connection, a ask) error {
	if a.Shop != c.Name {
		return nil
	}
	o, err := s.Lookup(ctx).FindOrder(c.ChannelID, &order.Order{ExternalID: a.Order})
	if err != nil || o == nil {
		return err
	}
	plan, err := engine.PlanOrder(ctx, syncing.OrderRequest{OrderID: o.ID, Operation: a.Operation, Amount: "1", Reason: "Damaged", Carrier: "DHL", Tracking: "T" + a.Order})
	if err == nil {
		_, err = engine.Approve(ctx, syncing.Approving{PlanID: plan.ID, IfSeq: plan.Seq, Despite: true})
	}
	if fault.Is(err, fault.Internal) {
		return err
	}
	slog.Debug("asked", "for", a, "error", err)
	return nil
}

// push sends what is wanted, approves what waits for a person, and sends that.
func push(ctx context.Context, s *store.Store, engine *syncing.Engine, c syncing.Connection) error {
	request := syncing.PushRequest{ConnectionID: c.ID, Cause: journal.BySchedule, Plan: true}
	if _, err := engine.Push(ctx, request); err != nil {
		return err
	}
	waiting, err := s.PushPlans(ctx, syncing.PlanFilter{ConnectionID: c.ID, State: syncing.PlanOpen, Limit: 50})
	if err != nil {
		return err
	}
	for _, plan := range waiting {
		if _, err := engine.Approve(ctx, syncing.Approving{PlanID: plan.ID, IfSeq: plan.Seq, Despite: true}); err != nil && !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	if len(waiting) > 0 {
		_, err = engine.Push(ctx, request)
	}
	return err
}

// noRing is a computer without a keyring.
type noRing struct{}

func (noRing) Get(string, string) (string, error) { return "", secret.ErrNoKeyring }
func (noRing) Set(string, string, string) error   { return secret.ErrNoKeyring }
func (noRing) Delete(string, string) error        { return secret.ErrNoKeyring }

// connector gives a connector that asks for few items at once, so that a small company has many pages.
func (o lifeOrder) connector(id string) channel.Connector {
	switch id {
	case "woocommerce":
		return wooInSmallPages{mutant: o.Mutant}
	case "vendure":
		return vendureInSmallPages{channel.ConnectorByID(id).(vendureConnector), o.Mutant}
	case "amazon":
		return amazonInPages{channel.ConnectorByID(id).(amazonConnector)}
	case "shopify":
		return shopifyInSmallPages{channel.ConnectorByID(id).(shopifyConnector), o.Mutant}
	}
	return channel.ConnectorByID(id)
}

const smallPage = 4

func small(r channel.PullRequest) channel.PullRequest {
	if r.Mode != channel.ByID {
		r.Size = smallPage
	}
	return r
}

type wooInSmallPages struct {
	woocommerce.Connector
	mutant string
}

func (w wooInSmallPages) Pull(ctx context.Context, s channel.Session, r channel.PullRequest) (channel.Page, error) {
	return w.Connector.Pull(ctx, s, small(r))
}

func (w wooInSmallPages) Find(ctx context.Context, s channel.Session, i channel.Intent) (channel.Outcome, error) {
	if w.mutant == mutantLook {
		return channel.Outcome{Result: channel.NotDone}, nil
	}
	return w.Connector.Find(ctx, s, i)
}

func (w wooInSmallPages) Refund(ctx context.Context, s channel.Session, all []channel.Intent) ([]channel.Outcome, error) {
	return w.Connector.Refund(ctx, s, unmarked(w.mutant, all))
}

// unmarked gives intents another key each time for the mutant: connectors look by the key before they write, which is a find as well.
func unmarked(mutant string, all []channel.Intent) []channel.Intent {
	if mutant != mutantLook {
		return all
	}
	all = slices.Clone(all)
	for i := range all {
		all[i].Key += "-" + rand.Text()
	}
	return all
}

// vendureConnector is what the connector of Vendure can do.
type vendureConnector interface {
	channel.Connector
	channel.Refresher
	channel.StockSetter
	channel.PriceSetter
	channel.StatusSetter
	channel.Shipper
	channel.Canceller
	channel.Refunder
	channel.Finder
	channel.Observer
}

type vendureInSmallPages struct {
	vendureConnector
	mutant string
}

func (v vendureInSmallPages) Pull(ctx context.Context, s channel.Session, r channel.PullRequest) (channel.Page, error) {
	return v.vendureConnector.Pull(ctx, s, small(r))
}

func (v vendureInSmallPages) Find(ctx context.Context, s channel.Session, i channel.Intent) (channel.Outcome, error) {
	if v.mutant == mutantLook {
		return channel.Outcome{Result: channel.NotDone}, nil
	}
	return v.vendureConnector.Find(ctx, s, i)
}

func (v vendureInSmallPages) Refund(ctx context.Context, s channel.Session, all []channel.Intent) ([]channel.Outcome, error) {
	return v.vendureConnector.Refund(ctx, s, unmarked(v.mutant, all))
}

// shopifyConnector is what the connector of Shopify can do.
type shopifyConnector interface {
	channel.Connector
	channel.Refresher
	channel.Metered
	channel.StockSetter
	channel.PriceSetter
	channel.Shipper
	channel.Canceller
	channel.Refunder
	channel.Finder
	channel.Observer
	channel.Poller
	channel.Hooker
}

type shopifyInSmallPages struct {
	shopifyConnector
	mutant string
}

func (v shopifyInSmallPages) Pull(ctx context.Context, s channel.Session, r channel.PullRequest) (channel.Page, error) {
	return v.shopifyConnector.Pull(ctx, s, small(r))
}

func (v shopifyInSmallPages) Find(ctx context.Context, s channel.Session, i channel.Intent) (channel.Outcome, error) {
	if v.mutant == mutantLook {
		return channel.Outcome{Result: channel.NotDone}, nil
	}
	return v.shopifyConnector.Find(ctx, s, i)
}

func (v shopifyInSmallPages) Refund(ctx context.Context, s channel.Session, all []channel.Intent) ([]channel.Outcome, error) {
	return v.shopifyConnector.Refund(ctx, s, unmarked(v.mutant, all))
}

// clockFile is where the parent keeps the time, in nanoseconds since 1970: reading it is one call of the system.
const clockFile = "clock"

// sharedClock is the parent's time. Who sleeps has the parent pass the time.
type sharedClock struct{ path, control string }

func (c sharedClock) Now() time.Time {
	text, err := os.ReadFile(c.path)
	if err != nil || len(text) != 8 {
		panic(fmt.Sprint("reading the clock: ", err))
	}
	return time.Unix(0, int64(binary.LittleEndian.Uint64(text)))
}

func (c sharedClock) Sleep(ctx context.Context, d time.Duration) error {
	_, err := c.ask(ctx, "/sleep?for="+strconv.FormatInt(int64(d), 10))
	return err
}

// rest tells the parent that what was due is done, and learns what is next.
func (c sharedClock) rest() (next doing, err error) {
	text, err := c.ask(context.Background(), "/rest")
	if err == nil {
		err = json.Unmarshal(text, &next)
	}
	return next, err
}

func (c sharedClock) ask(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.control+path, nil)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	return io.ReadAll(answer.Body)
}

// doomed is the store of a life that is killed at a chosen event: before a statement of a write in progress, or after a commit.
type doomed struct {
	*store.Store
	events atomic.Int64
	last   int64
	mutant string
}

func (m *doomed) event() {
	if m.events.Add(1) == m.last {
		self, _ := os.FindProcess(os.Getpid())
		_ = self.Kill()
		select {} // until the signal arrives
	}
}

func (m *doomed) InSyncTx(ctx context.Context, bulk bool, do func(syncing.Tx) error) error {
	if m.mutant == mutantCursor && bulk {
		if err := m.cursorFirst(ctx, do); err != nil {
			return err
		}
	}
	err := m.Store.InSyncTx(ctx, bulk, func(tx syncing.Tx) error { return do(doomedTx{Tx: tx, m: m}) })
	m.event()
	return err
}

var errTakenBack = errors.New("taken back")

// cursorFirst finds out which cursor a write keeps, takes the write back and keeps the cursor alone.
func (m *doomed) cursorFirst(ctx context.Context, do func(syncing.Tx) error) error {
	var kept *syncing.Sync
	err := m.Store.InSyncTx(ctx, true, func(tx syncing.Tx) error {
		kept = nil
		if err := do(doomedTx{Tx: tx, m: &doomed{}, kept: &kept}); err != nil {
			return err
		}
		return errTakenBack
	})
	if !errors.Is(err, errTakenBack) || kept == nil {
		return nil
	}
	err = m.Store.InSyncTx(ctx, true, func(tx syncing.Tx) error { return tx.UpdateSync(*kept) })
	m.event()
	return err
}

func (m *doomed) SaveLevels(ctx context.Context, connectionID int64, levels []syncing.Level) error {
	err := m.Store.SaveLevels(ctx, connectionID, levels)
	m.event()
	return err
}

func (m *doomed) NoteTimerRun(ctx context.Context, id, runID int64, succeeded bool) error {
	err := m.Store.NoteTimerRun(ctx, id, runID, succeeded)
	m.event()
	return err
}

type doomedTx struct {
	syncing.Tx
	m    *doomed
	kept **syncing.Sync
}

func (tx doomedTx) FindOrder(channelID int64, incoming *order.Order) (*order.Order, error) {
	if tx.m.mutant == mutantBlind {
		return nil, nil
	}
	return tx.Tx.FindOrder(channelID, incoming)
}

func (tx doomedTx) UpdateSync(s syncing.Sync) error {
	tx.m.event()
	if tx.kept != nil {
		*tx.kept = &s
	}
	return tx.Tx.UpdateSync(s)
}

func (tx doomedTx) InsertMessage(message *journal.Message, payload *journal.Payload) error {
	tx.m.event()
	return tx.Tx.InsertMessage(message, payload)
}

func (tx doomedTx) PutArrival(syncID int64, a syncing.Arrival) error {
	tx.m.event()
	return tx.Tx.PutArrival(syncID, a)
}

func (tx doomedTx) UpdateMessage(m journal.Message) error {
	tx.m.event()
	return tx.Tx.UpdateMessage(m)
}

func (tx doomedTx) InsertOrder(o *order.Order) error {
	tx.m.event()
	return tx.Tx.InsertOrder(o)
}

func (tx doomedTx) UpdateOrder(before, after *order.Order) error {
	tx.m.event()
	return tx.Tx.UpdateOrder(before, after)
}

func (tx doomedTx) InsertChange(c journal.Change) error {
	tx.m.event()
	return tx.Tx.InsertChange(c)
}

func (tx doomedTx) UpdateRun(r journal.Run) error {
	tx.m.event()
	return tx.Tx.UpdateRun(r)
}

func (tx doomedTx) InsertIntent(i *syncing.Intent) error {
	tx.m.event()
	return tx.Tx.InsertIntent(i)
}

func (tx doomedTx) UpdateIntent(i syncing.Intent) error {
	tx.m.event()
	return tx.Tx.UpdateIntent(i)
}

func (tx doomedTx) ClaimIntent(i syncing.Intent, by string, until commerce.Instant) (bool, error) {
	tx.m.event()
	return tx.Tx.ClaimIntent(i, by, until)
}

func (tx doomedTx) StartAttempt(i syncing.Intent, kind string) error {
	tx.m.event()
	return tx.Tx.StartAttempt(i, kind)
}

func (tx doomedTx) EndAttempt(intentID int64, outcome, detail string) error {
	tx.m.event()
	return tx.Tx.EndAttempt(intentID, outcome, detail)
}
