package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/tabular"
)

type journalStore interface {
	intake.Unit
	Message(ctx context.Context, id int64) (journal.Message, journal.Payload, error)
	Quarantine(ctx context.Context, before int64, limit int) ([]journal.Message, error)
	QuarantineGroups(ctx context.Context) ([]journal.QuarantineGroup, error)
	Quarantined(ctx context.Context) (int, error)
	Dismiss(ctx context.Context, ids []int64) error
	Run(ctx context.Context, id int64) (journal.Run, error)
	Runs(ctx context.Context, filter journal.RunFilter) ([]journal.Run, error)
	Changes(ctx context.Context, recordKind string, recordID int64) ([]journal.Change, error)
	// PlanRuleUndo and UndoRule are of runs that changed a rule, PlanGoodsUndo and UndoGoods of those that took goods in or put kits together,
	// PlanKitUndo and UndoKit of those that said what a kit consists of.
	PlanRuleUndo(ctx context.Context, of journal.Run) (tabular.UndoPlan, error)
	UndoRule(ctx context.Context, of journal.Run) (journal.Run, error)
	PlanGoodsUndo(ctx context.Context, of journal.Run) (tabular.UndoPlan, error)
	UndoGoods(ctx context.Context, of journal.Run) (journal.Run, error)
	PlanKitUndo(ctx context.Context, of journal.Run) (tabular.UndoPlan, error)
	UndoKit(ctx context.Context, of journal.Run) (journal.Run, error)
}

// Message is one record that came in, as it came.
type Message struct {
	ID         string          `json:"id"`
	Kind       string          `json:"kind"`
	Source     string          `json:"source"`
	Channel    string          `json:"channel"`
	Number     string          `json:"number"`
	ReceivedAt *string         `json:"received_at" nullable:"false"`
	Status     string          `json:"status"`
	Problem    *fault.Problem  `json:"problem"`
	Problems   []fault.Problem `json:"problems"`
	Rows       []int           `json:"rows"`
	Raw        RawRecord       `json:"raw"`
	Order      *string         `json:"order"`
	Import     *string         `json:"import"`
	File       *ImportFile     `json:"file"`
	Run        *string         `json:"run"`
	Item       string          `json:"item" doc:"The vendor's id, of what a connection pulled."`
	Document   json.RawMessage `json:"document,omitempty" doc:"Of what a connection pulled: the item as the vendor sent it."`
}

// RawRecord is the raw record: the file's columns, and its rows with their physical lines.
type RawRecord struct {
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"`
}

// QuarantineList is what waits for a person, by cause and one by one.
type QuarantineList struct {
	Groups   []QuarantineGroup   `json:"groups"`
	Messages []QuarantineMessage `json:"messages"`
	Next     *string             `json:"next"`
}

// QuarantineGroup is a cause with how many it keeps waiting.
type QuarantineGroup struct {
	Code     string        `json:"code"`
	Column   string        `json:"column"`
	Expected string        `json:"expected"`
	Count    int           `json:"count"`
	Example  fault.Problem `json:"example"`
}

// QuarantineMessage is one record that waits.
type QuarantineMessage struct {
	ID         string          `json:"id"`
	Channel    string          `json:"channel"`
	Number     string          `json:"number"`
	Kind       string          `json:"kind"`
	Source     string          `json:"source"`
	ReceivedAt *string         `json:"received_at" nullable:"false"`
	Import     *string         `json:"import"`
	FileName   string          `json:"file_name"`
	Rows       []int           `json:"rows"`
	Problems   []fault.Problem `json:"problems"`
}

