package syncing_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/connectors/vendure"
	"tradepost/backend/connectors/woocommerce"
	"tradepost/backend/fault"
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
}

// The mutants: guards left out, which the comparison must notice.
const (
	mutantCursor = "cursor-first" // the cursor is kept before its page
	mutantBlind  = "never-found"  // no order is ever found, and its reference may be doubled
)

// live is one life of Tradepost: the real engine on a real workspace, whose clock and vendors are the parent's.
func live() int {
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
	m := &mortal{Store: s, last: o.DieAt, mutant: o.Mutant}
	engine := syncing.New(m, vault, syncing.Options{Clock: clock, Find: inSmallPages, Log: slog.New(slog.DiscardHandler)})
	defer engine.Close()
	if err := o.connect(ctx, s, engine); err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	for {
		next, err := clock.rest()
		if err != nil || next.Stop {
			return err
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
		if _, err := engine.Connect(ctx, syncing.Draft{Connector: shop.Connector, Name: shop.Name, Options: shop.Options, Secrets: shop.Secrets}); err != nil {
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
	syncs, err := s.Syncs(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, one := range syncs {
		switch info, _ := inSmallPages(c.Connector).Manifest().Stream(one.Stream); {
		case next.Full:
			_, err = engine.Pull(ctx, syncing.Request{SyncID: one.ID, Full: true, AcceptGone: true, Person: true, Cause: journal.ByPerson})
		case next.All:
			err = engine.Run(ctx, one.TimerID, schedule.CausePerson)
		case one.LookedAt == 0 || s.Now().Time().Sub(one.LookedAt.Time()) >= info.Every:
			err = engine.Run(ctx, one.TimerID, schedule.CauseTimer)
		}
		if fault.Is(err, fault.Internal) || err != nil && (next.All || next.Full) {
			return fmt.Errorf("%s of %s: %w", one.Stream, c.Name, err)
		}
	}
	return nil
}

// noRing is a computer without a keyring.
type noRing struct{}

func (noRing) Get(string, string) (string, error) { return "", secret.ErrNoKeyring }
func (noRing) Set(string, string, string) error   { return secret.ErrNoKeyring }
func (noRing) Delete(string, string) error        { return secret.ErrNoKeyring }

// inSmallPages gives a connector that asks for few items at once, so that a small company has many pages.
func inSmallPages(id string) channel.Connector {
	switch id {
	case "woocommerce":
		return wooInSmallPages{}
	case "vendure":
		return vendureInSmallPages{vendure.New().(vendureConnector)} //nolint:forcetypeassert // it is one
	}
	return nil
}

const smallPage = 4

type wooInSmallPages struct{ woocommerce.Connector }

func (w wooInSmallPages) Pull(ctx context.Context, s channel.Session, r channel.PullRequest) (channel.Page, error) {
	if r.Mode != channel.ByID {
		r.Size = smallPage
	}
	return w.Connector.Pull(ctx, s, r)
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

type vendureInSmallPages struct{ vendureConnector }

func (v vendureInSmallPages) Pull(ctx context.Context, s channel.Session, r channel.PullRequest) (channel.Page, error) {
	if r.Mode != channel.ByID {
		r.Size = smallPage
	}
	return v.vendureConnector.Pull(ctx, s, r)
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
	return time.Unix(0, int64(binary.LittleEndian.Uint64(text))) //nolint:gosec // written by the parent
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

// mortal is the store of a life that is killed at a chosen event: before a statement of a write in progress, or after a commit.
type mortal struct {
	*store.Store
	events atomic.Int64
	last   int64
	mutant string
}

func (m *mortal) event() {
	if m.events.Add(1) == m.last {
		self, _ := os.FindProcess(os.Getpid())
		_ = self.Kill()
		select {} // until the signal arrives
	}
}

func (m *mortal) InSyncTx(ctx context.Context, bulk bool, do func(syncing.Tx) error) error {
	if m.mutant == mutantCursor && bulk {
		if err := m.cursorFirst(ctx, do); err != nil {
			return err
		}
	}
	err := m.Store.InSyncTx(ctx, bulk, func(tx syncing.Tx) error { return do(mortalTx{Tx: tx, m: m}) })
	m.event()
	return err
}

var errTakenBack = errors.New("taken back")

// cursorFirst finds out which cursor a write keeps, takes the write back and keeps the cursor alone.
func (m *mortal) cursorFirst(ctx context.Context, do func(syncing.Tx) error) error {
	var kept *syncing.Sync
	err := m.Store.InSyncTx(ctx, true, func(tx syncing.Tx) error {
		kept = nil
		if err := do(mortalTx{Tx: tx, m: &mortal{}, kept: &kept}); err != nil {
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

func (m *mortal) SaveLevels(ctx context.Context, connectionID int64, levels []syncing.Level) error {
	err := m.Store.SaveLevels(ctx, connectionID, levels)
	m.event()
	return err
}

func (m *mortal) NoteTimerRun(ctx context.Context, id, runID int64, succeeded bool) error {
	err := m.Store.NoteTimerRun(ctx, id, runID, succeeded)
	m.event()
	return err
}

type mortalTx struct {
	syncing.Tx
	m    *mortal
	kept **syncing.Sync
}

func (tx mortalTx) FindOrder(channelID int64, incoming *order.Order) (*order.Order, error) {
	if tx.m.mutant == mutantBlind {
		return nil, nil
	}
	return tx.Tx.FindOrder(channelID, incoming)
}

func (tx mortalTx) UpdateSync(s syncing.Sync) error {
	tx.m.event()
	if tx.kept != nil {
		*tx.kept = &s
	}
	return tx.Tx.UpdateSync(s)
}

func (tx mortalTx) InsertMessage(message *journal.Message, payload *journal.Payload) error {
	tx.m.event()
	return tx.Tx.InsertMessage(message, payload)
}

func (tx mortalTx) PutArrival(syncID int64, a syncing.Arrival) error {
	tx.m.event()
	return tx.Tx.PutArrival(syncID, a)
}

func (tx mortalTx) UpdateMessage(m journal.Message) error {
	tx.m.event()
	return tx.Tx.UpdateMessage(m)
}

func (tx mortalTx) InsertOrder(o *order.Order) error {
	tx.m.event()
	return tx.Tx.InsertOrder(o)
}

func (tx mortalTx) UpdateOrder(before, after *order.Order) error {
	tx.m.event()
	return tx.Tx.UpdateOrder(before, after)
}

func (tx mortalTx) InsertChange(c journal.Change) error {
	tx.m.event()
	return tx.Tx.InsertChange(c)
}

func (tx mortalTx) UpdateRun(r journal.Run) error {
	tx.m.event()
	return tx.Tx.UpdateRun(r)
}
