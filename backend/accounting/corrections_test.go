package accounting_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/accounting"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/order"
)

// own is what documents say was sold, account by account.
func own(docs []accounting.Document) map[string]int64 {
	all := map[string]int64{}
	for _, d := range docs {
		for _, l := range d.Lines {
			if l.Own() && d.Kind != accounting.Journal {
				all[string(l.Role)+" "+l.Account] += l.Net()
			}
		}
	}
	for at, n := range all {
		if n == 0 {
			delete(all, at)
		}
	}
	return all
}

// balance is what one role has by documents: above zero is debit.
func balance(docs []accounting.Document, role accounting.Role) (sum int64) {
	for _, d := range docs {
		for _, l := range d.Lines {
			if l.Role == role {
				sum -= l.Net()
			}
		}
	}
	return sum
}

// edit changes what an order is about, as an edit at the channel does.
func edit(t *rapid.T, o order.Order) order.Order {
	o.Lines = slices.Clone(o.Lines)
	l := &o.Lines[rapid.IntRange(0, len(o.Lines)-1).Draw(t, "line")]
	was := l.Total.Minor
	l.Total = commerce.Minor(rapid.Int64Range(0, 1e9).Draw(t, "new amount"))
	by := l.Total.Minor - was
	if o.Total.Minor+by < 0 {
		by = -o.Total.Minor
		l.Total = commerce.Minor(was + by)
	}
	o.Total = commerce.Minor(o.Total.Minor + by)
	return o
}

// TestEditedOrdersAreCorrected edits an order again and again after it was posted: each time the documents beside bring each account to what the order
// says, all balance, nothing is posted twice, a mapping that changed corrects nothing; and once all money was given back, nothing is left anywhere.
func TestEditedOrdersAreCorrected(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawOrder(t)
		d.fees = 0
		d.order.Financial, d.order.Refunded, d.order.Outstanding = order.Paid, commerce.Amount{}, commerce.Amount{}
		m := d.mapping()
		s := d.sale()
		var all []accounting.Document
		post := func() {
			t.Helper()
			docs, err := m.Post(s)
			if err != nil {
				t.Fatal(err)
			}
			all, s = append(all, docs...), noted(s, docs)
			balanced(t, all)
			if again, err := m.Post(s); err != nil || len(again) > 0 {
				t.Fatalf("posted again: %+v %v", again, err)
			}
		}
		post()
		for range rapid.IntRange(1, 4).Draw(t, "edits") {
			s.Order = edit(t, s.Order)
			if _, err := m.Post(accounting.Sale{Order: s.Order, Day: s.Day}); err != nil {
				return // its parts miss the total by more than rounding may
			}
			post()
			fresh, err := m.Post(accounting.Sale{Order: s.Order, Day: s.Day, Today: s.Today})
			if err != nil {
				t.Fatal(err)
			}
			if is, want := fmt.Sprint(own(all)), fmt.Sprint(own(fresh)); is != want {
				t.Fatalf("the books say %s, the order %s", is, want)
			}
		}
		other := mapping()
		other.Channels, other.Accounts[accounting.Sales] = m.Channels, accounting.Target{Name: "another account"}
		if docs, err := other.Post(s); err != nil || len(docs) > 0 {
			t.Fatalf("another mapping posts %+v: %v", docs, err)
		}
		received := balance(all, accounting.Clearing)
		s.Order.Financial, s.Order.Refunded = order.Refunded, commerce.Minor(max(received+keptBy(m, s.Order), s.Order.Total.Minor))
		post()
		if d.rule.TaxBy == accounting.ByMarketplace { // what the channel kept and gave back is its own business
			return
		}
		if left := own(all); s.Order.Total.Minor > 0 && len(left) > 0 || balance(all, accounting.Clearing) != 0 || balance(all, accounting.Receivable) != 0 {
			t.Fatalf("all was given back, and left are %v, money %d, owed %d: %+v", left, balance(all, accounting.Clearing), balance(all, accounting.Receivable), all)
		}
	})
}

// keptBy is what a marketplace keeps of an order.
func keptBy(m accounting.Mapping, o order.Order) int64 {
	docs, err := m.Post(accounting.Sale{Order: o, Day: "2026-11-01"})
	if err != nil || len(docs) == 0 {
		return 0
	}
	return taxKept(docs[0])
}

