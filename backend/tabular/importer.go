package tabular

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/tabular/format"
)

// Progress tells how far a job of an import is.
type Progress struct {
	ImportID int64
	RunID    int64
	Done     int64
	Total    int64
}

// Importer plans, applies and takes back imports. Its jobs run one after the other; what a crash left under way is taken
// up again by Resume.
type Importer struct {
	store  Store
	notify func(Progress)
	root   context.Context
	stop   context.CancelCauseFunc
	turn   sync.Mutex // one job at a time
	jobs   sync.WaitGroup
	mu     sync.Mutex
	active map[int64]context.CancelCauseFunc
	unsaid map[int64]ending // jobs that failed and could not record it
	known  recognitions

	elsewhere func(ctx context.Context, runID int64, m journal.Message) (applied bool, err error)
	exchanged func(ctx context.Context) error
}

// OnExchange says who acknowledges what came by EDI, once an import of it is applied. Its trouble is not the import's: what is
// owed stays so, and is done later.
func (im *Importer) OnExchange(do func(ctx context.Context) error) { im.exchanged = do }

// RetryElsewhere says who tries messages again that came in by connections.
func (im *Importer) RetryElsewhere(do func(ctx context.Context, runID int64, m journal.Message) (applied bool, err error)) {
	im.elsewhere = do
}

// ending is how a job ended that did not end well.
type ending struct {
	state   State
	problem fault.Problem
}

// errStopping is why jobs end when the program does: they are taken up again, not cancelled.
var errStopping = errors.New("stopping")

// errCancelled is why a job ends when a person cancels it.
var errCancelled = fault.New(fault.Cancelled, "Cancelled.", "What was done until then stays; it can be taken back with undo, or gone on with.")

// NewImporter makes an Importer. notify, which may be nil, must not block.
func NewImporter(store Store, notify func(Progress)) *Importer {
	if notify == nil {
		notify = func(Progress) {}
	}
	root, stop := context.WithCancelCause(context.Background())
	return &Importer{store: store, notify: notify, root: root, stop: stop, active: map[int64]context.CancelCauseFunc{}, unsaid: map[int64]ending{}}
}

// Stop tells all jobs to end; they go on at the next Resume.
func (im *Importer) Stop() { im.stop(errStopping) }

// Close stops all jobs and waits for them.
func (im *Importer) Close() {
	im.Stop()
	im.jobs.Wait()
}

// Request asks for an import of a kept file. Format "" or "auto" recognises; Channel "" is the format's own name; Zone
// "" is the channel's, else the workspace's.
type Request struct {
	FileID    int64
	FileName  string
	Format    string
	Profile   int64  // a mapping that is kept; outranks Format
	Sheet     string // of a workbook, the sheet to read; "" finds it
	Channel   string
	Zone      string
	Currency  string
	DateOrder string
	Mode      string
	Cause     journal.Cause
	TimerID   int64
}

// Recognise says what a kept file is.
func (im *Importer) Recognise(ctx context.Context, fileID int64) (format.Recognition, error) {
	by, err := im.find(ctx, Request{FileID: fileID})
	by.Profile = by.profileID
	return by.Recognition, err
}

// kept lets format read a kept file several times.
type kept struct {
	store Store
	id    int64
}

func (k kept) Open() (io.ReadCloser, error) { return k.store.OpenFile(context.Background(), k.id) }

// Scratch keeps what is unpacked inside of the workspace.
func (k kept) Scratch() string { return k.store.SpoolFolder() }

func (im *Importer) source(fileID int64) format.Source { return kept{im.store, fileID} }

