package format

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/intake"
	"tradepost/backend/order"
	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/value"
)

// builder makes records of rows. It serves one pass and is used again for every record.
type builder struct {
	plan     *plan
	opt      Options
	evidence *evidence
	dates    value.DateOptions
	styles   []value.Style // by column

	draft     draft
	record    *Record
	currency  commerce.Currency
	priceless bool // amounts cannot be read: no currency is known
	row       *Row
	filled    []fill     // by slot
	token     string     // what empties a field
	own       [][]string // the cells of the record's rows without the computed ones
	lines     []binding  // of the line being read
	firsts    map[string]Row
	back      givenBack
	shared    map[string]bool // line ids that several lines of the order state
}

// fill remembers which binding filled a field, from which cell.
type fill struct {
	by   int // index of the binding from 1, 0 while not filled
	cell string
	row  int
}

func newBuilder(p *plan, e *evidence, opt Options) *builder {
	b := &builder{plan: p, opt: opt, evidence: e, lines: p.lines}
	b.token = cmp.Or(p.spec.Clear, intake.ClearToken)
	b.filled, b.styles = make([]fill, len(p.order)), make([]value.Style, p.width())
	order := opt.DateOrder
	if order == "" {
		order = string(e.order)
	}
	if order == "" {
		order = p.spec.DateOrder
	}
	b.dates = value.DateOptions{Zone: opt.Zone, ZoneSource: opt.ZoneSource, Order: value.DateOrder(order)}
	for i := range b.styles {
		b.styles[i] = e.style(i, opt.Decimal, p.spec)
	}
	b.stylePacked()
	return b
}

// build makes one record of the rows of one order.
func (b *builder) build(items []item) Record {
	record := Record{Rows: make([]Row, 0, len(items))}
	b.record, b.draft = &record, draft{}
	clear(b.filled)
	b.firsts, b.shared, b.back = nil, nil, givenBack{}
	for _, it := range items {
		record.Rows = append(record.Rows, it.row)
		b.row = &record.Rows[len(record.Rows)-1]
		b.fit(it)
	}
	b.extend()
	b.settleCurrency()
	for i := range record.Rows {
		b.row = &record.Rows[i]
		if b.repeats(i) || b.givesBack() {
			continue
		}
		b.readOrder(b.back.sales == 0)
		b.readLine()
		b.readLines()
		b.back.sales++
	}
	b.settleBack()
	b.finish()
	b.stampAsStated()
	record.Channel = b.draft.channel
	b.shrink()
	record.Order, record.Key = b.draft.order, b.draft.order.Number
	return record
}

// fit checks the present row's width and makes it as wide as the columns.
func (b *builder) fit(it item) {
	row, width := b.row, len(b.plan.columns)
	given := len(row.Cells)
	switch {
	case it.damage != nil:
		b.record.Problems = append(b.record.Problems, damageProblem(it.damage))
	case it.stored && b.openQuote(row.Cells):
		b.record.Problems = append(b.record.Problems, damageProblem(
			&delimited.Problem{Code: delimited.UnclosedQuote, Start: row.Number, Line: row.Number}))
	case given > width && !blankCells(row.Cells[width:]):
		b.widthProblem(CodeRowLong, given, "Look for a delimiter inside a cell that is not quoted.")
	case b.lacksRequired(given):
		b.widthProblem(CodeRowShort, given, "Look for a line break inside a cell that is not quoted, or a cut off line.")
	}
	if given < width {
		row.Cells = append(row.Cells, make([]string, width-given)...)
	}
}

// openQuote finds, in a row kept from an earlier reading, the cell with the quote that was never closed: it is the last
// one and still has its opening quote.
func (b *builder) openQuote(cells []string) bool {
	n := len(cells)
	return n > 0 && n < len(b.plan.columns) && b.plan.spec.Quoting != delimited.None &&
		strings.HasPrefix(cells[n-1], `"`) && strings.Count(cells[n-1], `"`)%2 == 1
}

func blankCells(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return !value.Blank(cell) })
}

func (b *builder) lacksRequired(given int) bool {
	return slices.ContainsFunc(b.plan.required, func(i int) bool { return i >= given })
}

func (b *builder) widthProblem(code string, given int, remedy string) {
	p := Problem{Row: b.row.Number, Code: code, Remedy: remedy}
	p.Found, p.Expected = fmt.Sprintf("%d cells", given), fmt.Sprintf("%d cells", len(b.plan.columns))
	p.Message = fmt.Sprintf("The row has %d cells; the header row has %d.", given, len(b.plan.columns))
	b.record.Problems = append(b.record.Problems, p)
}

// problem adds a problem with a cell of the present row.
func (b *builder) problem(column int, code string, err error) {
	b.record.Problems = append(b.record.Problems, valueProblem(b.row.Number, b.name(column), code, err))
}

// name is the column's name in the file; of a computed column that of the one it is made of.
func (b *builder) name(column int) string {
	column = b.plan.source(column)
	if column < 0 || column >= len(b.plan.columns) {
		return b.plan.packedName(column)
	}
	return b.plan.columns[column]
}

func (b *builder) warn(p Problem) { b.record.Warnings = append(b.record.Warnings, p) }

