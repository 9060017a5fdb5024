package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
	"tradepost/backend/syncing"
)

type connectionStore interface {
	Connections(ctx context.Context) ([]syncing.Connection, error)
	Connection(ctx context.Context, id int64) (syncing.Connection, error)
	Syncs(ctx context.Context, connectionID int64) ([]syncing.Sync, error)
	Known(ctx context.Context, syncID int64) (int, error)
	QuarantinedOf(ctx context.Context, connectionID int64) (int, error)
}

// Connection is a configured account of a connector, with where it stands in words. What is secret is never given out.
type Connection struct {
	ID            string            `json:"id"`
	ETag          string            `json:"etag"`
	Name          string            `json:"name"`
	Connector     string            `json:"connector"`
	Vendor        string            `json:"vendor" doc:"The connector's name."`
	Channel       ChannelName       `json:"channel"`
	Options       map[string]string `json:"options" doc:"The settings that are no secrets."`
	Secrets       []string          `json:"secrets" doc:"Which secrets are kept."`
	Account       ConnectedAccount  `json:"account"`
	CheckedAt     *string           `json:"checked_at"`
	Paused        bool              `json:"paused"`
	Approval      string            `json:"approval" enum:"ask,large,automatic"`
	ApprovalSize  int               `json:"approval_size"`
	CreatedAt     *string           `json:"created_at" nullable:"false"`
	State         string            `json:"state" enum:"fine,waiting,late,needs_you"`
	Words         string            `json:"words"`
	Remedy        string            `json:"remedy"`
	Need          string            `json:"need" enum:",sign_in,rights,update,match,accept_gone,look" doc:"What a person has to do."`
	Since         *string           `json:"since" doc:"Since when there is trouble."`
	Problem       *fault.Problem    `json:"problem" doc:"The trouble that lasts."`
	NextAt        *string           `json:"next_at"`
	NextAllowedAt *string           `json:"next_allowed_at" doc:"When the vendor's limits allow the next call."`
	LagMS         *int64            `json:"lag_ms" doc:"How long after a change at the vendor the newest orders came in."`
}

// ChannelName names a channel.
type ChannelName struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// ConnectedAccount is whose account a connection is, as the last check found it.
type ConnectedAccount struct {
	ID        string            `json:"id"`
	Name      string            `json:"name"`
	URL       string            `json:"url"`
	Currency  string            `json:"currency"`
	Zone      string            `json:"zone"`
	Rights    []string          `json:"rights" doc:"By the connector's streams and operations."`
	Version   string            `json:"version"`
	Notes     []string          `json:"notes"`
	Locations []string          `json:"locations"`
	Places    []ConnectorChoice `json:"places" doc:"The locations with the ids by which the setting push_location names them."`
}

type connectionList struct {
	Connections []Connection `json:"connections"`
}

// ConnectionDraft is a connection as a person states it. Of the secrets, what is left out stays, and what is empty is removed.
type ConnectionDraft struct {
	Connector    string            `json:"connector,omitempty" doc:"Needed for a new one."`
	Name         string            `json:"name,omitempty" maxLength:"120"`
	Channel      string            `json:"channel,omitempty" maxLength:"120" doc:"The channel it belongs to, by name; made when there is none. Nothing takes one of the connection's name."`
	Options      map[string]string `json:"options,omitempty"`
	Secrets      map[string]string `json:"secrets,omitempty" writeOnly:"true"`
	Approval     string            `json:"approval,omitempty" enum:"ask,large,automatic"`
	ApprovalSize int               `json:"approval_size,omitempty" minimum:"0"`
	Since        string            `json:"since,omitempty" doc:"New ones: orders from when on; RFC 3339 or a date. Nothing takes all."`
}

func (d ConnectionDraft) draft() syncing.Draft {
	return syncing.Draft{Connector: d.Connector, Name: d.Name, Channel: d.Channel, Options: d.Options, Secrets: d.Secrets,
		Approval: syncing.Approval(d.Approval), Size: d.ApprovalSize, Alone: true}
}

// ConnectionTrial is what settings open.
type ConnectionTrial struct {
	Account ConnectedAccount `json:"account"`
	Channel *TrialChannel    `json:"channel" doc:"The channel of that name, where there is one."`
}

// TrialChannel is a channel that a new connection would belong to.
type TrialChannel struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Orders int64  `json:"orders" doc:"Orders that are there already: those of the account are matched with them first."`
}

