package spreadsheet

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Note says something of a cell of the present row that its text does not.
type Note struct {
	Column int
	Code   NoteCode
}

// NoteCode is what a note says.
type NoteCode string

// Rounded notes a number of more than 15 digits that ends in zeros: spreadsheet programs keep 15, so that it may have
// been another number, an id say, when it was typed or pasted.
const Rounded NoteCode = "rounded"

// Dated notes a number without a date format that was read as the date it is: see Book.ReadDates.
const Dated NoteCode = "dated"

// LostText is what a cell is read as that refers to a shared text which the workbook does not have.
const LostText = "#LOST_TEXT!"

// Uncalculated is what a formula is read as that was saved without its value, as programs do that do not calculate. An
// error is read as its own word (#N/A, #REF! and so on).
const Uncalculated = "#FORMULA!"

// errorWords are the errors of cells, in the order of Excel's versions.
var errorWords = []string{"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!",
	"#CALC!", "#FIELD!", "#BLOCKED!", "#UNKNOWN!", "#CONNECT!", "#BUSY!", "#PYTHON!", "#EXTERNAL!", Uncalculated, LostText}

// IsError tells whether a cell's text is an error of a formula, and no value.
func IsError(text string) bool {
	if len(text) < len("#N/A") || text[0] != '#' || len(text) > len("#GETTING_DATA") {
		return false
	}
	return slices.Contains(errorWords, text)
}

// Rows reads the rows of one sheet that have anything in them. Its buffers are reused; only Cells allocates.
type Rows struct {
	book  *Book
	part  *part
	xml   *scanner
	sheet string
	ended bool

	row   int // the number of the present row
	data  []byte
	spans []span // by column
	used  int    // columns up to the last one with a text
	notes []Note
	value []byte
}

type span struct{ from, to int }

// Rows reads a sheet, by its place in Sheets, from its beginning. One sheet is read at a time.
func (b *Book) Rows(sheet int) (*Rows, error) {
	p, ok, err := b.open(b.sheets[sheet].part)
	if err != nil {
		return nil, readFault(err)
	}
	if !ok {
		return nil, damaged("a sheet is not there")
	}
	s, err := newScanner(p)
	if err != nil {
		_ = p.close()
		return nil, readFault(err)
	}
	r := &Rows{book: b, part: p, xml: s, sheet: b.sheets[sheet].Name}
	if err := r.begin(); err != nil {
		_ = p.close()
		return nil, readFault(err)
	}
	return r, nil
}

// Close ends reading the sheet.
func (r *Rows) Close() error { return r.part.close() }

// begin moves to the rows.
func (r *Rows) begin() error {
	for {
		if err := r.xml.next(); err != nil {
			if errors.Is(err, errPartEnds) {
				return damaged("a sheet has no rows and says nothing else")
			}
			return err
		}
		switch {
		case r.xml.kind == startTag && is(r.xml.name, "sheetData"):
			r.ended = r.xml.empty
			return nil
		case r.xml.depth == 0:
			r.ended = true
			return nil
		}
	}
}

// Next moves to the next row that has a text in any cell. The error is io.EOF at the end, a *fault.Error when the
// workbook cannot be read on (Invalid) or ctx ended (Cancelled), else what the source failed with, wrapped.
func (r *Rows) Next() error {
	for !r.ended {
		if err := r.xml.next(); err != nil {
			return readFault(cutOff(err))
		}
		switch {
		case r.xml.kind == endTag: // of sheetData
			r.ended = true
			if err := r.part.finish(); err != nil {
				return readFault(err)
			}
		case r.xml.kind == startTag && is(r.xml.name, "row"):
			if err := r.read(); err != nil {
				return readFault(err)
			}
			if r.used > 0 {
				return nil
			}
		case r.xml.kind == startTag:
			if err := r.xml.skip(); err != nil {
				return readFault(err)
			}
		}
	}
	return io.EOF
}

// Line is the number of the present row in its sheet, from 1.
func (r *Rows) Line() int { return r.row }

