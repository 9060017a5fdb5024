package format

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/spreadsheet"
)

// A sheet holds 1,048,576 rows. What writes more, Tradepost too, goes on in another sheet that has the same header row and
// whose name is the first one's with a number: such sheets are read as one table. A copy of a sheet looks the same, so
// sheets that share more than the one record that stands across their border are not joined: its lines would be doubled.

// survey passes over the file, with the sheets that go on where the recognised one ends.
func (s *sniffed) survey(ctx context.Context, src Source, rec *Recognition, c candidate, dialect delimited.Dialect) (*survey, error) {
	others := rec.OtherSheets
	if rec.JoinedSheets = s.continued(c); len(rec.JoinedSheets) > 0 {
		rec.OtherSheets = slices.DeleteFunc(slices.Clone(others), func(name string) bool { return slices.Contains(rec.JoinedSheets, name) })
	}
	found, err := surveyFile(ctx, src, *rec, dialect)
	if err != nil || !found.again {
		return found, err
	}
	rec.JoinedSheets, rec.OtherSheets = nil, others
	return surveyFile(ctx, src, *rec, dialect)
}

// continued are the sheets that go on where the one of a candidate ends, in their order.
func (s *sniffed) continued(c candidate) (names []string) {
	if !s.workbook {
		return nil
	}
	first := s.sheets[c.comma]
	for n := numberOf(first.Name) + 1; ; n++ {
		at := slices.IndexFunc(s.sheets, func(next sheetHead) bool {
			return goesOn(first.Name, next.Name, n) && !slices.Contains(names, next.Name) && sameTable(first, next, c.header)
		})
		if at < 0 {
			return names
		}
		names = append(names, s.sheets[at].Name)
	}
}

// withNumber is the name of a sheet with the number that comes behind it. Years and dates are no such numbers.
var withNumber = regexp.MustCompile(`^(.*?)[ _.-]*(?:\((\d{1,3})\)|(\d{1,3}))$`)

// numberOf is the place of a sheet among those that are numbered like it; 1 of a sheet without a number.
func numberOf(name string) int {
	_, n := parted(name)
	return n
}

// parted cuts the number off a sheet's name.
func parted(name string) (stem string, number int) {
	found := withNumber.FindStringSubmatch(name)
	if found == nil || found[1] == "" || found[3] != "" && strings.ContainsAny(found[1][len(found[1])-1:], "0123456789") {
		return strings.ToLower(name), 1
	}
	number, _ = strconv.Atoi(found[2] + found[3])
	return strings.ToLower(found[1]), number
}

// longestTitle is how many characters a sheet's name can have: those with a number behind them are cut to fit.
const longestTitle = 31

// goesOn tells whether a sheet's name is the n-th of those that begin with first: "Orders" and "Orders (2)", "Sheet1" and
// "Sheet2", "Sheet1" and "Sheet1 (2)".
func goesOn(first, next string, n int) bool {
	stem, number := parted(next)
	if like, own := parted(first); stem == like && number == n && number > own {
		return true
	}
	if number != n-numberOf(first)+1 || !strings.HasSuffix(next, ")") {
		return false
	}
	whole := strings.ToLower(first)
	return stem == whole || len([]rune(next)) >= longestTitle-2 && strings.HasPrefix(whole, stem)
}

// sameTable tells whether a sheet has the very header row of the first, in the same place, and begins with other rows.
func sameTable(first, next sheetHead, header delimited.Record) bool {
	at := slices.IndexFunc(next.records, func(r delimited.Record) bool { return r.Line == header.Line })
	if at < 0 || first.Hidden != next.Hidden || !slices.Equal(cleaned(next.records[at].Cells), cleaned(header.Cells)) {
		return false
	}
	return !slices.Equal(below(first, header.Line), below(next, header.Line))
}

// below are the cells of the first row below a line.
func below(s sheetHead, line int) []string {
	for _, r := range s.records {
		if r.Line > line {
			return r.Cells
		}
	}
	return nil
}

