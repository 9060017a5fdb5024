package schedule

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"tradepost/backend/fault"
)

func hourly(id int64) Timer { return Timer{ID: id, Expr: "0 * * * *", Zone: "UTC"} }

func TestRunsWhenDue(t *testing.T) {
	on(t, "2026-11-23T07:10:00Z", []Timer{hourly(1)}, func(b *bench) {
		b.want() // a new timer is planned, not run
		b.clock.pass(49*time.Minute + 59*time.Second)
		b.want()
		b.clock.pass(time.Second)
		b.want(ran{1, CauseTimer, "2026-11-23T08:00:00Z"})
		b.clock.pass(time.Hour)
		b.want(ran{1, CauseTimer, "2026-11-23T08:00:00Z"}, ran{1, CauseTimer, "2026-11-23T09:00:00Z"})
		if next := b.store.nextAt(1); !next.Equal(instant(t, "2026-11-23T10:00:00Z")) {
			t.Errorf("next at %s", next)
		}
	})
}

func TestOneCatchUpAfterBeingClosed(t *testing.T) {
	late := hourly(1)
	late.NextAt, late.PlannedAt = instant(t, "2026-11-20T08:00:00Z"), instant(t, "2026-11-20T07:00:00Z")
	on(t, "2026-11-23T07:10:00Z", []Timer{late}, func(b *bench) {
		b.clock.pass(50 * time.Minute)
		b.want(ran{1, CauseCatchUp, "2026-11-23T07:10:00Z"}, ran{1, CauseTimer, "2026-11-23T08:00:00Z"})
	})
}

// The computer sleeps: the wall clock jumps while timers stand still. The gap is noticed within 30 seconds.
func TestOneCatchUpAfterSleep(t *testing.T) {
	on(t, "2026-11-23T07:10:00Z", []Timer{hourly(1)}, func(b *bench) {
		b.clock.pass(time.Second)
		b.clock.jump(5 * time.Hour)
		b.clock.pass(longestWait)
		b.want(ran{1, CauseCatchUp, "2026-11-23T12:10:30Z"})
		b.clock.pass(time.Hour)
		b.want(ran{1, CauseCatchUp, "2026-11-23T12:10:30Z"}, ran{1, CauseTimer, "2026-11-23T13:00:00Z"})
	})
}

func TestSmallStepBackDoublesNothing(t *testing.T) {
	on(t, "2026-11-23T07:59:00Z", []Timer{hourly(1)}, func(b *bench) {
		b.clock.pass(time.Minute + time.Second)
		b.clock.jump(-5 * time.Second)
		b.clock.pass(time.Minute)
		b.want(ran{1, CauseTimer, "2026-11-23T08:00:00Z"})
	})
}

// A clock that ran years ahead is set right: the timer must not wait for the year in which it was planned.
func TestLargeStepBackPlansAnew(t *testing.T) {
	on(t, "2035-01-01T07:10:00Z", []Timer{hourly(1)}, func(b *bench) {
		b.clock.jump(instant(t, "2026-11-23T07:10:00Z").Sub(b.clock.Now()))
		b.clock.pass(50 * time.Minute)
		b.want(ran{1, CauseTimer, "2026-11-23T08:00:00Z"})
	})
}

func TestOneTimerNeverOverlaps(t *testing.T) {
	on(t, "2026-11-23T07:59:00Z", []Timer{hourly(1), hourly(2)}, func(b *bench) {
		release := make(chan struct{})
		b.working(func(_ context.Context, id int64) error {
			if id == 1 {
				<-release
			}
			return nil
		})
		b.clock.pass(3 * time.Hour) // 08:00 goes on; 09:00 and 10:00 wait, the other timer runs
		if _, err := b.sched.RunNow(1); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second run by hand: %v", err)
		}
		release <- struct{}{}
		synctest.Wait() // both that waited become one
		close(release)
		b.clock.pass(time.Second)
		if got := countOf(b, 1); got != 2 {
			t.Errorf("the slow timer ran %d times", got)
		}
		if got := countOf(b, 2); got != 3 {
			t.Errorf("the other timer ran %d times", got)
		}
	})
}

func countOf(b *bench, id int64) (count int) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for _, r := range b.runs {
		if r.timer == id {
			count++
		}
	}
	return count
}

func TestPanicIsAFailedRun(t *testing.T) {
	on(t, "2026-11-23T07:59:00Z", []Timer{hourly(1)}, func(b *bench) {
		b.working(func(context.Context, int64) error { panic("a mistake") })
		b.clock.pass(time.Minute)
		b.clock.pass(time.Hour)
		b.want(ran{1, CauseTimer, "2026-11-23T08:00:00Z"}, ran{1, CauseTimer, "2026-11-23T09:00:00Z"})
		failures := b.failures()
		if len(failures) != 2 || !fault.Is(failures[0], fault.Internal) {
			t.Errorf("reported %v", failures)
		}
	})
}

