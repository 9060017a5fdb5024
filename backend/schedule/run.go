package schedule

import (
	"context"
	"fmt"
	"runtime/debug"

	"tradepost/backend/fault"
)

// startState says what became of an attempt to start a run.
type startState int

const (
	started startState = iota
	alreadyRunning
	notStarted
)

// start runs a timer's work in its own goroutine, unless it runs already, the scheduler is stopped, or claim (if any)
// says no. claim is asked with the timer already marked as running, so that nobody else here can start it meanwhile.
func (s *Scheduler) start(id int64, cause Cause, claim func() bool) (<-chan error, startState) {
	ctx, state := s.reserve(id)
	if state != started {
		return nil, state
	}
	if claim != nil && !claim() {
		s.release(id)
		return nil, notStarted
	}
	done := make(chan error, 1)
	go func() {
		err := s.guarded(ctx, id, cause)
		s.report(id, cause, err)
		s.release(id)
		s.Wake() // its next due time may have come meanwhile
		done <- err
	}()
	return done, started
}

func (s *Scheduler) reserve(id int64) (context.Context, startState) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.context == nil || s.context.Err() != nil {
		return nil, notStarted
	}
	if s.running[id] {
		return nil, alreadyRunning
	}
	s.running[id] = true
	s.busy.Add(1)
	return s.context, started
}

func (s *Scheduler) release(id int64) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.running, id)
	s.busy.Done()
}

// guarded turns a panic into the run's error: one bad run never stops the others.
func (s *Scheduler) guarded(ctx context.Context, id int64, cause Cause) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = panicked(fmt.Sprintf("running timer %d", id), value)
		}
	}()
	return s.run(ctx, id, cause)
}

func panicked(doing string, value any) error {
	return fault.Wrap(fmt.Errorf("%s: panic: %v\n%s", doing, value, debug.Stack()), fault.Internal,
		"This run met a mistake inside of Tradepost and was stopped; the schedule goes on.",
		"Run it again. If it stops once more, tradepost.log in the workspace folder names the cause.")
}