// Run is one execution of any long work.
type Run struct {
	ID         string         `json:"id"`
	Kind       string         `json:"kind"`
	State      string         `json:"state" enum:"running,done,partial,failed,cancelled"`
	Cause      string         `json:"cause" enum:"person,schedule,catch_up,webhook,push"`
	Title      string         `json:"title"`
	Words      string         `json:"words"`
	Channel    *string        `json:"channel"`
	Watch      *string        `json:"watch"`
	Connection *string        `json:"connection"`
	Import     *string        `json:"import"`
	StartedAt  *string        `json:"started_at" nullable:"false"`
	FinishedAt *string        `json:"finished_at"`
	DurationMS *int64         `json:"duration_ms"`
	Progress   EventProgress  `json:"progress"`
	Counts     map[string]int `json:"counts"`
	Error      *fault.Problem `json:"error"`
	CanUndo    bool           `json:"can_undo"`
}

type runList struct {
	Runs []Run   `json:"runs"`
	Next *string `json:"next"`
}

func (s *server) registerJournal(spec huma.API) {
	const tag = "Journal"
	get(spec, "/api/v1/messages/{id}", about{"get-message", "A record as it came in", tag, "journal:read"}, s.message)
	get(spec, "/api/v1/quarantine", about{"list-quarantine", "What could not be applied and waits", tag, "journal:read"}, s.quarantine)
	post(spec, "/api/v1/quarantine/retry", http.StatusOK, about{"retry-quarantine", "Try waiting records again", tag, "journal:write"}, s.retry)
	post(spec, "/api/v1/quarantine/dismiss", http.StatusOK, about{"dismiss-quarantine", "Decide that records are not to be applied", tag, "journal:write"}, s.dismiss)
	get(spec, "/api/v1/runs", about{"list-runs", "Runs, newest first", tag, "journal:read"}, s.runs)
	get(spec, "/api/v1/runs/{id}", about{"get-run", "One run", tag, "journal:read"}, s.run)
	post(spec, "/api/v1/runs/{id}/cancel", http.StatusAccepted, about{"cancel-run", "Stop a run", tag, "journal:write"}, s.cancelRun)
	get(spec, "/api/v1/runs/{id}/undo", about{"plan-run-undo", "What taking a run back would do", tag, "journal:read"}, s.planRunUndo)
	post(spec, "/api/v1/runs/{id}/undo", http.StatusOK, about{"undo-run", "Take a run back", tag, "journal:write"}, s.undoRun)
}

func (s *server) message(ctx context.Context, in *ByID) (*reply[Message], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	m, payload, err := s.Store.Message(ctx, id)
	if err != nil {
		return nil, err
	}
	body := Message{ID: idText(m.ID), Kind: m.Kind, Source: m.Source, Channel: m.Channel, Number: m.Name, ReceivedAt: when(m.ReceivedAt), Status: string(m.Status),
		Problems: list(m.Problems), Rows: list(m.Rows), Raw: RawRecord{Columns: list(payload.Columns), Rows: [][]string{}}, Import: optionalID(m.ImportID), Run: optionalID(m.RunID), Item: m.Item, Document: payload.Raw}
	if len(m.Problems) > 0 {
		body.Problem = &m.Problems[0]
	}
	if m.RecordKind == intake.OrderKind {
		body.Order = optionalID(m.RecordID)
	}
	if m.FileID != 0 {
		body.File = &ImportFile{ID: idText(m.FileID), Name: m.FileName}
	}
	for _, row := range payload.Rows {
		body.Raw.Rows = append(body.Raw.Rows, list(row.Cells))
	}
	return ok(body, nil)
}

func (s *server) quarantine(ctx context.Context, in *Paged) (*reply[QuarantineList], error) {
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	messages, err := s.Store.Quarantine(ctx, before, in.Limit)
	if err != nil {
		return nil, err
	}
	body := QuarantineList{Groups: []QuarantineGroup{}, Messages: []QuarantineMessage{}}
	for _, m := range messages {
		body.Messages = append(body.Messages, QuarantineMessage{idText(m.ID), m.Channel, m.Name, m.Kind, m.Source, when(m.ReceivedAt), optionalID(m.ImportID), m.FileName, list(m.Rows), list(m.Problems)})
		body.Next = nextID(len(messages) == in.Limit, m.ID)
	}
	body.Groups, err = s.groups(ctx)
	return ok(body, err)
}