// Sync is what one connection pulls of one stream, and when.
type Sync struct {
	ID            string         `json:"id"`
	ETag          string         `json:"etag"`
	Stream        string         `json:"stream" enum:"orders,products,stock,customers,lists,documents"`
	Cron          string         `json:"cron"`
	CronWords     string         `json:"cron_words"`
	Zone          string         `json:"zone"`
	Paused        bool           `json:"paused"`
	Running       *string        `json:"running" doc:"The run that goes on now."`
	NextAt        *string        `json:"next_at"`
	NextAllowedAt *string        `json:"next_allowed_at" doc:"Before which the vendor asked not to come back."`
	Since         *string        `json:"since" doc:"From when on the first look pulls."`
	Cursor        string         `json:"cursor" doc:"Where the next run starts; opaque."`
	LookedAt      *string        `json:"looked_at" doc:"When a look last came to its end well."`
	FullAt        *string        `json:"full_at" doc:"When everything was last compared."`
	NewestAt      *string        `json:"newest_at" doc:"The newest change seen, by the vendor's clock."`
	LagMS         *int64         `json:"lag_ms"`
	Known         int            `json:"known" doc:"How many items are known and not gone."`
	First         bool           `json:"first" doc:"Waits until a person looked at how its orders match those of files."`
	Changes       bool           `json:"changes" doc:"Looks ask for what changed; otherwise each compares everything."`
	Note          string         `json:"note"`
	State         string         `json:"state" enum:"fine,waiting,late,needs_you"`
	Words         string         `json:"words"`
	Need          string         `json:"need" enum:",sign_in,rights,update,match,accept_gone,look"`
	Problem       *fault.Problem `json:"problem"`
	ProblemAt     *string        `json:"problem_at"`
}

type syncList struct {
	Syncs []Sync `json:"syncs"`
}

// SyncChange holds what is to change of a sync.
type SyncChange struct {
	Cron   *string `json:"cron,omitempty"`
	When   *string `json:"when,omitempty" doc:"Words instead of cron: every 10 minutes."`
	Zone   *string `json:"zone,omitempty"`
	Paused *bool   `json:"paused,omitempty"`
	Since  *string `json:"since,omitempty" doc:"From when on the next look pulls anew; RFC 3339 or a date, empty for all."`
}

// ConnectionLimit is how a connection stands with one of its vendor's limits.
type ConnectionLimit struct {
	Bucket        string  `json:"bucket"`
	Why           string  `json:"why"`
	Left          float64 `json:"left" doc:"Calls that are allowed at once now."`
	Burst         float64 `json:"burst"`
	Rate          float64 `json:"rate" doc:"Calls a second that come back."`
	Reserve       float64 `json:"reserve" doc:"Calls that background work leaves for what a person does by hand."`
	PerDay        float64 `json:"per_day" doc:"0 is no such limit."`
	SpentDay      float64 `json:"spent_day"`
	NextAllowedAt *string `json:"next_allowed_at" doc:"When background work may call next; null is now."`
}

type limitList struct {
	Limits []ConnectionLimit `json:"limits"`
}

func (s *server) registerConnections(spec huma.API) {
	const tag, path, read, write = "Connections", "/api/v1/connections", "connections:read", "connections:write"
	get(spec, path, about{"list-connections", "Connections, with where each stands", tag, read}, s.connections)
	post(spec, path, http.StatusCreated, about{"add-connection", "Try settings, then keep them as a connection", tag, write}, s.addConnection)
	post(spec, path+"/try", http.StatusOK, about{"try-connection", "Whose account settings open, and what may be done there; keeps nothing", tag, write}, s.tryConnection)
	get(spec, path+"/{id}", about{"get-connection", "One connection", tag, read}, s.connectionByID)
	on(spec, http.MethodPut, path+"/{id}", http.StatusOK, about{"change-connection", "Try changed settings, then keep them; secrets that are left out stay", tag, write}, s.changeConnection)
	remove(spec, path+"/{id}", about{"remove-connection", "Remove a connection with its schedules and secrets; what came in stays", tag, write}, s.removeConnection)
	post(spec, path+"/{id}/check", http.StatusOK, about{"check-connection", "Sign in, and see whose account it is", tag, write}, s.checkConnection)
	post(spec, path+"/{id}/pause", http.StatusOK, about{"pause-connection", "Pause all looks of a connection", tag, write}, s.pauseConnection)
	post(spec, path+"/{id}/resume", http.StatusOK, about{"resume-connection", "Resume them", tag, write}, s.resumeConnection)
	get(spec, path+"/{id}/limits", about{"connection-limits", "How a connection stands with its vendor's limits", tag, read}, s.connectionLimits)
	get(spec, path+"/{id}/syncs", about{"list-syncs", "What a connection pulls, and when", tag, read}, s.syncs)
	patch(spec, path+"/{id}/syncs/{stream}", about{"change-sync", "Change when a stream is looked at, or from when on", tag, write}, s.changeSync)
	get(spec, path+"/{id}/runs", about{"connection-runs", "Runs of a connection, newest first", tag, read}, s.connectionRuns)
	post(spec, path+"/{id}/sync", http.StatusOK, about{"run-sync", "Look now; or say what a look would do", tag, write}, s.runSync)
}

