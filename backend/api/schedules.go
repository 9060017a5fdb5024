package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
	"tradepost/backend/syncing"
	"tradepost/backend/tabular/job"
	"tradepost/backend/tabular/watch"
)

type scheduleStore interface {
	OpenDeliveries(ctx context.Context, timerID int64) ([]job.Delivery, error)
	Deliveries(ctx context.Context, runID, timerID int64, limit int) ([]job.Delivery, error)
	ScheduledRuns(ctx context.Context, from, to commerce.Instant, limit int) ([]journal.Run, error)
	Servers(ctx context.Context) ([]job.Server, error)
	Server(ctx context.Context, id int64) (job.Server, error)
}

// ScheduleJob is what a schedule does. Which fields count depends on its kind and on where it sends.
type ScheduleJob struct {
	Folder     string   `json:"folder,omitempty" doc:"The watched folder; the one below the server's; the one exports are put into."`
	Channel    string   `json:"channel,omitempty" doc:"Imports: name; nothing takes the one each file's format names."`
	Format     string   `json:"format,omitempty" doc:"Imports: a format's id; nothing recognises."`
	Mode       string   `json:"mode,omitempty" enum:"new,merge,update" doc:"Imports: what they may do."`
	Server     string   `json:"server,omitempty" doc:"fetch, and exports by SFTP or mail: the server's id."`
	Pattern    string   `json:"pattern,omitempty" doc:"fetch: which files, as in *.csv; nothing takes all."`
	After      string   `json:"after,omitempty" enum:"move,delete,leave" doc:"fetch: what becomes of a file that was taken."`
	To         string   `json:"to,omitempty" enum:"folder,sftp,mail" doc:"export: where it goes."`
	Template   string   `json:"template,omitempty" doc:"export: the template's id."`
	FileName   string   `json:"file_name,omitempty" doc:"export: {name}, {date}, {time}, {year}, {month}, {day}, {week}, {part}."`
	Replace    bool     `json:"replace,omitempty" doc:"export: write over a file of that name; otherwise it gets a number."`
	SendEmpty  bool     `json:"send_empty,omitempty" doc:"export: send a file also when there is nothing to export."`
	Recipients []string `json:"recipients,omitempty" doc:"export by mail: addresses."`
	Subject    string   `json:"subject,omitempty"`
	Text       string   `json:"text,omitempty"`
}

// Schedule is a job with its due times and where it stands, in words.
type Schedule struct {
	ID            string         `json:"id"`
	ETag          string         `json:"etag"`
	Kind          string         `json:"kind" enum:"watch,fetch,export"`
	Name          string         `json:"name"`
	Cron          string         `json:"cron"`
	CronWords     string         `json:"cron_words"`
	Zone          string         `json:"zone"`
	JitterMinutes int            `json:"jitter_minutes" doc:"Starts are spread over so many minutes, always by the same for one schedule."`
	AlarmMinutes  int            `json:"alarm_minutes" doc:"Minutes without success that are an alarm; 0 by its own rhythm, -1 never."`
	AlarmAt       *string        `json:"alarm_at" doc:"When missing success would be an alarm."`
	Alarm         *ScheduleAlarm `json:"alarm"`
	Job           ScheduleJob    `json:"job"`
	Target        string         `json:"target" doc:"What it takes from or sends to, in words."`
	Paused        bool           `json:"paused"`
	NextAt        *string        `json:"next_at"`
	Next          []string       `json:"next"`
	Running       bool           `json:"running"`
	LastRun       *Run           `json:"last_run"`
	LastSuccessAt *string        `json:"last_success_at"`
	Waiting       int            `json:"waiting" doc:"Files that wait to be sent."`
	Unknown       int            `json:"unknown" doc:"Files of which it is not known whether they arrived."`
	State         string         `json:"state" enum:"fine,waiting,late,needs_you"`
	Words         string         `json:"words"`
}

