package api

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
	"tradepost/backend/tabular/export"
)

type stocktakeStore interface {
	Stocktakes(ctx context.Context, before int64, limit int) ([]inventory.Stocktake, error)
	Stocktake(ctx context.Context, id int64) (inventory.Stocktake, error)
	StartStocktake(ctx context.Context, f inventory.StocktakeFilter) (inventory.Stocktake, error)
	StocktakeLines(ctx context.Context, id int64, which string, after int64, limit int) ([]inventory.SheetLine, error)
	StocktakeTotals(ctx context.Context, id int64) (inventory.StocktakeTotals, error)
	CountRows(ctx context.Context, id int64, unknown bool, before int64, limit int) ([]inventory.CountRow, error)
	CountCode(ctx context.Context, id int64, r inventory.CountRow) (inventory.CountRow, inventory.SheetLine, error)
	CountFile(ctx context.Context, id, fileID int64, all []inventory.CountRow) (unknown int, err error)
	RemoveRow(ctx context.Context, id, row int64) error
	NameRow(ctx context.Context, id, row, variantID int64) error
	CloseStocktake(ctx context.Context, id int64, missing inventory.Missing, version int64) (journal.Run, error)
	DiscardStocktake(ctx context.Context, id, version int64) (inventory.Stocktake, error)
}

// Stocktake is the counting of a location, or of a part of what lies there.
type Stocktake struct {
	ID           string  `json:"id"`
	ETag         string  `json:"etag"`
	Name         string  `json:"name"`
	Location     string  `json:"location"`
	Prefix       string  `json:"prefix" doc:"SKUs that begin so."`
	NeverCounted bool    `json:"never_counted"`
	Blind        bool    `json:"blind" doc:"Those who count do not see what is expected."`
	State        string  `json:"state" enum:"open,closing,closed,discarded"`
	Missing      *string `json:"missing" doc:"What became of what nobody counted: leave, zero."`
	StartedAt    *string `json:"started_at"`
	ClosedAt     *string `json:"closed_at"`
	Run          *string `json:"run" doc:"The run that wrote the counts; it can be taken back."`
	Undone       bool    `json:"undone"`
	Lines        int     `json:"lines"`
	Counted      int     `json:"counted"`
	Unknown      int     `json:"unknown" doc:"Rows of which nobody knows what they are."`
}

type stocktakeList struct {
	Stocktakes []Stocktake `json:"stocktakes"`
	Next       *string     `json:"next"`
}

// StocktakeReport is a stocktake with what it adds up to.
type StocktakeReport struct {
	Stocktake
	Over   commerce.Decimal `json:"over" doc:"Units that were found and not expected."`
	Short  commerce.Decimal `json:"short" doc:"Units that were expected and not found."`
	Values []StocktakeValue `json:"values" nullable:"false" doc:"What the variance is worth, by currency."`
	Uncost int              `json:"uncost" doc:"Lines that differ and whose cost is not known."`
}

// StocktakeValue is an amount in one currency.
type StocktakeValue struct {
	Currency string           `json:"currency"`
	Value    commerce.Decimal `json:"value"`
}

// StocktakeLine is one variant of a stocktake.
type StocktakeLine struct {
	ID        string            `json:"id"`
	Variant   string            `json:"variant"`
	SKU       string            `json:"sku"`
	GTIN      string            `json:"gtin"`
	Title     string            `json:"title"`
	Tracked   bool              `json:"tracked"`
	Added     bool              `json:"added" doc:"It was not on the sheet, and was found."`
	Expected  *commerce.Decimal `json:"expected" doc:"On hand when the sheet was made; null where it is not tracked."`
	Then      *commerce.Decimal `json:"then" doc:"On hand by the ledger when it was counted: what was sold since the sheet was made is no variance."`
	Counted   *commerce.Decimal `json:"counted" doc:"null where nobody counted it."`
	Variance  *commerce.Decimal `json:"variance"`
	Moved     commerce.Decimal  `json:"moved" doc:"What moved while it was being counted: whoever counted may have seen it or not."`
	Cost      *string           `json:"cost"`
	Currency  string            `json:"currency"`
	Value     *commerce.Decimal `json:"value" doc:"What the variance is worth; null where the cost is not known."`
	Rows      int               `json:"rows"`
	CountedAt *string           `json:"counted_at"`
	Outcome   *string           `json:"outcome" doc:"counted or left, once it was written."`
	Problem   *string           `json:"problem" doc:"Why it was left."`
}

