package api

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/edi/exchange"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/listings"
	"tradepost/backend/order"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/format"
)

var fileType = reflect.TypeFor[File]()

type importStore interface {
	File(ctx context.Context, id int64) (tabular.File, error)
	OpenFile(ctx context.Context, id int64) (io.ReadCloser, error)
	EarlierImports(ctx context.Context, fileID int64) ([]tabular.Earlier, error)
	Import(ctx context.Context, id int64) (tabular.Import, error)
	Imports(ctx context.Context, before int64, limit int) ([]tabular.Import, error)
	PlansWaiting(ctx context.Context) (int, error)
	ImportsWaiting(ctx context.Context) (map[int64]int, error)
	WaitingRows(ctx context.Context, importID int64) (map[int]bool, error)
}

// Import is one file brought into one channel.
type Import struct {
	ID         string          `json:"id"`
	ETag       string          `json:"etag"`
	File       ImportFile      `json:"file"`
	Format     string          `json:"format"`
	FormatName string          `json:"format_name"`
	Profile    *string         `json:"profile" doc:"The kept mapping it is read by, as it was when the import was planned."`
	Sheet      string          `json:"sheet" doc:"The sheet of a workbook that is read; blank for text."`
	Kind       string          `json:"kind" enum:"orders,products,customers,stock_counts,tracking,prices,listing_links,edi" doc:"What its records are about."`
	Channel    string          `json:"channel" doc:"Blank of stock counts, which are no channel's."`
	Mode       string          `json:"mode" enum:"new,merge,update"`
	Zone       string          `json:"zone"`
	ZoneSource string          `json:"zone_source" enum:"file,option,channel,workspace"`
	Currency   string          `json:"currency"`
	State      string          `json:"state" enum:"planning,planned,applying,applied,cancelled,failed,undoing,undone"`
	Rows       int             `json:"rows" doc:"Data records of the file."`
	Orders     tabular.Counts  `json:"orders" doc:"Its records by verdict, of whatever kind. Stale ones changed between plan and apply: they are back in the plan, and applying the import once more applies them."`
	Waiting    int             `json:"waiting" doc:"How many of its errors still wait in quarantine, once it is applied. The others came in again since, by a later file or by retrying, or were dismissed."`
	Warnings   []fault.Problem `json:"warnings"`
	Progress   EventProgress   `json:"progress"`
	Cause      string          `json:"cause" enum:"person,schedule,catch_up"`
	PlannedAt  *string         `json:"planned_at"`
	AppliedAt  *string         `json:"applied_at"`
	UndoneAt   *string         `json:"undone_at"`
	Error      *fault.Problem  `json:"error"`
	Run        *string         `json:"run"`
}

// ImportFile is the file of an import.
type ImportFile struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Size int64  `json:"size"`
}

// ImportDraft asks for a plan.
type ImportDraft struct {
	File      string `json:"file" doc:"Id of a kept file."`
	Format    string `json:"format,omitempty" doc:"A format's id; auto or nothing recognises."`
	Profile   string `json:"profile,omitempty" doc:"Id of a kept mapping to read the file by; it outranks the format."`
	Channel   string `json:"channel,omitempty" doc:"Name; made when it is new. Nothing takes the format's own name. Not asked of stock counts."`
	Zone      string `json:"zone,omitempty" doc:"For times that name none; nothing takes the channel's, else the workspace's."`
	Currency  string `json:"currency,omitempty" doc:"For amounts whose file names none."`
	Sheet     string `json:"sheet,omitempty" doc:"Of a workbook, the sheet to read; nothing finds it."`
	DateOrder string `json:"date_order,omitempty" enum:"mdy,dmy" doc:"For dates that can be read both ways."`
	Mode      string `json:"mode,omitempty" enum:"new,merge,update"`
	FileName  string `json:"file_name,omitempty"`
}

type importList struct {
	Imports []Import `json:"imports"`
	Next    *string  `json:"next"`
}

// Waiting asks for an answer only when the work it starts has ended.
type Waiting struct {
	Wait bool `query:"wait" doc:"Answer when the work has ended."`
}

