package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/order"
	"tradepost/backend/purchasing"
)

// buyer is a workspace that buys and sells, by a clock of its own.
type buyer struct {
	*Store
	t      testing.TB
	clock  *clock
	orders int
}

var ctx = context.Background()

const pieces = inventory.One

func newBuyer(t testing.TB, dir string, tracked ...string) *buyer {
	t.Helper()
	c := newClock()
	b := &buyer{Store: opened(t, dir, Options{Now: c.now}), t: t, clock: c}
	_, err := b.AddLocation(ctx, inventory.Location{Name: "Main"})
	must(t, err)
	for _, sku := range []string{"A", "B", "KIT"} {
		must(t, b.Write(ctx, Urgent, func(tx *Tx) error { _, err := tx.insertVariant(1, sku, "Thing "+sku); return err }))
	}
	for _, sku := range tracked {
		b.counts(sku, 0)
	}
	_, err = b.SaveSupplier(ctx, purchasing.Supplier{Name: "Acme", Currency: "EUR", LeadDays: 7, Active: true}, -1)
	must(t, err)
	b.clock.pass(time.Hour)
	return b
}

func (b *buyer) id(sku string) int64 {
	id, err := b.VariantBySKU(ctx, sku)
	must(b.t, err)
	return id
}

func (b *buyer) counts(sku string, n int64) {
	b.t.Helper()
	_, err := b.CountStock(ctx, inventory.Count{VariantID: b.id(sku), Location: "Main", Found: inventory.Quantity(n) * pieces, Version: -1})
	must(b.t, err)
	b.clock.pass(time.Minute)
}

// buys drafts and orders so many units of SKUs at prices: "A=10@1.50".
func (b *buyer) buys(lines ...string) purchasing.Order {
	b.t.Helper()
	o, err := b.DraftPurchase(ctx, b.wants(lines...))
	must(b.t, err)
	o, err = b.OrderPurchase(ctx, o.ID, o.Version)
	must(b.t, err)
	b.clock.pass(time.Minute)
	return o
}

func (b *buyer) wants(lines ...string) purchasing.Order {
	o := purchasing.Order{SupplierID: 1}
	for _, text := range lines {
		sku, rest, _ := strings.Cut(text, "=")
		n, price, _ := strings.Cut(rest, "@")
		q, err := quantityOf(n)
		must(b.t, err)
		o.Lines = append(o.Lines, purchasing.Line{VariantID: b.id(sku), Pack: pieces, Quantity: q, Price: commerce.Decimal(price)})
	}
	return o
}

// receives takes in so much of the lines of an order, in their order.
func (b *buyer) receives(o purchasing.Order, a purchasing.Arrival, quantities ...int64) (purchasing.Order, int64) {
	b.t.Helper()
	a.OrderID, a.Version = o.ID, -1
	for i, q := range quantities {
		a.Lines = append(a.Lines, purchasing.Came{LineID: o.Lines[i].ID, Quantity: inventory.Quantity(q) * pieces})
	}
	o, receipt, err := b.ReceivePurchase(ctx, a)
	must(b.t, err)
	b.clock.pass(time.Minute)
	return o, receipt
}

// sells places an order of so many of a SKU that was shipped, or waits, and gives the id of the order and its line.
func (b *buyer) sells(sku string, n int64, shipped bool) (orderID, lineID int64) {
	b.t.Helper()
	b.orders++
	o := &order.Order{Number: fmt.Sprint("#", b.orders), ExternalID: fmt.Sprint(b.orders), Currency: "EUR", Total: commerce.Minor(1), Financial: order.Paid,
		Fulfillment: order.Unfulfilled, Placed: commerce.Stamp{At: b.Now()}, Lines: []order.Line{{Position: 1, SKU: sku, Title: sku, Quantity: commerce.Decimal(fmt.Sprint(n))}}}
	if shipped {
		o.Fulfillment, o.FulfilledAt = order.Fulfilled, b.Now()
	}
	must(b.t, b.Write(ctx, Urgent, func(tx *Tx) error {
		c, err := tx.EnsureChannel("Shop", "shopify")
		if err != nil {
			return err
		}
		next := *o
		next.ChannelID, next.Lines = c.ID, append([]order.Line{}, o.Lines...)
		err = tx.InsertOrder(&next)
		orderID, lineID = next.ID, next.Lines[0].ID
		return err
	}))
	b.clock.pass(time.Minute)
	return orderID, lineID
}

