package intake_test

import (
	"context"
	"testing"

	"tradepost/backend/commerce"
	"tradepost/backend/intake"
	"tradepost/backend/order"
)

const stockNow = `SELECT v.sku, l.name, s.on_hand / 1000000.0, s.reserved / 1000000.0 FROM stock_level s JOIN variant v ON v.id = s.variant_id JOIN location l ON l.id = s.location_id ORDER BY 1, 2`

// at is an instant of the day of the tests.
func at(t *testing.T, clock string) commerce.Instant {
	t.Helper()
	i, err := commerce.ParseInstant("2026-03-02T" + clock + ":00Z")
	must(t, err)
	return i
}

// ships brings in an order of some of A, placed at eight, as it stands.
func (h *shop) ships(number, quantity string, change func(*order.Order)) took {
	h.t.Helper()
	o := order.Order{Number: number, Currency: "USD", Placed: commerce.Stamp{At: 1_772_438_400_000}, Fulfillment: order.Unfulfilled,
		Lines: []order.Line{{Position: 1, SKU: "A", Title: "A", Quantity: commerce.Decimal(quantity), UOM: "each"}}}
	if change != nil {
		change(&o)
	}
	return h.takes(intake.Orders, intake.ModeMerge, intake.Received{Order: o})
}

// What lay on the shelf when it was counted at ten, and what did not.
func TestAStartIsAboutGoodsNotOrders(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A")
	h.ships("waits", "1", nil)
	h.ships("left", "2", func(o *order.Order) { o.Fulfillment, o.FulfilledAt = order.Fulfilled, at(t, "09:00") })
	h.ships("leaves", "3", func(o *order.Order) { o.Fulfillment, o.FulfilledAt = order.Fulfilled, at(t, "11:00") })
	h.states(intake.StockCounts, "sku=A on_hand=10 counted_at=2026-03-02T10:00:00Z")
	h.is(stockNow, "A Main 7 1")
	// Known afterwards, it comes to the same: one that left before, one that left since, one that its source says nothing of.
	h.ships("late left", "2", func(o *order.Order) { o.Fulfillment, o.FulfilledAt = order.Fulfilled, at(t, "09:30") })
	h.ships("late leaves", "2", func(o *order.Order) { o.Fulfillment, o.FulfilledAt = order.Fulfilled, at(t, "12:00") })
	h.ships("unsure", "5", func(o *order.Order) { o.Fulfillment = "" })
	h.is(stockNow, "A Main 5 1")
	// What waited when it was counted leaves on a day that nobody says.
	h.ships("waits", "1", func(o *order.Order) { o.Fulfillment = order.Fulfilled })
	h.is(stockNow, "A Main 4 0")
	// A parcel that turns out to have left before the count was not there to be counted.
	h.ships("late leaves", "2", func(o *order.Order) { o.Fulfillment, o.FulfilledAt = order.Fulfilled, at(t, "09:45") })
	h.is(stockNow, "A Main 6 0")
	// What was counted at one stands, whatever becomes known later of before. What was noticed today to have left still lay there.
	h.states(intake.StockCounts, "sku=A on_hand=7 counted_at=2026-03-02T13:00:00Z")
	h.ships("later still", "4", func(o *order.Order) { o.Fulfillment, o.FulfilledAt = order.Fulfilled, at(t, "12:30") })
	h.is(stockNow, "A Main 6 0")
	h.sound("all that")
}

