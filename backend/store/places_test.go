package store

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// warehouse is a workspace with two locations and some products whose stock is tracked at the first.
type warehouse struct {
	*testing.T
	*Store
	dir   string
	clock *clock
}

func stockedAt(t *testing.T, skus int, each int) *warehouse {
	t.Helper()
	w := &warehouse{T: t, dir: t.TempDir(), clock: newClock()}
	w.Store = opened(t, w.dir, Options{Now: w.clock.now})
	for i, name := range []string{"Berlin", "Munich"} {
		_, err := w.AddLocation(context.Background(), inventory.Location{Name: name, Rank: i})
		must(t, err)
	}
	must(t, w.Write(context.Background(), Bulk, func(tx *Tx) error {
		for n := range skus {
			v, err := tx.insertVariant(1, fmt.Sprintf("S%d", n+1), "Thing")
			if err != nil {
				return err
			}
			if _, err := tx.startStock(inventory.Cause{Kind: inventory.ByRun, ID: 1 << 40}, v.ID, 1, inventory.Quantity(each)*inventory.One, 1000); err != nil {
				return err
			}
		}
		return nil
	}))
	return w
}

// levels says how a SKU stands: on hand, reserved and incoming by location.
func (w *warehouse) levels(sku string) string {
	w.Helper()
	id, err := w.VariantBySKU(context.Background(), sku)
	must(w, err)
	s, err := w.StockOf(context.Background(), id)
	must(w, err)
	words := ""
	for _, l := range s.Levels {
		words += fmt.Sprintf("%s %s/%s/%s ", l.Location, l.OnHand.Decimal(), l.Reserved.Decimal(), l.Incoming.Decimal())
	}
	return words
}

func (w *warehouse) is(sku, want string) {
	w.Helper()
	if got := w.levels(sku); got != want {
		w.Errorf("%s stands as %q instead of %q", sku, got, want)
	}
}

func (w *warehouse) sound() {
	w.Helper()
	for _, check := range w.Examine(context.Background()) {
		if !check.OK && check.Name == "stock" {
			w.Error(check.Words)
		}
	}
}

// orders writes an order of so many of each SKU, to be sent to a country.
func (w *warehouse) orders(country string, placed time.Time, units int, skus ...string) int64 {
	w.Helper()
	var id int64
	must(w, w.Write(context.Background(), Urgent, func(tx *Tx) error {
		c, err := tx.EnsureChannel("Shop", "shopify")
		if err != nil {
			return err
		}
		o := &order.Order{ChannelID: c.ID, Number: fmt.Sprintf("#%d", tx.Seq()), Currency: "EUR", Placed: commerce.Stamp{At: commerce.InstantOf(placed)}, Fulfillment: order.Unfulfilled}
		for i, sku := range skus {
			o.Lines = append(o.Lines, order.Line{Position: i + 1, SKU: sku, Title: sku, UOM: "each", Quantity: commerce.Decimal(fmt.Sprint(units))})
		}
		o.SetParty(order.ShipTo, customer.Contact{Name: "Ada", Country: country})
		err = tx.InsertOrder(o)
		id = o.ID
		return err
	}))
	return id
}

func (w *warehouse) moves(from, to string, anyway bool, units int, skus ...string) (inventory.Transfer, journal.Run, error) {
	w.Helper()
	var lines []inventory.TransferDraftLine
	for _, sku := range skus {
		id, err := w.VariantBySKU(context.Background(), sku)
		must(w, err)
		lines = append(lines, inventory.TransferDraftLine{VariantID: id, Quantity: inventory.Quantity(units) * inventory.One})
	}
	t, err := w.SaveTransfer(context.Background(), 0, from, to, "", lines, -1)
	must(w, err)
	run, err := w.SendTransfer(context.Background(), t.ID, anyway, -1)
	return t, run, err
}

