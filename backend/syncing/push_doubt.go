package syncing

import (
	"slices"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// vendorWorks is how long a vendor may go on with a call that nobody waits for any more: the usual limits of servers lie below. What is
// not there sooner may still come.
const vendorWorks = time.Minute

// doubted is the outcome of a write that was refused while an earlier try of it has no answer: that one may be why. It is looked up once
// more before the refusal counts.
const doubted channel.Result = "doubted"

// weigh holds an outcome against the tries before it, whatever the operation and the vendor. Two answers are not taken for what
// they say: a refusal while an earlier try has no answer, as the vendor may refuse a second time what it did the first time; and
// “not done” so soon after a try that the vendor may still be at it. A refusal counts once it was looked after it, and the effect is not there.
func (p *pusher) weigh(tx Tx, i Intent, o channel.Outcome) (channel.Outcome, error) {
	if o.Result != channel.NotDone && !refuses(i.Operation, o.Result) {
		return o, nil
	}
	all, err := tx.Attempts(i.ID)
	if err != nil {
		return o, err
	}
	past := story(all).of(i.Revision)
	switch {
	case o.Result != channel.NotDone:
		if past.doubtful() {
			o.Result = doubted
		}
	case tx.Now().Time().Sub(past.lastSend().StartedAt.Time()) < vendorWorks:
		o = channel.Outcome{Result: channel.Unclear, Problem: &fault.Problem{Code: string(fault.Unknown),
			Message: "It is not there so soon after it was sent; it may still come.", Remedy: "Tradepost looks again before it tries again."}}
	default:
		if refusal, refused := past.refusal(); refused {
			o = channel.Outcome{Result: channel.Refused, Problem: &fault.Problem{Code: string(fault.Invalid), Message: refusal.Detail,
				Remedy: "Look at it there; then try again, or take it off."}}
		}
	}
	return o, nil
}

// refuses tells an outcome by which a try is over without its effect. What says how something is to be is planned anew by the value
// that is there, so that a conflict needs no second look.
func refuses(operation channel.Operation, r channel.Result) bool {
	return r == channel.Refused || r == channel.Stale && !absolute(operation)
}

// story is the attempts of one intent, oldest first.
type story []Attempt

// of narrows a story to a revision: another one has another key.
func (s story) of(revision int64) story {
	return slices.DeleteFunc(slices.Clone(s), func(a Attempt) bool { return a.Revision != revision })
}

// sent is where the last try stands; -1 when there was none.
func (s story) sent() int {
	for n, a := range slices.Backward(s) {
		if a.Kind == "send" {
			return n
		}
	}
	return -1
}

// lastSend is the last try; the zero attempt when there was none.
func (s story) lastSend() Attempt {
	if n := s.sent(); n >= 0 {
		return s[n]
	}
	return Attempt{}
}

// looks counts how often it was looked since the last try.
func (s story) looks() int { return len(s) - 1 - s.sent() }

// doubtful reports whether the attempt that just ends is a try or what became of one, and one before it has no answer.
func (s story) doubtful() bool {
	n := s.sent()
	if n < 0 || s[len(s)-1].Kind == "find" {
		return false
	}
	return slices.ContainsFunc(s[:n], func(a Attempt) bool { return a.Kind == "send" && a.Outcome == string(channel.Unclear) })
}

// refusal is how the last try was refused.
func (s story) refusal() (Attempt, bool) {
	for n := len(s) - 1; n >= max(s.sent(), 0); n-- {
		if s[n].Outcome == string(channel.Refused) {
			return s[n], true
		}
	}
	return Attempt{}, false
}
