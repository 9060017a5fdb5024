package store

import (
	"testing"
	"time"

	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/purchasing"
)

func (b *buyer) defines(kind inventory.KitKind, a, c int64) {
	b.t.Helper()
	_, err := b.DefineKit(ctx, inventory.Kit{VariantID: b.id("KIT"), Kind: kind, Items: []inventory.Component{
		{VariantID: b.id("A"), Quantity: inventory.Quantity(a) * pieces}, {VariantID: b.id("B"), Quantity: inventory.Quantity(c) * pieces}}})
	must(b.t, err)
	b.clock.pass(time.Minute)
}

func (b *buyer) assembles(n int64) error {
	_, err := b.Assemble(ctx, inventory.Assembling{VariantID: b.id("KIT"), Quantity: inventory.Quantity(n) * pieces, Start: true})
	b.clock.pass(time.Minute)
	return err
}

func TestKitsArePutTogetherOfWhatIsFree(t *testing.T) {
	b := newBuyer(t, t.TempDir(), "A", "B")
	refused(t, b.assembles(1), fault.Conflict, "is no kit that is put together")
	b.defines(inventory.Virtual, 2, 1)
	refused(t, b.assembles(1), fault.Conflict, "is no kit that is put together")
	b.defines(inventory.Assembled, 2, 1)
	b.receives(b.buys("A=10@1.00", "B=6@5.00"), purchasing.Arrival{})
	b.sells("A", 3, false)
	refused(t, b.assembles(4), fault.Conflict, "A: 8 needed, 7 free")
	b.stands("A", "10/3/0")
	must(t, b.assembles(3))
	b.stands("A", "4/3/0")
	b.stands("B", "3/0/0")
	b.stands("KIT", "3/0/0")
	b.worth("KIT", "3 for 2100")
	b.worth("A", "4 for 400")
	orderID, _ := b.sells("KIT", 1, true)
	costs, err := b.OrderCosts(ctx, orderID)
	must(t, err)
	if costs.Lines[0].Worth.Value != 700 {
		t.Errorf("a kit that was sold cost %+v", costs.Lines)
	}
	k, err := b.KitOf(ctx, b.id("KIT"))
	must(t, err)
	if len(k.Versions) != 2 || k.Now.Version != 2 || len(k.Made) != 1 || k.Makes != 0 || k.Parts[0].Available != pieces {
		t.Errorf("the kit is %+v", k)
	}
	_, err = b.UndoAssembly(ctx, b.id("KIT"), k.Made[0].ID)
	refused(t, err, fault.Conflict, "KIT left since: 2 of 3 are still there.")
	must(t, b.assembles(-1))
	b.stands("KIT", "1/0/0")
	b.stands("A", "6/3/0")
	b.worth("A", "6 for 600")
	b.worth("B", "4 for 2000")
	k, err = b.KitOf(ctx, b.id("KIT"))
	must(t, err)
	_, err = b.UndoAssembly(ctx, b.id("KIT"), k.Made[0].ID)
	must(t, err)
	b.stands("KIT", "2/0/0")
	b.stands("A", "4/3/0")
	b.worth("KIT", "2 for 1400")
	_, err = b.UndoAssembly(ctx, b.id("KIT"), k.Made[0].ID)
	refused(t, err, fault.NotFound, "that stands")
	b.sound()
}

// Those who wait for a kit get what is put together, and those who wait for a component what is taken apart.
func TestWhoWaitsGetsWhatIsPutTogether(t *testing.T) {
	b := newBuyer(t, t.TempDir(), "A", "B", "KIT")
	b.defines(inventory.Assembled, 2, 1)
	b.receives(b.buys("A=4@1", "B=2@1"), purchasing.Arrival{})
	b.sells("KIT", 2, false)
	b.stands("KIT", "0/0/0")
	must(t, b.assembles(1))
	b.stands("KIT", "1/1/0")
	refused(t, b.assembles(-1), fault.Conflict, "KIT: 1 needed, 0 free")
	must(t, b.assembles(1))
	b.stands("KIT", "2/2/0")
	b.sound()
}

// A new version leaves what was ordered before it alone.
func TestANewVersionLeavesOldLinesAlone(t *testing.T) {
	b := newBuyer(t, t.TempDir(), "A", "B")
	b.defines(inventory.Virtual, 2, 1)
	b.receives(b.buys("A=10@1", "B=10@1"), purchasing.Arrival{})
	b.sells("KIT", 1, false)
	b.defines(inventory.Virtual, 5, 3)
	b.stands("A", "10/2/0")
	b.sells("KIT", 1, false)
	b.stands("A", "10/7/0")
	b.stands("B", "10/4/0")
	b.sound()
}
