package api

import (
	"context"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/syncing"
)

// SyncRequest asks for one look, by hand.
type SyncRequest struct {
	Stream     string   `json:"stream,omitempty" enum:"orders,products,stock,customers,lists,documents" doc:"Nothing takes orders."`
	Full       bool     `json:"full,omitempty" doc:"Compare everything, and find what is gone."`
	Since      string   `json:"since,omitempty" doc:"Pull again what changed from then on; RFC 3339 or a date. The schedule goes on where it was."`
	IDs        []string `json:"ids,omitempty" maxItems:"500" doc:"Pull just these items, by the vendor's ids."`
	AcceptGone bool     `json:"accept_gone,omitempty" doc:"With full: what is gone is gone, however much it is."`
	Plan       bool     `json:"plan,omitempty" doc:"Say what it would do, and keep nothing."`
	Pages      int      `json:"pages,omitempty" minimum:"0" doc:"With plan: how many pages to look at; 0 is all."`
}

// SyncResult is what a look did, or would do.
type SyncResult struct {
	Run         string       `json:"run" doc:"Empty for a plan."`
	State       string       `json:"state" enum:"running,done,partial,failed,cancelled,planned"`
	Stream      string       `json:"stream"`
	Pulled      int          `json:"pulled"`
	New         int          `json:"new"`
	Changed     int          `json:"changed"`
	Same        int          `json:"same"`
	Skipped     int          `json:"skipped"`
	Quarantined int          `json:"quarantined"`
	Gone        int          `json:"gone"`
	Cursor      string       `json:"cursor"`
	Plan        *SyncPreview `json:"plan"`
}

// SyncPreview is what a look would do, record by record.
type SyncPreview struct {
	Adopted int              `json:"adopted" doc:"Orders that came by files and are found again: they stay one order each."`
	More    bool             `json:"more" doc:"There is more at the vendor than was looked at."`
	Rows    []SyncPreviewRow `json:"rows" doc:"The first 500 that are not the same."`
}

// SyncPreviewRow is the verdict on one record.
type SyncPreviewRow struct {
	Item     string          `json:"item"`
	Name     string          `json:"name"`
	Verdict  string          `json:"verdict" enum:"new,changed,same,skipped,error"`
	Adopted  bool            `json:"adopted"`
	Order    *string         `json:"order"`
	Changes  []FieldChange   `json:"changes"`
	Problems []fault.Problem `json:"problems"`
}

func (s *server) runSync(ctx context.Context, in *struct {
	ByID
	Waiting
	Body SyncRequest
}) (*reply[SyncResult], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	request, err := s.syncRequest(ctx, id, in.Body)
	if err != nil {
		return nil, err
	}
	switch {
	case in.Body.Plan:
		return s.planSync(ctx, request, in.Body.Pages)
	case in.Wait:
		result, err := s.Engine.Pull(ctx, request)
		return ok(syncResult(result), err)
	}
	run, err := s.Engine.Begin(ctx, request)
	return ok(SyncResult{Run: idText(run.ID), State: string(run.State), Stream: or(in.Body.Stream, string(channel.Orders))}, err)
}

func (s *server) syncRequest(ctx context.Context, connectionID int64, body SyncRequest) (syncing.Request, error) {
	one, err := s.syncOfStream(ctx, connectionID, body.Stream)
	if err != nil {
		return syncing.Request{}, err
	}
	since, err := s.sinceOf(body.Since)
	return syncing.Request{SyncID: one.ID, Cause: journal.ByPerson, Full: body.Full || body.AcceptGone, Since: since, IDs: body.IDs,
		AcceptGone: body.AcceptGone, Person: true}, err
}

func syncResult(r syncing.Result) SyncResult {
	return SyncResult{Run: idText(r.Run.ID), State: string(r.Run.State), Stream: string(r.Stream), Pulled: r.Pulled, New: r.New, Changed: r.Changed,
		Same: r.Same, Skipped: r.Skipped, Quarantined: r.Quarantined, Gone: r.Gone, Cursor: r.Cursor}
}

func (s *server) planSync(ctx context.Context, request syncing.Request, pages int) (*reply[SyncResult], error) {
	view, err := s.Engine.Preview(ctx, request, pages)
	if err != nil {
		return nil, err
	}
	body := SyncResult{State: "planned", Stream: string(view.Stream), Pulled: view.Pulled, New: view.New, Changed: view.Changed, Same: view.Same,
		Skipped: view.Skipped, Quarantined: view.Quarantined, Plan: &SyncPreview{Adopted: view.Adopted, More: view.More, Rows: []SyncPreviewRow{}}}
	for _, row := range view.Rows {
		shown := SyncPreviewRow{Item: row.Item, Name: row.Name, Verdict: string(row.Verdict), Adopted: row.Adopted, Changes: changesOf(row.Changes, &order.Order{}),
			Problems: list(row.Problems)}
		if view.Stream == channel.Orders {
			shown.Order = optionalID(row.RecordID)
		}
		body.Plan.Rows = append(body.Plan.Rows, shown)
	}
	return ok(body, nil)
}

