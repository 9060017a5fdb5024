package schedule

import "time"

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