// Len is the number of cells of the present row, up to the last with a text.
func (r *Rows) Len() int { return r.used }

// Cell is a cell of the present row, valid until the next call of Next; nil when there are fewer cells.
func (r *Rows) Cell(i int) []byte {
	if i < 0 || i >= r.used {
		return nil
	}
	return r.data[r.spans[i].from:r.spans[i].to]
}

// Cells appends the cells of the present row to into. They are the caller's to keep: one string holds them all. Bytes
// that are no UTF-8 become U+FFFD.
func (r *Rows) Cells(into []string) []string {
	text := string(r.data)
	valid := utf8.ValidString(text)
	for _, s := range r.spans[:r.used] {
		cell := text[s.from:s.to]
		if !valid {
			cell = strings.ToValidUTF8(cell, "\uFFFD")
		}
		into = append(into, cell)
	}
	return into
}

// Notes are the notes of the present row, valid until the next call of Next.
func (r *Rows) Notes() []Note { return r.notes }

// read reads the row whose start tag the scanner stands on.
func (r *Rows) read() error {
	number := r.row + 1
	if said := r.rowNumber(); said > 0 {
		if said < number {
			return damaged(fmt.Sprintf("in sheet %s, row %d comes after row %d", r.sheet, said, r.row))
		}
		number = said
	}
	if number > MaxRows {
		return damaged(fmt.Sprintf("sheet %s has more than %d rows", r.sheet, MaxRows))
	}
	r.row, r.data, r.spans, r.used, r.notes = number, r.data[:0], r.spans[:0], 0, r.notes[:0]
	if r.xml.empty {
		return nil
	}
	column := -1
	for until := r.xml.depth - 1; ; {
		if err := r.xml.next(); err != nil {
			return cutOff(err)
		}
		switch {
		case r.xml.kind == endTag && r.xml.depth == until:
			return nil
		case r.xml.kind == startTag && is(r.xml.name, "c"):
			var err error
			if column, err = r.cell(column + 1); err != nil {
				return err
			}
		case r.xml.kind == startTag:
			if err := r.xml.skip(); err != nil {
				return err
			}
		}
	}
}

// rowNumber is what a row's r says, 0 when it says nothing.
func (r *Rows) rowNumber() int {
	for rest := r.xml.attrs; ; {
		name, value, after, more := attr(rest)
		if !more {
			return 0
		}
		if len(name) == 1 && name[0] == 'r' {
			return natural(value)
		}
		rest = after
	}
}

// natural reads a number; what is none, or too large for any sheet, is 0 or beyond all bounds.
func natural(digits []byte) int {
	n := 0
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0
		}
		if n = n*10 + int(c-'0'); n > 1<<40 {
			return 1 << 40
		}
	}
	return n
}

// content is how a cell's value is written.
type content struct {
	kind    byte // the first letter of its type, with 'S' for a text beside a formula ("str"); 'n' without
	style   int
	formula bool
	stated  bool // it has a value
}

// cell reads the cell whose start tag the scanner stands on; column is where it lies unless it says so itself.
func (r *Rows) cell(column int) (int, error) {
	c := content{kind: 'n', style: -1}
	for rest := r.xml.attrs; ; {
		name, value, after, more := attr(rest)
		if !more {
			break
		}
		if rest = after; len(name) != 1 {
			continue
		}
		switch name[0] {
		case 'r':
			if at := columnOf(value); at >= 0 {
				column = at
			}
		case 's':
			c.style = natural(value)
		case 't':
			c.kind = kindOfCell(value)
		}
	}
	if column >= MaxColumns {
		return column, damaged(fmt.Sprintf("row %d of sheet %s has more than %d columns", r.row, r.sheet, MaxColumns))
	}
	if r.xml.empty {
		return column, nil
	}
	if err := r.content(&c); err != nil {
		return column, err
	}
	return column, r.put(column, &c)
}

