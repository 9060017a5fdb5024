package api

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/fault"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/format"
)

// uploadPath takes files as a stream; huma would hold a body in memory and cap it.
const uploadPath = "/api/v1/files"

// File is a kept file with what it was found to be.
type File struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	Size        int64          `json:"size"`
	SHA256      string         `json:"sha256"`
	ReceivedAt  *string        `json:"received_at" nullable:"false"`
	Recognition *Recognition   `json:"recognition"`
	Problem     *fault.Problem `json:"problem" doc:"Why the file was not recognised."`
	Earlier     []Earlier      `json:"earlier" doc:"Imports of this very file that stand."`
	Others      []File         `json:"others" nullable:"false" doc:"The other files of the archive that this one came in; each is imported by itself."`
}

// Earlier is an import that the same file was used for before.
type Earlier struct {
	Batch     string  `json:"batch"`
	Channel   string  `json:"channel"`
	AppliedAt *string `json:"applied_at" nullable:"false"`
}

// Recognition says what a file is, how sure that is and why.
type Recognition struct {
	Format         string   `json:"format" example:"shopify.orders"`
	FormatName     string   `json:"format_name"`
	Kind           string   `json:"kind" example:"orders"`
	ChannelKind    string   `json:"channel_kind"`
	Confidence     float64  `json:"confidence"`
	Encoding       string   `json:"encoding"`
	Delimiter      string   `json:"delimiter" doc:"Blank for a workbook and for JSON."`
	Container      string   `json:"container" doc:"What the rows lie in." enum:"text,xlsx,json,edi"`
	Sheet          string   `json:"sheet" doc:"The sheet of a workbook that is read; blank for text."`
	OtherSheets    []string `json:"other_sheets" doc:"Sheets with rows that are not read."`
	JoinedSheets   []string `json:"joined_sheets" doc:"Sheets that go on where it ends and are read as one table with it; rows are counted on."`
	HeaderRow      int      `json:"header_row" doc:"0 of JSON, which has none."`
	Rows           int      `json:"rows" doc:"Data records, without the header."`
	Columns        []string `json:"columns"`
	UnknownColumns []string `json:"unknown_columns"`
	Reasons        []string `json:"reasons"`
	ZoneNeeded     bool     `json:"zone_needed"`
	CurrencyNeeded bool     `json:"currency_needed"`
	Profile        *string  `json:"profile" doc:"The kept mapping that knows the file; null when a format does."`
}

type formatList struct {
	Formats []format.Info `json:"formats"`
}

func (s *server) registerFiles(spec huma.API) {
	get(spec, "/api/v1/formats", about{"list-formats", "The file formats that are recognised", "Imports", "imports:read"},
		func(context.Context, *none) (*reply[formatList], error) { return ok(formatList{formats()}, nil) })
	post(spec, "/api/v1/files/path", http.StatusCreated, about{"keep-file-at", "Take in a file by its path on this computer", "Imports", "files:path"}, s.keepPath)
	get(spec, "/api/v1/files/{id}", about{"get-file", "A kept file", "Imports", "imports:read"}, s.file)
}

// registerUpload adds the streaming upload and describes it in the document.
func (s *server) registerUpload(mux *http.ServeMux, spec huma.API) {
	mux.HandleFunc("POST "+uploadPath, scoped("files:write", s.upload))
	schema := spec.OpenAPI().Components.Schemas.Schema(fileType, true, "File")
	spec.OpenAPI().AddOperation(&huma.Operation{OperationID: "keep-file", Method: http.MethodPost, Path: uploadPath, Tags: []string{"Imports"},
		Summary: "Take in a file; its bytes are the body", Security: []map[string][]string{{"token": {"files:write"}}}, Extensions: map[string]any{"x-scope": "files:write"},
		Parameters:  []*huma.Param{{Name: "name", In: "query", Required: true, Description: "The file's name.", Schema: &huma.Schema{Type: "string"}}},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}},
		Responses:   map[string]*huma.Response{"201": {Description: "Kept", Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}}})
}

