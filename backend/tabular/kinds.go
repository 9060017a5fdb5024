package tabular

import (
	"strings"

	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/tabular/format"
)

// nameOf is the name by which people know a record, never a personal value.
func nameOf(kind intake.Kind, record format.Record) string {
	if record.Document != nil {
		return documentName(record.Document)
	}
	if kind == intake.Orders {
		return record.Order.Number
	}
	record.Stated.Kind = kind
	return record.Stated.Label()
}

// received is a record as intake takes it; the import's kind counts, whatever the record says of itself.
func (i Import) received(record format.Record) intake.Received {
	r := intake.Received{Order: record.Order, Stated: record.Stated, Message: journal.Message{ChannelID: i.ChannelID, RunID: i.AppliedRun, ImportID: i.ID,
		Kind: intake.RecordKind(i.kindOf(record)), Source: "file", Name: nameOf(i.Kind, record), Rows: rowNumbers(record.Rows)}}
	r.Stated.Kind = i.kindOf(record)
	if record.Document != nil {
		r.Message.Source = "edi"
	}
	return r
}

// judge judges a record of the import as things are now. What makes it unfit is said of the file's own rows and columns.
func (i Import) judge(look intake.Lookup, record format.Record) (intake.Judgement, error) {
	j, err := i.received(record).Judge(look, i.Mode)
	for n := range j.Problems {
		placeProblem(&j.Problems[n], i.Columns, record)
	}
	return j, err
}

// placeProblem names the row and the column of the file in which a value was found.
func placeProblem(p *fault.Problem, columns []string, record format.Record) {
	for _, row := range record.Rows {
		for c, cell := range row.Cells {
			if c < len(columns) && p.Found != "" && strings.EqualFold(strings.TrimSpace(cell), p.Found) {
				p.Row, p.Column = row.Number, columns[c]
				return
			}
		}
	}
	p.Row = record.Rows[0].Number
}

// judged notes a judgement in the plan.
func (p *PlanRecord) judged(j intake.Judgement) {
	p.Verdict, p.RecordID, p.Observed = j.Verdict, j.ID(), j.Version()
	p.Problems = append(p.Problems, j.Problems...)
}

// kindOf is what a recognised file's records are about.
func kindOf(recognition format.Recognition) intake.Kind {
	if recognition.Kind == "" {
		return intake.Orders
	}
	return intake.Kind(recognition.Kind)
}

// titleOf says what a record is about, for those who look at the plan: a customer by their name.
func titleOf(kind intake.Kind, record format.Record) string {
	values := record.Stated.Values
	for _, field := range map[intake.Kind][]string{intake.Customers: {"name", "company", "email", "phone"}, intake.Products: {"product.title", "title"},
		intake.Links: {"title"}}[kind] {
		if values[field] != "" {
			return values[field]
		}
	}
	return nameOf(kind, record)
}

// cellOf is what stands in the file where a problem is.
func cellOf(columns []string, record format.Record, p fault.Problem) string {
	for _, row := range record.Rows {
		for c, cell := range row.Cells {
			if c < len(columns) && row.Number == p.Row && columns[c] == p.Column {
				return cell
			}
		}
	}
	return ""
}
