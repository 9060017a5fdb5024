package format

import (
	"fmt"
	"slices"

	"tradepost/backend/commerce"
	"tradepost/backend/order"
	"tradepost/backend/tabular/spreadsheet"
	"tradepost/backend/tabular/value"
)

// readLine reads the line on the present row, if there is one.
func (b *builder) readLine() {
	cells := b.row.Cells
	id := b.lineID(cells)
	if b.sharesID(id) {
		id = ""
	}
	known := b.lineWithID(id)
	switch {
	case known >= 0 && value.Blank(at(cells, b.plan.quantity)):
		b.addToLine(known)
	case known >= 0:
		b.repeatedLine(id)
	case b.plan.rowCarriesLine(cells):
		b.newLine(id)
	case id == "" && len(b.draft.order.Lines) > 0:
		b.addToLine(len(b.draft.order.Lines) - 1)
	}
}

// lineID is the line's own id, "" when it has none.
func (b *builder) lineID(cells []string) string {
	id := b.id(at(cells, b.plan.identity))
	if slices.Contains(b.plan.spec.NoIdentity, id) {
		return ""
	}
	return id
}

// sharesID tells whether the present row and another line of the order state the same id and are two lines all the
// same, as their rows differ where the format says. The id is then neither's.
func (b *builder) sharesID(id string) bool {
	if b.shared[id] || id == "" || b.plan.apart < 0 {
		return b.shared[id]
	}
	first, known := b.firsts[id]
	if !known || value.ID(first.Cells[b.plan.apart]) == value.ID(b.row.Cells[b.plan.apart]) {
		return false
	}
	if b.shared == nil {
		b.shared = map[string]bool{}
	}
	b.shared[id] = true
	if i := b.lineWithID(id); i >= 0 {
		b.draft.order.Lines[i].ExternalID = ""
	}
	return true
}

func (b *builder) lineWithID(id string) int {
	if id == "" {
		return -1
	}
	return slices.IndexFunc(b.draft.order.Lines, func(l order.Line) bool { return l.ExternalID == id })
}

// newLine reads a line and adds it to the order, unless the file says it was cancelled.
func (b *builder) newLine(id string) {
	d := &b.draft
	d.line = order.Line{Position: len(d.order.Lines) + 1, UOM: "each"}
	d.shipped, d.toShip, d.lineCancelled = "", "", false
	if b.tookBack() {
		return
	}
	problems := len(b.record.Problems)
	b.fillLine(func(*binding) bool { return true })
	if d.lineCancelled && (d.order.Financial != order.Voided || d.line.Quantity == "") {
		b.record.Problems = b.record.Problems[:problems]
		b.warn(Problem{Row: b.row.Number, Code: CodeLineLeftOut, Found: "a cancelled item", Expected: "items to deliver",
			Message: "The item was cancelled; the line is left out.", Remedy: "Nothing needs to be done."})
		return
	}
	b.lineShipped()
	b.implyLine()
	if d.line.ExternalID = id; id != "" {
		b.remember(id)
	}
	d.order.Lines = append(d.order.Lines, d.line)
}

// fillLine reads the cells of a line. A blank quantity is a problem; other blank cells state nothing.
func (b *builder) fillLine(wanted func(*binding) bool) {
	for i := range b.lines {
		bind := &b.lines[i]
		cell := b.cell(bind)
		if !wanted(bind) || value.Blank(cell) && bind.target.kind != kindQuantity {
			continue
		}
		if b.clears(cell) {
			b.cannotClear(bind, cell)
			continue
		}
		if !b.unsure(bind) {
			b.fillCell(bind, cell)
		}
	}
}

// unsure tells, with a warning, that an amount is for one piece or for the row's quantity and nothing says for which.
func (b *builder) unsure(bind *binding) bool {
	if !bind.single || spreadsheet.IsError(b.row.Cells[bind.column]) {
		return false
	}
	quantity, err := value.Quantity(at(b.row.Cells, b.plan.quantity), value.Unknown)
	if err != nil || quantity.Equal("1") {
		return false
	}
	b.warn(Problem{Row: b.row.Number, Column: b.name(bind.column), Code: CodeAmountUnsure,
		Found: short(value.Text(b.row.Cells[bind.column])), Expected: "an amount of a row with one piece",
		Message: fmt.Sprintf("The file does not say whether this is for one piece or for all %s; it is left out.", quantity),
		Remedy:  "Fill in the line's price."})
	return true
}

// addToLine takes what a continuation row adds to a line: amounts that add up.
func (b *builder) addToLine(i int) {
	b.draft.line = b.draft.order.Lines[i]
	b.fillLine(func(bind *binding) bool { return bind.join == joinSum })
	b.draft.order.Lines[i] = b.draft.line
}

// repeatedLine judges a second row with the id of a line already read: the same again is left out, another is a problem.
func (b *builder) repeatedLine(id string) {
	first := b.firsts[id]
	p := Problem{Row: b.row.Number, Column: b.name(b.plan.identity), Found: id, Code: CodeDuplicateLine,
		Expected: "each line once"}
	if slices.Equal(first.Cells, b.row.Cells) {
		p.Message = fmt.Sprintf("The row repeats line %d of the file; it counts once.", first.Number)
		p.Remedy = "Nothing needs to be done."
		b.warn(p)
		return
	}
	p.Message = fmt.Sprintf("The item was already on line %d of the file, with other values.", first.Number)
	p.Remedy = "Remove the row that is wrong."
	b.record.Problems = append(b.record.Problems, p)
}

func (b *builder) remember(id string) {
	if b.firsts == nil {
		b.firsts = map[string]Row{}
	}
	b.firsts[id] = *b.row
}

// lineShipped derives a line's shipping state from the quantities shipped and to ship, where the file has them.
func (b *builder) lineShipped() {
	d := &b.draft
	if d.line.Fulfillment != "" || d.toShip == "" {
		return
	}
	switch {
	case d.toShip.Sign() == 0:
		d.line.Fulfillment = order.Fulfilled
	case d.shipped.Sign() > 0:
		d.line.Fulfillment = order.Partial
	default:
		d.line.Fulfillment = order.Unfulfilled
	}
}

// checkTotals warns when the parts do not make the total. Where prices include tax the total is without it.
func (b *builder) checkTotals() {
	o := &b.draft.order
	if !o.Subtotal.Stated || !o.Total.Stated || len(b.record.Problems) > 0 {
		return
	}
	net, ok := sum(o.Subtotal, o.Shipping, b.draft.duties)
	gross, fits := sum(net, o.Tax)
	if ok && fits && o.Total.Minor != net.Minor && o.Total.Minor != gross.Minor {
		places := o.Currency.Exponent()
		b.warn(Problem{Row: b.record.Rows[0].Number, Code: CodeTotals, Found: o.Total.Decimal(places),
			Expected: gross.Decimal(places),
			Message: fmt.Sprintf("Subtotal, shipping and tax make %s; the total says %s.",
				gross.Decimal(places), o.Total.Decimal(places)),
			Remedy: "The total of the file counts. A tip or an edited order can explain the difference."})
	}
}

func sum(amounts ...commerce.Amount) (commerce.Amount, bool) {
	total, ok := commerce.Amount{}, true
	for _, a := range amounts {
		var fits bool
		total, fits = total.Plus(a)
		ok = ok && fits
	}
	return total, ok
}
