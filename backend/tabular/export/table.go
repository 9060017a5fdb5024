package export

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"tradepost/backend/commerce"
	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/spreadsheet"
)

// table writes rows of cells into one file.
type table interface {
	begin() error
	row([]cell) error
	end() error
}

// newTable makes the table of a template's format.
func newTable(c *compiled, to io.Writer) table {
	switch c.Format {
	case XLSX:
		return &sheetTable{c: c, out: spreadsheet.NewWriter(to)}
	case JSON:
		return &jsonTable{c: c, out: bufio.NewWriter(to), list: true}
	case NDJSON:
		return &jsonTable{c: c, out: bufio.NewWriter(to)}
	}
	return &textTable{c: c, to: to}
}

// textTable is CSV, TSV and their kin.
type textTable struct {
	c      *compiled
	to     io.Writer
	packed io.WriteCloser
	out    *delimited.Writer
	cells  []string
}

func (t *textTable) begin() (err error) {
	if t.packed, err = delimited.Encode(t.to, t.encoding(), t.c.Style.Encoding == "utf-8-bom" || t.c.Style.Encoding == "utf-16le"); err != nil {
		return err
	}
	dialect := delimited.Dialect{Comma: t.c.comma(), Quoting: delimited.Standard}
	if t.c.Style.Quote == "never" {
		dialect.Quoting = delimited.None
	}
	t.out = delimited.NewWriter(t.packed, dialect)
	if t.c.Style.Quote == "always" {
		t.out.QuoteAlways()
	}
	if t.c.Style.LineEnd != "lf" {
		t.out.UseCRLF()
	}
	if t.c.Style.NoHeader {
		return nil
	}
	headers := make([]string, len(t.c.columns))
	for i, col := range t.c.columns {
		headers[i] = col.Header
	}
	return t.out.Write(headers)
}

func (t *textTable) encoding() delimited.Encoding {
	switch t.c.Style.Encoding {
	case "utf-16le":
		return delimited.UTF16LE
	case "windows-1252":
		return delimited.Windows1252
	}
	return delimited.UTF8
}

func (t *textTable) row(cells []cell) error {
	t.cells = t.cells[:0]
	for _, made := range cells {
		text := made.text
		if !made.kind.numeric() && made.kind != Instant {
			text = t.c.guarded(text)
		}
		t.cells = append(t.cells, text)
	}
	return t.out.Write(t.cells)
}

func (t *textTable) end() error {
	if err := t.out.Flush(); err != nil {
		return err
	}
	return t.packed.Close()
}

// sheetTable is a workbook with one sheet: ids and texts as texts, numbers as numbers, dates as the dates that Excel knows.
type sheetTable struct {
	c     *compiled
	out   *spreadsheet.Writer
	cells []spreadsheet.Cell
}

func (t *sheetTable) begin() error {
	if t.c.Style.NoHeader {
		return t.out.Begin(t.title(), nil)
	}
	columns := make([]spreadsheet.Column, len(t.c.columns))
	for i, col := range t.c.columns {
		columns[i] = spreadsheet.Column{Name: col.Header}
	}
	return t.out.Begin(t.title(), columns)
}

func (t *sheetTable) title() string {
	return strings.ToUpper(string(t.c.Kind[:1])) + string(t.c.Kind[1:])
}

func (t *sheetTable) row(cells []cell) error {
	t.cells = t.cells[:0]
	for i, made := range cells {
		t.cells = append(t.cells, t.cell(&t.c.columns[i], made))
	}
	return t.out.WriteRow(t.cells)
}

func (t *sheetTable) cell(col *column, made cell) spreadsheet.Cell {
	switch {
	case made.kind.numeric() && made.raw != "":
		return spreadsheet.Number(made.raw)
	case made.kind == Instant && !made.at.IsZero() && col.date != "instant" && col.program == nil:
		if !strings.Contains(made.text, ":") {
			return spreadsheet.Day(made.at)
		}
		return spreadsheet.Time(made.at)
	}
	return spreadsheet.Text(t.c.guarded(made.text))
}

func (t *sheetTable) end() error { return t.out.Close() }

// jsonTable writes one object per row: a list, or one a line. Amounts are texts, as in the API, so that nothing rounds
// them; other numbers are numbers; what is not stated is null.
type jsonTable struct {
	c    *compiled
	out  *bufio.Writer
	list bool
	rows int
	keys [][]byte
}

func (t *jsonTable) begin() error {
	taken := map[string]bool{}
	for _, col := range t.c.columns {
		name := jsonKey(col)
		for taken[name] {
			name += "_"
		}
		taken[name] = true
		key, err := jsonText(name)
		if err != nil {
			return err
		}
		t.keys = append(t.keys, key)
	}
	if t.list {
		_, err := t.out.WriteString("[")
		return err
	}
	return nil
}

// jsonKey is the field's name, unless the template's header is written like a key of its own: small letters, digits, _ and .
func jsonKey(col column) string {
	if col.Field != "" && strings.Trim(col.Header, "abcdefghijklmnopqrstuvwxyz0123456789_.") != "" {
		return col.Field
	}
	return col.Header
}

func jsonText(text string) ([]byte, error) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		return nil, fmt.Errorf("writing text: %w", err)
	}
	return []byte(strings.TrimSuffix(b.String(), "\n")), nil
}

func (t *jsonTable) row(cells []cell) error {
	start := "{"
	if t.list {
		start = "\n{"
		if t.rows > 0 {
			start = ",\n{"
		}
	}
	t.rows++
	_, _ = t.out.WriteString(start)
	for i, made := range cells {
		if i > 0 {
			_ = t.out.WriteByte(',')
		}
		_, _ = t.out.Write(t.keys[i])
		_ = t.out.WriteByte(':')
		value, err := jsonValue(made)
		if err != nil {
			return err
		}
		_, _ = t.out.Write(value)
	}
	end := "}"
	if !t.list {
		end = "}\n"
	}
	_, err := t.out.WriteString(end)
	return err
}

func jsonValue(made cell) ([]byte, error) {
	switch {
	case made.kind == YesOrNo:
		if made.text == "yes" {
			return []byte("true"), nil
		}
		return []byte("false"), nil
	case made.text == "":
		return []byte("null"), nil
	case made.kind == Number && made.raw != "":
		return []byte(commerce.Decimal(made.raw).Padded(0)), nil
	case made.kind == Money && made.raw != "":
		return jsonText(made.raw)
	case made.kind == listType:
		return json.Marshal(strings.Split(made.text, ", "))
	}
	return jsonText(made.text)
}

func (t *jsonTable) end() error {
	if t.list {
		if t.rows > 0 {
			_ = t.out.WriteByte('\n')
		}
		_, _ = t.out.WriteString("]\n")
	}
	return t.out.Flush()
}

// windows1252 puts a question mark for each character that Windows-1252 lacks, and names those.
func windows1252(text string) (written, lost string) {
	ascii := true
	for i := range len(text) {
		if text[i] >= 0x80 {
			ascii = false
			break
		}
	}
	if ascii {
		return text, ""
	}
	var out, missing strings.Builder
	for _, r := range text {
		if _, ok := charmap.Windows1252.EncodeRune(r); ok {
			out.WriteRune(r)
			continue
		}
		out.WriteByte('?')
		missing.WriteRune(r)
	}
	return out.String(), missing.String()
}

// writesFor is what a template's encoding can write; nil when it can write everything.
func writesFor(t *Template) func(string) (string, string) {
	if t.Style.Encoding == "windows-1252" && (t.Format == CSV || t.Format == TSV || t.Format == IIF) {
		return windows1252
	}
	return nil
}