func (s *server) registerImports(spec huma.API) {
	const tag = "Imports"
	post(spec, "/api/v1/imports", http.StatusCreated, about{"plan-import", "Plan an import of a kept file", tag, "imports:write"}, s.planImport)
	get(spec, "/api/v1/imports", about{"list-imports", "Imports, newest first", tag, "imports:read"}, s.imports)
	get(spec, "/api/v1/imports/{id}", about{"get-import", "One import", tag, "imports:read"}, s.importByID)
	remove(spec, "/api/v1/imports/{id}", about{"discard-import", "Discard a plan", tag, "imports:write"}, s.discardImport)
	get(spec, "/api/v1/imports/{id}/records", about{"list-import-records", "The records of an import with their verdicts", tag, "imports:read"}, s.records)
	get(spec, "/api/v1/imports/{id}/problems", about{"list-import-problems", "What is wrong with rows that cannot be applied", tag, "imports:read"}, s.importProblems)
	post(spec, "/api/v1/imports/{id}/apply", http.StatusAccepted, about{"apply-import", "Apply a plan, or what went back into it", tag, "imports:write"}, s.applyImport)
	post(spec, "/api/v1/imports/{id}/cancel", http.StatusAccepted, about{"cancel-import", "Stop planning or applying", tag, "imports:write"}, s.cancelImport)
	get(spec, "/api/v1/imports/{id}/undo", about{"plan-undo", "What taking an import back would do", tag, "imports:read"}, s.planUndo)
	post(spec, "/api/v1/imports/{id}/undo", http.StatusAccepted, about{"undo-import", "Take an import back", tag, "imports:write"}, s.undoImport)
}

func (s *server) importOf(ctx context.Context, i tabular.Import) Import {
	return s.importsOf(ctx, i)[0]
}

// importsOf describes imports, each with how many of its records wait by now.
func (s *server) importsOf(ctx context.Context, all ...tabular.Import) []Import {
	described := make([]Import, len(all))
	var waiting map[int64]int
	for n, i := range all {
		described[n] = s.importBody(ctx, i)
		if i.State != tabular.Applied || i.Counts.Error == 0 {
			continue
		}
		if waiting == nil {
			var err error
			if waiting, err = s.Store.ImportsWaiting(ctx); err != nil {
				slog.Error("counting what waits", "error", err)
				waiting = map[int64]int{}
			}
		}
		described[n].Waiting = min(waiting[i.ID], i.Counts.Error)
	}
	return described
}

func (s *server) importBody(ctx context.Context, i tabular.Import) Import {
	body := Import{ID: idText(i.ID), ETag: idText(i.Seq), File: ImportFile{idText(i.FileID), i.FileName, i.FileSize}, Format: i.Format, Sheet: i.Sheet,
		FormatName: s.formatName(i), Kind: string(i.Kind), Channel: i.Channel, Mode: string(i.Mode), Zone: i.Zone, ZoneSource: string(i.ZoneSource), Currency: string(i.Currency),
		State: string(i.State), Rows: i.Rows, Orders: i.Counts, Warnings: list(i.Warnings), Cause: string(i.Cause), PlannedAt: when(i.PlannedAt),
		AppliedAt: when(i.AppliedAt), UndoneAt: when(i.UndoneAt), Error: i.Problem, Run: optionalID(i.RunID)}
	if i.Format == format.ProfileFormat {
		s.mappedBy(ctx, i.ID, &body)
	}
	body.Progress = EventProgress{int64(i.Rows), int64(i.Rows)}
	if run, err := s.Store.Run(ctx, i.RunID); err == nil {
		body.Progress = EventProgress{run.Done, run.Total}
	}
	return body
}

func (s *server) formatName(i tabular.Import) string {
	for _, f := range formats() {
		if f.ID == i.Format {
			return f.Name
		}
	}
	return i.Format
}