type stocktakeLines struct {
	Lines []StocktakeLine `json:"lines"`
	Next  *string         `json:"next"`
}

// CountRow is what somebody counted: rows add up.
type CountRow struct {
	ID       string           `json:"id"`
	Variant  *string          `json:"variant" doc:"null while nobody knows what the code is of."`
	SKU      string           `json:"sku"`
	Title    string           `json:"title"`
	Code     string           `json:"code"`
	Quantity commerce.Decimal `json:"quantity"`
	At       *string          `json:"at"`
	Counter  string           `json:"counter"`
	File     *string          `json:"file"`
}

type countRowList struct {
	Rows []CountRow `json:"rows"`
	Next *string    `json:"next"`
}

// CodeCounted is a row, and the line that it counts for: null where nobody knows the code.
type CodeCounted struct {
	Row  CountRow       `json:"row"`
	Line *StocktakeLine `json:"line"`
}

// FileCounted is how a file of counts was taken.
type FileCounted struct {
	Rows      int       `json:"rows"`
	Unknown   int       `json:"unknown"`
	Stocktake Stocktake `json:"stocktake"`
}

// StocktakeClosed is a stocktake whose counts were written, and the run by which they can be taken back.
type StocktakeClosed struct {
	Run       string          `json:"run"`
	Stocktake StocktakeReport `json:"stocktake"`
}

func (s *server) registerStocktakes(spec huma.API) {
	const tag, read, write, one = "Stocktakes", "stock:read", "stock:write", "/api/v1/stocktakes/{id}"
	get(spec, "/api/v1/stocktakes", about{"list-stocktakes", "Stocktakes, newest first", tag, read}, s.stocktakes)
	post(spec, "/api/v1/stocktakes", http.StatusCreated, about{"start-stocktake", "Start counting a location", tag, write}, s.startStocktake)
	get(spec, one, about{"get-stocktake", "A stocktake with what it adds up to", tag, read}, s.stocktake)
	get(spec, one+"/lines", about{"list-stocktake-lines", "What is on the sheet, with variance", tag, read}, s.stocktakeLines)
	get(spec, one+"/rows", about{"list-count-rows", "What was counted, newest first", tag, read}, s.countRows)
	post(spec, one+"/rows", http.StatusCreated, about{"count-code", "Count something by its code", tag, write}, s.countCode)
	on(spec, http.MethodDelete, one+"/rows/{row}", http.StatusNoContent, about{"remove-count-row", "Take a row out", tag, write}, s.removeRow)
	post(spec, one+"/rows/{row}/name", http.StatusOK, about{"name-count-row", "Say what a code is of", tag, write}, s.nameRow)
	post(spec, one+"/import", http.StatusOK, about{"import-counts", "Take in a file of counts", tag, write}, s.importCounts)
	post(spec, one+"/close", http.StatusOK, about{"close-stocktake", "Write what was counted as counts", tag, write}, s.closeStocktake)
	post(spec, one+"/discard", http.StatusOK, about{"discard-stocktake", "Put a stocktake away", tag, write}, s.discardStocktake)
}

func stocktakeOf(t inventory.Stocktake) Stocktake {
	return Stocktake{ID: idText(t.ID), ETag: idText(t.Version), Name: t.Name, Location: t.Location, Prefix: t.Prefix, NeverCounted: t.NeverCounted, Blind: t.Blind,
		State: string(t.State), Missing: optionalText(string(t.Missing)), StartedAt: when(t.StartedAt), ClosedAt: when(t.ClosedAt), Run: optionalID(t.RunID), Undone: t.Undone,
		Lines: t.Lines, Counted: t.Counted, Unknown: t.Unknown}
}

