package quickbooksdesktop_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"tradepost/backend/accounting"
	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/connectors/quickbooksdesktop/sim"
	"tradepost/backend/fault"
	"tradepost/backend/order"
	"tradepost/backend/syncing"
	"tradepost/build/proof"
)

// TestFromOrdersToTheCompanyFile goes the whole way: lists come here, a mapping is proposed, orders become documents, the answers are read back
// to the cent, and what was posted is not posted again.
func TestFromOrdersToTheCompanyFile(t *testing.T) {
	d := openDesk(t)
	d.company.AddItem("MUG-1", "Merchandise Sales", "12")
	d.update()
	d.mapping(func(_ *accounting.Mapping, r *accounting.Rule) { r.When = accounting.WhenPlaced })
	d.sell("1001", paid())
	d.sell("1002", unpaid())
	d.update()
	if words := d.company.Unread(); len(words) > 0 {
		t.Fatalf("QuickBooks would not read: %v", words)
	}
	for _, p := range d.postings("") {
		if p.State() != "posted" || p.Total.Stated && (p.LedgerTotal != p.Total || p.Difference.Minor != 0) {
			t.Errorf("%s is %s: ours %v, there %v, problem %v", p.Document.Reference, p.State(), p.Total, p.LedgerTotal, p.Problem)
		}
	}
	want := map[string]int64{"Merchandise Sales": 4800 + 2000, "Shipping Income": 599, "Sales Tax Payable": 481, "Sales Discounts": -300, "PayPal": -5580, "Accounts Receivable": -2000}
	if got := d.company.Balances(); !maps.Equal(got, want) {
		t.Errorf("balances %v, expected %v", got, want)
	}
	made := len(d.company.Log())
	d.update()
	if now := d.company.Log(); len(now) != made {
		t.Errorf("posted again: %v", now[made:])
	}
	c, err := d.store.Connection(context.Background(), d.at.ID)
	if err != nil || c.Account.Name != "Greenhouse & Co." || c.Account.Currency != "USD" {
		t.Errorf("the account is %+v, %v", c.Account, err)
	}
}

// TestProofBrokenSessions breaks a conversation at each of its calls in each way, with a restart of the program after some; afterwards each
// document is in the company file exactly once, and all are posted. QuickBooks forgets
// the message sets of half of the cases, so that finding by our mark has to do.
func TestProofBrokenSessions(t *testing.T) {
	run := proof.Begin(t, "books", 1)
	whole := calls(t)
	step := run.Size(10, 1)
	for n, how := range sim.Breaks {
		for at := 1 + n%step; at <= whole; at += step {
			broken(t, at, how)
			run.Counts["broken"]++
		}
	}
	run.Counts["calls"] = whole
	run.Save()
}

// TestTheCompanyFileIsKeptBeforeAnybodyHears breaks a conversation after QuickBooks did its work: the file has it all the same.
func TestTheCompanyFileIsKeptBeforeAnybodyHears(t *testing.T) {
	for answer := 5; ; answer += 2 { // each request and its answer are two calls, after three that open the conversation
		d := readied(t)
		w, kept := d.connector(answer, sim.AfterWork), []byte(nil)
		w.Kept = func() (err error) {
			kept, err = d.company.Keep()
			return err
		}
		if _, err := w.Update(context.Background()); !errors.Is(err, sim.ErrBroken) {
			t.Fatalf("call %d does not break: %v", answer, err)
		}
		company, err := sim.OpenCompany(kept, func() time.Time { return d.now })
		d.must(err)
		got, want := len(company.Txns()), len(d.company.Txns())
		if got != want {
			t.Errorf("the file has %d documents of %d", got, want)
		}
		if want > 0 {
			return
		}
	}
}

// TestHowALedgerStandsThatNeverCalled words what a person has to do, and calls it nothing that it is not.
func TestHowALedgerStandsThatNeverCalled(t *testing.T) {
	d := openDesk(t)
	standing := func() syncing.Standing {
		t.Helper()
		at, err := d.engine.StandingOf(context.Background(), d.at.ID)
		d.must(err)
		return at
	}
	if at := standing(); at.Connection.Account.Name != "" || at.State != syncing.Late || at.Words != "QuickBooks Desktop has not called yet" {
		t.Errorf("at first: %s %q, of %q", at.State, at.Words, at.Connection.Account.Name)
	}
	d.engine.Deaf(d.at.ID, fault.New(fault.Conflict, "The port is taken.", "Give another."))
	if at := standing(); at.State != syncing.NeedsYou || at.Words != "The port is taken." || at.Remedy != "Give another." {
		t.Errorf("while it cannot call: %s %q %q", at.State, at.Words, at.Remedy)
	}
	d.engine.Deaf(d.at.ID, nil)
	d.update()
	if at := standing(); at.State == syncing.NeedsYou || at.Connection.Account.Name != "Greenhouse & Co." || !slices.Contains(at.Connection.Account.Rights, string(channel.Post)) {
		t.Errorf("once it called: %s %q, %+v", at.State, at.Words, at.Connection.Account)
	}
}

