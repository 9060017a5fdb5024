// Package job is the imports and exports that run on schedules: watch looks into a folder, fetch takes files from an SFTP
// server, export sends an export to a folder, to an SFTP server or by mail. Nothing is taken twice, and nothing is sent
// twice without a person saying so: what is to be sent is written down before it is sent.
package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
	"tradepost/backend/tabular/watch"
)

// The kinds of job, which are the kinds of their timers.
const (
	Watch  = watch.TimerKind
	Fetch  = "fetch"
	Export = "export"
)

// Config says what a job does; which fields count depends on its kind and on where it sends. It is a timer's config.
type Config struct {
	// watch and fetch
	Channel string `json:"channel,omitempty"`
	Format  string `json:"format,omitempty"`
	Mode    string `json:"mode,omitempty"`

	// Folder is the watched folder, or the one below the server's, or the one that exports are put into.
	Folder string `json:"folder,omitempty"`
	// Server is the SFTP or mail server of fetch and export.
	Server int64 `json:"server,omitempty"`
	// Pattern narrows the files of fetch: "*.csv". Empty is all.
	Pattern string `json:"pattern,omitempty"`
	// After says what becomes of a fetched file on the server: move (to done or failed), delete, leave.
	After string `json:"after,omitempty"`

	// export
	To         string   `json:"to,omitempty"` // folder, sftp, mail
	Template   int64    `json:"template,omitempty"`
	FileName   string   `json:"file_name,omitempty"`
	Replace    bool     `json:"replace,omitempty"`
	SendEmpty  bool     `json:"send_empty,omitempty"`
	Recipients []string `json:"recipients,omitempty"`
	Subject    string   `json:"subject,omitempty"`
	Text       string   `json:"text,omitempty"`
}

// Where exports go, and what becomes of fetched files.
const (
	ToFolder = "folder"
	ToSFTP   = "sftp"
	ToMail   = "mail"

	AfterMove   = "move"
	AfterDelete = "delete"
	AfterLeave  = "leave"
)

// ConfigOf reads a timer's config.
func ConfigOf(t journal.Timer) (c Config, err error) {
	if err = json.Unmarshal([]byte(t.Config), &c); err != nil {
		return c, fmt.Errorf("reading schedule %d: %w", t.ID, err)
	}
	return c, nil
}

// Exporter makes the files of an export. create is called once for each file, with the name the template gives it. The
// run that comes back counts what was written in Counts["rows"] and has ended.
type Exporter interface {
	Export(ctx context.Context, templateID int64, create func(name string) (io.WriteCloser, error)) (journal.Run, error)
}

// Secrets gives and keeps passwords and keys.
type Secrets interface {
	Put(ctx context.Context, name string, value []byte) error
	Get(ctx context.Context, name string) ([]byte, error)
	Has(ctx context.Context, name string) (bool, error)
	Delete(ctx context.Context, name string) error
}

// Store is where timers, servers, and what was taken and sent are kept.
type Store interface {
	intake.Unit
	timerStore
	serverStore
	fetchedStore
	deliveryStore
	concernStore
	Setting(ctx context.Context, name string) (string, error)
	Now() commerce.Instant
	Zone() *time.Location
}

type timerStore interface {
	Timers(ctx context.Context) ([]journal.Timer, error)
	Timer(ctx context.Context, id int64) (journal.Timer, error)
	AddTimer(ctx context.Context, t *journal.Timer) error
	ReviseTimer(ctx context.Context, t journal.Timer, ifSeq int64) error
	DeleteTimer(ctx context.Context, id int64) error
	NoteTimerRun(ctx context.Context, id, runID int64, succeeded bool) error
	Runs(ctx context.Context, filter journal.RunFilter) ([]journal.Run, error)
	Alarm(ctx context.Context, id int64) (first bool, err error)
	NoteAlarmMail(ctx context.Context, id int64, expected, mailed string) (won bool, err error)
}