func (s *server) stocktakes(ctx context.Context, in *Paged) (*reply[stocktakeList], error) {
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Stocktakes(ctx, before, in.Limit)
	body := stocktakeList{Stocktakes: []Stocktake{}}
	for _, t := range all {
		body.Stocktakes = append(body.Stocktakes, stocktakeOf(t))
		body.Next = nextID(len(all) == in.Limit, t.ID)
	}
	return ok(body, err)
}

func (s *server) startStocktake(ctx context.Context, in *struct {
	Body struct {
		Name         string `json:"name,omitempty"`
		Location     string `json:"location,omitempty" doc:"Its name; blank is the usual one."`
		Prefix       string `json:"prefix,omitempty" doc:"Just SKUs that begin so."`
		NeverCounted bool   `json:"never_counted,omitempty" doc:"Just what nobody counted after its stock start."`
		Blind        bool   `json:"blind,omitempty"`
	}
}) (*reply[Stocktake], error) {
	t, err := s.Store.StartStocktake(ctx, inventory.StocktakeFilter(in.Body))
	return ok(stocktakeOf(t), err)
}

func (s *server) report(ctx context.Context, id int64) (body StocktakeReport, err error) {
	t, err := s.Store.Stocktake(ctx, id)
	if err != nil {
		return body, err
	}
	sum, err := s.Store.StocktakeTotals(ctx, id)
	body = StocktakeReport{Stocktake: stocktakeOf(t), Over: sum.Over.Decimal(), Short: sum.Short.Decimal(), Values: []StocktakeValue{}, Uncost: sum.Uncost}
	for _, currency := range slices.Sorted(maps.Keys(sum.Value)) {
		body.Values = append(body.Values, StocktakeValue{string(currency), sum.Value[currency]})
	}
	return body, err
}

func (s *server) stocktake(ctx context.Context, in *ByID) (*reply[StocktakeReport], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	return ok(s.report(ctx, id))
}

func (s *server) stocktakeLines(ctx context.Context, in *struct {
	ByID
	Paged
	Which string `query:"which" enum:",counted,differ,missing" doc:"Just what was counted, what differs, what nobody counted."`
}) (*reply[stocktakeLines], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	after, err := in.before()
	if err != nil {
		return nil, err
	}
	all, err := s.Store.StocktakeLines(ctx, id, in.Which, after, in.Limit)
	body := stocktakeLines{Lines: []StocktakeLine{}}
	for _, l := range all {
		body.Lines = append(body.Lines, stocktakeLineOf(l))
		body.Next = nextID(len(all) == in.Limit, l.ID)
	}
	return ok(body, err)
}

func stocktakeLineOf(l inventory.SheetLine) StocktakeLine {
	body := StocktakeLine{ID: idText(l.ID), Variant: idText(l.VariantID), SKU: l.SKU, GTIN: l.GTIN, Title: l.Title, Tracked: l.Tracked, Added: l.Added, Moved: l.Moved.Decimal(),
		Cost: optionalText(string(l.Cost)), Currency: string(l.Currency), Rows: l.Rows, CountedAt: when(l.LastAt), Outcome: optionalText(l.Outcome), Problem: optionalText(l.Problem)}
	if l.Tracked {
		body.Expected = decimal(l.Expected)
	}
	if l.Rows == 0 {
		return body
	}
	body.Then, body.Counted, body.Variance = decimal(l.Then), decimal(l.Counted), decimal(l.Variance())
	if value, known := l.Value(); known {
		body.Value = &value
	}
	return body
}

func decimal(q inventory.Quantity) *commerce.Decimal {
	d := q.Decimal()
	return &d
}

func countRowOf(r inventory.CountRow) CountRow {
	return CountRow{ID: idText(r.ID), Variant: optionalID(r.VariantID), SKU: r.SKU, Title: r.Title, Code: r.Code, Quantity: r.Quantity.Decimal(), At: when(r.At), Counter: r.Counter,
		File: optionalID(r.FileID)}
}

