package spreadsheet

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"

	"tradepost/backend/fault"
)

// Column is one column of a sheet: its name in the header row, and its width in characters. Width 0 fits the name.
type Column struct {
	Name  string
	Width float64
}

// Writer writes a workbook row by row; nothing but the present row is held. Rows beyond what a sheet can hold go on in
// another sheet with the same header row. Text cells are text to every program, so that ids keep their zeros.
type Writer struct {
	zip     *zip.Writer
	sheet   *bufio.Writer
	title   string // as asked for
	names   []string
	columns []Column
	row     int // rows in the present sheet
	most    int // rows a sheet can hold
	line    []byte
	err     error
}

// NewWriter writes a workbook to w. Without Begin, rows go into a sheet "Sheet1" that has no header row.
func NewWriter(w io.Writer) *Writer {
	packed := zip.NewWriter(w)
	packed.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) { return flate.NewWriter(to, 4) })
	return &Writer{zip: packed, most: MaxRows}
}

// Begin begins a sheet. With columns it has a header row, bold and held in place while the rest scrolls.
func (w *Writer) Begin(sheet string, columns []Column) error {
	if len(columns) > MaxColumns {
		return w.fail(tooManyColumns(len(columns)))
	}
	w.title, w.columns = sheet, columns
	return w.begin(sheet)
}

// WriteRow writes one row below the last. The error is a *fault.Error (Invalid) for what a sheet cannot hold, else what
// the destination failed with; after an error nothing more is written.
func (w *Writer) WriteRow(cells []Cell) error {
	if err := w.ready(); err != nil {
		return err
	}
	if len(cells) > MaxColumns {
		return w.fail(tooManyColumns(len(cells)))
	}
	w.openRow()
	for i := range cells {
		if err := w.cell(i, &cells[i]); err != nil {
			return w.fail(err)
		}
	}
	return w.closeRow()
}

// Close finishes the workbook; it does not close the destination. A workbook without rows has one blank sheet.
func (w *Writer) Close() error {
	if w.err == nil && w.sheet == nil {
		_ = w.begin("Sheet1")
	}
	if w.err != nil {
		return w.err
	}
	err := w.endSheet()
	for _, part := range []struct{ name, text string }{
		{"xl/styles.xml", stylesPart}, {"xl/workbook.xml", w.workbookPart()}, {"xl/_rels/workbook.xml.rels", w.relationsPart()},
	} {
		err = errors.Join(err, w.part(part.name, part.text))
	}
	if err = errors.Join(err, w.zip.Close()); err != nil {
		return w.fail(fmt.Errorf("writing workbook: %w", err))
	}
	w.err = errClosed
	return nil
}

var errClosed = errors.New("writing workbook: it is closed")

func (w *Writer) fail(err error) error {
	if w.err == nil {
		w.err = err
	}
	return w.err
}

func tooManyColumns(n int) error {
	return fault.New(fault.Invalid, fmt.Sprintf("A sheet holds %d columns at most; this has %d.", MaxColumns, n), "Write CSV, or leave columns out.")
}

// ready makes sure that a row can follow: a sheet is begun, and it is not full.
func (w *Writer) ready() error {
	switch {
	case w.err != nil:
		return w.err
	case w.sheet == nil:
		return w.begin("Sheet1")
	case w.row >= w.most:
		return w.begin(w.title)
	}
	return nil
}

func (w *Writer) begin(title string) error {
	if w.err != nil {
		return w.err
	}
	err := w.endSheet()
	if len(w.names) == 0 {
		err = errors.Join(err, w.part("[Content_Types].xml", contentTypesPart), w.part("_rels/.rels", rootRelationsPart))
	}
	w.names = append(w.names, w.freeName(title))
	part, createErr := w.zip.Create("xl/worksheets/sheet" + strconv.Itoa(len(w.names)) + ".xml")
	if err = errors.Join(err, createErr); err != nil {
		return w.fail(fmt.Errorf("writing workbook: %w", err))
	}
	w.sheet, w.row = bufio.NewWriterSize(part, 64<<10), 0
	w.sheet.WriteString(sheetStart) //nolint:errcheck // a failed write comes back with the next Flush
	w.header()
	return nil
}

// header writes widths, the frozen pane and the bold names.
func (w *Writer) header() {
	if len(w.columns) == 0 {
		w.sheet.WriteString("<sheetData>") //nolint:errcheck // as above
		return
	}
	w.sheet.WriteString(frozenPane + "<cols>") //nolint:errcheck // as above
	for i, c := range w.columns {
		fmt.Fprintf(w.sheet, `<col min="%d" max="%d" width="%.2f" customWidth="1"/>`, i+1, i+1, c.width())
	}
	w.sheet.WriteString("</cols><sheetData>") //nolint:errcheck // as above
	w.openRow()
	for i, c := range w.columns {
		w.text(i, styleHeader, c.Name)
	}
	_ = w.closeRow()
}