// stands says how a SKU stands: "on hand/reserved/incoming".
func (b *buyer) stands(sku, want string) {
	b.t.Helper()
	s, err := b.StockOf(ctx, b.id(sku))
	must(b.t, err)
	incoming := inventory.Quantity(0)
	for _, l := range s.Levels {
		incoming += l.Incoming
	}
	if got := fmt.Sprintf("%s/%s/%s", s.OnHand().Decimal(), s.Reserved().Decimal(), incoming.Decimal()); got != want {
		b.t.Errorf("%s stands at %s instead of %s", sku, got, want)
	}
}

// worth is what all goods of a SKU cost that are there: "quantity for value".
func (b *buyer) worth(sku, want string) {
	b.t.Helper()
	v, err := b.StockCosts(ctx, b.id(sku), 0)
	must(b.t, err)
	total := v.Total()
	if got := fmt.Sprintf("%s for %d", total.Quantity.Decimal(), total.Value); got != want {
		b.t.Errorf("%s is %s instead of %s", sku, got, want)
	}
}

func (b *buyer) sound() {
	b.t.Helper()
	for _, check := range b.Examine(ctx) {
		if !check.OK && check.Name == "stock" {
			b.t.Error(check.Words)
		}
	}
}

// refused wants an error of a code that says so.
func refused(t testing.TB, err error, code fault.Code, words ...string) {
	t.Helper()
	unsaid := func(word string) bool { return !strings.Contains(err.Error(), word) }
	if !fault.Is(err, code) || slices.ContainsFunc(words, unsaid) {
		t.Errorf("refused with %v instead of %s: %s", err, code, words)
	}
}

func TestOrderedGoodsAreOnTheirWayAndGoToThoseWhoWait(t *testing.T) {
	b := newBuyer(t, t.TempDir(), "A")
	b.sells("A", 8, false)
	b.stands("A", "0/0/0")
	draft, err := b.DraftPurchase(ctx, b.wants("A=24@1.00"))
	must(t, err)
	b.stands("A", "0/0/0")
	o, err := b.OrderPurchase(ctx, draft.ID, draft.Version)
	must(t, err)
	if o.ExpectedAt != commerce.InstantOf(b.clock.now().AddDate(0, 0, 7)) {
		t.Errorf("it is expected at %s", o.ExpectedAt)
	}
	b.stands("A", "0/0/24")
	o, first := b.receives(o, purchasing.Arrival{}, 10)
	b.stands("A", "10/8/14")
	if o.State() != purchasing.Partial || len(o.Receipts) != 1 {
		t.Errorf("it is %s with %d receipts", o.State(), len(o.Receipts))
	}
	_, _, err = b.ReceivePurchase(ctx, purchasing.Arrival{OrderID: o.ID, Version: -1, Lines: []purchasing.Came{{LineID: o.Lines[0].ID, Quantity: 15 * pieces}}})
	refused(t, err, fault.Conflict, "15 of A came, and 14 are awaited")
	b.stands("A", "10/8/14")
	o, _ = b.receives(o, purchasing.Arrival{Over: true}, 15)
	b.stands("A", "25/8/0")
	if o.State() != purchasing.Received {
		t.Errorf("it is %s", o.State())
	}
	o, err = b.UndoReceipt(ctx, o.ID, first)
	must(t, err)
	b.stands("A", "15/8/9")
	if o.Receipts[0].UndoneRun == 0 || o.State() != purchasing.Partial {
		t.Errorf("after the undo it is %s: %+v", o.State(), o.Receipts[0])
	}
	_, err = b.UndoReceipt(ctx, o.ID, first)
	refused(t, err, fault.NotFound, "that stands")
	o, err = b.EndPurchase(ctx, o.ID, -1, purchasing.Closed, "sold out there")
	must(t, err)
	b.stands("A", "15/8/0")
	_, err = b.ReopenPurchase(ctx, o.ID, -1)
	must(t, err)
	b.stands("A", "15/8/9")
	b.sound()
}

func TestWhatWasOrderedBeforeItIsTrackedIsOnItsWayThen(t *testing.T) {
	b := newBuyer(t, t.TempDir())
	o := b.buys("A=6@1", "B=4@1")
	_, _, err := b.ReceivePurchase(ctx, purchasing.Arrival{OrderID: o.ID, Version: -1})
	refused(t, err, fault.Conflict, "A is not tracked at Main")
	b.counts("A", 2)
	b.stands("A", "2/0/6")
	b.receives(o, purchasing.Arrival{Start: true}, 5, 4)
	b.stands("A", "7/0/1")
	b.stands("B", "4/0/0")
	must(t, b.RebuildStock(ctx))
	b.stands("A", "7/0/1")
	b.sound()
}

