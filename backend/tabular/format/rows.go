package format

import (
	"slices"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/value"
)

// ReadRows reads one record again from its stored columns and rows, as after a person corrected a cell. rec is a
// Recognition of the same file or one made by ForColumns. What only the whole file tells (order of day and month,
// decimal signs) comes from rec, else from opt, else from these rows alone. The error is a *fault.Error (Invalid):
// an unknown format, missing columns, or no rows.
func ReadRows(rec Recognition, opt Options, columns []string, rows []Row) (Record, error) {
	if len(rows) == 0 {
		return Record{}, fault.New(fault.Invalid, "The record has no rows.", "")
	}
	if rec.survey == nil || !slices.Equal(rec.Columns, columns) {
		bound, err := ForColumns(rec.Format, columns)
		if err != nil {
			return Record{}, err
		}
		bound.DateOrder, bound.Decimal = rec.DateOrder, rec.Decimal
		rec = bound
	}
	p := newPlan(specByID(rec.Format), columns)
	if rec.survey != nil {
		return newBuilder(p, rec.survey.evidence, opt).build(items(rows)), nil
	}
	return newBuilder(p, rowEvidence(p, rows), opt.answeredBy(rec)).build(items(rows)), nil
}

// answeredBy fills in what rec knows and the options leave open.
func (opt Options) answeredBy(rec Recognition) Options {
	if opt.DateOrder == "" && rec.DateOrder != "mixed" {
		opt.DateOrder = rec.DateOrder
	}
	if opt.Decimal == "" && rec.Decimal != "mixed" {
		opt.Decimal = rec.Decimal
	}
	return opt
}

func rowEvidence(p *plan, rows []Row) *evidence {
	e := newEvidence(p)
	for _, row := range rows {
		e.add(func(i int) []byte { return []byte(at(row.Cells, i)) })
	}
	return e
}

// items takes the blank cells off the end of stored rows, which were filled up to the width of the columns, so that
// cut off rows are found again.
func items(rows []Row) []item {
	all := make([]item, len(rows))
	for i, row := range rows {
		given := len(row.Cells)
		for given > 0 && value.Blank(row.Cells[given-1]) {
			given--
		}
		all[i] = item{row: Row{Number: row.Number, Cells: slices.Clone(row.Cells[:given])}, stored: true}
	}
	return all
}