func TestATransferStandsAsIncomingUntilItArrives(t *testing.T) {
	ctx := context.Background()
	w := stockedAt(t, 2, 10)
	moved, sent, err := w.moves("Berlin", "Munich", false, 4, "S1", "S2")
	must(t, err)
	w.is("S1", "Berlin 6/0/0 Munich 0/0/4 ")
	w.clock.pass(time.Hour)
	v1, v2 := moved.Lines[0].VariantID, moved.Lines[1].VariantID
	_, err = w.ReceiveTransfer(ctx, moved.ID, []inventory.Arrival{{VariantID: v1, Received: 5 * inventory.One}}, -1)
	refused(t, err, fault.Invalid)
	_, err = w.ReceiveTransfer(ctx, moved.ID, []inventory.Arrival{{VariantID: v1, Lost: inventory.One}}, -1)
	refused(t, err, fault.Invalid) // without a reason
	received, err := w.ReceiveTransfer(ctx, moved.ID, []inventory.Arrival{{VariantID: v1, Received: 2 * inventory.One, Lost: inventory.One, Reason: "fell off"}}, -1)
	must(t, err)
	w.is("S1", "Berlin 6/0/0 Munich 2/0/1 ")
	if now, _ := w.Transfer(ctx, moved.ID); now.State() != inventory.TransferPartly {
		t.Errorf("it is %s", now.State())
	}
	// What stands on a step is taken back first.
	_, err = w.UndoTransfer(ctx, sent)
	refused(t, err, fault.Conflict)
	w.clock.pass(time.Hour)
	cancelled, err := w.CancelTransfer(ctx, moved.ID, -1)
	must(t, err)
	w.is("S1", "Berlin 7/0/0 Munich 2/0/0 ")
	w.is("S2", "Berlin 10/0/0 Munich 0/0/0 ")
	for _, run := range []journal.Run{cancelled, received} {
		_, err = w.UndoTransfer(ctx, run)
		must(t, err)
	}
	w.is("S1", "Berlin 6/0/0 Munich 0/0/4 ")
	_, err = w.UndoTransfer(ctx, received)
	refused(t, err, fault.Conflict)
	// All that is on its way arrives, when nothing else is said.
	_, err = w.ReceiveTransfer(ctx, moved.ID, nil, -1)
	must(t, err)
	w.is("S2", "Berlin 6/0/0 Munich 4/0/0 ")
	_, err = w.ReceiveTransfer(ctx, moved.ID, []inventory.Arrival{{VariantID: v2, Received: inventory.One}}, -1)
	refused(t, err, fault.Conflict)
	w.sound()
}

// Taking back what began to track a product at a location ends that, unless something happened there since.
func TestUndoOfATransferEndsWhatItBegan(t *testing.T) {
	w := stockedAt(t, 1, 10)
	_, sent, err := w.moves("Berlin", "Munich", false, 4, "S1")
	must(t, err)
	_, err = w.UndoTransfer(context.Background(), sent)
	must(t, err)
	w.is("S1", "Berlin 10/0/0 ")
	w.sound()
}

// What is kept for orders leaves only where a person says so; then those orders wait, and get it where it arrives.
func TestATransferLeavesWhatIsKeptForOrders(t *testing.T) {
	w := stockedAt(t, 1, 5)
	w.orders("DE", w.clock.now(), 3, "S1")
	_, _, err := w.moves("Berlin", "Munich", false, 4, "S1")
	refused(t, err, fault.Conflict)
	moved, _, err := w.moves("Berlin", "Munich", true, 4, "S1")
	must(t, err)
	w.is("S1", "Berlin 1/1/0 Munich 0/0/4 ")
	_, err = w.ReceiveTransfer(context.Background(), moved.ID, nil, -1)
	must(t, err)
	w.is("S1", "Berlin 1/1/0 Munich 4/2/0 ")
	w.sound()
}

// The undo of a stock start is left while a transfer stands on it.
func TestALocationIsClosedWhenItIsEmpty(t *testing.T) {
	ctx := context.Background()
	w := stockedAt(t, 2, 5)
	w.orders("DE", w.clock.now(), 3, "S1")
	all, err := w.Locations(ctx)
	must(t, err)
	no, yes := false, true
	_, _, err = w.ChangeLocation(ctx, all[0].ID, inventory.LocationChange{Active: &no}, -1)
	refused(t, err, fault.Conflict)
	_, _, err = w.ChangeLocation(ctx, all[0].ID, inventory.LocationChange{Active: &no, MoveTo: "Berlin"}, -1)
	refused(t, err, fault.Invalid)
	closed, transfer, err := w.ChangeLocation(ctx, all[0].ID, inventory.LocationChange{Active: &no, MoveTo: "Munich"}, all[0].Version)
	must(t, err)
	w.is("S1", "Berlin 0/0/0 Munich 5/3/0 ")
	if closed.Active || transfer == 0 {
		t.Errorf("%+v, transfer %d", closed, transfer)
	}
	// The last open one stays.
	_, _, err = w.ChangeLocation(ctx, all[1].ID, inventory.LocationChange{Active: &no}, -1)
	refused(t, err, fault.Conflict)
	_, _, err = w.ChangeLocation(ctx, all[0].ID, inventory.LocationChange{Active: &yes}, all[0].Version)
	refused(t, err, fault.Conflict) // changed meanwhile
	_, _, err = w.ChangeLocation(ctx, all[0].ID, inventory.LocationChange{Serves: &[]string{"Germany"}}, -1)
	refused(t, err, fault.Invalid)
	w.sound()
}

