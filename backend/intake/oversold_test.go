package intake_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/inventory"
	"tradepost/backend/order"
)

const waiting = `SELECT o.number, d.reserved / 1000000.0, (d.open - d.reserved) / 1000000.0 FROM stock_demand d JOIN orders o ON o.id = d.order_id ORDER BY o.placed_at, d.line_id`

// does changes what no use case of its own changes yet.
func (h *shop) does(statement string) {
	h.t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(h.dir, "tradepost.db"))
	must(h.t, err)
	defer func() { _ = db.Close() }()
	_, err = db.Exec(statement)
	must(h.t, err)
}

func (h *shop) oversold() []inventory.Short {
	h.t.Helper()
	all, err := h.s.Oversold(context.Background(), 100)
	must(h.t, err)
	return all
}

func TestWhatIsOversoldIsListedInTheOrderOfServing(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A", "sku=B")
	h.states(intake.StockCounts, "sku=A location=Main on_hand=3 counted_at=2026-03-01T10:00:00Z", "sku=A location=Annex on_hand=0 counted_at=2026-03-01T10:00:00Z")
	placed := func(clock string) func(*order.Order) { return func(o *order.Order) { o.Placed.At = at(t, clock) } }
	h.ships("late", "2", placed("13:00"))
	h.ships("early", "2", placed("11:00"))
	h.ships("last", "5", placed("14:00"))
	all := h.oversold()
	if len(all) != 2 || all[0].Number != "late" || all[0].Missing != inventory.One || all[1].Number != "last" || all[1].Missing != 5*inventory.One || all[0].SKU != "A" {
		t.Fatalf("%+v", all)
	}
	if r := all[1].Remedies(); r[0].Kind != inventory.CancelOrder || !r[0].Proposed || len(r) != 2 {
		t.Errorf("nothing lies elsewhere and nothing comes: %+v", r)
	}
	h.does(`UPDATE stock_level SET incoming = 4000000 WHERE location_id = 1`)
	all = h.oversold()
	if all[0].Incoming != 4*inventory.One || all[1].Incoming != 3*inventory.One {
		t.Errorf("what comes is counted for those before first: %+v", all)
	}
	if r := all[0].Remedies(); r[0].Kind != inventory.Backorder {
		t.Errorf("enough is on its way: %+v", r)
	}
	if n, example, err := h.s.CountOversold(context.Background()); err != nil || n != 2 || example == "" {
		t.Errorf("%d, %q, %v", n, example, err)
	}
	h.does(`UPDATE stock_level SET incoming = 0`)
	h.sound("looking")
}

// A closed location gives nothing by itself; a person may keep what lies there for an order, and take that back.
func TestKeepingElsewhereIsTakenBack(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A")
	h.states(intake.StockCounts, "sku=A location=Main on_hand=1 counted_at=2026-03-01T10:00:00Z")
	h.states(intake.StockCounts, "sku=A location=Closed on_hand=4 counted_at=2026-03-01T10:00:00Z")
	h.does(`UPDATE location SET active = 0 WHERE name = 'Closed'`)
	h.ships("one", "3", nil)
	h.is(waiting, "one 1 2")
	short := h.oversold()[0]
	if r := short.Remedies()[0]; r.Kind != inventory.KeepElsewhere || r.Location != "Closed" || r.Quantity != 2*inventory.One || !r.Proposed {
		t.Fatalf("%+v", short.Remedies())
	}
	run, err := h.s.KeepElsewhere(context.Background(), short.LineID, short.VariantID, short.Elsewhere[0].LocationID)
	must(t, err)
	h.is(waiting, "one 3 0")
	h.is(stockNow, "A Closed 4 2", "A Main 1 1")
	if _, err := h.s.KeepElsewhere(context.Background(), short.LineID, short.VariantID, short.Elsewhere[0].LocationID); !fault.Is(err, fault.NotFound) {
		t.Errorf("it waits for nothing: %v", err)
	}
	h.sound("keeping elsewhere")
	did := took{run: run.ID, kind: intake.StockCounts}
	nothingLeft(t, h, did)
	h.is(waiting, "one 1 2")
	h.is(stockNow, "A Closed 4 0", "A Main 1 1")
	nothingLeft(t, h, did)
	h.is(waiting, "one 1 2")
	h.sound("taking it back")
}

func TestOfAnOrderWithMoreInItOnlyWhatIsMissingIsCalledOff(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A", "sku=B")
	h.states(intake.StockCounts, "sku=A on_hand=1 counted_at=2026-03-01T10:00:00Z")
	h.ships("one", "3", func(o *order.Order) {
		o.Lines = append(o.Lines, order.Line{Position: 2, SKU: "B", Title: "B", Quantity: "1", UOM: "each"})
	})
	short := h.oversold()[0]
	if r := short.Remedies()[0]; r.Kind != inventory.CancelLine || short.Pieces() != "2" {
		t.Errorf("%+v, %s", short.Remedies(), short.Pieces())
	}
}

