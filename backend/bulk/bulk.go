// Package bulk changes many orders at once by hand: plan first (what would change, what is skipped and why), then apply as
// one run that can be taken back.
package bulk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// The actions.
const (
	Tag     = "tag"
	Untag   = "untag"
	Hold    = "hold"
	Release = "release"
)

// most bounds how many orders one plan takes.
const most = 100_000

// chunk is how many orders share one write.
const chunk = 25

// Request asks for an action on orders: those named, or all that match the filter.
type Request struct {
	Action string
	Value  string // the tag
	IDs    []int64
	Filter order.Filter
}

// Plan is what an action would do.
type Plan struct {
	ID       int64
	Action   string
	Value    string
	RunID    int64 // the run that applied it, 0 before
	Matching int
	Orders   []Planned
	Skipped  []Skip
}

// Planned is an order that would change, with the version it was seen at.
type Planned struct {
	ID       int64
	Observed int64
}

// Skip counts orders that would not change, by reason.
type Skip struct {
	Reason string
	Count  int
}

// Store is where plans are kept and orders read.
type Store interface {
	intake.Unit
	Lookup(ctx context.Context) intake.Lookup
	OrderIDs(ctx context.Context, filter order.Filter, limit int) (ids []int64, more bool, err error)
	SaveBulkPlan(ctx context.Context, plan *Plan) error
	BulkPlan(ctx context.Context, id int64) (Plan, error)
	NoteBulkRun(ctx context.Context, planID, runID int64) error
}

// Bulk plans and applies.
type Bulk struct{ store Store }

// New makes a Bulk.
func New(store Store) *Bulk { return &Bulk{store} }

// Plan works out what the action would do and stores that.
func (b *Bulk) Plan(ctx context.Context, request Request) (Plan, error) {
	plan := Plan{Action: request.Action, Value: strings.TrimSpace(request.Value), Skipped: []Skip{}}
	if err := plan.check(); err != nil {
		return plan, err
	}
	ids, err := b.ids(ctx, request)
	if err != nil {
		return plan, err
	}
	plan.Matching = len(ids)
	look := b.store.Lookup(ctx)
	for _, id := range ids {
		if err := plan.consider(look, id); err != nil {
			return plan, err
		}
	}
	return plan, b.store.SaveBulkPlan(ctx, &plan)
}

func (p *Plan) check() error {
	switch p.Action {
	case Hold, Release:
		return nil
	case Tag, Untag:
		if p.Value == "" || len(p.Value) > 60 || strings.ContainsAny(p.Value, ",\n") {
			return fault.New(fault.Invalid, "A tag is a word or a few, without commas, up to 60 letters.", "Type a tag.").InField("value")
		}
		return nil
	}
	return fault.New(fault.Invalid, fmt.Sprintf("%q is not something to do with orders.", p.Action), "Use tag, untag, hold or release.").InField("action")
}

func (b *Bulk) ids(ctx context.Context, request Request) ([]int64, error) {
	if len(request.IDs) > 0 {
		return request.IDs, nil
	}
	ids, more, err := b.store.OrderIDs(ctx, request.Filter, most)
	if more {
		return nil, fault.New(fault.Invalid, fmt.Sprintf("More than %d orders match.", most), "Narrow the list, then do it in parts.")
	}
	return ids, err
}

func (p *Plan) consider(look intake.Lookup, id int64) error {
	o, err := look.LoadOrder(id)
	if err != nil {
		return fmt.Errorf("reading order: %w", err)
	}
	if o == nil {
		p.skip("not there any more")
		return nil
	}
	if _, reason := p.change(*o); reason != "" {
		p.skip(reason)
		return nil
	}
	p.Orders = append(p.Orders, Planned{o.ID, o.Version})
	return nil
}

func (p *Plan) skip(reason string) {
	i := slices.IndexFunc(p.Skipped, func(s Skip) bool { return s.Reason == reason })
	if i < 0 {
		p.Skipped = append(p.Skipped, Skip{Reason: reason})
		i = len(p.Skipped) - 1
	}
	p.Skipped[i].Count++
}

