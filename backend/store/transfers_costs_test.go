package store

import (
	"testing"

	"tradepost/backend/inventory"
	"tradepost/backend/purchasing"
)

// Goods that go to another location cost there what they cost here, on the road too; what is lost takes its cost along.
func TestGoodsKeepTheirCostOnTheRoad(t *testing.T) {
	b := newBuyer(t, t.TempDir(), "A")
	b.receives(b.buys("A=10@2.00"), purchasing.Arrival{}, 10)
	b.receives(b.buys("A=5@3.00"), purchasing.Arrival{}, 5)
	b.worth("A", "15 for 3500")
	_, err := b.AddLocation(ctx, inventory.Location{Name: "Shop"})
	must(t, err)
	_, err = b.CountStock(ctx, inventory.Count{VariantID: b.id("A"), Location: "Shop", Found: 0, Version: -1})
	must(t, err)
	moved, err := b.SaveTransfer(ctx, 0, "Main", "Shop", "", []inventory.TransferDraftLine{{VariantID: b.id("A"), Quantity: 12 * pieces}}, -1)
	must(t, err)
	_, err = b.SendTransfer(ctx, moved.ID, false, -1)
	must(t, err)
	b.stands("A", "3/0/12")
	b.worth("A", "15 for 3500")
	_, err = b.ReceiveTransfer(ctx, moved.ID, []inventory.Arrival{{VariantID: b.id("A"), Received: 10 * pieces, Lost: 2 * pieces, Reason: "broken"}}, -1)
	must(t, err)
	b.stands("A", "13/0/0")
	v, err := b.StockCosts(ctx, b.id("A"), 0)
	must(t, err)
	for _, row := range v.Rows {
		if row.Location == "Main" && (row.Worth.Quantity != 3*pieces || row.Worth.Value != 900) {
			t.Errorf("at Main are %+v", row.Worth)
		}
		if row.Location == "Shop" && (row.Worth.Quantity != 10*pieces || row.Worth.Value < 2100 || row.Worth.Value > 2300) {
			t.Errorf("at Shop are %+v", row.Worth)
		}
	}
	b.sound()
}