// ScheduleAlarm says that a schedule has not succeeded for too long.
type ScheduleAlarm struct {
	Since  *string `json:"since" nullable:"false"`
	Words  string  `json:"words"`
	Mailed string  `json:"mailed" enum:"no,sending,sent,unknown"`
}

type scheduleList struct {
	Schedules []Schedule `json:"schedules"`
}

// ScheduleDraft is a schedule as a person states it: a cron expression, or words instead.
type ScheduleDraft struct {
	Kind          string      `json:"kind" enum:"watch,fetch,export"`
	Name          string      `json:"name,omitempty" maxLength:"120"`
	Cron          string      `json:"cron,omitempty" example:"30 7 * * 1-5"`
	When          string      `json:"when,omitempty" example:"every weekday at 7:30" doc:"Words instead of cron."`
	Zone          string      `json:"zone,omitempty" doc:"IANA name; nothing takes the workspace's."`
	JitterMinutes int         `json:"jitter_minutes,omitempty" minimum:"0" maximum:"360"`
	AlarmMinutes  int         `json:"alarm_minutes,omitempty" minimum:"-1"`
	Job           ScheduleJob `json:"job"`
}

// ScheduleChange holds what is to change; job, when stated, replaces the whole of it.
type ScheduleChange struct {
	Name          *string      `json:"name,omitempty" maxLength:"120"`
	Cron          *string      `json:"cron,omitempty"`
	When          *string      `json:"when,omitempty"`
	Zone          *string      `json:"zone,omitempty"`
	JitterMinutes *int         `json:"jitter_minutes,omitempty" minimum:"0" maximum:"360"`
	AlarmMinutes  *int         `json:"alarm_minutes,omitempty" minimum:"-1"`
	Job           *ScheduleJob `json:"job,omitempty"`
}

// ScheduleWords is what was understood of a phrase.
type ScheduleWords struct {
	Cron  string   `json:"cron"`
	Words string   `json:"words"`
	Next  []string `json:"next"`
}

// Delivery is one file that an export schedule sends.
type Delivery struct {
	ID        string  `json:"id"`
	Schedule  string  `json:"schedule"`
	Run       string  `json:"run"`
	Name      string  `json:"name"`
	Size      int64   `json:"size"`
	To        string  `json:"to" enum:"folder,sftp,mail"`
	State     string  `json:"state" enum:"prepared,sending,sent,unknown,dropped"`
	Words     string  `json:"words"`
	Remedy    string  `json:"remedy"`
	Attempts  int     `json:"attempts"`
	CreatedAt *string `json:"created_at" nullable:"false"`
	SettledAt *string `json:"settled_at"`
}

type deliveryList struct {
	Deliveries []Delivery `json:"deliveries"`
}

func (s *server) registerSchedules(spec huma.API) {
	const tag, path = "Schedules", "/api/v1/schedules"
	get(spec, path, about{"list-schedules", "Import and export schedules", tag, "schedules:read"}, s.schedules)
	post(spec, path, http.StatusCreated, about{"add-schedule", "Make a schedule", tag, "schedules:write"}, s.addSchedule)
	get(spec, path+"/calendar", about{"schedule-calendar", "Past and planned runs of a span of days", tag, "schedules:read"}, s.calendar)
	post(spec, path+"/words", http.StatusOK, about{"schedule-words", "A schedule said in words, as a cron expression", tag, "schedules:read"}, s.scheduleWords)
	get(spec, path+"/{id}", about{"get-schedule", "One schedule", tag, "schedules:read"}, s.scheduleByID)
	patch(spec, path+"/{id}", about{"change-schedule", "Change a schedule", tag, "schedules:write"}, s.changeSchedule)
	remove(spec, path+"/{id}", about{"remove-schedule", "Remove a schedule", tag, "schedules:write"}, s.removeSchedule)
	post(spec, path+"/{id}/run", http.StatusAccepted, about{"run-schedule", "Run a schedule's job now", tag, "schedules:write"}, s.runSchedule)
	post(spec, path+"/{id}/pause", http.StatusOK, about{"pause-schedule", "Pause a schedule", tag, "schedules:write"}, s.pauseSchedule)
	post(spec, path+"/{id}/resume", http.StatusOK, about{"resume-schedule", "Resume a schedule", tag, "schedules:write"}, s.resumeSchedule)
	get(spec, path+"/{id}/deliveries", about{"list-deliveries", "The files an export schedule sent or has to send, newest first", tag, "schedules:read"}, s.deliveries)
	post(spec, "/api/v1/deliveries/{id}/decide", http.StatusOK, about{"decide-delivery", "Say what became of a file, or send it again", tag, "schedules:write"}, s.decideDelivery)
}

