package shopify

import (
	"context"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

var cancelling = writing(orderDocument, cancelledBy, cancel)

func cancelledBy(v orderNow, _ channel.Intent) (channel.Outcome, bool) {
	return channel.Outcome{Result: channel.Already}, v.CancelledAt != nil
}

// cancel asks for it. Shopify does it by a job, which is mostly over at once.
func cancel(ctx context.Context, s channel.Session, v orderNow, intent channel.Intent) (channel.Outcome, error) {
	m, err := mutate(ctx, s, cancelDocument, map[string]any{
		"id": v.ID, "reason": reasonOf(intent.Reason), "restock": intent.Restock, "note": short(marked(intent)), "notify": notifies(s, intent),
	})
	switch {
	case err != nil:
		return channel.Outcome{}, err
	case len(m.Errors) > 0:
		return m.Errors[0].refusal(), nil
	case m.Job == nil:
		return channel.Outcome{Result: channel.Unclear}, nil
	}
	outcome, err := howCancelled(ctx, s, intent, m.Job.ID)
	if err != nil {
		return channel.Outcome{Result: channel.Awaiting, Ref: m.Job.ID}, nil //nolint:nilerr // it is asked for again
	}
	return outcome, nil
}

// short cuts a note to what the vendor takes.
func short(note string) string {
	const longest = 255
	letters := []rune(note)
	return string(letters[max(0, len(letters)-longest):])
}

// reasonOf finds the vendor's reason in words.
func reasonOf(words string) string {
	for _, one := range []struct{ word, reason string }{
		{"stock", "INVENTORY"}, {"fraud", "FRAUD"}, {"declined", "DECLINED"}, {"customer", "CUSTOMER"}, {"buyer", "CUSTOMER"}, {"mistake", "STAFF"},
	} {
		if strings.Contains(strings.ToLower(words), one.word) {
			return one.reason
		}
	}
	return "OTHER"
}

// howCancelled asks how a cancellation goes.
func howCancelled(ctx context.Context, s channel.Session, intent channel.Intent, job string) (channel.Outcome, error) {
	var found struct {
		Order *struct {
			CancelledAt *string `json:"cancelledAt"`
		} `json:"order"`
		Job *struct {
			Done bool `json:"done"`
		} `json:"job"`
	}
	q := question{document: jobDocument, variables: map[string]any{"order": gid("Order", intent.Target), "job": job}, cost: 3}
	if _, err := into(ctx, s, q, &found); err != nil {
		return channel.Outcome{}, err
	}
	switch {
	case found.Order == nil:
		return channel.NoLonger(vendor, "order"), nil
	case found.Order.CancelledAt != nil:
		return channel.Outcome{Result: channel.Applied}, nil
	case found.Job == nil || found.Job.Done:
		return channel.Refuse(fault.Invalid, vendor+" worked on it and did not cancel the order.", "Look at the order there: something of it may be shipped, or being returned."), nil
	}
	return channel.Outcome{Result: channel.Awaiting, Ref: job}, nil
}

// Poll asks how a pending cancellation went; a job is about one order.
func (connector) Poll(ctx context.Context, s channel.Session, intents []channel.Intent, ref string) ([]channel.Outcome, error) {
	outcomes := make([]channel.Outcome, 0, len(intents))
	for _, intent := range intents {
		outcome, err := howCancelled(ctx, s, intent, ref)
		if err != nil {
			return nil, err
		}
		outcomes = append(outcomes, outcome)
	}
	return outcomes, nil
}
