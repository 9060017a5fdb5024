package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
	"tradepost/backend/tabular/watch"
)

type timerStore interface {
	Timers(ctx context.Context) ([]journal.Timer, error)
	Timer(ctx context.Context, id int64) (journal.Timer, error)
	DeleteTimer(ctx context.Context, id int64) error
}

// Watch is a watched folder with where it stands, in words.
type Watch struct {
	ID            string   `json:"id"`
	ETag          string   `json:"etag"`
	Folder        string   `json:"folder"`
	Cron          string   `json:"cron"`
	CronWords     string   `json:"cron_words"`
	Zone          string   `json:"zone"`
	Channel       string   `json:"channel"`
	Format        string   `json:"format"`
	Mode          string   `json:"mode" enum:"new,merge,update"`
	Paused        bool     `json:"paused"`
	NextAt        *string  `json:"next_at"`
	Next          []string `json:"next"`
	Running       bool     `json:"running"`
	LastRun       *Run     `json:"last_run"`
	LastSuccessAt *string  `json:"last_success_at"`
	State         string   `json:"state" enum:"fine,waiting,late,needs_you"`
	Words         string   `json:"words"`
}

type watchList struct {
	Watches []Watch `json:"watches"`
}

// WatchDraft is a watched folder as a person states it.
type WatchDraft struct {
	Folder  string `json:"folder" minLength:"1"`
	Cron    string `json:"cron" minLength:"1" example:"*/5 * * * *"`
	Zone    string `json:"zone,omitempty" doc:"IANA name; nothing takes the workspace's."`
	Channel string `json:"channel,omitempty" doc:"Name; nothing takes the one each file's format names."`
	Format  string `json:"format,omitempty"`
	Mode    string `json:"mode,omitempty" enum:"new,merge,update"`
}

func (d WatchDraft) draft() watch.Draft {
	return watch.Draft{Expression: d.Cron, Zone: d.Zone, Config: watch.Config{Folder: d.Folder, Channel: d.Channel, Format: d.Format, Mode: d.Mode}}
}

func (s *server) registerWatches(spec huma.API) {
	const tag = "Schedules"
	get(spec, "/api/v1/watches", about{"list-watches", "Watched folders", tag, "schedules:read"}, s.watches)
	post(spec, "/api/v1/watches", http.StatusCreated, about{"add-watch", "Watch a folder", tag, "schedules:write"}, s.addWatch)
	get(spec, "/api/v1/watches/{id}", about{"get-watch", "One watched folder", tag, "schedules:read"}, s.watchByID)
	patch(spec, "/api/v1/watches/{id}", about{"change-watch", "Change what is watched, or when", tag, "schedules:write"}, s.changeWatch)
	remove(spec, "/api/v1/watches/{id}", about{"remove-watch", "Watch a folder no more", tag, "schedules:write"}, s.removeWatch)
	post(spec, "/api/v1/watches/{id}/run", http.StatusAccepted, about{"run-watch", "Look into a folder now", tag, "schedules:write"}, s.runWatch)
	post(spec, "/api/v1/watches/{id}/pause", http.StatusOK, about{"pause-watch", "Pause a watched folder", tag, "schedules:write"}, s.pauseWatch)
	post(spec, "/api/v1/watches/{id}/resume", http.StatusOK, about{"resume-watch", "Resume a watched folder", tag, "schedules:write"}, s.resumeWatch)
	post(spec, "/api/v1/schedules/preview", http.StatusOK, about{"preview-schedule", "A cron expression in words, with its next runs", tag, "schedules:read"}, s.previewSchedule)
}

