package format

import (
	"context"
	"errors"
	"fmt"
	"io"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/objects"
	"tradepost/backend/tabular/value"
)

// codeBroken is the damage of an object of JSON.
const codeBroken delimited.Code = "broken_object"

// sniffObjects reads the names of all objects: any may state what the others do not.
func sniffObjects(ctx context.Context, src Source, detected delimited.Detected) (sniffed, error) {
	s := sniffed{detected: detected, objects: true}
	in, err := src.Open()
	if err != nil {
		return s, fmt.Errorf("opening file: %w", err)
	}
	defer func() { _ = in.Close() }()
	var count int
	s.names.Cells, count, s.list, err = objects.Names(delimited.Decode(contextReader{ctx, in}, detected.Encoding))
	if many, ok := errors.AsType[*objects.NamesError](err); ok {
		return s, fault.Wrap(err, fault.Invalid, fmt.Sprintf("The objects of this JSON file have more than %d different names up to line %d: they are not rows of one table.", objects.MaxNames, many.Line),
			"Export a list of objects with the same names, or a CSV.")
	}
	if err != nil {
		return s, readError(err)
	}
	if count == 0 || len(s.names.Cells) == 0 {
		return s, fault.New(fault.Invalid, "The JSON file holds no records: "+s.objectsWords()+" that state nothing.", "Export it again and check that it holds orders.")
	}
	return s, nil
}

func (s *sniffed) objectsWords() string {
	if s.list {
		return "a list of objects"
	}
	return "objects one behind the other"
}

// seenInObjects names what the objects state.
func (s *sniffed) seenInObjects() string {
	names := make([]string, len(s.names.Cells))
	for i, name := range s.names.Cells {
		names[i] = short(value.Text(name))
	}
	return fmt.Sprintf("It is JSON, %s that state %s.", s.objectsWords(), listed(names, 8))
}

// openObjects reads JSON as rows. Texts of our own exports are written there as they are; in rows they carry the mark of
// those that look guarded, as in every other file of ours.
func openObjects(text io.Reader, rec Recognition) rowReader {
	rows := objects.NewRows(text, rec.names)
	if rec.specification().Exact {
		return &markedRows{Rows: rows}
	}
	return rows
}

// markedRows puts the mark on cells that look guarded.
type markedRows struct{ *objects.Rows }

// Cell is the marked cell.
func (r *markedRows) Cell(i int) []byte { return []byte(delimited.Mark(string(r.Rows.Cell(i)))) }

// Cells are the marked cells.
func (r *markedRows) Cells(into []string) []string {
	from := len(into)
	into = r.Rows.Cells(into)
	for i := from; i < len(into); i++ {
		into[i] = delimited.Mark(into[i])
	}
	return into
}

// brokenObject is the damage of an object; its place is said in words, as rows are counted by objects.
func brokenObject(p *objects.Problem) *delimited.Problem {
	return &delimited.Problem{Code: codeBroken, Start: p.Record, Line: p.Record,
		Detail: fmt.Sprintf("Object %d cannot be read: on line %d of the file, at place %d, %s.", p.Record, p.Line, p.Place, p.What)}
}

// ListOfObjects tells of JSON whether its objects stand in a list, else one behind the other.
func (rec Recognition) ListOfObjects() bool { return rec.list }

// Key is what the file calls a column of JSON, exactly.
func (rec Recognition) Key(column int) string { return rec.names[column] }

// Exact tells whether texts stand in the file exactly as they are, but for the mark of those that look guarded.
func (rec Recognition) Exact() bool { return rec.specification().Exact }

// KnownOnly tells of a format that its files do not hold all of an order: orders that are not known are left out.
func KnownOnly(id string) bool {
	s := specByID(id)
	return s != nil && s.KnownOnly
}
