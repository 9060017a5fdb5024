package export

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/tabular/delimited"
)

// Format is the kind of file that is written.
type Format string

// The formats. IIF and PDF belong to the layouts of those names.
const (
	CSV    Format = "csv"
	TSV    Format = "tsv"
	XLSX   Format = "xlsx"
	JSON   Format = "json"
	NDJSON Format = "ndjson"
	IIF    Format = "iif"
	PDF    Format = "pdf"
)

// Formats lists the formats of tables, in the order they are offered.
var Formats = []Format{CSV, TSV, XLSX, JSON, NDJSON}

// The layouts: a table of columns, QuickBooks' transactions, packing slips.
const (
	layoutTable   = ""
	layoutIIF     = "iif"
	layoutPacking = "packing"
)

// TemplateColumn is one column of a table: a field, a setting or a fixed text, changed by an expression where there is one.
type TemplateColumn struct {
	Header   string `json:"header"`
	Field    string `json:"field,omitempty" doc:"Its value; nothing when the column has a fixed text."`
	Text     string `json:"text,omitempty" doc:"A fixed text."`
	Setting  string `json:"setting,omitempty" doc:"The name of one of the template's settings."`
	Expr     string `json:"expr,omitempty" doc:"An expression over value, field(name) and setting(name); what it gives is written."`
	Required bool   `json:"required,omitempty" doc:"Records without it are left out."`
	Max      int    `json:"max,omitempty" doc:"The longest the target takes, in characters."`
	Over     string `json:"over,omitempty" enum:"cut,refuse" doc:"What happens with more: cut (with a warning) or refuse (the record is left out)."`
	Never    string `json:"never,omitempty" doc:"Characters with which the cell must not begin."`
	Date     string `json:"date,omitempty" doc:"The column's own date style."`
	Places   *int   `json:"places,omitempty" doc:"Round to so many decimal places."`
	First    bool   `json:"first,omitempty" doc:"Only on the first row of an order."`
}

// TemplateStyle says how values and rows are written.
type TemplateStyle struct {
	Delimiter string `json:"delimiter,omitempty" enum:"comma,semicolon,tab,pipe" doc:"Nothing is the format's own."`
	Encoding  string `json:"encoding,omitempty" enum:"utf-8,utf-8-bom,utf-16le,windows-1252"`
	Decimal   string `json:"decimal,omitempty" enum:"point,comma"`
	Date      string `json:"date,omitempty" enum:"instant,iso,iso_day,iso_time,mdy,mdy_time,dmy,dmy_time,dots,dots_time"`
	Zone      string `json:"zone,omitempty" doc:"utc, workspace, order (the zone its source stated), or a name such as America/New_York."`
	NoHeader  bool   `json:"no_header,omitempty"`
	LineEnd   string `json:"line_end,omitempty" enum:"crlf,lf"`
	Quote     string `json:"quote,omitempty" enum:"needed,always,never"`
	Guard     string `json:"guard,omitempty" enum:"on,loose,off" doc:"An apostrophe before texts that a spreadsheet would take for a formula; loose leaves telephone numbers as they are."`
}

// TemplateLimits are what the target takes in one file; the rest goes into further files. 0 is no limit.
type TemplateLimits struct {
	Rows    int `json:"rows,omitempty" doc:"An order is never torn apart for it."`
	Records int `json:"records,omitempty" doc:"Orders, or what the kind is made of."`
}

// TemplateSetting is a value that a target needs and only the merchant knows.
type TemplateSetting struct {
	Name    string   `json:"name"`
	Words   string   `json:"words"`
	Value   string   `json:"value"`
	Choices []string `json:"choices,omitempty"`
}

// TemplateExtra adds a row to each order for an amount that is no line: "shipping" or "discount" (taken off).
type TemplateExtra struct {
	Amount string `json:"amount" enum:"shipping,discount,tax"`
	Title  string `json:"title"`
	SKU    string `json:"sku,omitempty"`
}

