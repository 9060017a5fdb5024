package job

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
	"tradepost/backend/tabular/watch"
	"tradepost/backend/transport"
)

// Draft is a job as a person states it. Jitter and AlarmAfter are seconds; AlarmAfter 0 is the job's own rhythm, -1 never.
type Draft struct {
	Config

	Kind       string
	Name       string
	Expression string
	Zone       string
	Jitter     int64
	AlarmAfter int64
}

// DraftOf is a stored job as a draft, to be changed.
func DraftOf(t journal.Timer) (Draft, error) {
	config, err := ConfigOf(t)
	return Draft{Config: config, Kind: t.Kind, Name: t.Name, Expression: t.Expression, Zone: t.Zone, Jitter: t.Jitter, AlarmAfter: t.AlarmAfter}, err
}

// Add makes a job and plans its first run.
func (j *Jobs) Add(ctx context.Context, d Draft) (journal.Timer, error) {
	t, err := j.timer(ctx, d, 0)
	if err != nil {
		return t, err
	}
	if err := j.store.AddTimer(ctx, &t); err != nil || t.Jitter == 0 {
		return t, err
	}
	// The jitter depends on the id, which is known only now.
	t.NextAt = j.nextOf(t)
	if err := j.store.ReviseTimer(ctx, t, t.Seq); err != nil {
		return t, err
	}
	return j.store.Timer(ctx, t.ID)
}

// Revise changes a job. What it waits for begins anew.
func (j *Jobs) Revise(ctx context.Context, id int64, d Draft, ifSeq int64) error {
	was, err := j.store.Timer(ctx, id)
	if err != nil {
		return err
	}
	if d.Kind != was.Kind {
		return fault.New(fault.Invalid, "A schedule cannot become one of another kind.", "Make a new one, and remove this.").InField("kind")
	}
	t, err := j.timer(ctx, d, id)
	if err != nil {
		return err
	}
	if t.Paused = was.Paused; t.Paused {
		t.NextAt = 0
	}
	return j.store.ReviseTimer(ctx, t, ifSeq)
}

// Pause stops or resumes a job; resuming does not make up for what was paused.
func (j *Jobs) Pause(ctx context.Context, id int64, paused bool) error {
	return j.watcher.Pause(ctx, id, paused)
}

// Remove deletes a job. Its runs stay in the journal; files that wait to be sent are dropped.
func (j *Jobs) Remove(ctx context.Context, id int64) error {
	open, err := j.store.OpenDeliveries(ctx, id)
	if err != nil {
		return err
	}
	for _, d := range open {
		if err := j.settled(ctx, d, Dropped, nil); err != nil {
			return err
		}
	}
	return j.store.DeleteTimer(ctx, id)
}

func (j *Jobs) nextOf(t journal.Timer) commerce.Instant {
	plan, err := schedule.PlanOf(t)
	if err != nil {
		return 0
	}
	return commerce.InstantOf(plan.Next(j.store.Now().Time()))
}

// timer checks a draft: the times readable, the folder or server there, the names usable.
func (j *Jobs) timer(ctx context.Context, d Draft, id int64) (journal.Timer, error) {
	if d.Zone == "" {
		d.Zone = j.store.Zone().String()
	}
	if _, err := schedule.Parse(d.Expression, d.Zone); err != nil {
		return journal.Timer{}, err
	}
	if d.Jitter < 0 || d.Jitter > int64(schedule.MaxJitter.Seconds()) {
		return journal.Timer{}, fault.New(fault.Invalid, "Starts can be spread over six hours at most.", "Choose less.").InField("jitter")
	}
	if d.AlarmAfter < -1 || d.AlarmAfter > 0 && d.AlarmAfter < 60 {
		return journal.Timer{}, fault.New(fault.Invalid, "An alarm needs a time of at least one minute.", "Choose more, or let the schedule's own rhythm say.").InField("alarm")
	}
	name, err := j.check(ctx, &d, id)
	if err != nil {
		return journal.Timer{}, err
	}
	if d.Name = strings.TrimSpace(d.Name); d.Name == "" {
		d.Name = name
	}
	config, err := json.Marshal(d.Config)
	if err != nil {
		return journal.Timer{}, fmt.Errorf("writing schedule: %w", err)
	}
	t := journal.Timer{ID: id, Kind: d.Kind, Name: d.Name, Expression: d.Expression, Zone: d.Zone, Config: string(config), Jitter: d.Jitter, AlarmAfter: d.AlarmAfter}
	t.NextAt, t.PlannedAt = j.nextOf(t), j.store.Now()
	return t, nil
}

