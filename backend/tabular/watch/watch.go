// Package watch looks at folders on a schedule and imports the order files that turn up in them. A file is picked up only
// when it has stopped growing; once its import is on disk it is moved to done/ (or failed/) with a report beside it.
package watch

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
	"tradepost/backend/tabular"
)

// TimerKind is the kind of timers that watch folders.
const TimerKind = "watch"

// Config says what to do with the files of a folder. Channel "" is the one the format names.
type Config struct {
	Folder  string `json:"folder"`
	Channel string `json:"channel,omitempty"`
	Format  string `json:"format,omitempty"`
	Mode    string `json:"mode,omitempty"`
}

// Store is where timers and runs are kept.
type Store interface {
	Timers(ctx context.Context) ([]journal.Timer, error)
	Timer(ctx context.Context, id int64) (journal.Timer, error)
	AddTimer(ctx context.Context, t *journal.Timer) error
	ReviseTimer(ctx context.Context, t journal.Timer, ifSeq int64) error
	NoteTimerRun(ctx context.Context, id, runID int64, succeeded bool) error
	InTx(ctx context.Context, bulk bool, do func(intake.Tx) error) error
	Import(ctx context.Context, id int64) (tabular.Import, error)
	Now() commerce.Instant
	Zone() *time.Location
}

// Watcher imports what turns up in watched folders.
type Watcher struct {
	store   Store
	imports *tabular.Importer
	settle  func(context.Context) error // waits long enough to see whether a file still grows
}

// New makes a Watcher. settle nil waits two seconds.
func New(store Store, imports *tabular.Importer, settle func(context.Context) error) *Watcher {
	if settle == nil {
		settle = TwoSeconds
	}
	return &Watcher{store, imports, settle}
}

