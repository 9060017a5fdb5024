package format

import (
	"context"
	"slices"

	"tradepost/backend/tabular/spreadsheet"
	"tradepost/backend/tabular/value"
)

// Edit is a correction that a person made to a planned file: of one cell, or of all cells of a column that hold the same.
// The file itself stays as it came; edits are laid over its rows while they are read.
type Edit struct {
	Row    int    // the physical line; 0: every row of the column that holds From
	Column string // as a mapping calls it
	From   string // what the file says there
	To     string
}

// Edits are the edits of a file, ready to be laid over its rows. They are laid in the
// order they were made, those of single cells over those of all alike.
type Edits struct {
	cells map[int][]bound // by line
	alike []alike         // in the order they were made
}

type bound struct {
	column int
	to     string
}

// alike corrects all cells of a column that say the same.
type alike struct {
	column   int
	from, to string
}

// over lays edits over the columns of a file; nil when there are none.
func over(edits []Edit, columns []string) *Edits {
	if len(edits) == 0 {
		return nil
	}
	at := headerIndex(columns)
	e := &Edits{cells: map[int][]bound{}}
	for _, edit := range edits {
		column, ok := at[normal(edit.Column)]
		switch {
		case !ok:
		case edit.Row > 0:
			e.cells[edit.Row] = append(e.cells[edit.Row], bound{column, edit.To})
		default:
			e.alike = append(e.alike, alike{column, value.Text(edit.From), edit.To})
		}
	}
	return e
}

// lay gives a row's cells with the edits over them, and the columns that were edited.
func (e *Edits) lay(line int, cells []string) ([]string, []int) {
	var columns []int
	set := func(column int, to string) {
		for len(cells) <= column {
			cells = append(cells, "")
		}
		cells[column] = to
		if !slices.Contains(columns, column) {
			columns = append(columns, column)
		}
	}
	for _, a := range e.alike {
		if value.Text(at(cells, a.column)) == a.from {
			set(a.column, a.to)
		}
	}
	for _, b := range e.cells[line] {
		set(b.column, b.to)
	}
	slices.Sort(columns)
	return cells, columns
}

// editedRows is a rowReader with edits laid over it.
type editedRows struct {
	rowReader

	edits   *Edits
	cells   []string
	columns []int
	changed bool
}

// edited lays edits over the rows of a file.
func edited(r rowReader, edits *Edits) rowReader {
	if edits == nil {
		return r
	}
	return &editedRows{rowReader: r, edits: edits}
}

func (r *editedRows) Next() error {
	err := r.rowReader.Next()
	r.changed, r.columns = false, nil
	if err != nil {
		return err
	}
	if len(r.edits.alike) > 0 || len(r.edits.cells[r.Line()]) > 0 {
		r.cells, r.columns = r.edits.lay(r.Line(), r.rowReader.Cells(r.cells[:0]))
		r.changed = len(r.columns) > 0
	}
	return nil
}

func (r *editedRows) Len() int {
	if r.changed {
		return len(r.cells)
	}
	return r.rowReader.Len()
}

func (r *editedRows) Cell(i int) []byte {
	if !r.changed {
		return r.rowReader.Cell(i)
	}
	if i < 0 || i >= len(r.cells) {
		return nil
	}
	return []byte(r.cells[i])
}

func (r *editedRows) Cells(into []string) []string {
	if r.changed {
		return append(into, r.cells...)
	}
	return r.rowReader.Cells(into)
}

// editedColumns are the columns of the row a reader stands on that a person corrected.
func editedColumns(r rowReader) []int {
	if e, ok := r.(*editedRows); ok {
		return slices.Clone(e.columns)
	}
	return nil
}

// Notes are what a workbook says of its cells, but of those that were corrected.
func (r *editedRows) Notes() []spreadsheet.Note {
	source, ok := r.rowReader.(noted)
	if !ok {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(source.Notes()), func(n spreadsheet.Note) bool { return slices.Contains(r.columns, n.Column) })
}

// How says how a file is to be read: as a format, by a profile, or as what it is found to be; with a person's edits.
type How struct {
	Format  string // "", "auto" or the id of a format
	Profile *Profile
	Sheet   string // of a workbook, the sheet to read; outranks the profile's
	Edits   []Edit
}

// RecogniseBy is Recognise for a file that is read again as it was read before.
func RecogniseBy(ctx context.Context, src Source, how How) (Recognition, error) {
	if how.Sheet != "" {
		src = OnSheet(src, how.Sheet)
	}
	src = withEdits{src, how.Edits}
	if how.Profile != nil {
		p := *how.Profile
		if how.Sheet != "" {
			p.Layout.Sheet = how.Sheet
		}
		return RecogniseMapped(ctx, src, p)
	}
	return RecogniseAs(ctx, src, how.Format)
}

// sheetOf is the sheet that a source names, if it does.
func sheetOf(src Source) onSheet {
	if marked, ok := src.(withEdits); ok {
		src = marked.Source
	}
	named, _ := src.(onSheet)
	return named
}

// withEdits carries edits to where a file is surveyed.
type withEdits struct {
	Source

	edits []Edit
}