// Goods are on the shelf again only when somebody says that they came back.
func TestGoodsComeBackWhenSomebodySaysSo(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A")
	h.states(intake.StockCounts, "sku=A on_hand=10 counted_at=2026-03-02T10:00:00Z")
	shipped := func(o *order.Order) { o.Fulfillment, o.FulfilledAt = order.Fulfilled, at(t, "11:00") }
	h.ships("sold", "2", shipped)
	h.ships("sold", "2", func(o *order.Order) { shipped(o); o.Financial = order.Refunded })
	h.is(stockNow, "A Main 8 0")
	back := h.ships("sold", "2", func(o *order.Order) { o.Fulfillment = order.Restocked })
	h.is(stockNow, "A Main 10 0")
	nothingLeft(t, h, back)
	h.is(stockNow, "A Main 8 0")
	// Shipped before the count, back after it: more than was counted.
	h.ships("old", "3", func(o *order.Order) { o.Fulfillment, o.FulfilledAt = order.Fulfilled, at(t, "09:00") })
	h.ships("old", "3", func(o *order.Order) { o.Fulfillment = order.Restocked })
	h.is(stockNow, "A Main 11 0")
	h.sound("goods that came back")
}

// What left undated before the count was not there to be counted, whatever of the same order leaves later, or comes back.
func TestPartsThatNobodyDatedLeaveOneByOne(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A")
	h.ships("shipped", "4", nil)
	h.ships("restocked", "4", nil)
	h.states(intake.Tracking, "order_number=shipped tracking=T1 line_sku=A quantity=1", "order_number=restocked tracking=T2 line_sku=A quantity=1")
	h.states(intake.StockCounts, "sku=A on_hand=10 counted_at=2026-03-02T10:00:00Z")
	h.is(stockNow, "A Main 10 6")
	h.ships("shipped", "4", func(o *order.Order) { o.Fulfillment = order.Fulfilled })
	h.is(stockNow, "A Main 7 3")
	h.ships("restocked", "4", func(o *order.Order) { o.Fulfillment = order.Restocked })
	h.is(stockNow, "A Main 8 0")
	must(t, h.s.RebuildStock(context.Background()))
	h.is(stockNow, "A Main 8 0")
	h.sound("making the levels anew")
}

// Who waits gets what comes free, the oldest first; an order that is known late and is older takes it from a younger one.
func TestTheOldestOrderIsServedFirst(t *testing.T) {
	h := opened(t)
	const waiting = `SELECT o.number, d.reserved / 1000000.0, (d.open - d.reserved) / 1000000.0 FROM stock_demand d JOIN orders o ON o.id = d.order_id ORDER BY o.placed_at`
	h.states(intake.Products, "sku=A")
	h.states(intake.StockCounts, "sku=A on_hand=3 counted_at=2026-03-01T10:00:00Z")
	placed := func(clock string) func(*order.Order) { return func(o *order.Order) { o.Placed.At = at(t, clock) } }
	h.ships("second", "2", placed("12:00"))
	h.ships("third", "2", placed("13:00"))
	h.is(waiting, "second 2 0", "third 1 1")
	first := h.ships("first", "2", placed("11:00"))
	h.is(waiting, "first 2 0", "second 1 1", "third 0 2")
	nothingLeft(t, h, first)
	h.is(waiting, "second 2 0", "third 1 1")
	h.ships("second", "2", func(o *order.Order) { placed("12:00")(o); o.CancelledAt = at(t, "14:00") })
	h.is(waiting, "third 2 0")
	h.is(stockNow, "A Main 3 2")
	h.sound("waiting")
}

// More may leave than was counted. An export states that, and comes back as the same; nobody counts less than nothing.
func TestWhatIsBelowZeroComesBackAsItIs(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A")
	h.states(intake.StockCounts, "sku=A on_hand=1 counted_at=2026-03-02T10:00:00Z")
	h.ships("sold", "3", func(o *order.Order) { o.Fulfillment, o.FulfilledAt = order.Fulfilled, at(t, "11:00") })
	h.is(stockNow, "A Main -2 0")
	if did := h.states(intake.StockCounts, "sku=A location=Main on_hand=-2"); len(did.problems) != 0 || did.verdicts[0] != intake.Same {
		t.Errorf("%v, %v", did.verdicts, did.problems)
	}
	if did := h.states(intake.StockCounts, "sku=A location=Main on_hand=-1"); len(did.problems) != 1 || did.problems[0].Code != "negative_count" {
		t.Errorf("%v, %v", did.verdicts, did.problems)
	}
}