func (s *server) groups(ctx context.Context) ([]QuarantineGroup, error) {
	all, err := s.Store.QuarantineGroups(ctx)
	groups := []QuarantineGroup{}
	for _, g := range all {
		m, _, err := s.Store.Message(ctx, g.Example)
		if err != nil {
			return groups, err
		}
		group := QuarantineGroup{Count: g.Count}
		if len(m.Problems) > 0 {
			group.Example = m.Problems[0]
			group.Code, group.Column, group.Expected = group.Example.Code, group.Example.Column, group.Example.Expected
		}
		groups = append(groups, group)
	}
	return groups, err
}

type chosen struct {
	Body struct {
		IDs []string `json:"ids,omitempty"`
		All bool     `json:"all,omitempty"`
	}
}

func (c *chosen) ids() ([]int64, error) {
	if len(c.Body.IDs) == 0 && !c.Body.All {
		return nil, fault.New(fault.Invalid, "Which records?", "Name ids, or say all.").InField("ids")
	}
	return parseIDs(c.Body.IDs)
}

// RetryDone says what trying again did.
type RetryDone struct {
	Run     string `json:"run"`
	Retried int    `json:"retried"`
	Applied int    `json:"applied"`
	Still   int    `json:"still"`
}

func (s *server) retry(ctx context.Context, in *chosen) (*reply[RetryDone], error) {
	ids, err := in.ids()
	if err != nil {
		return nil, err
	}
	done, err := s.Imports.Retry(ctx, ids)
	return ok(RetryDone{idText(done.RunID), done.Retried, done.Applied, done.Still}, err)
}

func (s *server) dismiss(ctx context.Context, in *chosen) (*reply[okBody], error) {
	ids, err := in.ids()
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, fault.New(fault.Invalid, "Records are dismissed one by one.", "Name ids.").InField("ids")
	}
	return ok(okBody{true}, s.Store.Dismiss(ctx, ids))
}

func (s *server) runs(ctx context.Context, in *struct {
	Paged
	Kind  string `query:"kind"`
	Watch string `query:"watch"`
	Busy  bool   `query:"busy" doc:"Leave out looks of connections that found nothing."`
}) (*reply[runList], error) {
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	filter := journal.RunFilter{Kind: in.Kind, Busy: in.Busy, Before: before, Limit: in.Limit}
	if in.Watch != "" {
		if filter.TimerID, err = parseID(in.Watch); err != nil {
			return nil, err
		}
	}
	all, err := s.Store.Runs(ctx, filter)
	return ok(runsOf(all, in.Limit), err)
}

func runsOf(all []journal.Run, limit int) runList {
	body := runList{Runs: []Run{}}
	for _, r := range all {
		body.Runs = append(body.Runs, runOf(r))
		body.Next = nextID(len(all) == limit, r.ID)
	}
	return body
}

func runOf(r journal.Run) Run {
	body := Run{ID: idText(r.ID), Kind: r.Kind, State: string(r.State), Cause: string(r.Cause), Title: r.Title, Words: wordsOf(r), Channel: optionalText(r.Channel),
		Watch: optionalID(r.TimerID), Connection: optionalID(r.ConnectionID), Import: optionalID(r.ImportID), StartedAt: when(r.StartedAt), FinishedAt: when(r.FinishedAt),
		Progress: EventProgress{r.Done, r.Total}, Counts: r.Counts, Error: r.Problem, CanUndo: canUndo(r)}
	if body.Counts == nil {
		body.Counts = map[string]int{}
	}
	if r.FinishedAt != 0 {
		took := int64(r.FinishedAt - r.StartedAt)
		body.DurationMS = &took
	}
	return body
}

func canUndo(r journal.Run) bool {
	return (r.Stands || slices.Contains([]string{journal.RunImport, journal.RunBulk, journal.RunRetry, journal.RunStock, journal.RunTransfer, journal.RunRoute}, r.Kind) || ofCatalog(r)) && r.FinishedAt != 0
}

// ofRules tells whether a run changed how much channels may offer, or what their prices are made of.
func ofRules(r journal.Run) bool { return r.Kind == journal.RunRules || r.Kind == journal.RunPrices }

