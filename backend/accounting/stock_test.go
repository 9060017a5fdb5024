package accounting_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/accounting"
	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
)

// counted are items whose stock the books count, by SKU: of cups they have no cost.
func counted() map[string]accounting.Entry {
	return map[string]accounting.Entry{"mug": {Name: "Mug", Asset: "Stock of mugs", Cost: "3.10"}, "cup": {Name: "Cups:Cup", Asset: "", Cost: "0.00"}, "pot": {Name: "Pot", Asset: "Stock of pots"}}
}

func stockMapping(level accounting.Level, value accounting.Valuer) accounting.Mapping {
	m := mapping()
	m.Stock = accounting.StockRule{Post: true, From: "2026-01-01", Level: level, Value: value}
	return m
}

// drawMovements makes movements of any kind, with and without a known cost, in the books' currency and others.
func drawMovements(t *rapid.T) (all []accounting.Movement) {
	for n := range rapid.IntRange(0, 12).Draw(t, "movements") {
		m := accounting.Movement{ID: int64(n + 1), Day: rapid.SampledFrom([]string{"2026-11-01", "2026-11-02"}).Draw(t, "day"), SKU: rapid.SampledFrom([]string{"MUG", "cup", "pot", "unknown"}).Draw(t, "sku"),
			Kind: rapid.SampledFrom([]inventory.Kind{inventory.Adjusted, inventory.Correction, inventory.Assembly}).Draw(t, "kind"), Currency: commerce.Currency(rapid.SampledFrom([]string{"USD", "EUR"}).Draw(t, "currency"))}
		if m.Kind == inventory.Adjusted {
			m.Reason = rapid.SampledFrom([]string{"broken", "found"}).Draw(t, "reason")
		}
		m.Quantity = inventory.Quantity(rapid.Int64Range(-1e9, 1e9).Filter(func(n int64) bool { return n != 0 }).Draw(t, "quantity"))
		if rapid.Bool().Draw(t, "known") {
			value := rapid.Int64Range(0, 1e9).Draw(t, "value")
			if m.Quantity < 0 {
				value = -value
			}
			m.Value = commerce.Minor(value)
		}
		all = append(all, m)
	}
	return all
}

// nets is what each account has by documents, less what it gave.
func nets(docs []accounting.Document) map[string]int64 {
	sums := map[string]int64{}
	for _, s := range accounting.Totals(docs) {
		sums[s.Account+" "+string(s.Currency)] += s.Credit - s.Debit
	}
	maps.DeleteFunc(sums, func(_ string, n int64) bool { return n == 0 })
	return sums
}

// pieces is how many of each item documents move.
func pieces(t rapid.TB, docs []accounting.Document) map[string]inventory.Quantity {
	sums := map[string]inventory.Quantity{}
	for _, d := range docs {
		for _, l := range d.Lines {
			if l.Role != accounting.Inventory {
				continue
			}
			q, err := inventory.Parse(l.Quantity)
			if err != nil {
				t.Fatal(err)
			}
			sums[l.Item] += q
		}
	}
	maps.DeleteFunc(sums, func(_ string, q inventory.Quantity) bool { return q == 0 })
	return sums
}

// TestEveryAdjustmentBalances is the property that stock in books rests on: whatever moved, among whatever orders, each document balances and is
// about one day; no movement is in two; summed up by day and reason, each account and each item has what the single documents say.
func TestEveryAdjustmentBalances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		moved, value := drawMovements(t), rapid.SampledFrom([]accounting.Valuer{accounting.ByLayers, accounting.ByLedger}).Draw(t, "value")
		singles, unfit := stockMapping(accounting.PerMovement, value).Adjust(moved, counted())
		days, _ := stockMapping(accounting.PerDay, value).Adjust(moved, counted())
		if len(unfit) > 0 {
			t.Fatalf("unfit: %+v", unfit)
		}
		balanced(t, singles)
		balanced(t, days)
		heldOnce(t, moved, singles)
		sales := drawSales(t, 3)
		summed := mapping().Summarise(sales, 1, "Shop", "2026-11-01")
		if one, other := nets(append(singles, sales...)), nets(append(days, summed...)); !maps.Equal(one, other) {
			t.Fatalf("singles %v\nsummed up %v", one, other)
		}
		if one, other := pieces(t, singles), pieces(t, days); !maps.Equal(one, other) {
			t.Fatalf("singles move %v\nsummed up %v", one, other)
		}
	})
}

