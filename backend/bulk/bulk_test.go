package bulk_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/bulk"
	"tradepost/backend/catalog"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/tabulartest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// desk is a workspace with some orders.
type desk struct {
	t *testing.T
	s *store.Store
	b *bulk.Bulk
}

func opened(t *testing.T, orders []tabulartest.Order) *desk {
	t.Helper()
	s, err := store.Open(context.Background(), t.TempDir(), store.Options{})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	d := &desk{t, s, bulk.New(s)}
	if len(orders) > 0 {
		d.imports(orders)
	}
	return d
}

func (d *desk) link(ctx context.Context, listingID int64, link catalog.Link) {
	d.t.Helper()
	_, err := d.s.LinkListing(ctx, listingID, link)
	must(d.t, err)
}

func drawn(n int) []tabulartest.Order {
	orders := tabulartest.Orders(rand.New(rand.NewPCG(1, 1)), n)
	for i := range orders {
		orders[i].Tags = ""
	}
	return orders
}

func (d *desk) imports(orders []tabulartest.Order) tabular.Import {
	d.t.Helper()
	im := tabular.NewImporter(d.s, nil)
	defer im.Close()
	file, _, err := im.Receive(context.Background(), "orders.csv", strings.NewReader(tabulartest.Shopify(orders)))
	must(d.t, err)
	i, err := im.Whole(context.Background(), tabular.Request{FileID: file.ID})
	must(d.t, err)
	return i
}

func (d *desk) plan(request bulk.Request) bulk.Plan {
	d.t.Helper()
	plan, err := d.b.Plan(context.Background(), request)
	must(d.t, err)
	return plan
}

func (d *desk) apply(plan bulk.Plan) journal.Run {
	d.t.Helper()
	run, err := d.b.Apply(context.Background(), plan.ID)
	must(d.t, err)
	return run
}

func (d *desk) ids(filter order.Filter) []int64 {
	d.t.Helper()
	ids, _, err := d.s.OrderIDs(context.Background(), filter, 10_000)
	must(d.t, err)
	return ids
}

func (d *desk) counts() order.Counts {
	d.t.Helper()
	counts, err := d.s.OrderCounts(context.Background())
	must(d.t, err)
	return counts
}

func TestPlanChangesNothing(t *testing.T) {
	d := opened(t, drawn(60))
	all := d.ids(order.Filter{})
	d.apply(d.plan(bulk.Request{Action: bulk.Tag, Value: "vip", IDs: all[:10]}))
	plan := d.plan(bulk.Request{Action: bulk.Tag, Value: " vip ", IDs: append(slices.Clone(all), 999_999)})
	if plan.Matching != 61 || len(plan.Orders) != 50 || plan.Value != "vip" ||
		!slices.Equal(plan.Skipped, []bulk.Skip{{Reason: "tagged already", Count: 10}, {Reason: "not there any more", Count: 1}}) {
		t.Errorf("plan: %d matching, %d change, skipped %+v", plan.Matching, len(plan.Orders), plan.Skipped)
	}
	if n := len(d.ids(order.Filter{Tag: "vip"})); n != 10 {
		t.Errorf("planning tagged: %d have it", n)
	}
	if run := d.apply(plan); run.Counts["changed"] != 50 || run.Counts["left"] != 0 || run.State != journal.Done || run.Done != 50 {
		t.Errorf("run %+v", run)
	}
	if n := len(d.ids(order.Filter{Tag: "vip"})); n != 60 || d.counts().Tags[0] != (order.TagCount{Tag: "vip", Count: 60}) {
		t.Errorf("%d have it, counts %+v", n, d.counts().Tags)
	}
	if _, err := d.b.Apply(context.Background(), plan.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("once more: %v", err)
	}
}

func TestReasonsForSkipping(t *testing.T) {
	d := opened(t, drawn(3))
	all := d.ids(order.Filter{})
	d.apply(d.plan(bulk.Request{Action: bulk.Hold, IDs: all[:1]}))
	for _, c := range []struct {
		request bulk.Request
		changes int
		reason  string
	}{
		{bulk.Request{Action: bulk.Hold}, 2, "on hold already"},
		{bulk.Request{Action: bulk.Release}, 1, "not on hold"},
		{bulk.Request{Action: bulk.Untag, Value: "none has it"}, 0, "not tagged"},
	} {
		plan := d.plan(c.request) // no ids: all that match the filter
		if len(plan.Orders) != c.changes || len(plan.Skipped) != 1 || plan.Skipped[0] != (bulk.Skip{Reason: c.reason, Count: 3 - c.changes}) {
			t.Errorf("%s: %d change, %+v", c.request.Action, len(plan.Orders), plan.Skipped)
		}
	}
	if plan := d.plan(bulk.Request{Action: bulk.Hold, Filter: order.Filter{Number: "1002"}}); plan.Matching != 1 {
		t.Errorf("by filter %d match", plan.Matching)
	}
	for _, request := range []bulk.Request{{Action: "sell"}, {Action: bulk.Tag}, {Action: bulk.Tag, Value: "a,b"}, {Action: bulk.Tag, Value: strings.Repeat("x", 61)}} {
		if _, err := d.b.Plan(context.Background(), request); !fault.Is(err, fault.Invalid) || fault.Of(err).Field == "" {
			t.Errorf("%+v: %v", request, err)
		}
	}
}