func TestStoreTroubleStopsNothing(t *testing.T) {
	on(t, "2026-11-23T07:58:00Z", []Timer{hourly(1)}, func(b *bench) {
		b.store.change(func(m *memory) { m.broken = errBroken })
		b.clock.pass(3 * time.Minute)
		b.want()
		b.store.change(func(m *memory) { m.broken, m.panics = nil, true })
		b.clock.pass(longestWait)
		b.clock.pass(longestWait)
		b.want(ran{1, CauseCatchUp, "2026-11-23T08:02:00Z"})
		failures := b.failures()
		if len(failures) == 0 || !errors.Is(failures[0], errBroken) || !fault.Is(failures[len(failures)-1], fault.Internal) {
			t.Errorf("reported %v", failures)
		}
	})
}

func TestUnreadableTimerIsReportedOnceAndBlocksNobody(t *testing.T) {
	bad := Timer{ID: 1, Expr: "whenever", Zone: "UTC"}
	on(t, "2026-11-23T07:59:00Z", []Timer{bad, hourly(2)}, func(b *bench) {
		b.clock.pass(10 * time.Minute)
		b.want(ran{2, CauseTimer, "2026-11-23T08:00:00Z"})
		if failures := b.failures(); len(failures) != 1 || !fault.Is(failures[0], fault.Invalid) {
			t.Errorf("reported %v", failures)
		}
	})
}

func TestPausedTimerRunsOnlyByHand(t *testing.T) {
	paused := hourly(1)
	paused.Paused = true
	on(t, "2026-11-23T07:59:00Z", []Timer{paused}, func(b *bench) {
		b.clock.pass(time.Hour)
		b.want()
		b.working(func(context.Context, int64) error { return errBroken })
		done, err := b.sched.RunNow(1)
		if err != nil || !errors.Is(<-done, errBroken) {
			t.Errorf("running by hand: %v", err)
		}
		b.want(ran{1, CausePerson, "2026-11-23T08:59:00Z"})
	})
}

func TestWakeNoticesANewTimerAtOnce(t *testing.T) {
	on(t, "2026-11-23T07:59:55Z", nil, func(b *bench) {
		b.store.change(func(m *memory) { m.timers[1] = hourly(1) })
		b.sched.Wake()
		b.clock.pass(5 * time.Second)
		b.want(ran{1, CauseTimer, "2026-11-23T08:00:00Z"})
	})
}

// Two schedulers on one store, as two processes would be: the conditional claim lets one of them run.
func TestTwoSchedulersRunOnce(t *testing.T) {
	on(t, "2026-11-23T07:59:00Z", []Timer{hourly(1)}, func(b *bench) {
		second := New(b.store, b.run, b.report, b.clock)
		second.Start(context.Background())
		b.clock.pass(2 * time.Minute)
		second.Stop()
		b.want(ran{1, CauseTimer, "2026-11-23T08:00:00Z"})
	})
}

func TestStopCancelsAndWaits(t *testing.T) {
	on(t, "2026-11-23T07:59:00Z", []Timer{hourly(1)}, func(b *bench) {
		ended := false
		b.working(func(ctx context.Context, _ int64) error {
			<-ctx.Done()
			ended = true // written before Stop returns, or the race detector complains
			return ctx.Err()
		})
		b.clock.pass(time.Minute)
		b.sched.Stop()
		if !ended {
			t.Error("Stop did not wait")
		}
		if _, err := b.sched.RunNow(1); !fault.Is(err, fault.Unavailable) {
			t.Errorf("running after Stop: %v", err)
		}
		b.sched.Stop()
	})
}

func TestNewYorkThroughBothChanges(t *testing.T) {
	night := Timer{ID: 1, Expr: "30 1,2 * * *", Zone: "America/New_York"}
	on(t, "2026-03-08T05:00:00Z", []Timer{night}, func(b *bench) {
		b.clock.pass(24 * time.Hour)
		b.want(ran{1, CauseTimer, "2026-03-08T06:30:00Z"}, ran{1, CauseTimer, "2026-03-08T07:00:00Z"})
	})
	on(t, "2026-11-01T04:00:00Z", []Timer{night}, func(b *bench) {
		b.clock.pass(24 * time.Hour)
		b.want(ran{1, CauseTimer, "2026-11-01T05:30:00Z"}, ran{1, CauseTimer, "2026-11-01T07:30:00Z"})
	})
}

func TestSystemClockHasNoMonotonicReading(t *testing.T) {
	if now := (SystemClock{}).Now(); now != now.Round(0) {
		t.Error("the monotonic reading is still there")
	}
	fires, stop := SystemClock{}.After(0)
	<-fires
	stop()
}