func accountOf(a channel.Account) ConnectedAccount {
	body := ConnectedAccount{ID: a.ID, Name: a.Name, URL: a.URL, Currency: string(a.Currency), Zone: a.Zone, Rights: list(a.Rights), Version: a.Version,
		Notes: list(a.Notes), Locations: []string{}, Places: []ConnectorChoice{}}
	for _, l := range a.Locations {
		if !l.Theirs { // what lies at a vendor's own place is never told
			body.Places = append(body.Places, ConnectorChoice{l.ID, or(l.Name, l.ID)})
		}
		body.Locations = append(body.Locations, or(l.Name, l.ID))
	}
	return body
}

func (s *server) connectionOf(ctx context.Context, at syncing.Standing) (Connection, error) {
	c := at.Connection
	body := Connection{ID: idText(c.ID), ETag: idText(c.Seq), Name: c.Name, Connector: c.Connector, Vendor: at.Vendor,
		Channel: ChannelName{idText(c.ChannelID), c.Channel, at.Channel.Kind}, Options: c.Options, Account: accountOf(c.Account), CheckedAt: when(c.CheckedAt),
		Paused: c.Paused, Approval: string(c.Approval), ApprovalSize: c.ApprovalSize, CreatedAt: when(c.CreatedAt), State: string(at.State), Words: at.Words,
		Remedy: at.Remedy, Need: string(at.Need), Since: when(at.Since), Problem: c.Problem, NextAllowedAt: when(at.AllowedAt), LagMS: lagOf(at.Lag)}
	if !c.Paused {
		body.NextAt = when(at.NextAt)
	}
	if body.Options == nil {
		body.Options = map[string]string{}
	}
	var err error
	body.Secrets, err = s.Engine.SecretsKept(ctx, c)
	return body, err
}

func lagOf(ms int64) *int64 {
	if ms < 0 {
		return nil
	}
	return &ms
}

func (s *server) connections(ctx context.Context, _ *none) (*reply[connectionList], error) {
	all, err := s.Engine.Standings(ctx)
	body := connectionList{Connections: []Connection{}}
	for _, at := range all {
		one, err := s.connectionOf(ctx, at)
		if err != nil {
			return nil, err
		}
		body.Connections = append(body.Connections, one)
	}
	return ok(body, err)
}

func (s *server) connectionByID(ctx context.Context, in *ByID) (*reply[Connection], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	at, err := s.Engine.StandingOf(ctx, id)
	if err != nil {
		return nil, err
	}
	return ok(s.connectionOf(ctx, at))
}

func (s *server) tryConnection(ctx context.Context, in *struct{ Body ConnectionDraft }) (*reply[ConnectionTrial], error) {
	account, err := s.Engine.Try(ctx, in.Body.draft())
	if err != nil {
		return nil, refused(err)
	}
	body := ConnectionTrial{Account: accountOf(account)}
	channels, err := s.Store.Channels(ctx)
	name := or(in.Body.Channel, in.Body.Name)
	for _, c := range channels {
		if strings.EqualFold(strings.TrimSpace(c.Name), strings.TrimSpace(name)) {
			body.Channel = &TrialChannel{idText(c.ID), c.Name, c.Kind, c.Orders}
		}
	}
	return ok(body, err)
}

// refused words a vendor's answer to settings as trouble with the settings: 401 is about the caller of this API, not of the vendor's.
func refused(err error) error {
	coded := fault.Of(err)
	if coded.Code != fault.Auth && coded.Code != fault.Permission {
		return err
	}
	again := *coded
	again.Code = fault.Invalid
	return &again
}

func (s *server) addConnection(ctx context.Context, in *struct{ Body ConnectionDraft }) (*reply[Connection], error) {
	since, err := s.sinceOf(in.Body.Since)
	if err != nil {
		return nil, err
	}
	c, err := s.Engine.Connect(ctx, in.Body.draft())
	if err != nil {
		return nil, refused(err)
	}
	if since != 0 {
		if err := s.startFrom(ctx, c.ID, channel.Orders, since); err != nil {
			return nil, err
		}
	}
	s.Host.WakeSchedule()
	return s.connectionByID(ctx, &ByID{idText(c.ID)})
}