// An order that changed after it was looked at is left as it is.
func TestStaleOrdersAreLeft(t *testing.T) {
	orders := drawn(30)
	d := opened(t, orders)
	plan := d.plan(bulk.Request{Action: bulk.Hold, IDs: d.ids(order.Filter{})})
	orders[4].City, orders[9].City = "Oslo", "Oslo"
	if i := d.imports(orders); i.Counts.Changed != 2 {
		t.Fatalf("import %+v", i.Counts)
	}
	if run := d.apply(plan); run.Counts["changed"] != 28 || run.Counts["left"] != 2 {
		t.Errorf("run %+v", run.Counts)
	}
	if d.counts().Held != 28 || len(d.ids(order.Filter{Status: "held"})) != 28 {
		t.Errorf("held %d", d.counts().Held)
	}
}

func TestUndoOfABulkChange(t *testing.T) {
	d := opened(t, drawn(40))
	all := d.ids(order.Filter{})
	d.apply(d.plan(bulk.Request{Action: bulk.Tag, Value: "old", IDs: all[:5]}))
	run := d.apply(d.plan(bulk.Request{Action: bulk.Tag, Value: "new", IDs: all}))
	d.apply(d.plan(bulk.Request{Action: bulk.Tag, Value: "later", IDs: all[38:]}))
	preview, err := tabular.PlanRunUndo(context.Background(), d.s, run.ID)
	must(t, err)
	if preview.Reverted != 38 || len(preview.Left) != 2 || preview.Left[0].Reason == "" {
		t.Errorf("preview %d, left %+v", preview.Reverted, preview.Left)
	}
	if n := len(d.ids(order.Filter{Tag: "new"})); n != 40 {
		t.Errorf("the preview took it back: %d have it", n)
	}
	undo := journal.Run{Kind: journal.RunUndo, Cause: journal.ByPerson, Title: "Undo"}
	must(t, d.s.InTx(context.Background(), false, func(tx intake.Tx) error { return tx.InsertRun(&undo) }))
	done, err := tabular.UndoRun(context.Background(), d.s, d.s, run.ID, &undo, func() {})
	must(t, err)
	if done.Reverted != 38 || len(d.ids(order.Filter{Tag: "new"})) != 2 || len(d.ids(order.Filter{Tag: "old"})) != 5 || len(d.ids(order.Filter{Tag: "later"})) != 2 {
		t.Errorf("undone %+v: new %d, old %d", done, len(d.ids(order.Filter{Tag: "new"})), len(d.ids(order.Filter{Tag: "old"})))
	}
	for _, check := range d.s.Examine(context.Background()) {
		if !check.OK {
			t.Errorf("doctor: %+v", check)
		}
	}
}

// A listing whose SKU exactly one product has is linked when it is first seen; a person links, unlinks, and links to a new product
// by hand, and the orders that show it are counted each time.
func TestListings(t *testing.T) {
	ctx := context.Background()
	d := opened(t, nil)
	line := func(skus ...string) (lines []tabulartest.Line) {
		for _, sku := range skus {
			lines = append(lines, tabulartest.Line{SKU: sku, Title: "Thing " + sku, Quantity: 1, Cents: 100})
		}
		return lines
	}
	mug, err := d.s.AddVariant(ctx, "MUG-1", "Mug")
	must(t, err)
	if _, err := d.s.AddVariant(ctx, "MUG-1", "Mug again"); !fault.Is(err, fault.Conflict) {
		t.Errorf("a SKU twice: %v", err)
	}
	orders := drawn(3)
	orders[0].Lines, orders[1].Lines, orders[2].Lines = line("MUG-1"), line("mug1", "MUG-1"), line("BOWL")
	d.imports(orders)
	unlinked := func() int { return len(d.ids(order.Filter{Unlinked: true})) }
	if unlinked() != 2 || d.counts().Unlinked != 2 {
		t.Errorf("unlinked: %d, counted %d", unlinked(), d.counts().Unlinked)
	}
	all, err := d.s.Listings(ctx, catalog.ListingFilter{Limit: 10})
	must(t, err)
	by := map[string]catalog.Listing{}
	for _, g := range all {
		by[g.SKU] = g
	}
	if len(all) != 3 || by["MUG-1"].Variant == nil || by["MUG-1"].Variant.ID != mug.ID || by["MUG-1"].Orders != 2 {
		t.Errorf("listings %+v", by)
	}
	if g := by["mug1"]; g.Variant != nil || g.Suggestion == nil || g.Suggestion.ID != mug.ID {
		t.Errorf("a SKU that only reads alike: %+v", g)
	}
	d.link(ctx, by["mug1"].ID, catalog.Link{VariantID: mug.ID})
	d.link(ctx, by["BOWL"].ID, catalog.Link{SKU: "BOWL", Title: "Bowl"})
	if unlinked() != 0 || d.counts().Unlinked != 0 {
		t.Errorf("all linked: %d, counted %d", unlinked(), d.counts().Unlinked)
	}
	d.link(ctx, by["MUG-1"].ID, catalog.Link{})
	if unlinked() != 2 || d.counts().Unlinked != 2 {
		t.Errorf("one unlinked: %d, counted %d", unlinked(), d.counts().Unlinked)
	}
	changes, err := d.s.Changes(ctx, "order", d.ids(order.Filter{Number: orders[0].Number})[0])
	must(t, err)
	if changes[0].Action != journal.Unlinked || changes[0].RunKind != journal.RunLink {
		t.Errorf("the timeline says %+v", changes[0])
	}
	if waiting, err := d.s.Listings(ctx, catalog.ListingFilter{State: catalog.Unlinked, Limit: 10}); err != nil || len(waiting) != 1 || waiting[0].SKU != "MUG-1" {
		t.Errorf("waiting %+v, %v", waiting, err)
	}
	for _, check := range d.s.Examine(ctx) {
		if !check.OK {
			t.Errorf("doctor: %+v", check)
		}
	}
}
