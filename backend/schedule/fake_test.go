package schedule

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// fakeClock is a wall clock that can be set. It runs inside of a synctest bubble, whose own clock moves only when
// everything waits: pass lets both move, jump moves the wall clock alone, as a sleep or a correction does.
type fakeClock struct {
	mutex  sync.Mutex
	offset time.Duration
}

func (c *fakeClock) Now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return time.Now().Add(c.offset).Round(0).UTC()
}

func (*fakeClock) After(d time.Duration) (fires <-chan time.Time, stop func()) {
	timer := time.NewTimer(d)
	return timer.C, func() { timer.Stop() }
}

func (c *fakeClock) jump(d time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.offset += d
}

// pass lets d go by and waits until nothing moves any more. No real time passes.
func (*fakeClock) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// memory is a Store without a database.
type memory struct {
	mutex  sync.Mutex
	timers map[int64]Timer
	broken error
	panics bool
}

func (m *memory) Timers(context.Context) ([]Timer, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.panics {
		m.panics = false
		panic("the store met a mistake")
	}
	var all []Timer
	for _, timer := range m.timers {
		all = append(all, timer)
	}
	return all, m.broken
}

func (m *memory) Claim(_ context.Context, id int64, expected, next, plannedAt time.Time) (bool, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	timer, known := m.timers[id]
	if !known || !timer.NextAt.Equal(expected) {
		return false, nil
	}
	timer.NextAt, timer.PlannedAt = next, plannedAt
	m.timers[id] = timer
	return true, nil
}

func (m *memory) change(f func(m *memory)) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	f(m)
}

func (m *memory) nextAt(id int64) time.Time {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.timers[id].NextAt
}

// ran is one run as the world saw it.
type ran struct {
	timer int64
	cause Cause
	at    string // the wall clock at its start
}

// bench is a scheduler with everything around it.
type bench struct {
	t       *testing.T
	clock   *fakeClock
	store   *memory
	sched   *Scheduler
	mutex   sync.Mutex
	runs    []ran
	reports []error
	work    func(ctx context.Context, id int64) error // what a run does; nil: nothing
	atOnce  map[int64]int
}

// on sets up a scheduler at the wall clock start and hands it to test; everything stops at the end.
func on(t *testing.T, start string, timers []Timer, test func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &bench{t: t, clock: &fakeClock{}, store: &memory{timers: map[int64]Timer{}}, atOnce: map[int64]int{}}
		b.clock.jump(instant(t, start).Sub(b.clock.Now()))
		for _, timer := range timers {
			b.store.timers[timer.ID] = timer
		}
		b.sched = New(b.store, b.run, b.report, b.clock)
		b.sched.Start(context.Background()) // not the test's: that one ends outside of the bubble
		defer b.sched.Stop()
		synctest.Wait()
		test(b)
	})
}

func (b *bench) run(ctx context.Context, id int64, cause Cause) error {
	b.mutex.Lock()
	b.runs = append(b.runs, ran{id, cause, b.clock.Now().Format(time.RFC3339)})
	b.atOnce[id]++
	if b.atOnce[id] > 1 {
		b.t.Errorf("timer %d runs %d times at once", id, b.atOnce[id])
	}
	work := b.work
	b.mutex.Unlock()
	defer func() { b.mutex.Lock(); b.atOnce[id]--; b.mutex.Unlock() }()
	if work != nil {
		return work(ctx, id)
	}
	return nil
}

// working says what runs do from now on.
func (b *bench) working(work func(ctx context.Context, id int64) error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.work = work
}

func (b *bench) report(_ int64, _ Cause, err error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.reports = append(b.reports, err)
}

func (b *bench) want(want ...ran) {
	b.t.Helper()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if !slices.Equal(b.runs, want) {
		b.t.Fatalf("runs:\n got %v\nwant %v", b.runs, want)
	}
}

func (b *bench) failures() []error {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return slices.DeleteFunc(slices.Clone(b.reports), func(err error) bool { return err == nil })
}

var errBroken = errors.New("broken")