// Template says what a file looks like.
type Template struct {
	ID        int64            `json:"-"`
	Version   int64            `json:"-"`
	BuiltIn   bool             `json:"-"`
	ChangedAt commerce.Instant `json:"-"`

	Number   int64             `json:"number,omitempty"` // the id of one that ships with the program
	Key      string            `json:"key,omitempty"`
	Name     string            `json:"name"`
	About    string            `json:"about,omitempty"`
	Kind     Kind              `json:"kind"`
	Format   Format            `json:"format"`
	Layout   string            `json:"layout,omitempty"`
	PerLine  bool              `json:"per_line,omitempty"`
	Oldest   bool              `json:"oldest_first,omitempty"`
	Target   string            `json:"target,omitempty"`
	Filter   string            `json:"filter,omitempty"`
	Columns  []TemplateColumn  `json:"columns,omitempty"`
	Style    TemplateStyle     `json:"style"`
	Limits   TemplateLimits    `json:"limits"`
	Settings []TemplateSetting `json:"settings,omitempty"`
	Extras   []TemplateExtra   `json:"extras,omitempty"`
	Reimport bool              `json:"reimport,omitempty"` // Tradepost reads it back: texts are marked so that they come back exactly
	Taxed    string            `json:"taxed,omitempty"`    // the setting that says whether prices include tax, where the target wants one way
	Sources  []string          `json:"sources,omitempty"`
	Notes    []string          `json:"notes,omitempty"`
}

//go:embed templates/*.json
var templateFiles embed.FS

var builtIn = mustLoad()

func mustLoad() []Template {
	all, err := loadTemplates()
	if err != nil {
		panic(err) // a data file shipped with the program is broken; the tests catch it
	}
	return all
}

func loadTemplates() ([]Template, error) {
	entries, err := templateFiles.ReadDir("templates")
	if err != nil {
		return nil, fmt.Errorf("reading templates: %w", err)
	}
	var all []Template
	for _, e := range entries {
		data, err := templateFiles.ReadFile("templates/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("reading template %s: %w", e.Name(), err)
		}
		t, err := parseTemplate(data)
		if err != nil {
			return nil, fmt.Errorf("reading template %s: %w", e.Name(), err)
		}
		if t.ID = t.Number; t.ID == 0 || t.ID > 1000 || t.Key+".json" != e.Name() {
			return nil, fmt.Errorf("reading template %s: it needs a number up to 1000 and its file's name as key", e.Name())
		}
		t.BuiltIn = true
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b Template) int { return int(a.ID - b.ID) })
	return all, nil
}

// BuiltIn lists the templates that ship with the program.
func BuiltIn() []Template { return slices.Clone(builtIn) }

// ParseTemplate reads a template from a file that WriteTemplate wrote, or that a person did.
func ParseTemplate(data []byte) (Template, error) {
	t, err := parseTemplate(data)
	if err != nil && !fault.Is(err, fault.Invalid) {
		err = fault.Wrap(err, fault.Invalid, "This is not a template: "+err.Error()+".", "Use a file made by: tradepost templates export.").InField("template")
	}
	return t, err
}

func parseTemplate(data []byte) (t Template, err error) {
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&t); err != nil {
		return t, err
	}
	return t, t.Check()
}

// WriteTemplate writes a template as a file of its own, without what belongs to this workspace.
func WriteTemplate(t Template) []byte {
	t.Number, t.Key = 0, ""
	text, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		panic(err) // it has nothing that could fail
	}
	return append(text, '\n')
}

// fits are what options may be.
var fits = []struct {
	field  string
	of     func(*Template) string
	allows []string
}{
	{"delimiter", func(t *Template) string { return t.Style.Delimiter }, []string{"", "comma", "semicolon", "tab", "pipe"}},
	{"encoding", func(t *Template) string { return t.Style.Encoding }, []string{"", "utf-8", "utf-8-bom", "utf-16le", "windows-1252"}},
	{"decimal", func(t *Template) string { return t.Style.Decimal }, []string{"", "point", "comma"}},
	{"line_end", func(t *Template) string { return t.Style.LineEnd }, []string{"", "crlf", "lf"}},
	{"quote", func(t *Template) string { return t.Style.Quote }, []string{"", "needed", "always", "never"}},
	{"guard", func(t *Template) string { return t.Style.Guard }, []string{"", "on", "loose", "off"}},
	{"layout", func(t *Template) string { return t.Layout }, []string{layoutTable, layoutIIF, layoutPacking}},
}

