package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tradepost/backend/api"
	"tradepost/backend/bulk"
	_ "tradepost/backend/connectors/all" // makes them known
	"tradepost/backend/edi/exchange"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/listings"
	"tradepost/backend/schedule"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/export"
	"tradepost/backend/tabular/job"
	"tradepost/backend/tabular/watch"
	"tradepost/backend/workspace"
)

// duties say what an owner does beside answering: only heads that stay do the scheduled work.
type duties struct {
	resume   bool // take up imports that a crash left
	schedule bool // run what is scheduled, back up daily
	notices  chan<- notice
}

// owner is one open workspace: lock, database, use cases, schedule and API.
type owner struct {
	lock      *workspace.Ownership
	store     *store.Store
	imports   *tabular.Importer
	exports   *export.Exporter
	scheduler *schedule.Scheduler
	jobs      *job.Jobs
	engine    *syncing.Engine
	telling   atomic.Pointer[syncing.Engine] // the engine, once it may tell channels by itself
	edi       *exchange.Exchange
	callers   *callers
	cutOff    []int64 // timers whose run a crash cut off
	hub       *api.Hub
	handler   http.Handler
	door      *http.Server
	stop      context.CancelFunc
	upkeep    sync.WaitGroup
	notices   chan<- notice // alarms for the person at the screen; nil when nobody takes them
}

// openOwner opens the workspace that lock holds. When it fails, lock is let go.
func openOwner(ctx context.Context, lock *workspace.Ownership, host api.Host, doorway func(http.Handler) http.Handler, d duties) (*owner, error) {
	o := &owner{lock: lock, hub: api.NewHub(), notices: d.notices}
	if err := o.open(ctx, host, doorway, d); err != nil {
		return nil, errors.Join(err, o.close())
	}
	return o, nil
}

func (o *owner) open(ctx context.Context, host api.Host, doorway func(http.Handler) http.Handler, d duties) (err error) {
	o.store, err = store.Open(ctx, o.lock.Dir().Path(), store.Options{Changed: o.changed, Moved: o.moved})
	if err != nil {
		return err
	}
	if err := o.store.SettleMachine(ctx, workspace.MachineID().ID); err != nil {
		return err
	}
	if o.cutOff, err = o.store.EndOrphans(ctx); err != nil {
		return err
	}
	o.imports = tabular.NewImporter(o.store, func(p tabular.Progress) { o.hub.Progress(p.ImportID, p.RunID, p.Done, p.Total) })
	o.exports = export.New(o.store, func(p export.Progress) { o.hub.Progress(0, p.RunID, p.Done, p.Total) })
	o.exports.SpoolIn(filepath.Join(o.lock.Dir().Path(), "outgoing"))
	watcher := watch.New(o.store, o.imports, nil)
	vault := openVault(ctx, o.store, o.lock.Dir().Path())
	o.jobs = job.New(o.store, watcher, vault, job.Options{Outgoing: filepath.Join(o.lock.Dir().Files(), "outgoing"), Exporter: o.exports})
	if err := o.jobs.Sweep(ctx); err != nil {
		return err
	}
	o.engine = syncing.New(o.store, vault, syncing.Options{Notify: func(p syncing.Progress) { o.hub.Progress(0, p.RunID, p.Done, p.Total) }})
	if err := o.engine.Recover(ctx); err != nil {
		return err
	}
	o.callers = newCallers(o.store, o.engine)
	o.imports.RetryElsewhere(o.engine.Retry)
	o.edi = exchange.New(o.store)
	o.imports.OnExchange(o.edi.Settle)
	o.scheduler = schedule.New(timersFor(o.store, d), o.runTimer, reportRun, schedule.SystemClock{})
	o.handler = api.New(api.Deps{Store: o.store, Imports: o.imports, Watches: watcher, Jobs: o.jobs, Secrets: vault, Exports: o.exports, Bulk: bulk.New(o.store), Listings: listings.New(o.store),
		Engine: o.engine, EDI: o.edi, Host: host, Hub: o.hub, Version: version})
	if err := o.answer(doorway); err != nil {
		return err
	}
	return o.begin(ctx, d)
}

func (o *owner) changed(seq int64, topics []store.Topic) {
	names := make([]string, len(topics))
	for i, topic := range topics {
		if topic == store.Connections && o.callers != nil {
			o.callers.changed()
		}
		names[i] = string(topic)
	}
	o.hub.Changed(seq, names)
}

// moved lets channels be told at once of what else is available. Only heads that stay send by themselves.
func (o *owner) moved(variantIDs []int64) {
	if e := o.telling.Load(); e != nil {
		e.Moved(variantIDs)
	}
}

// timersFor gives the scheduler the stored timers, or none: a command that is over in a moment must start no look by
// itself. What a person asks for (watch run) needs no due time.
func timersFor(s *store.Store, d duties) schedule.Store {
	if d.schedule {
		return s.Clockwork()
	}
	return noTimers{}
}

type noTimers struct{}

