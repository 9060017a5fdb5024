package x12

import (
	"io"
	"slices"

	"tradepost/backend/edi/trade"
)

// WriteResponse writes an 855. Order number and date, line numbers, units, prices, item codes and parties go back as they
// came; the quantities of a line's answers add up to what was ordered.
func WriteResponse(to io.Writer, r *trade.Response, envelope Envelope) error {
	return compose(to, envelope, "855", "PR", func(c *composer) {
		c.Segment("BAK", "00", responseKind(r), r.Order, day(r.OrderDate), "", "", "", r.Number, day(r.Date))
		if r.Currency != "" {
			c.Segment("CUR", "SE", r.Currency)
		}
		c.references(r.References)
		for _, date := range r.Dates {
			if knows("374", date.Kind.Code) {
				c.date(date.Kind.Code, date.Date)
			}
		}
		c.parties(r.Parties)
		for i := range r.Lines {
			c.responseLine(&r.Lines[i])
		}
		c.totals(len(r.Lines))
	})
}

// responseKind is BAK02: AD where all is accepted as ordered, RD where nothing is, else AC.
func responseKind(r *trade.Response) string {
	many := map[trade.Answer]int{}
	for i := range r.Lines {
		many[r.Lines[i].Answer]++
	}
	switch len(r.Lines) {
	case many[trade.Accepted]:
		return "AD"
	case many[trade.Rejected]:
		return "RD"
	}
	return "AC"
}

func (c *composer) responseLine(l *trade.ResponseLine) {
	ordered := l.Quantity
	if l.Later != "" || l.Cut != "" {
		ordered = sum(l.Quantity, l.Later, l.Cut)
	}
	c.count(ordered)
	measure := unit(l.Unit)
	c.Segment("PO1", slices.Concat([]string{c.number(&l.Line), ordered, measure, l.Price, basis(l.Price, l.PriceBasis)}, items(l.Codes))...)
	if l.Description != "" {
		c.Segment("PID", "F", "", "", "", c.words(l.Description, 80))
	}
	c.references(l.References)
	when := func(date string) []string {
		if date == "" {
			return nil
		}
		return []string{"068", day(date)}
	}
	switch l.Answer {
	case trade.Accepted:
		c.Segment("ACK", slices.Concat([]string{"IA", l.Quantity, measure}, when(l.ShipDate))...)
	case trade.Changed:
		code := "IC"
		if l.Cut != "" { // what is left of it is as ordered
			code = "IA"
		}
		c.Segment("ACK", slices.Concat([]string{code, l.Quantity, measure}, when(l.ShipDate))...)
	case trade.Rejected:
		c.Segment("ACK", "IR", ordered, measure)
	case trade.BackOrdered:
		if l.Later != "" && l.Quantity != "" && l.Quantity != "0" {
			c.Segment("ACK", "IA", l.Quantity, measure)
		}
		c.Segment("ACK", slices.Concat([]string{"IB", orText(l.Later, l.Quantity), measure}, when(l.ShipDate))...)
	}
	if l.Cut != "" && l.Answer != trade.Rejected {
		c.Segment("ACK", "IR", l.Cut, measure)
	}
}

// basis is the price's basis, which may stand only beside a price.
func basis(price string, coded trade.Coded) string {
	if price == "" || !knows("639", coded.Code) {
		return ""
	}
	return coded.Code
}