// Check finds what a template asks for and does not exist; the error is a fault.Invalid.
func (t *Template) Check() error {
	if strings.TrimSpace(t.Name) == "" || len(t.Name) > 120 {
		return invalid("name", "A template needs a name of up to 120 letters.", "Type a name.")
	}
	if !slices.Contains(Kinds, t.Kind) {
		return invalid("kind", strconv.Quote(string(t.Kind))+" is not a kind of record.", "Use orders, lines, customers, products, stock or runs.")
	}
	for _, f := range fits {
		if !slices.Contains(f.allows, f.of(t)) {
			return invalid(f.field, strconv.Quote(f.of(t))+" is not a "+strings.ReplaceAll(f.field, "_", " ")+".", "Use one of: "+strings.Join(f.allows[1:], ", ")+".")
		}
	}
	if err := t.checkLayout(); err != nil {
		return err
	}
	if err := t.checkStyle(); err != nil {
		return err
	}
	if _, err := parseFilter(t.Kind, t.Filter, time.Unix(0, 0), time.UTC); err != nil {
		return err
	}
	return t.checkColumns()
}

func (t *Template) checkLayout() error {
	own := map[string]Format{layoutIIF: IIF, layoutPacking: PDF}
	switch {
	case t.Layout != layoutTable && (t.Format != own[t.Layout] || t.Kind != Orders):
		return invalid("format", "The layout "+t.Layout+" is of orders, as "+string(own[t.Layout])+" alone.", "Choose that format.")
	case t.Layout == layoutTable && !slices.Contains(Formats, t.Format):
		return invalid("format", strconv.Quote(string(t.Format))+" is not a format of this template.", "Use csv, tsv, xlsx, json or ndjson.")
	case t.Limits.Rows < 0 || t.Limits.Records < 0:
		return invalid("limits", "A limit cannot be below zero.", "Use 0 for none.")
	}
	return nil
}

func (t *Template) checkStyle() error {
	if _, err := dateStyle(t.Style.Date); err != nil {
		return err
	}
	switch t.Style.Zone {
	case "", "utc", "workspace", "order":
		return nil
	}
	if _, err := time.LoadLocation(t.Style.Zone); err != nil {
		return invalid("zone", strconv.Quote(t.Style.Zone)+" is not a time zone.", "Use utc, workspace, order, or a name such as America/New_York.")
	}
	return nil
}

func (t *Template) checkColumns() error {
	if t.Layout != layoutTable {
		return nil
	}
	if len(t.Columns) == 0 {
		return invalid("columns", "A template needs at least one column.", "Add a column.")
	}
	if len(t.Columns) > 500 {
		return invalid("columns", "A template has at most 500 columns.", "Take some away.")
	}
	_, err := compile(*t, time.UTC, nil)
	return err
}

func invalid(field, message, remedy string) error {
	return fault.New(fault.Invalid, message, remedy).InField(field)
}

// setting reads one of the template's settings.
func (t *Template) setting(name string) string {
	for _, s := range t.Settings {
		if s.Name == name {
			return s.Value
		}
	}
	return ""
}

// perLine reports whether each line is a row.
func (t *Template) perLine() bool { return t.PerLine || t.Kind == Lines }

// comma is the delimiter as a byte.
func (t *Template) comma() byte {
	switch t.Style.Delimiter {
	case "semicolon":
		return ';'
	case "tab":
		return '\t'
	case "pipe":
		return '|'
	case "comma":
		return ','
	}
	if t.Format == TSV {
		return '\t'
	}
	return ','
}

// guarded changes a text cell as the template's guard says. Spreadsheet files say themselves that a cell is text.
func (t *Template) guarded(cell string) string {
	delimitedText := t.Format == CSV || t.Format == TSV
	switch {
	case delimitedText && (t.Style.Guard == "" || t.Style.Guard == "on"):
		return delimited.Guard(cell)
	case delimitedText && t.Style.Guard == "loose" && !isTelephone(cell):
		return delimited.Guard(cell)
	case t.Reimport && (delimitedText || t.Format == XLSX):
		return delimited.Mark(cell)
	}
	return cell
}

// isTelephone reports whether a text is made of what telephone numbers are made of, a plus sign first.
func isTelephone(cell string) bool {
	return strings.HasPrefix(cell, "+") && strings.Trim(cell[1:], "0123456789 -().") == "" && strings.ContainsAny(cell, "0123456789")
}

// Extension is what a file of this template is called behind the point.
func (t *Template) Extension() string { return string(t.Format) }
