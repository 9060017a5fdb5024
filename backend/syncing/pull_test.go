package syncing_test

import (
	"context"
	"errors"
	"slices"
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

func TestAFirstPullBringsAllAndASecondChangesNothing(t *testing.T) {
	d := openDesk(t)
	for _, o := range several(10) {
		d.shop.put(o)
	}
	d.connect()
	if r := d.pull(syncing.Request{}); r.New != 10 || r.Pulled < 10 || r.Quarantined != 0 {
		t.Fatalf("first pull: %+v", r)
	}
	sequence := d.sequence()
	r := d.pull(syncing.Request{})
	if r.New != 0 || r.Changed != 0 || len(d.orders()) != 10 {
		t.Fatalf("second pull: %+v, %d orders", r, len(d.orders()))
	}
	if d.changesSince(sequence) != 0 {
		t.Error("a pull of nothing new left changes")
	}
}

func TestAnEditedOrderIsSeenAndItsRemovedLineGoesToNothing(t *testing.T) {
	d := openDesk(t)
	d.shop.put(sold{ID: "1", Number: "#1", Total: "10.00", SKUs: []string{"MUG", "BOWL"}, Street: "Road 1"})
	d.connect()
	d.pull(syncing.Request{})
	d.shop.put(sold{ID: "1", Number: "#1", Total: "5.00", SKUs: []string{"MUG"}, Street: "Lane 2", Shipping: "TRACK-1"})
	if r := d.pull(syncing.Request{}); r.Changed != 1 {
		t.Fatalf("%+v", r)
	}
	o := d.orders()[0]
	if o.Total.Minor != 500 || len(o.Lines) != 2 || o.Lines[1].Quantity != "0" || o.Lines[0].Quantity != "1" {
		t.Errorf("lines %+v, total %v", o.Lines, o.Total)
	}
	if to, _ := o.Party(order.ShipTo); to.Line1 != "Lane 2" {
		t.Errorf("ships to %+v", to)
	}
	if o.Fulfillment != order.Fulfilled {
		t.Errorf("a tracking number leaves it %q", o.Fulfillment)
	}
	// The shop still says unfulfilled: what was packed stays packed.
	d.shop.put(sold{ID: "1", Number: "#1", Total: "6.00", SKUs: []string{"MUG"}, Street: "Lane 2", Shipping: "TRACK-1"})
	d.pull(syncing.Request{})
	if o := d.orders()[0]; o.Fulfillment != order.Fulfilled || o.Total.Minor != 600 {
		t.Errorf("%q, %v", o.Fulfillment, o.Total)
	}
}

func TestABadRecordWaitsAloneAndIsTriedAgain(t *testing.T) {
	d := openDesk(t)
	for _, o := range several(4) {
		d.shop.put(o)
	}
	d.shop.put(sold{ID: "7", Number: "#7", Total: "ten", SKUs: []string{"MUG"}})
	d.connect()
	r := d.pull(syncing.Request{})
	if r.New != 4 || r.Quarantined != 1 || r.Run.State != journal.Partial {
		t.Fatalf("%+v", r)
	}
	waiting, err := d.store.Quarantine(t.Context(), 0, 10)
	if err != nil || len(waiting) != 1 || waiting[0].Item != "7" || waiting[0].Name != "#7" {
		t.Fatalf("waiting %+v, %v", waiting, err)
	}
	if applied, err := d.engine.Retry(t.Context(), r.Run.ID, waiting[0]); applied || err != nil {
		t.Fatalf("applied %v, %v", applied, err)
	}
	d.shop.put(sold{ID: "7", Number: "#7", Total: "10.00", SKUs: []string{"MUG"}})
	if r := d.pull(syncing.Request{}); r.New != 1 {
		t.Fatalf("%+v", r)
	}
	if n, _ := d.store.Quarantined(t.Context()); n != 0 {
		t.Errorf("%d still wait", n)
	}
}

// Shops that moved from elsewhere have two orders of one number; listings share a SKU.
func TestABadRecordWaitsOnWhenAnotherOfItsNameIsFine(t *testing.T) {
	d := openDesk(t)
	d.shop.put(sold{ID: "1", Number: "#7", Total: "ten", SKUs: []string{"MUG"}})
	d.connect()
	d.pull(syncing.Request{})
	d.shop.put(sold{ID: "2", Number: "#7", Total: "20.00", SKUs: []string{"BOWL"}})
	if r := d.pull(syncing.Request{}); r.New != 1 {
		t.Fatalf("%+v", r)
	}
	waiting, err := d.store.Quarantine(t.Context(), 0, 10)
	if err != nil || len(waiting) != 1 || waiting[0].Item != "1" {
		t.Fatalf("waiting %+v, %v", waiting, err)
	}
}

func TestOrdersOfFilesAreFoundAgain(t *testing.T) {
	d := openDesk(t)
	if _, err := d.store.AddChannel(t.Context(), channel.Channel{Name: "Main shop", Kind: "other"}); err != nil {
		t.Fatal(err)
	}
	d.fileOrder("#1")
	for _, o := range several(2) {
		d.shop.put(o)
	}
	d.connect()
	view, err := d.engine.Preview(t.Context(), syncing.Request{SyncID: d.sync}, 0)
	if err != nil || view.Adopted != 1 || view.New != 1 || len(d.orders()) != 1 {
		t.Fatalf("preview %+v, %v", view, err)
	}
	if timer, _ := d.store.Timers(t.Context()); !timer[0].Paused {
		t.Error("orders are pulled before anybody looked at the match")
	}
	d.pull(syncing.Request{})
	all := d.orders()
	if len(all) != 2 || len(all[0].Lines) != 1 || len(all[1].Lines) != 1 {
		t.Fatalf("orders %+v", all)
	}
	d.fileOrder("#1")
	if len(d.orders()) != 2 {
		t.Error("the file again doubled an order")
	}
}

func TestAFullPassFindsWhatIsGoneAndHoldsIt(t *testing.T) {
	d := openDesk(t)
	for _, o := range several(8) {
		d.shop.put(o)
	}
	d.connect()
	d.pull(syncing.Request{})
	d.shop.drop("103")
	r := d.pull(syncing.Request{Full: true})
	if r.Gone != 1 {
		t.Fatalf("%+v", r)
	}
	held := slices.DeleteFunc(d.orders(), func(o order.Order) bool { return !o.Held })
	if len(held) != 1 || held[0].ExternalID != "103" {
		t.Fatalf("held %+v", held)
	}
	if r := d.pull(syncing.Request{Full: true}); r.Gone != 0 {
		t.Error("it is gone twice")
	}
	back := several(4)[3]
	d.shop.put(back)
	if r := d.pull(syncing.Request{}); r.Changed+r.Same+r.New == 0 {
		t.Errorf("it came back unseen: %+v", r)
	}
}

func TestAFullPassThatLosesMuchStops(t *testing.T) {
	d := openDesk(t)
	for _, o := range several(40) {
		d.shop.put(o)
	}
	d.connect()
	d.pull(syncing.Request{})
	for _, o := range several(20) {
		d.shop.drop(o.ID)
	}
	if _, err := d.engine.Pull(t.Context(), syncing.Request{SyncID: d.sync, Full: true}); !fault.Is(err, fault.Conflict) {
		t.Fatalf("%v", err)
	}
	if slices.ContainsFunc(d.orders(), func(o order.Order) bool { return o.Held }) {
		t.Error("orders were held all the same")
	}
	if r := d.pull(syncing.Request{Full: true, AcceptGone: true}); r.Gone != 20 {
		t.Errorf("accepted: %+v", r)
	}
}

func TestAFullPassIsResumedAfterTrouble(t *testing.T) {
	d := openDesk(t)
	for _, o := range several(9) {
		d.shop.put(o)
	}
	d.connect()
	d.pull(syncing.Request{})
	pages := 0
	d.shop.trouble = func(channel.PullRequest) error {
		if pages++; pages == 3 {
			return fault.New(fault.Unavailable, "down", "")
		}
		return nil
	}
	if _, err := d.engine.Pull(t.Context(), syncing.Request{SyncID: d.sync, Full: true}); err == nil {
		t.Fatal("no trouble")
	}
	d.shop.trouble = nil
	var first channel.PullRequest
	d.shop.pulled = func(r channel.PullRequest) {
		if first.Mode == "" {
			first = r
		}
	}
	d.shop.drop("100")
	d.pull(syncing.Request{})
	if first.Mode != channel.Full || first.Cursor == nil {
		t.Errorf("it went on with %+v", first)
	}
}

// TestACrashBetweenTakeInAndApplyLosesNothing lets every write from the nth on fail, as a killed program would.
func TestACrashBetweenTakeInAndApplyLosesNothing(t *testing.T) {
	for nth := 1; nth < 14; nth++ {
		d := openDesk(t)
		for _, o := range several(7) {
			d.shop.put(o)
		}
		d.connect()
		secrets := &vault{all: map[string]string{"connection.1.key": "right"}}
		crashing := &dying{Store: d.store, left: nth}
		engine := syncing.New(crashing, secrets, syncing.Options{Clock: d.clock, Find: func(string) channel.Connector { return d.shop }})
		_, _ = engine.Pull(t.Context(), syncing.Request{SyncID: d.sync})
		engine.Close()
		d.start(secrets)
		d.pull(syncing.Request{})
		if all := d.orders(); len(all) != 7 {
			t.Fatalf("write %d: %d orders", nth, len(all))
		}
		if left, _ := d.store.Received(t.Context(), d.sync, 0, 10); len(left) != 0 {
			t.Fatalf("write %d: %d messages were never applied", nth, len(left))
		}
		for _, o := range d.orders() {
			changes, err := d.store.Changes(t.Context(), intake.OrderKind, o.ID)
			if err != nil || len(changes) != 1 {
				t.Fatalf("write %d: order %s has %d changes, %v", nth, o.Number, len(changes), err)
			}
		}
	}
}

// dying is a store that takes so many writes of syncs and then none.
type dying struct {
	*store.Store
	left int
}

var errDead = errors.New("killed")

func (s *dying) InSyncTx(ctx context.Context, bulk bool, do func(syncing.Tx) error) error {
	if s.left--; s.left < 0 {
		return fault.Wrap(errDead, fault.Unavailable, "killed", "")
	}
	return s.Store.InSyncTx(ctx, bulk, do)
}

func TestTroubleIsKeptInWordsAndNothingSwitchesItselfOff(t *testing.T) {
	d := openDesk(t)
	d.connect()
	d.shop.trouble = func(channel.PullRequest) error {
		return fault.New(fault.Auth, "The key no longer holds.", "Make a new one.")
	}
	for range 20 {
		if _, err := d.engine.Pull(t.Context(), syncing.Request{SyncID: d.sync}); !fault.Is(err, fault.Auth) {
			t.Fatalf("%v", err)
		}
	}
	c, err := d.store.Connection(t.Context(), d.conn.ID)
	if err != nil || c.Problem == nil || c.Problem.Remedy != "Make a new one." || c.Paused {
		t.Fatalf("%+v, %v", c, err)
	}
	if timers, _ := d.store.Timers(t.Context()); timers[0].Paused {
		t.Error("the schedule was switched off")
	}
	d.shop.trouble = nil
	d.pull(syncing.Request{})
	if c, _ := d.store.Connection(t.Context(), d.conn.ID); c.Problem != nil {
		t.Errorf("all is well and it says %+v", c.Problem)
	}
}

func TestAPanicOfAConnectorIsTroubleOfItsRun(t *testing.T) {
	d := openDesk(t)
	d.connect()
	d.shop.trouble = func(channel.PullRequest) error { panic("ouch") }
	if _, err := d.engine.Pull(t.Context(), syncing.Request{SyncID: d.sync}); !fault.Is(err, fault.Internal) {
		t.Fatalf("%v", err)
	}
	d.shop.trouble = nil
	d.pull(syncing.Request{})
}

func TestCancellingEndsARunAndKeepsWhatCame(t *testing.T) {
	d := openDesk(t)
	for _, o := range several(9) {
		d.shop.put(o)
	}
	d.connect()
	ctx, cancel := context.WithCancel(t.Context())
	d.shop.trouble = func(r channel.PullRequest) error {
		if r.Cursor != nil {
			cancel()
		}
		return ctx.Err()
	}
	_, err := d.engine.Pull(ctx, syncing.Request{SyncID: d.sync})
	if !fault.Is(err, fault.Cancelled) {
		t.Fatalf("%v", err)
	}
	d.shop.trouble = nil
	d.pull(syncing.Request{})
	if len(d.orders()) != 9 {
		t.Errorf("%d orders", len(d.orders()))
	}
}

func TestARangeIsPulledAgainAndTheCursorStays(t *testing.T) {
	d := openDesk(t)
	for _, o := range several(6) {
		d.shop.put(o)
	}
	d.connect()
	d.pull(syncing.Request{})
	before, _ := d.store.Sync(t.Context(), d.sync)
	r := d.pull(syncing.Request{Since: commerce.Instant(1_700_000_000_001)})
	after, _ := d.store.Sync(t.Context(), d.sync)
	if r.Pulled < 6 || r.Same != r.Pulled || before.Cursor != after.Cursor {
		t.Errorf("%+v, cursor %s then %s", r, before.Cursor, after.Cursor)
	}
	if r := d.pull(syncing.Request{IDs: []string{"100", "nope"}}); r.Pulled != 1 {
		t.Errorf("by id: %+v", r)
	}
}

func TestConnectingWithAWrongKeyKeepsNothing(t *testing.T) {
	d := openDesk(t)
	draft := d.draft()
	draft.Secrets = map[string]string{"key": "wrong"}
	if _, err := d.engine.Connect(t.Context(), draft); !fault.Is(err, fault.Auth) {
		t.Fatalf("%v", err)
	}
	draft = d.draft()
	draft.Options["url"] = "not an address"
	if _, err := d.engine.Connect(t.Context(), draft); !fault.Is(err, fault.Invalid) {
		t.Fatalf("%v", err)
	}
	if all, _ := d.store.Connections(t.Context()); len(all) != 0 {
		t.Errorf("kept %+v", all)
	}
}

// A connection that is cut off as it is made must not lie there with schedules that nobody paused and that never run.
func TestAConnectionCutOffAsItIsMadeBegins(t *testing.T) {
	for _, kept := range []bool{true, false} {
		d := openDesk(t)
		d.shop.put(several(1)[0])
		secrets := &vault{all: map[string]string{}}
		dying := syncing.New(&mortal{Store: d.store, left: 1}, secrets, syncing.Options{Clock: d.clock, Find: func(string) channel.Connector { return d.shop }})
		if _, err := dying.Connect(t.Context(), d.draft()); err == nil {
			t.Fatal("it lived")
		}
		dying.Close()
		if !kept {
			clear(secrets.all)
		}
		d.start(secrets)
		if err := d.engine.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		syncs, err := d.store.Syncs(t.Context(), 0)
		if err != nil || len(syncs) != 1 {
			t.Fatalf("%+v, %v", syncs, err)
		}
		timers, _ := d.store.Timers(t.Context())
		if slices.ContainsFunc(timers, func(one journal.Timer) bool { return one.ID == syncs[0].TimerID && one.Paused }) {
			t.Error("its schedule is paused, by nobody")
		}
		_, err = d.engine.Pull(t.Context(), syncing.Request{SyncID: syncs[0].ID})
		c, _ := d.store.Connection(t.Context(), syncs[0].ConnectionID)
		if kept && (err != nil || c.CheckedAt == 0 || len(d.orders()) != 1) {
			t.Errorf("with its secrets: %v, %+v", err, c)
		}
		if !kept && (!fault.Is(err, fault.Auth) || c.Problem == nil) {
			t.Errorf("without its secrets: %v, %+v", err, c)
		}
	}
}

func TestALockedKeyringLeavesNoHalfConnection(t *testing.T) {
	d := openDesk(t)
	d.start(&vault{all: map[string]string{}, locks: fault.New(fault.Auth, "The keyring is locked.", "Unlock it.")})
	if _, err := d.engine.Connect(t.Context(), d.draft()); !fault.Is(err, fault.Auth) {
		t.Fatalf("%v", err)
	}
	if all, _ := d.store.Connections(t.Context()); len(all) != 0 {
		t.Errorf("kept %+v", all)
	}
}

func TestRemovingAConnectionKeepsWhatCameIn(t *testing.T) {
	d := openDesk(t)
	for _, o := range several(3) {
		d.shop.put(o)
	}
	d.connect()
	d.pull(syncing.Request{})
	if err := d.engine.Remove(t.Context(), d.conn.ID); err != nil {
		t.Fatal(err)
	}
	if timers, _ := d.store.Timers(t.Context()); len(timers) != 0 || len(d.orders()) != 3 {
		t.Errorf("%d timers, %d orders", len(timers), len(d.orders()))
	}
	d.connect()
	if r := d.pull(syncing.Request{}); r.New != 0 || len(d.orders()) != 3 {
		t.Errorf("connected anew: %+v", r)
	}
}

func (d *desk) sequence() int64 {
	d.t.Helper()
	var seq int64
	err := d.store.InTx(d.t.Context(), false, func(tx intake.Tx) error { seq = tx.Seq(); return nil })
	if err != nil {
		d.t.Fatal(err)
	}
	return seq
}

func (d *desk) changesSince(seq int64) int {
	d.t.Helper()
	n := 0
	for _, o := range d.orders() {
		changes, err := d.store.Changes(d.t.Context(), intake.OrderKind, o.ID)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, c := range changes {
			if c.Seq > seq {
				n++
			}
		}
	}
	return n
}

// fileOrder brings an order in as a file would: without the shop's ids.
func (d *desk) fileOrder(number string) {
	d.t.Helper()
	err := d.store.InTx(d.t.Context(), false, func(tx intake.Tx) error {
		at, err := tx.EnsureChannel("Main shop", "other")
		if err != nil {
			return err
		}
		o := order.Order{Number: number, Currency: "USD", Total: commerce.Minor(1000), Placed: commerce.Stamp{At: 1_690_000_000_000, Precision: commerce.PrecisionSecond},
			Lines: []order.Line{{Position: 1, SKU: "MUG", Title: "A MUG", Quantity: "1", UOM: "each"}}}
		_, err = intake.Apply(tx, intake.ModeMerge, intake.Received{Order: o, Message: journal.Message{ChannelID: at.ID, Kind: "orders", Source: "file", Name: number}})
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	d.clock.move(time.Minute)
}
