package schedule

import (
	"context"
	"sync"
	"time"

	"tradepost/backend/fault"
)

// Cause says why a run started.
type Cause string

// The causes: its time came; its time passed while Tradepost slept, was closed or was busy; a person asked for it; a run
// was cut off.
const (
	CauseTimer   Cause = "timer"
	CauseCatchUp Cause = "catch_up"
	CausePerson  Cause = "person"
	CauseRecover Cause = "recover" // Tradepost ended in the middle of its run; this one ends what that began
)

// Timer is a stored due time. NextAt is zero when it has not been planned yet, or when its expression changed.
type Timer struct {
	ID        int64
	Expr      string
	Zone      string
	NextAt    time.Time
	PlannedAt time.Time // the wall clock when NextAt was computed
	Paused    bool
	Jitter    time.Duration
}

// Store keeps the timers.
type Store interface {
	// Timers lists all of them.
	Timers(ctx context.Context) ([]Timer, error)
	// Claim moves a timer's due time from expected to next and notes plannedAt, in one conditional UPDATE; false
	// means that NextAt was no longer expected, so that somebody else has it. Zero times are stored as "not planned".
	Claim(ctx context.Context, id int64, expected, next, plannedAt time.Time) (bool, error)
}

// RunFunc does a timer's work. Its context ends when the scheduler stops.
type RunFunc func(ctx context.Context, timerID int64, cause Cause) error

// ReportFunc hears how each run ended (err is nil when well), and of troubles outside of a run: a timer that cannot be
// read, or (timerID 0) a store that does not answer. It must not block.
type ReportFunc func(timerID int64, cause Cause, err error)

const (
	// longestWait bounds how late a due time is noticed when the clock jumps or the computer wakes.
	longestWait = 30 * time.Second
	// grace is how late a run may start and still count as in time.
	grace = time.Minute
	// backstep is how far the clock may go back before timers are looked at anew: small corrections change nothing.
	backstep = 10 * time.Minute
)

// Scheduler starts timers when they are due. One timer never runs twice at once: a due time that comes while its run
// goes on starts one more run at its end.
type Scheduler struct {
	store  Store
	run    RunFunc
	report ReportFunc
	clock  Clock
	plans  *planCache
	wake   chan struct{}

	mutex   sync.Mutex
	running map[int64]bool
	context context.Context // nil until Start and after Stop
	cancel  context.CancelFunc
	busy    sync.WaitGroup
}

// New makes a scheduler; Start sets it going.
func New(store Store, run RunFunc, report ReportFunc, clock Clock) *Scheduler {
	return &Scheduler{store: store, run: run, report: report, clock: clock, plans: newPlanCache(),
		wake: make(chan struct{}, 1), running: map[int64]bool{}}
}

// Start begins to watch the timers until ctx ends or Stop. Starting twice does nothing.
func (s *Scheduler) Start(ctx context.Context) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.context != nil {
		return
	}
	s.context, s.cancel = context.WithCancel(ctx)
	s.busy.Add(1)
	go s.watch(s.context)
}

// Stop ends the watch, cancels what runs and waits for it.
func (s *Scheduler) Stop() {
	s.mutex.Lock()
	if s.cancel != nil {
		s.cancel()
	}
	s.context, s.cancel = nil, nil
	s.mutex.Unlock()
	s.busy.Wait()
}