func (d ScheduleJob) config() (job.Config, error) {
	server, err := optionalParsed(d.Server)
	if err != nil {
		return job.Config{}, err
	}
	template, err := optionalParsed(d.Template)
	return job.Config{Channel: d.Channel, Format: d.Format, Mode: d.Mode, Folder: d.Folder, Server: server, Pattern: d.Pattern, After: d.After, To: d.To,
		Template: template, FileName: d.FileName, Replace: d.Replace, SendEmpty: d.SendEmpty, Recipients: d.Recipients, Subject: d.Subject, Text: d.Text}, err
}

func optionalParsed(id string) (int64, error) {
	if id == "" {
		return 0, nil
	}
	return parseID(id)
}

func jobOf(t journal.Timer, c job.Config) ScheduleJob {
	j := ScheduleJob{Folder: c.Folder, Channel: c.Channel, Format: c.Format, Mode: c.Mode, Pattern: c.Pattern, After: c.After, To: c.To,
		FileName: c.FileName, Replace: c.Replace, SendEmpty: c.SendEmpty, Recipients: c.Recipients, Subject: c.Subject, Text: c.Text}
	if c.Server != 0 {
		j.Server = idText(c.Server)
	}
	if c.Template != 0 {
		j.Template = idText(c.Template)
	}
	if t.Kind != job.Export {
		j.Format, j.Mode = or(c.Format, "auto"), or(c.Mode, "merge")
	}
	return j
}

func (d ScheduleDraft) draft() (job.Draft, error) {
	config, err := d.Job.config()
	if err != nil {
		return job.Draft{}, err
	}
	expression, err := expressionOf(d.Cron, d.When)
	return job.Draft{Config: config, Kind: d.Kind, Name: d.Name, Expression: expression, Zone: d.Zone, Jitter: int64(d.JitterMinutes) * 60,
		AlarmAfter: alarmSeconds(d.AlarmMinutes)}, err
}

// expressionOf prefers words, as those are what a person wrote.
func expressionOf(cron, words string) (string, error) {
	if words != "" || cron == "" {
		return schedule.Phrase(words)
	}
	return cron, nil
}

func alarmSeconds(minutes int) int64 {
	if minutes < 0 {
		return -1
	}
	return int64(minutes) * 60
}

// present is what the answers about schedules are made with, read once for many.
type present struct {
	servers map[int64]job.Server
	now     time.Time
}

func (s *server) present(ctx context.Context) (present, error) {
	all, err := s.Store.Servers(ctx)
	p := present{servers: map[int64]job.Server{}, now: s.Store.Now().Time()}
	for _, one := range all {
		p.servers[one.ID] = one
	}
	return p, err
}

