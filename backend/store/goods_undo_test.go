package store

import (
	"fmt"
	"slices"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
	"tradepost/backend/purchasing"
	"tradepost/backend/tabular"
)

// lastRun is the newest run of a kind.
func (b *buyer) lastRun(kind string) journal.Run {
	b.t.Helper()
	all, err := b.Runs(ctx, journal.RunFilter{Kind: kind, Limit: 1})
	must(b.t, err)
	return all[0]
}

func (b *buyer) planned(of journal.Run) tabular.UndoPlan {
	b.t.Helper()
	p, err := b.PlanGoodsUndo(ctx, of)
	must(b.t, err)
	return p
}

func TestAReceiptIsTakenBackByItsRun(t *testing.T) {
	b := newBuyer(t, t.TempDir(), "A", "B")
	o := b.buys("A=10@1.00", "B=6@5.00")
	if run := b.lastRun(journal.RunBuy); run.Stands {
		t.Errorf("an order can be taken back as goods: %+v", run)
	}
	b.receives(o, purchasing.Arrival{})
	run := b.lastRun(journal.RunBuy)
	plan := b.planned(run)
	if !run.Stands || plan.Reverted != 2 || len(plan.Left) != 0 || !slices.Equal(plan.Words, []string{"A: −10 at Main", "B: −6 at Main"}) {
		t.Fatalf("%+v %+v", run, plan)
	}
	b.sells("A", 4, true)
	plan = b.planned(run)
	if plan.Reverted != 0 || len(plan.Left) != 1 || plan.Left[0].Number != "A" || plan.Left[0].Reason != "left since: 6 of 10 are still there." {
		t.Errorf("after a sale %+v", plan)
	}
	_, err := b.UndoGoods(ctx, run)
	refused(t, err, fault.Conflict, "A left since")
	b.stands("B", "6/0/0")
}

func TestAReceiptTakenBackIsAwaitedAgain(t *testing.T) {
	b := newBuyer(t, t.TempDir(), "A", "B")
	b.receives(b.buys("A=10@1.00"), purchasing.Arrival{})
	run := b.lastRun(journal.RunBuy)
	undone, err := b.UndoGoods(ctx, run)
	must(t, err)
	b.stands("A", "0/0/10")
	if undone.ID <= run.ID || undone.Kind != journal.RunBuy {
		t.Errorf("the undo is %+v", undone)
	}
	if again, err := b.Run(ctx, run.ID); err != nil || again.Stands {
		t.Errorf("it can be taken back twice: %+v %v", again, err)
	}
	_, err = b.PlanGoodsUndo(ctx, run)
	refused(t, err, fault.Conflict, "There is nothing to take back.")
	b.sound()
}

func TestAnAssemblyIsTakenBackByItsRun(t *testing.T) {
	b := newBuyer(t, t.TempDir(), "A", "B")
	b.defines(inventory.Assembled, 2, 1)
	b.receives(b.buys("A=10@1.00", "B=6@5.00"), purchasing.Arrival{})
	must(t, b.assembles(3))
	run := b.lastRun(journal.RunMake)
	if plan := b.planned(run); !run.Stands || plan.Reverted != 3 || !slices.Equal(plan.Words, []string{"KIT: −3 at Main", "A: +6 at Main", "B: +3 at Main"}) {
		t.Fatalf("%+v %+v", run, plan)
	}
	b.counts("A", 4)
	if plan := b.planned(run); plan.Reverted != 0 || fmt.Sprint(plan.Left) != "[{0 A was counted since: what was found there stands.}]" {
		t.Errorf("after a count %+v", plan)
	}
	must(t, b.assembles(1))
	run = b.lastRun(journal.RunMake)
	_, err := b.UndoGoods(ctx, run)
	must(t, err)
	b.stands("A", "4/0/0")
	b.stands("KIT", "3/0/0")
	b.sound()
}
