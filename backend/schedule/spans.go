package schedule

import (
	"fmt"
	"time"
)

// Ago words how long something is past.
func Ago(d time.Duration) string {
	if d < time.Minute {
		return "just now"
	}
	return Span(d) + " ago"
}

// Ahead words in how long something will be.
func Ahead(d time.Duration) string {
	if d < time.Minute {
		return "within a minute"
	}
	return "in " + Span(d)
}

// Span words a duration by its largest unit.
func Span(d time.Duration) string {
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