// sinceOf reads an instant, or a date as the beginning of that day in the workspace's zone.
func (s *server) sinceOf(text string) (commerce.Instant, error) {
	if text == "" {
		return 0, nil
	}
	if at, err := commerce.ParseInstant(text); err == nil {
		return at, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, s.Store.Zone())
	if err != nil {
		return 0, fault.New(fault.Invalid, "“"+text+"” is not a date.", "Write it like 2026-03-01, or 2026-03-01T09:00:00Z.").InField("since")
	}
	return commerce.InstantOf(day), nil
}

func (s *server) startFrom(ctx context.Context, connectionID int64, stream channel.Stream, since commerce.Instant) error {
	one, err := s.syncOfStream(ctx, connectionID, string(stream))
	if err != nil {
		return err
	}
	return s.Engine.StartFrom(ctx, one.ID, since)
}

func (s *server) syncOfStream(ctx context.Context, connectionID int64, stream string) (syncing.Sync, error) {
	if _, err := s.Store.Connection(ctx, connectionID); err != nil {
		return syncing.Sync{}, err
	}
	all, err := s.Store.Syncs(ctx, connectionID)
	for _, one := range all {
		if string(one.Stream) == or(stream, string(channel.Orders)) {
			return one, nil
		}
	}
	if err == nil {
		err = fault.New(fault.NotFound, "This connection does not pull "+stream+".", "Choose one of its streams.").InField("stream")
	}
	return syncing.Sync{}, err
}

func (s *server) changeConnection(ctx context.Context, in *struct {
	Versioned
	Body ConnectionDraft
}) (*reply[Connection], error) {
	id, seq, err := in.parse()
	if err != nil {
		return nil, err
	}
	was, err := s.Store.Connection(ctx, id)
	if err != nil {
		return nil, err
	}
	draft := in.Body.draft()
	draft.Connector = was.Connector
	if in.Body.Approval == "" {
		draft.Size = was.ApprovalSize
	}
	if _, err := s.Engine.Revise(ctx, id, draft, seq); err != nil {
		return nil, refused(err)
	}
	s.Host.WakeSchedule()
	return s.connectionByID(ctx, &ByID{in.ID})
}

func (s *server) removeConnection(ctx context.Context, in *ByID) (*none, error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	defer s.Host.WakeSchedule()
	return nil, s.Engine.Remove(ctx, id)
}

// checkConnection answers with the connection as it stands then; trouble with the vendor is in its words, not in the status.
func (s *server) checkConnection(ctx context.Context, in *ByID) (*reply[Connection], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	_, trouble := s.Engine.Check(ctx, id)
	body, err := s.connectionByID(ctx, in)
	if err == nil && trouble != nil {
		p := problemOf(trouble)
		body.Body.State, body.Body.Remedy = "needs_you", p.Remedy
		if body.Body.Problem == nil {
			body.Body.Words = p.Detail
		}
	}
	return body, err
}

func (s *server) pauseConnection(ctx context.Context, in *ByID) (*reply[Connection], error) {
	return s.setConnectionPaused(ctx, in, true)
}

func (s *server) resumeConnection(ctx context.Context, in *ByID) (*reply[Connection], error) {
	return s.setConnectionPaused(ctx, in, false)
}

func (s *server) setConnectionPaused(ctx context.Context, in *ByID, paused bool) (*reply[Connection], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.Engine.Pause(ctx, id, paused); err != nil {
		return nil, err
	}
	s.Host.WakeSchedule()
	return s.connectionByID(ctx, in)
}

