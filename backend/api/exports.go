package api

import (
	"context"
	"io"
	"mime"
	"net/http"
	"path/filepath"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/tabular/export"
)

type exportStore interface {
	Exports(ctx context.Context, before int64, limit int) ([]export.Journalled, error)
	ExportOfRun(ctx context.Context, runID int64) (export.Journalled, error)
}

type exportFieldList struct {
	Fields []ExportField `json:"fields"`
}

// ExportField is one value that a kind of record has.
type ExportField struct {
	Name     string `json:"name"`
	Words    string `json:"words"`
	Type     string `json:"type" enum:"text,id,money,number,instant,yes_no,list"`
	Group    string `json:"group"`
	Personal bool   `json:"personal"`
	OfLines  bool   `json:"of_lines" doc:"Only files with one row per line can have it."`
}

// ExportTemplate is a template with where it comes from.
type ExportTemplate struct {
	ID        string          `json:"id"`
	ETag      string          `json:"etag"`
	BuiltIn   bool            `json:"built_in" doc:"Ships with Tradepost; it cannot be changed, only copied."`
	ChangedAt *string         `json:"changed_at"`
	Extension string          `json:"extension"`
	Template  export.Template `json:"template"`
}

type exportTemplateList struct {
	Templates []ExportTemplate `json:"templates"`
}

// ExportDraft asks for an export, by a template that is there or by one that is not saved.
type ExportDraft struct {
	Template string           `json:"template,omitempty" doc:"Id, key or name. Nothing takes the usual one of the kind."`
	Draft    *export.Template `json:"draft,omitempty" doc:"A template that is not saved."`
	Kind     string           `json:"kind,omitempty" enum:"orders,lines,customers,products,stock,runs"`
	Format   string           `json:"format,omitempty" enum:"csv,tsv,xlsx,json,ndjson,iif,pdf" doc:"Nothing takes the template's."`
	Filter   *string          `json:"filter,omitempty" doc:"Words such as stage=to_ship channel=Etsy placed>=2026-01-01; not given takes the template's."`
	IDs      []string         `json:"ids,omitempty" doc:"These orders alone."`
	Name     string           `json:"name,omitempty" doc:"The file's name."`
	Path     string           `json:"path,omitempty" doc:"Where on this computer the file goes; nothing lets it wait to be fetched. Needs the scope files:path."`
}

// ExportPreview is the beginning of what an export would write.
type ExportPreview struct {
	Columns    []string      `json:"columns"`
	Rows       [][]string    `json:"rows"`
	Problems   []ExportIssue `json:"problems"`
	Matching   int64         `json:"matching" doc:"Records that the filter finds."`
	Narrowed   bool          `json:"narrowed" doc:"Conditions on fields may leave fewer than matching."`
	SentBefore int64         `json:"sent_before" doc:"How many of them went to the template's target before."`
}

// ExportIssue is something about one record that the target would not take, or takes changed.
type ExportIssue struct {
	Record   string `json:"record"`
	ID       string `json:"id"`
	Field    string `json:"field"`
	Found    string `json:"found"`
	Expected string `json:"expected"`
	Message  string `json:"message"`
	Remedy   string `json:"remedy"`
	Code     string `json:"code"`
	LeftOut  bool   `json:"left_out"`
}

// Export is one export of the journal.
type Export struct {
	ID          string         `json:"id" doc:"The id of its run."`
	State       string         `json:"state" enum:"running,done,partial,failed,cancelled"`
	Cause       string         `json:"cause" enum:"person,schedule,catch_up"`
	Template    string         `json:"template" doc:"The template's name then."`
	TemplateID  string         `json:"template_id"`
	Kind        string         `json:"kind"`
	Format      string         `json:"format"`
	Target      *string        `json:"target" doc:"Under which name its orders are remembered as sent."`
	Destination string         `json:"destination" doc:"A folder, or download."`
	Filter      string         `json:"filter" doc:"Words to search for are not kept."`
	Rows        int64          `json:"rows"`
	Records     int64          `json:"records"`
	LeftOut     int64          `json:"left_out"`
	Warnings    int            `json:"warnings"`
	Files       []ExportedFile `json:"files"`
	Problems    []ExportIssue  `json:"problems"`
	Progress    EventProgress  `json:"progress"`
	StartedAt   *string        `json:"started_at" nullable:"false"`
	FinishedAt  *string        `json:"finished_at"`
	Error       *fault.Problem `json:"error"`
}

