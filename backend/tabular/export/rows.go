package export

import (
	"strconv"

	"tradepost/backend/commerce"
	"tradepost/backend/order"
)

// tableLayout writes records as rows of a table.
type tableLayout struct {
	c     *compiled
	table table
}

func (l *tableLayout) begin() error { return l.table.begin() }

func (l *tableLayout) end() error { return l.table.end() }

// record writes all rows of a record, or none of them.
func (l *tableLayout) record(r *record) (int, []Problem, error) {
	rows, problems := l.c.rows(r)
	for _, p := range problems {
		if p.LeftOut {
			return 0, problems, nil
		}
	}
	for _, cells := range rows {
		if err := l.table.row(cells); err != nil {
			return 0, nil, err
		}
	}
	return len(rows), problems, nil
}

// rows makes the rows of a record.
func (c *compiled) rows(r *record) (rows [][]cell, problems []Problem) {
	add := func(r *record) {
		r.first = len(rows) == 0
		cells, found := c.row(r)
		rows, problems = append(rows, cells), append(problems, found...)
	}
	if r.order == nil || !c.perLine() {
		add(r)
		return rows, problems
	}
	if p := c.wrongTax(r); p != nil {
		return nil, []Problem{*p}
	}
	for i := range r.order.Lines {
		if row := (&record{order: r.order, computed: r.computed, line: &r.order.Lines[i]}); c.keeps == nil || c.keeps(row) {
			add(row)
		}
	}
	for _, extra := range c.Extras {
		if line := extra.line(r); line != nil && c.keeps == nil {
			add(&record{order: r.order, computed: r.computed, line: line})
		}
	}
	if len(rows) == 0 && c.Kind == Orders {
		add(&record{order: r.order, computed: r.computed})
	}
	return rows, oncePerColumn(problems)
}

// oncePerColumn drops what several rows of one record say of the same column.
func oncePerColumn(problems []Problem) []Problem {
	seen := map[string]bool{}
	kept := problems[:0]
	for _, p := range problems {
		if key := p.Field + p.Code + p.Found; !seen[key] {
			seen[key] = true
			kept = append(kept, p)
		}
	}
	return kept
}

// line makes a line of an amount that is none; nil when the order has no such amount.
func (e TemplateExtra) line(r *record) *order.Line {
	amounts := map[string]commerce.Amount{"shipping": r.order.Shipping.Or(r.sums().Shipping), "discount": r.order.Discount.Or(r.sums().Discount),
		"tax": r.order.Tax.Or(r.sums().Tax)}
	a := amounts[e.Amount]
	if !a.Stated || a.Minor == 0 {
		return nil
	}
	if e.Amount == "discount" && a.Minor > 0 {
		a.Minor = -a.Minor
	}
	price, _ := commerce.ParseDecimal(a.Decimal(r.order.Currency.Exponent()))
	return &order.Line{Title: e.Title, SKU: e.SKU, Quantity: "1", UOM: "each", UnitPrice: price, Total: a}
}

// taxed says what an order's amounts tell about its prices.
type taxed int

const (
	taxUnknown taxed = iota // they tell nothing: no tax, or no total
	taxOnTop
	taxWithin
	taxUnclear // they do not add up either way
)

// taxOf compares the total with what the lines make, with and without tax.
func taxOf(r *record) taxed {
	s := r.sums()
	tax := r.order.Tax.Or(s.Tax)
	if !r.order.Total.Stated || !s.Subtotal.Stated || !tax.Stated || tax.Minor == 0 {
		return taxUnknown
	}
	net := s.Subtotal.Minor + r.order.Shipping.Or(s.Shipping).Minor
	discount := r.order.Discount.Or(s.Discount).Minor
	if discount < 0 {
		discount = -discount
	}
	switch total := r.order.Total.Minor; total {
	case net - discount:
		return taxWithin
	case net - discount + tax.Minor:
		return taxOnTop
	}
	return taxUnclear
}

// wrongTax finds an order whose prices include tax in a file whose prices do not, or the reverse.
func (c *compiled) wrongTax(r *record) *Problem {
	if c.Taxed == "" {
		return nil
	}
	wants := c.setting(c.Taxed)
	is := taxOf(r)
	if is == taxWithin && wants == "exclusive" || is == taxOnTop && wants == "inclusive" {
		found := map[taxed]string{taxWithin: "inclusive", taxOnTop: "exclusive"}[is]
		return &Problem{Field: "Total", Code: CodeTax, LeftOut: true, Found: found, Expected: "prices that are tax " + wants,
			Message: "The prices of this order are tax " + found + ", and a file holds one kind.", Remedy: "Export it with another copy of the template, set to " + strconv.Quote(found) + "."}
	}
	return nil
}
