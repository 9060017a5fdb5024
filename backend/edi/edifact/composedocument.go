package edifact

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"tradepost/backend/commerce"
	"tradepost/backend/edi/trade"
	"tradepost/backend/fault"
)

// WriteResponse writes an ORDRSP.
func WriteResponse(to io.Writer, r *trade.Response, envelope Envelope) error {
	return compose(to, envelope, "ORDRSP", func(c *composer) {
		c.Segment("BGM", E("231"), E(r.Number), E(responseFunction(r)))
		c.date("137", r.Date)
		c.dates(r.Dates)
		c.reference("ON", r.Order, r.OrderDate)
		c.parties(r.Parties)
		c.currency(r.Currency, "9")
		for i := range r.Lines {
			c.responseLine(&r.Lines[i])
		}
		c.end()
	})
}

// responseFunction is 29 where every line is accepted, 27 where none is, else 4.
func responseFunction(r *trade.Response) string {
	many := map[trade.Answer]int{}
	for i := range r.Lines {
		many[r.Lines[i].Answer]++
	}
	switch len(r.Lines) {
	case many[trade.Accepted]:
		return "29"
	case many[trade.Rejected]:
		return "27"
	}
	return "4"
}

// actionCodes are LIN's codes of what becomes of a line.
var actionCodes = map[trade.Answer]string{trade.Accepted: "5", trade.Changed: "6", trade.BackOrdered: "6", trade.Rejected: "7"}

func (c *composer) responseLine(l *trade.ResponseLine) {
	c.line(&l.Line, actionCodes[l.Answer])
	c.quantity("21", l.Quantity, l.Unit.Code)
	c.quantity("83", l.Later, l.Unit.Code)
	c.date("69", l.ShipDate)
	c.price(&l.Line)
}

// dates writes the dates that have codes of EDIFACT.
func (c *composer) dates(dates []trade.Date) {
	for _, date := range dates {
		if meaning("2005", date.Kind.Code) != "" {
			c.date(date.Kind.Code, date.Date)
		}
	}
}

func (c *composer) currency(currency, use string) {
	if currency != "" {
		c.Segment("CUX", E("2", currency, use))
	}
}

// WriteShipment writes a DESADV.
func WriteShipment(to io.Writer, s *trade.Shipment, envelope Envelope) error {
	return compose(to, envelope, "DESADV", func(c *composer) {
		c.Segment("BGM", E("351"), E(s.Number), E("9"))
		c.date("137", s.Date)
		c.date("11", s.Shipped)
		c.date("17", s.Expected)
		c.weight("AAX", "AAD", s.Weight)
		for _, order := range s.Orders {
			c.reference("ON", order.Number, order.Date)
		}
		c.reference("CN", s.Tracking, "")
		c.parties(s.Parties)
		if way := s.Shipping; way.Mode.Code != "" || way.Carrier != "" || way.Routing != "" {
			c.Segment("TDT", E("20"), E(), E(modeCode(way.Mode.Code)), E(), E(way.Carrier, "", "", way.Routing))
		}
		for i := range s.Packages {
			c.box(s, i)
		}
		c.count()
	})
}

// modeCode is how goods travel (code list 8067); X12 has letters for it.
func modeCode(code string) string {
	switch code {
	case "M", "T", "LT":
		return "30"
	case "A":
		return "40"
	case "R":
		return "20"
	case "S":
		return "10"
	}
	return code
}

func (c *composer) weight(purpose, property string, w *trade.Quantity) {
	if w != nil && w.Value != "" {
		c.Segment("MEA", E(purpose), E(property), E(unitCode(w.Unit.Code), w.Value))
	}
}

// box writes a level of packing with its lines.
func (c *composer) box(s *trade.Shipment, at int) {
	p := &s.Packages[at]
	c.Segment("CPS", E(strconv.Itoa(at+1)), E(boxNumber(s, p.Parent)))
	if p.Count != "" || p.Kind.Code != "" || len(p.SSCC) > 0 {
		count := p.Count
		if count == "" {
			count = "1"
		}
		c.Segment("PAC", E(count), E(), E(p.Kind.Code))
		c.weight("PD", "AAB", p.Weight)
	}
	if len(p.SSCC) > 0 {
		c.Segment("PCI", E("33E"))
	}
	for chunk := range slices.Chunk(p.SSCC, 5) {
		elements := []Element{E("BJ")}
		for _, number := range chunk {
			elements = append(elements, E(number))
		}
		c.Segment("GIN", elements...)
	}
	for i := range p.Lines {
		c.packedLine(&p.Lines[i])
	}
}

func (c *composer) packedLine(l *trade.Line) {
	c.line(l, "")
	c.quantity("12", l.Quantity, l.Unit.Code)
	c.dates(l.Dates)
	for _, reference := range l.References {
		if slices.Contains([]string{"ON", "LI", "BT"}, reference.Kind.Code) {
			c.Segment("RFF", E(reference.Kind.Code, reference.Value, reference.Text))
		}
	}
}

// boxNumber is the number that the package with an id has in the message.
func boxNumber(s *trade.Shipment, id string) string {
	for i := range s.Packages {
		if id != "" && s.Packages[i].ID == id {
			return strconv.Itoa(i + 1)
		}
	}
	return ""
}