func (noTimers) Timers(context.Context) ([]schedule.Timer, error) { return nil, nil }

func (noTimers) Claim(context.Context, int64, time.Time, time.Time, time.Time) (bool, error) {
	return false, nil
}

// runTimer does a timer's work: that of a sync, that of a connection's writes, or a job's.
func (o *owner) runTimer(ctx context.Context, id int64, cause schedule.Cause) error {
	t, err := o.store.Timer(ctx, id)
	if err != nil {
		return err
	}
	if t.Kind == syncing.TimerKind {
		return o.engine.Run(ctx, id, cause)
	}
	if t.Kind == syncing.PushTimerKind {
		return o.engine.RunPush(ctx, id, cause)
	}
	if t.Kind == syncing.PurgeTimerKind {
		_, err := o.edi.Purge(ctx, id, syncing.CauseOf(cause))
		return errors.Join(o.engine.RunPurge(ctx, id, cause), err)
	}
	if t.Kind == syncing.ListenTimerKind {
		return o.engine.RunListen(ctx, id, cause)
	}
	if t.Kind == syncing.DriftTimerKind {
		return o.engine.RunDrift(ctx, id, cause)
	}
	return o.jobs.Run(ctx, id, cause)
}

func reportRun(timerID int64, _ schedule.Cause, err error) {
	if err != nil {
		slog.Warn("scheduled run", "timer", timerID, "error", err)
	}
}

// answer opens the private door, by which commands of the same user reach this process.
func (o *owner) answer(doorway func(http.Handler) http.Handler) error {
	listener, token, err := o.lock.Listen()
	if err != nil {
		return err
	}
	o.door = &http.Server{Handler: workspace.Guard(token, doorway(withScopes(o.handler))), ReadHeaderTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return context.Background() }}
	go func() { _ = o.door.Serve(listener) }()
	return nil
}

// scopesHeader lets a proxy before the door (serve) hand on fewer scopes than its own.
const scopesHeader = "X-Tradepost-Scopes"

func withScopes(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scopes := api.Scopes
		if stated := r.Header.Get(scopesHeader); stated != "" {
			scopes = strings.Fields(stated)
		}
		next.ServeHTTP(w, r.WithContext(api.WithScopes(r.Context(), scopes)))
	})
}

func (o *owner) begin(ctx context.Context, d duties) error {
	if d.resume {
		if err := o.imports.Resume(ctx); err != nil {
			return err
		}
		if err := o.edi.Settle(ctx); err != nil {
			slog.Warn("acknowledging EDI", "error", err) // it is owed still, and tried with the next
		}
	}
	background, stop := context.WithCancel(context.Background())
	o.stop = stop
	o.scheduler.Start(background)
	if !d.schedule {
		return nil
	}
	o.telling.Store(o.engine)
	o.callers.run(background)
	o.recover()
	o.upkeep.Add(2)
	go o.backUpDaily(background)
	go o.watchAlarms(background)
	return nil
}

// backUpDaily makes the day's backup at start and looks again every hour.
func (o *owner) backUpDaily(ctx context.Context) {
	defer o.upkeep.Done()
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := o.backUp(ctx); err != nil && ctx.Err() == nil {
			slog.Error("daily backup", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (o *owner) backUp(ctx context.Context) error {
	values, _, err := o.store.Settings(ctx)
	if err != nil {
		return err
	}
	began := o.store.Now()
	made, err := o.store.BackupDaily(ctx, api.BackupsKept(values))
	if !made && err == nil {
		return nil
	}
	run := journal.Run{Kind: journal.RunBackup, State: journal.Done, Cause: journal.BySchedule, Title: "Daily backup", StartedAt: began,
		Counts: map[string]int{}}
	if err != nil {
		problem := fault.ProblemOf(err)
		run.State, run.Problem = journal.Failed, &problem
	}
	return errors.Join(err, o.store.InTx(ctx, false, func(tx intake.Tx) error {
		run.FinishedAt = tx.Now()
		return tx.InsertRun(&run)
	}))
}

// close ends everything in order: no new requests, no new runs, jobs, database, lock.
func (o *owner) close() error {
	var errs []error
	if o.hub != nil {
		o.hub.Close()
	}
	if o.stop != nil {
		o.stop()
	}
	if o.imports != nil {
		o.imports.Stop()
	}
	if o.callers != nil {
		errs = append(errs, o.callers.close())
	}
	if o.engine != nil {
		o.engine.Close()
	}
	if o.scheduler != nil {
		o.scheduler.Stop()
	}
	if o.door != nil {
		patience, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		errs = append(errs, ignoreClosed(o.door.Shutdown(patience)))
		cancel()
	}
	if o.imports != nil {
		o.imports.Close()
	}
	if o.exports != nil {
		o.exports.Close()
	}
	o.upkeep.Wait()
	if o.store != nil {
		errs = append(errs, o.store.Close())
	}
	return errors.Join(append(errs, o.lock.Close())...)
}

func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed) || errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}
