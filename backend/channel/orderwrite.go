package channel

import (
	"context"

	"tradepost/backend/fault"
)

// OrderWrite is one write on an order of a vendor without keys of its own: it reads the order live first, does nothing where the effect is there
// already, and looks once more where the vendor refuses, as that may be the answer to a call that arrived twice. V is the order as the vendor
// tells it.
type OrderWrite[V any] struct {
	Vendor string
	// Look reads the order live; nil where it is not there.
	Look func(ctx context.Context, s Session, id string) (*V, error)
	// Done is how the effect is known: Find looks for it, and so does each write.
	Done func(now V, intent Intent) (Outcome, bool)
	Do   func(ctx context.Context, s Session, now V, intent Intent) (Outcome, error)
}

// Each carries out intents one by one. A manifest takes one at a time here, so that an error speaks of that one.
func (w OrderWrite[V]) Each(ctx context.Context, s Session, intents []Intent) ([]Outcome, error) {
	outcomes := make([]Outcome, 0, len(intents))
	for _, intent := range intents {
		outcome, err := w.one(ctx, s, intent)
		if err != nil {
			return nil, err
		}
		outcomes = append(outcomes, outcome)
	}
	return outcomes, nil
}

func (w OrderWrite[V]) one(ctx context.Context, s Session, intent Intent) (Outcome, error) {
	now, err := w.Look(ctx, s, intent.Target)
	if err != nil {
		return Outcome{}, err
	}
	if now == nil {
		return NoLonger(w.Vendor, "order"), nil
	}
	if outcome, already := w.Done(*now, intent); already {
		return outcome, nil
	}
	outcome, err := w.Do(ctx, s, *now, intent)
	if err != nil || outcome.Result != Refused {
		return outcome, err
	}
	return w.again(ctx, s, intent, outcome), nil
}

// again looks whether what was refused is there after all. What cannot be looked up is not clear.
func (w OrderWrite[V]) again(ctx context.Context, s Session, intent Intent, refused Outcome) Outcome {
	now, err := w.Look(ctx, s, intent.Target)
	if err != nil {
		return Outcome{Result: Unclear}
	}
	if now == nil {
		return refused
	}
	if found, there := w.Done(*now, intent); there {
		return found
	}
	return refused
}

// Find looks for the effect of an intent and changes nothing.
func (w OrderWrite[V]) Find(ctx context.Context, s Session, intent Intent) (Outcome, error) {
	now, err := w.Look(ctx, s, intent.Target)
	if err != nil {
		return Outcome{}, err
	}
	if now == nil {
		return Outcome{Result: Unclear, Problem: &fault.Problem{Message: "The order is no longer there at " + w.Vendor + ": it cannot be told any more whether this was done.",
			Remedy: "Look at the payments and parcels; then take it off.", Code: string(fault.NotFound)}}, nil
	}
	if outcome, there := w.Done(*now, intent); there {
		return outcome, nil
	}
	return Outcome{Result: NotDone}, nil
}

// Refuse is the outcome of a write that the vendor does not take, and will not later either.
func Refuse(code fault.Code, message, remedy string) Outcome {
	return Outcome{Result: Refused, Problem: &fault.Problem{Message: message, Remedy: remedy, Code: string(code)}}
}

// NoLonger is the outcome of a write on what a vendor does not have any more.
func NoLonger(vendor, what string) Outcome {
	return Refuse(fault.NotFound, vendor+" does not have this "+what+" any more.", "Look whether it was removed there.")
}