func TestReceiptsThatCannotBeTakenBackSayWhy(t *testing.T) {
	b := newBuyer(t, t.TempDir(), "A", "B")
	o, receipt := b.receives(b.buys("A=5@1"), purchasing.Arrival{})
	b.sells("A", 3, true)
	_, err := b.UndoReceipt(ctx, o.ID, receipt)
	refused(t, err, fault.Conflict, "A left since: 2 of 5 are still there.")
	b.counts("A", 9)
	_, err = b.UndoReceipt(ctx, o.ID, receipt)
	refused(t, err, fault.Conflict, "A was counted since")
	o = b.buys("B=5@1")
	_, err = b.EndPurchase(ctx, o.ID, -1, purchasing.Cancelled, "")
	must(t, err)
	b.stands("B", "0/0/0")
	_, _, err = b.ReceivePurchase(ctx, purchasing.Arrival{OrderID: o.ID, Version: -1})
	refused(t, err, fault.Conflict, "is cancelled")
	o, _ = b.receives(b.buys("B=5@1"), purchasing.Arrival{}, 1)
	_, err = b.EndPurchase(ctx, o.ID, -1, purchasing.Cancelled, "")
	refused(t, err, fault.Conflict, "is partially received")
	b.sound()
}

// A receipt that becomes known after a count of after it was a part of what was counted.
func TestALateReceiptLeavesACountAsItIs(t *testing.T) {
	b := newBuyer(t, t.TempDir(), "A")
	o := b.buys("A=5@1")
	came := b.Now()
	b.clock.pass(time.Hour)
	b.counts("A", 5)
	b.receives(o, purchasing.Arrival{At: came})
	b.stands("A", "5/0/0")
	b.worth("A", "5 for 500")
	b.sound()
}

func TestCostsFollowFreightThatIsBilledLate(t *testing.T) {
	b := newBuyer(t, t.TempDir(), "A", "B")
	o := b.buys("A=10@1.00", "B=1@30")
	o, receipt := b.receives(o, purchasing.Arrival{Charges: []purchasing.Charge{{Name: "freight", Amount: 101, Basis: purchasing.ByValue}}})
	b.worth("A", "10 for 1025")
	b.worth("B", "1 for 3076")
	before := b.Now()
	b.clock.pass(time.Hour)
	orderID, lineID := b.sells("A", 4, true)
	costs, err := b.OrderCosts(ctx, orderID)
	must(t, err)
	if len(costs.Lines) != 1 || costs.Lines[0] != (inventory.LineCost{LineID: lineID, Worth: inventory.Worth{Quantity: 4 * pieces, Value: 410}}) || costs.Currency != "EUR" {
		t.Errorf("the goods cost %+v", costs)
	}
	_, err = b.ChargeReceipt(ctx, o.ID, receipt, []purchasing.Charge{{Name: "freight", Amount: 1101, Basis: purchasing.ByQuantity}})
	must(t, err)
	b.worth("A", "6 for 1201")
	costs, err = b.OrderCosts(ctx, orderID)
	must(t, err)
	if costs.Lines[0].Worth.Value != 800 {
		t.Errorf("with the late bill the goods cost %+v", costs.Lines)
	}
	v, err := b.StockValue(ctx, before, 10)
	must(t, err)
	if v.Total() != (inventory.Worth{Quantity: 11 * pieces, Value: 4101}) || v.Rows[0].SKU != "B" {
		t.Errorf("before the sale and the bill it was %+v: %+v", v.Total(), v.Rows)
	}
	must(t, b.SetSettings(ctx, map[string]string{inventory.MethodSetting: string(inventory.Average)}, -1))
	b.worth("A", "6 for 1201")
	refused(t, b.SetSettings(ctx, map[string]string{inventory.CurrencySetting: "USD"}, -1), fault.Conflict, "valued in EUR")
}

