package schedule

import (
	"time"

	"tradepost/backend/journal"
)

// The patience with a timer that does not succeed: as long as its own rhythm, within bounds.
const (
	leastPatience = 15 * time.Minute
	mostPatience  = 2 * time.Hour
)

// AlarmAt is when missing success is an alarm: when the first due time after since has passed and as long again as the
// timer's own rhythm (between 15 minutes and two hours). since is its last success, or when it was made, changed or
// resumed, if that is later. The zero time means never.
func (p Plan) AlarmAt(since time.Time) time.Time {
	due := p.Next(since)
	if due.IsZero() {
		return due
	}
	patience := mostPatience
	if next := p.Next(due); !next.IsZero() {
		patience = min(max(next.Sub(due), leastPatience), mostPatience)
	}
	return due.Add(patience)
}

// AlarmAt is when missing success of a timer is an alarm; the zero time when never.
func AlarmAt(t journal.Timer) time.Time {
	since := max(t.LastSuccessAt, t.CountedFrom).Time()
	if t.Paused || t.AlarmAfter < 0 || since.IsZero() {
		return time.Time{}
	}
	if t.AlarmAfter > 0 {
		return since.Add(time.Duration(t.AlarmAfter) * time.Second)
	}
	plan, err := PlanOf(t)
	if err != nil {
		return time.Time{}
	}
	return plan.AlarmAt(since)
}

// Overdue reports whether a timer has not succeeded for too long. One that is due right now is about to be caught up, and
// gets that chance first.
func Overdue(t journal.Timer, now time.Time) bool {
	at := AlarmAt(t)
	due := t.NextAt != 0 && !t.NextAt.Time().After(now)
	return !at.IsZero() && now.After(at) && !due
}