// heldOnce holds each movement of a counted item against the documents: in one of them, with its value where that is told.
func heldOnce(t *rapid.T, moved []accounting.Movement, docs []accounting.Document) {
	in := map[int64]accounting.Document{}
	for _, d := range docs {
		for _, id := range d.Movements {
			if in[id].Reference != "" {
				t.Fatalf("movement %d is in two documents", id)
			}
			in[id] = d
		}
	}
	for _, m := range moved {
		d, posted := in[m.ID]
		if posted == (m.SKU == "unknown") || posted && d.Day != m.Day {
			t.Fatalf("%+v is in %+v", m, d)
		}
		if total := d.Total(); posted && (total.Stated != d.Valued || total.Stated && (m.Currency != "USD" || total != m.Value)) {
			t.Fatalf("%+v is told as %+v", m, d)
		}
	}
}

// TestAdjustmentsThatCannotBePosted say why: what belongs to a closed day, and what lacks an account. Others go on.
func TestAdjustmentsThatCannotBePosted(t *testing.T) {
	m := stockMapping(accounting.PerMovement, accounting.ByLedger)
	m.ClosedUntil = "2026-11-01"
	delete(m.Accounts, accounting.Inventory)
	moved := []accounting.Movement{{ID: 1, Day: "2026-11-01", Kind: inventory.Correction, SKU: "mug", Quantity: inventory.One}, {ID: 2, Day: "2026-11-02", Kind: inventory.Correction, SKU: "cup", Quantity: inventory.One},
		{ID: 3, Day: "2026-11-02", Kind: inventory.Correction, SKU: "mug", Quantity: inventory.One}}
	docs, unfit := m.Adjust(moved, counted())
	if len(docs) != 1 || !slices.Equal(docs[0].Movements, []int64{3}) || docs[0].GoodsWords() != "1 Mug" {
		t.Errorf("posted %+v", docs)
	}
	if len(unfit) != 2 || unfit[0].Movement.ID != 1 || unfit[1].Movement.ID != 2 || unfit[0].Problem == "" || unfit[1].Problem == "" {
		t.Errorf("unfit: %+v", unfit)
	}
	for name, change := range map[string]func(*accounting.Mapping){
		"a day":      func(m *accounting.Mapping) { m.Stock.From = "" },
		"an account": func(m *accounting.Mapping) { delete(m.Accounts, accounting.Adjustment) },
	} {
		m := stockMapping(accounting.PerDay, accounting.ByLedger)
		m.Channels["1"] = accounting.Rule{Post: true, Customer: "Shop"}
		change(&m)
		if m.Check() == nil {
			t.Errorf("a mapping without %s passed", name)
		}
	}
}

// TestManyItemsAreSeveralDocuments, as ledger systems take no document of thousands of lines.
func TestManyItemsAreSeveralDocuments(t *testing.T) {
	m, items, moved := stockMapping(accounting.PerDay, accounting.ByLedger), map[string]accounting.Entry{}, []accounting.Movement{}
	for n := range 450 {
		sku := fmt.Sprintf("s%03d", n)
		items[sku] = accounting.Entry{Name: sku, Asset: "Stock"}
		moved = append(moved, accounting.Movement{ID: int64(n + 1), Day: "2026-11-02", Kind: inventory.Correction, SKU: sku, Quantity: inventory.One})
	}
	docs, _ := m.Adjust(moved, items)
	if len(docs) != 3 || len(docs[0].Movements) != 200 || len(docs[2].Movements) != 50 {
		t.Errorf("made %d documents", len(docs))
	}
}

// TestUnlikeGoods are said in words, whatever is there.
func TestUnlikeGoods(t *testing.T) {
	docs, _ := stockMapping(accounting.PerMovement, "").Adjust([]accounting.Movement{{ID: 1, Day: "2026-11-02", Kind: inventory.Adjusted, Reason: "broken", SKU: "mug", Quantity: -2 * inventory.One}}, counted())
	for want, there := range map[string][]accounting.Goods{
		"":                        {{Item: "Mug", Quantity: "-2.00000"}},
		"Mug: 0 there, -2 here":   nil,
		"Mug: -3 there, -2 here":  {{Item: "Mug", Quantity: "-3"}},
		"Pot: 1 there, none here": {{Item: "Mug", Quantity: "-2"}, {Item: "Pot", Quantity: "1"}},
	} {
		if got := docs[0].Unlike(there); got != want {
			t.Errorf("unlike %q, expected %q", got, want)
		}
	}
}
