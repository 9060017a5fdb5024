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
		bound, err := rec.over(columns)
		if err != nil {
			return Record{}, err
		}
		bound.DateOrder, bound.Decimal = rec.DateOrder, rec.Decimal
		rec = bound
	}
	p := newPlan(rec.specification(), columns)
	if rec.survey == nil {
		return one(newBuilder(p, rowEvidence(p, rows), opt.answeredBy(rec)).records(items(rows)))
	}
	return one(newBuilder(p, rec.survey.evidence, opt).records(items(rows)))
}

// one is the record that stored rows make; heads alone make none.
func one(records []Record) (Record, error) {
	if len(records) == 0 {
		return Record{}, fault.New(fault.Invalid, "The rows make no record.", "")
	}
	return records[0], nil
}

// specification is the format, or the mapping, by which the file is read.
func (rec Recognition) specification() *spec {
	if rec.spec != nil {
		return rec.spec
	}
	return specByID(rec.Format)
}

// over lays the recognition's format over columns.
func (rec Recognition) over(columns []string) (Recognition, error) {
	if rec.spec == nil {
		return ForColumns(rec.Format, columns)
	}
	return forColumns(rec.spec, columns)
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
		cells := p.whole(row.Cells)
		e.add(func(i int) []byte { return []byte(at(cells, i)) })
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
