package quickbooksdesktop_test

import (
	"context"
	"errors"
	"maps"
	"testing"

	"tradepost/backend/accounting"
	"tradepost/backend/commerce"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
)

// change edits an order as a channel does.
func (d *desk) change(o *order.Order, edit func(*order.Order)) {
	d.t.Helper()
	was, err := d.store.Lookup(context.Background()).LoadOrder(o.ID)
	d.must(err)
	is := *was
	edit(&is)
	d.must(d.store.Write(context.Background(), store.Urgent, func(tx *store.Tx) error {
		run := journal.Run{Kind: journal.RunEdit, State: journal.Done, Cause: journal.ByPerson, ChannelID: d.channel.ID, FinishedAt: tx.Now()}
		if err := tx.InsertRun(&run); err != nil {
			return err
		}
		return errors.Join(tx.UpdateOrder(was, &is), tx.InsertChange(journal.Change{RecordKind: "order", RecordID: o.ID, Action: journal.Changed, RunID: run.ID}))
	}))
	*o = is
}

// TestAnEditedOrderIsCorrected posts an order, lets it be edited at its channel, and finds the balances as if it had been so from the first.
func TestAnEditedOrderIsCorrected(t *testing.T) {
	d := openDesk(t)
	d.update()
	d.mapping(nil)
	o := d.sell("1001", paid())
	d.update()
	d.change(&o, func(o *order.Order) { o.Total = commerce.Minor(6580); o.Shipping = commerce.Minor(1599) })
	d.update()
	want := map[string]int64{"Merchandise Sales": 4800, "Shipping Income": 1599, "Sales Tax Payable": 481, "Sales Discounts": -300, "PayPal": -6580}
	if got := d.balances(); !maps.Equal(got, want) {
		t.Errorf("balances %v, expected %v", got, want)
	}
	made := len(d.company.Log())
	d.update()
	if now := d.company.Log(); len(now) != made {
		t.Errorf("posted again: %v", now[made:])
	}
}

// balances are those of the company file that are not even.
func (d *desk) balances() map[string]int64 {
	all := d.company.Balances()
	maps.DeleteFunc(all, func(_ string, n int64) bool { return n == 0 })
	return all
}

// TestWhatIsDifferentThereIsPostedAnew takes a document back that was changed at QuickBooks, with its payment, and posts both anew.
func TestWhatIsDifferentThereIsPostedAnew(t *testing.T) {
	d := openDesk(t)
	d.update()
	d.mapping(func(_ *accounting.Mapping, r *accounting.Rule) { r.Document = accounting.Invoice })
	d.sell("1001", paid())
	d.update()
	before := d.balances()
	d.company.Rewrite("1001", 5000)
	_, _ = d.engine.CompareBooks(context.Background(), d.at.ID)
	d.update()
	var chosen []int64
	for _, p := range d.postings("different") {
		if p.Document.Kind == accounting.Invoice {
			chosen = append(chosen, p.ID)
		}
	}
	plan, err := d.engine.RepostPostings(context.Background(), chosen)
	d.must(err)
	if len(plan.Intents) != 2 {
		t.Fatalf("planned %+v", plan.Intents)
	}
	_, err = d.engine.Approve(context.Background(), syncing.Approving{PlanID: plan.ID, IfSeq: -1})
	d.must(err)
	d.update()
	if got := d.balances(); !maps.Equal(got, before) || len(d.company.Txns()) != 2 || len(d.postings("different")) != 0 || len(d.postings("posted")) < 2 {
		t.Errorf("balances %v, expected %v: %+v", got, before, d.company.Txns())
	}
}

// TestAnOrderInAnotherCurrency is posted in the company's own, by the rate of its day, and waits while there is none.
func TestAnOrderInAnotherCurrency(t *testing.T) {
	d := openDesk(t)
	d.update()
	m := d.mapping(nil)
	o := d.sell("1001", paid())
	d.change(&o, func(o *order.Order) { o.Currency = "EUR" })
	d.update()
	if len(d.company.Txns()) != 0 {
		t.Fatalf("posted %+v", d.company.Txns())
	}
	waits, err := d.store.Unbookable(context.Background(), d.at.ID, 0, 10)
	if err != nil || len(waits) != 1 {
		t.Fatalf("waiting are %+v, %v", waits, err)
	}
	m.Rates = map[commerce.Currency][]accounting.DayRate{"EUR": {{Day: "2026-03-01", Rate: "1.0832"}}}
	d.must(d.store.PutMapping(context.Background(), d.at.ID, m, -1))
	d.update()
	txns := d.company.Txns()
	if len(txns) != 1 || txns[0].Total != 6044 || d.company.Balances()["PayPal"] != -6044 { // 55.80 EUR
		t.Errorf("posted %+v", txns)
	}
	if words := d.company.Unread(); len(words) > 0 {
		t.Errorf("QuickBooks would not read: %v", words)
	}
}

// TestADaysRefundComesWithTheDayItBecameKnown sums up what was given back of a day that is over.
func TestADaysRefundComesWithTheDayItBecameKnown(t *testing.T) {
	d := openDesk(t)
	d.update()
	d.mapping(func(_ *accounting.Mapping, r *accounting.Rule) { r.Level = accounting.PerDay })
	o := d.sell("1001", paid())
	d.update()
	d.change(&o, func(o *order.Order) { o.Financial, o.Refunded = order.PartiallyRefunded, commerce.Minor(1000) })
	d.update()
	if txns := d.company.Txns(); len(txns) != 1 {
		t.Fatalf("a day is summed up before it is over: %+v", txns)
	}
	d.now = d.now.AddDate(0, 0, 1)
	d.update()
	txns := d.company.Txns()
	if len(txns) != 2 || d.company.Balances()["PayPal"] != -4580 {
		t.Fatalf("posted %+v, PayPal has %d", txns, d.company.Balances()["PayPal"])
	}
}
