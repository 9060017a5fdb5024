package accounting_test

import (
	"testing"

	"tradepost/backend/accounting"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/order"
)

type roles = map[accounting.Role]accounting.Target

// abroad is a mapping with accounts in euros, and the rate of a day.
func abroad(document accounting.Kind) accounting.Mapping {
	m := mapping()
	m.Currencies = map[commerce.Currency]roles{"EUR": {accounting.Receivable: {Name: "Owed in EUR"}, accounting.Clearing: {Name: "EUR bank"}}}
	m.Rates = map[commerce.Currency][]accounting.DayRate{"EUR": {{Day: "2026-11-01", Rate: "1.1"}, {Day: "2026-11-02", Rate: "1.2"}}}
	m.Channels["1"] = accounting.Rule{Post: true, Customer: "Shop", Document: document}
	return m
}

func euros() order.Order {
	return order.Order{ID: 1, ChannelID: 1, Number: "1001", Currency: "EUR", Financial: order.Paid, Total: commerce.Minor(1000)}
}

func posted(t *testing.T, m accounting.Mapping, s accounting.Sale) []accounting.Document {
	t.Helper()
	docs, err := m.Post(s)
	if err != nil || len(docs) == 0 {
		t.Fatalf("posted %+v, %v", docs, err)
	}
	balanced(t, docs)
	return docs
}

// accountsOf are the accounts that documents name for money and for what is owed.
func accountsOf(docs []accounting.Document) map[string]bool {
	all := map[string]bool{}
	for _, d := range docs {
		for _, l := range d.Lines {
			if !l.Own() {
				all[l.Account] = true
			}
		}
	}
	return all
}

// TestAnOrderStaysInItsCurrency where the books have accounts in it: with the rate of its day, for a customer of that currency; and so does all that follows,
// whatever the mapping says by then.
func TestAnOrderStaysInItsCurrency(t *testing.T) {
	m := abroad(accounting.Invoice)
	sale := accounting.Sale{Order: euros(), Day: "2026-11-01", Today: "2026-11-02"}
	docs := posted(t, m, sale)
	for _, d := range docs {
		if d.Currency != "EUR" || d.Rate != "1.1" || d.Foreign != nil || d.Customer != "Shop EUR" || d.Total().Minor != 1000 {
			t.Errorf("posted %+v", d)
		}
	}
	if at := accountsOf(docs); len(at) != 2 || !at["Owed in EUR"] || !at["EUR bank"] {
		t.Errorf("accounts %v", at)
	}
	m.Currencies = nil
	sale = noted(sale, docs)
	sale.Order.Financial, sale.Order.Refunded = order.PartiallyRefunded, commerce.Minor(300)
	for _, d := range posted(t, m, sale) {
		if d.Currency != "EUR" || d.Rate != "1.1" || d.Total().Minor != 300 {
			t.Errorf("given back as %+v", d)
		}
	}
}

// TestAConvertedOrderStaysConverted when the books get accounts in its currency afterwards.
func TestAConvertedOrderStaysConverted(t *testing.T) {
	m := abroad(accounting.SalesReceipt)
	taken := m.Currencies
	m.Currencies = nil
	sale := accounting.Sale{Order: euros(), Day: "2026-11-01", Today: "2026-11-02"}
	sale = noted(sale, posted(t, m, sale))
	m.Currencies = taken
	sale.Order.Financial, sale.Order.Refunded = order.PartiallyRefunded, commerce.Minor(300)
	for _, d := range posted(t, m, sale) {
		if d.Currency != "USD" || d.Rate != "" || d.Total().Minor != 330 || d.Customer != "Shop" {
			t.Errorf("given back as %+v", d)
		}
	}
}

// TestADayInTwoCurrencies is summed up in two journals of two numbers; the one abroad has the rate by which the day sold.
func TestADayInTwoCurrencies(t *testing.T) {
	m := abroad(accounting.SalesReceipt)
	home := euros()
	home.ID, home.Currency = 2, "USD"
	docs := append(posted(t, m, accounting.Sale{Order: euros(), Day: "2026-11-01"}), posted(t, m, accounting.Sale{Order: home, Day: "2026-11-01"})...)
	sums := m.Summarise(docs, 1, "Shop", "2026-11-01")
	if len(sums) != 2 || sums[0].Rate != "1.1" || sums[1].Rate != "" || sums[0].Number == sums[1].Number || len(sums[0].Number) > 11 {
		t.Errorf("summed up as %+v", sums)
	}
}

// TestCurrenciesAreProposed from the accounts of what customers owe in them; no other role is given an account abroad.
func TestCurrenciesAreProposed(t *testing.T) {
	account := func(name, kind string, c commerce.Currency) accounting.Entry {
		return accounting.Entry{Kind: accounting.AccountEntry, Name: name, Type: kind, Currency: c, Active: true}
	}
	m := accounting.Propose([]accounting.Entry{account("Accounts Receivable - EUR", accounting.ReceivableType, "EUR"), account("Bank EUR", accounting.Bank, "EUR"),
		account("Bank GBP", accounting.Bank, "GBP"), account("Accounts Receivable", accounting.ReceivableType, "USD"), account("Bank", accounting.Bank, "")}, nil, []string{"bank"}, nil, "USD")
	if len(m.Currencies) != 1 || m.Currencies["EUR"][accounting.Receivable].Name != "Accounts Receivable - EUR" || m.Currencies["EUR"][accounting.Clearing].Name != "Bank EUR" {
		t.Errorf("proposed %+v", m.Currencies)
	}
	if m.Accounts[accounting.Receivable].Name != "Accounts Receivable" || m.Accounts[accounting.Clearing].Name != "Bank" || m.Methods["bank"].Name != "Bank" {
		t.Errorf("proposed %+v, %+v", m.Accounts, m.Methods)
	}
}

// TestCurrenciesAreChecked before anything is posted by them.
func TestCurrenciesAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		currency commerce.Currency
		accounts roles
	}{
		"the own one":           {"USD", roles{accounting.Receivable: {Name: "Owed"}}},
		"none":                  {"euro", roles{accounting.Receivable: {Name: "Owed"}}},
		"money without a place": {"EUR", roles{accounting.Clearing: {Name: "Bank"}}},
	} {
		m := abroad(accounting.Invoice)
		m.Currencies = map[commerce.Currency]roles{c.currency: c.accounts}
		if err := m.Check(); !fault.Is(err, fault.Invalid) || fault.Of(err).Remedy == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
