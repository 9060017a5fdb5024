package edifact

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"tradepost/backend/commerce"
	"tradepost/backend/edi/document"
	"tradepost/backend/fault"
)

// WriteResponse writes an ORDRSP.
func WriteResponse(to io.Writer, r *document.Response, envelope Envelope) error {
	return compose(to, envelope, "ORDRSP", func(c *composer) {
		c.Segment("BGM", E("231"), E(r.Number), E(responseFunction(r)))
		c.date("137", r.Date)
		c.dates(r.Dates)
		c.reference("ON", r.Order, orderDate(&r.Heading))
		c.parties(r.Parties)
		c.currency(r.Currency, "9")
		for i := range r.Lines {
			c.responseLine(&r.Lines[i])
		}
		c.end()
	})
}

// responseFunction is 29 where every line is accepted, 27 where none is, else 4.
func responseFunction(r *document.Response) string {
	accepted, rejected := 0, 0
	for _, line := range r.Lines {
		switch line.Answer {
		case document.Accepted:
			accepted++
		case document.Rejected:
			rejected++
		}
	}
	switch len(r.Lines) {
	case accepted:
		return "29"
	case rejected:
		return "27"
	}
	return "4"
}

// actionCodes are LIN's codes of what becomes of a line.
var actionCodes = map[document.Answer]string{document.Accepted: "5", document.Changed: "6", document.BackOrder: "6", document.Rejected: "7"}

func (c *composer) responseLine(l *document.ResponseLine) {
	c.line(&l.Line, actionCodes[l.Answer])
	c.quantity("21", l.Quantity, l.Unit)
	c.quantity("83", l.Later, l.Unit)
	c.date("69", l.ShipDate)
	c.price(l.Price)
}

// dates writes the dates that have codes of EDIFACT.
func (c *composer) dates(dates []document.Date) {
	for _, date := range dates {
		if meaning("2005", date.Code) != "" {
			c.date(date.Code, date.Value)
		}
	}
}

// orderDate is the date of the order that a document names.
func orderDate(h *document.Heading) string {
	for _, reference := range h.References {
		if reference.Code == "ON" {
			return reference.Date
		}
	}
	return ""
}

func (c *composer) currency(currency, use string) {
	if currency != "" {
		c.Segment("CUX", E("2", currency, use))
	}
}

// WriteShipment writes a DESADV.
func WriteShipment(to io.Writer, s *document.Shipment, envelope Envelope) error {
	return compose(to, envelope, "DESADV", func(c *composer) {
		c.Segment("BGM", E("351"), E(s.Number), E("9"))
		c.date("137", s.Date)
		c.date("11", s.Shipped)
		c.date("17", s.Expected)
		if s.Weight.Value != "" {
			c.Segment("MEA", E("AAX"), E("AAD"), E(s.Weight.Unit, string(s.Weight.Value)))
		}
		for _, order := range s.Orders {
			c.reference("ON", order, orderDate(&s.Heading))
		}
		c.reference("CN", s.Tracking, "")
		c.parties(s.Parties)
		c.carriage(s.Carriage)
		for i := range s.Packages {
			c.box(&s.Packages[i], strconv.Itoa(i+1), s)
		}
		c.count()
	})
}

// modes are codes of how goods travel, by the words for them.
func modeCode(words string) string {
	for _, code := range []string{"10", "20", "30", "40", "50", "60", "80"} {
		if words == code || words == meaning("8067", code) {
			return code
		}
	}
	return ""
}

func (c *composer) carriage(all []document.Carriage) {
	for _, one := range all {
		if one.Mode != "" || one.Carrier != "" || one.CarrierName != "" {
			c.Segment("TDT", E("20"), E(), E(modeCode(one.Mode)), E(), E(one.Carrier, "", "", one.CarrierName))
			return
		}
	}
}

// box writes a level of packing with its lines.
func (c *composer) box(p *document.Package, id string, s *document.Shipment) {
	c.Segment("CPS", E(id), E(boxNumber(s, p.Parent)))
	if p.Count > 0 || p.Kind != "" || len(p.SSCC) > 0 {
		c.Segment("PAC", E(strconv.Itoa(max(p.Count, 1))), E(), E(p.Kind))
		if p.Weight.Value != "" {
			c.Segment("MEA", E("PD"), E("AAB"), E(p.Weight.Unit, string(p.Weight.Value)))
		}
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
		l := &p.Lines[i]
		c.line(l, "")
		c.quantity("12", l.Quantity, l.Unit)
		c.dates(l.Dates)
		for _, reference := range l.References {
			if reference.Code == "ON" || reference.Code == "LI" || reference.Code == "BT" {
				c.Segment("RFF", E(reference.Code, reference.Value, reference.Text))
			}
		}
	}
}