// ofGoods tells whether a run took goods in, or put kits together.
func ofGoods(r journal.Run) bool { return r.Kind == journal.RunBuy || r.Kind == journal.RunMake }

// ofCatalog tells whether a run changed variants and listings by hand.
func ofCatalog(r journal.Run) bool {
	return r.Kind == journal.RunLink || r.Kind == journal.RunMerge || r.Kind == journal.RunEdit
}

// scopeOf says what records a run that is no import touched.
func scopeOf(r journal.Run) intake.Scope {
	if r.Kind == journal.RunStock {
		return intake.Scope{Kind: intake.StockCounts}
	}
	return intake.Scope{Kind: intake.Orders}
}

// countWords names the counts of a run in the order people want them, one and many.
var countWords = []struct{ key, one, many string }{
	{"files", "file", "files"}, {"new", "new", "new"}, {"changed", "changed", "changed"}, {"same", "same", "same"},
	{"skipped", "skipped", "skipped"}, {"error", "in quarantine", "in quarantine"}, {"stale", "left: changed meanwhile", "left: changed meanwhile"},
	{"failed", "file failed", "files failed"}, {"removed", "removed", "removed"}, {"reverted", "put back", "put back"}, {"left", "left", "left"},
	{"retried", "tried", "tried"}, {"applied", "applied", "applied"}, {"still", "still waiting", "still waiting"},
	{"rows", "row", "rows"}, {"left_out", "left out", "left out"}, {"sent", "file sent", "files sent"}, {"nothing", "nothing to export: nothing sent", ""},
	{"unknown", "file of which it is not known whether it arrived", "files of which it is not known whether they arrived"},
	{"counted", "level counted", "levels counted"},
	{"known", "file was taken before", "files were taken before"}, {"kept", "file stays on the server", "files stay on the server"},
	{"growing", "still being written", "still being written"},
	{"purged", "order emptied of personal values", "orders emptied of personal values"}, {"contacts", "contact", "contacts"},
	{"drift_moved", "moved there", "moved there"}, {"drift_not_stuck", "not as it was told", "not as they were told"}, {"drift_changed", "changed there, never told", "changed there, never told"}, {"drift_not_pushed", "not told yet", "not told yet"},
	{"drift_same", "the same", "the same"}, {"payloads", "original record", "original records"}, {"quarantined", "in quarantine", "in quarantine"}, {"gone", "no longer there", "no longer there"},
}

// grouped writes a count as people read it: 10,000.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

// wordsOf says in words what a run did.
func wordsOf(r journal.Run) string {
	if r.Problem != nil {
		return r.Problem.Message
	}
	var parts []string
	for _, c := range countWords {
		if n := r.Counts[c.key]; n > 0 && (c.key != "same" || r.Kind != journal.RunSync) {
			if c.many == "" {
				parts = append(parts, c.one)
				continue
			}
			parts = append(parts, grouped(n)+" "+plural(n, c.one, c.many))
		}
	}
	if len(parts) > 0 {
		return strings.Join(parts, ", ")
	}
	if r.FinishedAt != 0 {
		return idleWords[r.Kind]
	}
	return ""
}

// idleWords are what runs say that found nothing to do.
var idleWords = map[string]string{journal.RunWatch: "nothing new", journal.RunFetch: "nothing new", journal.RunSend: "nothing to send", journal.RunSync: "nothing new"}

func (s *server) run(ctx context.Context, in *ByID) (*reply[Run], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	r, err := s.Store.Run(ctx, id)
	return ok(runOf(r), err)
}

func (s *server) cancelRun(ctx context.Context, in *ByID) (*reply[Run], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	r, err := s.Store.Run(ctx, id)
	if err != nil {
		return nil, err
	}
	if (r.ImportID == 0 || !s.Imports.Cancel(r.ImportID)) && !s.cancelExportRun(r) && !s.Engine.Cancel(r.ID) {
		return nil, fault.New(fault.Conflict, "This run cannot be stopped: it has ended, or ends by itself in a moment.", "")
	}
	return ok(runOf(r), nil)
}