// Start writes a new import and plans it in the background; done is closed when the plan is ready or failed.
func (im *Importer) Start(ctx context.Context, request Request) (Import, <-chan struct{}, error) {
	i, by, err := im.prepare(ctx, request)
	if err != nil {
		return i, nil, err
	}
	run := journal.Run{Kind: journal.RunPlan, Cause: i.Cause, Title: "Plan of " + i.FileName, TimerID: i.TimerID, Total: int64(i.Rows)}
	err = im.store.InTabularTx(ctx, false, func(tx Tx) error {
		if err := tx.InsertImport(&i); err != nil {
			return err
		}
		if by.profile != nil {
			if err := tx.InsertImportProfile(i.ID, by.profileID, *by.profile); err != nil {
				return err
			}
		}
		run.ImportID = i.ID
		if err := tx.InsertRun(&run); err != nil {
			return err
		}
		i.RunID = run.ID
		return tx.UpdateImport(i)
	})
	if err != nil {
		return i, nil, fmt.Errorf("starting import: %w", err)
	}
	return i, im.launch(i.ID, im.plan), nil
}

// prepare settles format, channel, zone, currency and mode before anything is written.
func (im *Importer) prepare(ctx context.Context, request Request) (Import, found, error) {
	file, err := im.store.File(ctx, request.FileID)
	if err != nil {
		return Import{}, found{}, err
	}
	recognition, err := im.find(ctx, request)
	if err != nil {
		return Import{}, found{}, err
	}
	if recognition.profile != nil {
		request = request.answeredBy(*recognition.profile)
	}
	if request.Sheet != "" && recognition.Container != format.Workbook {
		return Import{}, found{}, fault.New(fault.Invalid, "The file is no workbook: it has no sheets.", "Leave the sheet out.").InField("sheet")
	}
	mode, err := intake.ParseMode(request.Mode)
	if err != nil {
		return Import{}, found{}, err
	}
	if format.KnownOnly(recognition.Format) {
		mode = intake.ModeUpdate
	}
	if recognition.Container == format.EDI { // its documents say themselves what they do
		mode = intake.ModeMerge
	}
	i := Import{Kind: kindOf(recognition.Recognition), FileID: file.ID, FileName: file.Name, FileSize: file.Size, Format: recognition.Format, FormatName: recognition.FormatName, Sheet: recognition.Sheet,
		Channel: request.Channel, ChannelKind: recognition.ChannelKind, Mode: mode, State: Planning, Cause: request.Cause, TimerID: request.TimerID,
		Columns: recognition.Columns, Rows: recognition.Rows, DateOrder: request.DateOrder, Warnings: []fault.Problem{}}
	if request.FileName != "" {
		i.FileName = request.FileName
	}
	if intake.OfNoChannel(i.Kind) {
		i.Channel, i.ChannelKind = "", channel.None
	} else if i.Kind == intake.EDI {
		if i.Channel, err = im.partnerChannel(ctx, file.ID, i.Channel); err != nil {
			return i, recognition, err
		}
	} else if named, err := im.firstChannel(ctx, file.ID, recognition.Recognition); err != nil {
		return i, recognition, err
	} else if named != "" {
		i.Channel = named
	}
	if i.Channel == "" && i.ChannelKind != channel.None {
		if i.Channel, err = im.usualChannel(ctx, recognition.ChannelKind); err != nil {
			return i, recognition, err
		}
	}
	if i.Cause == "" {
		i.Cause = journal.ByPerson
	}
	i, err = im.settle(ctx, i, request)
	return i, recognition, err
}

// usualChannel is where files of a kind go when nobody says: the only channel of that kind, whatever it is called, else
// the one that files came into last; with none, a new one named after the kind. A second channel would double every order.
func (im *Importer) usualChannel(ctx context.Context, kind string) (string, error) {
	all, err := im.store.Channels(ctx)
	if err != nil {
		return "", err
	}
	usual := channel.Channel{Name: channel.KindName(kind), LastImportAt: -1}
	for _, c := range all {
		if c.Kind == kind && c.LastImportAt > usual.LastImportAt {
			usual = c
		}
	}
	return usual.Name, nil
}