// readOrder fills the order's fields from the present row; what an earlier row stated stays.
func (b *builder) readOrder(first bool) {
	for i := range b.plan.order {
		bind := &b.plan.order[i]
		cell := b.cell(bind)
		if cell == "" || value.Blank(cell) || bind.on != "" && !b.speaks(bind.on, first) {
			continue
		}
		f := &b.filled[bind.slot]
		if b.clears(cell) {
			b.clearOrder(bind, f, i+1, cell)
			continue
		}
		switch {
		case f.by == 0 || bind.adds() || bind.join == joinEarliest && f.by == i+1 && f.cell != cell:
			*f = fill{by: i + 1, cell: cell, row: b.row.Number}
			b.fillCell(bind, cell)
		case f.by == i+1 && f.cell != cell && value.Text(f.cell) != value.Text(cell):
			b.warn(Problem{Row: b.row.Number, Column: b.name(bind.column), Code: CodeValueDiffers,
				Expected: "the same value in all rows of an order", Remedy: "Check which row is right.",
				Message: fmt.Sprintf("The cell differs from line %d of the same order; line %d counts.", f.row, f.row)})
		}
	}
	b.imply()
}

const (
	joinSum      = "sum"
	joinEach     = "each"
	joinEarliest = "earliest"
	joinNames    = "names"
	onFirst      = "first"
	onOrder      = "order"
)

// speaks tells whether the present row is one on which a column speaks of the order.
func (b *builder) speaks(on string, first bool) bool {
	return on == onFirst && first || on == onOrder && !b.plan.rowCarriesLine(b.row.Cells)
}

// imply sets what filled columns imply of the order, implyLine of the present line; what a state says stays.
func (b *builder) imply() {
	o := &b.draft.order
	b.implyWhere(func(field string) bool {
		return field == "financial" && o.Financial == "" || field == "fulfillment" && o.Fulfillment == ""
	})
}

func (b *builder) implyLine() {
	b.implyWhere(func(field string) bool { return field == "line.fulfillment" && b.draft.line.Fulfillment == "" })
}

func (b *builder) implyWhere(open func(field string) bool) {
	for _, rule := range b.plan.implied {
		if cell := b.row.Cells[rule.column]; value.Blank(cell) || rule.is != nil && !rule.is[normal(value.Text(cell))] {
			continue
		}
		for field, v := range rule.set {
			if open(field) {
				settable[field](&b.draft, v)
			}
		}
	}
}

// finish settles what only the whole order tells.
func (b *builder) finish() {
	o := &b.draft.order
	if o.Number == "" {
		b.row = &b.record.Rows[0]
		b.problem(b.plan.key, CodeNumberMissing, &value.Error{Expected: "an order number", Remedy: "Fill in the order number."})
	}
	o.Parties = make([]order.Party, 0, len(roles))
	for i, role := range roles {
		o.SetParty(role, b.draft.parties[i])
	}
	if len(o.Parties) == 0 {
		o.Parties = nil
	}
	o.Currency = b.currency
	b.rollUp()
	if len(o.Lines) == 0 && !b.plan.spec.KnownOnly && !b.leftOut() && !b.onlyGivesBack() {
		b.warn(b.noLines())
	}
	if b.plan.spec.CheckTotals {
		b.checkTotals()
	}
}

// stampAsStated lets columns of their own say how finely and in which zone the placing instant was stated.
func (b *builder) stampAsStated() {
	placed, stated := &b.draft.order.Placed, b.draft.stated
	if placed.At == 0 || stated.Precision == "" || stated.ZoneSource == "" {
		return
	}
	*placed = commerce.Stamp{At: placed.At, Precision: stated.Precision, Zone: stated.Zone, ZoneSource: stated.ZoneSource}
}

// noLines tells that an order has no lines, and how many the file counts where it states none.
func (b *builder) noLines() Problem {
	p := Problem{Row: b.record.Rows[0].Number, Code: CodeNoLines, Expected: "at least one line",
		Message: "The order has no lines.", Remedy: "Check the file."}
	if b.plan.spec.NoLines == "" {
		return p
	}
	p.Message, p.Remedy = "The file states no lines.", b.plan.spec.NoLines
	if count := value.Text(at(b.record.Rows[0].Cells, b.plan.count)); count != "" {
		p.Column, p.Found = b.name(b.plan.count), short(count)
		p.Message = fmt.Sprintf("The file counts %s items and states no lines.", short(count))
		if count == "1" {
			p.Message = "The file counts 1 item and states no lines."
		}
	}
	return p
}

func (b *builder) leftOut() bool {
	return slices.ContainsFunc(b.record.Warnings, func(p Problem) bool { return p.Code == CodeLineLeftOut })
}

// rollUp gives the order the shipping state its lines have together, where the file tells it by line and none of its
// columns states the order's. An order all of whose lines were cancelled is voided.
func (b *builder) rollUp() {
	o := &b.draft.order
	if b.plan.spec.RollUp && len(o.Lines) == 0 && o.Financial == "" && b.leftOut() {
		o.Financial = order.Voided
	}
	if o.Fulfillment != "" || len(o.Lines) == 0 || !b.plan.spec.RollUp && !b.countsShipped() {
		return
	}
	all := o.Lines[0].Fulfillment
	for _, l := range o.Lines {
		if l.Fulfillment == "" {
			return
		}
		if l.Fulfillment != all {
			all = order.Partial
		}
	}
	o.Fulfillment = all
}

func (b *builder) countsShipped() bool {
	return slices.ContainsFunc(b.plan.lines, func(bind binding) bool { return bind.target == targets["line.to_ship"] })
}