func TestManyLevelsAreChangedAndTakenBackAsOne(t *testing.T) {
	h := opened(t)
	ctx := context.Background()
	h.states(intake.Products, "sku=A", "sku=B", "sku=C")
	h.states(intake.StockCounts, "sku=A location=Main on_hand=3", "sku=B location=Main on_hand=5", "sku=A location=Annex on_hand=1")
	was := func(n inventory.Quantity) *inventory.Quantity { n *= inventory.One; return &n }
	edits := []inventory.Edit{{SKU: "A", Location: "Main", To: 7 * inventory.One, Was: was(3)}, {SKU: "B", Location: "Main", To: 5 * inventory.One, Was: was(5)},
		{SKU: "A", Location: "Annex", To: 9 * inventory.One, Was: was(2)}, {SKU: "C", Location: "Annex", To: 4 * inventory.One}, {SKU: "D", To: inventory.One},
		{SKU: "A", Location: "Nowhere", To: inventory.One}, {SKU: "B", Location: "Annex", To: -inventory.One}, {SKU: "A", Location: "Main", To: 8 * inventory.One, Was: was(3)}}
	planned, err := h.s.PlanEdits(ctx, inventory.Batch{Edits: edits})
	must(t, err)
	want := []inventory.EditVerdict{"changed", "same", "stale", "new", "error", "error", "error", "error"}
	for i, e := range planned {
		if e.Verdict != want[i] || (e.Problem == "") != (e.Does() || e.Verdict == "same") {
			t.Errorf("%d: %+v", i, e)
		}
	}
	h.is(stockNow, "A Annex 1 0", "A Main 3 0", "B Main 5 0")
	run, done, err := h.s.ApplyEdits(ctx, inventory.Batch{Edits: edits})
	must(t, err)
	if run.State != "partial" || run.Counts["changed"] != 1 || run.Counts["new"] != 1 || run.Counts["stale"] != 1 || run.Counts["left_out"] != 4 || len(done) != len(edits) || run.FinishedAt == 0 {
		t.Errorf("%+v", run)
	}
	h.is(stockNow, "A Annex 1 0", "A Main 7 0", "B Main 5 0", "C Annex 4 0")
	h.sound("a batch")
	nothingLeft(t, h, took{run: run.ID, kind: intake.StockCounts})
	h.is(stockNow, "A Annex 1 0", "A Main 3 0", "B Main 5 0")
	adjusted, _, err := h.s.ApplyEdits(ctx, inventory.Batch{Edits: edits[:1], Reason: "broken"})
	must(t, err)
	h.is(`SELECT kind, quantity / 1000000.0, reason FROM stock_movement WHERE kind = 'adjustment'`, "adjustment 4 broken")
	if adjusted.Title != "Adjustment of A: broken" {
		t.Error(adjusted.Title)
	}
	nothingLeft(t, h, took{run: adjusted.ID, kind: intake.StockCounts})
	h.is(stockNow, "A Annex 1 0", "A Main 3 0", "B Main 5 0")
	if _, _, err := h.s.ApplyEdits(ctx, inventory.Batch{Edits: edits[1:2]}); !fault.Is(err, fault.Conflict) {
		t.Errorf("nothing changes: %v", err)
	}
	h.sound("taking all back")
}

// Random batches, in which somebody else moves stock meanwhile, change what their plan says and nothing else; taken back, last first, all is as it was.
func TestBatchesDoWhatTheirPlanSaid(t *testing.T) {
	for seed := range uint64(6) {
		h := opened(t)
		ctx, source := context.Background(), rand.New(rand.NewPCG(seed, 3))
		for sku := range 30 {
			h.states(intake.Products, fmt.Sprintf("sku=S%d", sku))
			if sku%4 != 0 {
				h.states(intake.StockCounts, fmt.Sprintf("sku=S%d location=Main on_hand=%d", sku, source.IntN(9)), fmt.Sprintf("sku=S%d location=Annex on_hand=%d", sku, source.IntN(9)))
			}
		}
		before := h.rows(stockNow)
		var runs []int64
		for range 4 {
			now := map[string]inventory.Quantity{}
			for _, v := range listed(h) {
				for _, l := range v.Levels {
					now[v.SKU+" "+l.Location] = l.OnHand
				}
			}
			var edits []inventory.Edit
			for sku := range 30 {
				for _, place := range []string{"Main", "Annex"} {
					if source.IntN(2) == 0 {
						continue
					}
					e := inventory.Edit{SKU: fmt.Sprintf("S%d", sku), Location: place, To: inventory.Quantity(source.IntN(9)) * inventory.One}
					if n, tracked := now[e.SKU+" "+place]; tracked {
						e.Was = &n
						if source.IntN(6) == 0 { // somebody saw something else
							other := n + inventory.One
							e.Was = &other
						}
					}
					edits = append(edits, e)
				}
			}
			reason := []string{"", "found"}[source.IntN(2)]
			planned, err := h.s.PlanEdits(ctx, inventory.Batch{Edits: edits, Reason: reason})
			must(t, err)
			for _, e := range planned {
				if e.Does() {
					now[e.SKU+" "+e.Location] = e.To
				}
			}
			run, _, err := h.s.ApplyEdits(ctx, inventory.Batch{Edits: edits, Reason: reason})
			if fault.Is(err, fault.Conflict) {
				continue
			}
			must(t, err)
			runs = append(runs, run.ID)
			for _, v := range listed(h) {
				for _, l := range v.Levels {
					if now[v.SKU+" "+l.Location] != l.OnHand {
						t.Fatalf("seed %d: %s at %s is %s, not %s", seed, v.SKU, l.Location, l.OnHand.Decimal(), now[v.SKU+" "+l.Location].Decimal())
					}
				}
			}
			h.sound("a batch")
		}
		for i := len(runs) - 1; i >= 0; i-- {
			nothingLeft(t, h, took{run: runs[i], kind: intake.StockCounts})
		}
		if after := h.rows(stockNow); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Fatalf("seed %d: after all was taken back %v instead of %v", seed, after, before)
		}
		h.sound("taking batches back")
	}
}

func listed(h *shop) []inventory.Stock {
	all, err := h.s.Stock(context.Background(), "", 0, 1000)
	must(h.t, err)
	return all
}
