package syncing

import (
	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
)

// RuleChange is one listing under two rules.
type RuleChange struct{ Before, After Offer }

// RulePreview is what a rule would do to the listings that it holds for.
type RulePreview struct {
	Listings  int
	Changed   int
	Raised    int
	Lowered   int
	Ended     int // to nothing
	Untracked int // of which there is no number
	Rows      []RuleChange
}

// Count counts a listing; it reports whether it would show something else.
func (p *RulePreview) Count(c RuleChange) bool {
	p.Listings++
	if !c.Before.Counted {
		p.Untracked++
		return false
	}
	before, after := c.Before.Whole, c.After.Whole
	if before == after && c.Before.Offered.Told == c.After.Offered.Told {
		return false
	}
	p.Changed++
	switch {
	case after > before:
		p.Raised++
	case after < before:
		p.Lowered++
	}
	if after == 0 && before > 0 {
		p.Ended++
	}
	return true
}

// Simulation is how the sales of some days would have been under a rule, beside how they are under the rules there are.
type Simulation struct {
	From     commerce.Instant
	Days     int
	Before   inventory.Replayed
	After    inventory.Replayed
	Variants []Simulated // those for which it makes a difference, the most first
}

// Simulated is one variant of a simulation.
type Simulated struct {
	VariantID int64
	Name      string
	Before    inventory.Replayed
	After     inventory.Replayed
}

// Moved is by how much a variant differs under the two.
func (s Simulated) Moved() int {
	return distance(s.Before.Oversold, s.After.Oversold) + distance(s.Before.Lost, s.After.Lost)
}

func distance(a, b int) int { return max(a-b, b-a) }

// Add adds the replays of one variant.
func (s *Simulation) Add(p inventory.Past, before, after inventory.Replayed) {
	s.Before.Add(before)
	s.After.Add(after)
	if one := (Simulated{p.VariantID, p.Name, before, after}); one.Moved() > 0 {
		s.Variants = append(s.Variants, one)
	}
}