// ExportedFile is one file of an export.
type ExportedFile struct {
	Name    string `json:"name"`
	SHA256  string `json:"sha256"`
	Size    int64  `json:"size"`
	Rows    int64  `json:"rows"`
	Waiting bool   `json:"waiting" doc:"It can be fetched, for an hour after it was made."`
}

type exportList struct {
	Exports []Export `json:"exports"`
	Next    *string  `json:"next"`
}

func (s *server) registerExports(spec huma.API) {
	const tag = "Exports"
	get(spec, "/api/v1/exports/fields", about{"list-export-fields", "The values that a kind of record has", tag, "exports:read"}, s.exportFields)
	get(spec, "/api/v1/export-templates", about{"list-export-templates", "Templates: those that ship with Tradepost, then your own", tag, "exports:read"}, s.exportTemplates)
	get(spec, "/api/v1/export-templates/{id}", about{"get-export-template", "One template, by id, key or name", tag, "exports:read"}, s.exportTemplate)
	post(spec, "/api/v1/export-templates", http.StatusCreated, about{"make-export-template", "Save a template", tag, "exports:write"}, s.makeTemplate)
	patch(spec, "/api/v1/export-templates/{id}", about{"change-export-template", "Replace a template", tag, "exports:write"}, s.changeTemplate)
	remove(spec, "/api/v1/export-templates/{id}", about{"remove-export-template", "Remove a template", tag, "exports:write"}, s.removeTemplate)
	post(spec, "/api/v1/exports/preview", http.StatusOK, about{"preview-export", "The first rows of an export; nothing is written", tag, "exports:read"}, s.previewExport)
	post(spec, "/api/v1/exports", http.StatusCreated, about{"start-export", "Export", tag, "exports:write"}, s.startExport)
	get(spec, "/api/v1/exports", about{"list-exports", "Past exports, newest first", tag, "exports:read"}, s.exports)
	get(spec, "/api/v1/exports/{id}", about{"get-export", "One export", tag, "exports:read"}, s.export)
	post(spec, "/api/v1/exports/{id}/cancel", http.StatusAccepted, about{"cancel-export", "Stop an export", tag, "exports:write"}, s.cancelExport)
}

// registerExportFiles adds the streaming download and describes it.
func (s *server) registerExportFiles(mux *http.ServeMux, spec huma.API) {
	mux.HandleFunc("GET /api/v1/exports/{id}/files/{number}", scoped("exports:write", s.exportFile))
	text := &huma.Schema{Type: "string"}
	spec.OpenAPI().AddOperation(&huma.Operation{OperationID: "fetch-export-file", Method: http.MethodGet, Path: "/api/v1/exports/{id}/files/{number}", Tags: []string{"Exports"},
		Summary: "A file of an export that waits to be fetched", Security: []map[string][]string{{"token": {"exports:write"}}}, Extensions: map[string]any{"x-scope": "exports:write"},
		Parameters: []*huma.Param{{Name: "id", In: "path", Required: true, Schema: text}, {Name: "number", In: "path", Required: true, Description: "Its place in the list, from 1.", Schema: text}},
		Responses:  map[string]*huma.Response{"200": {Description: "The file", Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: text}}}}})
}

