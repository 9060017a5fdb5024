package quickbooksdesktop_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"tradepost/backend/accounting"
	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
	"tradepost/backend/syncing"
)

// shelve puts so many of a SKU on the shelf, days before noon, and says what one costs; "" is not known. It gives the variant's id.
func (d *desk) shelve(sku, cost, quantity string) int64 {
	d.t.Helper()
	v, err := d.store.AddVariant(context.Background(), sku, "Thing "+sku)
	d.must(err)
	if cost != "" {
		_, err = d.store.EditItem(context.Background(), v.ID, -1, map[string]string{"cost": cost, "currency": "USD"})
		d.must(err)
	}
	d.now = noon.Add(-96 * time.Hour)
	_, err = d.store.CountStock(context.Background(), inventory.Count{VariantID: v.ID, Found: pieces(d.t, quantity), Version: -1})
	d.must(err)
	d.now = noon
	return v.ID
}

func pieces(t testing.TB, text string) inventory.Quantity {
	q, err := inventory.Parse(commerce.Decimal(text))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// adjust changes what lies there, so many days before noon.
func (d *desk) adjust(variant int64, by, reason string, days int) {
	d.t.Helper()
	_, err := d.store.AdjustStock(context.Background(), inventory.Adjustment{VariantID: variant, By: pieces(d.t, by), Reason: reason, Version: -1,
		At: commerce.InstantOf(noon.Add(-time.Duration(days) * 24 * time.Hour))})
	d.must(err)
}

// count counts what lies there, some days before noon.
func (d *desk) count(variant int64, found string, days int) {
	d.t.Helper()
	_, err := d.store.CountStock(context.Background(), inventory.Count{VariantID: variant, Found: pieces(d.t, found), Version: -1,
		At: commerce.InstantOf(noon.Add(-time.Duration(days) * 24 * time.Hour))})
	d.must(err)
}

// stocked posts adjustments from a week before noon on.
func stocked(level accounting.Level, value accounting.Valuer) func(*accounting.Mapping, *accounting.Rule) {
	return func(m *accounting.Mapping, _ *accounting.Rule) {
		m.Stock = accounting.StockRule{Post: true, From: "2026-03-13", Level: level, Value: value}
	}
}

// there is how many of an item QuickBooks has, and what they are worth in cents.
func (d *desk) there(item string) (string, int64) {
	d.t.Helper()
	for _, r := range d.company.Records("Item") {
		if r.Name == item {
			return r.Quantity, r.Cents
		}
	}
	d.t.Fatalf("there is no item %s", item)
	return "", 0
}

// held holds QuickBooks' stock of an item against ours.
func (d *desk) held(item, quantity string, cents int64) {
	d.t.Helper()
	if is, worth := d.there(item); is != quantity || worth != cents {
		d.t.Errorf("QuickBooks has %s of %s worth %d, expected %s worth %d\nlog %v", is, item, worth, quantity, cents, d.company.Log())
	}
}

// adjustments lists the adjustments in the company file: number, total and lines.
func (d *desk) adjustments() (all []string) {
	for _, t := range d.company.Txns() {
		if t.Element != "InventoryAdjustment" {
			continue
		}
		line := fmt.Sprintf("%s %s %d", t.Date, t.Contra, t.Total)
		for _, g := range t.Goods {
			line += fmt.Sprintf(" %s %s %d", g.Item, g.Quantity, g.Cents)
		}
		all = append(all, line)
	}
	slices.Sort(all)
	return all
}

// TestStockIsOneTruth posts what was adjusted and counted beside what an invoice takes, so that QuickBooks has as many as lie here. QuickBooks values what left
// at its own average. Nothing is posted twice, nothing of before the first day, and nothing of today before it is over.
func TestStockIsOneTruth(t *testing.T) {
	d := openDesk(t)
	d.company.AddItem("MUG-1", "Merchandise Sales", "12")
	d.company.Worth("MUG-1", 4800)
	mug := d.shelve("MUG-1", "5.00", "12")
	d.update()
	d.mapping(stocked(accounting.PerDay, accounting.ByLedger))
	d.sell("1001", paid()) // two of them
	d.adjust(mug, "-1", "broken", 2)
	d.adjust(mug, "-2", "broken", 2)
	d.count(mug, "10", 1)
	d.adjust(mug, "5", "found today", 0)
	d.update()
	want := []string{"2026-03-18 Inventory Shrinkage -1200 MUG-1 -3 -1200", "2026-03-19 Inventory Shrinkage 400 MUG-1 1 400"}
	if got := d.adjustments(); !slices.Equal(got, want) {
		t.Errorf("posted %v, expected %v", got, want)
	}
	d.held("MUG-1", "8", 3200)
	d.postedWell()
	d.now = noon.Add(24 * time.Hour)
	d.update()
	d.held("MUG-1", "13", 5200)
	made := len(d.company.Log())
	d.update()
	if now := d.company.Log(); len(now) != made {
		t.Errorf("posted again: %v", now[made:])
	}
}

// TestStockAtItsLayers tells QuickBooks the value too, to the cent, against the account of adjustments; and where it has no cost of an item, it is told what came in.
func TestStockAtItsLayers(t *testing.T) {
	for name, one := range map[string]struct {
		value accounting.Valuer
		want  []string
		cents int64
	}{
		"layers": {accounting.ByLayers, []string{"2026-03-18 Inventory Shrinkage -1665 MUG-1 -3 -1665", "2026-03-19 Inventory Shrinkage 1110 MUG-1 2 1110"}, -555},
		"ledger": {accounting.ByLedger, []string{"2026-03-18 Inventory Shrinkage 0 MUG-1 -3 0", "2026-03-19 Inventory Shrinkage 1110 MUG-1 2 1110"}, 1110},
	} {
		t.Run(name, func(t *testing.T) {
			d := openDesk(t)
			d.company.AddItem("MUG-1", "Merchandise Sales", "12")
			mug := d.shelve("MUG-1", "5.55", "12")
			d.update()
			d.mapping(stocked(accounting.PerMovement, one.value))
			d.adjust(mug, "-3", "broken", 2)
			d.adjust(mug, "2", "found", 1)
			d.update()
			if got := d.adjustments(); !slices.Equal(got, one.want) {
				t.Errorf("posted %v, expected %v", got, one.want)
			}
			d.held("MUG-1", "11", one.cents)
			d.postedWell()
			want := map[string]int64{"Inventory Asset": -one.cents, "Inventory Shrinkage": one.cents}
			if got := d.company.Balances(); !maps.Equal(got, want) {
				t.Errorf("balances %v, expected %v", got, want)
			}
		})
	}
}

// TestStockTakenBack undoes an adjustment in QuickBooks, lets it be posted anew, and posts what a person took back here.
func TestStockTakenBack(t *testing.T) {
	d := openDesk(t)
	d.company.AddItem("MUG-1", "Merchandise Sales", "12")
	mug := d.shelve("MUG-1", "", "12")
	d.update()
	d.mapping(stocked(accounting.PerMovement, accounting.ByLedger))
	d.adjust(mug, "-3", "broken", 2)
	d.update()
	d.held("MUG-1", "9", 0)
	only := d.postings("posted")[0]
	back, err := d.engine.UndoPostings(context.Background(), 0, 0, []int64{only.ID})
	d.must(err)
	_, err = d.engine.Approve(context.Background(), syncing.Approving{PlanID: back.ID, IfSeq: -1})
	d.must(err)
	d.update()
	d.held("MUG-1", "12", 0)
	d.update()
	d.held("MUG-1", "12", 0) // what a person took back is not posted by itself
	d.must(d.engine.PostAgain(context.Background(), only.ID))
	d.update()
	d.held("MUG-1", "9", 0)
	d.company.Recount("A"+fmt.Sprint(only.Document.Movements[0]), "MUG-1", "-4")
	_, _ = d.engine.CompareBooks(context.Background(), d.at.ID)
	d.update()
	different := d.postings("different")
	if len(different) != 1 || different[0].Unlike != "MUG-1: -4 there, -3 here" {
		t.Errorf("different: %+v", different)
	}
}

// TestStockGuards keeps what is closed, what nobody counts in QuickBooks, what somebody else numbered alike, and the books of whom nobody asked.
func TestStockGuards(t *testing.T) {
	d := openDesk(t)
	d.company.AddItem("MUG-1", "Merchandise Sales", "12")
	mug, pot := d.shelve("MUG-1", "", "12"), d.shelve("POT-1", "", "12")
	d.update()
	d.mapping(nil)
	d.adjust(mug, "-3", "broken", 2)
	d.adjust(pot, "-3", "broken", 2)
	d.adjust(mug, "-1", "broken", 1)
	d.update()
	if got := d.adjustments(); len(got) > 0 {
		t.Errorf("nobody asked for %v", got)
	}
	d.mapping(func(m *accounting.Mapping, r *accounting.Rule) {
		stocked(accounting.PerMovement, "")(m, r)
		m.ClosedUntil = "2026-03-18"
	})
	d.adjust(mug, "1", "found", 1)
	movements, err := d.store.StockMovements(context.Background(), syncing.MovementFilter{ConnectionID: d.at.ID, SKUs: []string{"mug-1"}, Newest: true, Limit: 1})
	d.must(err)
	d.company.AddAdjustment(fmt.Sprintf("A%d", movements[0].ID))
	d.update()
	d.held("MUG-1", "11", 0)
	unfit, err := d.store.UnbookableStock(context.Background(), d.at.ID, 10)
	if err != nil || len(unfit) != 1 || unfit[0].Name != "MUG-1" || unfit[0].VariantID != mug {
		t.Errorf("cannot be posted: %+v %v", unfit, err)
	}
	refused := d.postings("refused")
	if len(refused) != 1 || refused[0].Problem == nil || refused[0].Problem.Remedy == "" {
		t.Errorf("refused: %+v", refused)
	}
}