// ViewConnection is what the page of one connection shows.
type ViewConnection struct {
	Connection Connection        `json:"connection"`
	Connector  *Connector        `json:"connector" doc:"Null where this Tradepost has it no more."`
	Syncs      []Sync            `json:"syncs"`
	Limits     []ConnectionLimit `json:"limits"`
	Hours      []int             `json:"hours" doc:"Orders placed by hour, of the last seven days, oldest first."`
	Looks      []LookPoint       `json:"looks" doc:"Its runs of the span, oldest first."`
	Events     []LookEvent       `json:"events" doc:"Trouble and gaps, newest first."`
	Cut        bool              `json:"cut" doc:"There were more runs in the span."`
	Waiting    int               `json:"waiting" doc:"Records of this connection in quarantine."`
}

// ConnectionsView is what the page of all connections shows.
type ConnectionsView struct {
	Connections []ConnectionRow `json:"connections"`
	Connectors  []Connector     `json:"connectors"`
}

// ConnectionRow is a connection with its last day.
type ConnectionRow struct {
	Connection
	LastOrderAt *string           `json:"last_order_at"`
	Hours       []int             `json:"hours" doc:"Orders placed by hour, of the last day, oldest first."`
	Limits      []ConnectionLimit `json:"limits"`
	Waiting     int               `json:"waiting" doc:"Records in quarantine."`
}

func (s *server) registerConnectionViews(spec huma.API) {
	get(spec, "/api/view/connections", about{"view-connections", "The page of all connections", "Views", "connections:read"}, s.viewConnections)
	get(spec, "/api/view/connection/{id}", about{"view-connection", "The page of one connection", "Views", "connections:read"}, s.viewConnection)
}

func (s *server) viewConnections(ctx context.Context, _ *none) (*reply[ConnectionsView], error) {
	body := ConnectionsView{Connections: []ConnectionRow{}, Connectors: []Connector{}}
	for _, c := range s.Engine.Connectors() {
		body.Connectors = append(body.Connectors, connectorOf(c.Manifest()))
	}
	all, err := s.Engine.Standings(ctx)
	for _, at := range all {
		row, err := s.connectionRow(ctx, at)
		if err != nil {
			return nil, err
		}
		body.Connections = append(body.Connections, row)
	}
	return ok(body, err)
}

func (s *server) connectionRow(ctx context.Context, at syncing.Standing) (row ConnectionRow, err error) {
	if row.Connection, err = s.connectionOf(ctx, at); err != nil {
		return row, err
	}
	row.LastOrderAt, row.Hours, row.Limits = when(at.Channel.NewestOrderAt), at.Rhythm.Last(24, s.Store.Now().Time()), []ConnectionLimit{}
	if _, known := s.Engine.ManifestOf(at.Connection); known {
		if row.Limits, err = s.limitsOf(ctx, at.Connection); err != nil {
			return row, err
		}
	}
	row.Waiting, err = s.Store.QuarantinedOf(ctx, at.Connection.ID)
	return row, err
}

// LookPoint is a run as a plot draws it.
type LookPoint struct {
	Run         string `json:"run"`
	At          string `json:"at"`
	Stream      string `json:"stream"`
	State       string `json:"state" enum:"running,done,partial,failed,cancelled"`
	DurationMS  *int64 `json:"duration_ms"`
	Pulled      int    `json:"pulled"`
	New         int    `json:"new"`
	Changed     int    `json:"changed"`
	Quarantined int    `json:"quarantined"`
	LagSeconds  *int   `json:"lag_seconds"`
	Looks       int    `json:"looks" doc:"How many looks this stands for: old ones that found nothing are kept as one an hour, and after ten days one a day."`
}

// LookEvent is trouble, a gap or a decision in a connection's life; runs of one kind in a row are one.
type LookEvent struct {
	Kind   string  `json:"kind" enum:"trouble,limit,catch_up,quarantine,stopped,gone"`
	At     string  `json:"at"`
	Until  *string `json:"until"`
	Stream string  `json:"stream"`
	Words  string  `json:"words"`
	Remedy string  `json:"remedy"`
	Runs   int     `json:"runs"`
	Run    string  `json:"run"`
	Over   bool    `json:"over" doc:"A later look went well."`
}

// looksMost bounds the runs that a connection's page reads.
const looksMost = 3000