func (s *server) exportFields(_ context.Context, in *struct {
	Kind string `query:"kind" required:"true" enum:"orders,lines,customers,products,stock,runs"`
}) (*reply[exportFieldList], error) {
	body := exportFieldList{Fields: []ExportField{}}
	for _, f := range export.Fields(export.Kind(in.Kind)) {
		body.Fields = append(body.Fields, ExportField{f.Name, f.Words, string(f.Type), f.Group, f.Personal, f.OfLines})
	}
	return ok(body, nil)
}

func templateOf(t export.Template) ExportTemplate {
	if t.Columns == nil {
		t.Columns = []export.TemplateColumn{}
	}
	return ExportTemplate{ID: idText(t.ID), ETag: idText(t.Version), BuiltIn: t.BuiltIn, ChangedAt: when(t.ChangedAt), Extension: t.Extension(), Template: t}
}

func (s *server) exportTemplates(ctx context.Context, _ *none) (*reply[exportTemplateList], error) {
	all, err := s.Exports.Templates(ctx)
	body := exportTemplateList{Templates: []ExportTemplate{}}
	for _, t := range all {
		body.Templates = append(body.Templates, templateOf(t))
	}
	return ok(body, err)
}

func (s *server) exportTemplate(ctx context.Context, in *ByID) (*reply[ExportTemplate], error) {
	t, err := s.Exports.TemplateNamed(ctx, in.ID)
	return ok(templateOf(t), err)
}

func (s *server) makeTemplate(ctx context.Context, in *struct{ Body export.Template }) (*reply[ExportTemplate], error) {
	t, err := s.Exports.SaveTemplate(ctx, in.Body, -1)
	return ok(templateOf(t), err)
}

func (s *server) changeTemplate(ctx context.Context, in *struct {
	Versioned
	Body export.Template
}) (*reply[ExportTemplate], error) {
	id, seq, err := in.parse()
	if err != nil {
		return nil, err
	}
	in.Body.ID = id
	t, err := s.Exports.SaveTemplate(ctx, in.Body, seq)
	return ok(templateOf(t), err)
}