// TestForeignOrdersBalance posts orders of other currencies by rates of their days: each document balances in the books' currency, what was sold is the
// total at the rate, to the cent, and rounding lines hold no more than rounding makes.
func TestForeignOrdersBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawOrder(t)
		rate := commerce.Decimal(fmt.Sprintf("%d.%04d", rapid.IntRange(0, 200).Draw(t, "whole"), rapid.IntRange(1, 9999).Draw(t, "part")))
		m := d.mapping()
		m.Currencies, m.Home = nil, "CHF"
		m.Rates = map[commerce.Currency][]accounting.DayRate{d.order.Currency: {{Day: "2026-09-01", Rate: "77"}, {Day: "2026-10-20", Rate: string(rate)}, {Day: "2026-11-02", Rate: "99"}}}
		docs, err := m.Post(d.sale())
		if err != nil {
			t.Fatal(err)
		}
		balanced(t, docs)
		for i, doc := range docs {
			if doc.Currency != "CHF" || doc.Foreign == nil || doc.Foreign.Rate != rate || doc.Foreign.Currency != d.order.Currency {
				t.Fatalf("it is posted as %+v", doc)
			}
			if i > 0 {
				continue
			}
			want := converted(d.order.Total.Minor, rate, d.order.Currency.Exponent(), 2)
			if sold := doc.Total().Minor + taxKept(doc); sold != want {
				t.Fatalf("%d at %s are %d, posted are %d", d.order.Total.Minor, rate, want, sold)
			}
			for _, l := range doc.Lines {
				if most := converted(5, rate, d.order.Currency.Exponent(), 2) + int64(len(doc.Lines)) + 1; l.Role == accounting.Rounding && max(l.Net(), -l.Net()) > most {
					t.Fatalf("%d is more than rounding makes (%d): %+v", l.Net(), most, doc)
				}
			}
		}
		m.Rates[d.order.Currency][1].Rate = "55"
		s := noted(d.sale(), docs)
		s.Order.Financial = order.Refunded
		more, err := m.Post(s)
		if err != nil {
			t.Fatal(err)
		}
		if all := append(docs, more...); len(docs) > 0 && d.order.Total.Minor > 0 && d.fees == 0 {
			nothingLeft(t, all, 0) // the rate by which it was posted holds for what is given back
		}
	})
}

func converted(minor int64, rate commerce.Decimal, from, to int) int64 {
	r, _ := new(big.Rat).SetString(string(rate))
	for ; from < to; from++ {
		minor *= 10
	}
	r.Mul(r, new(big.Rat).SetInt64(minor))
	for ; from > to; from-- {
		r.Quo(r, big.NewRat(10, 1))
	}
	return new(big.Int).Div(new(big.Int).Add(new(big.Int).Mul(r.Num(), big.NewInt(2)), r.Denom()), new(big.Int).Mul(r.Denom(), big.NewInt(2))).Int64()
}

// TestRates that are missing, too old or no numbers are said in words.
func TestRates(t *testing.T) {
	o := order.Order{ID: 1, ChannelID: 1, Number: "1", Currency: "EUR", Financial: order.Paid, Total: commerce.Minor(1000)}
	for name, c := range map[string]struct {
		day  string
		rate accounting.DayRate
		fits bool
	}{
		"of the day":       {"2026-11-01", accounting.DayRate{Day: "2026-11-01", Rate: "1.1"}, true},
		"a month old":      {"2026-11-01", accounting.DayRate{Day: "2026-10-01", Rate: "1.1"}, true},
		"older":            {"2026-11-02", accounting.DayRate{Day: "2026-10-01", Rate: "1.1"}, false},
		"of a later day":   {"2026-11-01", accounting.DayRate{Day: "2026-11-02", Rate: "1.1"}, false},
		"no number":        {"2026-11-01", accounting.DayRate{Day: "2026-11-01", Rate: "much"}, false},
		"nothing":          {"2026-11-01", accounting.DayRate{Day: "2026-11-01", Rate: "0"}, false},
		"less than nought": {"2026-11-01", accounting.DayRate{Day: "2026-11-01", Rate: "-1"}, false},
	} {
		m := mapping()
		m.Currencies, m.Channels["1"], m.Rates = nil, accounting.Rule{Post: true, Customer: "Shop"}, map[commerce.Currency][]accounting.DayRate{"EUR": {c.rate}}
		docs, err := m.Post(accounting.Sale{Order: o, Day: c.day})
		if c.fits && (err != nil || docs[0].Total().Minor != 1100) || !c.fits && !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %+v, %v", name, docs, err)
		}
		if wrong := m.Check(); (wrong == nil) != (c.rate.Rate == "1.1") {
			t.Errorf("%s: checked %v", name, wrong)
		}
	}
}

// TestARateIsWrittenAsText keeps a mapping in the form in which the interface states it.
func TestARateIsWrittenAsText(t *testing.T) {
	raw, err := json.Marshal(accounting.Mapping{Rates: map[commerce.Currency][]accounting.DayRate{"EUR": {{Day: "2026-11-01", Rate: "1.0832"}}}})
	if err != nil || !strings.Contains(string(raw), `"rate":"1.0832"`) {
		t.Errorf("it is written as %s, %v", raw, err)
	}
}