// describeStreams describes the endpoints that answer with something else than JSON.
func describeStreams(spec huma.API) {
	text := func(kind, words string) map[string]*huma.Response {
		return map[string]*huma.Response{"200": {Description: words, Content: map[string]*huma.MediaType{kind: {Schema: &huma.Schema{Type: "string"}}}}}
	}
	spec.OpenAPI().AddOperation(&huma.Operation{OperationID: "get-failed-rows", Method: http.MethodGet, Path: "/api/v1/imports/{id}/failed-rows",
		Tags: []string{"Imports"}, Summary: "The rows that could not be applied, in the layout of the original file", Security: []map[string][]string{{"token": {"imports:read"}}},
		Extensions: map[string]any{"x-scope": "imports:read"}, Parameters: []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: "string"}}},
		Responses: text("application/octet-stream", "A file like the original, with three more columns")})
	spec.OpenAPI().AddOperation(&huma.Operation{OperationID: "get-original-file", Method: http.MethodGet, Path: "/api/v1/imports/{id}/file",
		Tags: []string{"Imports"}, Summary: "The original file of an import, as it came", Security: []map[string][]string{{"token": {"imports:read"}}},
		Extensions: map[string]any{"x-scope": "imports:read"}, Parameters: []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: "string"}}},
		Responses: text("application/octet-stream", "The file, byte for byte")})
	spec.OpenAPI().AddOperation(&huma.Operation{OperationID: "follow-events", Method: http.MethodGet, Path: "/api/v1/events", Tags: []string{"Journal"},
		Summary: "What changes, as Server-Sent Events named change", Security: []map[string][]string{{"token": {"events:read"}}},
		Extensions: map[string]any{"x-scope": "events:read"}, Responses: text("text/event-stream", "One JSON object an event: seq, topics, and progress of a run")})
}

func (s *server) upload(w http.ResponseWriter, r *http.Request) {
	name := filepath.Base(r.URL.Query().Get("name"))
	body, err := s.keep(r.Context(), name, r.Body)
	if err != nil {
		writeProblem(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(body)
}

func (s *server) keepPath(ctx context.Context, in *struct {
	Body struct {
		Path string `json:"path" minLength:"1"`
	}
}) (*reply[File], error) {
	source, err := os.Open(in.Body.Path)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "The file "+in.Body.Path+" cannot be read.", "Check that it is there and may be read.").InField("path")
	}
	defer func() { _ = source.Close() }()
	return ok(s.keep(ctx, filepath.Base(in.Body.Path), source))
}

// keep takes a file in. One that is not recognised is kept and said to be so; that is no error. Of an archive the first
// file is answered, with the others in it.
func (s *server) keep(ctx context.Context, name string, content io.Reader) (File, error) {
	all, err := s.Imports.ReceiveAll(ctx, name, content)
	if err != nil {
		return File{}, err
	}
	var first File
	for i, r := range all {
		body, err := s.describe(ctx, r.File, r.Recognition, r.Unknown)
		if err != nil {
			return body, err
		}
		if i == 0 {
			first = body
			continue
		}
		first.Others = append(first.Others, body)
	}
	return first, nil
}

func (s *server) describe(ctx context.Context, file tabular.File, recognition format.Recognition, unrecognised error) (File, error) {
	body := File{ID: idText(file.ID), Name: file.Name, Size: file.Size, SHA256: file.SHA256, ReceivedAt: when(file.ReceivedAt), Earlier: []Earlier{}, Others: []File{}}
	if unrecognised != nil {
		if !fault.Is(unrecognised, fault.Invalid) {
			return body, unrecognised
		}
		problem := fault.ProblemOf(unrecognised)
		body.Problem = &problem
	} else {
		body.Recognition = recognitionOf(recognition)
	}
	earlier, err := s.Store.EarlierImports(ctx, file.ID)
	for _, e := range earlier {
		body.Earlier = append(body.Earlier, Earlier{idText(e.ImportID), e.Channel, when(e.AppliedAt)})
	}
	return body, err
}

func (s *server) file(ctx context.Context, in *ByID) (*reply[File], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	file, err := s.Store.File(ctx, id)
	if err != nil {
		return nil, err
	}
	recognition, err := s.Imports.Recognise(ctx, id)
	return ok(s.describe(ctx, file, recognition, err))
}

func recognitionOf(r format.Recognition) *Recognition {
	delimiter := ""
	if dialect, _, _, ok := format.Layout(r); ok {
		delimiter = string(rune(dialect.Comma))
	}
	return &Recognition{Format: r.Format, FormatName: r.FormatName, Kind: r.Kind, ChannelKind: r.ChannelKind, Confidence: r.Confidence, Encoding: strings.ToLower(r.Encoding),
		Delimiter: delimiter, Container: r.Container, Sheet: r.Sheet, OtherSheets: list(r.OtherSheets), JoinedSheets: list(r.JoinedSheets), HeaderRow: r.HeaderRow, Rows: r.Rows, Columns: list(r.Columns), UnknownColumns: list(r.UnknownColumns), Reasons: list(r.Reasons),
		ZoneNeeded: r.ZoneNeeded, CurrencyNeeded: r.CurrencyNeeded, Profile: optionalID(r.Profile)}
}

// list is never null.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

func formats() []format.Info { return slices.Concat(format.Formats(), tabular.EDIFormats()) }

// escapeName encodes a file name for Content-Disposition (RFC 8187).
func escapeName(name string) string { return strings.ReplaceAll(url.QueryEscape(name), "+", "%20") }
