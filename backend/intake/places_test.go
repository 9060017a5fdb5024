package intake_test

import (
	"context"
	"testing"

	"tradepost/backend/intake"
	"tradepost/backend/inventory"
	"tradepost/backend/order"
	"tradepost/backend/store"
)

// A level that goes takes with it what an order had of it there, and nothing else.
func TestAnOrderKeepsWhatItHasElsewhere(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A")
	h.states(intake.StockCounts, "sku=A location=Main on_hand=2 counted_at=2026-03-01T10:00:00Z")
	annex := h.states(intake.StockCounts, "sku=A location=Annex on_hand=7 counted_at=2026-03-01T10:00:00Z")
	h.ships("both", "8", nil)
	const has = `SELECT d.reserved / 1000000.0, l.name, a.reserved / 1000000.0 FROM stock_demand d JOIN stock_allocation a ON a.demand_id = d.id
		JOIN location l ON l.id = a.location_id ORDER BY l.name`
	h.is(has, "8 Annex 6", "8 Main 2")
	nothingLeft(t, h, annex)
	h.is(has, "2 Main 2")
	h.sound("a level that went")
}

// A level that goes takes from the oldest what it had there: it gets that of the youngest elsewhere.
func TestTheOldestGoesFirstWhereALevelIsLeft(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A")
	main := h.states(intake.StockCounts, "sku=A location=Main on_hand=4 counted_at=2026-03-01T10:00:00Z")
	h.ships("old", "8", func(o *order.Order) {
		o.Fulfillment = ""
		o.Lines = append(o.Lines, o.Lines[0])
		o.Lines[0].Quantity, o.Lines[1].Quantity = "6", "4"
	})
	h.states(intake.StockCounts, "sku=A location=Annex on_hand=6 counted_at=2026-03-01T10:00:00Z")
	const has = `SELECT d.line_id, d.reserved / 1000000.0 FROM stock_demand d ORDER BY d.line_id`
	h.is(has, "1 6", "2 4")
	nothingLeft(t, h, main)
	h.is(has, "1 6", "2 0")
	h.sound("a level that went")
}

// Where tracking begins at a second location, the oldest order that waits goes first, whichever is looked at first.
func TestTheOldestGoesFirstWhereALevelBegins(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A")
	h.states(intake.StockCounts, "sku=A location=Main on_hand=0 counted_at=2026-03-01T10:00:00Z")
	h.ships("young", "2", nil)
	h.ships("old", "4", func(o *order.Order) { o.Placed.At -= 3_600_000 })
	h.states(intake.StockCounts, "sku=A location=Annex on_hand=2 counted_at=2026-03-02T10:00:00Z")
	h.is(`SELECT o.number, d.reserved / 1000000.0 FROM stock_demand d JOIN orders o ON o.id = d.order_id ORDER BY o.number`, "old 2", "young 0")
	h.sound("a level that began")
}

// The first thing that happens after a start may be a count: what kits consist of is known to it.
func TestACountAfterARestartKnowsKits(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A", "sku=KIT")
	kit, err := h.s.VariantBySKU(context.Background(), "KIT")
	must(t, err)
	part, err := h.s.VariantBySKU(context.Background(), "A")
	must(t, err)
	_, err = h.s.DefineKit(context.Background(), inventory.Kit{VariantID: kit, Kind: inventory.Virtual, Items: []inventory.Component{{VariantID: part, Quantity: 2 * inventory.One}}})
	must(t, err)
	h.states(intake.StockCounts, "sku=A on_hand=10 counted_at=2026-03-01T10:00:00Z")
	h.ships("kit", "1", func(o *order.Order) { o.Lines[0].SKU, o.Lines[0].Title, o.Fulfillment = "KIT", "KIT", "" })
	h.is(stockNow, "A Main 10 2")
	must(t, h.s.Close())
	h.s, err = store.Open(context.Background(), h.dir, store.Options{})
	must(t, err)
	t.Cleanup(func() { _ = h.s.Close() })
	h.states(intake.StockCounts, "sku=A on_hand=9 counted_at=2026-03-01T12:00:00Z")
	h.is(stockNow, "A Main 9 2")
	h.sound("a count after a restart")
}
