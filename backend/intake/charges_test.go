package intake_test

import (
	"slices"
	"testing"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/order"
)

// wrapped is an order of goods with a charge that is called as they are.
func wrapped(charge bool) intake.Received {
	o := order.Order{Number: "#1", ExternalID: "1", Currency: "USD", Placed: commerce.Stamp{At: 1_770_000_000_000}, Financial: order.Paid, Fulfillment: order.Unfulfilled,
		Total: commerce.Minor(2300)}
	o.Lines = []order.Line{
		{Position: 1, ExternalID: "11", Title: "Gift wrap", Quantity: "2", Total: commerce.Minor(2000), UOM: "each"},
		{Position: 2, ExternalID: "12", Title: "Gift wrap", Quantity: "1", Total: commerce.Minor(300), Charge: charge, UOM: "each"},
	}
	return intake.Received{Order: o}
}

const chargeLines = `SELECT l.title, g.charge, l.total FROM order_line l JOIN listing g ON g.id = l.listing_id ORDER BY l.position`

func TestAChargeIsNoGoods(t *testing.T) {
	h := opened(t)
	h.takes(intake.Orders, intake.ModeMerge, wrapped(true))
	h.is(chargeLines, "Gift wrap 0 2000", "Gift wrap 1 300")
	h.is(`SELECT unlinked, computed_total FROM orders`, "1 2300")
	waiting, err := h.s.Listings(t.Context(), true, 0, 10)
	if must(t, err); len(waiting) != 1 {
		t.Fatalf("to be linked: %+v", waiting)
	}
	must(t, h.s.LinkListing(t.Context(), waiting[0].ID, catalog.Link{SKU: "WRAP", Title: "Gift wrap"}))
	h.is(`SELECT unlinked FROM orders`, "0")
	if name, n, err := h.s.UnlinkedExample(t.Context()); err != nil || name != "" || n != 0 {
		t.Errorf("asked about %q of %d orders: %v", name, n, err)
	}
	all, err := h.s.Listings(t.Context(), false, 0, 10)
	if must(t, err); len(all) != 2 {
		t.Fatalf("%+v", all)
	}
	if err := h.s.LinkListing(t.Context(), all[1].ID, catalog.Link{VariantID: 1}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a charge was linked: %v", err)
	}
	must(t, h.s.LinkListing(t.Context(), all[0].ID, catalog.Link{}))
	h.sound("linking beside a charge")
	h.states(intake.Tracking, "order_number=#1 tracking=T1") // no lines: all that is left
	h.is(`SELECT i.quantity FROM package_item i`, "2")
	h.is(`SELECT fulfillment_status, stage FROM orders`, "fulfilled shipped")
}

// What came in as goods before becomes a charge when the channel says so; taking that back makes it goods again.
func TestALineBecomesACharge(t *testing.T) {
	h := opened(t)
	h.takes(intake.Orders, intake.ModeMerge, wrapped(false))
	h.is(`SELECT unlinked FROM orders`, "2")
	did := h.takes(intake.Orders, intake.ModeMerge, wrapped(true))
	verdicts(t, did, intake.Changed)
	if !slices.ContainsFunc(did.changes[0], func(c commerce.FieldChange) bool { return c.Line != 0 && c.After == "yes" }) {
		t.Errorf("the timeline does not tell: %+v", did.changes)
	}
	h.is(chargeLines, "Gift wrap 0 2000", "Gift wrap 1 300")
	h.is(`SELECT unlinked FROM orders`, "1")
	verdicts(t, h.takes(intake.Orders, intake.ModeMerge, wrapped(false)), intake.Same) // a file does not know of charges
	h.undo(did)
	h.is(chargeLines, "Gift wrap 0 2000", "Gift wrap 0 300")
	h.is(`SELECT unlinked, computed_total FROM orders`, "2 2300")
	h.sound("taking a charge back")
}