func (s *server) removeTemplate(ctx context.Context, in *ByID) (*none, error) {
	t, err := s.Exports.TemplateNamed(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Exports.DeleteTemplate(ctx, t.ID)
}

// request reads what is asked for.
func (s *server) exportRequest(ctx context.Context, d ExportDraft) (request export.Request, err error) {
	switch {
	case d.Draft != nil:
		request.Template = *d.Draft
		request.Template.ID, _ = strconv.ParseInt(d.Template, 10, 64) // the template it was made of, for the journal
	case d.Template != "":
		request.Template, err = s.Exports.TemplateNamed(ctx, d.Template)
	default:
		request.Template, err = s.Exports.Usual(export.Kind(or(d.Kind, "orders")))
	}
	if err != nil {
		return request, err
	}
	if d.Kind != "" && d.Kind != string(request.Template.Kind) {
		return request, fault.New(fault.Invalid, "The template "+request.Template.Name+" is for "+string(request.Template.Kind)+".", "Name a template for "+d.Kind+", or none.").InField("template")
	}
	request.Format, request.Filter, request.Name = export.Format(d.Format), d.Filter, d.Name
	if d.IDs != nil {
		request.IDs, err = parseIDs(d.IDs)
	}
	return request, err
}

func (s *server) previewExport(ctx context.Context, in *struct{ Body ExportDraft }) (*reply[ExportPreview], error) {
	request, err := s.exportRequest(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	p, err := s.Exports.Preview(ctx, request, 20)
	return ok(ExportPreview{Columns: list(p.Columns), Rows: list(p.Rows), Problems: issuesOf(p.Problems), Matching: p.Matching, Narrowed: p.Narrowed, SentBefore: p.SentBefore}, err)
}

func issuesOf(problems []export.Problem) []ExportIssue {
	all := []ExportIssue{}
	for _, p := range problems {
		all = append(all, ExportIssue{Record: p.Record, ID: idText(p.ID), Field: p.Field, Found: p.Found, Expected: p.Expected, Message: p.Message, Remedy: p.Remedy, Code: p.Code, LeftOut: p.LeftOut})
	}
	return all
}

func (s *server) startExport(ctx context.Context, in *struct {
	Waiting
	Body ExportDraft
}) (*reply[Export], error) {
	if in.Body.Path != "" {
		if err := lacking(ctx, "files:path"); err != nil {
			return nil, err
		}
	}
	request, err := s.exportRequest(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	run, done, err := s.Exports.Begin(ctx, request, in.Body.Path)
	if err != nil {
		return nil, err
	}
	if in.Wait {
		select {
		case <-done:
		case <-ctx.Done():
			s.Exports.Cancel(run.ID)
			return nil, ctx.Err()
		}
	}
	return s.exportByRun(ctx, run.ID)
}

func (s *server) exportByRun(ctx context.Context, runID int64) (*reply[Export], error) {
	e, err := s.Store.ExportOfRun(ctx, runID)
	return ok(s.exportOf(e), err)
}

func (s *server) exportOf(e export.Journalled) Export {
	body := Export{ID: idText(e.Run.ID), State: string(e.Run.State), Cause: string(e.Run.Cause), Template: e.Template, TemplateID: idText(e.TemplateID), Kind: string(e.Kind),
		Format: string(e.Format), Target: optionalText(e.Target), Destination: e.Destination, Filter: e.Filter, Rows: e.Rows, Records: e.Records, LeftOut: e.LeftOut,
		Warnings: e.Run.Counts["warning"], Files: []ExportedFile{}, Problems: issuesOf(e.Problems), Progress: EventProgress{e.Run.Done, e.Run.Total},
		StartedAt: when(e.Run.StartedAt), FinishedAt: when(e.Run.FinishedAt), Error: e.Run.Problem}
	waiting := len(s.Exports.Waiting(e.Run.ID))
	for i, f := range e.Files {
		body.Files = append(body.Files, ExportedFile{Name: f.Name, SHA256: f.SHA256, Size: f.Size, Rows: f.Rows, Waiting: i < waiting})
	}
	return body
}

func (s *server) exports(ctx context.Context, in *Paged) (*reply[exportList], error) {
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Exports(ctx, before, in.Limit)
	body := exportList{Exports: []Export{}}
	for _, e := range all {
		body.Exports = append(body.Exports, s.exportOf(e))
		body.Next = nextID(len(all) == in.Limit, e.Run.ID)
	}
	return ok(body, err)
}

func (s *server) export(ctx context.Context, in *ByID) (*reply[Export], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	return s.exportByRun(ctx, id)
}

func (s *server) cancelExport(ctx context.Context, in *ByID) (*reply[Export], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	if !s.Exports.Cancel(id) {
		return nil, fault.New(fault.Conflict, "Nothing is under way for this export.", "Look at where it stands.")
	}
	return s.exportByRun(ctx, id)
}

// cancelExportRun stops a run that is an export; false when it is none, or has ended.
func (s *server) cancelExportRun(r journal.Run) bool {
	return r.Kind == journal.RunExport && s.Exports.Cancel(r.ID)
}

func (s *server) exportFile(w http.ResponseWriter, r *http.Request) {
	id, err := parseID(r.PathValue("id"))
	if err != nil {
		writeProblem(w, err)
		return
	}
	number, _ := strconv.Atoi(r.PathValue("number"))
	file, err := s.Exports.Open(id, number)
	if err != nil {
		writeProblem(w, err)
		return
	}
	defer func() { _ = file.Close() }()
	name := filepath.Base(file.Name())
	kind := mime.TypeByExtension(filepath.Ext(name))
	if kind == "" {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+escapeName(name))
	if stat, err := file.Stat(); err == nil {
		w.Header().Set("Content-Length", strconv.FormatInt(stat.Size(), 10))
	}
	_, _ = io.Copy(w, file)
}