// readied is a workspace with orders and adjusted stock to be posted; its lists are read.
func readied(t *testing.T) *desk {
	d := openDesk(t)
	d.company.AddItem("MUG-1", "Merchandise Sales", "12")
	mug := d.shelve("MUG-1", "5.00", "12")
	d.update()
	d.mapping(func(m *accounting.Mapping, r *accounting.Rule) {
		stocked(accounting.PerMovement, accounting.ByLayers)(m, r)
		r.When, r.Document = accounting.WhenPlaced, accounting.Invoice
	})
	d.adjust(mug, "-3", "broken", 2)
	d.sell("1001", paid())
	d.sell("1002", unpaid())
	refunded := paid()
	refunded.Financial, refunded.Refunded = order.PartiallyRefunded, commerce.Minor(1000)
	d.sell("1003", refunded)
	return d
}

// calls counts the calls of a conversation that does all there is.
func calls(t *testing.T) int {
	d := readied(t)
	w := d.connector(0, "")
	if _, err := w.Update(context.Background()); err != nil {
		t.Fatal(err)
	}
	intact(t, d, "unbroken")
	return len(w.Calls())
}

func broken(t *testing.T, at int, how sim.Break) {
	d := readied(t)
	d.company.Forgetful = (at/4+slices.Index(sim.Breaks, how))%2 == 0 // a question and a document take four calls
	_, err := d.connector(at, how).Update(context.Background())
	if err != nil && !errors.Is(err, sim.ErrBroken) {
		t.Fatalf("%s at %d: %v", how, at, err)
	}
	if at%3 == 0 {
		d.restart()
	}
	d.update()
	intact(t, d, fmt.Sprintf("%s at %d", how, at))
}

