package accounting_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/accounting"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/order"
)

func mapping() accounting.Mapping {
	m := accounting.Mapping{Confirmed: true, Home: "USD", RoundingLimit: 5, Accounts: map[accounting.Role]accounting.Target{},
		Methods: map[string]accounting.Target{"paypal": {Name: "PayPal"}}, Items: map[string]accounting.Target{"mug": {Name: "Mug", Account: "Income:Mugs"}},
		Channels: map[string]accounting.Rule{}}
	for _, role := range accounting.Roles {
		m.Accounts[role] = accounting.Target{Name: "account of " + string(role)}
	}
	m.Currencies = map[commerce.Currency]map[accounting.Role]accounting.Target{}
	for _, c := range []commerce.Currency{"EUR", "JPY", "KWD"} {
		m.Currencies[c] = map[accounting.Role]accounting.Target{accounting.Receivable: m.Accounts[accounting.Receivable]}
	}
	return m
}

// drawn is an order with how it is posted.
type drawn struct {
	order order.Order
	rule  accounting.Rule
	fees  int64
}

// drawOrder makes an order as sources state them: with tax and discounts in the line amounts or beside them, with lines that state no
// amount, in any currency, and parts that miss the total by what rounding may miss.
func drawOrder(t *rapid.T) drawn {
	o := order.Order{ID: rapid.Int64Range(1, 1e6).Draw(t, "id"), ChannelID: 1, Number: "1001", Currency: commerce.Currency(rapid.SampledFrom([]string{"USD", "EUR", "JPY", "KWD"}).Draw(t, "currency")),
		PaymentMethod: rapid.SampledFrom([]string{"PayPal", "card", ""}).Draw(t, "method"),
		Financial:     rapid.SampledFrom([]order.Financial{order.Paid, order.PartiallyRefunded, order.Refunded, order.Pending, order.PartiallyPaid}).Draw(t, "financial")}
	taxIn, discountIn, lineTax := rapid.Bool().Draw(t, "tax in"), rapid.Bool().Draw(t, "discount in"), rapid.Bool().Draw(t, "line tax")
	var goods, tax, discount int64
	for n := range rapid.IntRange(1, 6).Draw(t, "lines") {
		amount := rapid.Int64Range(0, 1e9).Draw(t, "amount")
		l := order.Line{ID: int64(n + 1), SKU: rapid.SampledFrom([]string{"mug", "cup", ""}).Draw(t, "sku"), Title: "Thing", Quantity: "1", Total: commerce.Minor(amount)}
		share := amount / rapid.Int64Range(3, 40).Draw(t, "tax share")
		if lineTax {
			l.Tax = commerce.Minor(share)
		}
		goods, tax = goods+amount, tax+share
		o.Lines = append(o.Lines, l)
	}
	shipping := rapid.Int64Range(0, 5000).Draw(t, "shipping")
	discount = rapid.Int64Range(0, goods/2).Draw(t, "discount")
	total := goods + shipping
	if !taxIn {
		total += tax
	}
	if !discountIn {
		total -= discount
	}
	total = max(total+rapid.Int64Range(-5, 5).Draw(t, "rounding"), 0)
	o.Shipping, o.Tax, o.Discount, o.Total = commerce.Minor(shipping), commerce.Minor(tax), commerce.Minor(discount), commerce.Minor(total)
	if o.Financial == order.PartiallyRefunded {
		o.Refunded = commerce.Minor(rapid.Int64Range(0, total).Draw(t, "refunded"))
	}
	if o.Financial == order.PartiallyPaid {
		o.Outstanding = commerce.Minor(rapid.Int64Range(0, total).Draw(t, "outstanding"))
	}
	return drawn{o, accounting.Rule{Post: true, Customer: "Shop", Document: rapid.SampledFrom([]accounting.Kind{accounting.SalesReceipt, accounting.Invoice}).Draw(t, "document"),
		When: accounting.WhenPlaced, TaxBy: rapid.SampledFrom([]accounting.Collector{accounting.BySeller, accounting.ByMarketplace}).Draw(t, "tax by")},
		rapid.Int64Range(0, 500).Draw(t, "fees")}
}

func (d drawn) sale() accounting.Sale {
	return accounting.Sale{Order: d.order, Day: "2026-11-01", Today: "2026-11-02", Fees: d.fees}
}

func (d drawn) mapping() accounting.Mapping {
	m := mapping()
	m.Channels["1"] = d.rule
	return m
}