func (im *Importer) settle(ctx context.Context, i Import, request Request) (Import, error) {
	target, err := im.store.ChannelByName(ctx, i.Channel)
	if err != nil {
		return i, err
	}
	if target.ID != 0 {
		i.ChannelID, i.Channel, i.ChannelKind = target.ID, target.Name, target.Kind
	}
	switch {
	case request.Zone != "":
		i.Zone, i.ZoneSource = request.Zone, commerce.ZoneFromOption
	case target.Zone != "":
		i.Zone, i.ZoneSource = target.Zone, commerce.ZoneFromChannel
	default:
		i.Zone, i.ZoneSource = im.store.Zone().String(), commerce.ZoneFromWorkspace
	}
	if _, err := time.LoadLocation(i.Zone); err != nil {
		return i, fault.Wrap(err, fault.Invalid, fmt.Sprintf("%q is not a time zone.", i.Zone), "Use a name such as America/New_York.").InField("zone")
	}
	if i.Currency, err = im.usualCurrency(ctx, target); err != nil {
		return i, err
	}
	if request.Currency != "" {
		if i.Currency, err = commerce.ParseCurrency(request.Currency); err != nil {
			return i, fault.Wrap(err, fault.Invalid, fmt.Sprintf("%q is not a currency.", request.Currency), "Use three letters such as USD.").InField("currency")
		}
	}
	return i, nil
}

// usualCurrency is what a channel's amounts are in when a file does not say: what a person set, else the one currency that
// all of its orders are in. The plan says so, and takes another answer.
func (im *Importer) usualCurrency(ctx context.Context, target channel.Channel) (commerce.Currency, error) {
	if target.Currency != "" || target.ID == 0 {
		return target.Currency, nil
	}
	return im.store.ChannelCurrency(ctx, target.ID)
}

// launch runs a job of an import in the background, after those before it.
func (im *Importer) launch(importID int64, job func(context.Context, int64) error) <-chan struct{} {
	ctx, cancel := context.WithCancelCause(im.root)
	im.mu.Lock()
	im.active[importID] = cancel
	delete(im.unsaid, importID)
	im.mu.Unlock()
	done := make(chan struct{})
	im.jobs.Go(func() {
		defer close(done)
		im.turn.Lock()
		defer im.turn.Unlock()
		im.finish(ctx, importID, guarded(ctx, importID, job))
		im.mu.Lock()
		delete(im.active, importID)
		im.mu.Unlock()
		cancel(nil)
	})
	return done
}

// guarded turns a panic into an error, so that one file cannot stop the program.
func guarded(ctx context.Context, importID int64, job func(context.Context, int64) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("importing: panic: %v\n%s", p, debug.Stack())
		}
	}()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	room := make([]byte, jobRoom)
	defer runtime.KeepAlive(room)
	return job(ctx, importID)
}

// jobRoom is memory that a job holds and never touches, so that it costs addresses only: the garbage collector lets the
// heap double before it runs, and on the few MiB that an import needs it would run dozens of times a second.
const jobRoom = 12 << 20

// finish records how a job that did not end well ended. Stopping leaves it to be taken up again. A disk that takes nothing
// does not take that record either: Import knows it then, until the program ends.
func (im *Importer) finish(ctx context.Context, importID int64, err error) {
	if err == nil || errors.Is(context.Cause(ctx), errStopping) {
		return
	}
	state, runState := Failed, journal.Failed
	if errors.Is(context.Cause(ctx), errCancelled) {
		state, runState, err = Cancelled, journal.Cancelled, errCancelled
	}
	problem := fault.ProblemOf(err)
	background := context.WithoutCancel(ctx)
	if im.revise(background, importID, func(tx Tx, i *Import) error {
		i.State, i.Problem = state, &problem
		return im.endRun(background, tx, i.RunID, runState, &problem)
	}) != nil {
		im.mu.Lock()
		defer im.mu.Unlock()
		im.unsaid[importID] = ending{state, problem}
	}
}

// Import reads an import, with how its last job ended even where that could not be written.
func (im *Importer) Import(ctx context.Context, importID int64) (Import, error) {
	i, err := im.store.Import(ctx, importID)
	im.mu.Lock()
	defer im.mu.Unlock()
	if end, ok := im.unsaid[importID]; ok && err == nil {
		i.State, i.Problem = end.state, &end.problem
	}
	return i, err
}