// intact judges by the company file's own books.
func intact(t *testing.T, d *desk, name string) {
	t.Helper()
	if words := d.company.Unread(); len(words) > 0 {
		t.Errorf("%s: QuickBooks would not read %v", name, words)
	}
	var got []string
	for _, txn := range d.company.Txns() {
		got = append(got, fmt.Sprintf("%s %s %d", txn.Element, txn.Number, txn.Total))
	}
	want := map[string]bool{"Invoice 1001 5580": true, "ReceivePayment 1001 5580": true, "Invoice 1002 2000": true, "Invoice 1003 5580": true, "ReceivePayment 1003 5580": true,
		"CreditMemo 1003-C1 1000": true, "JournalEntry 1003-R1 1000": true, "InventoryAdjustment A2 -1500": true}
	seen := map[string]int{}
	for _, line := range got {
		seen[line]++
	}
	for line := range want {
		if seen[line] != 1 {
			t.Errorf("%s: %q is there %d times: %v\nlog %v", name, line, seen[line], got, d.company.Log())
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: there is %v", name, got)
	}
	for _, p := range d.postings("") {
		if p.State() != "posted" {
			t.Errorf("%s: %s is %s (%v)", name, p.Document.Reference, p.State(), p.Problem)
		}
	}
	if left, _ := d.there("MUG-1"); left != "5" { // four were sold, three broke
		t.Errorf("%s: QuickBooks has %s mugs", name, left)
	}
	if customers := d.company.Records("Customer"); len(customers) != 1 {
		t.Errorf("%s: there are %d customers", name, len(customers))
	}
}

// TestTakenBack removes what was posted in the reverse order; an item in use elsewhere is made inactive, a customer that was there before stays.
func TestTakenBack(t *testing.T) {
	d := openDesk(t)
	d.company.AddCustomer("Main shop")
	d.update()
	d.mapping(func(_ *accounting.Mapping, r *accounting.Rule) { r.Document = accounting.Invoice })
	d.sell("1001", paid())
	d.update()
	if len(d.company.Txns()) != 2 {
		t.Fatalf("posted %v", d.company.Txns())
	}
	var plan int64
	for _, p := range d.postings("posted") {
		i, err := d.store.Intent(context.Background(), p.IntentID)
		d.must(err)
		plan = i.PlanID
	}
	back, err := d.engine.UndoPostings(context.Background(), 0, plan, nil)
	d.must(err)
	if len(back.Warnings) != 1 {
		t.Errorf("warned %v", back.Warnings)
	}
	_, err = d.engine.Approve(context.Background(), syncing.Approving{PlanID: back.ID, IfSeq: -1})
	d.must(err)
	d.update()
	if left := d.company.Txns(); len(left) > 0 {
		t.Errorf("left %v", left)
	}
	if items := d.company.Records("Item"); len(items) > 0 {
		t.Errorf("left %v", items)
	}
	if customers := d.company.Records("Customer"); len(customers) != 1 || customers[0].Inactive {
		t.Errorf("customers %v", customers)
	}
	for _, p := range d.postings("undone") {
		if p.TakenAt == 0 {
			t.Errorf("%s is %s", p.Document.Reference, p.State())
		}
	}
	d.update()
	if left := d.company.Txns(); len(left) > 0 {
		t.Errorf("the schedule posted again what a person took back: %v", left)
	}
}

// TestGuards refuse a number that somebody else used, a day that is closed there and here, and another company's file; all in words, while the rest
// is posted.
func TestGuards(t *testing.T) {
	d := openDesk(t)
	d.company.AddInvoice("1001", 100)
	d.company.Close("2026-02-28")
	d.update()
	d.mapping(func(m *accounting.Mapping, r *accounting.Rule) {
		m.ClosedUntil, r.Document, r.When = "2026-01-31", accounting.Invoice, accounting.WhenPlaced
	})
	old, older := unpaid(), unpaid()
	old.Placed.At, older.Placed.At = commerce.InstantOf(noon.Add(-30*24*time.Hour)), commerce.InstantOf(noon.Add(-60*24*time.Hour))
	d.sell("1001", unpaid())
	d.sell("1002", unpaid())
	d.sell("1003", old)
	d.sell("1004", older)
	d.update()
	states := map[string]string{}
	for _, p := range d.postings("") {
		if p.Document.OrderID != 0 {
			states[p.Document.Number] = p.State()
		}
		if p.State() == "refused" && (p.Problem == nil || p.Problem.Remedy == "") {
			t.Errorf("%s is refused without words", p.Document.Reference)
		}
	}
	if want := map[string]string{"1001": "refused", "1002": "posted", "1003": "refused"}; !maps.Equal(states, want) {
		t.Errorf("states %v", states)
	}
	closed, err := d.store.Unbookable(context.Background(), d.at.ID, 0, 10)
	if err != nil || len(closed) != 1 || closed[0].Number != "1004" || !strings.Contains(closed[0].Problem, "2026-01-31") {
		t.Errorf("cannot be posted: %v %v", closed, err)
	}
	d.sell("1005", unpaid())
	other := d.connector(0, "")
	other.Company = sim.NewCompany("Another Ltd.", time.Now)
	words, err := other.Update(context.Background())
	if err != nil || !strings.Contains(words, "Another Ltd.") || len(other.Company.Txns()) > 0 {
		t.Errorf("another company: %q %v", words, err)
	}
	wrong := d.connector(0, "")
	wrong.Password = "guessed"
	if words, err := wrong.Update(context.Background()); err != nil || words != "nvu" {
		t.Errorf("a wrong password: %q %v", words, err)
	}
}

// TestSeenOtherwise finds what a person changed or deleted at QuickBooks.
func TestSeenOtherwise(t *testing.T) {
	d := openDesk(t)
	d.update()
	d.mapping(nil)
	d.sell("1001", paid())
	d.sell("1002", paid())
	d.update()
	d.company.Rewrite("1001", 5000)
	if _, err := d.engine.CompareBooks(context.Background(), d.at.ID); !fault.Is(err, fault.RateLimited) {
		t.Errorf("comparing: %v", err)
	}
	d.update()
	syncs, err := d.store.Syncs(context.Background(), d.at.ID)
	if i := slices.IndexFunc(syncs, func(s syncing.Sync) bool { return s.Stream == channel.Documents }); err != nil || syncs[i].LookedAt == 0 {
		t.Errorf("the documents were never looked at: %v", err)
	}
	different := d.postings("different")
	if len(different) != 1 || different[0].Document.Number != "1001" || different[0].Difference.Minor != -580 {
		t.Errorf("different: %+v", different)
	}
}

// TestManyDocumentsAreComparedOverABreak compares more documents than one question takes, and the conversation breaks between the two: the next one ends.
func TestManyDocumentsAreComparedOverABreak(t *testing.T) {
	d := openDesk(t)
	d.update()
	d.mapping(func(_ *accounting.Mapping, r *accounting.Rule) { r.Document = accounting.Invoice })
	for n := range 110 { // an invoice and a payment each
		d.sell(fmt.Sprint(2000+n), paid())
	}
	d.update()
	d.company.Rewrite("2007", 5000)
	if _, err := d.engine.CompareBooks(context.Background(), d.at.ID); !fault.Is(err, fault.RateLimited) {
		t.Fatalf("comparing: %v", err)
	}
	if _, err := d.connector(6, sim.BeforeCall).Update(context.Background()); !errors.Is(err, sim.ErrBroken) {
		t.Fatalf("it did not break: %v", err)
	}
	if _, err := d.connector(100, sim.BeforeCall).Update(context.Background()); err != nil {
		t.Fatalf("it goes on for ever: %v", err)
	}
	if different := d.postings("different"); len(different) != 2 || different[0].Document.Number != "2007" || different[1].Document.Number != "2007" {
		t.Errorf("different are %d: %+v", len(different), different) // the invoice and its payment
	}
}

// TestDaysSummedUp posts one journal for a day, and what came late as another; the day that goes on waits.
func TestDaysSummedUp(t *testing.T) {
	d := openDesk(t)
	d.update()
	d.mapping(func(_ *accounting.Mapping, r *accounting.Rule) { r.Level = accounting.PerDay })
	for n := range 5 {
		d.sell(fmt.Sprint(1001+n), paid())
	}
	today := paid()
	today.Placed.At = commerce.InstantOf(noon)
	d.sell("2001", today)
	d.update()
	txns := d.company.Txns()
	if len(txns) != 1 || txns[0].Element != "JournalEntry" || txns[0].Total != 5*(5580+300) {
		t.Fatalf("posted %+v", txns)
	}
	if got := d.company.Balances()["PayPal"]; got != -5*5580 {
		t.Errorf("PayPal has %d", got)
	}
	d.sell("1006", paid())
	d.update()
	if txns := d.company.Txns(); len(txns) != 2 {
		t.Errorf("posted %+v", txns)
	}
}

// TestALongListComesInPages reads a company's items by its iterators, over a break in the middle.
func TestALongListComesInPages(t *testing.T) {
	d := openDesk(t)
	for n := range 350 {
		d.company.AddItem(fmt.Sprintf("SKU-%03d", n), "Merchandise Sales", "3")
	}
	if _, err := d.connector(11, sim.AfterWork).Update(context.Background()); !errors.Is(err, sim.ErrBroken) {
		t.Fatal(err)
	}
	d.restart()
	d.update()
	items, err := d.store.LedgerEntries(context.Background(), d.at.ID, accounting.ItemEntry)
	if err != nil || len(items) != 350 || items[7].Quantity != "3" || items[7].Account != "Merchandise Sales" {
		t.Fatalf("there are %d items: %v", len(items), err)
	}
}

// TestLaterDocumentsWaitForWhatIsUnderWay plans an order while the customer and items of an earlier one are not there yet, and a payment of an invoice that is not:
// nothing is refused for want of them.
func TestLaterDocumentsWaitForWhatIsUnderWay(t *testing.T) {
	d := openDesk(t)
	d.update()
	d.mapping(func(_ *accounting.Mapping, r *accounting.Rule) {
		r.When, r.Document = accounting.WhenPlaced, accounting.Invoice
	})
	plan := func() {
		p, err := d.engine.PlanPush(context.Background(), d.at.ID, false, true)
		d.must(err)
		_, err = d.engine.Approve(context.Background(), syncing.Approving{PlanID: p.ID, IfSeq: -1})
		d.must(err)
	}
	first := d.sell("1001", unpaid())
	plan()
	d.sell("1002", unpaid())
	d.change(&first, func(o *order.Order) { o.Financial, o.PaymentMethod = order.Paid, "PayPal" })
	plan()
	d.update()
	d.postedWell()
	if txns := d.company.Txns(); len(txns) != 3 {
		t.Errorf("posted %+v", txns)
	}
}