func TestAnOrderIsRoutedAsAWhole(t *testing.T) {
	ctx := context.Background()
	w := stockedAt(t, 3, 5)
	_, _, err := w.ChangeLocation(ctx, 1, inventory.LocationChange{Serves: &[]string{"DE"}}, -1)
	must(t, err)
	moved, _, err := w.moves("Berlin", "Munich", false, 2, "S1", "S2", "S3")
	must(t, err)
	_, err = w.ReceiveTransfer(ctx, moved.ID, nil, -1)
	must(t, err)
	// Both have all of it: the nearer one.
	first := w.orders("DE", w.clock.now(), 2, "S1", "S2", "S3")
	w.words(first, "from Berlin: nearest with all 3 lines")
	// Just Munich has all of it, and is not the nearer.
	second := w.orders("DE", w.clock.now(), 2, "S1", "S2", "S3")
	w.words(second, "from Munich: the only one with all 3 lines")
	w.is("S1", "Berlin 3/2/0 Munich 2/2/0 ")
	// By hand: what is free there moves, and back.
	third := w.orders("DE", w.clock.now(), 1, "S1", "S2", "S3")
	run, err := w.RouteOrder(ctx, second, "Berlin")
	must(t, err)
	w.words(second, "from Munich: chosen by hand") // nothing is free at Berlin
	_, err = w.UndoRoute(ctx, run)
	must(t, err)
	must(t, w.Write(ctx, Urgent, func(tx *Tx) error {
		o, err := loadOrder(tx, third)
		if err != nil {
			return err
		}
		return tx.DeleteOrder(o)
	}))
	run, err = w.RouteOrder(ctx, first, "Munich")
	must(t, err)
	w.is("S1", "Berlin 3/2/0 Munich 2/2/0 ") // nothing is free at Munich
	_, err = w.UndoRoute(ctx, run)
	must(t, err)
	_, err = w.UndoRoute(ctx, run)
	refused(t, err, fault.Conflict)
	w.sound()
}

func (w *warehouse) words(order int64, want string) {
	w.Helper()
	r, err := w.OrderRoute(context.Background(), order)
	must(w, err)
	if got := r.Words(); got != want {
		w.Errorf("%q instead of %q", got, want)
	}
}

func TestReservationsMoveByHandAndBack(t *testing.T) {
	ctx := context.Background()
	w := stockedAt(t, 1, 5)
	moved, _, err := w.moves("Berlin", "Munich", false, 2, "S1")
	must(t, err)
	_, err = w.ReceiveTransfer(ctx, moved.ID, nil, -1)
	must(t, err)
	id := w.orders("", w.clock.now(), 3, "S1")
	w.is("S1", "Berlin 3/3/0 Munich 2/0/0 ")
	run, err := w.RouteOrder(ctx, id, "Munich")
	must(t, err)
	w.is("S1", "Berlin 3/1/0 Munich 2/2/0 ")
	_, err = w.UndoRoute(ctx, run)
	must(t, err)
	w.is("S1", "Berlin 3/3/0 Munich 2/0/0 ")
	w.sound()
}

// What was sold between the sheet and the count is no variance, nor is what is sold after it; several people add up.
func TestSalesDuringAStocktakeAreNoVariance(t *testing.T) {
	ctx := context.Background()
	w := stockedAt(t, 3, 10)
	take, err := w.StartStocktake(ctx, inventory.StocktakeFilter{Location: "Berlin"})
	must(t, err)
	w.clock.pass(time.Hour)
	sold := func(sku string) {
		must(t, w.Write(ctx, Urgent, func(tx *Tx) error {
			c, err := tx.EnsureChannel("Shop", "shopify")
			if err != nil {
				return err
			}
			o := &order.Order{ChannelID: c.ID, Number: fmt.Sprintf("#%d", tx.Seq()), Currency: "EUR", Placed: commerce.Stamp{At: tx.Now()}, Fulfillment: order.Fulfilled, FulfilledAt: tx.Now()}
			o.Lines = []order.Line{{Position: 1, SKU: sku, Title: sku, UOM: "each", Quantity: "1"}}
			return tx.InsertOrder(o)
		}))
	}
	sold("S1")
	w.clock.pass(time.Minute)
	for _, by := range []string{"Ada", "Bo"} {
		_, _, err := w.CountCode(ctx, take.ID, inventory.CountRow{Code: "s1", Quantity: 4 * inventory.One, Counter: by})
		must(t, err)
	}
	w.clock.pass(time.Minute)
	sold("S1")
	row, _, err := w.CountCode(ctx, take.ID, inventory.CountRow{Code: "4006381333931", Quantity: inventory.One})
	must(t, err)
	lines, err := w.StocktakeLines(ctx, take.ID, "counted", 0, 10)
	must(t, err)
	if l := lines[0]; len(lines) != 1 || l.Expected != 10*inventory.One || l.Then != 9*inventory.One || l.Variance() != -inventory.One || l.Now != 8*inventory.One {
		t.Errorf("%+v", lines)
	}
	v2, err := w.VariantBySKU(ctx, "S2")
	must(t, err)
	if row.VariantID != 0 {
		t.Errorf("nobody said what %s is", row.Code)
	}
	must(t, w.NameRow(ctx, take.ID, row.ID, v2))
	run, err := w.CloseStocktake(ctx, take.ID, inventory.LeaveMissing, -1)
	must(t, err)
	w.is("S1", "Berlin 7/0/0 ") // 8 were found, one was sold since
	w.is("S2", "Berlin 1/0/0 ")
	w.is("S3", "Berlin 10/0/0 ")
	if run.State != journal.Done || run.Counts["changed"] != 2 || run.Counts["missing"] != 1 {
		t.Errorf("%+v", run)
	}
	// The report says the same afterwards.
	lines, err = w.StocktakeLines(ctx, take.ID, "differ", 0, 10)
	must(t, err)
	if len(lines) != 2 || lines[0].Variance() != -inventory.One || lines[1].Variance() != -9*inventory.One {
		t.Errorf("%+v", lines)
	}
	_, _, err = w.CountCode(ctx, take.ID, inventory.CountRow{Code: "S1", Quantity: inventory.One})
	refused(t, err, fault.Conflict)
	w.sound()
}

