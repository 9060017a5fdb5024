package store

import (
	"slices"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

func TestContentsOfAKitAreTakenBackByTheirRun(t *testing.T) {
	b := newBuyer(t, t.TempDir(), "A", "B")
	b.counts("A", 20)
	b.counts("B", 20)
	b.defines(inventory.Virtual, 2, 1)
	b.sells("KIT", 1, false)
	b.defines(inventory.Virtual, 3, 1)
	b.sells("KIT", 1, false)
	b.sells("KIT", 1, true)
	b.stands("A", "17/5/0")
	run := b.lastRun(journal.RunKit)
	plan, err := b.PlanKitUndo(ctx, run)
	must(t, err)
	if want := []string{"KIT: 3 × A, 1 × B → 2 × A, 1 × B", "Orders sold as it is now take what it was: 2"}; !run.Stands || plan.Reverted != 1 || !slices.Equal(plan.Words, want) {
		t.Fatalf("%+v %+v", run, plan)
	}
	undone, err := b.UndoKit(ctx, run)
	must(t, err)
	b.stands("A", "18/4/0")
	if undone.Kind != journal.RunUndo || undone.Subject != idText(run.ID) {
		t.Errorf("the undo is %+v", undone)
	}
	if again, err := b.Run(ctx, run.ID); err != nil || again.Stands {
		t.Errorf("it can be taken back twice: %+v %v", again, err)
	}
	k, err := b.KitOf(ctx, b.id("KIT"))
	must(t, err)
	if k.Now.Version != 1 || len(k.Versions) != 2 || k.Versions[1].UndoneRun != undone.ID {
		t.Errorf("it consists of %+v", k)
	}
	_, err = b.PlanKitUndo(ctx, run)
	refused(t, err, fault.Conflict, "There is nothing to take back.")
	b.sound()
}

func TestAKitTakenBackIsNoneAndMayBeMadeAnew(t *testing.T) {
	b := newBuyer(t, t.TempDir(), "A", "B")
	b.counts("A", 20)
	b.counts("B", 20)
	b.sells("KIT", 1, false)
	b.defines(inventory.Virtual, 5, 1)
	b.stands("A", "20/5/0")
	_, err := b.UndoKit(ctx, b.lastRun(journal.RunKit))
	must(t, err)
	b.stands("A", "20/0/0")
	if all, err := b.Kits(ctx); err != nil || len(all) != 0 {
		t.Errorf("kits %+v %v", all, err)
	}
	b.defines(inventory.Virtual, 2, 1) // the first that stands holds for what waits already
	b.stands("A", "20/2/0")
	b.sound()
}

func TestContentsThatWereUsedOrChangedSinceStay(t *testing.T) {
	b := newBuyer(t, t.TempDir(), "A", "B", "KIT")
	b.counts("A", 20)
	b.counts("B", 20)
	b.defines(inventory.Assembled, 2, 1)
	first := b.lastRun(journal.RunKit)
	must(t, b.assembles(1))
	keeps := func(why string) {
		t.Helper()
		plan, err := b.PlanKitUndo(ctx, first)
		must(t, err)
		if plan.Reverted != 0 || len(plan.Left) != 1 || plan.Left[0].Reason != why {
			t.Errorf("%+v", plan)
		}
		_, err = b.UndoKit(ctx, first)
		refused(t, err, fault.Conflict, why)
	}
	keeps("some were put together of it since: take those back first.")
	b.defines(inventory.Assembled, 1, 1)
	keeps("changed again since: take that back first.")
}

func TestAKitIsNotMadeOfKitsByTakingItsEndBack(t *testing.T) {
	b := newBuyer(t, t.TempDir(), "A", "B")
	b.defines(inventory.Virtual, 2, 1)
	_, err := b.DefineKit(ctx, inventory.Kit{VariantID: b.id("KIT"), Kind: inventory.Virtual})
	must(t, err)
	ended := b.lastRun(journal.RunKit)
	_, err = b.DefineKit(ctx, inventory.Kit{VariantID: b.id("A"), Kind: inventory.Virtual, Items: []inventory.Component{{VariantID: b.id("B"), Quantity: pieces}}})
	must(t, err)
	_, err = b.UndoKit(ctx, ended)
	refused(t, err, fault.Conflict, "does not fit")
}