// change carries the action out on a copy; reason says why nothing would change.
func (p *Plan) change(o order.Order) (after order.Order, reason string) {
	tagged := slices.Contains(o.Tags, p.Value)
	switch {
	case p.Action == Tag && tagged:
		return o, "tagged already"
	case p.Action == Tag:
		o.Tags = append(slices.Clone(o.Tags), p.Value)
	case p.Action == Untag && !tagged:
		return o, "not tagged"
	case p.Action == Untag:
		o.Tags = slices.DeleteFunc(slices.Clone(o.Tags), func(tag string) bool { return tag == p.Value })
	case p.Action == Hold && o.Held:
		return o, "on hold already"
	case p.Action == Release && !o.Held:
		return o, "not on hold"
	default:
		o.Held = p.Action == Hold
	}
	return o, ""
}

// Apply carries a stored plan out as one run and returns it. An order that changed since it was looked at is left.
func (b *Bulk) Apply(ctx context.Context, planID int64) (journal.Run, error) {
	plan, err := b.store.BulkPlan(ctx, planID)
	if err != nil {
		return journal.Run{}, err
	}
	if plan.RunID != 0 {
		return journal.Run{}, fault.New(fault.Conflict, "This was done already.", "Look at it under Activity.")
	}
	run := journal.Run{Kind: journal.RunBulk, Cause: journal.ByPerson, Title: plan.title(), Total: int64(len(plan.Orders)), Counts: map[string]int{}}
	if err := b.store.InTx(ctx, false, func(tx intake.Tx) error { return tx.InsertRun(&run) }); err != nil {
		return run, err
	}
	if err := b.store.NoteBulkRun(ctx, planID, run.ID); err != nil {
		return run, err
	}
	for part := range slices.Chunk(plan.Orders, chunk) {
		if err := b.applyPart(ctx, plan, &run, part); err != nil {
			return run, err
		}
	}
	return run, b.store.InTx(ctx, false, func(tx intake.Tx) error {
		run.State, run.FinishedAt = journal.Done, tx.Now()
		return tx.UpdateRun(run)
	})
}

func (p *Plan) title() string {
	words := map[string]string{Tag: "Tagged %d orders " + p.Value, Untag: "Took the tag " + p.Value + " off %d orders",
		Hold: "Put %d orders on hold", Release: "Released %d orders"}
	return fmt.Sprintf(words[p.Action], len(p.Orders))
}

func (b *Bulk) applyPart(ctx context.Context, plan Plan, run *journal.Run, part []Planned) error {
	next := *run
	err := b.store.InTx(ctx, true, func(tx intake.Tx) error {
		next = *run
		next.Counts = map[string]int{"changed": run.Counts["changed"], "left": run.Counts["left"]}
		for _, planned := range part {
			if err := plan.applyOne(tx, &next, planned); err != nil {
				return err
			}
		}
		next.Done += int64(len(part))
		return tx.UpdateRun(next)
	})
	if err == nil {
		*run = next
	}
	return err
}

func (p *Plan) applyOne(tx intake.Tx, run *journal.Run, planned Planned) error {
	before, err := tx.LoadOrder(planned.ID)
	if err != nil {
		return err
	}
	if before == nil || before.Version != planned.Observed {
		run.Counts["left"]++
		return nil
	}
	after, reason := p.change(*before)
	if reason != "" {
		run.Counts["left"]++
		return nil
	}
	run.Counts["changed"]++
	return intake.Edit(tx, run.ID, before, &after, p.differences(before, &after))
}

func (p *Plan) differences(before, after *order.Order) []order.Change {
	name := "held"
	if p.Action == Tag || p.Action == Untag {
		name = "tags"
	}
	was, _ := before.Get(name)
	now, _ := after.Get(name)
	return []order.Change{{Field: name, Before: was, After: now}}
}