// A file of counts is taken whole and once, and what is missing may count as none.
func TestAFileIsCountedInOnce(t *testing.T) {
	ctx := context.Background()
	w := stockedAt(t, 2, 10)
	take, err := w.StartStocktake(ctx, inventory.StocktakeFilter{})
	must(t, err)
	rows := []inventory.CountRow{{Code: "S1", Quantity: 9 * inventory.One}, {Code: "S1", Quantity: 2 * inventory.One}, {Code: "what", Quantity: inventory.One}}
	unknown, err := w.CountFile(ctx, take.ID, 7, rows)
	must(t, err)
	if _, err := w.CountFile(ctx, take.ID, 7, rows); unknown != 1 || !fault.Is(err, fault.Conflict) {
		t.Errorf("%d unknown, then %v", unknown, err)
	}
	run, err := w.CloseStocktake(ctx, take.ID, inventory.ZeroMissing, -1)
	must(t, err)
	w.is("S1", "Berlin 11/0/0 ")
	w.is("S2", "Berlin 0/0/0 ")
	if run.Counts["changed"] != 2 {
		t.Errorf("%v", run.Counts)
	}
}

// A crash while a stocktake is being written leaves nothing out and doubles nothing: closing goes on under the same run.
func TestClosingAStocktakeGoesOnAfterACrash(t *testing.T) {
	const skus = closeChunk*3 + 1
	ctx := context.Background()
	w := stockedAt(t, skus, 10)
	take, err := w.StartStocktake(ctx, inventory.StocktakeFilter{})
	must(t, err)
	w.clock.pass(time.Minute)
	for n := range skus {
		_, _, err := w.CountCode(ctx, take.ID, inventory.CountRow{Code: fmt.Sprintf("S%d", n+1), Quantity: 9 * inventory.One})
		must(t, err)
	}
	must(t, w.Close())
	dying, die := context.WithCancel(ctx)
	commits := 0
	w.Store = opened(t, w.dir, Options{Now: w.clock.now, Changed: func(int64, []Topic) {
		if commits++; commits == 3 {
			die()
		}
	}})
	if _, err := w.CloseStocktake(dying, take.ID, inventory.LeaveMissing, -1); !errors.Is(err, context.Canceled) {
		t.Fatalf("%v", err)
	}
	must(t, w.Close())
	w.Store = opened(t, w.dir, Options{Now: w.clock.now})
	_, err = w.EndOrphans(ctx)
	must(t, err)
	half, err := w.Stocktake(ctx, take.ID)
	must(t, err)
	if n := value[int](t, w.Store, `SELECT count(*) FROM stock_count`); half.State != inventory.StocktakeClosing || n == 0 || n == skus {
		t.Fatalf("%s with %d counts", half.State, n)
	}
	run, err := w.CloseStocktake(ctx, take.ID, inventory.LeaveMissing, -1)
	must(t, err)
	if n := value[int](t, w.Store, `SELECT count(*) FROM stock_count WHERE quantity = 9000000`); n != skus || run.ID != half.RunID || run.Counts["changed"] != skus || run.State != journal.Done {
		t.Errorf("%d counts, %+v", n, run)
	}
	w.sound()
}