// noted is what a sale knows of documents that were posted.
func noted(s accounting.Sale, docs []accounting.Document) accounting.Sale {
	for _, d := range docs {
		s.Note(d)
	}
	return s
}

// TestEveryOrderBalances is the property that books rest on: whatever an order states, each of its documents balances, what was sold adds up
// to its total, nothing is posted twice, and all credit notes together take back exactly what was sold.
func TestEveryOrderBalances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawOrder(t)
		m := d.mapping()
		s := d.sale()
		docs, err := m.Post(s)
		if err != nil {
			t.Fatal(err)
		}
		balanced(t, docs)
		if len(docs) > 0 {
			if sold := docs[0].Total().Minor + taxKept(docs[0]); sold != d.order.Total.Minor {
				t.Fatalf("sold %d of an order of %d", sold, d.order.Total.Minor)
			}
		}
		s = noted(s, docs)
		again, err := m.Post(s)
		if err != nil || len(again) > 0 {
			t.Fatalf("posted again: %v %v", again, err)
		}
		all := slices.Clone(docs)
		for s.Order.Financial != order.Refunded && s.Sold != "" {
			s.Order.Financial = order.PartiallyRefunded
			s.Order.Refunded = commerce.Minor(min(s.Order.Refunded.Minor+rapid.Int64Range(0, s.Order.Total.Minor).Draw(t, "more back"), s.Order.Total.Minor))
			if s.Order.Refunded == s.Order.Total {
				s.Order.Financial = order.Refunded
			}
			more, err := m.Post(s)
			if err != nil {
				t.Fatal(err)
			}
			balanced(t, more)
			all, s = append(all, more...), noted(s, more)
		}
		if d.order.Total.Minor > 0 { // of a sale for nothing there is nothing to give back
			nothingLeft(t, all, d.fees)
		}
	})
}

func balanced(t rapid.TB, docs []accounting.Document) {
	seen := map[string]bool{}
	for _, d := range docs {
		if err := d.Check(); err != nil {
			t.Fatalf("%v: %+v", err, d)
		}
		if seen[d.Reference] {
			t.Fatalf("%s twice", d.Reference)
		}
		seen[d.Reference] = true
	}
}

// taxKept is the marketplace's tax in a document.
func taxKept(d accounting.Document) (sum int64) {
	for _, l := range d.Lines {
		if l.Role == accounting.MarketplaceTax && l.Debit > 0 {
			sum += l.Debit
		}
	}
	return sum
}

// nothingLeft holds after a whole refund: each account is as it was, but for the fees.
func nothingLeft(t *rapid.T, docs []accounting.Document, fees int64) {
	for _, s := range accounting.Totals(docs) {
		want := int64(0)
		switch s.Account {
		case "account of fees":
			continue
		case "PayPal", "account of clearing":
			want = fees
		}
		if left := s.Credit - s.Debit; left != want && (want == 0 || left != 0) {
			t.Fatalf("%s is left with %d: %+v", s.Account, left, docs)
		}
	}
}

// drawSales posts so many orders at most.
func drawSales(t *rapid.T, most int) (singles []accounting.Document) {
	for range rapid.IntRange(0, most).Draw(t, "orders") {
		d := drawOrder(t)
		docs, err := d.mapping().Post(d.sale())
		if err != nil {
			t.Fatal(err)
		}
		singles = append(singles, docs...)
	}
	return singles
}

// TestSummedUpIsTheSumOfSingles holds account by account, in every currency.
func TestSummedUpIsTheSumOfSingles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		singles := drawSales(t, 8)
		sums := mapping().Summarise(singles, 1, "Shop", "2026-11-01")
		balanced(t, sums)
		if one, other := fmt.Sprint(accounting.Totals(singles)), fmt.Sprint(accounting.Totals(sums)); one != other {
			t.Fatalf("singles %s\nsummed up %s", one, other)
		}
		currencies := map[commerce.Currency]bool{}
		for _, d := range sums {
			if currencies[d.Currency] {
				t.Fatalf("%s twice", d.Currency)
			}
			currencies[d.Currency] = true
		}
	})
}