// boxNumber is the number that the package with an id has in the message.
func boxNumber(s *document.Shipment, id string) string {
	for i := range s.Packages {
		if id != "" && s.Packages[i].ID == id {
			return strconv.Itoa(i + 1)
		}
	}
	return ""
}

// WriteInvoice writes an INVOIC. Its arithmetic is checked: the lines, with what is added and taken off and the taxes, have to
// make the total.
func WriteInvoice(to io.Writer, v *document.Invoice, envelope Envelope) error {
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
		c.reference("ON", v.Order, orderDate(&v.Heading))
		for _, reference := range v.References {
			if reference.Code == "DQ" || reference.Code == "IV" || reference.Code == "CT" {
				c.reference(reference.Code, reference.Value, reference.Date)
			}
		}
		c.parties(v.Parties)
		c.currency(v.Currency, "4")
		c.terms(v.Terms)
		c.adjustments(v.Adjustments)
		for i := range v.Lines {
			c.invoiceLine(&v.Lines[i])
		}
		c.end()
		c.amount("79", decimalOf(sums.lines))
		c.amount("125", decimalOf(sums.lines+sums.adjusted))
		c.amount("124", decimalOf(sums.taxes))
		c.amount("77", decimalOf(sums.total()))
		for _, tax := range v.Taxes {
			c.tax(tax)
			c.amount("125", tax.Basis)
			c.amount("124", tax.Amount)
		}
	})
}

// terms writes when an invoice is to be paid, and with which discount before.
func (c *composer) terms(all []document.Terms) {
	for _, t := range all {
		if t.NetDays > 0 || t.NetDate != "" {
			c.Segment("PAT", E("1"), E(), E("5", "3", "D", days(t.NetDays)))
			c.date("13", t.NetDate)
		}
		if t.DiscountRate != "" {
			c.Segment("PAT", E("22"), E(), E("5", "3", "D", days(t.DiscountDays)))
			c.date("12", t.DiscountDate)
			c.Segment("PCD", E("12", string(t.DiscountRate)))
		}
	}
}

func days(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (c *composer) adjustments(all []document.Adjustment) {
	for _, a := range all {
		kind, amount, percent := "A", "204", "1"
		if a.Charge {
			kind, amount, percent = "C", "23", "2"
		}
		c.Segment("ALC", E(kind), E(), E(), E(), E(a.Code, "", "", a.Text))
		if a.Percent != "" {
			c.Segment("PCD", E(percent, string(a.Percent)))
		}
		c.amount(amount, a.Amount)
	}
}

func (c *composer) tax(t document.Tax) {
	code := t.Code
	if code == "" {
		code = "VAT"
	}
	category := t.Category
	if category == "" {
		category = "S"
	}
	c.Segment("TAX", E("7"), E(code), E(), E(), E("", "", "", string(t.Rate)), E(category))
}

func (c *composer) invoiceLine(l *document.Line) {
	c.line(l, "")
	c.quantity("47", l.Quantity, l.Unit)
	c.amount("203", l.Total)
	c.price(l.Price)
	for _, tax := range l.Taxes {
		c.tax(tax)
	}
	c.adjustments(l.Adjustments)
}

// sums are an invoice's amounts in millionths of its currency.
type sums struct{ lines, adjusted, taxes int64 }

func (s sums) total() int64 { return s.lines + s.adjusted + s.taxes }

// sumsOf adds an invoice up and compares it with the total that it states.
func sumsOf(v *document.Invoice) (s sums, err error) {
	for i := range v.Lines {
		if err := add(&s.lines, v.Lines[i].Total, 1, "line "+v.Lines[i].Number); err != nil {
			return s, err
		}
	}
	for _, a := range v.Adjustments {
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

func add(to *int64, value commerce.Decimal, sign int64, of string) error {
	n, ok := number([]byte(value))
	if value == "" || !ok {
		return fault.New(fault.Invalid, fmt.Sprintf("The invoice lacks the amount of %s.", of), "State it, then write the invoice again.")
	}
	*to += sign * n
	return nil
}

// decimalOf writes millionths with two decimals at least.
func decimalOf(millionths int64) commerce.Decimal {
	return commerce.Decimal(plainNumber(millionths)).Padded(2)
}
