package api

import (
	"context"

	"tradepost/backend/syncing"
)

// plansMost bounds how many open plans Home looks at.
const plansMost = 50

func (s *server) openPlans(ctx context.Context) ([]syncing.PushPlan, error) {
	return s.Store.PushPlans(ctx, syncing.PlanFilter{State: syncing.PlanOpen, Limit: plansMost})
}

// writesWaiting counts what of the writes waits for a person: open plans, and what went wrong by plan and kind of trouble. stuck is how
// much of that is not just an approval.
func (s *server) writesWaiting(ctx context.Context) (waiting, stuck int, err error) {
	open, err := s.openPlans(ctx)
	if err != nil {
		return 0, 0, err
	}
	troubles, err := s.Store.PushTroubles(ctx)
	stuck = len(troubles)
	for _, p := range open {
		if p.Blocked != "" {
			stuck++
		}
	}
	return len(open) + len(troubles), stuck, err
}

// writeNeeds is what of the writes to other systems waits for a person, most urgent first.
func (s *server) writeNeeds(ctx context.Context) ([]Need, error) {
	troubles, err := s.Store.PushTroubles(ctx)
	if err != nil {
		return nil, err
	}
	needs := troubleNeeds(troubles)
	open, err := s.openPlans(ctx)
	if err != nil {
		return nil, err
	}
	return append(needs, planNeeds(open)...), nil
}

func troubleNeeds(troubles []syncing.PushTrouble) []Need {
	needs := []Need{}
	for _, t := range troubles {
		example, href := t.Connection+": "+t.Name, "#/plans/"+idText(t.PlanID)
		if t.State == syncing.Unknown {
			needs = append(needs, Need{"push_unknown", t.Count, plural(t.Count, "write has no answer: look whether it is there", "writes have no answer: look whether they are there"),
				example, "Look", href + "?show=trouble"})
			continue
		}
		needs = append(needs, Need{"push_rejected", t.Count, plural(t.Count, "write was refused", "writes were refused"), example, "Look", href + "?show=trouble"})
	}
	return needs
}

// planNeeds lists the plans that look like a mistake one by one, and the others as one.
func planNeeds(open []syncing.PushPlan) (needs []Need) {
	var calm []syncing.PushPlan
	for _, p := range open {
		if p.Blocked == "" {
			calm = append(calm, p)
			continue
		}
		needs = append(needs, Need{"push_blocked", 1, "plan is blocked: it looks like a mistake", p.Title, "Look", "#/plans/" + idText(p.ID)})
	}
	if len(calm) == 0 {
		return needs
	}
	href := "#/plans"
	if len(calm) == 1 {
		href += "/" + idText(calm[0].ID)
	}
	return append(needs, Need{"push", len(calm), plural(len(calm), "plan wants approval", "plans want approval"), planWords(calm[0]), "Look", href})
}

// planWords names a plan by where it goes and how much of it waits.
func planWords(p syncing.PushPlan) string {
	n := p.Counts[syncing.Proposed]
	return p.Connection + ", " + idText(int64(n)) + " " + plural(n, "change", "changes")
}