func (s *server) countRows(ctx context.Context, in *struct {
	ByID
	Paged
	Unknown bool `query:"unknown" doc:"Just codes that nobody knows."`
}) (*reply[countRowList], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	all, err := s.Store.CountRows(ctx, id, in.Unknown, before, in.Limit)
	body := countRowList{Rows: []CountRow{}}
	for _, r := range all {
		body.Rows = append(body.Rows, countRowOf(r))
		body.Next = nextID(len(all) == in.Limit, r.ID)
	}
	return ok(body, err)
}

func (s *server) countCode(ctx context.Context, in *struct {
	ByID
	Body struct {
		Code     string `json:"code" minLength:"1" maxLength:"200" doc:"A SKU or GTIN, as it was scanned."`
		Quantity string `json:"quantity,omitempty" doc:"How many more were counted; blank is 1. Below zero takes some back."`
		At       string `json:"at,omitempty" doc:"When; blank is now."`
		Counter  string `json:"counter,omitempty" maxLength:"80" doc:"Who counts."`
	}
}) (*reply[CodeCounted], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	r := inventory.CountRow{Code: in.Body.Code, Quantity: inventory.One, Counter: in.Body.Counter}
	if in.Body.Quantity != "" {
		if r.Quantity, err = quantityOf(in.Body.Quantity, "quantity"); err != nil {
			return nil, err
		}
	}
	if r.At, err = s.instantOf(in.Body.At, "at"); err != nil {
		return nil, err
	}
	row, line, err := s.Store.CountCode(ctx, id, r)
	body := CodeCounted{Row: countRowOf(row)}
	if line.ID != 0 {
		told := stocktakeLineOf(line)
		body.Line = &told
	}
	return ok(body, err)
}

// OfRow is the input of an operation on one row of a stocktake.
type OfRow struct {
	ByID
	Row string `path:"row" doc:"The row's id."`
}

func (in OfRow) parse() (id, row int64, err error) {
	if id, err = parseID(in.ID); err == nil {
		row, err = parseID(in.Row)
	}
	return id, row, err
}

func (s *server) removeRow(ctx context.Context, in *OfRow) (*none, error) {
	id, row, err := in.parse()
	if err != nil {
		return nil, err
	}
	return &none{}, s.Store.RemoveRow(ctx, id, row)
}

func (s *server) nameRow(ctx context.Context, in *struct {
	OfRow
	Body struct {
		Variant string `json:"variant"`
	}
}) (*reply[Stocktake], error) {
	id, row, err := in.parse()
	if err != nil {
		return nil, err
	}
	variant, err := parseID(in.Body.Variant)
	if err != nil {
		return nil, err
	}
	if err := s.Store.NameRow(ctx, id, row, variant); err != nil {
		return nil, err
	}
	t, err := s.Store.Stocktake(ctx, id)
	return ok(stocktakeOf(t), err)
}

func (s *server) importCounts(ctx context.Context, in *struct {
	ByID
	Body struct {
		File    string `json:"file" doc:"The id of a kept file with a column of SKUs or GTINs and one of counts."`
		Counter string `json:"counter,omitempty" maxLength:"80"`
	}
}) (*reply[FileCounted], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	file, err := parseID(in.Body.File)
	if err != nil {
		return nil, err
	}
	counted, err := s.Imports.Counts(ctx, file, s.Store.Zone())
	if err != nil {
		return nil, err
	}
	rows := make([]inventory.CountRow, len(counted))
	for i, c := range counted {
		rows[i] = inventory.CountRow{Code: c.Code, At: c.At, Counter: in.Body.Counter}
		if rows[i].Quantity, err = quantityOf(string(c.Found), "file"); err != nil {
			return nil, err
		}
	}
	unknown, err := s.Store.CountFile(ctx, id, file, rows)
	if err != nil {
		return nil, err
	}
	t, err := s.Store.Stocktake(ctx, id)
	return ok(FileCounted{len(rows), unknown, stocktakeOf(t)}, err)
}

