package watch_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"tradepost/backend/journal"
	"tradepost/backend/schedule"
	"tradepost/backend/store"
	"tradepost/backend/tabular/watch"
)

// hand is a wall clock that moves by hand: everything that waits on it is woken when it is moved.
type hand struct {
	mu      sync.Mutex
	at      time.Time
	waiting []chan time.Time
	moved   bool // since something last began to wait: it is woken at once, as it may have looked before
}

func (h *hand) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hand) After(time.Duration) (<-chan time.Time, func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	fires := make(chan time.Time, 1)
	if h.moved {
		h.moved = false
		fires <- h.at
	}
	h.waiting = append(h.waiting, fires)
	return fires, func() {}
}

func (h *hand) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at, h.moved = h.at.Add(d), true
	for _, fires := range h.waiting {
		select {
		case fires <- h.at:
		default:
		}
	}
	h.waiting = nil
}

type ended struct {
	cause schedule.Cause
	err   error
}

func (b *bench) scheduler(clock schedule.Clock) (s *schedule.Scheduler, ends chan ended) {
	ends = make(chan ended, 100)
	return schedule.New(b.s.Clockwork(), b.w.Run, func(_ int64, cause schedule.Cause, err error) { ends <- ended{cause, err} }, clock), ends
}

// TestCatchUpAfterBeingClosed closes Tradepost over many due times: at the next start one look makes up for them all, and from
// then on the schedule goes on as written.
func TestCatchUpAfterBeingClosed(t *testing.T) {
	clock := &hand{at: time.Date(2026, 3, 20, 12, 1, 0, 0, time.UTC)}
	b := watching(t, t.TempDir(), store.Options{Now: clock.Now}, watch.Config{})
	clock.pass(3 * time.Hour) // closed meanwhile: 36 due times pass
	b.put("orders.csv", text(1, 3))

	s, ends := b.scheduler(clock)
	s.Start(context.Background())
	if end := <-ends; end.cause != schedule.CauseCatchUp || end.err != nil {
		t.Errorf("the first look: %+v", end)
	}
	if b.orders() != 3 {
		t.Errorf("%d orders", b.orders())
	}
	b.put("later.csv", text(1, 5))
	clock.pass(4 * time.Minute) // 15:05
	end := <-ends
	if end.cause != schedule.CauseTimer || end.err != nil || b.orders() != 5 {
		t.Errorf("the look on time: %+v, %d orders", end, b.orders())
	}
	s.Stop()
	runs, err := b.s.Runs(context.Background(), journal.RunFilter{Kind: journal.RunWatch, Limit: 100})
	must(t, err)
	if len(runs) != 2 || runs[1].Cause != journal.ByCatchUp || runs[0].Cause != journal.BySchedule {
		t.Errorf("runs %+v", runs)
	}
	timer, err := b.s.Timer(context.Background(), b.timer.ID)
	must(t, err)
	if at := timer.NextAt.Time(); !at.Equal(time.Date(2026, 3, 20, 15, 10, 0, 0, time.UTC)) {
		t.Errorf("next at %s", at)
	}
}

// A paused folder is not looked into, and resuming does not make up for it; a person can look all the same.
func TestPausedFolder(t *testing.T) {
	clock := &hand{at: time.Date(2026, 3, 20, 12, 1, 0, 0, time.UTC)}
	b := watching(t, t.TempDir(), store.Options{Now: clock.Now}, watch.Config{})
	must(t, b.w.Pause(context.Background(), b.timer.ID, true))
	clock.pass(time.Hour)
	b.put("orders.csv", text(1, 3))
	s, ends := b.scheduler(clock)
	s.Start(context.Background())
	done, err := s.RunNow(b.timer.ID)
	must(t, err)
	must(t, <-done)
	if end := <-ends; end.cause != schedule.CausePerson || b.orders() != 3 {
		t.Errorf("%+v, %d orders", end, b.orders())
	}
	must(t, b.w.Pause(context.Background(), b.timer.ID, false))
	s.Wake()
	clock.pass(4 * time.Minute) // 13:05
	if end := <-ends; end.cause != schedule.CauseTimer {
		t.Errorf("after resuming: %+v", end)
	}
	s.Stop()
	runs, err := b.s.Runs(context.Background(), journal.RunFilter{Kind: journal.RunWatch, Limit: 100})
	must(t, err)
	if len(runs) != 2 {
		t.Errorf("%d runs", len(runs))
	}
}

// Two programs with one database never both start a due time.
func TestOneDueTimeStartsOnce(t *testing.T) {
	clock := &hand{at: time.Date(2026, 3, 20, 12, 1, 0, 0, time.UTC)}
	b := watching(t, t.TempDir(), store.Options{Now: clock.Now}, watch.Config{})
	timer, err := b.s.Timer(context.Background(), b.timer.ID)
	must(t, err)
	won := 0
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 16 {
		all.Add(1)
		go func() {
			defer all.Done()
			ok, err := b.s.ClaimTimer(context.Background(), timer.ID, timer.NextAt, timer.NextAt+300_000, timer.NextAt)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if ok {
				won++
			}
		}()
	}
	all.Wait()
	if won != 1 {
		t.Errorf("%d of 16 won", won)
	}
}