func (s *server) scheduleOf(ctx context.Context, t journal.Timer, p present) (Schedule, error) {
	config, err := job.ConfigOf(t)
	if err != nil {
		return Schedule{}, err
	}
	body := Schedule{ID: idText(t.ID), ETag: idText(t.Seq), Kind: t.Kind, Name: t.Name, Cron: t.Expression, CronWords: schedule.Words(t.Expression), Zone: t.Zone,
		JitterMinutes: int(t.Jitter / 60), AlarmMinutes: int(t.AlarmAfter / 60), AlarmAt: when(commerce.InstantOf(schedule.AlarmAt(t))), Job: jobOf(t, config),
		Target: targetWords(t, config, p), Paused: t.Paused, NextAt: when(t.NextAt), Next: nextRuns(t), LastSuccessAt: when(t.LastSuccessAt)}
	if t.AlarmAfter < 0 {
		body.AlarmMinutes = -1
	}
	if t.AlarmedAt != 0 && !t.Paused {
		body.Alarm = &ScheduleAlarm{Since: when(t.AlarmedAt), Words: job.AlarmWords(t, s.Store.Zone()), Mailed: or(t.AlarmMailed, "no")}
	}
	runs, err := s.Store.Runs(ctx, journal.RunFilter{Kind: runKinds[t.Kind], TimerID: t.ID, Limit: 1})
	if err != nil {
		return body, err
	}
	if len(runs) > 0 {
		last := runOf(runs[0])
		body.LastRun, body.Running = &last, runs[0].FinishedAt == 0
	}
	if err := s.countOpen(ctx, t, &body); err != nil {
		return body, err
	}
	body.State, body.Words = scheduleStanding(t, runs, body, config, p.now)
	return body, nil
}

// runKinds are the kinds of the runs that jobs make.
var runKinds = map[string]string{job.Watch: journal.RunWatch, job.Fetch: journal.RunFetch, job.Export: journal.RunSend}

func (s *server) countOpen(ctx context.Context, t journal.Timer, body *Schedule) error {
	if t.Kind != job.Export {
		return nil
	}
	open, err := s.Store.OpenDeliveries(ctx, t.ID)
	for _, d := range open {
		if d.State == job.Unknown {
			body.Unknown++
		} else {
			body.Waiting++
		}
	}
	return err
}

func targetWords(t journal.Timer, c job.Config, p present) string {
	server := p.servers[c.Server].Name
	switch {
	case t.Kind == job.Watch, c.To == job.ToFolder:
		return c.Folder
	case c.To == job.ToMail:
		if len(c.Recipients) > 1 {
			return fmt.Sprintf("%s and %d more", c.Recipients[0], len(c.Recipients)-1)
		}
		return c.Recipients[0]
	case c.Folder == "":
		return server
	}
	return server + ", " + c.Folder
}

// scheduleStanding says in words where a schedule stands, the most pressing first.
func scheduleStanding(t journal.Timer, runs []journal.Run, body Schedule, config job.Config, now time.Time) (state, words string) {
	ran := len(runs) > 0
	switch {
	case t.Paused:
		return "waiting", pausedWords[t.Kind]
	case ran && runs[0].FinishedAt == 0:
		return "fine", "Running now."
	case body.Unknown > 0:
		return "needs_you", fmt.Sprintf("Of %d %s it is not known whether %s arrived. Look, and say what became of %s.", body.Unknown,
			plural(body.Unknown, "file", "files"), plural(body.Unknown, "it", "they"), plural(body.Unknown, "it", "them"))
	case ran && runs[0].State == journal.Failed:
		return "needs_you", wordsOf(runs[0])
	case body.Alarm != nil:
		return "needs_you", body.Alarm.Words
	case t.Kind == job.Watch:
		return watchStanding(t, runs, config, now)
	case t.NextAt != 0 && now.Sub(t.NextAt.Time()) > 5*time.Minute:
		return "late", lateWords(t, now)
	case !ran:
		return "waiting", "Has not run yet. Next run " + schedule.Ahead(t.NextAt.Time().Sub(now)) + "."
	case t.Kind == job.Fetch && runs[0].Counts["failed"] > 0:
		return "needs_you", wordsOf(runs[0]) + " " + runs[0].Title + " " + schedule.Ago(now.Sub(runs[0].StartedAt.Time())) + "."
	}
	return "fine", fmt.Sprintf("Ran %s: %s. Next run %s.", schedule.Ago(now.Sub(runs[0].StartedAt.Time())), or(wordsOf(runs[0]), "nothing to do"), schedule.Ahead(t.NextAt.Time().Sub(now)))
}

