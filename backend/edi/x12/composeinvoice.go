package x12

import (
	"fmt"
	"io"
	"slices"

	"tradepost/backend/edi/trade"
	"tradepost/backend/fault"
)

// WriteInvoice writes an 810. Its total is worked out: lines, allowances, charges, taxes. A total that the invoice states
// otherwise is an error of code invalid.
func WriteInvoice(to io.Writer, v *trade.Invoice, envelope Envelope) error {
	total, err := totalOf(v)
	if err != nil {
		return err
	}
	return compose(to, envelope, "810", "IN", func(c *composer) {
		kind := "DI"
		if v.Credit {
			kind = "CR"
		}
		c.Segment("BIG", day(v.Date), v.Number, day(v.OrderDate), v.Order, "", "", kind)
		if v.Currency != "" {
			c.Segment("CUR", "SE", v.Currency)
		}
		c.references(v.References)
		c.parties(v.Parties)
		for _, terms := range v.Terms {
			c.terms(terms)
		}
		for _, date := range v.Dates {
			if knows("374", date.Kind.Code) {
				c.date(date.Kind.Code, date.Date)
			}
		}
		for i := range v.Lines {
			c.invoiceLine(&v.Lines[i])
		}
		c.Segment("TDS", total.String())
		for _, tax := range v.Taxes {
			c.tax(tax)
		}
		if way := v.Shipping; way.Carrier != "" || way.Routing != "" {
			c.Segment("CAD", "", "", "", way.Carrier, c.words(way.Routing, 35))
		}
		for _, allowance := range v.Allowances {
			c.allowance(allowance)
		}
		c.totals(len(v.Lines))
	})
}

func (c *composer) terms(t trade.Terms) {
	kind := t.Kind.Code
	if !knows("336", kind) {
		kind = "01"
	}
	basis := t.Basis.Code
	if !knows("333", basis) {
		basis = "3"
	}
	c.Segment("ITD", kind, basis, t.Percent, day(t.DiscountDate), t.DiscountDays, day(t.NetDate), t.NetDays, "", "", "", "", c.words(t.Text, 80))
}

func (c *composer) invoiceLine(l *trade.Line) {
	c.count(l.Quantity)
	c.Segment("IT1", slices.Concat([]string{c.number(l), l.Quantity, unit(l.Unit), l.Price, basis(l.Price, l.PriceBasis)}, items(l.Codes))...)
	if l.Description != "" {
		c.Segment("PID", "F", "", "", "", c.words(l.Description, 80))
	}
	c.references(l.References)
	for _, allowance := range l.Allowances {
		c.allowance(allowance)
	}
}

// tax writes a TXI; an unknown kind is all taxes together.
func (c *composer) tax(t trade.Tax) {
	kind := t.Kind.Code
	if !knows("963", kind) {
		kind = "TX"
	}
	c.Segment("TXI", kind, t.Amount, t.Rate)
}

// allowance writes a SAC. One without a code that X12 knows says in words what it is.
func (c *composer) allowance(a trade.Allowance) {
	sort, kind, text := "A", a.Kind.Code, a.Text
	if a.Charge {
		sort = "C"
	}
	if !knows("1300", kind) {
		kind, text = "ZZZZ", orText(text, a.Kind.Words)
	}
	amount, _ := centsOf(a.Amount)
	settled := a.Settled.Code
	if !knows("331", settled) {
		settled = "02"
	}
	c.Segment("SAC", sort, kind, "", "", amount.String(), "", "", "", "", "", "", settled, "", "", c.words(text, 80))
}

// totalOf adds up an invoice.
func totalOf(v *trade.Invoice) (total cents, err error) {
	for i := range v.Lines {
		line := &v.Lines[i]
		amount, ok := lineTotal(line.Quantity, line.Price)
		if !ok || line.PricePer != "" {
			return 0, fault.New(fault.Invalid, fmt.Sprintf("Line %s of invoice %s has no quantity or price that can be reckoned with.", line.Number, v.Number), "Correct the line.")
		}
		total += amount + adjustment(line.Allowances)
	}
	total += adjustment(v.Allowances)
	for _, tax := range v.Taxes {
		amount, _ := centsOf(tax.Amount)
		total += amount
	}
	if stated, ok := centsOf(v.Total); ok && v.Total != "" && stated != total {
		return 0, fault.New(fault.Invalid, fmt.Sprintf("Invoice %s says %s, but its lines, allowances, charges and taxes add up to %s.", v.Number, stated.words(), total.words()),
			"Correct the invoice: a retailer would refuse it.")
	}
	return total, nil
}

// adjustment is what allowances take off and charges add.
func adjustment(all []trade.Allowance) (total cents) {
	for _, a := range all {
		amount, _ := centsOf(a.Amount)
		if a.Charge {
			total += amount
		} else {
			total -= amount
		}
	}
	return total
}