// revise changes an import in one write.
func (im *Importer) revise(ctx context.Context, importID int64, change func(Tx, *Import) error) error {
	i, err := im.store.Import(ctx, importID)
	if err != nil {
		return err
	}
	return im.store.InTabularTx(ctx, false, func(tx Tx) error {
		next := i
		if err := change(tx, &next); err != nil {
			return err
		}
		return tx.UpdateImport(next)
	})
}

func (im *Importer) endRun(ctx context.Context, tx Tx, runID int64, state journal.RunState, problem *fault.Problem) error {
	run, err := im.store.Run(ctx, runID)
	if err != nil {
		return err
	}
	run.State, run.Problem, run.FinishedAt = state, problem, tx.Now()
	return tx.UpdateRun(run)
}

// Cancel stops the job of an import; false when none is under way.
func (im *Importer) Cancel(importID int64) bool {
	im.mu.Lock()
	defer im.mu.Unlock()
	cancel, ok := im.active[importID]
	if ok {
		cancel(errCancelled)
	}
	return ok
}

// Resume takes up what was under way when the program ended.
func (im *Importer) Resume(ctx context.Context) error {
	unfinished, err := im.store.UnfinishedImports(ctx)
	if err != nil {
		return fmt.Errorf("reading unfinished imports: %w", err)
	}
	jobs := map[State]func(context.Context, int64) error{Planning: im.plan, Applying: im.apply, Undoing: im.undo}
	for _, i := range unfinished {
		if i.State == Planned || i.State == Planning && i.Cause != journal.ByPerson {
			if err := im.giveUp(ctx, i.ID); err != nil {
				return fmt.Errorf("giving up a scheduled plan: %w", err)
			}
			continue
		}
		im.launch(i.ID, jobs[i.State])
	}
	return nil
}

// giveUp ends a scheduled plan that a crash left behind: its file still lies in its folder, and the next look plans anew.
func (im *Importer) giveUp(ctx context.Context, importID int64) error {
	return im.revise(ctx, importID, func(tx Tx, i *Import) error {
		i.State, i.PlannedAt = Cancelled, 0
		if err := im.endRun(ctx, tx, i.RunID, journal.Cancelled, nil); err != nil {
			return err
		}
		return tx.ClearPlan(importID)
	})
}

// Discard drops a plan that was not applied.
func (im *Importer) Discard(ctx context.Context, importID int64) error {
	i, err := im.Import(ctx, importID)
	if err != nil {
		return err
	}
	if i.AppliedRun != 0 || i.State == Planning || i.State == Applying {
		return fault.New(fault.Conflict, "This import is under way or was applied; it cannot be discarded.", "Cancel it, or take it back with undo.")
	}
	return im.revise(ctx, importID, func(tx Tx, i *Import) error {
		i.State, i.PlannedAt = Cancelled, 0
		return tx.ClearPlan(importID)
	})
}

// Whole plans and applies an import without anybody looking at the plan, and waits for its end. What went wrong with the
// import as a whole is in its Problem.
func (im *Importer) Whole(ctx context.Context, request Request) (Import, error) {
	i, done, err := im.Start(ctx, request)
	if err != nil {
		return i, err
	}
	if i, err = im.await(ctx, i.ID, done); err != nil || i.State != Planned {
		return i, err
	}
	if i, done, err = im.Apply(ctx, i.ID); err != nil {
		return i, err
	}
	return im.await(ctx, i.ID, done)
}

// await waits for a job's end; when ctx ends first, the job is cancelled.
func (im *Importer) await(ctx context.Context, importID int64, done <-chan struct{}) (Import, error) {
	select {
	case <-done:
	case <-ctx.Done():
		im.Cancel(importID)
		<-done
		return Import{}, context.Cause(ctx)
	}
	if im.root.Err() != nil {
		return Import{}, fault.New(fault.Unavailable, "Tradepost is closing; the import goes on at the next start.", "")
	}
	return im.Import(ctx, importID)
}
