package format

import (
	"context"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/spreadsheet"
	"tradepost/backend/tabular/value"
)

// maxHeld bounds the rows held in memory: those of one order, or those of all scattered orders together.
const maxHeld = 64 << 20

// item is a row on its way into a record.
type item struct {
	row    Row
	damage *delimited.Problem
	stored bool // kept from an earlier reading: damage shows by the cells only

	notes []spreadsheet.Note
}

// Read reads the orders of a recognised file one by one, in the file's order, and gives each to yield; an order whose
// rows are scattered comes where its first row stands. A Record is yield's to keep. Read ends with the error yield
// gives, with a *fault.Error (Cancelled) when ctx ends, (Invalid) when more than 64 MiB of rows would have to be held
// to join scattered orders, or with what reading fails with, wrapped.
func Read(ctx context.Context, src Source, rec Recognition, opt Options, yield func(Record) error) error {
	if rec.survey == nil {
		known, err := RecogniseAs(ctx, src, rec.Format)
		if err != nil {
			return err
		}
		rec = known
	}
	r := newReading(rec, opt, yield)
	if err := r.joinScattered(ctx, src); err != nil {
		return err
	}
	r.beside = beside[string]{}
	_, err := eachRecord(ctx, src, rec, rec.survey.dialect, func(in rowReader, damage *delimited.Problem) error {
		return r.take(in, damage)
	})
	if err != nil {
		return err
	}
	return r.flush()
}

// reading is one pass of Read.
type reading struct {
	rec     Recognition
	plan    *plan
	builder *builder
	yield   func(Record) error

	group   grouper[string]
	beside  beside[string]
	items   []item
	held    int // bytes of items
	ordinal int

	joined map[int][]item // scattered orders by the line of their first row
	inside bool           // the row before belonged to a scattered order
}

func newReading(rec Recognition, opt Options, yield func(Record) error) *reading {
	p := newPlan(rec.specification(), rec.Columns)
	return &reading{rec: rec, plan: p, builder: newBuilder(p, rec.survey.evidence, opt), yield: yield}
}

// take adds a row to the order it belongs to, and gives the order before it away when it begins another one.
func (r *reading) take(in rowReader, damage *delimited.Problem) error {
	it := r.item(in, damage)
	key, part, carries := r.keys(it)
	if r.isScattered(key, carries) {
		return r.takeScattered(it)
	}
	if r.group.starts(key, part, carries) {
		if err := r.flush(); err != nil {
			return err
		}
	}
	r.held += size(it)
	if r.held > maxHeld {
		return tooMuch("A single order has more rows than can be held.")
	}
	r.items = append(r.items, it)
	return nil
}

// item makes a row of the record the reader stands on, with as many cells as there are columns or more.
func (r *reading) item(in rowReader, damage *delimited.Problem) item {
	width := len(r.rec.Columns)
	cells := in.Cells(make([]string, 0, max(width, in.Len())))
	if r.rec.Container == Workbook && len(cells) < width { // a sheet does not say how long its rows are
		cells = cells[:width]
	}
	return item{row: Row{Number: in.Line(), Cells: cells, Edited: editedColumns(in)}, damage: damage, notes: notes(in)}
}

func (r *reading) keys(it item) (key, part string, carries bool) {
	cells := it.row.Cells
	key, part = r.plan.keyOf(cells), value.ID(at(cells, r.plan.part))
	alone := len(r.plan.spec.LineWhen) == 0 || len(cells) == 0 || r.plan.rowCarriesLine(cells)
	return key, part, r.beside.carries(key, value.ID(at(cells, r.plan.beside)), alone)
}

// flush builds the order the collected rows make and gives it away.
func (r *reading) flush() error {
	if len(r.items) == 0 {
		return nil
	}
	err := r.give(r.items)
	clear(r.items)
	r.items, r.held = r.items[:0], 0
	return err
}

func (r *reading) give(items []item) error {
	if !r.plan.spec.stated() { // without a list of one for every order
		r.ordinal++
		record := r.builder.orderOf(items)
		record.Ordinal = r.ordinal
		return r.yield(record)
	}
	for _, record := range r.builder.records(items) {
		r.ordinal++
		record.Ordinal = r.ordinal
		if err := r.yield(record); err != nil {
			return err
		}
	}
	return nil
}

// size is about what a row costs in memory.
func size(it item) int {
	n := 48 + 16*cap(it.row.Cells)
	for _, cell := range it.row.Cells {
		n += len(cell)
	}
	return n
}

func tooMuch(message string) error {
	return fault.New(fault.Invalid, message,
		"Sort the file by order number, so that the rows of an order stand together, and import it again.")
}