var pausedWords = map[string]string{job.Watch: "Paused. Files stay where they are until you resume.",
	job.Fetch: "Paused. Files stay on the server until you resume.", job.Export: "Paused. Nothing is sent until you resume."}

func watchStanding(t journal.Timer, runs []journal.Run, c job.Config, now time.Time) (state, words string) {
	return standing(t, runs, watch.Failed(watch.Config{Folder: c.Folder}), now)
}

func lateWords(t journal.Timer, now time.Time) string {
	return "Was due " + schedule.Ago(now.Sub(t.NextAt.Time())) + "; it is caught up as soon as Tradepost gets to it."
}

func (s *server) schedules(ctx context.Context, _ *none) (*reply[scheduleList], error) {
	all, err := s.allSchedules(ctx)
	return ok(scheduleList{all}, err)
}

func (s *server) allSchedules(ctx context.Context) ([]Schedule, error) {
	all := []Schedule{}
	p, err := s.present(ctx)
	if err != nil {
		return all, err
	}
	timers, err := s.Store.Timers(ctx)
	for _, t := range timers {
		if syncing.OwnTimer(t.Kind) { // a connection's own, shown with it
			continue
		}
		one, err := s.scheduleOf(ctx, t, p)
		if err != nil {
			return all, err
		}
		all = append(all, one)
	}
	return all, err
}

func (s *server) scheduleByID(ctx context.Context, in *ByID) (*reply[Schedule], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	t, err := s.Store.Timer(ctx, id)
	if err != nil {
		return nil, err
	}
	p, err := s.present(ctx)
	if err != nil {
		return nil, err
	}
	return ok(s.scheduleOf(ctx, t, p))
}

func (s *server) addSchedule(ctx context.Context, in *struct{ Body ScheduleDraft }) (*reply[Schedule], error) {
	draft, err := in.Body.draft()
	if err != nil {
		return nil, err
	}
	t, err := s.Jobs.Add(ctx, draft)
	if err != nil {
		return nil, err
	}
	s.Host.WakeSchedule()
	return s.scheduleByID(ctx, &ByID{idText(t.ID)})
}

func (s *server) changeSchedule(ctx context.Context, in *struct {
	Versioned
	Body ScheduleChange
}) (*reply[Schedule], error) {
	id, seq, err := in.parse()
	if err != nil {
		return nil, err
	}
	t, err := s.Store.Timer(ctx, id)
	if err != nil {
		return nil, err
	}
	draft, err := job.DraftOf(t)
	if err != nil {
		return nil, err
	}
	if err := in.Body.over(&draft); err != nil {
		return nil, err
	}
	if err := s.Jobs.Revise(ctx, id, draft, seq); err != nil {
		return nil, err
	}
	s.Host.WakeSchedule()
	return s.scheduleByID(ctx, &ByID{in.ID})
}

// over lays a change over what is.
func (c ScheduleChange) over(d *job.Draft) (err error) {
	lay(map[*string]*string{&d.Name: c.Name, &d.Expression: c.Cron, &d.Zone: c.Zone})
	if c.When != nil && *c.When != "" {
		if d.Expression, err = schedule.Phrase(*c.When); err != nil {
			return err
		}
	}
	if c.JitterMinutes != nil {
		d.Jitter = int64(*c.JitterMinutes) * 60
	}
	if c.AlarmMinutes != nil {
		d.AlarmAfter = alarmSeconds(*c.AlarmMinutes)
	}
	if c.Job != nil {
		d.Config, err = c.Job.config()
	}
	return err
}

