package format

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/scratch"
	"tradepost/backend/tabular/spreadsheet"
	"tradepost/backend/tabular/value"
)

// What rows can lie in.
const (
	Text     = "text" // delimited text
	Workbook = "xlsx" // an Excel workbook
	Objects  = "json" // JSON: a list of objects, or objects one behind the other
	EDI      = "edi"  // X12 or EDIFACT: documents in their envelopes, no rows at all
)

// rowReader gives the rows of a file one by one, whatever they lie in: delimited.Reader, spreadsheet.Rows and
// objects.Rows. Line is the physical line, the sheet's row, or which of the objects it is; what Cell gives is valid until the next call of Next.
type rowReader interface {
	Next() error
	Line() int
	Len() int
	Cell(i int) []byte
	Cells(into []string) []string
}

// cellsOf gives the cells of the row that r stands on, whichever that is. Text is read without the detour through the
// interface, which a pass over many cells would feel.
func cellsOf(r rowReader) func(int) []byte {
	if text, ok := r.(*delimited.Reader); ok {
		return text.Cell
	}
	return r.Cell
}

// MayHold tells whether a file that begins like head may hold rows: text or a workbook, not a picture, a PDF and the like.
func MayHold(head []byte) bool {
	err := notText(head)
	if errors.Is(err, errWorkbook) {
		return true
	}
	return err == nil && (tooManyZeros(head) == nil || delimited.LooksUTF16(head))
}

// OnSheet is a source of which a named sheet is to be read, where it is a workbook.
func OnSheet(src Source, sheet string) Source { return onSheet{src, sheet} }

type onSheet struct {
	Source

	sheet string
}

// placed is a source that says in which folder what is unpacked of it may lie for a while.
type placed interface{ Scratch() string }

// plain is a source without what is said of how to read it.
func plain(src Source) Source {
	for {
		switch wrapped := src.(type) {
		case onSheet:
			src = wrapped.Source
		case withEdits:
			src = wrapped.Source
		default:
			return src
		}
	}
}

// closers are closed together, the last first.
type closers []io.Closer

func (all closers) Close() error {
	var err error
	for _, each := range slices.Backward(all) {
		err = errors.Join(err, each.Close())
	}
	return err
}

// openRows opens a recognised file for one pass over its rows.
func openRows(ctx context.Context, src Source, rec Recognition, dialect delimited.Dialect) (rowReader, io.Closer, error) {
	if rec.Container == Workbook {
		return openSheets(ctx, src, rec)
	}
	in, err := src.Open()
	if err != nil {
		return nil, nil, fmt.Errorf("opening file: %w", err)
	}
	text := delimited.Decode(contextReader{ctx, in}, delimited.Encoding(rec.Encoding))
	if rec.Container == Objects {
		return openObjects(text, rec), in, nil
	}
	return delimited.NewReader(text, dialect), in, nil
}

func noSheet(sheet string, all []spreadsheet.Sheet) error {
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.Name
	}
	return fault.New(fault.NotFound, fmt.Sprintf("The workbook has no sheet %q.", sheet), "It has: "+listed(names, 12)+".").InField("sheet")
}

func openBook(ctx context.Context, src Source) (*spreadsheet.Book, closers, error) {
	in, err := src.Open()
	if err != nil {
		return nil, nil, fmt.Errorf("opening file: %w", err)
	}
	open := closers{in}
	if placed, ok := plain(src).(placed); ok {
		ctx = scratch.In(ctx, placed.Scratch())
	}
	held, err := scratch.Hold(ctx, in)
	if err != nil {
		return nil, nil, errors.Join(readError(err), open.Close())
	}
	open = append(open, held)
	book, err := spreadsheet.Open(ctx, held, held.Size)
	if err != nil {
		return nil, nil, errors.Join(err, open.Close())
	}
	return book, append(open, book), nil
}

// sheetHead is the beginning of a sheet.
type sheetHead struct {
	spreadsheet.Sheet

	records []delimited.Record
}

// mostSheets is how many sheets are looked into for a header row.
const mostSheets = 200

// sniffSheets reads the beginning of every sheet; those that people see come first. A named one is looked for as people
// write it, else whatever its case.
func sniffSheets(ctx context.Context, src Source) (sniffed, error) {
	book, open, err := openBook(ctx, src)
	if err != nil {
		return sniffed{}, err
	}
	defer func() { _ = open.Close() }()
	s := sniffed{workbook: true, named: sheetNamed(book.Sheets(), sheetOf(src).sheet)}
	for _, hidden := range []bool{false, true} {
		for i, sheet := range book.Sheets() {
			if sheet.Hidden != hidden || len(s.sheets) >= mostSheets && sheet.Name != s.named {
				continue
			}
			records, err := firstRows(book, i)
			if err != nil {
				return s, err
			}
			s.sheets = append(s.sheets, sheetHead{sheet, records})
		}
	}
	return s, s.checkSheets(book)
}