func (s *server) watchOf(ctx context.Context, t journal.Timer) (Watch, error) {
	config, err := watch.ConfigOf(t)
	if err != nil {
		return Watch{}, err
	}
	w := Watch{ID: idText(t.ID), ETag: idText(t.Seq), Folder: config.Folder, Cron: t.Expression, CronWords: schedule.Words(t.Expression), Zone: t.Zone,
		Channel: config.Channel, Format: or(config.Format, "auto"), Mode: or(config.Mode, "merge"), Paused: t.Paused, NextAt: when(t.NextAt),
		LastSuccessAt: when(t.LastSuccessAt), Next: nextRuns(t)}
	runs, err := s.Store.Runs(ctx, journal.RunFilter{Kind: journal.RunWatch, TimerID: t.ID, Limit: 1})
	if err != nil {
		return w, err
	}
	if len(runs) > 0 {
		last := runOf(runs[0])
		w.LastRun, w.Running = &last, runs[0].FinishedAt == 0
	}
	w.State, w.Words = standing(t, runs, watch.Failed(config), s.Store.Now().Time())
	return w, nil
}

func nextRuns(t journal.Timer) []string {
	runs := []string{}
	plan, err := schedule.PlanOf(t)
	if err != nil || t.Paused || t.NextAt == 0 {
		return runs
	}
	at := t.NextAt.Time()
	for len(runs) < 5 && !at.IsZero() {
		runs = append(runs, commerce.InstantOf(at).String())
		at = plan.Next(at)
	}
	return runs
}

// standing says in words where a watched folder stands; failed is how many files lie in its failed/. Late is one whose due time passed by more than a few minutes.
func standing(t journal.Timer, runs []journal.Run, failed int, now time.Time) (state, words string) {
	switch {
	case t.Paused:
		return "waiting", "Paused. Files stay where they are until you resume."
	case len(runs) > 0 && runs[0].FinishedAt == 0:
		return "fine", "Looking now."
	case len(runs) > 0 && runs[0].State == journal.Failed:
		return "needs_you", wordsOf(runs[0])
	case failed > 0:
		return "needs_you", fmt.Sprintf("%d %s could not be imported: look into the folder's failed/, where a report lies beside each.", failed, plural(failed, "file", "files"))
	case t.NextAt != 0 && now.Sub(t.NextAt.Time()) > 5*time.Minute:
		return "late", "Was due " + schedule.Ago(now.Sub(t.NextAt.Time())) + "; it is caught up as soon as Tradepost gets to it."
	case len(runs) == 0:
		return "waiting", "Not looked yet. Next look " + schedule.Ahead(t.NextAt.Time().Sub(now)) + "."
	}
	return "fine", fmt.Sprintf("Looked %s, %s. Next look %s.", schedule.Ago(now.Sub(runs[0].StartedAt.Time())), or(wordsOf(runs[0]), "nothing new"), schedule.Ahead(t.NextAt.Time().Sub(now)))
}

func (s *server) watches(ctx context.Context, _ *none) (*reply[watchList], error) {
	all, err := s.allWatches(ctx)
	return ok(watchList{all}, err)
}

func (s *server) allWatches(ctx context.Context) ([]Watch, error) {
	timers, err := s.Store.Timers(ctx)
	all := []Watch{}
	for _, t := range timers {
		if t.Kind != watch.TimerKind {
			continue
		}
		w, err := s.watchOf(ctx, t)
		if err != nil {
			return all, err
		}
		all = append(all, w)
	}
	return all, err
}

func (s *server) watchByID(ctx context.Context, in *ByID) (*reply[Watch], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	t, err := s.watched(ctx, id)
	if err != nil {
		return nil, err
	}
	return ok(s.watchOf(ctx, t))
}

// watched reads the timer of a watched folder; those of other kinds are schedules.
func (s *server) watched(ctx context.Context, id int64) (journal.Timer, error) {
	t, err := s.Store.Timer(ctx, id)
	if err == nil && t.Kind != watch.TimerKind {
		return t, fault.New(fault.NotFound, "This schedule watches no folder.", "Look for it under schedules.")
	}
	return t, err
}

