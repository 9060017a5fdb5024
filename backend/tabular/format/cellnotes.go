package format

import (
	"fmt"
	"slices"

	"tradepost/backend/tabular/spreadsheet"
	"tradepost/backend/tabular/value"
)

// The codes of what spreadsheets do to cells.
const (
	CodeCellError = "cell_error"
	CodeRounded   = "number_rounded"
	CodeDated     = "number_as_date"
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
	if cell == spreadsheet.LostText {
		p.Message = "The workbook is damaged: the cell refers to a text that is not there."
		p.Remedy = "Write the text into the cell, or download the workbook again."
	}
	b.record.Problems = append(b.record.Problems, p)
	return true
}

// noted is a rowReader that has more to say of its cells than their text.
type noted interface{ Notes() []spreadsheet.Note }

// notes are what a workbook says of the cells of a row beside their text.
func notes(in rowReader) []spreadsheet.Note {
	if source, ok := in.(noted); ok {
		return slices.Clone(source.Notes())
	}
	return nil
}

// warnNoted tells, for the columns that are used, of numbers that may have been cut short, or were read as dates.
func (b *builder) warnNoted(record *Record, items []item) {
	for n, it := range items {
		for _, note := range it.notes {
			column := note.Column
			if !b.uses(column) {
				continue
			}
			cell := value.Text(at(record.Rows[n].Cells, column))
			if note.Code == spreadsheet.Dated {
				record.Warnings = append(record.Warnings, Problem{Row: it.row.Number, Column: b.name(column), Found: short(cell), Code: CodeDated, Expected: "a cell with a date format",
					Message: fmt.Sprintf("The cell holds a number without a date format; as the workbook says from when it counts days, it is read as %s.", short(cell)),
					Remedy:  "Check the date, or give the column a date format."})
				continue
			}
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
