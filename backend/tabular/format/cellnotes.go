package format

import (
	"fmt"

	"tradepost/backend/tabular/spreadsheet"
	"tradepost/backend/tabular/value"
)

// The codes of what spreadsheets do to cells.
const (
	CodeCellError = "cell_error"
	CodeRounded   = "number_rounded"
)

// cellError finds, in any file, a cell that holds the error of a formula where a value should be.
func (b *builder) cellError(column int, cell string) bool {
	if cell[0] != '#' || !spreadsheet.IsError(cell) {
		return false
	}
	p := Problem{Row: b.row.Number, Column: b.name(column), Found: cell, Code: CodeCellError, Expected: "a value",
		Message: fmt.Sprintf("The cell holds the error %s of a formula and no value.", cell),
		Remedy:  "Correct the formula or write the value into the cell."}
	if cell == spreadsheet.Uncalculated {
		p.Message = "The cell holds a formula that was saved without its value."
		p.Remedy = "Open the workbook in a spreadsheet program and save it, or write the value into the cell."
	}
	b.record.Problems = append(b.record.Problems, p)
	return true
}

// noted is a rowReader that has more to say of its cells than their text.
type noted interface{ Notes() []spreadsheet.Note }

// rounded lists the columns of a row whose number may have been cut short by a spreadsheet program.
func rounded(in rowReader) []int {
	source, ok := in.(noted)
	if !ok || len(source.Notes()) == 0 {
		return nil
	}
	var columns []int
	for _, note := range source.Notes() {
		if note.Code == spreadsheet.Rounded {
			columns = append(columns, note.Column)
		}
	}
	return columns
}

// warnRounded tells, for the columns that are used, of numbers that may have been cut short.
func (b *builder) warnRounded(record *Record, items []item) {
	for n, it := range items {
		for _, column := range it.rounded {
			if !b.uses(column) {
				continue
			}
			cell := value.Text(at(record.Rows[n].Cells, column))
			record.Warnings = append(record.Warnings, Problem{Row: it.row.Number, Column: b.name(column), Found: short(cell), Code: CodeRounded,
				Expected: "an id as text",
				Message:  fmt.Sprintf("%s has more than 15 digits and ends in zeros: a spreadsheet program may have cut it short.", short(cell)),
				Remedy:   "Compare it with the marketplace; take the file as it was downloaded, not one saved from a spreadsheet."})
		}
	}
}

func (b *builder) uses(column int) bool {
	for _, bindings := range [][]binding{b.plan.order, b.plan.lines} {
		for i := range bindings {
			if b.plan.source(bindings[i].column) == column {
				return true
			}
		}
	}
	return false
}