func (s *server) planImport(ctx context.Context, in *struct {
	Waiting
	Body ImportDraft
}) (*reply[Import], error) {
	fileID, err := parseID(in.Body.File)
	if err != nil {
		return nil, err
	}
	profile := int64(0)
	if in.Body.Profile != "" {
		if profile, err = parseID(in.Body.Profile); err != nil {
			return nil, err
		}
	}
	i, done, err := s.Imports.Start(ctx, tabular.Request{FileID: fileID, Profile: profile, FileName: in.Body.FileName, Format: in.Body.Format, Channel: in.Body.Channel,
		Zone: in.Body.Zone, Currency: in.Body.Currency, DateOrder: in.Body.DateOrder, Mode: in.Body.Mode, Sheet: in.Body.Sheet})
	if err != nil {
		return nil, err
	}
	return s.after(ctx, i, done, in.Wait)
}

// after answers with the import as it stands, when asked to only once the job has ended.
func (s *server) after(ctx context.Context, i tabular.Import, done <-chan struct{}, wait bool) (*reply[Import], error) {
	if wait {
		select {
		case <-done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	i, err := s.Imports.Import(ctx, i.ID)
	return ok(s.importOf(ctx, i), err)
}

func (s *server) imports(ctx context.Context, in *Paged) (*reply[importList], error) {
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Imports(ctx, before, in.Limit)
	body := importList{Imports: s.importsOf(ctx, all...)}
	for _, i := range all {
		body.Next = nextID(len(all) == in.Limit, i.ID)
	}
	return ok(body, err)
}

func (s *server) importByID(ctx context.Context, in *ByID) (*reply[Import], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	i, err := s.Imports.Import(ctx, id)
	if err != nil {
		return nil, err
	}
	return ok(s.importOf(ctx, i), nil)
}

func (s *server) discardImport(ctx context.Context, in *ByID) (*none, error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Imports.Discard(ctx, id)
}

type stepInput struct {
	ByID
	Waiting
}

func (s *server) applyImport(ctx context.Context, in *stepInput) (*reply[Import], error) {
	return s.step(ctx, in, s.Imports.Apply)
}

func (s *server) undoImport(ctx context.Context, in *stepInput) (*reply[Import], error) {
	return s.step(ctx, in, s.Imports.Undo)
}

func (s *server) step(ctx context.Context, in *stepInput, start func(context.Context, int64) (tabular.Import, <-chan struct{}, error)) (*reply[Import], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	i, done, err := start(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.after(ctx, i, done, in.Wait)
}

func (s *server) cancelImport(ctx context.Context, in *ByID) (*reply[Import], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	if !s.Imports.Cancel(id) {
		return nil, fault.New(fault.Conflict, "Nothing is under way for this import.", "Look at where it stands.")
	}
	return s.importByID(ctx, in)
}

// ImportRecord is one record of an import: what the file states and what becomes of it. Order, buyer, items, totals and
// placed_at are those of an order.
type ImportRecord struct {
	Kind     string            `json:"kind" enum:"orders,products,customers,stock_counts,tracking,prices,listing_links,edi"`
	Title    string            `json:"title" doc:"What it is about, for people."`
	Record   *string           `json:"record" doc:"Id of the record it is about: an order, a variant, a customer, a stock level, a shipment, a listing."`
	Returned bool              `json:"returned" doc:"It changed between plan and apply, and waits in the plan as it stands now."`
	Settled  bool              `json:"settled" doc:"It waited in quarantine once the import was applied, and does not any more."`
	Stated   map[string]string `json:"stated" doc:"What a record of any kind but orders states, by field."`
	Ordinal  int               `json:"ordinal"`
	Rows     []int             `json:"rows" doc:"Physical lines of the file."`
	Verdict  string            `json:"verdict" enum:"new,changed,same,skipped,error"`
	Number   string            `json:"number"`
	Order    *string           `json:"order"`
	Buyer    string            `json:"buyer"`
	Items    string            `json:"items"`
	Total    *string           `json:"total"`
	Computed *string           `json:"computed_total"`
	Currency string            `json:"currency"`
	PlacedAt *string           `json:"placed_at"`
	Changes  []FieldChange     `json:"changes"`
	Problems []fault.Problem   `json:"problems"`
	Warnings []fault.Problem   `json:"warnings"`
}

// FieldChange is one value that differs.
type FieldChange struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

type recordList struct {
	Records []ImportRecord `json:"records"`
	Next    *string        `json:"next"`
}

func (s *server) records(ctx context.Context, in *struct {
	ByID
	Paged
	Verdict string `query:"verdict" enum:"new,changed,same,skipped,error,warning,returned"`
}) (*reply[recordList], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	after := 0
	if in.After != "" {
		if after, err = strconv.Atoi(in.After); err != nil {
			return nil, fault.New(fault.Invalid, "This page mark is not one of ours.", "Start the list from its beginning.").InField("after")
		}
	}
	views, err := s.Imports.Records(ctx, id, tabular.RecordFilter{Verdict: in.Verdict, After: after, Limit: in.Limit})
	body := recordList{Records: []ImportRecord{}}
	for _, v := range views {
		body.Records = append(body.Records, recordOf(v))
		body.Next = nextID(len(views) == in.Limit, int64(v.Ordinal))
	}
	if err == nil {
		err = s.settle(ctx, id, body.Records)
	}
	return ok(body, err)
}

// settle marks the records that do not wait any more.
func (s *server) settle(ctx context.Context, importID int64, records []ImportRecord) error {
	wrong := func(r ImportRecord) bool { return r.Verdict == string(intake.Error) && len(r.Rows) > 0 }
	if !slices.ContainsFunc(records, wrong) {
		return nil
	}
	i, err := s.Store.Import(ctx, importID)
	if err != nil || i.State != tabular.Applied {
		return err
	}
	waiting, err := s.Store.WaitingRows(ctx, importID)
	for n := range records {
		records[n].Settled = err == nil && wrong(records[n]) && !waiting[records[n].Rows[0]]
	}
	return err
}

func recordOf(v tabular.RecordView) ImportRecord {
	buyer, _ := v.Order.Party(order.Buyer)
	name := buyer.Name
	if name == "" {
		to, _ := v.Order.Party(order.ShipTo)
		name = to.Name
	}
	if v.Kind != intake.Orders {
		return statedRecordOf(v)
	}
	stated := map[string]string{}
	if v.Document != nil {
		stated["type"] = v.Document.Type
	}
	return ImportRecord{Kind: string(v.Kind), Title: v.Title, Record: optionalID(v.RecordID), Returned: v.Returned > 0, Stated: stated,
		Ordinal: v.Ordinal, Rows: list(v.Rows), Verdict: string(v.Verdict), Number: v.Order.Number, Order: optionalID(v.RecordID), Buyer: name,
		Items: order.Items(v.Order.Lines), Total: money(v.Order.Total, v.Order.Currency), Computed: money(v.Order.Compute().Total, v.Order.Currency),
		Currency: string(v.Order.Currency), PlacedAt: when(v.Order.Placed.At), Changes: changesOf(v.Changes, &v.Order), Problems: list(v.Problems), Warnings: list(v.Warnings)}
}

// statedRecordOf is a record of any kind but orders.
func statedRecordOf(v tabular.RecordView) ImportRecord {
	stated := map[string]string{}
	maps.Copy(stated, v.Stated.Values)
	if v.Document != nil {
		v.Title, stated = exchange.Says(v.Document), map[string]string{"type": v.Document.Type, "interchange": v.Document.Interchange, "control": v.Document.Control, "sender": v.Document.Sender}
	}
	return ImportRecord{Kind: string(v.Kind), Title: v.Title, Record: optionalID(v.RecordID), Returned: v.Returned > 0, Stated: stated, Ordinal: v.Ordinal,
		Rows: list(v.Rows), Verdict: string(v.Verdict), Number: v.Number, Changes: changesOf(v.Changes, &order.Order{}), Problems: list(v.Problems), Warnings: list(v.Warnings)}
}

// changesOf words field changes for people: an instant without its provenance, a line by what it sells.
func changesOf(changes []order.Change, o *order.Order) []FieldChange {
	shown := []FieldChange{}
	for _, c := range changes {
		before, after := c.Before, c.After
		if c.Field == "linked_by" { // who linked a listing shows beside its link
			continue
		}
		if c.Field == "placed_at" {
			before, _, _ = strings.Cut(before, " ")
			after, _, _ = strings.Cut(after, " ")
		}
		shown = append(shown, FieldChange{fieldName(c, o), before, after})
	}
	return shown
}

func fieldName(c commerce.FieldChange, o *order.Order) string {
	if c.Line == 0 || strings.HasPrefix(c.Field, "lines.new") || strings.HasPrefix(c.Field, "lines.removed") {
		return c.Field
	}
	field := c.Field[strings.LastIndexByte(c.Field, '.')+1:]
	for _, l := range o.Lines {
		if l.ID == c.Line {
			return fmt.Sprintf("lines.%s.%s", strings.ReplaceAll(or(l.SKU, l.Title), ".", "·"), field)
		}
	}
	return "lines." + field
}

type problemList struct {
	Problems []fault.Problem `json:"problems"`
	More     bool            `json:"more"`
}

func (s *server) importProblems(ctx context.Context, in *ByID) (*reply[problemList], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	all, more, err := s.Imports.Problems(ctx, id, 1000)
	return ok(problemList{list(all), more}, err)
}

// UndoPlan says what taking something back would do.
type UndoPlan struct {
	OrdersRemoved  int        `json:"orders_removed"`
	OrdersReverted int        `json:"orders_reverted"`
	OrdersLeft     int        `json:"orders_left"`
	Left           []UndoLeft `json:"left"`
	Words          []string   `json:"words" doc:"What it does, where there is more to say than numbers: the rule then and now, how much leaves each shelf."`
}

// UndoLeft is an order, or another record, or a value of one, that is left alone.
type UndoLeft struct {
	Number string `json:"number"`
	Order  string `json:"order"`
	Reason string `json:"reason"`
}

func (s *server) planUndo(ctx context.Context, in *ByID) (*reply[UndoPlan], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	plan, err := s.Imports.PlanUndo(ctx, id)
	return ok(undoPlanOf(plan), err)
}

func undoPlanOf(plan tabular.UndoPlan) UndoPlan {
	body := UndoPlan{OrdersRemoved: plan.Removed, OrdersReverted: plan.Reverted, OrdersLeft: len(plan.Left), Left: []UndoLeft{}, Words: list(plan.Words)}
	for _, l := range plan.Left {
		body.Left = append(body.Left, UndoLeft{l.Number, idText(l.RecordID), l.Reason})
	}
	return body
}

func undoingOf(u listings.Undoing) UndoPlan {
	body := UndoPlan{OrdersRemoved: u.Removed, OrdersReverted: u.Reverted, OrdersLeft: len(u.Left), Left: []UndoLeft{}, Words: []string{}}
	for _, l := range u.Left {
		body.Left = append(body.Left, UndoLeft{l.Name, idText(l.ID), l.Reason})
	}
	return body
}

// originalFile answers with the file of an import, byte for byte as it came.
func (s *server) originalFile(w http.ResponseWriter, r *http.Request) {
	id, err := parseID(r.PathValue("id"))
	if err != nil {
		writeProblem(w, err)
		return
	}
	i, err := s.Store.Import(r.Context(), id)
	if err != nil {
		writeProblem(w, err)
		return
	}
	content, err := s.Store.OpenFile(r.Context(), i.FileID)
	if err != nil {
		writeProblem(w, err)
		return
	}
	defer func() { _ = content.Close() }()
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+escapeName(i.FileName))
	if _, err := io.Copy(w, content); err != nil {
		slog.Warn("sending a kept file", "import", id, "error", err)
	}
}

// failedRows answers with the rows that could not be applied, in the layout of the original.
func (s *server) failedRows(w http.ResponseWriter, r *http.Request) {
	id, err := parseID(r.PathValue("id"))
	if err != nil {
		writeProblem(w, err)
		return
	}
	i, err := s.Store.Import(r.Context(), id)
	if err != nil {
		writeProblem(w, err)
		return
	}
	name := s.Imports.FailedRowsName(r.Context(), i)
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+escapeName(name))
	if err := s.Imports.FailedRows(r.Context(), id, w); err != nil {
		writeProblem(w, err)
	}
}