// Wake makes the scheduler look at the timers now: call it after one was added, changed or resumed.
func (s *Scheduler) Wake() {
	select {
	case s.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// RunNow starts a timer's work because a person asked, paused or not; done receives how it ended. Its due time stays.
func (s *Scheduler) RunNow(id int64) (done <-chan error, err error) { return s.runFor(id, CausePerson) }

// Recover starts a timer's work because Tradepost ended in the middle of its last run. Its due time stays.
func (s *Scheduler) Recover(id int64) (done <-chan error, err error) {
	return s.runFor(id, CauseRecover)
}

// Running reports whether a timer's work goes on now.
func (s *Scheduler) Running(id int64) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.running[id]
}

func (s *Scheduler) runFor(id int64, cause Cause) (done <-chan error, err error) {
	done, state := s.start(id, cause, nil)
	switch state {
	case alreadyRunning:
		return nil, fault.New(fault.Conflict, "This is running already.", "Wait for it to end, or look at it under Runs.")
	case notStarted:
		return nil, fault.New(fault.Unavailable, "Tradepost is closing or still starting.", "Try again in a moment.")
	}
	return done, nil
}

func (s *Scheduler) watch(ctx context.Context) {
	defer s.busy.Done()
	for ctx.Err() == nil {
		fires, stop := s.clock.After(s.guardedLook(ctx))
		select {
		case <-ctx.Done():
		case <-s.wake:
		case <-fires:
		}
		stop()
	}
}

// guardedLook survives a panic of the store, as runs survive their own.
func (s *Scheduler) guardedLook(ctx context.Context) (wait time.Duration) {
	defer func() {
		if value := recover(); value != nil {
			s.trouble(ctx, panicked("looking at the timers", value))
			wait = longestWait
		}
	}()
	return s.look(ctx)
}

// look starts what is due and says how long to wait for the next.
func (s *Scheduler) look(ctx context.Context) time.Duration {
	now := s.clock.Now().Round(0)
	timers, err := s.store.Timers(ctx)
	if err != nil {
		s.trouble(ctx, err)
		return longestWait
	}
	wait := longestWait
	for _, timer := range timers {
		if next := s.handle(ctx, timer, now); !next.IsZero() {
			wait = min(wait, max(next.Sub(now), 0))
		}
	}
	return wait
}

// handle brings one timer up to now and says when it is due next; the zero time means that nobody needs to wait for it.
func (s *Scheduler) handle(ctx context.Context, timer Timer, now time.Time) time.Time {
	if timer.Paused {
		return time.Time{}
	}
	plan, err := s.plans.get(timer)
	if err != nil {
		s.reportOnce(timer, err)
		return time.Time{}
	}
	switch next := plan.Next(now); {
	case timer.NextAt.IsZero() || wentBack(timer, plan, next, now):
		return s.replan(ctx, timer, next, now)
	case timer.NextAt.After(now):
		return timer.NextAt
	default:
		return s.startDue(ctx, timer, next, now)
	}
}

// wentBack reports whether the clock was set back so far that more than one due time lies before the planned one again. By
// less, each time that ran already must not run twice; by more, a timer must not wait for a date that is far away now.
func wentBack(timer Timer, plan Plan, next, now time.Time) bool {
	if timer.PlannedAt.Sub(now) <= backstep {
		return false
	}
	second := plan.Next(next)
	return !second.IsZero() && timer.NextAt.After(second)
}

func (s *Scheduler) replan(ctx context.Context, timer Timer, next, now time.Time) time.Time {
	if _, err := s.store.Claim(ctx, timer.ID, timer.NextAt, next, now); err != nil {
		s.trouble(ctx, err)
		return time.Time{}
	}
	return next
}

// startDue claims the due time and starts its run. While an earlier run goes on the due time stays; its end wakes us.
func (s *Scheduler) startDue(ctx context.Context, timer Timer, next, now time.Time) time.Time {
	claim := func() bool {
		claimed, err := s.store.Claim(ctx, timer.ID, timer.NextAt, next, now)
		if err != nil {
			s.trouble(ctx, err)
		}
		return claimed && err == nil
	}
	cause := CauseTimer
	if now.Sub(timer.NextAt) > grace {
		cause = CauseCatchUp
	}
	if _, state := s.start(timer.ID, cause, claim); state != started {
		return time.Time{}
	}
	return next
}

func (s *Scheduler) trouble(ctx context.Context, err error) {
	if ctx.Err() == nil {
		s.report(0, CauseTimer, err)
	}
}

func (s *Scheduler) reportOnce(timer Timer, err error) {
	if s.plans.firstComplaint(timer) {
		s.report(timer.ID, CauseTimer, err)
	}
}