func kindOfCell(t []byte) byte {
	switch {
	case len(t) == 0:
		return 'n'
	case is(t, "str"):
		return 'S'
	}
	return t[0] // n, s, b, e, d, i
}

// columnOf reads the letters of a cell's place, "AB12"; -1 when there are none.
func columnOf(place []byte) int {
	column := 0
	for i, c := range place {
		c &^= 0x20
		if c < 'A' || c > 'Z' || i == 4 {
			break
		}
		column = column*26 + int(c-'A') + 1
	}
	return column - 1
}

// content takes the value inside of a cell into r.value.
func (r *Rows) content(c *content) error {
	r.value = r.value[:0]
	for until := r.xml.depth - 1; ; {
		if err := r.xml.next(); err != nil {
			return cutOff(err)
		}
		switch {
		case r.xml.kind == endTag && r.xml.depth == until:
			return nil
		case r.xml.kind != startTag:
		case is(r.xml.name, "v"):
			c.stated = true
			if err := r.plain(); err != nil {
				return err
			}
		case is(r.xml.name, "is"):
			c.stated = true
			var err error
			if r.value, err = r.xml.richText(r.value); err != nil {
				return err
			}
		case is(r.xml.name, "f"):
			c.formula = true
			if err := r.xml.skip(); err != nil {
				return err
			}
		default:
			if err := r.xml.skip(); err != nil {
				return err
			}
		}
	}
}

// plain takes the text of a <v>.
func (r *Rows) plain() error {
	if r.xml.empty {
		return nil
	}
	for until := r.xml.depth - 1; ; {
		if err := r.xml.next(); err != nil {
			return cutOff(err)
		}
		if r.xml.kind == textRun {
			r.value = r.xml.characters(r.value)
		} else if r.xml.kind == endTag && r.xml.depth == until {
			return nil
		}
	}
}

// put writes the cell's text behind those of the row's other cells.
func (r *Rows) put(column int, c *content) error {
	from := len(r.data)
	if err := r.write(column, c); err != nil {
		return err
	}
	size := len(r.data) - from
	if size == 0 {
		return nil
	}
	if size > maxCellText || len(r.data) > maxRowText {
		return damaged(fmt.Sprintf("the texts of row %d of sheet %s are too long to be meant", r.row, r.sheet))
	}
	for len(r.spans) <= column {
		r.spans = append(r.spans, span{})
	}
	r.spans[column] = span{from, len(r.data)}
	r.used = max(r.used, column+1)
	return nil
}

func (r *Rows) write(column int, c *content) error {
	if c.formula && !c.stated {
		r.data = append(r.data, Uncalculated...)
		return nil
	}
	switch c.kind {
	case 's':
		return r.shared()
	case 'b':
		r.data = append(r.data, boolean(trim(r.value, 0))...)
	case 'n':
		r.number(column, c.style)
	case 'd':
		r.data = append(r.data, r.isoDate(c.style)...)
	case 'e':
		r.data = append(r.data, trim(r.value, 0)...)
	default: // a text of its own, or beside its formula
		r.data = append(r.data, tidy(r.value)...)
	}
	return nil
}

func (r *Rows) shared() error {
	digits := trim(r.value, 0)
	if len(digits) == 0 {
		return nil
	}
	number, err := strconv.Atoi(string(digits))
	if err != nil {
		number = -1
	}
	texts, err := r.book.texts()
	if err != nil {
		return err
	}
	var ok bool
	if r.data, ok, err = texts.appendTo(r.data, number); err != nil {
		return err
	}
	if !ok {
		r.data = append(r.data, LostText...)
	}
	return nil
}

func boolean(value []byte) string {
	switch string(value) {
	case "1", "true":
		return "TRUE"
	case "0", "false":
		return "FALSE"
	}
	return string(value)
}

func (r *Rows) format(style int) numberFormat {
	if style < 0 {
		style = 0
	}
	if style < len(r.book.styles) {
		return r.book.styles[style]
	}
	return numberFormat{}
}