// TwoSeconds waits long enough to see whether a file still grows.
func TwoSeconds(ctx context.Context) error {
	timer := time.NewTimer(2 * time.Second)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Draft is a watched folder as a person states it.
type Draft struct {
	Config
	Expression string
	Zone       string
}

// timer checks a draft: the folder must be there, the expression and zone readable, the mode known.
func (w *Watcher) timer(d Draft) (journal.Timer, error) {
	zone := d.Zone
	if zone == "" {
		zone = w.store.Zone().String()
	}
	plan, err := schedule.Parse(d.Expression, zone)
	if err != nil {
		return journal.Timer{}, err
	}
	folder, err := checkFolder(d.Folder)
	if err != nil {
		return journal.Timer{}, err
	}
	if _, err := intake.ParseMode(d.Mode); err != nil {
		return journal.Timer{}, err
	}
	d.Folder = folder
	config, err := json.Marshal(d.Config)
	if err != nil {
		return journal.Timer{}, fmt.Errorf("writing watch: %w", err)
	}
	now := w.store.Now()
	return journal.Timer{Kind: TimerKind, Name: filepath.Base(folder), Expression: d.Expression, Zone: zone, Config: string(config),
		NextAt: commerce.InstantOf(plan.Next(now.Time())), PlannedAt: now}, nil
}

// Add watches a folder from now on.
func (w *Watcher) Add(ctx context.Context, d Draft) (journal.Timer, error) {
	t, err := w.timer(d)
	if err != nil {
		return t, err
	}
	if err := w.unwatched(ctx, mustConfig(t).Folder, 0); err != nil {
		return t, err
	}
	return t, w.store.AddTimer(ctx, &t)
}

// unwatched makes sure that no other timer watches a folder: two would race for its files.
func (w *Watcher) unwatched(ctx context.Context, folder string, except int64) error {
	others, err := w.store.Timers(ctx)
	if err != nil {
		return err
	}
	for _, other := range others {
		if c, err := ConfigOf(other); err == nil && other.Kind == TimerKind && other.ID != except && c.Folder == folder {
			return fault.New(fault.Conflict, "This folder is watched already.", "Change that schedule, or remove it first.").InField("folder")
		}
	}
	return nil
}

// Check makes sure that a folder can be watched, and gives the config with its folder's absolute path. except is the timer
// that is being changed, or 0.
func (w *Watcher) Check(ctx context.Context, c Config, except int64) (Config, error) {
	folder, err := checkFolder(c.Folder)
	if err != nil {
		return c, err
	}
	c.Folder = folder
	if _, err := intake.ParseMode(c.Mode); err != nil {
		return c, err
	}
	return c, w.unwatched(ctx, folder, except)
}

// Revise changes what is watched, or when.
func (w *Watcher) Revise(ctx context.Context, id int64, d Draft, ifSeq int64) error {
	was, err := w.store.Timer(ctx, id)
	if err != nil {
		return err
	}
	next, err := w.timer(d)
	if err != nil {
		return err
	}
	next.ID, next.Paused, next.Name, next.Jitter, next.AlarmAfter = id, was.Paused, was.Name, was.Jitter, was.AlarmAfter
	if plan, err := schedule.PlanOf(next); err == nil {
		next.NextAt = commerce.InstantOf(plan.Next(w.store.Now().Time()))
	}
	return w.store.ReviseTimer(ctx, next, ifSeq)
}

// Pause stops or resumes looking; resuming does not make up for what was paused.
func (w *Watcher) Pause(ctx context.Context, id int64, paused bool) error {
	t, err := w.store.Timer(ctx, id)
	if err != nil {
		return err
	}
	t.Paused, t.NextAt = paused, 0
	if plan, err := schedule.PlanOf(t); err == nil && !paused {
		t.NextAt = commerce.InstantOf(plan.Next(w.store.Now().Time()))
	}
	return w.store.ReviseTimer(ctx, t, -1)
}

// ConfigOf reads a timer's config.
func ConfigOf(t journal.Timer) (c Config, err error) {
	if err = json.Unmarshal([]byte(t.Config), &c); err != nil {
		return c, fmt.Errorf("reading watch %d: %w", t.ID, err)
	}
	return c, nil
}

func mustConfig(t journal.Timer) Config {
	c, _ := ConfigOf(t)
	return c
}

// Run looks at a folder once, as one run; it is what the scheduler calls. It returns the run's own trouble (folder
// gone, disk full); files that cannot be imported are moved to failed/ and counted.
func (w *Watcher) Run(ctx context.Context, timerID int64, cause schedule.Cause) error {
	t, err := w.store.Timer(ctx, timerID)
	if err != nil {
		return err
	}
	config, err := ConfigOf(t)
	if err != nil {
		return err
	}
	run := journal.Run{Kind: journal.RunWatch, Cause: CauseOf(cause), Title: "Looked into " + filepath.Base(config.Folder), TimerID: t.ID,
		Subject: config.Folder, Counts: map[string]int{}}
	if err := w.store.InTx(ctx, false, func(tx intake.Tx) error { return tx.InsertRun(&run) }); err != nil {
		return err
	}
	look := &look{w: w, config: config, run: &run, cause: run.Cause}
	trouble := look.all(ctx)
	return w.end(context.WithoutCancel(ctx), run, trouble)
}

// CauseOf is the cause of a run as the journal names it.
func CauseOf(cause schedule.Cause) journal.Cause {
	switch cause {
	case schedule.CausePerson:
		return journal.ByPerson
	case schedule.CauseCatchUp, schedule.CauseRecover:
		return journal.ByCatchUp
	}
	return journal.BySchedule
}

func (w *Watcher) end(ctx context.Context, run journal.Run, trouble error) error {
	run.State = journal.Done
	if run.Counts["failed"] > 0 || run.Counts["error"] > 0 {
		run.State = journal.Partial
	}
	if trouble != nil {
		problem := fault.ProblemOf(trouble)
		run.State, run.Problem = journal.Failed, &problem
	}
	err := w.store.InTx(ctx, false, func(tx intake.Tx) error {
		run.FinishedAt = tx.Now()
		return tx.UpdateRun(run)
	})
	if err == nil {
		err = w.store.NoteTimerRun(ctx, run.TimerID, run.ID, trouble == nil)
	}
	if trouble != nil {
		return trouble
	}
	return err
}
