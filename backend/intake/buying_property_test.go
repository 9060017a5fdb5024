package intake_test

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
	"tradepost/backend/purchasing"
)

// buys does one random thing that has to do with buying or with putting kits together. What is refused is no matter here: what it leaves must be right.
func (h *history) buys() string {
	ctx := context.Background()
	h.minutes += rapid.IntRange(0, 40).Draw(h.r, "minutes")
	draw := func(name string, most int) int64 { return int64(rapid.IntRange(1, most).Draw(h.r, name)) }
	orderID := draw("purchase", 6)
	things := []struct {
		name string
		do   func()
	}{
		{"order", func() {
			o := purchasing.Order{SupplierID: 1}
			for range draw("lines", 2) {
				o.Lines = append(o.Lines, purchasing.Line{VariantID: h.variant(rapid.SampledFrom([]string{"A", "A", "B", "KIT"}).Draw(h.r, "sku")), Pack: inventory.One,
					Quantity: inventory.Quantity(draw("units", 12)) * inventory.One, Price: commerce.Decimal(fmt.Sprint(draw("price", 9), ".", draw("cents", 99)))})
			}
			o, err := h.s.DraftPurchase(ctx, o)
			must(h.t, err)
			_, err = h.s.OrderPurchase(ctx, o.ID, o.Version)
			must(h.t, err)
		}},
		{"receive", func() {
			o, err := h.s.Purchase(ctx, orderID)
			if err != nil {
				return
			}
			a := purchasing.Arrival{OrderID: orderID, Version: -1, Over: rapid.Bool().Draw(h.r, "over"), Start: true,
				Charges: []purchasing.Charge{{Name: "freight", Amount: draw("freight", 500), Basis: purchasing.ByValue}}}
			for _, l := range o.Lines {
				a.Lines = append(a.Lines, purchasing.Came{LineID: l.ID, Quantity: inventory.Quantity(draw("came", 12)) * inventory.One})
			}
			if rapid.Bool().Draw(h.r, "earlier") {
				a.At = h.instant("came")
			}
			_, _, _ = h.s.ReceivePurchase(ctx, a)
		}},
		{"undo of a receipt", func() { _, _ = h.s.UndoReceipt(ctx, orderID, draw("receipt", 8)) }},
		{"close", func() { _, _ = h.s.EndPurchase(ctx, orderID, -1, purchasing.Closed, "") }},
		{"cancel", func() { _, _ = h.s.EndPurchase(ctx, orderID, -1, purchasing.Cancelled, "") }},
		{"reopen", func() { _, _ = h.s.ReopenPurchase(ctx, orderID, -1) }},
		{"late freight", func() {
			_, _ = h.s.ChargeReceipt(ctx, orderID, draw("receipt", 8), []purchasing.Charge{{Name: "duty", Amount: draw("duty", 900), Basis: purchasing.ByQuantity}})
		}},
		{"assemble", func() {
			q := inventory.Quantity(draw("kits", 3)) * inventory.One * rapid.SampledFrom([]inventory.Quantity{1, 1, -1}).Draw(h.r, "sign")
			_, _ = h.s.Assemble(ctx, inventory.Assembling{VariantID: h.variant("KIT"), Quantity: q, Start: true})
		}},
		{"undo of an assembly", func() { _, _ = h.s.UndoAssembly(ctx, h.variant("KIT"), draw("assembly", 4)) }},
	}
	thing := rapid.SampledFrom([]int{0, 0, 1, 1, 1, 2, 3, 4, 5, 6, 7, 7, 8}).Draw(h.r, "thing")
	h.log = append(h.log, fmt.Sprintf("at %d %s %d", h.minutes, things[thing].name, orderID))
	things[thing].do()
	return things[thing].name
}