// Jobs runs and changes jobs.
type Jobs struct {
	store    Store
	watcher  *watch.Watcher
	secrets  Secrets
	exporter Exporter
	outgoing string
	settle   func(context.Context) error
	dial     dialer
	post     postman
	mailTry  map[string]time.Time // when an alarm's mail was last tried; the alarm loop alone uses it
}

// Options of New. Outgoing is the folder where files wait to be sent; Exporter nil refuses exports in words; Settle waits
// long enough to see whether a file still grows (two seconds when nil).
type Options struct {
	Outgoing string
	Exporter Exporter
	Settle   func(context.Context) error
}

// New makes Jobs.
func New(store Store, watcher *watch.Watcher, secrets Secrets, options Options) *Jobs {
	j := &Jobs{store: store, watcher: watcher, secrets: secrets, exporter: options.Exporter, outgoing: options.Outgoing, settle: options.Settle,
		mailTry: map[string]time.Time{}}
	if j.exporter == nil {
		j.exporter = noExports{}
	}
	if j.settle == nil {
		j.settle = watch.TwoSeconds
	}
	j.dial, j.post = j.connect, j.sendMail
	return j
}

// Run does a job once; it is what the scheduler calls. What goes wrong stands in the run and comes back.
func (j *Jobs) Run(ctx context.Context, timerID int64, cause schedule.Cause) error {
	t, err := j.store.Timer(ctx, timerID)
	if err != nil {
		return err
	}
	defer j.endPanicked(ctx, t)
	if t.Kind == Watch {
		return j.watcher.Run(ctx, timerID, cause)
	}
	config, err := ConfigOf(t)
	if err != nil {
		return err
	}
	run := journal.Run{Cause: watch.CauseOf(cause), TimerID: t.ID, Title: t.Name, Subject: t.Name, Counts: map[string]int{}}
	before, err := j.lastRun(ctx, t.ID)
	if err != nil {
		return err
	}
	work := func() error { return j.fetch(ctx, config, &run) }
	if run.Kind = journal.RunFetch; t.Kind == Export {
		run.Kind = journal.RunSend
		work = func() error { return j.export(ctx, t, config, &run, before, cause == schedule.CauseRecover) }
	}
	if err := j.store.InTx(ctx, false, func(tx intake.Tx) error { return tx.InsertRun(&run) }); err != nil {
		return err
	}
	return j.end(context.WithoutCancel(ctx), run, work())
}

func (j *Jobs) lastRun(ctx context.Context, timerID int64) (journal.Run, error) {
	runs, err := j.store.Runs(ctx, journal.RunFilter{TimerID: timerID, Kind: journal.RunSend, Limit: 1})
	if err != nil || len(runs) == 0 {
		return journal.Run{}, err
	}
	return runs[0], nil
}

// end writes how a run went: done, partial where single files went wrong, failed with its trouble.
func (j *Jobs) end(ctx context.Context, run journal.Run, trouble error) error {
	run.State = journal.Done
	if run.Counts["failed"] > 0 || run.Counts["error"] > 0 || run.Counts["unknown"] > 0 {
		run.State = journal.Partial
	}
	if trouble != nil {
		problem := problemOf(trouble)
		run.State, run.Problem = journal.Failed, &problem
	}
	err := j.store.InTx(ctx, false, func(tx intake.Tx) error {
		run.FinishedAt = tx.Now()
		return tx.UpdateRun(run)
	})
	if err == nil {
		err = j.store.NoteTimerRun(ctx, run.TimerID, run.ID, trouble == nil)
	}
	return errors.Join(trouble, err)
}

// endPanicked ends the run that a panic left open, and lets the panic go on to the scheduler.
func (j *Jobs) endPanicked(ctx context.Context, t journal.Timer) {
	value := recover()
	if value == nil {
		return
	}
	if runs, err := j.store.Runs(context.WithoutCancel(ctx), journal.RunFilter{TimerID: t.ID, Unfinished: true, Limit: 10}); err == nil {
		for _, run := range runs {
			if run.Kind == journal.RunWatch || run.Kind == journal.RunFetch || run.Kind == journal.RunSend {
				_ = j.end(context.WithoutCancel(ctx), run, errPanicked)
			}
		}
	}
	panic(value)
}