func TestOtherCurrenciesNeedARate(t *testing.T) {
	b := newBuyer(t, t.TempDir(), "A")
	b.receives(b.buys("A=1@5.00"), purchasing.Arrival{})
	s, err := b.SaveSupplier(ctx, purchasing.Supplier{Name: "Abroad", Currency: "JPY", LeadDays: -1, Active: true}, -1)
	must(t, err)
	draft := b.wants("A=3@1000")
	draft.SupplierID = s.ID
	o, err := b.DraftPurchase(ctx, draft)
	must(t, err)
	o, err = b.OrderPurchase(ctx, o.ID, -1)
	must(t, err)
	_, _, err = b.ReceivePurchase(ctx, purchasing.Arrival{OrderID: o.ID, Version: -1})
	refused(t, err, fault.Conflict, "is in JPY, and stock is valued in EUR")
	b.receives(o, purchasing.Arrival{Rate: "0.0061"})
	b.worth("A", "4 for 2330")
}

func TestDraftsAreMadeOfWhatIsShortOnce(t *testing.T) {
	b := newBuyer(t, t.TempDir(), "A", "B")
	_, err := b.SetSupplierItem(ctx, purchasing.Item{SupplierID: 1, VariantID: b.id("A"), Code: "AC-1", Pack: 6 * pieces, Price: "9.00", LeastPacks: 1})
	must(t, err)
	_, err = b.SetReorderRule(ctx, purchasing.Rule{VariantID: b.id("A"), Kind: purchasing.Fixed, Least: 4 * pieces, Most: 10 * pieces})
	must(t, err)
	_, err = b.SetReorderRule(ctx, purchasing.Rule{VariantID: b.id("B"), Kind: purchasing.Speed, SafetyDays: 2, CoverDays: 10})
	must(t, err)
	made, err := b.DraftReorders(ctx, 0)
	must(t, err)
	if len(made) != 1 || made[0].Kept != purchasing.Draft || made[0].Lines[0].Quantity != 12*pieces || made[0].Lines[0].Code != "AC-1" || made[0].Total() != commerce.Minor(1800) {
		t.Fatalf("drafts are %+v", made)
	}
	again, err := b.DraftReorders(ctx, 0)
	must(t, err)
	if len(again) != 0 {
		t.Errorf("what is drafted is drafted again: %+v", again)
	}
	o, err := b.OrderPurchase(ctx, made[0].ID, -1)
	must(t, err)
	b.stands("A", "0/0/12")
	b.sells("A", 9, false)
	needs, err := b.ReorderNeeds(ctx)
	must(t, err)
	if len(needs) != 1 || needs[0].Units != 7*pieces || needs[0].Packs != 2 {
		t.Errorf("with 9 that wait for it are needed: %+v", needs)
	}
	b.receives(o, purchasing.Arrival{})
	b.stands("A", "12/9/0")
	b.sells("B", 4, true)
	b.clock.pass(24 * time.Hour)
	if needs, err = b.ReorderNeeds(ctx); err != nil || len(needs) != 2 || needs[1].SKU != "B" || needs[1].Packs != 0 {
		t.Errorf("by speed are needed: %+v, %v", needs, err)
	}
}

// What a supplier's people are called is kept in contacts alone.
func TestSuppliersPeopleAreContacts(t *testing.T) {
	b := newBuyer(t, t.TempDir())
	s, err := b.Supplier(ctx, 1)
	must(t, err)
	s.Contact = customer.Contact{Name: "Grace Hopper", Email: "grace@acme.example"}
	s, err = b.SaveSupplier(ctx, s, s.Version)
	must(t, err)
	s.Contact.Email = "hopper@acme.example"
	if s, err = b.SaveSupplier(ctx, s, s.Version); err != nil || s.Contact.Email != "hopper@acme.example" || s.Contact.Version != 2 {
		t.Errorf("the contact is %+v, %v", s.Contact, err)
	}
	_, err = b.SaveSupplier(ctx, s, 1)
	refused(t, err, fault.Conflict, "changed meanwhile")
	if n := value[int](t, b.Store, `SELECT count(*) FROM change WHERE fields LIKE '%acme.example%' OR fields LIKE '%Hopper%'`); n != 0 {
		t.Error("the journal names a person")
	}
	if n := value[int](t, b.Store, `SELECT count(*) FROM customer`); n != 0 {
		t.Error("a supplier's person became a customer")
	}
	_, err = b.SaveSupplier(ctx, purchasing.Supplier{Name: "acme ", Currency: "EUR"}, -1)
	must(t, err)
	_, err = b.SaveSupplier(ctx, purchasing.Supplier{Name: "Acme", Currency: "EUR"}, -1)
	refused(t, err, fault.Conflict, "called Acme already")
}