func (s *server) undoable(ctx context.Context, idText string) (journal.Run, error) {
	id, err := parseID(idText)
	if err != nil {
		return journal.Run{}, err
	}
	r, err := s.Store.Run(ctx, id)
	if err == nil && !canUndo(r) {
		err = fault.New(fault.Conflict, "This run cannot be taken back.", "Imports, bulk changes, counts, adjustments, transfers, receipts, assemblies, links, merges and changes of products, kits and rules can, once they ended.")
	}
	return r, err
}

func (s *server) planRunUndo(ctx context.Context, in *ByID) (*reply[UndoPlan], error) {
	r, err := s.undoable(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	var plan tabular.UndoPlan
	switch {
	case ofCatalog(r):
		u, err := s.Listings.PlanUndo(ctx, r.ID)
		return ok(undoingOf(u), err)
	case ofPlaces(r):
		return s.planPlaceUndo(ctx, r)
	case ofRules(r):
		plan, err = s.Store.PlanRuleUndo(ctx, r)
	case ofGoods(r):
		plan, err = s.Store.PlanGoodsUndo(ctx, r)
	case r.Kind == journal.RunKit:
		plan, err = s.Store.PlanKitUndo(ctx, r)
	default:
		plan, err = tabular.PlanRunUndoOf(ctx, s.Store, scopeOf(r), r.ID)
	}
	return ok(undoPlanOf(plan), err)
}

func (s *server) undoRun(ctx context.Context, in *ByID) (*reply[Run], error) {
	r, err := s.undoable(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	undone, err := s.takeBack(ctx, r)
	return ok(runOf(undone), err)
}

func (s *server) takeBack(ctx context.Context, r journal.Run) (journal.Run, error) {
	switch {
	case r.ImportID != 0:
		return s.undoImported(ctx, r)
	case ofCatalog(r):
		undone, _, err := s.Listings.Undo(ctx, r)
		return undone, err
	case ofPlaces(r):
		return s.undoPlace(ctx, r)
	case ofRules(r):
		return s.undoRule(ctx, r)
	case ofGoods(r):
		return s.Store.UndoGoods(ctx, r)
	case r.Kind == journal.RunKit:
		return s.Store.UndoKit(ctx, r)
	}
	return s.undoRecords(ctx, r)
}

func (s *server) undoImported(ctx context.Context, r journal.Run) (journal.Run, error) {
	i, done, err := s.Imports.Undo(ctx, r.ImportID)
	if err != nil {
		return journal.Run{}, err
	}
	<-done
	return s.Store.Run(ctx, i.RunID)
}

// undoRule gives a rule its earlier values; channels are told what that makes of their numbers.
func (s *server) undoRule(ctx context.Context, r journal.Run) (journal.Run, error) {
	undone, err := s.Store.UndoRule(ctx, r)
	if err == nil && s.Engine != nil {
		s.Engine.Replan()
	}
	return undone, err
}

// undoRecords takes back what a run did to records, one after the other.
func (s *server) undoRecords(ctx context.Context, r journal.Run) (journal.Run, error) {
	undo := journal.Run{Kind: journal.RunUndo, Cause: journal.ByPerson, Title: "Undo: " + r.Title, Subject: fmt.Sprint(r.ID), Counts: map[string]int{}}
	if err := s.Store.InTx(ctx, false, func(tx intake.Tx) error { return tx.InsertRun(&undo) }); err != nil {
		return undo, err
	}
	_, cause := tabular.UndoRunOf(ctx, s.Store, s.Store, scopeOf(r), r.ID, &undo)
	err := s.Store.InTx(context.WithoutCancel(ctx), false, func(tx intake.Tx) error {
		undo.State, undo.FinishedAt = journal.Done, tx.Now()
		if cause != nil {
			undo.State = journal.Failed
		}
		return tx.UpdateRun(undo)
	})
	return undo, errors.Join(cause, err)
}