// sheetNamed is a workbook's sheet of a name: Excel takes two that differ in case for one.
func sheetNamed(all []spreadsheet.Sheet, name string) string {
	for _, sheet := range all {
		if sheet.Name == name {
			return name
		}
	}
	for _, sheet := range all {
		if strings.EqualFold(sheet.Name, name) {
			return sheet.Name
		}
	}
	return name
}

func (s *sniffed) checkSheets(book *spreadsheet.Book) error {
	there := s.named == ""
	for _, sheet := range s.sheets {
		if s.named != "" && sheet.Name != s.named {
			continue
		}
		if there = true; len(sheet.records) > 0 {
			return nil
		}
	}
	switch {
	case !there:
		return noSheet(s.named, book.Sheets())
	case s.named != "":
		return fault.New(fault.Invalid, fmt.Sprintf("The sheet %q is empty.", s.named), "Name another sheet.").InField("sheet")
	}
	return fault.New(fault.Invalid, "The workbook is empty.", "Export it again and check that it holds orders.")
}

func firstRows(book *spreadsheet.Book, sheet int) ([]delimited.Record, error) {
	rows, err := book.Rows(sheet)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var found []delimited.Record
	for len(found) < beginningRows {
		if err := rows.Next(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		found = append(found, delimited.Record{Line: rows.Line(), Cells: rows.Cells(nil)})
	}
	return found, nil
}

// parted says in words what a way of finding cells goes by: the delimiter, or the sheet.
func (s *sniffed) parted(by byte) string {
	if s.objects {
		return s.objectsWords()
	}
	if !s.workbook {
		return delimited.Dialect{Comma: by}.Name()
	}
	if int(by) < len(s.sheets) {
		return "sheet " + s.sheets[by].Name
	}
	return "sheet"
}

// contain fills in what the rows of a file lie in.
func (s *sniffed) contain(rec *Recognition, by byte, dialect delimited.Dialect) {
	rec.Container, rec.Encoding, rec.BOM, rec.Delimiter = Text, string(s.detected.Encoding), s.detected.BOM, dialect.Name()
	if s.objects {
		rec.Container, rec.Delimiter, rec.names = Objects, s.parted(by), s.names.Cells
		rec.list = s.list
	}
	if !s.workbook {
		return
	}
	rec.Container, rec.Encoding, rec.Delimiter, rec.Sheet = Workbook, "XLSX", s.parted(by), s.sheets[by].Name
	for i, sheet := range s.sheets {
		if i != int(by) && len(sheet.records) > 0 {
			rec.OtherSheets = append(rec.OtherSheets, sheet.Name)
		}
	}
}

// where says in words where the header row was found, and what of the file is not read.
func (s *sniffed) where(rec Recognition) []string {
	if s.objects {
		return []string{"The file is JSON, " + s.objectsWords() + "; the names of their values are its columns."}
	}
	if !s.workbook {
		return []string{fmt.Sprintf("The header row is line %d; cells are separated by %s.", rec.HeaderRow, rec.Delimiter)}
	}
	all := []string{fmt.Sprintf("The header row is row %d of sheet %s.", rec.HeaderRow, rec.Sheet)}
	if len(rec.JoinedSheets) > 0 {
		all = append(all, rec.joinedWords())
	}
	if len(rec.OtherSheets) > 0 {
		all = append(all, "Other sheets are not read: "+strings.Join(rec.OtherSheets, ", ")+".")
	}
	return all
}

// seenInSheets describes the first row that could be a header row, and where it stands.
func (s *sniffed) seenInSheets(best delimited.Record, sheet byte) string {
	if len(best.Cells) < 2 {
		return fmt.Sprintf("It is a workbook (XLSX) without columns side by side; its first cell is “%s”.", short(firstCell(best)))
	}
	names := make([]string, len(best.Cells))
	for i, name := range best.Cells {
		names[i] = short(value.Text(name))
	}
	return fmt.Sprintf("It is a workbook (XLSX); row %d of %s has %d columns: %s.", best.Line, s.parted(sheet), len(names), listed(names, 8))
}