const (
	narrowest = 9
	widest    = 60
)

func (c Column) width() float64 {
	width := c.Width
	if width <= 0 {
		width = float64(utf8.RuneCountInString(c.Name)) + 2
	}
	return min(max(width, narrowest), widest)
}

func (w *Writer) endSheet() error {
	if w.sheet == nil {
		return nil
	}
	w.sheet.WriteString("</sheetData></worksheet>") //nolint:errcheck // Flush tells
	err := w.sheet.Flush()
	w.sheet = nil
	return err
}

func (w *Writer) openRow() {
	w.row++
	w.line = append(w.line[:0], `<row r="`...)
	w.line = strconv.AppendInt(w.line, int64(w.row), 10)
	w.line = append(w.line, `">`...)
}

func (w *Writer) closeRow() error {
	w.line = append(w.line, "</row>"...)
	if _, err := w.sheet.Write(w.line); err != nil {
		return w.fail(fmt.Errorf("writing workbook: %w", err))
	}
	return nil
}

func (w *Writer) cell(column int, c *Cell) error {
	switch c.kind {
	case blankCell:
	case numberCell:
		w.number(column, styleNumber, c.text)
	case dayCell, timeCell:
		w.moment(column, c)
	default:
		if len(c.text) > MaxText && utf16Length(c.text) > MaxText {
			return fault.New(fault.Invalid, fmt.Sprintf("The cell in row %d, column %s has more than %d characters, which is all that a sheet can hold.",
				w.row, ColumnName(column), MaxText), "Write CSV, or shorten the text.")
		}
		w.text(column, styleText, c.text)
	}
	return nil
}

// moment writes a date as the number of its day; one that Excel does not know is text.
func (w *Writer) moment(column int, c *Cell) {
	style, layout := styleDay, time.DateOnly
	if c.kind == timeCell {
		style, layout = styleTime, "2006-01-02 15:04:05"
	}
	if year := c.time.Year(); year < 1901 || year > 9999 {
		w.text(column, styleText, c.time.Format(layout))
		return
	}
	w.number(column, style, serialOf(c.time, c.kind == dayCell))
}

// serialOf is the clock's reading in days since the end of 1899, as exact as a cell can be.
func serialOf(t time.Time, day bool) string {
	clock := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	millis := clock.Sub(epoch1900).Milliseconds()
	days, rest := millis/dayMillis, millis%dayMillis
	if day || rest == 0 {
		return strconv.FormatInt(days, 10)
	}
	return strconv.FormatFloat(float64(days)+float64(rest)/dayMillis, 'f', 10, 64)
}

func (w *Writer) open(column, style int) {
	w.line = append(w.line, `<c r="`...)
	w.line = appendColumn(w.line, column)
	w.line = strconv.AppendInt(w.line, int64(w.row), 10)
	w.line = append(w.line, `" s="`...)
	w.line = strconv.AppendInt(w.line, int64(style), 10)
}

func (w *Writer) number(column, style int, number string) {
	w.open(column, style)
	w.line = append(w.line, `"><v>`...)
	w.line = append(w.line, number...)
	w.line = append(w.line, "</v></c>"...)
}

func (w *Writer) text(column, style int, text string) {
	w.open(column, style)
	w.line = append(w.line, `" t="inlineStr"><is><t`...)
	if padded(text) {
		w.line = append(w.line, ` xml:space="preserve"`...)
	}
	w.line = append(w.line, '>')
	w.line = appendText(w.line, text)
	w.line = append(w.line, "</t></is></c>"...)
}

func padded(text string) bool {
	return text != "" && (text[0] <= ' ' || text[len(text)-1] <= ' ' || strings.Contains(text, "\n"))
}

// freeName makes a sheet's name of a title: without what Excel forbids, 31 characters at most, unlike the others.
func (w *Writer) freeName(title string) string {
	clean := strings.Trim(strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`:\/?*[]`, r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, title), " '")
	if clean == "" {
		clean = "Sheet"
	}
	name := shorten(clean, 31)
	for n := 2; w.taken(name); n++ {
		ending := fmt.Sprintf(" (%d)", n)
		name = shorten(clean, 31-len(ending)) + ending
	}
	return name
}

func (w *Writer) taken(name string) bool {
	for _, other := range w.names {
		if strings.EqualFold(other, name) {
			return true
		}
	}
	return false
}

// shorten cuts a text to a number of UTF-16 units.
func shorten(text string, most int) string {
	units := 0
	for i, r := range text {
		units++
		if r > 0xFFFF {
			units++
		}
		if units > most {
			return strings.TrimRight(text[:i], " '")
		}
	}
	return text
}