// check checks what is of the kind alone, tidies it, and gives a name for a job that was given none.
func (j *Jobs) check(ctx context.Context, d *Draft, id int64) (name string, err error) {
	switch d.Kind {
	case Watch:
		config, err := j.watcher.Check(ctx, watch.Config{Folder: d.Folder, Channel: d.Channel, Format: d.Format, Mode: d.Mode}, id)
		d.Config = Config{Folder: config.Folder, Channel: config.Channel, Format: config.Format, Mode: config.Mode}
		return filepath.Base(config.Folder), err
	case Fetch:
		return j.checkFetch(ctx, d)
	case Export:
		return j.checkExport(ctx, d)
	}
	return "", fault.New(fault.Invalid, "There is no schedule of the kind “"+d.Kind+"”.", "Choose watch, fetch or export.").InField("kind")
}

func (j *Jobs) checkFetch(ctx context.Context, d *Draft) (string, error) {
	server, err := j.serverOf(ctx, d.Server, SFTPServer)
	if err != nil {
		return "", err
	}
	if _, err := intake.ParseMode(d.Mode); err != nil {
		return "", err
	}
	if _, err := path.Match(d.Pattern, "x"); err != nil {
		return "", fault.New(fault.Invalid, "“"+d.Pattern+"” is no pattern of file names.", "Write for instance *.csv or orders-*.txt.").InField("pattern")
	}
	switch d.After {
	case "":
		d.After = AfterMove
	case AfterMove, AfterDelete, AfterLeave:
	default:
		return "", fault.New(fault.Invalid, "What is to become of a file that was taken?", "Choose move, delete or leave.").InField("after")
	}
	return "From " + server.Name, nil
}

func (j *Jobs) checkExport(ctx context.Context, d *Draft) (string, error) {
	if d.Template == 0 {
		return "", fault.New(fault.Invalid, "What is to be exported?", "Choose a template.").InField("template")
	}
	if d.FileName == "" {
		d.FileName = "{name}" // templates name their files with the day
	}
	if _, err := fileName(d.FileName, naming{name: "orders.csv", at: j.store.Now().Time()}); err != nil {
		return "", err
	}
	switch d.To {
	case ToFolder:
		place, err := transport.OpenFolder(d.Folder)
		if err != nil {
			return "", err
		}
		if d.Folder, err = filepath.Abs(d.Folder); err != nil {
			return "", fmt.Errorf("reading folder name: %w", err)
		}
		return "To " + filepath.Base(d.Folder), place.Check(ctx, true)
	case ToSFTP:
		server, err := j.serverOf(ctx, d.Server, SFTPServer)
		return "To " + server.Name, err
	case ToMail:
		if len(d.Recipients) == 0 {
			return "", fault.New(fault.Invalid, "Who gets the mail?", "Name at least one address.").InField("recipients")
		}
		if err := transport.CheckAddresses("recipients", d.Recipients...); err != nil {
			return "", err
		}
		_, err := j.serverOf(ctx, d.Server, MailServer)
		return "Mail to " + d.Recipients[0], err
	}
	return "", fault.New(fault.Invalid, "Where is the export to go?", "Choose folder, sftp or mail.").InField("to")
}