// joinedWords say which sheets are read as one.
func (rec Recognition) joinedWords() string {
	verb := "goes"
	if len(rec.JoinedSheets) > 1 {
		verb = "go"
	}
	return fmt.Sprintf("%s %s on where %s ends and %s read with it; rows are counted on.", listed(rec.JoinedSheets, 12), verb, rec.Sheet,
		map[bool]string{true: "is", false: "are"}[verb == "goes"])
}

// meet notes in which sheet a record was first met, and that it comes again in a later one. The record that stands across
// the border of two sheets is still the present one there, and is not met again.
func (s *surveyor) meet(key uint64) {
	if s.firstIn == nil || key == 0 {
		return
	}
	if first, met := s.firstIn[key]; met {
		s.again = s.again || first < s.sheet
		return
	}
	s.firstIn[key] = s.sheet
}

// openSheets opens the sheet that a workbook is read from, and those that go on where it ends.
func openSheets(ctx context.Context, src Source, rec Recognition) (rowReader, io.Closer, error) {
	book, open, err := openBook(ctx, src)
	if err != nil {
		return nil, nil, err
	}
	book.ReadDates(dateColumns(rec))
	all := book.Sheets()
	places := make([]int, 0, 1+len(rec.JoinedSheets))
	for _, name := range append([]string{rec.Sheet}, rec.JoinedSheets...) {
		at := slices.IndexFunc(all, func(s spreadsheet.Sheet) bool { return s.Name == name })
		if at < 0 {
			return nil, nil, errors.Join(noSheet(name, all), open.Close())
		}
		places = append(places, at)
	}
	rows, err := book.Rows(places[0])
	if err != nil {
		return nil, nil, errors.Join(err, open.Close())
	}
	if len(places) == 1 {
		return rows, append(open, rows), nil
	}
	joined := &joinedRows{Rows: rows, book: book, rest: places[1:], header: rec.HeaderRow}
	return joined, append(open, joined), nil
}

// dateColumns are the columns of a file that are read as dates, each by itself.
func dateColumns(rec Recognition) (columns []int) {
	p := newPlan(rec.specification(), rec.Columns)
	for _, b := range p.all() {
		if (b.target.kind == kindStamp || b.target.kind == kindInstant) && len(b.with) == 0 && b.column < len(rec.Columns) {
			columns = append(columns, b.column)
		}
	}
	return columns
}

// joinedRows are the rows of sheets that are one table. The rows of a later sheet are counted on from the last of the
// sheet before it, as if they stood below it.
type joinedRows struct {
	*spreadsheet.Rows

	book   *spreadsheet.Book
	rest   []int // the sheets that are still to be read
	header int
	sheet  int // the place of the present one
	offset int
	last   int // the line of the last row
}

// Next goes on to the next row, in the next sheet where the present one ends.
func (r *joinedRows) Next() error {
	for {
		err := r.Rows.Next()
		switch {
		case errors.Is(err, io.EOF) && len(r.rest) > 0:
			if err := r.turn(); err != nil {
				return err
			}
		case err == nil && r.sheet > 0 && r.Rows.Line() <= r.header:
			// the header row once more, and what stands above it
		default:
			if err == nil {
				r.last = r.Line()
			}
			return err
		}
	}
}

func (r *joinedRows) turn() error {
	next, err := r.book.Rows(r.rest[0])
	if err != nil {
		return err
	}
	err = r.Close()
	r.Rows, r.rest, r.offset = next, r.rest[1:], r.last-r.header
	r.sheet++
	return err
}

// Line is the row as if all sheets were one.
func (r *joinedRows) Line() int { return r.offset + r.Rows.Line() }

// sheetAt is the place of the sheet that a reader stands in, among those that are joined.
func sheetAt(r rowReader) int {
	switch r := r.(type) {
	case *editedRows:
		return sheetAt(r.rowReader)
	case *joinedRows:
		return r.sheet
	}
	return 0
}