// TestMutantsAreRefused shows that the checks of the properties bite.
func TestMutantsAreRefused(t *testing.T) {
	m := mapping()
	m.Channels["1"] = accounting.Rule{Post: true, Customer: "Shop"}
	o := order.Order{ID: 1, ChannelID: 1, Number: "1", Currency: "USD", Financial: order.Paid, Total: commerce.Minor(1000)}
	docs, err := m.Post(accounting.Sale{Order: o, Day: "2026-11-01"})
	if err != nil || len(docs) != 1 {
		t.Fatal(docs, err)
	}
	off := docs[0]
	off.Lines = slices.Clone(off.Lines)
	off.Lines[0].Credit++
	if off.Check() == nil {
		t.Error("a document that does not balance passed")
	}
	off = docs[0]
	off.Lines = slices.Clone(off.Lines)
	off.Lines[0].Account = ""
	if !fault.Is(off.Check(), fault.Invalid) {
		t.Error("a line without an account passed")
	}
}

// TestWhatCannotBePosted is said in words.
func TestWhatCannotBePosted(t *testing.T) {
	base := order.Order{ID: 1, ChannelID: 1, Number: "1", Currency: "USD", Financial: order.Paid, Total: commerce.Minor(1000)}
	for name, change := range map[string]func(*order.Order, *accounting.Mapping){
		"parts far from the total": func(o *order.Order, _ *accounting.Mapping) {
			o.Lines = []order.Line{{ID: 1, Total: commerce.Minor(500), Quantity: "1"}}
		},
		"a foreign currency": func(o *order.Order, m *accounting.Mapping) { o.Currency, m.Currencies = "EUR", nil },
		"no currency":        func(o *order.Order, _ *accounting.Mapping) { o.Currency = "" },
		"no amounts":         func(o *order.Order, _ *accounting.Mapping) { o.Total = commerce.Amount{} },
		"a total below zero": func(o *order.Order, _ *accounting.Mapping) { o.Total = commerce.Minor(-1) },
		"an account that is empty": func(_ *order.Order, m *accounting.Mapping) {
			m.Accounts = maps.Clone(m.Accounts)
			delete(m.Accounts, accounting.Sales)
		},
	} {
		o, m := base, mapping()
		m.Channels["1"] = accounting.Rule{Post: true, Customer: "Shop"}
		change(&o, &m)
		docs, err := m.Post(accounting.Sale{Order: o, Day: "2026-11-01"})
		if !fault.Is(err, fault.Invalid) || fault.Of(err).Remedy == "" || len(docs) > 0 {
			t.Errorf("%s: %v, %v", name, docs, err)
		}
	}
}

// TestProposals are made of types and names, with the reason.
func TestProposals(t *testing.T) {
	account := func(name, kind string) accounting.Entry {
		return accounting.Entry{Kind: accounting.AccountEntry, Name: name, Type: kind, Active: true}
	}
	m := accounting.Propose([]accounting.Entry{account("Checking", accounting.Bank), account("PayPal Bank", accounting.Bank), account("Accounts Receivable", accounting.ReceivableType),
		account("Undeposited Funds", accounting.CurrentAsset), account("Sales Tax Payable", accounting.Liability), account("Merchandise Sales", accounting.Income),
		account("Shipping Income", accounting.Income), account("Sales Discounts", accounting.Income), account("Merchant Fees", accounting.Expense),
		{Kind: accounting.ItemEntry, Name: "Pots:MUG-1", Account: "Merchandise Sales", Active: true}, {Kind: accounting.AccountEntry, Name: "Online Sales", Type: accounting.Income}},
		[]accounting.Seller{{ID: 1, Name: "Etsy", Marketplace: true}}, []string{"PayPal", "card"}, []string{"mug-1", "cup"}, "USD")
	got := map[string]string{}
	for role, t := range m.Accounts {
		got[string(role)] = t.Name
	}
	want := map[string]string{"sales": "Merchandise Sales", "shipping": "Shipping Income", "discount": "Sales Discounts", "tax": "Sales Tax Payable",
		"marketplace_tax": "Sales Tax Payable", "rounding": "Merchandise Sales", "fees": "Merchant Fees", "clearing": "Undeposited Funds", "receivable": "Accounts Receivable"}
	if !maps.Equal(got, want) {
		t.Errorf("proposed %v", got)
	}
	if m.Methods["paypal"].Name != "PayPal Bank" || m.Items["mug-1"].Name != "Pots:MUG-1" || m.Channels["1"].TaxBy != accounting.ByMarketplace || m.Channels["1"].Post || m.Confirmed {
		t.Errorf("proposed %+v", m)
	}
	for role, t2 := range m.Accounts {
		if t2.Reason == "" {
			t.Errorf("no reason for %s", role)
		}
	}
}
