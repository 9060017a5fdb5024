package quickbooksdesktop_test

import (
	"context"
	"maps"
	"strings"
	"testing"

	"tradepost/backend/accounting"
	"tradepost/backend/commerce"
	"tradepost/backend/connectors/quickbooksdesktop/sim"
	"tradepost/backend/order"
)

// abroad is a desk whose company has accounts in euros, with a mapping as it is proposed and the rate of a day.
func abroad(t *testing.T, change func(*accounting.Mapping, *accounting.Rule)) *desk {
	d := openDesk(t)
	d.company.AddCurrency("Euro", "EUR")
	d.update()
	d.mapping(func(m *accounting.Mapping, r *accounting.Rule) {
		m.Rates = map[commerce.Currency][]accounting.DayRate{"EUR": {{Day: "2026-03-01", Rate: "1.0832"}}}
		if change != nil {
			change(m, r)
		}
	})
	return d
}

// sellIn sells an order in euros.
func (d *desk) sellIn(number string, o order.Order) order.Order {
	o = d.sell(number, o)
	d.change(&o, func(o *order.Order) { o.Currency = "EUR" })
	return o
}

func even(sums map[string]int64) map[string]int64 {
	maps.DeleteFunc(sums, func(_ string, n int64) bool { return n == 0 })
	return sums
}

// postedWell finds all postings posted to the cent, and nothing that QuickBooks would not read.
func (d *desk) postedWell() {
	d.t.Helper()
	if words := d.company.Unread(); len(words) > 0 {
		d.t.Errorf("QuickBooks would not read: %v", words)
	}
	for _, p := range d.postings("") {
		if p.State() != "posted" || p.Total.Stated && p.Total != p.LedgerTotal {
			d.t.Errorf("%s is %s: ours %v, there %v, unlike %q, %+v", p.Document.Reference, p.State(), p.Total, p.LedgerTotal, p.Unlike, p.Problem)
		}
	}
}

// TestDocumentsInAnotherCurrency go to a customer and accounts of that currency, with the rate of their day; what is given back too, and what was posted
// in the company's own stays apart.
func TestDocumentsInAnotherCurrency(t *testing.T) {
	d := abroad(t, func(_ *accounting.Mapping, r *accounting.Rule) { r.Document = accounting.Invoice })
	o := d.sellIn("1001", paid())
	d.sell("1002", paid())
	d.update()
	d.change(&o, func(o *order.Order) { o.Financial, o.Refunded = order.PartiallyRefunded, commerce.Minor(1000) })
	d.update()
	d.postedWell()
	customers := map[string]string{}
	for _, c := range d.company.Records("Customer") {
		customers[c.Name] = c.Currency
	}
	if want := map[string]string{"Main shop": "", "Main shop EUR": "Euro"}; !maps.Equal(customers, want) {
		t.Errorf("customers %v", customers)
	}
	for _, txn := range d.company.Txns() {
		if strings.HasPrefix(txn.Number, "1001") && (txn.Currency != "Euro" || txn.Rate != "1.0832") || txn.Number == "1002" && (txn.Currency != "" || txn.Rate != "") {
			t.Errorf("posted %+v", txn)
		}
	}
	if there := even(d.company.BalancesIn("Euro")); there["EUR Checking"] != -4580 || there["Accounts Receivable - EUR"] != 0 || d.balances()["PayPal"] != -5580 {
		t.Errorf("in euros %v, in dollars %v", there, d.balances())
	}
	_, _ = d.engine.CompareBooks(context.Background(), d.at.ID)
	d.update()
	d.postedWell()
}

// TestADayInAnotherCurrency is a journal of its own.
func TestADayInAnotherCurrency(t *testing.T) {
	d := abroad(t, func(_ *accounting.Mapping, r *accounting.Rule) { r.Level = accounting.PerDay })
	d.sellIn("1001", paid())
	d.sell("1002", paid())
	d.update()
	d.postedWell()
	if txns := d.company.Txns(); len(txns) != 2 || d.company.BalancesIn("Euro")["EUR Checking"] != -5580 || d.company.Balances()["PayPal"] != -5580 {
		t.Errorf("posted %+v", txns)
	}
}

// TestCurrenciesThatQuickBooksRefuses are said in words, and nothing is posted into the wrong ones: the feature is off, or the customer is there in another.
func TestCurrenciesThatQuickBooksRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		ready func(*sim.Company)
		words string
	}{
		"the feature is off":        {func(*sim.Company) {}, "multiple currencies"},
		"a customer in another one": {func(c *sim.Company) { c.AddCurrency("Euro", "EUR"); c.AddCustomer("Main shop EUR") }, "has one currency"},
	} {
		d := openDesk(t)
		c.ready(d.company)
		d.update()
		d.mapping(func(m *accounting.Mapping, _ *accounting.Rule) {
			m.Currencies = map[commerce.Currency]map[accounting.Role]accounting.Target{"EUR": {accounting.Receivable: {Name: "Accounts Receivable - EUR"}}}
		})
		d.sellIn("1001", paid())
		d.update()
		said := false
		for _, p := range d.postings("refused") {
			said = said || strings.Contains(p.Problem.Remedy, c.words)
		}
		if posted := d.company.Txns(); !said || len(posted) > 0 {
			t.Errorf("%s: refused %+v, posted %+v", name, d.postings("refused"), posted)
		}
	}
}