func (s *server) removeSchedule(ctx context.Context, in *ByID) (*none, error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	defer s.Host.WakeSchedule()
	return nil, s.Jobs.Remove(ctx, id)
}

func (s *server) runSchedule(ctx context.Context, in *stepInput) (*reply[Run], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	t, err := s.Store.Timer(ctx, id)
	if err != nil {
		return nil, err
	}
	done, err := s.Host.RunWatch(id)
	if err != nil {
		return nil, err
	}
	if in.Wait {
		<-done //nolint:errcheck // how it ended stands in the run
	}
	kind := runKinds[t.Kind]
	runs, err := s.Store.Runs(ctx, journal.RunFilter{Kind: kind, TimerID: id, Limit: 1})
	if err != nil || len(runs) == 0 {
		return ok(Run{Kind: kind, State: string(journal.Running), Counts: map[string]int{}, Watch: &in.ID}, err)
	}
	return ok(runOf(runs[0]), nil)
}

func (s *server) pauseSchedule(ctx context.Context, in *ByID) (*reply[Schedule], error) {
	return s.setSchedulePaused(ctx, in, true)
}

func (s *server) resumeSchedule(ctx context.Context, in *ByID) (*reply[Schedule], error) {
	return s.setSchedulePaused(ctx, in, false)
}

func (s *server) setSchedulePaused(ctx context.Context, in *ByID, paused bool) (*reply[Schedule], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.Jobs.Pause(ctx, id, paused); err != nil {
		return nil, err
	}
	s.Host.WakeSchedule()
	return s.scheduleByID(ctx, in)
}

func (s *server) scheduleWords(_ context.Context, in *struct {
	Body struct {
		Words string `json:"words" example:"every weekday at 7:30"`
		Zone  string `json:"zone,omitempty"`
	}
}) (*reply[ScheduleWords], error) {
	expression, err := schedule.Phrase(in.Body.Words)
	if err != nil {
		return nil, err
	}
	zone := or(in.Body.Zone, s.Store.Zone().String())
	plan, err := schedule.Parse(expression, zone)
	if err != nil {
		return nil, err
	}
	t := journal.Timer{Expression: expression, Zone: zone, NextAt: commerce.InstantOf(plan.Next(s.Store.Now().Time()))}
	return ok(ScheduleWords{expression, schedule.Words(expression), nextRuns(t)}, nil)
}

func deliveryOf(d job.Delivery) Delivery {
	body := Delivery{ID: idText(d.ID), Schedule: idText(d.TimerID), Run: idText(d.RunID), Name: d.Name, Size: d.Size, To: d.Target.To, State: d.State,
		Words: deliveryWords[d.State], Attempts: d.Attempts, CreatedAt: when(d.CreatedAt), SettledAt: when(d.SettledAt)}
	if d.Problem != nil {
		body.Words, body.Remedy = d.Problem.Message, d.Problem.Remedy
	}
	return body
}

var deliveryWords = map[string]string{job.Prepared: "Waits to be sent.", job.Sending: "Is being sent.", job.Sent: "Sent.",
	job.Unknown: "It is not known whether it arrived.", job.Dropped: "Not sent any more."}

func (s *server) deliveries(ctx context.Context, in *struct {
	ByID
	Limit int `query:"limit" minimum:"1" maximum:"500" default:"50"`
}) (*reply[deliveryList], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Deliveries(ctx, 0, id, in.Limit)
	body := deliveryList{Deliveries: []Delivery{}}
	for _, d := range all {
		body.Deliveries = append(body.Deliveries, deliveryOf(d))
	}
	return ok(body, err)
}

func (s *server) decideDelivery(ctx context.Context, in *struct {
	ByID
	Body struct {
		Decision string `json:"decision" enum:"sent,again,dropped"`
	}
}) (*reply[Delivery], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	d, err := s.Jobs.Decide(ctx, id, in.Body.Decision)
	if err != nil {
		return nil, err
	}
	return ok(deliveryOf(d), nil)
}