func (s *server) connectionLimits(ctx context.Context, in *ByID) (*reply[limitList], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	c, err := s.Store.Connection(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := s.limitsOf(ctx, c)
	return ok(limitList{all}, err)
}

func (s *server) limitsOf(ctx context.Context, c syncing.Connection) ([]ConnectionLimit, error) {
	limits := []ConnectionLimit{}
	all, err := s.Engine.Budgets(ctx, c)
	for _, b := range all {
		limits = append(limits, ConnectionLimit{Bucket: b.Bucket.Name, Why: b.Bucket.Why, Left: b.Left, Burst: b.Bucket.Burst, Rate: b.Bucket.Rate,
			Reserve: b.Bucket.Reserve, PerDay: b.Bucket.PerDay, SpentDay: b.SpentDay, NextAllowedAt: when(commerce.InstantOf(b.AllowedAt))})
	}
	return limits, err
}

func (s *server) syncs(ctx context.Context, in *ByID) (*reply[syncList], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	at, err := s.Engine.StandingOf(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := s.syncsOf(ctx, at)
	return ok(syncList{all}, err)
}

func (s *server) syncsOf(ctx context.Context, at syncing.Standing) ([]Sync, error) {
	all := []Sync{}
	for _, one := range at.Streams {
		body, err := s.syncOf(ctx, at, one)
		if err != nil {
			return all, err
		}
		all = append(all, body)
	}
	return all, nil
}

func (s *server) syncOf(ctx context.Context, at syncing.Standing, one syncing.StreamStanding) (Sync, error) {
	t, sync := one.Timer, one.Sync
	body := Sync{ID: idText(sync.ID), ETag: idText(t.Seq), Stream: string(sync.Stream), Cron: t.Expression, CronWords: schedule.Words(t.Expression), Zone: t.Zone,
		Paused: t.Paused, Running: optionalID(one.Running), Since: when(sync.Since), Cursor: sync.Cursor, LookedAt: when(sync.LookedAt), FullAt: when(sync.FullAt),
		NewestAt: when(sync.NewestAt), LagMS: lagOf(sync.Lag), First: one.First, State: string(one.State), Words: one.Words, Need: string(one.Need),
		Problem: sync.Problem, ProblemAt: when(sync.ProblemAt)}
	if !t.Paused && !at.Connection.Paused {
		body.NextAt = when(max(t.NextAt, sync.NextAt))
	}
	if sync.NextAt > s.Store.Now() {
		body.NextAllowedAt = when(sync.NextAt)
	}
	if m, known := s.Engine.ManifestOf(at.Connection); known {
		info, _ := m.Stream(sync.Stream)
		body.Changes, body.Note = info.Changes, info.Note
	}
	var err error
	body.Known, err = s.Store.Known(ctx, sync.ID)
	return body, err
}

func (s *server) changeSync(ctx context.Context, in *struct {
	Versioned
	Stream string `path:"stream" enum:"orders,products,stock,customers,lists,documents"`
	Body   SyncChange
}) (*reply[Sync], error) {
	id, seq, err := in.parse()
	if err != nil {
		return nil, err
	}
	one, err := s.syncOfStream(ctx, id, in.Stream)
	if err != nil {
		return nil, err
	}
	if in.Body.Since != nil {
		since, err := s.sinceOf(*in.Body.Since)
		if err != nil {
			return nil, err
		}
		if err := s.Engine.StartFrom(ctx, one.ID, since); err != nil {
			return nil, err
		}
	}
	if in.Body.timed() {
		if err := s.Engine.Reschedule(ctx, one.ID, in.Body.over, seq); err != nil {
			return nil, err
		}
	}
	s.Host.WakeSchedule()
	return s.syncByStream(ctx, id, in.Stream)
}

func (c SyncChange) timed() bool {
	return c.Cron != nil || c.When != nil || c.Zone != nil || c.Paused != nil
}

// over lays a change over a sync's timer.
func (c SyncChange) over(t *journal.Timer) (err error) {
	lay(map[*string]*string{&t.Expression: c.Cron, &t.Zone: c.Zone})
	if c.When != nil && *c.When != "" {
		if t.Expression, err = schedule.Phrase(*c.When); err != nil {
			return err
		}
	}
	if c.Paused != nil {
		t.Paused = *c.Paused
	}
	return nil
}

func (s *server) syncByStream(ctx context.Context, connectionID int64, stream string) (*reply[Sync], error) {
	at, err := s.Engine.StandingOf(ctx, connectionID)
	if err != nil {
		return nil, err
	}
	for _, one := range at.Streams {
		if string(one.Sync.Stream) == stream {
			return ok(s.syncOf(ctx, at, one))
		}
	}
	return nil, fault.New(fault.NotFound, "This connection does not pull "+stream+".", "Choose one of its streams.")
}

func (s *server) connectionRuns(ctx context.Context, in *struct {
	ByID
	Paged
	Stream string `query:"stream" enum:"orders,products,stock,customers,lists,documents"`
}) (*reply[runList], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	filter := journal.RunFilter{ConnectionID: id, Limit: in.Limit}
	if filter.Before, err = in.before(); err != nil {
		return nil, err
	}
	if in.Stream != "" {
		one, err := s.syncOfStream(ctx, id, in.Stream)
		if err != nil {
			return nil, err
		}
		filter.TimerID = one.TimerID
	}
	all, err := s.Store.Runs(ctx, filter)
	return ok(runsOf(all, in.Limit), err)
}