// bought is what came in of a level since it was counted, and what was put together and taken apart: by the receipts and assemblies, not by the ledger.
func (h *history) bought(k levelKey, counted int64) (sum inventory.Quantity) {
	var q, each inventory.Quantity
	var at, kit int64
	h.each(`SELECT r.quantity, c.received_at FROM purchase_receipt_line r JOIN purchase_receipt c ON c.id = r.receipt_id JOIN purchase_line l ON l.id = r.line_id
		JOIN purchase_order o ON o.id = l.purchase_id WHERE c.undone_run IS NULL AND l.variant_id = ? AND o.location_id = ?`, []any{k.variant, k.location}, []any{&q, &at}, func() {
		if at > counted {
			sum += q
		}
	})
	h.each(`SELECT a.quantity, a.made_at, a.variant_id, COALESCE(i.quantity, 0) FROM assembly a LEFT JOIN bom_item i ON i.bom_id = a.bom_id AND i.variant_id = ?1
		WHERE a.undone_run IS NULL AND a.location_id = ?2`, []any{k.variant, k.location}, []any{&q, &at, &kit, &each}, func() {
		switch {
		case at <= counted:
		case kit == k.variant:
			sum += q
		default:
			sum -= q / inventory.One * each
		}
	})
	return sum
}

// onItsWay holds what the levels have as on its way against what is awaited of orders.
func (h *history) onItsWay() string {
	words := ""
	var variant, location int64
	var has, want inventory.Quantity
	h.each(`SELECT s.variant_id, s.location_id, s.incoming, COALESCE((SELECT sum(max(l.quantity - l.received, 0)) FROM purchase_line l JOIN purchase_order o ON o.id = l.purchase_id
		WHERE o.state = 'ordered' AND l.variant_id = s.variant_id AND o.location_id = s.location_id), 0) FROM stock_level s`, nil, []any{&variant, &location, &has, &want}, func() {
		if has != want {
			words = fmt.Sprintf("%s of %d are on the way to %d instead of %s", has.Decimal(), variant, location, want.Decimal())
		}
	})
	return words
}

// costs holds the layers of every variant against its levels, and one variant's costs against those of all stock.
func (h *history) costs() {
	h.t.Helper()
	ctx := context.Background()
	all, err := h.s.StockValue(ctx, 0, 1000)
	must(h.t, err)
	for _, sku := range []string{"A", "B", "C", "KIT"} {
		id := h.variant(sku)
		v, err := h.s.StockCosts(ctx, id, 0)
		must(h.t, err)
		lies := map[int64]inventory.Quantity{}
		for _, row := range v.Rows {
			lies[row.LocationID] = row.Worth.Quantity - row.Short
			if row.Worth.Quantity != 0 && row.Short != 0 || row.Worth.Value < 0 {
				h.t.Fatalf("%s lies there as %+v and is short of %s\n%s", sku, row.Worth, row.Short.Decimal(), h.told())
			}
		}
		for level, l := range h.levels() {
			if level.variant == id && lies[level.location] != l.onHand {
				h.t.Fatalf("layers of %s at %d hold %s, on hand are %s\n%s", sku, level.location, lies[level.location].Decimal(), l.onHand.Decimal(), h.told())
			}
		}
		for _, row := range all.Rows {
			if row.VariantID == id {
				v.Road = v.Road.Plus(inventory.Worth{}.Minus(row.Worth))
			}
		}
		if v.Total() != (inventory.Worth{}) {
			h.t.Fatalf("%s is worth %+v more by itself than among all stock\n%s", sku, v.Total(), h.told())
		}
	}
}

// TestProofBuying runs random histories of orders, counts, purchase orders and kits, and holds levels, what is on its way and costs against what the
// documents say by themselves.
func TestProofBuying(t *testing.T) {
	checks(t, "buying", 6, 1250, func(r *rapid.T) {
		inHistory(r, true, func(h *history) {
			_, err := h.s.SaveSupplier(context.Background(), purchasing.Supplier{Name: "Acme", Currency: "EUR", Active: true}, -1)
			must(h.t, err)
			for range 40 {
				var did string
				if rapid.Bool().Draw(h.r, "buys") {
					did = h.buys()
				} else {
					did = h.step()
				}
				for _, words := range []string{h.differs(), h.onItsWay()} {
					if words != "" {
						h.t.Fatalf("after %s %s\n%s", did, words, h.told())
					}
				}
				h.past[commerce.InstantOf(h.now())] = h.levels()
			}
			h.sound("all that")
			h.costs()
			h.explains()
			h.rebuilds()
		})
	})
}