func (s *server) addWatch(ctx context.Context, in *struct{ Body WatchDraft }) (*reply[Watch], error) {
	t, err := s.Watches.Add(ctx, in.Body.draft())
	if err != nil {
		return nil, err
	}
	s.Host.WakeSchedule()
	return ok(s.watchOf(ctx, t))
}

func (s *server) changeWatch(ctx context.Context, in *struct {
	Versioned
	Body struct {
		Folder  *string `json:"folder,omitempty"`
		Cron    *string `json:"cron,omitempty"`
		Zone    *string `json:"zone,omitempty"`
		Channel *string `json:"channel,omitempty"`
		Format  *string `json:"format,omitempty"`
		Mode    *string `json:"mode,omitempty"`
	}
}) (*reply[Watch], error) {
	id, seq, err := in.parse()
	if err != nil {
		return nil, err
	}
	t, err := s.watched(ctx, id)
	if err != nil {
		return nil, err
	}
	config, err := watch.ConfigOf(t)
	if err != nil {
		return nil, err
	}
	draft := watch.Draft{Config: config, Expression: t.Expression, Zone: t.Zone}
	lay(map[*string]*string{&draft.Folder: in.Body.Folder, &draft.Expression: in.Body.Cron, &draft.Zone: in.Body.Zone,
		&draft.Channel: in.Body.Channel, &draft.Format: in.Body.Format, &draft.Mode: in.Body.Mode})
	if err := s.Watches.Revise(ctx, id, draft, seq); err != nil {
		return nil, err
	}
	s.Host.WakeSchedule()
	return s.watchByID(ctx, &ByID{in.ID})
}

func (s *server) removeWatch(ctx context.Context, in *ByID) (*none, error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	defer s.Host.WakeSchedule()
	return nil, s.Store.DeleteTimer(ctx, id)
}

func (s *server) runWatch(ctx context.Context, in *stepInput) (*reply[Run], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	if _, err := s.watched(ctx, id); err != nil {
		return nil, err
	}
	done, err := s.Host.RunWatch(id)
	if err != nil {
		return nil, err
	}
	if in.Wait {
		<-done //nolint:errcheck // how it ended stands in the run
	}
	runs, err := s.Store.Runs(ctx, journal.RunFilter{Kind: journal.RunWatch, TimerID: id, Limit: 1})
	if err != nil || len(runs) == 0 {
		return ok(Run{Kind: journal.RunWatch, State: string(journal.Running), Counts: map[string]int{}, Watch: &in.ID}, err)
	}
	return ok(runOf(runs[0]), nil)
}

func (s *server) pauseWatch(ctx context.Context, in *ByID) (*reply[Watch], error) {
	return s.setPaused(ctx, in, true)
}

func (s *server) resumeWatch(ctx context.Context, in *ByID) (*reply[Watch], error) {
	return s.setPaused(ctx, in, false)
}

func (s *server) setPaused(ctx context.Context, in *ByID, paused bool) (*reply[Watch], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.Watches.Pause(ctx, id, paused); err != nil {
		return nil, err
	}
	s.Host.WakeSchedule()
	return s.watchByID(ctx, in)
}

// SchedulePreview is a cron expression in words, with its next five runs.
type SchedulePreview struct {
	Words string   `json:"words"`
	Next  []string `json:"next"`
}

func (s *server) previewSchedule(_ context.Context, in *struct {
	Body struct {
		Cron string `json:"cron"`
		Zone string `json:"zone,omitempty"`
	}
}) (*reply[SchedulePreview], error) {
	zone := or(in.Body.Zone, s.Store.Zone().String())
	plan, err := schedule.Parse(in.Body.Cron, zone)
	if err != nil {
		return nil, err
	}
	t := journal.Timer{Expression: in.Body.Cron, Zone: zone, NextAt: commerce.InstantOf(plan.Next(s.Store.Now().Time()))}
	return ok(SchedulePreview{schedule.Words(in.Body.Cron), nextRuns(t)}, nil)
}