func (s *server) viewConnection(ctx context.Context, in *struct {
	ByID
	Days int `query:"days" minimum:"1" maximum:"90" default:"2"`
}) (*reply[ViewConnection], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	at, err := s.Engine.StandingOf(ctx, id)
	if err != nil {
		return nil, err
	}
	body := ViewConnection{Hours: at.Rhythm.Last(7*24, s.Store.Now().Time()), Looks: []LookPoint{}, Events: []LookEvent{}, Limits: []ConnectionLimit{}}
	if body.Connection, err = s.connectionOf(ctx, at); err != nil {
		return nil, err
	}
	if m, known := s.Engine.ManifestOf(at.Connection); known {
		connector := connectorOf(m)
		body.Connector = &connector
		if body.Limits, err = s.limitsOf(ctx, at.Connection); err != nil {
			return nil, err
		}
	}
	if body.Syncs, err = s.syncsOf(ctx, at); err != nil {
		return nil, err
	}
	if body.Waiting, err = s.Store.QuarantinedOf(ctx, id); err != nil {
		return nil, err
	}
	return ok(body, s.addLooks(ctx, &body, id, in.Days))
}

func (s *server) addLooks(ctx context.Context, body *ViewConnection, id int64, days int) error {
	from := s.Store.Now() - commerce.Instant(days)*24*3600_000
	runs, err := s.Store.Runs(ctx, journal.RunFilter{ConnectionID: id, From: from, Limit: looksMost})
	body.Cut = len(runs) == looksMost
	for _, run := range slices.Backward(runs) {
		if run.Kind == journal.RunSync {
			body.Looks = append(body.Looks, lookOf(run))
		}
	}
	body.Events = eventsOf(runs)
	return err
}

func lookOf(r journal.Run) LookPoint {
	p := LookPoint{Run: idText(r.ID), At: r.StartedAt.String(), Stream: r.Subject, State: string(r.State), Pulled: r.Counts["pulled"], New: r.Counts["new"],
		Changed: r.Counts["changed"], Quarantined: r.Counts["quarantined"], Looks: max(r.Counts[syncing.CountLooks], 1)}
	if r.FinishedAt != 0 {
		took := int64(r.FinishedAt - r.StartedAt)
		p.DurationMS = &took
	}
	if lag, known := r.Counts["lag"]; known {
		p.LagSeconds = &lag
	}
	return p
}

// eventsMost bounds what a connection's timeline shows.
const eventsMost = 100

// eventsOf reads the events out of runs that lie newest first.
func eventsOf(runs []journal.Run) []LookEvent {
	all := []LookEvent{}
	well := map[string]bool{} // streams of which a later look went well
	last := map[string]int{}  // by stream, the event that its next older run may join
	for _, r := range runs {
		kind, words, remedy := eventOf(r)
		at, open := last[r.Subject]
		switch {
		case kind == "":
			delete(last, r.Subject)
		case open && all[at].Kind == kind && all[at].Words == words:
			until := all[at].At
			if all[at].Until == nil {
				all[at].Until = &until
			}
			all[at].At, all[at].Runs = r.StartedAt.String(), all[at].Runs+1
		case len(all) < eventsMost:
			last[r.Subject] = len(all)
			all = append(all, LookEvent{Kind: kind, At: r.StartedAt.String(), Stream: r.Subject, Words: words, Remedy: remedy, Runs: 1, Run: idText(r.ID), Over: well[r.Subject]})
		}
		if r.State == journal.Done || r.State == journal.Partial && r.Problem == nil {
			well[r.Subject] = true
		}
	}
	return all
}

// eventOf tells what is worth telling of a run; nothing for one that went as it should.
func eventOf(r journal.Run) (kind, words, remedy string) {
	if r.Kind != journal.RunSync {
		return "", "", ""
	}
	if r.Problem != nil {
		switch fault.Code(r.Problem.Code) {
		case fault.RateLimited:
			return "limit", r.Problem.Message, r.Problem.Remedy
		case fault.Cancelled:
			return "stopped", "Stopped by hand.", "What came in until then is kept; the next look goes on from there."
		}
		return "trouble", r.Problem.Message, r.Problem.Remedy
	}
	switch n := r.Counts["quarantined"]; {
	case n > 0:
		return "quarantine", grouped(n) + " " + plural(n, "record", "records") + " could not be applied.", "Look into the quarantine; the rest went on."
	case r.Counts["gone"] > 0:
		n := r.Counts["gone"]
		return "gone", grouped(n) + " " + plural(n, "is", "are") + " no longer there.", "Orders that were to be shipped are held, listings archived."
	case r.Cause == journal.ByCatchUp:
		return "catch_up", "Tradepost was closed or the computer slept: what came in meanwhile was caught up.", ""
	}
	return "", "", ""
}