// WriteInvoice writes an INVOIC. Its arithmetic is checked: the lines, with what is added and taken off and the taxes, have to
// make the total.
func WriteInvoice(to io.Writer, v *trade.Invoice, envelope Envelope) error {
	sums, err := sumsOf(v)
	if err != nil {
		return err
	}
	return compose(to, envelope, "INVOIC", func(c *composer) {
		kind := "380"
		if v.Credit {
			kind = "381"
		}
		c.Segment("BGM", E(kind), E(v.Number), E("9"))
		c.date("137", v.Date)
		c.dates(v.Dates)
		c.reference("ON", v.Order, v.OrderDate)
		for _, reference := range v.References {
			if slices.Contains([]string{"DQ", "AAK", "IV", "CT"}, reference.Kind.Code) {
				c.reference(reference.Kind.Code, reference.Value, "")
			}
		}
		c.parties(v.Parties)
		c.currency(v.Currency, "4")
		c.terms(v.Terms)
		c.allowances(v.Allowances)
		for i := range v.Lines {
			c.invoiceLine(&v.Lines[i])
		}
		c.end()
		c.totals(sums, v.Taxes)
	})
}

// totals writes what an invoice comes to.
func (c *composer) totals(s sums, taxes []trade.Tax) {
	c.amount("79", decimalOf(s.lines))
	c.amount("125", decimalOf(s.lines+s.adjusted))
	c.amount("124", decimalOf(s.taxes))
	c.amount("77", decimalOf(s.total()))
	for _, tax := range taxes {
		c.tax(tax)
		c.amount("125", tax.Basis)
		c.amount("124", tax.Amount)
	}
}

// terms writes when an invoice is to be paid, and with which discount before.
func (c *composer) terms(all []trade.Terms) {
	for _, t := range all {
		if t.NetDays != "" || t.NetDate != "" {
			c.Segment("PAT", E("1"), E(), E("5", "3", "D", t.NetDays))
			c.date("13", t.NetDate)
		}
		if t.Percent != "" {
			c.Segment("PAT", E("22"), E(), E("5", "3", "D", t.DiscountDays))
			c.date("12", t.DiscountDate)
			c.Segment("PCD", E("12", t.Percent))
		}
	}
}

func (c *composer) allowances(all []trade.Allowance) {
	for _, a := range all {
		kind, amount, percent := "A", "204", "1"
		if a.Charge {
			kind, amount, percent = "C", "23", "2"
		}
		code := a.Kind.Code
		if meaning("7161", code) == "" { // of another code list: said in words
			code = ""
		}
		text := a.Text
		if text == "" && code == "" {
			text = a.Kind.Words
		}
		c.Segment("ALC", E(kind), E(), E(), E(), E(code, "", "", text))
		if a.Percent != "" {
			c.Segment("PCD", E(percent, a.Percent))
		}
		c.amount(amount, a.Amount)
	}
}

func (c *composer) tax(t trade.Tax) {
	code, category := t.Kind.Code, t.Category.Code
	if meaning("5153", code) == "" {
		code = "VAT"
	}
	if category == "" {
		category = "S"
	}
	c.Segment("TAX", E("7"), E(code), E(), E(), E("", "", "", t.Rate), E(category))
}

func (c *composer) invoiceLine(l *trade.Line) {
	c.line(l, "")
	c.quantity("47", l.Quantity, l.Unit.Code)
	c.amount("203", l.Total)
	c.price(l)
	for _, tax := range l.Taxes {
		c.tax(tax)
	}
	c.allowances(l.Allowances)
}

// sums are an invoice's amounts in millionths of its currency.
type sums struct{ lines, adjusted, taxes int64 }

func (s sums) total() int64 { return s.lines + s.adjusted + s.taxes }

// sumsOf adds an invoice up and compares it with the total that it states. What lines add or take off is in their totals.
func sumsOf(v *trade.Invoice) (s sums, err error) {
	for i := range v.Lines {
		if err := add(&s.lines, v.Lines[i].Total, 1, "line "+v.Lines[i].Number); err != nil {
			return s, err
		}
	}
	for _, a := range v.Allowances {
		sign := int64(-1)
		if a.Charge {
			sign = 1
		}
		if err := add(&s.adjusted, a.Amount, sign, "an allowance or charge"); err != nil {
			return s, err
		}
	}
	for _, tax := range v.Taxes {
		if err := add(&s.taxes, tax.Amount, 1, "a tax"); err != nil {
			return s, err
		}
	}
	if stated, ok := number([]byte(v.Total)); v.Total != "" && (!ok || stated != s.total()) {
		return s, fault.New(fault.Invalid, fmt.Sprintf("The invoice's total is %s, but its lines, allowances, charges and taxes make %s.", v.Total, plainNumber(s.total())),
			"Correct the amounts: partners refuse invoices that do not add up.")
	}
	return s, nil
}

func add(to *int64, value string, sign int64, of string) error {
	n, ok := number([]byte(value))
	if !ok {
		return fault.New(fault.Invalid, fmt.Sprintf("The invoice lacks the amount of %s.", of), "State it, then write the invoice again.")
	}
	*to += sign * n
	return nil
}

// decimalOf writes millionths with two decimals at least.
func decimalOf(millionths int64) string {
	return string(commerce.Decimal(plainNumber(millionths)).Padded(2))
}