func (s *server) closeStocktake(ctx context.Context, in *struct {
	Versioned
	Body struct {
		Missing string `json:"missing,omitempty" enum:"leave,zero" default:"leave" doc:"What becomes of what nobody counted."`
	}
}) (*reply[StocktakeClosed], error) {
	id, version, err := in.parse()
	if err != nil {
		return nil, err
	}
	missing := inventory.Missing(in.Body.Missing)
	if missing == "" {
		missing = inventory.LeaveMissing
	}
	run, err := s.Store.CloseStocktake(context.WithoutCancel(ctx), id, missing, version)
	if err != nil {
		return nil, err
	}
	report, err := s.report(ctx, id)
	return ok(StocktakeClosed{idText(run.ID), report}, err)
}

func (s *server) discardStocktake(ctx context.Context, in *Versioned) (*reply[Stocktake], error) {
	id, version, err := in.parse()
	if err != nil {
		return nil, err
	}
	t, err := s.Store.DiscardStocktake(ctx, id, version)
	return ok(stocktakeOf(t), err)
}

// registerSheets adds the streaming downloads of count sheets and describes them.
func (s *server) registerSheets(mux *http.ServeMux, spec huma.API) {
	const path = "/api/v1/stocktakes/{id}/sheet"
	mux.HandleFunc("GET "+path, scoped("stock:read", s.countSheet))
	text := &huma.Schema{Type: "string"}
	spec.OpenAPI().AddOperation(&huma.Operation{OperationID: "get-count-sheet", Method: http.MethodGet, Path: path, Tags: []string{"Stocktakes"},
		Summary: "A sheet to count on, as PDF or CSV", Security: []map[string][]string{{"token": {"stock:read"}}}, Extensions: map[string]any{"x-scope": "stock:read"},
		Parameters: []*huma.Param{{Name: "id", In: "path", Required: true, Schema: text},
			{Name: "as", In: "query", Description: "pdf or csv", Schema: &huma.Schema{Type: "string", Enum: []any{"pdf", "csv"}}},
			{Name: "paper", In: "query", Description: "A4 or Letter", Schema: text}},
		Responses: map[string]*huma.Response{"200": {Description: "The sheet", Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: text}}}}})
}

func (s *server) countSheet(w http.ResponseWriter, r *http.Request) {
	sheet, err := s.sheet(r.Context(), r.PathValue("id"))
	if err != nil {
		writeProblem(w, err)
		return
	}
	kind, write := "text/csv; charset=utf-8", sheet.WriteCSV
	extension := ".csv"
	if as := r.URL.Query().Get("as"); as == "" || as == "pdf" {
		kind, write, extension = "application/pdf", sheet.WritePDF, ".pdf"
	} else if as != "csv" {
		writeProblem(w, fault.New(fault.Invalid, "A sheet is a PDF or a CSV file.", "Ask for pdf or csv.").InField("as"))
		return
	}
	sheet.Paper = r.URL.Query().Get("paper")
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+escapeName(sheet.Name+extension))
	_ = write(w) // who asked is gone, or the disk is full: the answer has begun
}

// sheet gathers a stocktake's lines for printing.
func (s *server) sheet(ctx context.Context, idText string) (*export.CountSheet, error) {
	id, err := parseID(idText)
	if err != nil {
		return nil, err
	}
	t, err := s.Store.Stocktake(ctx, id)
	if err != nil {
		return nil, err
	}
	sheet := &export.CountSheet{Stocktake: t, Made: t.StartedAt.Time().In(s.Store.Zone())}
	const page = 1000
	for after, more := int64(0), true; more; {
		lines, err := s.Store.StocktakeLines(ctx, id, "", after, page)
		if err != nil {
			return nil, err
		}
		sheet.Lines = append(sheet.Lines, lines...)
		if more = len(lines) == page; more {
			after = lines[page-1].ID
		}
	}
	return sheet, nil
}
