package schedule

import "time"

// Clock is the scheduler's view of time; tests bring their own.
type Clock interface {
	// Now is the wall clock.
	Now() time.Time
	// After sends once when d has passed; stop releases it earlier.
	After(d time.Duration) (fires <-chan time.Time, stop func())
}

// SystemClock is the computer's own clock.
type SystemClock struct{}

// Now drops the monotonic reading, which stands still while some systems sleep (golang/go#24595).
func (SystemClock) Now() time.Time { return time.Now().Round(0) }

// After starts a timer. It may fire late after a sleep, which is why the scheduler never waits longer than longestWait.
func (SystemClock) After(d time.Duration) (fires <-chan time.Time, stop func()) {
	timer := time.NewTimer(d)
	return timer.C, func() { timer.Stop() }
}
